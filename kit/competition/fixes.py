"""Label fixes: known errors of a table, mended when it is read, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.grouping import groups_of
from kit.competition.spec import Competition
from kit.errors import KitError, nearest
from kit.table_file import Column, checked, read_text_table
from kit.targets.cells import LINE, PHOTO, written_flag
from kit.targets.classes import ClassesTask

COLUMNS = ("image", "group", "column", "value", "tier", "reason")
DROP, WEIGHT, GROUP = "drop", "weight", "group"
"""What a line without a column says in `value`: leave the photos out, count them by a number, put them into a group."""

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
        what = fix.column or fix.value.partition(" ")[0]
        if not fix.column and what == GROUP:
            continue  # a photo may be one with several others
        line, value = first.setdefault((fix.image, fix.group, what), (fix.line, fix.value))
        if value != fix.value:
            raise KitError(
                f"lines {line} and {fix.line} say that '{what}' of '{fix.group or fix.image}' is '{value}'"
                f" and '{fix.value}'",
                where=path,
                todo="keep one of them",
            )


@dataclass(frozen=True)
class Mended:
    """What fixes do beside mending cells; rows are those of the train table before any is left out.

    dropped: (n_rows,) bool; weights: (n_rows,) float64, 1 where nothing is said.
    """

    notes: list[str]
    dropped: NDArray[np.bool_]
    weights: NDArray[np.float64]
    groups: list[tuple[NDArray[np.bool_], str]]
    """For each line that puts photos into a group their rows, and the group."""

    def merged(self, groups: pd.Series) -> pd.Series:
        """The groups of the rows, (n_rows,): a line that is of all photos of a group makes one of that and the other.

        Groups that are one have the first of their names, whatever the order of the lines.
        """
        if not self.groups:
            return groups
        found = groups.astype(object).copy()
        one: dict[str, str] = {}
        for rows, name in self.groups:
            for old in groups[rows].unique():
                if rows[(groups == old).to_numpy()].all():
                    first, second = sorted((_root(one, old), _root(one, name)))
                    one[second] = first
            found[rows] = name
        return found.map({name: _root(one, name) for name in found.unique()})


def _root(one: Mapping[str, str], name: str) -> str:
    """The name that groups that are one go by; one: name -> another that it is one with."""
    while one.get(name, name) != name:
        name = one[name]
    return name


def apply_fixes(raw: pd.DataFrame, fixes: pd.DataFrame, competition: Competition, where: Path, table: Path) -> Mended:
    """Write the right values into the raw train table in place; returns notes on that, and what else the fixes say.

    where: the file of fixes; table: the train table.
    """
    group, mended = competition.train.group, 0
    notes: list[str] = []
    before = raw.copy()
    done = Mended(notes, np.zeros(len(raw), dtype=bool), np.ones(len(raw)), [])
    for fix in fixes.itertuples():
        line = int(fix.line)
        if fix.column:
            cells = _cells(raw, competition, str(fix.column), str(fix.value), line, where)
        else:
            verb, word = _verb(str(fix.value), line, where)
        if fix.group and group is None:
            raise KitError(f"line {line} names a group, but 'train.group' is not set", where=where, todo="set it")
        if fix.group:
            assert group is not None
            rows = (groups_of(before, group, table) == fix.group).to_numpy()
        else:
            rows = matching(before[PHOTO], str(fix.image)).to_numpy(dtype=bool)
        if not rows.any():
            notes.append(f"{where.name}: the fix for '{fix.group or fix.image}' matches no row")
        elif fix.column:
            for column, value in cells.items():
                raw.loc[rows, column] = value
            mended += int(rows.sum())
        elif verb == DROP:
            done.dropped[rows] = True
        elif verb == WEIGHT:
            done.weights[rows] = float(word)
        else:
            done.groups.append((rows, word))
    together = sum(int(rows.sum()) for rows, _ in done.groups)
    counts = {"mended": mended, "left out": int(done.dropped.sum()), "put into other groups": together}
    counts["weighed"] = int((done.weights != 1).sum())
    notes[:0] = [f"{where.name}: {count} rows {what}" for what, count in counts.items() if count]
    if done.dropped.all() and len(raw):
        raise KitError("these fixes leave no train photo", where=where, todo="take lines with 'drop' out")
    return done


def _verb(value: str, line: int, where: Path) -> tuple[str, str]:
    """What a line without a column asks for: drop, weight NUMBER or group NAME."""
    verb, _, word = value.partition(" ")
    word = word.strip()
    if verb == DROP and not word:
        return verb, word
    if verb == GROUP and word:
        return verb, word
    if verb == WEIGHT:
        try:
            number = float(word)
        except ValueError:
            number = -1.0
        if 0 < number < float("inf"):
            return verb, word
        todo = "write drop to leave the photos out" if number == 0 else None
        raise KitError(f"line {line}: a weight is a number above 0, not '{word}'", where=where, todo=todo)
    what = f"line {line} names no column, and '{value}' is not drop, 'weight NUMBER' or 'group NAME'"
    raise KitError(what, where=where, todo="name the column that is wrong, or one of these")


def _cells(
    raw: pd.DataFrame, competition: Competition, column: str, value: str, line: int, where: Path
) -> dict[str, str]:
    """The cells that a fix of a column writes; for a task with a column of 0 and 1 for each class all of these."""
    if column in raw:
        check_value(competition, column, value, line, where)
        return {column: value}
    task = competition.tasks.get(column)
    if not isinstance(task, ClassesTask) or task.columns is None:
        known = [name for name in raw.columns if not name.startswith("@")]
        told = f"line {line}: the train table has no column '{column}'"
        raise KitError(told, where=where, todo=nearest(column, known))
    if value not in task.classes:
        told = f"line {line}: '{value}' is no class of the task '{column}'"
        raise KitError(told, where=where, todo=nearest(value, task.classes))
    there = task.classes.index(value)
    return {name: written_flag(raw[name], place == there) for place, name in enumerate(task.columns)}


def without_absent(fixes: pd.DataFrame, names: Sequence[str], images: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """The fixes but those that leave out no photo and only rows that lead to none; and the names of all such rows.

    names: what rows lead to where there is no photo; images: the photos.
    """
    drops = (fixes["column"] == "") & (fixes["value"] == DROP) & (fixes["image"] != "")
    patterns = fixes["image"][drops]
    dropped = [name for name in names if any(fnmatch(name, pattern) for pattern in patterns)]
    alone = [any(fnmatch(name, one) for name in dropped) and not matching(images, one).any() for one in patterns]
    return fixes.drop(index=patterns.index[alone]), dropped


def matching(images: pd.Series, pattern: str) -> pd.Series:
    """Which of the images a fix's image, a path with *, stands for."""
    return images.map(lambda image: fnmatch(image, pattern))


def check_value(competition: Competition, column: str, value: str, line: int, where: Path) -> None:
    """Refuse a value that the column cannot have: it is this file's fault, not the table's."""
    for name, task in competition.tasks.items():
        if column in task.columns_read:
            cell = pd.DataFrame({column: [value or None], LINE: [line]})
            task.cells(cell, column, name, where)
