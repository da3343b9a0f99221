"""Metrics of labels, numbers, shares, rankings and several tasks agree with scikit-learn or a few lines of numpy."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import metrics as sk

from kit.errors import KitError
from kit.evidence.bootstrap import Seeds, resamples
from kit.evidence.metrics import METRICS, Metric, metric_named
from kit.evidence.metrics.mean_of_tasks import Part, mean_of_tasks
from kit.evidence.metrics.rankings import first_classes
from kit.evidence.scorer import Scorer
from kit.evidence.sums import AtClass, in_blocks, scores_near, sums_of_groups

EXACT = 1e-12
SEEDS = range(12)


@pytest.fixture(autouse=True)
def _quiet_sklearn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def labelled(seed: int, n_rows: int = 30, n_labels: int = 4):
    """(truth, probs, groups) with tied probabilities; for some seeds a label is never true, or never said, or both."""
    rng = np.random.default_rng(seed)
    truth = (rng.random((n_rows, n_labels)) < rng.choice([0.1, 0.4], n_labels)).astype(np.int8)
    steps = int(rng.choice([3, 10, 1000]))
    probs = np.rint(np.clip(0.4 * truth + 0.6 * rng.random((n_rows, n_labels)), 0, 1) * steps) / steps
    if seed % 3 == 0:
        truth[:, 0] = 0
    if seed % 4 == 0:
        probs[:, 0] = 0.0
    if seed % 2 == 0:
        truth[0] = 0
    return truth, probs, rng.integers(0, 8, n_rows)


def exclusive(seed: int, n_rows: int = 30, n_classes: int = 4):
    """(truth, probs) of classes of which some may be absent."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(n_classes, n_rows, p=rng.dirichlet(np.ones(n_classes)))
    raw = rng.integers(1, int(rng.choice([3, 1000])), (n_rows, n_classes)) + 2.0 * np.eye(n_classes)[truth]
    return truth, raw / raw.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("beta", [1, 2, 0.5])
@pytest.mark.parametrize("average", ["macro", "micro", "weighted", "samples"])
def test_f_of_labels_is_scikit_learns_over_the_labels_that_are_true_or_said(beta, average):
    for seed in SEEDS:
        truth, probs, _ = labelled(seed)
        said = (probs >= 0.5).astype(np.int8)
        somewhere = np.flatnonzero((truth + said).any(axis=0))
        kept = somewhere if average == "macro" else np.arange(truth.shape[1])
        theirs = sk.fbeta_score(truth[:, kept], said[:, kept], beta=beta, average=average, zero_division=0)
        assert metric_named(f"f{beta:g}_{average}").score(truth, said, 4) == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_f_of_classes_is_scikit_learns(average):
    for seed in SEEDS:
        truth, probs = exclusive(seed)
        said = probs.argmax(axis=1)
        theirs = sk.fbeta_score(truth, said, beta=2, average=average, zero_division=0)
        assert metric_named(f"f2_{average}").score(truth, said, 4) == pytest.approx(theirs, abs=EXACT)


def test_f_without_an_average_is_that_of_the_second_of_two_classes():
    truth, probs = exclusive(1, n_classes=2)
    said = probs.argmax(axis=1)
    assert metric_named("f1").score(truth, said, 2) == pytest.approx(sk.f1_score(truth, said), abs=EXACT)


def test_the_accuracy_of_labels_asks_for_all_of_them():
    truth, probs, _ = labelled(1)
    said = (probs >= 0.5).astype(np.int8)
    assert metric_named("accuracy").score(truth, said, 4) == pytest.approx(sk.accuracy_score(truth, said))


def test_log_losses_of_labels_are_scikit_learns():
    weights = [2.0, 1.0, 0.0, 0.5]
    for seed in SEEDS:
        truth, probs, _ = labelled(seed)
        each = [sk.log_loss(truth[:, k], probs[:, k], labels=[0, 1]) for k in range(4)]
        assert metric_named("log_loss").score(truth, probs, 4) == pytest.approx(np.mean(each), abs=EXACT)
        theirs = np.average(each, weights=weights)
        assert metric_named("weighted_log_loss@2,1,0,0.5").score(truth, probs, 4) == pytest.approx(theirs, abs=EXACT)
    with pytest.raises(KitError, match="2 weights for 4 classes"):
        metric_named("weighted_log_loss@2,1").score(truth, probs, 4)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_areas_of_labels_are_the_mean_of_scikit_learns_columns_that_have_one(name):
    of_column = sk.roc_auc_score if name == "roc_auc" else sk.average_precision_score
    for seed in SEEDS:
        truth, probs, _ = labelled(seed)
        there = [k for k in range(4) if truth[:, k].any() and (name != "roc_auc" or not truth[:, k].all())]
        theirs = np.mean([of_column(truth[:, k], probs[:, k]) for k in there])
        assert metric_named(name).score(truth, probs, 4) == pytest.approx(theirs, abs=EXACT)
    truth, probs = exclusive(2, n_classes=2)
    assert metric_named(name).score(truth, probs, 2) == pytest.approx(of_column(truth, probs[:, 1]), abs=EXACT)
    assert np.isnan(metric_named(name).score(truth * 0, probs, 2))


def host_area(truth, scores, starts=(0.0, 0.4, 1.0), weights=(2, 1)):
    """As the host of ALASKA2 reckons it, which is exact where no two scores are equal."""
    fpr, tpr, _ = sk.roc_curve(truth, scores, pos_label=1)
    total = 0.0
    for low, high, weight in zip(starts, starts[1:], weights, strict=False):
        mask = (low < tpr) & (tpr < high)
        if mask.sum():
            x = np.concatenate([fpr[mask], np.linspace(fpr[mask][-1], 1, 100)])
            y = np.concatenate([tpr[mask], [high] * 100]) - low
            total += weight * sk.auc(x, y)
    return total / np.dot(np.diff(starts), weights)


def test_the_weighted_area_is_the_hosts_and_with_equal_weights_the_whole():
    rng = np.random.default_rng(0)
    truth = (rng.random(300) < 0.4).astype(int)
    scores = rng.random(300) + 0.3 * truth
    probs = np.stack([1 - scores / 2, scores / 2], axis=1)
    assert METRICS["weighted_auc"].score(truth, probs, 2) == pytest.approx(host_area(truth, scores), abs=EXACT)
    tied = np.rint(probs * 8) / 8
    whole = metric_named("weighted_auc@0,3,0.25,3").score(truth, tied, 2)
    assert whole == pytest.approx(sk.roc_auc_score(truth, tied[:, 1]), abs=EXACT)
    # scikit-learn's is of the false-positive rate: with the classes and signs turned about, of the true-positive one
    corrected = sk.roc_auc_score(1 - truth, -probs[:, 1], max_fpr=0.2)
    theirs = 0.5 * 0.2**2 + (0.2 - 0.5 * 0.2**2) / (1 - 0.5) * (corrected - 0.5)
    assert metric_named("partial_auc@0.8").score(truth, probs, 2) == pytest.approx(theirs, abs=EXACT)
    assert metric_named("partial_auc@0.8").score_range == pytest.approx((0, 0.2))


def test_probabilistic_f1_by_hand_and_of_sure_probabilities_the_f1():
    truth, probs = np.array([1, 0, 1]), np.array([[0.2, 0.8], [0.5, 0.5], [0.9, 0.1]])
    precision, recall = 0.9 / 1.4, 0.9 / 2
    by_hand = 2 * precision * recall / (precision + recall)
    assert METRICS["pf1"].score(truth, probs, 2) == pytest.approx(by_hand)
    for seed in SEEDS:
        truth, probs, _ = labelled(seed)
        said = (probs >= 0.5).astype(np.int8)
        sure = METRICS["pf1"].score(truth, said.astype(float), 4)
        assert sure == pytest.approx(METRICS["f1_macro"].score(truth, said, 4), abs=EXACT)


def average_precision_at(truth: set[int], ranked: list[int], k: int) -> float:
    """As hosts write it."""
    score, hits = 0.0, 0
    for place, label in enumerate(ranked[:k], start=1):
        if label in truth:
            hits += 1
            score += hits / place
    return score / min(len(truth), k) if truth else 0.0


@pytest.mark.parametrize("k", [1, 3, 9])
def test_map_at_k_and_the_accuracy_of_the_first_k_with_ties_by_class_order(k):
    for seed in SEEDS:
        labels, probs, _ = labelled(seed, n_labels=6)
        ranked = first_classes(probs, k)
        assert (ranked == [sorted(range(6), key=lambda c: (-row[c], c))[:k] for row in probs]).all()
        several = [
            average_precision_at(set(np.flatnonzero(row)), list(said), k)
            for row, said in zip(labels, ranked, strict=True)
        ]
        assert metric_named(f"map@{k}").score(labels, probs, 6) == pytest.approx(np.mean(several), abs=EXACT)
        truth, probs = exclusive(seed, n_classes=6)
        ranked = first_classes(probs, k)
        one = [average_precision_at({true}, list(said), k) for true, said in zip(truth, ranked, strict=True)]
        assert metric_named(f"map@{k}").score(truth, probs, 6) == pytest.approx(np.mean(one), abs=EXACT)
        among = np.mean([true in said for true, said in zip(truth, ranked, strict=True)])
        assert metric_named(f"top@{k}").score(truth, probs, 6) == pytest.approx(among, abs=EXACT)


def numbers(seed: int, n_rows: int = 40):
    rng = np.random.default_rng(seed)
    truth = np.rint(rng.normal(1e4 if seed % 2 else 2, 1.5, n_rows))
    return truth, truth + rng.normal(0, 1, n_rows), rng.integers(0, 12, n_rows)


def test_metrics_of_numbers_are_scikit_learns():
    for seed in SEEDS:
        truth, said, _ = numbers(seed)
        theirs = {
            "rmse": np.sqrt(sk.mean_squared_error(truth, said)),
            "mae": sk.mean_absolute_error(truth, said),
            "r2": sk.r2_score(truth, said),
        }
        for name, value in theirs.items():
            assert METRICS[name].score(truth, said, 1) == pytest.approx(value, abs=1e-9)
            assert METRICS[name].score(truth, said[:, None], 1) == pytest.approx(value, abs=1e-9)
    truth, said, _ = numbers(0)
    grades = METRICS["qwk"].of_outputs(said[:, None], "number")
    theirs = sk.cohen_kappa_score(truth.astype(int), grades.astype(int), weights="quadratic")
    assert METRICS["qwk"].score(truth, grades, 1) == pytest.approx(theirs, abs=EXACT)
    assert np.isnan(METRICS["r2"].score(truth * 0 + 3, said, 1))


def test_the_divergence_of_shares_and_their_log_loss():
    rng = np.random.default_rng(0)
    truth, said = rng.dirichlet([0.5] * 3, 20), rng.dirichlet([1.0] * 3, 20)
    truth[:5] = np.eye(3)[[0, 1, 2, 0, 1]]
    said[0] = [0.0, 1.0, 0.0]
    clipped = said.clip(1e-15, 1 - 1e-15)
    logs = np.log(np.where(truth > 0, truth, 1) / clipped)
    assert METRICS["kl"].score(truth, said, 3) == pytest.approx((truth * logs).sum(axis=1).mean(), abs=EXACT)
    entropy = -(truth * np.log(np.where(truth > 0, truth, 1))).sum(axis=1).mean()
    some = slice(1, None)
    apart = METRICS["log_loss"].score(truth[some], said[some], 3) - METRICS["kl"].score(truth[some], said[some], 3)
    assert apart == pytest.approx(-(truth[some] * np.log(np.where(truth > 0, truth, 1)[some])).sum(axis=1).mean())
    assert entropy > 0 and METRICS["kl"].score(truth, truth, 3) == pytest.approx(0, abs=1e-9)


def cases():
    """A truth, predictions and groups of each metric on each kind that it judges."""
    rng = np.random.default_rng(5)
    labels, probs, groups = labelled(5, 60)
    truth, of_class = exclusive(5, 60)
    number, said, _ = numbers(4, 60)
    shares, told = rng.dirichlet(np.ones(4), 60), rng.dirichlet(np.ones(4), 60)
    for metric in METRICS.values():
        for kind in metric.kinds:
            true, outputs = {
                "class": (truth, of_class),
                "ordered": (truth, of_class),
                "labels": (labels, probs),
                "number": (number, said[:, None]),
                "shares": (shares, told),
            }[kind]
            yield pytest.param(metric, kind, true, outputs, groups, id=f"{metric.name}-{kind}")


@pytest.mark.parametrize(("metric", "kind", "truth", "outputs", "groups"), list(cases()))
def test_resamples_and_leaving_out_are_scores_of_the_rows_that_are_there(metric, kind, truth, outputs, groups):
    predicted = metric.of_outputs(outputs, kind)
    n_outputs = outputs.shape[1]
    scorer = Scorer(metric, truth, groups, n_outputs, n_replicates=5)
    for weights, drawn in zip(next(resamples(8, 5, 0)), scorer.drawn([predicted])[:, 0], strict=True):
        rows = np.repeat(np.arange(len(truth)), weights[groups])
        assert drawn == pytest.approx(metric.score(truth[rows], predicted[rows], n_outputs), abs=1e-9, nan_ok=True)
    left_out = metric.without_groups(metric.true(truth, n_outputs), predicted, n_outputs, groups, 8)
    kept = [metric.score(truth[groups != g], predicted[groups != g], n_outputs) for g in range(8)]
    assert left_out == pytest.approx(np.array(kept), abs=1e-9, nan_ok=True)
    score = scorer.score(predicted)
    low, high = metric.score_range
    assert low <= score.value <= high
    if score.has_interval:
        assert low <= score.low <= score.value <= score.high <= high


def test_a_metric_says_which_kinds_it_judges():
    with pytest.raises(KitError, match="rmse judges number, not class"):
        METRICS["rmse"].score([0, 1], [0, 1], 2)
    with pytest.raises(KitError, match="qwk judges class and ordered and number, not labels"):
        METRICS["qwk"].score(np.eye(2, dtype=np.int8), np.eye(2), 2)
    with pytest.raises(KitError, match="0 or 1"):
        METRICS["f1_macro"].score(np.eye(2, dtype=np.int8), np.full((2, 2), 0.5), 2)
    with pytest.raises(KitError, match="finite, and row 1 is not"):
        METRICS["mae"].score([0.0, 1.0], [0.0, np.nan], 1)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("map@0", "did you mean 'map@K'"),
        ("f0_macro", "weighs recall 0 times"),
        ("weighted_auc@0.2,1", "is no list of bands"),
        ("partial_auc@1", "begins at no true-positive rate"),
        ("weighted_log_loss@0,0", "not all 0"),
        ("weighted_log_loss", "weighted_log_loss@W,W"),
    ],
)
def test_a_name_whose_numbers_mean_nothing_is_an_error_that_says_how_to_write_it(name, told):
    with pytest.raises(KitError, match=told):
        metric_named(name)


def three_tasks(seed: int = 0, n_rows: int = 60):
    """(metric, truth side by side, what is scored side by side, parts, groups) of (2 qwk + accuracy + F1) / 4."""
    rng = np.random.default_rng(seed)
    grade, shape = rng.integers(0, 4, n_rows), rng.integers(0, 3, n_rows)
    labels = (rng.random((n_rows, 2)) < 0.4).astype(np.int8)
    tasks = [
        Part(METRICS["qwk"], "ordered", 2, slice(0, 4), slice(0, 1)),
        Part(METRICS["accuracy"], "class", 1, slice(4, 7), slice(1, 2)),
        Part(METRICS["f1_macro"], "labels", 1, slice(7, 9), slice(2, 4)),
    ]
    outputs = np.hstack([np.eye(4)[grade], np.eye(3)[shape], labels]) + rng.random((n_rows, 9))
    return (
        mean_of_tasks(tasks),
        np.column_stack([grade, shape, labels]).astype(float),
        outputs,
        rng.integers(0, 9, n_rows),
    )


def test_the_mean_of_tasks_is_the_weighted_mean_of_their_scores_on_every_resample():
    metric, truth, outputs, groups = three_tasks()
    predicted = metric.of_outputs(outputs)
    parts = [
        METRICS["qwk"].score(truth[:, 0].astype(int), outputs[:, :4].argmax(axis=1), 4),
        METRICS["accuracy"].score(truth[:, 1].astype(int), outputs[:, 4:7].argmax(axis=1), 3),
        METRICS["f1_macro"].score(truth[:, 2:].astype(np.int8), (outputs[:, 7:] >= 0.5).astype(np.int8), 2),
    ]
    assert metric.score(truth, predicted, 9) == pytest.approx(np.average(parts, weights=[2, 1, 1]))
    assert metric.needs == "labels" and metric.decides and metric.score_range == (-0.5, 1.0)
    scorer = Scorer(metric, truth, groups, 9, n_replicates=10)
    for weights, drawn in zip(next(resamples(9, 10, 0)), scorer.drawn([predicted])[:, 0], strict=True):
        rows = np.repeat(np.arange(len(truth)), weights[groups])
        assert drawn == pytest.approx(metric.score(truth[rows], predicted[rows], 9), abs=EXACT)
    score, pair = scorer.score(Seeds((predicted, predicted))), scorer.compare([predicted, predicted])[0]
    assert score.low < score.value < score.high and pair.difference.value == 0 and pair.per_class == ()
    assert scorer.covariance([predicted])[0, 0] == pytest.approx(score.sd**2)


def test_tasks_of_unlike_needs_are_scored_side_by_side_and_unlike_directions_are_refused():
    loss = Part(METRICS["log_loss"], "class", 1, slice(0, 3), slice(0, 1))
    error = Part(METRICS["mae"], "number", 3, slice(3, 4), slice(1, 2))
    metric = mean_of_tasks([loss, error])
    truth, outputs = np.array([[0, 2.5], [2, 1.0]]), np.array([[0.5, 0.3, 0.2, 2.0], [0.1, 0.1, 0.8, 3.0]])
    said = np.array([[0, 2.0], [2, 3.0]])
    predicted = metric.scored(outputs, said)
    assert metric.needs == "mixed" and not metric.decides and predicted.shape == (2, 4)
    by_hand = (-np.log([0.5, 0.8]).mean() + 3 * np.mean([0.5, 2.0])) / 4
    assert metric.score(truth, predicted, 4) == pytest.approx(by_hand)
    with pytest.raises(KitError, match="qwk rises and mae falls"):
        mean_of_tasks([Part(METRICS["qwk"], "class", 1, slice(0, 3), slice(0, 1)), error])


def test_an_own_metric_sees_the_truth_in_its_kind():
    def hamming(truth, predicted):
        return float((truth != predicted).mean())

    truth, probs, groups = labelled(1)
    metric = Metric.plain("hamming", hamming, higher_is_better=False, needs="labels", score_range=(0, 1))
    said = metric.of_outputs(probs, "labels")
    score = Scorer(metric, truth, groups, 4, n_replicates=50).score(said)
    assert score.value == pytest.approx(sk.hamming_loss(truth, said)) and score.low < score.value < score.high


@pytest.mark.parametrize("name", ["f1_macro", "f2_weighted", "f1_micro", "accuracy", "balanced_accuracy"])
def test_many_classes_say_the_same_with_their_zeros_left_out(name, monkeypatch):
    rng = np.random.default_rng(0)
    truth, groups = rng.integers(0, 40, 400), rng.integers(0, 150, 400)
    said = np.where(rng.random(400) < 0.7, truth, rng.integers(0, 40, 400))
    dense = Scorer(name, truth, groups, 40, n_replicates=40)
    expected, pair = dense.score(said), dense.compare([said, truth])[0]
    monkeypatch.setattr("kit.evidence.sums.DENSE_CELLS", 0)
    sparse = Scorer(name, truth, groups, 40, n_replicates=40)
    found = sparse.score(said)
    assert (found.value, found.low, found.high, found.sd) == pytest.approx(
        (expected.value, expected.low, expected.high, expected.sd), rel=1e-9
    )
    assert sparse.compare([said, truth])[0].difference.low == pytest.approx(pair.difference.low)


def test_sums_near_others_are_scored_alike_dense_and_sparse(monkeypatch):
    classes, codes = np.array([0, 1, 1, 4]), np.array([0, 0, 1, 2])
    blocks = (AtClass(classes, 5, np.array([True, False, True, True])), AtClass(classes, 5))
    metric = METRICS["balanced_accuracy"]
    dense = sums_of_groups(blocks, codes, 3)
    monkeypatch.setattr("kit.evidence.sums.DENSE_CELLS", 0)
    sparse = sums_of_groups(blocks, codes, 3)
    assert (sparse.toarray() == dense).all()
    total = dense.sum(axis=0)
    near = [scores_near(total, -some, metric.parts, metric.ratio, 2) for some in (dense, sparse)]
    assert near[0] == pytest.approx(near[1])
    assert near[0][0] == metric.parts(*in_blocks(total - dense[0], 2).astype(float)).sum()
