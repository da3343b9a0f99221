"""scikit-learn's handwritten digits as a competition: real data that needs no network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from kit.claim import claimed
from kit.competition.workspace import SPEC_NAME
from kit.errors import KitError
from kit.presets import new_folder, template, yaml_text
from kit.reading import read_bytes

SIDE = 32
"""Pixels: the 8 x 8 originals are enlarged, smoothly, to pictures that one can look at and a network can take."""
TRAIN_SHARE = 0.7


def digits_files(data: str) -> dict[str, str]:
    return {SPEC_NAME: template("digits.yaml", data=yaml_text(data))}


def write_digits(directory: Path, seed: int = 0) -> None:
    """Write 1,797 PNG files, train.csv, test.csv, sample_submission.csv and the held-back answers.csv.

    Of every class 70 % are train; the rest is split in two halves, public and private. A folder that holds the very
    same tables already is left as it is.
    """
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    names = np.array([f"{row:04d}.png" for row in range(len(labels))])
    part = _parts(labels, seed)
    tables = _tables(names, labels, part)
    with claimed(directory):
        _write_once(directory, names, pixels, tables)


def _write_once(directory: Path, names: np.ndarray, pixels: np.ndarray, tables: dict[str, str]) -> None:
    if (directory / "train.csv").exists():
        for name, text in tables.items():
            if not (directory / name).exists() or read_bytes(directory / name) != text.encode():
                raise KitError("this is not the digits' table", where=directory / name, todo="name a new --data folder")
        return
    with new_folder(directory) as folder:
        (folder / "images").mkdir()
        for name, image in zip(names, pixels.reshape(-1, 8, 8), strict=True):
            grey = Image.fromarray((image / 16 * 255).round().astype(np.uint8))  # the originals count 0 to 16
            grey.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(folder / "images" / name)
        for name, text in tables.items():
            (folder / name).write_text(text)


def _parts(labels: np.ndarray, seed: int) -> np.ndarray:
    """train, public or private for every row, in the same shares in each class."""
    generator = np.random.default_rng(seed)
    part = np.empty(len(labels), dtype=object)
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        n_train = round(TRAIN_SHARE * len(rows))
        n_public = (len(rows) - n_train + label % 2) // 2  # an odd one out goes to each half in turn
        part[rows] = ["train"] * n_train + ["public"] * n_public + ["private"] * (len(rows) - n_train - n_public)
    return part


def _tables(names: np.ndarray, labels: np.ndarray, part: np.ndarray) -> dict[str, str]:
    held = part != "train"
    train = pd.DataFrame({"image": names[~held], "label": labels[~held]})
    answers = pd.DataFrame({"image": names[held], "label": labels[held], "part": part[held]})
    tables = {
        "answers.csv": answers,
        "sample_submission.csv": answers[["image"]].assign(label=0),
        "test.csv": answers[["image"]],
        "train.csv": train,
    }
    return {name: table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}
