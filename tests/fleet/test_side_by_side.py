"""Folds that are trained side by side are those that one process trains, and what fails or is stopped is said."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shared.fleet import SEEN, files_of_runs, fresh_workspace, kit

from kit.errors import KitError
from kit.fleet.devices import devices_named, seen_by

OPTIONS = ["--task", "mask", "--recipe", "plain", "--set", "learner.C=0.2", "--set", "seed=1"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh_workspace(tmp_path_factory.mktemp("fresh"))


def test_two_processes_leave_the_files_of_one_and_so_do_the_lines_of_kit_jobs(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roots = {name: shutil.copytree(fresh, tmp_path / name) for name in ("one", "two", "lines")}
    assert kit(roots["one"], "train", *OPTIONS, "--devices", "cpu") == 0
    assert kit(roots["two"], "train", *OPTIONS, "--devices", "cpu,cpu") == 0
    capsys.readouterr()
    assert kit(roots["lines"], "jobs", *OPTIONS) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line in reversed(lines):
        assert kit(roots["lines"], *shlex.split(line)[1:]) == 0
    capsys.readouterr()
    assert kit(roots["lines"], "jobs", *OPTIONS) == 0
    assert capsys.readouterr().out == ""  # nothing is left
    alone = files_of_runs(roots["one"])
    assert len([name for name in alone if name.endswith("fold.json")]) == 2
    assert files_of_runs(roots["two"]) == alone
    assert files_of_runs(roots["lines"]) == alone


def test_a_fold_that_fails_is_told_with_its_device_in_its_own_words(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(fresh, tmp_path / "failing")
    next((root / "data/train/images").glob("*/normal.*")).write_bytes(b"no photo")
    broken = ["--task", "mask", "--recipe", "plain", "--folds", "1"]
    assert kit(root, "train", *broken) == 2
    alone = " ".join(capsys.readouterr().err.split()).rpartition("kit: ")[2]
    assert kit(root, "train", *broken, "--devices", "cpu,cpu") == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "images cannot be read" in alone and f", fold 1 on the CPU: {alone}" in said
    assert "1 fold could not be trained" in said and "the same command trains what is left" in said


def test_a_damaged_fold_stops_all_before_anything_is_trained(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(fresh, tmp_path / "damaged")
    assert kit(root, "train", "--task", "mask", "--recipe", "plain", "--folds", "1") == 0
    (damaged,) = (root / "runs").glob("mask-plain-*/fold1/oof.parquet")
    damaged.write_bytes(damaged.read_bytes()[:-9])
    capsys.readouterr()
    assert kit(root, "train", "--recipe", "plain", "--devices", "cpu,cpu") == 2
    assert f"{damaged}: this file is not the one" in capsys.readouterr().err
    assert len(list((root / "runs").glob("*/fold*/fold.json"))) == 1


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_who_is_stopped_leaves_no_process_behind_and_a_killed_child_is_told(fresh: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fresh, tmp_path / "stopped")
    command = [sys.executable, "-m", "kit", "-C", str(root), "train", "--task", "mask", "--recipe", "plain"]
    command += ["--devices", "cpu,cpu", "--json"]
    environment = {**os.environ, "PYTHONPATH": SEEN}

    def started() -> tuple[subprocess.Popen[bytes], list[int]]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        while len(found := children(process.pid)) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        return process, found

    process, found = started()
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert not any(Path(f"/proc/{child}").exists() for child in found)

    process, found = started()
    os.kill(found[0], signal.SIGKILL)
    said = json.loads(process.communicate()[0].splitlines()[-1])
    assert process.returncode == 1
    assert "on the CPU: its process was killed by SIGKILL" in said["what"]
    assert len(list((root / "runs").glob("mask-plain-*/fold*/fold.json"))) == 1
    assert kit(root, "train", "--task", "mask", "--recipe", "plain") == 0
    assert len(list((root / "runs").glob("mask-plain-*/fold*/fold.json"))) == 2


@pytest.mark.parametrize("text", ["7", "0,cuda", "", "-1", "cpu,"])
def test_a_device_that_is_not_here_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(KitError, match=r"there is no device .* this machine has .*cpu"):
        devices_named(text)


def test_a_process_sees_its_device_alone_among_those_that_its_parent_sees() -> None:
    assert devices_named("cpu,cpu") == ("cpu", "cpu")
    assert seen_by("cpu", {"CUDA_VISIBLE_DEVICES": "4,6", "A": "b"}) == {"CUDA_VISIBLE_DEVICES": "", "A": "b"}
    assert seen_by("1", {"CUDA_VISIBLE_DEVICES": "4,6"})["CUDA_VISIBLE_DEVICES"] == "6"
    assert seen_by("1", {"CUDA_VISIBLE_DEVICES": "GPU-a, GPU-b"})["CUDA_VISIBLE_DEVICES"] == "GPU-b"
    assert seen_by("1", {})["CUDA_VISIBLE_DEVICES"] == "1"
