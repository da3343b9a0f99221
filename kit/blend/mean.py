"""The mean of several members' predictions, on the scale that suits them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from kit.errors import KitError
from kit.evidence.calibration import SMALLEST_PROB
from kit.evidence.metrics import Floats
from kit.evidence.top import Outputs, TopStack
from kit.evidence.top_means import Joining, mean_of_members

Mean = Literal["arithmetic", "geometric"]
Way = Literal["shares", "labels", "mean", "median"]
"""What is averaged: rows of probabilities that sum to 1, a probability for each label, numbers by their mean or their
median."""


def ways_of(ways: Sequence[Way], n_heads: int) -> tuple[Way, ...]:
    """How each head is averaged: rows of probabilities where nothing is said."""
    alike: Way = "shares"
    return tuple(ways) or (alike,) * n_heads


def blend_probs(probs: Any, weights: ArrayLike, mean: Mean = "arithmetic", way: Way = "shares") -> Outputs:
    """Weighted mean of the members' probabilities, (n_rows, n_classes), rows summing to 1.

    probs: (n_members, n_rows, n_classes); weights: (n_members,), 0 or more, scaled to sum to 1. The geometric mean of
    labels is that of their odds; numbers have none, and their mean or median is taken.
    """
    members = members_of(probs)
    shares = np.asarray(weights, dtype=float)
    if shares.shape != (len(members),) or not np.isfinite(shares).all() or (shares < 0).any() or shares.sum() <= 0:
        raise KitError(f"the weights {shares.tolist()} do not fit {len(members)} members: 0 or more each, not all 0")
    if isinstance(members, TopStack):
        how: Joining = "odds" if way == "labels" and mean == "geometric" else mean
        return mean_of_members(members, shares / shares.sum(), how)
    if way == "median":
        return _weighted_median(members, shares / shares.sum())
    return averaged(np.tensordot(shares / shares.sum(), to_scale(members, mean, way), axes=1), mean, way)


def _weighted_median(members: Floats, shares: Floats) -> Floats:
    """The middle of the members' values by their shares: where half lies on either side, halfway between them."""
    order = np.argsort(members, axis=0, kind="stable")
    values = np.take_along_axis(members, order, axis=0)
    below = shares[order].cumsum(axis=0)
    low, high = (
        np.take_along_axis(values, (below > 0.5 + edge).argmax(axis=0)[None], axis=0)[0] for edge in (-1e-9, 1e-9)
    )
    return (low + high) / 2


def members_of(probs: Any) -> Any:
    """The members' predictions (n_members, n_rows, n_outputs): an array of floats or a TopStack; else KitError."""
    if isinstance(probs, TopStack):
        return probs
    members = np.asarray(probs, dtype=float)
    if members.ndim != 3 or len(members) == 0:
        raise KitError(f"a blend needs (n_members, n_rows, n_classes) probabilities, not shape {members.shape}")
    return members


def to_scale(probs: Floats, mean: Mean, way: Way = "shares") -> Floats:
    """Probabilities on the scale where the mean is a plain sum."""
    if mean == "arithmetic" or way in ("mean", "median"):
        return probs
    if mean == "geometric":
        if way == "labels":
            return logit(probs.clip(SMALLEST_PROB, 1 - SMALLEST_PROB))
        return np.log(np.maximum(probs, SMALLEST_PROB))
    raise KitError(f"there is no mean '{mean}'", todo="use 'arithmetic' or 'geometric'")


def averaged(scaled: Floats, mean: Mean, way: Way = "shares") -> Floats:
    if way != "shares":
        return expit(scaled) if way == "labels" and mean == "geometric" else scaled
    probs = scaled if mean == "arithmetic" else np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return probs / probs.sum(axis=1, keepdims=True)
