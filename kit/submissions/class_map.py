"""What a host calls the classes: told by a table that lies beside its files, or by the order of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import permutations
from pathlib import Path

import pandas as pd

from kit.competition.photos import is_hidden
from kit.competition.spec import Competition
from kit.competition.tables import read_table
from kit.competition.tables.reading import TABLE_ENDINGS
from kit.errors import KitError
from kit.submissions.texts import WHOLE, plain
from kit.table_form import UNSAID, TableForm

MOST_BYTES = 1 << 20
"""How large a table of classes may be."""


def host_values(
    data_dir: Path, competition: Competition, classes: Sequence[str], shown: Sequence[str]
) -> tuple[tuple[str, ...], str] | None:
    """What the host seems to call each class, and what tells it; None where nothing does.

    shown: answers of the sample submission that are no classes.
    """
    for path in _tables(data_dir, competition):
        found = None
        for form in (UNSAID, TableForm(header=False)):
            with suppress(KitError):
                found = found or mapped(read_table(path, form), classes, shown)
        if found is not None:
            return found, f"as {path.relative_to(data_dir).as_posix()} has it"
    for called, why in ((_numbered(classes, shown), "numbers in the order of 'classes'"), (_begun(classes, shown), "")):
        if called is not None:
            return called, why or "by how they begin"
    return None


def _numbered(classes: Sequence[str], shown: Sequence[str]) -> tuple[str, ...] | None:
    """The places of the classes from 0, or from 1 where the sample counts so; None where it shows other numbers."""
    numbers = [int(plain(cell)) for cell in shown if WHOLE.fullmatch(cell)]
    if len(numbers) < len(shown) or not numbers:
        return None
    start = 1 if max(numbers) == len(classes) and min(numbers) > 0 else 0
    if not start <= min(numbers) <= max(numbers) < start + len(classes):
        return None
    return tuple(str(start + place) for place in range(len(classes)))


def _begun(classes: Sequence[str], shown: Sequence[str]) -> tuple[str, ...] | None:
    """For each class the one answer that begins like it, whatever the case of letters; None where one has none."""
    called = []
    for name in (one.casefold() for one in classes):
        alike = [cell for cell in shown if name.startswith(cell.casefold()) or cell.casefold().startswith(name)]
        called += alike if len(alike) == 1 else []
    return tuple(called) if len(set(called)) == len(classes) else None


def _tables(data_dir: Path, competition: Competition) -> list[Path]:
    """The small tables of the data folder that are neither side's, nor sample, nor answers, the nearest first."""
    test, sent = competition.test, competition.submission
    taken = {competition.train.table, test.table if test else None, sent.sample, competition.answers}
    found = []
    for place in (data_dir, *sorted(path for path in data_dir.glob("*") if path.is_dir() and not is_hidden(path.name))):
        for path in sorted(place.glob("*")):
            known = path.name.lower().endswith(TABLE_ENDINGS) and not is_hidden(path.name)
            if known and path.is_file() and path.relative_to(data_dir).as_posix() not in taken:
                found.append(path)
    return [path for path in found if path.stat().st_size <= MOST_BYTES]


def mapped(table: pd.DataFrame, classes: Sequence[str], shown: Sequence[str]) -> tuple[str, ...] | None:
    """For each class the cell beside its name, where all that is shown stands in the same column."""
    columns = [name for name in table.columns if not name.startswith("@")]
    if len(columns) == 1:
        return None
    wide = _turned(table[columns]) if len(table) == 1 else table[columns].dropna()
    for names, values in permutations(wide.columns, 2):
        by_name = dict(zip(wide[names], wide[values], strict=True))
        if not set(classes) <= by_name.keys() or len(by_name) < len(wide):
            continue
        called = tuple(by_name[name] for name in classes)
        if len(set(called)) == len(called) and {plain(cell) for cell in shown} <= {plain(cell) for cell in called}:
            return called
    return None


def _turned(table: pd.DataFrame) -> pd.DataFrame:
    """One row as a table of its columns' names and what stands under them."""
    return pd.DataFrame({"name": list(table.columns), "value": table.iloc[0].tolist()}).dropna()
