"""The precision that a network learns in: torch's autocast, and attention by what is quick in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

MOST_TOKENS = 800
"""Up to so many bfloat16 attention holds less memory multiplied out than float32 does without (measured with ViT-S)."""


@contextmanager
def learning_in(dtype: torch.dtype | None, device: torch.device) -> Iterator[None]:
    """In the block the network's forward pass for gradients computes in `dtype`, None for float32."""
    with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
        if dtype is None or device.type != "cpu":
            yield
            return
        with _MultipliedOut():
            yield


class _MultipliedOut(TorchFunctionMode):
    """Attention as products of matrices and a softmax, where it has few tokens.

    On a CPU torch's fused attention goes back in bfloat16 three times as slowly as in float32 (torch 2.14), which takes
    a third of a ViT's step; products have units.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = kwargs or {}
        if func is not scaled_dot_product_attention or _key(args, given).shape[-2] > MOST_TOKENS:
            return func(*args, **given)
        half = torch.backends.cuda.fp16_bf16_reduction_math_sdp_allowed()
        torch.backends.cuda.allow_fp16_bf16_reduction_math_sdp(True)
        try:
            with sdpa_kernel(SDPBackend.MATH):
                return func(*args, **given)
        finally:
            torch.backends.cuda.allow_fp16_bf16_reduction_math_sdp(half)


def _key(args: Sequence[Any], given: Mapping[str, Any]) -> torch.Tensor:
    key: torch.Tensor = args[1] if len(args) > 1 else given["key"]
    return key
