"""The folder of a code competition's submission: the bundle as a data set, and the notebook that predicts by it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from kit.claim import sweep
from kit.disk import make_folder
from kit.errors import KitError
from kit.files import rename
from kit.owner import unfinished
from kit.reporter import Reporter
from kit.ship.bundle import Dtype, make_bundle
from kit.ship.manifest import Manifest
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


def write_kernel_folder(
    shipped: Shipped, folder: Path, reporter: Reporter, *, dtype: Dtype = "fp32", gpu: bool = True
) -> KernelFolder:
    """Write the data set and the notebook into `folder`, whole or not at all. KitError where something lies there."""
    slug = shipped.workspace.competition.slug
    if slug is None:
        raise KitError(
            "a notebook is of a competition at Kaggle",
            where=shipped.workspace.root / "competition.yaml",
            todo="write its 'slug'",
        )
    if folder.is_dir() and any(folder.iterdir()):
        raise KitError("something else lies in this folder", where=folder, todo="name another with --dry-run")
    kernel = Kernel(title_of(shipped.name), slug, gpu=gpu)
    aside = unfinished(folder)
    sweep(folder.parent)
    make_folder(aside)
    try:
        manifest, _ = make_bundle(shipped, aside / DATA, dtype, reporter)
        n_keys = len(naming(shipped.workspace.competition.submission))
        write_kernel(aside / CODE, aside / DATA, kernel, n_keys, half=dtype == "fp16")
        if folder.is_dir():
            folder.rmdir()
        rename(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return KernelFolder(folder / DATA, folder / CODE / NOTEBOOK, kernel, manifest)
