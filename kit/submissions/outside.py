"""A submission that was made elsewhere: a csv without models here, so that only the host can score it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.reading import read_bytes
from kit.submissions.form import read_layout
from kit.submissions.make import Checked, beside_earlier, settled_name
from kit.submissions.mix import answer_mix
from kit.submissions.reading import read_back
from kit.submissions.record import SubmissionRecord
from kit.submissions.sent import read_sent


def prepare_file(workspace: Workspace, path: Path, name: str | None) -> Checked:
    """Check a csv against the sample's header and ids and what can be answered; its bytes are kept as they are."""
    workspace.require_test_set()
    layout = read_layout(workspace)
    content = read_bytes(path)
    table = read_sent(workspace, layout, content, path)
    said = read_back(workspace, table, path)
    sha256 = hashlib.sha256(content).hexdigest()
    record = SubmissionRecord(
        name=settled_name(workspace, name, path.stem, sha256),
        created=datetime.now(UTC),
        csv=sha256,
        blend=f"file {path.name}",
        rule="unknown",
        basis=workspace.basis.model_copy(update={"folds": None}),
    )
    return beside_earlier(workspace, record, content, table, layout, None, answer_mix(workspace, None, said))
