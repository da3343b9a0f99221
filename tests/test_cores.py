"""The cores that a process may use: its affinity and its control group's quota, not what the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.cores import AHEAD, Others, cpu_quota, in_threads, left_to_others, memory_limit, usable_cores, usable_memory

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


def test_what_others_keep_busy_is_neither_idle_nor_our_own() -> None:
    assert left_to_others(idle=0.0, whole=20.0, own=10.0, cores=2) == 1.0
    assert left_to_others(idle=10.0, whole=20.0, own=10.0, cores=2) == 0.0
    assert left_to_others(idle=9.0, whole=20.0, own=12.0, cores=2) == 0.0  # ticks are coarse: never less than none
    assert left_to_others(idle=32.0, whole=64.0, own=8.0, cores=64) == 24.0


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="this system does not count the work of cores in /proc")
@pytest.mark.skipif(usable_cores() < (os.cpu_count() or 1), reason="some of the cores are not this process's to judge")
def test_a_busy_process_is_seen_beside_this_one() -> None:
    others = Others()
    assert others.busy() is None  # so soon nobody knows
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(2)
        seen = others.busy()
    finally:
        busy.kill()
        busy.wait()
    assert seen is not None
    assert seen > 0.3


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
