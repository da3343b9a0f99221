"""How much each member of a blend counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.blend.mean import Mean as Mean
from kit.blend.mean import Way, averaged, blend_probs, members_of, to_scale, ways_of
from kit.errors import KitError
from kit.evidence.calibration import SMALLEST_PROB, apply_temperature, fit_temperature
from kit.evidence.joining import join_labels, join_probs
from kit.evidence.metrics import Classes, Floats, Metric, class_numbers, metric_named
from kit.evidence.top import Outputs, TopStack, stacked
from kit.evidence.top_labels import label_cells

Heads = Sequence[Any]
"""For each head (task) its members' probabilities, (n_members, n_rows, n_classes)."""
Weights = tuple[Floats, ...]
"""For each head its members' shares, (n_members,), which sum to 1."""
Objective = Callable[[Sequence[Floats], Classes], float]
"""(blended probabilities (n_some, n_classes) per head, the rows they are of (n_some,)) -> score, higher is better."""
Weigh = Callable[[Heads, Classes], Weights]
"""(heads of the rows to learn from, the numbers of these rows (n_some,)) -> weights."""


def em_weights(probs: ArrayLike, truth: ArrayLike, steps: int = 150) -> Floats:
    """Shares (n_members,) that minimise the log-loss of the arithmetic mean, by expectation maximisation.

    probs: (n_members, n_rows, n_classes); truth: (n_rows,), or labels or shares (n_rows, n_classes). w_m <- mean_i
    w_m p_m(y_i) / sum_j w_j p_j(y_i), from equal shares: the mixture-weight step of EM (Dempster, Laird and Rubin
    1977), which never raises the log-loss.
    """
    members = members_of(probs)
    true = np.asarray(truth)
    if true.ndim == 1:
        true = class_numbers(true, members.shape[2], "truth")
    if len(true) != members.shape[1] or len(true) == 0:
        raise KitError(f"{members.shape[1]} rows and {len(true)} true labels make no weights")
    counts: Floats | None = None
    if isinstance(members, TopStack) and true.ndim == 2:
        cells = label_cells(members.members, true)
        given, counts = np.where(cells.true, cells.probs, 1 - cells.probs), cells.counts / cells.counts.sum()
    elif isinstance(members, TopStack):
        given = np.stack([member.at(true) for member in members])
    elif true.ndim == 1:
        given = members[:, np.arange(len(true)), true]
    elif true.dtype.kind == "f":
        given, counts = members.reshape(len(members), -1), true.ravel() / true.sum()
    else:
        given = np.where(true == 1, members, 1 - members).reshape(len(members), -1)
    given = np.maximum(given, SMALLEST_PROB)
    shares = np.full(len(members), 1 / len(members))
    for _ in range(steps):
        odds = given / (shares @ given)
        shares = shares * (odds.mean(axis=1) if counts is None else odds @ counts)
        shares /= shares.sum()
    return shares


def square_weights(numbers: ArrayLike, truth: ArrayLike) -> Floats:
    """Shares (n_members,) that minimise the squared error of the mean: least squares with weights of at least 0.

    numbers: (n_members, n_rows, 1); truth: (n_rows,).
    """
    from scipy.optimize import nnls  # heavy, and few commands fit weights

    members, true = members_of(numbers)[:, :, 0], np.asarray(truth, dtype=float)
    off = members - true  # weights that sum to 1 leave the truth where it is
    one = 1e3 * np.sqrt((off**2).sum() / len(off)) + 1e-300
    shares, _ = nnls(np.vstack([off.T, np.full(len(off), one)]), np.append(np.zeros(len(true)), one))
    return shares / shares.sum() if shares.sum() > 0 else np.full(len(off), 1 / len(off))


def greedy_weights(
    heads: Heads,
    objective: Objective,
    groups: ArrayLike,
    *,
    n_bags: int = 8,
    n_steps: int = 20,
    mean: Mean = "arithmetic",
    seed: int = 0,
    ways: Sequence[Way] = (),
) -> Weights:
    """Shares by forward selection with replacement, averaged over bags of half the groups (Caruana et al. 2004).

    heads: (n_members, n_rows, n_classes) per head; groups: (n_rows,). Each step adds, to any head, the member that
    raises the objective most; of equal ones a member that is already in, and of equal steps the earliest.
    """
    ways = ways_of(ways, len(heads))
    if any(isinstance(probs, TopStack) for probs in heads):
        todo = "write 'weighted', which fits them all at once, or keep all classes with the task's key 'keep'"
        raise KitError("greedy weights try members one by one on whole rows of thousands of outputs", todo=todo)
    scaled = [to_scale(members_of(probs), mean, way) for probs, way in zip(heads, ways, strict=True)]
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if any(probs.shape[1] != len(codes) for probs in scaled):
        raise KitError(f"{len(codes)} groups do not fit the rows of the heads")
    rng = np.random.default_rng(seed)
    bags = []
    for _ in range(n_bags):
        drawn = np.zeros(len(names), dtype=bool)
        drawn[rng.permutation(len(names))[: max(1, len(names) // 2)]] = True
        rows = np.flatnonzero(drawn[codes])
        bags.append(_selected([probs[:, rows] for probs in scaled], objective, rows, n_steps, mean, ways))
    return tuple(np.mean([bag[head] for bag in bags], axis=0) for head in range(len(scaled)))


def _selected(
    heads: Heads, objective: Objective, rows: Classes, n_steps: int, mean: Mean, ways: Sequence[Way]
) -> Weights:
    """The members that forward selection picks on one bag, as shares of each head."""
    sums = [probs.sum(axis=0) for probs in heads]
    blended = [averaged(total / len(probs), mean, way) for total, probs, way in zip(sums, heads, ways, strict=True)]
    counts = [np.zeros(len(probs)) for probs in heads]

    def trial(head: int, total: Floats, size: float) -> float:
        return objective([*blended[:head], averaged(total / size, mean, ways[head]), *blended[head + 1 :]], rows)

    for head, probs in enumerate(heads):  # start: each head's best single member, the others blended equally
        best = int(np.argmax([trial(head, member, 1) for member in probs]))
        counts[head][best], sums[head], blended[head] = 1, probs[best], averaged(probs[best], mean, ways[head])
    best_score, best_counts = objective(blended, rows), [count.copy() for count in counts]
    for _ in range(n_steps):
        options = [
            (trial(head, sums[head] + member, counts[head].sum() + 1), counts[head][m] > 0, -head, -m)
            for head, probs in enumerate(heads)
            for m, member in enumerate(probs)
        ]
        score, _, minus_head, minus_member = max(options)
        head, m = -minus_head, -minus_member
        counts[head][m] += 1
        sums[head] = sums[head] + heads[head][m]
        blended[head] = averaged(sums[head] / counts[head].sum(), mean, ways[head])
        if score > best_score:
            best_score, best_counts = score, [count.copy() for count in counts]
    return tuple(count / count.sum() for count in best_counts)


def joined_objective(metric: str | Metric, truth: ArrayLike, table: Classes) -> Objective:
    """The score of the joined target (by argmax where the metric needs classes), turned so that higher is better.

    truth: (n_rows,) target classes of all rows; table: (n_target_classes, n_tasks).
    """
    metric = metric_named(metric)
    truth = class_numbers(truth, len(table), "truth")
    sign = 1.0 if metric.higher_is_better else -1.0

    def score(heads: Sequence[Floats], rows: Classes) -> float:
        if metric.decides:  # the argmax of a product is the argmax of each factor
            predicted: Floats | Classes = join_labels([probs.argmax(axis=1) for probs in heads], table)
        else:
            predicted = join_probs(heads, table)
        return sign * metric.score(truth[rows], predicted, len(table))

    return score


def weigh_by_log_loss(task_truths: Sequence[ArrayLike], steps: int = 150, ways: Sequence[Way] = ()) -> Weigh:
    """Each head by EM on the log-loss of its own task, a number by its squared error; task_truths: (n_rows, ...)."""
    truths = [np.asarray(truth) for truth in task_truths]

    def weigh(heads: Heads, rows: Classes) -> Weights:
        return tuple(
            square_weights(probs, truth[rows]) if way in ("mean", "median") else em_weights(probs, truth[rows], steps)
            for probs, truth, way in zip(heads, truths, ways_of(ways, len(truths)), strict=True)
        )

    return weigh


def weigh_greedily(
    objective: Objective,
    groups: ArrayLike,
    *,
    n_bags: int = 8,
    n_steps: int = 20,
    mean: Mean = "arithmetic",
    seed: int = 0,
    ways: Sequence[Way] = (),
) -> Weigh:
    """Greedy selection on an objective of all rows; groups: (n_rows,)."""
    names = np.asarray(groups)

    def weigh(heads: Heads, rows: Classes) -> Weights:
        return greedy_weights(
            heads,
            lambda blended, some: objective(blended, rows[some]),
            names[rows],
            n_bags=n_bags,
            n_steps=n_steps,
            mean=mean,
            seed=seed,
            ways=ways,
        )

    return weigh


def best_weights(scores: ArrayLike, names: Sequence[str], count: int) -> Floats:
    """Equal shares (n_members,) of the `count` members that score highest, 0 for the rest; of equal ones by name.

    scores: (n_members,), higher is better; one that is nan comes last.
    """
    ranked = np.lexsort((np.asarray(names), -np.asarray(scores, dtype=float)))[:count]
    shares = np.zeros(len(names))
    shares[ranked] = 1 / len(ranked)
    return shares


@dataclass(frozen=True)
class FittedBlend:
    """All that a blend learnt from labels: for each head, its members' temperatures and shares."""

    temperatures: tuple[Floats, ...]
    weights: Weights
    mean: Mean
    ways: tuple[Way, ...] = ()
    """How each head is averaged; rows of probabilities where it is left out."""

    def blend(self, heads: Heads) -> tuple[Outputs, ...]:
        """Blended probabilities (n_rows, n_classes) of each head (n_members, n_rows, n_classes)."""
        used = [share > 0 for share in self.weights]
        if all(map(np.any, used)) and not all(map(np.all, used)):  # best1 of 200 runs asks for the work of one
            some = [
                stacked([member for member, mine in zip(head, of_head, strict=True) if mine])
                for head, of_head in zip(heads, used, strict=True)
            ]
            return self.of(used).blend(some)
        ways = ways_of(self.ways, len(heads))
        scaled = _calibrated(heads, self.temperatures, ways)
        return tuple(
            blend_probs(probs, share, self.mean, way)
            for probs, share, way in zip(scaled, self.weights, ways, strict=True)
        )

    def of(self, members: Sequence[NDArray[np.bool_]]) -> FittedBlend:
        """The same without the members of each head that are not among `members`, (n_members,) each."""
        temperatures = tuple(head[some] for head, some in zip(self.temperatures, members, strict=True))
        weights = tuple(head[some] for head, some in zip(self.weights, members, strict=True))
        return FittedBlend(temperatures, weights, self.mean, self.ways)


def _calibrated(heads: Heads, temperatures: Sequence[Floats], ways: Sequence[Way]) -> list[Any]:
    return [
        stacked([apply_temperature(member, t) for member, t in zip(probs, temperature, strict=True)])
        if way == "shares"
        else probs
        for probs, temperature, way in zip(heads, temperatures, ways, strict=True)
    ]


def fit_blend(
    heads: Heads,
    task_truths: Sequence[ArrayLike],
    weigh: Weigh,
    mean: Mean = "arithmetic",
    rows: Classes | None = None,
    ways: Sequence[Way] = (),
) -> FittedBlend:
    """Fit each member's temperature where rows sum to 1, then the weights, on `rows` (all when left out).

    heads: (n_members, n_rows, n_outputs) per head; task_truths: (n_rows, ...) per head.
    """
    ways = ways_of(ways, len(heads))
    used = np.arange(members_of(heads[0]).shape[1]) if rows is None else rows
    learnt = [members_of(probs)[:, used] for probs in heads]
    truths = [np.asarray(truth)[used] for truth in task_truths]
    temperatures = tuple(
        np.array([fit_temperature(member, truth) for member in probs]) if way == "shares" else np.ones(len(probs))
        for probs, truth, way in zip(learnt, truths, ways, strict=True)
    )
    return FittedBlend(temperatures, weigh(_calibrated(learnt, temperatures, ways), used), mean, tuple(ways))
