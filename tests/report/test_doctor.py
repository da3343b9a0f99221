"""`kit doctor` finds each defect, names its place, and one defect hides no other."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from shared.answers import answer
from shared.mini import SPEC, mini_workspace, read_tables

from kit.cli.main import main
from kit.competition.basis import Basis
from kit.competition.workspace import Workspace
from kit.files import file_sha256, write_record
from kit.folds.frozen import freeze_folds, make_folds, write_folds
from kit.images.cache import open_cache
from kit.images.store import Store
from kit.report.doctor import examine
from kit.report.finding import Finding, grouped
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord
from kit.submissions.record import SubmissionRecord, write_submission


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    workspace = mini_workspace(tmp_path_factory.mktemp("drawn"))
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    return workspace.root


@pytest.fixture
def workspace(drawn, tmp_path) -> Workspace:
    return Workspace(Path(shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)))


def wrong(workspace: Workspace, *, fast: bool = True) -> list[Finding]:
    return [finding for finding in examine(Workspace(workspace.root), fast=fast) if finding.level == "wrong"]


def notes(workspace: Workspace) -> list[Finding]:
    return [finding for finding in examine(Workspace(workspace.root), fast=True) if finding.level == "note"]


def only(findings: list[Finding], *told: str) -> Finding:
    """The one finding there is: it tells what, where and what to do."""
    assert len(findings) == 1, findings
    for part in told:
        assert part in f"{findings[0].where}: {findings[0].what}; {findings[0].todo}"
    return findings[0]


def images(workspace: Workspace) -> list[str]:
    return list(read_tables(workspace).train["image"])


def kit(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return caught.value.code or 0


def finished_run(workspace: Workspace) -> Path:
    """A run of the task gender whose three folds are finished."""
    tables = read_tables(workspace)
    folds = workspace.folds
    path, classes = workspace.runs_dir / "gender-tiny-0", {"gender": ("male", "female")}
    record = RunRecord(
        id=path.name,
        tasks=("gender",),
        recipe="tiny",
        classes=classes,
        basis=workspace.basis,
        n_folds=3,
        seed=0,
    )
    write_record(path / "run.json", record)
    for fold in range(3):
        directory = path / f"fold{fold}"
        directory.mkdir()
        (directory / "weights.safetensors").write_bytes(b"weights")
        for name, keys in (("oof", tables.train["image"][folds.valid(fold)]), ("test", tables.test["image"])):
            probs = np.full((len(keys), 2), 0.5, dtype=np.float32)
            write_predictions(
                directory / f"{name}.parquet", Predictions(keys.to_numpy(dtype=object), {"gender": probs}), classes
            )
        hashes = {
            name: file_sha256(directory / file)
            for name, file in (("weights", "weights.safetensors"), ("oof", "oof.parquet"), ("test", "test.parquet"))
        }
        history = {"train_groups": "", "history": (), "parameters": 1, "device": "cpu", "seconds": 1.0}
        write_record(directory / "fold.json", FoldRecord(fold=fold, n_train=1, n_valid=1, **history, **hashes))
    return path


def test_nothing_is_wrong_with_a_good_workspace(workspace):
    finished_run(workspace)
    findings = examine(workspace)
    others = {finding.where.partition(":")[0] for finding in findings if finding.level != "ok"}
    assert others == {"codec", "quality"}  # which the drawn test photos do have, JPEG alone
    text = " ".join(finding.what for finding in findings)
    for part in ("python 3.", "torch ", "GB of disk", "168 photos were read", "18 groups in 3 frozen folds"):
        assert part in text


# photos


def damage(workspace: Workspace) -> dict[str, str]:
    """Spoil three photos in three ways; returns what must be said of each."""
    truncated, empty, other = images(workspace)[:3]
    data = workspace.data_dir
    (data / truncated).write_bytes((data / truncated).read_bytes()[:300])
    (data / empty).write_bytes(b"")
    (data / other).write_text("this is no photo")
    return {truncated: "truncated", empty: "empty", other: "not an image"}


def test_unreadable_photos_are_all_named(workspace):
    told = damage(workspace)
    found = {finding.where: finding.what for finding in wrong(workspace, fast=False)}
    assert set(found) == set(told)
    assert all(part in found[image] for image, part in told.items())
    assert wrong(workspace, fast=True) == []


def test_unreadable_photos_are_named_even_when_the_tables_cannot_be_read(workspace):
    told = damage(workspace)
    (workspace.data_dir / "train/train.csv").write_text("id\n")
    places = {finding.where for finding in wrong(workspace, fast=False)}
    assert set(told) < places and "data/train/train.csv" in places


def test_every_kind_of_image_is_read(workspace):
    names = [image for image in images(workspace) if image.endswith(".png")][:5]
    pixels = Image.open(workspace.data_dir / names[0]).convert("RGB")
    for name, mode in zip(names, ("L", "P", "RGBA", "1", "I;16"), strict=True):
        source = pixels.convert("L") if mode == "I;16" else pixels.convert(mode)
        changed = Image.fromarray(np.asarray(source).astype(np.uint16) * 257) if mode == "I;16" else source
        changed.save(workspace.data_dir / name)
    exif = Image.Exif()
    exif[0x0112] = 6
    jpeg = next(image for image in images(workspace) if image.endswith(".jpg"))
    pixels.convert("CMYK").save(workspace.data_dir / jpeg, exif=exif)
    assert wrong(workspace, fast=False) == []


def test_the_same_photo_under_two_people_is_told(workspace):
    people = read_tables(workspace).train.groupby("group")["image"].first()
    shutil.copy(workspace.data_dir / people["000000"], workspace.data_dir / people["000001"])
    only(wrong(workspace), people["000000"], people["000001"], "under two groups")


def test_the_same_photo_in_train_and_test_is_told(workspace):
    tables = read_tables(workspace)
    shutil.copy(workspace.data_dir / tables.train["image"][0], workspace.data_dir / tables.test["image"][0])
    only(wrong(workspace), tables.train["image"][0], tables.test["image"][0], "in train and in test")


def test_the_same_photo_twice_of_one_person_is_a_note(workspace):
    first, second = images(workspace)[:2]
    shutil.copy(workspace.data_dir / first, workspace.data_dir / second)
    assert wrong(workspace) == []
    only(notes(workspace), first, second, "twice")


def test_a_row_without_its_photo_is_told(workspace):
    image = read_tables(workspace).test["image"][5]
    (workspace.data_dir / image).unlink()
    only(wrong(workspace), image, "not there")


def test_arrays_of_the_cache_are_no_photos(workspace):
    workspace.cache_dir.mkdir(parents=True, exist_ok=True)
    np.save(workspace.cache_dir / "0123.npy", np.zeros((2, 2)))
    assert not [finding for finding in notes(workspace) if "no table leads" in finding.what]


def test_a_photo_without_a_row_is_a_note(workspace):
    folder = workspace.data_dir / "train/images/000099_male_Asian_30"
    folder.mkdir()
    shutil.copy(workspace.data_dir / images(workspace)[0], folder / "mask1.jpg")
    found = [finding for finding in notes(workspace) if "no table leads" in finding.what]
    assert [finding.where for finding in found] == ["train/images/000099_male_Asian_30/mask1.jpg"]


# tables and folds


def edit(workspace: Workspace, row: int, column: str, value: str) -> None:
    path = workspace.data_dir / "train/train.csv"
    table = pd.read_csv(path, dtype=str)
    table.loc[row, column] = value
    table.to_csv(path, index=False)


def test_a_repeated_id_is_a_note_with_its_rows(workspace):
    edit(workspace, 6, "id", "000000")
    found = next(finding for finding in notes(workspace) if "several rows" in finding.what)
    assert "data/train/train.csv: 000000" in found.where and "2, 8" in found.where


def test_labels_that_disagree_between_the_rows_of_a_person_are_told(workspace):
    edit(workspace, 1, "id", "000000")
    workspace.folds_path.unlink()
    found = {finding.what.split("'")[1]: finding.where for finding in wrong(workspace)}
    assert set(found) == {"gender", "age"}, "each photo has its own mask state, whoever is on it"
    assert "000000" in found["gender"] and "rows 2, 3: male and female" in found["gender"]
    assert "<30 and 30-59" in found["age"]


def photo_table(workspace: Workspace, labels: list[str]) -> None:
    """Replace the table of people by one of photos, with a column of labels."""
    tables = read_tables(workspace)
    table = pd.DataFrame({"photo": tables.train["image"], "id": tables.train["group"], "finding": labels})
    table.to_csv(workspace.data_dir / "train/train.csv", index=False)
    lines = SPEC.partition("tasks:")[0].replace("train/images/{path}/*", "'{photo}'")
    lines = lines.replace("host: answers\nanswers: answers.csv\n", "host: manual\n")  # which are of other classes
    submission = SPEC.partition("submission:")[2].replace("label: ans", "label: ans, values: [0, 1]")
    tasks = "tasks:\n  finding: {classes: [a, b], column: finding}\nsubmission:" + submission
    (workspace.root / "competition.yaml").write_text(lines + tasks)
    workspace.folds_path.unlink()


def test_a_label_of_the_photo_may_differ_inside_a_group(workspace):
    photo_table(workspace, ["a", "b"] * 63)
    assert wrong(workspace) == []


def test_a_label_of_the_person_that_slipped_once_is_a_note(tmp_path):
    workspace = mini_workspace(tmp_path, people=24)
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    labels = ["ab"[int(person) % 2] for person in read_tables(workspace).train["group"]]
    labels[-1] = "a"
    photo_table(workspace, labels)
    only([f for f in notes(workspace) if "disagree" in f.what], "data/train/train.csv: 000023", "a and b")


def test_a_wrong_label_is_told_and_the_rest_is_still_looked_at(workspace):
    finished_run(workspace)
    (workspace.runs_dir / "gender-tiny-0/fold0/oof.parquet").write_bytes(b"x")
    edit(workspace, 0, "gender", "mail")
    places = {finding.where: finding.what for finding in wrong(workspace)}
    assert "'mail'" in places["data/train/train.csv"] and "line 2" in places["data/train/train.csv"]
    assert "changed or damaged" in places["runs/gender-tiny-0/fold0/oof.parquet"]


def test_a_spec_that_cannot_be_read_is_told_with_the_rest(workspace):
    path = workspace.root / "competition.yaml"
    path.write_text(path.read_text().replace("metric:", "metrik:"))
    found = only(wrong(workspace), "competition.yaml", "'metrik'", "did you mean 'metric'")
    assert found.where == "competition.yaml"


def test_one_person_in_two_folds_is_told(workspace):
    table = pd.read_csv(workspace.folds_path, dtype=str)
    table.loc[0, "fold"] = str((int(table.loc[0, "fold"]) + 1) % 3)
    table.to_csv(workspace.folds_path, index=False)
    only(wrong(workspace), "runs/folds.csv", f"'{table.loc[0, 'group']}' is in two folds", "git")


def test_folds_of_other_data_are_told(workspace):
    edit(workspace, 0, "id", "000777")
    only(wrong(workspace), "runs/folds.csv", "the group of the photo", "--force")


def test_missing_folds_are_a_note(workspace):
    workspace.folds_path.unlink()
    assert any("kit fold" in finding.todo for finding in notes(workspace))
    assert wrong(workspace) == []


def test_a_class_with_fewer_groups_than_folds_is_a_note(workspace):
    edit(workspace, 0, "age", "45")
    found = {finding.where for finding in notes(workspace) if "fewer groups than the 3 folds" in finding.what}
    assert found == {"worn male <30 (2)", "incorrect male <30 (2)", "none male <30 (2)"}


def test_a_class_that_nobody_is_of_is_a_note(workspace):
    for row in (0, 6, 12):
        edit(workspace, row, "age", "45")
    found = {finding.where for finding in notes(workspace) if "no train photo" in finding.what}
    assert found == {"worn male <30", "incorrect male <30", "none male <30"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.iloc[1:], "1 are missing from it"),
        (lambda t: t.rename(columns={"ans": "answer"}), "columns"),
        (lambda t: pd.concat([t, t.iloc[[0]]]), "twice"),
    ],
)
def test_a_sample_submission_that_does_not_match_is_told(workspace, change, told):
    path = workspace.data_dir / "eval/info.csv"
    change(pd.read_csv(path)).to_csv(workspace.data_dir / "sample.csv", index=False)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("sample: eval/info.csv", "sample: sample.csv"))
    only(wrong(workspace), "data/sample.csv", told)


def classes_of_photos(workspace: Workspace, *labels: str) -> Workspace:
    photo_table(workspace, [labels[i % len(labels)] for i in range(126)])
    spec = workspace.root / "competition.yaml"
    names = "[" + ", ".join(f"'{label}'" for label in labels) + "]"
    text = spec.read_text().replace("classes: [a, b]", f"classes: {names}").replace(", values: [0, 1]", "")
    spec.write_text(text.replace("sample: eval/info.csv, ", ""))
    return Workspace(workspace.root)


@pytest.mark.parametrize(
    "labels", [("Cat", "dog", "cat"), ("1.0", "2", "1"), ("red fox", "redfox", "bear"), ("\u00e4", "b", "a\u0308")]
)
def test_classes_that_differ_in_spelling_alone_are_wrong(workspace, labels):
    found = only(wrong(classes_of_photos(workspace, *labels)), "data/train/train.csv: '", "case, spaces or '.0' alone")
    assert len({name in found.where for name in labels}) == 2 and "'values: {\"" in found.todo


def test_a_space_around_a_label_makes_no_class(workspace):
    photo_table(workspace, ["a", " b", "b ", "a"] * 31 + ["a", "b"])
    assert wrong(workspace) == []
    assert read_tables(Workspace(workspace.root)).train["finding"].tolist()[:4] == [0, 1, 1, 0]


def test_lists_of_labels_in_any_order_are_told(workspace):
    labels = ("healthy", "scab rust", "rust scab", "rust", "rust, spot")
    found = only(wrong(classes_of_photos(workspace, *labels)), "several labels of a photo", "write 'kind: labels'")
    assert found.where == "data/train/train.csv: 'scab rust', 'rust scab'"


@pytest.mark.parametrize("sign", [",", "|", "_", "+", " / ", "-"])
def test_lists_are_told_whatever_stands_between_their_labels(workspace, sign):
    labels = ("healthy", f"Scab{sign}rust", f"rust{sign}scab", f"a{sign}b", "a;b")
    found = only(wrong(classes_of_photos(workspace, *labels)), "several labels of a photo")
    assert found.where == f"data/train/train.csv: 'Scab{sign}rust', 'rust{sign}scab'"


def test_groups_that_differ_in_spelling_alone_are_a_note(workspace):
    edit(workspace, 1, "id", "P1")
    edit(workspace, 2, "id", "p1")
    only([f for f in notes(workspace) if "groups differ" in f.what], "'P1', 'p1'", "crosses folds")


def shows(workspace: Workspace, answers: list[str], submission: str = "label: ans") -> None:
    """Another sample, in another form of submission."""
    table = pd.read_csv(workspace.data_dir / "eval/info.csv", dtype=str)
    table.assign(ans=(answers * len(table))[: len(table)]).to_csv(workspace.data_dir / "sample.csv", index=False)
    spec = workspace.root / "competition.yaml"
    new = f"sample: sample.csv, id: ImageID, {submission}"
    spec.write_text(spec.read_text().replace("sample: eval/info.csv, id: ImageID, label: ans", new))


def test_answers_of_the_sample_that_cannot_be_written_are_wrong(workspace):
    shows(workspace, ["cat"])
    found = only(wrong(workspace), "data/sample.csv", "'ans' will hold '0', '1', '2', '3' and 14 more", "else: 'cat'")
    values = ", ".join(f'"{label}"' for label in range(18))
    assert found.todo.startswith(f"write 'values: [{values}]' under 'submission'")  # a line to paste, whole


def test_some_answers_of_the_sample_that_cannot_be_written_are_a_note(workspace):
    shows(workspace, ["0", "18"])
    only([f for f in notes(workspace) if "sample" in f.what], "data/sample.csv", "also shows '18'")
    assert wrong(workspace) == []


@pytest.mark.parametrize(
    ("answer", "submission", "level"),
    [
        ("female", "label: ans, probability_of: male", "wrong"),
        ("?", "label: ans, probability_of: male", "note"),
        ("0.5", "label: ans, values: [male, female]", "wrong"),
        ("?", "label: ans, values: [male, female]", "note"),
    ],
)
def test_an_answer_of_another_form_is_wrong_and_one_that_may_stand_for_nothing_is_a_note(
    workspace, answer, submission, level
):
    shows(workspace, [answer], submission)
    spec = workspace.root / "competition.yaml"
    tasks, metric = "tasks:\n  gender: {classes: [male, female], column: gender}\nsubmission:", "roc_auc"
    text = spec.read_text().replace("f1_macro", metric if "probability_of" in submission else "accuracy")
    text = text.replace("host: answers\nanswers: answers.csv\n", "")
    spec.write_text(text.partition("tasks:")[0] + tasks + text.partition("submission:")[2])
    found = [finding for finding in examine(Workspace(workspace.root)) if "the sample shows" in finding.what]
    assert [finding.level for finding in found] == [level]


def test_whole_numbers_with_a_point_are_what_will_be_written(workspace):
    shows(workspace, ["0.0", "17.0"])
    assert wrong(workspace) == [] and notes(workspace) == []
    assert any("will hold '0.0', '1.0'" in finding.what for finding in examine(Workspace(workspace.root)))


def test_answers_that_are_gone_are_told(workspace):
    (workspace.data_dir / "answers.csv").unlink()
    only(wrong(workspace), "answers.csv", "not there")


def test_fixes_that_mend_nobody_are_a_note(workspace):
    (workspace.root / "fixes.csv").write_text("image,group,column,value,tier,reason\n,9,gender,male,core,x\n")
    with open(workspace.root / "competition.yaml", "a") as spec:
        spec.write("fixes: {file: fixes.csv}\n")
    assert any("'9' matches no row" in finding.what for finding in notes(workspace))


# caches and records


@pytest.fixture
def cache(workspace) -> Path:
    return open_cache(workspace.cache_dir, workspace.data_dir, images(workspace), (8, 8)).path


def test_a_good_cache_is_counted(workspace, cache):
    assert any("1 caches of images and features" in finding.what for finding in examine(workspace))
    assert wrong(workspace) == []


def test_a_damaged_cache_is_named(workspace, cache):
    content = bytearray(cache.read_bytes())
    content[-5] ^= 1
    cache.write_bytes(content)
    only(wrong(workspace, fast=False), f"data/cache/{cache.name}", "checksum", "delete it")
    assert wrong(workspace, fast=True) == []
    cache.write_bytes(content[:-100])
    only(wrong(workspace, fast=True), f"data/cache/{cache.name}", "no whole array")


def test_a_damaged_cache_of_encoded_photos_is_named(workspace):
    store = Store("encoded")
    cache = open_cache(workspace.cache_dir, workspace.data_dir, images(workspace), (8, 8), store=store).path
    assert wrong(workspace) == []
    content = bytearray(cache.read_bytes())
    content[len(content) // 2] ^= 1
    cache.write_bytes(content)
    only(wrong(workspace, fast=False), f"data/cache/{cache.name}", "checksum", "delete it")


@pytest.mark.parametrize("stopped", ["while it was built", "before its record was written"])
def test_a_cache_that_is_not_finished_is_noted(workspace, cache, stopped):
    if stopped == "while it was built":
        cache.rename(cache.with_name(f".{cache.name}.part"))
    else:
        cache.with_suffix(".json").unlink()
    assert any("1 caches are not finished" in finding.what for finding in notes(workspace))
    assert not wrong(workspace)


@pytest.mark.parametrize("name", ["oof.parquet", "test.parquet", "weights.safetensors"])
def test_a_changed_file_of_a_run_is_named(workspace, name):
    path = finished_run(workspace) / "fold1" / name
    path.write_bytes(path.read_bytes() + b" ")
    only(wrong(workspace), f"runs/gender-tiny-0/fold1/{name}", "changed or damaged", "train again")


def test_predictions_that_are_gone_are_wrong_and_weights_are_a_note(workspace):
    run = finished_run(workspace)
    (run / "fold1/oof.parquet").unlink()
    (run / "fold2/weights.safetensors").unlink()
    only(wrong(workspace), "runs/gender-tiny-0/fold1/oof.parquet", "gone")
    only(notes(workspace), "runs/gender-tiny-0/fold2/weights.safetensors")


@pytest.mark.parametrize("name", ["run.json", "fold1/fold.json"])
def test_a_record_that_was_edited_is_named(workspace, name):
    path = finished_run(workspace) / name
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1').replace('"n_valid": 1', '"n_valid": 2'))
    only(wrong(workspace), f"runs/gender-tiny-0/{name}", "its own checksum", "restore it from git")


def test_a_run_of_other_folds_is_named(workspace):
    finished_run(workspace)
    write_folds(workspace.folds_path, make_folds(workspace.train, 3, seed=9))
    only(wrong(workspace), "gender-tiny-0", "other folds")


def test_a_run_of_other_data_is_named(workspace):
    finished_run(workspace)
    edit(workspace, 0, "age", "45")
    only(wrong(workspace), "gender-tiny-0", "other data")


def test_a_run_that_was_renamed_is_named(workspace):
    finished_run(workspace).rename(workspace.runs_dir / "mine")
    only(wrong(workspace), "runs/mine", "gender-tiny-0")


def test_folds_that_are_left_are_a_note(workspace):
    shutil.rmtree(finished_run(workspace) / "fold2")
    only(notes(workspace), "gender-tiny-0", "folds 2 are not trained", "kit train")


def submission(workspace: Workspace) -> Path:
    path = workspace.submissions_dir / "first.csv"
    path.write_text("ImageID,ans\na,0\n")
    record = SubmissionRecord(
        name="first", created=datetime.now(UTC), csv=file_sha256(path), blend="best1", basis=Basis(metric="f1_macro")
    )
    write_submission(workspace.submissions_dir, record)
    return path


def test_a_changed_submission_is_named(workspace):
    path = submission(workspace)
    assert wrong(workspace) == []
    path.write_text("ImageID,ans\na,1\n")
    only(wrong(workspace), "submissions/first.csv", "changed or damaged")
    path.unlink()
    only(wrong(workspace), "submissions/first.csv", "gone")


def test_a_damaged_submission_record_is_named(workspace):
    path = submission(workspace).with_suffix(".json")
    path.write_text(path.read_text()[:50])
    only(wrong(workspace), "submissions/first.json", "damaged")


def test_a_submission_without_a_record_is_a_note(workspace):
    submission(workspace).with_suffix(".json").unlink()
    only([note for note in notes(workspace) if note.where.endswith(".csv")], "submissions/first.csv", "no record")


# the command


def test_the_command_exits_with_one_when_something_is_wrong(workspace, capfd):
    assert kit("-C", workspace.root, "doctor", "--fast") == 0
    image = images(workspace)[0]
    (workspace.data_dir / image).write_bytes(b"")
    assert kit("-C", workspace.root, "doctor") == 1
    out = capfd.readouterr().out
    assert "this file is empty" in out and image in out and "1 wrong" in out


def test_json_lists_everything(workspace, capfd):
    for image in images(workspace)[:20]:
        (workspace.data_dir / image).write_bytes(b"")
    assert kit("-C", workspace.root, "doctor", "--json") == 1
    rows = answer(capfd)["rows"]
    assert sum(row["level"] == "wrong" for row in rows) == 20
    assert set(rows[0]) == {"level", "what", "where", "todo"}
    assert kit("-C", workspace.root, "doctor") == 1
    assert "and 16 more" in capfd.readouterr().out


def test_what_is_wrong_comes_last_and_equal_findings_are_one():
    found = [Finding("wrong", "x", "a"), Finding("ok", "fine"), Finding("wrong", "x", "b"), Finding("note", "y", "c")]
    assert [(group.level, group.places) for group in grouped(found)] == [
        ("ok", ()),
        ("note", ("c",)),
        ("wrong", ("a", "b")),
    ]


def test_outside_a_workspace_the_way_to_start_is_told(tmp_path, capfd):
    assert kit("-C", tmp_path, "doctor") == 2
    assert "kit init" in capfd.readouterr().err
