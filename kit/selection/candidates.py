"""What is known of candidate submissions before they are judged: scores, sampling errors, sizes, honesty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError

Array = NDArray[np.float64]

PERSON_SD = 0.35  # sd of one group's share of a macro F1, used only where no covariance is known
PERSON_CORRELATION = 0.7  # correlation of two candidates' sampling errors, used only where no covariance is known


@dataclass(frozen=True)
class Candidates:
    """What is known of n candidate submissions; every score is "higher is better" (negate a loss).

    names: n distinct names. oof, public: (n,), nan where unknown. covariance: (n, n) of the OOF scores' sampling
    errors, from a bootstrap over groups; nan rows where unknown. tainted: (n,), True where labels may have leaked
    into the OOF score. families: n labels of near-identical runs ("" for none). public_tries: (n,), of how many public
    submissions this one is the best by public score, where the others are not candidates themselves.
    """

    names: tuple[str, ...]
    oof: Array
    covariance: Array
    public: Array
    tainted: NDArray[np.bool_]
    families: tuple[str, ...]
    public_tries: NDArray[np.int64]
    bounds: tuple[float, float] = (-np.inf, np.inf)
    """The lowest and the highest score that there can be; intervals end there."""

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        *,
        oof: ArrayLike | None = None,
        covariance: ArrayLike | None = None,
        public: ArrayLike | None = None,
        tainted: ArrayLike | None = None,
        families: Sequence[str] | None = None,
        public_tries: ArrayLike | None = None,
        bounds: tuple[float, float] = (-np.inf, np.inf),
    ) -> Candidates:
        """Check the shapes and fill in what is left out."""
        n = len(names)
        if n == 0:
            raise KitError("there is no candidate to choose from")
        if len(set(names)) != n:
            raise KitError("two candidates have the same name", todo="give each its own")

        def filled(values: ArrayLike | None, default: float, what: str, shape: tuple[int, ...] = (n,)) -> Array:
            array = np.full(shape, default) if values is None else np.array(values, dtype=np.float64)
            if array.shape != shape:
                raise KitError(f"{what} has the shape {array.shape}, not {shape}", where="candidates")
            if np.isinf(array).any():
                raise KitError(f"{what} holds an infinite number", where="candidates", todo="use nan for unknown")
            return array

        tries = filled(public_tries, 1, "public_tries")
        if not (tries >= 1).all():
            raise KitError("public_tries must be 1 or more", where="candidates")
        labels = tuple("" for _ in names) if families is None else tuple(families)
        if len(labels) != n:
            raise KitError(f"{len(labels)} family labels for {n} candidates", where="candidates")
        return cls(
            names=tuple(names),
            oof=filled(oof, np.nan, "oof"),
            covariance=filled(covariance, np.nan, "covariance", (n, n)),
            public=filled(public, np.nan, "public"),
            tainted=filled(tainted, 0, "tainted").astype(bool),
            families=labels,
            public_tries=tries.astype(np.int64),
            bounds=bounds,
        )


@dataclass(frozen=True)
class Sizes:
    """How many groups (people) each score stands on, and how public and private were cut.

    Where rows and not groups were split into public and private (`shared_groups`), a count is rows / rows per group,
    both parts hold the same groups, and `group_share` is the part of a score's variance that belongs to the group
    rather than to its rows. `resolution` is the step of the public scores (0.001 for
    three decimals). `test_noise` multiplies the variance of a test score: on fewer and harder rows a score is noisier
    than its OOF covariance, scaled, says. `shift_sd` is the prior sd of the common step from OOF to test level.
    """

    train: float
    public: float
    private: float
    shared_groups: bool = False
    group_share: float = 0.5
    resolution: float = 0.0
    test_noise: float = 1.3
    shift_sd: float = 0.1

    def __post_init__(self) -> None:
        if min(self.train, self.public, self.private) <= 0:
            raise KitError("the numbers of train, public and private groups must be above 0", where="sizes")
        if not 0 <= self.group_share <= 1 or self.resolution < 0 or min(self.shift_sd, self.test_noise) <= 0:
            raise KitError(
                "group_share must lie in [0, 1], resolution be >= 0, shift_sd and test_noise be > 0", where="sizes"
            )


def sampling_covariance(candidates: Candidates, sizes: Sizes) -> Array:
    """Covariance (n, n) of the OOF scores' sampling errors, filled in for candidates that have none.

    A candidate without one is taken as the mean of the known ones plus an error of its own, of the typical size.
    """
    given = candidates.covariance
    n, known = len(given), np.diag(given) > 0  # no error at all is a sign of too few rows, not of certainty
    block = given[np.ix_(known, known)]
    if np.isnan(block).any() or (np.diag(given) < 0).any() or not np.allclose(block, block.T, atol=1e-9):
        raise KitError("the covariance of the OOF scores is not one", where="candidates", todo="compute it jointly")
    if known.any():
        typical = float(np.median(np.diag(block)))
        common, link = block.mean(), block.mean(axis=1)
        if known.sum() == 1:
            common, link = PERSON_CORRELATION * typical, PERSON_CORRELATION * link
    else:
        typical = PERSON_SD**2 / sizes.train
        common, link = PERSON_CORRELATION * typical, np.empty(0)
    full = np.full((n, n), common)
    full[np.ix_(known, known)] = block
    full[np.ix_(~known, known)] = link
    full[np.ix_(known, ~known)] = link[:, None]
    missing = np.flatnonzero(~known)
    full[missing, missing] = max(typical, common)
    return full + np.eye(n) * max(1e-4 * typical, 1e-10)
