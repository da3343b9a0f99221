"""`make picture`: what the demo's last commands print, as an SVG of the terminal for the README.

Usage: python -m benchmarks.picture DEMO_FOLDER docs/demo.svg
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COMMANDS = ("compare plain second", "lineage second", "leaderboard", "select")
WIDTH = 132
LINES = 24
"""Lines of a command's output that are shown at most."""


def main(folder: Path, picture: Path) -> None:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    for command in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-m", "kit", *command.split()], cwd=folder, env=environment, capture_output=True, text=True
        )
        console.print(Text(f"$ kit {command}", style="bold green"))
        lines = done.stdout.rstrip().splitlines()
        shown = lines if len(lines) <= LINES else [*lines[: LINES - 4], "...", *lines[-3:]]
        console.print(Text.from_ansi("\n".join(shown)))
        console.print()
    console.save_svg(str(picture), title="kit", unique_id="kit")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
