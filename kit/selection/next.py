"""Which submissions are worth the next public scores."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.selection.posterior import Posterior
from kit.selection.select import best_set, expected_max, select

Array = NDArray[np.float64]

SMALLEST_GAIN = 0.0005  # in the final set's expected score, in sds of one private score, below which no send matters
NEAR = 20  # candidates that a final set is looked for among: the highest by mean + sd


@dataclass(frozen=True)
class Information:
    """What sending is worth: gains (n,) in the expected best of the finals among what was sent, nan where sent already.

    today, later: what to send, in this order, with the submissions left. best: the first of today, None where there is
    none. reason: that in a sentence or two.
    """

    gains: Array
    today: tuple[int, ...]
    later: tuple[int, ...]
    reason: str

    @property
    def best(self) -> int | None:
        return self.today[0] if self.today else None


def value_of_information(
    posterior: Posterior, n_finals: int = 2, *, left: int = 1, days: int = 1, sent: ArrayLike | None = None
) -> Information:
    """How much sending each unsent candidate would raise the expected best of the finals, which are chosen among sent.

    A candidate is worth sending for what it may score itself, and for what its public score tells of the others. The
    public score moves all means along cov(private, public) and takes that much variance off; the expectation over it
    is a Gauss-Hermite sum (knowledge gradient: Frazier, Powell & Dayanik 2009). More than two finals count as two.
    left: submissions that may still be sent today; days: left, today among them. sent: (n,), those with a public score
    if None. The spreads are held fixed, which overstates a gain by up to a third; the order is what counts.
    """
    known = posterior.candidates
    pool = ~np.isnan(known.public) if sent is None else np.asarray(sent, dtype=bool)
    unsent = [int(i) for i in np.flatnonzero(~pool)]
    gains = _gains(posterior, pool, unsent, n_finals)
    if not unsent:
        return Information(gains, (), (), "None: every candidate has its public score.")
    if left == 0:
        return Information(
            gains, (), (), f"None today: no submission is left; {known.names[_first(gains)]} is the next."
        )
    smallest = SMALLEST_GAIN * math.sqrt(float(np.median(np.diag(posterior.covariance))))
    best = _first(gains)
    plan: list[int] = []
    step, with_plan = gains, pool.copy()
    while len(plan) < min(left * days, len(unsent)):
        plan.append(_first(step))
        with_plan[plan[-1]] = True
        step = _gains(posterior, with_plan, [i for i in unsent if i not in plan], n_finals)
        if np.isnan(step).all() or np.nanmax(step) < smallest:
            break
    if gains[best] < smallest:
        picks = [i for i in select(posterior, n_finals).picks if not pool[i]]
        if not picks:
            most = f"the most is {gains[best]:.5f}, by {known.names[best]}"
            return Information(
                gains, (), (), f"None: no send would change what the finals are expected to score ({most})."
            )
        names = " and ".join(known.names[i] for i in picks[:left])
        why = "it only buys a check of the pipeline: that the file scores as foretold"
        return Information(
            gains, tuple(picks[:left]), (), f"{names}: as good as decided without a public score, so {why}."
        )
    reason = (
        f"{known.names[best]}: sending it (public score forecast {posterior.public_mean[best]:.3f} +- "
        f"{math.sqrt(posterior.public_variance[best]):.3f}) improves what the finals are expected to score by "
        f"{gains[best]:.4f}, more than any other's."
    )
    today, later = tuple(plan[:left]), tuple(plan[left:])
    if not pool.any():
        reason += " Nothing was sent yet: the first public score also checks the whole pipeline."
    if len(today) > 1:
        reason += f" Then today: {', '.join(known.names[i] for i in today[1:])}."
    if later:
        reason += f" On later days, if today's scores do not say otherwise: {', '.join(known.names[i] for i in later)}."
    return Information(gains, today, later, reason)


def _first(gains: Array) -> int:
    return int(np.nanargmax(gains))


def _gains(posterior: Posterior, pool: NDArray[np.bool_], unsent: list[int], n_finals: int) -> Array:
    """What sending each of `unsent` adds to the best final set of `pool`; before any, to one drawn blindly."""
    gains = np.full(len(pool), np.nan)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    worth, covariance = posterior.worth, posterior.covariance
    inside = np.flatnonzero(pool)
    inside = inside[np.argsort(-(worth + posterior.sd)[inside], kind="stable")][:NEAR]
    if inside.size:
        base = best_set(worth[inside], covariance[np.ix_(inside, inside)], min(n_finals, 2))[1]
    else:
        base = float(worth.mean())
    for i in unsent:
        near = np.append(inside, i)
        move = posterior.public_link[near, i] / math.sqrt(max(posterior.public_variance[i], 1e-18))
        means = worth[near].copy()
        means[-1] += posterior.reckoned_drop[i]  # what it scores if it is not broken
        means = means + nodes[:, None] * move
        if n_finals == 1 or len(near) == 1:
            after = float(weights @ means.max(axis=1))
        else:
            rows, columns = np.triu_indices(len(near), 1)
            rest = covariance[np.ix_(near, near)] - np.outer(move, move)
            after = float(weights @ expected_max(means, rest)[:, rows, columns].max(axis=1))
        gains[i] = max((1 - posterior.broken[i]) * (after - base), 0.0)
    return gains
