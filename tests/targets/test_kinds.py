"""What each kind of target reads of a table, teaches, and refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.kinds import drawn

from kit.competition.spec import Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.deal import deal
from kit.folds.frozen import freeze_folds
from kit.targets.base import BaseTask
from kit.targets.cells import LINE, PHOTO
from kit.targets.kinds import KINDS
from kit.targets.strata import signature_strata


def table(**columns: list[Any]) -> pd.DataFrame:
    raw = pd.DataFrame(columns, dtype=object)
    return raw.assign(**{LINE: np.arange(2, len(raw) + 2), PHOTO: [f"{row}.png" for row in range(len(raw))]})


def task_of(**keys: Any) -> BaseTask:
    return KINDS[keys.get("kind", "class")].model_validate(keys)


def told(raw: pd.DataFrame, **keys: Any) -> str:
    with pytest.raises(KitError) as caught:
        task_of(**keys).encode(raw, "task", "train.csv")
    return str(caught.value)


@pytest.mark.parametrize(
    ("raw", "keys", "right"),
    [
        ({"a": ["0", "1.0"], "b": ["1", "0"]}, {"kind": "labels", "classes": ["a", "b"]}, [[0, 1], [1, 0]]),
        (
            {"x": ["a, b", None, "b"]},
            {"kind": "labels", "classes": ["a", "b"], "column": "x", "separator": ","},
            [[1, 1], [0, 0], [0, 1]],
        ),
        (
            {"x": ["b  a", "fine", "B"]},
            {
                "kind": "labels",
                "classes": ["a", "b"],
                "column": "x",
                "separator": " ",
                "none": "fine",
                "values": {"B": "b", "a": "a", "b": "b"},
            },
            [[1, 1], [0, 0], [0, 1]],
        ),
        ({"a": ["1", "0"], "b": ["0", "1"]}, {"classes": ["x", "y"], "columns": ["b", "a"]}, [1, 0]),
        ({"x": ["1.5", "-2"]}, {"kind": "number", "column": "x"}, [1.5, -2]),
        ({"a": ["3", "0"], "b": ["1", "5"]}, {"kind": "shares", "classes": ["a", "b"]}, [[0.75, 0.25], [0, 1]]),
        ({"x": ["2", "10"]}, {"kind": "ordered", "classes": [2, 10], "column": "x"}, [0, 1]),
    ],
)
def test_a_kind_reads_its_truth(raw: dict[str, list[Any]], keys: dict[str, Any], right: list[Any]) -> None:
    assert task_of(**keys).encode(table(**raw), "task", "train.csv").tolist() == right


@pytest.mark.parametrize(
    ("raw", "keys", "parts"),
    [
        ({"a": ["2"], "b": ["0"]}, {"kind": "labels", "classes": ["a", "b"]}, ["line 2", "'a'", "'2'", "not 0 or 1"]),
        (
            {"x": ["a", "a c"]},
            {"kind": "labels", "classes": ["a", "cc"], "column": "x", "separator": " "},
            ["line 3", "'c', which is no label", "did you mean 'cc'"],
        ),
        ({"x": ["1", "one"]}, {"kind": "number", "column": "x"}, ["line 3", "'one', not a number"]),
        ({"x": ["1", None]}, {"kind": "number", "column": "x"}, ["line 3 has no 'x'"]),
        (
            {"x": ["1", "7"]},
            {"kind": "number", "column": "x", "range": [0, 5]},
            ["line 3", "7, outside the range 0 to 5"],
        ),
        ({"a": ["0"], "b": ["0"]}, {"kind": "shares", "classes": ["a", "b"]}, ["line 2", "are 0"]),
        ({"a": ["-1"], "b": ["2"]}, {"kind": "shares", "classes": ["a", "b"]}, ["line 2", "-1", "0 or more"]),
        (
            {"a": ["1", "1"], "b": ["0", "1"]},
            {"classes": ["a", "b"], "columns": ["a", "b"]},
            ["line 3", "2 of the columns", "kind: labels"],
        ),
        ({"y": ["1"]}, {"kind": "number", "column": "x"}, ["no column 'x'"]),
    ],
)
def test_a_cell_that_is_wrong_is_told_with_its_line(
    raw: dict[str, list[Any]], keys: dict[str, Any], parts: list[str]
) -> None:
    said = told(table(**raw), **keys)
    assert said.startswith("train.csv") and "\n" not in said
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    ("keys", "part"),
    [
        ({"kind": "ordered", "classes": [1, 10, 2], "column": "x"}, "go by size where they are numbers: [1, 2, 10]"),
        ({"classes": ["a", "b"]}, "'column', or 'columns'"),
        ({"classes": ["a", "b"], "columns": ["a"]}, "not one for each of the 2 classes"),
        ({"kind": "labels", "classes": ["a", "b"], "column": "x"}, "needs 'separator', or 'rows: true'"),
        ({"kind": "labels", "classes": ["a", "b"], "separator": ","}, "'separator' goes with 'column'"),
        ({"kind": "labels", "classes": ["a"], "column": "x", "separator": " ", "none": "a"}, "'none: a' is a label"),
        ({"kind": "number", "column": "x", "range": [5, 0]}, "'range' must rise"),
    ],
)
def test_a_task_that_cannot_be_is_refused(keys: dict[str, Any], part: str) -> None:
    with pytest.raises(ValueError, match=part.replace("[", "\\[").replace("]", "\\]")):
        task_of(**keys)


def test_a_photo_with_a_row_for_each_label_is_one_photo(tmp_path: Path) -> None:
    labels = {"kind": "labels", "classes": ["red", "green", "blue"], "column": "name", "rows": True, "present": "there"}
    workspace = drawn(tmp_path, "squares", submission={"id": "image", "label": "squares", "separator": " "})
    wide = workspace.truth("squares")
    rows = pd.read_csv(workspace.data_dir / "train.csv")
    long = rows.melt(["image", "group"], ["red", "green", "blue"], var_name="name", value_name="there")
    long.sort_values(["name", "image"]).to_csv(workspace.data_dir / "train.csv", index=False)
    spec = tmp_path / "competition.yaml"
    text = spec.read_text()
    start, end = text.index("tasks:"), text.index("submission:")
    spec.write_text(f"{text[:start]}tasks: {{squares: {labels}}}\n{text[end:]}".replace("True", "true"))
    again = Workspace(tmp_path)
    order = pd.Index(again.train["image"]).get_indexer(pd.Index(workspace.train["image"]))
    assert len(again.train) == len(workspace.train) and again.train["group"].nunique() == 24
    assert np.array_equal(again.truth("squares")[order], wide)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("class", [[0.5, 0.5]], [[0.6, 0.6], [-0.1, 1.1], [np.nan, 1]]),
        ("labels", [[0.9, 0.8], [0, 0]], [[1.2, 0], [-0.1, 0], [np.nan, 0]]),
        ("number", [[-1e6], [0]], [[np.inf], [np.nan]]),
        ("shares", [[0.2, 0.8]], [[0.2, 0.2]]),
    ],
)
def test_what_cannot_be_predictions_of_a_kind_is_known(kind: str, good: list[Any], bad: list[Any]) -> None:
    assert not KINDS[kind].wrong(np.array(good)).any() and KINDS[kind].wrong(np.array(bad, dtype=float)).all()


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 5))
@settings(max_examples=12, deadline=None)
def test_folds_share_out_every_label(seed: int, n_labels: int, n_folds: int) -> None:
    """Photos of their own groups: no label is more than a row from its share, but where labels pull against others."""
    rng = np.random.default_rng(seed)
    truth = (rng.random((200, n_labels)) < rng.uniform(0.05, 0.6, n_labels)).astype(np.int8)
    groups = np.array([f"g{row}" for row in range(200)])
    folds = deal(truth, groups, n_folds, 0)
    counts = np.stack([truth[folds == fold].sum(axis=0) for fold in range(n_folds)])
    assert (np.abs(counts - truth.sum(axis=0) / n_folds) < 2).all()
    assert np.ptp(np.bincount(folds, minlength=n_folds)) <= 6
    order = rng.permutation(200)
    assert np.array_equal(deal(truth[order], groups[order], n_folds, 0), folds[order])
    assert np.array_equal(signature_strata(truth[order]), signature_strata(truth)[order])
    assert np.array_equal(signature_strata(truth), signature_strata(truth.astype(np.int64))), "packed or not"


def test_a_number_is_dealt_by_its_size(tmp_path: Path) -> None:
    workspace = drawn(tmp_path, "light", metric="rmse", submission={"id": "image", "label": "light"})
    folds, _ = freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    counts = workspace.counted("light").by_fold(folds.table["fold"].to_numpy()).to_numpy()
    assert len(counts) == 11 and (np.abs(counts[:, 0] - counts[:, 1]) <= 2).all()


def test_a_target_of_separate_tasks_lies_side_by_side(tmp_path: Path) -> None:
    tasks = {
        "light": {"kind": "number", "column": "light", "weight": 2},
        "squares": {"kind": "labels", "classes": ["red", "green", "blue"]},
        "shape": {"classes": ["bar", "plain"], "column": "shape", "weight": 0},
    }
    content = {"name": "x", "data": "data", "metric": "rmse", "target": "separate", "tasks": tasks}
    sides = {"train": {"table": "t.csv", "images": "{image}"}, "test": {"table": "t.csv", "images": "{image}"}}
    competition = Competition.model_validate({**content, **sides, "submission": {"id": "image"}})
    light, squares = competition.parts("target")
    assert (light.outputs, light.truths, light.weight) == (slice(0, 1), slice(0, 1), 2)
    assert (squares.outputs, squares.truths) == (slice(1, 4), slice(1, 4))
    assert competition.outputs("target") == ("light/value", "squares/red", "squares/green", "squares/blue")
    assert competition.task_names == ("light", "squares", "shape"), "what is only learnt is trained too"


@pytest.mark.parametrize(
    ("tasks", "target", "part"),
    [
        ({"a": {"kind": "labls", "classes": ["x"]}}, None, "there is no kind 'labls'; did you mean 'labels'"),
        ({"a": {"kind": "number", "colum": "x"}}, None, "unknown key 'tasks.a.colum'; did you mean 'column'"),
        ({"a": {"classes": [0, 1], "column": "x", "weight": 0}}, None, "nothing is left to send"),
        (
            {"a": {"classes": [0, 1], "column": "x"}, "b": {"kind": "number", "column": "y"}},
            {"a": 1, "b": 2},
            "'target' joins classes, and 'b' is of the kind number: write 'target: separate'",
        ),
        (
            {"a": {"classes": [0, 1], "column": "x"}, "b": {"classes": [0, 1], "column": "y", "weight": 0}},
            {"a": 1, "b": 2},
            "'b', which is only learnt",
        ),
        ({"a": {"classes": [0, 1], "column": "x", "weight": 2}}, None, "go with 'target: separate'"),
    ],
)
def test_a_competition_of_tasks_that_do_not_fit_is_refused(
    tmp_path: Path, tasks: dict[str, Any], target: object, part: str
) -> None:
    workspace = drawn(tmp_path, "shape", metric="accuracy", tasks=tasks, **({"target": target} if target else {}))
    with pytest.raises(KitError) as caught:
        _ = workspace.competition
    assert part in str(caught.value)


def test_ordered_classes_and_others_of_the_same_names_are_not_the_same_question() -> None:
    tasks = [{"kind": kind, "classes": ["0", "1"], "column": "a"} for kind in ("class", "ordered")]
    plain, ordered = (task_of(**task).definition for task in tasks)
    assert plain == ["0", "1"] and ordered != plain
