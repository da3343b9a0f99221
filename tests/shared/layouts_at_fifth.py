"""Layouts of tables in parts, beside one another, and of lists, which `kit init table` refused or took for others."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_FIFTH: list[Layout] = []
layout = collect(AT_FIFTH)


# Several tables that are one


@layout(
    "bengali digits: train tables with a folder each, whose columns differ a little, and test folders",
    {
        "train.table": "training-*.csv",
        "tasks.digit.column": "digit",
        "test.images": "testing-*/{key}.*",
        "submission.label": "label",
    },
    says=("tables of nearly the same columns", "left out, as not all of its files have them: num, age"),
    n_train=60,
    n_test=15,
)
def _(files: Files) -> None:
    keys = []
    for part, more in (("a", ""), ("b", ",num"), ("c", ",age")):
        files.photos(f"training-{part}", ids(part, 20), ".png")
        rows = [(f"{name}.png", i * 7 % 10, f"training-{part}") for i, name in enumerate(ids(part, 20))]
        files.table(
            f"training-{part}.csv", f"filename,digit,database name{more}", [(*row, *[3] * bool(more)) for row in rows]
        )
        keys += ids(part, 5)
        files.photos(f"testing-{part}", ids(part, 5), ".JPG" if part == "c" else ".png")
    files.table("sample_submission.csv", "key,label", [(key, 0) for key in keys])


@layout(
    "two tables, of which one says more",
    {"train.table": "train_*.csv", "train.images": "images/{image}", "tasks.label.column": "label"},
    says=("left out, as not all of its files have them: remark",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("images", range(40))
    rows = [(f"{k}.jpg", "ab"[k * 3 % 2], k % 7) for k in range(40)]
    files.table("train_1.csv", "image,label,light", rows[:20])
    files.table("train_2.csv", "image,label,light,remark", [(*row, "seen") for row in rows[20:]])


@layout("parts that share but the photos are no one table", refused="the train table could be train_1.csv, train_2.csv")
def _(files: Files) -> None:
    files.photos("images", range(40))
    files.table("train_1.csv", "image,kind", [(f"{k}.jpg", "ab"[k * 3 % 2]) for k in range(20)])
    files.table("train_2.csv", "image,breed", [(f"{k}.jpg", "cd"[k * 3 % 2]) for k in range(20, 40)])


@layout(
    "remote sensing: a table of labels for each folder of photos",
    {"train.table": "Labels/*.csv", "tasks.label.kind": "labels"},
    says=("3 tables of the same columns",),
    n_train=36,
)
def _(files: Files) -> None:
    for place, scene in enumerate(("airplane", "lake", "parking")):
        files.photos(f"Images/{scene}", [f"{scene}_{i:05d}" for i in range(12)])
        rows = [(f"{scene}_{i:05d}.jpg", *[int((i * (k + 2) + place) % 5 < 2) for k in range(4)]) for i in range(12)]
        files.table(f"Labels/{scene}.csv", "image,cars,grass,trees,water", rows)


@layout(
    "covid: lists of names for each class and side, beside folders of classes",
    {"tasks.label.column": "folder", "train.header": False, "tasks.label.classes": ["CT_COVID", "CT_NonCOVID"]},
    n_train=30,
    n_test=10,
)
def _(files: Files) -> None:
    for kind, start in (("COVID", 0), ("NonCOVID", 500)):
        names = [f"{start + i * 37}.png" for i in range(25)]
        files.photos(f"Images/CT_{kind}", [name[:-4] for name in names], ".png")
        for side, some in (("train", names[:15]), ("val", names[15:20]), ("test", names[20:])):
            files.text(f"Data-split/{kind}/{side}CT_{kind}.txt", "\n".join(some) + "\n")


@layout(
    "food: lists called TR, VAL and TE beside a table of all labels",
    {"train.table": "lists/TR.txt", "test.table": "lists/TE.txt", "tasks.label.kind": "labels"},
    says=("lists/VAL.txt: 8 rows of 1, the host's own split",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    paths = [f"/{dish}/{i * 7}.jpg" for dish in range(1, 7) for i in range(10)]
    for path in paths:
        files.photo(f"food{path}")
    rows = [(path, *[int((i * (k + 2)) % 7 < 3) for k in range(5)]) for i, path in enumerate(paths)]
    files.table("lists/Ingredients.txt", None, rows, separator=" ")
    mixed = [paths[i * 7 % 60] for i in range(60)]
    for side, some in (("TR", mixed[:40]), ("VAL", mixed[40:48]), ("TE", mixed[48:])):
        files.text(f"lists/{side}.txt", "\n".join(some) + "\n")


# Tables beside the train table


def _kinds(files: Files, more: str = "") -> None:
    files.photos("photos", ids("p", 48))
    rows = [(f"p{k:04d}.jpg", "abc"[k * 5 % 3], k % 9) for k in range(48)]
    files.table("snakes_train.csv", "file,species,country", rows)
    files.table(
        "snakes_min-train.csv", "file,species,country", [*rows[:20], *([("p0030.jpg", more, 1)] if more else [])]
    )


@layout(
    "snakes: a smaller table of the same rows beside the train table",
    {"train.table": "snakes_train.csv"},
    says=("snakes_train.csv has all rows of snakes_min-train.csv and more",),
    n_train=48,
)
def _(files: Files) -> None:
    _kinds(files)


@layout("a smaller table that says something else is asked of", refused="the train table could be snakes_min-train.csv")
def _(files: Files) -> None:
    _kinds(files, "other")


@layout(
    "lego: a table of the classes, whose numbers are those of photos too",
    {"train.table": "index.csv", "tasks.class_id.column": "class_id", "test.table": "test.csv"},
    n_train=32,
    n_test=8,
)
def _(files: Files) -> None:
    rows = []
    for k in range(1, 9):
        files.photos(f"marvel/{k:04d}", ids("", 4, 1, 3))
        rows += [(f"marvel/{k:04d}/{i:03d}.jpg", k, "valid" if i == 3 else "train") for i in range(1, 5)]
    files.table("index.csv", "path,class_id,train-valid", rows)
    files.photos("test", ids("", 8, 1, 3))
    files.table("test.csv", "path,class_id", [(f"test/{i:03d}.jpg", i) for i in range(1, 9)])
    files.table("metadata.csv", "class_id,name", [(k, f"figure {k}") for k in range(1, 9)])


@layout(
    "anomalies: X and Y tables, and a Y table of random numbers, which is what is sent",
    {
        "train.table": "Y_train_eVW9.csv",
        "tasks.Label.column": "Label",
        "submission.sample": "Y_random_nKwa.csv",
        "submission.id": "filename",
    },
    says=("nothing is sent before 'submission' in competition.yaml says which is meant",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    names = [f"{k * 7919 + 100206}.jpeg" for k in range(52)]
    files.photos("input_train", [name[:-5] for name in names[:40]], ".jpeg")
    files.photos("input_test", [name[:-5] for name in names[40:]], ".jpeg")
    known = [(k, name, 2001 + k % 3 * 2) for k, name in enumerate(names)]
    words = ("GOOD", "Missing", "Flat loop")
    files.table("X_train.csv", ",filename,window", known[:40])
    files.table("Y_train_eVW9.csv", ",filename,Label", [(k, names[k], words[k * 5 % 3]) for k in range(40)])
    files.table("X_test.csv", ",filename,window", [(k, *row[1:]) for k, row in enumerate(known[40:])])
    files.table("Y_random_nKwa.csv", ",filename,Label", [(k, name, k * 5 % 3) for k, name in enumerate(names[40:])])


@layout(
    "products: X and Y tables joined by a column without a name, texts are no label",
    {
        "train.images": "images/image_train/image_{imageid}_product_{productid}.jpg",
        "tasks.prdtypecode.column": "prdtypecode",
        "test.table": "X_test_update.csv",
    },
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    tables: dict[str, list[tuple[object, ...]]] = {"train": [], "test": []}
    for i in range(50):
        side, product, image = "train" if i < 40 else "test", 3804725 + i * 1793, 1263597 + i * 977
        files.photo(f"images/image_{side}/image_{image}_product_{product}.jpg")
        tables[side].append((i, f"thing {i}", "" if i % 3 == 0 else f"state {i % 5}", product, image))
    for side, rows in tables.items():
        files.table(f"X_{side}_update.csv", ",designation,description,productid,imageid", rows)
    files.table("Y_train_CVw08PX.csv", ",prdtypecode", [(i, (2583, 10, 1160)[i * 5 % 3]) for i in range(40)])


# Rows of several photos, and rows of none


@layout(
    "traffic: a json of sequences with a folder of frames each, and the same of the test side",
    {"train.group": "id", "tasks.status.column": "status", "submission.per": "id"},
    n_train=60,
    n_test=15,
)
def _(files: Files) -> None:
    for side, count in (("train", 20), ("test", 5)):
        records = []
        for k in range(1, count + 1):
            files.photos(f"traffic_{side}/{k:06d}", (1, 2, 3))
            frames = [{"frame_name": f"{frame}.jpg", "time": 1552 + frame} for frame in (1, 2, 3)]
            records.append({"id": f"{k:06d}", "frames": frames, "status": k * 5 % 3 if side == "train" else -1})
        files.text(f"traffic_{side}.json", json.dumps({"annotations": records}))


def _houses(files: Files, header: bool) -> None:
    rows = []
    for k in range(1, 26):
        files.photos("Houses", [f"{k}_{room}" for room in ("bath", "bed", "front", "kitchen")])
        rows.append((*[k] * header, 2 + k % 4, 1800 + k * 313 % 3000, 169900 + k * 7919 % 97 * 8100))
    files.table("Houses/Info.txt", "id,beds,area,price" if header else None, rows, separator=" ")


@layout("houses: a table without the photos' names, whose row is the number in them", refused="put a first column 'id'")
def _(files: Files) -> None:
    _houses(files, False)


@layout(
    "houses with the column, and with the path that was named",
    {"train.images": "Houses/{id}_*", "train.group": "id", "tasks.price.kind": "number"},
    options=("--train", "Houses/Info.txt", "--image", "Houses/{id}_*", "--label", "price"),
    n_train=100,
)
def _(files: Files) -> None:
    _houses(files, True)


def _fields(files: Files) -> None:
    names = ids("f", 50)
    for folder in ("jun17", "dec17", "jun18"):
        files.photos(f"planet-{folder}", names, ".png")
    files.table(
        "train.csv",
        "ID,x,y",
        [(name, i * 7 % 23 / 10 + i / 997, i * 11 % 19 / 10) for i, name in enumerate(names[:40])],
    )
    files.table("test.csv", "ID,Year", [(name, 2016 + i % 2) for i, name in enumerate(names[40:])])
    files.table("sample-submission.csv", "ID,x,y", [(name, 0.0, 0.0) for name in names[40:]])


@layout("fields: photos of several dates, which is meant is asked", refused="choose with --image PATH")
def _(files: Files) -> None:
    _fields(files)


@layout(
    "fields, told the date: the path is that of both sides",
    {"train.images": "planet-jun17/{ID}.png", "test.images": "planet-jun17/{ID}.png"},
    options=("--image", "planet-jun17/{ID}.png"),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    _fields(files)


@layout("two flags, of which one has gaps: which is meant is asked", refused="the label could be referable, edema")
def _(files: Files) -> None:
    files.photos("photos", ids("p", 40))
    rows = [(f"p{k:04d}.jpg", k * 5 % 3 // 2, k % 2 if k % 4 else "") for k in range(40)]
    files.table("train.csv", "image,referable,edema", rows)


@layout(
    "the other flag: rows without it never train",
    {"tasks.edema.column": "edema"},
    options=("--label", "edema"),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("photos", ids("p", 40))
    rows = beside([f"p{k:04d}.jpg" for k in range(40)], turns((0, 1, 1), 40), turns(("", 1, 0, 1), 40))
    files.table("train.csv", "image,referable,edema", rows)
