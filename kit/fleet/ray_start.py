"""Ray reached on a cluster, or started on this machine for one command."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.cores import usable_cores
from kit.errors import KitError, one_line

HERE, AUTO = "local", "auto"
"""The addresses by which Ray is started on this machine and ended with the command, and by which one here is found."""
STARTS = 3
"""How often Ray is started here before it counts as broken: on a busy machine it gives up after 30 seconds."""
STORE = 2**28
"""Bytes of Ray's object store on this machine: what workers say is small."""
PATIENCE = 10.0
"""Seconds within which a cluster takes a connection."""
LONGEST_FOLDER = 40
"""Letters of the folder in which Ray makes its sockets, whose paths have 107 bytes at most."""


@dataclass(frozen=True)
class Cluster:
    """Where folds are trained by Ray, as the command line says it."""

    address: str
    """As `ray_at` has it."""
    checkpoints: str | None = None
    """Where checkpoints are kept for machines that do not see the workspace, as fsspec addresses it."""


@contextmanager
def ray_at(address: str) -> Iterator[Any]:
    """The module ray, connected to the cluster at an address; KitError where there is none.

    HERE starts it on this machine, without its web page, and ends it with the block, without a trace.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else it reports to its makers
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")  # else it prints what the scheduler says in a sentence
    try:
        import ray
    except ImportError:
        todo = "run pip install 'imagekit-competition[cluster]'"
        raise KitError("Ray is not installed", where="--ray", todo=todo) from None
    folder, options = None, dict[str, Any](address=address)
    try:
        if address == HERE:
            folder = _short_folder()
            options |= {"num_cpus": usable_cores(), "object_store_memory": STORE, "_temp_dir": str(folder)}
            options |= {"include_dashboard": False}
        else:
            _require_answer(address)
        with _own_signals():
            _init(ray, options, STARTS if address == HERE else 1)
        yield ray
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _init(ray: Any, options: dict[str, Any], attempts: int) -> None:
    try:
        ray.init(**options, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray has no other word for what did not start in time
        ray.shutdown()
        why = str(error).split(". ")[0]  # the other sentences are advice
        if attempts > 1:
            _init(ray, options, attempts - 1)
        elif options["address"] == HERE:
            todo = "try again when less else is running here"
            raise KitError(f"Ray does not start ({one_line(why)})", where="--ray", todo=todo) from None
        else:
            raise _no_answer(options["address"], why) from None


def _require_answer(address: str) -> None:
    """Refuse an address at which nobody listens: Ray would ask it for minutes, and write of that to the terminal."""
    if address == AUTO:
        return
    host, _, port = address.rpartition(":")
    if "/" in address or not host or not port.isdecimal():
        todo = f"write HOST:PORT as 'ray start --head' prints it, or {AUTO}"
        raise KitError("this is no address of a cluster", where=f"--ray {address}", todo=todo)
    try:
        socket.create_connection((host, int(port)), PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise _no_answer(address, error) from None


def _no_answer(address: str, why: object) -> KitError:
    todo = "start it with 'ray start --head', or give the address that this prints"
    return KitError(f"Ray does not answer ({one_line(why)})", where=f"--ray {address}", todo=todo)


def _short_folder() -> Path:
    """A new folder for what Ray writes on this machine."""
    place = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix="ray-", dir=place if len(place) < LONGEST_FOLDER else "/tmp"))


@contextmanager
def _own_signals() -> Iterator[None]:
    """What this process does when it is asked to end stays as it is."""
    main = threading.current_thread() is threading.main_thread()
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)} if main else {}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
