"""Simulated competitions: people with their own difficulty, seen by candidates of unequal ability and honesty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer
from kit.selection.candidates import groups_worth

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
class World:
    """What a simulated competition is like; shares are of the candidates."""

    metric: str = "f1_macro"
    """f1_macro: 18 classes of seven photos a person; roc_auc or log_loss: one photo a person, 15 % positive."""
    n_train: int = N_TRAIN
    n_test: int = N_TEST
    public_share: float = 0.5
    easier: float = 0.0
    """Logits added to every ability."""
    leaked: float = 0.0
    """OOF raised by a leak that the lineage tells of."""
    tuned: float = 0.0
    """Best of eight by public score; the seven others are no candidates."""
    broken: float = 0.0
    """A fault on the test set alone, of 0.5 to 1.5 logits."""
    excess: float = 0.0
    """Logits of age by which all OOF flatter."""
    families: int = 0
    """Of so many near-copies each; 0: every candidate is its own."""


@dataclass(frozen=True)
class Truth:
    """One competition as its organisers see it: the scores of every candidate, and which OOF scores are leaked."""

    world: World
    oof: Array
    covariance: Array
    public: Array
    private: Array
    leaked: NDArray[np.bool_]
    tries: NDArray[np.int64]
    families: tuple[str, ...]
    groups_public: int
    worth: tuple[float, float]
    """How many train people the public and the private score are worth, as kit reckons."""
    predictions: tuple[NDArray, ...]
    """Out of fold, of every candidate."""
    train_truth: NDArray[np.int64]


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


@dataclass(frozen=True)
class Luck:
    """Random numbers of a candidate, or what near-copies share of them: of people, and of photos."""

    of_people: Small
    of_photos: Small

    @classmethod
    def drawn(cls, n: int, rng: np.random.Generator, shared: tuple[Luck, ...] = ()) -> list[Luck]:
        """Of each of two tasks; near-copies have nine tenths of the people's variance and of the photos in common."""
        lucks = []
        for task in range(2):
            people = rng.standard_normal(n, dtype=np.float32)
            photos = rng.random((n, N_PHOTOS), dtype=np.float32)
            if shared:
                people = np.float32(0.9**0.5) * shared[task].of_people + np.float32(0.1**0.5) * people
                photos = np.where(rng.random((n, N_PHOTOS)) < 0.9, shared[task].of_photos, photos)
            lucks.append(cls(people, photos))
        return lucks


def compete(seed: int, world: World) -> Truth:
    """Simulate one competition of 20 candidates; the same seed gives the same competition."""
    rng = np.random.default_rng([2026, seed])
    copies = max(world.families, 1)
    family = np.arange(N_CANDIDATES) // copies
    order = rng.permutation(N_CANDIDATES)
    marked = np.argsort(order)
    n_leaked, n_tuned = round(world.leaked * N_CANDIDATES), round(world.tuned * N_CANDIDATES)
    leaked, tuned = marked < n_leaked, (marked >= n_leaked) & (marked < n_leaked + n_tuned)
    broken = rng.random(N_CANDIDATES) < world.broken
    fault = np.where(broken, rng.uniform(0.5, 1.5, N_CANDIDATES), 0.0)
    levels = rng.standard_normal((N_CANDIDATES, 4))
    if copies > 1:
        levels = 0.95**0.5 * levels[family * copies] + 0.05**0.5 * levels
    boost = np.where(leaked, rng.uniform(0.15, 0.45, N_CANDIDATES), 0.0) + world.excess
    tries = np.where(tuned, N_VARIANTS, 1)
    play = _faces if world.metric == "f1_macro" else _scans
    oof, covariance, public, private, predictions, truth = play(world, rng, levels, boost, fault, tries, family)
    groups_public, metric = round(world.public_share * world.n_test), METRICS[world.metric]
    scorer = Scorer(metric, truth, np.arange(len(truth)) * world.n_train // len(truth), len(np.unique(truth)))
    worth = [groups_worth(scorer, predictions, n) for n in (groups_public, world.n_test - groups_public)]
    return Truth(
        world=world,
        oof=oof,
        covariance=covariance,
        public=np.round(public, 3 if world.metric == "f1_macro" else 4),
        private=private,
        leaked=leaked,
        tries=tries,
        families=tuple(f"f{one}" for one in family) if copies > 1 else ("",) * N_CANDIDATES,
        groups_public=groups_public,
        worth=(worth[0], worth[1]),
        predictions=predictions,
        train_truth=truth,
    )


Played = tuple[Array, Array, Array, Array, tuple[NDArray, ...], NDArray[np.int64]]


def _faces(
    world: World,
    rng: np.random.Generator,
    levels: Array,
    boost: Array,
    fault: Array,
    tries: NDArray[np.int64],
    family: NDArray[np.int64],
) -> Played:
    """Macro F1 of 18 classes on seven photos a person."""
    train, test = draw_people(world.n_train, rng), draw_people(world.n_test, rng)
    at = round(world.public_share * world.n_test) * N_PHOTOS
    shift = rng.normal(0.35, 0.1)
    oof, public, private = [], [], []
    shared: dict[int, tuple[list[Luck], list[Luck]]] = {}
    for i in range(N_CANDIDATES):
        means, sds = np.array((1.7, 5.0, 5.5)) + world.easier, (0.16, 0.25, 0.3)
        age, gender, mask = means + levels[i, :3] * sds
        model = Model(age, gender, mask, 0.06 * levels[i, 3] + fault[i])
        if world.families and family[i] not in shared:
            shared[family[i]] = (Luck.drawn(world.n_train, rng), Luck.drawn(world.n_test, rng))
        of_train, of_test = shared.get(family[i], ([], []))
        oof.append(predict(train, model, boost[i], 0.0, Luck.drawn(world.n_train, rng, tuple(of_train)), rng))
        rows = [
            predict(test, model, 0.0, shift + model.gap, Luck.drawn(world.n_test, rng, tuple(of_test)), rng)
            for _ in range(tries[i])
        ]
        publics = [macro_f1(test.truth[:at], row[:at]) for row in rows]
        best = int(np.argmax(publics))
        public.append(publics[best])
        private.append(macro_f1(test.truth[at:], rows[best][at:]))
    groups = np.repeat(np.arange(world.n_train), N_PHOTOS)
    covariance = Scorer("f1_macro", train.truth, groups, N_CLASSES).covariance(oof)
    scores = np.array([macro_f1(train.truth, row) for row in oof])
    return scores, covariance, np.array(public), np.array(private), tuple(oof), train.truth


def _scans(
    world: World,
    rng: np.random.Generator,
    levels: Array,
    boost: Array,
    fault: Array,
    tries: NDArray[np.int64],
    family: NDArray[np.int64],
) -> Played:
    """A metric of two classes on one photo a person; every third model is overconfident."""
    metric = METRICS[world.metric]
    n = world.n_train + world.n_test
    truth = (rng.random(n) < 0.15).astype(np.int64)
    hard = rng.normal(0, 1.0, n)
    at = world.n_train + round(world.public_share * world.n_test)
    shift = np.where(np.arange(n) < world.n_train, 0.0, rng.normal(0.25, 0.1))
    own: dict[int, Array] = {}
    probs, publics, privates = [], [], []
    heat = np.where(np.arange(N_CANDIDATES) % 3 == 0, 1.6, 1.0)
    for i in range(N_CANDIDATES):
        noise = rng.normal(0, 0.8, n)
        if world.families:
            noise = 0.95**0.5 * own.setdefault(int(family[i]), noise) + 0.05**0.5 * rng.normal(0, 0.8, n)
        ability = 1.7 + world.easier + 0.16 * levels[i, 0] - shift
        ability = ability + np.where(np.arange(n) < world.n_train, boost[i], -0.06 * levels[i, 3] - fault[i])
        logit = heat[i] * ((2 * truth - 1) * ability + hard + noise - 1.0)
        said = 1 / (1 + np.exp(-logit))
        probs.append(np.column_stack([1 - said, said]))
        publics.append(metric.score(truth[world.n_train : at], probs[-1][world.n_train : at], 2))
        privates.append(metric.score(truth[at:], probs[-1][at:], 2))
    seen = [one[: world.n_train] for one in probs]
    scorer = Scorer(metric, truth[: world.n_train], np.arange(world.n_train), 2, n_replicates=1000)
    scores = np.array([metric.score(truth[: world.n_train], one, 2) for one in seen])
    return scores, scorer.covariance(seen), np.array(publics), np.array(privates), tuple(seen), truth[: world.n_train]


def draw_people(n: int, rng: np.random.Generator) -> People:
    """n people; the difficulty has sd 1.6 logits for age and 1.5 for gender."""
    return People(
        age=rng.choice(3, size=n, p=AGE_SHARES),
        gender=rng.integers(0, 2, size=n),
        hard_age=rng.normal(0, 1.6, size=n).astype(np.float32),
        hard_gender=rng.normal(0, 1.5, size=n).astype(np.float32),
        hard_photo=rng.normal(0, PHOTO_SD, size=(n, N_PHOTOS)).astype(np.float32),
    )


def predict(
    people: People, model: Model, boost: float, shift: float, luck: list[Luck], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Joined class (n * 7,) that a model gives every photo: right with the chance its logit says, else a neighbour.

    `boost` is what a leak adds to the age logit, `shift` what the harder test set takes from every logit; a person's
    logit also carries noise of sd 0.7 that belongs to this model alone, or to it and its near-copies.
    """
    n = len(people.age)

    def right(ability: float, hard: Small | float, luck: Luck) -> NDArray[np.bool_]:
        logit = ability - shift - hard + 0.7 * luck.of_people
        return luck.of_photos < 1 / (1 + np.exp(people.hard_photo - logit[:, None]))

    up = people.hard_photo < -1.28
    wrong_age = np.where(people.age[:, None] == 1, np.where(up, 2, 0), 1)
    age = np.where(right(model.age + boost, people.hard_age, luck[0]), people.age[:, None], wrong_age)
    gender = np.where(
        right(model.gender, people.hard_gender, luck[1]), people.gender[:, None], 1 - people.gender[:, None]
    )
    (last,) = Luck.drawn(n, rng)[:1]
    mask = np.where(right(model.mask, 0.0, last), MASKS, (MASKS + 1) % 3)
    joined = mask * 6 + gender * 3 + age
    return np.asarray(joined.ravel())


def macro_f1(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Macro F1 over those of the 18 classes that are somewhere."""
    return METRICS["f1_macro"].score(truth, predicted, N_CLASSES)
