"""The power fails: a disk that keeps only what was brought to it by fsync, and the same command on what is left.

A command is played once, and each change below the workspace is written down. From that a model tells what a disk may
hold when the power fails between two changes: a file's content is sure once it was fsynced, a name once its folder was.
Of what is not sure the disk may hold all, nothing or any part; three such disks are tried at each point.
"""

from __future__ import annotations

import os
import pickle
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.torture import Row, forked, told
from benchmarks.torture.command import import_all
from benchmarks.torture.forked import Hook, but_log, copied, difference, spread, stands_of, tree
from benchmarks.torture.small import Scene, season

MOST = 6
"""Points of a scene at which the power fails."""
Change = tuple[Any, ...]


class Journal(Hook):
    """Writes down every change below a folder, with the content that each fsync brings to the disk."""

    def __init__(self, root: Path, book: Path) -> None:
        super().__init__(root)
        self.book = os.open(book, os.O_WRONLY)

    def done(self, call: str, *paths: Any) -> None:
        if call == "sync":
            files = [path for path in Path(self.root).rglob("*") if path.is_file() and not path.is_symlink()]
            self._note("sync", {self._inside(path): _content(path) for path in files})
            return
        first = self._inside(os.readlink(f"/proc/self/fd/{paths[0]}") if isinstance(paths[0], int) else paths[0])
        if first is None:
            return
        if call in ("rename", "replace", "link"):
            self._note("link" if call == "link" else "rename", first, self._inside(paths[1]))
        elif call == "fsync":
            real = Path(self.root, *first)
            self._note("fsync", first, None if real.is_dir() else _content(real))
        elif call in ("truncate", "ftruncate", "pwrite"):
            self._note("write", first)
        else:
            self._note("unlink" if call == "remove" else call, first)

    def _note(self, *change: Any) -> None:
        os.write(self.book, pickle.dumps((change, _at_host(Path(self.root)))))

    def _inside(self, path: Any) -> tuple[str, ...] | None:
        absolute = os.path.realpath(os.path.dirname(os.path.abspath(os.fsdecode(path))))
        whole = os.path.join(absolute, os.path.basename(os.path.abspath(os.fsdecode(path)))) + os.sep
        return tuple(Path(whole[len(self.root) :]).parts) if whole.startswith(self.root) else None


def _at_host(place: Path) -> list[str]:
    """What a host has, whose memory is a folder beside the workspace and stays when the power here fails."""
    folder = place.with_name(f"{place.name}-host")
    return sorted(path.name for path in folder.glob("*.json"))


def _content(path: Path) -> bytes:
    number = os.open(path, os.O_RDONLY)
    try:
        return os.pread(number, os.fstat(number).st_size, 0)
    finally:
        os.close(number)


@dataclass(eq=False)
class File:
    """kept: what the disk surely holds, or the file that it is a copy of; None for nothing yet."""

    kept: bytes | Path | None = None
    dirty: bool = False
    """Whether something was written since."""


@dataclass(eq=False)
class Folder:
    """now: what is in it; kept: what the disk surely holds of that."""

    now: dict[str, File | Folder] = field(default_factory=dict)
    kept: dict[str, File | Folder] = field(default_factory=dict)


def on_disk(folder: Path) -> Folder:
    """A folder as the model has it before anything is changed."""
    now: dict[str, File | Folder] = {}
    for path in sorted(folder.iterdir()):
        now[path.name] = on_disk(path) if path.is_dir() else File(path)
    return Folder(now, dict(now))


class Model:
    """What is in a folder, and what the disk surely holds of it. broken: what a loss of power would tear apart."""

    def __init__(self, before: Path) -> None:
        self.root, self.broken = on_disk(before), list[str]()

    def change(self, what: str, *arguments: Any) -> None:
        getattr(self, f"_{what}")(*arguments)

    def _at(self, place: Sequence[str]) -> Folder:
        found: File | Folder = self.root
        for name in place:
            assert isinstance(found, Folder)
            found = found.now[name]
        assert isinstance(found, Folder)
        return found

    def _open(self, place: Sequence[str]) -> None:
        self._at(place[:-1]).now.setdefault(place[-1], File())

    def _write(self, place: Sequence[str]) -> None:
        self._open(place)
        node = self._at(place[:-1]).now[place[-1]]
        assert isinstance(node, File)
        node.dirty = True

    def _mkdir(self, place: Sequence[str]) -> None:
        self._at(place[:-1]).now[place[-1]] = Folder()

    def _unlink(self, place: Sequence[str]) -> None:
        self._at(place[:-1]).now.pop(place[-1], None)

    _rmdir = _unlink

    def _link(self, source: Sequence[str], target: Sequence[str]) -> None:
        self._at(target[:-1]).now[target[-1]] = self._at(source[:-1]).now[source[-1]]

    def _rename(self, source: Sequence[str], target: Sequence[str]) -> None:
        node = self._at(source[:-1]).now.pop(source[-1], None) or File(dirty=True)
        self._at(target[:-1]).now[target[-1]] = node
        if not target[-1].endswith(".tmp"):  # what leaves its place to be removed may be torn
            self.broken += [f"{name} has its name before it is on the disk" for name in _unsure(node, "/".join(target))]

    def _fsync(self, place: Sequence[str], content: bytes | None) -> None:
        if content is None:
            folder = self._at(place)
            folder.kept = dict(folder.now)
            return
        self._open(place)
        node = self._at(place[:-1]).now[place[-1]]
        assert isinstance(node, File)
        node.kept, node.dirty = content, False

    def _sync(self, contents: dict[tuple[str, ...], bytes]) -> None:
        for place, content in contents.items():
            self._fsync(place, content)
        for folder in _folders(self.root):
            folder.kept = dict(folder.now)


def _folders(folder: Folder) -> Iterator[Folder]:
    yield folder
    for node in folder.now.values():
        if isinstance(node, Folder):
            yield from _folders(node)


def _unsure(node: File | Folder, name: str) -> Iterator[str]:
    """What of a file or folder is not on the disk, by name."""
    if isinstance(node, File):
        if node.dirty or node.kept is None:
            yield name
        return
    for inner, found in node.now.items():
        if node.kept.get(inner) is not found:
            yield f"{name}/{inner}"
        yield from _unsure(found, f"{name}/{inner}")


Disk = Callable[[Folder, Path], None]


def _least(folder: Folder, target: Path) -> None:
    """Only what is sure."""
    _laid(folder, target, lambda folder: folder.kept, lambda file: file.kept or b"")


def _names_first(folder: Folder, target: Path) -> None:
    """All names, and of contents only what is sure: a journal of names is ahead of the data."""
    _laid(folder, target, lambda folder: folder.now, lambda file: b"" if file.dirty else file.kept or b"")


def _any_part(folder: Folder, target: Path) -> None:
    """Of each folder and file what chance has it."""
    chance = random.Random(0)

    def content(file: File) -> bytes | Path:
        return chance.choice([b"", bytes(64), file.kept or b""]) if file.dirty else file.kept or b""

    _laid(folder, target, lambda folder: chance.choice([folder.now, folder.kept]), content)


def _laid(
    folder: Folder,
    target: Path,
    entries: Callable[[Folder], dict[str, File | Folder]],
    content: Callable[[File], bytes | Path],
) -> None:
    target.mkdir(parents=True)
    for name, node in entries(folder).items():
        if isinstance(node, Folder):
            _laid(node, target / name, entries, content)
            continue
        found = content(node)
        if isinstance(found, Path):
            shutil.copy2(found, target / name, follow_symlinks=False)
        else:
            (target / name).write_bytes(found)


DISKS: dict[str, Disk] = {"only what is sure": _least, "names without data": _names_first, "any part": _any_part}


def try_scene(scene: Scene, place: Path, most: int = MOST) -> list[Row]:
    """The power fails at points of a command, and at its end; then the same command again."""
    named = Row(f"{scene.name}: every rename is of what is on the disk, and all is when it ends")
    row = Row(f"{scene.name}: the power fails")
    _fresh(scene, place)
    changes, at_host, ended = _recorded(scene, place)
    expected, stands = tree(place), stands_of(place)
    model = Model(scene.before)
    for change in changes:
        model.change(*change)
    named.tried = sum(change[0] == "rename" for change in changes) + 1
    named.faults = sorted(set(model.broken))
    host = place.with_name(f"{place.name}-host")
    hosts = place.with_name(f"{place.name}-after-host")
    if host.exists():
        copied(host, hosts)
    shutil.rmtree(place)
    _least(model.root, place)
    if lost := difference(_lasting(expected), _lasting(tree(place))):
        named.faults.append(f"what the command said was done {lost}")
    for at in spread(most, len(changes) - 1):
        model = Model(scene.before)
        for change in changes[:at]:
            model.change(*change)
        for what_stays, disk in DISKS.items():
            row.tried += 1
            _fresh(scene, place)
            shutil.rmtree(place)
            disk(model.root, place)
            for name in at_host[at]:
                host.mkdir(exist_ok=True)
                shutil.copyfile(hosts / name, host / name)
            again = forked.play(scene.work, place)
            what = f"{what_stays}, after change {at} of {len(changes)}: the same command then"
            if again.code != ended.code:
                row.faults.append(f"{what} ended with {again.code}: {again.said[-300:]}")
            elif left := difference(but_log(expected), but_log(tree(place))):
                row.faults.append(f"{what} {left}")
            elif stands_of(place) != stands:
                row.faults.append(f"{what} has other scores")
    return [named, row]


def _lasting(found: dict[str, str]) -> dict[str, str]:
    """The files that people have: no caches, which are made anew, no locks and no parts of a download."""
    return {
        name: content
        for name, content in found.items()
        if content != "folder" and "data/cache/" not in name and not any(part[0] == "." for part in name.split("/"))
    }


def _fresh(scene: Scene, place: Path) -> None:
    shutil.rmtree(place.with_name(f"{place.name}-host"), ignore_errors=True)
    copied(scene.before, place)


def _recorded(scene: Scene, place: Path) -> tuple[list[Change], list[list[str]], forked.Ended]:
    """What a command changes, one after the other, what the host has by then, and how it ends."""
    handle, book = tempfile.mkstemp(prefix="kit-journal-")
    os.close(handle)
    ended = forked.play(scene.work, place, Journal(place, Path(book)))
    changes, at_host = [], []
    with open(book, "rb") as content:
        while content.peek(1):
            change, there = pickle.load(content)
            changes.append(change)
            at_host.append(there)
    os.unlink(book)
    assert ended.code in (0, 1), ended.said
    return changes, at_host, ended


def run_scenes(names: Sequence[str] = (), most: int = MOST, until: str = "") -> list[Row]:
    """Try the scenes named, or all, up to one of them."""
    import_all()
    base = Path(tempfile.mkdtemp(prefix="kit-power-"))
    try:
        scenes = [scene for scene in season(base, until) if not names or scene.name in names]
        return [told(row) for scene in scenes for row in try_scene(scene, base / "ws", most)]
    finally:
        shutil.rmtree(base)


def run() -> list[Row]:
    return run_scenes()


def short() -> list[Row]:
    """A point of each disk in the commands that start a competition."""
    return run_scenes(["init table", "fold"], 1, "fold")
