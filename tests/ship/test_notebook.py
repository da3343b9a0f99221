"""The notebook of a code competition runs in a clean process, wherever the host mounts what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shared import kaggle_host
from shared.kaggle_host import KaggleStandIn, Told, connect
from shared.notebook_host import Ran
from shared.notebook_runs import DAMAGED, LAYOUTS, code_of, hidden_set, ran, run_code
from shared.trained import kit, poor, trained

from kit.competition.workspace import Workspace
from kit.ship.notebook import Kernel, code_cells, slug_of, title_of
from kit.ship.pace import MEASURED
from kit.ship.sending import FOLDER, read_sending, sending_path
from kit.ship.steps import Waits
from kit.ship.upload import submit_by_kernel
from kit.submissions.record import csv_path, find_submission

home, signed_in = kaggle_host.home, kaggle_host.signed_in


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """The trained mini competition, and the folder of its notebook."""
    workspace, ids = trained(tmp_path_factory.mktemp("notebook"))
    spec = workspace.root / "competition.yaml"
    text = spec.read_text().replace("host: answers\nanswers: answers.csv\n", "host: kaggle\nslug: mini-masks\n")
    spec.write_text(text)
    folder = workspace.root / "upload"
    command = ("submit", "--blend", poor(ids), "--rule", "argmax", "--name", "sent", "--kernel")
    assert kit(workspace, *command, "--dry-run", str(folder)) == 0
    return Workspace(workspace.root), folder


def run(made: tuple[Workspace, Path], place: Path, layout: str) -> subprocess.CompletedProcess[str]:
    """Run the cell that looks for what is mounted."""
    code = code_of((made[1] / "notebook/notebook.ipynb").read_text(), 1)
    return run_code(code, place, layout, ("mini-masks", made[0].data_dir), ("someone/sent-data", made[1] / "dataset"))


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_it_finds_bundle_and_data_in_every_layout(made: tuple[Workspace, Path], tmp_path: Path, layout: str) -> None:
    done = run(made, tmp_path, layout)
    assert done.returncode == 0, done.stderr
    names = {"competition": "mini-masks", "owner": "someone", "dataset": "sent-data"}
    competition, dataset = (str(tmp_path / "input" / name.format(**names)) for name in LAYOUTS[layout])
    assert done.stdout.split() == ["bundle:", dataset, "data:", competition]


def test_a_bundle_that_is_not_mounted_is_said_to_be_missing(made: tuple[Workspace, Path], tmp_path: Path) -> None:
    manifest = made[1] / "dataset/manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole + b" ")
    try:
        done = run(made, tmp_path, "2026")
    finally:
        manifest.write_bytes(whole)
    assert done.returncode == 1 and "is not mounted below" in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_what_is_submitted_is_what_the_notebook_writes_of_the_hidden_set(
    made: tuple[Workspace, Path], tmp_path: Path
) -> None:
    """The host runs what was pushed: on the visible set it writes the local file, on the hidden one what is scored."""
    workspace, hidden = made[0], tmp_path / "hidden"
    names = hidden_set(workspace, hidden)
    runs: list[Ran] = []
    with KaggleStandIn(slug="mini-masks", score=lambda data: (0.61, 0.58)) as kaggle:
        kaggle.only_notebooks = True

        def run_pushed(request: dict[str, Any], again: bool) -> Ran:
            place = tmp_path / f"run{len(runs)}"
            (ref,) = request["datasetDataSources"]
            for name, content in kaggle.datasets[ref].items():
                (place / "dataset").mkdir(parents=True, exist_ok=True)
                (place / "dataset" / name).write_bytes(content)
            mounted = ("mini-masks", hidden if again else workspace.data_dir)
            layout = "before" if again else "2026"
            done = run_code(code_of(request["text"]), place, layout, mounted, (ref, place / "dataset"))
            runs.append(ran(done, place))
            return runs[-1]

        kaggle.runs_notebook = run_pushed
        told = Told()
        waits = Waits(poll=0.05, settle=1.0, unknown=5.0)
        host = connect(kaggle, timeout=300)
        record = submit_by_kernel(workspace, "sent", host, told, gpu=False, wait=True, waits=waits)
    assert record.public == 0.61 and len(kaggle.submissions) == 1
    local = csv_path(workspace.submissions_dir, "sent").read_bytes()
    assert runs[0].files["submission.csv"] == local and "42 rows, 0 of them other" in runs[0].log
    assert "the notebook wrote the very file of 'sent'" in told.infos
    timing = read_sending(sending_path(workspace.submissions_dir, "sent")).timing
    assert timing is not None and timing.photos == MEASURED and timing.start > 0.5, "with the installation"
    assert any("'test.hidden', gives a forecast" in line for line in told.infos)
    kept = (workspace.cache_dir / FOLDER / "sent/run.log").read_text()
    assert "42 rows, 0 of them other" in kept

    assert kaggle.submissions[0].data == runs[1].files["submission.csv"]
    said = [line.split(",") for line in kaggle.submissions[0].data.decode().splitlines()[1:]]
    assert [name for name, _ in said] == names
    here = [line.split(",")[1] for line in local.decode().splitlines()[1:]]
    other = {place for place, (_, answer) in enumerate(said) if answer != here[place % len(here)]}
    assert other <= DAMAGED, "a copy of a photo gets the photo's answer"
    assert "3 photos cannot be read" in runs[1].log and "another test set" in runs[1].log


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
        (["--machine", "cpu"], "it is of a notebook"),
        (["--dry-run", "somewhere"], "a folder goes with --kernel"),
        (["--kernel", "--push", "--dry-run", "somewhere"], "leave --file and --push out"),
        (["--kernel", "--dry-run", str(folder)], "something else lies in this folder"),
    ):
        capsys.readouterr()
        assert kit(workspace, "submit", *arguments) == 2
        assert told in capsys.readouterr().err


def test_a_competition_that_asks_by_an_api_is_refused_by_its_own_files(
    made: tuple[Workspace, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway = made[0].data_dir / "kaggle_evaluation"
    gateway.mkdir()
    try:
        assert kit(made[0], "submit", "--kernel", "--dry-run", str(tmp_path / "upload")) == 2
    finally:
        gateway.rmdir()
    assert "mini-masks is served by an API" in capsys.readouterr().err and not (tmp_path / "upload").exists()


def test_the_same_again_leaves_the_folder_as_it_is_and_another_folder_is_refused_before_anything_is_written(
    made: tuple[Workspace, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So a command that was killed when the folder had just got its name goes on as all others do."""
    workspace, folder = made
    before = {path: path.stat().st_mtime_ns for path in (*folder.rglob("*"), *workspace.submissions_dir.rglob("*"))}
    blend = find_submission(workspace.submissions_dir, "sent").blend
    again = ["submit", "--blend", blend, "--rule", "argmax", "--kernel", "--dry-run"]
    assert kit(workspace, *again, str(folder)) == 0
    assert kit(workspace, *again, str(folder), "--machine", "cpu") == 2
    assert "something else lies in this folder" in capsys.readouterr().err
    (tmp_path / "mine.txt").write_text("mine")
    assert kit(workspace, *again, str(tmp_path), "--name", "other", "--rule", "argmax") == 2
    assert "something else lies in this folder" in capsys.readouterr().err
    now = {path: path.stat().st_mtime_ns for path in (*folder.rglob("*"), *workspace.submissions_dir.rglob("*"))}
    assert now == before


@pytest.mark.parametrize(
    ("half", "said", "code"),
    [(False, "b.jpg,0.31", 1), (True, "b.jpg,0.31", 0), (True, "b.jpg,0.9", 1), (False, "c.jpg,0.9", 0)],
    ids=["exact", "nearly in half precision", "another answer", "another test set"],
)
def test_a_notebook_whose_models_say_something_else_on_the_visible_set_stops(
    tmp_path: Path, half: bool, said: str, code: int
) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "expected.csv").write_text("id,bar\na.jpg,0.5\nb.jpg,0.3\n")
    (tmp_path / "submission.csv").write_text(f"id,bar\na.jpg,0.5\n{said}\n")
    kernel = Kernel("some-name", "mini-masks", 3600, gpu=False)
    last = code_cells(tmp_path, kernel, 1, half=half)[-1]
    before = "import csv, pathlib\nbundle = pathlib.Path()\n"
    done = subprocess.run([sys.executable, "-c", before + last], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert ("the models say something else here" in done.stderr) == bool(code)
