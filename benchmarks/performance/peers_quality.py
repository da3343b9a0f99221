"""What kit and other trainers reach in so many minutes from the same pretrained weights: held-out macro F1.

Each first trains two epochs, which tells how many fit into the time with its start-up; so many are then trained by its
own schedule, from a start with nothing there: kit decodes its photos anew. Several seeds say how much of it is chance.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.peers.contenders import KIT, NAMES, Trained, contenders, titled, tried
from benchmarks.peers.job import Job
from benchmarks.peers.photos import digits, drawn, prepared
from benchmarks.performance.page import grid
from benchmarks.performance.peers import notes
from kit.wording import counted

MODEL = "tf_efficientnet_lite0"
SIZES = {"digits": (64, 64), "demo": (128, 96)}
DEFAULT = ("kit", *(name for name in NAMES if name not in KIT))
DEMO_WIDTH = 96
"""Of its photos, in pixels, as `kit init demo` draws them."""
MARGIN = 0.97
"""The share of the time that is planned with."""


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="peers-quality")
    parser.add_argument("--minutes", type=float, nargs="+", default=[2, 5, 10])
    parser.add_argument("--data", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--photos", type=int, default=2100, help="of the demo; the digits are 1,258")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="processes that a peer may read by")
    parser.add_argument("--seeds", type=int, default=1, help="how often each is trained, from other random numbers")
    parser.add_argument("--peers", nargs="+", choices=NAMES, default=list(DEFAULT))
    options = parser.parse_args(arguments)
    trainers, absent = contenders(options.peers)
    found: dict[tuple[str, str], list[tuple[int, list[Trained]]]] = {}
    for name in options.data:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            rows = digits(root) if name == "digits" else drawn(root, options.photos, DEMO_WIDTH)
            job = prepared(root, rows, Job(MODEL, SIZES[name]), pretrained=True)
            for peer, train in trainers.items():
                own, first = tried(peer, train, root, job, options.workers)
                title = titled(peer, own)
                for minutes in options.minutes:
                    epochs = epochs_in(60 * minutes, first)
                    each = [train(root, replace(own, epochs=epochs, seed=seed)) for seed in range(options.seeds)]
                    found.setdefault((name, title), []).append((epochs, each))
                    print(f"{name}, {title}, {minutes:g} minutes: {found[name, title][-1]}", flush=True)
    return [*quality_table(found, options.minutes), *notes(absent)]


def epochs_in(seconds: float, first: Trained) -> int:
    """How many epochs fit into a time by a run of two: its second tells what each costs, the rest is paid once."""
    assert first.epoch is not None
    once = first.seconds - 2 * first.epoch
    return max(1, int((MARGIN * seconds - once) / first.epoch))


def quality_table(found: Mapping[tuple[str, str], list[tuple[int, list[Trained]]]], minutes: list[float]) -> list[str]:
    rows = [[data, peer, *(_cell(*one) for one in some)] for (data, peer), some in found.items()]
    return grid([f"held-out macro F1, {MODEL}", "", *(f"{one:g} minutes" for one in minutes)], rows)


def _cell(epochs: int, each: Sequence[Trained]) -> str:
    """The mean score, with several seeds the deviation of one of them; the epochs, and the seconds that they took."""
    scores = [one.score for one in each]
    spread = f" ± {statistics.stdev(scores):.3f}" if len(scores) > 1 else ""
    seconds = statistics.mean(one.seconds for one in each)
    return f"{statistics.mean(scores):.3f}{spread} ({counted(epochs, 'epoch')}, {seconds:.0f} s)"
