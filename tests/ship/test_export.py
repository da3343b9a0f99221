"""Networks in ONNX say what torch says, by any number of photos, and answer as an engine of kit predict."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from shared.answers import answer
from shared.mini import mini_workspace
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import freeze_folds
from kit.learn.network.onnx import NEEDED, Engine, open_view
from kit.runs.store import all_runs

HEADS = "heads={mask: {kind: arcface, embedding: {size: 8}}, age: {kind: ordinal, given: gender}}"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A network of several heads and mirror images, and a classic learner."""
    workspace = mini_workspace(tmp_path_factory.mktemp("export"), people=6)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    task = ["--task", "mask+gender+age"]
    assert kit(workspace, "train", *task, "--set", "epochs=1", "--set", "tta=flip", "--set", HEADS) == 0
    (workspace.recipes_dir / "hog.yaml").write_text("learner: {name: knn}\nfeatures: hog\nsize: 32\n")
    assert kit(workspace, "train", *task, "--recipe", "hog") == 0
    return reopened(workspace)


def run_of(workspace: Workspace, recipe: str) -> str:
    return next(run.id for run in all_runs(workspace) if run.record.recipe == recipe)


def test_each_model_is_written_and_says_what_torch_says(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import onnx

    capsys.readouterr()
    assert kit(workspace, "export", run_of(workspace, "tiny"), "--onnx", "--out", str(tmp_path), "--json") == 0
    rows = answer(capsys)["rows"]
    assert len(rows) == 2 and all(row["difference"] <= 1e-4 and row["onnx"] > 0 for row in rows)
    model = onnx.load(rows[0]["file"])
    assert model.opset_import[0].version == 17
    assert [output.name for output in model.graph.output] == ["mask", "gender", "age"]


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_the_engine_answers_as_torch_does(
    workspace: Workspace, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [str(workspace.data_dir / image) for image in workspace.test["image"][:5]]
    names = run_of(workspace, "tiny")
    capsys.readouterr()
    said = []
    for asked in ("torch", engine, engine):
        assert kit(workspace, "predict", "--from", names, *photos, "--engine", asked, "--json") == 0
        rows = answer(capsys)["rows"]
        said.append(np.array([[value for key, value in row.items() if "/" in key] for row in rows]))
    np.testing.assert_allclose(said[1], said[0], atol=1e-4)
    np.testing.assert_array_equal(said[2], said[1])
    kept = sorted(workspace.cache_dir.glob("onnx-*.onnx"))
    assert len(kept) == 2, "written once for each fold, whichever engine asks"

    whole = kept[0].read_bytes()
    kept[0].write_bytes(whole[:-4000] + bytes(1000) + whole[-3000:])  # weights lie at its end
    assert kit(workspace, "predict", "--from", names, *photos, "--engine", engine, "--json") == 0
    assert answer(capsys)["rows"] == rows and kept[0].read_bytes() == whole, "a damaged one is written anew"


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_what_an_engine_cannot_take_is_one_sentence(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "no.onnx").write_bytes(b"no network")
    with pytest.raises(KitError, match=f"{NEEDED[engine]} cannot take this network") as caught:
        open_view(engine, tmp_path / "no.onnx")
    assert "\n" not in str(caught.value)


def test_what_has_no_form_in_onnx_is_one_sentence(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    capsys.readouterr()
    assert kit(workspace, "export", run_of(workspace, "hog"), "--onnx", "--out", str(tmp_path)) == 2
    told = capsys.readouterr().err
    assert "a classic learner is no network" in told and not list(tmp_path.iterdir())
    monkeypatch.setitem(sys.modules, "openvino", None)
    photo = str(workspace.data_dir / workspace.test["image"][0])
    assert kit(workspace, "predict", "--from", run_of(workspace, "tiny"), photo, "--engine", "openvino") == 2
    assert "pip install onnx openvino" in capsys.readouterr().err
