"""A property of test photos is held against what chance does between halves of the train groups."""

from __future__ import annotations

import numpy as np
import pytest

from kit.evidence.shift import number_shift, word_shift


def grouped(rng: np.random.Generator, n_groups: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Values of seven photos of each group, which are much alike, and the groups."""
    values = np.repeat(rng.normal(shift, 3, n_groups), 7) + rng.normal(0, 0.3, 7 * n_groups)
    return values, np.repeat(np.arange(n_groups), 7)


def test_groups_that_differ_by_chance_raise_no_alarm_and_a_shift_does() -> None:
    false, found = 0, 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        train, groups = grouped(rng, 60)
        false += number_shift(train, groups, grouped(rng, 30)[0], 30, rng).beyond(0.1)
        found += number_shift(train, groups, grouped(rng, 30, 5.0)[0], 30, rng).beyond(0.1)
    assert false == 0 and found >= 39


def test_the_distance_is_the_share_that_differs() -> None:
    rng = np.random.default_rng(0)
    train, groups = np.arange(200.0), np.arange(200)
    test = np.where(np.arange(200) < 60, -1.0, np.arange(200))
    assert number_shift(train, groups, test, 200, rng).distance == pytest.approx(0.3)
    words = np.where(np.arange(200) < 50, "png", "jpg")
    assert word_shift(words, groups, np.full(10, "jpg"), 10, rng).distance == pytest.approx(0.25)


def test_what_never_varies_in_train_needs_no_chance() -> None:
    rng, groups = np.random.default_rng(0), np.arange(20)
    same = np.full(20, "512 x 384")
    assert not word_shift(same, groups, same, 20, rng).beyond(0.1)
    assert word_shift(same, groups, np.where(np.arange(20) < 5, "256 x 192", "512 x 384"), 20, rng).beyond(0.1)


def test_too_few_groups_tell_nothing() -> None:
    rng = np.random.default_rng(0)
    shift = number_shift(np.arange(9.0), np.arange(9) // 3, np.arange(9.0) + 100, 3, rng)
    assert shift.chance is None and not shift.beyond(0.1)
