"""How a blend is made, fitted on some rows and carried out on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kit.blend.decide import ARGMAX, FittedRule, decided, fit_rule
from kit.blend.out_of_fold import out_of_fold
from kit.blend.weights import (
    FittedBlend,
    Mean,
    Weigh,
    Weights,
    best_weights,
    fit_blend,
    joined_objective,
    weigh_by_log_loss,
    weigh_greedily,
)
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.evidence.joining import join_probs
from kit.evidence.metrics import METRICS, Classes, Floats, Metric
from kit.evidence.metrics.truth import CLASS

EQUAL = "equal"
Weighing = Literal["equal", "weighted", "greedy"]
SHARPEST = 0.5
"""The lowest temperature for probabilities that are submitted: a head that was never wrong out of fold would go to 0,
and its first mistake on the test set would then cost everything."""


@dataclass(frozen=True)
class Fit:
    """All that a blend learnt: its members' temperatures and weights, then the rule with one temperature per head."""

    shares: FittedBlend
    rule: FittedRule


@dataclass(frozen=True)
class Plan:
    """How a blend is to be made, before anything is fitted."""

    workspace: Workspace
    names: tuple[str, ...]
    """The heads: tasks, and the target where runs of it are members."""
    weighing: Weighing
    mean: Mean
    rule: str
    fits_rule: bool
    """Whether the rule, or the temperatures alone for argmax, are fitted."""
    best: int | None = None
    """How many members of each head are taken, equally weighed, by their score on the rows; all where it is None."""
    ids: tuple[tuple[str, ...], ...] = ()
    """The members of each head by name: of equal scores the first name is taken. Needed by `best` alone."""

    @property
    def metric(self) -> Metric:
        return self.workspace.metric

    @property
    def fits(self) -> bool:
        return self.fits_rule or self.weighing != EQUAL or self.best is not None

    def truth(self, task: str = TARGET) -> Classes:
        return self.workspace.judged_truth(task)

    @property
    def table(self) -> Classes:
        """The task classes behind each target class, for the heads that the rule sees."""
        competition = self.workspace.competition
        whole = np.arange(len(competition.target_classes), dtype=np.int64)[:, None]
        return whole if TARGET in self.names else competition.target_table

    def heads(self, blended: Sequence[Floats]) -> list[Floats]:
        """What the rule sees: the tasks, or, where runs of the target vote too, the target alone as one head."""
        if TARGET not in self.names:
            return list(blended)
        named = dict(zip(self.names, blended, strict=True))
        votes = [named.pop(TARGET)]
        if named:
            votes.append(join_probs(list(named.values()), self.workspace.competition.target_table))
        return [np.mean(votes, axis=0)]

    def fit_shares(self, stacks: Sequence[Floats], rows: Classes) -> FittedBlend:
        """Fit the members' temperatures and weights on `rows`; stacks: (n_members, n_rows, n_classes) per head."""
        if self.weighing == EQUAL:
            equal = plain_shares([len(stack) for stack in stacks], self.mean)
            return equal if self.best is None else replace(equal, weights=self._best(stacks, rows))
        return fit_blend(stacks, [self.truth(name) for name in self.names], self._weigh(), self.mean, rows)

    def fit(self, stacks: Sequence[Floats], rows: Classes, shares: FittedBlend) -> Fit:
        """Fit the rule on `rows`, after the shares that were fitted on the same rows."""
        if not self.fits_rule:
            return Fit(shares, plain_rule(self.table))
        heads = self.heads(shares.blend([stack[:, rows] for stack in stacks]))
        rule = fit_rule(self.rule, self.metric, heads, self.truth()[rows], self.table)
        if not self.metric.decides:
            rule = replace(rule, temperatures=tuple(max(t, SHARPEST) for t in rule.temperatures))
        return Fit(shares, rule)

    def apply(self, fit: Fit, stacks: Sequence[Floats]) -> tuple[Sequence[Floats], Floats]:
        """(n_rows, n_classes) of each head, and (n_rows, n_target_classes) that the rule decides on."""
        blended = fit.shares.blend(stacks)
        return blended, fit.rule.joined(self.heads(blended), self.table)

    def _best(self, stacks: Sequence[Floats], rows: Classes) -> Weights:
        """The best members of each head on `rows`, by the competition's metric on its own task."""
        assert self.best is not None
        metric, sign = self.metric, 1 if self.metric.higher_is_better else -1
        weights = []
        for name, stack, ids in zip(self.names, stacks, self.ids, strict=True):
            truth = self.truth(name)[rows]
            scores = [
                sign * metric.score(truth, metric.of_outputs(member[rows], CLASS), stack.shape[2]) for member in stack
            ]
            weights.append(best_weights(scores, ids, self.best))
        return tuple(weights)

    def _weigh(self) -> Weigh:
        if self.weighing == "weighted":
            return weigh_by_log_loss([self.truth(name) for name in self.names])
        # log-loss stands in for an area under the ROC curve (a sort for each class and trial) and for plain metrics
        metric = self.metric if self.metric.tally is not None else METRICS["log_loss"]
        score = joined_objective(metric, self.truth(), self.table)
        return weigh_greedily(
            lambda blended, rows: score(self.heads(blended), rows),
            self.workspace.judged["group"].to_numpy(),
            mean=self.mean,
        )


def plain_shares(sizes: Sequence[int], mean: Mean) -> FittedBlend:
    """Equal weights of members as they are, for each head of `sizes` members; no label is read."""
    weights: Weights = tuple(np.full(size, 1 / size) for size in sizes)
    return FittedBlend(tuple(np.ones(size) for size in sizes), weights, mean)


def plain_rule(table: Classes) -> FittedRule:
    """Argmax of the heads as they are; no label is read."""
    sizes = table.max(axis=0) + 1
    return FittedRule(ARGMAX, (1.0,) * len(sizes), tuple((0.0,) * int(size) for size in sizes))


@dataclass(frozen=True)
class Crossed:
    """A plan carried out: fitted on all rows, and for each fold on the others."""

    fit: Fit
    heads: tuple[Floats, ...]
    joined: Floats | None
    in_sample: float | None
    """The score on the rows that fitted it; None where that is no other."""
    inner: Mapping[int, FittedBlend]
    """The shares that were fitted without a fold."""

    @classmethod
    def without_oof(cls, plan: Plan, sizes: Sequence[int]) -> Crossed:
        return cls(Fit(plain_shares(sizes, plan.mean), plain_rule(plan.table)), (), None, None, {})


def cross_fit(plan: Plan, stacks: Sequence[Floats], weighed: Crossed | None = None) -> Crossed:
    """Fit a plan on all rows, and predict each fold by the same plan fitted on the other folds.

    stacks: (n_members, n_rows, n_classes) per head; weighed: the same weighing carried out before, whose shares are
    taken over, so that only the rule is fitted.
    """
    everything, inner = np.arange(stacks[0].shape[1]), dict(weighed.inner) if weighed is not None else {}
    shares = weighed.fit.shares if weighed is not None else plan.fit_shares(stacks, everything)
    fitted = plan.fit(stacks, everything, shares)
    heads, joined = plan.apply(fitted, stacks)
    if not plan.fits:
        return Crossed(fitted, tuple(heads), joined, None, inner)
    in_sample = plan.metric.score(plan.truth(), predicted(plan, joined), len(plan.table))

    def fit(fold: int, others: Classes) -> Fit:
        if fold not in inner:
            inner[fold] = plan.fit_shares(stacks, others)
        return plan.fit(stacks, others, inner[fold])

    def apply(without: Fit, held: Classes) -> list[Floats]:
        parts, whole = plan.apply(without, [stack[:, held] for stack in stacks])
        return [*parts, whole]

    *crossed, whole = out_of_fold(plan.workspace.judged_folds, fit, apply)
    only_chose = plan.weighing == EQUAL and not plan.fits_rule
    if only_chose and all(_same(without.weights, shares.weights) for without in inner.values()):
        return Crossed(fitted, tuple(crossed), whole, None, inner)  # all rows choose what each fold's others chose
    return Crossed(fitted, tuple(crossed), whole, in_sample, inner)


def _same(one: Weights, other: Weights) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def predicted(plan: Plan, joined: Floats) -> Floats | Classes:
    return joined if not plan.metric.decides else decided(plan.rule, joined)
