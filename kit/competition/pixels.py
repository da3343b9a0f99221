"""What is in the photos' files: a hash of each, remembered by the file's size and times, and one of them all."""

from __future__ import annotations

import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.names import KNOWN_PHOTOS
from kit.competition.photo_format import PhotoFormat
from kit.competition.readers import OwnReaders
from kit.cores import in_threads
from kit.errors import KitError
from kit.files import atomic_path, file_sha256, file_state, fingerprint
from kit.parquet_file import read_parquet_table
from kit.reporter import Reporter
from kit.table_file import Column

STATE = ["size", "mtime", "ctime"]
QUIET = 2**30
"""Bytes that are read without a word: a second or two."""
UNREAD = "unread "
"""What the hash of a photo begins with that its reader cannot read; the next time it is tried anew."""
EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Pixels:
    """The sha256 of each photo's file, by image; photos that are not there are left out."""

    hashes: Mapping[str, str]
    n_images: int

    @cached_property
    def fingerprint(self) -> str | None:
        """One hash of all names and contents; None where a photo is missing, so that nothing can be said of them."""
        return fingerprint(sorted(self.hashes.items())) if len(self.hashes) == self.n_images else None

    @cached_property
    def duplicates(self) -> list[list[str]]:
        """Images of equal content, two or more together, in the order of their names; empty files are none."""
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for image, sha256 in sorted(self.hashes.items()):
            if sha256 != EMPTY:
                alike[sha256].append(image)
        return [images for images in alike.values() if len(images) > 1]

    def duplicates_in_test(self, train: Sequence[str], test: Sequence[str]) -> frozenset[str]:
        """The test images whose content is that of a train image."""
        known = {self.hashes[image] for image in train if image in self.hashes}
        return frozenset(image for image in test if self.hashes.get(image) in known)


def photo_state(data_dir: Path, image: str, form: PhotoFormat) -> tuple[int, int, int] | None:
    """The size and times of all that a photo is read from (as `file_state`): its file, those of its channels, the files
    of its folder, or the file that holds it among others; None where something is not there.
    """
    if form.reader is None:
        states = [file_state(data_dir / name) for name in form.band_names(image)]
    else:
        holder = next(path for path in ((data_dir / image), *(data_dir / image).parents) if path.exists())
        if holder == data_dir:
            return None
        inside = sorted(path for path in holder.rglob("*") if path.is_file()) if holder.is_dir() else [holder]
        states = [file_state(path) for path in inside]
    known = [state for state in states if state is not None]
    if not known or len(known) < len(states):
        return None
    return known[0] if len(known) == 1 else (sum(state[0] for state in known), *np.max(known, axis=0)[1:].tolist())


def _photo_sha256(data_dir: Path, image: str, form: PhotoFormat, own: OwnReaders) -> str:
    """The sha256 of a photo's file; of several files, or of what a reader takes out of one, that of their contents."""
    if form.reader is not None:
        reader = own.named(form.reader)
        try:
            found = np.ascontiguousarray(own.call(reader, data_dir / image))
        except KitError as error:  # it is there, as a damaged file is; whoever decodes it tells
            return UNREAD + fingerprint([image, error.what])
        return hashlib.sha256(f"{found.shape} {found.dtype}".encode() + found.tobytes()).hexdigest()
    hashes = [file_sha256(data_dir / name) for name in form.band_names(image)]
    return hashes[0] if len(hashes) == 1 else fingerprint(hashes)


def read_pixels(
    cache_dir: Path,
    data_dir: Path,
    images: Sequence[str],
    reporter: Reporter,
    form: PhotoFormat,
    own: OwnReaders,
) -> Pixels:
    """Hash the photos (paths relative to `data_dir`); one whose size and times are as they were is not read again.

    A photo whose content is another than the last time is told of by name.
    """
    path = cache_dir / KNOWN_PHOTOS
    known = _read_kept(path)
    states = {image: photo_state(data_dir, image, form) for image in dict.fromkeys(images)}
    there = {image: state for image, state in states.items() if state is not None}
    hashes = {image: known[image][1] for image, state in there.items() if image in known and known[image][0] == state}
    todo = [image for image in there if image not in hashes]
    if todo:
        hashed = partial(_photo_sha256, data_dir, form=form, own=own)
        loud = sum(there[image][0] for image in todo) > QUIET
        teller = reporter if loud else Reporter()
        with teller.progress("reading photos", len(todo)) as progress:
            for image, sha256 in zip(todo, in_threads(hashed, todo), strict=True):
                hashes[image] = sha256
                progress.advance()
        changed = [image for image in todo if image in known and known[image][1] != hashes[image]]
        if changed:
            reporter.warn(f"{len(changed)} photos are others than the last time they were read, such as '{changed[0]}'")
        _keep(path, there, hashes)
    return Pixels(hashes, len(states))


def _read_kept(path: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    columns = [Column("image", unique=True), *(Column(name, "whole") for name in STATE), Column("sha256")]
    try:
        table = read_parquet_table(path, columns)
    except KitError:  # there is none, or a damaged one: all is read again
        return {}
    states = table[STATE].itertuples(index=False, name=None)
    return dict(zip(table["image"], zip(states, table["sha256"], strict=True), strict=True))


def _keep(path: Path, states: Mapping[str, tuple[int, ...]], hashes: Mapping[str, str]) -> None:
    kept = [(image, *state, hashes[image]) for image, state in states.items() if not hashes[image].startswith(UNREAD)]
    table = pd.DataFrame(kept, columns=pd.Index(["image", *STATE, "sha256"]))
    with contextlib.suppress(KitError), atomic_path(path) as temporary:  # a full disk hashes all again the next time
        table.to_parquet(temporary, index=False)
