"""What the command line says of scores: which way is better, and where nothing tells an interval."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shared.answers import answer
from shared.made_up import TASKS, add_made_up, candidate
from shared.mini import mini_workspace
from shared.trained import kit, make_probability_competition

from kit.cli.words import oof_sentence
from kit.competition.workspace import Workspace
from kit.evidence.bootstrap import Score
from kit.folds.frozen import make_folds, write_folds

Out = pytest.CaptureFixture[str]
NEGATED = re.compile(r"(?i)(?:score|oof|public|private|expected|is|of|to|interval) -\d")


def made(root: Path, people: int) -> tuple[Workspace, dict[str, str]]:
    """A good and a poor run of each task, which are made up, and how the good and the poor ones are named."""
    workspace = mini_workspace(root, people=people)
    write_folds(workspace.folds_path, make_folds(workspace.train, 2, 0))
    ids = {}
    for seed, (name, skill) in enumerate({"good": 3.0, "poor": 1.0}.items()):
        runs = [add_made_up(workspace, candidate(workspace, task, name, skill, seed)) for task in TASKS]
        ids[name] = ",".join(run.id for run in runs)
    return workspace, ids


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_a_loss_is_never_told_negated_and_the_lower_one_is_better(metric: str, tmp_path: Path, capsys: Out) -> None:
    workspace, ids = made(tmp_path, 18)
    workspace = make_probability_competition(workspace, metric)
    for name, runs in ids.items():
        assert kit(workspace, "submit", "--blend", runs, "--name", name) == 0
    public = {"log_loss": ("1.9", "2.9"), "roc_auc": ("0.93", "0.72")}[metric]
    assert kit(workspace, "submit", "--blend", "all", "--name", "unsent") == 0
    for name, score in zip(("good", "poor"), public, strict=True):
        assert kit(workspace, "leaderboard", "log", name, "--public", score) == 0
    worst_first = ("compare", "poor", "good")
    for command in (("select", "--explain"), ("next",), ("leaderboard",), worst_first, ("score",), ("blend", "all")):
        capsys.readouterr()
        assert kit(workspace, *command) == 0
        told = capsys.readouterr().out
        assert not NEGATED.search(told), NEGATED.findall(told)
        if command[0] == "select":
            word = {"log_loss": "lowest", "roc_auc": "highest"}[metric]
            assert f"the {word} of 3" in told
        if command == worst_first:
            assert "good is better than poor" in told and ("(lower is better)" in told) == (metric == "log_loss")
            assert ("(-" in told) == (metric == "log_loss")
    turned = -1 if metric == "log_loss" else 1
    assert kit(workspace, "select", "--json") == 0
    lines = {line["name"]: line for line in answer(capsys)["candidates"]}
    assert kit(workspace, "leaderboard", "--json") == 0
    rows = {row["name"]: row for row in answer(capsys)["rows"]}
    for key in ("oof", "public", "expected"):
        assert turned * rows["good"][key] > turned * rows["poor"][key]
        assert all(line[key] is None or line[key] >= 0 for line in (*lines.values(), *rows.values()))
    assert lines["good"]["odds_best"] > lines["poor"]["odds_best"]
    assert all(0 <= line["low"] < line["expected"] < line["high"] for line in lines.values())
    assert rows["good"]["gap"] == pytest.approx(rows["good"]["public"] - rows["good"]["oof"])


def test_too_few_people_for_an_interval_are_said_to_be_so(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = made(tmp_path, 4)  # nobody is a woman of 60 or over
    words = "[?] (no interval: too few groups to tell one"
    for command in (("score",), ("blend", ids["good"]), ("submit", "--blend", ids["good"], "--name", "one")):
        capsys.readouterr()
        assert kit(workspace, *command) == 0
        assert words in " ".join(capsys.readouterr().out.split())
    assert kit(workspace, "score", "--json") == 0
    joined = answer(capsys)["joined"]["score"]
    assert joined["low"] is None and joined["high"] is None and 0 < joined["value"] < 1


def test_a_score_that_lies_at_the_end_of_its_interval_is_said_to_read_low() -> None:
    for low, value, high, said in ((0.6630, 0.6632, 0.77, True), (0.64, 0.6632, 0.69, False), (0.0, 0.0, 0.1, False)):
        told = oof_sentence("f1_macro", Score(value, low, high, 0.01), None)
        assert told.startswith(f"OOF f1_macro {value:.4f} [{low:.4f}, {high:.4f}]")
        assert ("few rows of a class make it read low" in told) == said


@pytest.mark.parametrize(("metric", "said"), [("f1_macro", "expected-f1"), ("qwk", "expected-kappa"), ("accuracy", "")])
def test_kit_score_says_by_what_it_decides_where_a_submission_is_decided_otherwise(
    metric: str, said: str, tmp_path: Path, capsys: Out
) -> None:
    workspace, _ = made(tmp_path, 18)
    path = workspace.root / "competition.yaml"
    path.write_text(path.read_text().replace("metric: f1_macro", f"metric: {metric}"))
    assert kit(Workspace(tmp_path), "score") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert (f"decided by argmax; 'kit blend' and 'kit submit' try {said}" in told) == (said != "")
    assert ("decided by" in told) == (said != "")


def test_a_run_of_other_folds_is_left_out_and_said_to_be_and_stops_nothing(tmp_path: Path, capsys: Out) -> None:
    workspace = mini_workspace(tmp_path, people=18)
    write_folds(workspace.folds_path, make_folds(workspace.train, 2, 5))
    other = [add_made_up(workspace, candidate(workspace, task, "other", 9.0, 7)).id for task in TASKS]
    workspace.folds_path.unlink()
    workspace = Workspace(tmp_path)
    write_folds(workspace.folds_path, make_folds(workspace.train, 2, 0))
    for task in TASKS:
        add_made_up(workspace, candidate(workspace, task, "good", 2.0, 0))
    for command in (("score",), ("blend", "best1"), ("submit", "--name", "one"), ("select",)):
        capsys.readouterr()
        assert kit(workspace, *command) == 0
        told = capsys.readouterr()
        assert command[0] == "select" or "are not comparable and left out: it stands on other folds" in told.err
        assert not any(run in told.out for run in other)
