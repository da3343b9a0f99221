"""A run, from its recipe to its records: every fold trained, predicted and written down."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import yaml

from kit.errors import KitError
from kit.files import file_sha256, fingerprint, write_record, write_text
from kit.folds.frozen import Ground
from kit.images.augment import build_augment
from kit.images.cache import ImageCache, open_cache
from kit.learn.checkpoint import save_weights
from kit.learn.data import Examples, one_hot
from kit.learn.fit import Validation, amp_dtype, fit, pick_device
from kit.learn.model import TaskModel, build_model, count_parameters
from kit.learn.predict import predict
from kit.learn.recipe import Recipe
from kit.learn.seed import derive_seed
from kit.reporter import Progress, Reporter
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord
from kit.runs.store import Run, check_same_ground


def plan_run(ground: Ground, tasks: Sequence[str], recipe_name: str, recipe: Recipe) -> RunRecord:
    """The record of the run that these inputs make; equal inputs give an equal id."""
    competition = ground.workspace.competition
    for task in tasks:
        competition.classes(task)
    content = {
        "tasks": list(tasks),
        "recipe": recipe.model_dump(mode="json"),
        "data": ground.tables.fingerprint,
        "folds": ground.folds.fingerprint,
    }
    return RunRecord(
        id=f"{'+'.join(tasks)}-{recipe_name}-{fingerprint(content)[:8]}",
        tasks=tuple(tasks),
        recipe=recipe_name,
        classes={task: competition.classes(task) for task in tasks},
        data=ground.tables.fingerprint,
        folds=ground.folds.fingerprint,
        n_folds=ground.folds.n_folds,
        seed=recipe.seed,
    )


def train_run(
    ground: Ground, record: RunRecord, recipe: Recipe, fold_numbers: Sequence[int] | None, reporter: Reporter
) -> Run:
    """Train the folds of a run that are not finished yet (all, or `fold_numbers`)."""
    run = Run(ground.workspace.runs_dir / record.id)
    wanted = tuple(fold_numbers) if fold_numbers is not None else run_folds(record)
    for fold in wanted:
        if fold not in run_folds(record):
            raise KitError(f"there is no fold {fold}", where="--folds", todo=f"the folds are 0 to {record.n_folds - 1}")
    if (run.path / "run.json").exists():
        check_same_ground([run], ground.tables.fingerprint, ground.folds.fingerprint)
    todo = [fold for fold in wanted if not (run.fold_dir(fold) / "fold.json").exists()]
    if not todo:
        reporter.info(f"{record.id}: folds {', '.join(map(str, wanted))} are trained already")
        _write_whole(run)
        return run

    device = pick_device()
    n_classes = {task: len(names) for task, names in record.classes.items()}
    build_model(recipe, n_classes, seed=0)  # a missing model or weights file shows before any image is read
    train_cache, test_cache = open_caches(ground, recipe, reporter)
    if not (run.path / "run.json").exists():
        write_text(run.path / "config.yaml", yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False))
        write_record(run.path / "run.json", record)
    with reporter.progress(record.id, len(todo) * recipe.epochs) as progress:
        for fold in todo:
            _train_fold(ground, run, recipe, fold, device, train_cache, test_cache, reporter, progress)
    _write_whole(run)
    return run


def run_folds(record: RunRecord) -> tuple[int, ...]:
    return tuple(range(record.n_folds))


def open_caches(ground: Ground, recipe: Recipe, reporter: Reporter) -> tuple[ImageCache, ImageCache]:
    """The decoded train and test photos at the recipe's size."""
    workspace = ground.workspace
    caches = [
        open_cache(workspace.cache_dir, workspace.data_dir, list(images), recipe.size, recipe.fit, reporter)
        for images in (ground.tables.train["image"], ground.tables.test["image"])
    ]
    return caches[0], caches[1]


def _train_fold(
    ground: Ground,
    run: Run,
    recipe: Recipe,
    fold: int,
    device: torch.device,
    train_cache: ImageCache,
    test_cache: ImageCache,
    reporter: Reporter,
    progress: Progress,
) -> None:
    record, directory = run.record, run.fold_dir(fold)
    train = ground.tables.train
    valid = ground.folds.valid(fold)
    labels = {task: train[task].to_numpy() for task in record.tasks}
    rows = train_cache.rows(train["image"])
    seed = derive_seed(recipe.seed, fold)
    started = time.monotonic()

    examples = Examples(
        arrays=(train_cache.array,),
        source=np.zeros(int((~valid).sum()), dtype=np.int8),
        row=rows[~valid],
        targets={task: one_hot(y[~valid], len(record.classes[task])) for task, y in labels.items()},
        weights={task: np.ones(int((~valid).sum()), dtype=np.float32) for task in labels},
        n_real=int((~valid).sum()),
    )
    validation = Validation(train_cache.array, rows[valid], {task: y[valid] for task, y in labels.items()})
    model = build_model(recipe, {task: len(names) for task, names in record.classes.items()}, derive_seed(seed, "init"))
    model, history = fit(
        model.to(device),
        recipe,
        examples,
        validation,
        build_augment(recipe.augment, recipe.size),
        identity=f"{record.id}/fold{fold}",
        seed=seed,
        checkpoint_path=directory / "checkpoint.safetensors",
        reporter=reporter,
        progress=progress,
    )

    save_weights(directory / "weights.safetensors", model.state_dict())
    for name, cache, cache_rows, images in (
        ("oof.parquet", train_cache, rows[valid], train["image"][valid]),
        ("test.parquet", test_cache, test_cache.rows(ground.tables.test["image"]), ground.tables.test["image"]),
    ):
        _write_probs(directory / name, model, recipe, record, cache, cache_rows, images)
    write_record(
        directory / "fold.json",
        FoldRecord(
            fold=fold,
            n_train=len(examples.row),
            n_valid=int(valid.sum()),
            train_groups=fingerprint(sorted(set(train["group"][~valid]))),
            selected=("epoch",) if recipe.early_stopping else (),
            weights=file_sha256(directory / "weights.safetensors"),
            oof=file_sha256(directory / "oof.parquet"),
            test=file_sha256(directory / "test.parquet"),
            history=history,
            parameters=count_parameters(model),
            device=str(device),
            seconds=round(time.monotonic() - started, 1),
        ),
    )
    (directory / "checkpoint.safetensors").unlink(missing_ok=True)


def _write_probs(
    path: Path,
    model: TaskModel,
    recipe: Recipe,
    record: RunRecord,
    cache: ImageCache,
    rows: np.ndarray,
    images: pd.Series,
) -> None:
    dtype = amp_dtype(recipe, next(model.parameters()).device)
    flip = recipe.tta == "flip"
    probs = predict(model, cache.array, rows, 2 * recipe.batch_size, flip=flip, amp_dtype=dtype)
    write_predictions(path, Predictions(images.to_numpy(dtype=object), probs), record.classes)


def _write_whole(run: Run) -> None:
    """Once every fold is finished, lay its predictions together in oof.parquet and test.parquet, for other programs."""
    if not run.complete:
        return
    for name, whole in (("oof.parquet", run.oof), ("test.parquet", run.test)):
        if not (run.path / name).exists():
            write_predictions(run.path / name, whole(), run.record.classes)
