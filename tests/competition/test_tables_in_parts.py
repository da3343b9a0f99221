"""A table that lies in several files: parts of the same columns, and a note for each photo."""

import json

import pytest
from shared.laid_out import laid_out

from kit.competition.tables.parts import matching, read_parts
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.table_form import TableForm

PARTS = {
    "train/oslo/labels.csv": "image,label\na,cat\nb,dog\n",
    "train/rome/labels.csv": "image,label\na,dog\nb,cat\nc,cat\n",
}
IMAGES = [f"train/{place}/{name}.png" for place, names in (("oslo", "ab"), ("rome", "abc")) for name in names]
PATH = "train/{in_folder}/{image}.png"


def test_rows_of_several_tables_are_read_under_one_another(tmp_path):
    train = {"table": "train/*/labels.csv", "images": "train/{in_folder}/{image}.png"}
    workspace = laid_out(tmp_path, PARTS, IMAGES, train=train)
    found = dict(zip(workspace.tables.train["image"], workspace.tables.raw["label"], strict=True))
    assert found == dict(zip(IMAGES, ["cat", "dog", "dog", "cat", "cat"], strict=True))
    assert workspace.tables.raw["in_file"].unique().tolist() == ["labels"]


def test_the_folder_of_a_table_may_be_the_group(tmp_path):
    train = {"table": "train/*/labels.csv", "images": "train/{in_folder}/{image}.png", "group": "in_folder"}
    workspace = laid_out(tmp_path, PARTS, IMAGES, train=train)
    assert workspace.tables.train["group"].tolist() == ["oslo"] * 2 + ["rome"] * 3


def test_another_part_is_another_competition(tmp_path):
    train = {"table": "train/*/labels.csv", "images": "train/{in_folder}/{image}.png"}
    before = laid_out(tmp_path, PARTS, [*IMAGES, "train/pisa/a.png"], train=train).tables
    (tmp_path / "data/train/pisa/labels.csv").write_text("image,label\na,cat\n")
    after = Workspace(tmp_path).tables
    assert len(after.train) == len(before.train) + 1 and after.fingerprint != before.fingerprint


def test_parts_of_other_columns_are_refused_by_name(tmp_path):
    files = {**PARTS, "train/rome/labels.csv": "image,kind\na,dog\n"}
    workspace = laid_out(tmp_path, files, IMAGES, train={"table": "train/*/labels.csv", "images": "{image}"})
    with pytest.raises(
        KitError, match=r"its columns are image, kind, and those of train/oslo/labels\.csv image, label"
    ):
        workspace.tables  # noqa: B018


def test_columns_that_some_parts_lack_are_left_out_and_named(tmp_path):
    files = {**PARTS, "train/oslo/labels.csv": "label,by,image\ncat,me,a\ndog,me,b\n"}
    workspace = laid_out(tmp_path, files, IMAGES, train={"table": "train/*/labels.csv", "images": PATH})
    tables = workspace.tables
    assert "by" not in tables.raw and tables.raw["label"].tolist()[:2] == ["cat", "dog"]
    assert "train/*/labels.csv: left out, as not all of its files have them: by" in tables.reading


def test_a_pattern_of_no_table_is_refused(tmp_path):
    workspace = laid_out(tmp_path, PARTS, IMAGES, train={"table": "train/*/label.csv", "images": "{image}"})
    with pytest.raises(KitError, match=r"no table is called like 'train/\*/label\.csv'; mend"):
        workspace.tables  # noqa: B018


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a/*.csv", ["a/1.csv", "a/2.csv"]),
        ("**/*.csv", ["[a] b/4.csv", "a/1.csv", "a/2.csv", "a/b/3.csv"]),
        ("a/**/3.csv", ["a/b/3.csv"]),
        ("[a] b/*.csv", ["[a] b/4.csv"]),
        ("a/?.csv", []),
    ],
)
def test_a_star_alone_stands_for_other_letters(pattern, found):
    assert matching(["a/1.csv", "a/2.csv", "a/b/3.csv", "[a] b/4.csv", "a/1.txt"], pattern) == found


def test_a_note_of_json_is_one_row_with_all_that_it_holds(tmp_path):
    notes = {
        "n/1.json": {"photo": {"name": "a.png"}, "marks": [{"kind": "cat", "box": [1, 2]}], "by": ""},
        "n/2.json": {"photo": {"name": "b.png"}, "marks": [{"kind": "dog", "box": [3, 4]}], "by": " me "},
    }
    laid_out(tmp_path, {name: json.dumps(note) for name, note in notes.items()})
    rows = read_parts(tmp_path / "data", "n/*.json", TableForm()).cells
    assert rows["photo.name"].tolist() == ["a.png", "b.png"] and rows["marks.kind"].tolist() == ["cat", "dog"]
    assert rows["marks.box"].tolist() == ["1 2", "3 4"] and rows["in_file"].tolist() == ["1", "2"]
    assert rows["by"].isna().tolist() == [True, False] and rows["by"].iloc[1] == "me"
    assert rows["@line"].tolist() == [1, 2]


def test_a_note_of_text_has_the_name_of_its_photo(tmp_path):
    files = {f"photos/{name}.txt": f"{name}.png, {kind}" for name, kind in (("a", "cat"), ("b", "dog"))}
    train = {"table": "photos/*.txt", "header": False, "images": "photos/{in_file}.png"}
    tasks = {"label": {"classes": ["cat", "dog"], "column": "2"}}
    workspace = laid_out(tmp_path, files, ["photos/a.png", "photos/b.png"], train=train, tasks=tasks)
    assert workspace.tables.train["label"].tolist() == [0, 1]


def test_a_column_of_the_tables_keeps_its_own_name(tmp_path):
    laid_out(tmp_path, {"1.csv": "in_file,label\nx,cat\n", "2.csv": "in_file,label\ny,dog\n"})
    assert read_parts(tmp_path / "data", "*.csv", TableForm()).cells["in_file"].tolist() == ["x", "y"]


XML = """<?xml version="1.0" encoding="{encoding}"?>
<ns:Image xmlns:ns="urn:notes" id="{id}"><ns:ClassId> Olea européa L. </ns:ClassId><Author>Dupont</Author>
<Author>Roux</Author><Place country="fr">Nîmes</Place><Note/></ns:Image>
"""


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1"])
def test_a_note_of_xml_is_one_row_with_its_elements_and_attributes(tmp_path, encoding):
    for name in "ab":
        (tmp_path / f"{name}.xml").write_bytes(XML.format(encoding=encoding, id=name).encode(encoding))
    cells = read_parts(tmp_path, "*.xml", TableForm()).cells.drop(columns="@line")
    assert cells.columns.tolist() == [
        "id",
        "ClassId",
        "Author",
        "Place.country",
        "Place.text",
        "Note",
        "in_file",
        "in_folder",
    ]
    assert cells.iloc[0].tolist()[:5] == ["a", "Olea européa L.", "Dupont Roux", "fr", "Nîmes"]
    assert cells["Note"].isna().all() and cells["in_file"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<a><b></a>", "this is no xml"),
        ('<!DOCTYPE a [<!ENTITY lol "lol">]><a>&lol;</a>', "this xml has entities of its own"),
        ("<a>" * 50 + "</a>" * 50, "this xml has elements 20 deep"),
    ],
)
def test_what_is_no_note_of_xml_is_refused_by_name(tmp_path, text, told):
    for name in "ab":
        (tmp_path / f"{name}.xml").write_text(text)
    with pytest.raises(KitError, match=told) as caught:
        read_parts(tmp_path, "*.xml", TableForm())
    assert caught.value.where == tmp_path / "a.xml"
