"""How the photos' files become pixels: what `photos` has to say of them."""

from __future__ import annotations

import re
from pathlib import Path

from kit.competition.readers import own_readers
from kit.competition.templates import filled
from kit.errors import KitError
from kit.presets import yaml_text
from kit.presets.table.asking import TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.patterns import rows_of_pattern
from kit.presets.table.found.side import Side
from kit.presets.table.sides.images_of import images_of
from kit.presets.table.tasks.places import path_of_box
from kit.presets.table.write import line

DEEP = (".npy", ".npz", ".tif", ".tiff", ".dcm", ".dicom")
"""Files whose values may have any kind and number of channels."""


def needs_reader(facts: Facts, template: str | None, train: Side) -> bool:
    """Whether a path with {column} that the user gave leads to no photo's file: a reader then finds what it names."""
    if template is None or "{" not in template:
        return False
    if not rows_of_pattern(facts.photos, re.sub(r"{[^{}]*}", "*", template)).empty:
        return False
    if train.table is None or "*" in template:
        return True
    # a cell may hold folders too
    paths = filled(template, train.rows.dropna(subset=train.photo_columns), facts.root)
    return set(paths).isdisjoint(facts.photos.images)


def photo_lines(facts: Facts, train: Side, options: TableOptions, spec: Path) -> list[str]:
    """The key `photos`, where photos are no RGB files of 8 bits."""
    if train.lead is not None and train.lead.bands:
        bands = ", ".join(map(yaml_text, train.lead.bands))
        return [
            "photos:",
            f"  channels: {len(train.lead.bands)}",
            line(f"  bands: [{bands}]", "a file for each channel"),
        ]
    if needs_reader(facts, options.image, train):
        if _ends_in_box(str(options.image), train):
            return ["photos:", line("  reader: box", "the part of each photo that the path's last part says")]
        names = [name for name in own_readers(spec.parent).readers if not name.startswith(".")]
        name = names[0] if len(names) == 1 else "own"
        return ["photos:", line(f"  reader: {yaml_text(name)}", "in readers.py beside this file; docs/competition.md")]
    return _deep_lines(facts, next(iter(sorted(images_of(facts, train))), ""))


def _ends_in_box(image: str, train: Side) -> bool:
    """Whether the last part of a path says a box, by the columns of one or by four others."""
    box = path_of_box(train.rows, train.columns)
    of_four = re.search(r"/(?:{[^{}]*}_){2}{[^{}]*}[_x]{[^{}]*}$", image)
    return of_four is not None or (box is not None and image.endswith(f"/{box}"))


def _deep_lines(facts: Facts, image: str) -> list[str]:
    """What the first photo's values are like, where its file may hold any."""
    from kit.images.decode import PLAINLY, read_values

    if not image.lower().endswith(DEEP):
        return []
    try:
        values = read_values(facts.root / image, PLAINLY)
    except KitError:  # the doctor tells what is wrong with a file
        return []
    lines = []
    channels = values.shape[-1] if values.ndim == 3 else 1
    if channels not in (1, 3) and channels <= 12:
        lines.append(line(f"  channels: {channels}", f"as in {image}"))
    if values.dtype.kind == "f" or (values.dtype.kind in "iu" and (values.dtype.itemsize > 2 or values.min() < 0)):
        lines.append(line("  range: auto", f"{values.dtype} values; the lowest and highest become black and white"))
    return ["photos:", *lines] if lines else []
