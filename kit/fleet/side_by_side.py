"""Workers of this machine: a process each, as many at a time as there are devices."""

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


class LocalWorkers:
    """The devices of this machine, as `devices_named` has them; one that fails is free for the next job."""

    def __init__(self, root: Path, devices: Sequence[str]) -> None:
        self.root, self.free = root, list(devices)
        self.running: dict[Job, tuple[str, JobProcess]] = {}
        self.told: queue.SimpleQueue[tuple[Job, Event | None]] = queue.SimpleQueue()

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(self, *error: object) -> None:
        for _, process in self.running.values():
            process.ask_to_end()
        for _, process in self.running.values():
            process.end()

    def has_room(self) -> bool:
        return bool(self.free)

    def start(self, job: Job) -> None:
        device = self.free.pop(0)
        tell = partial(self._hear, job)
        with _undisturbed():  # a process that nobody has noted would stay behind
            self.running[job] = device, JobProcess(self.root, job.arguments, seen_by(device, os.environ), tell)

    def _hear(self, job: Job, event: Event | None) -> None:
        self.told.put((job, event))

    def next(self) -> tuple[Job, Event | End]:
        job, event = self.told.get()
        if event is not None:
            return job, event
        device, process = self.running.pop(job)
        self.free.append(device)
        why, warnings = process.why(), tuple(process.warnings())
        return job, End("done" if why is None else "failed", named(device), why or "", warnings)


def named(device: str) -> str:
    return "the CPU" if device == "cpu" else f"GPU {device}"


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
