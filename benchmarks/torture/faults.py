"""What the operating system may refuse, really refused: permissions, room, locks, kinds of files, standard output.

A command must end with its answer, or with one sentence that names the file and exit code 2 (1 where nobody hears it);
what was there stays as it was, and once the fault is gone the same command gives what it would have given.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import resource
import shutil
import signal
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.torture import Row, told
from benchmarks.torture.command import Outcome, fault_of, import_all, run_kit
from benchmarks.torture.corrupt import INIT, KINDS, Kind, names_of
from benchmarks.torture.workspace import copied, disk, finished

NOBODY = 65534
WRITERS = (
    "fold --folds 4 --force",
    "train --task age --set learner.C=0.3",
    "train --task shape --recipe tiny --set epochs=1 --set seed=3 --folds 0",
    "pseudo --round 1 --force --set take=0.3",
    "pseudo --round 2 --from all",
    "submit --blend best1 --rule balanced --name new",
    "submit --file sent.csv --name new",
    "leaderboard log first --public 0.5",
    "leaderboard reveal",
    "crop --boxes boxes.csv --margin 0.5",
    INIT,
)
"""Commands that write in a finished workspace."""
SPEAKERS = (
    "runs",
    "score",
    "leaderboard",
    "doctor --fast",
    "recipes",
    "--help",
    "runs --json",
    "score --csv",
    "select",
)
Before = Callable[[], None]


def run(share: int = 1, only: str = "") -> list[Row]:
    """A row for each fault; of its cases every `share`-th is tried."""
    import_all()
    rows = []
    for name, cases in FAULTS.items():
        if only in name:
            row, root = Row(f"system: {name}"), disk() / "tried"
            for number, (what, fault) in enumerate(cases(finished(), root)):
                row.of += 1
                if number % share:
                    continue
                row.tried += 1
                wrong = fault()
                if wrong is not None:
                    row.faults.append(f"{what}: {wrong}")
            rows.append(told(row))
            _removed(root)
    return rows


def short() -> list[Row]:
    """A few cases of each fault, for the suite."""
    return run(97)


Cases = Iterator[tuple[str, Callable[[], str | None]]]


def no_permission(template: Path, root: Path) -> Cases:
    """Each kind of file unreadable, for a user who is not root; and every folder read-only, for what writes."""
    for kind in KINDS:
        for command in kind.commands[:3]:
            yield (
                f"{kind.name}, kit {command}",
                partial(_unreadable, template, root, kind, command),
            )
    for command in WRITERS:
        yield f"read-only, kit {command}", partial(_read_only, template, root, command)


def _unreadable(template: Path, root: Path, kind: Kind, command: str) -> str | None:
    copied(template, root)
    place = sorted(template.glob(kind.pattern))[0].relative_to(template)
    _owned(root)
    (root / place).chmod(0)
    outcome = run_kit(root, command.split(), before=_as_nobody)
    return fault_of(outcome, [*names_of(place), "photos"])


def _read_only(template: Path, root: Path, command: str) -> str | None:
    copied(template, root)
    _owned(root)
    for folder, _, files in os.walk(root):
        os.chmod(folder, 0o555)
        for name in files:
            (Path(folder) / name).chmod(0o444)
    before = _state(root)
    outcome = run_kit(root, command.split(), before=_as_nobody)
    wrong = _refused(outcome) if outcome.code else None
    return wrong or ("something was written" if _state(root) != before else None)


def full_disk(template: Path, root: Path) -> Cases:
    """No file may grow beyond N bytes: the disk is full there. Then there is room, and the result is the same."""
    for command in WRITERS:
        for most in (0, 1, 60, 400, 2_000, 3_900, 20_000, 700_000):
            before = _limited(most)
            yield f"{most} bytes, kit {command}", partial(_again, template, root, command, before)


def full_tmpfs(template: Path, root: Path) -> Cases:
    """A real disk without room, and one without inodes, where this user may mount one."""
    size = sum(path.stat().st_size for path in template.rglob("*") if path.is_file())
    count = sum(1 for _ in template.rglob("*"))
    blocks = sum(-(-path.stat().st_size // 4096) for path in template.rglob("*") if path.is_file())
    if not _mounted(root, f"size={2 * size}"):
        return
    _unmounted(root)
    for command in WRITERS:
        for options in (f"size={(blocks + 2) * 4096}", f"size={(blocks + 9) * 4096}", f"nr_inodes={count + 3}"):
            yield f"{options}, kit {command}", partial(_on_tmpfs, template, root, command, options)


def _on_tmpfs(template: Path, root: Path, command: str, options: str) -> str | None:
    _removed(root)
    if not _mounted(root, options):
        return None
    try:
        shutil.copytree(template, root / "w", symlinks=True)
        before = _state(root / "w", without_cache=True)
        outcome = run_kit(root / "w", command.split())
        if outcome.code == 0:
            return None
        return _refused(outcome) or _lost(before, _state(root / "w", without_cache=True))
    except OSError as error:
        return f"the template does not fit: {error}"
    finally:
        _unmounted(root)


def refused_calls(template: Path, root: Path) -> Cases:
    """fsync, rename, locks and opening for writing refused, at the first, second and fifth call."""
    for command in WRITERS:
        for module, call, number in (
            (os, "fsync", errno.EIO),
            (os, "fsync", errno.EINVAL),
            (os, "replace", errno.EXDEV),
            (os, "replace", errno.ENOSPC),
            (os, "replace", errno.EPERM),
            (fcntl, "flock", errno.ENOLCK),
        ):
            for nth in (1, 2, 5):
                before = _refusing(module, call, number, nth)
                what = f"{call} {errno.errorcode[number]} at call {nth}, kit {command}"
                yield what, partial(_again, template, root, command, before)


def _again(template: Path, root: Path, command: str, before: Before) -> str | None:
    """The command under a fault, and then without it: the second must give what a whole run gives."""
    copied(template, root)
    right = run_kit(root, command.split())
    expected = _state(root, without_cache=True)
    copied(template, root)
    was = _state(root, without_cache=True)
    outcome = run_kit(root, command.split(), before=before)
    if outcome.code == 0:
        return None if _same(_state(root, without_cache=True), expected) else "done, and the result is another"
    wrong = _refused(outcome) or _lost(was, _state(root, without_cache=True))
    if wrong is not None:
        return wrong
    second = run_kit(root, command.split())
    if second.code != right.code:
        return f"afterwards exit {second.code}: {second.err.strip()[-200:]}"
    return None if _same(_state(root, without_cache=True), expected) else "afterwards the result is another"


def other_kinds(template: Path, root: Path) -> Cases:
    """A folder, a pipe, a socket, a link to nothing, to itself or to a device where a file is expected."""
    for kind in KINDS:
        for name, make in OTHERS.items():
            for command in kind.commands[:4]:
                what = f"{kind.name} is {name}, kit {command}"
                yield what, partial(_of_other_kind, template, root, kind, command, make)
    for name, make in OTHERS.items():
        for place, command in (
            ("submissions/new.csv", "submit --file sent.csv --name new"),
            ("submissions/new.json", "submit --file sent.csv --name new"),
            ("runs/pseudo/round2", "pseudo --round 2 --from all"),
            ("runs/pseudo/round1/age-fold1.parquet", "pseudo --round 1 --force --set take=0.3"),
            ("data/cache", "train --task age --set learner.C=0.3"),
            ("runs", "fold --folds 3"),
            ("data", "fold --folds 3"),
            ("data/photos", "fold --folds 3"),
        ):
            what = f"{place} is {name}, kit {command}"
            yield what, partial(_in_the_way, template, root, Path(place), command, make)


def _of_other_kind(template: Path, root: Path, kind: Kind, command: str, make: Callable[[Path], object]) -> str | None:
    place = sorted(template.glob(kind.pattern))[0].relative_to(template)
    return _in_the_way(template, root, place, command, make)


def _in_the_way(template: Path, root: Path, place: Path, command: str, make: Callable[[Path], object]) -> str | None:
    copied(template, root)
    _removed(root / place)
    make(root / place)
    outcome = run_kit(root, command.split())
    return fault_of(outcome, [""])


def _make_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


OTHERS: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a socket": _make_socket,
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "gone": lambda path: None,
}


def links(template: Path, root: Path) -> Cases:
    """Loops of links among the photos; and files behind links, which are written through."""
    for target in (".", "..", "../..", "photos/loop", "/"):
        for command in ("doctor --fast", INIT, "fold --folds 3", "score"):
            yield f"loop to {target}, kit {command}", partial(_looped, template, root, target, command)
    for place, command in (
        ("runs/folds.csv", "fold --folds 4 --force"),
        ("competition.yaml", INIT),
        ("runs/crops.json", "crop --boxes boxes.csv --margin 0.5"),
        ("runs/pseudo/round1/round.json", "pseudo --round 1 --force --set take=0.3"),
        ("runs", "train --task age --set learner.C=0.3"),
        ("submissions", "leaderboard log first --public 0.5"),
        ("data/cache", "train --task age --set learner.C=0.3"),
    ):
        yield f"{place} behind a link, kit {command}", partial(_through, template, root, place, command)


def _looped(template: Path, root: Path, target: str, command: str) -> str | None:
    copied(template, root)
    if target == "/":
        (root / "data/photos/loop").symlink_to(root / "data")
    else:
        (root / "data/photos/loop").symlink_to(target)
    outcome = run_kit(root, command.split())
    right = run_kit(copied(template, root), command.split())
    return fault_of(outcome, ["loop"]) or (None if outcome.code in (right.code, 2) else f"exit {outcome.code}")


def _through(template: Path, root: Path, place: str, command: str) -> str | None:
    copied(template, root)
    away = root / "away"
    shutil.move(root / place, away)
    (root / place).symlink_to(os.path.relpath(away, (root / place).parent))
    was = _state(away) if away.is_dir() else away.read_bytes()
    outcome = run_kit(root, command.split())
    if outcome.code:
        return f"exit {outcome.code}: {outcome.err.strip()[-200:]}"
    if not (root / place).is_symlink():
        return "the link was replaced"
    return (
        "nothing was written behind the link" if was == (_state(away) if away.is_dir() else away.read_bytes()) else None
    )


def vanished(template: Path, root: Path) -> Cases:
    """A file or folder deleted in the middle of a command, at its first, second and fifth rename."""
    for command in WRITERS[:6]:
        for place in ("data/photos", "data/photos/p01.jpg", "data/train.csv", "runs/folds.csv", "runs", "data/cache",
                      "runs/pseudo", "submissions", "competition.yaml"):  # fmt: skip
            for nth in (1, 2, 5):
                what = f"{place} deleted at rename {nth}, kit {command}"
                yield what, partial(_vanishing, template, root, command, place, nth)


def _vanishing(template: Path, root: Path, command: str, place: str, nth: int) -> str | None:
    copied(template, root)

    def before() -> None:
        replace, count = os.replace, [0]

        def deleting(*arguments: object, **options: object) -> None:
            count[0] += 1
            if count[0] == nth:
                _removed(root / place)
            replace(*arguments, **options)  # type: ignore[arg-type]

        os.replace = deleting  # type: ignore[assignment]

    return fault_of(run_kit(root, command.split(), before=before), [""])


def standard_output(template: Path, root: Path) -> Cases:
    """Standard output closed, full, or without a reader; standard error full."""
    for command in SPEAKERS:
        for name, before, codes in (
            ("closed", _closed, (1,)),
            ("full", _full(1), (1,)),
            ("without a reader", _unread, (1,)),
            ("whole, and standard error full", _full(2), (0, 1, 2)),
        ):
            yield f"{name}, kit {command}", partial(_speaking, template, root, command, before, codes)


def _speaking(template: Path, root: Path, command: str, before: Before, codes: Sequence[int]) -> str | None:
    outcome = run_kit(copied(template, root), command.split(), before=before)
    wrong = fault_of(outcome, [""], codes=codes)
    if wrong is None and codes == (1,) and "standard output" not in outcome.err:
        return f"it does not say why: {outcome.err.strip()[-160:]}"
    return wrong


def odd_names(template: Path, root: Path) -> Cases:
    """A workspace, a photo and a file whose names are not UTF-8."""
    for command in (*WRITERS, *SPEAKERS, "doctor", "runs --csv"):
        yield f"the workspace, kit {command}", partial(_in_odd_folder, template, root, command)
    for command in ("doctor --fast", "doctor", "fold --folds 3", INIT, "score"):
        yield f"a photo, kit {command}", partial(_odd_photo, template, root, command)
    for command in (
        "submit --file \udcff.csv",
        "crop --boxes \udcff.csv",
        "leaderboard --plot \udcff.png",
        "score \udcff",
    ):
        yield f"a file, kit {command!r}", partial(_odd_file, template, root, command)


def _in_odd_folder(template: Path, root: Path, command: str) -> str | None:
    odd = root / "w\udcff\udcfe"
    _removed(root)
    root.mkdir()
    right = run_kit(copied(template, root / "plain"), command.split())
    outcome = run_kit(copied(template, odd), command.split())
    wrong = fault_of(outcome, ["UTF-8"])
    return wrong or (None if outcome.code in (right.code, 2) else f"exit {outcome.code}, and {right.code} elsewhere")


def _odd_photo(template: Path, root: Path, command: str) -> str | None:
    copied(template, root)
    shutil.copy(root / "data/photos/p00.png", root / "data/photos/p\udcff.png")
    return fault_of(run_kit(root, command.split()), ["UTF-8", "\\udcff"])


def _odd_file(template: Path, root: Path, command: str) -> str | None:
    copied(template, root)
    name = "sent.csv" if "submit" in command else "boxes.csv"
    shutil.copy(root / name, root / "\udcff.csv")
    return fault_of(run_kit(root, command.split()), ["\\udcff", "UTF-8"])


FAULTS: dict[str, Callable[[Path, Path], Cases]] = {
    "no permission": no_permission,
    "file size limit at any byte": full_disk,
    "full disk, no inodes": full_tmpfs,
    "fsync, rename, lock refused": refused_calls,
    "folder, pipe, link in place of a file": other_kinds,
    "loops of links, files behind links": links,
    "deleted in mid-run": vanished,
    "standard output closed, full": standard_output,
    "names that are not UTF-8": odd_names,
}


def _refused(outcome: Outcome) -> str | None:
    """A refusal told in one sentence with a path."""
    return fault_of(outcome, ["/", "standard output"], codes=(2,))


def _as_nobody() -> None:
    os.environ["HOME"] = "/tmp"
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _owned(root: Path) -> None:
    for folder, _, files in os.walk(root):
        for name in (folder, *(os.path.join(folder, name) for name in files)):
            os.chown(name, NOBODY, NOBODY)


def _limited(most: int) -> Before:
    def before() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return before


def _refusing(module: object, call: str, number: int, nth: int) -> Before:
    """Make a call of the system fail from its nth time on, in the command's process."""

    def before() -> None:
        original, count = getattr(module, call), [0]

        def failing(*arguments: object, **options: object) -> object:
            count[0] += 1
            if count[0] >= nth:
                raise OSError(number, os.strerror(number))
            return original(*arguments, **options)

        setattr(module, call, failing)

    return before


def _closed() -> None:
    os.close(1)


def _full(number: int) -> Before:
    def before() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), number)

    return before


def _unread() -> None:
    read, write = os.pipe()
    os.close(read)
    os.dup2(write, 1)


def _mounted(root: Path, options: str) -> bool:
    root.mkdir(exist_ok=True)
    return os.system(f"mount -t tmpfs -o {options} tmpfs '{root}' 2>/dev/null") == 0


def _unmounted(root: Path) -> None:
    os.system(f"umount '{root}'")


def _removed(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        for folder, _, _ in os.walk(path):
            os.chmod(folder, stat.S_IRWXU)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _state(root: Path, *, without_cache: bool = False) -> dict[str, str]:
    """The sha256 of every file, by its path."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and not (without_cache and "data/cache/" in path.as_posix())
    }


def _same(one: dict[str, str], two: dict[str, str]) -> bool:
    """Whether two results have as many files of each name, and the same content in all that bear no time."""
    timed = ("fold.json", "submissions/", "/machine/")
    alike = [name for name in one if not any(mark in name for mark in timed)]
    return _names(one) == _names(two) and all(one[name] == two[name] for name in alike)


def _names(state: dict[str, str]) -> list[str]:
    """The files' paths; an event of a submission's log is named after its time too, which is left out."""
    return sorted(name.rpartition("-")[0] if "submissions/log/" in name else name for name in state)


def _lost(before: dict[str, str], after: dict[str, str]) -> str | None:
    """What is gone or left over after a command that failed: a file of before, or a temporary one."""
    gone = [name for name in before if name not in after]
    left = [name for name in after if Path(name).name.startswith(".") and name not in before]
    if gone:
        return f"gone: {gone[:3]}"
    return f"left behind: {left[:3]}" if left else None


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 1, sys.argv[2] if len(sys.argv) > 2 else "")
