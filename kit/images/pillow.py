"""The reader of all formats that Pillow knows; it looks at the bytes and not at the name."""

from __future__ import annotations

import io

from PIL import Image


def open_image(data: bytes) -> Image.Image:
    """The image of a file's bytes; its head is read now, its pixels when they are asked for."""
    return Image.open(io.BytesIO(data))
