"""Competitions of many species, whales, hotels and products: tables in JSON, ranked lists, a file of all photos."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files, jpeg
from benchmarks.competitions.graders import accuracy, f1, first_error, first_five
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt

ANIMALS = ("0", "1", "3", "4", "8", "11", "13", "16")
"""Numbers of classes that occur in iWildCam's train table; there are others."""
PLANTS = tuple(str(number) for number in range(12))
GENERA = ("400", "401", "402", "403", "404", "405")
HOTELS = ("36363", "53586", "18807", "64314", "60181", "22408", "21500", "5521")
WHALES = ("new_whale", "w_1287fbc", "w_98baff9", "w_7554f44", "w_1eafe46", "w_693c9ee", "w_0d4ff49")
DOLPHINS = ("37c7aba965a5", "114207cab555", "a6e325d8e924", "19fbb960f07d", "c995c043c353", "a6b5f9a2bd2e")
PRODUCTS = ("1000000055", "1000016018", "1000016055", "1000010653")


def _drawn(train: list[str], labels: list[str], ids: list[str], test: list[str], answers: list[str]) -> Drawn:
    return Drawn(
        pd.DataFrame({"photo": train, "truth": labels}), pd.DataFrame({"id": ids, "photo": test, "truth": answers})
    )


def _uuids(files: Files, n: int) -> list[str]:
    return [f"{name[:8]}-21bc-11ea-a13a-{name[8:]}" for name in files.hexes(n, 20)]


def _cameras(files: Files, n: int, first: int) -> dict[str, Any]:
    """Where photos were taken: in sequences of two at a few places."""
    places = [first + place // 2 % 5 for place in range(n)]
    sequences = [f"seq-{first}-{place // 2}" for place in range(n)]
    frames = [place % 2 + 1 for place in range(n)]
    return {"location": places, "seq_id": sequences, "frame_num": frames, "seq_num_frames": 2}


def _camera_traps_2019(files: Files) -> Drawn:
    labels, answers = dealt(files, 40, ANIMALS), dealt(files, 2 * N_TEST, ANIMALS)
    ids, asked = _uuids(files, 40), _uuids(files, len(answers))
    columns = ["date_captured", "file_name", "frame_num", "id", "location", "rights_holder", "seq_id"]
    columns += ["seq_num_frames", "width", "height"]

    def table(some: list[str], first: int) -> pd.DataFrame:
        whole = {"id": some, "file_name": [f"{name}.jpg" for name in some], **_cameras(files, len(some), first)}
        shot = {"date_captured": "2011-05-13 23:43:18", "rights_holder": "Justin Brown", "width": 1024, "height": 747}
        return pd.DataFrame({**whole, **shot})[columns]

    train = table(ids, 33)
    files.csv("train.csv", pd.concat([pd.DataFrame({"category_id": labels}), train], axis=1))
    files.csv("test.csv", table(asked, 102))
    files.csv("sample_submission.csv", {"Id": asked, "Predicted": 0})
    paths, test = [f"train_images/{name}.jpg" for name in ids], [f"test_images/{name}.jpg" for name in asked]
    files.photos(paths, labels, ANIMALS)
    files.photos(test, answers, ANIMALS)
    drawn = _drawn(paths, labels, asked, test, answers)
    drawn.train["location"], drawn.train["seq_id"] = train["location"], train["seq_id"]
    return drawn


def _camera_traps_2020(files: Files) -> Drawn:
    """COCO-style tables; what a detector found of both sides lies beside them."""
    labels, answers = dealt(files, 40, ANIMALS), dealt(files, 2 * N_TEST, ANIMALS)
    ids, asked = _uuids(files, 40), _uuids(files, len(answers))

    def images(some: list[str], first: int) -> pd.DataFrame:
        table = pd.DataFrame({"id": some, "file_name": [f"{name}.jpg" for name in some]})
        return table.assign(**_cameras(files, len(some), first), datetime="2013-06-05 05:44:19", width=1, height=1)

    train = images(ids, 10)
    found = [
        {"count": 1, "image_id": image, "id": f"{image[:-1]}x", "category_id": int(label)}
        for image, label in zip(ids, labels, strict=True)
    ]
    categories = [{"id": int(name), "name": f"animal {name}", "count": 5} for name in ANIMALS]
    whole = {"annotations": found, "images": train.to_dict("records"), "categories": categories, "info": {"year": 2020}}
    files.json("iwildcam2020_train_annotations.json", whole)
    shown = {"images": images(asked, 60).to_dict("records"), "categories": categories, "info": {"year": 2020}}
    files.json("iwildcam2020_test_information.json", shown)
    boxes = [{"id": name, "max_detection_conf": 0.5, "detections": []} for name in [*ids, *asked]]
    files.json("iwildcam2020_megadetector_results.json", {"images": boxes, "detection_categories": {"1": "animal"}})
    files.csv("sample_submission.csv", {"Id": asked, "Category": 0})
    paths, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    files.photos(paths, labels, ANIMALS)
    files.photos(test, answers, ANIMALS)
    drawn = _drawn(paths, labels, asked, test, answers)
    drawn.train["location"], drawn.train["seq_id"] = train["location"], train["seq_id"]
    return drawn


def _herbarium(files: Files, root: str, extra: str, table: str) -> Drawn:
    """COCO-style tables in a folder for each side; photos in folders of folders."""
    labels, answers = dealt(files, 48, PLANTS), dealt(files, 2 * N_TEST, PLANTS)
    numbers, asked = files.numbers(48, 0, 1_000_000), [str(number) for number in range(len(answers))]
    names = [f"images/{int(label):03d}/{int(label) % 7:02d}/{number}.jpg" for label, number in zip(labels, numbers, strict=True)]
    shown = [f"images/000/{name}.jpg" for name in asked]

    def images(ids: list[str], files_of: list[str]) -> list[dict[str, object]]:
        rows = zip(ids, files_of, strict=True)
        return [{"file_name": name, "height": 24, "id": int(number), "license": 1, "width": 24} for number, name in rows]

    found = [
        {"category_id": int(label), "id": int(number), "image_id": int(number), f"{extra}_id": place % 4}
        for place, (label, number) in enumerate(zip(labels, numbers, strict=True))
    ]
    whole = {
        "annotations": found,
        "categories": [{"family": "Aceraceae", "genus": "Acer", "id": int(n), "name": f"Acer no. {n}"} for n in PLANTS],
        "images": images(numbers, names),
        "info": {"year": 2020},
        "licenses": [{"id": 1, "name": "CC", "url": ""}],
        table: [{"id": place, "name": f"place {place}"} for place in range(4)],
    }
    files.json(f"{root}train/metadata.json", whole)
    only = {key: whole[key] for key in ("info", "licenses")}
    files.json(f"{root}test/metadata.json", {"images": images(asked, shown), **only})
    files.csv("sample_submission.csv", {"Id": asked, "Predicted": 0})
    train, test = [f"{root}train/{name}" for name in names], [f"{root}test/{name}" for name in shown]
    files.photos(train, labels, PLANTS)
    files.photos(test, answers, PLANTS)
    return _drawn(train, labels, asked, test, answers)


def _herbarium_2022(files: Files) -> Drawn:
    """The same with other keys: image_id for a photo's id; the table of the test side is a list."""
    labels, answers = dealt(files, 48, PLANTS), dealt(files, 2 * N_TEST, PLANTS)
    ids = [f"{int(label):05d}__{place + 1:03d}" for place, label in enumerate(labels)]
    asked = [str(number) for number in range(len(answers))]
    names = [f"000/{name[3:5]}/{name}.jpg" for name in ids]
    shown = [f"000/test-{int(name):06d}.jpg" for name in asked]
    found = [
        {"genus_id": int(label) % 3, "institution_id": place % 4, "category_id": int(label), "image_id": name}
        for place, (label, name) in enumerate(zip(labels, ids, strict=True))
    ]
    rows = zip(ids, names, strict=True)
    whole = {
        "annotations": found,
        "images": [{"image_id": number, "file_name": name, "license": 0} for number, name in rows],
        "categories": [
            {"category_id": int(n), "scientificName": f"Acer no. {n}", "family": "Aceraceae", "genus": "Acer"}
            for n in PLANTS
        ],
        "genera": [{"genus_id": number, "genus": f"genus {number}"} for number in range(3)],
        "institutions": [{"institution_id": number, "collectionCode": f"C{number}"} for number in range(4)],
        "distances": [{"genus_id_x": 0, "genus_id_y": 1, "distance": 18.5}],
        "license": [{"id": 0, "name": "CC"}],
    }
    files.json("train_metadata.json", whole)
    rows = zip(asked, shown, strict=True)
    files.json("test_metadata.json", [{"image_id": number, "file_name": name, "license": 0} for number, name in rows])
    files.csv("sample_submission.csv", {"Id": asked, "Predicted": 42})
    train, test = [f"train_images/{name}" for name in names], [f"test_images/{name}" for name in shown]
    files.photos(train, labels, PLANTS)
    files.photos(test, answers, PLANTS)
    return _drawn(train, labels, asked, test, answers)


def _inaturalist(files: Files) -> Drawn:
    """Two tables of labelled photos, train and val, whose photos share a folder."""
    labels, answers = dealt(files, N_TRAIN, GENERA), dealt(files, N_TEST, GENERA)
    aside = dealt(files, 6, GENERA)
    names = files.hexes(N_TRAIN + 6 + N_TEST, 32)
    kept = [f"train_val2019/Plants/{label}/{name}.jpg" for label, name in zip([*labels, *aside], names, strict=False)]
    asked = [str(268243 + number) for number in range(N_TEST)]
    test = [f"test2019/{name}.jpg" for name in names[-N_TEST:]]
    categories = [{"id": int(name), "name": name, "kingdom": "Plants", "genus": "G"} for name in GENERA]

    def table(name: str, numbers: list[int], photos: list[str], said: list[str] | None) -> None:
        rows = zip(numbers, photos, strict=True)
        images = [
            {"license": 3, "file_name": photo, "rights_holder": "one", "height": 24, "width": 24, "id": number}
            for number, photo in rows
        ]
        whole: dict[str, object] = {"info": {"year": 2019}, "images": images, "licenses": [{"id": 3, "name": "CC"}]}
        if said is not None:
            found = [
                {"image_id": number, "category_id": int(label), "id": number}
                for number, label in zip(numbers, said, strict=True)
            ]
            whole |= {"categories": categories, "annotations": found}
        files.json(name, whole)

    table("train2019.json", list(range(N_TRAIN)), kept[:N_TRAIN], labels)
    table("val2019.json", list(range(265213, 265213 + 6)), kept[N_TRAIN:], aside)
    table("test2019.json", list(map(int, asked)), test, None)
    lists = [" ".join(files.rng.permutation(GENERA)[:5]) for _ in asked]
    files.csv("kaggle_sample_submission.csv", {"id": asked, "predicted": lists})
    files.photos(kept, [*labels, *aside], GENERA)
    files.photos(test, answers, GENERA)
    return _drawn(kept[:N_TRAIN], labels, asked, test, answers)


FIRST = '''\
from kit import Metric


def first_wrong(truth, outputs):
    """How often the most probable class is another; of equal ones the first of the list counts."""
    return (outputs.argmax(axis=1) != truth).mean()


METRICS = [Metric.plain("first_wrong", first_wrong, higher_is_better=False, needs="ranks", score_range=(0, 1))]
'''


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
    return _drawn(train, labels, asked, test, answers)


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
    return _drawn(train, labels, asked, test, answers)


def _dolphins(files: Files) -> Drawn:
    labels, answers = dealt(files, N_TRAIN, DOLPHINS), dealt(files, N_TEST, DOLPHINS)
    species = ["melon_headed_whale" if DOLPHINS.index(label) % 2 else "humpback_whale" for label in labels]
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 14)] for side in (labels, answers))
    files.csv("train.csv", {"image": ids, "species": species, "individual_id": labels})
    files.csv("sample_submission.csv", {"image": asked, "predictions": " ".join(DOLPHINS[:5])})
    train, test = [f"train_images/{name}" for name in ids], [f"test_images/{name}" for name in asked]
    files.photos(train, labels, DOLPHINS)
    files.photos(test, answers, DOLPHINS)
    return _drawn(train, labels, asked, test, answers)


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
    drawn = _drawn(
        train, [labels[k] for k in of_train], [asked[k] for k in of_test], test, [answers[k] for k in of_test]
    )
    drawn.train["answer"] = drawn.train["_id"] = [ids[k] for k in of_train]
    return drawn


BSON = '''\
import io, re, struct
from functools import cache
import numpy as np
from PIL import Image
@cache
def products(path):
    """{id: (category, [bytes of a JPEG])} of a file of BSON documents."""
    data, start, found = path.read_bytes(), 0, {}
    while start < len(data):
        part = data[start : (start := start + struct.unpack_from("<i", data, start)[0])]
        number, category = (re.search(key + b"\\0(....)", part, re.S) for key in (b"\\x10_id", b"\\x10category_id"))
        ends = [(m.end() + 1, *struct.unpack("<i", m[1])) for m in re.finditer(b"\\x05picture\\0(....)", part, re.S)]
        whole = [struct.unpack("<i", m[1])[0] if m else "" for m in (number, category)]
        found[str(whole[0])] = (whole[1], [part[first : first + size] for first, size in ends])
    return found
def picture(path):
    return np.asarray(Image.open(io.BytesIO(products(path.parents[1])[path.parent.name][1][int(path.name)])))
READERS = {"picture": picture}
'''

TABLES = '''\
"""Writes the tables of the products' photos beside the data: python tables.py"""

from pathlib import Path

from readers import products

for side in ("train", "test"):
    lines = ["_id,picture,category_id\\n"]
    for number, (category, pictures) in products(Path(f"data/{side}.bson")).items():
        lines += [f"{number},{place},{category}\\n" for place in range(len(pictures))]
    Path(f"data/{side}.csv").write_text("".join(lines))
'''


def _plants(root: str) -> str:
    return f"""\
train: {{table: {root}train/metadata.json, images: "{root}train/{{file_name}}"}}
test: {{table: sample_submission.csv, images: "{root}test/images/*/{{Id}}.jpg"}}
tasks:
  species: {{classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], column: category_id}}
submission: {{sample: sample_submission.csv, id: Id, label: Predicted}}
"""


LAYOUTS = (
    Layout(
        "iwildcam-2019-fgvc6",
        "f1_macro",
        _camera_traps_2019,
        f1("Predicted", ANIMALS, "macro"),
        """\
train: {table: train.csv, images: "train_images/{file_name}", group: location}
test: {table: sample_submission.csv, images: "test_images/{Id}.jpg"}
tasks:
  animal: {classes: [0, 1, 3, 4, 8, 11, 13, 16], column: category_id}
submission: {sample: sample_submission.csv, id: Id, label: Predicted}
""",
        groups=("location", "seq_id"),
    ),
    Layout(
        "iwildcam-2020-fgvc7",
        "accuracy",
        _camera_traps_2020,
        accuracy("Category", ANIMALS),
        """\
train: {table: iwildcam2020_train_annotations.json, images: "train/{file_name}", group: location}
test: {table: sample_submission.csv, images: "test/{Id}.jpg"}
tasks:
  animal: {classes: [0, 1, 3, 4, 8, 11, 13, 16], column: category_id}
submission: {sample: sample_submission.csv, id: Id, label: Category}
""",
        groups=("location", "seq_id"),
    ),
    Layout(
        "herbarium-2020-fgvc7",
        "f1_macro",
        lambda files: _herbarium(files, "nybg2020/", "region", "regions"),
        f1("Predicted", PLANTS, "macro"),
        _plants("nybg2020/"),
    ),
    Layout(
        "herbarium-2021-fgvc8",
        "f1_macro",
        lambda files: _herbarium(files, "", "institution", "institutions"),
        f1("Predicted", PLANTS, "macro"),
        _plants(""),
    ),
    Layout(
        "herbarium-2022-fgvc9",
        "f1_macro",
        _herbarium_2022,
        f1("Predicted", PLANTS, "macro"),
        """\
train: {table: train_metadata.json, images: "train_images/{file_name}"}
test: {table: test_metadata.json, images: "test_images/{file_name}"}
tasks:
  species: {classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], column: category_id}
submission: {sample: sample_submission.csv, id: Id, label: Predicted, per: image_id}
""",
    ),
    Layout(
        "inaturalist-2019-fgvc6",
        "first_wrong",
        _inaturalist,
        first_error("predicted", GENERA),
        """\
train: {table: train2019.json, images: "{file_name}"}
test: {table: test2019.json, images: "{file_name}"}
tasks:
  species: {classes: [400, 401, 402, 403, 404, 405], column: category_id}
submission: {sample: kaggle_sample_submission.csv, id: id, label: predicted, top: 5}
""",
        asks="--train",
        options=["--train", "train2019.json"],
        files={"metrics.py": FIRST},
    ),
    Layout(
        "hotel-id-2021-fgvc8",
        "map@5",
        _hotels,
        first_five("hotel_id", HOTELS),
        f"""\
train: {{table: train.csv, images: "train_images/{{chain}}/{{image}}"}}
test: {{table: sample_submission.csv, images: "test_images/{{image}}"}}
tasks:
  hotel: {{classes: [{", ".join(HOTELS)}], column: hotel_id}}
submission: {{sample: sample_submission.csv, id: image, label: hotel_id, top: 5}}
""",
    ),
    Layout(
        "whale-categorization-playground",
        "map@5",
        _whales,
        first_five("Id", WHALES),
        f"""\
train: {{table: train.csv, images: "train/{{Image}}"}}
test: {{table: sample_submission.csv, images: "test/{{Image}}"}}
tasks:
  whale: {{classes: [{", ".join(WHALES)}], column: Id}}
submission: {{sample: sample_submission.csv, id: Image, label: Id, top: 5}}
""",
    ),
    Layout(
        "happy-whale-and-dolphin",
        "map@5",
        _dolphins,
        first_five("predictions", DOLPHINS),
        f"""\
train: {{table: train.csv, images: "train_images/{{image}}"}}
test: {{table: sample_submission.csv, images: "test_images/{{image}}"}}
tasks:
  individual: {{classes: [{", ".join(DOLPHINS)}], column: individual_id}}
submission: {{sample: sample_submission.csv, id: image, label: predictions, top: 5}}
""",
        asks="--label",
        options=["--label", "individual_id"],
    ),
    Layout(
        "cdiscount-image-classification-challenge",
        "accuracy",
        _products,
        accuracy("category_id", PRODUCTS),
        f"""\
train: {{table: train.csv, images: "train.bson/{{_id}}/{{picture}}", group: _id}}
test: {{table: test.csv, images: "test.bson/{{_id}}/{{picture}}"}}
photos: {{reader: picture}}
tasks:
  category: {{classes: [{", ".join(PRODUCTS)}], column: category_id}}
submission: {{sample: sample_submission.csv, id: _id, label: category_id, per: _id}}
""",
        groups=("_id",),
        asks="reader",
        files={"readers.py": BSON, "tables.py": TABLES},
        before=("tables.py",),
    ),
)
