"""Play the forty competitions, print how far each goes, and write docs/competitions.md where all were played.

Usage: python -m benchmarks.competitions [NAME ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: photos of 24 pixels need no more

from benchmarks.competitions.forty import FORTY
from benchmarks.competitions.page import PAGE, page, row
from benchmarks.competitions.play import play


def main(names: list[str]) -> int:
    for name in names:
        if name not in FORTY:
            print(f"there is no '{name}' among {', '.join(FORTY)}")
            return 2
    found = []
    for name in names or FORTY:
        with tempfile.TemporaryDirectory(prefix="kit-competition-") as folder:
            found.append(play(FORTY[name], Path(folder), train=True))
        print(" | ".join(row(found[-1])), flush=True)
    if not names:
        PAGE.write_text(page(found), encoding="utf-8")
        print(f"{PAGE} was made anew")
    return int(any(played.stuck for played in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
