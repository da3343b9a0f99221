"""Layouts that were not understood, or wrongly, in a twelfth examination of `kit init table`."""

from __future__ import annotations

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_TWELFTH: list[Layout] = []
layout = collect(AT_TWELFTH)
KINDS = ("calm", "glad", "sad")

# Folders of what another sensor saw of the same things.


@layout(
    "views: EO and SAR with the same class folders: the one that is seen trains",
    {"train.images": "train/EO/*/*", "tasks.label.classes": ["0", "1", "2"], "test.images": "test/EO/*"},
    n_train=24,
    n_test=9,
    says=("are masks or other looks of those in train/EO/, and are left out",),
)
def _(files: Files) -> None:
    for sensor in ("EO", "SAR"):
        for kind in range(3):
            files.photos(f"train/{sensor}/{kind}", ids(f"{sensor}_", 8, 8 * kind), ".png")
        files.photos(f"test/{sensor}", ids(f"{sensor}_", 9, 100), ".png")


@layout(
    "rust: RGB, MS and HS of the same leaves, whose names say the class",
    {"tasks.label.classes": ["Health", "Other", "Rust"]},
    without=("train.group",),
    n_train=36,
)
def _(files: Files) -> None:
    for look in ("RGB", "MS", "HS"):
        for kind in ("Health", "Rust", "Other"):
            files.photos(f"train/{look}", [f"{kind}_{k}" for k in range(1, 13)], ".png")


@layout("faces: thermal beside visible", {"train.images": "visible/*/*"}, n_train=24)
def _(files: Files) -> None:
    for look in ("visible", "thermal"):
        for kind in KINDS:
            files.photos(f"{look}/{kind}", ids("p", 8, 10 * KINDS.index(kind)))


@layout(
    "blood: EO is a class, where no other sensor lies beside it",
    {"tasks.label.classes": ["BA", "EO", "LY"]},
    n_train=24,
)
def _(files: Files) -> None:
    for kind in ("BA", "EO", "LY"):
        files.photos(f"cells/{kind}", ids(f"{kind}_", 8))


@layout(
    "strokes: folders called by a format below the classes, one of which has no masks",
    {"train.images": "{label}/PNG/*", "tasks.label.classes": ["bleeding", "ischemia", "none"]},
    n_train=30,
)
def _(files: Files) -> None:
    for place, kind in enumerate(("none", "ischemia", "bleeding")):
        for folder in ("PNG", "MASKS", "OVERLAY") if place else ("PNG",):
            files.photos(f"{kind}/{folder}", range(place * 10, place * 10 + 10), ".png")


# Tables that hold what no column can be.


def pixels(files: Files, name: str) -> None:
    rows = [(k % 10, *((k * 7 + place) % 256 for place in range(64))) for k in range(20)]
    files.table(name, "label," + ",".join(f"pixel{place}" for place in range(64)), rows)


@layout(
    "signs: tables of pixels beside a few pictures",
    refused="no table leads to the 2 images of this folder, but tables hold",
)
def _(files: Files) -> None:
    pixels(files, "train.csv")
    files.photos("", ["chart", "cover"], ".png")


@layout(
    "hearts: a dictionary in each cell, and nothing else that is called like a label",
    refused="'codes' holds a dictionary in each cell, such as '{'NORM': 100.0}'",
)
def _(files: Files) -> None:
    files.photos("records", ids("r", 30))
    codes = ("\"{'NORM': 100.0}\"", "\"{'MI': 35.0, 'SR': 0.0}\"")
    rows = [(f"{name}.jpg", k // 3, 20 + k * 7 % 60, codes[k % 2]) for k, name in enumerate(ids("r", 30))]
    files.table("database.csv", "file,patient_id,age,codes", rows)


@layout("meters: a place in a dictionary is no label", {"tasks.value.kind": "number"}, n_train=30)
def _(files: Files) -> None:
    files.photos("images", ids("m", 30))
    place = "\"{'type': 'polygon', 'data': [{'x': 0.1, 'y': 0.2}, {'x': 0.3, 'y': 0.4}]}\""
    rows = [
        (f"{name}.jpg", f"{k * 37 % 90}.{k}", place.replace("0.1", f"0.1{k}")) for k, name in enumerate(ids("m", 30))
    ]
    files.table("data.csv", "photo_name,value,location", rows)


@layout("hearts: a dictionary beside a label is left alone", {"tasks.label.column": "label"}, n_train=30)
def _(files: Files) -> None:
    files.photos("records", ids("r", 30))
    rows = [(f"{name}.jpg", KINDS[k % 3], "\"{'NORM': 100.0}\"") for k, name in enumerate(ids("r", 30))]
    files.table("database.csv", "file,label,codes", rows)


@layout(
    "rooms: a photo in several rows, of which each asks something else",
    refused="what is asked of it stands in 'question', which a network of photos does not see",
)
def _(files: Files) -> None:
    files.photos("images", ids("room", 12), ".png")
    asked = ("how many chairs are there", "how many lamps are there")
    rows = [(f"q{k}", asked[k % 2], k % 5, ids("room", 12)[k * 5 % 12]) for k in range(48)]
    files.table("train.csv", "sample_id,question,answer,image_id", rows)


@layout("memes: embeddings of the same photos are no labels", {"train.table": "train.csv"}, n_train=30)
def _(files: Files) -> None:
    files.photos("images", ids("m", 30))
    names = [f"{name}.jpg" for name in ids("m", 30)]
    files.table("train.csv", "File,Meme", beside(names, turns((0, 1), 30)))
    files.table(
        "train_embeddings.csv", "File,Embedding", [(name, f"0.5 {k / 31:.3f} -0.25") for k, name in enumerate(names)]
    )


def soil(files: Files) -> None:
    files.photos("images", ids("s", 30))
    rows = [(name, 70.5 + k * 7 % 30, 228.5 - k, 6 + k / 31) for k, name in enumerate(ids("s", 30))]
    files.table("gt.csv", "id,P,K,pH", rows)


@layout(
    "soil: pH is a number like the others",
    {"tasks.pH.kind": "number"},
    options=("--label", "P", "--label", "pH"),
    n_train=30,
)
def _(files: Files) -> None:
    soil(files)


@layout(
    "soil: of several numbers all are asked",
    {"tasks.P.kind": "number", "tasks.K.kind": "number", "tasks.pH.kind": "number"},
    says=("all numbers that may be asked are: 'P', 'K', 'pH'",),
)
def _(files: Files) -> None:
    soil(files)


@layout(
    "people: many numbers of which the sample shows lists are classes",
    {"submission.top": 5, "tasks.label.column": "label"},
    without=("tasks.label.kind",),
    n_train=90,
    n_test=9,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 90))
    files.photos("test", ids("b", 9))
    people = [k * 31 % 970 + 15 for k in range(30)]
    files.table("train.csv", "image,label", beside([f"{name}.jpg" for name in ids("a", 90)], turns(people, 90)))
    shown = [" ".join(map(str, people[k : k + 5])) for k in range(9)]
    files.table("sample_submission.csv", "image,label", beside([f"{name}.jpg" for name in ids("b", 9)], shown))


# Which level is of the classes.


def fingers(files: Files) -> None:
    files.photos("Train/Live", ids("live", 20), ".png")
    for fake in ("Gelatine", "Latex"):
        files.photos(f"Train/Spoof/{fake}", ids(fake, 8), ".png")


@layout(
    "fingers: live beside spoof of several materials", refused="the level of the classes could be Train/{label}/**/*"
)
def _(files: Files) -> None:
    fingers(files)


@layout(
    "fingers: two classes",
    {"tasks.label.classes": ["Live", "Spoof"]},
    options=("--image", "Train/{label}/**/*", "--label", "label"),
    n_train=36,
)
def _(files: Files) -> None:
    fingers(files)


@layout(
    "fingers: the materials alone",
    {"tasks.label.classes": ["Gelatine", "Latex"]},
    options=("--image", "Train/Spoof/{label}/*", "--label", "label"),
    n_train=16,
)
def _(files: Files) -> None:
    fingers(files)


@layout("fingers: a few photos beside the classes are no class", {"train.images": "pets/*/*"}, n_train=40)
def _(files: Files) -> None:
    for kind in ("cat", "dog"):
        files.photos(f"pets/{kind}", ids(kind, 20))
    files.photos("thanks", ids("t", 2))


@layout("feelings: parts of names between points", refused="are made of 3 parts: part1 KA, KL, KM, KR, MK")
def _(files: Files) -> None:
    number = 0
    for person in ("KA", "KL", "KM", "KR", "MK"):
        for feeling in ("AN1", "AN2", "HA1", "HA2"):
            for _ in range(2):
                number += 1
                files.photo(f"jaffe/{person}.{feeling}.{number}.png")


@layout(
    "spines: the folder of a series lies in that of its study",
    {"train.images": "train/{study_id}/{series_id}/*"},
    n_train=48,
)
def _(files: Files) -> None:
    rows = []
    for study in range(8):
        for series in range(3):
            files.photos(f"train/{study + 5000}/{study * 3 + series + 70000}", (1, 2), ".png")
            rows.append((study + 5000, study * 3 + series + 70000, KINDS[series]))
    files.table("train.csv", "study_id,series_id,label", rows)
