"""Checkpoints kept where machines reach them that do not see the workspace: a bucket or a disk, by fsspec."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.errors import KitError, one_line
from kit.files import file_sha256, rename
from kit.fleet.jobs import Job
from kit.owner import unfinished
from kit.runs.contents import read_metadata
from kit.runs.store import Run, is_finished

KEPT = re.compile(r"(?P<of>.+)\.(?P<epochs>\d{6})\.(?P<sha256>[0-9a-f]{64})")
"""A checkpoint's name there: whose it is, how many epochs are done, its content."""


@dataclass(frozen=True)
class CheckpointStore:
    """Checkpoints under an address such as s3://bucket/path or file:///mnt/disk.

    Each is a file of its own whose name holds the hash of its content, so that one of which a part was written, or that
    was damaged since, is none. Nothing is ever renamed there, which a bucket cannot do.
    """

    address: str
    mark: str = field(default_factory=lambda: f"kit-{uuid.uuid4().hex}")
    """A file that stands there while jobs are handed out: who sees it means the same place by the address."""

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Have the mark there until the block ends; KitError where nothing can be written there."""
        if "://" not in self.address:
            todo = "write it like s3://bucket/path or file:///mnt/disk"
            raise KitError("this is no address", where=f"--checkpoints {self.address}", todo=todo)
        with self._reached() as (files, folder):
            if not files.isdir(folder):
                files.mkdir(folder, create_parents=False)  # a disk that is not mounted, a bucket of another name
            files.pipe_file(f"{folder}/{self.mark}", b"checkpoints are kept here\n")
        try:
            yield
        finally:
            with suppress(KitError), self._reached() as (files, folder):
                files.rm(f"{folder}/{self.mark}")

    def put(self, of: str, path: Path) -> None:
        """Put the checkpoint that a file holds now there, in the place of earlier ones of the same fold."""
        held = unfinished(path)
        os.link(path, held)  # training replaces the file meanwhile
        try:
            with self._reached() as (files, folder):
                self._require_mark(files, folder)
                if not (epochs := _epochs(held)):
                    return
                name = f"{of}.{epochs:06d}.{file_sha256(held)}"
                files.put_file(str(held), f"{folder}/{name}")
                for other, its_epochs, _ in _kept(files, folder, of):
                    if its_epochs <= epochs and other != name:
                        _remove(files, f"{folder}/{other}")
        finally:
            held.unlink()

    def take(self, of: str, path: Path) -> int | None:
        """Make `path` the newest whole checkpoint that is there, where it is further than what `path` holds; returns
        the epochs that are done in it, or None where all stays as it is.
        """
        with self._reached() as (files, folder):
            self._require_mark(files, folder)
            here = _epochs(path) if path.exists() else 0
            for name, epochs, sha256 in sorted(_kept(files, folder, of), key=lambda one: one[1], reverse=True):
                if epochs > here and _fetched(files, f"{folder}/{name}", sha256, path):
                    return epochs
        return None

    def remove(self, of: str) -> None:
        """Remove what is kept of a fold."""
        with self._reached() as (files, folder):
            for name, _, _ in _kept(files, folder, of):
                _remove(files, f"{folder}/{name}")

    def _require_mark(self, files: Any, folder: str) -> None:
        if not files.exists(f"{folder}/{self.mark}"):
            told = "on this machine it is another place than where jobs are handed out, so checkpoints are not kept"
            raise KitError(told, where=self.address, todo="give an address that all machines reach")

    @contextmanager
    def _reached(self) -> Iterator[tuple[Any, str]]:
        """The file system of the address and the folder there; what goes wrong in the block is a KitError."""
        try:
            from fsspec.core import url_to_fs

            files, folder = url_to_fs(self.address)
            files.invalidate_cache()
            yield files, folder.rstrip("/")
        except KitError:
            raise
        except Exception as error:  # each file system raises what its library does
            todo = "check the address and the credentials in the environment"
            if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "fsspec":
                todo = "run pip install 'imagekit-competition[cluster]'"
            told = f"checkpoints cannot be kept there ({one_line(error) or type(error).__name__})"
            raise KitError(told, where=self.address, todo=todo) from error


class FoldCheckpoints:
    """The checkpoints of one fold, between the machine that trains it and where they are kept, if anywhere.

    What cannot be reached stops no training.
    """

    def __init__(self, store: CheckpointStore | None, job: Job) -> None:
        self.store, self.job, self.of = store, job, f"{job.run}.fold{job.fold}"
        self.path: Path | None = None
        """Where the fold's training writes its checkpoint and reads it."""
        self.seen: tuple[int, int] | None = None
        """The checkpoint that is kept."""
        self.troubles: dict[str, bool] = {}
        """What went wrong, and whether it was told."""

    def take(self, root: Path) -> int | None:
        """As the store's, before the training begins; root: the workspace in which it will run."""
        run, taken = Run(root / "runs" / self.job.run), None
        self.path = run.work_dir(self.job.fold) / "checkpoint.safetensors"
        if self.store is None or is_finished(run, self.job.fold):
            return None
        with self._noted():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            taken = self.store.take(self.of, self.path)
        if taken is not None:
            self.seen = _version(self.path)
        return taken

    def look(self) -> None:
        """Keep the checkpoint, where it is a new one."""
        if self.store is None or self.path is None or (version := _version(self.path)) in (None, self.seen):
            return
        self.seen = version
        with self._noted(), suppress(FileNotFoundError):  # the fold is finished, and it was removed
            self.store.put(self.of, self.path)

    def remove(self) -> None:
        if self.store is not None:
            with self._noted():
                self.store.remove(self.of)

    def new_troubles(self) -> list[str]:
        """What went wrong and was not told yet."""
        found = [why for why, told in self.troubles.items() if not told]
        self.troubles |= dict.fromkeys(found, True)
        return found

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except KitError as error:
            self.troubles.setdefault(str(error), False)


def _kept(files: Any, folder: str, of: str) -> list[tuple[str, int, str]]:
    """The name, the epochs and the hash of each checkpoint of a fold."""
    names = [path.rstrip("/").rpartition("/")[2] for path in files.ls(folder, detail=False)]
    found = [match for name in names if (match := KEPT.fullmatch(name)) and match["of"] == of]
    return [(match.string, int(match["epochs"]), match["sha256"]) for match in found]


def _fetched(files: Any, there: str, sha256: str, path: Path) -> bool:
    """Whether a file was there whole and is now at `path`."""
    arrived = unfinished(path)
    try:
        files.get_file(there, str(arrived))
        with open(arrived, "rb+") as handle:
            os.fsync(handle.fileno())
        if file_sha256(arrived) != sha256:
            return False
        rename(arrived, path)
        return True
    except FileNotFoundError:
        return False  # a later one has taken its place
    finally:
        arrived.unlink(missing_ok=True)


def _remove(files: Any, path: str) -> None:
    with suppress(FileNotFoundError):
        files.rm(path)


def _epochs(path: Path) -> int:
    """How many epochs are done in a checkpoint; 0 where it is none."""
    try:
        return int(json.loads(read_metadata(path)["kit"])["epoch"])
    except (KitError, ValueError, KeyError, TypeError):
        return 0


def _version(path: Path) -> tuple[int, int] | None:
    """What is another one of each checkpoint that takes its place; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
