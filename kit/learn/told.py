"""What a person is told of a run's training, before it and after each fold."""

from __future__ import annotations

from kit.competition.git_files import REVIEWED
from kit.competition.workspace import Workspace
from kit.cores import Others, usable_cores
from kit.pseudo.record import read_round
from kit.pseudo.reviewed import unheeded
from kit.reporter import Reporter
from kit.runs.record import RunRecord
from kit.runs.store import all_runs

CROWDED = 0.5
"""Cores that others take from a run's threads, from which that is told."""
LATE, LONG = 0.2, 30
"""The share of a fold's time spent waiting for photos from which that is told, and the seconds of a fold worth it."""


def tell_before(workspace: Workspace, record: RunRecord, reporter: Reporter) -> None:
    """Say which runs of the same kind a run does not go on with, and which decisions its labels do not heed."""
    _tell_of_others(workspace, record, reporter)
    _tell_of_decisions(workspace, record, reporter)


def tell_crowded(others: Others, record: RunRecord, n_threads: int, reporter: Reporter) -> None:
    """Say that fewer threads would train a network faster on the CPU, where others work on its cores.

    Threads of one step have equal shares of it, and wait for one another: three cores do the work of four threads in
    the time of two. How many there are decides on the last bits, so that who trains chooses them.
    """
    free = others.free()
    if free is None or n_threads == 1:
        return
    whole = max(1, round(free))
    if free <= n_threads - CROWDED and n_threads % whole:
        reporter.info(
            f"{record.id}: others leave {free:.1f} of {usable_cores()} cores, where {n_threads} threads wait for one"
            f" another; with OMP_NUM_THREADS={whole} it would train faster, and end with other last bits"
        )


def tell_waited(name: str, waited: float | None, augmented: float | None, seconds: float, reporter: Reporter) -> None:
    """Say that a fold was trained slower than its network is, since its photos came late, and what would help.

    In seconds: how long the network waited for them, what augmentation took of a core, and how long all took.
    """
    if waited is None or waited < LATE * seconds or seconds < LONG:
        return
    reporter.info(
        f"{name}: {waited:.0f} of {seconds:.0f} s were spent waiting for photos, and augmentation took"
        f" {augmented or 0.0:.0f} s of a core: store=raw, fewer transforms, on a GPU augment_on=device, or more cores"
    )


def _tell_of_others(workspace: Workspace, record: RunRecord, reporter: Reporter) -> None:
    """Say which runs of the same kind this one does not go on with, and why."""
    told = ("tasks", "recipe", "seed", "round", "teachers", "all_data")
    for run in all_runs(workspace):
        reason = workspace.why_apart(run.record.basis)
        if reason is not None and all(getattr(run.record, key) == getattr(record, key) for key in told):
            reporter.warn(f"{run.id} is kept and not gone on with: {reason}")


def _tell_of_decisions(workspace: Workspace, record: RunRecord, reporter: Reporter) -> None:
    """Say that a person decided on labels that this run eats, and that they do not heed it yet."""
    if record.pseudo:
        labels = read_round(workspace.pseudo_dir, record.round, record.teachers)
        if count := unheeded(workspace, labels, record.pseudo):
            pooled = " --teachers pooled" if record.teachers == "pooled" else ""
            reporter.warn(
                f"the labels of round {record.round} do not heed {count} decisions of {REVIEWED}:"
                f" 'kit pseudo --round {record.round}{pooled} --reviewed' makes them anew"
            )
