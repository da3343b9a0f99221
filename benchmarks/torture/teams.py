"""A team: two clones of a workspace, an action in each, merged with git. Every pair of actions.

What git merges must be there whole; what it cannot merge must be named by kit with the line that ends it, must stop
nothing that does not need it, and must be gone after that line, whichever side it takes.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.torture import Row, told
from benchmarks.torture.command import import_all
from kit.cli.main import main as kit_main
from kit.door import open_workspace
from kit.files import file_sha256
from kit.hosts.host import Host, HostSubmission
from kit.hosts.sync import sync, tag
from kit.pseudo.reviewed import decide
from kit.runs.predictions import Predictions, read_predictions, write_predictions
from kit.runs.store import Run
from kit.submissions.record import find_submission

RECIPE = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: %d, orientations: 4}\nsize: 16\n"
INIT = "init table --train train.csv --image image --group person --test test.csv --sample sample.csv"
FIXED = ("001.png", "011.png", "021.png")
MARKED = re.compile(r"keep yours with `(.*?)`, or the other with `(.*?)`")


@dataclass(frozen=True)
class Action:
    """What a member of the team does. `who` is 0 or 1."""

    do: Callable[[Path, int], None]
    kept: Callable[[Path, int], bool] = lambda root, who: True
    """Whether the workspace has what came of it."""


def kit(root: Path, *words: str) -> tuple[int, str]:
    """A command in this process: its exit code, and all that it said. A traceback is the caller's."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            kit_main(["-C", str(root), *words])
        except SystemExit as stop:
            return int(stop.code or 0), said.getvalue()
    raise AssertionError("the command line did not exit")


def done(root: Path, line: str) -> None:
    code, said = kit(root, *line.split())
    assert code == 0, f"kit {line}: {said}"


def git(root: Path, *words: str, check: bool = True) -> str:
    ended = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True)
    assert not check or ended.returncode == 0, f"git {' '.join(words)}: {ended.stdout}{ended.stderr}"
    return ended.stdout


def commit(root: Path, text: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", text)


def draw(data: Path, people: int = 8, test: int = 8) -> None:
    """Three noisy photos of 16 px of each person: `shape` is the lighter half, `tone` the light of all."""
    rng, rows = np.random.default_rng(0), []
    data.mkdir(parents=True)
    for person in range(people + test):
        for shot in range(3):
            shape, tone, name = person % 2, (person // 2) % 2, f"{person:02d}{shot}.png"
            pixels = rng.integers(0, 160, (16, 16, 3)) + 30 * tone
            pixels[:, 8 * shape : 8 * shape + 8] += 40
            Image.fromarray(pixels.astype(np.uint8)).save(data / name)
            rows.append((name, f"p{person}", ("left", "right")[shape], ("dark", "light")[tone]))
    photos = pd.DataFrame(rows, columns=["image", "person", "shape", "tone"])
    train, held = photos[: 3 * people], photos[3 * people :]
    train.to_csv(data / "train.csv", index=False)
    held[["image"]].to_csv(data / "test.csv", index=False)
    held[["image"]].assign(label=0).to_csv(data / "sample.csv", index=False)


def founded(root: Path) -> Path:
    """A workspace with folds, two runs of each task and a submission, in git as kit says what goes in."""
    draw(root / "data")
    done(root, f"{INIT} --label shape --label tone")
    spec = (root / "competition.yaml").read_text()
    (root / "competition.yaml").write_text(f"{spec}\nfixes: {{}}\n")
    lines = ["image,group,column,value,tier,reason", f"{FIXED[0]},,tone,dark,core,seen"]
    (root / "fixes.csv").write_text("\n".join([*lines, ""]))
    for name, cell in (("plain", 4), ("weak", 8)):
        (root / f"recipes/{name}.yaml").write_text(RECIPE % cell)
    done(root, "fold --folds 2")
    for recipe in ("plain", "weak"):
        for task in ("shape", "tone"):
            done(root, f"train --task {task} --recipe {recipe}")
    done(root, "train --task tone --recipe plain --set learner.C=0.5")
    done(root, "submit --blend best1 --name first")
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.email", "team@example.org")
    git(root, "config", "user.name", "team")
    commit(root, "founded")
    return root


def run_id(root: Path, start: str) -> str:
    """The run that a recipe made of a task; of several the first."""
    return sorted(path.parent.name for path in root.glob(f"runs/{start}-*/run.json"))[0]


def trains(folds: Callable[[int], int]) -> Action:
    def do(root: Path, who: int) -> None:
        done(root, f"train --task shape --recipe plain --set learner.C=0.3 --folds {folds(who)}")

    def kept(root: Path, who: int) -> bool:
        new = set(root.glob(f"runs/shape-plain-*/fold{folds(who)}/fold.json"))
        return len(new) == 2

    return Action(do, kept)


def train_elsewhere(root: Path, who: int) -> None:
    """Train a fold; on the second machine another device rounds its probabilities otherwise."""
    done(root, "train --task tone --recipe plain --set learner.C=0.2 --folds 0")
    if who == 0:
        return
    new = [run for run in map(Run, sorted(root.glob("runs/tone-plain-*"))) if run.missing_folds]
    run, path = new[0], new[0].fold_dir(0)
    record, hashes = run.fold_record(0), {}
    for name in ("oof", "test"):
        told = read_predictions(path / f"{name}.parquet", run.record.classes)
        probs = {task: np.abs(part + np.array([1e-6, -1e-6], dtype=np.float32)) for task, part in told.probs.items()}
        write_predictions(path / f"{name}.parquet", Predictions(told.images, probs), run.record.classes)
        hashes[name] = file_sha256(path / f"{name}.parquet")
    run.write_fold(path, record.model_copy(update={"device": "another", **hashes}))


def whole_after_halves(root: Path) -> bool:
    """Whether both halves of the run are laid together."""
    runs = {path.parent for path in root.glob("runs/shape-plain-*/run.json")}
    return all((run / name).exists() for run in runs for name in ("oof.parquet", "test.parquet"))


def logs(score: Callable[[int], str]) -> Action:
    def kept(root: Path, who: int) -> bool:
        scores = find_submission(root / "submissions", "first").scores
        return score(who) in {one.public_text for one in scores}

    return Action(lambda root, who: done(root, f"leaderboard log first --public {score(who)}"), kept)


def syncs(root: Path, who: int) -> None:
    """Bring what the host shows: to the first it shows the submission before it has scored it, to the second after."""

    class Board(Host):
        name, slug, instead = "board", "small", ""

        def submissions(self) -> list[HostSubmission]:
            csv = find_submission(root / "submissions", "first").csv
            assert csv is not None
            status, public = (("pending", None), ("complete", 0.5))[who]
            return [HostSubmission("7", tag(csv), datetime(2026, 1, 1, tzinfo=UTC), status, public, None, None, "me")]  # type: ignore[arg-type]

    sync(root / "submissions", Board())


def synced(root: Path, who: int) -> bool:
    record = find_submission(root / "submissions", "first")
    return record.sent is not None and record.sent.ref == "7" and (who == 0 or 0.5 in {s.public for s in record.scores})


def fixes(line: Callable[[int], str]) -> Action:
    def do(root: Path, who: int) -> None:
        with open(root / "fixes.csv", "a") as handle:
            handle.write(f"{line(who)},core,seen by {who}\n")

    return Action(do, lambda root, who: line(who) in (root / "fixes.csv").read_text())


def reviews(image: Callable[[int], str], value: Callable[[int], str]) -> Action:
    """What a click on the page of `kit watch` writes."""

    def do(root: Path, who: int) -> None:
        decide(open_workspace(root), "shape", image(who), "relabel", value(who))

    def kept(root: Path, who: int) -> bool:
        lines = (root / "reviewed.csv").read_text().splitlines()
        return (
            lines.count("image,task,decision,value,reason") == 1
            and f"{image(who)},shape,relabel,{value(who)}," in lines
        )

    return Action(do, kept)


def labels(task: Callable[[int], str], policy: Callable[[int], str]) -> Action:
    def do(root: Path, who: int) -> None:
        teacher = run_id(root, f"{task(who)}-plain")
        done(root, f"pseudo --task {task(who)} --recipe plain --from {teacher} --set policy={policy(who)}")

    def kept(root: Path, who: int) -> bool:
        record = json.loads((root / "runs/pseudo/round1/round.json").read_text())
        return task(who) in record["tasks"]

    return Action(do, kept)


def submits(shape: Callable[[int], str], name: Callable[[int], str]) -> Action:
    def do(root: Path, who: int) -> None:
        blend = f"{run_id(root, f'shape-{shape(who)}')},{run_id(root, 'tone-weak')}"
        done(root, f"submit --blend {blend} --name {name(who)}")

    return Action(do, lambda root, who: (root / f"submissions/{name(who)}.json").exists())


def inits(label: Callable[[int], str]) -> Action:
    return Action(lambda root, who: done(root, f"{INIT} {label(who)} --force"))


def removes(root: Path, who: int) -> None:
    done(root, f"runs rm {spare(root)}")


def spare(root: Path) -> str:
    """The run of `tone` that nothing stands on."""
    used = json.dumps([json.loads(path.read_text()) for path in sorted(root.glob("submissions/*.json"))])
    return next(
        path.parent.name for path in sorted(root.glob("runs/tone-plain-*/run.json")) if path.parent.name not in used
    )


ACTIONS = {
    "log the same score": logs(lambda who: "0.50"),
    "log another score": logs(lambda who: ("0.51", "0.52")[who]),
    "sync at another time": Action(syncs, synced),
    "train the same fold": trains(lambda who: 0),
    "train half a run": trains(lambda who: who),
    "train on another device": Action(train_elsewhere),
    "deal the same folds": Action(lambda root, who: done(root, "fold --folds 2 --seed 1 --force")),
    "deal other folds": Action(lambda root, who: done(root, f"fold --folds 2 --seed {(2, 4)[who]} --force")),
    "fix a photo alike": fixes(lambda who: f"{FIXED[1]},,tone,light"),
    "fix other photos": fixes(lambda who: f"{FIXED[1 + who]},,shape,left"),
    "fix a photo otherwise": fixes(lambda who: f"{FIXED[2]},,tone,{('dark', 'light')[who]}"),
    "review another label": reviews(lambda who: ("080.png", "081.png")[who], lambda who: "left"),
    "review a label otherwise": reviews(lambda who: "090.png", lambda who: ("left", "right")[who]),
    "label another task": labels(lambda who: ("shape", "tone")[who], lambda who: "soft"),
    "label the same task": labels(lambda who: "shape", lambda who: "soft"),
    "label a task otherwise": labels(lambda who: "shape", lambda who: ("balanced", "soft")[who]),
    "submit the same": submits(lambda who: "weak", lambda who: "second"),
    "submit another": submits(lambda who: ("weak", "plain")[who], lambda who: f"of{who}"),
    "submit another of one name": submits(lambda who: ("weak", "plain")[who], lambda who: "mine"),
    "init the same": inits(lambda who: "--label shape --label tone"),
    "init otherwise": inits(lambda who: ("--label shape", "--label tone")[who]),
    "remove a run": Action(removes),
}
SHORT = (
    ("log another score", "log another score"),
    ("sync at another time", "sync at another time"),
    ("train half a run", "train half a run"),
    ("train on another device", "train on another device"),
    ("deal other folds", "deal other folds"),
    ("fix other photos", "fix other photos"),
    ("review another label", "review another label"),
    ("label another task", "label another task"),
    ("label a task otherwise", "label a task otherwise"),
    ("submit another of one name", "submit another of one name"),
    ("init otherwise", "init otherwise"),
)
"""Each kind of what git merges and of what it cannot."""


def played(base: Path, clones: tuple[Path, Path], names: Iterable[str]) -> None:
    """Each member does every action on a branch of its own, in a clone with the data that is not in git."""
    for who, clone in enumerate(clones):
        cloned(base, clone)
        for name in names:
            git(clone, "checkout", "-q", "-b", name.replace(" ", "-"), "main")
            ACTIONS[name].do(clone, who)
            commit(clone, name)
            git(clone, "checkout", "-q", "main")
            for left in git(clone, "clean", "-ndX", "runs").splitlines():  # what a machine keeps to itself
                shutil.rmtree(clone / left.removeprefix("Would remove "), ignore_errors=True)


def cloned(base: Path, clone: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(base), str(clone)], check=True)
    git(clone, "config", "user.email", f"{clone.name}@example.org")
    git(clone, "config", "user.name", clone.name)
    git(clone, "checkout", "-q", "-B", "main")
    shutil.copytree(base / "data", clone / "data", dirs_exist_ok=True)


def faults_of(merged: Path, pair: tuple[str, str]) -> list[str]:
    """What is wrong with the merge of a pair, in sentences."""
    names = [name.replace(" ", "-") for name in pair]
    found: list[str] = []
    git(merged, "checkout", "-q", "-f", "-B", "work", f"first/{names[0]}")
    git(merged, "merge", "-q", "--no-edit", f"second/{names[1]}", check=False)
    stuck = git(merged, "diff", "--name-only", "--diff-filter=U").splitlines()
    known = _looked_at(merged, found, stuck)
    if not known:
        found += [f"git cannot merge {file}, and kit does not name it" for file in _text(merged, stuck)]
        found += [f"what {who} did is gone" for who in (0, 1) if not ACTIONS[pair[who]].kept(merged, who)]
        if pair == ("train half a run",) * 2 and not whole_after_halves(merged):
            found.append("the run that both halves complete is not laid together")
        git(merged, "merge", "--abort", check=False)
        return found
    for file in _text(merged, stuck):
        if not any(file in line or _folder(file) in line for lines in known for line in lines):
            found.append(f"no line ends the conflict of {file}")
    for side in (0, 1):
        git(merged, "checkout", "-q", "-f", "-B", "work", f"first/{names[0]}")
        git(merged, "merge", "-q", "--no-edit", f"second/{names[1]}", check=False)
        for lines in known:
            ended = subprocess.run(lines[side], shell=True, cwd=merged, capture_output=True, text=True)
            if ended.returncode:
                found.append(f"`{lines[side]}` failed: {ended.stderr.strip()}")
        if left := _looked_at(merged, found, stuck, resolved=True):
            found.append(f"after its line a conflict is still there: {left}")
        if not ACTIONS[pair[side]].kept(merged, side):
            found.append(f"what {side} did is gone after taking its side")
    git(merged, "merge", "--abort", check=False)
    return found


def _text(root: Path, stuck: Iterable[str]) -> list[str]:
    return [
        file for file in stuck if (root / file).exists() and "<<<<<<< " in (root / file).read_text(errors="replace")
    ]


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _looked_at(root: Path, found: list[str], stuck: list[str], resolved: bool = False) -> list[tuple[str, str]]:
    """The lines by which kit says that conflicts end, ours and theirs, and what its commands do wrong meanwhile."""
    with contextlib.chdir(root):
        spec = "competition.yaml" in stuck and not resolved
        for words in ("runs", "leaderboard", "score", "doctor --fast"):
            try:
                code, said = kit(root, *words.split())
            except Exception as error:
                found.append(f"kit {words} ends in {type(error).__name__}: {error}")
                continue
            needs = words == "score" or spec
            if code not in ((0, 1) if words.startswith("doctor") else (0, 2) if needs else (0,)):
                found.append(f"kit {words} ends with {code}: {said.strip()[-300:]}")
    lines = dict.fromkeys(MARKED.findall(" ".join(said.split())))
    if resolved and "was changed or damaged" in said:
        found.append(f"files of two sides lie together: {said.strip()[-300:]}")
    return list(lines)


def play(base: Path, pairs: Iterable[tuple[str, str]]) -> list[Row]:
    """Merge the pairs in clones below `base`; a row for what git merges whole, and one for what it leaves to people."""
    pairs = list(pairs)
    home = founded(base / "home")
    clones = (base / "first", base / "second")
    played(home, clones, list(dict.fromkeys(name for pair in pairs for name in pair)))
    merged = base / "merged"
    cloned(home, merged)
    for clone in clones:
        git(merged, "remote", "add", clone.name, str(clone))
        git(merged, "fetch", "-q", clone.name)
    row = Row("pairs of a team's actions, merged with git")
    for pair in pairs:
        row.tried += 1
        if found := faults_of(merged, pair):
            row.faults.append(f"{pair[0]} / {pair[1]}: {'; '.join(found)}")
    return [row]


def run(share: int = 1) -> list[Row]:
    """Play every pair of actions, or every `share`-th."""
    pairs = list(combinations_with_replacement(ACTIONS, 2))
    return _played(pairs[::share], len(pairs))


def short() -> list[Row]:
    """Pairs of each kind, for the suite."""
    return _played(SHORT, 0)


def _played(pairs: Iterable[tuple[str, str]], of: int) -> list[Row]:
    import_all()
    with tempfile.TemporaryDirectory() as folder:
        (row,) = play(Path(folder).resolve(), pairs)
    row.of = of
    return [told(row)]


if __name__ == "__main__":
    rows = run(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    sys.exit(any(row.faults for row in rows))
