"""Tables are read as they are: every photo has one row, and what is wrong is told by file and line."""

import shutil

import pandas as pd
import pytest
import yaml
from shared.mini import SPEC, mini_workspace, read_tables

from kit.competition.tables import read_csv
from kit.competition.workspace import Workspace
from kit.errors import KitError

TRAIN, TEST = "data/train/train.csv", "data/eval/info.csv"


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return mini_workspace(tmp_path, people=6)


def edit(workspace: Workspace, table: str, change) -> None:
    path = workspace.root / table
    change(pd.read_csv(path, dtype=str)).to_csv(path, index=False)


def respec(workspace: Workspace, **changes) -> Workspace:
    content = yaml.safe_load(SPEC)
    for key, value in changes.items():
        first, _, second = key.partition("__")
        content[first] = {**content[first], second: value} if second else value
    (workspace.root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    return Workspace(workspace.root)


def put(row: int, column: str, value):
    def change(table):
        table.loc[row, column] = value
        return table

    return change


def refused(workspace: Workspace, *told: str) -> None:
    with pytest.raises(KitError) as caught:
        Workspace(workspace.root).require_photos()
    assert caught.value.exit_code == 2
    for part in told:
        assert part in str(caught.value)


def test_every_photo_is_a_row_with_its_classes(workspace):
    tables = read_tables(workspace)
    assert len(tables.train) == 6 * 7 and tables.train["image"].is_unique
    assert len(tables.test) == 6 * 7 and tables.test["id"].is_unique
    person = tables.train["group"] == "000001"
    row = tables.train[person & (tables.raw["stem"] == "incorrect_mask")].iloc[0]
    assert row["image"].startswith("train/images/000001_female_Asian_35/incorrect_mask.")
    assert (row["mask"], row["gender"], row["age"], row["target"]) == (1, 1, 1, 10)


def test_mixed_endings_are_read_and_hidden_files_are_not(workspace):
    images = read_tables(workspace).train["image"]
    assert set(images.str.rpartition(".")[2]) == {"jpg", "png", "jpeg", "JPG"}
    assert (workspace.data_dir / images[0]).parent.joinpath("._mask1.jpg").exists()
    assert not images.str.contains("/._").any()


@pytest.mark.parametrize(
    ("age", "band"), [("0", 0), ("29", 0), ("30", 1), ("59", 1), ("59.9", 1), ("60", 2), ("99", 2)]
)
def test_the_edges_of_age_belong_to_the_class_above(workspace, age, band):
    edit(workspace, TRAIN, put(0, "age", age))
    assert read_tables(workspace).train["age"][0] == band


def test_an_id_that_stands_twice_is_one_group_and_is_told(workspace):
    edit(workspace, TRAIN, put(1, "id", "000000"))
    tables = read_tables(workspace)
    assert tables.repeated_groups == ("000000",)
    assert (tables.train["group"] == "000000").sum() == 14
    assert tables.train["image"].is_unique


def test_ids_keep_their_zeros_and_suffixes(workspace):
    edit(workspace, TRAIN, put(1, "id", "001498-1"))
    assert {"000000", "001498-1"} <= set(read_tables(workspace).train["group"])


def test_a_table_of_photos_repeats_its_groups_by_nature(workspace):
    table = read_tables(workspace).raw[["@image", "id", "gender", "age", "stem"]]
    table.rename(columns={"@image": "path"}).to_csv(workspace.root / TRAIN, index=False)
    assert read_tables(respec(workspace, train__images="{path}")).repeated_groups == ()


def test_the_fingerprint_is_of_labels_and_not_of_the_text_around_them(workspace):
    before = read_tables(workspace).fingerprint
    edit(workspace, TRAIN, put(0, "race", "unknown"))
    assert read_tables(workspace).fingerprint == before
    edit(workspace, TRAIN, put(0, "gender", "female"))
    assert read_tables(workspace).fingerprint != before


def test_a_missing_data_folder_is_named(workspace):
    shutil.rmtree(workspace.data_dir)
    refused(workspace, "competition.yaml", "'data' is not there")


@pytest.mark.parametrize("table", [TRAIN, TEST])
def test_a_missing_table_is_named(workspace, table):
    (workspace.root / table).unlink()
    refused(workspace, table, "there is no such table")


@pytest.mark.parametrize("table", [TRAIN, TEST])
def test_an_empty_table_is_refused(workspace, table):
    edit(workspace, table, lambda rows: rows.iloc[:0])
    refused(workspace, table, "no rows")
    (workspace.root / table).write_text("")
    refused(workspace, table, "not a csv table")


def test_a_table_of_bytes_is_refused(workspace):
    (workspace.root / TRAIN).write_bytes(b"\xff\xfe\x00\x01" * 40)
    refused(workspace, TRAIN, "line 1 is no text")


@pytest.mark.parametrize(("column", "near"), [("path", "paht"), ("id", "ids"), ("gender", "gendr"), ("age", "agee")])
def test_a_missing_column_is_named_with_the_nearest(workspace, column, near):
    edit(workspace, TRAIN, lambda rows: rows.rename(columns={column: near}))
    refused(workspace, TRAIN, f"no column '{column}'", f"did you mean '{near}'")


def test_a_missing_column_of_the_test_table_is_named(workspace):
    edit(workspace, TEST, lambda rows: rows.rename(columns={"ImageID": "ImageId"}))
    refused(workspace, TEST, "no column 'ImageID'", "did you mean 'ImageId'")


@pytest.mark.parametrize("column", ["gender", "age", "id", "path"])
def test_an_empty_cell_is_told_by_its_line(workspace, column):
    edit(workspace, TRAIN, put(2, column, None))
    refused(workspace, TRAIN, "line 4", f"'{column}'")


def test_nan_is_no_label(workspace):
    edit(workspace, TRAIN, put(2, "age", "NaN"))
    refused(workspace, TRAIN, "line 4", "'age'")


def test_lines_are_counted_over_empty_ones(workspace):
    lines = (workspace.root / TRAIN).read_text().splitlines()
    lines[3] = lines[3].replace("male", "mail", 1)
    (workspace.root / TRAIN).write_text("\n".join([*lines[:2], "", *lines[2:], ""]))
    refused(workspace, TRAIN, "line 5", "'mail'")


def test_a_label_outside_its_classes_is_told_by_line_and_nearest(workspace):
    edit(workspace, TRAIN, put(3, "gender", "femal"))
    refused(workspace, TRAIN, "line 5", "'femal'", "'gender'", "did you mean 'female'")


@pytest.mark.parametrize("age", ["old", "inf"])
def test_an_age_that_is_no_number_is_told(workspace, age):
    edit(workspace, TRAIN, put(3, "age", age))
    refused(workspace, TRAIN, "line 5", f"'{age}'", "not a number")


def test_a_photo_whose_name_is_no_class_is_told(workspace):
    folder = workspace.data_dir / "train/images/000000_male_Asian_19"
    shutil.copy(next(folder.glob("normal.*")), folder / "selfie.png")
    refused(workspace, TRAIN, "line 2", "'selfie'", "'mask'")


def test_a_missing_photo_is_named(workspace):
    image = read_tables(workspace).test["image"][3]
    (workspace.data_dir / image).unlink()
    assert read_tables(workspace).missing == (image,)
    with pytest.raises(KitError, match="1 photos") as caught:
        workspace.require_photos()
    assert image in str(caught.value)


def test_a_person_without_photos_is_named(workspace):
    shutil.rmtree(workspace.data_dir / "train/images/000000_male_Asian_19")
    refused(workspace, "train/images/000000_male_Asian_19/*")


def test_a_row_that_stands_twice_is_taken_once_and_counted(workspace):
    before = read_tables(workspace)
    edit(workspace, TRAIN, lambda rows: pd.concat([rows, rows.iloc[[0]]]))
    again = read_tables(Workspace(workspace.root))
    assert again.train.equals(before.train) and again.fingerprint == before.fingerprint
    assert again.notes == ("7 rows name a photo again and say the same of it, and are left out",)


def test_a_photo_that_two_rows_say_different_things_of_is_told_with_its_lines(workspace):
    edit(workspace, TRAIN, lambda rows: pd.concat([rows, rows.iloc[[0]].assign(age="59")]))
    refused(workspace, TRAIN, "train/images/000000_male_Asian_19", "2, 8")
    edit(workspace, TRAIN, lambda rows: rows.iloc[:6])
    edit(workspace, TEST, lambda rows: pd.concat([rows, rows.iloc[[4]]]))
    refused(workspace, TEST, "lines 6, 44")


def test_a_photo_cannot_be_train_and_test(workspace):
    again = respec(workspace, test={"images": "train/images/000000*/*"}, submission={"id": "stem", "label": "ans"})
    refused(again, "7 photos", "both train and test")


def test_a_pattern_that_matches_nothing_is_told(workspace):
    refused(respec(workspace, test={"images": "eval/pictures/*"}), "no image matches 'eval/pictures/*'", "test.images")


def test_a_template_without_a_column_is_told(workspace):
    refused(respec(workspace, train__images="train/images/photo.jpg"), TRAIN, "{column}")


def test_a_column_with_a_dot_or_a_bracket_can_name_photos(workspace):
    edit(workspace, TRAIN, lambda rows: rows.rename(columns={"path": "photo.path[0]"}))
    tables = read_tables(respec(workspace, train__images="./train/images/{photo.path[0]}/*"))
    assert len(tables.train) == 42 and tables.train["image"][0].startswith("train/images/")


def test_photos_beside_the_tables_can_be_found_by_a_pattern(workspace):
    source = read_tables(workspace).train["image"][0]
    for name in ("a1.jpg", "a2.jpg", "b1.jpg"):
        shutil.copy(workspace.data_dir / source, workspace.data_dir / name)
    (workspace.data_dir / "t.csv").write_text("key,gender,age\na,male,20\nb,female,70\n")
    tasks = {"gender": {"classes": ["male", "female"], "column": "gender"}}
    again = respec(workspace, train={"table": "t.csv", "images": "{key}*", "group": "key"}, tasks=tasks, target=None)
    assert list(read_tables(again).train["image"]) == ["a1.jpg", "a2.jpg", "b1.jpg"]


def test_a_folder_per_class_needs_no_table(workspace):
    source = workspace.data_dir / read_tables(workspace).train["image"][0]
    for name in ("cats/1.jpg", "cats/2.JPG", "dogs/1.jpg"):
        (workspace.data_dir / "pets" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, workspace.data_dir / "pets" / name)
    tasks = {"kind": {"classes": ["cats", "dogs"], "column": "folder"}}
    tables = read_tables(respec(workspace, train={"images": "pets/*/*"}, tasks=tasks, target=None))
    assert tables.train[["image", "kind"]].values.tolist() == [
        ["pets/cats/1.jpg", 0],
        ["pets/cats/2.JPG", 0],
        ["pets/dogs/1.jpg", 1],
    ]


def test_a_comma_at_the_end_of_every_line_shifts_no_column(tmp_path):
    (tmp_path / "t.csv").write_text("image,label\na.jpg,1,\nb.jpg,2,\n")
    assert read_csv(tmp_path / "t.csv")["image"].tolist() == ["a.jpg", "b.jpg"]


def test_cells_are_read_without_the_spaces_around_them(workspace):
    before = read_tables(workspace)
    spaced = (workspace.root / TRAIN).read_text().replace(",male,", ", male,").replace("000001,", " 000001 ,", 1)
    (workspace.root / TRAIN).write_text(spaced.replace(",Asian,", ",  ,"))
    (workspace.root / TEST).write_text((workspace.root / TEST).read_text().replace(",0\n", " , 0\n"))
    after = read_tables(workspace)
    assert after.fingerprint == before.fingerprint and after.missing == ()
    assert after.train.equals(before.train) and after.test.equals(before.test)
    edit(workspace, TRAIN, put(2, "gender", " "))
    refused(workspace, "line 4 has no 'gender'")


def test_a_table_without_such_spaces_has_the_fingerprint_of_before(workspace):
    assert read_tables(workspace).fingerprint.startswith("69649d212b98")


def test_a_photo_whose_name_has_real_spaces_is_found(workspace):
    table = pd.read_csv(workspace.root / TRAIN, dtype=str)
    folder = workspace.data_dir / "train/images" / table.loc[0, "path"]
    folder.rename(folder.with_name(f" {folder.name} "))
    image = pd.read_csv(workspace.root / TEST, dtype=str)["ImageID"][0]
    (workspace.data_dir / "eval/images" / image).rename(workspace.data_dir / f"eval/images/ {image}")
    edit(workspace, TRAIN, put(0, "path", f" {folder.name} "))
    edit(workspace, TEST, put(0, "ImageID", f" {image}"))
    tables = read_tables(workspace)
    assert tables.missing == () and len(tables.train) == 42
    assert tables.train["image"].str.contains(f"/ {folder.name} /").sum() == 7
    assert (tables.test["image"][0], tables.test["id"][0]) == (f"eval/images/ {image}", image)


def test_class_names_are_taken_without_the_spaces_around_them(workspace):
    tasks = {"gender": {"classes": [" male", "female "], "column": "gender"}}
    competition = respec(workspace, tasks=tasks, target=None).competition
    assert competition.target_classes == ("male", "female")


def test_fixes_are_read_without_the_spaces_around_their_cells(workspace):
    lines = "image,group,column,value,tier,reason\n,000000 , gender, female ,core ,x\n"
    (workspace.root / "fixes.csv").write_text(lines)
    train = read_tables(respec(workspace, fixes={})).train
    assert set(train.loc[train["group"] == "000000", "gender"]) == {1}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "t.csv").write_bytes("\ufeffimage , label\na.jpg,1\n".encode())
    assert read_csv(tmp_path / "t.csv")["image"].tolist() == ["a.jpg"]
