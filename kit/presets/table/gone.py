"""Rows of the train table whose photos are not there: left out by fixes.csv, where they are few."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kit.competition.fixes import COLUMNS, DROP
from kit.competition.readers import own_readers
from kit.competition.spec import Competition
from kit.competition.tables.listing import Listing
from kit.competition.tables.photo_rows import photo_rows
from kit.competition.templates import folders_and_last
from kit.errors import KitError
from kit.presets.table.asking import Findings
from kit.presets.table.write import line
from kit.reading import read_bytes

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
    if source.table is None or competition.photos.reader is not None or "*" in folders_and_last(source.images)[1]:
        return [], None
    try:
        found = photo_rows(Listing(data_dir, competition.photos, own_readers(root).endings), source, "train")
    except KitError:  # whoever reads the tables tells what is wrong
        return [], None
    gone = found.missing
    if not gone or len(gone) > MOST * len(found.rows):
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
