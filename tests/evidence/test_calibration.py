"""A temperature makes probabilities mean what they say, and changes nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import KitError
from kit.evidence.calibration import COLDEST, HOTTEST, apply_temperature, fit_temperature
from kit.evidence.metrics import METRICS


def honest(seed: int = 0, n_rows: int = 3000, n_classes: int = 4):
    """Probabilities that the truth was drawn from."""
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet(np.full(n_classes, 0.5), n_rows)
    truth = (rng.random((n_rows, 1)) > probs.cumsum(axis=1)).sum(axis=1).clip(0, n_classes - 1)
    return probs, truth


def log_loss(probs, truth):
    return METRICS["log_loss"].score(truth, probs, probs.shape[1])


@given(st.integers(0, 1000), st.floats(0.3, 3.0))
@settings(max_examples=20, deadline=None)
def test_the_fit_undoes_a_distortion(seed, distortion):
    probs, truth = honest(seed)
    own = fit_temperature(probs, truth)
    assert own == pytest.approx(1, abs=0.15)
    bent = apply_temperature(probs, distortion)
    assert fit_temperature(bent, truth) == pytest.approx(own / distortion, rel=1e-3)


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_no_temperature_near_the_fit_has_a_lower_log_loss(seed):
    probs, truth = honest(seed, n_rows=200)
    bent = apply_temperature(probs, 0.5)
    best = fit_temperature(bent, truth)
    lowest = log_loss(apply_temperature(bent, best), truth)
    for factor in (0.8, 0.99, 1.01, 1.25):
        assert log_loss(apply_temperature(bent, best * factor), truth) > lowest


def test_weights_count_as_repeated_rows():
    probs, truth = honest(n_rows=100)
    weights = np.arange(100) % 3
    repeated = np.repeat(np.arange(100), weights)
    assert fit_temperature(probs, truth, weights) == pytest.approx(fit_temperature(probs[repeated], truth[repeated]))


@given(st.integers(0, 1000), st.floats(0.1, 10.0))
@settings(max_examples=20)
def test_a_temperature_keeps_the_order_of_classes_and_sums_of_one(seed, temperature):
    probs, _ = honest(seed, n_rows=50)
    scaled = apply_temperature(probs, temperature)
    assert (scaled.argmax(axis=1) == probs.argmax(axis=1)).all()
    assert scaled.sum(axis=1) == pytest.approx(np.ones(50))
    assert np.allclose(apply_temperature(probs, 1.0), probs, atol=1e-9)


def test_a_head_that_is_always_right_or_knows_nothing_stays_in_bounds():
    truth = np.array([0, 1, 1])
    assert fit_temperature(0.2 + 0.6 * np.eye(2)[truth], truth) == COLDEST
    assert fit_temperature(0.2 + 0.6 * np.eye(2)[1 - truth], truth) == HOTTEST
    assert np.isfinite(fit_temperature(np.full((3, 2), 0.5), truth))


def test_zeros_and_single_rows_do_no_harm():
    assert np.isfinite(fit_temperature([[1.0, 0.0]], [1]))
    assert apply_temperature([[1.0, 0.0]], 2.0).sum() == pytest.approx(1)


@pytest.mark.parametrize("bad", [[[0.5, np.nan]], [[1.5, -0.5]], [0.5, 0.5]])
def test_what_is_no_probability_is_an_error(bad):
    with pytest.raises(KitError, match="probabilities"):
        fit_temperature(bad, [0])


def test_weights_and_temperatures_that_make_no_sense_are_errors():
    with pytest.raises(KitError, match="row weights"):
        fit_temperature([[0.5, 0.5]], [0], [0.0])
    with pytest.raises(KitError, match="above 0"):
        apply_temperature([[0.5, 0.5]], 0)
