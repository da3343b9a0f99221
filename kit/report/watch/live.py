"""The live part of the page: what is being trained and how it learns, what the machine does, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.report.pages.blocks import Block, Folded, Section, Table, Words
from kit.report.pages.sections.runs import curve_blocks
from kit.report.watch.machine import Machine, Use
from kit.report.watch.training import FoldNow, RunNow, Training
from kit.runs.scoring import finished_score
from kit.runs.store import Run, run_folders

MOST_RUNS = 4
"""Runs under way that are shown in full."""
MOST_TOLD = 12
"""Complete runs in the table, the newest."""


@dataclass(frozen=True)
class Bar:
    """A run under way: its progress, its folds, and what it scores out of fold so far."""

    run: str
    what: str
    share: float
    """Of its steps that are done, from 0 to 1."""
    told: str
    folds: Sequence[dict[str, Any]]
    oof: Sequence[str]


@dataclass(frozen=True)
class Live:
    """Everything on the page that changes by itself."""

    facts: Sequence[tuple[str, str, str]]
    """(name, value, more)."""
    bars: Sequence[Bar]
    sections: Sequence[Section]


class Watcher:
    """Looks at a workspace again and again, and only reads."""

    def __init__(self) -> None:
        self._training, self._machine = Training(), Machine()
        self._scores: dict[tuple[str, tuple[int, ...]], tuple[str, ...]] = {}

    def look(self, workspace: Workspace) -> Live:
        runs = run_folders(workspace)
        under_way = self._training.look(runs)
        shown = under_way[:MOST_RUNS]
        bars = [self._bar(workspace, now) for now in shown]
        curves = [block for now in shown if (block := _curves(workspace, now)) is not None]
        sections = []
        if curves:
            sections.append(
                Section("curves", "Learning curves", "Of the runs under way, a line for each fold.", curves)
            )
        sections.append(_next(workspace, runs, under_way))
        if (table := _complete(runs)) is not None:
            lead = "The score is the mean of the folds' own; kit score tells it with its interval."
            sections.append(Section("complete", "Complete runs", lead, [table]))
        return Live(self._facts(under_way), bars, sections)

    def _facts(self, under_way: Sequence[RunNow]) -> list[tuple[str, str, str]]:
        use = self._machine.look()
        facts = []
        working = [now for now in under_way if now.at_work]
        if working:
            left = [seconds for now in working if (seconds := self._training.seconds_left(now)) is not None]
            value = _clock(max(left)) if left else "…"
            facts.append(("time left", value, f"of {len(working)} {'run' if len(working) == 1 else 'runs'} at work"))
        else:
            facts.append(("training", "none", "nobody trains here now"))
        return [*facts, *_machine_facts(use)]

    def _bar(self, workspace: Workspace, now: RunNow) -> Bar:
        record = now.run.record
        left = self._training.seconds_left(now)
        unit = "epochs" if now.epochs else "folds"
        told = f"{now.steps:,} of {now.total:,} {unit}"
        told += f", {_clock(left)} left" if left is not None else "" if now.at_work else ", nobody is at work on it"
        what = f"{' + '.join(record.tasks)}, recipe {record.recipe}"
        what += f", pseudo-label round {record.round}" if record.round else ""
        folds = [_fold_row(fold, now.epochs) for fold in now.folds]
        return Bar(now.run.id, what, now.steps / max(1, now.total), told, folds, self._oof(workspace, now.run))

    def _oof(self, workspace: Workspace, run: Run) -> tuple[str, ...]:
        """What the finished folds score together, task by task."""
        done = run.finished_folds
        if not done:
            return ()
        key, so_far = (run.id, done), f"on {len(done)} of {len(run.expected_folds)} folds"
        if key not in self._scores:
            told = []
            for task in run.record.tasks:
                try:
                    score = finished_score(workspace, task, run)
                except KitError as error:
                    told.append(f"{task}: {error}")
                    continue
                if score is not None:
                    told.append(f"{task}: {workspace.metric_of(task).name} {score} {so_far}")
            self._scores[key] = tuple(told)
        return self._scores[key]


def _fold_row(fold: FoldNow, epochs: int | None) -> dict[str, Any]:
    last = fold.history[-1] if fold.history else None
    share = 1.0 if fold.state == "done" else len(fold.history) / epochs if epochs else 0.0
    return {
        "fold": fold.fold,
        "state": fold.state,
        "share": share,
        "epoch": f"{len(fold.history)} of {epochs}" if epochs else "",
        "train loss": None if last is None else last.train_loss,
        "valid loss": None if last is None else last.valid_loss,
        "score": None if last is None else last.score,
        "by": fold.by or ("" if fold.seconds is None else f"in {_clock(fold.seconds)}"),
    }


def _curves(workspace: Workspace, now: RunNow) -> Block | None:
    folds = {fold.fold: fold.history for fold in now.folds if fold.history}
    known = [task for task in now.run.record.tasks if task in workspace.competition.task_names]
    if not folds or not known:
        return None
    return Folded(now.run.id, curve_blocks(folds, workspace.metric_of(known[0]).name), opened=True)


def _next(workspace: Workspace, runs: Sequence[Run], under_way: Sequence[RunNow]) -> Section:
    """What is left of the runs under way, and what a competition then needs, in the order in which it does."""
    told = []
    for now in under_way:
        todo = [str(fold.fold) for fold in now.folds if fold.state in ("left", "stopped")]
        if now.at_work and todo:
            told.append(f"{now.run.id}: then fold {', '.join(todo)}")
        elif not now.at_work:
            told.append(f"{now.run.id} was stopped: the same kit train goes on with fold {', '.join(todo)}")
    if not workspace.folds_path.exists():
        return Section("next", "What is next", "", [Words(["kit fold deals the people into folds"], listed=True)])
    covered = {task for run in runs if _is_complete(run) for task in run.record.tasks}
    missing = [task for task in workspace.competition.tasks if task not in covered]
    begun = {task for now in under_way for task in now.run.record.tasks}
    told += [f"kit train --task {task}: no run of it is complete" for task in missing if task not in begun]
    if not missing:
        sent = any(workspace.submissions_dir.glob("*.json"))
        told.append("kit score tells what the runs are worth, and kit report shows where they are wrong")
        told += [] if sent else ["kit submit --blend best1 writes the first submission"]
        if not any(workspace.pseudo_dir.glob("round*/round.json")) and len(workspace.test):
            told.append("kit pseudo --round 1 labels the test photos, which can be looked at below")
    return Section("next", "What is next", "", [Words(told, listed=True)])


def _complete(runs: Sequence[Run]) -> Table | None:
    done = [run for run in runs if _is_complete(run)]
    done.sort(key=lambda run: -(run.path / "run.json").stat().st_mtime)
    rows = []
    for run in done[:MOST_TOLD]:
        try:
            folds = [run.fold_record(fold) for fold in run.finished_folds]
        except KitError:
            continue
        scores = [fold.score for fold in folds if fold.score is not None]
        minutes = sum(fold.seconds for fold in folds) / 60
        rows.append(
            {
                "run": run.id,
                "task": "+".join(run.record.tasks),
                "round": run.record.round,
                "metric": folds[0].metric,
                "score": float(np.mean(scores)) if scores else None,
                "minutes": f"{minutes:.1f}" if minutes else "",
            }
        )
    return Table.of(rows) if rows else None


def _is_complete(run: Run) -> bool:
    try:
        return run.complete
    except KitError:
        return False


def _machine_facts(use: Use) -> list[tuple[str, str, str]]:
    facts = []
    if use.cpu is not None:
        facts.append(("CPU", f"{use.cpu:.0%}", f"of the machine; {use.cores} cores for kit"))
    if use.used is not None and use.memory:
        facts.append(("memory", f"{use.used / 2**30:.1f} GiB", f"of {use.memory / 2**30:.0f} GiB"))
    for place, gpu in enumerate(use.gpus):
        memory = (
            f", {gpu.used / 2**30:.1f} of {gpu.memory / 2**30:.0f} GiB" if gpu.used is not None and gpu.memory else ""
        )
        facts.append((f"GPU {place}", "…" if gpu.use is None else f"{gpu.use:.0%}", f"{gpu.name}{memory}"))
    return facts


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
