"""Photos are found where they lie: in any folder, by a part of their id, in other letters; what is left out is said."""

import shutil

import pytest
from shared.laid_out import laid_out, said_by_kit

from kit.competition.photos import list_files
from kit.errors import KitError
from kit.submissions.form import read_layout


def sides(root, rows, images, template, **keys):
    """A workspace of a train table alone: `rows` are cells of image and label."""
    text = "image,label\n" + "".join(f"{image},{label}\n" for image, label in rows)
    return laid_out(root, {"train.csv": text}, images, train={"table": "train.csv", "images": template, **keys})


def refused(workspace, *told):
    with pytest.raises(KitError) as caught:
        workspace.require_photos()
    for part in told:
        assert part in str(caught.value)


PAIR = [("ab1", "cat"), ("cd2", "dog")]


@pytest.mark.parametrize(
    ("template", "images"),
    [
        ("train/{image[0]}/{image}.png", ["train/a/ab1.png", "train/c/cd2.png"]),
        ("train/{image[0]}/{image[1]}/{image[2]}/{image}.png", ["train/a/b/1/ab1.png", "train/c/d/2/cd2.png"]),
        ("{image[0:2]}/{image[-1]}.png", ["ab/1.png", "cd/2.png"]),
        ("parts_*/{image}.png", ["parts_1/ab1.png", "parts_2/cd2.png"]),
        ("train/*/{image}.png", ["train/cats/ab1.png", "train/dogs/cd2.png"]),
        ("*/{image[0]}/{image}.png", ["one/a/ab1.png", "two/c/cd2.png"]),
        ("train/**/{image}.png", ["train/ab1.png", "train/x/y/z/cd2.png"]),
        ("**/{image}.png", ["ab1.png", "deep/down/cd2.png"]),
        ("train/*/{image}.*", ["train/1/ab1.png", "train/2/cd2.bmp"]),
    ],
)
def test_a_photo_is_found_by_its_id_in_the_folder_that_has_it(tmp_path, template, images):
    workspace = sides(tmp_path, PAIR, [*images, "train/other/z.png"], template)
    workspace.require_photos()
    assert workspace.train["image"].tolist() == images


@pytest.mark.parametrize("rows", [["7", "12"], ["07", "00012"], ["00007", "12"]])
def test_a_number_finds_the_photo_with_zeros_in_front(tmp_path, rows):
    images = ["train/00007.png", "train/00012.png"]
    workspace = sides(tmp_path, list(zip(rows, ("cat", "dog"), strict=True)), images, "train/{image:05}.png")
    workspace.require_photos()
    assert workspace.train["image"].tolist() == images


def test_a_part_of_a_cell_finds_the_photo_with_zeros_in_front(tmp_path):
    images = ["train/00007.png", "train/00012.png"]
    rows = [("img_7", "cat"), ("img_12", "dog")]
    workspace = sides(tmp_path, rows, images, "train/{image[4:]:05}.png")
    workspace.require_photos()
    assert workspace.train["image"].tolist() == images


@pytest.mark.parametrize("name", [".DS_Store", "._ab1.png", "x/.hidden"])
def test_a_row_of_a_hidden_file_is_left_out_and_counted(tmp_path, name):
    images = ["train/ab1.png", "train/cd2.png"]
    rows = [("ab1.png", "cat"), (name, ""), ("cd2.png", "dog")]
    tables = sides(tmp_path, rows, images, "train/{image}").tables
    assert tables.train["image"].tolist() == images
    assert f"1 of 3 rows name a hidden file, such as '{name}', and are left out" in tables.reading


@pytest.mark.parametrize("template", ["train/*/{image}.png", "train/**/{image}.png", "**/{image}.*"])
def test_two_photos_of_one_name_are_both_named(tmp_path, template):
    workspace = sides(tmp_path, PAIR, ["train/1/ab1.png", "train/2/ab1.png", "train/1/cd2.png"], template)
    refused(workspace, "'train/1/ab1.png'", "'train/2/ab1.png'", "name its folder")


@pytest.mark.parametrize("template", ["train/*/{image}.png", "**/{image}.png", "train/{image[0]}/{image}.png"])
def test_a_photo_that_is_in_no_folder_is_missing(tmp_path, template):
    workspace = sides(tmp_path, PAIR, ["train/a/ab1.png"], template)
    assert workspace.tables.missing == (template.replace("{image[0]}", "c").replace("{image}", "cd2"),)
    refused(workspace, "1 photos that the tables name are not there", "cd2")


def test_rows_of_several_photos_find_them_in_all_their_folders(tmp_path):
    images = ["p1/ab1_left.png", "p2/ab1_right.png", "p2/cd2_left.png"]
    workspace = sides(tmp_path, PAIR, images, "p*/{image}_*.png")
    assert workspace.train["image"].tolist() == images and workspace.train["label"].tolist() == [0, 0, 1]


@pytest.mark.parametrize("ending", [".PNG", ".Png", ".png"])
@pytest.mark.parametrize("template", ["img/{image}.png", "*/{image}.png", "img/{image}.*", "img/{image}.PNG"])
def test_the_case_of_an_ending_is_not_looked_at(tmp_path, ending, template):
    workspace = sides(tmp_path, PAIR, [f"img/ab1{ending}", "img/cd2.png"], template)
    workspace.require_photos()
    assert workspace.train["image"].tolist() == [f"img/ab1{ending}", "img/cd2.png"]


def test_two_endings_that_differ_in_case_alone_are_both_named(tmp_path):
    refused(sides(tmp_path, PAIR[:1], ["img/ab1.PNG", "img/ab1.Png"], "img/{image}.png"), "ab1.PNG", "ab1.Png")


def test_the_id_itself_is_looked_at_letter_by_letter(tmp_path):
    refused(sides(tmp_path, PAIR, ["img/AB1.png", "img/cd2.png"], "img/{image}.png"), "img/ab1.png")


def test_the_whole_name_of_a_file_may_be_written_in_other_letters(tmp_path):
    rows = [("AB1.PNG", "cat"), ("cd2.png", "dog")]
    workspace = sides(tmp_path, rows, ["img/ab1.png", "img/cd2.png", "img/CD2.png"], "img/{image}")
    workspace.require_photos()
    assert workspace.train["image"].tolist() == ["img/ab1.png", "img/cd2.png"]


@pytest.mark.parametrize("image", ["a[1]", "a*b", "what?", "[ab]"])
@pytest.mark.parametrize("template", ["img/{image}.png", "*/{image}.png", "img/{image}_*.png", "{image}/*.png"])
def test_wildcards_of_an_id_are_letters(tmp_path, image, template):
    own = template.replace("*", "x").replace("{image}", image)
    others = [template.replace("*", "x").replace("{image}", other) for other in ("a1", "aXb", "whatX", "a")]
    workspace = sides(tmp_path, [(image, "cat")], [own, *others], template)
    assert workspace.train["image"].tolist() == [own]


def test_an_id_too_short_for_its_template_is_told_by_its_line(tmp_path):
    workspace = sides(
        tmp_path, [("abc", "cat"), ("a", "dog")], ["a/b/c/abc.png"], "{image[0]}/{image[1]}/c/{image}.png"
    )
    refused(workspace, "line 3", "'a' is too short for {image[1]}")


@pytest.mark.parametrize("hidden", ["train/._1.png", "train/.cache/2.png", "train/__MACOSX/3.png"])
def test_hidden_files_and_folders_are_left_out_and_said(tmp_path, hidden):
    images = ["train/cat/1.png", "train/dog/2.png", hidden.replace("train/.", "train/dog/.", 1)]
    if "/._" not in hidden:
        images[2] = hidden
    workspace = laid_out(
        tmp_path,
        {},
        images,
        train={"images": "train/*/*.png"},
        tasks={"label": {"classes": ["cat", "dog"], "column": "folder"}},
    )
    assert workspace.train["image"].tolist() == images[:2]
    assert any("hidden" in told and "1 hidden" in told for told in workspace.tables.reading)


def test_the_cache_that_a_copy_of_the_data_brings_is_no_part_of_them(tmp_path):
    workspace = sides(tmp_path / "mine", PAIR, ["ab1.png", "cd2.png"], "{image}.png")
    before = list_files(workspace.data_dir)
    workspace.require_photos()
    said_by_kit(workspace, "doctor")
    assert (workspace.data_dir / "cache").is_dir()
    assert list_files(shutil.copytree(workspace.data_dir, tmp_path / "yours/files")) == before


JOINED = {
    "train.csv": "id,split,image\n1,train,a\n2,train,b\n3,valid,c\n4,valid,d\n",
    "labels.tsv": "key\tlabel\n4\tdog\n3\tcat\n2\tdog\n1\tcat\n9\tdog\n",
}
IMAGES = [f"img/{name}.png" for name in "abcd"]


def joined(root, files=JOINED, **keys):
    train = {
        "table": "train.csv",
        "images": "img/{image}.png",
        "join": [{"table": "labels.tsv", True: {"id": "key"}}],
    }  # an `on` without quotes
    return laid_out(root, files, IMAGES, train={**train, **keys})


def test_labels_of_another_table_are_joined_by_the_key(tmp_path):
    workspace = joined(tmp_path)
    assert workspace.train["label"].tolist() == [0, 1, 0, 1]
    assert any("labels.tsv: 1 of 5 rows" in told and "left out" in told for told in workspace.tables.reading)


def test_tables_without_names_are_joined_by_their_columns(tmp_path):
    files = {
        "images.txt": "1 x/a.png\n2 x/b.png\n3 y/c.png\n",
        "labels.txt": "1 1\n2 2\n3 1\n",
        "split.txt": "1 1\n2 1\n3 0\n",
    }
    workspace = laid_out(
        tmp_path,
        files,
        ["x/a.png", "x/b.png", "y/c.png"],
        train={
            "table": "images.txt",
            "header": False,
            "join": [{"table": name, "header": False, "on": 1} for name in ("labels.txt", "split.txt")],
            "rows": {"split.2": 1},
            "images": "{2}",
        },
        tasks={"label": {"classes": [1, 2], "column": "labels.2"}},
    )
    assert workspace.train["image"].tolist() == ["x/a.png", "x/b.png"]
    assert workspace.train["label"].tolist() == [0, 1]
    assert any("1 of 3 rows have another 'split.2' ('0') and are left out" in told for told in workspace.tables.reading)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("key\tlabel\n1\tcat\n1\tdog\n", "lines 2, 3 are all of the key '1'"),
        ("k\tlabel\n1\tcat\n", "there is no column 'key'"),
        ("key\tlabel\n7\tcat\n8\tdog\n", "none of its rows has a row in labels.tsv"),
        ("key\tlabel\n1\tcat\n2\tdog\n3\tcat\n", "line 5 has no 'label'"),
    ],
)
def test_a_join_that_does_not_fit_is_told(tmp_path, labels, told):
    refused(joined(tmp_path, {**JOINED, "labels.tsv": labels}), told)


def test_rows_of_another_side_are_left_out_and_counted(tmp_path):
    workspace = joined(tmp_path, rows={"split": "train"})
    assert workspace.train["image"].tolist() == IMAGES[:2]
    assert any(
        "2 of 4 rows have another 'split' ('valid') and are left out" in told for told in workspace.tables.reading
    )
    assert workspace.tables.rows == {"train.csv": 4}  # no table is cut off by what the yaml asks of it


def test_one_table_of_both_sides(tmp_path):
    workspace = laid_out(
        tmp_path,
        {"all.csv": "image,label,is_train\na,cat,True\nb,dog,True\nc,,False\n"},
        IMAGES,
        train={"table": "all.csv", "rows": {"is_train": True}, "images": "img/{image}.png"},
        test={"table": "all.csv", "rows": {"is_train": False}, "images": "img/{image}.png"},
        submission={"id": "image", "label": "label"},
    )
    assert workspace.train["image"].tolist() == IMAGES[:2] and workspace.test["id"].tolist() == ["c"]


MIXED = ["train_0", "train_1", "test_0"]


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ({"label": "*"}, {"label": ""}),
        ({"image": "train_*"}, {"image": ["test_*"]}),
        ({"image": "t*n_*"}, {"image": "test_0"}),
    ],
)
def test_rows_are_taken_by_patterns_and_by_empty_cells(tmp_path, train, test):
    rows = ["image,label", *(f"{name},{label}" for name, label in zip(MIXED, ("cat", "dog", ""), strict=True))]
    workspace = laid_out(
        tmp_path,
        {"all.csv": "\n".join(rows) + "\n"},
        [f"img/{name}.png" for name in MIXED],
        train={"table": "all.csv", "rows": train, "images": "img/{image}.png"},
        test={"table": "all.csv", "rows": test, "images": "img/{image}.png"},
        submission={"id": "image", "label": "label"},
    )
    assert workspace.tables.raw["image"].tolist() == MIXED[:2]
    assert workspace.test["id"].tolist() == MIXED[2:]


@pytest.mark.parametrize(("rows", "told"), [({"split": "test"}, "known: train, valid"), ({"spilt": "train"}, "split")])
def test_rows_that_nothing_has_are_told(tmp_path, rows, told):
    refused(joined(tmp_path, rows=rows), told)


GROUPS = {"train.csv": "image,label,lesion,eye\n10_left,cat,5,l\n10_right,dog,5,r\n7_left,cat,6,l\n7_right,dog,5,l\n"}
EYES = [f"img/{name}.png" for name in ("10_left", "10_right", "7_left", "7_right")]


@pytest.mark.parametrize(
    ("group", "groups"),
    [
        ("lesion", ["5", "5", "6", "5"]),
        (["lesion", "eye"], ["5/l", "5/r", "6/l", "5/l"]),
        ({"column": "image", "pattern": r"(\d+)_(?:left|right)"}, ["10", "10", "7", "7"]),
        ({"column": "image", "pattern": "left|right"}, ["left", "right", "left", "right"]),
        ({"column": "file", "pattern": r"^\d+"}, ["10", "10", "7", "7"]),
        ({"columns": ["eye"]}, ["l", "r", "l", "l"]),
        ({"columns": ["lesion", "image"], "pattern": r"^(\d+)_"}, ["5/10", "5/10", "6/7", "5/7"]),
    ],
)
def test_who_is_on_a_photo_may_be_told_by_columns_or_a_part_of_one(tmp_path, group, groups):
    workspace = laid_out(
        tmp_path, GROUPS, EYES, train={"table": "train.csv", "images": "img/{image}.png", "group": group}
    )
    assert workspace.train["group"].tolist() == groups


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (["lesion", "eyes"], "did you mean 'eye'"),
        ({"column": "image", "pattern": "^7"}, "line 2: the pattern of the group, '^7', finds nothing in '10_left'"),
        ({"columns": ["eye", "image"], "pattern": "^7"}, "'^7', finds nothing in '10_left'"),
    ],
)
def test_a_group_that_is_not_there_is_told(tmp_path, group, told):
    train = {"table": "train.csv", "images": "img/{image}.png", "group": group}
    refused(laid_out(tmp_path, GROUPS, EYES, train=train), told)


@pytest.mark.parametrize(
    ("template", "images", "column", "values"),
    [
        ("train/{breed}/images/*", ["train/cat/images/1.png", "train/dog/images/2.png"], "breed", [0, 1]),
        ("train/{label}.{n}.png", ["train/cat.1.png", "train/dog.2.png"], "label", [0, 1]),
        ("{view}/{label}_*.png", ["left/cat_1.png", "left/dog_2.png"], "label", [0, 1]),
        ("**/{label}/*.png", ["a/b/cat/1.png", "dog/2.png"], "label", [0, 1]),
        ("{label}/{label}[0-9].png", ["cat/cat1.png", "dog/dog2.png"], "label", [0, 1]),
        ("{label}/*.png", ["cat/1.PNG", "dog/2.png"], "label", [0, 1]),
    ],
)
def test_folders_and_parts_of_names_are_columns(tmp_path, template, images, column, values):
    workspace = laid_out(
        tmp_path,
        {},
        images,
        train={"images": template},
        tasks={"label": {"classes": ["cat", "dog"], "column": column}},
    )
    assert workspace.train["image"].tolist() == images and workspace.train["label"].tolist() == values


def test_a_name_takes_as_much_as_fits(tmp_path):
    images = ["german_shepherd_12.png", "pug_3.png"]
    workspace = laid_out(
        tmp_path,
        {},
        images,
        train={"images": "{breed}_{n}.png", "group": "n"},
        tasks={"label": {"classes": ["german_shepherd", "pug"], "column": "breed"}},
    )
    assert workspace.train["label"].tolist() == [0, 1] and workspace.train["group"].tolist() == ["12", "3"]


ANSWERED = {"train.csv": "image,label\na,cat\nb,dog\n", "test.csv": "image_id,size\nc,1\nd,2\n"}


@pytest.mark.parametrize(
    ("test", "ids"),
    [
        ({"table": "test.csv", "images": "img/{image_id}.png", "id": "image_id"}, ["c", "d"]),
        ({"table": "test.csv", "images": "img/{image_id}.png", "id": "row"}, ["1", "2"]),
        ({"table": "test.csv", "images": "img/{image_id}.png", "id": "row0"}, ["0", "1"]),
        ({"table": "test.csv", "images": "img/{image_id}.png"}, ["c", "d"]),  # the one column with the sample's ids
        ({"table": "test.csv", "images": "img/{image_id}.png", "id": "file"}, ["c.png", "d.png"]),
        ({"images": "img/[cd].png", "id": "stem"}, ["c", "d"]),
        ({"images": "{folder}/[cd].png", "id": "file"}, ["c.png", "d.png"]),
    ],
)
def test_answers_may_be_called_otherwise_in_the_file_to_send(tmp_path, test, ids):
    train = {"table": "train.csv", "images": "img/{image}.png"}
    sample = "Id,Category\n" + "".join(f"{name},cat\n" for name in ids)
    submission = {"sample": "sample.csv", "id": "Id", "label": "Category"}
    files = {**ANSWERED, "sample.csv": sample}
    workspace = laid_out(tmp_path, files, IMAGES, train=train, test=test, submission=submission)
    assert workspace.test["id"].tolist() == ids
    assert read_layout(workspace).columns == ("Id", "Category")


def test_an_answer_s_column_that_is_not_there_is_told(tmp_path):
    train, test = (
        {"table": "train.csv", "images": "img/{image}.png"},
        {"table": "test.csv", "images": "img/{image_id}.png"},
    )
    workspace = laid_out(tmp_path, ANSWERED, IMAGES, train=train, test={**test, "id": "image"}, submission={"id": "Id"})
    refused(workspace, "no column 'image'", "did you mean 'image_id'")


def test_a_test_table_of_the_file_s_own_rows_has_each_photo_once(tmp_path):
    rows = [f"{name}_{part},{name},{part}" for name in "cd" for part in ("shape", "light")]
    workspace = laid_out(
        tmp_path,
        {"train.csv": "image,shape,light\na,cat,1\nb,dog,0\n", "test.csv": "\n".join(["row_id,image,part", *rows])},
        IMAGES,
        train={"table": "train.csv", "images": "img/{image}.png"},
        test={"table": "test.csv", "images": "img/{image}.png"},
        tasks={
            "shape": {"classes": ["cat", "dog"], "column": "shape"},
            "light": {"classes": [0, 1], "column": "light"},
        },
        target="separate",
        submission={"id": "row_id", "label": "target", "long": "{image}_{task}"},
    )
    assert workspace.test["image"].tolist() == IMAGES[2:]
    assert read_layout(workspace).given["row_id"].tolist() == [row.partition(",")[0] for row in rows]


def test_rows_of_a_table_are_photos_by_their_number(tmp_path):
    workspace = laid_out(
        tmp_path,
        {"train.csv": "label,p0,p1\n0,1,2\n1,3,4\n0,5,6\n"},
        train={"table": "train.csv", "images": "train.csv/{row}", "rows": {"label": ["0"]}},
        photos={"reader": "rows"},
        tasks={"label": {"classes": [0, 1], "column": "label"}},
    )
    assert workspace.train["image"].tolist() == ["train.csv/1", "train.csv/3"]
