"""The competition's test set predicted anew from its photos, as the file to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.blend.kept import join_kept
from kit.errors import KitError
from kit.evidence.top import top_of
from kit.reporter import Reporter
from kit.runs.answers import for_test
from kit.runs.predictions import Predictions, join_rows
from kit.ship.outcome import Limit, Outcome, outcome_on
from kit.ship.pace import without
from kit.ship.predictor import Engine, Subject
from kit.ship.shipped import Shipped, ShippedRun
from kit.submissions.form import csv_bytes, read_layout, written


@dataclass(frozen=True)
class Sent:
    """A file to send, and what it says."""

    content: bytes
    predictions: Predictions
    outcome: Outcome
    unreadable: tuple[str, ...] = ()
    """Photos that could not be read, where that is allowed: they are said to be as train is shared out."""
    late: tuple[str, ...] = ()
    """Photos for which no time was left: the same is said of them."""


def predict_test(
    shipped: Shipped,
    reporter: Reporter,
    engine: Engine = "torch",
    limit: Limit | None = None,
    devices: Sequence[str] = (),
) -> Sent:
    """Predict the test photos that competition.yaml names, and write them in the rows of the sample.

    The rule that decides looks at all of them, as it did for the submission. KitError where a photo cannot be read, and
    competition.yaml does not say what to do then; a bundle, which may meet photos that nobody has seen, allows it.
    With a limit it ends in time, whatever is left out. The runs are divided over the devices, as `--devices` has them.
    """
    workspace = shipped.workspace
    if not shipped.pieces:
        raise KitError("a file to send is a blend's", where=shipped.name, todo="name a submission, or a blend as best1")
    if len(workspace.test) == 0:
        raise KitError("the test set is empty", where=workspace.data_dir)
    subjects = [Subject(key, workspace.data_dir / key) for key in workspace.test["image"]]
    found = outcome_on(devices, shipped, subjects, reporter, engine, limit)
    said = found.said
    for error in said.unreadable.values() if not shipped.allows_unreadable else ():
        raise error
    there = {subject.key for subject in said.subjects}
    lost = tuple(subject.key for subject in subjects if subject.key not in there)
    runs = {name: run for name, run in shipped.runs.items() if name not in found.dropped}
    whole = {name: _with_prior(run, said.by_run.get(name), lost, shipped.kinds) for name, run in runs.items()}
    by_run = {name: for_test(workspace, one, _sharpness(shipped, name)) for name, one in whole.items()}
    predictions = join_kept(workspace, without(shipped.pieces, found.dropped), by_run, alone=False)
    layout = read_layout(workspace)
    return Sent(
        csv_bytes(layout, written(workspace, layout, predictions)),
        predictions,
        found,
        unreadable=tuple(key for key in lost if key in said.unreadable),
        late=tuple(key for key in lost if key not in said.unreadable),
    )


def _with_prior(
    run: ShippedRun, said: Predictions | None, lost: tuple[str, ...], kinds: Mapping[str, str]
) -> Predictions:
    """A run's predictions with those of photos that could not be read behind them."""
    if not lost and said is not None:
        return said
    keys, kept = np.array(lost, dtype=object), run.models[0].kept
    rows = {task: np.repeat(prior[None], len(lost), axis=0) for task, prior in run.prior().items()}
    priors = Predictions(keys, {task: top_of(values, kept.get(task)) for task, values in rows.items()}, kinds=kinds)
    return priors if said is None else join_rows([said, priors])


def _sharpness(shipped: Shipped, run: str) -> dict[str, float]:
    """How the photos of an answer become one in what a run says, where that is learnt."""
    return {task: how for piece in shipped.pieces for task, how in piece.sharpness_of(run).items()}
