"""A blend's weights: what they are for, and that a blend does not flatter itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from shared.simulated import COMMON_METRICS

from kit.blend.out_of_fold import out_of_fold
from kit.blend.weights import (
    blend_probs,
    em_weights,
    fit_blend,
    greedy_weights,
    joined_objective,
    weigh_by_log_loss,
    weigh_greedily,
)
from kit.errors import KitError
from kit.evidence.metrics import METRICS

TABLE = np.array([[size, age] for size in range(2) for age in range(3)])
LOG_LOSS = METRICS["log_loss"]


def members(seed: int = 0, n_groups: int = 100, skills=(2.0, 1.0, 0.0), n_classes: int = 3):
    """(members' probabilities, truth, groups): each member sees the truth with its own skill and noise."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), 3)
    truth = np.repeat(rng.integers(0, n_classes, n_groups), 3)
    logits = [rng.normal(size=(len(truth), n_classes)) + skill * np.eye(n_classes)[truth] for skill in skills]
    return np.stack([np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) for z in logits]), truth, groups


def two_heads(seed: int = 0, n_groups: int = 100, skills=(1.5, 1.0, 0.2)):
    size, size_truth, groups = members(seed, n_groups, skills, n_classes=2)
    age, age_truth, _ = members(seed + 1, n_groups, skills[::-1], n_classes=3)
    return [size, age], [size_truth, age_truth], size_truth * 3 + age_truth, groups


def cross_fitted(heads, truths, folds, weigh, mean="arithmetic"):
    """Each head's rows by the blend that was fitted without their fold."""
    return out_of_fold(
        folds,
        lambda fold, others: fit_blend(heads, truths, weigh, mean, others),
        lambda fitted, held: fitted.blend([head[:, held] for head in heads]),
    )


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@given(seed=st.integers(0, 1000))
@settings(max_examples=10)
def test_a_blend_is_probabilities_and_of_one_member_that_member(mean, seed):
    probs, _, _ = members(seed, n_groups=10)
    shares = np.random.default_rng(seed).random(3)
    blended = blend_probs(probs, shares, mean)
    assert blended.sum(axis=1) == pytest.approx(np.ones(30))
    assert np.allclose(blended, blend_probs(probs[::-1], shares[::-1] * 7, mean))
    assert np.allclose(blend_probs(probs, [0, 1, 0], mean), probs[1])


def test_the_two_means_are_what_they_are_called():
    probs = np.array([[[0.8, 0.2]], [[0.2, 0.8]], [[0.5, 0.5]]])
    assert blend_probs(probs, [1, 0, 1])[0, 0] == pytest.approx(0.65)
    assert blend_probs(probs, [1, 0, 1], "geometric")[0, 0] == pytest.approx(2 / 3)


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_em_finds_the_simplex_weights_of_least_log_loss(seed):
    probs, truth, _ = members(seed)
    shares = em_weights(probs, truth, steps=2000)
    given_to = probs[:, np.arange(len(truth)), truth]
    best = minimize(
        lambda w: -np.log(w @ given_to).mean(),
        np.full(3, 1 / 3),
        bounds=[(0, 1)] * 3,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-12},
    )
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    assert -np.log(shares @ given_to).mean() == pytest.approx(best.fun, abs=1e-5)


@given(st.integers(0, 1000))
@settings(max_examples=10)
def test_no_step_of_em_raises_the_log_loss(seed):
    probs, truth, _ = members(seed, n_groups=20)
    losses = [LOG_LOSS.score(truth, blend_probs(probs, em_weights(probs, truth, steps)), 3) for steps in range(8)]
    assert (np.diff(losses) <= 1e-12).all()


def test_em_prefers_the_able_member_and_starts_equal():
    probs, truth, _ = members()
    assert em_weights(probs, truth, steps=0) == pytest.approx(np.full(3, 1 / 3))
    shares = em_weights(probs, truth)
    assert shares[0] > 0.5 > shares[1] > shares[2]


def test_greedy_picks_what_the_objective_asks_for():
    heads, _, target, groups = two_heads()
    weights = greedy_weights(heads, joined_objective("f1_macro", target, TABLE), groups)
    for shares in weights:
        assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    assert weights[0].argmax() == 0 and weights[1].argmax() == 2


def test_greedy_weights_are_the_same_on_every_run():
    heads, _, target, groups = two_heads(n_groups=40)
    objective = joined_objective("f1_macro", target, TABLE)
    one, again = (greedy_weights(heads, objective, groups, n_bags=3, seed=4) for _ in range(2))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))


def test_of_equal_members_greedy_keeps_one():
    probs, truth, groups = members(n_groups=30)
    same = np.stack([probs[0]] * 4)
    weights = greedy_weights([same], joined_objective("f1_macro", truth, np.arange(3)[:, None]), groups, n_bags=3)
    assert weights[0].tolist() == [1, 0, 0, 0]


def test_greedy_counts_a_member_again_before_it_takes_in_another():
    same, other = np.array([[[1.0, 0.0]]] * 2), np.array([[[0.0, 1.0]]])

    def objective(blended, rows):
        return -abs(blended[0][0, 0] - 2 / 3)

    (shares,) = greedy_weights([np.vstack([same, other])], objective, ["a"], n_bags=2, n_steps=4)
    assert shares == pytest.approx([2 / 3, 0, 1 / 3])


def test_greedy_sees_whole_groups_only():
    heads, _, _, groups = two_heads(n_groups=40)
    groups = np.random.default_rng(0).permutation(groups)
    seen = []

    def objective(blended, rows):
        seen.append(rows)
        return 0.0

    greedy_weights(heads, objective, groups, n_bags=2, n_steps=1)
    for rows in seen:
        assert len(rows) == np.isin(groups, groups[rows]).sum() == 60
    assert len({rows.tobytes() for rows in seen}) == 2


@pytest.mark.parametrize("metric", COMMON_METRICS)
def test_the_joined_objective_is_the_joined_score_with_higher_better(metric):
    heads, _, target, _ = two_heads(n_groups=40)
    objective = joined_objective(metric, target, TABLE)
    rows = np.arange(len(target))
    good, bad = objective([heads[0][0], heads[1][2]], rows), objective([heads[0][2], heads[1][0]], rows)
    assert good > bad


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_the_labels_of_a_fold_do_not_reach_its_own_blend(mean):
    heads, truths, _, groups = two_heads(n_groups=50)
    folds = groups % 5
    held = folds == 1
    rng = np.random.default_rng(0)
    spoilt = [np.where(held, rng.permutation(truth), truth) for truth in truths]
    before = cross_fitted(heads, truths, folds, weigh_by_log_loss(truths), mean)
    after = cross_fitted(heads, spoilt, folds, weigh_by_log_loss(spoilt), mean)
    for one, other in zip(before, after, strict=True):
        assert (one[held] == other[held]).all()
        assert (one[~held] != other[~held]).any()


def test_the_in_sample_score_flatters_and_the_cross_fitted_one_does_not():
    flattery = []
    for seed in range(12):
        probs, truth, groups = members(seed, n_groups=25, skills=(0.5,) * 12)
        weigh = weigh_by_log_loss([truth])
        (honest,) = cross_fitted([probs], [truth], groups % 5, weigh)
        (in_sample,) = fit_blend([probs], [truth], weigh).blend([probs])
        flattery.append(LOG_LOSS.score(truth, honest, 3) - LOG_LOSS.score(truth, in_sample, 3))
    assert np.mean(flattery) > 2 * np.std(flattery) / np.sqrt(len(flattery))


def test_greedy_is_cross_fitted_on_the_rows_of_the_other_folds():
    heads, truths, target, groups = two_heads(n_groups=40)
    weigh = weigh_greedily(joined_objective("f1_macro", target, TABLE), groups, n_bags=2, n_steps=4)
    blend = cross_fitted(heads, truths, groups % 4, weigh)
    assert [probs.shape for probs in blend] == [(120, 2), (120, 3)]
    assert all(np.allclose(probs.sum(axis=1), 1) for probs in blend)
    seen = []

    def objective(blended, rows):
        seen.extend(rows)
        return 0.0

    others = np.flatnonzero(groups % 4 != 0)
    fit_blend(heads, truths, weigh_greedily(objective, groups, n_steps=1), rows=others)
    assert set(seen) == set(others)


def test_temperatures_come_before_the_mean():
    probs, truth, _ = members(n_groups=300, skills=(2.0, 2.0))
    bent = np.stack([probs[0] ** 3, probs[1]])
    bent /= bent.sum(axis=2, keepdims=True)
    fitted = fit_blend([bent], [truth], lambda heads, rows: (np.array([0.5, 0.5]),))
    assert fitted.temperatures[0][0] / fitted.temperatures[0][1] == pytest.approx(3, rel=0.25)
    assert LOG_LOSS.score(truth, fitted.blend([bent])[0], 3) < LOG_LOSS.score(truth, blend_probs(bent, [1, 1]), 3)


def test_one_member_is_a_blend_too():
    probs, truth, groups = members(skills=(1.0,))
    weigh = weigh_by_log_loss([truth])
    assert fit_blend([probs], [truth], weigh).weights[0].tolist() == [1.0]
    (crossed,) = cross_fitted([probs], [truth], groups % 5, weigh)
    assert (crossed.argmax(axis=1) == probs[0].argmax(axis=1)).all()


def test_bad_input_is_named():
    probs, truth, _ = members(n_groups=10)
    with pytest.raises(KitError, match="do not fit 3 members"):
        blend_probs(probs, [0.5, 0.5])
    with pytest.raises(KitError, match="not all 0"):
        blend_probs(probs, [0, 0, 0])
    with pytest.raises(KitError, match="no mean 'rank'"):
        blend_probs(probs, [1, 1, 1], "rank")
    with pytest.raises(KitError, match="shape"):
        em_weights(probs[0], truth)
    with pytest.raises(KitError, match="one fold"):
        cross_fitted([probs], [truth], truth * 0, weigh_by_log_loss([truth]))
