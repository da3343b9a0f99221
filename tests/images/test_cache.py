"""Images are decoded once; a cache is whole and right, or it is built again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kit.errors import KitError
from kit.images.cache import open_cache
from kit.images.decode import decode
from kit.reporter import Reporter

SIZE = (24, 32)

OPEN = """
import sys
from pathlib import Path
from kit.images.cache import open_cache
from kit.reporter import Reporter

class Telling(Reporter):
    def progress(self, title, total):
        print("started", flush=True)
        return super().progress(title, total)

data = Path(sys.argv[2])
keys = sorted(path.relative_to(data).as_posix() for path in data.rglob("*.png"))
cache = open_cache(Path(sys.argv[1]), data, keys, (int(sys.argv[3]), int(sys.argv[3])), reporter=Telling())
print(cache.path.name, int(cache.array.sum()))
"""


class Notes(Reporter):
    def __init__(self):
        self.warnings: list[str] = []
        self.steps = self.skipped = 0
        self.totals: list[int] = []

    def warn(self, text):
        self.warnings.append(text)

    @contextmanager
    def progress(self, title, total):
        self.totals.append(total)
        yield self

    def advance(self, steps=1, note="", *, skipped=False):
        self.steps += steps
        self.skipped += steps * skipped


def _draw(folder: Path, count: int, side: int = 40) -> list[str]:
    rng = np.random.default_rng(count)
    keys = [f"{i % 3}/{i:04}.png" for i in range(count)]
    for key in keys:
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(folder / key, compress_level=1)
    return keys


@pytest.fixture
def data(tmp_path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def keys(data) -> list[str]:
    """More images than one chunk, and no whole number of chunks."""
    return _draw(data, 150)


@pytest.fixture
def cache_dir(tmp_path) -> Path:
    return tmp_path / "cache"


def test_each_key_finds_its_own_decoded_image(cache_dir, data, keys):
    cache = open_cache(cache_dir, data, keys, SIZE, "crop")
    assert cache.array.shape == (150, *SIZE, 3) and cache.array.dtype == np.uint8
    asked = keys[::-7]
    for row, key in zip(cache.rows(asked), asked, strict=True):
        assert cache.keys[row] == key
        assert np.array_equal(cache.array[row], decode(data / key, SIZE, "crop"))


def test_cached_pixels_cannot_be_written_to(cache_dir, data, keys):
    with pytest.raises(ValueError, match="read-only"):
        open_cache(cache_dir, data, keys, SIZE).array[0] = 0


def test_unknown_key_is_an_error_that_names_it(cache_dir, data, keys):
    with pytest.raises(KitError, match=r"no image 'nobody\.png'"):
        open_cache(cache_dir, data, keys, SIZE).rows(["nobody.png"])


def test_same_images_in_any_order_are_decoded_once(cache_dir, data, keys):
    notes = Notes()
    first = open_cache(cache_dir, data, keys, SIZE, reporter=notes)
    second = open_cache(cache_dir, data, [*keys[::-1], keys[0]], SIZE, reporter=notes)
    assert first.path == second.path and first.keys == second.keys
    assert notes.totals == [150] and notes.steps == 150


def test_a_changed_image_a_size_and_a_fit_each_give_a_new_cache(cache_dir, data, keys):
    paths = {open_cache(cache_dir, data, keys, SIZE).path, open_cache(cache_dir, data, keys, (8, 8)).path}
    paths |= {open_cache(cache_dir, data, keys, SIZE, "pad").path, open_cache(cache_dir, data, keys[1:], SIZE).path}
    Image.new("RGB", (40, 40), "red").save(data / keys[5])
    changed = open_cache(cache_dir, data, keys, SIZE)
    assert len(paths | {changed.path}) == 5
    assert (changed.array[changed.rows([keys[5]])] == (255, 0, 0)).all()


def test_a_moved_data_folder_keeps_its_cache(cache_dir, data, keys):
    before = open_cache(cache_dir, data, keys, SIZE).path
    assert open_cache(cache_dir, data.rename(data.with_name("moved")), keys, SIZE).path == before


def test_every_unreadable_image_is_told_at_once_and_nothing_is_left(cache_dir, data, keys):
    (data / keys[3]).write_bytes(b"")
    (data / keys[70]).write_bytes((data / keys[70]).read_bytes()[:300])
    (data / keys[140]).unlink()
    with pytest.raises(KitError) as caught:
        open_cache(cache_dir, data, keys, SIZE)
    text = str(caught.value)
    assert "3 of 150 images cannot be read" in text and "kit doctor" in text
    for key, says in ((keys[3], "empty"), (keys[70], "truncated"), (keys[140], "no such file")):
        assert key in text and says in text
    assert not list(cache_dir.iterdir())


def test_a_long_list_of_unreadable_images_is_cut_and_counted(cache_dir, data, keys):
    with pytest.raises(KitError, match=r"12 of 162 images.* and 7 more"):
        open_cache(cache_dir, data, [*keys, *(f"gone{i}.png" for i in range(12))], SIZE)


def test_no_images_is_an_error(cache_dir, data):
    with pytest.raises(KitError, match="no images"):
        open_cache(cache_dir, data, [], SIZE)


def test_a_cache_that_the_disk_cannot_hold_is_refused_before_it_is_begun(cache_dir, data, keys):
    with pytest.raises(KitError, match=r"needs [\d,]+\.\d\d GB and the disk has [\d,]+\.\d\d GB free"):
        open_cache(cache_dir, data, keys, (10**6, 10**6))
    assert not list(cache_dir.iterdir())


def _flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2 + 11] ^= 4
    path.write_bytes(content)


def _cut(path):
    os.truncate(path, path.stat().st_size - 100)


def _edit_record(path):
    record = path.with_suffix(".json")
    record.write_text(record.read_text().replace('"images": 150', '"images": 15'))


def _swap_for_another(path):
    other = next(other for other in path.parent.glob("*.npy") if other != path)
    for suffix in (".npy", ".json"):
        shutil.copy(other.with_suffix(suffix), path.with_suffix(suffix))


@pytest.mark.parametrize("damage", [_flip_a_byte, _cut, _edit_record, _swap_for_another])
def test_a_damaged_cache_is_named_and_rebuilt(cache_dir, data, keys, damage):
    open_cache(cache_dir, data, keys, SIZE, "pad")
    path = open_cache(cache_dir, data, keys, SIZE).path
    whole, record = path.read_bytes(), path.with_suffix(".json").read_text()
    damage(path)
    notes = Notes()
    cache = open_cache(cache_dir, data, keys, SIZE, reporter=notes)
    assert len(notes.warnings) == 1 and str(path) in notes.warnings[0] and "rebuilt" in notes.warnings[0]
    assert cache.path.read_bytes() == whole and path.with_suffix(".json").read_text() == record
    assert np.array_equal(cache.array[cache.rows([keys[9]])][0], decode(data / keys[9], SIZE))


def test_a_cache_without_its_record_is_rebuilt(cache_dir, data, keys):
    path = open_cache(cache_dir, data, keys, SIZE).path
    path.with_suffix(".json").unlink()
    _flip_a_byte(path)
    notes = Notes()
    cache = open_cache(cache_dir, data, keys, SIZE, reporter=notes)
    assert notes.totals == [150]
    assert np.array_equal(cache.array[75], decode(data / cache.keys[75], SIZE))


def test_the_record_is_signed_json(cache_dir, data, keys):
    record = json.loads(open_cache(cache_dir, data, keys, SIZE).path.with_suffix(".json").read_text())
    assert record["images"] == 150 and (record["height"], record["width"]) == SIZE and "checksum" in record


def _start(cache_dir, data, side):
    arguments = [sys.executable, "-c", OPEN, str(cache_dir), str(data), str(side)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_may_build_the_same_cache_at_once(cache_dir, data):
    _draw(data, 300, side=100)
    builders = [_start(cache_dir, data, 128) for _ in range(2)]
    outputs = [builder.communicate(timeout=60)[0] for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0]
    assert outputs[0].splitlines()[-1] == outputs[1].splitlines()[-1]
    assert sorted(path.suffix for path in cache_dir.iterdir()) == [".json", ".npy", ".proof"]


def _started_and_writing(cache_dir, data):
    builder = _start(cache_dir, data, 500)
    assert builder.stdout.readline() == "started\n"
    while not any(path.stat().st_size > 10**6 for path in cache_dir.glob(".*.part")):
        assert builder.poll() is None, "the build ended before it could be interrupted"
        time.sleep(0.005)
    return builder


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_was_stopped_is_gone_on_with(cache_dir, data, end):
    keys = _draw(data, 150)
    builder = _started_and_writing(cache_dir, data)
    builder.send_signal(end)
    builder.communicate()
    assert {path.suffix for path in cache_dir.iterdir()} <= {".part", ".rows", ".lock"}, "it is taken for a cache"
    notes = Notes()
    cache = open_cache(cache_dir, data, keys, (500, 500), reporter=notes)
    assert 0 < notes.skipped < 150 and notes.steps == 150
    assert np.array_equal(cache.array[149], decode(data / cache.keys[149], (500, 500)))
    assert np.array_equal(cache.array[0], decode(data / cache.keys[0], (500, 500)))
    assert sorted(path.suffix for path in cache_dir.iterdir()) == [".json", ".npy", ".proof"]


def test_a_living_build_is_not_swept_away(cache_dir, data):
    keys = _draw(data, 150)
    builder = _started_and_writing(cache_dir, data)
    open_cache(cache_dir, data, keys[:5], (16, 16))
    assert builder.communicate(timeout=60)[0] and builder.returncode == 0
