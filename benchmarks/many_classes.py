"""`make bench-many`: CPU and memory of `kit score` where a photo is of one of thousands of classes.

python -m benchmarks.many_classes FOLDER [CLASSES PHOTOS]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from PIL import Image

from kit.competition.workspace import Workspace
from kit.files import write_record
from kit.folds.frozen import make_folds, write_folds
from kit.runs.outside import _write_fold
from kit.runs.predictions import Predictions
from kit.runs.record import RunRecord
from kit.runs.store import Run

N_TEST = 100


def draw(root: Path, n_classes: int, n_photos: int) -> Workspace:
    """Photos of one pixel, as many of each class as chance gives, and a run whose guess is right for seven in ten."""
    rng = np.random.default_rng(0)
    for side, size in (("train", n_photos), ("test", N_TEST)):
        (root / "data" / side).mkdir(parents=True)
        for place in range(size):
            Image.new("RGB", (1, 1), tuple(rng.integers(0, 256, 3).tolist())).save(
                root / f"data/{side}/{place:06d}.png"
            )
    truth = rng.integers(0, n_classes, n_photos)
    truth[:n_classes] = np.arange(n_classes)
    images = [f"train/{place:06d}.png" for place in range(n_photos)]
    pd.DataFrame({"image": images, "whale": [f"w{label}" for label in truth]}).to_csv(
        root / "data/train.csv", index=False
    )
    pd.DataFrame({"image": [f"test/{place:06d}.png" for place in range(N_TEST)]}).to_csv(
        root / "data/test.csv", index=False
    )
    spec = {
        "name": "many",
        "data": "data",
        "metric": "f1_macro",
        "train": {"table": "train.csv", "images": "{image}"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": {"whale": {"classes": [f"w{label}" for label in range(n_classes)], "column": "whale"}},
        "submission": {"id": "image", "label": "whale"},
    }
    (root / "competition.yaml").write_text(yaml.safe_dump(spec))
    workspace = Workspace(root)
    write_folds(workspace.folds_path, make_folds(workspace.train, 5, 0))
    workspace = Workspace(root)
    probs = rng.gamma(0.02, size=(n_photos, n_classes)).astype(np.float32)
    said = np.where(rng.random(n_photos) < 0.7, truth, rng.integers(0, n_classes, n_photos))
    probs[np.arange(n_photos), said] += probs.sum(axis=1)
    probs /= probs.sum(axis=1, keepdims=True)
    oof = Predictions(workspace.train["image"].to_numpy(object), {"whale": probs})
    test = Predictions(workspace.test["image"].to_numpy(object), {"whale": probs[:N_TEST]})
    record = RunRecord(
        id="whale-drawn-00000000",
        tasks=("whale",),
        recipe="drawn",
        classes={"whale": workspace.competition.outputs("whale")},
        basis=workspace.basis,
        n_folds=5,
        seed=0,
        outside=True,
        trained_per_fold=True,
    )
    run = Run(workspace.runs_dir / record.id)
    for fold in record.expected_folds:
        _write_fold(workspace, run, record, fold, oof, test)
    write_record(run.path / "run.json", record)
    return workspace


def main(root: Path, n_classes: int, n_photos: int) -> None:
    if not (root / "competition.yaml").exists():
        draw(root, n_classes, n_photos)
    command = [sys.executable, "-m", "kit", "-C", str(root), "score"]
    done = subprocess.run(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(done.stdout[-600:], done.stderr[-600:], sep="\n")
    lines = len(done.stdout.splitlines())
    print(
        f"{n_classes} classes x {n_photos} photos: kit score took {used.ru_utime + used.ru_stime:.1f} s of CPU and"
        f" {used.ru_maxrss / 2**20:.2f} GB, and printed {lines} lines"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:4] or ("4251", "8500")))
