"""The examples of docs/targets.md, and further forms, as competitions on disk, and what their hosts know of each.

A host knows nothing of kit.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.runs.predictions import Predictions
from shared.graders import Form, write_answers

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
    "class: a ranked list, a column for each place": {
        "whale": one_class("w_1", "w_2", "w_3", "w_4", "new", column="label", places=("first", "second", "third"))
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

WHALES = ("w_1", "w_2", "w_3", "w_4", "new")
FOUND = ("rust", "scab", "rot", "mould", "burn")
NUMBERS = ("0", "1", "2", "3")


def asks(task: Mapping[str, Any], **submission: Any) -> dict[str, Any]:
    """What an example of the page says, of one task."""
    return {"tasks": {"asked": task}, "submission": {"sample": "sample.csv", "id": "id", **submission}}


def joins(**submission: Any) -> dict[str, Any]:
    leaf, age = {"classes": ["healthy", "sick"], "column": "leaf"}, {"classes": ["young", "old"], "column": "age"}
    asked = asks({}, **submission)
    return {**asked, "tasks": {"leaf": leaf, "age": age}, "target": {"leaf": 2, "age": 1}}


GRADES = {"kind": "ordered", "classes": ["none", "mild", "severe"], "column": "grade"}
FEW_WHALES = {"classes": list(WHALES), "column": "whale", "keep": 3}
FEW_FOUND = {"kind": "labels", "classes": list(FOUND), "column": "labels", "separator": " ", "keep": 3}
FLAGS = {"kind": "labels", "classes": list(FOUND), "keep": 3}
ROWS = {"label": "said", "long": "{id}_{label}"}
FURTHER: dict[str, tuple[dict[str, Any], dict[str, Form]]] = {
    "joined: a column for each class": (joins(), {"target": one_class(*NUMBERS)}),
    "joined: a row for each class": (joins(**ROWS), {"target": one_class(*NUMBERS, column="said", long=in_id)}),
    "joined: a ranked list": (
        joins(label="said", top=3),
        {"target": one_class(*NUMBERS, column="said", separator=" ", top=3)},
    ),
    "joined: a column for each place": (
        joins(label=["first", "second"]),
        {"target": one_class(*NUMBERS, column="label", places=("first", "second"))},
    ),
    "labels: a column for each place": (
        asks({"kind": "labels", "classes": list(FOUND)}, label=["first", "second"]),
        {"asked": Form("labels", FOUND, places=("first", "second"))},
    ),
    "ordered: a row for each grade": (
        asks(GRADES, **ROWS),
        {"asked": one_class("none", "mild", "severe", column="said", long=in_id)},
    ),
    "ordered: the probability of one of two": (
        asks({**GRADES, "classes": ["none", "some"]}, label="said", probability_of="some"),
        {"asked": one_class("none", "some", column="said", positive="some")},
    ),
    "ordered: a ranked list": (
        asks(GRADES, label="said", top=3),
        {"asked": one_class("none", "mild", "severe", column="said", separator=" ", top=3)},
    ),
    "thousands: a column of classes": (asks(FEW_WHALES, label="said"), {"asked": one_class(*WHALES, column="said")}),
    "thousands: a column for each class": (asks(FEW_WHALES), {"asked": one_class(*WHALES)}),
    "thousands: a row for each class": (
        asks(FEW_WHALES, **ROWS),
        {"asked": one_class(*WHALES, column="said", long=in_id)},
    ),
    "thousands: a text of labels": (
        asks(FEW_FOUND, label="said", separator=" "),
        {"asked": Form("labels", FOUND, "said", separator=" ")},
    ),
    "thousands: a column for each label": (asks(FLAGS), {"asked": Form("labels", FOUND)}),
    "thousands: a row for each label": (asks(FLAGS, **ROWS), {"asked": Form("labels", FOUND, "said", long=in_id)}),
    "thousands: a ranked list of labels": (
        asks(FEW_FOUND, label="said", top=3),
        {"asked": Form("labels", FOUND, "said", separator=" ", top=3)},
    ),
    "class: a ranked list of two": (
        asks({"classes": list(LEAF), "column": "leaf"}, label="said", top=2),
        {"asked": one_class(*LEAF, column="said", separator=" ", top=2)},
    ),
    "labels: a ranked list of all": (
        asks({**FLAGS, "classes": list(FOUND[:3]), "keep": 3}, label="said", top=3),
        {"asked": Form("labels", FOUND[:3], "said", separator=" ", top=3)},
    ),
    "separate: a text of labels and a number": (
        {
            "tasks": {
                "found": {"kind": "labels", "classes": list(FOUND[:3])},
                "age": {"kind": "number", "column": "age", "metric": "r2", "weight": 2},
            },
            "target": "separate",
            "submission": {"sample": "sample.csv", "id": "id", "separator": " "},
        },
        {"found": Form("labels", FOUND[:3], "found", separator=" "), "age": Form("number", column="age")},
    ),
    "separate: shares beside columns of classes": (
        {
            "tasks": {
                "votes": {"kind": "shares", "classes": list(VOTES)},
                "leaf": {"classes": list(LEAF), "column": "leaf", "weight": 2},
            },
            "target": "separate",
            "submission": {"sample": "sample.csv", "id": "id"},
        },
        {"votes": Form("shares", VOTES), "leaf": one_class(*LEAF)},
    ),
    "separate: two ranked lists": (
        {
            "tasks": {"leaf": {"classes": list(LEAF), "column": "leaf"}, "whale": {**FEW_WHALES, "weight": 3}},
            "target": "separate",
            "submission": {"sample": "sample.csv", "id": "id", "top": 3},
        },
        {
            "leaf": one_class(*LEAF, column="leaf", separator=" ", top=3),
            "whale": one_class(*WHALES, column="whale", separator=" ", top=3),
        },
    ),
}
"""Forms that the page has no example of: the content of each, and what its host knows of its files."""


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
        self.root, self.content = root, dict(content)
        self.hosts = HOSTS[name] if name in HOSTS else FURTHER[name][1]
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
        if places := next(iter(self.hosts.values())).places:
            sample = sample.drop(columns=answers).assign(**dict.fromkeys(places, ""))
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
