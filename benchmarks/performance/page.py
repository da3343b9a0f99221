"""The tables of docs/performance.md: what stands between `<!-- made by make TARGET -->` and `<!-- end -->`."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from kit.cores import cpu_name, has_bf16_units, usable_cores


def write_part(page: Path, target: str, command: str, lines: list[str]) -> None:
    """Put a table in the place of the one that was there, with the command, the machine and the date in front of it."""
    units = "with" if has_bf16_units() else "without"
    cores = f"{usable_cores()} CPU cores ({cpu_name()}, {units} units for bfloat16)"
    head = f"`{command}`, {datetime.date.today()}, {cores}:"
    start = f"<!-- made by make {target} -->"
    text, count = re.subn(
        rf"{re.escape(start)}\n.*?<!-- end -->",
        lambda _: "\n".join([start, "", head, "", *lines, "", "<!-- end -->"]),
        page.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    assert count == 1, f"{page} has no place for the table of make {target}"
    page.write_text(text, encoding="utf-8")


def grid(header: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]
