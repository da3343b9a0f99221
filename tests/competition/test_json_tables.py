"""Tables of json and parquet are tables like any other: records, columns, values by id, images with annotations."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.laid_out import laid_out

from kit.competition.tables import read_table
from kit.errors import KitError

RECORDS = [{"id": 1, "label": "cat", "ok": True}, {"id": 2, "label": "dog", "ok": None}]
SHAPES = {
    "records.json": json.dumps(RECORDS),
    "columns.json": json.dumps({"id": [1, 2], "label": ["cat", "dog"], "ok": [True, None]}),
    "pandas.json": json.dumps(
        {"id": {"0": 1, "1": 2}, "label": {"0": "cat", "1": "dog"}, "ok": {"0": True, "1": None}}
    ),
    "by_id.json": json.dumps({"1": {"label": "cat", "ok": True}, "2": {"label": "dog", "ok": None}}),
    "inside.json": json.dumps({"version": 1, "data": RECORDS}),
    "lines.jsonl": "".join(json.dumps(one) + "\n" for one in RECORDS),
    "lines.ndjson": "\n" + "\n\n".join(json.dumps(one) for one in RECORDS),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_shape_of_json_is_the_same_table(tmp_path, name, encoding):
    (tmp_path / name).write_bytes(SHAPES[name].encode(encoding))
    table = read_table(tmp_path / name)
    assert table["id"].tolist() == ["1", "2"] and table["label"].tolist() == ["cat", "dog"]
    assert table["ok"].isna().tolist() == [False, True] and table["ok"][0] == "true"
    assert table["@line"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ({"a.jpg": "cat", "b.jpg": "dog"}, {"id": ["a.jpg", "b.jpg"], "value": ["cat", "dog"]}),
        ({"a.jpg": 3, "b.jpg": 0.5}, {"id": ["a.jpg", "b.jpg"], "value": ["3", "0.5"]}),
        ({"a.jpg": ["x", "y"], "b.jpg": ["z"]}, {"id": ["a.jpg", "b.jpg"], "value": ["x y", "z"]}),
        ([["a.jpg", 1], ["b.jpg", 0]], {"1": ["a.jpg", "b.jpg"], "2": ["1", "0"]}),
        ([{"name": "a", "box": [1, 2.5]}, {"name": "b", "box": [3, 4]}], {"name": ["a", "b"], "box": ["1 2.5", "3 4"]}),
        ({"a/1.jpg": [0, 1], "a/2.jpg": [1, 0]}, {"1": ["a/1.jpg", "a/2.jpg"], "2": ["0", "1"], "3": ["1", "0"]}),
    ],
)
def test_values_lists_and_rows_without_names(tmp_path, content, columns):
    (tmp_path / "t.json").write_text(json.dumps(content))
    assert read_table(tmp_path / "t.json").drop(columns="@line").to_dict("list") == columns


COCO = {
    "info": {"year": 2026},
    "images": [
        {"id": 10, "file_name": "a.png", "width": 16, "location": 3},
        {"id": 11, "file_name": "b.png", "width": 16, "location": 3},
        {"id": 12, "file_name": "c.png", "width": 16, "location": 4},
    ],
    "annotations": [
        {"id": 1, "image_id": 11, "category_id": 5, "width": 3},
        {"id": 2, "image_id": 10, "category_id": 7, "width": 4},
        {"id": 3, "image_id": 12, "category_id": 5, "width": 5},
    ],
    "categories": [{"id": 5, "name": "dog", "supercategory": "pet"}, {"id": 7, "name": "cat", "supercategory": "pet"}],
}


def coco(**changes):
    return json.dumps({key: value for key, value in {**COCO, **changes}.items() if value is not None})


def test_images_are_joined_with_their_annotations_and_the_names_of_these(tmp_path):
    (tmp_path / "train.json").write_text(coco())
    table = read_table(tmp_path / "train.json")
    assert table["file_name"].tolist() == ["a.png", "b.png", "c.png"]
    assert table["category"].tolist() == ["cat", "dog", "dog"] and table["category_id"].tolist() == ["7", "5", "5"]
    assert table["category_supercategory"].tolist() == ["pet"] * 3
    assert table["annotation_id"].tolist() == ["2", "1", "3"] and table["id"].tolist() == ["10", "11", "12"]
    assert table["width"].tolist() == ["16"] * 3 and table["annotation_width"].tolist() == ["4", "3", "5"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"annotations": [{"id": 1, "image_id": 99, "category_id": 5}]},
            "of images that it does not have, such as '99'",
        ),
        ({"annotations": [{"id": 1, "image_id": 10, "category_id": 6}]}, "no category has the id '6'"),
        ({"annotations": [{"id": 1, "category_id": 5}]}, "no 'image_id'"),
        ({"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]}, "two of its images have the id '1'"),
        ({"categories": [{"id": 5, "name": "a"}, {"id": 5, "name": "b"}]}, "two of its categories"),
        ({"images": [{"file_name": "a.png"}]}, "its images have no 'id'"),
        ({"images": ["a.png"]}, 'row 1 of this json is "a.png", and no record'),
    ],
)
def test_annotations_that_do_not_fit_are_told(tmp_path, changes, told):
    (tmp_path / "train.json").write_text(coco(**changes))
    with pytest.raises(KitError) as caught:
        read_table(tmp_path / "train.json")
    assert told in str(caught.value)


def test_a_competition_of_json_alone(tmp_path):
    """Train as images and annotations, and the ids of the test photos only in a json, as wildlife cameras have it."""
    test = coco(images=[{"id": "x1", "file_name": "t1.png"}, {"id": "x2", "file_name": "t2.png"}], annotations=None)
    workspace = laid_out(
        tmp_path,
        {"train.json": coco(), "test.json": test},
        [f"img/{name}.png" for name in ("a", "b", "c", "t1", "t2")],
        train={"table": "train.json", "images": "img/{file_name}", "group": "location"},
        test={"table": "test.json", "images": "img/{file_name}"},
        tasks={"label": {"classes": ["cat", "dog"], "column": "category"}},
        submission={"id": "id", "label": "label"},
    )
    assert workspace.train["label"].tolist() == [0, 1, 1] and workspace.train["group"].tolist() == ["3", "3", "4"]
    assert workspace.test["id"].tolist() == ["x1", "x2"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"image": ["a", "b"], "label": pd.Categorical(["cat", "dog"]), "n": [1, 2]}),
        pd.DataFrame({"image": ["a", "b"], "label": ["cat", "dog"], "n": pd.array([1, 2], dtype="Int64")}),
        pd.DataFrame({"image": ["a", "b"], "label": ["cat", "dog"], "n": pd.array([1, 2], dtype="uint8")}),
    ],
)
def test_parquet_is_read_as_text(tmp_path, frame):
    frame.to_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").drop(columns="@line").to_dict("list") == {
        "image": ["a", "b"],
        "label": ["cat", "dog"],
        "n": ["1", "2"],
    }


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.json", "3", "this json is no table"),
        ("t.json", "[1, 2]", "row 1 of this json is 1, and no record"),
        ("t.json", "{", "this is no json"),
        ("t.json", "[]", "this table has no rows"),
        ("t.json", '{"a": {"x": 1}, "b": 2}', "this json is no table"),
        ("t.jsonl", '{"a": 1}\n{"a": \n', "line 2 is no json"),
        ("t.json", "[" * 3000, "nested too deep"),
        ("t.parquet", "PAR1nothing", "this file is damaged"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, name, content, told):
    (tmp_path / name).write_text(content)
    with pytest.raises(KitError) as caught:
        read_table(tmp_path / name)
    assert told in str(caught.value) and name in str(caught.value)


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=80, database=None, deadline=None)
@given(content=any_json)
def test_any_json_is_a_table_or_told(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "t.json"
    path.write_text(json.dumps(content))
    try:
        read_table(path)
    except KitError as error:
        assert "t.json" in str(error) and "\n" not in str(error)


@pytest.mark.parametrize("part", ["annotations", "categories"])
@pytest.mark.parametrize("value", [True, False, 0, 10**9, float("nan"), "text", {}, {"id": 1}])
def test_what_should_be_records_beside_images_and_is_none_is_said(tmp_path, part, value):
    (tmp_path / "t.json").write_text(json.dumps({**COCO, part: value}))
    with pytest.raises(KitError, match=rf"t\.json: its '{part}' are .*, and no list of records"):
        read_table(tmp_path / "t.json")
