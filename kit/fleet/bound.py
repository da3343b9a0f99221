"""kit's command line in a process that does not outlive the one that started it.

    python -m kit.fleet.bound PID ARGUMENTS

PID is the process that started it. A job whose worker was killed would otherwise train on, beside the one that took
its place; its checkpoint stays.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that this process gets when its parent ends."""


def end_with(parent: int) -> None:
    """Be killed when the process `parent` ends, on Linux; elsewhere a job ends when it next speaks to nobody.

    What asks a process to end reaches this one.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)  # it ended meanwhile
    # a worker of Ray lets no Ctrl-C through, and what it starts inherits that
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


if __name__ == "__main__":
    end_with(int(sys.argv.pop(1)))
    runpy.run_module("kit", run_name="__main__", alter_sys=True)
