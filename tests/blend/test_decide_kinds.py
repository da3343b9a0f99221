"""Rules of labels, grades and numbers find the best there is, and no label of a fold reaches its own answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from benchmarks.decisions import draw_grades, draw_labels, workspace_of
from kit.blend.crossfit import Plan, said
from kit.blend.cuts import fit_cuts, graded
from kit.blend.decide import CUTS, EXPECTED_F1, PLAIN, THRESHOLDS
from kit.blend.finish import AUTO, finish
from kit.blend.kept import keep
from kit.blend.mean import blend_probs
from kit.blend.members import Candidate
from kit.blend.piece import make_piece
from kit.blend.thresholds import around_half, expected_f_labels, expected_thresholds, fit_thresholds
from kit.blend.weights import square_weights
from kit.evidence.calibration import fit_label_odds, fit_label_temperature, log_odds, temper_labels
from kit.evidence.metrics import METRICS, metric_named
from kit.runs.predictions import Predictions
from kit.runs.store import Run


def test_no_cut_points_have_a_higher_kappa():
    for seed in range(8):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 3, 12)
        values = np.rint(truth + rng.normal(0, 1.2, 12) * 2) / 2
        kappa = METRICS["qwk"]
        edges = np.append(np.unique(values), np.inf)
        best = max(
            np.nan_to_num(kappa.score(truth, graded(values, sorted(pair)), 3), nan=-1)
            for pair in [*combinations(edges, 2), *zip(edges, edges, strict=True)]
        )
        found = kappa.score(truth, graded(values, fit_cuts(values, truth, 3)), 3)
        assert found == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("name", ["f1_macro", "f2_macro"])
def test_no_threshold_of_a_label_has_a_higher_f(name):
    rng = np.random.default_rng(0)
    truth = (rng.random((30, 3)) < 0.3).astype(np.int8)
    probs = np.rint((0.3 * truth + 0.7 * rng.random((30, 3))) * 10) / 10
    metric = metric_named(name)
    fitted = fit_thresholds(metric, probs, truth)
    answers = (around_half(probs, fitted) >= 0.5).astype(np.int8)
    assert (answers == (probs >= fitted)).all()
    best = [
        max(metric.score(truth[:, [k]], (probs[:, [k]] >= one).astype(np.int8), 1) for one in probs[:, k])
        for k in range(3)
    ]
    assert metric.score(truth, answers, 3) == pytest.approx(np.mean(best))


def test_expected_f_of_samples_is_the_best_of_all_sets_of_the_most_probable():
    probs = np.array([[0.9, 0.5, 0.1], [0.2, 0.1, 0.0], [0.0, 0.0, 0.0]])
    # f2 of the first: 4.5 / 7, 5 x 1.4 / 8, 7.5 / 9; of the second 1 / 2.2, 1.5 / 3.2, 1.5 / 4.2
    assert expected_f_labels(probs, metric_named("f2_samples")).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("name", ["f1_macro", "f2_macro", "f1_micro"])
def test_no_threshold_has_a_higher_expected_f(name):
    rng, metric = np.random.default_rng(0), metric_named(name)
    probs = rng.beta(1, 3, (40, 3))
    square, lines = metric.f_of[0] ** 2, probs.reshape(1, -1) if name == "f1_micro" else probs.T
    thresholds = expected_thresholds(probs, metric)
    assert len(thresholds) == 3 and (len(np.unique(thresholds)) == 1) == (name == "f1_micro")

    def expected(cells, one):
        said = cells >= one
        return (1 + square) * cells[said].sum() / (square * cells.sum() + said.sum())

    for cells, found in zip(lines, thresholds, strict=False):
        assert expected(cells, found) == pytest.approx(max(expected(cells, one) for one in cells))


def test_numbers_are_averaged_by_their_mean_or_median():
    numbers = np.array([1.0, 2.0, 30.0])[:, None, None]
    assert blend_probs(numbers, [1, 1, 1], way="mean") == pytest.approx(11)
    assert blend_probs(numbers, [1, 1, 1], way="median") == 2
    assert blend_probs(numbers[:2], [1, 1], way="median") == 1.5
    rng = np.random.default_rng(0)
    truth = rng.normal(size=200)
    members = (truth + np.array([[0.2], [1.0], [1.0]]) * rng.normal(size=(3, 200)))[..., None]
    weights = square_weights(members, truth)
    assert weights.sum() == pytest.approx(1) and weights[0] > 0.8 and (weights >= 0).all()


@pytest.mark.parametrize(
    ("draw", "metric", "rule"),
    [(draw_labels, "f1_macro", EXPECTED_F1), (draw_labels, "log_loss", PLAIN), (draw_grades, "qwk", CUTS)],
)
def test_auto_takes_what_suits_and_no_label_of_a_fold_reaches_its_own_answers(draw, metric, rule):
    options = {"sure": 2.5} if draw is draw_labels else {"stretched": 0.7}
    world = draw(0, 60, metric, **options)
    made = finish(world.plan(), world.stacks, AUTO)
    if rule != PLAIN:
        assert made.plan.rule == rule and made.gain_of_rule is not None and made.gain_of_rule.value > 0
    answers = said(made.plan, made.crossed.joined)
    held = world.workspace.folds.valid(1)
    tables, truth = world.workspace.tables, world.workspace.truth("asked").copy()
    truth[held] = truth[held][::-1]
    world.workspace.__dict__["tables"] = replace(tables, truths={"asked": truth})
    world.workspace._scorers.clear()
    again = finish(world.plan(), world.stacks, AUTO)
    assert again.plan.rule == made.plan.rule
    assert (said(again.plan, again.crossed.joined)[held] == answers[held]).all()


def test_what_labels_have_to_show_is_taken_beyond_chance_alone():
    """Thresholds where one label is far less sure than the others, which a common slope cannot say; cuts where people
    are many."""
    world = draw_labels(0, 60, "f1_macro", sure=1.0)
    (stack,) = world.stacks
    unlike = stack.copy()
    unlike[:, :, :3] = expit(log_odds(stack[:, :, :3]) / 8)
    made = finish(world.plan(), [unlike], AUTO)
    assert made.plan.rule == THRESHOLDS and made.gain_of_rule.value > 0
    assert "against expected-f1, for the better beyond chance" in made.why_rule
    few = draw_grades(1, 5, "qwk", stretched=1.0)
    made = finish(few.plan(), few.stacks, AUTO)
    assert made.plan.rule != CUTS and "with cuts, fitted on labels" in made.why_rule
    assert "not for the better beyond chance" in made.why_rule
    asked = finish(few.plan(), few.stacks, CUTS)
    assert asked.plan.rule == CUTS, "what is asked for clears no hurdle"


@pytest.mark.parametrize("metric", ["f1_macro", "f2_samples"])
def test_labels_that_were_taught_as_equally_frequent_are_counted_by_how_frequent_they_are(metric):
    world = draw_labels(0, 60, metric, sure=1.0, knows_shares=False)
    made, plain = (finish(world.plan(), world.stacks, rule) for rule in (AUTO, PLAIN))
    assert made.plan.rule == EXPECTED_F1 and world.true(made) > world.true(plain)
    assert np.mean(made.crossed.fit.rule.offsets[0]) < -1


def test_the_odds_of_labels_are_found_again():
    rng, off = np.random.default_rng(0), np.array([-1.5, 0.0, 1.0])
    probs = rng.beta(1, 2, (20_000, 3))
    truth = (rng.random(probs.shape) < probs).astype(np.int8)
    temperature, offsets = fit_label_odds(expit(2 * (log_odds(probs) - off)), truth)
    assert temperature == pytest.approx(2, rel=0.05) and offsets == pytest.approx(off, abs=0.06)
    never = fit_label_odds(np.full((20, 1), 0.5), np.zeros((20, 1)))[1]
    assert np.isfinite(never).all() and -6 < never[0] < -1, "a label that nobody has is thought rare, not impossible"


def test_labels_take_a_temperature_where_it_gains_and_none_where_order_alone_counts():
    world = draw_labels(0, 60, "log_loss", sure=2.5)
    made = finish(world.plan(), world.stacks, AUTO)
    assert made.gain_of_rule.value < -2 * made.gain_of_rule.sd and made.crossed.fit.rule.temperatures[0] > 1.5
    assert "a temperature" in made.why_rule
    world = draw_labels(0, 60, "roc_auc", sure=2.5)
    made = finish(world.plan(), world.stacks, AUTO)
    assert not made.plan.fits_rule and made.crossed.fit.rule.temperatures == (1.0,)


def test_labels_are_tempered_by_their_odds():
    probs, truth = np.array([[0.9, 0.2], [0.6, 0.5]]), np.array([[1, 0], [0, 1]])
    odds = (probs / (1 - probs)) ** (1 / 3)
    assert temper_labels(probs, 3.0) == pytest.approx(odds / (1 + odds))
    fitted, metric = fit_label_temperature(probs, truth), METRICS["log_loss"]
    losses = [metric.score(truth, temper_labels(probs, fitted * by), 2) for by in (0.9, 1.0, 1.1)]
    assert min(losses) == losses[1]


@pytest.mark.parametrize("far_off", [False, True])
def test_numbers_are_joined_by_their_median_where_that_is_better_beyond_chance(far_off):
    rng = np.random.default_rng(0)
    truth = rng.normal(50, 10, 300)
    workspace = workspace_of({"kind": "number", "column": "asked"}, truth, "mae")
    keys, runs = workspace.train["image"].to_numpy(object), []
    for place in range(3):
        said = truth + rng.normal(0, 5, 300) + (rng.random(300) < 0.15) * far_off * 60
        oof = Predictions(keys, {"asked": said[:, None]}, kinds={"asked": "number"})
        runs.append(Candidate(Run(Path(f"r{place}")), "asked", oof, 0.0, (), ()))
    plan = Plan(workspace, ("asked",), "equal", "arithmetic", PLAIN, fits_rule=False)
    made = make_piece(plan, {"asked": runs}, None, AUTO)
    joined = np.median if far_off else np.mean
    right = joined([one.probs for one in runs], axis=0)
    assert made.crossed.joined == pytest.approx(right) and made.plan.middle == far_off
    assert keep(made, made.crossed.joined).plan(workspace).middle == far_off, "new photos are joined alike"
    assert f"joined by their {'median' if far_off else 'mean'}: cross-fitted" in made.why_weights
