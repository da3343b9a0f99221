"""How idle threads of OpenMP wait: shortly, and hardly at all while others work on the cores."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import torch

from kit.cores import Others, scheduled_cores, usable_cores
from kit.openmp import OPENCV, PERIOD, SPINS, yielding

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere torch brings another OpenMP")

SLEEPS = """
import contextlib
import os
import torch
from kit.openmp import SpareTeam

numbers = torch.ones(100_000 * torch.get_num_threads())

def sleeps():
    counts = {}
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError), open(f"/proc/self/task/{thread}/status") as lines:  # it may have ended
            counts[thread] = next(int(line.split()[1]) for line in lines if line.startswith("voluntary"))
    return counts

def asked():
    before = sleeps()
    for _ in range(100):
        numbers.add_(1)
        sum(range(10_000))
    return sum(count - before[thread] for thread, count in sleeps().items() if thread in before)

asked()
alone = asked()
team = SpareTeam(torch.get_num_threads())
beside = asked()
team.close()
asked()
print(alone, beside, asked())
"""
"""How often threads sleep in a hundred steps that all share: alone, while a spare team is there, and after that."""

THREADS = """
import os
import sys
import torch
from kit.openmp import SpareTeam

before = len(os.listdir("/proc/self/task"))
team = SpareTeam(int(sys.argv[1]))
print(len(os.listdir("/proc/self/task")) - before)
team.close()
"""
"""How many threads a spare team is."""

LEARNT = """
import contextlib
import hashlib
import sys
import torch
from kit.openmp import SpareTeam

torch.manual_seed(0)
layers = torch.nn.Sequential(torch.nn.Conv2d(3, 32, 3), torch.nn.BatchNorm2d(32), torch.nn.Conv2d(32, 8, 1))
optimizer = torch.optim.AdamW(layers.parameters())
with contextlib.closing(SpareTeam(2)) if "beside" in sys.argv else contextlib.nullcontext():
    for _ in range(5):
        optimizer.zero_grad()
        layers(torch.rand(16, 3, 32, 32)).square().mean().backward()
        optimizer.step()
weights = b"".join(value.numpy().tobytes() for value in layers.state_dict().values())
print(hashlib.sha256(weights).hexdigest())
"""


def how_threads_wait(said: dict[str, str]) -> str:
    """What GNU's OpenMP says of itself when it is loaded after the command line of `kit` has begun."""
    begin = "import contextlib, kit.cli\nwith contextlib.suppress(SystemExit):\n    kit.cli.main(['--version'])\n"
    unsaid = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    run = subprocess.run(
        [sys.executable, "-c", begin + "import sklearn.utils._openmp_helpers"],
        env={**unsaid, **said, "OMP_DISPLAY_ENV": "VERBOSE"},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere scikit-learn brings another OpenMP")
def test_idle_threads_of_a_command_sleep_soon_unless_the_user_has_said_how_they_wait() -> None:
    assert "GOMP_SPINCOUNT = '3000'" in how_threads_wait({})
    assert "GOMP_SPINCOUNT = '7'" in how_threads_wait({"GOMP_SPINCOUNT": "7"})
    active = how_threads_wait({"OMP_WAIT_POLICY": "ACTIVE"})
    assert "OMP_WAIT_POLICY = 'ACTIVE'" in active and "GOMP_SPINCOUNT = '3000'" not in active


@pytest.mark.parametrize(("said", "n_threads"), [({}, 1), ({OPENCV: "2"}, 2)])
def test_a_call_of_opencv_is_one_threads_unless_the_user_has_said_how_many(
    said: dict[str, str], n_threads: int
) -> None:
    begin = "import contextlib, kit.cli\nwith contextlib.suppress(SystemExit):\n    kit.cli.main(['--version'])\n"
    unsaid = {name: value for name, value in os.environ.items() if name != OPENCV}
    command = [sys.executable, "-c", begin + "import cv2\nprint(cv2.getNumThreads())"]
    run = subprocess.run(command, env={**unsaid, **said}, capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == str(n_threads)


@linux
@pytest.mark.skipif(usable_cores() == 1, reason="one core has no team of threads")
def test_idle_threads_sleep_between_two_steps_while_a_spare_team_is_there() -> None:
    forever = {**os.environ, "GOMP_SPINCOUNT": "1000000000", "OMP_NUM_THREADS": "2"}
    del forever["OMP_WAIT_POLICY"]
    run = subprocess.run([sys.executable, "-c", SLEEPS], env=forever, capture_output=True, text=True, check=True)
    alone, beside, after = map(int, run.stdout.split())
    assert alone < 20 and after < 20
    assert beside > 80


@linux
@pytest.mark.parametrize("n_threads", [1, 2, scheduled_cores()])
def test_a_spare_team_and_the_threads_that_work_are_more_than_the_cores(n_threads: int) -> None:
    run = subprocess.run([sys.executable, "-c", THREADS, str(n_threads)], capture_output=True, text=True, check=True)
    assert n_threads + int(run.stdout) > scheduled_cores() + 1  # GNU's library counts the one that asks for a team once


@linux
def test_a_spare_team_changes_no_bit_of_what_is_learnt() -> None:
    two = {**os.environ, "OMP_NUM_THREADS": "2"}
    weights = [
        subprocess.run([sys.executable, "-c", LEARNT, how], env=two, capture_output=True, text=True, check=True).stdout
        for how in ("alone", "beside")
    ]
    assert weights[0] == weights[1] != ""


class Neighbours(Others):
    """Others who leave as many cores as is said."""

    left: float | None = None

    def free(self) -> float | None:
        return Neighbours.left


@pytest.fixture
def nobody_said(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """How idle threads wait, which all other tests say; two of them share a step."""
    for name in SPINS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("kit.openmp.Others", Neighbours)
    monkeypatch.setattr(Neighbours, "left", None)
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(n_threads)


def spare_teams(wanted: int) -> int:
    """How many there are, after there were as many as wanted or many looks have passed."""
    end = time.monotonic() + 20 * PERIOD
    while (found := sum(thread.name == "spare team" for thread in threading.enumerate())) != wanted:
        if time.monotonic() > end:
            break
        time.sleep(0.01)
    return found


def test_threads_sleep_soon_for_as_long_as_others_keep_the_cores_busy(nobody_said: None) -> None:
    Neighbours.left = 1.0
    with yielding():
        assert spare_teams(1) == 1
        Neighbours.left = 2.0
        assert spare_teams(0) == 0
        Neighbours.left = 1.0
        assert spare_teams(1) == 1
        Neighbours.left = None  # nobody knows any more
        time.sleep(2 * PERIOD)
        assert spare_teams(1) == 1
    assert spare_teams(0) == 0


def test_a_block_that_fails_leaves_no_spare_team(nobody_said: None) -> None:
    Neighbours.left = 1.0
    with pytest.raises(RuntimeError, match="out of photos"), yielding():
        assert spare_teams(1) == 1
        raise RuntimeError("out of photos")
    assert spare_teams(0) == 0


@pytest.mark.parametrize(
    ("n_threads", "said", "waits"),
    [(1, {}, False), (2, {"OMP_WAIT_POLICY": "ACTIVE"}, False), (2, {"GOMP_SPINCOUNT": "7"}, False), (2, {}, True)],
)
def test_what_the_user_has_said_holds_and_one_thread_waits_for_none(
    n_threads: int, said: dict[str, str], waits: bool, nobody_said: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Neighbours.left = 0.5
    torch.set_num_threads(n_threads)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    with yielding():
        time.sleep(2 * PERIOD)
        assert spare_teams(int(waits)) == int(waits)


COMMAND = """
import contextlib
import threading
import click
import kit.cli.runs
from kit.cli.main import main
from kit.openmp import yielding

def looking():
    return [thread.name for thread in threading.enumerate()].count("others")

@click.command()
def probe():
    before = looking()
    with yielding():
        print(before, looking())

kit.cli.runs.runs = probe
with contextlib.suppress(SystemExit):
    main(["runs"])
print(looking())
"""
"""How many threads look at what others do: in a command, in a block of its own, and after it."""


def test_every_command_looks_at_what_others_do_once() -> None:
    unsaid = {name: value for name, value in os.environ.items() if name not in SPINS}
    run = subprocess.run([sys.executable, "-c", COMMAND], env=unsaid, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "1", "0"]
