"""The train and test tables, read once, checked, with right labels and one key per photo."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.answers import answer_keys, check_answers
from kit.competition.fixes import apply_fixes, read_fixes
from kit.competition.formats import is_image_name
from kit.competition.photo_format import PhotoFormat
from kit.competition.readers import own_readers
from kit.competition.spec import Competition
from kit.competition.templates import filled, no_column
from kit.competition.truths import of_no_classes, one_row_each, read_truths, strata_of
from kit.errors import KitError, one_line
from kit.files import canonical_json
from kit.reading import is_utf8
from kit.table_file import read_text_table
from kit.targets.cells import LINE, PHOTO

MOST_LETTERS = 1000
"""How long a photo's path may be."""


@dataclass(frozen=True)
class Tables:
    """What is known of every photo.

    `train` has the columns image, group, one int64 column of strata per task, and target; of a task of classes they are
    the class numbers, and so they are of a target of classes. `test` has image and id; `raw` has the train table's own
    columns (text) plus file, stem, folder and @line, row by row as `train`. An image is named by its path relative to
    the data folder, with forward slashes.
    """

    train: pd.DataFrame
    test: pd.DataFrame
    raw: pd.DataFrame
    fingerprint: str
    truths: Mapping[str, np.ndarray] = field(default_factory=dict)
    """The truth of each task that is of no classes, row by row as `train`, in the shape of its kind."""
    answers: pd.Series | None = None
    """What the answer of each train photo is for, where photos share answers."""
    missing: tuple[str, ...] = ()
    """Photos that a table names and that are not there."""
    repeated_groups: tuple[str, ...] = ()
    """Groups that stand for more than one row of a table of people."""
    notes: tuple[str, ...] = field(default=())
    rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows each table has, by its path in the data folder."""


def read_tables(root: Path, competition: Competition) -> Tables:
    """Read, fix and check the tables of the workspace at `root`; photos that are named but not there are `missing`."""
    data_dir = root / competition.data
    if not data_dir.is_dir():
        raise KitError(
            f"the data folder '{competition.data}' is not there",
            where=root / "competition.yaml",
            todo="put the competition's files there or mend the key 'data'",
        )
    listing = _Listing(data_dir, competition.photos, own_readers(root).endings)
    raw, missing = _photo_rows(listing, competition.train.table, competition.train.images, "train")
    where = data_dir / (competition.train.table or competition.train.images)
    raw = one_row_each(raw, competition, where)
    notes: list[str] = []
    if competition.fixes is not None:
        fixes = read_fixes(root / competition.fixes.file, competition.fixes.tiers)
        notes += apply_fixes(raw, fixes, competition, root / competition.fixes.file)

    per = competition.submission.per
    answers = None if per is None else answer_keys(raw, per, where)
    train = pd.DataFrame({"image": raw[PHOTO], "group": _groups(raw, competition, answers, where)})
    truths = read_truths(raw, competition, where)
    if answers is not None:
        check_answers(raw, train["group"], answers, {name: truths[name] for name in competition.sent}, where)
    train = train.assign(**strata_of(competition, truths))

    test, test_raw, test_missing = _test_rows(listing, competition)
    _refuse_duplicates(raw, where)
    both = set(train["image"]) & set(test["image"])
    if both:
        raise KitError(f"{len(both)} photos are both train and test, such as '{min(both)}'", where=where)
    return Tables(
        train=train,
        test=test,
        raw=raw,
        fingerprint=_fingerprint(competition, train, test, of_no_classes(competition, truths)),
        truths=of_no_classes(competition, truths),
        answers=answers,
        missing=(*missing, *test_missing),
        repeated_groups=_repeated_groups(raw, competition),
        notes=tuple(notes),
        rows={
            source.table: int(rows[LINE].nunique())
            for source, rows in ((competition.train, raw), (competition.test, test_raw))
            if source.table is not None
        },
    )


def read_test_table(root: Path, data_dir: Path, competition: Competition) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The test table alone, of a data folder where there need be no train side: its rows, and the photos that are
    named but not there. root: where competition.yaml and readers.py lie.
    """
    if not data_dir.is_dir():
        raise KitError("there is no such folder", where=data_dir, todo="name the competition's data folder")
    test, _, missing = _test_rows(_Listing(data_dir, competition.photos, own_readers(root).endings), competition)
    return test, missing


def _test_rows(listing: _Listing, competition: Competition) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """The image and id of each test photo, the rows of their own table, and the photos that are not there."""
    source, data_dir = competition.test, listing.data_dir
    raw, missing = _photo_rows(listing, source.table, source.images, "test")
    test = pd.DataFrame({"image": raw[PHOTO], "id": _test_ids(raw, competition, data_dir)})
    _refuse_duplicates(raw, data_dir / (source.table or source.images))
    return test, raw, missing


def read_csv(path: Path, *, exact: bool = False) -> pd.DataFrame:
    """Read a table as text without the spaces around its cells; an empty cell, NaN and nan are missing.

    Line numbers are kept in the column @line. exact: the same rows with their cells as they stand in the file.
    """
    table = read_text_table(
        path,
        missing="there is no such table; mend the path in competition.yaml",
        na_values=["", "NaN", "nan"],
        skip_blank_lines=False,
        index_col=False,  # a comma at the end of each line would shift all columns
    )
    stripped = table.apply(lambda column: column.astype(object).str.strip().replace(["", "NaN", "nan"], np.nan))
    kept = stripped.notna().any(axis=1)
    if not kept.any():
        raise KitError("this table has no rows", where=path)
    chosen = table if exact else stripped
    return chosen.assign(**{LINE: np.arange(2, len(table) + 2)})[kept].reset_index(drop=True)


class _Listing:
    """The image files of each folder, looked up once."""

    def __init__(self, data_dir: Path, form: PhotoFormat, own: tuple[str, ...]) -> None:
        self.data_dir, self.form, self.own = data_dir, form, own
        self.names = lru_cache(maxsize=None)(self._names)

    def _names(self, folder: str) -> frozenset[str]:
        try:
            return frozenset(os.listdir(self.data_dir / folder))
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()

    def images(self, pattern: str) -> list[str]:
        """The image files that match a path whose last part may hold *."""
        folder, slash, pattern = pattern.rpartition("/")
        names = (name for name in self.names(folder) if is_image_name(name, self.own) and fnmatch(name, pattern))
        return sorted(f"{folder}{slash}{name}" for name in names)

    def has(self, image: str) -> bool:
        """Whether a photo's file, or all files of its channels are there; what a reader finds is not looked for."""
        if self.form.reader is not None:
            return True
        folder, _, name = image.rpartition("/")
        return all(band in self.names(folder) for band in self.form.band_names(name))


def _photo_rows(
    listing: _Listing, table_name: str | None, template: str, side: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One row per photo, with the columns of its table, and the photos that are named but not there."""
    data_dir = listing.data_dir
    missing: list[str] = []
    if table_name is None:
        images = sorted(
            path.relative_to(data_dir).as_posix()
            for path in data_dir.glob(template)
            if is_image_name(path.name, listing.own)
        )
        if not images:
            raise KitError(
                f"no image matches '{template}'", where=data_dir, todo=f"mend '{side}.images' in competition.yaml"
            )
        rows = pd.DataFrame({PHOTO: images, LINE: np.arange(1, len(images) + 1)})
    else:
        table = read_csv(data_dir / table_name)
        named = _fill(template, table, data_dir / table_name)
        exact = _fill(template, read_csv(data_dir / table_name, exact=True), data_dir / table_name)
        if "*" not in template:
            # a file's name may have such spaces itself
            named = [as_is if listing.has(as_is) else image for as_is, image in zip(exact, named, strict=True)]
            rows = table.assign(**{PHOTO: named})
            missing = [image for image in named if not listing.has(image)]
        else:
            lists = [listing.images(as_is) or listing.images(one) for as_is, one in zip(exact, named, strict=True)]
            missing = [pattern for pattern, images in zip(named, lists, strict=True) if not images]
            rows = table.assign(**{PHOTO: lists}).explode(PHOTO, ignore_index=True).dropna(subset=PHOTO)
        if len(rows) == 0:
            raise KitError(f"none of its {len(table)} rows leads to a photo", where=data_dir / table_name)
    for image in rows[PHOTO]:
        if not is_utf8(image):
            raise KitError(f"the name of the photo {image!r} is not UTF-8", where=data_dir, todo="rename it")
    paths = rows[PHOTO].str.rsplit("/", n=1).str[-1]
    derived = {"file": paths, "stem": paths.str.rsplit(".", n=1).str[0], "folder": rows[PHOTO].str.split("/").str[-2]}
    for name, values in derived.items():
        if name not in rows:
            rows[name] = values.astype(object).str.strip()
    return rows.reset_index(drop=True), tuple(missing)


def _fill(template: str, table: pd.DataFrame, where: Path) -> list[str]:
    """The template with each row's values in its {column} places, as a path."""
    texts = filled(template, table, where)
    return [_inside(text, line, where) for text, line in zip(texts, table[LINE], strict=True)]


def _inside(path: str, line: int, where: Path) -> str:
    """A photo's path as a key; one that leaves the data folder is an error that names its line."""
    path = posixpath.normpath(path)
    if path.startswith(("/", "../")) or path == ".." or len(path) > MOST_LETTERS:
        raise KitError(
            f"line {line} leads to '{one_line(path)}', which is no path in the data folder", where=where, todo="mend it"
        )
    return path


def _groups(raw: pd.DataFrame, competition: Competition, answers: pd.Series | None, where: Path) -> pd.Series:
    column = competition.train.group
    if column is None:
        return raw[PHOTO] if answers is None else answers
    if column not in raw:
        raise no_column(column, raw, where)
    if raw[column].isna().any():
        line = raw.loc[raw[column].isna(), LINE].iloc[0]
        raise KitError(f"line {line} has no '{column}', the group", where=where, todo="complete or remove that line")
    return raw[column]


def _test_ids(test_raw: pd.DataFrame, competition: Competition, data_dir: Path) -> pd.Series:
    column = competition.submission.answer_column
    if column in test_raw:
        return test_raw[column]
    if competition.submission.per is not None:
        return answer_keys(test_raw, competition.submission.per, data_dir / str(competition.test.table))
    if competition.test.table is None:
        # without a test table the sample tells whether ids are file names with or without suffix
        sample = competition.submission.sample
        ids = set(read_csv(data_dir / sample).get(column, [])) if sample else set()
        return test_raw["file"] if set(test_raw["file"]) & ids else test_raw["stem"]
    raise no_column(column, test_raw, data_dir / competition.test.table)


def _refuse_duplicates(raw: pd.DataFrame, where: Path) -> None:
    twice = raw[raw[PHOTO].duplicated(keep=False)]
    if len(twice):
        first = twice.iloc[0][PHOTO]
        lines = list(twice.loc[twice[PHOTO] == first, LINE])[:3]
        raise KitError(
            f"the image '{first}' stands on lines {', '.join(map(str, lines))}", where=where, todo="keep one of them"
        )


def _repeated_groups(raw: pd.DataFrame, competition: Competition) -> tuple[str, ...]:
    group = competition.train.group
    if group is None or not raw[LINE].duplicated().any():  # a table of photos: its groups repeat by nature
        return ()
    lines = raw.groupby(group)[LINE].nunique()
    return tuple(lines.index[lines > 1])


def _fingerprint(
    competition: Competition, train: pd.DataFrame, test: pd.DataFrame, truths: Mapping[str, np.ndarray]
) -> str:
    digest = hashlib.sha256(canonical_json(competition.definition))
    for table in (train, test):
        text: Sequence[Sequence[str]] = [table[column].astype(str).tolist() for column in table.columns]
        digest.update(canonical_json(text))
    for truth in truths.values():
        digest.update(canonical_json(truth.tolist()))
    return digest.hexdigest()
