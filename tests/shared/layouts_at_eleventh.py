"""Layouts that were not understood, or wrongly, in an eleventh examination of `kit init table`: competitions alone."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_ELEVENTH: list[Layout] = []
layout = collect(AT_ELEVENTH)
KINDS = ("calm", "glad", "sad")


def sides(files: Files, train: str, test: str, count: int = 30, ending: str = ".jpg") -> tuple[list[str], list[str]]:
    """Photos of two folders; the names of both."""
    names, tests = ids("a", count), ids("b", 12)
    files.photos(train, names, ending)
    files.photos(test, tests, ending)
    return names, tests


# Labelled files that are called dev, where none is called train.


@layout(
    "floods: a devset with labels and no train",
    {"train.table": "devset_gt.csv", "train.images": "devset/{id}.jpg", "test.images": "testset/{image_id}.jpg"},
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    names, tests = sides(files, "devset", "testset")
    files.table("devset_gt.csv", "id,label", beside(names, turns((0, 1), 30)))
    files.table("test.csv", "image_id,title", beside(tests, [f"a street {k}" for k in range(12)]))


@layout(
    "scenes from the air: dev.csv alone", {"train.table": "data/dev.csv", "tasks.label.column": "label"}, n_train=30
)
def _(files: Files) -> None:
    files.photos("data/image", ids("a", 30))
    rows = beside([f"./image/{name}.jpg" for name in ids("a", 30)], turns(KINDS, 30))
    files.table("data/dev.csv", "image_path,label", rows)


@layout(
    "posts: dev stands beside train, and is the host's own split",
    {"train.table": "train.csv"},
    n_train=30,
    says=("dev.csv: 12 rows of id, label, the host's own split; not used",),
)
def _(files: Files) -> None:
    names, others = sides(files, "train", "dev")
    files.table("train.csv", "id,label", beside(names, turns(KINDS, 30)))
    files.table("dev.csv", "id,label", beside(others, turns(KINDS, 12)))


# Netpbm.


@layout("signs: folders of ppm", {"train.images": "train/*/*", "test.images": "test/*"}, n_train=24, n_test=12)
def _(files: Files) -> None:
    for label in ("00", "01", "14"):
        files.photos(f"train/{label}", [f"{label}{k}" for k in range(8)], ".ppm")
    files.photos("test", ids("t", 12), ".ppm")


@layout("breasts: pgm named in a table", {"train.images": "scans/{id}.pgm"}, n_train=30)
def _(files: Files) -> None:
    files.photos("scans", ids("mdb", 30), ".pgm")
    files.table("info.csv", "id,severity", beside(ids("mdb", 30), turns("BM", 30)))


@layout(
    "leaves: the same photos as jpg and as ppm",
    {"train.images": "jpg/{id}.jpg"},
    n_train=30,
    says=("another format are 'ppm/{id}.ppm'",),
)
def _(files: Files) -> None:
    for ending in ("jpg", "ppm"):
        files.photos(ending, ids("a", 30), f".{ending}")
    files.table("train.csv", "id,label", beside(ids("a", 30), turns(KINDS, 30)))


# Columns whose names begin with no letter.


@layout("people: the photos' column is called # Image", {"train.images": "photos/{# Image}"}, n_train=30)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 30))
    files.table("train.csv", "# Image,label", beside([f"{name}.jpg" for name in ids("a", 30)], turns(KINDS, 30)))


@layout("people: the photos' column is called @id", {"train.images": "photos/{@id}.jpg"}, n_train=30)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 30))
    files.table("train.csv", "@id,label", beside(ids("a", 30), turns(KINDS, 30)))


@layout("people: the photos' column is called (file)", {"train.images": "photos/{(file)}"}, n_train=30)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 30))
    files.table("train.csv", "(file),label", beside([f"{name}.jpg" for name in ids("a", 30)], turns(KINDS, 30)))


# Other looks among the photos of the test folder.


@layout(
    "tissue: img_0001 and mask_0001 in both folders",
    {"train.images": "train_data/{name}", "test.images": "test_data/img_[0-9]*"},
    n_train=30,
    n_test=12,
    says=("12 of 24 photos of the test folder are called as those that no train row leads to",),
)
def _(files: Files) -> None:
    for look in ("img_", "mask_"):
        files.photos("train_data", ids(look, 30), ".png")
        files.photos("test_data", ids(look, 12), ".png")
    files.table("train.csv", "name,label", beside([f"{name}.png" for name in ids("img_", 30)], turns(KINDS, 30)))


@layout(
    "fields: 0001_rgb and 0001_nir in both folders",
    {"test.images": "test/*[0-9]_rgb.*"},
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    for look in ("rgb", "nir"):
        files.photos("train", [f"{name}_{look}" for name in ids("", 30)], ".png")
        files.photos("test", [f"{name}_{look}" for name in ids("", 12)], ".png")
    names = [f"{name}_rgb.png" for name in ids("", 30)]
    files.table("train.csv", "name,label", beside(names, turns(KINDS, 30)))


@layout("fields: all photos of the test folder are called as in train", {"test.images": "test/*"}, n_train=30, n_test=9)
def _(files: Files) -> None:
    files.photos("train", ids("img_", 40), ".png")  # ten without a row
    files.photos("test", ids("img_", 9, 100), ".png")
    files.table("train.csv", "name,label", beside([f"{name}.png" for name in ids("img_", 30)], turns(KINDS, 30)))


# Folders of a test side of which the train side has the like, and leaves them out.


def generated(files: Files) -> None:
    for place in ("training/generated", "test/generated"):
        files.photos(place, ids("g", 20))
    files.photos("training/real/used", ids("r", 12))
    files.photos("training/real/not_used", ids("r", 12, 12))
    files.photos("test/real_unknown", ids("r", 12, 24))


@layout("real and generated: whether these are a class is asked", refused="training/real/{label}/* (generated, real; ")
def _(files: Files) -> None:
    generated(files)


@layout(
    "real and generated: those that are no class are not predicted",
    {"test.images": "test/real_unknown/*"},
    options=("--image", "training/real/{label}/*"),
    n_train=24,
    n_test=12,
    says=("test/generated/ is no test set",),
)
def _(files: Files) -> None:
    generated(files)


# Several test tables, and tables that say nothing.


@layout(
    "cells: the test table without labels is predicted, and not the larger one that has them",
    {"test.table": "phase2_test.csv", "test.images": "phase2/test/{ID}"},
    n_train=30,
    n_test=8,
)
def _(files: Files) -> None:
    for place, first, count in (("train", 0, 30), ("eval", 30, 12), ("test", 42, 8)):
        names = [f"{name}.jpg" for name in ids("c", count, first)]
        for name in names:
            files.photo(f"phase2/{place}/{name}")
        labels = [""] * count if place == "test" else turns(KINDS, count)
        files.table(f"phase2_{place}.csv", "ID,labels", beside(names, labels))


@layout(
    "chests: a development table of other photos that has no findings is predicted",
    {"train.group": "subject_id", "test.table": "development.csv"},
    n_train=30,
    n_test=9,
    says=("development.csv says nothing of its photos",),
)
def _(files: Files) -> None:
    for side, first, count in (("train", 0, 30), ("development", 30, 9)):
        rows: list[tuple[object, ...]] = []
        for k in range(first, first + count):
            files.photo(f"files/p{k // 3}/{k}.jpg")
            row = (f"files/p{k // 3}/{k}.jpg", f"p{k // 3}", f"d{k}", ("PA", "AP")[k % 2])
            rows.append((*row, k % 2, k // 2 % 2, k // 3 % 2) if side == "train" else row)
        header = "path,subject_id,dicom_id,ViewPosition"
        files.table(f"{side}.csv", f"{header},Edema,Hernia,Fracture" if side == "train" else header, rows)


@layout(
    "fakes: prediction.txt is the form to send",
    {"submission.sample": "prediction.txt", "submission.header": False, "test.images": "test/{1}"},
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    names, tests = sides(files, "train", "test")
    rows = beside([f"{name}.jpg" for name in names], turns((0, 1), 30))
    files.table("train/train_label.txt", None, rows, separator=" ")
    files.table("prediction.txt", None, beside([f"{name}.jpg" for name in tests], turns((0, 1), 12)), separator=" ")


@layout(
    "prices: an example of the test table, and its answers, are no rows to predict",
    {"test.table": "test.csv", "submission.id": "sample_id", "submission.label": "price"},
    without=("submission.sample",),
    n_train=30,
    n_test=12,
    says=("sample_test_out.csv shows 5 rows of no test photo",),
)
def _(files: Files) -> None:
    names, tests = sides(files, "images", "images")
    files.photos("images", ids("c", 5))
    shown = ids("c", 5)
    files.table(
        "train.csv", "sample_id,image,price", [(f"1{k}", f"{name}.jpg", k + 0.25) for k, name in enumerate(names)]
    )
    files.table("test.csv", "sample_id,image", [(f"2{k}", f"{name}.jpg") for k, name in enumerate(tests)])
    files.table("sample_test.csv", "sample_id,image", [(f"3{k}", f"{name}.jpg") for k, name in enumerate(shown)])
    files.table("sample_test_out.csv", "sample_id,price", [(f"3{k}", k + 0.5) for k in range(5)])


# Folders that are no classes.


@layout(
    "apples: folders beside one of class folders, called as it is but for a number",
    {"train.images": "Attachment/Attachment 2/*/*", "tasks.label.classes": ["Apple", "Pear"]},
    n_train=20,
)
def _(files: Files) -> None:
    files.photos("Attachment/Attachment 1", range(1, 11))
    files.photos("Attachment/Attachment 3", ids("Fruit", 12))
    for kind in ("Apple", "Pear"):
        files.photos(f"Attachment/Attachment 2/{kind}", ids(kind, 10))


@layout(
    "land: whole pictures in images/ beside the classes of their parts",
    {"tasks.label.classes": ["Cloud", "River", "Snow"]},
    n_train=30,
)
def _(files: Files) -> None:
    for kind in ("Cloud", "River", "Snow"):
        files.photos(f"official/{kind}", ids(f"{kind}_", 10), ".png")
    files.photos("official/images", ids("img_", 9), ".png")


@layout(
    "flowers: images/ beside classes that begin with its letter, and end otherwise",
    {"tasks.label.classes": ["daisy", "iris", "rose"], "train.images": "official/?[aor]*/*"},
    n_train=30,
)
def _(files: Files) -> None:
    for kind in ("daisy", "iris", "rose"):
        files.photos(f"official/{kind}", ids(kind, 10), ".png")
    files.photos("official/images", ids("img_", 9), ".png")


def sources(files: Files) -> None:
    """Classes, and below them where the photos came from."""
    for place, kind in enumerate(("Bleeding", "Erosion", "Normal", "Polyp", "Ulcer", "Worms")):
        for source in ("KID", "KVASIR") if place else ("KID",):
            files.photos(f"Dataset/training/{kind}/{source}", ids(f"{kind}{source}", 4))


@layout(
    "capsules: the level of the classes is asked, where fewer words stand below several of them",
    refused="the level of the classes could be Dataset/training/{label}/*/*, Dataset/training/*/{label}/* (6 such as",
)
def _(files: Files) -> None:
    sources(files)


@layout(
    "capsules: the upper folders are the classes",
    {"tasks.label.classes": ["Bleeding", "Erosion", "Normal", "Polyp", "Ulcer", "Worms"]},
    options=("--image", "Dataset/training/{label}/*/*"),
    without=("train.group",),
    n_train=44,
)
def _(files: Files) -> None:
    sources(files)


# A table that says what the sample's columns call the classes.


def snakes(files: Files, folder: str, named: tuple[str, ...]) -> None:
    numbers = (204, 78, 581)
    for number in numbers:
        files.photos(f"train/{folder.format(number)}", ids(f"s{number}_", 10))
    files.photos("round1", ids("t", 9))
    files.table("class_idx_mapping.csv", "original_class,class_idx", beside(named, numbers))
    rows = [(f"{name}.jpg", 0.2, 0.3, 0.5) for name in ids("t", 9)]
    files.table("sample_submission.csv", f"filename,{','.join(named)}", rows)


for how, folder, order in (
    ("class-204", "class-{}", ["proximus", "obsoleta", "sipedon"]),
    ("204", "{}", ["sipedon", "proximus", "obsoleta"]),
):

    @layout(
        f"snakes: columns are called by a table of the classes, folders {how}",
        {"submission.values": order},
        n_train=30,
        n_test=9,
        says=("which class_idx_mapping.csv says of the classes",),
    )
    def _(files: Files, folder: str = folder) -> None:
        snakes(files, folder, ("proximus", "sipedon", "obsoleta"))


@layout("snakes: no table says what the columns are", refused="are neither one label nor the values of folder")
def _(files: Files) -> None:
    snakes(files, "class-{}", ("proximus", "sipedon", "obsoleta"))
    files.table("class_idx_mapping.csv", "original_class,class_idx", [("proximus", 1), ("sipedon", 2), ("obsoleta", 3)])


# Answers that no column holds as they are.


@layout(
    "popularity: a list of answers goes by the lines of a list of photos",
    refused="train_label.txt has an answer for each line of train_paths.txt, by their order alone",
)
def _(files: Files) -> None:
    paths = [f"train/u{k // 4}/{k}.jpg" for k in range(40)]
    for path in paths:
        files.photo(path)
    files.text("train_paths.txt", "\n".join(paths) + "\n")
    files.text("train_label.txt", "\n".join(f"{(k * 7 % 30) / 3:.2f}" for k in range(40)) + "\n")
    records = [{"Pid": str(k), "Uid": f"u{k // 4}", "Category": KINDS[k % 3]} for k in range(40)]
    files.text("train_category.json", json.dumps(records))


@layout("poses: several numbers in each cell", refused="'rotation' holds 4 numbers in each cell")
def _(files: Files) -> None:
    files.photos("images", ids("img", 30))
    rows = [{"filename": f"{name}.jpg", "rotation": [0.5, k / 31, -0.25, 1.0]} for k, name in enumerate(ids("img", 30))]
    files.text("train.json", json.dumps(rows))


@layout(
    "clothes: of several labels some have gaps",
    refused="'colour' and 1 more of the 2 labels have gaps, 'colour' in 6 of 30 rows",
)
def _(files: Files) -> None:
    names, tests = sides(files, "train", "test")
    rows = beside(
        names,
        ["" if k % 5 == 0 else KINDS[k % 3] for k in range(30)],
        ["" if k == 4 else "ab"[k % 2] for k in range(30)],
    )
    files.table("train.csv", "id,colour,sleeve", rows)
    files.table("sample_submission.csv", "id,colour,sleeve", [(name, "x", "x") for name in tests])


@layout(
    "clothes: what the test table knows stays as the sample has it",
    {"submission.constants": {"Category": None, "len": None}, "target": "separate"},
    without=("tasks.Category", "tasks.len"),
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    names, tests = sides(files, "train", "test")
    known = [(("Sarees", 9), ("Kurtis", 8), ("Shirts", 5))[k % 3] for k in range(30)]
    rows = [(name, *known[k], KINDS[k // 2 % 3], "ab"[k // 3 % 2]) for k, name in enumerate(names)]
    files.table("train.csv", "id,Category,len,colour,sleeve", rows)
    files.table("test.csv", "id,Category", [(name, known[k][0]) for k, name in enumerate(tests)])
    shown = [(name, *known[k], "dummy", "dummy") for k, name in enumerate(tests)]
    files.table("sample_submission.csv", "id,Category,len,colour,sleeve", shown)


# Which of several columns or tables is asked.


@layout("scripts: two columns that end alike are asked about", refused="the label could be SCRIPT_TYPE, DATE_TYPE")
def _(files: Files) -> None:
    files.photos("Training", ids("m", 36))
    rows = [(f"{name}.jpg", k % 6 + 1, (k * 5 + 2) % 9 + 1) for k, name in enumerate(ids("m", 36))]
    files.table("Training/list.csv", "FILENAME,SCRIPT_TYPE,DATE_TYPE", rows, separator=";")


def fungi(files: Files, *others: str) -> None:
    """A table of all sides, whose rows of train alone have a kind, and all where they grew."""
    names = [*ids("fungi_train", 30), *(name for other in others for name in ids(f"fungi_{other}", 6))]
    files.photos("images", names)
    rows = [
        (f"{name}.jpg", k % 3 if k < 30 else "", ("wood", "park")[k % 2], ("soil", "leaf", "moss")[k // 2 % 3])
        for k, name in enumerate(names)
    ]
    files.table("metadata.csv", "filename,taxon_index,Habitat,Substrate", rows)


@layout(
    "fungi: the column that the photos called train alone have, and not those called test",
    {"tasks.taxon_index.column": "taxon_index"},
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    fungi(files, "test")


@layout(
    "fungi: the same, where some are of a side that is called otherwise",
    {"tasks.taxon_index.column": "taxon_index", "test.rows.taxon_index": [""]},
    n_train=30,
    n_test=12,
    says=("which the rows alone have whose photos are called train",),
)
def _(files: Files) -> None:
    fungi(files, "test", "final")


@layout("questions: what asks is no label", {"tasks.label.column": "3"}, n_train=30)
def _(files: Files) -> None:
    files.photos("images", ids("synpic", 30))
    asked = ("what is seen in the image?", "is this normal?", "what is alarming about this scan?")
    rows = beside(ids("synpic", 30), turns(asked, 30), [KINDS[k // 2 % 3] for k in range(30)])
    files.table("Train_QA_pairs.txt", None, rows, separator="|")


@layout(
    "disasters: tables of three tasks, numbered, of the same photos",
    refused="could be devset/task_1.csv, devset/task_2.csv (each asks something else of the same photos)",
)
def _(files: Files) -> None:
    files.photos("devset/images", ids("d", 30))
    names = [f"{name}.jpg" for name in ids("d", 30)]
    files.table("devset/task_1.csv", "image,sentiment", beside(names, turns(KINDS, 30)))
    files.table("devset/task_2.csv", "image,joy,fear", [(name, k % 2, k // 2 % 2) for k, name in enumerate(names)])


# Ways to the photos.


@layout("meters: collages are no photos to learn from", {"train.images": "images/{photo_name}"}, n_train=30)
def _(files: Files) -> None:
    for folder in ("collage", "images", "masks"):
        files.photos(folder, ids("id_", 30))
    rows = [(f"{name}.jpg", f"{k * 37 % 90}.{k}") for k, name in enumerate(ids("id_", 30))]
    files.table("data.csv", "photo_name,value", rows)


@layout(
    "x-rays: each photo in folders of its own, with more behind its id",
    {"train.images": "train/**/{SOPInstanceUID}-c.png", "test.images": "test/**/{SOPInstanceUID}-c.png"},
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    for side, first, count in (("train", 0, 30), ("test", 30, 12)):
        names = [f"1.2.826.{k * 7919 + 10**6}" for k in range(first, first + count)]
        for k, name in enumerate(names):
            files.photo(f"{side}/1.2.{k + 500}/1.3.{k + 900}/{name}-c.png")
        table = "train.csv" if side == "train" else "sample_submission.csv"
        files.table(table, "SOPInstanceUID,Target", beside(names, turns((0, 1, 2), count)))


def sums(files: Files) -> None:
    """Photos of digits, whose table says them, and rows of three of them each, whose sum is asked for."""
    files.photos("train", ids("a", 30), ".png")
    files.photos("test", ids("b", 12), ".png")
    files.table("digits.csv", "id,category", beside([f"{name}.png" for name in ids("a", 30)], turns(range(10), 30)))
    for side, letter, count in (("train", "a", 30), ("test", "b", 12)):
        names = [f"{name}.png" for name in ids(letter, count)]
        rows = [(f"{side}{k}", *(names[(k * step + 1) % count] for step in (2, 14, 22)), k % 20) for k in range(count)]
        files.table(f"{side}.rules.csv", "id,one,two,three,predict", rows)
    files.table("submit.csv", "id,predict", [(f"test{k}", 0) for k in range(12)])


@layout("sums: rows of several photos each", refused="each row is of several photos, which 'one' and 'two' and 'three'")
def _(files: Files) -> None:
    sums(files)


@layout(
    "sums: what the photos themselves show",
    {"tasks.category.column": "category", "test.images": "test/*"},
    options=("--train", "digits.csv", "--sample", "none"),
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    sums(files)


# Few whole numbers, which may be classes, grades or measures.


@layout(
    "eyes: few whole numbers are classes, and that they may be grades is told",
    {"tasks.diagnosis.classes": ["0", "1", "2", "3", "4"]},
    n_train=30,
    says=("'diagnosis' holds 5 whole numbers, 0 to 4, which are classes here: --kind ordered where they are grades",),
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 30))
    files.table("train.csv", "id,diagnosis", beside(ids("a", 30), turns(range(5), 30)))


@layout("eyes: the same as grades", {"tasks.diagnosis.kind": "ordered"}, options=("--kind", "ordered"), n_train=30)
def _(files: Files) -> None:
    files.photos("images", ids("a", 30))
    files.table("train.csv", "id,diagnosis", beside(ids("a", 30), turns(range(5), 30)))


# Notes in XML.


def note(files: Files, name: str, **said: object) -> None:
    files.text(f"{name}.xml", f"<Image>{''.join(f'<{key}>{value}</{key}>' for key, value in said.items())}</Image>")


@layout(
    "leaves: an xml note beside each photo, of whose plant and kind it is",
    {
        "train.table": "train/*.xml",
        "train.group": "PlantId",
        "tasks.ClassId.column": "ClassId",
        "test.images": "test/*",
    },
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train", range(40))
    files.photos("test", range(40, 52))
    for k in range(52):
        said = {"FileName": f"{k}.jpg", "PlantId": k // 4, "Type": ("Scan", "Photo")[k % 2]}
        note(
            files, f"train/{k}" if k < 40 else f"test/{k}", **said, **({"ClassId": KINDS[k // 4 % 3]} if k < 40 else {})
        )


@layout("leaves: xml notes in a folder of their own", {"train.table": "notes/*.xml"}, n_train=30)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 30))
    for k, name in enumerate(ids("a", 30)):
        note(files, f"notes/{name}", filename=f"{name}.jpg", species=KINDS[k % 3])


@layout(
    "things: xml notes of several boxes each are no rows",
    refused="no folder is there for each class",
)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 30))
    for name in ids("a", 30):
        box = "<object><name>cat</name><bndbox><xmin>1</xmin></bndbox></object>"
        files.text(f"photos/{name}.xml", f"<annotation><filename>{name}.jpg</filename>{box}{box}</annotation>")


@layout("cats: class folders with xml beside the photos stay classes", {"train.images": "train/*/*"}, n_train=24)
def _(files: Files) -> None:
    for kind in ("cat", "dog"):
        for name in ids(kind, 12):
            files.photo(f"train/{kind}/{name}.jpg")
            note(files, f"train/{kind}/{name}", filename=f"{name}.jpg", light=KINDS[len(name) % 3])


# Groups in names: what a few other parts cross.


@layout(
    "heads: who, and which of a few photos",
    {"train.group.column": "filename"},
    n_train=40,
    says=("grouped by a part of the name, filename as far as 000",),
)
def _(files: Files) -> None:
    names = [f"{k // 2:03d}_{'2' if k % 2 else ''}HC.png" for k in range(40)]
    for name in names:
        files.photo(f"training_set/{name}")
    rows = [(name, 100 + k * 7 % 39 + 0.5) for k, name in enumerate(names)]
    files.table("train.csv", "filename,head circumference (mm)", rows)


@layout("ways: the id of a scene, and its frame", {"train.group.column": "ID"}, n_train=48)
def _(files: Files) -> None:
    names = [f"{k // 4 * 7919 + 16**15:016x}_{(20, 120, 220, 320)[k % 4]}" for k in range(48)]
    files.photos("images", names)
    files.table("train.csv", "ID,label", [(name, KINDS[k // 4 % 3]) for k, name in enumerate(names)])


@layout(
    "shots: a counter before the class's own number is nobody",
    {"tasks.label.column": "label"},
    without=("train.group",),
    n_train=48,
)
def _(files: Files) -> None:
    names = [f"{k // 4:03d}_{k % 4 + 100}" for k in range(48)]
    files.photos("images", names)
    files.table("train.csv", "ID,label", [(name, "abcd"[k % 4]) for k, name in enumerate(names)])


@layout("animals: counters that begin anew in each class are nobody", without=("train.group",), n_train=40)
def _(files: Files) -> None:
    kinds = ("Animal/Bear", "Animal/Bee", "Food/pie", "Food/ribs")
    rows = [(f"TrainSet/{kind}/{k}.jpg", place) for place, kind in enumerate(kinds) for k in range(10)]
    for path, _ in rows:
        files.photo(path)
    files.table("train.txt", None, rows, separator=" ")
