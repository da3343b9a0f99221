"""What is promised of labels before they are used."""

from __future__ import annotations

import numpy as np
import pytest

from kit.pseudo.forecast import forecast, separability


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
    lines = forecast(truth, oof, np.full(oof.shape, 0.8), np.arange(3000).astype(str), ("x", "y", "z"), np.ones(3))
    for label, line in enumerate(lines):
        passed = (fresh.argmax(axis=1) == label) & (fresh.max(axis=1) >= 0.8)
        precision = (fresh_truth[passed] == label).mean()
        assert line.low is not None and line.high is not None and line.precision is not None
        assert line.low - 0.02 < precision < line.high + 0.02
        assert fresh[passed, label].mean() > precision + 0.05


def test_a_whole_person_counts_as_one_in_the_interval() -> None:
    truth, oof = world(200, 0, 2.0)
    many = forecast(truth, oof, np.zeros(oof.shape), np.arange(200).astype(str), ("x", "y", "z"), np.ones(3))
    few = forecast(
        np.repeat(truth, 7), np.repeat(oof, 7, axis=0), np.zeros((1400, 3)), np.repeat(np.arange(200), 7).astype(str),
        ("x", "y", "z"), np.ones(3),
    )  # fmt: skip
    for one, seven in zip(many, few, strict=True):
        assert (one.low, one.high) == pytest.approx((seven.low, seven.high))


def test_separability_is_near_a_half_for_photos_alike_and_near_one_for_others() -> None:
    generator = np.random.default_rng(0)
    first, second = generator.normal(0, 1, (150, 8)), generator.normal(0, 1, (150, 8))
    assert 0.35 < separability(first, second, 0) < 0.65
    assert separability(first, second + 2, 0) > 0.95
