"""`kit eda`: the data on a page, and an alarm where test photos are otherwise than train photos, judged by group."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from shared.answers import answer
from shared.mini import mini_workspace
from shared.scenes import scene, scenes
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.images.facts import photo_facts
from kit.report.doctor_shift import look_at_shifts
from kit.report.shift import look_for_shifts
from kit.reporter import Reporter

Out = pytest.CaptureFixture[str]
TRAIN, TEST = 96, 36


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Places of three photos, whose light is the place's; twelve further places are the test set."""
    rng = np.random.default_rng(0)
    photos = []
    for _ in range((TRAIN + TEST) // 3):
        light = rng.normal(0, 25)
        for _ in range(3):
            pixels = np.asarray(scene(rng), dtype=float) + light
            photos.append(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)))
    return scenes(tmp_path_factory.mktemp("clean"), photos[:TRAIN], photos[TRAIN:], each=3)


def changed(clean: Workspace, root: Path, change: Callable[[Image.Image], Image.Image], **how: object) -> Workspace:
    """The same with every test photo changed."""
    shutil.copytree(clean.root, root, dirs_exist_ok=True)
    for path in sorted((root / "data").glob("z*.png")):
        change(Image.open(path).convert("RGB")).save(path, **how)
    return Workspace(root)


def test_a_test_set_of_other_places_raises_no_alarm(clean: Workspace, capsys: Out) -> None:
    assert kit(clean, "eda", "--json") == 0
    said = answer(capsys)
    assert said["alarms"] == [] and said["near_duplicates"] == 0
    assert {row["class"]: row["photos"] for row in said["classes"]["kind"]} == {"town": 48, "field": 48}
    assert {row["property"] for row in said["rows"]} >= {"brightness", "codec", "size", "camera", "classifier"}


EXIF = Image.Exif()
EXIF[272] = "Model 5"
PLANTED: dict[str, tuple[str, Callable[[Image.Image], Image.Image], dict[str, object]]] = {
    "grey": ("saturation", lambda photo: photo.convert("L").convert("RGB"), {}),
    "blur": ("sharpness", lambda photo: photo.filter(ImageFilter.GaussianBlur(1.5)), {}),
    "files": ("codec size camera", lambda photo: photo.resize((64, 48)), {"format": "JPEG", "exif": EXIF}),
}


@pytest.mark.parametrize("kind", list(PLANTED))
def test_a_planted_shift_is_named_with_what_to_do(clean: Workspace, tmp_path: Path, kind: str) -> None:
    name, change, how = PLANTED[kind]
    shifts = look_for_shifts(changed(clean, tmp_path, change, **how), Reporter())
    assert shifts is not None
    alarms = {one.name: one for one in shifts.alarms}
    for one in name.split():
        assert one in alarms and alarms[one].todo
        train, test = alarms[one].strip
        assert 0 < len(train) <= 6 and all(image.startswith("z") for image in test)


def test_the_page_shows_the_alarm_and_the_doctor_tells_it(clean: Workspace, tmp_path: Path, capsys: Out) -> None:
    workspace = changed(clean, tmp_path, lambda photo: photo.convert("L").convert("RGB"))
    assert kit(workspace, "eda", "--json") == 0
    page = Path(answer(capsys)["page"]).read_text()
    assert "saturation: " in page and "What to do: train with colour changed" in page and "data:image/webp" in page
    assert "default-src 'none'" in page and "<script>" in page
    told = list(look_at_shifts(Workspace(tmp_path), Reporter()))
    assert {one.what for one in told} == {"test photos are otherwise than train photos"}
    assert any(one.where.startswith("saturation") and "ToGray" in one.todo for one in told)


def test_tasks_are_counted_together_and_the_pages_link_one_another(tmp_path: Path, capsys: Out) -> None:
    workspace = mini_workspace(tmp_path, people=6)
    (tmp_path / "audit.html").write_text("an earlier page")
    assert kit(workspace, "eda") == 0
    page = (tmp_path / "eda.html").read_text()
    assert "mask and gender" in page and "the joined target" in page and 'href="audit.html"' in page
    assert capsys.readouterr().out.rstrip().endswith("page: eda.html")


def test_facts_are_read_once_and_again_where_a_file_is_another(clean: Workspace, tmp_path: Path) -> None:
    workspace = changed(clean, tmp_path, lambda photo: photo)
    before = photo_facts(workspace, Reporter())
    assert list(before["image"]) == [*workspace.train["image"], *workspace.test["image"]]
    Image.new("RGB", (40, 30), (10, 20, 250)).save(tmp_path / "data/a000.png")
    (tmp_path / "data/a001.png").write_bytes(b"no photo")
    after = photo_facts(Workspace(tmp_path), Reporter())
    assert len(after) == len(before) - 1 and "a001.png" not in set(after["image"])
    first = after.set_index("image").loc["a000.png"]
    assert first["size"] == "40 x 30" and first["blueness"] == pytest.approx(230) and first["contrast"] < 1e-3
