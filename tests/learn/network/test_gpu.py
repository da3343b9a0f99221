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
from kit.learn.network.batches import Batch
from kit.learn.network.changes import make_changes
from kit.learn.network.checkpoint import load_weights
from kit.learn.network.feed import fed
from kit.learn.network.model import TaskModel, build_model
from kit.learn.network.predict import predict
from kit.learn.network.step import Step
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


RECIPE = Recipe.model_validate(
    {"model": "test_vit", "pretrained": False, "size": 32, "epochs": 1, "batch_size": 16, "precision": "fp32"}
)


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


def small_memory(model: TaskModel, most: int) -> list[int]:
    """Let the backbone run out of the card's memory for more than `most` photos; returns the sizes that were tried."""
    tried: list[int] = []

    def look(module: torch.nn.Module, arguments: tuple[torch.Tensor]) -> None:
        tried.append(len(arguments[0]))
        if len(arguments[0]) > most:
            torch.empty(2**50, dtype=torch.uint8, device="cuda")  # no card has so much

    model.backbone.register_forward_pre_hook(look)
    return tried


def test_a_batch_that_does_not_fit_is_taken_in_parts_that_add_up_to_it() -> None:
    recipe = RECIPE.model_copy(update={"optimizer": RECIPE.optimizer.model_copy(update={"name": "sgd"})})
    whole, parted = (build_model(recipe, {"mask": 3}, 0).to("cuda") for _ in range(2))
    tried, told, losses = small_memory(parted, most=5), Told(), []
    pixels = 255 * torch.rand(16, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    targets, weights = {"mask": torch.eye(3)[torch.arange(16) % 3].cuda()}, {"mask": torch.ones(16).cuda()}
    for model in (whole, parted):
        scaler, optimizer = torch.amp.GradScaler("cuda", enabled=False), torch.optim.SGD(model.parameters(), lr=0.1)
        counts = {"mask": torch.ones(3).cuda()}
        step = Step(model, recipe, optimizer, scaler, counts, None, told, "run/fold0")
        losses.append(float(step(pixels.cuda(), targets, weights)))
    assert tried == [16, 8, 4, 4, 4, 4]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert len(told.warned) == 2 and "out of memory: batches of 16" in told.warned[0]


def test_photos_that_do_not_fit_are_predicted_in_smaller_batches() -> None:
    model = build_model(RECIPE, {"mask": 3}, 0).to("cuda")
    photos = np.random.default_rng(0).integers(0, 256, (30, 32, 32, 3), dtype=np.uint8)
    rows = np.arange(len(photos))
    plain = predict(model, photos, rows, 32)
    tried = small_memory(model, most=8)
    halved = predict(model, photos, rows, 32)
    assert max(tried) == 30 and sum(size for size in tried if size <= 8) == 30
    np.testing.assert_allclose(halved["mask"], plain["mask"], atol=2e-3)


def test_batches_come_whole_and_in_order_to_a_network_that_is_behind() -> None:
    generator, made, seen = np.random.default_rng(0), [], []
    for _ in range(30):
        photos = torch.from_numpy(generator.integers(0, 256, (64, 96, 96, 3), dtype=np.uint8))
        parts = {"mask": torch.from_numpy(generator.random((64, 3), dtype=np.float32))}
        changes = build_drawing(build_augment("flip", (96, 96)))(tuple(photos.shape), len(made))
        made.append((photos, parts, changes))
    work = torch.rand(4096, 4096, device="cuda")
    held = (Batch(photos.pin_memory(), parts, parts, changes) for photos, parts, changes in made)
    for batch in fed(held, torch.device("cuda")):
        for _ in range(5):
            work = (work @ work).clamp(0, 1)
        seen.append((batch.pixels.sum(dim=(1, 2, 3), dtype=torch.float64), batch.targets["mask"] + 0 * work[0, 0]))
    assert len(seen) == len(made)
    for (photos, parts, changes), (sums, targets) in zip(made, seen, strict=True):
        right = make_changes(photos.to("cuda").permute(0, 3, 1, 2).float(), changes)
        torch.testing.assert_close(sums, right.sum(dim=(1, 2, 3), dtype=torch.float64))
        torch.testing.assert_close(targets.cpu(), parts["mask"])


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
