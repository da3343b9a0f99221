"""What to do when a batch does not fit into memory: take it in parts."""

from __future__ import annotations

import torch


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is torch's word for a device, or the machine, that has no memory left."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def free_memory() -> None:
    """Give back what torch holds in reserve, so that smaller parts find room in one piece."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
