"""Every kind of image file is read right, or refused by name."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kit.competition.formats import is_image_name
from kit.competition.photo_format import PhotoFormat
from kit.errors import KitError
from kit.images.decode import decode
from kit.images.look import Look


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """(60, 80, 3): smooth in all directions, no symmetry, each channel different."""
    y, x = np.mgrid[0:60, 0:80]
    return np.stack([x * 3, y * 4, 255 - x - 2 * y], axis=-1).astype(np.uint8)


def _save(path, image, **options):
    image.save(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "a.TIFF", "a.ppm", "a.PNM"])
def test_lossless_files_keep_every_pixel(tmp_path, photo, name):
    assert np.array_equal(decode(_save(tmp_path / name, Image.fromarray(photo))), photo)


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.webp"])
def test_lossy_files_come_close(tmp_path, photo, name):
    pixels = decode(_save(tmp_path / name, Image.fromarray(photo), quality=95))
    assert pixels.shape == photo.shape and pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - photo).mean() < 3


def test_pixels_can_be_written_to(tmp_path, photo):
    assert decode(_save(tmp_path / "a.png", Image.fromarray(photo))).flags.writeable


def test_grey_is_repeated_in_three_channels(tmp_path, photo):
    pixels = decode(_save(tmp_path / "a.png", Image.fromarray(photo[..., 0])))
    assert np.array_equal(pixels, np.repeat(photo[..., :1], 3, axis=-1))


def test_grey_with_alpha_is_grey(tmp_path, photo):
    image = Image.fromarray(photo[..., 0]).convert("LA")
    assert np.array_equal(decode(_save(tmp_path / "a.png", image)), np.repeat(photo[..., :1], 3, axis=-1))


def test_one_bit_is_black_and_white(tmp_path):
    bits = np.eye(20, dtype=bool)
    assert np.array_equal(decode(_save(tmp_path / "a.png", Image.fromarray(bits)))[..., 1], bits * np.uint8(255))


def test_palette_gives_its_colours(tmp_path, photo):
    image = Image.fromarray(photo).quantize(200)
    assert np.array_equal(decode(_save(tmp_path / "a.png", image)), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("transparency", [3, bytes(range(0, 200, 2))])
def test_palette_with_transparency_gives_its_colours(tmp_path, photo, transparency, recwarn):
    image = Image.fromarray(photo).quantize(200)
    colours = np.asarray(image.convert("RGB"))
    path = _save(tmp_path / "a.png", image, transparency=transparency)
    assert np.array_equal(decode(path, look=Look(PhotoFormat(alpha="drop"))), colours)
    assert not recwarn.list


def test_white_lies_behind_what_is_transparent_unless_another_background_is_asked_for(tmp_path, photo):
    path = _save(tmp_path / "a.png", Image.fromarray(np.dstack([photo, photo[..., 1]])))
    share = photo[..., 1:2] / 255
    for alpha, background in (("white", 255), ("black", 0)):
        seen = decode(path, look=Look(PhotoFormat(alpha=alpha)))
        assert np.abs(seen - (photo * share + background * (1 - share))).max() <= 1
    assert np.array_equal(decode(path), decode(path, look=Look(PhotoFormat(alpha="white"))))
    assert np.array_equal(decode(path, look=Look(PhotoFormat(alpha="drop"))), photo)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path, name):
    ramp = np.linspace(0, 65535, 256).round().astype(np.uint16).reshape(16, 16)
    pixels = decode(_save(tmp_path / name, Image.fromarray(ramp)))
    assert np.array_equal(pixels[..., 0], np.arange(256, dtype=np.uint8).reshape(16, 16))
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_cmyk_jpeg_keeps_its_colours(tmp_path, photo):
    path = _save(tmp_path / "a.jpg", Image.fromarray(photo).convert("CMYK"), quality=95)
    assert np.abs(decode(path).astype(int) - photo).mean() < 4


def test_cmyk_jpeg_without_adobe_marker_is_not_taken_for_inverted(tmp_path, photo):
    inverted = Image.fromarray(255 - np.asarray(Image.fromarray(photo).convert("CMYK")), mode="CMYK")
    data = _save(tmp_path / "adobe.jpg", inverted, quality=95).read_bytes()
    start = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[start + 2 : start + 4])[0]
    path = tmp_path / "a.jpg"
    path.write_bytes(data[:start] + data[start + 2 + length :])
    assert np.abs(decode(path).astype(int) - photo).mean() < 4


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotated_photo_stands_upright(tmp_path, photo, name, orientation):
    # how a camera in that orientation stores the upright photo
    stored = {
        1: photo,
        2: photo[:, ::-1],
        3: photo[::-1, ::-1],
        4: photo[::-1],
        5: photo.transpose(1, 0, 2),
        6: photo.transpose(1, 0, 2)[::-1],
        7: photo.transpose(1, 0, 2)[::-1, ::-1],
        8: photo.transpose(1, 0, 2)[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = _save(tmp_path / name, Image.fromarray(np.ascontiguousarray(stored)), exif=exif, quality=95)
    pixels = decode(path)
    assert pixels.shape == photo.shape
    assert np.abs(pixels.astype(int) - photo).mean() < 3


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_does_not_cost_the_image(tmp_path, photo):
    path = _save(tmp_path / "a.jpg", Image.fromarray(photo), exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff\x00\x01")
    assert decode(path).shape == photo.shape


def _encoded(photo, kind):
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_truncated_image_is_refused_by_name(tmp_path, photo, kind, part):
    data = _encoded(photo, kind)
    path = tmp_path / "cut.img"
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(KitError, match=r"cut\.img: this (image|file) is (truncated|damaged|not an image)"):
        decode(path)


@given(data=st.data())
def test_no_damage_raises_anything_but_a_kit_error(tmp_path_factory, photo, data):
    content = bytearray(_encoded(photo[:20, :20], data.draw(st.sampled_from(["JPEG", "PNG", "BMP", "GIF"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.img"
    path.write_bytes(content)
    try:
        assert decode(path, (16, 16)).shape == (16, 16, 3)
    except KitError as error:
        assert "damaged.img" in str(error)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"<html>404</html>", "is not an image"), (None, "there is no such file")],
)
def test_what_is_no_image_is_refused_by_name(tmp_path, content, says):
    path = tmp_path / "x.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KitError, match=rf"x\.jpg.*{says}"):
        decode(path)


def test_a_folder_is_refused_by_name(tmp_path):
    with pytest.raises(KitError, match=f"{tmp_path.name}: this is a folder"):
        decode(tmp_path)


def test_size_is_height_and_width(tmp_path, photo):
    path = _save(tmp_path / "a.png", Image.fromarray(photo))
    for fit in ("stretch", "crop", "pad"):
        assert decode(path, (30, 50), fit).shape == (30, 50, 3)


def test_shrinking_averages_instead_of_skipping_pixels(tmp_path):
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 254
    small = decode(_save(tmp_path / "a.png", Image.fromarray(stripes)), (16, 16))
    assert np.abs(small[:, 1:-1].astype(int) - 127).max() <= 2


def test_crop_keeps_the_centre_and_the_proportions(tmp_path):
    wide = np.zeros((40, 120, 3), np.uint8)
    wide[:, 40:80] = 200
    square = decode(_save(tmp_path / "a.png", Image.fromarray(wide)), (20, 20), "crop")
    assert (square[:, 1:-1] == 200).all()
    assert (square > 100).all()


def test_pad_keeps_the_whole_image_on_black(tmp_path):
    wide = np.full((40, 80, 3), 200, np.uint8)
    square = decode(_save(tmp_path / "a.png", Image.fromarray(wide)), (40, 40), "pad")
    assert (square[10:30] == 200).all()
    assert not square[:10].any() and not square[30:].any()


def test_misspelt_fit_is_told_the_right_name(tmp_path, photo):
    with pytest.raises(KitError, match="did you mean 'stretch'"):
        decode(_save(tmp_path / "a.png", Image.fromarray(photo)), (8, 8), "strech")


@pytest.mark.parametrize("name", ["a.jpg", "b/c.JPEG", "d.Png", "e.webp"])
def test_image_names_are_told_by_their_suffix(name):
    assert is_image_name(name)


@pytest.mark.parametrize("name", ["._a.jpg", "b/.c.png", "readme.txt", "jpg", "a.jpg.csv"])
def test_dot_files_and_others_are_no_image_names(name):
    assert not is_image_name(name)
