"""What several commands need: what they speak through, the workspace, and the options that they share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from kit.cli.console import CsvOutput, Output
from kit.cli.session import Session
from kit.cli.told import Told
from kit.competition.workspace import Workspace
from kit.door import open_workspace
from kit.errors import KitError
from kit.fleet.ray_start import Cluster
from kit.report.trackers import TRACKERS

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]


def json_option(function: Function) -> Function:
    """--json and --wide, which `main` reads: also what goes wrong before a command is found is told in JSON."""
    text = "Print JSON lines to stdout, all else to stderr."
    function = click.option("--json", is_flag=True, expose_value=False, help=text)(function)
    text = "Show all columns of tables, also where the terminal has no room for them."
    return click.option("--wide", is_flag=True, expose_value=False, help=text)(function)


def in_folder(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the current (or -C) folder and what it speaks through: to people, or with --json to programs."""
    return _speaking(function, lambda folder, out: folder.resolve())


def in_workspace(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like `in_folder`, but with the workspace around the folder."""
    return _speaking(function, open_workspace)


def _speaking(function: Callable[..., Any], open_place: Callable[[Path, Output], Any]) -> Callable[..., Any]:
    @json_option
    @click.pass_context
    @wraps(function)
    def wrapped(ctx: click.Context, /, *args: Any, **kwargs: Any) -> None:
        session = ctx.ensure_object(Session)
        given = _arguments(ctx)
        if kwargs.pop("as_csv", False):
            if session.as_json:
                raise click.UsageError("--csv and --json are two forms of one answer: leave one of them out")
            session.out = CsvOutput()
        place = open_place(session.directory, session.out)
        root = place.root if isinstance(place, Workspace) else place
        session.out.told = Told(root / "data/cache") if isinstance(place, Workspace) else Told()
        with session.out.command(ctx.command_path.removeprefix("kit "), root, given):
            function(place, session.out, *args, **kwargs)

    return wrapped


def _arguments(ctx: click.Context) -> dict[str, Any]:
    """What the command was given, by the names that a person types."""
    names = {param.name: max(param.opts, key=len).lstrip("-") for param in ctx.command.params if param.name is not None}
    return {names[name]: value for name, value in ctx.params.items() if name in names}


def csv_option(function: Function) -> Function:
    """--csv, of every command that lists rows."""
    return click.option("--csv", "as_csv", is_flag=True, help="Print the rows as csv.")(function)


def devices_option(function: Function) -> Function:
    """--devices, of every command that trains."""
    return click.option(
        "--devices",
        metavar="0,1",
        help="Train folds side by side, one on each of these GPUs (or cpu,cpu); all GPUs without it.",
    )(function)


def devices_per_fold_option(function: Function) -> Function:
    """--devices-per-fold, of every command that plans runs."""
    return click.option(
        "--devices-per-fold",
        "world_size",
        metavar="N",
        type=click.IntRange(1, 1024),
        default=1,
        show_default=True,
        help="Train each fold on that many devices together, by torchrun; it is another run than on one.",
    )(function)


def vary_option(*, required: bool) -> Decorator[Any]:
    """--vary, of every command that plans a grid."""
    return click.option(
        "--vary",
        "varied",
        multiple=True,
        required=required,
        metavar="KEY=VALUE,VALUE",
        help="Values of a key of the recipe, as YAML (repeatable): loss=ce,focal or size=[64,48],[96,72].",
    )


def to_round_option(function: Function) -> Function:
    """--to-round, of every command that trains rounds of pseudo labels behind one another."""
    return click.option(
        "--to-round",
        metavar="N",
        type=click.IntRange(1),
        help="Go on to this pseudo-label round: these runs label the test set, and others train on the labels.",
    )(function)


def ray_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--ray and --checkpoints, of every command that trains: where Ray is and where checkpoints are kept, as `ray`."""

    @wraps(function)
    def wrapped(*args: Any, ray: str | None, checkpoints: str | None, **kwargs: Any) -> None:
        if ray is None and checkpoints is not None:
            raise click.UsageError("--checkpoints is for machines that --ray trains on: name both, or leave it out")
        function(*args, ray=None if ray is None else Cluster(ray, checkpoints), **kwargs)

    kept = click.option(
        "--checkpoints",
        metavar="ADDRESS",
        help="With --ray: keep checkpoints of machines that do not see the workspace there, such as s3://bucket/path.",
    )
    where = click.option(
        "--ray",
        is_flag=False,
        flag_value="local",
        metavar="[ADDRESS]",
        help="Train by Ray, a task a fold: on the cluster at this address (auto: the one here), or on this machine.",
    )
    return where(kept(wrapped))


def track_option(function: Function) -> Function:
    """--track, of every command that trains."""
    return click.option(
        "--track",
        "trackers",
        multiple=True,
        type=click.Choice(list(TRACKERS)),
        help="Let this tracker follow every epoch (repeatable); it writes into tracked/.",
    )(function)


def classes_option(function: Function) -> Function:
    """--classes, of every command that tells something of each class; `all_classes` says whether all are told."""

    def chosen(ctx: click.Context, param: click.Parameter, value: str) -> bool:
        return value == "all"

    return click.option(
        "--classes",
        "all_classes",
        type=click.Choice(["few", "all"]),
        default="few",
        show_default=True,
        callback=chosen,
        help="Of more than 30 classes, tell of the 30 that matter most, or of all.",
    )(function)


def blend_options(function: Function) -> Function:
    """--mean and --rule, of every command that makes blends."""
    function = click.option(
        "--rule",
        type=click.Choice(
            [
                "auto",
                "argmax",
                "expected-f1",
                "balanced",
                "expected-kappa",
                "offsets",
                "rounded",
                "cuts",
                "thresholds",
                "plain",
            ]
        ),
        default="auto",
        show_default=True,
        help="How probabilities become one class; auto takes what suits the metric: argmax for accuracy, expected-f1"
        " for macro F1, balanced for balanced accuracy, expected-kappa for quadratic kappa; thresholds of labels and"
        " cuts of numbers where they are better beyond chance.",
    )(function)
    return click.option(
        "--mean",
        type=click.Choice(["arithmetic", "geometric"]),
        default="arithmetic",
        show_default=True,
        help="How a task's runs are averaged.",
    )(function)


def task_option(text: str) -> Decorator[Any]:
    return click.option("--task", "tasks", multiple=True, help=text)


def recipe_option(text: str) -> Decorator[Any]:
    return click.option("--recipe", "recipe_name", help=text)


def set_option(text: str) -> Decorator[Any]:
    return click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help=text)


def seeds_option(text: str) -> Decorator[Any]:
    return click.option("--seeds", "n_seeds", type=click.IntRange(1), default=1, help=text)


def folds_option(text: str) -> Decorator[Any]:
    """--folds 0,1 as a list of numbers; None where it is left out."""
    return click.option("--folds", "fold_numbers", callback=_fold_numbers, metavar="0,1", help=text)


def _fold_numbers(ctx: click.Context, param: click.Parameter, text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise KitError(f"'{text}' is no list of folds", where="--folds", todo="write it like 0,1") from None


def round_option(first: int, text: str) -> Decorator[Any]:
    """--round, from the round `first` on, which is the default."""
    return click.option("--round", type=click.IntRange(first), default=first, show_default=True, help=text)


def teachers_option(text: str) -> Decorator[Any]:
    choice = click.Choice(["own_fold", "pooled"])
    return click.option("--teachers", type=choice, default="own_fold", show_default=True, help=text)


def finals_option(text: str) -> Decorator[Any]:
    return click.option("--finals", type=click.IntRange(1, 10), default=2, show_default=True, help=text)
