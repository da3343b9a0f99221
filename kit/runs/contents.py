"""What is in weights and predictions, whatever their bytes: equal numbers are known again by other names and formats.

Nothing is unpickled and no torch is loaded: safetensors are a header and raw numbers, and what torch saves is a zip of
them.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kit.errors import KitError, one_line
from kit.files import canonical_json, fingerprint
from kit.parquet_file import first_numbers, read_parquet_table
from kit.reading import require_file
from kit.table_file import Column, checked

_FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_LEAST = 64
"""Bytes of a tensor that tells anything; smaller ones are alike in many models."""
_FEW = 3
"""Different probabilities, at most, that tell no model from another, however few the rows."""
_DROPPED = 2
"""Large tensors of a model that a backbone's weights may leave out: its last layer's, which no other task can use."""

_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)
"""What a damaged weights file, or one that is encrypted or packed in an unknown way, raises."""
_MOST_EXPANSION = 20
"""Times that what is in a file of torch's may be larger than the file: it packs nothing, and others may."""


@dataclass(frozen=True)
class Tensors:
    """A weights file."""

    content: str
    """Of its numbers, whatever the tensors' names and order; empty where it has none that tell anything."""
    large: frozenset[str]
    """Of each of its matrices and kernels, whatever its layout."""
    of_a_run: bool
    """Its tensors have the names that kit gives them: it is, or was, a fold's model."""

    def holds(self, model: Tensors) -> bool:
        """Whether the backbone of `model` is in this file."""
        return bool(model.large) and len(model.large - self.large) <= min(_DROPPED, len(model.large) // 2)


def read_tensors(path: Path, most: int | None = None) -> Tensors:
    """Read a weights file of safetensors, or of torch in its form since 1.6; `most` numbers of each tensor, or all.

    KitError where it is none that can be read without running code.
    """
    require_file(path)
    try:
        found = _of_torch(path, most) if zipfile.is_zipfile(path) else _of_safetensors(path, most)
    except _UNREADABLE as error:
        raise KitError(f"these weights cannot be read ({one_line(error)})", where=path) from None
    digests, large, of_a_run = found
    return Tensors(fingerprint(sorted(digests)) if digests else "", frozenset(large), of_a_run)


def read_metadata(path: Path) -> dict[str, str]:
    """What stands in the header of a safetensors file beside the tensors; KitError where nothing does."""
    require_file(path)
    try:
        with open(path, "rb") as handle:
            length = int.from_bytes(handle.read(8), "little")
            if length > path.stat().st_size - 8:
                raise ValueError("its header is longer than the file")
            return {str(key): str(value) for key, value in json.loads(handle.read(length))["__metadata__"].items()}
    except _UNREADABLE as error:
        raise KitError(f"its header cannot be read ({one_line(error)})", where=path) from None


def _of_safetensors(path: Path, most: int | None) -> tuple[list[str], list[str], bool]:
    data = np.memmap(path, np.uint8, "r")
    length = int.from_bytes(data[:8].tobytes(), "little")
    if length > len(data) - 8:
        raise ValueError("its header is longer than the file")
    header = json.loads(data[8 : 8 + length].tobytes())
    header.pop("__metadata__", None)
    digests, large = [], []
    for name, entry in header.items():
        first, last = (8 + length + offset for offset in entry["data_offsets"])
        kind = _FLOATS.get(entry["dtype"])
        if kind is None or last - first < _LEAST:  # counts, and what is alike in many models
            continue
        numbers = data[first:last].view(kind)[:most]
        found = _digest(numbers.astype("<f4") if kind == "<f8" else numbers)
        digests.append(found)
        if len(entry["shape"]) > 1 and not name.startswith("neighbours/"):  # which are photos, no model
            large.append(found)
    return digests, large, any(name.startswith("backbone.") for name in header)


def _of_torch(path: Path, most: int | None) -> tuple[list[str], list[str], bool]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_EXPANSION * path.stat().st_size:
            raise ValueError("it would grow without bounds")
        pickled = next((name for name in names if name.endswith("data.pkl")), None)
        if pickled is None:
            raise ValueError("this zip is none of torch's")
        of_a_run = b"backbone." in archive.read(pickled)
        digests = []
        for name in names:
            size = archive.getinfo(name).file_size
            if Path(name).parent.name == "data" and size >= _LEAST and size % 4 == 0:
                digests.append(_digest(np.frombuffer(archive.read(name), "<f4")[:most]))
    return digests, digests, of_a_run


def _digest(numbers: np.ndarray) -> str:
    """Of a tensor's numbers, whatever their order: two layouts of one tensor are alike."""
    words = np.ascontiguousarray(numbers).view(f"<u{numbers.dtype.itemsize}")
    sums = int(words.sum(dtype=np.uint64)), int((words * words).sum(dtype=np.uint64)), int(np.bitwise_xor.reduce(words))
    return "-".join(f"{part:x}" for part in (len(words), *sums))


def probs_key(path: Path) -> str:
    """What predictions files with the same `read_probs` have in common, and others hardly ever: much faster to tell.

    It is of the numbers of one column, whatever the order of the rows.
    """
    name, values = first_numbers(path, but="image")
    return f"{name} {_digest(values.astype(np.float32))}"


def read_probs(path: Path) -> str:
    """A hash of the images and probabilities of a predictions file, whatever the order of its rows.

    Empty where they take so few values that two models may well give the same, as votes of neighbours do.
    """
    table = read_parquet_table(path, None)
    columns = [Column(name, "text" if name == "image" else "number") for name in sorted({*table.columns, "image"})]
    table = checked(table, columns, path).sort_values("image", kind="stable")
    probs = table.drop(columns="image").to_numpy(np.float32)
    if len(np.unique(probs[:, 0])) <= max(_FEW, len(probs) // 2):
        return ""
    content = canonical_json([list(table.columns), list(table["image"])])
    return hashlib.sha256(content + probs.tobytes()).hexdigest()
