"""The train and test tables, read once, checked, with right labels and one key per photo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.answers import answer_keys, check_answers
from kit.competition.fixes import COLUMNS, Mended, apply_fixes, read_fixes, without_absent
from kit.competition.grouping import folds_of, groups_of
from kit.competition.readers import own_readers
from kit.competition.sources import Source, TestSource
from kit.competition.spec import Competition
from kit.competition.tables.listing import Listing
from kit.competition.tables.parts import in_parts
from kit.competition.tables.photo_rows import PRIOR, PhotoRows, photo_rows
from kit.competition.tables.pivot import pivoted
from kit.competition.tables.reading import read_table
from kit.competition.templates import no_column
from kit.competition.truths import of_no_classes, one_row_each, read_truths, strata_of, taken_once
from kit.errors import KitError
from kit.files import canonical_json
from kit.table_form import TableForm
from kit.targets.cells import LINE, PHOTO
from kit.wording import counted

WRITTEN_CELLS = 2**22
"""Numbers of truths that are written out at once for the fingerprint."""


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
    gone: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The train photos, and the test photos, that a table names and that are not there."""
    repeated_groups: tuple[str, ...] = ()
    """Groups that stand for more than one row of a table of people."""
    notes: tuple[str, ...] = field(default=())
    reading: tuple[str, ...] = ()
    """How the tables were read, and what of them and of the folders was left out."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows each table has that is one file, by its path in the data folder."""
    folds: np.ndarray | None = None
    """(n_train,) int64: the fold that the train table itself gives each photo; None where it gives none."""
    left_out: tuple[str, ...] = ()
    """Train photos that fixes leave out; they are in no table."""
    weights: np.ndarray | None = None
    """(n_train,) float64: how much each photo counts in training, where fixes say it of some."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Photos that a table names and that are not there."""
        return (*self.gone[0], *self.gone[1])


def without_train(image: str) -> str:
    """What helps where a train photo is not there."""
    header = ",".join(COLUMNS)
    return (
        "complete the data, mend 'images', or leave it out by its name: 'fixes: {}' in competition.yaml, and in"
        f" fixes.csv below the line '{header}' the line '{image},,,drop,core,not there'"
    )


WITHOUT_TEST = f"complete the data, mend 'images', or {PRIOR}"
"""What helps where a test photo is not there."""


def read_tables(root: Path, competition: Competition) -> Tables:
    """Read, fix and check the tables of the workspace at `root`; photos that are named but not there are `missing`."""
    data_dir = root / competition.data
    if not data_dir.is_dir():
        raise KitError(
            f"the data folder '{competition.data}' is not there",
            where=root / "competition.yaml",
            todo="put the competition's files there or mend the key 'data'",
        )
    listing = Listing(data_dir, competition.photos, own_readers(root).endings)
    train_rows = photo_rows(listing, competition.train, "train")
    where = _place(data_dir, competition.train)
    pivot = competition.train.pivot
    each = train_rows.rows if pivot is None else pivoted(train_rows.rows, pivot, where)
    raw, notes = taken_once(one_row_each(each, competition, where), competition)
    mended, absent = _mended(raw, train_rows.missing, root, competition, where)
    notes += mended.notes
    kept = ~mended.dropped
    left_out = (*raw[PHOTO][mended.dropped], *absent)

    per = competition.submission.per
    answers = None if per is None else answer_keys(raw, per, where)
    groups = mended.merged(_groups(raw, competition, answers, where))
    raw, groups = (some[kept].reset_index(drop=True) for some in (raw, groups))
    answers = None if answers is None else answers[kept].reset_index(drop=True)
    train = pd.DataFrame({"image": raw[PHOTO], "group": groups})
    truths = read_truths(raw, competition, where)
    if answers is not None:
        check_answers(raw, train["group"], answers, {name: truths[name] for name in competition.sent}, where)
    train = train.assign(**strata_of(competition, truths))
    _refuse_duplicates(raw, where)

    test_rows, test = _test_side(listing, competition)
    weights = mended.weights[kept] if (mended.weights[kept] != 1).any() else None
    reading = list(dict.fromkeys((*train_rows.notes, *test_rows.notes)))
    if listing.hidden:
        reading.append(f"{len(listing.hidden):,} hidden files or folders are left out, such as '{min(listing.hidden)}'")
    both = set(train["image"]) & set(test["image"])
    if both:
        todo = f"take them out of one side: of train by lines such as '{min(both)},,,drop,core,tested' in fixes.csv"
        raise KitError(f"{len(both)} photos are both train and test, such as '{min(both)}'", where=where, todo=todo)
    counts = {
        side.table: rows.count
        for side, rows in ((competition.train, train_rows), (competition.test, test_rows))
        if side and not in_parts(str(side.table))
    }
    return Tables(
        train=train,
        test=test,
        raw=raw,
        fingerprint=_fingerprint(competition, train, test, of_no_classes(competition, truths), weights),
        truths=of_no_classes(competition, truths),
        answers=answers,
        gone=(tuple(image for image in train_rows.missing if image not in set(left_out)), test_rows.missing),
        repeated_groups=_repeated_groups(raw, train["group"], competition),
        notes=tuple(notes),
        reading=tuple(reading),
        rows={table: count for table, count in counts.items() if table is not None and count is not None},
        folds=None if competition.train.folds is None else folds_of(raw, competition.train.folds, where),
        left_out=left_out,
        weights=weights,
    )


def _mended(
    raw: pd.DataFrame, missing: Sequence[str], root: Path, competition: Competition, where: Path
) -> tuple[Mended, list[str]]:
    """The fixes that competition.yaml names, applied to the table in place; and which rows of several photos, by what
    they lead to, they leave out since they have none.
    """
    if competition.fixes is None:
        return Mended([], np.zeros(len(raw), dtype=bool), np.ones(len(raw)), []), []
    path, absent = root / competition.fixes.file, sorted(set(missing) - set(raw[PHOTO]))
    fixes, dropped = without_absent(read_fixes(path, competition.fixes.tiers), absent, raw[PHOTO])
    mended = apply_fixes(raw, fixes, competition, path, where)
    if dropped:
        mended.notes.append(f"{path.name}: left out {counted(len(dropped), 'row')} without a photo")
    return mended, dropped


def read_test_side(root: Path, data_dir: Path, competition: Competition) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The image and id of each test photo in a data folder where there need be no train side, and the photos that are
    named but not there. root: where competition.yaml and readers.py lie.
    """
    if not data_dir.is_dir():
        raise KitError("there is no such folder", where=data_dir, todo="name the competition's data folder")
    rows, test = _test_side(Listing(data_dir, competition.photos, own_readers(root).endings), competition)
    return test, rows.missing


def sample_form(competition: Competition) -> TableForm:
    """How the sample submission is written, as far as competition.yaml says it."""
    submission, test = competition.submission, competition.test
    same = test is not None and test.table == submission.sample
    return test.form if same and test is not None else TableForm(header=submission.header)


def _place(data_dir: Path, source: Source) -> Path:
    return data_dir / (source.table or source.images)


def _test_side(listing: Listing, competition: Competition) -> tuple[PhotoRows, pd.DataFrame]:
    """The rows of the photos to predict, and their images and ids; without a test set none."""
    source = competition.test
    if source is None:
        return PhotoRows(pd.DataFrame()), pd.DataFrame({"image": [], "id": []}, dtype=object)
    found = photo_rows(listing, source, "test")
    rows = found.rows
    ids = _test_ids(rows, competition, source, listing.data_dir)
    if competition.submission.long is not None:
        # a table of the file's own rows has one for each label or task of a photo
        first = ~pd.DataFrame({PHOTO: rows[PHOTO], "id": ids}).duplicated()
        rows, ids = rows[first].reset_index(drop=True), ids[first].reset_index(drop=True)
    _refuse_duplicates(rows, _place(listing.data_dir, source))
    return found, pd.DataFrame({"image": rows[PHOTO], "id": ids})


def _groups(raw: pd.DataFrame, competition: Competition, answers: pd.Series | None, where: Path) -> pd.Series:
    group = competition.train.group
    if group is None:
        return raw[PHOTO] if answers is None else answers
    return groups_of(raw, group, where)


def _test_ids(test_raw: pd.DataFrame, competition: Competition, test: TestSource, data_dir: Path) -> pd.Series:
    column = test.id or competition.submission.answer_column
    if column in test_raw:
        return test_raw[column]
    if test.id is not None:
        raise no_column(column, test_raw, _place(data_dir, test))
    if competition.submission.per is not None:
        return answer_keys(test_raw, competition.submission.per, data_dir / str(test.table))
    sample = competition.submission.sample
    asked = set(read_table(data_dir / sample, sample_form(competition)).get(column, [])) if sample else set()
    if test.table is None:
        # without a test table the sample tells whether ids are file names with or without suffix
        return test_raw["file"] if set(test_raw["file"]) & asked else test_raw["stem"]
    holding = [name for name in test_raw if not name.startswith("@") and set(test_raw[name]) == asked]
    if holding and all(list(test_raw[name]) == list(test_raw[holding[0]]) for name in holding):
        return test_raw[holding[0]]
    raise no_column(column, test_raw, data_dir / test.table)


def _refuse_duplicates(raw: pd.DataFrame, where: Path) -> None:
    twice = raw[raw[PHOTO].duplicated(keep=False)]
    if len(twice):
        first = twice.iloc[0][PHOTO]
        lines = list(twice.loc[twice[PHOTO] == first, LINE])[:3]
        raise KitError(
            f"the image '{first}' stands on lines {', '.join(map(str, lines))}", where=where, todo="keep one of them"
        )


def _repeated_groups(raw: pd.DataFrame, groups: pd.Series, competition: Competition) -> tuple[str, ...]:
    # the groups of a table of photos repeat by nature
    if competition.train.group is None or not raw[LINE].duplicated().any():
        return ()
    lines = raw[LINE].groupby(groups.to_numpy(dtype=object)).nunique()
    return tuple(lines.index[lines > 1])


def _fingerprint(
    competition: Competition,
    train: pd.DataFrame,
    test: pd.DataFrame,
    truths: Mapping[str, np.ndarray],
    weights: np.ndarray | None,
) -> str:
    digest = hashlib.sha256(canonical_json(competition.definition))
    for table in (train, test):
        text: Sequence[Sequence[str]] = [table[column].astype(str).tolist() for column in table.columns]
        digest.update(canonical_json(text))
    for truth in truths.values():
        for part in _in_parts(truth):
            digest.update(part)
    if weights is not None:
        digest.update(b"weights" + canonical_json(weights.tolist()))
    return digest.hexdigest()


def _in_parts(truth: np.ndarray) -> Iterator[bytes]:
    """`canonical_json` of an array, some rows at a time: of thousands of labels the whole would fill the memory."""
    step = max(1, WRITTEN_CELLS // max(1, truth[:1].size))
    for first in range(0, len(truth), step):
        some = truth[first : first + step]
        yield b"," if first else b"["
        yield _written_flags(some) if some.dtype == np.int8 and some.ndim == 2 else canonical_json(some.tolist())[1:-1]
    yield b"]" if len(truth) else b"[]"


def _written_flags(some: np.ndarray) -> bytes:
    """The same of rows of 0 and 1 without the brackets around all of them, digit by digit."""
    n_rows, n_columns = some.shape
    text = np.full((n_rows, 2 * n_columns + 2), ord(","), dtype=np.uint8)
    text[:, 0], text[:, -2] = ord("["), ord("]")
    text[:, 1:-1:2] = some + ord("0")
    return text.tobytes()[:-1]
