"""Tasks that are scored side by side, each by its own metric: trained with seeds, varied, listed and compared."""

from __future__ import annotations

import numpy as np
import pytest
from shared.answers import answer
from shared.kinds import TASKS, drawn
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.runs.store import all_runs, find_run

Out = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    tasks = {"light": {**TASKS["light"], "metric": "rmse"}, "squares": {**TASKS["squares"], "metric": "log_loss"}}
    root = tmp_path_factory.mktemp("separate") / "w"
    workspace = drawn(root, "light", tasks=tasks, metric="rmse", target="separate", groups=16)
    assert kit(workspace, "fold", "--folds", "2") == 0
    return reopened(workspace)


def test_seeds_and_ablations_judge_each_task_by_its_own_metric_and_kind(made: Workspace, capsys: Out) -> None:
    model = ("--task", "light+squares", "--recipe", "hog")
    assert kit(made, "train", *model, "--seeds", "2") == 0
    capsys.readouterr()
    assert kit(made, "ablate", *model, "--vary", "learner.C=0.1,1") == 0
    told = capsys.readouterr().out
    assert "rmse" in told and "log_loss" in told and "mean of" not in told
    assert kit(made, "ablate", *model, "--vary", "learner.C=0.1,1", "--json") == 0
    for row in answer(capsys)["rows"]:
        metric, task = made.metric_of(row["task"]), row["task"]
        oof = find_run(made, row["run"]).oof().aligned(made.train["image"])
        said = oof.scored_by(metric, task)
        assert row["score"] == pytest.approx(metric.score(made.truth(task), said, oof.probs[task].shape[1]))


def test_runs_are_listed_with_their_scores(made: Workspace, capsys: Out) -> None:
    assert kit(made, "train", "--task", "squares", "--recipe", "hog") == 0
    capsys.readouterr()
    assert kit(made, "runs", "--json") == 0
    rows = {row["run"]: row for row in answer(capsys)["rows"]}
    (alone,) = [run for run in all_runs(made) if run.record.tasks == ("squares",)]
    scores = [alone.fold_record(fold).score for fold in alone.finished_folds]
    assert rows[alone.id]["score"] == pytest.approx(np.mean(scores))
    assert all(row["score"] is not None for row in rows.values())
