"""`make bench-audit`: how many flipped labels are found in the first rows, by kit audit and by OOF loss alone.

Labels are flipped by lines of fixes.csv, so that folds, training, lineage and the audit are the product's own.

python -m benchmarks.audit FOLDER --worlds 3 --play digits/digit/hog-svm --play demo/mask/demo
"""

from __future__ import annotations

import argparse
import glob
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.workspace import SPEC_NAME, Workspace
from kit.door import OpenWorkspace, open_workspace
from kit.files import write_text
from kit.presets.start import start_workspace
from kit.report.audit import Doubt, audit_labels
from kit.reporter import Reporter
from kit.seed import derive_seed

SHARES = (0.01, 0.02, 0.05)
"""Of the labels that somebody looks through."""
RATES = (0.011, 0.05, 0.1)
PEOPLE = 200
PLAYS = ("digits/digit/hog-svm", "demo/mask/hog-svm", "demo/gender/hog-svm", "demo/mask/demo")
"""Competition, task and recipe."""
ALL = 10**9


def main() -> None:
    """Print the table as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worlds", type=int, default=3)
    parser.add_argument("--play", action="append", help=f"of {', '.join(PLAYS)}; all without it")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES)
    options = parser.parse_args()
    looked = ", ".join(f"{share:.0%}" for share in SHARES)
    print(f"| labels | flipped | to | recall at {looked}: audit | OOF loss | precision: audit | OOF loss | suspected |")
    print("|---|---|---|---|---|---|---|---|")
    for play in options.play or PLAYS:
        preset, task, recipe = play.split("/")
        workspace = _clean(options.folder / preset, preset, task, recipe)
        for rate in options.rates:
            kinds = ("random", "confusable") if len(workspace.competition.tasks[task].outputs) > 2 else ("the other",)
            for kind in kinds:
                found = [_found(workspace, task, recipe, rate, kind, seed) for seed in range(options.worlds)]
                mean = np.mean(found, axis=0)
                cells = [f"{play}, {int(mean[-1, 1]):,}", f"{rate:.1%}", kind]
                cells += [", ".join(f"{one:.2f}" for one in row) for row in mean[:4]]
                print(f"| {' | '.join(cells)} | {mean[4, 0]:.1%} |", flush=True)


def _clean(root: Path, preset: str, task: str, recipe: str) -> OpenWorkspace:
    """The competition with its folds, and a run on its own labels: it says which classes are confused."""
    if not (root / SPEC_NAME).exists():
        start_workspace(root, preset, root / "data", demo={"people": PEOPLE} if preset == "demo" else None)
        text = (root / SPEC_NAME).read_text()
        write_text(root / SPEC_NAME, f"{text}\nfixes: {{}}\n")
    _write(root, [])
    workspace = open_workspace(root)
    workspace.fold()
    workspace.train_run(task, recipe)
    return workspace


def _found(
    workspace: OpenWorkspace, task: str, recipe: str, rate: float, kind: str, seed: int
) -> list[tuple[float, ...]]:
    """Recall of audit and loss, precision of audit and loss at SHARES; then the share suspected and the labels."""
    clean = workspace.train_run(task, recipe)
    units = _doubts(workspace, task, clean.id)
    rng = np.random.default_rng(derive_seed("flips", task, str(rate), kind, seed))
    n_flips = round(rate * len(units))
    chosen = [units[place] for place in sorted(rng.permutation(len(units))[:n_flips])]
    near = _nearest(workspace, task, clean.oof().probs[task])
    names = workspace.competition.tasks[task].outputs
    lines = []
    for one in chosen:
        others = [name for name in names if name != one.label]
        lines += _flip(workspace, task, one, near[one.label] if kind == "confusable" else str(rng.choice(others)))
    _write(workspace.root, lines)
    flipped = open_workspace(workspace.root)
    doubts = _doubts(flipped, task, flipped.train_run(task, recipe).id)
    _write(workspace.root, [])
    images = {image for one in chosen for image in one.images}
    wrong = np.array([one.images[0] in images for one in doubts])
    by_loss = np.argsort(np.array([one.label_share for one in doubts], dtype=float), kind="stable")
    found = []
    for order in (wrong, wrong[by_loss]):
        hits = [order[: round(share * len(order))].sum() for share in SHARES]
        found.append((hits, [round(share * len(order)) for share in SHARES]))
    recall = [tuple(hit / n_flips for hit in hits) for hits, _ in found]
    precision = [tuple(hit / max(1, n) for hit, n in zip(hits, rows, strict=True)) for hits, rows in found]
    suspected = float(np.mean([one.suspect for one in doubts]))
    return [*recall, *precision, (suspected, len(doubts), n_flips)]


def _doubts(workspace: Workspace, task: str, run: str) -> Sequence[Doubt]:
    return audit_labels(workspace, run, [task], ALL, Reporter())[0].doubts


def _nearest(workspace: Workspace, task: str, probs: np.ndarray) -> dict[str, str]:
    """The class that photos of a class are most often taken for."""
    truth, names = workspace.truth(task), workspace.competition.tasks[task].outputs
    mean = np.stack([probs[truth == place].mean(axis=0) for place in range(len(names))])
    np.fill_diagonal(mean, -1)
    return {name: names[int(mean[place].argmax())] for place, name in enumerate(names)}


def _flip(workspace: Workspace, task: str, one: Doubt, name: str) -> list[dict[str, str]]:
    """Lines that give all photos of a label another class."""
    asked = workspace.competition.tasks[task]
    raw = workspace.tables.raw.loc[(workspace.truth(task) == asked.outputs.index(name)), asked.columns_read[0]]
    rest = {"column": asked.columns_read[0], "value": str(raw.iloc[0]), "tier": "core", "reason": "flipped"}
    return [{"image": glob.escape(image), "group": "", **rest} for image in one.images]


def _write(root: Path, lines: Sequence[dict[str, str]]) -> None:
    nothing = {"image": "-", "group": "", "column": "", "value": "drop", "tier": "core", "reason": "no photo"}
    table = pd.DataFrame([nothing, *lines])
    write_text(root / "fixes.csv", table.to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    main()
