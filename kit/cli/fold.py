"""kit fold"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.session import Session
from kit.cli.shared import classes_option, in_workspace
from kit.cli.words import MOST_ROWS
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace


@click.command()
@click.option("--folds", "n_folds", type=click.IntRange(2, 100), default=5, show_default=True, help="How many.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--force", is_flag=True, help="Deal anew even where runs use the folds that are there.")
@classes_option
@in_workspace
def fold(workspace: Workspace, out: Output, n_folds: int, seed: int, force: bool, all_classes: bool) -> None:
    """Deal the people into folds, stratified on the target, and freeze them in runs/folds.csv.

    The photos of one person never cross folds. Every later step uses these folds and refuses others.
    """
    from kit.folds.frozen import freeze_folds

    workspace.require_photos()
    tables = workspace.tables
    for note in tables.notes:
        out.info(note)
    if tables.repeated_groups:
        out.warn(f"these ids stand for more than one row, and stay together: {', '.join(tables.repeated_groups)}")
    counted = workspace.counted(TARGET)
    for name, n_groups in counted.with_few_groups(tables.train["group"].to_numpy(), n_folds):
        out.warn(f"the class '{name}' has {n_groups} groups for {n_folds} folds: some folds cannot score it")
    began, labels = click.get_current_context().ensure_object(Session).began, workspace.shared_out
    folds, dealt = freeze_folds(
        workspace.folds_path, workspace.train, n_folds, seed, labels=labels, force=force, since=began
    )
    table = counted.by_fold(folds.table["fold"].to_numpy()).to_dict("records")
    rows = [{"class": name, **counts} for name, counts in zip([*counted.names, "all"], table, strict=True)]
    title, shown = "photos per class and fold", rows
    if len(rows) - 1 > MOST_ROWS and not all_classes:
        rare = sorted(rows[:-1], key=lambda row: sum(value for name, value in row.items() if name != "class"))
        title += f": the {MOST_ROWS} rarest of {len(rows) - 1:,} classes (--classes all)"
        shown = [*rare[:MOST_ROWS], rows[-1]]
    out.table(shown, title=title)
    verb = "frozen" if dealt else "were frozen before and are the same"
    place, groups = workspace.folds_path, tables.train["group"].nunique()
    where = f"{place.relative_to(workspace.root)} ({folds.fingerprint[:8]})"
    out.say(f"{groups} groups in {folds.n_folds} folds, {verb}: {where}")
    out.result(path=place, fingerprint=folds.fingerprint, n_folds=folds.n_folds, groups=groups, new=dealt, rows=rows)
