"""Photos that show the same are found whatever was done to their files, and merged by lines that anybody can read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from shared.answers import answer
from shared.scenes import COPIES, scene, scenes
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.images import alike
from kit.images.near_duplicates import SIDE, find_near_duplicates

Out = pytest.CaptureFixture[str]


def small(photos: list[Image.Image]) -> np.ndarray:
    return np.stack([cv2.resize(np.asarray(one), (SIDE, SIDE), interpolation=cv2.INTER_AREA) for one in photos])


@pytest.fixture(scope="module")
def different() -> list[Image.Image]:
    rng = np.random.default_rng(0)
    return [scene(rng) for _ in range(40)]


@pytest.mark.parametrize("kind", list(COPIES))
def test_a_copy_is_found_and_nothing_else(different: list[Image.Image], kind: str) -> None:
    copies = [COPIES[kind](photo) for photo in different[:20]]
    found = find_near_duplicates(small(different + copies))
    assert {(pair.first, pair.second) for pair in found} == {(row, 40 + row) for row in range(20)}
    assert {pair.mirrored for pair in found} == {kind == "flipped"}
    assert all(0.9 <= pair.likeness <= 1.0001 for pair in found)


@pytest.mark.parametrize("kind", list(COPIES))
def test_of_very_many_photos_those_that_agree_in_some_bits_are_compared(
    different: list[Image.Image], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = small(different + [COPIES[kind](photo) for photo in different[:20]])
    every = find_near_duplicates(photos)
    monkeypatch.setattr(alike, "ALL", 0)
    assert find_near_duplicates(photos) == every


@dataclass
class Watched:
    """Photos of which it is noted how many were read at a time."""

    photos: np.ndarray
    most: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return self.photos.shape

    def __len__(self) -> int:
        return len(self.photos)

    def __getitem__(self, key: Any) -> np.ndarray:
        found = self.photos[key]
        self.most = max(self.most, len(found))
        return found


def test_a_few_photos_are_in_memory_at_a_time(different: list[Image.Image]) -> None:
    photos = Watched(np.tile(small(different), (5, 1, 1, 1)))
    assert len(find_near_duplicates(photos)) >= 40
    assert 0 < photos.most <= 64


def test_photos_without_details_are_nobodys_twins() -> None:
    flat = np.full((4, SIDE, SIDE, 3), 90, dtype=np.uint8)
    flat[2:] += 1
    assert find_near_duplicates(flat) == []
    assert find_near_duplicates(flat[:0]) == []


def test_where_all_photos_are_alike_more_is_asked() -> None:
    rng = np.random.default_rng(0)
    frame = np.asarray(scene(rng), dtype=float)
    still = [Image.fromarray((frame + rng.normal(0, 22, frame.shape)).clip(0, 255).astype(np.uint8)) for _ in range(30)]
    pairs = find_near_duplicates(small([*still, COPIES["packed"](still[3])]))
    assert (3, 30) in {(pair.first, pair.second) for pair in pairs} and len(pairs) < 10


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, different: list[Image.Image]) -> Workspace:
    """p000 and p001 show the same, and p003 what a test photo shows."""
    train = [different[0], COPIES["cropped"](different[0]), *different[1:9]]
    return scenes(tmp_path_factory.mktemp("twins"), train, [COPIES["flipped"](different[2]), *different[20:24]])


def test_the_doctor_names_the_pairs_and_shows_them(workspace: Workspace, capsys: Out) -> None:
    assert kit(workspace, "doctor", "--json") == 0
    found = {row["what"]: row for row in answer(capsys)["rows"]}
    assert found["two groups have photos that show the same"]["where"].startswith("a000.png = a001.png (alike 0.9")
    assert "merge-duplicates" in found["two groups have photos that show the same"]["todo"]
    twin = found["a test photo shows what a train photo shows"]
    assert "a003.png = z000.png" in twin["where"] and "mirrored" in twin["where"] and "rules" in twin["todo"]
    with Image.open(workspace.root / found["pictures of 2 pairs of photos that show the same"]["where"]) as sheet:
        assert min(sheet.size) > 80


def test_fold_puts_them_into_one_group_by_a_line_of_the_file(workspace: Workspace, capsys: Out) -> None:
    assert kit(workspace, "fold", "--folds", "2", "--merge-duplicates", "--json") == 0
    said = answer(capsys)
    assert (said["merged"], said["groups"]) == (1, 9)
    assert said["in_test"][0]["photos"] == ["a003.png", "z000.png"]
    lines = (workspace.root / "fixes.csv").read_text()
    assert ",p001,,group p000,core,kit fold: a000.png = a001.png" in lines
    folds = Workspace(workspace.root).folds.table.set_index("image")
    assert folds.loc["a000.png", "fold"] == folds.loc["a001.png", "fold"] and folds.loc["a001.png", "group"] == "p000"
    assert kit(workspace, "fold", "--folds", "2", "--merge-duplicates") == 0
    assert (workspace.root / "fixes.csv").read_text() == lines


def test_a_line_that_was_rejected_is_not_written_again(workspace: Workspace, capsys: Out) -> None:
    path = workspace.root / "fixes.csv"
    kept = path.read_text()
    path.write_text(kept.replace(",core,", ",rejected,"))
    assert kit(workspace, "fold", "--folds", "2", "--force", "--merge-duplicates", "--json") == 0
    said = answer(capsys)
    assert (said["merged"], said["groups"]) == (0, 10)
    path.write_text(kept)


def test_groups_that_runs_stand_on_are_merged_by_force_alone(workspace: Workspace, capsys: Out) -> None:
    path = workspace.root / "fixes.csv"
    kept = path.read_text()
    path.write_text(kept.splitlines()[0] + "\n-,,,drop,core,nothing\n")
    (workspace.runs_dir / "kind-tiny-1").mkdir()
    (workspace.runs_dir / "kind-tiny-1/run.json").write_text("{}")
    assert kit(workspace, "fold", "--merge-duplicates") == 2
    assert "--force, which orphans kind-tiny-1" in capsys.readouterr().err.replace("\n", " ")
    assert "group p000" not in path.read_text()


def test_a_competition_without_fixes_gets_the_key_and_nothing_else(workspace: Workspace, tmp_path: Path) -> None:
    text = (workspace.root / "competition.yaml").read_text()
    assert text.endswith("id: image\nfixes: {}\n") and text.count("fixes") == 1


def test_lines_that_were_not_read_are_not_applied_by_the_way(
    tmp_path: Path, different: list[Image.Image], capsys: Out
) -> None:
    workspace = scenes(tmp_path, [different[0], COPIES["packed"](different[0]), *different[1:4]], different[5:7])
    text, lines = (
        (tmp_path / "competition.yaml").read_text(),
        "image,group,column,value,tier,reason\n,p003,,drop,core,\n",
    )
    (tmp_path / "fixes.csv").write_text(lines)
    assert kit(workspace, "fold", "--folds", "2", "--merge-duplicates") == 2
    assert "if they are meant" in capsys.readouterr().err
    assert (tmp_path / "fixes.csv").read_text() == lines and (tmp_path / "competition.yaml").read_text() == text
    assert not workspace.folds_path.exists()
