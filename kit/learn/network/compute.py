"""How a network computes while it learns: torch's autocast, and other ways where torch is slow on a CPU.

Measured with torch 2.14 on two cores of an AMD EPYC with units for bfloat16; `make bench-precision` times whole steps
with them and without, `make bench-shared` whole epochs beside others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import conv2d, linear, scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

MOST_TOKENS = 800
"""Up to so many bfloat16 attention holds less memory multiplied out than float32 does without (measured with ViT-S)."""
QUICK_KERNEL = 3
"""The side of the largest kernel whose depthwise convolution, unless it has a stride, is quick in bfloat16."""
SMALL, FEW = 10_000, 16 * 16
"""A pointwise convolution of at most so many weights, at so many places, is as quick as a product of matrices."""


@contextmanager
def learning_in(dtype: torch.dtype | None, device: torch.device) -> Iterator[None]:
    """In the block the network's forward pass for gradients computes in `dtype`, None for float32."""
    with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
        if device.type != "cpu":
            yield
            return
        with _QuickOnCpu(half=dtype is not None):
            yield


class _QuickOnCpu(TorchFunctionMode):
    """Takes another way with what torch is slow at, alone or beside others, when it goes back."""

    def __init__(self, *, half: bool) -> None:
        super().__init__()
        self.half = half

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = kwargs or {}
        if func is conv2d:
            return self._convolution(*args, **given)
        if func is scaled_dot_product_attention and self.half:
            return _attention(*args, **given)
        return func(*args, **given)

    def _convolution(
        self,
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:
        if groups == 1 and _is_product(input, weight, stride, padding):
            return linear(input.movedim(1, -1), weight.flatten(1), bias).movedim(-1, 1)
        if self.half and _is_slow_in_half(weight, stride, groups):
            half = torch.get_autocast_dtype("cpu")
            with torch.autocast("cpu", enabled=False):
                return conv2d(input.float(), weight, bias, stride, padding, dilation, groups).to(half)
        return conv2d(input, weight, bias, stride, padding, dilation, groups)


def _is_product(input: Tensor, weight: Tensor, stride: Any, padding: Any) -> bool:
    """Whether a convolution is a product of matrices that is as quick, and quicker beside others.

    The threads of oneDNN's gradients of few weights wait for one another without ever giving up their core: where
    another process has the other one, for its whole time slice, 4 ms at every layer. Threads of products sleep. At one
    place, as in squeeze and excitation, a product takes a fifth of the time even alone.
    """
    if weight.shape[2:] != (1, 1) or input.ndim != 4 or {*_sides(stride)} != {1} or {*_sides(padding)} != {0}:
        return False
    n_places = input.shape[2] * input.shape[3]
    if n_places == 1:
        return True
    small = n_places <= FEW and weight.numel() <= SMALL
    return small and input.is_contiguous(memory_format=torch.channels_last)


def _is_slow_in_half(weight: Tensor, stride: Any, groups: int) -> bool:
    """Whether a convolution is depthwise with a stride or a large kernel: these go back two to nine times as slowly."""
    slow = max(weight.shape[-2:]) > QUICK_KERNEL or max(_sides(stride)) > 1
    return groups > 1 and weight.shape[1] == 1 and slow


def _sides(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) else (value,)


def _attention(query: Tensor, key: Tensor, value: Tensor, *args: Any, **options: Any) -> Tensor:
    """As products of matrices and a softmax where there are few tokens; more fill the memory, and stay fused.

    The fused one goes back three times as slowly as in float32, which was a third of a ViT's step.
    """
    if key.shape[-2] > MOST_TOKENS:
        return scaled_dot_product_attention(query, key, value, *args, **options)
    half = torch.backends.cuda.fp16_bf16_reduction_math_sdp_allowed()
    torch.backends.cuda.allow_fp16_bf16_reduction_math_sdp(True)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            return scaled_dot_product_attention(query, key, value, *args, **options)
    finally:
        torch.backends.cuda.allow_fp16_bf16_reduction_math_sdp(half)
