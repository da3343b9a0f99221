"""A notebook run as at the host: a clean process without kit and without a network, what it needs mounted read-only."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
import venv
from functools import cache
from pathlib import Path

from kit.competition.workspace import Workspace
from shared.notebook_host import Ran

DAMAGED = {7, 100, 300}
"""The places of the photos of a hidden set that cannot be read."""
LAYOUTS = {
    "2026": ("competitions/{competition}", "datasets/{owner}/{dataset}"),
    "before": ("{competition}", "{dataset}"),
    "mixed": ("competitions/{competition}", "{dataset}"),
}
"""Where the competition's files and a data set are mounted."""


@cache
def clean_python() -> Path:
    """The interpreter of a virtual environment that has the libraries of this one, and not kit."""
    root = Path(tempfile.mkdtemp(prefix="kit-clean-"))
    atexit.register(shutil.rmtree, root, True)
    venv.create(root, symlinks=True)
    (place,) = root.glob("lib/python3*/site-packages")
    (place / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = root / "bin/python"
    found = subprocess.run([python, "-c", "import kit"], cwd=root, env={}, capture_output=True, text=True)
    assert "No module named 'kit'" in found.stderr, found
    return python


@cache
def without_network() -> list[str]:
    """What comes before a command that has no network, where this machine allows it."""
    words = ["unshare", "--map-root-user", "--net"]
    try:
        allowed = subprocess.run([*words, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return []
    return words if allowed else []


def run_code(
    code: str, place: Path, layout: str, competition: tuple[str, Path], dataset: tuple[str, Path]
) -> subprocess.CompletedProcess[str]:
    """Run code in place/working. competition, dataset: the slug, or OWNER/SLUG, and the folder to mount below input."""
    owner, _, slug = dataset[0].partition("/")
    names = {"competition": competition[0], "owner": owner, "dataset": slug}
    for pattern, source in zip(LAYOUTS[layout], (competition[1], dataset[1]), strict=True):
        mounted = place / "input" / pattern.format(**names)
        mounted.parent.mkdir(parents=True, exist_ok=True)
        mounted.symlink_to(source)
    (place / "working").mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS", "OMP_WAIT_POLICY") if name in os.environ}
    return subprocess.run(
        [*without_network(), str(clean_python()), "-c", code],
        cwd=place / "working",
        env={**kept, "HOME": str(place), "KAGGLE_INPUT": str(place / "input"), "PYTHONNOUSERSITE": "1"},
        capture_output=True,
        text=True,
    )


def code_of(notebook: str, cells: int = 4) -> str:
    """The first cells of a notebook, one after another."""
    return "\n".join("".join(cell["source"]) for cell in json.loads(notebook)["cells"][:cells])


def ran(done: subprocess.CompletedProcess[str], place: Path) -> Ran:
    """What the host keeps of a run."""
    files = {path.name: path.read_bytes() for path in (place / "working").iterdir() if path.is_file()}
    pieces = [{"stream_name": name, "time": 1.0, "data": getattr(done, name)} for name in ("stdout", "stderr")]
    return Ran(files, json.dumps(pieces), "Notebook Threw Exception" if done.returncode else "")


def hidden_set(workspace: Workspace, data: Path) -> list[str]:
    """Ten times as many photos of other names, some of them damaged; returns the names."""
    (data / "eval/images").mkdir(parents=True)
    names = []
    for number in range(10):
        for key in workspace.test["image"]:
            names.append(f"{number}-{Path(key).name}")
            (data / "eval/images" / names[-1]).hardlink_to(workspace.data_dir / key)
    for damaged in (data / "eval/images" / names[place] for place in DAMAGED):
        damaged.unlink()
        damaged.write_bytes(b"damaged")
    (data / "eval/info.csv").write_text("ImageID,ans\n" + "".join(f"{name},0\n" for name in names))
    return names
