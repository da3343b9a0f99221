"""Data folders in the layouts of real competitions and data sets, drawn small: what lies there, and what is asked.

Names of files and columns, ids, endings, folders, encodings and separators are those of the host; photos are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


class Files:
    """A data folder that is filled."""

    def __init__(self, root: Path) -> None:
        self.root, self.count = root, 0

    def photo(self, name: str) -> None:
        """A photo unlike all others of the folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.count += 1
        Image.new("RGB", (8, 8), (self.count % 256, self.count // 256, 99)).save(path, _format(name))

    def photos(self, folder: str, names: Sequence[object], ending: str = ".jpg") -> None:
        for name in names:
            self.photo(f"{folder}/{name}{ending}" if folder else f"{name}{ending}")

    def text(self, name: str, text: str, encoding: str = "utf-8") -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))

    def table(
        self,
        name: str,
        header: str | None,
        rows: Sequence[Sequence[object]],
        encoding: str = "utf-8",
        separator: str = ",",
    ) -> None:
        """header: with commas between the names of columns; None for a table without one."""
        lines = [] if header is None else [header.replace(",", separator)]
        lines += [separator.join(map(str, row)) for row in rows]
        self.text(name, "\n".join(lines) + "\n", encoding)

    def arrays(self, name: str, **shapes: tuple[int, ...]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **{key: np.zeros(shape, dtype=np.uint8) for key, shape in shapes.items()})


def _format(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "tif": "TIFF", "bmp": "BMP", "ppm": "PPM", "pgm": "PPM"}[
        ending
    ]


@dataclass(frozen=True)
class Layout:
    """A data folder, and what `kit init table` has to make of it."""

    name: str
    draw: Callable[[Files], None]
    yaml: dict[str, Any] = field(default_factory=dict)
    """What competition.yaml has to hold: a key with dots -> the value."""
    without: tuple[str, ...] = ()
    """Keys that it must not hold."""
    says: tuple[str, ...] = ()
    """What the screen has to say."""
    refused: str = ""
    """What the sentence has to say where it is refused."""
    options: tuple[str, ...] = ()
    n_train: int | None = None
    n_test: int | None = None


def ids(prefix: str, count: int, start: int = 0, width: int = 4) -> list[str]:
    return [f"{prefix}{number:0{width}d}" for number in range(start, start + count)]


def turns(values: Sequence[object], count: int) -> list[object]:
    """These values one after another."""
    return [values[place % len(values)] for place in range(count)]


def beside(*columns: Sequence[object]) -> list[tuple[object, ...]]:
    """Columns as rows."""
    return list(zip(*columns, strict=True))


def codes(start: int, count: int, digits: int = 10) -> list[str]:
    """Names of hexadecimal digits; start: the seed."""
    rng = random.Random(start)
    return [f"{rng.getrandbits(4 * digits):0{digits}x}" for _ in range(count)]


Adder = Callable[[Callable[[Files], None]], None]


def collect(layouts: list[Layout]) -> Callable[..., Adder]:
    """A decorator that makes a layout of a function that draws it, and puts it into the list."""

    def layout(name: str, yaml: dict[str, Any] | None = None, **more: Any) -> Adder:
        def add(draw: Callable[[Files], None]) -> None:
            layouts.append(Layout(name, draw, yaml or {}, **more))

        return add

    return layout
