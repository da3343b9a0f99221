"""make torture: every module of this package that has run(), and what each found; exits with 1 on faults.

With --record what each part tried goes into the table of docs/robustness.md, with the day and the machine.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import torture
from benchmarks.torture import Row, table

PAGE = Path(__file__).parents[2] / "docs/robustness.md"


def record(part: str, rows: Sequence[Row], note: str = "") -> None:
    """Write what a part tried into the page's table, in the place of what stands there of it."""
    tried, faults = sum(row.tried for row in rows), sum(len(row.faults) for row in rows)
    when = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPU cores"
    begins = f"| `python -m benchmarks.torture {part}` |"
    line = f"{begins} {len(rows)} | {tried:,} | {tried - faults:,} | {faults} | {when}{note} |"
    lines = PAGE.read_text().splitlines()
    head = lines.index("| command | rows | tried | held | faults | measured |")
    end = next(at for at in range(head, len(lines)) if not lines[at].startswith("|"))
    kept = [one for one in lines[head + 2 : end] if not one.startswith(begins)]
    PAGE.write_text("\n".join([*lines[: head + 2], *sorted([*kept, line]), *lines[end:], ""]))


def main(wanted: list[str]) -> int:
    """Run the modules named, or all of them: run() -> Row, or a list of them; with --short their short()."""
    entry = "short" if "--short" in wanted else "run"
    records = "--record" in wanted
    wanted = [name for name in wanted if name not in ("--short", "--record")]
    rows: list[Row] = []
    for module in pkgutil.iter_modules(torture.__path__):
        if module.name == "__main__" or (wanted and module.name not in wanted):
            continue
        run = getattr(importlib.import_module(f"{torture.__name__}.{module.name}"), entry, None)
        if run is not None:
            found = run()
            found = [found] if isinstance(found, Row) else found
            rows += found
            if records:
                record(module.name, found)
            print(table(rows), flush=True)
    return any(row.faults for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
