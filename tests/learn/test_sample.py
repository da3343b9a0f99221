"""What an epoch shows: all photos, classes in balance, one photo of each group, some classes more often."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.mini import mini_workspace
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.files import file_sha256
from kit.learn.network.batches import epoch_plan
from kit.learn.network.sample import draw_rows, row_repeats
from kit.learn.plan import plan_run
from kit.learn.target import real_strata, real_targets
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.targets.classes import one_hot

STRATA = np.repeat([0, 1, 2], [60, 25, 15])
GROUPS = np.repeat(np.arange(20), 5)
ONCE = np.ones(100)


def draw(sampler: str, repeats: np.ndarray = ONCE, seed: int = 0) -> np.ndarray:
    return draw_rows(sampler, STRATA, GROUPS, repeats, np.random.default_rng(seed))  # type: ignore[arg-type]


def test_all_shows_every_photo_once() -> None:
    assert sorted(draw("all")) == list(range(100)) and list(draw("all")) != list(range(100))


def test_balanced_shows_the_classes_alike_and_as_many_photos() -> None:
    shown = np.array([np.bincount(STRATA[draw("balanced", seed=seed)], minlength=3) for seed in range(40)])
    assert (shown.sum(axis=1) == 100).all() and np.abs(shown.mean(axis=0) - 100 / 3).max() < 3


def test_per_group_shows_one_photo_of_each_group_and_each_of_its_photos_at_some_time() -> None:
    epochs = [draw("per_group", seed=seed) for seed in range(60)]
    for rows in epochs:
        assert sorted(GROUPS[rows]) == list(range(20))
    assert len(set(np.concatenate(epochs))) == 100
    assert len({tuple(GROUPS[rows]) for rows in epochs}) == 60, "the groups come in another order in each epoch"


@given(st.floats(0.1, 4), st.integers(0, 5))
def test_a_class_that_is_repeated_is_shown_so_many_times(times: float, seed: int) -> None:
    repeats = row_repeats({"age": {"old": times}, "else": {"x": 3}}, {"age": STRATA}, {"age": ("a", "b", "old")})
    counts = np.bincount(draw("all", repeats, seed), minlength=100)
    assert (counts[STRATA < 2] == 1).all()
    assert set(counts[STRATA == 2]) <= {int(times), int(times) + 1}
    if times == int(times):
        assert (counts[STRATA == 2] == times).all()


def test_strata_are_the_combinations_of_the_tasks_classes(workspace: Workspace) -> None:
    train = workspace.train
    rows = np.arange(len(train)) >= 7
    targets = real_targets(workspace, {}, ["mask", "gender"], {}, rows)
    targets["gender/bins"] = one_hot(np.arange(rows.sum()), rows.sum())
    strata, right = real_strata(workspace, targets, rows), (2 * train["mask"] + train["gender"])[rows]
    assert len(set(zip(strata, right, strict=True))) == len(set(right)) == len(set(strata)) == 6


def test_fewer_real_photos_take_fewer_pseudo_labelled_ones_with_them() -> None:
    plan = epoch_plan(draw("per_group"), 100, 500, 8, 0.5, np.random.default_rng(0))
    shown = np.concatenate(plan)
    assert (shown < 100).sum() == 20 and (shown >= 100).sum() == 20
    assert all(abs(int((part < 100).sum()) - int((part >= 100).sum())) <= 1 for part in plan)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("sample"))
    assert kit(workspace, "fold", "--folds", "2") == 0
    return workspace


def weights(workspace: Workspace, *overrides: str, n_epochs: int = 1) -> str:
    workspace = reopened(workspace)
    recipe = load_recipe("tiny", workspace.recipes_dir, (f"epochs={n_epochs}", *overrides))
    run = train_run(workspace, plan_run(workspace, ["mask", "age"], "tiny", recipe), [0], Reporter())
    return file_sha256(run.fold_dir(0) / "weights.safetensors")


def test_every_sampler_trains_another_model_and_repeats_its_own(workspace: Workspace, tmp_path: Path) -> None:
    ways = ["sampler=all", "sampler=balanced", "sampler=per_group", "oversample={age: {'>=60': 3}}"]
    found = [weights(workspace, way) for way in ways]
    assert len(set(found)) == len(ways)
    again = mini_workspace(tmp_path)
    assert kit(again, "fold", "--folds", "2") == 0
    assert [weights(again, way) for way in ways[1:3]] == found[1:3]
