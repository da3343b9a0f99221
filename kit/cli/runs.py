"""kit runs"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace, json_option
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.runs.record import FoldRecord

RANK = ["run", "score", "folds", "missing", "task", "round", "selected", "recipe", "minutes", "device"]


class Runs(click.Group):
    """A group whose first word may be a run: it is shown."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


@click.group(cls=Runs, invoke_without_command=True, subcommand_metavar="[RUN | rm RUN...]")
@csv_option
@json_option
@click.pass_context
def runs(ctx: click.Context, as_csv: bool) -> None:
    """List the runs: what is trained, how it scores on its finished folds, what is missing. RUN alone is shown."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(_listing, as_csv=as_csv)


@in_workspace
def _listing(workspace: Workspace, out: Output) -> None:
    from kit.runs.listing import COLUMNS, run_lines

    lines, metric = run_lines(workspace), workspace.metric.name
    if not lines:
        out.say("no runs yet: start one with 'kit train'")
    out.listing(lines, COLUMNS, rank=RANK, title=f"score: {metric}, the mean of the finished folds")
    out.result(metric=metric)


@runs.command()
@click.argument("name", metavar="RUN")
@in_workspace
def show(workspace: Workspace, out: Output, name: str) -> None:
    """Show a run: what it scores, and how each of its folds learnt."""
    from kit.runs.scoring import finished_score
    from kit.runs.store import find_run

    run = find_run(workspace, name)
    record, metric = run.record, workspace.metric.name
    folds = [run.fold_record(fold) for fold in run.finished_folds]
    reason, scores = workspace.why_apart(record.basis), {}
    for task in record.tasks if reason is None else ():
        score = finished_score(workspace, task, run)
        if score is not None:
            scores[task] = score
            out.say(f"{run.id}: {task}, OOF {workspace.metric_of(task).name} {score}")
    if reason is not None:
        out.warn(f"{run.id} is not comparable: {reason}")
    made = f"recipe {record.recipe}, seed {record.seed}, round {record.round}"
    made += f", {record.world_size} devices a fold" if record.world_size > 1 else ""
    out.say(f"{len(folds)} of {len(run.expected_folds)} folds; {made}")
    out.table([_line(fold) for fold in folds], rank=["fold", "score", "curve", "validation loss", "train loss"])
    out.result(run=run.id, tasks=record.tasks, metric=metric, scores=scores, folds=[_content(fold) for fold in folds])


def _line(fold: FoldRecord) -> dict[str, Any]:
    """A fold with its learning curves: the score, the losses, the epochs that they go through."""
    from kit.report.sketch import sparkline

    history = fold.history
    return {
        "fold": fold.fold,
        "score": fold.score,
        "curve": sparkline([line.score for line in history]),
        "validation loss": sparkline([line.valid_loss for line in history]),
        "train loss": sparkline([line.train_loss for line in history]),
        "epochs": len(history),
        "seconds": f"{fold.seconds:.0f}" if fold.device else "",
        "waited for photos": "" if fold.waited is None else f"{fold.waited:.1f}",
        "augmentation, core s": "" if fold.augmented is None else f"{fold.augmented:.1f}",
    }


def _content(fold: FoldRecord) -> dict[str, Any]:
    """A fold as JSON has it."""
    return {
        "fold": fold.fold,
        "score": fold.score,
        "seconds": fold.seconds,
        "waited": fold.waited,
        "augmented": fold.augmented,
        "curve": fold.history,
    }


@runs.command()
@click.argument("names", metavar="RUN...", nargs=-1, required=True)
@in_workspace
def rm(workspace: Workspace, out: Output, names: tuple[str, ...]) -> None:
    """Remove runs that nothing stands on, finished or interrupted; say what stands on them otherwise."""
    from kit.submissions.remove import remove_runs

    removed = remove_runs(workspace, names)
    for gone in removed:
        out.say(f"removed: {gone.run}, {gone.folds} finished folds, {gone.size / 1e6:,.1f} MB")
    out.result(removed=removed)
