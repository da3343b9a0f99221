"""Runs scored one by one, and the best of each task joined into the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.blend.averaging import Gain
from kit.blend.blend import make_blend
from kit.blend.decide import ARGMAX
from kit.blend.members import Candidate, blendable_runs, complete_runs, task_candidates
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.reporter import Reporter
from kit.runs.predictions import Predictions
from kit.runs.scoring import OofReport, oof_report
from kit.runs.store import all_runs


@dataclass(frozen=True)
class Scored:
    """What a run, or runs joined, score on a task or the target."""

    task: str
    run: str
    report: OofReport
    tainted: tuple[str, ...]
    """The steps by which validation labels reached it; its score is then not honest."""
    oof: Predictions
    """What was scored, in the order of `workspace.judged`."""
    in_sample: float | None = None
    """What runs joined score on the rows that chose them; None where that is the same."""
    gain: Gain | None = None
    """What averaging the models of all folds adds on the test set, of runs joined, where that can be told."""


@dataclass(frozen=True)
class RunScores:
    """`runs`: task by task, the best first. `joined`: None where tasks are `missing`, those without a complete run."""

    runs: tuple[Scored, ...]
    joined: Scored | None
    missing: tuple[str, ...]

    def best(self) -> dict[str, Scored]:
        """The best run of each task."""
        return {item.task: item for item in reversed(self.runs)}


def score_runs(workspace: Workspace, names: Sequence[str], reporter: Reporter) -> RunScores:
    """Score the runs of these names (all complete ones without names) out of fold, and joined.

    Named runs are joined all together, otherwise the best of each task (honest ones where there are some), which is
    chosen for each fold by the other folds.
    """
    named = complete_runs(workspace, ",".join(names)) if names else []
    return score_candidates(
        workspace, task_candidates(workspace, named or blendable_runs(workspace, reporter)), named=bool(named)
    )


def score_candidates(
    workspace: Workspace, candidates: Mapping[str, Sequence[Candidate]], *, named: bool = False
) -> RunScores:
    """The same of runs that are read already; `named`: they are joined all together."""
    candidates = {task: [item for item in items if item.oof is not None] for task, items in candidates.items()}
    scored = tuple(
        Scored(task, item.run.id, oof_report(workspace, task, item.oof), tuple(item.tainted), item.oof)
        for task, items in candidates.items()
        for item in items
        if item.oof is not None
    )
    if not scored and any(run.complete for run in all_runs(workspace)):
        todo = "restore what they stand on, or run 'kit train'"
        raise KitError("no complete run can be scored here", where=workspace.runs_dir, todo=todo)
    if not scored:
        raise KitError("no run is complete yet", where=workspace.runs_dir, todo="run 'kit train'")
    chosen = {task: items if named else _honest(items) for task, items in candidates.items() if items}
    missing = tuple(task for task in workspace.competition.tasks if task not in chosen)
    if missing:
        chosen = {task: items for task, items in chosen.items() if task == TARGET}
    joined = _joined(workspace, chosen, None if named else 1) if chosen else None
    return RunScores(scored, joined, missing)


def _honest(items: Sequence[Candidate]) -> Sequence[Candidate]:
    """The honest ones, or where all are tainted the best of these."""
    return [item for item in items if not item.tainted] or items[:1]


def _joined(workspace: Workspace, chosen: Mapping[str, Sequence[Candidate]], best: int | None) -> Scored:
    blend = make_blend(workspace, chosen, best=best, rule=ARGMAX)
    assert blend.oof is not None  # runs without OOF were left out before
    report = oof_report(workspace, TARGET, blend.oof)
    return Scored(TARGET, "joined", report, blend.tainted, blend.oof, blend.in_sample, blend.gain_of_averaging())
