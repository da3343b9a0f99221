"""Archives of `kit download`, damaged or made to do harm, and lists of files that lie.

What the command brings must be the host's files or nothing, nothing may be written outside the data folder, and with
the right archive the same command must go on.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import stat
import struct
import tarfile
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture import Row, mutations, told
from benchmarks.torture.command import fault_of, run_kit
from kit.competition.workspace import Workspace
from kit.hosts.host import HOSTS, ArchiveStream, Host, HostFile
from kit.reporter import Reporter

FILES = {
    "train.csv": b"image,label\n" + b"a.png,0\nb.png,1\n" * 40,
    "photos/a.png": random.Random(1).randbytes(900),
    "photos/b.png": random.Random(2).randbytes(700),
    "photos/deep/er/c.png": b"c" * 500,
}
SPEC = """\
name: small
data: data
metric: accuracy
host: shelf
train: {table: train.csv, images: "photos/{image}"}
test: {table: train.csv, images: "photos/{image}"}
tasks: {label: {classes: ["0", "1"], column: label}}
submission: {id: image, label: label}
"""
ARCHIVE, LIST = "host.bin", "host.json"
CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


class Shelf(Host):
    """A host that gives the archive and the list that lie in the workspace."""

    name, slug, instead = "shelf", "small", "look at the shelf"

    def __init__(self, root: Path) -> None:
        self._root = root

    def files(self) -> list[HostFile]:
        return [HostFile(name, size) for name, size in json.loads((self._root / LIST).read_text())]

    @contextmanager
    def archive(self, start: int = 0, identity: str | None = None) -> Iterator[ArchiveStream]:
        content = (self._root / ARCHIVE).read_bytes()
        pieces = (content[place : place + 1000] for place in range(0, len(content), 1000))
        yield ArchiveStream(0, len(content), str(zlib.crc32(content)), pieces)


def open_host(workspace: Workspace, reporter: Reporter) -> Shelf:
    return Shelf(workspace.root)


@dataclass(frozen=True)
class Sent:
    """An archive, and the host's list where that is not the files' own."""

    name: str
    content: bytes
    listed: Sequence[tuple[str, int]] | None = None


def packed(
    files: dict[str | zipfile.ZipInfo, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    """A zip of the right files and of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        contents: dict[str | zipfile.ZipInfo, bytes] = dict([*FILES.items(), *(files or {}).items()])
        for name, content in contents.items():
            archive.writestr(name, content)
        archive.comment = comment
    return buffer.getvalue()


def of_kind(name: str, kind: int) -> zipfile.ZipInfo:
    """An entry that is a link, a pipe or a device."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    return entry


def patched(content: bytes, mark: bytes, at: int, new: bytes, which: int | None = None) -> bytes:
    """The zip with bytes replaced in its headers of a kind: in all of them, or in one."""
    changed, place, number = bytearray(content), content.find(mark), 0
    while place >= 0:
        if which is None or number == which:
            changed[place + at : place + at + len(new)] = new
        place, number = content.find(mark, place + 4), number + 1
    return bytes(changed)


def sent(seed: int = 0) -> Iterator[Sent]:
    """Everything that is tried."""
    right, chance = packed(), random.Random(seed)
    for number in range(4):
        for name, content in mutations.of_bytes(right, seed + number, flips=40, cuts=40):
            yield Sent(f"{name} ({number})", content)
    for place in range(0, len(right), max(1, len(right) // 150)):
        changed = bytearray(right)
        changed[place] ^= 1 << chance.randrange(8)
        yield Sent(f"bit flipped at {place}", bytes(changed))
        yield Sent(f"cut at {place}", right[:place])
    yield from _harmful(right)
    yield from _headers(right)
    yield from _other_formats()
    yield from _lists(right)


def _harmful(right: bytes) -> Iterator[Sent]:
    """Names that lead elsewhere, links, bombs, nested and encrypted archives."""
    for name in (
        "../out.txt", "../../out.txt", "photos/../../out.txt", "/out.txt", "//out.txt", "..\\out.txt",
        "a\\..\\..\\out.txt", "C:/out.txt", "C:out.txt", "\\\\host\\out.txt", "./../out.txt", ".download/archive.json",
        ".download",
        "photos/./../../out.txt", "..", ".", "./", "~/out.txt", "photos/..", "a/../train.csv", "./train.csv",
        "photos//a.png", "train.csv/inside", "photos", "photos/a.png/x", "x" * 300, "x/" * 2000 + "y", "é" * 200,
        "con.txt", "a\nb", "a\x00b", "\u202egnp.exe", " ", "a ", "-rf", "*", "TRAIN.CSV", "photos/A.png",
        ".gitignore", "competition.yaml", "train.csv\x00.exe",
    ):  # fmt: skip
        yield Sent(f"a file {name[:30]!r}", packed({name: b"x"}))
        yield Sent(f"a file {name[:30]!r}, listed", packed({name: b"x"}), [*_sizes(), (name, 1)])
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR):
        for name in ("link", "photos/a.png", "photos/link"):
            for target in (b"/etc/passwd", b"../..", b"train.csv", b""):
                entry: dict[str | zipfile.ZipInfo, bytes] = {of_kind(name, kind): target}
                yield Sent(f"{name} of kind {kind:o} to {target.decode()!r}", packed(entry))
    yield Sent("a link that later files go through", packed({of_kind("way", stat.S_IFLNK): b"..", "way/out.txt": b"x"}))
    yield Sent("a bomb of 120 MB", packed({"zeros.bin": bytes(120 << 20)}))
    inner = packed({"zeros.bin": bytes(110 << 20)})
    for depth in range(3):
        yield Sent(f"a nested bomb, {depth}", packed({"inner.zip": inner}))
        inner = packed({"inner.zip": inner})
    yield Sent("itself inside", packed({"archive.zip": right}), [*_sizes(), ("archive.zip", len(right))])
    yield Sent("20,000 empty files", packed({f"x/{number}": b"" for number in range(20_000)}))
    yield Sent("entries that overlap", _overlapping(right))
    yield Sent("encrypted", patched(patched(right, LOCAL, 6, b"\x01\x00"), CENTRAL, 8, b"\x01\x00"))
    yield Sent("encrypted, strong", patched(patched(right, LOCAL, 6, b"\x41\x00"), CENTRAL, 8, b"\x41\x00"))
    yield Sent("one file encrypted", patched(right, CENTRAL, 8, b"\x01\x00", 1))
    yield Sent("one file encrypted in its local header alone", patched(right, LOCAL, 6, b"\x01\x00", 1))
    yield Sent("a comment of 65,535 bytes", packed(comment=b"PK\x05\x06" * 16383 + b"PK\x01"))
    yield Sent("another zip before it", packed({"other.txt": b"x"}) + right)
    yield Sent("rubbish before it", b"#!/bin/sh\n" * 99 + right)
    yield Sent("without its central directory", right[: right.index(CENTRAL)])
    yield Sent("its central directory alone", right[right.index(CENTRAL) :])
    yield Sent("its end alone", right[right.index(END) :])
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield Sent(f"method {method}", packed(method=method))
        for name, content in mutations.of_bytes(packed(method=method), method, flips=30, cuts=10):
            yield Sent(f"method {method}, {name}", content)


def _overlapping(right: bytes) -> bytes:
    """All entries of the central directory lead to the first file."""
    return patched(right, CENTRAL, 42, struct.pack("<I", 0))


def _headers(right: bytes) -> Iterator[Sent]:
    """Every field of a file's headers and of the end of the archive, at its least, its greatest and in between."""
    fields = {
        LOCAL: {"version": (4, 2), "flags": (6, 2), "method": (8, 2), "time": (10, 2), "date": (12, 2), "crc": (14, 4),
                "packed size": (18, 4), "size": (22, 4), "name length": (26, 2), "extra length": (28, 2)},
        CENTRAL: {"made by": (4, 2), "version": (6, 2), "flags": (8, 2), "method": (10, 2), "time": (12, 2),
                  "date": (14, 2), "crc": (16, 4), "packed size": (20, 4), "size": (24, 4), "name length": (28, 2),
                  "extra length": (30, 2), "comment length": (32, 2), "disk": (34, 2), "attributes": (38, 4),
                  "offset": (42, 4)},
        END: {"disk": (4, 2), "start disk": (6, 2), "entries here": (8, 2), "entries": (10, 2), "size": (12, 4),
              "offset": (16, 4), "comment length": (20, 2)},
    }  # fmt: skip
    for mark, places in fields.items():
        for name, (at, length) in places.items():
            for value in (0, 1, 8, 99, 255, (1 << 8 * length - 1) - 1, (1 << 8 * length) - 1):
                for which in (None, 1) if mark != END else (None,):
                    what = f"{mark!r} {name} = {value} in {'all' if which is None else 'one'}"
                    yield Sent(what, patched(right, mark, at, value.to_bytes(length, "little"), which))


def _other_formats() -> Iterator[Sent]:
    """Archives that are no zip, and what hosts send instead of one."""
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in {**FILES, "../out.txt": b"x"}.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            link = tarfile.TarInfo("link")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc"
            archive.addfile(link)
        yield Sent(f"a tar, {mode}", buffer.getvalue())
        yield Sent(f"a tar, {mode}, cut", buffer.getvalue()[: len(buffer.getvalue()) // 2])
    for name, head in (("rar", b"Rar!\x1a\x07\x01\x00"), ("7z", b"7z\xbc\xaf\x27\x1c"), ("zstd", b"\x28\xb5\x2f\xfd")):
        yield Sent(f"a {name}", head + bytes(500))
    yield Sent("an error in JSON", b'{"code": 403, "message": "you must accept the rules"}')


def _lists(right: bytes) -> Iterator[Sent]:
    """Lists that the archive does not keep to."""
    yield Sent("no list", right, [])
    for number, size in enumerate((-1, 0, 1, 2**31, 2**63, 2**200)):
        yield Sent(f"sizes of {size}", right, [(name, size) for name in FILES])
        listed = _sizes()
        listed[number % len(listed)] = (listed[number % len(listed)][0], size)
        yield Sent(f"one size of {size}", right, listed)
    yield Sent("a file more", right, [*_sizes(), ("more.csv", 5)])
    yield Sent("a file less", right, _sizes()[1:])
    yield Sent("a file twice", right, [*_sizes(), _sizes()[0]])
    yield Sent("a file twice, of two sizes", right, [*_sizes(), (_sizes()[0][0], 7)])
    yield Sent("a folder as a file", right, [*_sizes(), ("photos", 5)])
    for name in ("", "/", "..", "../out.txt", "/out.txt", "photos/", "a\x00b", ".download/x", "x" * 300, "\ud800"):
        yield Sent(f"a name {name[:20]!r}", right, [*_sizes(), (name, 1)])


def _sizes() -> list[tuple[str, int]]:
    return [(name, len(content)) for name, content in FILES.items()]


def run(most: int | None = None) -> list[Row]:
    """Try all of them, or `most` that are spread over them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile's, of names that are there twice
        cases = list(sent())
    row = Row("corrupt: archives of kit download", of=len(cases))
    if most is not None:
        cases = cases[:: max(1, len(cases) // most)]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        root = Path(folder) / "world/home"
        for case in cases:
            row.tried += 1
            if fault := _fault(root, case):
                row.faults.append(f"{case.name}: {fault}")
    return [told(row)]


def short() -> list[Row]:
    """A few, for the suite."""
    return run(24)


def _fault(root: Path, case: Sent) -> str | None:
    """What is wrong after a download of this archive, or after one of the right archive that follows it."""
    shutil.rmtree(root.parent, ignore_errors=True)
    root.mkdir(parents=True)
    (root / "competition.yaml").write_text(SPEC)
    (root / ARCHIVE).write_bytes(case.content)
    (root / LIST).write_text(json.dumps(_sizes() if case.listed is None else case.listed))
    outcome = run_kit(root, ["download"], before=_known_here)
    wrong = fault_of(outcome, ["archive", "list", "data", "shelf"], codes=(0, 2))
    found = _brought(root)
    if wrong is None and outcome.code == 0 and not found.items() >= FILES.items() and case.listed is None:
        wrong = f"done, and there is {sorted(found)}"
    if wrong is None and outcome.code and found:
        wrong = f"refused, and there is {sorted(found)}"
    outside = sorted(path.name for path in root.parent.rglob("*") if "out.txt" in path.name)
    if wrong is None and (outside or {path.name for path in root.parent.iterdir()} != {"home"}):
        wrong = f"written outside: {outside}"
    if wrong is not None or outcome.code == 0:
        return wrong
    (root / ARCHIVE).write_bytes(packed())
    (root / LIST).write_text(json.dumps(_sizes()))
    again = run_kit(root, ["download"], before=_known_here)
    if again.code or _brought(root) != FILES:
        return f"the right archive then: exit {again.code}, {again.err.strip()[-200:]}"
    return None


def _known_here() -> None:
    HOSTS["shelf"] = __name__


def _brought(root: Path) -> dict[str, bytes]:
    """The files in the data folder, without what is being received."""
    data = root / "data"
    paths = [path for path in data.rglob("*") if ".download" not in path.parts and not path.is_dir()]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}
