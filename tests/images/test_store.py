"""What is kept of photos: whole at the end, checked without being read whole, made of what a killed build has left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from shared.mini import mini_workspace
from shared.told import Told

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import freeze_folds
from kit.images.cache import ImageCache, open_cache
from kit.images.decode import decode
from kit.images.store import Store
from kit.learn.again import Again
from kit.learn.plan import plan_run
from kit.learn.room import with_store
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter

SIZE, COUNT = (24, 32), 40
STORES = {"raw": Store(), "encoded": Store("encoded", 80), "none": Store("none")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    for number in range(COUNT):
        coarse = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
        coarse.resize((64, 48), Image.Resampling.BICUBIC).save(folder / f"{number:03}.png")
    return folder


def opened(directory: Path, data: Path, kind: str, reporter: Reporter | None = None, **more: bool) -> ImageCache:
    keys = [path.name for path in sorted(data.glob("*.png"))]
    return open_cache(directory, data, keys, SIZE, reporter=reporter, store=STORES[kind], **more)


@pytest.mark.parametrize("kind", STORES)
def test_every_store_gives_a_photo_by_row_by_rows_and_by_slice(tmp_path: Path, data: Path, kind: str) -> None:
    cache = opened(tmp_path, data, kind)
    wanted = np.stack([STORES[kind].seen(decode(data / key, SIZE)) for key in cache.keys])
    assert cache.array.shape == wanted.shape and len(cache.array) == COUNT
    assert np.array_equal(cache.array[7], wanted[7])
    rows = np.array([31, 2, 2, 39])
    assert np.array_equal(cache.array[rows], wanted[rows])
    assert np.array_equal(cache.array[10:20], wanted[10:20]) and cache.array[:0].shape == (0, *SIZE, 3)


def test_encoded_photos_are_near_the_raw_ones_in_a_fraction_of_the_room(tmp_path: Path, data: Path) -> None:
    raw, encoded = (opened(tmp_path, data, kind) for kind in ("raw", "encoded"))
    far = np.abs(raw.array[:].astype(float) - encoded.array[:])
    assert 0 < far.mean() < 6
    assert encoded.path.stat().st_size < raw.path.stat().st_size / 2


@pytest.mark.parametrize("kind", ["raw", "encoded"])
def test_wherever_a_build_is_killed_the_next_one_ends_with_the_same_bytes(
    tmp_path: Path, data: Path, kind: str
) -> None:
    whole = opened(tmp_path / "whole", data, kind)
    wanted = whole.path.read_bytes()
    for seed in range(20):
        rng, folder = np.random.default_rng(seed), tmp_path / str(seed)
        stopped = Stopping(int(rng.integers(1, COUNT)))
        with pytest.raises(KeyboardInterrupt):
            opened(folder, data, kind, stopped)
        part, listed = next(folder.glob(".*.part")), next(folder.glob(".*.rows"))
        if seed % 2:  # a kill between two writes, or a loss of power that took the last of them
            os.truncate(part, max(0, part.stat().st_size - int(rng.integers(0, 3_000))))
        if seed % 3 == 0:
            os.truncate(listed, max(0, listed.stat().st_size - int(rng.integers(0, 30))))
        if seed % 5 == 0 and part.stat().st_size:  # a page that never came to the disk
            with open(part, "r+b") as file:
                file.seek(int(rng.integers(part.stat().st_size)))
                file.write(b"\0" * 200)
        again = opened(folder, data, kind)
        assert again.path.read_bytes() == wanted, seed
        assert {path.suffix for path in folder.iterdir()} == {again.path.suffix, ".json", ".proof"}


class Stopping(Reporter):
    """Is interrupted, as by Ctrl-C, when so many photos are written."""

    def __init__(self, after: int) -> None:
        self.left = after

    def progress(self, title: str, total: int):  # type: ignore[no-untyped-def]
        return self

    def __enter__(self) -> Stopping:
        return self

    def __exit__(self, *error: object) -> None: ...

    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        self.left -= 0 if skipped else steps
        if self.left < 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("kind", STORES)
def test_a_photo_that_cannot_be_read_is_told_by_the_build_that_goes_on(tmp_path: Path, data: Path, kind: str) -> None:
    photos = shutil.copytree(data, tmp_path / "photos")
    (photos / "003.png").write_bytes(b"no photo")
    with pytest.raises(KeyboardInterrupt):
        opened(tmp_path / "cache", photos, kind, Stopping(20))
    with pytest.raises(KitError, match="1 of 40 images cannot be read"):
        opened(tmp_path / "cache", photos, kind)
    assert not list((tmp_path / "cache").iterdir())

    with pytest.raises(KeyboardInterrupt):
        opened(tmp_path / "cache", photos, kind, Stopping(20), allow_unreadable=True)
    cache = opened(tmp_path / "cache", photos, kind, allow_unreadable=True)
    assert cache.unreadable == {"003.png"}
    assert not cache.array[3].any() and not cache.array[np.array([3])].any() and cache.array[4].any()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True))
def test_a_flipped_byte_is_never_taken_for_pixels(
    tmp_path_factory: pytest.TempPathFactory, data: Path, place: float
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    for kind in ("raw", "encoded"):
        cache = opened(folder, data, kind)
        right = cache.array[:].copy()
        content = bytearray(cache.path.read_bytes())
        content[int(place * len(content))] ^= 16
        cache.path.write_bytes(content)
        try:
            found = opened(folder, data, kind).array[:]
        except KitError as error:
            assert error.where == cache.path and "delete the file" in str(error.todo)
            continue
        assert np.array_equal(found, right)


def read_bytes() -> int:
    """How many bytes this process has read by now (Linux)."""
    return int(Path("/proc/self/io").read_text().split()[1])


def test_a_cache_is_read_whole_only_where_its_file_was_touched(tmp_path: Path, data: Path) -> None:
    keys = [path.name for path in sorted(data.glob("*.png"))]
    path = open_cache(tmp_path, data, keys, (400, 400)).path
    before = read_bytes()
    open_cache(tmp_path, data, keys, (400, 400))
    assert read_bytes() - before < path.stat().st_size / 20
    path.write_bytes(path.read_bytes())
    for times in (1, 0):  # it is proved once more, and that is known from then on
        before = read_bytes()
        open_cache(tmp_path, data, keys, (400, 400))
        assert (read_bytes() - before > path.stat().st_size) == times


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("stores"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


def test_the_store_is_chosen_by_the_room_and_said(workspace: Workspace) -> None:
    recipe = load_recipe("tiny", workspace.recipes_dir)
    assert with_store(workspace, recipe, Reporter()) == recipe
    chosen, said = [], Told()
    for free in (10**9, 300_000, 1_000):
        chosen.append(with_store(workspace, recipe, said, free).store)
    assert chosen == [None, "encoded", "none"]
    assert "JPEG of quality 90 is kept" in said.info_told[0] and "nothing is kept" in said.info_told[1]
    asked = recipe.model_copy(update={"store": "raw"})
    assert with_store(workspace, asked, said, 1_000) == asked


def test_runs_of_other_pixels_have_other_ids_and_prove_them(workspace: Workspace) -> None:
    ids, probs = {}, {}
    for name, overrides in {
        "plain": [],
        "raw": ["store=raw"],
        "none": ["store=none"],
        "encoded": ["store=encoded"],
        "coarse": ["store=encoded", "quality=30"],
    }.items():
        recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=1", *overrides])
        plan = plan_run(Workspace(workspace.root), ["mask"], "tiny", recipe)
        ids[name] = plan.id
        if name in ("none", "encoded"):
            run = train_run(Workspace(workspace.root), plan, [0], Reporter())
            probs[name] = run.fold_oof(0).probs["mask"]
            with Again(Workspace(workspace.root), 0, Reporter()) as again:
                assert again(run, 0)[0] == "to the bit"
    assert ids["plain"] == ids["raw"] == ids["none"] and len(set(ids.values())) == 3
    assert not np.array_equal(probs["none"], probs["encoded"])
