"""Which runs a blend is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.top import Outputs, exact
from kit.pseudo.lineage import Lineage
from kit.reporter import Reporter
from kit.runs.answers import judged
from kit.runs.predictions import Predictions
from kit.runs.store import Run, all_runs, check_comparable, comparable_runs, find_run
from kit.runs.whole import write_wholes

BEST = re.compile(r"best(\d+)")
ALL, WEIGHTED, GREEDY = "all", "weighted", "greedy"


@dataclass(frozen=True)
class Candidate:
    """A complete run as a member for one task."""

    run: Run
    task: str
    oof: Predictions | None
    """In the order of `workspace.judged`; None for a run trained on everybody."""
    score: float
    """The competition's metric on `oof`; nan without it."""
    tainted: tuple[str, ...]
    """The steps by which validation labels reached it; its score is then not honest."""
    selected: tuple[str, ...]
    """What validation labels chose in it."""
    unproven: tuple[str, ...] = ()
    """Why nothing can be proved of it, where it was made outside."""

    @property
    def probs(self) -> Outputs:
        """(n_judged, n_outputs) of its task."""
        assert self.oof is not None  # whoever asks has looked
        return exact(self.oof.probs[self.task])


def task_candidates(workspace: Workspace, runs: Sequence[Run]) -> dict[str, list[Candidate]]:
    """The runs of every task, honest before tainted, then best OOF first; ties go by id.

    Runs of other data or folds are an error; the lineage of every run is walked.
    """
    check_comparable(workspace, runs)
    write_wholes(workspace, runs)
    competition = workspace.competition
    lineage = Lineage(workspace, weights=False)
    found: dict[str, list[Candidate]] = {task: [] for task in competition.task_names}
    for run in runs:
        tainted, selected = lineage.taint(run), lineage.selected(run)
        oof = None if run.record.all_data else judged(workspace, run.oof())
        for task in run.record.tasks if oof is None else oof.tasks:
            score = float("nan")
            if oof is not None:
                metric = workspace.metric_of(task)
                truth, n_outputs = workspace.judged_truth(task), competition.n_outputs(task)
                score = metric.score(truth, oof.scored_by(metric, task), n_outputs)
            found[task].append(Candidate(run, task, oof, score, tainted, selected, lineage.unproven(run)))

    def rank(item: Candidate) -> tuple[bool, float, str]:
        sign = -1 if workspace.metric_of(item.task).higher_is_better else 1
        return bool(item.tainted), sign * item.score if item.oof is not None else np.inf, item.run.id

    return {task: sorted(items, key=rank) for task, items in found.items()}


def blendable_runs(workspace: Workspace, reporter: Reporter) -> list[Run]:
    """Every complete run that stands on what the workspace does; the others are told of and left out."""
    runs = comparable_runs(workspace, all_runs(workspace), reporter)
    missing = {run.id: ", ".join(map(str, run.missing_folds)) for run in runs if not run.complete}
    if missing:
        told = "; ".join(f"{run} (folds {folds})" for run, folds in missing.items())
        reporter.warn(f"left out, as not all of their folds are trained: {told}")
    return [run for run in runs if run.id not in missing]


def honest_candidates(workspace: Workspace, reporter: Reporter, round: int | None = None) -> dict[str, list[Candidate]]:
    """The candidates of every task whose OOF is honest, best first; with `round` only of that pseudo-label round."""
    runs = [run for run in blendable_runs(workspace, reporter) if round is None or run.record.round == round]
    candidates = task_candidates(workspace, runs)
    tainted = {item.run.id for items in candidates.values() for item in items if item.tainted}
    if tainted:
        reporter.warn(f"left out, for their OOF is not honest: {', '.join(sorted(tainted))}")
    return {task: [item for item in items if not item.tainted] for task, items in candidates.items()}


def is_blend_spec(name: str) -> bool:
    """Whether a name is a blend's: bestN, all, weighted, greedy, or ids with a comma between them."""
    return bool(BEST.fullmatch(name)) or name in (ALL, WEIGHTED, GREEDY) or "," in name


def best_count(spec: str) -> int | None:
    """The N of 'bestN'; None for another spec."""
    best = BEST.fullmatch(spec)
    if best is None:
        return None
    if int(best.group(1)) == 0:
        raise KitError("a blend of no runs", where=spec, todo="write best1, best2, ...")
    return int(best.group(1))


def members_spec(spec: str) -> str:
    """The spec of the members that a blend weighs: fitted weights start from all honest runs."""
    return ALL if spec in (WEIGHTED, GREEDY) else spec


def choose_members(
    workspace: Workspace,
    spec: str,
    reporter: Reporter,
    *,
    round: int | None = None,
    cover: bool = True,
    pool: Mapping[str, Sequence[Candidate]] | None = None,
) -> dict[str, list[Candidate]]:
    """The runs that a spec names, for each task: 'best3', 'all', or run ids joined by commas.

    'best3' and 'all' take honest runs only, and with `round` only those of that pseudo-label round; pool: these
    candidates, where they are read already. With `cover` a task that is left without a run is an error.
    """
    competition = workspace.competition
    count = best_count(spec)
    if count is not None or spec == ALL:
        honest = pool if pool is not None else honest_candidates(workspace, reporter, round)
        chosen = {task: list(items[:count]) for task, items in honest.items()}
    else:
        chosen = task_candidates(workspace, complete_runs(workspace, spec))
    if cover:
        _check_covered(chosen, tuple(competition.tasks), competition.task_names, spec)
    return {task: items for task, items in chosen.items() if items}


def complete_runs(workspace: Workspace, names: str) -> list[Run]:
    """The runs of these comma-separated ids; one that is not complete is an error."""
    runs = [find_run(workspace, name.strip()) for name in names.split(",")]
    for run in runs:
        if not run.complete:
            folds = ", ".join(map(str, run.missing_folds))
            raise KitError(f"folds {folds} are not trained", where=run.id, todo="run 'kit train' again")
    return runs


def _check_covered(
    chosen: Mapping[str, Sequence[Candidate]], tasks: Sequence[str], names: Sequence[str], spec: str
) -> None:
    whole = any(chosen[name] for name in names if name not in tasks)
    missing = [task for task in tasks if not chosen[task]]
    if missing and (not whole or len(missing) < len(tasks)):
        raise KitError(f"no run of the task '{missing[0]}' is in this blend", where=spec, todo="train or name one")
