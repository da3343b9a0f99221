"""kit bundle"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.ship.bundle import Dtype


@click.command()
@click.argument("name")
@click.option(
    "--dtype",
    type=click.Choice(["fp32", "fp16"]),
    default="fp32",
    show_default=True,
    help="What networks' weights are kept in: fp32 repeats the submission's bits on a CPU, fp16 is half as large.",
)
@click.option("--out", "folder", type=click.Path(path_type=Path), metavar="DIR", help="[default: bundles/NAME]")
@in_workspace
def bundle(workspace: Workspace, out: Output, name: str, dtype: Dtype, folder: Path | None) -> None:
    """Put all that NAME predicts with into one flat folder: a submission, a blend such as best3, or a run.

    It holds the models' weights, each once, temperatures, rule and thresholds, crop settings with the face detector, a
    wheel of kit itself, and manifest.json, which names every file by its sha256. 'kit predict --bundle DIR' answers
    by it on a machine without the workspace.
    """
    from kit.ship.bundle import make_bundle
    from kit.ship.shipped import ship

    shipped = ship(workspace, name, out)
    place = folder or workspace.root / "bundles" / shipped.name
    manifest, new = make_bundle(shipped, place, dtype, out)
    size = sum((place / file).stat().st_size for file in manifest.files)
    n_models = sum(len(run.models) for run in manifest.runs.values())
    verb = "written" if new else "was there before and is the same"
    out.say(
        f"{place}: {n_models} models of {len(manifest.runs)} runs, {size / 1e6:,.1f} MB in {len(manifest.files)} files"
    )
    for weights, licence in manifest.licences.items():
        out.say(f"  pretrained weights of {weights}: {licence}")
    out.say(f"{verb}; next: kit predict --bundle {place} PHOTOS")
    out.result(
        name=manifest.name,
        path=place,
        new=new,
        dtype=manifest.dtype,
        models=n_models,
        bytes=size,
        files=manifest.files,
        licences=manifest.licences,
    )
