"""How the library speaks: it prints nothing itself, it tells a Reporter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        """Count `steps` more of the total; `note` is a short running text, such as the score so far.

        skipped: they were done before or need not be done, and say nothing of how long the others take.
        """


class Epoch(Protocol):
    """A line of a fold's learning curve, as `kit.runs.record.Epoch` has it; what was not measured is None."""

    @property
    def epoch(self) -> int: ...
    @property
    def train_loss(self) -> float: ...
    @property
    def valid_loss(self) -> float | None: ...
    @property
    def score(self) -> float | None: ...


class Reporter:
    """What the library speaks to; this one says nothing. The command line derives one that prints."""

    def info(self, text: str) -> None:
        """Tell a fact."""

    def warn(self, text: str) -> None:
        """Tell of something that may be wrong but does not stop the work."""

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Progress]:
        """Show that `total` steps of work are under way until the block ends."""
        yield _NoProgress()

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        """Tell of an epoch that a fold's model has just finished: the one hook of a tracker."""


class _NoProgress:
    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        pass
