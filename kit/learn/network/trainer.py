"""A fold's network: built, trained, its weights written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kit.files import file_sha256
from kit.images.augment import Augment, build_augment
from kit.images.changes import Drawing, build_drawing
from kit.images.drawn_apart import drawn_apart
from kit.learn.job import FoldJob, FoldResult
from kit.learn.network.batches import Draws
from kit.learn.network.checkpoint import load_into, load_weights, save_weights
from kit.learn.network.device import n_workers, pick_device
from kit.learn.network.fit import build_optimizer, fit
from kit.learn.network.kept import network_predict
from kit.learn.network.memory import keep_freed_memory
from kit.learn.network.model import TaskModel, build_model, count_parameters
from kit.learn.network.neighbours import remember
from kit.learn.network.ranks import synchronised
from kit.learn.ranks import ranks_here
from kit.recipes.network import Recipe
from kit.reporter import Progress, Reporter
from kit.runs.record import Shape
from kit.seed import derive_seed
from kit.targets.base import BaseTask


def check_network(
    recipe: Recipe, weights: Path | None, tasks: Mapping[str, BaseTask], shapes: Mapping[str, Shape], channels: int
) -> None:
    """Build what the recipe names, so that what is missing or does not fit is a KitError before anything is read."""
    model = task_model(recipe, tasks, 0, shapes, weights, channels)
    build_optimizer(model, recipe.optimizer)
    build_changes(recipe, channels)


def build_changes(recipe: Recipe, channels: int) -> Augment | Drawing:
    """The recipe's augmentation, for one thread: it changes photos, or tells the device what to change."""
    augment = build_augment(recipe.augment, recipe.size, channels=channels)
    return augment if recipe.augment_on is None else build_drawing(augment)


@contextmanager
def changes_by_thread(recipe: Recipe, channels: int) -> Iterator[list[Augment | Draws]]:
    """One for each thread that makes batches; where a GPU makes the changes, processes draw them."""
    found = [build_changes(recipe, channels) for _ in range(n_workers())]
    drawings = [one for one in found if isinstance(one, Drawing) and one.augment.pipeline.transforms]
    if not drawings or pick_device().type == "cpu":
        yield list(found)
        return
    with drawn_apart(drawings) as apart:
        yield list(apart)


def task_model(
    recipe: Recipe,
    tasks: Mapping[str, BaseTask],
    seed: int,
    shapes: Mapping[str, Shape],
    weights: Path | None,
    channels: int,
) -> TaskModel:
    """The recipe's model of these tasks, with fresh heads."""
    n_outputs = {name: len(task.outputs) for name, task in tasks.items()}
    activations = {name: task.activation for name, task in tasks.items()}
    return build_model(recipe, n_outputs, seed, shapes, weights, channels, activations)


def learn_network(
    weights: Path | None, reporter: Reporter, recipe: Recipe, job: FoldJob, progress: Progress
) -> FoldResult:
    """Train the recipe's network on a job; weights: the file that its backbone starts from."""
    device, channels = pick_device(), job.examples.arrays[0].shape[-1]
    if device.type == "cpu":
        keep_freed_memory()
    model = task_model(recipe, job.tasks, derive_seed(job.seed, "init"), job.shapes, weights, channels)
    init_weights = None
    if job.start is not None:
        load_into(model, load_weights(job.start), job.start)
        init_weights = file_sha256(job.start)
    elif weights is not None:
        init_weights = file_sha256(weights)
    if recipe.sync_batch_norm:
        model.backbone = synchronised(model.backbone, device)
    with changes_by_thread(recipe, channels) as augments:
        fitted = fit(model.to(device), recipe, job, augments, reporter=reporter, progress=progress)
    model = fitted.model
    path = job.directory / "weights.safetensors"
    neighbours = remember(model, recipe.heads, job.examples, 2 * recipe.batch_size)
    if leads := ranks_here().leads:
        save_weights(path, model.state_dict(), {task: (one.rows, one.targets) for task, one in neighbours.items()})
    return FoldResult(
        predict=network_predict(model, recipe, neighbours, job.kept),
        weights=file_sha256(path) if leads else None,
        init_weights=init_weights,
        parameters=count_parameters(model),
        device=str(device),
        selected=("epoch",) if recipe.early_stopping and job.validation is not None else (),
        history=fitted.history,
        oof=fitted.oof if recipe.tta == "none" and not neighbours else None,
        waited=round(fitted.feeding.waited, 2),
        augmented=round(fitted.feeding.augmented, 2),
    )
