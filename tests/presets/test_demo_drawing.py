"""The drawn demo: the reference competition's layout and shares, the same bytes each time, no leaks."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.mini import read_tables

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.images.decode import decode
from kit.presets.demo.draw import BAND_SHARES, MALE_SHARE, STEMS, class_quotas, draw_demo
from kit.presets.start import start_workspace

PEOPLE, TEST_PEOPLE, SIZE = 40, 24, 32


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("demo")
    draw_demo(root / "data", PEOPLE, TEST_PEOPLE, SIZE, seed=3)
    return start_workspace(root, "demo", root / "data", demo={"people": PEOPLE, "test_people": TEST_PEOPLE, "seed": 3})


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"id": str})


def hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_draws_the_same_bytes_and_another_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        draw_demo(tmp_path / name, 6, 6, SIZE, seed)
    one, two, other = (hashes(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert not set(one.values()) & {sha for name, sha in other.items() if name.startswith("eval/images")}


def test_drawing_again_keeps_the_same_demo_and_refuses_another(tmp_path: Path) -> None:
    draw_demo(tmp_path / "data", 6, 6, SIZE)
    before = hashes(tmp_path / "data")
    draw_demo(tmp_path / "data", 6, 6, SIZE)
    assert hashes(tmp_path / "data") == before
    with pytest.raises(KitError, match="not the table of this demo"):
        draw_demo(tmp_path / "data", 7, 6, SIZE)
    assert hashes(tmp_path / "data") == before


def test_too_few_people_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="6 people or more"):
        draw_demo(tmp_path / "data", 5)
    assert not list(tmp_path.iterdir())


def test_three_hundred_people_have_the_shares_of_the_reference_table() -> None:
    quotas = class_quotas(300, 5)
    assert quotas.sum() == 300
    assert quotas.sum(axis=0).tolist() == [143, 136, 21]
    assert quotas[0].sum() == round(0.386 * 300)


@given(st.integers(6, 5000))
def test_shares_are_exact_to_the_person(people: int) -> None:
    quotas = class_quotas(people)
    assert quotas.sum() == people
    assert np.abs(quotas.sum(axis=0) - np.array(BAND_SHARES) / sum(BAND_SHARES) * people).max() < 1
    assert abs(quotas[0].sum() - MALE_SHARE * people) <= 0.5


@given(st.integers(6, 400), st.integers(0, 8))
def test_every_class_has_enough_people_where_there_are_enough(people: int, at_least: int) -> None:
    quotas = class_quotas(people, at_least)
    assert quotas.sum() == people
    assert quotas.min() >= min(at_least, people // 6)


def test_the_drawn_files_are_read_as_the_reference_layout(workspace: Workspace) -> None:
    tables = read_tables(workspace)
    assert not tables.missing
    assert len(tables.train) == 7 * PEOPLE
    assert len(tables.test) == 7 * TEST_PEOPLE
    assert tables.train["image"].is_unique
    masks = Counter(Path(image).stem.rstrip("12345") for image in tables.train["image"])
    assert masks == {"mask": 5 * PEOPLE, "incorrect_mask": PEOPLE, "normal": PEOPLE}
    assert not any(Path(image).name.startswith(".") for image in tables.train["image"])


def test_the_table_is_as_odd_as_the_real_one(workspace: Workspace) -> None:
    table = read(workspace.data_dir / "train/train.csv")
    assert list(table) == ["id", "gender", "race", "age", "path"]
    assert table["path"].is_unique
    assert table["id"].duplicated().sum() == 1
    assert table["id"].str.fullmatch(r"\d{6}-1").sum() == 1
    assert (
        table["path"] == table["id"] + "_" + table["gender"] + "_" + table["race"] + "_" + table["age"].astype(str)
    ).all()
    names = [path.name for path in (workspace.data_dir / "train/images").rglob("*.*")]
    assert {Path(name).suffix for name in names} >= {".jpg", ".jpeg", ".png", ".JPG"}
    assert any(name.startswith("._") for name in names)


def test_answers_are_split_half_and_half_by_person_and_hold_every_class_on_both_sides(workspace: Workspace) -> None:
    answers = read(workspace.data_dir / "answers.csv")
    assert list(answers) == ["ImageID", "ans", "part", "person"]
    assert (answers.groupby("person")["part"].nunique() == 1).all()
    assert (answers["person"].value_counts() == 7).all()
    people = answers.drop_duplicates("person")["part"].value_counts()
    assert abs(people["public"] - people["private"]) <= 2
    for _, part in answers.groupby("part"):
        assert set(part["ans"]) == set(range(18))


def test_answers_do_not_leak(workspace: Workspace) -> None:
    answers, info = read(workspace.data_dir / "answers.csv"), read(workspace.data_dir / "eval/info.csv")
    assert list(info) == ["ImageID", "ans"]
    assert (info["ans"] == 0).all()
    assert set(info["ImageID"]) == {path.name for path in (workspace.data_dir / "eval/images").iterdir()}
    assert all(re.fullmatch(r"[0-9a-f]{40}\.jpg", name) for name in info["ImageID"])
    for order in (np.arange(len(answers)), answers["ImageID"].argsort().to_numpy()):
        for column in ("ans", "person"):
            values = answers[column].to_numpy()[order]
            by_chance = np.sum((np.unique(values, return_counts=True)[1] / len(values)) ** 2)
            assert np.mean(values[1:] == values[:-1]) < by_chance + 0.1
    for name in info["ImageID"]:
        data = (workspace.data_dir / "eval/images" / name).read_bytes()
        assert b"Exif" not in data
        assert decode(workspace.data_dir / "eval/images" / name).shape == (round(SIZE * 4 / 3), SIZE, 3)


def test_file_endings_tell_nothing_of_the_mask(workspace: Workspace) -> None:
    photos = [path for path in (workspace.data_dir / "train/images").rglob("*.*") if not path.name.startswith(".")]
    plain = {stem: np.mean([path.suffix == ".jpg" for path in photos if path.stem == stem]) for stem in STEMS}
    assert max(plain.values()) - min(plain.values()) < 0.4


def test_photos_of_one_person_are_more_alike_than_those_of_others(workspace: Workspace) -> None:
    folders = sorted((workspace.data_dir / "train/images").iterdir())
    top = [[_upper(path) for path in sorted(folder.glob("mask[1-3].*"))] for folder in folders]
    same = np.mean([np.abs(one[0] - one[1]).mean() for one in top])
    other = np.mean([np.abs(one[0] - two[1]).mean() for one, two in pairwise(top)])
    assert same < 0.75 * other


def _upper(path: Path) -> np.ndarray:
    """The background and the hair, which no mask hides."""
    return decode(path)[: SIZE // 2].astype(float)
