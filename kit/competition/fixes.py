"""Label fixes: known errors of a table, mended when it is read, with a reason."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from kit.competition.grouping import groups_of
from kit.competition.spec import Competition
from kit.errors import KitError, nearest
from kit.table_file import Column, checked, read_text_table
from kit.targets.cells import LINE, PHOTO

COLUMNS = ("image", "group", "column", "value", "tier", "reason")


SUGGESTED, REJECTED = "suggested", "rejected"
"""Tiers of lines that nobody has decided on yet, and that somebody decided against."""


def read_fixes(path: Path, tiers: tuple[str, ...]) -> pd.DataFrame:
    """Read the fixes of the given tiers: each gives an image (a path with *) or a group the right value of a column."""
    return chosen_fixes(read_lines(path), tiers, path)


def read_lines(path: Path) -> pd.DataFrame:
    """Every line of a file of fixes, as text."""
    columns = [Column(name, optional=True) for name in COLUMNS]
    fixes = checked(read_text_table(path, todo="write it or take 'fixes' out", index_col=False), columns, path)
    cells = ["group", "column", "value", "tier"]  # as those of tables; an image's name may have such spaces itself
    fixes[cells] = fixes[cells].apply(lambda column: column.str.strip())
    return fixes


def chosen_fixes(fixes: pd.DataFrame, tiers: tuple[str, ...], path: Path) -> pd.DataFrame:
    """Of all lines of a file those of the given tiers; KitError where they say nothing, or two things at once."""
    known = set(fixes["tier"]) - {SUGGESTED, REJECTED}
    for tier in tiers:
        if tier not in set(fixes["tier"]) and (known or fixes.empty):
            raise KitError(f"no fix is of the tier '{tier}'", where=path, todo=nearest(tier, sorted(known)))
    fixes = fixes.assign(line=range(2, len(fixes) + 2))
    for fix in fixes.itertuples():
        if bool(fix.image) == bool(fix.group):
            raise KitError(f"line {fix.line} must name an image or a group, one of them", where=path)
    chosen = fixes[fixes["tier"].isin(tiers)]
    _refuse_two_values(chosen, path)
    return chosen


def _refuse_two_values(fixes: pd.DataFrame, path: Path) -> None:
    """Refuse fixes that two people made of the same photos in different ways."""
    first: dict[tuple[str, str, str], tuple[int, str]] = {}
    for fix in fixes.itertuples():
        line, value = first.setdefault((fix.image, fix.group, fix.column), (fix.line, fix.value))
        if value != fix.value:
            raise KitError(
                f"lines {line} and {fix.line} say that '{fix.column}' of '{fix.group or fix.image}' is '{value}'"
                f" and '{fix.value}'",
                where=path,
                todo="keep one of them",
            )


def apply_fixes(
    raw: pd.DataFrame, fixes: pd.DataFrame, competition: Competition, where: Path, table: Path
) -> list[str]:
    """Write the right values into the raw train table in place; returns notes on what was mended and what was not.

    where: the file of fixes; table: the train table.
    """
    group, notes, mended = competition.train.group, [], 0
    before = raw.copy()
    for fix in fixes.itertuples():
        if fix.column not in raw:
            known = [column for column in raw.columns if not column.startswith("@")]
            raise KitError(
                f"line {fix.line}: the train table has no column '{fix.column}'",
                where=where,
                todo=nearest(fix.column, known),
            )
        check_value(competition, str(fix.column), str(fix.value), int(fix.line), where)
        if fix.group and group is None:
            raise KitError(f"line {fix.line} names a group, but 'train.group' is not set", where=where, todo="set it")
        if fix.group:
            assert group is not None
            rows = groups_of(before, group, table) == fix.group
        else:
            rows = matching(before[PHOTO], str(fix.image))
        if rows.any():
            raw.loc[rows, fix.column] = fix.value
            mended += int(rows.sum())
        else:
            notes.append(f"{where.name}: the fix for '{fix.group or fix.image}' matches no row")
    if mended:
        notes.insert(0, f"{where.name}: {mended} rows mended")
    return notes


def matching(images: pd.Series, pattern: str) -> pd.Series:
    """Which of the images a fix's image, a path with *, stands for."""
    return images.map(lambda image: fnmatch(image, pattern))


def check_value(competition: Competition, column: str, value: str, line: int, where: Path) -> None:
    """Refuse a value that the column cannot have: it is this file's fault, not the table's."""
    for name, task in competition.tasks.items():
        if column in task.columns_read:
            cell = pd.DataFrame({column: [value or None], LINE: [line]})
            task.cells(cell, column, name, where)
