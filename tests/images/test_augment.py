"""Augmentation is checked before it runs and random by its seed alone; mixed images carry mixed labels."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kit.errors import KitError
from kit.images.augment import build_augment, load_pipelines
from kit.images.sheet import contact_sheet, save_image
from kit.learn.network.mix import mix
from kit.recipes.network import MixSpec

NAMES = ["none", "base", "colour", "blur", "flip", "strong"]


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:48, 0:40]
    waves = [np.sin(x / rng.uniform(3, 9) + y / rng.uniform(3, 9) + rng.uniform(0, 6)) for _ in range(12 * 3)]
    return (np.stack(waves).reshape(12, 3, 48, 40).transpose(0, 2, 3, 1) * 100 + 128).astype(np.uint8)


def test_the_shipped_pipelines_are_these():
    assert sorted(load_pipelines()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(16, 16), (16, 70), (131, 97)])
def test_shipped_pipelines_work_at_any_size(name, size):
    images = np.random.default_rng(1).integers(0, 256, (4, *size, 3), dtype=np.uint8)
    result = build_augment(name, size)(images, seed=0)
    assert result.shape == images.shape and result.dtype == np.uint8


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_gives_the_same_images_whatever_ran_before(batch, name):
    first, second = build_augment(name, (48, 40)), build_augment(name, (48, 40))
    expected = first(batch, seed=7)
    second(batch[:5], seed=3)
    assert np.array_equal(second(batch, seed=7), expected)
    assert np.array_equal(second(batch[:4], seed=7), expected[:4])
    assert np.array_equal(first(batch, seed=8), expected) == (name == "none")


def test_every_position_draws_its_own_numbers(batch):
    result = build_augment("strong", (48, 40))(np.repeat(batch[:1], 12, axis=0), seed=1)
    assert len({image.tobytes() for image in result}) == 12


def test_global_random_state_is_neither_read_nor_moved(batch):
    augment = build_augment("strong", (48, 40))
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    expected = augment(batch, seed=2)
    assert np.array_equal(before, np.random.get_state()[1])
    np.random.seed(2)
    assert np.array_equal(augment(batch, seed=2), expected)


def test_another_process_draws_the_same(batch, tmp_path):
    np.save(tmp_path / "in.npy", batch)
    code = (
        "import sys, numpy as np; from kit.images.augment import build_augment;"
        "np.save(sys.argv[2], build_augment('strong', (48, 40))(np.load(sys.argv[1]), 2**63 + 5))"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "in.npy", tmp_path / "out.npy"], check=True)
    assert np.array_equal(np.load(tmp_path / "out.npy"), build_augment("strong", (48, 40))(batch, 2**63 + 5))


def test_the_given_images_are_left_as_they_were(batch):
    before = batch.copy()
    for name in NAMES:
        build_augment(name, (48, 40))(batch, seed=0)[:] = 0
    assert np.array_equal(batch, before)


def test_transforms_are_applied_independently_of_one_another():
    image = np.zeros((400, 16, 16, 3), np.uint8)
    image[:, :8, :8] = 255
    result = build_augment(["HorizontalFlip", "VerticalFlip"], (16, 16))(image, seed=0)
    right, low = result[:, :, 15, 0].any(axis=1), result[:, 15, :, 0].any(axis=1)
    counts = [int((right & low).sum()), int((right & ~low).sum()), int((~right & low).sum())]
    assert all(70 < count < 130 for count in counts)


def test_containers_may_be_nested(batch):
    spec = [
        {"OneOf": [{"Sequential": [{"HorizontalFlip": {"p": 1}}, "Blur"]}, {"SomeOf": {"n": 2, "transforms": NEST}}]}
    ]
    assert build_augment(spec, (48, 40))(batch, seed=0).shape == batch.shape


NEST = ["ToGray", {"RandomOrder": {"n": 1, "transforms": ["VerticalFlip"], "p": 0.5}}, "RandomGamma"]


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("bse", r"no augmentation 'bse'; did you mean 'base'"),
        (["HorizontalFlp"], r"augment\[0\].*no transform 'HorizontalFlp'; did you mean 'HorizontalFlip'"),
        (
            ["ToGray", {"GaussianBlur": {"blur_limt": 3}}],
            r"augment\[1\].*no argument 'blur_limt'; did you mean 'blur_limit'",
        ),
        ([{"MedianBlur": {"blr_limit": 3}}], r"no argument 'blr_limit'; did you mean 'blur_limit'"),
        ([{"HorizontalFlip": {"p": 2}}], r"'p' is wrong.*less than or equal to 1"),
        ([{"CoarseDropout": {"num_holes_range": [0, 0]}}], r"CoarseDropout: 'num_holes_range' is wrong"),
        ([{"OneOf": ["Blur", {"Sequential": ["Blurr"]}]}], r"OneOf\[1\]\.Sequential\[0\].*did you mean 'Blur'"),
        ([{"OneOf": {"p": 3, "transforms": ["Blur"]}}], r"'p' must lie between 0 and 1"),
        ([{"OneOf": []}], r"nothing in it"),
        ([{"OneOf": {"p": 1}}], r"list of transforms was expected"),
        ([{"SomeOf": {"n": 3, "transforms": ["Blur", "ToGray"]}}], r"'n' must lie between 1 and its 2"),
        ([{"OneOf": [{"Blur": {"p": 0}}, {"ToGray": {"p": 0}}]}], r"all its transforms have p = 0"),
        ({"Blur": {}}, r"list of transforms was expected"),
        ([{"Blur": {}, "ToGray": {}}], r"check the indentation"),
        ([{"Blur": 5}], r"arguments must be a mapping"),
        (["RandomCrop"], r"'height' is wrong \(Field required\)"),
        ([{"RandomCrop": {"height": 200, "width": 200}}], r"fails on a 128 x 128 image"),
        ([{"Resize": {"height": 64, "width": 64}}], r"turns \(128, 128, 3\) uint8 into \(64, 64, 3\) uint8"),
        ([{"CenterCrop": {"height": 64, "width": 64, "p": 0.001}}], r"turns \(128, 128, 3\) uint8"),
        (["Normalize"], r"float32"),
        (["FDA"], r"fails on .*fda_metadata"),
        (["ToTensorV2"], r"no transform 'ToTensorV2'"),
        (["Lambda"], r"no transform 'Lambda'"),
    ],
)
def test_a_wrong_pipeline_is_refused_before_training(spec, says):
    with pytest.raises(KitError, match=says):
        build_augment(spec)


def test_crop_then_resize_back_is_a_valid_pipeline():
    crop = [{"RandomCrop": {"height": 100, "width": 100, "p": 1}}, {"Resize": {"height": 128, "width": 128, "p": 1}}]
    assert build_augment(crop, (128, 128))(np.zeros((1, 128, 128, 3), np.uint8), 0).shape == (1, 128, 128, 3)


def _pair(n=6, height=8, width=10):
    """Image i is i everywhere; its label is class i."""
    images = torch.arange(n, dtype=torch.float32).view(n, 1, 1, 1).expand(n, 3, height, width).clone()
    return images, {"age": torch.eye(n), "mask": torch.eye(n)}


@given(
    method=st.sampled_from(["mixup", "cutmix", "half_cutmix"]),
    alpha=st.floats(0.1, 4),
    seed=st.integers(0, 10**6),
    width=st.integers(2, 13),
)
def test_a_mixed_label_is_the_share_of_pixels(method, alpha, seed, width):
    images, targets = _pair(width=width)
    spec = MixSpec(method=method, alpha=alpha, p=1, tasks=("age", "mask"))
    mixed, labels, weights = mix(images, targets, spec, np.random.default_rng(seed))
    expected = labels["age"] @ torch.arange(6.0)
    assert torch.allclose(mixed.mean(dim=(1, 2, 3)), expected, atol=1e-4)
    assert torch.allclose(labels["age"].sum(1), torch.ones(6))
    assert weights["age"].eq(1).all() and torch.equal(labels["age"], labels["mask"])


def test_half_cutmix_keeps_the_left_half_and_pastes_a_right_half():
    images, targets = _pair()
    spec = MixSpec(method="half_cutmix", p=1, tasks=("age",))
    mixed, labels, _ = mix(images, targets, spec, np.random.default_rng(0))
    assert torch.equal(mixed[..., :5], images[..., :5])
    partners = mixed[:, 0, 0, 9].long()
    assert sorted(partners.tolist()) == list(range(6)) and not torch.equal(partners, torch.arange(6))
    assert torch.equal(labels["age"], (torch.eye(6) + torch.eye(6)[partners]) / 2)


def test_a_task_that_did_not_ask_learns_nothing_from_mixed_rows():
    images, targets = _pair()
    spec = MixSpec(method="half_cutmix", p=1, tasks=("age",))
    mixed, labels, weights = mix(images, targets, spec, np.random.default_rng(0))
    changed = (mixed != images).flatten(1).any(1)
    assert changed.any()
    assert torch.equal(weights["mask"], 1 - changed.float())
    assert torch.equal(labels["mask"], targets["mask"]) and weights["age"].eq(1).all()


@pytest.mark.parametrize("method", ["cutmix", "half_cutmix"])
@pytest.mark.parametrize("tasks", [None, (), ("gender",)])
def test_cutting_is_off_unless_a_task_of_the_run_asks(method, tasks):
    images, targets = _pair()
    mixed, labels, weights = mix(images, targets, MixSpec(method=method, p=1, tasks=tasks), np.random.default_rng(0))
    assert torch.equal(mixed, images) and labels == targets
    assert weights["age"].eq(1).all() and weights["mask"].eq(1).all()


def test_mixup_is_for_all_tasks_unless_told_otherwise():
    images, targets = _pair()
    _, labels, weights = mix(images, targets, MixSpec(method="mixup", p=1), np.random.default_rng(0))
    assert not torch.equal(labels["mask"], targets["mask"]) and weights["mask"].eq(1).all()


def test_mixing_follows_its_generator_and_its_p():
    images, targets = _pair()
    spec = MixSpec(method="cutmix", p=0.5, tasks=("age",))
    draws = [mix(images, targets, spec, np.random.default_rng(seed))[0] for seed in range(60)]
    again = [mix(images, targets, spec, np.random.default_rng(seed))[0] for seed in range(60)]
    assert all(torch.equal(one, two) for one, two in zip(draws, again, strict=True))
    assert 15 < sum(not torch.equal(draw, images) for draw in draws) < 45


def test_mixing_leaves_the_given_batch_as_it_was():
    images, targets = _pair()
    before = images.clone()
    for method in ("mixup", "cutmix", "half_cutmix"):
        mix(images, targets, MixSpec(method=method, p=1, tasks=("age",)), np.random.default_rng(0))
    assert torch.equal(images, before) and torch.equal(targets["age"], torch.eye(6))


def test_a_contact_sheet_shows_every_image_in_its_cell():
    images = [np.full((20 + i, 30, 3), 10 * i + 40, np.uint8) for i in range(5)]
    sheet = contact_sheet(images, [f"photo {i} with a long caption" for i in range(5)], columns=3)
    assert sheet.dtype == np.uint8 and sheet.shape[1] == 3 * 34 + 4 and sheet.shape[0] > 2 * 28
    for i in range(5):
        assert (sheet == 10 * i + 40).all(axis=2).sum() >= (20 + i) * 30
    assert contact_sheet(images, columns=9).shape == (32, 5 * 34 + 4, 3)


def test_captions_must_fit_the_images():
    with pytest.raises(KitError, match="1 captions do not fit 2 images"):
        contact_sheet([np.zeros((4, 4, 3), np.uint8)] * 2, ["one"])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_images_are_saved_whole(tmp_path, suffix, batch):
    path = tmp_path / f"new/a{suffix}"
    save_image(path, batch[0])
    with Image.open(path) as image:
        assert np.abs(np.asarray(image).astype(int) - batch[0]).mean() < (0.1 if suffix == ".png" else 12)
    assert list(path.parent.iterdir()) == [path]


def test_an_unknown_picture_suffix_is_refused(tmp_path, batch):
    with pytest.raises(KitError, match=r"'\.pngg'; did you mean '\.png'"):
        save_image(tmp_path / "a.pngg", batch[0])
