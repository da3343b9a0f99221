"""Every file that kit reads, corrupted in every way that its kind knows, and every command that reads it.

A command must end with the right answer, or with one sentence that names the file. A file that a record vouches for
must not be used when it is another: the answer is then that of the whole file, or the file is named.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.torture import Row, mutations, told
from benchmarks.torture.command import Outcome, fault_of, import_all, run_kit
from benchmarks.torture.workspace import copied, disk, finished

INIT = "init table --data data --force --label shape --label age"
TABLES = ("doctor --fast", "score", "fold --folds 3", "leaderboard --csv", "submit --blend best1 --dry-run", "train")
RECORDS = (
    "doctor --fast",
    "runs --csv",
    "score",
    "leaderboard --csv",
    "blend best1",
    "lineage first",
    "pseudo --round 1",
)
PHOTOS = ("doctor", "train", "score", "crop --boxes boxes.csv")
START = "train --task shape --recipe tiny --set epochs=1 --folds 0 --set weights=start"
ALL_RECORDS = (
    *RECORDS,
    "train",
    "submit --blend best1 --name new",
    "select",
    "next --csv",
    "compare first third",
)


EACH = 80
"""Inputs of a kind that `make torture` draws; `python -m benchmarks.torture.corrupt all` tries every one."""


@dataclass(frozen=True)
class Case:
    """A corrupted file: where it lies, what was done to it, its bytes, and whether its record is mended after it."""

    place: Path
    name: str
    content: bytes
    mended: bool


@dataclass(frozen=True)
class Kind:
    """Files of a kind: how they are found, how they are corrupted, and what reads them."""

    name: str
    pattern: str
    commands: tuple[str, ...]
    most: int
    """Files of the pattern that are corrupted."""
    vouched: bool = False
    """Whether a record holds the file's hash, or its own: another content must never be used in silence."""


KINDS = (
    Kind("competition.yaml", "competition.yaml", (*TABLES, INIT, "recipes"), 1),
    Kind("recipes", "recipes/*.yaml", ("train", "recipes", "recipes plain", "recipes tiny", "pseudo --round 1"), 2),
    Kind(
        "config.yaml",
        "runs/*tiny*/config.yaml",
        ("lineage first", "train --task shape --recipe tiny", "doctor --fast"),
        1,
    ),
    Kind("train.csv", "data/train.csv", (*TABLES, INIT, "pseudo --round 1"), 1),
    Kind("test.csv", "data/test.csv", (*TABLES, INIT), 1),
    Kind(
        "sample.csv",
        "data/sample.csv",
        ("doctor --fast", "submit --file sent.csv --name new", "submit --name new", INIT),
        1,
    ),
    Kind(
        "answers.csv",
        "data/answers.csv",
        ("doctor --fast", "submit --name new --blend all", "leaderboard reveal", INIT),
        1,
    ),
    Kind("fixes.csv", "fixes.csv", ("doctor --fast", "score", "train"), 1),
    Kind("boxes.csv", "boxes.csv", ("crop --boxes boxes.csv",), 1),
    Kind("sent.csv", "sent.csv", ("submit --file sent.csv --name new",), 1),
    Kind(
        "folds.csv",
        "runs/folds.csv",
        ("doctor --fast", "score", "train", "fold --folds 3", "leaderboard --csv", "lineage first"),
        1,
        True,
    ),
    Kind(
        "crops.csv",
        "runs/crops.csv",
        ("doctor --fast", "crop", "train --recipe plain --set images=crop --task age"),
        1,
        True,
    ),
    Kind(
        "crops.json",
        "runs/crops.json",
        ("doctor --fast", "crop", "train --recipe plain --set images=crop --task age"),
        1,
        True,
    ),
    Kind("run.json", "runs/*/run.json", ALL_RECORDS, 2, True),
    Kind("fold.json", "runs/*/fold*/fold.json", ALL_RECORDS, 2, True),
    Kind("fold predictions", "runs/*/fold*/*.parquet", (*ALL_RECORDS, "score second"), 4, True),
    Kind("whole predictions", "runs/*/*.parquet", ("doctor --fast", "score", "train"), 2, True),
    Kind(
        "round.json",
        "runs/pseudo/*/round.json",
        ("doctor --fast", "lineage second", "train --round 1", "pseudo --round 1"),
        1,
        True,
    ),
    Kind(
        "pseudo labels",
        "runs/pseudo/*/*.parquet",
        ("doctor --fast", "lineage second", "train --round 1 --set seed=1", "pseudo --round 1 --show"),
        2,
        True,
    ),
    Kind(
        "submission record",
        "submissions/*.json",
        (
            "doctor --fast",
            "leaderboard --csv",
            "select",
            "next --csv",
            "submit --name new",
            "leaderboard log first --public 0.5",
            "lineage first",
        ),
        2,
        True,
    ),
    Kind(
        "submission log",
        "submissions/log/*.json",
        ("doctor --fast", "leaderboard --csv", "submit --name new", "leaderboard log first --public 0.5"),
        2,
        True,
    ),
    Kind("costs of folds", "runs/*/machine/*.json", ("runs --csv", "train", "doctor --fast"), 1),
    Kind(
        "submission",
        "submissions/*.csv",
        ("doctor --fast", "leaderboard --csv", "submit --name new", "leaderboard reveal"),
        1,
        True,
    ),
    Kind(
        "submission OOF",
        "submissions/*.oof.parquet",
        ("doctor --fast", "compare first best1", "leaderboard --csv", "select"),
        1,
        True,
    ),
    Kind(
        "cache",
        "data/cache/*.npy",
        ("doctor", "train --recipe plain --set learner.C=0.2 --task age", "pseudo --round 1 --force"),
        3,
        True,
    ),
    Kind(
        "cache record", "data/cache/*.json", ("doctor", "train --recipe plain --set learner.C=0.2 --task age"), 2, True
    ),
    Kind("hashes of photos", "data/cache/photos.parquet", ("doctor", "score", "train"), 1),
    Kind(
        "weights",
        "runs/*/fold0/weights.safetensors",
        ("doctor --fast", "pseudo --round 1 --task shape --from shape-tiny --force", "lineage shape-tiny"),
        1,
        True,
    ),
    Kind(
        "checkpoint",
        "runs/*/*/checkpoint.safetensors",
        ("doctor --fast", "train --task age --recipe tiny --folds 0"),
        1,
        True,
    ),
    Kind("photos", "data/photos/*.[!ndh]*", PHOTOS, 6),
    Kind("photos of arrays, DICOM, HEIC", "data/photos/*.[ndh]*", PHOTOS, 4),
    Kind("rows of tables", "data/cache/tables.json", ("doctor --fast", "score", "train"), 1),
    Kind("weights to start from", "start.safetensors", (f"{START}.safetensors",), 1),
    Kind("weights to start from, of torch", "start.pt", (f"{START}.pt",), 1),
)


def corrupted(kind: Kind, path: Path, seed: int) -> Iterator[tuple[str, bytes, bool]]:
    """What may become of a file: a name, the bytes, and whether the record that vouches for it is mended too."""
    content = path.read_bytes()
    of_kind: dict[str, Callable[[], Iterator[mutations.Mutation]]] = {
        ".csv": lambda: mutations.of_csv(content, seed),
        ".parquet": lambda: mutations.of_parquet(content),
        ".yaml": lambda: mutations.of_yaml(content),
        ".npy": lambda: mutations.of_array(content),
        ".npz": lambda: mutations.of_npz(content),
        ".dcm": lambda: mutations.of_dicom(content),
        ".pt": lambda: mutations.of_torch(content),
        ".safetensors": lambda: mutations.of_safetensors(content),
        **{ending: lambda: iter(()) for ending in (".py", ".whl", ".arr", ".jsonl")},
    }
    yield from ((name, made, False) for name, made in mutations.of_bytes(content, seed))
    if path.suffix == ".json":
        for name, made, mendable in mutations.of_record(content):
            yield name, made, False
            if mendable:
                yield f"{name}, mended", made, True
        return
    if kind.name == "folds.csv":
        yield from ((name, made, False) for name, made in mutations.of_folds(content))
    made_of = of_kind.get(path.suffix, lambda: mutations.of_image(content))
    for name, made in made_of():
        yield name, made, False
        if kind.vouched and path.suffix in (".parquet", ".npy", ".safetensors"):
            yield f"{name}, mended", made, True
    if kind.vouched:
        for number, (name, made) in enumerate(mutations.of_bytes(content, seed + 1)):
            if path.suffix in (".parquet", ".npy", ".safetensors") and number % 2:
                yield f"{name}, mended", made, True


def mend(root: Path, path: Path) -> None:
    """Write a file's new hash where its record has it, as somebody would who hides a change."""
    if path.suffix == ".json":
        _mend_checksum(path)
        return
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if path.parent.name.startswith("fold"):
        _replace(path.parent / "fold.json", path.stem, sha256)
    elif path.parent.parent.name == "pseudo":
        record = path.parent / "round.json"
        text = json.loads(record.read_text())
        for task in text["tasks"].values():
            for file in task["files"]:
                if file["name"] == path.name:
                    file["sha256"] = sha256
        record.write_text(json.dumps(text))
        _mend_checksum(record)
    elif path.suffix == ".npy":
        import zlib

        _replace(path.with_suffix(".json"), "crc32", zlib.crc32(path.read_bytes()))


def _replace(record: Path, key: str, value: object) -> None:
    content = json.loads(record.read_text())
    if key in content:
        record.write_text(json.dumps({**content, key: value}))
        _mend_checksum(record)


def _mend_checksum(record: Path) -> None:
    from kit.files import fingerprint

    content = json.loads(record.read_text())
    if isinstance(content, dict):
        content.pop("checksum", None)
        try:
            content["checksum"] = fingerprint(content)
        except UnicodeEncodeError:
            content["checksum"] = "x"
        record.write_text(json.dumps(content))


def run(most: int | None = EACH, seed: int = 0, wanted: Sequence[str] = (), first: int | None = None) -> list[Row]:
    """Corrupt every kind of file; a row for each kind.

    most: so many inputs a kind, drawn by `seed`, of the `first` where that is given; None for all.
    """
    import_all()
    kinds = [kind for kind in KINDS if not wanted or kind.name in wanted]
    return [told(try_kind(kind, finished(), disk() / "tried", most, seed, first)) for kind in kinds]


def short() -> list[Row]:
    """A few inputs of some kinds, for the suite; making the bombs among the later ones takes longer than all else."""
    return run(1, wanted=[kind.name for kind in KINDS[::3]], first=40)


def cases_of(kind: Kind, template: Path, seed: int, first: int | None = None) -> list[Case]:
    """Every corrupted file of a kind, or the first of them."""
    paths = sorted(template.glob(kind.pattern))
    if not paths:
        raise RuntimeError(f"the workspace has no file {kind.pattern}")
    step = max(1, len(paths) // kind.most)
    cases = (
        Case(path.relative_to(template), *case)
        for number, path in enumerate(paths[::step][: kind.most])
        for case in corrupted(kind, path, seed + number)
    )
    return list(islice(cases, first))


def try_kind(kind: Kind, template: Path, root: Path, most: int | None, seed: int, first: int | None = None) -> Row:
    """Corrupt files of a kind; each is read by one of the commands, in turn by all of them."""
    cases = cases_of(kind, template, seed, first)
    row = Row(f"corrupt: {kind.name}", of=len(cases))
    if most is not None and len(cases) > most:
        cases = random.Random(seed).sample(cases, most)
    right: dict[str, Outcome] = {}
    for number, case in enumerate(cases):
        command = kind.commands[number % len(kind.commands)]
        if command not in right:
            right[command] = run_kit(copied(template, root), command.split())
        copied(template, root)
        (root / case.place).write_bytes(case.content)
        if case.mended:
            mend(root, root / case.place)
        outcome = run_kit(root, command.split())
        row.tried += 1
        if (outcome.code, outcome.err) == (right[command].code, right[command].err) and outcome.code:
            continue  # it ends so with the whole file too
        fault = fault_of(outcome, names_of(case.place) if kind.vouched else [""])
        fault = fault or _silent(kind, case.place, outcome, right[command], case.mended)
        if fault is not None:
            row.faults.append(f"{case.place}, {case.name}: kit {command}: {fault}")
    shutil.rmtree(root, ignore_errors=True)
    return row


def names_of(place: Path) -> list[str]:
    """What a sentence may call a file: by its name, or by the run or record that it is a part of.

    Of a file that people edit, what no longer fits it may be named instead.
    """
    names = [place.name]
    if place.parts[0] == "runs" and len(place.parts) > 2:
        names.append(place.parts[1])
    if place.parts[:2] == ("data", "cache"):
        names.append(place.stem)
    if place.name == "answers.csv":
        names.append("answers")
    if place.name == "crops.json":
        names.append("crops.csv")  # whose record it is
    if place.name == "manifest.json":
        names.append("the manifest names")  # of a file whose hash was changed in it
    return names


def _silent(kind: Kind, place: Path, outcome: Outcome, right: Outcome, mended: bool) -> str | None:
    """An answer that is another than that of the whole file, and no word about it."""
    if not kind.vouched or mended or outcome.code != right.code or outcome.code:
        return None
    said = outcome.err + outcome.out
    if outcome.out == right.out or any(name in said for name in names_of(place)):
        return None
    return "another answer, and no word about the file"


if __name__ == "__main__":
    wanted_most, *wanted_kinds = sys.argv[1:] or [str(EACH)]
    run(None if wanted_most == "all" else int(wanted_most), wanted=wanted_kinds)
