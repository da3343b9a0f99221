"""Layouts for each kind of trouble that tables of hosts make."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, beside, collect, ids, turns

TROUBLE: list[Layout] = []
layout = collect(TROUBLE)

# where tables and photos are


@layout(
    "stanford tiny imagenet: photos a level below their class, the host's own valid side",
    {"train.images": "train/{label}/images/*", "tasks.label.column": "label", "test.images": "test/images/*"},
    says=("val/images/",),
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for name in ("n01443537", "n01629819", "n01641577"):
        files.photos(f"train/{name}/images", [f"{name}_{i}" for i in range(8)], ".JPEG")
        files.table(
            f"train/{name}/{name}_boxes.txt", None, [(f"{name}_{i}.JPEG", 0, 0, 9, 9) for i in range(8)], separator="\t"
        )
    files.photos("val/images", [f"val_{i}" for i in range(6)], ".JPEG")
    files.table(
        "val/val_annotations.txt", None, [(f"val_{i}.JPEG", "n01443537", 0, 0, 9, 9) for i in range(6)], separator="\t"
    )
    files.photos("test/images", [f"test_{i}" for i in range(5)], ".JPEG")
    files.text("wnids.txt", "n01443537\nn01629819\nn01641577\n")
    files.table(
        "words.txt",
        None,
        [("n01443537", "goldfish, Carassius auratus"), ("n01629819", "fire salamander")],
        separator="\t",
    )


@layout(
    "drivendata storms: names with spaces, two tables that join, wind speeds, storms as groups",
    {
        "train.table": "training_set_labels.csv",
        "train.images": "train/{Image ID}.jpg",
        "train.group": "Storm ID",
        "tasks.Wind_Speed.kind": "number",
        "test.table": "test_set_features.csv",
        "submission.id": "Image ID",
        "submission.label": "Wind Speed",
    },
    n_train=60,
    n_test=6,
)
def _(files: Files) -> None:
    names = [f"abc_{i:03d}" for i in range(60)]
    files.photos("train", names)
    files.photos("test", [f"xyz_{i:03d}" for i in range(6)])
    storms = [f"s{i // 6:02d}" for i in range(60)]
    files.table(
        "training_set_features.csv",
        "Image ID,Storm ID,Relative Time,Ocean",
        beside(names, storms, [i * 1800 for i in range(60)], turns([1, 2], 60)),
    )
    files.table("training_set_labels.csv", "Image ID,Wind Speed", beside(names, [30 + i * 7 % 61 for i in range(60)]))
    test = [f"xyz_{i:03d}" for i in range(6)]
    files.table(
        "test_set_features.csv",
        "Image ID,Storm ID,Relative Time,Ocean",
        beside(test, ["t1"] * 6, range(6), turns([1, 2], 6)),
    )
    files.table("submission_format.csv", "Image ID,Wind Speed", [(name, 0) for name in test])


@layout(
    "kaggle landmarks: photos three folders deep, no letters of the id",
    {"train.images": "train/**/{id}.jpg", "tasks.landmark_id.column": "landmark_id"},
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"q{i:05x}" for i in range(40)]
    for i, name in enumerate(names):
        files.photo(f"train/{i % 3}/{'ab'[i % 2]}/{i % 5}/{name}.jpg")
    files.table("train.csv", "id,landmark_id", beside(names, [1000 + i % 7 * 31 for i in range(40)]))


@layout(
    "two parts that a column names, and a third that none of the rows is of",
    {"train.images": "{part}/{file}", "tasks.label.classes": ["a", "b"]},
    says=("extra/",),
    n_train=30,
)
def _(files: Files) -> None:
    names, parts = ids("f", 30), turns(["images_001", "images_002"], 30)
    for name, part in beside(names, parts):
        files.photo(f"{part}/{name}.png")
    files.photos("extra", ids("g", 4), ".png")
    files.table(
        "labels.csv", "file,part,label", [(f"{n}.png", p, "ab"[i % 2]) for i, (n, p) in enumerate(beside(names, parts))]
    )


@layout(
    "paths that begin with the folder of somebody else's disk",
    {"train.images": "{path[12:]}", "tasks.label.column": "label"},
    without=("test",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("train", ids("x", 30), ".png")
    files.table("train.csv", "path,label", [(f"/mnt/photos/train/{n}.png", i % 3) for i, n in enumerate(ids("x", 30))])


@layout(
    "a table that says .png of photos that are .jpg",
    {"train.images": "photos/{image[:-4]}.jpg", "tasks.label.column": "label"},
    without=("test",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("photos", ids("x", 30), ".jpg")
    files.table("train.csv", "image,label", [(f"{n}.png", "ab"[i % 2]) for i, n in enumerate(ids("x", 30))])


@layout(
    "endings in capitals that the table writes small, hidden files of macOS",
    {"train.images": "train/{image}", "test.images": "test/{image}"},
    says=("__MACOSX",),
    n_train=20,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", range(20), ".JPG")
    files.photos("test", range(100, 104), ".JPG")
    files.text("__MACOSX/train/._0.JPG", "x")
    files.text("train/._1.JPG", "x")
    files.table("train.csv", "image,label", [(f"{i}.jpg", i % 2) for i in range(20)])
    files.table("sample_submission.csv", "image,label", [(f"{i}.jpg", 0) for i in range(100, 104)])


# how a table is written


@layout(
    "semicolons, UTF-16, and a first column that counts the rows",
    {
        "train.table": "train.csv",
        "train.images": "train/{photo}",
        "tasks.label.classes": ["x", "y"],
        "submission.constants": {"Unnamed: 0": None},
        "submission.id": "photo",
    },
    n_train=20,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    files.photos("test", ids("b", 4))
    files.table(
        "train.csv", ",photo,label", [(i, f"{n}.jpg", "xy"[i % 2]) for i, n in enumerate(ids("a", 20))], "utf-16", ";"
    )
    files.table(
        "sample_submission.csv",
        ",photo,label",
        [(i, f"{n}.jpg", "x") for i, n in enumerate(ids("b", 4))],
        "utf-16",
        ";",
    )


@layout(
    "a table called labels.txt, with tabs and shift-jis classes",
    {"train.table": "labels.txt", "train.images": "images/{file}", "tasks.label.column": "label"},
    without=("test",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 30))
    files.table(
        "labels.txt",
        "file,label",
        [(f"{n}.jpg", ["桜の花", "梅の花", "菊の花"][i % 3]) for i, n in enumerate(ids("a", 30))],
        "cp932",
        "\t",
    )


@layout(
    "records in json lines, a sample in tsv",
    {
        "train.table": "train.jsonl",
        "train.images": "images/{file}",
        "tasks.label.column": "label",
        "submission.sample": "sample_submission.tsv",
    },
    n_train=20,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 24))
    files.text(
        "train.jsonl",
        "".join(json.dumps({"file": f"{n}.jpg", "label": "xyz"[i % 3]}) + "\n" for i, n in enumerate(ids("a", 20))),
    )
    files.table("sample_submission.tsv", "file,label", [(f"{n}.jpg", "x") for n in ids("a", 4, 20)], separator="\t")


# labels


@layout(
    "isic 2017: two columns that may both be 0, masks beside the photos",
    {
        "tasks.label.kind": "labels",
        "tasks.label.classes": ["melanoma", "seborrheic_keratosis"],
        "train.images": "ISIC-2017_Training_Data/{image_id}.jpg",
    },
    n_train=40,
)
def _(files: Files) -> None:
    names = ids("ISIC_", 40, 0, 7)
    files.photos("ISIC-2017_Training_Data", names)
    files.photos("ISIC-2017_Training_Data", [f"{name}_superpixels" for name in names], ".png")
    files.photos("ISIC-2017_Test_v2_Data", ids("ISIC_", 5, 900, 7))
    files.table(
        "ISIC-2017_Training_Part3_GroundTruth.csv",
        "image_id,melanoma,seborrheic_keratosis",
        [(n, float(i % 4 == 0), float(i % 4 == 1)) for i, n in enumerate(names)],
    )
    files.table(
        "ISIC-2017_Training_Data_metadata.csv",
        "image_id,age_approximate,sex",
        beside(names, turns([45, 50, "unknown"], 40), turns(["male", "female"], 40)),
    )


@layout(
    "labels between commas, quoted, never a class for each list",
    {"tasks.tags.kind": "labels", "tasks.tags.separator": ",", "tasks.tags.classes": ["cloudy", "road", "water"]},
    without=("test",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("jpg", ids("a", 30))
    cells = turns(['"road,water"', "road", "water", "cloudy", '"cloudy,road"', '"water,road"'], 30)
    files.table("train.csv", "image,tags", beside([f"{n}.jpg" for n in ids("a", 30)], cells))


@layout(
    "a row for each label of a photo",
    {"tasks.label.kind": "labels", "tasks.label.rows": True, "tasks.label.classes": ["cat", "dog", "fox"]},
    without=("test",),
    n_train=20,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 20))
    rows = [
        (f"{n}.jpg", animal)
        for i, n in enumerate(ids("a", 20))
        for animal in (("cat", "dog"), ("fox",), ("dog", "fox"))[i % 3]
    ]
    files.table("train.csv", "image,label", rows)


@layout(
    "nishika jokes: several rows of one photo, each about another text",
    refused="make a table with one row for each photo",
)
def _(files: Files) -> None:
    files.photos("train", ids("p", 12))
    rows = [(i, f"{ids('p', 12)[i % 12]}.jpg", f"joke {i}", i // 12 % 2) for i in range(60)]
    files.table("train.csv", "id,odai_photo_file_name,text,is_laugh", rows)
    files.table("sample_submission.csv", "id,is_laugh", [(i, 0.5) for i in range(90, 95)])


@layout(
    "zindi turtles: five columns of guesses",
    {
        "tasks.turtle_id.column": "turtle_id",
        "submission.label": [f"prediction{k}" for k in range(1, 6)],
        "metric": "map@5",
    },
    without=("submission.top", "train.group"),
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("images", ids("ID_", 45), ".JPG")
    files.table(
        "train.csv",
        "image_id,image_location,turtle_id",
        [(n, ["left", "right", "top"][i % 3], f"t_id_{i % 8}") for i, n in enumerate(ids("ID_", 40))],
    )
    files.table("test.csv", "image_id,image_location", [(n, "left") for n in ids("ID_", 5, 40)])
    files.table(
        "sample_submission.csv",
        "image_id," + ",".join(f"prediction{k}" for k in range(1, 6)),
        [(n, *["t_id_1"] * 5) for n in ids("ID_", 5, 40)],
    )


@layout(
    "zindi: several numbers for a photo",
    {"target": "separate", "tasks.ph.kind": "number", "tasks.carbon.kind": "number", "submission.id": "Image_ID"},
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("images", ids("ID_", 34))
    files.table("Train.csv", "Image_ID,ph,carbon", [(n, 5 + i % 9 / 4, i * 0.37) for i, n in enumerate(ids("ID_", 30))])
    files.table("Test.csv", "Image_ID", [(n,) for n in ids("ID_", 4, 30)])
    files.table("SampleSubmission.csv", "Image_ID,ph,carbon", [(n, 0, 0) for n in ids("ID_", 4, 30)])


@layout(
    "classes as words, the sample shows their numbers, a json beside says which",
    {"tasks.label.classes": ["apple", "fig", "plum"], "submission.values": ["2", "0", "1"]},
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 30), turns(["fig", "plum", "apple"], 30)))
    files.table("sample_submission.csv", "id,label", [(n, 0) for n in ids("b", 4)])
    files.text("class_to_idx.json", json.dumps({"fig": 0, "plum": 1, "apple": 2}))


@layout(
    "classes as words, the sample shows numbers, and nothing says which",
    {"tasks.label.classes": ["apple", "fig", "plum"]},
    without=("submission.values",),
    says=("nothing is sent before", "values: [0, 1, 2"),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 30), turns(["fig", "plum", "apple"], 30)))
    files.table("sample_submission.csv", "id,label", [(n, 0) for n in ids("b", 4)])


@layout(
    "a row for each photo and class, and which leaderboard it is of",
    {"submission.long": "{image}_{label}", "submission.constants": {"Usage": None}},
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "image,label", beside(ids("a", 30), turns(["x", "y", "z"], 30)))
    files.table("test.csv", "image", [(n,) for n in ids("b", 4)])
    files.table(
        "sample_submission.csv",
        "id,probability,Usage",
        [(f"{n}_{c}", 0.3, "Public") for n in ids("b", 4) for c in "xyz"],
    )


# groups


@layout(
    "names of two parts: a child and which of its photos",
    {"train.group.column": "image", "tasks.label.column": "label"},
    without=("test",),
    says=("--group none",),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"child{i // 2:03d}_{i % 2 + 1}" for i in range(40)]
    files.photos("images", names)
    files.table("train.csv", "image,label", [(f"{n}.jpg", "ab"[i // 2 % 2]) for i, n in enumerate(names)])


@layout(
    "a column that repeats and is called nothing",
    {"tasks.label.column": "label"},
    without=("train.group", "test"),
    says=("family: 20 values in 60 rows, about 3.0 rows each", "--group 'family'"),
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 60))
    files.table(
        "train.csv", "image,family,label", [(n, f"fam{i // 3:02d}", "ab"[i % 2]) for i, n in enumerate(ids("a", 60))]
    )


@layout(
    "folders of patients in front of the photos",
    {"train.images": "train/{patient_id}/{image_id}.png", "train.group": "patient_id"},
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    rows = [(f"P{i // 4:02d}", f"im{i:03d}", i % 2) for i in range(40)]
    for patient, image, _label in rows:
        files.photo(f"train/{patient}/{image}.png")
    files.table("train.csv", "patient_id,image_id,cancer", rows)


@layout(
    "the same photos in colour, in grey and cut out, a folder for each class in each",
    {"train.images": "leaves/*/*/*", "train.group": "stem"},
    without=("test",),
    says=("30 names stand in several folders of one class", "--group none"),
    n_train=90,
)
def _(files: Files) -> None:
    for look in ("color", "grayscale", "segmented"):
        for kind in ("rust", "scab"):
            files.photos(f"leaves/{look}/{kind}", [f"{kind}_{n}" for n in ids("a", 15)])


# the host's own split


@layout(
    "one table of train, valid and test rows, all with labels",
    {
        "train.rows": {"data set": ["train", "valid"]},
        "test.rows": {"data set": ["test"]},
        "tasks.labels.column": "labels",
    },
    says=("never train",),
    n_train=32,
    n_test=8,
)
def _(files: Files) -> None:
    rows = []
    for i in range(40):
        side, label = (["train"] * 6 + ["valid", "valid", "test", "test"])[i % 10], ["ADONIS", "MONARCH"][i // 10 % 2]
        files.photo(f"{side}/{label}/{i:03d}.jpg")
        rows.append((i // 10 % 2, f"{side}/{label}/{i:03d}.jpg", label, side))
    files.table("butterflies.csv", "class id,filepaths,labels,data set", rows)


@layout(
    "class folders of train, valid and test",
    {"train.images": "train/*/*", "test.images": "test/*/*"},
    says=("valid/cat/",),
    n_train=20,
    n_test=6,
)
def _(files: Files) -> None:
    for place, (side, count) in enumerate((("train", 10), ("valid", 4), ("test", 3))):
        for name in ("cat", "dog"):
            files.photos(f"{side}/{name}", [f"{name}{place}{i:02d}" for i in range(count)])


@layout(
    "folds that the table brings",
    {"train.folds": "fold", "tasks.label.column": "label"},
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 40))
    files.table("train_folds.csv", "image,label,fold", [(n, "ab"[i % 2], i % 5) for i, n in enumerate(ids("a", 40))])


@layout(
    "a second train table of another year beside the first",
    {"train.table": "train.csv"},
    without=("test",),
    says=("extra_2019.csv has the columns of train.csv, and its 12 rows do not train", "extra/: 12 photos"),
    n_train=30,
)
def _(files: Files) -> None:
    for folder, name, count in (("images", "train.csv", 30), ("extra", "extra_2019.csv", 12)):
        files.photos(folder, ids(folder[0], count))
        files.table(name, "image,label", [(n, "ab"[i % 2]) for i, n in enumerate(ids(folder[0], count))])


@layout(
    "a train table in two parts",
    {"train.table": "train_part*.csv", "tasks.label.column": "label"},
    says=("all their rows train",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 40))
    for part in (0, 1):
        names = ids("a", 20, 20 * part)
        files.table(f"train_part{part + 1}.csv", "image,label", [(n, "ab"[i % 2]) for i, n in enumerate(names)])


@layout(
    "the host's split in a json of lists, photos of both in one folder",
    {
        "train.join": [{"table": "split.json", "on": "id"}],
        "train.rows": {"split": ["train", "val"]},
        "test.rows": {"split": ["test"]},
    },
    says=("never train",),
    n_train=24,
    n_test=6,
)
def _(files: Files) -> None:
    names = ids("a", 30)
    files.photos("images", names)
    files.table("labels.csv", "id,label", [(n, "ab"[i % 2]) for i, n in enumerate(names)])
    files.text("split.json", json.dumps({"train": names[:18], "val": names[18:24], "test": names[24:]}))


@layout(
    "folds of a csv beside the train table",
    {"train.join": [{"table": "folds.csv", "on": "id"}], "train.folds": "fold"},
    without=("test",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 30))
    files.table("train.csv", "id,label", [(n, "ab"[i % 2]) for i, n in enumerate(ids("a", 30))])
    files.table("folds.csv", "id,fold", [(n, i // 2 % 5) for i, n in enumerate(ids("a", 30))])


# no test photos, no photos, photos that are stacks


@layout(
    "isic 2024: the test photos are not among the files",
    {
        "train.table": "train-metadata.csv",
        "train.images": "train-image/image/{isic_id}.jpg",
        "train.group": "patient_id",
    },
    without=("test",),
    says=("sample_submission.csv",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("train-image/image", ids("ISIC_", 40, 15670, 7))
    files.text("train-image.hdf5", "x")
    files.text("test-image.hdf5", "x")
    rows = [
        (n, i % 2, f"IP_{i // 4:07d}", turns([60.0, 45.0], 40)[i], turns(["male", "female"], 40)[i])
        for i, n in enumerate(ids("ISIC_", 40, 15670, 7))
    ]
    files.table("train-metadata.csv", "isic_id,target,patient_id,age_approx,sex", rows)
    files.table(
        "test-metadata.csv", "isic_id,patient_id,age_approx,sex", [("ISIC_0015657", "IP_6074337", 45.0, "male")]
    )
    files.table("sample_submission.csv", "isic_id,target", [("ISIC_0015657", 0.3)])


@layout("probspace: photos and labels in npz", refused="3158")
def _(files: Files) -> None:
    files.arrays("ukiyoe-train-imgs.npz", arr_0=(3158, 8, 8, 3))
    files.arrays("ukiyoe-train-labels.npz", arr_0=(3158,))
    files.arrays("ukiyoe-test-imgs.npz", arr_0=(397, 8, 8, 3))
    files.table("submission.csv", "id,y", [(i, 0) for i in range(1, 5)])


@layout("an archive that is not unpacked", refused="unpack")
def _(files: Files) -> None:
    files.text("train.zip", "PK")
    files.table("train.csv", "id,label", [(i, i % 2) for i in range(9)])


@layout("dacon crops: a folder for each photo, and its label in a json beside it", refused="folder")
def _(files: Files) -> None:
    for i in range(10027, 10057):
        files.photo(f"train/{i}/{i}.jpg")
        files.text(
            f"train/{i}/{i}.json", json.dumps({"annotations": {"crop": i % 3}, "description": {"image": f"{i}.jpg"}})
        )
    for i in range(10000, 10005):
        files.photo(f"test/{i}/{i}.jpg")
    files.table("sample_submission.csv", "image,label", [(i, "1_00_0") for i in range(10000, 10005)])


@layout(
    "two photos of a leaf, front and back, one answer",
    {"train.images": "train/{leaf}_*", "submission.per": "leaf", "tasks.sick.column": "sick"},
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for side, names in (("train", ids("L", 20)), ("test", ids("M", 4))):
        files.photos(side, [f"{name}_{view}" for name in names for view in ("front", "back")])
    files.table("train.csv", "leaf,sick", beside(ids("L", 20), turns(["yes", "no"], 20)))
    files.table("sample_submission.csv", "leaf,sick", [(n, "no") for n in ids("M", 4)])


@layout(
    "iflytek scans: two class folders, test photos by number, uuid in the sample",
    {
        "train.images": "Train/*/*",
        "test.table": "提交示例.csv",
        "test.images": "Test/{uuid}.png",
        "submission.id": "uuid",
    },
    n_train=20,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("Train/AD", range(1, 11), ".png")
    files.photos("Train/NC", range(1, 11), ".png")
    files.photos("Test", range(1, 6), ".png")
    files.table("提交示例.csv", "uuid,label", [(i, "NC") for i in range(1, 6)])


@layout(
    "a list of duplicates beside the train table",
    {"train.table": "train.csv", "train.group": "patient_id"},
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    names = ids("ISIC_", 40)
    files.photos("train", names)
    files.table("train.csv", "image_name,patient_id,target", [(n, f"IP_{i // 4}", i % 2) for i, n in enumerate(names)])
    files.table(
        "ISIC_2020_Training_Duplicates.csv", "image_name_1,image_name_2", [(names[0], names[1]), (names[2], names[3])]
    )


@layout(
    "class folders of birds and of plants, two levels down",
    {"train.images": "train_val/*/*/*", "tasks.label.column": "folder", "test.images": "test/*"},
    n_train=24,
    n_test=4,
)
def _(files: Files) -> None:
    for group, numbers in (("Birds", (11, 12)), ("Plants", (20, 31))):
        for number in numbers:
            files.photos(f"train_val/{group}/{number}", [f"{group[0]}{number}x{i}" for i in range(6)])
    files.photos("test", ids("t", 4))


@layout(
    "ai stages masks: folders of people, names of photos that may be labels, no column that the sample asks for",
    refused="stem",
)
def _(files: Files) -> None:
    for i in range(12):
        for shot in ("mask1", "mask2", "incorrect_mask", "normal"):
            files.photo(f"train/images/{i:06d}_male_Asian_{20 + i}/{shot}.jpg")
    people = [
        (f"{i:06d}", ["male", "female"][i % 2], "Asian", 20 + i, f"{i:06d}_male_Asian_{20 + i}") for i in range(12)
    ]
    files.table("train/train.csv", "id,gender,race,age,path", people)
    files.photos("eval/images", ids("h", 6))
    files.table("eval/info.csv", "ImageID,ans", [(f"{name}.jpg", 0) for name in ids("h", 6)])


@layout(
    "stanford mura: studies without header, two photos each",
    {
        "train.table": "MURA/train_labeled_studies.csv",
        "train.images": "{1}/*",
        "train.group": "1",
        "tasks.label.column": "2",
    },
    without=("test",),
    n_train=24,
)
def _(files: Files) -> None:
    studies = []
    for i in range(12):
        study = f"MURA/train/XR_{['ELBOW', 'WRIST'][i % 2]}/patient{i:05d}/study1_{['positive', 'negative'][i % 2]}"
        files.photos(study, ["image1", "image2"], ".png")
        studies.append((f"{study}/", int(i % 2 == 0)))
    files.table("MURA/train_labeled_studies.csv", None, studies)
    files.table("MURA/train_image_paths.csv", None, [(f"{study}image1.png",) for study, _label in studies])


@layout(
    "analytics vidhya actors: ids in the second column of the sample",
    {
        "train.images": "train_DETg9GD/Train/{ID}",
        "test.table": "test_Bh8pGW3/test.csv",
        "submission.id": "ID",
        "submission.label": "Class",
    },
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train_DETg9GD/Train", range(100, 130))
    files.photos("test_Bh8pGW3/Test", range(300, 306))
    files.table(
        "train_DETg9GD/train.csv",
        "ID,Class",
        beside([f"{i}.jpg" for i in range(100, 130)], turns(["MIDDLE", "YOUNG", "OLD"], 30)),
    )
    files.table("test_Bh8pGW3/test.csv", "ID", [(f"{i}.jpg",) for i in range(300, 306)])
    files.table("sample_submission_sDO3m7O.csv", "Class,ID", [("MIDDLE", f"{i}.jpg") for i in range(300, 306)])


@layout(
    "lists of one column that say which photos of the class folders are train and test",
    {
        "train.table": "meta/train.txt",
        "train.header": False,
        "train.images": "images/{1}.jpg",
        "tasks.label.column": "folder",
        "test.table": "meta/test.txt",
    },
    n_train=18,
    n_test=6,
)
def _(files: Files) -> None:
    names = {"apple_pie": range(100, 112), "ramen": range(600, 612)}
    for dish, numbers in names.items():
        files.photos(f"images/{dish}", numbers)
    files.text(
        "meta/train.txt", "".join(f"{dish}/{number}\n" for dish, numbers in names.items() for number in numbers[:9])
    )
    files.text(
        "meta/test.txt", "".join(f"{dish}/{number}\n" for dish, numbers in names.items() for number in numbers[9:])
    )
    files.text("meta/classes.txt", "apple_pie\nramen\n")


@layout(
    "a class called train",
    {"train.images": "vehicles/*/*", "tasks.label.classes": ["bus", "car", "train"]},
    without=("test",),
    n_train=24,
)
def _(files: Files) -> None:
    for name in ("bus", "car", "train"):
        files.photos(f"vehicles/{name}", [f"{name}{i}" for i in range(8)])


@layout(
    "caltech birds: lists of numbers without header, joined by them, the host's split in one",
    {
        "train.table": "image_class_labels.txt",
        "train.header": False,
        "train.images": "images/{images.2}",
        "tasks.label.column": "2",
    },
    without=("test",),
    says=("train_test_split.txt looks like the host's own split",),
    n_train=30,
)
def _(files: Files) -> None:
    birds = ["001.Albatross", "002.Auklet", "003.Bunting"]
    names = [f"{bird}/{bird[4:]}_{i:04d}_{i * 7}" for bird in birds for i in range(10)]
    files.photos("images", names)
    files.table("images.txt", None, [(i + 1, f"{name}.jpg") for i, name in enumerate(names)], separator=" ")
    files.table("image_class_labels.txt", None, [(i + 1, i // 10 + 1) for i in range(30)], separator=" ")
    files.table("train_test_split.txt", None, [(i + 1, i * 7 % 3 % 2) for i in range(30)], separator=" ")
    files.table("classes.txt", None, [(i + 1, bird) for i, bird in enumerate(birds)], separator=" ")
