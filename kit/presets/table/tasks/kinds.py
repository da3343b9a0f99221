"""What the label columns of a table ask of a photo: the kind of each task, its classes, and how that was told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kit.errors import KitError
from kit.presets.table.asking import Guide, Question
from kit.presets.table.files.names import MEASURED, says, words
from kit.presets.table.found.columns import as_numbers
from kit.presets.table.tasks.grades import class_names, scale_of
from kit.presets.table.tasks.task import CODES, FEW_NUMBERS, Task, of_codes, task_names
from kit.submissions.texts import plain
from kit.targets.cells import bare_list, bare_word

SEPARATORS = ("|", ";", "；", "、", ",", " ")
FEWEST_SHARES = 5
"""Numbers up to 100, each five or ten more, of which a column may have so many that they may be shares of a hundred."""
FEWEST_COUNTED = 11
"""Whole numbers of which a column may have so many that they may be counts, where they begin above 1."""
FEWEST_SHOWN = 6
"""Answers of a sample that tell whether they go beyond those of train."""
DICTIONARY = r"\{[^\[]*:[^\[]*\}"
"""A cell that says several things by their names, and holds no list, as places on a photo do."""
FEW_CELLS = 50
"""Cells that are looked at for several numbers in each."""
MEASURES = (
    *("age", "count", "counts", "cnt", "speed", "score", "weight", "height", "price", "popularity", "pawpularity"),
    *("size", "length", "area", "volume", "angle", "temperature", "quantity", "rating", "width", "depth", "distance"),
    *("percent", "percentage", "yield", "biomass", "steps", "calories", "months", "years", "boneage", "headcount"),
    *("kcal", "calorie", "energy"),
    *("amount", "cost", "income", "sales", "likes", "views", "duration", "altitude", "elevation", "humidity"),
)
"""Words of columns that measure."""
COUNTS = {"num", "number", "people", "persons", "heads"}
"""Words of columns that count, where their numbers are too many for classes."""


def tasks_of(
    rows: pd.DataFrame,
    columns: Sequence[str],
    shown: Sequence[str],
    together: bool,
    kind: str | None,
    guide: Guide,
    where: object,
) -> list[Task]:
    """The tasks that the columns ask: one of them all, where they belong together, or one for each.

    shown: the sample submission's answers; together: whether the sample has a column for each; kind: of every task,
    where the user says it.
    """
    if len(columns) > 1 and together:
        whole = _of_columns(rows, columns, kind)
        if whole is not None:
            return [whole]
        known = [rows[column].dropna() for column in columns]
        if kind is None and all(map(plain_number, known)) and not _mixed(known):
            kind = "number" if any(map(is_number, known)) else _whole_numbers_are(known, columns, guide, where)
    names = task_names(columns)
    mixed = kind is None and together and _mixed([rows[column].dropna() for column in columns])
    kinds = {column: "number" if mixed and _many_numbers(rows[column].dropna(), column) else kind for column in columns}
    return [_of_column(rows[column], column, names[column], shown, kinds[column], guide, where) for column in columns]


def _of_columns(rows: pd.DataFrame, columns: Sequence[str], kind: str | None) -> Task | None:
    """Several columns as one task: of 0 and 1, or of shares; None where each asks something of its own."""
    values = rows[list(columns)].apply(as_numbers).to_numpy(dtype=float)
    if np.isnan(values).any() or kind == "number":
        return None
    if np.isin(values, (-1, 1)).all():  # -1 says that a label is not there
        values = (values > 0).astype(float)
    sums, names = values.sum(axis=1), list(columns)
    flags = bool(np.isin(values, (0, 1)).all())
    if flags and (sums == 1).all() and kind in (None, "class", "ordered"):
        note = f"each row has a 1 in one of {len(columns)} columns: the classes exclude one another"
        return Task("label", kind or "class", note, names, columns=tuple(columns))
    if flags and kind in (None, "labels"):
        note = f"{len(columns)} columns of 0 and 1, several of them 1 or none in some rows: any number of labels"
        return Task("label", "labels", note, names)
    if _puts_in_order(values):  # the places of pieces, each once in a row
        return None
    if (values >= 0).all() and np.ptp(sums) <= 0.01 * sums.max() and kind in (None, "shares"):
        note = f"{len(columns)} columns that add up to {sums[0]:g} in every row: votes, or shares of the classes"
        return Task("label", "shares", note, names)
    return None


def _puts_in_order(values: np.ndarray) -> bool:
    """Whether each row of (n_rows, n_columns) has the same whole numbers, three or more, in another order."""
    rows = np.sort(values, axis=1)
    return bool(values.shape[1] > 2 and (values % 1 == 0).all() and (rows == rows[0]).all() and np.diff(rows[0]).all())


def _of_column(
    cells: pd.Series, column: str, name: str, shown: Sequence[str], kind: str | None, guide: Guide, where: object
) -> Task:
    """One column: classes, numbers, or lists of labels."""
    known = cells.dropna()
    if kind == "shares":
        todo = "name a column for each class with --label, or leave --kind out"
        raise KitError(f"'{column}' is one column, and shares are one for each class", where=where, todo=todo)
    if kind is None and plain_number(known):
        kind = _numbers_are(known, column, shown, guide, where)
    if kind == "number":
        if not plain_number(known):
            odd = known[pd.to_numeric(known, errors="coerce").isna()].iloc[0]
            raise KitError(f"'{column}' holds '{odd}', and --kind says numbers", where=where, todo="leave --kind out")
        numbers = pd.to_numeric(known)
        note = f"{known.nunique()} different numbers, from {numbers.min():g} to {numbers.max():g}"
        return Task(name, "number", note, column=column)
    if holds_dictionaries(known):
        raise KitError(
            f"'{column}' holds a dictionary in each cell, such as '{known.iloc[0][:60]}'",
            where=str(where),
            todo="say which other column is asked for with --label; or make a column of labels of it in a copy of the"
            " table, and name that with --train",
        )
    separator: str | None
    if kind in (None, "labels") and len(known) and all(bare_list(cell) != cell.strip() for cell in known):
        known = known.map(lambda cell: ",".join(map(bare_word, bare_list(cell).split(","))))
        separator = ","
    else:
        separator = list_separator(known) if kind in (None, "labels") else None
    if separator is None and kind == "labels":
        separator = next((one for one in SEPARATORS if known.str.contains(one, regex=False).any()), " ")
    if separator is not None:
        found = sorted({word.strip() for cell in known for word in cell.split(separator) if word.strip()})
        found = sorted(found, key=int) if all(map(str.isdigit, found)) else found
        longest = max(len([word for word in cell.split(separator) if word.strip()]) for cell in known)
        note = f"cells of up to {longest} of {len(found)} labels, with '{separator}' between them"
        return Task(name, "labels", note, found, column=column, separator=separator)
    classes = class_names(known)
    if len(classes) < 2:
        shown = f"hold '{classes[0]}'" if classes else "are empty"
        raise KitError(
            f"all {len(cells):,} rows of '{column}' {shown}, and kit learns to tell two classes or more apart",
            where=where,
            todo="name another column with --label, or a table that has rows of another class with --train",
        )
    ordered = kind == "ordered" or (kind is None and scale_of(classes) is not None)
    return Task(
        name, "ordered" if ordered else "class", f"the {len(classes)} values of the column", classes, column=column
    )


def _numbers_are(cells: pd.Series, column: str, shown: Sequence[str], guide: Guide, where: object) -> str:
    """Whether the numbers of a column are classes or measures; asked where both may be."""
    numbers = pd.to_numeric(cells)
    different, said = numbers.nunique(), words(column)
    if (numbers % 1 != 0).any():
        if different > FEWEST_COUNTED or not of_codes(said):
            return "number"
        why = f"{different} different numbers from {numbers.min():g} to {numbers.max():g}"
        return guide.choose(Question(f"the kind of '{column}'", ("class", "number"), "--kind", where, why=why))
    measured = any(word in MEASURES for word in said)
    shares = different >= FEWEST_SHARES and numbers.max() == 100 and (numbers % 5 == 0).all() and not of_codes(said)
    if shares and not measured:
        why = f"{different} different numbers from {numbers.min():g} to 100, all of them fives or tens"
        return guide.choose(Question(f"the kind of '{column}'", ("class", "number"), "--kind", where, why=why))
    unknown = set(map(plain, shown)) - set(map(plain, cells))
    if different > max(FEW_NUMBERS, len(cells) / 2) and 2 * len(unknown) > len(set(shown)) >= FEWEST_SHOWN:
        return "number"  # of which the sample shows others than train has
    counted = different >= FEWEST_COUNTED and not of_codes(said) and (measured or numbers.min() > 1)
    if (different <= FEW_NUMBERS and not counted) or (different > 0.9 * len(cells) and of_codes(said)):
        return "class"
    unlike = len(cells) >= 2 * FEW_NUMBERS and different > 0.9 * len(cells)  # as many classes as photos are none
    if measured or ((unlike or cells.str.contains(".", regex=False).all()) and not of_codes(said)):
        return "number"
    answers = pd.to_numeric(pd.Series(list(shown), dtype=object), errors="coerce")
    if len(answers) and answers.notna().all() and ((answers % 1 != 0) & (answers > 1)).any():
        return "number"
    low, high = numbers.min(), numbers.max()
    other_codes = of_codes([word for word in said if word not in ("label", "labels")])
    listed = any(len(cell.split()) > 1 and cell.replace(" ", "").isdigit() for cell in shown)
    if listed or other_codes or (of_codes(said) and low <= 1) or (low in (0, 1) and high - low + 1 == different):
        return "class"
    if COUNTS & set(said) and not of_codes(said):
        return "number"
    why = f"{different} different whole numbers from {low:g} to {high:g}"
    return guide.choose(Question(f"the kind of '{column}'", ("class", "number"), "--kind", where, why=why))


def _mixed(known: Sequence[pd.Series]) -> bool:
    """Whether some of several columns of numbers are of 0 and 1 alone, and others of many: each asks its own."""
    flags = [set(cells.unique()) <= {"0", "1", "0.0", "1.0"} for cells in known]
    return any(flags) and any(_many_numbers(cells, str(cells.name)) for cells in known)


def _many_numbers(cells: pd.Series, column: str) -> bool:
    """Whether a column holds more numbers than classes have, and is not called like one of codes."""
    return plain_number(cells) and cells.nunique() > FEW_NUMBERS and not of_codes(words(column))


def _whole_numbers_are(known: Sequence[pd.Series], columns: Sequence[str], guide: Guide, where: object) -> str | None:
    """What several columns of whole numbers hold, where one has too many to be told by itself and none is of codes."""
    most = max(cells.nunique() for cells in known)
    if most <= FEW_NUMBERS or any(of_codes(words(column)) for column in columns):
        return None
    if any(np.ptp(pd.to_numeric(cells)) + 1 > 2 * cells.nunique() for cells in known):  # no codes jump so
        return "number"
    what = f"the kind of the columns {' and '.join(columns[:3])}"
    return guide.choose(Question(what, ("number", "class"), "--kind", where, why=f"up to {most} whole numbers"))


def is_id(column: str) -> bool:
    """Whether a column is called an id of something that is no class: print_id."""
    said = words(column)
    return len(said) > 1 and said[-1] == "id" and not says(column, MEASURED) and not set(said[:-1]) & set(CODES)


def long_task(rows: pd.DataFrame, column: str, free: Sequence[str], where: object) -> Task:
    """Any number of labels, of which each row is one of a photo; KitError where no column says whether it is there."""
    words_of = rows[column].str.rpartition("_")[2]
    classes = class_names(words_of)
    flags = [name for name in free if name != column and set(rows[name].dropna()) <= {"0", "1", "0.0", "1.0"}]
    if len(flags) != 1 or len(classes) > rows[column].nunique() / 4:
        raise KitError(
            f"each '{column}' is a photo and one of {len(classes)} labels, such as '{rows[column].iloc[0]}'",
            where=where,
            todo="make a table with a row for each photo and a column of 0 and 1 for each label, name it with --train",
        )
    note = f"each '{column}' is a photo and one of {len(classes)} labels, such as '{rows[column].iloc[0]}'"
    values = {f"*_{name}": name for name in classes}
    return Task("label", "labels", note, classes, column=column, values=values, rows=True, present=flags[0])


def is_number(cells: pd.Series) -> bool:
    """Whether all cells are numbers, and some are no whole ones: a measure, and no class."""
    numbers = pd.to_numeric(cells, errors="coerce")
    return bool(len(cells) and numbers.notna().all() and (numbers % 1 != 0).any())


def plain_number(cells: pd.Series) -> bool:
    """Whether all cells are finite numbers."""
    numbers = pd.to_numeric(cells, errors="coerce")
    return bool(len(cells) and np.isfinite(numbers.to_numpy(dtype=float)).all())


def numbers_in_each(cells: pd.Series) -> int:
    """How many numbers all cells hold, with spaces between, some with a point: 4 for a rotation; 0 for other cells."""
    some = [cell.split() for cell in cells.head(FEW_CELLS)]
    counts = {len(found) for found in some}
    numbers = pd.Series([word for found in some for word in found], dtype=object)
    return max(counts) if len(counts) == 1 and max(counts) > 1 and is_number(numbers) else 0


def holds_dictionaries(cells: pd.Series) -> bool:
    """Whether most cells, but for empty ones, hold names with values: {'Eczema': 0.4}."""
    told = cells[cells.str.strip("{} ") != ""]
    return bool(len(told) and told.str.fullmatch(DICTIONARY).mean() > 0.9)


def list_separator(cells: pd.Series) -> str | None:
    """What stands between the labels of a column of lists; None for a column of single classes.

    A list is made of fewer words than there are cells that differ, and most words stand alone in some cell, or in
    another order in another, or in many cells that differ. Bars and semicolons stand in lists alone.
    """
    different = set(cells)
    if cells.str.fullmatch(DICTIONARY).any():
        return None
    for separator in SEPARATORS:
        lists = [tuple(word.strip() for word in cell.strip(separator).split(separator)) for cell in different]
        several = [one for one in lists if len(one) > 1]
        found = {word for one in lists for word in one}
        alone = {one[0] for one in lists if len(one) == 1}
        reordered = len({tuple(sorted(one)) for one in several}) < len(several)
        if not several or "" in found:
            continue
        lengths = {len(one) for one in lists}
        often = 2 * len(found) <= len(different) and len(lengths) > 1
        numbers = all(map(str.isdigit, found)) and len(found) < sum(map(len, several))
        if (len(found) < len(different) and 2 * len(found & alone) >= len(found)) or reordered or often:
            return separator
        if numbers or (separator in "|;；、" and len(found) < sum(map(len, lists))):
            return separator
    return None
