"""A submission that was made elsewhere: a csv without models here, so that only the host can score it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.labels import LINE
from kit.competition.spec import Competition
from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.submissions.make import Checked, changed_share, class_mix, settled_name, submission_table
from kit.submissions.record import SubmissionRecord, csv_path, read_submissions


def prepare_file(workspace: Workspace, path: Path, name: str | None) -> Checked:
    """Check a csv against the sample's columns and ids and the known classes; its bytes are kept as they are."""
    competition, n_test = workspace.competition, len(workspace.test)
    n_classes = len(competition.target_classes)
    blank = submission_table(workspace, np.zeros((n_test, n_classes)), np.zeros(n_test, dtype=np.int64))
    table = read_csv(path).drop(columns=LINE)
    if list(table.columns) != list(blank.columns):
        raise KitError(
            f"its columns are {', '.join(table.columns)}, and the host wants {', '.join(blank.columns)}", where=path
        )
    key = competition.submission.id
    if table[key].duplicated().any():
        raise KitError(f"the id '{table[key][table[key].duplicated()].iloc[0]}' stands there twice", where=path)
    odd = set(table[key]) ^ set(blank[key])
    if odd:
        raise KitError(f"{len(odd)} ids are missing or unknown, the first is '{min(map(str, odd))}'", where=path)
    labels = _labels(competition, table.drop(columns=key), path)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    earlier = read_submissions(workspace.submissions_dir)
    previous = next(
        (one.name for one in reversed(earlier) if csv_path(workspace.submissions_dir, one.name).exists()), None
    )
    return Checked(
        record=SubmissionRecord(
            name=settled_name(workspace, name, path.stem, sha256),
            created=datetime.now(UTC),
            csv=sha256,
            blend=f"file {path.name}",
            rule="unknown",
            basis=workspace.basis.model_copy(update={"folds": None}),
        ),
        content=content,
        oof=None,
        class_mix=class_mix(workspace, None, labels),
        previous=previous,
        changed=changed_share(workspace, previous, table) if previous else None,
        same_as=next((one.name for one in earlier if one.csv == sha256), None),
    )


def _labels(competition: Competition, answers: pd.DataFrame, path: Path) -> np.ndarray:
    """The class of each row, (n_rows,); an answer that is no class or no probability is an error."""
    values = list(competition.submitted_values)
    if len(answers.columns) == 1:
        column = answers.iloc[:, 0]
        unknown = column[~column.isin(values)]
        if len(unknown):
            raise KitError(f"'{unknown.iloc[0]}' is no class", where=path, todo=nearest(unknown.iloc[0], values))
        return pd.Index(values).get_indexer(pd.Index(column))
    probs = answers[values].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(probs) | (probs < 0)
    if bad.any():
        row = int(np.flatnonzero(bad.any(axis=1))[0])
        raise KitError(f"row {row + 1} holds something that is no probability", where=path)
    return probs.argmax(axis=1)
