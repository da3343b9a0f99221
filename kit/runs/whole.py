"""A complete run's predictions laid together, for notebooks and other programs: made of its folds, and made anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import fingerprint
from kit.reading import opened, parse_json
from kit.runs.predictions import write_predictions
from kit.runs.store import Run

_MADE_OF = "made_of"
"""The attribute of the table that holds the fingerprint of the fold files."""


def write_whole(run: Run) -> None:
    """Write oof.parquet and test.parquet of a complete run, unless those of these very folds are there."""
    if not run.complete:
        return
    folds = [run.fold_record(fold) for fold in run.finished_folds]
    wholes = [("test.parquet", run.test, fingerprint([fold.test for fold in folds]))]
    if not run.record.all_data:
        wholes.append(("oof.parquet", run.oof, fingerprint([fold.oof for fold in folds])))
    for name, whole, made_of in wholes:
        if _made_of(run.path / name) != made_of:
            write_predictions(run.path / name, whole(), run.record.classes, {_MADE_OF: made_of})


def write_wholes(workspace: Workspace, runs: Iterable[Run]) -> None:
    """The same for several; what cannot be laid together is told of."""
    for run in runs:
        try:
            write_whole(run)
        except KitError as error:
            workspace.warn_once(f"{run.id}: its folds were not laid together: {error}")


def _made_of(path: Path) -> str | None:
    """The fingerprint of the folds that a file was made of; None where there is no such file or it does not say."""
    import pyarrow
    import pyarrow.parquet

    try:
        with opened(path) as handle:
            metadata = pyarrow.parquet.read_schema(handle).metadata or {}
        told = parse_json(
            metadata.get(b"PANDAS_ATTRS", b"{}").decode(), path, "what this file says of itself is damaged"
        )
    except (KitError, ValueError, OSError, pyarrow.ArrowException):
        return None
    found = told.get(_MADE_OF) if isinstance(told, dict) else None
    return found if isinstance(found, str) else None
