import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold

from kit.errors import KitError
from kit.folds.deal import deal, imbalance
from kit.targets.counted import Counted


def counted(classes: np.ndarray, n_classes: int) -> Counted:
    return Counted.of_codes(classes, tuple(map(str, range(n_classes))))


def fold_table(classes: np.ndarray, folds: np.ndarray, n_classes: int) -> pd.DataFrame:
    return counted(classes, n_classes).by_fold(folds)


def draw_table(seed: int, n_groups: int, sizes: str, n_classes: int, mixed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Classes and groups of rows in a shuffled order: groups of equal, even or skewed sizes, of one class or mixed."""
    rng = np.random.default_rng(seed)
    n_rows = {
        "equal": np.full(n_groups, rng.integers(1, 8)),
        "even": rng.integers(1, 9, n_groups),
        "skewed": np.minimum(1 + rng.pareto(1.2, n_groups) * 2, 200).astype(int),
    }[sizes]
    group = np.repeat(np.arange(n_groups), n_rows)
    odds = rng.dirichlet(np.full(n_classes, 0.7))
    classes = rng.choice(n_classes, len(group), p=odds) if mixed else rng.choice(n_classes, n_groups, p=odds)[group]
    order = rng.permutation(len(group))
    return classes[order], np.array([f"person {g}" for g in group[order]], dtype=object)


tables = st.builds(
    draw_table,
    seed=st.integers(0, 2**32),
    n_groups=st.integers(8, 90),
    sizes=st.sampled_from(["equal", "even", "skewed"]),
    n_classes=st.integers(1, 8),
    mixed=st.booleans(),
)


@given(tables, st.integers(2, 8), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_no_group_is_in_two_folds_and_every_row_is_in_one(table, n_folds, seed):
    classes, groups = table
    folds = deal(classes, groups, n_folds, seed)
    assert folds.dtype == np.int64 and folds.shape == classes.shape
    assert folds.min() >= 0 and folds.max() < n_folds
    assert len(set(zip(groups, folds, strict=True))) == len(set(groups))


@given(tables, st.integers(2, 8), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_folds_depend_on_the_seed_and_not_on_the_order_of_rows(table, n_folds, seed):
    classes, groups = table
    folds = deal(classes, groups, n_folds, seed)
    order = np.random.default_rng(seed).permutation(len(classes))
    assert np.array_equal(deal(classes[order], groups[order], n_folds, seed), folds[order])


def test_another_seed_deals_other_folds():
    classes, groups = draw_table(0, 60, "equal", 3, False)
    assert not np.array_equal(deal(classes, groups, 5, 0), deal(classes, groups, 5, 1))


@given(st.integers(0, 2**32), st.integers(8, 90), st.integers(1, 8), st.integers(2, 8))
@settings(max_examples=60, deadline=None)
def test_people_of_one_class_each_are_dealt_to_within_one_person(seed, n_groups, n_classes, n_folds):
    classes, groups = draw_table(seed, n_groups, "equal", n_classes, False)
    folds = deal(classes, groups, n_folds, seed)
    n_rows = len(classes) // n_groups
    people = fold_table(classes, folds, n_classes).to_numpy() // n_rows
    assert (np.ptp(people, axis=1) <= 1).all()


@given(tables, st.integers(2, 8))
@settings(max_examples=30, deadline=None)
def test_no_class_is_further_than_one_group_from_its_share(table, n_folds):
    classes, groups = table
    excess, _ = imbalance(classes, groups, deal(classes, groups, n_folds, 0), n_folds)
    assert excess == 0


@pytest.mark.filterwarnings("ignore:The least populated class")
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("sizes", ["equal", "even", "skewed"])
def test_folds_are_never_worse_balanced_than_those_of_scikit_learn(sizes, mixed):
    for seed in range(12):
        rng = np.random.default_rng(seed)
        n_folds = int(rng.integers(2, 8))
        n_classes = int(rng.integers(1, 9))
        classes, groups = draw_table(seed, int(rng.integers(15, 120)), sizes, n_classes, mixed)
        if np.bincount(classes).max() < n_folds:
            continue  # scikit-learn refuses this table
        ours = imbalance(classes, groups, deal(classes, groups, n_folds, seed), n_folds)
        for shuffle in (False, True):
            splitter = StratifiedGroupKFold(n_folds, shuffle=shuffle, random_state=seed if shuffle else None)
            theirs = np.empty(len(classes), dtype=np.int64)
            for fold, (_, valid) in enumerate(splitter.split(classes, classes, groups)):
                theirs[valid] = fold
            assert ours <= imbalance(classes, groups, theirs, n_folds)


def test_seven_photos_of_a_person_stay_together_and_every_class_is_even():
    rng = np.random.default_rng(0)
    person_class = rng.choice(6, 2700, p=np.outer([0.386, 0.614], [0.474, 0.454, 0.072]).ravel())
    classes = (np.array([0, 0, 0, 0, 0, 1, 2]) * 6 + person_class[:, None]).ravel()
    groups = np.repeat([f"{person:06d}" for person in range(2700)], 7)
    folds = deal(classes, groups, 5, 0)
    counts = fold_table(classes, folds, 18).to_numpy()
    assert (np.ptp(counts[:-1], axis=1) <= np.repeat([5, 1, 1], 6)).all()
    assert (counts[-1] == 3780).all()


def test_a_thousand_classes_in_many_groups_are_dealt_evenly():
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 1000, 30_000)
    folds = deal(classes, np.array([f"photo {i}" for i in range(len(classes))]), 5, 0)
    assert (np.ptp(fold_table(classes, folds, 1000).to_numpy(), axis=1) <= 1).all()


def test_imbalance_is_zero_for_perfect_folds_and_counts_groups_beyond_one():
    classes, groups = np.zeros(8, dtype=int), np.array(list("abcdefgh"))
    assert imbalance(classes, groups, np.array([0, 1] * 4), 2) == (0.0, 0.0)
    excess, squares = imbalance(classes, groups, np.zeros(8, dtype=int), 2)
    assert excess == 3  # four groups too many, three beyond one
    assert squares == pytest.approx(2 * 0.5**2 * 1.03)


def test_imbalance_does_not_depend_on_the_numbers_of_the_folds():
    classes, groups = draw_table(3, 40, "skewed", 4, True)
    folds = deal(classes, groups, 4, 0)
    renamed = np.array([2, 0, 3, 1])[folds]
    assert imbalance(classes, groups, folds, 4) == pytest.approx(imbalance(classes, groups, renamed, 4))


@pytest.mark.parametrize("n_folds", [3, 1, 0])
def test_folds_that_cannot_be_filled_are_refused(n_folds):
    with pytest.raises(KitError, match="folds"):
        deal(np.array([0, 1, 1]), np.array(["a", "b", "b"]), n_folds, 0)


def test_a_row_without_a_group_is_refused_by_number():
    with pytest.raises(KitError, match="row 1 has no group"):
        deal(np.array([0, 1, 1]), np.array(["a", None, "b"], dtype=object), 2, 0)


def test_classes_in_too_few_groups_are_listed_and_classes_that_do_not_occur_are_not():
    classes = np.array([0, 0, 0, 2, 2, 2, 3])
    groups = np.array(["a", "b", "c", "a", "a", "b", "c"])
    assert counted(classes, 5).with_few_groups(groups, 3) == [("2", 2), ("3", 1)]


def test_fold_table_has_a_line_for_every_class_and_one_of_totals():
    table = fold_table(np.array([0, 0, 2, 2, 2]), np.array([0, 1, 1, 1, 0]), 3)
    assert list(table.columns) == ["fold0", "fold1"]
    assert table.to_numpy().tolist() == [[1, 1], [0, 0], [1, 2], [2, 3]]
