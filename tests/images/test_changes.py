"""Changes that a device makes: those that albumentations makes of the same photos, by the same random numbers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_images

from kit.errors import KitError
from kit.images.acts import ACTS
from kit.images.augment import build_augment, load_pipelines
from kit.images.changes import build_drawing
from kit.learn.network.changes import make_changes

SIZE = (48, 48)
PICTURES = [np.asarray(Image.fromarray(one).resize(SIZE, Image.Resampling.BOX)) for one in load_sample_images().images]
BATCH = np.stack([PICTURES[number % 2] for number in range(12)])
TURN = {"Affine": {"rotate": [-30, 30], "scale": [0.7, 1.3], "shear": [-10, 10], "p": 1}}
THREE = [{"HorizontalFlip": {}}, {"Affine": {"rotate": [-20, 20], "border_mode": 4, "p": 1}}, {"RandomGamma": {"p": 1}}]
OWN: dict[str, dict[str, Any]] = {
    "Affine": TURN["Affine"],
    "RandomResizedCrop": {"size": SIZE},
    "Erasing": {"fill": [7, 80, 200]},
    "Downscale": {"scale_range": [0.3, 0.8]},
    "CoarseDropout": {"num_holes_range": [1, 5]},
    "GaussianBlur": {"blur_limit": [3, 9]},
}


def both(spec: Any, photos: np.ndarray, seed: int = 7, first: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """The photos as a CPU changes them one by one, and as a device does together."""
    size, channels = photos.shape[1:3], photos.shape[3]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # grey photos have no hue
        one_by_one = build_augment(spec, size, channels=channels)(photos, seed, first)
        drawn = build_drawing(build_augment(spec, size, channels=channels))(photos.shape, seed, first)
    pixels = torch.from_numpy(photos).permute(0, 3, 1, 2).float()
    return one_by_one, make_changes(pixels, drawn).permute(0, 2, 3, 1).numpy()


def assert_same(spec: Any, photos: np.ndarray = BATCH) -> None:
    one_by_one, together = both(spec, photos)
    away = np.abs(one_by_one.astype(float) - together)
    # one level of rounding; a hue in whole half degrees can fall to the other side of a half
    assert (away > 1).mean() < 0.005 and away.max() <= 16 and away.mean() < 0.25
    assert (one_by_one != photos).any()


@pytest.mark.parametrize("name", [name for name in load_pipelines() if name != "none"])
def test_a_device_makes_the_changes_of_every_shipped_pipeline(name: str) -> None:
    assert_same(name)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_a_device_makes_what_albumentations_makes(name: str) -> None:
    assert_same([{name: {**OWN.get(name, {}), "p": 1}}])


@pytest.mark.parametrize("border", [0, 1, 4])
@pytest.mark.parametrize("interpolation", [0, 1, 2])
def test_edges_and_interpolations_are_opencvs(border: int, interpolation: int) -> None:
    assert_same([{"Affine": {**TURN["Affine"], "border_mode": border, "interpolation": interpolation, "fill": 30}}])


@pytest.mark.parametrize("container", ["OneOf", "SomeOf", "RandomOrder", "Sequential"])
def test_each_photo_keeps_its_own_order_of_changes(container: str) -> None:
    counted = {"n": 3} if container in ("SomeOf", "RandomOrder") else {}
    assert_same([{container: {"transforms": THREE, "p": 1, **counted}}])


def test_photos_that_are_not_square_and_grey_ones() -> None:
    assert_same([TURN, {"CoarseDropout": {"p": 1}}, {"Downscale": {"scale_range": [0.4, 0.7], "p": 1}}], BATCH[:, :40])
    colours = [{"ColorJitter": {"p": 1}}, {"HueSaturationValue": {"p": 1}}, {"ToGray": {"p": 1}}]
    assert_same(["HorizontalFlip", *colours], np.ascontiguousarray(BATCH[..., :1]))


def test_a_photo_is_changed_the_same_whatever_is_beside_it() -> None:
    _, together = both("strong", BATCH, first=0)
    _, later = both("strong", BATCH[5:], first=5)
    np.testing.assert_array_equal(together[5:], later)
    _, other = both("strong", BATCH, seed=8, first=0)
    assert (other != together).any()


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (["MedianBlur"], r"MedianBlur is made by a CPU alone.*leave augment_on out.*Affine"),
        ([{"OneOf": ["HorizontalFlip", "GridDistortion"]}], r"GridDistortion is made by a CPU alone"),
        ([{"Affine": {"border_mode": 3}}], r"border_mode that no device makes; 0, 1 and 4"),
        ([{"Affine": {"interpolation": 4}}], r"interpolation that no device makes; 0, 1 and 2"),
        ([{"RandomBrightnessContrast": {"brightness_by_max": False}}], r"each photo's mean"),
        ([{"Downscale": {"interpolation_pair": {"upscale": 1, "downscale": 1}}}], r"interpolations that no device"),
        ([{"ToGray": {"method": "average"}}], r"method 'average'"),
        ([{"CoarseDropout": {"fill": "random"}}], r"fill that no device makes"),
    ],
)
def test_what_no_device_makes_is_refused_by_name(spec: Any, told: str) -> None:
    augment = build_augment(spec, SIZE)
    with pytest.raises(KitError, match=told):
        build_drawing(augment, "augment")
