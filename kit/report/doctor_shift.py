"""The doctor's look at what test photos are otherwise in than train photos."""

from __future__ import annotations

from collections.abc import Iterator

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.report.finding import Finding
from kit.report.shift import look_for_shifts
from kit.reporter import Reporter


def look_at_shifts(workspace: Workspace, reporter: Reporter) -> Iterator[Finding]:
    """A note for each alarm; `kit eda` shows them with photos of both sides."""
    try:
        shifts = look_for_shifts(workspace, reporter)
    except KitError:
        return  # told where photos are looked at
    if shifts is None:
        return
    for one in shifts.alarms:
        yield Finding("note", "test photos are otherwise than train photos", one.sentence, one.todo)
    if not shifts.alarms:
        yield Finding("ok", f"test looks like train in {len(shifts.properties)} properties of the photos")
