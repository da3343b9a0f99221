"""Photos predicted by the models of a submission: each decoded once for all models that look at it in one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kit.errors import KitError
from kit.evidence.top import Outputs
from kit.evidence.top_means import mean_of
from kit.images.region import Box, Region
from kit.images.store import RAW, Store
from kit.images.together import decode_each
from kit.learn.job import Predict
from kit.learn.model_file import ModelFile, load_predict
from kit.recipes.classic import ClassicRecipe
from kit.reporter import Progress, Reporter
from kit.runs.predictions import Predictions, join_rows
from kit.ship.shipped import Shipped, ShippedRun

Engine = Literal["torch", "onnx", "openvino"]
BLOCK_BYTES = 2**30
"""Of decoded photos that are held in memory at a time, at most, for each way of looking at them."""


@dataclass(frozen=True)
class Subject:
    """What an answer is of: a photo, or a face on it."""

    key: str
    path: Path
    box: Box | None = None
    """The face's box; None for the one that `kit crop` would choose."""


@dataclass(frozen=True)
class SaidOf:
    """What each run says of subjects, rows in their order, and those that cannot be read."""

    subjects: tuple[Subject, ...]
    by_run: Mapping[str, Predictions]
    unreadable: Mapping[str, KitError] = field(default_factory=dict)


@dataclass
class Predictor:
    """Predicts photos; with `keeps_models` they stay in memory between calls.

    Networks are asked by torch, which repeats the submission's bits, or by an engine that is faster on a CPU.
    """

    shipped: Shipped
    reporter: Reporter
    keeps_models: bool = False
    engine: Engine = "torch"
    _models: dict[Path, Predict] = field(default_factory=dict)
    _extractors: dict[str, Any] = field(default_factory=dict)

    def __call__(self, subjects: Sequence[Subject]) -> SaidOf:
        """What the runs say. A photo that cannot be read is left out and told of."""
        parts: list[SaidOf] = []
        n_models = sum(len(run.models) for run in self.shipped.runs.values())
        with self.reporter.progress("predicting", len(subjects) * n_models) as progress:
            for block in self._blocks(subjects):
                parts.append(self._block(block, progress))
        return _joined(parts)

    def _blocks(self, subjects: Sequence[Subject]) -> Iterator[Sequence[Subject]]:
        views = {_view(run) for run in self.shipped.runs.values()}
        a_photo = sum(height * width for (height, width), *_ in views) * self.shipped.look.format.channels
        size = max(256, BLOCK_BYTES // a_photo)
        for start in range(0, len(subjects), size):
            yield subjects[start : start + size]

    def _block(self, subjects: Sequence[Subject], progress: Progress) -> SaidOf:
        views = list(dict.fromkeys(map(_view, self.shipped.runs.values())))
        decoded = {view: self._decoded(subjects, *view) for view in views}
        unreadable: dict[str, KitError] = {}
        for found in decoded.values():
            for subject, pixels in zip(subjects, found, strict=True):
                if isinstance(pixels, KitError):
                    unreadable.setdefault(subject.key, pixels)
        readable = tuple(subject for subject in subjects if subject.key not in unreadable)
        if not readable:
            return SaidOf((), {}, unreadable)
        keys = np.array([subject.key for subject in readable], dtype=object)
        by_run = {}
        for view in views:
            kept = [one for one, it in zip(decoded.pop(view), subjects, strict=True) if it.key not in unreadable]
            photos = np.stack([one for one in kept if not isinstance(one, KitError)])
            features: dict[str, np.ndarray] = {}
            for name, run in self.shipped.runs.items():
                if _view(run) == view:
                    by_run[name] = Predictions(
                        keys, self._run(run, photos, features, progress), kinds=self.shipped.kinds
                    )
        return SaidOf(readable, {name: by_run[name] for name in self.shipped.runs}, unreadable)

    def _decoded(
        self, subjects: Sequence[Subject], size: tuple[int, int], fit: Any, images: str, background: Any, store: Store
    ) -> list[np.ndarray | KitError]:
        if images != "crop":
            regions: list[Region | KitError | None] = [None] * len(subjects)
        else:
            regions = [self._region(subject, background) for subject in subjects]
        right = [region if isinstance(region, Region) else None for region in regions]
        whole = decode_each([subject.path for subject in subjects], size, fit, right, self.shipped.look, store)
        return [
            region if isinstance(region, KitError) else pixels for region, pixels in zip(regions, whole, strict=True)
        ]

    def _region(self, subject: Subject, background: Any) -> Region | KitError:
        boxes = self.shipped.boxes
        try:
            box = boxes.of(subject.path) if subject.box is None else subject.box
        except KitError as error:
            if error.where == subject.path:
                return error
            raise  # of the detector, not of this photo
        return Region(box, boxes.margin, background)

    def _run(
        self, run: ShippedRun, photos: np.ndarray, features: dict[str, np.ndarray], progress: Progress
    ) -> dict[str, Outputs]:
        """The mean of a run's models, as a run's test predictions are; `features` of these photos are found once."""
        seen = photos
        if isinstance(run.recipe, ClassicRecipe):
            key = repr(run.recipe.model_dump(exclude={"learner", "pseudo", "holdout"}))
            if key not in features:
                features[key] = self._features(key, run, photos)
            seen = features[key]
        rows, said = np.arange(len(photos)), []
        for model in run.models:
            said.append(self._model(model)(seen, rows))
            progress.advance(len(photos))
        return {task: mean_of([one[task] for one in said]) for task in said[0]}

    def _model(self, file: ModelFile) -> Predict:
        predict = self._models.get(file.path) or self._loaded(file)
        if self.keeps_models:
            self._models[file.path] = predict
        return predict

    def _loaded(self, file: ModelFile) -> Predict:
        if self.engine == "torch" or isinstance(file.recipe, ClassicRecipe):
            return load_predict(file)
        from kit.learn.network.onnx import engine_predict, kept_onnx

        return engine_predict(self.engine, file, kept_onnx(self.engine, file, self.shipped.workspace.cache_dir))

    def _features(self, key: str, run: ShippedRun, photos: np.ndarray) -> np.ndarray:
        """What a classic learner sees of photos, (n, n_views, n_features); key: of what finds it."""
        from kit.learn.classic.extract import build_extractor, extracted

        assert isinstance(run.recipe, ClassicRecipe)
        extractor = self._extractors.get(key) or build_extractor(run.recipe, run.backbone, photos.shape[-1])
        if self.keeps_models:
            self._extractors[key] = extractor
        return np.concatenate(list(extracted(extractor, photos)))


def _view(run: ShippedRun) -> tuple[tuple[int, int], str, str, str, Store]:
    """All that a photo's pixels depend on besides its file: runs of one view share them."""
    recipe = run.recipe
    store = recipe.kept_as if recipe.store == "encoded" else RAW
    return recipe.size, recipe.fit, recipe.images, recipe.background, store


def _joined(parts: Sequence[SaidOf]) -> SaidOf:
    if len(parts) == 1:
        return parts[0]
    unreadable = {key: error for part in parts for key, error in part.unreadable.items()}
    some = [part for part in parts if part.subjects]
    if not some:
        return SaidOf((), {}, unreadable)
    by_run = {name: join_rows([part.by_run[name] for part in some]) for name in some[0].by_run}
    return SaidOf(tuple(one for part in some for one in part.subjects), by_run, unreadable)
