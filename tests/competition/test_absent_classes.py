"""A class of the sample that no train photo is of is allowed where competition.yaml has it, and said."""

import pandas as pd
import pytest
from shared.kinds import RECIPES
from shared.laid_out import laid_out
from shared.laid_out import said_by_kit as kit

from kit.competition.workspace import Workspace
from kit.report.doctor import examine
from kit.runs.store import all_runs
from kit.submissions.form import read_layout

BREEDS = ["akita", "beagle", "dingo", "pug"]


@pytest.fixture(scope="module")
def dogs(tmp_path_factory):
    """Four breeds in the sample, of which train has photos of two."""
    root = tmp_path_factory.mktemp("dogs")
    rows = [f"{place},{('beagle', 'pug')[place % 2]}" for place in range(16)]
    sample = "\n".join([",".join(["id", *BREEDS]), *(f"t{place},.25,.25,.25,.25" for place in range(4))]) + "\n"
    workspace = laid_out(
        root,
        {"labels.csv": "id,breed\n" + "\n".join(rows) + "\n", "sample_submission.csv": sample},
        [*(f"train/{place}.png" for place in range(16)), *(f"test/t{place}.png" for place in range(4))],
        metric="log_loss",
        train={"table": "labels.csv", "images": "train/{id}.png"},
        test={"table": "sample_submission.csv", "images": "test/{id}.png"},
        tasks={"breed": {"classes": BREEDS, "column": "breed"}},
        submission={"sample": "sample_submission.csv", "id": "id"},
    )
    for name, text in RECIPES.items():
        (root / f"recipes/{name}.yaml").write_text(text.replace("epochs: 6", "epochs: 1"))
    return workspace


def test_it_is_said_before_anything_is_trained(dogs):
    assert "no train photo is of the classes 'akita', 'dingo'" in kit(dogs, "fold", "--folds", "2")
    notes = [finding for finding in examine(Workspace(dogs.root), fast=True) if "no train photo" in finding.what]
    assert [(finding.level, finding.where) for finding in notes] == [("note", "akita"), ("note", "dingo")]


@pytest.mark.parametrize("recipe", ["hog", "tiny"])
def test_it_is_trained_scored_and_sent_beside_the_others(dogs, recipe):
    kit(dogs, "fold", "--folds", "2")
    kit(dogs, "train", "--recipe", recipe)
    run = next(run for run in all_runs(Workspace(dogs.root)) if run.record.recipe == recipe)
    kit(dogs, "score", run.id)
    kit(dogs, "submit", "--blend", run.id, "--name", recipe)
    sent = pd.read_csv(dogs.root / f"submissions/{recipe}.csv")
    assert list(sent.columns) == ["id", *BREEDS] and (sent[BREEDS].sum(axis=1) - 1).abs().max() < 1e-3
    assert (sent[["akita", "dingo"]] >= 0).all(axis=None)


@pytest.mark.parametrize("column", ["Usage", "usage", "part", "Usage,part"])
def test_answers_of_kaggle_s_solution_files_are_read(tmp_path, column):
    parts = ["Public", "Private", "Ignored", "Public"]
    answers = "\n".join(
        [
            f"id,label,{column}",
            *(f"t{n},{('cat', 'dog')[n % 2]},{'?,' * (',' in column)}{part}" for n, part in enumerate(parts)),
        ]
    )
    sample = "\n".join(["id,label,Usage", *(f"t{n},cat,{part}" for n, part in enumerate(parts))])
    workspace = laid_out(
        tmp_path,
        {"train.csv": "image,label\na,cat\nb,dog\n", "answers.csv": answers + "\n", "sample.csv": sample + "\n"},
        ["img/a.png", "img/b.png", *(f"img/t{n}.png" for n in range(4))],
        host="answers",
        answers="answers.csv",
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"table": "sample.csv", "images": "img/{id}.png"},
        submission={"sample": "sample.csv", "id": "id", "label": "label", "constants": {"Usage": None}},
    )
    right = sample.replace("t1,cat", "t1,dog").replace("t2,cat", "t2,dog")
    (tmp_path / "mine.csv").write_text(right + "\n")
    assert read_layout(workspace).given["Usage"].tolist() == parts
    assert "public accuracy 0.5000" in kit(workspace, "submit", "--file", str(tmp_path / "mine.csv"))


def test_more_columns_of_a_sample_are_named_with_the_line_that_sends_them(tmp_path):
    workspace = laid_out(
        tmp_path,
        {"train.csv": "image,label\na,cat\nb,dog\n", "sample.csv": "id,label,Usage\nt0,cat,Public\n"},
        ["img/a.png", "img/b.png", "img/t0.png"],
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"table": "sample.csv", "images": "img/{id}.png"},
        submission={"sample": "sample.csv", "id": "id", "label": "label"},
    )
    assert "write 'constants: {\\\"Usage\\\": null}' under 'submission'" in kit(
        workspace, "doctor", "--fast", "--json", code=1
    )
