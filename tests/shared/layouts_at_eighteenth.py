"""Layouts that were not understood, or wrongly, in an eighteenth to twentieth examination of `kit init table`."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, beside, codes, collect, turns

AT_EIGHTEENTH: list[Layout] = []
layout = collect(AT_EIGHTEENTH)


# What an eighteenth showed.


def nights(files: Files, folders: tuple[str, ...]) -> None:
    names = [f"{name}.png" for name in codes(82, 64)]
    rows = beside([folder for folder in folders for _ in range(8)], names, turns(("N1", "N2", "REM"), 64))
    files.photos("", [f"{folder}/{name}" for folder, name, _ in rows], "")
    files.table("train.csv", None, rows[:48])
    files.table("test.csv", None, [row[:2] for row in rows[48:]])


@layout(
    "nights: a folder of ids that the table names is who",
    {"train.group": "1", "train.images": "{1}/{2}", "tasks.label.column": "3"},
    n_train=48,
    n_test=16,
)
def _(files: Files) -> None:
    nights(
        files,
        tuple(
            f"A20{year}-NX-01-{number:04d}"
            for year, number in zip(turns((19, 20), 8), range(75, 955, 110), strict=True)
        ),
    )


@layout(
    "nights: a folder that only divides the photos is told",
    {"train.images": "{1}/{2}", "tasks.label.column": "3"},
    without=("train.group",),
    says=("its values repeat: 1: 6 values in 48 rows",),
)
def _(files: Files) -> None:
    nights(files, tuple(f"part{number:04d}" for number in range(8)))


@layout(
    "droughts: numbers that a thing's photos share are no reason against its id, and units are no words",
    refused="the label could be SPEI_30d, SPEI_1y, SPEI_2y, species",
)
def _(files: Files) -> None:
    beetles(files)


@layout(
    "droughts: told which numbers, the site is the group, and the event is told",
    {"train.group": "siteID", "tasks.SPEI_1y.kind": "number"},
    options=("--label", "SPEI_30d", "--label", "SPEI_1y", "--label", "SPEI_2y"),
    says=("its values repeat: eventID: 12 values in 72 rows",),
    n_train=72,
)
def _(files: Files) -> None:
    beetles(files)


def beetles(files: Files) -> None:
    names, events = codes(80, 72), turns(range(12), 72)
    dry = [[f"{(event * step % 11) / 7 - 0.81:.5f}" for event in events] for step in (3, 5, 7)]
    sites, species = (
        [41 + event % 6 for event in events],
        [("goryi", "advena", "torvus")[k * k % 7 % 3] for k in range(72)],
    )
    files.photos("images", names, ".png")
    rows = beside(*dry, [300 + event * 7 for event in events], sites, species, [f"{name}.png" for name in names])
    files.table("train.csv", "SPEI_30d,SPEI_1y,SPEI_2y,eventID,siteID,species,file", rows)


@layout(
    "slides: classes that differ in how much they are enlarged are told",
    {"train.images": "*/*/*"},
    says=("'100x Cancer' and '400x Cancer' differ in a number alone", "makes 2 classes of them"),
    n_train=40,
)
def _(files: Files) -> None:
    for part, grown in (("First Set", "100x"), ("Second Set", "400x")):
        for kind in ("Normal", "Cancer"):
            files.photos(f"{part}/{grown} {kind}", [f"{kind}_{grown}_{number}" for number in range(10)])


@layout("slides: folders of enlargements are no classes", refused="no folder is there for each class")
def _(files: Files) -> None:
    for slide in ("A03", "A04", "A05"):
        for grown in ("x10", "x20", "x40"):
            files.photos(f"{slide}/frames/{grown}", [f"{slide}_{number:02d}" for number in range(4)], ".tif")


@layout(
    "rubbish: a list of folders and numbers has no header",
    {"tasks.label.column": "folder", "submission.values": ["16", "17", "0"]},
    n_train=24,
    n_test=6,
)
def _(files: Files) -> None:
    for kind in ("battery", "can", "pan"):
        files.photos(f"official/{kind}", codes(len(kind), 8))
    files.table("class_index.txt", None, [("pan", 0), ("battery", 16), ("can", 17)], separator=" ")
    files.photos("test", names := codes(81, 6))
    files.table("sample_submission.csv", "id,label", beside(names, turns((0, 16, 17), 6)))


@layout("skin: masks of another format beside photos whose endings are capitals", {"train.images": "skin/*/*.jpg"})
def _(files: Files) -> None:
    for name in ("nevus", "wart"):
        files.photos(f"skin/{name}", names := codes(len(name), 8), ".JPG")
        files.photos(f"skin/{name}", [f"{one}_segmentation" for one in names], ".png")


@layout("fruit: folders within one of their name in other letters", {"train.images": "*/*/*"}, without=("test",))
def _(files: Files) -> None:
    for name in ("Fig", "Pear"):
        files.photos(f"{name}/{name.lower()}", [f"tree{k % 7}_{k}" for k in range(14)])


# What was seen where the sample was taken away.


@layout(
    "slides: one test row says nothing of what is asked",
    {"tasks.label.column": "label", "tasks.label.classes": ["CC", "EC", "HGSC"]},
    without=("submission.sample",),
    n_train=30,
    n_test=1,
)
def _(files: Files) -> None:
    names = codes(83, 31)
    files.photos("slides", names)
    rows = [(name, turns(("HGSC", "CC", "EC"), 30)[k], 23785 + k, 20008 - k) for k, name in enumerate(names[:30])]
    files.table("train.csv", "image_id,label,width,height", rows)
    files.table("test.csv", "image_id,width,height", [(names[30], 28469, 16987)])


@layout(
    "turtles: a place that all test photos have is not asked, since train has more",
    {"tasks.turtle_id.column": "turtle_id"},
    without=("submission.sample",),
    n_test=6,
)
def _(files: Files) -> None:
    names = codes(84, 42)
    files.photos("images", names)
    known = turns([f"t_id_{k}" for k in range(8)], 36)
    files.table("train.csv", "image_id,place,turtle_id", beside(names[:36], turns(("left", "right", "top"), 36), known))
    files.table("test.csv", "image_id,place", beside(names[36:], ["left"] * 6))


@layout(
    "lesions: a table of truths with a column for each class is joined without a sample",
    {"train.group": "lesion", "tasks.label.columns": ["AKIEC", "BCC", "MEL", "NV"]},
    n_train=40,
)
def _(files: Files) -> None:
    names, lesions = codes(85, 40), turns([f"IL_{k:04d}" for k in range(20)], 40)
    files.photos("input", names)
    files.photos("test_input", tested := codes(86, 10))
    files.table("Test_Metadata.csv", "photo,site_tone_class", beside(tested, turns((1, 2, 3), 10)))
    files.table("Metadata.csv", "lesion,photo,site_tone_class", beside(lesions, names, turns((1, 2, 3), 40)))
    truths = [(f"IL_{k:04d}", *[int(k * 3 % 7 % 4 == place) for place in range(4)]) for k in range(20)]
    files.table("Training_GroundTruth.csv", "lesion,AKIEC,BCC,MEL,NV", truths)


# What a nineteenth showed.


def soils(files: Files) -> None:
    names = [f"F{k}" for k in range(100, 124)]
    files.photos("soils", [f"{camera}_{name}_{k}" for name in names for camera in ("edge", "gal") for k in (1, 2)])
    files.table("labels.csv", "soil,share", [(name, f"{k * 7 % 24 / 24:.3f}") for k, name in enumerate(names)])


@layout("soils: photos by several cameras, all of which may be meant", refused="could be 'soils/*_{soil}_*', ")
def _(files: Files) -> None:
    soils(files)


@layout(
    "soils: told that all are meant",
    {"train.images": "soils/*_{soil}_*", "train.group": "soil"},
    options=("--image", "soils/*_{soil}_*"),
    n_train=96,
)
def _(files: Files) -> None:
    soils(files)


def knees(files: Files) -> None:
    studies, series = [f"1.2.{k}.7" for k in range(30)], codes(90, 60)
    for place, one in enumerate(series):
        side = "train" if place < 48 else "test"
        files.photos(f"{side}_series/{studies[place // 2]}/{one}", codes(900 + place, 2), ".png")
    files.table("train.csv", "study,ACL,MCL", [(one, k % 2, k * 3 % 5 % 2) for k, one in enumerate(studies[:24])])
    for side, first, last in (("train", 0, 48), ("test", 48, 60)):
        rows = [(studies[place // 2], series[place], "axial") for place in range(first, last)]
        files.table(f"{side}_series.csv", "study,series,plane", rows)
    files.table("test.csv", "study", beside(studies[24:]))
    files.table("sample_submission.csv", "study,ACL,MCL", [(one, 0.5, 0.5) for one in studies[24:]])


@layout("knees: folders of series of a study", refused="or each photo by itself: --image 'train_series/{study}/*/*'")
def _(files: Files) -> None:
    knees(files)


@layout(
    "knees: told that each photo is one, and so on the test side",
    {"test.table": "test.csv", "test.images": "test_series/{study}/*/*", "submission.per": "study"},
    options=("--image", "train_series/{study}/*/*"),
    n_train=96,
    n_test=24,
)
def _(files: Files) -> None:
    knees(files)


@layout(
    "lungs: what counts annotations is no label",
    {"tasks.label.column": "folder", "tasks.label.classes": ["ill", "well"]},
    n_train=24,
)
def _(files: Files) -> None:
    names = [f"{kind}/{kind[0]}{number:03d}.png" for kind in ("ill", "well") for number in range(12)]
    files.photos("imgs", names, "")
    images = [{"id": k, "file_name": name, "width": 512} for k, name in enumerate(names, 1)]
    boxes = [{"id": k, "image_id": k, "category_id": 1, "bbox": [84, 101, 106, 132]} for k in range(1, 13)]
    content = {"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "spot"}]}
    files.text("annotations/json/train.json", json.dumps(content))


@layout(
    "mars: whole numbers of which the sample shows others are numbers",
    {"tasks.label.kind": "number"},
    n_train=92,
    n_test=26,
)
def _(files: Files) -> None:
    rows = {
        side: [(k, k * 97 % 360 + 1 + shift) for k in range(n)]
        for side, n, shift in (("train", 92, 0), ("test", 26, 3))
    }
    for side, told in rows.items():
        files.photos(side, range(len(told)))
        files.table("sample_submission.csv" if side == "test" else "train.csv", "ImageID,label", told)


@layout(
    "scenes: photos without labels are no test set", {"tasks.label.column": "folder"}, without=("test",), n_train=40
)
def _(files: Files) -> None:
    for place, kind in enumerate(("n00006484", "n00288384", "n01317541", "n01443537")):
        files.photos(f"data/supervised/train/{kind}", codes(91 + place, 10))
    files.photos("data/unsupervised/unlabeled", range(30))


@layout(
    "slides: more pictures of a kind that is not read", refused="40 pictures, such as slides/S-00.svs, are of a kind"
)
def _(files: Files) -> None:
    for number in range(40):
        files.text(f"slides/S-{number:02d}.svs", "II*")
    for case in range(1, 5):
        files.photos(f"cells/{case:02d}", [f"{number:02d}" for number in range(1, 6)], ".tif")
    files.table("truth.csv", None, [(turns(("low", "mid", "high"), 40)[k], k / 7) for k in range(40)])


@layout("coffee: a workbook that may say the classes is named", refused="save notes/classes.xlsx as csv")
def _(files: Files) -> None:
    files.photos("Photos", names := codes(97, 30))
    files.text("notes/classes.xlsx", "PK")
    rows = [(f"cj{k}", f"https://storage.example.org/{name}.jpg", f"{name}.jpg") for k, name in enumerate(names)]
    files.table("notes/outlines.csv", "ID,Labeled Data,External ID", rows)


@layout(
    "moths: photos and masks of them are offered as no classes", refused="no folder is there for each class; name the"
)
def _(files: Files) -> None:
    names = [f"{kind:03d}{number:04d}" for kind in range(1, 6) for number in range(1, 8)]
    files.photos("moths/images", names, ".png")
    files.photos("moths/segmentations", [f"{name}_seg0" for name in names], ".png")


# What was seen where the test side was taken away.


@layout(
    "nights: folders of ids are no label without a test side either",
    {"train.group": "1", "tasks.label.column": "3"},
    without=("test",),
    n_train=48,
)
def _(files: Files) -> None:
    folders = [f"A20{turns((19, 20), 6)[k]}-NX-01-{75 + 110 * k:04d}" for k in range(6)]
    names = [f"{name}.png" for name in codes(98, 48)]
    rows = beside([folder for folder in folders for _ in range(8)], names, turns(("N1", "N2", "REM"), 48))
    files.photos("", [f"{folder}/{name}" for folder, name, _ in rows], "")
    files.table("train.csv", None, rows)


@layout(
    "lesions: what a table of truths brings goes before a column that is called like a label",
    {"tasks.label.columns": ["AKIEC", "BCC", "MEL", "NV"]},
    n_train=40,
)
def _(files: Files) -> None:
    names, lesions = codes(99, 40), turns([f"IL_{k:04d}" for k in range(20)], 40)
    files.photos("input", names)
    files.table("Metadata.csv", "lesion,photo,site_tone_class", beside(lesions, names, turns((1, 2, 3), 40)))
    truths = [(f"IL_{k:04d}", *[int(k * 3 % 7 % 4 == place) for place in range(4)]) for k in range(20)]
    files.table("GroundTruth.csv", "lesion,AKIEC,BCC,MEL,NV", truths)


# What a twentieth showed.


@layout(
    "signs: numbers that a table tells of are the labels",
    {"tasks.symbol_id.column": "symbol_id", "tasks.symbol_id.classes": ["31", "87", "922"]},
    says=("the label is 'symbol_id'; 'latex' say the same in other words",),
    n_train=36,
    n_test=9,
)
def _(files: Files) -> None:
    names = codes(101, 45)
    files.photos("data", names, ".png")
    files.table("train.csv", "path,symbol_id", beside([f"{one}.png" for one in names[:36]], turns((31, 87, 922), 36)))
    files.table("test.csv", "path", beside([f"{one}.png" for one in names[36:]]))
    files.table("metaData.csv", "symbol_id,latex", [(31, "A"), (87, "\\&"), (922, "\\sum")])


def faces(files: Files) -> None:
    days = iter(range(20201101, 20201130))
    for kind, makers in (("fake", ("CW", "YH", "MJ")), ("real", ("CW", "SR"))):
        for maker in makers:
            for _ in range(2):
                day = next(days)
                files.photos(f"faces/{kind}/{maker}/{day}", codes(day, 6))


@layout(
    "faces: folders of makers and days below the classes", refused="where these are the classes, --image 'faces/{label}"
)
def _(files: Files) -> None:
    faces(files)


@layout(
    "faces: told that the upper ones are the classes",
    {"tasks.label.classes": ["fake", "real"]},
    options=("--image", "faces/{label}/**/*", "--label", "label"),
    n_train=60,
)
def _(files: Files) -> None:
    faces(files)


@layout(
    "woods: one picture at the same place in the folder of each row, among others",
    {"train.images": "woods/{place}/visible/whole.png", "tasks.label.column": "label"},
    n_train=36,
)
def _(files: Files) -> None:
    places = [f"examples/{name}" for name in codes(102, 36)]
    for number, place in enumerate(places):
        files.photos(f"woods/{place}/visible", ["whole", *(f"{2000 + k}_cloud_{k}" for k in range(number % 3))], ".png")
        files.arrays(f"woods/{place}/further/height.npy", height=(4, 4))
    files.table("woods/train.csv", "label,place", beside(turns(("palm", "field", "grass"), 36), places))


@layout(
    "music: a test folder in each class, and players above",
    {"train.images": "norm/*/{label}/train/*", "test.images": "norm/*/*/test/*"},
    says=("the 2 above them, such as play, with, only hold them: --image 'norm/{label}/*/train/*' where they are",),
    n_train=48,
    n_test=24,
)
def _(files: Files) -> None:
    for folder, mark in (("play", "+"), ("with", "-")):
        for thing in ("bassoon", "cello", "flute"):
            files.photos(f"norm/{folder}/{thing}/train", [f"ppmi{mark}_{thing}_{number:03d}" for number in range(8)])
            files.photos(f"norm/{folder}/{thing}/test", [f"ppmi{mark}_{thing}_{number:03d}" for number in range(8, 12)])


def slips(files: Files) -> None:
    names = {side: codes(110 + place, 12) for place, side in enumerate(("slip", "none", "test"))}
    for when in ("before", "after"):
        for kind in ("slip", "none"):
            files.photos(f"train/{when}/{kind}", names[kind], ".tif")
        files.photos(f"test/{when}", names["test"], ".tif")
    files.table("sample_submit.tsv", None, [(f"{name}.tif", "slip") for name in names["test"]], separator="\t")


@layout("slips: a picture before and one after, of the test side too", refused="choose with --test")
def _(files: Files) -> None:
    slips(files)


@layout(
    "slips: told which pictures of the test side",
    {"test.images": "test/after/*", "tasks.label.classes": ["none", "slip"]},
    options=("--test", "test/after"),
    n_test=12,
)
def _(files: Files) -> None:
    slips(files)
