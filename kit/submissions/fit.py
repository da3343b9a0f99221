"""What the blend of a submission had learnt: as its record says, or made again where an older record does not."""

from __future__ import annotations

import hashlib

from kit.blend.blend import spec_blend
from kit.blend.kept import KeptPiece
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.reporter import Reporter
from kit.submissions.form import csv_bytes, read_layout, written
from kit.submissions.record import SubmissionRecord


def fit_of(workspace: Workspace, record: SubmissionRecord, reporter: Reporter) -> tuple[KeptPiece, ...]:
    """The fit of a submission that was made here. One that its record does not say is made again from OOF predictions,
    and must give the submission's own file.
    """
    if record.fit:
        return record.fit
    if not record.members:
        raise KitError("this submission was made elsewhere: there are no models behind it here", where=record.name)
    spec, _, mean = record.blend.partition(", ")
    todo = f"write it again with 'kit submit --blend {spec}'"
    try:
        blend = spec_blend(workspace, spec, reporter, mean="geometric" if mean else "arithmetic")
        layout = read_layout(workspace)
        content = csv_bytes(layout, written(workspace, layout, blend.test()))
    except KitError as error:
        told = f"its record is of an older kit, which did not keep what its blend had learnt, and now {error.what}"
        raise KitError(told, where=record.name, todo=todo) from error
    if hashlib.sha256(content).hexdigest() != record.csv:
        raise KitError(
            "its record is of an older kit, which did not keep what its blend had learnt, and the same blend is another"
            " one now",
            where=record.name,
            todo=todo,
        )
    return blend.kept()
