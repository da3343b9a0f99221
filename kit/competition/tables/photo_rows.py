"""A row for each photo of a side, with the columns of its table."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.sources import Source, TestSource
from kit.competition.tables.listing import Listing, escaped, has_wildcards
from kit.competition.tables.source import SourceRows, read_source
from kit.competition.templates import PLACE, columns_in, filled, folders_and_last
from kit.errors import KitError, one_line
from kit.reading import is_utf8
from kit.targets.cells import LINE, PHOTO

MOST_LETTERS = 1000
"""How long a photo's path may be."""
PRIOR = "write 'unreadable: prior' under test in competition.yaml"
"""What helps where a photo to predict is not there, and will not be."""


@dataclass(frozen=True)
class PhotoRows:
    """The rows of a side's photos, and what is to be said of them."""

    rows: pd.DataFrame
    missing: tuple[str, ...] = ()
    """Photos that the table names and that are not there."""
    notes: tuple[str, ...] = ()
    count: int | None = None
    """How many rows the table has in all."""
    nameless: tuple[str, ...] = ()
    """Of those that are not there what stands for rows that name none."""


def photo_rows(listing: Listing, source: Source, side: str) -> PhotoRows:
    """One row per photo, with the columns of its table and file, stem and folder of its path."""
    if source.table is None:
        found = PhotoRows(_without_table(listing, source.images, side))
    else:
        read = _without_hidden(read_source(listing.data_dir, source), source.images)
        nameless = _nameless(read, source.images)
        if side == "train":
            found = _of_table(listing, source, _with_photo(read, nameless))
        elif isinstance(source, TestSource) and source.unreadable is not None and not nameless.all():
            named = _some(read, ~nameless) if nameless.any() else read
            found = _of_table(listing, source, named, keep_absent=True)
            found = _with_nameless(found, _some(read, nameless), source) if nameless.any() else found
        elif nameless.any():
            line = read.cells.loc[nameless, LINE].iloc[0]
            what = f"line {line} names no photo in '{columns_in(source.images, read.cells)[-1]}'"
            raise KitError(what, where=listing.data_dir / source.table, todo=f"complete it, or {PRIOR}")
        else:
            found = _of_table(listing, source, read)
    rows = found.rows
    if not is_utf8("\n".join(rows[PHOTO])):
        odd = next(image for image in rows[PHOTO] if not is_utf8(image))
        raise KitError(f"the name of the photo {odd!r} is not UTF-8", where=listing.data_dir, todo="rename it")
    parts = [image.rsplit("/", 2) for image in rows[PHOTO]]
    derived = {
        "file": [part[-1] for part in parts],
        "stem": [part[-1].rpartition(".")[0] or part[-1] for part in parts],
        "folder": [part[-2] if len(part) > 1 else None for part in parts],
    }
    new = {
        name: pd.Series(values, index=rows.index, dtype=object).str.strip()
        for name, values in derived.items()
        if name not in rows
    }
    return replace(found, rows=rows.assign(**new).reset_index(drop=True))


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
    values = rows[PHOTO].str.extract(f"^{path_expression(pattern, names)}$", flags=re.IGNORECASE)
    values.columns = pd.Index(names)
    lost = values[names[0]].isna()
    if lost.any():
        raise KitError(
            f"'{rows[PHOTO][lost].iloc[0]}' does not say what '{pattern}' names",
            where=listing.data_dir,
            todo=f"mend '{side}.images' in competition.yaml",
        )
    return rows.assign(**{name: values[name].astype(object).str.strip() for name in names})


def path_expression(pattern: str, names: list[str]) -> str:
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


def _of_table(listing: Listing, source: Source, read: SourceRows, *, keep_absent: bool = False) -> PhotoRows:
    """The rows of a table, once for each photo that they lead to; keep_absent: also those of several photos that lead
    to none.
    """
    where = listing.data_dir / str(source.table)
    folders, last = folders_and_last(source.images)
    _refuse_first_row(listing, source, read.cells)
    finder = _Finder(listing, where, source.images, anywhere="*" in folders, several="*" in last)
    named = finder.named(read.cells)
    images = finder.photos(read.cells, named)
    if not all(read.exact[name].equals(read.cells[name]) for name in columns_in(source.images, read.cells)):
        # a file's name may have such spaces itself
        exact = finder.photos(read.exact, finder.named(read.exact))
        images = [as_is or image for as_is, image in zip(exact, images, strict=True)]
    missing = tuple(name for name, image in zip(named, images, strict=True) if not image)
    rows = read.cells.assign(**{PHOTO: images})
    if finder.several and not any(images):
        raise KitError(f"none of its {len(read.cells)} rows leads to a photo", where=where)
    if finder.several:
        rows[PHOTO] = [image or [name] * keep_absent for image, name in zip(images, named, strict=True)]
        rows = rows.explode(PHOTO, ignore_index=True).dropna(subset=PHOTO)
    else:
        rows[PHOTO] = [image[0] if image else name for image, name in zip(images, named, strict=True)]
    return PhotoRows(rows, missing, read.notes, read.count)


def _without_hidden(read: SourceRows, template: str) -> SourceRows:
    """The rows without those that lead to a hidden file, such as the .DS_Store that a host's own list of files has."""
    hidden = np.zeros(len(read.cells), dtype=bool)
    for column in {place for place in columns_in(folders_and_last(template)[1], read.cells) if place in read.cells}:
        hidden |= read.cells[column].str.contains(r"(?:^|/)\.[^./][^/]*$", na=False).to_numpy(dtype=bool)
    if not hidden.any() or hidden.all():
        return read
    name = read.cells[hidden].iloc[0][columns_in(template, read.cells)[-1]]
    note = f"{int(hidden.sum()):,} of {len(hidden):,} rows name a hidden file, such as '{name}', and are left out"
    return replace(_some(read, ~hidden), notes=(*read.notes, note))


def _some(read: SourceRows, kept: NDArray[np.bool_]) -> SourceRows:
    cells, exact = (table[kept].reset_index(drop=True) for table in (read.cells, read.exact))
    return replace(read, cells=cells, exact=exact)


def _nameless(read: SourceRows, template: str) -> NDArray[np.bool_]:
    """The rows whose cell for the photo's name is empty, (n_rows,)."""
    names = [place for place in columns_in(folders_and_last(template)[1], read.cells) if place in read.cells]
    return read.cells[names].isna().any(axis=1).to_numpy(dtype=bool)


def _with_photo(read: SourceRows, nameless: NDArray[np.bool_]) -> SourceRows:
    """The rows without those that name no photo: of these there is nothing to learn."""
    if not nameless.any() or 2 * nameless.sum() > len(nameless):
        return read
    line = read.cells.loc[nameless, LINE].iloc[0]
    note = f"{int(nameless.sum()):,} of {len(nameless):,} rows name no photo, such as line {line}, and are left out"
    return replace(_some(read, ~nameless), notes=(*read.notes, note))


def _with_nameless(found: PhotoRows, read: SourceRows, source: TestSource) -> PhotoRows:
    """Photos, and rows that name none and have an answer all the same: each as a photo that is not there."""
    images = [f"line {line} of {source.table}" for line in read.cells[LINE]]
    rows = pd.concat([found.rows, read.cells.assign(**{PHOTO: images})], ignore_index=True)
    rows = rows.sort_values(LINE, kind="stable", ignore_index=True)
    return replace(found, rows=rows, missing=(*found.missing, *images), nameless=tuple(images))


@dataclass(frozen=True)
class _Finder:
    """How rows lead to photos."""

    listing: Listing
    where: object
    template: str
    anywhere: bool
    """Whether its folders hold a *."""
    several: bool
    """Whether its last part holds one, so that a row may have several photos."""

    def named(self, table: pd.DataFrame) -> list[str]:
        """What the template is with each row's values, as a path."""
        return self._paths(filled(self.template, table, self.where), table)

    def photos(self, table: pd.DataFrame, named: Sequence[str]) -> list[list[str]]:
        """The photos of each row; named: what the template is with its values."""
        if not self.anywhere and not self.several:
            of_files = self.template.endswith("}")  # whole names of files, which Windows writes in any letters; no ids
            found = [self.listing.found(name, self.where, of_files) for name in named]
            return [[] if image is None else [image] for image in found]
        patterns = named
        if any(map(has_wildcards, (cell for column in columns_in(self.template, table) for cell in table[column]))):
            patterns = self._paths(filled(self.template, table, self.where, escaped), table)
        return [self._matching(name, pattern) for name, pattern in zip(named, patterns, strict=True)]

    def _matching(self, name: str, pattern: str) -> list[str]:
        folders, slash, last = pattern.rpartition("/")
        if not self.several:
            image = self.listing.anywhere(folders, name.rpartition("/")[2], self.where)
            return [] if image is None else [image]
        if not self.anywhere:
            pattern = name.rpartition("/")[0] + slash + last
        found = self.listing.images(pattern, self.where, literal=not self.anywhere)
        if not found and self.template.endswith("}.*") and not self.anywhere:  # a cell that has its ending already
            whole = self.listing.found(name.removesuffix(".*"), self.where)
            return [] if whole is None else [whole]
        return found

    def _paths(self, texts: list[str], table: pd.DataFrame) -> list[str]:
        """Paths of photos as keys; one that leaves the data folder is an error that names its line. A table of Windows
        has its folders before a \\.
        """
        texts = [text.replace("\\", "/") for text in texts] if any("\\" in text for text in texts) else texts
        if not _ODD.search("\n".join(texts)) and max(map(len, texts), default=0) <= MOST_LETTERS:
            return texts
        return [self._inside(text, line) for text, line in zip(texts, table[LINE], strict=True)]

    def _inside(self, text: str, line: int) -> str:
        path = posixpath.normpath(text)
        if path.startswith(("/", "../")) or path == ".." or len(path) > MOST_LETTERS:
            raise KitError(
                f"line {line} leads to '{one_line(path)}', which is no path in the data folder",
                where=self.where,
                todo="mend it",
            )
        return path


_ODD = re.compile(r"//|^\.|/\.|^/|/$|^$", re.MULTILINE)
"""What a path as `posixpath.normpath` gives it has not, apart from hidden names."""


def _refuse_first_row(listing: Listing, source: Source, table: pd.DataFrame) -> None:
    """KitError where the names of the columns lead to a photo: the first row is a row."""
    columns = columns_in(source.images, table)
    if not source.header or "*" in source.images or not set(columns) <= set(table):
        return
    where = listing.data_dir / str(source.table)
    try:
        (image,) = filled(source.images, pd.DataFrame({name: [name] for name in columns}).assign(**{LINE: 1}), where)
    except KitError:  # a name is shorter than the cells that {column[3:]} is for
        return
    if listing.form.reader is None and listing.has(posixpath.normpath(image)):
        todo = "write 'header: false' beside 'table'; its columns are then called 1, 2, ..."
        raise KitError(f"its first row leads to the photo '{image}', and is taken for names", where=where, todo=todo)
