"""Grouped, stratified folds: groups are dealt like cards, so that every fold gets its share of every class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.errors import KitError

# A class is a class; that folds also have equally many rows in all is wished for, but never at a rare class's cost.
TOTAL_WEIGHT = 0.03
SEARCH_KINDS = 400  # kinds of groups that the swap search looks at
SEARCH_CELLS = 10_000_000  # swaps it weighs up at most: 0.1 s
KICKS = 60
MOST_CELLS = 2**27  # kinds of groups times classes that are weighed up: 1 GB


def deal(classes: np.ndarray, groups: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    """Deal groups into folds so that every fold has its share of every class and of all rows.

    `classes` is (n_rows,) int, or (n_rows, n_labels) of 0 and 1 where a row has any number of them, `groups` (n_rows,)
    str; returns the (n_rows,) int64 fold of each row. All rows of a group get one fold. The folds depend on the seed
    and on which group has which classes, not on the order of rows.
    Raises KitError where there are fewer groups than folds.
    """
    owner, n_groups = _owners(groups)
    if n_folds < 2:
        raise KitError(f"{n_folds} folds leave nothing to train on", todo="ask for 2 or more")
    if n_groups < n_folds:
        raise KitError(f"{n_groups} groups cannot fill {n_folds} folds", todo=f"ask for {n_groups} folds or fewer")
    rng = np.random.default_rng(seed)
    found = _kinds(classes, owner, n_groups)
    if found is None:
        return _in_turn(classes, owner, n_groups, n_folds, rng)[owner]
    kind, vectors = found
    held = _share_out(vectors, np.bincount(kind), n_folds, rng)
    # Groups of one kind are interchangeable: shuffle them, then hand each fold as many as it holds of that kind.
    cards = rng.permutation(n_groups)
    cards = cards[np.argsort(kind[cards], kind="stable")]
    fold_of_group = np.empty(n_groups, dtype=np.int64)
    fold_of_group[cards] = np.repeat(np.tile(np.arange(n_folds), len(vectors)), held.T.ravel())
    return fold_of_group[owner]


def imbalance(classes: np.ndarray, groups: np.ndarray, folds: np.ndarray, n_folds: int) -> tuple[float, float]:
    """Measure how far folds are from perfect shares, as two numbers that compare in this order; smaller is better.

    S_kc are the rows of class c in fold k, n_c those of the class in all, g_c the most that one group has; the rows
    of all classes together count as one class more. The first number is the largest |S_kc - n_c / K| / g_c less 1,
    or 0: how far the worst cell is beyond one group from perfect, in groups. The second is the sum of
    ((S_kc - n_c / K) / n_c)^2, with the weight TOTAL_WEIGHT for the rows of all classes.
    """
    owner, n_groups = _owners(groups)
    label, labels = pd.factorize(np.asarray(classes), sort=True)
    rows = np.bincount(folds * len(labels) + label, minlength=n_folds * len(labels)).reshape(n_folds, -1)
    found = _kinds(classes, owner, n_groups)
    if found is None:
        raise KitError("there are too many classes and kinds of groups to measure how far folds are from equal")
    _, vectors = found
    return _measure(_with_total(rows), vectors.max(axis=0))


def _owners(groups: np.ndarray) -> tuple[np.ndarray, int]:
    """(n_rows,) number of each row's group in the order of names, and how many groups there are."""
    owner, names = pd.factorize(np.asarray(groups), sort=True)
    if (owner < 0).any():
        raise KitError(f"row {int(owner.argmin())} has no group", todo="give every row a group")
    return owner, len(names)


def _with_total(counts: np.ndarray) -> np.ndarray:
    return np.column_stack([counts, counts.sum(axis=1)])


def _in_turn(
    classes: np.ndarray, owner: np.ndarray, n_groups: int, n_folds: int, rng: np.random.Generator
) -> np.ndarray:
    """The fold of each group, (n_groups,), dealt one after another in the order of each group's rarest class.

    So every fold gets its share of the groups of a class, one more or less, whatever the number of classes.
    """
    several = np.asarray(classes).ndim == 2
    owners, label, n_labels = _entries(classes, owner) if several else _one_each(classes, owner)
    often = np.bincount(label, minlength=n_labels)
    rank = np.argsort(np.argsort(often, kind="stable"), kind="stable")  # of equally frequent ones the first is rarer
    rarest = np.full(n_groups, n_labels)
    np.minimum.at(rarest, owners, rank[label])
    cards = rng.permutation(n_groups)
    cards = cards[np.argsort(rarest[cards], kind="stable")]
    fold_of_group = np.empty(n_groups, dtype=np.int64)
    fold_of_group[cards] = np.arange(n_groups) % n_folds
    return fold_of_group


def _kinds(classes: np.ndarray, owner: np.ndarray, n_groups: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Put groups with the same count of every class into one kind.

    Returns the (n_groups,) kind of each group, and (n_kinds, n_classes + 1) the rows of each class that occurs, and
    of all, in a group of that kind; None where that table would be larger than MOST_CELLS.
    """
    several = np.asarray(classes).ndim == 2
    owners, label, n_labels = _entries(classes, owner) if several else _one_each(classes, owner)
    cells = np.sort(owners * n_labels + label)
    start = np.flatnonzero(np.diff(cells, prepend=-1))
    n_rows = np.diff(start, append=len(cells))
    group, label = np.divmod(cells[start], n_labels)
    first_cell = np.searchsorted(group, np.arange(n_groups))
    salts = np.random.default_rng(0)
    while True:
        # A random linear hash tells kinds apart without a table of all groups by all classes, which may not fit into
        # memory. Should two kinds ever meet in one hash, the comparison sees it, and other salt parts them.
        salt = salts.integers(1, 2**63, size=n_labels, dtype=np.uint64)
        marks = np.add.reduceat(n_rows.astype(np.uint64) * salt[label], first_cell)
        _, sample, kind = np.unique(marks, return_index=True, return_inverse=True)
        if len(sample) * n_labels > MOST_CELLS:
            return None
        in_sample = np.isin(group, sample)
        vectors = np.zeros((len(sample), n_labels), dtype=np.int64)
        vectors[kind[group[in_sample]], label[in_sample]] = n_rows[in_sample]
        n_cells = np.diff(first_cell, append=len(group))
        if (vectors[kind[group], label] == n_rows).all() and (n_cells == n_cells[sample][kind]).all():
            return kind, vectors if several else _with_total(vectors)


def _one_each(classes: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """The group and the class number of each row, and how many classes occur."""
    label, labels = pd.factorize(np.asarray(classes), sort=True)
    return owner, label, len(labels)


def _entries(labels: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """The group and the number of each label of each row; one more says that a row has none, the last that it is one.

    Labels that no row has are left out.
    """
    has = np.column_stack([labels != 0, ~(labels != 0).any(axis=1)])
    has = np.column_stack([has[:, has.any(axis=0)], np.ones(len(labels), dtype=bool)])
    rows, label = np.nonzero(has)
    return owner[rows], label, has.shape[1]


def _measure(rows: np.ndarray, largest: np.ndarray) -> tuple[float, float]:
    """`imbalance` from the (n_folds, n_classes + 1) rows of each class and of all, and the most that one group has."""
    total = rows.sum(axis=0)
    off = rows - total / len(rows)
    excess = float(np.abs(off / largest).max()) - 1
    squares = ((off / total) ** 2).sum(axis=0)
    return max(0.0, round(excess, 9)), round(float(squares[:-1].sum() + TOTAL_WEIGHT * squares[-1]), 12)


def _share_out(vectors: np.ndarray, n_of_kind: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """(n_folds, n_kinds) how many groups of each kind a fold holds: whole rounds, then left-overs, then swaps."""
    share = vectors / (n_of_kind @ vectors)
    share[:, -1] *= np.sqrt(TOTAL_WEIGHT)
    rounds, left_over = np.divmod(n_of_kind, n_folds)
    held = np.tile(rounds, (n_folds, 1))
    off = _deal_left_overs(held, share, left_over, rng)
    if len(share) > SEARCH_KINDS:
        seen = np.sort(rng.choice(len(share), SEARCH_KINDS, replace=False))
        part = held[:, seen]
        _swap(part, share[seen], off, SEARCH_CELLS)
        held[:, seen] = part
        return held
    # With few kinds the greedy deal may end where no single swap helps: shake the best folds, and swap again.
    largest = vectors.max(axis=0)
    budget = SEARCH_CELLS - _swap(held, share, off, SEARCH_CELLS)
    best = _measure(held @ vectors, largest)
    for _ in range(KICKS):
        if budget <= 0 or best == (0.0, 0.0):
            break
        trial = held.copy()
        for _ in range(rng.integers(2, 7)):
            give, take = rng.permutation(n_folds)[:2]
            kind = rng.choice(np.flatnonzero(held.sum(axis=0)))
            if trial[give, kind]:
                trial[give, kind] -= 1
                trial[take, kind] += 1
        off = trial @ share
        budget -= _swap(trial, share, off - off.mean(axis=0), budget)
        measure = _measure(trial @ vectors, largest)
        if measure < best:
            held, best = trial, measure
    return held


def _deal_left_overs(
    held: np.ndarray, share: np.ndarray, left_over: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Deal the groups that make no whole round, heaviest first, each to the fold that it leaves best balanced.

    With off_kc = S_kc / n_c - 1/K, that fold minimises sum_c (off_kc + x_c / n_c)^2, that is off_k . (x / n). Changes
    `held` and returns off.
    """
    queue = np.repeat(np.arange(len(share)), left_over)
    queue = queue[np.argsort(-(share**2).sum(axis=1)[queue], kind="stable")]
    off = np.zeros((len(held), share.shape[1]))
    seats = rng.permutation(len(held))  # so that ties favour no fold in particular
    for kind in queue:
        seat = int((off @ share[kind]).argmin())
        off[seat] += share[kind]
        held[seats[seat], kind] += 1
    return (off - off.mean(axis=0))[np.argsort(seats)]


def _swap(held: np.ndarray, share: np.ndarray, off: np.ndarray, budget: int) -> int:
    """Swap groups between two folds, or move one, while that lowers the sum of off^2, or until `budget` swaps were
    weighed up; changes `held` and `off`, returns how many were weighed up.
    """
    n_folds, n_kinds = held.shape
    items = np.vstack([share, np.zeros(share.shape[1])])  # the last stands for no group: a swap with it is a move
    square = (items**2).sum(axis=1)
    apart = square[:, None] + square - 2 * items @ items.T
    pairs = [(a, b) for a in range(n_folds) for b in range(a)]
    spent = unchanged = 0
    while spent < budget:
        for a, b in pairs:
            of_a = np.append(np.flatnonzero(held[a]), n_kinds)
            of_b = np.append(np.flatnonzero(held[b]), n_kinds)
            pull = items @ (off[b] - off[a])
            change = pull[of_a][:, None] - pull[of_b] + apart[np.ix_(of_a, of_b)]
            spent += change.size
            give, take = np.unravel_index(int(change.argmin()), change.shape)
            if change[give, take] > -1e-12:
                unchanged += 1
                if unchanged >= len(pairs):
                    return spent
                continue
            unchanged = 0
            for kind, source, goal in ((of_a[give], a, b), (of_b[take], b, a)):
                off[source] -= items[kind]
                off[goal] += items[kind]
                if kind < n_kinds:
                    held[source, kind] -= 1
                    held[goal, kind] += 1
    return spent
