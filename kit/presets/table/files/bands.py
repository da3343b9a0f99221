"""The files of one photo's channels, as their names tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

BANDS = (
    ("red", "green", "blue", "yellow"),
    ("r", "g", "b", "y"),
    ("blue", "green", "red", "nir"),
    ("vv", "vh"),
    ("hh", "hv"),
)
"""What the files of one photo's channels are called, in the order of the channels."""
MOST_BANDS = 12


def bands_of(rests: Iterable[str]) -> tuple[str, ...]:
    """The parts of file names that are channels, in their order; () where they are no such words."""
    names = {re.sub(r"^[_\-. ]", "", rest).lower(): rest for rest in rests}
    for known in BANDS:
        if len(names) >= 2 and set(names) <= set(known):
            return tuple(names[word] for word in known if word in names)
    numbered = {int(match[1]): names[name] for name in names if (match := re.fullmatch(r"(?:b|band|ch|c)(\d+)", name))}
    if len(numbered) == len(names) and 2 <= len(names) <= MOST_BANDS:
        return tuple(numbered[place] for place in sorted(numbered))
    return ()
