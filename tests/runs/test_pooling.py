"""How the photos of an answer become one is learnt out of fold, and taken where it is better beyond chance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from shared.kinds import drawn
from shared.trained import kit, reopened

from kit.competition.answers import Answers
from kit.competition.spec import TARGET, Competition
from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.folds.frozen import make_folds
from kit.reporter import Reporter
from kit.runs.answers import for_test, judged, pooling_of
from kit.runs.predictions import Predictions
from kit.runs.store import all_runs

N_ANSWERS, N_PHOTOS = 150, 4


class Told(Reporter):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, text: str) -> None:
        self.lines.append(text)


def simulated(truth: np.ndarray, pool: str = "learned") -> Workspace:
    """Answers of N_PHOTOS photos each, of which one of two classes is asked; train and test alike."""
    spec = {
        "name": "simulated",
        "data": "data",
        "metric": "roc_auc",
        "train": {"table": "train.csv", "images": "{image}"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": {"ill": {"classes": ["no", "yes"], "column": "ill"}},
        "submission": {"id": "person", "label": "ill", "probability_of": "yes", "per": "person", "pool": pool},
    }
    people = pd.Series([f"p{place:03d}" for place in np.repeat(np.arange(N_ANSWERS), N_PHOTOS)])
    labels = np.repeat(truth, N_PHOTOS)
    train = pd.DataFrame({"image": [f"{k:04d}" for k in range(len(people))], "ill": labels, TARGET: labels})
    train["group"] = people
    test = pd.DataFrame({"image": "t" + train["image"], "id": people})
    workspace = Workspace(Path("simulated"), Told())
    workspace.__dict__["competition"] = Competition.model_validate(spec)
    workspace.__dict__["tables"] = Tables(train, test, train, "simulated", answers=people)
    workspace.__dict__["folds"] = make_folds(train, 5, 0)
    return workspace


def said_of(truth: np.ndarray, seen: str, seed: int = 0) -> np.ndarray:
    """Probabilities of photos: what is so shows in one of an answer's photos, or a little in all."""
    rng = np.random.default_rng(seed)
    shown = np.zeros((N_ANSWERS, N_PHOTOS))
    if seen == "one":
        shown[np.arange(N_ANSWERS), rng.integers(0, N_PHOTOS, N_ANSWERS)] = 0.35 * truth
    else:
        shown += 0.05 * truth[:, None]
    yes = (0.3 + shown + rng.normal(0, 0.1, shown.shape)).clip(0.01, 0.99).ravel()
    return np.column_stack([1 - yes, yes])


@pytest.fixture
def truth() -> np.ndarray:
    return (np.random.default_rng(5).random(N_ANSWERS) < 0.4).astype(np.int64)


def test_what_shows_in_one_photo_is_pooled_sharply_out_of_fold_and_in_the_file(truth: np.ndarray) -> None:
    workspace, values = simulated(truth), said_of(truth, "one")
    train, test = (
        Predictions(table["image"].to_numpy(object), {"ill": values}) for table in (workspace.train, workspace.test)
    )
    metric, plain = workspace.metric, judged(simulated(truth, "mean"), train).probs["ill"]
    found = judged(workspace, train).probs["ill"]
    assert metric.score(truth, found, 2) > metric.score(truth, plain, 2) + 0.03
    (line,) = workspace.reporter.lines  # type: ignore[attr-defined]
    assert line.startswith("ill: photos count by exp(") and "cross-fitted a learnt pooling changes roc_auc by +" in line
    sharpness = float(line.split("exp(")[1].split(" ")[0])
    assert sharpness > 0
    assert pooling_of(workspace, train) == {"ill": sharpness}
    sent = for_test(workspace, test, pooling_of(workspace, train)).probs["ill"]
    whole = Answers.of(workspace.test["id"]).weighed(values, sharpness, workspace.competition.task("ill"))
    assert sent == pytest.approx(whole)
    assert for_test(workspace, test).probs["ill"] == pytest.approx(plain), "what has no OOF is joined by the mean"


def test_what_shows_in_all_photos_keeps_their_mean(truth: np.ndarray) -> None:
    workspace, values = simulated(truth), said_of(truth, "all")
    train = Predictions(workspace.train["image"].to_numpy(object), {"ill": values})
    plain = judged(simulated(truth, "mean"), train).probs["ill"]
    assert judged(workspace, train).probs["ill"] == pytest.approx(plain)
    (line,) = workspace.reporter.lines  # type: ignore[attr-defined]
    assert "which is not beyond chance" in line


def test_no_answer_of_a_fold_reaches_how_its_photos_are_pooled(truth: np.ndarray) -> None:
    values, made = said_of(truth, "one"), []
    for turned in (False, True):
        workspace = simulated(truth)
        held = workspace.judged_folds == 1
        if turned:
            labels = np.where(held, 1 - truth, truth)
            workspace = simulated(labels)
            workspace.__dict__["folds"] = simulated(truth).folds
        train = Predictions(workspace.train["image"].to_numpy(object), {"ill": values})
        made.append((judged(workspace, train).probs["ill"][held], workspace.reporter.lines))  # type: ignore[attr-defined]
    assert "photos count by" in made[0][1][0]
    if "photos count by" in made[1][1][0]:
        assert made[0][0] == pytest.approx(made[1][0])


def test_a_fold_is_scored_by_answers_and_another_pooling_sets_submissions_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = {"id": "group", "label": "shape", "per": "group", "pool": "mean"}
    workspace = drawn(tmp_path / "w", "shape", metric="accuracy", submission=form)
    table = pd.read_csv(workspace.root / "answers.csv", dtype=str)[["image", "group"]]
    table.to_csv(workspace.data_dir / "test.csv", index=False)
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--recipe", "hog") == 0
    workspace = reopened(workspace)
    (run,) = all_runs(workspace)
    oof, metric = judged(workspace, run.oof()), workspace.metric
    for fold in (0, 1):
        mine = workspace.judged_folds == fold
        said = oof.scored_by(metric, "shape")[mine]
        assert run.fold_record(fold).score == metric.score(workspace.judged_truth("shape")[mine], said, 2)
    assert "answers" not in json.loads((run.path / "run.json").read_text())["basis"]
    assert kit(workspace, "submit", "--name", "mean") == 0
    path = workspace.root / "competition.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "submission": {**form, "pool": "max"}}))
    capsys.readouterr()
    assert kit(reopened(workspace), "compare", "mean", run.id) == 2
    told = capsys.readouterr().err
    assert "its answers were made of photos by 'mean per group', and 'submission' says 'max per group' now" in told
    assert kit(reopened(workspace), "score") == 0, "predictions of photos are pooled anew"
