"""A metric: how predictions are scored, and the sums over rows or the order of rows that its score is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.arrays import MANY_CLASSES, Classes, Floats
from kit.evidence.metrics.plain import Plain, guarded
from kit.evidence.metrics.truth import (
    CLASS,
    KINDS,
    NUMBER,
    ORDERED,
    answers_of,
    checked_answers,
    checked_outputs,
    checked_truth,
    kind_of,
    positives,
)
from kit.evidence.sums import Block, Parts, Ratio, Sums, in_blocks, parts_of_ratio, scores_near, sums_of_groups

Needs = Literal["labels", "numbers", "probs", "ranks", "mixed"]
Tally = Callable[[NDArray, NDArray, int], Sequence[Block]]
"""(truth, predicted, n_outputs) -> what each row adds to each column, in blocks of (n_rows, n_columns)."""
WeightedParts = Callable[[NDArray, NDArray, Classes, Floats], Floats]
"""(truth, predicted, group codes, weights of the groups (n_draws, n_groups)) -> (n_draws, n_parts)."""
LeftOut = Callable[[NDArray, NDArray, Classes, int], Floats]
"""(truth, predicted, group codes, n_groups) -> what adds up to the score without each group, (n_groups, n_parts)."""
LEFT_OUT_CELLS = 2**27
"""Rows times groups up to which a metric of the order of rows is scored anew without each group: seconds."""
WEIGHT_CELLS = 2**21
"""Weights of groups that are held at once: 16 MB."""


@dataclass(frozen=True)
class Metric:
    """How predictions are scored: score = constant + the sum of its parts, most often one for each class or label.

    A metric of sums has `tally` with `ratio` (its parts are what each class gives, over what all of them count) or
    `sum_parts` (any others), so that any resample of groups is scored from its groups' sums; one of the order of rows
    has `weighted_parts`, and `left_out` where that is quick; a plain one is a function of rows, scored anew on the rows
    of every resample.
    """

    name: str
    higher_is_better: bool
    needs: Needs
    """What is scored. labels and numbers: decided answers, in the form of the truth; probs: the outputs (n_rows,
    n_outputs); ranks: these too, but only their order within a row counts; mixed: see `mean_of_tasks`.
    """
    kinds: tuple[str, ...] = (CLASS, ORDERED)
    """The kinds of target that it judges."""
    constant: float = 0.0
    tally: Tally | None = None
    ratio: Ratio | None = None
    sum_parts: Parts | None = None
    weighted_parts: WeightedParts | None = None
    left_out: LeftOut | None = None
    function: Plain | None = None
    score_range: tuple[float, float] = (0.0, 1.0)
    """The lowest and the highest score that it can have."""
    mean_of_classes: bool = False
    """Whether a class of five rows counts as much as one of a thousand."""
    top: int | None = None
    """How many classes of a row are looked at, where it needs ranks."""
    f_of: tuple[float, str] | None = None
    """The beta and the average of an F."""
    weights: tuple[float, ...] | None = None
    """A weight for each output, where it has them."""
    of_top: bool = False
    """Whether, of outputs, the most probable classes and what is left for the others tell it (`TopProbs`)."""

    @classmethod
    def plain(
        cls,
        name: str,
        function: Plain,
        *,
        higher_is_better: bool,
        needs: Literal["labels", "numbers", "probs", "ranks"],
        score_range: tuple[float, float] = (-np.inf, np.inf),
        kinds: tuple[str, ...] = KINDS,
    ) -> Metric:
        """A metric from a function of (truth, predicted) that returns one number; what each class gives is not known.

        An interval calls it some thousands of times.
        """
        if needs not in ("labels", "numbers", "probs", "ranks"):
            raise KitError(f"the metric '{name}' needs 'labels', 'numbers', 'probs' or 'ranks', not {needs!r}")
        wrong = [kind for kind in kinds if kind not in KINDS]
        if wrong:
            raise KitError(f"the metric '{name}' judges the kind {wrong[0]!r}, and kinds are {', '.join(KINDS)}")
        function = guarded(name, function)
        return cls(name, higher_is_better, needs, kinds, function=function, score_range=score_range)

    @property
    def decides(self) -> bool:
        """Whether decided answers are scored, and not the outputs that they are decided on."""
        return self.needs in ("labels", "numbers")

    @property
    def of_whole_rows(self) -> bool:
        """Whether it reads the probability of every class of a row."""
        return not (self.decides or self.of_top)

    def by_class(self, n_outputs: int) -> bool:
        """Whether its parts are what each of so many classes gives, and there are not too many to be told."""
        return self.function is None and 1 < n_outputs <= MANY_CLASSES

    @property
    def parts(self) -> Parts | None:
        """What the sums of each block, (..., n_columns), make of the score, (..., n_parts); None without sums."""
        return self.sum_parts if self.ratio is None else parts_of_ratio(self.ratio)

    def contributions(self, truth: NDArray, predicted: NDArray, n_outputs: int) -> Floats:
        """What adds up to the score of arrays that fit: (n_parts,), one for each class where these are known."""
        if self.function is not None:
            return np.array([self.function(truth, predicted)])
        together = np.zeros(len(truth), dtype=np.int64)
        return self.of_draws(truth, predicted, n_outputs, together, np.ones((1, 1)))[0]

    def sums(
        self, truth: NDArray, predicted: NDArray, n_outputs: int, codes: Classes, n_groups: int
    ) -> tuple[Sums, int]:
        """The tally of each group, (n_groups, n_blocks x n_columns), and in how many blocks; of a metric of sums."""
        assert self.tally is not None
        blocks = self.tally(truth, predicted, n_outputs)
        return sums_of_groups(blocks, codes, n_groups), len(blocks)

    def of_draws(self, truth: NDArray, predicted: NDArray, n_outputs: int, codes: Classes, weights: Floats) -> Floats:
        """What adds up to the score on draws of groups, (n_draws, n_parts); weights: (n_draws, n_groups)."""
        if self.tally is not None and self.parts is not None:
            sums, n_blocks = self.sums(truth, predicted, n_outputs, codes, weights.shape[1])
            return self.parts(*in_blocks(np.asarray(weights @ sums, dtype=float), n_blocks))
        if self.weighted_parts is not None:
            return self.weighted_parts(truth, predicted, codes, weights)
        drawn = [np.repeat(np.arange(len(truth)), some.astype(np.int64)[codes]) for some in weights]
        return np.stack([self.contributions(truth[rows], predicted[rows], n_outputs) for rows in drawn])

    def can_leave_out(self, n_rows: int, n_groups: int) -> bool:
        """Whether the score without each group is quick to have."""
        if self.left_out is not None or self.tally is not None:
            return True
        return self.weighted_parts is not None and n_rows * n_groups <= LEFT_OUT_CELLS

    def without_groups(
        self, truth: NDArray, predicted: NDArray, n_outputs: int, codes: Classes, n_groups: int
    ) -> Floats:
        """The score without the rows of each group, (n_groups,), where `can_leave_out`."""
        if self.left_out is not None:
            return self.constant + self.left_out(truth, predicted, codes, n_groups).sum(axis=-1)
        if self.tally is None or self.parts is None:
            step = max(1, WEIGHT_CELLS // n_groups)
            some = (np.arange(first, min(first + step, n_groups)) for first in range(0, n_groups, step))
            weights = ((np.arange(n_groups) != out[:, None]).astype(float) for out in some)
            parts = [self.of_draws(truth, predicted, n_outputs, codes, one) for one in weights]
            return self.constant + np.concatenate(parts).sum(axis=-1)
        sums, n_blocks = self.sums(truth, predicted, n_outputs, codes, n_groups)
        total = np.asarray(sums.sum(axis=0)).ravel()
        return self.constant + scores_near(total, -sums, self.parts, self.ratio, n_blocks)

    def of_outputs(self, outputs: NDArray, kind: str) -> NDArray:
        """What is scored of outputs (n_rows, n_outputs) where no rule decides: themselves, or what they say.

        A number whose grades are scored says the nearest one.
        """
        if not self.decides:
            return outputs
        said = answers_of(outputs, kind)
        return np.rint(said) if kind == NUMBER and self.needs == "labels" else said

    def scored(self, outputs: NDArray, said: NDArray) -> NDArray:
        """What is scored of outputs and of the answers that were decided on them."""
        return said if self.decides else outputs

    def score(self, truth: ArrayLike, predicted: ArrayLike, n_outputs: int) -> float:
        """The score of predictions; nan where the metric is not defined for this truth.

        truth: (n_rows, ...) as its kind has it; predicted: what `needs` says. KitError if they do not fit.
        """
        true = self.true(truth, n_outputs)
        said = self.fitting(predicted, true, n_outputs)
        return self.total(self.contributions(true, said, n_outputs))

    def total(self, contributions: Floats) -> float:
        """The score that contributions (n_parts,) add up to: rounding does not carry it beyond its range."""
        return float(np.clip(self.constant + contributions.sum(), *self.score_range))

    def true(self, truth: ArrayLike, n_outputs: int) -> NDArray:
        """The truth as an array of one of the kinds that it judges; KitError otherwise."""
        true = checked_truth(truth, n_outputs)
        kind = kind_of(true)
        if kind not in self.kinds and not (kind == CLASS and ORDERED in self.kinds):
            raise KitError(f"{self.name} judges {' and '.join(self.kinds)}, not {kind}")
        if self.weights is not None and len(self.weights) != n_outputs:
            raise KitError(f"{self.name} has {len(self.weights)} weights for {n_outputs} classes")
        return true

    def positives(self, truth: NDArray, codes: Classes, n_outputs: int) -> Classes:
        """In how many groups each class or label is there, (n_outputs,); none of numbers and shares."""
        return positives(truth, codes, n_outputs)

    def fitting(self, predicted: ArrayLike, truth: NDArray, n_outputs: int) -> NDArray:
        """Predictions as an array of what the metric needs, a row for each of the truth's; KitError otherwise."""
        if self.decides:
            return checked_answers(predicted, truth, n_outputs)
        return checked_outputs(predicted, truth, n_outputs, self.name)
