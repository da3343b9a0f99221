"""Scores by another metric: reckoned anew where the stored predictions allow it, otherwise out of the odds."""

from __future__ import annotations

from pathlib import Path

import pytest
from shared.answers import answer
from shared.trained import kit, make_probability_competition, reopened, trained

from kit.competition.workspace import Workspace
from kit.runs.scoring import score_oof
from kit.submissions.oof import read_submission_oof
from kit.submissions.record import find_submission

Out = pytest.CaptureFixture[str]


def with_metric(workspace: Workspace, before: str, now: str) -> Workspace:
    path = workspace.root / "competition.yaml"
    path.write_text(path.read_text().replace(f"metric: {before}", f"metric: {now}"))
    return reopened(workspace)


def test_an_area_under_the_curve_is_never_ranked_as_a_log_loss(tmp_path: Path, capsys: Out) -> None:
    workspace, _ = trained(tmp_path)
    workspace = make_probability_competition(workspace, "roc_auc")
    assert kit(workspace, "submit", "--name", "one") == 0
    assert kit(workspace, "submit", "--name", "all", "--blend", "all") == 0
    assert kit(workspace, "leaderboard", "log", "one", "--public", "0.9748") == 0
    workspace = with_metric(workspace, "roc_auc", "log_loss")
    capsys.readouterr()
    assert kit(workspace, "select", "--json") == 0
    found = answer(capsys)
    lines = {line["name"]: line for line in found["candidates"]}
    for name in ("one", "all"):
        predictions = read_submission_oof(workspace, find_submission(workspace.submissions_dir, name))
        assert lines[name]["oof"] == pytest.approx(score_oof(workspace, "target", predictions).value)
    assert lines["one"]["public"] is None and "by roc_auc" in found["apart"]["one"] and "all" not in found["apart"]
    best = min(lines, key=lambda name: lines[name]["oof"])
    assert found["picks"][0] == best
    assert kit(workspace, "leaderboard", "log", "one", "--public", "1.31") == 0  # what the host says by its real metric
    assert kit(workspace, "leaderboard", "--json") == 0
    capsys.readouterr()
    assert kit(workspace, "leaderboard", "--json") == 0
    assert {row["name"]: row["public"] for row in answer(capsys)["rows"]} == {"one": 1.31, "all": None}


def test_labels_are_scored_anew_by_a_metric_of_labels_and_set_apart_under_one_of_probabilities(
    tmp_path: Path, capsys: Out
) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "one") == 0
    workspace = with_metric(workspace, "f1_macro", "accuracy")
    capsys.readouterr()
    assert kit(workspace, "leaderboard", "--json") == 0
    (row,) = answer(capsys)["rows"]
    predictions = read_submission_oof(workspace, find_submission(workspace.submissions_dir, "one"))
    assert row["oof"] == pytest.approx(score_oof(workspace, "target", predictions, "accuracy").value)
    assert row["public"] is None and "f1_macro" in row["apart"]
    workspace = make_probability_competition(workspace, "log_loss")
    for refused in ("select", "next"):
        assert kit(workspace, refused, "--json") == 2  # labels alone are no answer to a log loss
        assert "one: its OOF is not comparable" in answer(capsys)["what"]
    assert kit(workspace, "leaderboard", "--json") == 0
    (row,) = answer(capsys)["rows"]
    assert row["name"] == "one" and row["oof"] is None and row["public"] is None
    assert "its OOF is not comparable" in row["apart"] and "the host's score is not comparable" in row["apart"]
    assert kit(workspace, "leaderboard") == 0
    assert "one: its OOF is not comparable" in capsys.readouterr().err
