"""`make bench-ranks`: a fold trained by two processes together, on the CPU, against the same fold by one.

    python -m benchmarks.ranks FOLDER

Says how far losses and predictions are apart, that every row is predicted once, what is told of a rank that is killed
while it trains, and whether the same command, typed again, ends with the bits of a run that was left alone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.ray import ENVIRONMENT, files_of_runs, kit
from kit.runs.store import Run

TASK, EPOCHS = "age", 6
RECIPE = f"""\
model: test_vit
pretrained: false
size: 64
augment: base
mix: {{method: mixup}}
loss: {{ce: 1, f1: 0.5}}
optimizer: {{lr: 3e-4}}
epochs: {EPOCHS}
batch_size: 15
"""
"""No batch normalisation and no dropout, which go by a rank's own rows."""
ALONE = ["train", "--task", TASK, "--recipe", "together", "--folds", "0"]
TOGETHER = [*ALONE, "--devices", "cpu,cpu", "--devices-per-fold", "2"]


def draw(folder: Path) -> None:
    """Make a workspace with folds, and forget what was trained in it."""
    if not (folder / "runs/folds.csv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        kit(folder, "init", "demo", "--data", "data", "--people", "30")
        kit(folder, "fold", "--folds", "3")
        (folder / "recipes").mkdir(exist_ok=True)
    (folder / "recipes/together.yaml").write_text(RECIPE)
    forget(folder)


def forget(folder: Path) -> None:
    for run in (folder / "runs").glob(f"{TASK}-together-*"):
        shutil.rmtree(run)


def run_of(folder: Path) -> Run:
    (path,) = (folder / "runs").glob(f"{TASK}-together-*")
    return Run(path)


def compare(one: Run, two: Run) -> None:
    """Print how far the fold of two ranks is from that of one process."""
    curves = zip(one.fold_record(0).history, two.fold_record(0).history, strict=True)
    far = [max(abs(a.train_loss - b.train_loss), abs((a.valid_loss or 0) - (b.valid_loss or 0))) for a, b in curves]
    print(f"{len(far)} epochs: losses {max(far):.1e} apart at most")
    for name, ours, theirs in (
        ("OOF", one.fold_oof(0), two.fold_oof(0)),
        ("test", one.fold_test(0), two.fold_test(0)),
    ):
        once = len(set(theirs.images)) == len(theirs.images) and list(ours.images) == list(theirs.images)
        apart = np.abs(np.asarray(ours.probs[TASK]) - np.asarray(theirs.probs[TASK])).max()
        print(
            f"{name}: {len(theirs.images)} rows, {'each once' if once else 'NOT each once'}, {apart:.1e} apart at most"
        )


def second_rank(folder: Path) -> int | None:
    """The process of the rank 1 that trains in a workspace, as Linux shows it."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = (place / "cmdline").read_text(), (place / "environ").read_text().split("\0")
        except OSError:
            continue
        if "kit.fleet.bound" in words and str(folder) in words and "RANK=1" in environment:
            return int(place.name)
    return None


def kill_one(folder: Path) -> str:
    """Train the fold by two ranks, kill one when the first epoch is done, and return what is said of it."""
    command = [sys.executable, "-m", "kit", *TOGETHER]
    process = subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while not list((folder / "runs").glob("*/.fold0.part/checkpoint.safetensors")):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)
    rank = second_rank(folder)
    assert rank is not None
    os.kill(rank, signal.SIGKILL)
    said = process.communicate()[1].strip().splitlines()[-1]
    assert process.returncode == 1 and not run_of(folder).finished_folds
    return said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.absolute()
    draw(folder)
    kit(folder, *ALONE)
    aside = folder / "alone"
    shutil.rmtree(aside, ignore_errors=True)
    alone = Run(run_of(folder).path.rename(aside))
    kit(folder, *TOGETHER)
    compare(alone, run_of(folder))
    straight = files_of_runs(folder)
    forget(folder)
    print(f"a rank is killed: {kill_one(folder)}")
    kit(folder, *TOGETHER)
    same = files_of_runs(folder) == straight
    print(f"the same command again: {'the same bits' if same else 'OTHER BITS'} as a run that was left alone")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
