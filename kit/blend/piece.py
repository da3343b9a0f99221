"""Runs joined for the target, or for one task that is scored by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np

from kit.blend.crossfit import EQUAL, Crossed, Fit, Plan, cross_fit, predicted
from kit.blend.decide import ARGMAX, PLAIN
from kit.blend.finish import AUTO, Finished, against, finish, told, worth
from kit.blend.members import Candidate
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.bootstrap import Score
from kit.evidence.compare import BETTER
from kit.evidence.metrics.truth import NUMBER
from kit.evidence.top import Outputs, exact, stacked
from kit.runs.answers import for_test, pooling_of
from kit.runs.predictions import Predictions
from kit.runs.store import Run


@dataclass(frozen=True)
class Piece:
    """Runs joined for the target, or for one of its separate tasks."""

    chosen: Mapping[str, Sequence[Candidate]]
    """The candidates of each head that all rows give a weight above 0."""
    plan: Plan
    fit: Fit
    crossed: Crossed
    why_rule: str
    why_weights: str
    used: tuple[Candidate, ...]
    """Those that any fold gives a weight above 0."""
    gain_of_rule: Score | None = None
    gain_of_weights: Score | None = None

    def apply(self, read: Callable[[Run], Predictions]) -> tuple[Sequence[Outputs], Outputs]:
        """What its heads say of the test set, and what its rule decides on."""
        workspace = self.plan.workspace
        runs = {item.run.id: item.run for items in self.chosen.values() for item in items}
        tests = {run_id: for_test(workspace, read(run), pooling_of_run(workspace, run)) for run_id, run in runs.items()}
        stacks = [
            stacked([exact(tests[item.run.id].probs[task]) for item in items]) for task, items in self.chosen.items()
        ]
        return replace(self.plan, names=tuple(self.chosen)).apply(self.fit, stacks)

    def in_sample(self) -> float | None:
        """The score on the rows that fitted it; where that is no other, the OOF score; None without OOF."""
        if self.crossed.joined is None or self.crossed.in_sample is not None:
            return self.crossed.in_sample
        return self.plan.metric.score(self.plan.truth(), predicted(self.plan, self.crossed.joined), self.plan.n_outputs)


def pooling_of_run(workspace: Workspace, run: Run) -> dict[str, float]:
    """How a run's test photos of an answer become one, where that is learnt: by its OOF, which one of everybody has
    not.
    """
    if workspace.competition.submission.pool != "learned" or run.record.all_data:
        return {}
    return pooling_of(workspace, run.oof())


def make_piece(plan: Plan, chosen: Mapping[str, Sequence[Candidate]], best: int | None, rule: str) -> Piece:
    """Carry out a plan of the rule that learns nothing, with its weights and the rule that is asked for or suits."""
    one_fold = len(np.unique(plan.workspace.judged_folds)) < 2
    if best is not None and one_fold:  # there are no other folds to choose by
        chosen = {task: items[:best] for task, items in chosen.items()}
    if best is not None and all(len(items) <= best for items in chosen.values()):
        best = None
    without = [item.run.id for items in chosen.values() for item in items if item.oof is None]
    if without or one_fold:
        cannot = f"{without[0]} was trained on everybody and has no OOF" if without else "there is only one fold"
        if rule not in (AUTO, ARGMAX, PLAIN):
            raise KitError(f"{cannot}: the rule {rule} has nothing to be fitted on", todo="leave out --rule")
        plain = replace(plan, weighing="equal")
        made = Crossed.without_oof(plain, [len(items) for items in chosen.values()])
        if not without:
            made = cross_fit(plain, _stacked(chosen))
        return _piece(chosen, Finished(plain, made, f"{plain.rule}, as {cannot}"), f"equal, as {cannot}")

    stacks = _stacked(chosen)
    ids = tuple(tuple(item.run.id for item in items) for items in chosen.values())
    plan = replace(plan, best=best, ids=ids)
    finished = finish(plan, stacks, rule)
    gain_of_weights, why_weights = None, "equal, nothing is fitted" if best is None else _why_best(best)
    if plan.weighing != EQUAL:
        equally = finish(replace(plan, weighing="equal"), stacks, rule)
        gain_of_weights = against(equally, finished).difference
        if worth(plan.metric, gain_of_weights):
            why_weights = (
                f"{plan.weighing}: cross-fitted they change {told(plan.metric, gain_of_weights)} against equal ones"
            )
        else:
            finished = equally
            why_weights = (
                f"equal ones are kept: cross-fitted the {plan.weighing} ones change"
                f" {told(plan.metric, gain_of_weights)}, less than one standard error for the better"
            )
    if plan.kind == NUMBER and plan.metric.name == "mae" and _joins_three(finished):
        finished, why_middle = _middle(finished, stacks, rule)
        why_weights += f"; {why_middle}"
    return _piece(chosen, finished, why_weights, gain_of_weights)


def _joins_three(finished: Finished) -> bool:
    """Whether some number is joined of three or more: the median of two is their mean."""
    return any((weights > 0).sum() > 2 for weights in finished.crossed.fit.shares.weights)


def _middle(finished: Finished, stacks: Sequence[Any], rule: str) -> tuple[Finished, str]:
    """The same with the median of the members for their mean, where that is better beyond chance.

    The absolute error is least at the median of what a number may be; runs are no draws of that, but one of them may
    lie far off.
    """
    by_median = finish(replace(finished.plan, middle=True, fits_rule=False), stacks, rule)
    comparison = against(finished, by_median)
    change = f"cross-fitted the median of the runs changes {told(finished.plan.metric, comparison.difference)}"
    if comparison.verdict == BETTER:
        return by_median, f"joined by their median: {change} against their mean"
    return finished, f"joined by their mean: {change}, which is not beyond chance for the better"


def _why_best(count: int) -> str:
    runs = "run" if count == 1 else f"{count} runs"
    return f"equal, of each task's best {runs}; the OOF rows of a fold are those of the best on the other folds"


def _stacked(chosen: Mapping[str, Sequence[Candidate]]) -> list[Any]:
    return [stacked([item.probs for item in items]) for items in chosen.values()]


def _piece(
    chosen: Mapping[str, Sequence[Candidate]],
    finished: Finished,
    why_weights: str,
    gain_of_weights: Score | None = None,
) -> Piece:
    crossed = finished.crossed
    fitted = [crossed.fit.shares, *crossed.inner.values()]
    used = tuple(
        item
        for head, items in enumerate(chosen.values())
        for place, item in enumerate(items)
        if any(shares.weights[head][place] > 0 for shares in fitted)
    )
    kept = [weights > 0 for weights in crossed.fit.shares.weights]
    return Piece(
        chosen={task: list(compress(items, some)) for (task, items), some in zip(chosen.items(), kept, strict=True)},
        plan=finished.plan,
        fit=replace(crossed.fit, shares=crossed.fit.shares.of(kept)),
        crossed=crossed,
        why_rule=finished.why_rule,
        why_weights=why_weights,
        used=used,
        gain_of_rule=finished.gain_of_rule,
        gain_of_weights=gain_of_weights,
    )
