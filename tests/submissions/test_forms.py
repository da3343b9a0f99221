"""What is written is what was scored: a column of classes, of one class's probability, or a column for each class."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from shared.answers import answer
from shared.mini import SPEC, mini_workspace
from shared.once import made_once
from shared.trained import POOR, kit, reopened

from kit.blend.blend import spec_blend
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.evidence.metrics import METRICS
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.predictions import Predictions
from kit.submissions.record import SubmissionRecord, find_submission
from kit.submissions.texts import spelt_as

Out = pytest.CaptureFixture[str]
GENDERS = ("male", "female")


def write_spec(workspace: Workspace, metric: str, **submission: object) -> Workspace:
    """The same data, of which gender alone is asked for, with this form of submission."""
    content = yaml.safe_load(SPEC)
    content |= {"metric": metric, "tasks": {"gender": content["tasks"]["gender"]}}
    content["submission"] = {"id": "ImageID", **submission}
    del content["target"]
    (workspace.root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    return reopened(workspace)


def made(root: Path) -> None:
    """Two genders with some labels turned round, so that no model is right of everybody; one run of two folds."""
    workspace = mini_workspace(root)
    table = pd.read_csv(workspace.data_dir / "train/train.csv", dtype=str)
    table.loc[:3, "gender"] = ["female", "male", "female", "male"]
    table.to_csv(workspace.data_dir / "train/train.csv", index=False)
    answers = pd.read_csv(workspace.data_dir / "answers.csv", dtype=str)
    answers["female"] = [GENDERS[int(label) % 6 // 3] for label in answers.pop("ans")]
    answers.loc[answers.index % 7 == 0, "female"] = "male"
    answers.to_csv(workspace.data_dir / "answers.csv", index=False)
    ids = answers[["ImageID"]]
    ids.assign(female=0.5).to_csv(workspace.data_dir / "one.csv", index=False)
    ids.assign(female=0.5, male=0.5).to_csv(workspace.data_dir / "two.csv", index=False)
    workspace = write_spec(workspace, "log_loss", sample="one.csv", label="female", probability_of="female")
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    recipe = load_recipe("tiny", workspace.recipes_dir, POOR)
    train_run(workspace, plan_run(workspace, ["gender"], "tiny", recipe), None, Reporter())


def asked(root: Path, metric: str, **submission: object) -> Workspace:
    shutil.copytree(made_once("forms", made)[0], root, dirs_exist_ok=True)
    return write_spec(Workspace(root), metric, **submission)


def one_column(root: Path, metric: str = "log_loss", of: str = "female") -> Workspace:
    return asked(root, metric, sample="one.csv", label="female", probability_of=of)


def submitted(workspace: Workspace, name: str) -> tuple[SubmissionRecord, pd.DataFrame]:
    record = find_submission(workspace.submissions_dir, name)
    return record, pd.read_csv(workspace.submissions_dir / f"{name}.csv").set_index("ImageID")


def findings(workspace: Workspace, capsys: Out, words: str) -> list[dict]:
    capsys.readouterr()
    kit(reopened(workspace), "doctor", "--fast", "--json")
    return [one for one in answer(capsys)["rows"] if words in one["what"]]


def blended(workspace: Workspace) -> Predictions:
    return spec_blend(workspace, "best1", Reporter()).test()


def scored_as_oof(workspace: Workspace, metric: str, part: str) -> float:
    """The score of the blend's test predictions on a part of the answers, reckoned as OOF predictions are."""
    answers = pd.read_csv(workspace.data_dir / "answers.csv", dtype=str).set_index("ImageID")
    answers = answers[answers["part"] == part]
    test = workspace.test.set_index("id")["image"]
    probs = blended(workspace).aligned(test.loc[answers.index]).probs[TARGET]
    return METRICS[metric].score([GENDERS.index(label) for label in answers["female"]], probs, 2)


@pytest.mark.parametrize("of", GENDERS)
@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_a_file_of_one_class_s_probability_scores_as_the_oof_does(tmp_path: Path, metric: str, of: str) -> None:
    workspace = one_column(tmp_path, metric, of)
    assert kit(workspace, "submit", "--name", "p") == 0
    record, table = submitted(workspace, "p")
    assert list(table.columns) == ["female"] and table["female"].nunique() > 10
    test = blended(workspace).aligned(workspace.test["image"]).probs[TARGET]
    column = pd.Series(test[:, GENDERS.index(of)], index=workspace.test["id"]).loc[table.index]
    np.testing.assert_allclose(table["female"], column, rtol=1e-6)
    assert record.public == pytest.approx(scored_as_oof(workspace, metric, "public"), rel=1e-5)
    assert kit(workspace, "leaderboard", "reveal") == 0
    private = submitted(workspace, "p")[0].private
    assert private == pytest.approx(scored_as_oof(workspace, metric, "private"), rel=1e-5)


def test_answers_score_probability_columns_too(tmp_path: Path) -> None:
    workspace = asked(tmp_path, "log_loss", sample="two.csv")
    answers = workspace.data_dir / "answers.csv"
    renamed = pd.read_csv(answers, dtype=str).rename(columns={"female": "label"})
    score = scored_as_oof(workspace, "log_loss", "public")
    renamed.to_csv(answers, index=False)
    assert kit(workspace, "submit", "--name", "p") == 0
    record, table = submitted(workspace, "p")
    assert list(table.columns) == ["female", "male"] and record.public == pytest.approx(score, rel=1e-5)
    doubled = tmp_path / "doubled.csv"
    (table / 2).to_csv(doubled)
    assert kit(workspace, "submit", "--file", str(doubled), "--name", "half") == 0
    assert submitted(workspace, "half")[0].public == pytest.approx(record.public), "rows are divided by their sum"


def test_an_answer_that_is_no_class_is_told_with_its_line(tmp_path: Path, capsys: Out) -> None:
    workspace = one_column(tmp_path)
    path = workspace.data_dir / "answers.csv"
    rows = pd.read_csv(path, dtype=str)
    rows.assign(female=["f", *rows["female"][1:]]).to_csv(path, index=False)
    assert kit(workspace, "submit", "--name", "p") == 2
    assert "answers.csv: line 2: 'f' is no class; " in capsys.readouterr().err


def test_a_part_of_the_answers_that_no_score_is_defined_on_is_told(tmp_path: Path, capsys: Out) -> None:
    workspace = one_column(tmp_path, "roc_auc")
    path = workspace.data_dir / "answers.csv"
    rows = pd.read_csv(path, dtype=str)
    rows.loc[rows["part"] == "public", "female"] = "male"
    rows.to_csv(path, index=False)
    assert kit(workspace, "submit", "--name", "p") == 2
    said = capsys.readouterr().err
    assert "answers.csv: roc_auc is not defined on the public answers" in said and "Traceback" not in said


def test_a_file_of_probabilities_from_elsewhere_is_read_and_compared(tmp_path: Path, capsys: Out) -> None:
    workspace = one_column(tmp_path)
    assert kit(workspace, "submit", "--name", "ours") == 0
    _, table = submitted(workspace, "ours")
    theirs = tmp_path / "theirs.csv"
    table.iloc[::-1].to_csv(theirs)
    capsys.readouterr()
    assert kit(workspace, "submit", "--file", str(theirs), "--name", "same", "--json") == 0
    said = answer(capsys)
    assert said["changed"] == 0 and said["moved"] == 0 and said["public"] == submitted(workspace, "ours")[0].public
    shares = {row["class"]: row["test"] for row in said["classes"]}
    assert shares["female"] == pytest.approx((table["female"] > 0.5).mean())
    table.assign(female=1 - table["female"]).to_csv(theirs)
    assert kit(workspace, "submit", "--file", str(theirs), "--name", "turned", "--json") == 0
    said = answer(capsys)
    assert said["changed"] == 1
    assert said["moved"] == pytest.approx((1 - 2 * table["female"]).abs().mean(), abs=1e-6)
    assert kit(workspace, "submit", "--file", str(theirs), "--name", "again") == 0


@pytest.mark.parametrize("cell", ["female", "1.2", "-0.1", "", "inf"])
def test_what_is_no_probability_is_refused_with_its_line(tmp_path: Path, capsys: Out, cell: str) -> None:
    workspace = one_column(tmp_path)
    lines = (workspace.data_dir / "one.csv").read_text().splitlines()
    lines[4] = lines[4].split(",")[0] + "," + cell
    (tmp_path / "odd.csv").write_text("\n".join(lines) + "\n")
    assert kit(workspace, "submit", "--file", str(tmp_path / "odd.csv")) == 2
    assert "odd.csv: line 5: " in (said := capsys.readouterr().err) and "is no probability" in said


def test_a_metric_of_probabilities_with_a_column_of_classes_is_refused(tmp_path: Path, capsys: Out) -> None:
    for metric in ("log_loss", "roc_auc"):
        workspace = asked(tmp_path / metric, metric, sample="one.csv", label="female")
        assert kit(workspace, "submit") == 2
        said = capsys.readouterr().err
        assert f"{metric} scores probabilities" in said and "write 'probability_of: female' under 'submission'" in said
        assert "competition.yaml" in said and list(workspace.submissions_dir.iterdir()) == []


def test_the_sample_s_answers_are_told_beside_what_is_written(tmp_path: Path, capsys: Out) -> None:
    workspace = one_column(tmp_path)
    assert kit(workspace, "submit", "--dry-run") == 0
    printed = capsys.readouterr()
    assert "'female' will hold the probability of 'female'; the sample shows '0.5'" in printed.out
    assert "warning" not in printed.err
    workspace = write_spec(workspace, "accuracy", sample="one.csv", label="female")
    assert kit(workspace, "submit", "--json") == 2
    error = answer(capsys)
    assert error["what"] == "the column 'female' will hold 'male', 'female'; the sample shows something else: '0.5'"
    assert error["todo"] == (
        "if the host wants a probability, write 'probability_of: female' under 'submission', and the metric, "
        "such as 'metric: roc_auc'; if it wants these classes, 'values: [\"male\", \"female\"]'"
    )
    theirs = workspace.data_dir / "one.csv"
    for more in ([], ["--dry-run"], ["--file", str(theirs)]):
        assert kit(workspace, "submit", *more) == 2
    assert list(workspace.submissions_dir.iterdir()) == []
    capsys.readouterr()
    workspace = write_spec(workspace, "accuracy", sample="one.csv", label="female", values=["male", "female"])
    assert kit(workspace, "submit", "--dry-run") == 0
    assert "warning: the column 'female' will hold" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("form", "column", "line"),
    [
        ({"label": "female"}, ["0", "1"], 'values: ["0", "1"]'),
        ({"label": "female"}, ["m", "f"], 'values: ["male", "female"]'),
        ({"label": "female"}, ["?"], 'values: ["male", "female"]'),
        ({"sample": "two.csv"}, ["?"], 'values: ["male", "female"]'),
    ],
)
def test_a_form_that_the_sample_does_not_show_is_refused_until_the_line_named_says_it(
    tmp_path: Path, capsys: Out, form: dict[str, str], column: list[str], line: str
) -> None:
    form = {"sample": "one.csv", **form}
    workspace = asked(tmp_path, "log_loss" if form["sample"] == "two.csv" else "accuracy", **form)
    path = workspace.data_dir / form["sample"]
    rows = pd.read_csv(path, dtype=str)
    rows.iloc[:, 1:] = [[column[i % len(column)]] * (rows.shape[1] - 1) for i in range(len(rows))]
    rows.to_csv(path, index=False)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("host: answers\nanswers: answers.csv\n", "host: manual\n"))
    assert kit(reopened(workspace), "submit", "--json") == 2
    assert f"'{line}'" in answer(capsys)["todo"]
    assert [one["level"] for one in findings(workspace, capsys, "the sample shows")] == ["wrong"]
    spec.write_text(spec.read_text().replace("submission:\n", f"submission:\n  {line}\n"))
    assert kit(reopened(workspace), "submit", "--name", "said") == 0
    table = submitted(workspace, "said")[1]
    if form["sample"] == "one.csv":
        assert set(table["female"].astype(str)) <= set(yaml.safe_load(line)["values"])


@pytest.mark.parametrize(
    ("values", "shown", "spelt"),
    [
        (("0", "1"), ("0.0",), ("0.0", "1.0")),
        (("0.0", "1.0"), ("1",), ("0", "1")),
        (("0", "1"), ("0",), ("0", "1")),
        (("0", "1"), ("0.5",), ("0", "1")),
        (("0", "1"), ("0", "1.0"), ("0", "1")),
        (("0", "1"), (), ("0", "1")),
        (("cat", "1"), ("1.0",), ("cat", "1")),
        (("1", "1.0"), ("1",), ("1", "1.0")),
    ],
)
def test_whole_numbers_follow_the_sample_s_form(
    values: tuple[str, ...], shown: tuple[str, ...], spelt: tuple[str, ...]
) -> None:
    assert spelt_as(values, shown) == spelt


def test_whole_numbers_are_written_and_read_as_the_sample_has_them(tmp_path: Path) -> None:
    workspace = asked(tmp_path, "accuracy", sample="one.csv", label="female", values=["0", "1"])
    for table, value in (("one.csv", "0.0"), ("answers.csv", None)):
        path = workspace.data_dir / table
        rows = pd.read_csv(path, dtype=str)
        rows["female"] = value or rows["female"].map({"male": "0", "female": "1"})
        rows.to_csv(path, index=False)
    assert kit(workspace, "submit", "--name", "ours") == 0
    record = find_submission(workspace.submissions_dir, "ours")
    lines = (workspace.submissions_dir / "ours.csv").read_text().splitlines()[1:]
    assert {line.split(",")[1] for line in lines} == {"0.0", "1.0"} and record.public is not None
    assert kit(workspace, "submit", "--file", str(workspace.submissions_dir / "ours.csv"), "--name", "b") == 0
