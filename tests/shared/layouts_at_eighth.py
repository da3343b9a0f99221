"""Layouts that were not understood, or wrongly, in an eighth examination of `kit init table`."""

from __future__ import annotations

from collections.abc import Sequence

from shared.host_files import Files, Layout, collect, ids, turns

AT_EIGHTH: list[Layout] = []
layout = collect(AT_EIGHTH)


# A row for each answer of a photo

BIOMASS = ("Dry_Clover_g", "Dry_Dead_g", "Dry_Green_g", "Dry_Total_g", "GDM_g")
MEASURES = {f"tasks.{name}.{key}": said for name in BIOMASS for key, said in (("kind", "number"), ("column", name))}


def biomass(files: Files, count: int) -> list[tuple[object, ...]]:
    """Rows of `count` photos in train/, five each."""
    files.photos("train", ids("ID", count, 1011485656, 10))
    rows: list[tuple[object, ...]] = []
    for k, photo in enumerate(ids("ID", count, 1011485656, 10)):
        about = (f"train/{photo}.jpg", f"2015/{4 + k % 6}/{1 + k % 9}", ("Tas", "NSW", "Vic")[k % 3], k % 7 / 10)
        values = (k * 7 % 30, k * 5 % 31 / 2, k * 3 % 59, k * 11 % 83 + 0.5, k * 2 % 41)
        rows += [(f"{photo}__{name}", *about, name, value) for name, value in zip(BIOMASS, values, strict=True)]
    return rows


HEAD = "sample_id,image_path,Sampling_Date,State,Pre_GSHH_NDVI,target_name,target"


@layout(
    "biomass of pastures: five rows of each photo, ids of photo and measure",
    {
        "train.pivot": {"columns": "target_name", "values": "target"},
        "train.images": "{image_path}",
        **MEASURES,
        "target": "separate",
        "test.table": "test.csv",
        "submission.label": "target",
        "submission.long": "{stem}__{task}",
    },
    n_train=40,
    n_test=2,
)
def _(files: Files) -> None:
    files.table("train.csv", HEAD, biomass(files, 40))
    tests = ids("ID", 2, 1001187975, 10)
    files.photos("test", tests)
    rows = [(f"{photo}__{name}", f"test/{photo}.jpg", name) for photo in tests for name in BIOMASS]
    files.table("test.csv", "sample_id,image_path,target_name", rows)
    files.table("sample_submission.csv", "sample_id,target", [(row[0], 0.0) for row in rows])


@layout(
    "biomass of pastures for research: five rows of each photo and no test set",
    {"train.pivot": {"columns": "target_name", "values": "target"}, **MEASURES, "target": "separate"},
    without=("test", "submission"),
    n_train=40,
)
def _(files: Files) -> None:
    files.table("train.csv", HEAD, biomass(files, 40))


@layout(
    "findings: a row for each of a photo's findings, and whether it is there",
    {
        "train.pivot": {"columns": "finding", "values": "present"},
        "tasks.label.kind": "labels",
        "tasks.label.classes": ["effusion", "mass", "nodule"],
        "submission.long": "{image_id}_{label}",
    },
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    found = ("effusion", "mass", "nodule")
    files.photos("images", ids("x", 36))
    rows = [
        (name, one, int((k * 7 + place * 3) % 5 < 2))
        for k, name in enumerate(ids("x", 30))
        for place, one in enumerate(found)
    ]
    files.table("train.csv", "image_id,finding,present", rows)
    asked = [(name, one) for name in ids("x", 6, 30) for one in found]
    files.table("test.csv", "image_id,finding", asked)
    files.table("sample_submission.csv", "id,present", [(f"{name}_{one}", 0.5) for name, one in asked])


@layout(
    "three people's grades of each photo, a row each: no answers of their own",
    options=("--label", "grade"),
    refused="'image' names a photo in several rows: 20 in 60 rows",
)
def _(files: Files) -> None:
    files.photos("images", ids("g", 20))
    rows = [
        (f"{name}.jpg", reader, (k + place // 2) % 4)
        for k, name in enumerate(ids("g", 20))
        for place, reader in enumerate("ABC")
    ]
    files.table("grades.csv", "image,reader,grade", rows)


# Lists of numbers in one cell

EYES = ("opacity", "retinopathy", "glaucoma", "edema", "normal")


def marks(count: int, shares: Sequence[int] = (3, 4, 5, 7)) -> list[tuple[int, ...]]:
    """Rows of 0 and 1, the last of which says that no other is 1."""
    found = [tuple(int(k % share == 0) for share in shares) for k in range(count)]
    return [(*row, int(not any(row))) for row in found]


NUMBERED = {
    "tasks.label.kind": "labels",
    "tasks.label.classes": list(EYES),
    "submission.label": "predicted",
    "submission.separator": " ",
}


@layout(
    "eyes: columns of 0 and 1, and a sample of their numbers",
    {**NUMBERED, "submission.values": ["0", "1", "2", "3", "4"]},
    says=("the sample shows numbers, such as '0 1'",),
    n_train=60,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train/train", ids("e", 60))
    files.photos("test/test", ids("e", 8, 60))
    rows = [(f"{name}.jpg", *row) for name, row in zip(ids("e", 60), marks(60), strict=True)]
    files.table("train.csv", f"filename,{','.join(EYES)}", rows)
    files.table("sample_submission.csv", "filename,predicted", [(f"{name}.jpg", "0 1") for name in ids("e", 8, 60)])


@layout(
    "eyes: columns of 0 and 1, and a sample of their numbers from 1 on",
    {**NUMBERED, "submission.values": ["1", "2", "3", "4", "5"]},
    n_train=60,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train", ids("e", 60))
    files.photos("test", ids("e", 8, 60))
    files.table(
        "train.csv", f"id,{','.join(EYES)}", [(name, *row) for name, row in zip(ids("e", 60), marks(60), strict=True)]
    )
    files.table(
        "sample_submission.csv", "id,predicted", list(zip(ids("e", 8, 60), turns(["5", "1 3"], 8), strict=True))
    )


@layout(
    "eyes: lists of names, and a sample of names",
    {**NUMBERED, "tasks.label.column": None, "submission.values": None},
    n_train=60,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train", ids("e", 60))
    files.photos("test", ids("e", 8, 60))
    files.table(
        "train.csv", f"id,{','.join(EYES)}", [(name, *row) for name, row in zip(ids("e", 60), marks(60), strict=True)]
    )
    files.table(
        "sample_submission.csv",
        "id,predicted",
        list(zip(ids("e", 8, 60), turns(["normal", "opacity edema"], 8), strict=True)),
    )


# Whole numbers: counts, and classes


@layout(
    "plants: leaves from 4 to 20, in a table without names of columns", refused="the kind of '2' could be class, number"
)
def _(files: Files) -> None:
    files.photos("plants", ids("plant", 60), ".png")
    files.table("A1.csv", None, [(f"{name}.png", 4 + k * 7 % 17) for k, name in enumerate(ids("plant", 60))])


@layout("plants: a column of counts", {"tasks.leaf_count.kind": "number"}, n_train=60)
def _(files: Files) -> None:
    files.photos("plants", ids("plant", 60), ".png")
    files.table(
        "plants.csv", "image,leaf_count", [(f"{name}.png", k * 7 % 13) for k, name in enumerate(ids("plant", 60))]
    )


@layout(
    "plants: numbers of classes from 5 on",
    {"tasks.class.kind": None, "tasks.class.classes": [str(kind) for kind in range(5, 17)]},
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("plants", ids("plant", 60), ".png")
    files.table(
        "plants.csv", "image,class", [(f"{name}.png", 5 + k * 7 % 12) for k, name in enumerate(ids("plant", 60))]
    )
