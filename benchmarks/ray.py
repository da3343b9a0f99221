"""`make bench-ray` and `make bench-ray-kills`: fold jobs under Ray on this machine.

    python -m benchmarks.ray efficiency FOLDER [--epochs 60]
    python -m benchmarks.ray kills FOLDER [--kills 100]

efficiency: 15 fold jobs (3 tasks of the drawn demo, 5 folds) by Ray with two at a time, against the same command lines
by two plain processes (xargs -P 2), one after the other on the same machine, a thread each. What `kit train --ray` does
beside the jobs is part of the figure: planning, starting and ending Ray, scoring. It takes as long whatever the jobs
take, so they take half a minute each, which is short for a fold.

kills: workers of Ray are killed (SIGKILL) at random moments while they train, until so many were: folds of a network,
which go on from their checkpoints, and folds that are fitted at once, in turn. Then nothing may be lost, no fold may
have been made twice, and all files must be those of one process without Ray.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kit.files import file_sha256

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
PEOPLE, N_JOBS = "60", 15
PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 8, orientations: 4}\nsize: 32\n"
FEWEST, MOST = 0.3, 3.0
"""Seconds between two kills: as even chance has it."""
MOST_COMMANDS = 20
"""How often a command is given again for the same folds before something is wrong."""
GOAL = 0.9


def kit(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "kit", *arguments]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"kit {' '.join(arguments)} ended with exit code {done.returncode}:\n{done.stderr}")
    return done.stdout


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
    # without precision the first jobs would find out for all what bfloat16 would give
    options = ["--recipe", "demo", "--set", f"epochs={epochs}", "--set", "precision=fp32"]
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
    began = time.monotonic()
    kit(folder, "train", *options)
    beside = time.monotonic() - began
    forget(folder)
    print(f"{N_JOBS} fold jobs, two at a time: {plain:.0f} s by plain processes, {ray:.0f} s under Ray")
    print(f"{beside:.0f} s of these are what `kit train` itself plans and scores when all folds are there")
    print(f"files of the runs: {'the same to the bit' if same else 'DIFFERENT'}")
    reached = plain / ray >= GOAL
    print(f"efficiency {plain / ray:.2f}: the goal of {GOAL} is {'reached' if reached else 'MISSED'}")
    return 0 if same and reached else 1


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


@dataclass
class Tally:
    """What became of the folds whose workers were killed."""

    killed: int = 0
    commands: int = 0
    lost: int = 0
    twice: int = 0
    """Folds that were made again although they were whole."""
    again: int = 0
    """Epochs that were told of before they were in a checkpoint."""
    faults: int = 0

    def __str__(self) -> str:
        done = f"{self.killed} workers killed, {self.commands} commands"
        return f"{done}: {self.lost} folds lost, {self.twice} made twice, {self.faults} faults"


def kills(folder: Path, n_kills: int, seed: int) -> int:
    recipes = (["--recipe", "demo"], ["--recipe", "plain"])
    draw(folder)
    alone = {}
    for options in recipes:
        kit(folder, "train", *options)
        alone[options[1]] = files_of_runs(folder)
        forget(folder)
    tally, generator = Tally(), random.Random(seed)
    for options in itertools.cycle(recipes):
        _train_among_kills(folder, options, n_kills, generator, tally)
        same = files_of_runs(folder) == alone[options[1]]
        tally.faults += not same
        print(f"{options[1]}: {'the same bits' if same else 'OTHER BITS'}; {tally}", flush=True)
        forget(folder)
        if tally.killed >= n_kills or tally.lost or tally.faults:
            break
    print(f"{tally}; {tally.again} epochs trained again")
    if tally.lost or tally.twice or tally.faults:
        return 1
    print("OOF and every other file of the runs: the same to the bit as by one process")
    return 0


def _train_among_kills(folder: Path, options: list[str], n_kills: int, generator: random.Random, tally: Tally) -> None:
    """Give the command until all folds are there, and kill its workers meanwhile."""
    made: dict[Path, set[tuple[int, int]]] = {}
    for _ in range(MOST_COMMANDS):
        tally.commands += 1
        with tempfile.TemporaryFile("w+") as told:
            command = [sys.executable, "-m", "kit", "-C", str(folder), "train", *options, "--ray"]
            process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=told)
            due = time.monotonic()
            while process.poll() is None:
                for path in folder.glob("runs/*/fold*/fold.json"):
                    with suppress(FileNotFoundError):
                        status = path.stat()
                        made.setdefault(path, set()).add((status.st_ino, status.st_mtime_ns))
                if tally.killed < n_kills and time.monotonic() >= due and (found := workers_under_way(folder)):
                    tally.killed += _kill(generator.choice(found))
                    due = time.monotonic() + generator.uniform(FEWEST, MOST)
                time.sleep(0.05)
            told.seek(0)
            said = told.read()
        tally.again += sum(map(int, re.findall(r"(\d+) epochs? trained again", " ".join(said.split()))))
        missing = N_JOBS - len([*folder.glob("runs/*/fold*/fold.json")])
        if process.returncode == 0:
            tally.lost += missing
            break
        if process.returncode != 1:  # 1: a fold was lost as often as it may be in a row, which is told
            tally.faults += 1
            print(said)
    else:
        tally.lost += missing
    tally.twice += sum(len(each) > 1 for each in made.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("efficiency", "kills"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    folder = given.folder.absolute()
    if given.what == "efficiency":
        return efficiency(folder, given.epochs)
    return kills(folder, given.kills, given.seed)


if __name__ == "__main__":
    sys.exit(main())
