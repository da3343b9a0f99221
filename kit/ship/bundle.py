"""A flat folder with all that a submission needs to predict photos on a machine that has no workspace."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Literal

import pandas as pd

import kit
from kit.claim import sweep
from kit.competition.metrics import FILE_NAME as METRICS_FILE
from kit.competition.readers import FILE_NAME as READERS_FILE
from kit.competition.spec import SPEC_NAME
from kit.disk import make_folder
from kit.errors import KitError
from kit.files import atomic_path, file_sha256, read_record, rename, write_bytes, write_record
from kit.images.crops import read_crops
from kit.images.faces import DETECTORS
from kit.owner import unfinished
from kit.reading import read_bytes
from kit.recipes.classic import ClassicRecipe
from kit.recipes.weights import PACKAGES
from kit.reporter import Reporter
from kit.ship.faces import box_shares
from kit.ship.manifest import MANIFEST, BundledFaces, BundledModel, BundledRun, Manifest
from kit.ship.shipped import Shipped, ShippedRun
from kit.ship.wheel import installed_wheel, kit_wheel
from kit.submissions.record import csv_path

Dtype = Literal["fp32", "fp16"]
EXPECTED = "expected.csv"
"""The submission's own file, to compare what is predicted elsewhere with."""
BOXES = "boxes.csv"
PACKAGES_USED = ("torch", "timm", "numpy", "pillow", "scikit-learn", "scikit-image", "safetensors", "pandas")


@dataclass
class _Folder:
    """A bundle in the making: what is put in stands in it once, by its content."""

    path: Path
    files: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> str:
        write_bytes(self.path / name, content)
        self.files[name] = hashlib.sha256(content).hexdigest()
        return name

    def add_weights(self, source: Path, sha256: str) -> str:
        """The file of a model's weights, copied as it is."""
        name = f"{sha256[:16]}.safetensors"
        if name not in self.files:
            with atomic_path(self.path / name) as temporary:
                shutil.copyfile(source, temporary)
            self.files[name] = file_sha256(self.path / name)
        return name


def make_bundle(shipped: Shipped, folder: Path, dtype: Dtype, reporter: Reporter) -> tuple[Manifest, bool]:
    """Write a bundle into `folder`, whole or not at all; returns its manifest, and whether it is new.

    A folder that is this very bundle already stays as it is; any other that is not empty is refused.
    """
    aside = unfinished(folder)
    sweep(folder.parent)
    make_folder(aside)
    try:
        manifest = _fill(shipped, _Folder(aside), dtype, reporter)
        if folder.is_dir() and any(folder.iterdir()):
            if (folder / MANIFEST).exists() and read_record(folder / MANIFEST, Manifest) == manifest:
                return manifest, False
            raise KitError("something else lies in this folder", where=folder, todo="name another with --out")
        if folder.is_dir():
            folder.rmdir()
        rename(aside, folder)
        return manifest, True
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _fill(shipped: Shipped, folder: _Folder, dtype: Dtype, reporter: Reporter) -> Manifest:
    workspace = shipped.workspace
    for name in (SPEC_NAME, METRICS_FILE, READERS_FILE):
        if (workspace.root / name).exists():
            folder.add(name, read_bytes(workspace.root / name))
    with reporter.progress("bundling models", sum(len(run.models) for run in shipped.runs.values())) as progress:
        runs = {}
        for name, run in shipped.runs.items():
            runs[name] = _run(run, folder, dtype)
            progress.advance(len(run.models))
    faces = _faces(shipped, folder) if shipped.looks_at_faces else None
    if shipped.csv is not None:
        folder.add(EXPECTED, read_bytes(csv_path(workspace.submissions_dir, shipped.name)))
    folder.add(*kit_wheel())
    manifest = Manifest(
        name=shipped.name,
        made_with=_versions(faces),
        licences=_licences(shipped.runs),
        dtype=dtype,
        files=dict(sorted(folder.files.items())),
        runs=runs,
        pieces=shipped.pieces,
        bounds=shipped.look.bounds,
        faces=faces,
        csv=shipped.csv,
    )
    write_record(folder.path / MANIFEST, manifest)
    return manifest


def _run(run: ShippedRun, folder: _Folder, dtype: Dtype) -> BundledRun:
    from kit.learn.network.checkpoint import in_half

    backbone = None
    if isinstance(run.recipe, ClassicRecipe) and run.recipe.features == "backbone":
        from kit.learn.classic.backbone import backbone_weights

        content = backbone_weights(run.recipe, run.backbone, run.models[0].channels, half=dtype == "fp16")
        backbone = folder.add(f"{hashlib.sha256(content).hexdigest()[:16]}.safetensors", content)
    models = []
    for model in run.models:
        if dtype == "fp16" and not isinstance(run.recipe, ClassicRecipe):
            content = in_half(model.path)
            file = folder.add(f"{hashlib.sha256(content).hexdigest()[:16]}.safetensors", content)
        else:
            file = folder.add_weights(model.path, file_sha256(model.path))
        models.append(BundledModel(name=model.name, file=file, shapes=dict(model.shapes)))
    return BundledRun(
        recipe=run.recipe.model_dump(mode="json"),
        outputs=dict(run.models[0].outputs),
        kinds=dict(run.models[0].kinds),
        kept=dict(run.models[0].kept),
        prior={task: tuple(values.tolist()) for task, values in run.prior().items()},
        models=tuple(models),
        backbone=backbone,
    )


def _faces(shipped: Shipped, folder: _Folder) -> BundledFaces:
    """The boxes of the test photos, by their contents, and what finds those of other photos."""
    workspace = shipped.workspace
    crops, hashes = read_crops(workspace.crops_path), workspace.pixels.hashes
    table = crops.table.set_index("image").loc[list(workspace.test["image"])]
    boxes = table[["left", "top", "right", "bottom"]].assign(sha256=[hashes[image] for image in table.index])
    folder.add(BOXES, pd.DataFrame(boxes).to_csv(index=False, lineterminator="\n").encode())
    if crops.record.detector is not None:
        folder.add(*installed_wheel(DETECTORS[crops.record.detector].package))
    return BundledFaces(
        detector=crops.record.detector,
        package=crops.record.package,
        threshold=crops.record.threshold or 0.0,
        margin=crops.record.margin,
        shares=box_shares(crops, workspace.data_dir, shipped.look),
        boxes=BOXES,
    )


def _versions(faces: BundledFaces | None) -> dict[str, str]:
    found = {"kit": kit.__version__, "python": ".".join(map(str, sys.version_info[:3]))}
    for package in PACKAGES_USED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    if faces is not None and faces.package is not None:
        name, _, number = faces.package.partition(" ")
        found[name] = number
    return found


def _licences(runs: Mapping[str, ShippedRun]) -> dict[str, str]:
    """What the pretrained weights are licensed by, as far as those who publish them say."""
    found = {}
    for run in runs.values():
        recipe = run.recipe
        if recipe.weights in PACKAGES:
            found[recipe.weights] = _of_package(recipe.weights) or _of_model(PACKAGES[recipe.weights].model)
        elif recipe.weights is not None:
            found[recipe.weights] = "a file of the workspace"
        elif recipe.pretrained and recipe.model is not None:
            found[recipe.model] = _of_model(recipe.model)
    return found


def _of_package(name: str) -> str | None:
    metadata = distribution(name).metadata.json
    said = str(metadata.get("license_expression") or metadata.get("license") or "UNKNOWN")
    return None if said == "UNKNOWN" else said  # so old packages are made that say nothing


def _of_model(name: str) -> str:
    import timm

    return str(getattr(timm.get_pretrained_cfg(name), "license", None) or "not said")
