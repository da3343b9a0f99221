"""Claims: one process at a time, until it ends in whatever way; and what dead processes left is swept away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from kit import claim, owner
from kit.claim import claimed, lock_path, sweep, try_claim
from kit.owner import lives, process_mark, unfinished

WITHOUT_LOCKS = """
import errno, fcntl
def refuse(handle, how):
    raise OSError(errno.ENOLCK, "No locks available")
fcntl.flock = refuse
"""
DISKS = pytest.mark.parametrize("disk", ["", WITHOUT_LOCKS], ids=["locks", "no locks"])


def start(disk: str, code: str, *arguments: object) -> subprocess.Popen[str]:
    head = "import sys, time\nfrom pathlib import Path\nfrom kit.claim import *\n"
    command = [sys.executable, "-c", disk + head + textwrap.dedent(code), *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


ADD = """
    path = Path(sys.argv[1])
    for _ in range(20):
        with claimed(path):
            path.write_text(str(int(path.read_text()) + 1))
"""
HOLD = """
    with claimed(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(60)
"""


def holding(disk: str, path: Path) -> subprocess.Popen[str]:
    process = start(disk, HOLD, path)
    assert process.stdout is not None and process.stdout.readline() == "held\n", process.communicate()[1]
    return process


@DISKS
def test_no_change_of_a_claimed_file_is_lost(disk: str, tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    processes = [start(disk, ADD, path) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert path.read_text() == "80"
    assert [one.name for one in tmp_path.iterdir()] == ["count"], "a claim leaves nothing"


@DISKS
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_claim_dies_with_its_process(
    disk: str, how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if disk:
        monkeypatch.setattr(claim, "_lockless", {tmp_path.stat().st_dev})
    path = tmp_path / "fold0"
    process = holding(disk, path)
    assert try_claim(lock_path(path)) is None
    assert f"process {process.pid} on " in claim.holder(lock_path(path))
    process.send_signal(how)
    process.wait()
    began = time.monotonic()
    with claimed(path):
        assert time.monotonic() - began < claim.LEASE / 2, "nobody waits for the heart of a process that is dead"
    assert not list(tmp_path.iterdir())


def test_a_lease_of_another_machine_holds_while_its_heart_beats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "_lockless", {tmp_path.stat().st_dev})
    lease = lock_path(tmp_path / "fold0").with_suffix(".lease")
    lease.write_text("00000000-00000000-1-1+00000000 process 1 on elsewhere\n")
    assert try_claim(lock_path(tmp_path / "fold0")) is None
    os.utime(lease, (time.time() - claim.LEASE - 5,) * 2)
    taken = try_claim(lock_path(tmp_path / "fold0"))
    assert taken is not None and taken.held()
    lease.write_text("00000000-00000000-1-1+00000001 process 1 on elsewhere\n")
    assert not taken.held(), "who slept through its lease knows that it lost it"
    taken.release()
    assert lease.exists(), "and leaves the other's alone"


def test_a_claim_may_be_claimed_again_within_it(tmp_path: Path) -> None:
    with claimed(tmp_path / "records"):
        with claimed(tmp_path / "records"):
            pass
        assert try_claim(lock_path(tmp_path / "records")) is None


def test_what_dead_processes_left_is_swept_and_what_living_ones_write_is_not(tmp_path: Path) -> None:
    ended = subprocess.Popen(
        [sys.executable, "-c", "from kit.owner import *; print(process_mark())"], stdout=-1, text=True
    )
    mark = ended.communicate()[0].strip()
    assert lives(mark) is False and lives(process_mark()) is True
    mine, other = unfinished(tmp_path / "run.json"), tmp_path / ".run.json.00000000-00000000-1-1.0.tmp"
    theirs, folder = (
        tmp_path / one.name.replace(process_mark(), mark) for one in (mine, unfinished(tmp_path / "data"))
    )
    kept = tmp_path / ".mine.tmp"
    for path in (mine, other, theirs, kept):
        path.touch()
    folder.mkdir()
    (folder / "photo.png").touch()
    (tmp_path / ".run.json.lock").write_text(f"{mark} process 1 on here\n")
    sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {mine, other, kept}
    os.utime(other, (time.time() - owner.FORGOTTEN - 1,) * 2)
    sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {mine, kept}


ELSEWHERE = """
import socket, time
import kit.claim
kit.claim.BEAT, kit.claim.LEASE = 0.2, 3.0
socket.gethostname = lambda: {host!r}
real = time.time
time.time = lambda: real() + {hours} * 3600
"""
"""A machine of another name and another time, whose processes nobody here can ask after; hearts beat faster."""


def machine(host: str, hours: float) -> str:
    return WITHOUT_LOCKS + ELSEWHERE.format(host=host, hours=hours)


TAKE = """
    with claimed(Path(sys.argv[1])):
        print("taken", flush=True)
"""


@pytest.mark.parametrize("hours", [-20, 20])
def test_a_living_heart_of_another_machine_is_not_robbed_and_a_stopped_one_is_taken_over(
    tmp_path: Path, hours: float
) -> None:
    path = tmp_path / "fold0"
    holder = holding(machine("first", 0), path)
    taker = start(machine("second", hours), TAKE, path)
    assert taker.stdout is not None
    with pytest.raises(subprocess.TimeoutExpired):
        taker.wait(timeout=7)  # more than two leases long
    assert holder.poll() is None and [one.suffix for one in tmp_path.iterdir()] == [".lease"]
    holder.kill()
    out, err = taker.communicate(timeout=60)
    assert (out, err, taker.returncode) == ("taken\n", "", 0)
    assert not list(tmp_path.iterdir())
    holder.communicate()


WAKE = """
    lease = try_claim(lock_path(Path(sys.argv[1])))
    print("held", flush=True)
    sys.stdin.readline()
    print(lease.held(), flush=True)
"""


def test_who_sleeps_longer_than_a_lease_knows_that_another_machine_took_over(tmp_path: Path) -> None:
    path = tmp_path / "fold0"
    sleeper = start(machine("first", 0), WAKE, path)
    assert sleeper.stdout is not None and sleeper.stdout.readline() == "held\n"
    sleeper.send_signal(signal.SIGSTOP)
    taker = holding(machine("second", 0), path)
    sleeper.send_signal(signal.SIGCONT)
    assert sleeper.communicate("\n", timeout=60)[0] == "False\n"
    assert [one.suffix for one in tmp_path.iterdir()] == [".lease"], "and leaves what the other has"
    taker.kill()
    taker.communicate()
