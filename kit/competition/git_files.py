"""What git is told of a workspace: what it leaves out, and how it merges what two people changed."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from kit.competition.formats import READERS
from kit.competition.spec import Competition
from kit.files import write_bytes
from kit.reading import read_bytes

IGNORE, ATTRIBUTE = ".gitignore", ".gitattributes"
TITLES = {IGNORE: "# kit: images, caches, weights, locks", ATTRIBUTE: "# kit: how records and predictions merge"}
IGNORED = (
    "/data/cache",
    "*.safetensors",
    "*.pt",
    "*.pth",
    "*.ckpt",
    "/bundles/",
    "/exports/",
    "/runs/*/machine",
    "/runs/pseudo/*/show/",
    "/report.html",
    "/audit.html",
    "/eda.html",
    "/tracked",
    ".*.lock",
    ".*.lease",
    ".*.part",
    ".*.next",
    "*.tmp",
    "__pycache__/",
)
"""Caches, weights, bundles, what a fold cost on this machine, pictures of pseudo labels, pages with photos,
logs of trackers, locks, temporary files.
"""
REVIEWED = "reviewed.csv"
"""What people decided of pseudo labels: their lines are both kept."""
ATTRIBUTES = ("*.parquet binary", "/runs/** -text", "/submissions/** -text", f"/{REVIEWED} merge=union")
"""Predictions are never merged by their bytes, and no line end of a file with a checksum is changed."""


def write_git_files(root: Path, competition: Competition) -> dict[str, list[str]]:
    """Add to .gitignore and .gitattributes the lines that they lack, and return those; what stands there stays."""
    missing = lacking(root, competition)
    for name, lines in missing.items():
        before = _content(root / name)
        end = b"" if not before or before.endswith(b"\n") else b"\n"
        write_bytes(root / name, before + end + "\n".join([TITLES[name], *lines, ""]).encode())
    return missing


def lacking(root: Path, competition: Competition) -> dict[str, list[str]]:
    """The lines that .gitignore and .gitattributes lack, by the file's name; none of a file that has them all."""
    fixes = competition.fixes.file if competition.fixes is not None else "fixes.csv"
    union = f"/{_escaped(PurePosixPath(fixes).as_posix())} merge=union"
    found = {}
    for name, lines in ((IGNORE, (*_data(competition.data), *IGNORED)), (ATTRIBUTE, (*ATTRIBUTES, union))):
        known = {line.strip() for line in _content(root / name).splitlines()}
        missing = [line for line in dict.fromkeys(lines) if line.encode() not in known]
        if missing:
            found[name] = missing
    return found


def _content(path: Path) -> bytes:
    return read_bytes(path) if os.path.lexists(path) else b""


def _data(data: str) -> list[str]:
    """The lines that keep the data out: its folder, or, where that is the workspace itself, image files."""
    folder = PurePosixPath(data)
    if folder.is_absolute() or ".." in folder.parts:
        return []
    if not folder.parts:
        return ["*" + re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", end) for end in READERS]
    return [f"/{_escaped(folder.as_posix())}"]  # a link to it, too


def _escaped(path: str) -> str:
    """A path as a pattern of git that means it and nothing else."""
    return re.sub(r"([*?\[\]\\ ])", r"\\\1", path)
