"""Downloads: resumed, tested whole, unpacked safely, and never over what is there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared import kaggle_host
from shared.kaggle_host import Fault, KaggleStandIn, Told, connect

from kit.errors import KitError
from kit.hosts import archives
from kit.hosts.download import download
from kit.hosts.host import HostBusy
from kit.hosts.kaggle import CHUNK

home, signed_in = kaggle_host.home, kaggle_host.signed_in
pytestmark = pytest.mark.usefixtures("signed_in")
MEGABYTE = 1 << 20
CONTENT = {
    "train.csv": b"image,label\ntrain/a.jpg,1\ntest/a.jpg,2\n",
    "train/a.jpg": random.Random(1).randbytes(300_000),
    "test/a.jpg": random.Random(2).randbytes(200_000),
}
PATHS = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parents[2])])


def pack(path: Path, content: dict[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def kaggle(tmp_path: Path) -> Iterator[KaggleStandIn]:
    sizes = {name: len(data) for name, data in CONTENT.items()}
    with KaggleStandIn(files=sizes, archive=pack(tmp_path / "archive.zip", dict(CONTENT))) as kaggle:
        yield kaggle


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def there(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_all_files_arrive_and_a_second_call_downloads_nothing(kaggle: KaggleStandIn, data: Path) -> None:
    host, told = connect(kaggle), Told()
    assert sorted(download(host, data)) == sorted(CONTENT)
    assert there(data) == CONTENT
    assert download(host, data, told) == []
    assert kaggle.calls["DownloadDataFiles"] == 1 and "nothing was downloaded" in told.infos[0]


@pytest.mark.parametrize("kind", ["500", "503", "429", "cut before", "cut at", "hang", "hang at", "html"])
def test_download_goes_on_after_trouble(kind: str, kaggle: KaggleStandIn, data: Path) -> None:
    kaggle.faults = [Fault("archive", kind, times=2, at=100_000, seconds=0.4)]
    download(connect(kaggle, timeout=0.2), data)
    assert there(data) == CONTENT


def test_every_cut_that_brought_something_allows_another_try(kaggle: KaggleStandIn, data: Path) -> None:
    kaggle.faults = [Fault("archive", "cut at", at=70_000)]
    kaggle.faults += [Fault("range", "cut at", at=at) for at in range(150_000, 450_000, 100_000)]
    download(connect(kaggle, tries=2), data)
    assert there(data) == CONTENT


@pytest.mark.parametrize("kind", ["500", "cut before", "html", "403", "rules"])
def test_download_that_never_works_ends_in_one_sentence_and_keeps_its_part(
    kind: str, kaggle: KaggleStandIn, data: Path
) -> None:
    kaggle.faults = [Fault("archive", "cut at", at=200_000), Fault("archive", kind, times=99)]
    with pytest.raises(KitError) as caught:
        download(connect(kaggle), data)
    assert "\n" not in str(caught.value)
    part = data / ".download" / "archive.zip.part"
    assert 200_000 - CHUNK < part.stat().st_size <= 200_000 and set(there(data)) == {
        ".download/archive.zip.part",
        ".download/archive.json",
    }
    kaggle.faults = []
    download(connect(kaggle), data)
    assert there(data) == CONTENT


def test_resume_asks_only_for_what_is_missing(kaggle: KaggleStandIn, data: Path) -> None:
    host = connect(kaggle, tries=1)
    kaggle.faults = [Fault("archive", "cut at", at=400_000)]
    with pytest.raises(HostBusy):
        download(host, data)
    part = data / ".download" / "archive.zip.part"
    received = part.stat().st_size
    assert 400_000 - CHUNK < received <= 400_000
    download(host, data)
    assert kaggle.ranges_asked == [f"bytes={received}-"] and there(data) == CONTENT


@pytest.mark.parametrize("etag", ['"v2"', 'W/"v2"'])
def test_archive_that_changed_meanwhile_is_downloaded_anew(etag: str, kaggle: KaggleStandIn, data: Path) -> None:
    kaggle.etag = etag.replace("2", "1")
    host = connect(kaggle, tries=1)
    kaggle.faults = [Fault("archive", "cut at", at=100_000)]
    with pytest.raises(HostBusy):
        download(host, data)
    part = data / ".download" / "archive.zip.part"
    part.write_bytes(b"x" * 100_000)
    kaggle.etag = etag
    download(host, data)
    assert there(data) == CONTENT


def test_reply_that_ends_too_early_in_good_order_is_asked_for_the_rest(kaggle: KaggleStandIn, data: Path) -> None:
    kaggle.faults = [Fault("archive", "cut at", at=100_000), Fault("range", "short", at=200_000)]
    download(connect(kaggle), data)
    assert len(kaggle.ranges_asked) == 2 and there(data) == CONTENT


def test_host_without_ranges_sends_it_whole_again(kaggle: KaggleStandIn, data: Path) -> None:
    kaggle.ranges = False
    kaggle.faults = [Fault("archive", "cut at", at=100_000)]
    download(connect(kaggle), data)
    assert there(data) == CONTENT


def test_part_that_lacks_nothing_is_not_downloaded_again(kaggle: KaggleStandIn, data: Path) -> None:
    host = connect(kaggle, tries=1)
    kaggle.faults = [Fault("archive", "cut at", at=100_000)]
    with pytest.raises(HostBusy):
        download(host, data)
    assert kaggle.archive
    shutil.copyfile(kaggle.archive, data / ".download" / "archive.zip.part")
    download(host, data)
    assert kaggle.ranges_asked == [f"bytes={kaggle.archive.stat().st_size - 1}-"] and there(data) == CONTENT


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


BAD_ARCHIVES: dict[str, tuple[dict[str | zipfile.ZipInfo, bytes], str]] = {
    "parent": ({"../escaped.txt": b"x"}, "leads out"),
    "parent inside": ({"train/../../escaped.txt": b"x"}, "leads out"),
    "backslash": ({"..\\escaped.txt": b"x"}, "leads out"),
    "absolute": ({"/tmp/escaped.txt": b"x"}, "leads out"),
    "drive": ({"C:/escaped.txt": b"x"}, "leads out"),
    "own folder": ({".download/archive.json": b"x"}, "leads out"),
    "link": ({link("train/link"): b"/etc"}, "is a link"),
    "bomb": ({"zeros.bin": bytes(160 * MEGABYTE)}, "would grow to"),
    "file and folder": ({"train": b"x"}, "both a file and a folder"),
    "same name": ({"./train.csv": b"x"}, "two files of one name"),
}


@pytest.mark.parametrize("case", BAD_ARCHIVES)
def test_archive_that_could_do_harm_is_not_unpacked(case: str, kaggle: KaggleStandIn, data: Path) -> None:
    extra, sentence = BAD_ARCHIVES[case]
    assert kaggle.archive
    pack(kaggle.archive, {**CONTENT, **extra})
    with pytest.raises(KitError, match=sentence):
        download(connect(kaggle), data)
    assert set(there(data)) == {".download/archive.json"}
    assert not list(data.parent.rglob("escaped*"))


@pytest.mark.parametrize("name", ["../escaped.txt", "/tmp/escaped.txt", ".download/archive.json"])
def test_list_that_leads_out_is_refused_before_anything(name: str, kaggle: KaggleStandIn, data: Path) -> None:
    kaggle.files[name] = 1
    with pytest.raises(KitError, match="leads out"):
        download(connect(kaggle), data)
    assert not data.exists() and not kaggle.calls["DownloadDataFiles"]


@pytest.mark.parametrize("change", ["missing", "shorter", "longer list"])
def test_archive_that_is_not_what_the_list_says_is_refused(change: str, kaggle: KaggleStandIn, data: Path) -> None:
    assert kaggle.archive
    content = dict(CONTENT)
    if change == "missing":
        del content["test/a.jpg"]
    elif change == "shorter":
        content["test/a.jpg"] = content["test/a.jpg"][:-1]
    else:
        kaggle.files["test/b.jpg"] = 5
    pack(kaggle.archive, dict(content))
    with pytest.raises(KitError, match="1 of the host's"):
        download(connect(kaggle), data)
    assert set(there(data)) == {".download/archive.json"}


def test_damaged_archive_is_found_out_and_downloaded_anew(kaggle: KaggleStandIn, data: Path) -> None:
    assert kaggle.archive
    good = kaggle.archive.read_bytes()
    damaged = bytearray(good)
    damaged[150_000] ^= 255
    kaggle.archive.write_bytes(damaged)
    with pytest.raises(KitError, match="damaged"):
        download(connect(kaggle), data)
    assert set(there(data)) == {".download/archive.json"}
    kaggle.archive.write_bytes(good)
    download(connect(kaggle), data)
    assert there(data) == CONTENT


def test_no_zip_at_all_is_a_sentence(kaggle: KaggleStandIn, data: Path) -> None:
    assert kaggle.archive
    kaggle.archive.write_bytes(b"not a zip")
    with pytest.raises(KitError, match="damaged"):
        download(connect(kaggle), data)


def test_file_of_ones_own_is_never_replaced(kaggle: KaggleStandIn, data: Path) -> None:
    data.mkdir()
    (data / "train.csv").write_text("my own labels")
    (data / "notes.txt").write_text("mine")
    with pytest.raises(KitError, match="move it away"):
        download(connect(kaggle), data)
    assert (data / "train.csv").read_text() == "my own labels" and not kaggle.calls["DownloadDataFiles"]
    (data / "train.csv").unlink()
    download(connect(kaggle), data)
    assert there(data) == {**CONTENT, "notes.txt": b"mine"}


def test_only_the_missing_files_are_put_in_place(kaggle: KaggleStandIn, data: Path) -> None:
    (data / "train").mkdir(parents=True)
    (data / "train" / "a.jpg").write_bytes(bytes(300_000))
    assert sorted(download(connect(kaggle), data)) == ["test/a.jpg", "train.csv"]
    assert (data / "train" / "a.jpg").read_bytes() == bytes(300_000)


def test_folder_that_the_user_linked_to_another_disk_is_filled(
    kaggle: KaggleStandIn, data: Path, tmp_path: Path
) -> None:
    data.mkdir()
    (tmp_path / "big").mkdir()
    (data / "train").symlink_to(tmp_path / "big")
    download(connect(kaggle), data)
    assert (tmp_path / "big" / "a.jpg").read_bytes() == CONTENT["train/a.jpg"] and (data / "train").is_symlink()


def test_disk_that_is_too_small_is_told_before_the_download(
    kaggle: KaggleStandIn, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "SPARE_DISK", 1 << 60)
    with pytest.raises(KitError, match="free some space"):
        download(connect(kaggle), data)
    assert kaggle.archive_bytes < MEGABYTE and not there(data)


MEASURED = """
import json, sys
from pathlib import Path
def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
own = peak()
from shared.kaggle_host import KaggleStandIn, connect
from kit.hosts.download import download
kaggle = KaggleStandIn()
kaggle.url = sys.argv[1]
files = download(connect(kaggle, timeout=5), Path(sys.argv[2]))
print(json.dumps({"files": files, "above": peak() - own}))
"""


def start(kaggle: KaggleStandIn, data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MEASURED, kaggle.url, str(data)],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_archive_of_200_megabytes_cut_three_times_comes_whole_in_little_memory(tmp_path: Path) -> None:
    archive, data, size = tmp_path / "archive.zip", tmp_path / "data", 200 * MEGABYTE
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as content, content.open("photos.bin", "w") as sink:
        for number in range(200):
            sink.write(number.to_bytes() * MEGABYTE)
    cuts = [40, 90, 150]
    with KaggleStandIn(files={"photos.bin": size}, archive=archive) as kaggle:
        kaggle.faults = [Fault("archive", "cut at", at=cuts[0] * MEGABYTE)]
        kaggle.faults += [Fault("range", "cut at", at=at * MEGABYTE) for at in cuts[1:]]
        process = start(kaggle, data)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert kaggle.ranges_asked == [f"bytes={at * MEGABYTE}-" for at in cuts]
    measured = json.loads(out)
    assert measured["files"] == ["photos.bin"]
    assert measured["above"] < 100e6, measured
    with open(data / "photos.bin", "rb") as handle:
        assert all(handle.read(MEGABYTE) == number.to_bytes() * MEGABYTE for number in range(200))
        assert not handle.read()


def test_download_killed_at_any_moment_goes_on_with_what_it_has(tmp_path: Path, kaggle: KaggleStandIn) -> None:
    data, moments = tmp_path / "data", random.Random(5)
    kaggle.delay = 0.02
    for _ in range(3):
        process = start(kaggle, data)
        time.sleep(moments.uniform(0.2, 0.9))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
        assert set(there(data)) <= {*CONTENT, *(name for name in there(data) if name.startswith(".download/"))}
    download(connect(kaggle), data)
    assert there(data) == CONTENT
