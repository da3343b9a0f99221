"""`make report`: what the original report tried, repeated on a drawn competition; the tables of docs/report.md.

Usage: python -m benchmarks.report FOLDER docs/report.md

Every row is typed as a user would type it, then compared out of fold with the row that it varies, by `kit compare` on
the same people. Runs that are there already are not trained again.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PEOPLE = "150"
START, END = "<!-- made by `make report` -->", "<!-- end -->"
PRETRAINED = "--recipe efficientnet_lite0 --set 'size=[96, 72]'"


@dataclass(frozen=True)
class Row:
    """One thing tried. `commands` make its runs; it is compared, on `task`, with the row named `base`."""

    what: str
    commands: tuple[str, ...]
    base: str | None = "one softmax head, cross-entropy"
    task: str = "age"
    joined_with: tuple[str, ...] = ()
    """Rows whose runs of other tasks join these, where the joined target is compared."""


def age(what: str, options: str, base: str | None = "one softmax head, cross-entropy") -> Row:
    return Row(what, (f"train --task age {options}".rstrip(),), base)


def gender(what: str, options: str, base: str | None = "gender alone") -> Row:
    return Row(what, (f"train --task gender {options}".rstrip(),), base, "gender")


APART = "one model per task, joined by their product"
SECTIONS: dict[str, tuple[Row, ...]] = {
    "Ways to split the problem": (
        Row(APART, ("train",), None, "target"),
        Row("one model of all 18 classes", ("train --task target",), APART, "target"),
        Row("one backbone, a head per task", ("train --task mask+gender+age",), APART, "target"),
        Row(
            "age given gender, mixed by its probability",
            ("train --task gender+age --set heads.age.given=gender",),
            APART,
            "target",
            ("mask alone",),
        ),
        Row(
            "age given gender, by its most probable class",
            ("train --task gender+age --set heads.age.given=gender --set heads.age.mixing=hard",),
            APART,
            "target",
            ("mask alone",),
        ),
        Row("three seeds, averaged", ("train --seeds 3",), APART, "target"),
    ),
    "Heads for age": (
        age("one softmax head, cross-entropy", "", None),
        age("11 finer bins summed to 3 classes", "--set heads.age=bins"),
        age("the same, weighted cross-entropy on the sums", "--set heads.age=bins --set loss=weighted"),
        age("ordinal: cumulative link", "--set heads.age=ordinal"),
        age("expected value over the bins", "--set heads.age=expected"),
        age("train side cut at 58 instead of 60", "--set 'heads.age.train_edges=[30, 58]'"),
    ),
    "Losses for age": (
        age("label smoothing", "--set loss=ls"),
        age("weighted by inverse frequency", "--set loss=weighted"),
        age("weighted by effective number", "--set loss=effective"),
        age("focal", "--set loss=focal"),
        age("cross-entropy and soft macro F1", "--set loss.f1=0.5 --set loss.ce=1"),
    ),
    "Class balance for age": (
        age("classes drawn in balance", "--set sampler=balanced"),
        age("one photo of each person an epoch, as many batches", "--set sampler=per_group --set epochs=56"),
        age("60 or older shown three times", "--set \"oversample.age={'>=60': 3}\""),
    ),
    "Augmentation": (
        age("none", "--set augment=none"),
        age("base", "--set augment=base"),
        age("colour", "--set augment=colour"),
        age("blur", "--set augment=blur"),
        age("strong", "--set augment=strong"),
        age("MixUp", "--set mix.method=mixup"),
        gender("gender alone", "", None),
        gender("CutMix on gender", "--set mix.method=cutmix --set 'mix.tasks=[gender]'"),
        gender("half CutMix on gender", "--set mix.method=half_cutmix --set 'mix.tasks=[gender]'"),
    ),
    "Face crop": (
        Row(
            "cropped to the face",
            ("crop --boxes data/boxes.csv", "train --task age --set images=crop"),
        ),
        Row(
            "the same without background",
            ("crop --boxes data/boxes.csv", "train --task age --set images=crop --set background=ellipse"),
        ),
    ),
    "Optimizer and schedule": (
        age(
            "the report's: Adam at 1e-4, stepped",
            "--set optimizer.name=adam --set optimizer.lr=1e-4 --set schedule.name=step",
        ),
        age("one-cycle", "--set schedule.name=onecycle"),
        age("reduce on plateau", "--set schedule.name=plateau"),
    ),
    "Backbones": (
        age("ResNet-18 from scratch", "--set model=resnet18 --set optimizer.lr=1e-3"),
        age("MobileNetV3 small from scratch", "--set model=mobilenetv3_small_100"),
        age("a vision transformer from scratch", "--set model=test_vit"),
        age("EfficientNet-Lite0, ImageNet weights", PRETRAINED),
        age(
            "EfficientNet-Lite0 from scratch",
            f"{PRETRAINED} --set weights=null --set pretrained=false",
            "EfficientNet-Lite0, ImageNet weights",
        ),
        age(
            "the backbone still for two epochs",
            f"{PRETRAINED} --set freeze_epochs=2",
            "EfficientNet-Lite0, ImageNet weights",
        ),
        age(
            "layer-wise learning-rate decay",
            f"{PRETRAINED} --set optimizer.layer_decay=0.8",
            "EfficientNet-Lite0, ImageNet weights",
        ),
    ),
    "Classic machine learning": (
        age("logistic regression on frozen features", "--recipe features-logreg"),
        age("SVM on frozen features", "--recipe features-svm"),
        age("k nearest neighbours on frozen features", "--recipe features-knn"),
        age("gradient boosting on frozen features", "--recipe features-boosting"),
        age("SVM on HOG", "--recipe hog-svm"),
    ),
    "The test set": (
        Row("pseudo labels, one round", ("pseudo --round 1 --task age --from BASE", "train --round 1 --task age")),
    ),
}
HIDDEN = (Row("mask alone", ("train --task mask",), None, "mask"),)
"""Rows that others need and that say nothing by themselves."""


def kit(folder: Path, command: str) -> str:
    """Type a command; returns what it prints to stdout."""
    print(f"$ kit {command}", file=sys.stderr, flush=True)
    environment = {**os.environ, "COLUMNS": "400"}
    done = subprocess.run(
        [sys.executable, "-m", "kit", *shlex.split(command)],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        sys.exit(f"kit {command}: {done.stderr.splitlines()[-1]}")
    return done.stdout


def typed(row: Row, sides: dict[str, str]) -> list[str]:
    """The row's commands, with the run of its base where they say BASE."""
    return [command.replace("BASE", sides[row.base]) if row.base else command for command in row.commands]


def run_ids(printed: str) -> list[str]:
    """The runs that `kit train` says are complete."""
    return re.findall(r"^(\S+): \d+ of \d+ folds", printed, flags=re.MULTILINE)


def compared(folder: Path, base: str, name: str, task: str) -> tuple[dict[str, float], dict[str, object]]:
    """The score of `name` on a task, and its comparison with `base`."""
    found = json.loads(kit(folder, f"compare {base} {name} --rule argmax --json").splitlines()[-1])
    (contest,) = (contest for contest in found["comparisons"] if contest["task"] == task)
    return found["entries"][1]["scores"][task], contest


def interval(score: dict[str, float], form: str) -> str:
    return f"{score['value']:{form}} [{score['low']:{form}}, {score['high']:{form}}]"


def table(folder: Path, rows: Sequence[Row], sides: dict[str, str]) -> list[str]:
    lines = ["| tried | command | OOF macro F1 | against its base | odds | verdict |", "|---|---|---|---|---|---|"]
    for row in rows:
        command = "<br>".join(f"`kit {command}`" for command in typed(row, sides))
        if row.base is None:
            score, _ = compared(folder, sides[row.what], sides[row.what], row.task)
            lines.append(f"| **{row.what}** | {command} | {interval(score, '.3f')} | | | |")
            continue
        score, contest = compared(folder, sides[row.base], sides[row.what], row.task)
        against = interval(contest["difference"], "+.3f")  # type: ignore[arg-type]
        verdict = str(contest["verdict"]).replace("no difference that this data can show", "cannot be told")
        lines.append(
            f"| {row.what} | {command} | {interval(score, '.3f')} | {against} | {contest['odds']:.2f} | {verdict} |"
        )
    return lines


def main(folder: Path, page: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    if not (folder / "competition.yaml").exists():
        kit(folder, f"init demo --data data --people {PEOPLE}")
        kit(folder, "fold")
    sides: dict[str, str] = {}
    for row in (*HIDDEN, *(row for rows in SECTIONS.values() for row in rows)):
        runs = [run for command in typed(row, sides) for run in run_ids(kit(folder, command))]
        others = [sides[name] for name in row.joined_with]
        sides[row.what] = ",".join([*others, *runs])
    lines = [
        START,
        "",
        f"{PEOPLE} drawn people of 7 photos each, five folds, seed 0, {os.cpu_count()} CPU cores, {date.today()}.",
    ]
    for title, rows in SECTIONS.items():
        lines += ["", f"### {title}", "", *table(folder, rows, sides)]
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    page.write_text(before + "\n".join([*lines, "", END]) + rest.partition(END)[2], encoding="utf-8")
    print(f"{page} was made anew in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
