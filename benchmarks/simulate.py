"""Simulated competitions: people with their own difficulty, seen by candidates of unequal ability and honesty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.evidence.scorer import Scorer

Array = NDArray[np.float64]
Small = NDArray[np.float32]

N_CANDIDATES = 20
N_PHOTOS = 7
N_CLASSES = 18
MASKS = np.array([0, 0, 0, 0, 0, 1, 2])  # five photos with a mask, one with it worn wrongly, one without
AGE_SHARES = (0.45, 0.48, 0.07)
N_TRAIN, N_TEST = 2700, 1800
N_VARIANTS = 8
PHOTO_SD = 1.0  # logits, of a photo's own difficulty, the same for every candidate


@dataclass(frozen=True)
class Truth:
    """One competition as its organisers see it: the scores of every candidate, and which OOF scores are leaked."""

    oof: Array
    covariance: Array
    public: Array
    private: Array
    leaked: NDArray[np.bool_]
    tries: NDArray[np.int64]
    groups_public: int


@dataclass(frozen=True)
class People:
    """n people: class of each photo, and the difficulty (logits) of their age and gender."""

    age: NDArray[np.int64]
    gender: NDArray[np.int64]
    hard_age: Small
    hard_gender: Small
    hard_photo: Small

    @property
    def truth(self) -> NDArray[np.int64]:
        """Joined class of every photo, (n * 7,)."""
        return (MASKS * 6 + (self.gender * 3 + self.age)[:, None]).ravel()


@dataclass(frozen=True)
class Model:
    """A candidate's ability (logits) per task, and its own gap on the test set."""

    age: float
    gender: float
    mask: float
    gap: float


def compete(seed: int, public_share: float, leaky: bool) -> Truth:
    """Simulate one competition of 20 candidates; the same seed gives the same competition."""
    rng = np.random.default_rng([2026, seed, round(public_share * 100), leaky])
    train, test = draw_people(N_TRAIN, rng), draw_people(N_TEST, rng)
    shift = rng.normal(0.35, 0.1)
    models = [
        Model(*(rng.normal((1.7, 5.0, 5.5), (0.16, 0.25, 0.3))), rng.normal(0, 0.06)) for _ in range(N_CANDIDATES)
    ]
    order = rng.permutation(N_CANDIDATES)
    quarter = N_CANDIDATES // 4 if leaky else 0
    leaked = np.isin(np.arange(N_CANDIDATES), order[:quarter])
    tuned = np.isin(np.arange(N_CANDIDATES), order[quarter : 2 * quarter])
    n_public = round(public_share * N_TEST)
    at = n_public * N_PHOTOS
    oof, public, private = [], [], []
    for model, is_leaked, is_tuned in zip(models, leaked, tuned, strict=True):
        boost = rng.uniform(0.15, 0.45) if is_leaked else 0.0
        predicted = predict(train, model, boost, 0.0, rng)
        oof.append(predicted)
        tries = [predict(test, model, 0.0, shift + model.gap, rng) for _ in range(N_VARIANTS if is_tuned else 1)]
        publics = [macro_f1(test.truth[:at], row[:at]) for row in tries]
        best = int(np.argmax(publics))
        public.append(publics[best])
        private.append(macro_f1(test.truth[at:], tries[best][at:]))
    groups = np.repeat(np.arange(N_TRAIN), N_PHOTOS)
    return Truth(
        oof=np.array([macro_f1(train.truth, row) for row in oof]),
        covariance=Scorer("f1_macro", train.truth, groups, N_CLASSES).covariance(oof),
        public=np.round(public, 3),
        private=np.array(private),
        leaked=leaked,
        tries=np.where(tuned, N_VARIANTS, 1),
        groups_public=n_public,
    )


def draw_people(n: int, rng: np.random.Generator) -> People:
    """n people; the difficulty has sd 1.6 logits for age and 1.5 for gender."""
    return People(
        age=rng.choice(3, size=n, p=AGE_SHARES),
        gender=rng.integers(0, 2, size=n),
        hard_age=rng.normal(0, 1.6, size=n).astype(np.float32),
        hard_gender=rng.normal(0, 1.5, size=n).astype(np.float32),
        hard_photo=rng.normal(0, PHOTO_SD, size=(n, N_PHOTOS)).astype(np.float32),
    )


def predict(people: People, model: Model, boost: float, shift: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Joined class (n * 7,) that a model gives every photo: right with the chance its logit says, else a neighbour.

    `boost` is what a leak adds to the age logit, `shift` what the harder test set takes from every logit; a person's
    logit also carries noise of sd 0.7 that belongs to this model alone.
    """
    n = len(people.age)

    def right(ability: float, hard: Small | float) -> NDArray[np.bool_]:
        logit = ability - shift - hard + 0.7 * rng.standard_normal(n, dtype=np.float32)
        return rng.random((n, N_PHOTOS), dtype=np.float32) < 1 / (1 + np.exp(people.hard_photo - logit[:, None]))

    up = rng.random((n, N_PHOTOS), dtype=np.float32) < 0.1
    wrong_age = np.where(people.age[:, None] == 1, np.where(up, 2, 0), 1)
    age = np.where(right(model.age + boost, people.hard_age), people.age[:, None], wrong_age)
    gender = np.where(right(model.gender, people.hard_gender), people.gender[:, None], 1 - people.gender[:, None])
    mask = np.where(right(model.mask, 0.0), MASKS, (MASKS + 1) % 3)
    joined = mask * 6 + gender * 3 + age
    return np.asarray(joined.ravel())


def macro_f1(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Macro F1 over the 18 classes."""
    hits = np.bincount(truth[truth == predicted], minlength=N_CLASSES)
    sizes = np.bincount(truth, minlength=N_CLASSES) + np.bincount(predicted, minlength=N_CLASSES)
    return float(np.divide(2 * hits, sizes, out=np.zeros(N_CLASSES), where=sizes > 0).mean())
