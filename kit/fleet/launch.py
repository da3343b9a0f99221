"""A job that several devices do together: torchrun's launcher starts its ranks, a process each, and watches them.

    python -m kit.fleet.launch PID RANKS ARGUMENTS

PID is the process that started this one. The first rank says what the job says; of the others only why one ended.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.cores import usable_cores
from kit.errors import KitError
from kit.fleet.bound import end_with
from kit.fleet.process import KILLED, LAST_LINES, last_words
from kit.learn.ranks import RankLost

if TYPE_CHECKING:
    from torch.distributed.elastic.multiprocessing.errors import ProcessFailure

AFTERMATH = 5
"""Seconds after the first failure within which others are looked at: which rank is the cause shows by how it ended."""
ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
CONSEQUENT = (RankLost.exit_code, *(-one for one in ASKED), *(128 + one for one in ASKED))
"""The exit codes of a rank that ends since another one has ended, by itself or when the launcher asks it to."""


def launch(n_ranks: int, arguments: Sequence[str]) -> int:
    """Run kit's command line in each of n_ranks processes that can meet; returns the exit code."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, usable_cores() // n_ranks)))  # they share the cores
    logging.disable()  # what the launcher says of a failure is said here, in a sentence
    from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs, SignalException, Std
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    logs = tempfile.mkdtemp(prefix="ranks-")
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=n_ranks,
        run_id=uuid.uuid4().hex,
        rdzv_backend="c10d",  # what --standalone means
        rdzv_endpoint="localhost:0",
        local_addr="localhost",
        max_restarts=0,
        logs_specs=DefaultLogsSpecs(logs, {rank: Std.ALL if rank else Std.ERR for rank in range(n_ranks)}),
    )
    try:
        elastic_launch(config, sys.executable)("-m", "kit.fleet.bound", str(os.getpid()), *arguments)
        return 0
    except ChildFailedError as error:
        return _tell(error.failures, n_ranks, logs)
    except SignalException as error:
        return 128 + error.sigval
    finally:
        sys.stderr.write(_written(logs, 0, "stderr"))
        shutil.rmtree(logs, ignore_errors=True)


def _tell(failures: dict[int, ProcessFailure], n_ranks: int, logs: str) -> int:
    """Say which rank ended the job and why, where it is not the first one's own sentence; returns the exit code."""
    first = min(failure.timestamp for failure in failures.values())
    near = {rank: failure for rank, failure in failures.items() if failure.timestamp <= first + AFTERMATH}
    causes = [rank for rank, failure in near.items() if failure.exitcode not in CONSEQUENT]
    killed = [rank for rank in causes if near[rank].exitcode < 0]
    rank = min(killed or causes or near, key=lambda rank: (near[rank].exitcode != KitError.exit_code, rank))
    failure, lines = near[rank], _written(logs, rank, "stderr").strip().splitlines()
    of_rank = f"rank {rank} of {n_ranks} (process {failure.pid})"
    if rank in killed:
        how = f"{of_rank} was killed by {signal.Signals(-failure.exitcode).name}"
        _say(": ".join([how, *lines[-LAST_LINES:]]))
        return KILLED
    if own := _own_error(logs, rank):
        _say(f"{of_rank}: {own['what']}", own["where"], own["todo"])
    elif rank:
        _say(last_words(of_rank, failure.exitcode, lines))
    return 1  # the first one's own words went where they belong


def _say(what: str, where: str | None = None, todo: str | None = None) -> None:
    event = {"event": "error", "what": what, "where": where, "todo": todo, "exit_code": 1}
    sys.stdout.write(f"\n{json.dumps(event)}\n")  # the first rank may have ended within a line


def _own_error(logs: str, rank: int) -> dict[str, Any]:
    """What a rank other than the first said of its error."""
    return next(_errors(_written(logs, rank, "stdout").splitlines()), {})


def _errors(lines: Iterable[str]) -> Any:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event.get("event") == "error":
            yield event


def _written(logs: str, rank: int, stream: str) -> str:
    """What a rank wrote; torchrun's folder is LOGS/RUN/attempt_0/RANK."""
    found = [path.read_text(errors="replace") for path in Path(logs).glob(f"*/*/{rank}/{stream}.log")]
    return "".join(found)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    sys.exit(launch(int(sys.argv[2]), sys.argv[3:]))
