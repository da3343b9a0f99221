"""Layouts that were not understood, or wrongly, in a fifteenth examination of `kit init table`."""

from __future__ import annotations

import json
import random

from shared.host_files import Files, Layout, beside, codes, collect, ids, turns

AT_FIFTEENTH: list[Layout] = []
layout = collect(AT_FIFTEENTH)
KINDS = ("calm", "glad", "sad")


# What is no photo of one.


for beside_them in ("labels", "ids"):

    @layout(
        f"organs: photos in one array, {beside_them} in another",
        refused=f"arrays: train_set.npz holds images 88 x 28 x 28, {beside_them} 88 x 1",
    )
    def _(files: Files, beside_them: str = beside_them) -> None:
        shapes: dict[str, tuple[int, ...]] = {"images": (88, 28, 28), beside_them: (88, 1)}
        files.arrays("train_set.npz", **shapes)
        files.table("sample_submission.csv", "Id,label", [(k, 0) for k in range(5)])


@layout("things: notes of a kind that nobody reads", refused="there are 12 files .cls, which kit does not read")
def _(files: Files) -> None:
    for side, first, count in (("train-resized", 0, 12), ("test-resized", 12, 6)):
        files.photos(f"ms/images/{side}", ids("", count, first, 12))
    for name in ids("", 12, 0, 12):
        files.text(f"ms/labels/train/{name}.cls", "17\n3\n")


@layout("bands: folders of places, in each of which are the same files", refused="are called like people or things")
def _(files: Files) -> None:
    for number in range(14):
        patch = f"S2A_MSIL2A_20170613T101031_{number}_{37 + 2 * number}"
        files.photos(f"BigEarthNet/{patch}", [f"{patch}_{band}" for band in ("B01", "B02", "B8A")], ".tif")


@layout("faces: who it is, by files that are called alike in a few folders", {"train.images": "Yale/*/*"}, n_train=27)
def _(files: Files) -> None:
    for who in range(1, 10):
        files.photos(f"Yale/yaleB{who:02d}", [f"yaleB{who:02d}_P00A{light}" for light in ("+000", "+005", "-010")])


@layout(
    "captcha: most classes have one photo",
    {"tasks.label.column": "label"},
    says=("30 of 33 classes of 'label' have one photo",),
    n_train=60,
)
def _(files: Files) -> None:
    said = [*turns("012", 30), *codes(4, 30, 4)]
    files.photos("train", ids("p", 60))
    files.table("annotations.csv", "filename,label", beside([f"{name}.png" for name in ids("p", 60)], said))
    files.photos("test", ids("p", 9, 60))


# The sides.


for word in ("random", "zeros"):

    @layout(
        f"ages: a table of the train table's columns that is called {word} is the form",
        {"test.table": f"y_{word}_Jq9wT4c.csv", "submission.id": "ID", "submission.label": "label"},
        n_train=40,
        n_test=12,
    )
    def _(files: Files, word: str = word) -> None:
        files.photos("x_train", range(40), ".png")
        files.photos("x_test", range(40, 52), ".png")
        files.table("y_train_Vf7kQ2m.csv", "ID,label", beside(range(40), turns([0, 1], 40)))
        answers = turns([1, 0, 0], 12) if word == "random" else [0] * 12
        files.table(f"y_{word}_Jq9wT4c.csv", "ID,label", beside(range(40, 52), answers))


@layout(
    "attacks: lists of labels in each protocol, and folders of sides that are no classes",
    {"train.table": "p*/train_label.txt", "tasks.label.column": "2"},
    says=("p*/train_label.txt are 2 tables of the same columns and of different photos",),
    options=("--test", "none"),
    n_train=40,
)
def _(files: Files) -> None:
    for name in ("p1", "p2"):
        for side, count in (("train", 20), ("dev", 8), ("test", 6)):
            paths = [f"{name}/{side}/{k:06d}.jpg" for k in range(1, count + 1)]
            for path in paths:
                files.photo(path)
            if side != "test":
                files.table(f"{name}/{side}_label.txt", None, beside(paths, turns([0, 1], count)), separator=" ")


@layout("crops: folders that hold lists of their own sides are no classes", refused="hold lists of their own train")
def _(files: Files) -> None:
    for crop in ("WW2020", "WR2021"):
        names = [f"2020042{day}_{number}" for day in range(1, 4) for number in range(8)]
        files.photos(f"DND/{crop}/images", names)
        files.text(f"DND/{crop}/trainval.txt", "".join(f"{name}.jpg\n" for name in names[:18]))
        files.text(f"DND/{crop}/test.txt", "".join(f"{name}.jpg\n" for name in names[18:]))


@layout(
    "imposters: lists of each class, and folders of people",
    {"tasks.in_file.classes": ["client_train_raw", "imposter_train_raw"]},
    options=("--train", "raw/*_train_raw.txt"),
    n_train=48,
)
def _(files: Files) -> None:
    rng = random.Random(5)
    for kind in ("Client", "Imposter"):
        lines = []
        for who in range(1, 9):
            for number in rng.sample(range(100), 3):
                files.photo(f"raw/{kind}Raw/{who:04d}/{who:04d}_00_{number:02d}_1.jpg")
                lines.append(f"{who:04d}\\{who:04d}_00_{number:02d}_1.jpg\r\n")
        files.text(f"raw/{kind.lower()}_train_raw.txt", "".join(lines))


# Folders and lists.


def spoofs(files: Files) -> None:
    for place, (folder, count) in enumerate((("living", 12), ("spoof/Pad", 5), ("spoof/Mask", 5), ("spoof/Print", 5))):
        for name in ids("", count, 100 * place, 6):
            files.photo(f"Train/{folder}/{name}/{name}.jpg")


@layout("spoofs: each photo in a folder of its own", refused="--image 'Train/{label}/**/*' --label label")
def _(files: Files) -> None:
    spoofs(files)


@layout(
    "spoofs: the folders above are the classes",
    {"tasks.label.classes": ["living", "spoof"]},
    options=("--image", "Train/{label}/**/*", "--label", "label"),
    n_train=27,
)
def _(files: Files) -> None:
    spoofs(files)


@layout(
    "fonts: a second one in a third cell",
    {"tasks.label.kind": "labels", "tasks.label.classes": ["antiqua", "fraktur", "textura"]},
    n_train=60,
)
def _(files: Files) -> None:
    fonts, names = ("antiqua", "fraktur", "textura"), codes(8, 60, 24)
    files.photos("pages", names)
    lines = [f"{name}.jpg,{fonts[k % 3]}" + f",{fonts[(k + 1) % 3]}" * (k % 5 == 3) for k, name in enumerate(names)]
    files.text("labels-training.csv", "\n".join(lines) + "\n")


@layout(
    "operations: those of one folder are one table",
    refused="those of one folder are one table as a pattern, such as --train 'T45/instrument/*.txt'",
)
def _(files: Files) -> None:
    for film in ("VID01", "VID02"):
        files.photos(f"T45/data/{film}", ids("", 8, 0, 6), ".png")
        for part, size in (("instrument", 6), ("verb", 4)):
            rows = [[frame, *[int((frame * (k + 2)) % 5 < 2) for k in range(size)]] for frame in range(8)]
            files.table(f"T45/{part}/{film}.txt", None, rows)


@layout(
    "mammograms: one photo each, called as its row and more",
    {"train.images": "AllDICOMs/{File Name}_*", "tasks.BiRads.column": "BiRads"},
    without=("submission.per",),
    n_train=24,
)
def _(files: Files) -> None:
    rows = []
    for place, name in enumerate(codes(9, 24, 16)):
        files.photo(f"AllDICOMs/{20586908 + 7 * place}_{name}_MG_{'RL'[place % 2]}_CC_ANON.png")
        rows.append((20586908 + 7 * place, place % 4 + 1))
    files.table("INbreast.csv", "File Name,BiRads", rows, separator=";")


@layout(
    "boxes: several things on a photo, whose numbers are names of photos by chance",
    {"train.images": "train/{file_name}", "tasks.category.kind": "labels"},
    n_train=30,
)
def _(files: Files) -> None:
    images = [{"id": k, "file_name": f"{k:06d}.jpg"} for k in range(30)]
    for image in images:
        files.photo(f"train/{image['file_name']}")
    found = [{"image_id": k, "category_id": (k + place) % 3 + 1} for k in range(30) for place in range(1 + k % 3)]
    content = {
        "images": images,
        "annotations": [{"id": number, **one, "bbox": [1, 2, 3, 4]} for number, one in enumerate(found)],
        "categories": [{"id": number + 1, "name": kind} for number, kind in enumerate(KINDS)],
    }
    files.text("annotations/instances_train.json", json.dumps(content))


# What a sixteenth showed.


def spines(files: Files, called: str) -> None:
    names = [f"sunhl-1th-{k:02d}-Mar-2017-{k * 7} {'ABC'[k % 3]} AP.jpg" for k in range(24)]
    files.photos("data/training", [name[:-4] for name in names])
    files.text("labels/training/filenames.csv", "".join(f"{name}\n" for name in names))
    files.table(f"labels/training/{called}.csv", None, [(k, k * 2 % 31, round(k / 7, 3)) for k in range(24)])


for called in ("angles", "labels"):

    @layout(
        f"spines: names with spaces, and {called} in their order",
        refused=f"labels/training/{called}.csv has an answer for each line of labels/training/filenames.csv",
    )
    def _(files: Files, called: str = called) -> None:
        spines(files, called)


def conditions(files: Files) -> None:
    place = 0
    for kind, condition in enumerate(("ChallengeFree", "Haze-1", "LensBlur-1")):
        for sign in (1, 2, 3, 4) * 3:
            place += 1
            files.photo(f"Real_Train/{condition}/01_{sign:02d}_{kind:02d}_{place:04d}.bmp")


@layout("signs: folders of conditions, which the names say too", refused="--image 'Real_Train/*/*_{label}_*_*.*'")
def _(files: Files) -> None:
    conditions(files)


@layout(
    "signs: the part of the names that is asked",
    {"tasks.label.classes": ["01", "02", "03", "04"]},
    options=("--image", "Real_Train/*/*_{label}_*_*.*", "--label", "label"),
    n_train=36,
)
def _(files: Files) -> None:
    conditions(files)


@layout(
    "streets: two numbers with points are all that a table has",
    {"tasks.latitude.kind": "number", "tasks.longitude.kind": "number"},
    n_train=30,
)
def _(files: Files) -> None:
    names = codes(12, 30)
    files.photos("photos", names)
    rows = [(name, 45 + k / 7.3, 16 - k / 9.1) for k, name in enumerate(names)]
    files.table("data.csv", "uuid,latitude,longitude", rows)


@layout(
    "pictures: class folders that are called images of something, on both sides",
    {"train.images": "train/*/*", "tasks.label.classes": ["fake_images", "real_images"]},
    n_train=20,
)
def _(files: Files) -> None:
    for side, count in (("train", 10), ("valid", 4)):
        for kind in ("fake", "real"):
            files.photos(f"{side}/{kind}_images", codes(count + len(kind) + ord(kind[0]), count))


@layout(
    "flats: columns of a frame by the numbers of its rows",
    {"train.table": "train.json", "tasks.interest_level.column": "interest_level"},
    n_train=30,
)
def _(files: Files) -> None:
    rows = {str(4 + 3 * k): (7000 + 11 * k, KINDS[k % 3]) for k in range(30)}
    for number, _ in rows.values():
        files.photo(f"images/{number}.jpg")
    columns = ("listing_id", "interest_level")
    content = {name: {row: values[place] for row, values in rows.items()} for place, name in enumerate(columns)}
    files.text("train.json", json.dumps(content))


@layout("doodles: an array of ids and objects is no photo", refused="arrays: train_images.npz holds rows 80 x 2")
def _(files: Files) -> None:
    files.arrays("train_images.npz", rows=(80, 2))
    files.table("train_labels.csv", "Id,Category", beside(range(80), turns(KINDS, 80)))


# What hunts of our own showed.


def taken(files: Files, folders: tuple[str, ...], name: str) -> None:
    for number, folder in enumerate(folders):
        files.photos(folder, [name.format(kind=KINDS[k % 3], number=10 * number + k) for k in range(9)])


DAYS, CAMERAS = ("2021-05-03", "2021-05-04", "2021-06-01"), ("cam1", "cam2", "cam3")


@layout(
    "moods: folders of days, and words that names begin with",
    refused="and may be no classes, and the names of their photos, such as calm_0000.jpg, begin with calm, glad, sad",
)
def _(files: Files) -> None:
    taken(files, DAYS, "{kind}_{number:04d}")


@layout("moods: folders of cameras, and names that say the mood", refused="--image '*/{label}-*-*' --label label")
def _(files: Files) -> None:
    taken(files, CAMERAS, "{kind}-{number:03d}-c1")


@layout(
    "moods: the words are the label",
    {"tasks.label.classes": list(KINDS)},
    options=("--image", "*/{label}-*-*", "--label", "label"),
    n_train=27,
)
def _(files: Files) -> None:
    taken(files, CAMERAS, "{kind}-{number:03d}-c1")


@layout("moods: folders of months, and names of numbers", refused="name it with --train; or --label folder")
def _(files: Files) -> None:
    taken(files, ("2021-05", "2021-06", "2021-07"), "{number:05d}")


@layout("moods: who took a photo is asked", options=("--label", "folder"), n_train=27)
def _(files: Files) -> None:
    taken(files, CAMERAS, "{kind}-{number:03d}-c1")


@layout(
    "moods: the sample's answers are the cameras",
    {"tasks.label.column": "folder", "tasks.label.classes": list(CAMERAS)},
    n_train=27,
    n_test=9,
)
def _(files: Files) -> None:
    taken(files, tuple(f"train/{camera}" for camera in CAMERAS), "{kind}-{number:03d}-c1")
    files.photos("test", names := codes(5, 9))
    files.table("sample_submission.csv", "id,label", [(name, CAMERAS[0]) for name in names])


# What a seventeenth showed.


@layout(
    "tiles: the best two by words that hold their place",
    {"tasks.tile.column": "tile", "submission.label": ["1st", "2nd"]},
    n_train=36,
    n_test=12,
)
def _(files: Files) -> None:
    names, tiles = codes(73, 48), ("brick", "slate", "stone", "glass")
    files.photos("tiles", names)
    files.table("train.csv", "image,tile", beside(names[:36], turns(tiles, 36)))
    files.table("test.csv", "image", beside(names[36:]))
    files.table("sample_submission.csv", "image,1st,2nd", beside(names[36:], turns(tiles, 12), turns(tiles[1:], 12)))


@layout("tiles: a probability for each number of a class is no ranking", refused="--sample", n_train=36, n_test=12)
def _(files: Files) -> None:
    names, tiles = codes(74, 48), ("brick", "slate", "stone")
    files.photos("tiles", names)
    files.table("train.csv", "image,tile", beside(names[:36], turns(tiles, 36)))
    files.table("test.csv", "image", beside(names[36:]))
    files.table("sample_submission.csv", "image,p1,p2,p3", beside(names[36:], *[["0.3"] * 12] * 3))


@layout("moles: where on a body is nobody", {"tasks.relapse.column": "relapse"}, without=("train.group",), n_train=36)
def _(files: Files) -> None:
    names, sites = codes(72, 36), ("trunk", "face", "hand", "foot", "head", "arm")
    files.photos("images", names)
    files.table("train_metadata.csv", "filename,age,body_site", beside(names, ["34"] * 36, turns(sites, 36)))
    files.table("train_labels.csv", "filename,relapse", [(name, k * 7 % 5 % 2) for k, name in enumerate(names)])


@layout(
    "rules: of labels with gaps each may be learned alone", refused="--label 'mask' or --label 'apart' or --label '5k'"
)
def _(files: Files) -> None:
    names = ids("", 40, 0, 4)
    files.photos("train/images", names)
    rows = [
        (f"{n}.jpg", int(k % 3 > 0), "" if k % 4 else int(k % 8 > 0), "" if k % 5 == 2 else k % 2)
        for k, n in enumerate(names)
    ]
    files.table("train/train_meta.csv", "fname,mask,apart,5k", rows)


@layout(
    "adverts: some have no image, in test too",
    {"test.unreadable": "prior", "tasks.sold.kind": "number", "submission.id": "item"},
    says=("2 rows of test.csv without a photo, such as line 3 of test.csv",),
    n_train=34,
    n_test=14,
)
def _(files: Files) -> None:
    names, items = codes(75, 50), codes(76, 50)
    shown = ["" if place in (3, 7, 37, 44) else name for place, name in enumerate(names)]
    files.photos("train", [name for name in shown[:36] if name])
    files.photos("test", [name for name in shown[36:] if name])
    files.table("train.csv", "item,image,sold", beside(items[:36], shown[:36], [k * 7 % 100 / 100 for k in range(36)]))
    files.table("test.csv", "item,image", beside(items[36:], shown[36:]))
    files.table("sample_submission.csv", "item,sold", beside(items[36:], [0] * 14))


@layout(
    "pets: some have no photo, and some several",
    {"test.unreadable": "prior", "submission.per": "pet", "fixes": {}},
    says=("1 row of test.csv without a photo", "4 of", "fixes.csv leaves them out"),
    n_test=20,
)
def _(files: Files) -> None:
    pets = codes(77, 40)
    for place, pet in enumerate(pets):
        number = (2, 1, 3, 1, 2, 1, 0)[place % 7] if place > 2 else 2
        files.photos("train_images" if place < 28 else "test_images", [f"{pet}-{n + 1}" for n in range(number)])
    files.table("train.csv", "pet,speed", beside(pets[:28], turns(("slow", "quick"), 28)))
    files.table("test.csv", "pet", beside(pets[28:]))
    files.table("sample_submission.csv", "pet,speed", beside(pets[28:], ["slow"] * 12))


def things(files: Files, inside: tuple[str, ...]) -> None:
    for thing in ("apple", "banana", "guava"):
        for kind in inside:
            files.photos(f"{thing}/{kind}", [f"{thing}_{kind}_{number}" for number in range(6)])


@layout("fruit: letters below things may be the grades of each", refused="3 such as apple, banana, guava; 3 such as A")
def _(files: Files) -> None:
    things(files, ("A", "B", "C"))


@layout(
    "fruit: of two levels of words the lower, and the upper told; names say no more than their folders",
    {"train.images": "*/*/*", "tasks.label.classes": ["dry", "fresh", "rotten"]},
    without=("train.group",),
    says=("the classes are the lower folders of two levels; the 3 above them, such as apple, banana, guava",),
)
def _(files: Files) -> None:
    things(files, ("fresh", "rotten", "dry"))


SEALS = ("bulls", "cows", "pups")


@layout(
    "seals: counts of several kinds, which jump, are numbers",
    {**{f"tasks.{kind}.kind": "number" for kind in SEALS}, "target": "separate"},
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("Train", range(60))
    files.photos("Test", range(60, 72))
    rows = [(k, k % 7, k * k % 23 + (k == 9) * 70, k * 5 % 31) for k in range(60)]
    files.table("Train/train.csv", "train_id,bulls,cows,pups", rows)
    files.table("sample_submission.csv", "test_id,bulls,cows,pups", [(k, 1, 2, 3) for k in range(60, 72)])


def bark(files: Files, above: str, header: str = "image,tree") -> None:
    names = codes(79, 36)
    files.photos("bark", names)
    rows = "".join(f"{name},{tree}\n" for name, tree in zip(names, turns(("oak", "elm", "fir"), 36), strict=True))
    files.text("labels.csv", f"{above}{header}\n{rows}")


@layout(
    "bark: comments above the header",
    {"tasks.tree.column": "tree", "train.images": "bark/{image}.jpg"},
    says=("labels.csv: its first 2 lines are no row of it, and left out",),
    n_train=36,
)
def _(files: Files) -> None:
    bark(files, "# Bark of trees, version 2\n# made by hand, see README\n")


@layout(
    "bark: a title and an empty line above the header",
    {"tasks.tree.column": "tree", "train.images": "bark/{image}.jpg"},
    n_train=36,
)
def _(files: Files) -> None:
    bark(files, "Bark of trees\n\n")


@layout("bark: a header behind a hash is one", {"tasks.tree.column": "tree"}, n_train=36)
def _(files: Files) -> None:
    bark(files, "", "# image,tree")
