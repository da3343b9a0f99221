"""Probabilities of thousands of classes or labels: of each row the most probable, and what all others have together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.arrays import Classes, Floats

SORTED_CELLS = 2**22
"""Probabilities that are put in order at once: 64 MB of keys and places."""
DENSE_CELLS = 2**29
"""Probabilities that are ever laid out as an array: 4 GB."""

Outputs = Any
"""(n_rows, n_outputs): an array, or TopProbs where there are very many classes or labels."""


@dataclass(frozen=True)
class TopProbs:
    """Stands for an array (n_rows, n_classes): rows that sum to one, or of labels a probability for each.

    classes: (n_rows, k) int32, the most probable class first, of equal ones the lower number; values: (n_rows, k) their
    probabilities; rest: (n_rows,) what the n_classes - k others have together, each as much of it as any other.
    """

    classes: NDArray[np.int32]
    values: NDArray[Any]
    rest: NDArray[Any]
    n_classes: int

    ndim = 2

    def __len__(self) -> int:
        return len(self.classes)

    def __getitem__(self, rows: Any) -> TopProbs:
        """Some of the rows; rows: a slice, numbers or a mask."""
        return TopProbs(self.classes[rows], self.values[rows], self.rest[rows], self.n_classes)

    @property
    def kept(self) -> int:
        return self.classes.shape[1]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), self.n_classes

    @property
    def others(self) -> Floats:
        """(n_rows,) the probability of each class that is not kept."""
        return self.rest.astype(np.float64) / (self.n_classes - self.kept)

    def argmax(self, axis: int = 1) -> Classes:
        """The most probable class of each row, (n_rows,)."""
        return self.classes[:, 0].astype(np.int64)

    def max(self, axis: int = 1) -> Floats:
        """Its probability."""
        return self.values[:, 0].astype(np.float64)

    def sum(self, axis: int) -> Floats:
        """What each class has of all rows together, (n_classes,), or over axis 1 each row, (n_rows,)."""
        if axis == 1:
            return self.values.sum(axis=1, dtype=np.float64) + self.rest
        others = self.others
        above = np.bincount(self.classes.ravel(), (self.values - others[:, None]).ravel(), self.n_classes)
        return np.maximum(above + others.sum(), 0.0)

    def at(self, classes: ArrayLike) -> Floats:
        """The probability of one class for each row, (n_rows,)."""
        same = self.classes == np.asarray(classes)[:, None]
        return np.where(same.any(axis=1), (self.values * same).sum(axis=1, dtype=np.float64), self.others)

    def places(self, classes: Classes) -> Classes:
        """The place of one class of each row in its order, from 1, (n_rows,); those that are not kept come last, by
        their numbers.
        """
        same = self.classes == classes[:, None]
        behind = self.kept + 1 + classes - (self.classes < classes[:, None]).sum(axis=1)
        return np.where(same.any(axis=1), same.argmax(axis=1) + 1, behind).astype(np.int64)

    def first(self, k: int) -> Classes:
        """The k most probable classes of each row, (n_rows, k), where so many are kept."""
        if k > self.kept:
            raise KitError(f"of each row {self.kept} classes are kept, not {k}", todo=f"write 'keep: {k}' for the task")
        return self.classes[:, :k].astype(np.int64)

    def of_kept(self, array: NDArray) -> NDArray:
        """What an array (n_rows, n_classes) has at the kept classes, (n_rows, kept)."""
        return np.take_along_axis(array, self.classes.astype(np.int64), axis=1)

    def named(self, chosen: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Labels (n_rows, n_classes) of 0 and 1: those of the kept ones that are chosen, (n_rows, kept)."""
        found = np.zeros(self.shape, dtype=np.int8)
        np.put_along_axis(found, self.classes.astype(np.int64), chosen.astype(np.int8), axis=1)
        return found

    def renewed(self, values: Floats, others: Floats) -> TopProbs:
        """The kept classes with other values, (n_rows, kept), in their order; others: (n_rows,), that of each other."""
        order = np.lexsort((self.classes, -values), axis=1)
        classes, given = np.take_along_axis(self.classes, order, axis=1), np.take_along_axis(values, order, axis=1)
        return TopProbs(classes, given, others * (self.n_classes - self.kept), self.n_classes)

    def expected(self, values: Floats) -> Floats:
        """The mean over classes of one number each, (n_classes,), as they are probable: (n_rows,)."""
        named = values[self.classes]
        return (self.values * named).sum(axis=1) + self.others * (values.sum() - named.sum(axis=1))

    def reweighed(self, worth: Floats) -> TopProbs:
        """The kept classes in the order of their probabilities times worth, (n_classes,), scaled to sum to one; the
        others are worth nothing. A row without any worth stays as it is.
        """
        raised = self.values * worth[self.classes]
        total = raised.sum(axis=1, keepdims=True)
        raised = np.where(total > 0, raised / np.where(total > 0, total, 1.0), self.values)
        order = np.lexsort((self.classes, -raised), axis=1)
        classes, values = np.take_along_axis(self.classes, order, axis=1), np.take_along_axis(raised, order, axis=1)
        return TopProbs(classes, values, np.where(total[:, 0] > 0, 0.0, self.rest), self.n_classes)

    def dense(self, dtype: Any = np.float64) -> NDArray[Any]:
        """The array (n_rows, n_classes); KitError where it would fill the memory."""
        if len(self) * self.n_classes > DENSE_CELLS:
            raise KitError(
                f"{len(self):,} rows of {self.n_classes:,} classes are {len(self) * self.n_classes * 4 / 2**30:.0f} GB"
                " and are not laid out"
            )
        whole = np.repeat(self.others.astype(dtype)[:, None], self.n_classes, axis=1)
        np.put_along_axis(whole, self.classes.astype(np.int64), self.values.astype(dtype), axis=1)
        return whole


def top_of(probs: NDArray, kept: int | None) -> Outputs:
    """The `kept` most probable classes of rows (n_rows, n_classes); the array itself without it."""
    if kept is None or isinstance(probs, TopProbs):
        return probs
    n_rows, n_classes = probs.shape
    classes, values = np.empty((n_rows, kept), dtype=np.int32), np.empty((n_rows, kept), dtype=np.float32)
    rest = np.empty(n_rows, dtype=np.float32)
    step, behind = max(1, SORTED_CELLS // n_classes), np.arange(n_classes - 1, -1, -1, dtype=np.uint64)
    for first in range(0, n_rows, step):
        some = np.maximum(probs[first : first + step].astype(np.float32), 0)
        # the bits of floats that are not negative rise with them; of equal ones the first class is the highest key
        keys = (np.ascontiguousarray(some).view(np.uint32).astype(np.uint64) << np.uint64(32)) | behind
        highest = np.argpartition(keys, n_classes - kept, axis=1)[:, n_classes - kept :]
        order = np.argsort(np.take_along_axis(keys, highest, axis=1), axis=1)[:, ::-1]
        chosen = np.take_along_axis(highest, order, axis=1)
        classes[first : first + step] = chosen
        values[first : first + step] = np.take_along_axis(some, chosen, axis=1)
        left = some.sum(axis=1, dtype=np.float64) - values[first : first + step].sum(axis=1, dtype=np.float64)
        rest[first : first + step] = np.maximum(left, 0)
    return TopProbs(classes, values, rest, n_classes)


def kept_of(probs: Outputs, kept: int) -> TopProbs:
    """Predictions, whole or of more classes, of which so many classes of a row are kept."""
    return shortened(top_of(probs, kept), kept)


def exact(probs: Outputs) -> Outputs:
    """Predictions as float64; TopProbs as they are."""
    return probs if isinstance(probs, TopProbs) else np.asarray(probs, dtype=np.float64)


def whole_rows(probs: Outputs) -> NDArray[Any]:
    """Predictions as an array (n_rows, n_outputs)."""
    return probs.dense() if isinstance(probs, TopProbs) else np.asarray(probs)


def at(probs: Outputs, classes: NDArray) -> Floats:
    """The probability of one class for each row, (n_rows,)."""
    if isinstance(probs, TopProbs):
        return probs.at(classes)
    return np.asarray(probs)[np.arange(len(probs)), classes]


def ranked(named: Sequence[NDArray], most: int, n_classes: int, kept: int | None) -> Outputs:
    """Rows of numbers that fall with the place of each class that a row names, `most` at most; 0 for all others.

    With `kept` as TopProbs of that many classes.
    """
    if kept is None:
        found = np.zeros((len(named), n_classes))
        for row, codes in enumerate(named):
            found[row, codes] = np.arange(len(codes), 0, -1) / most
        return found
    classes, values = np.zeros((len(named), kept), dtype=np.int32), np.zeros((len(named), kept))
    for row, codes in enumerate(named):
        spare = np.setdiff1d(np.arange(kept + len(codes)), codes)[: kept - len(codes)]
        classes[row] = np.concatenate([codes, spare])
        values[row, : len(codes)] = np.arange(len(codes), 0, -1) / most
    return TopProbs(classes, values, np.zeros(len(named)), n_classes)


def alike(one: Outputs, other: Outputs) -> bool:
    """Whether two predictions say the very same."""
    if isinstance(one, TopProbs) and isinstance(other, TopProbs):
        return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("classes", "values", "rest"))
    return np.array_equal(whole_rows(one), whole_rows(other))


def distance(one: Outputs, other: Outputs) -> Floats:
    """The sum of how far the probabilities of each row are apart, (n_rows,); of TopProbs to the last class that one of
    them keeps, and of what both leave together.
    """
    if not isinstance(one, TopProbs) or not isinstance(other, TopProbs):
        return np.asarray(np.abs(whole_rows(one) - whole_rows(other)).sum(axis=1))
    n, n_classes = len(one), one.n_classes
    rows = np.arange(n)[:, None]
    keys = np.concatenate([(rows * n_classes + top.classes).ravel() for top in (one, other)])
    beyond = [top.values - top.others[:, None] for top in (one, other)]
    cells, place = np.unique(keys, return_inverse=True)
    found = np.bincount(place, np.concatenate([beyond[0].ravel(), -beyond[1].ravel()]), minlength=len(cells))
    owner, base = cells // n_classes, one.others - other.others
    sizes = np.bincount(owner, minlength=n)
    return np.bincount(owner, np.abs(base[owner] + found), minlength=n) + np.abs(base) * (n_classes - sizes)


def certain(classes: NDArray, n_classes: int, kept: int) -> TopProbs:
    """Rows that are of one class each, (n_rows,): its probability is 1."""
    shift = np.arange(kept)  # further classes, so that a row names as many as others do
    named = (classes[:, None] + shift) % n_classes
    values = np.tile((shift == 0).astype(np.float32), (len(classes), 1))
    return TopProbs(named.astype(np.int32), values, np.zeros(len(classes), dtype=np.float32), n_classes)


def concatenated(parts: Sequence[Outputs]) -> Outputs:
    """The rows of several predictions of the same outputs under one another."""
    if not any(isinstance(part, TopProbs) for part in parts):
        return np.concatenate(parts)
    kept = min(part.kept for part in parts if isinstance(part, TopProbs))
    tops = [kept_of(part, kept) for part in parts]
    classes, values = np.concatenate([top.classes for top in tops]), np.concatenate([top.values for top in tops])
    return TopProbs(classes, values, np.concatenate([top.rest for top in tops]), tops[0].n_classes)


def shortened(top: TopProbs, kept: int) -> TopProbs:
    """The same with fewer classes kept."""
    if kept >= top.kept:
        return top
    rest = top.rest + top.values[:, kept:].sum(axis=1)
    return TopProbs(top.classes[:, :kept], top.values[:, :kept], rest, top.n_classes)


@dataclass(frozen=True)
class TopStack:
    """TopProbs of several members, in the place of an array (n_members, n_rows, n_classes)."""

    members: tuple[TopProbs, ...]

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[TopProbs]:
        return iter(self.members)

    def __getitem__(self, key: tuple[slice, Any]) -> TopStack:
        """The same rows of every member: stack[:, rows]."""
        members, rows = key
        return TopStack(tuple(member[rows] for member in self.members[members]))

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self), *self.members[0].shape


def stacked(members: Sequence[Outputs]) -> Any:
    """Predictions of several members as (n_members, n_rows, n_outputs)."""
    if not any(isinstance(member, TopProbs) for member in members):
        return np.stack(members)
    kept = min(member.kept for member in members if isinstance(member, TopProbs))
    return TopStack(tuple(kept_of(member, kept) for member in members))
