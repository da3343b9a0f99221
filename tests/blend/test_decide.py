"""A decision rule is used where the evidence says that it helps."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.blend.decide import (
    BALANCED,
    EXPECTED_F1,
    EXPECTED_KAPPA,
    OFFSETS,
    RULE_OF,
    RULES,
    RULES_OF,
    decided,
    fit_rule,
    tune_offsets,
)
from kit.blend.rules import argmax_rule, expected_f1_rule, expected_kappa_rule, over_prior
from kit.errors import KitError
from kit.evidence.calibration import apply_temperature
from kit.evidence.joining import join_probs
from kit.evidence.metrics import METRICS

TABLE = np.array([[size, age] for size in range(2) for age in range(3)])
F1 = METRICS["f1_macro"]


def rare_age(seed: int = 0, n_groups: int = 500, rare: float = 0.06, heat: float = 1.0):
    """Heads of two tasks whose probabilities are those the truth was drawn from, bent by `heat`; age 2 is rare."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), 4)
    classes = [rng.choice(2, n_groups), rng.choice(3, n_groups, p=[0.5, 0.5 - rare, rare])]
    heads, sharp = [], (3.0, 1.2)
    for truth, priors, skill in zip(classes, ([0.5, 0.5], [0.5, 0.5 - rare, rare]), sharp, strict=True):
        seen = rng.normal(size=(len(groups), len(priors))) + skill * np.eye(len(priors))[np.repeat(truth, 4)]
        posterior = np.exp(skill * seen) * priors  # Bayes' rule for unit Gaussian features
        heads.append(apply_temperature(posterior / posterior.sum(axis=1, keepdims=True), heat))
    truth = np.repeat(classes[0] * 3 + classes[1], 4)
    return heads, truth, groups, groups % 5


def expected_f1(probs, predicted):
    """The objective of the fixed point: 2 sum of p where predicted over predicted + mass, averaged over classes."""
    n_classes = probs.shape[1]
    hits = np.array([probs[predicted == k, k].sum() for k in range(n_classes)])
    reach = np.bincount(predicted, minlength=n_classes) + probs.sum(axis=0)
    return (2 * hits / np.where(reach > 0, reach, 1)).mean()


@given(st.integers(0, 10_000), st.integers(1, 60))
@settings(max_examples=30)
def test_expected_f1_rule_never_expects_less_than_argmax(seed, n_rows):
    probs = np.random.default_rng(seed).dirichlet([2.0, 1.0, 0.3], n_rows)
    expected = [expected_f1(probs, expected_f1_rule(probs, sweeps)) for sweeps in (0, 1, 5, 10)]
    assert expected[0] >= expected_f1(probs, argmax_rule(probs))
    assert (np.diff(expected) >= 0).all()


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_of_two_classes_expected_f1_rule_finds_the_best_threshold(seed):
    probs = np.random.default_rng(seed).dirichlet([1.0, 0.4], 200)
    falling = np.argsort(-probs[:, 1])
    thresholded = [np.isin(np.arange(200), falling[:n_second]).astype(int) for n_second in range(201)]
    best = max(expected_f1(probs, predicted) for predicted in thresholded)
    assert expected_f1(probs, expected_f1_rule(probs)) == pytest.approx(best, abs=1e-3)


def test_expected_f1_rule_predicts_a_rare_class_more_often_and_scores_higher():
    heads, truth, _, _ = rare_age()
    joined = join_probs(heads, TABLE)
    plain, better = argmax_rule(joined), expected_f1_rule(joined)
    rare = TABLE[:, 1] == 2
    assert rare[better].sum() > 1.3 * rare[plain].sum()
    assert F1.score(truth, better, 6) > F1.score(truth, plain, 6) + 0.01


def test_expected_f1_rule_never_predicts_a_class_without_mass():
    probs = np.array([[0.6, 0.4, 0.0]] * 3 + [[0.2, 0.8, 0.0]])
    assert set(expected_f1_rule(probs)) <= {0, 1}


@given(st.integers(0, 1000))
@settings(max_examples=10)
def test_the_rule_of_a_row_does_not_depend_on_the_order_of_rows(seed):
    probs = np.random.default_rng(seed).dirichlet([2.0, 1.0, 0.3], 100)
    order = np.random.default_rng(seed + 1).permutation(100)
    assert (expected_f1_rule(probs[order]) == expected_f1_rule(probs)[order]).all()


def test_tuned_offsets_never_score_below_argmax_on_their_own_rows():
    heads, truth, _, _ = rare_age(n_groups=200)
    offsets = tune_offsets("f1_macro", heads, truth, TABLE)
    tuned = join_probs([probs * np.exp(offset) for probs, offset in zip(heads, offsets, strict=True)], TABLE)
    assert F1.score(truth, argmax_rule(tuned), 6) > F1.score(truth, argmax_rule(join_probs(heads, TABLE)), 6)
    assert offsets[1][2] > 0
    fitted = argmax_rule(fit_rule(OFFSETS, "f1_macro", heads, truth, TABLE).joined(heads, TABLE))
    assert F1.score(truth, fitted, 6) > F1.score(truth, argmax_rule(join_probs(heads, TABLE)), 6)
    assert [(offset == 0).sum() >= 1 for offset in offsets] == [True, True]


def test_a_fitted_rule_undoes_an_overconfident_head():
    heads, truth, _, _ = rare_age(heat=0.4)
    fitted = fit_rule(EXPECTED_F1, "f1_macro", heads, truth, TABLE)
    assert fitted.temperatures[1] == pytest.approx(2.5, rel=0.15)
    plain, cooled = (expected_f1_rule(joined) for joined in (join_probs(heads, TABLE), fitted.joined(heads, TABLE)))
    assert F1.score(truth, cooled, 6) > F1.score(truth, plain, 6)


@pytest.mark.parametrize("rule", RULES_OF["class"])
def test_the_labels_of_a_fold_do_not_reach_its_own_fit(rule):
    heads, truth, _, folds = rare_age(n_groups=100)
    rng = np.random.default_rng(0)
    held = folds == 2
    spoilt = truth.copy()
    spoilt[held] = rng.permutation(truth[held])
    kept = fit_rule(rule, "f1_macro", [p[~held] for p in heads], truth[~held], TABLE)
    again = fit_rule(rule, "f1_macro", [p[~held] for p in heads], spoilt[~held], TABLE)
    assert kept == again


def expected_kappa(probs, predicted):
    """The objective of the rule: 1 - expected distance over the distance that chance gives, nan where there is none."""
    level = np.arange(probs.shape[1])
    squared = (level[:, None] - level) ** 2
    distance = sum(row @ squared[:, k] for row, k in zip(probs, predicted, strict=True))
    said = np.bincount(predicted, minlength=len(level))
    chance = probs.sum(axis=0) @ squared @ said / len(probs)
    return 1 - distance / chance if chance > 0 else np.nan


def all_labelings(n_rows, n_classes):
    return (np.array(labels) for labels in product(range(n_classes), repeat=n_rows))


@given(st.integers(0, 10_000), st.integers(2, 6), st.sampled_from([0.3, 1.0, 3.0]))
@settings(max_examples=25, deadline=None)
def test_no_labeling_at_all_has_a_higher_expected_kappa(seed, n_rows, spread):
    probs = np.random.default_rng(seed).dirichlet([spread] * 3, n_rows)
    best = max(expected_kappa(probs, predicted) for predicted in all_labelings(n_rows, 3))
    assert expected_kappa(probs, expected_kappa_rule(probs)) == pytest.approx(best, abs=1e-12)


def test_expected_f1_is_close_to_the_best_of_all_labelings():
    rng, short = np.random.default_rng(0), []
    for _ in range(60):
        probs = rng.dirichlet([1.0, 0.7, 0.3], 6)
        best = max(expected_f1(probs, predicted) for predicted in all_labelings(6, 3))
        short.append(best - expected_f1(probs, expected_f1_rule(probs)))
    assert min(short) >= -1e-12 and np.mean(short) < 0.02 and np.mean(np.array(short) < 1e-12) > 0.6


def test_expected_kappa_by_hand():
    # distances of the rows (.5, 0, .5) and (0, .1, .9) to the classes: 2, 1, 2 and 3.7, .9, .1; means 2.85, .95, 1.05.
    # argmax says 0 and 2: ratio 2.1 / 3.9; then 2 - .54 * 2.85 = .47 and 1 - .54 * .95 = .49, so that 0 stays
    probs = np.array([[0.5, 0.0, 0.5], [0.0, 0.1, 0.9]])
    assert expected_kappa(probs, np.array([0, 2])) == pytest.approx(1 - 2.1 / 3.9)
    assert expected_kappa_rule(probs).tolist() == [0, 2]


def test_a_rule_of_kappa_without_any_doubt_or_with_one_class_is_argmax():
    assert expected_kappa_rule(np.eye(4)[[2, 0, 3]]).tolist() == [2, 0, 3]
    assert expected_kappa_rule(np.eye(4)[[2, 2, 2]]).tolist() == [2, 2, 2]


def test_over_prior_by_hand():
    # .7 / .8 is less than .3 / .2
    assert over_prior(np.array([[0.7, 0.3]]), [0.8, 0.2]) == pytest.approx(np.array([[0.875, 1.5]]) / 2.375)
    assert over_prior(np.array([[0.1, 0.2, 0.7], [0, 0, 1.0]]), [0.5, 0.5, 0]) == pytest.approx(
        np.array([[1 / 3, 2 / 3, 0], [0, 0, 1.0]])
    )


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_no_labeling_at_all_has_a_higher_expected_mean_recall_than_over_prior(seed):
    rng = np.random.default_rng(seed)
    probs, prior = rng.dirichlet([1.0, 0.7, 0.3], 5), rng.dirichlet([3.0, 2.0, 1.0])
    rows = np.arange(5)
    best = max((probs[rows, said] / prior[said]).sum() for said in all_labelings(5, 3))
    said = argmax_rule(over_prior(probs, prior))
    assert (probs[rows, said] / prior[said]).sum() == pytest.approx(best)


def test_the_prior_is_that_of_the_rows_that_fit_the_rule():
    heads, truth, _, folds = rare_age(n_groups=100)
    some = folds != 2
    fitted = fit_rule(BALANCED, "balanced_accuracy", [probs[some] for probs in heads], truth[some], TABLE)
    assert fitted.prior == pytest.approx(np.bincount(truth[some], minlength=6) / some.sum())
    assert fit_rule(EXPECTED_F1, "f1_macro", heads, truth, TABLE).prior is None


@pytest.mark.parametrize(("metric", "least"), [("f1_macro", 0.005), ("balanced_accuracy", 0.03), ("qwk", 0.005)])
def test_the_rule_of_a_metric_raises_it(metric, least):
    gains = []
    for seed in range(4):
        heads, truth, _, _ = rare_age(seed)
        n_classes, table = (3, np.arange(3)[:, None]) if metric == "qwk" else (6, TABLE)
        if metric == "qwk":
            heads, truth = heads[1:], TABLE[truth, 1]
        joined = fit_rule(RULE_OF[metric], metric, heads, truth, table).joined(heads, table)
        scores = [
            METRICS[metric].score(truth, said, n_classes)
            for said in (argmax_rule(join_probs(heads, table)), decided(RULE_OF[metric], joined))
        ]
        gains.append(scores[1] - scores[0])
    assert np.mean(gains) > least


def test_a_misspelt_rule_and_a_metric_of_probabilities_are_errors():
    heads, truth, _, _ = rare_age(n_groups=20)
    with pytest.raises(KitError, match="expected-f1"):
        fit_rule("expected_f1", "f1_macro", heads, truth, TABLE)
    with pytest.raises(KitError, match="scores probabilities"):
        tune_offsets("log_loss", heads, truth, TABLE)
    assert EXPECTED_KAPPA in RULES and set(RULE_OF.values()) <= set(RULES)
