"""float32, fused and bfloat16: photos a second of the training step on random tensors, and whole folds of the digits.

Steps are timed in turn in one process, so that all ways meet the same machine. Folds are trained by the product, with
the same seeds: each row's gain over float32 is paired by seed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.performance.page import grid
from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.learn.network.compute import quicken
from kit.learn.network.device import amp_dtype, pick_device
from kit.learn.network.fit import build_optimizer
from kit.learn.network.loss import total_loss
from kit.learn.network.memory import keep_freed_memory
from kit.learn.network.model import build_model
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.presets.start import start_workspace
from kit.recipes.load import load_recipe
from kit.recipes.network import Recipe
from kit.reporter import Reporter

WAYS: dict[str, list[str]] = {
    "float32": [],
    "fused": ["optimizer.fused=true"],
    "bfloat16": ["precision=bf16"],
    "bfloat16, fused": ["precision=bf16", "optimizer.fused=true"],
}
TORCHS_OWN = {f"{way} as torch has it": way for way in ("float32", "bfloat16")}
"""Ways of steps alone: without what `kit` does otherwise on a CPU where torch is slow."""
MODELS = ("mobilenetv3_small_100", "resnet18", "efficientnet_b0", "convnext_atto", "vit_tiny_patch16_224")
BATCH = 32


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="precision")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    options = parser.parse_args(arguments)
    rows = []
    if pick_device().type == "cpu":
        keep_freed_memory()  # as kit train does
    for model in options.models:
        speeds = step_speeds(model, options.side, options.rounds)
        ratios = [speed / speeds["float32"] for speed in speeds.values()]
        rows.append([model, f"{speeds['float32']:.1f}", *(f"{ratio:.2f}" for ratio in ratios[1:])])
    steps = grid(["training step on random tensors", "float32, photos a second", *list(WAYS)[1:], *TORCHS_OWN], rows)
    return [*steps, "", *fold_table(options.seeds)]


def step_speeds(name: str, side: int, rounds: int) -> dict[str, float]:
    """Photos a second of each way: the median of rounds of three steps, the ways in turn."""
    device = pick_device()
    generator = torch.Generator().manual_seed(0)
    pixels = torch.rand(BATCH, 3, side, side, generator=generator).to(device, memory_format=torch.channels_last) * 255
    targets = torch.eye(18, device=device)[torch.arange(BATCH, device=device) % 18]
    weights, counts = torch.ones(BATCH, device=device), targets.sum(dim=0)

    def trainer(overrides: list[str], *, quick: bool = True) -> Callable[[], None]:
        keys: dict[str, object] = {"optimizer": {"fused": "optimizer.fused=true" in overrides}}
        keys |= {"precision": "bf16"} if "precision=bf16" in overrides else {}
        recipe = Recipe.model_validate(
            {"model": name, "pretrained": False, "size": side, "epochs": 1, "batch_size": BATCH, **keys}
        )
        model = build_model(recipe, {"all": 18}, 0).to(device)
        model.train_everything()
        if quick and device.type == "cpu":
            quicken(model)
        optimizer, dtype = build_optimizer(model, recipe.optimizer), amp_dtype(recipe, device)

        def step() -> None:
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
                outputs = model.outputs(pixels)
            total_loss({"ce": 1.0}, outputs["all"], targets, weights, counts).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            if device.type == "cuda":
                torch.cuda.synchronize()

        return step

    steps = {way: trainer(overrides) for way, overrides in WAYS.items()}
    steps |= {name: trainer(WAYS[way], quick=False) for name, way in TORCHS_OWN.items()}
    seconds: dict[str, list[float]] = {way: [] for way in steps}
    for number in range(1 + rounds):
        for way, step in steps.items():
            started = time.perf_counter()
            for _ in range(3 if number else 1):
                step()
            if number:
                seconds[way].append((time.perf_counter() - started) / 3)
    return {way: BATCH / statistics.median(each) for way, each in seconds.items()}


def fold_table(n_seeds: int) -> list[str]:
    """A fold of the digits by every way: held-out macro F1 and what it gains on float32, paired by seed."""
    scores: dict[str, list[float]] = {way: [] for way in WAYS}
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        workspace = start_workspace(root, "digits", root / "data")
        freeze_folds(workspace.folds_path, workspace.train, 5, 0)
        task = next(iter(workspace.competition.tasks))
        for seed in range(n_seeds):
            for way, overrides in WAYS.items():
                recipe = load_recipe("digits", workspace.recipes_dir, [*overrides, f"seed={seed}"])
                plan = plan_run(Workspace(root), [task], "digits", recipe)
                run = train_run(Workspace(root), plan, [0], Reporter())
                score = run.fold_record(0).score
                assert score is not None
                scores[way].append(score)
                seconds[way].append(run.fold_record(0).seconds)
    base = np.array(scores["float32"])
    rows = []
    for way in WAYS:
        gains = np.array(scores[way]) - base
        error = gains.std(ddof=1) / np.sqrt(n_seeds) if n_seeds > 1 else 0.0
        gain = "" if way == "float32" else f"{gains.mean():+.4f} ({error:.4f})"
        ratio = statistics.median(seconds["float32"]) / statistics.median(seconds[way])
        rows.append([way, f"{np.mean(scores[way]):.4f}", gain, f"{ratio:.2f}"])
    header = [f"fold 0 of the digits, {n_seeds} seeds", "macro F1", "gain (standard error)", "times as fast"]
    return grid(header, rows)
