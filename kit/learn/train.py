"""A run, from its recipe to its records: every fold trained, predicted and written down."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import yaml

from kit.errors import KitError, nearest
from kit.evidence.calibration import fit_temperature
from kit.files import file_sha256, fingerprint, write_record, write_text
from kit.folds.frozen import Ground
from kit.images.augment import build_augment
from kit.images.cache import ImageCache, open_cache
from kit.images.crops import read_crops
from kit.learn.checkpoint import load_weights, save_weights
from kit.learn.data import held_out, make_examples, read_labels
from kit.learn.fit import Validation, amp_dtype, fit, n_workers, pick_device
from kit.learn.model import TaskModel, build_model, count_parameters
from kit.learn.predict import predict
from kit.learn.pretrained import weights_file
from kit.learn.recipe import Recipe
from kit.learn.sample import row_repeats
from kit.learn.seed import derive_seed
from kit.learn.target import bins_identity, check_heads, head_shapes, real_targets
from kit.reporter import Progress, Reporter
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord, seed_mark
from kit.runs.round import Teachers, read_round
from kit.runs.store import Run, all_runs, check_same_ground


def plan_run(
    ground: Ground,
    tasks: Sequence[str],
    recipe_name: str,
    recipe: Recipe,
    *,
    number: int = 0,
    teachers: Teachers = "lane",
    init_round: int | None = None,
    all_data: bool = False,
) -> RunRecord:
    """The record of the run that these inputs make; equal inputs give an equal id.

    The hash in an id leaves the seed out, and a seed other than 0 is said behind it: seeds of one recipe are a family.

    `number` is the pseudo-label round to train on (0: real labels alone); `init_round` starts from the weights of this
    recipe's run of that round and seed; `all_data` trains one model on everybody, without a validation side.
    """
    competition = ground.workspace.competition
    for task in (*tasks, *(recipe.mix.tasks or () if recipe.mix else ())):
        competition.classes(task)
    for task in tasks:
        if tasks.count(task) > 1:
            raise KitError(f"the task '{task}' is named twice", where="+".join(tasks))
    check_heads(competition, recipe.heads, tasks)
    for task, times in recipe.oversample.items():
        for name in times:
            if name not in competition.classes(task):
                raise KitError(
                    f"'{task}' has no class '{name}'",
                    where=f"oversample.{task}",
                    todo=nearest(name, competition.classes(task)),
                )
    tasks = sorted(tasks, key=competition.task_names.index)  # mask+gender and gender+mask are one model
    if not number and init_round is None:
        teachers = "lane"  # without a round there is nobody to pool
    pseudo = _labels_to_eat(ground, tasks, number, teachers) if number else {}
    start = _run_of_round(ground, tasks, recipe_name, recipe.seed, init_round, all_data, teachers)
    content = {
        "tasks": list(tasks),
        "recipe": _recipe_identity(ground, recipe),
        "data": ground.tables.fingerprint,
        "folds": ground.folds.fingerprint,
        "pseudo": pseudo,
        "init_from": start.family if start is not None else None,
        "all_data": all_data,
    }
    if bins := bins_identity(competition, recipe.heads, tasks):
        content["bins"] = bins
    marks = (f"-r{number}" if number else "") + ("-pooled" if teachers == "all" else "") + ("-all" if all_data else "")
    return RunRecord(
        id=f"{'+'.join(tasks)}-{recipe_name}{marks}-{fingerprint(content)[:8]}{seed_mark(recipe.seed)}",
        tasks=tuple(tasks),
        recipe=recipe_name,
        classes={task: competition.classes(task) for task in tasks},
        data=ground.tables.fingerprint,
        folds=ground.folds.fingerprint,
        n_folds=ground.folds.n_folds,
        seed=recipe.seed,
        round=number,
        teachers=teachers,
        pseudo=pseudo,
        init_from=start.id if start is not None else None,
        all_data=all_data,
    )


def _recipe_identity(ground: Ground, recipe: Recipe) -> dict[str, object]:
    """The part of a recipe that all seeds of its models depend on: how they will teach others is not among it.

    A weights file counts by its content, and so do the boxes of the faces.
    """
    content = recipe.model_dump(mode="json", exclude={"pseudo", "seed"})
    if recipe.images == "crop":
        crops = read_crops(ground.workspace.crops_path)
        crops.regions([*ground.tables.train["image"], *ground.tables.test["image"]])  # a photo without a box shows here
        content["crops"] = crops.fingerprint
    if recipe.weights is None:
        return content
    return {**content, "weights": file_sha256(weights_file(recipe.weights, recipe.model, ground.workspace.root))}


def _labels_to_eat(ground: Ground, tasks: Sequence[str], number: int, teachers: Teachers) -> dict[str, str]:
    """The fingerprint of a round's labels for each task."""
    record = read_round(ground.workspace.pseudo_dir, number, teachers)
    where = f"round {number}"
    for what, claimed, current in (
        ("folds", record.folds, ground.folds.fingerprint),
        ("data", record.data, ground.tables.fingerprint),
    ):
        if claimed != current:
            raise KitError(f"it was made on other {what} than the workspace has now", where=where, todo="make it again")
    for task in tasks:
        if task not in record.tasks:
            raise KitError(
                f"it has no labels of the task '{task}'", where=where, todo=f"run 'kit pseudo --round {number}'"
            )
    return {task: record.tasks[task].fingerprint for task in tasks}


def _run_of_round(
    ground: Ground,
    tasks: Sequence[str],
    recipe_name: str,
    seed: int,
    number: int | None,
    all_data: bool,
    teachers: Teachers,
) -> RunRecord | None:
    """The complete run of this recipe, seed and round, whose weights another one starts from."""
    if number is None:
        return None
    for run in all_runs(ground.workspace):
        record = run.record
        same = (record.tasks, record.recipe, record.seed, record.round, record.all_data) == (
            tuple(tasks),
            recipe_name,
            seed,
            number,
            all_data,
        )
        same = same and (teachers == "all" or record.teachers == "lane")
        here = (record.folds, record.data) == (ground.folds.fingerprint, ground.tables.fingerprint)
        if same and run.complete and here:
            return record
    of_seed = f" with the seed {seed}" if seed else ""
    raise KitError(
        f"no complete run of '{recipe_name}' for {'+'.join(tasks)}{of_seed} is of round {number}", where="--init"
    )


def train_run(
    ground: Ground, record: RunRecord, recipe: Recipe, fold_numbers: Sequence[int] | None, reporter: Reporter
) -> Run:
    """Train the folds of a run that are not finished yet (all, or `fold_numbers`)."""
    run = Run(ground.workspace.runs_dir / record.id)
    wanted = wanted_folds(record, fold_numbers)
    if (run.path / "run.json").exists():
        check_same_ground([run], ground.tables.fingerprint, ground.folds.fingerprint)
    todo = [fold for fold in wanted if not (run.fold_dir(fold) / "fold.json").exists()]
    if not todo:
        reporter.info(f"{record.id}: folds {', '.join(map(str, wanted))} are trained already")
        _write_whole(run)
        return run

    device = pick_device()
    written, recipe = recipe, ready_recipe(ground, record, recipe)
    train_cache, test_cache = open_caches(ground, recipe, reporter)
    if not (run.path / "run.json").exists():
        write_text(run.path / "config.yaml", yaml.safe_dump(written.model_dump(mode="json"), sort_keys=False))
        write_record(run.path / "run.json", record)
    with reporter.progress(record.id, len(todo) * recipe.epochs) as progress:
        for fold in todo:
            _train_fold(ground, run, recipe, fold, device, train_cache, test_cache, reporter, progress)
    _write_whole(run)
    return run


def ready_recipe(ground: Ground, record: RunRecord, recipe: Recipe) -> Recipe:
    """The recipe with its weights file found; what is missing for it is an error before any image is read."""
    if recipe.weights is not None:
        path = weights_file(recipe.weights, recipe.model, ground.workspace.root)
        recipe = recipe.model_copy(update={"weights": str(path)})
    n_classes = {task: len(names) for task, names in record.classes.items()}
    shapes = head_shapes(ground, recipe.heads, record.tasks, np.ones(len(ground.tables.train), dtype=bool))
    build_model(recipe, n_classes, 0, shapes)
    build_augment(recipe.augment, recipe.size)
    return recipe


def run_folds(record: RunRecord) -> tuple[int, ...]:
    return (0,) if record.all_data else tuple(range(record.n_folds))


def wanted_folds(record: RunRecord, fold_numbers: Sequence[int] | None) -> tuple[int, ...]:
    """The folds to train: all of the run's, or those named, of which one that does not exist is an error."""
    for fold in fold_numbers or ():
        if fold not in run_folds(record):
            raise KitError(f"there is no fold {fold}", where="--folds", todo=f"there are {run_folds(record)}")
    return run_folds(record) if fold_numbers is None else tuple(dict.fromkeys(fold_numbers))


def open_caches(ground: Ground, recipe: Recipe, reporter: Reporter) -> tuple[ImageCache, ImageCache]:
    """The decoded train and test photos at the recipe's size: whole, or what `kit crop` found of them."""
    workspace, caches = ground.workspace, []
    crops = read_crops(workspace.crops_path) if recipe.images == "crop" else None
    for images in (ground.tables.train["image"], ground.tables.test["image"]):
        regions = None if crops is None else crops.regions(images, recipe.background)
        caches.append(
            open_cache(
                workspace.cache_dir, workspace.data_dir, list(images), recipe.size, recipe.fit, reporter, regions
            )
        )
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
    train, test = ground.tables.train, ground.tables.test
    n_classes = {task: len(names) for task, names in record.classes.items()}
    lane = None if record.all_data else fold
    valid = np.zeros(len(train), dtype=bool) if lane is None else ground.folds.valid(lane)
    rows, test_rows = train_cache.rows(train["image"]), test_cache.rows(test["image"])
    labels = {task: train[task].to_numpy() for task in record.tasks}
    seed = derive_seed(recipe.seed, fold)
    held = held_out(train["group"], ~valid, recipe.holdout, derive_seed(seed, "holdout"))
    learned = ~valid & ~held
    started = time.monotonic()

    pseudo = {task: read_labels(ground.workspace, record, task, lane) for task in record.pseudo}
    shapes = head_shapes(ground, recipe.heads, record.tasks, learned)
    examples = make_examples(
        (train_cache.array, test_cache.array),
        rows[learned],
        real_targets(ground, recipe.heads, record.tasks, shapes, learned),
        train["group"].to_numpy()[learned],
        [pseudo[task].located(task, test["image"], test_rows) for task in pseudo],
        row_repeats(recipe.oversample, {task: y[learned] for task, y in labels.items()}, record.classes),
    )
    validation = Validation(train_cache.array, rows[valid], {task: y[valid] for task, y in labels.items()})
    model = build_model(recipe, n_classes, derive_seed(seed, "init"), shapes)
    init_weights = None
    if record.init_from is not None:
        path = Run(ground.workspace.runs_dir / record.init_from).fold_dir(fold) / "weights.safetensors"
        model.load_state_dict(load_weights(path))
        init_weights = file_sha256(path)
    elif recipe.weights is not None:
        init_weights = file_sha256(Path(recipe.weights))
    model, history = fit(
        model.to(device),
        recipe,
        examples,
        validation if valid.any() else None,
        [build_augment(recipe.augment, recipe.size) for _ in range(n_workers())],
        identity=f"{record.id}/fold{fold}",
        seed=seed,
        checkpoint_path=directory / "checkpoint.safetensors",
        reporter=reporter,
        progress=progress,
    )

    save_weights(directory / "weights.safetensors", model.state_dict())
    temperature = {}
    if held.any():
        probs = predict_rows(model, recipe, train_cache, rows[held])
        temperature = {task: fit_temperature(probs[task], y[held]) for task, y in labels.items()}
    if valid.any():
        _write_probs(
            directory / "oof.parquet", record, predict_rows(model, recipe, train_cache, rows[valid]), train[valid]
        )
    _write_probs(directory / "test.parquet", record, predict_rows(model, recipe, test_cache, test_rows), test)
    write_record(
        directory / "fold.json",
        FoldRecord(
            fold=fold,
            n_train=int(learned.sum()),
            n_valid=int(valid.sum()),
            train_groups=fingerprint(sorted(set(train["group"][~valid]))),
            pseudo_files={task: labels_of_task.sha256 for task, labels_of_task in pseudo.items()},
            init_weights=init_weights,
            selected=("epoch",) if recipe.early_stopping and valid.any() else (),
            n_pseudo=len(examples.row) - examples.n_real,
            heads=shapes,
            temperature=temperature,
            weights=file_sha256(directory / "weights.safetensors"),
            oof=file_sha256(directory / "oof.parquet") if valid.any() else None,
            test=file_sha256(directory / "test.parquet"),
            history=history,
            parameters=count_parameters(model),
            device=str(device),
            seconds=round(time.monotonic() - started, 1),
        ),
    )
    (directory / "checkpoint.safetensors").unlink(missing_ok=True)


def predict_rows(model: TaskModel, recipe: Recipe, cache: ImageCache, rows: np.ndarray) -> dict[str, np.ndarray]:
    """The inference pass as the recipe wants it."""
    dtype = amp_dtype(recipe, next(model.parameters()).device)
    return predict(model, cache.array, rows, 2 * recipe.batch_size, flip=recipe.tta == "flip", amp_dtype=dtype)


def _write_probs(path: Path, record: RunRecord, probs: dict[str, np.ndarray], table: pd.DataFrame) -> None:
    write_predictions(path, Predictions(table["image"].to_numpy(dtype=object), probs), record.classes)


def _write_whole(run: Run) -> None:
    """Once every fold is finished, lay its predictions together in oof.parquet and test.parquet, for other programs."""
    if not run.complete:
        return
    wholes = [("test.parquet", run.test)] + ([] if run.record.all_data else [("oof.parquet", run.oof)])
    for name, whole in wholes:
        if not (run.path / name).exists():
            write_predictions(run.path / name, whole(), run.record.classes)
