"""`make recipes`: every shipped recipe, for a few steps on a small drawn competition.

Usage: python -m benchmarks.recipes FOLDER

Networks start from scratch, as no network is asked for weights, unless an installed package brings them; one fold is
trained for one epoch. That says what a recipe weighs and that it runs, not what it is worth.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from kit.competition.workspace import Workspace
from kit.recipes.load import SHIPPED, recipe_names
from kit.runs.store import Run, all_runs

PEOPLE = "12"
TASK = {"report-mask": "mask", "report-gender": "gender"}
"""The task that a recipe is for, where it is not age."""


def kit(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "kit", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def train(workspace: Workspace, name: str) -> tuple[Run, str]:
    """Train a fold of a recipe for one epoch; returns the run, and what its weights were at the start."""
    content = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text())
    overrides = [] if "learner" in content else ["--set", "epochs=1"]
    start = content.get("weights") or "none needed"
    if "weights" not in content and "model" in content:
        overrides += ["--set", "pretrained=false"]
        start = "scratch"
    kit(workspace.root, "train", "--task", TASK.get(name, "age"), "--recipe", name, "--folds", "0", *overrides)
    (run,) = (run for run in all_runs(workspace) if run.record.recipe == name)
    return run, start


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(folder)
    if not (folder / "competition.yaml").exists():
        kit(folder, "init", "demo", "--data", "data", "--people", PEOPLE)
        kit(folder, "fold", "--folds", "2")
    table = Table(title=f"shipped recipes, one fold and one epoch on {PEOPLE} drawn people", title_justify="left")
    for column in (
        "recipe",
        "task",
        "model",
        "pixels",
        "weights at the start",
        "parameters",
        "seconds",
        "OOF macro F1",
    ):
        right = column in ("parameters", "seconds", "OOF macro F1")
        table.add_column(column, justify="right" if right else "left", no_wrap=column == "recipe")
    started = time.monotonic()
    for name in recipe_names(folder / "no recipes of its own"):
        print(f"{name} ...", file=sys.stderr, flush=True)
        run, start = train(workspace, name)
        record, config = run.fold_record(0), yaml.safe_load((run.path / "config.yaml").read_text())
        learner = config.get("learner", {}).get("name")
        model = " + ".join(filter(None, [config.get("model") or config.get("features"), learner]))
        table.add_row(
            name,
            "+".join(run.record.tasks),
            model,
            " x ".join(map(str, config["size"])),
            start,
            f"{record.parameters:,}",
            f"{record.seconds:.1f}",
            f"{record.score:.3f}",
        )
    Console(width=160).print(table)
    print(f"{time.monotonic() - started:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
