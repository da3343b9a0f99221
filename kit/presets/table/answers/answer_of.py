"""What one row of the sample submission is for: a photo, several photos, or a photo and a label."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from kit.competition.names import same_column
from kit.competition.tables.json_table import JSON_ENDINGS
from kit.competition.tables.source import ROWS_FROM
from kit.errors import KitError
from kit.presets.table.asking import NONE, Findings, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import MEASURED, WHO, says
from kit.presets.table.found.columns import few, is_named
from kit.presets.table.found.form import Form
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.pivots import stems_of
from kit.presets.table.tasks.places import has_corners
from kit.presets.table.tasks.task import Task

ANSWERS = ("ans", "answer", "prediction", "pred", "predicted", "label", "target", "class", "category")
"""What the column of answers is called in a test table that is to be filled in."""
FEWEST_ROWS = 3
"""Test rows from which on it says something that all have the same."""
MOST_COLUMNS = 12
"""Columns of a test table that are tried in pairs to find what an answer is for."""


def one_answer_for(
    form: Form, sample: Sample, test: Side, train: Side, tasks: Sequence[Task], findings: Findings, where: Path
) -> None:
    """Where an answer is not for a photo: for several photos, or for a photo and a label."""
    if _a_row_each(form, sample, test, tasks):
        return
    if test.table is None and form.test_id is not None:
        return
    if test.table is None:
        if (pair := folder_and_file(sample, test)) is not None:
            form.add("per", pair[0], "its ids are a folder and a name")
        else:
            _check_folder_ids(sample, test, findings, where)
        return
    named = form.test_id or sample.id
    if named in test.columns and sample.ids <= frozenset(test.rows[named].dropna()):
        repeats = test.rows[named].duplicated().any() or _of_several(sample, test, train)
        if not repeats and not (test.lead is not None and test.lead.many):
            return
        text = sample.id if same_column(sample.id, train.columns) else _pair_of_columns(sample, test, train)
        if text is not None:
            form.add("per", text, "its photos have one answer")
            findings.check.append(f"one answer is for all photos of one '{text}': the mean of what is said of them")
            return
        raise KitError(
            f"several test rows have one '{sample.id}', and train has no such column",
            where=where,
            todo="write 'per' under submission in competition.yaml after `kit init table --sample none`",
        )
    if named in test.columns and not sample.ids & frozenset(test.rows[named].dropna()) and "sample" not in form.keys:
        return  # of which the columns alone are taken
    same = [column for column in test.columns if frozenset(test.rows[column].dropna()) == sample.ids]
    if same and test.rows[same[0]].is_unique:
        form.test_id = same[0]
        return
    for name, first in ROWS_FROM.items():
        if sample.ids == {str(row) for row in range(first, first + len(test.rows))}:
            form.test_id = name
            return
    text = _pair_of_columns(sample, test, train)
    if text is not None:
        form.add("per", text, "its ids are made of two columns")
        findings.check.append(f"one answer is for all photos of one '{text}': the mean of what is said of them")
        return
    lost = sorted(sample.ids - (frozenset(test.rows[sample.id].dropna()) if sample.id in test.columns else frozenset()))
    what = f"{len(lost):,} of the sample's ids, such as '{lost[0]}'," if lost else "some test rows"
    findings.check.append(
        f"{what} are not in both {sample.name} and {test.table.name}: mend 'test' or 'submission.id' in"
        " competition.yaml"
    )


def _of_several(sample: Sample, test: Side, train: Side) -> bool:
    """Whether answers are for what has several photos in train, though each has one in the test rows that are shown."""
    column = same_column(sample.id, train.columns)
    if column is None or sample.id in test.naming_columns:
        return False
    return bool(train.rows[column].dropna().duplicated().any())


def _a_row_each(form: Form, sample: Sample, test: Side, tasks: Sequence[Task]) -> bool:
    """Note the pattern of ids that are made of a photo and one of its classes, labels or tasks, if they are."""
    if len(sample.answers) != 1:
        return False
    places = {column: list(test.rows[column].dropna().unique()) for column in test.columns}
    places.setdefault("stem", stems_of(test))
    for column, cells in places.items():
        columns = [str(task.column) for task in tasks]
        by_task = len(tasks) > 1 and columns == [task.name for task in tasks]
        if by_task and (text := _photo_and_label(sample.ids, cells, columns)) is not None:
            form.add("label", sample.answers[0], "its only other column")
            form.add("long", text.format(f"{{{column}}}", "{task}"), "a row for each photo and task")
            form.holds = "number" if tasks[0].kind == "number" else "class"
            return True
        for task in tasks:
            if len(task.classes) < 2 or len(cells) * len(task.classes) != len(sample.ids):
                continue
            text = _photo_and_label(sample.ids, cells, task.classes)
            if text is not None:
                form.add("label", sample.answers[0], "its only other column")
                form.add("long", text.format(f"{{{column}}}", "{label}"), "a row for each photo and class")
                form.holds = "columns"
                return True
    return False


def _photo_and_label(ids: frozenset[str], cells: Sequence[str], labels: Sequence[str]) -> str | None:
    """How ids are made of a cell, {0}, and a label, {1}, with whatever stands between them: {0}_{1}, or {1}: {0}."""
    first = min(ids)
    inside = ([word for word in words if word in first] for words in (cells, labels))
    for cell, label in sorted(itertools.product(*inside), key=lambda pair: -len("".join(pair))):
        for one, other, order in ((cell, label, "{{0}}{}{{1}}"), (label, cell, "{{1}}{}{{0}}")):
            gap = first[len(one) : len(first) - len(other)]
            if f"{one}{gap}{other}" != first or "{" in gap or "}" in gap:
                continue
            text = order.format(gap)
            if {text.format(made, said) for made in cells for said in labels} == ids:
                return text
    return None


def _pair_of_columns(sample: Sample, test: Side, train: Side) -> str | None:
    """Two columns of both tables that make the sample's ids, such as '{patient}_{side}'."""
    names = [column for column in test.columns if column in train.columns][:MOST_COLUMNS]
    for one, other in itertools.permutations(names, 2):
        for gap in ("_", "-", " "):
            made = test.rows[one].str.cat(test.rows[other], sep=gap)
            if made.notna().all() and frozenset(made) == sample.ids:
                return f"{{{one}}}{gap}{{{other}}}"
    return None


def folder_and_file(sample: Sample, test: Side) -> tuple[str, frozenset[str]] | None:
    """How ids are written that are the last folder of a photo and its name, with a slash between, or a backslash; and
    all that are made so.
    """
    for mark, name in itertools.product(("/", "\\"), ("file", "stem")):
        made = test.rows["folder"].str.cat(test.rows[name], sep=mark)
        if made.notna().all() and made.is_unique and sample.ids <= frozenset(made):
            return f"{{folder}}{mark}{{{name}}}", frozenset(made)
    return None


def _check_folder_ids(sample: Sample, test: Side, findings: Findings, where: Path) -> None:
    """Whether the sample's ids are the names of the photos in the test folder; KitError where none is, of as many."""
    ids = sample.ids
    found = max(len(ids & frozenset(test.rows["file"])), len(ids & frozenset(test.rows["stem"])))
    what = f"{found:,} of the sample's {len(ids):,} ids are names of the {len(test.rows):,} photos of '{test.images}'"
    if not found and len(ids) == len(test.rows):
        first = min(ids, key=lambda one: (len(one), one))
        raise KitError(
            what,
            where=where,
            todo="make a table that says which photo each id is, with a line 'id,file' and lines such as"
            f" '{first},{test.rows['file'].iloc[0]}', put it beside the photos, and name it with --test; or leave the"
            " sample out with --sample none",
        )
    if found < len(ids) or found < len(test.rows):
        findings.check.append(what)


def test_as_sample(facts: Facts, test: Side, train: Side, options: TableOptions) -> Sample | None:
    """A test table whose further columns hold one value, in the place of the answers, is the sample too; one of a few
    rows holds so whatever stands there, and one that lacks a column of train that may be the label is none, unless its
    own is called like one.
    """
    if test.table is None or options.sample == NONE or test.column is None or test.keep:
        return None
    others = [column for column in test.columns if column not in test.photo_columns]
    if test.table.name.lower().endswith((*JSON_ENDINGS, ".parquet")):  # what is sent is text in columns
        return None
    if not others or any(test.rows[column].nunique() > 1 for column in others) or has_corners(others):
        return None
    empty = len(others) == 1 and (
        others[0].lower() in ANSWERS or set(test.rows[others[0]].dropna()) <= {"0", "0.0", "0.5"}
    )
    more = [column for column in train.columns if column not in test.columns]
    may = [column for column in few(train.rows, more) if not says(column, (*MEASURED, *WHO))]
    lacks = any(map(is_named, more)) or (bool(may) and not any(map(is_named, others)))
    if not empty and (lacks or len(test.rows) < FEWEST_ROWS or not set(others) <= set(train.columns)):
        return None
    identity = test.photo_columns[0] if test.photo_columns else test.column
    return Sample(test.table, identity, tuple(others))
