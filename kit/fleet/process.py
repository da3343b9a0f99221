"""A job under way as a process of its own: its command line, what it says, and why it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 10.0
"""Seconds that a process has to end by itself when it shall stop."""
WARNING = "warning: "
"""What the command line puts before a warning."""
LAST_LINES = 3
"""How many lines are told of what a process wrote that ended without a sentence."""
KILLED = 128 + signal.SIGKILL
"""The exit code of a process that started others for its work, one of which somebody else ended."""

Event = dict[str, Any]
"""A line of a command's --json."""


class JobProcess:
    """A command of kit with --json in a workspace; ends with the process that started it."""

    def __init__(
        self,
        root: Path,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        tell: Callable[[Event | None], None],
        world_size: int = 1,
    ) -> None:
        """tell: is called for each event, and at the end with None, by a thread of this process.

        world_size: how many processes are to do it together.
        """
        how = ["bound", str(os.getpid())] if world_size == 1 else ["launch", str(os.getpid()), str(world_size)]
        command = [sys.executable, "-m", f"kit.fleet.{how[0]}", *how[1:], "-C", str(root), *arguments, "--json"]
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the process
        self.error: Event | None = None
        self.tell = tell
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.said, env=dict(environment))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the last line of a process that was killed
            if event.get("event") == "error":
                self.error = event
            self.tell(event)
        self.process.wait()
        self.tell(None)

    def lines(self) -> list[str]:
        """What it wrote for people to read."""
        self.said.seek(0)
        return self.said.read().decode(errors="replace").strip().splitlines()

    def warnings(self) -> list[str]:
        return [line.removeprefix(WARNING) for line in self.lines() if line.startswith(WARNING)]

    @property
    def killed(self) -> bool:
        """Whether somebody else ended it: a person, or the system for want of memory."""
        return self.process.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, KILLED)

    def why(self) -> str | None:
        """Why its work was not done, in one sentence; None where it was."""
        code = self.process.returncode
        if code == 0:
            return None
        if self.error is not None:
            parts = [f"{self.error['where']}: " if self.error["where"] else "", self.error["what"]]
            return "".join(parts) + (f"; {self.error['todo']}" if self.error["todo"] else "")
        if code < 0:
            return f"its process was killed by {signal.Signals(-code).name}"
        return last_words("its process", code, self.lines())

    def ask_to_end(self) -> None:
        """As a person would, by Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self) -> None:
        """Wait until it has ended, and after a while make it."""
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def last_words(whose: str, exit_code: int, lines: Sequence[str]) -> str:
    """How a process ended that has no sentence for it, by the last lines that it wrote."""
    return ": ".join([f"{whose} ended with exit code {exit_code}", *lines[-LAST_LINES:]])
