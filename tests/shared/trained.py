"""A mini workspace with runs that were really trained: once per session, copied by every test that uses it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from kit.cli.main import main
from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from shared.mini import SPEC, mini_workspace
from shared.once import made_once

POOR = ["optimizer.lr=0.001", "epochs=2"]


def reopened(workspace: Workspace) -> Workspace:
    """The same workspace, with nothing remembered of its files."""
    return Workspace(workspace.root)


def _made(root: Path) -> dict[str, str]:
    workspace = mini_workspace(root)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    ids = {}

    def train(name: str, task: str, overrides: list[str], all_data: bool = False) -> None:
        recipe = load_recipe("tiny", workspace.recipes_dir, overrides)
        record = plan_run(workspace, [task], "tiny", recipe, all_data=all_data)
        ids[name] = train_run(workspace, record, None, Reporter()).id

    for task in ("mask", "gender", "age"):
        train(f"good {task}", task, [])
        train(f"poor {task}", task, POOR)
    train("all-data mask", "mask", POOR, all_data=True)
    return ids


@cache
def _template() -> tuple[Path, dict[str, str]]:
    return made_once("trained", _made)


def trained(root: Path) -> tuple[Workspace, dict[str, str]]:
    """A copy of the trained workspace under root, and its run ids: good, poor (3 tasks each) and all-data mask."""
    template, ids = _template()
    shutil.copytree(template, root, dirs_exist_ok=True)
    return Workspace(root), dict(ids)


def make_probability_competition(workspace: Workspace, metric: str) -> Workspace:
    """The same competition, but the host wants a probability for each of the 18 classes."""
    text = SPEC.replace("f1_macro", metric).replace("host: answers\nanswers: answers.csv\n", "host: manual\n")
    text = text.replace("eval/info.csv, id: ImageID, label: ans", "sample.csv, id: ImageID")
    (workspace.root / "competition.yaml").write_text(text)
    lines = (workspace.data_dir / "eval/info.csv").read_text().splitlines()[1:]
    rows = [line.split(",")[0] + ",0" * 18 for line in reversed(lines)]
    head = "ImageID," + ",".join(map(str, range(18)))
    (workspace.data_dir / "sample.csv").write_text("\n".join([head, *rows]) + "\n")
    return Workspace(workspace.root)


def kit(workspace: Workspace, *arguments: str) -> int:
    """Run the command line in a workspace; returns the exit code."""
    with pytest.raises(SystemExit) as stopped:
        main(["-C", str(workspace.root), *arguments])
    return int(stopped.value.code or 0)


def poor(ids: dict[str, str]) -> str:
    return ",".join(ids[f"poor {task}"] for task in ("mask", "gender", "age"))
