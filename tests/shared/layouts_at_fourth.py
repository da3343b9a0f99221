"""Layouts that allow one sensible reading, which `kit init table` takes and tells: it asked of them, or was wrong."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from shared.host_files import Files, Layout, beside, collect, ids, turns
from shared.laid_out import photo

AT_FOURTH: list[Layout] = []
layout = collect(AT_FOURTH)


# Folders


@layout(
    "kaggle monkeys: a list of classes with how many photos each has, class folders of two sides",
    {"train.images": "training/training/*/*", "tasks.label.column": "folder"},
    n_train=60,
)
def _(files: Files) -> None:
    lines = ["Label, Latin Name            , Common Name                   ,Train Images, Validation Images"]
    for k, letter in enumerate("abcdefghij"):
        files.photos(f"training/training/n{k}", [f"n{k}{1000 + i}" for i in range(6)])
        files.photos(f"validation/validation/n{k}", [f"n{k}{i:02d}" for i in range(2)])
        lines.append(f"n{k}  , latin_{letter}      , monkey_{letter}        , {100 + k}        , {26 + k % 3}")
    files.text("monkey_labels.txt", "\n".join(lines) + "\n")


@layout(
    "flowers: a folder of many photos for each row, whose other columns are names and numbers",
    {"train.images": "photos/*/*", "tasks.label.column": "folder"},
    n_train=36,
)
def _(files: Files) -> None:
    rows = []
    for k, name in enumerate(("aster", "lily", "rose", "tulip")):
        files.photos(f"photos/{name}", [f"{name}{i}" for i in range(9)])
        rows.append((name, f"latin {name}", [40, 40, 55, 55][k]))
    files.table("flowers.csv", "folder,latin,height", rows)


@layout(
    "kaggle breast patches: folders of patients, and below them folders of the two classes",
    {"train.images": "{who}/*/*", "train.group": "who", "tasks.label.classes": ["0", "1"]},
    says=("grouped by the folder above the classes", "--group none"),
    n_train=120,
)
def _(files: Files) -> None:
    for place, who in enumerate((10253, 8863, 9037, 10290, 12750, 9345, 14306, 16552, 13613, 8914)):
        for label in (0, 1):
            for i in range(6):
                files.photo(f"{who}/{label}/{who}_idx5_x{1001 + 50 * i}_y{1051 + 50 * place}_class{label}.png")


@layout(
    "parts of a train set are no people",
    {"train.images": "*/*/*", "tasks.label.classes": ["cat", "dog"]},
    without=("train.group",),
    n_train=40,
)
def _(files: Files) -> None:
    for part in range(5):
        for name in ("cat", "dog"):
            files.photos(f"part_{part}/{name}", [f"{name}{part}{i}" for i in range(4)])


@layout(
    "clips of a few frames below folders of classes, counted anew in each",
    {"train.images": "train/{label}/*/*", "train.group": ["label", "folder"], "tasks.label.column": "label"},
    says=("9 folders lie below those of the classes",),
    n_train=36,
)
def _(files: Files) -> None:
    for name in ("run", "sit", "walk"):
        for clip in (1, 2, 3):
            files.photos(f"train/{name}/clip_{clip:02d}", [f"{name}{clip}{i}" for i in range(4)])


@layout(
    "breast slides: folders of slides with long numbers below those of the classes",
    {"train.images": "SOB/{label}/*/*", "tasks.label.classes": ["adenosis", "fibroma"]},
    n_train=24,
)
def _(files: Files) -> None:
    for name in ("adenosis", "fibroma"):
        for k in range(4):
            files.photos(f"SOB/{name}/SOB_B_A_14-{22549 + k + len(name)}AB", [f"{name}{k}{i}" for i in range(3)])


@layout(
    "folders on two levels, of which the sample shows the upper ones",
    {"train.images": "train/{label}/*/*", "tasks.label.classes": ["bird", "plant"]},
    n_train=32,
)
def _(files: Files) -> None:
    for name, below in (("bird", ("finch", "owl")), ("plant", ("fern", "moss"))):
        for kind in below:
            files.photos(f"train/{name}/{kind}", [f"{kind}{i}" for i in range(8)])
    files.photos("test", ids("t", 4))
    files.table("sample_submission.csv", "id,label", [(name, "bird") for name in ids("t", 4)])


@layout(
    "kaggle chest x-rays: all of it once more in a folder of the same name",
    {"train.images": "chest_xray/train/*/*", "test.images": "chest_xray/test/*/*"},
    says=("--test for chest_xray/chest_xray/test/",),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for base in ("chest_xray", "chest_xray/chest_xray"):
        files.count = 0
        for side, count, start in (("train", 20, 0), ("val", 2, 500), ("test", 6, 900)):
            numbers = range(start, start + count)
            files.photos(f"{base}/{side}/NORMAL", [f"IM-{i:04d}-0001" for i in numbers], ".jpeg")
            files.photos(f"{base}/{side}/PNEUMONIA", [f"person{i // 2}_virus_{i}" for i in numbers], ".jpeg")


@layout(
    "grand challenge discs: folders of masks with the names of the class folders",
    {"train.images": "Training400/*/*", "test.images": "Test400/*"},
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for name, letter, count in (("Glaucoma", "g", 10), ("Non-Glaucoma", "n", 30)):
        files.photos(f"Training400/{name}", ids(letter, count, 1))
        files.photos(f"Annotation-Training400/Disc_Cup_Masks/{name}", ids(letter, count, 1), ".bmp")
    files.photos("REFUGE-Validation400", ids("V", 8, 1))
    files.photos("Test400", ids("T", 8, 1))


@layout(
    "ultrasound of breasts: a mask beside each photo, in the folder of its class",
    {"train.images": "Dataset_BUSI_with_GT/*/*[!1k].*", "tasks.label.classes": ["benign", "malignant", "normal"]},
    says=("28 of 54 are masks or other looks of the photo beside them",),
    n_train=26,
)
def _(files: Files) -> None:
    for name, count in (("benign", 12), ("malignant", 8), ("normal", 6)):
        for i in range(1, count + 1):
            files.photo(f"Dataset_BUSI_with_GT/{name}/{name} ({i}).png")
            files.photo(f"Dataset_BUSI_with_GT/{name}/{name} ({i})_mask.png")
    for i in (1, 2):
        files.photo(f"Dataset_BUSI_with_GT/benign/benign ({i})_mask_1.png")


@layout("masks of another format beside the photos", {"train.images": "skin/*/*.jpg"}, n_train=16)
def _(files: Files) -> None:
    for name in ("nevus", "wart"):
        files.photos(f"skin/{name}", ids(name[0], 8))
        files.photos(f"skin/{name}", [f"{one}_segmentation" for one in ids(name[0], 8)], ".png")


@layout("numbered masks beside numbered photos", refused="move them into a folder of their own")
def _(files: Files) -> None:
    for name in ("nevus", "wart"):
        files.photos(f"skin/{name}", ids(name[0], 8))
        files.photos(f"skin/{name}", [f"{one}_mask_1" for one in ids(name[0], 8)])


@layout(
    "kaggle sign language digits: class folders, and a folder of examples beside",
    {"train.images": "Dataset/*/*"},
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    for digit in range(10):
        files.photos(f"Dataset/{digit}", [f"IMG_{1118 + 10 * i + digit}" for i in range(6)], ".JPG")
    files.photos("Examples", [f"example_{digit}" for digit in range(10)], ".JPG")


# Names


@layout(
    "grand challenge myopia: the first letter of a name is its class, and validation photos have none",
    {"train.images": "PALM-Training400/*", "test.images": "PALM-Validation400/*"},
    says=("the photos of PALM-Validation400/ have no label", "--test none"),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("PALM-Training400", [*ids("H", 6, 1), *ids("N", 14, 1), *ids("P", 20, 1)])
    files.photos("PALM-Validation400", ids("V", 8, 1))


@layout(
    "validation photos that are called by their class are no test set",
    {"train.images": "train/*"},
    without=("test",),
    n_train=20,
)
def _(files: Files) -> None:
    for folder, count in (("train", 10), ("valid", 3)):
        files.photos(folder, [f"{name}.{i}" for name in ("cat", "dog") for i in range(count)])


@layout(
    "chests of tuberculosis: the last part of a name is 0 or 1, a reading beside each",
    {"train.images": "CXR_png/*_*_{label}.*", "tasks.label.classes": ["0", "1"]},
    says=("the label is 0, 1, part 3 of names",),
    n_train=40,
)
def _(files: Files) -> None:
    for i in range(40):
        name = f"CHNCXR_{i + 1:04d}_{int(i >= 20)}"
        files.photo(f"CXR_png/{name}.png")
        files.text(f"ClinicalReadings/{name}.txt", f"male {20 + i}yrs\n{'normal' if i < 20 else 'PTB in the left'}\n")


@layout(
    "kaggle chinese numbers: the columns that make a photo's name are no labels, one is who wrote it",
    {
        "train.images": "data/data/input_{suite_id}_{sample_id}_{code}.jpg",
        "tasks.value.column": "value",
        "train.group": "suite_id",
    },
    says=("'character' say the same", "grouped by suite_id: 5 values", "--group none"),
    n_train=150,
)
def _(files: Files) -> None:
    rows = []
    values = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000, 10000, 100000000)
    for suite in range(1, 6):
        for sample in (1, 10):
            for code, value in enumerate(values, start=1):
                files.photo(f"data/data/input_{suite}_{sample}_{code}.jpg")
                rows.append((suite, sample, code, value, "零一二三四五六七八九十百千万亿"[code - 1]))
    files.table("chinese_mnist.csv", "suite_id,sample_id,code,value,character", rows)


@layout(
    "retinas of babies: folders of the babies' numbers with zeros in front, photos called by the eye",
    {
        "train.images": "images/{infant_id:03}/{eye}.png",
        "train.group": "infant_id",
        "tasks.stage.column": "stage",
    },
    options=("--label", "stage"),
    n_train=60,
)
def _(files: Files) -> None:
    rows = []
    for i in range(60):
        files.photo(f"images/{i // 2:03d}/{('OD', 'OS')[i % 2]}.png")
        rows.append((i // 2, ("OD", "OS")[i % 2], i % 4, (0, 1, 2)[i % 3], 30 + i // 2 % 10))
    files.table("eyes.csv", "infant_id,eye,stage,zone,gestation_weeks", rows)


@layout(
    "bees and wasps: paths of windows with the folder of the class, flags of the host's own validation",
    {"train.table": "labels.csv", "train.images": "{path}", "tasks.label.column": "label"},
    says=("'is_validation' is the host's own split",),
    n_train=60,
)
def _(files: Files) -> None:
    rows = []
    for i in range(60):
        name = ("bee1", "wasp1", "other_insect")[i % 3]
        files.photo(f"{name}/{10007154554 + i * 7}_n.jpg")
        flags = (int(i % 3 == 0), int(i % 3 == 1), i % 2, int(i % 10 == 8), int(i % 10 == 9))
        rows.append((i, f"{name}\\{10007154554 + i * 7}_n.jpg", *flags, name))
    header = "id,path,is_bee,is_wasp,photo_quality,is_validation,is_final_validation,label"
    files.table("labels.csv", header, rows)


# Tables in several files


@layout(
    "dacon leaves: a table of weights for each case, features of each photo beside",
    {
        "train.table": "train/CASE0*/label.csv",
        "train.images": "train/{img_name[0:6]}/image/{img_name}",
        "tasks.leaf_weight.kind": "number",
        "test.images": "test/image/{img_name}",
    },
    says=("5 tables of the same columns", "--train FILE for one of them"),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for case in range(1, 6):
        names = [f"CASE{case:02d}_{i:02d}" for i in range(1, 9)]
        files.photos(f"train/CASE{case:02d}/image", names, ".png")
        rows = [(f"{name}.png", round(40 + 7.3 * i + case, 3)) for i, name in enumerate(names)]
        files.table(f"train/CASE{case:02d}/label.csv", "img_name,leaf_weight", rows)
        for name in names:
            hours = [(f"2021-01-01 0{k}:00:00", 20 + k, 60) for k in range(4)]
            files.table(f"train/CASE{case:02d}/meta/{name}.csv", "시간,내부온도관측치,내부습도관측치", hours)
    files.photos("test/image", ids("", 8, 1, 3), ".png")
    files.table("sample_submission.csv", "img_name,leaf_weight", [(f"{name}.png", 0) for name in ids("", 8, 1, 3)])


@layout(
    "tables of several places whose photos are counted anew in each",
    {"train.table": "*/labels.csv", "train.images": "{in_folder}/photos/{photo}.jpg", "tasks.label.column": "label"},
    n_train=40,
)
def _(files: Files) -> None:
    for place in ("bergen", "oslo"):
        files.photos(f"{place}/photos", ids("", 20, 1, 3))
        files.table(f"{place}/labels.csv", "photo,label", beside(ids("", 20, 1, 3), turns(("fir", "oak"), 20)))


@layout(
    "clean and noisy tables of the same columns, of different photos: which is meant is asked",
    refused="the train table could be train_clean.csv, train_noisy.csv",
)
def _(files: Files) -> None:
    _clean_and_noisy(files)


@layout(
    "clean and noisy tables, told by a pattern that both are meant",
    {"train.table": "train_*.csv"},
    options=("--train", "train_*.csv"),
    n_train=40,
)
def _(files: Files) -> None:
    _clean_and_noisy(files)


@layout("a pattern of no table", refused="there is no file like 'trian_*.csv'", options=("--train", "trian_*.csv"))
def _(files: Files) -> None:
    _clean_and_noisy(files)


def _clean_and_noisy(files: Files) -> None:
    files.photos("images", ids("a", 40))
    for name, start in (("clean", 0), ("noisy", 20)):
        rows = beside(ids("a", 20, start), turns(("x", "y"), 20))
        files.table(f"train_{name}.csv", "id,label", rows)


@layout(
    "clothing: lists of photos with a comma in their names, and of labels beside",
    refused="the train table could be clean_train_key_list.txt, noisy_train_key_list.txt",
)
def _(files: Files) -> None:
    _clothing(files)


@layout(
    "clothing, told the list",
    {
        "train.table": "clean_train_key_list.txt",
        "train.join": [{"table": "clean_label_kv.txt", "on": "1", "separator": " ", "header": False}],
        "train.images": "{1}",
        "tasks.label.column": "2",
        "test.table": "clean_test_key_list.txt",
    },
    options=("--train", "clean_train_key_list.txt"),
    n_train=12,
    n_test=6,
)
def _(files: Files) -> None:
    _clothing(files)


def _clothing(files: Files) -> None:
    names = [f"images/{i % 4}/{i % 4}{i % 10}/{1000 + i * 7},{90000 + i}.jpg" for i in range(60)]
    for name in names:
        files.photo(name)
    files.text("noisy_label_kv.txt", "".join(f"{name} {i % 4}\n" for i, name in enumerate(names[:44])))
    files.text("clean_label_kv.txt", "".join(f"{name} {i % 4}\n" for i, name in enumerate(names[28:])))
    lists = (("noisy_train", 0, 36), ("clean_train", 36, 48), ("clean_val", 48, 54), ("clean_test", 54, 60))
    for name, start, stop in lists:
        files.text(f"{name}_key_list.txt", "".join(f"{one}\n" for one in names[start:stop]))


@layout(
    "ai hub peppers: a json note for each photo, in a folder with brackets beside that of the photos",
    {
        "train.table": "Training/[라벨]고추_0.정상/*.json",
        "train.images": "Training/[원천]고추_0.정상/{description.image}",
        "tasks.annotations_disease.column": "annotations.disease",
    },
    n_train=24,
)
def _(files: Files) -> None:
    for side, count in (("Training", 24), ("Validation", 8)):
        for i in range(count):
            name = f"V006_77_0_00_04_01_13_{i % 2}_c03_20201209_{i:04d}_S01_1_{side[0]}.jpg"
            files.photo(f"{side}/[원천]고추_0.정상/{name}")
            note = {"description": {"image": name}, "annotations": [{"disease": i % 2, "crop": 6}]}
            files.text(f"{side}/[라벨]고추_0.정상/{name}.json", json.dumps(note))


@layout("notes with a record for each thing on a photo are no labels of it", refused="make one of the notes")
def _(files: Files) -> None:
    for i in range(24):
        files.photo(f"images/a{i}.jpg")
        shapes = [{"label": "ab"[k], "points": [k, i]} for k in range(1 + i % 2)]
        files.text(f"images/a{i}.json", json.dumps({"imagePath": f"a{i}.jpg", "shapes": shapes}))


@layout(
    "kaggle film posters: a table in latin letters, of which some photos were never fetched",
    {"train.table": "MovieGenre.csv", "tasks.Genre.separator": "|", "fixes": {}},
    says=("10 of 60 train photos that MovieGenre.csv names are not there", "fixes.csv leaves them out"),
    n_train=50,
)
def _(files: Files) -> None:
    genres = ("Animation|Adventure|Comedy", "Action|Drama", "Comedy", "Drama|Romance", "Drama", "Romance", "Action")
    rows = []
    for i in range(60):
        imdb = 114709 + i * 7
        link, score = f"http://www.imdb.com/title/tt{imdb}", round(4 + i % 50 / 10, 1)
        rows.append((imdb, link, f'"Le été, part {i} (1995)"', score, genres[i % 7], f"https://host/{i}.jpg"))
    files.photos("SampleMoviePosters", [row[0] for row in rows[:50]])
    files.table("MovieGenre.csv", "imdbId,Imdb Link,Title,IMDB Score,Genre,Poster", rows, encoding="latin-1")


# Which column is the label


@layout(
    "isic archive: three levels of a diagnosis, of which the finest says the others",
    {"train.table": "metadata.csv", "tasks.diagnosis_3.column": "diagnosis_3", "train.group": "lesion_id"},
    says=("the label is 'diagnosis_3', which says what 'diagnosis_1', 'diagnosis_2' hold",),
    n_train=72,
)
def _(files: Files) -> None:
    levels = (
        ("Benign", "Benign melanocytic proliferations", "Nevus"),
        ("Malignant", "Malignant melanocytic proliferations", "Melanoma in situ"),
        ("Malignant", "Malignant epidermal proliferations", "Basal cell carcinoma"),
        ("Benign", "Benign epidermal proliferations", "Seborrheic keratosis"),
    )
    rows = []
    for i in range(72):
        name = f"ISIC_{24306 + i * 3:07d}"
        files.photo(f"ISIC-images/{name}.jpg")
        site, sex = ("posterior torso", "head/neck")[i % 2], ("male", "female")[i // 2 % 2]
        rows.append((name, "ViDIR Group", 45 + i % 9 * 5, site, *levels[i % 4], f"HAM_{i // 2:07d}", sex))
    header = "isic_id,attribution,age_approx,anatom_site_general,diagnosis_1,diagnosis_2,diagnosis_3,lesion_id,sex"
    files.table("metadata.csv", header, rows)


@layout(
    "a column that says another may be who is on a photo, and is asked about",
    refused="the label could be mrn, lump",
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 60))
    rows = [(name, f"m{i // 6}", "yn"[i // 6 % 2]) for i, name in enumerate(ids("a", 60))]
    files.table("data.csv", "image,mrn,lump", rows)


@layout(
    "votes about quality: shares of each mark, their mean, and a set of the host's own",
    {"tasks.MOS.kind": "number", "train.rows": {"set": ["training", "validation"]}, "test.rows": {"set": ["test"]}},
    says=("the label is 'MOS', by its name",),
)
def _(files: Files) -> None:
    rows = []
    for i in range(60):
        name = f"{10004473376 + i * 7919}.jpg"
        files.photo(f"1024x768/{name}")
        votes = [i * 7 % 5, i * 3 % 9, 30 + i % 20, 20 + i % 17]
        votes.append(106 - sum(votes))
        mean = sum((k + 1) * count for k, count in enumerate(votes)) / 106
        side = "training" if i % 10 < 7 else "validation" if i % 10 == 7 else "test"
        rows.append((name, *(round(count / 106, 6) for count in votes), 106, round(20 * mean, 4), i % 9 / 20, side))
    files.table("koniq10k_distributions_sets.csv", "image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set", rows)


@layout(
    "of two columns that may be the label one alone holds what the sample shows",
    {"tasks.grade.column": "grade"},
    says=("the label is 'grade', which alone holds what the sample shows",),
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,shape,grade", beside(ids("a", 30), turns("xyz", 30), turns("1223", 30)))
    files.table("sample_submission.csv", "id,answer", [(name, 2) for name in ids("b", 4)])


@layout(
    "padchest: an index that says the folder of the first photos too, lists as python writes them",
    {"train.images": "{ImageDir}/{ImageID}", "train.group": "PatientID", "tasks.Labels.kind": "labels"},
    n_train=60,
)
def _(files: Files) -> None:
    found = ("['normal']", "['cardiomegaly', 'aortic elongation']", "['pleural effusion']", "['aortic elongation']")
    rows = []
    for i in range(60):
        name = f"{20536686640136348236 + i}_k6ga29.png"
        files.photo(f"{i % 4}/{name}")
        rows.append((i, name, i % 4, f"201401{1 + i % 27:02d}", f"8396869424{i // 3}", f'"{found[i // 2 % 4]}"'))
    header = ",ImageID,ImageDir,StudyDate_DICOM,PatientID,Labels"
    files.table("PADCHEST_chest_x_ray_images_labels_160K.csv", header, rows)


@layout(
    "tianchi house numbers: a list of digits for each photo, some of them twice",
    {"tasks.label.kind": "labels"},
    says=("'label' names a label twice in 2 of 30 cells, such as '5 5'",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("mchar_train", ids("", 30, 0, 6), ".png")
    files.photos("mchar_test_a", ids("", 6, 0, 6), ".png")
    digits = {f"{i:06d}.png": {"label": [i % 10, i // 3 % 10][: 1 + i % 2], "top": [77, 81]} for i in range(30)}
    files.text("mchar_train.json", json.dumps(digits))
    rows = [(f"{name}.png", 1) for name in ids("", 6, 0, 6)]
    files.table("mchar_sample_submit_A.csv", "file_name,file_code", rows)


@layout("captions: a text for each photo, and nothing that repeats", refused="('file_name', 'text') has values that")
def _(files: Files) -> None:
    files.photos("train", ids("", 40, 0, 4), ".png")
    rows = [(f"{name}.png", f"a drawing of a creature with {i} eyes") for i, name in enumerate(ids("", 40, 0, 4))]
    files.table("train/metadata.csv", "file_name,text", rows)


@layout(
    "a table that cannot be read is told before what the photos' names may say",
    refused="bee_data.csv cannot be read as one (this is not a csv table: line 4 has 4 cells",
)
def _(files: Files) -> None:
    names = [f"{41 + i // 8:03d}_{60 + i:03d}" for i in range(40)]
    files.photos("bee_imgs", names, ".png")
    health = ["healthy", "healthy", "few mites, hive beetles", *turns(["healthy"], 37)]
    rows = [(f"{name}.png", one, "Alvin") for name, one in zip(names, health, strict=True)]
    files.table("bee_data.csv", "file,health,location", rows)


@layout("chest x-rays of studies: their findings stand in a table that has no photo", refused="hold 1, 0, -1 and gaps")
def _(files: Files) -> None:
    _studies(files)


@layout(
    "chest x-rays of studies, told one finding",
    {
        "train.table": "mimic-cxr-2.0.0-metadata.csv",
        "train.group": "subject_id",
        "tasks.No_Finding.column": "No Finding",
        "train.rows": {"split": ["train", "validate"], "No Finding": ["*"]},
    },
    options=("--label", "No Finding"),
    says=("'split' is the host's own split",),
)
def _(files: Files) -> None:
    _studies(files)


def _studies(files: Files) -> None:
    rows, photos, splits = [], [], []
    for i in range(60):
        subject, study, name = 10000032 + i // 4 * 7, 50414267 + i // 2 * 3, f"{7919 * i:08x}-02aa804e"
        files.photo(f"files/p10/p{subject}/s{study}/{name}.jpg")
        photos.append((name, subject, study, ("PA", "LATERAL")[i % 2], 2500, 3056))
        splits.append((name, study, subject, ("train", "train", "train", "test", "validate")[i // 4 % 5]))
        if i % 2 == 0:
            cells = (("1.0", "", "0.0", "-1.0")[i // 2 % 4], ("", "1.0", "")[i // 2 % 3])
            rows.append((subject, study, *cells, ("0.0", "", "1.0")[i // 2 % 3], ("1.0", "0.0", "")[i // 4 % 3]))
    header = "subject_id,study_id,Atelectasis,Cardiomegaly,Edema,No Finding"
    files.table("mimic-cxr-2.0.0-chexpert.csv", header, rows)
    files.table("mimic-cxr-2.0.0-metadata.csv", "dicom_id,subject_id,study_id,ViewPosition,Rows,Columns", photos)
    files.table("mimic-cxr-2.0.0-split.csv", "dicom_id,study_id,subject_id,split", splits)


# The sample


@layout(
    "signate drives: three flags, and a sample without names of its columns",
    {"tasks.label.classes": ["rain", "night", "tunnel"], "submission.values": ["2", "3", "4"]},
    says=("its 3 answers are 'rain', 'night', 'tunnel'",),
    n_train=36,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train_images", ids("train_", 36))
    files.photos("test_images", ids("test_", 6))
    rows = [(f"{name}.jpg", i % 2, i // 2 % 2, int(i % 7 == 0)) for i, name in enumerate(ids("train_", 36))]
    files.table("train_annotations.tsv", "image_id,rain,night,tunnel", rows, separator="\t")
    rows = [(f"{name}.jpg", 0, 0, 0) for name in ids("test_", 6)]
    files.table("sample_submit.tsv", None, rows, separator="\t")


@layout(
    "tianchi cloth: class folders in parts, one class is called normal, a probability is asked",
    {
        "train.images": "*/*/*",
        "tasks.label.classes": ["正常", "other"],
        "tasks.label.values": {"正常": "正常", "*": "other"},
        "submission.probability_of": "other",
        "test.images": "xuelang_round1_test_a_20180709/{filename}",
    },
    says=("the probability of all others together is sent",),
    n_train=60,
    n_test=8,
)
def _(files: Files) -> None:
    for part, day in ((1, "0628"), (2, "0628"), (3, "0709")):
        for name, count in (("正常", 8), ("吊经", 6), ("擦洞", 6)):
            names = [f"J01_2018.06.{13 + part} {10 + i}_{len(name)}{ord(name[0])}" for i in range(count)]
            files.photos(f"xuelang_round1_train_part{part}_2018{day}/{name}", names)
    names = [f"J01_2018.06.29 09_{i:02d}_11" for i in range(8)]
    files.photos("xuelang_round1_test_a_20180709", names)
    files.table("sample_submit.csv", "filename,probability", [(f"{name}.jpg", 0.5) for name in names])


@layout(
    "machinehack cars: a sample of answers alone, in the order of the test table",
    {"train.table": "train.csv", "tasks.class.column": "class", "test.table": "test.csv", "submission.id": "filename"},
    without=("submission.sample",),
    says=("sample_submission.csv has answers alone, 'class', and no ids",),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train", ids("img_", 40))
    files.photos("test", ids("img_", 8, 500))
    names = [f"{name}.jpg" for name in ids("img_", 40)]
    files.table("train.csv", "filename,class", beside(names, turns(["sedan", "suv", "hatch", "truck"], 40)))
    files.table("test.csv", "filename", [(f"{name}.jpg",) for name in ids("img_", 8, 500)])
    files.table("sample_submission.csv", "class", [(kind,) for kind in turns(["sedan", "suv"], 8)])


@layout(
    "samples of two stages, of which the second has the ids of the first and more",
    {"submission.sample": "sample_submission_stage2.csv"},
    says=("--sample for another",),
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))
    for stage in (1, 2):
        files.table(f"sample_submission_stage{stage}.csv", "id,label", [(name, "x") for name in ids("b", 2 * stage)])


@layout(
    "samples of two stages, of which the photos of the second are not there yet",
    {"submission.sample": "sample_submission_stage1.csv"},
    says=("as the photos of sample_submission_stage2.csv are not all there",),
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))
    for stage in (1, 2):
        files.table(f"sample_submission_stage{stage}.csv", "id,label", [(name, "x") for name in ids("b", 4 * stage)])


@layout(
    "lists of names are asked, and train has columns of 0 and 1",
    {"tasks.label.kind": "labels", "submission.label": "labels", "submission.separator": " "},
    n_train=24,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 24))
    files.photos("test", ids("b", 4))
    rows = [(f"{name}.jpg", i % 2, i // 2 % 2, int(i % 3 == 0)) for i, name in enumerate(ids("a", 24))]
    files.table("train.csv", "image,rust,scab,frog", rows)
    files.table("sample_submission.csv", "image,labels", [(f"{name}.jpg", "rust scab") for name in ids("b", 4)])


@layout("datafountain faces: the sample itself is of pairs", refused="is a pair of photos, 'FaceId1' and 'FaceId2'")
def _(files: Files) -> None:
    for race in ("African", "Asian"):
        for k in range(5):
            files.photos(f"training/{race}/m.0{k}{race[1]}xq", range(3))
    names = ids("f", 8)
    files.photos("test", names)
    rows = [(f"{names[i]}.jpg", f"{names[i + 1]}.jpg", 0) for i in range(0, 8, 2)]
    files.table("submission_template.csv", "FaceId1,FaceId2,submit_cosine", rows)


@layout(
    "two places that cross: the coarser is the group, and the other is told",
    {"train.group": "field"},
    says=("--group 'camera'",),
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 60))
    rows = [(name, i // 10, (i + 3) // 5, "xy"[i % 2]) for i, name in enumerate(ids("a", 60))]
    files.table("train.csv", "id,field,camera,label", rows)


@layout("hugging face: the photos lie within a parquet", refused="photos within data/test-00000-of-00001.parquet")
def _(files: Files) -> None:
    (files.root / "data").mkdir()
    for side, count in (("train", 20), ("test", 5)):
        cells = [{"bytes": photo(i), "path": f"{i}.png"} for i in range(count)]
        table = pd.DataFrame({"image": cells, "label": np.arange(count) % 2})
        table.to_parquet(files.root / f"data/{side}-00000-of-00001.parquet")
    files.text("README.md", "---\nconfigs:\n---\n")
