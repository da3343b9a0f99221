"""A photo that is replaced in place: every command that has to do with what was measured on it says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from shared.mini import SIZE
from shared.trained import kit, reopened, trained

from kit.competition.workspace import Workspace
from kit.pseudo.lineage import Lineage
from kit.runs.store import Run, all_runs

Out = pytest.CaptureFixture[str]


def replace_photo(workspace: Workspace, image: str) -> None:
    """Other content under the same name, with the size and the time of before: only a look into the file can tell."""
    path = workspace.data_dir / image
    status = path.stat()
    Image.new("RGB", (SIZE, SIZE), (9, 99, 199)).save(path, format="PNG")
    content = path.read_bytes()
    path.write_bytes(content + b"\0" * (status.st_size - len(content)) if len(content) < status.st_size else content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, str]]:
    """The trained mini competition with two submissions."""
    workspace, ids = trained(tmp_path_factory.mktemp("sent"))
    blend = f"{ids['poor mask']},{ids['good gender']},{ids['good age']}"
    assert kit(workspace, "submit", "--name", "before") == 0
    assert kit(workspace, "submit", "--name", "sent", "--blend", blend) == 0
    return workspace, ids


@pytest.fixture
def replaced(sent: tuple[Workspace, dict[str, str]], tmp_path: Path, capsys: Out) -> tuple[Workspace, dict[str, str]]:
    shutil.copytree(sent[0].root, tmp_path, dirs_exist_ok=True)
    workspace = Workspace(tmp_path)
    assert workspace.pixels.fingerprint  # the photos of the copy are read
    replace_photo(workspace, workspace.train["image"].iloc[3])
    capsys.readouterr()
    return reopened(workspace), sent[1]


def test_the_photo_is_named_when_it_is_read_again(replaced: tuple[Workspace, dict[str, str]], capsys: Out) -> None:
    workspace, _ = replaced
    assert kit(workspace, "doctor", "--fast") == 1
    assert workspace.train["image"].iloc[3] in capsys.readouterr().err


def test_train_makes_another_run_and_says_why(replaced: tuple[Workspace, dict[str, str]], capsys: Out) -> None:
    workspace, ids = replaced
    before = {run.id for run in all_runs(workspace)}
    assert kit(workspace, "train", "--task", "mask") == 0
    told = capsys.readouterr().err
    (new,) = {run.id for run in all_runs(workspace)} - before
    assert f"{ids['good mask']} is kept and not gone on with: it stands on other photos" in told
    assert Run(workspace.runs_dir / new).record.basis.pixels == reopened(workspace).basis.pixels


def test_score_leaves_the_runs_out_and_refuses_them_by_name(
    replaced: tuple[Workspace, dict[str, str]], capsys: Out
) -> None:
    workspace, ids = replaced
    assert kit(workspace, "score", ids["good mask"]) == 2
    assert "other photos" in capsys.readouterr().err
    assert kit(workspace, "train", "--task", "mask", "--set", "epochs=1") == 0
    capsys.readouterr()
    assert kit(workspace, "score") == 0
    told = capsys.readouterr()
    assert ids["good gender"] in told.err and "are not comparable and left out: it stands on other photos" in told.err
    assert ids["good gender"] not in told.out


def test_select_and_the_leaderboard_show_no_odds_from_an_oof_on_other_photos(
    replaced: tuple[Workspace, dict[str, str]], capsys: Out
) -> None:
    workspace, _ = replaced
    assert kit(workspace, "leaderboard") == 0
    told = capsys.readouterr()
    assert "before: its OOF is not comparable: it stands on other photos" in told.err
    assert kit(workspace, "select") == 0  # their public scores, which the answers gave, still count
    told = capsys.readouterr()
    assert "before: its OOF is not comparable" in told.err and "only its public score" in told.out


def test_doctor_and_lineage_say_so(replaced: tuple[Workspace, dict[str, str]], capsys: Out) -> None:
    workspace, ids = replaced
    assert kit(workspace, "doctor", "--fast", "--csv") == 1
    out = capsys.readouterr().out
    assert f'{ids["good mask"]},"leave it out' in out and "wrong,it stands on other photos" in out
    assert kit(workspace, "lineage", ids["good mask"]) == 1
    assert "it stands on other photos" in " ".join(capsys.readouterr().out.split())
    assert not Lineage(reopened(workspace)).verdict(Run(workspace.runs_dir / ids["good mask"]), 0).clean


def test_photos_are_read_once(replaced: tuple[Workspace, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _ = replaced
    read: list[Path] = []
    hash_file = __import__("kit.files", fromlist=["file_sha256"]).file_sha256
    monkeypatch.setattr("kit.competition.pixels.file_sha256", lambda path: read.append(path) or hash_file(path))
    first = workspace.pixels.fingerprint
    assert [path.name for path in read] == [Path(workspace.train["image"].iloc[3]).name]
    read.clear()
    assert reopened(workspace).pixels.fingerprint == first and not read
