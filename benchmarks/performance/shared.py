"""Training while others work on the same cores: an epoch alone, beside one busy process, and two trainings at once.

Every training is a process of its own, as a user starts it. The plain loop has torch's threads as torch starts them, a
worker process that reads and augments, and the same model, optimizer and photos. `one core` is the training alone, on
one core: what a fair share of two cores is, where somebody else has the other one. Two threads of a step wait for one
another, and so for whoever stops either; kit in one thread shows what that costs. Behind it the real command line:
`kit train` of a fold from start to end, alone, and two runs of one workspace at once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.performance.page import grid

ONE_THREAD = "kit, OMP_NUM_THREADS=1"
KINDS = ("kit", ONE_THREAD, "plain loop")
BUSY = "while True: pass"
MODELS = {"mobilenetv3_small_100": 384, "resnet18": 192}
"""A network of small layers, one of large ones, and by how many photos they are trained."""


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="shared")
    parser.add_argument("--photos", type=int, default=384, help="of a fold that kit train trains")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=5, help="of a fold that kit train trains")
    options = parser.parse_args(arguments)
    lines = []
    for model, n_photos in MODELS.items():
        lines += [*epochs(model, n_photos, options.rounds), ""]
    with tempfile.TemporaryDirectory() as folder:
        alone, both_runs = commands(Path(folder), options.photos, options.epochs, options.rounds)
    longer = statistics.median(two / one for one, two in zip(alone, both_runs, strict=True))
    return [
        *lines,
        "share: of what one core alone gives.",
        "",
        f"`kit train` of a fold, {options.epochs} epochs, start-up with it: {statistics.median(alone):.1f} s alone; of "
        f"two runs at once both end in {statistics.median(both_runs):.1f} s, {longer:.2f} times as long.",
    ]


def epochs(model: str, n_photos: int, rounds: int) -> list[str]:
    """The table of a network: seconds of an epoch, and the share of one core's speed that is left."""
    seconds: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder), n_photos)
        for _ in range(rounds):
            for kind in KINDS:
                for how, found in measured(kind, model, folder).items():
                    seconds.setdefault((kind, how), []).append(found)
    median = {key: statistics.median(values) for key, values in seconds.items()}
    hows = list(dict.fromkeys(how for _, how in median))
    rows = []
    for kind in KINDS:
        fair = median["kit" if kind == ONE_THREAD else kind, "one core"]
        rows.append([kind, *(f"{median[kind, how]:.1f}" for how in hows)])
        rows.append([f"{kind}, share", *(f"{fair / median[kind, how]:.2f}" for how in hows)])
    return grid([f"{model}, seconds of an epoch", *hows], rows)


def commands(root: Path, n_photos: int, epochs: int, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of `kit train --folds 0`, the photos decoded before: of a run alone, and until two of two seeds end."""
    from benchmarks.peers.job import Job
    from benchmarks.peers.photos import drawn, prepared

    prepared(root, drawn(root, n_photos, 384), Job("mobilenetv3_small_100", (128, 96)), pretrained=False)

    def until_all_end(seeds: range) -> float:
        """None of these runs is there yet."""
        started = time.perf_counter()
        trainings = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "kit",
                    "-C",
                    root,
                    "train",
                    "--folds=0",
                    f"--set=seed={seed}",
                    f"--set=epochs={epochs}",
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
            for seed in seeds
        ]
        assert [training.wait() for training in trainings] == [0] * len(seeds)
        return time.perf_counter() - started

    until_all_end(range(1))
    found = [
        (until_all_end(range(first, first + 1)), until_all_end(range(first + 1, first + 3)))
        for first in range(1, 3 * rounds, 3)
    ]
    return [one for one, _ in found], [two for _, two in found]


def measured(kind: str, model: str, folder: str) -> dict[str, float]:
    """Seconds of an epoch, start-up left out."""
    found = {"alone": ended(begun(kind, model, folder)), "one core": ended(begun(kind, model, folder, one_core=True))}
    busy = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        found["beside a busy process"] = ended(begun(kind, model, folder))
    finally:
        busy.kill()
        busy.wait()
    pair = [begun(kind, model, folder) for _ in range(2)]
    found["two at once"] = max(ended(one) for one in pair)
    return found


def begun(kind: str, model: str, folder: str, *, one_core: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.performance.shared", kind.partition(",")[0], model, folder]
    core = min(os.sched_getaffinity(0))
    bound = (lambda: os.sched_setaffinity(0, {core})) if one_core else None
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(kind), preexec_fn=bound)


def environment(kind: str = "") -> dict[str, str]:
    """As a user has it, who says nothing of how OpenMP's threads wait, and of how many only for one kind."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    return {**plain, "OMP_NUM_THREADS": "1"} if kind == ONE_THREAD else plain


def ended(process: subprocess.Popen[str]) -> float:
    told, _ = process.communicate()
    assert process.returncode == 0
    return float(told.split()[-1])


def draw(folder: Path, n_photos: int) -> None:
    import numpy as np

    generator = np.random.default_rng(0)
    np.save(folder / "cache.npy", generator.integers(0, 256, (n_photos, 128, 128, 3), np.uint8))


def train_kit(model_name: str, folder: Path) -> float:
    """Seconds of an epoch, in a process that begins as a command does."""
    from kit.openmp import share_cores, yielding

    share_cores()
    with yielding():
        return _epoch(model_name, folder)


def _epoch(model_name: str, folder: Path) -> float:
    import numpy as np

    from benchmarks.throughput import ALL, METRIC, RECIPE, pick_device
    from kit.images.augment import build_augment
    from kit.learn.examples import make_examples
    from kit.learn.job import FoldJob
    from kit.learn.network.device import n_workers
    from kit.learn.network.fit import fit
    from kit.learn.network.memory import keep_freed_memory
    from kit.learn.network.model import build_model
    from kit.reporter import Reporter
    from kit.targets.classes import one_hot

    keep_freed_memory()
    cache = np.load(folder / "cache.npy", mmap_mode="r")
    labels = np.arange(len(cache)) % 18
    rows = np.arange(len(cache))
    examples = make_examples((cache, cache[:0]), rows, {"all": one_hot(labels, 18)}, rows)
    augments = [build_augment("base", RECIPE.size) for _ in range(n_workers())]
    recipe = RECIPE.model_copy(update={"model": model_name})
    model = build_model(recipe, {"all": 18}, 0).to(pick_device())
    with tempfile.TemporaryDirectory() as place, Reporter().progress("", 1) as progress:
        job = FoldJob("shared", 0, 0, METRIC, ALL, {}, examples, None, None, Path(place))
        started = time.perf_counter()
        fit(model, recipe, job, augments, reporter=Reporter(), progress=progress)
        return time.perf_counter() - started


def train_plain(model_name: str, folder: Path) -> float:
    import numpy as np
    import timm
    import torch
    from torch.utils.data import DataLoader, Dataset

    from kit.images.augment import build_augment

    class Photos(Dataset):  # type: ignore[type-arg]
        def __init__(self) -> None:
            self.cache = np.load(folder / "cache.npy", mmap_mode="r")
            self.augment = build_augment("base", (128, 128))

        def __len__(self) -> int:
            return len(self.cache)

        def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
            pixels = self.augment(self.cache[row : row + 1], row)[0]
            return torch.from_numpy(pixels).permute(2, 0, 1).float(), row % 18

    model = timm.create_model(model_name, num_classes=18).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    loader = DataLoader(Photos(), batch_size=32, shuffle=True, num_workers=1)
    started = time.perf_counter()
    for pixels, labels in loader:
        scaled = (pixels.contiguous(memory_format=torch.channels_last) - 120) / 60
        loss = torch.nn.functional.cross_entropy(model(scaled), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return time.perf_counter() - started


if __name__ == "__main__":
    print({"kit": train_kit, "plain loop": train_plain}[sys.argv[1]](sys.argv[2], Path(sys.argv[3])))
