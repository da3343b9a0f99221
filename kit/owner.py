"""Whose a file is: the mark of a process, whether that process lives, and the names of what it has not finished."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import socket
import time
import uuid
from functools import cache
from pathlib import Path

from kit.errors import KitError
from kit.reading import read_bytes

MARK = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-\d+-\d+")
FORGOTTEN = 86_400.0
"""Seconds after which an unfinished file of another machine is taken for left behind."""


def process_mark() -> str:
    """Who this process is, as part of a file's name: host, boot, pid and when it began, with dashes between them."""
    return _mark(os.getpid())


@cache
def _mark(pid: int) -> str:
    return f"{_machine()}-{pid}-{_began(pid) or 0}"


@cache
def _machine() -> str:
    """The host, then what tells its boots and containers apart."""
    boot = text_of(Path("/proc/sys/kernel/random/boot_id"))
    with contextlib.suppress(OSError):
        boot += os.readlink("/proc/self/ns/pid")
    return "-".join(hashlib.sha256(part.encode()).hexdigest()[:8] for part in (socket.gethostname(), boot))


def text_of(path: Path) -> str:
    """A small file's text; empty where it cannot be read."""
    try:
        return read_bytes(path).decode(errors="replace")
    except KitError:
        return ""


def _began(pid: int) -> int | None:
    """When a process began, in ticks since the boot; None where nobody knows, -1 for one that has ended."""
    words = text_of(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    if not words:
        return None
    return -1 if words[0] in "ZX" else int(words[19])


def lives(mark: str) -> bool | None:
    """Whether the process of a mark lives; None where that cannot be told, as of another machine."""
    if not MARK.fullmatch(mark) or not mark.startswith(_machine()):
        return None
    pid, began = map(int, mark.split("-")[2:])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    except OverflowError:
        return None
    return _began(pid) in (None, began) or not began


def unfinished(path: Path) -> Path:
    """A new name beside `path` for what is being written: it tells whose it is."""
    name = os.fsencode(path.name)[:80].decode(errors="ignore")
    return path.with_name(f".{name}.{process_mark()}.{uuid.uuid4().hex[:8]}.tmp")


def mark_of(path: Path) -> str:
    """The mark in an unfinished file's name; something else in another's."""
    return path.name.rsplit(".", 3)[1] if path.name.count(".") > 3 else ""


def left_behind(mark: str, path: Path) -> bool:
    """Whether a file has a mark and nobody works on it any more; OSError where it is gone."""
    if not MARK.fullmatch(mark):
        return False  # another program's
    alive = lives(mark)
    return time.time() - path.lstat().st_mtime > FORGOTTEN if alive is None else not alive
