"""A bundle opened: every file is the one that its manifest names, and it predicts as it did where it was made."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from kit.competition.answers import Answers
from kit.competition.readers import own_readers
from kit.competition.tables import Tables, read_test_side
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, read_record
from kit.images.look import Look
from kit.images.region import Box
from kit.learn.model_file import ModelFile
from kit.recipes.load import parse_recipe
from kit.reporter import Reporter
from kit.ship.faces import FaceBoxes
from kit.ship.manifest import MANIFEST, BundledFaces, BundledRun, Manifest
from kit.ship.shipped import Shipped, ShippedRun
from kit.table_file import Column, read_csv_table


@dataclass(frozen=True)
class BundleWorkspace(Workspace):
    """What competition.yaml of a bundle says, with the test set of another data folder and no train set."""

    data: Path | None = None

    @property
    def data_dir(self) -> Path:
        if self.data is None:
            raise KitError(
                "a bundle has no photos of its own", where=self.root, todo="name the data folder with --data"
            )
        return self.data

    @cached_property
    def cache_dir(self) -> Path:  # type: ignore[override]
        """For as long as this process: a bundle is only read."""
        folder = tempfile.TemporaryDirectory(prefix="kit-bundle-")
        weakref.finalize(self, folder.cleanup)
        return Path(folder.name)

    @cached_property
    def tables(self) -> Tables:
        test, missing = read_test_side(self.root, self.data_dir, self.competition)
        empty = test.iloc[:0]
        return Tables(train=empty, test=test, raw=empty, fingerprint="", gone=((), missing))

    @cached_property
    def answers(self) -> Answers | None:
        return None if self.competition.submission.per is None else Answers.of(self.test["id"])


def open_bundle(folder: Path, data: Path | None, reporter: Reporter) -> Shipped:
    """What a bundle predicts with; KitError where a file is missing, or is not the one that its manifest names.

    data: the competition's data folder, for its test set.
    """
    if not (folder / MANIFEST).is_file():
        raise KitError("there is no bundle in this folder", where=folder, todo="make one with 'kit bundle NAME'")
    manifest = read_record(folder / MANIFEST, Manifest)
    for name, sha256 in manifest.files.items():
        if file_sha256(folder / name) != sha256:
            raise KitError(
                "this file is not the one that the manifest names: it was changed or damaged",
                where=folder / name,
                todo="copy the bundle again",
            )
    _check_named(folder, manifest)
    workspace = BundleWorkspace(folder, reporter, data=data)
    form = workspace.competition.photos
    look = Look(form, manifest.bounds, own_readers(folder))
    return BundleShipped(
        name=manifest.name,
        workspace=workspace,
        runs={name: _run(folder, name, run, form.channels) for name, run in manifest.runs.items()},
        pieces=manifest.pieces,
        kinds={task: kind for run in manifest.runs.values() for task, kind in run.kinds.items()},
        look=look,
        csv=manifest.csv if manifest.dtype == "fp32" else None,
        allows_unreadable=True,
        faces=manifest.faces,
    )


@dataclass(frozen=True)
class BundleShipped(Shipped):
    """What a bundle predicts with."""

    faces: BundledFaces | None = None

    @property
    def of_bundle(self) -> bool:
        return True

    @cached_property
    def boxes(self) -> FaceBoxes:
        if self.faces is None:
            raise KitError("this bundle has no face boxes", where=self.workspace.root)
        known = _read_boxes(self.workspace.root / self.faces.boxes)
        shares = self.faces.shares
        return FaceBoxes(
            name=self.faces.detector,
            package=self.faces.package,
            threshold=self.faces.threshold,
            margin=self.faces.margin,
            known=lambda photo: known.get(file_sha256(photo)),
            shares=lambda: shares,
            look=self.look,
            warn=self.workspace.warn_once,
        )


def _read_boxes(path: Path) -> dict[str, Box]:
    edges = ("left", "top", "right", "bottom")
    numbers = [Column(name, "whole", low=0, high=2**31) for name in edges]
    table = read_csv_table(path, [*numbers, Column("sha256")], todo="copy the bundle again")
    boxes = table[list(edges)].itertuples(index=False, name=None)
    return dict(zip(table["sha256"], boxes, strict=True))


def _check_named(folder: Path, manifest: Manifest) -> None:
    """Refuse a manifest that asks for a run or a file that it does not have."""
    files = {model.file for run in manifest.runs.values() for model in run.models}
    files |= {run.backbone for run in manifest.runs.values() if run.backbone is not None}
    files |= {manifest.faces.boxes} if manifest.faces is not None else set()
    absent: Iterable[str] = sorted(files - set(manifest.files))
    runs = sorted({run for piece in manifest.pieces for run in piece.runs()} - set(manifest.runs))
    for name in (*absent, *runs):
        raise KitError(f"its manifest does not have '{name}', which it asks for", where=folder / MANIFEST)


def _run(folder: Path, name: str, run: BundledRun, channels: int) -> ShippedRun:
    recipe = parse_recipe(run.recipe, where=f"{folder / MANIFEST}, {name}")
    models = tuple(
        ModelFile(model.name, folder / model.file, recipe, run.outputs, run.kinds, model.shapes, channels, run.kept)
        for model in run.models
    )
    priors = {task: np.array(values, dtype=np.float32) for task, values in run.prior.items()}
    return ShippedRun(recipe, models, None if run.backbone is None else folder / run.backbone, lambda: priors)
