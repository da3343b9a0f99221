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
    ".ppm": PILLOW,
    ".pgm": PILLOW,
    ".pbm": PILLOW,
    ".pnm": PILLOW,
    ".npy": "kit.images.arrays",
    ".npz": "kit.images.arrays",
    ".dcm": "kit.images.dicom",
    ".dicom": "kit.images.dicom",
    ".heic": "kit.images.heif",
    ".heif": "kit.images.heif",
}
"""How a photo's name ends -> the module whose `open_image(data)` reads it. Named, not imported: a table of photos needs
no reader, and a reader's library is loaded by the first photo that it is for."""


def is_image_name(name: str, own: tuple[str, ...] = ()) -> bool:
    """Whether a path's file name is a photo's: a known suffix or one of a workspace's own, in any case; not hidden."""
    name = name.rpartition("/")[2]
    return not name.startswith(".") and name.lower().endswith((*READERS, *own))
