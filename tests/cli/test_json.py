"""The face for programs: --json on every command, and a competition played by it alone."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from shared.answers import answer, answer_in, documented, events
from shared.mini import mini_workspace
from shared.trained import kit, trained

from kit.cli.json_lines import plain
from kit.cli.main import COMMANDS, cli, main

Out = pytest.CaptureFixture[str]


def every_command() -> dict[str, click.Command]:
    found = {}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {part}": sub for part, sub in command.commands.items()}
    return found


def test_every_command_takes_json_and_its_answer_is_documented() -> None:
    found = every_command()
    for name, command in found.items():
        assert any("--json" in param.opts for param in command.params), name
    answering = {
        name for name, command in found.items() if not isinstance(command, click.Group) or name in documented()
    }
    assert answering == set(documented())


def test_init_says_what_it_made(tmp_path: Path, capfd: Out) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["-C", str(tmp_path), "init", "demo", "--people", "6", "--size", "16", "--json"])
    assert not stopped.value.code
    made = answer(capfd)
    assert Path(made["competition"]).is_file() and all(Path(path).is_dir() for path in [made["data"], *made["folders"]])


def test_a_competition_is_played_by_json_alone(tmp_path: Path, capfd: Out) -> None:
    workspace, told = mini_workspace(tmp_path / "w"), set[str]()

    def play(*words: str) -> dict[str, Any]:
        assert kit(workspace, *words, "--json") == 0
        out = capfd.readouterr().out
        told.update(event["event"] for event in events(out))
        return answer_in(out)

    assert play("doctor", "--fast")["counts"]["wrong"] == 0
    folds = play("fold", "--folds", "2")
    assert Path(folds["path"]).is_file() and folds["new"] and folds["rows"][-1]["class"] == "all"

    boxes = tmp_path / "boxes.csv"
    pictures = [path for path in workspace.data_dir.rglob("images/**/*.*") if not path.name.startswith(".")]
    photos = [path.relative_to(workspace.data_dir).as_posix() for path in pictures]
    with boxes.open("w", newline="") as handle:
        csv.writer(handle).writerows(
            [["image", "left", "top", "right", "bottom"], *([p, 4, 4, 20, 20] for p in photos)]
        )
    crops = play("crop", "--boxes", str(boxes), "--preview", str(tmp_path / "crops.png"))
    assert crops["face"] == crops["photos"] == len(photos) and Path(crops["preview"]).is_file()

    first = play("train")["runs"]
    assert all(run["complete"] and Path(run["oof"]).is_file() and len(run["folds"]) == 2 for run in first)
    ids = [run["id"] for run in first]
    assert {row["run"] for row in play("runs")["rows"]} == set(ids)
    assert play("score", *ids)["joined"]["score"]["value"] <= 1
    (table,) = play("ablate", "--vary", "loss=ce,focal", "--task", "age", "--folds", "0")["tables"]
    assert len(table["variants"]) == 2

    labels = play("pseudo", "--from", ",".join(ids), "--task", "age", "--show")
    assert labels["tasks"]["age"]["runs"] == [run["id"] for run in first if run["tasks"] == ["age"]]
    files = labels["tasks"]["age"]["files"]
    assert all(Path(path).is_file() for path in [labels["record"], *labels["pictures"], *(f["path"] for f in files)])
    second = play("train", "--round", str(labels["round"]), "--task", "age", "--seeds", "2")
    students = [run["id"] for run in second["runs"]]
    assert [seed["runs"] for seed in second["seeds"]] == [students]
    assert play("lineage", students[0])["clean"]

    spec = ",".join([*ids, *students])
    assert {member["run"] for part in play("blend", spec)["members"].values() for member in part} == {*ids, *students}
    assert len(play("compare", ",".join(ids), spec)["entries"]) == 2
    weak = play("train", "--task", "gender", "--set", "optimizer.lr=0.0001", "--set", "epochs=1")["runs"][0]["id"]
    poorer = [run["id"] for run in first if run["tasks"] != ["gender"]] + [weak]
    sent = [play("submit", "--blend", ",".join(each)) for each in (ids, poorer)]
    assert all(Path(one["csv"]).is_file() and Path(one["record"]).is_file() and one["written"] for one in sent)
    names = {one["name"] for one in sent}

    board = play("leaderboard", "--plot", str(tmp_path / "board.png"))
    assert {row["name"] for row in board["rows"]} == names and Path(board["plot"]).is_file()
    assert {row["name"]: row["public"] for row in board["rows"]} == {one["name"]: one["public"] for one in sent}
    assert play("leaderboard", "log", sent[0]["name"], "--public", "0.5")["public"] == 0.5
    assert set(play("select", "--finals", "1")["picks"]) < names
    assert play("next")["best"] is None
    assert {row["name"] for row in play("leaderboard", "reveal")["rows"]} == names
    assert told == {"launch", "progress", "epoch", "done"}


def test_stdout_holds_the_events_and_stderr_what_a_person_reads(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    command = [sys.executable, "-m", "kit", "score", ids["good mask"], "--json"]
    done = subprocess.run(command, cwd=workspace.root, capture_output=True, text=True)
    launch, last = events(done.stdout)
    given = {"runs": [ids["good mask"]], "csv": False, "classes": False}
    assert launch["command"] == "score" and launch["arguments"] == given
    assert launch["workspace"] == str(workspace.root) and launch["version"]
    assert (last["event"], last["exit_code"], done.returncode) == ("done", 0, 0)
    assert last["rows"][0]["run"] == ids["good mask"] and last["missing"] == ["gender", "age"]
    assert "out of fold" in done.stderr and "not joined" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["lineage", "nobody"], 2, "there is no run 'nobody'"),
        (["score", "--what"], 2, "No such option"),
        (["trian"], 2, "there is no command 'trian'"),
        (["train", "--folds", "one"], 2, "is no list of folds"),
        (["runs", "--csv"], 2, "--csv and --json"),
    ],
)
def test_an_error_is_the_last_line_and_one_sentence_for_people(
    tmp_path: Path, capfd: Out, words: list[str], code: int, what: str
) -> None:
    workspace, _ = trained(tmp_path)
    assert kit(workspace, *words, "--json") == code
    out, err = capfd.readouterr()
    last = events(out)[-1]
    assert last["event"] == "error" and last["exit_code"] == code and what in last["what"]
    assert what in err and "Traceback" not in err


def test_a_check_that_failed_carries_what_it_found(tmp_path: Path, capfd: Out) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "lineage", ids["all-data mask"], "--json") == 1
    last = answer(capfd)
    assert last["event"] == "error" and last["exit_code"] == 1 and "not clean" in last["what"]
    assert last["clean"] is False and last["rows"][0]["run"] == ids["all-data mask"]


def test_outside_of_a_workspace_the_only_line_is_the_error(tmp_path: Path, capfd: Out) -> None:
    with pytest.raises(SystemExit):
        main(["-C", str(tmp_path), "runs", "--json"])
    (only,) = events(capfd.readouterr().out)
    assert only["event"] == "error" and "kit init" in only["todo"] and only["exit_code"] == 2


def test_a_number_that_is_none_is_null() -> None:
    assert plain({"a": float("nan"), "b": [float("inf"), 1.5], 3: True}) == {"a": None, "b": [None, 1.5], "3": True}
