"""The keys of a recipe that mean the same for every kind of learner."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from kit.images.region import Background
from kit.pseudo.record import PseudoSettings
from kit.schema import Frozen


class BaseRecipe(Frozen):
    """What is looked at, what is held out, and how the run teaches others."""

    size: tuple[int, int]
    """Height and width in pixels."""
    fit: Literal["stretch", "crop", "pad"] = "stretch"
    images: Literal["whole", "crop"] = "whole"
    """What is looked at: whole photos, or the faces that `kit crop` found."""
    background: Background = "keep"
    """What is painted grey in a crop: what lies outside the face's box, or outside the ellipse around it."""
    tta: Literal["none", "flip"] = "none"
    """flip: probabilities are the mean over a photo and its mirror image."""
    pseudo: PseudoSettings = PseudoSettings()  # type: ignore[call-arg]
    """How `kit pseudo` chooses labels when this recipe's runs teach."""
    holdout: float = Field(0.0, ge=0, le=0.5)
    """The share of each fold's train people that is held out of training to set a temperature by."""
    seed: int = 0

    @model_validator(mode="before")
    @classmethod
    def _one_number_is_a_square(cls, content: object) -> object:
        if isinstance(content, dict) and isinstance(content.get("size"), int):
            return {**content, "size": (content["size"], content["size"])}
        return content

    @model_validator(mode="after")
    def _a_background_needs_a_crop(self) -> Self:
        if self.background != "keep" and self.images != "crop":
            raise ValueError(f"'background: {self.background}' needs the box of a face: 'images: crop'")
        return self

    @field_validator("size")
    @classmethod
    def _size_is_sane(cls, size: tuple[int, int]) -> tuple[int, int]:
        if min(size) < 8 or max(size) > 2048:
            raise ValueError(f"'size' must lie between 8 and 2048 pixels, not {size}")
        return size
