"""Two machines of a Ray cluster that share nothing but this one's loopback: each has a folder of its own."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared import forked
from shared.fleet import SEEN
from shared.forked import Started

ROOT = Path(__file__).parents[2]


@dataclass
class Nodes:
    address: str
    folders: tuple[Path, Path]
    environment: dict[str, str]

    def kit(self, root: Path, *arguments: str, code: Path = ROOT) -> Started:
        return forked.start([*arguments, "--ray", self.address], root, code, **self.environment)

    def lose(self, number: int) -> None:
        """End all processes of a machine at once, as a loss of power does."""
        mine = f"KIT_NODE_DIR={self.folders[number]}"
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mine in (place / "environ").read_text(errors="replace").split("\0"):
                    os.kill(int(place.name), signal.SIGKILL)


@contextmanager
def two_nodes() -> Iterator[Nodes]:
    place = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))  # the paths of sockets are short
    folders = (place / "a", place / "b")
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1"]
    command += ["--object-store-memory=100000000"]
    head = ["--head", "--port=0", "--include-dashboard=false", f"--temp-dir={place / 'ray'}"]
    running: list[subprocess.Popen[bytes]] = []

    def start(folder: Path, options: list[str], attempts: int = 3) -> str:
        """What it says once it runs; on a busy machine Ray gives up after 30 seconds."""
        folder.mkdir(exist_ok=True)
        environment = {**os.environ, **token, "PYTHONPATH": SEEN, "OMP_NUM_THREADS": "1", "KIT_NODE_DIR": str(folder)}
        log = folder / "log"
        with log.open("w") as handle:
            process = subprocess.Popen([*command, *options], stdout=handle, stderr=handle, env=environment)
        while "runtime started" not in (text := log.read_text()):
            if process.poll() is not None:
                assert attempts > 1, text
                return start(folder, options, attempts - 1)
            time.sleep(0.1)
        running.append(process)
        return text

    try:
        (address,) = set(re.findall(r"--address='([^']+)'", start(folders[0], head)))
        start(folders[1], [f"--address={address}"])
        yield Nodes(address, folders, token)
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait()
        shutil.rmtree(place)


def said(process: Started) -> tuple[int, str]:
    """Its exit code, and what it says to people on one line."""
    return process.wait(), " ".join(process.err.read_text().split())
