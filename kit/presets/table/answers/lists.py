"""Answers that are lists of labels, and words of a sample that no train photo has."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from kit.presets.table.asking import Findings
from kit.presets.table.found.form import Form
from kit.presets.table.tasks.grades import class_names
from kit.presets.table.tasks.task import Task
from kit.submissions.shown import is_fraction
from kit.submissions.texts import named, plain


def with_more(classes: Sequence[str], odd: Sequence[str]) -> list[str]:
    """Classes and those that the sample shows beside them: numbers by size, words behind the others."""
    every = [*classes, *sorted(odd)]
    return class_names(pd.Series(every, dtype=object)) if all(map(str.isdigit, every)) else every


def is_word(cell: str) -> bool:
    return not is_fraction(cell) and len(cell) < 60


def are_lists(shown: Sequence[str], classes: Sequence[str]) -> bool:
    """Whether cells are lists of the names of labels."""
    words = [word.strip() for cell in shown for word in re.split(r"[|;, ]+", cell)]
    return bool(words) and 2 * sum(word in classes for word in words) > len(words)


def with_list(form: Form, task: Task, shown: Sequence[str], findings: Findings) -> None:
    form.holds = "list"
    separator, known, odd = task.separator or " ", set(map(plain, task.classes)), list[str]()
    for other in ("|", ";", ",", " "):
        words = [word.strip() for cell in shown if other in cell for word in cell.split(other)]
        there = sum(plain(word) in known for word in words)
        if words and there >= len(words) / 2:
            separator, odd = other, sorted({word for word in words if word and plain(word) not in known})
            break
    form.add("separator", separator, "between the labels")
    if odd and len(odd) < len(task.classes) and all(map(is_word, odd)):
        findings.check.append(f"the sample submission shows {named(odd)}, which no train photo has")
        task.classes = with_more(task.classes, odd)
        task.note += f", and {len(odd)} more that the sample shows"


def are_numbers_of(shown: Sequence[str], classes: Sequence[str]) -> bool:
    """Whether cells are lists of whole numbers that may count the labels, at least one of them of several."""
    words = [cell.split() for cell in shown]
    numbers = [word for cell in words for word in cell]
    whole = bool(numbers) and all(re.fullmatch(r"\d{1,4}", word) for word in numbers)
    return whole and max(map(len, words)) > 1 and max(map(int, numbers)) <= len(classes)


def with_numbers(form: Form, task: Task, shown: Sequence[str], findings: Findings) -> None:
    """A list of the numbers of a photo's labels, which count from 0 but where only 1 on fits them."""
    form.holds = "list"
    first = int(max(int(word) for cell in shown for word in cell.split()) == len(task.classes))
    numbers = [str(place) for place in range(first, first + len(task.classes))]
    form.add("separator", " ", "between the labels")
    form.add("values", numbers, "the labels by their numbers, in the order of 'classes'")
    findings.check.append(
        f"the sample shows numbers, such as '{shown[0]}': those of the labels, {named(task.classes)}, from {first} on,"
        " if they stand in the order of train; change that of 'values' under submission if it is another"
    )
