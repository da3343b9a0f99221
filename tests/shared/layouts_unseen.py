"""Layouts on which `kit init table` was tried before it knew them, and had to be mended."""

from __future__ import annotations

import json

import numpy as np

from shared.host_files import Files, Layout, beside, collect, ids, turns

UNSEEN: list[Layout] = []
layout = collect(UNSEEN)


@layout(
    "kaggle animals again: one table of both sides, whose rows to predict have no label",
    {
        "train.table": "metadata.csv",
        "train.rows": {"split": ["database"]},
        "train.images": "images/{path}",
        "tasks.identity.column": "identity",
        "test.table": "metadata.csv",
        "test.rows": {"split": ["query"]},
        "submission.id": "image_id",
    },
    says=("have no 'identity': the test set",),
    n_train=32,
    n_test=8,
)
def _(files: Files) -> None:
    rows: list[tuple[object, ...]] = []
    for place in range(40):
        side = "query" if place % 5 == 4 else "database"
        path = f"LynxID2025/{side}/{7919 * place % 65536:04x}b.jpg"
        files.photo(f"images/{path}")
        identity = "" if side == "query" else f"lynx_{place // 8}"
        rows.append((place, identity, path, f"2020-01-{1 + place % 9:02d}", ["left", "right"][place % 2], side))
    files.table("metadata.csv", "image_id,identity,path,date,orientation,split", rows)
    files.table("sample_submission.csv", "image_id,identity", [(row[0], "lynx_0") for row in rows if row[5] == "query"])


@layout(
    "one table of both sides: cells of the label that are empty, and nothing else says so",
    {"train.rows": {"kind": ["*"]}, "test.rows": {"kind": [""]}, "submission.id": "photo"},
    n_train=24,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 32))
    cells = [*turns(("fir", "oak", "yew"), 24), *[""] * 8]
    files.table("data.csv", "photo,kind", beside([f"{name}.jpg" for name in ids("a", 32)], cells))
    files.table("sample_submission.csv", "photo,kind", [(f"{name}.jpg", "fir") for name in ids("a", 8, 24)])


@layout(
    "wilds camelyon17: names of folder and photo are made of four columns, with zeros in front",
    {
        "train.table": "metadata.csv",
        "train.group": "patient",
        "train.images": "patches/patient_{patient:03}_node_{node}/"
        "patch_patient_{patient:03}_node_{node}_x_{x_coord}_y_{y_coord}.png",
    },
    says=("'split' looks like the host's own split", "the label is 'tumor'"),
    n_train=60,
)
def _(files: Files) -> None:
    rows = []
    for place in range(60):
        patient, node, x, y = 4 + place // 6, place // 6 % 5, 3328 + place * 32, 21792 + place * 64
        folder = f"patient_{patient:03d}_node_{node}"
        files.photo(f"patches/{folder}/patch_{folder}_x_{x}_y_{y}.png")
        rows.append((place, patient, node, x, y, place % 2, place // 12, place // 30, int(place % 10 == 0)))
    files.table("metadata.csv", ",patient,node,x_coord,y_coord,tumor,slide,center,split", rows)


@layout(
    "faces of a balanced set: age, gender and race, and a column that is called like a side",
    refused="the label could be age, gender, race",
)
def _(files: Files) -> None:
    ages, races = ("0-2", "3-9", "10-19", "20-29", "more than 70"), ("White", "Black", "Indian", "East Asian")
    for name, count in (("train", 40), ("val", 10)):
        files.photos(name, range(1, count + 1))
        rows = [
            (f"{name}/{k}.jpg", ages[k * 7 % 5], ["Male", "Female"][k % 2], races[k // 2 % 4], k % 3 == 0)
            for k in range(1, count + 1)
        ]
        files.table(f"fairface_label_{name}.csv", "file,age,gender,race,service_test", rows)


@layout("dacon questions: several questions about each photo", refused="in several rows")
def _(files: Files) -> None:
    files.photos("image/train", ids("train_", 20, 0, 6))
    files.photos("image/test", ids("test_", 6, 0, 6))
    asked, said = ("Is it red?", "How many cats?", "What is this?"), ("yes", "2", "bench", "no", "1")
    rows = [(f"TRAIN_{k:06d}", f"train_{k // 3:06d}", asked[k % 3], said[k * 7 % 5]) for k in range(60)]
    files.table("train.csv", "ID,image_id,question,answer", rows)
    rows = [(f"TEST_{k:06d}", f"test_{k // 2:06d}", asked[0], "") for k in range(12)]
    files.table("test.csv", "ID,image_id,question", [row[:3] for row in rows])
    files.table("sample_submission.csv", "ID,answer", [(row[0], 0) for row in rows])


@layout(
    "places: no header, paths that begin with a slash, other folders for each side",
    {
        "train.table": "places365_train_standard.txt",
        "train.images": "data_256/{1[1:]}",
        "train.header": False,
        "test.table": "places365_test.txt",
        "tasks.label.column": "2",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    classes = ("airfield", "alley", "amphitheater", "zen_garden")
    rows = [(f"/{name[0]}/{name}/{place:08d}.jpg", place % 4) for place, name in enumerate(turns(classes, 40))]
    for path, _label in rows:
        files.photo(f"data_256{path}")
    files.table("places365_train_standard.txt", None, rows, separator=" ")
    for side, count in (("val", 8), ("test", 6)):
        names = [f"Places365_{side}_{place:08d}" for place in range(1, count + 1)]
        files.photos(f"{side}_256", names)
        rows = [(f"{name}.jpg", place % 4) if side == "val" else (f"{name}.jpg",) for place, name in enumerate(names)]
        files.table(f"places365_{side}.txt", None, rows, separator=" ")
    files.table(
        "categories_places365.txt", None, [(f"/{name[0]}/{name}", k) for k, name in enumerate(classes)], separator=" "
    )


@layout(
    "faces in the wild: more behind each name, and names that say which row is of which side",
    {
        "train.images": "Image/aligned/{1[:-4]}_aligned.jpg",
        "train.rows": {"1": ["train_*"]},
        "test.rows": {"1": ["test_*"]},
    },
    says=("its test rows are the test set, and never train",),
    n_train=35,
    n_test=7,
)
def _(files: Files) -> None:
    names = [*ids("train_", 35, 1, 5), *ids("test_", 7, 1)]
    files.photos("Image/aligned", [f"{name}_aligned" for name in names])
    rows = [(f"{name}.jpg", 1 + place % 7) for place, name in enumerate(names)]
    files.table("EmoLabel/list_patition_label.txt", None, rows, separator=" ")


@layout(
    "drivendata poses: rows named by a chain and a number, with zeros in front in the photos' names",
    refused="named by chain_id and i together",
)
def _(files: Files) -> None:
    _poses(files)


@layout(
    "drivendata poses, without the host's form",
    {"train.images": "images/{chain_id}/{i:03}.png", "target": "separate", "tasks.qw.kind": "number"},
    options=("--sample", "none", "--label", "x", "--label", "y", "--label", "qw"),
    n_train=40,
)
def _(files: Files) -> None:
    _poses(files)


def _poses(files: Files) -> None:
    chains = [f"{7919 * place % 65536:04x}c{place}e" for place in range(5)]
    for chain in chains:
        files.photos(f"images/{chain}", ids("", 8, 0, 3), ".png")
    rows = [(chain, k, *[round(0.1 * j + k * 1.5, 2) for j in range(3)]) for chain in chains for k in range(8)]
    files.table("train_labels.csv", "chain_id,i,x,y,qw", rows)
    files.table("submission_format.csv", "chain_id,i,x,y,qw", [(f"{chains[0]}t", k, 0.0, 0.0, 1.0) for k in range(8)])


@layout("zindi roots: several rows of one folder of slices", refused="'FolderName' names each in several rows")
def _(files: Files) -> None:
    folders = [f"{7919 * place % 65536:04x}" for place in range(6)]
    for side, some in (("train", folders[:4]), ("test", folders[4:])):
        for folder in some:
            files.photos(f"data/{side}/{folder}", [f"{folder}_{eye}_{k:03d}" for eye in "LR" for k in (40, 41)], ".png")
    rows = [(f"ID_{k:06d}", folders[k // 5], 1 + k % 7, "LR"[k % 2], 40, 41, round(1 + k * 0.13, 3)) for k in range(20)]
    files.table("Train.csv", "ID,FolderName,PlantNumber,Side,Start,End,RootVolume", rows)
    tests = [(f"ID_T{k:05d}", folders[4 + k], 1 + k, "L", 40, 41) for k in range(2)]
    files.table("Test.csv", "ID,FolderName,PlantNumber,Side,Start,End", tests)
    files.table("Sample_Submission.csv", "ID,RootVolume", [(row[0], 0) for row in tests])


@layout(
    "stanford knees: three views in folders of their own, three lists of other labels of the same scans",
    refused="each says something else of the same photos",
)
def _(files: Files) -> None:
    for view in ("axial", "coronal", "sagittal"):
        for place in range(24):
            path = files.root / f"train/{view}/{place:04d}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, np.zeros((8, 8), np.uint8))
    for name in ("abnormal", "acl", "meniscus"):
        files.table(f"train-{name}.csv", None, [(f"{k:04d}", k * len(name) // 3 % 2) for k in range(24)])


@layout(
    "hackerearth insurance: whether it is damaged, and how much is paid",
    {
        "tasks.Condition.classes": ["0", "1"],
        "tasks.Amount.kind": "number",
        "target": "separate",
        "test.table": "dataset/test.csv",
    },
    without=("tasks.Condition.kind",),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    train, test = [f"img_{4513976 + k}" for k in range(40)], [f"img_{4538519 + k}" for k in range(10)]
    files.photos("dataset/trainImages", train)
    files.photos("dataset/testImages", test)
    columns = "Image_path,Insurance_company,Cost_of_vehicle,Min_coverage,Expiry_date"

    def known(place: int, name: str) -> tuple[object, ...]:
        return (f"{name}.jpg", "AB"[place % 2], 41500 + place * 100, 1037.5 + place, f"2026-12-{1 + place % 28:02d}")

    rows = [(*known(k, name), int(k % 10 != 0), 0 if k % 10 == 0 else 6000 + k * 13) for k, name in enumerate(train)]
    files.table("dataset/train.csv", f"{columns},Condition,Amount", rows)
    files.table("dataset/test.csv", columns, [known(k, name) for k, name in enumerate(test)])
    shown = [(f"{name}.jpg", 1, 1000 + k) for k, name in enumerate(test[:5])]
    files.table("dataset/sample_submission.csv", "Image_path,Condition,Amount", shown)


@layout(
    "dishes: lists of paths without ending, the same in a json with a list for each class",
    {"train.table": "meta/train.txt", "test.table": "meta/test.txt", "tasks.label.column": "folder"},
    n_train=24,
    n_test=8,
)
def _(files: Files) -> None:
    classes = ("apple_pie", "baklava", "churros", "ramen")
    sides: dict[str, dict[str, list[str]]] = {"train": {}, "test": {}}
    for place, name in enumerate(classes):
        names = [str(1005649 + place * 1000 + k * 7) for k in range(8)]
        files.photos(f"images/{name}", names)
        sides["train"][name] = [f"{name}/{one}" for one in names[:6]]
        sides["test"][name] = [f"{name}/{one}" for one in names[6:]]
    for side, lists in sides.items():
        files.text(f"meta/{side}.json", json.dumps(lists))
        files.text(f"meta/{side}.txt", "\n".join(one for some in lists.values() for one in some) + "\n")
    files.text("meta/classes.txt", "\n".join(classes) + "\n")


@layout(
    "a column that asks whether a row is of the train side",
    {"train.rows": {"is_train": ["1"]}, "test.rows": {"is_train": ["0"]}, "tasks.kind.column": "kind"},
    says=("'is_train' is the host's own split",),
    n_train=32,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 40))
    rows = [(f"{name}.jpg", "xyz"[place % 3], int(place % 5 > 0)) for place, name in enumerate(ids("a", 40))]
    files.table("all.csv", "photo,kind,is_train", rows)


@layout(
    "scans of a science bowl: a folder of slices for each person, train and test ones side by side",
    {"train.images": "stage1/{id}/*", "test.table": "stage1_sample_submission.csv", "submission.per": "id"},
    n_train=48,
    n_test=12,
)
def _(files: Files) -> None:
    people = [f"{7919 * place % 65536:04x}d{place}" for place in range(16)]
    for person in people:
        files.photos(f"stage1/{person}", [f"{person}{k}" for k in range(3 if person in people[12:] else 4)], ".png")
    files.table("stage1_labels.csv", "id,cancer", beside(people[:12], turns((0, 1), 12)))
    files.table("stage1_sample_submission.csv", "id,cancer", [(person, 0.5) for person in people[12:]])


@layout(
    "zindi maize: a form to send that is called by two letters",
    {"submission.sample": "ss.csv", "submission.id": "ID", "tasks.label.classes": ["healthy", "mln", "msv"]},
    n_train=42,
    n_test=7,
)
def _(files: Files) -> None:
    names = ids("k", 49)
    files.photos("images", names)
    rows = [(name, *[int(place % 3 == k) for k in range(3)]) for place, name in enumerate(names[:42])]
    files.table("train.csv", "ID,healthy,msv,mln", rows)
    files.table("test.csv", "ID", [(name,) for name in names[42:]])
    files.table("ss.csv", "ID,healthy,mln,msv", [(name, 0, 0, 0) for name in names[42:]])


@layout("nishika trademarks: lists of other photos are asked for", refused="name other photos")
def _(files: Files) -> None:
    files.photos("cite_images", ids("c", 20))
    files.photos("apply_images/train", ids("t", 20))
    files.photos("apply_images/test", ids("e", 5))
    files.table("train.csv", "path,gt", [(f"t{k:04d}.jpg", f"c{k:04d}.jpg") for k in range(20)])
    files.table("test.csv", "path", [(f"e{k:04d}.jpg",) for k in range(5)])
    files.table("sample_submission.csv", "path,cite_path", [(f"e{k:04d}.jpg", "c0000.jpg c0001.jpg") for k in range(5)])


@layout("labels in a workbook beside the photos", refused="save labels.xlsx as csv")
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    (files.root / "labels.xlsx").write_bytes(b"PK\x03\x04")


@layout(
    "celeba as it is published: lists whose first line counts their rows, a header without the photo's name",
    {
        "train.table": "list_attr_celeba.txt",
        "train.images": "img_align_celeba/{1}",
        "tasks.label.classes": ["Bald", "Eyeglasses", "Male", "Smiling"],
        "tasks.label.kind": "labels",
    },
    says=("list_eval_partition.txt looks like the host's own split", "its first line is no row of it, and left out"),
    options=("--train", "list_attr_celeba.txt"),
    n_train=40,
)
def _(files: Files) -> None:
    _celebrities(files)


@layout("celeba as it is published, who is on it beside", refused="identity_CelebA.txt, list_attr_celeba.txt")
def _(files: Files) -> None:
    _celebrities(files)


def _celebrities(files: Files) -> None:
    names = ids("", 40, 1, 6)
    files.photos("img_align_celeba", names)
    rows = [
        f"{name}.jpg " + "  ".join(f"{1 if k * j % 3 else -1:2d}" for j in (1, 2, 4, 5)) for k, name in enumerate(names)
    ]
    files.text("list_attr_celeba.txt", "\n".join(["40", "Bald Eyeglasses Male Smiling ", *rows]) + "\n")
    files.table(
        "list_eval_partition.txt", None, beside([f"{n}.jpg" for n in names], turns((0, 0, 1, 2), 40)), separator=" "
    )
    files.table("identity_CelebA.txt", None, [(f"{n}.jpg", 100 + k // 2) for k, n in enumerate(names)], separator=" ")


@layout(
    "deep fashion: lists with a count, a header and spaces, the host's split in another folder",
    {
        "train.table": "Anno/list_category_img.txt",
        "train.images": "{image_name}",
        "train.rows": {"evaluation_status": ["train", "val"]},
        "tasks.category_label.column": "category_label",
    },
    n_train=20,
    n_test=10,
)
def _(files: Files) -> None:
    paths = [f"img/Sheer_Pleated_Blouse_{k // 4}/img_{k % 4:08d}.jpg" for k in range(30)]
    for path in paths:
        files.photo(path)
    lines = [f"{path}      {1 + k // 4 % 4}" for k, path in enumerate(paths)]
    files.text("Anno/list_category_img.txt", "\n".join(["30", "image_name  category_label", *lines]) + "\n")
    lines = [f"{path} {side}" for path, side in zip(paths, turns(("train", "val", "test"), 30), strict=True)]
    files.text("Eval/list_eval_partition.txt", "\n".join(["30", "image_name evaluation_status", *lines]) + "\n")


@layout(
    "north american birds: lists of ids in hexadecimal digits without header, joined by them",
    {
        "train.table": "image_class_labels.txt",
        "train.images": "images/{images.2}",
        "train.header": False,
        "tasks.label.column": "2",
    },
    says=("train_test_split.txt looks like the host's own split",),
    n_train=32,
)
def _(files: Files) -> None:
    names = [f"{k * 2654435761 % 16**8:08x}-139e-4188-a135-{k * 40503 % 16**6:012x}" for k in range(1, 33)]
    folders = [f"{295 + k % 4:04d}" for k in range(32)]
    paths = [f"{folder}/{name.replace('-', '')}.jpg" for folder, name in zip(folders, names, strict=True)]
    for path in paths:
        files.photo(f"images/{path}")
    files.table("images.txt", None, beside(names, paths), separator=" ")
    files.table("image_class_labels.txt", None, beside(names, [int(folder) for folder in folders]), separator=" ")
    files.table("train_test_split.txt", None, beside(names, turns((0, 1), 32)), separator=" ")
    files.table("sizes.txt", None, [(name, 8, 8) for name in names], separator=" ")


@layout(
    "aircraft: lists of photos and names of classes with spaces in them",
    refused="put a tab between the two",
)
def _(files: Files) -> None:
    names, classes = [f"{1025794 + k * 37:07d}" for k in range(30)], ("707-320", "A300B4", "Cessna 172", "Spitfire")
    files.photos("data/images", names)
    for side, some in (("trainval", names[:20]), ("test", names[20:])):
        files.text(f"data/images_{side}.txt", "\n".join(some) + "\n")
        lines = [f"{name} {kind}" for name, kind in zip(some, turns(classes, len(some)), strict=True)]
        files.text(f"data/images_variant_{side}.txt", "\n".join(lines) + "\n")
    files.text("data/images_box.txt", "\n".join(f"{name} 3 144 998 431" for name in names) + "\n")


@layout(
    "coco: boxes of things, several of a kind on a photo, as labels of the photo",
    {
        "train.table": "annotations/instances_train2017.json",
        "tasks.category.kind": "labels",
        "tasks.category.rows": True,
    },
    n_train=24,
)
def _(files: Files) -> None:
    for side, start, count in (("train", 0, 24), ("val", 24, 6)):
        images = [{"id": 1000 + k, "file_name": f"{1000 + k:012d}.jpg"} for k in range(start, start + count)]
        files.photos(f"{side}2017", [f"{image['id']:012d}" for image in images])
        marks = [
            {"id": k * 10 + j, "image_id": image["id"], "category_id": (1, 1, 3, 18)[(k + j) % 4], "bbox": [0, 0, 2, 2]}
            for k, image in enumerate(images)
            for j in range(1 + k % 3)
        ]
        categories = [{"id": number, "name": name} for number, name in ((1, "person"), (3, "car"), (18, "dog"))]
        content = {"images": images, "annotations": marks, "categories": categories}
        files.text(f"annotations/instances_{side}2017.json", json.dumps(content))


@layout(
    "datafountain waste: folders that begin with the numbers that are sent, no header in the example",
    {"train.images": "train/*/*", "submission.values": ["0", "1", "2", "3"], "submission.header": False},
    n_train=32,
    n_test=8,
)
def _(files: Files) -> None:
    for name in ("0_其他垃圾_一次性快餐盒", "1_其他垃圾_污损塑料", "2_厨余垃圾_剩饭", "3_可回收物_书"):
        files.photos(f"train/{name}", [f"fimg_{k}" for k in range(8)])
    files.photos("test", [f"t{k}" for k in range(8)])
    files.table("submit.csv", None, [(f"t{k}.jpg", 0) for k in range(8)])


@layout(
    "spoofs: a json of lists by the path of each photo",
    {"tasks.label.column": "3"},
    says=("the label is '3', which the folders of the photos say too; --label for '2'",),
)
def _(files: Files) -> None:
    said = {f"Data/train/{k // 4}/{('live', 'spoof')[k % 2]}/{k:06d}.jpg": [k % 3, k % 2] for k in range(24)}
    for path in said:
        files.photo(path)
    files.text("metas/intra_test/train_label.json", json.dumps(said))


@layout(
    "kaggle paintings: the same photos once more, resized in a folder of their own",
    {"train.images": "images/images/*/*"},
    without=("test",),
    says=("left out: resized/resized/",),
    n_train=24,
)
def _(files: Files) -> None:
    artists = ("Vincent_van_Gogh", "Edgar_Degas", "Pablo_Picasso")
    for artist in artists:
        names = [f"{artist}_{k}" for k in range(1, 9)]
        files.photos(f"images/images/{artist}", names)
        files.photos("resized/resized", names)
    files.table("artists.csv", "id,name,genre", [(k, artist, "Post") for k, artist in enumerate(artists)])


@layout(
    "kaggle photos of chests, the small set: sample_labels.csv is no form to send",
    {"train.table": "sample_labels.csv", "train.group": "Patient ID", "tasks.Finding_Labels.kind": "labels"},
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("sample/images", [f"{13 + k // 2:08d}_{k % 2:03d}" for k in range(40)], ".png")
    said = ("No Finding", "Infiltration", "Effusion|Infiltration", "Mass", "Effusion", "Mass|Nodule", "Nodule")
    rows = [
        (f"{13 + k // 2:08d}_{k % 2:03d}.png", said[k * 5 % 7], k % 2, 13 + k // 2, "MF"[k // 2 % 2]) for k in range(40)
    ]
    files.table("sample_labels.csv", "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Gender", rows)


@layout(
    "stanford cars, boxes alike in all test rows: they are no answers",
    {"train.table": "anno_train.csv", "tasks.class.column": "class", "test.table": "anno_test.csv"},
    without=("submission.sample",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    for side, count in (("train", 30), ("test", 6)):
        names = ids("", count, 1, 5)
        files.photos(f"car_data/{side}", names)
        boxes = [(f"{name}.jpg", 1, 2, 7, 8, *([1 + k % 6] if side == "train" else [])) for k, name in enumerate(names)]
        files.table(f"anno_{side}.csv", f"image,x1,y1,x2,y2{',class' if side == 'train' else ''}", boxes)


@layout(
    "two rounds of test photos, the example of one of them beside",
    {"test.table": "submit_A.csv", "test.images": "testA/images/{image}"},
    says=("left out: testB/images/",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train/images", ids("t", 30))
    files.photos("testA/images", ids("a", 6))
    files.photos("testB/images", ids("b", 6))
    files.table("train/train.csv", "image,label", [(f"{name}.jpg", k % 3) for k, name in enumerate(ids("t", 30))])
    files.table("submit_A.csv", "image,label", [(f"{name}.jpg", 0) for name in ids("a", 6)])


@layout(
    "labels of streets, of which one is called train",
    {"tasks.label.classes": ["bus", "train", "tree"], "tasks.label.kind": "labels"},
    without=("train.rows", "test"),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("photos", ids("s", 30))
    rows = [(f"{name}.jpg", k % 2, int(k % 3 == 0), int(k % 5 < 2)) for k, name in enumerate(ids("s", 30))]
    files.table("labels.csv", "image,bus,train,tree", rows)
