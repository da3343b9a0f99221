"""Every cell of kind x metric x form: the examples of docs/targets.md, and further forms, with every metric of kit's.

A cell works, and then a host that knows nothing of kit (shared/graders.py) gives the file the score that kit gives the
same predictions out of fold; or it is refused when competition.yaml is read, with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from shared.cells import FURTHER, HOSTS, N, World
from shared.graders import grade
from shared.pages import DOCS

from benchmarks.pages import filled
from benchmarks.targets import METRIC_EXAMPLES, examples, why_not
from kit.competition.forms import check_forms, form_of
from kit.competition.spec import TARGET, Competition, read_competition
from kit.competition.tables import read_csv, read_tables
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import metric_named
from kit.runs.answers import for_test, judged
from kit.runs.predictions import Predictions
from kit.runs.scoring import score_oof
from kit.submissions.cells import cells_of
from kit.submissions.form import csv_bytes, read_layout, written
from kit.submissions.reading import read_back, read_truth
from kit.submissions.said import Said

PAGE = (DOCS / "targets.md").read_text()


def host_score(world: World, metric: str, sent: Path) -> float:
    """The score by the example's own host, which has never seen competition.yaml."""
    answers, whole, weights = world.root / "data/answers.csv", 0.0, 0.0
    for task, form in world.hosts.items():
        spec = world.content["tasks"].get(task, {})
        weight = spec.get("weight", 1) if len(world.hosts) > 1 else 1
        whole += weight * grade(spec.get("metric", metric), sent, answers, form, world.ids)
        weights += weight
    return whole / weights


def written_as(workspace: Workspace, predictions: Predictions) -> bytes:
    """The file of predictions of the train photos, in the place of the test photos that have their answers."""
    predictions = judged(workspace, predictions)
    keys = dict(zip(workspace.judged["image"], workspace.test_answers["image"], strict=True))
    renamed = np.array([keys[image] for image in predictions.images], dtype=object)
    layout = read_layout(workspace)
    return csv_bytes(layout, written(workspace, layout, replace(predictions, images=renamed)))


def score(workspace: Workspace, predictions: Predictions) -> float:
    """What `score_oof` gives without its interval."""
    metric, said = workspace.metric, judged(workspace, predictions).scored_by(workspace.metric, TARGET)
    return metric.score(workspace.judged_truth(TARGET), said, workspace.competition.n_outputs(TARGET))


def content_of(name: str) -> dict[str, Any]:
    """An example of the page, or a further form, as the content of a competition.yaml."""
    head = next(iter(examples().values()))
    return examples()[name] if name in HOSTS else {**head, **FURTHER[name][0]}


def metrics_of(content: Mapping[str, Any]) -> list[str]:
    return [metric for metric in METRIC_EXAMPLES if why_not(content, metric) is None]


@pytest.mark.parametrize("name", [*HOSTS, *FURTHER])
def test_what_is_written_is_what_is_scored(tmp_path: Path, name: str) -> None:
    content = content_of(name)
    metrics = metrics_of(content)
    content = content if name in HOSTS else {**content, "metric": metrics[0]}
    world = World(tmp_path, name, content, seed=len(name))
    tables = world.workspace(content["metric"]).tables
    for metric in metrics:
        workspace = world.workspace(metric)
        workspace.__dict__["tables"] = tables
        for decides in (False, True) if workspace.metric.decides else (False,):
            predictions = world.predictions(workspace, decides=decides)
            sent = tmp_path / "sent.csv"
            sent.write_bytes(written_as(workspace, predictions))
            ours = score(workspace, predictions)
            if metric == content["metric"]:
                assert ours == pytest.approx(score_oof(workspace, TARGET, predictions).value)
            assert ours == pytest.approx(host_score(world, metric, sent), abs=1e-9, nan_ok=True), metric
            if decides:
                continue
            # and by kit's own host, which reads the file and the answers back
            ids, truth, _ = read_truth(workspace, read_csv(tmp_path / "data/answers.csv"), "answers.csv")
            said = read_back(workspace, read_csv(sent), sent).aligned(ids).scored_by(workspace.metric, TARGET)
            assert workspace.metric.score(truth, said, workspace.competition.n_outputs(TARGET)) == pytest.approx(
                ours, abs=1e-9, nan_ok=True
            ), metric


TASKS: dict[str, Any] = {
    "class": {"classes": ["a", "b", "c"], "column": "t"},
    "two": {"classes": ["a", "b"], "column": "t"},
    "thousands": {"classes": list("abcde"), "column": "t", "keep": 3},
    "ordered": {"kind": "ordered", "classes": ["a", "b", "c"], "column": "t"},
    "two grades": {"kind": "ordered", "classes": ["a", "b"], "column": "t"},
    "labels": {"kind": "labels", "classes": ["a", "b", "c"]},
    "thousands of labels": {"kind": "labels", "classes": list("abcde"), "keep": 3},
    "number": {"kind": "number", "column": "t"},
    "shares": {"kind": "shares", "classes": ["a", "b", "c"]},
}


def cells_in(content: Mapping[str, Any]) -> set[tuple[object, ...]]:
    """The cells of a competition that kit accepts, with each metric."""
    found: set[tuple[object, ...]] = set()
    for metric in metrics_of(content):
        competition = Competition.model_validate({**content, "metric": metric})
        form, joined = competition.submission, isinstance(competition.target, dict)
        for asked in competition.asked(metric_named):
            shape = form_of(form, asked), bool(form.long), asked.kept is not None, joined
            found.add((asked.kind, *shape, metric if "ranking" not in shape else metric.split("@")[0]))
    return found


def test_every_cell_that_kit_accepts_is_judged_by_a_host() -> None:
    """Whatever keys `submission` has together, of every kind of task: no cell is outside those of the test above."""
    head = next(iter(examples().values()))
    judged_cells = set[tuple[object, ...]]().union(*(cells_in(content_of(name)) for name in (*HOSTS, *FURTHER)))
    keys: dict[str, list[Any]] = {
        "top": [None, 2, 3],
        "separator": [None, " "],
        "long": [None, "{id}_{label}"],
        "label": [None, "x", ["x", "y"]],
        "probability_of": [None, "b"],
    }
    for name, task in TASKS.items():
        for values in product(*keys.values()):
            form = {key: value for key, value in zip(keys, values, strict=True) if value is not None}
            if isinstance(form.get("label"), list) and (set(form) - {"top", "label"} or form.get("top", 2) != 2):
                continue  # refused as the yaml is read
            submission = {"id": "id", **({} if "label" in form else {"sample": "sample.csv"}), **form}
            for tasks in ({"t": task}, {"t": task, "u": {"classes": ["x", "y"], "column": "u"}}):
                joined = {"target": {"t": 2, "u": 1}} if len(tasks) > 1 else {}
                if joined and name != "two":
                    continue
                new = cells_in({**head, "tasks": tasks, "submission": submission, **joined}) - judged_cells
                assert not new, (name, submission)


def test_the_page_s_examples_are_those_that_are_tested() -> None:
    assert set(HOSTS) == set(examples())


def test_the_page_s_table_is_what_make_docs_writes() -> None:
    assert filled(PAGE) == PAGE, "run 'make docs'"


@pytest.mark.parametrize("name", [*HOSTS, *FURTHER])
def test_every_other_cell_is_refused_in_one_sentence_that_says_what_to_write(tmp_path: Path, name: str) -> None:
    path, works = tmp_path / "competition.yaml", metrics_of(content_of(name))
    for metric in METRIC_EXAMPLES:
        path.write_text(yaml.safe_dump({**content_of(name), "metric": metric}, sort_keys=False))
        if metric in works:
            read_competition(path)
            continue
        with pytest.raises(KitError) as caught:
            read_competition(path)
        told = str(caught.value)
        # of several tasks: what a key stands for, or that their metrics have no mean
        of_several = name.startswith("separate") and ("'submission." in told or "they have no mean" in told)
        assert of_several or (told.startswith(f"{path}: 'metric'") and metric in told), told
        assert "\n" not in told and caught.value.todo is not None
        assert {"write", "take", "give"} & set(caught.value.todo.split()), told


PROBS = [metric for metric in METRIC_EXAMPLES if metric_named(metric).needs == "probs"]


@settings(max_examples=60)
@given(st.sampled_from([*HOSTS, *FURTHER]), st.sampled_from(PROBS), st.data())
def test_no_file_of_hard_labels_under_a_metric_of_probabilities(name: str, metric: str, data: st.DataObject) -> None:
    """Whatever keys of `submission` are taken out of an example, or put in: refused, or probabilities."""
    form = dict(content_of(name)["submission"])
    for key in data.draw(st.lists(st.sampled_from(["label", "probability_of", "top", "separator", "long", "sample"]))):
        form.pop(key, None)
    form |= data.draw(st.fixed_dictionaries({}, optional={"top": st.just(2), "label": st.just("x")}))
    content = {**content_of(name), "metric": metric, "submission": form}
    try:
        competition = Competition.model_validate(content)
        check_forms(competition.submission, competition.asked(metric_named), "competition.yaml")
    except (KitError, ValidationError):
        return
    for asked in competition.asked(metric_named):
        cells = cells_of(competition.submission, asked)
        n_outputs = len(asked.outputs)
        values = np.full((1, n_outputs), 1 / n_outputs)
        written_cells = cells.write(Said(values, None))
        assert [float(column[0]) for column in written_cells] == [1 / n_outputs] * len(written_cells)


def photos_of_answers(root: Path, pool: str) -> tuple[World, Workspace]:
    name = "class: several photos, one answer"
    content = examples()[name]
    world = World(root, name, {**content, "submission": {**content["submission"], "pool": pool}}, seed=1)
    return world, world.workspace("log_loss")


@pytest.mark.parametrize("pool", ["mean", "max"])
def test_photos_of_an_answer_are_pooled_alike_out_of_fold_and_in_the_file(tmp_path: Path, pool: str) -> None:
    world, workspace = photos_of_answers(tmp_path, pool)
    second = np.random.default_rng(0).integers(1, 8, N) / 8
    values = {TARGET: np.column_stack([1 - second, second])}
    train, test = (Predictions(table["image"].to_numpy(object), values) for table in (workspace.train, workspace.test))
    by_answer = pd.DataFrame({"breast": workspace.test["id"], "no": 1 - second, "yes": second}).groupby("breast")
    both = by_answer.agg(pool)
    expected = (both["yes"] / both.sum(axis=1)).loc[world.ids]
    assert judged(workspace, train).probs[TARGET][:, 1] == pytest.approx(expected.to_numpy())
    layout, sent = read_layout(workspace), tmp_path / "sent.csv"
    sent.write_bytes(csv_bytes(layout, written(workspace, layout, for_test(workspace, test))))
    ours = score_oof(workspace, TARGET, train).value
    assert ours == pytest.approx(host_score(world, "log_loss", sent), abs=1e-9)
    assert len(pd.read_csv(sent)) == len(world.ids) == N // 2


def test_photos_of_an_answer_that_disagree_are_told_with_their_lines(tmp_path: Path) -> None:
    world, _ = photos_of_answers(tmp_path, "mean")
    path = tmp_path / "data/train.csv"
    table = pd.read_csv(path, dtype=str)
    table.loc[5, "cancer"] = "1" if table.loc[4, "cancer"] == "0" else "0"
    table.to_csv(path, index=False)
    with pytest.raises(KitError, match=r"lines 6 and 7: the photos of one answer, '1_L', disagree on 'cancer'"):
        read_tables(tmp_path, world.workspace("log_loss").competition)


def test_grades_of_numbers_are_whole_where_no_rule_decides(tmp_path: Path) -> None:
    name = "number: a column of numbers"
    world = World(tmp_path, name, {**examples()[name], "metric": "qwk"}, seed=1)
    workspace = world.workspace("qwk")
    predictions = world.predictions(workspace, decides=False)
    assert (predictions.probs[TARGET] % 1 != 0).any()
    sent = tmp_path / "sent.csv"
    sent.write_bytes(written_as(workspace, predictions))
    assert pd.read_csv(sent, dtype=str)["age"].str.fullmatch(r"-?\d+").all()
    assert score(workspace, predictions) == pytest.approx(host_score(world, "qwk", sent), abs=1e-9)


IN_PLACES = "class: a ranked list, a column for each place"


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"separator": " "}, "'submission.label' has a column for each place of a list: take 'separator' out"),
        ({"long": "{id}_{label}"}, "'submission.label' has a column for each place of a list: take 'long' out"),
        ({"probability_of": "w_1"}, "has a column for each place of a list: take 'probability_of' out"),
        ({"top": 5}, "'submission.label' has 3 columns for a list of 5: name one for each place"),
        ({"label": ["first", "second"]}, "map@3 counts 3 names, and 'submission.label' has 2 columns; write 3 columns"),
        ({"label": list("abcdef")}, "'submission.label' has 6 columns, and there are 5 classes"),
        ({"label": ["first", "id", "third"]}, "two columns would be called 'id'"),
    ],
)
def test_columns_of_places_that_make_no_sense_are_refused(tmp_path: Path, keys: dict[str, Any], told: str) -> None:
    content, path = examples()[IN_PLACES], tmp_path / "competition.yaml"
    path.write_text(yaml.safe_dump({**content, "submission": {**content["submission"], **keys}}))
    with pytest.raises(KitError, match=re.escape(told)):
        read_competition(path)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["w_1", "w_9", ""], "line 2: 'w_9' is no class"),
        (["w_1", "", "w_1"], "line 2: 'w_1 w_1' names one twice"),
        (["", "", ""], "line 2: no class is named; name one in 'first'"),
    ],
)
def test_a_slip_in_a_column_of_a_place_is_told_with_its_line(tmp_path: Path, cells: list[str], told: str) -> None:
    world = World(tmp_path, IN_PLACES, examples()[IN_PLACES], seed=1)
    table = world.sample.assign(first="w_1").reset_index(drop=True)
    table.loc[0, ["first", "second", "third"]] = cells
    table.to_csv(tmp_path / "sent.csv", index=False)
    with pytest.raises(KitError, match=re.escape(told)):
        read_back(world.workspace("map@3"), read_csv(tmp_path / "sent.csv"), tmp_path / "sent.csv")
