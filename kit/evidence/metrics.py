"""The competition's metrics: one score each, and the sums over rows that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError, nearest
from kit.evidence.arrays import Classes as Classes
from kit.evidence.arrays import Floats as Floats
from kit.evidence.arrays import divide
from kit.evidence.plain import Plain, guarded
from kit.evidence.ranks import roc_auc_left_out, roc_auc_parts

Tally = Callable[[Classes, NDArray, int, Classes, int], NDArray]
"""(truth, predicted, n_classes, group codes, n_groups) -> sums over the rows of each group, (n_groups, n_columns)."""
Parts = Callable[[Floats], Floats]
"""Sums over rows, (..., n_columns) -> what each class gives to the score, (..., n_classes)."""
WeightedParts = Callable[[Classes, Floats, Classes, Floats], Floats]
"""(truth, probs, group codes, weights of the groups (n_draws, n_groups)) -> (n_draws, n_classes)."""
LeftOut = Callable[[Classes, Floats, Classes, int], Floats]
"""(truth, probs, group codes, n_groups) -> what each class gives without each group, (n_groups, n_classes)."""


@dataclass(frozen=True)
class Metric:
    """How predictions are scored: score = constant + the sum of what each class gives to it.

    A metric of sums has `tally` and `parts`, so that any resample of groups is scored from its groups' sums; one of
    ranks has `weighted_parts` and `left_out`; a plain one is a function of rows, scored anew on the rows of every
    resample.
    """

    name: str
    higher_is_better: bool
    needs: Literal["labels", "probs"]
    """labels: predicted is (n_rows,) class numbers; probs: (n_rows, n_classes) probabilities."""
    constant: float = 0.0
    tally: Tally | None = None
    parts: Parts | None = None
    weighted_parts: WeightedParts | None = None
    left_out: LeftOut | None = None
    function: Plain | None = None
    score_range: tuple[float, float] = (0.0, 1.0)
    """The lowest and the highest score that it can have."""
    mean_of_classes: bool = False
    """Whether a class of five rows counts as much as one of a thousand."""

    @classmethod
    def plain(
        cls,
        name: str,
        function: Plain,
        *,
        higher_is_better: bool,
        needs: Literal["labels", "probs"],
        score_range: tuple[float, float] = (-np.inf, np.inf),
    ) -> Metric:
        """A metric from a function of (truth, predicted) that returns one number; what each class gives is not known.

        An interval calls it some thousands of times.
        """
        if needs not in ("labels", "probs"):
            raise KitError(f"the metric '{name}' needs 'labels' or 'probs', not {needs!r}")
        return cls(name, higher_is_better, needs, function=guarded(name, function), score_range=score_range)

    @property
    def by_class(self) -> bool:
        """Whether it is known what each class gives to the score."""
        return self.function is None

    def contributions(self, truth: Classes, predicted: NDArray, n_classes: int) -> Floats:
        """What adds up to the score of arrays that fit: (n_classes,), or of a plain metric all in one, (1,)."""
        together = np.zeros(len(truth), dtype=np.int64)
        if self.function is not None:
            return np.array([self.function(truth, predicted)])
        if self.tally is not None and self.parts is not None:
            return self.parts(self.tally(truth, predicted, n_classes, together, 1)[0].astype(float))
        assert self.weighted_parts is not None
        return self.weighted_parts(truth, predicted, together, np.ones((1, 1)))[0]

    def of_probs(self, probs: NDArray) -> NDArray:
        """What is scored of probabilities (n_rows, n_classes): themselves, or the most probable classes (n_rows,)."""
        return probs if self.needs == "probs" else probs.argmax(axis=1)

    def score(self, truth: ArrayLike, predicted: ArrayLike, n_classes: int) -> float:
        """The score of predictions; nan where the metric is not defined for this truth.

        truth: (n_rows,) class numbers; predicted: what `needs` says. KitError if they do not fit.
        """
        true = true_classes(truth, n_classes)
        said = self.fitting(predicted, len(true), n_classes)
        return float(self.constant + self.contributions(true, said, n_classes).sum())

    def fitting(self, predicted: ArrayLike, n_rows: int, n_classes: int) -> NDArray:
        """Predictions as an array of what the metric needs, one for each of the rows; KitError otherwise."""
        if self.needs == "labels":
            said: NDArray = class_numbers(predicted, n_classes, "prediction")
        else:
            said = np.asarray(predicted, dtype=float)
            if said.ndim != 2 or said.shape[1] != n_classes:
                raise KitError(
                    f"{self.name} needs probabilities of {n_classes} classes, not an array of shape {said.shape}"
                )
            if not (np.isfinite(said).all() and (said >= 0).all()):
                raise KitError(f"{self.name} needs probabilities, and some are negative or not finite")
        if len(said) != n_rows:
            raise KitError(f"{len(said)} predictions do not fit {n_rows} true labels")
        return said


def true_classes(truth: ArrayLike, n_classes: int) -> Classes:
    """(n_rows,) int64 class numbers of one row or more; KitError otherwise."""
    numbers = class_numbers(truth, n_classes, "truth")
    if len(numbers) == 0:
        raise KitError("there are no rows to score")
    return numbers


def class_numbers(classes: ArrayLike, n_classes: int, what: str) -> Classes:
    """(n_rows,) int64 class numbers between 0 and n_classes - 1; KitError otherwise."""
    raw = np.asarray(classes)
    if raw.ndim != 1:
        raise KitError(f"a {what} is one class number per row, not an array of shape {raw.shape}")
    if len(raw) and raw.dtype.kind not in "iub":
        raise KitError(f"a {what} is a class number, not {raw.dtype}")
    numbers = raw.astype(np.int64)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < n_classes:
        wrong = numbers[(numbers < 0) | (numbers >= n_classes)][0]
        raise KitError(f"the {what} {wrong} is no class: there are {n_classes}, from 0 to {n_classes - 1}")
    return numbers


def confusion(truth: ArrayLike, predicted: ArrayLike, n_classes: int) -> Classes:
    """Rows of each true class (first axis) and predicted class (second), (n_classes, n_classes) int64."""
    true = true_classes(truth, n_classes)
    said = METRICS["accuracy"].fitting(predicted, len(true), n_classes)
    return np.bincount(true * n_classes + said, minlength=n_classes**2).reshape(n_classes, n_classes)


def f1_per_class(table: Classes) -> Floats:
    """F1 of each class, (n_classes,), from a confusion matrix; nan for a class neither true nor predicted anywhere."""
    rows = table.sum(axis=0) + table.sum(axis=1)
    return divide(2 * np.diag(table).astype(float), rows.astype(float), undefined=np.nan)


def metric_named(name: str | Metric) -> Metric:
    """The metric of a name; KitError with the nearest one if there is none."""
    if isinstance(name, Metric):
        return name
    if name not in METRICS:
        raise KitError(f"there is no metric '{name}'", todo=nearest(name, METRICS))
    return METRICS[name]


def _count(codes: Classes, classes: Classes, n_groups: int, n_classes: int, weights: NDArray | None = None) -> NDArray:
    """Rows (or their summed weights) of each group and class, (n_groups, n_classes)."""
    counts = np.bincount(codes * n_classes + classes, weights=weights, minlength=n_groups * n_classes)
    return counts.reshape(n_groups, n_classes)


def _hits(truth: Classes, predicted: Classes, n_classes: int, codes: Classes, n_groups: int) -> NDArray:
    right = truth == predicted
    return _count(codes[right], truth[right], n_groups, n_classes)


def tally_f1(truth: Classes, predicted: Classes, n_classes: int, codes: Classes, n_groups: int) -> NDArray:
    """[true positives | true + predicted] per class: all that F1 needs of a confusion matrix."""
    rows = _count(codes, truth, n_groups, n_classes) + _count(codes, predicted, n_groups, n_classes)
    return np.hstack([_hits(truth, predicted, n_classes, codes, n_groups), rows])


def f1_parts(sums: Floats) -> Floats:
    """F1 of each class, 2 TP / (true + predicted), over the number of classes that are true or predicted somewhere.

    A class that is nowhere is left out, as by scikit-learn's f1_score, which counts it only where `labels` names it: as
    a 0 it would make few rows look worse than they are.
    """
    n_classes = sums.shape[-1] // 2
    f1 = divide(2.0 * sums[..., :n_classes], sums[..., n_classes:], undefined=0.0)
    present = (sums[..., n_classes:] > 0).sum(axis=-1, keepdims=True)
    return divide(f1, present.astype(float), undefined=np.nan)


def tally_accuracy(truth: Classes, predicted: Classes, n_classes: int, codes: Classes, n_groups: int) -> NDArray:
    """[true positives per class | rows]."""
    rows = np.bincount(codes, minlength=n_groups)[:, None]
    return np.hstack([_hits(truth, predicted, n_classes, codes, n_groups), rows])


def mean_parts(sums: Floats) -> Floats:
    """Accuracy, log-loss: what each class adds up to, over all rows."""
    return divide(sums[..., :-1], sums[..., -1:], undefined=np.nan)


def tally_recall(truth: Classes, predicted: Classes, n_classes: int, codes: Classes, n_groups: int) -> NDArray:
    """[true positives | true] per class."""
    right = _hits(truth, predicted, n_classes, codes, n_groups)
    return np.hstack([right, _count(codes, truth, n_groups, n_classes)])


def recall_parts(sums: Floats) -> Floats:
    """Recall of each class over the number of classes that occur; a class absent from the truth is left out."""
    n_classes = sums.shape[-1] // 2
    present = (sums[..., n_classes:] > 0).sum(axis=-1, keepdims=True)
    recall = divide(sums[..., :n_classes], sums[..., n_classes:], undefined=0.0)
    return divide(recall, present.astype(float), undefined=np.nan)


def tally_disagreement(truth: Classes, predicted: Classes, n_classes: int, codes: Classes, n_groups: int) -> NDArray:
    """[squared distance of prediction and truth, summed by true class | true | predicted] per class."""
    distance = _count(codes, truth, n_groups, n_classes, weights=((truth - predicted) ** 2).astype(float))
    true, said = (_count(codes, classes, n_groups, n_classes) for classes in (truth, predicted))
    return np.hstack([distance.astype(np.int64), true, said])


def qwk_parts(sums: Floats) -> Floats:
    """Minus each true class's squared distance over what chance gives (Cohen 1968, quadratic weights)."""
    n_classes = sums.shape[-1] // 3
    distance, true, said = (sums[..., i * n_classes : (i + 1) * n_classes] for i in range(3))
    level = np.arange(n_classes, dtype=float)
    rows = true.sum(axis=-1)
    # sum_ij true_i said_j (i - j)^2, expanded so that no (n_classes, n_classes) table is needed per resample.
    chance = (true @ level**2) * said.sum(axis=-1) + rows * (said @ level**2) - 2.0 * (true @ level) * (said @ level)
    return -divide(distance * rows[..., None], chance[..., None], undefined=np.nan)


def tally_log_loss(truth: Classes, probs: Floats, n_classes: int, codes: Classes, n_groups: int) -> NDArray:
    """[-log of the true class's probability, summed by true class | rows]; a 0 counts as the smallest step from 1."""
    smallest = np.finfo(float).eps
    given = np.clip(probs[np.arange(len(truth)), truth], smallest, 1 - smallest)
    loss = _count(codes, truth, n_groups, n_classes, weights=-np.log(given))
    return np.hstack([loss, np.bincount(codes, minlength=n_groups)[:, None]])


METRICS = {
    metric.name: metric
    for metric in (
        Metric("f1_macro", True, "labels", tally=tally_f1, parts=f1_parts, mean_of_classes=True),
        Metric("accuracy", True, "labels", tally=tally_accuracy, parts=mean_parts),
        Metric("balanced_accuracy", True, "labels", tally=tally_recall, parts=recall_parts, mean_of_classes=True),
        Metric("qwk", True, "labels", constant=1.0, tally=tally_disagreement, parts=qwk_parts, score_range=(-1.0, 1.0)),
        Metric("log_loss", False, "probs", tally=tally_log_loss, parts=mean_parts, score_range=(0.0, np.inf)),
        Metric("roc_auc", True, "probs", weighted_parts=roc_auc_parts, left_out=roc_auc_left_out, mean_of_classes=True),
    )
}
"""Every metric of kit's own."""
