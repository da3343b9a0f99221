"""How noisy a score on few people is: as their number says where it is a mean, and noisier where classes are few."""

from __future__ import annotations

import numpy as np
import pytest
from shared.simulated import predictions, simulated

from kit.evidence.fewer import noise_on_fewer
from kit.evidence.metrics import METRICS, Metric
from kit.evidence.scorer import Scorer
from kit.selection.candidates import groups_worth


def scored(metric: str | Metric, n_groups: int = 600) -> tuple[Scorer, list[np.ndarray]]:
    made = [simulated(3, skill=0.8, noise=i, n_groups=n_groups) for i in range(2)]
    truth, _, groups = made[0]
    name = metric if isinstance(metric, str) else metric.name
    said = [probs.argmax(axis=1) if name == "hits" else predictions(name, probs) for _, probs, _ in made]
    return Scorer(metric, truth, groups, 3), said


def hits(truth: np.ndarray, said: np.ndarray) -> float:
    return float((truth == said).mean())


@pytest.mark.parametrize(
    "metric",
    ["accuracy", "log_loss", Metric.plain("hits", hits, higher_is_better=True, needs="labels", score_range=(0.0, 1.0))],
)
def test_a_mean_over_rows_is_as_noisy_as_its_number_of_people_says(metric: str | Metric) -> None:
    scorer, said = scored(metric)
    assert noise_on_fewer(scorer, said, 30, lambda scores, _: scores) == pytest.approx(1, abs=0.3)


def test_a_mean_over_many_classes_of_a_few_people_is_noisier_and_counts_as_fewer() -> None:
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(600), 4)
    of_people = rng.choice(12, 600, p=np.array([4] * 6 + [1] * 6) / 30)
    truth = of_people[groups]
    wrong = (rng.random(600)[groups] < 0.2) | (rng.random(2400) < 0.1)
    said = np.where(wrong, rng.integers(0, 12, 2400), truth)
    scorer = Scorer("f1_macro", truth, groups, 12)
    few = noise_on_fewer(scorer, [said], 40, lambda scores, _: scores)
    rows_of = [np.flatnonzero(groups == group) for group in range(600)]
    by_hand = {}
    for size in (40, 600):
        drawn = [np.concatenate([rows_of[group] for group in rng.integers(0, 600, size)]) for _ in range(400)]
        by_hand[size] = size * np.var([METRICS["f1_macro"].score(truth[rows], said[rows], 12) for rows in drawn])
    assert few > 1.15
    assert few == pytest.approx(by_hand[40] / by_hand[600], rel=0.25)
    assert groups_worth(scorer, [said], 40) < 40 / 1.1  # on the logit scale
    assert groups_worth(scorer, [said], 600) == 600 and groups_worth(scorer, [], 40) == 40
