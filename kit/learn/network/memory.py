"""Memory that a GPU reads by itself, that a CPU's steps use again, and what to do when a batch does not fit."""

from __future__ import annotations

import ctypes
import os

import numpy as np
import torch

MALLOC = ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES")
"""The variables by which a user says when freed memory goes back to the system."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Names of mallopt(3): from how much on free memory is given back, and from what size on a block lies apart."""
KEPT, APART = 2**31 - 1, 2**30
"""Bytes: what may be free, and the largest block that comes out of it."""


def keep_freed_memory() -> None:
    """Let a CPU's steps use freed memory again, unless the user has said when it goes back to the system.

    By itself the GNU C library asks the system for each large tensor and gives it back, which zeroes its pages anew at
    every layer of every step. The most that a process holds grows by a few per cent.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None and not any(name in os.environ for name in MALLOC):
        mallopt(M_MMAP_THRESHOLD, APART)
        mallopt(M_TRIM_THRESHOLD, KEPT)


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
