"""A blend from its weights to the end: the temperatures and the decision rule, and what they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kit.blend.crossfit import Crossed, Plan, cross_fit, predicted
from kit.blend.decide import ARGMAX, PLAIN, RULES_OF, learnt_by, suited
from kit.errors import KitError
from kit.evidence.bootstrap import Score
from kit.evidence.compare import BETTER, WORSE, Comparison
from kit.evidence.metrics import Metric
from kit.evidence.metrics.truth import CLASS, LABELS, NUMBER, ORDERED, SHARES

AUTO = "auto"


@dataclass(frozen=True)
class Finished:
    """A plan carried out with its rule, and why it is that one."""

    plan: Plan
    crossed: Crossed
    why_rule: str
    gain_of_rule: Score | None = None


def finish(plan: Plan, stacks: Sequence[Any], rule: str) -> Finished:
    """Carry out a plan of plain answers, and with the temperatures or the rule that belong to it; stacks: as for
    `cross_fit`.

    Submitted probabilities take a temperature for each head, no sharper than SHARPEST, only if its cross-fitted gain
    reaches one standard error. `auto` is the rule that raises the expected score of the metric: that is a matter of
    arithmetic, not of this data, and is not asked to prove itself beyond chance. It is left only where it is worse
    beyond chance: probabilities of a model that was not taught to give them. What labels have to show, thresholds and
    cut points, is taken where it is better than that beyond chance.
    """
    plain = Finished(plan, cross_fit(plan, stacks), "")
    if not plan.metric.decides:
        if plan.kind == NUMBER:
            return replace(plain, why_rule=AS_IS)
        one_order = plan.metric.needs == "ranks" and len(plan.names) == 1  # that no temperature changes
        return replace(plain, why_rule=IN_ORDER) if one_order else _scaled(plain, stacks)
    if rule == AUTO:
        return _by_labels(plain, _by_arithmetic(plain, stacks), stacks)
    if rule in (ARGMAX, PLAIN, plan.rules[0]):
        return replace(plain, why_rule=f"{plan.rules[0]}, as asked")
    finished, comparison = _with_rule(plain, stacks, rule)
    return replace(finished, why_rule=f"{rule}, as asked: {_change(plain, comparison)}")


def _with_rule(plain: Finished, stacks: Sequence[Any], rule: str) -> tuple[Finished, Comparison]:
    """The same with a rule, and the comparison with the plain answers."""
    plan = replace(plain.plan, rule=rule, fits_rule=True)
    finished = Finished(plan, cross_fit(plan, stacks, plain.crossed), "")
    comparison = against(plain, finished)
    return replace(finished, gain_of_rule=comparison.difference), comparison


def _change(before: Finished, comparison: Comparison) -> str:
    plan = before.plan
    return f"cross-fitted it changes {told(plan.metric, comparison.difference)} against {plan.rule}"


def _by_arithmetic(plain: Finished, stacks: Sequence[Any]) -> Finished:
    """By the rule that follows from the metric, but where that is worse beyond chance."""
    plan = plain.plan
    best = suited(plan.metric, plan.kind)
    if best is None or best not in plan.rules:
        return replace(plain, why_rule=f"{PLAIN_WORDS[plan.kind]}, as no rule is known for {plan.metric.name}")
    if best == plan.rules[0]:
        return replace(plain, why_rule=f"{PLAIN_WORDS[plan.kind]}, which is right for {plan.metric.name}")
    finished, comparison = _with_rule(plain, stacks, best)
    change = _change(plain, comparison)
    if comparison.verdict == WORSE:
        why = f"{plan.rule}: {best} should suit {plan.metric.name}, but {change}, for the worse beyond chance"
        return replace(plain, why_rule=why, gain_of_rule=comparison.difference)
    return replace(finished, why_rule=f"{best}, which suits {plan.metric.name}: {change}")


def _by_labels(plain: Finished, before: Finished, stacks: Sequence[Any]) -> Finished:
    """With the thresholds or cut points that labels show, where these are better beyond chance than what was before."""
    learnt = learnt_by(plain.plan.metric, plain.plan.kind)
    if learnt is None:
        return before
    finished, _ = _with_rule(plain, stacks, learnt)
    comparison = against(before, finished)
    change = _change(before, comparison)
    if comparison.verdict == BETTER:
        return replace(finished, why_rule=f"{learnt}, fitted on labels: {change}, for the better beyond chance")
    why = f"{before.why_rule}; with {learnt}, fitted on labels, {change}, not for the better beyond chance"
    return replace(before, why_rule=why)


AS_IS = "numbers are submitted as they are"
IN_ORDER = "the order of the outputs is submitted"
PLAIN_WORDS = {
    CLASS: ARGMAX,
    ORDERED: ARGMAX,
    LABELS: "the labels of probability 0.5 and more",
    NUMBER: "the number itself",
    SHARES: "the shares themselves",
}


def check_rule(rule: str, kinds: Sequence[str]) -> None:
    """KitError where a rule that was asked for decides none of these kinds of target."""
    if rule not in (AUTO, ARGMAX, PLAIN) and not any(rule in RULES_OF[kind] for kind in kinds):
        fitting = dict.fromkeys(name for kind in kinds for name in RULES_OF[kind])
        raise KitError(
            f"the rule {rule} decides no target of the kind {' or '.join(dict.fromkeys(kinds))}",
            todo=f"take {', '.join([AUTO, *fitting])}",
        )


def _scaled(plain: Finished, stacks: Sequence[Any]) -> Finished:
    """Probabilities with a temperature for each head, where these are worth it."""
    plan = replace(plain.plan, fits_rule=True)
    scaled = Finished(plan, cross_fit(plan, stacks, plain.crossed), "")
    gain = against(plain, scaled).difference
    why = f"probabilities are submitted: cross-fitted a temperature for each task changes {told(plan.metric, gain)}"
    if worth(plan.metric, gain):
        return replace(scaled, why_rule=why, gain_of_rule=gain)
    why += ", less than one standard error for the better, and is left out"
    return replace(plain, why_rule=why, gain_of_rule=gain)


def against(before: Finished, after: Finished) -> Comparison:
    """The comparison of `after` with `before`, on the same resamples."""
    assert before.crossed.joined is not None and after.crossed.joined is not None
    pair = [predicted(before.plan, before.crossed.joined), predicted(after.plan, after.crossed.joined)]
    return after.plan.workspace.scorer(after.plan.target).compare(pair)[0]


def worth(metric: Metric, gain: Score) -> bool:
    """Whether a gain reaches one standard error; never where that is not known (one group)."""
    return (gain.value if metric.higher_is_better else -gain.value) >= gain.sd > 0


def told(metric: Metric, gain: Score) -> str:
    """A change of the score with its interval."""
    known = f" [{gain.low:+.4f}, {gain.high:+.4f}]" if gain.has_interval else " [?]"
    return f"{metric.name} by {gain.value:+.4f}{known}"
