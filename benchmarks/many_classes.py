"""`make bench-many`: CPU and memory of commands where a photo is of one of thousands of classes.

python -m benchmarks.many_classes FOLDER [CLASSES PHOTOS [labels]]

Two runs are drawn, whose predictions keep the most probable classes (or labels) of a photo, as training leaves them;
`kit score` reads them, `kit blend` joins them, and `kit submit` writes what they say. Of more
than 10,000 photos the tables alone are written: no command looks at a photo.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from PIL import Image

from kit.competition.workspace import Workspace
from kit.evidence.top import TopProbs
from kit.files import write_record
from kit.folds.frozen import make_folds, write_folds
from kit.runs.outside import _write_fold
from kit.runs.predictions import Predictions
from kit.runs.record import RunRecord
from kit.runs.store import Run

N_TEST = 100
MOST_PHOTOS = 10_000
"""Photos that are written too."""
COMMANDS = (("score",), ("blend", "all"), ("submit", "--blend", "all"))
MOST_LABELS = 7


def draw(root: Path, n_classes: int, n_photos: int, kind: str) -> Workspace:
    """As many photos of each class as chance gives, and two runs whose guess is right for seven in ten."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, n_classes, n_photos)
    truth[:n_classes] = np.arange(n_classes)
    more = _more_labels(n_classes, n_photos, rng) if kind == "labels" else [np.zeros(0, dtype=int)] * n_photos
    sides = {
        side: [f"{side}/{place:06d}.png" for place in range(n)] for side, n in (("train", n_photos), ("test", 100))
    }
    for side, images in sides.items():
        (root / "data" / side).mkdir(parents=True)
        for image in images if n_photos <= MOST_PHOTOS else []:
            Image.new("RGB", (1, 1), tuple(rng.integers(0, 256, 3).tolist())).save(root / "data" / image)
    whales = [" ".join(f"w{one}" for one in {label, *others}) for label, others in zip(truth, more, strict=True)]
    pd.DataFrame({"image": sides["train"], "whale": whales}).to_csv(root / "data/train.csv", index=False)
    pd.DataFrame({"image": sides["test"]}).to_csv(root / "data/test.csv", index=False)
    tasks: dict[str, dict[str, Any]] = {
        "whale": {"classes": [f"w{label}" for label in range(n_classes)], "column": "whale"}
    }
    form = {"id": "image", "label": "whale"}
    if kind == "labels":
        tasks["whale"] |= {"kind": "labels", "separator": " "}
        form["separator"] = " "
    spec = {
        "name": "many",
        "data": "data",
        "metric": "f2_samples" if kind == "labels" else "f1_macro",
        "train": {"table": "train.csv", "images": "{image}"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": tasks,
        "submission": form,
    }
    (root / "competition.yaml").write_text(yaml.safe_dump(spec))
    workspace = Workspace(root)
    write_folds(workspace.folds_path, make_folds(workspace.train, 5, 0))
    workspace = Workspace(root)
    for name in ("drawn", "other"):
        _write_run(workspace, name, truth, more, rng)
    return workspace


def _more_labels(n_labels: int, n_photos: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Further labels of each photo, the first ones a hundred times as frequent as the last."""
    weights = 1 / (1 + np.arange(n_labels) / (n_labels / 100))
    ends = np.cumsum(rng.integers(0, MOST_LABELS, n_photos))
    return np.split(rng.choice(n_labels, int(ends[-1]), p=weights / weights.sum()), ends[:-1])


def _write_run(
    workspace: Workspace, name: str, truth: np.ndarray, more: list[np.ndarray], rng: np.random.Generator
) -> None:
    n_classes, kinds = workspace.competition.n_outputs("whale"), workspace.competition.kinds(["whale"])
    kept = workspace.competition.kept(["whale"])["whale"]
    probs = _drawn_labels(truth, more, n_classes, kept, rng) if kinds else _drawn(truth, n_classes, kept, rng)
    oof = Predictions(workspace.train["image"].to_numpy(object), {"whale": probs}, kinds=kinds)
    test = Predictions(workspace.test["image"].to_numpy(object), {"whale": probs[:N_TEST]}, kinds=kinds)
    record = RunRecord(
        id=f"whale-{name}-00000000",
        tasks=("whale",),
        recipe=name,
        classes={"whale": workspace.competition.outputs("whale")},
        kinds=kinds,
        kept=workspace.competition.kept(["whale"]),
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


def _drawn(truth: np.ndarray, n_classes: int, kept: int, rng: np.random.Generator) -> TopProbs:
    n = len(truth)
    said = np.where(rng.random(n) < 0.7, truth, rng.integers(0, n_classes, n))
    steps = rng.integers(1, n_classes // kept, n)  # further classes, none of them twice
    classes = (said[:, None] + steps[:, None] * np.arange(kept)) % n_classes
    mass = rng.gamma(0.3, size=(n, kept + 1)).astype(np.float32)
    values = np.sort(mass[:, :kept], axis=1)[:, ::-1]
    whole = values.sum(axis=1) + values[:, -1]
    rest = values[:, -1] / whole  # less than one of them has
    return TopProbs(classes.astype(np.int32), values / whole[:, None], rest, n_classes)


def _drawn_labels(
    truth: np.ndarray, more: list[np.ndarray], n_labels: int, kept: int, rng: np.random.Generator
) -> TopProbs:
    """Labels of a photo, seven in ten of which stand among the kept ones, the true ones most often before others."""
    classes, n = np.empty((len(truth), kept), dtype=np.int32), len(truth)
    values = np.sort(rng.beta(0.4, 4, (n, kept)).astype(np.float32), axis=1)[:, ::-1]
    for row, (label, others) in enumerate(zip(truth, more, strict=True)):
        known = np.array([one for one in {label, *others} if rng.random() < 0.7], dtype=np.int64)
        filling = np.setdiff1d(rng.choice(n_labels, 2 * kept), known)
        order = np.argsort(np.append(rng.exponential(2, len(known)), rng.exponential(8, len(filling))))[:kept]
        classes[row] = np.append(known, filling)[order]
    rest = np.minimum(1.0, values[:, -1] * (n_labels - kept)).astype(np.float32)
    return TopProbs(classes, values, rest, n_labels)


def main(root: Path, n_classes: int, n_photos: int, kind: str = "classes") -> None:
    if not (root / "competition.yaml").exists():
        draw(root, n_classes, n_photos, kind)
    for words in COMMANDS:
        command = [sys.executable, "-m", "kit", "-C", str(root), *words]
        with (root / "said.txt").open("w+") as said:
            process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=said, stderr=said)
            _, status, used = os.wait4(process.pid, 0)
        lines = (root / "said.txt").read_text().splitlines()
        print("\n".join(lines[-4:]))
        print(
            f"{n_classes:,} {kind} x {n_photos:,} photos: kit {' '.join(words)} ended with"
            f" {os.waitstatus_to_exitcode(status)}, took {used.ru_utime + used.ru_stime:.1f} s of CPU and"
            f" {used.ru_maxrss / 2**20:.2f} GB, and printed {len(lines)} lines"
        )


if __name__ == "__main__":
    sizes = sys.argv[2:4] or ("4251", "8500")
    main(Path(sys.argv[1]), int(sizes[0]), int(sizes[1]), *sys.argv[4:5])
