"""Which columns of a table lead to photos, and how a row's photo is found: its path with the row's values in it."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kit.presets.table.files.aligned import aligned
from kit.presets.table.files.bands import bands_of
from kit.presets.table.files.composed import composed
from kit.presets.table.files.folders_of_rows import folders_of_rows, same_within
from kit.presets.table.files.index import Hit, PhotoIndex, shared_ending
from kit.presets.table.files.names import side_of
from kit.presets.table.files.several_folders import in_several_folders, one_pattern

SAMPLE_ROWS = 2000
"""Rows of a table that are looked up to find its photos."""
NEARLY = 0.98
"""The share of the rows with a photo that one way of finding them has to find, to be the way."""
FEW_ROWS = 10
"""Rows from which on two values are no names of photos."""
MOST_PLACES = 5
"""Folders in which there is a photo of a cell's name, in the mean, above which cells that repeat name none of them."""
MOST_WAYS = 16
"""Ways in which the columns of one row may say the folders of its photo."""


@dataclass(frozen=True)
class Lead:
    """A way from a row to its photo."""

    column: str
    template: str
    """The photo's path, with {column} for what a row has there."""
    share: float
    """Of the rows that have a photo."""
    first: str
    many: bool = False
    """Whether a row leads to several photos."""
    repeats: bool = False
    """Whether rows share photos."""
    long: bool = False
    """Whether a cell names a photo and one of its labels, so that a photo has a row for each."""
    bands: tuple[str, ...] = ()
    """What stands in the names of the files of one photo's channels, one file each."""

    @property
    def folder(self) -> str:
        """What stands before the row's own part of the path."""
        return re.split(r"[{*]", self.template)[0].rpartition("/")[0]


def leads_of(photos: PhotoIndex, rows: pd.DataFrame, columns: Sequence[str]) -> list[Lead]:
    """The ways to photos in at least half of the rows, the best first: one photo a row before several rows a photo."""
    if len(rows) > SAMPLE_ROWS:  # not each nth: what repeats every n rows would look constant
        rows = rows.sample(SAMPLE_ROWS, random_state=0).sort_index()
    others = [column for column in columns if rows[column].nunique() >= 2][:40]
    found = [lead for column in columns for lead in _of_cells(photos, rows, column, others)]
    if all(lead.repeats and rows[lead.column].str.isdigit().all() for lead in found):  # numbers of classes, by chance
        parts = [lead for column in columns for lead in _of_parts(photos, rows, column)]
        best = max((lead.share for lead in found), default=0.0)
        found = [lead for lead in parts if not lead.repeats and lead.share >= best] or found or parts
    if not found:
        found += [Lead(*way) for column in columns if (way := same_within(photos, rows, column)) is not None]
    if not any(not lead.repeats for lead in found):
        found += [Lead(*way, many=True) for column in columns for way in folders_of_rows(photos, rows, column)]
    if not found:
        found += [lead for column in columns for lead in _of_beginnings(photos, rows, column)]
    if not found:
        found += [Lead(*way) for way in composed(photos, rows, columns)]
    if all(lead.repeats for lead in found):
        way = aligned(photos, rows, [column for column in columns if column in rows][:20], frozenset(photos.images))
        found += [] if way is None else [Lead(*way)]
    kept = [lead for lead in found if not lead.repeats] or found
    return sorted(kept, key=lambda lead: (-lead.share, "." in lead.template.rpartition("}")[2]))


def _of_cells(photos: PhotoIndex, rows: pd.DataFrame, column: str, others: Sequence[str]) -> list[Lead]:
    """Ways to photos that a column's cells name."""
    cells = rows[column]
    flags = cells.nunique() <= 2 and len(cells) >= FEW_ROWS and cells.str.len().max() <= 3
    if flags:  # though there may be photos called 0 and 1
        return []
    if not any(photos.hits(cell) for cell in cells.dropna().head(60)):
        return []
    hits = [photos.hits(cell) if isinstance(cell, str) else [] for cell in cells]
    covered = sum(map(bool, hits))
    if covered < len(rows) / 2:
        return []
    repeats = cells.nunique() < cells.notna().sum()
    if cells.nunique() < len(rows) / 2 and covered < 0.9 * len(rows):  # labels may happen to be names of files
        return []
    if (
        cells.nunique() < len(rows) / 2 and sum(map(len, hits)) > MOST_PLACES * covered
    ):  # numbers of any folder's photos
        return []
    enough = NEARLY * covered
    counts = Counter(prefix for found in hits for prefix in {hit.prefix for hit in found})
    prefixes = {prefix: prefix for prefix, count in counts.items() if count >= enough}
    if prefixes and repeats:  # rows of one name may be told apart by their folders
        told = _generalised(rows, column, others, hits, enough)
        named = [name for name in others if any(f"{{{name}}}" in one for one in told.values())]
        prefixes = told if told and not rows.duplicated([column, *named]).any() else prefixes
    if not prefixes:
        prefixes = _generalised(rows, column, others, hits, enough) or in_several_folders(hits, enough)
    if not prefixes:
        prefixes = {prefix: prefix for prefix, count in counts.items() if count >= len(rows) / 2}
    elif any(side_of(f"{prefix}x") == "valid" for prefix in prefixes.values()):  # some test photos may not be there
        half = [prefix for prefix, count in counts.items() if count >= len(rows) / 2]
        prefixes |= {prefix: prefix for prefix in half if side_of(f"{prefix}x") == "test"}
    leads = []
    for general in sorted(set(prefixes.values())):
        others_too = [name for name in others if f"{{{name}}}" in general]
        shared = rows.duplicated([column, *others_too]).any() if repeats and others_too else repeats
        mine = [[hit for hit in found if prefixes.get(hit.prefix) == general] for found in hits]
        leads += _by_ending(column, general, mine, len(rows), bool(shared))
    return leads


def _of_parts(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[Lead]:
    """Ways to photos by a part of each cell: behind the folders of another disk, or before another ending."""
    known = rows[column].dropna()
    first = known.iloc[0] if len(known) else ""
    long = _of_long(photos, rows, column)
    if long:
        return long
    cuts = [mark.end() for mark in re.finditer(r"[/\\]", first)]
    starts = [cut for cut in cuts if known.str[:cut].eq(first[:cut]).all()]
    ending = posixpath.splitext(first)[1]
    stop = -len(ending) if 2 <= len(ending) <= 5 and known.str.endswith(ending).all() else None
    for start, end in itertools.product([None, *starts], dict.fromkeys((None, stop))):
        if start is None and end is None:
            continue
        part = f"{column}[{'' if start is None else start}:{'' if end is None else end}]"
        leads = _of_cells(photos, rows.assign(**{part: rows[column].str[start:end]}), part, ())
        if leads:
            return [replace(lead, column=column) for lead in leads]
    return _of_padded(photos, rows, column) or _behind_word(photos, rows, column)


def _behind_word(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[Lead]:
    """Ways to all photos of a folder, called by the numbers behind a word in the cells: 000007.png of test_7."""
    cells = rows[column].dropna()
    begun = re.match(r"\D+", cells.iloc[0]) if len(cells) else None
    word = begun[0] if begun else ""
    if not word or not cells.is_unique or not cells.str.fullmatch(rf"{re.escape(word)}\d{{1,9}}").all():
        return []
    part = f"{column}[{len(word)}:]"
    for width in (0, *sorted(photos.widths)):
        name = f"{part}:0{width}" if width else part
        leads = _of_cells(photos, rows.assign(**{name: rows[column].str[len(word) :].str.zfill(width)}), name, ())
        whole = [lead for lead in leads if lead.share >= NEARLY]
        whole = [lead for lead in whole if photos.holders[lead.folder] == len(rows) or len(rows) == SAMPLE_ROWS]
        if whole:
            return [replace(lead, column=column) for lead in whole]
    return []


def _of_long(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[Lead]:
    """Ways to photos that cells of one length begin with, behind which stands one of their labels: ID_12_any."""
    heads = [cell.rpartition("_")[0] for cell in rows[column].dropna()]
    lengths = {len(head) for head in heads}
    if len(lengths) != 1 or 0 in lengths or len(set(heads)) > len(heads) / 2:
        return []
    part, stop = f"{column}[:{max(lengths)}]", max(lengths)
    leads = _of_cells(photos, rows.assign(**{part: rows[column].str[:stop]}), part, ())
    return [replace(lead, column=column, long=True) for lead in leads]


def _of_padded(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[Lead]:
    """Ways to photos that are called like a column's numbers with zeros in front of them."""
    cells = rows[column].dropna()
    if not len(cells) or not cells.str.fullmatch(r"\d{1,12}").all():
        return []
    for width in sorted(width for width in photos.widths if width > cells.str.len().min()):
        part = f"{column}:0{width}"
        leads = _of_cells(photos, rows.assign(**{part: rows[column].str.zfill(width)}), part, ())
        if leads:
            return [replace(lead, column=column) for lead in leads]
    for (word, width), count in photos.counted.items() if cells.is_unique else ():
        if len(cells) < count / 2 or 2 * count <= len(photos.images):  # a few numbers are those of any series
            continue
        part = f"{column}:0{width}"
        leads = _of_cells(photos, rows.assign(**{part: word + rows[column].str.zfill(width)}), part, ())
        if leads and leads[0].share >= NEARLY:
            told = (lead.template.replace(f"{{{part}}}", f"{word}{{{part}}}") for lead in leads)
            return [replace(lead, column=column, template=one) for lead, one in zip(leads, told, strict=True)]
    return []


def _by_ending(column: str, prefix: str, hits: list[list[Hit]], n_rows: int, repeats: bool) -> list[Lead]:
    """One way for each ending that nearly all rows have; else one for any ending."""
    share = sum(map(bool, hits)) / n_rows
    counts = Counter(ending for found in hits for ending in {hit.ending for hit in found})
    whole = [ending for ending, count in counts.items() if count >= NEARLY * share * n_rows]
    leads = []
    for ending in whole or [".*"]:
        first = next(hit.image for found in hits for hit in found if ending in (".*", hit.ending))
        leads.append(Lead(column, f"{prefix}{{{column}}}{ending}", share, first, repeats=repeats))
    return leads


def _generalised(
    rows: pd.DataFrame, column: str, others: Sequence[str], hits: list[list[Hit]], enough: float
) -> dict[str, str]:
    """Folders whose parts another column of the row says, or letters of the cell itself: prefix -> the general one."""
    counts: Counter[str] = Counter()
    told: dict[str, str] = {}
    for values, found in zip(rows[list(dict.fromkeys((column, *others)))].to_dict("records"), hits, strict=True):
        names: dict[str, list[str]] = defaultdict(list)  # two columns may say the same in one row
        for name, value in values.items():
            if name != column and isinstance(value, str):
                names[value].append(f"{{{name}}}")
        general = set()
        for hit in found:
            parts = hit.prefix.split("/")
            told_by = itertools.product(*(names.get(part, [part]) for part in parts))
            by_column = {"/".join(one) for one in itertools.islice(told_by, MOST_WAYS)}
            by_letters = _letters(parts, str(values[column]), column)
            for one in {*by_column, by_letters} - {hit.prefix}:
                general.add(one)
                told.setdefault(f"{hit.prefix}\n{one}", one)
        counts.update(general)
    if not counts or max(counts.values()) < enough:
        return {}
    best = max(sorted(counts), key=lambda one: counts[one])
    return {key.partition("\n")[0]: one for key, one in told.items() if one == best}


def _letters(parts: Sequence[str], cell: str, column: str) -> str:
    """The folders with {column[0]} in the place of those that the cell's letters say, from the first one on."""
    made, at = [], 0
    for part in parts:
        if part and cell.startswith(part, at) and len(part) < len(cell):
            made.append(f"{{{column}[{at}]}}" if len(part) == 1 else f"{{{column}[{at}:{at + len(part)}]}}")
            at += len(part)
        elif part and len(part) < len(cell) and cell.startswith(part):  # the first letters once more: a/ab/abc
            made.append(f"{{{column}[0:{len(part)}]}}")
        else:
            made.append(part)
    return "/".join(made)


def _of_beginnings(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[Lead]:
    """Ways to the photos whose names begin with a column's cells: several a row, or the channels of one."""
    cells = rows[column].dropna()
    if cells.nunique() < len(rows) / 2:
        return []
    if ending := shared_ending(cells):
        part = f"{column}[:{-len(ending)}]"
        found_of_part = _of_beginnings(photos, rows.assign(**{part: rows[column].str[: -len(ending)]}), part)
        return [replace(lead, column=column) for lead in found_of_part]
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)  # folder -> (cell, rest, image)
    for cell in cells:
        above, _, name = cell.rpartition("/")
        for rest, image in photos.beginnings.get(name, ()):
            folder = image.rpartition("/")[0]
            if f"/{folder}".endswith(f"/{above}" if above else ""):
                found[folder[: len(folder) - len(above)].rstrip("/")].append((cell, rest, image))
    leads = []
    every_cell = [cell for named in found.values() for cell in {cell for cell, _, _ in named}]
    ends = {(rest, posixpath.splitext(image)[1]) for named in found.values() for _, rest, image in named}
    if len(found) > 1 and len(ends) == 1 and len(every_cell) == len(set(every_cell)) >= NEARLY * len(rows):
        rest, ending = ends.pop()  # each in a folder of its own
        place = one_pattern([f"{folder}/" for folder in sorted(found)])
        return [Lead(column, f"{place}{{{column}}}{rest}{ending}", 1.0, min(named[0][2] for named in found.values()))]
    for folder, named in sorted(found.items()):
        share = len({cell for cell, _, _ in named}) / len(rows)
        if share < 0.5:
            continue
        path = f"{folder}/{{{column}}}" if folder else f"{{{column}}}"
        rests = Counter(rest for _, rest, _ in named)
        endings = {posixpath.splitext(image)[1] for _, _, image in named}
        ending = endings.pop() if len(endings) == 1 else ".*"
        every = [rest for rest, count in rests.items() if count >= NEARLY * share * len(rows)]
        bands = bands_of(every) if len(every) == len(rests) else ()
        if bands:
            leads.append(Lead(column, f"{path}{bands[0]}{ending}", share, named[0][2], bands=bands))
        elif len(rests) == 1:
            leads.append(Lead(column, f"{path}{every[0]}{ending}", share, named[0][2]))
        else:
            marks = {rest[0] for rest in rests}
            many = len(named) > len({cell for cell, _, _ in named})
            template = f"{path}{marks.pop() if len(marks) == 1 else ''}*"
            leads.append(Lead(column, template, share, named[0][2], many=many))
    return leads
