"""A run that was interrupted, in whatever way, ends as one that never was."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shared import forked
from shared.forked import Started
from shared.mini import mini_workspace
from shared.stopping import StopAfter, Stopped
from shared.trained import reopened

from kit.competition.workspace import Workspace
from kit.files import file_sha256
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run

BASE = ("augment=base", "epochs=6")


class Told(Reporter):
    def __init__(self) -> None:
        self.infos: list[str] = []

    def info(self, text: str) -> None:
        self.infos.append(text)


class Warnings(Reporter):
    def __init__(self) -> None:
        self.told: list[str] = []

    def warn(self, text: str) -> None:
        self.told.append(text)


def small(root: Path) -> Workspace:
    workspace = mini_workspace(root)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


def train(workspace: Workspace, overrides: tuple[str, ...], reporter: Reporter) -> Run:
    workspace = reopened(workspace)
    recipe = load_recipe("tiny", workspace.recipes_dir, overrides)
    return train_run(workspace, plan_run(workspace, ["mask"], "tiny", recipe), [0], reporter)


def outcome(run: Run) -> list[str]:
    return [file_sha256(run.fold_dir(0) / name) for name in ("weights.safetensors", "oof.parquet", "test.parquet")]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Workspace]:
    return small(tmp_path_factory.mktemp("straight")), small(tmp_path_factory.mktemp("stopped"))


@pytest.mark.parametrize(
    "override",
    [
        ("schedule.name=cosine", "ema=0.9", "drop_rate=0.2"),
        ("schedule.name=onecycle", "optimizer.name=lamb"),
        ("schedule.name=step", "schedule.step_epochs=1", "optimizer.name=sgd"),
        ("schedule={name: plateau, patience: 1, gamma: 0.5}", "optimizer.lr=0.3"),
        ("schedule.name=constant", "early_stopping.patience=3", "tta=flip"),
        ("augment=strong", "augment_on=device"),
    ],
)
def test_a_resumed_run_ends_with_the_same_bits(places: tuple[Workspace, Workspace], override: tuple[str, ...]) -> None:
    overrides = ("augment=base", "epochs=3", *override)
    straight = train(places[0], overrides, Reporter())
    with pytest.raises(Stopped):
        train(places[1], overrides, StopAfter(2))
    resumed = train(places[1], overrides, Reporter())
    assert outcome(resumed) == outcome(straight)
    assert resumed.fold_record(0).history == straight.fold_record(0).history


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("spoil", [damage, cut])
def test_a_damaged_checkpoint_is_named_and_the_fold_starts_anew(
    places: tuple[Workspace, Workspace], spoil: Callable[[Path], None]
) -> None:
    overrides = ("epochs=2", f"seed={len(spoil.__name__)}")
    straight = train(places[0], overrides, Reporter())
    with pytest.raises(Stopped):
        train(places[1], overrides, StopAfter(1))
    checkpoint = places[1].runs_dir / straight.id / ".fold0.part/checkpoint.safetensors"
    spoil(checkpoint)
    warnings = Warnings()
    assert outcome(train(places[1], overrides, warnings)) == outcome(straight)
    assert len(warnings.told) == 1 and str(checkpoint) in warnings.told[0]


def test_a_fold_that_was_stopped_in_its_own_folder_goes_on(places: tuple[Workspace, Workspace]) -> None:
    overrides = ("epochs=2", "seed=77")
    straight = train(places[0], overrides, Reporter())
    with pytest.raises(Stopped):
        train(places[1], overrides, StopAfter(1))
    run = Run(places[1].runs_dir / straight.id)
    run.work_dir(0).rename(run.fold_dir(0))  # where checkpoints lay once
    told = Told()
    assert outcome(train(places[1], overrides, told)) == outcome(straight)
    assert any("going on after epoch 1" in line for line in told.infos)


def start(workspace: Workspace) -> Started:
    command = ["train", "--task", "age", "--folds", "0"]
    command += [part for override in (*BASE, "epochs=8") for part in ("--set", override)]
    return forked.start(command, workspace.root)


def wait_until(seen: Callable[[], object], process: Started) -> None:
    end = time.monotonic() + 120
    while not seen():
        if time.monotonic() > end:
            process.signal(signal.SIGKILL)
            raise AssertionError(process.err.read_text())
        time.sleep(0.005)


def test_a_killed_and_an_interrupted_run_end_as_one_that_was_left_alone(tmp_path: Path) -> None:
    left_alone, killed = small(tmp_path / "a"), small(tmp_path / "b")
    assert start(left_alone).wait() == 0

    process = start(killed)
    wait_until(lambda: list(killed.runs_dir.glob("*/.fold0.part/checkpoint.safetensors")), process)
    process.signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not list(killed.runs_dir.glob("*/fold0/fold.json")), "it ended before it could be killed"

    process = start(killed)
    wait_until(lambda: "going on after epoch" in process.err.read_text(), process)
    process.signal(signal.SIGINT)
    assert process.wait() == 130
    told = process.err.read_text()
    assert "the same command goes on" in told and "Traceback" not in told

    assert start(killed).wait() == 0
    (one,), (two,) = (list(place.runs_dir.glob("*/fold0")) for place in (left_alone, killed))
    for name in ("oof.parquet", "test.parquet", "weights.safetensors"):
        assert file_sha256(one / name) == file_sha256(two / name), name
