"""Batches on their way to the device: the next one is copied and changed there while the network learns of this one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from kit.learn.network.batches import Batch
from kit.learn.network.changes import make_changes
from kit.learn.network.predict import moved

TURN = 5e-4
"""Seconds after which a thread gives Python to another that waits for it."""


@dataclass(frozen=True)
class Fed:
    """A batch on the device."""

    pixels: Tensor
    """(n, channels, height, width) float32 from 0 to 255."""
    targets: dict[str, Tensor]
    weights: dict[str, Tensor]


def fed(made: Iterable[Batch], device: torch.device) -> Iterator[Fed]:
    """The batches on the device, in their order; to a GPU they come in a stream of their own, one ahead of their use.

    A thread sees to them: while gradients are worked out, Python has nothing to do for the network. Where copies share
    the network's stream, or are waited for, the GPU has nothing to do meanwhile. Memory that a used batch leaves is
    written anew when the network is done with it; `Tensor.record_stream` would see to that too, but asks the GPU with
    every tensor that anybody makes.
    """
    if device.type != "cuda":
        yield from (_brought(batch, device) for batch in made)
        return
    coming, network = _stream(device), torch.cuda.current_stream(device)

    def bring(batch: Batch, left: torch.cuda.Event) -> tuple[Fed, torch.cuda.Event]:
        with torch.cuda.stream(coming):
            coming.wait_event(left)
            return _brought(batch, device), coming.record_event()

    with _short_turns(), ThreadPoolExecutor(1) as feeder:
        ahead: Future[tuple[Fed, torch.cuda.Event]] | None = None
        for batch in made:
            following = feeder.submit(bring, batch, network.record_event())
            if ahead is not None:
                yield _arrived(ahead, network)
            ahead = following
        if ahead is not None:
            yield _arrived(ahead, network)


def _arrived(coming: Future[tuple[Fed, torch.cuda.Event]], network: torch.cuda.Stream) -> Fed:
    batch, arrived = coming.result()
    network.wait_event(arrived)
    return batch


@contextmanager
def _short_turns() -> Iterator[None]:
    """Threads that make batches give Python back sooner than in 5 ms, by when a network has learned of half a batch."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@lru_cache
def _stream(device: torch.device) -> torch.cuda.Stream:
    """One for all epochs: each has memory of its own."""
    return torch.cuda.Stream(device)


def _brought(batch: Batch, device: torch.device) -> Fed:
    return Fed(
        make_changes(moved(batch.pixels, device), batch.changes),
        {task: part.to(device, non_blocking=True) for task, part in batch.targets.items()},
        {task: part.to(device, non_blocking=True) for task, part in batch.weights.items()},
    )
