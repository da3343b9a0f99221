"""Competitions that kit knows: each writes a competition.yaml, some also make their data."""

from __future__ import annotations

import errno
import os
import shutil
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from kit.claim import sweep
from kit.competition.git_files import TITLES, write_git_files
from kit.competition.spec import Competition
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.errors import KitError
from kit.files import rename, write_text
from kit.owner import unfinished
from kit.reading import read_bytes
from kit.schema import parse_yaml, validate

HERE = Path(__file__).parent
FOLDERS = ("runs", "submissions", "recipes")
WIDTH = 110
"""Characters of a line of competition.yaml."""


def template(name: str, /, **values: str) -> str:
    """A shipped YAML text with its $places filled in."""
    return string.Template((HERE / name).read_text(encoding="utf-8")).substitute(values)


def data_key(root: Path, data_dir: Path) -> str:
    """How competition.yaml names the data folder: relative where it lies in the workspace or beside it."""
    root, data_dir = Path(os.path.abspath(root)), Path(os.path.abspath(data_dir))
    near = data_dir.is_relative_to(root) or data_dir.is_relative_to(root.parent)
    return Path(os.path.relpath(data_dir, root) if near else data_dir).as_posix()


def yaml_text(value: object) -> str:
    """A text, number or list as it stands on one line of YAML, quoted where it must be."""
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**9).strip()[1:-1]


def yaml_list(values: Iterable[object], indent: int) -> str:
    """A list in brackets, broken into lines that are indented by `indent`."""
    lines = [""]
    for text in map(yaml_text, values):
        if lines[-1] and indent + len(lines[-1]) + len(text) > WIDTH:
            lines.append("")
        lines[-1] += f"{text}, "
    joined = ("\n" + " " * indent).join(line.rstrip() for line in lines)
    return f"[{joined.rstrip(',')}]"


def check_new(root: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Refuse to overwrite a file that says something else without `force`."""
    for name, text in files.items():
        path = root / name
        if not force and path.exists() and read_bytes(path) != text.encode():
            raise KitError("this file is there already", where=path, todo="keep it, or overwrite it with --force")


def write_workspace(root: Path, files: Mapping[str, str], *, force: bool = False) -> Workspace:
    """Write a workspace's texts, competition.yaml last, and make its folders; the spec is checked before.

    Git is told what it leaves out, too. Where one of the files cannot be written, those that are new go again.
    """
    where = root / SPEC_NAME
    competition = validate(Competition, parse_yaml(files[SPEC_NAME], where), where=where)
    check_new(root, files, force=force)
    new = [root / name for name in (*TITLES, *files) if not os.path.lexists(root / name)]
    try:
        write_git_files(root, competition)
        for name in sorted(files, key=lambda name: name == SPEC_NAME):
            write_text(root / name, files[name])
    except (KitError, OSError):
        for path in new:
            path.unlink(missing_ok=True)
        raise
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    return Workspace(root)


@contextmanager
def new_folder(directory: Path) -> Iterator[Path]:
    """Yield a folder to fill that becomes `directory` when the block succeeds; `directory` must be new or empty."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise KitError("this folder holds other files", where=directory, todo="name a new one with --data")
    staging = unfinished(directory)
    try:
        sweep(directory.parent)
        staging.mkdir(parents=True)
        yield staging
        os.sync()  # once for all of its files
        rename(staging, directory)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise KitError("the disk is full; nothing was written", where=directory, todo="free some space") from error
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
