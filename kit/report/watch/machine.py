"""How busy this machine is: cores and memory as Linux counts them, GPUs as NVIDIA's own tool tells."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kit.cores import core_ticks, usable_cores
from kit.owner import text_of

PATIENCE = 5.0
"""Seconds that nvidia-smi may take."""
ASKED = "name,utilization.gpu,memory.used,memory.total"


@dataclass(frozen=True)
class Gpu:
    """Shares from 0 to 1, memory in bytes; None of what its driver does not tell."""

    name: str
    use: float | None
    used: float | None
    memory: float | None


@dataclass(frozen=True)
class Use:
    """How much of the machine is in use; None of what is not known."""

    cores: int
    cpu: float | None
    """Share of all cores' time since the last look, by everybody."""
    used: float | None
    memory: float | None
    """Of the machine, in bytes."""
    gpus: tuple[Gpu, ...]


class Machine:
    """Looked at again and again: the use of cores is that since the look before."""

    def __init__(self) -> None:
        self._before = core_ticks()

    def look(self) -> Use:
        now, before = core_ticks(), self._before
        cpu = None
        if now is not None and before is not None and now[1] > before[1]:
            cpu = 1 - (now[0] - before[0]) / (now[1] - before[1])
            self._before = now
        memory = _memory()
        total, free = memory.get("MemTotal"), memory.get("MemAvailable")
        used = None if total is None or free is None else total - free
        return Use(usable_cores(), cpu, used, total, _gpus())


def _memory() -> Mapping[str, float]:
    """The lines of /proc/meminfo, in bytes."""
    lines = [line.replace(":", "").split() for line in text_of(Path("/proc/meminfo")).splitlines()]
    return {words[0]: 1024.0 * int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}


_asked: dict[str, tuple[float, tuple[Gpu, ...]]] = {}
"""When nvidia-smi was asked last, and what it told."""
AGE = 2.0
"""Seconds that its answer is good for."""


def _gpus() -> tuple[Gpu, ...]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    at, told = _asked.get(tool, (-AGE, ()))
    if time.monotonic() - at < AGE:
        return told
    command = [tool, f"--query-gpu={ASKED}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=True, env={**os.environ, "LC_ALL": "C"}
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ()
    told = tuple(map(_gpu, filter(None, done.stdout.splitlines())))
    _asked[tool] = (time.monotonic(), told)
    return told


def _gpu(line: str) -> Gpu:
    """A line of nvidia-smi: a percentage, and memory in MiB; [N/A] where it does not tell."""
    name, *numbers = (part.strip() for part in line.rsplit(",", 3))
    use, used, memory = (float(part) if part.replace(".", "", 1).isdigit() else None for part in numbers)
    size = 2.0**20
    return Gpu(
        name,
        None if use is None else use / 100,
        None if used is None else used * size,
        None if memory is None else memory * size,
    )
