"""kit submit --kernel"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.cli.submit import Push
    from kit.hosts.host import Host
    from kit.ship.bundle import Dtype
    from kit.ship.upload import Cost


@dataclass(frozen=True)
class ByKernel:
    """What --kernel makes; with a folder it is written there, and nothing is sent."""

    gpu: bool
    dtype: Dtype
    folder: Path | None


def checked_kernel(
    kernel: bool, dry_run: str | None, machine: str | None, dtype: Dtype | None, *, alone: bool
) -> ByKernel | None:
    """How --kernel is asked for, or None; KitError for what does not go together, before anything is made."""
    from kit.errors import KitError

    if not kernel:
        for option, value in (("--machine", machine), ("--dtype", dtype)):
            if value is not None:
                raise KitError("it is of a notebook", where=option, todo="leave it out, or add --kernel")
        if dry_run:
            raise KitError(
                "a folder goes with --kernel", where="--dry-run", todo="write --dry-run alone, or add --kernel"
            )
        return None
    if dry_run == "":
        raise KitError("--dry-run of a notebook needs a folder", where="--dry-run", todo="write --dry-run DIR")
    if not alone:
        raise KitError(
            "a notebook is of a blend, and is sent at the host", where="--kernel", todo="leave --file and --push out"
        )
    return ByKernel(machine != "cpu", dtype or "fp32", None if dry_run is None else Path(dry_run))


def check_folder(workspace: Workspace, what: ByKernel) -> None:
    """Refuse a folder in which something else lies, before anything is written."""
    from kit.ship.kernel import check_kernel_folder

    if what.folder is not None:
        check_kernel_folder(workspace, what.folder)


def by_kernel(workspace: Workspace, host: Host, out: Output, name: str, what: ByKernel, how: Push) -> None:
    """Send a submission by a notebook, or write the folder that a person can upload."""
    if what.folder is None:
        _send(workspace, host, out, name, what, how)
    else:
        _write(workspace, out, name, what, what.folder)


def _send(workspace: Workspace, host: Host, out: Output, name: str, what: ByKernel, how: Push) -> None:
    from kit.cli.submit import tell_sent
    from kit.ship.sending import sending_path
    from kit.ship.upload import submit_by_kernel

    def confirm(cost: Cost) -> bool:
        out.info(f"{host.slug}: {_told(cost, what.gpu)}")
        return how.yes or click.confirm(f"send '{name}' by a notebook?", err=True)

    record = submit_by_kernel(
        workspace,
        name,
        host,
        out,
        dtype=what.dtype,
        gpu=what.gpu,
        confirm=confirm,
        message=how.message,
        wait=how.wait,
        timeout=how.timeout,
        again=how.again,
    )
    path = sending_path(workspace.submissions_dir, name)
    out.result(kernel=path if path.is_file() else None)
    tell_sent(out, record)


def _told(cost: Cost, gpu: bool) -> str:
    """What is to be paid, in words."""
    parts = [f"{cost.upload / 1e6:,.1f} MB to upload as a private data set"] if cost.upload else []
    if cost.runs:
        known = "the host does not say how many hours are left"
        if cost.gpu_hours is not None:
            known = f"{cost.gpu_hours:.1f} hours are left this week"
        parts.append(f"a notebook's run on a GPU ({known})" if gpu else "a notebook's run on CPUs")
    left = (
        "the host does not say how many are left" if cost.submissions is None else f"{cost.submissions} are left today"
    )
    return ", ".join([*parts, f"one submission ({left})"])


def _write(workspace: Workspace, out: Output, name: str, what: ByKernel, folder: Path) -> None:
    from kit.ship.kernel import write_kernel_folder
    from kit.ship.shipped import ship

    made = write_kernel_folder(ship(workspace, name, out), folder, out, dtype=what.dtype, gpu=what.gpu)
    out.say(f"{made.dataset}: a data set to upload, {len(made.manifest.files)} files")
    out.say(
        f"{made.notebook}: the notebook '{made.kernel.title}' of {made.kernel.competition}, private, without internet"
    )
    out.say(
        "write your name for YOUR-USERNAME in both metadata files; then 'kaggle datasets create -p' and 'kaggle"
        " kernels push -p', and submit its output at the host"
    )
    out.result(dataset=made.dataset, notebook=made.notebook)
