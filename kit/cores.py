"""How many CPU cores and how much memory this process may use: the one answer for all that asks."""

from __future__ import annotations

import os
import platform
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

AHEAD = 64
"""Items that threads may be ahead of whoever takes what they made: of a million all at once would fill the memory."""


def usable_cores() -> int:
    """The cores that the scheduler may put this process on, or fewer where its control group has a CPU quota."""
    allowed = scheduled_cores()
    quota = cpu_quota(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def scheduled_cores() -> int:
    """The cores that the scheduler may put this process on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(do: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """What `do` makes of each item, in their order, by as many threads as there are cores.

    Whoever takes no more of it (an error, Ctrl-C) waits for the items in hand only.
    """
    ahead: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(usable_cores())
    try:
        for item in items:
            ahead.append(pool.submit(do, item))
            if len(ahead) > AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def core_ticks() -> tuple[int, int] | None:
    """The idle and the whole time of all cores since the start, in ticks; None where /proc does not tell."""
    words = _words(Path("/proc/stat"))[1:9]
    if len(words) < 5:
        return None
    numbers = [int(word) for word in words]
    return numbers[3] + numbers[4], sum(numbers)


class Others:
    """How many cores others keep busy, from when this was made to when it is asked."""

    def __init__(self) -> None:
        self._ticks, self._own = core_ticks(), sum(os.times()[:4])

    def busy(self) -> float | None:
        """None where that is not known: less than half a second has passed, or some cores are not this process's."""
        now, cores = core_ticks(), os.cpu_count() or 1
        if now is None or self._ticks is None or usable_cores() < cores:
            return None
        seconds = [ticks / os.sysconf("SC_CLK_TCK") for ticks in (now[0] - self._ticks[0], now[1] - self._ticks[1])]
        return None if seconds[1] < cores / 2 else left_to_others(seconds[0], seconds[1], self._own_since(), cores)

    def _own_since(self) -> float:
        return sum(os.times()[:4]) - self._own


def left_to_others(idle: float, whole: float, own: float, cores: int) -> float:
    """The cores that others kept busy, of seconds of all cores together: idle ones, all, and those of this process."""
    return max(0.0, (whole - idle - own) / (whole / cores))


def has_bf16_units(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this CPU multiplies bfloat16 in units of its own; without any, torch is slower in it than in float32."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return False
    flags = next((line.split() for line in lines if line.lower().startswith(("flags", "features"))), [])
    return not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags)


def cpu_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """What the CPU calls itself, where that is said."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def one_thread() -> AbstractContextManager[Any]:
    """In the block the libraries of linear algebra and of OpenMP that are loaded work in one thread of this process."""
    return _pools(len(sys.modules)).limit(limits=1)


@lru_cache(maxsize=1)
def _pools(modules: int) -> Any:
    """What is asked of these libraries; to find them takes milliseconds, and a new one comes with a new module."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def usable_memory() -> int:
    """Bytes of memory that the machine has, or fewer where this process's control group may have no more."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = memory_limit(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
    return whole if limit is None else min(whole, limit)


def cpu_quota(memberships: Path, mount: Path) -> float | None:
    """The CPU time per time that the strictest control group of this process grants (docker --cpus, Kubernetes).

    memberships: /proc/self/cgroup. mount: where version 2, or the controllers of version 1, are mounted. None where
    there is no quota. In a container the groups above its own are not there, and its own stands at the mount itself.
    """
    return _strictest(memberships, mount, "cpu", _quota_v2, _quota_v1)


def memory_limit(memberships: Path, mount: Path) -> int | None:
    """The bytes of memory that the strictest control group of this process grants (docker --memory); as above."""
    limit = _strictest(memberships, mount, "memory", _memory("memory.max"), _memory("memory.limit_in_bytes"))
    return None if limit is None else int(limit)


Read = Callable[[Path], float | None]


def _strictest(memberships: Path, mount: Path, controller: str, of_v2: Read, of_v1: Read) -> float | None:
    try:
        lines = memberships.read_text().splitlines()
    except OSError:
        return None
    limits = []
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if not controllers:
            root, read = mount, of_v2
        elif controller in controllers.split(","):
            root, read = mount / controller, of_v1
        else:
            continue
        folder = root / group.lstrip("/")
        limits += [read(place) for place in (folder, *folder.parents) if place.is_relative_to(root)]
    return min((limit for limit in limits if limit is not None), default=None)


def _memory(name: str) -> Read:
    def read(group: Path) -> float | None:
        words = _words(group / name)
        return None if not words or words[0] == "max" else int(words[0])

    return read


def _quota_v2(group: Path) -> float | None:
    words = _words(group / "cpu.max")
    return None if not words or words[0] == "max" else int(words[0]) / int(words[1])


def _quota_v1(group: Path) -> float | None:
    quota, period = _words(group / "cpu.cfs_quota_us"), _words(group / "cpu.cfs_period_us")
    return None if not quota or not period or int(quota[0]) <= 0 else int(quota[0]) / int(period[0])


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
