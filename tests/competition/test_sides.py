"""Sides that are not as usual: folds that the table brings, no test set at all, test photos that cannot be read."""

import json

import numpy as np
import pandas as pd
import pytest
from shared.kinds import RECIPES
from shared.laid_out import laid_out
from shared.laid_out import said_by_kit as kit

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.crops import read_crops
from kit.report.doctor import examine
from kit.runs.store import all_runs


def table(folds, groups="abcdef"):
    labels = ["cat", "dog"] * 3
    rows = [",".join(row) for row in zip("abcdef", labels, groups, folds, strict=True)]
    return "\n".join(["image,label,person,part", *rows]) + "\n"


IMAGES = [f"img/{name}.png" for name in "abcdef"]
TRAIN = {"table": "train.csv", "images": "img/{image}.png", "group": "person", "folds": "part"}


@pytest.mark.parametrize(
    ("values", "folds"),
    [
        (["train", "train", "valid", "valid", "train", "valid"], [0, 0, 1, 1, 0, 1]),
        (["10", "2", "2", "0", "10", "0"], [2, 1, 1, 0, 2, 0]),
        (["fold10", "fold9", "fold9", "fold1", "fold10", "fold1"], [2, 1, 1, 0, 2, 0]),
        (["-1", "0", "1.5", "-1", "0", "1.5"], [0, 1, 2, 0, 1, 2]),
    ],
)
def test_folds_of_a_column_are_frozen_as_they_are(tmp_path, values, folds):
    workspace = laid_out(tmp_path, {"train.csv": table(values)}, IMAGES, train=TRAIN)
    said = kit(workspace, "fold")
    assert f"6 groups in {max(folds) + 1} folds, frozen" in said
    assert Workspace(tmp_path).folds.table["fold"].tolist() == folds
    assert "are the same" in kit(workspace, "fold")


def test_a_number_of_folds_that_the_column_does_not_give_is_refused(tmp_path):
    workspace = laid_out(tmp_path, {"train.csv": table("001122")}, IMAGES, train=TRAIN)
    assert "the column 'part' gives 3 folds; leave --folds out" in kit(workspace, "fold", "--folds", "5", code=2)


@pytest.mark.parametrize(
    ("values", "told"),
    [(["a"] * 6, "has one value, 'a'"), (["0", "", "1", "1", "0", "0"], "line 3 has no 'part', the fold")],
)
def test_a_column_that_gives_no_folds_is_told(tmp_path, values, told):
    workspace = laid_out(tmp_path, {"train.csv": table(values)}, IMAGES, train=TRAIN)
    assert told in kit(workspace, "fold", code=2)


def test_people_who_cross_the_given_folds_are_wrong(tmp_path):
    workspace = laid_out(tmp_path, {"train.csv": table("001122", "aabbca")}, IMAGES, train=TRAIN)
    assert "1 groups are in more than one of the folds that 'train.folds' gives, such as 'a'" in kit(
        workspace, "fold", code=2
    )
    found = kit(workspace, "doctor", "--fast", "--json", code=1)
    assert "this group is in more than one of the folds of 'part'" in found and "data/train.csv: a" in found
    assert not (tmp_path / "runs/folds.csv").exists()


def many(n, folder="img"):
    rows = [f"{folder}/{place}.png,{('cat', 'dog')[place % 2]}" for place in range(n)]
    return "image,label\n" + "\n".join(rows) + "\n", [f"{folder}/{place}.png" for place in range(n)]


def recipes(root):
    for name, text in RECIPES.items():
        (root / f"recipes/{name}.yaml").write_text(text.replace("epochs: 6", "epochs: 1"))


@pytest.fixture(scope="module")
def research(tmp_path_factory):
    """A data set without a test set, trained by both kinds of learners."""
    root = tmp_path_factory.mktemp("research")
    text, images = many(16)
    workspace = laid_out(root, {"train.csv": text}, images, metric="log_loss")
    recipes(root)
    kit(workspace, "fold", "--folds", "2")
    for recipe in ("hog", "tiny"):
        kit(workspace, "train", "--recipe", recipe)
    return workspace


def test_a_data_set_without_a_test_set_is_trained_scored_and_compared(research):
    runs = [run.id for run in all_runs(Workspace(research.root))]
    assert len(runs) == 2
    for command in (["score"], ["compare", *runs], ["lineage", runs[0]], ["runs"], ["leaderboard"], ["blend", "all"]):
        kit(research, *command)
    assert "no test set" in kit(research, "doctor", "--fast")


@pytest.mark.parametrize("command", [["submit", "--blend", "best1"], ["pseudo", "--round", "1"]])
def test_what_needs_a_test_set_says_that_there_is_none(research, command):
    assert "there is no test set: the key 'test' is missing; write 'test' and 'submission'" in kit(
        research, *command, code=2
    )


def test_a_lone_test_or_submission_is_told(tmp_path):
    for lone, missing in (({"test": {"images": "t/*"}}, "submission"), ({"submission": {"id": "image"}}, "test")):
        with pytest.raises(KitError, match=f"the key '{missing}' is missing"):
            laid_out(tmp_path, {}, **lone).competition  # noqa: B018


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """Eight test photos, of which one is damaged and one is not there."""
    root = tmp_path_factory.mktemp("damaged")
    text, images = many(16)
    ids, photos = many(8, "test")
    workspace = laid_out(
        root,
        {"train.csv": text.replace("3.png,dog", "3.png,cat"), "test.csv": ids},
        [*images, *photos],
        test={"table": "test.csv", "images": "{image}", "unreadable": "prior"},
        submission={"id": "image"},
        tasks={"label": {"classes": ["cat", "dog"], "column": "label"}},
    )
    (root / "data/test/5.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    (root / "data/test/6.png").unlink()
    recipes(root)
    kit(workspace, "fold", "--folds", "2")
    return workspace


def test_photos_that_cannot_be_read_are_refused_until_it_is_said(damaged):
    spec = (damaged.root / "competition.yaml").read_text()
    (damaged.root / "competition.yaml").write_text(spec.replace("  unreadable: prior\n", ""))
    try:
        assert "test/6.png" in kit(damaged, "train", "--recipe", "hog", code=2)
    finally:
        (damaged.root / "competition.yaml").write_text(spec)


@pytest.mark.parametrize("recipe", ["hog", "tiny"])
def test_photos_that_cannot_be_read_are_answered_as_train_is_shared_out_and_counted(damaged, recipe):
    said = kit(damaged, "train", "--recipe", recipe)
    assert "2 of 8 test photos cannot be read, such as 'test/5.png'" in said
    workspace = Workspace(damaged.root)
    run = next(run for run in all_runs(workspace) if run.record.recipe == recipe)
    labels, valid = workspace.truth("label"), workspace.folds.valid(0)
    cat = float((labels[~valid] == 0).mean())
    probs = run.fold_test(0).aligned(["test/5.png", "test/6.png"]).probs["label"]
    assert np.allclose(probs, [[cat, 1 - cat]] * 2)
    assert run.fold_record(0).unreadable == ("test/5.png", "test/6.png")
    said = kit(damaged, "submit", "--blend", run.id, "--name", recipe)
    assert "2 test photos could not be read: what train is shared out into is the answer" in said
    (written, *_) = sorted((damaged.root / "submissions").glob("*.json"))
    assert json.loads(written.read_text())["unreadable"] == 2
    assert len(pd.read_csv(written.with_suffix(".csv"))) == 8
    kit(damaged, "lineage", run.id, "--recompute")


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    """Six test rows, of which one names no photo."""
    root = tmp_path_factory.mktemp("without")
    text, images = many(16)
    rows = "id,image\na,t/a.png\nb,\nc,t/c.png\nd,t/d.png\ne,t/e.png\nf,t/f.png\n"
    workspace = laid_out(
        root,
        {"train.csv": text, "test.csv": rows, "sample.csv": "id,label\n" + "".join(f"{one},0.5\n" for one in "fedcba")},
        [*images, *(f"t/{one}.png" for one in "acdef")],
        test={"table": "test.csv", "images": "{image}", "unreadable": "prior"},
        submission={"sample": "sample.csv", "id": "id", "label": "label", "probability_of": "dog"},
        metric="log_loss",
    )
    recipes(root)
    kit(workspace, "fold", "--folds", "2")
    return workspace


def test_a_test_row_that_names_no_photo_is_answered_as_train_is_shared_out(without):
    told = "this test photo is not there: it is answered as train is shared out line 3 of test.csv"
    assert told in kit(without, "doctor")
    assert "1 of 6 test photos cannot be read, such as 'line 3 of test.csv'" in kit(without, "train", "--recipe", "hog")
    kit(without, "submit", "--blend", all_runs(Workspace(without.root))[0].id, "--name", "sent")
    sent = pd.read_csv(without.root / "submissions/sent.csv").set_index("id")["label"]
    assert list(sent.index) == list("fedcba") and sent["b"] == pytest.approx(0.5) and sent.nunique() > 2


def test_a_test_row_that_names_no_photo_is_refused_until_it_is_said(without):
    spec = (without.root / "competition.yaml").read_text()
    (without.root / "competition.yaml").write_text(spec.replace("  unreadable: prior\n", ""))
    try:
        said = kit(without, "train", "--recipe", "hog", code=2)
        assert "line 3 names no photo in 'image'; complete it, or write 'unreadable: prior' under test" in said
    finally:
        (without.root / "competition.yaml").write_text(spec)


def pets(root, fixes=None):
    """Products of several photos, of which one has none in train and one in test."""
    text = "pet,label\n" + "".join(f"p{k},{('cat', 'dog')[k % 2]}\n" for k in range(8))
    photos = [f"img/p{k}-{n}.png" for k in range(8) if k != 3 for n in (1, 2)]
    workspace = laid_out(
        root,
        {"train.csv": text, "test.csv": "pet\nq0\nq1\nq2\n"},
        [*photos, "t/q0-1.png", "t/q2-1.png", "t/q2-2.png"],
        train={"table": "train.csv", "images": "img/{pet}-*", "group": "pet"},
        test={"table": "test.csv", "images": "t/{pet}-*", "unreadable": "prior"},
        submission={"id": "pet", "per": "pet", "label": "label", "probability_of": "dog"},
        metric="log_loss",
        **({} if fixes is None else {"fixes": {}}),
    )
    if fixes is not None:
        (root / "fixes.csv").write_text("image,group,column,value,tier,reason\n" + fixes)
    recipes(root)
    return workspace


def test_what_has_no_photo_of_any_number_is_answered_too(tmp_path):
    workspace = pets(tmp_path, "img/p3-*,,,drop,core,not there\n")
    kit(workspace, "fold", "--folds", "2")
    said = kit(workspace, "train", "--recipe", "hog")
    assert "1 of 4 test photos cannot be read, such as 't/q1-*'" in said
    kit(workspace, "submit", "--blend", all_runs(Workspace(tmp_path))[0].id, "--name", "sent")
    sent = pd.read_csv(tmp_path / "submissions/sent.csv").set_index("pet")["label"]
    labels, valid = Workspace(tmp_path).truth("label"), Workspace(tmp_path).folds.valid
    assert list(sent.index) == ["q0", "q1", "q2"]
    assert sent["q1"] == pytest.approx(np.mean([(labels[~valid(fold)] == 1).mean() for fold in (0, 1)]))


def test_a_train_row_of_several_photos_that_has_none_can_be_left_out_by_what_it_leads_to(tmp_path):
    workspace = pets(tmp_path / "as it is")
    assert workspace.tables.gone == (("img/p3-*",), ("t/q1-*",))
    said = kit(workspace, "fold", code=2)
    assert "'image,group,column,value,tier,reason' the line 'img/p3-*,,,drop,core,not there'" in said
    mended = pets(tmp_path / "mended", "img/p3-*,,,drop,core,not there\nimg/p9-*,,,drop,core,no such\n")
    assert mended.tables.gone[0] == () and len(mended.train) == 14
    assert "fixes.csv: left out 1 row without a photo" in mended.tables.notes
    assert "fixes.csv: the fix for 'img/p9-*' matches no row" in mended.tables.notes


@pytest.mark.parametrize(
    "boxes", ["image,left,top,right,bottom\n", "image,left,top,right,bottom\ntest/5.png,1,1,4,4\n"]
)
def test_photos_that_may_be_unreadable_need_no_box(damaged, tmp_path, boxes):
    (tmp_path / "boxes.csv").write_text(boxes + "test/0.png,1,1,5,5\n")
    said = kit(damaged, "crop", "--boxes", tmp_path / "boxes.csv", "--preview", tmp_path / "sheet.png")
    assert "2 of these cannot be read, such as test/5.png, and need no box" in said
    crops = read_crops(Workspace(damaged.root).crops_path)
    assert crops.unseen == {"test/5.png", "test/6.png"} and crops.boxes["test/0.png"] == (1, 1, 5, 5)
    assert (tmp_path / "sheet.png").stat().st_size > 0


def test_doctor_counts_what_is_allowed_and_pseudo_labels_leave_it_out(damaged):
    found = {finding.where: finding for finding in examine(Workspace(damaged.root))}
    assert found["test/5.png"].level == found["test/6.png"].level == "note"
    assert "this test photo cannot be read" in found["test/5.png"].what
    assert "this test photo is not there" in found["test/6.png"].what
    kit(damaged, "train", "--recipe", "hog")
    kit(damaged, "pseudo", "--round", "1", "--set", "take=1")
    (path, *_) = sorted((damaged.root / "runs/pseudo/round1").glob("*fold0.parquet"))
    labelled = pd.read_parquet(path)
    assert len(labelled)
    assert not set(labelled["image"]) & {"test/5.png", "test/6.png"}
