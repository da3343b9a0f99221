"""What the layers of a network that learns on a CPU do in another way, because torch is slow at it there."""

from __future__ import annotations

import copy
import functools
from typing import Any

import pytest
import torch
from timm.layers import BlurPool2d, Conv2dSame
from torch import nn
from torch.nn.functional import conv2d, scaled_dot_product_attention
from torch.utils._python_dispatch import TorchDispatchMode

from kit.learn.network import compute
from kit.learn.network.compute import quicken
from kit.learn.network.model import TaskModel, build_model
from kit.recipes.network import Recipe

FUSED = "aten::_scaled_dot_product_flash_attention_for_cpu"


class Attends(nn.Module):
    """What timm's layers of attention have in common."""

    fused_attn = True

    def forward(self, query: torch.Tensor, **options: object) -> torch.Tensor:
        return scaled_dot_product_attention(query, **options)  # type: ignore[arg-type]


def half(dtype: torch.dtype | None) -> torch.autocast:
    return torch.autocast("cpu", dtype=dtype, enabled=dtype is not None)


def quickened(layer: nn.Module) -> nn.Module:
    quicken(layer)
    return layer


def convolution(weight: torch.Tensor, bias: torch.Tensor | None = None, **options: object) -> nn.Conv2d:
    """A quickened layer of these weights."""
    groups = int(options.get("groups", 1))  # type: ignore[call-overload]
    sizes = (groups * weight.shape[1], weight.shape[0], tuple(weight.shape[2:]))
    layer = nn.Conv2d(*sizes, bias=bias is not None, **options)  # type: ignore[arg-type]
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None and layer.bias is not None:
            layer.bias.copy_(bias)
    quicken(layer)
    return layer


def tiny(name: str) -> TaskModel:
    keys = {"model": name, "pretrained": False, "size": 32, "epochs": 1, "batch_size": 4}
    return build_model(Recipe.model_validate(keys), {"mask": 3}, 0)


def attended(n_tokens: int, dtype: torch.dtype | None, **options: object) -> tuple[bool, list[torch.Tensor]]:
    """Whether attention was fused, and the gradients of query, key and value."""
    generator = torch.Generator().manual_seed(0)
    given = [torch.randn(2, 3, n_tokens, 16, generator=generator, requires_grad=True) for _ in range(3)]
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as ops:
        with half(dtype):
            said = quickened(Attends())(given[0], key=given[1], value=given[2], **options)
        said.float().square().sum().backward()
    gradients = [one.grad for one in given]
    return FUSED in {event.key for event in ops.key_averages()}, [one for one in gradients if one is not None]


@pytest.mark.parametrize("options", [{}, {"scale": 0.5}, {"attn_mask": torch.linspace(-1, 1, 17 * 17).view(17, 17)}])
def test_bfloat16_multiplies_attention_out_and_learns_the_same_of_it(options: dict[str, object]) -> None:
    fused, expected = attended(17, None, **options)
    multiplied, found = attended(17, torch.bfloat16, **options)
    assert fused and not multiplied
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=0.05, atol=0.05 * float(other.abs().max()))


def test_many_tokens_stay_fused_since_their_products_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "MOST_TOKENS", 40)
    assert [attended(n, torch.bfloat16)[0] for n in (40, 41)] == [False, True]


def test_what_torch_does_elsewhere_is_as_it_was() -> None:
    allowed = torch.backends.cuda.fp16_bf16_reduction_math_sdp_allowed()
    attended(17, torch.bfloat16)
    assert torch.backends.cuda.fp16_bf16_reduction_math_sdp_allowed() == allowed
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as ops:
        given = [torch.randn(1, 1, 8, 8, dtype=torch.bfloat16) for _ in range(3)]
        Attends()(given[0], key=given[1], value=given[2])
    assert FUSED in {event.key for event in ops.key_averages()}


@pytest.mark.parametrize(
    ("groups", "kernel", "stride", "slow"),
    [(8, 5, 1, True), (8, 3, 2, True), (8, 7, (2, 2), True), (8, 3, 1, False), (4, 5, 2, False), (1, 5, 2, False)],
)
def test_depthwise_convolutions_with_a_stride_or_a_large_kernel_compute_in_float32(
    groups: int, kernel: int, stride: int | tuple[int, int], slow: bool
) -> None:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(2, 8, 16, 16, generator=generator).bfloat16().requires_grad_()
    weight = torch.randn(8, 8 // groups, kernel, kernel, generator=generator, requires_grad=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        in_half = conv2d(pixels, weight, stride=stride, padding="valid", groups=groups)
    in_float = conv2d(pixels.float(), weight, stride=stride, groups=groups)
    assert not torch.equal(in_half, in_float.bfloat16())
    layer = convolution(weight.detach(), stride=stride, padding="valid", groups=groups)
    with half(torch.bfloat16):
        found = layer(pixels)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found, in_float.bfloat16() if slow else in_half, rtol=0, atol=0)
    found.float().square().sum().backward()
    assert pixels.grad is not None and layer.weight.grad is not None and layer.weight.grad.dtype == torch.float32
    expected = torch.autograd.grad(in_float.square().sum(), weight)[0]
    torch.testing.assert_close(layer.weight.grad, expected, rtol=0.02, atol=0.02 * float(expected.abs().max()))


@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
@pytest.mark.parametrize(
    ("places", "channels", "options", "product"),
    [
        ((16, 16), (40, 240), {}, True),
        ((16, 16), (80, 240), {}, False),  # of many weights torch's own threads do not wait for one another
        ((17, 16), (40, 240), {}, False),
        ((1, 1), (512, 128), {}, True),
        ((8, 8), (16, 32), {"stride": 2}, False),
        ((8, 8), (16, 32), {"padding": (1, 1)}, False),
        ((8, 8), (16, 32), {"groups": 2}, False),
        ((1, 1), (16, 32), {"padding": "valid"}, False),
    ],
)
def test_pointwise_convolutions_of_few_weights_are_products_of_matrices(
    places: tuple[int, int],
    channels: tuple[int, int],
    options: dict[str, object],
    product: bool,
    dtype: torch.dtype | None,
) -> None:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(3, channels[0], *places, generator=generator).contiguous(memory_format=torch.channels_last)
    fan_in = channels[0] // int(options.get("groups", 1))  # type: ignore[call-overload]
    weight = torch.randn(channels[1], fan_in, 1, 1, generator=generator) / fan_in**0.5
    given = [pixels.requires_grad_(), weight.requires_grad_(), torch.randn(channels[1], requires_grad=True)]
    expected = conv2d(*given, **options)  # type: ignore[arg-type]
    layer = convolution(*given[1:], **options)
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as ops:
        with half(dtype):
            found = layer(pixels)
        gradients = torch.autograd.grad(found.float().square().sum(), [pixels, layer.weight, layer.bias])
    assert ("aten::conv2d" not in {event.key for event in ops.key_averages()}) == product
    assert found.is_contiguous(memory_format=torch.channels_last)
    near = {"rtol": 1e-4, "atol": 1e-4} if dtype is None else {"rtol": 0.05, "atol": 0.05}
    torch.testing.assert_close(found.float(), expected, **near)
    for one, other in zip(gradients, torch.autograd.grad(expected.square().sum(), given), strict=True):
        torch.testing.assert_close(one / other.abs().max(), other / other.abs().max(), **near)


@pytest.mark.parametrize(
    ("places", "kernel", "options", "by_parts"),
    [
        ((9, 11), (5, 5), {"padding": 2}, True),
        ((4, 4), (5, 5), {"padding": 2, "bias": True}, True),
        ((3, 3), (7, 7), {"padding": (3, 3), "bias": True}, True),
        ((9, 9), (5, 4), {"padding": (0, 1)}, True),
        ((8, 9), (3, 9), {"padding": (1, 4)}, True),
        ((8, 8), (7, 7), {}, True),
        ((8, 8), (5, 5), {"padding": 2, "stride": 2}, False),
        ((8, 8), (5, 5), {"padding": 2, "dilation": 2}, False),
        ((8, 8), (5, 5), {"padding": "same"}, False),
        ((8, 8), (5, 3), {"padding": 1}, False),
        ((8, 8), (1, 5), {"padding": 2}, False),
        ((8, 8), (5, 5), {"padding": 2, "padding_mode": "reflect"}, False),
    ],
)
def test_depthwise_convolutions_of_more_than_three_columns_learn_by_parts_what_torchs_own_learn(
    places: tuple[int, int], kernel: tuple[int, int], options: dict[str, Any], by_parts: bool
) -> None:
    generator = torch.Generator().manual_seed(0)
    layer = nn.Conv2d(6, 6, kernel, groups=6, **{"bias": False, **options}).double()  # type: ignore[arg-type]
    pixels = torch.randn(3, 6, *places, generator=generator, dtype=torch.double)
    given = [pixels.contiguous(memory_format=torch.channels_last).requires_grad_(), *layer.parameters()]
    expected = layer(given[0])
    upstream = torch.randn(expected.shape, generator=generator, dtype=torch.double)
    quicken(layer)
    found = layer(given[0])
    assert torch.equal(found, expected) and (type(found.grad_fn).__name__ == "_WideBackward") == by_parts
    learnt = (torch.autograd.grad(values, given, upstream) for values in (found, expected))
    for one, other in zip(*learnt, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)


def test_frozen_weights_of_wide_kernels_pass_the_gradient_on() -> None:
    layer = quickened(nn.Conv2d(6, 6, 5, padding=2, groups=6).requires_grad_(False))
    pixels = torch.randn(3, 6, 8, 8, generator=torch.Generator().manual_seed(0), requires_grad=True)
    layer(pixels).sum().backward()
    assert pixels.grad is not None and all(one.grad is None for one in layer.parameters())


@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
def test_a_compiled_network_takes_the_same_way(dtype: torch.dtype | None, monkeypatch: pytest.MonkeyPatch) -> None:
    # torch's own backend needs a C++ compiler and minutes; this one runs the graph as it was found
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="eager"))
    plain, compiled = (tiny("mobilenetv3_small_050") for _ in range(2))
    compiled.compile_training()
    pixels = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 255
    losses = []
    for model in (plain, compiled):
        model.train_everything()
        quicken(model)
        with half(dtype):
            outputs = model.outputs(pixels)["mask"]
        losses.append(outputs.float().square().mean())
        losses[-1].backward()
    assert torch.equal(*losses)
    for one, other in zip(plain.parameters(), compiled.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-4, atol=1e-6)


def ops_of(model: TaskModel, dtype: torch.dtype | None) -> set[str]:
    profile = torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU])
    with profile as ops, half(dtype):
        model.outputs(torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 255)
    return {event.key for event in ops.key_averages()}


def test_attention_of_timm_is_reached() -> None:
    model = tiny("test_vit")
    quicken(model)
    assert FUSED in ops_of(model, None)
    assert FUSED not in ops_of(model, torch.bfloat16)


class Computed(TorchDispatchMode):
    """The numbers that convolutions compute in."""

    def __init__(self) -> None:
        super().__init__()
        self.found = set[torch.dtype]()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        if func is torch.ops.aten.convolution.default:
            self.found.add(args[0].dtype)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("layer", [Conv2dSame(8, 8, 3, stride=2, groups=8, bias=False), BlurPool2d(8)])
def test_layers_that_ask_for_their_convolution_by_themselves_are_reached(layer: nn.Module) -> None:
    pixels = torch.randn(2, 8, 16, 16, generator=torch.Generator().manual_seed(0)).bfloat16()
    in_float = layer(pixels.float())
    quicken(layer)
    with half(torch.bfloat16):
        with Computed() as learning:
            assert torch.equal(layer(pixels), in_float.bfloat16())
        with Computed() as predicting, torch.no_grad():
            layer(pixels)
    assert (learning.found, predicting.found) == ({torch.float32}, {torch.bfloat16})


def test_predictions_and_names_stay_as_they_are() -> None:
    plain, quick = tiny("mobilenetv3_small_050").eval(), tiny("mobilenetv3_small_050").eval()
    quicken(quick)
    kinds = [type(layer) for layer in quick.modules()]
    quicken(quick)
    assert [type(layer) for layer in copy.deepcopy(quick).modules()] == kinds
    assert all(isinstance(layer, kind) for layer, kind in zip(quick.modules(), map(type, plain.modules()), strict=True))
    assert list(plain.state_dict()) == list(quick.state_dict())
    pixels = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 255
    with torch.inference_mode():
        assert torch.equal(plain(pixels)["mask"], quick(pixels)["mask"])
