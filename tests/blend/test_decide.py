"""A decision rule is used where the evidence says that it helps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.blend.decide import (
    ARGMAX,
    EXPECTED_F1,
    OFFSETS,
    argmax_rule,
    choose_rule,
    cross_fitted_rule,
    expected_f1_rule,
    fit_rule,
    tune_offsets,
)
from kit.errors import KitError
from kit.evidence.calibration import apply_temperature
from kit.evidence.compare import NO_DIFFERENCE
from kit.evidence.joining import join_probs
from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer

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
    assert expected[0] == expected_f1(probs, argmax_rule(probs))
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


@pytest.mark.parametrize("rule", [ARGMAX, EXPECTED_F1, OFFSETS])
def test_the_labels_of_a_fold_do_not_reach_its_own_fit(rule):
    heads, truth, _, folds = rare_age(n_groups=100)
    rng = np.random.default_rng(0)
    held = folds == 2
    spoilt = truth.copy()
    spoilt[held] = rng.permutation(truth[held])
    kept = fit_rule(rule, "f1_macro", [p[~held] for p in heads], truth[~held], TABLE)
    again = fit_rule(rule, "f1_macro", [p[~held] for p in heads], spoilt[~held], TABLE)
    assert kept == again
    if rule != EXPECTED_F1:  # the fixed point shares one set of rows: other folds' temperatures move with the labels
        before = cross_fitted_rule(rule, "f1_macro", heads, truth, TABLE, folds)
        after = cross_fitted_rule(rule, "f1_macro", heads, spoilt, TABLE, folds)
        assert (before[held] == after[held]).all()


def test_expected_f1_is_chosen_where_a_class_is_rare():
    heads, truth, groups, folds = rare_age(n_groups=2000)
    choice = choose_rule(Scorer("f1_macro", truth, groups, 6), heads, TABLE, folds)
    assert choice.rule == EXPECTED_F1
    gain = choice.gains[EXPECTED_F1]
    assert gain.verdict == "better" and gain.difference.low > 0


def test_argmax_stays_where_nothing_is_gained():
    heads, truth, groups, folds = rare_age(n_groups=60, rare=0.3)
    choice = choose_rule(Scorer("accuracy", truth, groups, 6), heads, TABLE, folds)
    assert choice.rule == ARGMAX
    assert set(choice.gains) == {OFFSETS}
    assert choice.gains[OFFSETS].verdict == NO_DIFFERENCE


def test_a_metric_of_probabilities_has_nothing_to_decide():
    heads, truth, groups, folds = rare_age(n_groups=20)
    choice = choose_rule(Scorer("log_loss", truth, groups, 6), heads, TABLE, folds)
    assert (choice.rule, choice.gains) == (ARGMAX, {})
    with pytest.raises(KitError, match="scores probabilities"):
        tune_offsets("log_loss", heads, truth, TABLE)


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "qwk"])
def test_every_metric_of_classes_can_choose(metric):
    heads, truth, groups, folds = rare_age(n_groups=100)
    scorer = Scorer(metric, truth, groups, 6, n_replicates=200)
    assert choose_rule(scorer, heads, TABLE, folds).rule in (ARGMAX, OFFSETS)


def test_a_single_task_needs_no_joining():
    heads, truth, groups, folds = rare_age(n_groups=1500)
    table = np.arange(3)[:, None]
    choice = choose_rule(Scorer("f1_macro", TABLE[truth, 1], groups, 3), heads[1:], table, folds)
    assert choice.gains[EXPECTED_F1].difference.value > 0


def test_folds_that_split_a_group_or_hold_everything_are_errors():
    heads, truth, groups, folds = rare_age(n_groups=20)
    scorer = Scorer("f1_macro", truth, groups, 6)
    with pytest.raises(KitError, match="two folds"):
        choose_rule(scorer, heads, TABLE, np.arange(len(truth)) % 5)
    with pytest.raises(KitError, match="one fold"):
        choose_rule(scorer, heads, TABLE, folds * 0)
    with pytest.raises(KitError, match="expected-f1"):
        fit_rule("expected_f1", "f1_macro", heads, truth, TABLE)
