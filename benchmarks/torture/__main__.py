"""make torture: every module of this package that has run(), and what each found; exits with 1 on faults."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from benchmarks import torture
from benchmarks.torture import Row, table


def main(wanted: list[str]) -> int:
    """Run the modules named, or all of them: run() -> Row, or a list of them; with --short their short()."""
    entry = "short" if "--short" in wanted else "run"
    wanted = [name for name in wanted if name != "--short"]
    rows: list[Row] = []
    for module in pkgutil.iter_modules(torture.__path__):
        if module.name == "__main__" or (wanted and module.name not in wanted):
            continue
        run = getattr(importlib.import_module(f"{torture.__name__}.{module.name}"), entry, None)
        if run is not None:
            found = run()
            rows += [found] if isinstance(found, Row) else found
            print(table(rows), flush=True)
    return any(row.faults for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
