"""`kit init` writes a competition.yaml that fits the data, never over another, and never half."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from shared.mini import mini_mask, read_tables

from kit.cli.main import main
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.presets import data_key, yaml_list
from kit.presets.digits import write_digits
from kit.presets.start import start_workspace
from kit.presets.table import TableOptions


def kit(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return caught.value.code or 0


def photo(path: Path, shade: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8), (shade % 256, shade // 256, 0)).save(path)


def infer(root: Path, **options) -> Workspace:
    """Infer a competition from the files in root/data; it must load, and find every photo."""
    workspace = start_workspace(root, "table", root / "data", table=TableOptions(**options))
    read_tables(workspace)
    return workspace


def refuses(root: Path, *told: str, **options) -> None:
    with pytest.raises(KitError) as caught:
        infer(root, **options)
    for part in told:
        assert part in str(caught.value)
    assert not (root / "competition.yaml").exists()


@pytest.fixture
def cassava(tmp_path) -> Path:
    """The usual layout: ids without an ending, a folder for each side, a sample submission."""
    train = pd.DataFrame({"image_id": [f"tr{i:03d}" for i in range(24)], "label": [i % 4 for i in range(24)]})
    for i, name in enumerate(train["image_id"]):
        photo(tmp_path / f"data/train_images/{name}.jpg", i)
    test = [f"te{i:03d}" for i in range(6)]
    for i, name in enumerate(test):
        photo(tmp_path / f"data/test_images/{name}.jpg", 100 + i)
    train.to_csv(tmp_path / "data/train.csv", index=False)
    pd.DataFrame({"image_id": test, "label": 0}).to_csv(tmp_path / "data/sample_submission.csv", index=False)
    return tmp_path


def rewrite(root: Path, table: str, change) -> None:
    path = root / "data" / table
    change(pd.read_csv(path, dtype=str)).to_csv(path, index=False)


# the mask preset


def test_mask_fits_the_real_layout_and_names_repeated_ids(tmp_path, capfd):
    data = mini_mask(tmp_path, people=12)
    table = pd.read_csv(data / "train/train.csv", dtype=str)
    table.loc[1, "id"] = table.loc[0, "id"]
    table.to_csv(data / "train/train.csv", index=False)
    assert kit("-C", tmp_path, "init", "mask", "--data", "data") == 0
    assert "kept together: 000000" in capfd.readouterr().err
    workspace = Workspace(tmp_path)
    tables = read_tables(workspace)
    assert len(tables.train) == 84 and set(tables.train["target"]) == set(range(18))
    assert workspace.competition.recipe == "default" and workspace.competition.finals.public_share == 0.5
    assert all((tmp_path / name).is_dir() for name in ("runs", "submissions", "recipes"))


def test_mask_ships_the_known_fixes(tmp_path):
    start_workspace(tmp_path, "mask", tmp_path / "data")
    fixes = pd.read_csv(tmp_path / "fixes.csv", dtype=str, keep_default_na=False)
    assert set(fixes["tier"]) == {"core"}
    people = fixes[fixes["column"] == "gender"].groupby("value")["group"].apply(set)
    assert people["male"] == {"006359", "006360", "006361", "006362", "006363", "006364", "001720"}
    assert people["female"] == {"001498-1", "004432", "005223"}
    swaps = fixes[fixes["column"] == "stem"]
    swapped = {(row.image.split("/")[2], row.image.split("/")[3], row.value) for row in swaps.itertuples()}
    assert swapped == {
        (f"{person}_*", f"{name}.*", other)
        for person in ("000020", "004418", "005227")
        for name, other in (("incorrect_mask", "normal"), ("normal", "incorrect_mask"))
    }


def test_the_known_fixes_mend_the_photos_that_they_mean(tmp_path):
    data = mini_mask(tmp_path, people=6)
    table = pd.read_csv(data / "train/train.csv", dtype=str)
    for row, person in ((0, "000020"), (1, "001720")):
        (data / "train/images" / table.loc[row, "path"]).rename(data / f"train/images/{person}_x_Asian_20")
        table.loc[row, ["id", "path"]] = [person, f"{person}_x_Asian_20"]
    table.to_csv(data / "train/train.csv", index=False)
    tables = read_tables(start_workspace(tmp_path, "mask", data))
    person = tables.train["group"] == "000020"
    stems = tables.raw["file"][person].str.partition(".")[0]
    by_stem = dict(zip(stems, tables.train["mask"][person], strict=True))
    assert (by_stem["normal"], by_stem["incorrect_mask"]) == (1, 2)
    assert set(tables.train["gender"][tables.train["group"] == "001720"]) == {0}


def test_mask_can_be_written_before_the_data_is_there(tmp_path, capfd):
    assert kit("-C", tmp_path, "init", "mask") == 0
    assert "the data is not there yet" in capfd.readouterr().err
    assert Workspace(tmp_path).competition.name == "mask"


def test_data_that_does_not_fit_is_told_at_once(tmp_path, capfd):
    data = mini_mask(tmp_path, people=6)
    (data / "eval/info.csv").unlink()
    assert kit("-C", tmp_path, "init", "mask", "--data", "data") == 0
    assert "eval/info.csv: there is no such table" in capfd.readouterr().err


# writing


@pytest.mark.parametrize("preset", ["mask", "digits", "table", "demo"])
def test_a_competition_is_never_overwritten_without_force(cassava, preset, capfd):
    (cassava / "competition.yaml").write_text("name: mine\n")
    assert kit("-C", cassava, "init", preset, "--data", "data") == 2
    assert "competition.yaml: this file is there already" in capfd.readouterr().err
    assert (cassava / "competition.yaml").read_text() == "name: mine\n"
    assert not (cassava / "runs").exists()
    assert len(os.listdir(cassava / "data")) == 4, "no data is drawn for a competition that is not written"


def test_fixes_that_were_edited_are_not_overwritten(tmp_path):
    (tmp_path / "fixes.csv").write_text("mine\n")
    with pytest.raises(KitError, match=r"fixes.csv: this file is there already.*--force"):
        start_workspace(tmp_path, "mask", tmp_path / "data")
    assert not (tmp_path / "competition.yaml").exists()
    start_workspace(tmp_path, "mask", tmp_path / "data", force=True)
    assert "006359" in (tmp_path / "fixes.csv").read_text()


def test_force_overwrites(cassava):
    (cassava / "competition.yaml").write_text("name: mine\n")
    assert kit("-C", cassava, "init", "table", "--force") == 0
    assert Workspace(cassava).competition.tasks["label"].classes == ("0", "1", "2", "3")


def test_an_unknown_preset_is_told_with_the_nearest(tmp_path, capfd):
    assert kit("-C", tmp_path, "init", "diggits") == 2
    assert "did you mean 'digits'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("preset", "option", "owner"),
    [
        ("mask", "--people=9", "demo"),
        ("digits", "--seed=1", "demo"),
        ("table", "--size=64", "demo"),
        ("mask", "--label=x", "table"),
        ("demo", "--train=x.csv", "table"),
    ],
)
def test_an_option_of_another_preset_is_refused(tmp_path, preset, option, owner, capfd):
    assert kit("-C", tmp_path, "init", preset, option) == 2
    assert f"is an option of 'kit init {owner}'" in capfd.readouterr().err
    assert not (tmp_path / "competition.yaml").exists()


def test_the_data_folder_is_named_from_the_workspace(tmp_path):
    root = tmp_path / "ws"
    assert data_key(root, root / "data" / "x") == "data/x"
    assert data_key(root, tmp_path / "photos") == "../photos"
    assert data_key(root / "a" / "b", tmp_path / "photos") == (tmp_path / "photos").as_posix()
    assert data_key(root, root) == "."


@pytest.mark.parametrize("name", ["my data", "a: b", "#1", "- x", "ß", "{x}", "yes", "'q'"])
def test_any_folder_name_comes_back_from_the_yaml(tmp_path, name):
    mini_mask(tmp_path, people=6)
    (tmp_path / "data").rename(tmp_path / name)
    workspace = start_workspace(tmp_path, "mask", tmp_path / name)
    assert workspace.competition.data == name and len(read_tables(workspace).train) == 42


def test_long_lists_break_into_lines_that_read_the_same():
    values = [f"class {i}" for i in range(200)] + ["a, b", "no", "1", "[x", "é", "it's"]
    text = f"a:\n  b:\n    classes: {yaml_list(values, 6)}\n    c: 1\n"
    assert yaml.safe_load(text) == {"a": {"b": {"classes": values, "c": 1}}}
    assert max(map(len, text.splitlines())) <= 120


# digits


@pytest.fixture(scope="module")
def digits(tmp_path_factory) -> Workspace:
    root = tmp_path_factory.mktemp("digits")
    return start_workspace(root, "digits", root / "digits-data")


def test_digits_are_real_images_split_in_equal_shares(digits):
    tables = read_tables(digits)
    answers = pd.read_csv(digits.data_dir / "answers.csv", dtype=str)
    assert len(tables.train) + len(tables.test) == 1797
    assert list(tables.test["id"]) == list(answers["image"]), "the answers are those of the test table"
    for digit in range(10):
        held = answers[answers["label"] == str(digit)]
        train = (tables.train["digit"] == digit).sum()
        assert abs(train / (train + len(held)) - 0.7) < 0.005
        assert abs((held["part"] == "public").sum() - len(held) / 2) <= 0.5
    image = np.asarray(Image.open(digits.data_dir / tables.train["image"][0]))
    assert image.shape == (32, 32) and image.max() > 200
    made = {"competition.yaml", "digits-data", "runs", "submissions", "recipes", ".gitignore", ".gitattributes"}
    assert set(os.listdir(digits.root)) - {"data"} == made


def test_digits_are_the_same_every_time_and_left_as_they_are(digits, tmp_path):
    write_digits(tmp_path / "again")
    names = sorted(path.relative_to(digits.data_dir) for path in digits.data_dir.rglob("*") if path.is_file())
    assert len(names) == 1797 + 4
    assert all((digits.data_dir / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    before = (digits.data_dir / "images/0000.png").stat().st_mtime_ns
    write_digits(digits.data_dir)
    assert (digits.data_dir / "images/0000.png").stat().st_mtime_ns == before


def test_digits_are_not_written_between_other_files(cassava, capfd):
    assert kit("-C", cassava, "init", "digits", "--data", "data") == 2
    assert "this is not the digits' table" in capfd.readouterr().err
    (cassava / "data/train.csv").unlink()
    assert kit("-C", cassava, "init", "digits", "--data", "data") == 2
    assert "data: this folder holds other files" in capfd.readouterr().err
    assert not (cassava / "competition.yaml").exists() and not (cassava / "data/images").exists()


# demo


def test_the_demo_is_drawn_and_scored_by_its_own_answers(tmp_path):
    assert kit("-C", tmp_path, "init", "demo", "--data", "demo", "--people", 12, "--size", 48, "--seed", 3) == 0
    workspace = Workspace(tmp_path)
    competition, tables = workspace.competition, read_tables(workspace)
    assert (competition.name, competition.recipe, competition.host) == ("demo", "demo", "answers")
    assert len(tables.train) == 12 * 7 and competition.fixes is None
    answers = pd.read_csv(workspace.data_dir / str(competition.answers), dtype=str)
    assert set(answers[competition.submission.id]) == set(tables.test["id"])
    assert set(answers[competition.submission.label]) <= set(competition.submitted_values)
    assert not (tmp_path / "fixes.csv").exists()


# tables


def test_the_usual_layout_is_inferred(cassava):
    competition = infer(cassava).competition
    assert competition.train.table == "train.csv" and competition.train.images == "train_images/{image_id}.jpg"
    assert competition.test.table == "sample_submission.csv" and competition.test.images == "test_images/{image_id}.jpg"
    assert competition.train.group is None and competition.metric == "f1_macro"
    assert competition.submission.id == "image_id" and competition.submission.label == "label"
    text = (cassava / "competition.yaml").read_text()
    for key in ("table:", "images:", "column:", "label:", "metric:"):
        assert all("#" in line for line in text.splitlines() if line.strip().startswith(key) and line[-1] != ":"), (
            f"{key} says how"
        )


def test_a_test_table_goes_before_the_sample(cassava):
    ids = pd.read_csv(cassava / "data/sample_submission.csv")[["image_id"]]
    ids.assign(width=8).to_csv(cassava / "data/test.csv", index=False)
    assert infer(cassava).competition.test.table == "test.csv"


def test_a_group_that_repeats_is_found(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(patient_id=[f"p{i // 3}" for i in range(24)], StudyId=range(24)))
    assert str(infer(cassava).competition.train.group) == "patient_id"


def test_an_id_that_does_not_repeat_is_no_group(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(subject=[f"p{i}" for i in range(24)]))
    assert infer(cassava).competition.train.group is None


def test_two_groups_must_be_chosen_from(cassava):
    rewrite(
        cassava,
        "train.csv",
        lambda t: t.assign(patient=[i // 2 for i in range(24)], userId=[(i + 1) // 3 for i in range(24)]),
    )
    refuses(cassava, "patient, userId, none", "--group", "patient: 12 values in 24 rows", labels=("label",))
    assert str(infer(cassava, group="userId").competition.train.group) == "userId"


def test_people_go_before_places(cassava, capfd):
    rewrite(
        cassava,
        "train.csv",
        lambda t: t.assign(patient_id=[i // 2 for i in range(24)], site=[i % 6 for i in range(24)]),
    )
    assert kit("-C", cassava, "init", "table") == 0
    assert str(Workspace(cassava).competition.train.group) == "patient_id"
    assert "its values repeat: site: 6 values in 24 rows" in capfd.readouterr().err


def test_of_groups_inside_groups_the_largest_is_taken(cassava):
    rewrite(
        cassava,
        "train.csv",
        lambda t: t.assign(study_id=[i // 2 for i in range(24)], patient=[i // 4 for i in range(24)]),
    )
    assert str(infer(cassava).competition.train.group) == "patient"


def test_labels_must_be_chosen_from_where_the_sample_does_not_tell(cassava):
    (cassava / "data/sample_submission.csv").unlink()
    rewrite(
        cassava, "train.csv", lambda t: t.rename(columns={"label": "shape"}).assign(color=[i % 3 for i in range(24)])
    )
    refuses(cassava, "train.csv", "shape, color", "--label")
    competition = infer(cassava, labels=("shape",)).competition
    assert list(competition.tasks) == ["shape"]
    assert competition.test.images == "test_images/*" and competition.submission.sample is None


def test_several_labels_are_tasks_that_join(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(color=[("red", "blue")[i % 2] for i in range(24)]))
    competition = infer(cassava, labels=("label", "color")).competition
    assert competition.target == {"label": 2, "color": 1}
    assert competition.tasks["color"].classes == ("blue", "red")
    assert len(competition.target_classes) == 8


def test_a_column_for_each_class_is_probabilities(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=["abcd"[i % 4] for i in range(24)]))
    sample = pd.read_csv(cassava / "data/sample_submission.csv")[["image_id"]].assign(d=0.25, a=0.25, c=0.25, b=0.25)
    sample.to_csv(cassava / "data/sample_submission.csv", index=False)
    competition = infer(cassava).competition
    assert competition.submission.label is None
    assert competition.tasks["label"].classes == ("d", "a", "c", "b"), "in the sample's order"


def test_columns_of_words_that_the_sample_asks_for_are_tasks_of_their_own(cassava):
    columns = {"rust": ["yes", "no"] * 12, "scab": ["no", "yes", "maybe"] * 8}
    rewrite(cassava, "train.csv", lambda t: t.drop(columns="label").assign(**columns))
    sample = pd.read_csv(cassava / "data/sample_submission.csv")[["image_id"]].assign(rust="no", scab="no")
    sample.to_csv(cassava / "data/sample_submission.csv", index=False)
    competition = infer(cassava).competition
    assert competition.separate and {name: task.classes for name, task in competition.tasks.items()} == {
        "rust": ("no", "yes"),
        "scab": ("maybe", "no", "yes"),
    }


def test_a_sample_that_asks_for_something_else_is_refused(cassava):
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(weight=0.5))
    refuses(cassava, "sample_submission.csv", "label, weight", "--sample")


def test_a_value_of_the_sample_that_is_no_class_is_told(cassava, capfd):
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label="0.5"))
    assert kit("-C", cassava, "init", "table") == 0
    said = capfd.readouterr().err
    assert "check: the sample shows '0.5' in 'label', which is no class" in said and "'values' under submission" in said


def test_one_column_of_probabilities_is_proposed_where_the_sample_shows_them(cassava, capfd):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=[i % 2 for i in range(24)]))
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label="0.5"))
    assert kit("-C", cassava, "init", "table") == 0
    competition = Workspace(cassava).competition
    assert (competition.metric, competition.submission.probability_of) == ("roc_auc", "1")
    said = capfd.readouterr().err
    assert "the column 'label' will hold the probability of '1'; the sample shows '0.5'" in said
    assert "warning" not in said
    text = (cassava / "competition.yaml").read_text()
    assert "it shows '0.5', a probability: mend it if it is of the other class" in text and "no class" not in text


def test_the_class_that_the_sample_s_column_names_is_the_probable_one(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=["Cat", "dog"] * 12))
    rewrite(cassava, "sample_submission.csv", lambda t: t.rename(columns={"label": "cat"}).assign(cat="0.5"))
    assert infer(cassava).competition.submission.probability_of == "Cat"


def test_answers_of_the_sample_that_cannot_be_written_are_told_at_once(cassava, capfd):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=["cat", "dog"] * 12))
    assert kit("-C", cassava, "init", "table") == 0
    said = capfd.readouterr().err
    assert "the column 'label' will hold 'cat', 'dog'; the sample shows something else: '0'" in said
    assert '\'values: ["cat", "dog"]\'' in said and "nothing is sent before" in said
    assert "'values: [\"0\", \"1\"]' under 'submission' (numbers in the order of 'classes')" in said
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label=["cat", "fox"] * 3))
    assert kit("-C", cassava, "init", "table", "--force") == 0
    assert "the sample submission shows 'fox', which no train photo is" in capfd.readouterr().err
    assert Workspace(cassava).competition.tasks["label"].classes == ("cat", "dog", "fox")


def test_labels_that_differ_in_spelling_are_told_at_once(cassava, capfd):
    labels = ["scab rust", "rust scab", "healthy", "Healthy"] * 6
    rewrite(cassava, "train.csv", lambda t: t.assign(label=labels))
    assert kit("-C", cassava, "init", "table") == 0
    said = capfd.readouterr().err
    assert Workspace(cassava).competition.tasks["label"].kind == "labels"
    assert "classes of 'label' differ in case, spaces or '.0' alone" in said and "'Healthy', 'healthy'" in said


@pytest.mark.parametrize(("letters", "told"), [("ABCDE", False), ("ABCD", True)])
def test_letters_in_both_cases_are_classes_where_they_are_many(cassava, capfd, letters, told):
    labels = (list(letters + letters.lower()) * 3)[:24]
    rewrite(cassava, "train.csv", lambda t: t.assign(label=labels))
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label="A"))
    assert kit("-C", cassava, "init", "table") == 0
    assert ("differ in case" in capfd.readouterr().err) is told


def test_spaces_around_labels_make_no_classes(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=["a", " a", "b", "b "] * 6))
    assert infer(cassava).competition.tasks["label"].classes == ("a", "b")


def test_a_folder_that_a_column_names_is_found(tmp_path):
    rows = [{"subject": f"p{i // 4}", "classname": f"c{i % 3}", "img": f"img_{i}.jpg"} for i in range(24)]
    for i, row in enumerate(rows):
        photo(tmp_path / "data/imgs/train" / row["classname"] / row["img"], i)
    for i in range(5):
        photo(tmp_path / f"data/imgs/test/img_{100 + i}.jpg", 100 + i)
    pd.DataFrame(rows).to_csv(tmp_path / "data/driver_imgs_list.csv", index=False)
    sample = pd.DataFrame({"img": [f"img_{100 + i}.jpg" for i in range(5)]}).assign(c0=0.3, c1=0.3, c2=0.4)
    sample.to_csv(tmp_path / "data/sample_submission.csv", index=False)
    competition = infer(tmp_path).competition
    assert competition.train.images == "imgs/train/{classname}/{img}" and str(competition.train.group) == "subject"
    assert competition.test.images == "imgs/test/{img}"
    assert list(competition.tasks) == ["classname"] and competition.submission.label is None


def test_mixed_endings_are_found(cassava):
    for i in range(0, 24, 3):
        (cassava / f"data/train_images/tr{i:03d}.jpg").rename(cassava / f"data/train_images/tr{i:03d}.PNG")
    assert infer(cassava).competition.train.images == "train_images/{image_id}.*"


def test_paths_in_a_column_are_found(cassava):
    rewrite(
        cassava,
        "train.csv",
        lambda t: t.assign(path="./train_images/" + t["image_id"] + ".jpg").drop(columns="image_id"),
    )
    assert infer(cassava).competition.train.images == "{path}"


def test_equal_names_on_both_sides_are_told_apart(tmp_path):
    for side, count in (("train", 20), ("test", 8)):
        for i in range(count):
            photo(tmp_path / f"data/{side}/{i}.jpg", i + 100 * (side == "test"))
    pd.DataFrame({"id": range(20), "y": [i % 2 for i in range(20)]}).to_csv(tmp_path / "data/train.csv", index=False)
    pd.DataFrame({"id": range(8), "y": 0}).to_csv(tmp_path / "data/sample_submission.csv", index=False)
    competition = infer(tmp_path).competition
    assert (competition.train.images, competition.test.images) == ("train/{id}.jpg", "test/{id}.jpg")
    assert list(competition.tasks) == ["y"]


def test_photos_in_two_folders_must_be_chosen_from(cassava):
    for i, path in enumerate(sorted((cassava / "data/train_images").glob("*"))):
        photo(cassava / f"data/train_small/{path.name}", 100 + i)
    refuses(cassava, "'train_images/{image_id}.jpg'", "'train_small/{image_id}.jpg'", "--image")
    assert infer(cassava, image="train_small/{image_id}.jpg").competition.train.images == "train_small/{image_id}.jpg"


def test_a_few_photos_that_are_not_there_are_left_out_by_fixes_of_their_names(cassava, capfd):
    gone = sorted((cassava / "data/train_images").glob("*"))[:2]
    for path in gone:
        path.unlink()
    assert kit("-C", cassava, "init", "table") == 0
    said = " ".join(capfd.readouterr().err.split())
    assert f"2 of 24 train photos that train.csv names are not there, such as train_images/{gone[0].name}" in said
    lines = [f"train_images/{path.name},,,drop,core,not there" for path in gone]
    assert (cassava / "fixes.csv").read_text() == "\n".join(["image,group,column,value,tier,reason", *lines, ""])
    assert not Workspace(cassava).tables.missing and len(Workspace(cassava).train) == 22
    assert kit("-C", cassava, "init", "table") == 0


@pytest.mark.parametrize("many", [True, False])
def test_photos_that_are_not_there_are_counted_where_they_are_many_or_fixes_say_something_else(cassava, many, capfd):
    gone = sorted((cassava / "data/train_images").glob("*"))[: 6 if many else 2]
    for path in gone:
        path.unlink()
    if not many:
        (cassava / "fixes.csv").write_text("image,group,column,value,tier,reason\n")
    assert kit("-C", cassava, "init", "table") == 0
    said = " ".join(capfd.readouterr().err.split())
    assert f"{len(gone)} of 24 train photos that the tables name are not there" in said
    header, line = "image,group,column,value,tier,reason", f"train_images/{gone[0].name},,,drop,core,not there"
    assert "'fixes: {}' in competition.yaml" in said and f"'{header}'" in said and f"'{line}'" in said
    spec = cassava / "competition.yaml"
    spec.write_text(spec.read_text() + "fixes: {}\n")
    lines = [line.replace(gone[0].name, path.name) for path in gone]
    (cassava / "fixes.csv").write_text("\n".join([header, *lines, ""]))
    assert not Workspace(cassava).tables.missing and len(Workspace(cassava).train) == 24 - len(gone)
    next((cassava / "data/test_images").glob("*")).unlink()
    spec.write_text(spec.read_text().replace("test:\n", "test:\n  unreadable: prior\n"))
    Workspace(cassava).require_photos()


def test_a_test_photo_that_is_named_and_not_there_is_told_and_not_answered_without(cassava, capfd):
    next((cassava / "data/test_images").glob("*")).unlink()
    assert kit("-C", cassava, "init", "table") == 0
    said = " ".join(capfd.readouterr().err.split())
    assert "test photos that the tables name are not there" in said and "write 'unreadable: prior' under test" in said
    assert "unreadable" not in (cassava / "competition.yaml").read_text()


def test_copies_of_the_photos_in_another_folder_are_no_choice(cassava, capfd):
    shutil.copytree(cassava / "data/train_images", cassava / "data/train_small")
    assert kit("-C", cassava, "init", "table") == 0
    assert "copies of the photos are 'train_small/{image_id}.jpg'" in " ".join(capfd.readouterr().out.split())
    assert Workspace(cassava).competition.train.images == "train_images/{image_id}.jpg"


def test_two_train_tables_must_be_chosen_from(cassava):
    (cassava / "data/train.csv").rename(cassava / "data/train_a.csv")
    shutil.copy(cassava / "data/train_a.csv", cassava / "data/train_b.csv")
    refuses(cassava, "train_a.csv, train_b.csv", "--train")
    assert infer(cassava, train="train_b.csv").competition.train.table == "train_b.csv"


def test_a_folder_for_each_class_is_inferred(tmp_path):
    for i in range(12):
        photo(tmp_path / f"data/train/{('cat', 'dog', 'a fox')[i % 3]}/{i}.jpg", i)
    for i in range(4):
        photo(tmp_path / f"data/test/{i}.jpg", 100 + i)
    pd.DataFrame({"name": [f"{i}.jpg" for i in range(4)], "animal": "cat"}).to_csv(
        tmp_path / "data/sample_submission.csv", index=False
    )
    competition = infer(tmp_path).competition
    assert competition.train.table is None and competition.train.images == "train/*/*"
    assert competition.tasks["label"].classes == ("a fox", "cat", "dog")
    assert competition.test.images == "test/{name}" and competition.submission.label == "animal"


def test_a_folder_for_each_class_needs_no_sample(tmp_path):
    for i in range(12):
        photo(tmp_path / f"data/pets/{('cat', 'dog')[i % 2]}/{i}.jpg", i)
    photo(tmp_path / "data/new/1.jpg", 99)
    competition = infer(tmp_path).competition
    assert (competition.train.images, competition.test.images) == ("pets/*/*", "new/*")
    assert read_tables(Workspace(tmp_path)).test["id"].tolist() == ["1.jpg"]


def test_without_photos_to_predict_there_is_no_test_side(tmp_path, capfd):
    for i in range(12):
        photo(tmp_path / f"data/pets/{('cat', 'dog')[i % 2]}/{i}.jpg", i)
    assert kit("-C", tmp_path, "init", "table") == 0
    assert "there are no photos to predict" in capfd.readouterr().out
    competition = Workspace(tmp_path).competition
    assert competition.test is None and competition.train.images == "pets/*/*"


def test_classes_that_are_numbers_are_in_order(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=[(2, 10, 1)[i % 3] for i in range(24)]))
    assert infer(cassava).competition.tasks["label"].classes == ("1", "2", "10")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"train": "trian.csv"}, ["--train", "'trian.csv'", "did you mean 'train.csv'"]),
        ({"sample": "x.csv"}, ["--sample", "'x.csv'"]),
        ({"image": "image"}, ["train.csv", "no column 'image'", "did you mean 'image_id'"]),
        ({"image": "label"}, ["the column 'label'", "--image"]),
        ({"labels": ("lable",)}, ["train.csv", "no column 'lable'", "did you mean 'label'"]),
        ({"labels": ("image_id", "nothing")}, ["nothing"]),
        ({"group": "patient"}, ["train.csv", "no column 'patient'"]),
        ({"test": "tset"}, ["--test", "'tset'"]),
    ],
)
def test_a_wrong_option_is_told_with_the_nearest(cassava, options, told):
    refuses(cassava, *told, **options)


def test_a_folder_without_images_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    refuses(tmp_path, "data: there are no images")
    shutil.rmtree(tmp_path / "data")
    refuses(tmp_path, "data: there is no such folder", "--data")


def test_the_command_takes_the_options_of_a_table(cassava):
    assert kit("-C", cassava, "init", "table", "--data", "data", "--label", "label", "--test", "test_images") == 0
    competition = Workspace(cassava).competition
    assert competition.test.images == "test_images/*" and competition.test.table is None
    assert read_tables(Workspace(cassava)).test["id"].tolist()[0] == "te000"


def test_rows_without_a_label_are_left_out_and_told(cassava, capfd):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=[None, *t["label"][1:]]))
    assert kit("-C", cassava, "init", "table") == 0
    assert "1 row of train.csv has no 'label': left out of train" in capfd.readouterr().err
    assert yaml.safe_load((cassava / "competition.yaml").read_text())["train"]["rows"] == {"label": ["*"]}


def spread(root: Path, columns: dict[str, list[object]], shown: object) -> None:
    """The train table and the sample with several columns of answers."""
    rewrite(root, "train.csv", lambda table: table.drop(columns="label").assign(**columns))
    rewrite(root, "sample_submission.csv", lambda table: table[["image_id"]].assign(**dict.fromkeys(columns, shown)))


@pytest.mark.parametrize(
    ("columns", "shown", "kind", "metric"),
    [
        ({"a": [1, 0] * 12, "b": [0, 1] * 12}, 0.5, "class", "log_loss"),
        ({"a": [1, 0] * 12, "b": [0, 0, 1] * 8}, 0, "labels", "f1_macro"),
        ({"a": [1, 0] * 12, "b": [0, 0, 1] * 8}, 0.5, "labels", "roc_auc"),
        ({"a": [3, 1] * 12, "b": [2, 4] * 12}, 0.5, "shares", "kl"),
        ({"a": [3.5, 1] * 12, "b": [2, -4] * 12}, 0, "number", "rmse"),
    ],
)
def test_columns_that_the_sample_asks_for_are_of_a_kind(cassava, columns, shown, kind, metric):
    spread(cassava, columns, shown)
    competition = infer(cassava).competition
    tasks = {name: task.kind for name, task in competition.tasks.items()}
    assert tasks == ({"a": kind, "b": kind} if kind == "number" else {"label": kind})
    assert competition.metric == metric and competition.separate == (kind == "number")


def test_lists_of_labels_and_measures_are_told_from_classes(cassava):
    rewrite(
        cassava, "train.csv", lambda t: t.assign(label=["scab rust", "rust", "scab", "mildew", "rust scab", "scab"] * 4)
    )
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label="scab"))
    (task,) = infer(cassava).competition.tasks.values()
    assert (task.kind, task.classes, task.separator) == ("labels", ("mildew", "rust", "scab"), " ")
    (cassava / "competition.yaml").unlink()
    rewrite(cassava, "train.csv", lambda t: t.assign(label=[row / 4 for row in range(24)]))
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label=0))
    competition = infer(cassava).competition
    assert competition.tasks["label"].kind == "number" and competition.metric == "rmse"


@pytest.mark.parametrize("names", [["red fox", "gray fox", "red wolf", "wolf"], ["a b", "c d", "e f", "g h"]])
def test_names_of_several_words_are_no_lists(cassava, names):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=names * 6))
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label=names[0]))
    assert infer(cassava).competition.tasks["label"].kind == "class"


def test_words_of_grades_are_proposed_in_their_order_and_numbers_by_size(cassava):
    rewrite(cassava, "train.csv", lambda t: t.assign(label=["severe", "mild", "none", "moderate"] * 6))
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label="none"))
    (task,) = infer(cassava).competition.tasks.values()
    assert (task.kind, task.classes) == ("ordered", ("none", "mild", "moderate", "severe"))
    assert "is this the order?" in (cassava / "competition.yaml").read_text()
    (cassava / "competition.yaml").unlink()
    rewrite(cassava, "train.csv", lambda t: t.assign(label=[1, 2, 10, 3] * 6))
    rewrite(cassava, "sample_submission.csv", lambda t: t.assign(label=1))
    (task,) = infer(cassava).competition.tasks.values()
    assert task.classes == ("1", "2", "3", "10") and "# kind: ordered" in (cassava / "competition.yaml").read_text()


def test_a_workspace_is_begun_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "fixes.csv").symlink_to("/dev/null/fixes.csv")
    with pytest.raises(KitError):
        start_workspace(tmp_path, "mask", tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".lock", ".lease")] == ["fixes.csv"]
