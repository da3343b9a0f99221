"""The names of classes in their order: numbers by size, and words of grades from the lowest."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

SCALES = (
    ("none", "minimal", "mild", "moderate", "severe", "very severe"),
    ("very low", "low", "medium", "high", "very high"),
    ("tiny", "small", "medium", "large", "huge"),
    ("bad", "poor", "fair", "average", "good", "very good", "excellent"),
    ("never", "rarely", "sometimes", "often", "always"),
)
"""Words of grades, lowest first."""


def class_names(cells: pd.Series) -> list[str]:
    """The class names in their natural order: numbers by size, and words of grades from the lowest."""
    names = sorted(cells.dropna().unique())
    if (grades := scale_of(names)) is not None:
        return grades
    return sorted(names, key=float) if all(re.fullmatch(r"-?\d+(\.0)?", name) for name in names) else names


def scale_of(classes: Sequence[str]) -> list[str] | None:
    """Classes that are words of grades in their order, lowest first; None where they are not."""
    for scale in SCALES:
        if len(classes) >= 3 and {name.lower() for name in classes} <= set(scale):
            return sorted(classes, key=lambda name: scale.index(name.lower()))
    return None
