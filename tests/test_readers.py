"""Whatever is in a file, its reader gives what it holds or one sentence that names it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pillow_heif
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.numpy import save
from shared.mini import RECIPE, SPEC

from benchmarks.torture.workspace import dicom
from kit.competition.fixes import read_fixes
from kit.competition.known_rows import cut_tables
from kit.competition.pixels import _read_kept
from kit.competition.spec import read_competition
from kit.competition.tables import read_csv
from kit.competition.tables.reading import read_table
from kit.competition.tables.xml_note import record_of_xml
from kit.errors import KitError
from kit.files import fingerprint, read_record
from kit.folds.frozen import read_folds
from kit.hosts.download import Partial
from kit.images.array_file import FeatureRecord, map_array
from kit.images.boxes import read_boxes
from kit.images.crops import CropRecord
from kit.images.decode import decode, image_size
from kit.images.faces import Sightings
from kit.images.look import ValueRange
from kit.images.store import CacheRecord
from kit.learn.classic.kept_file import read_kept
from kit.learn.network.checkpoint import load_checkpoint, load_weights
from kit.learn.network.pretrained import _read as read_start
from kit.pseudo.label import read_label_file
from kit.pseudo.record import RoundRecord
from kit.recipes.load import parse_recipe
from kit.runs.contents import read_probs, read_tensors
from kit.runs.predictions import read_predictions
from kit.runs.record import FoldRecord, Machine, RunRecord
from kit.runs.whole import _made_of as made_of
from kit.schema import read_yaml
from kit.ship.manifest import Manifest
from kit.submissions.log import read_event
from kit.submissions.record import SubmissionRecord
from kit.targets.classes import ClassTask

IMAGES = [f"photos/{name}.jpg" for name in "abcdef"]
NAMES = ("worn", "none")


def parquet(**columns: object) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer, index=False)
    return buffer.getvalue()


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(768, dtype=np.uint8).reshape(16, 16, 3)).save(buffer, kind)
    return buffer.getvalue()


def record(**content: object) -> bytes:
    return json.dumps({**content, "checksum": fingerprint(content)}).encode()


def array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(24, dtype=np.uint8).reshape(2, 12))
    return buffer.getvalue()


def arrays() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, pixels=np.arange(48, dtype=np.uint8).reshape(4, 4, 3))
    return buffer.getvalue()


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(np.zeros((16, 16, 3), np.uint8))).save(buffer)
    return buffer.getvalue()


def torch_saved() -> bytes:
    buffer = io.BytesIO()
    torch.save({"stem.weight": torch.ones(3, 40), "head.bias": torch.zeros(4)}, buffer)
    return buffer.getvalue()


RUN = {
    "id": "mask-x-1",
    "tasks": ["mask"],
    "recipe": "x",
    "classes": {"mask": NAMES},
    "n_folds": 2,
    "seed": 0,
    "basis": {},
}
FOLD = {
    "fold": 0, "n_train": 4, "n_valid": 2, "train_groups": "ab", "weights": None, "oof": None, "test": None,
    "history": [{"epoch": 0, "train_loss": 0.5, "score": 0.4}], "parameters": 0, "device": "cpu", "seconds": 0.1,
}  # fmt: skip
SUBMISSION = {
    "name": "x", "created": "2026-01-02T03:04:05Z", "csv": None, "blend": "best1", "basis": {},
    "members": {"mask": [{"run": "r", "weight": 0.5}]}, "oof": {"value": 0.5, "low": 0.4, "high": 0.6},
    "scores": [{"public": 0.4, "noted": "2026-01-02T03:04:05Z", "source": "hand"}],
}  # fmt: skip
CROPS = {
    "detector": None, "package": None, "threshold": None, "margin": 0.3, "photos": "ab", "face": 1, "nearest": 0,
    "centre": 0, "table": "ab",
}  # fmt: skip
ROUND = {"round": 1, "n_folds": 2, "basis": {}, "tasks": {}}
FOLDS = "image,group,fold\n" + "".join(f"{image},g{row},{row % 2}\n" for row, image in enumerate(IMAGES))
FIXES = "image,group,column,value,tier,reason\nphotos/a.jpg,,age,3,core,seen\n,g1,mask,worn,core,seen\n"
TRAIN = pd.DataFrame({"image": IMAGES, "group": [f"g{row}" for row in range(6)]})
PROBS = np.array([[0.25, 0.75]] * 6, dtype=np.float32)
SHARES = {f"mask/{name}": PROBS[:, place] for place, name in enumerate(NAMES)}
ASKED = ClassTask(kind="class", classes=NAMES, column="mask")
SPOKEN = SimpleNamespace(task={"mask": ASKED}.get, kinds=lambda tasks: {}, kept=lambda tasks: {})
LABELLED = SimpleNamespace(competition=SPOKEN, test=TRAIN)
"""All of a workspace that labels are read beside."""
LABELS = {"label": np.ones(6, np.int16), "weight": np.full(6, 0.5, np.float32), "teachers": ["r/fold0"] * 6}
KEPT = {"size": [1] * 6, "mtime": [2] * 6, "ctime": [3] * 6, "sha256": ["ab"] * 6}
LEARNER = {"kind": "always", "arrays": ["mean"], "numbers": {"value": 1.0}, "parts": []}
LEARNERS = save({"mask/mean": np.ones(4, np.float32)}, metadata={"learners": json.dumps({"mask": LEARNER})})
BUNDLE = {
    "kind": "bundle", "name": "x", "made_with": {"kit": "0.1.0"}, "licences": {}, "dtype": "fp32", "files": {"a": "ab"},
    "runs": {}, "pieces": [], "bounds": None, "faces": None, "csv": None,
}  # fmt: skip
WEIGHTS = save({"stem.weight": np.ones((3, 4), np.float32), "head.bias": np.zeros(4, np.float32)})

EVENT = {"submission": "x", "csv": None, "noted": "2026-01-02T03:04:05Z", "score": {**SUBMISSION["scores"][0]}}  # type: ignore[index]
CACHE = {
    "fingerprint": "ab", "crc32": 7, "images": 2, "height": 4, "width": 4, "fit": "stretch", "decoder": "pillow",
}  # fmt: skip
FEATURES = {"kind": "feature-cache", "fingerprint": "ab", "crc32": 7, "shape": [2, 3], "images": "cd", "made_by": {}}
SIGHTING = {"height": 4, "width": 4, "faces": [[[0.0, 0.0, 2.0, 2.0, 0.5]]]}
BOXES = "image,left,top,right,bottom\na.png,0,0,4,4\n"

READERS: dict[str, tuple[bytes, Callable[[Path], object]]] = {
    "table.csv": (TRAIN.to_csv(index=False).encode(), read_csv),
    "folds.csv": (FOLDS.encode(), lambda path: read_folds(path, TRAIN)),
    "fixes.csv": (FIXES.encode(), lambda path: read_fixes(path, ("core",))),
    "competition.yaml": (SPEC.encode(), read_competition),
    "recipe.yaml": (RECIPE.encode(), lambda path: parse_recipe(read_yaml(path), path)),
    "run.json": (record(**RUN), lambda path: read_record(path, RunRecord)),
    "fold.json": (record(**FOLD), lambda path: read_record(path, FoldRecord)),
    "round.json": (record(**ROUND), lambda path: read_record(path, RoundRecord)),
    "x.json": (record(**SUBMISSION), lambda path: read_record(path, SubmissionRecord)),
    "crops.json": (record(**CROPS), lambda path: read_record(path, CropRecord)),
    "oof.parquet": (parquet(image=IMAGES, **SHARES), lambda path: read_predictions(path, {"mask": NAMES})),
    "labels.parquet": (
        parquet(image=IMAGES, **SHARES, **LABELS),
        lambda path: read_label_file(LABELLED, path, "mask"),  # type: ignore[arg-type]
    ),
    "photos.parquet": (parquet(image=IMAGES, **KEPT), _read_kept),
    "weights.safetensors": (WEIGHTS, load_weights),
    "learners.safetensors": (LEARNERS, read_kept),
    "manifest.json": (record(**BUNDLE), lambda path: read_record(path, Manifest)),
    "checkpoint.safetensors": (WEIGHTS, lambda path: load_checkpoint(path, "r/fold0")),
    "cache.npy": (array(), lambda path: map_array(path, 0)),
    "log.json": (record(**EVENT), read_event),
    "machine.json": (record(device="cpu", seconds=1.5), lambda path: read_record(path, Machine)),
    "cache.json": (record(**CACHE), lambda path: read_record(path, CacheRecord)),
    "features.json": (record(**FEATURES), lambda path: read_record(path, FeatureRecord)),
    "range.json": (record(bounds=[0.0, 255.0]), lambda path: read_record(path, ValueRange)),
    "faces.json": (record(kind="faces", photos={"a": SIGHTING}), lambda path: read_record(path, Sightings)),
    "archive.json": (record(slug="x", identity=None, size=4), lambda path: read_record(path, Partial)),
    "tables.json": (b'{"train.csv": [6, true]}', lambda path: cut_tables(path.parent, path.parent, {})),
    "rows.json": (TRAIN.to_json(orient="records").encode(), read_table),
    "rows.jsonl": (TRAIN.to_json(orient="records", lines=True).encode(), read_table),
    "note.xml": (b"<a><label>cat</label><on>b</on></a>", record_of_xml),
    "rows.parquet": (parquet(image=IMAGES, group=list("aabbcc")), read_table),
    "boxes.csv": (BOXES.encode(), lambda path: read_boxes(path, path.parent, [])),
    "probs.parquet": (parquet(image=IMAGES, **SHARES), read_probs),
    "whole.parquet": (parquet(image=IMAGES, **SHARES), made_of),
    "tensors.safetensors": (WEIGHTS, read_tensors),
    "tensors.pt": (torch_saved(), read_tensors),
    "start.pt": (torch_saved(), read_start),
    "pixels.npy": (array(), decode),
    "pixels.npz": (arrays(), decode),
    "pixels.dcm": (dicom(np.full((16, 16), 90.0)), decode),
    "pixels.heic": (heic(), decode),
    "a.png": (picture("PNG"), decode),
    "a.jpg": (picture("JPEG"), decode),
    "a.gif": (picture("GIF"), decode),
    "a.bmp": (picture("BMP"), image_size),
    "a.ppm": (picture("PPM"), decode),
    "a.tif": (picture("TIFF"), decode),
    "a.webp": (picture("WEBP"), decode),
}
WHOLE = set(READERS) - {"checkpoint.safetensors", "cache.npy", "whole.parquet", "boxes.csv"}
"""Those that read the content above as it is."""

ODD = (
    b"",
    b"\0",
    b"\xff",
    b",",
    b"\n",
    b'"',
    b"9" * 5000,
    b"[" * 3000,
    b"{" * 3000,
    b"-",
    b"nan",
    b"1e999",
    b"null",
    b"\xed\xa0\x80",
)
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(ODD) | st.binary(max_size=6)), min_size=1, max_size=4
)
"""Where, as a share of the length; how many bytes go; what comes in their place."""


def edited(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, new in changes:
        start = int(place * len(content))
        content = content[:start] + new + content[start + length :]
    return content


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_file_is_read(tmp_path: Path, name: str) -> None:
    content, read = READERS[name]
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name) is not None


@pytest.mark.parametrize("name", sorted(READERS))
def test_any_content_is_read_or_refused_in_a_sentence(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    content, read = READERS[name]
    path = tmp_path_factory.mktemp("any") / name

    @settings(derandomize=True, max_examples=40, database=None, deadline=None)
    @given(changes=edits)
    def tried(changes: list[tuple[float, int, bytes]]) -> None:
        path.write_bytes(edited(content, changes))
        try:
            read(path)
        except KitError as error:
            assert name in str(error) or name == "competition.yaml"
            assert "\n" not in str(error)

    tried()
