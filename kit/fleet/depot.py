"""The workspace's side of folds that are trained where it is not seen: gives files, holds claims, takes results."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from kit.claim import Held, lock_path, try_claim
from kit.competition.workspace import Workspace
from kit.fleet.jobs import Job
from kit.fleet.needs import Need, needs_of
from kit.learn.plan import RunPlan
from kit.learn.precision import settled
from kit.learn.share import place_fold
from kit.learn.train import begin_run
from kit.owner import unfinished
from kit.reporter import Reporter
from kit.runs.store import Run, is_finished

Piece = tuple[str, int, int]
"""A part of a file: its path in the workspace, the first byte, how many."""


class Depot:
    """An actor of Ray beside the one who hands out the jobs; a claim that it holds ends with it."""

    def __init__(self, root: str, plans: Mapping[str, RunPlan]) -> None:
        self.workspace, self.plans = Workspace(Path(root)), plans
        self.claims: dict[Job, Held] = {}
        self.parts: dict[Job, Path] = {}
        """Where the results of a job are gathered."""

    def expect(self, plans: Mapping[str, RunPlan]) -> None:
        """Know these runs too, whose labels were made since."""
        self.workspace, self.plans = Workspace(self.workspace.root), plans

    def needs(self, job: Job) -> tuple[list[Need], list[Need]]:
        """As `needs_of`; which precision is the quicker one is found out before, here, once for all folds."""
        plan = self.plans[job.run]
        if getattr(plan.recipe, "precision", None) == "auto":
            begin_run(self.workspace, plan)
            settled(self.workspace, self._run(job), plan.recipe, Reporter())
        return needs_of(self.workspace, plan, job.fold)

    def read(self, pieces: Sequence[Piece]) -> list[bytes]:
        """What is in these parts of files."""
        found = []
        for path, first, size in pieces:
            with open(self.workspace.root / path, "rb") as handle:
                handle.seek(first)
                found.append(handle.read(size))
        return found

    def claim(self, job: Job) -> Literal["yours", "others", "done"]:
        """Claim the job's fold for whoever asks, unless another process has it now or it is finished."""
        if job not in self.claims:
            claim = try_claim(lock_path(self._run(job).fold_dir(job.fold)))
            if claim is None:
                return "others"
            self.claims[job] = claim
        if is_finished(self._run(job), job.fold):
            self.drop(job)
            return "done"
        return "yours"

    def take(self, job: Job, name: str, first: int, content: bytes) -> None:
        """Note a part of a file of the fold's folder, or of what it cost (machine/...)."""
        if job not in self.parts:
            self.parts[job] = unfinished(self._run(job).fold_dir(job.fold))
        path = self.parts[job] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "r+b" if first else "wb") as handle:
            handle.seek(first)
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())

    def finish(self, job: Job) -> None:
        """Put the fold that was taken whole in its place; KitError where its files are not those of its record."""
        run, folder = self._run(job), self.parts[job]
        run.check_fold(job.fold, folder)
        begin_run(self.workspace, self.plans[job.run])
        for path in sorted((folder / "machine").glob("*")):
            (run.path / "machine").mkdir(exist_ok=True)
            os.replace(path, run.path / "machine" / path.name)
        place_fold(run, job.fold, folder, self.claims[job])
        self.drop(job)

    def drop(self, job: Job) -> None:
        """Forget a job that has ended, however it did."""
        if (part := self.parts.pop(job, None)) is not None:
            shutil.rmtree(part, ignore_errors=True)
        if (claim := self.claims.pop(job, None)) is not None:
            claim.release()
        with contextlib.suppress(OSError):
            self._run(job).path.rmdir()  # of a run that has nothing but the claim had

    def _run(self, job: Job) -> Run:
        return Run(self.workspace.runs_dir / job.run)
