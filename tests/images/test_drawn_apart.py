"""Changes that processes draw: those that this one would, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from kit.images.augment import build_augment
from kit.images.changes import Change, Drawing, build_drawing
from kit.images.drawn_apart import drawn_apart

SHAPE = (16, 32, 32, 3)


def drawing() -> Drawing:
    return build_drawing(build_augment("strong", SHAPE[1:3]))


def assert_same(found: tuple[Change, ...], right: tuple[Change, ...]) -> None:
    assert [(one.kind, one.settings) for one in found] == [(one.kind, one.settings) for one in right]
    for one, other in zip(found, right, strict=True):
        np.testing.assert_array_equal(one.rows, other.rows)
        assert one.values.keys() == other.values.keys()
        for name, values in one.values.items():
            np.testing.assert_array_equal(values, other.values[name])


def test_processes_draw_what_this_one_would_and_are_not_missed_when_they_are_killed() -> None:
    right = [drawing()(SHAPE, seed, 3) for seed in range(6)]
    with drawn_apart([drawing(), drawing()]) as apart:
        for seed in range(3):
            assert_same(apart[seed % 2](SHAPE, seed, 3), right[seed])
        for process in apart[0].pool._processes.values():
            os.kill(process.pid, signal.SIGKILL)
        for seed in range(3, 6):
            assert_same(apart[seed % 2](SHAPE, seed, 3), right[seed])


ASKS = """
import time
from kit.images.augment import build_augment
from kit.images.changes import build_drawing
from kit.images.drawn_apart import drawn_apart

if __name__ == "__main__":
    with drawn_apart([build_drawing(build_augment("base", (32, 32)))]) as (apart,):
        apart((2, 32, 32, 3), 1)
        print(*apart.pool._processes, flush=True)
        time.sleep(600)
"""


def test_processes_end_with_the_one_that_asked(tmp_path: Path) -> None:
    (tmp_path / "asks.py").write_text(ASKS)
    with subprocess.Popen([sys.executable, tmp_path / "asks.py"], stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        drawing_there = [int(pid) for pid in asking.stdout.readline().split()]
        asking.kill()
    assert drawing_there
    until = time.monotonic() + 60
    while any(_lives(pid) for pid in drawing_there):
        assert time.monotonic() < until
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
