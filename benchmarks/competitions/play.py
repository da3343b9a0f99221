"""A competition from its files to the submission: inference, doctor, folds, training, score, file, and its host."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.competitions.graders import rows_of
from benchmarks.competitions.judge import faults, truth_of, truth_of_train, written_rows
from benchmarks.competitions.layout import Drawn, Layout
from benchmarks.competitions.run import run_kit, run_python
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.door import OpenWorkspace, open_workspace
from kit.errors import KitError
from kit.evidence.metrics import has_metric
from kit.presets import FOLDERS
from kit.submissions.form import read_layout

RECIPE = {
    "model": "test_resnet",
    "pretrained": False,
    "size": 24,
    "augment": [],
    "optimizer": {"lr": 0.01},
    "epochs": 2,
    "batch_size": 8,
    "tta": "none",
}
CLOSE = 1e-9
"""How far kit's score and the host's of the same predictions may be apart."""


class Stuck(Exception):
    """A step that did not go on, with its sentence."""


@dataclass
class Played:
    """How far a competition was played, and what was found."""

    layout: Layout
    found: str = "by hand"
    """By what competition.yaml was made: alone (kit init table and nothing else), its options, or by hand."""
    said: str = ""
    """The sentence by which kit init table alone ended."""
    wrong: list[str] = field(default_factory=list)
    """What is not so of what kit init table wrote without being asked; empty where it was right, or wrote nothing."""
    oof: float | None = None
    """kit's score of the out-of-fold predictions, and `graded` the host's of the same."""
    graded: float | None = None
    test: float | None = None
    """The host's score of the file that was sent, by what it holds back."""
    stuck: str = ""
    """The sentence at which it did not go on."""

    @property
    def state(self) -> str:
        return self.stuck or "played"

    @property
    def alone(self) -> bool:
        """Whether kit init table was right without a question, the metric apart, which no file tells."""
        return self.found in ("alone", f"--metric {self.layout.metric}")


def play(layout: Layout, root: Path, *, train: bool) -> Played:
    """Draw a competition into a new folder and play it; train: a tiny network, otherwise predictions are drawn."""
    return _on(layout, root, lambda played, drawn: _play(played, drawn, root, train))


def infer(layout: Layout, root: Path) -> Played:
    """Draw a competition into a new folder and make its competition.yaml, by kit init table and by hand."""
    return _on(layout, root, lambda played, drawn: None)


def _on(layout: Layout, root: Path, further: Callable[[Played, Drawn], None]) -> Played:
    played, drawn = Played(layout), layout.drawn(root / "data")
    try:
        _infer(played, drawn, root)
        further(played, drawn)
    except Stuck as stuck:
        played.stuck = str(stuck)
    return played


def _infer(played: Played, drawn: Drawn, root: Path) -> None:
    """Make competition.yaml by kit init table: alone, with the metric, with the layout's options; else by hand.

    The one that was written by hand is tried in any case.
    """
    layout, spec = played.layout, root / SPEC_NAME
    metric = ["--metric", layout.metric] if has_metric(layout.metric) else []
    made: str | None = None
    for options in dict.fromkeys([(), tuple(metric), (*metric, *layout.options)]):
        said = run_kit(root, ["init", "table", "--data", "data", "--force", *options])
        if not options:
            _write_beside(layout, root)
        if said.code != 0:
            played.said = played.said or said.sentence
            continue
        text = _with_metric(spec.read_text(), layout.metric)
        spec.write_text(text)
        if (refused := _refused(root)) is not None:
            played.said = played.said or refused
            continue
        found = _faults(layout, drawn, root, text)
        if not found:
            played.found, made = " ".join(options) or "alone", text
            break
        played.wrong = played.wrong or found
    if made is not None and played.alone:
        played.wrong = []
    found = _faults(layout, drawn, root, layout.spec)
    if found:
        raise Stuck(found[0])
    spec.write_text(made or layout.spec)


def _with_metric(text: str, metric: str) -> str:
    """competition.yaml with another metric: which the host has, no file tells."""
    lines = text.splitlines()
    return "".join(f"metric: {metric}\n" if line.startswith("metric:") else f"{line}\n" for line in lines)


def _refused(root: Path) -> str | None:
    """What kit says of a competition.yaml that it does not take, as with another metric than it was made for."""
    try:
        read_layout(Workspace(root))
    except KitError as error:
        return "; ".join(filter(None, (f"{SPEC_NAME}: {error.what}", error.todo)))
    return None


def _write_beside(layout: Layout, root: Path) -> None:
    """What a person writes in the workspace, but for competition.yaml."""
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    for name, content in layout.files.items():
        if name != SPEC_NAME:
            (root / name).write_text(content)
    (root / "recipes/tiny.yaml").write_text(yaml.safe_dump(RECIPE))
    for script in layout.before:
        run_python(root, script)


def _faults(layout: Layout, drawn: Drawn, root: Path, text: str) -> list[str]:
    """What is not so of a competition.yaml with this text."""
    (root / SPEC_NAME).write_text(text)
    try:
        return faults(Workspace(root), layout, drawn, root / "aside.csv")
    except KitError as error:
        return [str(error)]


def _play(played: Played, drawn: Drawn, root: Path, train: bool) -> None:
    layout, data = played.layout, root / "data"
    _do(root, ["doctor"])
    _do(root, ["fold", "--folds", "2"])
    if train:
        _do(root, ["train", "--recipe", "tiny"])
    else:
        _add_drawn(open_workspace(root))
    _do(root, ["score"])
    answer = _do(root, ["submit", "--name", "sent"])
    sent, played.oof = root / "submissions/sent.csv", float(answer["oof"]["value"])
    workspace = open_workspace(root)
    refused = layout.host.takes(sent, data / str(workspace.competition.submission.sample))
    if refused is not None:
        raise Stuck(f"the host refuses {refused}")
    blend = workspace.blend("best1")
    assert blend.oof is not None
    said = written_rows(workspace, blend.oof, root / "aside.csv")
    graded = layout.host.score(said, truth_of_train(workspace, drawn))
    played.graded = graded
    if not abs(graded - played.oof) <= CLOSE:
        raise Stuck(f"the host scores {graded!r} what kit scores {played.oof!r}")
    by_photo = written_rows(workspace, blend.test(), root / "aside.csv")
    played.test = layout.host.score(rows_of(sent), truth_of(drawn.test, "id"))
    same = layout.host.score(by_photo, truth_of(drawn.test, "photo" if workspace.answers is None else "id"))
    if not abs(same - played.test) <= CLOSE:
        raise Stuck(f"the rows of the file are not those of the photos: {played.test!r} and {same!r}")


def _do(root: Path, command: Sequence[str]) -> dict[str, Any]:
    """Run a command that has to end well; what it answers."""
    said = run_kit(root, command)
    if said.code != 0:
        raise Stuck(f"kit {command[0]}: {said.sentence}")
    return said.answer


def _add_drawn(workspace: OpenWorkspace) -> None:
    """A run whose predictions are drawn: better than chance of the train photos, any of the test photos."""
    rng, columns = np.random.default_rng(0), {"oof": workspace.train["image"], "test": workspace.test["image"]}
    tables = {side: {"image": images.to_numpy(dtype=object)} for side, images in columns.items()}
    tasks = list(workspace.competition.sent)
    for name in tasks:
        task = workspace.competition.task(name)
        known = task.taught(workspace.truth(name)).astype(float)
        for side, images in columns.items():
            some = np.arange(len(images)) if side == "oof" else rng.integers(0, len(known), len(images))
            values = _noisy(rng, known[some], task.activation)
            for place, output in enumerate(task.outputs):
                tables[side][f"{name}/{output}"] = values[:, place]
    sides = {side: pd.DataFrame(table) for side, table in tables.items()}
    workspace.add_run("drawn", oof=sides["oof"], test=sides["test"], trained_per_fold=True)


def _noisy(rng: np.random.Generator, known: np.ndarray, activation: str) -> np.ndarray:
    noise = rng.normal(0, 1, known.shape)
    if activation == "identity":
        return known + noise * known.std()
    logits = 1.5 * known + noise
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-logits))
    shares = np.exp(logits)
    return shares / shares.sum(axis=1, keepdims=True)
