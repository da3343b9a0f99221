"""A team that works with git, beside tests/test_torture.py, which merges pairs of its actions; runs are cleaned up."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from shared.answers import answer
from shared.trained import kit, poor, reopened, trained

from kit.competition.workspace import Workspace
from kit.conflict import checkout_line
from kit.files import fingerprint
from kit.report.doctor_records import look_at_submissions
from kit.runs.store import all_runs
from kit.submissions.log import event_paths
from kit.submissions.record import find_submission, read_submissions, write_submission


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, str]]:
    """A trained workspace with two submissions and a round of pseudo labels."""
    workspace, ids = trained(tmp_path_factory.mktemp("season"))
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "weak") == 0
    assert kit(workspace, "submit", "--blend", "best1", "--name", "strong") == 0
    assert kit(workspace, "pseudo", "--task", "mask", "--from", ids["good mask"]) == 0
    return reopened(workspace), ids


def conflicted(path: Path) -> str:
    """Make of a record what git leaves of two versions; returns its text before."""
    before = path.read_text()
    path.write_text(f"<<<<<<< HEAD\n{before}=======\n{before.replace('1', '2')}>>>>>>> theirs\n")
    return before


def test_a_record_in_conflict_stops_nothing_that_does_not_need_it(
    season: tuple[Workspace, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = season
    run, fold = ids["poor mask"], workspace.runs_dir / ids["poor mask"] / "fold0"
    kept = {path: conflicted(path) for path in (fold / "fold.json", workspace.submissions_dir / "weak.json")}
    capsys.readouterr()
    for words in (["runs"], ["score"], ["leaderboard"], ["submit", "--dry-run"], ["select"], ["next"]):
        assert kit(workspace, *words) == 0, words
        told = capsys.readouterr().err
        at_stake = "weak" if words[0] in ("leaderboard", "select", "next") else run
        assert f"warning: {at_stake} is left out: " in told and "git checkout --theirs -- " in told
        assert told.count(f"{at_stake} is left out") == 1
    assert kit(workspace, "score", run) == 2
    assert "it holds two versions" in capsys.readouterr().err
    assert kit(workspace, "doctor", "--fast") == 1
    assert capsys.readouterr().out.count("git checkout --ours") == 2
    for path, text in kept.items():
        path.write_text(text)
    assert (
        run in {one.id for one in all_runs(reopened(workspace))}
        and len(read_submissions(fold.parents[2] / "submissions")) == 2
    )


def test_the_line_that_takes_a_side_is_right_wherever_kit_was_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "my team"
    (root / "runs/a").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    told = []
    for place in (root, root / "runs", tmp_path):
        monkeypatch.chdir(place)
        told.append(checkout_line(root / "runs/a/fold.json", [root / "runs/a"]))
    assert told == [
        "git checkout --ours -- runs/a",
        "git checkout --ours -- a",
        f"git -C '{root}' checkout --ours -- runs/a",
    ]


def test_scores_of_an_older_record_count_beside_those_that_lie_in_files_of_their_own(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "old") == 0
    directory = workspace.submissions_dir
    before = find_submission(directory, "old")
    path = directory / "old.json"
    content = json.loads(path.read_text())
    content.pop("checksum")
    content |= {"created": before.created.isoformat(), "scores": [one.model_dump(mode="json") for one in before.scores]}
    path.write_text(json.dumps({**content, "checksum": fingerprint(content)}))
    for event in event_paths(directory):
        event.unlink()
    as_it_was = path.read_bytes()
    assert find_submission(directory, "old") == before
    assert kit(workspace, "leaderboard", "log", "old", "--public", "0.70") == 0
    after = find_submission(directory, "old")
    assert [one.public for one in after.scores] == [before.public, 0.7] and after.created == before.created
    assert path.read_bytes() == as_it_was and len(event_paths(directory)) == 1


def test_a_score_of_another_submission_of_the_same_name_does_not_count(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "mine") == 0
    assert kit(workspace, "leaderboard", "log", "mine", "--public", "0.9") == 0
    (workspace.submissions_dir / "mine.json").unlink()
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "mine") == 0
    assert 0.9 not in {one.public for one in find_submission(workspace.submissions_dir, "mine").scores}


def test_a_run_that_nothing_stands_on_is_removed_and_what_stands_on_another_is_said(
    season: tuple[Workspace, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = season
    capsys.readouterr()
    assert kit(workspace, "runs", "rm", ids["good mask"]) == 2
    told = capsys.readouterr().err
    assert "the labels of mask in pseudo/round1" in told and "the submission strong" in told and told.count("\n") == 1
    conflicted(workspace.runs_dir / ids["all-data mask"] / "run.json")  # what cannot be read can still go
    half = workspace.runs_dir / "mask-half-0123abcd/fold0"
    half.mkdir(parents=True)
    (half / "oof.parquet").write_bytes(b"half")
    assert kit(workspace, "runs", "rm", "mask-half", ids["all-data mask"], "--json") == 0
    assert [line["run"] for line in answer(capsys)["removed"]] == ["mask-half-0123abcd", ids["all-data mask"]]
    left = {path.name for path in workspace.runs_dir.iterdir()}
    assert left == {"folds.csv", "pseudo", *(run for name, run in ids.items() if name != "all-data mask")}
    for name in ("../runs", "pseudo", "folds.csv", ".", ""):
        assert kit(workspace, "runs", "rm", name) == 2, name
    assert {path.name for path in workspace.runs_dir.iterdir()} == left


def test_what_an_older_record_says_of_the_host_counts_until_the_log_says_more(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "old") == 0
    directory = workspace.submissions_dir
    path = directory / "old.json"
    content = json.loads(path.read_text())
    content.pop("checksum")
    sent = {"host": "kaggle", "status": "sending", "time": "2026-01-02T03:04:05Z", "ref": None, "message": "kit:0"}
    content["sent"] = sent
    path.write_text(json.dumps({**content, "checksum": fingerprint(content)}))
    as_it_was = path.read_bytes()
    before = find_submission(directory, "old")
    assert before.sent is not None and before.sent.status == "sending"
    told = [one.what for one in look_at_submissions(workspace, None) if one.where == "old"]
    assert told == ["whether it arrived at kaggle on 2026-01-02 03:04 UTC is not known"]
    write_submission(directory, before.model_copy(update={"sent": None}))
    assert find_submission(directory, "old").sent is None, "it did not arrive"
    there = before.sent.model_copy(update={"status": "complete", "ref": "7"})
    write_submission(directory, before.model_copy(update={"sent": there}))
    assert find_submission(directory, "old").sent == there
    assert path.read_bytes() == as_it_was, "what is known of the host lies in files of its own"
