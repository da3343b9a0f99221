"""How the files of a workspace's photos become pixels, with what must be known of them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from kit.competition.photo_format import PhotoFormat
from kit.competition.readers import OwnReaders, own_readers
from kit.competition.workspace import Workspace
from kit.cores import in_threads
from kit.errors import KitError
from kit.files import fingerprint, read_record, write_record
from kit.images.levels import Bounds
from kit.reporter import Reporter
from kit.schema import Frozen

PLAIN = (".jpg", ".jpeg")
"""Endings of files that have 8 bits, no transparency and one page: what is asked of others changes nothing there."""


class ValueRange(Frozen):
    """What `range: auto` found, kept in the cache."""

    bounds: Bounds


@dataclass(frozen=True)
class Look:
    """The format of photos, the bounds of `range: auto` once they are known, and the workspace's own readers."""

    format: PhotoFormat = field(default_factory=PhotoFormat)  # type: ignore[arg-type]
    bounds: Bounds | None = None
    own: OwnReaders = field(default_factory=OwnReaders)

    def identity(self, images: Iterable[str]) -> dict[str, object]:
        """What the pixels of these photos depend on besides their files; empty where that is as it ever was."""
        if self.format == PhotoFormat() and all(image.lower().endswith(PLAIN) for image in images):  # type: ignore[call-arg]
            return {}
        said = {**self.format.model_dump(mode="json"), "range": self.bounds}
        return {"photos": {**said, **({"readers": self.own.sha256} if self.own.sha256 else {})}}

    @property
    def run_identity(self) -> dict[str, object]:
        """The same for the id of a run; empty where competition.yaml asks for nothing, as ids were before it could.

        A run of transparent photos from before white lay behind them keeps its id: recomputing it tells.
        """
        as_ever = self.format == PhotoFormat() and self.own.sha256 is None  # type: ignore[call-arg]
        return {} if as_ever else self.identity(("",))


def open_look(workspace: Workspace, reporter: Reporter | None = None) -> Look:
    """The look of a workspace's photos; `range: auto` reads all train photos once, and keeps what it found."""
    form, own = workspace.competition.photos, own_readers(workspace.root)
    if form.reader is not None:
        own.named(form.reader)  # a name that is not there is told here
    if form.range != "auto":
        return Look(form, form.range, own)
    look = Look(form, None, own)
    made_of = [form.model_dump(mode="json"), own.sha256, workspace.pixels.fingerprint]
    path = workspace.cache_dir / f"range-{fingerprint(made_of)[:16]}.json"
    try:
        bounds = read_record(path, ValueRange).bounds
    except KitError:  # it is not there, or damaged: all is read again
        bounds = _extremes(workspace, look, reporter or workspace.reporter)
        write_record(path, ValueRange(bounds=bounds))
    return Look(form, bounds, own)


def _extremes(workspace: Workspace, look: Look, reporter: Reporter) -> Bounds:
    """The lowest and the highest finite value of all train photos."""
    from kit.images.decode import read_values

    images = list(workspace.train["image"])

    def ends(image: str) -> Bounds:
        values = read_values(workspace.data_dir / image, look)
        finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
        return (float(finite.min()), float(finite.max())) if finite.size else (np.inf, -np.inf)

    with reporter.progress("reading the range of values", len(images)) as progress:
        found = []
        for pair in in_threads(ends, images):
            found.append(pair)
            progress.advance()
    low, high = min(pair[0] for pair in found), max(pair[1] for pair in found)
    if not low < high:
        raise KitError("all photos hold one and the same value", where=workspace.data_dir, todo="mend 'photos.range'")
    return low, high


def to_look_at(pixels: np.ndarray) -> np.ndarray:
    """(height, width, 3) of pixels of any channels, to be looked at: grey repeated, of many the first three."""
    channels = pixels.shape[-1]
    if channels == 3:
        return pixels
    return pixels[..., :3] if channels > 3 else np.repeat(pixels[..., :1], 3, axis=-1)
