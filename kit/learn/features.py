"""Photos as numbers, by a finished run's fold model and by their pixels alone: to ask whether two sets look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.cache import ImageCache
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

N_FILTERS, SIDE, PLACES = 96, 3, 20
"""Random filters of SIDE x SIDE pixels, laid on a grid of at most some PLACES x PLACES places of a photo."""
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


def relu_features(pixels: np.ndarray) -> np.ndarray:
    """(n, N_FILTERS) float32 of (n, height, width, channels) uint8: how often and how far random filters answer.

    Means over the photo of max(0, filter + bias), as logarithms. They see what a network was trained to look through:
    a third of the filters answers to texture alone, so to noise and blur, and a third to colour alone.
    """
    rng = np.random.default_rng(0)
    filters = rng.normal(size=(N_FILTERS, SIDE, SIDE, pixels.shape[3]))
    texture, colour = slice(0, N_FILTERS // 3), slice(N_FILTERS // 3, 2 * N_FILTERS // 3)
    filters[texture] -= filters[texture].mean(axis=(1, 2), keepdims=True)
    filters[colour] -= filters[colour].mean(axis=3, keepdims=True)
    filters = filters.reshape(N_FILTERS, -1)
    filters = (filters / np.linalg.norm(filters, axis=1, keepdims=True)).astype(np.float32)
    # from less than the noise of a photo to half of all its range
    bias = np.exp(rng.uniform(np.log(0.01), np.log(0.5), N_FILTERS)) * rng.choice([-1, 1], N_FILTERS)
    height, width = (max(1, (length - SIDE + 1) // PLACES) for length in pixels.shape[1:3])
    patches = np.lib.stride_tricks.sliding_window_view(pixels, (SIDE, SIDE), axis=(1, 2))[:, ::height, ::width]
    patches = patches.transpose(0, 1, 2, 4, 5, 3).reshape(len(pixels), -1, filters.shape[1])
    answers = patches.astype(np.float32) / 255 @ filters.T + bias.astype(np.float32)
    return np.log(np.maximum(0, answers).mean(axis=1) + 1e-3)
