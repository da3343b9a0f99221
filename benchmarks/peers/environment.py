"""The virtual environments of the peers: made from nothing, on top of the main one, so that torch is there once.

Each has its own packages in front of those of the environment that runs this; torch, torchvision and timm are held to
its versions, so that all train by the same ones.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

HOME = Path("demo-peers")
PACKAGES = {
    "Lightning": ["lightning>=2.5,<3"],
    "fastai": ["fastai>=2.8,<2.9"],
    "AutoGluon": ["autogluon.multimodal>=1.5,<2"],
}
HELD = ("torch", "torchvision", "timm")


def made(peer: str) -> tuple[str | None, str]:
    """The Python of a peer's environment, and what pip said where there can be none."""
    folder = HOME / peer.lower()
    python, ready = folder / "bin" / "python", folder / "ready"
    packages = PACKAGES[peer]
    wanted = " ".join([*packages, *(f"{name}=={version(name)}" for name in HELD)])
    if ready.is_file() and ready.read_text() == wanted:
        return str(python), ""
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    lines = [f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"]
    (site_packages(python) / "main.pth").write_text("\n".join(lines))
    (folder / "held.txt").write_text("\n".join(f"{name}=={version(name)}" for name in HELD))
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--constraint", folder / "held.txt"]
    done = subprocess.run([*pip, *packages], capture_output=True, text=True)
    if done.returncode:
        here = ", ".join(f"{name} {version(name)}" for name in HELD)
        return None, f"pip: {reason(done.stdout + done.stderr)} (here are {here})"
    ready.write_text(wanted)
    return str(python), ""


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
