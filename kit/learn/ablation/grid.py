"""The grid of an ablation: a base recipe, and every combination of the values that are varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path

import yaml

from kit.errors import KitError, one_line
from kit.recipes.load import AnyRecipe, load_recipe

MOST_VARIANTS = 64
BASE = "base"


@dataclass(frozen=True)
class Axis:
    """A key of the recipe, and the values that it takes, as YAML."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Variant:
    """A combination of values, or the base."""

    settings: Mapping[str, str]
    """The value of every varied key; empty for the base."""
    differs: tuple[str, ...]
    """The settings that are not the base's, as key=value."""
    recipe: AnyRecipe

    @property
    def name(self) -> str:
        return ", ".join(self.differs) or BASE


@dataclass(frozen=True)
class Grid:
    """A base and the variants around it; one of them may be the base once more."""

    axes: tuple[Axis, ...]
    base: Variant
    variants: tuple[Variant, ...]
    """Every combination of the axes' values."""
    usual: Mapping[str, str]
    """The value of each key that the others are held against: the base's where it is listed, otherwise the first."""


def make_grid(name: str, recipes_dir: Path, overrides: Sequence[str], varied: Sequence[str]) -> Grid:
    """Load the base recipe and every variant; varied: texts such as 'loss=ce,focal'."""
    axes = tuple(parse_axis(text) for text in varied)
    keys = [axis.key for axis in axes]
    if not axes:
        raise KitError("nothing is varied", where="--vary", todo="write --vary key=value,value")
    for key in keys:
        if keys.count(key) > 1:
            raise KitError(f"the key '{key}' is varied twice", where="--vary", todo="list all its values at once")
    n_variants = prod(len(axis.values) for axis in axes)
    if n_variants > MOST_VARIANTS:
        raise KitError(
            f"this grid has {n_variants} variants, more than {MOST_VARIANTS}",
            where="--vary",
            todo="vary fewer keys at once",
        )

    base = load_recipe(name, recipes_dir, overrides)

    def load(settings: Mapping[str, str]) -> AnyRecipe:
        changes = [f"{key}={value}" for key, value in settings.items()]
        try:
            return load_recipe(name, recipes_dir, [*overrides, *changes])
        except KitError as error:
            raise KitError(error.what, where=" ".join(f"--vary {one}" for one in changes), todo=error.todo) from None

    def is_base(key: str, value: str) -> bool:
        try:
            return load({key: value}) == base
        except KitError:  # it may need another varied key beside it
            return False

    combinations = [dict(zip(keys, values, strict=True)) for values in product(*(axis.values for axis in axes))]
    usual = {axis.key: [value for value in axis.values if is_base(axis.key, value)] for axis in axes}
    variants = [
        Variant(
            settings,
            tuple(f"{key}={value}" for key, value in settings.items() if value not in usual[key]),
            load(settings),
        )
        for settings in combinations
    ]
    first = {axis.key: next(iter(usual[axis.key]), axis.values[0]) for axis in axes}
    return Grid(axes, Variant({}, (), base), tuple(variants), first)


def parse_axis(text: str) -> Axis:
    """A varied key with its values: key=value,value."""
    where = f"--vary {text}"
    key, equals, values = text.partition("=")
    key = key.strip()
    if not equals or not key:
        raise KitError(f"'{text}' is not of the form key=value,value", where="--vary")
    if key == "seed":
        raise KitError("seeds are repeats of a variant, not variants", where=where, todo="write --seeds N")
    return Axis(key, tuple(dict.fromkeys(split_values(values, where))))


def split_values(text: str, where: object) -> list[str]:
    """Split YAML values at the commas between them, as YAML reads the items of a list in brackets."""
    try:
        node = yaml.compose(f"[{text}]")
    except (yaml.YAMLError, RecursionError) as error:
        raise KitError(
            f"these are no YAML values with commas between them ({one_line(error)})",
            where=where,
            todo="mend brackets and quotes",
        ) from None
    parts = [text[item.start_mark.index - 1 : item.end_mark.index - 1] for item in node.value]
    if not parts or text.rstrip().endswith(","):
        raise KitError("a value is empty", where=where, todo="write null for none")
    return parts
