"""Checkpoints and weights: safetensors, replaced atomically, never unpickled.

Not torch.save, which would be shorter: what torch.load(weights_only=True) promises was broken twice, by files that ran
code (CVE-2025-32434, before torch 2.6; CVE-2026-24747, before 2.10), and kit runs on older ones than these.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save, save_file
from torch import Tensor, nn

from kit.errors import KitError, one_line
from kit.files import atomic_path, canonical_json
from kit.owner import unfinished
from kit.reading import parse_json, require_file

NEIGHBOURS, PAIR = "neighbours/", ("rows", "targets")
"""What the names of tensors begin with that are no model's: what a head's neighbours are, and what they say."""


@dataclass
class Checkpoint:
    """Everything that the next epoch depends on. Random states are not in it: every epoch derives its own seeds."""

    epoch: int
    """Epochs that are done."""
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    ema: dict[str, Tensor] | None = None
    best: dict[str, Tensor] | None = None
    """The weights of the best epoch, where early stopping is on."""
    scaler: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)


def save_weights(
    path: Path, state: dict[str, Tensor], neighbours: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None
) -> None:
    """Write a model's tensors, and for each task that asks neighbours their embeddings and targets."""
    tensors = _flat(state)
    for task, pair in (neighbours or {}).items():
        tensors |= {f"{NEIGHBOURS}{task}/{what}": torch.from_numpy(part) for what, part in zip(PAIR, pair, strict=True)}
    _write(path, tensors)


def load_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a weights file's model; KitError where it is none, or a number is not finite."""
    tensors, _ = _read(path)
    check_finite(tensors, path)
    return {name: tensor for name, tensor in tensors.items() if not name.startswith(NEIGHBOURS)}


def load_neighbours(path: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each task of a weights file that asks neighbours, their embeddings (n, size) and targets (n, n_outputs)."""
    tensors, _ = _read(path)
    tasks = {name.removeprefix(NEIGHBOURS).rpartition("/")[0] for name in tensors if name.startswith(NEIGHBOURS)}
    parts = {task: [tensors.get(f"{NEIGHBOURS}{task}/{what}") for what in PAIR] for task in sorted(tasks)}
    return {
        task: (rows.float().numpy(), (targets.float() if targets.is_floating_point() else targets).numpy())
        for task, (rows, targets) in parts.items()
        if rows is not None and targets is not None and len(rows) == len(targets)
    }


def in_half(path: Path) -> bytes:
    """A weights file with its numbers in half precision, but for tensors that hold one too large for it."""
    tensors, _ = _read(path)
    return save(_flat({name: half_of(tensor) for name, tensor in tensors.items()}))


def half_of(tensor: Tensor) -> Tensor:
    """Floats in half precision, where none of them is too large for it."""
    half = tensor.half()
    return half if tensor.is_floating_point() and bool(half.isfinite().all()) else tensor


def check_finite(state: dict[str, Tensor], where: Path) -> None:
    for key, value in state.items():
        if value.is_floating_point() and not bool(value.isfinite().all()):
            raise KitError(f"'{key}' holds numbers that are not finite", where=where, todo="make these weights again")


def load_into(model: nn.Module, state: dict[str, Tensor], where: Path) -> None:
    """Give a model its tensors; KitError where they are another network's."""
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise KitError(f"these are the weights of another network ({_misfit(error)})", where=where) from None


def _misfit(error: RuntimeError) -> str:
    """The first difference of those that torch lists under its title."""
    return one_line(str(error).partition("\n")[2])


Laid = tuple[dict[str, Tensor], dict[str, Any]]
"""A checkpoint's tensors where they lie, and what goes with them."""


def save_checkpoint(path: Path, checkpoint: Checkpoint, identity: str) -> None:
    """Write a checkpoint that names whose it is (`identity`) and carries a checksum of all its content."""
    write_checkpoint(path, laid_out(checkpoint, identity))


def laid_out(checkpoint: Checkpoint, identity: str) -> Laid:
    """A checkpoint as it is written; its tensors are those of the training."""
    tensors: dict[str, Tensor] = {}
    for name in ("model", "ema", "best"):
        tensors |= {f"{name}/{key}": value for key, value in (getattr(checkpoint, name) or {}).items()}
    scalars: dict[str, dict[str, Any]] = {}
    for index, values in checkpoint.optimizer["state"].items():
        for key, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"optimizer/{index}/{key}"] = value
            else:
                scalars.setdefault(str(index), {})[key] = value
    groups = []
    for index, group in enumerate(checkpoint.optimizer["param_groups"]):
        held = {key: value for key, value in group.items() if isinstance(value, Tensor)}
        tensors |= {f"group/{index}/{key}": value for key, value in held.items()}
        groups.append({key: value for key, value in group.items() if key not in held})
    return tensors, {
        "identity": identity,
        "epoch": checkpoint.epoch,
        "groups": groups,
        "scalars": scalars,
        "scaler": checkpoint.scaler,
        "history": checkpoint.history,
    }


def write_checkpoint(path: Path, laid: Laid) -> None:
    tensors, content = _flat(laid[0]), laid[1]
    content["checksum"] = state_checksum(tensors, content)
    _write(path, tensors, {"kit": json.dumps(content)})


def _write(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """By `save_file`, whole or not at all: `save` keeps Python's lock, and a GPU whose work Python launches waits.

    It writes under a name of its own, which nobody would sweep away, and so that only its owner may read.
    """
    with atomic_path(path) as temporary:
        temporary.touch()
        aside = unfinished(path)
        aside.mkdir()
        try:
            save_file(tensors, aside / path.name, metadata)
            shutil.copymode(temporary, aside / path.name)
            os.replace(aside / path.name, temporary)
        except SafetensorError as error:
            if (number := re.search(r"os error (\d+)", str(error))) is None:
                raise
            raise OSError(int(number[1]), one_line(error)) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def load_checkpoint(path: Path, identity: str) -> Checkpoint:
    """Read a checkpoint; one that is damaged or another run's is a KitError that names the file."""
    tensors, metadata = _read(path)
    damaged = "this checkpoint is damaged"
    content = parse_json(metadata.get("kit", ""), path, damaged)
    try:
        if content.pop("checksum") != state_checksum(tensors, content):
            raise KitError(damaged, where=path)
        if content["identity"] != identity:
            raise KitError("this checkpoint belongs to another run", where=path)
        return _checkpoint(tensors, content)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise KitError(f"{damaged} ({one_line(repr(error))})", where=path) from None


def _checkpoint(tensors: dict[str, Tensor], content: dict[str, Any]) -> Checkpoint:
    parts: dict[str, dict[str, Tensor]] = {"model": {}, "ema": {}, "best": {}}
    state: dict[int, dict[str, Any]] = {int(index): dict(values) for index, values in content["scalars"].items()}
    for name, tensor in tensors.items():
        part, _, key = name.partition("/")
        if part == "optimizer":
            index, _, key = key.partition("/")
            state.setdefault(int(index), {})[key] = tensor
        elif part == "group":
            index, _, key = key.partition("/")
            content["groups"][int(index)][key] = tensor
        else:
            parts[part][key] = tensor
    return Checkpoint(
        epoch=content["epoch"],
        model=parts["model"],
        optimizer={"state": state, "param_groups": content["groups"]},
        ema=parts["ema"] or None,
        best=parts["best"] or None,
        scaler=content["scaler"],
        history=content["history"],
    )


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    require_file(path)
    try:
        with safe_open(path, framework="pt") as handle:
            return {key: handle.get_tensor(key) for key in handle.keys()}, handle.metadata() or {}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise KitError(f"these weights cannot be read ({one_line(error)})", where=path) from None


def _flat(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """On the CPU, numbers in a row, each in memory of its own, as safetensors wants them; copied only for that."""
    flat, places = dict[str, Tensor](), set[int]()
    for key, value in tensors.items():
        row = value.detach().to("cpu").contiguous()
        place = row.untyped_storage().data_ptr()
        flat[key] = row.clone() if place in places else row
        places.add(place)
    return flat


def state_checksum(tensors: dict[str, Tensor], content: dict[str, Any]) -> str:
    """A hash of all the numbers of a state dict, and of what goes with them."""
    digest = hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16)
    for key in sorted(tensors):
        digest.update(canonical_json([key, str(tensors[key].dtype), list(tensors[key].shape)]))
        digest.update(tensors[key].reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
