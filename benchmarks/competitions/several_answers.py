"""Competitions that ask several things of a photo: labels, a score, shares of votes, parts of a letter, vertebrae."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import label_f, mean_auc, rmse
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt, drawn_of

APPLES = ("healthy", "multiple_diseases", "rust", "scab")
ORCHARD = ("complex", "frog_eye_leaf_spot", "healthy", "powdery_mildew", "rust", "scab")
CATHETERS = (
    "ETT - Abnormal",
    "ETT - Borderline",
    "ETT - Normal",
    "NGT - Abnormal",
    "NGT - Borderline",
    "NGT - Incompletely Imaged",
    "NGT - Normal",
    "CVC - Abnormal",
    "CVC - Borderline",
    "CVC - Normal",
    "Swan Ganz Catheter Present",
)
ARTS = ("448", "2429", "782", "3370", "1092", "13")
AMAZON = ("agriculture", "clear", "cloudy", "haze", "partly_cloudy", "primary", "road", "water")


def _labelled(files: Files, names: list[str], truth: list[tuple[str, ...]], labels: tuple[str, ...]) -> None:
    for name, said in zip(names, truth, strict=True):
        files.photo(name, files.marked([float(label in said) for label in labels]))


def _apples(files: Files) -> Drawn:
    """A column of 0 and 1 for each class, one 1 a row; the photos of both sides in one folder."""
    labels, answers = dealt(files, N_TRAIN, APPLES), dealt(files, N_TEST, APPLES)
    ids, asked = [f"Train_{k}" for k in range(N_TRAIN)], [f"Test_{k}" for k in range(N_TEST)]
    flags = {name: [int(label == name) for label in labels] for name in APPLES}
    files.csv("train.csv", {"image_id": ids, **flags})
    files.csv("test.csv", {"image_id": asked})
    files.csv("sample_submission.csv", {"image_id": asked, **{name: [0.25] * N_TEST for name in APPLES}})
    train, test = [f"images/{name}.jpg" for name in ids], [f"images/{name}.jpg" for name in asked]
    files.photos(train, labels, APPLES)
    files.photos(test, answers, APPLES)
    return drawn_of(train, labels, asked, test, answers)


def _orchard(files: Files) -> Drawn:
    """Texts of labels, of which healthy is one; three photos of the hidden test set."""
    sick = tuple(name for name in ORCHARD if name != "healthy")
    truth = [said if place % 5 else ("healthy",) for place, said in enumerate(some_labels(files, 40, sick))]
    answers: list[tuple[str, ...]] = [("healthy",), ("rust",), ("complex", "scab")]
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 16)] for side in (truth, answers))
    files.csv("train.csv", {"image": ids, "labels": [" ".join(said) for said in truth]})
    files.csv("sample_submission.csv", {"image": asked, "labels": "healthy"})
    train, test = [f"train_images/{name}" for name in ids], [f"test_images/{name}" for name in asked]
    _labelled(files, train, truth, ORCHARD)
    _labelled(files, test, answers, ORCHARD)
    return drawn_of(train, truth, asked, test, answers)


def _catheters(files: Files) -> Drawn:
    truth, answers = some_labels(files, 44, CATHETERS), some_labels(files, 2 * N_TEST, CATHETERS)
    head = "1.2.826.0.1.3680043.8.498."
    ids, asked = ([head + str(10**30 + int(n)) for n in files.numbers(len(s), 0, 10**6)] for s in (truth, answers))
    people = [f"{name[:9]}" for name in files.hexes(20, 9)]
    whose = [people[place % len(people)] for place in range(len(ids))]
    files.csv("train.csv", {"StudyInstanceUID": ids, **flags(truth, CATHETERS), "PatientID": whose})
    lines = pd.DataFrame({"StudyInstanceUID": ids[:9], "label": "CVC - Normal", "data": "[[1487, 1279], [1477, 1168]]"})
    files.csv("train_annotations.csv", lines)
    blank = {name: [0] * len(asked) for name in CATHETERS}
    files.csv("sample_submission.csv", {"StudyInstanceUID": asked, **blank})
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    _labelled(files, train, truth, CATHETERS)
    _labelled(files, test, answers, CATHETERS)
    for side in ("train", "test"):
        files.text(f"{side}_tfrecords/00-1881.tfrec", "not read")
    drawn = drawn_of(train, truth, asked, test, answers)
    drawn.train["PatientID"] = whose
    return drawn


def _arts(files: Files) -> Drawn:
    truth, answers = some_labels(files, 40, ARTS), some_labels(files, N_TEST, ARTS)
    ids, asked = (files.hexes(len(side), 32) for side in (truth, answers))
    files.csv("train.csv", {"id": ids, "attribute_ids": [" ".join(said) for said in truth]})
    names = [f"country::{number}" if number > "2" else f"tags::{number}" for number in ARTS]
    files.csv("labels.csv", {"attribute_id": ARTS, "attribute_name": names})
    files.csv("sample_submission.csv", {"id": asked, "attribute_ids": "448 2429 782"})
    train, test = [f"train/{name}.png" for name in ids], [f"test/{name}.png" for name in asked]
    _labelled(files, train, truth, ARTS)
    _labelled(files, test, answers, ARTS)
    return drawn_of(train, truth, asked, test, answers)


def _amazon(files: Files) -> Drawn:
    """JPEG and TIFF of four channels side by side; the photos to predict in two folders."""
    truth, answers = some_labels(files, 40, AMAZON), some_labels(files, 16, AMAZON)
    ids = [f"train_{place}" for place in range(40)]
    asked = [f"test_{place}" for place in range(10)] + [f"file_{place}" for place in range(6)]
    files.csv("train_v2.csv", {"image_name": ids, "tags": [" ".join(said) for said in truth]})
    files.csv("sample_submission_v2.csv", {"image_name": asked, "tags": "primary clear agriculture road water"})
    train = [f"train-jpg/{name}.jpg" for name in ids]
    test = [f"test-jpg{'' if name.startswith('test') else '-additional'}/{name}.jpg" for name in asked]
    _labelled(files, train, truth, AMAZON)
    _labelled(files, test, answers, AMAZON)
    for name, said in zip(ids[:6], truth, strict=False):
        deep = files.marked([float(label in said) for label in AMAZON], channels=4).astype(np.uint16) * 40
        files.photo(f"train-tif-v2/{name}.tif", deep)
    return drawn_of(train, truth, asked, test, answers)


def _pets(files: Files) -> Drawn:
    """A score from 1 to 100; one of the columns of 0 and 1 beside it is called Group, and groups nothing."""
    flags = [
        "Subject Focus",
        "Eyes",
        "Face",
        "Near",
        "Action",
        "Accessory",
        "Group",
        "Human",
        "Occlusion",
        "Info",
        "Blur",
    ]
    truth = files.rng.integers(1, 101, 60).astype(float).tolist()
    answers = files.rng.integers(1, 101, 8).astype(float).tolist()
    ids, asked = (files.hexes(len(side), 32) for side in (truth, answers))

    def table(some: list[str]) -> dict[str, object]:
        return {"Id": some, **{name: files.rng.integers(0, 2, len(some)) for name in flags}}

    files.csv("train.csv", {**table(ids), "Pawpularity": [int(value) for value in truth]})
    files.csv("test.csv", table(asked))
    files.csv(
        "sample_submission.csv", {"Id": asked, "Pawpularity": [99.24, 61.71, 6.23, 9.43, 70.89, 66.88, 73.85, 24.31]}
    )
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    for name, value in zip([*train, *test], [*truth, *answers], strict=True):
        files.photo(name, files.marked([value / 100, 0.2, 0.2, value / 200]))
    return drawn_of(train, truth, asked, test, answers)


SPINE_METRIC = '''\
import numpy as np

from kit import Metric


def spine_loss(truth, probs):
    """The first label weighs 7 times as much as the others, and what is there twice as much as what is not."""
    given = np.clip(probs, 1e-15, 1 - 1e-15)
    loss = -np.where(truth == 1, np.log(given), np.log(1 - given))
    weights = np.array([7, 1, 1, 1, 1, 1, 1, 1]) * (1 + truth)
    return ((loss * weights).sum(axis=1) / weights.sum(axis=1)).mean()


METRICS = [
    Metric.plain(
        "spine_loss", spine_loss, higher_is_better=False, needs="probs", kinds=("labels",), score_range=(0, np.inf)
    )
]
'''


def some_labels(files: Files, n: int, labels: tuple[str, ...], least: int = 1) -> list[tuple[str, ...]]:
    """Labels for n photos, in their order; each label is there and missing somewhere, and most photos have two."""
    flags = files.rng.random((n, len(labels))) < 2 / len(labels)
    for place in range(n):
        if flags[place].sum() < least:
            flags[place, place % len(labels)] = True
    for place in range(len(labels)):
        flags[place % n, place] = True
        flags[(place + 1) % n, place] = False
        flags[(place + 1) % n, (place + 1) % len(labels)] = True
    return [tuple(np.array(labels, dtype=object)[row]) for row in flags]


def flags(truth: list[tuple[str, ...]], labels: tuple[str, ...]) -> dict[str, list[int]]:
    return {label: [int(label in said) for said in truth] for label in labels}


LAYOUTS = (
    Layout(
        "plant-pathology-2020-fgvc7",
        _apples,
        mean_auc(APPLES),
    ),
    Layout(
        "plant-pathology-2021-fgvc8",
        _orchard,
        label_f("labels", ORCHARD, "samples"),
    ),
    Layout(
        "ranzcr-clip-catheter-line-classification",
        _catheters,
        mean_auc(CATHETERS),
        groups=("PatientID",),
    ),
    Layout(
        "imet-2020-fgvc7",
        _arts,
        label_f("attribute_ids", ARTS, "micro"),
    ),
    Layout(
        "planet-understanding-the-amazon-from-space",
        _amazon,
        label_f("tags", AMAZON, "samples", beta=2.0),
    ),
    Layout(
        "petfinder-pawpularity-score",
        _pets,
        rmse("Pawpularity"),
    ),
)
