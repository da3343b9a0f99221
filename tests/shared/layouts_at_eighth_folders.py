"""Layouts without a table that were not understood, or wrongly, in an eighth examination of `kit init table`."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, collect, ids

AT_EIGHTH_FOLDERS: list[Layout] = []
layout = collect(AT_EIGHTH_FOLDERS)


def twice(files: Files, name: str, *others: str) -> None:
    """A photo, and the same bytes in other places."""
    files.photo(name)
    for other in others:
        path = files.root / other
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((files.root / name).read_bytes())


# Folders within one of their name


SHIPS = ("chips/chips/{part1}__{part2}__*", "--label", "part1", "--group", "part2")


def chips(files: Files) -> None:
    """Chips of whole photos whose names say their label and photo, and a few of these photos beside them."""
    for k in range(96):
        files.photo(f"chips/chips/{k % 2}__2019{k % 12 + 1:02d}04_0{k % 6}__{-12 - k / 7:.4f}_{k / 3:.4f}.png")
    files.photos("whole/whole", ids("bay_", 6), ".png")


@layout(
    "chips of whole photos, which lie in another folder: the names may say the label",
    refused="--image 'chips/chips/{part1}__{part2}__*' --label part1 --group part2; or --label folder",
)
def _(files: Files) -> None:
    chips(files)


@layout(
    "chips of whole photos: the answer that is proposed",
    {"tasks.part1.classes": ["0", "1"], "train.group": "part2"},
    options=("--image", *SHIPS, "--test", "none"),
    n_train=96,
)
def _(files: Files) -> None:
    chips(files)
    rows = [k % 2 for k in range(96)]
    files.text("chips.json", json.dumps({"labels": rows, "scenes": [f"bay{k % 7}" for k in range(96)]}))


@layout(
    "chips of whole photos: the folders after all",
    {"tasks.label.classes": ["chips", "whole"]},
    n_train=102,
    options=("--label", "folder"),
)
def _(files: Files) -> None:
    chips(files)


@layout(
    "fruits, each in a folder within one of its name, with trees in their names and few of one",
    {"tasks.label.classes": ["fig", "pear"]},
    n_train=95,
)
def _(files: Files) -> None:
    files.photos("fig/fig", [f"tree{k % 7}_{k:04d}" for k in range(90)])
    files.photos("pear/pear", [f"tree{k % 3}_{k:04d}" for k in range(90, 95)])


# Folders of numbers above those of the classes


def ages(files: Files, upper: list[str], lower: list[str]) -> None:
    for age in upper:
        for kind in lower:
            files.photos(f"Faces/{age}/{kind}", ids(f"p{age}{kind}_", 3))


@layout(
    "faces: years above numbers of a kind",
    refused="--image 'Faces/{upper}/{lower}/*' --label upper, with --kind number if it says how much",
)
def _(files: Files) -> None:
    ages(files, ["1931", "1947", "1958", "1966", "1980", "1999"], ["201", "202"])


@layout(
    "faces: ages as numbers",
    {"tasks.upper.kind": "number", "tasks.upper.column": "upper"},
    options=("--image", "Faces/{upper}/{lower}/*", "--label", "upper", "--kind", "number"),
    n_train=36,
)
def _(files: Files) -> None:
    ages(files, ["16", "19", "23", "28", "44", "61"], ["f", "m"])


@layout("faces: who is on them above", {"train.group": "who"}, options=("--label", "folder"), n_train=36)
def _(files: Files) -> None:
    ages(files, ["16", "19", "23", "28", "44", "61"], ["f", "m"])


@layout(
    "hands: people counted from 00 above as many gestures, and all of it once more",
    {"train.images": "handsigns/{who}/*/*", "train.group": "who", "tasks.label.classes": ["A", "B", "C", "D", "E"]},
    says=("handsigns/HandSigns/ holds the photos of handsigns/ once more, and is left out",),
    n_train=75,
)
def _(files: Files) -> None:
    for who in range(5):
        for kind in "ABCDE":
            for k in range(3):
                name = f"{who:02d}/{kind}/frame_{who}_{k}.png"
                twice(files, f"handsigns/{name}", f"handsigns/HandSigns/{name}")


# Trees that lie there twice


@layout(
    "birds: all of it twice, once within a folder of its name",
    {"train.images": "Birds/*/*", "tasks.label.classes": ["robin", "wren"]},
    says=("archive/Birds/ holds the photos of Birds/ once more",),
    n_train=30,
)
def _(files: Files) -> None:
    for kind in ("robin", "wren"):
        for name in ids(f"{kind}_", 15):
            twice(files, f"Birds/{kind}/{name}.jpg", f"archive/Birds/{kind}/{name}.jpg")


@layout(
    "birds: the same folders and counters in two places, which show different birds",
    refused="the train folder could be Birds, older/Birds",
)
def _(files: Files) -> None:
    for place in ("Birds", "older/Birds"):
        for kind in ("robin", "wren"):
            files.photos(f"{place}/{kind}", ids("", 15, 1, 4))


# Names that only count photos


@layout(
    "tools drawn and photographed: names of five digits counted anew in each folder",
    {"tasks.label.classes": ["axe", "drill", "saw"]},
    without=("train.group", "test"),
    says=("only count photos, which differ",),
    n_train=90,
)
def _(files: Files) -> None:
    for look in ("Drawn", "Shop", "Street"):
        for kind in ("axe", "drill", "saw"):
            files.photos(f"Tools/{look}/{kind}", ids("", 10, 1, 5))


@layout(
    "tools copied: names of five digits counted anew for each kind, the same photo in each copy",
    {"train.group": ["folder", "stem"], "tasks.label.classes": ["axe", "drill", "saw"]},
    says=("30 names stand in several folders of one class",),
    n_train=60,
)
def _(files: Files) -> None:
    for kind in ("axe", "drill", "saw"):
        for name in ids("", 10, 1, 5):
            twice(files, f"Tools/First/{kind}/{name}.png", f"Tools/Second/{kind}/{name}.png")
            files.count += 30


# Letters above the classes


@layout(
    "places in a register: letters above classes that begin with them",
    {"train.images": "Places/*/*/*", "tasks.label.classes": ["abbey", "attic", "barn", "cave", "cellar", "court"]},
    without=("train.group", "test"),
    n_train=60,
)
def _(files: Files) -> None:
    for kind in ("abbey", "attic", "barn", "cave", "cellar", "court"):
        files.photos(f"Places/{kind[0]}/{kind}", ids(f"{kind}_", 10))


REGISTER = ("a/abbey", "a/attic", "b/barn/inside", "b/barn/outside", "c/cave")


@layout(
    "places in a register, some classes a level deeper",
    refused="take the 4 folders right below the letters as the classes with --image 'Places/*/{label}/**/*'",
)
def _(files: Files) -> None:
    for place in REGISTER:
        files.photos(f"Places/{place}", ids(f"{place[2:5]}_", 10))


@layout(
    "places in a register, some classes a level deeper: the answer that is proposed",
    {"tasks.label.classes": ["abbey", "attic", "barn", "cave"]},
    options=("--image", "Places/*/{label}/**/*", "--label", "label"),
    n_train=50,
)
def _(files: Files) -> None:
    for place in REGISTER:
        files.photos(f"Places/{place}", ids(f"{place[2:5]}_", 10))


# Many lists of the same photos in one folder


RATED = ("colour", "detail", "light", "mood", "motion", "overall", "sharpness")


def rated(files: Files) -> None:
    """Photos with a list of each of seven ratings for each of three sides."""
    names = ids("img_", 60)
    files.photos("photos", names)
    for side, some in (("Train", names[:40]), ("Valid", names[40:48]), ("Test", names[48:])):
        for k, what in enumerate((*RATED, "score")):
            rows = [(f"{name}.jpg", (n * (k + 3) % 21) / 20) for n, name in enumerate(some)]
            files.table(f"lists/{side}_{what}.txt", None, rows, separator=" ")


@layout("ratings: a list of photos for each of eight, on three sides", refused="could be lists/Train_score.txt, lists/")
def _(files: Files) -> None:
    rated(files)


@layout(
    "ratings: one of the lists",
    {"test.table": "lists/Test_mood.txt", "tasks.label.kind": "number", "tasks.label.column": "2"},
    options=("--train", "lists/Train_mood.txt"),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    rated(files)


# Letters and digits above the folders of something else


@layout(
    "digits above the fonts that they are written in",
    refused="--image 'Digits/{upper}/{lower}/*' --label upper, with --kind number",
)
def _(files: Files) -> None:
    for digit in range(10):
        for font in ("garamond", "futura"):
            files.photos(f"Digits/{digit}/{font}", ids(f"{font}_{digit}_", 4))


@layout(
    "digits: the answer that is proposed",
    {"tasks.upper.classes": ["0", "1", "2"]},
    options=("--image", "Digits/{upper}/{lower}/*", "--label", "upper"),
    n_train=36,
)
def _(files: Files) -> None:
    for digit in range(3):
        for font in ("garamond", "futura", "optima"):
            files.photos(f"Digits/{digit}/{font}", ids(f"{font}_{digit}_", 4))


# Parts of names


@layout(
    "cells: the class, the slide and a word that is always the same in the names",
    {"train.images": "cells/{label}_*_*_*", "tasks.label.classes": ["blast", "lymph", "mono"]},
    n_train=45,
)
def _(files: Files) -> None:
    files.photos("cells", [f"{('mono', 'blast', 'lymph')[k % 3]}_{k:04d}_giemsa_x" for k in range(45)], ".tif")
