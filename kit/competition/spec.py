"""competition.yaml: what is being predicted."""

from __future__ import annotations

import itertools
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from kit.competition.forms import Question, check_forms
from kit.competition.metrics import find_metric
from kit.competition.submission import SubmissionFormat
from kit.errors import KitError, nearest
from kit.evidence.metrics import Metric
from kit.schema import Frozen, read_yaml, validate

SPEC_NAME = "competition.yaml"

TARGET = "target"
"""The name of the joined class, as a task of its own."""

RESERVED = ("image", "group", "fold", "id", TARGET)
"""Columns of kit's own tables: no task may take their names."""


class Quantiles(Frozen):
    """Bins of about equally many train photos each, split once more where a class begins."""

    quantile: int = Field(ge=2, le=1000)
    """How many bins."""


class Task(Frozen):
    """One thing to predict of a photo: its classes, and how a table's column tells them."""

    classes: tuple[str, ...] = Field(min_length=2)
    """The names of the classes, in the order in which they are numbered from 0."""
    column: str
    """The train table's column that holds the label; `file`, `stem` and `folder` are columns of every photo."""
    values: dict[str, str] | None = None
    """Raw value -> class, where the column does not hold the class names themselves. A key may be a pattern with *, ?
    and [...]; the name of a raw value goes before patterns, and the first pattern that fits before later ones.
    """
    edges: tuple[float, ...] | None = None
    """Lower bounds of the second, third ... class of a numeric column: one less than there are classes, rising."""
    bins: tuple[float, ...] | Quantiles | Literal["values"] | None = None
    """Finer classes that a head of a recipe may learn (its key `heads`), each inside one class. For a task with `edges`
    the lower bounds of the second, third ... bin, all edges among them, or {quantile: N}, which cuts the train side of
    each fold into N; for a task with `values` the word values, a bin for each of them.
    """

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, content: object) -> object:
        if isinstance(content, dict):
            content = dict(content)
            if isinstance(content.get("classes"), list):
                content["classes"] = [str(name).strip() for name in content["classes"]]
            if isinstance(content.get("values"), dict):
                content["values"] = {str(raw).strip(): str(name).strip() for raw, name in content["values"].items()}
        return content

    @model_validator(mode="after")
    def _consistent(self) -> Task:
        if len(set(self.classes)) != len(self.classes):
            raise ValueError(f"the classes {list(self.classes)} repeat a name")
        if self.values is not None and self.edges is not None:
            raise ValueError("a task has 'values' or 'edges', not both")
        for name in (self.values or {}).values():
            if name not in self.classes:
                raise ValueError(f"'values' leads to the class '{name}', {nearest(name, self.classes)}")
        if self.edges is not None:
            if list(self.edges) != sorted(set(self.edges)):
                raise ValueError(f"'edges' must rise: {list(self.edges)}")
            if len(self.edges) != len(self.classes) - 1:
                raise ValueError(f"{len(self.edges)} edges make {len(self.edges) + 1} classes, not {len(self.classes)}")
        self._check_bins()
        return self

    def _check_bins(self) -> None:
        if self.bins == "values":
            if self.values is None or set(self.values.values()) != set(self.classes):
                raise ValueError("'bins: values' needs 'values' that lead to every class")
        elif self.bins is not None and self.edges is None:
            raise ValueError("'bins' of numbers need 'edges': they divide a numeric column")
        elif isinstance(self.bins, tuple):
            if list(self.bins) != sorted(set(self.bins)):
                raise ValueError(f"'bins' must rise: {list(self.bins)}")
            for edge in self.edges or ():
                if edge not in self.bins:
                    raise ValueError(f"'bins' must hold the edge {edge:g}, so that each lies in one class")


class TrainSource(Frozen):
    """Where the labelled photos are."""

    table: str | None = None
    """The csv with the labels, a path in the data folder; without it every image that `images` finds is a row."""
    images: str
    """Where a row's photo lies in the data folder, with {column} for what the row has in a column; where the last part
    of the path holds a *, every image file that fits is a row of its own. Without a table, a pattern of paths.
    """
    group: str | None = None
    """The column that says who is on the photo: no person crosses folds. Without it every photo is its own group."""


class TestSource(Frozen):
    """Where the photos to predict are."""

    table: str | None = None
    """The csv that names the photos, a path in the data folder; often the sample submission itself."""
    images: str
    """Where a row's photo lies in the data folder, written as in `train.images`."""


class Fixes(Frozen):
    """Known label errors, which are mended whenever the train table is read."""

    file: str = "fixes.csv"
    """The csv of fixes, a path in the workspace."""
    tiers: tuple[str, ...] = ("core",)
    """The tiers of fixes that are applied: the words of its column `tier`."""


class Finals(Frozen):
    """How the host scores in the end; `kit select` reckons with it."""

    __test__ = False

    public_share: float = Field(0.5, gt=0, lt=1)
    """The share of the test set behind the public leaderboard."""
    split_by: Literal["group", "row"] = "group"
    """group: all photos of a person lie on one side of public and private; row: they are spread over both."""
    test_groups: int | None = Field(None, ge=1)
    """People in the test set; without it reckoned from the photos a person has in the train table."""


class Competition(Frozen):
    """The whole of competition.yaml."""

    name: str
    """What the competition is called."""
    data: str
    """The folder with its tables and images, a path from the folder of competition.yaml; it is only read."""
    metric: str = "f1_macro"
    """What the host scores by, on the target's classes: f1_macro, accuracy, balanced_accuracy, qwk (quadratic weighted
    kappa), log_loss, roc_auc (each class against the rest, averaged), or one that metrics.py beside competition.yaml
    registers. log_loss and roc_auc judge probabilities, kit's others labels.
    """
    host: str = "manual"
    """manual: scores are logged by hand; kaggle: through its API; answers: from answers kept in the data folder."""
    slug: str | None = None
    """The last part of the competition's address at its host; host: kaggle needs it."""
    answers: str | None = None
    """The table of held-back answers, a path in the data folder: the column `submission.id`; the true class, as it is
    submitted, under the name of `submission.label` (`label` without it); and `part`, which says public or private.
    """
    recipe: str = "default"
    """The recipe that `kit train` takes where none is named: a shipped one, or recipes/NAME.yaml."""
    train: TrainSource
    """Where the labelled photos are."""
    test: TestSource
    """Where the photos to predict are."""
    tasks: dict[str, Task] = Field(min_length=1)
    """What there is to predict of a photo, each task under a name of letters, digits and _."""
    target: dict[str, int] | None = None
    """How the classes of several tasks join to the class that is submitted: the sum of weight x task class, which must
    give every number from 0 on once. Left out when there is one task.
    """
    submission: SubmissionFormat
    """What the host wants to be sent."""
    fixes: Fixes | None = None
    """Which known label errors are mended; without it none."""
    finals: Finals = Finals()  # type: ignore[call-arg]
    """How the host scores in the end."""

    @model_validator(mode="after")
    def _consistent(self) -> Competition:
        for name in self.tasks:
            if name in RESERVED or not name.replace("_", "").isalnum():
                raise ValueError(f"a task cannot be named '{name}': use letters, digits and _, and not {RESERVED}")
        if self.target is None:
            if len(self.tasks) > 1:
                raise ValueError("with several tasks 'target' must say how they join, such as {mask: 6, gender: 3}")
        else:
            self._check_target(self.target)
        return self

    def _check_target(self, target: dict[str, int]) -> None:
        for name in target:
            if name not in self.tasks:
                raise ValueError(f"'target' names the task '{name}', {nearest(name, self.tasks)}")
        for name in self.tasks:
            if name not in target:
                raise ValueError(f"'target' leaves out the task '{name}'")
        made = sorted(self._codes())
        if made != list(range(len(made))):
            missing = sorted(set(range(len(made))) - set(made))
            raise ValueError(
                f"'target' must give every class 0 to {len(made) - 1} once, and class {missing[0]} is not reached"
            )

    def _codes(self) -> list[int]:
        weights = self.target or {}
        ranges = [range(len(task.classes)) for task in self.tasks.values()]
        return [
            sum(weights[name] * label for name, label in zip(self.tasks, labels, strict=True))
            for labels in itertools.product(*ranges)
        ]

    @cached_property
    def target_table(self) -> np.ndarray:
        """(n_target_classes, n_tasks) int64: the class of each task, in the order of `tasks`, behind a target class."""
        if self.target is None:
            return np.arange(self.n_classes(next(iter(self.tasks))), dtype=np.int64)[:, None]
        labels = np.array(list(itertools.product(*(range(len(task.classes)) for task in self.tasks.values()))))
        return labels[np.argsort(self._codes())]

    @cached_property
    def target_classes(self) -> tuple[str, ...]:
        """A name for every target class, such as 'worn male <30'."""
        names = [task.classes for task in self.tasks.values()]
        return tuple(
            " ".join(task[label] for task, label in zip(names, labels, strict=True)) for labels in self.target_table
        )

    @cached_property
    def submitted_values(self) -> tuple[str, ...]:
        """What the submission file says for each target class."""
        if isinstance(self.submission.values, tuple):
            return self.submission.values
        if self.target is None:
            return self.target_classes
        return tuple(str(label) for label in range(len(self.target_classes)))

    def classes(self, task: str) -> tuple[str, ...]:
        """The class names of a task, or of the joined target."""
        if task == TARGET:
            return self.target_classes
        if task not in self.tasks:
            raise KitError(f"there is no task '{task}'", todo=nearest(task, self.task_names))
        return self.tasks[task].classes

    def n_classes(self, task: str) -> int:
        return len(self.classes(task))

    @property
    def task_names(self) -> tuple[str, ...]:
        """Everything that a run can be trained for: the tasks, and the joined target where it is not a task itself."""
        return (*self.tasks, TARGET) if self.target is not None else tuple(self.tasks)

    def asked(self, metric: Metric) -> tuple[Question, ...]:
        """What is sent, part by part, and what each is judged by; metric: of the whole target."""
        name = next(iter(self.tasks)) if self.target is None else TARGET
        return (Question(name, "class", self.target_classes, metric, written=self.submitted_values),)

    @property
    def definition(self) -> dict[str, object]:
        """The part that gives labels their meaning, for the data fingerprint."""
        return {"tasks": {name: list(task.classes) for name, task in self.tasks.items()}, "target": self.target}


def read_competition(path: Path) -> Competition:
    """Read and check competition.yaml."""
    competition = validate(Competition, read_yaml(path), where=path)
    metric = find_metric(competition.metric, path)
    check_forms(competition.submission, competition.asked(metric), path)
    return competition
