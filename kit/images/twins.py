"""The near-duplicates of a workspace, by the names of its photos; they are looked for once and kept in the cache."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import atomic_path, fingerprint
from kit.images.cache import ImageCache, open_cache
from kit.images.look import open_look
from kit.images.near_duplicates import SIDE, find_near_duplicates, together
from kit.parquet_file import read_parquet_table
from kit.reporter import Reporter
from kit.table_file import Column

VERSION = 1
"""It rises whenever `find_near_duplicates` finds other pairs."""
COLUMNS = (Column("first"), Column("second"), Column("likeness", "number"), Column("mirrored", "whole"))


@dataclass(frozen=True)
class Twins:
    """Two photos that show the same, though their files differ or because they do not."""

    first: str
    second: str
    likeness: float
    mirrored: bool
    same_file: bool = False

    def __str__(self) -> str:
        how = "the same file" if self.same_file else f"alike {self.likeness:.2f}"
        return f"{self.first} = {self.second} ({how}{', mirrored' if self.mirrored else ''})"


def small_photos(workspace: Workspace, reporter: Reporter) -> ImageCache:
    """All photos of both sides, decoded to SIDE x SIDE pixels; what cannot be read is black."""
    gone = set(workspace.tables.missing)
    images = [image for image in (*workspace.train["image"], *workspace.test["image"]) if image not in gone]
    return open_cache(
        workspace.cache_dir,
        workspace.data_dir,
        images,
        (SIDE, SIDE),
        reporter=reporter,
        look=open_look(workspace, reporter),
        allow_unreadable=True,
    )


def find_twins(workspace: Workspace, reporter: Reporter) -> list[Twins]:
    """Every pair of near-duplicates, those of equal files among them, in the order of their names."""
    cache = small_photos(workspace, reporter)
    path = workspace.cache_dir / f"twins-{fingerprint([VERSION, cache.fingerprint])[:16]}.parquet"
    try:
        table = read_parquet_table(path, list(COLUMNS))
        near = [Twins(str(a), str(b), float(c), bool(d)) for a, b, c, d in table.itertuples(index=False, name=None)]
    except KitError:  # there is none, or a damaged one: all are compared again
        pairs = find_near_duplicates(cache.array, reporter)
        near = [Twins(cache.keys[one.first], cache.keys[one.second], one.likeness, one.mirrored) for one in pairs]
        rows = [(one.first, one.second, one.likeness, int(one.mirrored)) for one in near]
        kept = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
        with contextlib.suppress(KitError), atomic_path(path) as temporary:  # a full disk compares again the next time
            kept.astype({"likeness": float, "mirrored": int}).to_parquet(temporary, index=False)
    found = {(one.first, one.second): one for one in near}
    for alike in workspace.pixels.duplicates:
        for place, first in enumerate(alike):
            found |= {(first, second): Twins(first, second, 1.0, False, True) for second in alike[place + 1 :]}
    return [found[key] for key in sorted(found)]


def twin_sets(twins: list[Twins]) -> list[list[str]]:
    """The photos that pairs lead to from one another, two or more together."""
    names = sorted({name for one in twins for name in (one.first, one.second)})
    place = {name: number for number, name in enumerate(names)}
    ends = [(place[one.first], place[one.second]) for one in twins]
    return [[names[row] for row in rows] for rows in together(len(names), ends)]
