"""Labels that predictions contradict are found by the published method, whatever the kind of target."""

from __future__ import annotations

import numpy as np
import pytest

from kit.evidence.label_errors import contradicted, contradicted_labels, far_off
from kit.evidence.top import top_of


def drawn(
    n: int = 600, n_classes: int = 4, n_wrong: int = 12, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels of which some are wrong, probabilities by a model that never saw them, and which are wrong."""
    rng = np.random.default_rng(seed)
    true = rng.choice(n_classes, n, p=[0.6, 0.25, 0.1, 0.05])
    logits = rng.normal(0, 1, (n, n_classes))
    logits[np.arange(n), true] += 4
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = np.zeros(n, dtype=bool)
    wrong[rng.permutation(n)[:n_wrong]] = True
    return np.where(wrong, (true + 1) % n_classes, true), probs, wrong


def test_wrong_labels_come_first_and_are_suspected() -> None:
    labels, probs, wrong = drawn()
    found = contradicted(labels, probs)
    assert wrong[found.order[:12]].mean() > 0.7 and wrong[found.order[:30]].sum() >= 11
    assert found.suspect[wrong].mean() > 0.7 and found.suspect[~wrong].mean() < 0.03
    assert (found.said != labels).all()


def test_by_hand_as_the_paper_counts() -> None:
    # thresholds: class 0 (.9 + .8 + .1) / 3 = .6, class 1 (.9 + .7) / 2 = .8
    labels, right = np.array([0, 0, 0, 1, 1]), np.array([0.9, 0.8, 0.1, 0.9, 0.7])
    probs = np.stack([np.where(labels == 0, right, 1 - right), np.where(labels == 1, right, 1 - right)], axis=1)
    found = contradicted(labels, probs)
    assert found.suspect.tolist() == [False, False, True, False, False]  # .9 of class 1 reaches .8
    assert found.order[0] == 2 and found.score[2] == pytest.approx(0.8)


def test_without_a_contradiction_nobody_is_suspected() -> None:
    labels, _, _ = drawn(n_wrong=0)
    sure = np.eye(4)[labels] * 0.9 + 0.025
    assert not contradicted(labels, sure).suspect.any()
    absent = contradicted(np.zeros(20, dtype=np.int64), np.full((20, 3), 1 / 3))
    assert not absent.suspect.any() and np.isfinite(absent.score).all()


def test_the_most_probable_classes_alone_say_the_same() -> None:
    labels, probs, _ = drawn()
    whole, kept = contradicted(labels, probs.astype(np.float32)), contradicted(labels, top_of(probs, 3))
    assert (whole.suspect == kept.suspect).mean() > 0.995
    assert (whole.order[:10] == kept.order[:10]).all()


def test_a_label_of_many_is_in_doubt_by_itself() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random((300, 3)) < (0.5, 0.3, 0.1)).astype(np.int8)
    probs = np.clip(truth * 0.8 + 0.1 + rng.normal(0, 0.05, truth.shape), 0.01, 0.99)
    truth[7, 1] = 1 - truth[7, 1]
    found = contradicted_labels(truth, probs)
    assert divmod(int(found.order[0]), 3) == (7, 1) and found.said[7 * 3 + 1] == 1 - truth[7, 1]
    assert found.suspect[7 * 3 + 1]


def test_a_number_is_far_off_by_what_is_usual_in_its_range() -> None:
    rng = np.random.default_rng(0)
    strata = np.repeat([0, 1], 100)
    distance = np.abs(rng.normal(0, np.where(strata == 0, 1.0, 10.0)))
    distance[[3, 150]] = 12.0  # much among small errors, usual among large ones
    found = far_off(distance, strata)
    assert found.order[0] == 3 and found.suspect[3] and not found.suspect[150]
    assert not far_off(np.zeros(5), np.zeros(5, dtype=np.int64)).suspect.any()
