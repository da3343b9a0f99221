"""The notebook that predicts a code competition's test set by a bundle, and the folder to upload it from by hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.errors import KitError
from kit.files import file_sha256, write_text
from kit.ship.manifest import MANIFEST

SHORTEST, LONGEST = 6, 50
"""Characters of a title at Kaggle."""
NOTEBOOK = "notebook.ipynb"
SUBMISSION = "submission.csv"
"""What a notebook writes."""
OWNER = "YOUR-USERNAME"
"""What stands for the owner where nobody says who it is."""

FIND = '''\
import csv, hashlib, json, os, pathlib, subprocess, sys, tempfile, time

BEGAN = time.time()
MOUNTED = pathlib.Path(os.environ.get("KAGGLE_INPUT", "/kaggle/input"))


def first(*patterns):
    """Mounts have moved: the first of these places that is there."""
    return next((place for pattern in patterns for place in sorted(MOUNTED.glob(pattern))), None)


def is_ours(place):
    return hashlib.sha256((place / "MANIFEST").read_bytes()).hexdigest() == "SHA256"


manifests = [path for depth in ("datasets/*/*", "*", "*/*", "*/*/*") for path in MOUNTED.glob(f"{depth}/MANIFEST")]
bundles = [path.parent for path in manifests if is_ours(path.parent)]
assert bundles, f"the bundle NAME is not mounted below {MOUNTED}: add its dataset to this notebook"
bundle, data = bundles[0], first("competitions/SLUG", "SLUG")
assert data is not None, f"the competition's data is not mounted below {MOUNTED}"
print("bundle:", bundle, "data:", data)'''
INSTALL = """\
packages = tempfile.mkdtemp(prefix="kit-")
wheels = sorted(map(str, bundle.glob("*.whl")))
pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", packages, *wheels]
subprocess.run(pip, check=True)"""
PREDICT = """\
environment = {**os.environ, "PYTHONPATH": packages}
arguments = ["--bundle", str(bundle), "--data", str(data), "--submission", "WRITTEN"]
arguments += ["--limit", "SECONDS", "--since", str(BEGAN)]
subprocess.run([sys.executable, "-m", "kit", "predict", *arguments], check=True, env=environment)"""
COMPARE = '''\
def table(path):
    with open(path, newline="") as file:
        head, *rows = csv.reader(file)
    return head, {tuple(row[:KEYS]): row[KEYS:] for row in rows}


def near(one, other):
    try:
        return abs(float(one) - float(other)) <= TOLERANCE
    except ValueError:
        return one == other


head, said = table("WRITTEN")
expected = table(bundle / "expected.csv")[1]
if set(said) != set(expected):
    print(f"{len(said)} rows of another test set than the {len(expected)} that the bundle was made on")
else:
    other = sum(not all(map(near, said[key], expected[key])) for key in said)
    print(f"{len(said)} rows, {other} of them other than in the file that was made before the upload")
    assert other <= ALLOWED * len(said), "the models say something else here"'''


@dataclass(frozen=True)
class Kernel:
    """What a notebook is called, and what it runs on."""

    title: str
    competition: str
    timeout: int
    """Seconds that it may run."""
    owner: str = OWNER
    gpu: bool = True

    @property
    def slug(self) -> str:
        return slug_of(self.title)

    @property
    def dataset(self) -> str:
        """The name of the data set that it reads."""
        return f"{self.slug[: LONGEST - 5].strip('-')}-data"


def slug_of(title: str) -> str:
    """What the host makes of a title: small letters, digits, and a dash between."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def title_of(name: str) -> str:
    """A title of a submission's name that the host takes."""
    title = slug_of(name)[:LONGEST].strip("-")
    return title if len(title) >= SHORTEST else f"kit-{title}-bundle"


def of_bundle(title: str, sha256: str) -> str:
    """A title that no other bundle's notebook has."""
    return f"{title[: LONGEST - 14].strip('-')}-{sha256[:8]}"


def code_cells(bundle: Path, kernel: Kernel, n_keys: int, *, half: bool) -> list[str]:
    """The notebook's cells: find the bundle, install kit from it, predict the mounted test set, and where that is the
    one that the bundle was made on compare the file. n_keys: how many columns name a row.
    """
    inexact = half or kernel.gpu
    words = {
        "MANIFEST": MANIFEST,
        "SHA256": file_sha256(bundle / MANIFEST),
        "NAME": bundle.name,
        "SLUG": kernel.competition,
        "SECONDS": str(kernel.timeout),
        "KEYS": str(n_keys),
        "WRITTEN": SUBMISSION,
        "TOLERANCE": "0.02" if inexact else "0",
        "ALLOWED": "0.01" if inexact else "0",
    }
    return [re.sub("|".join(words), lambda found: words[found[0]], cell) for cell in (FIND, INSTALL, PREDICT, COMPARE)]


def notebook_of(cells: list[str]) -> dict[str, Any]:
    """Cells of code as a notebook in the format 4.5."""
    made: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": cell.splitlines(keepends=True),
        }
        for number, cell in enumerate(cells, 1)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def kernel_metadata(kernel: Kernel, dataset: str) -> dict[str, Any]:
    """kernel-metadata.json: private, without the internet, said explicitly since the client's default is true."""
    settings: dict[str, Any] = {
        "id": f"{kernel.owner}/{kernel.slug}",
        "title": kernel.title,
        "code_file": NOTEBOOK,
        "language": "python",
        "kernel_type": "notebook",
        "is_private": True,
        "enable_gpu": kernel.gpu,
        "enable_tpu": False,
        "enable_internet": False,
        "docker_image_pinning_type": "original",
        "session_timeout_seconds": kernel.timeout,
        "dataset_sources": [f"{kernel.owner}/{dataset}"],
        "competition_sources": [kernel.competition],
        "kernel_sources": [],
        "model_sources": [],
    }
    if kernel.gpu:
        settings["machine_shape"] = "NvidiaTeslaT4"
    return settings


def write_kernel(place: Path, bundle: Path, kernel: Kernel, n_keys: int, *, half: bool) -> None:
    """Write a notebook and its metadata into `place`, and those of the data set into the bundle."""
    if not SHORTEST <= len(kernel.title) <= LONGEST or kernel.slug != kernel.title:
        raise KitError(
            f"'{kernel.title}' cannot be a title at Kaggle: 6 to 50 small letters, digits and dashes", where="--name"
        )
    dataset = kernel.dataset
    cells = code_cells(bundle, kernel, n_keys, half=half)
    for path, content in (
        (place / NOTEBOOK, notebook_of(cells)),
        (place / "kernel-metadata.json", kernel_metadata(kernel, dataset)),
        (
            bundle / "dataset-metadata.json",
            {"id": f"{kernel.owner}/{dataset}", "title": dataset, "licenses": [{"name": "other"}]},
        ),
    ):
        write_text(path, json.dumps(content, indent=1) + "\n")
