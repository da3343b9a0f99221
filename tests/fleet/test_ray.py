"""Folds that Ray's workers train are those that one process trains; a worker that dies costs no fold, and is said."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared import forked
from shared.drawn import played
from shared.fleet import SEEN, files_of_runs, fresh_workspace, jobs_under_way, kit
from shared.nodes import ROOT, Nodes, said, two_nodes

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.fleet.depot import Depot, Piece
from kit.fleet.needs import needs_of
from kit.fleet.node import bring
from kit.learn.plan import RunPlan, plan_run
from kit.recipes.load import load_recipe

OPTIONS = ["--task", "mask", "--recipe", "plain"]
VARIED = ["--vary", "learner.C=0.1,0.2"]

pytest.importorskip("ray", reason="Ray is not installed: pip install 'imagekit-competition[cluster]'")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh_workspace(tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="module")
def alone(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one process leaves that trains the recipe and a variant of it."""
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("alone") / "one")
    assert kit(root, "ablate", *OPTIONS, *VARIED) == 0
    return files_of_runs(root)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with two_nodes() as nodes:
        yield nodes


def wait_for_job(root: Path) -> tuple[int, int]:
    while not (found := list(jobs_under_way(root))):
        time.sleep(0.02)
    return found[0]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks at processes as Linux shows them")
def test_a_worker_that_is_killed_costs_no_fold_and_the_files_are_those_of_one_process(
    fresh: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    root = shutil.copytree(fresh, tmp_path / "killed")
    process = forked.start(["train", *OPTIONS, "--folds", "0", "--ray"], root, PYTHONPATH=SEEN)
    job, worker = wait_for_job(root)
    os.kill(worker, signal.SIGKILL)
    code, told = said(process)
    assert code == 0, told
    assert "its process there was killed; another worker takes it up" in told
    assert job not in [number for number, _ in jobs_under_way(root)]
    assert files_of_runs(root).items() <= alone.items()
    assert not list(Path(tempfile.gettempdir()).glob("ray-*"))


def test_machines_that_do_not_see_the_workspace_get_what_they_lack_once_and_give_all_folds_back(
    nodes: Nodes, fresh: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    root = shutil.copytree(fresh, tmp_path / "apart")
    assert kit(root, "train", *OPTIONS, "--folds", "1") == 0  # what is done is done
    code, told = said(nodes.kit(root, "ablate", *OPTIONS, *VARIED))
    assert code == 0 and "were brought there" in told, told
    assert files_of_runs(root) == alone
    assert len(list(nodes.folders[0].parent.glob("*/workspaces/*/runs/mask-*/fold*/fold.json"))) == 3


def test_who_fails_and_who_is_stopped_says_what_goes_on_and_loses_nothing(
    nodes: Nodes, fresh: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    root = shutil.copytree(fresh, tmp_path / "failing")
    photo = next((root / "data/train/images").glob("*/normal.*"))
    whole = photo.read_bytes()
    photo.write_bytes(b"no photo")
    code, told = said(nodes.kit(root, "train", *OPTIONS, "--folds", "1"))
    assert code == 1
    assert re.search(r"mask-plain-\w+, fold 1 on \S+ \([0-9.]+\): .*1 of 84 images cannot be read", told), told
    assert "'kit train --task mask --recipe plain --folds 1 --expect mask-plain-" in told

    photo.write_bytes(whole)
    process = nodes.kit(root, "train", *OPTIONS, "--folds", "0")
    wait_for_job(nodes.folders[0].parent)
    process.signal(signal.SIGINT)
    code, told = said(process)
    assert code == 130 and "the same command goes on where it stopped" in told, told
    assert not list(jobs_under_way(nodes.folders[0].parent))
    assert not [path for path in (root / "runs").rglob(".*") if path.suffix == ".tmp"]
    assert kit(root, "train", *OPTIONS, "--folds", "0") == 0
    assert files_of_runs(root).items() <= alone.items()


def test_kit_pseudo_has_what_is_left_of_its_teachers_trained_by_the_machines_and_then_labels(
    nodes: Nodes, fresh: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(fresh, tmp_path / "labelled")
    varied = ["--set", "learner.C=0.2"]
    assert kit(root, "train", *OPTIONS, *varied, "--folds", "0") == 0
    assert kit(root, "train", "--task", "age", "--recipe", "plain", "--folds", "0") == 0
    code, told = said(nodes.kit(root, "pseudo", *OPTIONS))
    assert code == 0, told
    alone = shutil.copytree(fresh, tmp_path / "unlabelled")
    assert kit(alone, "train", *OPTIONS, *varied) == 0
    assert kit(alone, "pseudo", *OPTIONS) == 0
    made, expected = files_of_runs(root), files_of_runs(alone)
    assert {name: made[name] for name in expected} == expected and any("pseudo/round1/" in name for name in expected)
    assert len([name for name in made if name.startswith("runs/age-") and name.endswith("fold.json")]) == 1


def test_a_fold_that_wants_more_than_any_machine_has_is_refused(nodes: Nodes, fresh: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fresh, tmp_path / "large")
    code, told = said(nodes.kit(root, "train", "--task", "mask", "--recipe", "tiny", "--devices-per-fold", "2"))
    assert code == 2 and "a fold wants 2 CPUs of one machine, and the largest has 1; take fewer" in told, told
    assert not list((root / "runs").glob("mask-*"))


def test_what_a_machine_has_by_its_content_is_not_brought_again(fresh: Path, tmp_path: Path) -> None:
    workspace = Workspace(shutil.copytree(fresh, tmp_path / "given"))
    workspace.crops_path.write_text("what kit crop found\n")
    plan = plan_run(workspace, ["mask"], "plain", load_recipe("plain", workspace.recipes_dir, []))
    asked: list[str] = []

    def call(name: str, pieces: list[Piece]) -> list[bytes]:
        assert name == "read"
        asked.extend(path for path, _, _ in pieces)
        return Depot(str(workspace.root), {}).read(pieces)

    def brought() -> list[str]:
        return [need.path for need in bring(tmp_path / "machine", *needs_of(workspace, plan, 0), call)[1]]

    first = brought()
    known = {"competition.yaml", "recipes/plain.yaml", "runs/folds.csv", "runs/crops.csv", "data/train/train.csv"}
    assert known <= set(first) == set(asked)
    assert not [path for path in first if path.startswith(("data/cache", "runs/mask-", "submissions"))]
    assert brought() == []
    photo = next((workspace.data_dir / "train/images").glob("*/normal.*"))
    photo.write_bytes(photo.read_bytes() + b"1")
    assert brought() == [photo.relative_to(workspace.root).as_posix()]
    photo.write_bytes(photo.read_bytes() + b"2")
    with pytest.raises(KitError, match="this file changed while it was brought"):
        bring(
            tmp_path / "machine", *needs_of(workspace, plan, 0), lambda name, pieces: [b"3" * n for _, _, n in pieces]
        )


def test_what_is_brought_for_a_fold_of_a_later_round_means_the_same_run_there(tmp_path: Path) -> None:
    workspace = played(tmp_path / "here")
    recipe = load_recipe("tiny", workspace.recipes_dir, [])

    def planned(workspace: Workspace) -> RunPlan:
        return plan_run(workspace, ["age"], "tiny", recipe, round=1, init_round=0)

    plan = planned(workspace)
    weights = workspace.runs_dir / str(plan.record.init_from) / "fold1/weights.safetensors"
    weights.write_bytes(b"drawn runs have none")
    needs = needs_of(workspace, plan, 1)
    assert str(weights.relative_to(workspace.root)) in [need.path for need in needs[1]]
    place, _ = bring(tmp_path / "there", *needs, lambda _, pieces: Depot(str(workspace.root), {}).read(pieces))
    assert planned(Workspace(place)).id == plan.id


def test_machines_with_another_kit_are_refused_before_they_work(nodes: Nodes, fresh: Path, tmp_path: Path) -> None:
    other = shutil.copytree(ROOT / "kit", tmp_path / "other/kit", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "seed.py").write_text((other / "seed.py").read_text() + "# another version\n")
    root = shutil.copytree(fresh, tmp_path / "refused")
    code, told = said(nodes.kit(root, "train", *OPTIONS, code=other.parent))
    assert code == 2
    assert re.search(
        r"no machine of the cluster is fit for this \(.*: it has kit 0.1.0 \(code \w{8}\) instead of", told
    )
    assert not list((root / "runs").glob("mask-*"))


def test_without_ray_a_sentence_says_what_to_install(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert kit(fresh, "train", *OPTIONS, "--ray") == 2
    assert "Ray is not installed; run pip install 'imagekit-competition[cluster]'" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "nonsense", "127.0.0.1:99999"])
def test_an_address_without_ray_is_told_at_once(address: str, fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(fresh, "train", *OPTIONS, "--ray", address) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"--ray {address}: " in said and "ray start --head" in said
    assert not list((fresh / "runs").glob("mask-*"))


def test_a_job_trains_the_run_that_it_was_made_for_or_none(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(fresh, "train", *OPTIONS, "--folds", "0", "--expect", "mask-plain-00000000") == 2
    said = capsys.readouterr().err
    assert "--expect mask-plain-00000000: these options mean mask-plain-" in said
    assert not list((fresh / "runs").glob("mask-*"))
