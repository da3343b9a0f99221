"""Photos decoded side by side."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from kit.cores import usable_cores
from kit.errors import KitError
from kit.images.decode import Fit, decode
from kit.images.look import Look
from kit.images.region import Region
from kit.images.store import RAW, Store


def decode_each(
    paths: Sequence[Path],
    size: tuple[int, int],
    fit: Fit,
    regions: Sequence[Region | None],
    look: Look,
    store: Store = RAW,
) -> list[np.ndarray | KitError]:
    """The pixels of each photo as `decode` gives them and a cache of this store would, or what is wrong with it."""

    def one(path: Path, region: Region | None) -> np.ndarray | KitError:
        try:
            return store.seen(decode(path, size, fit, region, look))
        except KitError as error:
            return error

    with ThreadPoolExecutor(usable_cores()) as pool:
        return list(pool.map(one, paths, regions))
