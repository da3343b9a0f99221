"""Before any test module imports torch: one thread a process, and threads that wait do not spin. After all: no trace.

Tests run in two processes and start others beside their own, and threads that wait in a busy loop take the cores from
one another: on two cores that made training several times slower. Alone on a machine spinning is the faster way, so kit
does not set this.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

LONGEST = (
    "test_torture.py",
    "fleet/test_ray.py",
    "fleet/test_lost_machine.py",
    "ship/test_predict.py",
    "submissions/test_from_photos_to_finals.py",
    "fleet/test_side_by_side.py",
    "fleet/test_ranks.py",
    "learn/network/test_head.py",
    "learn/test_resume.py",
    "learn/test_classic.py",
    "cli/test_screens.py",
    "images/test_looks.py",
    "report/test_trackers.py",
    "submissions/test_submit.py",
    "pseudo/test_lineage.py",
    "pseudo/test_noninterference.py",
    "submissions/test_cells.py",
    "test_extending.py",
    "competition/test_replaced_photo.py",
    "test_system.py",
    "learn/test_ablate.py",
    "blend/test_blend.py",
    "presets/test_init.py",
    "images/test_crop.py",
)
"""The files that take half a minute and more, the longest first: one that began last would let a processor wait."""

LONG = (
    "fleet/",
    "ship/",
    "test_torture.py",
    "test_claim.py",
    "test_cores.py",
    "test_door.py",
    "test_extending.py",
    "test_system.py",
    "blend/test_averaging.py",
    "blend/test_choice.py",
    "cli/test_json.py",
    "cli/test_scores_told.py",
    "cli/test_screens.py",
    "competition/test_own_metrics.py",
    "competitions/test_forty.py",
    "evidence/test_new_metric.py",
    "folds/test_deal.py",
    "hosts/test_kaggle_adapter.py",
    "hosts/test_kaggle_push.py",
    "images/test_cache.py",
    "images/test_crop.py",
    "images/test_looks.py",
    "learn/network/test_head.py",
    "learn/network/test_start.py",
    "learn/test_ablate.py",
    "learn/test_classic.py",
    "learn/test_resume.py",
    "learn/test_seeds.py",
    "learn/test_together.py",
    "presets/test_init_hosts.py",
    "pseudo/test_separability.py",
    "recipes/test_recipe.py",
    "report/test_browser.py",
    "report/test_doctor.py",
    "report/test_trackers.py",
    "report/test_watch.py",
    "selection/test_leaderboard.py",
    "submissions/test_cells.py",
    "submissions/test_from_photos_to_finals.py",
    "targets/test_learning.py",
    "targets/test_many_classes.py",
)
"""Half of the suite's time: the files that start many processes, other machines, hosts and browsers, or train a lot.
`make test` leaves them out, `make test-long` runs them alone; who lands a change runs both."""

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# what pytest loads tells the workers the size of a terminal, and no command here has one
os.environ.pop("COLUMNS", None)

# who is started in the background of a shell ignores Ctrl-C, and so would every command that a test interrupts
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("kit", deadline=None, derandomize=True)  # a machine may be busy; the same examples each time
settings.load_profile("kit")


def pytest_configure(config: pytest.Config) -> None:
    """All that tests and their commands leave in the temporary folder goes at the end of the run.

    What failing tests wrote, which pytest keeps, lies where it always does.
    """
    if hasattr(config, "workerinput"):
        return  # one of the processes, which has the folder of the one that started it
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    folder = tempfile.mkdtemp(prefix="kit-suite-")
    os.environ["TMPDIR"], tempfile.tempdir = folder, folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(tryfirst=True)  # before pytest itself looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files are given to the processes in this order, and those of half the time are marked."""
    folder = Path(__file__).parent
    if gone := [name for name in (*LONG, *LONGEST) if not (folder / name).exists()]:
        raise pytest.UsageError(f"tests/conftest.py names what is not there: {', '.join(gone)}")
    place = {folder / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
    for item in items:
        if item.path.relative_to(folder).as_posix().startswith(LONG):
            item.add_marker(pytest.mark.long)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes do not name a test: an archive's hold the time, and two processes would collect two lists."""
    return argname if isinstance(val, bytes) else None
