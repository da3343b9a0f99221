"""kit submit"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import blend_options, classes_option, in_workspace
from kit.cli.words import blend_content, oof_sentence, print_blend, print_mix, tell_expected, warn_tainted
from kit.competition.workspace import Workspace
from kit.wording import counted

if TYPE_CHECKING:
    from kit.blend.weights import Mean
    from kit.hosts.host import Host
    from kit.ship.bundle import Dtype
    from kit.submissions.make import Checked
    from kit.submissions.record import SubmissionRecord


@dataclass(frozen=True)
class Push:
    """How --push and --kernel send."""

    message: str
    wait: bool
    timeout: float
    yes: bool
    again: bool


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
@click.option(
    "--dry-run",
    is_flag=False,
    flag_value="",
    metavar="[DIR]",
    help="Check everything and write nothing; with --kernel write the folder to upload into DIR.",
)
@click.option(
    "--kernel",
    is_flag=True,
    help="For competitions that take only notebooks: upload the models as a private data set, run a notebook that"
    " predicts by them, and submit what it wrote. The same command takes up what was cut.",
)
@click.option(
    "--machine",
    type=click.Choice(["t4", "cpu"]),
    help="With --kernel: what the notebook runs on, two T4 cards or none.  [default: t4]",
)
@click.option(
    "--dtype",
    type=click.Choice(["fp32", "fp16"]),
    help="With --kernel: what networks' weights are kept in, as in 'kit bundle'.  [default: fp32]",
)
@click.option("--push", "pushed", is_flag=True, help="Send it to the host; the same content is never sent twice.")
@click.option("-m", "--message", default="", help="With --push or --kernel: a note for the host's list.")
@click.option("--wait", is_flag=True, help="With --push or --kernel: wait for the score.")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=600.0, show_default=True, help="Seconds to wait for the score."
)
@click.option("--yes", is_flag=True, help="With --push or --kernel: spend a submission without asking.")
@click.option(
    "--again",
    is_flag=True,
    help="With --push or --kernel: send content that the host has, or may have, already; run a failed notebook anew.",
)
@classes_option
@in_workspace
def submit(
    workspace: Workspace,
    out: Output,
    spec: str,
    mean: Mean,
    rule: str,
    path: Path | None,
    name: str | None,
    dry_run: str | None,
    kernel: bool,
    machine: str | None,
    dtype: Dtype | None,
    pushed: bool,
    all_classes: bool,
    **push: Any,
) -> None:
    """Blend runs into a file in the sample submission's exact form, check it, and write it with its record.

    With --push it is also sent, with --kernel what a notebook at the host writes by the same models. After a cut
    connection or a crash the same command finds out from the host's own list whether it arrived, and goes on from
    there.
    """
    from kit.blend.blend import spec_blend
    from kit.cli.submit_kernel import by_kernel, check_folder, checked_kernel
    from kit.hosts.host import open_host
    from kit.submissions.make import prepare_submission, write_checked
    from kit.submissions.outside import prepare_file
    from kit.submissions.record import csv_path, find_submission, record_path

    how = checked_kernel(kernel, dry_run, machine, dtype, alone=not pushed and path is None)
    dry = dry_run is not None and how is None
    host = open_host(workspace, out)
    if how is not None:
        check_folder(workspace, how)
    blend = None
    if path is not None:
        checked = prepare_file(workspace, path, name)
    else:
        blend = spec_blend(workspace, spec, out, mean=mean, rule=rule)
        checked = prepare_submission(workspace, blend, spec, name)
        out.result(blend=blend_content(blend))
    _tell_score(out, checked.record)
    if blend is not None:
        print_blend(out, blend)
    _tell_checked(out, checked, all_classes)
    oof = checked.record.oof
    tell_expected(out, None if oof is None else oof.value, checked.record.gain)
    warn_tainted(out, checked.record.tainted)
    record, same_as = checked.record, checked.same_as
    if same_as is not None:
        record = find_submission(workspace.submissions_dir, same_as)
    elif not dry:
        record = write_checked(workspace, checked)
        same_as = None if record.name == checked.record.name else record.name
    written, name = not dry and same_as is None, record.name
    place = csv_path(workspace.submissions_dir, name)
    if same_as is not None:
        out.say(f"the submission '{same_as}' has this very content already; nothing was written")
    elif dry:
        out.say("dry run: nothing was written")
    else:
        out.say(f"written: {place.relative_to(workspace.root)}")
    if not dry and record.public is None and (scored := host.score_at_once(record)) is not None:
        record = scored
        out.say(f"public {record.metric} {record.public:.4f} (from the held-back answers)")
    exists = written or same_as is not None
    out.result(name=name, written=written, csv=place if exists else None, public=record.public)
    out.result(record=record_path(workspace.submissions_dir, name) if exists else None)
    if pushed and not dry:
        _push(workspace, host, out, name, Push(**push))
    if how is not None:
        by_kernel(workspace, host, out, name, how, Push(**push))


def _push(workspace: Workspace, host: Host, out: Output, name: str, how: Push) -> None:
    from kit.hosts.push import push

    def confirm(left: int | None) -> bool:
        known = f"{left} are left today" if left is not None else "the host does not say how many are left today"
        question = f"spend a submission of {host.slug} on '{name}' ({known})?"
        return how.yes or click.confirm(question, err=True)

    record = push(
        workspace.submissions_dir,
        name,
        host,
        message=how.message,
        wait=how.wait,
        timeout=how.timeout,
        again=how.again,
        confirm=confirm,
        reporter=out,
        metric=workspace.metric.name,
    )
    tell_sent(out, record)


def tell_sent(out: Output, record: SubmissionRecord) -> None:
    """How a submission stands at the host; CheckFailed where that could not score it."""
    from kit.errors import CheckFailed

    out.result(sent=record.sent, public=record.public)
    if record.sent is None:
        out.say("nothing was sent")
    elif record.sent.status == "error":
        raise CheckFailed(f"the host could not score it: {record.sent.message}", where=record.name)
    else:
        score = f", public {record.public:.4f}" if record.public is not None else ""
        out.say(f"{record.name}: {record.sent.status} at {record.sent.host}, reference {record.sent.ref}{score}")


def _tell_score(out: Output, record: SubmissionRecord) -> None:
    """What it is worth out of fold, or why nobody knows."""
    if record.oof is None:
        why = "a member was trained on everybody" if record.members else "it was made elsewhere"
        out.say(f"no OOF score: {why}, so that only the host can score this submission")
    else:
        out.say(oof_sentence(record.metric, record.oof, record.in_sample))


def _tell_checked(out: Output, checked: Checked, all_classes: bool) -> None:
    record, mix = checked.record, checked.class_mix.to_dict("records")
    print_mix(out, checked.class_mix, all_classes=all_classes)
    if record.unreadable:
        lost = counted(record.unreadable, "test photo")
        out.warn(f"{lost} could not be read: what train is shared out into is the answer")
    if checked.answers is not None:
        (out.say if checked.answers.level == "ok" else out.warn)(str(checked.answers))
    if checked.previous is not None and checked.changed is not None:
        differ = f"{checked.changed:.1%} of the rows differ from '{checked.previous}'"
        if checked.moved is not None:
            differ += f" in what is most probable, and {checked.moved:.1%} of a row's probability on average"
        out.say(differ)
    out.result(metric=record.metric, oof=record.oof, in_sample=record.in_sample, tainted=record.tainted, classes=mix)
    out.result(same_as=checked.same_as, previous=checked.previous, changed=checked.changed)
    out.result(answers=checked.answers, moved=checked.moved, unreadable=record.unreadable, sent=None)
