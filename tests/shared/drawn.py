"""A mini competition that was played with drawn runs: two of each task, a round, its student, three submissions."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from benchmarks.drawn import draw_run
from benchmarks.toy import blind
from kit.competition.workspace import Workspace
from kit.door import open_workspace
from kit.folds.frozen import freeze_folds
from kit.pseudo.make import make_round
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run
from shared.mini import SPEC, mini_workspace
from shared.once import made_once

TASKS = ("mask", "gender", "age")
NASTY = {"worn": "[/INST]", "incorrect": "<script>alert(1)</script>", "none": "\x1b[31mred"}
"""Names of classes that a terminal or a page would obey, where it is careless."""


def played(root: Path) -> Workspace:
    """A copy of it under root; the classes of `mask` have the names of NASTY."""
    shutil.copytree(made_once("drawn", _make)[0], root, dirs_exist_ok=True)
    return Workspace(root)


def _make(root: Path) -> None:
    mini_workspace(root)
    content = yaml.safe_load(SPEC)
    mask = content["tasks"]["mask"]
    mask["classes"] = [NASTY[name] for name in mask["classes"]]
    mask["values"] = {raw: NASTY[name] for raw, name in mask["values"].items()}
    (root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    workspace = Workspace(root)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    runs = {task: [draw_run(workspace, [task], change) for change in ([], ["optimizer.lr=0.02"])] for task in TASKS}
    teachers: dict[str, list[Run]] = {"age": runs["age"]}
    settings = load_recipe("tiny", workspace.recipes_dir, []).pseudo
    make_round(workspace, 1, teachers, settings, "own_fold", (), blind, Reporter())
    draw_run(workspace, ["age"], round=1, skill=2.4)
    opened = open_workspace(root)
    plain = ",".join(runs[task][0].id for task in TASKS)
    for spec, name, public in ((plain, "plain", 0.3), ("best1", "best", 0.31), ("all", "both", 0.32)):
        opened.submit(spec, name)
        opened.log(name, public=public)
