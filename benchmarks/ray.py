"""`make bench-ray` and `make bench-ray-kills`: fold jobs under Ray on this machine.

    python -m benchmarks.ray efficiency FOLDER [--epochs 8]
    python -m benchmarks.ray kills FOLDER [--kills 100]

efficiency: 15 fold jobs (3 tasks of the drawn demo, 5 folds) by Ray with two at a time, against the same command lines
by two plain processes (xargs -P 2), one after the other on the same machine, a thread each. Starting and ending Ray is
part of the figure, and told apart.

kills: workers of Ray are killed (SIGKILL) at random moments while they train, until so many were; then nothing may be
lost, no fold may have been made twice, and all files must be those of a run without Ray.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from kit.files import file_sha256

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
PEOPLE, N_JOBS = "60", 15
PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 8, orientations: 4}\nsize: 32\n"
FEWEST, MOST = 0.3, 3.0
"""Seconds between two kills: as even chance has it."""


def kit(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "kit", *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout


def draw(folder: Path) -> None:
    """Make a workspace with folds, photos that are decoded, and no runs."""
    if not (folder / "runs/folds.csv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        kit(folder, "init", "demo", "--data", "data", "--people", PEOPLE)
        kit(folder, "fold", "--folds", "5")
        (folder / "recipes").mkdir(exist_ok=True)
        (folder / "recipes/plain.yaml").write_text(PLAIN)
        kit(folder, "train", "--recipe", "plain", "--task", "age", "--folds", "0")
        kit(folder, "train", "--recipe", "demo", "--task", "age", "--folds", "0", "--set", "epochs=1")
    forget(folder)


def forget(folder: Path) -> None:
    for run in (folder / "runs").glob("*/run.json"):
        shutil.rmtree(run.parent)


def files_of_runs(folder: Path) -> dict[str, str]:
    """The hash of every file of every run, but what is said of this machine."""
    paths = [path for path in sorted((folder / "runs").rglob("*")) if path.is_file() and path.parent.name != "machine"]
    return {str(path.relative_to(folder)): file_sha256(path) for path in paths}


def efficiency(folder: Path, epochs: int) -> int:
    options = ["--recipe", "demo", "--set", f"epochs={epochs}"]
    draw(folder)
    lines = kit(folder, "jobs", *options).splitlines()
    assert len(lines) == N_JOBS, lines
    words = "\n".join(line.replace("kit ", f"{sys.executable} -m kit ", 1) for line in lines)

    began = time.monotonic()
    subprocess.run(
        ["xargs", "-P", "2", "-I", "{}", "sh", "-c", "{} 2> /dev/null > /dev/null"],
        input=words,
        cwd=folder,
        env=ENVIRONMENT,
        text=True,
        check=True,
    )
    plain = time.monotonic() - began
    kit(folder, "train", *options)
    files = files_of_runs(folder)

    forget(folder)
    began = time.monotonic()
    kit(folder, "train", *options, "--ray")
    ray = time.monotonic() - began
    same = files_of_runs(folder) == files
    forget(folder)
    began = time.monotonic()
    kit(folder, "train", *options, "--folds", "0", "--task", "age", "--set", "epochs=1")
    alone = time.monotonic() - began
    forget(folder)
    began = time.monotonic()
    kit(folder, "train", *options, "--folds", "0", "--task", "age", "--set", "epochs=1", "--ray")
    start = time.monotonic() - began - alone
    print(f"{N_JOBS} fold jobs, two at a time: {plain:.0f} s by plain processes, {ray:.0f} s under Ray")
    print(f"efficiency {plain / ray:.2f}; starting and ending Ray takes about {start:.0f} s of it")
    print(f"files of the runs: {'the same to the bit' if same else 'DIFFERENT'}")
    return 0 if same else 1


def workers_under_way(folder: Path) -> list[int]:
    """The workers of Ray that run a job of this workspace, by process."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if "kit.fleet.bound" in words and str(folder) in words:
            found.append(int(words[words.index("kit.fleet.bound") + 1]))
    return found


def _kill(process: int) -> bool:
    """Whether it was there to be killed."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def kills(folder: Path, n_kills: int, seed: int) -> int:
    options, generator = ["--recipe", "plain"], random.Random(seed)
    draw(folder)
    kit(folder, "train", *options)
    files = files_of_runs(folder)
    killed, commands, faults, made_twice = 0, 0, 0, 0
    while killed < n_kills:
        forget(folder)
        made: dict[Path, set[tuple[int, int]]] = {}
        while len([*folder.glob("runs/*/fold*/fold.json")]) < N_JOBS:
            commands += 1
            process = subprocess.Popen(
                [sys.executable, "-m", "kit", "-C", str(folder), "train", *options, "--ray"],
                env=ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            due = time.monotonic()
            while process.poll() is None:
                for path in folder.glob("runs/*/fold*/fold.json"):
                    status = path.stat()
                    made.setdefault(path, set()).add((status.st_ino, status.st_mtime_ns))
                if killed < n_kills and time.monotonic() >= due and (found := workers_under_way(folder)):
                    killed += _kill(generator.choice(found))
                    due = time.monotonic() + generator.uniform(FEWEST, MOST)
                time.sleep(0.05)
            faults += process.returncode not in (0, 1)
        made_twice += sum(len(each) > 1 for each in made.values())
        different = files_of_runs(folder) != files
        faults += different
        print(f"{killed} killed, {commands} commands, {made_twice} folds made twice, {faults} faults", flush=True)
    print(f"{killed} workers killed at random moments: 0 folds lost, {made_twice} made twice, {faults} faults")
    return 1 if faults or made_twice else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("efficiency", "kills"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    folder = given.folder.absolute()
    if given.what == "efficiency":
        return efficiency(folder, given.epochs)
    return kills(folder, given.kills, given.seed)


if __name__ == "__main__":
    sys.exit(main())
