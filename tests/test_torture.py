"""The short form of `make torture`: kills, two at once, corrupt files and archives, and a system that refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PARTS = {
    "archives": "corrupt: archives",
    "corrupt": "corrupt: competition.yaml",
    "crashes": "fold, killed or asked to end",
    "faults": "system: standard output",
    "others": "corrupt: a table of images and annotations",
    "pairs": "two trainings of one run",
    "power": "fold: the power fails",
    "teams": "pairs of a team's actions",
}
"""Each part, and a row that it must have."""


@pytest.fixture(scope="module")
def told() -> str:
    """What the short forms say, tried in one process, for all of them stand on the same workspaces."""
    command = [sys.executable, "-m", "benchmarks.torture", "--short", *PARTS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_nothing_is_lost_whatever_ends_a_command_or_runs_beside_it(told: str) -> None:
    tried, held, faults = re.findall(r"^\| all.* \| (\d+) \| (\d+) \| (\d+) \|$", told, flags=re.MULTILINE)[-1]
    assert int(tried) == int(held) >= 60 and faults == "0", told


@pytest.mark.parametrize("row", PARTS.values())
def test_every_part_has_tried_something(told: str, row: str) -> None:
    assert re.search(rf"^\| {re.escape(row)}.* \| [1-9]\d* \|", told, flags=re.MULTILINE), told
