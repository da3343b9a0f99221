"""competition.yaml: what is being predicted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from kit.competition.forms import Question, check_forms
from kit.competition.metrics import find_metric
from kit.competition.names import SPEC_NAME as SPEC_NAME
from kit.competition.photo_format import PhotoFormat
from kit.competition.sources import Finals, Fixes, TestSource, TrainSource
from kit.competition.submission import SubmissionFormat
from kit.errors import KitError, nearest
from kit.evidence.metrics import Metric, metric_named
from kit.evidence.metrics.mean_of_tasks import Part as Judged
from kit.evidence.metrics.mean_of_tasks import mean_of_tasks
from kit.schema import Frozen, PartOfAddress, read_yaml, validate
from kit.targets.base import BaseTask
from kit.targets.classes import ClassesTask, ClassTask
from kit.targets.kinds import Task

TARGET = "target"
"""The name of the joined class, as a task of its own."""

RESERVED = ("image", "group", "fold", "id", TARGET)
"""Columns of kit's own tables: no task may take their names."""

LEARNT_BY = {"class": "f1_macro", "ordered": "f1_macro", "labels": "f1_macro", "number": "rmse", "shares": "kl"}
"""What judges a task of each kind that is only learnt, where the host's metric cannot."""


@dataclass(frozen=True)
class Part:
    """A task of those that a target is made of, with its places among the target's predictions and truths."""

    name: str
    task: BaseTask
    outputs: slice
    """Its columns of predictions, and `truths` those of the truth."""
    truths: slice
    weight: float
    """How much its score counts in the mean of tasks."""
    metric: str
    """The metric that scores it."""


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
    slug: PartOfAddress | None = None
    """The last part of the competition's address at its host; host: kaggle needs it."""
    answers: str | None = None
    """The table of held-back answers, a path in the data folder: the columns of a file to send, with what is true in
    the place of what is said (a class by its name under `submission.label`, or `label` without it), and `part` or
    `Usage`, which says public or private (or ignored).
    """
    recipe: str = "default"
    """The recipe that `kit train` takes where none is named: a shipped one, or recipes/NAME.yaml."""
    train: TrainSource
    """Where the labelled photos are."""
    test: TestSource | None = None
    """Where the photos to predict are. Without it there is no test set, as in data sets for research: everything up to
    scores, comparisons and reports works, and nothing is sent.
    """
    photos: PhotoFormat = PhotoFormat()  # type: ignore[call-arg]
    """How a photo's file becomes pixels."""
    tasks: dict[str, Task] = Field(min_length=1)
    """What there is to predict of a photo, each task under a name of letters, digits and _."""
    target: dict[str, int] | Literal["separate"] | None = None
    """How several tasks are sent and scored. A mapping joins their classes to one class: the sum of weight x task
    class, which must give every number from 0 on once. separate: each task is scored by itself, the target is the mean
    of the scores by the tasks' `weight`, and their answers are sent side by side. Left out when there is one task.
    """
    submission: SubmissionFormat = SubmissionFormat(id="image")  # type: ignore[call-arg]
    """What the host wants to be sent; left out where there is no `test`."""
    fixes: Fixes | None = None
    """Which known label errors are mended; without it none."""
    finals: Finals = Finals()  # type: ignore[call-arg]
    """How the host scores in the end."""

    @model_validator(mode="before")
    @classmethod
    def _a_task_is_of_classes(cls, content: Any) -> Any:
        """Without a `kind` it is; how a kind is told apart wants it written."""
        if not isinstance(content, dict) or not isinstance(content.get("tasks"), dict):
            return content
        tasks = {
            str(name) if isinstance(name, int) else name: {"kind": "class", **task} if isinstance(task, dict) else task
            for name, task in content["tasks"].items()
        }
        return {**content, "tasks": tasks}

    @model_validator(mode="after")
    def _consistent(self) -> Competition:
        if (self.test is None) == ("submission" in self.model_fields_set):
            missing, other = ("test", "submission") if self.test is None else ("submission", "test")
            raise ValueError(f"'{other}' is there and the key '{missing}' is missing: add it, or take '{other}' out")
        for name in self.tasks:
            if name in RESERVED or not name.replace("_", "").isalnum():
                raise ValueError(f"a task cannot be named '{name}': use letters, digits and _, and not {RESERVED}")
        if not self.sent:
            raise ValueError("every task has the weight 0, and nothing is left to send")
        if self.target is None:
            if len(self.sent) > 1:
                raise ValueError(
                    "with several tasks 'target' must say how they join, such as {mask: 6, gender: 3}, or be"
                    " 'separate'; a task that is only learnt has 'weight: 0'"
                )
        elif self.target == "separate":
            if len(self.sent) == 1:
                raise ValueError("'target: separate' is of several tasks, and one is sent: leave it out")
        else:
            self._check_target(self.target)
        for name, task in self.tasks.items():
            if self.target != "separate" and (task.metric is not None or task.weight not in (0, 1)):
                raise ValueError(f"'metric' and 'weight' of the task '{name}' go with 'target: separate'")
        return self

    def _check_target(self, target: dict[str, int]) -> None:
        for name in target:
            if name not in self.tasks:
                raise ValueError(f"'target' names the task '{name}', {nearest(name, self.tasks)}")
            if name not in self.sent:
                raise ValueError(f"'target' names the task '{name}', which is only learnt: its weight is 0")
            if not isinstance(self.tasks[name], ClassesTask):
                raise ValueError(
                    f"'target' joins classes, and '{name}' is of the kind {self.tasks[name].kind}:"
                    " write 'target: separate'"
                )
        for name in self.sent:
            if name not in target:
                raise ValueError(f"'target' leaves out the task '{name}'")
        made = sorted(self._codes(target))
        if made != list(range(len(made))):
            missing = sorted(set(range(len(made))) - set(made))
            raise ValueError(
                f"'target' must give every class 0 to {len(made) - 1} once, and class {missing[0]} is not reached"
            )

    def _codes(self, weights: dict[str, int]) -> list[int]:
        ranges = [range(len(task.outputs)) for task in self.sent.values()]
        return [
            sum(weights[name] * label for name, label in zip(self.sent, labels, strict=True))
            for labels in itertools.product(*ranges)
        ]

    @property
    def sent(self) -> dict[str, BaseTask]:
        """The tasks that are scored and sent: all but those of weight 0."""
        return {name: task for name, task in self.tasks.items() if task.weight > 0}

    @property
    def separate(self) -> bool:
        """Whether the target is several tasks side by side."""
        return self.target == "separate"

    @cached_property
    def target_table(self) -> np.ndarray:
        """(n_target_classes, n_tasks) int64: the class of each task that is sent behind a target class."""
        if not isinstance(self.target, dict):
            return np.arange(self.n_outputs(TARGET), dtype=np.int64)[:, None]
        labels = np.array(list(itertools.product(*(range(len(task.outputs)) for task in self.sent.values()))))
        return labels[np.argsort(self._codes(self.target))]

    @cached_property
    def target_classes(self) -> tuple[str, ...]:
        """A name for every output of the target: a class such as 'worn male <30', a label, or 'task/output'."""
        if self.separate:
            return tuple(f"{name}/{output}" for name, task in self.sent.items() for output in task.outputs)
        names = [task.outputs for task in self.sent.values()]
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

    def task(self, name: str) -> BaseTask:
        """A task, or the target as one: of joined classes a task of them, of separate tasks an error."""
        if name in self.tasks:
            return self.tasks[name]
        if name == TARGET and self.target is None:
            return next(iter(self.sent.values()))
        if name == TARGET and not self.separate:
            return ClassTask.model_construct(classes=self.target_classes)
        raise KitError(f"there is no task '{name}'", todo=nearest(name, self.task_names))

    def kinds(self, names: Iterable[str]) -> dict[str, str]:
        """The kind of each of these tasks that is of no classes."""
        tasks = {name: self.task(name) for name in names}
        return {name: task.kind for name, task in tasks.items() if not isinstance(task, ClassesTask)}

    def parts(self, name: str) -> tuple[Part, ...]:
        """What a task or the target is made of: one part, or of separate tasks one for each."""
        tasks = self.sent if name == TARGET and self.separate else {name: self.task(name)}
        parts, column, truth = [], 0, 0
        for part, task in tasks.items():
            after, beyond = column + len(task.outputs), truth + task.truth_columns
            metric = task.metric or self.metric
            parts.append(Part(part, task, slice(column, after), slice(truth, beyond), task.weight, metric))
            column, truth = after, beyond
        return tuple(parts)

    def outputs(self, task: str) -> tuple[str, ...]:
        """The names of the columns of predictions of a task or of the target: its classes, where it has some."""
        return self.target_classes if task == TARGET else self.task(task).outputs

    def n_outputs(self, task: str) -> int:
        if task == TARGET and not isinstance(self.target, dict):  # target_classes is made of it
            return sum(len(part.task.outputs) for part in self.parts(TARGET))
        return len(self.outputs(task))

    def kept(self, names: Iterable[str]) -> dict[str, int]:
        """How many of a photo's classes predictions of these tasks keep, where not all: of tasks that are sent alone.

        What joins with others, or stands beside them, is kept whole.
        """
        with_others = self.target is not None
        apart = [name for name in names if not (with_others and (name in self.sent or name == TARGET))]
        tasks = {name: self.task(name) for name in apart}
        return {name: task.kept for name, task in tasks.items() if task.kept is not None}

    @property
    def task_names(self) -> tuple[str, ...]:
        """Everything that a run can be trained for: the tasks, and the joined class where it is not a task itself."""
        return (*self.tasks, TARGET) if isinstance(self.target, dict) else tuple(self.tasks)

    def asked(self, find: Callable[[str], Metric]) -> tuple[Question, ...]:
        """What is sent, part by part, and what each is judged by; find: the metric of a name."""
        parts = self.parts(TARGET)
        numbers = tuple(map(str, range(self.n_outputs(TARGET)))) if isinstance(self.target, dict) else None
        return tuple(
            Question(
                next(iter(self.sent)) if self.target is None else part.name,
                part.task.kind,
                part.task.outputs,
                find(part.metric),
                alone=len(parts) == 1,
                written=numbers,
                kept=self.kept([TARGET]).get(TARGET),
            )
            for part in parts
        )

    def judged_by(self, task: str, find: Callable[[str], Metric]) -> Metric:
        """The metric of a task or the target; find: the metric of a name. Of one that is only learnt the host's, or
        where that cannot judge it one of its kind.
        """
        found = [(part, find(part.metric)) for part in self.parts(task)]
        if task == TARGET and self.separate:
            return mean_of_tasks(
                [Judged(metric, part.task.kind, part.weight, part.outputs, part.truths) for part, metric in found]
            )
        ((part, metric),) = found
        if task in self.sent or task == TARGET or part.task.kind in metric.kinds:
            return metric
        return metric_named(LEARNT_BY[part.task.kind])

    @property
    def definition(self) -> dict[str, object]:
        """The part that gives labels their meaning, for the data fingerprint."""
        return {"tasks": {name: task.definition for name, task in self.tasks.items()}, "target": self.target}


def read_competition(path: Path) -> Competition:
    """Read and check competition.yaml."""
    competition = validate(Competition, read_yaml(path), where=path)

    def find(name: str) -> Metric:
        return find_metric(name, path)

    if competition.test is not None:
        check_forms(competition.submission, competition.asked(find), path)
    competition.judged_by(TARGET, find)
    return competition
