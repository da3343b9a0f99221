"""Which columns of the train table a sample submission asks for, by its columns and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kit.competition.names import spelling
from kit.errors import KitError
from kit.presets.table.found.alike import all_by_affix, by_affix
from kit.presets.table.found.columns import few, twins
from kit.presets.table.found.sample import Sample, same_name, sure_of_what
from kit.presets.table.found.side import FOLDER, Side
from kit.presets.table.tasks.kinds import plain_number


def label_of_sample(train: Side, sample: Sample, free: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """The columns that the sample's answers name, or the one that holds what they are called or say."""
    answers = [same_name(answer, free) for answer in sample.answers]
    if len(answers) == 1 and answers[0] is not None:
        others = [column for column in free if column != answers[0] and twins(train.rows, answers[0], column)]
        column = like_shown(train.rows, [answers[0], *others], sample)
        why = "" if column == answers[0] else f", as '{answers[0]}', which says the same in other words"
        return (column,), f"the sample submission asks for it{why}"
    if len(answers) > 1 and not any(answers):
        shown = {cell for answer in sample.answers for cell in sample.shown(answer)}
        holding = [column for column in free if shown and shown <= set(train.rows[column].dropna())]
        if len(holding) == 1 and not all(plain_number(pd.Series([cell])) for cell in shown):
            return (holding[0],), "it holds what the sample submission shows"
    sure = sure_of_what(sample, train.columns)
    if sure is not None and sure[0] in free:
        return (sure[0],), f"the sample submission asks for it, and in '{sure[1]}' how sure that is"
    if len(answers) > 1:
        if all(answers):
            return tuple(filter(None, answers)), "the sample submission has a column for each"
        asked = {spelling(answer) for answer in sample.answers}
        for column in few(train.rows, free):
            values = {spelling(value) for value in train.rows[column].dropna().unique()}
            if values <= asked and 2 * len(values) >= len(asked):
                return (column,), "the sample submission has a column for each of its values"
            if by_affix(sample.answers, [str(value) for value in train.rows[column].dropna().unique()]):
                return (column,), "the sample submission has a column for each of its values, with more around it"
        ways = all_by_affix(free, sample.answers)
        if len(ways) > 1:
            options = [" ".join(f"--label '{column}'" for column in way.values()) for way in ways]
            raise KitError(
                f"its columns {', '.join(sample.answers[:4])} are in train {len(ways)} times, under longer names",
                where=sample.name,
                todo=f"say which: {', or '.join(options[:3])}",
            )
        if ways:
            return tuple(ways[0].values()), "the sample submission has a column for each, with less around it"
    if len(sample.answers) == 1:
        shown = set(sample.shown(sample.answers[0]))
        lists = {word for cell in shown for word in cell.split()}
        spoken = {word for word in shown | lists if not plain_number(pd.Series([word]))}
        for told in (shown, lists):
            holding = [column for column in free if spoken and told and told <= set(train.rows[column].dropna())]
            if len(holding) == 1:
                return (holding[0],), f"it holds what the sample submission shows in '{sample.answers[0]}'"
        if FOLDER in train.rows and spoken and shown <= set(train.rows[FOLDER]):
            return ("folder",), "the folders of the photos are called as the sample submission shows"
    return None


def like_shown(rows: pd.DataFrame, columns: Sequence[str], sample: Sample | None) -> str:
    """The first column, or of those that say the same the one that says it as the sample's answers do."""
    same = [column for column in columns if column == columns[0] or twins(rows, columns[0], column)]
    shown = set() if sample is None else {cell for answer in sample.answers for cell in sample.shown(answer)}
    if not shown:
        return same[0]
    said = {word for cell in shown for word in cell.split()}  # of a list each
    numbers = plain_number(pd.Series(sorted(said), dtype=object))
    return max(
        same,
        key=lambda column: (
            shown <= set(rows[column].dropna()),
            plain_number(rows[column].dropna()) == numbers,
            -same.index(column),
        ),
    )
