"""Recipes by name: the workspace's own before the shipped ones, with changes by key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kit.errors import KitError, nearest
from kit.recipes.classic import ClassicRecipe
from kit.recipes.network import Recipe
from kit.runs.precision import read_precision
from kit.runs.store import Run
from kit.schema import parse_yaml, read_yaml, validate

SHIPPED = Path(__file__).parent / "shipped"

AnyRecipe = Recipe | ClassicRecipe


def recipe_names(recipes_dir: Path) -> list[str]:
    """The shipped recipes and the workspace's own."""
    return sorted({path.stem for folder in (SHIPPED, recipes_dir) for path in folder.glob("*.yaml")})


def parse_recipe(content: dict[str, Any], where: object) -> AnyRecipe:
    """A recipe with the key `learner` is a classic learner's, any other a network's."""
    if "learner" in content:
        return validate(ClassicRecipe, content, where)
    return validate(Recipe, content, where)


def load_recipe(name: str, recipes_dir: Path, overrides: Sequence[str] = ()) -> AnyRecipe:
    """Read a recipe by name, the workspace's own before the shipped one, and apply dotted `key=value` overrides."""
    if "/" in name or "\\" in name or name.startswith("."):
        raise KitError(f"'{name}' cannot name a recipe", todo="write the name of a file of recipes/, without .yaml")
    path = next((path for folder in (recipes_dir, SHIPPED) if (path := folder / f"{name}.yaml").exists()), None)
    if path is None:
        raise KitError(f"there is no recipe '{name}'", todo=nearest(name, recipe_names(recipes_dir)))
    content = read_yaml(path)
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key:
            raise KitError(f"'{override}' is not of the form key=value", where="--set")
        _set(content, key.strip().split("."), parse_yaml(text, f"--set {override}"))
    return parse_recipe(content, f"{path.name} with --set {' '.join(overrides)}" if overrides else path)


def _set(content: dict[str, Any], keys: list[str], value: object) -> None:
    for key in keys[:-1]:
        inner = content.setdefault(key, {})
        if not isinstance(inner, dict):
            raise KitError(f"'{key}' has no keys of its own", where="--set")
        content = inner
    content[keys[-1]] = value


def run_recipe(run: Run) -> AnyRecipe:
    """The recipe that a run was trained with; where its precision was to be found out, the one that was."""
    recipe = parse_recipe(read_yaml(run.path / "config.yaml"), where=run.path / "config.yaml")
    if not isinstance(recipe, Recipe) or recipe.precision != "auto":
        return recipe
    found = read_precision(run)
    return recipe if found is None else recipe.model_copy(update={"precision": found.precision})
