from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shared.answers import answer
from shared.trained import kit, make_probability_competition, reopened, trained

from kit.competition.workspace import Workspace
from kit.evidence.compare import NO_DIFFERENCE
from kit.files import write_record
from kit.submissions.record import find_submission, record_path, write_submission

TASKS = ("mask", "gender", "age")
Out = pytest.CaptureFixture[str]


def poor(ids: dict[str, str]) -> str:
    return ",".join(ids[f"poor {task}"] for task in TASKS)


def compared(workspace: Workspace, capsys: Out, *names: str) -> dict[str, Any]:
    assert kit(workspace, "compare", *names, "--json") == 0
    content: dict[str, Any] = answer(capsys)
    return content


def test_a_poorer_run_is_worse_and_the_classes_say_where(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    content = compared(workspace, capsys, ids["good mask"], ids["poor mask"])
    (line,) = content["comparisons"]
    good, bad = (side["scores"]["mask"] for side in content["entries"])
    assert line["task"] == "mask" and line["verdict"] == "worse" and line["odds"] < 0.05
    assert line["difference"]["value"] == pytest.approx(bad["value"] - good["value"])
    assert line["difference"]["high"] < 0 and good["low"] <= good["value"] <= good["high"]
    changes = [entry["difference"]["value"] for entry in line["classes"]]
    assert sum(changes) == pytest.approx(line["difference"]["value"]) and changes == sorted(changes)
    (turned,) = compared(workspace, capsys, ids["poor mask"], ids["good mask"])["comparisons"]
    assert turned["verdict"] == "better" and turned["odds"] == pytest.approx(1 - line["odds"])
    assert [entry["class"] for entry in turned["classes"]] == [entry["class"] for entry in line["classes"]]
    assert kit(workspace, "compare", ids["good mask"], ids["poor mask"]) == 0
    printed = capsys.readouterr().out
    assert f"{ids['poor mask']} is worse than {ids['good mask']}" in printed and "worse most in: " in printed


def test_blends_are_compared_by_task_and_joined(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    content = compared(workspace, capsys, "best1", poor(ids), "all")
    assert [line["task"] for line in content["comparisons"]] == [t for t in (*TASKS, "target") for _ in range(2)]
    assert all(len(line["classes"]) <= 6 for line in content["comparisons"])
    assert set(content["perfect"]) == {"best1", poor(ids), "all"}
    gain = content["perfect"][poor(ids)]["age"]
    assert gain["value"] > 0 and gain["low"] <= gain["value"] <= gain["high"]
    assert kit(workspace, "compare", "best1", poor(ids)) == 0
    printed = capsys.readouterr().out
    assert "blend 2 (3 runs) is worse than best1" in printed and "if one task were never wrong" in printed


def test_the_very_same_predictions_differ_by_nothing(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "sent") == 0
    capsys.readouterr()
    content = compared(workspace, capsys, poor(ids), "sent")
    assert [side["kind"] for side in content["entries"]] == ["blend", "submission"]
    for line in content["comparisons"]:
        assert line["verdict"] == NO_DIFFERENCE and line["odds"] == 0.5 and line["classes"] == []
        assert line["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0, "sd": 0.0}
    assert kit(workspace, "compare", poor(ids), "sent") == 0
    printed = capsys.readouterr().out
    assert "predict the very same for every train photo" in printed and NO_DIFFERENCE in printed


def test_a_run_of_one_task_is_compared_with_what_a_submission_says_of_that_task(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "argmax", "--name", "sent") == 0
    capsys.readouterr()
    content = compared(workspace, capsys, "sent", ids["poor age"])
    (line,) = content["comparisons"]
    assert line["task"] == "age" and line["difference"]["value"] == 0 and content["perfect"] == {}


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_probabilities_are_compared_too(tmp_path: Path, capsys: Out, metric: str) -> None:
    workspace, ids = trained(tmp_path)
    workspace = make_probability_competition(workspace, metric)
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "sent") == 0
    capsys.readouterr()
    content = compared(workspace, capsys, "best1", "sent")
    joined = content["comparisons"][-1]
    assert joined["task"] == "target" and joined["verdict"] == "worse"
    assert (joined["difference"]["value"] > 0) == (metric == "log_loss")
    assert kit(workspace, "compare", "best1", "sent") == 0
    assert ("(lower is better)" in capsys.readouterr().out) == (metric == "log_loss")


def test_what_cannot_be_compared_is_said_in_one_line(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "sent") == 0
    fingerprint = reopened(workspace).folds.fingerprint
    record = find_submission(workspace.submissions_dir, "sent")
    basis = record.basis.model_copy(update={"folds": "0" * 64})
    foreign = record.model_copy(update={"name": "foreign", "basis": basis})
    write_submission(workspace.submissions_dir, foreign)
    write_record(
        record_path(workspace.submissions_dir, "upload"), record.model_copy(update={"name": "upload", "oof": None})
    )
    capsys.readouterr()
    for names, words in (
        ([ids["good mask"], ids["good age"]], "nothing in common"),
        (["best1"], "two names or more"),
        (["best1", "sennt"], "did you mean 'sent'?"),
        (
            ["best1", "foreign"],
            f"on other folds (00000000) than the workspace has now ({fingerprint[:8]})",
        ),
        (["best1", "upload"], "has no OOF"),
        ([ids["poor mask"], ids["all-data mask"]], "trained on everybody"),
    ):
        assert kit(workspace, "compare", *names) == 2
        error = capsys.readouterr().err
        assert words in error and error.count("kit: ") == 1


def test_a_side_whose_oof_is_not_honest_is_marked(tmp_path: Path, capsys: Out) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "sent") == 0
    record = find_submission(workspace.submissions_dir, "sent")
    write_submission(workspace.submissions_dir, record.model_copy(update={"tainted": ("round1/age-fold0: pooled",)}))
    assert kit(workspace, "compare", "best1", "sent") == 0
    assert "sent: its OOF is not honest: round1/age-fold0: pooled" in " ".join(capsys.readouterr().err.split())
