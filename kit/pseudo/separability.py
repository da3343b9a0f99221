"""Whether the test photos look like the train photos: to the teacher, and in their pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.cores import one_thread
from kit.runs.store import Run
from kit.seed import derive_seed

ROWS = 1000
"""Most photos of each side that are told apart."""
N_SPLITS = 10
"""Random halves of the train people."""
N_FOLDS = 5
MOST_FEATURES = 128
RIDGE = 0.01
"""Of the least squares on standardised features."""
NOTABLE, LARGE = 0.05, 0.15
"""An AUC this far above that of alike photos is some difference; a large one."""

Features = Callable[[pd.Series], np.ndarray]
"""Images (n,) -> features (n, n_features)."""

Look = Callable[[Run], "Mapping[str, tuple[Features, Features]] | None"]
"""A run -> features of train photos and of test photos: `model`, as its fold-0 model sees them, where its weights are
here, and `pixels`, of the photos themselves; None where nothing is asked.
"""


@dataclass(frozen=True)
class Separability:
    """How well test photos are told from train photos."""

    between: float
    """AUC by which photos of one half of the train people are told from test photos; .5: not at all."""
    alike: float
    """The same between the two halves."""
    sd: float
    """Standard deviation of `alike` over the random halves."""
    by: str = ""
    """The features that tell them apart the most: model or pixels."""

    @property
    def excess(self) -> float:
        return self.between - self.alike


def measure_separability(workspace: Workspace, run: Run, look: Look) -> Separability | None:
    """The larger difference that a fold-0 model's features or those of the pixels show; None where there are none.

    The model is asked about its validation people, for those that it was trained on it would know again.
    """
    found = []
    for by, (of_train, of_test) in (look(run) or {}).items():
        train, test = workspace.train, workspace.test["image"]
        if by == "model":
            train = train[workspace.folds.valid(0)]
        rng = np.random.default_rng(derive_seed("separability", run.id))
        rows, n_photos = drawn_people(train["group"].to_numpy(), len(test), rng)
        chosen = train.iloc[rows]
        photos = test.iloc[np.sort(rng.permutation(len(test))[:ROWS])]
        people = chosen["group"].to_numpy()
        measured = separability(of_train(chosen["image"]), people, of_test(photos), n_photos, rng)
        found.append(Separability(measured.between, measured.alike, measured.sd, by))
    return max(found, key=lambda one: one.excess - _noise(one.sd), default=None)


def drawn_people(groups: np.ndarray, n_test: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """The rows of train people to compare with `n_test` test photos, and how many photos a side then has.

    Nobody knows who is on the test photos, so that a classifier may know a person again whom it was shown: as often
    as another photo of the person is among those drawn. The train people that stand for the test set are therefore
    drawn to have as many photos each as test people would, were the test set made as the train set is.
    """
    people = np.unique(groups)
    half, each = len(people) // 2, len(groups) / len(people)
    room = 1 - half * (each - 1) / n_test
    n_photos = int(min(ROWS, n_test, half * each, half / room if room > 0 else np.inf))
    of_a_person = 1 + (each - 1) * n_photos / n_test
    n_people = 2 * min(half, max(2, round(n_photos / of_a_person)))
    among = np.flatnonzero(np.isin(groups, rng.permutation(people)[:n_people]))
    return np.sort(_evenly(groups, among, ceil(of_a_person) * n_people, rng)), n_photos


def separability(
    train: np.ndarray, people: np.ndarray, test: np.ndarray, n_photos: int, rng: np.random.Generator
) -> Separability:
    """Tell train photos (n, n_features) of `people` (n,) from test photos (m, n_features), `n_photos` of each.

    One half of the people is told from the test set, and from the other half, whose people are then kept as unknown
    as those of the test set. What the first AUC has above the second is a difference, and no recognition of people.
    """
    train, test = _principal(train, test)
    between, alike = [], []
    names = np.unique(people)
    with one_thread():  # threads cost these small matrices more than they save
        for _ in range(N_SPLITS):
            is_first = np.isin(people, rng.permutation(names)[: len(names) // 2])
            first = _evenly(people, np.flatnonzero(is_first), n_photos, rng)
            second = _evenly(people, np.flatnonzero(~is_first), n_photos, rng)
            drawn = rng.permutation(len(test))[: len(second)]
            between.append(_auc(train[first], people[first], test[drawn], rng))
            alike.append(_auc(train[first], people[first], train[second], rng))
    return Separability(float(np.mean(between)), float(np.mean(alike)), float(np.std(alike)))


def _principal(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The directions of most variance of both together, where there are more features than a few photos can tell of."""
    if train.shape[1] <= MOST_FEATURES:
        return train, test
    both = np.concatenate([train, test]).astype(float)
    both = (both - both.mean(axis=0)) / (both.std(axis=0) + 1e-9)
    axes = np.linalg.eigh(both.T @ both)[1][:, -MOST_FEATURES:]
    return both[: len(train)] @ axes, both[len(train) :] @ axes


def _evenly(people: np.ndarray, among: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` of the rows `among`, at random: a photo of everybody before a second one of anybody."""
    among = rng.permutation(among)
    turn = pd.Series(people[among]).groupby(people[among]).cumcount().to_numpy()
    return among[np.argsort(turn, kind="stable")[:count]]


def _auc(known: np.ndarray, people: np.ndarray, unknown: np.ndarray, rng: np.random.Generator) -> float:
    """Cross-validated AUC, mean over folds, of least squares that tell `known` from `unknown` (n, n_features).

    No person of the known side is on both sides of a fold.
    """
    from scipy.stats import rankdata  # heavy, and kit train, which never ranks, imports this module

    names, codes = np.unique(people, return_inverse=True)
    n_folds = min(N_FOLDS, len(names))
    fold = np.r_[(rng.permutation(len(names)) % n_folds)[codes], rng.permutation(np.arange(len(unknown)) % n_folds)]
    features = np.concatenate([known, unknown]).astype(float)
    side = np.r_[np.full(len(known), -1.0), np.ones(len(unknown))]
    found = []
    for k in range(n_folds):
        x, y = features[fold != k], side[fold != k]
        weights = np.where(y > 0, 0.5 / (y > 0).sum(), 0.5 / (y < 0).sum())
        mean = weights @ x
        scale = np.sqrt(weights @ (x - mean) ** 2) + 1e-9
        x = (x - mean) / scale * np.sqrt(weights)[:, None]
        slope = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (y * np.sqrt(weights)))
        held = fold == k
        if len(set(side[held])) == 2:
            ranks = rankdata(((features[held] - mean) / scale) @ slope)
            n_unknown, n_known = (side[held] > 0).sum(), (side[held] < 0).sum()
            above = ranks[side[held] > 0].sum() - n_unknown * (n_unknown + 1) / 2  # Mann and Whitney's U
            found.append(above / (n_unknown * n_known))
    return float(np.mean(found)) if found else 0.5


def _noise(sd: float) -> float:
    """The excess that alike photos may well show, at least the smallest that matters."""
    return max(NOTABLE, 1.25 * sd)


def separability_sentence(between: float | None, alike: float | None, sd: float | None, by: str | None) -> str:
    """What the AUCs say: how far the precision that OOF foretells can be believed."""
    if between is None or alike is None:
        return "whether test looks like train was not measured"
    excess, noise = between - alike, _noise(sd or 0.0)
    if excess >= max(noise, LARGE):
        belief = "test looks different, so the OOF precision says little of it"
    elif excess >= noise:
        belief = "test differs somewhat, so expect a few points less than the OOF precision"
    elif noise > LARGE:
        belief = "so few photos show no difference, and would show a large one only"
    else:
        belief = "test looks like train, so the OOF precision can be believed"
    what = {"model": " by what the model sees", "pixels": " by their pixels"}.get(by or "", "")
    return (
        f"a classifier tells train from test photos{what} with AUC {between:.2f}, and two halves of the train people"
        f" with {alike:.2f}: {belief}"
    )
