"""A fold's classic learners on disk: their arrays as safetensors, and what they are of in its metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from kit.errors import KitError, one_line
from kit.files import canonical_json, write_bytes
from kit.learn.classic.kept import SPEAKERS, Kept
from kit.reading import parse_json, require_file

_DAMAGED = "these are no weights of a classic learner"


def write_kept(path: Path, learners: Mapping[str, Kept]) -> None:
    """Write the learners of a fold's tasks."""
    tensors = {name: array for task, learner in learners.items() for name, array in _arrays(learner, task)}
    tree = {task: _tree(learner) for task, learner in learners.items()}
    write_bytes(path, save(tensors, metadata={"learners": canonical_json(tree).decode()}))


def read_kept(path: Path) -> dict[str, Kept]:
    """The learners that a file holds, by task; KitError where it holds none, or numbers that are not finite."""
    require_file(path)
    try:
        with safe_open(path, framework="numpy") as handle:
            tensors = {key: handle.get_tensor(key) for key in handle.keys()}  # noqa: SIM118
            metadata = handle.metadata() or {}
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError, KeyError) as error:  # also of odd kinds
        raise KitError(f"{_DAMAGED} ({one_line(error)})", where=path) from None
    for name, array in tensors.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise KitError(f"'{name}' holds numbers that are not finite", where=path)
    tree = parse_json(metadata.get("learners", ""), path, _DAMAGED)
    try:
        return {task: _learner(part, task, tensors) for task, part in tree.items()}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise KitError(f"{_DAMAGED} ({one_line(repr(error))})", where=path) from None


def _arrays(learner: Kept, name: str) -> Iterator[tuple[str, NDArray]]:
    yield from ((f"{name}/{key}", array) for key, array in learner.arrays.items())
    for place, part in enumerate(learner.parts):
        yield from _arrays(part, f"{name}/{place}")


def _tree(learner: Kept) -> dict[str, Any]:
    parts = [_tree(part) for part in learner.parts]
    return {"kind": learner.kind, "arrays": list(learner.arrays), "numbers": dict(learner.numbers), "parts": parts}


def _learner(tree: Mapping[str, Any], name: str, tensors: Mapping[str, NDArray]) -> Kept:
    if tree["kind"] not in SPEAKERS:
        raise ValueError(f"there is no learner '{tree['kind']}'")
    parts = tuple(_learner(part, f"{name}/{place}", tensors) for place, part in enumerate(tree["parts"]))
    return Kept(tree["kind"], {key: tensors[f"{name}/{key}"] for key in tree["arrays"]}, dict(tree["numbers"]), parts)
