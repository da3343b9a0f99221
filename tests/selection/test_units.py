"""Every sentence is in the metric's own units; what the paired resamples decide is not undone; one scale for noise."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from shared.simulated import COMMON_METRICS, predictions, simulated

from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer
from kit.selection.candidates import Candidates, Sizes
from kit.selection.next import value_of_information
from kit.selection.posterior import Posterior, posterior
from kit.selection.scale import Scale
from kit.selection.select import explain, select

SIZES = Sizes(600, 200, 200, resolution=0.001)
NUMBER = re.compile(r"[-+]?\d+\.\d+")


def judged(metric: str, seed: int, n: int = 6, unsent: int = 2) -> Posterior:
    """n candidates with real OOF of simulated people; those after the first few have public scores too."""
    rng = np.random.default_rng(seed)
    made = [simulated(seed, skill=skill, noise=i, n_groups=120) for i, skill in enumerate(rng.uniform(0.5, 1.5, n))]
    scorer = Scorer(metric, made[0][0], made[0][2], 3, n_replicates=500)
    said = [predictions(metric, probs) for _, probs, _ in made]
    scores = np.array([METRICS[metric].score(made[0][0], one, 3) for one in said])
    inner = Scale.of(METRICS[metric])
    public = np.round(inner.outer(inner.inner(scores) - 0.1 + rng.normal(0, 0.03, n)), 3)
    public[:unsent] = np.nan
    known = Candidates.of(
        [f"run{'abcdefghij'[i]}" for i in range(n)],
        oof=scores,
        covariance=scorer.covariance(said),
        public=public,
        tainted=np.arange(n) == n - 1,
        scale=inner,
    )
    return posterior(known, Sizes(120, 60, 60, resolution=0.001))


def sentences(found: Posterior) -> list[str]:
    chosen = select(found, 2)
    told = [*chosen.reasons, chosen.sureness, value_of_information(found, 2, left=2).reason]
    return told + [line for i in range(len(found.mean)) for line in explain(found, i)]


@pytest.mark.parametrize("metric", COMMON_METRICS)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_figure_lies_in_the_metrics_range(metric: str, seed: int) -> None:
    found = judged(metric, seed)
    low, high = METRICS[metric].score_range
    for score in (found.mean, found.low, found.high, found.public_mean, select(found).expected_best):
        assert np.all((score >= low) & (score <= high))
    assert (found.low < found.mean).all() and (found.mean < found.high).all()
    for told in sentences(found):
        for score in re.findall(r"(?:score|is|of|to|public) (-?\d+\.\d{4})(?![\d])", told):
            assert low <= float(score) <= high, told


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("sent", [0, 2, 5])
def test_every_sentence_has_the_direction_of_its_metric(metric: str, sent: int) -> None:
    """Of every metric of every kind of target: no figure is negated, the better is told as the better."""
    scale, rng = Scale.of(METRICS[metric]), np.random.default_rng(sent)
    level = np.array([0.30, 0.22, 0.15, 0.10, 0.0])  # on the inner scale, the best first
    oof = scale.outer(1.0 + level)
    slope = scale.slope(oof)
    known = Candidates.of(
        list("abcde"),
        oof=oof,
        covariance=0.03**2 * (0.5 + 0.5 * np.eye(5)) / np.outer(slope, slope),
        public=np.where(np.arange(5) < sent, scale.outer(0.9 + level + rng.normal(0, 0.01, 5)), np.nan),
        scale=scale,
    )
    found = posterior(known, SIZES)
    best, worse = ("highest", "less") if METRICS[metric].higher_is_better else ("lowest", "more")
    sign = scale.sign
    assert (sign * np.diff(found.mean) < 0).all() and (np.diff(found.worth) < 0).all()
    assert select(found, 2).picks[0] == 0 and found.odds_best[0] == found.odds_best.max()
    reasons = select(found, 2).reasons
    assert f"the {best} of 5" in reasons[0]
    for told in reasons:
        assert f"or {'less' if worse == 'more' else 'more'} would give" not in told
    for told in sentences(found):
        for score in re.findall(r"(?:score|is|of|to|public|forecast) (-?\d+\.\d{3,4})(?![\d])", told):
            assert METRICS[metric].score_range[0] <= float(score) <= METRICS[metric].score_range[1], told
    gains = value_of_information(found, 2).gains
    assert np.isnan(gains).sum() == sent and (gains[~np.isnan(gains)] >= 0).all()
    if sent == 0:
        assert int(np.nanargmax(gains)) == 0


def mirrored(found: Posterior) -> Posterior:
    """The same field under the loss that is 1 less the score."""
    known = found.candidates
    turned = Scale(1 - known.scale.high, 1 - known.scale.low, not known.scale.higher_is_better)
    return posterior(
        replace(known, oof=1 - known.oof, public=1 - known.public, scale=turned), Sizes(120, 60, 60, resolution=0.001)
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_and_its_mirror_are_told_in_the_same_words_and_mirrored_figures(seed: int) -> None:
    score = judged("accuracy", seed)
    loss = mirrored(score)
    for one, told in zip(sentences(score), sentences(loss), strict=True):
        other = re.sub(r"interval (\S+) to ([\d.]+\d)", r"interval \2 to \1", told)
        other = re.sub(r"lies within (\S+) to (\S+)", r"lies within \2 to \1", other)
        words = other.replace("lowest", "highest").replace(" or more would", " or less would")
        assert NUMBER.sub("#", words) == NUMBER.sub("#", one)
        for mine, its in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True):
            a, b = float(mine), float(its)
            signed = mine[0] in "+-"
            mirror = [-a] if signed else [1 - a, a]  # odds, weights and errors are the same
            last = 10.0 ** -len(mine.partition(".")[2])  # figures that fall on the two sides of a rounding
            assert min(abs(b - each) for each in mirror) < max(2e-3, 1.01 * last), (one, other)


def test_a_loss_is_told_as_it_is() -> None:
    scale = Scale(0.0, np.inf, higher_is_better=False)
    known = {"oof": [0.55, 0.56, 0.60], "public": [0.54, 0.57, 0.60]}
    found = posterior(Candidates.of(list("abc"), **known, scale=scale), SIZES)
    reason = select(found, 1).reasons[0]
    assert reason.startswith("a: its expected private score is 0.5") and "the lowest of 3" in reason
    assert re.search(r"a public score of 0\.\d+ or more would give its place to b", reason)


@pytest.mark.parametrize("metric", COMMON_METRICS)
@pytest.mark.parametrize("seed", range(4))
def test_select_never_contradicts_compare_before_public_scores(metric: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 5
    made = [simulated(seed, skill=skill, noise=i, n_groups=120) for i, skill in enumerate(rng.uniform(0.0, 2.0, n))]
    said = [predictions(metric, probs ** rng.uniform(1, 4)) for _, probs, _ in made]
    if METRICS[metric].needs != "labels":
        said = [one / one.sum(axis=1, keepdims=True) for one in said]
    scorer = Scorer(metric, made[0][0], made[0][2], 3, n_replicates=500)
    found = posterior(
        Candidates.of(
            list("abcde"),
            oof=[METRICS[metric].score(made[0][0], one, 3) for one in said],
            covariance=scorer.covariance(said),
            scale=Scale.of(METRICS[metric]),
        ),
        Sizes(120, 60, 60),
    )
    picks = select(found, 2).picks
    for first in range(n):
        others = [i for i in range(n) if i != first]
        for other, comparison in zip(others, scorer.compare([said[first], *(said[i] for i in others)]), strict=True):
            if comparison.verdict == "worse":
                assert found.worth[first] > found.worth[other]
                assert picks[0] != other
            if comparison.odds == 0 and other in picks:
                assert first in picks


def test_a_bad_log_loss_gets_no_odds_and_no_final_slot() -> None:
    """Two people carry the bad one's loss: on the metric's own scale its interval reaches the good ones."""
    truth, good, groups = simulated(1, n_groups=150, skill=2.0)
    bad = simulated(1, n_groups=150, skill=0.3, noise=1)[1] ** 2.5
    fields = [good, simulated(1, n_groups=150, skill=1.9, noise=2)[1], bad / bad.sum(axis=1, keepdims=True)]
    scorer = Scorer("log_loss", truth, groups, 3)
    assert scorer.compare([fields[0], fields[2]])[0].odds == 0
    known = Candidates.of(
        list("abc"),
        oof=[METRICS["log_loss"].score(truth, one, 3) for one in fields],
        covariance=scorer.covariance(fields),
        scale=Scale.of(METRICS["log_loss"]),
    )
    found = posterior(known, Sizes(150, 75, 75))
    assert found.odds_best[2] < 0.02
    assert set(select(found).picks) == {0, 1}


@pytest.mark.parametrize("relative_sd", [0.02, 0.05, 0.1])
def test_noise_that_depends_on_the_score_leaves_the_order_and_the_public_scores_alone(relative_sd: float) -> None:
    oof = np.linspace(0.98, 0.90, 5)
    sd = relative_sd * (1 - oof)
    covariance = np.outer(sd, sd) * (0.8 + 0.2 * np.eye(5))
    scale = Scale(0.0, 1.0)
    found = posterior(
        Candidates.of(list("abcde"), oof=oof, covariance=covariance, public=oof - 0.02, scale=scale),
        Sizes(2700, 900, 900, resolution=0.001),
    )
    assert (np.diff(found.mean) < 0).all()
    reach = 0.005 + 2 * sd * np.sqrt(3 * SIZES.test_noise)
    assert (np.abs(found.mean - (oof - 0.02)) < reach).all()
    assert found.mean[-1] < 0.90
