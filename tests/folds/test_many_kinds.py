"""Folds of more classes than a table of kinds of groups has room for."""

from __future__ import annotations

import numpy as np
import pytest

from kit.folds import deal as dealing
from kit.folds.deal import deal


@pytest.mark.parametrize("several", [False, True])
def test_groups_are_dealt_in_turn_where_there_are_too_many_kinds(
    monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    monkeypatch.setattr(dealing, "MOST_CELLS", 100)
    rng = np.random.default_rng(0)
    groups = np.array([f"g{place:04d}" for place in rng.permutation(np.repeat(np.arange(600), 2))])
    classes = rng.integers(0, 40, 1200)
    classes = np.array([int(name[1:]) % 40 for name in groups]) if not several else np.eye(40, dtype=np.int8)[classes]
    folds = deal(classes, groups, 5, seed=1)
    for name in np.unique(groups):
        assert len(set(folds[groups == name])) == 1, "a group is in one fold"
    if not several:
        counts = np.zeros((5, 40))
        np.add.at(counts, (folds, classes), 1)
        assert np.ptp(counts, axis=0).max() <= 2, "each class is shared out to one group more or less"
    assert np.ptp(np.bincount(folds)) <= 2
    order = rng.permutation(1200)
    assert np.array_equal(deal(classes[order], groups[order], 5, seed=1), folds[order])
    assert not np.array_equal(deal(classes, groups, 5, seed=2), folds)
