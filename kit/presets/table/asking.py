"""What the user says of a table of photos, and who is asked what the files do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.errors import KitError, nearest

if TYPE_CHECKING:
    from kit.presets.table.infer import Inferred

NONE = "none"
"""The answer that there is no such thing: --group none, --sample none, --test none."""


@dataclass(frozen=True)
class TableOptions:
    """What the user says himself; all else is inferred. Names of files are relative to the data folder."""

    train: str | None = None
    image: str | None = None
    """A column, or a path with {column}."""
    labels: tuple[str, ...] = ()
    group: str | None = None
    test: str | None = None
    sample: str | None = None
    metric: str | None = None
    kind: str | None = None
    """The kind of every task: class, ordered, labels, number or shares."""


@dataclass(frozen=True)
class Question:
    """Something that the files leave open: its possible answers, and the option that answers it."""

    what: str
    choices: Sequence[str]
    option: str
    where: object
    proposal: str | None = None
    """What is taken where nobody can be asked; None where nothing is safe."""
    why: str = ""

    def answered(self, text: str) -> str:
        """What somebody typed, as a choice: one of them, or its number from 1; ValueError for anything else."""
        answer = text.strip()
        if answer not in self.choices and answer.isdigit() and 1 <= int(answer) <= len(self.choices):
            answer = self.choices[int(answer) - 1]
        if answer not in self.choices:
            raise ValueError(nearest(answer, self.choices))
        return answer


class Guide:
    """Who is asked, and whom the outcome is shown to; this one asks nobody, takes what is proposed, and refuses where
    nothing is.
    """

    def show(self, inferred: Inferred) -> None:
        """Show what was found, before competition.yaml is written."""

    def choose(self, question: Question) -> str:
        """One of the question's choices. KitError that names them and the option, where none is proposed."""
        if question.proposal is not None:
            return question.proposal
        shown = ", ".join(question.choices[:8]) + (" and more" if len(question.choices) > 8 else "")
        why = f" ({question.why})" if question.why else ""
        raise KitError(
            f"{question.what} could be {shown}{why}", where=question.where, todo=f"choose with {question.option}"
        )


@dataclass(frozen=True)
class Choice:
    """What was settled: a key of competition.yaml, what it says, and how that was told."""

    key: str
    value: str
    why: str


class Findings:
    """What is told on screen of an inference: what was settled, what was left out, and what somebody has to check."""

    def __init__(self) -> None:
        self.choices: list[Choice] = []
        self.left_out: list[str] = []
        self.check: list[str] = []
        self.asked: tuple[str, ...] = ()
        """The columns of a sample that has no ids."""

    def settle(self, key: str, value: str, why: str) -> None:
        self.choices.append(Choice(key, value, why))
