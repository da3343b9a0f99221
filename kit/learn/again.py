"""A fold's model run again: whether its predictions are what the kept model gives, of the photos as they are now.

A network's kept weights predict a sample of its validation and test rows; a classic learner is fitted again, which is
all of it. Nothing that the cache remembers is believed: photos are decoded anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.top import TopProbs, distance
from kit.images.crops import Crops, choose_boxes, read_crops
from kit.images.faces import search
from kit.images.look import Look, open_look
from kit.images.together import decode_each
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.base import BaseRecipe
from kit.recipes.classic import ClassicRecipe
from kit.recipes.load import run_recipe
from kit.recipes.network import Recipe
from kit.recipes.weights import recipe_weights
from kit.reporter import Reporter
from kit.runs.predictions import Predictions
from kit.runs.record import FoldRecord
from kit.runs.store import Run
from kit.seed import derive_seed

if TYPE_CHECKING:
    from kit.learn.network.again import Origins

SAMPLE = 256
"""Rows of each side, at most, that a network predicts again; of fewer it predicts all."""
NEAR, NEAR_ON_OTHERS = 1e-5, 0.02
"""How far probabilities may be from those in the files: where both come of a CPU, and of networks where one came of
another device, which sums in another order and in half precision. Equal versions on a CPU give equal bits.
"""
REFITTED = 1e-3
"""The same of a classic learner that was fitted again: other versions of its library end elsewhere."""
FACES = 64
"""Photos in which faces are looked for again."""


@dataclass(frozen=True)
class Aside(Workspace):
    """The same workspace with another folder for all that is made: neither its runs nor its cache are used."""

    aside: Path = Path()

    @property
    def runs_dir(self) -> Path:
        return self.aside / "runs"

    @property
    def cache_dir(self) -> Path:
        return self.aside / "cache"

    @property
    def folds_path(self) -> Path:
        return self.root / "runs" / "folds.csv"

    @property
    def crops_path(self) -> Path:
        return self.root / "runs" / "crops.csv"

    @property
    def pseudo_dir(self) -> Path:
        return self.root / "runs" / "pseudo"


class Again:
    """Runs fold models again; called with a run and a fold, as lineage asks it. Its folder goes when it is closed."""

    def __init__(self, workspace: Workspace, seed: int, reporter: Reporter) -> None:
        """seed: what the rows that are predicted again are drawn by."""
        self._workspace, self._seed, self._reporter = workspace, seed, reporter
        self._folder = tempfile.TemporaryDirectory(prefix="kit-again-")
        self._aside = Aside(workspace.root, aside=Path(self._folder.name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._folder.cleanup()

    def __call__(self, run: Run, fold: int) -> tuple[str | None, tuple[str, ...]]:
        """How far the model is from what its files say, and what that cannot prove. KitError where it is another."""
        if self._workspace.pixels.fingerprint is None:
            return None, ("photos not here",)
        if self._aside.pixels.fingerprint != self._workspace.pixels.fingerprint:
            raise KitError("the photos are others than the cache remembers")
        recipe = run_recipe(run)
        self._reporter.info(f"{run.id}/fold{fold}: running it again")
        not_proved = self._boxes if recipe.images == "crop" else ()
        if isinstance(recipe, ClassicRecipe):
            try:
                told = self._refit(run, fold, recipe)
            except FileNotFoundError:
                return None, (*not_proved, "the backbone's weights are not here")
            return told, not_proved
        if not self._keeps_neighbours(run, fold, recipe):
            return None, (*not_proved, "the votes of neighbours, which were not kept when it was trained")
        told, more = self._predict(run, fold, recipe)
        return told, (*not_proved, *more)

    def _refit(self, run: Run, fold: int, recipe: ClassicRecipe) -> str:
        """Fit a classic learner anew and compare all that it predicts. FileNotFoundError without its backbone."""
        from kit.learn.classic.extract import build_extractor

        try:
            build_extractor(recipe, recipe_weights(recipe, self._workspace.root))
        except KitError as error:
            raise FileNotFoundError(str(error)) from None
        record = run.record
        plan = plan_run(
            self._aside,
            record.tasks,
            record.recipe,
            recipe,
            round=record.round,
            teachers=record.teachers,
            all_data=record.all_data,
        )
        fitted = train_run(self._aside, plan, [fold], Reporter())
        before, now = run.fold_record(fold), fitted.fold_record(fold)
        far = max(
            _difference(run.fold_oof(fold), fitted.fold_oof(fold), "oof.parquet", REFITTED),
            _difference(run.fold_test(fold), fitted.fold_test(fold), "test.parquet", REFITTED),
        )
        _check_temperature(before, now.temperature, REFITTED)
        return _words(far)

    def _keeps_neighbours(self, run: Run, fold: int, recipe: Recipe) -> bool:
        from kit.learn.network.checkpoint import load_neighbours
        from kit.learn.network.kept import asks_neighbours

        wanted = [task for task in asks_neighbours(recipe) if task in run.record.tasks]
        return not wanted or set(wanted) <= set(load_neighbours(run.fold_dir(fold) / "weights.safetensors"))

    def _predict(self, run: Run, fold: int, recipe: Recipe) -> tuple[str, tuple[str, ...]]:
        """Let a network's kept weights predict a sample of its rows, and look where its weights came from."""
        from kit.learn.network.again import kept_predictions, kept_temperature

        folded = run.fold_record(fold)
        train, valid = self._workspace.train, self._workspace.folds.valid(fold)
        predict, on_cpu = kept_predictions(run, fold, self._look.format.channels)
        near = NEAR if on_cpu and folded.device == "cpu" else NEAR_ON_OTHERS
        far = 0.0
        for name, images, kept in (
            ("oof.parquet", train["image"][valid], run.fold_oof(fold)),
            ("test.parquet", self._workspace.test["image"], run.fold_test(fold)),
        ):
            keys = images.to_numpy(dtype=object)
            read = ~np.isin(keys, folded.unreadable)
            for batch in self._sample(len(keys), 2 * recipe.batch_size, f"{run.id}/fold{fold}/{name}"):
                said = predict(self._decoded(recipe, keys[batch], read[batch]))
                rows = batch[read[batch]]
                told = {task: values[read[batch]] for task, values in said.items()}
                again = Predictions(keys[rows], told, kinds=run.record.kinds)
                far = max(far, _difference(kept.aligned(keys[rows]), again, name, near))
        temperature = kept_temperature(self._workspace, run, fold, recipe, predict, self._decoded)
        _check_temperature(folded, temperature, 10 * near)
        return _words(far), self._origins.check(run, fold, recipe)

    def _sample(self, n_rows: int, size: int, purpose: str) -> list[np.ndarray]:
        """Whole batches of the rows, as they were predicted: equal batches give equal bits."""
        batches = np.split(np.arange(n_rows), np.arange(size, n_rows, size))
        if n_rows <= SAMPLE:
            return batches
        rng = np.random.default_rng(derive_seed(self._seed, purpose))
        return [batches[place] for place in sorted(rng.permutation(len(batches))[: max(1, SAMPLE // size)])]

    def _decoded(
        self, recipe: BaseRecipe, keys: Sequence[str] | np.ndarray, read: np.ndarray | None = None
    ) -> np.ndarray:
        """(n, height, width, channels) uint8 of photos, from their files; black where one was not `read`, (n,) bool."""
        regions = self._crops.regions(keys, recipe.background) if recipe.images == "crop" else {}
        paths, parts = [self._workspace.data_dir / key for key in keys], [regions.get(key) for key in keys]
        black = np.zeros((*recipe.size, self._look.format.channels), np.uint8)
        wanted = np.ones(len(paths), dtype=bool) if read is None else read
        some = [place for place, is_read in enumerate(wanted) if is_read]
        found = decode_each(
            [paths[place] for place in some],
            recipe.size,
            recipe.fit,
            [parts[place] for place in some],
            self._look,
            recipe.kept_as,
        )
        photos = [black] * len(paths)
        for place, one in zip(some, found, strict=True):
            if isinstance(one, KitError):
                raise one
            photos[place] = one
        return np.stack(photos)

    @cached_property
    def _origins(self) -> Origins:
        from kit.learn.network.again import Origins

        return Origins(self._workspace)

    @cached_property
    def _look(self) -> Look:
        return open_look(self._aside)

    @cached_property
    def _crops(self) -> Crops:
        return read_crops(self._workspace.crops_path)

    @cached_property
    def _boxes(self) -> tuple[str, ...]:
        """Look for faces again on a sample of the photos; what keeps from doing so is said."""
        record, table = self._crops.record, self._crops.table.set_index("image")
        if record.detector is None or record.threshold is None:
            return ()  # lineage says it
        images = np.random.default_rng(derive_seed(self._seed, "faces")).permutation(table.index)[:FACES]
        try:
            found, package = search(
                self._aside.cache_dir, self._workspace.data_dir, list(images), record.detector, Reporter(), self._look
            )
        except KitError:
            return (f"its face boxes: the detector {record.detector} is not here",)
        if package != record.package:
            return (f"its face boxes: they are of {record.package}, and {package} is here",)
        again = choose_boxes(found, record.threshold).set_index("image")
        kept = table.loc[again.index]
        faces = (again["faces"] > 0).to_numpy()  # a box without a face is as large as those of all other photos
        edges = ["left", "top", "right", "bottom"]
        moved = (again[edges] != kept[edges]).any(axis=1).to_numpy()
        wrong = (again["faces"] != kept["faces"]).to_numpy() | (faces & moved)
        if wrong.any():
            raise KitError(
                f"{int(wrong.sum())} of {len(wrong)} face boxes are not those that {package} finds, such as that of"
                f" '{again.index[int(np.flatnonzero(wrong)[0])]}'"
            )
        return ()


def _difference(kept: Predictions, again: Predictions, name: str, near: float) -> float:
    """The largest difference of the predictions; KitError where it is more than `near`."""
    far = np.zeros(len(kept.images))
    again = again.aligned(kept.images)
    for task, probs in kept.probs.items():
        if isinstance(probs, TopProbs):
            far = np.maximum(far, distance(probs, again.probs[task]))
            continue
        size = np.maximum(1, np.abs(probs.astype(float)))  # of numbers above 1 it is a share
        far = np.maximum(far, (np.abs(probs.astype(float) - again.probs[task]) / size).max(axis=1))
    if (far > near).any():
        raise KitError(
            f"its model gives other predictions than {name}: {int((far > near).sum())} of {len(far)} rows are off by"
            f" up to {far.max():.2g}"
        )
    return float(far.max(initial=0))


def _check_temperature(folded: FoldRecord, again: dict[str, float], near: float) -> None:
    if set(folded.temperature) != set(again) or any(
        abs(again[task] / value - 1) > max(near, 1e-3) for task, value in folded.temperature.items()
    ):
        raise KitError("its temperature is not that of the train people that were held out of its training")


def _words(far: float) -> str:
    return "to the bit" if far == 0 else f"within {far:.1g}"
