"""What `kit init` and `kit doctor --git` tell git, asked of git itself."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
from shared.mini import mini_mask
from shared.trained import kit

from kit.presets.start import start_workspace

IN = [
    "competition.yaml",
    "fixes.csv",
    "recipes/own.yaml",
    "metrics.py",
    "runs/folds.csv",
    "runs/crops.csv",
    "runs/crops.json",
    "runs/a-b-1/run.json",
    "runs/a-b-1/config.yaml",
    "runs/a-b-1/oof.parquet",
    "runs/a-b-1/fold0/fold.json",
    "runs/a-b-1/fold0/test.parquet",
    "runs/pseudo/round1/round.json",
    "runs/pseudo/round1/mask-fold0.parquet",
    "submissions/x.csv",
    "submissions/x.json",
    "submissions/x.oof.parquet",
    "submissions/log/x-1.json",
    "poetry.lock",
]
OUT = [
    "photos/train/a.jpg",
    "data/cache/a.npy",
    "runs/a-b-1/fold0/weights.safetensors",
    "runs/a-b-1/.fold0.part/oof.parquet",
    "runs/a-b-1/machine/fold0.json",
    "runs/.folds.csv.lock",
    "submissions/.x.json.0-1.tmp",
    "runs/pseudo/round1/show/a.jpg",
    "weights/vit.pth",
    "__pycache__/metrics.pyc",
]


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True).stdout


def ignored(root: Path, files: list[str]) -> list[str]:
    return git(root, "check-ignore", "--no-index", *files).split()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    mini_mask(tmp_path, people=3).rename(tmp_path / "photos")
    git(tmp_path, "init", "-q")
    return tmp_path


def test_records_and_predictions_go_into_git_and_photos_weights_and_caches_stay_out(root: Path) -> None:
    start_workspace(root, "mask", root / "photos")
    assert ignored(root, IN) == [] and ignored(root, OUT) == OUT
    merge = git(root, "check-attr", "merge", "runs/a/oof.parquet", "fixes.csv", "runs/a/run.json").split("\n")[:3]
    assert [line.rpartition(" ")[2] for line in merge] == ["unset", "union", "unspecified"]
    assert "text: unset" in git(root, "check-attr", "text", "submissions/x.csv")


def test_lines_that_stand_there_stay_and_only_what_is_missing_is_added(root: Path) -> None:
    mine = b"# mine\n*.tmp\n!/photos/keep.jpg\n/secret"  # no line end
    (root / ".gitignore").write_bytes(mine)
    start_workspace(root, "mask", root / "photos")
    content = (root / ".gitignore").read_bytes()
    assert content.startswith(mine + b"\n") and content.split(b"\n").count(b"*.tmp") == 1
    assert ignored(root, [*OUT, "secret"]) == [*OUT, "secret"]
    start_workspace(root, "mask", root / "photos", force=True)
    assert (root / ".gitignore").read_bytes() == content


def test_where_the_data_lies_in_the_workspace_itself_its_photos_stay_out(root: Path) -> None:
    start_workspace(root, "mask", root)
    assert ignored(root, ["train/a.JPG", "train/train.csv", "eval/b.png"]) == ["train/a.JPG", "eval/b.png"]


def test_doctor_says_what_git_was_not_told_and_adds_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = start_workspace(root, "mask", root / "photos")
    kit(workspace, "doctor", "--fast")
    assert "--git" not in capsys.readouterr().out, "git was told by init"
    (root / ".gitattributes").unlink()
    (root / ".gitignore").write_text("# mine\n")
    kit(workspace, "doctor", "--fast", "--csv")
    notes = [line for line in csv.DictReader(capsys.readouterr().out.splitlines()) if "--git" in line["todo"]]
    assert {(line["level"], line["where"]) for line in notes} == {("note", ".gitignore"), ("note", ".gitattributes")}
    kit(workspace, "doctor", "--fast", "--git")
    assert "--git" not in capsys.readouterr().out
    assert ignored(root, IN) == [] and ignored(root, OUT) == OUT
    assert (root / ".gitignore").read_text().startswith("# mine\n")


def test_doctor_says_nothing_of_git_where_there_is_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = start_workspace(root, "mask", root / "photos")
    (root / ".gitattributes").unlink()
    (root / ".git").rename(root.parent / "elsewhere")
    kit(workspace, "doctor", "--fast")
    assert "--git" not in capsys.readouterr().out
