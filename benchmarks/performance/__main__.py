"""python -m benchmarks.performance PART [--page docs/performance.md] [the part's own options]"""

from __future__ import annotations

import argparse
import importlib
import shlex
import time
from pathlib import Path

from benchmarks.performance.page import write_part

PARTS = {
    "shared": "training alone, beside a busy process, and two at once, against a plain PyTorch loop",
    "waking": "what it takes to wake a thread beside a busy process, by how short a call is",
    "precision": "float32, fused and bfloat16: photos a second of a step, and held-out scores of whole folds",
    "whole": "whole folds of five epochs against as many steps on random tensors; what augmentation takes of a core",
    "stores": "the three stores of decoded photos: room, building, opening, reading",
    "one-pass": "one pass for fifteen models against fifteen passes",
    "gpu": "training on a GPU against random numbers that lie there: photos changed by it and by the CPU, compiled",
    "peers": "kit, a plain PyTorch loop, Lightning, fastai: speed of whole runs, of warm epochs, memory",
    "peers-quality": "the same ones: held-out macro F1 after so many minutes from the same pretrained weights",
    "photos": "time and memory of doctor, fold, train and submit as photos become many",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--page", type=Path, help="the page whose table is written anew; it is printed in any case")
    options, rest = parser.parse_known_args()
    started = time.monotonic()
    lines = importlib.import_module(f"benchmarks.performance.{options.part.replace('-', '_')}").table(rest)
    print("\n".join(lines))
    print(f"({time.monotonic() - started:.0f} s)")
    if options.page is not None:
        target = f"bench-{options.part}"
        command = f"python -m benchmarks.performance {options.part} {shlex.join(rest)}" if rest else f"make {target}"
        write_part(options.page, target, command, lines)


if __name__ == "__main__":
    main()
