"""Competitions with a row for each part of a photo, and with votes: parts of a letter, vertebrae, waves of a brain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.layout import N_TEST, Drawn, Layout, dealt, drawn_of
from benchmarks.competitions.own_scores import divergence, recall_of_parts, spine_loss
from benchmarks.competitions.several_answers import flags, some_labels

PARTS = {"grapheme_root": tuple("01234"), "vowel_diacritic": tuple("0123"), "consonant_diacritic": tuple("012")}
SPINE = ("patient_overall", "C1", "C2", "C3", "C4", "C5", "C6", "C7")
VOTES = ("seizure_vote", "lpd_vote", "gpd_vote", "lrda_vote", "grda_vote", "other_vote")


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
        shown = [[float(one[part] == label) for part, label in marks] for one in said]
        photos = [files.marked(one, 16, 1)[:12].ravel() for one in shown]
        table = pd.DataFrame(255 - np.array(photos), columns=[str(number) for number in range(12 * 16)])
        table.insert(0, "image_id", some)
        for number in range(4):
            files.parquet(f"{side}_image_data_{number}.parquet", table.iloc[number::4])
    return drawn_of(
        [f"train_image_data/{name}" for name in ids],
        truth,
        asked,
        [f"test_image_data/{name}" for name in asked],
        answers,
    )


def _parts(files: Files, n: int) -> list[list[str]]:
    return [dealt(files, n, labels) for labels in PARTS.values()]


def _spines(files: Files) -> Drawn:
    """A folder of numbered slices for each scan; a row of the file to send is a vertebra, in an order of its own."""
    bones = SPINE[1:]
    truth, answers = ([_whole(s) for s in some_labels(files, n, bones, 0)] for n in (32, N_TEST))
    ids, asked = ([f"1.2.826.0.1.3680043.{n}" for n in files.numbers(len(s), 1, 30_000)] for s in (truth, answers))
    files.csv("train.csv", {"StudyInstanceUID": ids, **flags(truth, SPINE)})
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
    return drawn_of(
        [f"train_images/{name}" for name in ids], truth, asked, [f"test_images/{name}" for name in asked], answers
    )


def _whole(bones: tuple[str, ...]) -> tuple[str, ...]:
    return ("patient_overall", *bones) if bones else ()


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
            row: dict[str, object] = {"eeg_id": 7 * int(name), "eeg_sub_id": window}
            row |= {
                "eeg_label_offset_seconds": float(2 * window),
                "spectrogram_id": name,
                "spectrogram_sub_id": window,
                "spectrogram_label_offset_seconds": float(40 * window),
            }
            row |= {"label_id": label, "patient_id": people[place], "expert_consensus": kinds[int(np.argmax(votes))]}
            rows.append({**row, **dict(zip(VOTES, votes, strict=True))})
            photos.append(f"train_spectrograms/{name}.parquet/{float(40 * window)}/{label}")
            truth.append(votes)
            windows.append(votes)
        _spectrogram(files, f"train_spectrograms/{name}.parquet", windows, columns)
        files.parquet(
            f"train_eegs/{7 * int(name)}.parquet", {"Fp1": np.zeros(4, np.float32), "EKG": np.ones(4, np.float32)}
        )
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
    drawn = drawn_of(photos, truth, waves, [f"test_spectrograms/{name}.parquet" for name in asked], answers)
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


LAYOUTS = (
    Layout(
        "bengaliai-cv19",
        _graphemes,
        recall_of_parts({"grapheme_root": 2, "vowel_diacritic": 1, "consonant_diacritic": 1}, PARTS, "{id}_{part}"),
        asks="reader",
    ),
    Layout(
        "rsna-2022-cervical-spine-fracture-detection",
        _spines,
        spine_loss("{id}_{part}", SPINE),
        asks="reader",
    ),
    Layout(
        "hms-harmful-brain-activity-classification",
        _brain_waves,
        divergence(VOTES),
        groups=("patient_id",),
        asks="reader",
    ),
)
