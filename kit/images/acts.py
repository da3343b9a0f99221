"""What each transform of albumentations does to a photo, as numbers: for a device that does it to many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

import numpy as np

Kind = Literal["warp", "table", "hue", "grey", "contrast", "saturation", "blur", "kernel", "pick", "holes"]

BORDERS = {0: "zeros", 1: "border", 4: "reflection"}
"""What lies beyond an edge: OpenCV's number of it, and torch's name."""
MODES = {0: "nearest", 1: "bilinear", 2: "bicubic"}

_LEVELS = np.arange(256, dtype=np.uint8).reshape(1, 256, 1)

Act = tuple[str, Any, tuple[Any, ...]]
"""What is done to one photo: the kind of its change, or of the numbers that one is made of, these, and its settings."""
Acts = Callable[[Any, Mapping[str, Any], tuple[int, int, int]], Iterator[Act]]
"""(transform, what it drew, the photo's height, width and channels) -> what it does, in turn."""


def unlike(transform: Any) -> str | None:
    """What a transform is, or is asked for, that devices do not make; None where they make it."""
    name = type(transform).__name__
    if name not in ACTS:
        return "is made by a CPU alone"
    if getattr(transform, "border_mode", 0) not in BORDERS:
        return "has a border_mode that no device makes; 0, 1 and 4 can be"
    if getattr(transform, "interpolation", 1) not in MODES:
        return "has an interpolation that no device makes; 0, 1 and 2 can be"
    if getattr(transform, "crop_border", False) or getattr(transform, "fit_output", False):
        return "crops what it has turned, which no device does"
    if name == "RandomBrightnessContrast" and not transform.brightness_by_max:
        return "goes by each photo's mean, which no device does; brightness_by_max: true can be"
    if name == "Downscale" and any(transform.interpolation_pair.values()):
        return "has interpolations that no device makes; 0 can be"
    if name == "ToGray" and transform.method != "weighted_average":
        return f"has the method '{transform.method}', which no device makes; weighted_average can be"
    if name == "RandomResizedCrop" and transform.area_for_downscale is not None:
        return "has area_for_downscale, which no device makes"
    if isinstance(getattr(transform, "fill", 0), str):
        return "has a fill that no device makes; a number can be"
    return None


def _fills(fill: Any) -> tuple[float, ...]:
    """What an empty place is filled with: a value for each channel, or one for all."""
    return tuple(map(float, np.ravel(fill)))


@lru_cache(maxsize=256)
def _settings(transform: Any) -> tuple[str, str, tuple[float, ...]]:
    """The mode, padding and fill of a transform that moves pixels."""
    mode, padding = MODES[getattr(transform, "interpolation", 1)], BORDERS[getattr(transform, "border_mode", 0)]
    return mode, padding, _fills(getattr(transform, "fill", 0))


def _warp(transform: Any, inverse: np.ndarray, box: Any = None) -> Act:
    mode, padding, fills = _settings(transform)
    if box is None:
        return "warp", {"matrix": np.asarray(inverse, np.float32)}, (mode, padding, fills)
    values = {"matrix": np.asarray(inverse, np.float32), "box": np.array(box, np.float32)}
    return "warp", values, (mode, "border", fills)


def _matrix(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield "affine", drawn["numbers"], _settings(transform)


def _flip_x(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield _warp(transform, np.array([[-1, 0, shape[1] - 1], [0, 1, 0]]))


def _flip_y(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield _warp(transform, np.array([[1, 0, 0], [0, -1, shape[0] - 1]]))


def _transposed(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield _warp(transform, np.array([[0, 1, 0], [1, 0, 0]]))


def _quarters(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    """Turned to the left by a number of right angles."""
    last = shape[0] - 1
    left, half, right = [[0, -1, last], [1, 0, 0]], [[-1, 0, last], [0, -1, last]], [[0, 1, 0], [-1, 0, last]]
    yield _warp(transform, np.array(([[1, 0, 0], [0, 1, 0]], left, half, right)[drawn["factor"]]))


def _resized_crop(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    x, y, x_end, y_end = drawn["crop_coords"]
    scale_x, scale_y = (x_end - x) / shape[1], (y_end - y) / shape[0]
    matrix = [[scale_x, 0, x + (scale_x - 1) / 2], [0, scale_y, y + (scale_y - 1) / 2]]
    yield _warp(transform, np.array(matrix), (x, y, x_end - 1, y_end - 1))


def _linear(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield "linear", (drawn["alpha"], drawn["beta"]), ()


def _gamma(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield "gamma", (drawn["gamma"],), ()


def _table(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    """What a transform that looks at each value alone makes of all there are."""
    yield "table", {"table": transform.apply(_LEVELS, **drawn).reshape(256)}, ()


def _hue(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    if shape[2] == 1:
        yield from _table(transform, {**drawn, "hue_shift": 0, "sat_shift": 0}, shape)
        return
    if any(shift := (drawn["hue_shift"], np.trunc(drawn["sat_shift"]), np.trunc(drawn["val_shift"]))):
        yield "hue", {"shift": np.array(shift, np.float32)}, ()


def _grey(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    if shape[2] == 3:
        yield "grey", {}, ()


def _jitter(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    for number in drawn["order"]:
        name = ("brightness", "contrast", "saturation", "hue")[number]
        if drawn[name] == (0 if name == "hue" else 1) or (shape[2] == 1 and name in ("saturation", "hue")):
            continue
        if name == "brightness":
            yield "table", {"table": transform.transforms[0](_LEVELS, drawn[name]).reshape(256)}, ()
        elif name == "hue":
            yield "hue", {"shift": np.array([180 * drawn[name], 0, 0], np.float32)}, ()
        else:
            yield name, {"factor": np.full(1, drawn[name], np.float32)}, ()  # type: ignore[misc]


def _blur(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    kernel = drawn["kernel"]
    along = np.full(kernel, 1 / kernel) if np.ndim(kernel) == 0 else np.ravel(kernel)
    yield "blur", {"kernel": along.astype(np.float32)}, ()


def _kernel(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield "kernel", {"kernel": drawn["kernel"].astype(np.float32)}, ()


def _downscaled(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    """The nearest pixels, as OpenCV finds them on the way down and up again."""

    def seen(size: int) -> np.ndarray:
        small = round(size * drawn["scale"])
        up = np.minimum(np.floor(np.arange(size) * (1 / (size / small))), small - 1)
        return np.minimum(np.floor(up * (1 / drawn["scale"])), size - 1).astype(np.int64)

    yield "pick", {"y": seen(shape[0]), "x": seen(shape[1])}, ()


def _holes(transform: Any, drawn: Mapping[str, Any], shape: tuple[int, int, int]) -> Iterator[Act]:
    yield "holes", {"holes": np.asarray(drawn["holes"], np.int64).reshape(-1, 4)}, (_fills(transform.fill),)


ACTS: dict[str, Acts] = {
    "HorizontalFlip": _flip_x,
    "VerticalFlip": _flip_y,
    "Transpose": _transposed,
    "RandomRotate90": _quarters,
    "Affine": _matrix,
    "ShiftScaleRotate": _matrix,
    "Rotate": _matrix,
    "RandomResizedCrop": _resized_crop,
    "RandomBrightnessContrast": _linear,
    "RandomGamma": _gamma,
    "InvertImg": _table,
    "Solarize": _table,
    "Posterize": _table,
    "HueSaturationValue": _hue,
    "ToGray": _grey,
    "ColorJitter": _jitter,
    "GaussianBlur": _blur,
    "Blur": _blur,
    "MotionBlur": _kernel,
    "Downscale": _downscaled,
    "CoarseDropout": _holes,
    "Erasing": _holes,
}
"""What devices make, by albumentations' names."""


def _affine_numbers(transform: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    """What an affine transform draws: x and y of its translation, shear and scale, and its rotation."""
    move, shear = transform._get_translate_params(shape), transform._get_shear_params()
    scale = transform._get_scale(transform.scale, transform.keep_ratio, transform.balanced_scale, transform.py_random)
    turn = transform.py_random.uniform(*transform.rotate)
    return {"numbers": (move["x"], move["y"], shear["x"], shear["y"], scale["x"], scale["y"], turn)}


def _rotation(transform: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    return {"numbers": (0, 0, 0, 0, 1, 1, transform.py_random.uniform(*transform.limit))}


BY_PYTHON = frozenset(
    {
        *("HorizontalFlip", "VerticalFlip", "Transpose", "Affine", "ShiftScaleRotate", "Rotate", "RandomResizedCrop"),
        *("RandomBrightnessContrast", "RandomGamma", "HueSaturationValue", "ToGray", "GaussianBlur", "Downscale"),
    }
)
"""Transforms that draw from Python's random numbers alone; the others ask NumPy's as well."""

DRAWN: dict[str, Callable[[Any, tuple[int, ...]], dict[str, Any]]] = {
    "Affine": _affine_numbers,
    "ShiftScaleRotate": _affine_numbers,
    "Rotate": _rotation,
}
"""What is drawn here as albumentations draws it, without the matrices that it makes of each photo's numbers."""


def _matrices(numbers: np.ndarray, shape: tuple[int, ...]) -> tuple[Kind, dict[str, np.ndarray]]:
    """Where in a photo each place of what comes out lies: the inverse of shear x rotation x scale about the middle."""
    move, (shear_x, shear_y), scale = numbers[:, :2], np.tan(np.deg2rad(numbers[:, 2:4])).T, numbers[:, 4:6]
    turn = np.deg2rad(numbers[:, 6] % 360)
    one = np.ones(len(turn))
    shear = np.stack([one, shear_x, shear_y, one], axis=1).reshape(-1, 2, 2)
    rotation = np.stack([np.cos(turn), np.sin(turn), -np.sin(turn), np.cos(turn)], axis=1).reshape(-1, 2, 2)
    inverse = np.linalg.inv(shear @ rotation * scale[:, None, :])
    middle = np.array([shape[2] / 2 - 0.5, shape[1] / 2 - 0.5])
    place = middle - (inverse @ (middle + move)[:, :, None])[:, :, 0]
    return "warp", {"matrix": np.concatenate([inverse, place[:, :, None]], axis=2).astype(np.float32)}


def _lines(numbers: np.ndarray, shape: tuple[int, ...]) -> tuple[Kind, dict[str, np.ndarray]]:
    factor, added = numbers.astype(np.float32).T[:, :, None]
    return "table", {"table": np.clip(np.arange(256, dtype=np.float32) * factor + added, 0, 255).astype(np.uint8)}


def _powers(numbers: np.ndarray, shape: tuple[int, ...]) -> tuple[Kind, dict[str, np.ndarray]]:
    return "table", {"table": ((np.arange(256) / 255) ** numbers * 255).astype(np.uint8)}


MADE_OF: dict[str, Callable[[np.ndarray, tuple[int, ...]], tuple[Kind, dict[str, np.ndarray]]]] = {
    "affine": _matrices,
    "linear": _lines,
    "gamma": _powers,
}
"""(numbers of n photos, the batch's shape) -> the change of all of them at once, and its values."""
