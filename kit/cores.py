"""How many CPU cores and how much memory this process may use: the one answer for all that asks."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

GROUPS = (Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
"""Where Linux says which control groups this process is in, and where these are mounted."""
AHEAD = 64
"""Items that threads may be ahead of whoever takes what they made: of a million all at once would fill the memory."""


def usable_cores() -> int:
    """The cores that the scheduler may put this process on, or fewer where its control group has a CPU quota."""
    allowed = scheduled_cores()
    quota = cpu_quota(*GROUPS)
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def scheduled_cores() -> int:
    """The cores that the scheduler may put this process on."""
    return len(_scheduled_on())


def _scheduled_on() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


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


def core_ticks(cores: Collection[int] | None = None, stat: Path = Path("/proc/stat")) -> tuple[int, int] | None:
    """The idle and the whole time of these cores, or of all, since the start, in ticks; None where it is not told."""
    names = {"cpu"} if cores is None else {f"cpu{core}" for core in cores}
    try:
        lines = [line.split()[:9] for line in stat.read_text().splitlines()]
    except OSError:
        return None
    told = [[int(word) for word in words[1:]] for words in lines if len(words) > 5 and words[0] in names]
    return (sum(ticks[3] + ticks[4] for ticks in told), sum(map(sum, told))) if len(told) == len(names) else None


class Others:
    """How many cores others leave to this process, from when this was made to when it is asked.

    Others are the processes that work on cores that it may be scheduled on, and those that use up its quota with it.
    """

    def __init__(self) -> None:
        self._began, self._own, self._group = time.monotonic(), _own_seconds(), group_seconds(*GROUPS)
        self._cores = _scheduled_on()
        self._ticks = core_ticks(self._cores)

    def free(self) -> float | None:
        """No more than it may use; None where that is not known, such as before half a second has passed."""
        seconds, now, group = time.monotonic() - self._began, core_ticks(self._cores), group_seconds(*GROUPS)
        if seconds < 0.5 or now is None or self._ticks is None or now[1] == self._ticks[1]:
            return None
        own = (_own_seconds() - self._own) / seconds
        idle = len(self._cores) * (now[0] - self._ticks[0]) / (now[1] - self._ticks[1])
        spent = None if group is None or self._group is None else (group - self._group) / seconds
        return left_by_others(own, idle, spent, usable_cores())


def left_by_others(own: float, idle: float, spent: float | None, usable: int) -> float:
    """What others leave of the cores that this process may use, of the cores that each kept busy.

    own: this process. idle: nobody, of those that it may be scheduled on. spent: all processes of the control group
    whose quota grants it the usable ones, itself too; None without a quota.
    """
    of_cores, of_quota = own + idle, usable if spent is None else usable - max(0.0, spent - own)
    return max(0.0, min(of_cores, of_quota, usable))


def _own_seconds() -> float:
    return sum(os.times()[:4])


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
    limit = memory_limit(*GROUPS)
    return whole if limit is None else min(whole, limit)


def cpu_quota(memberships: Path, mount: Path) -> float | None:
    """The CPU time per time that the strictest control group of this process grants (docker --cpus, Kubernetes).

    memberships: /proc/self/cgroup. mount: where version 2, or the controllers of version 1, are mounted. None where
    there is no quota. In a container the groups above its own are not there, and its own stands at the mount itself.
    """
    return min((quota for quota, _ in _limits(memberships, mount, "cpu", _quota_v2, _quota_v1)), default=None)


def group_seconds(memberships: Path, mount: Path) -> float | None:
    """The CPU time that all processes of the group with that quota have spent since it began, in seconds; as above."""
    limits = _limits(memberships, mount, "cpu", _quota_v2, _quota_v1)
    if not limits:
        return None
    _, group = min(limits)
    if group.is_relative_to(mount / "cpu"):
        words = _words(mount / "cpuacct" / group.relative_to(mount / "cpu") / "cpuacct.usage")
        return int(words[0]) / 1e9 if words else None
    words = _words(group / "cpu.stat")
    return int(words[words.index("usage_usec") + 1]) / 1e6 if "usage_usec" in words else None


def memory_limit(memberships: Path, mount: Path) -> int | None:
    """The bytes of memory that the strictest control group of this process grants (docker --memory); as above."""
    limits = _limits(memberships, mount, "memory", _memory("memory.max"), _memory("memory.limit_in_bytes"))
    return min((int(limit) for limit, _ in limits), default=None)


Read = Callable[[Path], float | None]


def _limits(memberships: Path, mount: Path, controller: str, of_v2: Read, of_v1: Read) -> list[tuple[float, Path]]:
    """What each control group that this process is in grants, and its folder."""
    try:
        lines = memberships.read_text().splitlines()
    except OSError:
        return []
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
        limits += [(read(place), place) for place in (folder, *folder.parents) if place.is_relative_to(root)]
    return [(limit, place) for limit, place in limits if limit is not None]


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
