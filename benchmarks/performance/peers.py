"""kit beside other trainers on the same drawn photos: speed of whole runs and of warm epochs, memory.

Each training is a process of its own, from its start to its held-out photos predicted; each round has all in turn. All
look at the held-out photos after every epoch. `benchmarks/peers` has what each was given.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.peers.contenders import MODULES, NAMES, Trained, contenders, titled, tried
from benchmarks.peers.job import Job, read_photos
from benchmarks.peers.photos import drawn, prepared
from benchmarks.performance.page import grid


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="peers")
    parser.add_argument("--photos", type=int, default=700, help="drawn, a fifth of them held out")
    parser.add_argument("--width", type=int, default=384, help="of the drawn photos, in pixels; they are 4:3, upright")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="mobilenetv3_small_100")
    parser.add_argument("--size", type=int, nargs=2, default=(128, 96), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="processes that a peer may read by")
    parser.add_argument("--peers", nargs="+", choices=NAMES, default=list(NAMES))
    options = parser.parse_args(arguments)
    trainers, absent = contenders(list(dict.fromkeys(["kit", *options.peers])))
    found: dict[str, list[Trained]] = {name: [] for name in trainers}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        rows = drawn(root, options.photos, options.width)
        job = prepared(root, rows, Job(options.model, tuple(options.size), epochs=options.epochs), pretrained=False)
        n_train, jobs = len(read_photos(job, held=False)[0]), dict.fromkeys(trainers, job)
        for name in (name for name in trainers if name in MODULES):
            jobs[name], _ = tried(name, trainers[name], root, job, options.workers)
        for number in range(options.rounds):
            for name, train in trainers.items():
                found[name].append(train(root, replace(jobs[name], seed=number)))
                print(f"round {number + 1}, {titled(name, jobs[name])}: {found[name][-1]}", flush=True)
    height, width = options.size
    what = f"{options.model} at {height} x {width}, {n_train:,} photos x {options.epochs} epochs"
    titles = {name: titled(name, jobs[name]) for name in found}
    return [*speed_table(what, found, titles, n_train, options.epochs), *notes(absent)]


def speed_table(
    what: str, found: Mapping[str, Sequence[Trained]], titles: Mapping[str, str], n_train: int, epochs: int
) -> list[str]:
    """Medians over rounds; ratios to kit are taken round by round: above 1 is faster, or more memory, than kit."""

    def cells(name: str, figure: Callable[[Trained], float | None], form: str) -> list[str]:
        pairs = [(figure(mine), figure(other)) for mine, other in zip(found[name], found["kit"], strict=True)]
        known = [(mine, other) for mine, other in pairs if mine is not None and other is not None]
        if not known:
            return ["", ""]
        ratio = statistics.median(mine / other for mine, other in known)
        return [format(statistics.median(mine for mine, _ in known), form), f"{ratio:.2f}"]

    rows = []
    for name in found:
        whole = cells(name, lambda one: n_train * epochs / one.seconds, ".0f")
        warm = cells(name, lambda one: None if one.epoch is None else n_train / one.epoch, ".0f")
        memory = cells(name, lambda one: one.memory, ".2f")
        score = statistics.median(one.score for one in found[name])
        rows.append([titles[name], *whole, *warm, *memory, f"{score:.3f}"])
    header = [
        what,
        "photos a second, whole run",
        "of kit's",
        "warm epochs",
        "of kit's",
        "memory, GB",
        "of kit's",
        "macro F1",
    ]
    return grid(header, rows)


def notes(absent: Mapping[str, str]) -> list[str]:
    """Who is not in the table, and why."""
    return [line for name, why in absent.items() for line in ("", f"{name} is left out: {why}")]
