"""Thirty-five layouts of tables of fourteen hosts."""

from __future__ import annotations

from shared.host_files import Files, Layout, beside, collect, ids, turns

LAYOUTS: list[Layout] = []
layout = collect(LAYOUTS)


# Signate: headers are missing, cells stand between tabs


@layout(
    "signate: faces, a master in tsv and a sample without header",
    {
        "train.table": "train_master.tsv",
        "train.images": "train/{file_name}",
        "train.group": "user",
        "test.table": "sample_submit.csv",
        "test.header": False,
        "test.images": "test/{1}",
        "tasks.expression.classes": ["angry", "happy", "neutral", "sad"],
        "submission.header": False,
        "submission.id": "1",
        "submission.label": "2",
    },
    n_train=48,
    n_test=6,
)
def _(files: Files) -> None:
    names = ids("train_", 48)
    moods, users = turns(["neutral", "happy", "sad", "angry"], 48), turns(ids("user", 8, width=2), 48)
    rows = beside(names, users, turns(["left", "up", "straight"], 48), moods, turns(["open", "sunglasses"], 48))
    files.photos("train", names)
    files.photos("test", ids("test_", 6))
    files.table(
        "train_master.tsv", "file_name,user,pose,expression,eyes", [(f"{n}.jpg", *r) for n, *r in rows], separator="\t"
    )
    files.table(
        "sample_submit.csv",
        None,
        [(f"{n}.jpg", m) for n, m in beside(ids("test_", 6), ["neutral", "happy"] * 3)],
    )


@layout(
    "signate: ten things, class numbers with a list of their names, all in tsv, sample without header",
    {
        "train.table": "train_master.tsv",
        "train.images": "train_images/{file_name}",
        "test.table": "sample_submit.tsv",
        "test.images": "test_images/{1}",
        "tasks.label_id.classes": [str(i) for i in range(10)],
        "submission.id": "1",
        "submission.label": "2",
        "submission.header": False,
    },
    n_train=60,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train_images", [f"train_{i}" for i in range(60)], ".png")
    files.photos("test_images", [f"test_{i}" for i in range(8)], ".png")
    files.table(
        "train_master.tsv", "file_name,label_id", [(f"train_{i}.png", i % 10) for i in range(60)], separator="\t"
    )
    files.table(
        "label_master.tsv",
        "label_id,label_name",
        list(enumerate(["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])),
        separator="\t",
    )
    files.table("sample_submit.tsv", None, [(f"test_{i}.png", 0) for i in range(8)], separator="\t")


@layout(
    "signate: neither train nor sample has a header",
    {
        "train.table": "train.csv",
        "train.header": False,
        "train.images": "train/{1}",
        "tasks.label.column": "2",
        "test.table": "sample_submission.csv",
        "submission.id": "1",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("img_", 30))
    files.photos("test", ids("img_", 5, 900))
    files.table(
        "train.csv",
        None,
        [(f"{n}.jpg", c) for n, c in beside(ids("img_", 30), turns(["rust", "scab", "mildew"], 30))],
    )
    files.table("sample_submission.csv", None, [(f"{n}.jpg", "rust") for n in ids("img_", 5, 900)])


# Stanford


@layout(
    "stanford cars: annotations without header, boxes, 196 classes, both sides",
    {
        "train.table": "anno_train.csv",
        "train.header": False,
        "train.images": "cars_train/{1}",
        "tasks.label.column": "6",
        "tasks.label.classes": [str(i) for i in range(1, 197)],
    },
    options=("--label", "6"),
    n_train=392,
)
def _(files: Files) -> None:
    files.photos("cars_train", [f"{i:05d}" for i in range(1, 393)])
    files.photos("cars_test", [f"{i:05d}" for i in range(1, 21)])
    rows = [
        (f"{i:05d}.jpg", 10 + i % 37, 20 + i % 41, 200 + i * 7 % 97, 150 + i * 3 % 83, 1 + i % 196)
        for i in range(1, 393)
    ]
    files.table("anno_train.csv", None, rows)
    files.table("anno_test.csv", None, [(f"{i:05d}.jpg", 10, 20 + i, 200, 150 + i, 1 + i) for i in range(1, 21)])
    files.table("names.csv", None, [(f"Make {i} Coupe 2012",) for i in range(196)])


@layout(
    "stanford dogs: a folder for each class, no table and no test set",
    {"train.images": "Images/*/*", "tasks.label.column": "folder"},
    without=("test", "submission"),
    says=("no photos to predict",),
    n_train=24,
)
def _(files: Files) -> None:
    for place, breed in enumerate(["n02085620-Chihuahua", "n02085782-Japanese_spaniel", "n02086240-Shih-Tzu"]):
        files.photos(f"Images/{breed}", [f"{breed[:9]}_{100 + place * 50 + i}" for i in range(8)])


# ISIC


@layout(
    "isic 2018: one-hot truth, lesions in a table of their own",
    {
        "train.table": "ISIC2018_Task3_Training_GroundTruth.csv",
        "train.images": "ISIC2018_Task3_Training_Input/{image}.jpg",
        "train.group": "lesion_id",
        "train.join": [{"table": "ISIC2018_Task3_Training_LesionGroupings.csv", "on": "image"}],
        "tasks.label.columns": ["MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"],
        "test.images": "ISIC2018_Task3_Test_Input/*",
    },
    n_train=70,
    n_test=6,
)
def _(files: Files) -> None:
    names = ids("ISIC_", 70, 24306, 7)
    files.photos("ISIC2018_Task3_Training_Input", names)
    files.text("ISIC2018_Task3_Training_Input/ATTRIBUTION.txt", "words, words\nof thanks\n")
    files.photos("ISIC2018_Task3_Test_Input", ids("ISIC_", 6, 34524, 7))
    classes = "MEL,NV,BCC,AKIEC,BKL,DF,VASC"
    rows = [(name, *[f"{float(i % 7 == k)}" for k in range(7)]) for i, name in enumerate(names)]
    files.table("ISIC2018_Task3_Training_GroundTruth.csv", f"image,{classes}", rows)
    lesions = [(name, f"HAM_{i // 2:07d}", turns(["histo", "follow_up"], 70)[i]) for i, name in enumerate(names)]
    files.table("ISIC2018_Task3_Training_LesionGroupings.csv", "image,lesion_id,diagnosis_confirm_type", lesions)


@layout(
    "isic 2019: a class that no train photo is of, metadata beside",
    {
        "train.table": "ISIC_2019_Training_GroundTruth.csv",
        "train.group": "lesion_id",
        "tasks.label.columns": ["MEL", "NV", "BCC", "UNK"],
        "test.table": "ISIC_2019_Test_Metadata.csv",
        "test.images": "ISIC_2019_Test_Input/{image}.jpg",
    },
    n_train=60,
    n_test=5,
)
def _(files: Files) -> None:
    names, test = ids("ISIC_", 60, 0, 7), ids("ISIC_", 5, 900, 7)
    files.photos("ISIC_2019_Training_Input", names)
    files.photos("ISIC_2019_Test_Input", test)
    rows = [(name, *[f"{float(i % 3 == k)}" for k in range(3)], "0.0") for i, name in enumerate(names)]
    files.table("ISIC_2019_Training_GroundTruth.csv", "image,MEL,NV,BCC,UNK", rows)
    parts = turns(["anterior torso", "head/neck", ""], 60)
    meta = [
        (n, turns(["55.0", "30.0", ""], 60)[i], parts[i], f"BCN_{i // 2:07d}", turns(["female", "male"], 60)[i])
        for i, n in enumerate(names)
    ]
    files.table("ISIC_2019_Training_Metadata.csv", "image,age_approx,anatom_site_general,lesion_id,sex", meta)
    files.table(
        "ISIC_2019_Test_Metadata.csv",
        "image,age_approx,anatom_site_general,sex",
        [(n, "50.0", "head/neck", "male") for n in test],
    )


@layout(
    "isic 2016: truth without header, labelled test rows never train",
    {
        "train.table": "ISBI2016_ISIC_Part3_Training_GroundTruth.csv",
        "train.header": False,
        "train.images": "ISBI2016_ISIC_Part3_Training_Data/{1}.jpg",
        "tasks.label.column": "2",
        "tasks.label.classes": ["benign", "malignant"],
        "test.table": "ISBI2016_ISIC_Part3_Test_GroundTruth.csv",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("ISBI2016_ISIC_Part3_Training_Data", ids("ISIC_", 40, 0, 7))
    files.photos("ISBI2016_ISIC_Part3_Test_Data", ids("ISIC_", 6, 500, 7))
    rows = beside(ids("ISIC_", 40, 0, 7), turns(["benign", "benign", "malignant"], 40))
    files.table("ISBI2016_ISIC_Part3_Training_GroundTruth.csv", None, list(rows))
    files.table(
        "ISBI2016_ISIC_Part3_Test_GroundTruth.csv",
        None,
        list(beside(ids("ISIC_", 6, 500, 7), ["0.0", "1.0"] * 3)),
    )


@layout(
    "ham10000: photos in two folders, lesions",
    {
        "train.table": "HAM10000_metadata.csv",
        "train.images": "HAM10000_images_part_*/{image_id}.jpg",
        "train.group": "lesion_id",
        "tasks.dx.column": "dx",
    },
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    names = ids("ISIC_", 60, 24306, 7)
    files.photos("HAM10000_images_part_1", names[:30])
    files.photos("HAM10000_images_part_2", names[30:])
    rows = [
        (
            f"HAM_{i // 2:07d}",
            n,
            ["nv", "mel", "bkl", "bcc"][i // 2 % 4],
            turns(["histo", "consensus"], 60)[i],
            turns(["80.0", "75.0"], 60)[i],
            turns(["male", "female"], 60)[i],
            turns(["scalp", "ear", "back"], 60)[i],
        )
        for i, n in enumerate(names)
    ]
    files.table("HAM10000_metadata.csv", "lesion_id,image_id,dx,dx_type,age,sex,localization", rows)
    files.table(
        "hmnist_8_8_L.csv",
        ",".join(f"pixel{i:04d}" for i in range(64)) + ",label",
        [[i] * 64 + [i % 7] for i in range(60)],
    )


# AI Stages


@layout(
    "ai stages: documents, class numbers with a list of their names",
    {
        "train.table": "train.csv",
        "train.images": "train/{ID}",
        "test.table": "sample_submission.csv",
        "test.images": "test/{ID}",
        "submission.label": "target",
    },
    n_train=34,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 34), ".jpg")
    files.photos("test", ids("b", 5), ".jpg")
    files.table("train.csv", "ID,target", [(f"{n}.jpg", i % 17) for i, n in enumerate(ids("a", 34))])
    files.table("meta.csv", "target,class_name", [(i, f"document_{i}") for i in range(17)])
    files.table("sample_submission.csv", "ID,target", [(f"{n}.jpg", 0) for n in ids("b", 5)])


@layout(
    "ai stages: sketches, names and numbers of classes side by side, no sample",
    {
        "train.table": "train.csv",
        "train.images": "train/{image_path}",
        "test.table": "test.csv",
        "test.images": "test/{image_path}",
        "submission.id": "image_path",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    folders = ["n01443537", "n01484850", "n01494475", "n01537544", "n01616318"]
    rows = []
    for i in range(40):
        path = f"{folders[i % 5]}/sketch_{i}.JPEG"
        files.photo(f"train/{path}")
        rows.append((folders[i % 5], path, i % 5))
    files.photos("test", range(6), ".JPEG")
    files.table("train.csv", "class_name,image_path,target", rows)
    files.table("test.csv", "image_path", [(f"{i}.JPEG",) for i in range(6)])


# Dacon


@layout(
    "dacon: paintings, paths with a point in front, utf-8 with BOM",
    {
        "train.table": "train.csv",
        "train.images": "{img_path}",
        "test.table": "test.csv",
        "test.images": "{img_path}",
        "submission.id": "id",
        "submission.label": "artist",
    },
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train", [f"{i:04d}" for i in range(30)])
    files.photos("test", [f"TEST_{i:05d}" for i in range(6)])
    artists = turns(["Diego Velazquez", "Vincent van Gogh", "Claude Monet"], 30)
    files.table(
        "train.csv", "id,img_path,artist", [(i, f"./train/{i:04d}.jpg", a) for i, a in enumerate(artists)], "utf-8-sig"
    )
    files.table(
        "test.csv", "id,img_path", [(f"TEST_{i:05d}", f"./test/TEST_{i:05d}.jpg") for i in range(6)], "utf-8-sig"
    )
    files.table("sample_submission.csv", "id,artist", [(f"TEST_{i:05d}", "Edgar Degas") for i in range(6)], "utf-8-sig")
    files.table(
        "artists_info.csv",
        "name,years,genre,nationality",
        [(a, "1800 - 1900", "Baroque", "Spanish") for a in set(artists)],
    )


@layout(
    "dacon: wallpaper defects, Korean class folders whose file names repeat, cp949 tables",
    {"train.images": "train/*/*", "test.table": "test.csv", "test.images": "{img_path}", "submission.label": "label"},
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for name, count in {"가구수정": 5, "곰팡이": 12, "오염": 7}.items():
        files.photos(f"train/{name}", range(count), ".png")
    files.photos("test", [f"{i:03d}" for i in range(5)], ".png")
    files.table("test.csv", "id,img_path", [(f"TEST_{i:03d}", f"./test/{i:03d}.png") for i in range(5)], "cp949")
    files.table("sample_submission.csv", "id,label", [(f"TEST_{i:03d}", "가구수정") for i in range(5)], "cp949")


@layout(
    "dacon: anomalies, train_df and test_df with index columns",
    {
        "train.table": "train_df.csv",
        "train.images": "train/{file_name}",
        "tasks.label.column": "label",
        "test.table": "test_df.csv",
        "test.images": "test/{file_name}",
        "submission.id": "index",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    things, states = turns(["bottle", "cable"], 40), turns(["good", "good", "broken", "bent"], 40)
    files.photos("train", range(10000, 10040), ".png")
    files.photos("test", range(20000, 20005), ".png")
    rows = [(i, f"{10000 + i}.png", t, s, f"{t}-{s}") for i, (t, s) in enumerate(beside(things, states))]
    files.table("train_df.csv", "index,file_name,class,state,label", rows)
    files.table("test_df.csv", "index,file_name", [(i, f"{20000 + i}.png") for i in range(5)])
    files.table("sample_submission.csv", "index,label", [(i, "tile-glue_strip") for i in range(5)])


@layout(
    "dacon: letters in noise, 26 columns of 0 and 1, called answer",
    {
        "train.table": "dirty_mnist_2nd_answer.csv",
        "train.images": "dirty_mnist_2nd/{index}.png",
        "tasks.label.kind": "labels",
        "tasks.label.classes": list("abcd"),
        "test.table": "sample_submission.csv",
        "test.images": "test_dirty_mnist_2nd/{index}.png",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("dirty_mnist_2nd", [f"{i:05d}" for i in range(30)], ".png")
    files.photos("test_dirty_mnist_2nd", [f"{i:05d}" for i in range(50000, 50005)], ".png")
    rows = [(f"{i:05d}", i % 2, i // 2 % 2, i // 3 % 2, i // 5 % 2) for i in range(30)]
    files.table("dirty_mnist_2nd_answer.csv", "index,a,b,c,d", rows)
    files.table("sample_submission.csv", "index,a,b,c,d", [(f"{i:05d}", 0, 0, 0, 0) for i in range(50000, 50005)])


@layout(
    "dacon: small birds, two paths to a photo in train and one in test",
    {"train.images": "{img_path}", "test.images": "{img_path}", "tasks.label.column": "label", "submission.id": "id"},
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("TRAIN_", 30, 0, 5))
    files.photos("upscale_train", ids("TRAIN_", 30, 0, 5), ".png")
    files.photos("test", ids("TEST_", 5, 0, 5))
    rows = [
        (f"./train/{n}.jpg", f"./upscale_train/{n}.png", f"B{i % 3:03d}") for i, n in enumerate(ids("TRAIN_", 30, 0, 5))
    ]
    files.table("train.csv", "img_path,upscale_img_path,label", rows)
    files.table("test.csv", "id,img_path", [(n, f"./test/{n}.jpg") for n in ids("TEST_", 5, 0, 5)])
    files.table("sample_submission.csv", "id,label", [(n, "B000") for n in ids("TEST_", 5, 0, 5)])


@layout(
    "dacon: used cars, class folders with spaces, a column for each of more classes than train has",
    {
        "train.images": "train/*/*",
        "tasks.label.classes": ["A4 2016", "BMW 3 Series", "K5 3", "Q30"],
        "test.table": "test.csv",
        "submission.id": "ID",
    },
    without=("submission.label",),
    says=("Q30",),
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for _place, name in enumerate(["A4 2016", "BMW 3 Series", "K5 3"]):
        files.photos(f"train/{name}", [f"{name.replace(' ', '_')}_{i}" for i in range(8)])
    files.photos("test", ids("TEST_", 5, 0, 5))
    files.table("test.csv", "ID,img_path", [(n, f"./test/{n}.jpg") for n in ids("TEST_", 5, 0, 5)])
    files.table(
        "sample_submission.csv", "ID,A4 2016,BMW 3 Series,K5 3,Q30", [(n, 0, 0, 0, 0) for n in ids("TEST_", 5, 0, 5)]
    )


# Nishika, HackerEarth, Analytics Vidhya


@layout(
    "nishika: connectors, file names and targets",
    {
        "train.images": "train/{filename}",
        "test.table": "test.csv",
        "test.images": "test/{filename}",
        "submission.label": "target",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", [f"mini-{i:03d}" for i in range(30)], ".jpeg")
    files.photos("test", [f"odd-{i:03d}" for i in range(5)], ".jpeg")
    files.table("train.csv", "filename,target", [(f"mini-{i:03d}.jpeg", i % 6) for i in range(30)])
    files.table("test.csv", "filename", [(f"odd-{i:03d}.jpeg",) for i in range(5)])
    files.table("sample_submission.csv", "filename,target", [(f"odd-{i:03d}.jpeg", 0) for i in range(5)])


@layout(
    "hackerearth: gala, everything in dataset/, folders with spaces, no sample",
    {
        "train.table": "dataset/train.csv",
        "train.images": "dataset/Train Images/{Image}",
        "test.table": "dataset/test.csv",
        "test.images": "dataset/Test Images/{Image}",
        "submission.label": "Class",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("dataset/Train Images", [f"image{i}" for i in range(1000, 1030)])
    files.photos("dataset/Test Images", [f"image{i}" for i in range(5)])
    files.table(
        "dataset/train.csv",
        "Image,Class",
        [(f"image{1000 + i}.jpg", ["Food", "misc", "Attire"][i % 3]) for i in range(30)],
    )
    files.table("dataset/test.csv", "Image", [(f"image{i}.jpg",) for i in range(5)])


@layout(
    "analytics vidhya: names with letters behind, photos of both sides in one folder",
    {
        "train.table": "train_SOaYf6m/train.csv",
        "train.images": "train_SOaYf6m/images/{image_names}",
        "test.table": "test_vc2kHdQ.csv",
        "test.images": "train_SOaYf6m/images/{image_names}",
        "submission.sample": "sample_submission_yxjOnvz.csv",
        "submission.label": "emergency_or_not",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_SOaYf6m/images", range(35))
    files.table("train_SOaYf6m/train.csv", "image_names,emergency_or_not", [(f"{i}.jpg", i % 2) for i in range(30)])
    files.table("test_vc2kHdQ.csv", "image_names", [(f"{i}.jpg",) for i in range(30, 35)])
    files.table(
        "sample_submission_yxjOnvz.csv", "image_names,emergency_or_not", [(f"{i}.jpg", 0) for i in range(30, 35)]
    )


@layout(
    "analytics vidhya: ships, classes by number, test photos beside those of train",
    {
        "train.table": "train/train.csv",
        "train.images": "train/images/{image}",
        "test.table": "test_ApKoW4T.csv",
        "submission.label": "category",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train/images", range(2800000, 2800035))
    files.table("train/train.csv", "image,category", [(f"{2800000 + i}.jpg", 1 + i % 5) for i in range(30)])
    files.table("test_ApKoW4T.csv", "image", [(f"{2800030 + i}.jpg",) for i in range(5)])
    files.table("sample_submission_ns2btKE.csv", "image,category", [(f"{2800030 + i}.jpg", 1) for i in range(5)])


# DrivenData


@layout(
    "drivendata: animals, features and one-hot labels in two tables",
    {
        "train.table": "train_labels.csv",
        "train.images": "train_features/{id}.jpg",
        "train.group": "site",
        "train.join": [{"table": "train_features.csv", "on": "id"}],
        "tasks.label.columns": ["antelope_duiker", "bird", "blank"],
        "test.table": "test_features.csv",
        "test.images": "test_features/{id}.jpg",
        "submission.sample": "submission_format.csv",
    },
    n_train=60,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_features", ids("ZJ", 60, 0, 6))
    files.photos("test_features", ids("ZJ", 5, 16488, 6))
    files.table(
        "train_features.csv",
        "id,filepath,site",
        [(n, f"train_features/{n}.jpg", f"S{i // 5:04d}") for i, n in enumerate(ids("ZJ", 60, 0, 6))],
    )
    files.table(
        "train_labels.csv",
        "id,antelope_duiker,bird,blank",
        [(n, *[float(i % 3 == k) for k in range(3)]) for i, n in enumerate(ids("ZJ", 60, 0, 6))],
    )
    files.table(
        "test_features.csv",
        "id,filepath,site",
        [(n, f"test_features/{n}.jpg", "S9999") for n in ids("ZJ", 5, 16488, 6)],
    )
    files.table(
        "submission_format.csv",
        "id,antelope_duiker,bird,blank",
        [(n, 0.125, 0.125, 0.125) for n in ids("ZJ", 5, 16488, 6)],
    )


@layout(
    "drivendata: bees, numbers as 0.0 and 1.0",
    {
        "train.table": "train_labels.csv",
        "train.images": "images/train/{id}.jpg",
        "test.images": "images/test/{id}.jpg",
        "submission.label": "genus",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("images/train", range(30))
    files.photos("images/test", range(2000, 2005))
    files.table("train_labels.csv", "id,genus", [(i, f"{float(i % 2)}") for i in range(30)])
    files.table("SubmissionFormat.csv", "id,genus", [(i, "0.0") for i in range(2000, 2005)])


@layout(
    "drivendata: biopsies, labels and metadata by file name, classes called 0 to 3",
    {
        "train.table": "train_labels.csv",
        "train.images": "train/{filename}",
        "tasks.label.columns": ["0", "1", "2", "3"],
        "test.table": "test_metadata.csv",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("C", 40), ".tif")
    files.photos("test", ids("D", 5), ".tif")
    files.table(
        "train_metadata.csv",
        "filename,width,height,us_tif_url",
        [(f"{n}.tif", 100 + i, 90 + i * 3, f"s3://x/{n}.tif") for i, n in enumerate(ids("C", 40))],
    )
    files.table(
        "train_labels.csv",
        "filename,0,1,2,3",
        [(f"{n}.tif", *[int(i % 4 == k) for k in range(4)]) for i, n in enumerate(ids("C", 40))],
    )
    files.table(
        "test_metadata.csv", "filename,width,height,us_tif_url", [(f"{n}.tif", 100, 90, "s3://y") for n in ids("D", 5)]
    )
    files.table("submission_format.csv", "filename,0,1,2,3", [(f"{n}.tif", 0, 0, 0, 0) for n in ids("D", 5)])


# Zindi


@layout(
    "zindi: rice, photos of both sides in one folder, others beside them, a column for each class",
    {
        "train.table": "Train.csv",
        "train.images": "Images/{Image_id}",
        "test.table": "Test.csv",
        "test.images": "Images/{Image_id}",
        "tasks.Label.classes": ["blast", "brown", "healthy"],
    },
    without=("submission.label",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    names = ids("id_", 36)
    files.photos("Images", names)
    files.photos("Images", [f"{name}_rgn" for name in names])
    files.table(
        "Train.csv",
        "Image_id,Label",
        [(f"{n}.jpg", ["blast", "brown", "healthy"][i % 3]) for i, n in enumerate(names[:30])],
    )
    files.table("Test.csv", "Image_id", [(f"{n}.jpg",) for n in names[30:]])
    files.table(
        "SampleSubmission.csv", "Image_id,blast,brown,healthy", [(f"{n}.jpg", 0.3, 0.3, 0.4) for n in names[30:]]
    )


@layout(
    "zindi: crop damage, ids beside file names, letters of classes",
    {
        "train.images": "images/{filename}",
        "tasks.damage.column": "damage",
        "test.table": "Test.csv",
        "submission.id": "ID",
    },
    without=("submission.label",),
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    classes = ["DR", "G", "ND", "WN", "other"]
    files.photos("images", [f"L427F0{i}C01S{i}" for i in range(45)])
    files.table(
        "Train.csv",
        "ID,filename,damage",
        [(f"ID_{i:03d}XY", f"L427F0{i}C01S{i}.jpg", classes[i % 5]) for i in range(40)],
    )
    files.table("Test.csv", "ID,filename", [(f"ID_{i:03d}XY", f"L427F0{i}C01S{i}.jpg") for i in range(40, 45)])
    files.table(
        "SampleSubmission.csv", "ID,DR,G,ND,WN,other", [(f"ID_{i:03d}XY", 0, 0, 0, 0, 0) for i in range(40, 45)]
    )


@layout(
    "zindi: wheat rust, class folders and mixed endings, columns in another order",
    {
        "train.images": "train/train/*/*",
        "tasks.label.classes": ["leaf_rust", "stem_rust", "healthy_wheat"],
        "test.table": "sample_submission.csv",
    },
    without=("submission.label",),
    n_train=24,
    n_test=6,
)
def _(files: Files) -> None:
    endings = [".jpg", ".JPG", ".png", ".jpeg"]
    for place, name in enumerate(["healthy_wheat", "leaf_rust", "stem_rust"]):
        for i in range(8):
            files.photo(f"train/train/{name}/{name[0]}{place}Q{i}{endings[i % 4]}")
    for i in range(6):
        files.photo(f"test/test/T{i}A{endings[i % 4]}")
    files.table(
        "sample_submission.csv", "ID,leaf_rust,stem_rust,healthy_wheat", [(f"T{i}A", 0.5, 0.2, 0.3) for i in range(6)]
    )


@layout(
    "zindi: growth stages, one folder, the sample alone names the test photos",
    {
        "train.table": "Train.csv",
        "train.images": "Images/{UID}.jpeg",
        "test.table": "SampleSubmission.csv",
        "tasks.growth_stage.column": "growth_stage",
    },
    n_train=35,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("Images", ids("U", 40), ".jpeg")
    files.table(
        "Train.csv", "UID,growth_stage,label_quality", [(n, 1 + i % 7, 1 + i % 2) for i, n in enumerate(ids("U", 35))]
    )
    files.table("SampleSubmission.csv", "UID,growth_stage", [(n, 4) for n in ids("U", 5, 35)])


# iFLYTEK, DataFountain: Chinese names and encodings


@layout(
    "iflytek: class folders, a sample with a Chinese name",
    {
        "train.images": "train/*/*",
        "test.table": "提交示例.csv",
        "test.images": "test/{image}",
        "submission.label": "label",
    },
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for name in ["d1", "d2", "d3", "d4"]:
        files.photos(f"train/{name}", [f"{name}x{i}" for i in range(6)])
    files.photos("test", ids("t", 5))
    files.table("提交示例.csv", "image,label", [(f"{n}.jpg", "d1") for n in ids("t", 5)], "gb18030")


@layout(
    "iflytek: table in gbk, Chinese classes, Chinese folders",
    {
        "train.table": "训练集/train.csv",
        "train.images": "训练集/images/{image}",
        "test.images": "测试集/{image}",
        "submission.label": "label",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("训练集/images", ids("p", 30))
    files.photos("测试集", ids("q", 5))
    files.table(
        "训练集/train.csv",
        "image,label",
        [(f"{n}.jpg", ["锈病", "白粉病", "健康"][i % 3]) for i, n in enumerate(ids("p", 30))],
        "gbk",
    )
    files.table("提交样例.csv", "image,label", [(f"{n}.jpg", "健康") for n in ids("q", 5)], "gbk")


@layout(
    "datafountain: a list with spaces, and a submit example",
    {
        "train.table": "train_list.txt",
        "train.header": False,
        "train.images": "train/{1}",
        "tasks.label.column": "2",
        "submission.sample": "submit_example.csv",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    files.photos("test", ids("b", 5))
    files.table("train_list.txt", None, [(f"{n}.jpg", i % 3) for i, n in enumerate(ids("a", 30))], separator=" ")
    files.table("submit_example.csv", "image,label", [(f"{n}.jpg", 0) for n in ids("b", 5)])


# Kaggle


@layout(
    "kaggle: proteins, four files a photo, labels between bars",
    {
        "train.images": "train/{ID}_red.png",
        "photos.bands": ["_red", "_green", "_blue", "_yellow"],
        "photos.channels": 4,
        "tasks.Label.kind": "labels",
        "tasks.Label.separator": "|",
        "submission.separator": "|",
        "test.images": "test/{ID}_red.png",
    },
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    for side, names in (("train", ids("a", 30)), ("test", ids("b", 4))):
        for name in names:
            files.photos(side, [f"{name}_{colour}" for colour in ("red", "green", "blue", "yellow")], ".png")
    cells = turns(["8|5|0", "14|0", "5", "0|16", "8", "14", "16|5", "0"], 30)
    files.table("train.csv", "ID,Label", list(beside(ids("a", 30), cells)))
    files.table("sample_submission.csv", "ID,Label", [(n, "0") for n in ids("b", 4)])


@layout(
    "kaggle: landmarks, folders by the letters of the id",
    refused="--sample none",
)
def _(files: Files) -> None:
    train, test = [f"{i * 7919:016x}"[::-1] for i in range(1, 41)], [f"{i * 104729:016x}"[::-1] for i in range(1, 6)]
    for side, names in (("train", train), ("test", test)):
        for name in names:
            files.photo(f"{side}/{name[0]}/{name[1]}/{name[2]}/{name}.jpg")
    files.table("train.csv", "id,landmark_id", [(n, 100 + i % 8 * 113) for i, n in enumerate(train)])
    files.table("sample_submission.csv", "id,landmarks", [(n, "27 0.8") for n in test])


@layout(
    "kaggle: eyes, two photos of a person by name",
    {
        "train.table": "trainLabels.csv",
        "train.images": "train/{image}.jpeg",
        "tasks.level.column": "level",
        "test.table": "sampleSubmission.csv",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    train = [f"{i}_{side}" for i in range(10, 30) for side in ("left", "right")]
    test = [f"{i}_{side}" for i in range(1, 4) for side in ("left", "right")]
    files.photos("train", train, ".jpeg")
    files.photos("test", test, ".jpeg")
    files.table("trainLabels.csv", "image,level", [(n, i % 5) for i, n in enumerate(train)])
    files.table("sampleSubmission.csv", "image,level", [(n, 0) for n in test])
