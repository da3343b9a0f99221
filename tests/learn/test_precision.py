"""In which precision a run is trained: said in its id, found out once by `auto`, kept by all of its folds."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from shared.mini import mini_workspace
from shared.told import Told
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.cores import Others, has_bf16_units
from kit.files import write_record
from kit.folds.frozen import freeze_folds
from kit.learn.model_file import load_predict, model_file
from kit.learn.plan import plan_run
from kit.learn.precision import tell_precision
from kit.learn.ready import open_caches
from kit.learn.told import tell_crowded
from kit.learn.train import train_run
from kit.openmp import SPINS
from kit.recipes.load import load_recipe, run_recipe
from kit.reporter import Reporter
from kit.runs.precision import precision_path, read_precision
from kit.runs.store import Run


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("precision"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace


def planned(workspace: Workspace, *overrides: str) -> str:
    recipe = load_recipe("tiny", workspace.recipes_dir, overrides)
    return plan_run(reopened(workspace), ["mask"], "tiny", recipe).id


def train(workspace: Workspace, *overrides: str, folds: list[int]) -> Run:
    recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=1", *overrides])
    workspace = reopened(workspace)
    return train_run(workspace, plan_run(workspace, ["mask"], "tiny", recipe), folds, Reporter())


def test_an_id_says_precision_and_fusing_where_a_recipe_does(workspace: Workspace) -> None:
    plain = planned(workspace)
    assert plain == planned(workspace, "precision=null", "optimizer.fused=false")
    others = [planned(workspace, key) for key in ("precision=fp32", "precision=bf16", "precision=auto")]
    assert len({plain, *others, planned(workspace, "optimizer.fused=true")}) == 5


def test_auto_writes_down_the_quicker_one_and_later_folds_keep_it(workspace: Workspace) -> None:
    run = train(workspace, "precision=auto", folds=[0])
    found = read_precision(run)
    assert found is not None and set(found.speeds) == {"fp32", "bf16"}
    assert found.precision == max(found.speeds, key=found.speeds.__getitem__) or found.precision == "fp32"

    write_record(precision_path(run), found.model_copy(update={"precision": "bf16"}))  # as another machine finds it
    assert train(workspace, "precision=auto", folds=[1]).id == run.id
    other = train(workspace, "precision=bf16", folds=[1])
    assert np.array_equal(run.fold_oof(1).probs["mask"], other.fold_oof(1).probs["mask"])
    plain = train(workspace, folds=[1])
    assert not np.array_equal(run.fold_oof(1).probs["mask"], plain.fold_oof(1).probs["mask"])

    assert run_recipe(run).precision == "bf16"  # type: ignore[union-attr]
    _, test_cache = open_caches(workspace, run_recipe(run), Reporter())
    again = load_predict(model_file(run, 1, 3))
    kept = run.fold_test(1)
    rows = test_cache.rows(kept.images)
    assert np.array_equal(again(test_cache.array, rows)["mask"], kept.probs["mask"])
    one = again(test_cache.array, rows[3:4])["mask"]
    assert np.array_equal(one[0], kept.probs["mask"][3]), "what is said of a photo depends on those beside it"


def test_folds_whose_precision_is_lost_are_not_gone_on_with(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    run = train(workspace, "precision=auto", "seed=1", folds=[0])
    precision_path(run).unlink()
    keys = ["--set", "epochs=1", "--set", "precision=auto", "--set", "seed=1"]
    assert kit(workspace, "train", "--task", "mask", "--recipe", "tiny", *keys) == 2
    assert "is not written down any more" in capsys.readouterr().err
    assert run.finished_folds == (0,)


def test_an_optimizer_that_cannot_be_fused_is_one_sentence(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ["--set", "optimizer.fused=true", "--set", "optimizer.name=lamb"]
    assert kit(workspace, "train", "--task", "mask", "--recipe", "tiny", *keys) == 2
    told = capsys.readouterr().err
    assert "'lamb' cannot be fused" in told and "optimizer.fused=false" in told


def test_fused_steps_go_where_plain_ones_go(workspace: Workspace) -> None:
    fused, plain = (train(workspace, f"optimizer.fused={on}", folds=[1]) for on in ("true", "false"))
    far = np.abs(fused.fold_oof(1).probs["mask"] - plain.fold_oof(1).probs["mask"])
    assert far.max() < 0.05


def test_a_long_training_in_float32_is_told_what_bfloat16_would_give(workspace: Workspace) -> None:
    notes = Told()
    recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=1"])
    record = plan_run(reopened(workspace), ["mask"], "tiny", recipe).record
    tell_precision(workspace, record, recipe, 1, notes)
    assert not notes.info_told, "a short training is not worth the timing"
    tell_precision(workspace, record, recipe.model_copy(update={"epochs": 1000}), 2, notes)
    assert "--set precision=bf16 would train at" in " ".join(notes.info_told)


@pytest.mark.parametrize(
    ("flags", "has_units"),
    [
        ("flags\t\t: fpu avx2 avx512f avx512_bf16 amx_tile", True),
        ("flags\t\t: fpu avx2 avx512f", False),
        ("Features\t: fp asimd bf16 i8mm", True),
        ("", False),
    ],
)
def test_the_cpu_says_whether_it_has_units_for_bfloat16(tmp_path: Path, flags: str, has_units: bool) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\n{flags}\n")
    assert has_bf16_units(tmp_path / "cpuinfo") == has_units
    assert not has_bf16_units(tmp_path / "nothing")


class Neighbours(Others):
    """Others who leave so many cores."""

    def __init__(self, left: float | None) -> None:
        super().__init__()
        self.left = left

    def free(self) -> float | None:
        return self.left


def test_threads_that_wait_beside_others_are_told_of(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = load_recipe("tiny", workspace.recipes_dir, [])
    record = plan_run(reopened(workspace), ["mask"], "tiny", recipe).record
    told = Told()
    monkeypatch.setattr("kit.learn.told.usable_cores", lambda: 4)
    for left, n_threads in ((None, 4), (3.8, 4), (0.4, 1), (3.0, 3), (2.0, 4), (1.0, 4)):
        tell_crowded(Neighbours(left), record, n_threads, told)
    assert told.info_told == []  # nobody knows, or nobody is there, or the cores that are left share it evenly

    tell_crowded(Neighbours(3.0), record, 4, told)
    assert ["OMP_NUM_THREADS=3 " in line for line in told.info_told] == [True]
    assert "others leave 3.0 of 4 cores" in told.info_told[0]


def has_spare_team() -> bool:
    return any(thread.name == "spare team" for thread in threading.enumerate())


class Watched(Reporter):
    """Whether a spare team is there at the end of each epoch; one that is wanted is waited for."""

    def __init__(self, wanted: bool) -> None:
        self.wanted, self.found = wanted, list[bool]()

    def epoch(self, run: str, fold: int, epoch: object) -> None:
        end = time.monotonic() + 20
        while self.wanted and not has_spare_team() and time.monotonic() < end:
            time.sleep(0.01)
        self.found.append(has_spare_team())


@pytest.mark.parametrize(("left", "crowded"), [(1.0, True), (2.0, False)])
def test_a_run_makes_way_for_whoever_keeps_the_cores_busy(
    left: float, crowded: bool, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SPINS:
        monkeypatch.delenv(name, raising=False)
    for module in ("kit.openmp", "kit.learn.train"):
        monkeypatch.setattr(f"{module}.Others", lambda: Neighbours(left))
    watched, n_threads = Watched(crowded), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=2", f"seed={7 + crowded}"])
        train_run(workspace, plan_run(reopened(workspace), ["mask"], "tiny", recipe), [0], watched)
    finally:
        torch.set_num_threads(n_threads)
    assert watched.found == [crowded, crowded]
    assert not has_spare_team()
