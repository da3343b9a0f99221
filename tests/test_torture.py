"""The short form of `make torture`: kills, two at once, corrupt files, and a system that refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("part", "least"), [("corrupt", 6), ("crashes", 6), ("faults", 6), ("pairs", 2)])
def test_nothing_is_lost_whatever_ends_a_command_or_runs_beside_it(part: str, least: int) -> None:
    command = [sys.executable, "-m", "benchmarks.torture", "--short", part]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    tried, held, faults = re.findall(r"^\| all \| (\d+) \| (\d+) \| (\d+) \|$", done.stdout, flags=re.MULTILINE)[-1]
    assert int(tried) == int(held) >= least and faults == "0"
