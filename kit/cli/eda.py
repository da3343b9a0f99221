"""kit eda"""

from __future__ import annotations

from pathlib import Path

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.competition.workspace import Workspace

MOST_CLASSES = 20
"""Classes of a task that are printed, the rarest."""


@click.command()
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Where the page goes.  [eda.html]")
@csv_option
@in_workspace
def eda(workspace: Workspace, out: Output, path: Path | None) -> None:
    """Look at the data before it is trained on: counts, groups, files, near-duplicates, and where test is otherwise.

    The shift alarm sets test beside train, group by group, in colour, light, size, codec, quality, sharpness, EXIF and
    by a classifier of features, and says by how much, against what chance does, and what to do. Writes a page.
    """
    from kit.images.facts import photo_facts
    from kit.images.twins import find_twins
    from kit.report.eda import class_counts
    from kit.report.pages.eda_page import eda_sections, property_row
    from kit.report.pages.material import Material
    from kit.report.pages.page import EDA, write_page
    from kit.report.shift import look_for_shifts

    workspace.require_photos()
    facts, shifts = photo_facts(workspace, out), look_for_shifts(workspace, out)
    twins = find_twins(workspace, out)
    place = workspace.root / EDA if path is None else path
    write_page(workspace, place, "data", eda_sections(Material(workspace, out), facts, shifts, twins))
    properties = () if shifts is None else shifts.properties
    alarms = [one for one in properties if one.alarm]
    for one in alarms:
        out.say(f"alarm: {one.sentence}; {one.todo}")
    if shifts is not None and not alarms:
        out.say("test looks like train in all that was looked at")
    out.say(f"{len(twins):,} pairs of photos show the same")
    counts = class_counts(workspace)
    for name, table in counts.items():
        rows = table.to_dict("records")
        shown = sorted(rows, key=lambda row: row["photos"])[:MOST_CLASSES] if len(rows) > MOST_CLASSES else rows
        out.table(shown, title=name if shown is rows else f"{name}: the {len(shown)} rarest of {len(rows)}")
    rows = [property_row(one) for one in properties]
    out.table(rows, ["property", "train", "test", "distance", "chance", "alarm"], title="train against test")
    out.rows(rows)
    shown = place.relative_to(workspace.root) if place.is_relative_to(workspace.root) else place
    out.say(f"page: {shown}")
    told = {name: table.to_dict("records") for name, table in counts.items()}
    out.result(page=place, classes=told, alarms=[one.name for one in alarms], near_duplicates=len(twins))
