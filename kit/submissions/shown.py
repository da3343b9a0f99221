"""The sample submission's own answers beside what will be written: does the host want what the file will say?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kit.competition.forms import Question, form_of
from kit.competition.submission import SubmissionFormat
from kit.competition.workspace import Workspace
from kit.submissions.cells import Cells
from kit.submissions.form import Layout
from kit.submissions.texts import MOST, named

FRACTION = re.compile(r"0?\.\d*[1-9]\d*")
"""A number between 0 and 1: no label looks like it."""


@dataclass(frozen=True)
class Shown:
    """ok: all of the sample's answers could be written; note: some could not; wrong: none could."""

    level: Literal["ok", "note", "wrong"]
    what: str
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.what}; {self.todo}" if self.todo else self.what


def shown_beside_written(workspace: Workspace, layout: Layout) -> Shown | None:
    """What the sample shows compared with what will be written, of the part that fits least; None where it shows
    nothing.
    """
    form = workspace.competition.submission
    found = [
        _shown(form, asked, cells, shown)
        for asked, cells, shown in zip(workspace.asked, layout.cells, layout.shown, strict=True)
        if shown
    ]
    return max(found, key=lambda part: ("ok", "note", "wrong").index(part.level), default=None)


def is_fraction(text: str) -> bool:
    """Whether an answer can only be a probability, such as 0.5."""
    return FRACTION.fullmatch(text) is not None


def _shown(form: SubmissionFormat, asked: Question, cells: Cells, shown: Sequence[str]) -> Shown:
    odd, will = [cell for cell in shown if not cells.fits(cell)], cells.will()
    if not odd:
        return Shown("ok", f"{will}; the sample shows {named(shown)}")
    if len(odd) < len(shown):
        what = f"{will}; the sample also shows {named(odd)}"
        return Shown("note", what, "make sure that the host takes what is written")
    return Shown("wrong", f"{will}; the sample shows something else: {named(odd)}", _mend(form, asked, odd))


def _mend(form: SubmissionFormat, asked: Question, odd: Sequence[str]) -> str:
    kind, classes = form_of(form, asked), asked.outputs
    if kind == "probability":
        return "take 'probability_of' out of 'submission', if the host wants classes"
    if kind == "columns":
        return "write 'label' under 'submission', if the host wants classes"
    if kind == "number":
        return "mend 'label' under 'submission', the column of the numbers"
    if any(map(is_fraction, odd)) and len(classes) == 2:
        return (
            f"if the host wants a probability, write 'probability_of: {classes[-1]}' under 'submission', "
            "and the metric, such as 'metric: roc_auc'"
        )
    example = ", ".join(f'"{text}"' for text in odd) if len(odd) == len(classes) <= MOST else "..."
    return f"write 'values: [{example}]' under 'submission': what the host calls {named(classes)}"
