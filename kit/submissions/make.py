"""A submission file in the host's exact form, checked before it is written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from kit.blend.blend import Blend
from kit.claim import claimed
from kit.competition.forms import form_of
from kit.competition.spec import SPEC_NAME
from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics.truth import LABELS, NUMBER, SHARES
from kit.evidence.top import distance, whole_rows
from kit.files import atomic_path, write_bytes
from kit.runs.store import kept
from kit.submissions.form import Layout, csv_bytes, read_layout, said_of, sent_form, written
from kit.submissions.mix import answer_mix
from kit.submissions.oof import oof_table
from kit.submissions.reading import read_back
from kit.submissions.record import (
    RECORDS,
    ExpectedGain,
    Member,
    OofScore,
    SubmissionRecord,
    csv_path,
    find_submission,
    known_submissions,
    oof_path,
    record_path,
    write_submission,
)
from kit.submissions.shown import Shown, shown_beside_written
from kit.targets.cells import LINE


@dataclass(frozen=True)
class Checked:
    """A submission that is ready: its bytes, its record and what a person should look at before sending it."""

    record: SubmissionRecord
    content: bytes
    oof: pd.DataFrame | None
    class_mix: pd.DataFrame
    """For each class or label its share of the truth, of the OOF predictions and of the test predictions."""
    answers: Shown | None
    """The sample's own answers beside what the file says; None where the sample shows none."""
    previous: str | None
    changed: float | None
    """The share of rows that say something else than in the previous submission, or find it most probable."""
    moved: float | None
    """In files of probabilities: how much of a row's probability lies elsewhere than in the previous, on average."""
    same_as: str | None
    """A submission with the very same content that is there already."""


def prepare_submission(workspace: Workspace, blend: Blend, spec: str, name: str | None) -> Checked:
    """Build a blend's submission and its record in memory; nothing is written."""
    workspace.require_test_set()
    if len(workspace.test) == 0:
        raise KitError("the test set is empty", where=workspace.data_dir)
    test = blend.test()
    layout = read_layout(workspace)
    table = written(workspace, layout, test)
    content = csv_bytes(layout, table)
    sha256 = hashlib.sha256(content).hexdigest()
    name = settled_name(workspace, name, spec, sha256)
    score, gain = blend.score(), blend.gain_of_averaging()
    record = SubmissionRecord(
        name=name,
        created=datetime.now(UTC),
        csv=sha256,
        blend=spec if blend.mean == "arithmetic" else f"{spec}, {blend.mean} mean",
        members={
            task: tuple(Member(run=run, weight=weight) for run, weight in members)
            for task, members in blend.members.items()
        },
        rule=blend.rule,
        basis=workspace.basis,
        oof=OofScore(value=score.value, low=_known(score.low), high=_known(score.high)) if score else None,
        gain=None if gain is None else ExpectedGain(value=gain.value, sd=_known(gain.sd)),
        in_sample=blend.in_sample,
        selected=blend.selected,
        tainted=blend.tainted,
        unproven=blend.unproven,
        fit=blend.kept(),
        unreadable=len({image for items in blend.chosen.values() for item in items for image in item.run.unreadable}),
    )
    oof = None if blend.oof is None else oof_table(workspace, blend.oof)
    return beside_earlier(workspace, record, content, table, layout, oof, answer_mix(workspace, blend.oof, test))


def beside_earlier(
    workspace: Workspace,
    record: SubmissionRecord,
    content: bytes,
    table: pd.DataFrame,
    layout: Layout,
    oof: pd.DataFrame | None,
    mix: pd.DataFrame,
) -> Checked:
    """A submission with what sets it apart from those that are there already.

    KitError where the sample shows none of what is written, and competition.yaml does not say that it is meant.
    """
    directory, answers = workspace.submissions_dir, shown_beside_written(workspace, layout)
    if answers is not None and answers.level == "wrong" and not answers.said:
        raise KitError(answers.what, where=SPEC_NAME, todo=answers.todo)
    earlier = known_submissions(workspace)
    previous = next((item.name for item in reversed(earlier) if csv_path(directory, item.name).exists()), None)
    changed, moved = (compare_with(workspace, previous, table) if previous else None) or (None, None)
    return Checked(
        record=record,
        content=content,
        oof=oof,
        class_mix=mix,
        answers=answers,
        previous=previous,
        changed=changed,
        moved=moved,
        same_as=next((item.name for item in earlier if item.csv == record.csv), None),
    )


def settled_name(workspace: Workspace, name: str | None, spec: str, sha256: str) -> str:
    """The name of a submission: the given one if it can be and is not another's, else one of spec and content."""
    directory = workspace.submissions_dir
    called = re.sub(r"[^A-Za-z0-9]+", "-", spec).strip("-")[:40] or "file"  # a file may be called 제출.csv
    name = name or f"{called}-{sha256[:6]}"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise KitError(f"'{name}' cannot name a submission", todo="use letters, digits, '-', '_' and '.'")
    if record_path(directory, name).exists() and find_submission(directory, name).csv != sha256:
        raise KitError(
            "there is another submission of this name",
            where=record_path(directory, name),
            todo="choose another with --name",
        )
    return name


def write_checked(workspace: Workspace, checked: Checked) -> SubmissionRecord:
    """Write the csv, its OOF and, last, its record; returns the record that holds this content then.

    That is another one where another process has written the same content meanwhile.
    """
    directory, name = workspace.submissions_dir, checked.record.name
    used = {member.run for members in checked.record.members.values() for member in members}
    with claimed(directory / RECORDS), kept(workspace, sorted(used)):
        same = next((record for record in known_submissions(workspace) if record.csv == checked.record.csv), None)
        if same is not None:
            return same
        settled_name(workspace, name, "", checked.record.csv or "")
        write_bytes(csv_path(directory, name), checked.content)
        if checked.oof is not None:
            with atomic_path(oof_path(directory, name)) as temporary:
                checked.oof.to_parquet(temporary, index=False)
        write_submission(directory, checked.record)
    return checked.record


def compare_with(workspace: Workspace, previous: str, table: pd.DataFrame) -> tuple[float, float | None] | None:
    """How far a file's rows are from an earlier one's: the share that says something else, or finds something else most
    probable, and of files of probabilities the mean of how much of a row's probability has moved: of classes half the
    summed differences, of labels their mean.

    None where the earlier file has other columns, ids or classes.
    """
    path = csv_path(workspace.submissions_dir, previous)
    try:
        earlier = read_csv(path, sent_form(workspace))
        if list(earlier.columns.drop(LINE)) != list(table.columns.drop(LINE, errors="ignore")):
            return None
        now = read_back(workspace, table, previous)
        before = read_back(workspace, earlier, path).aligned(now.images)
    except KitError:
        return None
    changed, moved = [], []
    parts = zip(workspace.asked, said_of(workspace, before), said_of(workspace, now), strict=True)
    for asked, one, other in parts:
        of_order = form_of(workspace.competition.submission, asked) == "ranking"
        if one.values is not None and other.values is not None and of_order:
            changed.append(distance(one.values, other.values) > 0)
        elif one.values is not None and other.values is not None and asked.kind == SHARES:
            changed.append(whole_rows(one.values).argmax(axis=1) != whole_rows(other.values).argmax(axis=1))
        elif one.decided is not None and other.decided is not None:
            differs = one.decided != other.decided
            changed.append(differs if differs.ndim == 1 else differs.any(axis=1))
        of_probabilities = not (asked.metric.decides or of_order or asked.kind == NUMBER)
        if of_probabilities and one.values is not None and other.values is not None:
            whole = len(asked.outputs) if asked.kind == LABELS else 2
            moved.append(distance(one.values, other.values) / whole)
    return float(np.any(changed, axis=0).mean()), float(np.mean(moved)) if moved else None


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
