"""Batches on their way to the device: the next one is copied and changed there while the network learns of this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from kit.learn.network.batches import Batch
from kit.learn.network.changes import make_changes
from kit.learn.network.predict import moved


@dataclass(frozen=True)
class Fed:
    """A batch on the device."""

    pixels: Tensor
    """(n, channels, height, width) float32 from 0 to 255."""
    targets: dict[str, Tensor]
    weights: dict[str, Tensor]


def fed(made: Iterable[Batch], device: torch.device) -> Iterator[Fed]:
    """The batches on the device, in their order; to a GPU they come in a stream of their own, one ahead of their use.

    Where copies share the network's stream, or are waited for, the GPU has nothing to do meanwhile. Memory that a used
    batch leaves is written anew when the network is done with it; `Tensor.record_stream` would see to that too, but
    asks the GPU with every tensor that anybody makes.
    """
    if device.type != "cuda":
        yield from (_brought(batch, device) for batch in made)
        return
    coming, network = _stream(device), torch.cuda.current_stream(device)
    coming.wait_stream(network)  # which may still learn of the last batch of the epoch before
    ahead: Fed | None = None
    for batch in made:
        with torch.cuda.stream(coming):
            following = _brought(batch, device)
            arrived = coming.record_event()
        if ahead is not None:
            yield ahead
            coming.wait_event(network.record_event())
        network.wait_event(arrived)
        ahead = following
    if ahead is not None:
        yield ahead


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
