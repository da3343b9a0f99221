"""Layouts that were not understood, or wrongly, in a thirteenth examination of `kit init table`."""

from __future__ import annotations

import json
import random
import uuid

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_THIRTEENTH: list[Layout] = []
layout = collect(AT_THIRTEENTH)
KINDS = ("calm", "glad", "sad")


def uuids(start: int, count: int) -> list[str]:
    rng = random.Random(start)
    return [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(count)]


@layout(
    "findings: class folders of a development set",
    {"train.images": "development_set/*/*", "test.images": "test_set/*"},
    n_train=24,
    n_test=9,
)
def _(files: Files) -> None:
    for place, kind in enumerate(KINDS):
        files.photos(f"development_set/{kind}", uuids(place * 8, 8))
    files.photos("test_set", uuids(30, 9))


# Records that lie in files called text.


def memes(files: Files, ending: str) -> None:
    for side, first, count in (("training_set", 0, 30), ("test_set", 30, 9)):
        names = [f"{name}_image.png" for name in ids("m", count, first)]
        for name in names:
            files.photo(f"data/{side}/{name}")
        records = [{"id": name, "text": "every time", "image": name} for name in names]
        if side == "training_set":
            records = [{**one, "labels": [KINDS[k % 3], *KINDS[: k % 2]]} for k, one in enumerate(records)]
        files.text(f"data/{side}/{side}.{ending}", json.dumps(records, indent=2))


for ending in ("txt", "json"):

    @layout(
        f"memes: records in json, called .{ending}",
        {"train.table": f"data/training_set/training_set.{ending}", "tasks.labels.kind": "labels"},
        n_train=30,
        n_test=9,
    )
    def _(files: Files, ending: str = ending) -> None:
        memes(files, ending)


@layout("memes: a list in brackets is no json", {"train.table": "train.txt"}, n_train=30)
def _(files: Files) -> None:
    files.photos("images", ids("m", 30))
    rows = [(f"{name}.jpg", KINDS[k % 3]) for k, name in enumerate(ids("m", 30))]
    files.text("train.txt", "[photo]\tlabel\n" + "".join(f"{name}\t{kind}\n" for name, kind in rows))


# Classes in the names of photos.


@layout(
    "sports: a word before an id",
    {"tasks.label.classes": ["baseball", "cricket", "football"], "test.images": "test/*"},
    n_train=180,
    n_test=9,
)
def _(files: Files) -> None:
    for place, kind in enumerate(("baseball", "cricket", "football")):
        files.photos("train", [f"{kind}-{name}" for name in uuids(place, 60)])
    files.photos("test", uuids(40, 9))


@layout("sports: a word before digits in hexadecimal", {"tasks.label.classes": ["cat", "dog"]}, n_train=24)
def _(files: Files) -> None:
    for place, kind in enumerate(("cat", "dog")):
        files.photos("train", [f"{kind}_{name.replace('-', '')}" for name in uuids(place, 12)])


# Which columns are asked.


@layout(
    "mitoses: what most of the experts said",
    {"tasks.majority.column": "majority", "train.group": "filename"},
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("cells", range(40), ".png")
    votes = [("AMF" if k % 3 else "NMF", "AMF" if k % 4 else "NMF") for k in range(40)]
    tumors = ("breast carcinoma", "lymphoma", "lung cancer")
    rows = [(f"{k}.png", f"{k % 8:03d}.tiff", tumors[k % 8 % 3], *votes[k], votes[k][0]) for k in range(40)]
    files.table("train_set.csv", "image_id,filename,Tumor,expert1,expert2,majority", rows)


@layout("homes: a column of one word is not what is left to ask", refused="the label could be topics, place; choose")
def _(files: Files) -> None:
    files.photos("assets", ids("h", 40))
    rows = [(f"{name}.jpg", "image", f"['{KINDS[k % 3]}']", f"home{k % 7}") for k, name in enumerate(ids("h", 40))]
    files.table("images_train.csv", "file,type,topics,place", rows[:30])
    files.table("images_test.csv", "file,type,topics,place", rows[30:])


@layout(
    "memes: three columns of answers go by the records of a json",
    refused="train/train_labels.csv has an answer for each line of train/train_data.json, by their order alone",
)
def _(files: Files) -> None:
    files.photos("train/images", ids("m", 30))
    records = [{"id": f"{name}.jpg", "text": f"monday {k}"} for k, name in enumerate(ids("m", 30))]
    files.text("train/train_data.json", json.dumps(records))
    files.table("train/train_labels.csv", None, turns([(1, 0, 0), (0, 1, 0), (0, 0, 1)], 30))


def tumours(files: Files) -> None:
    for side, kind, code in (("benign", "adenosis", "A"), ("benign", "fibro", "F"), ("malignant", "ductal", "DC")):
        for slide in (1, 2):
            for power in (40, 100):
                files.photos(
                    f"slides/{side}/SOB/{kind}/{code}_{slide}/{power}X", ids(f"{code}{slide}{power}_", 4), ".png"
                )


@layout(
    "tumours: which of several levels is asked",
    refused="could be slides/{label}/*/*/*/*/*, slides/*/*/{label}/*/*/*, slides/*/*/*/{label}/*/*, slides/*/*/*/*/",
)
def _(files: Files) -> None:
    tumours(files)


@layout(
    "tumours: the upper level",
    {"tasks.label.classes": ["benign", "malignant"]},
    options=("--image", "slides/{label}/*/*/*/*/*"),
    n_train=48,
)
def _(files: Files) -> None:
    tumours(files)


@layout(
    "tumours: the kinds below it",
    {"tasks.label.classes": ["adenosis", "ductal", "fibro"]},
    options=("--image", "slides/*/*/{label}/*/*/*"),
    n_train=48,
)
def _(files: Files) -> None:
    tumours(files)


@layout("airports: as many whole numbers as photos measure", {"tasks.label.kind": "number"}, n_train=48)
def _(files: Files) -> None:
    names = [f"train_{k}.jpg" for k in range(48)]
    for name in names:
        files.photo(f"trainimage/{name}")
    files.table("train_annotated.csv", None, [(name, 104872 + k * 7919 % 50021 * 31) for k, name in enumerate(names)])


@layout("sights: columns of True and False", {"tasks.label.kind": "labels"}, n_train=36)
def _(files: Files) -> None:
    files.photos("images", ids("s", 36))
    rows = [(f"{name}.jpg", k % 2 == 0, k % 3 == 0, k % 5 == 0) for k, name in enumerate(ids("s", 36))]
    files.table("training_labels.csv", "Name,Bench,Castle,Cave", rows)


@layout("sights: one True in each row", {"tasks.label.columns": ["Bench", "Castle", "Cave"]}, n_train=36)
def _(files: Files) -> None:
    files.photos("images", ids("s", 36))
    marks = [["TRUE" if k % 3 == place else "FALSE" for place in range(3)] for k in range(36)]
    rows = [(f"{name}.jpg", *marks[k]) for k, name in enumerate(ids("s", 36))]
    files.table("training_labels.csv", "Name,Bench,Castle,Cave", rows)


# What lies there in place of photos and tables.


@layout(
    "eyes: folders called by numbers, and a workbook beside",
    refused="each folder is called by a number, such as '0001', and info.xlsx lies beside, which kit does not read",
)
def _(files: Files) -> None:
    for eye in range(1, 9):
        files.photos(f"training/{eye:04d}", ids("s", 6, eye * 10))
    files.text("info.xlsx", "PK")


@layout(
    "eyes: such folders are classes where somebody says so",
    {"train.images": "training/*/*"},
    options=("--train", "training"),
    n_train=48,
)
def _(files: Files) -> None:
    for eye in range(1, 9):
        files.photos(f"training/{eye:04d}", ids("s", 6, eye * 10))
    files.text("info.xlsx", "PK")


@layout("signs: folders called by numbers, and no workbook", {"train.images": "training/*/*"}, n_train=48)
def _(files: Files) -> None:
    for sign in range(8):
        files.photos(f"training/{sign:05d}", ids("s", 6, sign * 10))


@layout(
    "pigs: films, of which photos have to be taken first", refused="take photos out of the 5 films, such as train/1.mp4"
)
def _(files: Files) -> None:
    files.photos("test", range(20))
    for pig in range(1, 6):
        files.text(f"train/{pig}.mp4", "film")


@layout("lungs: packed volumes are no archives", refused="no images in this folder, but 6 files .nii.gz")
def _(files: Files) -> None:
    for k in range(6):
        files.text(f"train/CTR_{k}.nii.gz", "volume")


@layout(
    "lungs: the train table, and not the test table, says that folders are no classes",
    refused="--train 'train.csv' --image 'train/{Patient}'",
)
def _(files: Files) -> None:
    people = ids("ID", 8)
    for person in people:
        files.photos(f"train/{person}", range(1, 5), ".png")
    for side, some in (("test", people[:2] * 2), ("train", people * 4)):
        rows = beside(some, range(len(some)), turns(("M", "F"), len(some)))
        files.table(f"{side}.csv", "Patient,Weeks,Sex", rows)
