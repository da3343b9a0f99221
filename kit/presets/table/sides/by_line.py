"""Lists of labels that name no photo, and go by the lines of a table or by the order of the photos: refused."""

from __future__ import annotations

from kit.errors import KitError
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import LABELS, says, side_of
from kit.presets.table.files.one_table import Table
from kit.presets.table.found.joins import join_of


def refuse_by_line(facts: Facts, table: Table | None) -> None:
    """KitError where a list of labels has an answer for each line of a table of photos, by their order alone."""
    for answers in facts.tables:
        if answers.sample or answers.side == "test" or facts.leads(answers):
            continue
        place = answers.name.rpartition("/")[0]
        beside = [one for one in facts.tables if one.name.rpartition("/")[0] == place and facts.leads(one)]
        beside = [one for one in beside if len(one.rows) == len(answers.rows) and join_of(one, answers) is None]
        alone = [one for one in beside if len(one.columns) == 1 and not facts.leads(one)[0].many]
        if not says(answers.stem, LABELS) and not alone:
            continue
        varied = all(answers.rows[column].nunique() >= 2 for column in answers.columns)
        if not beside and varied and table is None and len(answers.columns) == 1:
            _refuse_by_photo(facts, answers)
        if beside and varied and not answers.form.header:
            first = min(beside, key=lambda one: len(one.columns))
            other = f"; to learn what {table.name} says leave out {answers.name} by --label COLUMN" if table else ""
            raise KitError(
                f"{answers.name} has an answer for each line of {first.name}, by their order alone",
                where=facts.root,
                todo="put both side by side in one table of the photos and their labels, and name it with --train"
                + other,
            )


def _refuse_by_photo(facts: Facts, answers: Table) -> None:
    """KitError where a list of labels has as many lines as a folder has photos."""
    for folder, count in facts.photos.holders.items():
        if len(answers.rows) == count and side_of(f"{folder}/x") != "test":
            raise KitError(
                f"{answers.name} has an answer for each of the {count:,} photos of {folder or '.'}/, by their order",
                where=facts.root,
                todo="put the names of the photos beside them, in a table with a column of both, and name it with"
                " --train",
            )
