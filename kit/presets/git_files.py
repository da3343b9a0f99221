"""What git is told of a workspace: what it leaves out, and how it merges what two people changed."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from kit.competition.formats import READERS
from kit.competition.spec import Competition
from kit.files import write_bytes

IGNORED = (
    "/data/cache",
    "*.safetensors",
    "*.pt",
    "*.pth",
    "*.ckpt",
    "/bundles/",
    "/runs/*/machine",
    "/runs/pseudo/*/show/",
    ".*.lock",
    ".*.lease",
    ".*.part",
    ".*.next",
    "*.tmp",
    "__pycache__/",
)
"""Caches, weights, bundles, what a fold cost on this machine, pictures of pseudo labels, locks, temporary files."""
ATTRIBUTES = ("*.parquet binary", "/runs/** -text", "/submissions/** -text")
"""Predictions are never merged by their bytes, and no line end of a file with a checksum is changed."""


def write_git_files(root: Path, competition: Competition) -> None:
    """Add to .gitignore and .gitattributes the lines that they lack; what stands there stays."""
    _add_lines(root / ".gitignore", "# kit: images, caches, weights, locks", [*_data(competition.data), *IGNORED])
    fixes = competition.fixes.file if competition.fixes is not None else "fixes.csv"
    union = f"/{_escaped(PurePosixPath(fixes).as_posix())} merge=union"
    _add_lines(root / ".gitattributes", "# kit: how records and predictions merge", [*ATTRIBUTES, union])


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


def _add_lines(path: Path, title: str, lines: list[str]) -> None:
    before = path.read_bytes() if path.exists() else b""
    known = {line.strip() for line in before.splitlines()}
    missing = [line for line in dict.fromkeys(lines) if line.encode() not in known]
    if missing:
        end = b"" if not before or before.endswith(b"\n") else b"\n"
        write_bytes(path, before + end + "\n".join([title, *missing, ""]).encode())
