"""Labelled rows, and all that can be asked of predictions of them: every answer on the same resamples of groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.bootstrap import (
    LEVEL,
    N_REPLICATES,
    Candidate,
    Score,
    about,
    group_codes,
    interval,
    mean_of_drawn,
    members,
    resampled_sums,
    resamples,
)
from kit.evidence.compare import Comparison, compared
from kit.evidence.intervals import (
    FEW_GROUPS,
    Spread,
    Unseen,
    bootstrapped,
    effective_groups,
    jackknife,
    one_sided,
    score_interval,
    unseen,
    with_seeds,
)
from kit.evidence.joining import join_labels, join_probs
from kit.evidence.metrics import Classes, Floats, Metric, metric_named
from kit.evidence.metrics.truth import CLASS, kind_of
from kit.evidence.sums import in_blocks, side_by_side

KEPT_CELLS = 2**25
"""Resamples times groups up to which the draws are kept: 64 MB. Beyond, they are drawn again from the seed."""

Contrast = tuple[Sequence[int], Sequence[int]]
"""Places of the candidates of side A, and of those of side B."""


class Scorer:
    """A metric on rows whose truth and groups are known; predictions are what the metric needs, row by row with them.

    A score's interval needs no draws but for several seeds and for a plain metric; differences are paired on resamples,
    drawn once, the same for every question and every scorer of the same groups and seed.
    """

    def __init__(
        self,
        metric: str | Metric,
        truth: ArrayLike,
        groups: ArrayLike,
        n_outputs: int,
        *,
        level: float = LEVEL,
        n_replicates: int = N_REPLICATES,
        seed: int = 0,
    ) -> None:
        self.metric = metric_named(metric)
        self.n_outputs = n_outputs
        self.truth = self.metric.true(truth, n_outputs)
        self.groups, self.n_groups = group_codes(groups, len(self.truth))
        self.level, self.n_replicates, self.seed = level, n_replicates, seed
        self._kept: list[NDArray] = []

    def score(self, predicted: Candidate) -> Score:
        """The score of one prediction, or the mean score of several seeds, with its interval."""
        return self.scores([predicted])[0]

    def scores(self, candidates: Sequence[Candidate]) -> tuple[Score, ...]:
        """The score of every candidate with its interval.

        With few groups and a class that nobody has, a mean over classes has a standard error and no interval.
        """
        return tuple(self._judged(seeds) for seeds in self._fitting(candidates))

    def drawn(self, candidates: Sequence[Candidate]) -> Floats:
        """Scores of every candidate on the resamples, (n_replicates, n_candidates); nan where one is not defined.

        One group gives the point score every time.
        """
        return self._drawn(self._fitting(candidates))

    def drawn_by_class(self, candidates: Sequence[Candidate]) -> Floats:
        """What adds up to the score on each resample, (n_replicates, n_candidates, n_parts), `constant` apart.

        Most often there is a part for each class; a plain metric gives all in one.
        """
        return self._drawn_by_class(self._fitting(candidates))

    def compare(self, candidates: Sequence[Candidate]) -> tuple[Comparison, ...]:
        """Each candidate but the first against the first, paired: n_candidates - 1 comparisons."""
        if len(candidates) < 2:
            raise KitError(f"{len(candidates)} candidates make no comparison", todo="name two or more")
        return self.compare_means(candidates, [((0,), (place,)) for place in range(1, len(candidates))])

    def compare_means(self, candidates: Sequence[Candidate], contrasts: Sequence[Contrast]) -> tuple[Comparison, ...]:
        """The mean score of some candidates against that of others, paired, for each contrast."""
        fitting = self._fitting(candidates)
        points = np.stack([np.mean([self._contributions(one) for one in seeds], axis=0) for seeds in fitting])
        by_class = self.metric.by_class(self.n_outputs) and points.shape[1] == self.n_outputs
        if by_class:
            drawn = self._drawn_by_class(fitting)
        else:
            points, drawn = points.sum(axis=1, keepdims=True), self._drawn(fitting)[..., None]
        return tuple(
            compared(
                self.metric,
                points[list(b)].mean(axis=0) - points[list(a)].mean(axis=0),
                drawn[:, list(b)].mean(axis=1) - drawn[:, list(a)].mean(axis=1),
                self.n_groups,
                self.level,
                by_class,
            )
            for a, b in contrasts
        )

    def covariance(self, candidates: Sequence[ArrayLike]) -> Floats:
        """Covariance of the scores over draws of groups, (n_candidates, n_candidates); nan with one group.

        By the jackknife, without a draw; a plain metric's from the resamples.
        """
        fitting = self._fitting(candidates)
        unknown = np.full((len(candidates), len(candidates)), np.nan)
        if self.n_groups < 2:
            return unknown
        left_out = [self._left_out(predicted) for (predicted,) in fitting]
        known = [scores for scores in left_out if scores is not None]
        if known:
            off = np.stack(known, axis=1)
            off = off - off.mean(axis=0)
            return (self.n_groups - 1) / self.n_groups * off.T @ off if np.isfinite(off).all() else unknown
        drawn = self._drawn(fitting)
        defined = drawn[np.isfinite(drawn).all(axis=1)]
        return unknown if len(defined) < 2 else np.atleast_2d(np.cov(defined, rowvar=False))

    def perfect_task_gain(self, task_predictions: Mapping[str, Candidate], table: Classes) -> dict[str, Score]:
        """What a perfect task would be worth: the gain of the joined score when its predictions are swapped for truth.

        The rows' classes are the target's; task_predictions: for each task, in the order of the columns of `table`
        (n_classes, n_tasks), (n_rows,) class numbers, or (n_rows, n_task_classes) probabilities where the metric needs
        them, of one model or of the same seeds in every task. Positive is better in every metric.
        """
        if len(table) != self.n_outputs:
            raise KitError(f"a table of {len(table)} target classes does not fit truth of {self.n_outputs}")
        seeds = list(zip(*(members(predicted) for predicted in task_predictions.values()), strict=True))
        join = join_labels if self.metric.decides else join_probs
        joined = self._fitting([join(version, table) for now in seeds for version in self._versions(now, table)])
        shape = (len(seeds), 1 + len(task_predictions))
        points = np.array([self._score(predicted) for (predicted,) in joined]).reshape(shape)
        drawn = self._drawn(joined).reshape(self.n_replicates, *shape)
        sign = 1.0 if self.metric.higher_is_better else -1.0
        gain = sign * (points[:, 1:] - points[:, :1]).mean(axis=0)
        # a seed is drawn with all its versions
        gains = sign * mean_of_drawn(drawn[..., 1:] - drawn[..., :1], [len(seeds)], self.seed)[:, 0]
        return {
            name: interval(gain[place], about(gain[place], gains[:, place]), self.n_groups, self.level)
            for place, name in enumerate(task_predictions)
        }

    def _versions(self, predictions: Sequence[ArrayLike], table: Classes) -> Iterator[list[ArrayLike]]:
        """The tasks' predictions as they are, then with each task in turn swapped for the truth."""
        yield list(predictions)
        for task, predicted in enumerate(predictions):
            perfect: ArrayLike = table[self.truth, task]
            if not self.metric.decides:
                perfect = np.eye(np.asarray(predicted).shape[1])[table[self.truth, task]]
            yield [*predictions[:task], perfect, *predictions[task + 1 :]]

    def _fitting(self, candidates: Sequence[Candidate]) -> list[list[NDArray]]:
        """The predictions of each seed of each candidate, as the metric needs them."""
        if len(candidates) == 0:
            raise KitError("there is no candidate to score")
        return [
            [self.metric.fitting(one, self.truth, self.n_outputs) for one in members(candidate)]
            for candidate in candidates
        ]

    def _contributions(self, predicted: NDArray) -> Floats:
        return self.metric.contributions(self.truth, predicted, self.n_outputs)

    def _score(self, predicted: NDArray) -> float:
        return self.metric.total(self._contributions(predicted))

    def _judged(self, seeds: Sequence[NDArray]) -> Score:
        """The mean score of the seeds of one candidate, with its interval."""
        value = float(np.mean([self._score(one) for one in seeds]))
        spread = self._spread(value, seeds)
        if self.metric.mean_of_classes and self.n_groups < FEW_GROUPS and not self._people.all():
            return Score(value, np.nan, np.nan, spread.sd)
        hidden = [self._unseen(one) for one in seeds]
        return score_interval(
            self.metric,
            value,
            spread,
            Unseen(float(np.mean([one.drop for one in hidden])), float(np.mean([one.rise for one in hidden]))),
            self.n_groups,
            effective_groups(self.metric, self._people),
            self.level,
        )

    def _spread(self, value: float, seeds: Sequence[NDArray]) -> Spread:
        if self.n_groups < 2:
            return Spread(np.nan, np.nan, np.nan)
        left_out = [scores for scores in map(self._left_out, seeds) if scores is not None]
        if left_out and len(seeds) == 1:
            return jackknife(value, left_out[0])
        of_people = self.metric.constant + np.concatenate([some.sum(axis=-1) for some in self._parts(seeds)])
        spread = jackknife(value, np.mean(left_out, axis=0)) if left_out else bootstrapped(of_people, self.n_groups)
        both = mean_of_drawn(of_people, [len(seeds)], self.seed)[:, 0]
        return with_seeds(spread, of_people.mean(axis=1), both, len(seeds))

    @cached_property
    def _people(self) -> Classes:
        """Groups that have each class, (n_classes,); of several tasks side by side, of each."""
        return self.metric.positives(self.truth, self.groups, self.n_outputs)

    def _unseen(self, predicted: NDArray) -> Unseen:
        if self.n_groups < 2 or kind_of(self.truth) != CLASS:
            return Unseen()
        quantile = one_sided(self.level, self.n_groups - 1)
        return unseen(self.metric, self.truth, predicted, self._people, quantile)

    def _left_out(self, predicted: NDArray) -> Floats | None:
        """The score without the rows of each group, (n_groups,); None where that is not quick to have."""
        if not self.metric.can_leave_out(len(self.truth), self.n_groups):
            return None
        return self.metric.without_groups(self.truth, predicted, self.n_outputs, self.groups, self.n_groups)

    def _drawn(self, fitting: Sequence[Sequence[NDArray]]) -> Floats:
        parts = self._parts([one for seeds in fitting for one in seeds])
        totals = self.metric.constant + np.concatenate([some.sum(axis=-1) for some in parts])
        return mean_of_drawn(totals, [len(seeds) for seeds in fitting], self.seed)

    def _drawn_by_class(self, fitting: Sequence[Sequence[NDArray]]) -> Floats:
        parts = self._parts([one for seeds in fitting for one in seeds])
        return mean_of_drawn(np.concatenate(list(parts)), [len(seeds) for seeds in fitting], self.seed)

    def _parts(self, predictions: Sequence[NDArray]) -> Iterator[Floats]:
        """What adds up to each prediction's score on each resample, (some, n_predictions, n_parts) at a time."""
        metric = self.metric
        if metric.tally is not None and metric.parts is not None:
            found = [metric.sums(self.truth, said, self.n_outputs, self.groups, self.n_groups) for said in predictions]
            n_blocks = found[0][1]
            for sums in resampled_sums(side_by_side([tally for tally, _ in found]), self._draws()):
                yield metric.parts(*in_blocks(sums.reshape(len(sums), len(predictions), -1), n_blocks))
            return
        for some in self._draws():
            weights = some.astype(np.float64)
            parts = [metric.of_draws(self.truth, said, self.n_outputs, self.groups, weights) for said in predictions]
            yield np.stack(parts, axis=1)

    def _draws(self) -> Iterable[NDArray]:
        """The resamples, in the same pieces every time."""
        if self.n_groups * self.n_replicates > KEPT_CELLS:
            return resamples(self.n_groups, self.n_replicates, self.seed)
        if not self._kept:
            small = np.min_scalar_type(self.n_groups)
            self._kept = [drawn.astype(small) for drawn in resamples(self.n_groups, self.n_replicates, self.seed)]
        return self._kept
