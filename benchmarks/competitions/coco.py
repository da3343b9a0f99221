"""Competitions whose tables are JSON in the way of COCO: images, annotations and categories, joined by their ids."""

from __future__ import annotations

import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import accuracy, f1, first_error
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt, drawn_of
from benchmarks.competitions.many_classes import ANIMALS, cameras, uuids

PLANTS = tuple(str(number) for number in range(12))
GENERA = ("400", "401", "402", "403", "404", "405")


def _camera_traps_2020(files: Files) -> Drawn:
    """COCO-style tables; what a detector found of both sides lies beside them."""
    labels, answers = dealt(files, 40, ANIMALS), dealt(files, 2 * N_TEST, ANIMALS)
    ids, asked = uuids(files, 40), uuids(files, len(answers))

    def images(some: list[str], first: int) -> pd.DataFrame:
        table = pd.DataFrame({"id": some, "file_name": [f"{name}.jpg" for name in some]})
        return table.assign(**cameras(files, len(some), first), datetime="2013-06-05 05:44:19", width=1, height=1)

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
    drawn = drawn_of(paths, labels, asked, test, answers)
    drawn.train["location"], drawn.train["seq_id"] = train["location"], train["seq_id"]
    return drawn


def _herbarium(files: Files, root: str, extra: str, table: str) -> Drawn:
    """COCO-style tables in a folder for each side; photos in folders of folders."""
    labels, answers = dealt(files, 48, PLANTS), dealt(files, 2 * N_TEST, PLANTS)
    numbers, asked = files.numbers(48, 0, 1_000_000), [str(number) for number in range(len(answers))]
    names = [
        f"images/{int(label):03d}/{int(label) % 7:02d}/{number}.jpg"
        for label, number in zip(labels, numbers, strict=True)
    ]
    shown = [f"images/000/{name}.jpg" for name in asked]

    def images(ids: list[str], files_of: list[str]) -> list[dict[str, object]]:
        rows = zip(ids, files_of, strict=True)
        return [
            {"file_name": name, "height": 24, "id": int(number), "license": 1, "width": 24} for number, name in rows
        ]

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
    return drawn_of(train, labels, asked, test, answers)


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
    files.csv("sample_submission.csv", {"Id": asked, "Predicted": 7})
    train, test = [f"train_images/{name}" for name in names], [f"test_images/{name}" for name in shown]
    files.photos(train, labels, PLANTS)
    files.photos(test, answers, PLANTS)
    return drawn_of(train, labels, asked, test, answers)


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
    return drawn_of(kept[:N_TRAIN], labels, asked, test, answers)


LAYOUTS = (
    Layout(
        "iwildcam-2020-fgvc7",
        _camera_traps_2020,
        accuracy("Category", ANIMALS),
        groups=("location", "seq_id"),
    ),
    Layout(
        "herbarium-2020-fgvc7",
        lambda files: _herbarium(files, "nybg2020/", "region", "regions"),
        f1("Predicted", PLANTS, "macro"),
    ),
    Layout(
        "herbarium-2021-fgvc8",
        lambda files: _herbarium(files, "", "institution", "institutions"),
        f1("Predicted", PLANTS, "macro"),
    ),
    Layout(
        "herbarium-2022-fgvc9",
        _herbarium_2022,
        f1("Predicted", PLANTS, "macro"),
    ),
    Layout(
        "inaturalist-2019-fgvc6",
        _inaturalist,
        first_error("predicted", GENERA),
    ),
)
