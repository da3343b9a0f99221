"""Competitions whose photos are no RGB of 8 bits, played: folds, a network and features, the doctor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from kit.cli.main import main
from kit.competition.photo_format import PhotoFormat
from kit.competition.workspace import Workspace
from kit.images.look import Look, open_look
from kit.runs.scoring import score_oof
from kit.runs.store import find_run
from tests.shared.trained import kit

SPEC = """\
name: planes
data: data
metric: accuracy
train: {{table: train.csv, images: "{images}", group: plot}}
test: {{table: test.csv, images: "{images}"}}
photos: {photos}
tasks: {{crop: {{classes: [corn, rye], column: crop}}}}
submission: {{id: id, label: crop}}
"""
TINY = "model: test_resnet\npretrained: false\nsize: 32\naugment: []\noptimizer: {lr: 0.01}\nepochs: 5\nbatch_size: 8\n"
READERS = """
import json
from functools import cache
import numpy as np


@cache
def rows(path):
    return json.loads(path.read_text())


def plot(path):
    return np.array(rows(path.parent)[path.name], dtype=np.float32)


READERS = {"plot": plot}
"""


def workspace_of(root: Path, images: str, photos: str) -> Workspace:
    """48 train photos of 24 plots and 8 test photos; the crop shows in which of six channels is brighter."""
    generator = np.random.default_rng(0)
    data = root / "data"
    data.mkdir(parents=True)
    held = {}
    lines = {"train": ["id,plot,crop"], "test": ["id"]}
    for number in range(56):
        side, crop = ("train" if number < 48 else "test"), number // 2 % 2
        pixels = generator.integers(200, 1200, (24, 24, 6))
        pixels[:, :, 4 + crop] += 2600
        tifffile.imwrite(
            data / f"{number}.tif", pixels.astype(np.uint16), photometric="minisblack", planarconfig="contig"
        )
        held[str(number)] = (pixels / 4096).tolist()
        lines[side].append(f"{number},p{number // 2},{('corn', 'rye')[crop]}" if side == "train" else str(number))
    for side, text in lines.items():
        (data / f"{side}.csv").write_text("\n".join(text) + "\n")
    (data / "all.json").write_text(json.dumps(held))
    (root / "competition.yaml").write_text(SPEC.format(images=images, photos=photos))
    (root / "recipes").mkdir()
    (root / "recipes/tiny.yaml").write_text(TINY)
    return Workspace(root)


def accuracy(workspace: Workspace, recipe: str) -> float:
    (run,) = (workspace.runs_dir).glob(f"crop-{recipe}-*")
    again = Workspace(workspace.root)
    return score_oof(again, "crop", find_run(again, run.name).oof()).value


def test_photos_of_six_channels_and_twelve_bits_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unsaid = workspace_of(tmp_path / "unsaid", "{id}.tif", "{channels: 6}")
    assert kit(unsaid, "doctor") == 0
    assert "the photos use 10 of 256 levels, 1 to 15" in " ".join(capsys.readouterr().out.split())
    workspace = workspace_of(tmp_path / "said", "{id}.tif", "{channels: 6, range: auto}")
    assert open_look(workspace).bounds == (200.0, 3799.0)
    assert kit(workspace, "doctor") == 0
    assert "256 levels" not in capsys.readouterr().out
    assert kit(workspace, "fold", "--folds", "2") == 0
    for recipe in ("tiny", "hog-svm"):
        assert kit(workspace, "train", "--task", "crop", "--recipe", recipe) == 0
    assert accuracy(workspace, "tiny") > 0.9
    assert kit(workspace, "submit", "--blend", "best1") == 0


def test_another_range_is_another_run(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, "{id}.tif", "{channels: 6, range: [0, 4095]}")
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "crop", "--recipe", "hog-svm") == 0
    text = (tmp_path / "competition.yaml").read_text()
    (tmp_path / "competition.yaml").write_text(text.replace("[0, 4095]", "[0, 9000]"))
    assert kit(workspace, "train", "--task", "crop", "--recipe", "hog-svm") == 0
    assert len(list(workspace.runs_dir.glob("crop-hog-svm-*"))) == 2


def test_photos_inside_one_file_are_read_by_a_reader_of_ones_own(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, "all.json/{id}", "{channels: 6, range: [0, 1], reader: plot}")
    (tmp_path / "readers.py").write_text(READERS)
    assert kit(workspace, "doctor") == 0
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "crop", "--recipe", "tiny") == 0
    assert accuracy(workspace, "tiny") > 0.9


def test_what_a_reader_could_not_read_is_tried_anew(tmp_path: Path) -> None:
    """The readers may have been mended, and not the files."""
    broken = READERS.replace("[path.name]", "[path.name + '?']")
    workspace = workspace_of(tmp_path, "all.json/{id}", "{channels: 6, range: [0, 1], reader: plot}")
    (workspace.root / "readers.py").write_text(broken)
    before = workspace.pixels.hashes
    (workspace.root / "readers.py").write_text(READERS)
    after = Workspace(workspace.root).pixels.hashes
    assert set(before) == set(after) and not set(before.values()) & set(after.values())
    assert Workspace(workspace.root).pixels.hashes == after


def test_rows_that_are_boxes_are_played_to_a_submission(tmp_path: Path) -> None:
    """A box that lies outside of its photo is found by the doctor, among the others."""
    generator = np.random.default_rng(0)
    data, rows = tmp_path / "data", {"train": [], "test": []}
    for side, count in (("train", 12), ("test", 4)):
        (data / f"{side}_images").mkdir(parents=True)
        for number in range(count):
            pixels = generator.integers(0, 90, (40, 60, 3), dtype=np.uint8)
            for place in range(3):
                inked = (number + place) % 2
                pixels[4:34, 20 * place + 2 : 20 * place + 18, inked] += 150
                box = f"{number}.png,{20 * place + 2},4,{20 * place + 18},34"
                rows[side].append(f"{box},{('name', 'phone')[inked]}" if side == "train" else box)
            Image.fromarray(pixels).save(data / f"{side}_images/{number}.png")
    (data / "train.csv").write_text("\n".join(["file,left,top,right,bottom,what", *rows["train"]]))
    (data / "test.csv").write_text("\n".join(["file,left,top,right,bottom", *rows["test"]]))
    (data / "sample.csv").write_text("id,what\n" + "".join(f"{row},name\n" for row in range(12)))
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/tiny.yaml").write_text(TINY)
    with pytest.raises(SystemExit):
        main(["-C", str(tmp_path), "init", "table", "--image", "train_images/{file}/{left}_{top}_{right}_{bottom}"])
    workspace = Workspace(tmp_path)
    assert kit(workspace, "doctor") == 0
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "what", "--recipe", "tiny") == 0
    assert kit(workspace, "submit", "--name", "one") == 0
    sent = (tmp_path / "submissions/one.csv").read_text().split()
    right = [f"{row},{('name', 'phone')[(row // 3 + row % 3) % 2]}" for row in range(12)]
    assert sent[0] == "id,what" and sum(line in right for line in sent[1:]) > 10
    (data / "train.csv").write_text((data / "train.csv").read_text().replace("0.png,2,4,18,34", "0.png,92,4,98,34", 1))
    assert kit(workspace, "doctor") == 1


def test_what_asks_for_nothing_of_its_photos_keeps_the_ids_of_its_runs() -> None:
    """Runs of PNG photos from before `photos` could be said would not prove what they are otherwise."""
    assert Look().run_identity == {}
    ids = {str(Look(PhotoFormat(**asked)).run_identity) for asked in ({}, {"alpha": "drop"}, {"channels": 1})}
    assert len(ids) == 3
