"""Layouts that were not understood, or wrongly, in a twenty-fourth examination of `kit init table`, most of them out of
real tables, and of names of photos that begin anew in each folder.
"""

from __future__ import annotations

import json
import random
import shutil

from shared.host_files import Files, Layout, beside, codes, collect, ids, turns

AT_TWENTY_FOURTH: list[Layout] = []
layout = collect(AT_TWENTY_FOURTH)


@layout(
    "traffic signs: tracks of thirty photos, counted anew in each class",
    {"train.group.columns": ["folder", "stem"], "tasks.label.classes": ["00000", "00001", "00002", "00003"]},
    says=("folder and stem as far as 00000: 25 values in 750 rows",),
    n_train=750,
)
def _(files: Files) -> None:
    for sign, tracks in enumerate((7, 5, 7, 6)):
        names = [f"{track:05d}_{frame:05d}" for track in range(tracks) for frame in range(30)]
        files.photos(f"GTSRB/Final_Training/Images/{sign:05d}", names, ".ppm")


@layout(
    "patients of two classes, numbered anew in each",
    {"train.group.columns": ["folder", "stem"]},
    says=("folder and stem before '_': 30 values",),
)
def _(files: Files) -> None:
    slices = random.Random(0)
    for finding in ("benign", "malignant"):
        names = [f"{patient:03d}_{one}" for patient in range(1, 16) for one in range(slices.randint(2, 6))]
        files.photos(f"data/{finding}", names, ".png")


@layout(
    "patients of two classes, numbered anew in each: told by hand",
    {"train.group": {"columns": ["folder", "stem"], "pattern": r"^(.+)[_\-. ]\w+$"}},
    options=("--group", "folder and stem before '_'"),
)
def _(files: Files) -> None:
    for finding in ("benign", "malignant"):
        files.photos(f"data/{finding}", [f"{patient:03d}_{one}" for patient in range(12) for one in range(3)], ".png")


@layout(
    "names of one part, counted anew in each class",
    without=("train.group",),
    says=("the same 40 names in each folder",),
)
def _(files: Files) -> None:
    for kind in ("ash", "elm", "oak"):
        files.photos(f"leaves/{kind}", [f"img_{number:03d}" for number in range(40)])


@layout(
    "copies, a few of which have a number that the others lack",
    {"train.group.column": "stem"},
    says=("stem before words such as '_aug_0': 30 values",),
)
def _(files: Files) -> None:
    copies = random.Random(3)
    for place in range(30):
        names = [f"img{place:03d}", *(f"img{place:03d}_aug_{one}" for one in range(copies.choice((1, 2, 2, 3, 4))))]
        files.photos(f"data/{'benign' if place % 2 else 'malignant'}", names, ".png")


def signs(files: Files) -> None:
    for sign, tracks in enumerate((6, 5, 7)):
        folder = f"Images/{sign:05d}"
        names = [f"{track:05d}_{frame:05d}.ppm" for track in range(tracks) for frame in range(4)]
        files.photos(folder, names, "")
        rows = [(name, 8, 8, sign) for name in names]
        files.table(f"{folder}/GT-{sign:05d}.csv", "Filename,Width,Height,ClassId", rows, separator=";")


@layout(
    "traffic signs with a table in each class's folder",
    {"tasks.label.column": "folder", "train.group.columns": ["folder", "stem"]},
    says=("Images/0000*/GT-0000*.csv tells more of 72 train photos",),
    n_train=72,
)
def _(files: Files) -> None:
    signs(files)


@layout(
    "traffic signs with a table in each class's folder: told to take the tables",
    {
        "train.images": "Images/{in_folder}/{Filename}",
        "train.group.columns": ["in_folder", "Filename"],
        "tasks.ClassId.classes": ["0", "1", "2"],
    },
    says=("in_folder and Filename as far as 00000: 18 values",),
    options=("--train", "Images/*/GT-*.csv"),
    n_train=72,
)
def _(files: Files) -> None:
    signs(files)


@layout(
    "faces of a course: numbers with zeros and a tab, each side behind another word",
    {"train.images": "train/trn_img{file_id:05}.jpg", "test.images": "test/tst_img{file_id:05}.jpg"},
    n_train=20,
    n_test=30,
)
def _(files: Files) -> None:
    files.photos("train", ids("trn_img", 20, 1, 5))
    files.photos("test", ids("tst_img", 30, 1, 5))
    files.table("train_label.csv", "file_id,label", [(f'"{row:05d}\t"', 1 + row % 4) for row in range(1, 21)])
    files.table("test.csv", "file_id,label", [(row, "") for row in range(1, 31)])


@layout(
    "lamps: a table between spaces, whose header begins with one",
    {"train.table": "part1/train.csv", "train.images": "part1/imgs/{file}.bmp", "tasks.label.column": "label"},
    n_train=24,
)
def _(files: Files) -> None:
    files.photos("part1/imgs", ids("", 24, width=6), ".bmp")
    files.table(
        "part1/train.csv", " file label", beside(range(24), ids("", 24, width=6), turns((0, 1, 2), 24)), separator=" "
    )


@layout(
    "posters: cells between two colons, several genres in the last",
    {
        "train.header": False,
        "train.images": "images/{1}.jpg",
        "tasks.label.column": "3",
        "tasks.label.kind": "labels",
        "tasks.label.separator": "|",
    },
    says=("colons separate its cells",),
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("images", range(100, 130))
    genres = turns(("Drama", "Comedy|Crime", "Action|Drama|War", "Comedy"), 30)
    rows = [
        f"{number}::Film, The: {number} (1995)::{genre}" for number, genre in zip(range(100, 130), genres, strict=True)
    ]
    files.text("movies_train.dat", "\n".join(rows) + "\n")


@layout(
    "ladybugs: a mask beside each photo, both behind the number of the row",
    {"train.images": "training/{Image_id}_im.png", "test.images": "Test/*[0-9]_im.*"},
    without=("train.group",),
    says=("the label is 'Label', by its name; --label for another, such as 'spots'",),
    n_train=20,
    n_test=8,
)
def _(files: Files) -> None:
    for folder, count in (("training", 20), ("Test", 8)):
        files.photos(folder, [f"im-{one:03d}_{look}" for one in range(count) for look in ("im", "seg")], ".png")
    rows = [(f"im-{one:03d}", one % 2, 2 + one % 5) for one in range(20)]
    files.table("training_labels.csv", "Image_id,Label,spots", rows, separator=";")


@layout(
    "leaves in two kinds of light: the sample asks for those of one",
    {"test.table": "SampleSubmission.csv", "submission.sample": "SampleSubmission.csv"},
    n_test=12,
)
def _(files: Files) -> None:
    train, test = codes(1, 20), codes(2, 12)
    files.photos("Images", [f"{name}{look}" for name in (*train, *test) for look in ("", "_rgn")])
    rows = [
        (f"{name}{look}.jpg", kind)
        for name, kind in zip(train, turns(("ash", "elm"), 20), strict=True)
        for look in ("", "_rgn")
    ]
    files.table("Train.csv", "Image_id,Label", rows)
    files.table("Test.csv", "Image_id", [(f"{name}{look}.jpg",) for name in test for look in ("", "_rgn")])
    files.table("SampleSubmission.csv", "Image_id,ash,elm", [(f"{name}.jpg", 0.0, 0.0) for name in test])


@layout(
    "weather in a json: ids of the sample with a folder and a backslash",
    {"submission.per": "{folder}\\{file}", "submission.id": "filename"},
    without=("submission.sample",),
    says=("submit_example.json is json, and `kit submit` writes a csv",),
    n_train=24,
    n_test=10,
)
def _(files: Files) -> None:
    for side, count in (("train", 24), ("test", 10)):
        files.photos(f"{side}_dataset/{side}_images", ids("", count, width=5))
    said = [("Dawn", "Sunny"), ("Dusk", "Rainy"), ("Dawn", "Rainy")]
    notes = [
        {"filename": f"{side}_images\\{row:05d}.jpg", "period": said[row % 3][0], "weather": said[row % 3][1]}
        for side, rows in (("train", range(24)), ("test", range(1, 9, 2)))
        for row in rows
    ]
    files.text("train_dataset/train.json", json.dumps({"annotations": notes[:24]}))
    files.text("submit_example.json", json.dumps({"annotations": notes[24:]}))


@layout(
    "faces: who is on them has gaps where the label has, and may be asked too; the score of a baseline is no sample",
    refused="the label could be skin_tone, gender, age (they have gaps in the same rows)",
)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("test", 12)):
        files.photos(side, ids(f"{side}_", count), ".png")
        said = [("monk_1", "male", "18_30"), ("monk_2", "female", "31_60"), ("monk_3", "male", "61_100"), ("", "", "")]
        rows = [(f"{side}_{row:04d}.png", *said[row % (4 if side == "train" else 3)]) for row in range(count)]
        files.table(f"{side}/labels.csv", "name,skin_tone,gender,age", rows)
    files.text("baseline_score.json", '{"score": 4.7, "metrics": {"accuracy": {"gender": 0.8}}}')


@layout(
    "slides: patches of codes with digits",
    {"train.group.column": "img_id"},
    says=("img_id as far as 'slide_02PR': 12 values in 48 rows",),
)
def _(files: Files) -> None:
    slides = ["02PR", "7KKP", "ZXHB", "NQ79", "6Y22", "2MWI", "A0B1", "XQ3R", "LM0P", "9TTU", "4KLM", "P0QR"]
    names = [
        f"slide_{slide}__img_{code.upper()[:4]}" for slide in slides for code in codes(len(slide) + ord(slide[0]), 4)
    ]
    files.photos("images", names, ".jpeg")
    files.table("train.csv", "img_id,label", beside(names, turns((0, 1, 1, 0, 1), 48)))


@layout(
    "photos that people rated: means beside their spread",
    refused="the label could be Category, Valence_mean, Arousal_mean (their spread stands beside them",
)
def _(files: Files) -> None:
    names = codes(5, 30)
    files.photos("images", names)
    rows = [
        (
            name,
            ("Person", "Scenery", "Object")[row % 3],
            f"{2 + row / 7:.3f}",
            f"{1 + row / 40:.3f}",
            f"{6 - row / 9:.3f}",
            f"{1.5 - row / 50:.3f}",
        )
        for row, name in enumerate(names)
    ]
    files.table("OASIS.csv", "Theme,Category,Valence_mean,Valence_SD,Arousal_mean,Arousal_SD", rows)


@layout(
    "quality of photos of eyes, and a grade beside it",
    refused="the label could be quality, grade; choose with --label",
)
def _(files: Files) -> None:
    names = ids("eye", 40)
    files.photos("images", names)
    files.table(
        "train.csv", "image,quality,grade", beside(names, turns((0, 1, 2, 0, 1), 40), turns((0, 0, 4, 2, 1, 0, 3), 40))
    )


@layout(
    "many columns of gaps beside one that has none",
    {"tasks.types.classes": ["-1", "0", "1"]},
    says=("the label is 'types', which alone has no gaps; --label for another, such as 'seen'",),
)
def _(files: Files) -> None:
    names = ids("eye", 40)
    files.photos("images", names)
    rows = [
        (
            name,
            row % 3 - 1,
            "AB"[row % 2] if row % 5 else "",
            row % 2 if row < 8 else "",
            1 - row % 2 if row < 8 else "",
        )
        for row, name in enumerate(names)
    ]
    files.table("metadata.csv", "names,types,seen,notch_present,rim_present", rows)


@layout(
    "hands: columns of who is on them are among those that may be asked",
    refused="the label could be nailPolish, aspectOfHand, id, age, gender; choose with --label",
)
def _(files: Files) -> None:
    people = random.Random(0)
    who = [(person, people.randint(18, 40), "male" if person % 2 else "female") for person in range(12)]
    names = [f"Hand_{number:07d}.jpg" for number in range(60)]
    files.photos("Hands", names, "")
    rows = [
        (*who[row % 12], row % 3 % 2, ("dorsal right", "palmar left")[row % 7 % 2], name)
        for row, name in enumerate(names)
    ]
    files.table("HandInfo.csv", "id,age,gender,nailPolish,aspectOfHand,imageName", rows)


@layout(
    "vehicles: columns of 0 and 1, and one that says the same in words",
    {"tasks.label.kind": "labels", "tasks.label.classes": ["boat", "bus", "truck"]},
)
def _(files: Files) -> None:
    files.photos("images", ids("image", 30, 1, 1))
    said = turns((("  bus ", 0, 1, 0), ("boat, truck", 1, 0, 1), ("truck", 0, 0, 1)), 30)
    rows = [(f"image{row}.jpg", f'"{words}"', *flags) for row, (words, *flags) in enumerate(said, 1)]
    files.table("labels.csv", "Image_Name,Classes,boat,bus,truck", rows)


def scores(files: Files) -> None:
    names = [
        f"{sex}/{origin}/{name}.jpg"
        for sex, origin, name in zip(
            turns(("female", "male"), 40), turns(("asian", "black", "white"), 40), codes(8, 40), strict=True
        )
    ]
    for look in ("cropped_images/mtcnn", "cropped_images/opencv", "original_images"):
        files.photos(look, names, "")
    for end, look in (("", "original_images"), ("_2022", "cropped_images/mtcnn"), ("_crop", "cropped_images/opencv")):
        for side, some in (("train", names[:30]), ("test", names[30:])):
            rows = [(f"{look}/{name}", f"{2 + (row * 7 % 30) / 4.7:.6f}") for row, name in enumerate(some)]
            files.table(f"scores/{side}{end}.txt", None, rows, separator=" ")


@layout(
    "scores of faces in three lists, each of one kind of photos in folders that may be classes",
    refused="the train table could be scores/train.txt, scores/train_2022.txt, scores/train_crop.txt",
)
def _(files: Files) -> None:
    scores(files)


@layout(
    "scores of faces in three lists: the test list is that of the train list",
    {"test.table": "scores/test_2022.txt", "tasks.label.kind": "number"},
    options=("--train", "scores/train_2022.txt"),
    n_train=30,
    n_test=10,
)
def _(files: Files) -> None:
    scores(files)


def kinds(files: Files, folder: str = "data", names: str = "train") -> None:
    """A train table of thirty photos and a sample of six."""
    files.photos(f"{folder}/train", ids("p", 30))
    files.photos(f"{folder}/test", ids("p", 6, 30))
    files.table(f"{folder}/{names}.csv", "image,kind", beside(ids("p", 30), turns(("ash", "elm", "oak"), 30)))
    files.table(f"{folder}/sample_submission.csv", "image,kind", [(name, "ash") for name in ids("p", 6, 30)])


@layout(
    "a copy of all photos in another size, with the tables, beside them",
    {"train.table": "data/train.csv", "train.images": "data/train/{image}.jpg", "test.images": "data/test/{image}.jpg"},
    without=("train.group",),
    says=("data_resized_224/: copies of the photos of data/",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    kinds(files)
    shutil.copytree(files.root / "data", files.root / "data_resized_224")


@layout(
    "a copy of all photos in another size: told to take it",
    {"train.images": "data_224/train/{image}.jpg"},
    says=("data/: copies of the photos of data_224/",),
    options=("--image", "data_224/train/{image}.jpg", "--train", "data_224/train.csv"),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    kinds(files)
    shutil.copytree(files.root / "data", files.root / "data_224")


@layout(
    "class folders of both sides and their tables, and a copy of them in another size",
    {"train.table": "EuroSAT/train.csv", "test.table": "EuroSAT/test.csv"},
    says=("EuroSAT_64x64/: copies",),
    n_train=24,
    n_test=12,
)
def _(files: Files) -> None:
    names = [f"{kind}/{kind}_{number}.jpg" for kind in ("Forest", "River", "Crop") for number in range(12)]
    files.photos("EuroSAT", names, "")
    for side, some in (("train", names[0::3] + names[1::3]), ("test", names[2::3])):
        files.table(f"EuroSAT/{side}.csv", "Filename,Label", [(name, name.partition("/")[0]) for name in some])
    shutil.copytree(files.root / "EuroSAT", files.root / "EuroSAT_64x64")


@layout(
    "folders of the same names, one of which is called by a number, and which show other things",
    {"tasks.label.classes": ["plant", "plant_20"]},
    n_train=24,
)
def _(files: Files) -> None:
    files.photos("plant", ids("", 12, 1, 3))
    files.photos("plant_20", ids("", 12, 1, 3))


@layout(
    "figures and a banner beside the data, and a test folder that no table names",
    {"test.images": "test/*", "tasks.kind.classes": ["ash", "elm"]},
    says=("docs/figure1.png and 2 more: beside the data",),
    n_train=24,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train", ids("p", 24))
    files.photos("test", ids("q", 8))
    files.table("train.csv", "image,kind", beside(ids("p", 24), turns(("ash", "elm"), 24)))
    for name in ("docs/figure1.png", "notebooks/output_3_0.png", "banner.jpg"):
        files.photo(name)


@layout("figures in folders beside those of classes", refused="docs/ (1) and notebooks/ (1) would be classes")
def _(files: Files) -> None:
    for kind in ("ash", "elm", "oak"):
        files.photos(kind, ids(kind, 12))
    files.photos("docs", ["figure1"], ".png")
    files.photos("notebooks", ["output_3_0"], ".png")


@layout(
    "the train table once more, with folds that somebody dealt, and a part of it",
    {"train.folds": "kfold", "train.table": "data/train.csv", "tasks.kind.column": "kind"},
    n_train=30,
)
def _(files: Files) -> None:
    kinds(files)
    rows = beside(ids("p", 30), turns(("ash", "elm", "oak"), 30), turns(range(5), 30))
    files.table("data/train_folds.csv", "image,kind,kfold", rows)
    files.table("data/train_small.csv", "image,kind", [row[:2] for row in rows[::3]])


@layout(
    "findings with a row each, counted in a column without a name",
    {"train.pivot.columns": "finding", "train.pivot.values": "present"},
    n_train=20,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("images", ids("s", 24))
    found = ("mass", "cyst", "scar")
    rows = [(name, one, int(ord(one[0]) + place % 5 > 110)) for place, name in enumerate(ids("s", 20)) for one in found]
    files.table("train.csv", ",image_id,finding,present", [(place, *row) for place, row in enumerate(rows)])
    files.table("test.csv", "image_id,finding", [(name, one) for name in ids("s", 4, 20) for one in found])
    files.table(
        "sample_submission.csv", "id,present", [(f"{name}_{one}", 0) for name in ids("s", 4, 20) for one in found]
    )


@layout(
    "works of art: rows of the form count from 0 on, and the photos from 1 on",
    {"test.images": "test/0/{row:04}.jpg", "submission.id": "Unnamed: 0", "submission.label": "answer value"},
    says=(
        "no column of test_answer_sample_.csv names the photos, whose numbers are taken for those of its rows from 1",
    ),
    n_test=12,
)
def _(files: Files) -> None:
    for kind in ("dog", "guitar", "house"):
        files.photos(f"train/{kind}", ids("pic_", 15, 1, 3))
    files.photos("test/0", ids("", 12, 1, 4))
    files.table("test_answer_sample_.csv", ",answer value", [(row, 0) for row in range(12)])


@layout(
    "flaws of metal: folders of classes on two levels, of which many lie in one",
    {"tasks.label.column": "folder", "test.images": "round1_test/*"},
    says=(
        "4 of the classes lie together in flawed/other/, such as bent, dull, hole: where they are one, 'values: {bent",
    ),
    n_test=8,
)
def _(files: Files) -> None:
    for place, kind in enumerate(
        (
            "good",
            "flawed/spots",
            "flawed/dents",
            *(f"flawed/other/{one}" for one in ("bent", "dull", "hole", "scratch")),
        )
    ):
        files.photos(f"round1_train/{kind}", codes(place, 9))
    files.photos("round1_test", codes(70, 8))


@layout(
    "a hundred kinds of things, called as WordNet does, and names that go on alike in each",
    {"tasks.label.column": "label"},
    n_train=72,
)
def _(files: Files) -> None:
    for kind in range(1443537, 1443549):
        name = f"n{kind:08d}"
        files.photos(f"train/{name}/images", [f"{name}_{number}" for number in (0, 7, 61, 128, 333, 499)], ".JPEG")


@layout(
    "turtles: where a photo was taken from is no group",
    {"tasks.turtle_id.column": "turtle_id"},
    without=("train.group",),
    n_train=48,
)
def _(files: Files) -> None:
    files.photos("images", codes(31, 56, 8), ".JPG")
    seen = turns(("top", "left", "Right", "Top", "front", "back", "right"), 48)
    whose = turns([f"t_id_{name}" for name in codes(4, 5, 6)], 48)
    files.table("train.csv", "image_id,image_location,turtle_id", beside(codes(31, 56, 8)[:48], seen, whose))
    files.table("test.csv", "image_id,image_location", beside(codes(31, 56, 8)[48:], seen[:8]))


@layout(
    "chips: boxes are no label that may be asked", refused="the label could be on_table, written; choose with --label"
)
def _(files: Files) -> None:
    files.photos("train_set", ids("c", 30))
    rows = [(f"c{row:04d}.jpg", 3 + row % 5, 3 + row * 3 % 7, f'"[[{row}, 2, 40, {50 + row}]]"') for row in range(30)]
    files.table("train_set/train_labels.csv", "image,on_table,written,odd_bbox", rows)


@layout(
    "kinds of plants in folders, and all their photos once more in one",
    {"train.table": "train.csv", "train.images": "{path}", "test.table": "test.csv"},
    n_train=24,
    n_test=24,
)
def _(files: Files) -> None:
    names = [f"{kind}/{kind}{number:03d}.jpg" for kind in ("ash", "elm", "oak") for number in range(16)]
    files.photos("", names, "")
    for side, some in (("train", names[::2]), ("test", names[1::2])):
        files.table(f"{side}.csv", "path,class_id", [(name, "aeo".index(name[0])) for name in some])
    (files.root / "all_images").mkdir()
    for name in names:
        shutil.copy(files.root / name, files.root / "all_images")


@layout(
    "plants in folders of classes, and all their photos once more in one, beside them: no test set",
    {"tasks.label.classes": ["ash", "elm", "oak"]},
    without=("test",),
    says=("all_images/ hold copies of train photos, and are no test set",),
    n_train=36,
)
def _(files: Files) -> None:
    for kind in ("ash", "elm", "oak"):
        files.photos(f"plants/{kind}", [f"{kind}{number:03d}" for number in range(12)])
    (files.root / "all_images").mkdir()
    for photo in sorted(files.root.glob("plants/*/*")):
        shutil.copy(photo, files.root / "all_images")
    files.photos("all_images", ids("other", 12))


@layout(
    "photos in several folders, of which one has a copy in another size, which no pattern leaves out",
    refused="images_002_small/ holds copies of the photos of images_002/, and 'images_00*/{name}' leads to it too",
)
def _(files: Files) -> None:
    names = [f"{name}.png" for name in codes(41, 30, 8)]
    for part in range(3):
        files.photos(f"images_{part + 1:03d}", names[10 * part : 10 * part + 10], "")
    shutil.copytree(files.root / "images_002", files.root / "images_002_small")
    files.table("train.csv", "name,kind", beside(names, turns(("ash", "elm", "oak"), 30)))


@layout(
    "a banner beside the data, and a table of paths",
    {"train.images": "{path}", "tasks.kind.column": "kind"},
    says=("banner.jpg: beside the data",),
    n_train=24,
)
def _(files: Files) -> None:
    files.photos("train", ids("p", 24))
    files.photo("banner.jpg")
    paths = [f"train/{name}.jpg" for name in ids("p", 24)]
    files.table("train.csv", "path,kind", beside(paths, turns(("ash", "elm"), 24)))


@layout(
    "labels of both sides, the train table counted in a column without a name, and an own form beside the host's",
    {"tasks.kind.column": "kind", "test.table": "test_labels.csv"},
    n_train=24,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("photos", ids("p", 32))
    seen = [("door", "lens 1"), ("wall", "lens 2")]
    rows = [(name, ("ash", "elm", "oak")[place % 3], *seen[place // 5 % 2]) for place, name in enumerate(ids("p", 32))]
    files.table("train_labels.csv", ",image,kind,source,width", [(place, *row) for place, row in enumerate(rows[:24])])
    files.table("test_labels.csv", "image,kind", [row[:2] for row in rows[24:]])


@layout(
    "an own submission beside the form of the host",
    {"submission.id": "image", "submission.label": "kind"},
    says=("data/submission.csv is the sample, and data/submit.csv asks for the same; --sample for another",),
)
def _(files: Files) -> None:
    kinds(files)
    form = files.root / "data/sample_submission.csv"
    own = form.read_text().replace("ash", "oak", 2)
    form.rename(files.root / "data/submit.csv")
    files.text("data/submission.csv", own)


@layout(
    "butterflies without a header, of which some are a question mark",
    {"train.header": False, "tasks.label.column": "2"},
    says=("'?' in '2' may say that nobody knows: 'rows: {'2': [ATALA, GOLD BANDED, SOOTYWING]}' under train",),
    n_train=24,
)
def _(files: Files) -> None:
    files.photos("train", range(24))
    said = turns(("ATALA", "GOLD BANDED", "SOOTYWING", "?", "ATALA"), 24)
    files.table("Train_label.csv", None, [(f"{row}.jpg", kind) for row, kind in enumerate(said)])


@layout(
    "waste: two classes, one of a few photos, that could be words of figures",
    {"tasks.label.classes": ["paper", "plastic"]},
    n_train=100,
)
def _(files: Files) -> None:
    files.photos("paper", codes(51, 8))
    files.photos("plastic", codes(52, 92))
