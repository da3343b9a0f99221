from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import KitError
from kit.selection.candidates import Candidates, Sizes, at_test_level, sampling_covariance
from kit.selection.next import value_of_information
from kit.selection.posterior import Posterior, posterior
from kit.selection.scale import Scale
from kit.selection.select import best_set, expected_max, explain, select

SIZES = Sizes(2700, 900, 900, resolution=0.001)
REPORT_PUBLIC = [0.729, 0.723, 0.718, 0.715, 0.712, 0.712]
REPORT_PRIVATE = [0.712, 0.705, 0.716, 0.712, 0.702, 0.723]


def draw(n: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Scores of n candidates drawn from the model itself, and their true levels on the test set."""
    rng = np.random.default_rng(seed)
    errors = rng.normal(0, 0.004, size=(400, n)) / 20
    noise = errors.T @ errors + 0.005**2
    level = 0.72 + rng.normal(0, 0.012, n)
    oof = level + rng.multivariate_normal(np.zeros(n), noise)
    public = level - 0.03 + rng.multivariate_normal(np.zeros(n), 3 * noise)
    return {"oof": oof, "covariance": noise, "public": np.round(public, 3)}, level - 0.03


def field(n: int, seed: int = 0, **known: object) -> Candidates:
    return Candidates.of([f"run{i}" for i in range(n)], **{**draw(n, seed)[0], **known})


def both(candidates: Candidates) -> Posterior:
    return posterior(candidates, SIZES)


def test_same_inputs_give_the_same_bits() -> None:
    one, two = both(field(8)), both(field(8))
    assert np.array_equal(one.mean, two.mean)
    assert np.array_equal(one.draws, two.draws)
    assert select(one) == select(two)


def test_odds_sum_to_one_and_intervals_hold_the_mean() -> None:
    found = both(field(12))
    assert found.odds_best.sum() == pytest.approx(1)
    assert (found.low < found.mean).all()
    assert (found.mean < found.high).all()


def test_a_lone_high_public_score_is_pulled_towards_the_field() -> None:
    found = posterior(Candidates.of(list("abcdef"), public=[0.75, 0.71, 0.711, 0.712, 0.713, 0.714]), SIZES)
    assert found.mean[0] < 0.745
    assert found.mean[0] == found.mean.max()


def test_a_small_public_set_is_believed_less() -> None:
    scores = Candidates.of(list("abcdef"), public=REPORT_PUBLIC)
    large, small = posterior(scores, Sizes(2700, 1700, 900)), posterior(scores, Sizes(2700, 100, 900))
    assert np.ptp(small.mean) < np.ptp(large.mean)
    assert (small.sd > large.sd).all()


def test_it_works_before_any_public_score() -> None:
    candidates = field(6, public=None)
    found = both(candidates)
    assert select(found).picks[0] == int(np.argmax(candidates.oof))
    assert found.sd.min() > 0.05  # the level of the test set is unknown, the order is not
    assert found.odds_best.max() > 2 / 6


def test_missing_scores_are_left_out() -> None:
    full = field(6)
    oof, public = full.oof.copy(), full.public.copy()
    oof[0], public[1], oof[2], public[2] = np.nan, np.nan, np.nan, np.nan
    found = both(Candidates.of(full.names, oof=oof, covariance=full.covariance, public=public))
    assert np.isfinite(found.mean).all()
    assert found.sd[2] == found.sd.max()
    assert abs(found.mean[2] - found.mean_of_all) < found.sd[2]
    assert "nothing is known" in " ".join(select(found, 6).reasons)


def test_one_candidate_is_its_own_selection() -> None:
    chosen = select(posterior(Candidates.of(["only"], oof=[0.7], public=[0.68]), SIZES))
    assert chosen.picks == (0,)
    assert chosen.odds_hold_best == 1
    assert "only candidate" in chosen.reasons[0]


def test_perfect_oof_scores_without_any_spread_are_not_certain() -> None:
    found = both(Candidates.of(list("abc"), oof=[1, 1, 1], covariance=np.zeros((3, 3)), public=[0.9, 0.98, 1.0]))
    assert found.sd.min() > 0.005
    assert found.mean[0] < found.mean[1] < found.mean[2]


def test_identical_candidates_get_the_same_posterior() -> None:
    candidates = Candidates.of(
        list("abc"), oof=[0.7, 0.7, 0.69], covariance=np.full((3, 3), 4e-5), public=[0.68, 0.68, 0.68]
    )
    found = both(candidates)
    assert found.mean[0] == pytest.approx(found.mean[1], abs=1e-6)
    assert np.isfinite(found.covariance).all()


def test_a_copy_of_the_first_is_no_cover_for_it() -> None:
    base = field(5, seed=3)
    best = int(np.argmax(both(base).mean))
    order = [best, *range(5)]
    duplicates = Candidates.of(
        [f"c{i}" for i in range(6)],
        oof=base.oof[order],
        covariance=base.covariance[np.ix_(order, order)],
        public=base.public[order],
    )
    assert set(select(both(duplicates)).picks) & {0, best + 1} != {0, best + 1}


def test_tainted_oof_moves_the_estimate_less_than_honest_oof() -> None:
    candidates = field(8)
    taint = np.arange(8) == 3
    known = {"oof": candidates.oof, "covariance": candidates.covariance, "public": candidates.public}
    honest = both(Candidates.of(candidates.names, **known))
    tainted = both(Candidates.of(candidates.names, **known, tainted=taint))
    assert tainted.oof_weight[3, 3] < 0.5 * honest.oof_weight[3, 3]
    assert "not honest" in " ".join(select(tainted, 8).reasons)


def test_an_oof_far_above_public_is_a_leak_where_one_is_possible_and_else_a_broken_submission() -> None:
    candidates = field(8)
    taint, oof = np.arange(8) == 3, candidates.oof + 0.05 * (np.arange(8) == 3)
    known = {"oof": oof, "covariance": candidates.covariance, "public": candidates.public}
    honest = both(Candidates.of(candidates.names, **known))
    tainted = both(Candidates.of(candidates.names, **known, tainted=taint))
    assert tainted.taint[3] > 0.02 and tainted.broken[3] < 0.2
    assert (tainted.taint[~taint] == 0).all()
    assert honest.gap_z[3] < -2 and honest.broken[3] > 0.8
    assert "broken on the test set with odds" in " ".join(explain(honest, 3))


def test_the_best_of_many_public_tries_is_discounted() -> None:
    once, often = both(field(6)), both(field(6, public_tries=[8] * 6))
    expected = 1.42 * 0.004 * np.sqrt(3 * SIZES.test_noise)  # 1.42: expected best of 8 normals
    assert once.mean_of_all - often.mean_of_all == pytest.approx(expected, rel=0.1)


def test_public_tries_of_identical_candidates_leave_a_covariance() -> None:
    own = np.eye(5)
    own[0, 1] = own[1, 0] = 1.0
    candidates = Candidates.of(
        list("abcde"), oof=[0.7] * 5, covariance=4e-5 * (1 + own), public=[0.68] * 5, public_tries=[9, 9, 1, 1, 1]
    )
    found = both(candidates)
    assert np.isfinite(found.mean).all()
    assert found.mean[0] < found.mean[2]


def test_shared_people_tie_private_to_public() -> None:
    candidates = field(6)
    apart = posterior(candidates, Sizes(2700, 900, 900))
    half = posterior(candidates, Sizes(2700, 900, 900, shared_groups=True, group_share=0.5))
    fully = posterior(candidates, Sizes(2700, 900, 900, shared_groups=True, group_share=1.0))
    assert (half.sd < apart.sd).all()
    np.testing.assert_allclose(fully.mean, candidates.public, atol=1e-4)
    assert (fully.sd < 1e-3).all()


def test_rows_split_inside_people_with_no_person_effect_are_as_people_apart() -> None:
    candidates = field(5)
    apart = posterior(candidates, Sizes(2700, 900, 900))
    shared = posterior(candidates, Sizes(2700, 900, 900, shared_groups=True, group_share=0.0))
    np.testing.assert_allclose(shared.mean, apart.mean, rtol=1e-12)


def test_family_members_share_what_is_learnt_of_one() -> None:
    scores = {"oof": [0.72, 0.72, 0.72, 0.72], "public": [0.72, np.nan, np.nan, 0.69]}
    strangers = posterior(Candidates.of(list("abcd"), **scores), SIZES)
    kin = posterior(Candidates.of(list("abcd"), **scores, families=["x", "x", "", ""]), SIZES)
    assert kin.mean[1] - kin.mean[2] > strangers.mean[1] - strangers.mean[2] + 1e-5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7), st.floats(-1, 1))
def test_a_constant_added_to_all_scores_only_moves_the_level(seed: int, n: int, step: float) -> None:
    one = field(n, seed, public=None if seed % 3 == 0 else field(n, seed).public)
    two = Candidates.of(one.names, oof=one.oof + step, covariance=one.covariance, public=one.public + step)
    np.testing.assert_allclose(both(two).mean, both(one).mean + step, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_order_of_candidates_changes_nothing(seed: int, n: int) -> None:
    one = field(n, seed)
    order = np.random.default_rng(seed).permutation(n)
    two = Candidates.of(
        [one.names[i] for i in order],
        oof=one.oof[order],
        covariance=one.covariance[np.ix_(order, order)],
        public=one.public[order],
    )
    np.testing.assert_allclose(both(two).mean, both(one).mean[order], atol=1e-9)
    assert {one.names[i] for i in select(both(one)).picks} == {two.names[i] for i in select(both(two)).picks}


def test_expected_max_of_a_pair_is_that_of_draws() -> None:
    mean, covariance = np.array([0.7, 0.71, 0.69]), np.array([[4, 1, 0], [1, 3, 2], [0, 2, 9]]) * 1e-4
    draws = np.random.default_rng(0).multivariate_normal(mean, covariance, size=200_000)
    for i, j in ((0, 1), (1, 2), (0, 2)):
        assert expected_max(mean, covariance)[i, j] == pytest.approx(draws[:, [i, j]].max(axis=1).mean(), abs=2e-4)


def test_three_finals_are_as_good_as_the_best_three_on_draws() -> None:
    found = both(field(7, seed=5))
    picks, value = best_set(found.mean, found.covariance, 3)
    sets = [(i, j, k) for i in range(7) for j in range(i) for k in range(j)]
    best = max(found.draws[:, list(each)].max(axis=1).mean() for each in sets)
    assert len(set(picks)) == 3
    assert found.draws[:, list(picks)].max(axis=1).mean() > best - 3e-4
    assert value == pytest.approx(best, abs=1e-3)


def test_a_good_second_pick_may_have_a_lower_mean() -> None:
    mean = np.array([0.720, 0.719, 0.715])
    covariance = np.array([[1.0, 0.99, 0], [0.99, 1.0, 0], [0, 0, 1.0]]) * 1e-4
    assert best_set(mean, covariance, 2)[0] == (0, 2)
    assert best_set(mean, covariance, 1)[0] == (0,)


def test_only_eligible_candidates_are_picked() -> None:
    found = both(field(6))
    top = int(np.argmax(found.mean))
    assert top in select(found).picks
    assert top not in select(found, eligible=np.arange(6) != top).picks


def test_more_finals_never_expect_less() -> None:
    found = both(field(6))
    values = [select(found, k).expected_best for k in range(1, 7)]
    assert values == sorted(values)
    assert select(found, 9).odds_hold_best == pytest.approx(1)


def test_the_reason_names_the_public_score_at_which_a_pick_falls() -> None:
    candidates = field(6)
    found = both(candidates)
    reason = select(found, 1).reasons[0]
    first = int(np.argmax(found.mean))
    fatal = float(reason.split("a public score of ")[1].split(" ")[0])
    heir = reason.rsplit("to ", 1)[1].rstrip(".")
    public = candidates.public.copy()
    public[first] = fatal - 0.001
    after = both(Candidates.of(candidates.names, oof=candidates.oof, covariance=candidates.covariance, public=public))
    assert candidates.names[int(np.argmax(after.mean))] == heir


def test_learning_a_contender_is_worth_more_than_learning_a_hopeless_one() -> None:
    oof = [0.72, 0.719, 0.60, 0.71, 0.70]
    public = [0.70, np.nan, np.nan, 0.69, 0.68]
    found = posterior(Candidates.of(list("abcde"), oof=oof, public=public), SIZES)
    worth = value_of_information(found, 1)
    assert worth.best == 1
    assert worth.gains[1] > 10 * worth.gains[2]
    assert np.isnan(worth.gains[[0, 3, 4]]).all()
    assert worth.reason.startswith("b: ")


def test_next_says_none_where_no_public_score_would_help() -> None:
    hopeless = posterior(Candidates.of(list("abc"), oof=[0.8, 0.79, 0.5], public=[0.78, 0.77, np.nan]), SIZES)
    assert value_of_information(hopeless).best is None
    assert value_of_information(hopeless).reason.startswith("None: no send would change")
    known = both(field(4))
    assert value_of_information(known).best is None
    assert "every candidate" in value_of_information(known).reason


@pytest.mark.parametrize("n_finals", [1, 2])
def test_value_of_information_is_what_rerunning_the_model_finds(n_finals: int) -> None:
    known = {"oof": [0.72, 0.719, 0.721, 0.718], "covariance": 4e-5 * (0.2 + 0.8 * np.eye(4))}
    sizes = Sizes(2700, 3000, 900)
    public = np.array([0.70, 0.701, np.nan, 0.699])
    before = posterior(Candidates.of(list("abcd"), **known, public=public), sizes)
    sd = np.sqrt(before.public_variance[2])
    z = np.linspace(-3.5, 3.5, 29)
    bests = []
    for step in z:
        public[2] = before.public_mean[2] + step * sd
        after = posterior(Candidates.of(list("abcd"), **known, public=public), sizes)
        bests.append(best_set(after.mean, after.covariance, n_finals)[1])
    weights = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    sent = [0, 1, 3]  # the finals are chosen among what was sent
    rerun = weights @ bests - best_set(before.mean[sent], before.covariance[np.ix_(sent, sent)], n_finals)[1]
    gain = value_of_information(before, n_finals).gains[2]
    assert gain == pytest.approx(rerun, rel=0.35)


def test_next_says_where_a_send_only_buys_a_check_of_the_pipeline() -> None:
    """The second of two finals is far behind: nothing that it may score in public makes it the better one."""
    noise = 1e-6 * (0.9 + 0.1 * np.eye(2))
    known = Candidates.of(list("ab"), oof=[0.9, 0.3], covariance=noise, public=[0.89, np.nan], scale=Scale(0.0, 1.0))
    found = posterior(known, SIZES)
    assert set(select(found, 2).picks) == {0, 1}
    information = value_of_information(found, 2, left=1)
    assert information.best == 1
    assert "only buys a check of the pipeline" in information.reason


def test_explanations_hold_every_piece() -> None:
    candidates = field(6, tainted=np.arange(6) == 1, public_tries=[1, 5, 1, 1, 1, 1])
    text = " ".join(explain(both(candidates), 1))
    for piece in (f"OOF score {candidates.oof[1]:.4f}", "tainted", "best of 5", "standard errors", "odds of being"):
        assert piece in text


def test_the_reports_six_rows_are_told_apart_with_low_odds() -> None:
    found = posterior(Candidates.of(list("ABCDEF"), public=REPORT_PUBLIC), SIZES)
    chosen = select(found)
    assert chosen.picks == (0, 1)
    assert 0.25 < found.odds_best[0] < 0.5
    assert found.odds_best[5] > 0.05
    assert ((found.low < REPORT_PRIVATE) & (found.high > REPORT_PRIVATE)).all()
    assert f"{found.odds_best[0]:.2f}" in chosen.sureness


def test_intervals_cover_what_the_model_itself_draws() -> None:
    inside = []
    for seed in range(40):
        scores, level = draw(10, seed)
        luck = np.random.default_rng([9, seed]).multivariate_normal(np.zeros(10), 3 * scores["covariance"])
        found = posterior(field(10, seed), Sizes(2700, 900, 900, test_noise=1.0))
        inside.append(((found.low < level + luck) & (level + luck < found.high)).mean())
    assert 0.84 < np.mean(inside) < 0.97


def test_sampling_covariance_is_positive_definite_when_parts_are_unknown() -> None:
    candidates = field(6)
    covariance = candidates.covariance.copy()
    covariance[[1, 4]] = np.nan
    covariance[:, [1, 4]] = np.nan
    full, _ = sampling_covariance(Candidates.of(candidates.names, oof=candidates.oof, covariance=covariance), SIZES)
    assert np.linalg.eigvalsh(full).min() > 0
    assert full[1, 1] == pytest.approx(np.median(np.diag(candidates.covariance)), rel=0.3)


def test_an_interval_is_as_wide_as_the_candidates_own_luck() -> None:
    quiet, luck = 2e-5, np.array([1.0, 1.0, 1.0, 3.0, 1.0])
    known = field(5, covariance=quiet * np.outer(luck, luck) * (0.3 + 0.7 * np.eye(5)))
    found = posterior(known, Sizes(2700, 2700, 900))
    width = (found.high - found.low) / (2 * 1.645)
    assert width[3] > np.sqrt(9 * quiet * 3)  # of the private draw alone
    assert (width[[0, 1, 2, 4]] < np.sqrt(2 * 3 * quiet)).all()


def test_test_scores_further_from_the_end_are_less_noisy_on_the_scale_of_the_model() -> None:
    """Errors are a count: twice as many of them vary by less than twice as much."""
    oof, scale = np.array([0.97, 0.968, 0.966]), Scale(0.0, 1.0)
    known = {"oof": oof, "covariance": 1e-5 * np.eye(3), "scale": scale}
    near_by, far = (
        posterior(Candidates.of(list("abc"), public=public, **known), Sizes(2700, 900, 900))
        for public in (oof - 0.001, oof - 0.02)
    )
    sizes = at_test_level(far.candidates, SIZES)
    assert sizes.test_noise == pytest.approx(SIZES.test_noise * np.sqrt(0.968 * 0.032 / (0.948 * 0.052)), rel=1e-3)
    widths = [scale.inner(each.high) - scale.inner(each.low) for each in (near_by, far)]
    assert (widths[1] < widths[0]).all()
    assert (far.high - far.low > near_by.high - near_by.low).all()


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"oof": [0.7]}, "oof has the shape"),
        ({"oof": [0.7, np.inf]}, "infinite"),
        ({"oof": [0.7, 0.7], "public_tries": [0, 1]}, "public_tries"),
        ({"oof": [0.7, 0.7], "families": ["x"]}, "family labels"),
        ({"oof": [0.7, 0.7], "covariance": [[1.0, 0.0], [0.5, 1.0]]}, "covariance"),
        ({}, "no candidate has"),
    ],
)
def test_bad_input_is_told_in_a_sentence(known: dict, words: str) -> None:
    with pytest.raises(KitError, match=words):
        posterior(Candidates.of(["a", "b"], **known), SIZES)


def test_no_candidate_a_repeated_name_and_no_people_are_errors() -> None:
    with pytest.raises(KitError, match="no candidate"):
        Candidates.of([])
    with pytest.raises(KitError, match="same name"):
        Candidates.of(["a", "a"])
    with pytest.raises(KitError, match="above 0"):
        Sizes(2700, 0, 900)
    with pytest.raises(KitError, match="finals"):
        select(both(field(3)), 0)
    with pytest.raises(KitError, match="may be chosen"):
        select(both(field(3)), eligible=[False] * 3)


FEW = Sizes(200, 58, 58)
"""So few people in public that their luck is more than the fitted shift takes."""


def test_gaps_of_honest_candidates_are_as_far_from_what_all_share_as_their_standard_errors_say() -> None:
    gaps = np.array([posterior(field(6, seed), FEW).gap_z for seed in range(60)])
    assert 0.75 < np.sqrt((gaps**2).mean()) < 1.15


def test_luck_that_all_public_scores_share_sets_none_of_them_apart() -> None:
    candidates = field(6)
    lucky = Candidates.of(candidates.names, **{**draw(6, 0)[0], "public": candidates.public + 0.04})
    assert posterior(lucky, FEW).gap_z == pytest.approx(posterior(candidates, FEW).gap_z, abs=0.3)
