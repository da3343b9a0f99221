"""What a submission said of its test photos is said again of their files, to the bit, whichever are beside them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shared.answers import answer
from shared.kinds import drawn
from shared.trained import kit, reopened, trained

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.door import open_workspace
from kit.errors import KitError
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.answers import for_test
from kit.runs.store import Run
from kit.ship.answers import answered
from kit.ship.bundle import make_bundle
from kit.ship.predictor import Predictor, Subject
from kit.ship.sent import predict_test
from kit.ship.shipped import ship
from kit.ship.unpack import open_bundle
from kit.submissions.form import read_layout, written
from kit.submissions.record import csv_path, find_submission, read_submission, record_path, write_submission

CLASSIC = {
    "net": "learner: {name: logreg, C: 0.1}\nmodel: test_resnet\npretrained: false\nsize: 32\ntta: flip\n",
    "rbf": "learner: {name: svm, C: 10, kernel: rbf}\nfeatures: hog\nsize: 32\ntta: flip\n",
    "near": "learner: {name: knn, neighbours: 5}\nfeatures: hog\nsize: 32\n",
    "trees": "learner: {name: boosting, rounds: 5}\nfeatures: hog\nsize: 24\nfit: pad\n",
}
ARCFACE = "{kind: arcface, embedding: {size: 8, neighbours: 5}}"
NETWORKS = {
    "flipped": ("mask+gender+age", ["tta=flip", "ema=0.9"]),
    "joined": ("target", []),
    "heads": ("mask+gender+age", [f"heads={{mask: {ARCFACE}, age: {{kind: ordinal, given: gender}}}}"]),
    "expected": ("gender+age", ["heads={age: expected}", "size=[24, 32]", "fit=crop"]),
    "cropped": ("mask", ["images=crop", "background=ellipse"]),
}
TASKS = ("mask", "gender", "age")


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, str]]:
    """The trained mini competition with runs of every sort beside: their ids by name."""
    workspace, ids = trained(tmp_path_factory.mktemp("predict"))
    boxes = [f"{image},{2 + len(image) % 5},3,29,30" for image in [*workspace.train["image"], *workspace.test["image"]]]
    (workspace.root / "boxes.csv").write_text("\n".join(["image,left,top,right,bottom", *boxes]) + "\n")
    assert kit(workspace, "crop", "--boxes", str(workspace.root / "boxes.csv")) == 0
    for name, text in CLASSIC.items():
        (workspace.recipes_dir / f"{name}.yaml").write_text(text)

    def train(name: str, recipe: str, task: str, overrides: list[str], **more: object) -> None:
        loaded = load_recipe(recipe, workspace.recipes_dir, overrides)
        plan = plan_run(workspace, task.split("+"), recipe, loaded, **more)  # type: ignore[arg-type]
        ids[name] = train_run(workspace, plan, None, Reporter()).id

    for name in CLASSIC:
        train(name, name, "mask+gender+age", [])
    for name, (task, overrides) in NETWORKS.items():
        train(name, "tiny", task, ["epochs=1", *overrides])
    train("seed 1", "tiny", "mask+gender+age", ["epochs=1", "seed=1"])
    teachers = ",".join(ids[f"good {task}"] for task in TASKS)
    assert kit(workspace, "pseudo", "--from", teachers, "--set", "policy=soft") == 0
    train("round 1", "tiny", "gender", ["epochs=1"], round=1)
    train("round 1 net", "net", "age", [], round=1)
    teachers = ",".join(ids[name] for name in ("good mask", "round 1", "round 1 net"))
    assert kit(workspace, "pseudo", "--round", "2", "--from", teachers, "--set", "policy=soft") == 0
    train("round 2", "tiny", "gender", ["epochs=1"], round=2)
    return reopened(workspace), ids


BLENDS = {
    "three networks": ("good mask,good gender,good age", []),
    "two of each": ("good mask,poor mask,good gender,poor gender,good age,poor age", []),
    "a model of everybody": ("all-data mask,good gender,good age", []),
    "flips and a moving average": ("flipped", []),
    "the joined class": ("joined,good mask,good gender,good age", []),
    "heads and neighbours": ("heads", []),
    "bins of an expected value": ("expected,good mask", []),
    "faces": ("cropped,good gender,good age", []),
    "linear on a backbone": ("net", []),
    "a kernel": ("rbf", []),
    "nearest rows": ("near", []),
    "trees": ("trees", []),
    "all sorts": ("net,rbf,near,trees,flipped,heads,cropped,joined", []),
    "seeds": ("flipped,seed 1", []),
    "two rounds of pseudo-labels": ("round 1,round 2,round 1 net,good mask", []),
    "geometric": ("rbf,near", ["--mean", "geometric"]),
    "argmax": ("rbf,near", ["--rule", "argmax"]),
    "offsets": ("rbf,near", ["--rule", "offsets"]),
    "balanced": ("rbf,near", ["--rule", "balanced"]),
    "kappa": ("rbf,near", ["--rule", "expected-kappa"]),
}


def spec_of(ids: dict[str, str], names: str) -> str:
    return ",".join(ids.get(name, name) for name in names.split(","))


def check_says_itself(workspace: Workspace, name: str) -> None:
    """The file is made anew from a bundle and the photos, and some photos alone, in the workspace, have the runs' bits
    and the submission's answers.
    """
    record = find_submission(workspace.submissions_dir, name)
    shipped = ship(open_workspace(workspace.root), name, Reporter())
    bundle = workspace.root / "bundles" / name
    make_bundle(shipped, bundle, "fp32", Reporter())
    sent = predict_test(open_bundle(bundle, workspace.data_dir, Reporter()), Reporter())
    assert sent.content == csv_path(workspace.submissions_dir, name).read_bytes()

    keys = np.random.default_rng(0).permutation(workspace.test["image"].to_numpy(dtype=object))[:5]
    said = Predictor(shipped, Reporter())([Subject(key, workspace.data_dir / key) for key in keys])
    for run, predictions in said.by_run.items():
        kept = for_test(workspace, Run(workspace.runs_dir / run).test()).aligned(keys)
        for task, probs in kept.probs.items():
            assert probs.tobytes() == predictions.probs[task].tobytes(), f"{run}, {task}"
    alone = answered(shipped, said)
    whole = sent.predictions.aligned(keys)
    np.testing.assert_array_equal(alone.said(TARGET), whole.said(TARGET))
    assert record.csv == shipped.csv


@pytest.mark.parametrize("what", list(BLENDS))
def test_a_blend_says_its_own_file_again(mini: tuple[Workspace, dict[str, str]], what: str) -> None:
    workspace, ids = mini
    names, options = BLENDS[what]
    name = what.replace(" ", "-")
    shutil.rmtree(workspace.submissions_dir, ignore_errors=True)  # the same content would keep its first name
    assert kit(workspace, "submit", "--blend", spec_of(ids, names), "--name", name, *options) == 0
    check_says_itself(workspace, name)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The trained mini competition with two networks of each task."""
    return trained(tmp_path_factory.mktemp("plain"))[0]


@pytest.mark.parametrize("spec", ["weighted", "greedy", "best2"])
def test_a_blend_that_was_chosen_or_weighed_says_its_own_file_again(plain: Workspace, spec: str) -> None:
    shutil.rmtree(plain.submissions_dir, ignore_errors=True)  # the same content would keep its first name
    assert kit(plain, "submit", "--blend", spec, "--name", spec) == 0
    check_says_itself(plain, spec)


KINDS = {
    "number": (("light",), "rmse", {"label": "light"}),
    "grades": (("grade",), "qwk", {"label": "grade"}),
    "cuts of a number": (("light",), "qwk", {"label": "light"}),
    "labels": (("squares",), "f1_macro", {"label": "squares", "separator": " "}),
    "labels of a micro F": (("squares",), "f1_micro", {"label": "squares", "separator": " "}),
    "shares": (("votes",), "kl", {"sample": "sample.csv"}),
    "probabilities": (("shape",), "log_loss", {"label": "bar", "probability_of": "bar"}),
    "separate": (("shape", "squares"), "f1_macro", {"label": {"shape": "a", "squares": "b"}, "separator": " "}),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_target_is_said_again(tmp_path: Path, kind: str) -> None:
    tasks, metric, form = KINDS[kind]
    more = {"target": "separate"} if len(tasks) > 1 else {}
    workspace = drawn(tmp_path, *tasks, metric=metric, submission={"id": "image", **form}, **more)
    images = workspace.test["image"]
    (workspace.data_dir / "sample.csv").write_text("image,day,night\n" + "".join(f"{one},0,0\n" for one in images))
    if kind == "cuts of a number":  # grades are whole numbers
        for path in (workspace.data_dir / "train.csv",):
            path.write_text(_rounded(path.read_text()))
    assert kit(workspace, "fold", "--folds", "2") == 0
    overrides = ["--set", "epochs=1"]
    assert kit(workspace, "train", "--task", "+".join(tasks), *overrides) == 0
    assert kit(workspace, "train", "--task", "+".join(tasks), "--recipe", "hog") == 0
    assert kit(workspace, "submit", "--blend", "all", "--name", "both") == 0
    check_says_itself(reopened(workspace), "both")


def _rounded(table: str) -> str:
    head, *lines = table.splitlines()
    place = head.split(",").index("light")
    cells = [line.split(",") for line in lines]
    for row in cells:
        row[place] = str(int(float(row[place])) // 34)
    return "\n".join([head, *(",".join(row) for row in cells)]) + "\n"


def test_a_record_of_before_is_fitted_again_or_refused(mini: tuple[Workspace, dict[str, str]], tmp_path: Path) -> None:
    workspace, ids = mini
    names = spec_of(ids, "good mask,poor gender,good age")
    assert kit(workspace, "submit", "--blend", names, "--name", "older") == 0
    record = read_submission(record_path(workspace.submissions_dir, "older"))
    assert record.fit and "fit" in record.model_dump()
    write_submission(workspace.submissions_dir, record.model_copy(update={"fit": ()}))
    assert "fit" not in json.loads(record_path(workspace.submissions_dir, "older").read_text())
    check_says_itself(workspace, "older")
    write_submission(workspace.submissions_dir, record.model_copy(update={"fit": (), "csv": "0" * 64}))
    with pytest.raises(KitError, match="did not keep what its blend had learnt") as told:
        ship(workspace, "older", Reporter())
    assert "kit submit --blend" in (told.value.todo or "")
    record_path(workspace.submissions_dir, "older").unlink()


# the command


@pytest.fixture(scope="module")
def sent(mini: tuple[Workspace, dict[str, str]]) -> Workspace:
    workspace, ids = mini
    names = spec_of(ids, "poor mask,good gender,poor age")
    assert kit(workspace, "submit", "--blend", names, "--name", "asked") == 0
    return workspace


def test_the_command_answers_photos_folders_and_patterns(
    sent: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, keys = tmp_path / "new", list(sent.test["image"][:3])
    (folder / "deeper").mkdir(parents=True)
    for number, key in enumerate(keys):
        (folder / ("deeper" if number else "") / f"photo {number}.jpg").write_bytes((sent.data_dir / key).read_bytes())
    (folder / "notes.txt").write_text("no photo")
    capsys.readouterr()
    arguments = ("predict", "--from", "asked", str(folder), str(folder / "*" / "*.jpg"), "--json")
    assert kit(sent, *arguments, "--draw", str(tmp_path / "drawn")) == 0
    told = answer(capsys)
    assert [Path(row["photo"]).name for row in told["rows"]] == ["photo 1.jpg", "photo 2.jpg", "photo 0.jpg"]
    layout = read_layout(sent)
    shipped = ship(open_workspace(sent.root), "asked", Reporter())
    table = written(sent, layout, predict_test(shipped, Reporter()).predictions).set_index("ImageID")["ans"]
    for row, key in zip(told["rows"], [keys[1], keys[2], keys[0]], strict=True):
        label = int(table[Path(key).name])
        assert row["target"] == sent.competition.target_classes[label]
        assert row["target"] == f"{row['mask']} {row['gender']} {row['age']}"
        assert sum(row[f"mask/{name}"] for name in ("worn", "incorrect", "none")) == pytest.approx(1, abs=1e-4)
    assert [Path(path).name for path in told["pictures"]] == ["photo 1.png", "photo 2.png", "photo 0.png"]
    assert max(Image.open(told["pictures"][0]).size) >= 320
    assert kit(sent, "predict", "--from", "asked", str(folder), "--csv") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("photo,mask,gender,age,target,mask/worn") and len(lines) == 4


def test_a_photo_that_cannot_be_read_is_told_of_and_the_others_are_answered(
    sent: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = sent.data_dir / sent.test["image"][0], tmp_path / "broken.jpg"
    bad.write_bytes(good.read_bytes()[:200])
    assert kit(sent, "predict", "--from", "asked", str(bad), str(good), str(tmp_path / "gone.png"), "--json") == 1
    told = answer(capsys)
    assert [row["photo"] for row in told["rows"]] == [str(good)] and len(told["unreadable"]) == 2
    assert str(bad) in told["unreadable"][0] and "2 of 3 photos cannot be read" in told["what"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no photo is named"),
        (["--from", "nothing", "x.jpg"], "there is no run 'nothing'"),
        (["--from", "asked", "no-such-*.jpg"], "no photo fits this pattern"),
        (["--from", "asked", "x.jpg", "--submission", "out.csv"], "PATH and --submission are asked at once"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    sent: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    capsys.readouterr()
    assert kit(sent, "predict", *arguments) == 2
    said = capsys.readouterr().err
    assert told in said and said.count("\n") == 1


def test_weights_that_are_not_here_are_named_with_the_way_to_get_them(
    sent: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    record = find_submission(sent.submissions_dir, "asked")
    path = sent.runs_dir / record.members["mask"][0].run / "fold1/weights.safetensors"
    whole = path.read_bytes()
    path.unlink()
    try:
        assert kit(sent, "predict", "--from", "asked", "x.jpg") == 2
        told = capsys.readouterr().err
        assert str(path) in told and "git leaves weights out" in told and "kit train" in told
        path.write_bytes(whole[:-4] + b"\0\0\0\0")
        assert kit(sent, "predict", "--from", "asked", "x.jpg") == 2
        assert "it was changed or damaged" in capsys.readouterr().err
    finally:
        path.write_bytes(whole)
