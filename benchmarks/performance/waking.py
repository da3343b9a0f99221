"""What it takes to wake a thread beside a busy process: what two threads reach of one core, by how short a call is.

The simplest layer that there is, the sine of numbers that lie in the cache: nothing but torch asking two threads, and
waiting for both. It is what a network at most reaches whose calls are as short. All is on two cores; a fair share of
them is one, where somebody else keeps one core busy. Idle threads wait as in every command of kit's.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

from benchmarks.performance.page import grid
from benchmarks.performance.shared import BUSY
from kit.openmp import PERIOD, share_cores, yielding

SIZES = (40_000, 80_000, 160_000, 320_000)
"""Numbers of a call; torch asks one thread alone for fewer than 32,768."""
CALLS = 200


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="waking")
    parser.add_argument("--seconds", type=float, default=4, help="of each size, beside the busy process")
    options = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    share_cores()
    import torch

    torch.set_num_threads(1)
    one = {size: microseconds(size, options.seconds / 4) for size in SIZES}
    torch.set_num_threads(2)
    alone = {size: microseconds(size, options.seconds / 4) for size in SIZES}
    busy = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        with yielding():
            microseconds(SIZES[0], 4 * PERIOD)  # until it has seen that others keep a core busy
            beside = {size: microseconds(size, options.seconds) for size in SIZES}
    finally:
        busy.kill()
        busy.wait()
    rows = [
        [
            f"{one[size]:.0f}",
            f"{one[size] / alone[size]:.2f}",
            f"{one[size] / beside[size]:.2f}",
            f"{beside[size] - one[size]:.0f}",
        ]
        for size in SIZES
    ]
    header = [
        "a call in one thread, microseconds",
        "two threads alone, share",
        "beside a busy process, share",
        "microseconds lost in a call",
    ]
    return grid(header, rows)


def microseconds(size: int, seconds: float) -> float:
    """Of a call, the mean of all: calls that wait for a whole time slice are few and long."""
    import torch

    numbers, took, until = torch.ones(size), [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        for _ in range(CALLS):
            torch.sin_(numbers)
        took.append(1e6 * (time.perf_counter() - began) / CALLS)
    return statistics.mean(took)
