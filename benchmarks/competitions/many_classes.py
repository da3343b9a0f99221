"""Competitions of many species, whales, hotels and products: tables in JSON, ranked lists, a file of all photos."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files, jpeg
from benchmarks.competitions.graders import accuracy, f1, first_five
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt, drawn_of

ANIMALS = ("0", "1", "3", "4", "8", "11", "13", "16")
"""Numbers of classes that occur in iWildCam's train table; there are others."""
HOTELS = ("36363", "53586", "18807", "64314", "60181", "22408", "21500", "5521")
WHALES = ("new_whale", "w_1287fbc", "w_98baff9", "w_7554f44", "w_1eafe46", "w_693c9ee", "w_0d4ff49")
DOLPHINS = ("37c7aba965a5", "114207cab555", "a6e325d8e924", "19fbb960f07d", "c995c043c353", "a6b5f9a2bd2e")
PRODUCTS = ("1000000055", "1000016018", "1000016055", "1000010653")


def _camera_traps_2019(files: Files) -> Drawn:
    labels, answers = dealt(files, 40, ANIMALS), dealt(files, 2 * N_TEST, ANIMALS)
    ids, asked = uuids(files, 40), uuids(files, len(answers))
    columns = ["date_captured", "file_name", "frame_num", "id", "location", "rights_holder", "seq_id"]
    columns += ["seq_num_frames", "width", "height"]

    def table(some: list[str], first: int) -> pd.DataFrame:
        whole = {"id": some, "file_name": [f"{name}.jpg" for name in some], **cameras(files, len(some), first)}
        shot = {"date_captured": "2011-05-13 23:43:18", "rights_holder": "Justin Brown", "width": 1024, "height": 747}
        return pd.DataFrame({**whole, **shot})[columns]

    train = table(ids, 33)
    files.csv("train.csv", pd.concat([pd.DataFrame({"category_id": labels}), train], axis=1))
    files.csv("test.csv", table(asked, 102))
    files.csv("sample_submission.csv", {"Id": asked, "Predicted": 0})
    paths, test = [f"train_images/{name}.jpg" for name in ids], [f"test_images/{name}.jpg" for name in asked]
    files.photos(paths, labels, ANIMALS)
    files.photos(test, answers, ANIMALS)
    drawn = drawn_of(paths, labels, asked, test, answers)
    drawn.train["location"], drawn.train["seq_id"] = train["location"], train["seq_id"]
    return drawn


def _hotels(files: Files) -> Drawn:
    """A folder for each chain; three photos of the hidden test set."""
    labels, answers = dealt(files, 40, HOTELS), [HOTELS[1], HOTELS[0], HOTELS[5]]
    chains = [str(HOTELS.index(label) % 3 * 7) for label in labels]
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 16)] for side in (labels, answers))
    files.csv("train.csv", {"image": ids, "chain": chains, "hotel_id": labels, "timestamp": _times(files, 40)})
    files.csv("sample_submission.csv", {"image": asked, "hotel_id": " ".join(HOTELS[:5])})
    train = [f"train_images/{chain}/{name}" for chain, name in zip(chains, ids, strict=True)]
    test = [f"test_images/{name}" for name in asked]
    files.photos(train, labels, HOTELS)
    files.photos(test, answers, HOTELS)
    return drawn_of(train, labels, asked, test, answers)


def _times(files: Files, n: int) -> list[str]:
    return [f"2018-0{day % 9 + 1}-11 1{day % 10}:24:{day % 60:02d}" for day in files.rng.integers(0, 1000, n)]


def _whales(files: Files) -> Drawn:
    labels, answers = dealt(files, 42, WHALES), dealt(files, N_TEST, WHALES)
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 8)] for side in (labels, answers))
    files.csv("train.csv", {"Image": ids, "Id": labels})
    files.csv("sample_submission.csv", {"Image": asked, "Id": " ".join(WHALES[:5])})
    train, test = [f"train/{name}" for name in ids], [f"test/{name}" for name in asked]
    files.photos(train, labels, WHALES)
    files.photos(test, answers, WHALES)
    return drawn_of(train, labels, asked, test, answers)


def _dolphins(files: Files) -> Drawn:
    labels, answers = dealt(files, N_TRAIN, DOLPHINS), dealt(files, N_TEST, DOLPHINS)
    species = ["melon_headed_whale" if DOLPHINS.index(label) % 2 else "humpback_whale" for label in labels]
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 14)] for side in (labels, answers))
    files.csv("train.csv", {"image": ids, "species": species, "individual_id": labels})
    files.csv("sample_submission.csv", {"image": asked, "predictions": " ".join(DOLPHINS[:5])})
    train, test = [f"train_images/{name}" for name in ids], [f"test_images/{name}" for name in asked]
    files.photos(train, labels, DOLPHINS)
    files.photos(test, answers, DOLPHINS)
    return drawn_of(train, labels, asked, test, answers)


def _products(files: Files) -> Drawn:
    """All photos in two files of BSON, one to four of each product."""
    labels, answers = dealt(files, 24, PRODUCTS), dealt(files, N_TEST, PRODUCTS)
    ids, asked = [str(number * 3) for number in range(24)], [str(10 + number * 7) for number in range(N_TEST)]

    def document(product: str, label: str, place: int, side: str) -> dict[str, object]:
        pictures = [jpeg(files.classed(label, PRODUCTS)) for _ in range(1 + place % 3)]
        known = {"_id": int(product), **({"category_id": int(label)} if side == "train" else {})}
        return {**known, "imgs": [{"picture": picture} for picture in pictures]}

    for side, some, said in (("train", ids, labels), ("test", asked, answers)):
        rows = zip(some, said, strict=True)
        documents = [document(product, label, place, side) for place, (product, label) in enumerate(rows)]
        files.bson(f"{side}.bson", documents)
        if side == "train":
            files.bson("train_example.bson", documents[:5])
    names = pd.DataFrame({"category_id": PRODUCTS, "category_level1": "BRICOLAGE", "category_level2": "OUTILS"})
    files.csv("category_names.csv", names.assign(category_level3=[f"NIVEAU {k}" for k in range(len(names))]))
    files.csv("sample_submission.csv", {"_id": asked, "category_id": 1000010653})

    def photos(side: str, some: list[str]) -> tuple[list[str], np.ndarray]:
        whose = np.repeat(np.arange(len(some)), [1 + place % 3 for place in range(len(some))])
        return [f"{side}.bson/{some[k]}/{n}" for k in range(len(some)) for n in range(1 + k % 3)], whose

    (train, of_train), (test, of_test) = photos("train", ids), photos("test", asked)
    drawn = drawn_of(
        train, [labels[k] for k in of_train], [asked[k] for k in of_test], test, [answers[k] for k in of_test]
    )
    drawn.train["_id"] = [ids[k] for k in of_train]
    return drawn


def cameras(files: Files, n: int, first: int) -> dict[str, Any]:
    """Where photos were taken: in sequences of two at a few places."""
    places = [first + place // 2 % 5 for place in range(n)]
    sequences = [f"seq-{first}-{place // 2}" for place in range(n)]
    frames = [place % 2 + 1 for place in range(n)]
    return {"location": places, "seq_id": sequences, "frame_num": frames, "seq_num_frames": 2}


def uuids(files: Files, n: int) -> list[str]:
    return [f"{name[:8]}-21bc-11ea-a13a-{name[8:]}" for name in files.hexes(n, 20)]


LAYOUTS = (
    Layout(
        "iwildcam-2019-fgvc6",
        _camera_traps_2019,
        f1("Predicted", ANIMALS, "macro"),
        groups=("location", "seq_id"),
    ),
    Layout(
        "hotel-id-2021-fgvc8",
        _hotels,
        first_five("hotel_id", HOTELS),
    ),
    Layout(
        "whale-categorization-playground",
        _whales,
        first_five("Id", WHALES),
    ),
    Layout(
        "happy-whale-and-dolphin",
        _dolphins,
        first_five("predictions", DOLPHINS),
    ),
    Layout(
        "cdiscount-image-classification-challenge",
        _products,
        accuracy("category_id", PRODUCTS),
        groups=("_id",),
        asks="reader",
        before=("tables.py",),
    ),
)
