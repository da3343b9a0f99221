"""Two processes that train a fold together learn what one does; one that is killed is told of, and nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from shared import forked
from shared.fleet import files_of_runs, fresh_workspace, jobs_under_way, kit, said, started

from kit.errors import KitError
from kit.fleet.devices import places_named, seen_by
from kit.runs.store import Run

SMOOTH = """\
model: test_vit
pretrained: false
size: 32
augment: base
mix: {method: mixup, p: 0.5}
loss: {ce: 1, f1: 0.5}
optimizer: {name: sgd, lr: 0.05}
epochs: 4
batch_size: 8
"""
"""A network without batch normalisation and without dropout, in batches that two ranks cannot halve."""
OPTIONS = ["train", "--task", "mask", "--recipe", "smooth", "--folds", "0"]
TOGETHER = [*OPTIONS, "--devices-per-fold", "2"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = fresh_workspace(tmp_path_factory.mktemp("fresh") / "one")
    (root / "recipes/smooth.yaml").write_text(SMOOTH)
    return root


def by_two_ranks(root: Path, words: list[str]) -> list[tuple[int, str]]:
    """Run a command as torchrun's ranks do; returns the exit code and stderr of each."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    told["TORCHELASTIC_RUN_ID"] = "test"
    ranks = [forked.start(words, root, RANK=str(rank), LOCAL_RANK=str(rank), **told) for rank in range(2)]
    return [(rank.wait(), rank.err.read_text()) for rank in ranks]


@pytest.fixture(scope="module")
def alone(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("alone") / "one")
    assert kit(root, *OPTIONS) == 0
    return run_of(root)


@pytest.fixture(scope="module")
def together(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("together") / "one")
    ended = by_two_ranks(root, TOGETHER)
    assert [code for code, _ in ended] == [0, 0], ended
    return run_of(root)


def run_of(root: Path) -> Run:
    (path,) = (root / "runs").glob("mask-smooth-*")
    return Run(path)


def test_two_ranks_learn_and_say_what_one_process_does_of_every_row_once(alone: Run, together: Run) -> None:
    assert together.record.world_size == 2 and together.id != alone.id
    assert "world_size" not in (alone.path / "run.json").read_text()
    one, two = alone.fold_record(0), together.fold_record(0)
    for before, now in zip(one.history, two.history, strict=True):
        assert (before.train_loss, before.valid_loss) == pytest.approx((now.train_loss, now.valid_loss), abs=1e-5)
    assert (one.n_train, one.n_valid) == (two.n_train, two.n_valid)
    for ours, theirs in ((alone.fold_oof(0), together.fold_oof(0)), (alone.fold_test(0), together.fold_test(0))):
        assert list(ours.images) == list(theirs.images) and len(set(theirs.images)) == len(theirs.images)
        assert np.abs(ours.probs["mask"] - theirs.probs["mask"]).max() < 1e-4


def rank_of(process: int) -> str:
    environment = (Path("/proc") / str(process) / "environ").read_text().split("\0")
    return next((word.removeprefix("RANK=") for word in environment if word.startswith("RANK=")), "")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_a_killed_rank_is_told_and_the_same_command_goes_on_to_the_same_bits(
    fresh: Path, together: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(fresh, tmp_path / "killed")
    process = started(root, *TOGETHER)
    while not list(root.glob("runs/*/.fold0.part/checkpoint.safetensors")):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.005)
    (second,) = (number for number, _ in jobs_under_way(root) if rank_of(number) == "1")
    os.kill(second, signal.SIGKILL)
    told = said(process)
    assert process.returncode == 1, told
    assert re.search(
        rf", fold 0 on 2 processes of the CPU: rank 1 of 2 \(process {second}\) was killed by SIGKILL", told
    )
    assert "--devices-per-fold 2 --folds 0 --expect mask-smooth-" in told and not list(jobs_under_way(root))
    assert not list(root.glob("runs/*/fold0"))
    assert kit(root, *TOGETHER) == 0
    assert files_of_runs(root) == files_of_runs(together.path.parents[1])


def test_what_cannot_be_trained_together_is_refused_in_a_sentence(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*words: str) -> str:
        assert kit(fresh, "train", "--task", "mask", *words, "--devices-per-fold", "2") == 2
        return " ".join(capsys.readouterr().err.split())

    assert "a logreg is fitted by one process" in refused("--recipe", "plain")
    assert "3 devices cannot be shared out in groups of 2" in refused("--recipe", "smooth", "--devices", "cpu,cpu,cpu")
    assert not list((fresh / "runs").glob("mask-*"))


def test_devices_come_in_groups_of_as_many_as_a_fold_takes() -> None:
    assert places_named("cpu,cpu,cpu,cpu", 2) == ("cpu,cpu", "cpu,cpu")
    assert places_named("cpu,cpu", 1) == ("cpu", "cpu")
    assert seen_by("0,2", {"CUDA_VISIBLE_DEVICES": "4,6,7"})["CUDA_VISIBLE_DEVICES"] == "4,7"
    assert seen_by("cpu,cpu", {"CUDA_VISIBLE_DEVICES": "4"})["CUDA_VISIBLE_DEVICES"] == ""
    with pytest.raises(KitError, match="1 device cannot be shared out in groups of 2"):
        places_named("cpu", 2)
