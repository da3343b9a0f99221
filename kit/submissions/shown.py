"""The sample submission's own answers beside what will be written: does the host want what the file will say?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kit.competition.forms import Question, form_of, written_values
from kit.competition.workspace import Workspace
from kit.submissions.cells import OneClass, OneProbability
from kit.submissions.class_map import host_values
from kit.submissions.form import Layout
from kit.submissions.said import Cells
from kit.submissions.texts import named, plain

MOST_VALUES = 200
"""Classes up to which the line that says what is written for them is told whole."""
FRACTION = re.compile(r"0?\.\d*[1-9]\d*")
"""A number between 0 and 1: no label looks like it."""


@dataclass(frozen=True)
class Shown:
    """ok: all of the sample's answers could be written; note: some could not, or its only answer may stand for nothing
    (no class where a probability is written, nor the other way round) and competition.yaml says the form; wrong: none
    could.
    """

    level: Literal["ok", "note", "wrong"]
    what: str
    todo: str = ""
    said: bool = True
    """Whether competition.yaml says itself what is written: nothing that is wrong is sent before it does."""

    def __str__(self) -> str:
        return f"{self.what}; {self.todo}" if self.todo else self.what


def shown_beside_written(workspace: Workspace, layout: Layout) -> Shown | None:
    """What the sample shows compared with what will be written, of the part that fits least; None where it shows
    nothing.
    """
    found = [
        _shown(workspace, asked, cells, shown)
        for asked, cells, shown in zip(workspace.asked, layout.cells, layout.shown, strict=True)
        if shown
    ]
    return max(found, key=lambda part: ("ok", "note", "wrong").index(part.level), default=None)


def is_fraction(text: str) -> bool:
    """Whether an answer can only be a probability, such as 0.5."""
    return FRACTION.fullmatch(text) is not None


def _shown(workspace: Workspace, asked: Question, cells: Cells, shown: Sequence[str]) -> Shown:
    form = workspace.competition.submission
    will = cells.will("column" if form.long is None else "row")
    odd = [cell for cell in shown if not cells.fits(cell)]
    if not odd:
        return Shown("ok", f"{will}; the sample shows {named(shown)}")
    if len(odd) < len(shown):
        what = f"{will}; the sample also shows {named(odd)}"
        return Shown("note", what, "make sure that the host takes what is written")
    # what values there are can be said of classes and labels; a number or a list is what it is
    said = form.values is not None or form_of(form, asked) not in ("class", "columns")
    may_be_nothing = len(odd) == 1 and not _is_of_another_form(asked, cells, odd[0])
    level: Literal["note", "wrong"] = "note" if said and may_be_nothing else "wrong"
    mend = _mend(workspace, asked, odd) if level == "wrong" else "make sure that the host takes what is written"
    return Shown(level, f"{will}; the sample shows something else: {named(odd)}", mend, said)


def _is_of_another_form(asked: Question, cells: Cells, shown: str) -> bool:
    """Whether an answer stands for itself: a class where a probability is written, a probability where a class is."""
    if isinstance(cells, OneProbability):
        return plain(shown) in set(map(plain, (*asked.outputs, *cells.values)))
    return isinstance(cells, OneClass) and is_fraction(shown)


def _mend(workspace: Workspace, asked: Question, odd: Sequence[str]) -> str:
    form = workspace.competition.submission
    kind, classes = form_of(form, asked), asked.outputs
    as_it_is = f"'{_values(written_values(form, asked), asked)}'"
    if kind == "probability":
        return "take 'probability_of' out of 'submission', if the host wants classes"
    if kind == "columns":
        return (
            "under 'submission', write 'label: COLUMN' if the host wants classes, or, if these columns hold "
            f"probabilities, {as_it_is}"
        )
    if kind == "number":
        return "mend 'label' under 'submission', the column of the numbers"
    if any(map(is_fraction, odd)) and len(classes) == 2:
        return (
            f"if the host wants a probability, write 'probability_of: {classes[-1]}' under 'submission', "
            f"and the metric, such as 'metric: roc_auc'; if it wants these classes, {as_it_is}"
        )
    told = host_values(workspace.data_dir, workspace.competition, classes, odd)
    if told is not None:
        values, why = told
        line = _values(values, asked)
        return f"write '{line}' under 'submission' ({why}); if it takes the names as they are, {as_it_is}"
    return f"write {as_it_is} under 'submission', with what the host calls {named(classes)} in their places"


def _values(texts: Sequence[str], asked: Question) -> str:
    """The line of competition.yaml that says what is written for each class."""
    rest = ", ...]" if len(texts) > MOST_VALUES else "]"
    told = "[" + ", ".join(f'"{text}"' for text in texts[:MOST_VALUES]) + rest
    return f"values: {told}" if asked.alone else f"values: {{{asked.task}: {told}}}"
