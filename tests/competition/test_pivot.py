"""train.pivot: a table with a row for each answer of a photo is read as one with a column for each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from shared.laid_out import laid_out

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.submissions.form import read_layout

ROWS = """\
id,image,who,name,value
a__weight,a.png,p1,weight,1.5
a__height,a.png,p1,height,7
b__height,b.png,p2,height,8
b__weight,b.png,p2,weight,2.5
c__weight,c.png,p1,weight,3
c__height,c.png,p1,height,9
"""
IMAGES = ["a.png", "b.png", "c.png"]
TASKS = {name: {"kind": "number", "column": name} for name in ("weight", "height")}
KEYS = {
    "metric": "rmse",
    "train": {
        "table": "train.csv",
        "images": "{image}",
        "group": "who",
        "pivot": {"columns": "name", "values": "value"},
    },
    "tasks": TASKS,
    "target": "separate",
}


def wide(root: Path, rows: str = ROWS, **keys: object) -> Workspace:
    return laid_out(root, {"train.csv": rows}, IMAGES, **{**KEYS, **keys})


def test_each_photo_is_one_row_with_a_column_for_each_answer(tmp_path: Path) -> None:
    tables = wide(tmp_path).tables
    assert tables.train["image"].tolist() == IMAGES and tables.train["group"].tolist() == ["p1", "p2", "p1"]
    np.testing.assert_array_equal(tables.truths["weight"].ravel(), [1.5, 2.5, 3])
    np.testing.assert_array_equal(tables.truths["height"].ravel(), [7, 8, 9])


def test_the_order_of_the_rows_of_a_photo_is_of_no_account(tmp_path: Path) -> None:
    head, *rows = ROWS.splitlines()
    turned = "\n".join([head, rows[1], rows[0], *rows[2:]]) + "\n"
    assert wide(tmp_path / "a").tables.fingerprint == wide(tmp_path / "b", turned).tables.fingerprint


def test_a_table_that_is_wide_says_the_same(tmp_path: Path) -> None:
    table = "image,who,weight,height\na.png,p1,1.5,7\nb.png,p2,2.5,8\nc.png,p1,3,9\n"
    train = {"table": "train.csv", "images": "{image}", "group": "who"}
    assert wide(tmp_path / "a").tables.fingerprint == wide(tmp_path / "b", table, train=train).tables.fingerprint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "a__height,a.png,p1,height,7",
            "a__height,a.png,p1,weight,7",
            "lines 2, 3 are all of the photo 'a.png' and 'weight'",
        ),
        ("a__height,a.png,p1,height,7", "a__height,a.png,p1,,7", "line 3 has no 'name'"),
        ("a__height,a.png,p1,height,7\n", "", "height"),
        ("id,image,who,name", "id,image,height,name", "'name' holds 'height', which is a column of the table too"),
        ("name,value", "what,value", "there is no column 'name'"),
    ],
)
def test_rows_that_do_not_say_one_thing_each_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(KitError) as caught:
        wide(tmp_path, ROWS.replace(old, new)).tables  # noqa: B018
    assert said in str(caught.value)


def test_a_column_in_which_the_rows_of_a_photo_differ_is_no_group(tmp_path: Path) -> None:
    train: Mapping[str, object] = {**KEYS["train"], "group": "id"}  # type: ignore[dict-item]
    with pytest.raises(KitError, match="there is no column 'id'"):
        wide(tmp_path, train=train).tables  # noqa: B018


def test_what_is_sent_has_a_row_for_each_answer_too(tmp_path: Path) -> None:
    asked = [f"{photo}__{name}" for photo in "xy" for name in ("weight", "height")]
    test = "id,image,name\n" + "".join(f"{one},{one[0]}.png,{one[3:]}\n" for one in asked)
    files = {
        "train.csv": ROWS,
        "test.csv": test,
        "sample.csv": "id,value\n" + "".join(f"{one},0\n" for one in asked),
    }
    submission = {"sample": "sample.csv", "id": "id", "label": "value", "long": "{stem}__{task}"}
    sides = {"test": {"table": "test.csv", "images": "{image}"}, "submission": submission}
    workspace = laid_out(tmp_path, files, [*IMAGES, "x.png", "y.png"], **KEYS, **sides)
    assert workspace.test["image"].tolist() == ["x.png", "y.png"]
    assert read_layout(workspace).given["id"].tolist() == asked
