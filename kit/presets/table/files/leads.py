"""Which columns of a table lead to photos, and how a row's photo is found: its path with the row's values in it."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kit.presets.table.files.aligned import aligned
from kit.presets.table.files.bands import bands_of
from kit.presets.table.files.composed import composed
from kit.presets.table.files.folders_of_rows import folders_of_rows, same_within
from kit.presets.table.files.index import PhotoIndex, shared_ending
from kit.presets.table.files.lead import NEARLY, Lead, of_cells
from kit.presets.table.files.look_folders import SURE
from kit.presets.table.files.names import NOT_MEANT, says
from kit.presets.table.files.several_folders import one_pattern

SAMPLE_ROWS = 2000
"""Rows of a table that are looked up to find its photos."""


def leads_of(photos: PhotoIndex, rows: pd.DataFrame, columns: Sequence[str]) -> list[Lead]:
    """The ways to photos in at least half of the rows, the best first: one photo a row before several rows a photo."""
    n_rows = len(rows)
    if n_rows > SAMPLE_ROWS:  # not each nth: what repeats every n rows would look constant
        rows = rows.sample(SAMPLE_ROWS, random_state=0).sort_index()
    others = [column for column in columns if rows[column].nunique() >= 2][:40]
    found = [lead for column in columns for lead in of_cells(photos, rows, column, others)]
    if all(lead.repeats and rows[lead.column].str.isdigit().all() for lead in found):  # numbers of classes, by chance
        parts = [lead for column in columns for lead in _of_parts(photos, rows, column, n_rows)]
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


def _of_parts(photos: PhotoIndex, rows: pd.DataFrame, column: str, n_rows: int) -> list[Lead]:
    """Ways to photos by a part of each cell: behind the folders of another disk, or before another ending.

    n_rows: of the whole table, of which `rows` may be a sample.
    """
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
        leads = of_cells(photos, rows.assign(**{part: rows[column].str[start:end]}), part, ())
        if leads:
            return [replace(lead, column=column) for lead in leads]
    return _of_padded(photos, rows, column, n_rows) or _behind_word(photos, rows, column, n_rows)


def _behind_word(photos: PhotoIndex, rows: pd.DataFrame, column: str, n_rows: int) -> list[Lead]:
    """Ways to all photos of a folder, called by the numbers behind a word in the cells: 000007.png of test_7."""
    cells = rows[column].dropna()
    begun = re.match(r"\D+", cells.iloc[0]) if len(cells) else None
    word = begun[0] if begun else ""
    if not word or not cells.is_unique or not cells.str.fullmatch(rf"{re.escape(word)}\d{{1,9}}").all():
        return []
    part = f"{column}[{len(word)}:]"
    for width in (0, *sorted(photos.widths)):
        name = f"{part}:0{width}" if width else part
        leads = of_cells(photos, rows.assign(**{name: rows[column].str[len(word) :].str.zfill(width)}), name, ())
        whole = [lead for lead in leads if lead.share >= NEARLY]
        whole = [lead for lead in whole if photos.holders[lead.folder] == n_rows]
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
    leads = of_cells(photos, rows.assign(**{part: rows[column].str[:stop]}), part, ())
    return [replace(lead, column=column, long=True) for lead in leads]


def _of_padded(photos: PhotoIndex, rows: pd.DataFrame, column: str, n_rows: int) -> list[Lead]:
    """Ways to photos that are called like a column's numbers with zeros in front of them."""
    cells = rows[column].dropna()
    if not len(cells) or not cells.str.fullmatch(r"\d{1,12}").all():
        return []
    for width in sorted(width for width in photos.widths if width > cells.str.len().min()):
        part = f"{column}:0{width}"
        leads = of_cells(photos, rows.assign(**{part: rows[column].str.zfill(width)}), part, ())
        if leads:
            return [replace(lead, column=column) for lead in leads]
    return _of_series(photos, rows, column, n_rows)


def _of_series(photos: PhotoIndex, rows: pd.DataFrame, column: str, n_rows: int) -> list[Lead]:
    """Ways to photos that are called by a word and a cell's number with zeros in front: of the series with as many
    photos as there are numbers, else of one that most photos are of.
    """
    cells = rows[column].dropna()
    if not cells.is_unique:
        return []
    own = [key for key, count in photos.counted.items() if count == n_rows]
    most = [key for key, count in photos.counted.items() if len(photos.images) < 2 * count <= 4 * n_rows]
    found = []
    for word, width in own or most:  # a few numbers are those of any series
        part = f"{column}:0{width}"
        leads = of_cells(photos, rows.assign(**{part: word + rows[column].str.zfill(width)}), part, ())
        if leads and leads[0].share >= NEARLY:
            told = (lead.template.replace(f"{{{part}}}", f"{word}{{{part}}}") for lead in leads)
            found += [replace(lead, column=column, template=one) for lead, one in zip(leads, told, strict=True)]
    return found


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
        plain = [rest for rest in every if not says(rest, (*NOT_MEANT, *SURE))]
        if len(plain) == 1 < len(every) == len(rests):  # masks of it beside the photo
            leads.append(Lead(column, f"{path}{plain[0]}{ending}", share, named[0][2]))
            continue
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
