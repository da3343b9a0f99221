"""The reader of DICOM files, by pydicom: rescaled, seen through the file's own window, light where it is bright."""

from __future__ import annotations

import io

import numpy as np

from kit.errors import KitError
from kit.images.levels import Raw


def open_image(data: bytes) -> Raw:
    """The values after rescale slope and intercept; the bounds are the window, or what the stored bits can hold.

    MONOCHROME1, whose low values are light, is turned round within its bounds (DICOM PS3.3 C.7.6.3.1.2, C.11.2).
    """
    try:
        import pydicom
    except ImportError:
        raise KitError(
            "the package 'pydicom', which reads DICOM, is not installed",
            todo="run pip install 'imagekit-competition[dicom]'",
        ) from None
    found = pydicom.dcmread(io.BytesIO(data), force=b"DICM" in data[:256])
    stored = found.pixel_array
    if str(found.PhotometricInterpretation).startswith(("RGB", "YBR")):
        return Raw(stored)
    slope, intercept = float(found.get("RescaleSlope", 1)), float(found.get("RescaleIntercept", 0))
    values = stored.astype(np.float64) * slope + intercept
    centre, width = _first(found.get("WindowCenter")), _first(found.get("WindowWidth"))
    if centre is not None and width is not None and width > 1:
        # the linear window of PS3.3 C.11.2.1.2: from c - 0.5 - (w - 1) / 2 to c - 0.5 + (w - 1) / 2
        low, high = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    else:
        signed, bits = bool(found.PixelRepresentation), int(found.BitsStored)
        ends = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        low, high = sorted(end * slope + intercept for end in ends)
    if found.PhotometricInterpretation == "MONOCHROME1":
        values = low + high - values
    return Raw(values, (low, high))


def _first(value: object) -> float | None:
    """The first of one or several numbers."""
    if value is None or value == "":
        return None
    return float(value[0] if isinstance(value, (list, tuple)) or hasattr(value, "append") else value)  # type: ignore
