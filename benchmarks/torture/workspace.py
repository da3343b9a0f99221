"""A small finished workspace with a file of every kind that kit reads, made by the commands that make them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.torture.command import run_kit

SPEC = """\
name: small
data: data
metric: f1_macro
host: answers
answers: answers.csv
recipe: plain
train: {table: train.csv, images: "photos/{image}", group: person}
test: {table: test.csv, images: "photos/{image}"}
tasks:
  shape: {classes: [left, right], column: shape}
  age: {classes: [young, old], column: age, edges: [40]}
target: {shape: 2, age: 1}
submission: {sample: sample.csv, id: image, label: answer}
fixes: {file: fixes.csv, tiers: [sure]}
"""
PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 4, orientations: 4}\nsize: 16\n"
TINY = "model: test_resnet\npretrained: false\nsize: 32\naugment: []\noptimizer: {lr: 0.01}\nepochs: 2\nbatch_size: 8\n"
SUFFIXES = (".png", ".jpg", ".bmp", ".gif", ".tif", ".webp")
N_TRAIN, N_TEST = 24, 12


def finished(root: Path) -> Path:
    """A workspace at `root` in which every command has something to read: runs of classic learners and of a network,
    one of them stopped with its checkpoint, a pseudo-label round, submissions with scores, fixes, boxes and caches.
    """
    draw(root)
    for arguments in (
        ["fold", "--folds", "3"],
        ["crop", "--boxes", "boxes.csv"],
        ["train"],
        ["train", "--task", "shape", "--recipe", "tiny", "--set", "epochs=1"],
        ["pseudo", "--round", "1", "--from", "best1"],
        ["train", "--round", "1"],
        ["submit", "--blend", "best1", "--name", "first"],
        ["submit", "--blend", "all", "--rule", "argmax", "--name", "second"],
        ["leaderboard", "log", "first", "--public", "0.41"],
        ["submit", "--file", "sent.csv", "--name", "third"],
        ["leaderboard", "--csv"],
    ):
        outcome = run_kit(root, arguments, seconds=300)
        if outcome.code:
            raise RuntimeError(f"kit {' '.join(arguments)}: {outcome.code}\n{outcome.out}\n{outcome.err}")
    _leave_a_checkpoint(root)
    return root


def draw(root: Path) -> None:
    """The competition's own files: photos in six formats, tables, answers, fixes, boxes, recipes."""
    generator = np.random.default_rng(0)
    photos = root / "data/photos"
    photos.mkdir(parents=True)
    rows = []
    for index in range(N_TRAIN + N_TEST):
        shape, age = index % 2, (index // 2) % 2
        pixels = np.full((24, 24, 3), (40, 200)[age]) + generator.normal(0, 12, (24, 24, 3))
        pixels[:, (0, 12)[shape] : (12, 24)[shape]] += (25, -25)[age] * np.arange(12)[:, None] / 4
        name = f"p{index:02d}{SUFFIXES[index % len(SUFFIXES)]}"
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(photos / name)
        rows.append((name, f"g{index // 2}", ("left", "right")[shape], (25, 60)[age] + index % 5, 2 * shape + age))
    table = pd.DataFrame(rows, columns=["image", "person", "shape", "age", "answer"])
    train, test = table[:N_TRAIN], table[N_TRAIN:].reset_index(drop=True)
    data = root / "data"
    train[["image", "person", "shape", "age"]].to_csv(data / "train.csv", index=False)
    test[["image"]].to_csv(data / "test.csv", index=False)
    test[["image"]].assign(answer=0).to_csv(data / "sample.csv", index=False)
    parts = ["public", "private"] * (N_TEST // 2)
    test[["image", "answer"]].assign(part=parts).to_csv(data / "answers.csv", index=False)
    test[["image"]].assign(answer=[0, 1, 2, 3] * (N_TEST // 4)).to_csv(root / "sent.csv", index=False)
    (root / "fixes.csv").write_text(
        "image,group,column,value,tier,reason\nphotos/p00.png,,age,30,sure,a typing error\n,g3,shape,left,unsure,seen\n"
    )
    boxes = [(f"photos/{name}", 2, 2, 20, 20) for name in table["image"]]
    pd.DataFrame(boxes, columns=["image", "left", "top", "right", "bottom"]).to_csv(root / "boxes.csv", index=False)
    (root / "competition.yaml").write_text(SPEC)
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir()
    (root / "recipes/plain.yaml").write_text(PLAIN)
    (root / "recipes/tiny.yaml").write_text(TINY)


def _leave_a_checkpoint(root: Path) -> None:
    """Stop a network's training after its first epoch, as a kill does."""
    from kit.door import open_workspace
    from kit.reporter import Epoch, Reporter

    class Stop(Exception):
        pass

    class Stopping(Reporter):
        epochs = 0

        def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
            self.epochs += 1
            if self.epochs == 2:
                raise Stop

    try:
        open_workspace(root, Stopping()).train_run("age", "tiny", folds=[0])
    except Stop:
        return
    raise RuntimeError("the training was not stopped")


def copied(template: Path, root: Path) -> Path:
    """A fresh copy of a workspace, in the place of what is there; times are kept, so that caches are too."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root, symlinks=True)
    return root
