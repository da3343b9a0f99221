"""What one process has at a time: claims that end with their process.

A claim is a lock file that is held by flock; on a disk without locks it is a lease: a file with host, pid and a
heartbeat.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kit.disk import make_folder
from kit.errors import KitError
from kit.owner import MARK, left_behind, lives, mark_of, process_mark, text_of, unfinished
from kit.reporter import Reporter

BEAT, LEASE = 10.0, 60.0
"""Seconds between two heartbeats of a lease, and after the last one of which it is over."""
FIRST_LOOK, LONGEST_LOOK = 0.02, 0.5
"""Seconds between two looks at a claim that others hold: they double from the first to the longest."""
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.EBADF)
"""What flock says on a disk that has no locks."""


def sweep(directory: Path) -> None:
    """Remove what processes that are dead left unfinished in a folder: files, folders, claims."""
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith(".") and entry.name.endswith((".tmp", ".lock", ".lease")):
                with contextlib.suppress(OSError):
                    _sweep_one(directory / entry.name)


def sweep_workspace(root: Path) -> None:
    """`sweep` the folders of a workspace in which commands write."""
    runs = root / "runs"
    with contextlib.suppress(OSError):
        inside = [folder for place in (runs, runs / "pseudo") for folder in place.glob("*/")]
        for folder in (root, root / "submissions", root / "data" / "cache", runs, *inside):
            sweep(folder)


_swept: set[tuple[int, str]] = set()


def sweep_once(directory: Path) -> None:
    """`sweep`, the first time that this process writes there."""
    if (key := (os.getpid(), os.path.abspath(directory))) not in _swept:
        _swept.add(key)
        sweep(directory)


def _sweep_one(path: Path) -> None:
    if path.suffix == ".tmp":
        if left_behind(mark_of(path), path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
    elif path.suffix == ".lease":
        if MARK.fullmatch(_owner(path)[0].rpartition("+")[0]) and not _Lease.alive(path):
            path.unlink()
    elif (left_behind(_owner(path)[0], path) or not path.stat().st_size) and (claim := _by_flock(path)) is not None:
        claim.release()  # an empty one lost its process's mark with the power


def _owner(path: Path) -> tuple[str, str]:
    """The mark that a claim's file holds, and who that is in words."""
    mark, _, words = text_of(path).strip().partition(" ")
    return mark, words or "another process"


_handles: set[int] = set()
"""The open lock files of this process."""


@dataclass
class Claim:
    """What this process holds until `release`; the system lets go of it when the process ends, however it ends."""

    path: Path
    handle: int

    def held(self) -> bool:
        """Whether it is still this process's: nobody has removed its file."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self.handle))
        except OSError:
            return False

    def release(self) -> None:
        _handles.discard(self.handle)
        if self.held():
            with contextlib.suppress(OSError):
                self.path.unlink()  # while it is held: who waits for it sees that the file is another and looks again
        os.close(self.handle)


@dataclass
class _Lease:
    """A claim on a disk without locks: its file is touched every BEAT seconds, by a thread of its process."""

    path: Path
    mark: str
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        threading.Thread(target=self._beat, daemon=True).start()

    def _beat(self) -> None:
        while not self.ended.wait(BEAT):
            with contextlib.suppress(OSError):
                if self.held():
                    os.utime(self.path)

    def held(self) -> bool:
        return _owner(self.path)[0] == self.mark

    def release(self) -> None:
        self.ended.set()
        if self.held():
            with contextlib.suppress(OSError):
                self.path.unlink()

    @staticmethod
    def alive(path: Path) -> bool:
        """Whether a lease's process lives, or on another machine its heart has beaten lately by the disk's clock."""
        alive = lives(_owner(path)[0].rpartition("+")[0])
        if alive is not None:
            return alive
        clock = unfinished(path)
        try:
            clock.touch()
            return clock.stat().st_mtime - path.stat().st_mtime < LEASE
        finally:
            clock.unlink(missing_ok=True)


def _by_flock(path: Path) -> Claim | None:
    """The claim, or None where another process has it; OSError where the disk has no locks."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            claim = Claim(path, handle)
            if claim.held():
                _handles.add(handle)
                return claim
        except BlockingIOError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # its holder removed it just now


def _by_lease(path: Path) -> _Lease | None:
    mark = f"{process_mark()}+{uuid.uuid4().hex[:8]}"
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError:
            stale = text_of(path)
            with contextlib.suppress(FileNotFoundError):
                if _Lease.alive(path):
                    return None
                _take_away(path, stale)
            continue
        try:
            os.write(handle, _introduction(mark))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        lease = _Lease(path, mark)
        if lease.held():
            return lease
        lease.ended.set()


def _take_away(path: Path, stale: str) -> None:
    """Remove a lease that is over, and no other one that has taken its place meanwhile."""
    moved = unfinished(path)
    os.rename(path, moved)
    if text_of(moved) != stale:
        with contextlib.suppress(FileExistsError):
            os.link(moved, path)
    moved.unlink()


def _introduction(mark: str) -> bytes:
    return f"{mark} process {os.getpid()} on {socket.gethostname()}\n".encode()


Held = Claim | _Lease


_lockless: set[int] = set()
"""The disks that are known to have no locks."""


def try_claim(path: Path) -> Held | None:
    """Claim what the file name `path` stands for; None where another process, or another thread of this one, has it."""
    lease = path.with_suffix(".lease")
    try:
        make_folder(path.parent)
        disk = path.parent.stat().st_dev
        if disk in _lockless:
            return _by_lease(lease)
        try:
            claim = _by_flock(path)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            _lockless.add(disk)
            path.unlink(missing_ok=True)
            return _by_lease(lease)
        if claim is not None:
            with contextlib.suppress(OSError):  # who holds it is only told: on a full disk nobody is
                os.ftruncate(claim.handle, 0)
                os.pwrite(claim.handle, _introduction(process_mark()), 0)
        return claim
    except OSError as error:
        raise KitError(
            f"this cannot be claimed for one process ({error.strerror})",
            where=path,
            todo="check the folder and its disk",
        ) from error


@contextlib.contextmanager
def if_free(path: Path) -> Iterator[Held | None]:
    """Have a file or folder alone, if no other process has it now; otherwise yield None."""
    claim = try_claim(lock_path(path))
    try:
        yield claim
    finally:
        if claim is not None:
            claim.release()


def holder(path: Path) -> str:
    """Who has the claim of a lock file, in words."""
    return next((_owner(one)[1] for one in (path.with_suffix(".lease"), path) if one.exists()), "another process")


def lock_path(path: Path) -> Path:
    """The lock file of a file or folder: hidden, beside it."""
    return path.with_name(f".{path.name}.lock")


_mine: dict[tuple[int, int, str], Held] = {}
"""What each thread of this process holds, so that it may claim it again within."""


@contextlib.contextmanager
def claimed(path: Path, reporter: Reporter | None = None) -> Iterator[None]:
    """Have a file or folder to read, change and write, alone among processes; waits for whoever has it, and says so."""
    lock = lock_path(path)
    key = (os.getpid(), threading.get_ident(), os.path.abspath(lock))
    if key in _mine:
        yield
        return
    look, told, began = FIRST_LOOK, False, time.monotonic()
    while (claim := try_claim(lock)) is None:
        if not told and time.monotonic() - began > 1:
            told = True
            (reporter or Reporter()).info(f"waiting for {path.name}, which {holder(lock)} is at work on")
        time.sleep(look)
        look = min(2 * look, LONGEST_LOOK)
    _mine[key] = claim
    try:
        yield
    finally:
        del _mine[key]
        claim.release()


def _close_inherited() -> None:
    """A forked child must not keep its parent's claims alive."""
    for handle in _handles:
        with contextlib.suppress(OSError):
            os.close(handle)
    _handles.clear()


os.register_at_fork(after_in_child=_close_inherited)
