"""Runs trained side by side, by whom the command line says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.fleet.devices import places_named
from kit.fleet.jobs import jobs_left
from kit.fleet.ray_start import Cluster
from kit.fleet.schedule import Workers, run_jobs
from kit.fleet.side_by_side import LocalWorkers
from kit.learn.plan import RunPlan
from kit.learn.ranks import ranks_here
from kit.reporter import Reporter


def workers_named(
    workspace: Workspace,
    devices: str | None,
    ray: Cluster | None,
    plans: Sequence[RunPlan],
    reporter: Reporter,
    *,
    apart: bool = False,
) -> Workers | None:
    """The workers of --devices or --ray; None where this process trains by itself, or with others of its ranks.

    plans: all that they may get. apart: one device does its jobs in a process of its own too.
    """
    if ranks_here().size > 1:
        return None
    if ray is None:
        world_size = max(plan.record.world_size for plan in plans)
        places = places_named(devices, world_size)
        return LocalWorkers(workspace.root, places) if apart or len(places) > 1 or world_size > 1 else None
    if devices is not None:
        raise KitError("Ray shares out the devices of its machines by itself", where="--devices", todo="leave it out")
    from kit.fleet.ray_workers import RayWorkers

    return RayWorkers(workspace.root, plans, ray, reporter)


def at_once(
    workspace: Workspace,
    devices: str | None,
    ray: Cluster | None,
    reporter: Reporter,
    planned: Sequence[tuple[RunPlan, Sequence[str]]],
    wanted: Mapping[str, Sequence[int]],
) -> dict[str, str]:
    """Have the folds of these runs trained; returns why some could not be, by run. As `kit.learn.ablation` takes it."""
    workers = workers_named(workspace, devices, ray, [plan for plan, _ in planned], reporter)
    if workers is None:
        return {}
    failures = run_jobs(jobs_left(workspace, planned, wanted), workers, reporter)
    return {failure.job.run: str(failure) for failure in reversed(failures) if failure.job is not None}
