"""Layouts that were not understood, or wrongly, in a fourteenth examination of `kit init table`."""

from __future__ import annotations

import json
import random

from shared.host_files import Files, Layout, beside, codes, collect, ids, turns

AT_FOURTEENTH: list[Layout] = []
layout = collect(AT_FOURTEENTH)
KINDS = ("calm", "glad", "sad")


# Paths that begin with a slash, and labels that photos happen to be called like.


for first in ("/train_images/", "/disk/train_images/"):

    @layout(
        f"paths that begin with {first}, labels of numbers",
        {"train.images": f"train_images/{{image_path[{len(first) - 13}:]}}", "tasks.label.column": "label"},
        n_train=40,
        n_test=12,
    )
    def _(files: Files, first: str = first) -> None:
        files.photos("train_images/train_images", range(1, 41))
        files.photos("test_images/test_images", range(1, 13))
        files.table("train_images.csv", "image_path,label", [(f"{first}{k}.jpg", 1 + k % 5) for k in range(1, 41)])
        files.table("test_images_sample.csv", "id,label", [(k, 1 + k % 5) for k in range(1, 13)])


@layout(
    "the photos to predict lie in val, and both sides count from 1",
    {"train.images": "train/{Id:05}.jpg", "test.images": "val/{Id:05}.jpg", "submission.label": "Prediction"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train", [f"{k:05d}" for k in range(1, 41)])
    files.photos("val", [f"{k:05d}" for k in range(1, 13)])
    files.table("train.csv", "Id,Label", beside(range(1, 41), turns([1, 2, 3, 4], 40)))
    files.table("sample_submission.csv", "Id,Prediction", [(k, 1) for k in range(1, 13)])


# Folders on two levels.


def signs(files: Files, columns: bool) -> None:
    by_shape = {"triangles": ["A13", "B1"], "diamonds": ["B9"], "circles": ["C1", "C35"], "other": ["E1"]}
    for place, (shape, kinds) in enumerate(by_shape.items()):
        for number, kind in enumerate(kinds):
            files.photos(f"train/{shape}/{kind}", ids("p", 6, 20 * place + 6 * number))
    files.photos("test", ids("", 9, 1, 5))
    if columns:
        names = sorted(kind for kinds in by_shape.values() for kind in kinds)
        files.table("sample_submission.csv", f"Id,{','.join(names)}", [(k, *[0.1] * 6) for k in range(1, 10)])


for columns in (True, False):

    @layout(
        f"signs: classes below shapes, some alone in theirs, {'a column for each' if columns else 'no sample'}",
        {"train.images": "train/*/*/*", "tasks.label.classes": ["A13", "B1", "B9", "C1", "C35", "E1"]},
        n_train=36,
        n_test=9,
    )
    def _(files: Files, columns: bool = columns) -> None:
        signs(files, columns)


@layout(
    "office: the same classes below each source train together",
    {"train.images": "*/images/*/*", "tasks.label.classes": ["bike", "desk", "mug"]},
    without=("train.group",),
    says=("amazon/images/ (12 photos), dslr/images/ (9 photos), webcam/images/ (15 photos) have the same classes",),
    n_train=36,
)
def _(files: Files) -> None:
    for place, count in (("amazon", 4), ("dslr", 3), ("webcam", 5)):
        for kind in ("bike", "desk", "mug"):
            files.photos(f"{place}/images/{kind}", ids("frame_", count, 1))


@layout("office: of folders that are called like looks one is asked for", refused="the train folder could be")
def _(files: Files) -> None:
    for place in ("original", "augmented"):
        for kind in ("bike", "desk", "mug"):
            files.photos(f"{place}/images/{kind}", codes(len(place) + len(kind), 5))


@layout(
    "organs: the numbers below each are its own classes",
    refused="or those of one alone: --train 'data/classification/Appendix'",
)
def _(files: Files) -> None:
    for organ, count in (("Appendix", 2), ("Breast", 3), ("Liver", 2)):
        for number in range(count):
            files.photos(f"data/classification/{organ}/{number}", codes(100 * count + number + len(organ), 6))


@layout(
    "organs: one alone",
    {"tasks.label.classes": ["0", "1", "2"]},
    options=("--train", "data/classification/Breast"),
    n_train=18,
)
def _(files: Files) -> None:
    for organ, count in (("Appendix", 2), ("Breast", 3), ("Liver", 2)):
        for number in range(count):
            files.photos(f"data/classification/{organ}/{number}", codes(100 * count + number + len(organ), 6))


for kinds in (("real", "2dmask", "printed", "replay"), ("live", "spoof")):

    @layout(
        f"faces: {len(kinds)} classes, below them a folder for each film",
        {"train.images": "train/{label}/*/*", "tasks.label.classes": sorted(kinds), "train.group": ["label", "folder"]},
        n_train=60,
    )
    def _(files: Files, kinds: tuple[str, ...] = kinds) -> None:
        for place, name in enumerate(codes(7, 20)):
            files.photos(f"train/{kinds[place % len(kinds)]}/{name}", ids("", 3, 0, 4))


@layout(
    "capsules: images of each class, spelt with a capital letter in one",
    {"train.images": "WCE/{label}/[Ii]mages/*", "tasks.label.classes": ["bleeding", "non-bleeding"]},
    n_train=24,
)
def _(files: Files) -> None:
    for kind, photos, masks in (("bleeding", "Images", "Annotations"), ("non-bleeding", "images", "annotation")):
        files.photos(f"WCE/{kind}/{photos}", [f"img- ({k})" for k in range(1, 13)], ".png")
        files.photos(f"WCE/{kind}/{masks}", [f"ann- ({k})" for k in range(1, 13)], ".png")


@layout("animals: a list of some class folders is no train table", {"train.images": "JPEGImages/*/*"}, n_train=60)
def _(files: Files) -> None:
    kinds = ["antelope", "grizzly+bear", "otter", "rat", "skunk", "wolf"]
    for kind in kinds:
        files.photos(f"JPEGImages/{kind}", [f"{kind}_{10001 + k}" for k in range(10)])
    files.text("trainclasses.txt", "".join(f"{kind}\n" for kind in kinds[:4]))
    files.text("testclasses.txt", "".join(f"{kind}\n" for kind in kinds[4:]))


def feelings(files: Files, people: list[str], ends: tuple[str, ...]) -> None:
    for person in people:
        files.photos(f"KDEF/{person}", [f"{person}{end}" for end in ends], ".JPG")


@layout(
    "feelings: folders of people, whose photos' names go on alike",
    refused="are called like people or things, and the names of their photos, such as AF01AFS.JPG, go on alike in each",
)
def _(files: Files) -> None:
    feelings(files, ["AF01", "AF07", "AM03", "BF01", "BM12"], ("AFS", "ANS", "HAS", "SAS"))


@layout(
    "feelings: who it is is asked",
    {"tasks.label.classes": ["AF01", "AF07", "AM03", "BF01", "BM12"]},
    options=("--label", "folder"),
    n_train=20,
)
def _(files: Files) -> None:
    feelings(files, ["AF01", "AF07", "AM03", "BF01", "BM12"], ("AFS", "ANS", "HAS", "SAS"))


@layout("things: folders of words, whose photos' names go on alike", {"train.images": "KDEF/*/*"}, n_train=20)
def _(files: Files) -> None:
    feelings(files, ["apple", "banana", "cherry", "grape", "melon"], ("front", "back", "left", "right"))


# What is asked.


@layout(
    "museum: two numbers that the test table lacks",
    {"tasks.x.kind": "number", "tasks.y.kind": "number"},
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    rng = random.Random(1)
    rows = []
    for place in range(12):
        x, y = rng.uniform(-130, 190), rng.uniform(-260, 60)
        rows += [(f"IMG{2744 + 7 * place}_{k}", f"{x:.6f}", f"{y:.6f}") for k in range(5)]
    tests = ids("IMG", 12, 4000)
    files.photos("train", [row[0] for row in rows])
    files.photos("test", tests)
    files.table("train.csv", "id,x,y", rows)
    files.table("imagenames.csv", "id", [(name,) for name in tests])


def tomatoes(files: Files, gaps: bool) -> None:
    rng = random.Random(2)
    truth = {}
    for number in range(40):
        name = f"tomato_{number:03d}.png"
        files.photo(f"train/rgb/{name}")
        area = float("nan") if gaps and number % 13 == 5 else round(rng.uniform(150, 2400), 1)
        truth[name] = {"fw_plant": round(rng.uniform(12, 240), 1), "leaf_area": area, "red_fruits": rng.choice([0, 2])}
    files.text("train/ground_truth.json", json.dumps(truth, indent=1))


@layout(
    "tomatoes: all that the truth says are numbers",
    {"tasks.fw_plant.kind": "number", "tasks.leaf_area.kind": "number", "tasks.red_fruits.kind": "number"},
    n_train=40,
)
def _(files: Files) -> None:
    tomatoes(files, False)


@layout("tomatoes: a number with gaps", refused="leave the rows without them out in a copy of the table")
def _(files: Files) -> None:
    tomatoes(files, True)


@layout(
    "species: its number and its name, and a folder that the test side has too",
    {
        "train.images": "patchTrain/{patch_dirname}/patch_{patch_id}.tif",
        "tasks.species_glc_id.column": "species_glc_id",
        "test.images": "patchTest/{patch_dirname}/patch_{patch_id}.tif",
    },
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    names = {775: "Quercus pubescens", 374: "Rubus ulmifolius", 307: "Hedera helix"}
    for side, count in (("Train", 40), ("Test", 12)):
        rows = []
        for k in range(1, count + 1):
            folder, kind = 256 * (1 + k // 20), list(names)[k % 3]
            files.photo(f"patch{side}/{folder}/patch_{k}.tif")
            rows.append((kind, names[kind], folder, k) if side == "Train" else (folder, k))
        header = "species_glc_id,scientificName,patch_dirname,patch_id" if side == "Train" else "patch_dirname,patch_id"
        files.table(f"occurrences_{side.lower()}.csv", header, rows, separator=";")


@layout(
    "fields: one answer for the pictures of all months of a place",
    {"train.group": "ID", "submission.per": "ID", "tasks.Target.column": "Target"},
    n_train=72,
    n_test=24,
)
def _(files: Files) -> None:
    rows: dict[str, list[tuple[object, ...]]] = {"train": [], "test": []}
    for place, name in enumerate(codes(5, 16, 6)):
        side = "train" if place < 12 else "test"
        for month in range(1, 7):
            path = f"S2/{side}/ID_{name}_2024_{month:02d}.tif"
            files.photo(path)
            rows[side].append((f"ID_{name}", month, place % 3 + 1, path) if place < 12 else (f"ID_{name}", month, path))
    files.table("Train.csv", "ID,month,Target,tifPath", rows["train"])
    files.table("Test.csv", "ID,month,tifPath", rows["test"])
    files.table("SampleSubmission.csv", "ID,Target", [(name, 1) for name in dict.fromkeys(r[0] for r in rows["test"])])


for ending in ("json", "jsonl"):

    @layout(
        f"memes: a record on each line of a file called .{ending}",
        {"train.table": f"annotations/train.{ending}", "tasks.label.column": "label"},
        n_train=30,
    )
    def _(files: Files, ending: str = ending) -> None:
        names = ids("", 30, 1235, 5)
        files.photos("img", names, ".png")
        records = [{"id": int(name), "img": f"img/{name}.png", "label": k % 2} for k, name in enumerate(names)]
        files.text(f"annotations/train.{ending}", "".join(json.dumps(one) + "\n" for one in records))


@layout(
    "words: what is written behind the label, with commas in it",
    {"train.header": False, "tasks.label.column": "2", "tasks.label.classes": ["Arabic", "Latin", "Symbols"]},
    says=("have cells too many, which are taken for the rest of '3'",),
    n_train=60,
)
def _(files: Files) -> None:
    rows = []
    for place in range(60):
        files.photo(f"Word_Images/word_{place}.png")
        said = f"1,{place}" if place % 29 == 2 else f"w{place}"
        rows.append((f"word_{place}.png", ("Arabic", "Latin", "Symbols")[place % 3], said))
    files.table("gt.txt", None, rows)


def named(files: Files, folder: str, names: list[str]) -> None:
    files.photos(f"{folder}/training", names)
    files.photos(f"{folder}/evaluation", range(1, 13))


@layout(
    "food: names begin with the number of the class, as the sample's answers are",
    {"tasks.label.classes": ["0", "1", "2"], "test.images": "food/evaluation/{Id}.jpg"},
    n_train=30,
    n_test=12,
)
def _(files: Files) -> None:
    rng = random.Random(3)
    named(files, "food", [f"{k}_{number}" for k in range(3) for number in rng.sample(range(1500), 10)])
    files.table("sample_submission.csv", "Id,Category", [(k, 0) for k in range(1, 13)])


@layout(
    "letters: names begin with both parts of the class, as the sample says it",
    {"tasks.label.classes": ["V0_C0", "V0_C1", "V1_C0", "V1_C1"], "test.images": "hindi/evaluation/{ImageId}"},
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    rng = random.Random(4)
    pairs = [(v, c) for v in range(2) for c in range(2)]
    named(files, "hindi", [f"V{v}_C{c}_{number}" for v, c in pairs for number in rng.sample(range(100), 10)])
    files.table("sample_submission.csv", "ImageId,Class", [(f"{k}.jpg", "V0_C0") for k in range(1, 13)])


@layout("screening: files of a kind that nobody reads", refused="there are 12 files .aps: if they are photos, a reader")
def _(files: Files) -> None:
    for name in codes(9, 12):
        files.text(f"stage1_aps/{name}.aps", "0 1 2")
    files.photo("body_zones.png")
    files.table(
        "stage1_labels.csv", "Id,Probability", [(f"{one}_Zone{k}", k % 2) for one in codes(9, 8) for k in (1, 2)]
    )


# The photos to predict.


@layout(
    "conditions: a test table that has labels, and photos that nothing is said of",
    {"train.table": "v1/train/labels.csv", "test.images": "phase2/images/*"},
    says=("v1/iid_test/labels.csv has the labels of its photos, and those of phase2/images/ have none",),
    n_train=30,
    n_test=20,
)
def _(files: Files) -> None:
    for side, first, count in (("train", 0, 30), ("iid_test", 30, 12)):
        names = ids("n", count, first)
        for place, name in enumerate(names):
            files.photo(f"v1/{side}/Images/{KINDS[place % 3]}/{name}.jpg")
        files.table(f"v1/{side}/labels.csv", "imgs,labels", [(f"{n}.jpg", KINDS[k % 3]) for k, n in enumerate(names)])
    files.photos("phase2/images", codes(11, 20))


@layout(
    "frames: a list without labels, of photos that no other table names; -1 where nobody knows",
    {"test.table": "MTL.txt", "tasks.expression.column": "expression"},
    says=("MTL.txt says nothing of its photos", "'-1' in 'expression' may say that nobody knows"),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    names = [f"video{k // 10}/{k:05d}.jpg" for k in range(60)]
    for name in names:
        files.photo(f"aligned/{name}")
    for side, some in (("training", names[:40]), ("validation", names[40:50])):
        files.table(f"{side}_set.txt", "image,expression", beside(some, turns([-1, 0, 1, 2, 3], len(some))))
    files.table("MTL.txt", "image", [(name,) for name in names[50:]])


# Masks and copies.


@layout(
    "tiles: a mask of the same name beside each photo, and a picture of the data set",
    {"train.images": "tiles/{label}/Imgs/*.jpg", "tasks.label.classes": ["MT_Break", "MT_Crack", "MT_Free"]},
    without=("test",),
    n_train=24,
)
def _(files: Files) -> None:
    for place, kind in enumerate(("Break", "Crack", "Free")):
        for name in ids(f"exp{place}_num_", 8, 1000 * place):
            files.photo(f"tiles/MT_{kind}/Imgs/{name}.jpg")
            files.photo(f"tiles/MT_{kind}/Imgs/{name}.png")
    files.photo("tiles/dataset.jpg")


for front in (True, False):
    words = ("rotated_by_15_", "saltandpepper_", "vertical_flip_") if front else ("_rotated", "_flip", "_noisy")

    @layout(
        f"fruits: copies with words {'before' if front else 'behind'} the name of their photo are of its group",
        {"train.group.column": "stem"},
        says=(f"stem {'behind' if front else 'before'} words such as",),
        n_train=96 if front else 72,
    )
    def _(files: Files, front: bool = front, words: tuple[str, ...] = words) -> None:
        for place, kind in enumerate(("freshapples", "rottenapples", "rottenpears")):
            for number in range(8):
                shot = f"Shot 2018 at {place + 2}.{number}"
                some = words if front else [word for place, word in enumerate(words) if place != number % 3]
                copies = [word + shot if front else shot + word for word in some]
                files.photos(f"train/{kind}", [shot, *copies], ".png")


@layout(
    "fruits: looks of each photo, in whose names are points",
    {"train.images": "train/*/*[!p].png"},
    n_train=24,
)
def _(files: Files) -> None:
    for place, kind in enumerate(("freshapples", "rottenapples", "rottenpears")):
        shots = [f"Shot 2018 at {place + 2}.{number}" for number in range(8)]
        files.photos(f"train/{kind}", [*shots, *(f"{shot}_flip" for shot in shots)], ".png")


@layout("waste: what is no copy, since it is of another class", without=("train.group",), n_train=40)
def _(files: Files) -> None:
    for number in range(20):
        files.photo(f"train/organic/waste {number} {number * 7}.jpg")
        files.photo(f"train/other/Non-waste {number} {number * 7}.jpg")


# Folders below classes, and folders of sides.


for called in ("v_{kind}_g{number:02d}_c01", "April_{number}_{kind}_u_nm"):

    @layout(
        f"films: their folders below the class are called as it is, with more around it: {called}",
        {"train.images": "films/{label}/*/*", "train.group": ["label", "folder"]},
        n_train=24,
    )
    def _(files: Files, called: str = called) -> None:
        for kind in ("Archery", "Basketball"):
            for number in range(4):
                files.photos(f"films/{kind}/{called.format(kind=kind, number=number)}", ids("frame", 3))


@layout(
    "patients: folders of letters and numbers below words may be people or classes",
    refused="the level of the classes could be {label}/*/*, */{label}/* (3 such as CAP, COVID, Normal;",
)
def _(files: Files) -> None:
    for kind, word in (("COVID", "P"), ("CAP", "cap"), ("Normal", "normal")):
        for number in range(1, 6):
            files.photos(f"{kind}/{word}{number:03d}", ids("IM", 3))


@layout("breeds: what WordNet calls classes is one", {"train.images": "train/*/*/*"}, n_train=32)
def _(files: Files) -> None:
    for place, kind in enumerate(("bird", "dog")):
        for number in range(4):
            files.photos(f"train/{kind}/n0{2000000 + 1000 * place + 77 * number}", codes(10 * place + number, 4))


def bottles(files: Files) -> None:
    files.photos("bottle/train/good", ids("", 20, 0, 3), ".png")
    for kind in ("good", "broken", "scratched"):
        files.photos(f"bottle/test/{kind}", ids("", 6, 0, 3), ".png")
        if kind != "good":
            files.photos(f"bottle/ground_truth/{kind}", [f"{name}_mask" for name in ids("", 6, 0, 3)], ".png")


@layout("bottles: one class trains, and masks are none", refused="--train 'bottle/test' learns of the 3")
def _(files: Files) -> None:
    bottles(files)


@layout(
    "bottles: the classes of the test folder",
    {"tasks.label.classes": ["broken", "good", "scratched"]},
    options=("--train", "bottle/test"),
    n_train=18,
)
def _(files: Files) -> None:
    bottles(files)


@layout("people: folders that differ in train and test alone are no classes", refused="are made of 3 parts: part1")
def _(files: Files) -> None:
    for side, first, count in (("train", 1, 12), ("test", 30, 6)):
        names = [
            f"{who:04d}_c{camera}_{37 * who + camera:06d}" for who in range(first, first + count) for camera in (1, 2)
        ]
        files.photos(f"bounding_box_{side}", names)
    files.photos("query", [f"{who:04d}_c1_{37 * who:06d}" for who in range(30, 36)])


# Lists by class and by side, and what a table alone does not say.


@layout("a list of photos for each class in one json", {"tasks.label.column": "label"}, n_train=30)
def _(files: Files) -> None:
    by_class = {kind: [f"{(3 * k + place) * 37:05d}.jpg" for k in range(10)] for place, kind in enumerate(KINDS)}
    files.photos("images", [name[:-4] for names in by_class.values() for name in names])
    files.text("labels.json", json.dumps(by_class))


@layout(
    "labels by photo, below the side, in one json",
    {"tasks.value.column": "value"},
    says=("'split' is the host's own split",),
    n_train=40,
)
def _(files: Files) -> None:
    sides = {side: {f"{side}_{k:03d}.jpg": KINDS[k % 3] for k in range(n)} for side, n in (("train", 30), ("val", 10))}
    files.photos("images", [name[:-4] for some in sides.values() for name in some])
    files.text("labels.json", json.dumps(sides))


@layout(
    "a list of photos for each class, a file each",
    {"train.table": "*.txt", "tasks.in_file.column": "in_file", "tasks.in_file.classes": list(KINDS)},
    n_train=30,
)
def _(files: Files) -> None:
    for place, kind in enumerate(KINDS):
        names = [f"img_{3 * k + place:04d}.jpg" for k in range(10)]
        files.photos("images", names, "")
        files.text(f"{kind}.txt", "".join(f"{name}\n" for name in names))


@layout(
    "paths of another disk with backslashes", {"train.table": "train.csv", "tasks.label.column": "label"}, n_train=30
)
def _(files: Files) -> None:
    names = [f"{KINDS[k % 3]}_{7 * k}" for k in range(30)]
    files.photos("train", names)
    rows = [(f"C:\\Users\\kim\\data\\train\\{name}.jpg", KINDS[k % 3]) for k, name in enumerate(names)]
    files.table("train.csv", "path,label", rows)


def taken(files: Files, begins: str) -> None:
    names = [f"{begins or 'img'}_{k:03d}" if begins != "kinds" else f"{KINDS[k % 3]}_{k:03d}" for k in range(30)]
    files.photos("photos", names)
    files.table(
        "metadata.csv", "file,width,camera", [(f"{n}.jpg", 640, ("a1", "b2")[k % 2]) for k, n in enumerate(names)]
    )


@layout(
    "cameras, and names that begin with a few words",
    refused="say which is asked: --label 'camera', or --image 'photos/{label}_*' --label label",
)
def _(files: Files) -> None:
    taken(files, "kinds")


@layout(
    "cameras, and the words of the names are asked",
    {"tasks.label.classes": list(KINDS)},
    options=("--image", "photos/{label}_*", "--label", "label"),
    n_train=30,
)
def _(files: Files) -> None:
    taken(files, "kinds")


@layout("cameras alone", {"tasks.camera.column": "camera"}, n_train=30)
def _(files: Files) -> None:
    taken(files, "")


for unknown in ("?", "Unknown"):

    @layout(
        f"a class that may say that nobody knows: {unknown}",
        {"tasks.label.column": "label"},
        says=(f"'{unknown}' in 'label' may say that nobody knows: 'rows: {{label: [calm, glad, sad]}}' under train",),
        n_train=40,
    )
    def _(files: Files, unknown: str = unknown) -> None:
        files.photos("img", ids("p", 40))
        files.table(
            "train.csv", "image,label", beside([f"{n}.jpg" for n in ids("p", 40)], turns([*KINDS, unknown], 40))
        )


@layout(
    "weights with decimal commas", refused="'weight' holds numbers with a comma, such as '1,37', and kit reads a point"
)
def _(files: Files) -> None:
    files.photos("img", ids("p", 40))
    rows = [(f"{name}.jpg", f"{1 + k % 7},{37 + k}") for k, name in enumerate(ids("p", 40))]
    files.table("train.csv", "image;weight", rows, separator=";")


@layout("labels by the order of the photos", refused="labels.txt has an answer for each of the 40 photos of images/")
def _(files: Files) -> None:
    files.photos("images", codes(1, 40))
    files.text("labels.txt", "".join(f"{k % 4}\n" for k in range(40)))


@layout("frames: a list of photos that are left out is no test set", without=("test",), n_train=40)
def _(files: Files) -> None:
    files.photos("images", ids("p", 60))
    names = [f"{name}.jpg" for name in ids("p", 60)]
    files.table("train.csv", "image,label", beside(names[:40], turns(KINDS, 40)))
    files.table("corrupt_images.txt", "image", [(name,) for name in names[40:50]])


@layout("alphabets: numbered characters are each alphabet's own", refused="--train 'images_background/Greek'")
def _(files: Files) -> None:
    for place, alphabet in enumerate(("Greek", "Hebrew", "Magi")):
        for number in range(1, 4):
            files.photos(f"images_background/{alphabet}/character{number:02d}", codes(10 * place + number, 4))


@layout("shoes: the level of the classes, some alone in theirs", refused="shoes/{label}/*/*/*, shoes/*/{label}/*/*")
def _(files: Files) -> None:
    rng = random.Random(6)
    for upper, lower in {"Boots": ["Ankle", "Knee"], "Sandals": ["Flat", "Heel"], "Slippers": ["Soft"]}.items():
        for kind in lower:
            for name in codes(len(upper + kind), 10):
                files.photo(f"shoes/{upper}/{kind}/{rng.choice(['Clarks', 'Ugg', 'Fergie'])}/{name}.jpg")
