"""Images per second of whole training epochs on JPEG photos, side by side: python -m benchmarks.rivals

This kit (decoding into its cache included), a plain PyTorch loop that decodes in every epoch, and Lightning and fastai
where they can be imported: same photos, model, size, batch and epochs, flips for augmentation.
"""

from __future__ import annotations

import importlib
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from kit.evidence.metrics import METRICS
from kit.images.augment import build_augment
from kit.images.cache import open_cache
from kit.learn.examples import make_examples
from kit.learn.job import FoldJob
from kit.learn.network.device import n_workers, pick_device
from kit.learn.network.fit import fit
from kit.learn.network.model import TaskModel, build_model
from kit.recipes.network import Recipe
from kit.reporter import Reporter
from kit.targets.base import BaseTask
from kit.targets.classes import ClassTask, one_hot

N_IMAGES, SIDE, SIZE, EPOCHS, ROUNDS = 256, 512, 128, 3, 2
ALL: dict[str, BaseTask] = {"all": ClassTask(classes=tuple(map(str, range(18))), column="class")}  # type: ignore[call-arg]
METRIC = {"all": METRICS["f1_macro"]}
RECIPE = Recipe(
    model="mobilenetv3_small_100",
    pretrained=False,
    size=(SIZE, SIZE),
    augment=["HorizontalFlip"],
    epochs=EPOCHS,
    batch_size=32,
    clip=None,  # type: ignore[call-arg]
)


class Photos(Dataset[tuple[torch.Tensor, int]]):
    def __init__(self, folder: Path) -> None:
        self.paths = sorted(folder.glob("*.jpg"))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        whole = cv2.imread(str(self.paths[row]))
        assert whole is not None
        image = cv2.resize(whole, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        image = image[:, ::-1] if torch.rand(()) < 0.5 else image
        return torch.from_numpy(np.ascontiguousarray(image[:, :, ::-1].transpose(2, 0, 1))).float(), row % 18


def new_model() -> TaskModel:
    return build_model(RECIPE, {"all": 18}, 0).to(pick_device())


def with_kit(folder: Path) -> None:
    names = [path.name for path in sorted(folder.glob("*.jpg"))]
    with tempfile.TemporaryDirectory() as scratch, Reporter().progress("", EPOCHS) as progress:
        cache = open_cache(Path(scratch), folder, names, RECIPE.size)
        rows = cache.rows(names)
        targets = {"all": one_hot(np.arange(len(names)) % 18, 18)}
        examples = make_examples((cache.array, cache.array[:0]), rows, targets, rows)
        fit(
            new_model(),
            RECIPE,
            FoldJob("benchmark", 0, 0, METRIC, ALL, {}, examples, None, None, Path(scratch)),
            [build_augment(RECIPE.augment, RECIPE.size) for _ in range(n_workers())],
            reporter=Reporter(),
            progress=progress,
        )


def loader(folder: Path) -> DataLoader[Any]:
    return DataLoader(Photos(folder), batch_size=RECIPE.batch_size, shuffle=True, num_workers=1)


def with_plain_loop(folder: Path) -> None:
    model, data = new_model().train(), loader(folder)
    device, optimizer = pick_device(), torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(EPOCHS):
        for pixels, labels in data:
            logits = model(pixels.to(device).to(memory_format=torch.channels_last))["all"]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(logits, labels.to(device)).backward()
            optimizer.step()


def with_lightning(folder: Path) -> None:
    lightning: Any = importlib.import_module("lightning.pytorch")

    class Module(lightning.LightningModule):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.model = new_model()

        def training_step(self, batch: Any, _: int) -> torch.Tensor:
            return torch.nn.functional.cross_entropy(self.model(batch[0])["all"], batch[1])

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.parameters(), lr=1e-3)

    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    lightning.Trainer(max_epochs=EPOCHS, enable_model_summary=False, **quiet).fit(Module(), loader(folder))


def with_fastai(folder: Path) -> None:
    vision: Any = importlib.import_module("fastai.vision.all")
    files = sorted(folder.glob("*.jpg"))
    data = vision.ImageDataLoaders.from_lists(
        folder,
        files,
        [str(row % 18) for row in range(len(files))],
        valid_pct=0.0,
        item_tfms=vision.Resize(SIZE, method="squish"),
        batch_tfms=[vision.Flip()],
        bs=RECIPE.batch_size,
        num_workers=1,
    )
    model = torch.nn.Sequential(new_model(), _Logits())
    learner = vision.Learner(data, model, loss_func=torch.nn.functional.cross_entropy, opt_func=vision.Adam)
    with learner.no_bar(), learner.no_logging():
        learner.fit(EPOCHS, 1e-3)


class _Logits(torch.nn.Module):
    def forward(self, logits: dict[str, torch.Tensor]) -> torch.Tensor:
        return logits["all"]


def main() -> None:
    runners: dict[str, Callable[[Path], None]] = {
        "plain loop": with_plain_loop,
        "kit": with_kit,
        "lightning": with_lightning,
        "fastai": with_fastai,
    }
    speeds: dict[str, list[float]] = {name: [] for name in runners}
    with tempfile.TemporaryDirectory() as folder:
        generator = np.random.default_rng(0)
        for row in range(N_IMAGES):
            noise = cv2.resize(generator.integers(0, 256, (32, 24, 3), np.uint8), (SIDE * 3 // 4, SIDE))
            cv2.imwrite(f"{folder}/{row:05d}.jpg", noise)
        for _ in range(ROUNDS):
            for name in list(runners):
                started = time.perf_counter()
                try:
                    runners[name](Path(folder))
                except ImportError as error:
                    print(f"{name}: cannot be run here ({error})")
                    del runners[name]
                    continue
                speeds[name].append(N_IMAGES * EPOCHS / (time.perf_counter() - started))
    floor = statistics.median(speeds["plain loop"])
    for name in runners:
        speed = statistics.median(speeds[name])
        print(f"{name:10s} {speed:7.1f} images/s, {speed / floor:.2f} of the plain loop")


if __name__ == "__main__":
    main()
