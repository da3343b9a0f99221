"""The one scheduler: hands jobs to workers, hears what they say, and gives a job that was lost to another one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from kit.errors import KitError
from kit.fleet.jobs import Job
from kit.fleet.process import Event
from kit.learn.plan import RunPlan
from kit.reporter import Progress, Reporter
from kit.runs.record import Epoch
from kit.wording import counted

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

    def expect(self, plans: Sequence[RunPlan]) -> None:
        """Jobs of these runs will be handed out too."""

    def has_room(self) -> bool:
        """Whether a job may be started now."""

    def start(self, job: Job) -> None:
        """Begin a job; returns at once."""

    def next(self) -> tuple[Job, Event | End]:
        """Wait for the next thing that a job under way says, or for its end."""


@dataclass(frozen=True)
class Following:
    """What becomes possible by a step."""

    plans: Sequence[RunPlan] = ()
    """The runs of its jobs."""
    jobs: Sequence[Job] = ()
    steps: Sequence[Step] = ()


@dataclass(frozen=True, eq=False)
class Step:
    """What is done here, between jobs: it waits for those that it needs and for no other."""

    name: str
    after: frozenset[Job]
    do: Callable[[], Following]
    n_steps: int
    """Of the progress of all jobs that will follow it."""


@dataclass(frozen=True)
class Failure:
    """What was not done, and why, in one sentence."""

    what: str
    """A job and its worker, or a step."""
    why: str
    job: Job | None = None

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass
class _Course:
    """How far a job has come, over all its workers."""

    done: int = 0
    """Epochs that it has told of."""
    losses: int = 0
    """How often it was lost since it told of the last one."""
    repeated: int = 0
    """Epochs that a worker trained which another one had told of."""


def run_jobs(jobs: Sequence[Job], workers: Workers, reporter: Reporter, steps: Sequence[Step] = ()) -> list[Failure]:
    """Have all jobs and steps done; what fails is told and returned with what waits for it, and the others go on.

    A job is a command of its own, so it writes what it writes alone, and its claim of the fold ends with it. One that
    was lost goes back to the front of the queue. Where there are no jobs, no worker is asked.
    """
    if not jobs and not steps:
        return []
    total = sum(job.n_steps for job in jobs) + sum(step.n_steps for step in steps)
    with reporter.progress("folds", total) as progress:
        schedule = _Schedule(jobs, steps, workers, reporter, progress)
        schedule.take_steps()
        if schedule.waiting:
            with workers:
                schedule.run()
    return schedule.failures


class _Schedule:
    """Jobs and steps on their way."""

    def __init__(
        self, jobs: Sequence[Job], steps: Sequence[Step], workers: Workers, reporter: Reporter, progress: Progress
    ) -> None:
        self.waiting, self.steps = deque(jobs), list(steps)
        self.workers, self.reporter, self.progress = workers, reporter, progress
        self.courses: dict[Job, _Course] = {}
        self.under_way = 0
        self.done, self.failures, self.warned = set[Job](), list[Failure](), set[str]()

    def run(self) -> None:
        """Hand out jobs until none is left and none is under way."""
        while self.waiting or self.under_way:
            while self.waiting and self.workers.has_room():
                self.workers.start(self.waiting.popleft())
                self.under_way += 1
            job, told = self.workers.next()
            course = self.courses.setdefault(job, _Course())
            if isinstance(told, End):
                self.under_way -= 1
                self._end(job, course, told)
            else:
                _tell(job, course, told, self.progress, self.reporter)

    def take_steps(self) -> None:
        """Take every step that waits for nothing any more, and queue what follows it."""
        while ready := [step for step in self.steps if step.after <= self.done]:
            step = ready[0]
            self.steps.remove(step)
            try:
                following = step.do()
            except KitError as error:
                self._fail(Failure(step.name, str(error)), step.n_steps)
                continue
            self.workers.expect(following.plans)
            self.waiting.extend(following.jobs)
            self.steps += following.steps
            left = sum(job.n_steps for job in following.jobs) + sum(one.n_steps for one in following.steps)
            self.progress.advance(step.n_steps - left, f"{step.name} is done", skipped=True)

    def _end(self, job: Job, course: _Course, end: End) -> None:
        for warning in end.warnings:
            if warning not in self.warned:
                self.warned.add(warning)
                self.reporter.warn(warning)
        if end.how == "done":
            if course.repeated:
                told = f"{counted(course.repeated, 'epoch')} trained again after a loss"
                self.reporter.info(f"{job.run}, fold {job.fold}: {told}")
            self.progress.advance(job.n_steps - course.done, f"{job.run}: fold {job.fold} is done")
            self.done.add(job)
            self.take_steps()
            return
        failure = Failure(f"{job.run}, fold {job.fold} on {end.place}", end.why, job)
        course.losses += end.how == "lost"
        if end.how == "refused" or (end.how == "lost" and course.losses < LIVES):
            self.reporter.warn(f"{failure}; another worker takes it up")
            self.waiting.appendleft(job)
            return
        self._fail(failure, job.n_steps - course.done, f"'{job.command}' takes it up again")
        for step in [step for step in self.steps if job in step.after]:
            self.steps.remove(step)
            self._fail(Failure(step.name, f"it waits for {job.run}, fold {job.fold}"), step.n_steps)

    def _fail(self, failure: Failure, n_steps: int, todo: str | None = None) -> None:
        self.failures.append(failure)
        parts = [str(failure), "the others go on" if self.waiting or self.under_way else None, todo]
        self.reporter.warn("; ".join(part for part in parts if part))
        self.progress.advance(n_steps, skipped=True)


def _tell(job: Job, course: _Course, event: Event, progress: Progress, reporter: Reporter) -> None:
    """What a job says of an epoch is said to a tracker and on the one bar; of one that is repeated, nothing."""
    if event.get("event") != "epoch":
        return
    if event["epoch"] < course.done:
        course.repeated += 1
        return
    curve = {key: event[key] for key in ("epoch", "train_loss", "valid_loss", "score")}
    reporter.epoch(event["run"], event["fold"], Epoch.model_validate(curve))
    if resumed := event["epoch"] - course.done:
        progress.advance(resumed, skipped=True)
    progress.advance(1, f"{job.run}, fold {job.fold}: epoch {event['epoch']}")
    course.done, course.losses = event["epoch"] + 1, 0
