"""Heads: whatever a task is predicted by, its probabilities are of classes, and its fold's own people shape it."""

from __future__ import annotations

from functools import partial
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from hypothesis import given
from hypothesis import strategies as st
from shared.answers import answer
from shared.mini import SPEC, mini_workspace
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.learn.model_file import model_file
from kit.learn.network.head import Bins, Expected, Given, Ordinal, Softmax, interval_log_probs
from kit.learn.network.kept import kept_model
from kit.learn.network.loss import total_loss
from kit.learn.network.mix import mix
from kit.learn.plan import plan_run
from kit.learn.target import head_shapes, real_targets
from kit.learn.train import train_run
from kit.recipes.heads import BINS
from kit.recipes.load import load_recipe
from kit.recipes.network import MixSpec
from kit.reporter import Reporter
from kit.runs.record import HeadShape
from kit.runs.store import Run, all_runs

REPORT = [19, 20, 21, 25, 30, 49, 53, 56, 58, 60]
SHAPE = HeadShape(bins=(0, 0, 1, 2, 2), centres=(20.0, 25.0, 40.0, 61.0, 68.0), edges=(30.0, 60.0))
CE = partial(total_loss, {"ce": 1.0}, counts=torch.ones(3))
HEADS = {
    "softmax": partial(Softmax, 3),
    "bins": partial(Bins, 3, SHAPE, 0.5),
    "ordinal": partial(Ordinal, 3),
    "expected": partial(Expected, SHAPE, 0.5),
}


def workspace_with(root: Path, bins: object = REPORT, people: int = 18) -> Workspace:
    mini_workspace(root, people)
    content = yaml.safe_load(SPEC)
    if bins is not None:
        content["tasks"]["age"]["bins"] = bins
    (root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    workspace = Workspace(root)
    assert kit(workspace, "fold", "--folds", "2") == 0
    return workspace


def targets_of(labels: list[int], bins: list[int]) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    targets = {"age": torch.eye(3)[labels], "age" + BINS: torch.eye(5)[bins]}
    return targets, {name: torch.ones(len(labels)) for name in targets}


@pytest.mark.parametrize("name", HEADS)
def test_a_heads_gradient_is_that_of_finite_differences(name: str) -> None:
    head = HEADS[name]()
    targets, weights = targets_of([0, 1, 2, 2], [1, 2, 3, 4])
    weights["age" + BINS][3] = 0
    outputs = torch.randn(4, head.n_outputs, generator=torch.Generator().manual_seed(1)).requires_grad_()
    head.loss(outputs, "age", targets, weights, CE).backward()
    assert outputs.grad is not None
    for row, column in np.ndindex(*outputs.shape):
        up, down = outputs.detach().clone(), outputs.detach().clone()
        up[row, column] += 1e-2
        down[row, column] -= 1e-2
        with torch.no_grad():
            slope = (head.loss(up, "age", targets, weights, CE) - head.loss(down, "age", targets, weights, CE)) / 2e-2
        assert float(slope) == pytest.approx(float(outputs.grad[row, column]), abs=2e-3)


def test_bins_add_up_to_classes_and_both_are_taught() -> None:
    head = Bins(3, SHAPE, fine=0.5)
    probs = torch.tensor([[0.1, 0.3, 0.2, 0.25, 0.15]])
    summed = head(probs.log(), {}).softmax(dim=1)
    torch.testing.assert_close(summed, torch.tensor([[0.4, 0.2, 0.4]]))
    targets, weights = targets_of([2], [3])
    assert float(head.loss(probs.log(), "age", targets, weights, CE)) == pytest.approx(-log(0.4) - 0.5 * log(0.25))
    weights["age" + BINS][:] = 0  # a pseudo-labelled photo has a class and no bin
    assert float(head.loss(probs.log(), "age", targets, weights, CE)) == pytest.approx(-log(0.4))
    sure = torch.tensor([[200.0, -200.0, -200.0, 0.0, 100.0]], requires_grad=True)
    head.loss(sure, "age", *targets_of([2], [3]), CE).backward()
    assert sure.grad is not None and torch.isfinite(sure.grad).all()


def test_ordinal_and_expected_probabilities_are_those_of_their_formulas() -> None:
    head = Ordinal(4)
    edges = [-4.0, 0.0, 4.0]
    below = [1 / (1 + exp(-(edge - 0.3))) for edge in edges]
    wanted = [below[0], below[1] - below[0], below[2] - below[1], 1 - below[2]]
    found = head(torch.tensor([[0.3]]), {}).exp()[0].tolist()
    assert found == pytest.approx(wanted, rel=1e-5)

    expected = Expected(SHAPE, fine=0.5)
    probs = torch.tensor([[0.1, 0.2, 0.4, 0.2, 0.1]])
    years = float(probs[0] @ torch.tensor(SHAPE.centres))
    mean, deviation = np.mean(SHAPE.centres), np.std(SHAPE.centres)
    assert float(expected.expected(probs.log())) == pytest.approx((years - mean) / deviation, rel=1e-5)
    below = [1 / (1 + exp(-(edge - years) / deviation * exp(1))) for edge in SHAPE.edges]
    wanted = [below[0], below[1] - below[0], 1 - below[1]]
    assert expected(probs.log(), {}).exp()[0].tolist() == pytest.approx(wanted, rel=1e-4)


@given(
    st.floats(-60, 60),
    st.lists(st.floats(-50, 50), min_size=2, max_size=5, unique=True)
    .map(sorted)
    .filter(lambda edges: min(np.diff(edges)) > 1e-3),
)
def test_interval_probabilities_sum_to_one_and_are_finite(location: float, edges: list[float]) -> None:
    place = torch.tensor([location], requires_grad=True)
    logs = interval_log_probs(place, torch.tensor(edges))
    assert float(logs.exp().sum().detach()) == pytest.approx(1, abs=1e-4)
    logs.sum().backward()
    assert torch.isfinite(logs).all() and place.grad is not None and torch.isfinite(place.grad).all()


def test_heads_given_another_task_are_mixed_by_its_probabilities_or_its_most_probable_class() -> None:
    each = torch.tensor([[0.7, 0.2, 0.1, 0.1, 0.1, 0.8]])
    gender = {"gender": torch.tensor([[0.25, 0.75]]).log()}
    soft, hard = (Given([Softmax(3), Softmax(3)], "gender", mixing) for mixing in ("soft", "hard"))
    torch.testing.assert_close(soft(each.log(), gender).exp(), 0.25 * each[:, :3] + 0.75 * each[:, 3:])
    torch.testing.assert_close(hard(each.log(), gender).exp(), each[:, 3:])


def test_each_of_the_given_heads_is_taught_by_its_own_photos() -> None:
    head = Given([Softmax(3), Softmax(3)], "gender", "soft")
    outputs = torch.zeros(3, 6, requires_grad=True)
    targets = {"age": torch.eye(3), "gender": torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])}
    loss = head.loss(outputs, "age", targets, {"age": torch.ones(3), "gender": torch.ones(3)}, CE)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(log(3))  # the mean over photos, as of one head
    assert outputs.grad is not None
    touched = (outputs.grad.reshape(3, 2, 3) != 0).any(dim=2)
    assert touched.tolist() == [[True, False], [False, True], [True, True]]


def test_a_cut_face_teaches_bins_where_it_teaches_their_task() -> None:
    targets = {"age": torch.eye(2), "age" + BINS: torch.eye(4)[[0, 3]], "mask": torch.eye(2)}
    for seed in range(10):
        pixels = torch.arange(2.0)[:, None, None, None].expand(2, 3, 2, 2)
        spec, generator = MixSpec(method="half_cutmix", p=1, tasks=("age",)), np.random.default_rng(seed)
        mixed, told, teaches = mix(pixels, targets, spec, generator)
        cut = not torch.equal(mixed, pixels)
        assert bool(teaches["mask"].any()) != cut and teaches["age" + BINS].all()
        assert torch.equal(told["age" + BINS], (targets["age" + BINS] + targets["age" + BINS].flip(0)) / 2) == cut


def test_the_reports_eleven_bins_lie_in_three_classes(tmp_path: Path) -> None:
    workspace = reopened(workspace_with(tmp_path))
    specs = load_recipe("tiny", workspace.recipes_dir, ["heads.age=bins"]).heads
    everybody = np.ones(len(workspace.train), dtype=bool)
    shapes = head_shapes(workspace, specs, ["age"], everybody)
    assert shapes["age"].bins == (0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2)
    targets = real_targets(workspace, specs, ["age"], shapes, everybody)
    ages = workspace.tables.raw["age"].astype(int).to_numpy()
    told = dict(zip(ages.tolist(), targets["age" + BINS].argmax(axis=1).tolist(), strict=True))
    assert told == {19: 1, 24: 3, 35: 5, 52: 6, 60: 10, 70: 10}
    classes = np.array(shapes["age"].bins)[targets["age" + BINS].argmax(axis=1)]
    assert (classes == workspace.train["age"]).all()


def test_the_fine_classes_of_a_task_with_values_are_its_bins(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, bins=None)
    content = yaml.safe_load((tmp_path / "competition.yaml").read_text())
    values = {"mask1": "worn", "mask*": "worn", "incorrect_mask": "incorrect", "normal": "none"}
    content["tasks"]["mask"] |= {"values": values, "bins": "values"}
    (tmp_path / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    workspace = reopened(Workspace(tmp_path))
    specs = load_recipe("tiny", workspace.recipes_dir, ["heads.mask=bins"]).heads
    everybody = np.ones(len(workspace.train), dtype=bool)
    shapes = head_shapes(workspace, specs, ["mask"], everybody)
    bins = real_targets(workspace, specs, ["mask"], shapes, everybody)["mask" + BINS].argmax(axis=1)
    assert shapes["mask"].bins == (0, 0, 1, 2)
    assert (bins[workspace.tables.raw["stem"] == "mask1"] == 0).all()
    assert (bins[workspace.tables.raw["stem"] == "mask4"] == 1).all()


def test_training_edges_move_the_train_side_alone(tmp_path: Path) -> None:
    workspace = reopened(workspace_with(tmp_path))
    recipe = load_recipe("tiny", workspace.recipes_dir, ["heads.age.train_edges=[30, 52]"])
    everybody = np.ones(len(workspace.train), dtype=bool)
    targets = real_targets(workspace, recipe.heads, ["age"], {}, everybody)
    ages = workspace.tables.raw["age"].astype(int).to_numpy()
    assert (targets["age"].argmax(axis=1)[ages == 52] == 2).all()
    assert (workspace.train["age"][ages == 52] == 1).all()


KINDS = ("bins", "ordinal", "expected")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_with(tmp_path_factory.mktemp("heads"), bins={"quantile": 6})


@pytest.mark.parametrize("kind", KINDS)
def test_every_head_learns_and_leaves_probabilities_of_classes(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    assert kit(workspace, "train", "--task", "age", "--set", f"heads.age={kind}", "--set", "epochs=6") == 0
    (run,) = (run for run in all_runs(workspace) if run_kind(run) == kind and len(run.record.tasks) == 1)
    capsys.readouterr()
    assert kit(workspace, "score", run.id, "--json") == 0
    assert answer(capsys)["rows"][0]["score"] > 0.6
    model, record = kept_model(model_file(run, 0, 3)), run.fold_record(0)
    assert (kind == "ordinal") == (not record.heads)
    assert model.n_classes == {"age": 3}


@pytest.mark.parametrize("kind", ["ordinal", "expected"])
def test_two_classes_in_a_row_have_one_boundary(workspace: Workspace, kind: str) -> None:
    assert kit(workspace, "train", "--task", "gender", "--set", f"heads.gender={kind}", "--set", "ema=0.9") == 0
    (run,) = (
        run
        for run in all_runs(workspace)
        if f"kind: {kind}" in (run.path / "config.yaml").read_text() and run.record.tasks == ("gender",)
    )
    truth = reopened(workspace).tables.train["gender"].to_numpy()
    oof = run.oof().aligned(reopened(workspace).tables.train["image"]).probs["gender"]
    assert (oof.argmax(axis=1) == truth).mean() > 0.8


def run_kind(run: Run) -> str:
    recipe = yaml.safe_load((run.path / "config.yaml").read_text())
    return recipe["heads"].get("age", {}).get("kind", "softmax")


@pytest.mark.parametrize("mixing", ["soft", "hard"])
def test_age_given_gender_is_trained_blended_and_teaches(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], mixing: str
) -> None:
    heads = f"heads.age={{kind: bins, given: gender, mixing: {mixing}}}"
    assert kit(workspace, "train", "--task", "gender+age", "--set", heads) == 0
    (run,) = (run for run in all_runs(workspace) if mixing in (run.path / "config.yaml").read_text() and given_of(run))
    assert set(run.oof().probs) == {"gender", "age"}
    if mixing == "soft":
        assert kit(workspace, "train", "--task", "mask", "--set", "epochs=1") == 0
        assert kit(workspace, "submit", "--blend", "best1", "--dry-run") == 0
        assert kit(workspace, "pseudo", "--round", "1", "--task", "gender", "--task", "age", "--from", run.id) == 0
        assert kit(workspace, "train", "--round", "1", "--task", "gender+age", "--set", heads, "--set", "epochs=1") == 0
        (taught,) = (run for run in all_runs(workspace) if run.record.round == 1)
        capsys.readouterr()
        assert kit(workspace, "lineage", taught.id) == 0
        assert "clean, all 2 fold models" in capsys.readouterr().out


def given_of(run: Run) -> bool:
    return "given: gender" in (run.path / "config.yaml").read_text() and run.record.round == 0


def test_bins_of_a_fold_are_cut_by_its_train_side_alone(tmp_path: Path) -> None:
    """Other ages, of the same classes, on the validation side: lane 0 is the same to the bit, lane 1 is not."""
    weights: list[list[str]] = []
    for moved in (False, True):
        workspace = workspace_with(tmp_path / str(moved), bins={"quantile": 5})
        if moved:
            workspace = reopened(workspace)
            people = set(workspace.train["group"][workspace.folds.valid(0)])
            table = pd.read_csv(workspace.data_dir / "train/train.csv", dtype={"id": str})
            table["age"] += table["id"].isin(people)
            table.to_csv(workspace.data_dir / "train/train.csv", index=False)
        workspace = reopened(workspace)
        recipe = load_recipe("tiny", workspace.recipes_dir, ["heads.age=expected", "epochs=1"])
        run = train_run(workspace, plan_run(workspace, ["age"], "tiny", recipe), None, Reporter())
        weights.append([file_sha256(run.fold_dir(fold) / "weights.safetensors") for fold in range(2)])
    assert weights[0][0] == weights[1][0]
    assert weights[0][1] != weights[1][1]


def test_other_bins_are_another_run(tmp_path: Path) -> None:
    ids = set()
    for number, bins in enumerate((REPORT, {"quantile": 4}, {"quantile": 5})):
        workspace = reopened(workspace_with(tmp_path / str(number), bins=bins))
        recipe = load_recipe("tiny", workspace.recipes_dir, ["heads.age=bins"])
        ids.add(plan_run(workspace, ["age"], "tiny", recipe).id)
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("task", "override", "told"),
    [
        ("age", "heads.agee=bins", "did you mean 'age'"),
        ("mask", "heads.mask=bins", "'mask' declares no bins"),
        ("age", "heads.age=binz", "'bins'"),
        ("age", "heads.age.knd=bins", "did you mean 'kind'"),
        ("age", "heads.age.given=gender", "--task gender+age"),
        ("mask", "heads.mask.train_edges=[1, 2]", "a task with edges"),
        ("age", "heads.age.train_edges=[58, 30]", "rising numbers"),
        ("age", "oversample={age: {'>60': 2}}", "did you mean '>=60'"),
        ("age", "oversample={age: {'>=60': 0}}", "above 0"),
        ("age", "sampler=balance", "balanced"),
    ],
)
def test_a_wrong_head_or_sampler_is_one_sentence(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], task: str, override: str, told: str
) -> None:
    before = {run.id for run in all_runs(workspace)}
    assert kit(workspace, "train", "--task", task, "--set", override) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and sentence.count("\n") == 1 and "Traceback" not in sentence
    assert {run.id for run in all_runs(workspace)} == before


@pytest.mark.parametrize(
    ("bins", "told"),
    [
        ([19, 30], "'bins' must hold the edge 60"),
        ([30, 19, 60], "'bins' must rise"),
        ("values", "'bins: values' needs 'values'"),
        ({"quantil": 3}, "quantil"),
    ],
)
def test_wrong_bins_are_refused_in_competition_yaml(tmp_path: Path, bins: object, told: str) -> None:
    mini_workspace(tmp_path, 6)
    content = yaml.safe_load(SPEC)
    content["tasks"]["age"]["bins"] = bins
    (tmp_path / "competition.yaml").write_text(yaml.safe_dump(content))
    with pytest.raises(KitError, match=told):
        _ = Workspace(tmp_path).competition


def test_a_training_edge_that_no_bin_begins_with_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = workspace_with(tmp_path)
    assert kit(workspace, "train", "--task", "age", "--set", "heads.age={kind: bins, train_edges: [30, 57]}") == 2
    assert "the bins have no bound at 57" in capsys.readouterr().err
