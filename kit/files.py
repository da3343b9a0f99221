"""Files written whole or not at all, and the fingerprints of what is in them."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kit.claim import sweep_once
from kit.disk import keep_names, make_folder
from kit.errors import KitError, system_error
from kit.owner import unfinished
from kit.reading import opened, parse_json, read_text

Record = TypeVar("Record", bound=BaseModel)
Content = TypeVar("Content")

RESTORE = "restore it from git, or delete it and run again"


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; rename it to `path` when the block succeeds.

    A crash, an exception or a full disk leaves `path` as it was; what a killed process left there is swept away. A link
    is written through: what it leads to is replaced.
    """
    path = behind_link(Path(path))
    temporary = unfinished(path)
    try:
        make_folder(path.parent)
        sweep_once(path.parent)
        yield temporary
        with open(temporary, "rb+") as handle:
            os.fsync(handle.fileno())
        rename(temporary, path)
    except OSError as error:
        raise system_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):  # a folder that cannot be written has none
            temporary.unlink(missing_ok=True)


def rename(source: Path, target: Path) -> None:
    """Give a file or folder another name, in place of a file that is there; a loss of power leaves one or the other.

    What is in it must be on the disk already.
    """
    os.replace(source, target)
    for folder in dict.fromkeys((target.parent, source.parent)):
        keep_names(folder)


def behind_link(path: Path) -> Path:
    """The file that a link leads to, there or not yet; any other path as it is. KitError where links go in a circle."""
    if not os.path.islink(path):
        return path
    found = Path(os.path.realpath(path))
    if os.path.islink(found):
        raise system_error(OSError(errno.ELOOP, ""), path)
    return found


def write_bytes(path: Path, data: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode())


def read_json(path: Path, together: Iterable[Path] = ()) -> Any:
    """Parse a JSON file; a missing or damaged one is a KitError that names it.

    together: the files that must come of the same side of a merge, named where it holds two versions.
    """
    return parse_json(read_text(path, together=together), path, "this record is damaged", RESTORE)


def canonical_json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(value: Any) -> str:
    """The sha256 of a JSON-able value, independent of the order of keys."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def file_state(path: Path) -> tuple[int, int, int] | None:
    """A file's size in bytes and the times of its content and its entry in nanoseconds; None where there is none.

    Whoever replaces a file can set the first time back, and not the second.
    """
    try:
        status = os.stat(path)
    except OSError:
        return None  # whoever reads it will tell
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def file_sha256(path: Path) -> str:
    with opened(path) as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_record(path: Path, record: BaseModel) -> None:
    """Write a record as JSON with a checksum of its own content; the one place that writes records."""
    content = record.model_dump(mode="json")
    text = json.dumps({**content, "checksum": fingerprint(content)}, indent=2, ensure_ascii=False)
    write_text(path, text + "\n")


_known: dict[tuple[Path, object], tuple[object, Any]] = {}
"""What this process has read, each with what its file was then."""


def read_once(path: Path, what: object, read: Callable[[], Content]) -> Content:
    """What `read` makes of a file, which is not read again until it changes: nobody may change what comes back.

    what: tells it from what else is made of that file.
    """
    entry = _entry(path)  # before it is read: one that is replaced meanwhile is read again
    before, content = _known.get((path, what), (None, None))
    if before is None or before != entry:
        content = read()
        _known[path, what] = entry, content
    return content  # type: ignore[return-value]


def read_record(path: Path, model: type[Record], together: Iterable[Path] = ()) -> Record:
    """Read a record of type `model`; one that was damaged or edited by hand is refused by name.

    A file that has not changed since is not read again. together: as in `read_json`.
    """
    return read_once(path, model, lambda: parse_record(path, read_json(path, together), model))


def _entry(path: Path) -> tuple[int, ...] | None:
    """What changes with a file's content: its place on the disk, its size and its times."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def parse_record(path: Path, content: Any, model: type[Record]) -> Record:
    """What stands in a record's file as a record; `path` says where it stands."""
    if not isinstance(content, dict):
        raise KitError("this is not a record", where=path, todo=RESTORE)
    checksum = content.pop("checksum", None)
    if checksum != fingerprint(content):
        raise KitError(
            "this record does not match its own checksum: it was edited or damaged", where=path, todo=RESTORE
        )
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise KitError(f"this record's '{key}' is wrong ({first['msg']})", where=path, todo=RESTORE) from None
