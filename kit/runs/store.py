"""Runs on disk: found, read, and checked against the data and folds that they claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.top_means import mean_of
from kit.files import file_sha256, read_record, write_record
from kit.reporter import Reporter
from kit.runs.predictions import Predictions, join_rows, read_predictions
from kit.runs.record import FoldRecord, Machine, RunRecord

REMOVAL = "removal"
"""What is claimed in the folder of runs to remove some, or to write what stands on them."""


@dataclass(frozen=True)
class Run:
    """A run's folder. Its state is what lies there: a fold is finished when it has a record."""

    path: Path

    @cached_property
    def record(self) -> RunRecord:
        record = read_record(self.path / "run.json", RunRecord)
        odd = [task for task in record.tasks if task not in record.classes]
        if odd:
            raise KitError(f"this record has no classes of its task '{odd[0]}'", where=self.path / "run.json")
        return record

    @property
    def id(self) -> str:
        return self.path.name

    def fold_dir(self, fold: int) -> Path:
        return self.path / f"fold{fold}"

    def work_dir(self, fold: int) -> Path:
        """Where a fold is made, until it is whole and becomes `fold_dir`."""
        return self.path / f".fold{fold}.part"

    @property
    def expected_folds(self) -> tuple[int, ...]:
        return self.record.expected_folds

    @property
    def finished_folds(self) -> tuple[int, ...]:
        return tuple(fold for fold in self.expected_folds if is_finished(self, fold))

    @property
    def missing_folds(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.expected_folds) - set(self.finished_folds)))

    @property
    def complete(self) -> bool:
        return not self.missing_folds

    def fold_record(self, fold: int) -> FoldRecord:
        """The record of a finished fold; its device and seconds are of this machine, where it was trained here."""
        path = self.fold_dir(fold) / "fold.json"
        record = read_record(path, FoldRecord, together=[path.parent])
        if record.fold != fold:
            raise KitError(f"this record is of fold {record.fold}", where=path, todo="restore it from git")
        try:
            return record.model_copy(update=dict(read_record(self._machine_path(fold), Machine)))
        except KitError:
            return record

    def write_fold(self, folder: Path, record: FoldRecord) -> None:
        """Write a fold's record into `folder`, where it is made, and apart from it what it cost here."""
        write_record(
            self._machine_path(record.fold), Machine(**{name: getattr(record, name) for name in Machine.model_fields})
        )
        write_record(folder / "fold.json", record)

    def _machine_path(self, fold: int) -> Path:
        return self.path / "machine" / f"fold{fold}.json"

    def check_fold(self, fold: int, folder: Path | None = None, *, weights: bool = True) -> None:
        """Refuse a fold whose files are not those that its record names; weights that are not here are no fault.

        folder: where it lies, if not in its own; without `weights` those are not looked at.
        """
        folder = folder or self.fold_dir(fold)
        record = read_record(folder / "fold.json", FoldRecord, together=[folder])
        for name, sha256 in (("oof.parquet", record.oof), ("test.parquet", record.test)):
            if sha256 is not None:
                _check_file(folder / name, sha256)
        path = folder / "weights.safetensors"
        if weights and record.weights is not None and path.exists():
            _check_file(path, record.weights)

    def fold_oof(self, fold: int) -> Predictions:
        """Probabilities for the fold's validation side, checked against the record's hash."""
        record = self.fold_record(fold)
        found = self._predictions(fold, "oof.parquet", record.oof)
        if len(found.images) != record.n_valid:
            raise KitError(
                f"it has {len(found.images)} rows, and its record counts {record.n_valid}",
                where=self.fold_dir(fold) / "oof.parquet",
                todo="train that fold again",
            )
        return found

    def fold_test(self, fold: int) -> Predictions:
        """Probabilities of the fold's model for the whole test set, checked against the record's hash."""
        return self._predictions(fold, "test.parquet", self.fold_record(fold).test)

    def _predictions(self, fold: int, name: str, sha256: str | None) -> Predictions:
        path = self.fold_dir(fold) / name
        if sha256 is None:
            raise KitError("this run leaves no such predictions", where=path)
        _check_file(path, sha256)
        return read_predictions(path, self.record.classes, self.record.kinds, self.record.kept)

    def oof(self) -> Predictions:
        """Out-of-fold probabilities of the finished folds, fold after fold."""
        return join_rows([self.fold_oof(fold) for fold in self.finished_folds])

    def test(self) -> Predictions:
        """Test probabilities, the mean of the finished folds' models."""
        parts = [self.fold_test(fold) for fold in self.finished_folds]
        first = parts[0]
        places = [self.fold_dir(fold) / "test.parquet" for fold in self.finished_folds]
        aligned = [part.aligned(first.images, where) for part, where in zip(parts, places, strict=True)]
        mean = {task: mean_of([part.probs[task] for part in aligned]) for task in first.probs}
        return Predictions(first.images, mean, kinds=first.kinds)

    @property
    def unreadable(self) -> frozenset[str]:
        """The test photos that its folds could not read and predicted as the train side is shared out."""
        return frozenset(image for fold in self.finished_folds for image in self.fold_record(fold).unreadable)


def is_finished(run: Run, fold: int) -> bool:
    return (run.fold_dir(fold) / "fold.json").exists()


def _check_file(path: Path, sha256: str) -> None:
    """Refuse a fold's file that is not there, or not the one that its record names."""
    if not path.exists():
        raise KitError("there is no such file", where=path, todo=f"restore it, or delete {path.parent} and train again")
    if file_sha256(path) != sha256:
        raise KitError(
            "this file is not the one that the fold's record names: it was changed or damaged",
            where=path,
            todo=f"restore it, or delete {path.parent} and run 'kit train' again",
        )


def run_folders(workspace: Workspace) -> list[Run]:
    """Every run of the workspace, in the order of their ids, whether its records can be read or not."""
    return [Run(path.parent) for path in sorted(workspace.runs_dir.glob("[!.]*/run.json"))]


@contextmanager
def kept(workspace: Workspace, run_ids: Iterable[str]) -> Iterator[None]:
    """The time to write what stands on these runs: nobody removes any. KitError where one is gone already."""
    with claimed(workspace.runs_dir / REMOVAL, workspace.reporter):
        for run_id in run_ids:
            if not (workspace.runs_dir / run_id / "run.json").exists():
                raise KitError("this run was removed meanwhile", where=run_id, todo="run the command again without it")
        yield


def all_runs(workspace: Workspace) -> list[Run]:
    """Every run whose records can be read; the others are told of, once, and left out."""
    found = []
    for run in run_folders(workspace):
        try:
            for fold in run.finished_folds:
                run.fold_record(fold)
        except KitError as error:
            workspace.warn_once(f"{run.id} is left out: {error}")
        else:
            found.append(run)
    return found


def find_run(workspace: Workspace, name: str) -> Run:
    """The run with this id, or with an id that starts so; of a family that starts so, its seed 0."""
    ids = {run.id: run for run in run_folders(workspace)}
    if name in ids:
        return ids[name]
    starting = [run_id for run_id in ids if run_id.startswith(name)]
    if len(starting) == 1:
        return ids[starting[0]]
    families = {ids[run_id].record.family for run_id in starting}
    if len(families) == 1 and (family := families.pop()) in starting:
        return ids[family]
    if starting:
        raise KitError(f"'{name}' could be {', '.join(starting)}", todo="write more of the id")
    raise KitError(f"there is no run '{name}'", where=workspace.runs_dir, todo=nearest(name, ids))


def family_of(workspace: Workspace, run: Run) -> list[Run]:
    """The complete runs that differ from `run` by nothing but their seed, itself among them, by seed."""
    family = run.record.family
    alike = [other for other in all_runs(workspace) if other.id == family or other.id.startswith(f"{family}-s")]
    seeds = [other for other in alike if other.record.family == family and other.complete]
    return sorted(seeds, key=lambda other: other.record.seed)


def check_comparable(workspace: Workspace, runs: Sequence[Run]) -> None:
    """Refuse, by name, a run that stands on something else than the workspace does now."""
    for run in runs:
        reason = workspace.why_apart(run.record.basis)
        if reason is not None:
            raise KitError(reason, where=run.id, todo="leave it out, or train it again")


def comparable_runs(workspace: Workspace, runs: Sequence[Run], reporter: Reporter) -> list[Run]:
    """The runs that stand on what the workspace does now; the others are told of and left out."""
    found: list[Run] = []
    apart: dict[str, list[str]] = {}
    for run in runs:
        reason = workspace.why_apart(run.record.basis)
        if reason is None:
            found.append(run)
        else:
            apart.setdefault(reason, []).append(run.id)
    for reason, ids in apart.items():
        reporter.warn(f"{', '.join(ids)} {'is' if len(ids) == 1 else 'are'} not comparable and left out: {reason}")
    return found
