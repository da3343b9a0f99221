"""kit submit"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.cli.blend import blend_options, oof_sentence, print_blend, warn_tainted
from kit.cli.console import ConsoleReporter, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.blend.weights import Mean
    from kit.hosts.host import Host
    from kit.submissions.make import Checked


@click.command()
@click.option(
    "--blend",
    "spec",
    default="best1",
    show_default=True,
    help="bestN, all, weighted, greedy, or run ids joined by commas.",
)
@blend_options
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take this csv, made elsewhere, instead of a blend; only the host can score it.",
)
@click.option("--name", help="The submission's name; made from the blend or file and its content without it.")
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@click.option("--push", "pushed", is_flag=True, help="Send it to the host; the same content is never sent twice.")
@click.option("-m", "--message", default="", help="With --push: a note for the host's list.")
@click.option("--wait", is_flag=True, help="With --push: wait for the score.")
@click.option("--timeout", type=click.FloatRange(min=1), default=600.0, show_default=True, help="Seconds to wait.")
@click.option("--yes", is_flag=True, help="With --push: spend a submission without asking.")
@click.option("--again", is_flag=True, help="With --push: send content that the host has, or may have, already.")
@in_workspace
def submit(
    workspace: Workspace,
    reporter: ConsoleReporter,
    spec: str,
    mean: Mean,
    rule: str,
    path: Path | None,
    name: str | None,
    dry_run: bool,
    pushed: bool,
    message: str,
    wait: bool,
    timeout: float,
    yes: bool,
    again: bool,
) -> None:
    """Blend runs into a file in the sample submission's exact form, check it, and write it with its record.

    With --push it is also sent. After a cut connection or a crash the same command finds out from the host's own list
    whether it arrived, and goes on from there.
    """
    from kit.blend.blend import spec_blend
    from kit.hosts.host import open_host
    from kit.submissions.make import prepare_submission, write_checked
    from kit.submissions.outside import prepare_file
    from kit.submissions.record import csv_path

    host = open_host(workspace, reporter)
    if path is not None:
        checked = prepare_file(workspace, path, name)
    else:
        blend = spec_blend(workspace, spec, reporter, mean=mean, rule=rule)
        checked = prepare_submission(workspace, blend, spec, name)
        print_blend(blend)
    _print_checked(checked)
    warn_tainted(reporter, checked.record.tainted)
    if checked.same_as is not None:
        say(f"the submission '{checked.same_as}' has this very content already; nothing was written")
        sent_name = checked.same_as
    elif dry_run:
        say("dry run: nothing was written")
    else:
        write_checked(workspace, checked)
        sent_name = checked.record.name
        say(f"written: {csv_path(workspace.submissions_dir, checked.record.name).relative_to(workspace.root)}")
        scored = host.score_at_once(checked.record)
        if scored is not None:
            say(f"public {scored.metric} {scored.public:.4f} (from the held-back answers)")
    if pushed and not dry_run:
        _push(workspace, host, reporter, sent_name, message, wait, timeout, yes, again)


def _push(
    workspace: Workspace,
    host: Host,
    reporter: ConsoleReporter,
    name: str,
    message: str,
    wait: bool,
    timeout: float,
    yes: bool,
    again: bool,
) -> None:
    from kit.errors import CheckFailed
    from kit.hosts.push import push

    def confirm(left: int | None) -> bool:
        known = f"{left} are left today" if left is not None else "the host does not say how many are left today"
        return yes or click.confirm(f"spend a submission of {host.slug} on '{name}' ({known})?", err=True)

    record = push(
        workspace.submissions_dir,
        name,
        host,
        message=message,
        wait=wait,
        timeout=timeout,
        again=again,
        confirm=confirm,
        reporter=reporter,
    )
    if record.sent is None:
        say("nothing was sent")
    elif record.sent.status == "error":
        raise CheckFailed(f"the host could not score it: {record.sent.message}", where=name)
    else:
        score = f", public {record.public:.4f}" if record.public is not None else ""
        say(f"{name}: {record.sent.status} at {record.sent.host}, reference {record.sent.ref}{score}")


def _print_checked(checked: Checked) -> None:
    record, mix = checked.record, checked.class_mix
    print_listing(mix.to_dict("records"), list(mix.columns), title="share of each class")
    if record.oof is None:
        why = "a member was trained on everybody" if record.members else "it was made elsewhere"
        say(f"no OOF score: {why}, so that only the host can score this submission")
    else:
        known = f"[{record.oof.low:.4f}, {record.oof.high:.4f}]" if record.oof.low is not None else "[?]"
        say(oof_sentence(record.metric, f"{record.oof.value:.4f} {known}", record.in_sample))
    if checked.previous is not None and checked.changed is not None:
        say(f"{checked.changed:.1%} of the rows differ from '{checked.previous}'")
