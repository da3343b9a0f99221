"""The cores that a process may use: its affinity and its control group's quota, not what the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kit.cores import (
    AHEAD,
    Others,
    core_ticks,
    cpu_quota,
    group_seconds,
    in_threads,
    left_by_others,
    memory_limit,
    usable_cores,
    usable_memory,
)

TOLD = "from kit.cores import usable_cores; print(usable_cores())"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores")
def test_a_process_bound_to_one_core_uses_one() -> None:
    bind = f"import os; os.sched_setaffinity(0, {{min(os.sched_getaffinity(0))}}); {TOLD}"
    bound = subprocess.run([sys.executable, "-c", bind], capture_output=True, text=True, check=True)
    assert bound.stdout.split() == ["1"]
    assert 1 <= usable_cores() <= len(os.sched_getaffinity(0))


def groups(root: Path, lines: str, files: dict[str, str]) -> float | None:
    """The quota of a process in a tree of control groups that is written as the kernel shows it."""
    (root / "proc").write_text(lines)
    for name, text in files.items():
        path = root / "mount" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return cpu_quota(root / "proc", root / "mount")


def test_the_strictest_quota_above_a_process_counts(tmp_path: Path) -> None:
    files = {
        "pod/cpu.max": "150000 100000\n",
        "pod/box/cpu.max": "max 100000\n",
        "other/cpu.max": "10000 100000\n",
    }
    assert groups(tmp_path, "0::/pod/box\n", files) == 1.5


def test_in_a_container_the_quota_stands_at_the_mount_itself(tmp_path: Path) -> None:
    assert groups(tmp_path, "0::/\n", {"cpu.max": "400000 100000\n"}) == 4


def test_the_first_version_of_control_groups_is_read_too(tmp_path: Path) -> None:
    files = {
        "cpu/docker/box/cpu.cfs_quota_us": "50000\n",
        "cpu/docker/box/cpu.cfs_period_us": "100000\n",
        "cpu/cpu.cfs_quota_us": "-1\n",
        "cpu/cpu.cfs_period_us": "100000\n",
    }
    assert groups(tmp_path, "4:memory:/docker/box\n3:cpu,cpuacct:/docker/box\n0::/\n", files) == 0.5


def test_without_a_quota_there_is_none(tmp_path: Path) -> None:
    assert groups(tmp_path, "0::/\n", {"cpu.max": "max 100000\n"}) is None
    assert cpu_quota(tmp_path / "nowhere", tmp_path) is None


@pytest.mark.parametrize(
    ("lines", "name", "text", "limit"),
    [
        ("0::/pod/box\n", "pod/memory.max", "1000000\n", 1_000_000),
        ("0::/\n", "memory.max", "max\n", None),
        ("4:memory:/box\n0::/\n", "memory/box/memory.limit_in_bytes", "5000\n", 5000),
    ],
)
def test_memory_is_what_the_control_group_grants(
    tmp_path: Path, lines: str, name: str, text: str, limit: int | None
) -> None:
    groups(tmp_path, lines, {name: text})
    assert memory_limit(tmp_path / "proc", tmp_path / "mount") == limit
    assert usable_memory() > 1e8


@pytest.mark.parametrize(
    ("lines", "files", "seconds"),
    [
        ("0::/\n", {"cpu.max": "200000 100000\n", "cpu.stat": "nr_periods 7\nusage_usec 2500000\n"}, 2.5),
        (
            "0::/pod/box\n",
            {
                "pod/cpu.max": "200000 100000\n",
                "pod/cpu.stat": "usage_usec 9000000\nuser_usec 1\n",
                "pod/box/cpu.max": "400000 100000\n",
                "pod/box/cpu.stat": "usage_usec 4000000\nuser_usec 1\n",
            },
            9.0,
        ),
        (
            "3:cpu,cpuacct:/box\n0::/\n",
            {
                "cpu/box/cpu.cfs_quota_us": "200000\n",
                "cpu/box/cpu.cfs_period_us": "100000\n",
                "cpuacct/box/cpuacct.usage": "1500000000\n",
            },
            1.5,
        ),
        ("0::/\n", {"cpu.max": "max 100000\n", "cpu.stat": "usage_usec 2500000\n"}, None),
        ("0::/\n", {"cpu.max": "200000 100000\n"}, None),
    ],
)
def test_the_group_with_the_strictest_quota_says_what_it_has_spent(
    tmp_path: Path, lines: str, files: dict[str, str], seconds: float | None
) -> None:
    groups(tmp_path, lines, files)
    assert group_seconds(tmp_path / "proc", tmp_path / "mount") == seconds


def test_the_work_of_cores_is_counted_for_those_that_are_asked_for(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text(
        "cpu  60 0 6 600 30 3 1 0 50 0\ncpu0 10 0 1 100 5 1 1 0 50 0\n"
        "cpu1 20 0 2 200 10 1 0 0 0 0\ncpu12 30 0 3 300 15 1 0 0 0 0\nintr 5 0 0 0 0 0\n"
    )
    assert core_ticks(None, stat) == (630, 700)  # a guest's time is in its user's already
    assert core_ticks({1}, stat) == (210, 233)
    assert core_ticks({0, 12}, stat) == (420, 467)
    assert core_ticks({0, 2}, stat) is None  # a container may hide cores
    assert core_ticks({0}, tmp_path / "nothing") is None


@pytest.mark.parametrize(
    ("own", "idle", "spent", "usable", "free"),
    [
        (1.0, 0.0, None, 2, 1.0),
        (1.0, 1.0, None, 2, 2.0),
        (1.3, 0.8, None, 2, 2.0),  # ticks are coarse: never more than all
        (8.0, 32.0, None, 64, 40.0),
        (2.0, 10.0, 2.0, 2, 2.0),  # a quota of two cores on sixteen, of which others keep four busy
        (1.0, 0.5, 1.0, 2, 1.5),  # others outside of the group keep all but half a core busy
        (1.0, 14.0, 2.0, 2, 1.0),  # others inside of it take half of the quota
        (0.2, 14.0, 3.9, 2, 0.0),
    ],
)
def test_others_leave_what_is_idle_or_our_own_and_not_spent_of_the_quota(
    own: float, idle: float, spent: float | None, usable: int, free: float
) -> None:
    assert left_by_others(own, idle, spent, usable) == pytest.approx(free)


@pytest.mark.parametrize(("bound_to", "least", "most"), [({0}, 0.9, 1.0), ({1}, 0.0, 0.3), ({0, 1}, 0.9, 1.3)])
def test_what_others_do_on_cores_that_a_process_may_not_use_is_nothing_to_it(
    bound_to: set[int], least: float, most: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = tmp_path / "stat"
    monkeypatch.setattr("kit.cores.core_ticks", partial(core_ticks, stat=stat))
    monkeypatch.setattr("kit.cores.cpu_quota", lambda *_: None)
    monkeypatch.setattr("kit.cores.group_seconds", lambda *_: None)
    monkeypatch.setattr("kit.cores._scheduled_on", lambda: bound_to)
    stat.write_text("cpu  0 0 0 0 0\ncpu0 0 0 0 0 0\ncpu1 0 0 0 0 0\n")
    others = Others()
    time.sleep(0.6)
    stat.write_text("cpu  60 0 0 60 0\ncpu0 0 0 0 60 0\ncpu1 60 0 0 0 0\n")  # the first idle, the second busy
    left = others.free()
    assert left is not None and least <= left <= most


def test_others_that_use_up_the_same_quota_leave_less_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat, spent = tmp_path / "stat", iter([10.0, 11.0])
    monkeypatch.setattr("kit.cores.core_ticks", partial(core_ticks, stat=stat))
    monkeypatch.setattr("kit.cores.cpu_quota", lambda *_: 2.0)
    monkeypatch.setattr("kit.cores.group_seconds", lambda *_: next(spent))
    monkeypatch.setattr("kit.cores._scheduled_on", lambda: set(range(8)))
    stat.write_text("".join(f"cpu{core} 0 0 0 0 0\n" for core in range(8)))
    others = Others()
    time.sleep(1)
    stat.write_text("".join(f"cpu{core} 10 0 0 90 0\n" for core in range(8)))
    left = others.free()
    assert left is not None and 0.8 <= left <= 1.8  # a second more or less, of the two that it grants in each


BESIDE = """
import os, sys, time
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {int(core) for core in sys.argv[1].split(",")})
from kit.cores import Others
others = Others()
assert others.free() is None, "so soon nobody knows"
end = time.monotonic() + 2
while time.monotonic() < end:
    pass
print(others.free())
"""
"""What others leave to a process that has work for one core, of the cores that it is bound to."""


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="this system does not count the work of cores in /proc")
@pytest.mark.parametrize("n_bound", [1, usable_cores()])
def test_a_busy_process_is_seen_on_the_cores_that_both_may_use(n_bound: int) -> None:
    cores = ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[:n_bound])
    bind = f"import os; os.sched_setaffinity(0, {{{cores}}})\nwhile True: pass"
    busy = subprocess.Popen([sys.executable, "-c", bind])
    try:
        beside = [sys.executable, "-c", BESIDE, cores]
        left = float(subprocess.run(beside, capture_output=True, text=True, check=True).stdout)
    finally:
        busy.kill()
        busy.wait()
    assert 0.0 < left < n_bound - 0.3


def test_threads_are_few_items_ahead_and_keep_the_order() -> None:
    begun: list[int] = []

    def items() -> Iterator[int]:
        for item in range(10 * AHEAD):
            begun.append(item)
            yield item

    made = in_threads(lambda item: -item, items())
    assert [next(made) for _ in range(3)] == [0, -1, -2]
    assert len(begun) <= AHEAD + 3
    made.close()  # whoever takes no more ends it
    assert len(begun) <= AHEAD + 3
    assert list(in_threads(lambda item: -item, range(500))) == [-item for item in range(500)]


def test_an_error_comes_in_its_turn() -> None:
    def halved(item: int) -> int:
        if item == 5:
            raise ValueError("odd")
        return item // 2

    made = in_threads(halved, range(100))
    assert [next(made) for _ in range(5)] == [0, 0, 1, 1, 2]
    with pytest.raises(ValueError, match="odd"):
        next(made)
