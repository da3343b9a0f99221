"""What stands for whole rows of very many labels says what the rows say, as far as it reaches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kit.blend.decide import decided, fit_rule
from kit.blend.mean import blend_probs
from kit.blend.thresholds import expected_thresholds, fit_thresholds
from kit.blend.weights import em_weights
from kit.evidence import sums
from kit.evidence.calibration import fit_label_odds, fit_label_temperature, shift_label_odds, temper_labels
from kit.evidence.metrics import metric_named
from kit.evidence.scorer import Scorer
from kit.evidence.top import TopProbs, stacked, top_of
from kit.evidence.top_labels import label_cells, least_sure
from kit.evidence.top_means import joined_rows, mean_of

N, N_LABELS, KEPT = 60, 12, 5
seeds = st.integers(0, 2**32 - 1)
F = ["f1_macro", "f2_weighted", "f1_micro", "f2_samples"]


def drawn(seed: int) -> tuple[TopProbs, NDArray[np.int8]]:
    """Labels of which some rows have none, and what is kept of probabilities that know something of them."""
    rng = np.random.default_rng(seed)
    truth = (rng.random((N, N_LABELS)) < rng.uniform(0.02, 0.3, N_LABELS)).astype(np.int8)
    logits = 3 * truth - 2.5 + rng.normal(0, 1.2, truth.shape)
    top = top_of(1 / (1 + np.exp(-logits)), KEPT)
    assert isinstance(top, TopProbs)
    return top, truth


def said_of(top: TopProbs) -> NDArray[np.float64]:
    """Whole rows with a probability of 0 for the labels that are not kept: these are never said."""
    found = np.zeros(top.shape)
    np.put_along_axis(found, top.classes.astype(int), top.values.astype(float), axis=1)
    return found


@given(seeds)
def test_log_loss_and_temperature_are_those_of_the_rows_that_it_stands_for(seed: int) -> None:
    (top, truth), metric = drawn(seed), metric_named("log_loss")
    assert metric.score(truth, top, N_LABELS) == pytest.approx(metric.score(truth, top.dense(), N_LABELS), rel=1e-9)
    assert fit_label_temperature(top, truth) == pytest.approx(fit_label_temperature(top.dense(), truth), rel=1e-6)
    np.testing.assert_allclose(temper_labels(top, 2.0).dense(), temper_labels(top.dense(), 2.0), atol=1e-9)
    distances = label_cells([top], truth).distances()
    np.testing.assert_allclose(distances, np.abs(top.dense() - truth).sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(least_sure(top), least_sure(top.dense()))


@given(seeds, st.sampled_from(["arithmetic", "geometric"]))
def test_means_and_weights_of_members_are_those_of_their_rows(seed: int, mean: str) -> None:
    (one, truth), (other, _) = drawn(seed), drawn(seed + 1)
    stack, dense = stacked([one, other]), np.stack([one.dense(), other.dense()])
    found = blend_probs(stack, [0.6, 0.4], mean, "labels")  # type: ignore[arg-type]
    right = top_of(blend_probs(dense, [0.6, 0.4], mean, "labels"), KEPT)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.values, right.values, atol=1e-6)
    np.testing.assert_allclose(found.rest, right.rest, atol=1e-5)
    np.testing.assert_allclose(em_weights(stack, truth), em_weights(dense, truth), atol=1e-6)


@given(seeds)
def test_photos_of_an_answer_have_the_highest_of_each_label(seed: int) -> None:
    (top, _), codes = drawn(seed), np.arange(N) // 3
    right = top_of(top.dense().reshape(N // 3, 3, N_LABELS).max(axis=1), KEPT)
    found = joined_rows(top, codes, N // 3, "highest")
    np.testing.assert_allclose(found.values, right.values, atol=1e-6)
    np.testing.assert_allclose(found.rest, right.rest, atol=1e-5)


@given(seeds, st.sampled_from(F))
def test_thresholds_that_labels_show_are_the_best_of_what_is_kept(seed: int, name: str) -> None:
    (top, truth), metric = drawn(seed), metric_named(name)
    ours = top.named(top.values >= fit_thresholds(metric, top, truth)[top.classes])
    score, probs = metric.score(truth, ours, N_LABELS), said_of(top)
    rows = (probs >= np.maximum(fit_thresholds(metric, probs, truth), 1e-12)).astype(np.int8)
    tolerance = 1e-9 if name != "f2_samples" else 0.02  # one of a grid of others
    assert score >= metric.score(truth, rows, N_LABELS) - tolerance


@given(seeds, st.sampled_from(F))
def test_thresholds_and_sets_of_the_highest_expected_f_count_all_mass(seed: int, name: str) -> None:
    (top, _), metric = drawn(seed), metric_named(name)
    said = decided("expected-f1", top, "labels", metric)
    beta, average = metric.f_of or (1.0, "")
    mass = top.dense().sum(axis=1 if average == "samples" else 0)
    if average == "samples":
        for row in range(N):
            expected = [
                (1 + beta**2) * top.values[row, :size].sum() / (beta**2 * mass[row] + size)
                for size in range(1, KEPT + 1)
            ]
            assert said[row].sum() == 1 + int(np.argmax(expected))
        return
    threshold = expected_thresholds(top, metric)
    probs = said_of(top)
    for label in range(N_LABELS) if average != "micro" else [slice(None)]:
        mine = np.sort(probs[:, label].ravel())[::-1]
        mine = mine[mine > 0]
        if len(mine) == 0:
            continue
        whole = mass[label] if average != "micro" else mass.sum()
        best = ((1 + beta**2) * mine.cumsum() / (beta**2 * whole + np.arange(1, len(mine) + 1))).max()
        assert threshold[label].max() == pytest.approx(best / (1 + beta**2), rel=1e-6)  # type: ignore[union-attr]


def test_the_odds_of_labels_are_found_from_what_is_kept() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(-2, 2, (20_000, N_LABELS))
    shift = np.linspace(-1, 1, N_LABELS)
    truth = (rng.random(logits.shape) < 1 / (1 + np.exp(-(logits / 2 + shift)))).astype(np.int8)
    top = top_of(1 / (1 + np.exp(-logits)), KEPT)
    temperature, offsets = fit_label_odds(top, truth)
    assert temperature == pytest.approx(2, rel=0.05)
    np.testing.assert_allclose(offsets, shift, atol=0.12)
    moved = shift_label_odds(top, temperature, offsets)
    assert (np.diff(moved.values, axis=1) <= 0).all(), "the most probable still stands first"


@pytest.mark.parametrize("name", F)
@pytest.mark.parametrize("rule", ["thresholds", "expected-f1"])
def test_a_label_that_is_not_kept_is_never_said(name: str, rule: str) -> None:
    top, truth = drawn(3)
    table, metric = np.arange(N_LABELS)[:, None], metric_named(name)
    fitted = fit_rule(rule, metric, [top], truth, table, "labels")
    said = decided(rule, fitted.joined([top], table), "labels", metric)
    assert said.shape == truth.shape and said.dtype == np.int8
    assert said.sum() == top.of_kept(said).sum() > 0
    plain = metric.of_outputs(top, "labels")
    assert metric.score(truth, said, N_LABELS) > metric.score(truth, plain, N_LABELS)


@pytest.mark.parametrize("name", [*F, "f1_macro", "accuracy", "log_loss", "map@3"])
def test_scores_and_intervals_are_the_same_where_zeros_are_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    top, truth = drawn(5)
    metric = metric_named(name)
    said = metric.of_outputs(top, "labels")
    groups = np.arange(N) // 2
    whole = Scorer(metric, truth, groups, N_LABELS).score(said)
    monkeypatch.setattr(sums, "DENSE_CELLS", 8)
    sparse = Scorer(metric, truth, groups, N_LABELS).score(said)
    np.testing.assert_allclose([sparse.value, sparse.low, sparse.high], [whole.value, whole.low, whole.high], rtol=1e-9)


def test_what_teachers_say_together_is_the_mean_of_their_rows() -> None:
    (one, _), (other, _) = drawn(1), drawn(2)
    np.testing.assert_allclose(
        mean_of([one, other]).sum(axis=1), (one.dense() + other.dense()).sum(axis=1) / 2, atol=1e-5
    )
