"""Several tasks in one model, the joined target as a task, and images that are mixed for some tasks only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from shared.answers import answer
from shared.mini import mini_workspace
from shared.stopping import StopAfter, Stopped
from shared.trained import kit, reopened

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.learn.network.checkpoint import load_weights
from kit.learn.network.fit import mix_weighted
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.recipes.network import MixSpec
from kit.reporter import Reporter
from kit.runs.store import Run, all_runs
from kit.submissions.record import read_submissions

TOGETHER = "mask+gender+age"
TASKS = ("mask", "gender", "age")
MIX = "mix={method: half_cutmix, tasks: [gender], p: 1}"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose one run predicts all three tasks, in two folds."""
    workspace = mini_workspace(tmp_path_factory.mktemp("together"))
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", TOGETHER) == 0
    return workspace


def run_of(workspace: Workspace, tasks: tuple[str, ...], round: int = 0) -> Run:
    (run,) = (run for run in all_runs(workspace) if (run.record.tasks, run.record.round) == (tasks, round))
    return run


def scores(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert kit(workspace, "score", "--json") == 0
    return answer(capsys)["rows"]


def test_one_backbone_with_a_head_per_task_counts_as_a_run_of_each(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_of(workspace, TASKS)
    assert run.id.startswith(f"{TOGETHER}-tiny-")
    weights = load_weights(run.fold_dir(0) / "weights.safetensors")
    assert [len(tensor) for key, tensor in weights.items() if key.endswith("fc.weight")] == [3 + 2 + 3]
    lines = {str(line["task"]): line for line in scores(workspace, capsys)}
    assert set(lines) == {*TASKS, TARGET}
    assert all(lines[task]["run"] == run.id and float(str(lines[task]["score"])) > 0.6 for task in TASKS)


def test_a_run_of_all_tasks_is_compared_on_the_joined_target_too(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_of(workspace, TASKS)
    capsys.readouterr()
    assert kit(workspace, "compare", run.id, "best1", "--rule", "argmax", "--json") == 0
    found = answer(capsys)
    assert [contest["task"] for contest in found["comparisons"]] == [*TASKS, TARGET]
    assert all(contest["difference"]["value"] == 0 for contest in found["comparisons"])


def test_a_blend_and_its_submission_take_each_head(workspace: Workspace) -> None:
    assert kit(workspace, "submit", "--blend", "best1", "--name", "together") == 0
    (record,) = (record for record in read_submissions(workspace.submissions_dir) if record.name == "together")
    used = {(task, member.run) for task, members in record.members.items() for member in members}
    assert used == {(task, run_of(workspace, TASKS).id) for task in TASKS}


def test_its_pseudo_labels_teach_it_and_its_lineage_is_clean(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kit(workspace, "pseudo", "--round", "1") == 0
    assert kit(workspace, "train", "--round", "1", "--task", TOGETHER, "--set", "epochs=1") == 0
    taught = run_of(workspace, TASKS, round=1)
    assert set(taught.record.pseudo) == set(TASKS)
    for fold in range(2):
        assert set(taught.fold_record(fold).pseudo_files) == set(TASKS) and taught.fold_record(fold).n_pseudo > 0
    capsys.readouterr()
    assert kit(workspace, "lineage", taught.id) == 0
    assert "clean, all 2 fold models" in capsys.readouterr().out


def test_the_joined_target_is_a_task_too(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit(workspace, "train", "--task", TARGET, "--set", "epochs=1") == 0
    run = run_of(workspace, (TARGET,))
    assert run.oof().probs[TARGET].shape == (len(reopened(workspace).tables.train), 18)
    assert run.id in {line["run"] for line in scores(workspace, capsys)}
    assert kit(workspace, "submit", "--blend", "best1", "--dry-run") == 0
    told = capsys.readouterr().out
    assert run.id in told and run_of(workspace, TASKS).id in told


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        ("mask+mask", "the task 'mask' is named twice"),
        ("mask+gendre", "did you mean 'gender'"),
        ("mask+", "there is no task ''"),
    ],
)
def test_a_wrong_list_of_tasks_is_one_sentence(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tasks: str, told: str
) -> None:
    before = {run.id for run in all_runs(workspace)}
    assert kit(workspace, "train", "--task", tasks) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and sentence.count("\n") == 1
    assert {run.id for run in all_runs(workspace)} == before


def test_the_order_in_which_tasks_are_named_makes_no_other_run(workspace: Workspace) -> None:
    workspace, recipe = reopened(workspace), load_recipe("tiny", workspace.recipes_dir)
    plans = [plan_run(workspace, tasks, "tiny", recipe) for tasks in (TASKS, TASKS[::-1])]
    assert plans[0] == plans[1]


def train(workspace: Workspace, overrides: tuple[str, ...], reporter: Reporter) -> Run:
    workspace, recipe = reopened(workspace), load_recipe("tiny", workspace.recipes_dir, ("epochs=3", *overrides))
    return train_run(workspace, plan_run(workspace, ["mask", "gender"], "tiny", recipe), [0], reporter)


def outcome(run: Run) -> list[str]:
    return [file_sha256(run.fold_dir(0) / name) for name in ("weights.safetensors", "oof.parquet")]


@pytest.mark.parametrize("mix", [MIX, "mix={method: mixup}"])
def test_a_resumed_run_mixes_as_one_that_was_left_alone(workspace: Workspace, tmp_path: Path, mix: str) -> None:
    other = mini_workspace(tmp_path)
    assert kit(other, "fold", "--folds", "2") == 0
    straight = train(workspace, (mix, "loss={weighted: 1, f1: 1}"), Reporter())
    with pytest.raises(Stopped):
        train(other, (mix, "loss={weighted: 1, f1: 1}"), StopAfter(2))
    assert outcome(train(other, (mix, "loss={weighted: 1, f1: 1}"), Reporter())) == outcome(straight)


def test_a_cut_row_teaches_only_the_tasks_that_are_named() -> None:
    targets = {task: torch.eye(2) for task in ("mask", "gender")}
    weights = {"mask": torch.ones(2), "gender": torch.tensor([1.0, 0.5])}
    spec, cut = MixSpec(method="half_cutmix", p=1, tasks=("gender",)), 0
    for seed in range(10):
        pixels = torch.arange(2.0)[:, None, None, None].expand(2, 3, 2, 2)
        mixed, told, teach = mix_weighted(pixels, targets, weights, spec, np.random.default_rng(seed))
        if torch.equal(mixed, pixels):  # every image was its own partner
            assert torch.equal(teach["mask"], weights["mask"]) and torch.equal(teach["gender"], weights["gender"])
            continue
        cut += 1
        assert not teach["mask"].any()
        assert torch.equal(teach["gender"], torch.tensor([0.75, 0.75]))
        torch.testing.assert_close(told["gender"], torch.tensor([[2 / 3, 1 / 3], [2 / 3, 1 / 3]]))
    assert 0 < cut < 10


def test_a_mixed_row_says_nothing_of_the_image_that_has_no_label() -> None:
    targets = {"age": torch.tensor([[1.0, 0.0], [0.5, 0.5]])}
    weights = {"age": torch.tensor([1.0, 0.0])}  # the second row's age is unknown
    for seed in range(20):
        pixels = torch.arange(2.0)[:, None, None, None].expand(2, 3, 2, 2)
        spec, generator = MixSpec(method="mixup", p=1), np.random.default_rng(seed)
        mixed, told, teach = mix_weighted(pixels, targets, weights, spec, generator)
        known = 1 - mixed[:, 0, 0, 0]  # the share of the first image
        torch.testing.assert_close(teach["age"], known)
        assert torch.equal(told["age"][known > 0], torch.tensor([[1.0, 0.0]]).expand(int((known > 0).sum()), 2))


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("mix={method: cutmix}", "'cutmix' needs 'tasks'"),
        ("mix={method: cutmix, tasks: [gendre]}", "did you mean 'gender'"),
        ("mix={methot: mixup}", "did you mean 'method'"),
        ("loss={}", "a weight above 0"),
        ("loss={ce: -1}", "a weight above 0"),
    ],
)
def test_a_wrong_mix_or_loss_is_refused(workspace: Workspace, override: str, told: str) -> None:
    with pytest.raises(KitError, match=told):
        recipe = load_recipe("tiny", workspace.recipes_dir, [override])
        plan_run(reopened(workspace), ["gender"], "tiny", recipe)


def test_the_class_counts_of_the_fold_reach_its_loss(workspace: Workspace) -> None:
    outcomes = [outcome(train(workspace, (f"loss={{{name}: 1}}",), Reporter())) for name in ("ce", "weighted")]
    assert outcomes[0] != outcomes[1]
