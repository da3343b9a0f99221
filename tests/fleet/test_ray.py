"""Folds that Ray's workers train are those that one process trains; a worker that dies costs no fold, and is said."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared.mini import mini_workspace

from kit.cli.main import main
from kit.files import file_sha256
from kit.folds.frozen import freeze_folds

PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 8, orientations: 4}\nsize: 16\n"
OPTIONS = ["--task", "mask", "--recipe", "plain"]

pytest.importorskip("ray", reason="Ray is not installed: pip install 'imagekit-competition[cluster]'")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with folds and without runs."""
    workspace = mini_workspace(tmp_path_factory.mktemp("fresh"), people=12)
    (workspace.recipes_dir / "plain.yaml").write_text(PLAIN)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace.root


@pytest.fixture(scope="module")
def alone(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one process leaves."""
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("alone") / "one")
    assert kit(root, "train", *OPTIONS) == 0
    return files_of_runs(root)


def kit(root: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(root), *arguments])
    return int(ended.value.code or 0)


def files_of_runs(root: Path) -> dict[str, str]:
    """The hash of every file of every run, but what is said of this machine."""
    paths = [path for path in sorted((root / "runs").rglob("*")) if path.is_file() and path.parent.name != "machine"]
    return {str(path.relative_to(root)): file_sha256(path) for path in paths}


def started(root: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "kit", "-C", str(root), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True)


def jobs_under_way(root: Path) -> Iterator[tuple[int, int]]:
    """The process of each job in this workspace, and the worker that started it."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_text().split("\0")
            state = (place / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if "kit.fleet.bound" in words and str(root) in words and state != "Z":
            yield int(place.name), int(words[words.index("kit.fleet.bound") + 1])


def wait_for_job(root: Path, process: subprocess.Popen[str]) -> tuple[int, int]:
    while not (found := list(jobs_under_way(root))):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    return found[0]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_a_worker_that_is_killed_costs_no_fold_and_the_files_are_those_of_one_process(
    fresh: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    root = shutil.copytree(fresh, tmp_path / "killed")
    process = started(root, "train", *OPTIONS, "--ray")
    job, worker = wait_for_job(root, process)
    os.kill(worker, signal.SIGKILL)
    said = " ".join(process.communicate()[0].split())
    assert process.returncode == 0, said
    assert "its process there was killed; another worker takes it up" in said
    assert job not in [number for number, _ in jobs_under_way(root)]
    assert files_of_runs(root) == alone
    assert not list(Path(tempfile.gettempdir()).glob("ray-*"))


def test_without_ray_a_sentence_says_what_to_install(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert kit(fresh, "train", *OPTIONS, "--ray") == 2
    assert "Ray is not installed; run pip install 'imagekit-competition[cluster]'" in capsys.readouterr().err


def test_a_job_trains_the_run_that_it_was_made_for_or_none(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(fresh, "train", *OPTIONS, "--folds", "0", "--expect", "mask-plain-00000000") == 2
    said = capsys.readouterr().err
    assert "--expect mask-plain-00000000: these options mean mask-plain-" in said
    assert not list((fresh / "runs").glob("mask-*"))
