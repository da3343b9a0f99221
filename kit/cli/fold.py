"""kit fold"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.session import Session
from kit.cli.shared import classes_option, in_workspace
from kit.cli.words import MOST_ROWS
from kit.competition.spec import TARGET
from kit.competition.suggested import fixes_path
from kit.competition.workspace import Workspace
from kit.errors import KitError


@click.command()
@click.option("--folds", "n_folds", type=click.IntRange(2, 100), help="How many (5, or those of train.folds).")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--force", is_flag=True, help="Deal anew even where runs use the folds that are there.")
@click.option("--merge-duplicates", is_flag=True, help="First make one group of groups whose photos show the same.")
@classes_option
@in_workspace
def fold(
    workspace: Workspace,
    out: Output,
    n_folds: int | None,
    seed: int,
    force: bool,
    merge_duplicates: bool,
    all_classes: bool,
) -> None:
    """Deal the people into folds, stratified on the target, and freeze them in runs/folds.csv.

    The photos of one person never cross folds. Every later step uses these folds and refuses others. Folds that a
    column of the train table gives (train.folds in competition.yaml) are taken as they are. Groups that are merged, for
    photos of theirs are near-duplicates, stand as lines in fixes.csv.
    """
    from kit.folds.frozen import freeze_folds
    from kit.submissions.texts import named

    workspace.require_photos()
    if merge_duplicates:
        workspace = _merged(workspace, out, force)
    tables = workspace.tables
    for note in (*tables.reading, *tables.notes):
        out.info(note)
    if tables.repeated_groups:
        out.warn(f"these ids stand for more than one row, and stay together: {', '.join(tables.repeated_groups)}")
    given = tables.folds
    there = None if given is None else int(given.max()) + 1
    if there is not None and n_folds not in (None, there):
        todo = "leave --folds out, or take 'train.folds' out of competition.yaml"
        raise KitError(f"the column '{workspace.competition.train.folds}' gives {there} folds", todo=todo)
    n_folds = there or n_folds or 5
    counted = workspace.counted(TARGET)
    if absent := counted.absent():
        out.warn(f"no train photo is of the class{'es' * (len(absent) > 1)} {named(absent)}: no fold can score that")
    few = workspace.counted_classes.with_few_groups(tables.train["group"].to_numpy(), n_folds)
    if len(few) > MOST_ROWS:
        out.warn(f"{len(few):,} classes, such as '{few[0][0]}', have fewer than {n_folds} groups: some folds lack them")
        few = []
    for name, n_groups in few:
        out.warn(f"the class '{name}' has {n_groups} groups for {n_folds} folds: some folds cannot score it")
    began, labels = click.get_current_context().ensure_object(Session).began, workspace.shared_out
    folds, dealt = freeze_folds(
        workspace.folds_path, workspace.train, n_folds, seed, labels=labels, given=given, force=force, since=began
    )
    table = counted.by_fold(folds.table["fold"].to_numpy())
    lines = zip([*counted.names, "all"], table.to_dict("records"), strict=True)
    rows = [{"class": name, **counts} for name, counts in lines]
    shown, title = rows, "photos per class and fold"
    if len(rows) > MOST_ROWS + 1 and not all_classes:
        rarest = table[:-1].sum(axis=1).sort_values(kind="stable").index[:MOST_ROWS]
        shown, title = (
            [*(rows[place] for place in rarest), rows[-1]],
            f"{title}: the {MOST_ROWS} rarest classes (--classes all)",
        )
    verb = "frozen" if dealt else "were frozen before and are the same"
    place, groups = workspace.folds_path, tables.train["group"].nunique()
    where = f"{place.relative_to(workspace.root)} ({folds.fingerprint[:8]})"
    out.say(f"{groups} groups in {folds.n_folds} folds, {verb}: {where}")
    out.table(shown, title=title)
    out.result(path=place, fingerprint=folds.fingerprint, n_folds=folds.n_folds, groups=groups, new=dealt, rows=rows)


def _merged(workspace: Workspace, out: Output, force: bool) -> Workspace:
    """The workspace as it is once groups whose photos show the same are one."""
    from kit.images.merge import merge_duplicates

    merged = merge_duplicates(workspace, out, force=force)
    out.say(f"near-duplicates: {merged.lines} groups put into others (lines of {fixes_path(workspace).name})")
    for one in merged.in_test[:MOST_ROWS]:
        out.say(f"in test too: {one}")
    if merged.in_test:
        out.say(
            f"{len(merged.in_test)} train photos have a twin in test: what may be done with it is said by the rules"
        )
    twins = [{"photos": [one.first, one.second], "likeness": one.likeness} for one in merged.in_test]
    out.result(merged=merged.lines, in_test=twins)
    return Workspace(workspace.root, out)
