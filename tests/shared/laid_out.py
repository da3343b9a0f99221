"""A workspace around files that a test writes as a host lays them out."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from kit.cli.main import main
from kit.competition.workspace import Workspace


@cache
def photo(level: int) -> bytes:
    """A png of 16 pixels a side: how light it is says what it is."""
    buffer = io.BytesIO()
    pixels = np.random.default_rng(level).integers(level, level + 20, (16, 16, 3))
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def laid_out(
    root: Path, files: Mapping[str, str | bytes], images: Iterable[str] = (), encoding: str = "utf-8", **keys: object
) -> Workspace:
    """Write files and photos into root/data, and competition.yaml with the keys given, on top of those of a table
    train.csv of `image` and `label` (cat, dog).
    """
    data = root / "data"
    for name, text in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    for place, name in enumerate(images):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(photo(place * 7 % 200))
    content = {
        "name": "laid out",
        "data": "data",
        "metric": "accuracy",
        "train": {"table": "train.csv", "images": "{image}"},
        "tasks": {"label": {"classes": ["cat", "dog"], "column": "label"}},
        **keys,
    }
    (root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir(exist_ok=True)
    return Workspace(root)


def said_by_kit(workspace: Workspace, *arguments: str, code: int = 0) -> str:
    """All that a command says, its spaces and ends of lines as one space; it must end with the exit code."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as stopped:
        main(["-C", str(workspace.root), *arguments])
    assert (stopped.value.code or 0) == code, said.getvalue()
    return " ".join(said.getvalue().split())
