"""How a task is predicted, where it is not by one logit a class."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kit.schema import Frozen

BINS = "/bins"
"""What follows a task's name in the name of its targets by bin."""


class HeadSpec(Frozen):
    """How a task is predicted; a recipe's entry `heads: {TASK: KIND}` or `heads: {TASK: {kind: KIND, ...}}`."""

    kind: Literal["softmax", "bins", "ordinal", "expected"] = "softmax"
    """softmax: logits of the classes. bins: logits of the task's finer `bins` (in competition.yaml), summed to the
    classes. ordinal: one number and learned boundaries between the classes, the cumulative link model (McCullagh 1980).
    expected: the expected value over bins (Rothe et al. 2015), or over class numbers where the task has no edges, and
    how far it lies from the boundaries.
    """
    fine: float = Field(1.0, gt=0)
    """Weight of what the bins add to the loss on the classes: their cross-entropy, or the expected value's error."""
    given: str | None = None
    """Another task of the run: this one gets a head for each class of that one, taught by the photos of that class."""
    mixing: Literal["soft", "hard"] = "soft"
    """How the heads of `given` join: by the probabilities of its classes, or the head of the most probable one."""
    train_edges: tuple[float, ...] | None = None
    """Other `edges` between the classes for the train side alone, as many as the task has; validation keeps its own."""

    @model_validator(mode="before")
    @classmethod
    def _one_word_is_a_kind(cls, content: object) -> object:
        return {"kind": content} if isinstance(content, str) else content

    @property
    def has_bins(self) -> bool:
        return self.kind in ("bins", "expected")
