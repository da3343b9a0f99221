"""Parts of photos' names that say who is on them: 10_left and 10_right, patient00011/view1, 569870-IMG001."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kit.competition.names import spelling
from kit.presets.table.files.names import IDS, WHO
from kit.presets.table.found.group import FEWEST, Candidate, lies_in
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.labels import Labels

MOST_PARTS = 3
"""Parts of a name that may say who is on a photo."""
_OF_FLICKR = r"(?:^|/)farm\d+_\d+_\d+_[0-9a-f]{8,}(?:_[a-z])?(?:\.\w+)?$"
"""Names that Flickr's servers gave, whose farms have nothing to do with what is on a photo."""
_ENDING = r"\.[A-Za-z]{2,5}$"
SUFFIX = r"[_\-. ](?:left|right|l|r|front|back|top|bottom|\d{1,2})"
"""What stands in file names behind who is on them."""


def _of_copies(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """What stands behind words that only copies of a photo have before its name, or before those behind it: 12.jpg,
    rotated_12.jpg and blurred_12.jpg.
    """
    every = frozenset(cells.str.replace(_ENDING, "", regex=True).map(posixpath.basename))
    for behind in (True, False):
        words, shown = Counter[str](), dict[str, str]()
        for stem in sorted(every):
            for mark in re.finditer(r"[_\-]", stem):
                bare, more = stem[mark.end() :], stem[: mark.end()]
                if not behind:
                    bare, more = stem[: mark.start()], stem[mark.start() :]
                if bare in every and re.search(r"[^\W\d_]{3}", more):
                    word = re.sub(r"\d+", r"\\d+", re.escape(more))  # _aug_1 and _aug_2 are one word
                    words[word] += 1
                    shown.setdefault(word, more)
                    break
        some = sorted((word for word, times in words.items() if times >= FEWEST), key=len, reverse=True)
        if not some or sum(words[word] for word in some) < len(every) / FEWEST:
            continue
        told = "|".join(some)
        pattern = rf"^(?:.*/)?(?:{told})?([^/]+?)(?:{_ENDING[:-1]})?$"
        if not behind:
            pattern = rf"^(?:.*/)?([^/]+?)(?:{told})?(?:{_ENDING[:-1]})?$"
        found = cells.str.extract(pattern)[0]
        one_class = all(lies_in(found, cells) for cells in classes)
        repeats = found.notna().all() and FEWEST <= found.nunique() < len(found)
        if repeats and one_class and not _by_class(found, classes, 1):
            where = "behind" if behind else "before"
            name = f"{column} {where} words such as '{shown[some[0]]}'"
            return Candidate(name, pd.Series(found.to_numpy(), name=column), True, pattern)
    return None


def _of_paths(cells: pd.Series, column: str) -> Candidate | None:
    """A part of the photos' paths or names that says who: patient00011/study1/view1.jpg."""
    if cells.str.contains(_OF_FLICKR).mean() > 0.5:
        return None
    words = "|".join(WHO)
    numbers = cells.str.contains(rf"(?:^|[/_\-])(?:{words})[_\-]?\d", case=False, regex=True).mean() >= 0.98
    codes = cells.str.contains(rf"(?:^|/)(?:{words})[_\-][0-9A-Z]+[_\-]", regex=True).mean() >= 0.98
    for word in WHO if numbers or codes else ():
        pattern = r"(?:^|[/_\-])({}[_\-]?\d+)" if numbers else r"(?:^|/)({}[_\-][0-9A-Z]+)(?=[_\-])"
        found = cells.str.extract(pattern.format(word), flags=re.IGNORECASE)[0]
        coded = found.str.fullmatch(r"\D*").mean() < 0.5  # most have a digit, as no words have
        if found.notna().mean() >= 0.98 and FEWEST <= found.nunique() < 0.98 * len(found) and coded:
            written = found.iloc[0][: len(word)]
            name = f"{column} as far as '{found.iloc[0]}'"
            return Candidate(name, pd.Series(found.to_numpy(), name=column), True, pattern.format(written))
    return None


def of_names(train: Side, labels: Labels) -> list[Candidate]:
    """Names of photos that are made of who, and which of their photos: 10_left and 10_right."""
    if train.table is None:
        cells, column = train.rows["stem"], "stem"
    elif train.column is not None and train.lead is not None and not train.lead.repeats:
        cells, column = train.rows[train.column].dropna(), train.column
    else:
        return []
    inside = _of_paths(cells, column)
    if inside is not None:
        return [inside]
    classes = [train.rows.loc[cells.index, label] for label in labels.columns if label in train.rows]
    classes += [_named(train, cells)] if train.named else []
    for find in FINDING:
        found = find(cells, column, classes)
        if found is not None:
            many = train.lead is not None and train.lead.many  # a row's own photos are together anyway
            held = train.table is None and _by_folder(train.rows["image"], found.cells)
            return [replace(found, sure=found.sure and not held and (not many or find is _as_far_as))]
    return []


def _named(train: Side, cells: pd.Series) -> pd.Series:
    """The class that each photo's name begins with."""
    known = {pattern.rstrip("*").removesuffix("[0-9]"): name for pattern, name in train.named.items()}
    return cells.map(
        lambda cell: next((known[word] for word in known if posixpath.basename(cell).startswith(word)), "")
    )


def _before_an_end(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """What stands before left and right, or a number of one or two digits."""
    bare = cells.map(lambda cell: posixpath.splitext(cell)[0] if re.search(r"\.[A-Za-z]{2,5}$", cell) else cell)
    ends = bare.str.extract(rf"^(.+?)({SUFFIX})$", flags=re.IGNORECASE)
    if ends[0].isna().mean() > 0.1:
        return None
    count, n_rows = ends[0].nunique(), len(cells)
    letters = bool(ends[1].str.contains(r"left|right|front|back|[_\-. ][lr]$", case=False, regex=True).all())
    if (
        count < max(FEWEST, n_rows / 50)
        or count > 0.95 * n_rows
        or _by_class(ends[0], classes)
        or len({spelling(one) for one in ends[0].dropna()}) < FEWEST
    ):
        return None
    ending = r"(?:\.\w+)?" if cells.str.contains(r"\.[A-Za-z]{2,5}$", regex=True).any() else ""
    shown = r"(?:left|right)" if letters and ends[1].str.contains("left|right", case=False).all() else r"\w+"
    pattern = rf"^(.+)[_\-. ]{shown}{ending}$"
    name = f"{column} before '{ends[1].iloc[0][0]}'"
    whole, parts = _coarser(ends[0], classes)
    if parts > 1:
        pattern = rf"^(.+)(?:[_\- ][^_\-. /]+){{{parts}}}{ending}$"
        name = f"{column} as far as {whole.iloc[0]}"
    sure = (letters or whole.nunique() <= 0.6 * n_rows) and not _by_folder(cells, whole)
    return Candidate(name, pd.Series(whole.to_numpy(), name=column), sure, pattern)


def _by_folder(cells: pd.Series, found: pd.Series) -> bool:
    """Whether the parts of paths say no more than their folders, which may be classes."""
    folders = cells.map(posixpath.dirname)
    return bool(folders.ne("").all() and folders.nunique() > 1 and lies_in(folders, found) and lies_in(found, folders))


def _coarser(found: pd.Series, classes: Sequence[pd.Series]) -> tuple[pd.Series, int]:
    """What stands before further such numbers, as of A01_03 and A01_04 A01 does; and before how many."""
    parts = 1
    while True:
        more = found.str.extract(r"^(.+?)[_\- ]\d{1,2}$")[0]
        if more.isna().any() or more.nunique() < max(FEWEST, len(found) / 50) or _by_class(more, classes):
            return found, parts
        found, parts = more, parts + 1


def _before_a_side(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """The number before an L and an R, as of two eyes or knees: 9000099L and 9000099R."""
    pattern = r"^(.*\d)[LRlr](?:\.\w+)?$"
    found = cells.str.extract(pattern)[0]
    both = cells.str.contains(r"\d[Ll](?:\.\w+)?$").any() and cells.str.contains(r"\d[Rr](?:\.\w+)?$").any()
    if (
        found.isna().any()
        or not both
        or not FEWEST <= found.nunique() <= 0.95 * len(cells)
        or _by_class(found, classes)
    ):
        return None
    return Candidate(f"{column} before L and R", pd.Series(found.to_numpy(), name=column), True, pattern)


def _before_a_hash(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """What stands before long hexadecimal digits, where it repeats: copies of one photo, each turned another way."""
    pattern = r"^(.+)[_\-. ][0-9a-f]{16,}(?:\.\w+)?$"
    found = cells.str.extract(pattern)[0]
    if not cells.str.contains(r"[a-f][0-9a-f]*(?:\.\w+)?$").mean() > 0.9:  # times have digits alone
        return None
    count = found.nunique()
    if found.isna().any() or not FEWEST <= count <= 0.95 * len(cells) or _by_class(found, classes):
        return None
    return Candidate(f"{column} before its hash", pd.Series(found.to_numpy(), name=column), True, pattern)


def _of_a_subject(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """The number of a subject or person that all names begin with, S045_003_00000011, or a patient of The Cancer Genome
    Atlas, whose barcodes are of such parts (https://docs.gdc.cancer.gov/Encyclopedia/pages/TCGA_Barcode/).
    """
    for pattern in (r"(?:^|/)([SsPp]\d{2,4})[_\-][^/]*$", r"(TCGA-\w{2}-\w{4})"):
        found = cells.str.extract(pattern)[0]
        if found.notna().all() and FEWEST <= found.nunique() <= len(cells) / 2 and not _by_class(found, classes, 1):
            name = f"{column} as far as {found.iloc[0]}"
            return Candidate(name, pd.Series(found.to_numpy(), name=column), True, pattern)
    return None


def _at_the_end(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """The last part of names, where it repeats, is no class, and does not count what the parts before it say: told, and
    not taken.
    """
    pattern = r"[_\-]([^/_\-. ]+)(?:\.\w+)?$"
    found, before = cells.str.extract(pattern)[0], cells.str.replace(pattern, "", regex=True)
    if (
        found.isna().any()
        or not before.is_unique
        or not FEWEST <= found.nunique() <= 0.6 * len(cells)
        or _by_class(found, classes, 1)
    ):
        return None
    name = f"{column} from {found.iloc[0]} on"
    return Candidate(name, pd.Series(found.to_numpy(), name=column), False, pattern)


def _of_folders(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """The first folders of paths, as few of them as repeat and are no class: told, and taken where they are ids."""
    levels = int(cells.str.strip("/").str.count("/").min())
    for level in range(1, levels + 1):
        pattern = rf"^/?((?:[^/]+/){{{level - 1}}}[^/]+)/"
        found = cells.str.extract(pattern)[0]
        if found.isna().any() or found.nunique() > 0.6 * len(cells):
            return None
        called = found.str.rpartition("/")[2]
        by_class = _by_class(found, classes, 1) or _by_class(called, classes, 1)
        ids = bool(called.map(lambda one: bool(IDS.fullmatch(one))).all())
        if levels == 1 and not ids:  # one folder may be a class
            return None
        if found.nunique() >= max(FEWEST, len(cells) / 500) and not by_class:
            name = f"{column} as far as {found.iloc[0]}"
            return Candidate(name, pd.Series(found.to_numpy(), name=column), ids, pattern)
    return None


def _as_far_as(cells: pd.Series, column: str, classes: Sequence[pd.Series]) -> Candidate | None:
    """The first parts of names, as few of them as repeat and are no class: told, and taken where the rest says the same
    few things of each.
    """
    cells = cells.str.replace(_ENDING, "", regex=True)
    for parts in range(1, MOST_PARTS + 1):
        before = rf"(?:[^/_\-. ]+[_\-. ]){{{parts - 1}}}" if parts > 1 else ""
        pattern = rf"(?:^|/)({before}[^/_\-. ]+)[_\-. ][^/]*$"
        found = cells.str.extract(pattern)[0]
        count = found.nunique()
        numbers = parts == 1 and found.str.fullmatch(r"\d+").all()  # of which few may have a second photo
        if found.isna().any() or count > (0.95 if numbers else 0.6) * len(cells):
            return None
        called = any(
            all(one.lower() in str(name).lower() for one, name in zip(found, each, strict=True)) for each in classes
        )
        if count >= max(FEWEST, len(cells) / 500) and not _by_class(found, classes, 1) and not called:
            name = f"{column} as far as {found.iloc[0]}"
            rest = cells.str.extract(rf"(?:^|/){before}[^/_\-. ]+[_\-. ]([^/]*)$")[0]
            sure = all(map(IDS.fullmatch, found)) or _crossed(found, rest, classes) or _counted(found, rest)
            return Candidate(name, pd.Series(found.to_numpy(), name=column), sure, pattern)
    return None


def _crossed(found: pd.Series, rest: pd.Series, classes: Sequence[pd.Series]) -> bool:
    """Whether the rest of the names is of few words that stand behind many parts each and say no class, as looks of a
    thing do: HC and 2HC in 012_HC and 012_2HC, or 20, 120 and 220 behind the id of a scene.
    """
    few = 2 <= rest.nunique() <= min(found.nunique() / 2, len(found) / 5)
    return bool(few and not any(lies_in(rest, cells) for cells in classes) and not _by_class(found, classes, 3))


def _counted(found: pd.Series, rest: pd.Series) -> bool:
    """Whether the rest of the names counts the photos of each part, from 0 or 1 on, as the frames of a thing are."""
    if not rest.str.fullmatch(r"\d{1,6}").all():
        return False
    numbers = rest.astype(int).groupby(found.to_numpy())
    first, last, count = numbers.min(), numbers.max(), numbers.nunique()
    return bool(first.isin((0, 1)).all() and (last - first + 1 == count).all() and count.sum() == len(rest))


def _by_class(found: pd.Series, classes: Sequence[pd.Series], each: int = 2) -> bool:
    """Whether parts of names are of one class each, and number `each` a class or fewer, or hold whole classes."""
    few = [cells for cells in classes if cells.nunique() <= len(cells) / 3]
    of_one = any(lies_in(found, cells) and found.nunique() <= each * cells.nunique() for cells in classes)
    return of_one or any(lies_in(cells, found) for cells in few)


FINDING = (
    _of_copies,
    _of_a_subject,
    _before_an_end,
    _before_a_side,
    _before_a_hash,
    _of_folders,
    _as_far_as,
    _at_the_end,
)
"""Ways in which names say who, the surest first."""
