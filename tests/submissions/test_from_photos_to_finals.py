"""For each kind of target, on drawn photos, the whole way: folds, training, a round, lineage, blend, files, finals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from shared.answers import answer
from shared.graders import Form, grade, write_answers
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.runs.store import all_runs
from kit.submissions.record import csv_path, find_submission

Out = pytest.CaptureFixture[str]
N_TRAIN, N_TEST, SIZE = 24, 10, 16
TINY = {
    "model": "test_resnet",
    "pretrained": False,
    "size": SIZE,
    "augment": [],
    "optimizer": {"lr": 0.01},
    "epochs": 2,
    "batch_size": 8,
}
COLOURS = ((200, 40, 40), (40, 200, 40), (40, 40, 200))

CLASS = {"classes": ["a", "b", "c"], "column": "colour"}
KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Form]]] = {
    "class": ("log_loss", {"colour": CLASS}, {}, {"colour": Form("class", ("a", "b", "c"))}),
    "ordered": (
        "qwk",
        {"grade": {"kind": "ordered", "classes": [0, 1, 2], "column": "grade"}},
        {"label": "grade"},
        {"grade": Form("class", ("0", "1", "2"), "grade")},
    ),
    "labels": (
        "f1_samples",
        {"found": {"kind": "labels", "classes": ["light", "red", "blue"], "column": "found", "separator": " "}},
        {"label": "found", "separator": " "},
        {"found": Form("labels", ("light", "red", "blue"), "found", separator=" ")},
    ),
    "number": (
        "rmse",
        {"size": {"kind": "number", "column": "size", "range": [0, 30]}},
        {"label": "size"},
        {"size": Form("number", column="size")},
    ),
    "shares": (
        "kl",
        {"votes": {"kind": "shares", "classes": ["va", "vb", "vc"]}},
        {},
        {"votes": Form("shares", ("va", "vb", "vc"))},
    ),
    "separate": (
        "f1_macro",
        {
            "colour": {**CLASS, "weight": 2},
            "found": {"kind": "labels", "classes": ["light", "red", "blue"], "column": "found", "separator": " "},
        },
        {},
        {"colour": Form("class", ("a", "b", "c"), "colour"), "found": Form("labels", ("light", "red", "blue"))},
    ),
}
"""For each: metric, tasks, what `submission` adds, and what the host knows of its files."""


def drawn(root: Path, kind: str) -> Workspace:
    """Photos of three colours, light or dark, their tables, and a competition that asks for this kind."""
    metric, tasks, form, hosts = KINDS[kind]
    rng, rows = np.random.default_rng(0), []
    for number in range(N_TRAIN + N_TEST):
        colour, light = number % 3, number // 3 % 2
        side = "train" if number < N_TRAIN else "test"
        pixels = np.full((SIZE, SIZE, 3), COLOURS[colour], dtype=float) * (1.0 if light else 0.5)
        path = root / "data" / side / f"p{number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((pixels + rng.normal(0, 10, pixels.shape)).clip(0, 255).astype(np.uint8)).save(path)
        names = ["light"] * light + ["red"] * (colour == 0) + ["blue"] * (colour == 2)
        votes = dict(zip(("va", "vb", "vc"), rng.integers(0, 2, 3) + 3 * np.eye(3, dtype=int)[colour], strict=True))
        row = {"id": f"p{number:02d}", "colour": "abc"[colour], "grade": colour, "found": " ".join(names)}
        rows.append({**row, "size": 10.0 * colour + light, **votes})
    table = pd.DataFrame(rows)
    train, test = table[:N_TRAIN], table[N_TRAIN:]
    train.to_csv(root / "data/train.csv", index=False)
    test[["id"]].to_csv(root / "data/test.csv", index=False)
    truths = {
        "colour": test["colour"].map("abc".index).to_numpy(),
        "grade": test["grade"].to_numpy(),
        "size": test["size"].to_numpy(),
        "found": np.array([[name in cell.split() for name in ("light", "red", "blue")] for cell in test["found"]]) + 0,
        "votes": test[["va", "vb", "vc"]].to_numpy(),
    }
    write_answers(root / "data/answers.csv", hosts, truths, list(test["id"]))
    answers = pd.read_csv(root / "data/answers.csv", dtype=str, keep_default_na=False)
    answers.assign(**dict.fromkeys(answers.columns.drop("id"), "")).to_csv(root / "data/sample.csv", index=False)
    answers.assign(part=["public", "private"] * (N_TEST // 2)).to_csv(root / "data/answers.csv", index=False)
    content = {
        "name": kind,
        "data": "data",
        "metric": metric,
        "host": "answers",
        "answers": "answers.csv",
        "recipe": "tiny",
        "train": {"table": "train.csv", "images": "train/{id}.png"},
        "test": {"table": "test.csv", "images": "test/{id}.png"},
        "tasks": tasks,
        "submission": {"sample": "sample.csv", "id": "id", **form},
    }
    if kind == "separate":
        content["target"] = "separate"
    (root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir()
    (root / "recipes/tiny.yaml").write_text(yaml.safe_dump(TINY))
    classic = {"learner": {"name": "logreg"}, "features": "hog", "size": SIZE}
    (root / "recipes/hog.yaml").write_text(yaml.safe_dump(classic))
    return Workspace(root)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_whole_way(tmp_path: Path, capsys: Out, kind: str) -> None:
    workspace = drawn(tmp_path, kind)

    def play(*arguments: str) -> dict[str, Any]:
        assert kit(workspace, *arguments, "--json") == 0, capsys.readouterr().err
        return answer(capsys)

    play("fold", "--folds", "2")
    play("train")
    play("train", "--recipe", "hog")
    first = [run.id for run in all_runs(workspace)]
    scored = play("score")
    assert {row["run"] for row in scored["rows"]} >= set(first) and all(
        np.isfinite(row["score"]) for row in scored["rows"]
    )
    play("pseudo", "--from", "all", "--set", "policy=soft")
    play("train", "--round", "1")
    student = next(run.id for run in all_runs(workspace) if run.id not in first)
    assert play("lineage", student)["clean"]
    play("blend", "all")
    assert play("compare", "best1", "all")["comparisons"]
    play("submit", "--name", "one")
    play("submit", "--blend", "all", "--name", "all")
    assert play("select")["picks"]
    check_files(Workspace(tmp_path), kind)


def check_files(workspace: Workspace, kind: str) -> None:
    """The host gives the file of each submission the score that its record has."""
    metric, _, _, hosts = KINDS[kind]
    answers = workspace.data_dir / "answers.csv"
    public = pd.read_csv(answers, dtype=str).query("part == 'public'")["id"].tolist()
    weights = {"colour": 2.0} if kind == "separate" else {}
    for name in ("one", "all"):
        sent, whole = csv_path(workspace.submissions_dir, name), 0.0
        if name == "all" and not sent.exists():  # the blend says the very same, which is not written twice
            continue
        for task, form in hosts.items():
            whole += weights.get(task, 1.0) * grade(metric, sent, answers, form, public)
        score = whole / sum(weights.get(task, 1.0) for task in hosts)
        assert find_submission(workspace.submissions_dir, name).public == pytest.approx(score, abs=1e-9)
