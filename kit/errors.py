"""Errors that a user can mend."""

from __future__ import annotations

import difflib
import errno
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


class CannotSpeak(KitError):
    """Standard output refuses what a command says."""

    exit_code = 1


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


_FREE = "free some space and run the command again"
_PERMISSION = "check its permissions"
_SYSTEM: dict[int, tuple[str, str | None]] = {
    errno.ENOSPC: ("the disk is full", _FREE),
    errno.EDQUOT: ("the disk quota is used up", _FREE),
    errno.EFBIG: ("a file of this size is not allowed here", "raise the limit (ulimit -f) or free some space"),
    errno.EACCES: ("there is no permission", _PERMISSION),
    errno.EPERM: ("there is no permission", _PERMISSION),
    errno.EROFS: ("this disk can only be read", "work on a disk that can be written"),
    errno.ENOENT: ("there is no such file", "restore it, or run the command again"),
    errno.EISDIR: ("this is a folder, and a file is needed", "move it away"),
    errno.ENOTDIR: ("a part of this path is a file, and a folder is needed", "move it away"),
    errno.EEXIST: ("something else is in this place", "move it away"),
    errno.ENOTEMPTY: ("this folder is not empty", "move it away"),
    errno.ELOOP: ("this link leads to itself", "mend or remove it"),
    errno.ENAMETOOLONG: ("this name is too long", "shorten it"),
    errno.EINVAL: ("this cannot be done on this disk", "work on another disk"),
    errno.EIO: ("the disk does not work", "look after the disk"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n)"),
    errno.ENFILE: ("too many files are open on this machine", "close some programs"),
    errno.ENOLCK: ("this disk knows no locks", "work on another disk"),
    errno.ENOMEM: ("the memory is used up", "close some programs"),
    errno.ESTALE: ("this file has vanished from the network disk", "run the command again"),
    errno.EPIPE: ("its reader has gone", None),
    errno.EXDEV: ("this leads to another disk", "move it to this one"),
}


def system_error(error: OSError, where: object = None) -> KitError:
    """What the operating system refused, as a sentence that names the file; the one place that words an OSError.

    where: the file, where the error itself may name another, such as a temporary one.
    """
    what, todo = _SYSTEM.get(error.errno or 0, (one_line(error.strerror or error) or "the system refused this", None))
    return KitError(what, where=error.filename if where is None else where, todo=todo)


def one_line(error: object, most: int = 80) -> str:
    """What another library's error says, on one line and cut after `most` characters, for use inside a KitError."""
    return " ".join(str(error).split())[:most]
