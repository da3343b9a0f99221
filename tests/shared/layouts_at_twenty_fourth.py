"""Layouts that were not understood, or wrongly, in a twenty-fourth examination of `kit init table`, most of them out of
real tables, and of names of photos that begin anew in each folder.
"""

from __future__ import annotations

import random

from shared.host_files import Files, Layout, collect

AT_TWENTY_FOURTH: list[Layout] = []
layout = collect(AT_TWENTY_FOURTH)


@layout(
    "traffic signs: tracks of thirty photos, counted anew in each class",
    {"train.group.columns": ["folder", "stem"], "tasks.label.classes": ["00000", "00001", "00002", "00003"]},
    says=("folder and stem as far as 00000: 25 values in 750 rows",),
    n_train=750,
)
def _(files: Files) -> None:
    for sign, tracks in enumerate((7, 5, 7, 6)):
        names = [f"{track:05d}_{frame:05d}" for track in range(tracks) for frame in range(30)]
        files.photos(f"GTSRB/Final_Training/Images/{sign:05d}", names, ".ppm")


@layout(
    "patients of two classes, numbered anew in each",
    {"train.group.columns": ["folder", "stem"]},
    says=("folder and stem before '_': 30 values",),
)
def _(files: Files) -> None:
    slices = random.Random(0)
    for finding in ("benign", "malignant"):
        names = [f"{patient:03d}_{one}" for patient in range(1, 16) for one in range(slices.randint(2, 6))]
        files.photos(f"data/{finding}", names, ".png")


@layout(
    "patients of two classes, numbered anew in each: told by hand",
    {"train.group": {"columns": ["folder", "stem"], "pattern": r"^(.+)[_\-. ]\w+$"}},
    options=("--group", "folder and stem before '_'"),
)
def _(files: Files) -> None:
    for finding in ("benign", "malignant"):
        files.photos(f"data/{finding}", [f"{patient:03d}_{one}" for patient in range(12) for one in range(3)], ".png")


@layout(
    "names of one part, counted anew in each class",
    without=("train.group",),
    says=("the same 40 names in each folder",),
)
def _(files: Files) -> None:
    for kind in ("ash", "elm", "oak"):
        files.photos(f"leaves/{kind}", [f"img_{number:03d}" for number in range(40)])


@layout(
    "copies, a few of which have a number that the others lack",
    {"train.group.column": "stem"},
    says=("stem before words such as '_aug_0': 30 values",),
)
def _(files: Files) -> None:
    copies = random.Random(3)
    for place in range(30):
        names = [f"img{place:03d}", *(f"img{place:03d}_aug_{one}" for one in range(copies.choice((1, 2, 2, 3, 4))))]
        files.photos(f"data/{'benign' if place % 2 else 'malignant'}", names, ".png")


def signs(files: Files) -> None:
    for sign, tracks in enumerate((6, 5, 7)):
        folder = f"Images/{sign:05d}"
        names = [f"{track:05d}_{frame:05d}.ppm" for track in range(tracks) for frame in range(4)]
        files.photos(folder, names, "")
        rows = [(name, 8, 8, sign) for name in names]
        files.table(f"{folder}/GT-{sign:05d}.csv", "Filename,Width,Height,ClassId", rows, separator=";")


@layout(
    "traffic signs with a table in each class's folder",
    {"tasks.label.column": "folder", "train.group.columns": ["folder", "stem"]},
    says=("Images/0000*/GT-0000*.csv tells more of 72 train photos",),
    n_train=72,
)
def _(files: Files) -> None:
    signs(files)


@layout(
    "traffic signs with a table in each class's folder: told to take the tables",
    {
        "train.images": "Images/{in_folder}/{Filename}",
        "train.group.columns": ["in_folder", "Filename"],
        "tasks.ClassId.classes": ["0", "1", "2"],
    },
    says=("in_folder and Filename as far as 00000: 18 values",),
    options=("--train", "Images/*/GT-*.csv"),
    n_train=72,
)
def _(files: Files) -> None:
    signs(files)
