"""Archives, unpacked safely: nothing leaves its folder, nothing grows beyond measure, and every byte is checked."""

from __future__ import annotations

import errno
import gzip
import lzma
import os
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from kit.claim import sweep
from kit.competition.photos import is_hidden
from kit.errors import KitError, one_line
from kit.files import rename
from kit.owner import unfinished
from kit.reporter import Reporter

CHUNK = 1 << 20
MOST_EXPANSION = 200
"""Times that an archive may grow when it is unpacked; photos stay near 1, csv tables near 10."""
EXPANSION_FLOOR = 100 << 20
"""Bytes that may be unpacked from an archive of any size."""
SPARE_DISK = 64 << 20
WORK = ".download"
"""The folder in which a download is made."""
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNKNOWN = {".7z": "7z x", ".rar": "unrar x", ".gz": "gunzip -k", ".bz2": "bunzip2 -k", ".xz": "unxz -k"}
"""Archives that are left as they are, and the command that unpacks them."""
DEPTH = 3
"""How deep archives may lie in one another."""
LONGEST_NAME, LONGEST_PATH = 255, 2048
"""Bytes that disks take of a file's name, and that leave room for the folder's own path."""
DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
"""What the standard library raises of an archive that is damaged, or packed in a way that it does not know."""


class Unfit(Exception):
    """Why an archive is not unpacked."""


@dataclass(frozen=True)
class Entry:
    """A file in an archive."""

    name: str
    size: int
    plain: bool
    """Whether it is neither link nor device."""
    encrypted: bool = False


def check_entries(entries: list[Entry], packed: int) -> dict[PurePosixPath, int]:
    """The size of each file of an archive of `packed` bytes; Unfit where it reaches out of its folder or is a bomb."""
    for entry in entries:
        if leads_out(entry.name):
            raise Unfit(f"'{entry.name}' in the archive leads out of the data folder")
        if len(os.fsencode(entry.name)) > LONGEST_PATH or any(
            len(os.fsencode(part)) > LONGEST_NAME for part in entry.name.split("/")
        ):
            raise Unfit(f"the name '{entry.name[:40]}...' in the archive is too long for a file's")
        if not entry.plain:
            raise Unfit(f"'{entry.name}' in the archive is a link or no plain file")
        if entry.encrypted:
            raise Unfit(f"'{entry.name}' in the archive is encrypted")
    sizes = {PurePosixPath(entry.name): entry.size for entry in entries}
    if len(sizes) != len(entries):
        raise Unfit("the archive has two files of one name")
    folders = {parent for name in sizes for parent in name.parents}
    if clash := sorted(folders & sizes.keys()):
        raise Unfit(f"'{clash[0]}' in the archive is both a file and a folder")
    total = sum(sizes.values())
    if total > max(EXPANSION_FLOOR, MOST_EXPANSION * packed):
        raise Unfit(f"the archive of {packed} bytes would grow to {total}")
    return sizes


def is_damage(error: Exception) -> bool:
    """Whether an error of reading an archive is the archive's: a place before its start, a stream that is none."""
    return not isinstance(error, OSError) or error.errno in (None, errno.EINVAL)


def leads_out(name: str) -> bool:
    """Whether a name may lead out of the folder it is unpacked into, on any system or in a shell, or into kit's own."""
    parts = name.replace("\\", "/").split("/")
    odd = not name or not parts[0] or parts[0] == WORK or parts[0].startswith("~")
    return odd or ".." in parts or ":" in parts[0] or "\0" in name


def check_disk(place: Path, needed: int) -> None:
    free = shutil.disk_usage(place).free - SPARE_DISK
    if needed > free:
        raise KitError(
            f"{needed} bytes are needed and {max(free, 0)} are free",
            where=place,
            todo="free some space and run it again",
        )


def zip_entries(content: zipfile.ZipFile) -> list[Entry]:
    return [
        Entry(
            member.filename,
            member.file_size,
            stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG),
            bool(member.flag_bits & 1),
        )
        for member in content.infolist()
        if not member.is_dir()
    ]


def unpack_inner(data_dir: Path, names: Iterable[str], reporter: Reporter) -> None:
    """Unpack the archives among the files of a data folder, and those in them, where that was not done before.

    What lies in one folder, or is one file, goes beside the archive, anything else into a folder of the archive's name.
    Hidden files are left out. An archive that cannot be unpacked stays as it is, and the reporter is told why.
    """
    waiting = [(name, 1) for name in names]
    while waiting:
        name, depth = waiting.pop(0)
        path = data_dir / name
        if path.name.lower().endswith((".zip", *TARS)):
            try:
                found = _unpack(path, data_dir, reporter)
            except Unfit as unfit:
                reporter.warn(f"{name} was not unpacked: {unfit}")
            except (OSError, *DAMAGED) as error:
                if not is_damage(error):
                    raise
                reporter.warn(f"{name} was not unpacked: it is damaged ({one_line(error)})")
            else:
                waiting += [(inner, depth + 1) for inner in found if depth < DEPTH]
        elif command := next((how for ending, how in UNKNOWN.items() if name.lower().endswith(ending)), None):
            reporter.warn(f"{name} is an archive that kit cannot unpack: run '{command} {path.name}' in {path.parent}")


def _unpack(archive: Path, data_dir: Path, reporter: Reporter) -> list[str]:
    """Unpack an archive, whole or not at all, unless it was done before; the paths of the new files."""
    with _opened(archive) as (entries, read):
        sizes = check_entries(entries, archive.stat().st_size)
        shown = [name for name in sizes if not any(map(is_hidden, name.parts))]
        tops = {name.parts[0] for name in shown}
        beside = len(tops) == 1
        target = archive.parent / (min(tops) if beside else _stem(archive.name))
        if not shown or target.exists():
            return []
        check_disk(archive.parent, sum(sizes[name] for name in shown))
        sweep(target.parent)
        work = unfinished(target)
        try:
            with reporter.progress(f"unpacking {archive.name}", len(shown)) as progress:
                for name in shown:
                    path = work / (PurePosixPath(*name.parts[1:]) if beside else name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with read(name) as source, open(path, "xb") as sink:
                        shutil.copyfileobj(source, sink, CHUNK)
                    progress.advance()
            os.sync()  # once for all of its files
            rename(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            work.unlink(missing_ok=True)
    left = len(sizes) - len(shown)
    hidden = f"; {left:,} hidden files in it are left out" if left else ""
    place = target.relative_to(data_dir)
    reporter.info(
        f"unpacked {archive.relative_to(data_dir).as_posix()}: {len(shown):,} files, {place.as_posix()}{hidden}"
    )
    return [(place.parent / one if beside else place / one).as_posix() for one in shown]


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[list[Entry], Callable[[PurePosixPath], IO[bytes]]]]:
    """The files of an archive, and what opens one by its name."""
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as content:
            entries = zip_entries(content)
            names = {PurePosixPath(entry.name): entry.name for entry in entries}
            yield entries, lambda name: content.open(names[name])
        return
    with tarfile.open(archive) as tar:
        members = [member for member in tar.getmembers() if not member.isdir()]
        known = {PurePosixPath(member.name): member for member in members}

        def read(name: PurePosixPath) -> IO[bytes]:
            found = tar.extractfile(known[name])
            assert found is not None
            return found

        yield [Entry(str(PurePosixPath(member.name)), member.size, member.isreg()) for member in members], read


def _stem(name: str) -> str:
    ending = next(ending for ending in (*sorted(TARS, key=len, reverse=True), ".zip") if name.lower().endswith(ending))
    return name[: -len(ending)]
