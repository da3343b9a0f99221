"""Layouts whose masks and other looks were taken for photos or classes in an eighth examination of `kit init table`."""

from __future__ import annotations

from shared.host_files import Files, Layout, collect, ids

AT_EIGHTH_LOOKS: list[Layout] = []
layout = collect(AT_EIGHTH_LOOKS)


# Folders of masks and other looks above those of the classes, or below them


@layout(
    "moths: masks of each kind in a tree beside that of the photos",
    {"train.images": "moth_photos/*/*", "tasks.label.classes": ["moth_a", "moth_b", "moth_c"]},
    without=("test", "train.group"),
    says=("moth_masks/, 36 photos, are masks or other looks of those in moth_photos/",),
    n_train=36,
)
def _(files: Files) -> None:
    for kind in "abc":
        files.photos(f"moth_photos/moth_{kind}", ids(f"moth_{kind}", 12))
        files.photos(f"moth_masks/mask_{kind}", ids(f"mask_{kind}", 12))


@layout(
    "fabrics: edges, depths and photos, the same folders of classes in each, on both sides",
    {"train.images": "train/rgb/*/*", "test.images": "test/rgb/*/*"},
    without=("train.group",),
    says=("are masks or other looks of those in train/rgb/",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for side, each, first in (("train", 10, 1), ("test", 3, 50)):
        for look in ("rgb", "edges", "depth"):
            for k, kind in enumerate(("felt", "lace", "silk", "wool")):
                files.photos(f"{side}/{look}/{kind}", ids("p", each, first + 100 * k, 5))


@layout(
    "masks worn or not: folders that say mask are classes beside one another",
    {"train.images": "faces/*/*", "tasks.label.classes": ["bare", "mask", "mask_chin"]},
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("bare", "mask", "mask_chin"):
        files.photos(f"faces/{kind}", ids(kind, 12))


@layout(
    "thumbs up: gestures above the people who make them are classes",
    {"tasks.label.classes": ["fist", "palm", "thumb"]},
    n_train=60,
)
def _(files: Files) -> None:
    for kind in ("fist", "palm", "thumb"):
        for who in range(1, 6):
            files.photos(f"{kind}/person_{who}", ids(f"{kind}{who}_", 4))


@layout(
    "corneas: photo, heat map and label below each class",
    {"train.images": "eyes/{label}/photo/*", "tasks.label.classes": ["clear", "cloudy", "scarred"]},
    without=("test",),
    says=("are masks or other looks of those in eyes/clear/photo/",),
    n_train=45,
)
def _(files: Files) -> None:
    for k, kind in enumerate(("clear", "cloudy", "scarred")):
        for look in ("photo", "heatmap", "label"):
            files.photos(f"eyes/{kind}/{look}", ids("", 15, 100 * k, 4))


@layout(
    "kidneys: images and contours of one folder each, whose photos are called like their classes",
    {"train.images": "images/*", "tasks.label.classes": ["cyst", "stone", "tumor"]},
    without=("test",),
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("cyst", "stone", "tumor"):
        for look in ("images", "contours"):
            files.photos(look, ids(f"{kind}_", 12))


@layout(
    "beetles: a tree of masks with the long numbers of the photos, and none that says images",
    {"train.images": "beetle/*/*", "tasks.label.classes": ["beetle_1", "beetle_2", "beetle_3"]},
    says=("mask/, 36 photos, are masks or other looks of those in beetle/",),
    n_train=36,
)
def _(files: Files) -> None:
    for kind in "123":
        for number in ids("", 12, 71_000_210 * int(kind), 9):
            files.photo(f"beetle/beetle_{kind}/beetle_{number}.png")
            files.photo(f"mask/mask_{kind}/mask_{number}.png")


@layout(
    "corneas: photo and heat map below each class of train and test",
    {"train.images": "eyes/train/{label}/photo/*", "test.images": "eyes/test/*/photo/*"},
    n_train=30,
    n_test=9,
)
def _(files: Files) -> None:
    for k, kind in enumerate(("clear", "cloudy", "scarred")):
        for look in ("photo", "heatmap"):
            files.photos(f"eyes/train/{kind}/{look}", ids("", 10, 100 * k, 4))
            files.photos(f"eyes/test/{kind}/{look}", ids("", 3, 100 * k + 50, 4))


# Other looks beside each photo, with a letter behind its name


@layout(
    "pollen: each photo has an outline beside it, whose name ends in a letter more",
    {"train.images": "pollen/*/*[!k].*", "tasks.label.classes": ["birch", "hazel", "oak"]},
    says=("36 of 72 are masks or other looks of the photo beside them",),
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("birch", "hazel", "oak"):
        names = ids("slide7-", 12)
        files.photos(f"pollen/{kind}", names, ".BMP")
        files.photos(f"pollen/{kind}", [f"{name}-k" for name in names], ".bmp")


@layout(
    "pollen: a few photos have a second beside them, which is one of its own",
    {"train.images": "pollen/*/*", "tasks.label.classes": ["birch", "hazel", "oak"]},
    n_train=40,
)
def _(files: Files) -> None:
    for kind in ("birch", "hazel", "oak"):
        files.photos(f"pollen/{kind}", ids(f"{kind}", 12))
    files.photos("pollen/oak", [f"oak000{k}-b" for k in (1, 2, 3, 4)])


@layout(
    "pollen: a mask beside each photo, with the word before its name",
    {"train.images": "pollen/*/[!m]*", "tasks.label.classes": ["birch", "hazel", "oak"]},
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("birch", "hazel", "oak"):
        names = ids(kind[0], 12)
        files.photos(f"pollen/{kind}", [*names, *(f"mask_{name}" for name in names)])


@layout(
    "pollen: each photo turned in two ways, as the ends of names say",
    {"train.images": "pollen/*/*[!np].*"},
    says=("72 of 108 are masks or other looks",),
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("birch", "hazel", "oak"):
        files.photos(f"pollen/{kind}", [f"{name}{end}" for name in ids(kind, 12) for end in ("", "_flip", "_turn")])


@layout(
    "leaves: originals and cropped ones below each class",
    {"train.images": "Leaf/{label}/original/*", "tasks.label.classes": ["healthy", "rust", "scab"]},
    says=("Leaf/healthy/cropped/ and other such folders (2), 30 photos, are masks or other looks",),
    n_train=30,
)
def _(files: Files) -> None:
    for kind in ("healthy", "rust", "scab"):
        for look in ("original", "cropped"):
            files.photos(f"Leaf/{kind}/{look}", ids(f"{kind}_", 10))


@layout(
    "drawings, maps and photos in an archive: classes that say looks",
    {"tasks.label.classes": ["drawing", "map", "photo"]},
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("drawing", "map", "photo"):
        files.photos(f"archive/{kind}", ids(f"{kind}_", 12))
