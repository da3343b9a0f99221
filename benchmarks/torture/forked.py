"""Commands in processes forked from one that has imported everything, and points at which such a process is harmed.

A point is every opening for writing, write, rename, removal, making of a folder, cut and fsync below one folder, as
Python does them; what kit writes goes through Python's own files, parquet and pictures too.
"""

from __future__ import annotations

import builtins
import gc
import hashlib
import io
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

CRASHED = 70
"""The exit code of an error that is no sentence."""
KILL, HALF = "SIGKILL", "SIGKILL in a write"
HARMS = (KILL, HALF, "SIGTERM", "SIGINT", "SIGHUP")
Work = list[str] | Callable[[Path], None]
"""The arguments of kit, or a function of the workspace's folder."""


@dataclass(frozen=True)
class Ended:
    """code: the exit code, minus a signal's number, or None for a process that hung."""

    code: int | None
    said: str
    points: int


class Fixed(datetime):
    """A clock that stands, so that two ways to the same state leave the same bytes."""

    @classmethod
    def now(cls, tz: Any = None) -> Fixed:
        return cls(2026, 1, 1, tzinfo=tz or UTC)


class Hook:
    """Counts the points below `root`, and harms the process at the one numbered `at` (from 1)."""

    def __init__(self, root: Path, at: int = 0, harm: str = KILL) -> None:
        self.root, self.at, self.harm, self.count = os.path.realpath(root) + os.sep, at, harm, 0

    def point(self, path: Any, half: Callable[[], object] | None = None) -> None:
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        if not os.path.abspath(os.fsdecode(path)).startswith(self.root):
            return
        self.count += 1
        if self.count == self.at:
            if self.harm == HALF and half is not None:
                half()
            os.kill(os.getpid(), signal.SIGKILL if self.harm in (KILL, HALF) else signal.Signals[self.harm])

    def done(self, call: str, *paths: Any) -> None:
        """Told of each call after it: `Journal` in power.py writes them down."""

    def install(self) -> None:
        real_open, hook = io.open, self

        class Raw(io.FileIO):
            def write(self, data: Any, /) -> int:
                view = memoryview(data).cast("B")
                hook.point(self.name, lambda: io.FileIO.write(self, view[: len(view) // 2]))
                written = io.FileIO.write(self, view)
                hook.done("write", self.name)
                return written

        def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):  # type: ignore[no-untyped-def]
            if isinstance(file, int) or not set(mode) & set("wax+"):
                return real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
            hook.point(file)
            raw = Raw(os.fspath(file), mode.replace("b", "").replace("t", ""), opener=opener)
            hook.done("open" if "r" in mode else "write", file)
            if buffering == 0:
                return raw
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

        io.open = builtins.open = opened  # type: ignore[assignment]
        shutil._USE_CP_SENDFILE = False  # type: ignore[attr-defined]
        for name in [
            "rename",
            "replace",
            "unlink",
            "remove",
            "mkdir",
            "rmdir",
            "link",
            "truncate",
            "ftruncate",
            "fsync",
            "pwrite",
        ]:
            setattr(os, name, self._hooked(name, getattr(os, name)))
        real = os.open

        def os_open(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                hook.point(path)
            handle = real(path, flags, *rest, **more)
            if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                hook.done("open", path)
            return handle

        def sync() -> None:
            real_sync()
            hook.done("sync")

        os.open = os_open
        real_sync, os.sync = os.sync, sync

    def _hooked(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *rest: Any, **more: Any) -> Any:
            at = more.get("dir_fd")
            place = path if at is None else os.path.join(os.readlink(f"/proc/self/fd/{at}"), path)
            self.point(place)
            returned = real(path, *rest, **more)
            self.done(name, place, *rest)
            return returned

        return call


def start(work: Work, root: Path, hook: Hook | None = None) -> tuple[int, Path]:
    """Fork a process that does the work; returns its pid and the file of what it says."""
    handle, said = tempfile.mkstemp(prefix="kit-said-")
    os.close(handle)
    gc.disable()
    pid = os.fork()
    if pid == 0:
        gc.freeze()  # garbage of before waits for threads that end with it, such as a film's, which are not here
    gc.enable()
    if pid == 0:
        code = CRASHED
        try:
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(one, signal.default_int_handler if one == signal.SIGINT else signal.SIG_DFL)
            output = os.open(said, os.O_WRONLY)
            for stream in (1, 2):
                os.dup2(output, stream)
            sys.stdout, sys.stderr = (os.fdopen(stream, "w", 1, closefd=False) for stream in (1, 2))
            _stand_still()
            if hook is not None:
                hook.install()
            code = _run(work, root)
            if hook is not None:
                os.write(1, f"\npoints {hook.count}\n".encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return pid, Path(said)


def _run(work: Work, root: Path) -> int:
    from kit.cli.main import main

    if callable(work):
        work(root)
        return 0
    try:
        main(["-C", str(root), *work])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return CRASHED


def _stand_still() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("kit.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Fixed  # type: ignore[attr-defined]
        if name == "kit.learn.train" and hasattr(module, "time"):
            module.time = type("time", (), {"monotonic": staticmethod(lambda: 0.0)})  # type: ignore[attr-defined]


def wait(pid: int, said: Path, seconds: float = 300) -> Ended:
    """How a process that was started ended."""
    end, status = time.monotonic() + seconds, None
    while status is None:
        done, found = os.waitpid(pid, os.WNOHANG)
        if done:
            status = found
        elif time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            break
        else:
            time.sleep(0.01)
    text = said.read_text(errors="replace")
    said.unlink()
    points = text.rpartition("\npoints ")[2].strip()
    code = None if status is None else os.waitstatus_to_exitcode(status)
    return Ended(code, text, int(points) if points.isdigit() else 0)


def play(work: Work, root: Path, hook: Hook | None = None) -> Ended:
    return wait(*start(work, root, hook))


def tree(root: Path) -> dict[str, str]:
    """Every file and folder below `root`, with the hash of its content; but for what is of this machine: when files of
    the cache were written, and whose locks there were.
    """
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".lock" or ("data/cache/" in name and path.suffix == ".proof"):
            continue
        found[name] = "folder" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def difference(expected: dict[str, str], found: dict[str, str]) -> str:
    """What sets two trees apart, in a few words; empty where nothing does."""
    parts = {
        "lacks": sorted(expected.keys() - found.keys()),
        "has": sorted(found.keys() - expected.keys()),
        "differs in": sorted(name for name in expected.keys() & found.keys() if expected[name] != found[name]),
    }
    return "; ".join(f"{word} {', '.join(names[:4])}" for word, names in parts.items() if names)


def but_log(found: dict[str, str]) -> dict[str, str]:
    """Without the log of submissions: what was learnt of the host later is one event there, and not one after another.
    What comes of them is compared by `stands_of`.
    """
    return {name: content for name, content in found.items() if not name.startswith("submissions/log/")}


def stands_of(place: Path) -> list[tuple[str, str | None, str | None, float | None]]:
    """Of each submission its reference, its status and its score, as the records have them."""
    from kit.submissions.record import read_submissions

    folder = place / "submissions"
    records = read_submissions(folder) if folder.is_dir() else []
    sent = [(record, record.sent) for record in records]
    return [(one.name, it.ref if it else None, it.status if it else None, one.public) for one, it in sent]


def copied(source: Path, target: Path) -> Path:
    """`target`, made a copy of `source`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    return target


def unfinished_in(found: dict[str, str]) -> list[str]:
    """What a process that had the time to clean up must not have left.

    A lock file that nobody holds is no matter, and boxes whose record may be written already stay until the next crop.
    """
    return [name for name in found if name.endswith(".tmp")]


def spread(most: int, of: int) -> list[int]:
    """At most `most` of the numbers 1 ... of, evenly."""
    return sorted({round(place) for place in np.linspace(1, of, min(most, of))}) if of else []
