"""The short form of `make torture`: kills, two at once, corrupt files, and a system that refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_nothing_is_lost_whatever_ends_a_command_or_runs_beside_it() -> None:
    command = [sys.executable, "-m", "benchmarks.torture", "--short", "corrupt", "crashes", "faults", "pairs"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    tried, held, faults = re.findall(r"^\| all \| (\d+) \| (\d+) \| (\d+) \|$", done.stdout, flags=re.MULTILINE)[-1]
    assert int(tried) == int(held) > 10 and faults == "0"
