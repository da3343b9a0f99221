"""What a worker of Ray does of a job: it checks that it is fit for it, and runs the job's command line."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.cores import usable_cores
from kit.errors import KitError
from kit.fleet.checkpoints import CheckpointStore, FoldCheckpoints
from kit.fleet.devices import seen_by
from kit.fleet.jobs import Job
from kit.fleet.node import USUAL, bring, own_folder, send
from kit.fleet.process import Event, JobProcess
from kit.fleet.versions import difference, versions
from kit.owner import text_of

LOOK = 0.5
"""Seconds between two looks whether Ray has cancelled the task."""
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""The variables that say in how many threads libraries compute; the last bits of a result depend on them."""


@dataclass(frozen=True)
class Order:
    """A job as the one who hands it out describes it."""

    job: Job
    root: str
    """The workspace there."""
    mark: str
    """A file that stands in the workspace while jobs are handed out: where it is seen, the disk is shared."""
    versions: Mapping[str, str]
    threads: Mapping[str, str]
    """Those of THREADS that are set there."""
    cores: int
    """The cores that may be used there."""
    gpu: bool
    depot: Any = None
    """The actor that gives what is needed where the workspace is not seen; None until one says that it is not."""
    checkpoints: CheckpointStore | None = None
    """Where checkpoints are kept of folds that are trained where the workspace is not seen; None where nowhere."""


@dataclass(frozen=True)
class At:
    """The worker that has the job."""

    node: str
    """Ray's id of the machine."""
    place: str


@dataclass(frozen=True)
class Said:
    """An event of the command."""

    event: Event


@dataclass(frozen=True)
class Refused:
    """The worker is not fit for the job."""

    why: str


@dataclass(frozen=True)
class Apart:
    """The worker does not see the workspace, and was given nobody to ask for it."""


@dataclass(frozen=True)
class Brought:
    """Files were brought to the machine, once for all its jobs."""

    n_files: int
    n_bytes: int


@dataclass(frozen=True)
class GoesOn:
    """The fold goes on from a checkpoint that another worker put where checkpoints are kept."""

    n_epochs: int
    """Those that are done."""


@dataclass(frozen=True)
class Unkept:
    """Checkpoints cannot be kept from this machine; the training goes on."""

    why: str


@dataclass(frozen=True)
class Ended:
    """The command has ended; `why` is None where its work is done."""

    why: str | None
    killed: bool
    warnings: tuple[str, ...]


Message = At | Said | Refused | Apart | Brought | GoesOn | Unkept | Ended


def work(order: Order) -> Iterator[Message]:
    """Do a job, and say how it goes; the last message is its end. When the task is cancelled its process ends."""
    import ray

    yield At(ray.get_runtime_context().get_node_id(), f"{socket.gethostname()} ({ray.util.get_node_ip_address()})")
    why = difference(order.versions, versions())
    if why is not None:
        yield Refused(why)
        return
    own = own_folder()
    try:
        if own is None and text_of(Path(order.mark)):
            yield from _run(order, Path(order.root))
        elif order.depot is None:
            yield Apart()
        else:
            yield from _apart(order, own or Path(USUAL).expanduser())
    except KitError as error:
        yield Ended(str(error), False, ())


def _apart(order: Order, place: Path) -> Iterator[Message]:
    """Do a job in the machine's own folder, and give its fold back."""
    import ray

    with ThreadPoolExecutor(1) as pool:
        # not by this thread: while a task itself waits, Ray gives its CPUs away, and more would train here than it has
        def call(name: str, *given: Any) -> Any:
            return pool.submit(ray.get, getattr(order.depot, name).remote(*given)).result()

        kept = FoldCheckpoints(order.checkpoints, order.job)
        while (whose := call("claim", order.job)) == "others":
            time.sleep(LOOK)
        if whose == "done":
            kept.remove()
            yield Ended(None, False, ())
            return
        of_all, own = call("needs", order.job)
        root, brought = bring(place, of_all, own, call)
        if brought:
            yield Brought(len(brought), sum(need.size for need in brought))
        if (n_epochs := kept.take(root)) is not None:
            yield GoesOn(n_epochs)
        for message in _run(order, root, kept.look):
            if isinstance(message, Ended) and message.why is None:
                send(root, order.job, call)
                kept.remove()
            yield from map(Unkept, kept.new_troubles())
            yield message


def _run(order: Order, root: Path, look: Callable[[], None] = lambda: None) -> Iterator[Message]:
    """Run the job's command line in a workspace; look: is called again and again meanwhile."""
    told: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    process = JobProcess(root, order.job.arguments, _environment(order), told.put, order.job.world_size)
    try:
        while True:
            with contextlib.suppress(queue.Empty):
                event = told.get(timeout=LOOK)
                if event is None:
                    break
                yield Said(event)
            look()
    finally:
        if process.process.poll() is None:
            process.ask_to_end()
        process.end()
    yield Ended(process.why(), process.killed, tuple(process.warnings()))


def _environment(order: Order) -> dict[str, str]:
    """That of this process, in which Ray shows it its GPUs, with as many threads as one has who trains there."""
    own = {name: value for name, value in os.environ.items() if name not in THREADS}
    if not order.threads and usable_cores() != order.cores:
        own |= {THREADS[0]: str(order.cores)}
    return {**(own if order.gpu else seen_by("cpu", own)), **order.threads}
