"""Whether folders that photos lie in, or what the photos are called, may be the labels of the rows of a table."""

from __future__ import annotations

from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import FOLDER, Side


def asks_for_folders(sample: Sample | None, train: Side) -> bool:
    """Whether the sample's answers, or the columns of these, are called as folders of train, which are no numbers."""
    if sample is None:
        return False
    answers = {*sample.answers, *(cell for column in sample.answers for cell in sample.shown(column))}
    folders = set(train.rows[train.of_folder].dropna())
    return any(not answer.isdigit() for answer in answers & folders)


def several_stems(train: Side) -> bool:
    """Whether the photos of each row are called alike, as mask1 and normal: their names may be labels."""
    return train.lead is not None and train.lead.many and "stem" not in train.rows and len(train.stems) >= 2


def folders_are_words(train: Side) -> bool:
    """Whether the photos' folders may be classes and are called by words, and not by letters of ids, and no column
    names them, which would be asked itself.
    """
    if FOLDER not in train.rows or any(train.rows[FOLDER].equals(train.rows[name]) for name in train.photo_columns):
        return False
    return bool(train.rows[FOLDER].str.contains(r"[^\W\d_]{3}").all())


def in_folders(train: Side) -> bool:
    """Whether the cells that name the photos have folders that repeat, as those of classes do."""
    if train.in_classes:
        return True
    if train.column is None:
        return False
    cells = train.rows[train.column].dropna()
    folders = cells.str.rpartition("/")[0].str.rpartition("/")[2]
    return bool(2 <= folders[folders != ""].nunique() <= len(cells) / 2)
