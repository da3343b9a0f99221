"""Whether test photos are told from train photos when they are others, and not when they are alike."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from shared.mini import mini_workspace
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.images.cache import open_cache
from kit.learn.features import photo_features, relu_features
from kit.pseudo.record import read_round
from kit.pseudo.separability import (
    Separability,
    drawn_people,
    measure_separability,
    separability,
    separability_sentence,
)
from kit.reporter import Reporter
from kit.runs.store import all_runs

LIKE, FEW, DIFFERENT = "looks like train", "so few photos show no difference", "looks different"


def told(found: Separability) -> str:
    return separability_sentence(found.between, found.alike, found.sd, found.by)


def compare(train: np.ndarray, people: np.ndarray, test: np.ndarray, seed: int = 0) -> Separability:
    rng = np.random.default_rng(seed)
    rows, n_photos = drawn_people(people, len(test), rng)
    return separability(train[rows], people[rows], test, n_photos, rng)


def families(n: int, photos: int, rng: np.random.Generator) -> np.ndarray:
    """Features (n * photos, 32) by which people are easily known again."""
    return np.repeat(rng.normal(0, 1, (n, 32)), photos, axis=0) + rng.normal(0, 0.3, (n * photos, 32))


def test_people_that_can_be_known_again_are_no_difference() -> None:
    """Told apart photo by photo, the same families give an AUC far above a half."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        train, test = families(60, 7, rng), families(40, 7, rng)
        found = compare(train, np.repeat(np.arange(60), 7), test, seed)
        assert found.excess < 0.1 and "looks different" not in told(found) and "somewhat" not in told(found)


def test_a_shift_of_all_test_photos_is_found_above_what_people_explain() -> None:
    rng = np.random.default_rng(0)
    found = compare(families(150, 7, rng), np.repeat(np.arange(150), 7), families(100, 7, rng) + 2)
    assert found.between > 0.95 and DIFFERENT in told(found)


def test_the_train_people_that_stand_for_the_test_set_have_as_many_photos_as_its_people_would() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(540), 7)
    rows, n_photos = drawn_people(groups, 12_600, rng)
    assert len(set(groups[rows])) > 530 and n_photos == pytest.approx(270 * (1 + 6 * n_photos / 12_600), rel=0.02)
    rows, n_photos = drawn_people(groups, 70, rng)
    assert n_photos == 70 and len(rows) == 140 and len(set(groups[rows])) == 20


@cache
def photos_of(folder: Path, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A mini competition's train pixels, their people, and its test pixels."""
    workspace = mini_workspace(folder / str(seed), seed=seed)
    parts = []
    for images in (workspace.train["image"], workspace.test["image"]):
        found = open_cache(workspace.cache_dir, workspace.data_dir, list(images), (32, 32))
        parts.append(np.array(found.array[found.rows(images)]))
    return parts[0], workspace.train["group"].to_numpy(), parts[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


def noise(pixels: np.ndarray) -> np.ndarray:
    return (pixels + np.random.default_rng(0).normal(0, 8, pixels.shape)).clip(0, 255).astype(np.uint8)


def blur(pixels: np.ndarray) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(one).filter(ImageFilter.GaussianBlur(1))) for one in pixels])


def grey(pixels: np.ndarray) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(one).convert("L").convert("RGB")) for one in pixels])


@pytest.mark.parametrize("change", [noise, blur, grey])
def test_noise_blur_and_grey_are_seen_in_the_pixels(folder: Path, change) -> None:  # type: ignore[no-untyped-def]
    for seed in range(4):
        train, people, test = photos_of(folder, seed)
        found = compare(relu_features(train), people, relu_features(change(test)), seed)
        assert DIFFERENT in told(found), (seed, found)


def test_untouched_photos_are_called_different_in_one_of_20_worlds_at_most(folder: Path) -> None:
    false = 0
    for seed in range(20):
        train, people, test = photos_of(folder, seed)
        said = told(compare(relu_features(train), people, relu_features(test), seed))
        false += LIKE not in said and FEW not in said
    assert false <= 1


def test_random_features_of_a_photo_are_the_same_alone_and_among_others(folder: Path) -> None:
    train, _, _ = photos_of(folder, 0)
    assert np.allclose(relu_features(train[:5])[2], relu_features(train[2:3])[0], atol=1e-5)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((0.55, 0.54, 0.02), "looks like train"),
        ((0.66, 0.55, 0.02), "differs somewhat"),
        ((0.9, 0.55, 0.02), "looks different"),
        ((0.6, 0.55, 0.2), "so few photos show no difference"),
        ((None, None, None), "was not measured"),
    ],
)
def test_the_sentence_follows_from_the_excess_and_its_noise(found: tuple[float, float, float], said: str) -> None:
    assert said in separability_sentence(*found, "pixels")


def test_noisy_test_photos_are_found_by_the_command_also_without_the_weights(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path)
    for path in (workspace.data_dir / "eval/images").iterdir():
        Image.fromarray(noise(np.asarray(Image.open(path)))).save(path, quality=95)
    workspace = Workspace(tmp_path)
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "mask") == 0
    assert kit(workspace, "pseudo", "--task", "mask") == 0
    part = read_round(workspace.pseudo_dir, 1).tasks["mask"]
    said = separability_sentence(part.separability, part.separability_alike, part.separability_sd, part.separability_by)
    assert DIFFERENT in said and "by their pixels" in said
    workspace = Workspace(tmp_path)
    (run,) = all_runs(workspace)
    (run.fold_dir(0) / "weights.safetensors").unlink()
    found = measure_separability(workspace, run, partial(photo_features, workspace, reporter=Reporter()))
    assert found is not None and found.by == "pixels" and DIFFERENT in told(found)


def test_photos_of_one_channel_have_features_too() -> None:
    grey = np.random.default_rng(0).integers(0, 255, (4, 48, 48, 1), dtype=np.uint8)
    assert np.isfinite(relu_features(grey)).all()
