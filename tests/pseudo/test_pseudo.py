"""`kit pseudo` and `kit train --round` on real tiny runs: what they write, and what they refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.mini import mini_workspace
from shared.once import made_once
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.files import file_sha256, write_record
from kit.pseudo.lineage import Lineage
from kit.pseudo.record import read_round
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.store import Run, all_runs

ROUND_1 = ["pseudo", "--round", "1", "--task", "mask"]


def _made(root: Path) -> None:
    workspace = mini_workspace(root)
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "mask") == 0


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A mini workspace with a run of the task mask, in two folds."""
    shutil.copytree(made_once("pseudo", _made)[0], tmp_path, dirs_exist_ok=True)
    return Workspace(tmp_path)


def files_of(workspace: Workspace) -> dict[str, bytes]:
    folder = workspace.pseudo_dir
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(workspace: Workspace, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line by which a command refuses; nothing may have been written."""
    before = files_of(workspace)
    capsys.readouterr()
    assert kit(workspace, *arguments) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert files_of(workspace) == before
    assert not any("Traceback" in line for line in told)
    return told[-1]


def only_run(workspace: Workspace) -> Run:
    (run,) = all_runs(workspace)
    return run


def replace_test(run: Run, fold: int, change: np.ndarray | None) -> None:
    """Give a fold other test probabilities, with a record to match; None: the damage goes round the checks."""
    path = run.fold_dir(fold) / "test.parquet"
    if change is None:
        table = pd.read_parquet(path)
        table.iloc[0, 1:] = np.nan
        table.to_parquet(path, index=False)
    else:
        images = pd.read_parquet(path)["image"].to_numpy(object)
        write_predictions(path, Predictions(images, {"mask": change}), run.record.classes)
    record = run.fold_record(fold).model_copy(update={"test": file_sha256(path)})
    write_record(run.fold_dir(fold) / "fold.json", record)


def test_two_rounds_are_clean_fold_by_fold(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    for number in ("1", "2"):
        assert kit(workspace, "pseudo", "--round", number, "--task", "mask") == 0
        assert kit(workspace, "train", "--round", number, "--task", "mask") == 0
    workspace = reopened(workspace)
    last = next(run for run in all_runs(workspace) if run.record.round == 2)
    assert not Lineage(workspace).taint(last)
    assert "-r2-" in last.id and last.fold_record(0).n_pseudo > 0
    for fold in range(2):
        valid = workspace.train["image"][workspace.folds.valid(fold)]
        assert set(last.fold_oof(fold).images) == set(valid)
        teachers = read_round(workspace.pseudo_dir, 2).tasks["mask"].file(fold).teachers
        assert [teacher.fold for teacher in teachers] == [fold]
    capsys.readouterr()
    assert kit(workspace, "lineage", last.id) == 0
    assert "clean, all 2 fold models" in capsys.readouterr().out


def test_a_round_writes_a_file_per_fold_and_the_same_one_again(workspace: Workspace) -> None:
    assert kit(workspace, *ROUND_1) == 0
    first = files_of(workspace)
    assert set(first) == {"round1/mask-fold0.parquet", "round1/mask-fold1.parquet", "round1/round.json"}
    table = pd.read_parquet(workspace.pseudo_dir / "round1/mask-fold0.parquet")
    classes = ["mask/worn", "mask/incorrect", "mask/none"]
    assert list(table.columns) == ["image", *classes, "label", "weight", "teachers"]
    assert set(table["teachers"]) == {f"{only_run(workspace).id}/fold0"}
    assert (table["weight"] == 0.5).all()
    shutil.rmtree(workspace.pseudo_dir)
    assert kit(workspace, *ROUND_1) == 0
    assert files_of(workspace) == first


def test_pooled_labels_lie_apart_and_taint_the_run_that_eats_them(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    base = only_run(workspace).id
    assert kit(workspace, *ROUND_1, "--teachers", "pooled") == 0
    assert "models of all folds together" in " ".join(capsys.readouterr().err.split())
    assert kit(workspace, "train", "--round", "1", "--task", "mask", "--teachers", "pooled") == 0
    pooled = next(run.id for run in all_runs(workspace) if run.record.round == 1)
    capsys.readouterr()
    assert kit(workspace, "lineage", pooled, "--json") == 1
    out = capsys.readouterr().out
    assert f"pseudo/round1-pooled/mask-fold0: it comes of {base}/fold1" in out
    assert kit(workspace, "lineage", base) == 0
    assert kit(workspace, "pseudo", "--round", "2", "--task", "mask", "--from", pooled) == 2


def test_a_run_of_round_0_may_teach_round_2_with_one_of_round_1(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    base = only_run(workspace).id
    assert kit(workspace, *ROUND_1) == 0
    assert kit(workspace, "train", "--round", "1", "--task", "mask") == 0
    student = next(run.id for run in all_runs(workspace) if run.record.round == 1)
    assert kit(workspace, "pseudo", "--round", "2", "--from", f"{base},{student}") == 0
    assert kit(workspace, "train", "--round", "2", "--task", "mask") == 0
    last = next(run for run in all_runs(workspace) if run.record.round == 2)
    assert not Lineage(reopened(workspace)).taint(last)
    for later in ("2", "1"):
        told = refused(workspace, capsys, "pseudo", "--round", later, "--from", last.id, "--task", "mask", "--force")
        assert f"is of round 2, and round {later} is taught by runs of earlier rounds" in told


def test_pictures_show_every_class(workspace: Workspace) -> None:
    assert kit(workspace, *ROUND_1, "--show") == 0
    shown = sorted(path.name for path in (workspace.pseudo_dir / "round1/show").iterdir())
    assert shown == ["mask-0-worn.jpg", "mask-1-incorrect.jpg", "mask-2-none.jpg"]


def test_a_test_photo_that_is_a_train_photo_gets_no_label(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = reopened(workspace).tables
    twin = tables.test["image"].iloc[0]
    shutil.copy(workspace.data_dir / tables.train["image"].iloc[0], workspace.data_dir / twin)
    assert kit(workspace, *ROUND_1, "--set", "policy=soft") == 2
    assert "other photos" in capsys.readouterr().err  # what was trained on the photo that was there before cannot teach
    assert kit(workspace, "train", "--task", "mask") == 0
    assert kit(workspace, *ROUND_1, "--set", "policy=soft") == 0
    assert "1 test photos are train photos too" in " ".join(capsys.readouterr().err.split())
    for fold in range(2):
        images = set(pd.read_parquet(workspace.pseudo_dir / f"round1/mask-fold{fold}.parquet")["image"])
        assert images == set(tables.test["image"]) - {twin}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pseudo", "--round", "2", "--task", "mask"], "of round 1"),
        (["pseudo", "--round", "1", "--task", "age"], "no complete run of the task 'age'"),
        (["pseudo", "--round", "1", "--task", "agee"], "age"),
        (["train", "--round", "1", "--task", "mask"], "there is no pseudo-label round 1"),
        ([*ROUND_1, "--from", "mask-tiny-nothere"], "there is no run"),
        ([*ROUND_1, "--set", "policy=fixed", "--set", "threshold=1.0"], "takes no test row"),
        ([*ROUND_1, "--set", "policy=fixed", "--set", "threshold=0.01"], "takes every test row"),
        ([*ROUND_1, "--set", "policy=balancd"], "policy"),
        ([*ROUND_1, "--set", "calibrate=true"], "holdout"),
    ],
)
def test_a_round_that_cannot_be_is_refused_in_one_line(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in refused(workspace, capsys, *arguments)


def test_what_is_refused_leaves_the_round_that_was_there(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kit(workspace, *ROUND_1) == 0
    refused(workspace, capsys, *ROUND_1, "--set", "policy=fixed", "--set", "threshold=1.0")


def test_a_class_without_a_label_is_named_and_the_round_is_made(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    run = only_run(workspace)
    n_test = len(pd.read_parquet(run.fold_dir(1) / "test.parquet"))
    replace_test(run, 1, np.tile(np.float32([0.6, 0.4, 0.0]), (n_test, 1)))
    capsys.readouterr()
    assert kit(workspace, *ROUND_1) == 0
    assert "no test row is labelled 'incorrect' in the labels of fold 1" in capsys.readouterr().err
    assert kit(workspace, "train", "--round", "1", "--task", "mask", "--folds", "1", "--set", "epochs=1") == 0
    (eater,) = [run for run in all_runs(workspace) if run.record.round == 1]
    assert Lineage(reopened(workspace)).verdict(eater, 1).clean


def test_predictions_that_are_no_probabilities_are_refused(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_test(only_run(workspace), 0, None)
    assert "'mask/worn' cannot be 'nan'" in refused(workspace, capsys, *ROUND_1)


def test_an_edited_label_file_is_eaten_by_nobody(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(workspace, *ROUND_1) == 0
    path = workspace.pseudo_dir / "round1/mask-fold1.parquet"
    pd.read_parquet(path).assign(label=0).to_parquet(path, index=False)
    assert "it was changed or swapped" in refused(workspace, capsys, "train", "--round", "1", "--task", "mask")


def test_a_run_of_other_folds_cannot_teach(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    run = only_run(workspace).id
    assert kit(workspace, "fold", "--folds", "3", "--force") == 0
    assert "folds" in refused(workspace, capsys, *ROUND_1, "--from", run)


def test_a_run_of_other_data_cannot_teach(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    path = workspace.data_dir / "train/train.csv"
    path.write_text(path.read_text().replace(",female,", ",male,", 1))
    assert kit(workspace, *ROUND_1) == 2
    told = capsys.readouterr().err
    assert "other data" in told and "no complete run of the task" in told


def test_labels_that_a_run_ate_are_kept_unless_forced(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(workspace, *ROUND_1) == 0
    assert kit(workspace, "train", "--round", "1", "--task", "mask", "--folds", "0") == 0
    assert "ate other labels" in refused(workspace, capsys, *ROUND_1, "--set", "take=0.2")
    assert kit(workspace, *ROUND_1, "--set", "take=0.2", "--force") == 0
    ate = next(run for run in all_runs(workspace) if run.record.round == 1)
    assert any("not the labels that the model ate" in step for step in Lineage(reopened(workspace)).taint(ate))
