"""kit download, kit submit --push and kit leaderboard sync: the commands over the real client and a stand-in host."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from shared.answers import answer
from shared.kaggle_host import KaggleStandIn, home, signed_in  # noqa: F401
from shared.trained import kit, trained

from kit.competition.workspace import Workspace
from kit.selection.standings import read_standings
from kit.submissions.record import find_submission, read_submissions


@pytest.fixture
def kaggle(signed_in: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KaggleStandIn]:  # noqa: F811
    with KaggleStandIn(score=lambda data: (0.61, 0.58)) as host:
        # the client's address for a local host is port 80 of localhost; the proxy leads it here
        monkeypatch.setenv("HTTP_PROXY", host.url)
        monkeypatch.setenv("http_proxy", host.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield host


def on_kaggle(root: Path) -> Workspace:
    workspace, _ = trained(root)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("host: answers\nanswers: answers.csv\n", "host: kaggle\nslug: masks\n"))
    return Workspace(workspace.root)


def test_a_pushed_submission_is_sent_once_and_its_score_comes_back(
    tmp_path: Path, kaggle: KaggleStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = on_kaggle(tmp_path / "w")
    push = ("submit", "--blend", "best1", "--name", "mine", "--push", "--yes", "--wait", "-m", "first try")
    assert kit(workspace, *push) == 0
    record = find_submission(workspace.submissions_dir, "mine")
    assert record.public == 0.61 and record.sent is not None and record.sent.status == "complete"
    assert kaggle.submissions[0].data == (workspace.submissions_dir / "mine.csv").read_bytes()
    assert "first try" in kaggle.submissions[0].description
    assert kit(workspace, *push) == 0
    assert len(kaggle.submissions) == 1
    out = capsys.readouterr().out
    assert "public 0.6100" in out


def test_a_host_s_score_is_kept_as_written_and_by_the_metric_of_its_day(tmp_path: Path, kaggle: KaggleStandIn) -> None:
    workspace = on_kaggle(tmp_path / "w")
    assert kit(workspace, "submit", "--blend", "best1", "--name", "mine", "--push", "--yes", "--wait") == 0
    (score,) = find_submission(workspace.submissions_dir, "mine").scores
    assert (score.public, score.public_text, score.metric) == (0.61, "0.61000", None)
    assert read_standings(workspace).sizes.resolution == pytest.approx(1e-5)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("metric: f1_macro", "metric: accuracy"))
    workspace = Workspace(workspace.root)
    kaggle.submit("from the notebook", b"ImageID,ans\n", by="teammate")
    assert kit(workspace, "leaderboard", "sync") == 0
    for record in read_submissions(workspace.submissions_dir):
        assert (record.scores[-1].metric or record.metric) == "accuracy"
    assert np.isfinite(read_standings(workspace).candidates.public).all()
    assert kit(workspace, "leaderboard", "sync") == 0
    assert len(find_submission(workspace.submissions_dir, "mine").scores) == 2


def test_without_yes_it_asks_and_sends_nothing_when_the_answer_is_no(
    tmp_path: Path, kaggle: KaggleStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = on_kaggle(tmp_path / "w")
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115
    assert kit(workspace, "submit", "--blend", "best1", "--name", "mine", "--push") == 130
    assert kaggle.submissions == []
    assert "left today" in capsys.readouterr().err
    assert [record.name for record in read_submissions(workspace.submissions_dir)] == ["mine"]


def test_sync_takes_in_a_teammates_submission(
    tmp_path: Path, kaggle: KaggleStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = on_kaggle(tmp_path / "w")
    assert kit(workspace, "submit", "--blend", "best1", "--name", "mine", "--push", "--yes") == 0
    sent = kaggle.submit("from the notebook", b"ImageID,ans\n", by="teammate")
    assert kit(workspace, "leaderboard", "sync") == 0
    names = {record.name: record for record in read_submissions(workspace.submissions_dir)}
    assert names["mine"].public == 0.61
    assert names[f"kaggle-{sent.ref}"].oof is None
    told = capsys.readouterr().out
    assert f"mine: scored as {names['mine'].sent.ref}, public 0.6100\n" in told
    assert "rank 7" in told
    assert kit(workspace, "leaderboard", "sync", "--json") == 0
    told = answer(capsys)
    assert told["changes"] == [] and told["standing"]["rank"] == 7


def test_download_brings_the_files_and_a_second_call_brings_nothing(
    tmp_path: Path, kaggle: KaggleStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = on_kaggle(tmp_path / "w")
    archive = tmp_path / "masks.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("extra/notes.csv", "a,b\n1,2\n")
    kaggle.archive, kaggle.files = archive, {"extra/notes.csv": 8}
    assert kit(workspace, "download", "--json") == 0
    assert answer(capsys)["new"] == [str(workspace.data_dir / "extra/notes.csv")]
    assert (workspace.data_dir / "extra/notes.csv").read_text() == "a,b\n1,2\n"
    served = kaggle.archive_bytes
    assert kit(workspace, "download") == 0
    assert kaggle.archive_bytes == served
    assert "every file already" in capsys.readouterr().out


def test_a_host_that_refuses_the_credentials_is_told_in_one_sentence(
    tmp_path: Path, kaggle: KaggleStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = on_kaggle(tmp_path / "w")
    monkeypatch.setenv("KAGGLE_KEY", "f" * 32)
    assert kit(workspace, "leaderboard", "sync") == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error and "f" * 32 not in error
    assert "KAGGLE_KEY" in error
