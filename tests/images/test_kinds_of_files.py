"""Photos of other kinds than JPEG: what is decoded equals an independent decode, and a wrong setting names the file."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import ExifTags, Image

from kit.competition.photo_format import PhotoFormat
from kit.competition.readers import own_readers
from kit.errors import KitError
from kit.images.decode import decode, image_size
from kit.images.look import Look

RNG = np.random.default_rng(0)


def deep(*shape: int, most: int = 4096) -> np.ndarray:
    return RNG.integers(0, most, shape, dtype=np.uint16)


def look(bounds: tuple[float, float] | None = None, **settings: object) -> Look:
    return Look(PhotoFormat.model_validate({**settings, "range": bounds}), bounds)


def levels(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """What a few lines of numpy make of values between two bounds."""
    return np.floor(np.clip((values.astype(float) - low) / (high - low), 0, 1) * 255 + 0.5).astype(np.uint8)


@pytest.mark.parametrize("ending", ["png", "tif", "pnm"])
@pytest.mark.parametrize("channels", [1, 3])
def test_twelve_bits_in_sixteen_keep_their_levels_where_the_range_is_said(
    tmp_path: Path, ending: str, channels: int
) -> None:
    values = deep(9, 7, 3)[..., :channels].squeeze()
    path = tmp_path / f"a.{ending}"
    assert cv2.imwrite(str(path), values if channels == 1 else values[..., ::-1])
    seen = decode(path, look=look((0, 4095), channels=channels))
    assert np.array_equal(seen.squeeze(), levels(values, 0, 4095))
    assert len(np.unique(decode(path, look=look(channels=channels)))) <= 17 < len(np.unique(seen))


def test_a_netpbm_file_that_says_its_most_keeps_what_is_stored(tmp_path: Path) -> None:
    values = deep(9, 7)
    (tmp_path / "a.pgm").write_bytes(b"P5\n# a scanner\n7 9\n4095\n" + values.astype(">u2").tobytes())
    assert np.array_equal(
        decode(tmp_path / "a.pgm", look=look((0, 4095), channels=1)).squeeze(), levels(values, 0, 4095)
    )


@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("channels", [2, 4, 6, 12])
def test_a_tiff_of_many_channels_keeps_each(tmp_path: Path, planes: str, channels: int) -> None:
    values = deep(8, 10, channels)
    shown = values if planes == "contig" else np.moveaxis(values, -1, 0)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, shown, photometric="minisblack", planarconfig=planes)
    seen = decode(path, look=look((0, 4095), channels=channels))
    assert np.array_equal(seen, levels(values, 0, 4095))
    assert image_size(path, look(channels=channels)) == (8, 10)
    with pytest.raises(
        KitError, match=f"this photo has {channels} channels, not 5; write 'photos: {{channels: {channels}}}'"
    ):
        decode(path, look=look((0, 4095), channels=5))


def test_pages_of_a_tiff_are_channels_where_that_is_said(tmp_path: Path) -> None:
    pages = RNG.integers(0, 256, (5, 8, 10), dtype=np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", pages, photometric="minisblack")
    assert np.array_equal(decode(tmp_path / "a.tif", look=look(channels=5, pages="channels")), pages.transpose(1, 2, 0))
    assert np.array_equal(decode(tmp_path / "a.tif", look=look(channels=1))[..., 0], pages[0])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("bounds", [None, (0, 255)])
def test_a_turned_tiff_is_turned_once_and_its_size_is_that_of_its_pixels(
    tmp_path: Path, orientation: int, bounds: tuple[float, float] | None
) -> None:
    values = RNG.integers(0, 256, (6, 9), dtype=np.uint8)
    upright = {
        1: values,
        2: np.fliplr(values),
        3: np.rot90(values, 2),
        4: np.flipud(values),
        5: values.T,
        6: np.rot90(values, -1),
        7: np.rot90(values, 2).T,
        8: np.rot90(values),
    }[orientation]
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "TIFF", tiffinfo={274: orientation})
    path = tmp_path / "a.tif"
    path.write_bytes(buffer.getvalue())
    seen = decode(path, look=look(bounds, channels=1))
    assert np.array_equal(seen[..., 0], upright)
    assert image_size(path) == upright.shape


def test_numbers_with_a_point_need_a_range(tmp_path: Path) -> None:
    values = RNG.normal(size=(8, 9)).astype(np.float32)
    values[0, 0] = np.nan
    np.save(tmp_path / "a.npy", values)
    tifffile.imwrite(tmp_path / "a.tif", values)
    for name in ("a.npy", "a.tif"):
        with pytest.raises(KitError, match=rf"(?s)photos: {{range: \[LOW, HIGH\]}}.*{name}|{name}.*photos: {{range:"):
            decode(tmp_path / name)
        seen = decode(tmp_path / name, look=look((-2, 2), channels=1))
        assert np.array_equal(seen[..., 0], levels(np.nan_to_num(values, nan=-2), -2, 2))


@pytest.mark.parametrize("shape", [(8, 90), (8, 90, 3), (6, 80, 90), (80, 90, 6)])
def test_arrays_are_read_with_channels_first_or_last(tmp_path: Path, shape: tuple[int, ...]) -> None:
    values = RNG.integers(0, 256, shape, dtype=np.uint8)
    channels = {2: 1, 3: min(shape)}[len(shape)]
    expected = values[..., None] if values.ndim == 2 else np.moveaxis(values, 0, -1) if shape[0] == 6 else values
    np.save(tmp_path / "a.npy", values)
    np.savez(tmp_path / "a.npz", photo=values)
    if shape == (8, 90, 3):
        expected = values
        channels = 3
    for name in ("a.npy", "a.npz"):
        assert np.array_equal(decode(tmp_path / name, look=look(channels=channels)), expected)


def test_a_pickled_array_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(KitError, match=r"a\.npy.*damaged"):
        decode(tmp_path / "a.npy")


def test_resizing_goes_channel_by_channel(tmp_path: Path) -> None:
    values = RNG.integers(0, 256, (40, 60, 6), dtype=np.uint8)
    np.save(tmp_path / "a.npy", values)
    seen = decode(tmp_path / "a.npy", (10, 20), look=look(channels=6))
    for channel in range(6):
        alone = Image.fromarray(values[..., channel]).resize((20, 10), Image.Resampling.BILINEAR)
        assert np.array_equal(seen[..., channel], np.asarray(alone))


def test_files_of_one_channel_each_are_one_photo(tmp_path: Path) -> None:
    bands = ("_red", "_green", "_blue", "_yellow")
    values = RNG.integers(0, 256, (8, 9, 4), dtype=np.uint8)
    for place, band in enumerate(bands):
        Image.fromarray(values[..., place]).save(tmp_path / f"x_red_1{band}.png")
    four = look(channels=4, bands=bands)
    assert np.array_equal(decode(tmp_path / "x_red_1_red.png", look=four), values)
    (tmp_path / "x_red_1_blue.png").unlink()
    with pytest.raises(KitError, match=r"x_red_1_blue\.png"):
        decode(tmp_path / "x_red_1_red.png", look=four)


def test_a_box_is_a_photo_of_its_own(tmp_path: Path) -> None:
    """Of the upright photo, up to its edges."""
    pixels = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    Image.fromarray(pixels).save(tmp_path / "whole.png")
    Image.fromarray(pixels).rotate(90, expand=True).save(tmp_path / "turned.png", exif=turned)
    of_box = look(reader="box")
    for name in ("whole.png", "turned.png"):
        assert np.array_equal(decode(tmp_path / name / "3_5_13_9", look=of_box), pixels[5:9, 3:13])
        assert np.array_equal(decode(tmp_path / name / "3.0_5.4_10x4", look=of_box), pixels[5:9, 3:13])
        assert np.array_equal(decode(tmp_path / name / "[3, 5.4, 10, 4]", look=of_box), pixels[5:9, 3:13])
        assert np.array_equal(decode(tmp_path / name / "-4_15_8_99", look=of_box), pixels[15:, :8])
    for name, told in (
        ("whole.png/40_5_50_9", "nothing of this photo of 30 x 20 pixels lies in the box"),
        ("whole.png/whole", "'whole' is no box"),
        ("lost.png/3_5_13_9", "lost.png"),
    ):
        with pytest.raises(KitError, match=told):
            decode(tmp_path / name, look=of_box)


OWN = """
import json
import numpy as np

def json_bands(path):
    record = json.loads(path.read_text())
    return np.dstack([np.reshape(record[band], (5, 5)) for band in ("band_1", "band_2")])

def broken(path):
    return np.zeros((2, 2))[7]

READERS = {".json": json_bands, "stack": json_bands, ".bad": broken}
"""


def test_a_reader_of_ones_own_reads_what_kit_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "readers.py").write_text(OWN)
    values = RNG.normal(size=(2, 25))
    (tmp_path / "a.json").write_text(f'{{"band_1": {values[0].tolist()}, "band_2": {values[1].tolist()}}}')
    own = own_readers(tmp_path)
    seen = decode(tmp_path / "a.json", look=Look(PhotoFormat(channels=2), (-1, 1), own))
    assert np.array_equal(seen, levels(values.T.reshape(5, 5, 2), -1, 1))
    (tmp_path / "a.bad").write_text("")
    with pytest.raises(KitError, match=r"a\.bad.*IndexError.*readers\.py:10"):
        decode(tmp_path / "a.bad", look=Look(PhotoFormat(channels=2), (-1, 1), own))
    with pytest.raises(KitError, match="there is no reader 'stick'; did you mean 'stack'"):
        own.named("stick")


@pytest.mark.parametrize("light", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("window", [None, (40, 400)])
def test_dicom_is_rescaled_windowed_and_light_where_it_is_bright(
    tmp_path: Path, light: str, window: tuple[int, int] | None
) -> None:
    import pydicom
    from pydicom.dataset import FileMetaDataset

    stored = deep(6, 8)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3"
    found = pydicom.Dataset()
    found.file_meta = meta
    found.Rows, found.Columns, found.SamplesPerPixel, found.PhotometricInterpretation = 6, 8, 1, light
    found.BitsAllocated, found.BitsStored, found.HighBit, found.PixelRepresentation = 16, 12, 11, 0
    found.RescaleSlope, found.RescaleIntercept = "0.5", "-1024"
    if window is not None:
        found.WindowCenter, found.WindowWidth = window
    found.PixelData = stored.tobytes()
    found.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    low, high = (-1024, 4095 * 0.5 - 1024) if window is None else (40 - 0.5 - 399 / 2, 40 - 0.5 + 399 / 2)
    values = stored * 0.5 - 1024
    expected = levels(values if light == "MONOCHROME2" else low + high - values, low, high)
    assert np.array_equal(decode(tmp_path / "a.dcm", look=look(channels=1))[..., 0], expected)


def test_heic_comes_close(tmp_path: Path) -> None:
    import pillow_heif

    y, x = np.mgrid[0:64, 0:80]
    photo = np.stack([x * 3, y * 3, 255 - x - y], axis=-1).astype(np.uint8)
    pillow_heif.from_pillow(Image.fromarray(photo)).save(tmp_path / "a.heic", quality=95)
    assert np.abs(decode(tmp_path / "a.heic").astype(int) - photo).mean() < 4


def test_alpha_of_sixteen_bits_shows_the_background(tmp_path: Path) -> None:
    values = deep(8, 9, 4, most=65536)
    cv2.imwrite(str(tmp_path / "a.png"), values[..., [2, 1, 0, 3]])
    seen = decode(tmp_path / "a.png", look=look((0, 65535), alpha="black"))
    share = values[..., 3:] / 65535
    assert np.abs(seen - levels(values[..., :3], 0, 65535) * share).max() <= 1.01
