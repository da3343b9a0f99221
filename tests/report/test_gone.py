"""What is gone is said, by name; what a record vouches for is never dropped in silence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from shared.told import Told
from shared.trained import kit, reopened, trained

from kit.report.doctor import examine


def wrong(workspace) -> list[str]:
    findings = examine(reopened(workspace), fast=True)
    return [f"{finding.where}: {finding.what}" for finding in findings if finding.level == "wrong"]


def test_the_doctor_says_which_record_or_file_is_gone(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "first") == 0
    assert wrong(workspace) == []
    run = workspace.runs_dir / ids["poor mask"]
    for path, told in {
        workspace.folds_path: "runs/folds.csv: the folds are gone, and 7 runs stand on them",
        run / "run.json": f"runs/{run.name}/run.json: the record of this run is gone",
        workspace.submissions_dir / "first.json": "submissions/first.json: the record of this submission is gone",
        workspace.submissions_dir / "first.csv": "submissions/first.csv: this file is gone",
        workspace.submissions_dir / "first.oof.parquet": "submissions/first.oof.parquet: this file is gone",
    }.items():
        content = path.read_bytes()
        path.unlink()
        assert told in wrong(workspace)
        path.write_bytes(content)


@pytest.mark.parametrize("side", ["train/train.csv", "eval/info.csv"])
def test_a_table_that_is_cut_off_is_told_of_until_it_is_whole_again(
    tmp_path: Path, side: str, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, _ = trained(tmp_path)
    path = workspace.data_dir / side
    whole = path.read_text()
    rows = len(reopened(workspace).tables.raw) and len(pd.read_csv(path))
    path.write_text("\n".join(whole.splitlines()[:-2]) + "\n")
    for _ in range(2):
        told = Told()
        type(workspace)(workspace.root, told).tables  # noqa: B018
        assert [line for line in told.warned if f"it has {rows - 2} rows, and had {rows}" in line and side in line]
    assert any(f"data/{side}: this table is cut off" in line for line in wrong(workspace))
    assert kit(workspace, "score") == 2
    assert ("the folds hold" if "train" in side else "no complete run can be scored here") in capsys.readouterr().err
    path.write_text(whole)
    told = Told()
    type(workspace)(workspace.root, told).tables  # noqa: B018
    assert told.warned == []


def test_answers_that_are_not_whole_score_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, _ = trained(tmp_path)
    path = workspace.data_dir / "answers.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    (told,) = wrong(workspace)
    assert told.startswith("data/answers.csv: 22 of 42 test photos have no answer")
    assert kit(workspace, "submit", "--name", "first") == 2
    assert "answers.csv: 22 of 42 test photos have no answer" in capsys.readouterr().err
