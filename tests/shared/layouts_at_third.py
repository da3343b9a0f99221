"""A third round of layouts that were drawn before `kit init table` was tried on any of them."""

from __future__ import annotations

import json

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_THIRD: list[Layout] = []
layout = collect(AT_THIRD)


@layout(
    "kaggle food of kenya: images in images, ids of numbers, a column called class",
    {"train.images": "images/images/{id}.jpg", "test.table": "test.csv", "tasks.class.column": "class"},
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    names = [str(k * 2654435761 % 10**19) for k in range(1, 51)]
    files.photos("images/images", names)
    files.table("train.csv", "id,class", beside(names[:40], turns(("ugali", "chapati", "githeri", "kukuchoma"), 40)))
    files.table("test.csv", "id", [(name,) for name in names[40:]])
    files.table("sample_submission.csv", "id,class", [(name, "githeri") for name in names[40:]])


@layout(
    "kaggle aircraft as csv: names and numbers of the classes, tables of three sides, photos far below",
    {"train.table": "train.csv", "tasks.Labels.column": "Labels"},
    says=("val.csv", "'Classes' say the same"),
    n_train=30,
)
def _(files: Files) -> None:
    folder, kinds = "fgvc-aircraft-2013b/fgvc-aircraft-2013b/data/images", ("A300B4", "Cessna 172", "Spitfire")
    for number, (side, count) in enumerate((("train", 30), ("val", 10), ("test", 10))):
        names = [f"{1025794 + number * 1000 + k * 7:07d}" for k in range(count)]
        files.photos(folder, names)
        rows = [(f"{name}.jpg", kinds[k % 3], k % 3) for k, name in enumerate(names)]
        files.table(f"{side}.csv", "filename,Classes,Labels", rows)


@layout(
    "kaggle eyes of both sides: a row for each eye, what is known of the person, labels in three forms",
    {"train.table": "full_df.csv", "train.images": "ODIR-5K/ODIR-5K/Training Images/{filename}"},
    says=("left out: preprocessed_images/", "40 train photos of 20 groups"),
    options=("--label", "labels"),
    n_train=40,
)
def _(files: Files) -> None:
    header = (
        "ID,Patient Age,Patient Sex,Left-Fundus,Right-Fundus,Left-Diagnostic Keywords,N,D,G,C,filepath,labels,target"
    )
    rows = []
    for k in range(40):
        who, side, kind = k // 2, ("left", "right")[k % 2], k // 2 % 4
        flags = [int(kind == j) for j in range(4)]
        pair = (f"{who}_left.jpg", f"{who}_right.jpg")
        target = '"[' + ", ".join(map(str, flags)) + ']"'
        path = f"../input/ocular/ODIR-5K/Training Images/{who}_{side}.jpg"
        files.photo(f"preprocessed_images/{who}_{side}.jpg")
        said = (path, f"['{'NDGC'[kind]}']", target, f"{who}_{side}.jpg")
        rows.append((who, 40 + who, "Male", *pair, "normal fundus", *flags, *said))
    files.table("full_df.csv", f"{header},filename", rows)
    for side, first in (("Training", 0), ("Testing", 900)):
        files.photos(
            f"ODIR-5K/ODIR-5K/{side} Images", [f"{first + k}_{eye}" for k in range(20) for eye in ("left", "right")]
        )
    (files.root / "ODIR-5K/ODIR-5K/data.xlsx").write_bytes(b"PK\x03\x04")


@layout(
    "kaggle hands: folders in folders of their own names, a test photo for each letter",
    {
        "train.images": "asl_alphabet_train/asl_alphabet_train/*/*",
        "tasks.label.classes": ["A", "B", "del", "nothing", "space"],
    },
    n_train=40,
    n_test=4,
)
def _(files: Files) -> None:
    for name in ("A", "B", "del", "nothing", "space"):
        files.photos(f"asl_alphabet_train/asl_alphabet_train/{name}", [f"{name}{k}" for k in range(1, 9)])
    files.photos("asl_alphabet_test/asl_alphabet_test", [f"{name}_test" for name in ("A", "B", "nothing", "space")])


@layout(
    "kaggle fruits: Training and Test, photos of several fruits aside, turns and numbers in names",
    {"train.images": "fruits-360/Training/*/*", "test.images": "fruits-360/Test/*/*"},
    says=("test-multiple_fruits",),
    n_train=48,
)
def _(files: Files) -> None:
    for place, (side, count) in enumerate((("Training", 12), ("Test", 5))):
        for name in ("Apple Braeburn", "Apricot", "Avocado ripe", "Banana"):
            start = {"Apple": 0, "Apric": 40, "Avoca": 80, "Banan": 120}[name[:5]] + place * 20
            files.photos(f"fruits-360/{side}/{name}", [f"{start + k}_100" for k in range(count)])
    files.photos("fruits-360/test-multiple_fruits", ["apple_1", "bananas1", "mango_kiwi"])
    files.text("fruits-360/LICENSE", "MIT License\n\nCopyright (c) 2017 somebody\n")
    files.text("fruits-360/readme.md", "# Fruits-360\n\n## Content\n")


@layout(
    "kaggle fields from space: an index, file names with folders, numbers and names of classes, a json of both",
    {
        "train.table": "EuroSAT/train.csv",
        "train.images": "EuroSAT/{Filename}",
        "test.table": "EuroSAT/test.csv",
    },
    says=("EuroSAT/validation.csv",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    kinds = ("AnnualCrop", "Forest", "Highway")
    start = 1
    for side, count in (("train", 30), ("validation", 6), ("test", 6)):
        rows = []
        for k in range(count):
            path = f"{kinds[k % 3]}/{kinds[k % 3]}_{start + k}.jpg"
            files.photo(f"EuroSAT/{path}")
            rows.append((k * 7 % count, path, k % 3, kinds[k % 3]))
        files.table(f"EuroSAT/{side}.csv", ",Filename,Label,ClassName", rows)
        start += count
    files.text("EuroSAT/label_map.json", json.dumps({name: k for k, name in enumerate(kinds)}))


@layout(
    "dacon hands: a folder of frames for each clip, and what it shows in a json beside them",
    refused="a row for each folder",
)
def _(files: Files) -> None:
    for clip in range(12):
        files.photos(f"train/{clip}", range(4), ".png")
        said = {"action": [clip % 3, ("zero", "one", "two")[clip % 3]], "actor": {"id": f"S{clip % 4}"}}
        files.text(f"train/{clip}/{clip}.json", json.dumps({**said, "annotations": [{"frame_no": 0}]}))
    for clip in range(649, 653):
        files.photos(f"test/{clip}", range(4), ".png")
        files.text(f"test/{clip}/{clip}.json", json.dumps({"annotations": []}))
    files.table(
        "hand_gesture_pose.csv", "pose_id,gesture_type,hand_type", [(k, f"number {k}", "right") for k in range(3)]
    )
    files.table(
        "sample_submission.csv",
        "Image_Path,Label_0,Label_1,Label_2",
        [(f"./test/{k}", 0, 0, 0) for k in range(649, 653)],
    )


@layout("drivendata blooms: places and days, photos are fetched elsewhere", refused="put the photos there")
def _(files: Files) -> None:
    names = [f"a{k * 7919 % 65536:04x}" for k in range(40)]
    rows = [(n, 39.0 + k * 0.01, -86.4, "2018-05-14", "train" if k < 30 else "test") for k, n in enumerate(names)]
    files.table("metadata.csv", "uid,latitude,longitude,date,split", rows)
    rows = [(n, "midwest", 1 + k % 5, 585.0 + k) for k, n in enumerate(names[:30])]
    files.table("train_labels.csv", "uid,region,severity,density", rows)
    files.table("submission_format.csv", "uid,region,severity", [(n, "midwest", 1) for n in names[30:]])


@layout(
    "zindi panels: several rows of a photo, and two numbers asked of each in rows of their own",
    refused="the label could be boil_nbr, pan_nbr",
)
def _(files: Files) -> None:
    names = [f"ID{k * 7919 % 65536:05x}{k}" for k in range(30)]
    files.photos("images", names)
    rows = []
    for k, name in enumerate(names[:24]):
        for j in range(1 + k % 3):
            shape = '"[(1, 2), (3, 4)]"'
            rows.append((name, k % 2 + j, (k + j) % 4, shape, ("D", "S")[k % 2], ("roof", "ground")[j % 2]))
    files.table("Train.csv", "ID,boil_nbr,pan_nbr,polygon,img_origin,placement", rows)
    files.table("Test.csv", "ID,img_origin,placement", [(name, "D", "roof") for name in names[24:]])
    asked = [(f"{name}_{what}", 0) for name in names[24:] for what in ("boil", "pan")]
    files.table("SampleSubmission.csv", "ID,Target", asked)


@layout(
    "isic in nine folders: spaces in the names of folders and classes, Train and Test",
    {
        "train.images": "Skin cancer ISIC The International Skin Imaging Collaboration/Train/*/*",
        "tasks.label.classes": ["actinic keratosis", "melanoma", "pigmented benign keratosis"],
    },
    n_train=24,
    n_test=9,
)
def _(files: Files) -> None:
    root = "Skin cancer ISIC The International Skin Imaging Collaboration"
    number = 24329
    for side, count in (("Train", 8), ("Test", 3)):
        for kind in ("actinic keratosis", "melanoma", "pigmented benign keratosis"):
            files.photos(f"{root}/{side}/{kind}", ids("ISIC_", count, number, 7))
            number += count


@layout("ph2 moles: bars around each cell of a text, a folder for each photo and its mask", refused="make a table")
def _(files: Files) -> None:
    lines = ["||   Name || Histological Diagnosis | Common Nevus | Atypical Nevus | Melanoma ||"]
    for k in range(30):
        name = f"IMD{k + 2:03d}"
        files.photo(f"PH2Dataset/PH2 Dataset images/{name}/{name}_Dermoscopic_Image/{name}.bmp")
        files.photo(f"PH2Dataset/PH2 Dataset images/{name}/{name}_lesion/{name}_lesion.bmp")
        marks = ["X" if k % 3 == j else " " for j in range(3)]
        lines.append(f"|| {name} ||                        | {' | '.join(marks)} ||")
    files.text(
        "PH2Dataset/PH2_dataset.txt", "\n".join([*lines, "", "Legends:", "Asymmetry: 0 - Fully Symmetric"]) + "\n"
    )
    (files.root / "PH2Dataset/PH2_dataset.xlsx").write_bytes(b"PK\x03\x04")
    files.text("PH2Dataset/Readme.txt", "Read this first.\n")


@layout(
    "grand challenge retinas of many diseases: sides in folders twice, names that are numbers in each",
    {
        "train.table": "Training_Set/Training_Set/RFMiD_Training_Labels.csv",
        "train.images": "Training_Set/Training_Set/Training/{ID}.png",
        "test.images": "Test_Set/Test_Set/Test/{ID}.png",
        "tasks.label.kind": "labels",
    },
    n_train=36,
    n_test=8,
)
def _(files: Files) -> None:
    for outer, inner, file, count in (
        ("Training_Set", "Training", "RFMiD_Training_Labels", 36),
        ("Evaluation_Set", "Validation", "RFMiD_Validation_Labels", 8),
        ("Test_Set", "Test", "RFMiD_Testing_Labels", 8),
    ):
        files.photos(f"{outer}/{outer}/{inner}", range(1, count + 1), ".png")
        rows = [(k, int(k % 4 > 0), k % 2, int(k % 3 == 0), int(k % 5 == 0)) for k in range(1, count + 1)]
        files.table(f"{outer}/{outer}/{file}.csv", "ID,Disease_Risk,DR,ARMD,MH", rows)


@layout(
    "grand challenge glaucoma: photos dealt to folders of numbers, RG and NRG",
    {
        "train.table": "train_labels.csv",
        "tasks.class.classes": ["NRG", "RG"],
    },
    without=("test",),
    n_train=42,
)
def _(files: Files) -> None:
    names = ids("TRAIN", 42, 0, 6)
    for place, name in enumerate(names):
        files.photo(f"{place // 7}/{name}.jpg")
    files.table("train_labels.csv", "challenge_id,class", beside(names, turns(("NRG", "NRG", "RG"), 42)))


@layout(
    "chalearn ages: means of what many said, a cut-out face beside each photo",
    {"train.table": "gt_avg_train.csv", "train.images": "train/{file_name}"},
    options=("--label", "apparent_age_avg"),
    n_train=36,
)
def _(files: Files) -> None:
    for side, count in (("train", 36), ("valid", 6), ("test", 6)):
        names = [f"{k:06d}.jpg" for k in range(count)]
        for name in names:
            files.photo(f"{side}/{name}")
            files.photo(f"{side}/{name}_face.jpg")
        rows = [(name, 30 + k % 5, 4.5 + k * 1.3, 1.2 + k % 3 * 0.4, 3 + k) for k, name in enumerate(names)]
        header = "file_name,num_ratings,apparent_age_avg,apparent_age_std,real_age"
        files.table(f"gt_avg_{side}.csv", header, rows)


@layout(
    "beauty of faces: lists of a name and a number, all of them and a split in folders with spaces",
    {"train.images": "Images/{1}", "train.header": False, "tasks.label.kind": "number"},
)
def _(files: Files) -> None:
    names = [f"{kind}{k}" for kind in ("AF", "AM", "CF", "CM") for k in range(1, 11)]
    files.photos("Images", names)
    rows = [f"{name}.jpg {1.5 + k * 0.083:.6f}" for k, name in enumerate(names)]
    files.text("train_test_files/All_labels.txt", "\n".join(rows) + "\n")
    folder = "train_test_files/split_of_60%training and 40%testing"
    files.text(f"{folder}/train.txt", "\n".join(rows[:24]) + "\n")
    files.text(f"{folder}/test.txt", "\n".join(rows[24:]) + "\n")


@layout(
    "kaggle dishes: a set of each side, lists of classes by number, three guesses",
    {
        "train.table": "train_labels.csv",
        "train.images": "train_set/{img_name}",
        "test.images": "test_set/{img_name}",
        "submission.top": 3,
    },
    says=("val_labels.csv",),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("val", 8), ("test", 8)):
        names = ids(f"{side}_", count, 0, 6)
        files.photos(f"{side}_set", names)
        if side != "test":
            files.table(f"{side}_labels.csv", "img_name,label", [(f"{n}.jpg", k % 5) for k, n in enumerate(names)])
        else:
            files.table("sample_submission.csv", "img_name,label", [(f"{n}.jpg", "1 2 3") for n in names])
    files.text(
        "class_list.txt",
        "".join(f"{k} {name}\n" for k, name in enumerate(("macaron", "beignet", "cruller", "pie", "roll"))),
    )


@layout(
    "cmu faces: two tasks, each with a form of its own",
    refused="choose with --sample",
)
def _(files: Files) -> None:
    _two_tasks(files)


@layout(
    "cmu faces, told the form: classes of numbers in train and dev, another task's photos and lists beside",
    {
        "train.images": "11-785-f22-hw2p2-classification/train/*/*",
        "submission.sample": "classification_sample_submission.csv",
    },
    options=("--sample", "classification_sample_submission.csv"),
    says=("left out: 11-785-f22-hw2p2-classification/dev/n000002/",),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    _two_tasks(files)


def _two_tasks(files: Files) -> None:
    root = "11-785-f22-hw2p2-classification"
    for side, count in (("train", 8), ("dev", 2)):
        for kind in ("n000002", "n000003", "n000011", "n000016", "n000024"):
            files.photos(f"{root}/{side}/{kind}", [f"{k:04d}_0{1 + k % 3}{side[0]}{kind[-2:]}" for k in range(count)])
    files.photos(f"{root}/test", ids("", 8, 0, 5))
    shown = [(f"{name}.jpg", "n000002") for name in ids("", 8, 0, 5)]
    files.table("classification_sample_submission.csv", "id,label", shown)
    other = "11-785-f22-hw2p2-verification"
    files.photos(f"{other}/known/n000001", ["0001_01"])
    files.photos(f"{other}/known/n000009", ["0001_02"])
    files.photos(f"{other}/unknown_test", ids("u", 6, 0, 5))
    files.table("verification_sample_submission.csv", "id,label", [(k, "n000001") for k in range(6)])


@layout(
    "kaggle feelings of a course: an index, paths from here, Chinese walls between train and test_kaggle",
    {
        "train.table": "train.csv",
        "train.images": "{image_path}",
        "test.images": "test_kaggle/{image_path}",
        "tasks.emotion.column": "emotion",
    },
    without=("train.group",),
    n_train=36,
    n_test=8,
)
def _(files: Files) -> None:
    kinds = turns(("anger", "contempt", "happy", "uncertain"), 36)
    rows = [(k, f"./train/{kind}/{k}.jpg", kind) for k, kind in enumerate(kinds)]
    for row in rows:
        files.photo(str(row[1])[2:])
    files.table("train.csv", ",image_path,emotion", rows)
    files.photos("test_kaggle", range(8))
    files.table("sample_submission.csv", "image_path,emotion", [(f"{k}.jpg", "anger") for k in range(8)])


def _a_row_for_each_class(between: str, label_first: bool) -> None:
    """A probability for each photo and class, in rows whose ids are made of both."""
    made = "{1}" + between + "{0}" if label_first else "{0}" + between + "{1}"

    @layout(
        f"zindi: a row for each photo and class, called {made}",
        {"submission.long": made.format("{Image_ID}", "{label}"), "submission.label": "Target"},
        n_train=30,
        n_test=6,
    )
    def _(files: Files) -> None:
        names, kinds = ids("ID_", 36), ("healthy", "rust", "blight")
        files.photos("images", names)
        files.table("Train.csv", "Image_ID,Label", beside(names[:30], turns(kinds, 30)))
        files.table("Test.csv", "Image_ID", [(name,) for name in names[30:]])
        rows = [(made.format(name, kind), 0) for name in names[30:] for kind in kinds]
        files.table("SampleSubmission.csv", "Image_ID_Label,Target", rows)


_a_row_for_each_class("_X_", label_first=False)
_a_row_for_each_class(" x ", label_first=True)


@layout(
    "messages in photos: each folder holds the same photos, which its names and pixels say",
    {"train.group": "stem", "train.images": "[CJ]*/*", "submission.id": "Id"},
    says=("and their photos show the same", "'probability_of: other'"),
    without=("submission.probability_of",),
    n_train=36,
    n_test=5,
)
def _(files: Files) -> None:
    _messages(files)


@layout(
    "messages in photos, told that a probability is scored",
    refused="write under the task 'classes: [Cover, other]'",
    options=("--metric", "roc_auc"),
)
def _(files: Files) -> None:
    _messages(files)


def _messages(files: Files) -> None:
    for folder in ("Cover", "JMiPOD", "JUNIWARD"):
        files.count = 0  # the same photos again
        files.photos(folder, ids("", 12, 1, 5))
    files.photos("Test", ids("", 5, 1))
    files.table("sample_submission.csv", "Id,Label", [(f"{name}.jpg", 0) for name in ids("", 5, 1)])


@layout(
    "a drive: three cameras' photos of a row, whose cells hold folders, and one of them is given",
    {"train.images": "data/{center}", "tasks.steering.kind": "number"},
    options=("--image", "data/{center}", "--label", "steering"),
    without=("photos",),
    n_train=20,
)
def _(files: Files) -> None:
    for camera in ("center", "left", "right"):
        files.photos("data/IMG", [f"{camera}_{time}" for time in range(100, 120)])
    cells = [
        [f"IMG/{camera}_{time}.jpg" for camera in ("center", "left", "right")] + [(time % 9 - 4) / 40]
        for time in range(100, 120)
    ]
    files.table("data/driving_log.csv", "center,left,right,steering", cells)
