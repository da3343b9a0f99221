"""What several commands need: the workspace, its tables and folds."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import ConsoleReporter
from kit.competition.workspace import Workspace, find_workspace
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.folds.frozen import Ground
    from kit.selection.standings import Field


def in_workspace(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the workspace around the current (or -C) folder, and a reporter, as its first arguments."""

    @click.pass_obj
    @wraps(function)
    def wrapped(directory: Path, *args: Any, **kwargs: Any) -> Any:
        workspace: Workspace = find_workspace(directory)
        return function(workspace, ConsoleReporter(), *args, **kwargs)

    return wrapped


def read_ground(workspace: Workspace) -> Ground:
    """The tables and the frozen folds of a workspace."""
    from kit.competition.tables import read_tables
    from kit.folds.frozen import Ground, read_folds

    tables = read_tables(workspace)
    return Ground(workspace, tables, read_folds(workspace.folds_path, tables))


def fold_numbers(text: str | None) -> list[int] | None:
    """Parse the option --folds 0,1."""
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise KitError(f"'{text}' is no list of folds", where="--folds", todo="write it like 0,1") from None


def known_field(workspace: Workspace, reporter: ConsoleReporter) -> Field | None:
    """The evidence on the submissions; None, with a warning, where the data that it needs is not here."""
    from kit.competition.tables import read_tables
    from kit.selection.standings import read_field
    from kit.submissions.record import read_submissions

    if not read_submissions(workspace.submissions_dir):
        return None
    try:
        tables = read_tables(workspace, check_files=False)
    except KitError as error:
        reporter.warn(f"no expectations without the tables: {error}")
        return None
    return read_field(workspace, tables)
