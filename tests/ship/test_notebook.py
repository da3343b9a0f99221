"""The notebook of a code competition runs in a clean process, wherever the host mounts what it needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shared.trained import kit, poor, trained

from kit.competition.workspace import Workspace
from kit.ship.notebook import slug_of, title_of
from kit.submissions.record import csv_path, find_submission

LAYOUTS = {
    "2026": ("competitions/mini-masks", "datasets/someone/sent-data"),
    "before": ("mini-masks", "sent-data"),
    "mixed": ("competitions/mini-masks", "sent-data"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """The trained mini competition, and the folder of its notebook."""
    workspace, ids = trained(tmp_path_factory.mktemp("notebook"))
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("host: answers", "host: answers\nslug: mini-masks"))
    folder = workspace.root / "upload"
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "sent", "--kernel", "--dry-run", str(folder)) == 0
    return workspace, folder


def run(
    made: tuple[Workspace, Path], place: Path, layout: str, data: Path, cells: int = 4
) -> subprocess.CompletedProcess[str]:
    """Run the first cells one after another where the competition's data and the bundle are mounted so."""
    competition, dataset = (place / "input" / name for name in LAYOUTS[layout])
    competition.parent.mkdir(parents=True)
    dataset.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(data, competition)
    shutil.copytree(made[1] / "dataset", dataset)
    (place / "working").mkdir()
    notebook = json.loads((made[1] / "notebook/notebook.ipynb").read_text())
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"][:cells])
    environment = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=place / "working",
        env={**environment, "HOME": str(place), "KAGGLE_INPUT": str(place / "input"), "PYTHONNOUSERSITE": "1"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_it_finds_bundle_and_data_in_every_layout(made: tuple[Workspace, Path], tmp_path: Path, layout: str) -> None:
    done = run(made, tmp_path, layout, made[0].data_dir, cells=1)
    assert done.returncode == 0, done.stderr
    competition, dataset = (str(tmp_path / "input" / name) for name in LAYOUTS[layout])
    assert done.stdout.split() == ["bundle:", dataset, "data:", competition]


def test_it_makes_the_file_again(made: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace = made[0]
    done = run(made, tmp_path, "2026", workspace.data_dir)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "working/submission.csv").read_bytes()
    assert written == csv_path(workspace.submissions_dir, "sent").read_bytes()
    assert "42 rows, 0 of them other" in done.stdout


def test_a_bundle_that_is_not_mounted_is_said_to_be_missing(made: tuple[Workspace, Path], tmp_path: Path) -> None:
    manifest = made[1] / "dataset/manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole + b" ")
    try:
        done = run(made, tmp_path, "2026", made[0].data_dir, cells=1)
    finally:
        manifest.write_bytes(whole)
    assert done.returncode == 1 and "is not mounted below" in done.stderr


def test_a_hidden_set_of_other_photos_with_a_damaged_one_is_predicted(
    made: tuple[Workspace, Path], tmp_path: Path
) -> None:
    workspace, data = made[0], tmp_path / "hidden"
    shutil.copytree(workspace.data_dir / "eval", data / "eval")
    names = []
    for number in range(3):
        for key in workspace.test["image"]:
            names.append(f"{number}-{Path(key).name}")
            shutil.copyfile(workspace.data_dir / key, data / "eval/images" / names[-1])
    (data / "eval/images" / names[7]).write_bytes(b"damaged")
    (data / "eval/info.csv").write_text("ImageID,ans\n" + "".join(f"{name},0\n" for name in names))
    done = run(made, tmp_path, "before", data)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "working/submission.csv").read_text().splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == names
    assert "1 photos cannot be read" in done.stderr and "another test set" in done.stdout


def test_its_metadata_say_all_that_the_host_takes_otherwise_for_granted(made: tuple[Workspace, Path]) -> None:
    kernel = json.loads((made[1] / "notebook/kernel-metadata.json").read_text())
    dataset = json.loads((made[1] / "dataset/dataset-metadata.json").read_text())
    assert kernel["enable_internet"] is False and kernel["is_private"] is True
    assert kernel["docker_image_pinning_type"] == "original" and kernel["machine_shape"] == "NvidiaTeslaT4"
    assert kernel["competition_sources"] == ["mini-masks"] and kernel["dataset_sources"] == [dataset["id"]]
    assert kernel["id"].endswith(f"/{slug_of(kernel['title'])}")
    assert all(6 <= len(one["title"]) <= 50 for one in (kernel, dataset))
    assert all(path.is_file() for path in (made[1] / "dataset").iterdir())


@pytest.mark.parametrize("name", ["a", "best3-1a2b3c", "x" * 80, "A name. of--its own_"])
def test_a_title_is_one_that_the_host_takes(name: str) -> None:
    assert 6 <= len(title_of(name)) <= 50 and slug_of(title_of(name)) == title_of(name)


def test_what_does_not_go_together_is_one_sentence(
    made: tuple[Workspace, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, folder = made
    for arguments, told in (
        (["--kernel"], "kit uploads no notebooks yet"),
        (["--dry-run", "somewhere"], "a folder goes with --kernel"),
        (["--kernel", "--push", "--dry-run", "somewhere"], "leave --file and --push out"),
        (["--kernel", "--dry-run", str(folder)], "something else lies in this folder"),
    ):
        capsys.readouterr()
        assert kit(workspace, "submit", *arguments) == 2
        assert told in capsys.readouterr().err


def test_the_same_again_leaves_the_folder_as_it_is_and_another_folder_is_refused_before_anything_is_written(
    made: tuple[Workspace, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So a command that was killed when the folder had just got its name goes on as all others do."""
    workspace, folder = made
    before = {path: path.stat().st_mtime_ns for path in (*folder.rglob("*"), *workspace.submissions_dir.rglob("*"))}
    blend = find_submission(workspace.submissions_dir, "sent").blend
    again = ["submit", "--blend", blend, "--kernel", "--dry-run"]
    assert kit(workspace, *again, str(folder)) == 0
    (tmp_path / "mine.txt").write_text("mine")
    assert kit(workspace, *again, str(tmp_path), "--name", "other", "--rule", "argmax") == 2
    assert "something else lies in this folder" in capsys.readouterr().err
    now = {path: path.stat().st_mtime_ns for path in (*folder.rglob("*"), *workspace.submissions_dir.rglob("*"))}
    assert now == before
