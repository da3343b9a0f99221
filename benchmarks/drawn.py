"""Runs that are drawn and not trained, with the product's plans, ids, predictions and records.

Pages and screens can then be made of hundreds of runs in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import yaml

from kit.competition.workspace import Workspace
from kit.files import file_sha256, fingerprint, write_record, write_text
from kit.learn.plan import plan_run
from kit.pseudo.record import read_round, round_dir
from kit.recipes.load import load_recipe
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import Epoch, FoldRecord
from kit.runs.store import Run
from kit.runs.whole import write_whole
from kit.seed import derive_seed
from kit.targets.base import BaseTask


def draw_run(
    workspace: Workspace,
    tasks: Sequence[str],
    overrides: Sequence[str] = (),
    *,
    recipe: str | None = None,
    skill: float = 2.0,
    round: int = 0,
    folds: Sequence[int] | None = None,
    epochs: int = 8,
    truths: Mapping[str, np.ndarray] | None = None,
) -> Run:
    """Write a run as `kit train` leaves it, of a model that is right the more often the greater its `skill`.

    folds: those that are finished, all without it. truths: what is so of the test photos, by task; drawn without it.
    """
    name = recipe or workspace.competition.recipe
    loaded = load_recipe(name, workspace.recipes_dir, overrides)
    record = plan_run(workspace, tasks, name, loaded, round=round).record
    run = Run(workspace.runs_dir / record.id)
    write_text(run.path / "config.yaml", yaml.safe_dump(loaded.model_dump(mode="json"), sort_keys=False))
    write_record(run.path / "run.json", record)
    train, test = workspace.train, workspace.test["image"].to_numpy(dtype=object)
    for fold in record.expected_folds if folds is None else folds:
        valid = workspace.folds.valid(fold)
        rng = np.random.default_rng(derive_seed(record.id, fold))
        oof, said = {}, {}
        for task in record.tasks:
            spec, truth = workspace.competition.task(task), workspace.truth(task)
            oof[task] = _said(rng, spec, truth[valid], truth, skill)
            true = rng.choice(truth, len(test)) if truths is None else truths[task]
            said[task] = _said(np.random.default_rng(derive_seed(record.id, fold, "test")), spec, true, truth, skill)
        folder = run.fold_dir(fold)
        sides = {"oof": (train["image"].to_numpy(dtype=object)[valid], oof), "test": (test, said)}
        for side, (keys, probs) in sides.items():
            path = folder / f"{side}.parquet"
            write_predictions(path, Predictions(keys, probs, kinds=record.kinds), record.classes)
        eaten, taken = {}, 0
        for task in record.pseudo:
            file = read_round(workspace.pseudo_dir, round).tasks[task].file(fold)
            eaten[task] = file_sha256(round_dir(workspace.pseudo_dir, round, "own_fold") / file.name)
            taken += file.rows
        metric = workspace.metric_of(record.tasks[0])
        truth, n_outputs = workspace.truth(record.tasks[0])[valid], workspace.competition.n_outputs(record.tasks[0])
        first = Predictions(np.zeros(0), {record.tasks[0]: oof[record.tasks[0]]}, kinds=record.kinds)
        score = metric.score(truth, first.scored_by(metric, record.tasks[0]), n_outputs)
        run.write_fold(
            folder,
            FoldRecord(
                fold=fold,
                n_train=int((~valid).sum()),
                n_valid=int(valid.sum()),
                train_groups=fingerprint(sorted(set(train["group"][~valid]))),
                pseudo_files=eaten,
                n_pseudo=taken,
                weights=None,
                oof=file_sha256(folder / "oof.parquet"),
                test=file_sha256(folder / "test.parquet"),
                metric=metric.name,
                score=score,
                history=_history(rng, epochs, score),
                parameters=1000,
                device="cpu",
                seconds=float(np.round(rng.uniform(20, 90), 1)),
            ),
        )
    write_whole(run)
    return run


def _said(rng: np.random.Generator, spec: BaseTask, truth: np.ndarray, every: np.ndarray, skill: float) -> np.ndarray:
    """Predictions (n_rows, n_outputs) of these truths; `every`: the truths that there are."""
    if spec.kind == "number":
        noise = rng.normal(0, float(np.std(every)) / (0.5 + skill), len(truth))
        return (truth + noise).astype(np.float32)[:, None]
    if spec.kind == "labels":
        logits = rng.normal(0, 1.2, truth.shape) + skill * (2 * truth - 1)
        return (1 / (1 + np.exp(-logits))).astype(np.float32)
    strength = np.eye(len(spec.outputs))[truth] if truth.ndim == 1 else np.log(np.clip(truth, 0.02, 1)) / 2
    logits = rng.normal(0, 1, (len(truth), len(spec.outputs))) + skill * strength
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)


def _history(rng: np.random.Generator, epochs: int, score: float) -> tuple[Epoch, ...]:
    """A learning curve that ends in the score."""
    lines = []
    for epoch in range(epochs):
        way = 1 - 0.8 ** (epoch + 1)
        end = way / (1 - 0.8**epochs)
        noise = 0.0 if epoch == epochs - 1 else float(rng.normal(0, 0.01))
        loss = 1.2 * (1 - 0.85 * way)
        valid = loss + 0.08 + 0.01 * epoch + 3 * abs(noise)
        lines.append(Epoch(epoch=epoch, train_loss=loss, valid_loss=valid, score=score * (0.35 + 0.65 * end) + noise))
    return tuple(lines)
