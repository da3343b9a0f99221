"""Workers are heard side by side on one bar, and what became of a job that was lost or failed is said as it is."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit.fleet.jobs import Job
from kit.fleet.process import Event, JobProcess
from kit.fleet.schedule import LIVES, End, run_jobs
from kit.reporter import Reporter

FIRST, SECOND = (Job("age-tiny-1a2b3c4d", fold, ("train", "--folds", str(fold)), 4) for fold in (0, 1))


def epoch(job: Job, number: int) -> tuple[Job, Event]:
    curve = {"train_loss": 0.5, "valid_loss": 0.5, "score": 0.5}
    return job, {"event": "epoch", "run": job.run, "fold": job.fold, "epoch": number, **curve}


class Saying:
    """Workers that say what they are told to, in this order."""

    def __init__(self, said: Iterable[tuple[Job, Event | End]]) -> None:
        self.said, self.started = deque(said), list[Job]()

    def __enter__(self) -> Saying:
        return self

    def __exit__(self, *error: object) -> None:
        assert not self.said

    def expect(self, plans: object) -> None: ...

    def has_room(self) -> bool:
        return True

    def start(self, job: Job) -> None:
        self.started.append(job)

    def next(self) -> tuple[Job, Event | End]:
        return self.said.popleft()


class Screen(Reporter):
    """What a terminal shows."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.total = 0
        self.steps: list[tuple[int, str, bool]] = []

    def info(self, text: str) -> None:
        self.said.append(text)

    def warn(self, text: str) -> None:
        self.said.append(f"warning: {text}")

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Screen]:
        self.total += total
        yield self

    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        self.steps.append((steps, note, skipped))


def test_the_epochs_of_all_workers_move_one_bar_and_none_moves_it_twice() -> None:
    lost = End("lost", "node2 (10.0.0.2)", "the machine was lost")
    workers, screen = (
        Saying(
            [
                epoch(FIRST, 0),
                epoch(SECOND, 0),
                epoch(SECOND, 1),
                (SECOND, lost),
                epoch(FIRST, 1),
                epoch(SECOND, 1),  # its checkpoint was one epoch behind
                epoch(SECOND, 2),
                epoch(SECOND, 3),
                (SECOND, End("done", "node1 (10.0.0.1)")),
                epoch(FIRST, 3),  # a worker of another command took it that far
                (FIRST, End("done", "node1 (10.0.0.1)")),
            ]
        ),
        Screen(),
    )
    assert run_jobs([FIRST, SECOND], workers, screen) == []
    assert workers.started == [FIRST, SECOND, SECOND]
    assert screen.total == 8 == sum(steps for steps, _, _ in screen.steps)
    assert [note for _, note, _ in screen.steps][:2] == [
        "age-tiny-1a2b3c4d, fold 0: epoch 0",
        "age-tiny-1a2b3c4d, fold 1: epoch 0",
    ]
    assert sum(steps for steps, _, skipped in screen.steps if skipped) == 1  # fold 0's epoch 2, trained elsewhere
    assert screen.said == [
        "warning: age-tiny-1a2b3c4d, fold 1 on node2 (10.0.0.2): the machine was lost; another worker takes it up",
        "age-tiny-1a2b3c4d, fold 1: 1 epoch trained again after a loss",
    ]


def test_a_job_that_is_lost_again_and_again_fails_with_the_command_that_takes_it_up() -> None:
    lost = End("lost", "node2 (10.0.0.2)", "the memory there was used up")
    said = [*[(FIRST, lost)] * (LIVES - 1), epoch(FIRST, 0), *[(FIRST, lost)] * LIVES, (SECOND, End("done", "node1"))]
    screen = Screen()
    (failure,) = run_jobs([FIRST, SECOND], Saying(said), screen)
    assert failure.job == FIRST and failure.why == "the memory there was used up"
    told = "warning: age-tiny-1a2b3c4d, fold 0 on node2 (10.0.0.2): the memory there was used up"
    assert screen.said[-1] == f"{told}; the others go on; 'kit train --folds 0' takes it up again"
    assert screen.total == sum(steps for steps, _, _ in screen.steps)


def test_a_process_that_ends_without_a_sentence_is_told_by_its_last_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kit/fleet").mkdir(parents=True)
    for folder in (tmp_path / "kit", tmp_path / "kit/fleet"):
        (folder / "__init__.py").touch()
    written = "import sys\nprint('warning: a thing', 'first', 'second', 'third', 'last', sep='\\n', file=sys.stderr)\n"
    (tmp_path / "kit/fleet/bound.py").write_text(f"{written}sys.exit(139)\n")
    monkeypatch.chdir(tmp_path)  # whose kit is the one that python -m finds
    process = JobProcess(tmp_path, ["train"], os.environ, lambda event: None)
    process.process.wait()
    assert process.why() == "its process ended with exit code 139: second: third: last"
    assert process.warnings() == ["a thing"] and not process.killed
