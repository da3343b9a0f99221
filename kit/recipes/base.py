"""The keys of a recipe that mean the same for every kind of learner."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from kit.images.region import Background
from kit.images.store import Kind, Store
from kit.pseudo.record import PseudoSettings
from kit.schema import Frozen

LATER = ("store", "precision", "sync_batch_norm", "augment_on", "compile")
"""Keys that came after recipes whose fingerprint stays."""


class BaseRecipe(Frozen):
    """What is looked at, what is held out, and how the run teaches others."""

    size: tuple[int, int]
    """Height and width in pixels that photos are resized to, from 8 to 2048; one number for a square."""
    fit: Literal["stretch", "crop", "pad"] = "stretch"
    """What becomes of the proportions: stretch ignores them, crop keeps the largest centred part of the size's
    proportions, pad keeps the whole photo, centred on black.
    """
    images: Literal["whole", "crop"] = "whole"
    """whole: the photo; crop: the face that `kit crop` found on it, with the margin that it was told."""
    background: Background = "keep"
    """What is painted mid-grey in a crop: nothing (keep), what lies outside the face's box, or what lies outside the
    ellipse through the box's corners. It needs images: crop.
    """
    tta: Literal["none", "flip"] = "none"
    """Test-time augmentation. flip: probabilities are the mean over a photo and its mirror image."""
    pseudo: PseudoSettings = PseudoSettings()  # type: ignore[call-arg]
    """How `kit pseudo` chooses labels when this recipe's runs teach."""
    holdout: float = Field(0.0, ge=0, le=0.5)
    """The share of each fold's train people held out of training, to set a temperature by (`pseudo.calibrate`)."""
    store: Kind | None = None
    """What is kept of decoded photos in data/cache. raw: their pixels, the fastest; encoded: JPEG at the recipe's size,
    in a fraction of the room; none: each is decoded whenever it is looked at. Without it raw, and where the disk has no
    room for that encoded, or none where it has not even that.
    """
    quality: int = Field(90, ge=1, le=100)
    """Of the JPEG of `store: encoded`, whose pixels are not quite the photo's: it is part of a run's id."""
    seed: int = 0
    """What all random choices of a run are derived from; seeds of one recipe are one family, as `--seeds N` trains."""

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

    @model_serializer(mode="wrap")
    def _what_came_later_is_said_where_it_is_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Recipes from before there were such keys keep their fingerprint."""
        content: dict[str, Any] = handler(self)
        if self.store != "encoded":
            del content["quality"]
        return {key: value for key, value in content.items() if key not in LATER or value not in (None, False)}

    @property
    def kept_as(self) -> Store:
        """The store of its photos."""
        return Store(self.store or "raw", self.quality)

    @field_validator("size")
    @classmethod
    def _size_is_sane(cls, size: tuple[int, int]) -> tuple[int, int]:
        if min(size) < 8 or max(size) > 2048:
            raise ValueError(f"'size' must lie between 8 and 2048 pixels, not {size}")
        return size
