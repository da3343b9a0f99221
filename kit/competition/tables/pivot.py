"""A table with a row for each answer of a photo, made to one with a row for each photo and a column for each answer."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kit.competition.sources import Pivot
from kit.competition.templates import no_column
from kit.errors import KitError
from kit.targets.cells import LINE, PHOTO


def pivoted(rows: pd.DataFrame, pivot: Pivot, where: Path) -> pd.DataFrame:
    """The rows of each photo as one, with a column for each value of `pivot.columns`, that holds its `pivot.values`.

    Columns in which all rows of a photo agree are kept; the others, such as an id of each row, are not.
    """
    for column in (pivot.columns, pivot.values):
        if column not in rows:
            raise no_column(column, rows, where)
    unnamed = rows[pivot.columns].isna()
    if unnamed.any():
        line = rows.loc[unnamed, LINE].iloc[0]
        raise KitError(f"line {line} has no '{pivot.columns}'", where=where, todo="say there what the row answers")
    twice = rows[rows.duplicated([PHOTO, pivot.columns], keep=False)]
    if len(twice):
        image, name = twice.iloc[0][[PHOTO, pivot.columns]]
        lines = twice.loc[(twice[PHOTO] == image) & (twice[pivot.columns] == name), LINE].tolist()[:3]
        raise KitError(
            f"lines {', '.join(map(str, lines))} are all of the photo '{image}' and '{name}'",
            where=where,
            todo="keep one of them, or mend 'train.pivot'",
        )
    wide = rows.pivot(index=PHOTO, columns=pivot.columns, values=pivot.values)
    taken = sorted(set(wide) & set(rows))
    if taken:
        raise KitError(
            f"'{pivot.columns}' holds '{taken[0]}', which is a column of the table too", where=where, todo="rename one"
        )
    first = rows[~rows[PHOTO].duplicated()].set_index(PHOTO)
    others = [column for column in first if column not in (LINE, pivot.columns, pivot.values)]
    agree = rows.groupby(PHOTO)[others].nunique(dropna=False).le(1).all()
    kept = first[[LINE, *(column for column in others if agree[column])]]
    return pd.concat([kept, wide.reindex(kept.index)], axis=1).reset_index()
