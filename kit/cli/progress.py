"""Long work as a terminal or a log shows it: how far it is, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Column
from rich.text import Text

from kit.wording import visible

LEAST_NAME, BESIDE = 10, 24
"""Letters of a bar's title that are always shown, and the room that is kept for what stands beside it."""


class Pace:
    """How long the rest of the work will take, by the steps that were worked on: those that were skipped say nothing.

    A step of hours counts as one of seconds does, from the first one on.
    """

    def __init__(self, total: int) -> None:
        self.left, self.worked, self.seconds = total, 0, 0.0
        self.last = time.monotonic()

    def advance(self, steps: int, skipped: bool) -> None:
        now = time.monotonic()
        self.left -= steps
        if skipped:
            self.last = now
        elif steps:
            self.worked += steps
            self.seconds += now - self.last
            self.last = now

    @property
    def seconds_left(self) -> float | None:
        """None before the first step is done."""
        if not self.worked:
            return None
        return max(0.0, self.left * self.seconds / self.worked - (time.monotonic() - self.last))


class Sparing:
    """Progress that speaks whenever another twentieth of the work is done, and with a note after half a minute."""

    def __init__(self, tell: Callable[[int, str, Pace], None], total: int) -> None:
        self.tell, self.total, self.pace = tell, total, Pace(total)
        self.done, self.told, self.spoke = 0, 0, time.monotonic()

    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        self.done += steps
        self.pace.advance(steps, skipped)
        due = self.done * 20 // max(1, self.total) > self.told * 20 // max(1, self.total)
        if due or (note and time.monotonic() - self.spoke > 30):
            self.told, self.spoke = self.done, time.monotonic()
            self.tell(self.done, note, self.pace)


def lines(say: Callable[[str], None], title: str, total: int) -> Sparing:
    """A plain line now and then."""
    started = time.monotonic()

    def tell(done: int, note: str, pace: Pace) -> None:
        left = pace.seconds_left
        known = "" if left is None else f", {left:.0f} s left"
        say(f"{title}: {done}/{total}, {time.monotonic() - started:.0f} s{known}{', ' if note else ''}{note}")

    return Sparing(tell, total)


class Bar:
    """A live bar on a terminal."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        whole = Column(no_wrap=True)
        columns = (
            TextColumn("{task.description}", markup=False, table_column=whole),
            BarColumn(bar_width=20),
            MofNCompleteColumn(table_column=whole),
            _Left(table_column=whole),
            _Note(),  # which has what room is left
        )
        self.pace = Pace(total)
        self.shown = RichProgress(*columns, console=console)
        name = visible(title)
        room = max(LEAST_NAME, console.width - 2 * len(str(total)) - BESIDE)
        name = name if len(name) <= room else f"{name[: room - 1]}…"
        self.task = self.shown.add_task(name, total=total, note="", pace=self.pace)

    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        self.pace.advance(steps, skipped)
        self.shown.update(self.task, advance=steps)
        if note:
            self.shown.update(self.task, note=visible(note))


class _Note(ProgressColumn):
    """The running text, cut where there is no room for it."""

    def render(self, task: Task) -> Text:
        return Text(task.fields["note"], no_wrap=True, overflow="ellipsis")


class _Left(ProgressColumn):
    """The time that is left; rich's own forgets steps that are longer than half a minute."""

    def render(self, task: Task) -> Text:
        left = task.fields["pace"].seconds_left
        return Text("-:--:--" if left is None else str(timedelta(seconds=round(left))), "progress.remaining")
