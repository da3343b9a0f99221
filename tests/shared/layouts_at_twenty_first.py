"""Layouts that were not understood, or wrongly, in a twenty-first to twenty-third examination of `kit init table`, and
of which columns, photos and sides were called otherwise.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Sequence

import numpy as np

from shared.host_files import Files, Layout, beside, codes, collect, ids, turns

AT_TWENTY_FIRST: list[Layout] = []
layout = collect(AT_TWENTY_FIRST)


def cards(files: Files, items: str = "name,phone") -> None:
    for side, count in (("train", 20), ("test", 6)):
        files.photos(f"{side}_images", range(count), ".png")
        boxes = [(f"{n}.png", 1, 2 * k, 7, 2 * k + 2) for n in range(count) for k in range(2 + n % 2)]
        said = turns(("1,0", "0,1", "1,1") if "," in items else ("eye", "ear", "nose"), len(boxes))
        rows = [(*box, *cells.split(",")) for box, cells in zip(boxes, said, strict=True)] if side == "train" else boxes
        files.table(f"{side}.csv", "file,left,top,right,bottom" + (f",{items}" if side == "train" else ""), rows)
    files.table("sample_submit.csv", None, [(row, *turns(("0.5", "0.25"), 1 + items.count(","))) for row in range(15)])


@layout(
    "cards: rows that are boxes",
    refused="each with a box (left, top, right, bottom); to take each box as a photo: --image"
    " 'train_images/{file}/{left}_{top}_{right}_{bottom}'",
)
def _(files: Files) -> None:
    cards(files)


@layout(
    "cards: told that rows are boxes",
    {
        "photos.reader": "box",
        "train.group": "file",
        "test.images": "test_images/{file}/{left}_{top}_{right}_{bottom}",
        "test.id": "row0",
        "submission.values": ["2", "3"],
    },
    options=("--image", "train_images/{file}/{left}_{top}_{right}_{bottom}"),
    n_train=50,
    n_test=15,
)
def _(files: Files) -> None:
    cards(files)


@layout("cards: boxes of several classes, of the test side too", refused="to take each box as a photo: --image")
def _(files: Files) -> None:
    cards(files, "what")


@layout(
    "goods: of columns that say nothing by their names, those that the test table has too are told",
    {"tasks.gruppe.column": "gruppe"},
    says=("the label is 'gruppe'; --label for another, such as 'sorte'",),
)
def _(files: Files) -> None:
    files.photos("train", range(72))
    files.photos("test", range(18))
    files.table("train.csv", "name,sorte,gruppe", [(f"{k}.jpg", k % 12, k % 12 % 5) for k in range(72)])
    files.table("test_final.csv", "name,sorte", [(f"{k}.jpg", k * 5 % 12) for k in range(18)])


def untold(files: Files, classes: Sequence[str]) -> None:
    """A table of all photos, which are called otherwise than it says."""
    for place, folder in enumerate(("part_1", "part_2")):
        files.photos(folder, codes(200 + place, 15), ".png")
    files.table("info.csv", "number,what,age", beside(range(30), turns(classes, 30), turns((40, 50, 60), 30)))


@layout(
    "skin: a table of the photos that leads to none of them, in folders that are no classes",
    refused="of its columns (number, what, age) leads to one; say which photo is a row's, such as --train 'info.csv'"
    " --image 'part_1/{number}.png'; or, if the folders are the classes, --train '.'",
)
def _(files: Files) -> None:
    untold(files, ("mole", "mark"))


@layout(
    "skin: told that the folders are the classes",
    {"tasks.label.classes": ["part_1", "part_2"]},
    options=("--train", "."),
    n_train=30,
)
def _(files: Files) -> None:
    untold(files, ("mole", "mark"))


@layout("skin: a table of the photos that says the folders", {"tasks.label.classes": ["part_1", "part_2"]}, n_train=30)
def _(files: Files) -> None:
    untold(files, ("part_1", "part_2"))


@layout(
    "places: photos by the number of the row, in a table that names others",
    {"train.images": "images/rgb_img_{row0}.png", "tasks.category.column": "category"},
    says=("whose numbers are taken for those of its rows from 0 on",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("images", [f"rgb_img_{k}" for k in range(40)], ".png")
    rows = [(f"{kind}_{k}_rgb.jpg", kind, k % 7) for k, kind in enumerate(turns(("dam", "port", "farm"), 40))]
    files.table("rgb_metadata.csv", "img_filename,category,cloud_cover", rows)


@layout(
    "labels alone, of photos that are counted from 1, and a test folder of the same",
    {"train.images": "train/p{row:05}.jpg", "train.header": False, "tasks.label.column": "1", "test.images": "test/*"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train", ids("p", 40, 1, 5))
    files.photos("test", ids("p", 12, 1, 5))
    files.text("y_train.txt", "".join(f"{k % 4}\n" for k in range(40)))


@layout(
    "mushrooms: answers are called by the rows of the test table from 0 on",
    {"test.table": "test.csv", "test.id": "row0", "submission.id": "Id"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    names = codes(210, 52)
    files.photos("all", names)
    files.table("train.csv", "Image,Kind", beside(names[:40], turns((0, 1, 2), 40)))
    files.table("test.csv", "Image", beside(names[40:]))
    files.table("sample_submission.csv", "Id,Predicted", beside(range(12), [0] * 12))


@layout(
    "fungi: a class that is a rank, and a form of ten places",
    {
        "tasks.category_id.column": "category_id",
        "submission.top": 3,
        "submission.values": ["3", "27", "88", "164"],
        "test.images": "test/{file}.jpg",
    },
)
def _(files: Files) -> None:
    names = codes(211, 52)
    files.photos("train", names[:40])
    files.photos("test", names[40:])
    kinds = ((3, "Amanita", "A"), (27, "Russula", "A"), (88, "Mycena", "B"), (164, "Peziza", "C"))
    rows = [
        (name, *("P", rank, f"o{number % 3}", genus), number)
        for name, (number, genus, rank) in zip(names[:40], kinds * 10, strict=True)
    ]
    files.table("train.csv", "file,phylum,class,order,genus,category_id", rows)
    files.table("test.csv", "file", beside(names[40:]))
    files.table("sample_submission.csv", "file,predictions", beside(names[40:], ["1 2 3"] * 12))


@layout("people: whole numbers of a column that is called num are a number", {"tasks.num.kind": "number"}, n_train=60)
def _(files: Files) -> None:
    files.photos("train", range(60))
    files.photos("test", range(60, 72))
    files.table("train.csv", "image,num", [(f"{k}.jpg", k * 7 % 31 + (k % 5 == 0) * 9) for k in range(60)])
    files.table("sample.csv", "image,num", [(f"{k}.jpg", 0) for k in range(60, 72)])


def pigs(files: Files) -> None:
    for side, count in (("train", 20), ("test", 6)):
        files.photos(f"{side}2_images", ids(side, count))
        boxes = [(name, f'"[{4 + k}, 3, 2, {2 + k}]"') for name in ids(side, count) for k in range(3)]
        rows = [(number, f"{name}.jpg", box, number % 4) for number, (name, box) in enumerate(boxes)]
        files.table(
            f"{side}.csv",
            "row_id,image_id,bbox" + ",class_id" * (side == "train"),
            [row[: 3 + (side == "train")] for row in rows],
        )
    files.table("sample_submission.csv", "row_id,class_id", [(number, 0) for number in range(18)])


@layout("pigs: a box in one cell", refused="each with a box (bbox); to take each box as a photo: --image")
def _(files: Files) -> None:
    pigs(files)


@layout(
    "pigs: told that each box is a photo",
    {"photos.reader": "box", "test.images": "test2_images/{image_id}/{bbox}", "submission.id": "row_id"},
    options=("--image", "train2_images/{image_id}/{bbox}"),
    n_train=60,
    n_test=18,
)
def _(files: Files) -> None:
    pigs(files)


@layout(
    "wells: places on a map, each with a folder of a picture and arrays",
    {"train.table": "train.geojson", "train.images": "{Image_Folder}/naip.png", "tasks.Type.column": "Type"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("test", 12)):
        places = []
        for number, kind in enumerate(turns(("Mine", "Landfill", "Negative"), count)):
            folder = f"{side}_images/{30 + number / 8:.6f}_-99"
            files.photo(f"{folder}/naip.png")
            if number % 2:
                np.save(files.root / folder / "sentinel.npy", np.full((6, 6, 4), number, np.uint16))
            said = {"Type": kind, "Image_Folder": folder}
            places.append({"type": "Feature", "properties": said, "geometry": {"type": "Point", "coordinates": [1, 2]}})
        files.text(f"{side}.geojson", json.dumps({"type": "FeatureCollection", "name": side, "features": places}))


@layout(
    "phones: one class holds its photos in a folder with notes beside, and the other holds them itself",
    {"train.images": "train/{label}/**/*", "tasks.label.column": "label", "submission.label": "class_id"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for name in codes(220, 20):
        files.photo(f"train/0_phone/JPEGImages/{name}.jpg")
        files.text(f"train/0_phone/Annotations/{name}.xml", f"<annotation><filename>{name}.jpg</filename></annotation>")
    files.photos("train/1_no_phone", codes(221, 20))
    files.photos("test_images_b", codes(222, 12))
    files.table("submit_example.csv", "image_name,class_id", [(f"{name}.jpg", 1) for name in codes(222, 12)])


@layout(
    "sashes: the best three in columns of a form without a header",
    {"submission.label": ["2", "3", "4"], "submission.header": False, "tasks.model.column": "model"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    names, models = codes(223, 52), ("AT-66L", "K-21", "YS-8R", "TC-9", "HH-4")
    files.photos("train", names[:40])
    files.photos("test", names[40:])
    rows = beside([f"{one}.jpg" for one in names[:40]], turns(models, 40))
    files.table("train_master.tsv", "file_name,model", rows, separator="\t")
    rows = [(f"{name}.jpg", *turns(models[k % 3 :], 3)) for k, name in enumerate(names[40:])]
    files.table("sample_submit.tsv", None, rows, separator="\t")


@layout("babies: photos to predict, and nothing that says what any shows", refused="test.csv names photos to predict")
def _(files: Files) -> None:
    files.photos("dataset/images", range(1, 31))
    files.table("dataset/test.csv", "Image", [(f"{number}.jpg",) for number in range(1, 31)])
    files.table("dataset/sample_submission.csv", "Image,Class", [("1.jpg", "toys"), ("2.jpg", "food")])


@layout(
    "hands: a folder called holdout whose photos are those of the form",
    {"test.images": "holdout/*", "submission.id": "file_name"},
    says=("the photos of holdout/ are those that sample_submission.csv asks for",),
    n_train=30,
    n_test=8,
)
def _(files: Files) -> None:
    for place, kind in enumerate(("paper", "rock", "scissors")):
        files.photos(f"development/{kind}", ids("", 10, 10 * place, 3))
    files.photos("holdout", ids("", 8, 0, 3))
    files.table("sample_submission.csv", "file_name,label", [(f"{k:03d}.jpg", "rock") for k in range(8)])


def bones(files: Files) -> None:
    files.photos("first", range(100, 140), ".png")
    files.photos("second", range(300, 308), ".png")
    files.table("first.csv", "id,boneage,male", [(100 + k, 20 + 3 * k, k % 2 == 0) for k in range(40)])
    files.table("second.csv", "Case ID,Sex", [(300 + k, "MF"[k % 2]) for k in range(8)])


@layout(
    "bones: a second table that does not say what is asked, under other names",
    {"train.table": "first.csv", "tasks.boneage.column": "boneage"},
    without=("test",),
    says=("second.csv names 8 photos that do not train", "--test 'second.csv' if they are to be predicted"),
    n_train=40,
)
def _(files: Files) -> None:
    bones(files)


@layout(
    "bones: told that they are those to predict",
    {"test.table": "second.csv", "test.images": "second/{Case ID}.png"},
    options=("--test", "second.csv"),
    n_test=8,
)
def _(files: Files) -> None:
    bones(files)


@layout(
    "birds: lists without a header whose first cells are ids of several kinds of letters",
    {"tasks.label.column": "folder", "tasks.label.classes": ["0295", "0311"]},
    n_train=30,
)
def _(files: Files) -> None:
    names = [str(uuid.UUID(int=random.Random(k).getrandbits(128))) for k in range(30)]
    kinds = turns(("0295", "0311"), 30)
    for name, kind in zip(names, kinds, strict=True):
        files.photo(f"birds/images/{kind}/{name.replace('-', '')}.jpg")
    files.table(
        "birds/images.txt",
        None,
        [(one, f"{kind}/{one.replace('-', '')}.jpg") for one, kind in zip(names, kinds, strict=True)],
        separator=" ",
    )
    files.table("birds/bounding_boxes.txt", None, [(one, 8, 5, 12, 20) for one in names], separator=" ")


@layout(
    "licences: a table of plates is a table, and columns of digits with photos of such names are named",
    {"train.table": "license_plates_train.csv", "tasks.city.column": "city", "submission.id": "id"},
    n_train=30,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("license_plates_train", range(30))
    files.photos("test", range(100, 110))
    files.table("license_plates_train.csv", "img_id,city", [(f"{k}.jpg", k % 3) for k in range(30)])
    files.table("SampleSubmission.csv", "id,0,1,2", [(k, 1, 0, 0) for k in range(100, 110)])


@layout(
    "goods: two kinds with a train and a validation table each, and other labels",
    refused="the train table could be beauty_train.csv, mobile_train.csv",
)
def _(files: Files) -> None:
    for place, (kind, label) in enumerate((("beauty", "Colour"), ("mobile", "Memory"))):
        names = codes(230 + place, 40)
        files.photos(f"{kind}_image", names)
        paths = [f"{kind}_image/{name}.jpg" for name in names]
        files.table(
            f"{kind}_train.csv", f"itemid,image_path,{label}", beside(names[:28], paths[:28], turns((1, 2, 3), 28))
        )
        files.table(f"{kind}_val.csv", "itemid,image_path", beside(names[28:], paths[28:]))


@layout(
    "tissues: people with a folder for each stain, and a table of their cells",
    {"train.table": "clinical.csv", "train.images": "Patches/HE/{patient_id}/*", "train.group": "patient_id"},
    options=("--label", "HANS"),
    says=("photos of 'patient_id' lie in 'Patches/MYC/{patient_id}/*' too, and are left out",),
)
def _(files: Files) -> None:
    for k in range(30):
        files.photos(f"Patches/HE/{13900 + k}", range(2), ".png")
        if k % 8:
            files.photos(f"Patches/MYC/{13900 + k}", range(2), ".png")
    files.table("clinical.csv", "patient_id,HANS,Stage", [(13900 + k, k % 2, k % 4) for k in range(30)])
    cells = [(13900 + k % 30, ("HE", "MYC")[k % 2], k, k * 7 % 31) for k in range(120)]
    files.table("cell_shapes.csv", "patient_id,stain,cell_id,area", cells)


@layout(
    "things: folders of each thing, photographed from the same sides",
    {"train.images": "objects/{label}/*/*", "train.group": ["label", "folder"]},
    n_train=60,
)
def _(files: Files) -> None:
    for kind in ("car", "iron", "shoe"):
        for thing in range(4):
            names = [f"{kind}_A{angle}_H1" for angle in range(5)]
            files.photos(f"objects/{kind}/{kind}_{thing}", names, ".bmp")


@layout(
    "skin: a dictionary in a column that is called like a label",
    refused="'weighted_condition_label' holds a dictionary in each cell, such as '{'Eczema': 0.5, 'Acne': 0.5}'",
)
def _(files: Files) -> None:
    files.photos("images", ids("p", 30))
    said = turns(("\"{'Eczema': 0.5, 'Acne': 0.5}\"", "{'Acne': 1.0}", "{}"), 30)
    files.table("cases.csv", "image,gradable,weighted_condition_label", beside(ids("p", 30), turns("YYN", 30), said))


@layout("scenes: what is asked stands beside the answer", refused="what is asked of it stands in 'question'")
def _(files: Files) -> None:
    files.photos("images/train", ids("CLEVR_", 20), ".png")
    asked = turns((("How many?", "2"), ("How many?", "3"), ("Which colour?", "red"), ("Which colour?", "blue")), 60)
    names = [f"CLEVR_{k // 3:04d}.png" for k in range(60)]
    rows = [(name, *pair, k % 7) for k, (name, pair) in enumerate(zip(names, asked, strict=True))]
    files.table("train_questions.csv", "image_filename,question,answer,family", rows)


@layout("packages: energy is a number", {"tasks.energy.kind": "number"}, n_train=60)
def _(files: Files) -> None:
    files.photos("train", range(60))
    files.table("train.csv", "id,energy", [(f"{k}.jpg", k % 20 * 26) for k in range(60)])


@layout(
    "eyes: labels of both sides, and more of how photos were taken on one",
    {"tasks.label.classes": ["disc", "lens", "none"], "test.table": "test_labels.csv"},
    without=("tasks.source", "tasks.annotator", "tasks.width"),
    says=("test_labels.csv has labels too",),
    n_train=30,
    n_test=9,
)
def _(files: Files) -> None:
    flags = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    for side, count in (("train", 30), ("test", 9)):
        files.photos(side, ids(side[:2], count))
        rows = [(name, *one) for name, one in zip(ids(side[:2], count), turns(flags, count), strict=True)]
        if side == "train":
            taken = [(("web", "lab")[k % 2], ("ann", "bob", "cid")[k % 3 - 1], 200 + 7 * k % 90) for k in range(count)]
            rows = [(*row, *more) for row, more in zip(rows, taken, strict=True)]
        header = "image,disc,lens,none" + ",source,annotator,width" * (side == "train")
        files.table(f"{side}_labels.csv", header, rows)


@layout(
    "puzzles: the place of each of four pieces, each place once in a row",
    {
        "target": "separate",
        "tasks.label_1.column": "1",
        "tasks.label_4.classes": ["1", "2", "3", "4"],
        "submission.label": {"label_1": "1", "label_2": "2", "label_3": "3", "label_4": "4"},
    },
    says=("'1' and 3 more hold 4 whole numbers, 1 to 4",),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("train", ids("tr", 40))
    files.photos("test", ids("te", 10))
    rng = random.Random(3)
    files.table("train.csv", "ID,1,2,3,4", [(name, *rng.sample(range(1, 5), 4)) for name in ids("tr", 40)])
    files.table("sample_submission.csv", "ID,1,2,3,4", [(name, 1, 2, 3, 4) for name in ids("te", 10)])


@layout(
    "kin: a form of pairs in one cell",
    refused="each of its ids names a pair of photos, such as 'face00.jpg-face01.jpg'",
)
def _(files: Files) -> None:
    for family in ("F1", "F2", "F3"):
        for person in ("MID1", "MID2"):
            files.photos(f"train/{family}/{person}", codes(int(family[1]) * 10 + int(person[3]), 4))
    files.table("train_relationships.csv", "p1,p2", [(f"F{k}/MID1", f"F{k}/MID2") for k in (1, 2, 3)])
    files.photos("test", ids("face", 12, 0, 2))
    pairs = [(f"face{k:02d}.jpg-face{k + 1:02d}.jpg", 0) for k in range(11)]
    files.table("sample_submission.csv", "img_pair,is_related", pairs)


@layout(
    "skies: a table of times and a power with gaps, and folders of days",
    refused="none of its columns (Unnamed: 0, pv) leads to one",
)
def _(files: Files) -> None:
    for day in ("06", "08", "09"):
        files.photos(f"raw/2017/03/{day}", [f"201703{day}0{9 + k // 6}{k % 6}000" for k in range(12)])
    rows = [(f"2017-03-0{1 + k % 9} 09:{k:02d}:00", "" if k % 11 == 5 else f"{k * 0.37:.4f}") for k in range(40)]
    files.table("pv_raw.csv", ",pv", rows)


@layout(
    "moles: of flags one has gaps, and there are diagnoses",
    refused="the label could be family, personal, diagnosis_1, diagnosis_3 ('family' has gaps)",
)
def _(files: Files) -> None:
    files.photos("", ids("m", 48))
    deep = turns((("Benign", "Nevus"), ("Malignant", "Melanoma"), ("Benign", "Lentigo"), ("Malignant", "Nevus")), 48)
    rows = [(f"m{k:04d}", *one, ("True", "False", "")[k % 3], k % 2 == 0) for k, one in enumerate(deep)]
    files.table("metadata.csv", "isic_id,diagnosis_1,diagnosis_3,family,personal", rows)


@layout(
    "lamps: numbers behind a word are names of photos with zeros in front",
    {"train.images": "train/imgs/{file:06}.bmp", "test.images": "test/imgs/{file[5:]:06}.bmp", "submission.id": "file"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train/imgs", ids("", 40, 0, 6), ".bmp")
    files.photos("test/imgs", ids("", 12, 0, 6), ".bmp")
    files.table("train/train.csv", "file,label", [(k, k % 4) for k in range(40)], separator=" ")
    files.table("submit.csv", "file,label", [(f"test_{k}", 0) for k in range(12)])


@layout(
    "chairs: the numbers of the form are names of validation photos, and no test photo is there",
    {"test.images": "validation/{id}.jpg"},
    says=("taken from validation/, which is called as validation photos are",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("train", range(100, 130))
    files.photos("validation", range(12))
    files.table("train.csv", "id,kind", [(k, k % 3) for k in range(100, 130)])
    files.table("sample_submission.csv", "id,kind", [(k, 0) for k in range(10)])


@layout(
    "smears: a group that may be a finer class is told",
    {"train.group": "GROUP", "tasks.ABNORMAL.column": "ABNORMAL"},
    says=("--group none if they should, as where they are kinds of 'ABNORMAL', of which each says one",),
)
def _(files: Files) -> None:
    files.photos("train", range(54))
    files.photos("test", range(60, 70))
    files.table("train.csv", "ID,ABNORMAL,GROUP", [(k, int(k % 9 > 3), k % 9) for k in range(54)])
    files.table("SampleSubmission.csv", "ID,ABNORMAL", [(k, 0) for k in range(60, 70)])
