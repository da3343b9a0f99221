"""Drawn photos of which anything may be asked: how light, which squares, which of two shapes, how people voted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from PIL import Image

from kit.competition.workspace import Workspace

SIZE = 16
SQUARES = ("red", "green", "blue")
TASKS = {
    "light": {"kind": "number", "column": "light", "range": [0, 100]},
    "squares": {"kind": "labels", "classes": list(SQUARES), "column": "squares", "separator": " "},
    "grade": {"kind": "ordered", "classes": [0, 1, 2], "column": "light", "edges": [33, 66]},
    "votes": {"kind": "shares", "classes": ["day", "night"]},
    "shape": {"classes": ["bar", "plain"], "column": "shape"},
}
RECIPES = {
    "tiny": "model: test_resnet\npretrained: false\nsize: 16\naugment: []\noptimizer: {lr: 0.01}\nepochs: 6\n"
    "batch_size: 16\n",
    "hog": "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 4}\nsize: 16\ntta: none\n",
}


def drawn(root: Path, *tasks: str, groups: int = 24, metric: str = "f1_macro", **changes: object) -> Workspace:
    """A workspace whose competition asks these of TASKS; two photos of each group, and a third of them for the test.

    changes: other keys of competition.yaml, such as target or the submission's.
    """
    (root / "data").mkdir(parents=True)
    rng = np.random.default_rng(0)
    sides = {"train": _table(root, "train", groups, rng), "test": _table(root, "test", groups // 3, rng)}
    sides["train"].to_csv(root / "data/train.csv", index=False)
    sides["test"][["image"]].to_csv(root / "data/test.csv", index=False)
    sides["test"].to_csv(root / "answers.csv", index=False)
    content = {
        "name": "drawn",
        "data": "data",
        "metric": metric,
        "recipe": "tiny",
        "train": {"table": "train.csv", "images": "{image}", "group": "group"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": {task: TASKS[task] for task in tasks},
        "submission": {"id": "image"},
        **changes,
    }
    (root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir()
    for name, text in RECIPES.items():
        (root / f"recipes/{name}.yaml").write_text(text)
    return Workspace(root)


def _table(root: Path, side: str, groups: int, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for group in range(groups):
        for shot in range(2):
            light, shown = float(rng.uniform(2, 98)), rng.random(3) < (0.5, 0.4, 0.3)
            shape, image = ("bar", "plain")[group % 2], f"{side}-{group}-{shot}.png"
            _draw(root / "data" / image, light, shown, shape, rng)
            day = int(rng.binomial(5, light / 100))
            squares = " ".join(name for name, there in zip(SQUARES, shown, strict=True) if there)
            flags = dict(zip(SQUARES, shown.astype(int), strict=True))
            row = {"image": image, "group": f"g{group}", "light": round(light, 2), "squares": squares, "shape": shape}
            rows.append({**row, **flags, "day": day, "night": 5 - day})
    return pd.DataFrame(rows)


def _draw(path: Path, light: float, shown: np.ndarray, shape: str, rng: np.random.Generator) -> None:
    pixels = np.full((SIZE, SIZE, 3), light / 100 * 200 + 20)
    for place, there in enumerate(shown):
        if there:
            pixels[1:6, 5 * place + 1 : 5 * place + 5] = np.eye(3)[place] * 235
    if shape == "bar":
        pixels[6:8] = 255 - pixels[6:8]
    # the lighter, the steeper the edge below: histograms of gradients see no light
    down, right = np.mgrid[-4:4, -8:8]
    angle = np.pi / 2 * light / 100
    pixels[8:][np.cos(angle) * down + np.sin(angle) * right > 0] *= 0.4
    noisy = pixels + rng.normal(0, 4, pixels.shape)
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path)
