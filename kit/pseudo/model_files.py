"""What a fold's model left, against its records: predictions, rows, weights, and what nothing here can tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.images.crops import read_crops
from kit.parquet_file import read_parquet_columns
from kit.runs.contents import Tensors, read_tensors
from kit.runs.record import FoldRecord
from kit.runs.store import Run
from kit.table_file import Column

NO_WEIGHTS = "weights not here"
WEIGHTS_ENDINGS = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")
"""Of a recipe's `weights` that is a file; another name that is no file is that of a package, which is published."""


def check_files(run: Run, fold: int, folded: FoldRecord, valid_images: Collection[str] | None) -> None:
    """The predictions must be the recorded ones, and the OOF rows exactly the fold's validation side."""
    for file, sha256 in (("oof.parquet", folded.oof), ("test.parquet", folded.test)):
        path = run.fold_dir(fold) / file
        if sha256 is not None and (not path.exists() or file_sha256(path) != sha256):
            raise KitError(f"{file} is not the one that its record names")
    if valid_images is None:
        return
    images = read_parquet_columns(run.fold_dir(fold) / "oof.parquet", [Column("image")])["image"]
    if len(images) != len(valid_images) or set(images) != valid_images:
        raise KitError("its OOF rows are not the validation side of its fold")


def check_counts(
    folded: FoldRecord, recipe: Mapping[str, Any], n_train: int, n_valid: int, label_files: Sequence[Path]
) -> None:
    """The counts of a fold's record must be those of its sides, (n_train, n_valid) rows, and of the labels it ate."""
    held = recipe.get("holdout") or 0
    if folded.n_valid != n_valid or folded.n_train > n_train or (not held and folded.n_train != n_train):
        raise KitError(
            f"its record counts {folded.n_train} train and {folded.n_valid} validation rows,"
            f" and its fold has {n_train} and {n_valid}"
        )
    eaten = {image for path in label_files for image in read_parquet_columns(path, [Column("image")])["image"]}
    if folded.n_pseudo != len(eaten):
        raise KitError(f"its record counts {folded.n_pseudo} pseudo-labelled rows, and its label files {len(eaten)}")


def check_weights(run: Run, fold: int, folded: FoldRecord) -> None:
    """Weights that are here must be those that the record names."""
    path = run.fold_dir(fold) / "weights.safetensors"
    if folded.weights is None or not path.exists():
        return
    if file_sha256(path) != folded.weights:
        raise KitError("weights.safetensors is not the file that its record names")
    read_tensors(path, 0)


def start_file(workspace: Workspace, recipe: Mapping[str, Any]) -> Path | None:
    """The weights file of the workspace that a recipe starts from; None where it names none, or a package's."""
    named = recipe.get("weights")
    if named is None:
        return None
    path = workspace.root / str(named)
    return path if path.is_file() or path.suffix in WEIGHTS_ENDINGS else None


def read_start(path: Path, sha256: str | None) -> Tensors | None:
    """What is in the weights file that a model started from; None where it is not here any more."""
    if not path.is_file() or file_sha256(path) != sha256:
        return None
    return read_tensors(path)


def open_questions(
    workspace: Workspace, run: Run, fold: int, folded: FoldRecord, recipe: Mapping[str, Any]
) -> list[str]:
    """What the files of a model would have to be here for."""
    found = []
    fitted_again = "learner" in recipe  # from the start: all that a classic learner is
    if folded.weights is not None and not fitted_again and not (run.fold_dir(fold) / "weights.safetensors").exists():
        found.append(NO_WEIGHTS)
    if recipe.get("images") == "crop" and read_crops(workspace.crops_path).record.detector is None:
        found.append("its face boxes came from a csv")
    return found
