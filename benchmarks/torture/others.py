"""The files that the workspace of corrupt.py lacks, corrupted as there: tables of json and parquet, images with
annotations, code of one's own, a table of classes, keys, bundles.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.torture import Row, told
from benchmarks.torture.command import import_all, run_kit
from benchmarks.torture.corrupt import EACH, Kind, try_kind
from benchmarks.torture.workspace import disk

SPEC = """\
name: others
data: data
metric: share
recipe: plain
train:
  table: train.json
  join: [{table: people.parquet, on: file_name}]
  images: "photos/{file_name}"
  group: person
test: {table: test.jsonl, images: "photos/{file_name}"}
tasks: {shape: {classes: [left, right], column: category}}
submission: {sample: sample.csv, id: file_name, label: answer, values: ["0", "1"]}
"""
PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 4, orientations: 4}\nsize: 16\n"
METRICS = """\
from kit import Metric


def share(truth, predicted):
    return (truth == predicted).mean()


METRICS = [Metric.plain("share", share, higher_is_better=True, needs="labels", score_range=(0, 1))]
"""
READERS = """\
import numpy as np


def read(path):
    return np.loadtxt(path, delimiter=",", dtype=np.uint8).reshape(16, 16, 3)


READERS = {".arr": read}
"""
TABLES = ("doctor --fast", "score", "fold --folds 3", "submit --blend best1 --dry-run", "train", "leaderboard --csv")
BUNDLED = ("predict data/photos/p00.png --bundle bundles/first --csv",)
KINDS = (
    Kind("a table of images and annotations", "data/train.json", TABLES, 1),
    Kind("a table of parquet", "data/people.parquet", TABLES, 1),
    Kind("a table of json lines", "data/test.jsonl", TABLES, 1),
    Kind("a table of classes", "data/class_to_idx.json", ("-C unsaid doctor --fast",), 1),
    Kind("metrics.py", "metrics.py", TABLES, 1),
    Kind("readers.py", "readers.py", (*TABLES, "doctor"), 1),
    Kind("photos of a reader of one's own", "data/photos/*.arr", ("doctor", "train", "score"), 2),
    Kind("kaggle.json", "keys/kaggle.json", ("lineage nothing", "score nothing", "runs --csv"), 1),
    Kind("a bundle's record", "bundles/first/manifest.json", BUNDLED, 1, True),
    Kind("a bundle's weights", "bundles/first/*.safetensors", BUNDLED, 2, True),
    Kind("a bundle's competition.yaml", "bundles/first/competition.yaml", BUNDLED, 1, True),
    Kind("a bundle's own code", "bundles/first/*.py", BUNDLED, 2, True),
    Kind("a bundle's file to compare with", "bundles/first/*.csv", BUNDLED, 1, True),
)


@cache
def other() -> Path:
    """A workspace with these files."""
    root = disk() / "other"
    _draw(root)
    os.environ["KAGGLE_CONFIG_DIR"] = "keys"
    for line in ("fold --folds 2", "train", "submit --blend best1 --name first", "bundle first"):
        outcome = run_kit(root, line.split(), seconds=300)
        if outcome.code:
            raise RuntimeError(f"kit {line}: {outcome.code}\n{outcome.out}\n{outcome.err}")
    return root


def _draw(root: Path) -> None:
    rng, data = np.random.default_rng(0), root / "data"
    (data / "photos").mkdir(parents=True)
    rows = []
    for number in range(24):
        side, name = number % 2, f"p{number:02d}.{'arr' if number % 8 == 7 else 'png'}"
        pixels = rng.integers(0, 60, (16, 16, 3))
        pixels[:, 8 * side : 8 * side + 8] += 80
        if name.endswith("arr"):
            np.savetxt(data / "photos" / name, pixels.reshape(16, -1), fmt="%d", delimiter=",")
        else:
            Image.fromarray(pixels.astype(np.uint8)).save(data / "photos" / name)
        rows.append((name, side, f"g{number // 2}"))
    train, test = rows[:16], rows[16:]
    images = [{"id": number, "file_name": name} for number, (name, _, _) in enumerate(train)]
    marks = [{"id": n, "image_id": n, "category_id": side + 1} for n, (_, side, _) in enumerate(train)]
    called = [{"id": 1, "name": "left"}, {"id": 2, "name": "right"}]
    content = {"info": {"year": 2026}, "images": images, "annotations": marks, "categories": called}
    (data / "train.json").write_text(json.dumps(content))
    people = pd.DataFrame([(name, person) for name, _, person in train], columns=["file_name", "person"])
    people.to_parquet(data / "people.parquet", index=False)
    (data / "test.jsonl").write_text("".join(json.dumps({"file_name": name}) + "\n" for name, _, _ in test))
    sample = pd.DataFrame({"file_name": [name for name, _, _ in test], "answer": [0, 1] * 4})
    sample.to_csv(data / "sample.csv", index=False)
    (data / "class_to_idx.json").write_text(json.dumps({"left": 0, "right": 1}))
    for folder in ("runs", "submissions", "recipes", "keys"):
        (root / folder).mkdir()
    (root / "keys/kaggle.json").write_text(json.dumps({"username": "somebody", "key": "0123456789abcdef" * 2}))
    (root / "competition.yaml").write_text(SPEC)
    (root / "unsaid").mkdir()  # where what stands for the classes is looked for
    unsaid = (
        SPEC.replace(', values: ["0", "1"]', "").replace("data: data", "data: ../data").replace("share", "accuracy")
    )
    (root / "unsaid/competition.yaml").write_text(unsaid)
    (root / "recipes/plain.yaml").write_text(PLAIN)
    (root / "metrics.py").write_text(METRICS)
    (root / "readers.py").write_text(READERS)


def run(most: int | None = EACH, seed: int = 0, wanted: Sequence[str] = ()) -> list[Row]:
    """Corrupt every kind of file; a row for each kind. most: so many inputs a kind, drawn by `seed`; None for all."""
    import_all()
    kinds = [kind for kind in KINDS if not wanted or kind.name in wanted]
    return [told(try_kind(kind, other(), disk() / "tried", most, seed)) for kind in kinds]


def short() -> list[Row]:
    """An input of some kinds, for the suite."""
    return run(1, wanted=[kind.name for kind in KINDS[::4]])
