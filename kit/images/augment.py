"""Augmentation: albumentations pipelines written as YAML lists, checked before training, random by seed alone."""

from __future__ import annotations

import inspect
import os
import random
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import ModuleType
from typing import Any

import numpy as np
import yaml
from pydantic import ValidationError

from kit.errors import KitError, nearest

Item = str | dict[str, Any]

CONTAINERS = ("OneOf", "SomeOf", "RandomOrder", "Sequential")
_TRIALS = 8


@dataclass(frozen=True)
class Augment:
    """A pipeline that is ready to run. It holds random state while it runs: give each thread its own."""

    _compose: Any
    _bits: np.random.Philox
    _python: random.Random

    def __call__(self, batch: np.ndarray, seed: int, first: int = 0) -> np.ndarray:
        """Augment (n, height, width, channels) uint8 images; each depends on the seed and its position alone.

        first: the position of the first of them, where they are a part of a batch.
        """
        if not self._compose.transforms:
            return batch.copy()
        result = np.empty_like(batch)
        for position, image in enumerate(batch):
            result[position] = self.run(image, seed, first + position)
        return result

    @property
    def pipeline(self) -> Any:
        """albumentations' own, which draws from the streams that `begin` starts."""
        return self._compose

    def run(self, image: np.ndarray, seed: int, position: int) -> np.ndarray:
        """What the pipeline makes of the image (height, width, channels) at a position of the batch of this seed."""
        self.begin(seed, position)
        return self._compose(image=image)["image"]  # type: ignore[no-any-return]

    def begin(self, seed: int, position: int, numpy: bool = True) -> None:
        """Start the streams of one image; without `numpy` Python's alone, which most transforms draw from.

        Philox counts: a key and a counter are a state, in 1 us where a new generator takes 10; positions are 2^192
        draws apart.
        """
        key = seed % 2**64
        if numpy:
            state = self._bits.state
            state["state"]["key"][:] = (key, 0)
            state["state"]["counter"][:] = (0, 0, 0, position)
            state["buffer_pos"], state["has_uint32"] = len(state["buffer"]), 0
            self._bits.state = state
        self._python.seed(key << 32 | position)


def load_pipelines() -> dict[str, list[Item]]:
    """The shipped pipelines by name."""
    return yaml.safe_load((files("kit.images") / "augment.yaml").read_text(encoding="utf-8"))


def build_augment(
    spec: str | Sequence[Item], size: tuple[int, int] = (128, 128), where: object = "augment", channels: int = 3
) -> Augment:
    """Build a pipeline from a shipped name or a list, and try it on an image of `size` = (height, width).

    An item is a transform's name, or {name: arguments}. OneOf, SomeOf, RandomOrder and Sequential take a list of items,
    or {transforms: items, p: ..., n: ...}. All transforms share one stream of random numbers (albumentations' own
    seeding gives each of them an equal one, so that all that have the same p are applied to the same images).

    Raises KitError, `where` in front, for an unknown transform or argument (with the nearest name), a value that is out
    of range, and a pipeline that changes the size or type of an image.
    """
    if isinstance(spec, str):
        pipelines = load_pipelines()
        if spec not in pipelines:
            raise KitError(f"there is no augmentation '{spec}'", where=where, todo=nearest(spec, pipelines))
        spec = pipelines[spec]
    augment = _seeded(_transforms(spec, str(where)))
    if spec:
        _try(augment, (*size, channels), where)
        _try(_seeded(_transforms(spec, str(where), always=True)), (*size, channels), where)
    return augment


def _albumentations() -> ModuleType:
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # else its import asks the network for a newer version
    import albumentations

    return albumentations


def _seeded(transforms: list[Any]) -> Augment:
    compose = _albumentations().Compose(transforms, is_check_shapes=False)
    bits, python = np.random.Philox(key=0), random.Random(0)
    compose.set_random_state(np.random.Generator(bits), python)
    return Augment(compose, bits, python)


def _transforms(items: object, where: str, always: bool = False) -> list[Any]:
    """Build the transforms of a list; `always` applies each of them whatever its p."""
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise KitError("a list of transforms was expected", where=where, todo="write '- Name: {argument: value}' lines")
    return [_transform(item, f"{where}[{number}]", always) for number, item in enumerate(items)]


def _transform(item: object, where: str, always: bool) -> Any:
    if isinstance(item, str):
        item = {item: {}}
    if not isinstance(item, dict) or len(item) != 1:
        raise KitError(
            "an item must be a transform's name or one {name: arguments}", where=where, todo="check the indentation"
        )
    ((name, arguments),) = item.items()
    where = f"{where}.{name}"
    library = _albumentations()
    if name in CONTAINERS:
        arguments = dict(arguments) if isinstance(arguments, dict) else {"transforms": arguments}
        arguments["transforms"] = _transforms(arguments.get("transforms"), where, always)
        _check_container(arguments, where)
    arguments = arguments or {}
    if not isinstance(arguments, dict):
        raise KitError("the arguments must be a mapping", where=where, todo="write {argument: value}")
    if always:
        arguments = {**arguments, "p": 1}
    return _construct(_find(library, name, where), arguments, where)


def _check_container(arguments: dict[str, Any], where: str) -> None:
    """Refuse what albumentations would take in silence."""
    p, n, count = arguments.get("p", 1), arguments.get("n", 1), len(arguments["transforms"])
    if isinstance(p, bool) or not isinstance(p, int | float) or not 0 <= p <= 1:
        raise KitError(f"'p' must lie between 0 and 1, not {p!r}", where=where)
    if not count:
        raise KitError("there is nothing in it", where=where, todo="list its transforms")
    if not any(transform.p for transform in arguments["transforms"]):
        raise KitError("all its transforms have p = 0", where=where, todo="raise one of them")
    if not isinstance(n, int) or n < 1 or (n > count and not arguments.get("replace")):
        raise KitError(f"'n' must lie between 1 and its {count} transforms, not {n!r}", where=where)


def _find(library: ModuleType, name: str, where: str) -> type:
    known = [
        other
        for other, kind in vars(library).items()
        if inspect.isclass(kind)
        and other != "Lambda"  # takes functions, which YAML has not
        and issubclass(kind, library.BasicTransform)
        and not issubclass(kind, library.Transform3D)
        and kind.__module__.startswith("albumentations.augmentations.")
    ]
    if name not in known and name not in CONTAINERS:
        raise KitError(f"there is no transform '{name}'", where=where, todo=nearest(name, [*known, *CONTAINERS]))
    return getattr(library, name)


def _construct(kind: type, arguments: dict[str, Any], where: str) -> Any:
    allowed = [name for name in inspect.signature(kind).parameters if name != "strict"]
    for name in arguments:
        if name not in allowed:
            raise KitError(f"{kind.__name__} has no argument '{name}'", where=where, todo=nearest(name, allowed))
    # Without `strict` some bad values are only warned about and replaced by the defaults; not every class takes it.
    strict = {"strict": True} if "InitSchema" in vars(kind) else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # such as "use Affine instead"
            return kind(**arguments, **strict)
    except (ValueError, TypeError) as error:
        what = str(error)
        if isinstance(error.__cause__, ValidationError):
            first = error.__cause__.errors()[0]
            what = f"'{'.'.join(map(str, first['loc'])) or kind.__name__}' is wrong ({first['msg']})"
        raise KitError(what, where=where) from None


def _try(augment: Augment, shape: tuple[int, int, int], where: object) -> None:
    rng = np.random.default_rng(0)
    batch = rng.integers(0, 256, (1, *shape), dtype=np.uint8)
    for seed in range(_TRIALS):
        try:
            result = augment.run(batch[0], seed, 0)
        except Exception as error:  # whatever a transform makes of an image that does not suit it
            channels = "" if shape[2] == 3 else f" of {shape[2]} channels"
            told = f"({type(error).__name__}: {error})"
            what = f"this pipeline fails on a {shape[0]} x {shape[1]} image{channels} {told}"
            raise KitError(what, where=where) from error
        if result.shape != batch.shape[1:] or result.dtype != np.uint8:
            raise KitError(
                f"this pipeline turns {batch.shape[1:]} uint8 into {tuple(result.shape)} {result.dtype}",
                where=where,
                todo="keep the size, and leave scaling and tensors to the training loop",
            )
