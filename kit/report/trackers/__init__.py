"""Trackers follow a training through the reporter's one call; what they cannot do stops nothing."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from kit.competition.workspace import Workspace
from kit.errors import KitError, one_line
from kit.reporter import Epoch, Progress, Reporter

TRACKERS = {"wandb": "kit.report.trackers.wandb_runs", "tensorboard": "kit.report.trackers.tensorboard_events"}
"""Each by the name of its package and of kit's extra; its module is imported where it is asked for."""
FOLDER = "tracked"
"""Where trackers keep what they write, in the workspace; not in git."""


class Tracker(Protocol):
    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        """Note an epoch that a fold's model has just finished."""

    def close(self) -> None:
        """Nothing more comes."""


class Tracked(Reporter):
    """Tells a reporter everything, and trackers the epochs; one that fails is told of and asked no more."""

    def __init__(self, reporter: Reporter, trackers: dict[str, Tracker]) -> None:
        self.reporter, self.trackers = reporter, trackers

    def info(self, text: str) -> None:
        self.reporter.info(text)

    def warn(self, text: str) -> None:
        self.reporter.warn(text)

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Progress]:
        with self.reporter.progress(title, total) as progress:
            yield progress

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        self.reporter.epoch(run, fold, epoch)
        for name, tracker in list(self.trackers.items()):
            try:
                tracker.epoch(run, fold, epoch)
            except Exception as error:  # whatever a package of others raises must not end a training
                self._give_up(name, error)

    def close(self) -> None:
        for name, tracker in list(self.trackers.items()):
            try:
                tracker.close()
            except Exception as error:
                self._give_up(name, error)

    def _give_up(self, name: str, error: Exception) -> None:
        del self.trackers[name]
        self.reporter.warn(_follows_no_more(name, error))


def _follows_no_more(name: str, error: Exception) -> str:
    return f"{name} follows no more, and the training goes on: {type(error).__name__}: {one_line(error)}"


@contextmanager
def tracked(workspace: Workspace, names: Sequence[str], reporter: Reporter) -> Iterator[Reporter]:
    """A reporter that these trackers follow; the reporter itself where none is named.

    KitError where the package of one is not here.
    """
    if not names:
        yield reporter
        return
    found: dict[str, Tracker] = {}
    for name in dict.fromkeys(names):
        try:
            module = importlib.import_module(TRACKERS[name])
            found[name] = module.open_tracker(workspace.root / FOLDER / name, workspace.competition.name)
        except ImportError as error:
            todo = f"pip install 'imagekit-competition[{name}]', or leave --track out"
            raise KitError(f"{name} is not installed ({one_line(error)})", where="--track", todo=todo) from None
        except Exception as error:  # it is installed, and breaks as it is imported
            reporter.warn(_follows_no_more(name, error))
    following = Tracked(reporter, found)
    with ExitStack() as closing:
        closing.callback(following.close)
        yield following


def value_names(epoch: Epoch) -> dict[str, float]:
    """What is known of an epoch, by name."""
    values = {"train_loss": epoch.train_loss, "valid_loss": epoch.valid_loss, "score": epoch.score}
    return {name: value for name, value in values.items() if value is not None}


def folder_of(folder: Path, run: str, fold: int) -> Path:
    return folder / run / f"fold{fold}"
