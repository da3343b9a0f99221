"""Which submissions to trust: the finals, and the reasons in plain words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from kit.errors import KitError
from kit.selection.posterior import Posterior

Array = NDArray[np.float64]

SHORT_LIST = 30  # candidates that a pair is looked for among: the highest by mean + sd
NEGLIGIBLE = 1e-3  # sds of one private score, by which two final sets are as good as one another
BROKEN_TO_TELL = 0.1  # odds
GAP_TO_NOTICE = 2.0  # standard errors between OOF and public score


@dataclass(frozen=True)
class Selection:
    """The finals, best first, what their best is expected to score, and why.

    picks: positions among the candidates. expected_best: the best private score among them, as expected.
    odds_hold_best: chance that the best of all candidates is among them. reasons: a sentence per pick. sureness: a
    sentence on how sure that is.
    """

    picks: tuple[int, ...]
    expected_best: float
    odds_hold_best: float
    reasons: tuple[str, ...]
    sureness: str


def expected_max(mean: Array, covariance: Array) -> Array:
    """E[max(x_i, x_j)] of every pair of jointly normal x, (..., n, n), from means (..., n) (Clark 1961)."""
    variance = np.diag(covariance)
    spread = np.sqrt(np.clip(variance[:, None] + variance - 2 * covariance, 1e-18, None))
    return _clark(mean[..., :, None], mean[..., None, :], spread)[0]


def best_set(mean: Array, covariance: Array, n_finals: int) -> tuple[tuple[int, ...], float]:
    """The set of n_finals that maximises the expected best of them, highest mean first, and that expectation.

    One: the highest mean. Two: exact, among the short list. More: added greedily, with Clark's moments of the best.
    """
    order = np.argsort(-mean, kind="stable")
    if n_finals == 1 or len(mean) == 1:
        return (int(order[0]),), float(mean[order[0]])
    short = np.argsort(-(mean + np.sqrt(np.diag(covariance))), kind="stable")[:SHORT_LIST]
    short = order[np.isin(order, short)]
    usual = float(np.sqrt(np.median(np.diag(covariance))))
    value = expected_max(mean[short], covariance[np.ix_(short, short)])
    rows, columns = np.triu_indices(len(short), 1)
    means = mean[short]
    at = _best_of_best(value[rows, columns], means[rows] + means[columns], usual)
    picks = [int(short[rows[at]]), int(short[columns[at]])]
    best = float(value[rows[at], columns[at]])
    top = _max_moments(mean, covariance, picks)
    while len(picks) < min(n_finals, len(mean)):
        level, variance, links = top
        rest = np.setdiff1d(np.arange(len(mean)), picks)
        spread = np.sqrt(np.clip(variance + np.diag(covariance)[rest] - 2 * links[rest], 1e-18, None))
        gained = _clark(np.full(len(rest), level), mean[rest], spread)[0]
        at = _best_of_best(gained, mean[rest], usual)
        best = float(gained[at])
        picks.append(int(rest[at]))
        top = _max_moments(mean, covariance, picks)
    return tuple(sorted(picks, key=lambda i: (-mean[i], i))), best


def _best_of_best(value: Array, mean: Array, usual: float) -> int:
    """The place of the highest value, and where some are as good as the same, of the highest mean among them."""
    return int(np.argmax(np.where(value >= value.max() - NEGLIGIBLE * usual, mean, -np.inf)))


def select(posterior: Posterior, n_finals: int = 2, *, eligible: ArrayLike | None = None) -> Selection:
    """Choose the finals that maximise the expected best private score, and say why in a sentence each.

    eligible: (n,), which candidates may be chosen (those that were sent, where a host asks for that); all if None.
    """
    n = len(posterior.mean)
    if n_finals < 1:
        raise KitError(f"{n_finals} finals make no choice", todo="ask for 1 or more")
    may = np.ones(n, dtype=bool) if eligible is None else np.asarray(eligible, dtype=bool)
    if may.shape != (n,) or not may.any():
        raise KitError("no candidate may be chosen", where="select", todo="send one first")
    allowed = np.flatnonzero(may)
    picks, value = _best_allowed(posterior.worth, posterior.covariance, n_finals, allowed)
    reasons = tuple(_reason(posterior, picks, place, n_finals, allowed) for place in range(len(picks)))
    hold = float(posterior.odds_best[list(picks)].sum())
    return Selection(
        picks, posterior.candidates.scale.sign * value, hold, reasons, _sureness(posterior, picks, allowed, hold)
    )


def explain(posterior: Posterior, i: int) -> tuple[str, ...]:
    """The pieces of candidate i's posterior, a sentence each."""
    known = posterior.candidates
    oof, public = float(known.oof[i]), float(known.public[i])
    lines = []
    if not math.isnan(oof):
        weight = 0.01 * posterior.oof_weight[i, i]
        gain = float(known.gain[i])
        foretold = "" if math.isnan(gain) else f", {oof + gain:.4f} expected as the average of its fold models"
        lines.append(
            f"OOF score {oof:.4f}{foretold}; the test set lies {posterior.shift:+.4f} from that for everybody."
        )
        if known.tainted[i]:
            lines.append(
                f"Its OOF is tainted: {posterior.taint[i]:+.4f} of it is put down to the leak (such leaks vary by "
                f"{posterior.taint_sd:.4f}); 0.010 of OOF moves the estimate by {weight:.4f}."
            )
        else:
            lines.append(f"0.010 of OOF moves the estimate by {weight:.4f}.")
    if not math.isnan(public):
        lines.append(
            f"Public score {public:.4f}; 0.010 of it moves the estimate by {0.01 * posterior.public_weight[i, i]:.4f}."
        )
        if known.public_tries[i] > 1:
            lines.append(f"It is the best of {known.public_tries[i]} public tries, which flatters it.")
    if math.isnan(public):
        lines.append(f"It was never sent: {posterior.broken[i]:.0%} that it is broken on the test set is reckoned in.")
    elif posterior.broken[i] > BROKEN_TO_TELL:
        lines.append(f"It is broken on the test set with odds {posterior.broken[i]:.2f}.")
    if not math.isnan(posterior.gap[i]):
        lines.append(
            f"It lies {posterior.gap[i]:+.4f} from what OOF foretold: {abs(posterior.gap_z[i]):.1f} standard errors."
        )
    if not math.isnan(public):
        pulled = posterior.mean[i] - public
        lines.append(
            f"The other evidence moves it by {pulled:+.4f} from its public score (mean of all candidates: "
            f"{posterior.mean_of_all:.4f})."
        )
    lines.append(
        f"Private score {posterior.mean[i]:.4f}, 90 % interval {posterior.low[i]:.4f} to {posterior.high[i]:.4f}; "
        f"odds of being the best {posterior.odds_best[i]:.2f}."
    )
    return tuple(lines)


def _best_allowed(
    mean: Array, covariance: Array, n_finals: int, allowed: NDArray[np.int64]
) -> tuple[tuple[int, ...], float]:
    picks, value = best_set(mean[allowed], covariance[np.ix_(allowed, allowed)], n_finals)
    return tuple(int(allowed[i]) for i in picks), value


def _clark(mean: Array, other: Array, spread: Array) -> tuple[Array, Array, Array]:
    """E[max(x, y)], P(x > y) and the density term of Clark 1961, with spread the sd of x - y."""
    alpha = (mean - other) / spread
    first = np.asarray(ndtr(alpha))
    density = np.exp(-0.5 * alpha**2) / math.sqrt(2 * math.pi)
    return mean * first + other * (1 - first) + spread * density, first, density


def _max_moments(mean: Array, covariance: Array, picks: list[int]) -> tuple[float, float, Array]:
    """Mean and variance of the best of `picks`, and its covariance (n,) with every candidate (Clark 1961)."""
    level, variance, links = float(mean[picks[0]]), float(covariance[picks[0], picks[0]]), covariance[picks[0]]
    for j in picks[1:]:
        spread = math.sqrt(max(variance + covariance[j, j] - 2 * links[j], 1e-18))
        best, first, density = (float(x) for x in _clark(np.array(level), mean[j], np.array(spread)))
        square = (level**2 + variance) * first + (mean[j] ** 2 + covariance[j, j]) * (1 - first)
        square += (level + mean[j]) * spread * density
        links = links * first + covariance[j] * (1 - first)
        level, variance = best, max(float(square) - best**2, 0.0)
    return level, variance, links


def _reason(posterior: Posterior, picks: tuple[int, ...], place: int, n_finals: int, allowed: NDArray[np.int64]) -> str:
    i = picks[place]
    n, best = len(allowed), "highest" if posterior.candidates.scale.higher_is_better else "lowest"
    expected = f"{posterior.candidates.names[i]}: its expected private score is {posterior.mean[i]:.4f}"
    if n == 1:
        why = "and it is the only candidate"
    elif posterior.worth[i] >= posterior.worth[allowed].max():
        why = f"the {best} of {n}" if place == 0 else f"as good as that of {posterior.candidates.names[picks[0]]}"
    elif place == 0:
        why = f"not the {best} of {n}, but no other picks are expected to have a better one among them"
    else:
        first = picks[0]
        spread = math.sqrt(
            max(
                posterior.covariance[first, first] + posterior.covariance[i, i] - 2 * posterior.covariance[first, i],
                1e-18,
            )
        )
        beats = float(_clark(posterior.worth[i], posterior.worth[first], np.array(spread))[1])
        why = f"and it is the best cover for {posterior.candidates.names[first]}, which it beats with odds {beats:.2f}"
    return f"{expected}, {why}; {_evidence(posterior, i)}; {_what_would_change(posterior, i, n_finals, allowed)}."


def _evidence(posterior: Posterior, i: int) -> str:
    known = posterior.candidates
    oof, public = float(known.oof[i]), float(known.public[i])
    if math.isnan(oof) and math.isnan(public):
        return "nothing is known of it, so it is taken for one of the field"
    if math.isnan(oof):
        moved = f"{posterior.mean[i] - public:+.4f}"
        return f"only its public score {public:.4f} speaks for it, moved by {moved} towards the field"
    tainted = " (not honest, so it counts for less)" if known.tainted[i] else ""
    if math.isnan(public):
        return f"only its OOF score {oof:.4f}{tainted} speaks for it, as it was never sent"
    z = float(posterior.gap_z[i])
    if abs(z) < GAP_TO_NOTICE:
        return f"its OOF score {oof:.4f}{tainted} and its public score {public:.4f} agree"
    side = f"{abs(z):.1f} standard errors {'above' if z > 0 else 'below'}"
    return (
        f"its public score {public:.4f} is {side} what its OOF score {oof:.4f}{tainted} and the shift of all foretold"
    )


def _what_would_change(posterior: Posterior, i: int, n_finals: int, allowed: NDArray[np.int64]) -> str:
    """The best public score of i, worse than the known or forecast one, at which it would lose its place."""
    if len(allowed) <= n_finals:
        return "there is no other to take its place"
    scale, public = posterior.candidates.scale, float(posterior.candidates.public[i])
    covariance = posterior.covariance
    if math.isnan(public):
        start, said = float(posterior.public_mean[i]), "if sent, "
        variance = max(float(posterior.public_variance[i]), 1e-18)
        slope = posterior.public_link[:, i] / variance
        covariance = covariance - np.outer(slope, slope) * variance
    else:
        start, said, slope = public, "", posterior.public_weight[:, i]
    worse = "less" if scale.higher_is_better else "more"
    reach = 4 * math.sqrt(posterior.covariance[i, i])
    for down in np.linspace(0, reach, 81)[1:]:
        fatal = start - scale.sign * down
        if not scale.low <= fatal <= scale.high:
            break
        picks, _ = _best_allowed(posterior.worth - slope * down, covariance, n_finals, allowed)
        if i not in picks:
            now, _ = _best_allowed(posterior.worth, posterior.covariance, n_finals, allowed)
            new = [j for j in picks if j not in now] or [j for j in picks if j != i]
            heir = posterior.candidates.names[new[0]]
            return f"{said}a public score of {fatal:.4f} or {worse} would give its place to {heir}"
    return "no public score within reach would cost it its place"


def _sureness(posterior: Posterior, picks: tuple[int, ...], allowed: NDArray[np.int64], hold: float) -> str:
    n = len(posterior.mean)
    if n == 1:
        within = f"{posterior.low[0]:.4f} to {posterior.high[0]:.4f}"
        return f"One candidate is no choice; its private score lies within {within} (90 % interval)."
    first = picks[0]
    text = (
        f"{posterior.candidates.names[first]} is the best of {n} with odds {posterior.odds_best[first]:.2f} "
        f"(a blind guess: {1 / n:.2f})"
    )
    if len(picks) > 1:
        text += f", and the best is among the {len(picks)} picks with odds {hold:.2f}"
    return text + "."
