"""What ranks that train a network together say to one another: sums, gradients, statistics, photos, predictions.

In a process alone all of it leaves everything as it is, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from kit.errors import KitError
from kit.learn.ranks import heard, ranks_here

ByTask = dict[str, Tensor]
Said = Callable[[np.ndarray], dict[str, np.ndarray]]
"""rows -> what is said of them, (len(rows), n_outputs) of every task."""


class _Summed(torch.autograd.Function):
    """The sum over ranks. All of them compute the same loss of it, so that each has the gradient of its own part."""

    @staticmethod
    def forward(ctx: Any, part: Tensor) -> Tensor:
        total = part.detach().clone()
        with heard():
            dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return gradients[0]


def over_ranks(part: Tensor) -> Tensor:
    """What a sum over the rows of this rank is over those of the whole batch."""
    return part if ranks_here().size == 1 else _Summed.apply(part)  # type: ignore[no-any-return,no-untyped-call]


def add_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Give every rank the sum of all ranks' gradients, which is the gradient of the whole batch's loss."""
    if ranks_here().size == 1:
        return
    found = [parameter.grad for parameter in parameters if parameter.grad is not None]
    for dtype in dict.fromkeys(gradient.dtype for gradient in found):
        same = [gradient for gradient in found if gradient.dtype == dtype]
        together = torch.cat([gradient.reshape(-1) for gradient in same])
        with heard():
            dist.all_reduce(together)
        for gradient, total in zip(same, together.split([one.numel() for one in same]), strict=True):
            gradient.copy_(total.view(gradient.shape))


def take_statistics(*modules: nn.Module | None) -> None:
    """Give every rank the first one's running statistics: the others saw other rows, and all predict with one model."""
    if ranks_here().size == 1:
        return
    for module in modules:
        for buffer in () if module is None else module.buffers():
            if buffer.is_floating_point():
                with heard():
                    dist.broadcast(buffer, src=0)


def synchronised(backbone: nn.Module, device: torch.device) -> nn.Module:
    """The same layers, whose batch statistics in training are those of all ranks."""
    if ranks_here().size == 1:
        return backbone
    if device.type != "cuda":
        todo = "leave it out, or take a network without batch normalisation"
        raise KitError("torch synchronises batch normalisation on GPUs alone", where="sync_batch_norm", todo=todo)
    from timm.layers import convert_sync_batchnorm

    return convert_sync_batchnorm(backbone)


def on_whole_batch(
    change: Callable[[Tensor, ByTask, ByTask], tuple[Tensor, ByTask, ByTask]],
    n_rows: int,
    pixels: Tensor,
    targets: ByTask,
    weights: ByTask,
) -> tuple[Tensor, ByTask, ByTask]:
    """This rank's rows of what `change` makes of all n_rows of a batch: a photo is mixed with any of them."""
    ranks = ranks_here()
    if ranks.size == 1:
        return change(pixels, targets, weights)
    whole = _gathered(pixels.permute(0, 2, 3, 1), n_rows).permute(0, 3, 1, 2)  # channels stay last in memory
    parts = [{task: _gathered(values, n_rows) for task, values in of.items()} for of in (targets, weights)]
    own = ranks.part(n_rows)
    pixels, targets, weights = change(whole, *parts)
    return pixels[own], {task: one[own] for task, one in targets.items()}, {t: one[own] for t, one in weights.items()}


def _gathered(part: Tensor, n_rows: int) -> Tensor:
    """The rows of all ranks, (n_rows, ...), in their order."""
    ranks = ranks_here()
    most = -(-n_rows // ranks.size)
    padded = torch.cat([part, part.new_zeros(most - len(part), *part.shape[1:])]).contiguous()
    found = [torch.empty_like(padded) for _ in range(ranks.size)]
    with heard():
        dist.all_gather(found, padded)
    sizes = [n_rows * (rank + 1) // ranks.size - n_rows * rank // ranks.size for rank in range(ranks.size)]
    return torch.cat([one[:size] for one, size in zip(found, sizes, strict=True)])


def by_slices(said: Said) -> Said:
    """The same of all rows, of which each rank says its slice; the first one has the whole, the others no row of it."""
    ranks = ranks_here()
    if ranks.size == 1:
        return said

    def shared(rows: np.ndarray) -> dict[str, np.ndarray]:
        mine = rows[ranks.part(len(rows))]
        own = said(mine)
        parts: list[Any] | None = [None] * ranks.size if ranks.leads else None
        with heard():
            dist.gather_object((mine, own), parts, dst=0)
        if parts is None:
            return {task: values[:0] for task, values in own.items()}
        if not np.array_equal(np.concatenate([keys for keys, _ in parts]), rows):
            raise KitError("the ranks did not predict each row once", todo="this is a fault of kit: please report it")
        return {task: np.concatenate([values[task] for _, values in parts]) for task in own}

    return shared
