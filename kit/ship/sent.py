"""The competition's test set predicted anew from its photos, as the file to send."""

from __future__ import annotations

from dataclasses import dataclass

from kit.blend.kept import join_kept
from kit.errors import KitError
from kit.reporter import Reporter
from kit.runs.answers import for_test
from kit.runs.predictions import Predictions
from kit.ship.predictor import Predictor, Subject
from kit.ship.shipped import Shipped
from kit.submissions.form import csv_bytes, read_layout, written


@dataclass(frozen=True)
class Sent:
    """A file to send, and what it says."""

    content: bytes
    predictions: Predictions


def predict_test(shipped: Shipped, reporter: Reporter) -> Sent:
    """Predict the test photos that competition.yaml names, and write them in the rows of the sample.

    The rule that decides looks at all of them, as it did for the submission. KitError where a photo cannot be read.
    """
    workspace = shipped.workspace
    if not shipped.pieces:
        raise KitError("a file to send is a blend's", where=shipped.name, todo="name a submission, or a blend as best1")
    if len(workspace.test) == 0:
        raise KitError("the test set is empty", where=workspace.data_dir)
    subjects = [Subject(key, workspace.data_dir / key) for key in workspace.test["image"]]
    said = Predictor(shipped, reporter)(subjects)
    if said.unreadable:
        raise next(iter(said.unreadable.values()))
    by_run = {name: for_test(workspace, one, _sharpness(shipped, name)) for name, one in said.by_run.items()}
    predictions = join_kept(workspace, shipped.pieces, by_run, alone=False)
    layout = read_layout(workspace)
    return Sent(csv_bytes(layout, written(workspace, layout, predictions)), predictions)


def _sharpness(shipped: Shipped, run: str) -> dict[str, float]:
    """How the photos of an answer become one in what a run says, where that is learnt."""
    return {task: how for piece in shipped.pieces for task, how in piece.sharpness_of(run).items()}
