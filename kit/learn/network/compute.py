"""How the layers of a network compute while it learns on a CPU: in other ways where torch is slow there.

Measured with torch 2.14 on two cores of an AMD EPYC with units for bfloat16; `make bench-precision` times whole steps
with them and without, `make bench-shared` whole epochs beside others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import torch
from timm.layers import BlurPool2d
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import conv2d, linear, pad, scaled_dot_product_attention
from torch.nn.grad import conv2d_weight
from torch.overrides import TorchFunctionMode

ATTENDS = "fused_attn"
"""What timm's layers have that ask torch for attention."""
MOST_TOKENS = 800
"""Up to so many bfloat16 attention holds less memory multiplied out than float32 does without (measured with ViT-S)."""
QUICK_KERNEL = 3
"""The side of the largest depthwise kernel that goes back quickly; in bfloat16, unless it has a stride."""
SMALL, FEW = 10_000, 16 * 16
"""A pointwise convolution of at most so many weights, at so many places, is as quick as a product of matrices."""


def quicken(network: nn.Module) -> None:
    """Let layers of a network that learns on a CPU take another way there where torch is slow at theirs.

    What they predict, and the names of their weights, stay as they are. Classes are changed, since a mode around the
    whole network would be asked about each call in it: 10 us a call, 3 ms of a step of mobilenetv3_small.
    """
    for layer in network.modules():
        if type(layer) is nn.Conv2d:
            layer.__class__ = _Convolution
        elif not isinstance(layer, _Quick) and (isinstance(layer, nn.Conv2d | BlurPool2d) or hasattr(layer, ATTENDS)):
            layer.__class__ = _quick(type(layer))  # type: ignore[arg-type]


class _Quick:
    """What the classes of such layers have in common."""


class _Convolution(_Quick, nn.Conv2d):
    """The usual one, of which the mode need not be asked."""

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if self.padding_mode != "zeros" or not torch.is_grad_enabled():
            return super()._conv_forward(input, weight, bias)
        return _convolution(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)


@cache
def _quick(kind: type[nn.Module]) -> type[nn.Module]:
    class Quick(_Quick, kind):  # type: ignore[misc, valid-type]
        def forward(self, *args: Any, **options: Any) -> Any:
            if not torch.is_grad_enabled():
                return super().forward(*args, **options)
            with _OnCpu():
                return super().forward(*args, **options)

    Quick.__name__ = Quick.__qualname__ = kind.__name__
    return Quick


class _OnCpu(TorchFunctionMode):
    """Takes another way with what torch is slow at, alone or beside others, when it goes back."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = kwargs or {}
        if func is conv2d:
            return _convolution(*args, **given)
        if func is scaled_dot_product_attention and _in_half():
            return _attention(*args, **given)
        return func(*args, **given)


def _in_half() -> bool:
    return torch.is_autocast_enabled("cpu")


def _convolution(
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
    if _in_half() and _is_slow_in_half(weight, stride, groups):
        half = torch.get_autocast_dtype("cpu")
        with torch.autocast("cpu", enabled=False):
            return _convolution(input.float(), weight, bias, stride, padding, dilation, groups).to(half)
    if _is_wide(weight, stride, padding, dilation, groups):
        wide: Tensor = _Wide.apply(input, weight, bias, _pair(padding))
        return wide
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


def _is_wide(weight: Tensor, stride: Any, padding: Any, dilation: Any, groups: int) -> bool:
    """Whether a convolution is depthwise, without a stride, and its kernel has more than three columns."""
    depthwise = groups == weight.shape[0] and weight.shape[1] == 1 < groups
    if not depthwise or weight.shape[3] <= QUICK_KERNEL or isinstance(padding, str):
        return False
    rows, columns = _pair(padding)
    inside = rows < weight.shape[2] and columns < weight.shape[3]
    return inside and {*_sides(stride), *_sides(dilation)} == {1}


def _pair(value: Any) -> tuple[int, int]:
    rows, columns = value if isinstance(value, Sequence) else (value, value)
    return rows, columns


class _Wide(torch.autograd.Function):
    """Such a convolution of (n, C, H, W) with (C, 1, h, w), whose gradients are put together from quicker ones.

    From four columns on oneDNN's gradient of the weights takes one and a half to four times as long as that of three at
    a time. Where the kernel is higher than the photo, rows that it pads by itself make it slow again. The gradient of
    the input is a convolution with the kernel turned round.
    """

    @staticmethod
    def forward(ctx: Any, input: Tensor, weight: Tensor, bias: Tensor | None, padding: tuple[int, int]) -> Tensor:
        ctx.save_for_backward(input, weight)
        ctx.padding = padding
        return conv2d(input, weight, bias, 1, padding, 1, len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:  # type: ignore[override]
        (input, weight), (rows, columns) = ctx.saved_tensors, ctx.padding
        n_channels, _, high, wide = weight.shape
        of_input = of_weight = of_bias = None
        if ctx.needs_input_grad[0]:
            around = (high - 1 - rows, wide - 1 - columns)
            of_input = conv2d(gradient, weight.flip(2, 3), None, 1, around, 1, n_channels)
        if ctx.needs_input_grad[1]:
            by_hand = rows if gradient.shape[2] < high else 0
            padded, parts = pad(input, (columns, columns, by_hand, by_hand)), []
            for first in range(0, wide, QUICK_KERNEL):
                size = (n_channels, 1, high, min(QUICK_KERNEL, wide - first))
                seen = padded[..., first : first + gradient.shape[3] + size[3] - 1]
                parts.append(conv2d_weight(seen, size, gradient, 1, (rows - by_hand, 0), 1, n_channels))
            of_weight = torch.cat(parts, dim=3)
        if ctx.needs_input_grad[2]:
            of_bias = gradient.sum(dim=(0, 2, 3))
        return of_input, of_weight, of_bias, None


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
