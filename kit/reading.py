"""Files read whole: only what is a file, at once or not at all, and what the system says told in a sentence."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

from kit.conflict import refuse_conflict
from kit.errors import KitError, one_line, system_error

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
MISSING = "there is no such file"
LARGE = 1 << 20
"""Letters of json from which on it is not written again to see whether it can be, unless it holds such escapes."""


@contextmanager
def opened(path: Path, *, missing: str = MISSING, todo: str | None = None) -> Iterator[BufferedReader]:
    """The open file, for reading bytes. KitError where it is none, cannot be read, or fails while it is read.

    A folder, a pipe and a device are refused without waiting for them. missing, todo: what is said where there is none.
    """
    try:
        # a pipe without a writer would be waited for
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(number, "rb") as handle:
            kind = stat.S_IFMT(os.fstat(number).st_mode)
            if kind != stat.S_IFREG:
                raise KitError(
                    f"this is {_KINDS.get(kind, 'no file')}, and a file is needed", where=path, todo="move it away"
                )
            yield handle
    except FileNotFoundError:
        if os.path.islink(path):
            raise KitError("this link leads to nothing", where=path, todo="mend or remove it") from None
        raise KitError(missing, where=path, todo=todo) from None
    except OSError as error:
        raise system_error(error, path) from error


def require_file(path: Path, *, missing: str = MISSING, todo: str | None = None) -> None:
    """Refuse what is not a file that can be read, before another library waits for it or says so in its own words."""
    with opened(path, missing=missing, todo=todo):
        pass


def read_bytes(path: Path, *, missing: str = MISSING, todo: str | None = None) -> bytes:
    with opened(path, missing=missing, todo=todo) as handle:
        return handle.read()


def read_text(path: Path, *, missing: str = MISSING, todo: str | None = None, together: Iterable[Path] = ()) -> str:
    """The file as UTF-8 text; a byte that is none is an error that names its line, two versions of a merge another.

    together: as `refuse_conflict` has it.
    """
    text = decoded(read_bytes(path, missing=missing, todo=todo), path)
    refuse_conflict(path, text, together=together)
    return text


def decoded(content: bytes, where: Path) -> str:
    """Bytes as UTF-8 text without null bytes and byte order mark; KitError with the line otherwise."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise KitError(f"line {line} is no UTF-8 text", where=where, todo="save it as UTF-8") from None
    null = text.find("\0")
    if null >= 0:
        line = text.count("\n", 0, null) + 1
        raise KitError(f"there is a null byte on line {line}", where=where, todo="restore it: it is damaged")
    return text


def is_utf8(name: str) -> bool:
    """Whether a file's name, as Python has it, is text: one of other bytes can be opened, and written nowhere."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def require_utf8(folder: Path) -> None:
    """Refuse a folder of whose path the libraries that write predictions and weights could make nothing."""
    if not is_utf8(str(folder)):
        raise KitError("this folder's path is no UTF-8 text", where=folder, todo="rename it, or work in another one")


def parse_json(text: str, where: object, what: str, todo: str | None = None) -> Any:
    """Parse JSON as records have it; what it cannot hold, or what is too deep or too long, is a KitError.

    what: what the content is called, such as 'this record is damaged'.
    """
    try:
        content = json.loads(text)
        if len(text) < LARGE or re.search(r"\\u[dD]", text):
            json.dumps(content, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise KitError(f"{what} ({_why(error)})", where=where, todo=todo) from None
    return content


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, UnicodeEncodeError):
        return "it holds half a character"
    if "int_max_str_digits" in str(error):
        return "it holds a number of thousands of digits"
    return one_line(error, most=200)
