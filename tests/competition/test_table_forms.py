"""A table is read in whatever separator, encoding and form it lies there; what is said of it goes before."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.laid_out import laid_out, said_by_kit

from kit.competition.tables import read_table
from kit.competition.tables.reading import read_any
from kit.errors import KitError
from kit.runs.predictions import Predictions
from kit.submissions.form import csv_bytes, read_layout, written
from kit.table_form import TableForm, told_separator

TEXTS = {
    "Korean": ["고양이", "강아지", "마스크 착용"],
    "Japanese": ["ねこ", "いぬ", "マスクをつけた"],
    "Japanese of Unix": ["ねこ", "いぬ", "うさぎ"],
    "Chinese of Taiwan": ["貓", "狗", "台灣黑熊"],
    "Chinese of plants": ["草莓", "番茄", "水稻"],
    "Russian": ["кошка", "Собака", "дуб и берёза"],
    "Chinese": ["小猫", "白色的狗", "黄花"],
    "Chinese of one word": ["rust", "锈病", "锈病"],
    "French": ["café", "forêt", "naïve"],
    "German": ["Größe", "Straße", "schön"],
}
OLD = {
    "Chinese of one word": "gb18030",
    "Korean": "cp949",
    "Japanese": "cp932",
    "Japanese of Unix": "euc_jp",
    "Chinese of Taiwan": "big5",
    "Chinese of plants": "gb18030",
    "Russian": "cp1251",
    "Chinese": "gb18030",
    "French": "cp1252",
    "German": "latin-1",
}


def table_of(texts, separator=","):
    rows = [f"{place}.jpg{separator}{text}" for place, text in enumerate(texts)]
    return "\n".join([f"image{separator}label", *rows]) + "\n"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "old"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separator_and_encoding_are_told_by_the_bytes(tmp_path, language, kind, separator):
    encoding = OLD[language] if kind == "old" else kind
    (tmp_path / "t.txt").write_bytes(table_of(TEXTS[language], separator).encode(encoding))
    table = read_table(tmp_path / "t.txt")
    assert table["image"].tolist() == ["0.jpg", "1.jpg", "2.jpg"]
    assert table["label"].tolist() == TEXTS[language]


@pytest.mark.parametrize("separator", ["::", ":::"])
def test_colons_separate_cells_where_each_row_has_as_many(tmp_path, separator):
    form = TableForm(header=False)
    rows = ["1::Film, The: a (1995)::Drama|War", '2::A "B": c::Crime']
    (tmp_path / "t.dat").write_text("\n".join(rows).replace("::", separator) + "\n")
    table = read_table(tmp_path / "t.dat", form)
    assert table["2"].tolist() == ["Film, The: a (1995)", 'A "B": c'] and table["3"].tolist() == ["Drama|War", "Crime"]
    (tmp_path / "t.csv").write_text("image,what\na::b.jpg,c\nd.jpg,e\n")
    assert read_table(tmp_path / "t.csv")["image"].tolist() == ["a::b.jpg", "d.jpg"]


def test_a_header_that_begins_with_a_space_has_no_name_for_the_first_column(tmp_path):
    (tmp_path / "t.csv").write_text(" file label\n0 000000 2\n1 000001 0\n4 000004 1\n")
    table = read_table(tmp_path / "t.csv")
    assert table["1"].tolist() == ["0", "1", "4"] and table["file"].tolist() == ["000000", "000001", "000004"]


@pytest.mark.parametrize(
    ("encoding", "texts"), [("koi8_r", ["кошка", "собака", "заяц"]), ("iso8859_7", ["γάτα", "σκύλος", "άλογο"])]
)
def test_an_encoding_that_no_bytes_tell_is_refused_until_it_is_said(tmp_path, encoding, texts):
    (tmp_path / "t.csv").write_bytes(table_of(texts).encode(encoding))
    with pytest.raises(KitError, match="its encoding is none that kit tells") as refused:
        read_table(tmp_path / "t.csv")
    assert "'encoding'" in str(refused.value)
    assert read_table(tmp_path / "t.csv", TableForm(encoding=encoding))["label"].tolist() == texts


def test_a_line_of_too_many_cells_is_named(tmp_path):
    (tmp_path / "t.csv").write_text("id,name\n1,red shirt\n2,blue jeans, slim\n")
    with pytest.raises(KitError, match="line 3 has 3 cells, and others 2"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    "text",
    [
        "3\nimage bald hat young\na.jpg 1 -1 1\nb.jpg -1 -1 1\nc.jpg 1 1 1\n",
        "3\nbald hat young \na.jpg  1 -1  1\nb.jpg -1 -1  1\nc.jpg  1  1  1\n",
        "bald,hat,young\na.jpg,1,-1,1\nb.jpg,-1,-1,1\nc.jpg,1,1,1\n",
    ],
)
def test_a_line_that_counts_and_a_header_without_the_first_name_are_told(tmp_path, text):
    (tmp_path / "t.txt").write_text(text)
    table = read_table(tmp_path / "t.txt")
    assert [*table][1:] == ["bald", "hat", "young", "@line"]
    assert next(iter(table)) == ("image" if "image" in text else "1")
    assert table.iloc[:, 0].tolist() == ["a.jpg", "b.jpg", "c.jpg"] and table["hat"].tolist() == ["-1", "-1", "1"]
    lines = text.splitlines()
    assert [lines[line - 1].split(",")[0].split(" ")[0] for line in table["@line"]] == table.iloc[:, 0].tolist()


@pytest.mark.parametrize("text", ["2\n5\n7\n9\n", "12\na b\nc d\n", "name\npic 1\npic 2\n"])
def test_a_first_line_that_counts_nothing_is_the_header(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    table = read_table(tmp_path / "t.csv")
    assert [*table] == [text.split()[0], "@line"] and len(table) == len(text.splitlines()) - 1


def test_what_is_said_goes_before_what_bytes_tell(tmp_path):
    (tmp_path / "t.csv").write_bytes("a;b,c\n1;2,3\n".encode("utf-16-le"))
    table = read_table(tmp_path / "t.csv", TableForm(separator=";", encoding="utf-16-le"))
    assert table.drop(columns="@line").to_dict("list") == {"a": ["1"], "b,c": ["2,3"]}


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("image,label\na b.jpg,x;y\nc d.jpg,z\n", ","),  # lists and spaces inside cells
        ("id;size\n1;0,5\n2;0,7\n", ";"),  # numbers as Europe writes them
        ("image\tlabels\na.jpg\tcat, dog\nb.jpg\tcat\n", "\t"),
        ("a.jpg 0\nb.jpg 1\n", " "),
        ("10   a.jpg\n2    b.jpg\n", " "),
        ("file name\na b.jpg\nc.jpg\n", ","),  # one column
        ("image\n1.jpg\n2.jpg\n", ","),
        ("image,label\n1,2\n3,4,5\n", ","),  # a cell too much is told, not read as another form
        ('image,label\n"a\n,b",2\nc,4\n', ","),
    ],
)
def test_what_separates_cells_is_what_cuts_all_rows_alike(text, separator):
    assert told_separator(text) == separator


names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)


@settings(derandomize=True, max_examples=60, database=None, deadline=None)
@given(
    cells=st.lists(st.tuples(names, names, names), min_size=2, max_size=8),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_any_table_of_words_comes_back_as_it_was_written(tmp_path_factory, cells, separator, encoding):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    wanted = pd.DataFrame(cells, columns=["first", "second", "third"])
    wanted.to_csv(path, sep=separator, index=False, encoding=encoding)
    found = read_table(path).drop(columns="@line").fillna("nan").to_numpy()
    assert np.array_equal(found, wanted.replace(["NaN", "nan"], "nan").to_numpy())


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, b"\xff\xfe\x00\x01" * 40, b"\x7f\xff" * 99]
)
def test_bytes_that_are_no_text_are_refused_with_what_to_write(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(KitError, match=r"t\.csv: .*(no|null)") as caught:
        read_table(tmp_path / "t.csv")
    assert caught.value.todo


def test_a_slip_in_utf_8_is_told_and_not_read_as_another_encoding(tmp_path):
    content = table_of(TEXTS["Korean"]).encode()
    (tmp_path / "t.csv").write_bytes(content.replace("강".encode(), "강".encode()[:2]))
    with pytest.raises(KitError, match="line 3 is no UTF-8 text"):
        read_table(tmp_path / "t.csv")


IMAGES = [f"img/{name}.png" for name in "abcdef"]
CLASSES = ["고양이", "강아지"]


def rows_of(ids, separator, labels=()):
    return "".join(
        separator.join([name, *([labels[place % 2]] if labels else [])]) + "\n" for place, name in enumerate(ids)
    )


@pytest.mark.parametrize("separator", ["\t", ",", " ", ";"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_tables_without_a_header_are_read_and_answered_so(tmp_path, separator, encoding):
    train, test = rows_of("abcd", separator, CLASSES), rows_of("ef", separator, ["고양이"] * 2)
    workspace = laid_out(
        tmp_path,
        {"train.tsv": train, "sample.tsv": test},
        IMAGES,
        encoding=encoding,
        train={"table": "train.tsv", "header": False, "images": "img/{1}.png"},
        test={"table": "sample.tsv", "header": False, "images": "img/{1}.png"},
        tasks={"label": {"classes": CLASSES, "column": 2}},
        submission={"sample": "sample.tsv", "header": False, "id": 1, "label": 2},
    )
    assert workspace.train["image"].tolist() == IMAGES[:4]
    assert workspace.train["label"].tolist() == [0, 1, 0, 1]
    assert workspace.test["id"].tolist() == ["e", "f"]
    layout = read_layout(workspace)
    answer = pd.DataFrame({"1": ["e", "f"], "2": ["강아지", "고양이"]})
    sent = csv_bytes(layout, answer)
    assert sent.decode("cp949" if encoding == "cp949" else "utf-8") == f"e{separator}강아지\nf{separator}고양이\n"


def test_a_sample_of_tabs_is_answered_with_tabs_and_without_a_mark(tmp_path):
    sample = "id\tlabel\ne\tcat\nf\tcat\n"
    workspace = laid_out(
        tmp_path,
        {"train.csv": "image,label\na,cat\nb,dog\n", "sample.tsv": sample},
        IMAGES,
        encoding="utf-8-sig",
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"table": "sample.tsv", "images": "img/{id}.png"},
        submission={"sample": "sample.tsv", "id": "id", "label": "label"},
    )
    layout = read_layout(workspace)
    told = Predictions(workspace.test["image"].to_numpy(object), {"target": np.array([[0.1, 0.9], [0.8, 0.2]])}, {})
    assert csv_bytes(layout, written(workspace, layout, told)) == b"id\tlabel\ne\tdog\nf\tcat\n"


def test_a_first_row_that_leads_to_a_photo_is_not_taken_for_names(tmp_path):
    workspace = laid_out(
        tmp_path,
        {"train.csv": rows_of("abcd", ",", ["cat", "dog"])},
        IMAGES,
        train={"table": "train.csv", "images": "img/{a}.png"},
        tasks={"label": {"classes": ["cat", "dog"], "column": "cat"}},
    )
    with pytest.raises(KitError, match="header: false"):
        workspace.tables  # noqa: B018


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"separator": "ab"}, "separates no cells"),
        ({"encoding": "klingon"}, "there is no encoding 'klingon'"),
        ({"encoding": "rot13"}, "there is no encoding 'rot13'"),
        ({"header": "maybe"}, "train.header"),
        ({"join": [{"table": "a.csv"}]}, "train.join.0.on"),
        ({"group": {"column": "image", "pattern": "("}}, "no regular expression"),
        ({"group": []}, "group"),
        ({"seperator": ";"}, "did you mean 'separator'"),
    ],
)
def test_keys_that_say_nothing_that_can_be_are_told(tmp_path, keys, told):
    workspace = laid_out(tmp_path, {}, train={"table": "train.csv", "images": "{image}", **keys})
    with pytest.raises(KitError) as caught:
        workspace.competition  # noqa: B018
    assert told in str(caught.value)


@pytest.mark.parametrize(("separator", "header"), [("\t", False), (";", True), (",", False)])
def test_a_file_made_elsewhere_has_to_have_the_sample_s_form(tmp_path, separator, header):
    columns = {"id": "id", "label": "label"} if header else {"id": 1, "label": 2}
    names = f"id{separator}label\n" if header else ""
    workspace = laid_out(
        tmp_path,
        {"train.csv": "image,label\na,cat\nb,dog\n", "sample.txt": names + rows_of("ef", separator, ["cat", "cat"])},
        IMAGES,
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"images": "img/[ef].png"},
        submission={"sample": "sample.txt", "header": header, **columns},
    )
    mine, other = tmp_path / "mine.txt", tmp_path / "other.txt"
    mine.write_text(names + rows_of("ef", separator, ["dog", "cat"]))
    assert "written: submissions/mine.csv" in said_by_kit(workspace, "submit", "--file", str(mine), "--name", "mine")
    assert (tmp_path / "submissions/mine.csv").read_bytes() == mine.read_bytes()
    for wrong in (
        "e|dog\nf|cat\n",
        names + "id|label\n",
        f"id{separator}label\n" + ("" if header else mine.read_text()),
    ):
        other.write_text(wrong)
        assert "other.txt" in said_by_kit(workspace, "submit", "--file", str(other), code=2)
    assert "0.0% of the rows differ from 'mine'" in said_by_kit(
        workspace, "submit", "--file", str(mine), "--name", "again", "--dry-run"
    )


def said(lines, odd):
    """A table whose last column holds texts, and one line more."""
    rows = "".join(f"p{k}.png,{('cat', 'dog')[k % 2]},a {('cat', 'dog')[k % 2]} that sits\n" for k in range(lines))
    return f"image,label,caption\n{rows}{odd}\n"


@pytest.mark.parametrize(
    ("odd", "caption"),
    [
        ("x.png,dog,a dog, a cat, and a bird", "a dog, a cat, and a bird"),
        ('x.png,dog,"a /"war/" of dogs, by night"', 'a /war/" of dogs, by night"'),
    ],
)
def test_commas_in_the_texts_of_the_last_column_part_nothing(tmp_path, odd, caption):
    path = tmp_path / "said.csv"
    path.write_text(said(40, odd))
    read = read_any(path)
    assert read.cells.iloc[-1].tolist()[:3] == ["x.png", "dog", caption]
    assert read.cells["@line"].tolist() == list(range(2, 43))
    assert read.note == "1 line has cells too many, which are taken for the rest of 'caption'"


@pytest.mark.parametrize("lines", [4, 40])
def test_cells_too_many_are_refused_where_they_are_many_or_the_last_column_holds_no_texts(tmp_path, lines):
    path = tmp_path / "said.csv"
    text = said(lines, "x.png,dog,a dog, a cat")
    path.write_text(text if lines == 4 else text.replace("a cat that sits", "cat").replace("a dog that sits", "dog"))
    with pytest.raises(KitError, match=f"line {lines + 2} has 4 cells, and others 3"):
        read_any(path)
