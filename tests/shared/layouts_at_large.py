"""Layouts of further competitions and data sets, drawn before `kit init table` was tried on any of them."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_LARGE: list[Layout] = []
layout = collect(AT_LARGE)


@layout(
    "kaggle plates: clean and dirty ones counted from 0 in each folder, leavings of macOS",
    {
        "train.images": "plates/train/*/*",
        "tasks.label.classes": ["cleaned", "dirty"],
        "submission.id": "id",
    },
    without=("train.group",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for kind in ("cleaned", "dirty"):
        files.photos(f"plates/train/{kind}", ids("", 20))
        files.text(f"__MACOSX/plates/train/{kind}/._0000.jpg", "Mac OS X")
    files.photos("plates/test", ids("", 12))
    files.text("plates/.DS_Store", "Bud1")
    files.text("__MACOSX/plates/._.DS_Store", "Mac OS X")
    files.table("sample_submission.csv", "id,label", [(name, "dirty") for name in ids("", 12)])


@layout(
    "kaggle kitchenware: numbers with zeros in front, photos of both sides in one folder",
    {
        "train.table": "train.csv",
        "train.images": "images/{Id}.jpg",
        "test.table": "test.csv",
        "tasks.label.column": "label",
        "submission.id": "Id",
    },
    n_train=36,
    n_test=9,
)
def _(files: Files) -> None:
    files.photos("images", ids("", 45))
    train, test = [n for k, n in enumerate(ids("", 45)) if k % 5], ids("", 45)[::5]
    kinds = turns(("glass", "cup", "spoon", "fork", "knife", "plate"), 36)
    files.table("train.csv", "Id,label", beside(train, kinds))
    files.table("test.csv", "Id", [(n,) for n in test])
    files.table("sample_submission.csv", "Id,label", [(n, "glass") for n in test])


@layout(
    "kaggle hotels 2022: a folder of numbers for each hotel, masks of what is hidden beside, five guesses",
    {
        "train.images": "train_images/*/*",
        "test.images": "test_images/{image_id}",
        "tasks.label.classes": ["203", "307", "2264", "5521", "18807", "36363"],
        "submission.id": "image_id",
        "submission.top": 5,
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    for hotel in (203, 307, 2264, 5521, 18807, 36363):
        files.photos(f"train_images/{hotel}", [f"{hotel * 7919 + k:09d}" for k in range(5)])
    files.photos("train_masks", ids("", 8, 0, 5), ".png")
    tests = [f"{7919 * k % 65536:04x}bd{k}" for k in range(5)]
    files.photos("test_images", tests)
    guess = "36363 5521 18807 307 203"
    files.table("sample_submission.csv", "image_id,hotel_id", [(f"{name}.jpg", guess) for name in tests])


@layout(
    "kaggle cars of a course: class folders of numbers that the table names too, test_upload in test",
    {
        "train.table": "train.csv",
        "train.images": "train/train/{Category}/{Id}",
        "test.images": "test/test_upload/{Id}",
        "tasks.Category.column": "Category",
        "submission.sample": "sample-submission.csv",
    },
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    rows = [(f"{100380 + k * 17}.jpg", k % 10) for k in range(40)]
    for name, kind in rows:
        files.photo(f"train/train/{kind}/{name}")
    files.table("train.csv", "Id,Category", rows)
    tests = [340235 + k * 3 for k in range(8)]
    files.photos("test/test_upload", tests)
    files.table("sample-submission.csv", "Id,Category", [(f"{number}.jpg", 0) for number in tests])


@layout(
    "kaggle springfield: class folders that number their photos, a picture of all of them, testset in testset",
    {
        "train.images": "train/simpsons_dataset/*/*",
        "test.images": "testset/testset/{Id}",
        "submission.id": "Id",
        "submission.label": "Expected",
    },
    says=("./: 1 photos", "show different things"),
    without=("train.group",),
    n_train=30,
    n_test=7,
)
def _(files: Files) -> None:
    for name in ("abraham_grampa_simpson", "bart_simpson", "sideshow_mel"):
        files.photos(f"train/simpsons_dataset/{name}", [f"pic_{k:04d}" for k in range(10)])
    files.photo("characters_illustration.png")
    files.photos("testset/testset", [f"img{k}" for k in range(7)])
    files.table("sample_submission.csv", "Id,Expected", [(f"img{k}.jpg", "bart_simpson") for k in range(7)])


@layout(
    "kaggle food of a course: names begin with the number of the class, a valid folder, ids of the sample with zeros",
    {
        "train.images": "training/{label}_*",
        "test.images": "test/{Id}.jpg",
        "tasks.label.classes": [str(k) for k in range(11)],
    },
    without=("train.group",),
    says=("validation/",),
    n_train=121,
    n_test=9,
)
def _(files: Files) -> None:
    for side, count in (("training", 6), ("validation", 2)):
        files.photos(side, [f"{kind}_{k}" for kind in range(11) for k in range(count + kind)])
    files.photos("test", ids("", 9, 1))
    files.table("sample_submission.csv", "Id,Category", [(name, 0) for name in ids("", 9, 1)])


@layout(
    "dacon circuits: only good ones train, and the bad ones have to be found", refused="all 30 rows of 'label' hold '0'"
)
def _(files: Files) -> None:
    files.photos("train", ids("TRAIN_", 30, 0, 3), ".png")
    files.photos("test", ids("TEST_", 10, 0, 3), ".png")
    files.table("train.csv", "img_id,img_path,label", [(n, f"./train/{n}.png", 0) for n in ids("TRAIN_", 30, 0, 3)])
    files.table("test.csv", "img_id,img_path", [(n, f"./test/{n}.png") for n in ids("TEST_", 10, 0, 3)])
    files.table("sample_submission.csv", "img_id,label", [(n, -1) for n in ids("TEST_", 10, 0, 3)])


@layout(
    "ai stages paintings of animals: answers by the place of the photo, a column without a name",
    refused="make a table that says which photo each id is",
)
def _(files: Files) -> None:
    _animals(files)


@layout(
    "ai stages paintings of animals, told which photo each place is of",
    {"test.table": "places.csv", "test.images": "test/0/{file}", "submission.label": "answer value"},
    options=("--test", "places.csv"),
    n_train=56,
    n_test=14,
)
def _(files: Files) -> None:
    _animals(files)
    files.table("places.csv", "id,file", [(k, f"{(k + 1) * 3:04d}.jpg") for k in range(14)])


def _animals(files: Files) -> None:
    for name in ("dog", "elephant", "giraffe", "guitar", "horse", "house", "person"):
        files.photos(f"train/{name}", [f"{name[:2]}{k:03d}_0001" for k in range(8)])
    files.photos("test/0", [f"{k * 3:04d}" for k in range(1, 15)])
    files.table("test_answer_sample_.csv", ",answer value", [(k, 0) for k in range(14)])


@layout(
    "signate digits: tab and header in the master, none in the sample",
    {
        "train.table": "train_master.tsv",
        "train.images": "train_images/{file_name}",
        "tasks.category_id.column": "category_id",
        "submission.header": False,
    },
    n_train=50,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("train_images", [f"train_{k}" for k in range(50)])
    files.photos("test_images", [f"test_{k}" for k in range(10)])
    rows = [(f"train_{k}.jpg", k * 7 % 10) for k in range(50)]
    files.table("train_master.tsv", "file_name,category_id", rows, separator="\t")
    files.table("sample_submit.csv", None, [(f"test_{k}.jpg", k * 3 % 10) for k in range(10)])


@layout(
    "hackerearth groceries: ids of a number and a letter, no ending",
    {
        "train.images": "train_img/{image_id}.png",
        "test.table": "test.csv",
        "test.images": "test_img/{image_id}.png",
        "tasks.label.column": "label",
    },
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    train = [f"train_{k * 3 + 1}{'ab'[k % 2]}" for k in range(40)]
    test = [f"test_{k * 2 + 1}a" for k in range(8)]
    files.photos("train_img", train, ".png")
    files.photos("test_img", test, ".png")
    files.table("train.csv", "image_id,label", beside(train, turns(("rice", "candy", "jam", "fish"), 40)))
    files.table("test.csv", "image_id", [(name,) for name in test])


@layout("hackerearth cartoons: the photos to train on are frames of a film that lies beside", refused="mp4")
def _(files: Files) -> None:
    kinds = turns(("angry", "happy", "sad", "surprised", "Unknown"), 30)
    files.table("Dataset/Train.csv", "Frame_ID,Emotion", beside([f"frame{k}.jpg" for k in range(30)], kinds))
    files.table("Dataset/Test.csv", "Frame_ID", [(f"test{k}.jpg",) for k in range(9)])
    files.photos("Dataset/ResizedTest", [f"test{k}" for k in range(9)])
    files.text("Dataset/Train Tom and jerry.mp4", "ftyp")


@layout(
    "analytics vidhya scenes: a folder with a space, both sides in one, letters behind the names",
    {
        "train.table": "train-scene classification/train.csv",
        "train.images": "train-scene classification/train/{image_name}",
        "test.table": "test_WyRytb0.csv",
        "submission.sample": "sample_submission_I5njJSF.csv",
    },
    n_train=36,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train-scene classification/train", range(48))
    train, test = [k for k in range(48) if k % 4], range(0, 48, 4)
    rows = [(f"{k}.jpg", k * 5 % 6) for k in train]
    files.table("train-scene classification/train.csv", "image_name,label", rows)
    files.table("test_WyRytb0.csv", "image_name", [(f"{k}.jpg",) for k in test])
    files.table("sample_submission_I5njJSF.csv", "image_name,label", [(f"{k}.jpg", 1) for k in test])


@layout(
    "zindi crops of the ivory coast: a photo for each month of a field, and one answer for all of them",
    {
        "train.table": "Train.csv",
        "train.group": "ID",
        "test.table": "Test.csv",
        "tasks.Target.column": "Target",
        "submission.id": "ID",
        "submission.per": "ID",
    },
    n_train=48,
    n_test=12,
)
def _(files: Files) -> None:
    fields = [f"ID_{7919 * k % 65536:04X}{k:02d}" for k in range(20)]
    rows = []
    for place, field in enumerate(fields):
        for month in ("Jan", "Apr", "Jul"):
            side = "train" if place < 16 else "test"
            path = f"S2Images/{side}/{field}/{field}_2024_{month}.tif"
            files.photo(path)
            rows.append((field, 2024, month, path, ("Palm", "Rubber", "Cocoa")[place % 3]))
    files.table("Train.csv", "ID,year,month,tifPath,Target", rows[:48])
    files.table("Test.csv", "ID,year,month,tifPath", [row[:4] for row in rows[48:]])
    files.table("SampleSubmission.csv", "ID,Target", [(field, "Cocoa") for field in fields[16:]])


@layout(
    "zindi roads: satellite photos of both sides in one folder, an archive and a notebook beside",
    {
        "train.table": "Train.csv",
        "train.images": "Images/{Image_ID}.tif",
        "test.table": "Test.csv",
        "tasks.Target.classes": ["0", "1"],
        "submission.sample": "SampleSubmission.csv",
    },
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    names = [f"Img_{100 + k * 7 % 50}" for k in range(50)]
    files.photos("Images", names, ".tif")
    files.table("Train.csv", "Image_ID,Target", beside(names[:40], turns((0, 1, 1), 40)))
    files.table("Test.csv", "Image_ID", [(name,) for name in names[40:]])
    files.table("SampleSubmission.csv", "Image_ID,Target", [(name, 0) for name in names[40:]])
    (files.root / "Images.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    files.text("StarterNotebook.ipynb", json.dumps({"cells": [], "nbformat": 4}))


@layout(
    "probspace loans: texts with commas, a photo of another number in each row, an amount",
    {
        "train.table": "train.csv",
        "train.images": "train_images/{IMAGE_ID}.jpg",
        "test.images": "test_images/{IMAGE_ID}.jpg",
        "tasks.LOAN_AMOUNT.kind": "number",
        "submission.sample": "submission.csv",
        "submission.id": "LOAN_ID",
    },
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    columns = "LOAN_ID,ORIGINAL_LANGUAGE,DESCRIPTION,DESCRIPTION_TRANSLATED,IMAGE_ID,ACTIVITY_NAME,SECTOR_NAME,"
    columns += "LOAN_USE,COUNTRY_CODE,COUNTRY_NAME,TOWN_NAME,CURRENCY_POLICY,CURRENCY,TAGS,REPAYMENT_INTERVAL"
    rows = []
    for k in range(50):
        said = f'"Maria, {30 + k}, sells fish in the market, and asks for a loan."'
        what = ("Fishing", "Food") if k % 3 else ("Pigs", "Agriculture")
        where = ("PH", "Philippines") if k % 2 else ("HN", "Honduras")
        use = f'"to buy {k} nets, and rope"'
        image = 2550000 + k * 7919 % 1000
        town, tags = f"Town {k % 7}", '"#Parent, #Schooling"' if k % 4 else ""
        rows.append((1700000 + k * 13, "English", said, said, image, *what, use, *where, town, "shared", "PHP", tags))
        rows[-1] += ("irregular" if k % 3 else "monthly",)
        files.photo(f"{'train' if k < 40 else 'test'}_images/{image}.jpg")
    paid = [100 + 25 * (k * 7 % 30) for k in range(40)]
    rows_train = [(*row, amount) for row, amount in zip(rows[:40], paid, strict=True)]
    files.table("train.csv", f"{columns},LOAN_AMOUNT", rows_train)
    files.table("test.csv", columns, rows[40:])
    files.table("submission.csv", "LOAN_ID,LOAN_AMOUNT", [(row[0], 0) for row in rows[40:]])


@layout(
    "iflytek apples: class folders d1 to d9 below a Chinese one, uuid and label in the sample",
    {
        "train.images": "苹果病害图像识别挑战赛公开数据/train/*/*",
        "tasks.label.classes": [f"d{k}" for k in range(1, 10)],
        "submission.id": "uuid",
    },
    n_train=54,
    n_test=9,
)
def _(files: Files) -> None:
    root = "苹果病害图像识别挑战赛公开数据"
    for kind in range(1, 10):
        files.photos(f"{root}/train/d{kind}", [f"{kind * 6553 + k * 7919:08x}-a1" for k in range(6)])
    tests = [f"{99991 + k * 7919:08x}-b2" for k in range(9)]
    files.photos(f"{root}/test", tests)
    files.table(f"{root}/sample_submit.csv", "uuid,label", [(f"{name}.jpg", "d1") for name in tests])


@layout(
    "tianchi aluminium: class folders on two levels, other names of the classes in the sample, no header",
    {
        "train.images": "guangdong_round1_train2_20180916/**/*",
        "tasks.label.classes": ["不导电", "划伤", "擦花", "无瑕疵样本", "油印", "角位漏底"],
        "submission.header": False,
    },
    says=("'defect1'", "'values' under submission"),
    n_train=34,
    n_test=12,
)
def _(files: Files) -> None:
    train = "guangdong_round1_train2_20180916"
    files.photos(f"{train}/无瑕疵样本", [f"正常201809{k:02d}" for k in range(10)])
    for kind in ("不导电", "擦花", "角位漏底"):
        files.photos(f"{train}/瑕疵样本/{kind}", [f"{kind}201808{k:02d}对照样本" for k in range(6)])
    for kind in ("划伤", "油印"):
        files.photos(f"{train}/瑕疵样本/其他/{kind}", [f"{kind}201807{k:02d}" for k in range(3)])
    files.photos("guangdong_round1_test_a_20180916", range(12))
    said = turns(("norm", "defect1", "defect2", "defect3", "defect11"), 12)
    files.table("sample.csv", None, beside([f"{k}.jpg" for k in range(12)], said))


@layout("stanford hearts: videos, and a table of how much blood they move", refused=".avi")
def _(files: Files) -> None:
    names = [f"0X{k * 7919 * 65537 % 16**10:010X}" for k in range(12)]
    for name in names:
        files.text(f"EchoNet-Dynamic/Videos/{name}.avi", "RIFF")
    rows = [
        (n, 50 + k * 1.7, 40.1, 90.2, 112, 112, 50, 170, ("TRAIN", "VAL", "TEST")[k % 3]) for k, n in enumerate(names)
    ]
    columns = "FileName,EF,ESV,EDV,FrameHeight,FrameWidth,FPS,NumberOfFrames,Split"
    files.table("EchoNet-Dynamic/FileList.csv", columns, rows)
    traced = [(f"{n}.avi", 1, 2, 3, 4, k) for n in names for k in (46, 61)]
    files.table("EchoNet-Dynamic/VolumeTracings.csv", "FileName,X1,Y1,X2,Y2,Frame", traced)


@layout(
    "isic lesions as kaggle has them: the same photos in folders that differ in case, tables of pixels beside",
    {
        "train.table": "HAM10000_metadata.csv",
        "train.group": "lesion_id",
        "tasks.dx.column": "dx",
    },
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    kinds, rows = turns(("nv", "mel", "bkl", "bcc", "akiec", "vasc", "df"), 40), []
    for k in range(60):
        name, lesion = f"ISIC_{24306 + k:07d}", k * 2 // 3
        part = 1 + k // 30
        files.photo(f"HAM10000_images_part_{part}/{name}.jpg")
        twin = files.root / f"ham10000_images_part_{part}" / f"{name}.jpg"
        twin.parent.mkdir(exist_ok=True)
        twin.write_bytes((files.root / f"HAM10000_images_part_{part}/{name}.jpg").read_bytes())
        rows.append((f"HAM_{lesion * 7:07d}", name, kinds[lesion], "histo", 45.0 + lesion % 9 * 5, "male", "back"))
    files.table("HAM10000_metadata.csv", "lesion_id,image_id,dx,dx_type,age,sex,localization", rows)
    for name, pixels in (("hmnist_8_8_L", 64), ("hmnist_8_8_RGB", 192)):
        header = ",".join([*(f"pixel{k:04d}" for k in range(pixels)), "label"])
        files.table(f"{name}.csv", header, [(*([k % 256] * pixels), k % 7) for k in range(60)])


@layout("grand challenge retinas: letters and spaces in folders, two labels, empty columns", refused="--label")
def _(files: Files) -> None:
    _retinas(files)


@layout(
    "grand challenge retinas, told the label: test photos have the names of train photos, and labels",
    {
        "train.table": "B. Disease Grading/2. Groundtruths/a. IDRiD_Disease Grading_Training Labels.csv",
        "train.images": "B. Disease Grading/1. Original Images/a. Training Set/{Image name}.jpg",
        "test.images": "B. Disease Grading/1. Original Images/b. Testing Set/{Image name}.jpg",
    },
    options=("--label", "Retinopathy grade"),
    n_train=30,
    n_test=8,
)
def _(files: Files) -> None:
    _retinas(files)


def _retinas(files: Files) -> None:
    root = "B. Disease Grading"
    files.text("CC-BY-4.0.txt", "Attribution 4.0 International\n\nBy exercising the Licensed Rights you accept\n")
    for letter, side, count in (("a", "Training", 30), ("b", "Testing", 8)):
        names = ids("IDRiD_", count, 1, 3)
        files.photos(f"{root}/1. Original Images/{letter}. {side} Set", names)
        rows = [(name, k * 3 % 5, k % 3, *[""] * 9) for k, name in enumerate(names)]
        header = "Image name,Retinopathy grade,Risk of macular edema ,,,,,,,,,"
        files.table(f"{root}/2. Groundtruths/{letter}. IDRiD_Disease Grading_{side} Labels.csv", header, rows)
    files.text(f"{root}/LICENSE.txt", "This work is licensed under a Creative Commons Attribution 4.0 License\n")


@layout(
    "grand challenge breasts: class folders and a truth without header beside them, Thumbs.db, test photos by number",
    {
        "train.images": "ICIAR2018_BACH_Challenge/Photos/{2}/{1}",
        "test.images": "ICIAR2018_BACH_Challenge_TestDataset/Photos/*",
        "tasks.label.classes": ["Benign", "InSitu", "Invasive", "Normal"],
    },
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    root, rows = "ICIAR2018_BACH_Challenge/Photos", []
    for kind, start in (("Benign", "b"), ("InSitu", "is"), ("Invasive", "iv"), ("Normal", "n")):
        names = ids(start, 10, 1, 3)
        files.photos(f"{root}/{kind}", names, ".tif")
        rows += [(f"{name}.tif", kind) for name in names]
        files.text(f"{root}/{kind}/Thumbs.db", "thumbs")
    files.table(f"{root}/microscopy_ground_truth.csv", None, rows)
    files.photos("ICIAR2018_BACH_Challenge_TestDataset/Photos", [f"test{k}" for k in range(10)], ".tif")


@layout(
    "roboflow: a table of spaces behind commas beside the photos of each side, all with labels",
    {
        "train.table": "train/_classes.csv",
        "train.images": "train/{filename}",
        "tasks.label.classes": ["Unlabeled", "crack", "dent"],
        "test.table": "test/_classes.csv",
    },
    says=("valid/",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    for side, count in (("train", 30), ("valid", 8), ("test", 6)):
        names = [f"IMG_{len(side)}{k:03d}_jpg.rf.{k * 7919:08x}" for k in range(count)]
        files.photos(side, names)
        rows = [f"{name}.jpg, {int(k % 3 == 0)}, {int(k % 3 == 1)}, {int(k % 3 == 2)}" for k, name in enumerate(names)]
        files.text(f"{side}/_classes.csv", "\n".join(["filename, Unlabeled, crack, dent", *rows]) + "\n")
    files.text("README.dataset.txt", "# dents > 2026-01-01\nhttps://universe.example/dents\n\nLicense: CC BY 4.0\n")
    files.text("README.roboflow.txt", "\ndents - v1\n==============\n\nThe dataset includes 44 images.\n")


@layout(
    "hugging face: lines of json beside the photos of each side, those of the test side have no label",
    {
        "train.table": "data/train/metadata.jsonl",
        "train.images": "data/train/{file_name}",
        "test.table": "data/test/metadata.jsonl",
        "tasks.label.column": "label",
    },
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    for side, count in (("train", 30), ("test", 6)):
        files.photos(f"data/{side}", ids(side[0], count), ".png")
        records = [{"file_name": f"{n}.png", "label": "xyz"[k % 3]} for k, n in enumerate(ids(side[0], count))]
        lines = [json.dumps(one if side == "train" else {"file_name": one["file_name"]}) for one in records]
        files.text(f"data/{side}/metadata.jsonl", "\n".join(lines) + "\n")
    files.text("README.md", "---\nlicense: mit\ntask_categories: [image-classification]\n---\n# Letters\n")
    files.text(".gitattributes", "*.png filter=lfs diff=lfs merge=lfs -text\n")


@layout(
    "kaggle birds: one table of all sides whose paths have spaces, weights of a network beside",
    {
        "train.table": "birds.csv",
        "train.images": "{filepaths}",
        "train.rows": {"data set": ["train", "valid"]},
        "test.rows": {"data set": ["test"]},
        "tasks.labels.column": "labels",
    },
    without=("train.group",),
    n_train=48,
    n_test=12,
)
def _(files: Files) -> None:
    kinds = {"ABBOTTS BABBLER": "MALACOCINCLA ABBOTTI", "ANDEAN SISKIN": "SPINUS SPINESCENS", "CROW": "CORVUS"}
    rows = []
    for number, (kind, latin) in enumerate(kinds.items()):
        for side, count in (("train", 12), ("valid", 4), ("test", 4)):
            for k in range(1, count + 1):
                name = f"{k:03d}" if side == "train" else str(k)
                rows.append((float(number), f"{side}/{kind}/{name}.jpg", kind, side, latin))
                files.photo(rows[-1][1])
    files.table("birds.csv", "class id,filepaths,labels,data set,scientific name", rows)
    files.text("EfficientNetB0-525-(224 X 224)- 98.97.h5", "HDF")
