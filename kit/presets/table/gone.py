"""Rows whose photos are not there: of the train table left out by fixes.csv, where they are few; of the test table
answered without, where none can be there.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kit.competition.fixes import COLUMNS, DROP
from kit.competition.readers import own_readers
from kit.competition.sources import Source
from kit.competition.spec import Competition
from kit.competition.tables.listing import Listing
from kit.competition.tables.photo_rows import PhotoRows, photo_rows
from kit.competition.templates import folders_and_last
from kit.errors import KitError
from kit.presets.table.asking import Findings
from kit.presets.table.write import line
from kit.reading import read_bytes
from kit.wording import counted

MOST = 0.2
"""The share of the rows up to which photos that are not there are left out; of more, somebody has to bring them."""
NAME = "fixes.csv"


def without_gone(
    data_dir: Path, competition: Competition, root: Path, findings: Findings
) -> tuple[list[str], str | None]:
    """The lines of competition.yaml and the text of fixes.csv that leave out the train photos that are not there.

    None of both where all are there, too many are not, or fixes.csv says something else already.
    """
    source = competition.train
    found = _rows(data_dir, competition, source, "train", root)
    gone = () if found is None else found.missing
    if found is None or not gone or len(gone) > MOST * len(found.rows):
        return [], None
    fixes = pd.DataFrame([[image, "", "", DROP, "core", "not there"] for image in gone], columns=list(COLUMNS))
    text, path = fixes.to_csv(index=False, lineterminator="\n"), root / NAME
    if path.exists() and read_bytes(path) != text.encode():
        return [], None
    findings.check.append(
        f"{len(gone):,} of {len(found.rows):,} train photos that {source.table} names are not there, such as"
        f" {gone[0]}: {NAME} leaves them out; take its lines out when they are"
    )
    return ["", line("fixes: {}", f"{NAME} leaves out the {len(gone):,} photos that are not there")], text


def without_photo(data_dir: Path, competition: Competition, root: Path, findings: Findings) -> int:
    """How many test rows name no photo, or are of any number of photos and have none; 0 where they are the most."""
    if competition.test is None:
        return 0
    source = competition.test.model_copy(update={"unreadable": "prior"})
    found = _rows(data_dir, competition, source, "test", root)
    if found is None:
        return 0
    lost = found.missing if "*" in folders_and_last(source.images)[1] else found.nameless
    if not lost or 2 * len(lost) > len(found.rows):
        return 0
    findings.check.append(
        f"{counted(len(lost), 'row')} of {source.table} without a photo, such as {lost[0]}: answered as the classes"
        " are shared out in train, a number by its mean ('unreadable: prior'), and counted"
    )
    return len(lost)


def _rows(data_dir: Path, competition: Competition, source: Source, side: str, root: Path) -> PhotoRows | None:
    """The rows of a side; None where no table names photos, or whoever reads the tables tells what is wrong."""
    if source.table is None or competition.photos.reader is not None:
        return None
    try:
        return photo_rows(Listing(data_dir, competition.photos, own_readers(root).endings), source, side)
    except KitError:
        return None
