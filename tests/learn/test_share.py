"""A run's folds, shared by processes: one trains a fold, the others take the next and wait for the rest."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from shared.mini import mini_workspace

from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run

PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 8, orientations: 4}\nsize: 16\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(small(tmp_path_factory.mktemp("finished")))


def small(root: Path) -> Workspace:
    workspace = mini_workspace(root, people=12)
    (workspace.recipes_dir / "plain.yaml").write_text(PLAIN)
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    return workspace


def train(workspace: Workspace, reporter: Reporter | None = None) -> Run:
    workspace = Workspace(workspace.root)
    plan = plan_run(workspace, ["mask"], "plain", load_recipe("plain", workspace.recipes_dir))
    return train_run(workspace, plan, None, reporter or Reporter())


def outcome(run: Run) -> dict[str, str]:
    return {
        str(path.relative_to(run.path)): file_sha256(path)
        for path in sorted(run.path.rglob("*"))
        if path.is_file() and path.suffix != ".json"
    }


class Listener(Reporter):
    """Notes what is finished when somebody is waited for, and lets go of what is held then."""

    def __init__(self, run: Run, let_go: threading.Event) -> None:
        self.run, self.let_go, self.told = run, let_go, list[str]()
        self.finished: tuple[int, ...] = ()

    def info(self, text: str) -> None:
        if "fold" in text:
            self.told.append(text)
        if "waiting for fold" in text:
            self.finished = self.run.finished_folds
            self.let_go.set()


def test_a_held_fold_is_skipped_and_then_waited_for(tmp_path: Path, finished: Run) -> None:
    workspace = small(tmp_path)
    run = Run(workspace.runs_dir / finished.id)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with claimed(run.fold_dir(0)):
            held.set()
            let_go.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)
    listener = Listener(run, let_go)
    trained = train(workspace, listener)
    other.join()
    assert listener.finished == (1, 2), "the free folds come first"
    assert listener.told[0].startswith(f"{run.id}: process") and listener.told[0].endswith("trains fold 0")
    assert listener.told[1:] == [f"{run.id}: waiting for fold 0"], "and trained, as the other ended without it"
    assert outcome(trained) == outcome(finished)


def test_finished_folds_are_checked_before_anything_is_trained(tmp_path: Path, finished: Run) -> None:
    shutil.copytree(finished.path.parent.parent, tmp_path, dirs_exist_ok=True)
    run = Run(tmp_path / "runs" / finished.id)
    shutil.rmtree(run.fold_dir(0))
    oof = run.fold_dir(2) / "oof.parquet"
    oof.write_bytes((run.fold_dir(1) / "oof.parquet").read_bytes())
    with pytest.raises(KitError, match=r"fold2/oof.parquet: this file is not the one that the fold's record names"):
        train(Workspace(tmp_path))
    assert run.finished_folds == (1, 2), "fold 0 was not trained for nothing"
    shutil.rmtree(run.fold_dir(2))
    assert outcome(train(Workspace(tmp_path))) == outcome(finished)


def test_a_fold_that_was_whole_but_not_in_its_place_is_not_trained_again(tmp_path: Path, finished: Run) -> None:
    shutil.copytree(finished.path.parent.parent, tmp_path, dirs_exist_ok=True)
    run = Run(tmp_path / "runs" / finished.id)
    run.fold_dir(1).rename(run.work_dir(1))
    record = run.work_dir(1) / "fold.json"
    before = record.stat().st_mtime_ns
    train(Workspace(tmp_path))
    assert (run.fold_dir(1) / "fold.json").stat().st_mtime_ns == before and not run.work_dir(1).exists()
