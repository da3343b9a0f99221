"""Jobs run side by side on one machine: a process each, as many at a time as there are devices."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kit.fleet.devices import seen_by
from kit.fleet.jobs import Job
from kit.reporter import Progress, Reporter
from kit.runs.record import Epoch

PATIENCE = 10.0
"""Seconds that a process has to end by itself when all shall stop."""
WARNING = "warning: "
"""What the command line puts before a warning."""


@dataclass(frozen=True)
class Failure:
    """A job that was not done: on which device, and why, in one sentence."""

    job: Job
    device: str
    why: str

    def __str__(self) -> str:
        return f"{self.job.run}, fold {self.job.fold} on {named(self.device)}: {self.why}"


def named(device: str) -> str:
    return "the CPU" if device == "cpu" else f"GPU {device}"


def run_jobs(root: Path, jobs: Sequence[Job], devices: Sequence[str], reporter: Reporter) -> list[Failure]:
    """Run the jobs of a workspace on these devices; what fails is told and returned, and the others go on.

    Each job is a process of its own with `kit train --json`, so it writes what it writes alone, and its claim of the
    fold ends with it. Where this process is asked to end, the others are, and are waited for.
    """
    events: queue.SimpleQueue[tuple[_Child, dict[str, Any] | None]] = queue.SimpleQueue()
    waiting, failures, running = list(jobs), list[Failure](), set[_Child]()
    free, warned = list(devices), set[str]()
    with reporter.progress("folds", sum(job.n_steps for job in jobs)) as progress, _ended(running):
        while waiting or running:
            while waiting and free:
                with _undisturbed():  # a process that nobody has noted would stay behind
                    running.add(_Child(root, waiting.pop(0), free.pop(0), events))
            child, event = events.get()
            if event is not None:
                _tell(child, event, progress, reporter)
                continue
            running.discard(child)
            free.append(child.device)
            for warning in child.warnings():
                if warning not in warned:
                    warned.add(warning)
                    reporter.warn(warning)
            why = child.why()
            if why is not None:
                failures.append(Failure(child.job, child.device, why))
                reporter.warn(str(failures[-1]))
                progress.advance(child.job.n_steps - child.done, skipped=True)
            else:
                progress.advance(child.job.n_steps - child.done, f"{child.job.run}: fold {child.job.fold} is done")
    return failures


def _tell(child: _Child, event: dict[str, Any], progress: Progress, reporter: Reporter) -> None:
    """What a job says of an epoch, the parent says: to a tracker, and on its own bar."""
    if event.get("event") == "error":
        child.error = event
    elif event.get("event") == "epoch":
        curve = {key: event[key] for key in ("epoch", "train_loss", "valid_loss", "score")}
        reporter.epoch(event["run"], event["fold"], Epoch.model_validate(curve))
        resumed = max(0, event["epoch"] - child.done - 1)
        progress.advance(resumed, skipped=True)
        progress.advance(1, f"{child.job.run}, fold {child.job.fold}: epoch {event['epoch']}")
        child.done += resumed + 1


@dataclass(eq=False)
class _Child:
    """A job under way: its process, and what it has said."""

    root: Path
    job: Job
    device: str
    events: queue.SimpleQueue[tuple[_Child, dict[str, Any] | None]]
    done: int = 0
    """Epochs that it has told of."""
    error: dict[str, Any] | None = None
    said: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "kit", "-C", str(self.root), *self.job.arguments, "--json"]
        environment = seen_by(self.device, os.environ)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.said, env=environment)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                self.events.put((self, json.loads(line)))
            except ValueError:
                continue  # the last line of a process that was killed
        self.process.wait()
        self.events.put((self, None))

    def lines(self) -> list[str]:
        """What it wrote for people to read."""
        self.said.seek(0)
        return self.said.read().decode(errors="replace").strip().splitlines()

    def warnings(self) -> list[str]:
        return [line.removeprefix(WARNING) for line in self.lines() if line.startswith(WARNING)]

    def why(self) -> str | None:
        """Why it was not done, in one sentence; None where it was."""
        code = self.process.returncode
        if code == 0:
            return None
        if self.error is not None:
            parts = [f"{self.error['where']}: " if self.error["where"] else "", self.error["what"]]
            return "".join(parts) + (f"; {self.error['todo']}" if self.error["todo"] else "")
        if code < 0:
            return f"its process was killed by {signal.Signals(-code).name}"
        last = self.lines()[-1:]
        return ": ".join([f"its process ended with exit code {code}", *last])


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


@contextmanager
def _ended(running: set[_Child]) -> Iterator[None]:
    """When the block is left early, its processes are asked to end as a person would, and then made to."""
    try:
        yield
    finally:
        for child in running:
            child.process.send_signal(signal.SIGINT)
        for child in running:
            try:
                child.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
