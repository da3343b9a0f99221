"""A new metric is one function and one entry; a plain function does as well, and says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shared import forked
from shared.answers import events
from shared.simulated import CLASS_METRICS, TABLE, predictions, simulated, two_tasks
from shared.trained import trained

from kit.errors import KitError
from kit.evidence.bootstrap import Seeds
from kit.evidence.metrics import Metric, metric_named
from kit.evidence.scorer import Scorer


def plain(name: str, n_classes: int) -> Metric:
    """One of kit's metrics, of which only its score of some rows is known."""
    known = metric_named(name)
    return Metric.plain(
        f"plain {name}",
        lambda truth, predicted: known.score(truth, predicted, n_classes),
        higher_is_better=known.higher_is_better,
        needs=known.needs,
    )


@pytest.mark.parametrize("name", CLASS_METRICS)
def test_a_plain_metric_says_what_kits_own_says(name: str) -> None:
    truth, weak, groups = simulated(n_groups=30, skill=0.5)
    strong, other = simulated(n_groups=30, skill=1.5, noise=1)[1], simulated(n_groups=30, noise=2)[1]
    one, two, three = (predictions(name, probs) for probs in (weak, strong, other))
    candidates = [one, Seeds((two, three))]
    known, own = (Scorer(metric, truth, groups, 3, n_replicates=200) for metric in (name, plain(name, 3)))
    np.testing.assert_allclose(own.drawn(candidates), known.drawn(candidates), rtol=0, atol=1e-12)
    for ours, theirs in zip(own.scores(candidates), known.scores(candidates), strict=True):
        assert ours.value == pytest.approx(theirs.value)
        assert ours.sd == pytest.approx(theirs.sd, rel=0.25)  # of resamples, theirs of a jackknife
        assert ours.low < ours.value < ours.high
    (ours,), (theirs,) = own.compare(candidates), known.compare(candidates)
    assert ours.difference.value == pytest.approx(theirs.difference.value) and ours.verdict == theirs.verdict
    assert ours.per_class == () and len(theirs.per_class) == 3
    sd, expected = (np.sqrt(np.diag(scorer.covariance([one, two]))) for scorer in (own, known))
    assert sd == pytest.approx(expected, rel=0.25)  # theirs is a jackknife's


@pytest.mark.parametrize("name", ["accuracy", "log_loss"])
def test_a_plain_metric_tells_what_a_perfect_task_is_worth(name: str) -> None:
    truth, size, age, groups = two_tasks(n_rows=120)
    tasks = {"size": size, "age": age}
    if metric_named(name).needs != "labels":
        tasks = {"size": 0.1 + 0.8 * np.eye(2)[size], "age": 0.1 + 0.7 * np.eye(3)[age]}
    known, own = (
        Scorer(metric, truth, groups, 6, n_replicates=100).perfect_task_gain(tasks, TABLE)
        for metric in (name, plain(name, 6))
    )
    for task in tasks:
        assert (own[task].value, own[task].low) == pytest.approx((known[task].value, known[task].low))


def test_one_group_has_a_plain_score_and_no_interval() -> None:
    truth, probs, groups = simulated(n_groups=10)
    scorer = Scorer(plain("accuracy", 3), truth, groups * 0, 3, n_replicates=20)
    assert not scorer.score(probs.argmax(axis=1)).has_interval
    assert np.isnan(scorer.covariance([probs.argmax(axis=1)])).all()


def test_a_plain_metric_that_is_not_defined_on_a_resample_leaves_it_out() -> None:
    truth, probs, groups = simulated(n_groups=12)
    rare = Metric.plain(
        "recall of class 2",
        lambda truth, predicted: (predicted[truth == 2] == 2).mean() if (truth == 2).any() else np.nan,
        higher_is_better=True,
        needs="labels",
    )
    truth[:] = np.where(groups == 3, 2, truth % 2)
    scorer = Scorer(rare, truth, groups, 3, n_replicates=100)
    assert np.isnan(scorer.drawn([probs.argmax(axis=1)])).any()
    assert scorer.score(probs.argmax(axis=1)).has_interval


def test_what_a_plain_function_does_wrong_is_told_with_its_place() -> None:
    def raises(truth, predicted):
        raise ValueError("no\nluck")

    def says(truth, predicted):
        return "much"

    for function, line, told in ((raises, 1, r"raises ValueError \(no luck\)"), (says, 0, "returns str, not a number")):
        metric = Metric.plain("mine", function, higher_is_better=True, needs="labels")
        with pytest.raises(KitError, match=told) as caught:
            metric.score([0, 1], [0, 1], 2)
        assert caught.value.where == f"{__file__}:{function.__code__.co_firstlineno + line}"
    with pytest.raises(KitError, match="cannot be called"):
        Metric.plain("mine", lambda truth: 1.0, higher_is_better=True, needs="labels")


FUNCTION = '''
def count_near(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[rows at most one class off | rows] of each true class."""
    return AtClass(truth, n_outputs, np.abs(truth - predicted) <= 1), AtClass(truth, n_outputs)


'''
ENTRY = '    Metric("near", True, "labels", tally=count_near, ratio=share),\n'


def test_a_metric_of_sums_is_one_function_and_one_entry(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path / "workspace")
    forked.copy_kit(tmp_path / "code")
    path = tmp_path / "code/kit/evidence/metrics/classes.py"
    head, tail = path.read_text().split("METRICS = (\n")
    path.write_text(head.rstrip() + "\n\n" + FUNCTION + "METRICS = (\n" + ENTRY + tail)
    spec = workspace.root / "competition.yaml"
    spec.write_text(spec.read_text().replace("f1_macro", "near"))

    def run(*command: str) -> dict[str, Any]:
        code, out, err = forked.run([*command, "--json"], workspace.root, tmp_path / "code")
        assert code == 0, err
        return events(out)[-1]

    line = next(line for line in run("score")["rows"] if line["run"] == ids["poor age"])
    assert line["accuracy"] < line["score"] <= 1 and line["low"] <= line["score"] <= line["high"]
    content = run("compare", ids["good age"], ids["poor age"])
    assert content["metric"] == "near" and content["comparisons"][0]["classes"]
    run("submit", "--blend", "best1", "--name", "first")
    assert run("select", "--finals", "1")["picks"] == ["first"]
