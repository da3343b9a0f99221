"""The reader of HEIC and HEIF files, by pillow-heif."""

from __future__ import annotations

import io

from PIL import Image

from kit.errors import KitError


def open_image(data: bytes) -> Image.Image:
    try:
        import pillow_heif
    except ImportError:
        raise KitError(
            "the package 'pillow-heif', which reads HEIC, is not installed",
            todo="run pip install 'imagekit-competition[heic]'",
        ) from None
    return pillow_heif.open_heif(io.BytesIO(data)).to_pillow()
