"""A submission file in the host's exact form, checked before it is written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from kit.blend.blend import Blend, score_probs
from kit.competition.labels import LINE
from kit.competition.spec import TARGET, Competition
from kit.competition.tables import Tables, read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import METRICS
from kit.files import atomic_path, write_bytes
from kit.folds.frozen import Ground
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


def prepare_submission(ground: Ground, blend: Blend, spec: str, name: str | None) -> Checked:
    """Build a blend's submission and its record in memory; nothing is written."""
    workspace, competition = ground.workspace, ground.workspace.competition
    table = submission_table(workspace, ground.tables, blend.test)
    content = table.to_csv(index=False, lineterminator="\n").encode()
    sha256 = hashlib.sha256(content).hexdigest()
    directory = workspace.submissions_dir
    earlier = read_submissions(directory)
    name = name or f"{re.sub(r'[^A-Za-z0-9]+', '-', spec).strip('-')[:40]}-{sha256[:6]}"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise KitError(f"'{name}' cannot name a submission", todo="use letters, digits, '-', '_' and '.'")
    same_as = next((record.name for record in earlier if record.csv == sha256), None)
    taken = next((record for record in earlier if record.name == name), None)
    if taken is not None and taken.csv != sha256:
        raise KitError(
            "there is another submission of this name",
            where=record_path(directory, name),
            todo="choose another with --name",
        )
    score = score_probs(ground, TARGET, blend.oof) if blend.oof is not None else None
    record = SubmissionRecord(
        name=name,
        created=datetime.now(UTC),
        csv=sha256,
        blend=spec,
        members={
            task: tuple(Member(run=run, weight=weight) for run, weight in members)
            for task, members in blend.members.items()
        },
        metric=competition.metric,
        data=ground.tables.fingerprint,
        folds=ground.folds.fingerprint,
        oof=OofScore(value=score.value, low=_known(score.low), high=_known(score.high)) if score else None,
        selected=blend.selected,
        tainted=blend.tainted,
    )
    previous = next((item.name for item in reversed(earlier) if csv_path(directory, item.name).exists()), None)
    return Checked(
        record=record,
        content=content,
        oof=_oof_table(competition, ground.tables, blend.oof) if blend.oof is not None else None,
        class_mix=_class_mix(competition, ground.tables, blend),
        previous=previous,
        changed=_changed(workspace, previous, table) if previous else None,
        same_as=same_as,
    )


def write_checked(workspace: Workspace, checked: Checked) -> None:
    """Write the csv, its OOF and, last, its record."""
    directory, name = workspace.submissions_dir, checked.record.name
    write_bytes(csv_path(directory, name), checked.content)
    if checked.oof is not None:
        with atomic_path(oof_path(directory, name)) as temporary:
            checked.oof.to_parquet(temporary, index=False)
    write_submission(directory, checked.record)


def submission_table(workspace: Workspace, tables: Tables, probs: np.ndarray) -> pd.DataFrame:
    """Test probabilities (n_test, n_target_classes) in the sample submission's exact ids, order and columns."""
    competition = workspace.competition
    form, test = competition.submission, tables.test
    if len(test) == 0:
        raise KitError("the test set is empty", where=workspace.data_dir)
    if not test["id"].is_unique:
        raise KitError(f"the test id '{test['id'][test['id'].duplicated()].iloc[0]}' stands there twice")
    if form.sample is None:
        ids = test["id"]
        columns = [form.id, form.label or "label"]
    else:
        where = workspace.data_dir / form.sample
        sample = read_csv(where).drop(columns=LINE)
        columns = list(sample.columns)
        check_sample(sample, competition, tables, where)
        ids = sample[form.id]
    rows = pd.Index(test["id"]).get_indexer(pd.Index(ids))
    table = pd.DataFrame({form.id: list(ids)})
    values = np.array(competition.submitted_values, dtype=object)
    if form.label is not None or form.sample is None:
        table[form.label or "label"] = values[probs.argmax(axis=1)[rows]]
    else:
        for index, value in enumerate(values):
            table[str(value)] = probs[rows, index]
    return table[columns] if form.sample is not None else table


def check_sample(sample: pd.DataFrame, competition: Competition, tables: Tables, where: object) -> None:
    """Refuse a sample submission whose columns or ids are not those of competition.yaml and the test table."""
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
    here, there = set(tables.test["id"]), set(sample[form.id])
    if here != there:
        odd = min(map(str, here ^ there))
        raise KitError(
            f"{len(there - here)} of its ids are not in the test table and {len(here - there)} are missing from it,"
            f" the first is '{odd}'",
            where=where,
            todo="mend 'test' or 'submission' in competition.yaml",
        )


def _oof_table(competition: Competition, tables: Tables, oof: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame({"image": tables.train["image"], "label": oof.argmax(axis=1)})
    if METRICS[competition.metric].needs == "probs":
        for index, name in enumerate(competition.target_classes):
            table[f"{TARGET}/{name}"] = oof[:, index].astype(np.float32)
    return table


def _class_mix(competition: Competition, tables: Tables, blend: Blend) -> pd.DataFrame:
    n_classes = len(competition.target_classes)

    def shares(labels: np.ndarray) -> np.ndarray:
        return np.bincount(labels, minlength=n_classes) / max(1, len(labels))

    return pd.DataFrame(
        {
            "class": competition.target_classes,
            "truth": shares(tables.train[TARGET].to_numpy()),
            "oof": shares(blend.oof.argmax(axis=1)) if blend.oof is not None else None,
            "test": shares(blend.test.argmax(axis=1)),
        }
    )


def _changed(workspace: Workspace, previous: str, table: pd.DataFrame) -> float | None:
    """The share of rows whose submitted class is another than in an earlier file; None where it has other columns."""
    before = pd.read_csv(csv_path(workspace.submissions_dir, previous), dtype=str, keep_default_na=False)
    if list(before.columns) != list(table.columns) or len(before) != len(table):
        return None
    form = workspace.competition.submission
    if form.label is not None:
        return float((before[form.label].to_numpy() != table[form.label].astype(str).to_numpy()).mean())
    names = [column for column in table.columns if column != form.id]
    return float((before[names].astype(float).to_numpy().argmax(1) != table[names].to_numpy().argmax(1)).mean())


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
