"""Photos by row, wherever their pixels lie: an array in memory or mapped from disk, or what reads one when asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from kit.cores import usable_cores


class PixelRows(Protocol):
    """What is read as an array of (n_photos, height, width, channels) uint8 is: by a row, rows or a slice."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, key: Any, /) -> Any: ...


@dataclass(frozen=True)
class RowsOnDemand:
    """Photos that are read when they are asked for; several at once side by side."""

    shape: tuple[int, ...]
    read: Callable[[int], np.ndarray]
    """The pixels of a row, (height, width, channels) uint8."""

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> np.ndarray:
        rows = np.arange(len(self))[key]
        if rows.ndim == 0:
            return self.read(int(rows))
        found = np.empty((len(rows), *self.shape[1:]), np.uint8)

        def fill(place: int) -> None:
            found[place] = self.read(int(rows[place]))

        if len(rows):
            with ThreadPoolExecutor(min(len(rows), usable_cores())) as pool:
                list(pool.map(fill, range(len(rows))))
        return found
