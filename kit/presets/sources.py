"""The two sides of a competition, found among the files: which table, which photos, and how that was told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kit.competition.photos import Photos
from kit.competition.tables import read_csv
from kit.errors import KitError, nearest
from kit.presets.photo_columns import folder_per_class, photo_columns
from kit.targets.cells import LINE


@dataclass(frozen=True)
class TableOptions:
    """What the user says himself; all else is inferred. Names of files are relative to the data folder."""

    train: str | None = None
    image: str | None = None
    """A column, or a path with {column}."""
    labels: tuple[str, ...] = ()
    group: str | None = None
    test: str | None = None
    sample: str | None = None


@dataclass(frozen=True)
class Source:
    """A side of the competition: its table (or none), where its photos are, and how that was found."""

    table: str | None
    images: str
    rows: pd.DataFrame
    why_table: str
    why_images: str
    column: str | None = None


def sample_name(photos: Photos, options: TableOptions) -> str | None:
    if options.sample is not None:
        return photos.table(options.sample, "--sample")
    names = [name for name in photos.tables if "submission" in _stem(name)]
    return choose(
        [name for name in names if "sample" in _stem(name)] or names, "the sample submission", "--sample", photos.root
    )


def train_side(photos: Photos, options: TableOptions, sample: str | None) -> Source:
    name, why = _train_name(photos, options, sample)
    if name is None:
        return _train_folder(photos, options)
    table = read_csv(photos.root / name)
    images, column, why_images = _images(photos, table, options.image, "train", photos.root / name)
    return Source(name, images, table, why, why_images, column)


def _train_name(photos: Photos, options: TableOptions, sample: str | None) -> tuple[str | None, str]:
    if options.train is not None:
        is_folder = (photos.root / options.train).is_dir()
        return (None, "") if is_folder else (photos.table(options.train, "--train"), "given by --train")
    rest = [name for name in photos.tables if name != sample and "test" not in _stem(name)]
    named = [name for name in rest if "train" in _stem(name)]
    exact = [name for name in named if _stem(name) == "train"]
    if named:
        return choose(exact or named, "the train table", "--train", photos.root), "the csv with 'train' in its name"
    leading = [name for name in rest if options.image or _leads_to_photos(photos, name)]
    if leading:
        name = choose(leading, "the train table", "--train", photos.root)
        return name, "the csv that leads to photos and is neither sample nor test"
    if not folder_per_class(photos):
        raise KitError(
            "there is no table that leads to photos, and no folder for each class",
            where=photos.root,
            todo="name the table with --train, and its photos with --image",
        )
    return None, ""


def _leads_to_photos(photos: Photos, name: str) -> bool:
    table = read_csv(photos.root / name)
    return bool(photo_columns(photos, table, columns_of(table), "train", photos.root / name))


def _train_folder(photos: Photos, options: TableOptions) -> Source:
    folders = folder_per_class(photos)
    folder = options.train.strip("/") if options.train else choose(folders, "the train folder", "--train", photos.root)
    if folder not in folders or folder is None:
        raise KitError("this folder has no folder for each class", where=photos.root / str(folder), todo="mend --train")
    pattern = f"{folder}/*/*" if folder != "." else "*/*"
    images = [image for image in photos.images if re.fullmatch(pattern.replace("*", "[^/]+"), image)]
    rows = pd.DataFrame({"image": images, "folder": [image.split("/")[-2].strip() for image in images]})
    rows[LINE] = range(1, len(rows) + 1)
    return Source(None, pattern, rows, "", f"a folder for each class: {rows['folder'].nunique()} of them")


def _images(
    photos: Photos, table: pd.DataFrame, given: str | None, side: str, where: Path
) -> tuple[str, str | None, str]:
    """The path of a photo with {column}, the column, and how it was found."""
    if given is not None and "{" in given:
        return given, None, "given by --image"
    if given is not None and given not in table:
        raise KitError(f"there is no column '{given}'", where=where, todo=nearest(given, columns_of(table)))
    found = photo_columns(photos, table, [given] if given else columns_of(table), side, where)
    if not found:
        columns = f"the column '{given}'" if given else f"none of the columns {', '.join(columns_of(table))}"
        raise KitError(
            f"{columns} leads to the photos", where=where, todo="name the path: --image 'images/{COLUMN}.jpg'"
        )
    best = found[0]
    others = [match for match in found[1:] if match.first != best.first and match.share == best.share]
    choose([match.column for match in (best, *others)], "the photo's column", "--image", where)
    return best.template, best.column, f"'{best.column}' leads to a photo in {best.share:.0%} of the rows"


def test_side(
    photos: Photos, options: TableOptions, sample_file: str | None, sample: pd.DataFrame | None, train: Source
) -> Source:
    if options.test is not None and (photos.root / options.test).is_dir():
        return _test_folder([options.test.strip("/")], "given by --test")
    given = photos.table(options.test, "--test") if options.test else None
    tables = [name for name in photos.tables if "test" in _stem(name) and name not in (sample_file, train.table)]
    if sample_file is not None:
        tables.append(sample_file)
    for name in [given] if given else tables:
        table = read_csv(photos.root / name)
        found = photo_columns(photos, table, columns_of(table), "test", photos.root / name, train.images)
        has_id = sample is None or sample.columns[0] in table
        if found and has_id:
            why = "given by --test" if given else "its rows lead to the photos to predict"
            return Source(name, found[0].template, table, why, f"'{found[0].column}' names the photo", found[0].column)
    if given:
        raise KitError("no column of this table leads to a photo", where=photos.root / given, todo="mend --test")
    seen = {image.rpartition("/")[0] for image in photos.images}
    inside = re.compile(re.sub(r"{[^}]*}", "[^/]+", train.images.rpartition("/")[0]).replace("*", "[^/]+"))
    others = sorted(folder for folder in seen if not inside.fullmatch(folder))
    named = [folder for folder in others if re.search("test|eval", folder.lower())]
    return _test_folder(named or others, "the folder of photos that are not train", photos.root)


def _test_folder(folders: list[str], why: str, where: object = None) -> Source:
    folder = choose(folders, "the test photos' folder", "--test", where)
    if folder is None:
        raise KitError("there are no photos to predict", where=where, todo="name their table or folder with --test")
    return Source(None, f"{folder}/*" if folder else "*", pd.DataFrame(), "", why)


def choose(names: Sequence[str], what: str, option: str, where: object) -> str | None:
    """The only one of `names`, None when there is none; more are an error that names them."""
    if len(names) > 1:
        shown = ", ".join(names[:8]) + (" and more" if len(names) > 8 else "")
        raise KitError(f"{what} could be {shown}", where=where, todo=f"choose with {option}")
    return names[0] if names else None


def columns_of(table: pd.DataFrame) -> list[str]:
    return [column for column in table.columns if column != LINE]


def _stem(name: str) -> str:
    return Path(name).stem.lower()
