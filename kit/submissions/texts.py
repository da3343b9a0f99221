"""Cells of a file as text: how names are spelt, and what is read of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.errors import nearest
from kit.evidence.metrics import Floats
from kit.targets.base import TOLERANCE

WHOLE = re.compile(r"([+-]?\d+)(\.0+)?")
"""A whole number as tables write it: 1, or 1.0 where the column once had a gap."""
MOST = 4
"""Answers that a sentence names."""

Slip = Callable[[int, str, str], NoReturn]
"""(row, what is wrong with it, what to do): raises the error with the row's line."""


def spelt_as(values: Sequence[str], shown: Sequence[str]) -> tuple[str, ...]:
    """Whole numbers with or without '.0', as all that is shown has them; anything else is left as it is."""
    ours, theirs = ([WHOLE.fullmatch(text) for text in texts] for texts in (values, shown))
    tails = {found[2] or "" for found in theirs if found is not None}
    if len(tails) != 1 or None in ours or None in theirs:
        return tuple(values)
    spelt = tuple(found[1] + min(tails) for found in ours if found is not None)
    return spelt if len(set(spelt)) == len(spelt) else tuple(values)


def plain(value: str) -> str:
    """A whole number without its '.0', and any other text as it is: what two spellings of a class have in common."""
    found = WHOLE.fullmatch(value)
    return value if found is None else found[1]


def named(texts: Sequence[str]) -> str:
    """Some texts in quotes, and how many more there are."""
    more = f" and {len(texts) - MOST} more" if len(texts) > MOST else ""
    return ", ".join(f"'{text}'" for text in texts[:MOST]) + more


def class_codes(column: pd.Series, values: Sequence[str], slip: Slip) -> NDArray:
    """The class of each row of a column that holds what is submitted for it, (n_rows,) int64."""
    known = _codes(values)
    said = [str(cell) for cell in column]
    codes = np.array([known.get(cell, known.get(plain(cell), -1)) for cell in said], dtype=np.int64)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        slip(row, f"'{column.iloc[row]}' is no class", nearest(column.iloc[row], values))
    return codes


def texts_of(column: pd.Series) -> list[str]:
    """Each row's text; an empty cell is ''."""
    return ["" if pd.isna(cell) else str(cell) for cell in column]


def listed(rows: Iterable[Sequence[str]], values: Sequence[str], slip: Slip) -> Iterator[NDArray]:
    """The classes that each row's words name, in their order."""
    known = _codes(values)
    for row, tokens in enumerate(rows):
        codes = np.array([known.get(token, known.get(plain(token), -1)) for token in tokens], dtype=np.int64)
        if (codes < 0).any():
            odd = tokens[int(np.flatnonzero(codes < 0)[0])]
            slip(row, f"'{odd}' is no class", nearest(odd, values))
        if len(set(codes)) < len(codes):
            slip(row, f"'{' '.join(tokens)}' names one twice", "name each once")
        yield codes


def _codes(values: Sequence[str]) -> dict[str, int]:
    return {spelt: code for spell in (plain, str) for code, spelt in enumerate(map(spell, values))}


def summing_to_one(given: Floats) -> Floats:
    """Rows of probabilities that do not add up to one are divided by their sum, as hosts do."""
    sums = given.sum(axis=1, keepdims=True)
    return np.where((abs(sums - 1) > TOLERANCE) & (sums > 0), given / np.where(sums > 0, sums, 1), given)


def is_number(cell: str, low: float, high: float) -> bool:
    try:
        return low <= float(cell) <= high
    except ValueError:
        return False


def numbers_in(column: pd.Series, slip: Slip) -> Floats:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        row = int(np.flatnonzero(~np.isfinite(numbers))[0])
        slip(row, f"'{column.iloc[row]}' is no number", "write a number")
    return numbers


def probabilities_in(column: pd.Series, slip: Slip) -> Floats:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    bad = ~((numbers >= 0) & (numbers <= 1))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        slip(row, f"'{column.iloc[row]}' is no probability", "write numbers from 0 to 1")
    return numbers
