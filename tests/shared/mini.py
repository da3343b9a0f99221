"""A mask competition small enough for tests: 32 px pictures whose classes are plain to see, in the real file layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from kit.competition.tables import Tables
from kit.competition.workspace import Workspace

SIZE = 32
AGES = ((19, 24), (35, 52), (60, 70))
STEMS = ("mask1", "mask2", "mask3", "mask4", "mask5", "incorrect_mask", "normal")
SUFFIXES = (".jpg", ".png", ".jpeg", ".JPG")

SPEC = """\
name: mini
data: data
metric: f1_macro
host: answers
answers: answers.csv
recipe: tiny
train:
  table: train/train.csv
  images: train/images/{path}/*
  group: id
test:
  table: eval/info.csv
  images: eval/images/{ImageID}
tasks:
  mask:
    classes: [worn, incorrect, none]
    column: stem
    values: {"mask*": worn, incorrect_mask: incorrect, normal: none}
  gender:
    classes: [male, female]
    column: gender
  age:
    classes: ["<30", "30-59", ">=60"]
    column: age
    edges: [30, 60]
target: {mask: 6, gender: 3, age: 1}
submission: {sample: eval/info.csv, id: ImageID, label: ans}
"""

RECIPE = """\
model: test_resnet
pretrained: false
size: 32
augment: []
optimizer: {lr: 0.01}
epochs: 4
batch_size: 16
"""


def read_tables(workspace: Workspace) -> Tables:
    """The tables as they are on disk now."""
    return Workspace(workspace.root).tables


def mini_mask(root: Path, people: int = 18, seed: int = 0) -> Path:
    """Draw `people` for the train side and 6 for the test side under root/data; returns that folder.

    Person i has gender i % 2 and age band i % 3, so that 18 people give every one of the 18 classes three people.
    The answers lie in data/answers.csv (ImageID, ans, part), half of the test people public, half private.
    """
    data, generator = root / "data", np.random.default_rng(seed)
    rows = []
    for person in range(people):
        gender, band = person % 2, person % 3
        name, age = f"{person:06d}", AGES[band][(person // 6) % 2]
        path = f"{name}_{('male', 'female')[gender]}_Asian_{age}"
        rows.append({"id": name, "gender": ("male", "female")[gender], "race": "Asian", "age": age, "path": path})
        for shot, stem in enumerate(STEMS):
            suffix = SUFFIXES[(person + shot) % len(SUFFIXES)]
            save(data / "train/images" / path / f"{stem}{suffix}", _mask(stem), gender, band, generator)
        (data / "train/images" / path / "._mask1.jpg").write_bytes(b"not a photo")
    pd.DataFrame(rows).to_csv(data / "train/train.csv", index=False)

    answers = []
    for person in range(6):
        for stem in STEMS:
            gender, band = person % 2, person % 3
            name = f"{generator.bytes(8).hex()}.jpg"
            save(data / "eval/images" / name, _mask(stem), gender, band, generator)
            label = _mask(stem) * 6 + gender * 3 + band
            answers.append({"ImageID": name, "ans": label, "part": ("public", "private")[person // 3]})
    table = pd.DataFrame(answers).iloc[generator.permutation(len(answers))]
    table[["ImageID"]].assign(ans=0).to_csv(data / "eval/info.csv", index=False)
    table.to_csv(data / "answers.csv", index=False)
    return data


def mini_workspace(root: Path, people: int = 18, seed: int = 0) -> Workspace:
    """A workspace around `mini_mask`: competition.yaml, and the recipe `tiny` that trains in seconds."""
    mini_mask(root, people, seed)
    (root / "competition.yaml").write_text(SPEC)
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir()
    (root / "recipes/tiny.yaml").write_text(RECIPE)
    return Workspace(root)


def save(path: Path, mask: int, gender: int, band: int, generator: np.random.Generator) -> None:
    """Draw a photo: gender is the colour of the upper left, age the light of the upper right, mask the lower half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half, pixels = SIZE // 2, np.empty((SIZE, SIZE, 3))
    pixels[:half, :half] = ((200, 40, 40), (40, 40, 200))[gender]
    pixels[:half, half:] = (20, 128, 235)[band]
    pixels[half:] = (210, 160, 120)
    if mask < 2:
        pixels[(half, SIZE - half // 2)[mask] :] = (60, 200, 90)
    noisy = pixels + generator.normal(0, 10, 3) + generator.normal(0, 8, pixels.shape)
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=95)


def _mask(stem: str) -> int:
    return {"incorrect_mask": 1, "normal": 2}.get(stem, 0)
