"""What is promised of labels before they are used."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.forecast import SETTINGS, play
from benchmarks.toy import blind, toy_folds, toy_workspace, train_toy
from kit.evidence.calibration import apply_temperature
from kit.files import write_record
from kit.pseudo.forecast import forecast, prediction_interval
from kit.pseudo.make import make_round
from kit.pseudo.record import PseudoSettings
from kit.reporter import Reporter


def world(n: int, seed: int, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Truth and overconfident probabilities of a teacher."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 1, (n, 3))
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (probs.cumsum(axis=1) > generator.random((n, 1))).argmax(axis=1)
    said = np.exp(sharpness * logits)
    return truth, said / said.sum(axis=1, keepdims=True)


def test_precision_and_yield_are_those_of_the_rows_that_pass() -> None:
    truth = np.array([0, 0, 1, 1])
    oof = np.array([[0.9, 0.1], [0.6, 0.4], [0.95, 0.05], [0.2, 0.8]])
    lines = forecast(truth, oof, np.full((4, 2), 0.7), np.array(list("abcd")), ("x", "y"), np.array([5, 2]))
    assert [line.precision for line in lines] == [0.5, 1.0]
    assert [line.oof_share for line in lines] == [0.5, 0.25]
    assert [line.taken for line in lines] == [5, 2]


def test_a_class_that_no_oof_row_passes_has_no_expected_precision() -> None:
    oof = np.array([[0.9, 0.1], [0.6, 0.4]])
    lines = forecast(np.array([0, 1]), oof, np.full((2, 2), 0.5), np.array(["a", "b"]), ("x", "y"), np.array([1, 1]))
    assert (lines[1].precision, lines[1].low, lines[1].high) == (None, None, None)


def test_the_forecast_holds_on_fresh_rows_where_mean_confidence_overstates() -> None:
    truth, oof = world(3000, 0, 2.5)
    fresh_truth, fresh = world(20_000, 1, 2.5)
    passed = fresh.max(axis=1) >= 0.8
    taken = np.bincount(fresh.argmax(axis=1)[passed], minlength=3)
    lines = forecast(truth, oof, np.full(oof.shape, 0.8), np.arange(3000).astype(str), ("x", "y", "z"), taken)
    for label, line in enumerate(lines):
        mine = passed & (fresh.argmax(axis=1) == label)
        precision = (fresh_truth[mine] == label).mean()
        assert line.low is not None and line.high is not None and line.precision is not None
        assert line.low - 0.02 < precision < line.high + 0.02
        assert fresh[mine, label].mean() > precision + 0.05


def test_a_whole_person_counts_as_one_in_the_interval() -> None:
    truth, oof = world(400, 0, 2.0)
    names, taken = ("x", "y", "z"), np.full(3, 100)
    many = forecast(truth, oof, np.zeros(oof.shape), np.arange(400).astype(str), names, taken)
    few = forecast(
        np.repeat(truth, 7), np.repeat(oof, 7, axis=0), np.zeros((2800, 3)), np.repeat(np.arange(400), 7).astype(str),
        names, 7 * taken,
    )  # fmt: skip
    for one, seven in zip(many, few, strict=True):
        assert (one.low, one.high) == pytest.approx((seven.low, seven.high), abs=0.005)


def test_the_interval_covers_the_draw_of_the_test_rows_too() -> None:
    """The more test rows are taken the less their own draw matters; what remains is the interval of the OOF rows."""
    truth, oof = world(400, 0, 2.0)
    widths = []
    for taken in (5, 50, 500, 50_000):
        line = forecast(truth, oof, np.zeros(oof.shape), np.arange(400), ("x", "y", "z"), np.full(3, taken))[0]
        assert line.low is not None and line.high is not None
        widths.append(line.high - line.low)
    assert widths == sorted(widths, reverse=True) and widths[0] > 3 * widths[3]


def test_a_few_rows_that_are_all_right_promise_no_certainty() -> None:
    truth, oof = np.zeros(6, dtype=int), np.tile([0.9, 0.1], (6, 1))
    low = []
    for people in (["a"] * 3 + ["b"] * 3, list("abcdef")):
        line = forecast(truth, oof, np.full((6, 2), 0.5), np.array(people), ("x", "y"), np.array([100, 1]))[0]
        assert line.precision == line.high == 1 and line.low is not None
        low.append(line.low)
    assert low[0] < low[1] < 0.75
    assert low[0] < 0.5  # two people, whose rows may err together
    # Wilson's lower end of n successes in n draws, n / (n + z^2), for a further draw that is large
    assert prediction_interval(1.0, 20, 1e9)[0] == pytest.approx(20 / (20 + 1.6449**2), abs=1e-4)


def test_the_further_draw_of_the_same_share_widens_the_interval_as_two_variances_add_up() -> None:
    low, high = prediction_interval(0.7, 4000, 1000)
    assert (high - low) / 2 == pytest.approx(1.6449 * np.sqrt(0.21 * (1 / 4000 + 1 / 1000)), rel=0.02)


@pytest.mark.parametrize("kind", ["person", "photo"])
def test_nine_of_ten_promised_intervals_hold_the_true_precision(kind: str) -> None:
    played = [play(seed, kind, 200, SETTINGS["fixed .8"]) for seed in range(60)]
    held = np.mean([part[0] for part in played if part is not None])
    assert 0.86 < held < 0.985


def some_probs(images: np.ndarray, salt: int) -> np.ndarray:
    """Overconfident, and the same whenever it is asked of the same image."""
    logits = np.array([np.random.default_rng([salt, int(image[1:-4])]).normal(0, 3, 3) for image in images])
    raised = np.exp(logits)
    return raised / raised.sum(axis=1, keepdims=True)


def test_the_forecast_is_of_oof_rows_as_labels_are_made_tempered_and_then_averaged(tmp_path: Path) -> None:
    n = 120
    train = pd.DataFrame({"image": [f"p{i}.png" for i in range(n)], "person": [f"p{i // 2}" for i in range(n)]})
    train["y"] = [f"c{i % 3}" for i in range(n)]
    workspace = toy_workspace(tmp_path, train, [f"t{i}.png" for i in range(1000, 1200)], 3)
    workspace = toy_folds(workspace, {f"p{i}": i % 2 for i in range(n // 2)})
    runs = [
        # no two models say the same: that would be a copy
        train_toy(
            workspace,
            lambda lesson, salt=salt: (partial(some_probs, salt=10 * int(lesson.images[0][1:-4]) + salt), b""),
            seed=salt,
        )
        for salt in (0, 1)
    ]
    temperature = {(runs[0].id, 0): 3.0, (runs[0].id, 1): 1.5, (runs[1].id, 0): 0.7, (runs[1].id, 1): 4.0}
    for run in runs:
        for fold in range(2):
            record = run.fold_record(fold).model_copy(update={"temperature": {"y": temperature[run.id, fold]}})
            write_record(run.fold_dir(fold) / "fold.json", record)
    settings = PseudoSettings(policy="fixed", threshold=0.7, calibrate=True)
    made = make_round(workspace, 1, {"y": runs}, settings, "own_fold", (), blind, Reporter())
    images, truth = workspace.train["image"], workspace.train["y"].to_numpy()
    probs = np.zeros((n, 3))
    for fold in range(2):
        valid = workspace.folds.valid(fold)
        parts = [run.fold_oof(fold).aligned(images[valid]).probs["y"] for run in runs]
        probs[valid] = np.mean(
            [apply_temperature(part, temperature[run.id, fold]) for run, part in zip(runs, parts, strict=True)], axis=0
        )
    for label, line in enumerate(made.tasks["y"].forecast):
        passed = (probs.argmax(axis=1) == label) & (probs.max(axis=1) >= 0.7)
        assert line.oof_share == passed.mean()
        assert line.precision == (truth[passed] == label).mean()
