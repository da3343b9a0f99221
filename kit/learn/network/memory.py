"""Memory that a GPU reads by itself, and what to do when a batch does not fit: take it in parts."""

from __future__ import annotations

import numpy as np
import torch


def pinned(values: np.ndarray) -> torch.Tensor:
    """A copy that a GPU fetches while the CPU goes on; from other memory the CPU would wait for it.

    numpy copies, by one thread: torch has a team of OpenMP threads for each thread that asks it, as many as all cores.
    """
    held = torch.empty(values.shape, dtype=torch.from_numpy(np.empty(0, values.dtype)).dtype, pin_memory=True)
    held.numpy()[...] = values
    return held


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is torch's word for a device, or the machine, that has no memory left."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def free_memory() -> None:
    """Give back what torch holds in reserve, so that smaller parts find room in one piece."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
