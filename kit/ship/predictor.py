"""Photos predicted by the models of a submission: each decoded once for all models that look at it in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from kit.recipes.load import AnyRecipe
from kit.reporter import Progress, Reporter
from kit.runs.predictions import Predictions, join_rows
from kit.ship.pace import FIRST, MEASURED, Pace
from kit.ship.shipped import Shipped, ShippedRun

Engine = Literal["torch", "onnx", "openvino"]
BLOCK_BYTES = 2**30
"""Of decoded photos that are held in memory at a time, at most, for each way of looking at them."""
MODEL_BYTES = 4 * 2**30
"""Of models' files that stay in memory while a limit is kept, at most."""


@dataclass(frozen=True)
class Subject:
    """What an answer is of: a photo, or a face on it."""

    key: str
    path: Path
    box: Box | None = None
    """The face's box; None for the one that `kit crop` would choose."""


@dataclass(frozen=True)
class SaidOf:
    """What each run says of subjects, rows in their order, and those that cannot be read; of subjects for which no time
    was left nothing is said.
    """

    subjects: tuple[Subject, ...]
    by_run: Mapping[str, Predictions]
    unreadable: Mapping[str, KitError] = field(default_factory=dict)


@dataclass
class Predictor:
    """Predicts photos; with `keeps_models` they stay in memory between calls.

    Networks are asked by torch, which repeats the submission's bits, or by an engine that is faster on a CPU. `pace`
    measures what it takes, and leaves out what its limit has no time for.
    """

    shipped: Shipped
    reporter: Reporter
    keeps_models: bool = False
    engine: Engine = "torch"
    pace: Pace = field(default_factory=lambda: Pace(Reporter()))
    _models: dict[tuple[Path, bool], Predict] = field(default_factory=dict)
    _extractors: dict[str, Any] = field(default_factory=dict)

    def __call__(self, subjects: Sequence[Subject]) -> SaidOf:
        """What the runs say. A photo that cannot be read is left out and told of."""
        parts: list[SaidOf] = []
        n_models = sum(len(run.models) for run in self.shipped.runs.values())
        start, largest = 0, self._largest_block()
        with self.reporter.progress("predicting", len(subjects) * n_models) as progress:
            while start < len(subjects) and self._has_time(len(subjects) - start):
                # models that do not stay are loaded for each block: a small one would look slow
                first = FIRST if self.keeps_models else MEASURED
                size = min(largest, self.pace.photos_between_looks(first) or largest)
                parts.append(self._block(subjects[start : start + size], progress))
                start += size
        return _joined(parts)

    def measure(self, subjects: Sequence[Subject]) -> None:
        """Measure the pace on MEASURED photos: the subjects, as often as it takes."""
        self.pace.restart()
        again = [replace(subjects[number % len(subjects)], key=str(number)) for number in range(MEASURED)]
        with Reporter().progress("measuring", 0) as progress:
            self._block(again, progress)

    @property
    def _runs(self) -> dict[str, ShippedRun]:
        """Those that are not left out."""
        return {name: run for name, run in self.shipped.runs.items() if name not in self.pace.dropped}

    def _has_time(self, n_left: int) -> bool:
        flips = self.pace.flips
        flipped = [name for name, run in self._runs.items() if _flips(run.recipe)]
        there_is = self.pace.has_time(n_left, flipped)
        if flips and not self.pace.flips:
            self._models.clear()
        return there_is

    def _largest_block(self) -> int:
        views = {_view(run) for run in self.shipped.runs.values()}
        a_photo = sum(height * width for (height, width), *_ in views) * self.shipped.look.format.channels
        return max(256, BLOCK_BYTES // a_photo)

    def _block(self, subjects: Sequence[Subject], progress: Progress) -> SaidOf:
        runs = self._runs
        by_view: dict[View, list[str]] = {}
        for name, run in runs.items():
            by_view.setdefault(_view(run), []).append(name)
        decoded = {}
        for view, names in by_view.items():
            with self.pace.of_photos(_in_words(view), names, len(subjects)):
                decoded[view] = self._decoded(subjects, *view)
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
        for view, names in by_view.items():
            kept = [one for one, it in zip(decoded.pop(view), subjects, strict=True) if it.key not in unreadable]
            photos = np.stack([one for one in kept if not isinstance(one, KitError)])
            features: dict[str, np.ndarray] = {}
            for name in names:
                said = self._run(name, runs[name], photos, features, progress)
                by_run[name] = Predictions(keys, said, kinds=self.shipped.kinds)
        return SaidOf(readable, {name: by_run[name] for name in runs}, unreadable)

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
        self, name: str, run: ShippedRun, photos: np.ndarray, features: dict[str, np.ndarray], progress: Progress
    ) -> dict[str, Outputs]:
        """The mean of a run's models, as a run's test predictions are; `features` of these photos are found once."""
        seen = photos
        if isinstance(run.recipe, ClassicRecipe):
            key = seen_alike(run.recipe)
            if key not in features:
                features[key] = self._features(key, run, photos)
            seen = features[key]
        rows = np.arange(len(photos))
        said: list[dict[str, Outputs]] = []
        for model in run.models:
            predict = self._model(name, model)
            # the photos of a run are counted once, with its first model
            with self.pace.of_photos(name, [name], len(photos) if not said else 0):
                said.append(predict(seen, rows))
            progress.advance(len(photos))
        return {task: mean_of([one[task] for one in said]) for task in said[0]}

    def _model(self, name: str, file: ModelFile) -> Predict:
        key = file.path, self.pace.flips
        if key in self._models:
            return self._models[key]
        # what is loaded again and again is a part of the pace
        clock = self.pace.of_loading(name, [name]) if self.keeps_models else self.pace.of_photos(name, [name], 0)
        with clock:
            predict = self._loaded(file)
        if self.keeps_models:
            self._models[key] = predict
        return predict

    def _loaded(self, file: ModelFile) -> Predict:
        if not self.pace.flips and _flips(file.recipe):
            file = replace(file, recipe=file.recipe.model_copy(update={"tta": "none"}))
        if self.engine == "torch" or isinstance(file.recipe, ClassicRecipe):
            return load_predict(file)
        from kit.learn.network.onnx import engine_predict, kept_onnx

        return engine_predict(self.engine, file, kept_onnx(self.engine, file, self.shipped.workspace.cache_dir))

    def _features(self, key: str, run: ShippedRun, photos: np.ndarray) -> np.ndarray:
        """What a classic learner sees of photos, (n, n_views, n_features); key: of what finds it."""
        from kit.learn.classic.extract import build_extractor, extracted

        recipe = run.recipe
        assert isinstance(recipe, ClassicRecipe)
        sharing = [
            name
            for name, other in self.shipped.runs.items()
            if isinstance(other.recipe, ClassicRecipe) and seen_alike(other.recipe) == key
        ]
        part = f"features of {sharing[0]}"
        extractor = self._extractors.get(key)
        if extractor is None:
            with self.pace.of_loading(part, sharing):
                extractor = build_extractor(recipe, run.backbone, photos.shape[-1])
        if self.keeps_models:
            self._extractors[key] = extractor
        with self.pace.of_photos(part, sharing, len(photos)):
            return np.concatenate(list(extracted(extractor, photos)))


def in_memory(shipped: Shipped) -> bool:
    """Whether all models of a submission may stay in memory at once."""
    paths = {model.path for run in shipped.runs.values() for model in run.models}
    return sum(path.stat().st_size for path in paths) <= MODEL_BYTES


def _flips(recipe: AnyRecipe) -> bool:
    return not isinstance(recipe, ClassicRecipe) and recipe.tta == "flip"


def seen_alike(recipe: ClassicRecipe) -> str:
    """All that the features of a photo depend on besides its pixels."""
    return repr(recipe.model_dump(exclude={"learner", "pseudo", "holdout"}))


View = tuple[tuple[int, int], str, str, str, Store]


def _view(run: ShippedRun) -> View:
    """All that a photo's pixels depend on besides its file: runs of one view share them."""
    recipe = run.recipe
    store = recipe.kept_as if recipe.store == "encoded" else RAW
    return recipe.size, recipe.fit, recipe.images, recipe.background, store


def _in_words(view: View) -> str:
    (height, width), fit, images, background, store = view
    kept = f", as JPEG of quality {store.quality}" if store.kind == "encoded" else ""
    return f"decoding {images}s to {height} x {width} by {fit} on {background}{kept}"


def _joined(parts: Sequence[SaidOf]) -> SaidOf:
    if len(parts) == 1:
        return parts[0]
    unreadable = {key: error for part in parts for key, error in part.unreadable.items()}
    some = [part for part in parts if part.subjects]
    if not some:
        return SaidOf((), {}, unreadable)
    always = [name for name in some[0].by_run if all(name in part.by_run for part in some)]
    by_run = {name: join_rows([part.by_run[name] for part in some]) for name in always}
    return SaidOf(tuple(one for part in some for one in part.subjects), by_run, unreadable)
