"""What a column is like: called as a label, saying what another says, of 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from kit.competition.names import spelling
from kit.presets.table.files.names import words

NAMED = (
    (
        "target",
        "targets",
        "label",
        "labels",
        "class",
        "y",
        "category",
        "ground_truth",
        "标签",
        "类别",
        "ラベル",
        "라벨",
    ),
    ("class_name", "class_id", "class_num", "label_id", "label_name", "category_id", "category_name", "categories"),
    (
        *("diagnosis", "diagnostic", "dx", "disease", "diseases", "breed", "damage", "defect", "tags"),
        *(
            "majority",
            "consensus",
            "attribute_ids",
            "cultivar",
            "emotion",
            "expression",
            "sentiment",
            "genre",
            "genres",
        ),
    ),
    (
        *(
            "score",
            "mos",
            "dmos",
            "rating",
            "quality_score",
            "health",
            "condition",
            "price",
            "status",
            "tumor",
            "tumour",
            "cancer",
        ),
        *("malignant", "malignancy", "benign_malignant", "pathology", "finding", "findings", "weather", "style"),
        *("defective", "is_defective", "anomaly", "病", "症状", "状態", "등급", "상태"),
    ),
    ("species", "genus", "artist", "type", "kind", "name"),
)
"""What columns of labels are called, whatever stands between the words, the surest first; the last ones only where
nothing else may be one."""
FLAGS = ({"0", "1", "0.0", "1.0"}, {"-1", "1", "-1.0", "1.0"}, {"True", "False"}, {"TRUE", "FALSE"})
"""What columns of flags hold."""
ENDING = 2
"""The place in NAMED from which on it is enough that a name ends so."""


DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
"""How dates begin."""
RANKS = {"kingdom", "phylum", "order", "family", "genus"}
"""What stands above and below a class where kinds of animals and plants are told by their ranks."""


def is_rank(column: str, columns: Sequence[str]) -> bool:
    """Whether a column called class is one of the ranks of a kind, between phylum and order."""
    return spelling(column) == "class" and len(RANKS & set(map(spelling, columns))) >= 2


def is_named(column: str) -> bool:
    """Whether a column is called like a label."""
    return any(spelling(column) in map(spelling, names) for names in NAMED)


def surely_named(column: str) -> bool:
    """Whether a column is called by one of the surest words for labels."""
    return spelling(column) in map(spelling, NAMED[0])


def ends_like_one(column: str) -> bool:
    """Whether the last word of several is that of a label: 'Finding Labels'."""
    spoken = words(column)
    return len(spoken) > 1 and spoken[-1] in ("label", "labels", "target", "class", "category", "diagnosis", "species")


def asks_questions(rows: pd.DataFrame, column: str) -> bool:
    """Whether a column asks what another answers: it is called so, or its cells end so."""
    cells = rows[column].dropna()
    ends = bool(len(cells) and cells.str.rstrip().str.endswith(("?", "？")).mean() > 0.9)
    return ends or spelling(column) in ("question", "questions")


def few(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns of a few values that repeat."""
    return [column for column in columns if 2 <= rows[column].nunique() <= len(rows) / 2]


def twins(rows: pd.DataFrame, one: str, other: str) -> bool:
    """Whether two columns say the same in other words: each value goes with one, and some repeat."""
    if rows[one].nunique() > 0.9 * len(rows):  # nothing repeats, and anything goes with anything
        return False
    if all(rows[name].dropna().str.fullmatch(r"-?\d+\.\d*[1-9]").any() for name in (one, other)):  # measures
        return False
    pairs = rows[[one, other]].drop_duplicates()
    return bool(pairs[one].is_unique and pairs[other].is_unique)


def decides(rows: pd.DataFrame, one: str, other: str) -> bool:
    """Whether what one column holds says what another does, as the species says its family."""
    return bool(rows[[one, other]].drop_duplicates()[one].is_unique)


def finest(rows: pd.DataFrame, columns: Sequence[str]) -> str | None:
    """Of columns that each say what the next one does, as species, genus and family, the first; None for others.

    Of two alone, which a person and what he has are too, it is so where their names share a word.
    """
    later = list(columns)[::-1]  # of two that say the same
    chain = sorted(later, key=lambda column: -rows[column].nunique())
    if len(chain) < 2 or not all(decides(rows, one, other) for one, other in pairwise(chain)):
        return None
    shared = set(words(chain[0])).intersection(*(words(column) for column in chain[1:]))
    return chain[0] if (len(chain) > 2 or shared) and 5 * rows[chain[0]].nunique() <= len(rows) else None


def flag_block(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns of 0 and 1, or -1 and 1, alone (two of them are one where they say the same); those that make one 1
    in each row where some do.
    """
    flags = []
    for column in columns:
        values = set(rows[column].dropna().unique())
        if values and any(values <= known for known in FLAGS):
            flags.append(column)
    if len(flags) == 2 and rows[flags[0]].equals(rows[flags[1]]):
        return flags[:1]
    # runs of columns that stand side by side
    places = {column: place for place, column in enumerate(columns)}
    runs: list[list[str]] = []
    for column in flags:
        if runs and places[column] == places[runs[-1][-1]] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    for run in sorted(runs, key=len, reverse=True):
        if len(run) >= 2 and one_hot(rows, run):
            return run
    return flags


def one_hot(rows: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether each row has a 1 in one of these columns."""
    return bool(((rows[list(columns)].apply(as_numbers) > 0).sum(axis=1) == 1).all())


def as_numbers(cells: pd.Series) -> pd.Series:
    """The numbers of a column, true and false as 1 and 0; nan for other words."""
    return pd.to_numeric(cells.replace({"True": "1", "False": "0", "TRUE": "1", "FALSE": "0"}), errors="coerce")
