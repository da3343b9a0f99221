"""Wheels of what is installed here, for a machine without a network: zip files by PEP 427, the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import kit
from kit.errors import KitError

DISTRIBUTION = "imagekit_competition"
_LEFT_OUT = ("INSTALLER", "REQUESTED", "direct_url.json", "RECORD", "RECORD.jws")
"""What an installer wrote about this machine."""


def kit_wheel() -> tuple[str, bytes]:
    """The name and content of a wheel of kit as it runs here, whether it is installed or lies in a folder."""
    root = Path(kit.__file__).parent
    files = {
        f"kit/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    info = f"{DISTRIBUTION}-{kit.__version__}.dist-info"
    name = DISTRIBUTION.replace("_", "-")
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {kit.__version__}\n".encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\nkit = kit.cli:main\n"
    return f"{DISTRIBUTION}-{kit.__version__}-py3-none-any.whl", _zipped(files, info)


def installed_wheel(package: str) -> tuple[str, bytes]:
    """The wheel that an installed package came from; KitError where its files do not say enough."""
    try:
        found = distribution(package)
    except PackageNotFoundError:
        raise KitError(f"the package '{package}' is not installed", todo=f"run 'pip install {package}'") from None
    files, info = {}, ""
    for path in found.files or []:
        place = path.as_posix()
        if place.startswith("..") or "__pycache__" in place or path.name in _LEFT_OUT:
            continue
        files[place] = Path(str(found.locate_file(path))).read_bytes()
        info = place.partition("/")[0] if ".dist-info/" in place else info
    tag = re.search(r"^Tag: (\S+)", files.get(f"{info}/WHEEL", b"").decode(), re.MULTILINE)
    if not info or tag is None:
        raise KitError(f"the package '{package}' was not installed as a wheel", todo="install it again with pip")
    return f"{info.removesuffix('.dist-info')}-{tag.group(1)}.whl", _zipped(files, info)


def _zipped(files: Mapping[str, bytes], info: str) -> bytes:
    lines = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in sorted(files.items())]
    record = f"{info}/RECORD"
    whole = {**files, record: ("\n".join([*lines, f"{record},,"]) + "\n").encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(whole, key=lambda name: (name.startswith(info), name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, whole[name])
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
