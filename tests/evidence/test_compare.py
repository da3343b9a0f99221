"""A difference is called one only when the data can show it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.simulated import CLASS_METRICS, TABLE, predictions, simulated, two_tasks

from kit.errors import KitError
from kit.evidence.compare import NO_DIFFERENCE, verdict_of
from kit.evidence.joining import join_labels, join_probs
from kit.evidence.metrics import metric_named
from kit.evidence.scorer import Scorer


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_much_more_skill_is_better_and_the_other_way_round_worse(metric):
    truth, weak, groups = simulated(skill=0.5)
    strong = simulated(skill=2.5, noise=1)[1]
    pair = [predictions(metric, probs) for probs in (weak, strong)]
    scorer = Scorer(metric, truth, groups, 3)
    (there,), (back,) = scorer.compare(pair), scorer.compare(pair[::-1])
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert there.odds + back.odds == pytest.approx(1)
    assert there.difference.value == pytest.approx(-back.difference.value)
    assert (there.difference.value > 0) == metric_named(metric).higher_is_better


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_the_same_predictions_twice_are_even(metric):
    truth, probs, groups = simulated()
    (comparison,) = Scorer(metric, truth, groups, 3).compare([predictions(metric, probs)] * 2)
    assert comparison.odds == 0.5
    assert comparison.verdict == NO_DIFFERENCE
    assert comparison.difference.value == comparison.difference.low == comparison.difference.high == 0


def test_no_difference_is_said_in_these_words():
    assert verdict_of(0.95) == verdict_of(0.05) == verdict_of(float("nan")) == "no difference that this data can show"
    assert (verdict_of(0.951), verdict_of(0.049)) == ("better", "worse")


def test_equally_able_candidates_are_seldom_called_better():
    said = []
    for seed in range(60):
        truth, one, groups = simulated(seed, n_groups=60, noise=2 * seed)
        other = simulated(seed, n_groups=60, noise=2 * seed + 1)[1]
        pair = [one.argmax(axis=1), other.argmax(axis=1)]
        (comparison,) = Scorer("accuracy", truth, groups, 3, n_replicates=400).compare(pair)
        said.append(comparison.verdict)
    assert said.count(NO_DIFFERENCE) >= 45


@pytest.mark.parametrize("metric", CLASS_METRICS)
@given(seed=st.integers(0, 1000))
@settings(max_examples=5)
def test_what_the_classes_give_adds_up_to_the_difference(metric, seed):
    truth, weak, groups = simulated(seed, n_groups=40, skill=0.5)
    strong = simulated(seed, n_groups=40, noise=1)[1]
    pair = [predictions(metric, probs) for probs in (weak, strong)]
    (comparison,) = Scorer(metric, truth, groups, 3, n_replicates=50).compare(pair)
    direct = metric_named(metric).score(truth, pair[1], 3) - metric_named(metric).score(truth, pair[0], 3)
    assert comparison.difference.value == pytest.approx(direct, abs=1e-12)
    assert sum(score.value for score in comparison.per_class) == pytest.approx(direct, abs=1e-12)


def test_the_difference_comes_from_the_class_that_changed():
    truth, probs, groups = simulated()
    base = probs.argmax(axis=1)
    (comparison,) = Scorer("accuracy", truth, groups, 3).compare([base, np.where(truth == 2, truth, base)])
    assert comparison.per_class[0].value == comparison.per_class[1].value == 0
    assert comparison.per_class[2].value == comparison.difference.value > 0


def test_a_paired_interval_is_narrower_than_the_scores_own():
    truth, probs, groups = simulated(n_groups=300)
    base = probs.argmax(axis=1)
    nearly = base.copy()
    nearly[::20] = truth[::20]
    scorer = Scorer("accuracy", truth, groups, 3)
    (comparison,), (own,) = scorer.compare([base, nearly]), scorer.compare([np.zeros_like(base), base])
    assert comparison.difference.sd < own.difference.sd / 2
    assert comparison.verdict == "better"


def test_every_candidate_is_compared_with_the_first():
    truth, weak, groups = simulated(skill=0.5)
    middle, strong = simulated(skill=1.5, noise=1)[1], simulated(skill=3.0, noise=2)[1]
    labels = [probs.argmax(axis=1) for probs in (weak, middle, strong)]
    scorer = Scorer("f1_macro", truth, groups, 3)
    first, second = scorer.compare(labels)
    assert (first,) == scorer.compare(labels[:2])
    assert second.difference.value > first.difference.value


def test_one_group_gives_a_difference_and_no_verdict():
    truth, probs, groups = simulated()
    (comparison,) = Scorer("f1_macro", truth, groups * 0, 3).compare([probs.argmax(axis=1), truth])
    assert comparison.difference.value > 0 and not comparison.difference.has_interval
    assert comparison.verdict == NO_DIFFERENCE


def test_one_candidate_is_no_comparison():
    truth, probs, groups = simulated()
    with pytest.raises(KitError, match="two or more"):
        Scorer("f1_macro", truth, groups, 3).compare([probs.argmax(axis=1)])


def test_a_perfect_task_is_worth_what_it_spoils_now():
    truth, size, age, groups = two_tasks()
    gain = Scorer("accuracy", truth, groups, len(TABLE)).perfect_task_gain({"size": size, "age": age}, TABLE)
    right = [(size == TABLE[truth, 0]), (age == TABLE[truth, 1])]
    now = (right[0] & right[1]).mean()
    assert gain["size"].value == pytest.approx(right[1].mean() - now)
    assert gain["age"].value == pytest.approx(right[0].mean() - now)
    assert gain["age"].low > gain["size"].high


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_a_perfect_task_is_a_gain_in_every_metric(metric):
    truth, size, age, groups = two_tasks()
    given_to = {"size": size, "age": age}
    if metric_named(metric).needs != "labels":
        given_to = {"size": 0.1 + 0.8 * np.eye(2)[size], "age": 0.1 + 0.7 * np.eye(3)[age]}
    gain = Scorer(metric, truth, groups, len(TABLE), n_replicates=200).perfect_task_gain(given_to, TABLE)
    assert gain["age"].low > 0 and gain["age"].value > gain["size"].value


@given(st.permutations(range(6)))
def test_joining_goes_back_to_the_class_it_came_from(order):
    table = TABLE[list(order)]
    target = np.arange(6)
    assert (join_labels([table[:, 0], table[:, 1]], table) == target).all()
    probs = join_probs([np.eye(2)[table[:, 0]], np.eye(3)[table[:, 1]]], table)
    assert (probs == np.eye(6)).all()


def test_tasks_that_make_no_target_class_are_an_error():
    with pytest.raises(KitError, match="no target class together"):
        join_labels([[0, 1], [0, 2]], TABLE[:5])
    with pytest.raises(KitError, match="no target class together"):
        join_labels([[0, 1], [0, 7]], TABLE)
    with pytest.raises(KitError, match="do not fit a target table"):
        join_labels([[0, 1]], TABLE)


@pytest.mark.parametrize("metric", ["f1_macro", "balanced_accuracy"])
def test_a_difference_lies_within_its_own_interval_where_classes_have_a_handful_of_rows(metric):
    """Resamples lose a third of such classes, and with them part of every gain."""
    rng = np.random.default_rng(2)
    n_classes, n = 150, 400
    truth = rng.integers(0, n_classes, n)
    first = np.where(rng.random(n) < 0.6, truth, rng.integers(0, n_classes, n))
    second = np.where(rng.random(n) < 0.25, truth, first)
    comparison = Scorer(metric, truth, np.arange(n), n_classes, n_replicates=500).compare([first, second])[0]
    difference = comparison.difference
    assert difference.low < difference.value < difference.high
    assert abs((difference.low + difference.high) / 2 - difference.value) < 0.3 * (difference.high - difference.value)
    assert comparison.verdict == "better"
