"""What a blend has learnt, as a record: all that joins its members' predictions of any photos, without a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kit.blend.crossfit import Fit, Plan, said
from kit.blend.decide import FittedRule, Settled, decided_alone, settle
from kit.blend.mean import Mean
from kit.blend.weights import FittedBlend
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.evidence.top import Outputs, exact, stacked
from kit.runs.predictions import Predictions
from kit.schema import FileName, Frozen

if TYPE_CHECKING:
    from kit.blend.piece import Piece


class KeptMember(Frozen):
    """A run's part in a head, and its own temperature before it is averaged."""

    run: FileName
    weight: float
    temperature: float
    sharpness: float = 0.0
    """How sharply its photos of an answer are pooled, where that is learnt; 0 is their mean."""


class KeptRule(Frozen):
    """The rule and what it learnt, as `FittedRule` has it."""

    rule: str
    temperatures: tuple[float, ...]
    offsets: tuple[tuple[float, ...], ...]
    prior: tuple[float, ...] | None
    kind: str
    thresholds: tuple[float, ...] | None
    cuts: tuple[float, ...] | None
    """A grade that is said nowhere begins beyond all numbers: at the largest there is."""
    lowest: float
    span: tuple[float, float] | None


class KeptPiece(Frozen):
    """The runs joined for the target, or for one of its separate tasks."""

    target: str
    heads: dict[str, tuple[KeptMember, ...]]
    mean: Mean
    middle: bool = False
    """Whether numbers are joined by their median."""
    rule: KeptRule
    settled: dict[str, tuple[float, ...]]
    """What gives a photo its answer by itself where the rule looks at the whole test set: as `Settled` has it."""

    def runs(self) -> list[str]:
        return list(dict.fromkeys(member.run for members in self.heads.values() for member in members))

    def plan(self, workspace: Workspace) -> Plan:
        """The plan that it was the outcome of, with nothing left to fit."""
        names, rule = tuple(self.heads), self.rule.rule
        return Plan(workspace, names, "equal", self.mean, rule, fits_rule=False, target=self.target, middle=self.middle)

    def sharpness_of(self, run: str) -> dict[str, float]:
        """How sharply a run's photos of an answer are pooled, for each task where it is not their mean."""
        members = [(task, member) for task, some in self.heads.items() for member in some]
        return {task: member.sharpness for task, member in members if member.run == run and member.sharpness}

    def fit(self, plan: Plan) -> Fit:
        heads = self.heads.values()
        temperatures = tuple(np.array([member.temperature for member in members]) for members in heads)
        weights = tuple(np.array([member.weight for member in members]) for members in heads)
        shares = FittedBlend(temperatures, weights, self.mean, plan.ways)
        return Fit(shares, FittedRule(**{name: getattr(self.rule, name) for name in KeptRule.model_fields}))


def keep(piece: Piece, joined: Outputs) -> KeptPiece:
    """A piece as a record; joined: what its rule decides on of the test set."""
    from kit.blend.piece import pooling_of_run  # reads runs; records are read without

    plan, fit = piece.plan, piece.fit
    runs = {item.run.id: item.run for items in piece.chosen.values() for item in items}
    sharpness = {name: pooling_of_run(plan.workspace, run) for name, run in runs.items()}
    heads = {
        task: tuple(
            KeptMember(
                run=item.run.id,
                weight=float(weight),
                temperature=float(temperature),
                sharpness=sharpness[item.run.id].get(task, 0.0),
            )
            for item, weight, temperature in zip(items, weights, temperatures, strict=True)
        )
        for (task, items), weights, temperatures in zip(
            piece.chosen.items(), fit.shares.weights, fit.shares.temperatures, strict=True
        )
    }
    told = {name: getattr(fit.rule, name) for name in KeptRule.model_fields}
    if told["cuts"] is not None:
        told["cuts"] = tuple(np.nan_to_num(told["cuts"]).tolist())
    settled = settle(plan.rule, joined, plan.kind, plan.metric) if len(joined) else {}
    return KeptPiece(
        target=plan.target,
        heads=heads,
        mean=plan.mean,
        middle=plan.middle,
        rule=KeptRule.model_validate(told),
        settled={name: tuple(values.tolist()) for name, values in settled.items()},
    )


def join_kept(
    workspace: Workspace, pieces: Sequence[KeptPiece], said_by: Mapping[str, Predictions], *, alone: bool
) -> Predictions:
    """The target of photos, and its heads, from what the runs say of them, rows in the order of the first run's.

    alone: each photo by itself, as it would be among the test set; otherwise these photos are the set that the rule
    looks at. Of separate tasks the answers stand side by side.
    """
    images = next(iter(said_by.values())).images
    rows = {run: one.aligned(images) for run, one in said_by.items()}
    heads: dict[str, Outputs] = {}
    whole, answers = [], []
    for piece in pieces:
        plan = piece.plan(workspace)
        stacks = [
            stacked([exact(rows[member.run].probs[task]) for member in members])
            for task, members in piece.heads.items()
        ]
        blended, joined = plan.apply(piece.fit(plan), stacks)
        heads |= dict(zip(piece.heads, blended, strict=True))
        whole.append(joined)
        if alone:
            settled: Settled = {name: np.array(values) for name, values in piece.settled.items()}
            answers.append(decided_alone(plan.rule, joined, plan.kind, plan.metric, settled))
        else:
            answers.append(said(plan, joined))
    return assembled(workspace, images, whole, answers, heads)


def assembled(
    workspace: Workspace,
    images: NDArray,
    joined: Sequence[Outputs],
    answers: Sequence[NDArray],
    heads: Mapping[str, Outputs],
) -> Predictions:
    """The target's outputs and answers beside its heads; of separate tasks those of each side by side."""
    competition, together = workspace.competition, answers[0]
    if len(joined) > 1:
        together = np.hstack([np.asarray(one, dtype=float).reshape(len(one), -1) for one in answers])
    named = [*heads, *([] if competition.separate else [TARGET])]
    probs = {**heads, TARGET: np.hstack(joined) if len(joined) > 1 else joined[0]}
    return Predictions(images, probs, {TARGET: together}, competition.kinds(named))
