"""Competitions that ask for one class of several: a name, a grade, a column of probabilities for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import accuracy, f1, log_loss, qwk
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt, drawn_of

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
    return drawn_of(train, labels, asked, test, answers)


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
    return drawn_of(train, labels, asked, test, answers)


def _seedlings(files: Files) -> Drawn:
    labels, answers = dealt(files, 48, SEEDLINGS), dealt(files, 2 * N_TEST, SEEDLINGS)
    train = [f"train/{label}/{name}.png" for label, name in zip(labels, files.hexes(48, 9), strict=True)]
    asked = [f"{name}.png" for name in files.hexes(len(answers), 9)]
    files.csv("sample_submission.csv", {"file": asked, "species": "Sugar beet"})
    test = [f"test/{name}" for name in asked]
    files.photos(train, labels, SEEDLINGS)
    files.photos(test, answers, SEEDLINGS)
    return drawn_of(train, labels, asked, test, answers)


def _paddy(files: Files) -> Drawn:
    """A folder for each class, and the table names photos and classes too; the sample's answers are empty."""
    labels, answers = dealt(files, 50, PADDY), dealt(files, 2 * N_TEST, PADDY)
    ids, asked = [f"{100001 + k}.jpg" for k in range(50)], [f"{200001 + k}.jpg" for k in range(len(answers))]
    more = {
        "variety": files.rng.choice(["ADT45", "KarnatakaPonni", "Ponni"], 50),
        "age": files.rng.integers(45, 83, 50),
    }
    files.csv("train.csv", {"image_id": ids, "label": labels, **more})
    files.csv("sample_submission.csv", {"image_id": asked, "label": None})
    train = [f"train_images/{label}/{name}" for label, name in zip(labels, ids, strict=True)]
    test = [f"test_images/{name}" for name in asked]
    files.photos(train, labels, PADDY)
    files.photos(test, answers, PADDY)
    return drawn_of(train, labels, asked, test, answers)


def _dog_breed(files: Files) -> Drawn:
    labels, answers = dealt(files, 40, DOGS), dealt(files, 2 * N_TEST, DOGS)
    ids, asked = (files.hexes(len(side), 32) for side in (labels, answers))
    files.csv("labels.csv", {"id": ids, "breed": labels})
    files.csv("sample_submission.csv", pd.DataFrame({"id": asked}).assign(**_each(DOGS, 1 / len(DOGS))))
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    files.photos(train, labels, DOGS)
    files.photos(test, answers, DOGS)
    return drawn_of(train, labels, asked, test, answers)


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
    return drawn_of(next(paths), labels, list(map(str, asked)), next(paths), answers)


def _cifar(files: Files) -> Drawn:
    labels, answers = dealt(files, 60, CIFAR), dealt(files, 2 * N_TEST, CIFAR)
    ids, asked = ([str(number + 1) for number in range(len(side))] for side in (labels, answers))
    files.csv("trainLabels.csv", {"id": ids, "label": labels})
    files.csv("sampleSubmission.csv", {"id": asked, "label": "cat"})
    train, test = [f"train/{name}.png" for name in ids], [f"test/{name}.png" for name in asked]
    files.photos(train, labels, CIFAR, 32)
    files.photos(test, answers, CIFAR, 32)
    return drawn_of(train, labels, asked, test, answers)


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
    return drawn_of([f"train.csv/{row}" for row in rows], labels, asked, [f"test.csv/{row}" for row in asked], answers)


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
    return drawn_of(train, labels, asked, test, answers)


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
    drawn = drawn_of(train, labels, asked, test, answers)
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
    drawn = drawn_of(train, labels, asked, test, answers)
    drawn.train["person"] = [name.partition("_")[0] for name in ids]
    return drawn


LAYOUTS = (
    Layout(
        "aptos2019-blindness-detection",
        _aptos,
        qwk("diagnosis", GRADES),
    ),
    Layout(
        "cassava-leaf-disease-classification",
        _cassava,
        accuracy("label", GRADES),
    ),
    Layout(
        "plant-seedlings-classification",
        _seedlings,
        f1("species", SEEDLINGS, "micro"),
    ),
    Layout(
        "paddy-disease-classification",
        _paddy,
        accuracy("label", PADDY),
    ),
    Layout(
        "dog-breed-identification",
        _dog_breed,
        log_loss(DOGS),
    ),
    Layout(
        "leaf-classification",
        _leaf,
        log_loss(LEAVES),
    ),
    Layout(
        "cifar-10",
        _cifar,
        accuracy("label", CIFAR),
    ),
    Layout(
        "digit-recognizer",
        _digits,
        accuracy("Label", DIGITS),
        asks="reader",
    ),
    Layout(
        "intel-mobileodt-cervical-cancer-screening",
        _cervix,
        log_loss(CERVIX),
    ),
    Layout(
        "distracted-driver-detection",
        _drivers,
        log_loss(DRIVING),
        groups=("subject",),
    ),
    Layout(
        "diabetic-retinopathy-detection",
        _retinopathy,
        qwk("level", GRADES),
        groups=("person",),
    ),
)
