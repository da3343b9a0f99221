"""The virtual environments of the peers: made from nothing, on top of the main one, so that torch is there once.

Each has its own packages in front of those of the environment that runs this; torch, torchvision and timm are held to
its versions, so that all train by the same ones.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path

HOME = Path("demo-peers")
PACKAGES = {"Lightning": "lightning>=2.5,<3", "fastai": "fastai>=2.8,<2.9"}
ASKED = {"AutoGluon": "autogluon.multimodal>=1.5,<2"}
"""Those of which pip is asked whether they can be installed beside this torch."""
HELD = ("torch", "torchvision", "timm")


def made(peer: str) -> Path:
    """The Python of a peer's environment."""
    folder = HOME / peer.lower()
    python, ready, wanted = folder / "bin" / "python", folder / "ready", "\n".join([PACKAGES[peer], *held()])
    if not ready.is_file() or ready.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
        (site_packages(python) / "main.pth").write_text(line)
        done = pip(python, PACKAGES[peer])
        if done.returncode:
            raise RuntimeError(f"{peer} cannot be installed: {reason(done.stdout + done.stderr)}")
        ready.write_text(wanted)
    return python


def why_absent(peer: str) -> str:
    """Why this one is in no table, in pip's words where it has any."""
    done = pip(Path(sys.executable), ASKED[peer], "--dry-run")
    if done.returncode:
        return f"pip says '{reason(done.stdout + done.stderr)}', and here are {', '.join(held())}"
    return f"pip would install it beside {', '.join(held())} by now, and nothing here trains by it yet"


def held() -> list[str]:
    return [f"{name}=={version(name)}" for name in HELD]


def pip(python: Path, package: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Install it without a change of what is held."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(held()))
        file.flush()
        how = ["--disable-pip-version-check", "--constraint", file.name, *options]
        return subprocess.run([python, "-m", "pip", "install", *how, package], capture_output=True, text=True)


def site_packages(python: Path) -> Path:
    told = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(told.stdout.strip())


def reason(stderr: str) -> str:
    """What of pip's words says why: the first conflict that it names, or else its first error."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    conflicts = [line for line in lines if " depends on " in line]
    return next(iter([*conflicts, *errors, *lines[-1:]]), "pip says nothing")
