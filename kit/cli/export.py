"""kit export"""

from __future__ import annotations

from pathlib import Path

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.competition.workspace import Workspace


@click.command()
@click.argument("name")
@click.option("--onnx", is_flag=True, required=True, help="Write ONNX, opset 17; needs the extra onnx.")
@click.option("--out", "folder", type=click.Path(path_type=Path), metavar="DIR", help="[default: exports/NAME]")
@csv_option
@in_workspace
def export(workspace: Workspace, out: Output, name: str, onnx: bool, folder: Path | None) -> None:
    """Write the networks of NAME, a run, a blend or a submission, in a form that other programs read.

    A model takes 'pixels', (n, channels, height, width) float32 of 0 to 255 as kit decodes them, and gives the
    predictions of each task by its name. Each is checked against torch, to 0.0001, and both are timed.
    """
    from kit.ship.export import export_onnx
    from kit.ship.shipped import ship

    shipped = ship(workspace, name, out)
    place = folder or workspace.root / "exports" / shipped.name
    exported = export_onnx(shipped, place, out)
    rows = [
        {
            "model": one.model,
            "file": str(one.path),
            "difference": one.difference,
            "torch": one.torch,
            "onnx": one.onnx,
        }
        for one in exported
    ]
    shown = {"difference": ".0e", "torch": ",.0f", "onnx": ",.0f"}
    told = [{**row, **{name: format(row[name], form) for name, form in shown.items()}} for row in rows]
    out.table(told, title="photos a second, and the largest difference of a prediction")
    out.rows(rows)
    out.result(name=shipped.name, path=place)
