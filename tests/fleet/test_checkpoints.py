"""Checkpoints that are kept at an address: whole or none, of the same fold, and the fold ends with the same bits."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from shared.fleet import fresh_workspace, kit
from shared.stopping import StopAfter, Stopped

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.fleet.checkpoints import CheckpointStore, FoldCheckpoints
from kit.fleet.jobs import Job
from kit.learn.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run

OF = "mask-tiny-1a2b3c4d.fold0"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CheckpointStore]:
    """A disk, and what has files of its own as a bucket has."""
    address = f"file://{tmp_path / 'kept'}" if request.param == "file" else f"memory://{tmp_path.name}"
    store = CheckpointStore(address)
    with store.opened():
        yield store
    assert names(store) == []


def names(store: CheckpointStore) -> list[str]:
    from fsspec.core import url_to_fs

    files, folder = url_to_fs(store.address)
    return sorted(path.rpartition("/")[2] for path in files.ls(folder, detail=False))


def there(store: CheckpointStore) -> list[str]:
    return [name for name in names(store) if name != store.mark]


def write(store: CheckpointStore, name: str, content: bytes) -> None:
    from fsspec.core import url_to_fs

    files, folder = url_to_fs(store.address)
    files.pipe_file(f"{folder}/{name}", content)


def made(path: Path, epoch: int) -> Path:
    path.parent.mkdir(exist_ok=True)
    content = Checkpoint(epoch, {"layer": torch.full((64,), epoch)}, {"state": {}, "param_groups": []})
    save_checkpoint(path, content, OF)
    return path


def epoch_of(path: Path) -> int:
    return load_checkpoint(path, OF).epoch


def test_the_newest_checkpoint_takes_the_place_of_earlier_ones_and_only_of_them(
    store: CheckpointStore, tmp_path: Path
) -> None:
    here, other = tmp_path / "here/checkpoint.safetensors", tmp_path / "other/checkpoint.safetensors"
    store.put(OF, made(here, 1))
    store.put(f"{OF}0", here)  # fold 00 is no fold of this one
    store.put(OF, made(here, 2))
    assert [name.split(".")[1:3] for name in there(store)] == [["fold0", "000002"], ["fold00", "000001"]]
    other.parent.mkdir()
    assert store.take(OF, other) == 2 and file_sha256(other) == file_sha256(here)
    made(other, 3)
    assert store.take(OF, other) is None and epoch_of(other) == 3
    other.write_bytes(b"cut")
    assert store.take(OF, other) == 2 and epoch_of(other) == 2
    assert [path.name for path in other.parent.iterdir()] == [other.name]
    store.remove(OF)
    assert [name.split(".")[1] for name in there(store)] == ["fold00"]
    store.remove(f"{OF}0")


def test_what_is_not_whole_or_was_damaged_is_passed_over_for_the_one_before(
    store: CheckpointStore, tmp_path: Path
) -> None:
    here, other = (tmp_path / name / "checkpoint.safetensors" for name in ("here", "other"))
    other.parent.mkdir()
    store.put(OF, made(here, 4))
    half, spoiled = made(here, 5).read_bytes(), bytearray(made(here, 6).read_bytes())
    later = [f"{OF}.000005.{file_sha256(made(here, 5))}", f"{OF}.000006.{file_sha256(made(here, 6))}"]
    spoiled[-1] ^= 1
    write(store, later[0], half[: len(half) // 2])
    write(store, later[1], bytes(spoiled))
    write(store, f"{OF}.000007.no-hash", b"somebody else's")
    assert store.take(OF, other) == 4 and epoch_of(other) == 4
    store.put(OF, made(here, 6))  # a machine that trained the epoch again
    assert store.take(OF, other) == 6 and epoch_of(other) == 6
    assert [name for name in there(store) if name in later] == later[1:]
    store.remove(OF)
    from fsspec.core import url_to_fs

    files, folder = url_to_fs(store.address)
    assert there(store) == [f"{OF}.000007.no-hash"]
    files.rm(f"{folder}/{OF}.000007.no-hash")


def train(root: Path, reporter: Reporter) -> Run:
    workspace = Workspace(root)
    plan = plan_run(workspace, ["mask"], "tiny", load_recipe("tiny", workspace.recipes_dir, []))
    return train_run(workspace, plan, [0], reporter)


class Told(Reporter):
    def __init__(self) -> None:
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.epochs: list[int] = []

    def info(self, text: str) -> None:
        self.infos.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def epoch(self, run: str, fold: int, epoch: object) -> None:
        self.epochs.append(epoch.epoch)  # type: ignore[attr-defined]


def test_a_fold_that_another_machine_takes_up_ends_with_the_bits_of_one_that_was_left_alone(
    store: CheckpointStore, tmp_path: Path
) -> None:
    fresh = fresh_workspace(tmp_path / "fresh")
    machines = [shutil.copytree(fresh, tmp_path / name) for name in ("alone", "first", "second", "third")]
    alone = train(machines[0], Reporter())
    job = Job(alone.id, 0, (), 4)
    first, second, third = (FoldCheckpoints(store, job) for _ in range(3))

    assert first.take(machines[1]) is None
    with pytest.raises(Stopped):
        train(machines[1], StopAfter(2))
    first.look()
    assert len(there(store)) == 1

    told = Told()
    assert second.take(machines[2]) == 2
    store.remove(second.of)
    second.look()
    assert there(store) == []  # it has no other one than it took
    resumed = train(machines[2], told)
    assert any("going on after epoch 2" in text for text in told.infos) and told.epochs == [2, 3]
    for name in ("weights.safetensors", "oof.parquet", "test.parquet", "fold.json"):
        assert file_sha256(resumed.fold_dir(0) / name) == file_sha256(alone.fold_dir(0) / name)
    second.look()
    second.remove()
    assert there(store) == [] and not [*first.new_troubles(), *second.new_troubles()]
    assert second.take(machines[2]) is None  # it is finished

    # what is another run's, whatever its name says, is not trained on
    foreign = made(tmp_path / "foreign/checkpoint.safetensors", 3)
    store.put(f"{job.run}.fold0", foreign)
    assert third.take(machines[3]) == 3
    told = Told()
    refused = train(machines[3], told)
    assert "this checkpoint belongs to another run; this fold starts anew" in told.warnings[0]
    assert told.epochs == [0, 1, 2, 3]
    assert file_sha256(refused.fold_dir(0) / "oof.parquet") == file_sha256(alone.fold_dir(0) / "oof.parquet")
    third.remove()


def test_what_cannot_be_reached_is_said_once_and_stops_no_training(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    store, job, root = CheckpointStore(f"file://{place}"), Job("mask-tiny-1a2b3c4d", 0, (), 4), tmp_path / "machine"
    with store.opened():
        kept = FoldCheckpoints(store, job)
        assert kept.take(root) is None and kept.path is not None
        made(kept.path, 1)
        kept.look()
        assert len(list(place.iterdir())) == 2
        shutil.move(place, tmp_path / "away")
        for epoch in (2, 3):
            made(kept.path, epoch)
            kept.look()
        (trouble,) = kept.new_troubles()
        assert trouble.startswith(f"file://{place}: on this machine it is another place than where jobs are handed out")
        assert kept.new_troubles() == []
        assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]
        shutil.move(tmp_path / "away", place)
        made(kept.path, 4)
        kept.look()
        assert [path.name.split(".")[2] for path in place.iterdir() if path.name != store.mark] == ["000004"]
    nowhere = FoldCheckpoints(None, job)
    assert nowhere.take(root) is None
    nowhere.look()
    nowhere.remove()
    assert len(list(place.iterdir())) == 1


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("bucket/path", "this is no address; write it like s3://bucket/path or file:///mnt/disk"),
        ("nowhere://bucket/path", "Protocol not known: nowhere"),
        ("file:///no/such/disk/path", "No such file or directory"),
    ],
)
def test_an_address_that_nobody_reaches_is_refused_before_anything_is_trained(
    address: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = fresh_workspace(tmp_path / "refused")
    options = ["--task", "mask", "--recipe", "plain", "--folds", "0", "--checkpoints", address]
    assert kit(root, "train", *options) == 2
    assert "--checkpoints is for machines that --ray trains on" in " ".join(capsys.readouterr().err.split())
    assert kit(root, "train", *options, "--ray") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert address in said and why in said
    assert not list((root / "runs").glob("mask-*"))


def test_without_fsspec_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.delitem(sys.modules, "fsspec.core", raising=False)
    with (
        pytest.raises(KitError, match=r"run pip install 'imagekit-competition\[cluster\]'"),
        CheckpointStore(f"file://{tmp_path}").opened(),
    ):
        pass
    assert os.listdir(tmp_path) == []
