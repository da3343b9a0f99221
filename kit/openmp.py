"""How many threads of OpenMP share a step of torch's on the CPU, and how the idle ones of them wait for more.

And how many OpenCV has of its own, which are one where `kit` has threads itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

from kit.cores import Others, scheduled_cores, usable_cores

SPIN_COUNT = "3000"
"""How often an idle thread of GNU's library looks for work before it sleeps, while nobody else wants the cores."""
SPINS = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
"""The variables by which a user says how idle threads wait."""
OPENCV = "OPENCV_FOR_THREADS_NUM"
"""The variable by which a user says how many threads share a call of OpenCV's."""
CROWDED = 0.25
"""The share of the cores for its threads that others keep busy, from which idle ones sleep at once."""
PERIOD = 0.5
"""Seconds between two looks at what others do."""


def share_cores() -> None:
    """Let OpenMP's threads wait shortly, and be no more than the cores that a quota leaves; before torch is loaded.

    OpenCV's, before it is loaded, are one: each thread of `kit` that decodes or augments has a photo of its own, and
    OpenCV's pool, of all cores, spins beside each of them: `strong` took nearly twice as much of the cores with it.

    By itself OpenMP goes by the cores that a process may be scheduled on, and knows of no quota. Its threads spin for
    milliseconds, and take the cores from whatever else works on them, before `yielding` sees that: beside one
    busy process on two cores training took two to three times as long. To sleep at once costs more when nothing else
    runs than a short spin does.
    """
    if not any(name in os.environ for name in SPINS):
        os.environ[SPINS[0]] = SPIN_COUNT
    os.environ.setdefault(OPENCV, "1")
    if usable_cores() < scheduled_cores():
        os.environ.setdefault("OMP_NUM_THREADS", str(usable_cores()))


def waiting() -> str:
    """How idle threads wait, as the environment has it."""
    return ", ".join(f"{name}={os.environ[name]}" for name in SPINS if name in os.environ) or "as OpenMP does by itself"


_watch = Lock()
"""Held while what others do is looked at."""


@contextmanager
def yielding() -> Iterator[None]:
    """In the block, idle threads of torch sleep almost at once for as long as others keep the cores busy.

    Unless the user has said how idle threads wait. Not a bit of what they compute is another. Such a block within such
    a block changes nothing.
    """
    said = os.environ.get(SPINS[0], SPIN_COUNT) != SPIN_COUNT or SPINS[1] in os.environ
    if said or not _watch.acquire(blocking=False):
        yield
        return
    ended = Event()
    watch = Thread(target=_yield_while_crowded, args=(ended,), name="others", daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()
        _watch.release()


def _yield_while_crowded(ended: Event) -> None:
    spare, others = None, Others()
    while not ended.wait(PERIOD):
        if (free := others.free()) is None:
            continue
        others, n_threads = Others(), _threads_of_torch()
        crowded = n_threads > 1 and free <= (1 - CROWDED) * n_threads
        if crowded and spare is None:
            spare = SpareTeam(n_threads)
        elif not crowded and spare is not None:
            spare.close()
            spare = None
    if spare is not None:
        spare.close()


def _threads_of_torch() -> int:
    """How many share a step of torch's; none where nobody has loaded it."""
    if "torch" not in sys.modules:
        return 0
    import torch

    return torch.get_num_threads()


class SpareTeam:
    """Threads that are asked nothing; while they are there, those that are asked sleep soon.

    GNU's library lets an idle thread spin no more than 100 times where it manages more threads than the cores that
    the process may be scheduled on (its manual, of GOMP_SPINCOUNT), and has a team for each thread that asks it
    something. n_threads: how many are asked; a quota may have made them far fewer than these cores.
    """

    def __init__(self, n_threads: int) -> None:
        self._ended, there = Event(), Event()
        args = (max(2, scheduled_cores() - n_threads + 2), there)
        self._thread = Thread(target=self._stand_by, args=args, name="spare team", daemon=True)
        self._thread.start()
        there.wait()

    def _stand_by(self, n_spare: int, there: Event) -> None:
        import torch
        from threadpoolctl import ThreadpoolController

        try:
            torch.get_num_threads()  # torch sets it once in each thread
            with ThreadpoolController().select(user_api="openmp").limit(limits=n_spare):  # of what this thread asks
                torch.zeros(n_spare * 2**15)  # large enough for torch to ask them all
        finally:
            there.set()
        self._ended.wait()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
