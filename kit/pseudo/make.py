"""A pseudo-label round: for every fold its own teachers, its own thresholds, its own file."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import write_bytes, write_record
from kit.pseudo.choose import settings_of
from kit.pseudo.foretold import foretold, oof_of_teachers, tell_of_none
from kit.pseudo.label import FoldLabels, encode, label_test, teacher_of
from kit.pseudo.lineage import Lineage
from kit.pseudo.record import (
    PseudoFile,
    PseudoSettings,
    Reviewed,
    RoundRecord,
    TaskRound,
    Teachers,
    read_round,
    round_dir,
)
from kit.pseudo.reviewed import read_reviewed
from kit.pseudo.separability import Look, measure_separability
from kit.reporter import Reporter
from kit.runs.store import Run, check_comparable, find_run, kept, run_folders
from kit.targets.classes import ClassesTask


def make_round(
    workspace: Workspace,
    round: int,
    runs_of_task: Mapping[str, Sequence[Run]],
    settings: PseudoSettings,
    teachers: Teachers,
    selected: tuple[str, ...],
    look: Look,
    reporter: Reporter,
    *,
    force: bool = False,
) -> RoundRecord:
    """Label the test set for `round` with runs of earlier rounds, and write the round's files.

    `look` gives the features by which test and train photos are compared. Everything is made in memory first: an error
    leaves what was there. Labels that runs have eaten are only replaced by others with `force`.
    """
    workspace.require_test_set()
    workspace.require_photos()
    duplicates = workspace.pixels.duplicates_in_test(workspace.train["image"], workspace.test["image"])
    if duplicates:
        reporter.warn(f"{len(duplicates)} test photos are train photos too (the same content) and get no label")
    lineage, made, parts = Lineage(workspace), {}, {}
    decided = read_reviewed(workspace)
    for task, runs in runs_of_task.items():
        _check_teachers(lineage, runs, task, round, teachers)
        check_comparable(workspace, runs)
        with_oof = [run for run in runs if not run.record.all_data]
        if not with_oof:
            raise KitError(
                f"no teacher of the task '{task}' has OOF predictions to forecast the labels by",
                where=f"round {round}",
                todo="name a run with folds too",
            )
        own = settings_of(workspace.competition.task(task), settings)
        reviewed = decided.get(task, ())
        made[task] = _label_task(workspace, runs, task, own, teachers, duplicates, reviewed)
        tell_of_none(workspace, task, made[task], reporter)
        apart = measure_separability(workspace, with_oof[0], look)
        parts[task] = TaskRound(
            settings=own,
            teachers=teachers,
            selected=selected,
            duplicates=tuple(sorted(duplicates)),
            reviewed=reviewed,
            files=tuple(_file(task, labels) for labels in made[task]),
            forecast=foretold(workspace, with_oof, task, made[task]),
            separability=None if apart is None else apart.between,
            separability_alike=None if apart is None else apart.alike,
            separability_sd=None if apart is None else apart.sd,
            separability_by=None if apart is None else apart.by,
            caveat=_caveat(workspace, lineage, with_oof, task, made[task], pooled=teachers == "pooled"),
        )
    return _write_round(workspace, round, teachers, made, parts, reporter, force=force)


def heed_reviews(
    workspace: Workspace, round: int, teachers: Teachers, reporter: Reporter, *, force: bool = False
) -> RoundRecord:
    """Make a round's labels anew as reviewed.csv now decides of single photos; its teachers and settings stay.

    Labels that runs have eaten are only replaced by others with `force`.
    """
    workspace.require_test_set()
    before = read_round(workspace.pseudo_dir, round, teachers)
    reason = workspace.why_apart(before.basis)
    if reason is not None:
        raise KitError(reason, where=f"round {round}", todo=f"run 'kit pseudo --round {round}' anew")
    lineage, decided, made, parts = Lineage(workspace), read_reviewed(workspace), {}, {}
    for task, part in before.tasks.items():
        # in the order in which they were averaged
        ids = dict.fromkeys(teacher.run for file in part.files for teacher in file.teachers)
        runs = [find_run(workspace, run_id) for run_id in ids]
        _check_teachers(lineage, runs, task, round, teachers)
        check_comparable(workspace, runs)
        reviewed = decided.get(task, ())
        made[task] = _label_task(workspace, runs, task, part.settings, teachers, part.duplicates, reviewed)
        tell_of_none(workspace, task, made[task], reporter)
        files = tuple(_file(task, labels) for labels in made[task])
        with_oof = [run for run in runs if not run.record.all_data]
        known = foretold(workspace, with_oof, task, made[task])
        parts[task] = part.model_copy(update={"files": files, "reviewed": reviewed, "forecast": known})
    return _write_round(workspace, round, teachers, made, parts, reporter, force=force)


def _write_round(
    workspace: Workspace,
    round: int,
    teachers: Teachers,
    made: Mapping[str, Sequence[FoldLabels]],
    parts: Mapping[str, TaskRound],
    reporter: Reporter,
    *,
    force: bool,
) -> RoundRecord:
    """Write the labels that were made, beside those of other tasks that are there by now."""
    directory = round_dir(workspace.pseudo_dir, round, teachers)
    used = {teacher.run for lanes in made.values() for labels in lanes for teacher in labels.teachers}
    with claimed(directory / "round.json", reporter), kept(workspace, sorted(used)):
        before = read_round(workspace.pseudo_dir, round, teachers) if (directory / "round.json").exists() else None
        others = before.tasks if before is not None and workspace.why_apart(before.basis) is None else {}
        tasks = {**others, **parts}
        basis, n_folds = workspace.basis.of_photos, workspace.folds.n_folds
        record = RoundRecord(round=round, basis=basis, n_folds=n_folds, tasks=tasks)
        _refuse_to_replace(workspace, before, record, teachers, force)
        for task, labels_of_task in made.items():
            for labels in labels_of_task:
                write_bytes(directory / _file_name(task, labels.fold), labels.content)
        write_record(directory / "round.json", record)
    return record


def _file_name(task: str, fold: int | None) -> str:
    return f"{task}-all.parquet" if fold is None else f"{task}-fold{fold}.parquet"


def _file(task: str, labels: FoldLabels) -> PseudoFile:
    return PseudoFile(
        name=_file_name(task, labels.fold),
        sha256=hashlib.sha256(labels.content).hexdigest(),
        fold=labels.fold,
        teachers=labels.teachers,
        thresholds=tuple(map(float, labels.chosen.thresholds)),
        rows=len(labels.chosen.rows),
    )


def _check_teachers(lineage: Lineage, runs: Sequence[Run], task: str, round: int, teachers: Teachers) -> None:
    if not runs:
        raise KitError(
            f"no complete run of the task '{task}' is of round {round - 1}",
            where=f"round {round}",
            todo=f"run 'kit train{f' --round {round - 1}' if round > 1 else ''} --task {task}' first",
        )
    for run in runs:
        if run.record.round >= round:
            raise KitError(
                f"it is of round {run.record.round}, and round {round} is taught by runs of earlier rounds",
                where=run.id,
                todo=f"name runs of round {round - 1}{' or before' if round > 1 else ''}",
            )
        for fold in run.expected_folds:
            verdict = lineage.verdict(run, fold)
            if not verdict.clean and teachers == "own_fold":
                raise KitError(
                    f"fold {fold} cannot teach: {verdict.step}",
                    where=run.id,
                    todo="leave it out, or pool all teachers with --teachers pooled, which taints what comes of it",
                )


def _label_task(
    workspace: Workspace,
    runs: Sequence[Run],
    task: str,
    settings: PseudoSettings,
    teachers: Teachers,
    duplicates: Collection[str],
    reviewed: Sequence[Reviewed],
) -> list[FoldLabels]:
    """Every fold's labels: from the fold-k models alone, or, pooled, from the models of all folds."""
    n_folds = workspace.folds.n_folds
    lanes: list[int | None] = [*range(n_folds), *([None] if teachers == "pooled" else [])]
    found = []
    for valid_fold in lanes:
        used = tuple(
            teacher_of(run, fold, task, settings)
            for run in runs
            for fold in ([valid_fold] if teachers == "own_fold" and valid_fold is not None else run.expected_folds)
        )
        try:
            chosen, table = label_test(workspace, task, valid_fold, used, settings, sorted(duplicates), reviewed)
        except KitError as error:
            where = f"{task}, {'all folds' if valid_fold is None else f'fold {valid_fold}'}"
            raise KitError(error.what, where=error.where or where, todo=error.todo) from None
        found.append(FoldLabels(valid_fold, used, chosen, encode(table)))
    return found


def _caveat(
    workspace: Workspace, lineage: Lineage, runs: Sequence[Run], task: str, made: Sequence[FoldLabels], *, pooled: bool
) -> str | None:
    """What is to be known of labels that no forecast by class is made of, and of pooled ones."""
    asked, told = workspace.competition.task(task), []
    if not isinstance(asked, ClassesTask) and asked.activation != "sigmoid":
        oof, truth = oof_of_teachers(workspace, runs, task, made), workspace.truth(task)
        off = asked.taught(truth) - oof
        told.append(f"out of fold these teachers are off by {np.sqrt((off**2).mean()):.4g} (root mean square)")
    if pooled:
        told.append(_pooled_caveat(lineage, runs))
    return ". ".join(told) or None


def _pooled_caveat(lineage: Lineage, runs: Sequence[Run]) -> str:
    """What the forecast of pooled teachers is not."""
    told = (
        "the forecast is of one fold's models at a time, on people that they were not trained on; the labels are of the"
        " models of all folds together, which no train photo can judge, for most of them have seen its label"
    )
    if any(lineage.taint(run) for run in runs):
        told += ". The labels of these people reached these teachers by way of the test set too: expect less than it"
    return told


def _refuse_to_replace(
    workspace: Workspace, before: RoundRecord | None, record: RoundRecord, teachers: Teachers, force: bool
) -> None:
    if before is None or force:
        return
    for task, part in before.tasks.items():
        now = record.tasks.get(task)
        if now is not None and now.fingerprint == part.fingerprint:
            continue
        eaters = [
            run.id
            for run in run_folders(workspace)
            if run.record.round == record.round
            and run.record.teachers == teachers
            and run.record.pseudo.get(task) == part.fingerprint
        ]
        if eaters:
            raise KitError(
                f"{', '.join(eaters)} ate other labels of this round than these",
                where=f"round {record.round}, task {task}",
                todo="keep them, or write anew with --force, after which those runs can no longer be proved",
            )
