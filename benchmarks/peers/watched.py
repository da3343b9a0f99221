"""A command, from its start to its end: how long it took, and the most memory that it and its children held."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

MOMENT = 0.02
"""Seconds between two looks at what it has written."""
LOOKS = 100
"""So many such looks for each look at its memory, which takes a hundredth of a second and more."""


@dataclass(frozen=True)
class Watched:
    began: float
    """By time.time()."""
    seconds: float
    memory: float
    """GB; a page that several of its processes share is counted once."""


def watched(command: Sequence[str | Path], log: Path, look: Callable[[], None]) -> Watched:
    """Run it, with torch's threads as torch starts them, and call `look` again and again."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    most, looks = 0, 0
    with open(log, "w") as file:
        began, started = time.time(), time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=file, stderr=file, env=environment)
        try:
            while process.poll() is None:
                look()
                if looks % LOOKS == 0:
                    most = max(most, sum(map(memory, tree(process.pid))))
                looks += 1
                time.sleep(MOMENT)
            seconds = time.perf_counter() - started
        finally:
            process.kill()
            process.wait()
    look()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{log.read_text()[-3000:]}")
    return Watched(began, seconds, most / 2**30)


def tree(pid: int) -> list[int]:
    """A process and all that came of it and are still there."""
    found = [pid]
    for one in found:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, listed.read_text().split())
            except OSError:
                continue
    return found


def memory(pid: int) -> int:
    """Bytes of a process's memory, its share of what others have too (PSS); 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
