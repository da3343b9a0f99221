"""The readers of photos that readers.py beside competition.yaml registers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kit.competition.own_code import line_in, registered
from kit.errors import KitError, nearest, one_line
from kit.files import file_sha256

FILE_NAME = "readers.py"

READERS_BY_NAME = {"box": "kit.images.box_reader"}
"""The readers that kit has by name -> the module whose `read(path)` each is; loaded when asked for."""

Reader = Callable[[Path], np.ndarray]
"""(path in the data folder) -> (height, width) or (height, width, channels) of numbers."""


@dataclass(frozen=True)
class OwnReaders:
    """Readers by name: one that begins with a point reads the files that end so, another one is named in
    competition.yaml."""

    readers: Mapping[str, Reader] = field(default_factory=dict)
    path: Path | None = None
    sha256: str | None = None

    @property
    def endings(self) -> tuple[str, ...]:
        return tuple(name for name in self.readers if name.startswith("."))

    def named(self, name: str) -> Reader:
        if name not in self.readers and name in READERS_BY_NAME:
            reader: Reader = importlib.import_module(READERS_BY_NAME[name]).read
            return reader
        if name not in self.readers:
            todo = nearest(name, self.readers) if self.readers else f"write it into {FILE_NAME}"
            raise KitError(f"'photos.reader': there is no reader '{name}'", where=self.path or FILE_NAME, todo=todo)
        return self.readers[name]

    def of(self, path: Path, name: str | None) -> Reader | None:
        """The reader of a photo: the one that competition.yaml names, or that of the photo's ending."""
        if name is not None:
            return self.named(name)
        lower = path.name.lower()
        return next((self.readers[ending] for ending in self.endings if lower.endswith(ending)), None)

    def call(self, reader: Reader, path: Path) -> np.ndarray:
        """What a reader makes of a photo; anything wrong in it is one KitError that names its line."""
        try:
            found = reader(path)
        except KitError:
            raise
        except FileNotFoundError:
            raise KitError("there is no such file", where=path) from None
        except Exception as error:
            where = f"{self.path}:{line_in(self.path, error)}" if self.path is not None else FILE_NAME
            told = f"its reader raises {type(error).__name__} ({one_line(error)})"
            raise KitError(f"{told} in {where}", where=path) from error
        if not isinstance(found, np.ndarray):
            raise KitError(
                f"its reader returns {type(found).__name__}, not an array of height, width and channels", where=path
            )
        return found


def own_readers(root: Path) -> OwnReaders:
    """The readers of a workspace; none where there is no readers.py."""
    path = root / FILE_NAME
    if not path.exists():
        return OwnReaders()
    found = registered(path, "READERS")
    if not isinstance(found, dict) or not all(isinstance(name, str) and callable(one) for name, one in found.items()):
        raise KitError(
            "it has no dict READERS of functions", where=path, todo='write READERS = {".ending": function_of_a_path}'
        )
    return OwnReaders(
        {name.lower() if name.startswith(".") else name: one for name, one in found.items()}, path, file_sha256(path)
    )
