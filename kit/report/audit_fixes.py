"""What an audit suggests, as lines of fixes.csv of the tier `suggested`: nobody's decision yet, and never applied."""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kit.claim import claimed
from kit.competition.fixes import COLUMNS, DROP, SUGGESTED, read_lines
from kit.competition.suggested import fixes_path
from kit.competition.workspace import Workspace
from kit.files import write_text
from kit.report.audit import Doubt, TaskAudit
from kit.table_file import read_text_table
from kit.targets.cells import numbers, written_flag
from kit.targets.classes import ClassesTask
from kit.targets.labels import TOGETHER, LabelsTask

BY = "kit audit: "
"""What the reason of a suggested line begins with; of an earlier audit such lines are replaced while undecided."""


@dataclass(frozen=True)
class Draft:
    """What was written: lines that are new, doubts that a line of the file speaks of already, and what has no line."""

    path: Path
    new: int
    known: int
    without: tuple[str, ...]


def draft_fixes(workspace: Workspace, audits: Sequence[TaskAudit]) -> Draft:
    """Write a line for each suspected label that is told of, beside the lines that are there."""
    path, without, lines = fixes_path(workspace), dict[str, None](), []
    for audit in audits:
        for line in _lines(workspace, [doubt for doubt in audit.doubts if doubt.suspect]):
            if isinstance(line, str):
                without[line] = None
            else:
                lines.append(line)
    with claimed(path, workspace.reporter):
        there = path.exists()
        whole = read_text_table(path, index_col=False).fillna("") if there else pd.DataFrame(columns=list(COLUMNS))
        told = read_lines(path) if there else whole
        stale = (told["tier"] == SUGGESTED) & told["reason"].str.startswith(BY)
        decided = set(told.loc[~stale, ["image", "group", "column"]].itertuples(index=False, name=None))
        new = [line for line in lines if (line["image"], line["group"], line["column"]) not in decided]
        whole = pd.concat([whole[~stale.to_numpy(dtype=bool)], pd.DataFrame(new, columns=list(COLUMNS))]).fillna("")
        if new or stale.any():
            write_text(path, whole.to_csv(index=False, lineterminator="\n"))
    return Draft(path, len(new), len(lines) - len(new), tuple(without))


def _lines(workspace: Workspace, doubts: Sequence[Doubt]) -> Iterator[dict[str, str] | str]:
    """The lines of a task's doubts, or a sentence where a line cannot say it."""
    by_photos: defaultdict[tuple[str, ...], list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        by_photos[doubt.images].append(doubt)  # a photo may have several labels in doubt, and one cell for them
    places = pd.Index(workspace.train["image"])
    for images, together in by_photos.items():
        row = int(places.get_indexer(pd.Index(images[:1]))[0])
        cells = _cells(workspace, together, row)
        if isinstance(cells, str):
            yield cells
            continue
        for column, value, of in cells:
            rest = {"column": column, "value": value, "tier": SUGGESTED, "reason": BY + "; ".join(map(reason, of))}
            if together[0].whole_group:
                yield {"image": "", "group": together[0].group, **rest}
            else:
                yield from ({"image": glob.escape(image), "group": "", **rest} for image in images)


def reason(doubt: Doubt) -> str:
    """Why a label is in doubt, as a person reads it."""
    if doubt.label_share is None:
        return f"{doubt.task} is {doubt.label}, and out of fold {doubt.said} is said ({doubt.score:.1f} sd)"
    shares = f"{doubt.said_share:.2f} against {doubt.label_share:.2f}"
    return f"{doubt.task}: out of fold {doubt.said} rather than {doubt.label} ({shares})"


def _cells(workspace: Workspace, doubts: Sequence[Doubt], row: int) -> list[tuple[str, str, Sequence[Doubt]]] | str:
    """The column, the value and the doubts of each line for photos; row: that of their first."""
    name, raw = doubts[0].task, workspace.tables.raw
    task = workspace.competition.tasks[name]
    if isinstance(task, ClassesTask):
        if task.columns is not None:
            free = name not in raw
            told = f"{name}: a column of the table has the task's name, so that no line can say its class"
            return [(name, task.classes[doubts[0].part], doubts)] if free else told
        value = _raw_value(task, raw, doubts[0].part, row, workspace.truth(name))
        told = f"{name}: no value of the table is known that means '{task.classes[doubts[0].part]}'"
        return told if value is None else [(str(task.column), value, doubts)]
    if isinstance(task, LabelsTask):
        return _label_cells(task, raw, name, doubts, workspace.truth(name)[row])
    return [("", DROP, doubts)]  # what is said of a number is no truth


def _raw_value(task: ClassesTask, raw: pd.DataFrame, wanted: int, row: int, truth: np.ndarray) -> str | None:
    """What the table says of photos of a class: the commonest value, of a number that nearest to the one in doubt."""
    cells = raw.loc[truth == wanted, str(task.column)]
    if task.edges is not None:
        column = str(task.column)
        values, now = numbers(raw.loc[truth == wanted], column), float(numbers(raw.loc[[row]], column)[0])
        return str(cells.iloc[int(np.abs(values - now).argmin())]) if len(values) else None
    if len(cells):
        return str(cells.mode().iloc[0])
    if task.values is None:
        return task.classes[wanted]
    plain = [raw_value for raw_value, name in task.values.items() if name == task.classes[wanted]]
    return next((value for value in plain if not set(value) & set("*?[")), None)


def _label_cells(
    task: LabelsTask, raw: pd.DataFrame, name: str, doubts: Sequence[Doubt], truth: np.ndarray
) -> list[tuple[str, str, Sequence[Doubt]]] | str:
    """A line for each column of 0 and 1, or one for the column of words with all labels as they should be."""
    if task.column is None:
        columns = task.columns_read
        return [(columns[one.part], written_flag(raw[columns[one.part]], not truth[one.part]), [one]) for one in doubts]
    there = truth.copy()
    for one in doubts:
        there[one.part] = 1 - there[one.part]
    words = {label: word for word, label in (task.values or {}).items() if not set(word) & set("*?[")}
    found = [words.get(task.classes[place], task.classes[place]) for place in np.flatnonzero(there)]
    if task.rows and len(found) > 1:
        return f"{name}: a photo has a row for each of its labels, and one line cannot say several"
    joined = (TOGETHER if task.rows else task.separator or " ").join(found)
    return [(task.column, joined or task.none or "", doubts)]


def by_group(audits: Sequence[TaskAudit]) -> list[tuple[str, list[Doubt]]]:
    """The groups with several suspected labels among those told of, those in most doubt first."""
    found: defaultdict[str, list[Doubt]] = defaultdict(list)
    for audit in audits:
        for doubt in audit.doubts:
            if doubt.suspect:
                found[doubt.group].append(doubt)
    several = [(group, doubts) for group, doubts in found.items() if len(doubts) > 1]
    return sorted(several, key=lambda pair: (-len(pair[1]), pair[1][0].rank, pair[0]))
