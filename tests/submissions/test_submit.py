from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.trained import kit, make_probability_competition, poor, reopened, trained

from kit.blend.blend import spec_blend
from kit.blend.decide import fit_rule
from kit.blend.rules import argmax_rule
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import METRICS
from kit.files import read_record, write_record
from kit.reporter import Reporter
from kit.runs.record import FoldRecord
from kit.runs.store import find_run
from kit.submissions.make import prepare_submission, write_checked
from kit.submissions.record import SubmissionRecord, find_submission

TASKS = ("mask", "gender", "age")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The trained mini competition, for what is refused and writes nothing."""
    return trained(tmp_path_factory.mktemp("untouched"))[0]


def submitted(workspace: Workspace, name: str) -> tuple[SubmissionRecord, pd.DataFrame]:
    record = find_submission(workspace.submissions_dir, name)
    return record, pd.read_csv(workspace.submissions_dir / f"{name}.csv", dtype=str)


def test_a_submission_is_the_sample_filled_in_by_the_rule_fitted_on_all_rows(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "offsets", "--name", "mine") == 0
    record, table = submitted(workspace, "mine")
    sample = pd.read_csv(workspace.data_dir / "eval/info.csv", dtype=str)
    assert list(table.columns) == list(sample.columns) and (table["ImageID"] == sample["ImageID"]).all()
    workspace = reopened(workspace)
    runs = [(task, find_run(workspace, ids[f"poor {task}"])) for task in TASKS]
    oof = [run.oof().aligned(workspace.train["image"]).probs[task] for task, run in runs]
    test = [run.test().aligned(workspace.test["image"]).probs[task] for task, run in runs]
    behind = workspace.competition.target_table
    rule = fit_rule("offsets", "f1_macro", oof, workspace.train["target"].to_numpy(), behind)
    expected = pd.Series(argmax_rule(rule.joined(test, behind)), index=workspace.test["id"]).loc[table["ImageID"]]
    assert (table["ans"].astype(int).to_numpy() == expected.to_numpy()).all()
    assert record.rule == "offsets" and record.public is not None
    assert {task: [member.run for member in members] for task, members in record.members.items()} == {
        task: [ids[f"poor {task}"]] for task in TASKS
    }


def test_the_oof_file_scores_exactly_what_the_record_says(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    truth = reopened(workspace).tables.train.set_index("image")["target"]
    for rule in ("argmax", "expected-f1", "offsets"):
        assert kit(workspace, "submit", "--blend", poor(ids), "--rule", rule, "--name", rule) == 0
        record, _ = submitted(workspace, rule)
        oof = pd.read_parquet(workspace.submissions_dir / f"{rule}.oof.parquet")
        score = METRICS["f1_macro"].score(truth.loc[oof["image"]].to_numpy(), oof["label"].to_numpy(), 18)
        assert record.oof is not None and record.oof.value == pytest.approx(score, abs=1e-12)
        assert (record.in_sample is None) == (rule == "argmax")


def test_the_mean_and_the_rule_are_told_and_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--blend", "weighted", "--mean", "geometric", "--name", "w") == 0
    record, _ = submitted(workspace, "w")
    printed = capsys.readouterr().out
    assert record.blend == "weighted, geometric mean" and "geometric mean" in printed
    assert "rule: " in printed and "weights: " in printed and "OOF f1_macro" in printed


def test_the_same_content_is_not_written_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "first") == 0
    assert kit(workspace, "submit", "--name", "second") == 0
    assert "the submission 'first' has this very content already" in capsys.readouterr().out
    assert [path.stem for path in workspace.submissions_dir.glob("*.csv")] == ["first"]


def test_of_two_that_write_the_same_content_at_once_one_is_told_the_other_s_name(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    prepared = [
        prepare_submission(workspace, spec_blend(workspace, "best1", Reporter()), "best1", n) for n in ("a", "b")
    ]
    assert [write_checked(workspace, checked).name for checked in prepared] == ["a", "a"]
    assert not list(workspace.submissions_dir.glob("b*"))
    other = replace(prepared[1], record=prepared[1].record.model_copy(update={"name": "a", "csv": "0" * 64}))
    with pytest.raises(KitError, match="there is another submission of this name"):
        write_checked(workspace, other)


def test_a_submission_that_was_killed_before_it_was_scored_is_scored_by_the_same_command(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    write_checked(workspace, prepare_submission(workspace, spec_blend(workspace, "best1", Reporter()), "best1", "a"))
    assert find_submission(workspace.submissions_dir, "a").public is None
    assert kit(workspace, "submit", "--name", "a") == 0
    assert find_submission(workspace.submissions_dir, "a").public is not None


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--dry-run") == 0
    assert list(workspace.submissions_dir.iterdir()) == []


def test_probability_columns_are_written_for_a_competition_of_log_loss(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    workspace = make_probability_competition(workspace, "log_loss")
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "p") == 0
    record, table = submitted(workspace, "p")
    sample = pd.read_csv(workspace.data_dir / "sample.csv", dtype=str)
    assert list(table.columns) == list(sample.columns) and (table["ImageID"] == sample["ImageID"]).all()
    np.testing.assert_allclose(table.drop(columns="ImageID").astype(float).sum(axis=1), 1)
    oof = pd.read_parquet(workspace.submissions_dir / "p.oof.parquet")
    truth = reopened(workspace).tables.train.set_index("image")["target"]
    probs = oof[[column for column in oof if column.startswith("target/")]].to_numpy(dtype=float)
    assert record.oof is not None and record.rule == "argmax"
    score = METRICS["log_loss"].score(truth.loc[oof["image"]].to_numpy(), probs, 18)
    assert record.oof.value == pytest.approx(score, rel=1e-5)


@pytest.mark.parametrize("metric", ["roc_auc", "accuracy"])
def test_other_metrics_submit_too(tmp_path: Path, metric: str) -> None:
    workspace, ids = trained(tmp_path)
    workspace = make_probability_competition(workspace, metric)
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "p") == 0
    record, _ = submitted(workspace, "p")
    assert record.oof is not None and record.oof.low is not None and record.metric == metric


def test_a_decision_rule_makes_no_sense_for_probabilities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, _ = trained(tmp_path)
    workspace = make_probability_competition(workspace, "log_loss")
    assert kit(workspace, "submit", "--rule", "offsets") == 2
    assert "log_loss scores probabilities" in capsys.readouterr().err


def test_a_run_on_everybody_submits_without_oof_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, ids = trained(tmp_path)
    spec = f"{ids['all-data mask']},{ids['good gender']},{ids['good age']}"
    assert kit(workspace, "submit", "--blend", spec, "--name", "everybody") == 0
    record, _ = submitted(workspace, "everybody")
    printed = capsys.readouterr()
    assert record.oof is None and record.rule == "argmax" and record.tainted
    assert "no OOF score" in printed.out and "trained on everybody" in printed.out
    assert not (workspace.submissions_dir / "everybody.oof.parquet").exists()


def test_a_tainted_member_is_marked_on_print_and_in_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = trained(tmp_path)
    path = workspace.runs_dir / ids["good age"] / "fold0/fold.json"
    record = read_record(path, FoldRecord)
    write_record(path, record.model_copy(update={"train_groups": "of other people"}))
    spec = ",".join(ids[f"good {task}"] for task in TASKS)
    assert kit(workspace, "submit", "--blend", spec, "--rule", "argmax", "--name", "dirty") == 0
    assert "is not honest" in capsys.readouterr().err
    assert any(ids["good age"] in step for step in submitted(workspace, "dirty")[0].tainted)
    assert kit(workspace, "submit", "--rule", "argmax", "--name", "clean") == 0
    clean, _ = submitted(workspace, "clean")
    assert clean.tainted == () and clean.members["age"][0].run == ids["poor age"]


def test_an_incomplete_run_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, ids = trained(tmp_path)
    (workspace.runs_dir / ids["poor age"] / "fold1/fold.json").unlink()
    assert kit(workspace, "submit", "--blend", poor(ids)) == 2
    assert f"{ids['poor age']}: folds 1 are not trained" in capsys.readouterr().err


def test_a_csv_from_elsewhere_is_taken_byte_for_byte_without_oof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "ours") == 0
    lines = (workspace.submissions_dir / "ours.csv").read_text().splitlines()
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("\r\n".join([lines[0], *reversed(lines[1:])]) + "\r\n")
    capsys.readouterr()
    assert kit(workspace, "submit", "--file", str(theirs), "--name", "theirs") == 0
    printed = capsys.readouterr().out
    assert "it was made elsewhere" in printed and "0.0% of the rows differ from 'ours'" in printed
    record, _ = submitted(workspace, "theirs")
    assert (workspace.submissions_dir / "theirs.csv").read_bytes() == theirs.read_bytes()
    assert record.oof is None and record.members == {} and record.public == submitted(workspace, "ours")[0].public


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:-1], "odd.csv: 1 ids are missing, such as '"),
        (lambda lines: [*lines[:-1], "who.jpg,0"], "line 43: the host knows no id 'who.jpg'"),
        (lambda lines: [*lines, lines[-1]], "line 44: the id "),
        (lambda lines: [lines[0], lines[1].split(",")[0] + ",18", *lines[2:]], "'18' is no class"),
        (
            lambda lines: ["ImageID,answer", *lines[1:]],
            "is 'ImageID,answer', and the host wants 'ImageID,ans'",
        ),
        (lambda lines: ["imageid,ans", *lines[1:]], "line 1: the header is 'imageid,ans'"),
        (lambda lines: ["ImageID, ans", *lines[1:]], "line 1: the header is 'ImageID, ans'"),
        (lambda lines: ["ans,ImageID", *(line[::-1] for line in lines[1:])], "line 1: the header is 'ans,ImageID'"),
        (lambda lines: [*lines[:2], lines[2] + ",", *lines[3:]], "line 3 has 3 cells, and the header has 2"),
        (lambda lines: [lines[0], *(line + "," for line in lines[1:])], "line 2 has 3 cells"),
        (lambda lines: [*lines[:2], lines[2].split(",")[0], *lines[3:]], "line 3 has 1 cells"),
        (lambda lines: [*lines[:4], "", *lines[4:]], "line 5 is blank"),
        (lambda lines: [*lines[:4], " ,", *lines[4:]], "line 5 is blank"),
        (lambda lines: [*lines, ""], "line 44 is blank"),
        (lambda lines: ["\ufeff" + lines[0], *lines[1:]], "line 1 begins with a byte order mark"),
        (lambda lines: [*lines[:2], lines[2] + "\r", *lines[3:]], "line 3 ends with CR LF, and the first line with LF"),
        (lambda lines: ["\r".join(lines)], "line 1 ends with CR;"),
        (lambda lines: [*lines[:2], lines[2].replace(",", ", "), *lines[3:]], "line 3: there are spaces around ' 0'"),
        (lambda lines: [*lines[:2], lines[2] + ".0", *lines[3:]], "line 3: '0.0' is no class; did you mean '0'?"),
        (lambda lines: [*lines[:2], " " + lines[2], *lines[3:]], "line 3: the host knows no id ' "),
        (lambda lines: [lines[0], '"' + lines[1]], "line 2 is no csv"),
        (lambda lines: [], "is blank"),
    ],
)
def test_a_csv_that_the_host_would_refuse_is_refused_here(
    untouched: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[list[str]], list[str]],
    words: str,
) -> None:
    workspace = untouched
    lines = (workspace.data_dir / "eval/info.csv").read_text().splitlines()
    (tmp_path / "odd.csv").write_text("\n".join(change(lines)) + "\n", newline="")
    assert kit(workspace, "submit", "--file", str(tmp_path / "odd.csv")) == 2
    assert words in capsys.readouterr().err
    assert list(workspace.submissions_dir.iterdir()) == []


def test_a_file_of_any_name_gets_one_that_a_submission_can_have(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    theirs = tmp_path / "제출 (2).csv"
    theirs.write_bytes((workspace.data_dir / "eval/info.csv").read_bytes())
    other = tmp_path / "제출.csv"
    other.write_bytes(theirs.read_bytes().replace(b",0", b",1"))
    for path in (theirs, other):
        assert kit(workspace, "submit", "--file", str(path)) == 0
    names = sorted(path.stem for path in workspace.submissions_dir.glob("*.csv"))
    assert [name.split("-")[0] for name in names] == ["2", "file"]


def test_the_header_is_the_sample_s_to_the_byte(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    sample = workspace.data_dir / "eval/info.csv"
    sample.write_bytes(sample.read_bytes().replace(b"ImageID,ans", b"ImageID, ans ").replace(b"\n", b"\r\n"))
    assert kit(workspace, "submit", "--name", "ours") == 0
    ours = workspace.submissions_dir / "ours.csv"
    assert ours.read_bytes().startswith(b"ImageID, ans \n")
    (tmp_path / "theirs.csv").write_bytes(ours.read_bytes().rstrip(b"\n"))
    assert kit(workspace, "submit", "--file", str(tmp_path / "theirs.csv"), "--name", "theirs") == 0


def test_spaces_around_the_sample_s_ids_are_kept(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    sample = workspace.data_dir / "sample.csv"
    sample.write_text((workspace.data_dir / "eval/info.csv").read_text().replace(",0", " ,0"))
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("sample: eval/info.csv", "sample: sample.csv"))
    assert kit(workspace, "submit", "--name", "ours") == 0
    ours = pd.read_csv(workspace.submissions_dir / "ours.csv", dtype=str)
    assert list(ours["ImageID"]) == list(pd.read_csv(sample, dtype=str)["ImageID"])
    assert submitted(workspace, "ours")[0].public is not None


def test_a_file_of_bytes_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, _ = trained(tmp_path)
    content = (workspace.data_dir / "eval/info.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "odd.csv").write_bytes(b"".join([*content[:3], b"\xff" + content[3], *content[4:]]))
    assert kit(workspace, "submit", "--file", str(tmp_path / "odd.csv")) == 2
    assert "line 4 is no UTF-8 text" in capsys.readouterr().err


def test_a_file_of_probabilities_is_checked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = make_probability_competition(trained(tmp_path)[0], "log_loss")
    sample = workspace.data_dir / "sample.csv"
    assert kit(workspace, "submit", "--file", str(sample), "--name", "zeros") == 0
    (tmp_path / "odd.csv").write_text(sample.read_text().replace(",0\n", ",much\n"))
    assert kit(workspace, "submit", "--file", str(tmp_path / "odd.csv")) == 2
    assert "line 2: 'much' is no probability" in capsys.readouterr().err
