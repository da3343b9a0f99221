"""What folders are called that hold a side's photos, or some of them, and are no classes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kit.presets.table.files.look_folders import LOOKS
from kit.presets.table.files.names import TEST, TRAIN, VALID, says, words

HOLDING = (
    *("data", "dataset", "images", "image", "imgs", "img", "input", "photos", "pictures", "set", "files"),
    *("png", "jpg", "jpeg", "tif", "tiff", "bmp", "dcm", "dicom"),
)
"""Words of folders that hold a side's photos."""


PARTS = ("part", "extra", "external", "additional", "full", "small", "large", "noisy", "clean", "curated", "labels")
"""Words of folders that hold a part of the train photos."""


def is_side(name: str) -> bool:
    """Whether a folder is called train, test or valid, and little more, or as what holds their photos: no class."""
    short = len(words(name)) <= 2
    return says(name, (*TRAIN, *VALID, *TEST)) and (short or says(name, HOLDING))


def differs_in_side(name: str, names: Sequence[str]) -> bool:
    """Whether another folder is called so but for train and test: bounding_box_train, bounding_box_test."""
    for one, other in (("train", "test"), ("test", "train")):
        if says(name, (one,)) and re.sub(one, other, name, flags=re.IGNORECASE).lower() in map(str.lower, names):
            return True
    return False


def only_holds(name: str) -> bool:
    """Whether a folder is called as one that holds photos, and by no word more: images, all_images."""
    return all(says(word, (*HOLDING, "all", "raw", "original")) for word in words(name) or [name])


def names_more(name: str) -> bool:
    """Whether a folder's name says train and one word more, which is no part, look or holder of photos."""
    rest = [word for word in words(name) if not says(word, TRAIN)]
    return len(rest) == 1 and len(rest[0]) > 3 and not says(rest[0], (*HOLDING, *LOOKS, *VALID, *TEST, *PARTS))
