"""The time that a hidden test set takes, foretold by the visible one as a notebook does it, against what it took; and
what a limit that is too short leaves of it. The last column says how much longer the visible set took after it than
before: what else the machine did is no fault of the forecast.

python -m benchmarks.pace demo        # after make demo; trains a classic learner in it more
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kit.files import read_record
from kit.ship.manifest import MANIFEST, Manifest
from kit.ship.pace import TIMING, Timing

TIMES = 8
"""The hidden test set is so many times the visible one."""
TOO_SHORT = 0.6
"""Of what the hidden test set takes, the limit that does not suffice."""
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
    print(f"{os.cpu_count()} CPU cores, {datetime.now(UTC):%Y-%m-%d}; of blends of the demo\n")
    print(
        "| blend | models | bundle, MB | start, s | a photo, ms | hidden photos | foretold, s | took, s | off |"
        " visible set again |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    guarded = []
    with tempfile.TemporaryDirectory() as place:
        n_hidden = hidden(folder / "data", Path(place) / "hidden")
        for words, name in BLENDS.items():
            bundle, sent = Path(place) / name, Path(place) / "hidden.csv"
            play(folder, "bundle", name, "--out", str(bundle))
            before, _ = predict(bundle, folder / "data", Path(place) / "visible.csv")
            timing = read_record(Path(place) / TIMING, Timing)
            foretold = timing.seconds(n_hidden)
            took, _ = predict(bundle, Path(place) / "hidden", sent)
            after, _ = predict(bundle, folder / "data", Path(place) / "visible.csv")
            n_models = sum(len(run.models) for run in read_record(bundle / MANIFEST, Manifest).runs.values())
            size = sum(path.stat().st_size for path in bundle.iterdir()) / 1e6
            a_photo = 1000 * (timing.seconds(1001) - timing.seconds(1)) / 1000
            print(
                f"| {words} | {n_models} | {size:.1f} | {timing.start:.1f} | {a_photo:.1f} | {n_hidden:,} |"
                f" {foretold:.1f} | {took:.1f} | {foretold / took - 1:+.1%} | {after / before - 1:+.1%} |",
                flush=True,
            )
            limit = TOO_SHORT * took
            ended, said = predict(bundle, Path(place) / "hidden", sent, limit)
            n_rows = len(sent.read_text().splitlines()) - 1
            guarded.append(
                f"| {words} | {limit:.1f} | {ended:.1f} | {ended / limit:.0%} | {len(said['dropped'])} |"
                f" {said['late']:,} | {n_rows:,} |"
            )
    print(f"\nWith {TOO_SHORT:.0%} of that time as the limit:\n")
    print("| blend | limit, s | took, s | of the limit | runs left out | photos left out | rows of the csv |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(guarded))


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


def predict(bundle: Path, data: Path, sent: Path, limit: float = 36_000.0) -> tuple[float, dict[str, Any]]:
    """Write the file as a notebook does; returns the seconds that it took, and what the command said at its end."""
    began = time.time()
    asked = ["--submission", str(sent), "--limit", str(limit), "--since", str(began), "--json"]
    told = play(bundle, "predict", "--bundle", str(bundle), "--data", str(data), *asked)
    return time.time() - began, json.loads(told.splitlines()[-1])


def play(folder: Path, *arguments: str) -> str:
    """Run a command of kit there; returns what it printed."""
    command = [sys.executable, "-m", "kit", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
