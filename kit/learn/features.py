"""Photos as numbers, by a finished run's fold model and by their pixels alone: to ask whether two sets look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.cache import ImageCache
from kit.images.random_features import relu_features
from kit.learn.model_file import model_file
from kit.learn.ready import open_caches
from kit.pseudo.separability import Features
from kit.recipes.base import BaseRecipe
from kit.recipes.classic import ClassicRecipe
from kit.recipes.load import run_recipe
from kit.recipes.network import Recipe
from kit.recipes.weights import recipe_weights
from kit.reporter import Reporter
from kit.runs.store import Run

_CHUNK = 64


def photo_features(workspace: Workspace, run: Run, reporter: Reporter) -> dict[str, tuple[Features, Features]]:
    """Features of train photos and of test photos: their `pixels`, and the `model`'s, as the fold-0 model sees them.

    The latter are left out where its weights, or what made its features, are not here.
    """
    recipe = run_recipe(run)
    train, test = open_caches(workspace, recipe, reporter)
    seen = _model_features(workspace, run, recipe, train, test, reporter)
    found = {} if seen is None else {"model": seen}
    return found | {"pixels": (_of_pixels(train), _of_pixels(test))}


def _model_features(
    workspace: Workspace, run: Run, recipe: BaseRecipe, train: ImageCache, test: ImageCache, reporter: Reporter
) -> tuple[Features, Features] | None:
    from kit.learn.classic.extract import build_extractor, open_features
    from kit.learn.network.features import backbone_features
    from kit.learn.network.kept import kept_model

    if isinstance(recipe, ClassicRecipe):
        try:
            extractor = build_extractor(recipe, recipe_weights(recipe, workspace.root), train.array.shape[-1])
        except KitError as error:
            reporter.warn(f"{error}; without it only the pixels tell whether test looks like train")
            return None
        first, second = (open_features(extractor, cache, reporter) for cache in (train, test))
        return first.photos, second.photos
    if not (run.fold_dir(0) / "weights.safetensors").exists():
        return None  # weights stay out of git; the labels need predictions alone
    assert isinstance(recipe, Recipe)
    model, batch_size = kept_model(model_file(run, 0, train.array.shape[-1])), 2 * recipe.batch_size
    return (
        lambda images: backbone_features(model, train.array, train.rows(images), batch_size),
        lambda images: backbone_features(model, test.array, test.rows(images), batch_size),
    )


def _of_pixels(cache: ImageCache) -> Features:
    def features(images: pd.Series) -> np.ndarray:
        rows = cache.rows(images)
        return np.concatenate(
            [relu_features(cache.array[rows[start : start + _CHUNK]]) for start in range(0, len(rows), _CHUNK)]
        )

    return features
