"""Whatever the operating system puts in the way, every command ends, soon, and in one sentence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import Client

from benchmarks.torture.command import Outcome, fault_of, run_forked, run_kit
from benchmarks.torture.teams import founded
from kit.cli.main import COMMANDS
from kit.report.watch.server import Watch
from kit.reporter import Reporter

WORDS = {
    "init": "init mask",
    "doctor": "doctor --fast",
    "train": "train --task shape --recipe plain",
    "ablate": "ablate --task shape --recipe plain --vary learner.C=0.1,0.2",
    "pseudo": "pseudo --task shape --recipe plain --from best1 --set policy=soft",
    "lineage": "lineage first",
    "blend": "blend best1",
    "compare": "compare best1 all",
    "submit": "submit --dry-run",
    "crop": "crop --boxes data/sample.csv",
    "predict": "predict data/000.png",
    "bundle": "bundle first",
    "export": "export first --onnx",
}
"""What a command is given; of all others the name alone."""
PLACES = (
    "data/train.csv",
    "runs/folds.csv",
    "runs/shape-plain-*/run.json",
    "runs/tone-plain-*/fold0/oof.parquet",
    "runs/shape-weak-*/oof.parquet",
    "submissions/first.json",
    "submissions/log/*.json",
    "submissions/first.csv",
    "recipes/plain.yaml",
    "data/cache/*.npy",
    "data/000.png",
    "competition.yaml",
    "metrics.py",
    "fixes.csv",
)

MADE = ("runs/shape-weak-*/oof.parquet", "data/cache/*.npy")
"""Those that are made anew of others, whatever lies there."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with folds, runs of two tasks and a submission."""
    root = founded(tmp_path_factory.mktemp("home") / "ws")
    (root / "metrics.py").write_text("")
    return root


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(home, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))


def run(root: Path, command: str, before: Callable[[], None] | None = None) -> Outcome:
    """The command in a process of its own; an hour on a busy machine is no fault, and a wait without end is."""
    return run_kit(root, WORDS.get(command, command).split(), seconds=300, before=before)


@pytest.mark.parametrize("number", range(len(PLACES)), ids=PLACES)
def test_no_command_waits_for_a_pipe(copy: Path, number: int) -> None:
    path = min(copy.glob(PLACES[number]))
    path.unlink()
    os.mkfifo(path)
    ending = [command for command in COMMANDS if command != "watch"]
    for command in ending[number % 6 :: 6]:
        outcome = run(copy, command)
        assert fault_of(outcome, [""]) is None, (command, outcome)
        assert path.is_fifo() or PLACES[number] in MADE, f"{command} took the pipe away"


@pytest.mark.parametrize("number", range(0, len(PLACES), 3), ids=PLACES[::3])
def test_no_page_of_a_watch_waits_for_a_pipe(copy: Path, number: int) -> None:
    path = min(copy.glob(PLACES[number]))
    path.unlink()
    os.mkfifo(path)

    def looks() -> None:
        watch = Watch(copy, Reporter(), "token")
        for page in ("", "live", "reviews"):
            answer = Client(watch).get(f"/token/{page}", headers={"Host": "127.0.0.1"})
            assert answer.status_code in (200, 400), answer.text

    outcome = run_forked(looks, copy, seconds=300)
    assert outcome.code == 0, outcome


def test_what_a_pipe_is_needed_as_a_file_for_is_said(copy: Path) -> None:
    (copy / "data/train.csv").unlink()
    os.mkfifo(copy / "data/train.csv")
    outcome = run(copy, "score")
    assert outcome.code == 2 and "train.csv: this is a pipe, and a file is needed; move it away" in outcome.err


def test_every_command_says_that_nobody_hears_it(home: Path) -> None:
    def full() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)

    for command in COMMANDS:
        for before in (full, lambda: os.close(1)):
            outcome = run_kit(home, [command, "--help"], before=before)
            assert outcome.code == 1 and "standard output" in outcome.err, (command, outcome)
            assert outcome.err.count("\n") == 1 and "Traceback" not in outcome.err, (command, outcome)


def test_every_command_says_that_a_folders_path_is_no_utf8(home: Path, tmp_path: Path) -> None:
    odd = shutil.copytree(home, tmp_path / "w\udcff", ignore=shutil.ignore_patterns(".git"))
    for command in set(COMMANDS) - {"recipes"}:  # which needs no workspace
        outcome = run(odd, command)
        assert outcome.code == 2 and "w\\udcff: this folder's path is no UTF-8 text; rename it" in outcome.err, outcome
        assert outcome.err.count("\n") == 1, (command, outcome)


def test_a_photo_whose_name_is_no_utf8_stops_nothing(copy: Path) -> None:
    shutil.copy(copy / "data/000.png", copy / "data/p\udcfe.png")
    outcome = run(copy, "doctor")
    assert fault_of(outcome, [""]) is None and "p\\udcfe.png" in outcome.out, outcome
    for command in ("fold --folds 2", "score", "submit"):
        assert run(copy, command).code == 0, command


def test_files_behind_links_are_written_through(copy: Path) -> None:
    away = copy / "away"
    away.mkdir()
    boxes = [f"{path.name},0,0,9,9" for path in sorted((copy / "data").glob("*.png"))]
    (copy / "boxes.csv").write_text("\n".join(["image,left,top,right,bottom", *boxes, ""]))
    assert run_kit(copy, ["crop", "--boxes", "boxes.csv"]).code == 0
    (copy / "boxes.csv").write_text((copy / "boxes.csv").read_text().replace(",9,", ",8,"))
    places = ("runs/folds.csv", "runs/crops.csv", "submissions", "data/cache")
    for place in places:
        target = (copy / place).rename(away / Path(place).name)
        (copy / place).symlink_to(target)
    before = [(away / name).read_bytes() for name in ("folds.csv", "crops.csv")]
    for words in (
        "crop --boxes boxes.csv",
        "fold --folds 2 --seed 5 --force",
        "train --task tone --recipe weak",
        "leaderboard log first --public 0.5",
    ):
        outcome = run_kit(copy, words.split())
        assert outcome.code == 0, outcome
    for name, was in zip(("folds.csv", "crops.csv"), before, strict=True):
        assert (away / name).read_bytes() != was, name
    assert len(list((away / "submissions/log").iterdir())) == 2
    assert all((copy / place).is_symlink() for place in places)


def test_a_picture_may_have_a_name_that_is_no_utf8(copy: Path) -> None:
    assert run_kit(copy, ["leaderboard", "log", "first", "--public", "0.5"]).code == 0
    outcome = run_kit(copy, ["leaderboard", "--plot", "p\udcff.png"])
    assert outcome.code == 0 and "p\\udcff.png" in outcome.out, outcome
    assert (copy / "p\udcff.png").read_bytes()[1:4] == b"PNG"


def test_damaged_boxes_are_said_by_doctor(copy: Path) -> None:
    boxes = [f"{path.name},0,0,9,9" for path in sorted((copy / "data").glob("*.png"))]
    (copy / "boxes.csv").write_text("\n".join(["image,left,top,right,bottom", *boxes, ""]))
    assert run(copy, "crop --boxes boxes.csv").code == 0
    assert "crops.csv" not in run(copy, "doctor").out
    crops = copy / "runs/crops.csv"
    crops.write_text(crops.read_text().replace(",9,", ",x,", 1))
    outcome = run(copy, "doctor")
    assert outcome.code == 1 and "crops.csv" in outcome.out, outcome


def test_a_row_without_id_in_the_sample_is_said(copy: Path) -> None:
    sample = copy / "data/sample.csv"
    lines = sample.read_text().splitlines()
    lines[2] = "," + lines[2].partition(",")[2]
    sample.write_text("\n".join([*lines, ""]))
    outcome = run(copy, "submit --dry-run")
    assert outcome.code == 2 and "sample.csv: row 2 of its rows has no 'image'; mend it" in outcome.err, outcome
