"""The drawn competition: people who do not exist, in the reference competition's layout, with answers kept aside."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from kit.claim import claimed
from kit.errors import KitError
from kit.presets import new_folder
from kit.presets.demo.people import Person, make_person
from kit.presets.demo.portrait import Photo, draw_person
from kit.reading import read_bytes
from kit.reporter import Reporter

STEMS = ("mask1", "mask2", "mask3", "mask4", "mask5", "incorrect_mask", "normal")
GENDERS = ("male", "female")
BANDS = ((18, 29), (30, 59), (60, 74))
MALE_SHARE = 0.386
BAND_SHARES = (0.474, 0.454, 0.071)
"""Shares of the people in the reference competition's train table."""

FEWEST_PEOPLE = 6
_SUFFIXES, _SUFFIX_SHARES = (".jpg", ".jpeg", ".png", ".JPG", ".PNG"), (0.76, 0.14, 0.06, 0.03, 0.01)
_JPEG_QUALITY = 92
_DOT_FILE = bytes.fromhex("00051607000200004d6163204f5320582020202020202020")  # how an AppleDouble file begins


def draw_demo(
    directory: Path,
    people: int = 300,
    test_people: int | None = None,
    size: int = 96,
    seed: int = 0,
    reporter: Reporter | None = None,
) -> None:
    """Draw `people` train and `test_people` (two thirds as many) test people, 7 portrait photos 4:3 of each.

    `size` is a photo's width in pixels. Writes train/train.csv, train/images, eval/info.csv, eval/images, the
    answers.csv that scores them (ImageID, ans, part, person), half of the test people public, half private, and
    boxes.csv, where each photo's face is (image, left, top, right, bottom). The same arguments give the same bytes. A
    folder that holds the very same tables already is left as it is.
    """
    reporter = reporter or Reporter()
    test_people = max(FEWEST_PEOPLE, people * 2 // 3) if test_people is None else test_people
    if min(people, test_people) < FEWEST_PEOPLE:
        raise KitError(f"the demo needs {FEWEST_PEOPLE} people or more on each side", todo="draw more people")
    train = _cast(people, 5, np.random.default_rng([seed, 0]))
    test = _cast(test_people, 2, np.random.default_rng([seed, 1]))
    table = _train_table(train, np.random.default_rng([seed, 2]))
    answers = _answers(test, np.random.default_rng([seed, 3]))
    texts = {
        "train/train.csv": _csv(table),
        "eval/info.csv": _csv(answers[["ImageID"]].assign(ans=0)),
        "answers.csv": _csv(answers[["ImageID", "ans", "part", "person"]]),
    }
    with claimed(directory, reporter):
        if _is_drawn(directory, texts):
            return
        _draw(directory, texts, train, test, table, answers, size, seed, reporter)


def _is_drawn(directory: Path, texts: dict[str, str]) -> bool:
    """Whether the demo's tables are there; others in their place are an error."""
    if (directory / "answers.csv").exists():
        for name, text in texts.items():
            if not (directory / name).exists() or read_bytes(directory / name) != text.encode():
                raise KitError("this is not the table of this demo", where=directory / name, todo="name a new folder")
        return True
    return False


def _draw(
    directory: Path,
    texts: dict[str, str],
    train: list[Person],
    test: list[Person],
    table: pd.DataFrame,
    answers: pd.DataFrame,
    size: int,
    seed: int,
    reporter: Reporter,
) -> None:
    with new_folder(directory) as folder:
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        with reporter.progress("drawing people", len(train) + len(test)) as progress:
            generator = np.random.default_rng([seed, 4])
            boxes: list[tuple[str | int, ...]] = []
            for number, (person, path) in enumerate(zip(train, table["path"], strict=True)):
                photos = draw_person(person, STEMS, size, np.random.default_rng([seed, 5, number]))
                names = _write_train(folder / "train/images" / path, photos, generator)
                boxes += [
                    (f"train/images/{path}/{name}", *photo.face) for name, photo in zip(names, photos, strict=True)
                ]
                progress.advance()
            (folder / "eval/images").mkdir()
            for number, rows in answers.groupby("person"):
                photos = draw_person(
                    test[int(str(number))], STEMS, size, np.random.default_rng([seed, 6, int(str(number))])
                )
                for shot, name in zip(rows["shot"], rows["ImageID"], strict=True):
                    _save(folder / "eval/images" / name, photos[shot].pixels)
                    boxes.append((f"eval/images/{name}", *photos[shot].face))
                progress.advance()
            table = pd.DataFrame(sorted(boxes), columns=["image", "left", "top", "right", "bottom"])
            (folder / "boxes.csv").write_text(_csv(table))


def class_quotas(people: int, at_least: int = 0) -> np.ndarray:
    """How many people of each gender (rows) and age band (columns): the reference shares, rounded to `people`.

    Where a cell would have fewer than `at_least` people (or an even sixth, if that is less), the largest cells give.
    """
    bands = _rounded(np.array(BAND_SHARES) / sum(BAND_SHARES) * people)
    males = _rounded(MALE_SHARE * bands)
    quotas = np.stack([males, bands - males])
    floor = min(at_least, people // quotas.size)
    while quotas.min() < floor:
        quotas[np.unravel_index(quotas.argmax(), quotas.shape)] -= 1
        quotas[np.unravel_index(quotas.argmin(), quotas.shape)] += 1
    return quotas


def _rounded(wanted: np.ndarray) -> np.ndarray:
    """Integers with the rounded sum of `wanted`: the largest remainders are rounded up."""
    counts = np.floor(wanted).astype(int)
    counts[np.argsort(counts - wanted, kind="stable")[: round(wanted.sum()) - counts.sum()]] += 1
    return counts


def _cast(people: int, at_least: int, generator: np.random.Generator) -> list[Person]:
    cells = [cell for cell, count in np.ndenumerate(class_quotas(people, at_least)) for _ in range(count)]
    return [
        make_person(int(gender), _age(int(band), generator), generator)
        for gender, band in (cells[i] for i in generator.permutation(people))
    ]


def _age(band: int, generator: np.random.Generator) -> int:
    """Years within a band: the young mostly around 20, the others all over theirs, with few near an edge."""
    low, high = BANDS[band]
    towards = (generator.beta(1.3, 2.2), generator.beta(2.0, 1.6), generator.beta(1.3, 1.7))[band]
    return int(low + towards * (high + 1 - low))


def _train_table(people: list[Person], generator: np.random.Generator) -> pd.DataFrame:
    ids = [f"{number:06d}" for number in np.cumsum(generator.integers(1, 5, len(people)))]
    first, second = next(
        (one, two)
        for one in range(len(people))
        for two in range(one + 1, len(people))
        if (people[one].gender, people[one].age) != (people[two].gender, people[two].age)
    )
    third = next(i for i in range(len(people)) if i not in (first, second))
    ids[second] = ids[first]
    ids[third] = f"{ids[third]}-1"
    rows = []
    for name, person in zip(ids, people, strict=True):
        gender = GENDERS[person.gender]
        path = f"{name}_{gender}_Asian_{person.age}"
        rows.append({"id": name, "gender": gender, "race": "Asian", "age": person.age, "path": path})
    return pd.DataFrame(rows)


def _answers(people: list[Person], generator: np.random.Generator) -> pd.DataFrame:
    """A row for each test photo, shuffled; of the people of each gender and age band every other one is public."""
    seen: dict[tuple[int, int], int] = {}
    rows = []
    for number, person in enumerate(people):
        cell = (person.gender, _band(person.age))
        turn = seen[cell] = seen.get(cell, cell[0] + cell[1]) + 1
        for shot, stem in enumerate(STEMS):
            mask = {"incorrect_mask": 1, "normal": 2}.get(stem, 0)
            rows.append((mask * 6 + cell[0] * 3 + cell[1], ("public", "private")[turn % 2], number, shot))
    table = pd.DataFrame(rows, columns=["ans", "part", "person", "shot"])
    table.insert(0, "ImageID", [f"{generator.bytes(20).hex()}.jpg" for _ in range(len(table))])
    return table.iloc[generator.permutation(len(table))].reset_index(drop=True)


def _band(age: int) -> int:
    return sum(age >= low for low, _ in BANDS[1:])


def _write_train(folder: Path, photos: list[Photo], generator: np.random.Generator) -> list[str]:
    """Write a person's photos; returns their file names."""
    folder.mkdir(parents=True)
    names = []
    for stem, photo in zip(STEMS, photos, strict=True):
        names.append(stem + str(generator.choice(_SUFFIXES, p=_SUFFIX_SHARES)))
        _save(folder / names[-1], photo.pixels)
    if generator.random() < 0.05:
        (folder / "._mask1.jpg").write_bytes(_DOT_FILE)
    return names


def _save(path: Path, photo: np.ndarray) -> None:
    suffix = path.suffix.lower()
    how = [] if suffix == ".png" else [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, data = cv2.imencode(suffix, photo[:, :, ::-1], how)
    path.write_bytes(data.tobytes())


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")
