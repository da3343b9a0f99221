"""`kit runs rm` beside other processes: nothing goes that somebody works on, and nothing is made of what is gone."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from shared.trained import kit, trained

import kit as library
from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.learn.share import share_folds
from kit.reporter import Reporter
from kit.runs.store import REMOVAL, Run, kept
from kit.submissions.make import prepare_submission, write_checked


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, str]]:
    return trained(tmp_path_factory.mktemp("made"))


@contextmanager
def held_elsewhere(path: Path) -> Iterator[None]:
    """Another thread, which claims tell apart like another process, has this."""
    has, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with claimed(path):
            has.set()
            let_go.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    has.wait(60)
    try:
        yield
    finally:
        let_go.set()
        other.join()


def test_a_run_that_is_being_trained_stays(
    made: tuple[Workspace, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = made
    run = Run(workspace.runs_dir / ids["all-data mask"])
    with held_elsewhere(run.fold_dir(0)):
        capsys.readouterr()
        assert kit(workspace, "runs", "rm", run.id) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"kit: {run.id}: process ") and "is at work on it; wait until that has ended" in told
        assert run.complete
    assert not list(run.path.glob(".*.lock")), "a refusal leaves no locks"


def test_nothing_is_made_of_a_run_that_was_removed_meanwhile(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    blend = library.open(workspace.root).blend("best1")
    checked = prepare_submission(workspace, blend, "best1", "mine")
    used = {member.run for members in checked.record.members.values() for member in members}
    assert kit(workspace, "runs", "rm", *used) == 0
    with pytest.raises(KitError, match="this run was removed meanwhile; run the command again without it"):
        write_checked(workspace, checked)
    assert not list(workspace.submissions_dir.glob("mine*"))
    left = Run(workspace.runs_dir / ids["poor mask"])
    shutil.rmtree(left.fold_dir(1))
    trains = pytest.fail
    (left.path / "run.json").unlink()
    with pytest.raises(KitError, match="removed meanwhile"):
        share_folds(left, [1], lambda fold, folder: trains("trained"), lambda fold: None, Reporter())


def test_a_removal_waits_for_what_is_just_made_of_runs(made: tuple[Workspace, dict[str, str]]) -> None:
    workspace, ids = made
    order = list[str]()

    def remove() -> None:
        with claimed(workspace.runs_dir / REMOVAL):
            order.append("removal")

    with kept(workspace, [ids["poor mask"]]):
        other = threading.Thread(target=remove)
        other.start()
        other.join(0.3)
        order.append("made")
    other.join()
    assert order == ["made", "removal"]
