"""Folders of masks and other looks of photos, which are no classes and hold no photos to learn from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from kit.presets.table.files.names import NOT_MEANT, says, side_of, words

TRUTH = ("gt", "groundtruth", "ground_truth")
"""What folders of masks are called that are no words of other looks."""
IMAGES = ("image", "images", "img", "imgs", "photo", "photos", "picture", "pictures", "rgb", "eo", "visible", "optical")
"""Words of folders that hold the photos themselves, where others beside them hold looks."""
OTHER_LOOKS = (
    *(*NOT_MEANT, "segmented", "attention", "heatmap", "heatmaps", "saliency", "map", "maps", "contour", "contours"),
    *("edge", "edges", "overlay", "overlays", "gt", "groundtruth", "truth", "annotation", "annotations"),
    *("label", "labels", "ms", "msi", "hs", "hsi", "sar", "ir", "nir", "swir", "infrared", "thermal", "lidar"),
)
"""Words of such folders of looks; beside folders of classes many of them may be classes."""
SURE = ("mask", "masks", "truth", "groundtruth", "gt", "segmentation", "annotation", "annotations")
"""Those of them that are no classes where their photos are called as those of another folder."""
_BEHIND = re.compile(rf"[_\-. ](?:{'|'.join(SURE)})$", re.IGNORECASE)
MOST = 6
"""Folders side by side up to which one may hold masks of another that is not called a folder of photos."""
LONG = 7
"""Digits of a number that counts no photos of a folder."""
PLAIN = (*IMAGES, "original", "originals", "raw", "color", "colour")
"""Words of folders of the photos as they were taken, the plainest first."""
LOOKS = (*PLAIN, *OTHER_LOOKS, "gray", "grey", "grayscale", "greyscale", "augmented", "enhanced", "crop", "cropped")
"""Words of folders that hold looks of the same photos, such as color, grayscale and segmented."""


def looks_of(images: Collection[str]) -> dict[str, str]:
    """The folders of looks, each with the folder of the photos that they are looks of, which lies beside it.

    mask/ beside image/, with the same folders below both, or nothing else beside them; mask_image/mask_01 beside
    fish_image/fish_01; and mask/mask_01 beside fish/fish_01, where the photos have the same long numbers.
    """
    below: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for holder in {image.rpartition("/")[0] for image in images} - {""}:
        parts = holder.split("/")
        for place, name in enumerate(parts):
            below["/".join(parts[:place])][name].add("/".join(parts[place + 1 :]))
    found = {}
    for parent, inside in below.items():
        looks = [name for name in inside if says(name, OTHER_LOOKS)]
        photos = [name for name in inside if name not in looks and says(name, IMAGES)]
        alone = all(says(name, (*IMAGES, *OTHER_LOOKS)) or side_of(f"{name}/x") for name in inside)
        others = photos or [name for name in inside if name not in looks and len(inside) <= MOST]
        pairs = [(name, other) for name in looks for other in others if alone or inside[name] != {""}]
        for name, other in pairs:
            one, two = (f"{parent}/{folder}".lstrip("/") for folder in (name, other))
            alike = _bare(inside[name], name) <= _bare(inside[other], other)
            called = photos or (says(name, NOT_MEANT) and _same_numbers(images, one, two))
            if alike and (called or (says(name, SURE) and _masks_of(images, one, two))):
                found[one] = two
    return found


def _masks_of(images: Collection[str], one: str, two: str) -> bool:
    """Whether each photo below a folder is called as one below the other, in a folder of the same name, but for a word
    such as mask behind it.
    """
    names = [
        {image[len(start) :].rpartition(".")[0] for image in images if image.startswith(f"{start}/")}
        for start in (one, two)
    ]
    bare = {_BEHIND.sub("", name) for name in names[0]}
    return bool(bare) and bare <= names[1]


def _same_numbers(images: Collection[str], one: str, other: str) -> bool:
    """Whether the photos below two folders are called by the same numbers, which are too long to count them."""
    numbers = [
        {re.sub(r"\D", "", image[len(start) :]) for image in images if image.startswith(f"{start}/")}
        for start in (one, other)
    ]
    return numbers[0] <= numbers[1] and all(len(number) >= LONG for number in numbers[0])


def without_looks(holders: Counter[str], images: Collection[str]) -> Counter[str]:
    """Folders of photos without those of their masks and other looks: beside a folder of photos, or called GT, or as
    one beside them and GT, or another such word.
    """
    looks = looks_of(images)
    called = re.compile(rf"(?:(.+)[_\-. ])?(?:{'|'.join((*NOT_MEANT, *TRUTH))})", re.IGNORECASE)
    side_by_side = Counter(folder.rpartition("/")[0] for folder in holders)

    def masks(folder: str) -> bool:
        if looks.keys() & set(levels(folder)):
            return True
        parent, _, name = folder.rpartition("/")
        match = called.fullmatch(name)
        if match is None or side_by_side[parent] < 2:
            return False
        return f"{parent}/{match[1]}".strip("/") in holders if match[1] else name.lower() in TRUTH

    return Counter({folder: count for folder, count in holders.items() if not masks(folder)})


def levels(folder: str) -> Iterator[str]:
    """A folder and those that it lies in."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _bare(folders: Collection[str], name: str) -> set[str]:
    """The folders below one, without the words that it is called by, and without those of photos and looks."""
    known = {*words(name), *IMAGES, *OTHER_LOOKS}
    return {re.sub(r"[^\W\d_]+", lambda word: "" if word[0].lower() in known else word[0], one) for one in folders}
