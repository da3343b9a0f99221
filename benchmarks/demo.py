"""`make demo`: draw a competition and play it with the commands that a team would type.

Usage: python -m benchmarks.demo FOLDER
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from kit.report.pages.page import NAME

PEOPLE = "200"
PLAY = (
    ("Draw the competition: people with and without masks, answers kept aside.", ""),
    ("", f"init demo --data data --people {PEOPLE}"),
    ("Look at the data: classes, files, near-duplicates, and whether test looks like train.", "eda"),
    ("Freeze the folds: nobody's photos cross them.", "fold"),
    ("Train the three tasks, mask, gender and age, over all folds.", "train"),
    ("What is it worth out of fold?", "score"),
    ("Which labels do they contradict?", "audit"),
    ("Submit the product of the tasks, and the same with the rule that reckons with rare classes.", ""),
    ("", "submit --blend best1 --rule argmax --name plain"),
    ("", "submit --blend best1 --rule expected-f1 --name rare"),
    ("Where do we stand?", "leaderboard"),
    (
        "Let the test set teach: every fold gets labels from its own models alone.",
        "pseudo --round 1 --task gender --task age",
    ),
    ("", "train --round 1 --task gender --task age"),
    ("Prove that no validation label came back through the test set.", "lineage all"),
    ("", "submit --blend best1 --name second"),
    ("What did it bring?", "compare plain second"),
    ("", "submit --blend all --name both"),
    ("Which two would we take?", "leaderboard --plot leaderboard.png"),
    ("", "select"),
    ("", "next"),
    ("The competition ends: the private scores are revealed.", "leaderboard reveal"),
    ("", "select"),
    ("All of it on one page, to look at and to share.", "report"),
)


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    for purpose, command in PLAY:
        if command.startswith("init") and (folder / "competition.yaml").exists():
            continue
        if purpose:
            print(f"\n# {purpose}", flush=True)
        if not command:
            continue
        print(f"$ kit {command}", flush=True)
        done = subprocess.run([sys.executable, "-m", "kit", *command.split()], cwd=folder)
        if done.returncode:
            return done.returncode
    print(f"\nThe demo took {time.monotonic() - started:.0f} s and lies in {folder}/; 'make clean' removes it.")
    print(f"Its report: {(folder / NAME).resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
