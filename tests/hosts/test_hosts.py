"""Who scores is one line of competition.yaml: what each host can do, and how it refuses the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from shared.mini import mini_workspace
from shared.trained import kit, reopened, trained

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.hosts.host import HOSTS, open_host
from kit.report.doctor import examine
from kit.submissions.record import read_submissions

ANSWERS = "host: answers\nanswers: answers.csv\n"


def hosted(workspace: Workspace, lines: str) -> Workspace:
    """The same workspace with another host."""
    spec = workspace.root / "competition.yaml"
    assert ANSWERS in spec.read_text()
    spec.write_text(spec.read_text().replace(ANSWERS, lines))
    return reopened(workspace)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return mini_workspace(tmp_path)


def wrong(workspace: Workspace) -> list[str]:
    found = examine(workspace, fast=True)
    return [f"{finding.where}: {finding.what}; {finding.todo}" for finding in found if finding.level == "wrong"]


def test_a_host_by_hand_says_how_to_log_a_score(workspace: Workspace) -> None:
    host = open_host(hosted(workspace, "host: manual\n"))
    for asked in (host.submissions, host.files, host.archive, host.end, lambda: host.send(Path("a.csv"), "")):
        with pytest.raises(KitError, match=r"the host 'manual' .*; upload the csv by hand .*kit leaderboard log"):
            asked()
    assert host.limits() is None and host.standing() is None
    assert wrong(reopened(workspace)) == []


def test_answers_at_hand_are_sent_nothing(workspace: Workspace) -> None:
    with pytest.raises(KitError, match="the host 'answers' is sent nothing by kit; `kit submit` scores"):
        open_host(workspace).send(Path("a.csv"), "")


@pytest.mark.parametrize("lines, key", [("host: answers\n", "'answers'"), ("host: kaggle\n", "'slug'")])
def test_a_host_without_its_key_says_which(workspace: Workspace, lines: str, key: str) -> None:
    with pytest.raises(KitError, match=f"^competition.yaml: .*{key}"):
        open_host(hosted(workspace, lines))
    assert [key in line for line in wrong(reopened(workspace))] == [True]


def test_the_doctor_knows_a_host_that_does_not_exist(workspace: Workspace) -> None:
    told = wrong(hosted(workspace, "host: kagle\n"))
    assert told == ["competition.yaml: there is no host 'kagle'; did you mean 'kaggle'?"]


def test_every_host_opens_without_a_network_or_credentials(workspace: Workspace) -> None:
    spec = f"{ANSWERS.splitlines()[1]}\nslug: masks\n"
    hosted(workspace, f"host: manual\n{spec}")
    text = (workspace.root / "competition.yaml").read_text()
    for name in HOSTS:
        (workspace.root / "competition.yaml").write_text(text.replace("host: manual", f"host: {name}"))
        assert open_host(reopened(workspace)).name == name


def test_a_submission_that_is_not_sent_needs_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    workspace = hosted(trained(tmp_path / "w")[0], "host: kaggle\nslug: masks\n")
    assert kit(workspace, "submit", "--blend", "best1") == 0
    assert [record.public for record in read_submissions(workspace.submissions_dir)] == [None]


def test_a_misspelt_host_stops_a_submission_before_it_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = hosted(trained(tmp_path)[0], "host: anwsers\nanswers: answers.csv\n")
    assert kit(workspace, "submit", "--blend", "best1") == 2
    assert "there is no host 'anwsers'; did you mean 'answers'?" in capsys.readouterr().err
    assert read_submissions(workspace.submissions_dir) == []


def test_a_competition_by_hand_cannot_be_ended(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(hosted(workspace, "host: manual\n"), "leaderboard", "reveal") == 2
    assert "the host 'manual' ends its competitions itself; upload the csv by hand" in capsys.readouterr().err
