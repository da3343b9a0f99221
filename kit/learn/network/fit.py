"""The one training loop: a fold's model, from its examples to its weights."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import timm.optim
import torch
from timm.utils import ModelEmaV3
from torch import Tensor

from kit.errors import KitError, nearest
from kit.evidence.metrics import Metric
from kit.evidence.top import Outputs
from kit.learn.examples import Examples
from kit.learn.job import FoldJob, in_pieces
from kit.learn.network.batches import Augment, Draws, Feeding, batches, epoch_plan
from kit.learn.network.checkpoint import Checkpoint
from kit.learn.network.compute import quicken
from kit.learn.network.device import amp_dtype
from kit.learn.network.feed import fed
from kit.learn.network.mix import mix
from kit.learn.network.model import TaskModel
from kit.learn.network.predict import predict
from kit.learn.network.ranks import by_slices, on_whole_batch, take_statistics
from kit.learn.network.resume import checkpoints, resume
from kit.learn.network.sample import draw_rows
from kit.learn.network.schedule import rate_factor
from kit.learn.network.step import Step
from kit.learn.ranks import Ranks, ranks_here
from kit.recipes.network import MixSpec, Optimizer, Recipe
from kit.reporter import Progress, Reporter
from kit.runs.record import Epoch
from kit.seed import derive_seed

WEIGHT = "/weight"
"""What follows a task's name in the name of the weights of its rows while these are mixed."""


class Fitted(NamedTuple):
    """What training leaves."""

    model: TaskModel
    """With the weights to keep."""
    history: tuple[Epoch, ...]
    feeding: Feeding
    oof: dict[str, Outputs] | None
    """What the model says of the validation side, mirror images and neighbours left out, where that was looked at."""


def fit(
    model: TaskModel,
    recipe: Recipe,
    job: FoldJob,
    augments: Sequence[Augment | Draws],
    *,
    reporter: Reporter,
    progress: Progress,
) -> Fitted:
    """Train `model` for the recipe's epochs.

    After each epoch a checkpoint is replaced; where one of the same job lies in its folder, training goes on from it
    and ends, on a CPU, with the same bits as if it had never stopped. Ranks that train together do so by the same
    batches as one process, and the first of them writes.
    """
    ranks, device, feeding = ranks_here(), next(model.parameters()).device, Feeding()
    dtype = amp_dtype(recipe, device)
    torch.backends.cudnn.benchmark = True  # batches have two sizes at most
    optimizer = build_optimizer(model, recipe.optimizer)
    ema = ModelEmaV3(model, decay=recipe.ema, use_warmup=True) if recipe.ema else None
    scaler = torch.amp.GradScaler(device.type, enabled=dtype == torch.float16)
    checkpoint_path, examples = job.directory / "checkpoint.safetensors", job.examples
    start, history, best = resume(checkpoint_path, job.name, model, ema, optimizer, scaler, reporter)
    if ranks.agreed(lambda: start) != start:
        raise KitError(f"rank {ranks.rank} reads another checkpoint than the first", where=job.name, todo="try again")
    progress.advance(start, _note(history[-1], job.metric) if history else "", skipped=True)

    oof: dict[str, Outputs] | None = None
    counts = {task: torch.from_numpy(examples.class_counts(task)).to(device) for task in model.n_classes}
    for task in counts:
        if model.activations[task] == "sigmoid":  # of a label its rows with and without it
            counts[task] = torch.stack([counts[task], examples.n_real - counts[task]])
    step = Step(model, recipe, optimizer, scaler, counts, dtype, reporter, job.name)
    if device.type == "cpu":
        quicken(model)
    if recipe.compile:
        model.compile_training()

    with checkpoints(checkpoint_path, job.name, device) as kept_files:
        for epoch in range(start, recipe.epochs):
            if recipe.early_stopping and _epochs_since_best(history, job.metric) >= recipe.early_stopping.patience:
                note = f"stopped early, {_note(history[-1], job.metric)}"
                progress.advance(recipe.epochs - epoch, note, skipped=True)
                break
            train_loss = _train_epoch(step, examples, augments, ema, epoch, history, job.seed, feeding, progress)
            if not math.isfinite(train_loss):
                raise KitError(
                    f"the training loss is {train_loss} in epoch {epoch + 1}",
                    where=job.name,
                    todo="lower the learning rate, such as --set optimizer.lr=1e-4",
                )
            kept = ema.module if ema else model
            take_statistics(model, ema and ema.module)
            line, probs = _measure(kept, recipe, job, epoch, train_loss, dtype)
            history.append(line)
            reporter.epoch(job.run, job.fold, line)
            is_best = recipe.early_stopping is not None and _epochs_since_best(history, job.metric) == 0
            if is_best or not recipe.early_stopping:
                oof = probs
            if is_best:
                best = {key: value.detach().cpu().clone() for key, value in kept.state_dict().items()}
            if ranks.leads:
                content = Checkpoint(
                    epoch=epoch + 1,
                    model=model.state_dict(),
                    optimizer=optimizer.state_dict(),
                    ema=ema.module.state_dict() if ema else None,
                    best=best,
                    scaler=scaler.state_dict(),
                    history=[line.model_dump() for line in history],
                )
                kept_files.save(content)
            progress.advance(1, _note(history[-1], job.metric))

    kept = ema.module if ema else model
    if best is not None:
        kept.load_state_dict(best)
    return Fitted(kept, tuple(history), feeding, oof)


def build_optimizer(model: TaskModel, settings: Optimizer) -> torch.optim.Optimizer:
    """The optimizer of all parameters; with layer decay its groups have an `lr_scale`, 1 for the last layer and heads.

    timm tells the layers of its own models apart, and not those of what is built around them.
    """
    if settings.name.lower() not in (names := timm.optim.list_optimizers()):
        raise KitError(
            f"there is no optimizer '{settings.name}'", where="optimizer.name", todo=nearest(settings.name, names)
        )
    fused: dict[str, Any] = {"fused": True} if settings.fused else {}
    try:
        optimizer = timm.optim.create_optimizer_v2(
            model.backbone,
            opt=settings.name,
            lr=settings.lr,
            weight_decay=settings.weight_decay,
            momentum=settings.momentum,
            layer_decay=settings.layer_decay,
            **fused,
        )
    except TypeError:
        if not fused:
            raise
        todo = "with optimizer.fused=false it can be taken; adamw, adam, sgd and adagrad can be fused"
        raise KitError(f"'{settings.name}' cannot be fused", where="optimizer.fused", todo=todo) from None
    if own := list(model.heads.parameters()):
        optimizer.add_param_group({"params": own, "weight_decay": 0.0})  # boundaries and widths are no weights
    return optimizer


def _train_epoch(
    step: Step,
    examples: Examples,
    augments: Sequence[Augment | Draws],
    ema: ModelEmaV3 | None,
    epoch: int,
    history: list[Epoch],
    seed: int,
    feeding: Feeding,
    progress: Progress,
) -> float:
    """One pass over the examples; returns the mean loss. Every random choice is seeded by the epoch."""
    model, recipe, ranks = step.model, step.recipe, ranks_here()
    device = next(model.parameters()).device
    torch.manual_seed(derive_seed(seed, epoch, "dropout", *([] if ranks.leads else [ranks.rank])))
    generator = np.random.default_rng(derive_seed(seed, epoch, "order"))
    real = draw_rows(recipe.sampler, examples.strata, examples.groups, examples.repeats, generator)
    n_pseudo = len(examples.row) - examples.n_real
    plan = epoch_plan(real, examples.n_real, n_pseudo, recipe.batch_size, recipe.pseudo_share, generator)
    seeds = [derive_seed(seed, epoch, number, "augment") for number in range(len(plan))]
    _require_rows(plan, ranks)
    losses = [line.train_loss for line in history]
    total = torch.zeros((), device=device)
    model.train_everything()
    if epoch < recipe.freeze_epochs:
        model.train_only_heads()
    told = time.monotonic()
    # closed at once on Ctrl-C or an error, so that no thread goes on making batches
    with closing(batches(examples, plan, augments, seeds, feeding, ranks, pin=device.type == "cuda")) as made:
        for number, batch in enumerate(fed(made, device)):
            done = epoch * len(plan) + number
            factor = rate_factor(recipe.schedule, done, recipe.epochs * len(plan), epoch, losses)
            for group in step.optimizer.param_groups:
                group["lr"] = recipe.optimizer.lr * factor * group.get("lr_scale", 1.0)
            pixels, targets, weights = batch.pixels, batch.targets, batch.weights
            if recipe.mix is not None:
                mixing = np.random.default_rng(derive_seed(seed, epoch, number, "mix"))
                mixed = partial(mix_weighted, spec=recipe.mix, generator=mixing)
                pixels, targets, weights = on_whole_batch(mixed, len(plan[number]), pixels, targets, weights)
            total += step(pixels, targets, weights)
            if ema is not None:
                ema.update(model, step=done)
            if time.monotonic() - told > 1:
                told = time.monotonic()
                progress.advance(0, f"epoch {epoch + 1}, batch {number + 1}/{len(plan)}")
    return float(total) / len(plan)


def _require_rows(plan: Sequence[np.ndarray], ranks: Ranks) -> None:
    """Refuse batches that are too small to be shared: batch normalisation wants two rows or more."""
    least = min(map(len, plan))
    if ranks.size > 1 and least < 2 * ranks.size:
        raise KitError(
            f"a batch of {least} photos is too small for {ranks.size} devices",
            where="--devices-per-fold",
            todo=f"take fewer, or batches of {2 * ranks.size} photos and more",
        )


def mix_weighted(
    pixels: Tensor,
    targets: dict[str, Tensor],
    weights: dict[str, Tensor],
    spec: MixSpec,
    generator: np.random.Generator,
) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
    """Mix a batch whose rows have weights: a row teaches of each of its two images as much as that one's weight."""
    told = {task: target * weights[task][:, None] for task, target in targets.items()}
    told |= {task + WEIGHT: weights[task][:, None] for task in targets}
    pixels, told, teaches = mix(pixels, told, spec, generator)
    sums = {task: told[task + WEIGHT][:, 0] for task in targets}
    targets = {task: told[task] / sums[task].clamp_min(1e-12)[:, None] for task in targets}
    return pixels, targets, {task: sums[task] * teaches[task] for task in sums}


def _measure(
    model: TaskModel,
    recipe: Recipe,
    job: FoldJob,
    epoch: int,
    train_loss: float,
    dtype: torch.dtype | None,
) -> tuple[Epoch, dict[str, Outputs] | None]:
    """A line of the learning curve, and the predictions that it is of."""
    validation = job.validation
    if validation is None:
        return Epoch(epoch=epoch, train_loss=train_loss), None
    said = partial(predict, model, validation.array, batch_size=2 * recipe.batch_size, amp_dtype=dtype)
    probs = in_pieces(by_slices(said), validation.rows, job.kept)

    def measured() -> Epoch:
        losses = [job.tasks[task].loss(labels, probs[task]) for task, labels in validation.labels.items()]
        score = job.score(probs, validation.labels)
        return Epoch(epoch=epoch, train_loss=train_loss, valid_loss=float(np.mean(losses)), score=score)

    return ranks_here().agreed(measured), probs


def _epochs_since_best(history: list[Epoch], metric: Metric) -> int:
    """Epochs since the best validation score, the loss deciding between equal ones."""
    if not history:
        return -1
    sign = 1 if metric.higher_is_better else -1
    ranks = [(-math.inf if line.score is None else sign * line.score, -(line.valid_loss or 0.0)) for line in history]
    return len(ranks) - 1 - ranks.index(max(ranks))


def _note(line: Epoch, metric: Metric) -> str:
    return f"loss {line.train_loss:.3f}" + (f", {metric.name} {line.score:.3f}" if line.score is not None else "")
