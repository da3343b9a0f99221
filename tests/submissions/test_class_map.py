"""A sample of other values than the classes: what the host calls them is proposed, and has to be said to be sent."""

import json

import pytest
from shared.laid_out import laid_out, said_by_kit

from kit.competition.workspace import Workspace
from kit.report.doctor_data import look_at_sample
from kit.submissions.form import read_layout
from kit.submissions.shown import shown_beside_written

CLASSES = ["cat", "dog", "owl"]
WORDS = {1: "dog", 2: "cat", 3: "owl"}
IMAGES = [f"img/{name}.png" for name in "abcdefg"]
TRAIN = "image,label\n" + "".join(f"{name},{label}\n" for name, label in zip("abcd", [*CLASSES, "cat"], strict=True))


def workspace_of(root, shown, files=None, separator=",", **submission):
    rows = [f"{name}{separator}{shown[place % len(shown)]}" for place, name in enumerate("efg")]
    sample = "\n".join([f"id{separator}label", *rows]) + "\n"
    return laid_out(
        root,
        {"train.csv": TRAIN, "sample.csv": sample, **(files or {})},
        IMAGES,
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"table": "sample.csv", "images": "img/{id}.png"},
        tasks={"label": {"classes": CLASSES, "column": "label"}},
        submission={"sample": "sample.csv", "id": "id", "label": "label", **submission},
    )


@pytest.mark.parametrize(
    ("shown", "files", "proposed", "why"),
    [
        (["0"], {}, '["0", "1", "2"]', "numbers in the order of 'classes'"),
        (["1", "3"], {}, '["1", "2", "3"]', "numbers in the order of 'classes'"),
        (
            ["2"],
            {"class_to_idx.json": json.dumps({"owl": 0, "dog": 1, "cat": 2})},
            '["2", "1", "0"]',
            "class_to_idx.json",
        ),
        (["2"], {"meta/labels.csv": "id,name\n2,owl\n5,cat\n7,dog\n9,fox\n"}, '["5", "7", "2"]', "meta/labels.csv"),
        (["7"], {"classes.txt": "7 dog\n8 cat\n9 owl\n"}, '["8", "7", "9"]', "classes.txt"),
        (
            ["n02"],
            {"words.json": json.dumps([{"wnid": f"n0{n}", "word": word} for n, word in WORDS.items()])},
            '["n02", "n01", "n03"]',
            "words.json",
        ),
        (["C", "D", "O"], {}, '["C", "D", "O"]', "by how they begin"),
        (["OWL", "Dog", "Cat"], {}, '["Cat", "Dog", "OWL"]', "by how they begin"),
    ],
)
def test_what_the_host_calls_the_classes_is_proposed_and_refused_until_it_is_said(
    tmp_path, shown, files, proposed, why
):
    workspace = workspace_of(tmp_path, shown, files)
    (_, found) = look_at_sample(workspace)
    assert found.level == "wrong" and f"'values: {proposed}'" in found.todo and why in found.todo
    assert not shown_beside_written(workspace, read_layout(workspace)).said
    spec = (tmp_path / "competition.yaml").read_text()
    (tmp_path / "competition.yaml").write_text(spec.replace("submission:\n", f"submission:\n  values: {proposed}\n"))
    said = Workspace(tmp_path)
    assert shown_beside_written(said, read_layout(said)).level == "ok"


@pytest.mark.parametrize(
    ("shown", "files"),
    [
        (["7"], {}),  # a number that no class has
        (["x", "y", "z"], {}),
        (["cat dog"], {}),
    ],
)
def test_where_nothing_tells_the_line_to_fill_in_is_named(tmp_path, shown, files):
    (_, found) = look_at_sample(workspace_of(tmp_path, shown, files))
    assert found.level == "wrong" and "with what the host calls 'cat', 'dog', 'owl' in their places" in found.todo


def test_a_map_of_two_classes_alike_is_no_map(tmp_path):
    (_, found) = look_at_sample(workspace_of(tmp_path, ["2"], {"labels.csv": "id,name\n2,owl\n2,cat\n3,dog\n"}))
    assert "labels.csv" not in found.todo


HEADERLESS = {"header": False, "id": 1, "label": 2}


@pytest.mark.parametrize(
    ("sample", "submission", "told"),
    [
        ("e,cat\nf,dog\ng,owl\n", {"id": "e", "label": "cat"}, "write 'header: false' under 'submission'"),
        ("id,label\ne,cat\nf,dog\ng,owl\n", HEADERLESS, "take 'header: false' out"),
    ],
)
def test_a_sample_whose_first_row_is_taken_for_what_it_is_not(tmp_path, sample, submission, told):
    workspace = laid_out(
        tmp_path,
        {"train.csv": TRAIN, "sample.csv": sample},
        IMAGES,
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"images": "img/[efg].png"},
        tasks={"label": {"classes": CLASSES, "column": "label"}},
        submission={"sample": "sample.csv", **submission},
    )
    assert told in said_by_kit(workspace, "doctor", "--fast", "--json", code=1)
