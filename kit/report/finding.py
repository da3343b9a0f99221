"""What `kit doctor` finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kit.errors import KitError

Level = Literal["ok", "note", "wrong"]
LEVELS: tuple[Level, ...] = ("ok", "note", "wrong")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: fine, worth knowing, or wrong; `where` names the file, the row or the run."""

    level: Level
    what: str
    where: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Group:
    """Findings that say the same of several places."""

    level: Level
    what: str
    todo: str
    places: tuple[str, ...]


def wrong(error: KitError, root: Path) -> Finding:
    """An error as a finding, its path told from the workspace's root."""
    return Finding("wrong", error.what, place(error.where, root), error.todo or "")


def place(where: object, root: Path) -> str:
    if isinstance(where, Path) and where.is_relative_to(root):
        return where.relative_to(root).as_posix()
    return "" if where is None else str(where)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Put together what is said of several places; what is wrong comes last, where the eye is."""
    places: dict[tuple[Level, str, str], list[str]] = {}
    for finding in findings:
        places.setdefault((finding.level, finding.what, finding.todo), []).append(finding.where)
    groups = [Group(*key, tuple(filter(None, where))) for key, where in places.items()]
    return sorted(groups, key=lambda group: LEVELS.index(group.level))
