"""A command that is asked to end: it cleans up behind itself as after Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ASKING = (signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """A signal asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def ends_cleanly() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP raise Ended, unless somebody else sees to them, as nohup does."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Ended(number)

    main = threading.current_thread() is threading.main_thread()
    seen_to = [one for one in ASKING if main and signal.getsignal(one) == signal.SIG_DFL]
    for one in seen_to:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in seen_to:
            signal.signal(one, signal.SIG_DFL)


def exit_code(error: BaseException) -> int:
    """130 for Ctrl-C, and as shells have it 128 + the number of a signal."""
    for one in (error, error.__cause__, error.__context__):
        if isinstance(one, Ended):
            return 128 + one.number
    return 130
