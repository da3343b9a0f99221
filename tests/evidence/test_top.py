"""What stands for whole rows of very many classes says what the rows say, and keeps what others have together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.blend.mean import blend_probs
from kit.blend.rules import expected_f1_rule, over_prior, worth_over
from kit.errors import KitError
from kit.evidence.calibration import apply_temperature, fit_temperature
from kit.evidence.metrics import metric_named
from kit.evidence.top import TopProbs, certain, concatenated, distance, ranked, stacked, top_of
from kit.evidence.top_means import joined_rows, mean_of_members

N_CLASSES, KEPT = 12, 4


def rows(seed: int, n: int = 40, *, coarse: bool = False) -> np.ndarray:
    """Probabilities (n, N_CLASSES) float32; coarse ones have many ties."""
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet(np.full(N_CLASSES, 0.3), n)
    if coarse:
        counts = rng.multinomial(4, probs[0], n)
        probs = counts / counts.sum(axis=1, keepdims=True)
    return probs.astype(np.float32)


def top(seed: int, **how: bool) -> TopProbs:
    found = top_of(rows(seed, **how), KEPT)  # type: ignore[arg-type]
    assert isinstance(found, TopProbs)
    return found


seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.booleans())
def test_the_most_probable_are_kept_in_order_and_the_mass_of_all_others(seed: int, coarse: bool) -> None:
    probs, kept = rows(seed, coarse=coarse), top(seed, coarse=coarse)
    order = np.argsort(-probs, axis=1, kind="stable")[:, :KEPT]
    assert np.array_equal(kept.classes, order), "of equal ones the first class goes before"
    assert np.array_equal(kept.values, np.take_along_axis(probs, order, axis=1))
    np.testing.assert_allclose(kept.rest, 1 - kept.values.sum(axis=1), atol=1e-6)
    whole = kept.dense()
    np.testing.assert_allclose(whole.sum(axis=0), kept.sum(axis=0), atol=1e-9)
    assert np.array_equal(top_of(whole, KEPT).argmax(), probs.argmax(axis=1))


@given(seeds, st.sampled_from(["log_loss", "map@3", "top@2"]))
def test_metrics_score_it_as_the_rows_that_it_stands_for(seed: int, name: str) -> None:
    kept, metric = top(seed), metric_named(name)
    truth = np.random.default_rng(seed).integers(0, N_CLASSES, len(kept))
    assert metric.score(truth, kept, N_CLASSES) == pytest.approx(metric.score(truth, kept.dense(), N_CLASSES))
    if name != "log_loss":  # only the order of the first counts
        assert metric.score(truth, kept, N_CLASSES) == metric.score(truth, rows(seed), N_CLASSES)


def test_the_log_loss_of_a_class_that_is_not_kept_is_that_of_its_share_of_the_rest() -> None:
    kept = TopProbs(np.array([[3, 1]]), np.array([[0.6, 0.2]]), np.array([0.2]), 6)
    assert metric_named("log_loss").score([5], kept, 6) == pytest.approx(-np.log(0.2 / 4))
    assert kept.places(np.array([5])).tolist() == [6] and kept.places(np.array([0])).tolist() == [3]


@given(seeds, st.sampled_from(["arithmetic", "geometric"]))
def test_a_mean_of_members_is_that_of_their_rows(seed: int, how: str) -> None:
    members, shares = [top(seed + k) for k in range(3)], np.array([0.5, 0.3, 0.2])
    found = mean_of_members(stacked(members), shares, how)  # type: ignore[arg-type]
    right = blend_probs(np.stack([member.dense() for member in members]), shares, how)  # type: ignore[arg-type]
    wanted = top_of(right, KEPT)
    np.testing.assert_allclose(found.values, wanted.values, atol=1e-6)
    np.testing.assert_allclose(found.rest, wanted.rest, atol=1e-6)
    np.testing.assert_allclose(found.at(found.classes[:, 1]), right[np.arange(40), found.classes[:, 1]], atol=1e-6)


@given(seeds, st.sampled_from(["arithmetic", "max"]))
def test_photos_of_an_answer_become_one_as_their_rows_do(seed: int, how: str) -> None:
    kept, rng = top(seed), np.random.default_rng(seed)
    codes = rng.permutation(np.append(np.arange(9), rng.integers(0, 9, 31)))
    found = joined_rows(kept, codes, 9, how)  # type: ignore[arg-type]
    for code in range(9):
        mine = kept.dense()[codes == code]
        row = mine.mean(axis=0) if how == "arithmetic" else mine.max(axis=0) / mine.max(axis=0).sum()
        wanted = top_of(row[None], KEPT)
        np.testing.assert_allclose(found.values[code], wanted.values[0], atol=1e-6)
        np.testing.assert_allclose(found.rest[code], wanted.rest[0], atol=1e-6)


@given(seeds, st.sampled_from([0.5, 1.0, 3.0]))
def test_a_temperature_does_what_it_does_to_the_rows(seed: int, temperature: float) -> None:
    kept = top(seed)
    truth = np.where(np.random.default_rng(seed).random(40) < 0.7, kept.argmax(), 5)
    cooled = apply_temperature(kept, temperature)
    np.testing.assert_allclose(cooled.dense(), apply_temperature(kept.dense(), temperature), atol=1e-6)
    assert fit_temperature(kept, truth) == pytest.approx(fit_temperature(kept.dense(), truth), rel=1e-5)


@given(seeds)
def test_decisions_on_what_is_kept_are_those_of_the_rows_as_far_as_it_reaches(seed: int) -> None:
    kept = top(seed)
    said, of_rows = expected_f1_rule(kept), expected_f1_rule(kept.dense())
    assert (kept.classes == said[:, None]).any(axis=1).all(), "a row is said to be of a class that is kept for it"
    among = (kept.classes == of_rows[:, None]).any(axis=1)
    assert among.mean() > 0.5
    prior = np.full(N_CLASSES, 1 / N_CLASSES)
    assert np.array_equal(kept.reweighed(worth_over(prior)).argmax(), over_prior(kept.dense(), prior).argmax(axis=1))


@given(seeds)
def test_how_far_two_are_apart_is_that_of_their_rows(seed: int) -> None:
    one, other = top(seed), top(seed + 1)
    right = np.abs(one.dense() - other.dense()).sum(axis=1)
    np.testing.assert_allclose(distance(one, other), right, atol=1e-6)


def test_rows_of_one_class_and_ranked_lists_and_whole_rows_go_together() -> None:
    sure = certain(np.array([11, 0]), N_CLASSES, KEPT)
    assert np.array_equal(sure.dense(), np.eye(N_CLASSES)[[11, 0]])
    together = concatenated([sure, rows(1)])
    assert together.shape == (42, N_CLASSES) and together.kept == KEPT
    named = [np.array([7, 2]), np.array([0])]
    lists = ranked(named, 2, N_CLASSES, KEPT)
    assert lists.classes[:, 0].tolist() == [7, 0] and lists.classes[0, 1] == 2
    assert np.array_equal(lists.dense(), ranked(named, 2, N_CLASSES, None))


def test_what_would_fill_the_memory_is_not_laid_out() -> None:
    wide = TopProbs(np.zeros((200_000, 2), dtype=np.int32), np.zeros((200_000, 2)), np.ones(200_000), 20_000)
    with pytest.raises(KitError, match="200,000 rows of 20,000 classes are 15 GB"):
        wide.dense()
