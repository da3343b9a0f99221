"""Competitions that ask for one class of several: a name, a grade, a column of probabilities for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import accuracy, f1, log_loss, qwk
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt

GRADES = ("0", "1", "2", "3", "4")
SEEDLINGS = (
    "Black-grass",
    "Charlock",
    "Cleavers",
    "Common Chickweed",
    "Common wheat",
    "Fat Hen",
    "Loose Silky-bent",
    "Maize",
    "Scentless Mayweed",
    "Shepherds Purse",
    "Small-flowered Cranesbill",
    "Sugar beet",
)
PADDY = (
    "bacterial_leaf_blight",
    "bacterial_leaf_streak",
    "bacterial_panicle_blight",
    "blast",
    "brown_spot",
    "dead_heart",
    "downy_mildew",
    "hispa",
    "normal",
    "tungro",
)
DOGS = ("affenpinscher", "afghan_hound", "african_hunting_dog", "airedale", "basenji", "basset", "beagle", "borzoi")
LEAVES = ("Acer_Capillipes", "Acer_Circinatum", "Acer_Mono", "Alnus_Cordata", "Quercus_Alba", "Tilia_Oliveri")
CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
DIGITS = tuple("0123456789")
CERVIX = ("Type_1", "Type_2", "Type_3")
DRIVING = tuple(f"c{number}" for number in range(10))


def _drawn(train: list[str], labels: list[str], ids: list[str], test: list[str], answers: list[str]) -> Drawn:
    return Drawn(
        pd.DataFrame({"photo": train, "truth": labels}), pd.DataFrame({"id": ids, "photo": test, "truth": answers})
    )


def _each(columns: Sequence[str], value: float) -> dict[str, float]:
    return dict.fromkeys(columns, value)


def _aptos(files: Files) -> Drawn:
    labels, answers = dealt(files, 40, GRADES), dealt(files, N_TEST, GRADES)
    ids, asked = (files.hexes(len(side), 12) for side in (labels, answers))
    files.csv("train.csv", {"id_code": ids, "diagnosis": labels})
    files.csv("test.csv", {"id_code": asked})
    files.csv("sample_submission.csv", {"id_code": asked, "diagnosis": 0})
    train, test = [f"train_images/{name}.png" for name in ids], [f"test_images/{name}.png" for name in asked]
    files.photos(train, labels, GRADES)
    files.photos(test, answers, GRADES)
    return _drawn(train, labels, asked, test, answers)


def _cassava(files: Files) -> Drawn:
    """One photo of the hidden test set; what the classes are called lies beside them."""
    labels, answers = dealt(files, 40, GRADES), ["4"]
    ids = [f"{number}.jpg" for number in files.numbers(40, 6103, 2_200_000_000)]
    asked = ["2216849948.jpg"]
    files.csv("train.csv", {"image_id": ids, "label": labels})
    files.csv("sample_submission.csv", {"image_id": asked, "label": 4})
    diseases = ("Bacterial Blight (CBB)", "Brown Streak Disease (CBSD)", "Green Mottle (CGM)", "Mosaic Disease (CMD)")
    names = [*(f"Cassava {name}" for name in diseases), "Healthy"]
    files.json("label_num_to_disease_map.json", {str(place): name for place, name in enumerate(names)})
    train, test = [f"train_images/{name}" for name in ids], [f"test_images/{name}" for name in asked]
    files.photos(train, labels, GRADES)
    files.photos(test, answers, GRADES)
    for side in ("train", "test"):
        files.text(f"{side}_tfrecords/ld_{side}00-1338.tfrec", "not read")
    return _drawn(train, labels, asked, test, answers)


def _seedlings(files: Files) -> Drawn:
    labels, answers = dealt(files, 48, SEEDLINGS), dealt(files, 2 * N_TEST, SEEDLINGS)
    train = [f"train/{label}/{name}.png" for label, name in zip(labels, files.hexes(48, 9), strict=True)]
    asked = [f"{name}.png" for name in files.hexes(len(answers), 9)]
    files.csv("sample_submission.csv", {"file": asked, "species": "Sugar beet"})
    test = [f"test/{name}" for name in asked]
    files.photos(train, labels, SEEDLINGS)
    files.photos(test, answers, SEEDLINGS)
    return _drawn(train, labels, asked, test, answers)


def _paddy(files: Files) -> Drawn:
    """A folder for each class, and the table names photos and classes too; the sample's answers are empty."""
    labels, answers = dealt(files, 50, PADDY), dealt(files, 2 * N_TEST, PADDY)
    ids, asked = [f"{100001 + k}.jpg" for k in range(50)], [f"{200001 + k}.jpg" for k in range(len(answers))]
    more = {"variety": files.rng.choice(["ADT45", "KarnatakaPonni", "Ponni"], 50), "age": files.rng.integers(45, 83, 50)}
    files.csv("train.csv", {"image_id": ids, "label": labels, **more})
    files.csv("sample_submission.csv", {"image_id": asked, "label": None})
    train = [f"train_images/{label}/{name}" for label, name in zip(labels, ids, strict=True)]
    test = [f"test_images/{name}" for name in asked]
    files.photos(train, labels, PADDY)
    files.photos(test, answers, PADDY)
    return _drawn(train, labels, asked, test, answers)


def _dog_breed(files: Files) -> Drawn:
    labels, answers = dealt(files, 40, DOGS), dealt(files, 2 * N_TEST, DOGS)
    ids, asked = (files.hexes(len(side), 32) for side in (labels, answers))
    files.csv("labels.csv", {"id": ids, "breed": labels})
    files.csv("sample_submission.csv", pd.DataFrame({"id": asked}).assign(**_each(DOGS, 1 / len(DOGS))))
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    files.photos(train, labels, DOGS)
    files.photos(test, answers, DOGS)
    return _drawn(train, labels, asked, test, answers)


def _leaf(files: Files) -> Drawn:
    """The photos of both sides in one folder, black and white, of many sizes; 192 columns of measures beside them."""
    labels, answers = dealt(files, N_TRAIN, LEAVES), dealt(files, 2 * N_TEST, LEAVES)
    numbers = files.rng.permutation(np.arange(1, len(labels) + len(answers) + 1)).tolist()
    ids, asked = sorted(numbers[: len(labels)]), sorted(numbers[len(labels) :])
    measures = [f"{kind}{number}" for kind in ("margin", "shape", "texture") for number in range(1, 65)]

    def measured(n: int) -> pd.DataFrame:
        return pd.DataFrame(files.rng.random((n, len(measures))).round(6), columns=measures)

    train = pd.concat([pd.DataFrame({"id": ids, "species": labels}), measured(len(ids))], axis=1)
    files.csv("train.csv", train)
    files.csv("test.csv", pd.concat([pd.DataFrame({"id": asked}), measured(len(asked))], axis=1))
    files.csv("sample_submission.csv", pd.DataFrame({"id": asked}).assign(**_each(LEAVES, 1 / len(LEAVES))))
    for name, label in zip([*ids, *asked], [*labels, *answers], strict=True):
        pixels = files.classed(label, LEAVES, 24, 1)[..., 0]
        pixels = np.where(pixels > 120, 255, 0).astype(np.uint8)
        pixels[-1, : name % 24] = 255  # no two are the same
        files.photo(f"images/{name}.jpg", pixels[name // 24 :, :])
    paths = ([f"images/{name}.jpg" for name in side] for side in (ids, asked))
    return _drawn(next(paths), labels, list(map(str, asked)), next(paths), answers)


def _cifar(files: Files) -> Drawn:
    labels, answers = dealt(files, 60, CIFAR), dealt(files, 2 * N_TEST, CIFAR)
    ids, asked = ([str(number + 1) for number in range(len(side))] for side in (labels, answers))
    files.csv("trainLabels.csv", {"id": ids, "label": labels})
    files.csv("sampleSubmission.csv", {"id": asked, "label": "cat"})
    train, test = [f"train/{name}.png" for name in ids], [f"test/{name}.png" for name in asked]
    files.photos(train, labels, CIFAR, 32)
    files.photos(test, answers, CIFAR, 32)
    return _drawn(train, labels, asked, test, answers)


def _digits(files: Files) -> Drawn:
    """Photos are rows of the tables, 28 x 28 columns of pixels; neither has ids, and the sample counts the rows."""
    labels, answers = dealt(files, 60, DIGITS), dealt(files, 2 * N_TEST, DIGITS)
    pixels = [f"pixel{number}" for number in range(784)]

    def table(said: list[str]) -> pd.DataFrame:
        rows = [files.classed(label, DIGITS, 28, 1).ravel() for label in said]
        return pd.DataFrame(np.array(rows), columns=pixels)

    train = table(labels)
    train.insert(0, "label", labels)
    files.csv("train.csv", train)
    files.csv("test.csv", table(answers))
    asked = [str(number + 1) for number in range(len(answers))]
    files.csv("sample_submission.csv", {"ImageId": asked, "Label": 0})
    rows = [str(number + 1) for number in range(len(labels))]
    return _drawn(
        [f"train.csv/{row}" for row in rows], labels, asked, [f"test.csv/{row}" for row in asked], answers
    )


PIXEL_ROWS = '''\
from functools import cache

import numpy as np
import pandas as pd


@cache
def table(path):
    return pd.read_csv(path).filter(like="pixel").to_numpy(np.uint8)


def digit(path):
    return table(path.parent)[int(path.name) - 1].reshape(28, 28)


READERS = {"digit": digit}
'''


def _cervix(files: Files) -> Drawn:
    """Folders of classes with numbered photos, more of them aside, and the samples of both stages."""
    labels, answers = sorted(dealt(files, N_TRAIN, CERVIX)), dealt(files, N_TEST, CERVIX)
    numbers = files.rng.permutation(len(labels))
    train = [f"train/{label}/{number}.jpg" for label, number in zip(labels, numbers, strict=True)]
    more = [f"additional/{label}/{100 + place}.jpg" for place, label in enumerate(CERVIX)]
    asked = [f"{number}.jpg" for number in range(N_TEST)]
    later = [f"{number}.jpg" for number in range(N_TEST, 2 * N_TEST)]
    even = _each(CERVIX, 0.3333333)
    files.csv("sample_submission_stg1.csv", pd.DataFrame({"image_name": asked}).assign(**even))
    files.csv("sample_submission_stg2.csv", pd.DataFrame({"image_name": [*asked, *later]}).assign(**even))
    test = [f"test/{name}" for name in asked]
    files.photos([*train, *more, *test], [*labels, *CERVIX, *answers], CERVIX)
    return _drawn(train, labels, asked, test, answers)


def _drivers(files: Files) -> Drawn:
    """The table names the driver of each photo; each class has a folder."""
    drivers = ("p002", "p012", "p014", "p015", "p016", "p021", "p022", "p024")
    labels, answers = dealt(files, 60, DRIVING), dealt(files, 2 * N_TEST, DRIVING)
    names = [f"img_{number}.jpg" for number in files.numbers(60 + len(answers), 1, 102_150)]
    ids, asked = names[:60], names[60:]
    people = [drivers[place % len(drivers)] for place in range(60)]
    files.csv("driver_imgs_list.csv", {"subject": people, "classname": labels, "img": ids})
    files.csv("sample_submission.csv", pd.DataFrame({"img": asked}).assign(**_each(DRIVING, 0.1)))
    train = [f"imgs/train/{label}/{name}" for label, name in zip(labels, ids, strict=True)]
    test = [f"imgs/test/{name}" for name in asked]
    files.photos(train, labels, DRIVING)
    files.photos(test, answers, DRIVING)
    drawn = _drawn(train, labels, asked, test, answers)
    drawn.train["subject"] = people
    return drawn


def _retinopathy(files: Files) -> Drawn:
    """Two eyes of each person: 10_left and 10_right."""
    labels, answers = dealt(files, 40, GRADES), dealt(files, N_TEST, GRADES)
    people = sorted(map(int, files.numbers(20 + N_TEST // 2, 1, 44_350)))
    names = [f"{person}_{side}" for person in people for side in ("left", "right")]
    ids, asked = names[:40], names[40:]
    files.csv("trainLabels.csv", {"image": ids, "level": labels})
    files.csv("sampleSubmission.csv", {"image": asked, "level": 0})
    train, test = [f"train/{name}.jpeg" for name in ids], [f"test/{name}.jpeg" for name in asked]
    files.photos(train, labels, GRADES)
    files.photos(test, answers, GRADES)
    drawn = _drawn(train, labels, asked, test, answers)
    drawn.train["person"] = [name.partition("_")[0] for name in ids]
    return drawn


LAYOUTS = (
    Layout(
        "aptos2019-blindness-detection",
        "qwk",
        _aptos,
        qwk("diagnosis", GRADES),
        """\
train: {table: train.csv, images: "train_images/{id_code}.png"}
test: {table: test.csv, images: "test_images/{id_code}.png"}
tasks:
  diagnosis: {kind: ordered, classes: [0, 1, 2, 3, 4], column: diagnosis}
submission: {sample: sample_submission.csv, id: id_code, label: diagnosis}
""",
    ),
    Layout(
        "cassava-leaf-disease-classification",
        "accuracy",
        _cassava,
        accuracy("label", GRADES),
        """\
train: {table: train.csv, images: "train_images/{image_id}"}
test: {table: sample_submission.csv, images: "test_images/{image_id}"}
tasks:
  label: {classes: [0, 1, 2, 3, 4], column: label}
submission: {sample: sample_submission.csv, id: image_id, label: label}
""",
    ),
    Layout(
        "plant-seedlings-classification",
        "f1_micro",
        _seedlings,
        f1("species", SEEDLINGS, "micro"),
        f"""\
train: {{images: "train/*/*.png"}}
test: {{images: "test/*.png"}}
tasks:
  species:
    classes: [{", ".join(SEEDLINGS[:6])},
              {", ".join(SEEDLINGS[6:])}]
    column: folder
submission: {{sample: sample_submission.csv, id: file, label: species}}
""",
    ),
    Layout(
        "paddy-disease-classification",
        "accuracy",
        _paddy,
        accuracy("label", PADDY),
        f"""\
train: {{table: train.csv, images: "train_images/{{label}}/{{image_id}}"}}
test: {{table: sample_submission.csv, images: "test_images/{{image_id}}"}}
tasks:
  label:
    classes: [{", ".join(PADDY[:5])},
              {", ".join(PADDY[5:])}]
    column: label
submission: {{sample: sample_submission.csv, id: image_id, label: label}}
""",
    ),
    Layout(
        "dog-breed-identification",
        "log_loss",
        _dog_breed,
        log_loss(DOGS),
        f"""\
train: {{table: labels.csv, images: "train/{{id}}.jpg"}}
test: {{table: sample_submission.csv, images: "test/{{id}}.jpg"}}
tasks:
  breed:
    classes: [{", ".join(DOGS)}]
    column: breed
submission: {{sample: sample_submission.csv, id: id}}
""",
    ),
    Layout(
        "leaf-classification",
        "log_loss",
        _leaf,
        log_loss(LEAVES),
        f"""\
train: {{table: train.csv, images: "images/{{id}}.jpg"}}
test: {{table: test.csv, images: "images/{{id}}.jpg"}}
tasks:
  species:
    classes: [{", ".join(LEAVES)}]
    column: species
submission: {{sample: sample_submission.csv, id: id}}
""",
    ),
    Layout(
        "cifar-10",
        "accuracy",
        _cifar,
        accuracy("label", CIFAR),
        f"""\
train: {{table: trainLabels.csv, images: "train/{{id}}.png"}}
test: {{table: sampleSubmission.csv, images: "test/{{id}}.png"}}
tasks:
  label:
    classes: [{", ".join(CIFAR)}]
    column: label
submission: {{sample: sampleSubmission.csv, id: id, label: label}}
""",
    ),
    Layout(
        "digit-recognizer",
        "accuracy",
        _digits,
        accuracy("Label", DIGITS),
        """\
train: {table: train.csv, images: "train.csv/{row}"}
test: {table: sample_submission.csv, images: "test.csv/{ImageId}"}
photos: {reader: digit, channels: 1}
tasks:
  label: {classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], column: label}
submission: {sample: sample_submission.csv, id: ImageId, label: Label}
""",
        asks="reader",
        files={"readers.py": PIXEL_ROWS},
    ),
    Layout(
        "intel-mobileodt-cervical-cancer-screening",
        "log_loss",
        _cervix,
        log_loss(CERVIX),
        """\
train: {images: "train/*/*.jpg"}
test: {table: sample_submission_stg1.csv, images: "test/{image_name}"}
tasks:
  cervix: {classes: [Type_1, Type_2, Type_3], column: folder}
submission: {sample: sample_submission_stg1.csv, id: image_name}
""",
        asks="--sample",
        options=["--sample", "sample_submission_stg1.csv", "--train", "train"],
    ),
    Layout(
        "state-farm-distracted-driver-detection",
        "log_loss",
        _drivers,
        log_loss(DRIVING),
        """\
train: {table: driver_imgs_list.csv, images: "imgs/train/{classname}/{img}", group: subject}
test: {table: sample_submission.csv, images: "imgs/test/{img}"}
tasks:
  classname: {classes: [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9], column: classname}
submission: {sample: sample_submission.csv, id: img}
""",
        groups=("subject",),
    ),
    Layout(
        "diabetic-retinopathy-detection",
        "qwk",
        _retinopathy,
        qwk("level", GRADES),
        r"""train: {table: trainLabels.csv, images: "train/{image}.jpeg", group: {column: image, pattern: '(\d+)_'}}
test: {table: sampleSubmission.csv, images: "test/{image}.jpeg"}
tasks:
  level: {kind: ordered, classes: [0, 1, 2, 3, 4], column: level}
submission: {sample: sampleSubmission.csv, id: image, label: level}
""",
        groups=("person",),
        asks="--group",
    ),
)
