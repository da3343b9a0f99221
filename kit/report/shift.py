"""The shift alarm: in what test photos are otherwise than train photos, by how much, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.workspace import Workspace
from kit.evidence.arrays import Classes
from kit.evidence.shift import Shift, number_shift, word_shift
from kit.images.facts import NUMBERS, WORDS, photo_facts
from kit.images.random_features import relu_features
from kit.images.rows import PixelRows
from kit.images.twins import Twins, find_twins, small_photos
from kit.pseudo.separability import Separability, drawn_people, separability
from kit.reporter import Reporter
from kit.seed import derive_seed

SMALLEST = 0.1
"""A distance below which a shift is too small to be told."""
TWINS = 0.005
"""Share of the test photos with a twin in train from which that is told."""
LARGE = 0.1
"""How far the AUC of train against test lies above that of two halves of train, from which it is told."""
SIGMAS = 4.0
STRIP = 6
"""Photos of each side that show a shift."""
LITTLE = 0.02
"""Share of photos from which a word is named."""

TODO = {
    "aspect": "look at the fit of the recipe (stretch, crop, pad), and train with random crops of that aspect",
    "brightness": "train with brightness changed as much: augment: [{RandomBrightnessContrast: ...}]",
    "contrast": "train with contrast changed as much: augment: [{RandomBrightnessContrast: ...}]",
    "saturation": "train with colour changed as much: augment: [{ColorJitter: ...}], or ToGray where test is grey",
    "redness": "train with colour changed as much: augment: [{RGBShift: ...}]",
    "blueness": "train with colour changed as much: augment: [{RGBShift: ...}]",
    "sharpness": "train with blur: augment: blur, or [{GaussianBlur: ...}]; or with Sharpen where test is sharper",
    "noise": "train with noise: augment: [{GaussNoise: ...}]",
    "quality": "train with JPEG artefacts: augment: [{ImageCompression: ...}]",
    "bytes_per_pixel": "train with JPEG artefacts: augment: [{ImageCompression: ...}]",
    "codec": "see that no class has a format of its own, and train with JPEG artefacts",
    "height": "train at the size of test, with random scales: augment: [{RandomScale: ...}]",
    "width": "train at the size of test, with random scales: augment: [{RandomScale: ...}]",
    "size": "train at the size of test, with random scales",
    "camera": "hold out a camera: compare OOF on photos of one camera with the rest",
    "classifier": "look at the strip; weigh or drop train photos unlike test by lines of fixes.csv (weight 0.5, drop)",
    "near-duplicates": "what may be done with them is said by the rules; 'kit doctor' names them",
}
"""What to do about a shift, by the property."""


@dataclass(frozen=True)
class Property:
    """A property of train and test photos set side by side."""

    name: str
    train: str
    test: str
    """What is usual on each side, as a person reads it."""
    distance: float
    chance: float | None
    alarm: bool
    strip: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Photos of train and of test that show it, where it is an alarm."""

    @property
    def todo(self) -> str:
        return TODO[self.name] if self.alarm else ""

    @property
    def sentence(self) -> str:
        """By how much, against what chance does."""
        chance = "too few groups to tell" if self.chance is None else f"chance {self.chance:.2f}"
        return f"{self.name}: {self.train} in train, {self.test} in test (distance {self.distance:.2f}, {chance})"


@dataclass(frozen=True)
class Shifts:
    """Every property that was looked at, those that alarm first."""

    properties: tuple[Property, ...]
    twins: tuple[Twins, ...] = ()
    """Pairs of a train and a test photo."""

    @property
    def alarms(self) -> list[Property]:
        return [one for one in self.properties if one.alarm]


def look_for_shifts(workspace: Workspace, reporter: Reporter) -> Shifts | None:
    """Set test beside train in everything that is known of a photo; None without test photos that can be read."""
    facts = photo_facts(workspace, reporter)
    is_test = facts["image"].isin(set(workspace.test["image"])).to_numpy()
    if not is_test.any() or is_test.all():
        return None
    group_of = dict(zip(workspace.train["image"], workspace.train["group"], strict=True))
    groups = facts.loc[~is_test, "image"].map(group_of).to_numpy(dtype=object)
    known = workspace.competition.finals.test_groups
    found = fact_shifts(facts, is_test, groups, known)
    cache = small_photos(workspace, reporter)
    found.append(pixel_shift(facts["image"].to_numpy(), is_test, cache.array, cache.rows(facts["image"]), groups))
    in_train = set(group_of)
    twins = [one for one in find_twins(workspace, reporter) if (one.first in in_train) != (one.second in in_train)]
    found.append(_twins(twins, in_train, int(is_test.sum())))
    order = sorted(found, key=lambda one: (not one.alarm, -one.distance))
    return Shifts(tuple(order), tuple(twins))


def fact_shifts(
    facts: pd.DataFrame, is_test: NDArray[np.bool_], groups: NDArray, test_groups: int | None
) -> list[Property]:
    """Each fact of the photos; groups: of the train ones, in their order. test_groups: where it is known."""
    codes = np.unique(groups.astype(str), return_inverse=True)[1]
    n_test = test_groups or int(is_test.sum()) * (int(codes.max()) + 1) / len(codes)
    found = []
    for name in (*NUMBERS, *WORDS):
        values = facts[name].to_numpy()
        train, test = values[~is_test], values[is_test]
        rng = np.random.default_rng(derive_seed("shift", name))
        if name in NUMBERS:
            shift = number_shift(train.astype(float), codes, test.astype(float), n_test, rng)
        else:
            shift = word_shift(train, codes, test, n_test, rng)
        found.append(_property(name, shift, facts, is_test))
    return found


def _property(name: str, shift: Shift, facts: pd.DataFrame, is_test: NDArray[np.bool_]) -> Property:
    values, alarm = facts[name].to_numpy(), shift.beyond(SMALLEST)
    sides = [values[~is_test], values[is_test]]
    if name in NUMBERS:
        told = [f"{np.median(side.astype(float)):.3g}" for side in sides]
        if told[0] == told[1] and shift.distance > 0:
            told = [
                " to ".join(f"{end:.3g}" for end in np.quantile(side.astype(float), (0.01, 0.99))) for side in sides
            ]
    else:
        told = [_named(side, sides) for side in sides]
    strip: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if alarm:
        images = [facts["image"].to_numpy()[~is_test], facts["image"].to_numpy()[is_test]]
        strip = (_strip(images[0], sides[0], sides[1]), _strip(images[1], sides[1], sides[0]))
    return Property(name, told[0], told[1], shift.distance, shift.chance, alarm, strip)


def _named(side: NDArray, sides: Sequence[NDArray]) -> str:
    """The shares of the words that differ most between the sides, on one of them."""
    shares = [pd.Series(one).astype(str).value_counts(normalize=True) for one in sides]
    apart = shares[0].sub(shares[1], fill_value=0).abs().sort_values(ascending=False, kind="stable")
    mine = pd.Series(side).astype(str).value_counts(normalize=True)
    words = [word for word in apart.index[:2] if apart[word] >= LITTLE] or list(mine.index[:1])
    return ", ".join(f"{word or 'none'} {mine.get(word, 0.0):.0%}" for word in words)


def _strip(images: NDArray, mine: NDArray, other: NDArray) -> tuple[str, ...]:
    """Photos of one side from its lowest to its highest value, or those whose word is rarer on the other side."""
    if mine.dtype == object:
        shares = (
            pd.Series(mine)
            .value_counts(normalize=True)
            .sub(pd.Series(other).value_counts(normalize=True), fill_value=0)
        )
        order = np.argsort([-shares[word] for word in mine], kind="stable")
        return tuple(images[order[:STRIP]])
    order = np.argsort(mine.astype(float), kind="stable")
    return tuple(images[order[np.linspace(0, len(order) - 1, min(STRIP, len(order))).astype(int)]])


def pixel_shift(
    images: NDArray, is_test: NDArray[np.bool_], small: PixelRows, rows: Classes, groups: NDArray
) -> Property:
    """A classifier of features of small photos that tells train from test, against one that tells halves of train.

    rows: those of each image among the small photos, of which a thousand of each side are read. No group is on both
    sides of the classifier's folds.
    """
    rng = np.random.default_rng(derive_seed("shift", "classifier"))
    measured = told_apart(small, rows[~is_test], groups, rows[is_test], rng)
    if measured is None:
        return Property("classifier", "", "", 0.0, None, False)
    chance = max(LARGE, SIGMAS * measured.sd)
    alarm = measured.excess > chance
    strip = (tuple(rng.permutation(images[~is_test])[:STRIP]), tuple(rng.permutation(images[is_test])[:STRIP]))
    train, test = f"two halves AUC {measured.alike:.2f}", f"test from train AUC {measured.between:.2f}"
    return Property("classifier", train, test, max(0.0, measured.excess), chance, alarm, strip if alarm else ((), ()))


def told_apart(
    small: PixelRows, train: Classes, groups: NDArray, test: Classes, rng: np.random.Generator
) -> Separability | None:
    """By group, of small photos of the rows of both sides; None of fewer than four groups."""
    if len(np.unique(groups.astype(str))) < 4 or len(test) < 4:
        return None
    rows, n_photos = drawn_people(groups, len(test), rng)
    drawn = np.sort(rng.permutation(len(test))[:1000])
    features = [relu_features(small[some]) for some in (train[rows], test[drawn])]
    return separability(features[0], groups[rows], features[1], n_photos, rng)


def _twins(twins: Sequence[Twins], in_train: set[str], n_test: int) -> Property:
    of_test = {one.second if one.first in in_train else one.first for one in twins}
    share = len(of_test) / n_test
    alarm = share >= TWINS
    pairs = [(one.first, one.second) if one.first in in_train else (one.second, one.first) for one in twins[:STRIP]]
    strip = (tuple(first for first, _ in pairs), tuple(second for _, second in pairs))
    told = f"{len(of_test):,} with a twin in train"
    return Property("near-duplicates", "", told, share, TWINS, alarm, strip if alarm else ((), ()))
