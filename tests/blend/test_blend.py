from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shared.answers import answer
from shared.made_up import TASKS, calibrated, candidate, members, with_metric, with_tables, with_target_labels
from shared.mini import mini_workspace
from shared.told import Told
from shared.trained import kit, reopened, trained

from kit.blend.blend import make_blend, spec_blend
from kit.blend.crossfit import SHARPEST, Plan, cross_fit
from kit.blend.decide import ARGMAX, BALANCED, EXPECTED_F1, EXPECTED_KAPPA, OFFSETS, RULES, RULES_OF
from kit.blend.members import choose_members
from kit.blend.rules import expected_f1_rule
from kit.cli.blend import blend as blend_command
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.joining import join_probs
from kit.evidence.metrics import METRICS
from kit.folds.frozen import Folds, make_folds, write_folds
from kit.runs.store import Run


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("blend"), people=36)
    write_folds(workspace.folds_path, make_folds(workspace.train, 3, 0))
    return workspace


def test_a_plain_blend_is_the_mean_of_each_task_then_the_product_of_the_tasks(workspace: Workspace) -> None:
    chosen = members(workspace, a=(2.0, 1.0), b=(1.0, 1.0))
    blend = make_blend(workspace, chosen, rule=ARGMAX)
    means = [np.mean([item.probs for item in items], axis=0) for items in chosen.values()]
    table = workspace.competition.target_table
    np.testing.assert_allclose(blend.oof.probs[TARGET], join_probs(means, table), atol=1e-9)
    assert (blend.oof.said(TARGET) == join_probs(means, table).argmax(axis=1)).all()
    assert blend.in_sample is None and blend.members["age"] == [("age-a", 0.5), ("age-b", 0.5)]


def test_a_geometric_mean_is_another_blend(workspace: Workspace) -> None:
    chosen = members(workspace, a=(2.0, 1.0), b=(1.0, 4.0))
    blend = make_blend(workspace, chosen, mean="geometric", rule=ARGMAX)
    logs = np.mean([np.log(item.probs) for item in chosen["mask"]], axis=0)
    expected = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(blend.oof.probs["mask"], expected, atol=1e-9)


@pytest.mark.parametrize("weighing", ["equal", "weighted", "greedy"])
def test_no_label_of_a_fold_reaches_its_own_oof(workspace: Workspace, weighing: str) -> None:
    chosen = members(workspace, a=(1.5, 3.0), b=(1.0, 1.0), c=(0.0, 2.0))
    stacks = [np.stack([item.probs for item in items]) for items in chosen.values()]
    held = workspace.folds.valid(1)
    target = workspace.train[TARGET].to_numpy().copy()
    target[held] = np.random.default_rng(5).permutation(target[held])
    places = workspace, with_target_labels(workspace, target)
    weighed: list[Any] = [None, None]
    for rule in (ARGMAX, BALANCED, OFFSETS):  # which take over the shares of the one before, as in `make_blend`
        weighed = [
            cross_fit(Plan(place, TASKS, weighing, "arithmetic", rule, fits_rule=True), stacks, before)  # type: ignore[arg-type]
            for place, before in zip(places, weighed, strict=True)
        ]
        one, other = weighed
        assert (one.joined[held] == other.joined[held]).all()
        assert (one.joined[~held] != other.joined[~held]).any()
        assert one.in_sample != other.in_sample


def test_a_useless_overconfident_run_loses_its_weight(workspace: Workspace) -> None:
    chosen = members(workspace, good=(3.0, 1.0), noise=(0.0, 9.0))
    blend = make_blend(workspace, chosen, weighing="weighted", rule=ARGMAX)
    assert blend.weighing == "weighted"
    assert all(dict(items)[f"{task}-noise"] < 0.1 for task, items in blend.members.items())
    equal, fitted = make_blend(workspace, chosen, rule=ARGMAX).score(), blend.score()
    assert equal is not None and fitted is not None and fitted.value > equal.value
    assert blend.gain_of_weights is not None and blend.in_sample is not None
    assert blend.gain_of_weights.value == pytest.approx(fitted.value - equal.value)


@pytest.mark.parametrize("weighing", ["weighted", "greedy"])
def test_equal_weights_are_kept_when_the_gain_is_under_one_standard_error(workspace: Workspace, weighing: str) -> None:
    same = members(workspace, a=(2.0, 1.0))
    chosen = {task: [items[0], replace(items[0], run=Run(Path(f"{task}-twin")))] for task, items in same.items()}
    blend = make_blend(workspace, chosen, weighing=weighing, rule=ARGMAX)  # type: ignore[arg-type]
    assert blend.weighing == "equal" and "equal ones are kept" in blend.why_weights
    assert blend.in_sample is None and {w for items in blend.members.values() for _, w in items} == {0.5}


@pytest.mark.parametrize(
    ("metric", "rule"), [("f1_macro", EXPECTED_F1), ("balanced_accuracy", BALANCED), ("qwk", EXPECTED_KAPPA)]
)
def test_auto_is_the_rule_of_the_metric_without_a_hurdle_and_says_what_it_changes(
    workspace: Workspace, metric: str, rule: str
) -> None:
    other = with_metric(workspace, metric)
    chosen = {task: [calibrated(other, item) for item in items] for task, items in members(other, a=(1.5, 1.5)).items()}
    auto, argmax = make_blend(other, chosen), make_blend(other, chosen, rule=ARGMAX)
    assert auto.rule == rule and auto.gain_of_rule is not None and auto.in_sample is not None
    score, plain = auto.score(), argmax.score()
    assert score is not None and plain is not None
    assert score.value - plain.value == pytest.approx(auto.gain_of_rule.value)
    assert auto.why_rule.startswith(f"{rule}, which suits {metric}: cross-fitted it changes {metric} by ")
    assert f"{auto.gain_of_rule.value:+.4f} [{auto.gain_of_rule.low:+.4f}" in auto.why_rule


def test_expected_f1_decides_on_all_oof_rows_together(workspace: Workspace) -> None:
    blend = make_blend(workspace, members(workspace, a=(1.5, 1.0)), rule=EXPECTED_F1)
    assert blend.oof is not None
    assert (blend.oof.said(TARGET) == expected_f1_rule(blend.oof.probs[TARGET])).all()
    assert (blend.oof.said(TARGET) != blend.oof.probs[TARGET].argmax(axis=1)).any() and blend.in_sample is not None


def test_argmax_stays_where_the_rule_of_the_metric_is_worse_beyond_chance(workspace: Workspace) -> None:
    other = with_metric(workspace, "balanced_accuracy")
    chosen = members(other, a=(2.0, 1.0))
    prior = np.bincount(workspace.train["mask"]) / len(workspace.train)
    mask = chosen["mask"][0]
    assert mask.oof is not None
    flat = mask.probs / prior**2  # what a model says that was taught a frequent class as a rare one
    flat /= flat.sum(axis=1, keepdims=True)
    blend = make_blend(other, chosen | {"mask": [replace(mask, oof=replace(mask.oof, probs={"mask": flat}))]})
    assert blend.rule == ARGMAX and "for the worse beyond chance" in blend.why_rule
    assert blend.gain_of_rule is not None and blend.gain_of_rule.value < 0 and blend.in_sample is None


def test_accuracy_is_decided_by_argmax(workspace: Workspace) -> None:
    other = with_metric(workspace, "accuracy")
    blend = make_blend(other, members(other, a=(2.0, 1.0), b=(1.0, 1.0)), weighing="weighted")
    score = blend.score()
    assert blend.rule == ARGMAX and score is not None and score.low < score.value < score.high
    assert blend.why_rule == "argmax, which is right for accuracy"


def test_fitted_weights_are_judged_with_the_temperatures_that_both_will_have(workspace: Workspace) -> None:
    other = with_metric(workspace, "log_loss")
    chosen = members(other, a=(2.0, 4.0), b=(2.0, 4.0), c=(2.0, 4.0))  # equal skill, all far too sure
    equal, fitted = make_blend(other, chosen), make_blend(other, chosen, weighing="weighted")
    plan = Plan(other, TASKS, "weighted", "arithmetic", ARGMAX, fits_rule=True)
    stacks = [np.stack([item.probs for item in items]) for items in chosen.values()]
    with_weights, score = (
        METRICS["log_loss"].score(other.train[TARGET].to_numpy(), cross_fit(plan, stacks).joined, 18),
        equal.score(),
    )
    assert score is not None and fitted.gain_of_weights is not None
    assert fitted.gain_of_weights.value == pytest.approx(with_weights - score.value, abs=1e-3)
    assert fitted.weighing == "equal"


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
@pytest.mark.parametrize("weighing", ["equal", "weighted", "greedy"])
def test_metrics_of_probabilities_score_the_probabilities(workspace: Workspace, metric: str, weighing: str) -> None:
    other = with_metric(workspace, metric)
    chosen = members(other, a=(2.0, 1.0), b=(1.0, 1.0))
    blend = make_blend(other, chosen, weighing=weighing)  # type: ignore[arg-type]
    score = blend.score()
    truth = workspace.train[TARGET].to_numpy()
    assert blend.oof is not None and score is not None
    assert score.value == pytest.approx(METRICS[metric].score(truth, blend.oof.probs[TARGET], 18))
    np.testing.assert_allclose(blend.oof.probs[TARGET].sum(axis=1), 1)


def test_overconfident_probabilities_are_made_milder_before_they_are_submitted(workspace: Workspace) -> None:
    other = with_metric(workspace, "log_loss")
    blend = make_blend(other, members(other, a=(2.0, 5.0)))
    assert (
        min(blend.fit.rule.temperatures) > 2 and "a temperature for each task changes log_loss by -" in blend.why_rule
    )


def test_a_head_that_was_never_wrong_is_not_made_sure_of_everything(workspace: Workspace) -> None:
    other = with_metric(workspace, "log_loss")
    blend = make_blend(other, members(other, a=(12.0, 0.3)))
    assert set(blend.fit.rule.temperatures) == {SHARPEST}


def test_a_run_of_the_target_is_one_more_vote(workspace: Workspace) -> None:
    chosen = members(workspace, a=(1.0, 1.0))
    whole = candidate(workspace, TARGET, "whole", 6.0, 3)
    both = make_blend(workspace, chosen | {TARGET: [whole]}, rule=ARGMAX)
    tasks = join_probs([chosen[task][0].probs for task in TASKS], workspace.competition.target_table)
    np.testing.assert_allclose(both.oof.probs[TARGET], (tasks + whole.probs) / 2, atol=1e-9)
    alone = make_blend(workspace, {TARGET: [whole]}, weighing="weighted", rule=ARGMAX)
    np.testing.assert_allclose(alone.oof.probs[TARGET], whole.probs, atol=1e-9)
    for weighing in ("weighted", "greedy"):
        fitted = make_blend(workspace, chosen | {TARGET: [whole]}, weighing=weighing)  # type: ignore[arg-type]
        assert fitted.oof is not None and set(fitted.members) == {*TASKS, TARGET}


def test_a_member_trained_on_everybody_leaves_no_oof_and_argmax(workspace: Workspace) -> None:
    chosen = members(workspace, a=(2.0, 1.0))
    chosen["age"].append(replace(chosen["age"][0], run=Run(Path("age-all")), oof=None))
    blend = make_blend(workspace, chosen)
    assert blend.oof is None and blend.rule == ARGMAX and blend.score() is None
    assert "age-all was trained on everybody" in blend.why_rule
    with pytest.raises(KitError, match="age-all was trained on everybody"):
        make_blend(workspace, chosen, rule=EXPECTED_F1)


def test_one_group_is_scored_without_an_interval(workspace: Workspace) -> None:
    train = workspace.train.assign(group="one")
    alone = with_tables(workspace, train)
    alone.__dict__["folds"] = Folds(train[["image", "group"]].assign(fold=0))
    blend = make_blend(alone, members(alone, a=(2.0, 1.0), b=(1.0, 1.0)), weighing="weighted")
    score = blend.score()
    assert score is not None and not score.has_interval and blend.weighing == "equal" and blend.rule == ARGMAX


def test_a_misspelt_rule_is_told_of(workspace: Workspace) -> None:
    with pytest.raises(KitError, match=r"'offset'.*did you mean 'offsets'"):
        make_blend(workspace, members(workspace, a=(2.0, 1.0)), rule="offset")
    other = with_metric(workspace, "log_loss")
    with pytest.raises(KitError, match="scores probabilities"):
        make_blend(other, members(other, a=(2.0, 1.0)), rule=OFFSETS)


def test_specs_name_the_runs_that_are_blended(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    workspace = reopened(workspace)
    told = Told()
    best = choose_members(workspace, "best1", told)
    every = choose_members(workspace, "all", told)
    assert {task: len(items) for task, items in best.items()} == dict.fromkeys(TASKS, 1)
    assert {item.run.id for items in every.values() for item in items} == set(ids.values()) - {ids["all-data mask"]}
    assert any(ids["all-data mask"] in line for line in told.warned)
    named = spec_blend(workspace, ",".join(ids[f"poor {task}"] for task in TASKS), told)
    assert [run for items in named.members.values() for run, _ in items] == [ids[f"poor {task}"] for task in TASKS]
    weighted = spec_blend(workspace, "weighted", told)
    assert {task: len(items) for task, items in weighted.members.items()} == dict.fromkeys(TASKS, 2)
    with pytest.raises(KitError, match="a blend of no runs"):
        choose_members(workspace, "best0", told)
    with pytest.raises(KitError, match="no run of the task 'gender'"):
        choose_members(workspace, ids["good mask"], told)


def test_kit_blend_shows_the_blend_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, ids = trained(tmp_path)
    spec = ",".join(ids[f"poor {task}"] for task in TASKS)
    before = sorted(path for path in tmp_path.rglob("*"))
    assert kit(workspace, "blend", spec) == 0
    printed = capsys.readouterr().out
    assert "OOF f1_macro" in printed and "the blend is worse than best1" in printed and ids["poor age"] in printed
    assert sorted(path for path in tmp_path.rglob("*")) == before
    assert kit(workspace, "blend", "weighted", "--json") == 0
    content = answer(capsys)
    assert content["oof"]["low"] <= content["oof"]["value"] <= content["oof"]["high"] and content["why_weights"]


def test_every_rule_can_be_asked_for(workspace: Workspace) -> None:
    (option,) = [one for one in blend_command.params if one.name == "rule"]
    assert set(option.type.choices) == {"auto", *RULES}  # type: ignore[attr-defined]
    chosen = members(workspace, a=(1.5, 1.0))
    for rule in RULES_OF["class"]:
        assert make_blend(workspace, chosen, rule=rule).why_rule.startswith(f"{rule}, as asked")
