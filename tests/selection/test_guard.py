"""The odds never contradict the paired resamples of the OOF: what `kit compare` decides, `kit select` holds to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from shared.simulated import predictions, simulated
from shared.trained import kit, poor, trained

from kit.competition.workspace import Workspace
from kit.evidence.compare import odds_better
from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer
from kit.selection.candidates import Candidates, Sizes
from kit.selection.posterior import Posterior, posterior
from kit.selection.scale import Scale
from kit.selection.select import select
from kit.selection.standings import read_standings
from kit.submissions.compare import compare_entries, find_entries

SIZES = Sizes(60, 30, 30, resolution=0.001)


def field(metric: str, seed: int, sent: int) -> tuple[Candidates, np.ndarray]:
    """Five candidates, some of them sure and sometimes wrong, and the share of resamples on which i is better than j.

    The first `sent` have public scores in the order of their OOF.
    """
    rng = np.random.default_rng(seed)
    made = [simulated(seed % 50, skill=skill, noise=i, n_groups=60) for i, skill in enumerate(rng.uniform(0, 2, 5))]
    hot = [probs ** rng.uniform(0.5, 4) for _, probs, _ in made]
    said = [predictions(metric, probs / probs.sum(axis=1, keepdims=True)) for probs in hot]
    scorer = Scorer(metric, made[0][0], made[0][2], 3, n_replicates=300)
    scores, scale = np.array([METRICS[metric].score(made[0][0], one, 3) for one in said]), Scale.of(METRICS[metric])
    public = scale.outer(scale.inner(scores) - rng.uniform(0, 0.3))
    drawn = scorer.drawn(said)
    paired = np.array([[odds_better(drawn[:, i] - drawn[:, j], METRICS[metric]) for j in range(5)] for i in range(5)])
    known = Candidates.of(
        list("abcde"),
        oof=scores,
        covariance=scorer.covariance(said),
        public=np.where(np.arange(5) < sent, public, np.nan),
        paired=paired,
        scale=scale,
    )
    return known, paired


@pytest.mark.parametrize("metric", [name for name, metric in METRICS.items() if "class" in metric.kinds])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), sent=st.sampled_from([0, 2, 5]))
def test_whom_the_resamples_call_worse_is_neither_expected_nor_picked_before_the_better(
    metric: str, seed: int, sent: int
) -> None:
    known, paired = field(metric, seed, sent)
    found = posterior(known, SIZES)
    picks = select(found, 2).picks
    for worse, better in zip(*np.nonzero(paired < 0.05), strict=True):
        assert found.worth[worse] <= found.worth[better] + 1e-9
        assert ahead(found, worse, better) < 0.52
        assert picks[0] != worse
        if paired[worse, better] == 0:
            assert ahead(found, worse, better) < 0.2
            assert worse not in picks or better in picks


def ahead(found: Posterior, one: int, other: int) -> float:
    """The odds that one scores higher in private than the other."""
    return float((found.candidates.scale.sign * (found.draws[:, one] - found.draws[:, other]) > 0).mean())


def near(**known: object) -> Posterior:
    """Two that are as good as level by the model's reckoning, of which all resamples say that b is worse than a."""
    every = {"oof": [0.7001, 0.7, 0.69], "covariance": 4e-5 * (0.5 + 0.5 * np.eye(3)), "public": [0.6803, 0.68, 0.67]}
    paired = np.array([[0.5, 1.0, 0.9], [0.0, 0.5, 0.9], [0.1, 0.1, 0.5]])
    scale = Scale(0.0, 1.0)
    return posterior(Candidates.of(list("abc"), **{**every, "paired": paired, "scale": scale, **known}), SIZES)


def test_what_all_resamples_say_leaves_only_the_luck_of_the_private_draw() -> None:
    luck = ndtr(-(3.5 - 1.645) / np.sqrt(1 + SIZES.test_noise * 2))
    held, free = near(), near(paired=None)
    assert ahead(free, 1, 0) > 0.4
    assert ahead(held, 1, 0) < luck + 0.03
    assert held.odds_best[1] < luck + 0.03 < free.odds_best[1]
    assert held.low[1] < free.low[1] and held.mean[1] < free.mean[1]
    assert (held.mean[[0, 2]] == free.mean[[0, 2]]).all()


def test_what_is_decided_holds_on_the_skew_scale_too_and_down_a_chain() -> None:
    """Near an end of the range the mean of a wide field lies on the other side of its middle."""
    wide = np.diag([1e-5, 4e-4, 1e-5])
    paired = np.array([[0.5, 0.99, 0.99], [0.01, 0.5, 0.99], [0.01, 0.01, 0.5]])
    for oof in ([0.985, 0.984, 0.983], [0.983, 0.984, 0.985]):  # whatever the scores, the resamples decide
        held = near(oof=oof, covariance=wide, public=None, paired=paired)
        for worse, better in ((1, 0), (2, 1), (2, 0)):
            assert held.worth[worse] < held.worth[better]
            assert ahead(held, worse, better) < 0.51
        assert select(held, 2).picks[0] == 0


def test_a_final_that_adds_nothing_is_the_better_of_those_that_do_not() -> None:
    paired = np.array([[0.5, 1.0, 1.0], [0.0, 0.5, 0.0], [0.0, 1.0, 0.5]])
    scale = Scale(0.0, np.inf, higher_is_better=False)
    covariance = np.diag([0.03, 0.17, 0.06]) ** 2
    known = {"oof": [0.8, 1.8, 1.4], "public": None, "covariance": covariance, "paired": paired, "scale": scale}
    assert select(near(**known), 2).picks == (0, 2)


def test_a_public_score_that_speaks_for_the_worse_and_a_leak_in_the_better_are_evidence() -> None:
    for known in ({"public": [0.60, 0.68, 0.67]}, {"tainted": [True, False, False]}):
        assert near(**known).mean[1] == near(paired=None, **known).mean[1]
    lost = near(public=[0.60, 0.68, 0.67])
    assert lost.worth[1] > lost.worth[0]
    barely = near(public=[0.6800, 0.6801, 0.67])  # less than a standard error says nothing against all resamples
    assert barely.worth[1] < barely.worth[0]


def test_a_loss_is_held_to_in_its_own_direction() -> None:
    turned = np.array([[0.5, 1.0, 0.9], [0.0, 0.5, 0.9], [0.1, 0.1, 0.5]])
    scale = Scale(0.0, np.inf, higher_is_better=False)
    known = {"oof": [0.5, 0.5001, 0.52], "public": [0.52, 0.5203, 0.54], "scale": scale, "paired": turned}
    held = near(**known)
    assert held.mean[1] > held.mean[0] and held.high[1] > near(**{**known, "paired": None}).high[1]
    assert ahead(held, 1, 0) < 0.2


def test_the_standings_know_the_resamples_that_compare_meets(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--blend", "best1", "--name", "strong") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "weak") == 0
    opened = Workspace(workspace.root)
    known = read_standings(opened).candidates
    entries = find_entries(opened, ["strong", "weak"], opened.reporter)
    comparison = compare_entries(opened, entries).by_task[-1].comparisons[0]
    assert known.paired[1, 0] == pytest.approx(comparison.odds) and known.paired[0, 1] == pytest.approx(
        1 - comparison.odds
    )
