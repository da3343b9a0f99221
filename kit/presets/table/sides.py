"""The train side: which table, which tables are joined to it, and where its photos are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from kit.errors import KitError, nearest
from kit.presets.table.asking import NONE, Findings, Guide, Question, TableOptions
from kit.presets.table.facts import WITHOUT_HEADER, Facts, Table
from kit.presets.table.folders import class_folders, named_classes, rows_of_pattern
from kit.presets.table.joins import Join, join_of, joined, partners
from kit.presets.table.leads import Lead
from kit.presets.table.names import LABELS, SHOWN, is_sample, says, side_of
from kit.presets.table.sample import Sample, counts_rows, parted
from kit.presets.table.ways import find_images
from kit.targets.cells import LINE


@dataclass(frozen=True)
class Side:
    """A side of the competition: its tables, its rows with the columns of all of them, and where its photos are."""

    table: Table | None
    images: str
    rows: pd.DataFrame
    why_table: str = ""
    why_images: str = ""
    lead: Lead | None = None
    joins: tuple[Join, ...] = ()
    keep: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Which rows of the table are of this side: column -> values."""
    of_folder: str = "folder"
    """The column of classes, where there is no table."""
    stems: tuple[str, ...] = ()
    """What the photos are called that rows have several of, where that is a few names."""
    named: dict[str, str] = field(default_factory=dict)
    """Classes in the names of the files: pattern -> class."""

    @property
    def column(self) -> str | None:
        return self.lead.column if self.lead else None

    @property
    def columns(self) -> list[str]:
        return [column for column in self.rows.columns if column != LINE]

    @property
    def naming_columns(self) -> list[str]:
        """The columns that name the photos themselves, and not the folders that they lie in."""
        if self.lead is not None:
            return [self.lead.column]
        last = self.images.rpartition("/")[2]
        return [column for column in self.photo_columns if f"{{{column}" in last] or self.photo_columns[-1:]

    @property
    def photo_columns(self) -> list[str]:
        """The columns that the photos' paths are made of."""
        named = [re.sub(r"\[[\d:]*\]$", "", place) for place in re.findall(r"{([^{}]+)}", self.images)]
        return [column for column in dict.fromkeys(named) if column in self.rows]


def find_sample(facts: Facts, options: TableOptions, guide: Guide) -> Sample | None:
    """The sample submission: named by the user, or called like one."""
    if options.sample == NONE:
        return None
    if options.sample is not None:
        return parted(facts.table(options.sample, "--sample"), facts)
    found = [table for table in facts.tables if table.sample]
    if not found:
        _refuse_unread(facts, is_sample, f"mend it, name another with --sample, or leave it out with --sample {NONE}")
    for better in (
        [table for table in found if says(table.stem, SHOWN)],
        [table for table in found if facts.leads(table)],
    ):
        if len(found) > 1 and better:
            found = [table for table in found if table in better]
    chosen = _one_of(found, "the sample submission", "--sample", facts, guide)
    return None if chosen is None else parted(chosen, facts)


def _stems(facts: Facts, lead: Lead | None) -> tuple[str, ...]:
    """The names that the photos of each row have, where rows have several and call them alike."""
    if lead is None or not lead.many or not lead.template.endswith("/*"):
        return ()
    inside = [image for image in facts.photos.images if image.startswith(f"{lead.folder}/" if lead.folder else "")]
    stems = {image.rpartition("/")[2].rpartition(".")[0] for image in inside}
    return tuple(sorted(stems)) if 2 <= len(stems) <= min(MOST_STEMS, len(inside) / 3) else ()


def _refuse_unread(facts: Facts, meant: Callable[[str], bool], todo: str) -> None:
    """KitError where a table that is meant could not be read: to go on without it would be another competition."""
    for name, why in facts.unread.items():
        if meant(name):
            raise KitError(f"this table cannot be read ({why})", where=facts.root / name, todo=todo)


def train_side(facts: Facts, options: TableOptions, sample: Sample | None, guide: Guide, findings: Findings) -> Side:
    """The labelled photos: a table that leads to them, with what it is joined to; or folders or names of files."""
    folder = options.train.strip("/") if options.train else None
    if folder is not None and (facts.root / folder).is_dir():
        return _folder_side(facts, folder, guide)
    if options.train is not None:
        table: Table | None = facts.table(options.train, "--train")
        why = "given by --train"
    else:
        _refuse_unread(facts, _is_train, "mend it, or name the train table or folder with --train")
        table, why = _train_table(facts, options, sample, guide)
    if table is None:
        return _folder_side(facts, None, guide)
    joins = _needed_joins(facts, table, sample, options)
    rows = joined(table, joins)
    images, lead, why_images = find_images(facts, table, rows, options.image, "train", guide)
    return Side(table, images, rows, why, why_images, lead, tuple(joins), stems=_stems(facts, lead))


def _is_train(name: str) -> bool:
    return side_of(name) == "train" and name.lower().endswith(WITHOUT_HEADER)


def _train_table(facts: Facts, options: TableOptions, sample: Sample | None, guide: Guide) -> tuple[Table | None, str]:
    rest = [table for table in facts.tables if not table.sample and (sample is None or table.name != sample.name)]
    rest = [table for table in rest if table.side not in ("test", "valid") and table.stem not in _CLASS_LISTS]
    leading = [table for table in rest if (options.image or facts.leads(table) or _joinable(facts, table, rest))]
    leading = [table for table in leading if _may_hold_labels(facts, table, sample)]
    if options.labels:
        leading = [table for table in leading if set(options.labels) <= set(table.columns)] or leading
    if not leading:
        return None, ""
    rank = {table.name: _rank(facts, table, sample) for table in leading}
    best = max(rank.values())
    first = [table for table in leading if rank[table.name] == best]
    if class_folders(facts.photos) and not best[0] and all(_covers(facts, table) < 0.5 for table in first):
        return None, ""  # lists of some of the photos, such as duplicates or boxes, beside folders of classes
    chosen = _one_of(first, "the train table", "--train", facts, guide)
    return chosen, "the table with labels of photos that is neither sample nor test"


MOST_STEMS = 20
"""Names of a row's photos that may be labels."""
ASIDE = (
    "old",
    "extra",
    "external",
    "additional",
    "leaky",
    "duplicate",
    "duplicates",
    "mislabeled",
    "backup",
    "previous",
)
"""Words of tables that are not the train table but lie beside it."""
_CLASS_LISTS = ("classes", "class_names", "names", "categories", "labels_map", "category_names")


def _rank(facts: Facts, table: Table, sample: Sample | None) -> tuple[int, ...]:
    """How much a table looks like the train table: it has what the sample asks for, its name, its photos, its place."""
    leads = facts.leads(table)
    one_each = bool(leads) and not leads[0].repeats
    return (
        asks(table.columns, sample),
        one_each,
        not says(table.name, ASIDE),
        table.side == "train",
        table.stem == "train",
        says(table.stem, LABELS),
        bool(leads),
        -table.name.count("/"),
    )


def asks(columns: Sequence[str], sample: Sample | None) -> int:
    """How many of the sample's answers these columns hold, by their names."""
    if sample is None:
        return 0
    known = {column.lower() for column in columns}
    return sum(answer.lower() in known for answer in sample.answers)


def _may_hold_labels(facts: Facts, table: Table, sample: Sample | None) -> bool:
    """Whether a column has values that repeat, or that the sample asks for; or the photos' folders may be classes."""
    leads = {lead.column for lead in facts.leads(table)}
    free = [column for column in table.columns if column not in leads]
    n_rows = len(table.rows)
    if any(2 <= table.rows[column].nunique() <= 0.9 * n_rows for column in free) or asks(free, sample):
        return True
    if any(_is_number(table.rows[column]) for column in free if not counts_rows(table.rows[column])):
        return True
    return table.side == "train" and bool(leads) and bool(class_folders(facts.photos))


def _covers(facts: Facts, table: Table) -> float:
    """The share of the photos in folders of classes that a table leads to, by its first way to photos."""
    inside = sum(len(rows_of_pattern(facts.photos, place.pattern)) for place in class_folders(facts.photos))
    lead = next(iter(facts.leads(table)), None)
    if lead is None or lead.many:
        return 1.0
    return lead.share * table.rows[lead.column].nunique() / max(1, inside)


def _is_number(cells: pd.Series) -> bool:
    return bool(pd.to_numeric(cells, errors="coerce").notna().all())


def _joinable(facts: Facts, table: Table, others: Sequence[Table]) -> bool:
    """Whether a table that leads to no photo has a row for the rows of one that does."""
    return any(facts.leads(other) and join_of(table, other) for other in others if other is not table)


def _needed_joins(facts: Facts, table: Table, sample: Sample | None, options: TableOptions) -> list[Join]:
    """The tables without which no photo is found, or a column that the user or the sample asks for is not there."""
    wanted = {*options.labels, *([options.group] if options.group not in (None, NONE) else [])}
    if options.image is not None and "{" not in options.image:
        wanted.add(options.image)
    joins = []
    for other in partners(facts, table, sample):
        join = join_of(table, other)
        if join is None:
            continue
        leads = not facts.leads(table) and bool(facts.leads(other))
        brings = wanted & set(other.columns) - set(table.columns)
        asked = asks(other.columns, sample) and not asks(table.columns, sample)
        if leads or brings or asked:
            joins.append(join)
    return joins


def _folder_side(facts: Facts, given: str | None, guide: Guide) -> Side:
    places = {place.holder or ".": place for place in class_folders(facts.photos)}
    if given is not None and given not in places and (named := _named_side(facts, given)):
        return named
    if given is None and not places:
        named = next(filter(None, (_named_side(facts, folder) for folder in sorted(facts.photos.holders))), None)
        if named is not None:
            return named
        raise KitError(
            "there is no table that leads to photos, and no folder for each class",
            where=facts.root,
            todo="name the table with --train, and its photos with --image",
        )
    if given is None:
        names = [name for name in places if side_of(f"{name}/x") == "train"] or list(places)
        question = Question("the train folder", sorted(names), "--train", facts.root)
        given = names[0] if len(names) == 1 else guide.choose(question)
    if given not in places:
        raise KitError(
            "this folder has no folder for each class",
            where=facts.root / given,
            todo=f"mend --train: {nearest(given, places)}",
        )
    rows = rows_of_pattern(facts.photos, places[given].pattern)
    if len(rows) < 2 * rows[places[given].column].nunique():
        raise KitError(
            f"each folder, such as '{rows['image'].iloc[0].rpartition('/')[0]}', holds about one photo and is no class",
            where=facts.root / given,
            todo="make a table of the photos and their labels, and name it with --train",
        )
    column = places[given].column
    levels = "" if places[given].depth == 1 else ", two levels down" if column == "folder" else ", a level above"
    why = f"a folder for each class{levels}: {rows[column].nunique()} of them"
    return Side(None, places[given].pattern, rows, "", why, of_folder=column)


def _named_side(facts: Facts, folder: str) -> Side | None:
    """Photos of one folder whose names begin with their class."""
    if side_of(f"{folder}/x") in ("test", "valid"):
        return None
    pattern = f"{folder}/*" if folder else "*"
    rows = rows_of_pattern(facts.photos, pattern)
    named = named_classes(list(rows["stem"]))
    why = "the name of a file begins with its class"
    return Side(None, pattern, rows, "", why, named=named) if named else None


def _one_of(tables: Sequence[Table], what: str, option: str, facts: Facts, guide: Guide) -> Table | None:
    """The only one, None where there is none; of several the one that is chosen."""
    if len(tables) < 2:
        return tables[0] if tables else None
    name = guide.choose(Question(what, [table.name for table in tables], option, facts.root))
    return facts.table(name, option)
