"""Metrics agree with scikit-learn, on any truth and any predictions."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.simulated import CLASS_METRICS
from sklearn import metrics as sk

from kit.errors import KitError
from kit.evidence.metrics import METRICS, confusion, f1_per_class, metric_named

EXACT = 1e-12


@st.composite
def labelled(draw, max_classes: int = 6):
    """(truth, predicted, n_classes), with classes that may be absent from either."""
    n_classes = draw(st.integers(2, max_classes))
    rows = draw(
        st.lists(st.tuples(st.integers(0, n_classes - 1), st.integers(0, n_classes - 1)), min_size=1, max_size=40)
    )
    truth, predicted = np.array(rows).T
    return truth, predicted, n_classes


@st.composite
def with_probs(draw):
    """(truth, probs, n_classes) with every class in the truth and many tied probabilities."""
    n_classes = draw(st.integers(2, 5))
    extra = draw(st.lists(st.integers(0, n_classes - 1), max_size=30))
    truth = np.array([*range(n_classes), *extra])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    raw = rng.integers(1, draw(st.sampled_from([2, 4, 1000])) + 1, size=(len(truth), n_classes)).astype(float)
    return truth, raw / raw.sum(axis=1, keepdims=True), n_classes


@pytest.fixture(autouse=True)
def _quiet_sklearn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@given(labelled())
def test_confusion_counts_every_row_once(case):
    truth, predicted, n_classes = case
    assert (
        confusion(truth, predicted, n_classes) == sk.confusion_matrix(truth, predicted, labels=range(n_classes))
    ).all()


@given(labelled())
def test_f1_is_scikit_learns_over_the_classes_that_are_true_or_predicted(case):
    truth, predicted, n_classes = case
    present = np.union1d(truth, predicted)
    theirs = sk.f1_score(truth, predicted, labels=present, average=None, zero_division=0)
    table = confusion(truth, predicted, n_classes)
    of_class = f1_per_class(np.diag(table), table.sum(axis=1), table.sum(axis=0))
    assert np.allclose(of_class[present], theirs, rtol=0, atol=EXACT)
    assert np.isnan(np.delete(of_class, present)).all()
    ours = METRICS["f1_macro"].score(truth, predicted, n_classes)
    assert ours == pytest.approx(theirs.mean(), abs=EXACT)
    assert ours == pytest.approx(sk.f1_score(truth, predicted, average="macro", zero_division=0), abs=EXACT)


@pytest.mark.parametrize("name", ["f1_macro", "balanced_accuracy"])
def test_a_class_that_is_nowhere_changes_nothing(name):
    truth, predicted = [0, 0, 1, 1], [0, 1, 1, 1]
    assert METRICS[name].score(truth, predicted, 18) == METRICS[name].score(truth, predicted, 2)
    assert METRICS[name].score(truth, truth, 18) == 1.0


@given(labelled())
def test_accuracies_are_scikit_learns(case):
    truth, predicted, n_classes = case
    ours = METRICS["accuracy"].score(truth, predicted, n_classes)
    assert ours == pytest.approx(sk.accuracy_score(truth, predicted), abs=EXACT)
    ours = METRICS["balanced_accuracy"].score(truth, predicted, n_classes)
    assert ours == pytest.approx(sk.balanced_accuracy_score(truth, predicted), abs=EXACT)


@given(labelled())
def test_qwk_is_scikit_learns_and_undefined_where_theirs_is(case):
    truth, predicted, n_classes = case
    theirs = sk.cohen_kappa_score(truth, predicted, weights="quadratic", labels=range(n_classes))
    assert METRICS["qwk"].score(truth, predicted, n_classes) == pytest.approx(theirs, abs=EXACT, nan_ok=True)


@given(with_probs())
def test_log_loss_is_scikit_learns(case):
    truth, probs, n_classes = case
    theirs = sk.log_loss(truth, probs, labels=range(n_classes))
    assert METRICS["log_loss"].score(truth, probs, n_classes) == pytest.approx(theirs, abs=EXACT)


def test_log_loss_of_an_impossible_truth_is_finite_and_scikit_learns():
    probs = np.array([[1.0, 0.0], [0.25, 0.75]])
    ours = METRICS["log_loss"].score([1, 1], probs, 2)
    assert ours == pytest.approx(sk.log_loss([1, 1], probs, labels=[0, 1]), abs=EXACT)


@given(with_probs())
def test_roc_auc_is_scikit_learns_ties_and_all(case):
    truth, probs, n_classes = case
    theirs = sk.roc_auc_score(truth, probs[:, 1] if n_classes == 2 else probs, multi_class="ovr")
    assert METRICS["roc_auc"].score(truth, probs, n_classes) == pytest.approx(theirs, abs=EXACT)


@given(with_probs(), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_roc_auc_of_weighted_groups_is_scikit_learns_with_sample_weights(case, seed):
    truth, probs, n_classes = case
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, len(truth))
    weights = rng.integers(0, 3, size=(5, 4)).astype(float)
    ours = METRICS["roc_auc"].weighted_parts(truth, probs, codes, weights).sum(axis=1)
    for drawn, area in zip(weights, ours, strict=True):
        kept = drawn[codes] > 0
        judged = [1] if n_classes == 2 else [k for k in range(n_classes) if 0 < (truth[kept] == k).mean() < 1]
        theirs = [
            sk.roc_auc_score(truth[kept] == k, probs[kept, k], sample_weight=drawn[codes][kept])
            for k in judged
            if kept.any() and len(np.unique(truth[kept] == k)) == 2
        ]
        assert area == pytest.approx(np.mean(theirs) if theirs else np.nan, abs=EXACT, nan_ok=True)


def test_roc_auc_leaves_out_a_class_that_never_occurs():
    truth, probs = (
        np.array([0, 1, 0, 1]),
        np.array([[0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.2, 0.5, 0.3], [0.4, 0.4, 0.2]]),
    )
    theirs = np.mean([sk.roc_auc_score(truth == k, probs[:, k]) for k in (0, 1)])
    assert METRICS["roc_auc"].score(truth, probs, 3) == pytest.approx(theirs, abs=EXACT)
    assert np.isnan(METRICS["roc_auc"].score([1, 1], probs[:2], 3))


@given(labelled())
def test_a_score_is_the_sum_of_what_its_classes_give(case):
    truth, predicted, n_classes = case
    for metric in map(metric_named, CLASS_METRICS):
        given_to = predicted if metric.decides else np.eye(n_classes)[predicted]
        total = metric.constant + metric.contributions(truth, given_to, n_classes).sum()
        assert metric.score(truth, given_to, n_classes) == pytest.approx(total, nan_ok=True)


def test_an_unknown_metric_is_an_error_that_names_the_nearest():
    with pytest.raises(KitError, match="did you mean 'accuracy'"):
        metric_named("acuracy")


@pytest.mark.parametrize(
    ("metric", "truth", "predicted", "message"),
    [
        ("f1_macro", [0, 1], [0, 3], "3 is no class"),
        ("f1_macro", [0, 1], [0.5, 1.0], "class number"),
        ("f1_macro", [0, 1], [0], "do not fit"),
        ("f1_macro", [], [], "no rows"),
        ("log_loss", [0, 1], [0, 1], "needs probabilities of 3 classes"),
        ("log_loss", [0, 1], [[0.5, 0.5, np.nan]] * 2, "not finite"),
    ],
)
def test_bad_input_is_named(metric, truth, predicted, message):
    with pytest.raises(KitError, match=message):
        METRICS[metric].score(truth, predicted, 3)
