"""Changes drawn by processes beside this one: in one process Python draws them in turns with what it has a GPU do."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from kit.cores import usable_cores
from kit.images.changes import Change, Drawing

MOST = 4
"""Processes: they draw more than the quickest of networks sees."""


@dataclass
class DrawnApart:
    """Tells what a `Drawing` would, which it does by itself should the processes be gone."""

    drawing: Drawing
    pool: ProcessPoolExecutor

    def __call__(self, shape: tuple[int, ...], seed: int, first: int = 0) -> tuple[Change, ...]:
        try:
            return self.pool.submit(_draw, shape, seed, first).result()
        except BrokenProcessPool:
            return self.drawing(shape, seed, first)


@contextmanager
def drawn_apart(drawings: Sequence[Drawing]) -> Iterator[list[DrawnApart]]:
    """These equal drawings, made by processes until the block ends."""
    n_processes = max(1, min(MOST, usable_cores() // 4))
    spawn = multiprocessing.get_context("spawn")  # a copy of this process would have its GPU and its threads
    with ProcessPoolExecutor(n_processes, spawn, _begin, (drawings[0],)) as pool:
        yield [DrawnApart(drawing, pool) for drawing in drawings]


_own: list[Drawing] = []
"""A process's own drawing."""


def _begin(drawing: Drawing) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    Thread(target=_end_with_parent, daemon=True).start()
    _own.append(Drawing(drawing.augment))  # what it knows of its transforms goes by their place in memory


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _draw(shape: tuple[int, ...], seed: int, first: int) -> tuple[Change, ...]:
    return _own[0](shape, seed, first)
