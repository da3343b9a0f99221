"""The folder of a code competition's submission: the bundle as a data set, and the notebook that predicts by it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from kit.claim import sweep
from kit.competition.spec import SPEC_NAME
from kit.competition.workspace import Workspace
from kit.disk import make_folder
from kit.errors import KitError
from kit.files import read_record, rename
from kit.owner import unfinished
from kit.reporter import Reporter
from kit.ship.bundle import Dtype, make_bundle
from kit.ship.manifest import MANIFEST, Manifest
from kit.ship.notebook import NOTEBOOK, Kernel, title_of, write_kernel
from kit.ship.shipped import Shipped
from kit.submissions.rows import naming

DATA, CODE = "dataset", "notebook"


@dataclass(frozen=True)
class KernelFolder:
    """What was written."""

    dataset: Path
    notebook: Path
    kernel: Kernel
    manifest: Manifest


def check_kernel_folder(workspace: Workspace, folder: Path) -> str:
    """The competition's slug. KitError where there is none, or where something else than such a folder is there."""
    slug = workspace.competition.slug
    if slug is None:
        raise KitError(
            "a notebook is of a competition at Kaggle", where=workspace.root / SPEC_NAME, todo="write its 'slug'"
        )
    empty = folder.is_dir() and not any(folder.iterdir())
    if os.path.lexists(folder) and not empty and not (folder / DATA / MANIFEST).is_file():
        raise _elsewhere(folder)
    return slug


def _elsewhere(folder: Path) -> KitError:
    return KitError("something else lies in this folder", where=folder, todo="name another with --dry-run")


def write_kernel_folder(
    shipped: Shipped, folder: Path, reporter: Reporter, *, dtype: Dtype = "fp32", gpu: bool = True
) -> KernelFolder:
    """Write the data set and the notebook into `folder`, whole or not at all; one of the same models stays as it is.

    KitError as `check_kernel_folder` has it, and where the folder is of other models.
    """
    slug = check_kernel_folder(shipped.workspace, folder)
    kernel = Kernel(title_of(shipped.name), slug, gpu=gpu)
    aside = unfinished(folder)
    sweep(folder.parent)
    make_folder(aside)
    try:
        manifest, _ = make_bundle(shipped, aside / DATA, dtype, reporter)
        n_keys = len(naming(shipped.workspace.competition.submission))
        write_kernel(aside / CODE, aside / DATA, kernel, n_keys, half=dtype == "fp16")
        if (folder / DATA / MANIFEST).is_file():
            if read_record(folder / DATA / MANIFEST, Manifest) != manifest or not (folder / CODE / NOTEBOOK).is_file():
                raise _elsewhere(folder)
        else:
            if folder.is_dir():
                folder.rmdir()
            rename(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return KernelFolder(folder / DATA, folder / CODE / NOTEBOOK, kernel, manifest)
