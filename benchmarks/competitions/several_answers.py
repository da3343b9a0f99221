"""Competitions that ask several things of a photo: labels, a score, shares of votes, parts of a letter, vertebrae."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import divergence, label_f, mean_auc, recall_of_parts, rmse, spine_loss
from benchmarks.competitions.layout import N_TEST, N_TRAIN, Drawn, Layout, dealt

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
PARTS = {"grapheme_root": tuple("01234"), "vowel_diacritic": tuple("0123"), "consonant_diacritic": tuple("012")}
SPINE = ("patient_overall", "C1", "C2", "C3", "C4", "C5", "C6", "C7")
VOTES = ("seizure_vote", "lpd_vote", "gpd_vote", "lrda_vote", "grda_vote", "other_vote")


def _some(files: Files, n: int, labels: tuple[str, ...], least: int = 1) -> list[tuple[str, ...]]:
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


def _labelled(files: Files, names: list[str], truth: list[tuple[str, ...]], labels: tuple[str, ...]) -> None:
    for name, said in zip(names, truth, strict=True):
        files.photo(name, files.marked([float(label in said) for label in labels]))


def _drawn(train: list[str], truth: list, ids: list[str], test: list[str], answers: list) -> Drawn:
    return Drawn(
        pd.DataFrame({"photo": train, "truth": pd.Series(truth, dtype=object)}),
        pd.DataFrame({"id": ids, "photo": test, "truth": pd.Series(answers, dtype=object)}),
    )


def _flags(truth: list[tuple[str, ...]], labels: tuple[str, ...]) -> dict[str, list[int]]:
    return {label: [int(label in said) for said in truth] for label in labels}


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
    return _drawn(train, labels, asked, test, answers)


def _orchard(files: Files) -> Drawn:
    """Texts of labels, of which healthy is one; three photos of the hidden test set."""
    sick = tuple(name for name in ORCHARD if name != "healthy")
    truth = [said if place % 5 else ("healthy",) for place, said in enumerate(_some(files, 40, sick))]
    answers: list[tuple[str, ...]] = [("healthy",), ("rust",), ("complex", "scab")]
    ids, asked = ([f"{name}.jpg" for name in files.hexes(len(side), 16)] for side in (truth, answers))
    files.csv("train.csv", {"image": ids, "labels": [" ".join(said) for said in truth]})
    files.csv("sample_submission.csv", {"image": asked, "labels": "healthy"})
    train, test = [f"train_images/{name}" for name in ids], [f"test_images/{name}" for name in asked]
    _labelled(files, train, truth, ORCHARD)
    _labelled(files, test, answers, ORCHARD)
    return _drawn(train, truth, asked, test, answers)


def _catheters(files: Files) -> Drawn:
    truth, answers = _some(files, 44, CATHETERS), _some(files, 2 * N_TEST, CATHETERS)
    head = "1.2.826.0.1.3680043.8.498."
    ids, asked = ([head + str(10**30 + int(n)) for n in files.numbers(len(s), 0, 10**6)] for s in (truth, answers))
    people = [f"{name[:9]}" for name in files.hexes(20, 9)]
    whose = [people[place % len(people)] for place in range(len(ids))]
    files.csv("train.csv", {"StudyInstanceUID": ids, **_flags(truth, CATHETERS), "PatientID": whose})
    lines = pd.DataFrame({"StudyInstanceUID": ids[:9], "label": "CVC - Normal", "data": "[[1487, 1279], [1477, 1168]]"})
    files.csv("train_annotations.csv", lines)
    blank = {name: [0] * len(asked) for name in CATHETERS}
    files.csv("sample_submission.csv", {"StudyInstanceUID": asked, **blank})
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    _labelled(files, train, truth, CATHETERS)
    _labelled(files, test, answers, CATHETERS)
    for side in ("train", "test"):
        files.text(f"{side}_tfrecords/00-1881.tfrec", "not read")
    drawn = _drawn(train, truth, asked, test, answers)
    drawn.train["PatientID"] = whose
    return drawn


def _arts(files: Files) -> Drawn:
    truth, answers = _some(files, 40, ARTS), _some(files, N_TEST, ARTS)
    ids, asked = (files.hexes(len(side), 32) for side in (truth, answers))
    files.csv("train.csv", {"id": ids, "attribute_ids": [" ".join(said) for said in truth]})
    names = [f"country::{number}" if number > "2" else f"tags::{number}" for number in ARTS]
    files.csv("labels.csv", {"attribute_id": ARTS, "attribute_name": names})
    files.csv("sample_submission.csv", {"id": asked, "attribute_ids": "448 2429 782"})
    train, test = [f"train/{name}.png" for name in ids], [f"test/{name}.png" for name in asked]
    _labelled(files, train, truth, ARTS)
    _labelled(files, test, answers, ARTS)
    return _drawn(train, truth, asked, test, answers)


def _amazon(files: Files) -> Drawn:
    """JPEG and TIFF of four channels side by side; the photos to predict in two folders."""
    truth, answers = _some(files, 40, AMAZON), _some(files, 16, AMAZON)
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
    return _drawn(train, truth, asked, test, answers)


def _pets(files: Files) -> Drawn:
    """A score from 1 to 100; one of the columns of 0 and 1 beside it is called Group, and groups nothing."""
    flags = ["Subject Focus", "Eyes", "Face", "Near", "Action", "Accessory", "Group", "Human", "Occlusion", "Info", "Blur"]
    truth = files.rng.integers(1, 101, 60).astype(float).tolist()
    answers = files.rng.integers(1, 101, 8).astype(float).tolist()
    ids, asked = (files.hexes(len(side), 32) for side in (truth, answers))

    def table(some: list[str]) -> dict[str, object]:
        return {"Id": some, **{name: files.rng.integers(0, 2, len(some)) for name in flags}}

    files.csv("train.csv", {**table(ids), "Pawpularity": [int(value) for value in truth]})
    files.csv("test.csv", table(asked))
    files.csv("sample_submission.csv", {"Id": asked, "Pawpularity": [99.24, 61.71, 6.23, 9.43, 70.89, 66.88, 73.85, 24.31]})
    train, test = [f"train/{name}.jpg" for name in ids], [f"test/{name}.jpg" for name in asked]
    for name, value in zip([*train, *test], [*truth, *answers], strict=True):
        files.photo(name, files.marked([value / 100, 0.2, 0.2, value / 200]))
    return _drawn(train, truth, asked, test, answers)


def _graphemes(files: Files) -> Drawn:
    """Photos are rows of parquet files; a row of the file to send is a part of a letter, in an order of its own."""
    truth = [dict(zip(PARTS, said, strict=True)) for said in zip(*_parts(files, 40), strict=True)]
    answers = [dict(zip(PARTS, said, strict=True)) for said in zip(*_parts(files, N_TEST), strict=True)]
    ids, asked = [f"Train_{k}" for k in range(40)], [f"Test_{k}" for k in range(N_TEST)]
    known = {part: [said[part] for said in truth] for part in PARTS}
    files.csv("train.csv", {"image_id": ids, **known, "grapheme": ["".join(said.values()) for said in truth]})
    order = ("consonant_diacritic", "grapheme_root", "vowel_diacritic")
    rows = [(f"{name}_{part}", name, part) for name in asked for part in order]
    files.csv("test.csv", pd.DataFrame(rows, columns=["row_id", "image_id", "component"]))
    files.csv("sample_submission.csv", {"row_id": [row[0] for row in rows], "target": 0})
    names = [(part, label, f"{part[0]}{label}") for part, labels in PARTS.items() for label in labels]
    files.csv("class_map.csv", pd.DataFrame(names, columns=["component_type", "label", "component"]))
    marks = [(part, label) for part, labels in PARTS.items() for label in labels]
    for side, some, said in (("train", ids, truth), ("test", asked, answers)):
        photos = [files.marked([float(one[part] == label) for part, label in marks], 32, 1)[:20].ravel() for one in said]
        table = pd.DataFrame(255 - np.array(photos), columns=[str(number) for number in range(20 * 32)])
        table.insert(0, "image_id", some)
        for number in range(4):
            files.parquet(f"{side}_image_data_{number}.parquet", table.iloc[number::4])
    return _drawn(
        [f"train_image_data/{name}" for name in ids], truth, asked, [f"test_image_data/{name}" for name in asked], answers
    )


def _parts(files: Files, n: int) -> list[list[str]]:
    return [dealt(files, n, labels) for labels in PARTS.values()]


GRAPHEMES = '''\
from functools import cache

import numpy as np
import pandas as pd


@cache
def photos(folder, name):
    """Each photo's pixels by its id, of all four files of a side."""
    tables = [pd.read_parquet(path) for path in sorted(folder.glob(f"{name}_[0-9].parquet"))]
    return pd.concat(tables).set_index("image_id")


def grapheme(path):
    row = photos(path.parent.parent, path.parent.name).loc[path.name].to_numpy(np.uint8)
    return row.reshape(20, 32)  # of the real ones 137, 236


READERS = {"grapheme": grapheme}
'''


def _spines(files: Files) -> Drawn:
    """A folder of numbered slices for each scan; a row of the file to send is a vertebra, in an order of its own."""
    bones = SPINE[1:]
    truth, answers = ([_whole(s) for s in _some(files, n, bones, 0)] for n in (32, N_TEST))
    ids, asked = ([f"1.2.826.0.1.3680043.{n}" for n in files.numbers(len(s), 1, 30_000)] for s in (truth, answers))
    files.csv("train.csv", {"StudyInstanceUID": ids, **_flags(truth, SPINE)})
    order = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "patient_overall")
    rows = [(f"{name}_{bone}", name, bone) for name in asked for bone in order]
    files.csv("test.csv", pd.DataFrame(rows, columns=["row_id", "StudyInstanceUID", "prediction_type"]))
    files.csv("sample_submission.csv", {"row_id": [row[0] for row in rows], "fractured": 0.5})
    boxes = pd.DataFrame({"StudyInstanceUID": ids[:5], "x": 219.27, "y": 216.71, "width": 17.30, "height": 19.38})
    files.csv("train_bounding_boxes.csv", boxes.assign(slice_number=133))
    files.text(f"segmentations/{ids[0]}.nii", "not read")
    for side, some, said in (("train", ids, truth), ("test", asked, answers)):
        for name, found in zip(some, said, strict=True):
            pixels = files.marked([float(bone in found) for bone in bones], 24, 1)[..., 0]
            for number in (1, 2, 10):
                files.dicom(f"{side}_images/{name}/{number}.dcm", pixels, bits=12)
    return _drawn(
        [f"train_images/{name}" for name in ids], truth, asked, [f"test_images/{name}" for name in asked], answers
    )


def _whole(bones: tuple[str, ...]) -> tuple[str, ...]:
    return ("patient_overall", *bones) if bones else ()


SLICES = '''\
import numpy as np
import pydicom


def scan(path):
    """Three slices of a scan, a channel each: a quarter, a half and three quarters down."""
    slices = sorted(path.glob("*.dcm"), key=lambda file: int(file.stem))
    chosen = [slices[int(len(slices) * share)] for share in (0.25, 0.5, 0.75)]
    return np.stack([pydicom.dcmread(file).pixel_array for file in chosen], axis=-1)


READERS = {"scan": scan}
'''
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


def _brain_waves(files: Files) -> Drawn:
    """Votes of experts on windows of spectrograms, which are parquet files that several windows share."""
    kinds = [name.removesuffix("_vote") for name in VOTES]
    seen, asked = files.numbers(14, 100_000, 2_000_000), files.numbers(4, 2_000_000, 3_000_000)
    people = [int(seen[place]) % 7 + 40 for place in range(14)]
    rows, photos, truth, answers = [], [], [], []
    columns = ["time", *(f"{part}_{0.59 + 0.98 * step:.2f}" for part in ("LL", "RL", "LP", "RP") for step in range(5))]
    for place, name in enumerate(seen):
        windows = []
        for window in range(3):
            votes = tuple(int(vote) for vote in files.rng.multinomial(7, files.rng.dirichlet(np.full(6, 0.5))))
            label = str(10_000 * place + window)
            row = {"eeg_id": 7 * int(name), "eeg_sub_id": window, "eeg_label_offset_seconds": float(2 * window)}
            row |= {"spectrogram_id": name, "spectrogram_sub_id": window, "spectrogram_label_offset_seconds": float(40 * window)}
            row |= {"label_id": label, "patient_id": people[place], "expert_consensus": kinds[int(np.argmax(votes))]}
            rows.append({**row, **dict(zip(VOTES, votes, strict=True))})
            photos.append(f"train_spectrograms/{name}.parquet/{float(40 * window)}/{label}")
            truth.append(votes)
            windows.append(votes)
        _spectrogram(files, f"train_spectrograms/{name}.parquet", windows, columns)
        files.parquet(f"train_eegs/{7 * int(name)}.parquet", {"Fp1": np.zeros(4, np.float32), "EKG": np.ones(4, np.float32)})
    for name in asked:
        votes = tuple(int(vote) for vote in files.rng.multinomial(7, files.rng.dirichlet(np.full(6, 0.5))))
        answers.append(votes)
        _spectrogram(files, f"test_spectrograms/{name}.parquet", [votes], columns)
    table = pd.DataFrame(rows)
    files.csv("train.csv", table)
    waves = [str(3 * int(name)) for name in asked]
    files.csv("test.csv", {"spectrogram_id": asked, "eeg_id": waves, "patient_id": [900, 901, 902, 903]})
    even = {name: [0.166666] * 4 for name in VOTES}
    files.csv("sample_submission.csv", {"eeg_id": waves, **even})
    drawn = _drawn(photos, truth, waves, [f"test_spectrograms/{name}.parquet" for name in asked], answers)
    drawn.train["patient_id"] = table["patient_id"]
    return drawn


def _spectrogram(files: Files, name: str, windows: list[tuple[int, ...]], columns: list[str]) -> None:
    """Twenty rows, of 2 seconds each, for every window; how strong a band is says how many votes a kind has."""
    blocks = []
    for votes in windows:
        strength = np.repeat(np.array([*votes, 0, 0, 0, 0], dtype=float), 2)
        blocks.append(files.rng.gamma(2.0, 1.0, (20, 20)) + 3 * strength)
    values = np.vstack(blocks)
    table = pd.DataFrame(values.astype(np.float32), columns=columns[1:])
    table.insert(0, "time", 2 * np.arange(len(values)) + 1)
    files.parquet(name, table)


WINDOWS = '''\
from functools import cache

import numpy as np
import pandas as pd


@cache
def spectrogram(path):
    return pd.read_parquet(path)


def window(path):
    """FILE, or FILE/SECONDS/LABEL: the window that begins there, logarithms of all bands (of the real ones 300 rows)."""
    alone = path.suffix == ".parquet"
    table, begin = spectrogram(path if alone else path.parents[1]), 0.0 if alone else float(path.parent.name)
    rows = table[table["time"] >= begin].head(20).drop(columns="time").to_numpy()
    return np.log(np.clip(np.nan_to_num(rows), np.exp(-4), np.exp(8))).astype(np.float32)


READERS = {"window": window}
'''


LAYOUTS = (
    Layout(
        "plant-pathology-2020-fgvc7",
        "roc_auc",
        _apples,
        mean_auc(APPLES),
        """\
train: {table: train.csv, images: "images/{image_id}.jpg"}
test: {table: test.csv, images: "images/{image_id}.jpg"}
tasks:
  disease:
    classes: [healthy, multiple_diseases, rust, scab]
    columns: [healthy, multiple_diseases, rust, scab]
submission: {sample: sample_submission.csv, id: image_id}
""",
    ),
    Layout(
        "plant-pathology-2021-fgvc8",
        "f1_samples",
        _orchard,
        label_f("labels", ORCHARD, "samples"),
        """\
train: {table: train.csv, images: "train_images/{image}"}
test: {table: sample_submission.csv, images: "test_images/{image}"}
tasks:
  diseases:
    kind: labels
    classes: [complex, frog_eye_leaf_spot, healthy, powdery_mildew, rust, scab]
    column: labels
    separator: " "
submission: {sample: sample_submission.csv, id: image, label: labels, separator: " "}
""",
    ),
    Layout(
        "ranzcr-clip-catheter-line-classification",
        "roc_auc",
        _catheters,
        mean_auc(CATHETERS),
        f"""\
train: {{table: train.csv, images: "train/{{StudyInstanceUID}}.jpg", group: PatientID}}
test: {{table: sample_submission.csv, images: "test/{{StudyInstanceUID}}.jpg"}}
tasks:
  catheters:
    kind: labels
    classes: [{", ".join(CATHETERS[:6])},
              {", ".join(CATHETERS[6:])}]
submission: {{sample: sample_submission.csv, id: StudyInstanceUID}}
""",
        groups=("PatientID",),
    ),
    Layout(
        "imet-2020-fgvc7",
        "f1_micro",
        _arts,
        label_f("attribute_ids", ARTS, "micro"),
        f"""\
train: {{table: train.csv, images: "train/{{id}}.png"}}
test: {{table: sample_submission.csv, images: "test/{{id}}.png"}}
tasks:
  attributes: {{kind: labels, classes: [{", ".join(ARTS)}], column: attribute_ids, separator: " "}}
submission: {{sample: sample_submission.csv, id: id, label: attribute_ids, separator: " "}}
""",
    ),
    Layout(
        "planet-understanding-the-amazon-from-space",
        "f2_samples",
        _amazon,
        label_f("tags", AMAZON, "samples", beta=2.0),
        f"""\
train: {{table: train_v2.csv, images: "train-jpg/{{image_name}}.jpg"}}
test: {{table: sample_submission_v2.csv, images: "test-jpg*/{{image_name}}.jpg"}}
tasks:
  tags:
    kind: labels
    classes: [{", ".join(AMAZON)}]
    column: tags
    separator: " "
submission: {{sample: sample_submission_v2.csv, id: image_name, label: tags, separator: " "}}
""",
        asks="--image",
    ),
    Layout(
        "petfinder-pawpularity-score",
        "rmse",
        _pets,
        rmse("Pawpularity", 1, 100),
        """\
train: {table: train.csv, images: "train/{Id}.jpg"}
test: {table: test.csv, images: "test/{Id}.jpg"}
tasks:
  Pawpularity: {kind: number, column: Pawpularity, range: [1, 100]}
submission: {sample: sample_submission.csv, id: Id, label: Pawpularity}
""",
    ),
    Layout(
        "bengaliai-cv19",
        "balanced_accuracy",
        _graphemes,
        recall_of_parts(
            {"grapheme_root": 2, "vowel_diacritic": 1, "consonant_diacritic": 1}, PARTS, "{id}_{part}"
        ),
        """\
train: {table: train.csv, images: "train_image_data/{image_id}"}
test: {table: test.csv, images: "test_image_data/{image_id}"}
photos: {reader: grapheme, channels: 1}
tasks:
  grapheme_root: {classes: [0, 1, 2, 3, 4], column: grapheme_root, weight: 2}
  vowel_diacritic: {classes: [0, 1, 2, 3], column: vowel_diacritic}
  consonant_diacritic: {classes: [0, 1, 2], column: consonant_diacritic}
target: separate
submission: {sample: sample_submission.csv, id: row_id, label: target, long: "{image_id}_{task}"}
""",
        asks="reader",
        files={"readers.py": GRAPHEMES},
    ),
    Layout(
        "rsna-2022-cervical-spine-fracture-detection",
        "spine_loss",
        _spines,
        spine_loss("{id}_{part}", SPINE),
        """\
train: {table: train.csv, images: "train_images/{StudyInstanceUID}"}
test: {table: test.csv, images: "test_images/{StudyInstanceUID}"}
photos: {reader: scan, range: [0, 4095]}
tasks:
  fractured: {kind: labels, classes: [patient_overall, C1, C2, C3, C4, C5, C6, C7]}
submission: {sample: sample_submission.csv, id: row_id, label: fractured, long: "{StudyInstanceUID}_{label}"}
""",
        asks="reader",
        files={"readers.py": SLICES, "metrics.py": SPINE_METRIC},
    ),
    Layout(
        "hms-harmful-brain-activity-classification",
        "kl",
        _brain_waves,
        divergence(VOTES),
        """\
train:
  table: train.csv
  images: "train_spectrograms/{spectrogram_id}.parquet/{spectrogram_label_offset_seconds}/{label_id}"
  group: patient_id
test: {table: test.csv, images: "test_spectrograms/{spectrogram_id}.parquet"}
photos: {reader: window, channels: 1, range: auto}
tasks:
  votes: {kind: shares, classes: [seizure_vote, lpd_vote, gpd_vote, lrda_vote, grda_vote, other_vote]}
submission: {sample: sample_submission.csv, id: eeg_id}
""",
        groups=("patient_id",),
        asks="reader",
        files={"readers.py": WINDOWS},
    ),
)
