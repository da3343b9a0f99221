"""What a run's folds are learned by: the trainer of its recipe, and the photos as it sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kit.competition.workspace import Workspace
from kit.images.cache import ImageCache, no_images, open_photos
from kit.images.crops import read_crops
from kit.images.look import open_look
from kit.images.source import Source
from kit.learn.classic.extract import build_extractor, open_features
from kit.learn.classic.trainer import learn_classic
from kit.learn.job import FoldJob, FoldResult, PhotoArray
from kit.learn.plan import RunPlan
from kit.learn.target import head_shapes
from kit.recipes.base import BaseRecipe
from kit.recipes.classic import ClassicRecipe
from kit.reporter import Progress, Reporter


@dataclass(frozen=True)
class FoldTrainer:
    """What learns the folds of a run."""

    learn: Callable[[Any, FoldJob, Progress], FoldResult]
    """Given the recipe, whose precision is known by then."""
    sources: Callable[[], tuple[PhotoArray, PhotoArray]]
    """Opens the train and test photos as it sees them."""
    n_steps: int
    """By how many steps `learn` advances the progress."""
    n_threads: int = 1
    """Threads of the CPU that share each step, and wait for the slowest of them."""


def ready_trainer(workspace: Workspace, plan: RunPlan, reporter: Reporter) -> FoldTrainer:
    """The trainer of a recipe; a model, weights file or augmentation that is missing shows before any image is read."""
    record, recipe, channels = plan.record, plan.recipe, workspace.competition.photos.channels
    if isinstance(recipe, ClassicRecipe):
        extractor = build_extractor(recipe, plan.weights, channels)
        if extractor.is_random:
            reporter.warn(f"{record.id}: the backbone has random weights, so its features know nothing of pictures")

        def sources() -> tuple[PhotoArray, PhotoArray]:
            train, test = (
                open_features(extractor, cache, reporter) for cache in open_caches(workspace, recipe, reporter)
            )
            return train, test

        return FoldTrainer(partial(learn_classic, extractor), sources, 1)

    from kit.learn.network.device import step_threads
    from kit.learn.network.trainer import check_network, learn_network

    shapes = head_shapes(workspace, recipe.heads, record.tasks, np.ones(len(workspace.train), dtype=bool))
    tasks = {task: workspace.competition.task(task) for task in record.tasks}
    check_network(recipe, plan.weights, tasks, shapes, channels)
    return FoldTrainer(
        partial(learn_network, plan.weights, reporter),
        partial(open_caches, workspace, recipe, reporter),
        recipe.epochs,
        step_threads(),
    )


def open_caches(workspace: Workspace, recipe: BaseRecipe, reporter: Reporter) -> tuple[ImageCache, ImageCache]:
    """The decoded train and test photos at the recipe's size: whole, or what `kit crop` found of them."""
    caches = []
    for source, allowed in photo_sources(workspace, recipe, reporter):
        if source.keys:
            place, store = workspace.cache_dir, recipe.kept_as
            caches.append(open_photos(place, source, reporter, store, allow_unreadable=allowed))
        else:
            caches.append(no_images(workspace.cache_dir, recipe.size, source.shape[-1]))
    return caches[0], caches[1]


def photo_sources(workspace: Workspace, recipe: BaseRecipe, reporter: Reporter) -> tuple[tuple[Source, bool], ...]:
    """What the train and test photos of a recipe are decoded from, and whether some may be unreadable."""
    look, test = open_look(workspace, reporter), workspace.competition.test
    crops = read_crops(workspace.crops_path) if recipe.images == "crop" else None
    found: list[tuple[Source, bool]] = []
    for images in (workspace.train["image"], workspace.test["image"]):
        allowed = len(found) == 1 and test is not None and test.unreadable is not None
        regions = None if crops is None else crops.regions(images, recipe.background)
        keys = tuple(sorted(set(images)))
        found.append((Source(workspace.data_dir, keys, recipe.size, recipe.fit, regions, look), allowed))
    return tuple(found)
