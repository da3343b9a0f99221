"""Commands of kit in this process, and Python files in one of their own: what they said and how they ended."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Said:
    """code: the exit code; answer: the last line of --json."""

    code: int
    answer: dict[str, Any]
    err: str

    @property
    def sentence(self) -> str:
        """What was wrong, in the command's own words."""
        if self.answer.get("event") == "error":
            where = f"{Path(str(self.answer['where'])).name}: " if self.answer.get("where") else ""
            return "; ".join(filter(None, (where + self.answer["what"], self.answer["todo"])))
        return self.err.strip().splitlines()[-1] if self.err.strip() else f"exit {self.code}"


def run_kit(root: Path, command: Sequence[str]) -> Said:
    """Run `kit -C ROOT COMMAND --json`."""
    from kit.cli.main import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    arguments = ["-C", str(root), *command, "--json"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _no_terminal():
        try:
            main(arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    lines = [line for line in out.getvalue().splitlines() if line.startswith("{")]
    return Said(code, json.loads(lines[-1]) if lines else {}, err.getvalue())


@contextlib.contextmanager
def _no_terminal() -> Iterator[None]:
    """Nobody is there to be asked."""
    before = sys.stdin
    with open(os.devnull, encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = before


def run_python(root: Path, script: str) -> None:
    """Run a Python file in a folder."""
    subprocess.run([sys.executable, script], cwd=root, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
