"""What an augmentation pipeline would do to photos, drawn but not done: for a device that does it to many at once.

Each photo has the random numbers that `kit.images.augment` has for it, drawn as albumentations draws them, so that a
recipe shows the same changes wherever they are made; pixels differ by rounding alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from kit.errors import KitError
from kit.images.acts import ACTS, BY_PYTHON, DRAWN, MADE_OF, Act, Kind, unlike
from kit.images.augment import CONTAINERS, Augment


@dataclass(frozen=True)
class Change:
    """What is done to n photos of a batch by one kind of arithmetic.

    warp: `matrix` (n, 2, 3) gives the place (x, y) in the photo of every place in what comes out, kept inside of `box`
    (n, 4; x and y of its first pixel and of its last); settings: mode, padding, fill. table: `table` (n, 256), the new
    value of each old one. hue: `shift` (n, 3) of hue in half degrees, saturation and value. grey: no values. contrast,
    saturation: `factor` (n, 1). blur: `kernel` (n, size), along both axes. kernel: `kernel` (n, size, size). pick: `y`
    (n, height) and `x` (n, width), the rows and columns that are shown. holes: `holes` (n, most, 4; x and y of the
    first pixel and of the one behind the last); settings: fill.
    """

    kind: Kind
    rows: np.ndarray
    """(n,) their places in the batch."""
    values: Mapping[str, np.ndarray]
    settings: tuple[Any, ...] = ()


_Placed = tuple[int, Act]
"""What a transform does, behind its place in the pipeline."""


@dataclass
class Drawing:
    """A pipeline that tells what it would do. It holds random state while it runs: give each thread its own."""

    augment: Augment

    def __post_init__(self) -> None:
        flat = list(_flat(self.augment.pipeline.transforms))
        self._slot = {id(transform): slot for slot, transform in enumerate(flat)}
        self._numpy = any(type(one).__name__ not in BY_PYTHON for one in [*flat, *self.augment.pipeline.transforms])

    def __call__(self, shape: tuple[int, ...], seed: int, first: int = 0) -> tuple[Change, ...]:
        """The changes of photos of a shape (n, height, width, channels), in the order in which they are made.

        first: the position of the first of them, where they are a part of a batch.
        """
        groups: dict[tuple[int, int, str, tuple[Any, ...]], list[tuple[int, Any]]] = {}
        data = {"image": np.zeros(shape[1:], np.uint8)}
        for row in range(shape[0]):
            self.augment.begin(seed, first + row, numpy=self._numpy)
            self.augment.pipeline.py_random.random()  # albumentations asks it whether the whole pipeline is run
            turn, last = 0, -1
            for slot, (kind, values, settings) in self._walk(self.augment.pipeline.transforms, data):
                turn += slot <= last  # what does not come later in the pipeline waits for a new turn
                last = slot
                groups.setdefault((turn, slot, kind, settings), []).append((row, values))
        order = sorted(groups.items(), key=lambda item: item[0][:2])
        return tuple(_joined(kind, of, settings, shape) for (_, _, kind, settings), of in order)

    def _walk(self, transforms: list[Any], data: Mapping[str, np.ndarray], force: bool = False) -> Iterator[_Placed]:
        """What each transform does, and its place in the pipeline: the ways of albumentations' containers."""
        for transform in transforms:
            random, numbers, name = transform.py_random, transform.random_generator, type(transform).__name__
            if name == "OneOf":
                if force or random.random() < transform.p:
                    chosen = numbers.choice(len(transform.transforms), p=transform.transforms_ps)
                    yield from self._walk([transform.transforms[chosen]], data, True)
            elif name in ("SomeOf", "RandomOrder"):
                if random.random() < transform.p:
                    yield from self._walk([transform.transforms[one] for one in transform._get_idx()], data)
            elif name == "Sequential":
                if force or random.random() < transform.p:
                    yield from self._walk(transform.transforms, data)
            elif transform.should_apply(force_apply=force):
                shape = data["image"].shape
                if name in DRAWN:
                    drawn = DRAWN[name](transform, shape)
                else:
                    drawn = transform.update_transform_params(params=transform.get_params(), data=data)
                    drawn |= transform.get_params_dependent_on_data(params=drawn, data=data)
                for act in ACTS[name](transform, drawn, shape):
                    yield self._slot[id(transform)], act


def build_drawing(augment: Augment, where: object = "augment") -> Drawing:
    """Take over a pipeline; KitError where one of its transforms is not made by devices."""
    for transform in _flat(augment.pipeline.transforms):
        if (what := unlike(transform)) is not None:
            todo = f"leave augment_on out, or take another one: devices make {', '.join(sorted(ACTS))}"
            raise KitError(f"{type(transform).__name__} {what}", where=where, todo=todo)
    return Drawing(augment)


def _flat(transforms: list[Any]) -> Iterator[Any]:
    """The transforms of a pipeline without the containers around them."""
    for transform in transforms:
        if type(transform).__name__ in CONTAINERS:
            yield from _flat(transform.transforms)
        else:
            yield transform


def _joined(kind: str, of: list[tuple[int, Any]], settings: tuple[Any, ...], shape: tuple[int, ...]) -> Change:
    rows, values = np.array([row for row, _ in of]), [values for _, values in of]
    if kind in MADE_OF:
        made, found = MADE_OF[kind](np.array(values, np.float64), shape)
        return Change(made, rows, found, settings)
    return Change(
        cast(Kind, kind), rows, {name: _stacked([one[name] for one in values]) for name in values[0]}, settings
    )


def _stacked(parts: list[np.ndarray]) -> np.ndarray:
    """Parts on top of one another; smaller kernels get zeros around them, fewer holes some without a pixel."""
    most = tuple(np.max([part.shape for part in parts], axis=0))
    found = np.zeros((len(parts), *most), parts[0].dtype)
    for one, part in zip(found, parts, strict=True):
        # kernels have odd sizes, and stay in the middle; holes are rows of four
        ahead = [0 if most[-1:] == (4,) else (size - own) // 2 for size, own in zip(most, part.shape, strict=True)]
        one[tuple(slice(start, start + own) for start, own in zip(ahead, part.shape, strict=True))] = part
    return found
