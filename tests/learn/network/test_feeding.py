"""What feeding a network costs: how long it waits for photos, what augmentation takes, memory that is used again."""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from shared.mini import mini_workspace
from shared.told import Told
from shared.trained import kit

from kit.folds.frozen import freeze_folds
from kit.learn.examples import make_examples
from kit.learn.network.batches import Feeding, batches
from kit.learn.told import tell_waited
from kit.runs.store import all_runs
from kit.targets.classes import one_hot

ALLOCATE = """
import resource
import torch
from kit.learn.network.memory import keep_freed_memory
{before}
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(40):  # until what is asked for fits into what was given back
    torch.ones(16 << 20)
began = faults()
for _ in range(8):
    torch.ones(16 << 20)
print(faults() - began)
"""


def fed(seconds: float, *, at_work: bool) -> Feeding:
    """The feeding of four batches whose augmentation takes so long, at work on a core or asleep."""

    def augment(photos: np.ndarray, seed: int, first: int) -> np.ndarray:
        until = time.thread_time() + seconds
        while at_work and time.thread_time() < until:
            pass
        time.sleep(0 if at_work else seconds)
        return photos

    pixels, feeding = np.zeros((8, 4, 4, 3), np.uint8), Feeding()
    examples = make_examples((pixels, pixels[:0]), np.arange(8), {"mask": one_hot(np.arange(8) % 2, 2)}, np.arange(8))
    plan = np.array_split(np.arange(8), 4)
    assert len(list(batches(examples, plan, [augment], range(4), feeding))) == 4
    return feeding


def test_augmentation_counts_in_time_of_a_core_and_waiting_by_the_clock() -> None:
    at_work, asleep = fed(0.05, at_work=True), fed(0.05, at_work=False)
    assert at_work.augmented >= 4 * 0.05
    assert asleep.augmented < 0.05
    assert asleep.waited >= 0.15  # the thread that makes them sleeps four times before the last is there


def test_a_trained_fold_says_what_its_photos_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = mini_workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    keys = ["--recipe", "tiny", "--set", "epochs=3", "--set", "augment=strong"]
    assert kit(workspace, "train", "--task", "mask", "--folds", "0", *keys) == 0
    (run,) = all_runs(workspace)
    record = run.fold_record(0)
    assert record.waited is not None and record.augmented is not None
    assert record.augmented > 0 and 0 <= record.waited < record.seconds + 0.1
    assert "augmented" not in (run.fold_dir(0) / "fold.json").read_text()  # another machine's fold is the same
    capsys.readouterr()
    assert kit(workspace, "runs", "show", run.id) == 0
    assert "waited for photos" in capsys.readouterr().out


def test_waiting_is_told_where_it_is_a_large_part_of_a_long_fold() -> None:
    told = Told()
    for waited, seconds in ((None, 100.0), (19.0, 100.0), (9.0, 10.0)):
        tell_waited("r/fold0", waited, 1.0, seconds, told)
    assert told.info_told == []
    tell_waited("r/fold0", 25.0, 40.0, 100.0, told)
    assert told.info_told[0].startswith(
        "r/fold0: 25 of 100 s were spent waiting for photos, and augmentation took 40 s"
    )


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library gives memory back in its own way")
def test_large_tensors_use_memory_again_unless_the_user_says_otherwise() -> None:
    def faults(before: str, variables: dict[str, str]) -> int:
        code = ALLOCATE.format(before=before)
        environment = {"PATH": "/usr/bin:/bin", **variables}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return int(done.stdout)

    kept = faults("keep_freed_memory()", {})
    assert 20 * kept < faults("", {})
    assert 20 * kept < faults("keep_freed_memory()", {"MALLOC_TRIM_THRESHOLD_": "0"})
