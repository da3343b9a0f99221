"""The photos of a cache: what their pixels depend on, and how they are decoded, side by side and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path

import numpy as np

from kit.competition.pixels import photo_state
from kit.cores import in_threads
from kit.errors import KitError
from kit.images.decode import DECODER, Fit, decode
from kit.images.grown import Row
from kit.images.look import Look
from kit.images.region import Region
from kit.reporter import Reporter


@dataclass(frozen=True)
class Source:
    """Photos (posix paths relative to `data_dir`), and how they are looked at."""

    data_dir: Path
    keys: tuple[str, ...]
    size: tuple[int, int]
    fit: Fit
    regions: Mapping[str, Region] | None
    """The part of each that is looked at; None for the whole."""
    look: Look

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return (len(self.keys), *self.size, self.look.format.channels)

    def identity(self) -> dict[str, object]:
        """All that the pixels depend on."""
        height, width = self.size
        files = [(key, photo_state(self.data_dir, key, self.look.format)) for key in self.keys]
        content: dict[str, object] = {"files": files, "height": height, "width": width, "fit": self.fit}
        content |= {"decoder": DECODER, **self.look.identity(self.keys)}
        if self.regions is not None:
            content["regions"] = [astuple(self.regions[key]) for key in self.keys]
        return content

    def read(self, row: int) -> np.ndarray:
        """(height, width, channels) uint8 of a photo; KitError where it cannot be read."""
        key = self.keys[row]
        region = None if self.regions is None else self.regions.get(key)
        return decode(self.data_dir / key, self.size, self.fit, region, self.look)


@dataclass(frozen=True)
class Build:
    """The rows of a cache that is built; photos that cannot be read are black in it, and marked."""

    source: Source
    reporter: Reporter
    allow_unreadable: bool
    errors: list[KitError] = field(default_factory=list)
    """What is wrong with each photo that cannot be read, once all rows are made."""

    def rows(self, left: np.ndarray, pack: Callable[[np.ndarray], bytes | memoryview]) -> Iterator[Row]:
        """What `pack` makes of the photos behind those that an earlier build left, which `grow` lists."""
        with self.reporter.progress("decoding images", len(self.source.keys)) as progress:
            progress.advance(len(left), skipped=True)
            for row in np.flatnonzero(left["marked"]):
                self.errors.append(self._unreadable(int(row)))
            for data, error in self._packed(len(left), pack):
                if error is not None:
                    self.errors.append(error)
                yield data, error is not None
                progress.advance()
        if self.errors and not self.allow_unreadable:
            raise _unreadable_error(self.errors, len(self.source.keys), self.source.data_dir)

    def _packed(
        self, first: int, pack: Callable[[np.ndarray], bytes | memoryview]
    ) -> Iterator[tuple[bytes | memoryview, KitError | None]]:
        black = np.zeros(self.source.shape[1:], np.uint8)

        def one(row: int) -> tuple[bytes | memoryview, KitError | None]:
            try:
                return pack(self.source.read(row)), None
            except KitError as error:
                return pack(black), error

        yield from in_threads(one, range(first, len(self.source.keys)))

    def _unreadable(self, row: int) -> KitError:
        """What is wrong with a photo that an earlier build could not read."""
        try:
            self.source.read(row)
        except KitError as error:
            return error
        return KitError(
            "it could not be read before, and now it can", where=self.source.data_dir / self.source.keys[row]
        )


def _unreadable_error(unreadable: list[KitError], total: int, data_dir: Path) -> KitError:
    cures = {error.todo for error in unreadable} - {"copy it again"}
    shown = [f"{Path(str(error.where)).relative_to(data_dir).as_posix()}: {error.what}" for error in unreadable[:5]]
    more = f" and {len(unreadable) - 5:,} more" if len(unreadable) > 5 else ""
    return KitError(
        f"{len(unreadable):,} of {total:,} images cannot be read ({'; '.join(shown)}{more})",
        where=data_dir,
        todo=cures.pop()
        if len(cures) == 1 and unreadable[0].todo != "copy it again"
        else "mend or remove them; `kit doctor` lists them all",
    )
