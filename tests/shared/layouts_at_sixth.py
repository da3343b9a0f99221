"""Layouts whose folders and names of photos say more than was read of them: groups, classes, copies, other looks."""

from __future__ import annotations

from shared.host_files import Files, Layout, collect, ids

AT_SIXTH: list[Layout] = []
layout = collect(AT_SIXTH)


# Who is on a photo


@layout(
    "roboflow: several copies of each train photo, told apart by a hash",
    {"train.images": "train/*/*", "train.group.column": "stem"},
    says=("20 values in 60 rows",),
    n_train=60,
)
def _(files: Files) -> None:
    for place, kind in enumerate(("daisy", "dandelion")):
        for side, count, copies in (("train", 10, 3), ("valid", 4, 1)):
            for k in range(count):
                stem = f"{10555749 + place * 77777 + len(side) * 1001 + k * 313}_jpg"
                files.photos(
                    f"{side}/{kind}", [f"{stem}.rf.{(k * 9 + c + 1) * 0x9E3779B97F4A7C15:032x}" for c in range(copies)]
                )


@layout(
    "colons: the first part of a name repeats, and is told",
    {"tasks.label.column": "label"},
    without=("train.group",),
    says=("name as far as 569870: 12 values in 60 rows", "--group 'name as far as 569870'"),
    n_train=60,
)
def _(files: Files) -> None:
    names = [f"{569870 + k // 5 * 1337}-IMG{k * 7 % 60:03d}x{k % 5:03d}.JPG" for k in range(60)]
    files.photos("train", [name[:-4] for name in names], ".JPG")
    files.table("train.csv", "name,label", [(name, k * 5 % 3) for k, name in enumerate(names)])


@layout(
    "colons, grouped by what was told",
    {"train.group.column": "name"},
    options=("--group", "name as far as 569870"),
    says=("60 train photos of 12 groups",),
    n_train=60,
)
def _(files: Files) -> None:
    names = [f"{569870 + k // 5 * 1337}-IMG{k * 7 % 60:03d}x{k % 5:03d}.JPG" for k in range(60)]
    files.photos("train", [name[:-4] for name in names], ".JPG")
    files.table("train.csv", "name,label", [(name, k * 5 % 3) for k, name in enumerate(names)])


@layout(
    "knees: a number and the side it is of",
    {"train.images": "knees/train/*/*", "train.group.column": "stem"},
    says=("stem before L and R: 30 values in 60 rows",),
    n_train=60,
)
def _(files: Files) -> None:
    for side, start in (("train", 9000099), ("test", 9400000)):
        for grade in range(3):
            files.photos(
                f"knees/{side}/{grade}", [f"{start + (i // 2) * 61 + grade * 3000}{'LR'[i % 2]}" for i in range(20)]
            )


@layout(
    "quality of photos: what each was made of stands in the first of two numbers behind it",
    {"tasks.label.kind": "number", "train.group.column": "1"},
    says=("8 values in 72 rows", "72 train photos of 8 groups"),
    n_train=72,
)
def _(files: Files) -> None:
    rows = [(f"A{k // 9 * 3:04d}_{k % 9 // 3:02d}_{k % 3:02d}.bmp", 1100 + k * 53 % 600 + k / 7) for k in range(72)]
    files.photos("dis", [str(row[0])[:-4] for row in rows], ".bmp")
    files.table("labels.txt", None, rows)


@layout(
    "quality of photos: a column names the photo that each was made of, another how sure the score is",
    {"train.group": "ref_img", "tasks.dmos.column": "dmos"},
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("images", ids("I", 6, 1, 2), ".png")
    rows = []
    for k in range(60):
        name = f"I{k // 10 + 1:02d}_{k % 10 // 5 + 1:02d}_{k % 5 + 1:02d}.png"
        files.photo(f"images/{name}")
        rows.append(
            (name, f"I{k // 10 + 1:02d}.png", round(4.67 - k % 5 * 0.8 + k / 300, 2), round(0.4 + k * 29 % 97 / 120, 3))
        )
    files.table("dmos.csv", "dist_img,ref_img,dmos,var", rows)


@layout(
    "eyes: a column names the fellow's row",
    {"tasks.Final_Label.column": "Final Label"},
    without=("train.group",),
    says=("'Fellow Eye' names another row, and no column says whose both are",),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("eyes", ids("T", 40))
    rows = [(f"T{k:04d}", ("RG", "NRG", "NRG")[k * 5 % 3], f"T{k ^ 1:04d}" if k < 30 else "") for k in range(40)]
    files.table("labels.csv", "Eye,Final Label,Fellow Eye", rows)


@layout(
    "prints: the only id that repeats is that of a thing",
    {"train.group": "print_id", "tasks.flawed.column": "flawed"},
    says=("grouped by print_id", "--group none"),
    n_train=60,
)
def _(files: Files) -> None:
    files.photos("images", ids("q", 60))
    files.table("train.csv", "img,print_id,flawed", [(f"q{k:04d}.jpg", k // 6, k * 5 % 3 // 2) for k in range(60)])


@layout(
    "steel: what names begin with is the class, and no group",
    {"train.images": "NEU/*", "tasks.label.classes": ["Cr", "In", "PS", "Pa", "RS", "Sc"]},
    without=("train.group",),
    n_train=60,
)
def _(files: Files) -> None:
    for kind in ("Cr", "In", "Pa", "PS", "RS", "Sc"):
        files.photos("NEU", [f"{kind}_{i}" for i in range(1, 11)], ".bmp")


# Folders


@layout(
    "eyes: the photos once more cut and painted over, in folders of longer names",
    {"train.images": "G/Images/{imageID}", "tasks.binaryLabels.column": "binaryLabels"},
    without=("test",),
    says=("other looks of the photos, as their names say",),
    n_train=30,
)
def _(files: Files) -> None:
    names = [f"image_{k * 7}" for k in range(30)]
    for folder in ("Images", "Images_Square", "NerveRemoved_Images"):
        files.photos(f"G/{folder}", names)
    files.photos("G/Masks", names, ".png")
    files.table("G/G.csv", "imageID,binaryLabels", [(f"{name}.jpg", k * 5 % 3 // 2) for k, name in enumerate(names)])


@layout(
    "monkeypox: a table of the photos, and beside them folds of their copies",
    {"train.table": "metadata.csv", "train.images": "Original/{Label}/{ImageID}.jpg", "tasks.Label.column": "Label"},
    without=("test",),
    says=("hold copies of train photos, and are no test set",),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"{mark}{k // 2 + 1:02d}_{k % 2 + 1:02d}" for mark in ("M", "NM") for k in range(20)]
    for place, name in enumerate(names):
        kind, person = "Others" if name[0] == "N" else "Monkeypox", place // 2
        side = ("Test", "Val")[person % 5] if person % 5 < 2 else "Train"
        for path in (f"Original/{kind}/{name}.jpg", *([f"Fold1/{side}/{kind}/{name}.jpg"] if side != "Train" else [])):
            files.count = place
            files.photo(path)
        for k in range(2):
            files.count = 1000 + place * 9 + k
            for folder in ("Augmented", *(["Fold1/Train"] if side == "Train" else [])):
                files.photo(f"{folder}/{kind}/{name}_{k:02d}.jpg")
    files.table(
        "metadata.csv", "ImageID,Label", [(name, "Others" if name[0] == "N" else "Monkeypox") for name in names]
    )


@layout(
    "a table of the test folder's photos and their labels never trains",
    {"train.images": "train/*/*", "tasks.label.column": "folder"},
    n_train=40,
)
def _(files: Files) -> None:
    rows = []
    for kind in ("cat", "dog"):
        files.photos(f"train/{kind}", [f"{kind}{i}" for i in range(20)])
        files.photos(f"test/{kind}", [f"{kind}{i}" for i in range(90, 98)])
        rows += [(f"{kind}{i}.jpg", kind) for i in range(90, 98)]
    files.table("labels.csv", "image,label", rows)


@layout(
    "cameras: a time of digits behind the camera is no hash",
    {"tasks.label.column": "label"},
    without=("train.group",),
    says=("image as far as cam00: 6 values",),
    n_train=60,
)
def _(files: Files) -> None:
    names = [f"cam{k // 10:02d}_{20190801123456789 + k * 7919}" for k in range(60)]
    files.photos("shots", names)
    files.table("shots.csv", "image,label", [(f"{name}.jpg", "ab"[k * 5 % 3 // 2]) for k, name in enumerate(names)])


@layout(
    "faces: class folders that are called training, and all of it once more",
    {"train.images": "faces/*/*", "tasks.label.classes": ["training_fake", "training_real"]},
    without=("test",),
    n_train=30,
)
def _(files: Files) -> None:
    for base in ("faces", "detection/faces"):
        files.count = 0
        files.photos(f"{base}/training_fake", [f"easy_{i}_{i * 37 % 16:04b}" for i in range(15)])
        files.photos(f"{base}/training_real", ids("real_", 15, 1, 5))


@layout("train photos and train masks are no classes", refused="there is no table that leads to photos")
def _(files: Files) -> None:
    files.photos("training_photos", ids("p", 20))
    files.photos("training_masks", ids("p", 20), ".png")


def _smears(files: Files) -> None:
    for kind in ("Metaplastic", "Parabasal", "Superficial"):
        for field in range(1, 5):
            files.photo(f"im_{kind}/im_{kind}/{field:03d}.bmp")
            files.photos(f"im_{kind}/im_{kind}/CROPPED", [f"{field:03d}_{cell:02d}" for cell in range(1, 5)], ".bmp")


@layout("smears: cells below the fields that they were cut from", refused="--image '*/{label}/CROPPED/*' --label label")
def _(files: Files) -> None:
    _smears(files)


@layout(
    "smears, told the cells",
    {
        "train.images": "*/{label}/CROPPED/*",
        "tasks.label.classes": ["im_Metaplastic", "im_Parabasal", "im_Superficial"],
    },
    options=("--image", "*/{label}/CROPPED/*", "--label", "label"),
    n_train=48,
)
def _(files: Files) -> None:
    _smears(files)
