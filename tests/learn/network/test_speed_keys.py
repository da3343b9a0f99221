"""Where photos are changed, and whether the network is compiled: keys of a recipe that make another run of it."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
from shared.mini import mini_workspace
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.learn.network.checkpoint import load_weights
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("speed"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


def planned(workspace: Workspace, *overrides: str) -> str:
    recipe = load_recipe("tiny", workspace.recipes_dir, overrides)
    return plan_run(reopened(workspace), ["mask"], "tiny", recipe).id


def train(workspace: Workspace, *overrides: str) -> Run:
    recipe = load_recipe(
        "tiny", workspace.recipes_dir, ["epochs=1", "augment=strong", "optimizer.name=sgd", *overrides]
    )
    workspace = reopened(workspace)
    return train_run(workspace, plan_run(workspace, ["mask"], "tiny", recipe), [0], Reporter())


def distance(one: Run, other: Run) -> float:
    """How far the weights of two runs' fold 0 are apart, as a share of how large they are."""
    first, second = (load_weights(run.fold_dir(0) / "weights.safetensors") for run in (one, other))
    assert first.keys() == second.keys()
    names = [name for name, value in first.items() if value.is_floating_point()]
    away = sum(float((first[name] - second[name]).square().sum()) for name in names)
    return float(np.sqrt(away / sum(float(first[name].square().sum()) for name in names)))


def test_an_id_says_where_photos_are_changed_and_what_is_compiled(workspace: Workspace) -> None:
    plain = planned(workspace)
    assert plain == planned(workspace, "augment_on=null", "compile=false")
    assert len({plain, planned(workspace, "augment_on=device"), planned(workspace, "compile=true")}) == 3


def test_a_device_and_a_cpu_show_a_network_the_same_photos(workspace: Workspace) -> None:
    by_cpu = train(workspace)
    assert distance(by_cpu, train(workspace, "augment_on=device")) < 0.002
    assert distance(by_cpu, train(workspace, "augment=base")) > 0.02


def test_a_compiled_network_learns_the_same_and_keeps_the_names_of_its_weights(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # torch's own backend needs a C++ compiler and minutes; this one runs the graph as it was found
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="eager"))
    plain = train(workspace, "ema=0.9")
    compiled = train(workspace, "ema=0.9", "compile=true")
    assert distance(plain, compiled) < 1e-3
    for file in ("oof", "test"):
        assert (compiled.fold_dir(0) / f"{file}.parquet").exists()


def test_what_cannot_be_compiled_is_said_in_a_sentence(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_compiler(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> None:
        raise OSError("no C++ compiler was found")

    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend=without_compiler))
    assert kit(workspace, "train", "--task", "mask", "--set", "compile=true", "--folds", "0") == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "torch cannot compile it here" in told and "no C++ compiler was found" in told
    assert "leave compile out" in told and "Traceback" not in told


def test_a_pipeline_that_no_device_makes_is_refused_before_anything_is_read(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kit(workspace, "train", "--task", "mask", "--set", "augment_on=device", "--set", "augment=[MedianBlur]") == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "MedianBlur is made by a CPU alone" in told and "leave augment_on out" in told
