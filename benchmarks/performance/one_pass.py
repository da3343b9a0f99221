"""`kit predict` with fifteen models: each photo decoded once for all of them, against a pass for each model.

Photos are the demo's, of 96 x 128 pixels, and the same enlarged to what a camera of a telephone gives at least.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PIL import Image

from benchmarks.performance.page import grid
from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.presets.start import start_workspace
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.ship.predictor import Predictor, Subject
from kit.ship.shipped import Shipped, ship

MODELS = 15
LARGE = (768, 1024)


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="one-pass")
    parser.add_argument("--photos", type=int, default=300)
    options = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        people = MODELS + 7
        start_workspace(root, "demo", root / "data", demo={"people": people})
        for model, side in (("test_resnet", 64), ("mobilenetv3_small_100", 128)):
            shipped = fifteen(root, model, side)
            test = shipped.workspace.test["image"]
            small = [shipped.workspace.data_dir / image for image in test]
            for size, paths in (("96 x 128", small), ("768 x 1,024", enlarged(small, root / "large"))):
                subjects = [Subject(f"{number}.jpg", paths[number % len(paths)]) for number in range(options.photos)]
                once, each = seconds(shipped, subjects), 0.0
                (name, run), *_ = shipped.runs.items()
                for one in run.models:
                    each += seconds(replace(shipped, runs={name: replace(run, models=(one,))}), subjects)
                rows.append([f"{model} at {side} px", size, f"{len(subjects) / once:.0f}", f"{each / once:.2f}"])
    header = [f"{MODELS} models", "photos of pixels", "photos a second, one pass", "times as fast as fifteen passes"]
    return grid(header, rows)


def enlarged(photos: list[Path], folder: Path) -> list[Path]:
    """The same photos of LARGE pixels, as JPEG."""
    folder.mkdir(exist_ok=True)
    for photo in photos:
        with Image.open(photo) as image:
            image.convert("RGB").resize(LARGE, Image.Resampling.BICUBIC).save(folder / f"{photo.stem}.jpg", quality=90)
    return [folder / f"{photo.stem}.jpg" for photo in photos]


def fifteen(root: Path, model: str, side: int) -> Shipped:
    """A run of fifteen folds, a moment of training each."""
    workspace = Workspace(root)
    if not workspace.folds_path.exists():
        freeze_folds(workspace.folds_path, workspace.train, MODELS, 0)
    keys = [f"model={model}", f"size={side}", "epochs=1", "pretrained=false", "batch_size=64", "ema=null", "mix=null"]
    recipe = load_recipe("demo", workspace.recipes_dir, keys)
    plan = plan_run(Workspace(root), ["mask"], "demo", recipe)
    run = train_run(Workspace(root), plan, None, Reporter())
    return ship(Workspace(root), run.id, Reporter())


def seconds(shipped: Shipped, subjects: list[Subject]) -> float:
    started = time.perf_counter()
    Predictor(shipped, Reporter())(subjects)
    return time.perf_counter() - started
