"""What is made once in a run of the suite, by whichever of its processes asks first, and goes when the suite ends."""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def made_once(name: str, make: Callable[[Path], Any]) -> tuple[Path, Any]:
    """The folder of this name, filled by `make`, and what that returned, which JSON must hold; nobody may change it.

    Processes that ask while it is made wait for it.
    """
    place = Path(tempfile.gettempdir())  # of this run of the suite alone: tests/conftest.py
    folder, said = place / name, place / f"{name}.json"
    with open(place / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a making that failed
            folder.mkdir()
            said.write_text(json.dumps(make(folder)))
    return folder, json.loads(said.read_text())
