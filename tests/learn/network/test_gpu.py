"""Training on CUDA: precisions, resuming, memory that ends, photos changed there; says so where there is no device."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from shared.mini import mini_workspace
from shared.stopping import StopAfter, Stopped
from shared.told import Told
from shared.trained import reopened

from kit.competition.workspace import Workspace
from kit.evidence.metrics import METRICS
from kit.folds.frozen import freeze_folds
from kit.images.acts import ACTS
from kit.images.augment import build_augment
from kit.images.changes import build_drawing
from kit.learn.network.changes import make_changes
from kit.learn.network.checkpoint import load_weights
from kit.learn.network.model import build_model
from kit.learn.network.predict import predict
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.recipes.network import Recipe
from kit.reporter import Reporter
from kit.runs.store import Run

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("gpu"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


def train(workspace: Workspace, reporter: Reporter, *overrides: str) -> Run:
    workspace = reopened(workspace)
    recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=6", *overrides])
    return train_run(workspace, plan_run(workspace, ["mask"], "tiny", recipe), [0], reporter)


def assert_learned(workspace: Workspace, run: Run) -> None:
    record, oof = run.fold_record(0), run.fold_oof(0)
    assert record.device == "cuda" and [line.epoch for line in record.history] == list(range(6))
    labels = workspace.train.set_index("image").loc[list(oof.images), "mask"].to_numpy()
    assert METRICS["f1_macro"].score(labels, oof.probs["mask"].argmax(axis=1), 3) > 0.6
    np.testing.assert_allclose(oof.probs["mask"].sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize(
    "overrides",
    [
        ("ema=0.9",),
        ("precision=fp32",),
        ("augment=strong", "augment_on=device", "optimizer.fused=true"),
    ],
)
def test_a_fold_learns_and_goes_on_after_a_stop(workspace: Workspace, overrides: tuple[str, ...]) -> None:
    with pytest.raises(Stopped):
        train(workspace, StopAfter(3), *overrides)
    told = Told()
    assert_learned(workspace, train(workspace, told, *overrides))
    assert any("going on after epoch 3" in line for line in told.info_told)


def test_an_older_card_trains_in_float16_with_its_losses_scaled(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    with pytest.raises(Stopped):
        train(workspace, StopAfter(3), "seed=16")
    assert_learned(workspace, train(workspace, Reporter(), "seed=16"))


def test_a_compiled_network_learns_and_its_weights_are_those_of_a_plain_one(workspace: Workspace) -> None:
    run = train(workspace, Reporter(), "compile=true")
    assert_learned(workspace, run)
    plain = build_model(load_recipe("tiny", workspace.recipes_dir, []), {"mask": 3}, 0)
    kept = load_weights(run.fold_dir(0) / "weights.safetensors")
    assert set(plain.state_dict()) <= set(kept)


def test_memory_that_ends_makes_batches_smaller_and_the_fold_is_trained(workspace: Workspace) -> None:
    """The process may have less and less of the card, until a whole batch has no room."""
    overrides = ("size=128", "batch_size=64", "model=resnet18", "precision=fp32", "epochs=1")
    torch.cuda.reset_peak_memory_stats()
    train(workspace, Reporter(), *overrides)
    needed, whole = torch.cuda.max_memory_allocated(), torch.cuda.get_device_properties(0).total_memory
    told = Told()
    try:
        for seed in range(1, 8):
            torch.cuda.empty_cache()
            torch.cuda.set_per_process_memory_fraction(0.8**seed * needed / whole)
            run = train(workspace, told, *overrides, f"seed={seed}")
            assert 0 < run.fold_record(0).history[0].train_loss < 10
            if told.warned:
                break
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()
    assert any("out of memory: batches of" in line for line in told.warned)


def test_photos_that_do_not_fit_are_predicted_in_smaller_batches() -> None:
    recipe = Recipe(model="resnet18", pretrained=False, size=(128, 128), epochs=1, batch_size=8)  # type: ignore[call-arg]
    model = build_model(recipe, {"mask": 3}, 0).to("cuda")
    photos = np.random.default_rng(0).integers(0, 256, (512, 128, 128, 3), dtype=np.uint8)
    torch.cuda.reset_peak_memory_stats()
    rows = np.arange(len(photos))
    plain = predict(model, photos, rows, 512)
    needed = torch.cuda.max_memory_reserved()
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(0.5 * needed / torch.cuda.get_device_properties(0).total_memory)
    try:
        halved = predict(model, photos, rows, 512)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()
    np.testing.assert_allclose(halved["mask"], plain["mask"], atol=2e-3)


@pytest.mark.parametrize("name", [*sorted(ACTS), "strong", "colour", "blur"])
def test_a_gpu_makes_the_changes_that_a_cpu_makes(name: str) -> None:
    photos = (
        np.random.default_rng(0).integers(0, 256, (9, 12, 12, 3), dtype=np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    )
    size = {"size": (48, 48)} if name == "RandomResizedCrop" else {}
    spec = [{name: {**size, "p": 0.7}}] if name in ACTS else name
    drawn = build_drawing(build_augment(spec, (48, 48)))(photos.shape, 5)
    pixels = torch.from_numpy(photos).permute(0, 3, 1, 2).float()
    on_cpu = make_changes(pixels.clone(), drawn)
    on_gpu = make_changes(pixels.to("cuda"), drawn).cpu()
    away = (on_cpu - on_gpu).abs()
    assert (away > 1).float().mean() < 0.005 and away.mean() < 0.1
