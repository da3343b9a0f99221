"""The tables that set kit beside other trainers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.peers.contenders import Trained
from benchmarks.peers.environment import reason
from benchmarks.peers.watched import LOOKS, watched
from benchmarks.performance.peers import notes, speed_table
from benchmarks.performance.peers_quality import epochs_in, quality_table


def trained(seconds: float, epoch: float | None, memory: float = 1.0, score: float = 0.5) -> Trained:
    return Trained(seconds, seconds / 2, epoch, memory, score)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_ratios_are_taken_round_by_round_and_above_one_is_more_than_kit() -> None:
    found = {
        "kit": [trained(10, 2), trained(20, 2), trained(40, 2)],  # the machine was slower in each round
        "other": [trained(20, 1, memory=3), trained(40, 1, memory=3), trained(80, 1, memory=3)],
    }
    _, _, kit, other = map(cells, speed_table("what", found, {"kit": "kit", "other": "other, 1 worker"}, 100, 4))
    assert kit == ["kit", "20", "1.00", "50", "1.00", "1.00", "1.00", "0.500"]
    assert other == ["other, 1 worker", "10", "0.50", "100", "2.00", "3.00", "3.00", "0.500"]


def test_one_epoch_leaves_no_warm_one() -> None:
    table = speed_table("what", {"kit": [trained(10, None)]}, {"kit": "kit"}, 100, 1)
    assert cells(table[-1])[3:5] == ["", ""]


def test_who_is_left_out_is_named_with_pips_reason() -> None:
    error = "ERROR: Cannot install a==2 because these package versions have conflicting dependencies."
    conflict = "    a 2 depends on torch<2\n    The user requested (constraint) torch==3"
    assert reason(f"WARNING: old\n{error}\n\nThe conflict is caused by:\n{conflict}\n") == "a 2 depends on torch<2"
    assert reason(f"WARNING: old\n{error}") == error.removeprefix("ERROR: ")
    assert notes({"a": "so it is"}) == ["", "a is left out: so it is"]


@pytest.mark.parametrize(("seconds", "epochs"), [(120, 21), (20, 1), (1, 1)])
def test_as_many_epochs_as_fit_beside_the_start(seconds: float, epochs: int) -> None:
    first = trained(20, 5)  # ten seconds are paid once
    assert epochs_in(seconds, first) == epochs
    table = quality_table({("digits", "kit"): [(epochs, [first])]}, [seconds / 60])
    assert cells(table[-1]) == ["digits", "kit", f"0.500 ({epochs} epoch{'s' * (epochs > 1)}, 20 s)"]


def test_several_seeds_say_their_mean_and_how_far_one_is_from_it() -> None:
    each = [trained(20 + 2 * place, 5, score=score) for place, score in enumerate((0.7, 0.8, 0.9))]
    table = quality_table({("demo", "kit"): [(7, each)]}, [2])
    assert cells(table[-1]) == ["demo", "kit", "0.800 ± 0.100 (7 epochs, 22 s)"]


CHILD = """
import sys, time, pathlib
held, folder = b"x" * (90 << 20), pathlib.Path(sys.argv[1])
(folder / "held").touch()
while not (folder / "seen").exists():
    time.sleep(0.01)
"""
PARENT = """
import subprocess, sys
held = b"x" * (60 << 20)
subprocess.run([sys.executable, "-c", *sys.argv[1:]], check=True)
"""


def test_memory_is_that_of_all_processes_of_a_command(tmp_path: Path) -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += (tmp_path / "held").exists()
        if looks > LOOKS:
            (tmp_path / "seen").touch()

    seen = watched([sys.executable, "-c", PARENT, CHILD, tmp_path], tmp_path / "log", look)
    assert 0.145 < seen.memory < 0.3
