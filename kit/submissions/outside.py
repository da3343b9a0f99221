"""A submission that was made elsewhere: a csv without models here, so that only the host can score it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from kit.competition.labels import LINE
from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.submissions.form import read_back, read_layout
from kit.submissions.make import Checked, beside_earlier, class_mix, settled_name
from kit.submissions.record import SubmissionRecord


def prepare_file(workspace: Workspace, path: Path, name: str | None) -> Checked:
    """Check a csv against the sample's columns and ids and the known classes; its bytes are kept as they are."""
    competition, layout = workspace.competition, read_layout(workspace)
    table = read_csv(path)
    columns = table.columns.drop(LINE)
    if tuple(columns) != layout.columns:
        raise KitError(
            f"its columns are {', '.join(columns)}, and the host wants {', '.join(layout.columns)}", where=path
        )
    key = competition.submission.id
    if table[key].duplicated().any():
        raise KitError(f"the id '{table[key][table[key].duplicated()].iloc[0]}' stands there twice", where=path)
    odd = set(table[key]) ^ set(layout.ids)
    if odd:
        raise KitError(f"{len(odd)} ids are missing or unknown, the first is '{min(map(str, odd))}'", where=path)
    said = read_back(competition, table, path)
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
    return beside_earlier(workspace, record, content, table, layout, None, class_mix(workspace, None, said))
