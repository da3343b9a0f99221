"""kit submit"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.console import ConsoleReporter, print_listing, say
from kit.cli.shared import in_workspace, read_ground
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.submissions.make import Checked


@click.command()
@click.option("--blend", "spec", default="best1", show_default=True, help="bestN, all, or run ids joined by commas.")
@click.option("--name", help="The submission's name; made from the blend and the content without it.")
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@in_workspace
def submit(workspace: Workspace, reporter: ConsoleReporter, spec: str, name: str | None, dry_run: bool) -> None:
    """Blend runs into a submission file in the sample submission's exact form, check it and write it with its record."""
    from kit.blend.blend import mean_blend
    from kit.blend.members import choose_members
    from kit.submissions.answers import score_against_answers
    from kit.submissions.make import prepare_submission, write_checked
    from kit.submissions.record import csv_path

    ground = read_ground(workspace)
    chosen = choose_members(ground, spec, reporter.warn)
    blend = mean_blend(ground, chosen)
    checked = prepare_submission(ground, blend, spec, name)
    _print_checked(checked)
    if checked.same_as is not None:
        say(f"the submission '{checked.same_as}' has this very content already; nothing was written")
    elif dry_run:
        say("dry run: nothing was written")
    else:
        write_checked(workspace, checked)
        say(f"written: {csv_path(workspace.submissions_dir, checked.record.name).relative_to(workspace.root)}")
        if workspace.competition.host == "answers":
            record = score_against_answers(workspace, checked.record, ended=False)
            say(f"public {record.metric} {record.public:.4f} (from the held-back answers)")


def _print_checked(checked: Checked) -> None:
    record = checked.record
    for task, members in record.members.items():
        say(f"{task}: " + ", ".join(f"{member.run} x {member.weight:.3g}" for member in members))
    mix = checked.class_mix
    print_listing(mix.to_dict("records"), list(mix.columns), title="share of each class")
    if record.oof is not None:
        interval = f" [{record.oof.low:.4f}, {record.oof.high:.4f}]" if record.oof.low is not None else ""
        say(f"OOF {record.metric} {record.oof.value:.4f}{interval}")
    if checked.previous is not None and checked.changed is not None:
        say(f"{checked.changed:.1%} of the rows differ from '{checked.previous}'")
