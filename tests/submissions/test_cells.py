"""Every cell of kind x metric x form: the examples of docs/targets.md with every metric that kit has.

A cell works, and then a host that knows nothing of kit (shared/graders.py) gives the file the score that kit gives the
same predictions out of fold; or it is refused when competition.yaml is read, with what to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError
from shared.graders import Form, grade, write_answers
from shared.pages import DOCS

from benchmarks.pages import filled
from benchmarks.targets import METRIC_EXAMPLES, examples, scored_forms
from kit.competition.forms import check_forms
from kit.competition.spec import TARGET, Competition, read_competition
from kit.competition.tables import read_csv, read_tables
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import metric_named
from kit.runs.answers import for_test, judged
from kit.runs.predictions import Predictions
from kit.runs.scoring import score_oof
from kit.submissions.cells import Said, cells_of
from kit.submissions.form import csv_bytes, read_layout, written
from kit.submissions.reading import read_back, read_truth

PAGE = (DOCS / "targets.md").read_text()
N = 32
LEAF = ("healthy", "rust", "scab")
VOTES = ("calm", "seizure", "other")


def in_id(answer: str, name: str) -> tuple[str, ...]:
    return (f"{answer}_{name}",)


def in_column(answer: str, name: str) -> tuple[str, ...]:
    return (answer, name)


def found(**keys: Any) -> Form:
    return Form("labels", ("rust", "scab", "rot"), separator=" ", **keys)


def one_class(*classes: str, **keys: Any) -> Form:
    return Form("class", classes, **keys)


HOSTS: dict[str, dict[str, Form]] = {
    "class: a column of classes": {"leaf": one_class(*LEAF, column="leaf")},
    "class: the probability of one of two": {"leaf": one_class("healthy", "sick", column="target", positive="sick")},
    "class: a column for each class": {"leaf": one_class(*LEAF)},
    "class: a ranked list": {
        "whale": one_class("w_1", "w_2", "w_3", "w_4", "new", column="whale", separator=" ", top=3)
    },
    "class: thousands of classes": {
        "whale": one_class("w_1", "w_2", "w_3", "w_4", "new", column="whale", separator=" ", top=3)
    },
    "class: a row for each class": {"leaf": one_class(*LEAF, column="predicted", long=in_id)},
    "ordered: a column of grades": {"grade": one_class(*"01234", column="grade")},
    "ordered: a column for each grade": {"grade": one_class("none", "mild", "severe")},
    "labels: a text of labels": {"found": found(column="labels", none="healthy")},
    "labels: a column for each label": {"found": found()},
    "labels: a row for each label": {
        "bleeding": Form("labels", ("any", "inside", "outside"), "Label", long=in_id, keys=("ID",))
    },
    "labels: a ranked list": {"found": found(column="labels", top=2)},
    "number: a column of numbers": {"age": Form("number", column="age")},
    "shares: a column for each class": {"votes": Form("shares", VOTES)},
    "shares: a row for each class": {"votes": Form("shares", VOTES, "share", long=in_column, keys=("id", "class"))},
    "joined: a column of numbers": {"target": one_class(*"0123", column="answer")},
    "separate: a column for each task": {
        "root": one_class("r0", "r1", "r2", column="root"),
        "vowel": one_class("v0", "v1", column="vowel_diacritic"),
        "size": one_class("small", "large", column="size"),
    },
    "separate: a row for each task": {
        "root": one_class("r0", "r1", "r2", column="target", keys=("row_id",), row=lambda i: f"{i}_root"),
        "vowel": one_class("v0", "v1", column="target", keys=("row_id",), row=lambda i: f"{i}_vowel"),
    },
    "separate: unlike tasks": {
        "found": Form("labels", ("rust", "scab")),
        "leaf": one_class("healthy", "sick", column="leaf", positive="sick"),
    },
    "class: further columns": {"leaf": one_class(*LEAF, column="leaf")},
    "class: several photos, one answer": {
        "cancer": one_class("0", "1", column="cancer", positive="1", keys=("breast",))
    },
}
"""For each example of the page what its host knows of its files, by task."""
WEIGHTS = {"root": 2}


def drawn_truth(kind: str, n_outputs: int, rng: np.random.Generator, n: int = N) -> NDArray:
    """Answers of a kind; of several classes the last is nobody's, and some photos have no label."""
    if kind in ("class", "ordered"):
        return rng.integers(0, max(2, n_outputs - 1), n)
    if kind == "labels":
        labels = (rng.random((n, n_outputs)) < 0.4).astype(int)
        labels[:2] = 0
        return labels
    return rng.integers(0, 6, n).astype(float) if kind == "number" else rng.integers(0, 4, (n, n_outputs)) + 0.0


def drawn_values(kind: str, n_outputs: int, rng: np.random.Generator, n: int = N) -> NDArray:
    """Predictions with many ties, zeros and ones among them."""
    if kind == "number":
        return rng.integers(0, 24, (n, 1)) / 4
    if kind == "labels":
        return rng.integers(0, 6, (n, n_outputs)) / 5
    if n_outputs == 2:  # eighths, whose complements are exact
        second = rng.integers(0, 9, n) / 8
        return np.column_stack([1 - second, second])
    coarse = rng.integers(0, 4, (n, n_outputs)) + np.eye(n_outputs)[rng.integers(0, n_outputs, n)]
    return coarse / coarse.sum(axis=1, keepdims=True)


class World:
    """The files of an example's competition, whose test photos have the answers of its train photos."""

    def __init__(self, root: Path, name: str, content: Mapping[str, Any], seed: int) -> None:
        self.root, self.content, self.hosts = root, dict(content), HOSTS[name]
        self.rng, data = np.random.default_rng(seed), root / "data"
        data.mkdir(parents=True)
        self.per = content["submission"].get("per")
        photos = [f"p{row:03d}" for row in range(N)]
        self.ids = [f"{row // 4}_{'LR'[row // 2 % 2]}" for row in range(0, N, 2)] if self.per else photos
        n = len(self.ids)
        self.truths = {
            task: drawn_truth(form.kind, len(form.classes), self.rng, n) for task, form in self.hosts.items()
        }
        for task, form in self.hosts.items():
            if form.kind == "shares":
                self.truths[task][:, 0] += 1
        train = pd.DataFrame({"id": photos})
        of_photo = np.repeat(np.arange(n), 2) if self.per else np.arange(n)
        if self.per:
            parts = [answer.split("_") for answer in self.ids]
            train["patient"], train["side"] = zip(*[parts[answer] for answer in of_photo], strict=True)
            train["breast"] = [self.ids[answer] for answer in of_photo]
        for column, cells in self.columns().items():
            train[column] = [cells[answer] for answer in of_photo]
        train.to_csv(data / "train.csv", index=False)
        test = train[["id", *(["breast"] if self.per else [])]].assign(id=lambda table: "t" + table["id"])
        if not self.per:
            test["id"] = photos
        test.assign(photo=["t" + photo for photo in photos]).to_csv(data / "test.csv", index=False)
        write_answers(data / "answers.csv", self.hosts, self.truths, self.ids)
        sample = pd.read_csv(data / "answers.csv", dtype=str)
        answers = [column for column in sample if column not in next(iter(self.hosts.values())).keys]
        sample[answers] = ""
        if content["submission"].get("constants"):
            sample = sample.assign(Usage="?")
            sample.insert(0, "index", range(len(sample)))
        self.sample = sample.sample(frac=1, random_state=seed)
        self.sample.to_csv(data / "sample.csv", index=False)

    def columns(self) -> dict[str, list[Any]]:
        """The labels as the train table of the example has them."""
        found: dict[str, list[Any]] = {}
        for task, spec in self.content["tasks"].items():
            if task not in self.hosts:  # a joined task, or one that is only learnt
                joined, target = self.truths.get("target"), self.content.get("target")
                labels = self.rng.integers(0, 2, len(self.ids)) if joined is None else joined // target[task] % 2
                found[spec["column"]] = [spec["classes"][label] for label in labels]
                continue
            truth, names = self.truths[task], [str(name) for name in spec.get("classes", ())]
            columns = spec.get("columns") or (names if "column" not in spec else None)
            if columns is not None:
                whole = np.eye(len(names), dtype=int)[truth] if truth.ndim == 1 else truth
                found |= dict(zip(columns, whole.T.tolist(), strict=True))
            elif spec.get("kind") == "labels":
                cells = [spec["separator"].join(np.array(names)[row > 0]) or spec.get("none", "") for row in truth]
                found[spec["column"]] = cells
            else:
                found[spec["column"]] = [names[label] for label in truth] if names else truth.tolist()
        return found

    def workspace(self, metric: str) -> Workspace:
        content = {**self.content, "metric": metric, "host": "answers", "answers": "answers.csv"}
        content["test"] = {"table": "test.csv", "images": "test/{photo}.jpg"}
        (self.root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
        return Workspace(self.root)

    def predictions(self, workspace: Workspace, *, decides: bool) -> Predictions:
        """Of all photos, by their train keys; with answers that a rule decided, or without."""
        parts = workspace.competition.parts(TARGET)
        n = len(workspace.judged)
        values = np.hstack([drawn_values(part.task.kind, len(part.task.outputs), self.rng, n) for part in parts])
        decided = np.hstack(
            [drawn_truth(part.task.kind, len(part.task.outputs), self.rng, n).reshape(n, -1) for part in parts]
        )
        if len(parts) == 1:
            decided = decided[:, 0] if parts[0].task.kind in ("class", "ordered", "number") else decided
            decided = decided.astype(np.int8) if parts[0].task.kind == "labels" else decided
        labels = {TARGET: decided} if decides and parts[0].task.kind != "shares" else {}
        kinds = {} if workspace.competition.separate else workspace.competition.kinds([TARGET])
        if workspace.competition.separate and not labels:
            answers = [part.task.said(values[:, part.outputs]).reshape(n, -1) for part in parts]
            labels = {TARGET: np.hstack(answers).astype(float)}
        return Predictions(workspace.judged["image"].to_numpy(dtype=object), {TARGET: values}, labels, kinds)


def host_score(world: World, metric: str, sent: Path) -> float:
    """The score by the example's own host, which has never seen competition.yaml."""
    answers, whole, weights = world.root / "data/answers.csv", 0.0, 0.0
    for task, form in world.hosts.items():
        weight = WEIGHTS.get(task, 1) if len(world.hosts) > 1 else 1
        whole += weight * grade(metric, sent, answers, form, world.ids)
        weights += weight
    return whole / weights


def written_as(workspace: Workspace, predictions: Predictions) -> bytes:
    """The file of predictions of the train photos, in the place of the test photos that have their answers."""
    keys = dict(zip(workspace.judged["image"], workspace.test_answers["image"], strict=True))
    renamed = np.array([keys[image] for image in predictions.images], dtype=object)
    layout = read_layout(workspace)
    return csv_bytes(layout, written(workspace, layout, replace(predictions, images=renamed)))


def score(workspace: Workspace, predictions: Predictions) -> float:
    """What `score_oof` gives without its interval."""
    metric, said = workspace.metric, judged(workspace, predictions).scored_by(workspace.metric, TARGET)
    return metric.score(workspace.judged_truth(TARGET), said, workspace.competition.n_outputs(TARGET))


@pytest.mark.parametrize("name", list(HOSTS))
def test_what_is_written_is_what_is_scored(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, name, examples()[name], seed=len(name))
    tables = world.workspace(examples()[name]["metric"]).tables
    for metric in scored_forms()[name]:
        workspace = world.workspace(metric)
        workspace.__dict__["tables"] = tables
        for decides in (False, True) if workspace.metric.decides else (False,):
            predictions = world.predictions(workspace, decides=decides)
            sent = tmp_path / "sent.csv"
            sent.write_bytes(written_as(workspace, predictions))
            ours = score(workspace, predictions)
            if metric == examples()[name]["metric"]:
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


def test_the_page_s_examples_are_those_that_are_tested() -> None:
    assert set(HOSTS) == set(examples())


def test_the_page_s_table_is_what_make_docs_writes() -> None:
    assert filled(PAGE) == PAGE, "run 'make docs'"


@pytest.mark.parametrize("name", list(HOSTS))
def test_every_other_cell_is_refused_in_one_sentence_that_says_what_to_write(tmp_path: Path, name: str) -> None:
    path, works = tmp_path / "competition.yaml", scored_forms()[name]
    for metric in METRIC_EXAMPLES:
        path.write_text(yaml.safe_dump({**examples()[name], "metric": metric}, sort_keys=False))
        if metric in works:
            read_competition(path)
            continue
        with pytest.raises(KitError) as caught:
            read_competition(path)
        told = str(caught.value)
        assert told.startswith(f"{path}: 'metric'") and metric in told and "\n" not in told
        assert caught.value.todo is not None and {"write", "take"} & set(caught.value.todo.split()), told


PROBS = [metric for metric in METRIC_EXAMPLES if metric_named(metric).needs == "probs"]


@settings(max_examples=60)
@given(st.sampled_from(list(HOSTS)), st.sampled_from(PROBS), st.data())
def test_no_file_of_hard_labels_under_a_metric_of_probabilities(name: str, metric: str, data: st.DataObject) -> None:
    """Whatever keys of `submission` are taken out of an example, or put in: refused, or probabilities."""
    form = dict(examples()[name]["submission"])
    for key in data.draw(st.lists(st.sampled_from(["label", "probability_of", "top", "separator", "long", "sample"]))):
        form.pop(key, None)
    form |= data.draw(st.fixed_dictionaries({}, optional={"top": st.just(2), "label": st.just("x")}))
    content = {**examples()[name], "metric": metric, "submission": form}
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
