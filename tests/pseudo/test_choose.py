"""Which rows a policy takes, with what target and weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kit.errors import KitError
from kit.pseudo.choose import choose, quotas
from kit.pseudo.record import PseudoSettings

EVEN = np.full(3, 1 / 3)


def some_probs(n: int = 60, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet([0.4, 0.4, 0.4], n)


def test_fixed_takes_exactly_the_rows_at_or_above_the_threshold() -> None:
    probs = some_probs()
    chosen = choose(probs, EVEN, PseudoSettings(policy="fixed", threshold=0.8))
    assert list(chosen.rows) == list(np.flatnonzero(probs.max(axis=1) >= 0.8))
    assert np.allclose(chosen.thresholds, 0.8)


def test_balanced_takes_the_surest_rows_of_every_class_up_to_its_quota() -> None:
    probs, settings = some_probs(), PseudoSettings(take=0.5, rare_boost=0.0)
    shares = np.array([0.5, 0.3, 0.2])
    chosen = choose(probs, shares, settings)
    allowed = quotas(shares, len(probs), 0.5, 0.0)
    for label in range(3):
        mine = np.flatnonzero(probs.argmax(axis=1) == label)
        wanted = mine[np.argsort(-probs[mine, label], kind="stable")[: allowed[label]]]
        assert set(chosen.rows[chosen.labels == label]) == set(wanted)
        assert chosen.thresholds[label] == probs[wanted, label].min()


def test_rare_classes_get_more_than_their_share_but_less_than_the_others() -> None:
    shares = np.array([0.6, 0.33, 0.07])
    plain, raised = quotas(shares, 10_000, 0.5, 0.0), quotas(shares, 10_000, 0.5, 0.3)
    assert raised[2] > plain[2] and raised[0] < plain[0]
    assert raised[2] < raised[1] < raised[0]


def test_soft_takes_all_rows_and_trusts_the_sure_ones_more() -> None:
    probs = np.array([[0.98, 0.01, 0.01], [0.4, 0.3, 0.3], [0.1, 0.9, 0], [0, 0, 1.0]])
    chosen = choose(probs, EVEN, PseudoSettings(policy="soft", weight=0.5))
    assert list(chosen.rows) == [0, 1, 2, 3]
    assert chosen.weights[1] < chosen.weights[0] < chosen.weights[3] == np.float32(0.5)


@pytest.mark.parametrize(("threshold", "told"), [(1.0, "takes no test row"), (0.05, "takes every test row")])
def test_a_threshold_that_takes_nothing_or_everything_is_refused(threshold: float, told: str) -> None:
    probs = np.array([[0.995, 0.005, 0], [0.003, 0.997, 0], [0.2, 0.2, 0.6]])
    with pytest.raises(KitError, match=told):
        choose(probs, EVEN, PseudoSettings(policy="fixed", threshold=threshold))


def test_soft_takes_every_row_also_where_a_class_is_nowhere_the_likeliest() -> None:
    probs = np.array([[0.7, 0.2, 0.1], [1 / 3, 1 / 3, 1 / 3], [0.2, 0.5, 0.3]])
    chosen = choose(probs, EVEN, PseudoSettings(policy="soft"))
    assert list(chosen.rows) == [0, 1, 2] and not (chosen.labels == 2).any()
    assert chosen.weights[1] == pytest.approx(0, abs=1e-6) and (chosen.weights[[0, 2]] > 0.01).all()


def test_soft_labels_of_teachers_that_know_nothing_are_refused() -> None:
    with pytest.raises(KitError, match="all answers for as likely"):
        choose(np.full((5, 3), 1 / 3), EVEN, PseudoSettings(policy="soft"))


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(3, 40), st.just(3)), elements=st.floats(0.01, 1)),
    st.sampled_from(["balanced", "soft"]),
    st.integers(0, 2**32 - 1),
)
def test_every_choice_is_of_existing_rows_once_and_does_not_depend_on_their_order(
    raw: np.ndarray, policy: str, seed: int
) -> None:
    probs = raw + np.random.default_rng(seed).uniform(0, 1e-6, raw.shape)  # no ties
    probs = probs / probs.sum(axis=1, keepdims=True)
    settings = PseudoSettings(policy=policy)
    try:
        chosen = choose(probs, EVEN, settings)
    except KitError:
        return
    assert len(set(chosen.rows)) == len(chosen.rows)
    assert ((chosen.weights >= 0) & (chosen.weights <= 1)).all()
    order = np.random.default_rng(seed).permutation(len(probs))
    again = choose(probs[order], EVEN, settings)
    assert set(order[again.rows]) == set(chosen.rows)
