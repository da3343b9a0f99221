"""The time that a hidden test set takes, foretold by the visible one as a notebook does it, against what it took.

python -m benchmarks.pace demo        # after make demo; trains a classic learner in it more
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from kit.files import read_record
from kit.ship.pace import TIMING, Timing

TIMES = 8
"""The hidden test set is so many times the visible one."""
BLENDS = {
    "one network a task": "plain",
    "two networks a task": "both",
    "the same and a support vector machine a task": "mixed",
}


def main(folder: Path) -> None:
    """Print the table as markdown."""
    play(folder, "train", "--recipe", "hog-svm")
    names = [path.stem for path in sorted((folder / "submissions").glob("*.json"))]
    if "mixed" not in names:
        play(folder, "submit", "--blend", "all", "--name", "mixed")
    print(f"{os.cpu_count()} CPU cores, {datetime.now(UTC):%Y-%m-%d}\n")
    print("| blend of the demo | start, s | a photo, ms | hidden photos | foretold, s | took, s | off |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        n_hidden = hidden(folder / "data", Path(place) / "hidden")
        for words, name in BLENDS.items():
            bundle = Path(place) / name
            play(folder, "bundle", name, "--out", str(bundle))
            predict(bundle, folder / "data", Path(place) / "visible.csv")
            timing = read_record(Path(place) / TIMING, Timing)
            foretold = timing.seconds(n_hidden)
            took = predict(bundle, Path(place) / "hidden", Path(place) / "hidden.csv")
            a_photo = 1000 * (timing.seconds(1001) - timing.seconds(1)) / 1000
            print(
                f"| {words} | {timing.start:.1f} | {a_photo:.1f} | {n_hidden:,} | {foretold:.1f} | {took:.1f} |"
                f" {foretold / took - 1:+.1%} |",
                flush=True,
            )


def hidden(data: Path, place: Path) -> int:
    """The test photos so many times under other names; returns how many there are."""
    (place / "eval/images").mkdir(parents=True)
    head, *lines = (data / "eval/info.csv").read_text().splitlines()
    more = []
    for line in lines:
        name, _, rest = line.partition(",")
        for number in range(TIMES):
            os.link(data / "eval/images" / name, place / "eval/images" / f"{number}-{name}")
            more.append(f"{number}-{name},{rest}")
    (place / "eval/info.csv").write_text("\n".join([head, *more]) + "\n")
    return len(more)


def predict(bundle: Path, data: Path, sent: Path) -> float:
    """Write the file as a notebook does; returns the seconds that it took."""
    began = time.time()
    asked = ["--submission", str(sent), "--limit", "36000", "--since", str(began)]
    play(bundle, "predict", "--bundle", str(bundle), "--data", str(data), *asked)
    return time.time() - began


def play(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "kit", *arguments]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
