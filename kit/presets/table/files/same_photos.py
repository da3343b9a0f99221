"""Whether photos that are called alike in several folders show the same, as their pixels tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kit.errors import KitError

MOST = 24
"""Names that several folders share of which photos are looked at."""
SIDE = 16
"""Pixels of the square to which photos are made small."""
ALIKE, OTHERS = 0.25, 0.6
"""Of the distance between photos of different names: below it those of one name show the same, and above it they do
not."""


def shared_names(rows: pd.DataFrame) -> pd.Series:
    """How many folders hold each name that more than one does: stem -> folders."""
    times = rows.groupby("stem")["folder"].nunique()
    return times[times > 1]


def show_the_same(root: Path, rows: pd.DataFrame) -> bool | None:
    """Whether the photos of one name show the same in each folder; None where their pixels do not tell.

    rows: photos with `image`, `stem` and `folder`. Photos of one name in two folders are compared with photos of two
    names in the same folders, by the median of their mean distance.
    """
    from kit.images.decode import decode

    names = shared_names(rows).index
    names = names[np.linspace(0, len(names) - 1, min(MOST, len(names)), dtype=int)]
    pairs = [rows[rows["stem"] == name].drop_duplicates("folder")["image"].iloc[:2] for name in names]
    try:
        small = [[decode(root / image, (SIDE, SIDE)).astype(float) for image in pair] for pair in pairs]
    except KitError:  # the doctor tells what is wrong with a file
        return None
    first, second = (np.array([pair[side] for pair in small]) for side in (0, 1))
    same = float(np.median(np.abs(first - second).mean(axis=(1, 2, 3))))
    others = float(np.median(np.abs(first - np.roll(second, 1, axis=0)).mean(axis=(1, 2, 3))))
    if same < ALIKE * others:
        return True
    return False if same > OTHERS * others > 0 else None
