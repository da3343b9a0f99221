"""Layouts that were not understood, or wrongly, in an eighth examination of `kit init table`."""

from __future__ import annotations

import json
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


# Paths made of columns, below folders with numbers of their own


def plates(files: Files, root: str, name: str) -> list[tuple[object, ...]]:
    """Rows of experiment, plate, well and site, whose photos are called by them."""
    rows: list[tuple[object, ...]] = []
    for k in range(48):
        row = (f"RPE-{k // 8 + 1:02d}", k % 4 + 1, f"{'BCGKLN'[k % 6]}{k % 9 + 10}", k % 2 + 1)
        files.photo(f"{root}/{name.format(*row)}")
        rows.append((*row, f"s{k % 7}"))
    return rows


@layout(
    "cells: paths of experiment, plate, well and site below a folder with a version",
    {
        "train.table": "cells1_v1.0/metadata.csv",
        "train.images": "cells1_v1.0/images/{experiment}/Plate{plate}/{well}_s{site}.png",
    },
    options=("--label", "sirna"),
    n_train=48,
)
def _(files: Files) -> None:
    rows = plates(files, "cells1_v1.0/images", "{0}/Plate{1}/{2}_s{3}.png")
    files.table("cells1_v1.0/metadata.csv", "experiment,plate,well,site,sirna", rows)


@layout(
    "cells: the same, in a folder called by a number and in one for each plate",
    {"train.images": "2/{experiment}_p{plate}/{well}_{site}.png"},
    options=("--label", "sirna"),
    n_train=48,
)
def _(files: Files) -> None:
    rows = plates(files, "2", "{0}_p{1}/{2}_{3}.png")
    files.table("cells.csv", "experiment,plate,well,site,sirna", rows)


# Tables that share the photos of folders


def of_places(files: Files, side: str, count: int, answers: bool) -> None:
    """Tables of other columns for each of three folders of photos."""
    asked = {"chest": "effusion,nodule,mass", "colon": "tumor", "endo": "ulcer,erosion,polyp,tumor"}
    for place, names in asked.items():
        found = [f"{place[:2]}{side}{k:03d}.png" for k in range(count)]
        files.photos(f"{side}/{place}/images", [name[:-4] for name in found], ".png")
        said = [[(k + len(names) + n) % (n + 3) == 0 for n in range(names.count(",") + 1)] for k in range(count)]
        rows = [(name, f"p{k // 4}", *map(int, row)) for k, (name, row) in enumerate(zip(found, said, strict=True))]
        head = f"img_id,study_id,{names}"
        files.table(
            f"{side}/{place}/{place}_{side}.csv",
            head if answers else head[:15],
            rows if answers else [row[:2] for row in rows],
        )


@layout(
    "endoscopies: three tables of other columns, each of a folder of photos",
    refused="chest_train.csv, train/colon/colon_train.csv, train/endo/endo_train.csv; choose with --train",
)
def _(files: Files) -> None:
    of_places(files, "train", 40, answers=True)
    of_places(files, "val", 12, answers=False)


@layout(
    "endoscopies: told which table, all of its findings are labels, and its validation photos are predicted",
    {
        "train.images": "train/endo/images/{img_id}",
        "train.group": "study_id",
        "tasks.label.classes": ["ulcer", "erosion", "polyp", "tumor"],
        "test.table": "val/endo/endo_val.csv",
    },
    options=("--train", "train/endo/endo_train.csv"),
    says=("val/endo/endo_val.csv says nothing of its photos",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    of_places(files, "train", 40, answers=True)
    of_places(files, "val", 12, answers=False)


@layout(
    "endoscopies: told which table, and validation photos with labels, which are no test set",
    {"tasks.label.classes": ["ulcer", "erosion", "polyp", "tumor"]},
    options=("--train", "train/endo/endo_train.csv"),
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    of_places(files, "train", 40, answers=True)
    of_places(files, "val", 12, answers=True)


@layout(
    "plants or not: validation photos with 0 in each row are what is sent",
    {
        "test.table": "val/val.csv",
        "test.images": "val/images/{id}",
        "submission.sample": "val/val.csv",
        "submission.label": "category",
    },
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("val", 10)):
        files.photos(f"{side}/images", ids(side[0], count))
        rows = [(f"{name}.jpg", int(side == "train" and k % 3 == 0)) for k, name in enumerate(ids(side[0], count))]
        files.table(f"{side}/{side}.csv", "id,category", rows)


@layout("plants or not: validation photos with answers are no test set", without=("test", "submission"), n_train=40)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("val", 10)):
        files.photos(f"{side}/images", ids(side[0], count))
        files.table(
            f"{side}/{side}.csv", "id,category", [(f"{name}.jpg", k % 2) for k, name in enumerate(ids(side[0], count))]
        )


# Which of several columns is the label


def signs(files: Files, name: str) -> list[tuple[object, ...]]:
    """Rows of signs with sizes and boxes, whose photos are called by the class."""
    rows: list[tuple[object, ...]] = []
    for k in range(48):
        kind = (0, 3, 11, 26)[k % 4]
        image = name.format(kind, k)
        files.photo(f"signs/{image}")
        rows.append((image, 60 + k % 7, 70 + k % 5, 5, 6 + k % 3, 50, 55 + k % 4, kind))
    return rows


@layout(
    "signs: no names of columns, and photos called by the number of their class",
    {"train.header": False, "tasks.label.column": "8"},
    says=("the label is '8', which the names of the photos begin with; --label for",),
    n_train=48,
)
def _(files: Files) -> None:
    rows = signs(files, "{0:03d}_{1:04d}.png")
    files.text("signs.txt", "".join(";".join(map(str, row)) + ";\r\n" for row in rows))


@layout("signs: no names of columns, and photos called by numbers of their own", refused="the label could be")
def _(files: Files) -> None:
    rows = signs(files, "{1:04d}.png")
    files.text("signs.txt", "".join(";".join(map(str, row)) + ";\r\n" for row in rows))


def organs(files: Files, folder: str) -> None:
    """A json of photos in folders of their species."""
    told = {}
    for k in range(60):
        kind, side = ("1355868", "1355920", "1356257")[k % 3], ("train", "train", "train", "test", "val")[k // 3 % 5]
        files.photo(folder.format(side=side, kind=kind) + f"/{k * 7919:08x}.jpg")
        told[f"{k * 7919:08x}"] = {"species_id": kind, "organ": ("leaf", "flower", "bark")[k // 3 % 3], "split": side}
    files.text("about.json", json.dumps(told))


@layout(
    "organs: a json of species and organs, and train photos in folders of species",
    {"tasks.species_id.column": "species_id", "test.rows": {"split": ["test"]}},
    says=("the label is 'species_id', which the folders of the photos say too; --label for 'organ'",),
    n_train=48,
    n_test=12,
)
def _(files: Files) -> None:
    organs(files, "images_{side}/{kind}")


@layout("organs: the same in folders that are of no side", refused="the label could be species_id, organ")
def _(files: Files) -> None:
    organs(files, "photos/{kind}")


TOWNS = ("Erlun", "Beinan", "Fangliao", "Xihu", "Zhuqi")
CROPS = ["betel", "broccoli", "custardapple", "sorghum"]


def crops(files: Files, folder: str, answer: str) -> None:
    """Photos in folders, a table of their towns, and a sample."""
    for k in range(60):
        files.photo(f"{folder}/{CROPS[k % 4]}/{k * 104729:08x}.jpg")
    rows = [(f"{k * 104729:08x}.jpg", TOWNS[k * 7 % 5], k * 3 % 11 - 5) for k in range(60)]
    files.table(f"{folder}/places.csv", "img,town,x", rows)
    files.photos("public", ids("t", 12))
    files.table("example_submission.csv", "filename,label", [(f"{name}.jpg", answer) for name in ids("t", 12)])


@layout(
    "crops: folders, a table of where they grow, and a sample that says a folder's name",
    {"tasks.label.column": "folder", "tasks.label.classes": CROPS, "submission.label": "label"},
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    crops(files, "training", "sorghum")


@layout(
    "crops: folders that are of no side, a table of where they grow, and a sample that says a folder's name",
    {"tasks.label.column": "folder", "tasks.label.classes": CROPS},
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    crops(files, "fields", "betel")


@layout(
    "crops: folders, a table of where they grow, and a sample that says a number",
    refused="the label could be town, folder; choose with --label",
)
def _(files: Files) -> None:
    crops(files, "training", "0")


@layout(
    "captions: a column of lists alone, each another, and tabs",
    {"tasks.cuis.kind": "labels", "tasks.cuis.separator": ";", "test.images": "test/*"},
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train", ids("c", 40))
    files.photos("test", ids("c", 8, 40))
    rows = [
        (name, ";".join([f"C{k % 5:05d}", *(f"C{one:05d}" for one in range(5, 13) if k * 37 % 251 >> (one - 5) & 1)]))
        for k, name in enumerate(ids("c", 40))
    ]
    files.table("train_labels.csv", "ID,cuis", rows, separator="\t")


@layout(
    "houses: the price is asked, and not the rooms",
    {"tasks.price.kind": "number"},
    says=("--label for another, such as 'bed', 'bath', 'sqft'",),
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("pics", range(60))
    rows = [(k, k % 5 + 1, k % 3 + 1, 700 + k * 37 % 900, 100000 + k * 7919) for k in range(60)]
    files.table("houses.csv", "image_id,bed,bath,sqft,price", rows)


@layout("photos: a measure of their quality is the only column", {"tasks.quality_mos.kind": "number"}, n_train=40)
def _(files: Files) -> None:
    files.photos("training", range(40))
    files.table("training.csv", "image_name,quality_mos", [(f"{k}.jpg", f"{k * 7 % 41 / 41:.6f}") for k in range(40)])


# Folders of a row's photos that are called by a word and its number


def adverts(files: Files, word: str) -> None:
    for side, start, count in (("train", 34247463, 30), ("test", 35035291, 10)):
        numbers = [start + 7919 * k for k in range(count)]
        for k, number in enumerate(numbers):
            files.photos(f"photos/{side}/{word}{number}", range(1, 2 + k % 4))
        rows = [(number, f"{20 + k * 7 % 90}.0", f"{1 + k % 4}.0") for k, number in enumerate(numbers)]
        files.table(f"X_{side}.csv", "advert,size,nb_photos", rows)
        prices = [(number, f"{1000 * (20 + k * 7 % 90)}.0") for k, number in enumerate(numbers)]
        files.table("Y_train.csv" if side == "train" else "Y_random.csv", "advert,price", prices)


ADVERTS = {
    "train.group": "advert",
    "tasks.price.kind": "number",
    "submission.per": "advert",
    "submission.label": "price",
}


@layout(
    "adverts: folders called by a word and the number of a row, and numbers that are names of photos anywhere",
    {**ADVERTS, "train.images": "photos/train/ann_{advert}/*", "test.images": "photos/test/ann_{advert}/*"},
    n_train=73,
    n_test=23,
)
def _(files: Files) -> None:
    adverts(files, "ann_")


@layout(
    "adverts: folders called by two words and the number of a row",
    {**ADVERTS, "train.images": "photos/train/house no {advert}/*"},
    n_train=73,
    n_test=23,
)
def _(files: Files) -> None:
    adverts(files, "house no ")


@layout(
    "adverts: folders called by the number alone",
    {**ADVERTS, "train.images": "photos/train/{advert}/*"},
    n_train=73,
    n_test=23,
)
def _(files: Files) -> None:
    adverts(files, "")


# Many lists in one folder


def judged(files: Files, parts: Sequence[str]) -> None:
    """Lists of numbers, one for each thing that was judged, of the photos of each side."""
    files.photos("warped", ids("p", 60))
    for side, some in (("Train", ids("p", 40)), ("Test", ids("p", 20, 40))):
        for place, part in enumerate(parts):
            rows = [(f"{name}.jpg", f"{(k * 7 + place) % 21 / 20:.6f}") for k, name in enumerate(some)]
            files.table(f"lists/list{side}_{part}.txt", None, rows, separator=" ")


PARTS = ("balance", "colour", "content", "depth", "light", "blur", "object", "rhythm", "symmetry", "vivid", "score")


@layout(
    "beauty: eleven lists of a side in one folder, which of them is asked",
    refused="(each says something else of the same photos)",
)
def _(files: Files) -> None:
    judged(files, PARTS)


@layout(
    "beauty: told which list, and the test list of the same thing is predicted",
    {"tasks.label.kind": "number", "test.table": "lists/listTest_score.txt"},
    options=("--train", "lists/listTrain_score.txt"),
    n_train=40,
    n_test=20,
)
def _(files: Files) -> None:
    judged(files, PARTS)


@layout(
    "boats: boxes of each photo, as many notes as photos, are no tables",
    {"tasks.label.column": "label"},
    says=("40 files *.txt, notes beside the photos",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("images", ids("b", 40))
    for k, name in enumerate(ids("b", 40)):
        files.text(f"boxes/{name}.txt", f"{k % 3} 0.5 0.5 0.1 0.2\n1 0.3 0.3 0.1 0.1\n")
    files.table(
        "labels.csv", "image,label", [(f"{name}.jpg", ("sail", "motor")[k % 2]) for k, name in enumerate(ids("b", 40))]
    )


@layout(
    "farms of Flickr: its computers are no places",
    {"tasks.label.column": "label"},
    without=("train.group",),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"farm{k % 6 + 1}_{240 + k}_{10**10 + k * 7919}_{k * 104729 + 2**36:010x}_b" for k in range(40)]
    files.photos("images", names)
    files.table(
        "labels.csv", "image,label", [(f"{name}.jpg", ("dull", "bright")[k % 2]) for k, name in enumerate(names)]
    )


@layout(
    "biomass of pastures: test rows for each measure, and no sample",
    {
        "train.pivot": {"columns": "target_name", "values": "target"},
        "test.table": "test.csv",
        "submission.id": "image_path",
        "submission.label": "target",
        "submission.long": {"target_name": "{task}"},
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


@layout(
    "findings: test rows for each finding, and no sample",
    {"tasks.label.kind": "labels", "submission.label": "present", "submission.long": {"finding": "{label}"}},
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    found = ("effusion", "mass", "nodule")
    files.photos("images", ids("x", 36))
    told = [(name, one) for name in ids("x", 30) for one in found]
    files.table("train.csv", "image_id,finding,present", [(*pair, k * 7 % 5 // 3) for k, pair in enumerate(told)])
    files.table("test.csv", "image_id,finding", [(name, one) for name in ids("x", 6, 30) for one in found])


@layout(
    "boards: a row for each part of a photo, and its state in words",
    {
        "train.pivot": {"columns": "part_name", "values": "state"},
        "tasks.root.classes": ["good", "rusty", "worn"],
        "tasks.bolt.column": "bolt",
        "target": "separate",
        "submission.label": "state",
        "submission.long": "{board}-{task}",
    },
    n_train=36,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("boards", ids("b", 41), ".png")
    states = ("good", "worn", "rusty")
    rows = [
        (name, part, states[(k * 5 + place * (k % 2)) % 3])
        for k, name in enumerate(ids("b", 36))
        for place, part in enumerate(("root", "bolt"))
    ]
    files.table("train.csv", "board,part_name,state", rows)
    asked = [(f"{name}-{part}", name, part) for name in ids("b", 5, 36) for part in ("root", "bolt")]
    files.table("test.csv", "row_id,board,part_name", asked)
    files.table("sample_submission.csv", "row_id,state", [(row[0], "good") for row in asked])
