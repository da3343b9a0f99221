"""What docs/cluster.md says to give a queue, run here: with stand-ins for sbatch, ssh and sky."""

from __future__ import annotations

import json
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from shared import forked
from shared.fleet import files_of_runs, fresh_workspace

ROOT = Path(__file__).parents[2]

KIT = """#!{python} -S
import json, os, socket, sys

with socket.socket(socket.AF_UNIX) as server:
    server.connect("{socket}")
    server.sendall(json.dumps([os.getcwd(), sys.argv[1:]]).encode() + b"\\n")
    code, out, err = json.loads(server.makefile().readline())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""
SBATCH = """#!/bin/bash
set -e
[[ $1 =~ ^--array=1-([0-9]+)%[0-9]+$ && -f $2 ]]
export SLURM_SUBMIT_DIR=$PWD SLURM_ARRAY_JOB_ID=1
for ((n = 1; n <= BASH_REMATCH[1]; n++)); do
  (cd / && SLURM_ARRAY_TASK_ID=$n bash "$SLURM_SUBMIT_DIR/$2") &
done
wait
"""
SSH = """#!/bin/bash
cd / && exec bash -c "$2"
"""
SKY = """#!{python}
import os, subprocess, sys, yaml

assert sys.argv[1:4] == ["jobs", "launch", "--yes"]
task = yaml.safe_load(open(sys.argv[4]))
assert set(task["volumes"]) == set(task["envs"].values()) and task["setup"].startswith("pip install ")
told = dict(SKYPILOT_NUM_NODES=str(task["num_nodes"]), WORKSPACE=os.getcwd())
nodes = [
    subprocess.Popen(["bash", "-c", task["run"]], cwd="/", env=dict(os.environ, SKYPILOT_NODE_RANK=str(rank), **told))
    for rank in range(task["num_nodes"])
]
sys.exit(max(node.wait() for node in nodes))
"""


@cache
def blocks() -> dict[str, list[tuple[str, str]]]:
    """The (language, text) of each block of a section, by its title."""
    found = {}
    for section in re.split(r"\n##+ ", (ROOT / "docs/cluster.md").read_text())[1:]:
        found[section.splitlines()[0]] = re.findall(r"^```(\w+)\n(.*?)^```$", section, flags=re.DOTALL | re.MULTILINE)
    return found


def run(root: Path, command: str, stubs: Path) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(stubs), os.environ["PATH"]])}
    done = subprocess.run(["bash", "-c", command], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Forks(socketserver.StreamRequestHandler):
    """Runs the commands of `kit` in forks of a process that has imported the libraries, one at a time."""

    alone = threading.Lock()

    def handle(self) -> None:
        folder, words = json.loads(self.rfile.readline())
        with self.alone:
            said = forked.run(words, Path(folder))
        self.wfile.write(json.dumps(said).encode() + b"\n")


@pytest.fixture(scope="module")
def stubs() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="stubs-") as name:
        folder = Path(name)
        for stub, text in (("kit", KIT), ("sbatch", SBATCH), ("ssh", SSH), ("sky", SKY)):
            text = text.replace("{python}", sys.executable).replace("{socket}", str(folder / "socket"))
            (folder / stub).write_text(text)
            (folder / stub).chmod(0o755)
        with socketserver.ThreadingUnixStreamServer(str(folder / "socket"), Forks) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield folder
            server.shutdown()


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory, stubs: Path) -> tuple[Path, dict[str, str]]:
    """A workspace with the list of its jobs, and what is in its runs when the command itself trains them."""
    root = fresh_workspace(tmp_path_factory.mktemp("listed") / "one")
    spec = root / "competition.yaml"
    spec.write_text(spec.read_text().replace("recipe: tiny", "recipe: plain"))
    first, last = (text for language, text in blocks()["A queue: `kit jobs`"] if language == "sh")
    run(root, first, stubs)
    alone = shutil.copytree(root, root.with_name("alone"))
    run(alone, last, stubs)
    return root, files_of_runs(alone)


@pytest.mark.parametrize("title", ["Slurm", "ssh", "SkyPilot"])
def test_what_the_page_says_of_a_queue_trains_every_fold(
    title: str, listed: tuple[Path, dict[str, str]], stubs: Path, tmp_path: Path
) -> None:
    root, alone = shutil.copytree(listed[0], tmp_path / "queued"), listed[1]
    for language, text in blocks()[title]:
        if language == "sh":
            run(root, text, stubs)
        else:
            name, content = text.removeprefix("# ").split("\n", 1)
            (root / name).write_text(content)
    wholes = {name for name in alone if Path(name).name in ("oof.parquet", "test.parquet") and "fold" not in name}
    assert {name: hash for name, hash in files_of_runs(root).items() if name not in wholes} == {
        name: hash for name, hash in alone.items() if name not in wholes
    }


def test_a_line_refuses_where_other_data_or_another_recipe_would_make_another_run(
    listed: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    root = shutil.copytree(listed[0], tmp_path / "other")
    recipe = root / "recipes/plain.yaml"
    recipe.write_text(recipe.read_text().replace("C: 0.1", "C: 0.3"))
    line = (root / "jobs.txt").read_text().splitlines()[0]
    code, _, said = forked.run(line.split()[1:], root)
    assert code == 2 and "data, photos, folds, labels, weights or recipe are not those of" in " ".join(said.split())
    assert not list((root / "runs").glob("age-*"))
