"""F1 class by class and calibration, with intervals by group."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from kit.evidence.by_class import calibration_error, f1_intervals, reliability
from kit.runs.errors import confused_pairs


def drawn(n_groups: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, predictions and groups of four classes, the last nowhere; a person errs on all photos alike."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), 4)
    truth = np.repeat(rng.integers(0, 3, n_groups), 4)
    wrong = np.repeat(rng.random(n_groups) < 0.2, 4)
    return truth, np.where(wrong, (truth + 1) % 3, truth), groups


def test_f1_is_that_of_scikit_learn_and_a_class_that_is_nowhere_has_none() -> None:
    truth, said, groups = drawn(200)
    scores = f1_intervals(truth, said, groups, 4)
    assert [score.value for score in scores[:3]] == pytest.approx(f1_score(truth, said, average=None))
    assert np.isnan(scores[3].value) and not scores[3].has_interval
    assert all(score.low < score.value < score.high for score in scores[:3])


def test_labels_are_told_one_by_one() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random((300, 3)) < 0.4).astype(np.int8)
    said = np.where(rng.random((300, 3)) < 0.1, 1 - truth, truth).astype(np.int8)
    scores = f1_intervals(truth, said, np.arange(300), 3)
    assert [score.value for score in scores] == pytest.approx(f1_score(truth, said, average=None))


def test_intervals_count_people_and_not_photos() -> None:
    truth, said, groups = drawn(100)
    of_people = f1_intervals(truth, said, groups, 3)
    of_photos = f1_intervals(truth, said, np.arange(len(truth)), 3)
    assert all(a.high - a.low > 1.4 * (b.high - b.low) for a, b in zip(of_people, of_photos, strict=True))


def test_who_means_what_is_said_lies_on_the_line_and_who_boasts_below() -> None:
    rng = np.random.default_rng(0)
    confidence, groups = rng.uniform(0.3, 1.0, 20_000), np.arange(20_000)
    honest = reliability(confidence, rng.random(20_000) < confidence, groups)
    boasting = reliability(confidence, rng.random(20_000) < confidence - 0.2, groups)
    assert calibration_error(honest) < 0.02 and calibration_error(boasting) == pytest.approx(0.2, abs=0.02)
    assert sum(one.rows for one in honest) == 20_000 and len({one.rows for one in honest}) == 1
    assert all(one.came_true.low <= one.came_true.value <= one.came_true.high for one in honest)


def test_the_most_confused_pairs_come_first_and_what_is_right_is_none() -> None:
    counts = np.array([[50, 3, 0], [7, 10, 3], [0, 0, 40]])
    assert confused_pairs(counts, 10) == [(1, 0, 7), (1, 2, 3), (0, 1, 3)]
    assert confused_pairs(counts, 1) == [(1, 0, 7)]
    assert confused_pairs(np.diag([1, 2]), 5) == []
