"""Classic learners: the folds, records, pseudo labels and proofs of networks, on features that are computed once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini import mini_workspace
from sklearn.neighbors import KNeighborsClassifier
from trained import ground_of, kit

from kit.competition.workspace import Workspace
from kit.files import file_sha256
from kit.learn.classic_recipe import Boosting, Knn, LogReg, Svm
from kit.learn.learners import Rows, calibration_splits, fit_task, harden
from kit.learn.plan import plan_run
from kit.learn.recipe import load_recipe, recipe_names
from kit.learn.train import train_run
from kit.reporter import Silence
from kit.runs.store import Run, all_runs

LEARNERS = ("logreg", "svm", "knn", "boosting")
SPECS = (LogReg(name="logreg"), Svm(name="svm"), Knn(name="knn", neighbours=5), Boosting(name="boosting", rounds=20))
HOG = """\
learner: {name: logreg, C: 1}
features: hog
hog: {cell: 4, orientations: 6}
size: 32
"""


def workspace_at(root: Path, people: int = 18) -> Workspace:
    workspace = mini_workspace(root, people)
    (root / "recipes/hog.yaml").write_text(HOG)
    assert kit(workspace, "fold", "--folds", "2") == 0
    return workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_at(tmp_path_factory.mktemp("classic"))


def train(workspace: Workspace, *overrides: str, tasks: tuple[str, ...] = ("mask",), number: int = 0) -> Run:
    ground, recipe = ground_of(workspace), load_recipe("hog", workspace.recipes_dir, overrides)
    return train_run(ground, plan_run(ground, tasks, "hog", recipe, number=number), recipe, None, Silence())


def some_rows(n_real: int = 60, n_pseudo: int = 20, n_classes: int = 3, seed: int = 0) -> Rows:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, n_classes, n_real + n_pseudo)
    features = generator.normal(size=(n_real + n_pseudo, 6)) + 3 * np.eye(n_classes, 6)[labels]
    targets = np.eye(n_classes)[labels]
    targets[n_real:] = 0.7 * targets[n_real:] + 0.3 / n_classes
    weights = np.r_[np.ones(n_real), np.full(n_pseudo, 0.5)]
    return Rows(features.astype(np.float32), targets, weights, np.arange(n_real) // 3)


@pytest.mark.parametrize("spec", SPECS, ids=LEARNERS)
def test_every_learner_learns_and_says_probabilities(spec: object) -> None:
    rows, fresh = some_rows(), some_rows(seed=1)
    probs = fit_task(spec, rows, 7).probs(fresh.features)  # type: ignore[arg-type]
    assert probs.dtype == np.float32 and probs.shape == (80, 3)
    np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)
    assert (probs.argmax(axis=1) == fresh.targets.argmax(axis=1)).mean() > 0.85
    assert np.array_equal(probs, fit_task(spec, rows, 7).probs(fresh.features))  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", SPECS, ids=LEARNERS)
def test_a_class_that_no_row_showed_has_a_column_of_zeros(spec: object) -> None:
    rows = some_rows(n_pseudo=0)
    wider = Rows(rows.features, np.insert(rows.targets, 1, 0, axis=1), rows.weights, rows.groups)
    probs = fit_task(spec, wider, 0).probs(rows.features)  # type: ignore[arg-type]
    assert probs.shape == (60, 4) and not probs[:, 1].any()
    np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)


def test_nearest_neighbours_of_hard_labels_are_scikit_learns() -> None:
    rows = some_rows(n_pseudo=0)
    scaled = (rows.features - rows.features.mean(axis=0)) / rows.features.std(axis=0)
    theirs = KNeighborsClassifier(5).fit(scaled, rows.targets.argmax(axis=1)).predict_proba(scaled)
    ours = fit_task(Knn(name="knn", neighbours=5, metric="euclidean"), rows, 0).probs(rows.features)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_row_without_weight_is_no_neighbour() -> None:
    rows = some_rows()
    weights = rows.weights.copy()
    weights[60:] = 1e-9
    with_them = fit_task(Knn(name="knn", neighbours=80), Rows(rows.features, rows.targets, weights, rows.groups), 0)
    shares = rows.targets[:60].mean(axis=0)
    np.testing.assert_allclose(with_them.probs(rows.features[:1])[0], shares, atol=1e-6)


@given(st.integers(2, 5), st.integers(0, 20))
def test_hard_parts_of_a_soft_row_have_its_weight_together(n_classes: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    targets, weights = generator.dirichlet(np.ones(n_classes), 10), generator.uniform(0.1, 1, 10)
    chosen, labels, parts = harden(targets, weights)
    np.testing.assert_allclose(np.bincount(chosen, parts, 10), weights)
    assert len(set(zip(chosen.tolist(), labels.tolist(), strict=True))) == len(chosen)


def test_the_machine_that_scores_a_person_for_calibration_was_not_fitted_on_that_person() -> None:
    rows = some_rows()
    chosen, labels, _ = harden(rows.targets, rows.weights)
    splits = calibration_splits(rows, chosen, labels, 0)
    assert len(splits) == 5
    for fitted, held in splits:
        real = chosen[fitted][chosen[fitted] < rows.n_real]
        assert not set(rows.groups[real]) & set(rows.groups[chosen[held]])
        assert (chosen[held] < rows.n_real).all(), "pseudo labels calibrate nothing"


@pytest.mark.parametrize("learner", LEARNERS)
def test_labels_of_validation_people_do_not_change_one_bit_of_their_lane(tmp_path: Path, learner: str) -> None:
    """Other ages on the validation side of fold 0: its lane answers the same to the bit, the other one does not."""
    answers: list[list[bytes]] = []
    for changed in (False, True):
        workspace = workspace_at(tmp_path / str(changed))
        if changed:
            ground = ground_of(workspace)
            people = sorted(set(ground.tables.train["group"][ground.folds.valid(0)]))
            table = pd.read_csv(workspace.data_dir / "train/train.csv", dtype={"id": str})
            moved = table["id"].isin(people)
            table.loc[moved, "age"] = table.loc[moved, "age"].map({19: 35, 24: 60, 35: 19, 52: 70, 60: 24, 70: 19})
            table.to_csv(workspace.data_dir / "train/train.csv", index=False)
            assert (ground_of(workspace).tables.train["age"] != ground.tables.train["age"]).any()
        run = train(workspace, f"learner={{name: {learner}}}", tasks=("age",))
        answers.append([run.fold_test(fold).probs["age"].tobytes() for fold in range(2)])
    assert answers[0][0] == answers[1][0]
    assert answers[0][1] != answers[1][1]


def test_features_are_computed_once_for_all_tasks_learners_and_folds(workspace: Workspace) -> None:
    train(workspace)
    made = {path: path.stat().st_mtime_ns for path in workspace.cache_dir.glob("*.npy")}
    assert len(made) == 4, "photos and features, train and test"
    train(workspace, "learner={name: knn}", tasks=("age",))
    assert {path: path.stat().st_mtime_ns for path in workspace.cache_dir.glob("*.npy")} == made
    train(workspace, "learner={name: knn}", "hog.cell=8")
    assert len(list(workspace.cache_dir.glob("*.npy"))) == 6


def test_damaged_features_are_told_of_and_computed_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = workspace_at(tmp_path)
    assert kit(workspace, "train", "--task", "mask", "--recipe", "hog") == 0
    (path, _) = sorted(
        path for path in workspace.cache_dir.glob("*.npy") if "feature" in path.with_suffix(".json").read_text()
    )
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    capsys.readouterr()
    # another process: this one has proved the file already
    command = [sys.executable, "-m", "kit", "-C", str(tmp_path), "train", "--task", "age", "--recipe", "hog"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and "this feature cache is damaged" in done.stderr
    assert path.read_bytes() == whole


def test_the_same_inputs_leave_the_same_files_bit_for_bit(workspace: Workspace, tmp_path: Path) -> None:
    runs = [train(place, "tta=flip", "learner={name: svm}") for place in (workspace, workspace_at(tmp_path))]
    hashes = [[file_sha256(run.fold_dir(0) / name) for name in ("oof.parquet", "test.parquet")] for run in runs]
    assert runs[0].id == runs[1].id and hashes[0] == hashes[1]


def test_a_baseline_is_trained_blended_with_a_network_and_taught_by_the_test_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_at(tmp_path)
    baseline = ["--recipe", "features-logreg", "--set", "size=32"]
    assert kit(workspace, "train", *baseline) == 0
    capsys.readouterr()
    assert kit(workspace, "score", "--json") == 0
    scores = {line["task"]: line["score"] for line in json.loads(capsys.readouterr().out)}
    assert min(scores[task] for task in ("mask", "gender", "age")) > 0.6
    runs = {run.record.tasks[0]: run for run in all_runs(workspace)}
    record = runs["age"].fold_record(0)
    assert record.weights is None and (record.init_weights or "").startswith("57934424")
    assert record.macro_f1 is not None and not record.history

    assert kit(workspace, "train", "--task", "age", "--set", "epochs=1") == 0
    assert kit(workspace, "submit", "--blend", "all", "--name", "both") == 0
    assert kit(workspace, "pseudo", "--round", "1", "--task", "age", "--from", runs["age"].id) == 0
    assert kit(workspace, "train", "--round", "1", "--task", "age", *baseline) == 0
    (student,) = (run for run in all_runs(workspace) if run.record.round == 1)
    assert student.fold_record(0).n_pseudo > 0
    capsys.readouterr()
    assert kit(workspace, "lineage", student.id) == 0
    assert "clean, all 2 fold models" in capsys.readouterr().out
    assert kit(workspace, "doctor") == 0


@pytest.mark.parametrize("name", [name for name in recipe_names(Path("none")) if "-" in name and "report" not in name])
def test_every_shipped_classic_recipe_trains(workspace: Workspace, name: str) -> None:
    assert kit(workspace, "train", "--task", "mask", "--recipe", name, "--folds", "0", "--set", "size=32") == 0


def test_several_tasks_and_the_joined_target_have_a_learner_each(workspace: Workspace) -> None:
    run = train(workspace, tasks=("mask", "gender"))
    assert set(run.oof().probs) == {"mask", "gender"}
    whole = train(workspace, "learner={name: knn}", tasks=("target",))
    assert whole.oof().probs["target"].shape[1] == 18


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--set", "epochs=3"], "unknown key 'epochs'"),
        (["--set", "learner.name=knm"], "did you mean 'knn'?"),
        (["--set", "learner.CC=3"], "did you mean 'C'?"),
        (["--set", "features=backbone", "--set", "hog=null"], "need the key 'model'"),
        (["--set", "hog.cell=20"], "must hold a block of 2 x 2 cells"),
        (["--init", "0"], "starts from no weights"),
    ],
)
def test_a_wrong_classic_recipe_is_one_sentence(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    before = {run.id for run in all_runs(workspace)}
    assert kit(workspace, "train", "--task", "gender", "--recipe", "hog", *options) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and sentence.count("\n") == 1 and "Traceback" not in sentence
    assert {run.id for run in all_runs(workspace)} == before


def test_a_backbone_that_nobody_trained_is_warned_about(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--set", "model=test_resnet", "--set", "weights=null", "--set", "pretrained=false", "--set", "size=32"]
    assert kit(workspace, "train", "--task", "mask", "--recipe", "features-knn", *options) == 0
    assert "the backbone has random weights" in capsys.readouterr().err


def test_a_train_side_of_one_class_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = workspace_at(tmp_path, people=6)
    table = pd.read_csv(workspace.data_dir / "train/train.csv", dtype=str)
    table["gender"] = "male"
    table.to_csv(workspace.data_dir / "train/train.csv", index=False)
    assert kit(workspace, "fold", "--folds", "2", "--force") == 0
    capsys.readouterr()
    assert kit(workspace, "train", "--task", "gender", "--recipe", "hog") == 2
    assert "of one class of the task 'gender'" in capsys.readouterr().err
