"""Workers that Ray finds: each job is a task of Ray's, on this machine or on those of a cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from kit.cores import usable_cores
from kit.errors import KitError, one_line
from kit.files import write_text
from kit.fleet.checkpoints import CheckpointStore
from kit.fleet.depot import Depot
from kit.fleet.jobs import Job
from kit.fleet.process import PATIENCE, Event
from kit.fleet.ray_start import Cluster, ray_at
from kit.fleet.ray_task import THREADS, Apart, At, Brought, Ended, GoesOn, Message, Order, Refused, Said, Unkept, work
from kit.fleet.schedule import End
from kit.fleet.versions import versions
from kit.learn.plan import RunPlan
from kit.owner import unfinished
from kit.reporter import Reporter
from kit.wording import counted

BEAT = 600.0
"""Seconds between two signs of life where no worker says anything."""


class RayWorkers:
    """The machines of a Ray cluster: all jobs are handed to Ray at once, which starts each where there is room."""

    def __init__(self, root: Path, plans: Iterable[RunPlan], cluster: Cluster, reporter: Reporter) -> None:
        """plans: of all runs whose jobs it gets."""
        self.root, self.address, self.reporter = root, cluster.address, reporter
        self.checkpoints = None if cluster.checkpoints is None else CheckpointStore(cluster.checkpoints)
        self.plans = {plan.id: plan for plan in plans}
        self.threads = {name: os.environ[name] for name in THREADS if name in os.environ}
        self.mark = unfinished(root / "runs" / "shared")
        self.running: dict[Any, Job] = {}
        """The task of each job, as the stream of its messages."""
        self.at: dict[Job, At] = {}
        self.unfit: dict[str, str] = {}
        """Why a machine gets no jobs, by Ray's id."""
        self.depot: Any = None
        """Who gives what is needed to machines that do not see the workspace; None while all see it."""

    def __enter__(self) -> RayWorkers:
        with ExitStack() as stack:
            if self.checkpoints is not None:
                stack.enter_context(self.checkpoints.opened())
            self.ray = stack.enter_context(ray_at(self.address))
            write_text(self.mark, "a disk that sees this file is shared\n")
            stack.callback(self.mark.unlink, missing_ok=True)
            self._share_out()
            self.left = stack.pop_all()
        return self

    def _share_out(self) -> None:
        """Settle what a job gets, and say it; KitError where no machine has as much."""
        has = [node["Resources"] for node in self._nodes()]
        self.n_gpus = int(sum(each.get("GPU", 0) for each in has))
        fewest = min((int(each["CPU"]) for each in has if each.get("CPU", 0) >= 1), default=1)  # a head may have none
        threads = self.threads.get(THREADS[0], "")
        wanted = int(threads) if threads.isdecimal() else usable_cores()
        world_size = max(plan.record.world_size for plan in self.plans.values())
        self.n_cpus = 1 if self.n_gpus else max(1, min(max(1, wanted), fewest // world_size))
        what, n_cpus = "GPU" if self.n_gpus else "CPU", int(sum(each.get("CPU", 0) for each in has))
        if (most := int(max(each.get(what, 0) for each in has))) < world_size > 1:
            told = f"a fold wants {world_size} {what}s of one machine, and the largest has {most}"
            raise KitError(told, where="--devices-per-fold", todo="take fewer")
        each = counted(world_size * (1 if self.n_gpus else self.n_cpus), what)
        told = f"{counted(len(has), 'machine')} with {counted(n_cpus, 'CPU')} and {counted(self.n_gpus, 'GPU')}"
        self.reporter.info(f"Ray: {told}; a fold gets {each}")

    def _nodes(self) -> list[dict[str, Any]]:
        """The machines that are there now and fit."""
        return [node for node in self.ray.nodes() if node["Alive"] and node["NodeID"] not in self.unfit]

    def __exit__(self, *error: object) -> None:
        try:
            for task in self.running:
                self.ray.cancel(task)
            end = time.monotonic() + PATIENCE
            while self.running and time.monotonic() < end:
                if ready := self.ray.wait(list(self.running), num_returns=1, timeout=1)[0]:
                    with suppress(KitError):
                        if isinstance(self._told(self.running[ready[0]], ready[0]), End):
                            del self.running[ready[0]]
        finally:
            self.left.close()

    def expect(self, plans: Iterable[RunPlan]) -> None:
        self.plans |= {plan.id: plan for plan in plans}
        if self.depot is not None:
            self.ray.get(self.depot.expect.remote(self.plans))

    def has_room(self) -> bool:
        return True

    def start(self, job: Job) -> None:
        order = Order(
            job=job,
            root=str(self.root.absolute()),
            mark=str(self.mark.absolute()),
            versions=versions(),
            threads=self.threads,
            cores=usable_cores(),
            gpu=self.n_gpus > 0,
            depot=self.depot,
            checkpoints=self.checkpoints,
        )
        fit = {"label_selector": {"ray.io/node-id": f"!in({','.join(self.unfit)})"}} if self.unfit else {}
        task = self.ray.remote(work).options(
            name=f"{job.run}, fold {job.fold}",
            num_returns="streaming",
            num_cpus=self.n_cpus * job.world_size,
            num_gpus=job.world_size if self.n_gpus else 0,
            scheduling_strategy="SPREAD",
            max_retries=0,  # the scheduler gives a lost job to another worker, so that it knows of it
            **fit,
        )
        self.running[task.remote(order)] = job

    def next(self) -> tuple[Job, Event | End]:
        while True:
            ready = self.ray.wait(list(self.running), num_returns=1, timeout=BEAT)[0]
            if not ready:
                os.utime(self.mark)  # what is old and of another machine is swept away
                continue
            task = ready[0]
            told = self._told(self.running[task], task)
            if isinstance(told, Apart):
                self._open_depot()
                self.start(self.running.pop(task))
            if isinstance(told, End):
                job = self.running.pop(task)
                if self.depot is not None:
                    self.ray.get(self.depot.drop.remote(job))
                return job, told
            if isinstance(told, dict):
                return self.running[task], told

    def _open_depot(self) -> None:
        """On this machine, for it writes into the workspace."""
        if self.depot is None:
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

            here = NodeAffinitySchedulingStrategy(self.ray.get_runtime_context().get_node_id(), soft=False)
            made = self.ray.remote(Depot).options(num_cpus=0, scheduling_strategy=here)
            self.depot = made.remote(str(self.root.absolute()), self.plans)

    def _told(self, job: Job, task: Any) -> Event | End | Apart | None:
        """What a task says next; None where only this class need know."""
        try:
            message: Message = self.ray.get(next(task))
        except StopIteration:
            return End("lost", self._place(job), "it ended without a word")
        except self.ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, ImportError):
                return self._refused(job, f"it cannot load kit ({one_line(cause)})")
            return End("failed", self._place(job), f"{type(cause).__name__}: {one_line(cause)}")
        except self.ray.exceptions.RayError as error:
            return End("lost", self._place(job), _of_loss(error))
        if isinstance(message, At):
            self.at[job] = message
            return None
        if isinstance(message, Brought):
            told = f"{self._place(job)}: {message.n_files:,} files, {message.n_bytes / 1e6:,.1f} MB, were brought there"
            self.reporter.info(told)
            return None
        if isinstance(message, GoesOn):
            told = f"goes on after epoch {message.n_epochs}, by a checkpoint that was kept"
            self.reporter.info(f"{job.run}, fold {job.fold} on {self._place(job)}: {told}")
            return None
        if isinstance(message, Unkept):
            self.reporter.warn(f"{self._place(job)}: {message.why}")
            return None
        if isinstance(message, Apart):
            return message
        if isinstance(message, Said):
            return message.event
        if isinstance(message, Refused):
            return self._refused(job, message.why)
        return self._end(job, message)

    def _end(self, job: Job, message: Ended) -> End:
        if message.why is None:
            return End("done", self._place(job), warnings=message.warnings)
        return End("lost" if message.killed else "failed", self._place(job), message.why, message.warnings)

    def _refused(self, job: Job, why: str) -> End:
        at = self.at.get(job)
        if at is not None:
            self.unfit[at.node] = f"{at.place}: {why}"
        if at is None or not self._nodes():
            told = "; ".join(self.unfit.values()) or why
            raise KitError(f"no machine of the cluster is fit for this ({told})", where="--ray", todo="make them alike")
        return End("refused", self._place(job), f"refused: {why}")

    def _place(self, job: Job) -> str:
        at = self.at.get(job)
        return "a worker of Ray" if at is None else at.place


def _of_loss(error: Any) -> str:
    """What became of a worker, by the kind of Ray's error; its text is advice of a page."""
    known = {
        "WorkerCrashedError": "its process there was killed",
        "OutOfMemoryError": "the memory there was used up",
        "NodeDiedError": "the machine was lost",
    }
    name = type(error).__name__
    return known.get(name, f"it was lost ({name})")
