"""Features that classic learners learn from: computed once for all folds, tasks and runs, and mapped from disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kit.cores import usable_cores
from kit.files import fingerprint
from kit.images.array_file import FeatureRecord, cached_array, write_array
from kit.images.cache import ImageCache
from kit.images.hog import hog_features
from kit.images.rows import PixelRows
from kit.recipes.classic import ClassicRecipe
from kit.reporter import Reporter

CHUNK = 16
"""Photos that a thread computes the features of at a time."""


@dataclass(frozen=True)
class Extractor:
    """What turns decoded photos into features."""

    made_by: dict[str, Any]
    """All that the features depend on besides the pixels."""
    extract: Callable[[np.ndarray], np.ndarray]
    """(n, height, width, channels) uint8 -> (n, n_views, n_features) float32."""
    init_weights: str | None
    """sha256 of the weights file that the backbone came from."""
    device: str
    is_random: bool
    """A backbone that nobody trained."""
    in_threads: Callable[[int], AbstractContextManager[ThreadPoolExecutor]] = ThreadPoolExecutor
    """So many threads that may extract, each of which takes one core."""


@dataclass(frozen=True)
class FeatureCache:
    """`array` is (n_images, n_views, n_features) float32, memory-mapped, its rows those of the image cache.

    The views are the photo and, where the recipe's `tta` is flip, its mirror image.
    """

    images: ImageCache
    array: np.ndarray

    @property
    def unreadable(self) -> frozenset[str]:
        return self.images.unreadable

    def rows(self, keys: Iterable[str]) -> np.ndarray:
        return self.images.rows(keys)

    def photos(self, keys: Iterable[str]) -> np.ndarray:
        """(n_keys, n_features): the features of photos, not of their mirror images."""
        return self.array[self.rows(keys), 0]


def build_extractor(recipe: ClassicRecipe, weights: Path | None, channels: int = 3) -> Extractor:
    """The recipe's extractor for photos of so many channels; a missing model is a KitError.

    weights: the file that its backbone starts from.
    """
    if recipe.features == "hog":
        return _hog_extractor(recipe, recipe.tta == "flip")
    from kit.learn.classic.backbone import backbone_extractor  # torch is heavy, and histograms need none

    return backbone_extractor(recipe, weights, channels)


def _hog_extractor(recipe: ClassicRecipe, flip: bool) -> Extractor:
    from importlib.metadata import version

    settings = recipe.hog_settings

    def extract(pixels: np.ndarray) -> np.ndarray:
        views = [pixels, pixels[:, :, ::-1]][: 1 + flip]
        return np.stack([hog_features(view, settings.cell, settings.orientations) for view in views], axis=1)

    made_by = {"hog": settings.model_dump(), "skimage": version("scikit-image"), "flip": flip}
    return Extractor(made_by, extract, None, "cpu", False)


def extracted(extractor: Extractor, pixels: PixelRows) -> Iterator[np.ndarray]:
    """The features of photos (n, height, width, channels), some photos at a time, in their order.

    A thread per core, each without threads of its own; a single one that drives a GPU. A photo's features then do not
    depend on the number of cores, and nobody waits for a thread that others hold up.
    """
    with extractor.in_threads(usable_cores() if extractor.device == "cpu" else 1) as pool:
        try:
            starts = range(0, len(pixels), CHUNK)
            yield from pool.map(lambda start: extractor.extract(pixels[start : start + CHUNK]), starts)
        finally:
            pool.shutdown(cancel_futures=True)


def open_features(extractor: Extractor, images: ImageCache, reporter: Reporter) -> FeatureCache:
    """Open the features of all photos of an image cache, beside it; compute them if need be."""
    if len(images.keys) == 0:
        return FeatureCache(images, np.zeros((0, 1, 1), np.float32))
    identity = fingerprint({"images": images.fingerprint, "made_by": extractor.made_by})
    path = images.path.with_name(f"{identity[:16]}.npy")

    def chunks() -> Iterator[np.ndarray]:
        with reporter.progress("computing features", len(images.array)) as progress:
            for features in extracted(extractor, images.array):
                yield features
                progress.advance(len(features))

    def build() -> FeatureRecord:
        shape = (len(images.array), *extractor.extract(np.zeros_like(images.array[:1])).shape[1:])
        crc32 = write_array(path, shape, np.dtype(np.float32), chunks())
        return FeatureRecord(
            fingerprint=identity, shape=shape, images=images.fingerprint, made_by=extractor.made_by, crc32=crc32
        )

    return FeatureCache(images, cached_array(path, identity, "feature cache", FeatureRecord, build, reporter))
