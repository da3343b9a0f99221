"""The file to send: its rows, columns and spelling, how predictions are written in it, and how it is read back."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.spec import TARGET, Competition
from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.runs.predictions import Predictions
from kit.targets.cells import LINE

WHOLE = re.compile(r"([+-]?\d+)(\.0+)?")
"""A whole number as tables write it: 1, or 1.0 where the column once had a gap."""


@dataclass(frozen=True)
class Layout:
    """What the file to send looks like."""

    header: tuple[str, ...]
    """The first line's cells, exactly as the sample has them."""
    columns: tuple[str, ...]
    """The same without spaces around them: the columns of tables."""
    ids: tuple[str, ...]
    """The id of each row, in the host's order, exactly as the sample has it."""
    images: np.ndarray
    """The photo of each row."""
    values: tuple[str, ...]
    """What is written for each target class, or the name of its column."""
    shown: tuple[str, ...]
    """The different answers of the sample submission, in the order in which they stand there."""


def read_layout(workspace: Workspace) -> Layout:
    """The layout that sample and competition.yaml give; KitError where they do not fit the test table."""
    competition, test = workspace.competition, workspace.test
    form, values = competition.submission, competition.submitted_values
    if not test["id"].is_unique:
        raise KitError(f"the test id '{test['id'][test['id'].duplicated()].iloc[0]}' stands there twice")
    if form.sample is None:
        columns = (form.id, form.one_column or "label")
        return Layout(columns, columns, tuple(test["id"]), test["image"].to_numpy(dtype=object), values, ())
    where = workspace.data_dir / form.sample
    sample, exact = read_csv(where).drop(columns=LINE), read_csv(where, exact=True)
    answers = sample.drop(columns=form.id, errors="ignore")
    shown = tuple(dict.fromkeys(cell for cell in answers.to_numpy(dtype=object).ravel() if isinstance(cell, str)))
    values = spelt_as(values, shown if form.one_column is not None else tuple(answers.columns))
    _check_sample(sample, [form.id, *([form.one_column] if form.one_column is not None else values)], workspace, where)
    image_of = dict(zip(test["id"], test["image"], strict=True))
    images = sample[form.id].map(image_of).to_numpy(dtype=object)
    return Layout(_header(where), tuple(sample.columns), tuple(exact[form.id]), images, values, shown)


def csv_bytes(layout: Layout, table: pd.DataFrame) -> bytes:
    """The file of a table that has the layout's columns."""
    return table.to_csv(index=False, header=list(layout.header), lineterminator="\n").encode()


def spelt_as(values: Sequence[str], shown: Sequence[str]) -> tuple[str, ...]:
    """Whole numbers with or without '.0', as all that is shown has them; anything else is left as it is."""
    ours, theirs = ([WHOLE.fullmatch(text) for text in texts] for texts in (values, shown))
    tails = {found[2] or "" for found in theirs if found is not None}
    if len(tails) != 1 or None in ours or None in theirs:
        return tuple(values)
    spelt = tuple(found[1] + min(tails) for found in ours if found is not None)
    return spelt if len(set(spelt)) == len(spelt) else tuple(values)


def written(competition: Competition, layout: Layout, predictions: Predictions) -> pd.DataFrame:
    """Predictions of the target as the rows of the file: classes, a class's probability, or a column for each class."""
    form, found = competition.submission, predictions.aligned(layout.images)
    table = pd.DataFrame({form.id: list(layout.ids)})
    if form.probability_of is not None:
        table[form.one_column] = found.probs[TARGET][:, competition.target_classes.index(form.probability_of)]
    elif form.one_column is not None:
        table[form.one_column] = np.array(layout.values, dtype=object)[found.said(TARGET)]
    else:
        for index, value in enumerate(layout.values):
            table[value] = found.probs[TARGET][:, index]
    return table[list(layout.columns)]


def read_back(competition: Competition, table: pd.DataFrame, where: object) -> Predictions:
    """What a file of the competition's form says of the target, under its ids; KitError with the line of a slip."""
    form, classes = competition.submission, competition.target_classes
    ids = table[form.id].astype(str).str.strip().to_numpy(dtype=object)
    if form.one_column is None:
        names = {plain(column): column for column in table.columns}
        columns = [names[plain(value)] for value in competition.submitted_values]
        return Predictions(ids, {TARGET: np.column_stack([_probability(table, name, where) for name in columns])})
    if form.probability_of is not None:
        given = _probability(table, form.one_column, where)
        two = [given, 1 - given] if classes.index(form.probability_of) == 0 else [1 - given, given]
        return Predictions(ids, {TARGET: np.column_stack(two)})
    return Predictions(ids, {}, {TARGET: class_codes(competition, table, form.one_column, where)})


def class_codes(competition: Competition, table: pd.DataFrame, column: str, where: object) -> np.ndarray:
    """The target class of each row of a column that holds what is submitted for it, (n_rows,) int64."""
    values = competition.submitted_values
    known = {spelt: code for spell in (plain, str) for code, spelt in enumerate(map(spell, values))}
    codes = table[column].astype(str).map(lambda said: known.get(said, known.get(plain(said), -1))).to_numpy(np.int64)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        value = table[column].iloc[row]
        raise KitError(
            f"line {line_of(table, row)}: '{value}' is no class",
            where=where,
            todo=nearest(value, values),
        )
    return codes


def plain(value: str) -> str:
    """A whole number without its '.0', and any other text as it is: what two spellings of a class have in common."""
    found = WHOLE.fullmatch(value)
    return value if found is None else found[1]


def line_of(table: pd.DataFrame, row: int) -> int:
    """The line of a file that a row of its table came from."""
    return int(table[LINE].iloc[row]) if LINE in table else row + 2


def _header(path: Path) -> tuple[str, ...]:
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return tuple(next(csv.reader(handle)))


def _probability(table: pd.DataFrame, column: str, where: object) -> np.ndarray:
    numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    bad = ~((numbers >= 0) & (numbers <= 1))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise KitError(
            f"line {line_of(table, row)}: '{table[column].iloc[row]}' is no probability",
            where=where,
            todo="write numbers from 0 to 1",
        )
    return numbers


def _check_sample(sample: pd.DataFrame, needed: Sequence[str], workspace: Workspace, where: object) -> None:
    """Refuse a sample submission whose columns or ids are not those of competition.yaml and the test table."""
    key = workspace.competition.submission.id
    if set(sample.columns) != set(needed):
        raise KitError(
            f"the sample submission has the columns {', '.join(sample.columns)}, not {', '.join(needed)}",
            where=where,
            todo="mend 'submission' in competition.yaml",
        )
    if not sample[key].is_unique:
        raise KitError(f"the id '{sample[key][sample[key].duplicated()].iloc[0]}' stands there twice", where=where)
    here, there = set(workspace.test["id"]), set(sample[key])
    if here != there:
        odd = min(map(str, here ^ there))
        raise KitError(
            f"{len(there - here)} of its ids are not in the test table and {len(here - there)} are missing from it,"
            f" the first is '{odd}'",
            where=where,
            todo="mend 'test' or 'submission' in competition.yaml",
        )
