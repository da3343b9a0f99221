"""Fixes that are suggested: lines of the tier `suggested`, which a person accepts, rejects or gives another value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from kit.claim import claimed
from kit.competition.fixes import REJECTED, SUGGESTED, apply_fixes, chosen_fixes, matching, read_lines
from kit.competition.grouping import groups_of
from kit.competition.sources import Fixes
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import fingerprint, write_text
from kit.table_file import read_text_table
from kit.targets.cells import PHOTO
from kit.targets.classes import ClassesTask

Decision = Literal["accept", "reject", "relabel", "undo"]


@dataclass(frozen=True)
class Suggestion:
    """A line of the file that nobody has decided on."""

    key: str
    """What is known of it again: a hash of all that it says."""
    who: str
    """The image, a path with *, or the group."""
    column: str
    value: str
    reason: str
    images: tuple[str, ...]
    """The train photos that it is for."""
    now: tuple[str, ...]
    """The different values that the table gives them now."""
    values: tuple[str, ...]
    """Every value that the column has in the table."""


def fixes_path(workspace: Workspace) -> Path:
    """Where fixes stand, or would: competition.yaml need not name them yet."""
    return workspace.root / (workspace.competition.fixes or Fixes()).file


def suggestions(workspace: Workspace) -> list[Suggestion]:
    """The lines that nobody has decided on, in the order of the file; without the file none."""
    path = fixes_path(workspace)
    if not path.exists():
        return []
    lines = read_lines(path)
    lines = lines[lines["tier"] == SUGGESTED]
    raw, group = workspace.tables.raw, workspace.competition.train.group
    groups = None if group is None or lines.empty else groups_of(raw, group, path)
    found = []
    for line in lines.itertuples(index=False):
        rows = matching(raw[PHOTO], str(line.image))
        if line.group:
            rows = pd.Series(False, raw.index) if groups is None else groups == line.group
        cells = _cells(workspace, raw, str(line.column)).dropna()
        found.append(
            Suggestion(
                key=_key(line),
                who=str(line.image or line.group),
                column=str(line.column),
                value=str(line.value),
                reason=str(line.reason),
                images=tuple(raw.loc[rows, PHOTO]),
                now=tuple(cells[rows.reindex(cells.index)].unique()),
                values=tuple(sorted(cells.unique())),
            )
        )
    return found


def _cells(workspace: Workspace, raw: pd.DataFrame, column: str) -> pd.Series:
    """What the table says in a column, or of a task that has a column for each class its classes."""
    task = workspace.competition.tasks.get(column)
    if column in raw:
        return raw[column]
    if isinstance(task, ClassesTask):
        return pd.Series(task.named(workspace.truth(column)), index=raw.index)
    return pd.Series(index=raw.index, dtype=object)


def decide_fix(workspace: Workspace, key: str, decision: Decision, value: str = "") -> str:
    """Write a person's decision into the line with this key, and return the key that the line has then.

    accept and relabel give it the first tier that competition.yaml applies, and relabel another value; reject gives it
    the tier `rejected`; undo makes it a suggestion of this value again. KitError where the line is gone, or where the
    tables could not be read with it any more: the file then stays as it was.
    """
    path, tiers = fixes_path(workspace), (workspace.competition.fixes or Fixes()).tiers
    tier = {"reject": REJECTED, "undo": SUGGESTED}.get(decision, tiers[0] if tiers else Fixes().tiers[0])
    with claimed(path, workspace.reporter):
        whole, lines = read_text_table(path, index_col=False), read_lines(path)
        places = [place for place, line in enumerate(lines.itertuples(index=False)) if _key(line) == key]
        if not places:
            raise KitError("this line has been changed or removed meanwhile", where=path, todo="look at the page again")
        changes = {"tier": tier, **({"value": value} if decision in ("relabel", "undo") else {})}
        for column, cell in changes.items():
            whole.loc[places, column] = lines.loc[places, column] = cell
        if decision in ("accept", "relabel"):
            applied = chosen_fixes(lines, tuple(dict.fromkeys((*tiers, tier))), path)
            raw = workspace.tables.raw.copy()
            apply_fixes(raw, applied, workspace.competition, path, path)
        write_text(path, whole.to_csv(index=False, lineterminator="\n"))
        return _key(next(lines.iloc[places[:1]].itertuples(index=False)))


def _key(line: object) -> str:
    return fingerprint([str(getattr(line, name)) for name in ("image", "group", "column", "value", "tier", "reason")])
