"""What is told on screen of an inference: what each file is used as, what was settled, and what is left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from kit.competition.tables.source import ROWS_FROM
from kit.presets import yaml_text
from kit.presets.table.asking import Findings
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import LEFT_OUT, NOT_MEANT, SHOWN, SPLITS, TRAIN, UNLABELLED, VALID, says
from kit.presets.table.files.one_table import Table
from kit.presets.table.files.part_tables import pattern_to
from kit.presets.table.found.columns import flag_block, is_named
from kit.presets.table.found.form import Form
from kit.presets.table.found.group import Group
from kit.presets.table.found.joins import join_of
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.sides.images_of import images_of, left_folders
from kit.presets.table.tasks.labels import Labels
from kit.presets.table.tasks.task import Task

MANY_CLASSES = 20
"""Classes from which on it is told that most have one photo."""
UNKNOWN = ("?", "unknown", "unk", "undefined", "n/a", "not available", "unlabeled", "unlabelled", "未知", "不明")
"""Classes that may say that nobody knows."""
FEW_NAMED = 5
"""Photos of a table from which on they may be those to predict."""
MOST = 8
"""Things of a kind that are named one by one."""


def tell_rest(
    facts: Facts,
    findings: Findings,
    train: Side,
    test: Side | None,
    sample: Sample | None,
    labels: Labels,
    tasks: Sequence[Task],
    group: Group,
    form: Form | None,
    metric: str,
    why_metric: str,
) -> dict[str, str]:
    """Note what was settled and what is left out; what each table is used as."""
    used: dict[str, str] = {}
    for name in train.table.files if train.table else ():
        _use(used, name, "train")
    for join in (*train.joins, *group.joins):
        _use(used, join.table.name, "joined to train")
    for name in test.table.files if test is not None and test.table else ():
        _use(used, name, "test")
    _use(used, sample.name if sample is not None and form is not None else None, "sample")
    findings.settle("train", _name(train), train.why_table or train.why_images)
    findings.settle("train.images", train.images, train.why_images)
    if train.lead is not None and train.lead.bands:
        bands = train.lead.bands
        findings.settle("photos", f"{len(bands)} channels", f"a file for each: {', '.join(bands)}")
    findings.settle("group", ", ".join(group.together) or group.column or "none", group.why)
    if test is None:
        findings.settle("test", "none", "there are no photos to predict: everything up to score and report works")
    else:
        findings.settle("test", _name(test), test.why_table or test.why_images)
        findings.settle("test.images", test.images, test.why_images)
    for task in tasks:
        columns = task.column or f"{len(task.columns or task.classes)} columns"
        findings.settle(f"tasks.{task.name}", f"{task.kind} of {columns}", f"{task.note}; {labels.why}")
        alike = [one for one in tasks if one.may_measure and one.classes == task.classes]
        if alike and task is alike[0]:
            more = f" and {len(alike) - 1} more hold" if len(alike) > 1 else " holds"
            findings.check.append(
                f"'{task.column}'{more} {len(task.classes)} whole numbers, {task.classes[0]} to {task.classes[-1]},"
                " which are classes here: --kind ordered where they are grades, --kind number where they measure"
            )
        cells = train.rows[task.column].dropna() if task.kind == "class" and task.column in train.columns else None
        alone = 0 if cells is None else int((cells.value_counts() == 1).sum())
        if 2 * alone > len(task.classes) > MANY_CLASSES:
            findings.check.append(
                f"{alone} of {len(task.classes)} classes of '{task.column}' have one photo: if it holds texts or"
                " numbers, and no classes, --label COLUMN, or --kind number"
            )
        odd = [name for name in task.classes if name.lower() in UNKNOWN or (task.may_measure and name == "-1")]
        if task.kind == "class" and odd and task.column in train.columns:
            rest = [yaml_text(name) for name in task.classes if name not in odd[:1]]
            kept = ", ".join(rest[:MANY_CLASSES]) + (", ..." if len(rest) > MANY_CLASSES else "")
            rows = f"'rows: {{{yaml_text(task.column)}: [{kept}]}}' under train leaves these rows out"
            findings.check.append(f"'{odd[0]}' in '{task.column}' may say that nobody knows: {rows}")
    findings.settle("metric", metric, why_metric)
    if form is not None:
        keys = ", ".join(
            f"{key}: {value[0]}" for key, value in form.keys.items() if key in ("id", "label", "top", "per", "long")
        )
        findings.settle("submission", keys, f"as {sample.name} shows" if sample else "there is no sample submission")
    if test is None:
        _tell_unasked(facts, findings, train, {name for task in tasks for name in (task.column, *task.columns)}, used)
    _tell_left_out(facts, findings, [side for side in (train, test) if side is not None], used)
    return used


def _tell_unasked(facts: Facts, findings: Findings, train: Side, asked: set[str | None], used: dict[str, str]) -> None:
    """Tell of a table, or of the one folder, whose photos do not train and have no label: they may be asked."""
    mine = images_of(facts, train)
    for table in facts.tables:
        lead = next(iter(facts.leads(table)), None)
        says_more = asked & {*table.columns} or any(map(is_named, table.columns))
        if lead is None or table.name in used or says_more or len(flag_block(table.rows, table.columns)) > 2:
            continue
        named = {hit.image for cell in table.values(lead.column) for hit in facts.photos.hits(cell)}
        if len(named) >= FEW_NAMED and not named & mine and not says(table.stem, LEFT_OUT):
            findings.check.append(
                f"{table.name} names {len(named):,} photos that do not train, and does not say what is asked of them:"
                f" --test '{table.name}' if they are to be predicted"
            )
            return
    left = [folder for folder, count in facts.photos.meant.items() if not mine & set(facts.photos.inside[folder])]
    aside = (*NOT_MEANT, *SHOWN, *UNLABELLED, *VALID, *TRAIN)
    stems = {PurePosixPath(image).stem for image in mine}
    looks = len(left) == 1 and any(PurePosixPath(image).stem in stems for image in facts.photos.inside[left[0]])
    if len(left) == 1 and not looks and not says(left[0], aside) and facts.photos.meant[left[0]] >= FEW_NAMED:
        findings.check.append(
            f"the {facts.photos.meant[left[0]]:,} photos of {left[0] or '.'}/ are of no train row:"
            f" --test '{left[0] or '.'}' if they are to be predicted"
        )


def tell_row_numbers(sides: Sequence[Side | None], findings: Findings) -> None:
    """Tell of tables whose rows find their photos by their numbers."""
    for side, option in zip(sides, ("--image PATH if not", "--test FOLDER if not"), strict=True):
        if side is None or side.table is None or side.lead is None or side.lead.column not in ROWS_FROM:
            continue
        findings.check.append(
            f"no column of {side.table.name} names the photos, whose numbers are taken for those of its rows from"
            f" {ROWS_FROM[side.lead.column]} on: {option}"
        )


def _use(used: dict[str, str], name: str | None, role: str) -> None:
    if name is not None:
        used[name] = f"{used[name]}, {role}" if name in used else role


def _name(side: Side) -> str:
    return side.table.name if side.table is not None else side.images


def _tell_left_out(facts: Facts, findings: Findings, sides: Sequence[Side], used: dict[str, str]) -> None:
    for copy, own in sorted(facts.copies.items()):
        findings.left_out.append(f"{copy}/: copies of the photos of {own}/; --image '{copy}/...' takes them instead")
    if facts.figures:
        more = f" and {len(facts.figures) - 1:,} more" if len(facts.figures) > 1 else ""
        findings.left_out.append(f"{facts.figures[0]}{more}: beside the data, called as pictures that explain it")
    left = left_folders(facts, sides)
    for folder, count in sorted(left.items())[:MOST]:
        findings.left_out.append(f"{folder or '.'}/: {count:,} photos that no table and no pattern leads to")
    if len(left) > MOST:
        findings.left_out.append(f"{len(left) - MOST} more folders with {sum(left.values()):,} photos in all")
    unused = [table for table in facts.tables if table.name not in used]
    for table in unused:
        if says(table.stem, SPLITS) and table.side in (None, "test"):
            findings.check.append(_split_told(table, sides[0]))
    if sides[0].table is None and sides[0].of_folder == "folder" and not sides[0].named:
        _tell_tables_of(facts, findings, unused, sides[0])
    mine = sides[0].table
    for table in unused if mine is not None else ():
        alike = mine is not None and table.columns == mine.columns and table.side in (None, "train")
        if mine is not None and alike and facts.leads(table) and not _of_the_same(facts, table, sides):
            findings.check.append(
                f"{table.name} has the columns of {mine.name}, and its {len(table.rows):,} rows do not train: put both"
                " under one another in one file, and name it with --train, to train on all"
            )
    for table in unused[:MOST]:
        what = f"{len(table.rows):,} rows of {', '.join(table.columns[:5])}{' ...' if len(table.columns) > 5 else ''}"
        side = {
            "test": ", labelled test rows" if len(table.columns) > 1 else "",
            "valid": ", the host's own split",
        }.get(table.side or "", "")
        findings.left_out.append(f"{table.name}: {what}{side}; not used")
    if len(unused) > MOST:
        findings.left_out.append(f"{len(unused) - MOST} more tables")
    findings.left_out += [
        f"{name}: this table cannot be read ({why})" for name, why in list(facts.unread.items())[:MOST]
    ]
    findings.left_out += [
        f"{count:,} files {kind}, notes beside the photos"
        for kind, count in sorted(facts.sidecars.items())
        if not any(name.lower().endswith(kind[1:]) for name in (mine.parts if mine is not None else ()))
    ]
    if facts.hidden:
        findings.left_out.append(f"{len(facts.hidden):,} hidden files and folders, such as {facts.hidden[0]}")
    kinds = Counter(PurePosixPath(name).suffix.lower() or "without ending" for name in facts.others)
    findings.left_out += [f"{count:,} files {kind}" for kind, count in kinds.most_common(MOST)]


def _tell_tables_of(facts: Facts, findings: Findings, unused: Sequence[Table], train: Side) -> None:
    """Tell of tables that name train photos, where the folders are taken for the labels."""
    photos = set(train.rows["image"])
    telling: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)  # by their columns: table -> photos
    for table in unused:
        lead = next(iter(facts.leads(table)), None)
        if lead is None or table.sample or table.side in ("test", "valid") or len(table.columns) < 2:
            continue
        named = sum(any(hit.image in photos for hit in facts.photos.hits(cell)) for cell in table.values(lead.column))
        if named and not lead.many:
            telling[tuple(table.columns)][table.name] = named
    for tables in telling.values():
        pattern = pattern_to(facts, list(tables)) if len(tables) > 1 else None
        for name, count in {pattern: sum(tables.values())}.items() if pattern else tables.items():
            findings.check.append(
                f"the classes are the folders' names; {name} tells more of {count:,} train photos:"
                f" --train '{name}' takes its rows and columns"
            )


def _of_the_same(facts: Facts, table: Table, sides: Sequence[Side]) -> bool:
    """Whether most rows of a table are of photos that a side has."""
    column = facts.leads(table)[0].column
    known = {_bare(cell) for side in sides if column in side.rows for cell in side.rows[column].dropna()}
    return len({_bare(cell) for cell in table.values(column)} & known) > len(table.rows) / 2


def _bare(cell: str) -> str:
    """What a cell names, whatever folders outside the table's own stand before it."""
    return re.sub(r"^(?:\.\./)+", "", cell)


def _split_told(table: Table, train: Side) -> str:
    """What to write of a table that divides the rows, where its values do not say which side they are."""
    what = f"{table.name} looks like the host's own split, and all rows train"
    join = None if train.table is None else join_of(train.table, table)
    few = [column for column in table.columns if 2 <= table.rows[column].nunique() <= 20]
    if join is None or not few:
        return f"{what}: 'join' it and say which 'rows' are of which side (docs/competition.md)"
    known = ", ".join(sorted(table.values(few[-1]))[:4])
    on = join.left if join.left == join.right else f"{{{join.left}: {join.right}}}"
    column = few[-1] if few[-1] not in train.columns else f"{PurePosixPath(table.name).stem}.{few[-1]}"
    return (
        f"{what}: under train, 'join: [{{table: {table.name}, \"on\": {on}}}]' and 'rows: {{{column}: [...]}}' leave"
        f" rows out ({few[-1]}: {known}), and 'folds: {column}' takes it as folds"
    )


def table_rows(facts: Facts, used: dict[str, str]) -> list[dict[str, Any]]:
    """A row for each table on screen: its size, where it leads, and what it is used as."""
    rows = []
    alike = Counter((str(PurePosixPath(table.name).parent), len(table.columns)) for table in facts.tables)
    shown: set[tuple[str, int]] = set()
    for table in facts.tables:
        kind = (str(PurePosixPath(table.name).parent), len(table.columns))
        if alike[kind] > MOST and table.name not in used:
            if kind not in shown:
                shown.add(kind)
                what = f"{kind[0]}/*{PurePosixPath(table.name).suffix}: {alike[kind]} of them"
                rows.append({"table": what, "rows": len(table.rows), "columns": f"({kind[1]})"})
            continue
        leads = facts.leads(table)
        rows.append(
            {
                "table": table.name,
                "rows": len(table.rows),
                "columns": ", ".join(table.columns[:6])
                + (f" ... ({len(table.columns) + table.unread})" if len(table.columns) + table.unread > 6 else ""),
                "header": "" if table.form.header else "none",
                "leads to": leads[0].template if leads else "",
                "used as": used.get(table.name, ""),
            }
        )
    return rows
