"""What is right and what is wrong with a workspace and the machine that it is on."""

from __future__ import annotations

import os
import platform
import shutil
import zlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from kit import __version__
from kit.competition.tables import Tables
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.cores import has_bf16_units, usable_cores
from kit.errors import KitError
from kit.files import read_json, read_record
from kit.folds.frozen import Folds
from kit.hosts.host import open_host
from kit.images.array_file import ArrayRecord, FeatureRecord
from kit.images.store import CacheRecord
from kit.openmp import waiting
from kit.reading import opened, require_file
from kit.report.doctor_data import look_at_files, look_at_folds, look_at_photos, look_at_tables
from kit.report.doctor_gone import look_at_gone
from kit.report.doctor_labels import look_at_names
from kit.report.doctor_records import look_at_git, look_at_merges, look_at_pseudo, look_at_runs, look_at_submissions
from kit.report.doctor_shift import look_at_shifts
from kit.report.doctor_twins import look_at_twins
from kit.report.finding import Finding, place, wrong
from kit.reporter import Reporter

PACKAGES = (
    "torch",
    "timm",
    "albumentations",
    "opencv-python-headless",
    "pillow",
    "numpy",
    "pandas",
    "pyarrow",
    "scikit-learn",
    "safetensors",
    "pydantic",
    "kaggle",
)
LITTLE, TOO_LITTLE = 5e9, 1e9
"""Bytes of free disk that are worth a note, and that will not do."""


def examine(workspace: Workspace, reporter: Reporter | None = None, *, fast: bool = False) -> list[Finding]:
    """Look at everything; no defect of the workspace stops the look at the rest.

    With `fast` no image is decoded and no checksum of an image cache is reckoned.
    """
    reporter, root = reporter or Reporter(), workspace.root
    findings = [*_versions(), _device(), _disk(root)]
    tables: Tables | None = None
    folds: Folds | None = None
    try:
        competition = workspace.competition
    except KitError as error:
        return [*findings, *_caches(workspace, fast), wrong(error, root), *look_at_submissions(workspace, None)]
    findings += [Finding("ok", f"the competition '{competition.name}'", SPEC_NAME), *_host(workspace)]
    findings += _caches(workspace, fast)
    try:
        tables = workspace.tables
    except KitError as error:
        findings.append(wrong(error, root))
    if tables is not None:
        try:
            folds = workspace.folds
            people = tables.train["group"].nunique()
            findings.append(Finding("ok", f"{people} groups in {folds.n_folds} frozen folds", "runs/folds.csv"))
        except KitError as error:
            found = os.path.lexists(workspace.folds_path)
            findings.append(wrong(error, root) if found else Finding("note", error.what, "", error.todo or ""))
        findings += look_at_tables(workspace, tables)
        findings += look_at_names(workspace, tables)
        findings += look_at_folds(workspace, tables, folds)
        findings += look_at_files(workspace, tables)
    findings += look_at_photos(workspace, tables, reporter, fast)
    if tables is not None and not fast:
        findings += look_at_twins(workspace, tables, folds, reporter)
        findings += look_at_shifts(workspace, reporter)
    basis = workspace.basis if tables is not None and folds is not None else None
    findings += look_at_gone(workspace)
    findings += look_at_runs(workspace, basis)
    findings += look_at_pseudo(workspace, basis)
    findings += look_at_submissions(workspace, basis)
    findings += look_at_merges(workspace)
    findings += look_at_git(workspace)
    return findings


def _versions() -> Iterator[Finding]:
    """The versions that matter, read without importing anything."""
    found = [f"python {platform.python_version()}", f"kit {__version__}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding("wrong", "this package is not installed", package, "install kit again")
    yield Finding("ok", ", ".join(found))


def _device() -> Finding:
    try:
        import torch
    except ImportError as error:
        return Finding("wrong", f"torch cannot be imported ({error})", "", "install kit again")
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return Finding("ok", f"trains on {properties.name} with {properties.total_memory / 2**30:.0f} GiB")
    units = "with" if has_bf16_units() else "without"
    told = f"{usable_cores()} CPU cores {units} units for bfloat16 (idle threads: {waiting()})"
    return Finding("ok", f"there is no CUDA: trains on {told}")


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    level, todo = ("wrong", "free some space") if free < TOO_LITTLE else ("note", "free some space")
    if free >= LITTLE:
        level, todo = "ok", ""
    return Finding(level, f"{free / 1e9:,.1f} GB of disk are free", "", todo)  # type: ignore[arg-type]


def _host(workspace: Workspace) -> Iterator[Finding]:
    """A host that does not exist, or lacks a key of competition.yaml."""
    try:
        open_host(workspace)
    except KitError as error:
        yield Finding("wrong", error.what, SPEC_NAME, error.todo or "")


def _caches(workspace: Workspace, fast: bool) -> Iterator[Finding]:
    """The caches of images and features: how large they are, and those whose bytes are not what was built."""
    built = sorted(path for ending in ("npy", "jpegs") for path in workspace.cache_dir.glob(f"[!.]*.{ending}"))
    paths = [path for path in built if path.with_suffix(".json").exists()]  # the record is written last
    if paths:
        gigabytes = sum(path.stat().st_size for path in paths) / 1e9
        told = f"{len(paths)} caches of images and features, {gigabytes:,.2f} GB"
        yield Finding("ok", told, place(workspace.cache_dir, workspace.root))
    begun = [path for path in workspace.cache_dir.glob(".*.part") if path.stat().st_size]
    if begun := begun + [path for path in built if path not in paths]:
        gigabytes = sum(path.stat().st_size for path in begun) / 1e9
        told = f"{len(begun)} caches are not finished, {gigabytes:,.2f} GB; 'kit train' goes on with them"
        yield Finding("note", told, place(workspace.cache_dir, workspace.root))
    for path in paths:
        problem = _cache_problem(path, fast)
        if problem is not None:
            todo = "delete it; the next training builds it again"
            yield Finding("wrong", f"this cache is damaged: {problem}", place(path, workspace.root), todo)


def _cache_record(path: Path) -> ArrayRecord:
    kind = read_json(path)
    of_features = isinstance(kind, dict) and kind.get("kind") == "feature-cache"
    return read_record(path, FeatureRecord) if of_features else read_record(path, CacheRecord)


def _cache_problem(path: Path, fast: bool) -> str | None:
    try:
        record = _cache_record(path.with_suffix(".json"))
    except KitError as error:
        return f"its record: {error.what}"
    try:
        require_file(path)
    except KitError as error:
        return error.what
    if path.suffix == ".npy":
        try:
            shape = np.load(path, mmap_mode="r", allow_pickle=False).shape
        except (OSError, ValueError, TypeError, SyntaxError, AttributeError):
            return "it is no whole array"
        if shape != record.array_shape:
            return "its record is of another array"
    if fast:
        return None
    crc = 0
    with opened(path) as handle:
        while chunk := handle.read(1 << 22):
            crc = zlib.crc32(chunk, crc)
    return None if crc == record.crc32 else "its checksum is wrong"
