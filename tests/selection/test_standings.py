"""What the records tell the model: families, tries, the step of public scores, and what may be final."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from shared.answers import answer
from shared.trained import kit, poor, trained

from kit.competition.workspace import Workspace
from kit.presets import HERE
from kit.selection.families import families, public_tries
from kit.selection.standings import read_standings
from kit.submissions.record import find_submission


def hosted(root: Path, lines: str) -> tuple[Workspace, dict[str, str]]:
    workspace, ids = trained(root)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("host: answers\nanswers: answers.csv\n", lines))
    workspace = Workspace(workspace.root)
    assert kit(workspace, "submit", "--blend", "best1", "--rule", "argmax", "--name", "strong") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "argmax", "--name", "weak") == 0
    return workspace, ids


def test_the_same_models_and_errors_alike_make_a_family() -> None:
    covariance = np.eye(4) + 1.0
    covariance[0, 1] = covariance[1, 0] = 1.99
    alone = [{"a": 1.0}, {"b": 1.0}, {"c": 0.5, "d": 0.5}, {"c": 0.4, "d": 0.4, "e": 0.2}]
    assert families(alone, covariance) == ("family 0", "family 0", "family 2", "family 2")
    unknown = np.full((4, 4), np.nan)
    assert families([{}, {}, {"c": 1.0}, {"c": 0.7, "d": 0.3}], unknown) == ("", "", "", "")


def test_tries_are_the_public_scores_of_the_family_noted_before() -> None:
    day = [datetime(2026, 11, i, tzinfo=UTC) for i in range(1, 5)]
    assert public_tries(["f", "f", "f", ""], day, [day[0], None, day[2], day[0]]) == [1, 2, 2, 1]
    assert public_tries(["f", "f", "f"], day[:3], [day[3]] * 3) == [1, 1, 1]


def test_a_second_blend_of_the_same_runs_counts_the_first_ones_public_score(tmp_path: Path) -> None:
    workspace, ids = hosted(tmp_path, "host: manual\n")
    assert kit(workspace, "leaderboard", "log", "weak", "--public", "0.2") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "offsets", "--name", "weak-again") == 0
    known = read_standings(Workspace(workspace.root)).candidates
    assert known.names == ("strong", "weak", "weak-again")
    assert known.public_tries.tolist() == [1, 1, 2]
    assert known.families[0] == "" and known.families[1] == known.families[2] != ""


def test_the_step_of_public_scores_is_the_finest_as_they_were_written(tmp_path: Path) -> None:
    workspace, _ = hosted(tmp_path, "host: manual\n")
    assert kit(workspace, "leaderboard", "log", "strong", "--public", "0.7290") == 0
    assert kit(workspace, "leaderboard", "log", "weak", "--public", "0.7") == 0
    assert find_submission(workspace.submissions_dir, "strong").scores[-1].public_text == "0.7290"
    assert read_standings(Workspace(workspace.root)).sizes.resolution == pytest.approx(1e-4)
    assert kit(workspace, "leaderboard", "log", "weak", "--public", "high") == 2


def test_rows_without_people_are_not_shared_by_public_and_private() -> None:
    text = (HERE / "digits.yaml").read_text()
    assert "split_by: row" not in text


def test_only_what_was_sent_can_be_final_on_kaggle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, _ = hosted(tmp_path, "host: kaggle\nslug: masks\n")
    assert kit(workspace, "leaderboard", "log", "weak", "--public", "0.2") == 0
    capsys.readouterr()
    assert kit(workspace, "select", "--finals", "1", "--json") == 0
    chosen = answer(capsys)
    assert chosen["picks"] == ["weak"] and chosen["worth_sending"] == ["strong"]
    assert kit(workspace, "next", "-k", "2", "--days", "3", "--json") == 0
    advice = answer(capsys)
    assert advice["best"] == "strong" and advice["today"] == ["strong"]
    assert kit(workspace, "next", "-k", "0", "--json") == 0
    assert answer(capsys)["best"] is None
