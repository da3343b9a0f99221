"""Recipes: what is misspelt is named with the nearest right name, before any image is read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file
from shared.mini import mini_workspace
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import freeze_folds
from kit.learn.network.model import build_model
from kit.learn.plan import plan_run
from kit.recipes.load import load_recipe, recipe_names
from kit.recipes.network import Recipe


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("recipes"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("epoch=3", "did you mean 'epochs'"),
        ("optimizer.lrr=1", "did you mean 'lr'"),
        ("optimizer.name=adamww", "did you mean 'adamw'"),
        ("model=test_resnat", "did you mean 'test_resnet'"),
        ("loss={cee: 1}", "did you mean 'ce'"),
        ("augment=bose", "did you mean 'base'"),
        ("augment=[HorizontalFlap]", "HorizontalFlip"),
        ("schedule.name=cosin", "cosine"),
        ("batch_size=1", "batch_size"),
        ("epochs", "key=value"),
        ("weights=none.pth", "no such weights file"),
    ],
)
def test_a_wrong_recipe_is_one_sentence_and_exit_2(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], override: str, told: str
) -> None:
    assert kit(workspace, "train", "--task", "mask", "--set", override) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and "Traceback" not in sentence and sentence.count("\n") == 1
    assert not list(workspace.cache_dir.glob("*.npy")), "images were read before the recipe was checked"
    assert not list(workspace.runs_dir.glob("*/run.json"))


def test_every_shipped_recipe_is_valid(tmp_path: Path) -> None:
    for name in recipe_names(tmp_path):
        load_recipe(name, tmp_path)


def test_shipped_recipes_that_start_from_imagenet_weights_are_fused(tmp_path: Path) -> None:
    recipes = {name: load_recipe(name, tmp_path) for name in recipe_names(tmp_path) if not name.startswith("report-")}
    pretrained = {
        name: recipe
        for name, recipe in recipes.items()
        if isinstance(recipe, Recipe) and (recipe.pretrained or recipe.weights)
    }
    assert {"default", "resnet18", "efficientnet_lite0"} <= set(pretrained)
    assert [name for name, recipe in pretrained.items() if not recipe.optimizer.fused] == []


@pytest.mark.parametrize("suffix", ["safetensors", "pth"])
def test_a_run_can_start_from_a_weights_file(workspace: Workspace, suffix: str) -> None:
    torch.manual_seed(5)
    state = timm.create_model("test_resnet", num_classes=1000).state_dict()
    path = workspace.root / f"w.{suffix}"
    save_file(state, path) if suffix == "safetensors" else torch.save(state, path)
    recipe = load_recipe("tiny", workspace.recipes_dir, [f"weights={path}"])
    model = build_model(recipe, {"mask": 3}, 0, weights=path)
    assert torch.equal(model.backbone.state_dict()["conv1.0.weight"], state["conv1.0.weight"])
    before = plan_run(reopened(workspace), ["mask"], "tiny", recipe).id
    state["conv1.0.weight"] += 1
    save_file(state, path) if suffix == "safetensors" else torch.save(state, path)
    assert plan_run(reopened(workspace), ["mask"], "tiny", recipe).id != before


@pytest.mark.parametrize("content", [b"", b"not weights", "other"])
def test_what_is_no_weights_of_the_model_is_named(workspace: Workspace, content: bytes | str) -> None:
    path = workspace.root / "wrong.pth"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save({"a": torch.zeros(3)}, path)
    recipe = load_recipe("tiny", workspace.recipes_dir, [f"weights={path}"])
    with pytest.raises(KitError) as refused:
        build_model(recipe, {"mask": 3}, 0, weights=path)
    assert refused.value.where == path


def test_pretrained_weights_without_a_network_are_refused_with_three_ways_out(workspace: Workspace) -> None:
    command = [sys.executable, "-m", "kit", "-C", str(workspace.root), "train", "--task", "mask"]
    # a port that nobody listens on: as if there were no network, also on a machine that has one
    environment = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(workspace.root / "hub")}
    overrides = ["--set", "model=resnet18", "--set", "pretrained=true"]
    done = subprocess.run([*command, *overrides], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    for way in ("connect to the network", "--set weights=FILE", "--set pretrained=false"):
        assert way in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(workspace.cache_dir.glob("*.npy"))
