"""kit audit"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace, task_option
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.report.audit import TaskAudit
    from kit.report.audit_fixes import Draft

SHOWN = 15
"""Labels of a task that are printed."""
COLUMNS = ("rank", "group", "image", "label", "said", "p_said", "p_label", "score", "photos", "fold")
RANK = ("rank", "label", "said", "group", "p_said", "p_label", "score", "photos", "fold", "image")
"""A path is long, and stands on the page and in fixes.csv."""


@click.command()
@click.option(
    "--from", "spec", default="best3", show_default=True, help="Runs that judge: bestN or all of each task, or run ids."
)
@task_option("Only the labels of this task (repeatable).")
@click.option("--most", type=click.IntRange(1), default=200, show_default=True, help="Labels of a task that are told.")
@click.option(
    "--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write the page there.  [audit.html]"
)
@csv_option
@in_workspace
def audit(workspace: Workspace, out: Output, spec: str, tasks: tuple[str, ...], most: int, path: Path | None) -> None:
    """Find labels that out-of-fold predictions contradict, and draft lines of fixes.csv for them.

    Confident learning on honest OOF, the most contradicted label first, on a page with photos. What is suspected
    becomes a line of the tier suggested: nothing is applied until a person accepts it, in `kit watch` or by hand.
    """
    from kit.report.audit import audit_labels
    from kit.report.audit_fixes import draft_fixes
    from kit.report.pages.audit_page import audit_sections, doubt_row
    from kit.report.pages.material import Material
    from kit.report.pages.page import AUDIT, write_page

    audits = audit_labels(workspace, spec, tasks, most, out)
    draft = draft_fixes(workspace, audits)
    place = workspace.root / AUDIT if path is None else path
    write_page(workspace, place, "audit", audit_sections(Material(workspace, out), audits, draft))
    for one in audits:
        _show(out, one)
    out.rows([doubt_row(doubt) for one in audits for doubt in one.doubts])
    _say(workspace, out, draft, place)
    counts = {one.task: {"labels": one.n_labels, "of": one.of, "suspected": one.n_suspects} for one in audits}
    out.result(page=place, fixes=draft.path, new_lines=draft.new, tasks=counts)


def _show(out: Output, audit: TaskAudit) -> None:
    from kit.report.pages.audit_page import doubt_row

    if audit.why_not:
        out.warn(f"{audit.task} is not audited: {audit.why_not}")
        return
    out.say(
        f"{audit.task}: {audit.n_suspects:,} of {audit.n_labels:,} {audit.of} are suspected, by {', '.join(audit.runs)}"
    )
    rows = list(map(doubt_row, audit.doubts[:SHOWN]))
    out.table(rows, COLUMNS, rank=RANK, title=f"the {len(rows)} most contradicted")


def _say(workspace: Workspace, out: Output, draft: Draft, place: Path) -> None:
    shown = place.relative_to(workspace.root) if place.is_relative_to(workspace.root) else place
    known = f", {draft.known} are there already" if draft.known else ""
    out.say(f"{draft.path.name}: {draft.new} lines suggested{known}; decide on them in 'kit watch'")
    for one in draft.without:
        out.warn(f"no line: {one}")
    if workspace.competition.fixes is None:
        out.say(f"competition.yaml does not read {draft.path.name} yet: write 'fixes: {{}}' into it")
    out.say(f"page: {shown}")
