"""Layouts that were not understood, or wrongly, in a tenth examination of `kit init table`."""

from __future__ import annotations

import json
import uuid

from shared.host_files import Files, Layout, collect, ids

AT_TENTH: list[Layout] = []
layout = collect(AT_TENTH)


def drives(files: Files, end: str) -> list[str]:
    """Frames of twelve drives in folders called by ids; the path of each without its end."""
    found = []
    for place in range(12):
        drive = str(uuid.UUID(int=place * 7919 + 2**127))
        found += [f"{drive}/{k:04d}" for k in range(4 + place % 3)]
    for path in found:
        files.photo(f"deploy/trainval/{path}{end}.jpg")
    return found


@layout(
    "drives: cells of a folder and the beginning of a name",
    {"train.images": "deploy/trainval/{guid/image}_image.jpg", "train.group.column": "guid/image"},
    n_train=60,
)
def _(files: Files) -> None:
    paths = drives(files, "_image")
    files.table("labels.csv", "guid/image,label", [(path, k % 3) for k, path in enumerate(paths)])


@layout(
    "drives: cells of a folder and a whole name",
    {"train.images": "deploy/trainval/{path}.jpg", "train.group.column": "path"},
    n_train=60,
)
def _(files: Files) -> None:
    files.table("labels.csv", "path,label", [(path, k % 3) for k, path in enumerate(drives(files, ""))])


@layout("drives: folders called by ids, and no table", refused="each folder is called by an id")
def _(files: Files) -> None:
    drives(files, "_image")


@layout("stars: folders called by days and times, and no table", refused="each folder is called by an id")
def _(files: Files) -> None:
    for night in range(8):
        files.photos(f"stars/2014-09-{night + 10}_02_27_{night:02d}", [f"star{night}_{k}" for k in range(5)])


@layout(
    "fungi: folders called by the ids of a data base of words are classes", {"tasks.label.column": "folder"}, n_train=40
)
def _(files: Files) -> None:
    for kind in ("n01440764", "n01443537", "n01484850", "n01491361"):
        files.photos(f"images/{kind}", [f"{kind}_{k}" for k in range(10)])


@layout(
    "flares: an id of the folder of a region and of one in it",
    {
        "train.images": "training/{id[:5]}/{id[6:]}/*",
        "test.images": "test/{id[:5]}/{id[6:]}/*",
        "tasks.flux.kind": "number",
    },
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    for side, start, count in (("training", 11390, 5), ("test", 12192, 1)):
        rows = []
        for region in range(start, start + count):
            for k in range(6):
                rest = f"2012_07_{18 + k}_02_27"
                files.photos(f"{side}/{region}/{rest}", (f"{k}__171", f"{k}__magnetogram"))
                rows.append((f"{region}_{rest}", f"{1 + k * region % 7}.5e-06"))
        files.table(f"{side}/about.csv", "id,flux", rows)


AXES = [f"{axis}_{step}" for step in range(3) for axis in "xyz"]


@layout(
    "ways of a car: a sample without ids, of points in space",
    {"target": "separate", "tasks.x_0.kind": "number", "tasks.z_2.kind": "number", "test.table": "test_features.csv"},
    says=("has answers alone, 'x_0', 'y_0', 'z_0', and no ids",),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("images", ids("f", 50))
    rows = [(name, 5 + k % 9, *(f"{k * 7 % 31 + n / 7:.4f}" for n in range(9))) for k, name in enumerate(ids("f", 50))]
    files.table("train_features.csv", f"ID,speed,{','.join(AXES)}", rows[:40])
    files.table("test_features.csv", "ID,speed", [row[:2] for row in rows[40:]])
    files.table("sample_submission.csv", ",".join(AXES), [("0.0",) * 9 for _ in range(10)])


@layout("worths: few numbers with a point, called label", refused="the kind of 'label' could be class, number")
def _(files: Files) -> None:
    files.photos("notes", ids("n", 63))
    worths = ("0.1", "0.2", "0.5", "1.0", "2.0", "5.0", "10.0", "50.0", "100.0")
    files.table("notes.csv", "name,label", [(f"{name}.jpg", worths[k % 9]) for k, name in enumerate(ids("n", 63))])


@layout(
    "worths: told that they are classes",
    {"tasks.label.kind": None, "tasks.label.classes": ["0.1", "0.5", "1", "100"]},
    options=("--kind", "class"),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("notes", ids("n", 40))
    rows = [(f"{name}.jpg", ("0.1", "0.5", "1", "100")[k % 4]) for k, name in enumerate(ids("n", 40))]
    files.table("notes.csv", "name,label", rows)


@layout(
    "mines: a sample whose name ends in the word, and no names of columns",
    {"submission.sample": "uploadsample.csv", "submission.header": False, "test.images": "evaluation/{1}"},
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("train", [f"train_{k}" for k in range(40)])
    files.photos("evaluation", [f"evaluation_{k}" for k in range(10)])
    files.table("answer.csv", None, [(f"train_{k}.jpg", k % 2) for k in range(40)])
    files.table("uploadsample.csv", None, [(f"evaluation_{k}.jpg", 0) for k in range(10)])


@layout(
    "pictures: a weak name of a label with many gaps is none",
    refused="the label could be prompt, adjective, style, mos_align",
)
def _(files: Files) -> None:
    files.photos("images", ids("i", 60))
    rows = [
        (
            f"{name}.jpg",
            f"a thing {k % 9}",
            ("", "bright", "dark")[k % 3],
            ("anime", "baroque")[k % 2] if k % 3 == 0 else "",
            f"{k * 7 % 61 / 13:.4f}",
        )
        for k, name in enumerate(ids("i", 60))
    ]
    files.table("data.csv", "name,prompt,adjective,style,mos_align", rows)


@layout(
    "tissues: the patient at the end of names",
    {"tasks.class_number.column": "class_number"},
    says=("image from 0 on: 10 values in 60 rows",),
    n_train=60,
)
def _(files: Files) -> None:
    names = [f"{10007 + k * 7919 % 90000}_{k // 6}" for k in range(60)]
    files.photos("images", names, ".png")
    files.table("tissues.csv", "image,class_number", [(f"{name}.png", k * 5 % 4) for k, name in enumerate(names)])


@layout(
    "tiles: patients of TCGA in names, in folders of classes",
    {"train.group.column": "stem", "tasks.label.classes": ["MSI", "MSS"]},
    n_train=60,
)
def _(files: Files) -> None:
    for k in range(60):
        files.photo(f"tiles/{('MSI', 'MSS')[k // 6 % 2]}/blk-{k * 7919:06x}-TCGA-CM-{6160 + k // 6}-01Z-00-DX1.png")


@layout(
    "food: names of the class's number and a counter, and no sample",
    {"train.images": "food/training/{label}_*", "test.images": "food/test/*"},
    says=("whose photos the other part counts",),
    n_train=60,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("food/training", [f"{kind}_{k}" for kind in range(6) for k in range(10)])
    files.photos("food/test", [f"{k:04d}" for k in range(1, 11)])


@layout(
    "cells: folders of ranges below those of large classes",
    {"train.images": "cells/{label}/**/*", "tasks.label.classes": ["ABE", "ART", "BLA"]},
    without=("train.group",),
    n_train=46,
)
def _(files: Files) -> None:
    files.photos("cells/ABE", [f"ABE_{k:05d}" for k in range(6)])
    for kind in ("ART", "BLA"):
        for place in (0, 1):
            files.photos(
                f"cells/{kind}/{place * 1000 + 1:04d}-{place * 1000 + 1000}",
                [f"{kind}_{place}{k:04d}" for k in range(10)],
            )


@layout("plants: records below one word of a json", {"tasks.variety.classes": ["Lugano", "Satine"]}, n_train=40)
def _(files: Files) -> None:
    files.photos("photos", ids("p", 40))
    told = {
        f"Image{k}": {"variety": ("Lugano", "Satine")[k % 2], "photo": f"{name}.jpg"}
        for k, name in enumerate(ids("p", 40))
    }
    files.text("truth.json", json.dumps({"Measurements": told}))


@layout(
    "leaves: a legend of numbers beside the table",
    {"train.table": "leaf/dataset.csv", "tasks.stress.column": "stress"},
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("leaf/images", range(40))
    files.table("leaf/dataset.csv", "id,stress", [(k, k % 5) for k in range(40)])
    files.text(
        "leaf/legend.txt", "stress: 0 healthy 1 miner 2 rust 3 phoma 4 cercospora\nseverity: 0 healthy 1 low 2 high\n"
    )


@layout(
    "captions: commas and quotes in the texts of the last column",
    {"tasks.labels.kind": "labels", "test.table": "test.csv"},
    says=("1 line has cells too many, which are taken for the rest of 'caption'",),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("data", range(48))
    rows = [
        (f"{k}.jpg", f"{k % 5 + 1} {k % 3 + 6}" if k % 4 else str(k % 5 + 1), f"a thing {k} on a hill")
        for k in range(40)
    ]
    rows[17] = ("17.jpg", "1 8", '"A sign with /"war/" on it, at night"')
    files.table("train.csv", "image,labels,caption", rows)
    files.table("test.csv", "image,caption", [(f"{k}.jpg", f"a thing {k} by the sea") for k in range(40, 48)])


# Classes that are called as looks are, numbers of rows, and shares of a hundred


@layout(
    "faces: with and without a mask, in folders of each side",
    {"train.images": "Face Mask Dataset/Train/*/*", "tasks.label.classes": ["WithMask", "WithoutMask"]},
    n_train=40,
)
def _(files: Files) -> None:
    for side, count in (("Train", 20), ("Validation", 6), ("Test", 6)):
        for k, kind in enumerate(("WithMask", "WithoutMask")):
            files.photos(f"Face Mask Dataset/{side}/{kind}", range(100 * k, 100 * k + count), ".png")


@layout(
    "animals: a sample that counts its rows, and names that begin with such numbers",
    {"test.table": "test/annotations.csv", "test.id": "row", "submission.id": "annotation_id"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("test", 12)):
        names = [f"rois/{k // 3}_{k + (side == 'test')}.png" for k in range(count)]
        for name in names:
            files.photo(f"{side}/{name}")
        rows = [(name, *([("crab", "fish", "star")[k % 3]] if side == "train" else [])) for k, name in enumerate(names)]
        files.table(f"{side}/annotations.csv", "path,label" if side == "train" else "path", rows)
    files.table("sample_submission.csv", "annotation_id,name", [(k + 1, "fish") for k in range(12)])


@layout("droughts: a share of a hundred in tens", refused="the kind of 'extent' could be class, number")
def _(files: Files) -> None:
    files.photos("fields", ids("f", 40))
    files.table(
        "fields.csv",
        "file,extent",
        [(f"{name}.jpg", (0, 10, 20, 40, 60, 100)[k % 6]) for k, name in enumerate(ids("f", 40))],
    )


@layout(
    "clouds: lists with a wide semicolon between their numbers",
    {"tasks.Code.kind": "labels", "tasks.Code.separator": "；"},
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("Train", ids("c", 60))
    rows = [(f"{name}.jpg", "20；2" if k % 15 == 7 else (1, 2, 4, 20)[k % 4]) for k, name in enumerate(ids("c", 60))]
    files.table("Train_label.csv", "FileName,Code", rows)


@layout(
    "signs: a sample of ids and a label, both of which train has and the test table has not",
    {"submission.id": "id", "submission.label": "kind", "test.id": "row"},
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("photos", ids("s", 50))
    rows = [(k + 1, f"photos/{name}.jpg", ("stop", "yield")[k % 2]) for k, name in enumerate(ids("s", 50))]
    files.table("train.csv", "id,path,kind", rows[:40])
    files.table("test.csv", "path", [(row[1],) for row in rows[40:]])
    files.table("sample_submission.csv", "id,kind", [(k + 1, "stop") for k in range(10)])
