"""The leaderboard, the selection and the next submission, through the command line on really trained runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.answers import answer
from shared.trained import kit, make_probability_competition, poor, trained

from kit.competition.workspace import Workspace
from kit.evidence.metrics import METRICS
from kit.submissions.record import find_submission


def two_submissions(root: Path) -> Workspace:
    workspace, ids = trained(root)
    assert kit(workspace, "submit", "--blend", "best1", "--rule", "argmax", "--name", "strong") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "argmax", "--name", "weak") == 0
    return workspace


def listed(workspace: Workspace, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict]:
    capsys.readouterr()
    assert kit(workspace, *arguments, "--json") == 0
    return answer(capsys)["rows"]


def test_public_and_private_scores_are_those_of_the_held_back_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = two_submissions(tmp_path)
    assert all(line["private"] is None for line in listed(workspace, capsys, "leaderboard"))
    assert kit(workspace, "leaderboard", "reveal") == 0
    answers = pd.read_csv(workspace.data_dir / "answers.csv", dtype=str).set_index("ImageID")
    for line in listed(workspace, capsys, "leaderboard"):
        sent = pd.read_csv(workspace.submissions_dir / f"{line['name']}.csv", dtype=str).set_index("ImageID")["ans"]
        for part in ("public", "private"):
            truth = answers.loc[answers["part"] == part, "ans"].astype(int)
            expected = METRICS["f1_macro"].score(truth.to_numpy(), sent.loc[truth.index].astype(int).to_numpy(), 18)
            assert line[part] == pytest.approx(expected, abs=1e-12)


def test_the_leaderboard_ranks_by_what_oof_and_public_say_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = two_submissions(tmp_path)
    lines = listed(workspace, capsys, "leaderboard")
    assert [line["name"] for line in lines] == ["strong", "weak"]
    assert lines[0]["expected"] > lines[1]["expected"]
    assert lines[0]["odds_best"] + lines[1]["odds_best"] == pytest.approx(1.0)
    assert lines[0]["gap"] == pytest.approx(lines[0]["public"] - lines[0]["oof"])


def test_json_and_csv_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = two_submissions(tmp_path)
    as_json = listed(workspace, capsys, "leaderboard")
    assert kit(workspace, "leaderboard", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == [line["name"] for line in as_json]
    assert [float(row["oof"]) for row in rows] == [line["oof"] for line in as_json]


def test_a_score_that_was_logged_by_hand_is_kept_and_a_rescore_keeps_both(tmp_path: Path) -> None:
    workspace = two_submissions(tmp_path)
    assert kit(workspace, "leaderboard", "log", "weak", "--public", "0.729") == 0
    assert kit(workspace, "leaderboard", "log", "weak", "--public", "0.712", "--private", "0.7") == 0
    record = find_submission(workspace.submissions_dir, "weak")
    assert [score.public for score in record.scores][-2:] == [0.729, 0.712]
    assert (record.public, record.private) == (0.712, 0.7)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["log", "weak", "--public", "72.9"], "if it is a percentage, write 0.729"),
        (["log", "weak", "--public", "-0.1"], "lies between 0 and 1"),
        (["log", "weka", "--public", "0.7"], "did you mean 'weak'?"),
        (["log", "weak"], "write --public SCORE"),
    ],
)
def test_an_impossible_score_is_asked_about_and_nothing_is_noted(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = two_submissions(tmp_path)
    before = (workspace.submissions_dir / "weak.json").read_bytes()
    assert kit(workspace, "leaderboard", *arguments) == 2
    assert words in capsys.readouterr().err
    assert (workspace.submissions_dir / "weak.json").read_bytes() == before


def test_select_takes_the_stronger_of_two_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = two_submissions(tmp_path)
    capsys.readouterr()
    assert kit(workspace, "select", "--finals", "1", "--json") == 0
    chosen = answer(capsys)
    assert chosen["picks"] == ["strong"]
    assert "OOF score" in chosen["reasons"][0] and "odds" in chosen["sureness"]
    highs = [line["high"] for line in chosen["candidates"]]
    assert max(highs) <= 1.0
    assert kit(workspace, "select", "--explain") == 0
    assert "lies" in capsys.readouterr().out


def test_select_works_before_any_public_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, ids = trained(tmp_path)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("host: answers\nanswers: answers.csv\n", "host: manual\n"))
    workspace = Workspace(workspace.root)
    assert kit(workspace, "submit", "--blend", "best1", "--name", "strong") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "weak") == 0
    capsys.readouterr()
    assert kit(workspace, "select", "--finals", "1", "--json") == 0
    assert answer(capsys)["picks"] == ["strong"]
    gains = listed(workspace, capsys, "next")
    assert {line["name"] for line in gains} == {"strong", "weak"} and all(line["gain"] >= 0 for line in gains)


def test_next_says_none_when_every_submission_has_its_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = two_submissions(tmp_path)
    capsys.readouterr()
    assert kit(workspace, "next") == 0
    assert "None: every candidate has its public score" in capsys.readouterr().out


def test_a_lower_is_better_metric_is_ranked_the_right_way_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = trained(tmp_path)
    workspace = make_probability_competition(workspace, "log_loss")
    # the data fingerprint does not depend on the metric, so the runs stay
    assert kit(workspace, "submit", "--blend", "best1", "--name", "strong") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "weak") == 0
    lines = listed(workspace, capsys, "leaderboard")
    assert [line["name"] for line in lines] == ["strong", "weak"]
    assert lines[0]["expected"] < lines[1]["expected"]


def test_the_terminal_shows_picks_and_others_in_their_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = two_submissions(tmp_path)
    capsys.readouterr()
    assert kit(workspace, "leaderboard") == 0
    drawn = [line.split("|", 1)[1] for line in capsys.readouterr().out.splitlines() if " |" in line and "│" not in line]
    marks = [(column, row) for row, line in enumerate(drawn) for column, mark in enumerate(line) if mark == "*"]
    # both are picks: the stronger one stands further right and higher
    (first, top), (second, bottom) = sorted(marks)[::-1]
    assert first > second and top < bottom


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_leaderboard_is_drawn(suffix: str, tmp_path: Path) -> None:
    workspace = two_submissions(tmp_path)
    picture = tmp_path / f"board{suffix}"
    assert kit(workspace, "leaderboard", "--plot", str(picture)) == 0
    content = picture.read_bytes()
    if suffix == ".png":
        from kit.images.decode import decode

        assert np.ptp(decode(picture)) > 200
    else:
        assert b"<svg" in content and b"strong" in content


def test_an_outside_csv_is_taken_with_public_evidence_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = two_submissions(tmp_path)
    table = pd.read_csv(workspace.data_dir / "eval/info.csv", dtype=str).assign(ans="3")
    table.to_csv(tmp_path / "elsewhere.csv", index=False)
    assert kit(workspace, "submit", "--file", str(tmp_path / "elsewhere.csv"), "--name", "outside") == 0
    line = next(line for line in listed(workspace, capsys, "leaderboard") if line["name"] == "outside")
    assert line["oof"] is None and line["public"] is not None
    assert kit(workspace, "lineage", "outside") == 2
    assert "made elsewhere" in capsys.readouterr().err
