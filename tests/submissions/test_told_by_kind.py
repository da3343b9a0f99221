"""What is told of files and folds is told in the words of what was asked: no class of a number, no column of a row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.cells import World
from shared.kinds import drawn
from shared.trained import kit

from benchmarks.targets import examples
from kit.competition.workspace import Workspace
from kit.runs.answers import for_test
from kit.runs.predictions import Predictions
from kit.submissions.form import csv_bytes, read_layout, written
from kit.submissions.make import compare_with
from kit.submissions.record import csv_path
from kit.submissions.shown import shown_beside_written

Out = pytest.CaptureFixture[str]


def sample_of_rows(root: Path, root_says: str) -> Workspace:
    name = "separate: a row for each task"
    world = World(root, name, examples()[name], seed=0)
    says = world.sample["row_id"].str.endswith("_root").map({True: root_says, False: "v0"})
    world.sample.assign(target=says).to_csv(root / "data/sample.csv", index=False)
    return world.workspace("accuracy")


def test_the_sample_s_rows_are_set_beside_what_is_written_of_their_own_task(tmp_path: Path) -> None:
    workspace = sample_of_rows(tmp_path / "right", "r0")
    shown = shown_beside_written(workspace, read_layout(workspace))
    assert shown is not None and (shown.level, shown.todo) == ("ok", "")
    assert shown.what == "the row '{id}_root' will hold 'r0', 'r1', 'r2'; the sample shows 'r0'"
    workspace = sample_of_rows(tmp_path / "other", "v1")
    shown = shown_beside_written(workspace, read_layout(workspace))
    assert shown is not None and shown.level == "wrong" and "'{id}_root'" in shown.what and "'v1'" in shown.what


MOVED = {
    "class: a column of classes": False,
    "class: a column for each class": True,
    "class: a ranked list": False,
    "class: a row for each class": True,
    "labels: a text of labels": False,
    "labels: a column for each label": True,
    "number: a column of numbers": False,
    "shares: a column for each class": True,
    "separate: a column for each task": False,
    "separate: unlike tasks": True,
}
"""Whether files of an example hold probabilities, of which it is told how far they moved."""


@pytest.mark.parametrize("name", list(MOVED))
def test_how_far_a_file_is_from_an_earlier_one(tmp_path: Path, name: str) -> None:
    content = examples()[name]
    metric = "log_loss" if name.startswith("labels: a column") else content["metric"]
    workspace = World(tmp_path, name, content, seed=0).workspace(metric)
    layout, parts = read_layout(workspace), workspace.competition.parts("target")
    n = len(workspace.test)
    first, turned = (
        np.hstack([_says(part.task.kind, len(part.task.outputs), n, way) for part in parts]) for way in (1, -1)
    )
    second = np.vstack([turned[: n // 4], first[n // 4 :]])

    def table(values: np.ndarray) -> pd.DataFrame:
        kinds = {} if workspace.competition.separate else workspace.competition.kinds(["target"])
        labels = {}
        if workspace.competition.separate:
            said = [part.task.said(values[:, part.outputs]).reshape(n, -1) for part in parts]
            labels = {"target": np.hstack(said).astype(float)}
        images = workspace.test["image"].to_numpy(object)
        return written(workspace, layout, for_test(workspace, Predictions(images, {"target": values}, labels, kinds)))

    (tmp_path / "submissions").mkdir()
    csv_path(workspace.submissions_dir, "one").write_bytes(csv_bytes(layout, table(first)))
    found = compare_with(workspace, "one", table(second).astype(str))
    assert found is not None
    changed, moved = found
    assert changed == pytest.approx(0.25)
    assert (moved is not None) == MOVED[name]
    if moved is not None:  # a quarter of the rows, whose probabilities are turned round
        assert 0 < moved <= 0.25


def _says(kind: str, n_outputs: int, n: int, way: int) -> np.ndarray:
    """The first output is the most probable by far, or, with -1, the last."""
    if kind == "number":
        return np.full((n, 1), 2.0 * way)
    return np.tile([0.75, *[0.25 / (n_outputs - 1)] * (n_outputs - 1)][::way], (n, 1))


@pytest.mark.parametrize(("task", "metric", "told"), [("light", "rmse", False), ("grade", "qwk", True)])
def test_a_fold_lacks_classes_and_no_range_of_a_number(
    tmp_path: Path, capsys: Out, task: str, metric: str, told: bool
) -> None:
    workspace = drawn(tmp_path, task, groups=6, metric=metric, submission={"id": "image", "label": task})
    assert kit(workspace, "fold", "--folds", "6") == 0
    assert ("some folds cannot score it" in capsys.readouterr().err) == told
    assert kit(workspace, "doctor", "--fast") == 0
    assert ("some folds cannot score it" in capsys.readouterr().out) == told
