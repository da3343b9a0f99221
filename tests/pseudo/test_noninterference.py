"""Proofs that trust no record: change the labels of V_k, or make labels up, and see who notices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.toy import Learner, Lesson, Predict, blind, forget_weights, toy_folds, toy_workspace, train_toy
from kit.competition.workspace import Workspace
from kit.pseudo import label as label_files
from kit.pseudo.lineage import Lineage
from kit.pseudo.make import make_round
from kit.pseudo.record import PseudoSettings, Teachers
from kit.reporter import Reporter
from kit.runs.store import Run

N_TRAIN, N_TEST, N_CLASSES, N_FOLDS = 48, 60, 3, 3
PEOPLE = [f"p{i:02d}" for i in range(N_TRAIN)]
FOLD_OF = {person: i % N_FOLDS for i, person in enumerate(PEOPLE)}
TEST = [f"t{i:02d}.png" for i in range(N_TEST)]


def features(n_features: int = 4, seed: int = 0) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    return {name: generator.normal(size=n_features) for name in [*(f"{p}.png" for p in PEOPLE), *TEST]}


def smoother(where: dict[str, np.ndarray], sharpness: float = 3.0) -> Learner:
    """Kernel regression: every label that it saw is in every prediction, most of all close to where it was seen."""

    def learn(lesson: Lesson) -> tuple[Predict, bytes]:
        seen = np.stack([where[image] for image in lesson.images])

        def predict(images: np.ndarray) -> np.ndarray:
            asked = np.stack([where[image] for image in images])
            near = np.exp(-sharpness * ((asked[:, None] - seen) ** 2).sum(axis=2)) * lesson.weights + 1e-12
            sums = near @ lesson.targets.astype(np.float64)
            return sums / sums.sum(axis=1, keepdims=True)

        return predict, b"kernel"

    return learn


def some_labels(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).permutation(np.arange(N_TRAIN) % N_CLASSES)


def world(root: Path, labels: np.ndarray) -> Workspace:
    table = pd.DataFrame({"image": [f"{p}.png" for p in PEOPLE], "person": PEOPLE, "y": [f"c{y}" for y in labels]})
    return toy_folds(toy_workspace(root, table, TEST, N_CLASSES), FOLD_OF)


def play(
    workspace: Workspace, learner: Learner, teachers: Teachers, settings: PseudoSettings, n_rounds: int = 2
) -> list[Run]:
    runs = []
    for number in range(n_rounds + 1):
        if number:
            make_round(workspace, number, {"y": runs[-1:]}, settings, teachers, (), blind, Reporter())
        runs.append(train_toy(workspace, learner, round=number, teachers=teachers if number else "own_fold"))
        forget_weights(runs[-1])
    return runs


def shifted(labels: np.ndarray, fold: int) -> np.ndarray:
    """The labels with those of V_k replaced by others; their shares change too, so that quotas would notice."""
    changed, valid = labels.copy(), np.array([FOLD_OF[person] == fold for person in PEOPLE])
    changed[valid] = np.where(np.arange(valid.sum()) % 4, 0, (labels[valid] + 1) % N_CLASSES)
    assert (changed != labels).any()
    return changed


def lanes_that_noticed(tmp_path: Path, teachers: Teachers, settings: PseudoSettings) -> list[int]:
    """The lanes k whose models of rounds 0 to 2 answer otherwise, by one bit, when the labels of V_k are others."""
    learner, labels, noticed = smoother(features()), some_labels(), []
    before = play(world(tmp_path / "before", labels), learner, teachers, settings)
    for fold in range(N_FOLDS):
        after = play(world(tmp_path / f"after{fold}", shifted(labels, fold)), learner, teachers, settings)
        pairs = zip(before, after, strict=True)
        if any(a.fold_test(fold).probs["y"].tobytes() != b.fold_test(fold).probs["y"].tobytes() for a, b in pairs):
            noticed.append(fold)
    return noticed


SETTINGS = [
    PseudoSettings(policy="balanced", rare_boost=0.3),
    PseudoSettings(policy="fixed", threshold=0.6),
    PseudoSettings(policy="soft"),
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.policy)
def test_labels_of_validation_people_do_not_change_one_bit_of_their_lane(
    tmp_path: Path, settings: PseudoSettings
) -> None:
    assert lanes_that_noticed(tmp_path, "own_fold", settings) == []


def test_pooled_teachers_let_every_lane_notice_its_validation_labels(tmp_path: Path) -> None:
    assert lanes_that_noticed(tmp_path, "pooled", SETTINGS[0]) == list(range(N_FOLDS))


def shares_of_everybody(workspace: Workspace, task: str, fold: int | None) -> np.ndarray:
    return np.bincount(workspace.train[task], minlength=N_CLASSES) / len(workspace.train)


def test_quotas_fitted_on_the_validation_side_too_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_files, "train_shares", shares_of_everybody)
    assert lanes_that_noticed(tmp_path, "own_fold", SETTINGS[0]) != []


def test_lineage_finds_a_file_whose_quotas_were_fitted_on_the_validation_side(tmp_path: Path) -> None:
    labels = shifted(some_labels(), 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(label_files, "train_shares", shares_of_everybody)
        workspace = world(tmp_path, labels)
        last = play(workspace, smoother(features()), "own_fold", SETTINGS[0], n_rounds=1)[-1]
    steps = Lineage(workspace).taint(last)
    assert any("its rows are not those that its settings take" in step for step in steps)


@pytest.mark.parametrize(("teachers", "leaks"), [("own_fold", False), ("pooled", True)])
def test_made_up_labels_come_back_through_pooled_teachers_alone(
    tmp_path: Path, teachers: Teachers, leaks: bool
) -> None:
    """Canaries: people whose labels were drawn by lot can only be answered right by luck, a third of the time."""
    hits = []
    for seed in range(6):
        generator = np.random.default_rng(seed)
        where = features(seed=seed)
        for i, person in enumerate(PEOPLE):  # a test photo lies by every person, as if it were theirs
            where[TEST[i]] = where[f"{person}.png"] + 0.01
        labels = generator.integers(0, N_CLASSES, N_TRAIN)  # all are canaries: nothing but memory can answer
        settings = PseudoSettings(policy="soft", weight=1.0)
        workspace = world(tmp_path / str(seed), labels)
        run = play(workspace, smoother(where), teachers, settings, n_rounds=1)[-1]
        oof = run.oof().aligned(workspace.train["image"]).probs["y"]
        hits.append((oof.argmax(axis=1) == labels).mean())
    chance = 1 / N_CLASSES
    if leaks:
        assert np.mean(hits) > chance + 0.3
    else:
        assert abs(np.mean(hits) - chance) < 0.1
