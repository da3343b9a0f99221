"""What must be the same where a fold is trained elsewhere: kit, its code, and the packages that compute."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import kit
from kit.files import file_sha256, fingerprint

PACKAGES = ("torch", "timm", "albumentations", "opencv-python-headless", "pillow", "numpy", "scikit-learn")
"""What photos are decoded and models computed by, apart from kit itself."""


@cache
def versions() -> dict[str, str]:
    """The version of each; kit's with the fingerprint of its code, since that is what runs."""
    root = Path(kit.__file__).parent
    code = {path.relative_to(root).as_posix(): file_sha256(path) for path in sorted(root.rglob("*.py"))}
    found = {"kit": f"{kit.__version__} (code {fingerprint(code)[:8]})", "Python": platform.python_version()}
    return found | {package: _version(package) for package in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def difference(here: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    """What is another version there, in words; None where nothing is."""
    others = [
        f"{name} {there.get(name, 'none')} instead of {here[name]}" for name in here if there.get(name) != here[name]
    ]
    return f"it has {', '.join(others)}" if others else None
