"""A sample submission with a column for each class or label: which is whose, and in which order they stand."""

from __future__ import annotations

import re
from pathlib import Path

from kit.competition.names import spelling
from kit.errors import KitError
from kit.presets.table.answers.other_values import with_map
from kit.presets.table.asking import Findings
from kit.presets.table.files.facts import Facts
from kit.presets.table.found.alike import by_affix
from kit.presets.table.found.form import Form
from kit.presets.table.found.sample import Sample
from kit.presets.table.tasks.task import Task
from kit.submissions.shown import is_fraction
from kit.submissions.texts import named, plain

WITHOUT = "name another file with --sample, or leave it out with --sample none"


def a_column_each(form: Form, facts: Facts, sample: Sample, task: Task, findings: Findings, where: Path) -> None:
    """A column for each class or label."""
    form.holds = "columns"
    answers = list(sample.answers)
    by_spelling = {spelling(answer): answer for answer in answers}
    names = {name: by_spelling.get(spelling(name)) for name in task.classes}
    if len(by_spelling) < len(answers):  # two answers differ in spelling alone
        names = {name: name if name in answers else None for name in task.classes}
    called = by_affix(answers, task.classes) if not any(names.values()) else None
    if called is not None and len(called) == len(answers) and task.kind != "number":
        form.add("values", list(called.values()), "the columns of the classes, in the order of 'classes'")
        return
    lost = [name for name, answer in names.items() if answer is None]
    if not sample.table.form.header and len(lost) == len(answers) == len(task.classes) and task.kind != "number":
        form.add("values", answers, "the columns of the classes, in the order of 'classes'")
        findings.check.append(
            f"{sample.name} has no names of columns: its {len(answers)} answers are {named(task.classes)}, if they"
            " stand in the order of train; change that of 'values' under submission if it is another"
        )
        return
    if lost and task.of_classes and with_map(form, facts, task.classes, answers, findings):
        return
    if len(lost) == len(task.classes) and _are_places(sample, task):
        form.holds, form.top = "ranking", len(answers)
        form.add("label", answers, f"the best {len(answers)} of a photo, in a column each")
        return
    if task.kind == "number" or lost:
        raise KitError(
            f"its columns {', '.join(answers[:6])} are neither one label nor the values of"
            f" {task.column or ', '.join(task.columns[:6]) or 'the labels'}"
            + (f", such as '{lost[0]}'" if lost else ""),
            where=where,
            todo=WITHOUT,
        )
    more = [answer for answer in answers if answer not in names.values()]
    if more:
        findings.check.append(f"the sample submission has columns for {named(more)}, which no train photo is")
        task.note += f", and {len(more)} more that the sample has"
    renamed = {name: str(answer) for name, answer in names.items() if name != answer}
    if renamed and task.column is not None and task.kind != "labels":
        task.values = {name: str(answer) for name, answer in names.items()} | task.values
    elif renamed:
        task.columns = task.columns or tuple(task.classes)
    if task.of_classes and task.columns and not more:
        order = {str(answer): column for column, answer in zip(task.columns, names.values(), strict=True)}
        task.columns = tuple(order[answer] for answer in answers)
    elif task.columns and more:
        raise KitError(
            f"it has columns for {named(more)}, and the train table has none for them",
            where=where,
            todo=WITHOUT,
        )
    elif task.columns:
        order = {str(answer): column for column, answer in zip(task.columns, names.values(), strict=True)}
        task.columns = tuple(order[answer] for answer in answers)
    task.classes = answers


def _are_places(sample: Sample, task: Task) -> bool:
    """Whether columns are the places of a ranked list: called by one word and a number in order, and no probabilities
    or numbers but of classes.
    """
    if task.kind not in ("class", "ordered") or task.column is None or len(sample.answers) > len(task.classes):
        return False
    parts = [re.fullmatch(r"(\D*)(\d+)(?:st|nd|rd|th)?(\D*)", answer) for answer in sample.answers]
    called = [(part[1], int(part[2]), part[3]) for part in parts if part]
    first = called[0] if called else ("", 0, "")
    if called != [(first[0], first[1] + place, first[2]) for place in range(len(sample.answers))]:
        return False
    shown = {cell for answer in sample.answers for cell in sample.shown(answer)}
    known = set(map(plain, task.classes))
    if first[1] > 1:  # columns that have but numbers, behind that of the ids
        return not sample.table.form.header and all(plain(cell) in known for cell in shown)
    return any(plain(cell) in known for cell in shown) or not any(map(is_fraction, shown))
