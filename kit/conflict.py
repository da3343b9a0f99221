"""What git leaves in a file that two people changed: found, and told with the line that takes one side of it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from kit.errors import KitError

_OURS, _BASE, _MIDDLE, _THEIRS = (re.compile(rf"{re.escape(mark * 7)}( .*)?\r?") for mark in "<|=>")


class MergeConflict(KitError):
    """A file with git's conflict markers; `ours` and `theirs` are its text as either side has it."""

    def __init__(self, path: Path, ours: str, theirs: str, together: Iterable[Path]) -> None:
        self.ours, self.theirs = ours, theirs
        line = checkout_line(path, together)
        super().__init__(
            "git could not merge this file: it holds two versions",
            where=path,
            todo=f"keep yours with `{line}`, or the other with `{line.replace('--ours', '--theirs', 1)}`",
        )


def refuse_conflict(path: Path, text: str | None = None, *, together: Iterable[Path] = ()) -> None:
    """Raise MergeConflict where a text file has lines of both sides of a merge.

    text: what stands in `path`, where it is read already. together: the files or folders beside it that must come of
    the same side; they are named in the same line.
    """
    if text is None:
        try:
            text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        except OSError:
            return  # whoever reads it will tell
    if "<<<<<<< " not in text:
        return
    ours, theirs, side = [], [], ""
    sides = set()
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        if not side and _OURS.fullmatch(bare):
            side = "ours"
        elif side == "ours" and _BASE.fullmatch(bare):
            side = "base"
        elif side in ("ours", "base") and _MIDDLE.fullmatch(bare):
            side = "theirs"
        elif side == "theirs" and _THEIRS.fullmatch(bare):
            side = ""
            sides.add("both")
        else:
            if side in ("", "ours"):
                ours.append(line)
            if side in ("", "theirs"):
                theirs.append(line)
    if sides:
        raise MergeConflict(path, "".join(ours), "".join(theirs), together)


def checkout_line(path: Path, together: Iterable[Path] = ()) -> str:
    """The command that takes our side of `path` and of what belongs to it, for whoever types it where kit was run."""
    paths = [Path(os.path.abspath(one)) for one in dict.fromkeys((path, *together))]
    inside = [one for one in paths if not any(other in one.parents for other in paths)]
    here = Path.cwd()
    top = next((folder for folder in paths[0].parents if (folder / ".git").exists()), None)
    git = "git" if top is None or here.is_relative_to(top) else f"git -C {shlex.quote(str(top))}"
    start = here if git == "git" else top
    names = [Path(os.path.relpath(one, start)).as_posix() for one in inside]
    return f"{git} checkout --ours -- {' '.join(map(shlex.quote, names))}"
