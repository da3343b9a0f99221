"""A small finished workspace with a file of every kind that kit reads, made by the commands that make them."""

from __future__ import annotations

import atexit
import io
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pillow_heif
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pydicom.uid import SecondaryCaptureImageStorage as SecondaryCapture

from benchmarks.torture.command import run_kit

SPEC = """\
name: small
data: data
metric: f1_macro
host: answers
answers: answers.csv
recipe: plain
train: {table: train.csv, images: "photos/{image}", group: person}
test: {table: test.csv, images: "photos/{image}"}
tasks:
  shape: {classes: [left, right], column: shape}
  age: {classes: [young, old], column: age, edges: [40]}
target: {shape: 2, age: 1}
submission: {sample: sample.csv, id: image, label: answer}
fixes: {file: fixes.csv, tiers: [sure]}
"""
PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 4, orientations: 4}\nsize: 16\n"
TINY = "model: test_resnet\npretrained: false\nsize: 32\naugment: []\noptimizer: {lr: 0.01}\nepochs: 2\nbatch_size: 8\n"
SUFFIXES = (".png", ".jpg", ".bmp", ".gif", ".tif", ".webp", ".npy", ".npz", ".dcm", ".heic")
N_TRAIN, N_TEST = 24, 12


@cache
def disk() -> Path:
    """A folder in memory, where there is such a disk, for this process alone; it goes when the process ends."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="kit-torture-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, True)
    folder.chmod(0o755)
    return folder


@cache
def finished() -> Path:
    """A workspace, made once, in which every command has something to read: runs of classic learners and of a network,
    one of them stopped with its checkpoint, a pseudo-label round, submissions with scores, fixes, boxes and caches.
    """
    root = disk() / "template"
    draw(root)
    for arguments in (
        ["fold", "--folds", "3"],
        ["crop", "--boxes", "boxes.csv"],
        ["train"],
        ["train", "--task", "shape", "--recipe", "tiny", "--set", "epochs=1"],
        ["pseudo", "--round", "1", "--from", "best1"],
        ["train", "--round", "1"],
        ["submit", "--blend", "best1", "--name", "first"],
        ["submit", "--blend", "all", "--rule", "argmax", "--name", "second"],
        ["leaderboard", "log", "first", "--public", "0.41"],
        ["submit", "--file", "sent.csv", "--name", "third"],
        ["leaderboard", "--csv"],
    ):
        outcome = run_kit(root, arguments, seconds=300)
        if outcome.code:
            raise RuntimeError(f"kit {' '.join(arguments)}: {outcome.code}\n{outcome.out}\n{outcome.err}")
    _leave_a_checkpoint(root)
    _leave_weights_to_start_from(root)
    return root


def draw(root: Path) -> None:
    """The competition's own files: photos in ten formats, tables, answers, fixes, boxes, recipes."""
    generator = np.random.default_rng(0)
    photos = root / "data/photos"
    photos.mkdir(parents=True)
    rows = []
    for index in range(N_TRAIN + N_TEST):
        shape, age = index % 2, (index // 2) % 2
        pixels = np.full((24, 24, 3), (40, 200)[age]) + generator.normal(0, 12, (24, 24, 3))
        pixels[:, (0, 12)[shape] : (12, 24)[shape]] += (25, -25)[age] * np.arange(12)[:, None] / 4
        name = f"p{index:02d}{SUFFIXES[index % len(SUFFIXES)]}"
        _save(pixels.clip(0, 255).astype(np.uint8), photos / name)
        rows.append((name, f"g{index // 2}", ("left", "right")[shape], (25, 60)[age] + index % 5, 2 * shape + age))
    table = pd.DataFrame(rows, columns=["image", "person", "shape", "age", "answer"])
    train, test = table[:N_TRAIN], table[N_TRAIN:].reset_index(drop=True)
    data = root / "data"
    train[["image", "person", "shape", "age"]].to_csv(data / "train.csv", index=False)
    test[["image"]].to_csv(data / "test.csv", index=False)
    test[["image"]].assign(answer=0).to_csv(data / "sample.csv", index=False)
    parts = ["public", "private"] * (N_TEST // 2)
    test[["image", "answer"]].assign(part=parts).to_csv(data / "answers.csv", index=False)
    test[["image"]].assign(answer=[0, 1, 2, 3] * (N_TEST // 4)).to_csv(root / "sent.csv", index=False)
    (root / "fixes.csv").write_text(
        "image,group,column,value,tier,reason\nphotos/p00.png,,age,30,sure,a typing error\n,g3,shape,left,unsure,seen\n"
    )
    boxes = [(f"photos/{name}", 2, 2, 20, 20) for name in table["image"]]
    pd.DataFrame(boxes, columns=["image", "left", "top", "right", "bottom"]).to_csv(root / "boxes.csv", index=False)
    (root / "competition.yaml").write_text(SPEC)
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir()
    (root / "recipes/plain.yaml").write_text(PLAIN)
    (root / "recipes/tiny.yaml").write_text(TINY)


def _save(pixels: np.ndarray, path: Path) -> None:
    """Write a photo in the format that its name says."""
    if path.suffix == ".npy":
        np.save(path, pixels)
    elif path.suffix == ".npz":
        np.savez_compressed(path, pixels=pixels)
    elif path.suffix == ".dcm":
        path.write_bytes(dicom(pixels.mean(axis=2)))
    elif path.suffix == ".heic":
        pillow_heif.from_pillow(Image.fromarray(pixels)).save(path)
    else:
        Image.fromarray(pixels).save(path)


def dicom(grey: np.ndarray, **other: object) -> bytes:
    """A DICOM file of these grey levels, with other attributes where they are given; None leaves one out."""
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.file_meta.MediaStorageSOPClassUID, found.file_meta.MediaStorageSOPInstanceUID = SecondaryCapture, UID("1.2.3")
    kept = {
        "Rows": grey.shape[0], "Columns": grey.shape[1], "SamplesPerPixel": 1, "BitsAllocated": 16, "BitsStored": 12,
        "HighBit": 11, "PixelRepresentation": 0, "PhotometricInterpretation": "MONOCHROME2", "RescaleSlope": "1",
        "RescaleIntercept": "0", "PixelData": (grey * 16).astype("<u2").tobytes(),
    }  # fmt: skip
    for name, value in {**kept, **other}.items():
        if value is not None:
            setattr(found, name, value)
    buffer = io.BytesIO()
    found.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _leave_weights_to_start_from(root: Path) -> None:
    """A backbone's weights, beside competition.yaml, as safetensors and as torch saves them."""
    import torch
    from safetensors.torch import load_file, save_file

    state = load_file(next(root.glob("runs/shape-tiny-*/fold0/weights.safetensors")))
    state = {name.removeprefix("backbone."): one for name, one in state.items() if name.startswith("backbone.")}
    save_file(state, root / "start.safetensors")
    torch.save(state, root / "start.pt")


def _leave_a_checkpoint(root: Path) -> None:
    """Stop a network's training after its first epoch, as a kill does."""
    from kit.door import open_workspace
    from kit.reporter import Epoch, Reporter

    class Stop(Exception):
        pass

    class Stopping(Reporter):
        epochs = 0

        def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
            self.epochs += 1
            if self.epochs == 2:
                raise Stop

    try:
        open_workspace(root, Stopping()).train_run("age", "tiny", folds=[0])
    except Stop:
        return
    raise RuntimeError("the training was not stopped")


def copied(template: Path, root: Path) -> Path:
    """A fresh copy of a workspace, in the place of what is there; times are kept, so that caches are too."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root, symlinks=True)
    return root
