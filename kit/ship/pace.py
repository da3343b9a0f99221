"""How long predicting takes: measured on the way, foretold for other numbers of photos, and ended in time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from kit.blend.kept import KeptPiece
from kit.reporter import Reporter
from kit.schema import FileName, Frozen

TIMING = "timing.json"
"""What was measured, beside the file to send."""
MEASURED = 200
"""Photos that a pace is measured on."""
FIRST = 32
"""Photos before the first look at the clock."""
SLACK = 0.1
"""Of the limit, what is left for joining and writing, and for photos that are slower than those before."""
ENDING = 4.0
"""Seconds that joining, writing and the end of the process take, however short the limit."""
A_BLOCK = 0.02
"""Of the limit, what the photos between two looks at the clock may take."""


class Part(Frozen):
    """Something that is done with each photo: decoding it in one way, its features, or one run's models."""

    runs: tuple[FileName, ...]
    """The runs that need it."""
    device: int = Field(0, ge=0)
    """Which of several devices that work side by side does it."""
    photo: float = Field(ge=0)
    """Seconds a photo."""
    load: float = Field(0.0, ge=0)
    """Seconds once."""


class Timing(Frozen):
    """timing.json."""

    kind: Literal["timing"] = "timing"
    start: float = Field(ge=0)
    """Seconds until the first photo: of a notebook with the installation."""
    photos: int = Field(ge=1)
    """That it was measured on."""
    parts: dict[str, Part]

    def seconds(self, n_photos: int, without: Iterable[str] = ()) -> float:
        """Of so many photos, without some runs; of several devices the slowest counts."""
        left_out, took = set(without), {0: 0.0}
        for part in self.parts.values():
            if set(part.runs) - left_out:
                took[part.device] = took.get(part.device, 0.0) + part.load + n_photos * part.photo
        return self.start + max(took.values())


@dataclass
class _Measured:
    runs: tuple[str, ...]
    photos: int = 0
    seconds: float = 0.0
    load: float = 0.0

    @property
    def pace(self) -> float:
        return self.seconds / self.photos if self.photos else 0.0


@dataclass
class Pace:
    """Measures what each part of predicting takes, and leaves out what does not fit into a limit."""

    reporter: Reporter
    pieces: Sequence[KeptPiece] = ()
    limit: float | None = None
    """Seconds."""
    began: float = field(default_factory=time.time)
    """When the clock began, in seconds since 1970."""
    elsewhere: tuple[str, ...] = ()
    """Runs that another process predicts."""
    flips: bool = True
    """Whether networks look at mirror images as well, where their recipes say so."""
    dropped: tuple[str, ...] = ()
    """Runs that were left out."""
    _start: float | None = None
    _parts: dict[str, _Measured] = field(default_factory=dict)

    @property
    def spent(self) -> float:
        return time.time() - self.began

    @property
    def in_time(self) -> bool:
        """Whether nothing was left out yet, and time is left to measure."""
        spare = self._until(SLACK) - self.spent
        return self.flips and not self.dropped and MEASURED * self.a_photo() < spare

    def restart(self) -> None:
        """Forget what was measured of photos, but not of loading."""
        for part in self._parts.values():
            part.photos, part.seconds = 0, 0.0

    @contextmanager
    def of_photos(self, part: str, runs: Iterable[str], n_photos: int) -> Iterator[None]:
        """What is done within is of so many photos."""
        if self._start is None:
            self._start = self.spent
        began = time.perf_counter()
        yield
        measured = self._parts.setdefault(part, _Measured(tuple(runs)))
        measured.photos += n_photos
        measured.seconds += time.perf_counter() - began

    @contextmanager
    def of_loading(self, part: str, runs: Iterable[str]) -> Iterator[None]:
        """What is done within is done once."""
        began = time.perf_counter()
        yield
        self._parts.setdefault(part, _Measured(tuple(runs))).load += time.perf_counter() - began

    def timing(self) -> Timing | None:
        """What was measured; None before the first photo."""
        parts = {
            name: Part(runs=part.runs, device=0, photo=part.pace, load=part.load)
            for name, part in self._parts.items()
            if part.photos
        }
        if not parts or self._start is None:
            return None
        return Timing(start=self._start, photos=self._photos, parts=parts)

    @property
    def _photos(self) -> int:
        """That something was measured on."""
        return max((part.photos for part in self._parts.values()), default=0)

    def a_photo(self) -> float:
        """Seconds, of the runs that are not left out; 0 before anything is measured."""
        gone = set(self.dropped)
        return sum(part.pace for part in self._parts.values() if set(part.runs) - gone)

    def photos_between_looks(self, first: int = FIRST) -> int | None:
        """How many photos to predict before the next look at the clock, of which `first` before the first; None without
        a limit.
        """
        if self.limit is None:
            return None
        pace = self.a_photo()
        return first if pace == 0 else max(1, int(A_BLOCK * self.limit / pace))

    def has_time(self, n_left: int, flipped: Iterable[str]) -> bool:
        """Leave out what does not fit into the time for so many photos; False where nothing at all fits any more.

        Mirror images go first, then the lightest runs one by one, as long as every head keeps one. flipped: the parts
        whose networks look at mirror images.
        """
        if self.limit is None or self.a_photo() == 0:
            return True
        end = self._until(SLACK)
        # the first photos are slower than all others: where there is time to see by how much, nothing goes for them
        sure = self._photos >= MEASURED or MEASURED * self.a_photo() >= A_BLOCK * self.limit
        while sure and self.spent + n_left * self.a_photo() > end:
            halved = [self._parts[name] for name in flipped if name in self._parts] if self.flips else []
            if halved:
                self.flips = False
                for part in halved:
                    part.seconds /= 2
                self._tell(n_left, "mirror images are left out")
            elif (run := lightest(self.pieces, (*self.dropped, *self.elsewhere))) is not None:
                self.dropped = (*self.dropped, run)
                self._tell(n_left, f"{run} is left out of the blend, whose weights the others share")
            else:
                break
        return self.spent + self.a_photo() <= self._until(SLACK / 2)

    def _until(self, slack: float) -> float:
        """Seconds until which photos may be predicted where that share of the limit is left for the end."""
        limit = self.limit or 0.0
        return min((1 - slack) * limit, max(limit - ENDING, limit / 2))

    def _tell(self, n_left: int, what: str) -> None:
        self.reporter.warn(
            f"{n_left:,} photos are left at {self.spent:,.0f} of {self.limit:,.0f} s: {what}, to end in time"
        )


def shares_of(pieces: Iterable[KeptPiece]) -> dict[str, float]:
    """For each run its largest share of the weight of a head."""
    shares: dict[str, float] = {}
    for piece in pieces:
        for members in piece.heads.values():
            whole = sum(member.weight for member in members)
            for member in members:
                shares[member.run] = max(shares.get(member.run, 0.0), member.weight / whole)
    return shares


def lightest(pieces: Sequence[KeptPiece], dropped: Sequence[str] = ()) -> str | None:
    """The run of the smallest share besides those that are left out; None where the heaviest of each head are left.

    The heaviest of a head always stays: so processes that each leave out some of their runs leave a run in each.
    """
    shares = shares_of(pieces)
    stay = {
        max(some, key=lambda member: (member.weight, member.run)).run
        for piece in pieces
        for some in piece.heads.values()
    }
    rest = [run for run in shares if run not in stay and run not in dropped]
    return min(rest, key=lambda run: (shares[run], run), default=None)


def without(pieces: Iterable[KeptPiece], dropped: Iterable[str]) -> tuple[KeptPiece, ...]:
    """The pieces with the weight of some runs shared by the others."""
    gone = set(dropped)
    return tuple(
        piece.model_copy(
            update={
                "heads": {
                    task: tuple(member for member in members if member.run not in gone)
                    for task, members in piece.heads.items()
                }
            }
        )
        for piece in pieces
    )


def together(timings: Sequence[Timing]) -> Timing | None:
    """What devices measured that work side by side, one as it is."""
    if len(timings) < 2:
        return next(iter(timings), None)
    parts = {
        f"{name} (device {number})": part.model_copy(update={"device": number})
        for number, timing in enumerate(timings)
        for name, part in timing.parts.items()
    }
    start, photos = max(one.start for one in timings), min(one.photos for one in timings)
    return Timing(start=start, photos=photos, parts=parts)


def to_drop(timing: Timing, pieces: Sequence[KeptPiece], n_photos: int, seconds: float) -> tuple[list[str], float]:
    """The lightest runs without which so many photos take no longer, and what they take then."""
    dropped: list[str] = []
    while timing.seconds(n_photos, dropped) > seconds and (run := lightest(pieces, dropped)) is not None:
        dropped.append(run)
    return dropped, timing.seconds(n_photos, dropped)
