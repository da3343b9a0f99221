"""The doctor's look at near-duplicates: photos of two groups, or of train and test, that show the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import Folds
from kit.images.decode import decode
from kit.images.look import open_look, to_look_at
from kit.images.sheet import contact_sheet, save_image
from kit.images.twins import Twins, find_twins
from kit.report.finding import Finding, place, wrong
from kit.report.pages.material import SIDE as SHOWN_SIDE
from kit.reporter import Reporter

SHEET = "near-duplicates.jpg"
PAIRS = 24
"""Pairs on the sheet."""
MERGE = "'kit fold --merge-duplicates' puts them into one group"
RULES = "what may be done with it is said by the competition's rules"


def look_at_twins(workspace: Workspace, tables: Tables, folds: Folds | None, reporter: Reporter) -> Iterator[Finding]:
    """Pairs whose files differ; equal files are told of without a look at what they show."""
    try:
        twins = [one for one in find_twins(workspace, reporter) if not one.same_file]
    except KitError as error:
        yield wrong(error, workspace.root)
        return
    group = dict(zip(tables.train["image"], tables.train["group"], strict=True))
    fold = {} if folds is None else dict(zip(folds.table["image"], folds.table["fold"], strict=True))
    told = []
    for one in twins:
        groups = [group.get(image) for image in (one.first, one.second)]
        if None in groups and groups != [None, None]:
            yield Finding("note", "a test photo shows what a train photo shows", str(one), RULES)
            told.append(one)
        elif groups[0] != groups[1]:
            crosses = fold and fold[one.first] != fold[one.second]
            what = f"two groups{' in two folds' if crosses else ''} have photos that show the same"
            yield Finding("note", what, str(one), MERGE)
            told.append(one)
    if told:
        path = workspace.cache_dir / SHEET
        save_image(path, _sheet(workspace, told[:PAIRS], reporter))
        yield Finding(
            "note",
            f"pictures of {min(PAIRS, len(told))} pairs of photos that show the same",
            place(path, workspace.root),
        )


def _sheet(workspace: Workspace, twins: Sequence[Twins], reporter: Reporter) -> np.ndarray:
    look = open_look(workspace, reporter)
    pictures, names = [], []
    for one in twins:
        for image in (one.first, one.second):
            pictures.append(_small(to_look_at(decode(workspace.data_dir / image, look=look))))
            names.append(f"{one.likeness:.2f} {Path(image).name}")
    return contact_sheet(pictures, names)


def _small(pixels: np.ndarray) -> np.ndarray:
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BILINEAR)
    return np.asarray(picture)
