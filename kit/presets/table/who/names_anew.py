"""Names of photos that begin anew in each folder, as those of the frames of traffic signs do in each sign's folder."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kit.competition.grouping import BETWEEN
from kit.competition.templates import folders_and_last
from kit.presets.table.found.columns import decides
from kit.presets.table.found.group import Candidate
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.labels import Labels
from kit.presets.table.who.parts_of_names import FINDING

_MOST = 0.95
"""Of the photos: parts of names above which nearly each is of one photo."""


def counting_folder(train: Side, labels: Labels) -> str | None:
    """The column of the folders, one of the classes each, in which names of photos begin anew; None where none is."""
    if train.table is None:
        return "folder" if train.of_folder == "folder" else None
    if train.lead is None or train.lead.repeats or train.rows[train.lead.column].is_unique:
        return None
    above = folders_and_last(train.images)[0]
    folders = [name for name in train.photo_columns if f"{{{name}}}" in above and name not in train.naming_columns]
    classes = [label for label in labels.columns if label in train.rows]
    of_one = len(folders) == 1 and any(
        label == folders[0] or decides(train.rows, folders[0], label) for label in classes
    )
    return folders[0] if of_one else None


def within_folders(train: Side, labels: Labels) -> list[Candidate]:
    """What parts of such names say within their folders: 00000/00003_00012 is of another thing than 00001/00003_00012.
    What the largest folder shows must hold in all.
    """
    folder = counting_folder(train, labels)
    if folder is None:
        return []
    column = "stem" if train.table is None else train.naming_columns[0]
    folders, names = train.rows[folder], train.rows[column]
    largest = names[folders == names.groupby(folders).size().idxmax()]
    for find in FINDING:
        one = find(largest, column, ())
        if one is None or one.pattern is None:
            continue
        found = names.str.extract(one.pattern)[0]
        cells = pd.Series((folders + BETWEEN + found).to_numpy(), name=column)
        if cells.notna().all() and cells.nunique() <= _MOST * len(cells):
            return [replace(one, name=f"{folder} and {one.name}", cells=cells, together=(folder, column))]
    return []
