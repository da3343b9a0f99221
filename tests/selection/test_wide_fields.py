"""Fields that are out of the usual: a first baseline, perfect scores, losses in any unit, few people."""

from __future__ import annotations

import numpy as np
import pytest
from shared.simulated import predictions, simulated

from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer
from kit.selection.candidates import Candidates, Sizes, groups_worth
from kit.selection.posterior import Posterior, posterior
from kit.selection.scale import Scale
from kit.selection.select import select

LOSS, SHARE = Scale(0.0, np.inf, higher_is_better=False), Scale(0.0, 1.0)
SIZES = Sizes(600, 200, 200, resolution=0.0001)


def judged(oof: object, public: object, scale: Scale, relative_sd: float = 0.05, sizes: Sizes = SIZES) -> Posterior:
    scores = np.array(oof, dtype=float)
    sd = relative_sd / scale.slope(scores)
    covariance = np.outer(sd, sd) * (0.6 + 0.4 * np.eye(len(sd)))
    names = [f"run{i}" for i in range(len(sd))]
    return posterior(Candidates.of(names, oof=oof, covariance=covariance, public=public, scale=scale), sizes)


@pytest.mark.parametrize("relative_sd", [0.02, 0.05, 0.1])
def test_scores_that_agree_are_what_is_expected_however_far_the_candidates_lie_apart(relative_sd: float) -> None:
    for scale, oof in ((LOSS, [0.05, 0.13, 0.27, 1.02]), (LOSS, [0.27, 3.0, 3.4]), (SHARE, [0.99, 0.9, 0.6, 0.2])):
        for sent in (len(oof), 2, 0):
            public = np.where(np.arange(len(oof)) < sent, oof, np.nan)
            found = judged(oof, public, scale, relative_sd, Sizes(60, 30, 30, resolution=0.0001))
            assert ((found.low < oof) & (np.array(oof) < found.high)).all()
            off = np.abs(scale.inner(found.mean) - scale.inner(np.array(oof)))
            assert (off[:sent] < 2 * relative_sd).all()
            assert sent == 0 or (off < 4 * relative_sd).all()  # before any public score the common shift is not known


@pytest.mark.parametrize("baselines", [[0.35], [0.35, 0.5], [0.999]])
def test_one_far_off_the_field_tells_nothing_of_the_others(baselines: list[float]) -> None:
    rng = np.random.default_rng(3)
    oof = SHARE.outer(SHARE.inner(np.full(12, 0.9)) + rng.normal(0, 0.03, 12))
    public = SHARE.outer(SHARE.inner(oof) - 0.1 + rng.normal(0, 0.08, 12))
    alone = judged(oof, public, SHARE)
    public_of_them = np.append(public, np.array(baselines) - 0.0005)
    beside = judged([*oof, *baselines], public_of_them, SHARE)
    usual = alone.sd.mean()
    assert np.abs(beside.mean[:12] - alone.mean).max() < 0.25 * usual
    assert np.abs(beside.mean[12:] - baselines).max() < 0.05


@pytest.mark.parametrize("unit", [1e-6, 0.01, 1.0, 1000.0])
@pytest.mark.parametrize("with_oof", [True, False])
def test_the_unit_of_a_loss_changes_no_odds(unit: float, with_oof: bool) -> None:
    """Metres or millimetres: known by OOF scores with a covariance, or by public scores alone."""
    oof, public = np.array([0.50, 0.52, 0.55, 0.9]), np.array([0.53, 0.52, 0.60, 0.9])

    def of(unit: float) -> Posterior:
        sizes = Sizes(600, 200, 200, resolution=0.0001 * unit)
        return judged(unit * oof, unit * public, LOSS, sizes=sizes) if with_oof else alone(unit * public, sizes)

    def alone(public: np.ndarray, sizes: Sizes) -> Posterior:
        return posterior(Candidates.of(list("abcd"), public=public, scale=LOSS), sizes)

    one, other = of(1.0), of(unit)
    assert other.odds_best == pytest.approx(one.odds_best, abs=0.005)
    for mine, its in ((other.mean, one.mean), (other.low, one.low), (other.high, one.high)):
        assert mine == pytest.approx(unit * its, rel=5e-3)


@pytest.mark.parametrize("scale", [SHARE, Scale(-1.0, 1.0)])
def test_perfect_scores_are_expected_near_the_top_and_not_anywhere(scale: Scale) -> None:
    for public in (None, [0.93, 0.9, 1.0]):
        found = posterior(
            Candidates.of(list("abc"), oof=np.ones(3), covariance=np.zeros((3, 3)), public=public, scale=scale),
            Sizes(45, 20, 20, resolution=0.01),
        )
        part = (np.array([found.low, found.mean, found.high]) - scale.low) / (scale.high - scale.low)
        assert (part.min(axis=1) > [0.6, 0.88, 0.9]).all() and (part[2] < 1).all()


@pytest.mark.parametrize("metric", ["roc_auc", "accuracy", "qwk"])
def test_a_test_set_of_few_people_counts_as_them_also_near_the_top(metric: str) -> None:
    truth, probs, groups = simulated(5, skill=4.5, n_groups=80)
    scorer, said = Scorer(metric, truth, groups, 3), [predictions(metric, probs)]
    assert METRICS[metric].score(truth, said[0], 3) > 0.99
    assert 20 / 2 < groups_worth(scorer, said, 20) <= 20


def test_a_first_pick_is_called_the_highest_only_where_it_is_and_a_tie_a_tie() -> None:
    same = judged([0.9] * 3, None, SHARE)
    reasons = select(same, 2).reasons
    assert "the highest of 3" in reasons[0]
    assert ("as good as that of" in reasons[1]) == (same.worth[select(same, 2).picks[1]] >= same.worth.max())
    sd = np.array([0.05, 0.05, 0.001])
    covariance = np.diag(sd**2)
    known = Candidates.of(list("abc"), oof=[0.8, 0.8, 0.805], covariance=covariance, scale=SHARE)
    found = posterior(known, Sizes(600, 300, 300))
    chosen = select(found, 2)
    first = chosen.picks[0]
    assert found.worth[first] < found.worth.max()
    assert "not the highest of 3" in chosen.reasons[0]
    assert f"best cover for {'abc'[first]}" not in chosen.reasons[0]


def test_a_public_score_that_equals_its_oof_is_not_said_to_disagree_where_all_others_fell() -> None:
    oof = np.array([0.9, 0.9, 0.9, 0.9])
    for scale, worse in ((SHARE, -0.1), (LOSS, 0.2)):
        found = judged(oof, [0.9, *(oof[1:] + worse)], scale, 0.05)
        (reason,) = select(found, 1).reasons
        side = "above" if scale is SHARE else "below"
        assert "disagree" not in reason
        assert f"standard errors {side} what its OOF score 0.9000 and the shift of all foretold" in reason
