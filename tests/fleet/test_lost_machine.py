"""A machine that is lost while it trains costs what it trained since its last checkpoint, and nothing else."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared.fleet import files_of_runs, fresh_workspace, jobs_under_way, kit
from shared.nodes import Nodes, said, two_nodes

EPOCHS, BEFORE = 40, 5
"""Of a fold, and how many are done before its machine is lost."""
OPTIONS = ["--task", "mask", "--recipe", "tiny", "--set", f"epochs={EPOCHS}"]

pytest.importorskip("ray", reason="Ray is not installed: pip install 'imagekit-competition[cluster]'")


@pytest.fixture
def nodes() -> Iterator[Nodes]:
    with two_nodes() as nodes:
        yield nodes


def fold_on(folder: Path) -> int | None:
    """The fold that a machine trains now."""
    for process, _ in jobs_under_way(folder):
        words = (Path("/proc") / str(process) / "cmdline").read_text().split("\0")
        return int(words[words.index("--folds") + 1])
    return None


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_the_folds_of_a_machine_that_is_lost_go_on_elsewhere_from_their_checkpoints(
    nodes: Nodes, tmp_path: Path
) -> None:
    fresh, kept = fresh_workspace(tmp_path / "fresh"), tmp_path / "kept"
    alone = shutil.copytree(fresh, tmp_path / "alone")
    assert kit(alone, "train", *OPTIONS) == 0

    process = nodes.kit(fresh, "train", *OPTIONS, "--checkpoints", f"file://{kept}")
    while (fold := fold_on(nodes.folders[1])) is None:
        assert not process.ended, said(process)
        time.sleep(0.02)
    # that of a later epoch may not be whole yet
    while not [path for path in kept.glob(f"*.fold{fold}.*") if int(path.name.split(".")[2]) > BEFORE]:
        assert fold_on(nodes.folders[1]) == fold, "it was trained before it could be lost"
        time.sleep(0.01)
    nodes.lose(1)
    code, told = said(process)
    assert code == 0, told
    lost = re.search(rf"fold {fold} on \S+ \([0-9.]+\): (.+?); another worker takes it up", told)
    assert lost and lost[1] in ("the machine was lost", "its process there was killed"), told
    resumed = re.search(rf"fold {fold} on \S+ \([0-9.]+\): goes on after epoch (\d+), by a checkpoint", told)
    assert resumed and BEFORE <= int(resumed[1]) < EPOCHS, told
    again = re.search(r"(\d+) epochs? trained again", told)
    assert again is None or int(again[1]) <= 2, told  # what was told of and not kept yet

    assert files_of_runs(fresh) == files_of_runs(alone)
    finished = [len(list(folder.glob("workspaces/*/runs/mask-*/fold*/fold.json"))) for folder in nodes.folders]
    assert finished == [2, 0]
    assert list(kept.iterdir()) == []
