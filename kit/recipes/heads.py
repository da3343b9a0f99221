"""How a task is predicted, where it is not by one logit a class."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from kit.schema import Frozen

BINS = "/bins"
"""What follows a task's name in the name of its targets by bin."""


class Embedding(Frozen):
    """The embedding of a head of the kind arcface: what photos are compared by."""

    size: int = Field(128, ge=2)
    """How many numbers a photo becomes."""
    margin: float = Field(0.3, ge=0, lt=1.5)
    """By how much of an angle, in radians, a photo has to be nearer to its class than is needed."""
    scale: float = Field(16.0, gt=0)
    """What cosines are multiplied by to be logits."""
    neighbours: int = Field(0, ge=0)
    """How many of the nearest photos of the fold's train side vote, by their cosine times scale; 0: none are asked."""
    share: float = Field(0.5, ge=0, le=1)
    """The share of the neighbours in the probabilities; the rest is the logits'."""
    centres: int = Field(1, ge=1, le=16)
    """How many centres each class has, of which a photo's nearest counts: photos of another kind, or with a wrong
    label, gather around one of their own (Deng et al. 2020).
    """

    @model_serializer(mode="wrap")
    def _centres_are_said_where_there_are_several(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Recipes from before there were any keep their fingerprint."""
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "centres" or value != 1}


class HeadSpec(Frozen):
    """How a task is predicted; a recipe's entry `heads: {TASK: KIND}` or `heads: {TASK: {kind: KIND, ...}}`."""

    kind: Literal["softmax", "bins", "ordinal", "expected", "arcface"] = "softmax"
    """softmax: logits of the classes. bins: logits of the task's finer `bins` (in competition.yaml), summed to the
    classes. ordinal: one number and learned boundaries between the classes, the cumulative link model (McCullagh 1980).
    expected: the expected value over bins (Rothe et al. 2015), or over class numbers where the task has no edges, and
    how far it lies from the boundaries. arcface: the cosines of an embedding and a centre for each class, kept apart by
    a margin in training (Deng et al. 2019), for many classes of few photos.
    """
    fine: float = Field(1.0, gt=0)
    """Weight of what the bins add to the loss on the classes: their cross-entropy, or the expected value's error."""
    given: str | None = None
    """Another task of the run: this one gets a head for each class of that one, taught by the photos of that class."""
    mixing: Literal["soft", "hard"] = "soft"
    """How the heads of `given` join: by the probabilities of its classes, or the head of the most probable one."""
    train_edges: tuple[float, ...] | None = None
    """Other `edges` between the classes for the train side alone, as many as the task has; validation keeps its own."""

    embedding: Embedding | None = None
    """The embedding of the kind arcface; without it the defaults of its keys."""

    @model_validator(mode="after")
    def _an_embedding_is_of_arcface(self) -> HeadSpec:
        if self.embedding is not None and self.kind != "arcface":
            raise ValueError("'embedding' goes with 'kind: arcface'")
        return self

    @model_serializer(mode="wrap")
    def _an_embedding_is_said_where_there_is_one(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Recipes from before there were any keep their fingerprint."""
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "embedding" or value is not None}

    @model_validator(mode="before")
    @classmethod
    def _one_word_is_a_kind(cls, content: object) -> object:
        return {"kind": content} if isinstance(content, str) else content

    @property
    def embedded(self) -> Embedding | None:
        """The embedding that the head makes."""
        return (self.embedding or Embedding()) if self.kind == "arcface" else None  # type: ignore[call-arg]

    @property
    def has_bins(self) -> bool:
        return self.kind in ("bins", "expected")
