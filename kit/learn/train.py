"""A run, from its recipe to its records: every fold trained, predicted and written down."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from kit.claim import sweep
from kit.competition.answers import Answers
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.cores import Others, has_bf16_units
from kit.errors import KitError
from kit.evidence.calibration import fit_temperature
from kit.evidence.metrics import Metric
from kit.evidence.top import Outputs
from kit.files import file_sha256, fingerprint, write_record, write_text
from kit.learn.examples import make_examples, on_scale, read_labels
from kit.learn.job import FoldJob, PhotoArray, Validation
from kit.learn.network.sample import row_repeats
from kit.learn.plan import RunPlan
from kit.learn.precision import settled, tell_precision
from kit.learn.prior import fold_prior, sides
from kit.learn.ranks import Ranks, ranks_here
from kit.learn.ready import FoldTrainer, ready_trainer
from kit.learn.share import share_folds
from kit.learn.target import head_shapes, real_strata, real_targets
from kit.learn.told import tell_before, tell_crowded, tell_waited
from kit.openmp import yielding
from kit.recipes.load import AnyRecipe
from kit.recipes.network import Recipe
from kit.reporter import Progress, Reporter
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord
from kit.runs.store import Run, check_comparable, is_finished, kept
from kit.runs.whole import write_whole
from kit.seed import derive_seed
from kit.wording import counted


def train_run(workspace: Workspace, plan: RunPlan, fold_numbers: Sequence[int] | None, reporter: Reporter) -> Run:
    """Train the folds of a run that are not finished yet (all, or `fold_numbers`), with others that train it now.

    The finished ones are checked before. Of ranks that train together the first one says which fold is next.
    """
    record, recipe, ranks = plan.record, plan.recipe, ranks_here()
    run, wanted = Run(workspace.runs_dir / record.id), wanted_folds(plan.record, fold_numbers)
    todo = ranks.agreed(lambda: folds_left(workspace, plan, wanted))
    if not todo:
        reporter.info(f"{record.id}: folds {', '.join(map(str, wanted))} are trained already")
        ranks.agreed(lambda: write_whole(run))
        return run

    _require_ranks(record, ranks)
    workspace.require_photos()
    sweep(run.path)
    tell_before(workspace, record, reporter)
    others, trainer = Others(), ready_trainer(workspace, plan, reporter)
    if ranks.leads and has_bf16_units():
        tell_precision(workspace, record, recipe, len(todo), reporter)
    sources = trainer.sources()
    if ranks.size == 1:
        tell_crowded(others, record, trainer.n_threads, reporter)
    if lost := sorted(sources[1].unreadable):
        told = f"{len(lost)} of {len(workspace.test)} test photos cannot be read, such as '{lost[0]}'"
        reporter.warn(f"{told}: they are predicted as train is shared out")
    ranks.agreed(lambda: begin_run(workspace, plan))
    recipe = ranks.agreed(lambda: settled(workspace, run, plan.recipe, reporter))
    with yielding(), reporter.progress(record.id, len(todo) * trainer.n_steps) as progress:

        def train(fold: int, directory: Path) -> None:
            ranks.agreed(lambda: fold)
            _train_fold(workspace, run, recipe, fold, directory, trainer, sources, progress, reporter)

        def found(fold: int) -> None:
            progress.advance(trainer.n_steps, f"fold {fold} was trained by another process", skipped=True)

        def next_fold() -> int | None:
            return None  # the first rank says which, and after the last one this

        if ranks.leads:
            share_folds(run, todo, train, found, reporter)
        while (fold := ranks.agreed(next_fold)) is not None:
            _train_fold(workspace, run, recipe, fold, run.work_dir(fold), trainer, sources, progress, reporter)
    ranks.agreed(lambda: write_whole(run))
    return run


def _require_ranks(record: RunRecord, ranks: Ranks) -> None:
    if record.world_size != ranks.size:
        here = f"here are {counted(ranks.size, 'rank')}"
        told = f"each of its folds takes {counted(record.world_size, 'device')}, and {here}"
        raise KitError(told, where=record.id, todo=f"run 'kit train --devices-per-fold {record.world_size}'")


def begin_run(workspace: Workspace, plan: RunPlan) -> None:
    """Write what a run is, unless it is written: its recipe, then its record."""
    record, path = plan.record, workspace.runs_dir / plan.id
    if not (path / "run.json").exists():
        with kept(workspace, [record.init_from] if record.init_from is not None else []):
            write_text(path / "config.yaml", yaml.safe_dump(plan.recipe.model_dump(mode="json"), sort_keys=False))
            write_record(path / "run.json", record)


def folds_left(workspace: Workspace, plan: RunPlan, wanted: Sequence[int]) -> list[int]:
    """Those of the wanted folds that are not finished; KitError where a finished one is damaged or stands on others."""
    run = Run(workspace.runs_dir / plan.id)
    if (run.path / "run.json").exists():
        check_comparable(workspace, [run])
    left = [fold for fold in wanted if not is_finished(run, fold)]
    for fold in plan.record.expected_folds:
        if is_finished(run, fold):
            run.check_fold(fold, weights=bool(left))
    return left


def wanted_folds(record: RunRecord, fold_numbers: Sequence[int] | None) -> tuple[int, ...]:
    """The folds to train: all of the run's, or those named, of which one that does not exist is an error."""
    for fold in fold_numbers or ():
        if fold not in record.expected_folds:
            raise KitError(f"there is no fold {fold}", where="--folds", todo=f"there are {record.expected_folds}")
    return record.expected_folds if fold_numbers is None else tuple(dict.fromkeys(fold_numbers))


def _train_fold(
    workspace: Workspace,
    run: Run,
    recipe: AnyRecipe,
    fold: int,
    directory: Path,
    trainer: FoldTrainer,
    sources: tuple[PhotoArray, PhotoArray],
    progress: Progress,
    reporter: Reporter,
) -> None:
    """Give a fold's trainer its job, and write down in `directory` what it predicts and what reached it."""
    record = run.record
    train_cache, test_cache = sources
    train, test = workspace.train, workspace.test
    valid_fold = None if record.all_data else fold
    valid, held = sides(workspace, record, recipe, fold)
    rows, test_rows = train_cache.rows(train["image"]), test_cache.rows(test["image"])
    competition, labels = workspace.competition, {task: workspace.truth(task) for task in record.tasks}
    seed = derive_seed(recipe.seed, fold)
    train_rows = ~valid & ~held
    started = time.monotonic()

    pseudo = {task: read_labels(workspace, record, task, valid_fold) for task in record.pseudo}
    heads, oversample = (recipe.heads, recipe.oversample) if isinstance(recipe, Recipe) else ({}, {})
    shapes = head_shapes(workspace, heads, record.tasks, train_rows)
    targets = real_targets(workspace, heads, record.tasks, shapes, train_rows, record.kept)
    located = [
        pseudo[task].located(task, competition.task(task), test["image"], test_rows, record.kept.get(task))
        for task in pseudo
    ]
    examples = make_examples(
        (train_cache.array, test_cache.array),
        rows[train_rows],
        targets,
        train["group"].to_numpy()[train_rows],
        [replace(labels, targets=on_scale(labels.targets, shapes.get(labels.task))) for labels in located],
        row_repeats(oversample, {task: y[train_rows] for task, y in labels.items()}, record.classes),
        real_strata(workspace, targets, train_rows),
        None if workspace.tables.weights is None else workspace.tables.weights[train_rows],
    )
    validation = Validation(train_cache.array, rows[valid], {task: y[valid] for task, y in labels.items()})
    start = None if record.init_from is None else Run(workspace.runs_dir / record.init_from).fold_dir(fold)
    job = FoldJob(
        run=record.id,
        fold=fold,
        seed=seed,
        metrics=_metrics(workspace, record.tasks),
        tasks={task: competition.task(task) for task in record.tasks},
        shapes=shapes,
        examples=examples,
        validation=validation if valid.any() else None,
        start=None if start is None else start / "weights.safetensors",
        directory=directory,
        answers=_answers(workspace, record.tasks, valid),
        pool=competition.submission.pool,
        kept=record.kept,
    )
    fitted = trainer.learn(recipe, job, progress)
    of_held = fitted.predict(train_cache.array, rows[held]) if held.any() else {}
    oof = fitted.oof or (fitted.predict(train_cache.array, rows[valid]) if valid.any() else {})
    said = {task: np.zeros((0, len(names)), np.float32) for task, names in record.classes.items()}
    if len(test):
        said = fitted.predict(test_cache.array, test_rows)
    if not ranks_here().leads:
        return  # the first rank has it whole, and writes

    temperature = {}
    if held.any():
        of_classes = [task for task in record.tasks if task not in record.kinds]
        temperature = {task: fit_temperature(of_held[task], labels[task][held]) for task in of_classes}
    score = None
    if valid.any():
        _write_probs(directory / "oof.parquet", record, oof, train[valid])
        score = job.score(oof, {task: y[valid] for task, y in labels.items()})
    lost = test["image"].isin(test_cache.unreadable).to_numpy(dtype=bool)
    for task in record.tasks if lost.any() else ():
        said[task][lost] = fold_prior(workspace, task, train_rows)
    _write_probs(directory / "test.parquet", record, said, test)
    seconds = round(time.monotonic() - started, 1)
    tell_waited(f"{record.id}/fold{fold}", fitted.waited, fitted.augmented, seconds, reporter)
    run.write_fold(
        directory,
        FoldRecord(
            fold=fold,
            n_train=int(train_rows.sum()),
            n_valid=int(valid.sum()),
            train_groups=fingerprint(sorted(set(train["group"][~valid]))),
            pseudo_files={task: labels_of_task.sha256 for task, labels_of_task in pseudo.items()},
            init_weights=fitted.init_weights,
            selected=fitted.selected,
            n_pseudo=len(examples.row) - examples.n_real,
            heads=shapes,
            unreadable=tuple(test["image"][lost]),
            temperature=temperature,
            weights=fitted.weights,
            oof=file_sha256(directory / "oof.parquet") if valid.any() else None,
            test=file_sha256(directory / "test.parquet"),
            metric=job.metric.name,
            score=score,
            history=fitted.history,
            parameters=fitted.parameters,
            device=fitted.device,
            seconds=seconds,
            waited=fitted.waited,
            augmented=fitted.augmented,
        ),
    )


def _answers(workspace: Workspace, tasks: Sequence[str], valid: np.ndarray) -> Answers | None:
    """The answers of the validation side, where photos share them and a task is sent."""
    if workspace.answers is None or not set(tasks) & {*workspace.competition.sent, TARGET} or not valid.any():
        return None
    return workspace.answers.some(valid)


def _metrics(workspace: Workspace, tasks: Sequence[str]) -> dict[str, Metric]:
    """What judges those of the tasks that are sent, or all where none is; what runs the other way is left out."""
    sent = [task for task in tasks if task not in workspace.competition.tasks or task in workspace.competition.sent]
    found = {task: workspace.metric_of(task) for task in sent or tasks}
    up = next(iter(found.values())).higher_is_better
    return {task: metric for task, metric in found.items() if metric.higher_is_better == up}


def _write_probs(path: Path, record: RunRecord, probs: dict[str, Outputs], table: pd.DataFrame) -> None:
    keys = table["image"].to_numpy(dtype=object)
    write_predictions(path, Predictions(keys, probs, kinds=record.kinds), record.classes)
