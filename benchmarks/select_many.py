"""`make bench-select`: `kit select` as a command on a field of 200 submissions of 20 drawn runs; seconds and memory.

python -m benchmarks.select_many FOLDER [SUBMISSIONS PHOTOS]
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.drawn import draw_run
from benchmarks.report_page import draw_workspace
from kit.door import open_workspace

N_RUNS = 20
COMMANDS = (("select",), ("select",), ("next",), ("leaderboard",))
"""Each is a process of its own; the second of two alike finds the files in the memory of the disk."""


def main(root: Path, n_submissions: int = 200, n_photos: int = 18_900) -> None:
    """Draw the field, half of which has a public score, and print what each command takes."""
    shutil.rmtree(root, ignore_errors=True)
    draw_workspace(root, n_photos)
    workspace = open_workspace(root)
    workspace.fold(5)
    rng = np.random.default_rng(1)
    runs = [
        draw_run(workspace, ["label"], [f"optimizer.lr={0.001 * (number + 1):g}"], skill=float(rng.uniform(2.5, 4.0)))
        for number in range(N_RUNS)
    ]
    specs = [run.id for run in runs]
    specs += [f"{first},{second}" for first, second in itertools.combinations(specs, 2)]
    if n_submissions > len(specs):
        raise SystemExit(f"{N_RUNS} runs make {len(specs)} submissions of one and two")
    for place, spec in enumerate(specs[:n_submissions]):
        record = workspace.submit(spec, f"sub{place}", rule="argmax")
        if place % 2 and record.oof is not None:
            workspace.log(record.name, public=round(record.oof.value + float(rng.normal(0, 0.01)), 4))
    print(f"{n_submissions} submissions of {N_RUNS} runs, {n_photos:,} photos, 36 classes\n")
    print("| command | seconds | CPU seconds | GB |\n|---|---|---|---|")
    for command in COMMANDS:
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "kit", *command], cwd=root, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"kit {' '.join(command)} ended with {status}")
        cpu = usage.ru_utime + usage.ru_stime
        row = [f"{time.monotonic() - began:.1f}", f"{cpu:.1f}", f"{usage.ru_maxrss / 2**20:.2f}"]
        print(f"| `kit {' '.join(command)}` | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
