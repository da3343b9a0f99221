"""Known label errors are mended when tables are read, and are part of what the data is."""

import pytest
from shared.mini import SPEC, mini_workspace, read_tables

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import freeze_folds

HEADER = "image,group,column,value,tier,reason\n"
SWAP = (
    "train/images/000002_*/incorrect_mask.*,,stem,normal,core,swapped\n"
    "train/images/000002_*/normal.*,,stem,incorrect_mask,core,swapped\n"
)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return mini_workspace(tmp_path, people=6)


def fixed(workspace: Workspace, lines: str, tiers: str = "[core]") -> Workspace:
    (workspace.root / "fixes.csv").write_text(HEADER + lines)
    (workspace.root / "competition.yaml").write_text(SPEC + f"fixes: {{file: fixes.csv, tiers: {tiers}}}\n")
    return Workspace(workspace.root)


def refused(workspace: Workspace, *told: str) -> None:
    with pytest.raises(KitError) as caught:
        read_tables(workspace)
    for part in (str(workspace.root / "fixes.csv"), *told):
        assert part in str(caught.value)


def test_a_fix_of_a_person_mends_all_photos_of_that_person(workspace):
    before = read_tables(workspace)
    after = read_tables(fixed(workspace, ",000001,gender,male,core,seen\n"))
    changed = before.train["gender"] != after.train["gender"]
    assert set(after.train["group"][changed]) == {"000001"} and changed.sum() == 7
    assert (after.train["target"][changed] == before.train["target"][changed] - 3).all()
    assert after.fingerprint != before.fingerprint
    assert after.notes == ("fixes.csv: 7 rows mended",)


def test_swapped_photos_change_places(workspace):
    before, after = read_tables(workspace), read_tables(fixed(workspace, SWAP))
    person = before.train["group"] == "000002"
    files = before.raw["file"]
    assert (before.train["mask"] == after.train["mask"])[~person].all()
    assert after.train["mask"][person & files.str.startswith("normal")].tolist() == [1]
    assert after.train["mask"][person & files.str.startswith("incorrect_mask")].tolist() == [2]
    assert (after.train["mask"][person & files.str.startswith("mask")] == 0).all()


def test_only_the_tiers_that_are_asked_for_are_applied(workspace):
    lines = ",000001,gender,male,core,seen\n,000003,gender,male,maybe,guessed\n"
    core = read_tables(fixed(workspace, lines))
    assert set(core.train["group"][core.train["gender"] == 0]) == {"000000", "000001", "000002", "000004"}
    both = read_tables(fixed(workspace, lines, "[core, maybe]"))
    assert "000003" in set(both.train["group"][both.train["gender"] == 0])
    assert both.fingerprint != core.fingerprint


def test_a_fix_that_mends_nobody_is_told(workspace):
    assert "matches no row" in read_tables(fixed(workspace, ",999999,gender,male,core,seen\n")).notes[-1]
    assert "999999" in read_tables(fixed(workspace, ",999999,gender,male,core,seen\n")).notes[-1]


def test_a_wrong_value_is_told_by_the_line_of_the_fix_and_not_of_the_table(workspace):
    lines = ",000001,gender,male,maybe,seen\n,000001,gender,mail,core,seen\n"
    refused(fixed(workspace, lines), "line 3", "'mail'", "did you mean 'male'")


def test_a_fix_without_a_value_is_refused(workspace):
    refused(fixed(workspace, ",000001,gender,,core,seen\n"), "line 2", "'gender'")


def test_a_wrong_column_is_told_by_line(workspace):
    refused(fixed(workspace, ",000001,gendre,male,core,seen\n"), "line 2", "'gendre'", "did you mean 'gender'")


@pytest.mark.parametrize("line", [",,gender,male,core,x\n", "a.jpg,000001,gender,male,core,x\n"])
def test_a_fix_is_of_an_image_or_of_a_group(workspace, line):
    refused(fixed(workspace, ",000001,gender,male,core,seen\n" + line), "line 3", "an image or a group")


def test_an_unknown_tier_is_told(workspace):
    refused(fixed(workspace, ",000001,gender,male,core,seen\n", "[cor]"), "'cor'", "did you mean 'core'")


def test_a_missing_or_strange_file_is_told(workspace):
    broken = fixed(workspace, ",000001,gender,male,core,seen\n")
    (workspace.root / "fixes.csv").write_text("image,group,colum,value,tier,reason\n")
    refused(broken, "no column 'column'", "did you mean 'colum'")
    (workspace.root / "fixes.csv").unlink()
    refused(broken, "no such file")


def test_a_group_fix_needs_a_group(workspace):
    broken = fixed(workspace, ",000001,gender,male,core,seen\n")
    path = workspace.root / "competition.yaml"
    path.write_text(path.read_text().replace("  group: id\n", ""))
    refused(broken, "line 2", "'train.group'")


def test_fixes_are_of_the_table_as_it_was(workspace):
    before = read_tables(workspace).train["group"]
    after = read_tables(fixed(workspace, ",000001,id,000002,core,swapped\n,000002,id,000001,core,swapped\n")).train[
        "group"
    ]
    swapped = before.map({"000001": "000002", "000002": "000001"}).fillna(before)
    assert (after == swapped).all()


def test_a_line_drops_photos_and_the_frozen_folds_go_on(workspace):
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    dropped = fixed(workspace, ",000001,,drop,core,blurred\ntrain/images/000002_*/normal.*,,,drop,core,not a face\n")
    assert dropped.tables.notes == ("fixes.csv: 8 rows left out",)
    assert "000001" not in set(dropped.train["group"]) and len(dropped.train) == len(workspace.train) - 8
    assert len(dropped.folds.table) == len(dropped.train) == len(dropped.tables.raw)
    assert dropped.tables.fingerprint != workspace.tables.fingerprint


def test_lines_make_one_group_of_several_whatever_their_order(workspace):
    lines = [",000004,,group 000003,core,twins\n", ",000003,,group 000001,core,twins\n"]
    one, other = (read_tables(fixed(workspace, "".join(order))) for order in (lines, lines[::-1]))
    assert set(one.train["group"]) == {"000000", "000001", "000002", "000005"}
    assert one.fingerprint == other.fingerprint
    photo = read_tables(fixed(workspace, "train/images/000002_*/normal.*,,,group 000001,core,a brother\n"))
    assert (photo.train["group"] == "000001").sum() == 8


def test_a_weight_is_how_much_a_photo_counts_in_training(workspace):
    plain = workspace.tables.fingerprint
    weighed = read_tables(fixed(workspace, ",000001,,weight 0.25,core,unsure\n"))
    assert weighed.weights.tolist() == [0.25 if group == "000001" else 1 for group in weighed.train["group"]]
    assert weighed.fingerprint != plain
    assert read_tables(fixed(workspace, ",000001,,weight 1,core,sure\n")).fingerprint == plain


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("dorp", "'dorp' is not drop, 'weight NUMBER' or 'group NAME'"),
        ("weight much", "not 'much'"),
        ("weight 0", "write drop to leave the photos out"),
        ("weight nan", "not 'nan'"),
        ("group", "names no column"),
    ],
)
def test_a_line_without_a_column_says_what_it_is_for(workspace, value, told):
    refused(fixed(workspace, f",000001,,{value},core,\n"), "line 2", told)


def test_fixes_that_leave_nothing_are_refused(workspace):
    refused(fixed(workspace, "train/images/*,,,drop,core,\n"), "leave no train photo")
