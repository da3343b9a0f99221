"""Which submissions are near-copies of one another, and how often a family had been scored in public before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SAME_MODELS = 0.8  # of the weight of two submissions that lies on the same run families
NEAR_COPIES = 0.1  # of the field's usual squared distance between sampling errors


def families(members: Sequence[Mapping[str, float]], covariance: Array) -> tuple[str, ...]:
    """A label for each submission: the place of its family's first; "" where it has no near-copy.

    members: the weight of each run family, which add up to 1; empty where unknown. covariance: (n, n) of the OOF
    scores' sampling errors, nan where unknown. Alike are two of the same models, or two that err on the same people.
    """
    n = len(members)
    diagonal = np.diag(covariance)
    distance = diagonal[:, None] + diagonal - 2 * covariance
    apart = distance[~np.eye(n, dtype=bool)]
    known = apart[np.isfinite(apart)]
    near = NEAR_COPIES * float(np.median(known)) if known.size else 0.0
    label = list(range(n))
    for i in range(n):
        for j in range(i):
            common = sum(min(weight, members[j].get(name, 0.0)) for name, weight in members[i].items())
            if common >= SAME_MODELS or distance[i, j] <= near:
                old, new = max(label[i], label[j]), min(label[i], label[j])
                label = [new if one == old else one for one in label]
    return tuple(f"family {one}" if label.count(one) > 1 else "" for one in label)


def public_tries(labels: Sequence[str], created: Sequence[datetime], scored: Sequence[datetime | None]) -> list[int]:
    """Of how many public scores of its family each was the last: those noted before it was made, and its own."""
    return [
        1
        + sum(
            label != "" and labels[j] == label and j != i and when is not None and when < created[i]
            for j, when in enumerate(scored)
        )
        for i, label in enumerate(labels)
    ]
