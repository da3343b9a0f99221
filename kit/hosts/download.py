"""The competition's files, brought into data/: resumable, tested whole, unpacked safely, nothing overwritten."""

from __future__ import annotations

import errno
import os
import shutil
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from kit.claim import claimed
from kit.errors import KitError, one_line
from kit.files import atomic_path, read_record, rename, write_record
from kit.hosts.archives import (
    CHUNK,
    DAMAGED,
    WORK,
    Unfit,
    check_disk,
    check_entries,
    is_damage,
    leads_out,
    unpack_inner,
    zip_entries,
)
from kit.hosts.host import Host, HostBusy, HostError, HostFile
from kit.reading import require_file
from kit.reporter import Reporter
from kit.schema import Frozen


class Partial(Frozen):
    """What the archive at hand is a part of."""

    slug: str
    identity: str | None
    size: int | None


def download(host: Host, data_dir: Path, reporter: Reporter | None = None) -> list[str]:
    """Bring the files that are missing into `data_dir` and return their names; nothing that is there is replaced.

    A file that is there with another size than the host's is a KitError, before anything is downloaded.
    What was received stays in `data_dir`/.download until all files are in place, so that the next call goes on from it.
    """
    reporter = reporter or Reporter()
    try:
        with claimed(data_dir, reporter):
            return _bring(host, data_dir, reporter)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        todo = "free some space and run it again to go on from what was received"
        raise KitError("the disk is full", where=data_dir, todo=todo) from error


def _bring(host: Host, data_dir: Path, reporter: Reporter) -> list[str]:
    files = host.files()
    if not files:
        raise HostError(f"{host.name} lists no files for '{host.slug}'", todo="check the slug")
    if bad := [file.name for file in files if leads_out(file.name)]:
        raise HostError(f"'{bad[0]}' in {host.name}'s list of files leads out of the data folder; nothing was done")
    missing = _missing(files, data_dir)
    if not missing:
        shutil.rmtree(data_dir / WORK, ignore_errors=True)  # a command that was killed at its very end left it
        reporter.info(f"all {len(files)} files are there already, nothing was downloaded")
        unpack_inner(data_dir, [file.name for file in files], reporter)
        return []
    work = data_dir / WORK
    work.mkdir(parents=True, exist_ok=True)
    archive = _receive(host, work, reporter)
    unpacked = work / "unpacked"
    try:
        _unpack(archive, unpacked, files, reporter)
    except Unfit as unfit:
        archive.unlink(missing_ok=True)
        raise KitError(
            f"{unfit}; nothing was unpacked", where=archive, todo="run it again to download it anew"
        ) from None
    except (OSError, *DAMAGED) as error:
        if not is_damage(error):
            raise
        archive.unlink(missing_ok=True)
        shutil.rmtree(unpacked, ignore_errors=True)
        raise KitError(
            f"the downloaded archive is damaged ({one_line(error)})",
            where=archive,
            todo="run it again to download it anew",
        ) from None
    _place(unpacked, data_dir, missing)
    still = _missing(files, data_dir)
    if still:
        raise KitError(f"{len(still)} files did not arrive, such as {still[0].name}", where=data_dir)
    shutil.rmtree(work)
    unpack_inner(data_dir, [file.name for file in files], reporter)
    return [file.name for file in missing]


def _missing(files: list[HostFile], data_dir: Path) -> list[HostFile]:
    missing = []
    for file in files:
        path = data_dir / file.name
        if not path.exists():
            missing.append(file)
        elif not path.is_file() or path.stat().st_size != file.size:
            raise KitError(
                f"this file is not the host's, which has {file.size} bytes",
                where=path,
                todo="move it away to have the host's, then run it again",
            )
    return missing


def _receive(host: Host, work: Path, reporter: Reporter) -> Path:
    """Bring the whole archive to `work`; tries are counted anew whenever some bytes came."""
    whole, part, record = work / "archive.zip", work / "archive.zip.part", work / "archive.json"
    for path in (whole, part):
        if path.exists():
            require_file(path)
    if whole.exists():
        return whole
    tries, wait = 0, host.patience.backoff
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            _receive_some(host, part, record, reporter)
            rename(part, whole)
            return whole
        except HostBusy as busy:
            got_some = part.exists() and part.stat().st_size > before
            tries, wait = (1, host.patience.backoff) if got_some else (tries + 1, 2 * wait)
            asked = busy.retry_after
            if tries >= host.patience.tries or (asked or 0) > host.patience.longest:
                busy.todo = "run it again to go on from what was received"
                raise
            time.sleep(wait if asked is None else asked)


def _receive_some(host: Host, part: Path, record: Path, reporter: Reporter) -> None:
    """Append to `part` until the archive ends; a cut is a HostBusy and leaves what came."""
    start, identity = 0, None
    if part.exists() and record.exists():
        known = read_record(record, Partial)
        received = part.stat().st_size
        if known.slug == host.slug and known.identity and known.size and received <= known.size:
            # Of a part that lacks nothing the last byte is asked for again: a range must not be empty.
            start, identity = min(received, known.size - 1), known.identity
    with host.archive(start, identity) as stream:
        size = stream.size
        if size is not None:
            check_disk(part.parent, size - stream.start)
        if stream.start == 0:
            part.unlink(missing_ok=True)
            write_record(record, Partial(slug=host.slug, identity=stream.identity, size=size))
        with (
            open(part, "ab") as handle,
            reporter.progress(f"downloading {host.slug}", size or 0) as progress,
        ):
            handle.truncate(stream.start)
            progress.advance(stream.start, skipped=True)
            for piece in stream.pieces:
                handle.write(piece)
                progress.advance(len(piece))
            handle.flush()
            os.fsync(handle.fileno())
    received = part.stat().st_size
    if size is not None and received != size:
        if received > size:
            part.unlink()
        raise HostBusy(f"{received} of the archive's {size} bytes came")


def _unpack(archive: Path, target: Path, files: list[HostFile], reporter: Reporter) -> None:
    """Unpack all of `archive` into the empty folder `target`; every byte is read against its checksum."""
    shutil.rmtree(target, ignore_errors=True)
    with zipfile.ZipFile(archive) as content:
        members = [member for member in content.infolist() if not member.is_dir()]
        _check_listed(check_entries(zip_entries(content), archive.stat().st_size), files)
        check_disk(archive.parent, sum(member.file_size for member in members))
        with reporter.progress("unpacking", len(members)) as progress:
            for member in members:
                path = target / member.filename
                path.parent.mkdir(parents=True, exist_ok=True)
                with content.open(member) as source, open(path, "xb") as sink:
                    shutil.copyfileobj(source, sink, CHUNK)
                progress.advance()


def _check_listed(sizes: Mapping[PurePosixPath, int], files: list[HostFile]) -> None:
    """Refuse an archive that is not what the host's list says."""
    wrong = [file for file in files if sizes.get(PurePosixPath(file.name)) != file.size]
    if wrong:
        found = sizes.get(PurePosixPath(wrong[0].name))
        raise Unfit(
            f"{len(wrong)} of the host's {len(files)} files are not whole in the archive, such as '{wrong[0].name}' "
            f"of {wrong[0].size} bytes ({'none' if found is None else f'{found} bytes'} in the archive)"
        )


def _place(unpacked: Path, data_dir: Path, missing: Iterable[HostFile]) -> None:
    """Move the files into place, a whole new folder at once, else file by file; each move is atomic."""
    os.sync()  # once for all that was unpacked: a loss of power leaves no file of the right size without its bytes
    for name in {PurePosixPath(file.name).parts[0] for file in missing}:
        if not (data_dir / name).exists():
            rename(unpacked / name, data_dir / name)
    for file in missing:
        source, path = unpacked / file.name, data_dir / file.name
        if source.exists():
            # A copy, as data/ may hold a folder that is a link to another disk.
            with atomic_path(path) as temporary:
                shutil.copyfile(source, temporary)
