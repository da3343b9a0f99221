"""The precision that a network learns in: torch's autocast, and another way where a CPU is slow in bfloat16.

Measured with torch 2.14 on two cores of an AMD EPYC with units for bfloat16; `make bench-precision` times whole steps
with it and without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import conv2d, scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

MOST_TOKENS = 800
"""Up to so many bfloat16 attention holds less memory multiplied out than float32 does without (measured with ViT-S)."""
QUICK_KERNEL = 3
"""The side of the largest kernel whose depthwise convolution, unless it has a stride, is quick in bfloat16."""


@contextmanager
def learning_in(dtype: torch.dtype | None, device: torch.device) -> Iterator[None]:
    """In the block the network's forward pass for gradients computes in `dtype`, None for float32."""
    with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
        if dtype is None or device.type != "cpu":
            yield
            return
        with _QuickOnCpu():
            yield


class _QuickOnCpu(TorchFunctionMode):
    """Takes another way with what goes back more slowly in bfloat16 than in float32."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = kwargs or {}
        if func is scaled_dot_product_attention:
            return _attention(*args, **given)
        if func is conv2d:
            return _convolution(*args, **given)
        return func(*args, **given)


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


def _convolution(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """In float32 where it is depthwise with a stride or a large kernel: these go back two to nine times as slowly."""
    strides = stride if isinstance(stride, Sequence) else (stride,)
    slow = max(weight.shape[-2:]) > QUICK_KERNEL or max(strides) > 1
    if groups == 1 or weight.shape[1] > 1 or not slow:
        return conv2d(input, weight, bias, stride, padding, dilation, groups)
    half = torch.get_autocast_dtype("cpu")
    with torch.autocast("cpu", enabled=False):
        return conv2d(input.float(), weight, bias, stride, padding, dilation, groups).to(half)
