"""Layouts of things below kinds, of people whose photos have labels in their names, of masks and copies beside."""

from __future__ import annotations

from shared.host_files import Files, Layout, collect, ids

AT_SEVENTH: list[Layout] = []
layout = collect(AT_SEVENTH)


# Folders


@layout(
    "kitchen: things below kinds, each photo with its depth and its mask",
    {
        "train.images": "things/{label}/*/*_crop.*",
        "train.group": ["label", "folder"],
        "tasks.label.classes": ["bowl", "coffee_mug", "plate"],
    },
    says=("60 of 90 photos, whose names end in depthcrop and maskcrop", "15 folders lie below those of the classes"),
    n_train=30,
)
def _(files: Files) -> None:
    for kind in ("bowl", "coffee_mug", "plate"):
        for thing in range(1, 6):
            for frame in (1, 7):
                for look in ("crop", "depthcrop", "maskcrop"):
                    files.photo(f"things/{kind}/{kind}_{thing}/{kind}_{thing}_1_{frame}_{look}.png")


def _eyes(files: Files) -> None:
    for k in range(72):
        person = f"s{k // 12 + 1:04d}"
        files.photo(f"eyes/{person}/{person}_{k:05d}_{k % 2}_{k * 5 % 3}_{k * 7 % 4 // 2}_01.png")
    files.text("eyes/annotation.txt", "glasses [0 - no, 1 - yes]\neye state [0 - closed, 1 - open]\n")


layout(
    "eyes: folders of people, and the label a part of the names",
    refused="s0001, are called like people or things, and the names of their photos",
)(_eyes)
layout(
    "eyes: what the parts are stands beside them",
    refused="part4 0, 1, 2; part5 0, 1 (annotation.txt may say what they are)",
)(_eyes)
layout(
    "eyes: the part that is asked for",
    {"train.group": "part1", "tasks.part5.classes": ["0", "1"]},
    options=(
        *("--image", "eyes/*/{part1}_{part2}_{part3}_{part4}_{part5}_{part6}.*"),
        *("--label", "part5", "--group", "part1"),
    ),
    says=("72 train photos of 6 groups",),
    n_train=72,
)(_eyes)
layout(
    "eyes: who it is is asked",
    {"tasks.label.classes": [f"s{k:04d}" for k in range(1, 7)]},
    options=("--label", "folder"),
    n_train=72,
)(_eyes)


@layout(
    "animals: folders called train and their class, and a test folder beside",
    {"train.images": "train_*/*", "tasks.label.classes": ["train_cats", "train_dogs"], "test.images": "test/{id}"},
    without=("train.table",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train_cats", ids("a", 18))
    files.photos("train_dogs", ids("b", 22))
    files.photos("test", ids("c", 12))
    files.table("SampleSubmission.csv", "id,label", [(f"{name}.jpg", 0) for name in ids("c", 12)])


# The test side


def _cells(files: Files) -> None:
    for k in range(60):
        files.photo(f"cells/training_data/fold_{k % 3}/{'ab'[k % 2]}/U{k // 5}_{k}.png")
    for phase in ("prelim", "final"):
        files.photos(f"cells/test_{phase}/test_{phase}", range(1, 13), ".png")
    rows = [(f"U{k}_1.png", f"{k}.png", k * 7 % 3 % 2) for k in range(1, 13)]
    files.table("cells/test_prelim/labels_test_prelim.csv", "old_name,new_name,labels", rows)


layout(
    "cells: names of two test folders, of which the table lies beside one",
    {"train.images": "cells/training_data/*/*/*", "test.images": "cells/test_final/test_final/*"},
    without=("test.table",),
    says=("labels_test_prelim.csv has the labels of its photos", "--test 'cells/test_prelim/labels_test_prelim.csv'"),
    n_train=60,
    n_test=12,
)(_cells)
layout(
    "cells: the test table that was told",
    {"test.images": "cells/test_prelim/test_prelim/{new_name}"},
    options=("--test", "cells/test_prelim/labels_test_prelim.csv"),
    n_test=12,
)(_cells)
layout(
    "cells: a path whose parts are no labels",
    refused="no part of this path has a few values that repeat",
    options=("--image", "cells/test_prelim/test_prelim/{new_name}"),
)(_cells)


@layout(
    "goods: a column called class and a coarser one, and the host's own answers of the test photos",
    {"tasks.class.column": "class", "test.table": "test_final.csv"},
    without=("train.group",),
    says=("test_final.csv has labels too (class)",),
    n_train=72,
    n_test=18,
)
def _(files: Files) -> None:
    files.photos("train", range(72))
    files.photos("test", range(18))
    files.table("train.csv", "name,class,group", [(f"{k}.jpg", k % 12, k % 12 % 5) for k in range(72)])
    rows = [(f"{k}.jpg", k * 5 % 12, ("Public", "Private")[k % 3 // 2]) for k in range(18)]
    files.table("test_final.csv", "name,class,Usage", rows)


# Masks and copies


@layout(
    "fish: folders called as the one above them, masks in GT beside, another folder of the same classes",
    {
        "train.images": "Fish/Fish/*/*[!T]/*",
        "tasks.label.classes": ["Red Mullet", "Sea Bass", "Shrimp", "Trout"],
    },
    without=("test",),
    says=("--train for NA_Fish/, which have the same classes",),
    n_train=24,
)
def _(files: Files) -> None:
    for kind in ("Red Mullet", "Sea Bass", "Shrimp", "Trout"):
        files.photos(f"Fish/Fish/{kind}/{kind}", ids("", 6), ".png")
        files.photos(f"Fish/Fish/{kind}/{kind} GT", ids("", 6), ".png")
        files.photos(f"NA_Fish/{kind}", ids("", 3), ".png")


@layout(
    "polyps: a folder GT beside those of the classes",
    {"tasks.label.classes": ["adenoma", "serrated"]},
    n_train=16,
)
def _(files: Files) -> None:
    files.photos("data/adenoma", ids("a", 8))
    files.photos("data/serrated", ids("b", 8))
    files.photos("data/GT", ids("m", 16))


# Names of photos


@layout(
    "frames: a number, and photos called by a word and it with zeros in front",
    {"train.images": "frames/seq_{id:06}.jpg", "tasks.count.column": "count", "tasks.count.kind": "number"},
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("frames", ids("seq_", 60, 1, 6))
    files.table("labels.csv", "id,count", [(k, 13 + k * 37 % 40) for k in range(1, 61)])


@layout(
    "fingers: a long part that is unlike in each name, and one that is of twelve kinds",
    {"train.images": "train/*_{label}.*", "tasks.label.classes": [f"{k}{hand}" for k in range(6) for hand in "LR"]},
    says=("which alone repeats",),
    n_train=48,
)
def _(files: Files) -> None:
    files.photos("train", [f"{k * 0x9E3779B9:010x}-{k:02d}ab_{k % 6}{'LR'[k // 6 % 2]}" for k in range(48)], ".png")


@layout(
    "tissues: a part of the names is a list of labels",
    refused="--label 'part3' --kind class for each list as a class; or, as part3 says 3 labels of a photo, make",
)
def _(files: Files) -> None:
    kinds = ("[1, 0, 0]", "[0, 1, 0]", "[0, 1, 1]")
    files.photos("training", [f"{387709 + k % 5}-{k * 100}-{kinds[k % 3]}" for k in range(60)], ".png")


@layout(
    "quality: the table writes the names in other letters than the files",
    {"train.images": "distorted/{2}", "tasks.label.column": "1", "tasks.label.kind": "number"},
    without=("train.join",),
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("reference", ids("I", 6, 1, 2), ".BMP")
    names = [f"i{k // 10 + 1:02d}_{k % 10 // 5 + 1:02d}_{k % 5 + 1}.bmp" for k in range(60)]
    for name in names:
        files.photo(f"distorted/{name}")
    files.table(
        "mos_names.txt", None, [(f"{6.2 - k * 0.077:.4f}", name.upper()) for k, name in enumerate(names)], separator=" "
    )
    files.text("mos.txt", "".join(f"{6.2 - k * 0.077:.4f}\n" for k in range(60)))


# Tables


@layout(
    "leaves: a table in each folder, called like it, of one look of its plants, whose names repeat",
    {"train.images": "leaves/{in_file}/{1}", "train.header": False, "tasks.label.column": "2"},
    n_train=40,
)
def _(files: Files) -> None:
    for place in range(1, 5):
        for look in ("rgb", "fg"):
            files.photos(f"leaves/A{place}", [f"plant{k * place:03d}_{look}" for k in range(1, 11)], ".png")
        rows = [(f"plant{k * place:03d}_rgb.png", 4 + k * place * 7 % 9) for k in range(1, 11)]
        files.table(f"leaves/A{place}/A{place}.csv", None, rows)


@layout(
    "symbols: folds and pairs of the rows of one table",
    {"train.table": "labels.csv", "train.images": "{path}", "train.group": "user_id"},
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    rows = [(f"drawn/v{k:04d}.png", ("A", "b", "alpha")[k % 3], 10 + k * 7 % 11) for k in range(60)]
    for row in rows:
        files.photo(str(row[0]))
    head = "path,latex,user_id"
    files.table("labels.csv", head, rows)
    for fold in range(3):
        for side in ("train", "test"):
            some = [(f"../../{row[0]}", *row[1:]) for k, row in enumerate(rows) if (k % 3 == fold) == (side == "test")]
            files.table(f"tasks/fold-{fold}/{side}.csv", head, some)
    files.table("pairs/train.csv", head, [(f"../{row[0]}", *row[1:]) for row in rows[:40]])
    pairs = [(f"../{a[0]}", f"../{b[0]}", a[1] == b[1]) for a, b in zip(rows[40::2], rows[41::2], strict=True)]
    files.table("pairs/test-v1.csv", "path1,path2,is_same", pairs)


@layout(
    "cells: photo, number and kind without names of columns",
    {"tasks.label.column": "2"},
    says=("the label is '2', the number behind the photo, in a table without names of columns; --label for '3'",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("images", ids("cell", 40), ".png")
    rows = [
        (f"images/cell{k:04d}.png", ("0.0", "0.3333", "0.6667", "1.0")[k % 4], "mono" if k < 17 else "poly")
        for k in range(40)
    ]
    files.table("labels.csv", None, rows, separator=" ")
