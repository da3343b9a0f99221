"""What a command speaks through: tables and sentences for people, csv, and the reports of the library."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.text import Text

from kit.cli.progress import Bar, lines
from kit.cli.table import Column, drawn, fitted, width_of
from kit.cli.told import Told
from kit.keys import hidden, hider
from kit.reporter import Progress, Reporter
from kit.wording import cell, visible

PLAIN_WIDTH = 160
"""Columns of a table that is not printed to a terminal."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What the text of a cell begins with that a spreadsheet takes for a formula, in wide letters too, or looks behind."""

Rows = Sequence[Mapping[str, Any]]


class Output(Reporter):
    """Speaks to people: a command's answer goes to stdout, what the library reports on the way to stderr."""

    def __init__(self, *, wide: bool = False) -> None:
        """wide: tables have all their columns, however wide that is."""
        self.console = Console(stderr=True, highlight=False)
        self.wide = wide
        self.told = Told()

    def info(self, text: str) -> None:
        _print(self.console, text)

    def warn(self, text: str) -> None:
        _print(self.console, f"warning: {text if self.wide else self.told.once(text)}", "yellow")

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Progress]:
        """A live bar on a terminal, a plain line now and then elsewhere."""
        if not self.console.is_terminal:
            yield lines(self.info, title, total)
            return
        bar = Bar(self.console, title, total)
        with bar.shown:
            yield bar

    def say(self, text: str) -> None:
        """Print a sentence of the answer, for people; on a terminal no word of it is broken."""
        _print(stdout(), text)

    def show(self, thing: RenderableType) -> None:
        """Print what rich can draw, for people."""
        stdout().print(thing)

    def table(
        self,
        rows: Rows,
        columns: Sequence[str] | None = None,
        *,
        title: str = "",
        rank: Sequence[str] | None = None,
    ) -> None:
        """Print rows as a table, for people.

        rank: the columns from the most to the least important, where that is not their order: what there is no room
        for is left out, the least important first.
        """
        if not rows:
            return
        names, console, hide = list(columns or columns_of(rows)), stdout(), hider()
        made = [
            Column(
                visible(name),
                [hide(cell(row.get(name))) for row in rows],
                all(_is_number(row.get(name)) for row in rows),
            )
            for name in names
        ]
        if title:
            _print(console, title, "bold")
        widths = fitted(made, rank or names, None if self.wide else console.width)
        if self.wide:
            console.width = max(console.width, width_of(widths.values()))
        console.print(drawn(made, widths))
        if absent := [column.name for column in made if column.name not in widths]:
            _print(console, f"no room for {', '.join(absent)}: --wide shows all", "dim")

    def rows(self, rows: Rows, columns: Sequence[str] | None = None) -> None:
        """Give rows with full precision to a program that asked for them (--csv, --json)."""

    def listing(
        self,
        rows: Rows,
        columns: Sequence[str] | None = None,
        *,
        title: str = "",
        rank: Sequence[str] | None = None,
    ) -> None:
        """The same rows for people and for programs."""
        self.table(rows, columns, title=title, rank=rank)
        self.rows(rows, columns)

    def answer(self, row: Mapping[str, Any], text: str) -> None:
        """One row of an answer that goes on: the text for people, the row for programs."""
        self.say(text)

    def result(self, **content: Any) -> None:
        """Note what a program should know of the answer (--json); a key that is noted again is replaced."""

    @contextmanager
    def command(self, name: str, workspace: Path | None, arguments: Mapping[str, Any]) -> Iterator[None]:
        """Around a command's whole work."""
        yield

    def failed(self, what: str, where: object, todo: str | None, exit_code: int) -> None:
        """Tell a program that the command failed; people were told in a sentence."""


class CsvOutput(Output):
    """Prints the rows of a listing as csv, and nothing else on stdout."""

    def __init__(self) -> None:
        super().__init__()
        self.began = False
        """Whether a row of an answer that goes on has been printed."""

    def say(self, text: str) -> None:
        pass

    def table(
        self,
        rows: Rows,
        columns: Sequence[str] | None = None,
        *,
        title: str = "",
        rank: Sequence[str] | None = None,
    ) -> None:
        pass

    def show(self, thing: RenderableType) -> None:
        pass

    def answer(self, row: Mapping[str, Any], text: str) -> None:
        self._print([row], list(row), head=not self.began)
        self.began = True

    def rows(self, rows: Rows, columns: Sequence[str] | None = None) -> None:
        self._print(rows, columns or columns_of(rows))

    def _print(self, rows: Rows, columns: Sequence[str], *, head: bool = True) -> None:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        if head:
            writer.writerow(map(_no_formula, columns))
        writer.writerows([_no_formula(row.get(column)) for column in columns] for row in rows)
        click.echo(hidden(buffer.getvalue()), nl=False)


def _no_formula(value: Any) -> Any:
    """A cell that a spreadsheet would run as a formula gets a quote before it, which the spreadsheet does not show."""
    if _is_number(value):
        return value
    return f"'{value}" if str(value).startswith(FORMULAS) else value


def stdout() -> Console:
    """Where answers go: as wide as the terminal, or as COLUMNS says."""
    console = Console(highlight=False)
    return console if has_width(console) else Console(highlight=False, width=PLAIN_WIDTH)


def has_width(console: Console) -> bool:
    return console.is_terminal or os.environ.get("COLUMNS", "").isdigit()


def _print(console: Console, text: str, style: str = "") -> None:
    """Print a text as it is: no markup, no control characters; wrapped between words where lines have an end."""
    console.print(Text(hidden(visible(text)), style), soft_wrap=not has_width(console))


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def columns_of(rows: Rows) -> list[str]:
    """Every key of the rows, in the order of its first row."""
    return list(dict.fromkeys(key for row in rows for key in row))
