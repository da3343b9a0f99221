"""The image formats: which files are photos, and what reads each. The one list that tables and the decoder share."""

from __future__ import annotations

PILLOW = "kit.images.pillow"

READERS = {
    ".jpg": PILLOW,
    ".jpeg": PILLOW,
    ".png": PILLOW,
    ".bmp": PILLOW,
    ".tif": PILLOW,
    ".tiff": PILLOW,
    ".webp": PILLOW,
    ".gif": PILLOW,
}
"""How a photo's name ends -> the module whose `open_image(data)` reads it. Named, not imported: a table of photos needs
no reader, and a reader's library is loaded by the first photo that it is for."""


def is_image_name(name: str) -> bool:
    """Whether a path's file name is a photo's: a known suffix in any case, and not a hidden file."""
    name = name.rpartition("/")[2]
    return not name.startswith(".") and name.lower().endswith(tuple(READERS))
