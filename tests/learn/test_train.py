"""Training: what a run leaves, and that the same inputs leave the same files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shared.mini import mini_workspace
from shared.trained import kit, reopened, trained

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.folds.frozen import freeze_folds
from kit.images.rows import PixelRows
from kit.learn.network import kept, trainer
from kit.learn.network.fit import fit
from kit.learn.network.model import TaskModel
from kit.learn.network.predict import predict
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run, find_run

FILES = ("weights.safetensors", "oof.parquet", "test.parquet")


def small(root: Path) -> Workspace:
    workspace = mini_workspace(root)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


def train(workspace: Workspace, *overrides: str, folds: list[int] | None = None) -> Run:
    workspace = reopened(workspace)
    recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=2", *overrides])
    return train_run(workspace, plan_run(workspace, ["mask"], "tiny", recipe), folds, Reporter())


def hashes(run: Run, fold: int = 0) -> list[str]:
    return [file_sha256(run.fold_dir(fold) / name) for name in FILES]


def test_a_misspelt_model_is_told_before_any_photo_is_read(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path)
    recipe = load_recipe("tiny", workspace.recipes_dir, ["model=resnet81"])
    for photo in workspace.train["image"]:
        (workspace.data_dir / photo).unlink()
    with pytest.raises(KitError, match="timm has no model 'resnet81'"):
        plan_run(workspace, ["mask"], "tiny", recipe)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small(tmp_path_factory.mktemp("train"))


def test_each_fold_leaves_oof_for_its_validation_side_and_the_whole_test_set(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    workspace, run = reopened(workspace), find_run(workspace, ids["good mask"])
    for fold in range(2):
        valid = workspace.train[workspace.folds.valid(fold)]
        assert sorted(run.fold_oof(fold).images) == sorted(valid["image"])
        assert sorted(run.fold_test(fold).images) == sorted(workspace.test["image"])
        record = run.fold_record(fold)
        assert record.n_valid == len(valid) and record.n_train == len(workspace.train) - len(valid)
        assert record.selected == ()
    assert sorted(run.oof().images) == sorted(workspace.train["image"])


def test_the_same_inputs_leave_the_same_files_bit_for_bit(tmp_path: Path, workspace: Workspace) -> None:
    overrides = ("augment=base", "ema=0.9", "tta=flip")
    one, two = (train(place, *overrides, folds=[0]) for place in (workspace, small(tmp_path)))
    assert one.id == two.id and hashes(one) == hashes(two)


def test_the_rest_of_the_folds_can_be_trained_later(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["train", "--task", "age", "--set", "epochs=1"]
    assert kit(workspace, *command, "--folds", "0") == 0
    assert "folds 1 are left" in capsys.readouterr().out
    run = next(run for run in map(Run, workspace.runs_dir.glob("age-*")))
    first = hashes(run)
    assert kit(workspace, *command) == 0
    assert run.complete and hashes(run) == first and (run.path / "oof.parquet").exists()
    times = {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    assert kit(workspace, *command) == 0
    assert "trained already" in capsys.readouterr().err
    assert times == {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    assert kit(workspace, *command, "--folds", "7") == 2


def test_early_stopping_marks_the_record_selected_and_keeps_the_best_epoch(workspace: Workspace) -> None:
    run = train(workspace, "epochs=5", "early_stopping.patience=1", folds=[0])
    record = run.fold_record(0)
    assert record.selected == ("epoch",)
    scores = [(line.score, -(line.valid_loss or 0)) for line in record.history]
    assert len(scores) == 5 or scores.index(max(scores)) == len(scores) - 2


@pytest.mark.parametrize(
    ("keys", "again"),
    [
        ((), False),
        (("ema=0.9",), False),
        (("epochs=6", "early_stopping.patience=2", "optimizer.lr=0.1"), False),  # whose last epoch is not the best
        (("tta=flip",), True),
        (("heads={mask: {kind: arcface, embedding: {size: 8, neighbours: 3}}}",), True),
    ],
)
def test_what_the_last_look_said_is_the_oof_and_is_not_predicted_again(
    workspace: Workspace, keys: tuple[str, ...], again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(model: TaskModel, array: PixelRows, rows: np.ndarray, *args: Any, **options: Any) -> Any:
        asked.append(len(rows))
        return predict(model, array, rows, *args, **options)

    monkeypatch.setattr(kept, "predict", counted)
    run = train(workspace, "seed=5", *keys, folds=[0])
    record, files = run.fold_record(0), hashes(run)
    n_test = len(workspace.test)
    assert asked == ([record.n_valid, n_test] if again else [n_test])
    shutil.rmtree(run.path)
    monkeypatch.setattr(trainer, "fit", lambda *args, **options: fit(*args, **options)._replace(oof=None))
    assert hashes(train(workspace, "seed=5", *keys, folds=[0])) == files
    assert asked[-2:] == [record.n_valid, n_test]


def test_all_data_trains_on_everybody_and_leaves_no_oof(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    run = find_run(workspace, ids["all-data mask"])
    assert run.complete and run.fold_record(0).n_train == len(reopened(workspace).tables.train)
    assert not (run.fold_dir(0) / "oof.parquet").exists()


@pytest.mark.parametrize("name", ["oof.parquet", "test.parquet"])
def test_damaged_predictions_are_refused_by_name(tmp_path: Path, name: str) -> None:
    workspace, ids = trained(tmp_path)
    run = find_run(workspace, ids["good mask"])
    path = run.fold_dir(1) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(KitError) as refused:
        run.oof() if name == "oof.parquet" else run.test()
    assert refused.value.where == path


@pytest.mark.parametrize("name", ["oof", "test"])
def test_predictions_of_another_length_are_refused_by_name_though_their_hash_was_mended(
    tmp_path: Path, name: str
) -> None:
    workspace, ids = trained(tmp_path)
    run = find_run(workspace, ids["good mask"])
    path = run.fold_dir(1) / f"{name}.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    run.write_fold(run.fold_dir(1), run.fold_record(1).model_copy(update={name: file_sha256(path)}))
    with pytest.raises(KitError) as refused:
        run.oof() if name == "oof" else run.test()
    assert refused.value.where == path


def test_a_loss_that_is_no_number_stops_with_one_sentence(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    overrides = ["--set", "optimizer.lr=1e38", "--set", "optimizer.name=sgd", "--set", "clip=null"]
    assert kit(workspace, "train", "--task", "gender", *overrides) == 2
    told = capsys.readouterr().err
    assert "the training loss is" in told and "lower the learning rate" in told and "Traceback" not in told
    assert not list(workspace.runs_dir.glob("gender-*/fold0/*.parquet"))


def test_a_vision_transformer_trains_at_the_recipes_size(workspace: Workspace) -> None:
    overrides = ("model=vit_tiny_patch16_224", "epochs=1", "optimizer.lr=1e-3", "optimizer.layer_decay=0.7")
    assert train(workspace, *overrides, folds=[0]).finished_folds == (0,)
