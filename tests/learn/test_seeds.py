"""Several seeds of one recipe: a family of runs, averaged, and compared as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.answers import answer
from shared.mini import mini_workspace
from shared.simulated import COMMON_METRICS, TABLE, predictions, simulated, two_tasks
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.bootstrap import Seeds
from kit.evidence.compare import NO_DIFFERENCE
from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer
from kit.learn.plan import plan_run
from kit.learn.seeds import score_repeats
from kit.recipes.load import AnyRecipe, load_recipe
from kit.runs.store import Run, all_runs, family_of, find_run

Out = pytest.CaptureFixture[str]
TRAIN = ("train", "--task", "age", "--set", "epochs=1", "--set", "optimizer.lr=0.003")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A family of three seeds of an age model, and a second family of one."""
    workspace = mini_workspace(tmp_path_factory.mktemp("seeds"))
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, *TRAIN, "--seeds", "3") == 0
    assert kit(workspace, "train", "--task", "age", "--set", "epochs=2") == 0
    return workspace


def family(workspace: Workspace) -> list[Run]:
    return [run for run in all_runs(workspace) if run.record.family == seeded(workspace)]


def seeded(workspace: Workspace) -> str:
    return next(run.record.family for run in all_runs(workspace) if run.record.seed == 1)


def alone(workspace: Workspace) -> str:
    return next(run.id for run in all_runs(workspace) if not run.id.startswith(seeded(workspace)))


def as_json(workspace: Workspace, capsys: Out, *command: str) -> Any:
    capsys.readouterr()
    assert kit(workspace, *command, "--json") == 0
    return answer(capsys)


def test_seeds_of_a_recipe_are_a_family_by_their_ids(workspace: Workspace) -> None:
    name = seeded(workspace)
    assert [run.id for run in family(workspace)] == [name, f"{name}-s1", f"{name}-s2"]
    assert [run.record.seed for run in family(workspace)] == [0, 1, 2]
    workspace = reopened(workspace)

    def tiny(overrides: list[str]) -> AnyRecipe:
        return load_recipe("tiny", workspace.recipes_dir, overrides)

    plans = [
        plan_run(
            workspace, ["age"], "tiny", load_recipe("tiny", workspace.recipes_dir, [f"seed={seed}", *other])
        ).record
        for seed in (0, 3)
        for other in ([], ["batch_size=8"])
    ]
    assert plans[0].family == plans[2].family == plans[0].id and plans[2].id == f"{plans[0].id}-s3"
    assert plans[1].family == plans[3].family != plans[0].family


def test_a_name_means_the_run_that_has_it_and_a_beginning_the_seed_0(workspace: Workspace) -> None:
    name = seeded(workspace)
    assert find_run(workspace, name).id == find_run(workspace, name[:-2]).id == name
    assert find_run(workspace, f"{name}-s1").id == f"{name}-s1"
    with pytest.raises(KitError, match="could be"):
        find_run(workspace, "age-")
    with pytest.raises(KitError, match="could be"):
        find_run(workspace, f"{name}-")


def test_each_seed_is_another_model_and_their_average_is_scored(workspace: Workspace, capsys: Out) -> None:
    runs = family(workspace)
    (scored,) = score_repeats(reopened(workspace), runs)
    train = reopened(workspace).tables.train
    probs = [run.oof().aligned(train["image"]).probs["age"] for run in runs]
    assert not np.allclose(probs[0], probs[1]) and not np.allclose(probs[1], probs[2])
    metric = METRICS["f1_macro"]
    expected = [metric.score(train["age"], one.argmax(axis=1), 3) for one in (*probs, np.mean(probs, axis=0))]
    assert [*(score.value for score in scored.scores), scored.average.value] == pytest.approx(expected)
    times = {path: path.stat().st_mtime_ns for run in runs for path in run.path.rglob("*")}
    capsys.readouterr()
    assert kit(workspace, *TRAIN, "--seeds", "3") == 0
    told = capsys.readouterr().out
    assert times == {path: path.stat().st_mtime_ns for path in times}
    assert f"--blend {','.join(run.id for run in runs)}" in told
    assert f"{expected[-1]:.4f} [" in told.split("average of their probabilities")[1]
    assert told.splitlines()[-1].startswith(f"age, the average of 3 seeds: OOF f1_macro {expected[-1]:.4f} [")


def test_with_chosen_folds_seeds_are_scored_on_their_rows(tmp_path: Path, capsys: Out) -> None:
    workspace = mini_workspace(tmp_path)
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "mask+gender", "--seeds", "2", "--folds", "1", "--set", "epochs=1") == 0
    told = capsys.readouterr().out
    assert "mask: out of fold, folds 1" in told and "gender: out of fold, folds 1" in told and "--blend" not in told
    workspace, runs = reopened(workspace), all_runs(workspace)
    valid = workspace.train[workspace.folds.valid(1)]
    predicted = runs[1].fold_oof(1).aligned(valid["image"]).probs["gender"].argmax(axis=1)
    gender = score_repeats(workspace, runs)[1]
    assert gender.scores[1].value == METRICS["f1_macro"].score(valid["gender"], predicted, 2)
    everybody = ("train", "--task", "mask", "--seeds", "2", "--all-data", "--set", "epochs=1")
    assert kit(workspace, *everybody) == 0
    told = capsys.readouterr().out
    assert "out of fold" not in told and "--blend mask-tiny-all-" in told


def test_each_seed_starts_from_the_same_seed_of_the_round(tmp_path: Path, capsys: Out) -> None:
    workspace = mini_workspace(tmp_path)
    assert kit(workspace, "fold", "--folds", "2") == 0
    command = ("train", "--task", "mask", "--set", "epochs=1", "--set", "size=16")
    assert kit(workspace, *command, "--seeds", "2") == 0
    first = {run.record.seed: run.id for run in all_runs(workspace)}
    capsys.readouterr()
    assert kit(workspace, *command, "--init", "0", "--seeds", "3") == 2
    assert "no complete run of 'tiny' for mask with the seed 2 is of round 0" in capsys.readouterr().err
    assert len(all_runs(workspace)) == 2  # all are planned before one is trained
    assert kit(workspace, *command, "--init", "0", "--seeds", "2") == 0
    second = [run for run in all_runs(workspace) if run.record.init_from]
    assert {run.record.seed: run.record.init_from for run in second} == first
    assert len({run.record.family for run in second}) == 1


def test_compare_pools_the_complete_seeds_of_a_run(workspace: Workspace, capsys: Out) -> None:
    content = as_json(workspace, capsys, "compare", alone(workspace), seeded(workspace))
    single, pooled = content["entries"]
    assert (single["seeds"], pooled["seeds"], pooled["name"]) == (1, 3, seeded(workspace))
    by_run = {line["run"]: line for line in as_json(workspace, capsys, "score")["rows"] if line["task"] == "age"}
    mean = np.mean([by_run[run.id]["score"] for run in family(workspace)])
    assert pooled["scores"]["age"]["value"] == pytest.approx(mean)
    own = by_run[alone(workspace)]
    alike = single["scores"]["age"]
    assert (alike["value"], alike["low"], alike["high"]) == (own["score"], own["low"], own["high"])
    (line,) = content["comparisons"]
    assert line["difference"]["value"] == pytest.approx(mean - own["score"])
    assert kit(workspace, "compare", f"{seeded(workspace)}-s2", alone(workspace)) == 0
    printed = capsys.readouterr().out
    assert "seeds" in printed and "of the draws of people and seeds" in printed


def test_two_seeds_of_one_family_stand_for_themselves(workspace: Workspace, capsys: Out) -> None:
    names = [run.id for run in family(workspace)[:2]]
    content = as_json(workspace, capsys, "compare", *names)
    assert [(side["name"], side["seeds"]) for side in content["entries"]] == [(name, 1) for name in names]
    assert content["comparisons"][0]["difference"]["value"] != 0
    assert kit(workspace, "compare", *names) == 0
    assert "seeds" not in capsys.readouterr().out


def test_a_seed_that_is_not_complete_is_left_out(tmp_path: Path, capsys: Out) -> None:
    workspace = mini_workspace(tmp_path)
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--task", "mask", "--set", "epochs=1", "--seeds", "2") == 0
    command = ("train", "--task", "mask", "--set", "epochs=1", "--set", "seed=2")
    assert kit(workspace, *command, "--folds", "0") == 0
    first = all_runs(workspace)[0]
    assert [run.record.seed for run in family_of(workspace, first)] == [0, 1]
    assert kit(workspace, *command) == 0
    assert [run.record.seed for run in family_of(workspace, first)] == [0, 1, 2]


@pytest.mark.parametrize("metric", COMMON_METRICS)
@given(seed=st.integers(0, 1000), n_seeds=st.integers(1, 4))
@settings(max_examples=5)
def test_seeds_that_predict_the_same_are_as_good_as_one(metric: str, seed: int, n_seeds: int) -> None:
    truth, one, groups = simulated(seed, n_groups=40)
    other = simulated(seed, n_groups=40, noise=1)[1]
    plain = [predictions(metric, probs) for probs in (one, other)]
    pooled = [plain[0], Seeds((plain[1],) * n_seeds)]
    scorer = Scorer(metric, truth, groups, 3, n_replicates=50)
    for ask in (scorer.compare, scorer.scores):
        given_plain, given_pooled = ask(plain), ask(pooled)
        np.testing.assert_allclose(_numbers(given_pooled), _numbers(given_plain), rtol=1e-9, atol=1e-12)
    if n_seeds == 1:
        assert scorer.compare(pooled) == scorer.compare(plain)


def _numbers(found: Any) -> list[float]:
    scores = [getattr(one, "difference", one) for one in found]
    return [number for score in scores for number in (score.value, score.low, score.high, score.sd)]


def test_a_pooled_side_changes_nothing_of_the_others() -> None:
    truth, weak, groups = simulated(skill=0.5)
    middle, strong = simulated(skill=1.0, noise=1)[1], simulated(skill=2.0, noise=2)[1]
    labels = [probs.argmax(axis=1) for probs in (weak, middle, strong)]
    scorer = Scorer("f1_macro", truth, groups, 3)
    plain, mixed = scorer.compare(labels), scorer.compare([*labels[:2], Seeds((labels[2], labels[1]))])
    assert mixed[0] == plain[0] and mixed[1] != plain[1]
    assert mixed[1].difference.value == pytest.approx((plain[0].difference.value + plain[1].difference.value) / 2)
    assert sum(score.value for score in mixed[1].per_class) == pytest.approx(mixed[1].difference.value)


def lucky_seeds(rng: np.random.Generator, truth: np.ndarray, n_seeds: int) -> Seeds:
    """Seeds of one recipe whose accuracy is 0.7, give or take 0.06 by the luck of the seed."""
    skill = rng.normal(0.7, 0.06, n_seeds)
    wrong = (truth + 1) % 3
    return Seeds(tuple(np.where(rng.random(len(truth)) < one, truth, wrong) for one in skill))


def test_the_luck_of_seeds_is_in_the_interval() -> None:
    rng, groups = np.random.default_rng(0), np.arange(600) // 2
    said: dict[str, list[bool]] = {"one seed": [], "five seeds": [], "five seeds, people drawn alone": []}
    for _ in range(60):
        truth = rng.integers(0, 3, 600)
        sides = [lucky_seeds(rng, truth, 5) for _ in range(2)]
        scorer = Scorer("accuracy", truth, groups, 3, n_replicates=300)
        for name, pair in (("one seed", [side.predictions[0] for side in sides]), ("five seeds", sides)):
            (found,) = scorer.compare(pair)
            said[name].append(found.verdict != NO_DIFFERENCE)
        flat = [one for side in sides for one in side.predictions]
        (found,) = scorer.compare_means(flat, [(range(5), range(5, 10))])
        said["five seeds, people drawn alone"].append(found.verdict != NO_DIFFERENCE)
    wrongly = {name: np.mean(verdicts) for name, verdicts in said.items()}
    # there is no difference, and a verdict is allowed in one case of ten
    assert wrongly["five seeds"] < 0.2 < min(wrongly["one seed"], wrongly["five seeds, people drawn alone"])


@pytest.mark.parametrize("metric", ["f1_macro", "log_loss"])
def test_what_a_perfect_task_is_worth_to_seeds_is_the_mean_of_what_it_is_worth_to_each(metric: str) -> None:
    truth, size, age, groups = two_tasks()
    ages = [age, np.where(np.arange(len(age)) % 5 == 0, 0, age)]
    tasks = [{"size": size, "age": one} for one in ages]
    if METRICS[metric].needs != "labels":
        tasks = [{"size": 0.1 + 0.8 * np.eye(2)[size], "age": 0.1 + 0.7 * np.eye(3)[one]} for one in ages]
    scorer = Scorer(metric, truth, groups, len(TABLE))
    each = [scorer.perfect_task_gain(one, TABLE) for one in tasks]
    pooled = {task: Seeds(tuple(one[task] for one in tasks)) for task in ("size", "age")}
    gain = scorer.perfect_task_gain(pooled, TABLE)
    for task in gain:
        assert gain[task].value == pytest.approx(np.mean([one[task].value for one in each]))
        assert min(one[task].low for one in each) <= gain[task].low <= gain[task].high
    twice = scorer.perfect_task_gain({task: Seeds((one, one)) for task, one in tasks[0].items()}, TABLE)
    assert twice == each[0]  # a seed is drawn with its own gain
