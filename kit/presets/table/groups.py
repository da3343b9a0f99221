"""Who or what may be on several photos: columns whose values repeat, and parts of names that do."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kit.competition.names import spelling
from kit.errors import KitError, nearest
from kit.presets.table.asking import NONE, Findings, Guide, Question, TableOptions
from kit.presets.table.columns import decides, twins
from kit.presets.table.facts import Facts
from kit.presets.table.group import Group
from kit.presets.table.joins import Join, join_of, joined, partners
from kit.presets.table.labels import Labels
from kit.presets.table.names import MEASURED, PEOPLE, WHO, says, words
from kit.presets.table.same_names import copied_names, same_names
from kit.presets.table.sample import counts_rows
from kit.presets.table.side import Side
from kit.presets.table.splits import own_folds, split_of

FEWEST = 5
"""Groups below which folds cannot be dealt."""
SUFFIX = r"[_\-. ](?:left|right|l|r|front|back|top|bottom|\d{1,2})"
"""What stands in file names behind who is on them."""


@dataclass(frozen=True)
class Candidate:
    """A column or pattern whose values repeat."""

    name: str
    cells: pd.Series
    sure: bool
    """Whether its name says that it is a who."""
    pattern: str | None = None
    join: Join | None = None

    @property
    def told(self) -> str:
        count = self.cells.nunique()
        each = len(self.cells) / max(1, count)
        about = f"{each:.1f}" if each < 5 else f"{each:,.0f}"
        return f"{self.name}: {count:,} values in {len(self.cells):,} rows, about {about} rows each"


def find_group(
    facts: Facts, train: Side, labels: Labels, options: TableOptions, guide: Guide, findings: Findings
) -> Group:
    """The user's group; else the one that names itself; else none, and the columns that look like one are told."""
    where = facts.root / (train.table.name if train.table else train.images)
    if options.group == NONE:
        return Group(None, "given by --group: every row is its own group")
    if options.group is not None:
        return _given(train, options.group, where, labels)
    if train.table is None and train.of_folder == "folder" and (same := same_names(facts, train, guide, findings)):
        return same
    if train.table is None and (copied := copied_names(train)):
        told = f"{copied:,} names stand in several folders of one class: copies or other looks of a photo"
        findings.check.append(f"{told}: they never cross folds; --group none if they are different photos")
        return Group("stem", told)
    if train.table is None and train.images.endswith("{label}/*/*"):
        count = len(train.rows[["label", "folder"]].drop_duplicates())
        told = f"{count:,} folders lie below those of the classes, as of one person or thing each"
        findings.check.append(f"grouped by them: {told}; --group none if they only divide the photos")
        return Group("label,folder", told, together=("label", "folder"))
    if train.table is None and "who" in train.rows:
        told = f"{train.rows['who'].nunique():,} folders have the same classes below them, as a person's have"
        findings.check.append(f"grouped by the folder above the classes: {told}; --group none if they only divide them")
        return Group("who", told)
    found = [*_columns(train, labels), *_of_partners(facts, train, labels), *_of_names(train, labels)]
    sure = [one for one in found if one.sure]
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
        if one is not chosen_group:
            findings.check.append(
                f"its values repeat: {one.told}; if they are one person or thing, --group '{one.name}'"
            )
    if chosen_group is None and train.lead is not None and train.lead.many:
        return Group(train.lead.column, "a row's photos are of one thing, and never cross folds")
    if chosen_group is None:
        why = (
            "columns repeat, and none is called like a group"
            if found
            else "no column says who is on a photo, so every row is its own group"
        )
        return Group(None, why)
    if not chosen_group.pattern:
        findings.check.append(f"grouped by {chosen_group.told}: they never cross folds; --group none if they should")
    else:
        findings.check.append(f"grouped by a part of the name, {chosen_group.told}; --group none if it is no person")
    joins = () if chosen_group.join is None else (chosen_group.join,)
    column = chosen_group.cells.name if chosen_group.pattern else chosen_group.name
    return Group(
        str(column),
        f"{chosen_group.told.partition(': ')[2]}; their photos never cross folds",
        chosen_group.pattern,
        joins,
    )


def _given(train: Side, name: str, where: Path, labels: Labels) -> Group:
    for one in _of_names(train, labels):
        if one.name == name:
            return Group(str(one.cells.name), "given by --group; its photos never cross folds", one.pattern)
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
    names = [column for column in train.columns if column not in taken]
    return _repeating(train.rows, names, labels.columns, naming=train.named_beside)


def _repeating(
    rows: pd.DataFrame,
    names: Sequence[str],
    labels: Sequence[str],
    join: Join | None = None,
    naming: Collection[str] = (),
) -> list[Candidate]:
    found = []
    for name in names:
        cells = rows[name]
        known = cells.dropna()
        count = known.nunique()
        sure = bool(set(words(name)) & {*WHO, *(f"{word}s" for word in WHO), *(f"{word}id" for word in WHO)})
        sure = sure and not says(name, MEASURED)
        if not FEWEST <= count < len(known) or len(known) < 0.98 * len(rows) or counts_rows(cells):
            continue
        classes = [label for label in labels if label in rows and rows[label].nunique() <= len(rows) / 3]
        if any(twins(rows, name, label) or decides(rows, label, name) for label in classes):
            continue
        called = "id" in words(name) and count <= 0.8 * len(known)
        if called and name in naming:
            found.append(Candidate(name, cells, sure and len(known) == len(rows), join=join))
            continue
        measure = _measure(known) and not called
        if sure or (count >= 10 and count >= len(known) / 50 and not measure and not _is_path(known)):
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
            and _lies_in(one.cells, other.cells)
            and not (_lies_in(other.cells, one.cells) and found.index(one) < found.index(other))
        ]
        if not inside:
            kept.append(one)
    return kept


def _lies_in(inner: pd.Series, outer: pd.Series) -> bool:
    """Whether each value of one column goes with one value of another."""
    pairs = pd.DataFrame({"inner": inner.to_numpy(), "outer": outer.to_numpy()}).drop_duplicates()
    return bool(pairs["inner"].is_unique)


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


def _of_paths(cells: pd.Series, column: str) -> Candidate | None:
    """A part of the photos' paths or names that says who: patient00011/study1/view1.jpg."""
    if cells.str.contains(rf"(?:^|[/_\-])(?:{'|'.join(WHO)})[_\-]?\d", case=False, regex=True).mean() < 0.98:
        return None
    for word in WHO:
        pattern = rf"(?:^|[/_\-])({word}[_\-]?\d+)"
        found = cells.str.extract(pattern, flags=re.IGNORECASE)[0]
        if found.notna().mean() >= 0.98 and FEWEST <= found.nunique() < 0.98 * len(found):
            written = found.iloc[0][: len(word)]
            name = f"{column} as far as '{found.iloc[0]}'"
            told = rf"(?:^|[/_\-])({written}[_\-]?\d+)"
            return Candidate(name, pd.Series(found.to_numpy(), name=column), True, told)
    return None


def _of_names(train: Side, labels: Labels) -> list[Candidate]:
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
    if train.lead is not None and train.lead.many:
        return []
    bare = cells.map(lambda cell: posixpath.splitext(cell)[0] if re.search(r"\.[A-Za-z]{2,5}$", cell) else cell)
    ends = bare.str.extract(rf"^(.+?)({SUFFIX})$", flags=re.IGNORECASE)
    if ends[0].isna().mean() > 0.1:
        return []
    count, n_rows = ends[0].nunique(), len(cells)
    letters = bool(ends[1].str.contains(r"left|right|front|back|[_\-. ][lr]$", case=False, regex=True).all())
    by_class = any(
        label in train.rows
        and _lies_in(ends[0], train.rows.loc[cells.index, label])
        and count <= 2 * train.rows[label].nunique()
        for label in labels.columns
    )
    if (
        count < max(FEWEST, n_rows / 50)
        or count > 0.95 * n_rows
        or by_class
        or len({spelling(one) for one in ends[0].dropna()}) < FEWEST
    ):
        return []
    ending = r"(?:\.\w+)?" if cells.str.contains(r"\.[A-Za-z]{2,5}$", regex=True).any() else ""
    shown = r"(?:left|right)" if letters and ends[1].str.contains("left|right", case=False).all() else r"\w+"
    pattern = rf"^(.+)[_\-. ]{shown}{ending}$"
    name = f"{column} before '{ends[1].iloc[0][0]}'"
    return [Candidate(name, pd.Series(ends[0].to_numpy(), name=column), letters or count <= 0.6 * n_rows, pattern)]
