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
from shared.fleet import SEEN, files_of_runs, fresh_workspace, jobs_under_way
from shared.forked import Started
from shared.nodes import said

from kit.cores import usable_cores
from kit.errors import KitError
from kit.fleet.devices import places_named, seen_by
from kit.fleet.process import JobProcess
from kit.fleet.side_by_side import named
from kit.learn.ranks import RankLost
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
FIXES = """\
image,group,column,value,tier,reason
,000001,,weight 0.2,core,its photos are dark
,000004,,weight 0.1,core,its photos are darker
"""
"""Photos that count less than others."""
OPTIONS = ["train", "--task", "mask", "--recipe", "smooth", "--folds", "0"]
TOGETHER = [*OPTIONS, "--devices-per-fold", "2"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = fresh_workspace(tmp_path_factory.mktemp("fresh") / "one")
    (root / "recipes/smooth.yaml").write_text(SMOOTH)
    (root / "fixes.csv").write_text(FIXES)
    (root / "competition.yaml").write_text((root / "competition.yaml").read_text() + "fixes: {}\n")
    return root


def two_ranks(root: Path, words: list[str]) -> list[Started]:
    """Start a command in two ranks, as torchrun does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    told["TORCHELASTIC_RUN_ID"] = "test"
    return [forked.start(words, root, RANK=str(rank), LOCAL_RANK=str(rank), **told) for rank in range(2)]


@pytest.fixture(scope="module")
def alone(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("alone") / "one")
    code, _, err = forked.run(OPTIONS, root)
    assert code == 0, err
    return run_of(root)


@pytest.fixture(scope="module")
def together(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("together") / "one")
    for rank in two_ranks(root, TOGETHER):
        assert rank.wait() == 0, rank.err.read_text()
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


def test_a_rank_that_is_killed_ends_the_others_and_the_fold_goes_on_to_the_same_bits(
    fresh: Path, together: Run, tmp_path: Path
) -> None:
    root = shutil.copytree(fresh, tmp_path / "killed")
    first, second = two_ranks(root, TOGETHER)
    while not list(root.glob("runs/*/.fold0.part/checkpoint.safetensors")):
        time.sleep(0.002)
    second.signal(signal.SIGKILL)
    assert second.wait() == -signal.SIGKILL and first.wait() == RankLost.exit_code
    assert "another rank has ended" in first.err.read_text()
    assert not list(root.glob("runs/*/fold0")), "it ended before it could be killed"
    resumed = two_ranks(root, TOGETHER)
    assert [rank.wait() for rank in resumed] == [0, 0]
    assert "going on after epoch" in resumed[0].err.read_text()
    assert files_of_runs(root) == files_of_runs(together.path.parents[1])


def rank_of(process: int) -> str:
    environment = (Path("/proc") / str(process) / "environ").read_text().split("\0")
    return next((word.removeprefix("RANK=") for word in environment if word.startswith("RANK=")), "")


def job(root: Path, words: list[str]) -> JobProcess:
    """A command that two ranks do together, started by torchrun."""
    return JobProcess(root, words, {**os.environ, "PYTHONPATH": SEEN}, lambda event: None, world_size=2)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_which_rank_was_killed_is_told_and_none_is_left(fresh: Path) -> None:
    process = job(fresh, TOGETHER)
    while not (second := [number for number, _ in jobs_under_way(fresh) if rank_of(number) == "1"]):
        assert process.process.poll() is None, process.why()
        time.sleep(0.02)
    os.kill(second[0], signal.SIGKILL)
    process.process.wait()
    assert re.match(rf"rank 1 of 2 \(process {second[0]}\) was killed by SIGKILL", process.why() or "")
    assert process.killed and not list(jobs_under_way(fresh))  # another worker of Ray takes up what was killed


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_a_fold_of_two_ranks_one_of_which_is_killed_is_given_by_ray_to_another_worker(
    fresh: Path, together: Run, tmp_path: Path
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'imagekit-competition[cluster]'")
    if usable_cores() < 2:
        pytest.skip("two ranks want two cores of Ray's")
    root = shutil.copytree(fresh, tmp_path / "ray")
    process = forked.start([*TOGETHER, "--ray"], root, PYTHONPATH=SEEN)
    while not list(root.glob("runs/*/.fold0.part/checkpoint.safetensors")):
        assert not process.ended, said(process)
        time.sleep(0.002)
    second = [number for number, _ in jobs_under_way(root) if rank_of(number) == "1"]
    os.kill(second[0], signal.SIGKILL)
    code, told = said(process)
    assert code == 0 and "a fold gets 2 CPUs" in told, told
    killed = rf"rank 1 of 2 \(process {second[0]}\) was killed by SIGKILL.*; another worker takes it up"
    assert re.search(killed, told), told
    again = re.search(r"(\d+) epochs? trained again", told)
    assert again is None or again[1] == "1", told  # what is in the checkpoint is not
    assert files_of_runs(root) == files_of_runs(together.path.parents[1])


def test_batch_normalisation_is_synchronised_where_that_is_asked_for_and_torch_can(fresh: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fresh, tmp_path / "synchronised")
    first, second = two_ranks(root, [*TOGETHER, "--set", "sync_batch_norm=true"])
    assert first.wait() == 2 and second.wait() != 0
    asked = "sync_batch_norm: torch synchronises batch normalisation on GPUs alone; leave it out"
    assert asked in " ".join(first.err.read_text().split())


def test_ranks_that_torchrun_starts_meet_and_one_sentence_says_why_they_ended(fresh: Path) -> None:
    """They agree on what is left to train, which is when they find that they are too many."""
    process = job(fresh, ["train", "--task", "mask", "--recipe", "plain", "--folds", "0"])
    process.process.wait()
    why = r"mask-plain-\w+: (rank 1 of 2 \(process \d+\): )?each of its folds takes 1 device, and here are 2 ranks; .*"
    assert re.fullmatch(why, process.why() or ""), process.why()
    assert not list(fresh.glob("runs/mask-*"))


def test_what_cannot_be_trained_together_is_refused_in_a_sentence(fresh: Path) -> None:
    def refused(*words: str) -> str:
        code, _, err = forked.run(["train", "--task", "mask", *words, "--devices-per-fold", "2"], fresh)
        assert code == 2, err
        return " ".join(err.split())

    assert "a logreg is fitted by one process" in refused("--recipe", "plain")
    assert "3 devices cannot be shared out in groups of 2" in refused("--recipe", "smooth", "--devices", "cpu,cpu,cpu")
    assert not list((fresh / "runs").glob("mask-*"))


def test_devices_come_in_groups_of_as_many_as_a_fold_takes() -> None:
    assert places_named("cpu,cpu,cpu,cpu", 2) == ("cpu,cpu", "cpu,cpu")
    assert places_named("cpu,cpu", 1) == ("cpu", "cpu")
    assert [named(place) for place in ("0,1", "cpu,cpu", "cpu")] == [
        "GPUs 0 and 1",
        "2 processes of the CPU",
        "the CPU",
    ]
    assert seen_by("0,2", {"CUDA_VISIBLE_DEVICES": "4,6,7"})["CUDA_VISIBLE_DEVICES"] == "4,7"
    assert seen_by("cpu,cpu", {"CUDA_VISIBLE_DEVICES": "4"})["CUDA_VISIBLE_DEVICES"] == ""
    with pytest.raises(KitError, match="1 device cannot be shared out in groups of 2"):
        places_named("cpu", 2)
