"""Errors that a user can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class KitError(Exception):
    """Bad input or misuse, told in one sentence: where, what is wrong, what to do.

    The command line prints it as one line and exits with `exit_code`.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: object = None, todo: str | None = None) -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(what)

    def __str__(self) -> str:
        text = self.what if self.where is None else f"{self.where}: {self.what}"
        return text if self.todo is None else f"{text}; {self.todo}"


class CheckFailed(KitError):
    """A check that ran to its end and found something wrong."""

    exit_code = 1


def nearest(name: object, choices: Iterable[object]) -> str:
    """Say which of `choices` a misspelt `name` was meant to be, for use as a KitError's `todo`."""
    names = [str(choice) for choice in choices]
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(names)}" if names else "none is known here"


def one_line(error: object, most: int = 80) -> str:
    """What another library's error says, on one line and cut after `most` characters, for use inside a KitError."""
    return " ".join(str(error).split())[:most]
