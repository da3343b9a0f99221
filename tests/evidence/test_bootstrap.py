"""Intervals come from resampling groups, exactly, and never crash."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.simulated import CLASS_METRICS, COMMON_METRICS
from sklearn.metrics import f1_score

from kit.errors import KitError
from kit.evidence import scorer
from kit.evidence.bootstrap import FLOAT32_INTEGERS, resampled_sums, resamples
from kit.evidence.metrics import METRICS, metric_named
from kit.evidence.scorer import Scorer

N_CLASSES = 3


def simulated(seed: int = 0, n_groups: int = 60, per_group: int = 5, skill: float = 0.6):
    """(truth, probs, predicted, groups) of people whose photos share a difficulty."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), per_group)
    truth = np.repeat(rng.choice(N_CLASSES, n_groups, p=[0.5, 0.4, 0.1]), per_group)
    ease = np.repeat(rng.normal(skill, 1.0, n_groups), per_group)
    logits = rng.normal(size=(len(truth), N_CLASSES)) + ease[:, None] * np.eye(N_CLASSES)[truth]
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return truth, probs, probs.argmax(axis=1), groups


def predictions(metric, probs):
    return probs.argmax(axis=1) if metric_named(metric).needs == "labels" else probs


@pytest.mark.parametrize("metric", CLASS_METRICS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_a_replicate_is_the_score_of_the_drawn_rows(metric, seed):
    truth, probs, _, groups = simulated(seed, n_groups=12, per_group=3)
    predicted = predictions(metric, probs)
    drawn = Scorer(metric, truth, groups, N_CLASSES, n_replicates=20, seed=seed).drawn([predicted])
    for weights, score in zip(next(resamples(12, 20, seed)), drawn[:, 0], strict=True):
        rows = np.repeat(np.arange(len(truth)), weights[groups])
        theirs = metric_named(metric).score(truth[rows], predicted[rows], N_CLASSES)
        assert score == pytest.approx(theirs, abs=1e-12, nan_ok=True)


def test_macro_f1_replicates_are_scikit_learns():
    truth, _, predicted, groups = simulated()
    drawn = Scorer("f1_macro", truth, groups, N_CLASSES, n_replicates=30, seed=3).drawn([predicted])
    for weights, score in zip(next(resamples(60, 30, 3)), drawn[:, 0], strict=True):
        rows = np.repeat(np.arange(len(truth)), weights[groups])
        theirs = f1_score(truth[rows], predicted[rows], average="macro", zero_division=0)
        assert score == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_candidates_meet_the_same_resamples(metric):
    truth, probs, _, groups = simulated()
    other = simulated(seed=0, skill=1.5)[1]
    pair = [predictions(metric, p) for p in (probs, other)]
    asked = Scorer(metric, truth, groups, N_CLASSES, n_replicates=50)
    together, alone = asked.drawn(pair), asked.drawn(pair[1:])
    assert np.allclose(together[:, 1], alone[:, 0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("metric", COMMON_METRICS)
def test_draws_that_are_too_many_to_keep_are_the_very_same(metric, monkeypatch):
    truth, probs, _, groups = simulated(n_groups=300)
    predicted = predictions(metric, probs)
    kept = Scorer(metric, truth, groups, N_CLASSES).drawn([predicted])
    monkeypatch.setattr(scorer, "KEPT_CELLS", 0)
    redrawn = Scorer(metric, truth, groups, N_CLASSES)
    for _ in range(2):
        assert np.array_equal(redrawn.drawn([predicted]), kept, equal_nan=True)


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    truth, _, predicted, groups = simulated()
    runs = [
        Scorer("f1_macro", truth, groups, N_CLASSES, n_replicates=100, seed=seed).drawn([predicted])
        for seed in (5, 5, 6)
    ]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


@given(st.integers(0, 1000))
@settings(max_examples=10)
def test_the_order_of_rows_and_the_names_of_groups_do_not_matter(seed):
    truth, _, predicted, groups = simulated(seed, n_groups=20)
    shuffled = np.random.default_rng(seed).permutation(len(truth))
    names = np.array([f"person{g:03}" for g in groups])
    plain = Scorer("f1_macro", truth, groups, N_CLASSES, n_replicates=200).score(predicted)
    mixed = Scorer("f1_macro", truth[shuffled], names[shuffled], N_CLASSES, n_replicates=200).score(predicted[shuffled])
    assert plain == mixed


def test_resamples_draw_as_many_groups_as_there_are():
    for weights in resamples(7, 50, seed=0):
        assert (weights.sum(axis=1) == 7).all() and (weights >= 0).all()
    drawn = np.concatenate(list(resamples(50, 4000, seed=1)))
    assert drawn.mean(axis=0) == pytest.approx(np.ones(50), abs=0.08)
    assert drawn.var() == pytest.approx(1 - 1 / 50, abs=0.02)


def test_sums_stay_exact_integers_beyond_what_float32_holds():
    huge = np.array([[FLOAT32_INTEGERS + 1], [1]])
    weights = next(resamples(2, 20, seed=0))
    assert (next(resampled_sums(huge, [weights])) == weights @ huge).all()


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_one_group_has_a_score_and_says_that_its_interval_is_unknown(metric):
    truth, probs, _, _ = simulated(n_groups=20)
    score = Scorer(metric, truth, np.zeros(len(truth)), N_CLASSES, n_replicates=20).score(predictions(metric, probs))
    assert np.isfinite(score.value) and not score.has_interval and np.isnan(score.sd)
    assert str(score).endswith("[?]")


@pytest.mark.parametrize("metric", CLASS_METRICS)
@pytest.mark.parametrize("n_groups", [40, 200])
def test_an_absent_class_takes_the_interval_of_a_mean_of_classes_from_few_people_alone(metric, n_groups):
    truth, probs, _, groups = simulated(n_groups=n_groups)
    kept = truth != 2
    score = Scorer(metric, truth[kept], groups[kept], N_CLASSES).score(predictions(metric, probs)[kept])
    assert score.has_interval == (n_groups == 200 or not metric_named(metric).mean_of_classes)
    assert np.isfinite([score.value, score.sd]).all()
    assert str(score).endswith("[?]") != score.has_interval


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_a_class_of_one_person_does_no_harm(metric):
    truth, probs, _, groups = simulated(n_groups=20)
    kept = (truth != 2) | (groups == groups[truth == 2].min())
    score = Scorer(metric, truth[kept], groups[kept], N_CLASSES).score(predictions(metric, probs)[kept])
    assert score.low < score.value < score.high


def test_the_interval_holds_the_true_score_as_often_as_it_says():
    level, worlds = 0.90, 200
    everyone = simulated(seed=10_000, n_groups=40_000)
    true = METRICS["accuracy"].score(everyone[0], everyone[2], N_CLASSES)
    held = 0
    for seed in range(worlds):
        truth, _, predicted, groups = simulated(seed, n_groups=80)
        score = Scorer("accuracy", truth, groups, N_CLASSES, n_replicates=400).score(predicted)
        held += score.low <= true <= score.high
    assert held / worlds == pytest.approx(level, abs=0.06)


def test_resampling_rows_instead_of_people_would_be_too_sure():
    truth, _, predicted, groups = simulated(n_groups=200)
    by_group = Scorer("accuracy", truth, groups, N_CLASSES).score(predicted)
    by_row = Scorer("accuracy", truth, np.arange(len(truth)), N_CLASSES).score(predicted)
    assert by_group.sd > 1.1 * by_row.sd


def test_a_wider_level_gives_a_wider_interval():
    truth, _, predicted, groups = simulated()
    narrow, wide = (Scorer("f1_macro", truth, groups, N_CLASSES, level=level).score(predicted) for level in (0.5, 0.95))
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("metric", COMMON_METRICS)
def test_the_covariance_is_that_of_the_replicates(metric):
    truth, probs, _, groups = simulated(n_groups=400)
    other = simulated(seed=0, n_groups=400, skill=1.0)[1]
    candidates = [predictions(metric, p) for p in (probs, other)]
    quick = Scorer(metric, truth, groups, N_CLASSES, n_replicates=2000, seed=1).covariance(candidates)
    drawn = Scorer(metric, truth, groups, N_CLASSES, n_replicates=2000, seed=2).drawn(candidates)
    assert np.sqrt(np.diag(quick)) == pytest.approx(drawn.std(axis=0), rel=0.1)
    assert np.allclose(quick, np.cov(drawn, rowvar=False), rtol=0, atol=0.2 * quick.max())


def test_a_covariance_that_nothing_can_tell_is_unknown():
    truth, probs, predicted, groups = simulated()
    assert np.isnan(Scorer("f1_macro", truth, np.zeros(len(truth)), N_CLASSES).covariance([predicted])).all()
    assert np.isnan(Scorer("roc_auc", truth * 0, groups, N_CLASSES, n_replicates=20).covariance([probs])).all()


def test_intervals_of_several_candidates_are_those_of_each():
    truth, _, predicted, groups = simulated()
    asked = Scorer("f1_macro", truth, groups, N_CLASSES)
    both = asked.scores([predicted, truth])
    assert both[0] == asked.score(predicted)
    assert both[1].value == 1.0


def test_groups_that_do_not_fit_are_an_error():
    truth, _, _, groups = simulated()
    with pytest.raises(KitError, match="do not fit"):
        Scorer("f1_macro", truth, groups[1:], N_CLASSES)
