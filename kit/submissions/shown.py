"""The sample submission's own answers beside what will be written: does the host want what the file will say?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kit.competition.spec import Competition
from kit.submissions.form import Layout, plain

MOST = 4
"""Answers that a sentence names."""
FRACTION = re.compile(r"0?\.\d*[1-9]\d*")
"""A number between 0 and 1: no label looks like it."""


@dataclass(frozen=True)
class Shown:
    """ok: all of the sample's answers could be written; note: some could not, or its only answer may stand for nothing
    and competition.yaml says the form; wrong: none could.
    """

    level: Literal["ok", "note", "wrong"]
    what: str
    todo: str = ""
    said: bool = True
    """Whether competition.yaml says itself what is written: nothing that is wrong is sent before it does."""

    def __str__(self) -> str:
        return f"{self.what}; {self.todo}" if self.todo else self.what


def shown_beside_written(competition: Competition, layout: Layout) -> Shown | None:
    """What the sample shows compared with what will be written; None where it shows nothing."""
    if not layout.shown:
        return None
    form, values = competition.submission, {plain(value) for value in layout.values}
    of_classes = form.one_column is not None and form.probability_of is None
    odd = [cell for cell in layout.shown if not (plain(cell) in values if of_classes else _is_probability(cell))]
    if of_classes:
        will = f"the column '{form.one_column}' will hold {named(layout.values)}"
    elif form.probability_of is not None:
        will = f"the column '{form.one_column}' will hold the probability of '{form.probability_of}'"
    else:
        will = "each class's column will hold its probability"
    if not odd:
        return Shown("ok", f"{will}; the sample shows {named(layout.shown)}")
    if len(odd) < len(layout.shown):
        return Shown(
            "note", f"{will}; the sample also shows {named(odd)}", "make sure that the host takes what is written"
        )
    said = form.values is not None or form.probability_of is not None
    what = f"{will}; the sample shows something else: {named(odd)}"
    return Shown("note" if said and len(odd) == 1 else "wrong", what, _mend(competition, odd), said)


def named(texts: Sequence[str]) -> str:
    """Some texts in quotes, and how many more there are."""
    more = f" and {len(texts) - MOST} more" if len(texts) > MOST else ""
    return ", ".join(f"'{text}'" for text in texts[:MOST]) + more


def is_fraction(text: str) -> bool:
    """Whether an answer can only be a probability, such as 0.5."""
    return FRACTION.fullmatch(text) is not None


def _is_probability(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _mend(competition: Competition, odd: Sequence[str]) -> str:
    classes = competition.target_classes
    if competition.submission.probability_of is not None:
        return "take 'probability_of' out of 'submission', if the host wants classes"
    as_it_is = f"'{_values(competition.submitted_values)}'"
    if competition.submission.one_column is None:
        return (
            "under 'submission', write 'label: COLUMN' if the host wants classes, or, if these columns hold "
            f"probabilities, {as_it_is}"
        )
    if any(map(is_fraction, odd)) and len(classes) == 2:
        return (
            f"if the host wants a probability, write 'probability_of: {classes[-1]}' under 'submission', "
            f"and the metric, such as 'metric: roc_auc'; if it wants these classes, {as_it_is}"
        )
    other = f"'{_values(odd)}' under 'submission': what the host calls {named(classes)}"
    if len(odd) != len(classes):
        return f"write {as_it_is} under 'submission', with what the host calls {named(classes)} in their places"
    return f"write {other}; if it takes them as they are, {as_it_is}"


def _values(texts: Sequence[str]) -> str:
    """The line of competition.yaml that says what is written for each class."""
    return "values: [" + ", ".join(f'"{text}"' for text in texts[:MOST]) + (", ...]" if len(texts) > MOST else "]")
