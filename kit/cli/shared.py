"""What several commands need: the workspace, its tables and folds."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import ConsoleReporter
from kit.competition.workspace import Workspace, find_root
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.selection.standings import Standings


def in_workspace(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the workspace around the current (or -C) folder, and a reporter, as its first arguments."""

    @click.pass_obj
    @wraps(function)
    def wrapped(directory: Path, *args: Any, **kwargs: Any) -> Any:
        reporter = ConsoleReporter()
        return function(Workspace(find_root(directory), reporter), reporter, *args, **kwargs)

    return wrapped


def fold_numbers(text: str | None) -> list[int] | None:
    """Parse the option --folds 0,1."""
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise KitError(f"'{text}' is no list of folds", where="--folds", todo="write it like 0,1") from None


def known_standings(workspace: Workspace, reporter: ConsoleReporter) -> Standings | None:
    """The evidence on the submissions; None, with a warning, where the data that it needs is not here."""
    from kit.selection.standings import read_standings
    from kit.submissions.record import read_submissions

    if not read_submissions(workspace.submissions_dir):
        return None
    try:
        workspace.tables  # noqa: B018
    except KitError as error:
        reporter.warn(f"no expectations without the tables: {error}")
        return None
    return read_standings(workspace)
