"""A submission that was made elsewhere: a csv without models here, so that only the host can score it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.labels import LINE
from kit.competition.spec import TARGET, Competition
from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.runs.predictions import Predictions
from kit.submissions.make import Checked, beside_earlier, class_mix, settled_name, submission_table
from kit.submissions.record import SubmissionRecord


def prepare_file(workspace: Workspace, path: Path, name: str | None) -> Checked:
    """Check a csv against the sample's columns and ids and the known classes; its bytes are kept as they are."""
    competition = workspace.competition
    n_classes = len(competition.target_classes)
    images = workspace.test["image"].to_numpy(dtype=object)
    nothing = Predictions(images, {TARGET: np.full((len(images), n_classes), 1 / n_classes)})
    blank = submission_table(workspace, nothing)
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
    image_of = dict(zip(workspace.test["id"], workspace.test["image"], strict=True))
    said = Predictions(table[key].map(image_of).to_numpy(dtype=object), {}, {TARGET: labels})
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    record = SubmissionRecord(
        name=settled_name(workspace, name, path.stem, sha256),
        created=datetime.now(UTC),
        csv=sha256,
        blend=f"file {path.name}",
        rule="unknown",
        basis=workspace.basis.model_copy(update={"folds": None}),
    )
    return beside_earlier(workspace, record, content, table, None, class_mix(workspace, None, said))


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
