"""Whose labels reached a model: walked back through records and files, and never read from a flag.

A model is clean for fold k when no label of a person of its validation side V_k reached it, directly or through a
pseudo label. What cannot be proved counts as having seen everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kit.competition.basis import OnBasis
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, fingerprint
from kit.pseudo.alike import Alike, Model
from kit.pseudo.label import NEAR, difference, label_test, read_label_file, teacher_of
from kit.pseudo.model_files import (
    NO_WEIGHTS,
    check_counts,
    check_files,
    check_weights,
    open_questions,
    read_start,
    start_file,
)
from kit.pseudo.record import RoundRecord, TaskRound, Teachers, read_round, round_dir
from kit.pseudo.trace import Trace, Verdict, with_parents
from kit.runs.identity import check_id, kept_recipe
from kit.runs.record import FoldRecord, HeadShape, RunRecord
from kit.runs.store import Run

OUTSIDE = "it was made outside, so that nothing proves what it saw"

RunAgain = Callable[[Run, int], tuple[str | None, tuple[str, ...]]]
"""Runs a fold's model again: how far it is from what its files say, and what that cannot prove. KitError where it is
not the model that its files and record say.
"""


class Lineage:
    """The lineage of a workspace's artefacts; each is looked at once."""

    def __init__(self, workspace: Workspace, again: RunAgain | None = None, *, weights: bool = True) -> None:
        """again: how models are run again, where that is asked for. weights: whether weights are looked into."""
        self.workspace = workspace
        self._again = again
        self._weights = weights
        self._alike = Alike(workspace, weights)
        table = workspace.folds.table
        self.groups = sorted(set(table["group"]))
        places = {group: index for index, group in enumerate(self.groups)}
        self.everybody = (1 << len(self.groups)) - 1
        self.valid_groups = [
            sorted(set(table["group"][workspace.folds.valid(k)])) for k in range(workspace.folds.n_folds)
        ]
        self.valid_bits = [group_bits([places[group] for group in groups]) for groups in self.valid_groups]
        images = table["image"].to_numpy(dtype=object)
        self.valid_images = [set(images[workspace.folds.valid(k)]) for k in range(workspace.folds.n_folds)]
        self._traces: dict[tuple[object, ...], Trace] = {}

    def verdict(self, run: Run, fold: int) -> Verdict:
        """Judge a fold's model for its own lane."""
        trace = self.model(run.id, fold)
        if _all_data(run):
            return Verdict(
                trace, None, len(self.groups), f"{trace.name}: trained on everybody, there is no validation side"
            )
        if _outside(run) and run.record.trained_per_fold and self.workspace.why_apart(run.record.basis) is None:
            return Verdict(trace, fold, 0, f"{trace.name}: {OUTSIDE}", unproven=True)
        leaked = trace.seen & self.valid_bits[fold]
        return Verdict(trace, fold, leaked.bit_count(), self._step(trace, self.valid_bits[fold]) if leaked else None)

    def taint(self, run: Run) -> tuple[str, ...]:
        """The steps by which validation labels reached the run's finished folds; empty for honest OOF."""
        verdicts = [self.verdict(run, fold) for fold in run.finished_folds]
        steps = (verdict.step for verdict in verdicts if verdict.step is not None and not verdict.unproven)
        return tuple(dict.fromkeys(steps))

    def unproven(self, run: Run) -> tuple[str, ...]:
        """Why nothing can be proved of a run that was made outside; empty for all others."""
        return (f"{run.id}: {OUTSIDE}",) if _outside(run) else ()

    def selected(self, run: Run) -> tuple[str, ...]:
        """What validation labels chose on the way to the run."""
        return tuple(sorted({what for fold in run.finished_folds for what in self.model(run.id, fold).selected}))

    def _step(self, trace: Trace, bits: int) -> str:
        """The earliest artefact of this lane at which one of `bits` came in."""
        for parent in trace.parents:
            if parent.fault is None and parent.direct & bits:
                return f"{trace.name}: it comes of {parent.name}, which read labels of this fold's validation people"
            if parent.seen & bits:
                return self._step(parent, bits)
        return f"{trace.name}: {trace.fault or 'trained on validation people of this fold'}"

    def _once(self, key: tuple[object, ...], name: str, make: Callable[[], Trace]) -> Trace:
        if key not in self._traces:
            # a chain that leads back to itself proves nothing
            self._traces[key] = Trace(name, self.everybody, "its lineage leads back to itself")
            try:
                self._traces[key] = make()
            except KitError as error:
                self._traces[key] = Trace(name, self.everybody, str(error))
        return self._traces[key]

    def model(self, run_id: str, fold: int) -> Trace:
        """The trace of a fold's model."""
        name = f"{run_id}/fold{fold}"
        return self._once(("model", run_id, fold), name, lambda: self._model(name, run_id, fold))

    def labels(self, round: int, teachers: Teachers, task: str, fold: int | None) -> Trace:
        """The trace of a pseudo-label file."""
        name = f"{round_dir(Path('pseudo'), round, teachers)}/{task}-{'all' if fold is None else f'fold{fold}'}"
        return self._once(
            ("labels", round, teachers, task, fold), name, lambda: self._labels(name, round, teachers, task, fold)
        )

    def _model(self, name: str, run_id: str, fold: int) -> Trace:
        run = Run(self.workspace.runs_dir / run_id)
        record, folded = run.record, run.fold_record(fold)
        self._same_basis(record)
        if record.outside:
            raise KitError(OUTSIDE if record.trained_per_fold else f"{OUTSIDE}, and it was not trained fold by fold")
        valid_fold = None if record.all_data else fold
        if folded.fold != fold or record.n_folds != len(self.valid_groups):
            raise KitError("its record is that of another fold")
        valid = [] if valid_fold is None else self.valid_groups[valid_fold]
        if folded.train_groups != fingerprint(sorted(set(self.groups) - set(valid))):
            raise KitError("it was trained on other people than the train side of its fold")
        check_files(run, fold, folded, None if valid_fold is None else self.valid_images[valid_fold])
        if self._weights:
            check_weights(run, fold, folded)
        parents = [
            self._eaten(record, task, valid_fold, sha256) for task, sha256 in sorted(folded.pseudo_files.items())
        ]
        if set(folded.pseudo_files) != set(record.pseudo) or bool(record.round) != bool(record.pseudo):
            raise KitError("it did not eat the pseudo labels that its run names")
        if folded.n_pseudo and not folded.pseudo_files:
            raise KitError("it ate pseudo labels that its record does not name")
        recipe = kept_recipe(run)
        not_proved: list[str] = []
        if record.init_from is not None:
            parent = Run(self.workspace.runs_dir / record.init_from)
            if folded.init_weights is None or parent.fold_record(fold).weights != folded.init_weights:
                raise KitError(f"it did not start from the weights that {record.init_from} has now")
            parents.append(self.model(record.init_from, fold))
        elif folded.init_weights is not None:
            # a weights file from outside has read none of these labels, unless it is a model's of this workspace
            models, not_proved = self._started_from(recipe, folded)
            parents += [self.model(*model) for model in models if model != (run_id, fold)]
        direct = self.everybody ^ (self.valid_bits[valid_fold] if valid_fold is not None else 0)
        chosen = frozenset(folded.selected) | ({"epoch"} if recipe.get("early_stopping") and valid else set())
        trace = with_parents(name, direct, chosen, parents)
        trace = replace(trace, open=(*not_proved, *open_questions(self.workspace, run, fold, folded, recipe)))
        return self._proved(trace, run, fold)

    def _started_from(self, recipe: Mapping[str, Any], folded: FoldRecord) -> tuple[list[Model], list[str]]:
        """The models of the workspace that the weights file it started from holds, and what is not known of it."""
        assert folded.init_weights is not None
        models, path = self._alike.named(folded.init_weights), start_file(self.workspace, recipe)
        if models or path is None:
            return models, []
        tensors = read_start(path, folded.init_weights)
        if tensors is None:
            return [], [f"the weights that it started from are not here ({recipe['weights']})"]
        models = self._alike.inside(tensors, folded.init_weights)
        if not models and tensors.of_a_run:
            raise KitError(
                f"it started from {recipe['weights']}, a model that kit trained and that no run here is any more"
            )
        return models, [] if models else [f"what {recipe['weights']} was trained on"]

    def _proved(self, trace: Trace, run: Run, fold: int) -> Trace:
        """The same trace, where all that can be made again is what the run's record and files say.

        What is not clean already is not looked into further.
        """
        if run.record.all_data or trace.seen & self.valid_bits[fold]:
            return trace
        record, folded, recipe = run.record, run.fold_record(fold), kept_recipe(run)
        for task, eaten in record.pseudo.items():
            part = _part(read_round(self.workspace.pseudo_dir, record.round, record.teachers), task)
            if part.fingerprint != eaten:
                raise KitError(f"the labels of round {record.round} are others than those that the run names")
        not_proved = list(trace.open)
        with_bins = [task for task, shape in folded.heads.items() if isinstance(shape, HeadShape)]
        if not check_id(self.workspace, run, recipe, folded.init_weights, with_bins):
            not_proved.append("its record is of an older kit, whose ids were made otherwise")
        files = [self._file_path(record.round, record.teachers, task, fold) for task in record.pseudo]
        n_valid = len(self.valid_images[fold])
        check_counts(folded, recipe, len(self.workspace.train) - n_valid, n_valid, files)
        self._check_alike(run, fold, folded)
        again = None
        if self._again is not None and NO_WEIGHTS not in not_proved:
            again, more = self._again(run, fold)
            not_proved += more
        return replace(trace, open=tuple(not_proved), again=again)

    def _check_alike(self, run: Run, fold: int, folded: FoldRecord) -> None:
        """Refuse a model whose weights or predictions are those of another one that other labels trained."""
        for what, (other_id, other_fold) in self._alike.others(run, fold):
            other = Run(self.workspace.runs_dir / other_id)
            same = other_fold == fold and not other.record.all_data and other.record.teachers == run.record.teachers
            if not same or other.fold_record(other_fold).train_groups != folded.train_groups:
                raise KitError(f"its {what} are those of {other_id}/fold{other_fold}, which other labels trained")

    def _eaten(self, record: RunRecord, task: str, valid_fold: int | None, sha256: str) -> Trace:
        """The trace of the labels that a model ate, if they are those that lie there now."""
        trace = self.labels(record.round, record.teachers, task, valid_fold)
        path = self._file_path(record.round, record.teachers, task, valid_fold)
        if trace.fault is None and file_sha256(path) != sha256:
            return Trace(trace.name, self.everybody, "these are not the labels that the model ate")
        return trace

    def _file_path(self, round: int, teachers: Teachers, task: str, fold: int | None) -> Path:
        record = read_round(self.workspace.pseudo_dir, round, teachers)
        return round_dir(self.workspace.pseudo_dir, round, teachers) / _part(record, task).file(fold).name

    def _labels(self, name: str, round: int, teachers: Teachers, task: str, fold: int | None) -> Trace:
        record = read_round(self.workspace.pseudo_dir, round, teachers)
        self._same_basis(record)
        part = _part(record, task)
        if part.teachers != teachers:
            raise KitError(f"its record says {part.teachers}, and it lies among labels of {teachers}")
        not_proved = self._check_duplicates(part)
        file = part.file(fold)
        path = round_dir(self.workspace.pseudo_dir, round, teachers) / file.name
        if not path.exists() or file_sha256(path) != file.sha256:
            raise KitError("this file is not the one that round.json names: it was changed or swapped")
        for teacher in file.teachers:
            run = Run(self.workspace.runs_dir / teacher.run)
            if run.record.round >= round:
                raise KitError(f"its teacher {run.id} is of round {run.record.round}, which comes after these labels")
            now = teacher_of(run, teacher.fold, task, part.settings)
            if now.test != teacher.test:
                raise KitError(f"its teacher {teacher.run}/fold{teacher.fold} has been trained anew since")
            if now.temperature != teacher.temperature:
                raise KitError(f"its teacher {teacher.run}/fold{teacher.fold} has another temperature")
        chosen, right = label_test(
            self.workspace, task, fold, file.teachers, part.settings, part.duplicates, part.reviewed
        )
        wrong = difference(read_label_file(self.workspace, path, task), right)
        if wrong is None and any(abs(a - b) > NEAR for a, b in zip(chosen.thresholds, file.thresholds, strict=True)):
            wrong = "its thresholds are not those that its train side and its teachers give"
        if wrong is not None:
            raise KitError(wrong)
        parents = [self.model(teacher.run, teacher.fold) for teacher in file.teachers]
        # quotas read the class shares of the train side
        direct = self.everybody ^ (self.valid_bits[fold] if fold is not None else 0)
        selected = frozenset(part.selected)
        if part.reviewed:  # a person saw what models say that have seen other folds' people
            selected |= {"review"}
            not_proved += (f"{len(part.reviewed)} decisions of a person on single photos",)
        return replace(with_parents(name, direct, selected, parents), open=not_proved)

    def _check_duplicates(self, part: TaskRound) -> tuple[str, ...]:
        """The test photos that were left out must be those that are train photos too."""
        if self.workspace.pixels.fingerprint is None:
            return ("photos not here, so whether those left out are train photos too",) if part.duplicates else ()
        train, test = self.workspace.train["image"], self.workspace.test["image"]
        if set(part.duplicates) != self.workspace.pixels.duplicates_in_test(train, test):
            raise KitError("the test photos that it leaves out are not those that are train photos too")
        return ()

    def _same_basis(self, record: OnBasis) -> None:
        reason = self.workspace.why_apart(record.basis)
        if reason is not None:
            raise KitError(reason)


def group_bits(places: Sequence[int]) -> int:
    """The number whose bits at these places are 1: a set of groups, of a million too."""
    mask = np.zeros(max(places, default=0) + 1, dtype=np.uint8)
    mask[list(places)] = 1
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little") if places else 0


def _outside(run: Run) -> bool:
    try:
        return run.record.outside
    except KitError:
        return False


def _all_data(run: Run) -> bool:
    try:
        return run.record.all_data
    except KitError:
        return False


def _part(record: RoundRecord, task: str) -> TaskRound:
    if task not in record.tasks:
        raise KitError(f"round {record.round} has no labels of the task '{task}'")
    return record.tasks[task]
