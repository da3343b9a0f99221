"""Learners of a few lines that leave real runs, with the product's plans, labels, records and predictions.

Rounds and lineage can then be tried on hundreds of runs in seconds, with learners that remember every label they saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from safetensors.numpy import load, save

from kit.competition.workspace import Workspace
from kit.files import file_sha256, fingerprint, write_bytes, write_record, write_text
from kit.folds.frozen import Folds, write_folds
from kit.learn.examples import read_labels
from kit.learn.plan import plan_run
from kit.pseudo.record import Teachers
from kit.recipes.load import load_recipe
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord
from kit.runs.store import Run
from kit.targets.classes import one_hot

SPEC = """\
name: toy
data: data
train: {{table: train.csv, images: "{{image}}", group: person}}
test: {{table: test.csv, images: "{{image}}"}}
tasks: {{y: {{classes: [{classes}], column: y}}}}
recipe: toy
submission: {{id: image, label: y}}
"""
RECIPE = "model: test_resnet\npretrained: false\nsize: 32\nepochs: 1\nbatch_size: 8\n"


@dataclass(frozen=True)
class Lesson:
    """What a fold's model is shown, real rows first: (n_rows,) images and weights, (n_rows, n_classes) targets."""

    images: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    n_real: int
    start: bytes | None
    """The weights that it starts from."""


Predict = Callable[[np.ndarray], np.ndarray]
Learner = Callable[[Lesson], tuple[Predict, bytes]]
"""Learns a lesson; returns images (n,) -> probabilities (n, n_classes), and its weights."""


def toy_workspace(root: Path, train: pd.DataFrame, test: list[str], n_classes: int) -> Workspace:
    """A workspace around a train table (image, person, y) and test images; photos are files that hold their name."""
    data = root / "data"
    for folder in (data, root / "runs", root / "recipes", root / "submissions"):
        folder.mkdir(parents=True, exist_ok=True)
    for name in [*train["image"], *test]:
        (data / name).write_text(name)
    train.to_csv(data / "train.csv", index=False)
    pd.DataFrame({"image": test}).to_csv(data / "test.csv", index=False)
    (root / "competition.yaml").write_text(SPEC.format(classes=", ".join(f"c{i}" for i in range(n_classes))))
    (root / "recipes/toy.yaml").write_text(RECIPE)
    return Workspace(root)


def toy_folds(workspace: Workspace, fold_of: dict[str, int] | None = None) -> Workspace:
    """The workspace read anew; `fold_of` (person -> fold) freezes these folds first."""
    if fold_of is not None:
        table = Workspace(workspace.root).train[["image", "group"]]
        write_folds(workspace.folds_path, Folds(table.assign(fold=table["group"].map(fold_of).astype(np.int64))))
    return Workspace(workspace.root)


def blind(run: Run) -> None:
    """No features: whether the test photos look like the train photos is not asked of toys."""


def train_toy(
    workspace: Workspace,
    learner: Learner,
    *,
    round: int = 0,
    teachers: Teachers = "own_fold",
    init_round: int | None = None,
    all_data: bool = False,
    seed: int = 0,
) -> Run:
    """Train and write a run as `kit train` does: its own lane's labels into the train side, V_k predicted."""
    recipe = load_recipe("toy", workspace.recipes_dir, [f"seed={seed}"])
    plan = plan_run(
        workspace,
        ["y"],
        "toy",
        recipe,
        round=round,
        teachers=teachers,
        init_round=init_round,
        all_data=all_data,
    )
    record = plan.record
    run = Run(workspace.runs_dir / record.id)
    write_text(run.path / "config.yaml", yaml.safe_dump(recipe.model_dump(mode="json")))
    write_record(run.path / "run.json", record)
    for fold in run.expected_folds:
        _train_fold(workspace, run, record, fold, learner)
    return run


def _train_fold(workspace: Workspace, run: Run, record: RunRecord, fold: int, learner: Learner) -> None:
    train, test, directory = workspace.train, workspace.test["image"], run.fold_dir(fold)
    lane = None if record.all_data else fold
    valid = np.zeros(len(train), dtype=bool) if lane is None else workspace.folds.valid(lane)
    images = [train["image"].to_numpy(object)[~valid]]
    targets = [one_hot(train["y"].to_numpy()[~valid], len(record.classes["y"]))]
    weights = [np.ones(int((~valid).sum()), np.float32)]
    eaten = {}
    for task in record.pseudo:
        labels = read_labels(workspace, record, task, lane)
        located = labels.located(task, workspace.competition.task(task), test, np.arange(len(test)))
        eaten[task] = labels.sha256
        images.append(test.to_numpy(object)[located.row])
        targets.append(located.targets)
        weights.append(located.weights)
    start = None
    if record.init_from is not None:
        start = Run(workspace.runs_dir / record.init_from).fold_dir(fold) / "weights.safetensors"
    lesson = Lesson(
        np.concatenate(images),
        np.concatenate(targets),
        np.concatenate(weights),
        len(images[0]),
        None if start is None else unpacked(start.read_bytes()),
    )
    predict, content = learner(lesson)
    write_bytes(directory / "weights.safetensors", packed(content))
    sides = {"test": test.to_numpy(object)} | ({"oof": train["image"].to_numpy(object)[valid]} if valid.any() else {})
    for name, keys in sides.items():
        path = directory / f"{name}.parquet"
        write_predictions(path, Predictions(keys, {"y": predict(keys).astype(np.float32)}), record.classes)
    write_record(
        directory / "fold.json",
        FoldRecord(
            fold=fold,
            n_train=lesson.n_real,
            n_valid=int(valid.sum()),
            train_groups=fingerprint(sorted(set(train["group"][~valid]))),
            pseudo_files=eaten,
            init_weights=None if start is None else file_sha256(start),
            n_pseudo=len(lesson.images) - lesson.n_real,
            weights=file_sha256(directory / "weights.safetensors"),
            oof=file_sha256(directory / "oof.parquet") if valid.any() else None,
            test=file_sha256(directory / "test.parquet"),
            history=(),
            parameters=0,
            device="cpu",
            seconds=0.0,
        ),
    )


def packed(content: bytes) -> bytes:
    """What a toy learned, as the numbers of a tensor, each its place and a byte."""
    numbers = 256 * np.arange(len(content)) + np.frombuffer(content, np.uint8)
    return save({"backbone.learned": numbers.astype(np.float32)[None]})


def unpacked(weights: bytes) -> bytes:
    return bytes((load(weights)["backbone.learned"] % 256).astype(np.uint8).tobytes())


def forget_weights(run: Run) -> None:
    """Remove the weights, as in a fresh clone: they are no network's, and the separability is then left out."""
    for fold in run.finished_folds:
        (run.fold_dir(fold) / "weights.safetensors").unlink(missing_ok=True)
