"""Archives among a host's files are unpacked where they lie: whole, safely, once; hidden files stay in them."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from shared import kaggle_host
from shared.kaggle_host import KaggleStandIn, connect
from shared.told import Told

from kit.hosts.archives import unpack_inner
from kit.hosts.download import download

home, signed_in = kaggle_host.home, kaggle_host.signed_in


def zipped(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(content: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def unpacked(data: Path, archives: dict[str, bytes]) -> tuple[set[str], Told]:
    """What lies in the data folder beside the archives when they are unpacked, and what was said."""
    for name, content in archives.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    told = Told()
    unpack_inner(data, archives, told)
    there = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    return there - set(archives), told


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    ("content", "files"),
    [
        ({"train/a.png": b"a", "train/b.png": b"b"}, {"train/a.png", "train/b.png"}),  # a folder in it
        ({"imgs/x/a.png": b"a", "imgs/y/b.png": b"b"}, {"imgs/x/a.png", "imgs/y/b.png"}),  # of any name
        ({"a.png": b"a", "b.png": b"b"}, {"train/a.png", "train/b.png"}),  # files alone
        ({"labels.csv": b"a,b\n"}, {"labels.csv"}),  # one file
        ({"train/a.png": b"a", "test/b.png": b"b"}, {"train/train/a.png", "train/test/b.png"}),
        ({"train/a.png": b"a", "__MACOSX/train/._a.png": b"?", "train/.DS_Store": b"?"}, {"train/a.png"}),
    ],
)
def test_what_lies_in_one_folder_goes_beside_the_archive_and_all_else_into_one_of_its_name(
    tmp_path: Path, pack, content: dict[str, bytes], files: set[str]
) -> None:
    name = "train.zip" if pack is zipped else "train.tar.gz"
    found, told = unpacked(tmp_path, {name: pack(content)})
    assert found == files and not told.warned
    assert f"unpacked {name}: {len(files)} files" in told.info_told[0]
    assert ("hidden" in told.info_told[0]) == (len(files) < len(content))
    (tmp_path / sorted(files)[0]).write_bytes(b"mine")
    assert unpacked(tmp_path, {name: pack(content)})[1].info_told == []  # what was done is not done again
    assert (tmp_path / sorted(files)[0]).read_bytes() == b"mine"


def test_archives_in_archives_in_archives(tmp_path: Path) -> None:
    inner = {"parts/1.zip": zipped({"1/a.png": b"a"}), "parts/2.tgz": tarred({"b.png": b"b", "c.png": b"c"})}
    found, _ = unpacked(tmp_path, {"all.zip": zipped(inner)})
    assert {"parts/1/a.png", "parts/2/b.png", "parts/2/c.png"} <= found


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.zip", zipped({"../b.png": b"b", "c.png": b"c"}), "leads out of the data folder"),
        ("a.tar", tarred({"/etc/x": b"b"}, "w"), "leads out of the data folder"),
        ("a.zip", zipped({"~/x.txt": b"b"}), "leads out of the data folder"),
        ("a.zip", zipped({"x": b"b", "x/y": b"c"}), "is both a file and a folder"),
        ("a.zip", zipped({"x": bytes(200 << 20)}), "would grow to"),
        ("a.zip", b"PK no zip", "it is damaged"),
        ("a.tar.gz", b"\x1f\x8b no tar", "it is damaged"),
        ("a.zip", zipped({"x.png": b"a" * 999})[:80], "it is damaged"),
        ("a.7z", b"7z", "run '7z x a.7z'"),
        ("train.json.gz", b"gz", "run 'gunzip -k train.json.gz'"),
    ],
)
def test_an_archive_that_is_not_unpacked_stays_and_is_told(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    found, said = unpacked(tmp_path, {name: content})
    assert not found and told in said.warned[0] and name in said.warned[0]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_link_in_a_tar_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("photo.png")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    found, said = unpacked(tmp_path, {"a.tar": buffer.getvalue()})
    assert not found and "is a link or no plain file" in said.warned[0]


@pytest.mark.usefixtures("signed_in")
def test_a_download_unpacks_the_archives_that_came_in_it(tmp_path: Path) -> None:
    content = {"train.csv": b"image,label\na,1\n", "train.zip": zipped({"train/a.png": b"a", "train/b.png": b"b"})}
    (tmp_path / "archive.zip").write_bytes(zipped(content))
    sizes = {name: len(data) for name, data in content.items()}
    with KaggleStandIn(files=sizes, archive=tmp_path / "archive.zip") as kaggle:
        assert download(connect(kaggle, timeout=30), tmp_path / "data") == ["train.csv", "train.zip"]
        assert (tmp_path / "data/train/b.png").read_bytes() == b"b"
        (tmp_path / "data/train/b.png").unlink()
        assert download(connect(kaggle, timeout=30), tmp_path / "data") == []
        assert not (tmp_path / "data/train/b.png").exists()  # what somebody took out stays out


def test_what_a_killed_unpacking_left_is_swept_by_the_next(tmp_path: Path) -> None:
    code = "from kit.owner import *; from pathlib import Path; import sys; print(unfinished(Path(sys.argv[1])).name)"
    dead = subprocess.run([sys.executable, "-c", code, "photos"], capture_output=True, text=True, check=True)
    left = tmp_path / dead.stdout.strip()
    left.mkdir()
    (left / "a.png").write_bytes(b"half")
    (tmp_path / "photos.zip").write_bytes(zipped({"photos/a.png": b"a", "photos/b.png": b"b"}))
    unpack_inner(tmp_path, ["photos.zip"], Told())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photos", "photos.zip"]
