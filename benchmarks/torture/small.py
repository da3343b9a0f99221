"""A small competition, and the commands of a season in it, each with the workspace that it starts from."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.torture.forked import Work, copied, play

SPEC = """\
name: small
data: {data}
metric: f1_macro
host: answers
answers: answers.csv
slug: small
recipe: plain
train: {{table: train.csv, images: "photos/{{image}}", group: person}}
test: {{table: test.csv, images: "photos/{{image}}"}}
tasks:
  shape: {{classes: [left, right], column: shape}}
  tone: {{classes: [dark, light], column: tone}}
target: {{shape: 2, tone: 1}}
submission: {{sample: sample.csv, id: image, label: answer}}
"""
PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 4, orientations: 4}\nsize: 16\n"
TINY = "model: test_resnet\npretrained: false\nsize: 32\naugment: []\noptimizer: {lr: 0.01}\nepochs: 2\nbatch_size: 8\n"
FIXES = "image,group,column,value,tier,reason\nphotos/000.png,,tone,light,suggested,seen\n"


@dataclass(frozen=True)
class Scene:
    """A command and the workspace before it. weight: how much of the points it gets, for slow ones less than 1."""

    name: str
    before: Path
    work: Work
    weight: float = 1.0


def draw(data: Path, people: int = 8, test: int = 6) -> None:
    """Two photos of 16 px of each person: shape is the lighter half, tone the light of all."""
    rng, rows = np.random.default_rng(0), []
    (data / "photos").mkdir(parents=True)
    for person in range(people + test):
        for shot in range(2):
            shape, tone, name = person % 2, (person // 2) % 2, f"{person:02d}{shot}.png"
            pixels = rng.integers(0, 60, (16, 16, 3)) + 90 * tone
            pixels[:, 8 * shape : 8 * shape + 8] += 80
            Image.fromarray(pixels.astype(np.uint8)).save(data / "photos" / name)
            rows.append((name, person, ("left", "right")[shape], ("dark", "light")[tone], 2 * shape + tone))
    table = pd.DataFrame(rows, columns=["image", "person", "shape", "tone", "answer"])
    train, held = table[table["person"] < people], table[table["person"] >= people]
    train[["image", "person", "shape", "tone"]].to_csv(data / "train.csv", index=False)
    held[["image"]].to_csv(data / "test.csv", index=False)
    held[["image"]].assign(answer=0).to_csv(data / "sample.csv", index=False)
    part = ["public" if place % 2 else "private" for place in range(len(held))]
    held[["image", "answer"]].assign(part=part).to_csv(data / "answers.csv", index=False)
    boxes = table[["image"]].assign(left=2, top=2, right=14, bottom=14)
    boxes.to_csv(data.parent / "boxes.csv", index=False)
    held[["image"]].assign(answer=1).to_csv(data.parent / "outside.csv", index=False)


def season(base: Path, until: str = "") -> list[Scene]:
    """The scenes of a season, up to one of them, their workspaces made below `base`."""
    data, ws = base / "data", base / "made"
    draw(data)
    for folder in ("runs", "submissions", "recipes"):
        (ws / folder).mkdir(parents=True)
    (ws / "competition.yaml").write_text(SPEC.format(data=data))
    (ws / "fixes.csv").write_text(FIXES)
    (ws / "recipes/plain.yaml").write_text(PLAIN)
    (ws / "recipes/tiny.yaml").write_text(TINY)
    empty = base / "before/empty"
    empty.mkdir(parents=True)
    table = ["init", "table", "--data", str(data), "--label", "shape", "--sample", "sample.csv", "--train", "train.csv"]
    scenes = [
        Scene("init mask", empty, ["init", "mask"]),
        Scene("init table", empty, [*table, "--test", "test.csv"]),
        Scene("init digits", empty, ["init", "digits"], 0.15),
        Scene("init demo", empty, ["init", "demo", "--people", "6", "--size", "16"], 0.3),
        Scene("download", empty, bring),
    ]
    tiny = ["--recipe", "tiny", "--task", "shape"]
    soft = ["--from", "best1", "--set", "policy=soft"]
    hog = ["--task", "shape", "--set", "hog.cell=8"]
    place, photo = base / "ws", str(data / "photos/080.png")
    bundle = str(place / "bundles/first")
    steps: list[tuple[str, Work, float]] = [
        ("fold", ["fold", "--folds", "2"], 1),
        ("crop", ["crop", "--boxes", str(base / "boxes.csv")], 1),
        ("crop again", ["crop", "--margin", "0.1", "--preview", str(place / "sheet.png")], 1),
        ("train", ["train"], 1),
        ("submit", ["submit", "--blend", "best1", "--name", "first"], 1),
        ("log", ["leaderboard", "log", "first", "--public", "0.41"], 1),
        ("train a network", ["train", *tiny], 0.7),
        ("train seeds and crops", ["train", "--task", "tone", "--seeds", "2", "--set", "images=crop"], 1),
        ("ablate", ["ablate", "--vary", "learner.C=0.1,1", *hog], 0.5),
        ("remove a run", remove_run, 1),
        ("pseudo one task", ["pseudo", *soft, "--task", "shape"], 1),
        ("pseudo", ["pseudo", *soft, "--show"], 0.7),
        ("review a label", review_label, 1),
        ("review a fix", review_fix, 1),
        ("pseudo of what was reviewed", ["pseudo", "--reviewed"], 0.7),
        ("train on a round", ["train", "--round", "1", "--task", "shape"], 0.7),
        ("submit another", ["submit", "--blend", "all"], 1),
        ("submit a notebook", ["submit", "--kernel", "--dry-run", str(place / "kernel")], 0.4),
        ("submit a file", ["submit", "--file", str(base / "outside.csv")], 1),
        ("add a run", add_run, 1),
        ("plot", ["leaderboard", "--plot", str(place / "plot.png")], 0.5),
        ("reveal", ["leaderboard", "reveal"], 1),
        ("push", push_first, 1),
        ("sync", sync_all, 1),
        ("doctor", ["doctor", "--git"], 1),
        ("report", ["report"], 0.3),
        ("bundle", ["bundle", "first"], 0.5),
        (
            "predict by a bundle",
            ["predict", photo, "--bundle", bundle, "--draw", str(place / "drawn")],
            0.3,
        ),
        ("export", ["export", "shape-tiny", "--onnx"], 0.2),
        (
            "predict",
            ["predict", photo, "--from", "first", "--draw", str(place / "out")],
            1,
        ),
        ("predict the test set", ["predict", "--from", "first", "--submission", str(place / "again.csv")], 0.2),
        ("fold anew", ["fold", "--folds", "2", "--seed", "1", "--force"], 1),
    ]
    for number, (name, work, weight) in enumerate(steps):
        before = copied(ws, base / f"before/{number:02d}")
        scenes.append(Scene(name, before, work, weight))
        if name == until:
            break
        ended = play(work, copied(before, base / "ws"))
        assert ended.code in (0, 1), f"{name}: {ended.said}"
        copied(base / "ws", ws)
    return scenes


def add_run(root: Path) -> None:
    """Take in a run that was made elsewhere."""
    import kit

    ws = kit.open(root)
    sides = {}
    for side, images in (("oof", ws.train["image"]), ("test", ws.test["image"])):
        shares = np.linspace(0.2, 0.8, len(images))
        sides[side] = pd.DataFrame({"image": images, "shape/left": shares, "shape/right": 1 - shares})
    ws.add_run("stack", oof=sides["oof"], test=sides["test"], trained_per_fold=True)


def remove_run(root: Path) -> None:
    """Remove the run of an ablation on which nothing stands, where it is still there."""
    import kit
    from kit.submissions.remove import remove_runs

    spare = [path.parent.name for path in root.glob("runs/shape-plain-*/config.yaml") if "C: 1.0" in path.read_text()]
    remove_runs(kit.open(root), spare)


def review_label(root: Path) -> None:
    """What a click on the page of `kit watch` writes of a label of a round."""
    image = pd.read_csv(root.parent / "data/test.csv")["image"][0]
    _site(root).decide({"task": "shape", "image": f"photos/{image}", "decision": "relabel", "value": "left"})


def review_fix(root: Path) -> None:
    """What a click writes of a suggested fix, where nobody has decided on it yet."""
    import kit
    from kit.competition.suggested import suggestions

    for one in suggestions(kit.open(root)):
        _site(root).decide({"kind": "fix", "key": one.key, "decision": "reject"})


def _site(root: Path):  # type: ignore[no-untyped-def]
    from kit.report.watch.site import Site
    from kit.reporter import Reporter

    return Site(root, Reporter())


def bring(root: Path) -> None:
    from kit.hosts.download import download

    download(_shelf(root), root / "data")


def push_first(root: Path) -> None:
    import kit
    from kit.hosts.push import push

    push(kit.open(root).submissions_dir, "first", _shelf(root), wait=True, settle=0, poll=0)


def sync_all(root: Path) -> None:
    import kit
    from kit.hosts.sync import sync

    sync(kit.open(root).submissions_dir, _shelf(root), metric="f1_macro", settle=0)


def _shelf(root: Path):  # type: ignore[no-untyped-def]
    """A host whose memory is a folder beside the workspace: it takes and lists submissions, and gives an archive."""
    from kit.hosts.host import ArchiveStream, Host, HostFile, HostSubmission, Limits

    folder = root.parent / f"{root.name}-host"
    folder.mkdir(exist_ok=True)
    files = {
        "train.csv": b"image,label\n" * 50,
        "photos/a.png": b"a" * 300,
        "photos/b.png": b"b" * 300,
        "more.zip": _packed({"more/c.png": b"c" * 300, "more/d.png": b"d" * 300}),
    }

    class Shelf(Host):
        name, slug, instead = "shelf", "small", ""

        def _rows(self) -> list[dict[str, str]]:
            return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]

        def submissions(self) -> list[HostSubmission]:
            when = datetime(2026, 1, 1, tzinfo=UTC)
            return [
                HostSubmission(str(n), row["description"], when, "complete", 0.5, None, None, "me")
                for n, row in reversed(list(enumerate(self._rows())))
            ]

        def limits(self) -> Limits:
            return Limits(left=5, total=len(self._rows()))

        def send(self, csv: Path, description: str) -> str:
            number = len(self._rows())
            content = json.dumps({"description": description, "csv": csv.read_text()})
            os.rename(_written(folder / "new", content), folder / f"{number:03d}.json")
            return str(number)

        def files(self) -> list[HostFile]:
            return [HostFile(name, len(data)) for name, data in files.items()]

        @contextmanager
        def archive(self, start: int = 0, identity: str | None = None) -> Iterator[ArchiveStream]:
            packed = _packed(files)
            pieces = (packed[place : place + 200] for place in range(start, len(packed), 200))
            yield ArchiveStream(start, len(packed), "v1", pieces)

    return Shelf()


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as content:
        for name, data in files.items():
            content.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
