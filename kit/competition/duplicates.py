"""Test photos that are train photos: the same content under another name."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from kit.competition.tables import Tables
from kit.files import file_sha256


def duplicates_in_test(data_dir: Path, tables: Tables) -> frozenset[str]:
    """The test images whose bytes are those of a train image; only files of equal size are read."""
    sizes: defaultdict[int, list[str]] = defaultdict(list)
    for image in tables.train["image"]:
        sizes[(data_dir / image).stat().st_size].append(image)
    train_hashes: dict[int, set[str]] = {}
    duplicates = set()
    for image in tables.test["image"]:
        size = (data_dir / image).stat().st_size
        if size not in sizes:
            continue
        if size not in train_hashes:
            train_hashes[size] = {file_sha256(data_dir / name) for name in sizes[size]}
        if file_sha256(data_dir / image) in train_hashes[size]:
            duplicates.add(image)
    return frozenset(duplicates)
