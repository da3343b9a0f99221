"""An interval holds its score, stays where scores can be, and is as wide as what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student
from shared.simulated import CLASS_METRICS, COMMON_METRICS, predictions, simulated

from kit.evidence.bootstrap import Seeds
from kit.evidence.intervals import jackknife
from kit.evidence.metrics import METRICS, Metric, metric_named
from kit.evidence.scorer import Scorer

LABELS = [name for name, metric in METRICS.items() if metric.needs == "labels"]
T19 = student.ppf(0.95, 19)
cases = given(seed=st.integers(0, 10_000), n_groups=st.integers(20, 120), skill=st.floats(-1.0, 6.0))


@pytest.mark.parametrize("metric", CLASS_METRICS)
@cases
@settings(max_examples=25, deadline=None)
def test_an_interval_holds_its_score_inside_the_range_and_has_a_width(metric, seed, n_groups, skill):
    truth, probs, groups = simulated(seed, n_groups, skill)
    score = Scorer(metric, truth, groups, 3).score(predictions(metric, probs))
    if len(np.unique(truth)) < 3 and metric_named(metric).mean_of_classes and n_groups < 100:
        assert not score.has_interval
        return
    lowest, highest = metric_named(metric).score_range
    assert lowest <= score.low <= score.value <= score.high <= highest
    assert score.low < score.high and score.sd >= 0


@pytest.mark.parametrize("metric", COMMON_METRICS)
@cases
@settings(max_examples=10, deadline=None)
def test_twice_the_people_halve_the_variance_and_narrow_the_interval(metric, seed, n_groups, skill):
    truth, probs, groups = simulated(seed, n_groups, skill)
    if len(np.unique(truth)) < 3:
        return
    once = Scorer(metric, truth, groups, 3).score(predictions(metric, probs))
    twice = Scorer(metric, np.tile(truth, 2), np.append(groups, groups + n_groups), 3)
    more = twice.score(predictions(metric, np.tile(probs, (2, 1))))
    assert more.value == pytest.approx(once.value)
    assert more.high - more.low < once.high - once.low
    fewest = min(len(np.unique(groups[truth == known])) for known in range(3))
    assert fewest < 10 or more.sd == 0 or once.sd / more.sd == pytest.approx(np.sqrt(2), rel=0.35)


@pytest.mark.parametrize("metric", COMMON_METRICS)
@cases
@settings(max_examples=10, deadline=None)
def test_neither_the_order_of_rows_nor_the_names_of_groups_change_anything(metric, seed, n_groups, skill):
    truth, probs, groups = simulated(seed, n_groups, skill)
    rng = np.random.default_rng(seed)
    order, names = rng.permutation(len(truth)), rng.permutation(n_groups)
    plain = Scorer(metric, truth, groups, 3).score(predictions(metric, probs))
    mixed = Scorer(metric, truth[order], names[groups][order], 3).score(predictions(metric, probs[order]))
    for ours, theirs in zip(
        (mixed.value, mixed.low, mixed.high, mixed.sd), (plain.value, plain.low, plain.high, plain.sd), strict=True
    ):
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-9, nan_ok=True)


def test_the_jackknife_of_four_people_by_hand():
    # hits of the four: 2, 2, 1 and 0 of 2 photos; without each in turn 3/6, 3/6, 4/6 and 5/6 are right
    truth, groups = np.tile([0, 1], 4), np.repeat(range(4), 2)
    predicted = np.array([0, 1, 0, 1, 1, 1, 1, 0])
    spread = jackknife(5 / 8, np.array([3, 3, 4, 5]) / 6)
    by_hand = np.sqrt(0.6875 / 12)  # the shares 1, 1, 1/2, 0 about their mean 5/8, over n (n - 1)
    assert (spread.sd, spread.bias, spread.df) == pytest.approx((by_hand, 0.0, 3.0))
    score = Scorer("accuracy", truth, groups, 2).score(predicted)
    assert (score.value, score.sd) == pytest.approx((0.625, by_hand))
    width = 2.353363 * by_hand / (0.625 * 0.375)  # Student's t of 3 degrees, on the logit scale about log(5/3)
    ends = 1 / (1 + np.exp(-(np.log(5 / 3) + np.array([-width, width]))))
    assert (score.low, score.high) == pytest.approx(tuple(ends))
    assert (score.low, score.high) == pytest.approx((0.1310, 0.9485), abs=1e-4)


def test_few_people_who_carry_all_of_the_variance_leave_few_degrees_of_freedom():
    off = np.zeros(200)
    off[:3] = (-0.02, 0.01, 0.01)
    rare, even = jackknife(0.8, 0.8 + off), jackknife(0.8, 0.8 + np.random.default_rng(0).normal(0, 0.01, 200))
    assert 1 <= rare.df < 5 and even.df > 120


def test_twenty_people_without_an_error_have_wilsons_interval():
    truth, groups = np.arange(40) // 2 % 2, np.arange(40) // 2
    for truths, end in ((truth, 1.0), (1 - truth, 0.0)):
        score = Scorer("accuracy", truth, groups, 2).score(truths)
        reach = T19**2 / (20 + T19**2)
        expected = (1 - reach, 1.0) if end else (0.0, reach)
        assert score.value == end
        assert (score.low, score.high) == pytest.approx(expected)
    assert str(Scorer("accuracy", truth, groups, 2).score(truth)) == "1.0000 [0.8699, 1.0000]"


def test_a_rare_class_without_an_error_may_hide_one():
    truth, groups = np.repeat([0] * 5 + [1] * 15, 2), np.repeat(range(20), 2)
    scorer = Scorer("balanced_accuracy", truth, groups, 2)
    assert scorer.score(truth).low == pytest.approx(1 - T19**2 / (5 + T19**2) / 2)
    one_wrong = truth.copy()
    one_wrong[-2:] = 0
    assert scorer.score(one_wrong).low < 29 / 30 - T19**2 / (5 + T19**2) / 2


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_a_perfect_score_is_never_certain(metric):
    truth, _, groups = simulated(n_groups=200)
    score = Scorer(metric, truth, groups, 3).score(predictions(metric, np.eye(3)[truth]))
    if metric == "log_loss":  # of a loss of 0 nothing tells how large the first one will be
        assert score.value < 1e-12 and not score.has_interval
    else:
        assert score.low < 1.0 == score.value == score.high


def test_where_nothing_can_vary_the_interval_has_no_width():
    truth, _, groups = simulated()
    score = Scorer("balanced_accuracy", truth, groups, 3).score(np.zeros_like(truth) + (truth == 5))
    rising = Scorer("log_loss", truth, groups, 3).score(np.full((len(truth), 3), 1 / 3))
    assert score.sd < 1e-12
    assert rising.low == rising.high == pytest.approx(np.log(3))


@given(seed=st.integers(0, 10_000), n_classes=st.integers(2, 4), levels=st.sampled_from([2, 4, 1000]))
@settings(max_examples=40, deadline=None)
def test_the_area_without_each_group_is_the_area_of_the_other_rows(seed, n_classes, levels):
    rng = np.random.default_rng(seed)
    truth, codes = rng.integers(0, n_classes, 40), rng.integers(0, 6, 40)
    probs = rng.integers(1, levels + 1, (40, n_classes)).astype(float)
    metric = METRICS["roc_auc"]
    assert metric.left_out is not None and metric.weighted_parts is not None
    quick = metric.left_out(truth, probs, codes, 6)
    slow = metric.weighted_parts(truth, probs, codes, 1 - np.eye(6))
    assert np.allclose(quick, slow, rtol=0, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("metric", COMMON_METRICS)
def test_several_seeds_are_less_sure_than_their_people_alone(metric):
    truth, one, groups = simulated(n_groups=200, skill=1.0)
    other, third = (simulated(n_groups=200, skill=skill, noise=n)[1] for n, skill in ((1, 1.3), (2, 0.7)))
    seeds = tuple(predictions(metric, probs) for probs in (one, other, third))
    scorer = Scorer(metric, truth, groups, 3)
    score, alone = scorer.score(Seeds(seeds)), scorer.scores(seeds)
    low, high = np.nanquantile(scorer.drawn([Seeds(seeds)]), [0.05, 0.95])
    assert score.sd > max(each.sd for each in alone)
    assert score.high - score.low > high - low  # as wide as the draws of people and seeds said, and wider for few seeds
    assert score.low < score.value < score.high


def test_a_metric_with_one_end_or_none_stays_on_its_side():
    truth, probs, groups = simulated(n_groups=30, skill=0.5)
    predicted = probs.argmax(axis=1)

    def score(sign, score_range):
        metric = Metric.plain(
            "errors",
            lambda true, said: sign * 50 * (true != said).mean() ** 4,
            higher_is_better=False,
            needs="labels",
            score_range=score_range,
        )
        return Scorer(metric, truth, groups, 3, n_replicates=200).score(predicted)

    above, below, free = score(1, (0, np.inf)), score(-1, (-np.inf, 0)), score(1, (-np.inf, np.inf))
    assert 0 < above.low < above.value < above.high
    assert (below.low, below.high) == pytest.approx((-above.high, -above.low))
    assert free.high - free.value == pytest.approx(free.value - free.low)
    assert above.sd == below.sd == free.sd


def test_a_class_without_an_error_hides_none_where_rows_of_all_classes_are_counted_together():
    """Four of a thousand people err, all of one class: accuracy is as sure as if they were of any."""
    truth, groups = np.repeat([0] * 500 + [1] * 500, 2), np.repeat(range(1000), 2)
    one_class, both = truth.copy(), truth.copy()
    one_class[:8], both[[*range(4), *range(-4, 0)]] = 1, [1] * 4 + [0] * 4
    pooled, mean = (Scorer(metric, truth, groups, 2) for metric in ("accuracy", "balanced_accuracy"))
    assert pooled.score(one_class).low == pytest.approx(pooled.score(both).low)
    assert mean.score(one_class).low < mean.score(both).low


@pytest.mark.parametrize(("n_classes", "per_class"), [(400, 2), (150, 5)])
def test_the_interval_of_a_mean_over_many_small_classes_holds_what_many_rows_would_score(n_classes, per_class):
    """With two rows a class macro F1 reads .08 too low, which the jackknife sees in part."""
    held, worlds = 0, 25
    rng = np.random.default_rng(per_class)
    for _ in range(worlds):
        truth = rng.integers(0, n_classes, n_classes * per_class)
        said = np.where(rng.random(len(truth)) < 0.7, truth, rng.integers(0, n_classes, len(truth)))
        score = Scorer("f1_macro", truth, np.arange(len(truth)), n_classes).score(said)
        held += score.low <= 0.7 + 0.3 / n_classes <= score.high
    assert held / worlds > 0.8
