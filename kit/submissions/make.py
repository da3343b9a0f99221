"""A submission file in the host's exact form, checked before it is written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from kit.blend.blend import Blend
from kit.competition.labels import LINE
from kit.competition.spec import TARGET
from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import atomic_path, write_bytes
from kit.runs.predictions import Predictions
from kit.submissions.record import (
    Member,
    OofScore,
    SubmissionRecord,
    csv_path,
    oof_path,
    read_submissions,
    record_path,
    write_submission,
)


@dataclass(frozen=True)
class Checked:
    """A submission that is ready: its bytes, its record and what a person should look at before sending it."""

    record: SubmissionRecord
    content: bytes
    oof: pd.DataFrame | None
    class_mix: pd.DataFrame
    """For each class its share of the truth, of the OOF predictions and of the test predictions."""
    previous: str | None
    changed: float | None
    """The share of rows that differ from the previous submission."""
    same_as: str | None
    """A submission with the very same content that is there already."""


def prepare_submission(workspace: Workspace, blend: Blend, spec: str, name: str | None) -> Checked:
    """Build a blend's submission and its record in memory; nothing is written."""
    if len(workspace.test) == 0:
        raise KitError("the test set is empty", where=workspace.data_dir)
    test = blend.test()
    table = submission_table(workspace, test)
    content = table.to_csv(index=False, lineterminator="\n").encode()
    sha256 = hashlib.sha256(content).hexdigest()
    name = settled_name(workspace, name, spec, sha256)
    score = blend.score()
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
        in_sample=blend.in_sample,
        selected=blend.selected,
        tainted=blend.tainted,
        unproven=blend.unproven,
    )
    oof = _oof_table(workspace, blend)
    return beside_earlier(workspace, record, content, table, oof, class_mix(workspace, blend.oof, test))


def beside_earlier(
    workspace: Workspace,
    record: SubmissionRecord,
    content: bytes,
    table: pd.DataFrame,
    oof: pd.DataFrame | None,
    mix: pd.DataFrame,
) -> Checked:
    """A submission with what sets it apart from those that are there already."""
    directory = workspace.submissions_dir
    earlier = read_submissions(directory)
    previous = next((item.name for item in reversed(earlier) if csv_path(directory, item.name).exists()), None)
    return Checked(
        record=record,
        content=content,
        oof=oof,
        class_mix=mix,
        previous=previous,
        changed=changed_share(workspace, previous, table) if previous else None,
        same_as=next((item.name for item in earlier if item.csv == record.csv), None),
    )


def settled_name(workspace: Workspace, name: str | None, spec: str, sha256: str) -> str:
    """The name of a submission: the given one if it can be and is not another's, else one of spec and content."""
    directory = workspace.submissions_dir
    name = name or f"{re.sub(r'[^A-Za-z0-9]+', '-', spec).strip('-')[:40]}-{sha256[:6]}"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise KitError(f"'{name}' cannot name a submission", todo="use letters, digits, '-', '_' and '.'")
    if any(record.name == name and record.csv != sha256 for record in read_submissions(directory)):
        raise KitError(
            "there is another submission of this name",
            where=record_path(directory, name),
            todo="choose another with --name",
        )
    return name


def write_checked(workspace: Workspace, checked: Checked) -> None:
    """Write the csv, its OOF and, last, its record."""
    directory, name = workspace.submissions_dir, checked.record.name
    write_bytes(csv_path(directory, name), checked.content)
    if checked.oof is not None:
        with atomic_path(oof_path(directory, name)) as temporary:
            checked.oof.to_parquet(temporary, index=False)
    write_submission(directory, checked.record)


def submission_table(workspace: Workspace, predictions: Predictions) -> pd.DataFrame:
    """Predictions of the target for the test photos in the sample submission's exact ids, order and columns.

    Their probabilities are written where the host wants probabilities, their classes where it wants classes.
    """
    competition = workspace.competition
    form, test = competition.submission, workspace.test
    if not test["id"].is_unique:
        raise KitError(f"the test id '{test['id'][test['id'].duplicated()].iloc[0]}' stands there twice")
    if form.sample is None:
        ids = test["id"]
        columns = [form.id, form.label or "label"]
    else:
        where = workspace.data_dir / form.sample
        sample = read_csv(where).drop(columns=LINE)
        columns = list(sample.columns)
        check_sample(sample, workspace, where)
        ids = sample[form.id]
    rows = pd.Index(test["id"]).get_indexer(pd.Index(ids))
    found = predictions.aligned(test["image"])
    table = pd.DataFrame({form.id: list(ids)})
    values = np.array(competition.submitted_values, dtype=object)
    if form.label is not None or form.sample is None:
        table[form.label or "label"] = values[found.said(TARGET)[rows]]
    else:
        for index, value in enumerate(values):
            table[str(value)] = found.probs[TARGET][rows, index]
    return table[columns] if form.sample is not None else table


def check_sample(sample: pd.DataFrame, workspace: Workspace, where: object) -> None:
    """Refuse a sample submission whose columns or ids are not those of competition.yaml and the test table."""
    competition = workspace.competition
    form = competition.submission
    needed = [form.id, *([form.label] if form.label is not None else competition.submitted_values)]
    if set(sample.columns) != set(needed):
        raise KitError(
            f"the sample submission has the columns {', '.join(sample.columns)}, not {', '.join(needed)}",
            where=where,
            todo="mend 'submission' in competition.yaml",
        )
    if not sample[form.id].is_unique:
        twice = sample[form.id][sample[form.id].duplicated()].iloc[0]
        raise KitError(f"the id '{twice}' stands there twice", where=where)
    here, there = set(workspace.test["id"]), set(sample[form.id])
    if here != there:
        odd = min(map(str, here ^ there))
        raise KitError(
            f"{len(there - here)} of its ids are not in the test table and {len(here - there)} are missing from it,"
            f" the first is '{odd}'",
            where=where,
            todo="mend 'test' or 'submission' in competition.yaml",
        )


def _oof_table(workspace: Workspace, blend: Blend) -> pd.DataFrame | None:
    if blend.oof is None:
        return None
    competition = workspace.competition
    table = pd.DataFrame({"image": blend.oof.images, "label": blend.oof.said(TARGET)})
    if workspace.metric.needs == "probs":
        for index, name in enumerate(competition.target_classes):
            table[f"{TARGET}/{name}"] = blend.oof.probs[TARGET][:, index].astype(np.float32)
    return table


def class_mix(workspace: Workspace, oof: Predictions | None, test: Predictions) -> pd.DataFrame:
    """For each target class its share of the truth, of what is said of the train photos, and of the test photos."""
    competition = workspace.competition
    n_classes = len(competition.target_classes)

    def shares(labels: np.ndarray) -> np.ndarray:
        return np.bincount(labels, minlength=n_classes) / max(1, len(labels))

    return pd.DataFrame(
        {
            "class": competition.target_classes,
            "truth": shares(workspace.train[TARGET].to_numpy()),
            "oof": shares(oof.said(TARGET)) if oof is not None else None,
            "test": shares(test.said(TARGET)),
        }
    )


def changed_share(workspace: Workspace, previous: str, table: pd.DataFrame) -> float | None:
    """The share of rows whose submitted class is another than in an earlier file; None where it has other columns."""
    before = pd.read_csv(csv_path(workspace.submissions_dir, previous), dtype=str, keep_default_na=False)
    form = workspace.competition.submission
    if list(before.columns) != list(table.columns) or set(before[form.id]) != set(table[form.id].astype(str)):
        return None
    before = before.set_index(form.id).loc[table[form.id].astype(str)].reset_index()
    if form.label is not None:
        return float((before[form.label].to_numpy() != table[form.label].astype(str).to_numpy()).mean())
    names = [column for column in table.columns if column != form.id]
    return float(
        (before[names].astype(float).to_numpy().argmax(1) != table[names].astype(float).to_numpy().argmax(1)).mean()
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
