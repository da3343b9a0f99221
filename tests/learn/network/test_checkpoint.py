"""Checkpoints and weights files: whose they are, whether they are whole."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from kit.errors import KitError
from kit.learn.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, save_weights

LIMIT = 2000


def checkpoint() -> Checkpoint:
    optimizer = {"state": {0: {"step": torch.tensor(3.0), "k": 2}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
    return Checkpoint(epoch=3, model={"w": torch.arange(6.0).view(2, 3)}, optimizer=optimizer, history=[{"epoch": 0}])


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c", checkpoint(), "run/fold0")
    back = load_checkpoint(tmp_path / "c", "run/fold0")
    assert back.epoch == 3 and back.history == [{"epoch": 0}] and back.ema is None and back.best is None
    assert torch.equal(back.model["w"], checkpoint().model["w"])
    assert back.optimizer["state"][0]["k"] == 2 and back.optimizer["param_groups"] == [{"lr": 0.1, "params": [0]}]


def test_tensors_that_share_memory_or_lie_in_columns_come_back_each_as_it_is(tmp_path: Path) -> None:
    table = torch.arange(24.0).view(2, 3, 2, 2)
    model = {
        "tied": table,
        "to": table,
        "part": table[1],
        "rest": table.view(-1)[5:],
        "columns": table.contiguous(memory_format=torch.channels_last),
        "turned": table.view(6, 4).T,
        "empty": torch.zeros(0, 3),
        "none": torch.zeros(0, 3),
    }
    save_checkpoint(tmp_path / "c", Checkpoint(1, model, {"state": {}, "param_groups": []}), "run/fold0")
    back = load_checkpoint(tmp_path / "c", "run/fold0").model
    assert back.keys() == model.keys()
    for name, tensor in model.items():
        assert torch.equal(back[name], tensor), name
    assert torch.equal(table, torch.arange(24.0).view(2, 3, 2, 2))


def test_the_files_of_a_run_are_read_by_whom_the_others_are_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    save_checkpoint(tmp_path / "c", checkpoint(), "run/fold0")
    save_weights(tmp_path / "w", checkpoint().model)
    assert {path.name: path.stat().st_mode for path in tmp_path.iterdir()} == dict.fromkeys(
        ("c", "other", "w"), (tmp_path / "other").stat().st_mode
    )


def test_another_runs_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c", checkpoint(), "run/fold0")
    with pytest.raises(KitError, match="another run") as refused:
        load_checkpoint(tmp_path / "c", "run/fold1")
    assert refused.value.where == tmp_path / "c"


@pytest.mark.parametrize("place", ["first", "header", "last", "short", "empty"])
def test_a_damaged_checkpoint_is_refused_by_name(tmp_path: Path, place: str) -> None:
    path = tmp_path / "c"
    save_checkpoint(path, checkpoint(), "run/fold0")
    data = bytearray(path.read_bytes())
    if place == "header":  # still valid JSON, but another epoch
        data = bytearray(bytes(data).replace(b'\\"epoch\\": 3', b'\\"epoch\\": 9'))
    elif place == "short":
        data = data[:-5]
    elif place == "empty":
        data = bytearray()
    else:
        data[{"first": 0, "last": -1}[place]] ^= 1
    assert bytes(data) != path.read_bytes()
    path.write_bytes(data)
    with pytest.raises(KitError) as refused:
        load_checkpoint(path, "run/fold0")
    assert refused.value.where == path


def test_a_full_disk_leaves_the_old_weights_and_says_one_sentence(tmp_path: Path) -> None:
    program = (
        "import resource, sys, torch; from pathlib import Path; from kit.learn.network.checkpoint import save_weights\n"
        "path = Path(sys.argv[1]); save_weights(path, {'a': torch.ones(3)})\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {resource.RLIM_INFINITY}))\n"
        "save_weights(path, {'a': torch.zeros(9999)})\n"
    )
    path = tmp_path / "w.safetensors"
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True)
    assert "KitError" in done.stderr and "a file of this size is not allowed here" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size < 200
