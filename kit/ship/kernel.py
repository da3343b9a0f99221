"""The folder of a code competition's submission: the bundle as a data set, and the notebook that predicts by it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from kit.claim import sweep
from kit.competition.spec import SPEC_NAME
from kit.competition.workspace import Workspace
from kit.disk import make_folder
from kit.errors import KitError
from kit.files import file_sha256, read_record, rename
from kit.hosts.kaggle_kernels import GATEWAY
from kit.owner import unfinished
from kit.reading import read_bytes
from kit.reporter import Reporter
from kit.ship.bundle import Dtype, make_bundle
from kit.ship.manifest import MANIFEST, Manifest
from kit.ship.notebook import NOTEBOOK, Kernel, of_bundle, title_of, write_kernel
from kit.ship.shipped import Shipped
from kit.submissions.rows import naming

DATA, CODE = "dataset", "notebook"
GATEWAYS = (GATEWAY, "*/competition.cpython*.so")
"""What lies in the data folder of a competition that asks notebooks photo by photo: as of 2024, and before."""


@dataclass(frozen=True)
class KernelFolder:
    """What was written."""

    dataset: Path
    notebook: Path
    kernel: Kernel
    manifest: Manifest
    sha256: str
    """Of the bundle's manifest."""


def served_by_api(slug: str) -> KitError:
    """The refusal of a competition whose notebooks must answer an API."""
    return KitError(
        f"{slug} is served by an API: its notebooks answer a gateway and write no file, which kit's cannot",
        todo="take the models from 'kit bundle', and write that notebook by hand",
    )


def check_kernel_folder(workspace: Workspace, folder: Path) -> str:
    """The competition's slug.

    KitError where there is none, where notebooks answer an API, or where something else than such a folder is there.
    """
    slug = workspace.competition.slug
    if slug is None:
        raise KitError(
            "a notebook is of a competition at Kaggle", where=workspace.root / SPEC_NAME, todo="write its 'slug'"
        )
    if any(path for pattern in GATEWAYS for path in workspace.data_dir.glob(pattern)):
        raise served_by_api(slug)
    empty = folder.is_dir() and not any(folder.iterdir())
    if os.path.lexists(folder) and not empty and not (folder / DATA / MANIFEST).is_file():
        raise _elsewhere(folder)
    return slug


def _elsewhere(folder: Path) -> KitError:
    return KitError("something else lies in this folder", where=folder, todo="name another with --dry-run")


def write_kernel_folder(
    shipped: Shipped,
    folder: Path,
    reporter: Reporter,
    *,
    dtype: Dtype = "fp32",
    gpu: bool = True,
    owner: str | None = None,
) -> KernelFolder:
    """Write the data set and the notebook into `folder`, whole or not at all; one of the same models stays as it is.

    owner: whose they will be; their names then hold the bundle's hash too. KitError as `check_kernel_folder` has it,
    and where the folder is of other models, or of another machine.
    """
    slug = check_kernel_folder(shipped.workspace, folder)
    test = shipped.workspace.competition.test
    assert test is not None  # there is a submission
    kernel = Kernel(title_of(shipped.name), slug, round(3600 * test.hours), gpu=gpu)
    aside = unfinished(folder)
    sweep(folder.parent)
    make_folder(aside)
    try:
        manifest, _ = make_bundle(shipped, aside / DATA, dtype, reporter)
        sha256 = file_sha256(aside / DATA / MANIFEST)
        if owner is not None:
            kernel = replace(kernel, title=of_bundle(kernel.title, sha256), owner=owner)
        n_keys = len(naming(shipped.workspace.competition.submission))
        write_kernel(aside / CODE, aside / DATA, kernel, n_keys, half=dtype == "fp16")
        if (folder / DATA / MANIFEST).is_file():
            there = folder / CODE / NOTEBOOK
            same = there.is_file() and read_bytes(there) == read_bytes(aside / CODE / NOTEBOOK)
            if not same or read_record(folder / DATA / MANIFEST, Manifest) != manifest:
                raise _elsewhere(folder)
        else:
            if folder.is_dir():
                folder.rmdir()
            rename(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return KernelFolder(folder / DATA, folder / CODE / NOTEBOOK, kernel, manifest, sha256)
