"""Metrics of decided classes and labels: accuracy, F, recall, kappa, and the confusion behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.evidence.arrays import Classes, Floats, divide
from kit.evidence.metrics.base import Metric, Tally
from kit.evidence.metrics.truth import CLASS, LABELS, NUMBER, ORDERED, checked_answers, checked_truth
from kit.evidence.sums import AtClass, Block, Ratio

EXCLUSIVE = (CLASS, ORDERED)
WITH_LABELS = (CLASS, ORDERED, LABELS)


def confusion(truth: ArrayLike, predicted: ArrayLike, n_classes: int) -> Classes:
    """Rows of each true class (first axis) and predicted class (second), (n_classes, n_classes) int64."""
    true = checked_truth(truth, n_classes)
    said = checked_answers(predicted, true, n_classes)
    return np.bincount(true * n_classes + said, minlength=n_classes**2).reshape(n_classes, n_classes)


def f1_per_class(hits: Classes, true: Classes, said: Classes) -> Floats:
    """F1 of each class, (n_classes,), from its right, true and predicted rows; nan for a class that is nowhere."""
    return divide(2 * hits.astype(float), (true + said).astype(float), undefined=np.nan)


def count(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, Block, Block]:
    """Right, true and predicted rows of each class or label."""
    if truth.ndim == 2:
        return truth & predicted, truth, predicted
    hits = AtClass(truth, n_outputs, truth == predicted)
    return hits, AtClass(truth, n_outputs), AtClass(predicted, n_outputs)


def count_rows(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[right rows | rows] of each true class; of labels, where all must be right, in one column."""
    if truth.ndim == 2:
        right = (truth == predicted).all(axis=1)
        return right[:, None], np.ones((len(truth), 1), dtype=bool)
    return AtClass(truth, n_outputs, truth == predicted), AtClass(truth, n_outputs)


def count_true(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[right rows | rows] of each true class."""
    return count(truth, predicted, n_outputs)[:2]


def share(given: Floats, counted: Floats) -> tuple[Floats, Floats]:
    """A mean over rows: what all rows of a class add up to, and how many they are."""
    return given, counted


def recall(hits: Floats, true: Floats) -> tuple[Floats, NDArray]:
    """Recall of each class, over the number of classes that occur; a class absent from the truth is left out."""
    return divide(hits, true, undefined=0.0), true > 0


def f_beta(beta: float, average: str) -> Metric:
    """F of recall weighed beta times as much as precision: (1 + b^2) hits / (b^2 true + predicted), averaged.

    macro: over the classes that are true or predicted somewhere, as by scikit-learn, which counts others only where
    `labels` names them: as a 0 they would make few rows look worse than they are. weighted: by the true rows of each.
    micro: of all classes' rows together. samples: of each row's labels, 0 where neither any is true nor predicted.
    Without an average it is that of the second of two classes, and the macro one of more.
    """
    square = beta**2

    def of_class(hits: Floats, true: Floats, said: Floats) -> Floats:
        return divide((1 + square) * hits, square * true + said, undefined=0.0)

    def macro(hits: Floats, true: Floats, said: Floats) -> tuple[Floats, NDArray]:
        return of_class(hits, true, said), true + said > 0

    def weighted(hits: Floats, true: Floats, said: Floats) -> tuple[Floats, Floats]:
        return true * of_class(hits, true, said), true

    def micro(hits: Floats, true: Floats, said: Floats) -> tuple[Floats, Floats]:
        return (1 + square) * hits, square * true + said

    def count_samples(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
        if truth.ndim == 1:
            return count_rows(truth, predicted, n_outputs)
        hits, true, said = (some.sum(axis=1, keepdims=True) for some in (truth & predicted, truth, predicted))
        return of_class(hits, true, said), np.ones((len(truth), 1), dtype=bool)

    def count_second(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
        if truth.ndim == 2 or n_outputs != 2:
            return count(truth, predicted, n_outputs)
        true, said = truth[:, None] == 1, predicted[:, None] == 1
        return true & said, true, said

    ways: dict[str, tuple[Tally, Ratio]] = {
        "": (count_second, macro),
        "macro": (count, macro),
        "weighted": (count, weighted),
        "micro": (count, micro),
        "samples": (count_samples, share),
    }
    name, (tally, ratio) = f"f{beta:g}_{average}".removesuffix("_"), ways[average]
    mean = average in ("", "macro")
    return Metric(
        name, True, "labels", WITH_LABELS, tally=tally, ratio=ratio, mean_of_classes=mean, f_of=(beta, average)
    )


AVERAGES = ("macro", "micro", "weighted", "samples")


def tally_disagreement(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[squared distance of prediction and truth, summed by true class | true | predicted] per class.

    Of numbers, whose grades need no list: [squared distance | truth | its square | prediction | its square | rows].
    """
    if truth.dtype.kind == "f":
        true, said = truth[:, None], predicted[:, None]
        return (true - said) ** 2, true, true**2, said, said**2, np.ones_like(true)
    distance = AtClass(truth, n_outputs, (truth - predicted) ** 2)
    return distance, AtClass(truth, n_outputs), AtClass(predicted, n_outputs)


def qwk_parts(*sums: Floats) -> Floats:
    """Minus each true class's squared distance over what chance gives (Cohen 1968, quadratic weights)."""
    if len(sums) == 6:
        distance, true, true_squares, said, said_squares, rows = sums
        chance = rows * (true_squares + said_squares) - 2.0 * true * said
        return -divide(distance * rows, chance, undefined=np.nan)
    distance, true, said = sums
    level = np.arange(true.shape[-1], dtype=float)
    rows = true.sum(axis=-1)
    # sum_ij true_i said_j (i - j)^2, expanded so that no (n_classes, n_classes) table is needed per resample.
    chance = (true @ level**2) * said.sum(axis=-1) + rows * (said @ level**2) - 2.0 * (true @ level) * (said @ level)
    return -divide(distance * rows[..., None], chance[..., None], undefined=np.nan)


METRICS = (
    f_beta(1, "macro"),
    f_beta(1, "micro"),
    f_beta(1, "weighted"),
    f_beta(1, "samples"),
    f_beta(1, ""),
    Metric("accuracy", True, "labels", WITH_LABELS, tally=count_rows, ratio=share),
    Metric("balanced_accuracy", True, "labels", tally=count_true, ratio=recall, mean_of_classes=True),
    Metric(
        "qwk",
        True,
        "labels",
        (*EXCLUSIVE, NUMBER),
        constant=1.0,
        tally=tally_disagreement,
        sum_parts=qwk_parts,
        score_range=(-1.0, 1.0),
    ),
)
