"""The one scheduler: hands jobs to workers, hears what they say, and gives a job that was lost to another one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from kit.fleet.jobs import Job
from kit.fleet.process import Event
from kit.reporter import Progress, Reporter
from kit.runs.record import Epoch

LIVES = 10
"""How often a job may be lost in a row without a new epoch before it counts as failed."""


@dataclass(frozen=True)
class End:
    """How a job ended on a worker."""

    how: Literal["done", "failed", "lost", "refused"]
    """lost: the worker died, and another one may do it; refused: this worker is not fit for it and gets no more."""
    place: str
    """The worker, in words."""
    why: str = ""
    """One sentence, where it is not done."""
    warnings: tuple[str, ...] = ()


class Workers(AbstractContextManager["Workers"], Protocol):
    """Who trains; where the block ends with jobs under way, those are asked to end and waited for."""

    def has_room(self) -> bool:
        """Whether a job may be started now."""

    def start(self, job: Job) -> None:
        """Begin a job; returns at once."""

    def next(self) -> tuple[Job, Event | End]:
        """Wait for the next thing that a job under way says, or for its end."""


@dataclass(frozen=True)
class Failure:
    """A job that was not done: on which worker, and why, in one sentence."""

    job: Job
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.job.run}, fold {self.job.fold} on {self.place}: {self.why}"


@dataclass
class _Course:
    """How far a job has come, over all its workers."""

    done: int = 0
    """Epochs that it has told of."""
    losses: int = 0
    """How often it was lost since it told of the last one."""


def run_jobs(jobs: Sequence[Job], workers: Workers, reporter: Reporter) -> list[Failure]:
    """Have all jobs done; what fails is told and returned, and the others go on.

    A job is a command of its own, so it writes what it writes alone, and its claim of the fold ends with it. One that
    was lost goes back to the front of the queue. Where there are no jobs, no worker is asked.
    """
    if not jobs:
        return []
    waiting, under_way = deque(jobs), 0
    courses = {job: _Course() for job in jobs}
    failures, warned = list[Failure](), set[str]()
    with reporter.progress("folds", sum(job.n_steps for job in jobs)) as progress, workers:
        while waiting or under_way:
            while waiting and workers.has_room():
                workers.start(waiting.popleft())
                under_way += 1
            job, told = workers.next()
            course = courses[job]
            if not isinstance(told, End):
                _tell(job, course, told, progress, reporter)
                continue
            under_way -= 1
            for warning in told.warnings:
                if warning not in warned:
                    warned.add(warning)
                    reporter.warn(warning)
            if told.how == "done":
                progress.advance(job.n_steps - course.done, f"{job.run}: fold {job.fold} is done")
                continue
            failure = Failure(job, told.place, told.why)
            course.losses += told.how == "lost"
            if told.how == "refused" or (told.how == "lost" and course.losses < LIVES):
                reporter.warn(f"{failure}; another worker takes it up")
                waiting.appendleft(job)
                continue
            failures.append(failure)
            others = "; the others go on" if waiting or under_way else ""
            reporter.warn(f"{failure}{others}; '{job.command}' takes it up again")
            progress.advance(job.n_steps - course.done, skipped=True)
    return failures


def _tell(job: Job, course: _Course, event: Event, progress: Progress, reporter: Reporter) -> None:
    """What a job says of an epoch is said to a tracker and on the one bar; of one that is repeated, nothing."""
    if event.get("event") != "epoch" or event["epoch"] < course.done:
        return
    curve = {key: event[key] for key in ("epoch", "train_loss", "valid_loss", "score")}
    reporter.epoch(event["run"], event["fold"], Epoch.model_validate(curve))
    if resumed := event["epoch"] - course.done:
        progress.advance(resumed, skipped=True)
    progress.advance(1, f"{job.run}, fold {job.fold}: epoch {event['epoch']}")
    course.done, course.losses = event["epoch"] + 1, 0
