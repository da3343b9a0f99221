"""Workers of this machine: a process for each job, or several together, as many at a time as there are devices."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kit.fleet.devices import seen_by
from kit.fleet.jobs import Job
from kit.fleet.process import Event, JobProcess
from kit.fleet.schedule import End
from kit.learn.plan import RunPlan


class LocalWorkers:
    """The devices of this machine, as `places_named` has them; where a job fails there is room for the next one."""

    def __init__(self, root: Path, places: Sequence[str]) -> None:
        self.root, self.free = root, list(places)
        self.running: dict[Job, tuple[str, JobProcess]] = {}
        self.told: queue.SimpleQueue[tuple[Job, Event | None]] = queue.SimpleQueue()

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(self, *error: object) -> None:
        for _, process in self.running.values():
            process.ask_to_end()
        for _, process in self.running.values():
            process.end()

    def expect(self, plans: Sequence[RunPlan]) -> None:
        """A command plans its run by itself."""

    def has_room(self) -> bool:
        return bool(self.free)

    def start(self, job: Job) -> None:
        place = self.free.pop(0)
        tell, seen = partial(self._hear, job), seen_by(place, os.environ)
        with _undisturbed():  # a process that nobody has noted would stay behind
            self.running[job] = place, JobProcess(self.root, job.arguments, seen, tell, job.world_size)

    def _hear(self, job: Job, event: Event | None) -> None:
        self.told.put((job, event))

    def next(self) -> tuple[Job, Event | End]:
        job, event = self.told.get()
        if event is not None:
            return job, event
        place, process = self.running.pop(job)
        self.free.append(place)
        why, warnings = process.why(), tuple(process.warnings())
        return job, End("done" if why is None else "failed", named(place), why or "", warnings)


def named(place: str) -> str:
    """A device, or those of a group, in words."""
    *others, last = place.split(",")
    if last == "cpu":
        return f"{len(others) + 1} processes of the CPU" if others else "the CPU"
    return f"GPUs {', '.join(others)} and {last}" if others else f"GPU {last}"


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What asks this process to end waits until the block is through."""
    asked: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    ends = [one for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if main and callable(signal.getsignal(one))]
    before = {one: signal.signal(one, lambda number, frame: asked.append(number)) for one in ends}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    for number in asked:
        signal.raise_signal(number)
