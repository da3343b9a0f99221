"""OOF is of one model a row, the test set of the average of all folds' models: the gain is foretold, not found out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shared.answers import answer
from shared.trained import kit, poor, trained
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from kit.blend.averaging import averaging_gain
from kit.blend.blend import spec_blend
from kit.competition.workspace import Workspace
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import METRICS
from kit.reporter import Reporter
from kit.selection.candidates import Candidates, Sizes
from kit.selection.posterior import posterior
from kit.selection.scale import Scale
from kit.selection.select import explain
from kit.selection.standings import read_standings
from kit.submissions.record import find_submission


def learnt(learner, world: int, noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Noisy digits in five folds: OOF (300, 10) and its truth, the fold models' (5, n_test, 10) and its truth."""
    rng = np.random.default_rng(world)
    pictures, digits = load_digits(return_X_y=True)
    pictures = pictures / 16 + rng.normal(0, noise, pictures.shape)
    order, fold = rng.permutation(len(digits)), rng.permutation(300) % 5
    train, test = order[:300], order[300:]
    oof, said = np.zeros((300, 10)), []
    for k in range(5):
        model = learner(world * 10 + k).fit(pictures[train][fold != k], digits[train][fold != k])
        oof[fold == k] = model.predict_proba(pictures[train][fold == k])
        said.append(model.predict_proba(pictures[test]))
    return oof, digits[train], np.stack(said), digits[test]


def mlp(seed: int) -> MLPClassifier:
    return MLPClassifier((16,), max_iter=40, random_state=seed)


def logistic(seed: int) -> LogisticRegression:
    return LogisticRegression(max_iter=100, random_state=seed)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("metric", ["f1_macro", "log_loss"])
@pytest.mark.parametrize(("learner", "least"), [(mlp, 0.04), (logistic, 0.01)])
def test_the_gain_of_averaging_real_fold_models_is_foretold(learner, least: float, metric: str) -> None:
    measure = METRICS[metric]
    sign = 1 if measure.higher_is_better else -1
    true, foretold = [], []
    for world in range(5):
        oof, oof_truth, folds, truth = learnt(learner, world, 0.6)
        probs = folds.mean(axis=0)
        alone = [measure.of_outputs(one, "class") for one in folds]
        score = measure.score(oof_truth, measure.of_outputs(oof, "class"), 10)
        gain = averaging_gain(
            measure, probs, measure.of_outputs(probs, "class"), alone, Score(score, score, score, 0.02)
        )
        foretold.append(sign * gain.value)
        averaged = measure.score(truth, measure.of_outputs(probs, "class"), 10)
        true.append(sign * (averaged - np.mean([measure.score(truth, one, 10) for one in alone])))
        assert 0 <= gain.sd < 0.1
    off = np.subtract(foretold, true)
    assert np.mean(true) > least
    assert abs(off.mean()) < max(0.25 * np.mean(true), 2 * off.std(ddof=1) / np.sqrt(len(off)))


def test_fold_models_that_agree_gain_nothing_by_being_averaged() -> None:
    probs = np.random.default_rng(0).dirichlet([1.0, 1.0, 1.0], 200)
    said = probs.argmax(axis=1)
    score = Score(0.6, 0.5, 0.7, 0.05)
    gain = averaging_gain(METRICS["f1_macro"], probs, said, [said] * 5, score)
    assert gain is not None
    assert (gain.value, gain.sd) == (pytest.approx(0), pytest.approx(0))


def test_draws_of_one_class_say_nothing_of_an_area_and_are_left_out() -> None:
    score, area = Score(1.0, 0.9, 1.0, 0.02), METRICS["roc_auc"]
    one = np.array([[0.4, 0.6]])
    assert averaging_gain(area, one, one, [one] * 2, score) is None
    sure = np.column_stack([1 - np.linspace(1e-9, 0.02, 8), np.linspace(1e-9, 0.02, 8)])
    gain = averaging_gain(area, sure, sure, [sure] * 2, score)
    assert gain is not None and gain.value == pytest.approx(0)


@pytest.mark.parametrize("metric", ["roc_auc", "accuracy"])
def test_no_more_than_the_metric_allows_is_expected_of_fold_models_that_disagree_more_than_their_oof_score_allows(
    metric: str,
) -> None:
    rng, measure = np.random.default_rng(0), METRICS[metric]
    alone = rng.dirichlet([0.5, 0.5], (3, 60))
    said = [measure.of_outputs(one, "class") for one in (*alone, alone.mean(axis=0))]
    told = {
        value: averaging_gain(measure, alone.mean(axis=0), said[-1], said[:-1], Score(value, 0.5, 1.0, 0.03))
        for value in (0.6, 0.65, 0.7, 0.92, 0.97)
    }
    assert told[0.6] is not None and told[0.6].value > 0.02, "a low score is one that such models can have"
    assert told[0.97] is None and told[0.92] is None
    assert all(value + gain.value <= 1 for value, gain in told.items() if gain is not None)


def test_kit_blend_tells_oof_and_what_is_expected_on_the_test_set_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "blend", poor(ids), "--rule", "argmax", "--json") == 0
    content = answer(capsys)
    expected, gain = content["expected"], content["expected"]["gain"]
    assert expected["value"] == pytest.approx(content["oof"]["value"] + gain["value"]) and gain["sd"] >= 0
    assert kit(workspace, "blend", poor(ids), "--rule", "argmax") == 0
    printed = capsys.readouterr().out.replace("\n", " ")
    assert f"the average of all: {gain['value']:+.4f} (se {gain['sd']:.4f})" in printed
    blend = spec_blend(workspace, poor(ids), Reporter(), rule="argmax")
    (workspace.runs_dir / ids["poor age"] / "fold0/test.parquet").unlink()
    assert blend.gain_of_averaging() is None
    assert kit(workspace, "blend", poor(ids), "--rule", "argmax", "--json") == 0 and answer(capsys)["expected"] is None


def test_the_gain_is_kept_on_the_record_shown_on_the_leaderboard_and_foretells_the_test_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "argmax", "--name", "weak") == 0
    record = find_submission(workspace.submissions_dir, "weak")
    assert record.oof is not None and record.gain is not None
    gain = spec_blend(workspace, poor(ids), Reporter(), rule="argmax").gain_of_averaging()
    assert gain is not None and record.gain.value == pytest.approx(gain.value)
    capsys.readouterr()
    assert kit(workspace, "leaderboard", "--json") == 0
    (line,) = answer(capsys)["rows"]
    assert line["on_test"] == pytest.approx(record.oof.value + record.gain.value) == record.on_test
    assert read_standings(Workspace(workspace.root)).candidates.gain == pytest.approx([gain.value])
    good = [ids[f"good {task}"] for task in ("mask", "gender", "age")]
    assert kit(workspace, "score", *good, "--json") == 0
    assert answer(capsys)["expected"]["value"] == pytest.approx(1), "models that are right of everybody gain nothing"


def test_one_that_gains_more_by_averaging_is_expected_ahead_of_its_equal_and_the_unknown_gain_as_the_rest() -> None:
    covariance = 4e-5 * (0.5 + 0.5 * np.eye(3))
    known = {"oof": [0.7, 0.7, 0.7], "covariance": covariance, "scale": Scale(0.0, 1.0)}
    plain = posterior(Candidates.of(list("abc"), **known), Sizes(900, 300, 300))
    found = posterior(Candidates.of(list("abc"), **known, gain=[0.03, 0.01, np.nan]), Sizes(900, 300, 300))
    assert found.mean[0] > found.mean[2] > found.mean[1]
    assert found.mean[1] > plain.mean[1] + 0.005
    told = " ".join(explain(found, 0))
    assert "OOF score 0.7000, 0.7300 expected as the average of its fold models" in told
