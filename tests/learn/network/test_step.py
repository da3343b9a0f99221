"""Steps of training: batches that memory has no room for, and backbones that are held still."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from shared.mini import mini_workspace
from shared.told import Told
from shared.trained import kit

from kit.errors import KitError
from kit.learn.network.checkpoint import load_weights
from kit.learn.network.fit import build_optimizer
from kit.learn.network.memory import is_out_of_memory
from kit.learn.network.model import TaskModel, build_model
from kit.learn.network.predict import predict
from kit.learn.network.step import Step
from kit.recipes.heads import HeadSpec
from kit.recipes.network import Optimizer, Recipe
from kit.runs.store import all_runs

RECIPE = Recipe.model_validate(
    {"model": "test_vit", "pretrained": False, "size": 32, "epochs": 1, "batch_size": 16, "optimizer": {"name": "sgd"}}
)


def small_memory(model: TaskModel, most: int) -> list[int]:
    """Let the backbone run out of real memory for more than `most` photos; returns the sizes that were tried."""
    tried: list[int] = []

    def look(module: torch.nn.Module, arguments: tuple[torch.Tensor]) -> None:
        tried.append(len(arguments[0]))
        if len(arguments[0]) > most:
            torch.empty(2**58, dtype=torch.uint8)  # no machine has so much

    model.backbone.register_forward_pre_hook(look)
    return tried


def step_of(model: TaskModel, told: Told) -> Step:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    return Step(model, RECIPE, optimizer, scaler, {"mask": torch.ones(3)}, None, told, "run/fold0")


def batch(n_rows: int) -> tuple[torch.Tensor, dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    pixels = 255 * torch.rand(n_rows, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    return pixels, {"mask": torch.eye(3)[torch.arange(n_rows) % 3]}, {"mask": torch.ones(n_rows)}


def test_a_batch_that_does_not_fit_is_taken_in_parts_that_add_up_to_it() -> None:
    whole, parted = build_model(RECIPE, {"mask": 3}, 0), build_model(RECIPE, {"mask": 3}, 0)
    told = Told()
    tried = small_memory(parted, most=5)
    losses = [float(step_of(model, told)(*batch(16))) for model in (whole, parted)]
    assert tried == [16, 8, 4, 4, 4, 4]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    for one, other in zip(whole.parameters(), parted.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)
    assert len(told.warned) == 2 and "taken in 4 parts" in told.warned[1]


def test_the_next_batches_are_taken_in_parts_at_once() -> None:
    model = build_model(RECIPE, {"mask": 3}, 0)
    step, tried = step_of(model, Told()), small_memory(model, most=8)
    step(*batch(16))
    tried.clear()
    step(*batch(16))
    assert tried == [8, 8]


def test_where_not_even_two_photos_fit_one_sentence_says_what_to_do() -> None:
    model = build_model(RECIPE, {"mask": 3}, 0)
    small_memory(model, most=1)
    with pytest.raises(KitError, match="there is no memory for 2 photos at a time") as refused:
        step_of(model, Told())(*batch(16))
    assert "size=128" in str(refused.value)


def test_predictions_need_no_more_memory_than_training() -> None:
    model = build_model(RECIPE, {"mask": 3}, 0)
    pixels = np.random.default_rng(0).integers(0, 256, (11, 32, 32, 3), dtype=np.uint8)
    whole = predict(model, pixels, np.arange(11), 16)["mask"]
    tried = small_memory(model, most=4)
    parted = predict(model, pixels, np.arange(11), 16)["mask"]
    assert max(tried[2:]) <= 4 and parted.shape == (11, 3)
    np.testing.assert_allclose(whole, parted, rtol=1e-4)


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    assert not is_out_of_memory(RuntimeError("shapes cannot be multiplied"))
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_layers_far_from_the_head_learn_more_slowly(name: str) -> None:
    recipe = RECIPE.model_copy(update={"model": name, "heads": {"mask": HeadSpec(kind="ordinal")}})
    model = build_model(recipe, {"mask": 3}, 0)
    optimizer = build_optimizer(model, Optimizer(layer_decay=0.5))
    scale = {id(p): group.get("lr_scale", 1.0) for group in optimizer.param_groups for p in group["params"]}
    names = {key: scale[id(parameter)] for key, parameter in model.named_parameters()}
    assert len(names) == len(scale), "every parameter learns, once"
    last = [value for key, value in names.items() if ".fc." in key or ".head." in key or key.startswith("heads.")]
    first = next(iter(value for key, value in names.items() if "conv1" in key or "patch_embed" in key))
    assert set(last) == {1.0} and first < 0.3


def test_in_the_first_epochs_only_the_heads_learn(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path, people=6)
    assert kit(workspace, "fold", "--folds", "2") == 0
    for epochs in (1, 2):
        command = ["train", "--task", "mask", "--folds", "0", "--set", "freeze_epochs=1", "--set", f"epochs={epochs}"]
        assert kit(workspace, *command) == 0
    found = {
        len(run.fold_record(0).history): load_weights(run.fold_dir(0) / "weights.safetensors")
        for run in all_runs(workspace)
    }
    start = build_model_of(workspace.recipes_dir / "tiny.yaml")
    still, moved = ({key for key in start if not torch.equal(start[key], found[epochs][key])} for epochs in (1, 2))
    assert still and all(".fc." in key for key in still), "running statistics must not move either"
    assert any("conv1" in key for key in moved) and any("running_mean" in key for key in moved)


def build_model_of(path: Path) -> dict[str, torch.Tensor]:
    from kit.schema import read_yaml, validate
    from kit.seed import derive_seed

    recipe = validate(Recipe, read_yaml(path), where=path)
    return build_model(recipe, {"mask": 3}, derive_seed(derive_seed(0, 0), "init")).state_dict()
