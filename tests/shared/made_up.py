"""Runs that were made up: OOF probabilities of a known skill, as candidates of a blend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kit.blend.members import Candidate
from kit.competition.workspace import Workspace
from kit.runs.outside import add_outside_run
from kit.runs.predictions import Predictions
from kit.runs.store import Run

TASKS = ("mask", "gender", "age")


def with_metric(workspace: Workspace, metric: str) -> Workspace:
    workspace = Workspace(workspace.root)
    workspace.__dict__["competition"] = workspace.competition.model_copy(update={"metric": metric})
    return workspace


def with_tables(workspace: Workspace, train: pd.DataFrame) -> Workspace:
    """A workspace that reads another train table."""
    other = Workspace(workspace.root)
    other.__dict__.update({"competition": workspace.competition, "folds": workspace.folds})
    other.__dict__["tables"] = replace(workspace.tables, train=train)
    return other


def with_target_labels(workspace: Workspace, target: np.ndarray) -> Workspace:
    """The same photos with other labels."""
    table = workspace.competition.target_table[target]
    train = workspace.train.assign(target=target, **{task: table[:, i] for i, task in enumerate(TASKS)})
    return with_tables(workspace, train)


def candidate(workspace: Workspace, task: str, name: str, signal: float, seed: int, sure: float = 1.0) -> Candidate:
    """OOF of a made-up model: logits are `signal` for the true class plus noise of sd 1, all times `sure`."""
    truth, n_classes = workspace.train[task].to_numpy(), workspace.competition.n_outputs(task)
    logits = np.random.default_rng([seed, n_classes]).normal(size=(len(truth), n_classes))
    logits = sure * (logits + signal * np.eye(n_classes)[truth])
    probs = np.exp(logits - logits.max(axis=1, keepdims=True))
    oof = Predictions(workspace.train["image"].to_numpy(object), {task: probs / probs.sum(axis=1, keepdims=True)})
    return Candidate(Run(Path(name)), task, oof, 0.0, (), ())


def calibrated(workspace: Workspace, item: Candidate) -> Candidate:
    """A candidate that was taught the shares of the classes: its probabilities are those that Bayes' rule gives."""
    assert item.oof is not None
    counts = np.bincount(workspace.train[item.task], minlength=item.probs.shape[1])
    probs = item.probs * counts
    return replace(item, oof=replace(item.oof, probs={item.task: probs / probs.sum(axis=1, keepdims=True)}))


def members(workspace: Workspace, **models: tuple[float, float]) -> dict[str, list[Candidate]]:
    """For every task a candidate of each model, name=(signal, sure)."""
    return {
        task: [
            candidate(workspace, task, f"{task}-{name}", signal, seed, sure)
            for seed, (name, (signal, sure)) in enumerate(models.items())
        ]
        for task in TASKS
    }


def add_made_up(workspace: Workspace, item: Candidate) -> Run:
    """The candidate as a run on disk, which says the same of every test photo."""
    classes = workspace.competition.outputs(item.task)
    columns = [f"{item.task}/{name}" for name in classes]
    tables = []
    for images in (workspace.train["image"], workspace.test["image"]):
        table = images.to_frame().reset_index(drop=True)
        table[columns] = item.probs[np.arange(len(table)) % len(item.probs)]
        tables.append(table)
    return add_outside_run(workspace, item.run.id, *tables, trained_per_fold=True)
