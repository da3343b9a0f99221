"""A data folder without a photo: what is there in its place, and what helps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

import pandas as pd

from kit.errors import KitError
from kit.presets.table.files.arrays import ENDINGS, held_in
from kit.presets.table.files.facts import Facts

ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".7z", ".rar", ".bz2", ".xz", ".zst")
READER = (
    "a reader of your own makes photos of it (docs/competition.md, Photos): write readers.py, and give --train and"
    " --image 'FILE/{COLUMN}'"
)
VOLUME = ".nii.gz"
"""How volumes end that are packed and no archives."""
PIXELS = 50
"""Columns of numbers from which on a table holds pixels."""


NO_TABLES = (".xlsx", ".xls", ".ods", ".mat", ".pkl", ".pickle", ".xml", ".h5", ".hdf5", ".db", ".sqlite")
"""Files that may hold a table, which kit does not read."""
NO_PHOTOS = (".txt", ".md", ".py", ".ipynb", ".pdf", ".html", ".csv", ".json", ".xml", ".yaml", ".yml", ".docx")
FILMS = (".mp4", ".avi", ".mov", ".mkv", ".webm", ".mpg", ".mpeg", ".m4v")


SLIDES = (
    *(".svs", ".ndpi", ".mrxs", ".czi", ".nd2", ".vsi", ".scn", ".bif", ".lif", ".mha", ".mhd", ".nii", VOLUME),
    *(".nrrd", ".cr2", ".nef", ".arw", ".dng", ".exr", ".hdr", ".avif", ".jxl", ".sid", ".ecw"),
)
"""Pictures of microscopes, scanners and cameras, which kit does not read."""


def unread_tables(facts: Facts) -> list[str]:
    """Files in which a table may stand that kit does not read."""
    return [name for name in facts.others if name.lower().endswith(NO_TABLES) and not name.endswith("Thumbs.db")]


def what_helps(facts: Facts) -> str:
    """What is to be done first where tables or photos may be in files that kit does not read; '' where none is."""
    tables, films = unread_tables(facts), [name for name in facts.others if name.lower().endswith(FILMS)]
    saved = f"save {', '.join(tables[:3])} as csv, or " if tables else ""
    return saved + (f"take photos out of the {len(films):,} films, such as {films[0]}, first, or " if films else "")


def other_files(facts: Facts) -> str:
    """How many files of another kind there are, where they are more than the photos; '' elsewhere."""
    kinds = Counter(_kind(name) for name in facts.others if not name.lower().endswith(NO_PHOTOS))
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    if 2 * count < len(facts.photos.images):
        return ""
    if count <= len(facts.photos.images):
        return f"; there are {count:,} files {kind}, which kit does not read: they may say what the photos show"
    return f"; there are {count:,} files {kind}: if they are photos, {READER}"


def refuse_slides(facts: Facts, taken: str) -> None:
    """KitError where the most pictures are of a kind that kit does not read; taken: the folder of those that it would
    take for classes.
    """
    slides = [name for name in facts.others if name.lower().endswith(SLIDES)]
    if len(slides) > len(facts.photos.images):
        raise KitError(
            f"{len(slides):,} pictures, such as {slides[0]}, are of a kind that kit does not read, and are more than"
            f" its {len(facts.photos.images):,} photos",
            where=facts.root,
            todo=f"write them as .png or .tif first, or {READER}; or --train '{taken}', if its folders are the classes",
        )


def only_pixels(facts: Facts) -> KitError | None:
    """The error that tables hold pixels, and lead to none of the few images that lie beside; None where none does."""
    wide = _wide(facts)
    if not wide or any(facts.leads(table) for table in facts.tables):
        return None
    what = f"no table leads to the {len(facts.photos.images):,} images of this folder"
    return KitError(f"{what}, but tables hold pixels: {_told(wide)}", where=facts.root, todo=READER)


def _wide(facts: Facts) -> dict[str, int]:
    """The tables of many columns, and how many each has."""
    counts = {table.name: len(table.columns) + table.unread for table in facts.tables}
    return {name: count for name, count in counts.items() if count >= PIXELS}


def _told(wide: dict[str, int]) -> str:
    return ", ".join(f"{name} has {count} columns" for name, count in list(wide.items())[:3])


def what_is_there(facts: Facts) -> KitError:
    """The error that there is no photo, with what there is."""
    archives = [name for name in facts.others if name.lower().endswith(ARCHIVES) and not name.lower().endswith(VOLUME)]
    held = {name: held_in(facts.root / name) for name in facts.others if name.lower().endswith(ENDINGS)}
    held = {name: arrays for name, arrays in held.items() if arrays}
    wide = _wide(facts)
    lists = [table.name for table in facts.tables if _has_lists(table.rows)]
    what = "there are no images in this folder"
    if archives:
        return KitError(
            f"{what}, and there is {_some(archives)}",
            where=facts.root,
            todo="unpack it there first, as `kit download` does",
        )
    if held:
        told = "; ".join(f"{name} holds {', '.join(map(str, arrays[:4]))}" for name, arrays in list(held.items())[:4])
        return KitError(f"{what}, but arrays: {told}", where=facts.root, todo=READER)
    if wide:
        return KitError(f"{what}, but tables of pixels: {_told(wide)}", where=facts.root, todo=READER)
    if lists:
        return KitError(f"{what}, but arrays in {_some(lists)}", where=facts.root, todo=READER)
    within = [(table.name, column) for table in facts.tables if (column := _photos_of(facts.root / table.name))]
    if within:
        first, column = within[0]
        return KitError(
            f"{what}, but photos within {_some([name for name, _ in within])}, in the column '{column}'",
            where=facts.root,
            todo="write them into files, with a table of their names and labels; or a reader of your own makes photos"
            f" of its rows (docs/competition.md, Photos): --train '{first}' --image '{first}/{{row}}'",
        )
    kinds = Counter(_kind(name) for name in facts.others)
    if kinds:
        told = ", ".join(f"{count:,} files {kind}" for kind, count in kinds.most_common(4))
        return KitError(f"{what}, but {told}", where=facts.root, todo=f"if they are photos, {READER}")
    if facts.tables:
        by_folder = Counter(str(PurePosixPath(table.name).parent) for table in facts.tables)
        many = {folder for folder, count in by_folder.items() if count > 4 and folder != "."}
        names = [table.name for table in facts.tables if str(PurePosixPath(table.name).parent) not in many]
        names += [f"{by_folder[folder]} in {folder}/" for folder in sorted(many)]
        return KitError(
            f"{what}, but tables: {_some(names)}",
            where=facts.root,
            todo=f"put the photos there too; if they are in the tables, {READER}",
        )
    return KitError(what, where=facts.root, todo="put the competition's files there")


def _kind(name: str) -> str:
    return VOLUME if name.lower().endswith(VOLUME) else PurePosixPath(name).suffix.lower() or "no ending"


def _photos_of(path: Path) -> str | None:
    """The column of a parquet table that holds the bytes of photos; None where none does."""
    if path.suffix.lower() != ".parquet":
        return None
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.parquet.read_schema(path)
    for name, kind in zip(schema.names, schema.types, strict=True):
        inner = (
            [kind.field(place).type for place in range(kind.num_fields)] if pyarrow.types.is_struct(kind) else [kind]
        )
        if any(pyarrow.types.is_binary(one) or pyarrow.types.is_large_binary(one) for one in inner):
            return str(name)
    return None


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _has_lists(rows: pd.DataFrame) -> bool:
    """Whether a column holds long lists of numbers."""
    head = rows.head(3)
    return any(
        isinstance(cell, str) and len(cell) > 1000 and cell.count(" ") > 100 for name in head for cell in head[name]
    )
