"""The changes that `kit.images.changes` draws, made to a batch where it lies: on a GPU to many photos at once.

Values are rounded to whole levels after each change, as they are where a photo is changed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from kit.images.acts import Kind
from kit.images.changes import Change

Values = dict[str, Tensor]


def make_changes(pixels: Tensor, changes: Sequence[Change]) -> Tensor:
    """(n, channels, H, W) float32 from 0 to 255, changed; the batch that is given is written over."""
    if not changes:
        return pixels
    with torch.no_grad():
        for change in changes:
            values = {
                name: torch.from_numpy(value).to(pixels.device, non_blocking=True)
                for name, value in change.values.items()
            }
            if len(change.rows) == len(pixels):
                pixels = _levels(MADE[change.kind](pixels, values, change.settings))
            else:
                rows = torch.from_numpy(change.rows).to(pixels.device, non_blocking=True)
                pixels[rows] = _levels(MADE[change.kind](pixels[rows], values, change.settings))
    return pixels.contiguous(memory_format=torch.channels_last)


def _levels(pixels: Tensor) -> Tensor:
    return pixels.round_().clamp_(0, 255)


def _fill(fills: Sequence[float], device: torch.device) -> Tensor | float:
    """One value for all channels, or one for each; the device is not waited for."""
    if len(fills) == 1:
        return fills[0]
    return torch.tensor(fills)[:, None, None].to(device, non_blocking=True)


def _warp(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    mode, padding, fills = settings
    x, y, last = _places(*pixels.shape[2:], pixels.device)
    of_x, of_y, rest = values["matrix"][:, None, None].unbind(dim=-1)
    found = torch.addcmul(of_y * y + rest, of_x, x)
    if "box" in values:
        box = values["box"][:, None, None]
        found = found.clamp(box[..., :2], box[..., 2:])
    grid = found * (2 / last) - 1
    # align_corners: a mirror at an edge is in the middle of its pixels, as OpenCV's BORDER_REFLECT_101 has it
    if padding != "zeros" or not any(fills):
        return F.grid_sample(pixels, grid, mode, padding, align_corners=True)
    fill = _fill(fills, pixels.device)
    return F.grid_sample(pixels - fill, grid, mode, padding, align_corners=True) + fill


@lru_cache(maxsize=8)
def _places(height: int, width: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """x (1, 1, width, 1) and y (1, height, 1, 1) of every place of a photo, and the last (x, y)."""
    x, y = torch.arange(width).float(), torch.arange(height).float()
    last = torch.tensor([max(1, width - 1), max(1, height - 1)])
    return x[None, None, :, None].to(device), y[None, :, None, None].to(device), last.to(device)


def _table(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    table = values["table"].float()
    return table.gather(1, pixels.flatten(1).long()).view(pixels.shape)


def _grey_of(pixels: Tensor) -> Tensor:
    """The brightness (n, 1, H, W) of colours, ITU-R BT.601."""
    if pixels.shape[1] == 1:
        return pixels
    red, green, blue = pixels.split(1, dim=1)
    return (0.299 * red + 0.587 * green + 0.114 * blue).round()


def _grey(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    return _grey_of(pixels).expand_as(pixels).clone()


def _contrast(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    factor = values["factor"][:, :, None, None]
    mean = _grey_of(pixels).mean(dim=(1, 2, 3), keepdim=True)
    return (pixels * factor + mean * (1 - factor)).floor()


def _saturation(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    factor = values["factor"][:, :, None, None]
    return pixels * factor + _grey_of(pixels) * (1 - factor)


def _hue(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    """Through hue in half degrees, saturation and value in whole steps, as OpenCV holds them in bytes."""
    shift = values["shift"][:, :, None, None]
    red, green, blue = pixels.unbind(dim=1)
    value, spread = pixels.amax(dim=1), pixels.amax(dim=1) - pixels.amin(dim=1)
    saturation = (255 * spread / value.clamp_min(1) + 0.5).floor()
    part = 30 / spread.clamp_min(1)
    hue = torch.where(
        value == red,
        (green - blue) * part,
        torch.where(value == green, 60 + (blue - red) * part, 120 + (red - green) * part),
    )
    hue = ((hue + 0.5).floor().remainder(180) + shift[:, 0]).remainder(180).floor()
    saturation = torch.where(saturation == 0, 0, (saturation + shift[:, 1]).round().clamp(0, 255))
    value = (value + shift[:, 2]).round().clamp(0, 255)
    parts = []
    for channel in (5, 3, 1):  # red, green, blue: how far each is from its own sector
        place = (channel + hue / 30).remainder(6)
        away = torch.minimum(place, 4 - place).clamp(0, 1)
        parts.append(value - value * saturation / 255 * away)
    return torch.stack(parts, dim=1).floor()


def _convolved(pixels: Tensor, kernel: Tensor) -> Tensor:
    """Each photo by a kernel of its own, (n, height, width), with a mirror at the edges.

    Not by conv2d, which cuDNN would tune anew for every number of photos, and round to fewer bits.
    """
    (height, width), (high, wide) = pixels.shape[2:], kernel.shape[1:]
    padded = F.pad(pixels, (wide // 2, wide // 2, high // 2, high // 2), "reflect")
    total = torch.zeros_like(pixels)
    for y in range(high):
        for x in range(wide):
            total.addcmul_(padded[:, :, y : y + height, x : x + width], kernel[:, y, x, None, None, None])
    return total


def _blur(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    kernel = values["kernel"]
    return _convolved(_convolved(pixels, kernel[:, None, :]), kernel[:, :, None])


def _kernel(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    return _convolved(pixels, values["kernel"])


def _pick(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    row = torch.arange(len(pixels), device=pixels.device)[:, None, None]
    return pixels.permute(0, 2, 3, 1)[row, values["y"][:, :, None], values["x"][:, None, :]].permute(0, 3, 1, 2)


def _holes(pixels: Tensor, values: Values, settings: Any) -> Tensor:
    holes = values["holes"][:, :, :, None, None]
    x = torch.arange(pixels.shape[3], device=pixels.device)
    y = torch.arange(pixels.shape[2], device=pixels.device)[:, None]
    inside = (x >= holes[:, :, 0]) & (y >= holes[:, :, 1]) & (x < holes[:, :, 2]) & (y < holes[:, :, 3])
    return torch.where(inside.any(dim=1, keepdim=True), _fill(settings[0], pixels.device), pixels)


MADE: dict[Kind, Callable[[Tensor, Values, Any], Tensor]] = {
    "warp": _warp,
    "table": _table,
    "hue": _hue,
    "grey": _grey,
    "contrast": _contrast,
    "saturation": _saturation,
    "blur": _blur,
    "kernel": _kernel,
    "pick": _pick,
    "holes": _holes,
}
"""Each takes (n, channels, H, W), a change's values and its settings."""
