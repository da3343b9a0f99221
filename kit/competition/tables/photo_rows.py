"""A row for each photo of a side, with the columns of its table."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.competition.sources import Source
from kit.competition.tables.listing import Listing, escaped
from kit.competition.tables.source import SourceRows, read_source
from kit.competition.templates import PLACE, columns_in, filled
from kit.errors import KitError, one_line
from kit.reading import is_utf8
from kit.targets.cells import LINE, PHOTO

MOST_LETTERS = 1000
"""How long a photo's path may be."""


@dataclass(frozen=True)
class PhotoRows:
    """The rows of a side's photos, and what is to be said of them."""

    rows: pd.DataFrame
    missing: tuple[str, ...] = ()
    """Photos that the table names and that are not there."""
    notes: tuple[str, ...] = ()
    count: int | None = None
    """How many rows the table has in all."""


def photo_rows(listing: Listing, source: Source, side: str) -> PhotoRows:
    """One row per photo, with the columns of its table and file, stem and folder of its path."""
    if source.table is None:
        found = PhotoRows(_without_table(listing, source.images, side))
    else:
        found = _of_table(listing, source, read_source(listing.data_dir, source))
    rows = found.rows
    if not is_utf8("\n".join(rows[PHOTO])):
        odd = next(image for image in rows[PHOTO] if not is_utf8(image))
        raise KitError(f"the name of the photo {odd!r} is not UTF-8", where=listing.data_dir, todo="rename it")
    paths = rows[PHOTO].str.rsplit("/", n=1).str[-1]
    derived = {"file": paths, "stem": paths.str.rsplit(".", n=1).str[0], "folder": rows[PHOTO].str.split("/").str[-2]}
    new = {name: values.astype(object).str.strip() for name, values in derived.items() if name not in rows}
    return PhotoRows(rows.assign(**new).reset_index(drop=True), found.missing, found.notes, found.count)


def _without_table(listing: Listing, pattern: str, side: str) -> pd.DataFrame:
    """A row for every image that fits a pattern of paths, with a column for each {name} in it.

    A {name} is as much of a folder's or file's name as fits, the first before the next.
    """
    images = listing.matching(PLACE.sub("*", pattern))
    if not images:
        raise KitError(
            f"no image matches '{pattern}'", where=listing.data_dir, todo=f"mend '{side}.images' in competition.yaml"
        )
    rows = pd.DataFrame({PHOTO: images, LINE: np.arange(1, len(images) + 1)})
    names = list(dict.fromkeys(PLACE.findall(pattern)))
    if not names:
        return rows
    values = rows[PHOTO].str.extract(f"^{_expression(pattern, names)}$", flags=re.IGNORECASE)
    values.columns = pd.Index(names)
    lost = values[names[0]].isna()
    if lost.any():
        raise KitError(
            f"'{rows[PHOTO][lost].iloc[0]}' does not say what '{pattern}' names",
            where=listing.data_dir,
            todo=f"mend '{side}.images' in competition.yaml",
        )
    return rows.assign(**{name: values[name].astype(object).str.strip() for name in names})


def _expression(pattern: str, names: list[str]) -> str:
    """A pattern of paths as a regular expression with a group for each of its names."""
    parts, known = [], set()
    for place, text in enumerate(PLACE.split(pattern)):
        if place % 2:
            group = names.index(text)
            parts.append(f"(?P=g{group})" if text in known else f"(?P<g{group}>[^/]+)")
            known.add(text)
        else:
            for piece in re.split(r"(\*\*/|\*|\?|\[[^]/]*\])", text):
                wild = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}.get(piece)
                is_set = piece.startswith("[") and len(piece) > 2
                parts.append(wild or (piece.replace("[!", "[^", 1) if is_set else re.escape(piece)))
    return "".join(parts)


def _of_table(listing: Listing, source: Source, read: SourceRows) -> PhotoRows:
    """The rows of a table, once for each photo that they lead to."""
    where = listing.data_dir / str(source.table)
    folders, _, last = source.images.rpartition("/")
    _refuse_first_row(listing, source, read.cells)
    if "*" not in source.images:
        named, exact = (_paths(filled(source.images, table, where), table, where) for table in (read.cells, read.exact))
        # a file's name may have such spaces itself
        named = [as_is if listing.has(as_is) else image for as_is, image in zip(exact, named, strict=True)]
        found = [listing.found(image, where) for image in named]
        photos = [image or name for image, name in zip(found, named, strict=True)]
        missing = tuple(name for name, image in zip(named, found, strict=True) if image is None)
        return PhotoRows(read.cells.assign(**{PHOTO: photos}), missing, read.notes, read.count)
    patterns = _Patterns(listing, where, anywhere="*" in folders, several="*" in last)
    exact_images = patterns.of(source.images, read.exact)
    images = [as_is or one for as_is, one in zip(exact_images, patterns.of(source.images, read.cells), strict=True)]
    named = filled(source.images, read.cells, where)
    missing = tuple(name for name, image in zip(named, images, strict=True) if not image)
    rows = read.cells.assign(**{PHOTO: images})
    if patterns.several:
        rows = rows.explode(PHOTO, ignore_index=True).dropna(subset=PHOTO)
    else:
        rows[PHOTO] = [image[0] if image else name for image, name in zip(images, named, strict=True)]
    if len(rows) == 0:
        raise KitError(f"none of its {len(read.cells)} rows leads to a photo", where=where)
    return PhotoRows(rows, missing, read.notes, read.count)


@dataclass(frozen=True)
class _Patterns:
    """How rows lead to photos by a pattern of paths."""

    listing: Listing
    where: object
    anywhere: bool
    """Whether the folders hold a *."""
    several: bool
    """Whether the last part holds one, so that a row may have several photos."""

    def of(self, template: str, table: pd.DataFrame) -> list[list[str]]:
        """The photos of each row."""
        plain = _paths(filled(template, table, self.where), table, self.where)
        with_wildcards = _paths(filled(template, table, self.where, escaped), table, self.where)
        return [self._photos(name, pattern) for name, pattern in zip(plain, with_wildcards, strict=True)]

    def _photos(self, name: str, pattern: str) -> list[str]:
        folders, slash, last = pattern.rpartition("/")
        if not self.several:
            image = self.listing.anywhere(folders, name.rpartition("/")[2], self.where)
            return [] if image is None else [image]
        if not self.anywhere:
            pattern = name.rpartition("/")[0] + slash + last
        return self.listing.images(pattern, self.where, literal=not self.anywhere)


def _paths(texts: list[str], table: pd.DataFrame, where: object) -> list[str]:
    """Paths of photos as keys; one that leaves the data folder is an error that names its line."""
    column = pd.Series(texts, dtype=object)
    odd = column.str.contains(r"//|(?:^|/)\.|^/|/$", regex=True) | (column.str.len() > MOST_LETTERS)
    for row in np.flatnonzero(odd):
        path = posixpath.normpath(texts[row])
        if path.startswith(("/", "../")) or path == ".." or len(path) > MOST_LETTERS:
            raise KitError(
                f"line {table[LINE].iloc[row]} leads to '{one_line(path)}', which is no path in the data folder",
                where=where,
                todo="mend it",
            )
        texts[row] = path
    return texts


def _refuse_first_row(listing: Listing, source: Source, table: pd.DataFrame) -> None:
    """KitError where the names of the columns lead to a photo: the first row is a row."""
    columns = columns_in(source.images, table)
    if not source.header or "*" in source.images or not set(columns) <= set(table):
        return
    where = listing.data_dir / str(source.table)
    (image,) = filled(source.images, pd.DataFrame({name: [name] for name in columns}).assign(**{LINE: 1}), where)
    if listing.form.reader is None and listing.has(posixpath.normpath(image)):
        todo = "write 'header: false' beside 'table'; its columns are then called 1, 2, ..."
        raise KitError(f"its first row leads to the photo '{image}', and is taken for names", where=where, todo=todo)
