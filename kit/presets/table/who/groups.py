"""Who or what may be on several photos: columns whose values repeat, and parts of names that do."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.names import same_column
from kit.competition.templates import folders_and_last
from kit.errors import KitError, nearest
from kit.presets.table.asking import NONE, Findings, Guide, Question, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import DIVIDING, LONG_ID, MEASURED, PEOPLE, VIEWS, WHO, says, words
from kit.presets.table.files.one_table import counts_rows
from kit.presets.table.found.columns import decides, twins
from kit.presets.table.found.group import FEWEST, Candidate, Group, lies_in
from kit.presets.table.found.joins import Join, join_of, joined, partners
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.kinds import is_id, is_number
from kit.presets.table.tasks.labels import Labels
from kit.presets.table.tasks.splits import own_folds, split_of
from kit.presets.table.who.names_anew import counting_folder, within_folders
from kit.presets.table.who.parts_of_names import of_names
from kit.presets.table.who.same_names import copied_names, same_names

BODY = ("body", "anatom", "anatomic", "anatomical", "anatomy", "tumor", "tumour", "primary", "injection")
"""Words of columns that say where on a body something is, such as body_site, and not of whom or where a photo is."""

MOST_FINER = 20
"""Groups up to which they may be finer classes."""


def find_group(
    facts: Facts,
    train: Side,
    labels: Labels,
    options: TableOptions,
    guide: Guide,
    findings: Findings,
    sample: Sample | None = None,
) -> Group:
    """The user's group; else the one that names itself; else none, and the columns that look like one are told."""
    where = facts.root / (train.table.name if train.table else train.images)
    if options.group == NONE:
        return Group(None, "given by --group: every row is its own group")
    if options.group is not None:
        return _given(train, options.group, where, labels)
    inside: list[Candidate] = []
    if train.table is None and train.of_folder == "folder" and (same := same_names(facts, train, guide, findings)):
        inside = within_folders(train, labels) if same.column is None else []
        if not inside:
            return same
    elif train.table is not None:
        inside = within_folders(train, labels)
    if train.table is None and (copied := copied_names(facts, train, guide, findings)):
        return copied
    if train.table is None and re.search(r"{label}[^/]*/\*/[^/]+$", train.images) and not _are_sources(train.rows):
        count = len(train.rows[["label", "folder"]].drop_duplicates())
        told = f"{count:,} folders lie below those of the classes, as of one person or thing each"
        findings.check.append(f"grouped by them: {told}; --group none if they only divide the photos")
        return Group("label,folder", told, together=("label", "folder"))
    if train.table is None and "who" in train.rows:
        told = f"{train.rows['who'].nunique():,} folders have the same classes below them, as a person's have"
        findings.check.append(f"grouped by the folder above the classes: {told}; --group none if they only divide them")
        return Group("who", told)
    asked = _of_answers(train, sample)
    columns = [one for one in _columns(train, labels) if not asked or one.name != asked[0].name]
    found = [*asked, *columns, *_of_partners(facts, train, labels), *(inside or of_names(train, labels))]
    sure = [one for one in found if one.sure] or _ids(found)
    sure = _coarsest([one for one in sure if says(one.name, PEOPLE)] or sure)
    if len(sure) > 1:
        told = "; ".join(one.told for one in sure)
        names = [one.name for one in sure]
        # of places and things the coarser one keeps more together; which of two people is on a photo is open
        coarse = None if says(names[0], PEOPLE) else min(sure, key=lambda one: one.cells.nunique()).name
        chosen = guide.choose(Question("the group", [*names, NONE], "--group", where, proposal=coarse, why=told))
        sure = [one for one in sure if one.name == chosen]
        if not sure:
            return Group(None, "chosen: every row is its own group")
    elif len(sure) == 1:
        question = Question(
            f"the group ({sure[0].told})", [sure[0].name, NONE], "--group", where, proposal=sure[0].name
        )
        if guide.choose(question) == NONE:
            return Group(None, "chosen: every row is its own group")
    chosen_group = sure[0] if sure else None
    for one in found:
        if one is not chosen_group and (chosen_group is None or not _same(one.cells, chosen_group.cells)):
            findings.check.append(
                f"its values repeat: {one.told}; if they are one person or thing, --group '{one.name}'"
            )
    if chosen_group is None and train.lead is not None and train.lead.many:
        return Group(train.lead.column, "a row's photos are of one thing, and never cross folds")
    if chosen_group is None and train.table is not None and train.lead is None and "*" in _called(train.images):
        return Group(train.naming_columns[0], "a row's photos are of one thing, and never cross folds")
    if chosen_group is None:
        why = (
            "columns repeat, and none is called like a group"
            if found
            else "no column says who is on a photo, so every row is its own group"
        )
        for name in (name for name in _fellows(train) if name not in labels.columns):
            why = f"'{name}' names another row, and no column says whose both are"
            findings.check.append(
                f"{why}: photos of one person or thing may cross folds; a column of its own that says it, made of both,"
                " is taken by --group COLUMN"
            )
        return Group(None, why)
    if not chosen_group.pattern:
        finer = _may_be_a_class(train, chosen_group.name, labels)
        findings.check.append(
            f"grouped by {chosen_group.told}: they never cross folds; --group none if they should"
            + (f", as where they are kinds of '{labels.columns[0]}', of which each says one" if finer else "")
        )
    else:
        findings.check.append(f"grouped by a part of the name, {chosen_group.told}; --group none if it is no person")
    joins = () if chosen_group.join is None else (chosen_group.join,)
    column = chosen_group.cells.name if chosen_group.pattern else chosen_group.name
    return Group(
        str(column),
        f"{chosen_group.told.partition(': ')[2]}; their photos never cross folds",
        chosen_group.pattern,
        joins,
        chosen_group.together,
    )


def _of_answers(train: Side, sample: Sample | None) -> list[Candidate]:
    """The column by whose values the sample asks for answers, where several rows have one."""
    same = None if sample is None or train.table is None else same_column(sample.id, train.columns)
    if same is None or same == train.column or not FEWEST <= train.rows[same].nunique() <= len(train.rows) / 2:
        return []
    return [Candidate(same, train.rows[same], True)]


def _are_sources(rows: pd.DataFrame) -> bool:
    """Whether the folders below those of classes are called by words, and fewer than these: where photos came from."""
    names = rows["folder"].dropna().unique()
    return len(names) < rows["label"].nunique() and not any(re.search(r"\d", name) for name in names)


def _fellows(train: Side) -> list[str]:
    """The columns that name other rows of the table, as that of a person's other eye does."""
    if train.table is None or train.column is None or train.lead is None or train.lead.repeats:
        return []
    ids = frozenset(train.rows[train.column].dropna())
    found = []
    for name in train.columns:
        cells = train.rows[[name, train.column]].dropna()
        other = cells[name] != cells[train.column]
        if name != train.column and len(cells) >= FEWEST and other.all() and cells[name].isin(ids).mean() >= 0.9:
            found.append(name)
    return found


def _called(images: str) -> str:
    """The last part of a path without its ending."""
    return folders_and_last(images)[1].removesuffix(".*")


def _given(train: Side, name: str, where: Path, labels: Labels) -> Group:
    for one in [*of_names(train, labels), *within_folders(train, labels)]:
        if one.name.replace("'", "") == name.replace("'", ""):  # a shell takes quotes within quotes away
            return Group(
                str(one.cells.name), "given by --group; its photos never cross folds", one.pattern, (), one.together
            )
    known = {*train.columns, "file", "stem", "folder"}
    several = tuple(part.strip() for part in name.split(","))
    if name not in known and len(several) > 1 and set(several) <= known:
        return Group(name, "given by --group: together they say who is on a photo", together=several)
    if name not in known:
        raise KitError(
            f"there is no column '{name}'", where=where, todo=f"{nearest(name, train.columns)} (or --group none)"
        )
    return Group(name, "given by --group; its photos never cross folds")


def _columns(train: Side, labels: Labels) -> list[Candidate]:
    """Columns of the train table whose values repeat as those of a who do: many, no labels, no measures."""
    if train.table is None:
        return []
    split = split_of(train)
    taken = {*labels.columns, *(split[:1] if split else ()), *filter(None, [own_folds(train)])}
    if train.lead is not None and train.lead.repeats:
        taken |= set(train.photo_columns)
    if counting_folder(train, labels) is not None:
        taken |= set(train.naming_columns)
    names = [column for column in train.columns if column not in taken]
    folders = set(train.photo_columns) - set(train.naming_columns)
    return _repeating(train.rows, names, labels.columns, naming=train.named_beside, folders=folders)


def _repeating(
    rows: pd.DataFrame,
    names: Sequence[str],
    labels: Sequence[str],
    join: Join | None = None,
    naming: Collection[str] = (),
    folders: Collection[str] = (),
) -> list[Candidate]:
    """naming: columns that are words of the photos' names; folders: those that name the folders they lie in."""
    found = []
    for name in names:
        cells = rows[name]
        known = cells.dropna()
        count = known.nunique()
        if {word.lower() for word in known.unique()[:50]} <= VIEWS:
            continue
        sure = bool(set(words(name)) & {*WHO, *(f"{word}s" for word in WHO), *(f"{word}id" for word in WHO)})
        sure = sure and not says(name, (*MEASURED, *BODY))
        sure = sure or (count <= len(known) / 2 and all(map(is_image_name, known.head(20))))  # what it was made of
        ids = name in folders and all(map(LONG_ID.fullmatch, known)) and not says(known.iloc[0], DIVIDING)
        sure = sure or ids
        if not FEWEST <= count < len(known) or len(known) < 0.98 * len(rows) or counts_rows(cells):
            continue
        classes = [label for label in labels if label in rows and rows[label].nunique() <= len(rows) / 3]
        classes = [label for label in classes if not is_number(rows[label].dropna())]  # one thing's photos have one
        if any(twins(rows, name, label) or decides(rows, label, name) for label in classes):
            continue
        called = "id" in words(name) and count <= 0.8 * len(known)
        if called and name in naming:
            found.append(Candidate(name, cells, sure and len(known) == len(rows), join=join))
            continue
        measure = _measure(known) and not called
        if (
            sure
            or name in folders
            or (10 <= count <= 0.95 * len(known) and count >= len(known) / 50 and not measure and not _is_path(known))
        ):
            found.append(Candidate(name, cells, sure and len(known) == len(rows), join=join))
    return found


def _is_path(cells: pd.Series) -> bool:
    """Whether cells are paths of files, such as of masks."""
    return bool(cells.head(50).str.contains("/", regex=False).any())


def _measure(cells: pd.Series) -> bool:
    """Whether cells are numbers, dates or times, which repeat by chance."""
    numbers = pd.to_numeric(cells, errors="coerce")
    if numbers.notna().mean() > 0.9:
        return True
    return bool(cells.head(50).str.fullmatch(r"\d{4}[-/.]\d.*|\d{1,2}:\d\d.*|.*GMT.*").mean() > 0.8)


def _coarsest(found: list[Candidate]) -> list[Candidate]:
    """Of groups that lie inside one another, such as studies of patients, the largest alone."""
    kept = []
    for one in found:
        inside = [
            other
            for other in found
            if other is not one
            and lies_in(one.cells, other.cells)
            and not (lies_in(other.cells, one.cells) and found.index(one) < found.index(other))
        ]
        if not inside:
            kept.append(one)
    return kept


def _ids(found: list[Candidate]) -> list[Candidate]:
    """The only column among those that repeat that is called an id of something, and no code: print_id."""
    named = [one for one in found if not one.pattern and is_id(one.name) and one.cells.notna().all()]
    return named if len(named) == 1 else []


def _same(one: pd.Series, other: pd.Series) -> bool:
    """Whether two columns keep the same photos together."""
    return len(one) == len(other) and lies_in(one, other) and lies_in(other, one)


def _of_partners(facts: Facts, train: Side, labels: Labels) -> list[Candidate]:
    """Columns of tables beside the train table that have a row for each of its rows."""
    if train.table is None:
        return []
    found = []
    known = {train.table.name, *(join.table.name for join in train.joins)}
    for other in partners(facts, train.table, None):
        join = join_of(train.table, other) if other.name not in known else None
        if join is None or not other.rows[join.right].is_unique:
            continue
        rows = joined(train.table, (join,))
        new = [column for column in other.columns if column not in train.columns and column != join.right]
        found += [one for one in _repeating(rows, new, labels.columns, join) if one.sure]
    return found


def _may_be_a_class(train: Side, column: str, labels: Labels) -> bool:
    """Whether a column called group has few values, each of them of one class: it may be of finer classes."""
    if column not in train.rows or len(labels.columns) != 1 or labels.columns[0] not in train.rows:
        return False
    few_of_them = train.rows[column].nunique() <= MOST_FINER and bool({*words(column)} & {"group", "groups"})
    return few_of_them and decides(train.rows, column, labels.columns[0])
