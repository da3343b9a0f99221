"""How a blend is made, fitted on some rows and carried out on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kit.blend.decide import OF_TOP, RULES_OF, FittedRule, decided, fit_rule, plain_rule
from kit.blend.mean import Mean, Way, ways_of
from kit.blend.out_of_fold import out_of_fold
from kit.blend.weights import (
    FittedBlend,
    Objective,
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
from kit.evidence.metrics.truth import CLASS, NUMBER, ORDERED, SHARES
from kit.evidence.top import Outputs
from kit.evidence.top_means import mean_of

Weighing = Literal["equal", "weighted", "greedy"]
EQUAL: Weighing = "equal"
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
    """How a blend is to be made, before anything is fitted; of separate tasks each has a plan of its own."""

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
    target: str = TARGET
    """What is blended: the target, or a task that is scored by itself."""
    middle: bool = False
    """Whether numbers are joined by their median, not by their mean."""

    @property
    def metric(self) -> Metric:
        return self.workspace.metric_of(self.target)

    @property
    def kind(self) -> str:
        return self.workspace.competition.task(self.target).kind

    @property
    def n_outputs(self) -> int:
        return self.workspace.competition.n_outputs(self.target)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that it can have, first the one that learns nothing."""
        kept = self.workspace.competition.kept([self.target])
        return OF_TOP if self.target in kept and self.kind == CLASS else RULES_OF[self.kind]

    @property
    def span(self) -> tuple[float, float] | None:
        """The range of a number."""
        return getattr(self.workspace.competition.task(self.target), "range", None)

    @property
    def ways(self) -> tuple[Way, ...]:
        """How each head is averaged."""
        if self.kind in (CLASS, ORDERED, SHARES):
            return ways_of((), len(self.names))
        if self.kind == NUMBER:
            return ("median",) if self.middle else ("mean",)
        return ("labels",)

    @property
    def fits(self) -> bool:
        return self.fits_rule or self.weighing != EQUAL or self.best is not None

    def truth(self, task: str | None = None) -> NDArray:
        return self.workspace.judged_truth(self.target if task is None else task)

    def plain_rule(self) -> FittedRule:
        return plain_rule(self.table, self.kind, self.span)

    @property
    def table(self) -> Classes:
        """The task classes behind each target class, for the heads that the rule sees."""
        whole = np.arange(self.n_outputs, dtype=np.int64)[:, None]
        joins = self.target == TARGET and TARGET not in self.names
        return self.workspace.competition.target_table if joins else whole

    def heads(self, blended: Sequence[Outputs]) -> list[Outputs]:
        """What the rule sees: the tasks, or, where runs of the target vote too, the target alone as one head."""
        if TARGET not in self.names:
            return list(blended)
        named = dict(zip(self.names, blended, strict=True))
        votes = [named.pop(TARGET)]
        if named:
            votes.append(join_probs(list(named.values()), self.workspace.competition.target_table))
        return [mean_of(votes)]

    def fit_shares(self, stacks: Sequence[Any], rows: Classes) -> FittedBlend:
        """Fit the members' temperatures and weights on `rows`; stacks: (n_members, n_rows, n_classes) per head."""
        if self.weighing == EQUAL:
            equal = plain_shares([len(stack) for stack in stacks], self.mean, self.ways)
            return equal if self.best is None else replace(equal, weights=self._best(stacks, rows))
        truths = [self.truth(name) for name in self.names]
        return fit_blend(stacks, truths, self._weigh(), self.mean, rows, self.ways)

    def fit(self, stacks: Sequence[Any], rows: Classes, shares: FittedBlend) -> Fit:
        """Fit the rule on `rows`, after the shares that were fitted on the same rows."""
        if not self.fits_rule:
            return Fit(shares, self.plain_rule())
        heads = self.heads(shares.blend([stack[:, rows] for stack in stacks]))
        rule = fit_rule(self.rule, self.metric, heads, self.truth()[rows], self.table, self.kind, self.span)
        if not self.metric.decides:
            rule = replace(rule, temperatures=tuple(max(t, SHARPEST) for t in rule.temperatures))
        return Fit(shares, rule)

    def apply(self, fit: Fit, stacks: Sequence[Any]) -> tuple[Sequence[Outputs], Outputs]:
        """(n_rows, n_classes) of each head, and (n_rows, n_outputs) that the rule decides on."""
        blended = fit.shares.blend(stacks)
        return blended, fit.rule.joined(self.heads(blended), self.table)

    def _best(self, stacks: Sequence[Any], rows: Classes) -> Weights:
        """The best members of each head on `rows`, by the metric of its own task."""
        assert self.best is not None
        weights = []
        for name, stack, ids in zip(self.names, stacks, self.ids, strict=True):
            truth, metric = self.truth(name)[rows], self.workspace.metric_of(name)
            kind, sign = self.workspace.competition.task(name).kind, 1 if metric.higher_is_better else -1
            said = [metric.of_outputs(member[rows], kind) for member in stack]
            scores = [sign * metric.score(truth, one, stack.shape[2]) for one in said]
            weights.append(best_weights(scores, ids, self.best))
        return tuple(weights)

    def _weigh(self) -> Weigh:
        if self.weighing == "weighted":
            return weigh_by_log_loss([self.truth(name) for name in self.names], ways=self.ways)
        # log-loss stands in for an area under the ROC curve (a sort for each class and trial) and for plain metrics
        quick = self.metric.tally is not None or self.kind == NUMBER
        metric = self.metric if quick else METRICS["log_loss"]
        return weigh_greedily(
            self._objective(metric), self.workspace.judged["group"].to_numpy(), mean=self.mean, ways=self.ways
        )

    def _objective(self, metric: Metric) -> Objective:
        if self.kind in (CLASS, ORDERED):
            score = joined_objective(metric, self.truth(), self.table)
            return lambda blended, rows: score(self.heads(blended), rows)
        truth, sign = self.truth(), 1.0 if metric.higher_is_better else -1.0

        def plain(blended: Sequence[Floats], rows: Classes) -> float:
            outputs = self.plain_rule().joined(blended, self.table)
            return sign * metric.score(truth[rows], metric.of_outputs(outputs, self.kind), self.n_outputs)

        return plain


def plain_shares(sizes: Sequence[int], mean: Mean, ways: tuple[Way, ...] = ()) -> FittedBlend:
    """Equal weights of members as they are, for each head of `sizes` members; no label is read."""
    weights: Weights = tuple(np.full(size, 1 / size) for size in sizes)
    return FittedBlend(tuple(np.ones(size) for size in sizes), weights, mean, ways)


@dataclass(frozen=True)
class Crossed:
    """A plan carried out: fitted on all rows, and for each fold on the others."""

    fit: Fit
    heads: tuple[Outputs, ...]
    joined: Outputs | None
    in_sample: float | None
    """The score on the rows that fitted it; None where that is no other."""
    inner: Mapping[int, FittedBlend]
    """The shares that were fitted without a fold."""

    @classmethod
    def without_oof(cls, plan: Plan, sizes: Sequence[int]) -> Crossed:
        return cls(Fit(plain_shares(sizes, plan.mean, plan.ways), plan.plain_rule()), (), None, None, {})


def cross_fit(plan: Plan, stacks: Sequence[Any], weighed: Crossed | None = None) -> Crossed:
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
    in_sample = plan.metric.score(plan.truth(), predicted(plan, joined), plan.n_outputs)

    def fit(fold: int, others: Classes) -> Fit:
        if fold not in inner:
            inner[fold] = plan.fit_shares(stacks, others)
        return plan.fit(stacks, others, inner[fold])

    def apply(without: Fit, held: Classes) -> list[Outputs]:
        parts, whole = plan.apply(without, [stack[:, held] for stack in stacks])
        return [*parts, whole]

    *crossed, whole = out_of_fold(plan.workspace.judged_folds, fit, apply)
    only_chose = plan.weighing == EQUAL and not plan.fits_rule
    if only_chose and all(_same(without.weights, shares.weights) for without in inner.values()):
        return Crossed(fitted, tuple(crossed), whole, None, inner)  # all rows choose what each fold's others chose
    return Crossed(fitted, tuple(crossed), whole, in_sample, inner)


def _same(one: Weights, other: Weights) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def said(plan: Plan, joined: Outputs) -> NDArray:
    """The answers of a plan's rule, in the form of the truth."""
    return decided(plan.rule, joined, plan.kind, plan.metric)


def predicted(plan: Plan, joined: Outputs) -> Outputs:
    """What the plan's metric scores."""
    return plan.metric.scored(joined, said(plan, joined))
