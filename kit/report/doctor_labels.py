"""The doctor's look at names: labels and groups that differ in spelling alone, and labels that are lists."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from unicodedata import normalize

from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.report.finding import Finding, place
from kit.submissions.texts import named, plain
from kit.targets.classes import ClassesTask

LETTERS = 5
"""Letters that stand among the classes in both cases from which on they are classes of their own."""


def look_at_names(workspace: Workspace, tables: Tables) -> Iterator[Finding]:
    """Classes and groups that are one but for case, spaces or '.0', and label columns of lists in any order."""
    competition = workspace.competition
    table = place(workspace.data_dir / (competition.train.table or competition.train.images), workspace.root)
    for name, task in competition.tasks.items():
        for alike in _without_letters(_alike(task.outputs, _spelling)):
            what = f"classes of '{name}' differ in case, spaces or '.0' alone: photos of one class are split in two"
            lead = ", ".join(f'"{label}": "{alike[0]}"' for label in alike)
            yield Finding("wrong", what, f"{table}: {named(alike)}", f"keep one, and write 'values: {{{lead}}}'")
        if not isinstance(task, ClassesTask):
            continue
        for alike in _alike(task.classes, lambda label: " ".join(sorted(_tokens(label)))):
            if len({_tokens(label) for label in alike}) == 1:
                continue  # one order, with other signs between
            what = f"'{task.column}' holds several labels of a photo in any order, and each order counts as a class"
            todo = f"write 'kind: labels' and the 'separator' between them under tasks.{name}"
            yield Finding("wrong", what, f"{table}: {named(alike)}", todo)
    if competition.train.group is not None:
        for alike in _alike(tables.train["group"].unique(), _spelling):
            what = "groups differ in case, spaces or '.0' alone: if they are one person, that person crosses folds"
            yield Finding("note", what, f"{table}: {named(alike)}", "write them alike, or know that they are others")


def _alike(names: Iterable[str], key: Callable[[str], str]) -> list[list[str]]:
    """The different names that have a key in common, two or more together."""
    by_key: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name in names:
        by_key[key(name)][name] = None
    return [list(together) for together in by_key.values() if len(together) > 1]


def _without_letters(found: list[list[str]]) -> list[list[str]]:
    """Names that are alike, without A and a where many are such letters: they are classes, as of handwriting."""
    others = [alike for alike in found if any(len(name) > 1 for name in alike)]
    return others if len(found) - len(others) >= LETTERS else found


def _spelling(name: str) -> str:
    """Letters that look alike are, whatever their bytes: an accent may be a letter of its own."""
    return plain(re.sub(r"\s", "", normalize("NFKC", name))).casefold()


def _tokens(name: str) -> tuple[str, ...]:
    """The words of a list, as scab and rust for 'scab, rust' and 'Scab+rust'."""
    return tuple(filter(None, re.split(r"[\s,;|+/&_-]+", name.casefold())))
