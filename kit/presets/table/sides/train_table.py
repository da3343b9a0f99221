"""Which of several tables trains: what may, what is left when copies, parts and lists of classes are told apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

import pandas as pd

from kit.presets.table.asking import Findings, Guide, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.names import LABELS, MEASURED, SPLITS, says, side_of
from kit.presets.table.files.one_table import Table
from kit.presets.table.files.part_tables import of_a_folder_each, together
from kit.presets.table.files.patterns import looks_alike, rows_of_pattern
from kit.presets.table.files.same_photos import shared_names, show_the_same
from kit.presets.table.found.columns import ends_like_one, is_named
from kit.presets.table.found.joins import join_of
from kit.presets.table.found.sample import Sample
from kit.presets.table.sides.by_line import refuse_by_line
from kit.presets.table.sides.class_tables import lists_classes, of_classes, says_of_classes
from kit.presets.table.sides.labels_in_names import is_of_parts
from kit.presets.table.sides.samples import one_of
from kit.presets.table.sides.table_copies import is_part_of, without_copies, without_excerpts
from kit.presets.table.tasks.holding import asks, holds_vectors, may_hold_labels
from kit.presets.table.tasks.kinds import is_number
from kit.presets.table.tasks.places import is_of_pairs

FEWEST = 5
"""Rows of a table that trains, where another has as many."""
ASIDE = (
    *("old", "extra", "external", "additional", "leaky", "duplicate", "duplicates", "mislabeled", "backup"),
    "previous",
)
"""Words of tables that are not the train table but lie beside it."""
_CLASS_LISTS = ("classes", "class_names", "names", "categories", "labels_map", "category_names")


def train_table(
    facts: Facts, options: TableOptions, sample: Sample | None, guide: Guide, findings: Findings
) -> tuple[Table | None, str]:
    """The table whose labels train, or several of the same columns as one, and how that was told; None where there is
    none, or only some of the photos in folders of classes are told of.
    """
    leading = _possible(facts, options, sample)
    if not leading:
        refuse_by_line(facts, None)
        return None, ""
    rank = {table.name: _rank(facts, table, sample) for table in leading}
    best = max(rank.values())
    first = without_copies([table for table in leading if rank[table.name] == best])
    parts = len(first) if len({tuple(table.columns) for table in first}) == 1 else 1  # together they may cover all
    few = not of_a_folder_each(facts, first) and all(
        parts * _covers(facts, table) < 0.5 and not _covers_one(facts, table) and not _has_a_folder_each(facts, table)
        for table in first
    )
    if class_folders(facts.photos) and not best[0] and few and _share_all(facts, leading):
        first = leading
    elif class_folders(facts.photos) and not best[0] and few and not all(_scores(facts, one) for one in first):
        return None, ""  # lists of some of the photos, such as duplicates or boxes, beside folders of classes
    first = without_excerpts(first, findings)
    alike = [table for table in leading if (table.stem, table.columns) == (first[0].stem, first[0].columns)]
    whole = _holding_all(facts, first, leading) or _holding_all(facts, alike, leading)
    if whole is None and (parts_of_one := together(facts, first)):
        same = "the same" if len({tuple(table.columns) for table in first}) == 1 else "nearly the same"
        told = f"{parts_of_one.name} are {len(first)} tables of {same} columns and of different photos"
        findings.check.append(f"{told}, and all their rows train; --train FILE for one of them")
        return parts_of_one, "several tables, whose rows are read under one another"
    if whole is None and _deal_anew(facts, first):
        one, *others = sorted(first, key=lambda table: [int(number) for number in re.findall(r"\d+", table.name)])
        told = f"{one.name} and {len(others)} more, such as {others[0].name}, deal the same photos anew"
        if len(one.columns) == 1 and class_folders(facts.photos):
            findings.check.append(f"{told}: all photos in folders of classes train; --train '{one.name}' for one")
            return None, ""
        findings.check.append(f"{told}: the first trains; --train for another")
        return one, "the first of the host's own splits"
    if whole is None and (others := _of_other_tasks(facts, first, leading)):
        first = others
    chosen = whole or one_of(first, "the train table", "--train", facts, guide, _why_several(facts, first))
    if chosen is not None and not options.labels:
        refuse_by_line(facts, chosen)
    return chosen, "the table with labels of photos that is neither sample nor test"


def _scores(facts: Facts, table: Table) -> bool:
    """Whether a table that is called a train table says a number with a point of each photo, as no folder does, and
    nothing else.
    """
    free = set(table.columns) - {lead.column for lead in facts.leads(table)}
    return table.side == "train" and len(free) == 1 and is_number(table.rows[free.pop()].dropna())


def _has_a_folder_each(facts: Facts, table: Table) -> bool:
    """Whether each row has a folder, with the row's photo at the same place in it: of these folders none is a class."""
    return any(re.search(r"}/[^{}*]+$", lead.template) for lead in facts.leads(table) if not lead.repeats)


def _possible(facts: Facts, options: TableOptions, sample: Sample | None) -> list[Table]:
    """The tables that may train: of no other side, leading to photos by themselves or joined to one that does, with
    columns that may be labels; none that tells of classes, and others before those of splits and pairs.
    """
    rest = [table for table in facts.tables if not table.sample and (sample is None or table.name != sample.name)]
    rest = [table for table in rest if table.side not in ("test", "valid") and table.stem not in _CLASS_LISTS]
    rest = [table for table in rest if not any(is_part_of(table, other) for other in rest)]
    by_class = of_classes(facts, [table for table in rest if not asks(table.columns, sample)])
    rest = [table for table in rest if table.name not in by_class]
    by_image = options.image is not None and not is_of_parts(facts, options.image)
    leading = [table for table in rest if by_image or facts.leads(table) or _joinable(facts, table, rest)]
    leading = [table for table in leading if may_hold_labels(facts, table, sample) and not lists_classes(facts, table)]
    leading = [table for table in leading if not says_of_classes(facts, table, leading)]
    leading = [table for table in leading if not holds_vectors(facts, table)] or leading
    leading = [table for table in leading if not says(table.stem, SPLITS)] or leading
    leading = [table for table in leading if not is_of_pairs(facts, table)] or leading
    leading = [table for table in leading if len(table.rows) >= FEWEST] or leading  # a legend of numbers
    if options.labels:
        leading = [table for table in leading if set(options.labels) <= set(table.columns)] or leading
    return leading


def _holding_all(facts: Facts, parts: Sequence[Table], others: Sequence[Table]) -> Table | None:
    """The one table of all photos, of which several of the same columns hold a part each, as those of folds do."""
    lead = next(iter(facts.leads(parts[0])), None)
    if len(parts) < 2 or lead is None or len({tuple(table.columns) for table in parts}) > 1:
        return None
    cells = [_names(table, lead.column) for table in parts]
    every = frozenset[str]().union(*cells)
    wide = [table for table in others if table not in parts and set(parts[0].columns) <= set(table.columns)]
    wide = [table for table in wide if every <= _names(table, lead.column)]
    return wide[0] if len(wide) == 1 and max(map(len, cells)) < len(every) else None


def _names(table: Table, column: str) -> frozenset[str]:
    """The names of a column's photos, whatever folders stand before them, as ../images/a.png."""
    return frozenset(cell.rpartition("/")[2] for cell in table.values(column))


def _deal_anew(facts: Facts, tables: Sequence[Table]) -> bool:
    """Whether tables of the same columns, whose names differ in a number alone, are of the same photos: each another
    split of them.
    """
    called = {re.sub(r"\d+", "#", table.name) for table in tables}
    if len(tables) < 2 or len(called) > 1 or any(table.columns != tables[0].columns for table in tables):
        return False
    one, other = (_led_to(facts, table) for table in tables[:2])
    return bool(one) and len(one & other) > 0.1 * len(one)


def _of_other_tasks(facts: Facts, first: Sequence[Table], leading: Sequence[Table]) -> list[Table]:
    """The tables whose names differ in a number alone, where each has other columns for the same photos: the tasks of
    one host, of which nobody can say which is meant.
    """
    called = re.sub(r"\d+", "#", first[0].name)
    alike = [table for table in leading if re.sub(r"\d+", "#", table.name) == called]
    photos = _led_to(facts, first[0])
    other = {tuple(table.columns) for table in alike}
    same = bool(photos) and all(_led_to(facts, table) == photos for table in alike)
    return alike if len(first) == 1 and len(other) == len(alike) > 1 and same else []


def _why_several(facts: Facts, tables: Sequence[Table]) -> str:
    """What several tables with the same columns are: parts of one, or other labels of the same photos."""
    if len(tables) > 1 and _of_other_tasks(facts, tables[:1], tables) == list(tables):
        return "each asks something else of the same photos"
    places = Counter(str(PurePosixPath(table.name).parent) for table in tables)
    if len(places) > 1 and min(places.values()) > 1:
        first, ending = min(places), PurePosixPath(tables[0].name).suffix
        return f"those of one folder are one table as a pattern, such as --train '{first}/*{ending}'"
    if len(tables) < 2 or len({tuple(table.columns) for table in tables}) > 1:
        return ""
    lead = next(iter(facts.leads(tables[0])), None)
    if lead is not None and lead.column in tables[1].columns:
        one, other = (table.values(lead.column) for table in tables[:2])
        if len(one & other) > 0.1 * len(one):
            return "each says something else of the same photos"
    return "they have the same columns: to train on all name them by a pattern, with a * for what differs"


def _rank(facts: Facts, table: Table, sample: Sample | None) -> tuple[int, ...]:
    """How much a table looks like the train table: it has what the sample asks for, its name, its photos, its place."""
    leads = facts.leads(table)
    one_each = bool(leads) and not leads[0].repeats
    return (
        asks(table.columns, sample),
        one_each,
        not says(table.name, ASIDE),
        _more_than_measures(facts, table),
        table.side == "train",
        table.stem == "train",
        says(table.name, LABELS),
        any(is_named(column) or ends_like_one(column) for column in table.columns),
        bool(leads),
        -table.name.count("/"),
    )


def _more_than_measures(facts: Facts, table: Table) -> bool:
    """Whether a column may be asked for, or it is a bare list of photos, whose labels stand elsewhere."""
    leading = {lead.column for lead in facts.leads(table)}
    free = [column for column in table.columns if column not in leading]
    return not free or any(not says(column, MEASURED) for column in free)


def _covers_one(facts: Facts, table: Table) -> bool:
    """Whether a table has a column called like a label and leads to nearly all photos of one folder of class folders,
    of whose photos others hold copies.
    """
    found = _led_to(facts, table) if any(map(is_named, table.columns)) else frozenset[str]()
    inside: dict[str, list[str]] = defaultdict(list)
    for image in facts.photos.images:
        inside[str(PurePosixPath(image).parent.parent)].append(image)
    own = [some for folder, some in inside.items() if side_of(f"{folder}/x") not in ("test", "valid")]
    several = [some for some in own if len({image.rpartition("/")[0] for image in some}) > 1]
    return any(sum(image in found for image in some) >= 0.95 * len(some) for some in several)


def _share_all(facts: Facts, tables: Sequence[Table]) -> bool:
    """Whether several tables lead to photos of their own each, and together to nearly all in folders of classes: then
    the folders are of what each table asks.
    """
    named = [_led_to(facts, table) for table in tables]
    every = frozenset[str]().union(*named)
    inside = {
        image
        for place in class_folders(facts.photos)
        for image in rows_of_pattern(facts.photos, place.pattern)["image"]
    }
    aside = (_led_to(facts, table) for table in facts.tables if table.side in ("test", "valid"))
    told = every.union(*aside)
    return len(tables) > 1 and sum(map(len, named)) == len(every) and len(inside & told) >= 0.95 * len(inside)


def _led_to(facts: Facts, table: Table) -> frozenset[str]:
    """The photos that a table's first way leads to, where each row has one of its own."""
    lead = next(iter(facts.leads(table)), None)
    if lead is None or lead.many or lead.repeats:
        return frozenset()
    place = f"{lead.folder}/" if lead.folder else ""
    found = (hit.image for cell in table.values(lead.column) for hit in facts.photos.hits(cell))
    return frozenset(image for image in found if image.startswith(place))


def _covers(facts: Facts, table: Table) -> float:
    """The share of the photos in folders of classes that a table leads to, by its first way to photos."""
    places = [rows_of_pattern(facts.photos, place.pattern) for place in class_folders(facts.photos)]
    inside = sum(rows["stem"].nunique() if _are_copies(facts, rows) else len(rows) for rows in places)
    lead = next(iter(facts.leads(table)), None)
    if lead is None or lead.many:
        return 1.0
    beside = places and all(lead.first not in set(rows["image"]) for rows in places)
    if beside and table.side is None and len(table.rows) < inside:  # of fewer photos that lie elsewhere
        return 0.0
    named = [column for column in table.columns if re.search(rf"{{{re.escape(column)}[}}:\[]", lead.template)]
    return lead.share * len(table.rows[named or [lead.column]].drop_duplicates()) / max(1, inside)


def _are_copies(facts: Facts, rows: pd.DataFrame) -> bool:
    """Whether folders hold the same names, or most photos have a copy of their name in another one."""
    if looks_alike(rows):
        return True
    shared = shared_names(rows)
    return 2 * int(shared.sum()) > len(rows) and bool(show_the_same(facts.root, rows))


def _joinable(facts: Facts, table: Table, others: Sequence[Table]) -> bool:
    """Whether a table that leads to no photo has a row for the rows of one that does."""
    return any(facts.leads(other) and join_of(table, other) for other in others if other is not table)
