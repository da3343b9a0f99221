"""What is kept of a run's decoded photos, where its recipe leaves that to the room that there is."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import numpy as np

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.cache import place_of
from kit.images.grown import unfinished_part
from kit.images.source import Source
from kit.images.store import Kind, Store, packed
from kit.learn.ready import photo_sources
from kit.recipes.load import AnyRecipe
from kit.reporter import Reporter

SPARED = 0.1
"""The share of the free room that a cache which is not begun yet leaves."""
SAMPLE = 32
"""Photos whose JPEG tells how much room all take."""


def with_store(workspace: Workspace, recipe: AnyRecipe, reporter: Reporter, free: int | None = None) -> AnyRecipe:
    """The recipe with the store that there is room for: raw, which leaves it as it is, else encoded, else none.

    What is built, or begun, takes no room twice. free: bytes; those of the cache's disk without it.
    """
    if recipe.store is not None:
        return recipe
    if free is None:
        place = next(place for place in (workspace.cache_dir, *workspace.cache_dir.parents) if place.exists())
        free = shutil.disk_usage(place).free
    height, width = recipe.size
    n_photos = workspace.train["image"].nunique() + workspace.test["image"].nunique()
    raw = n_photos * height * width * workspace.competition.photos.channels
    if raw <= (1 - SPARED) * free:
        return recipe
    sources = [pair for pair in photo_sources(workspace, recipe, reporter) if pair[0].keys]
    a_photo = {"raw": float(np.prod(sources[0][0].shape[1:])), "encoded": _encoded_size(sources[0][0], recipe.quality)}
    kinds: tuple[Kind, ...] = ("raw", "encoded")
    for kind in kinds:
        store = Store(kind, recipe.quality)
        left, begun = _left(workspace.cache_dir, sources, store, a_photo[kind])
        if left <= free * (1 if begun else 1 - SPARED):
            break
    else:
        kind = "none"
    if kind == "raw":
        return recipe
    how = {
        "encoded": f"JPEG of quality {recipe.quality} is kept, about {n_photos * a_photo['encoded'] / 1e9:.2f} GB",
        "none": "nothing is kept, and each is decoded whenever it is looked at",
    }[kind]
    reporter.info(
        f"pixels of {n_photos:,} photos take {raw / 1e9:.2f} GB and {free / 1e9:.2f} GB are free: {how}"
        f" (--set store={kind} says so whatever is free)"
    )
    return recipe.model_copy(update={"store": kind})


def _encoded_size(source: Source, quality: int) -> float:
    """Bytes of a photo as JPEG, the mean of some of them; endless where it has channels that JPEG has not."""
    if source.shape[-1] not in (1, 3):
        return float("inf")
    sizes = []
    for row in np.unique(np.linspace(0, len(source.keys) - 1, SAMPLE).astype(int)):
        with contextlib.suppress(KitError):  # whoever builds the cache tells of all that cannot be read
            sizes.append(len(packed(source.read(int(row)), quality)))
    return float(np.mean(sizes)) if sizes else float("inf")


def _left(cache_dir: Path, sources: list[tuple[Source, bool]], store: Store, a_photo: float) -> tuple[float, bool]:
    """The bytes that are still to be written, and whether some of them are there already."""
    left, begun = 0.0, False
    for source, allowed in sources:
        path, _ = place_of(cache_dir, source, store, allow_unreadable=allowed)
        part = unfinished_part(path)
        if path.exists():
            begun = True
            continue
        done = part.stat().st_size if part.exists() else 0
        left, begun = left + max(0.0, a_photo * len(source.keys) - done), begun or part.exists()
    return left, begun
