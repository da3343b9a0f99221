"""A command of kit in a process of its own, forked from one that has imported all: what it said, and how it ended.

A command ends well when it exits with 0, or with 1 or 2 and one sentence that names the file. A traceback, another exit
code, a signal, a hang and memory without bounds are faults.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CRASHED = 70
"""The exit code of an error that is no sentence."""
SECONDS, COMPUTED = 300, 60
"""Seconds after which a command hangs, on a machine that may be busy, and seconds that it may compute."""
MEMORY = 4 << 30
"""Bytes of address space that a command may take beside what it was forked with; torch alone maps three of these."""


@dataclass(frozen=True)
class Outcome:
    """code: the exit code, or minus the signal; None where the command hung."""

    code: int | None
    out: str
    err: str


@cache
def import_all() -> None:
    """Import what commands import, so that the processes forked from this one start at once.

    Averages over models are drawn less often than for figures that somebody reads: files are what is tried.
    """
    import pyarrow.parquet  # noqa: F401
    import sklearn.linear_model  # noqa: F401
    import torch

    import kit
    from kit.blend import averaging

    for module in pkgutil.walk_packages(kit.__path__, "kit."):
        if module.name != "kit.__main__":
            importlib.import_module(module.name)
    averaging.MOST_DRAWS, averaging.HALVINGS = 2, 2
    torch.set_num_threads(1)


def run_kit(
    root: Path, arguments: Sequence[str], *, seconds: float = SECONDS, before: Callable[[], None] | None = None
) -> Outcome:
    """Run `kit ARGUMENTS` in `root`; `before` is called in the process of the command, just before it starts."""
    from kit.cli.main import main

    return run_forked(lambda: main(list(arguments)), root, seconds=seconds, before=before)


def run_forked(
    work: Callable[[], object], root: Path, *, seconds: float = SECONDS, before: Callable[[], None] | None = None
) -> Outcome:
    """Do `work` in a process of its own, in `root`, with an end to its time and memory."""
    pipes = [os.pipe(), os.pipe()]  # files would share the limits of the command
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _work(work, root, pipes[0][1], pipes[1][1], before)
    said = [bytearray(), bytearray()]
    for read, write in pipes:
        os.close(write)
        os.set_blocking(read, False)
    code = _wait(child, seconds, lambda: _drain(pipes, said))
    _drain(pipes, said)
    for read, _ in pipes:
        os.close(read)
    return Outcome(code, *(text.decode("utf-8", "backslashreplace") for text in said))


def _drain(pipes: Sequence[tuple[int, int]], said: Sequence[bytearray]) -> None:
    """Read what stands in the pipes now."""
    for (read, _), text in zip(pipes, said, strict=True):
        with contextlib.suppress(BlockingIOError):
            while part := os.read(read, 1 << 16):
                text += part


def _wait(child: int, seconds: float, drain: Callable[[], None]) -> int | None:
    """The exit code of a child, minus its signal, or None where it did not end in time."""
    end = time.monotonic() + seconds
    pause = 0.002
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        drain()
        time.sleep(pause)
        pause = min(0.02, pause * 1.3)


def _work(work: Callable[[], object], root: Path, out: int, err: int, before: Callable[[], None] | None) -> None:
    code = CRASHED
    try:
        devnull = os.open(os.devnull, os.O_RDONLY)
        for number, source in ((0, devnull), (1, out), (2, err)):
            os.dup2(source, number)
        os.chdir(root)
        limit = _address_space() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (COMPUTED, COMPUTED))
        if before is not None:
            before()
        sys.stdin, sys.stdout, sys.stderr = (_stream(number, mode) for number, mode in ((0, "r"), (1, "w"), (2, "w")))
        work()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:
                    stream.flush()
            except OSError:
                code = code or CRASHED
        os._exit(code)


def _stream(number: int, mode: str) -> Any:
    """A standard stream as Python opens it; None where it is closed."""
    try:
        os.fstat(number)
    except OSError:
        return None
    return open(number, mode, encoding="utf-8", errors="strict", closefd=False)


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def fault_of(outcome: Outcome, names: Sequence[str], *, codes: Sequence[int] = (0, 1, 2)) -> str | None:
    """What is wrong with how a command ended; None where it ended well.

    names: one of these must stand in what a command that failed says.
    """
    if outcome.code is None:
        return "hung"
    if outcome.code < 0:
        return f"killed by signal {-outcome.code}"
    if "Traceback (most recent call last)" in outcome.err or outcome.code not in codes:
        lines = [line for line in outcome.err.splitlines() if line.strip()]
        return f"exit {outcome.code}, {lines[-1][:160] if lines else 'nothing said'}"
    if outcome.code:
        said = outcome.err + outcome.out
        if not any(name in said for name in names):
            return f"exit {outcome.code} without the file's name: {said.strip().splitlines()[-1:]}"
        told = [line for line in outcome.err.splitlines() if line.startswith(("kit: ", "Error: "))]
        if len(told) != 1 and outcome.code == 2:
            return f"exit {outcome.code} with {len(told)} sentences: {outcome.err.strip()[-160:]}"
    return None
