"""A blend: runs joined per task, then into the target class, with all that is fitted on the way cross-fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress

import numpy as np

from kit.blend.averaging import Gain, averaging_gain
from kit.blend.crossfit import EQUAL, Crossed, Fit, Plan, Weighing, cross_fit, plain_rule, predicted
from kit.blend.decide import ARGMAX, RULES, decided
from kit.blend.finish import AUTO, Finished, against, finish, told, worth
from kit.blend.members import ALL, GREEDY, WEIGHTED, Candidate, best_count, choose_members, members_spec
from kit.blend.weights import Mean
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import Floats
from kit.reporter import Reporter
from kit.runs.answers import for_test
from kit.runs.predictions import Predictions
from kit.runs.scoring import score_oof
from kit.runs.store import Run


@dataclass(frozen=True)
class Blend:
    """Runs joined, what they say out of fold, and what was learnt from all OOF rows to predict the test set with.

    Every row of `oof` was made by weights, temperatures, offsets and priors that were fitted without its fold; only the
    sweeps of expected-f1 and expected-kappa, which read no label, see all rows at once.
    """

    workspace: Workspace
    chosen: Mapping[str, Sequence[Candidate]]
    """The candidates of each task that all rows give a weight above 0."""
    mean: Mean
    weighing: Weighing
    """How the members are weighed in the end: `equal` too where fitted weights were not worth it."""
    rule: str
    fit: Fit
    oof: Predictions | None
    """Of each task that has members, and of the target what the rule decides on and its labels, in the order of the
    train table; None where a member was trained on everybody.
    """
    in_sample: float | None
    """The score on the rows that chose the members or fitted the weights, temperatures or offsets; None where it is
    no other than that of `oof`.
    """
    why_rule: str
    why_weights: str
    gain_of_rule: Score | None = None
    gain_of_weights: Score | None = None
    tainted: tuple[str, ...] = ()
    """The steps by which validation labels reached the members; `oof` is then not honest."""
    selected: tuple[str, ...] = ()
    """What validation labels chose in the members."""
    unproven: tuple[str, ...] = ()
    """Members that were made outside, of which nothing can be proved."""

    def score(self) -> Score | None:
        """Its cross-fitted score on the target; None where a member was trained on everybody."""
        return None if self.oof is None else score_oof(self.workspace, TARGET, self.oof)

    def test(self) -> Predictions:
        """The test set's target by what was fitted on all OOF rows, in the order of the test table."""
        images = self.workspace.test_answers["image"].to_numpy(dtype=object)
        _, joined = self._plan.apply(self.fit, self._tests(Run.test))
        return Predictions(images, {TARGET: joined}, {TARGET: decided(self.rule, joined)})

    def gain_of_averaging(self) -> Gain | None:
        """How much higher than its OOF the average of its fold models is expected to score on test rows like those of
        the train side; None where that cannot be told: without honest OOF, with runs that were made outside, or where
        a fold's test predictions are not there.
        """
        score, plan = self.score(), self._plan
        folds = range(self.workspace.folds.n_folds)
        runs = [item.run for items in self.chosen.values() for item in items]
        files = [run.fold_dir(fold) / "test.parquet" for run in runs for fold in folds]
        if score is None or self.tainted or self.unproven or not all(path.exists() for path in files):
            return None
        blended, joined = plan.apply(self.fit, self._tests(Run.test))
        probs = plain_rule(plan.table).joined(plan.heads(blended), plan.table)
        said_by_one = []
        for fold in folds:
            _, alone = plan.apply(self.fit, self._tests(partial(Run.fold_test, fold=fold)))
            said_by_one.append(predicted(plan, alone))
        return averaging_gain(plan.metric, probs, predicted(plan, joined), said_by_one, score)

    @property
    def _plan(self) -> Plan:
        return Plan(self.workspace, tuple(self.chosen), self.weighing, self.mean, self.rule, fits_rule=False)

    def _tests(self, read: Callable[[Run], Predictions]) -> list[Floats]:
        """What the members say of the test set, (n_members, n_test, n_classes) for each task."""
        runs = {item.run.id: item.run for items in self.chosen.values() for item in items}
        tests = {run_id: for_test(self.workspace, read(run)) for run_id, run in runs.items()}
        return [
            np.stack([np.asarray(tests[item.run.id].probs[task], dtype=float) for item in items])
            for task, items in self.chosen.items()
        ]

    @property
    def members(self) -> dict[str, list[tuple[str, float]]]:
        """(run id, weight) for each task."""
        return {
            task: [(item.run.id, float(weight)) for item, weight in zip(items, weights, strict=True)]
            for (task, items), weights in zip(self.chosen.items(), self.fit.shares.weights, strict=True)
        }


def spec_blend(
    workspace: Workspace,
    spec: str,
    reporter: Reporter,
    *,
    mean: Mean = "arithmetic",
    rule: str = AUTO,
    pool: Mapping[str, Sequence[Candidate]] | None = None,
) -> Blend:
    """The blend that a spec names: bestN, all, run ids with commas, or weighted and greedy over all honest runs.

    pool: the honest candidates of each task, where they are read already (`honest_candidates`).
    """
    best = best_count(spec)
    chosen = choose_members(workspace, members_spec(spec) if best is None else ALL, reporter, pool=pool)
    weighing: Weighing = "weighted" if spec == WEIGHTED else "greedy" if spec == GREEDY else "equal"
    return make_blend(workspace, chosen, best=best, weighing=weighing, mean=mean, rule=rule)


def make_blend(
    workspace: Workspace,
    chosen: Mapping[str, Sequence[Candidate]],
    *,
    best: int | None = None,
    weighing: Weighing = "equal",
    mean: Mean = "arithmetic",
    rule: str = AUTO,
) -> Blend:
    """Join each task's runs, then the tasks by the product rule; runs of the target itself are one more vote.

    Of `chosen`, the best first, only the `best` of each task are taken, where it is given: for the OOF rows of a fold
    those that score highest on the other folds' rows, so that no run is chosen by the rows that its choice is judged
    by (Cawley and Talbot 2010); for the test set those of all rows.
    Equal weights read no label: members are averaged as they are. Fitted ones (after a temperature for each member)
    are used only if their cross-fitted gain over equal ones, both with their temperatures and rule, reaches one
    standard error. Then each task's mean has one temperature: a single number on the mean is hard to overfit, unlike
    one for each member, and it can change no argmax, but it is what log-loss and the rules other than argmax stand on.
    `finish` says when it is taken, and what the rule `auto` is.
    """
    metric = workspace.metric
    if rule not in (AUTO, *RULES):
        raise KitError(f"there is no decision rule '{rule}'", todo=nearest(rule, (AUTO, *RULES)))
    if not metric.decides and rule not in (AUTO, ARGMAX):
        raise KitError(f"{metric.name} scores probabilities: there is no class to decide", todo="leave out --rule")
    one_fold = len(np.unique(workspace.judged_folds)) < 2
    if best is not None and one_fold:  # there are no other folds to choose by
        chosen = {task: items[:best] for task, items in chosen.items()}
    if best is not None and all(len(items) <= best for items in chosen.values()):
        best = None
    everyone = [item for items in chosen.values() for item in items]
    names = tuple(chosen)
    without = [item.run.id for item in everyone if item.oof is None]
    if without or one_fold:
        cannot = f"{without[0]} was trained on everybody and has no OOF" if without else "there is only one fold"
        if rule not in (AUTO, ARGMAX):
            raise KitError(f"{cannot}: the rule {rule} has nothing to be fitted on", todo="leave out --rule")
        plain = Plan(workspace, names, "equal", mean, ARGMAX, fits_rule=False)
        made = Crossed.without_oof(plain, [len(items) for items in chosen.values()])
        if not without:
            made = cross_fit(plain, _stacked(chosen))
        return _blend(chosen, Finished(plain, made, f"argmax, as {cannot}"), f"equal, as {cannot}")

    stacks = _stacked(chosen)
    ids = tuple(tuple(item.run.id for item in items) for items in chosen.values())
    plan = Plan(workspace, names, weighing, mean, ARGMAX, fits_rule=False, best=best, ids=ids)
    finished = finish(plan, stacks, rule)
    gain_of_weights, why_weights = None, "equal, nothing is fitted" if best is None else _why_best(best)
    if weighing != EQUAL:
        equally = finish(replace(plan, weighing="equal"), stacks, rule)
        gain_of_weights = against(equally, finished).difference
        if worth(metric, gain_of_weights):
            why_weights = f"{weighing}: cross-fitted they change {told(metric, gain_of_weights)} against equal ones"
        else:
            finished = equally
            why_weights = (
                f"equal ones are kept: cross-fitted the {weighing} ones change {told(metric, gain_of_weights)},"
                " less than one standard error for the better"
            )
    return _blend(chosen, finished, why_weights, gain_of_weights)


def _why_best(count: int) -> str:
    runs = "run" if count == 1 else f"{count} runs"
    return f"equal, of each task's best {runs}; the OOF rows of a fold are those of the best on the other folds"


def _stacked(chosen: Mapping[str, Sequence[Candidate]]) -> list[Floats]:
    return [np.stack([item.probs for item in items]) for items in chosen.values()]


def _blend(
    chosen: Mapping[str, Sequence[Candidate]],
    finished: Finished,
    why_weights: str,
    gain_of_weights: Score | None = None,
) -> Blend:
    plan, crossed = finished.plan, finished.crossed
    fitted = [crossed.fit.shares, *crossed.inner.values()]
    everyone = [
        item
        for head, items in enumerate(chosen.values())
        for place, item in enumerate(items)
        if any(shares.weights[head][place] > 0 for shares in fitted)
    ]
    kept = [weights > 0 for weights in crossed.fit.shares.weights]
    return Blend(
        workspace=plan.workspace,
        chosen={task: list(compress(items, some)) for (task, items), some in zip(chosen.items(), kept, strict=True)},
        mean=plan.mean,
        weighing=plan.weighing,
        rule=plan.rule,
        fit=replace(crossed.fit, shares=crossed.fit.shares.of(kept)),
        oof=None if crossed.joined is None else _oof(plan, crossed.heads, crossed.joined),
        in_sample=crossed.in_sample,
        why_rule=finished.why_rule,
        why_weights=why_weights,
        gain_of_rule=finished.gain_of_rule,
        gain_of_weights=gain_of_weights,
        tainted=tuple(dict.fromkeys(step for item in everyone for step in item.tainted)),
        selected=tuple(sorted({what for item in everyone for what in item.selected})),
        unproven=tuple(dict.fromkeys(why for item in everyone for why in item.unproven)),
    )


def _oof(plan: Plan, heads: Sequence[Floats], joined: Floats) -> Predictions:
    probs = {**dict(zip(plan.names, heads, strict=True)), TARGET: joined}
    images = plan.workspace.judged["image"].to_numpy(dtype=object)
    return Predictions(images, probs, {TARGET: decided(plan.rule, joined)})
