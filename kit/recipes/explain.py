"""Which recipes there are and what each is for, and a recipe with every key explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from kit.documented import NAME, Key, as_yaml, keys_of
from kit.reading import read_bytes
from kit.recipes.load import SHIPPED, load_recipe, recipe_names


@dataclass(frozen=True)
class ListedRecipe:
    """A recipe by name; a workspace's own wins over a shipped one of the same name."""

    name: str
    origin: Literal["shipped", "workspace", "workspace, instead of the shipped one"]
    purpose: str
    """The comment at the head of its file."""
    path: Path


@dataclass(frozen=True)
class ExplainedKey:
    """A key of a recipe, with what it is there."""

    name: str
    value: str | None
    """As YAML, empty where the keys inside it say it; None for a key inside of one that is null or empty."""
    set_by: Literal["recipe", "default", "nobody"]
    key: Key


@dataclass(frozen=True)
class ExplainedRecipe:
    listed: ListedRecipe
    keys: tuple[ExplainedKey, ...]


def list_recipes(recipes_dir: Path | None) -> list[ListedRecipe]:
    """The shipped recipes and, where there is a workspace, its own."""
    own = recipes_dir or SHIPPED
    return [_listed(name, own) for name in recipe_names(own)]


def _listed(name: str, own: Path) -> ListedRecipe:
    mine, shipped = own / f"{name}.yaml", SHIPPED / f"{name}.yaml"
    if own == SHIPPED or not mine.exists():
        return ListedRecipe(name, "shipped", purpose(shipped), shipped)
    if shipped.exists():
        return ListedRecipe(name, "workspace, instead of the shipped one", purpose(mine), mine)
    return ListedRecipe(name, "workspace", purpose(mine), mine)


def purpose(path: Path) -> str:
    """The comment at the head of a recipe, in one line."""
    lines = read_bytes(path).decode(errors="replace").splitlines()
    return " ".join(line.lstrip("# ").rstrip() for line in takewhile(lambda line: line.startswith("#"), lines))


def explain_recipe(name: str, recipes_dir: Path | None) -> ExplainedRecipe:
    """A recipe with all keys that one of its kind may have. Raises KitError where there is none or it is wrong."""
    own = recipes_dir or SHIPPED
    recipe = load_recipe(name, own)
    keys = tuple(line for key in keys_of(type(recipe)) for line in _in_recipe(recipe, key))
    return ExplainedRecipe(_listed(name, own), keys)


def _in_recipe(recipe: BaseModel, key: Key) -> Iterator[ExplainedKey]:
    """What a key is in the recipe: once for each name under which its model stands there."""
    found = False
    for path, owner in _owners(recipe, key.name.split(".")[:-1]):
        if key.variant is not None and not isinstance(owner, key.owner):
            return  # a key of another learner than this one
        found = True
        name = key.name.rpartition(".")[2]
        is_set = name in owner.model_fields_set
        value = as_yaml(getattr(owner, name))
        yield ExplainedKey(".".join([*path, name]), value, "recipe" if is_set else "default", key)
    if not found:
        yield ExplainedKey(key.name, None, "nobody", key)


def _owners(value: Any, parts: list[str]) -> Iterator[tuple[list[str], BaseModel]]:
    """The models that a dotted path leads to, and the path of each; NAME leads to every entry of a mapping."""
    if not parts:
        if isinstance(value, BaseModel):
            yield [], value
        return
    named = parts[0] == NAME and isinstance(value, dict)
    for step, inner in value.items() if named else [(parts[0], getattr(value, parts[0], None))]:
        for path, owner in _owners(inner, parts[1:]):
            yield [str(step), *path], owner
