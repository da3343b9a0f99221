"""Those that are compared, each a command of its own: what it is given, and what is read off it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.peers.environment import ASKED, PACKAGES, made, why_absent
from benchmarks.peers.job import Job, read_photos, write_job
from benchmarks.peers.watched import Watched, watched
from kit.runs.store import Run
from kit.wording import counted

MODULES = {"plain loop": "plain", "Lightning": "on_lightning", "fastai": "on_fastai"}
KIT = {"kit": [], "kit, its cache there": [], "kit, its cache there, fused": ["optimizer.fused=true"]}
"""The recipe's keys of each."""
NAMES = (*KIT, *MODULES, *ASKED)


@dataclass(frozen=True)
class Trained:
    seconds: float
    """Of the whole command, its start-up with it."""
    first: float
    """Seconds until the first epoch was over."""
    epoch: float | None
    """Seconds of a later one, their mean; None where there was none, or one was not seen."""
    memory: float
    score: float
    """Held-out macro F1."""


Train = Callable[[Path, Job], Trained]


def contenders(names: list[str]) -> tuple[dict[str, Train], dict[str, str]]:
    """How each of these trains, and why some cannot."""
    found: dict[str, Train] = {}
    absent = {}
    for name in names:
        if name in KIT:
            found[name] = kit_trainer(name)
        elif name in ASKED:
            absent[name] = why_absent(name)
        else:
            python = made(name) if name in PACKAGES else Path(sys.executable)
            found[name] = peer_trainer(python, MODULES[name])
    return found, absent


def kit_trainer(name: str) -> Train:
    """`kit train` of fold 0; without its cache it decodes the photos first."""

    def train(root: Path, job: Job) -> Trained:
        runs, cache = root / "runs", root / "data" / "cache"
        for folder in runs.glob("class-*"):
            shutil.rmtree(folder)
        if name == "kit":
            shutil.rmtree(cache, ignore_errors=True)
        ends: dict[int, float] = {}

        def look() -> None:
            """A checkpoint replaces the last one at each epoch's end, and is gone when the fold is there."""
            for path in runs.glob("class-*/.*/checkpoint.safetensors"):
                try:
                    found = path.stat()
                except OSError:
                    continue
                ends[found.st_mtime_ns] = found.st_mtime

        keys = [f"epochs={job.epochs}", f"seed={job.seed}", *KIT[name]]
        command: list[str | Path] = [sys.executable, "-m", "kit", "-C", root, "train", "--folds", "0"]
        seen = watched([*command, *(f"--set={key}" for key in keys)], root / "log", look)
        (folder,) = runs.glob("class-*")
        said = Run(folder).fold_oof(0)
        files, labels = read_photos(job, held=True)
        data = root / "data"
        probs = said.aligned([str(Path(file).relative_to(data)) for file in files]).probs["class"]
        return trained(seen, sorted(ends.values()), job, np.asarray(probs), labels)

    return train


def peer_trainer(python: Path, module: str) -> Train:
    def train(root: Path, job: Job) -> Trained:
        folder = root / module
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_job(folder, job)
        seen = watched([python, "-m", f"benchmarks.peers.{module}", folder], folder / "log", lambda: None)
        ends = [float(line) for line in (folder / "epochs").read_text().split()]
        return trained(seen, ends, job, np.load(folder / "held.npy"), read_photos(job, held=True)[1])

    return train


def trained(seen: Watched, ends: list[float], job: Job, probs: np.ndarray, labels: list[int]) -> Trained:
    assert len(probs) == len(labels)
    all_seen = len(ends) == job.epochs > 1  # a machine too busy may keep one from being seen
    epoch = (ends[-1] - ends[0]) / (len(ends) - 1) if all_seen else None
    score = float(f1_score(labels, probs.argmax(axis=1), average="macro"))
    return Trained(seen.seconds, ends[0] - seen.began, epoch, seen.memory, score)


def tried(name: str, train: Train, root: Path, job: Job, workers: list[int]) -> tuple[Job, Trained]:
    """Two epochs by each number of workers, where it has any: the job with the quickest number, and those two."""
    jobs = [replace(job, epochs=2, workers=number) for number in (workers if name in MODULES else [0])]
    found = [train(root, one) for one in jobs]
    best = min(range(len(jobs)), key=lambda number: found[number].seconds)
    return replace(job, workers=jobs[best].workers), found[best]


def titled(name: str, job: Job) -> str:
    return f"{name}, {counted(job.workers, 'worker')}" if name in MODULES else name
