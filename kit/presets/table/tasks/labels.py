"""Which columns of the train table are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kit.competition.names import same_column, spelling
from kit.errors import KitError, nearest
from kit.presets.table.asking import Findings, Guide, Question, TableOptions
from kit.presets.table.files.names import LONG_ID, MEASURED, WHO, says, words
from kit.presets.table.found.columns import (
    DATE,
    ENDING,
    NAMED,
    asks_questions,
    ends_like_one,
    few,
    finest,
    flag_block,
    is_rank,
    one_hot,
    twins,
)
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import FOLDER, Side
from kit.presets.table.tasks.evident import (
    evident_label,
    is_of_words,
    mean_ratings,
    missing_together,
    of_truths,
    only_whole,
    own_ids,
    says_flags,
)
from kit.presets.table.tasks.folder_labels import asks_for_folders, folders_are_words, in_folders, several_stems
from kit.presets.table.tasks.free import free_columns, numbers_asked
from kit.presets.table.tasks.kinds import is_id, is_number, list_separator, plain_number
from kit.presets.table.tasks.label_of_sample import label_of_sample, like_shown
from kit.presets.table.tasks.no_labels import (
    refuse_decimal_commas,
    refuse_dictionaries,
    refuse_gaps,
    refuse_named,
    refuse_no_part,
    refuse_numbers_in_each,
    refuse_people,
    refuse_texts,
)
from kit.presets.table.tasks.people_folders import (
    refuse_numbers,
    refuse_parts,
    refuse_same_ends,
    refuse_taken,
    refuse_told_twice,
    refuse_unlike,
)
from kit.presets.table.tasks.task import FEW_NUMBERS

OF_A_PHOTO = ("file", "stem", "folder")
"""Columns that every photo has."""


GRADES = ("level", "grade", "stage", "severity", "degree", "label", "class", "status")
"""Words at the end of columns that are asked of who is on a photo: patient_DR_Level."""


@dataclass(frozen=True)
class Labels:
    """The columns that are asked for, and how that was told."""

    columns: tuple[str, ...]
    why: str
    free: tuple[str, ...] = ()
    """The columns that could have been: no photo's, no counter."""


def find_labels(
    train: Side,
    test: Side | None,
    sample: Sample | None,
    options: TableOptions,
    guide: Guide,
    findings: Findings,
    root: Path,
) -> Labels:
    """What is asked: as the user says, as the sample submission asks, or as the columns are called and filled."""
    where = root / (train.table.name if train.table else train.images)
    free = free_columns(train, test, sample)
    if options.labels:
        _check_given(train, options.labels, where)
        return Labels(options.labels, "given by --label", tuple(free))
    if asked := tuple(filter(None, (same_column(name, train.columns) for name in findings.asked))):
        _check_given(train, asked, where)
        return Labels(asked, "the sample submission, which has no ids, asks for it", tuple(free))
    if train.named:
        return Labels(("file",), f"the {len(set(train.named.values()))} words that file names begin with")
    if train.table is None:
        if not train.of_folder:
            parts = few(train.rows, train.photo_columns)
            if len(train.photo_columns) == 1 and parts:
                return Labels((parts[0],), "the only part of the photos' names that has a name")
            refuse_no_part(parts, where)
            question = Question("the label", parts, "--label (once for each task)", where)
            return Labels((guide.choose(question),), "a part of the photos' names")
        if asks_for_folders(sample, train):
            return Labels((train.of_folder,), "the sample submission's answers are folders that photos lie in")
        refuse_people(train, where)
        for refuse in (refuse_taken, refuse_parts, refuse_same_ends, refuse_told_twice, refuse_numbers, refuse_unlike):
            refuse(train, where)
        return Labels((train.of_folder,), "the folder that a photo lies in")
    if train.lead is not None and train.lead.long:
        return Labels((str(train.column),), "each id is a photo and one of its labels", tuple(free))
    found = label_of_sample(train, sample, free) if sample is not None else None
    if found is None:
        found = _by_itself(train, test, sample, free, options, guide, findings, where)
    elif sample is not None:
        refuse_texts(train, found[0], root / sample.name)
    return Labels(found[0], found[1], tuple(free))


def _check_given(train: Side, columns: Sequence[str], where: Path) -> None:
    for column in columns:
        if column not in train.columns and column not in OF_A_PHOTO:
            raise KitError(f"there is no column '{column}'", where=where, todo=nearest(column, train.columns))
    for column in columns:
        count = train.rows[column].nunique() if column in train.columns else 2
        if count < 2 or (count > 0.9 * len(train.rows) and not plain_number(train.rows[column].dropna())):
            raise KitError(f"the column '{column}' has {count} different values", where=where, todo="mend --label")


def _by_itself(
    train: Side,
    test: Side | None,
    sample: Sample | None,
    free: Sequence[str],
    options: TableOptions,
    guide: Guide,
    findings: Findings,
    where: Path,
) -> tuple[tuple[str, ...], str]:
    """The columns that are called and filled like labels; asked where several are."""
    rows, free = train.rows, of_truths(train, free)
    if (numbers := numbers_asked(train, test, free)) and not options.kind:
        told = ", ".join(f"'{column}'" for column in numbers)
        findings.check.append(f"all numbers that may be asked are: {told}; --label for one, once for each")
        return numbers, "numbers, and the only columns that may be asked"
    refuse_dictionaries(rows, free, where)
    refuse_decimal_commas(rows, free, where)
    usable = few(rows, free)
    usable = [column for column in usable if not says(column, WHO) or words(column)[-1] in GRADES] or usable
    usable += [column for column in free if column not in usable and _measures(rows[column].dropna(), column)]
    usable += [column for column in free if column not in usable and list_separator(rows[column].dropna())]
    usable = [column for column in usable if not asks_questions(rows, column)] or usable
    measured = [column for column in usable if says(column, MEASURED) and words(column)[-1] not in GRADES]
    usable = [column for column in usable if not rows[column].dropna().str.match(DATE).all()] or usable
    kinds = {words(column)[-1] for column in usable if column not in measured and words(column)[1:]} & {"type", "kind"}
    measured = [column for column in measured if words(column)[-1] not in kinds]  # SCRIPT_TYPE and DATE_TYPE
    usable = [column for column in usable if column not in measured] or usable
    folders = {column for column in train.photo_columns if column not in train.naming_columns and column.isdigit()}
    of_things = [column for column in folders if all(map(LONG_ID.fullmatch, rows[column].dropna()))]
    ids = [column for column in usable if is_id(column) or column in of_things]
    rest = [column for column in usable if column not in ids] or usable
    usable = [*own_ids(train, ids, rest), *sorted(rest, key=lambda column: words(column) == ["id"])]
    if options.kind == "number":
        usable = [column for column in free if plain_number(rows[column].dropna())]
    flags = flag_block(rows, free)
    for sure, names in enumerate(NAMED):
        spelt = {spelling(name) for name in names}
        named = [column for column in free if spelling(column) in spelt or (sure == ENDING and ends_like_one(column))]
        named = [column for column in named if rows[column].nunique() >= 2 and not is_rank(column, train.columns)]
        named = [column for column in named if sure < ENDING or rows[column].notna().mean() > 0.5]
        others = [column for column in usable if column not in named]
        if sure >= ENDING and len(flags) > 2 and set(named) < set(flags) and set(usable) <= set(flags):
            continue  # one of several findings that stand side by side
        if named and (sure < len(NAMED) - 1 or all(twins(rows, named[0], column) for column in others)):
            first = like_shown(rows, [*named, *others], sample)
            if all(twins(rows, first, column) for column in named if column != first):
                _tell_twins(
                    first,
                    [column for column in (*named, *others) if column != first and twins(rows, first, column)],
                    findings,
                )
                if rated := mean_ratings([column for column in free if column not in named]):
                    why = "their spread stands beside them, as that of ratings does"
                    question = Question("the label", [first, *rated], "--label (once for each task)", where, why=why)
                    return (guide.choose(question),), "chosen"
                if rest := [one for one in others if one != first and not twins(rows, first, one)]:
                    told = ", ".join(f"'{column}'" for column in rest[:6])
                    findings.check.append(f"the label is '{first}', by its name; --label for another, such as {told}")
                return (first,), "the column that is named like a label"
            usable = named
            break
    else:
        gaps = [column for column in flags if rows[column].isna().any()]
        if len(flags) >= 2 and gaps and len(gaps) <= len(flags) / 2:
            why = f"{' and '.join(map(repr, gaps[:3]))} {'has' if len(gaps) == 1 else 'have'} gaps"
            asked = [*flags, *(column for column in usable if column not in flags)]
            return (guide.choose(Question("the label", asked, "--label", where, why=why)),), "chosen"
        said = [column for column in usable if column not in flags and says_flags(rows[column], flags)]
        if len(flags) >= 2 and (one_hot(rows, flags) or set(usable) <= {*flags, *said}):
            return tuple(flags), f"{len(flags)} columns of 0 and 1"
    if (whole := only_whole(rows, usable)) is not None:
        told = ", ".join(f"'{column}'" for column in usable[:6] if column != whole)
        findings.check.append(f"the label is '{whole}', which alone has no gaps; --label for another, such as {told}")
        return (whole,), "the only column with few different values that has no gaps"
    refuse_gaps(rows, free, where)
    if not usable and in_folders(train):
        return ("folder",), "no column is a label, and the folders of the photos may be"
    if not usable:
        refuse_numbers_in_each(rows, free, where)
        shown = ", ".join(free[:8]) or "none is left"
        todo = (
            "name it with --label COLUMN"
            if free
            else "make a table of photos and their labels, and name it with --train"
        )
        raise KitError(f"no column has few different values: {shown}", where=where, todo=todo)
    usable = [column for column in usable if column not in train.named_beside] or usable
    first = like_shown(rows, usable, sample)
    answers = set() if sample is None or len(sample.answers) != 1 else set(sample.shown(sample.answers[0]))
    if several_stems(train) and not answers <= set(rows[first].dropna()):
        usable = [*usable, "stem"]
    elif (
        folders_are_words(train)
        and not any(twins(rows, column, FOLDER) for column in usable)
        and not is_number(rows[first].dropna())
    ):
        usable = [*usable, "folder"]
    elif (len(usable) == 1 or not says(first, (*MEASURED, *WHO))) and all(
        twins(rows, first, column) for column in usable if column != first
    ):
        if says(first, (*MEASURED, *WHO)) and sample is None:
            refuse_named(train, first, where)
        if sample is None and (others := missing_together(rows, first, measured)):
            why = "they have gaps in the same rows"
            question = Question("the label", [*usable, *others], "--label (once for each task)", where, why=why)
            return (guide.choose(question),), "chosen"
        _tell_twins(first, [column for column in usable if column != first], findings)
        rest = [column for column in (*measured, *ids) if column != first]
        known = _known_too(train, test) if sample is None else []
        if rest := rest + [column for column in known if column != first]:
            told = ", ".join(f"'{column}'" for column in dict.fromkeys(rest[:6]))
            findings.check.append(f"the label is '{first}'; --label for another, such as {told}")
        return (first,), "the only column with few different values"
    told = ", ".join(f"'{column}'" for column in usable if column != first)
    of_rows = [column for column in usable if column in rows]
    if len(of_rows) == len(usable) and (best := finest(rows, of_rows)):
        first = like_shown(rows, [best], sample)
        told = ", ".join(f"'{column}'" for column in usable if column != first)
        findings.check.append(f"the label is '{first}', which says what {told} hold: --label for one of them")
        return (first,), "it says what the others that may be one hold"
    fitting = [column for column in usable if answers and answers <= set(rows.get(column, pd.Series(dtype=object)))]
    if len(fitting) == 1:
        told = ", ".join(f"'{column}'" for column in usable if column != fitting[0])
        findings.check.append(
            f"the label is '{fitting[0]}', which alone holds what the sample shows; --label for {told}"
        )
        return (fitting[0],), "it alone holds what the sample submission shows"
    others = [column for column in usable if column != first]
    if (evident := evident_label(train, [first, *others])) is not None:
        chosen, why = evident
        told = ", ".join(f"'{column}'" for column in usable if column != chosen)
        findings.check.append(f"the label is '{chosen}', {why}; --label for {told}")
        return (chosen,), why
    of_whom = [column for column in measured if says(column, ("age",)) or is_of_words(rows[column].dropna())]
    usable = [*usable, *(column for column in of_whom if column not in usable)]
    choice = guide.choose(Question("the label", usable, "--label (once for each task)", where))
    return (choice,), "chosen"


def _known_too(train: Side, test: Side | None) -> list[str]:
    """The columns of train that may be labels but for the test table, which has them too."""
    both = [] if test is None or test.table is None else [name for name in test.columns if name in train.columns]
    return few(train.rows, [name for name in both if name not in train.naming_columns])


def _measures(cells: pd.Series, column: str) -> bool:
    """Whether a column may be a measure that is asked for: numbers with a point, or many different whole ones."""
    if not plain_number(cells):
        return False
    return is_number(cells) or (cells.nunique() > FEW_NUMBERS and not says(column, WHO) and "id" not in words(column))


def _tell_twins(first: str, others: Sequence[str], findings: Findings) -> None:
    if others:
        same = " and ".join(f"'{column}'" for column in others)
        findings.check.append(
            f"the label is '{first}'; {same} say the same in other words: --label chooses between them"
        )
