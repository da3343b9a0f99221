"""The file to send, as the sample submission shows it: its columns, its cells, and what one answer is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kit.competition.names import same_column
from kit.competition.tables.json_table import JSON_ENDINGS
from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.presets.table.answers.answer_of import folder_and_file, one_answer_for
from kit.presets.table.answers.class_columns import WITHOUT, a_column_each
from kit.presets.table.answers.lists import are_lists, are_numbers_of, is_word, with_list, with_more, with_numbers
from kit.presets.table.answers.other_values import one_against_others, other_values, refuse_many
from kit.presets.table.asking import Findings, Guide
from kit.presets.table.files.facts import Facts
from kit.presets.table.found.alike import by_affix
from kit.presets.table.found.form import Form
from kit.presets.table.found.sample import Sample, same_name, sure_of_what
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.task import Task
from kit.submissions.shown import is_fraction
from kit.submissions.texts import named, plain


def without_sample(test: Side, train: Side, tasks: Sequence[Task], separate: bool) -> Form:
    """A file of kit's own, where the host shows none: the test photos and a column of answers, or a row for each answer
    where the test table has them.
    """
    form = Form()
    if test.table is not None and not test.table.form.header:
        form.add("header", False, "as its table has none")
    form.add("id", test.column or "file", "there is no sample submission: mend it to what the host wants")
    if test.lead is not None and test.lead.many and "{" not in (test.column or "{"):
        form.add("per", test.column, "the photos of a row have one answer")
    task = tasks[0]
    if train.pivot is not None and test.lead is not None and test.lead.repeats:
        named, values = train.pivot
        form.add("label", values, "as in train")
        form.add(
            "long", {named: "{task}" if separate else "{label}"}, "a row for each answer of a photo, as in its table"
        )
        form.holds = "number" if task.kind == "number" else "class" if separate else "columns"
        return form
    if separate:
        return form
    form.holds = {"labels": "columns", "shares": "columns", "number": "number"}.get(task.kind, "class")
    if form.holds != "columns":
        form.add("label", task.column if task.column not in (None, "folder", "file") else "label")
    elif task.separator is not None:
        form.holds = "list"
        form.add("label", task.column)
        form.add("separator", task.separator, "between the labels, as in train")
    return form


def with_sample(
    facts: Facts,
    sample: Sample,
    tasks: list[Task],
    test: Side,
    train: Side,
    metric: Metric | None,
    guide: Guide,
    findings: Findings,
) -> Form:
    """The form that the sample shows; spells and sorts the tasks' classes as it does."""
    where = facts.root / sample.name
    form = Form()
    named = same_column(sample.id, test.columns) or sample.id
    if test.table is None and sample.id not in test.columns and len(sample.ids) < len(test.rows):
        named = next((name for name in ("file", "stem") if sample.ids < frozenset(test.rows[name])), sample.id)
    form.test_id = None if named == sample.id else named
    ids = frozenset(test.rows[named].dropna()) if named in test.columns else sample.ids
    if test.table is None and (pair := folder_and_file(sample, test)) is not None:
        ids = pair[1]
    some, other = sample.ids < ids, len(sample.ids) < len(ids) and not sample.ids & ids
    if some and test.table is None:
        pass  # told where the folder was chosen
    elif other and test.table is not None:
        findings.check.append(
            f"{sample.name} shows {len(sample.ids):,} rows of no test photo: its columns are taken, and the file to"
            f" send has the {len(ids):,} ids of {test.table.name}"
        )
    elif some:
        findings.check.append(
            f"{sample.name} shows {len(sample.ids):,} of the {len(test.rows):,} test rows: the file to send has all"
        )
    else:
        form.add("sample", sample.name, "the file to send has its ids, order and columns")
    if sample.name.lower().endswith(JSON_ENDINGS):
        findings.check.append(
            f"{sample.name} is json, and `kit submit` writes a csv of its ids and columns: turn that into such a json"
            " before it is sent"
        )
    if not sample.table.form.header:
        form.add("header", False, "its first row is a row")
    form.add("id", sample.id, "its first column" if sample.id == sample.table.columns[0] else "its column of ids")
    one_answer_for(form, sample, test, train, tasks, findings, where)
    sure = sure_of_what(sample, [str(task.column) for task in tasks])
    if sure is not None and tasks[0].of_classes:
        sample = _without_sureness(sample, sure, tasks[0], findings)
    if sample.further:
        form.add("constants", dict.fromkeys(sample.further), "stay as they are in the sample")
    if "long" in form.keys:
        return form
    if len(tasks) > 1:
        _separate(form, sample, tasks, where)
    elif len(sample.answers) == 1:
        _one_column(form, facts, sample, tasks[0], metric, guide, findings, where)
    elif len(sample.answers) > 1:
        a_column_each(form, facts, sample, tasks[0], findings, where)
    else:
        raise KitError("this sample has ids and no answers", where=where, todo=WITHOUT)
    return form


def _without_sureness(sample: Sample, sure: tuple[str, str], task: Task, findings: Findings) -> Sample:
    """A sample of a class and how sure it is with one answer: of two classes the probability, of more the class."""
    _, other = sure
    named = next(answer for answer in sample.answers if answer != other)
    kept, left = (other, named) if len(task.classes) == 2 else (named, other)
    findings.check.append(
        f"the sample asks for '{named}' and in '{other}' how sure that is: '{kept}' is written, and '{left}' stays as"
        f" the sample has it: where it is scored too, fill it in from what `kit submit` writes"
    )
    return replace(sample, answers=(kept,), further=(*sample.further, left))


def _separate(form: Form, sample: Sample, tasks: Sequence[Task], where: Path) -> None:
    names = {task.name: same_name(str(task.column), sample.answers) for task in tasks}
    longer = by_affix([str(task.column) for task in tasks], sample.answers)
    if longer is not None and not any(names.values()):
        shorter = {column: answer for answer, column in longer.items()}
        names = {task.name: shorter.get(str(task.column)) for task in tasks}
    missing = [str(task.column) for task in tasks if names[task.name] is None]
    if len(sample.answers) == 1:
        form.add("label", sample.answers[0], "its only other column")
        return
    if missing or len(sample.answers) != len(tasks):
        raise KitError(
            f"its answers are {', '.join(sample.answers[:6])}, the labels {', '.join(str(t.column) for t in tasks)}",
            where=where,
            todo=WITHOUT,
        )
    if any(name != task for task, name in names.items()):
        form.add("label", names, "the column of each task")


def _one_column(
    form: Form,
    facts: Facts,
    sample: Sample,
    task: Task,
    metric: Metric | None,
    guide: Guide,
    findings: Findings,
    where: Path,
) -> None:
    """One column of answers: classes, a probability, lists, ranked lists or numbers."""
    column = sample.answers[0]
    shown = sample.shown(column)
    form.add("label", column, "its only other column")
    if task.kind == "labels" and task.separator is None and are_lists(shown, task.classes):
        with_list(form, task, shown, findings)
        return
    if task.kind == "labels" and task.separator is None and not task.rows and are_numbers_of(shown, task.classes):
        with_numbers(form, task, shown, findings)
        return
    if task.kind == "shares" or (task.kind == "labels" and task.separator is None and not task.rows):
        raise KitError(
            f"it has one column of answers, '{column}', and there are {len(task.classes)} columns of labels",
            where=where,
            todo=WITHOUT,
        )
    if task.kind == "number":
        form.holds = "number"
        return
    if task.kind == "labels":
        with_list(form, task, shown, findings)
        return
    pairs = [cell for cell in shown if _is_pair(cell, task.classes)]
    if pairs:
        raise KitError(
            f"its answers are such as '{pairs[0]}', a class and how sure of it, and kit writes no such cells",
            where=where,
            todo="leave it out with --sample none, and make that file of what `kit submit` writes",
        )
    ranked = [cell.split() for cell in shown if len(cell.split()) > 1 and cell not in task.classes]
    if ranked and not any(" " in name for name in task.classes) and len(task.classes) > 2:
        known = 2 * sum(word in task.classes for words in ranked for word in words) >= sum(map(len, ranked))
        numbers = all(map(str.isdigit, [*task.classes, *(word for words in ranked for word in words)]))
        holders = numbers and len(ranked) == len(shown) and len(set(map(len, ranked))) == 1  # 1 2 3 in each row
        if known or holders:
            form.top = min(max(map(len, ranked)), len(task.classes))
            form.holds = "ranking"
            form.add("top", form.top, f"it shows lists of {form.top} classes, such as '{' '.join(ranked[0])}'")
            if not known:
                form.add("values", list(task.classes), "the classes as train calls them, whatever the sample counts")
            return
    _one_class(form, facts, sample, task, shown, metric, guide, findings, where)


def _one_class(
    form: Form,
    facts: Facts,
    sample: Sample,
    task: Task,
    shown: list[str],
    metric: Metric | None,
    guide: Guide,
    findings: Findings,
    where: Path,
) -> None:
    column, classes = sample.answers[0], task.classes
    known = {plain(name) for name in classes}
    fraction = next(filter(is_fraction, shown), None)
    wants = metric is not None and metric.needs == "probs"
    if len(classes) == 2 and ((fraction is not None and not set(map(plain, shown)) <= known) or wants):
        place = next((name for name in classes if name.lower() == column.lower()), classes[-1])
        why = (
            f"it shows '{fraction}', a probability: mend it if it is of the other class"
            if fraction
            else f"{metric.name if metric else ''} scores it"
        )
        form.add("probability_of", place, why)
        form.holds = "probability"
        return
    if wants and metric is not None and shown and not known & set(map(plain, shown)):
        if one_against_others(form, task, shown, findings):
            return
        refuse_many(metric.name, column, classes, where)
    odd = [cell for cell in shown if plain(cell) not in known]
    if not shown:
        findings.check.append(f"the sample's column '{column}' is empty: it does not show what an answer looks like")
    elif odd and len(odd) == len(shown):
        other_values(form, facts, sample, task, shown, guide, findings)
    elif odd:
        findings.check.append(f"the sample submission shows {named(odd)}, which no train photo is")
        if len(odd) + len(classes) <= 10000 and all(is_word(cell) for cell in odd) and len(odd) < len(classes):
            task.classes = with_more(classes, odd)
            task.note += f", and {len(odd)} more that the sample shows"


def _is_pair(cell: str, classes: Sequence[str]) -> bool:
    """A cell such as 'w_123 0.8'."""
    words = cell.split()
    return len(words) == 2 and words[1] not in classes and is_fraction(words[1])


def shown_of(sample: Sample | None) -> list[str]:
    """All that a sample shows as answers."""
    if sample is None:
        return []
    cells = pd.Series(sample.table.rows[list(sample.answers)].to_numpy(dtype=object).ravel(), dtype=object)
    return [str(cell) for cell in cells.dropna().unique()]
