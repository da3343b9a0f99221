"""A team's own metric: a function in metrics.py beside competition.yaml, used like kit's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shared.answers import answer
from shared.mini import SPEC
from shared.pages import blocks
from shared.trained import kit, make_probability_competition, poor, reopened, trained

from kit.competition.workspace import Workspace
from kit.evidence.metrics import METRICS
from kit.runs.store import find_run

Out = pytest.CaptureFixture[str]

*_, TOP2 = blocks("competition.md", "python")
MISSES = """\
from kit import Metric


def misses(truth, predicted):
    return 100 * (truth != predicted).mean()


METRICS = [Metric.plain("misses", misses, higher_is_better=False, needs="labels", score_range=(0, 100))]
"""


def scored_by(workspace: Workspace, metric: str, metrics: str) -> Workspace:
    """The same workspace, whose competition.yaml names a metric of this metrics.py."""
    (workspace.root / "competition.yaml").write_text(SPEC.replace("metric: f1_macro", f"metric: {metric}"))
    (workspace.root / "metrics.py").write_text(metrics)
    return Workspace(workspace.root)


def printed_json(workspace: Workspace, capsys: Out, *command: str) -> Any:
    capsys.readouterr()
    assert kit(workspace, *command, "--json") == 0
    return answer(capsys)


def test_a_metric_of_labels_trains_scores_compares_submits_and_selects(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    workspace = scored_by(workspace, "misses", MISSES)
    assert kit(workspace, "train", "--task", "mask", "--set", "epochs=1") == 0
    train = reopened(workspace).train
    for line in printed_json(workspace, capsys, "score")["rows"]:
        if line["task"] != "target":
            said = find_run(workspace, line["run"]).oof().aligned(train["image"]).probs[line["task"]].argmax(axis=1)
            assert line["score"] == pytest.approx(100 * (said != train[line["task"]]).mean())
            assert line["low"] <= line["score"] <= line["high"] and line["score"] == 100 * (1 - line["accuracy"])
    compared = printed_json(workspace, capsys, "compare", ids["good mask"], ids["poor mask"])
    (line,) = compared["comparisons"]
    assert compared["metric"] == "misses" and line["verdict"] == "worse" and line["difference"]["low"] > 0
    assert line["classes"] == []  # the function does not say what each class gives
    assert kit(workspace, "compare", ids["good mask"], ids["poor mask"]) == 0
    assert "is worse than" in capsys.readouterr().out
    assert kit(workspace, "submit", "--blend", "greedy", "--name", "good") == 0
    assert kit(workspace, "submit", "--blend", poor(ids), "--rule", "offsets", "--name", "poor") == 0
    selected = printed_json(workspace, capsys, "select", "--finals", "1")
    assert selected["picks"] == ["good"] and all(0 <= line["expected"] <= 100 for line in selected["candidates"])
    capsys.readouterr()
    assert kit(workspace, "leaderboard", "log", "poor", "--public", "101") == 2
    assert "lies between 0 and 100" in capsys.readouterr().err


def test_a_metric_of_probabilities_scores_compares_submits_and_selects(tmp_path: Path, capsys: Out) -> None:
    workspace, ids = trained(tmp_path)
    (workspace.root / "metrics.py").write_text(TOP2)
    workspace = make_probability_competition(workspace, "top2")
    mask = next(line for line in printed_json(workspace, capsys, "score")["rows"] if line["run"] == ids["poor mask"])
    train = reopened(workspace).train
    probs = find_run(workspace, ids["poor mask"]).oof().aligned(train["image"]).probs["mask"]
    last_of_three = probs.argmin(axis=1) == train["mask"]
    assert mask["score"] == pytest.approx(1 - last_of_three.mean()) and mask["low"] <= mask["score"] <= mask["high"]
    good = ",".join(ids[f"good {task}"] for task in ("mask", "gender", "age"))
    for name, members in (("good", good), ("poor", poor(ids))):
        assert kit(workspace, "submit", "--blend", members, "--name", name) == 0
    (_, _, _, target) = printed_json(workspace, capsys, "compare", "good", "poor")["comparisons"]
    assert target["task"] == "target" and target["verdict"] == "worse"
    assert printed_json(workspace, capsys, "select", "--finals", "1")["picks"] == ["good"]


def test_metrics_py_is_not_run_for_a_metric_that_kit_knows(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    (workspace.root / "metrics.py").write_text("raise SystemExit(3)")
    for metric in (name for name, known in METRICS.items() if "class" in known.kinds):
        assert make_probability_competition(workspace, metric).metric is METRICS[metric]


def test_metrics_py_is_run_again_once_it_has_changed(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    counted = MISSES + "\nprint('run', file=open(__file__ + '.log', 'a'))\n"
    for text in (counted, counted.replace("100 *", "10 *")):
        workspace = scored_by(workspace, "misses", text)
        scores = [Workspace(workspace.root).metric.score([0, 1], [0, 0], 2) for _ in range(2)]
    assert scores == [5, 5]
    assert (tmp_path / "metrics.py.log").read_text().splitlines() == ["run"] * 2


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("def misses", "def misses(:", 4, "SyntaxError"),
        ("import Metric\n", "import Metrik\n", 1, "ImportError"),
        ("METRICS = [", "undefined\nMETRICS = [", 8, "NameError: name 'undefined' is not defined"),
        ("METRICS = [", "raise SystemExit\nMETRICS = [", 8, "SystemExit"),
        ("(truth, predicted):", "(truth):", 8, "cannot be called with (truth, predicted)"),
        ('"misses", misses', '"misses", 3', 8, "is 3, not a function"),
        ('needs="labels"', 'needs="classes"', 8, "needs 'labels', 'numbers', 'probs' or 'ranks', not 'classes'"),
        ("100 * (truth != predicted).mean()", "'high'", 4, "returns str, not a number"),
        ("100 *", "truth[len(truth)] +", 5, "raises IndexError"),
        ('plain("misses"', 'plain("mises"', None, "there is no metric 'misses'; did you mean 'mises'?"),
        ('plain("misses"', 'plain("f1_macro"', None, "kit has a metric 'f1_macro' of its own"),
        ("METRICS = [", "METRIC = [", None, "it has no list METRICS of metrics"),
    ],
)
def test_a_broken_metrics_py_is_one_sentence_with_its_line(
    tmp_path: Path, capsys: Out, old: str, new: str, line: int | None, told: str
) -> None:
    workspace, _ = trained(tmp_path)
    assert old in MISSES
    workspace = scored_by(workspace, "misses", MISSES.replace(old, new))
    assert kit(workspace, "score") == 2
    error = capsys.readouterr().err.strip()
    assert told in error and "\n" not in error and "Traceback" not in error
    assert line is None or f"{workspace.root / 'metrics.py'}:{line}: " in error


def test_without_metrics_py_an_unknown_metric_is_refused_by_its_nearest_name(tmp_path: Path, capsys: Out) -> None:
    workspace, _ = trained(tmp_path)
    scored_by(workspace, "acuracy", "")
    (workspace.root / "metrics.py").unlink()
    assert kit(workspace, "score") == 2
    assert "there is no metric 'acuracy'; did you mean 'accuracy'?" in capsys.readouterr().err
