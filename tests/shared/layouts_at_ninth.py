"""Layouts that were not understood, or wrongly, in a ninth examination of `kit init table`."""

from __future__ import annotations

from shared.host_files import Files, Layout, collect, ids, turns

AT_NINTH: list[Layout] = []
layout = collect(AT_NINTH)


# Names with and without endings, and columns of odd names


@layout(
    "goods: paths of one folder have no ending, those of the others have",
    {"train.images": "{image_path}.*", "test.images": "{image_path}.*", "submission.id": "itemid"},
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    rows = []
    for k in range(72):
        place = ("beauty", "fashion", "mobile")[k % 3]
        files.photo(f"{place}_image/{k * 7919:08x}.jpg")
        rows.append((1000 + k, k % 6, f"{place}_image/{k * 7919:08x}{'' if k % 3 == 1 else '.jpg'}"))
    files.table("train.csv", "itemid,Category,image_path", rows[:60])
    files.table("test.csv", "itemid,image_path", [(row[0], row[2]) for row in rows[60:]])
    files.table("sample_submission.csv", "itemid,Category", [(row[0], 0) for row in rows[60:]])


@layout("goods: names with and without endings", {"train.images": "photos/{name}.*"}, without=("test",), n_train=40)
def _(files: Files) -> None:
    files.photos("photos", ids("g", 40), ".png")
    rows = [(f"{name}{('', '.png')[k % 2]}", ("new", "used")[k // 2 % 2]) for k, name in enumerate(ids("g", 40))]
    files.table("goods.csv", "name,state", rows)


SCANS = "Path (Trial/Folder/Image Name)"


def scans(files: Files, side: str, whose: tuple[str, ...]) -> list[str]:
    found = [f"{who}/{visit}/OD/{k}.tif" for who in whose for visit in ("W0", "W4") for k in range(0, 40, 8)]
    for name in found:
        files.photo(f"{side}/{name}")
    return found


@layout(
    "scans: slashes in the name of the photo's column, paths that begin with one, photos called 0 and 1",
    {
        "train.images": f"TRAIN/{{{SCANS}[1:]}}",
        "test.images": f"TEST/{{{SCANS}}}",
        "tasks.label.classes": ["B1", "B2", "B3"],
        "submission.id": SCANS,
    },
    says=("as far as Prime/01-001: 6 values in 60 rows",),
    n_train=60,
    n_test=10,
)
def _(files: Files) -> None:
    whose = tuple(f"Prime/01-{k:03d}" for k in (1, 7, 33, 45, 46, 51))
    names = scans(files, "TRAIN", whose)
    files.photos("TRAIN/Prime/01-001/W0/OD", (1,), ".tif")
    rows = [(f"/{name}", k % 2, k // 2 % 2, int(k % 5 == 0)) for k, name in enumerate(names)]
    files.table("TRAIN/Training_Data.csv", f"{SCANS},B1,B2,B3", rows)
    tests = scans(files, "TEST", ("REC/01-002",))
    files.table("TEST/submission_template.csv", f"{SCANS},B1,B2,B3", [(name, "", "", "") for name in tests])


@layout("scans: a column of the photo called a/b", {"train.images": "photos/{photo/name}.jpg"}, n_train=30)
def _(files: Files) -> None:
    files.photos("photos", ids("a", 30))
    files.table("labels.csv", "photo/name,label", [(name, k % 2) for k, name in enumerate(ids("a", 30))])


# Looks of the photos, and who is on them


@layout(
    "clothes: original and compressed photos, and who sent them",
    {"train.images": "images_original/{image}.jpg", "train.group": "sender_id"},
    n_train=48,
)
def _(files: Files) -> None:
    for folder in ("images_original", "images_compressed"):
        files.photos(folder, ids("c", 48))
    rows = [(name, 20 + k % 12 * 7, ("Hat", "Pants", "Shoes")[k // 12 % 3]) for k, name in enumerate(ids("c", 48))]
    files.table("images.csv", "image,sender_id,label", rows)


FEELINGS = ("anger", "fear", "happy")


@layout(
    "feelings: names that begin with a subject's number, in folders of classes",
    {"train.group": {"column": "stem", "pattern": r"(?:^|/)([SsPp]\d{2,4})[_\-][^/]*$"}},
    n_train=90,
)
def _(files: Files) -> None:
    for k in range(90):
        files.photo(f"faces/{FEELINGS[k % 3]}/S{k // 9 + 5:03d}_{k % 4:03d}_{k:08d}.png")


@layout("feelings: such names in a table", {"train.group.column": "file"}, n_train=60)
def _(files: Files) -> None:
    names = [f"p{k // 6 + 1:02d}-{k:03d}.jpg" for k in range(60)]
    files.photos("faces", [name[:-4] for name in names])
    files.table("faces.csv", "file,feeling", [(name, FEELINGS[k * 5 % 3]) for k, name in enumerate(names)])


@layout("feelings: letters and numbers that are the classes are no subjects", without=("train.group",), n_train=60)
def _(files: Files) -> None:
    names = [f"s{k % 6 + 1:02d}_{k:03d}.jpg" for k in range(60)]
    files.photos("faces", [name[:-4] for name in names])
    files.table("faces.csv", "file,state", [(name, f"state {k % 6 + 1}") for k, name in enumerate(names)])


@layout(
    "heads: a second photo of some",
    {"tasks.circumference_mm.kind": "number"},
    says=("filename as far as 000: 45 values in 60 rows",),
    n_train=60,
)
def _(files: Files) -> None:
    names = [f"{k * 3 // 4:03d}_{'2' if k % 4 == 1 else ''}HC.png" for k in range(60)]
    files.photos("heads", [name[:-4] for name in names], ".png")
    files.table(
        "heads.csv", "filename,circumference (mm)", [(name, f"{60 + k * 3.7:.2f}") for k, name in enumerate(names)]
    )


# Splits, lines and columns


@layout(
    "memories: five splits of the same photos",
    {"train.table": "splits/train_1.txt", "test.table": "splits/test_1.txt", "tasks.label.kind": "number"},
    says=("splits/train_1.txt and 4 more, such as splits/train_2.txt, deal the same photos anew",),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    names = ids("m", 50)
    files.photos("images", names)
    for split in range(1, 6):
        turned = names[split * 7 :] + names[: split * 7]
        for side, some in (("train", turned[:40]), ("test", turned[40:])):
            rows = [(f"{name}.jpg", f"{int(name[1:]) / 53:.4f}") for name in some]
            files.table(f"splits/{side}_{split}.txt", None, rows, separator=" ")


@layout(
    "memories: told another split, and its test list is predicted",
    {"train.table": "splits/train_12.txt", "test.table": "splits/test_12.txt"},
    options=("--train", "splits/train_12.txt"),
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    names = ids("m", 50)
    files.photos("images", names)
    for split in range(11, 14):
        turned = names[split:] + names[:split]
        for side, some in (("train", turned[:40]), ("test", turned[40:])):
            rows = [(f"{name}.jpg", f"{int(name[1:]) / 53:.4f}") for name in some]
            files.table(f"splits/{side}_{split}.txt", None, rows, separator=" ")


@layout(
    "textures: ten lists of photos in folders of classes",
    {"train.images": "images/*/*", "tasks.label.column": "folder"},
    without=("train.table",),
    says=("deal the same photos anew: all photos in folders of classes train",),
    n_train=60,
)
def _(files: Files) -> None:
    names = [f"{('banded', 'woven', 'lined')[k % 3]}/t{k:03d}" for k in range(60)]
    files.photos("images", names)
    for split in range(1, 11):
        turned = names[split * 5 :] + names[: split * 5]
        for side, some in (("train", turned[:20]), ("val", turned[20:40]), ("test", turned[40:])):
            files.table(f"labels/{side}{split}.txt", None, [(f"{name}.jpg",) for name in some])


@layout(
    "flaws: a number alone in the first line, and the names of masks beside 0",
    {"train.images": "Train/{3}", "train.header": False, "tasks.label.column": "2", "tasks.label.classes": ["0", "1"]},
    says=("its first line is no row of it, and left out",),
    n_train=50,
)
def _(files: Files) -> None:
    lines = ["1"]
    for k in range(50):
        flawed = k % 6 == 0
        files.photo(f"Train/{k:04d}.png")
        if flawed:
            files.photo(f"Train/Label/{k:04d}_label.png")
        lines.append(f"{k}\t{int(flawed)}\t{k:04d}.png\t{int(flawed)}\t{f'{k:04d}_label.png' if flawed else 0}")
    files.text("Train/Label/Labels.txt", "\r\n".join(lines) + "\r\n")


@layout(
    "winds: many whole numbers that begin far above 1, called label",
    refused="the kind of 'label' could be class, number",
)
def _(files: Files) -> None:
    files.photos("photos", range(60))
    files.table("winds.csv", "img_name,label", [(f"{k}.jpg", 26 + k * 11 % 53) for k in range(60)])


@layout(
    "whales: whole numbers that are called ids are classes",
    {"tasks.whale_id.classes": [str(26 + k) for k in range(40)]},
    n_train=80,
)
def _(files: Files) -> None:
    files.photos("photos", range(80))
    files.table("whales.csv", "img_name,whale_id", [(f"{k}.jpg", 26 + k % 40) for k in range(80)])


@layout(
    "cells: three people's words for each photo, the first of which begin the names",
    {"tasks.label.column": "2", "train.header": False},
    says=("the label is '2', which the names of the photos begin with; --label for '3', '4'",),
    n_train=60,
)
def _(files: Files) -> None:
    kinds = turns(("BAS", "EOS", "LYT", "MON"), 60)
    rows = []
    for k, kind in enumerate(kinds):
        files.photo(f"pictures/{kind}_{k:04d}.png")
        again = kinds[k * 7 % 60] if k % 5 == 0 else "nan"
        rows.append((f"{kind}_{k:04d}.png", kind, again, "nan" if again == "nan" else kind))
    files.table("annotations.dat", None, rows, separator=" ")


# Folders below those of classes that count things by letters


@layout(
    "materials: a folder of each sample below its class, by letters",
    {
        "train.images": "materials/{label}/*/*",
        "tasks.label.classes": ["cork", "wood", "wool"],
        "train.group": ["label", "folder"],
    },
    n_train=60,
)
def _(files: Files) -> None:
    for k, kind in enumerate(("cork", "wood", "wool")):
        for place, sample in enumerate("abcd"):
            files.photos(
                f"materials/{kind}/sample_{sample}",
                [f"{15 + k}{sample}-scale_{n}" for n in range(5 * place, 5 * place + 5)],
            )


@layout(
    "rooms: a folder of each house below its kind, by letters",
    {"train.images": "rooms/{label}/*/*", "tasks.label.classes": ["attic", "kitchen"]},
    n_train=40,
)
def _(files: Files) -> None:
    for kind in ("attic", "kitchen"):
        for house in "ABCDE":
            files.photos(f"rooms/{kind}/house {house}", [f"{kind[0]}{house}{n}" for n in range(4)])


@layout(
    "shelves: folders of makers above those of the classes",
    {"train.images": "shelf/*/*/*", "tasks.label.column": "folder"},
    n_train=36,
)
def _(files: Files) -> None:
    for maker in ("acme", "better", "cheap"):
        for kind in ("vitamins", "zinc", "iron"):
            files.photos(f"shelf/{maker}/{kind}", [f"{maker[0]}{kind[0]}{n}" for n in range(4)])
