"""All kinds of targets by the word for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kit.targets.base import BaseTask
from kit.targets.classes import ClassTask
from kit.targets.labels import LabelsTask
from kit.targets.number import NumberTask
from kit.targets.ordered import OrderedTask
from kit.targets.shares import SharesTask

Task = Annotated[ClassTask | OrderedTask | LabelsTask | NumberTask | SharesTask, Field(discriminator="kind")]

KINDS: dict[str, type[BaseTask]] = {
    "class": ClassTask,
    "ordered": OrderedTask,
    "labels": LabelsTask,
    "number": NumberTask,
    "shares": SharesTask,
}
"""A task's `kind` -> its model; without one a task is of `class`."""
