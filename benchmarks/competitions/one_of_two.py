"""Competitions that ask for the probability of one of two: yes or no of a photo, a scan, an array."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import auc, log_loss_of
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt, drawn_of
from benchmarks.competitions.own_scores import probabilistic_f1, weighted_auc

YES_NO = ("0", "1")


def _sides(files: Files) -> tuple[list[str], list[str]]:
    """Yes or no for each photo of the train and of the test side."""
    return dealt(files, N_TRAIN, YES_NO), dealt(files, N_TEST, YES_NO)


def _aerial_cactus(files: Files) -> Drawn:
    labels, answers = _sides(files)
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 32)] for side in (labels, answers))
    files.csv("train.csv", {"id": ids, "has_cactus": labels})
    files.csv("sample_submission.csv", {"id": asked, "has_cactus": 0.5})
    train, test = [f"train/{name}" for name in ids], [f"test/{name}" for name in asked]
    files.photos(train, labels, YES_NO, 32)
    files.photos(test, answers, YES_NO, 32)
    return drawn_of(train, labels, asked, test, answers)


def _histopathologic(files: Files) -> Drawn:
    labels, answers = _sides(files)
    ids, asked = (files.hexes(len(side), 40) for side in (labels, answers))
    files.csv("train_labels.csv", {"id": ids, "label": labels})
    files.csv("sample_submission.csv", {"id": asked, "label": 0})
    train, test = [f"train/{name}.tif" for name in ids], [f"test/{name}.tif" for name in asked]
    files.photos(train, labels, YES_NO)
    files.photos(test, answers, YES_NO)
    return drawn_of(train, labels, asked, test, answers)


def _invasive_species(files: Files) -> Drawn:
    labels, answers = _sides(files)
    ids, asked = ([str(number + 1) for number in range(len(side))] for side in (labels, answers))
    files.csv("train_labels.csv", {"name": ids, "invasive": labels})
    files.csv("sample_submission.csv", {"name": asked, "invasive": 0.5})
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    files.photos(train, labels, YES_NO)
    files.photos(test, answers, YES_NO)
    return drawn_of(train, labels, asked, test, answers)


def _melanoma(files: Files) -> Drawn:
    """JPEG and DICOM of the same photos lie side by side; two or three photos of each patient."""
    labels, answers = _sides(files)
    names = [f"ISIC_{number.zfill(7)}" for number in files.numbers(N_TRAIN + N_TEST, 15719, 9_000_000)]
    ids, asked = names[:N_TRAIN], names[N_TRAIN:]
    patients = [f"IP_{number.zfill(7)}" for number in files.numbers(15 + 6, 100_000, 9_999_999)]

    def table(side: list[str], people: list[str]) -> pd.DataFrame:
        n = len(side)
        return pd.DataFrame(
            {
                "image_name": side,
                "patient_id": [people[k % len(people)] for k in range(n)],
                "sex": files.rng.choice(["male", "female"], n),
                "age_approx": files.rng.choice([40.0, 45.0, 55.0, 70.0], n),
                "anatom_site_general_challenge": files.rng.choice(["torso", "head/neck", "lower extremity"], n),
            }
        )

    test = table(asked, patients[15:])
    train = table(ids, patients[:15]).assign(
        diagnosis=["melanoma" if label == "1" else "unknown" for label in labels],
        benign_malignant=["malignant" if label == "1" else "benign" for label in labels],
        target=labels,
    )
    files.csv("train.csv", train)
    files.csv("test.csv", test)
    files.csv("sample_submission.csv", {"image_name": asked, "target": 0})
    for side, some, said in (("train", ids, labels), ("test", asked, answers)):
        for name, label in zip(some, said, strict=True):
            pixels = files.classed(label, YES_NO)
            files.photo(f"jpeg/{side}/{name}.jpg", pixels)
            files.dicom(f"{side}/{name}.dcm", pixels.mean(axis=2).astype(np.uint8), bits=8)
        files.text(f"tfrecords/{side}00-2071.tfrec", "not read")
    drawn = drawn_of(
        [f"jpeg/train/{name}.jpg" for name in ids], labels, asked, [f"jpeg/test/{name}.jpg" for name in asked], answers
    )
    drawn.train["patient_id"] = train["patient_id"]
    return drawn


def _dogs_vs_cats(files: Files) -> Drawn:
    kinds = ("cat", "dog")
    labels = [kinds[k % 2] for k in range(N_TRAIN)]
    answers = dealt(files, N_TEST, kinds)
    train = [f"train/{label}.{place // 2}.jpg" for place, label in enumerate(labels)]
    asked = [str(number + 1) for number in range(N_TEST)]
    files.csv("sample_submission.csv", {"id": asked, "label": 0.5})
    test = [f"test/{name}.jpg" for name in asked]
    files.photos(train, labels, kinds)
    files.photos(test, answers, kinds)
    return drawn_of(train, labels, asked, test, answers)


def _seti(files: Files) -> Drawn:
    """Arrays of six positions of the telescope, in folders called after the first letter of their ids."""
    labels, answers = _sides(files)
    ids, asked = (files.hexes(len(side), 13) for side in (labels, answers))
    files.csv("train_labels.csv", {"id": ids, "target": labels})
    files.csv("sample_submission.csv", {"id": asked, "target": 0.5})
    old = files.hexes(4, 13)
    files.csv("old_leaky_data/train_labels_old.csv", {"id": old, "target": [0, 1, 0, 0]})
    train, test = [f"train/{name[0]}/{name}.npy" for name in ids], [f"test/{name[0]}/{name}.npy" for name in asked]
    old = [f"old_leaky_data/train_old/{name[0]}/{name}.npy" for name in old]
    for path, label in zip([*train, *test, *old], [*labels, *answers, *"0100"], strict=True):
        pixels = files.classed(label, YES_NO, channels=6).transpose(2, 0, 1)
        files.array(path, ((pixels - 60.0) / 40).astype(np.float16))
    return drawn_of(train, labels, asked, test, answers)


def _iceberg(files: Files) -> Drawn:
    """Two bands of radar as flat lists of decibels in a JSON; of some photos the angle is not known."""
    labels, answers = _sides(files)
    ids, asked = (files.hexes(len(side), 8) for side in (labels, answers))

    def records(some: list[str], said: list[str]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for name, label in zip(some, said, strict=True):
            bands = (files.classed(label, YES_NO, 25, 2).astype(float) / 8 - 30).reshape(-1, 2).T.tolist()
            angle = round(float(files.rng.uniform(30, 45)), 4)
            found.append({"id": name, "band_1": bands[0], "band_2": bands[1], "inc_angle": angle})
        return found

    train, test = records(ids, labels), records(asked, answers)
    for place, (record, label) in enumerate(zip(train, labels, strict=True)):
        record["inc_angle"] = "na" if place % 9 == 0 else record["inc_angle"]
        record["is_iceberg"] = int(label)
    files.json("data/processed/train.json", train)
    files.json("data/processed/test.json", test)
    files.csv("sample_submission.csv", {"id": asked, "is_iceberg": 0.5})
    return drawn_of(
        [f"data/processed/train.json/{name}" for name in ids],
        labels,
        asked,
        [f"data/processed/test.json/{name}" for name in asked],
        answers,
    )


def _brain_tumor(files: Files) -> Drawn:
    """A folder of DICOM slices for each of four sequences of a patient; ids with leading zeros."""
    labels, answers = dealt(files, 24, YES_NO), dealt(files, 8, YES_NO)
    names = sorted(number.zfill(5) for number in files.numbers(32, 0, 1010))
    ids, asked = names[:24], names[24:]
    files.csv("train_labels.csv", {"BraTS21ID": ids, "MGMT_value": labels})
    files.csv("sample_submission.csv", {"BraTS21ID": asked, "MGMT_value": 0.5})
    for side, some, said in (("train", ids, labels), ("test", asked, answers)):
        for name, label in zip(some, said, strict=True):
            pixels = files.classed(label, YES_NO, 16, 4)
            for place, sequence in enumerate(("FLAIR", "T1w", "T1wCE", "T2w")):
                for number in (1, 2, 10):
                    files.dicom(f"{side}/{name}/{sequence}/Image-{number}.dcm", pixels[..., place], bits=16)
    return drawn_of([f"train/{name}" for name in ids], labels, asked, [f"test/{name}" for name in asked], answers)


def _alaska(files: Files) -> Drawn:
    """The same names in four folders: a photo as it was, and with a message hidden in three ways; Test beside them."""
    names = [f"{number:05d}.jpg" for number in range(1, 13)]
    photos = [f"{folder}/{name}" for folder in ("Cover", "JMiPOD", "JUNIWARD", "UERD") for name in names]
    labels = ["Cover" if photo.startswith("Cover") else "stego" for photo in photos]
    asked = [f"{number:04d}.jpg" for number in range(1, N_TEST + 1)]
    answers, test = dealt(files, N_TEST, ("Cover", "stego")), [f"Test/{name}" for name in asked]
    covers = {name: files.marked(list(files.rng.random(4))) for name in [*names, *asked]}
    for photo, label in zip([*photos, *test], [*labels, *answers], strict=True):
        files.photo(photo, covers[photo.rpartition("/")[2]] ^ np.uint8(0 if label == "Cover" else 8))
    files.csv("sample_submission.csv", {"Id": asked, "Label": 0})
    drawn = drawn_of(photos, labels, asked, test, answers)
    drawn.train["stem"] = [photo.rpartition("/")[2].removesuffix(".jpg") for photo in photos]
    return drawn


def _mammograms(files: Files) -> Drawn:
    """DICOM of 12 bits, of one machine with dark for light, two views of each breast; one answer for each breast."""
    people, asked = files.numbers(14, 1000, 60_000), files.numbers(4, 60_000, 66_000)
    numbers = iter(files.numbers(200, 1_000_000, 2_000_000_000))
    sick = iter(dealt(files, 2 * 18, ("0", "0", "1")))
    sides: dict[str, list[dict[str, object]]] = {"train": [], "test": []}
    for side, some in (("train", people), ("test", asked)):
        for person in some:
            site, machine = files.rng.choice([1, 2]), files.rng.choice([29, 49, 170])
            for breast in ("L", "R"):
                label = next(sick)
                for view in ("CC", "MLO"):
                    row = {"site_id": site, "patient_id": person, "image_id": next(numbers), "laterality": breast}
                    row |= {"view": view, "age": 40 + int(person) % 30, "implant": 0, "machine_id": machine}
                    pixels = files.classed(label, YES_NO, 24, 1)[..., 0]
                    path = f"{side}_images/{person}/{row['image_id']}.dcm"
                    files.dicom(path, pixels, bits=12, light=machine == 49)
                    sides[side].append(
                        {**row, "cancer": label, "answer": f"{person}_{breast}", "photo": path, "truth": label}
                    )
    train, test = pd.DataFrame(sides["train"]), pd.DataFrame(sides["test"])
    ratings = [place % 3 if place % 4 else None for place in range(len(train))]
    more = {"biopsy": 0, "invasive": 0, "BIRADS": ratings, "density": "B"}
    columns = ["site_id", "patient_id", "image_id", "laterality", "view", "age", "cancer", "biopsy", "invasive"]
    columns += ["BIRADS", "implant", "density", "machine_id", "difficult_negative_case"]
    files.csv("train.csv", train.assign(**more, difficult_negative_case="False")[columns])
    shown = test.assign(prediction_id=test["answer"])
    files.csv("test.csv", shown[[*columns[:6], "implant", "machine_id", "prediction_id"]])
    ids = list(dict.fromkeys(shown["prediction_id"]))
    files.csv("sample_submission.csv", {"prediction_id": ids, "cancer": 0.021168})
    return Drawn(
        train[["photo", "truth", "patient_id"]],
        test.rename(columns={"answer": "id"})[["id", "photo", "truth"]],
    )


LAYOUTS = (
    Layout(
        "aerial-cactus-identification",
        _aerial_cactus,
        auc("has_cactus"),
    ),
    Layout(
        "histopathologic-cancer-detection",
        _histopathologic,
        auc("label"),
    ),
    Layout(
        "invasive-species-monitoring",
        _invasive_species,
        auc("invasive"),
    ),
    Layout(
        "siim-isic-melanoma-classification",
        _melanoma,
        auc("target"),
        groups=("patient_id",),
    ),
    Layout(
        "dogs-vs-cats-redux-kernels-edition",
        _dogs_vs_cats,
        log_loss_of("label", "dog"),
    ),
    Layout(
        "seti-breakthrough-listen",
        _seti,
        auc("target"),
    ),
    Layout(
        "statoil-iceberg-classifier-challenge",
        _iceberg,
        log_loss_of("is_iceberg"),
        asks="reader",
    ),
    Layout(
        "rsna-miccai-brain-tumor-radiogenomic-classification",
        _brain_tumor,
        auc("MGMT_value"),
        asks="reader",
    ),
    Layout(
        "alaska2-image-steganalysis",
        _alaska,
        weighted_auc("Label", "stego"),
        groups=("stem",),
        asks="scores probabilities",
    ),
    Layout(
        "rsna-breast-cancer-detection",
        _mammograms,
        probabilistic_f1("cancer"),
        groups=("patient_id",),
    ),
)
