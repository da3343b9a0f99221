"""A target of any kind is learnt, labels the test set, and is walked back: by classic learners and by networks."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.kinds import TASKS, drawn
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.learn.model_file import model_file
from kit.learn.network.kept import kept_model
from kit.learn.network.predict import predict
from kit.learn.ready import open_caches
from kit.pseudo.lineage import Lineage
from kit.recipes.load import run_recipe
from kit.runs.store import Run, all_runs, find_run

OTHERS = ("light", "squares", "votes", "grade")
ALL = "+".join(("shape", *OTHERS))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Five tasks of five kinds, one of which is sent, learnt together: by linear learners, and by a network."""
    tasks = {"shape": TASKS["shape"], **{task: {**TASKS[task], "weight": 0} for task in OTHERS}}
    root = tmp_path_factory.mktemp("kinds") / "w"
    workspace = drawn(root, "shape", metric="accuracy", tasks=tasks, submission={"id": "image", "label": "shape"})
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", ALL, "--recipe", "hog") == 0
    mixed = ["--set", "loss={ce: 1, huber: 1}", "--set", "mix={method: mixup, alpha: 0.1}"]
    assert kit(workspace, "train", "--task", ALL, "--recipe", "tiny", *mixed, "--set", "epochs=14") == 0
    assert kit(workspace, "pseudo", "--round", "1", "--recipe", "hog", "--from", _run(workspace, "hog").id) == 0
    assert kit(workspace, "train", "--task", ALL, "--recipe", "hog", "--round", "1") == 0
    return reopened(workspace)


def _run(workspace: Workspace, recipe: str, round: int = 0) -> Run:
    (found,) = [run for run in all_runs(workspace) if (run.record.recipe, run.record.round) == (recipe, round)]
    return found


def _losses(workspace: Workspace, run: Run) -> dict[str, tuple[float, float]]:
    """For each task the loss of the OOF predictions, and that of what the train side has on average."""
    oof, found = run.oof().aligned(workspace.train["image"]), {}
    for name in run.record.tasks:
        task, truth = workspace.competition.task(name), workspace.truth(name)
        mean = np.tile(task.taught(truth).mean(axis=0), (len(truth), 1))
        found[name] = task.loss(truth, oof.probs[name]), task.loss(truth, mean)
    return found


@pytest.mark.parametrize(("recipe", "round"), [("hog", 0), ("tiny", 0), ("hog", 1)])
def test_every_kind_is_learnt(made: Workspace, recipe: str, round: int) -> None:
    for task, (loss, of_mean) in _losses(made, _run(made, recipe, round)).items():
        assert loss < 0.9 * of_mean, task


@pytest.mark.parametrize("learner", ["knn", "svm", "boosting"])
def test_other_learners_learn_numbers_and_labels(made: Workspace, tmp_path: Path, learner: str) -> None:
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    workspace = reopened(Workspace(tmp_path))
    keys = {"knn": "{name: knn, neighbours: 5}", "svm": "{name: svm, C: 1}", "boosting": "{name: boosting, rounds: 10}"}
    before = {run.id for run in all_runs(workspace)}
    options = ["--recipe", "hog", "--folds", "0", "--set", f"learner={keys[learner]}"]
    tasks = ("light",) if learner == "boosting" else ("light", "squares")  # trees take long
    assert kit(workspace, "train", "--task", "+".join(tasks), *options) == 0
    (run,) = [run for run in all_runs(workspace) if run.id not in before]
    oof = run.fold_oof(0)
    rows = pd.Index(workspace.train["image"]).get_indexer(pd.Index(oof.images))
    for name in tasks:
        task, truth = workspace.competition.task(name), workspace.truth(name)
        mean = np.tile(task.taught(truth).mean(axis=0), (len(rows), 1))
        assert task.loss(truth[rows], oof.probs[name]) < task.loss(truth[rows], mean), name


def test_a_number_is_counted_by_the_train_side_alone_and_said_as_the_table_counts_it(made: Workspace) -> None:
    run, truth = _run(made, "tiny"), made.truth("light")
    for fold in run.finished_folds:
        scale = run.fold_record(fold).heads["light"]
        side = truth[~made.folds.valid(fold)]
        assert (scale.mean, scale.deviation) == (side.mean(), side.std())  # type: ignore[union-attr]
    said = run.oof().probs["light"]
    assert 20 < said.mean() < 80 and np.ptp(said) > 20


def test_a_kept_model_says_again_what_it_said_of_every_kind(made: Workspace) -> None:
    run = _run(made, "tiny")
    train, _ = open_caches(made, run_recipe(run), made.reporter)
    oof = run.fold_oof(0)
    again = predict(kept_model(model_file(run, 0, 3)), train.array, train.rows(oof.images), 32)
    for task, values in again.items():
        assert np.allclose(values, oof.probs[task], rtol=1e-4, atol=1e-4), task


def test_labels_of_every_kind_are_fold_by_fold_and_proved(made: Workspace) -> None:
    run, lineage = _run(made, "hog", 1), Lineage(made)
    for fold in run.finished_folds:
        verdict = lineage.verdict(run, fold)
        assert verdict.clean and verdict.leaked == 0 and run.fold_record(fold).n_pseudo == 16


def test_edited_labels_of_any_kind_are_known(made: Workspace, tmp_path: Path) -> None:
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    workspace = reopened(Workspace(tmp_path))
    path = workspace.pseudo_dir / "round1/light-fold1.parquet"
    table = pd.read_parquet(path)
    assert "label" not in table and table["weight"].between(0, 1).all()
    table.assign(**{"light/value": table["light/value"] + 1}).to_parquet(path, index=False)
    verdict = Lineage(workspace).verdict(_run(workspace, "hog", 1), 1)
    assert not verdict.clean and "changed or swapped" in str(verdict.step)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["train", "--task", "light", "--set", "loss=focal"], "'focal' is a loss of classes, labels and shares"),
        (["train", "--task", "shape", "--set", "loss=huber"], "'huber' is a loss of numbers"),
        (
            ["train", "--task", "light", "--set", "heads.light=ordinal"],
            "heads are of classes, and 'light' is",
        ),
        (["train", "--task", "light", "--set", "oversample={light: {value: 2}}"], "classes are shown more often"),
        (["pseudo", "--round", "1", "--task", "light", "--set", "policy=fixed"], "use policy=soft"),
    ],
)
def test_what_a_kind_cannot_have_is_refused_in_one_line(
    made: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert kit(made, *arguments) == 2
    said = capsys.readouterr().err
    assert told in said and "Traceback" not in said


def test_an_ordinal_head_learns_ordered_classes(made: Workspace, tmp_path: Path) -> None:
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    workspace = reopened(Workspace(tmp_path))
    before = {run.id for run in all_runs(workspace)}
    options = ["--folds", "0", "--set", "heads.grade=ordinal", "--set", "epochs=8"]
    assert kit(workspace, "train", "--task", "grade", "--recipe", "tiny", *options) == 0
    (run,) = [run.id for run in all_runs(workspace) if run.id not in before]
    oof = find_run(workspace, run).fold_oof(0)
    rows = pd.Index(workspace.train["image"]).get_indexer(pd.Index(oof.images))
    truth = workspace.truth("grade")[rows]
    assert (oof.said("grade") == truth).mean() > max(np.bincount(truth)) / len(truth)


def test_a_frame_shows_truths_in_words(made: Workspace) -> None:
    from kit.runs.frames import oof_frame, predictions_of

    run = _run(made, "hog")
    frame = oof_frame(made, run.oof())
    assert set(frame["grade"]) == {"0", "1", "2"} and frame["light"].dtype == float
    assert frame["squares"].str.fullmatch("none|(red|green|blue)( [+] (red|green|blue))*").all()
    columns = ["image", *(column for column in frame if "/" in str(column))]
    again = predictions_of(made, frame[columns])
    assert again.kinds == run.record.kinds
