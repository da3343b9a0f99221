"""What lineage says of an artefact: whose labels reached it, and how much of that is proved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Trace:
    """An artefact and what reached it. `seen` has a bit per group, in the order of the sorted groups."""

    name: str
    seen: int
    fault: str | None = None
    """Why nothing can be proved of it; `seen` is then everybody."""
    selected: frozenset[str] = frozenset()
    """Choices that validation labels made on the way, such as an epoch."""
    parents: tuple[Trace, ...] = ()
    direct: int = 0
    """Of `seen`, those whose labels it read itself."""
    open: tuple[str, ...] = ()
    """What is taken on trust of it, as nothing here can prove it."""
    again: str | None = None
    """What came of running it again, where that was asked for."""

    @property
    def n_seen(self) -> int:
        return self.seen.bit_count()

    def behind(self) -> Iterator[Trace]:
        """Everything behind it, nearest first, each once."""
        known: set[str] = set()
        level = self.parents
        while level:
            for parent in level:
                if parent.name not in known:
                    known.add(parent.name)
                    yield parent
            level = tuple(grandparent for parent in level for grandparent in parent.parents)

    def ancestors(self) -> list[str]:
        """The names of everything behind it, nearest first, each once."""
        return [trace.name for trace in self.behind()]

    @property
    def not_proved(self) -> tuple[str, ...]:
        """What is taken on trust of it and of everything behind it, with the names of the latter."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for trace in self.behind():
            for what in trace.open:
                names[what].append(trace.name)
        return (*self.open, *(f"{what} ({', '.join(of)})" for what, of in names.items()))

    @property
    def proof(self) -> str:
        """How far what is said of it is proved, in words."""
        if self.not_proved:
            return f"not proved: {'; '.join(self.not_proved)}"
        return f"run again: {self.again}" if self.again is not None else "records and files"


def with_parents(name: str, direct: int, selected: frozenset[str], parents: Sequence[Trace]) -> Trace:
    """The trace of what read the labels of `direct` itself and was made of `parents`."""
    seen = direct
    for parent in parents:
        seen |= parent.seen
        selected |= parent.selected
    return Trace(name, seen, None, selected, tuple(parents), direct)


@dataclass(frozen=True)
class Verdict:
    """Whether a model is clean for the lane of a fold, and, where it is not, the step by which it stopped being so."""

    trace: Trace
    fold: int | None
    leaked: int
    """Validation people whose labels reached it."""
    step: str | None
    unproven: bool = False
    """Made outside: it is said to be clean, and nothing here can prove it."""

    @property
    def clean(self) -> bool:
        return self.step is None
