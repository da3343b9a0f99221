"""How the command line prints: tables, json and csv, and the reporter that the library speaks through."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from kit.reporter import Progress, Reporter

Function = TypeVar("Function", bound=Callable[..., Any])

PLAIN_WIDTH = 160
"""Columns of a table that is not printed to a terminal."""


def stdout() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


class ConsoleReporter(Reporter):
    """Prints to stderr: a live bar on a terminal, one plain line per step elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)

    def info(self, text: str) -> None:
        self.console.print(text, markup=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        self.console.print(f"warning: {text}", style="yellow", markup=False, soft_wrap=True)

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Progress]:
        if not self.console.is_terminal:
            yield _Lines(self, title, total)
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
        )
        with RichProgress(*columns, console=self.console) as bar:
            yield _Bar(bar, bar.add_task(title, total=total, note=""))


class _Bar:
    def __init__(self, bar: RichProgress, task: Any) -> None:
        self.bar, self.task = bar, task

    def advance(self, steps: int = 1, note: str = "") -> None:
        self.bar.update(self.task, advance=steps)
        if note:
            self.bar.update(self.task, note=note)


class _Lines:
    """Progress without a terminal: a line whenever another twentieth of the work is done, or after half a minute."""

    def __init__(self, reporter: ConsoleReporter, title: str, total: int) -> None:
        self.reporter, self.title, self.total = reporter, title, total
        self.done, self.told, self.started = 0, 0, time.monotonic()
        self.spoke = self.started

    def advance(self, steps: int = 1, note: str = "") -> None:
        self.done += steps
        due = self.done * 20 // max(1, self.total) > self.told * 20 // max(1, self.total) or self.done == self.total
        if due or (note and time.monotonic() - self.spoke > 30):
            self.told, self.spoke = self.done, time.monotonic()
            seconds = time.monotonic() - self.started
            left = seconds / max(1, self.done) * (self.total - self.done)
            tail = f", {note}" if note else ""
            self.reporter.info(f"{self.title}: {self.done}/{self.total}, {seconds:.0f} s, {left:.0f} s left{tail}")


def listing_options(function: Function) -> Function:
    """The options --json and --csv of every listing."""
    function = click.option("--csv", "as_csv", is_flag=True, help="Print as csv.")(function)
    return click.option("--json", "as_json", is_flag=True, help="Print as JSON.")(function)


def print_listing(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    title: str = "",
    as_json: bool = False,
    as_csv: bool = False,
) -> None:
    """Print rows as a table, or with full precision as JSON or csv."""
    if as_json:
        click.echo(json.dumps([{column: row.get(column) for column in columns} for row in rows], indent=2, default=str))
        return
    if as_csv:
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        click.echo(buffer.getvalue(), nl=False)
        return
    table = Table(title=title or None, title_justify="left", title_style="bold")
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | None) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(column)) for column in columns))
    stdout().print(table)


def cell(value: Any) -> str:
    """A value as a table shows it: scores with four digits, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return "" if value != value else f"{value:.4f}"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    return str(value)


def say(text: str) -> None:
    """Print a line of the command's answer."""
    stdout().print(text, markup=False, soft_wrap=True)
