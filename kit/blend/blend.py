"""A blend: runs joined per task, then into the target, with all that is fitted on the way cross-fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kit.blend.averaging import Gain, averaging_gain
from kit.blend.crossfit import EQUAL, Fit, Plan, Weighing, predicted, said
from kit.blend.decide import ARGMAX, OF_TOP, PLAIN, RULES, RULES_OF
from kit.blend.finish import AUTO, check_rule
from kit.blend.kept import KeptPiece, assembled, keep
from kit.blend.members import ALL, GREEDY, WEIGHTED, Candidate, best_count, choose_members, members_spec
from kit.blend.piece import Piece, make_piece
from kit.blend.weights import Mean
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.bootstrap import Score
from kit.evidence.metrics.truth import CLASS, ORDERED
from kit.evidence.top import Outputs
from kit.reporter import Reporter
from kit.runs.predictions import Predictions
from kit.runs.scoring import score_oof
from kit.runs.store import Run


@dataclass(frozen=True)
class Blend:
    """Runs joined, what they say out of fold, and what was learnt from all OOF rows to predict the test set with.

    Every row of `oof` was made by weights, temperatures, offsets, priors, thresholds and cut points that were fitted
    without its fold; only the sweeps of expected-f1 and expected-kappa, which read no label, see all rows at once.
    """

    workspace: Workspace
    pieces: tuple[Piece, ...]
    """One for the target, or one for each of its separate tasks."""
    mean: Mean
    weighing: Weighing
    """How the members are weighed in the end: `equal` too where fitted weights were not worth it."""
    oof: Predictions | None
    """Of each task that has members, and of the target what the rule decides on and its answers, in the order of
    `workspace.judged`; None where a member was trained on everybody.
    """
    in_sample: float | None
    """The score on the rows that chose the members or fitted the weights, temperatures or offsets; None where it is
    no other than that of `oof`.
    """
    tainted: tuple[str, ...] = ()
    """The steps by which validation labels reached the members; `oof` is then not honest."""
    selected: tuple[str, ...] = ()
    """What validation labels chose in the members."""
    unproven: tuple[str, ...] = ()
    """Members that were made outside, of which nothing can be proved."""

    @property
    def chosen(self) -> dict[str, Sequence[Candidate]]:
        """The candidates of each task that all rows give a weight above 0."""
        return {task: items for piece in self.pieces for task, items in piece.chosen.items()}

    @property
    def fit(self) -> Fit:
        """What was fitted on all OOF rows, of a target that is no separate tasks."""
        return self.pieces[0].fit

    @property
    def rule(self) -> str:
        return self._told(lambda piece: piece.plan.rule, ", ")

    @property
    def why_rule(self) -> str:
        return self._told(lambda piece: piece.why_rule)

    @property
    def why_weights(self) -> str:
        return self._told(lambda piece: piece.why_weights)

    @property
    def gain_of_rule(self) -> Score | None:
        """What the rule changes, of a target that is no separate tasks."""
        return self.pieces[0].gain_of_rule if len(self.pieces) == 1 else None

    @property
    def gain_of_weights(self) -> Score | None:
        """What fitted weights change, of a target that is no separate tasks."""
        return self.pieces[0].gain_of_weights if len(self.pieces) == 1 else None

    def _told(self, word: Callable[[Piece], str], between: str = "; ") -> str:
        """A word of each piece, with its task where there are several."""
        if len(self.pieces) == 1:
            return word(self.pieces[0])
        return between.join(f"{piece.plan.target}: {word(piece)}" for piece in self.pieces)

    def score(self) -> Score | None:
        """Its cross-fitted score on the target; None where a member was trained on everybody."""
        return None if self.oof is None else score_oof(self.workspace, TARGET, self.oof)

    def test(self) -> Predictions:
        """The test set's target by what was fitted on all OOF rows, in the order of the test table."""
        images = self.workspace.test_answers["image"].to_numpy(dtype=object)
        return _predictions(self.workspace, images, self.pieces, [piece.apply(Run.test)[1] for piece in self.pieces])

    def kept(self) -> tuple[KeptPiece, ...]:
        """All that was learnt from all OOF rows, to join the members' predictions of other photos by."""
        return tuple(keep(piece, piece.apply(Run.test)[1]) for piece in self.pieces)

    def gain_of_averaging(self) -> Gain | None:
        """How much higher than its OOF the average of its fold models is expected to score on test rows like those of
        the train side; None where that cannot be told: without honest OOF, with runs that were made outside, where
        a fold's test predictions are not there, where no class is predicted, or one of very many.
        """
        score, piece = self.score(), self.pieces[0]
        plan = piece.plan
        folds = range(self.workspace.folds.n_folds)
        runs = [item.run for items in self.chosen.values() for item in items]
        files = [run.fold_dir(fold) / "test.parquet" for run in runs for fold in folds]
        if len(self.pieces) > 1 or plan.kind not in (CLASS, ORDERED) or plan.workspace.competition.kept([TARGET]):
            return None
        if score is None or self.tainted or self.unproven or not all(path.exists() for path in files):
            return None
        if len(self.workspace.test) == 0:
            return None
        blended, joined = piece.apply(Run.test)
        heads = replace(plan, names=tuple(piece.chosen)).heads(blended)
        probs = plan.plain_rule().joined(heads, plan.table)
        alone = [piece.apply(partial(Run.fold_test, fold=fold))[1] for fold in folds]
        said_by_one = [predicted(plan, one) for one in alone]
        return averaging_gain(plan.metric, probs, predicted(plan, joined), said_by_one, score)

    @property
    def members(self) -> dict[str, list[tuple[str, float]]]:
        """(run id, weight) for each task."""
        return {
            task: [(item.run.id, float(weight)) for item, weight in zip(items, weights, strict=True)]
            for piece in self.pieces
            for (task, items), weights in zip(piece.chosen.items(), piece.fit.shares.weights, strict=True)
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
    competition = workspace.competition
    if rule not in (AUTO, *RULES):
        raise KitError(f"there is no decision rule '{rule}'", todo=nearest(rule, (AUTO, *RULES)))
    targets = tuple(competition.sent) if competition.separate else (TARGET,)
    metrics = [workspace.metric_of(target) for target in targets]
    if rule not in (AUTO, ARGMAX, PLAIN) and not any(metric.decides for metric in metrics):
        raise KitError(f"{metrics[0].name} scores probabilities: there is no class to decide", todo="leave out --rule")
    kinds = [competition.task(target).kind for target in targets]
    check_rule(rule, kinds)
    if rule not in (AUTO, PLAIN, *OF_TOP) and competition.kept(targets) and CLASS in kinds:
        todo = f"take {', '.join([AUTO, *OF_TOP])}, or keep all classes with the task's key 'keep'"
        raise KitError(f"the rule {rule} reads whole rows, and the most probable classes alone are kept", todo=todo)
    chosen = {task: items for task, items in chosen.items() if task == TARGET or task in competition.sent}
    pieces = []
    for target, kind in zip(targets, kinds, strict=True):
        own = {target: chosen[target]} if competition.separate else chosen
        asked = rule if rule in (AUTO, ARGMAX, PLAIN, *RULES_OF[kind]) else AUTO
        plan = Plan(workspace, tuple(own), weighing, mean, RULES_OF[kind][0], fits_rule=False, target=target)
        pieces.append(make_piece(plan, own, best, asked))
    return _blend(workspace, tuple(pieces), mean)


def _blend(workspace: Workspace, pieces: tuple[Piece, ...], mean: Mean) -> Blend:
    everyone = [item for piece in pieces for item in piece.used]
    weighings = [piece.plan.weighing for piece in pieces if piece.plan.weighing != EQUAL]
    return Blend(
        workspace=workspace,
        pieces=pieces,
        mean=mean,
        weighing=weighings[0] if weighings else "equal",
        oof=_oof(workspace, pieces),
        in_sample=_in_sample(workspace, pieces),
        tainted=tuple(dict.fromkeys(step for item in everyone for step in item.tainted)),
        selected=tuple(sorted({what for item in everyone for what in item.selected})),
        unproven=tuple(dict.fromkeys(why for item in everyone for why in item.unproven)),
    )


def _in_sample(workspace: Workspace, pieces: Sequence[Piece]) -> float | None:
    """The flattering score: of separate tasks the mean of theirs, by their weights."""
    if len(pieces) == 1 or all(piece.crossed.in_sample is None for piece in pieces):
        return pieces[0].crossed.in_sample
    scores = [piece.in_sample() for piece in pieces]
    weights = [part.weight for part in workspace.competition.parts(TARGET)]
    return None if None in scores else float(np.average(np.array(scores, dtype=float), weights=weights))


def _oof(workspace: Workspace, pieces: Sequence[Piece]) -> Predictions | None:
    joined = [piece.crossed.joined for piece in pieces]
    if any(one is None for one in joined):
        return None
    heads = {name: head for piece in pieces for name, head in zip(piece.plan.names, piece.crossed.heads, strict=True)}
    images = workspace.judged["image"].to_numpy(dtype=object)
    return _predictions(workspace, images, pieces, [one for one in joined if one is not None], heads)


def _predictions(
    workspace: Workspace,
    images: NDArray,
    pieces: Sequence[Piece],
    joined: Sequence[Outputs],
    heads: Mapping[str, Outputs] | None = None,
) -> Predictions:
    """The target's outputs and answers; of separate tasks those of each side by side."""
    answers = [said(piece.plan, one) for piece, one in zip(pieces, joined, strict=True)]
    return assembled(workspace, images, joined, answers, heads or {})
