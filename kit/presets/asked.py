"""What the label columns of a table ask of a photo, where it is not one class of a column: how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.errors import KitError
from kit.presets import yaml_list, yaml_text

SEPARATORS = (",", ";", "|", " ")
SCALES = (
    ("none", "minimal", "mild", "moderate", "severe", "very severe"),
    ("very low", "low", "medium", "high", "very high"),
    ("tiny", "small", "medium", "large", "huge"),
    ("bad", "poor", "fair", "average", "good", "very good", "excellent"),
    ("never", "rarely", "sometimes", "often", "always"),
)
"""Words of grades, lowest first."""
MOST_GRADES = 20


@dataclass(frozen=True)
class Asked:
    """A target that is no column of classes: its tasks as lines of YAML, and the metric to begin with."""

    lines: Sequence[str]
    metric: str
    why_metric: str
    target: str | None = None
    """The key `target`, where there are several tasks."""
    separator: str | None = None
    """What stands between the labels of a column of lists."""


def asked_of_columns(rows: pd.DataFrame, columns: Sequence[str], fractions: bool, where: object) -> Asked:
    """Several columns of the train table that the sample asks for: of 0 and 1, of shares, or of numbers.

    fractions: whether the sample shows any.
    """
    values = rows[list(columns)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    if np.isnan(values).any():
        raise KitError(
            f"the labels are spread over the columns {', '.join(columns)}, which are not all numbers",
            where=where,
            todo="write them as one column of class names, or choose one with --label",
        )
    names, sums = yaml_list(list(columns), 4), values.sum(axis=1)
    flags = bool(np.isin(values, (0, 1)).all())
    if flags and (sums == 1).all():
        why = f"# each row has a 1 in one of {len(columns)} columns: the classes exclude one another"
        lines = ["  label:", f"    {why}", f"    classes: {names}", f"    columns: {names}"]
        return Asked(lines, *_usual("log_loss" if fractions else "f1_macro", "class"))
    if flags:
        why = f"# {len(columns)} columns of 0 and 1, several of them 1 or none in some rows: any number of labels"
        lines = ["  label:", f"    {why}", "    kind: labels", f"    classes: {names}"]
        return Asked(lines, *_usual("roc_auc" if fractions else "f1_macro", "labels"))
    if (values >= 0).all() and np.ptp(sums) <= 0.01 * sums.max():
        why = f"# {len(columns)} columns that add up to {sums[0]:g} in every row: votes, or shares of the classes"
        lines = ["  label:", f"    {why}", "    kind: shares", f"    classes: {names}"]
        return Asked(lines, *_usual("kl", "shares"))
    tasks = [f"  {column}: {{kind: number, column: {yaml_text(column)}}}" for column in columns]
    return Asked(tasks, *_usual("rmse", "number"), target="separate")


def asked_of_column(name: str, column: str, cells: pd.Series) -> Asked | None:
    """One column of the train table, where it holds numbers or lists of labels; None where it holds classes."""
    known = cells.dropna()
    if is_number(known):
        numbers = pd.to_numeric(known)
        why = f"# {known.nunique()} different numbers, from {numbers.min():g} to {numbers.max():g}"
        lines = [f"  {name}:", f"    {why}", "    kind: number", f"    column: {yaml_text(column)}"]
        return Asked(lines, *_usual("rmse", "number"))
    separator = list_separator(known)
    if separator is None:
        return None
    words = sorted({word.strip() for cell in known for word in cell.split(separator) if word.strip()})
    lines = [
        f"  {name}:",
        f"    # cells of several words that stand alone elsewhere: any number of {len(words)} labels",
        "    kind: labels",
        f"    classes: {yaml_list(words, 6)}",
        f"    column: {yaml_text(column)}",
        f"    separator: {yaml_text(separator)}",
    ]
    return Asked(lines, *_usual("f1_samples", "labels"), separator=separator)


def is_number(cells: pd.Series) -> bool:
    """Whether all cells are numbers, and some are no whole ones: a measure, and no class."""
    numbers = pd.to_numeric(cells, errors="coerce")
    return bool(numbers.notna().all() and (numbers % 1 != 0).any())


def list_separator(cells: pd.Series) -> str | None:
    """What stands between the labels of a column of lists; None for a column of single classes.

    A list is made of fewer words than there are cells that differ, and most words stand alone in some cell, or stand in
    another order in another.
    """
    different = set(cells)
    for separator in SEPARATORS:
        lists = [tuple(word.strip() for word in cell.split(separator)) for cell in different]
        several = [words for words in lists if len(words) > 1]
        words = {word for one in lists for word in one}
        alone = {one[0] for one in lists if len(one) == 1}
        reordered = len({tuple(sorted(one)) for one in several}) < len(several)
        if not several or "" in words:
            continue
        if (len(words) < len(different) and 2 * len(words & alone) >= len(words)) or reordered:
            return separator
    return None


def scale_of(classes: Sequence[str]) -> list[str] | None:
    """Classes that are words of grades in their order, lowest first; None where they are not."""
    for scale in SCALES:
        if len(classes) >= 3 and {name.lower() for name in classes} <= set(scale):
            return sorted(classes, key=lambda name: scale.index(name.lower()))
    return None


def grade_lines(classes: Sequence[str]) -> list[str]:
    """What to say of the order of classes: that words have one, or that numbers may have."""
    if scale_of(classes) is not None:
        return ["    kind: ordered                       # is this the order? without one take this line out"]
    if 3 <= len(classes) <= MOST_GRADES and all(name.lstrip("-").isdigit() for name in classes):
        return ["    # kind: ordered                     # where the classes are grades, which go by size"]
    return []


def _usual(metric: str, kind: str) -> tuple[str, str]:
    return metric, f"the usual one of {kind}; docs/targets.md has the others"
