"""What a learning curve measures, and who is told of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shared.mini import mini_workspace
from shared.trained import kit, make_probability_competition, trained

from kit.competition.workspace import Workspace
from kit.files import fingerprint
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Epoch, Reporter
from kit.runs.listing import run_lines
from kit.runs.store import Run, find_run


def train(workspace: Workspace, overrides: list[str], reporter: Reporter, folds: list[int] | None = None) -> Run:
    recipe = load_recipe("tiny", workspace.recipes_dir, overrides)
    return train_run(workspace, plan_run(workspace, ["mask"], "tiny", recipe), folds, reporter)


class Tracker(Reporter):
    def __init__(self) -> None:
        self.lines: list[tuple[str, int, Epoch]] = []

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        self.lines.append((run, fold, epoch))


def test_a_tracker_is_told_of_every_epoch_of_every_fold(tmp_path: Path) -> None:
    workspace, tracker = mini_workspace(tmp_path), Tracker()
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    run = train(workspace, ["epochs=2"], tracker)
    recorded = [(run.id, fold, epoch) for fold in (0, 1) for epoch in run.fold_record(fold).history]
    assert tracker.lines == recorded and len(recorded) == 4


def test_early_stopping_keeps_the_epoch_that_the_competitions_metric_likes_best_also_where_lower_is_better(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = make_probability_competition(mini_workspace(tmp_path), "log_loss")
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    run = train(workspace, ["epochs=6", "early_stopping.patience=2", "optimizer.lr=0.02"], Reporter(), [0])
    record = run.fold_record(0)
    scores = [line.score for line in record.history if line.score is not None]
    assert scores == pytest.approx([line.valid_loss for line in record.history])
    assert len(scores) > 2 and max(scores) != scores[-1]
    assert record.metric == "log_loss" and record.score == pytest.approx(min(scores), rel=1e-4)
    assert kit(workspace, "train", "--task", "gender", "--folds", "0", "--set", "epochs=1") == 0
    assert ", log_loss 0." in capsys.readouterr().err
    assert kit(workspace, "runs") == 0
    assert "log_loss" in capsys.readouterr().out


def test_the_metric_that_chooses_an_epoch_is_part_of_the_runs_id(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)

    def ids(place: Workspace) -> list[str]:
        recipes = (load_recipe("tiny", place.recipes_dir, keys) for keys in ([], ["early_stopping.patience=1"]))
        return [plan_run(place, ["mask"], "tiny", recipe).id for recipe in recipes]

    before, after = ids(workspace), ids(make_probability_competition(workspace, "log_loss"))
    assert before[0] == after[0] and before[1] != after[1]


def test_records_that_call_the_score_macro_f1_are_read(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    run = find_run(workspace, ids["good mask"])
    before = run.fold_record(0)
    path = run.fold_dir(0) / "fold.json"
    content = json.loads(path.read_text())
    del content["metric"], content["checksum"]
    for line in (content, *content["history"]):
        line["macro_f1"] = line.pop("score")
    path.write_text(json.dumps({**content, "checksum": fingerprint(content)}))
    assert run.fold_record(0) == before and before.score is not None


def test_kit_runs_shows_no_score_by_another_metric_than_the_competitions(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    assert any(line["score"] is not None for line in run_lines(workspace))
    changed = make_probability_competition(workspace, "log_loss")
    assert all(line["score"] is None for line in run_lines(changed))
