"""What `kit init table` cannot know it asks once: each sentence names an option that works, and a terminal is asked."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from shared.host_files import Files, Layout, beside, collect, ids, turns
from shared.layouts_of_more_hosts import MORE
from shared.layouts_of_trouble import TROUBLE
from shared.layouts_played import PLAYED

from kit.cli.main import main
from kit.competition.workspace import Workspace

ASKED: list[Layout] = []
layout = collect(ASKED)


def kit(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


@layout("two train tables")
def _(files: Files) -> None:
    files.photos("images", ids("a", 20))
    for name, start in (("train_a.csv", 0), ("train_b.csv", 1)):
        files.table(name, "id,label", beside(ids("a", 20), turns([*["x", "y"][start:], "x"], 20)))


@layout("two samples")
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))
    for stage in (1, 2):
        files.table(
            f"sample_submission_stage{stage}.csv", "id,label", [(name, "x") for name in ids("b", 2, 2 * stage - 2)]
        )


@layout("two folders with the photos of one table")
def _(files: Files) -> None:
    for folder in ("big", "small"):
        files.photos(folder, ids("a", 20))
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))


@layout("two columns that may be the label")
def _(files: Files) -> None:
    files.photos("images", ids("a", 20))
    files.table("train.csv", "id,shape,colour", beside(ids("a", 20), turns("xy", 20), turns("rgb", 20)))


@layout("whole numbers that may be classes or measures")
def _(files: Files) -> None:
    files.photos("images", ids("a", 90))
    files.table("train.csv", "id,label", [(name, 5 + i % 30 * 3) for i, name in enumerate(ids("a", 90))])
    # the column is called like a label, so that its numbers are classes; under another name they are asked for
    text = (files.root / "train.csv").read_text().replace("id,label", "id,result")
    files.text("train.csv", text)


@layout("two groups that cross")
def _(files: Files) -> None:
    files.photos("images", ids("a", 40))
    rows = [(n, i // 4, (i + 2) // 5, "xy"[i % 2]) for i, n in enumerate(ids("a", 40))]
    files.table("train.csv", "id,patient,user_id,label", rows)


@layout("two folders of classes")
def _(files: Files) -> None:
    for folder in ("drawn", "more/taken"):
        for name in ("cat", "dog"):
            files.photos(f"{folder}/{name}", [f"{name}{len(folder)}{i}" for i in range(8)])


@layout("photos of one name in each class folder, which all look alike")
def _(files: Files) -> None:
    for name in ("Cover", "JMiPOD", "UERD"):
        for i in range(1, 13):
            files.count = 7
            files.photo(f"{name}/{i:05d}.jpg")
    files.photos("Test", [f"{i:04d}" for i in range(1, 5)])


@layout("a sample of other columns")
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))
    files.table("sample_submission.csv", "id,label,score,rank", [(name, "x", 0.5, 1) for name in ids("b", 4)])


@layout("a sample that cannot be read")
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))
    files.text("sample_submission.csv", 'id,label\n"a,b\n\x00')


@layout("a test folder to choose")
def _(files: Files) -> None:
    files.photos("train", ids("a", 20))
    for folder in ("new", "newer"):
        files.photos(folder, [f"{folder}{i}" for i in range(4)])
    files.table("train.csv", "id,label", beside(ids("a", 20), turns("xy", 20)))
    files.table("sample_submission.csv", "id,label", [(f"z{i}", "x") for i in range(4)])


@layout("a folder of slices for each row")
def _(files: Files) -> None:
    for i in range(12):
        for k in range(3):
            files.photo(f"train/p{i:03d}/s{k}/{k}.jpg")
    files.table("train.csv", "id,label", beside(ids("p", 12, width=3), turns("xy", 12)))


REFUSED = [*ASKED, *(one for one in (*TROUBLE, *MORE, *PLAYED) if one.refused and "--" in one.refused)]


def options_of(sentence: str, seen: list[str]) -> list[str]:
    """The option that a refusal's sentence names, with a value of those that it lists: what somebody would type."""
    direct = re.search(r"(?:--[a-z]+ (?:'[^']+'|none|folder)(?: |$|\W))+", sentence)
    if direct:
        return [word.strip("',;") for word in direct[0].split()]
    option = next(name for name in re.findall(r"--[a-z]+", sentence) if name not in seen)
    listed = re.search(r"could be (.+?)(?: \(|; choose)", sentence)
    assert listed, sentence
    return [option, listed[1].split(", ")[0].strip("'")]


@pytest.mark.parametrize("layout", REFUSED, ids=lambda layout: layout.name)
def test_the_option_that_a_sentence_names_gets_past_it(
    layout: Layout, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    layout.draw(Files(tmp_path / "data"))
    given: list[str] = []
    said: list[str] = []
    while kit("-C", tmp_path, "init", "table", *given) != 0:
        sentence = capfd.readouterr().err.strip()
        assert sentence not in said, "the same refusal came back for the option that it named"
        assert not (tmp_path / "competition.yaml").exists()
        said.append(sentence)
        given += options_of(sentence, given)
    assert said, "it was to be asked"
    Workspace(tmp_path).competition  # noqa: B018  # it loads


def typed(root: Path, answers: str, *options: str) -> tuple[int, str]:
    """Run `kit init table` in a terminal, type the answers, and give its exit code and all that the screen shows."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kit", "-C", str(root), "init", "table", *options]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        code = process.wait()
    os.close(ours)
    return code, shown.decode()


def drawn(root: Path, name: str) -> Path:
    (root / "data").mkdir()
    next(one for one in ASKED if one.name == name).draw(Files(root / "data"))
    return root


def test_a_terminal_is_asked_and_takes_a_name_or_its_number(tmp_path: Path) -> None:
    root = drawn(tmp_path, "two columns that may be the label")
    code, shown = typed(root, "size\n2\naccuracy\n")
    assert code == 0, shown
    assert "the label: shape, colour" in shown and "(--label" in shown and "--metric" in shown
    content = yaml.safe_load((root / "competition.yaml").read_text())
    assert list(content["tasks"]) == ["colour"] and content["metric"] == "accuracy"


def test_yes_asks_nothing_in_a_terminal(tmp_path: Path) -> None:
    root = drawn(tmp_path, "two columns that may be the label")
    code, shown = typed(root, "", "--label", "shape", "--yes")
    assert code == 0, shown
    assert "which?" not in shown and yaml.safe_load((root / "competition.yaml").read_text())["metric"] == "f1_macro"


def test_yes_may_be_said_where_there_is_no_terminal(tmp_path: Path) -> None:
    drawn(tmp_path, "two columns that may be the label")
    assert kit("-C", tmp_path, "init", "table", "--label", "shape", "--yes") == 0
    assert (tmp_path / "competition.yaml").is_file()


def test_an_option_that_answers_is_not_asked_again(tmp_path: Path) -> None:
    root = drawn(tmp_path, "two groups that cross")
    code, shown = typed(root, "", "--group", "none", "--metric", "accuracy")
    assert code == 0, shown
    assert "which?" not in shown and "group" not in yaml.safe_load((root / "competition.yaml").read_text())["train"]


@pytest.mark.parametrize(("metric", "key"), [("roc_auc", "probability_of"), ("accuracy", None)])
def test_the_metric_that_is_given_decides_what_one_column_holds(metric: str, key: str | None, tmp_path: Path) -> None:
    drawn(tmp_path, "two samples")
    given = ["--sample", "sample_submission_stage1.csv", "--metric", metric]
    assert kit("-C", tmp_path, "init", "table", *given) == 0
    content = yaml.safe_load((tmp_path / "competition.yaml").read_text())
    assert content["metric"] == metric and ("probability_of" in content["submission"]) == (key is not None)


def test_a_metric_that_cannot_score_the_file_is_refused_with_some_that_can(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = Files(tmp_path / "data")
    files.photos("train", ids("a", 21))
    files.photos("test", ids("b", 4))
    files.table("train.csv", "id,label", beside(ids("a", 21), turns("xyz", 21)))
    files.table("sample_submission.csv", "id,label", [(name, "x") for name in ids("b", 4)])
    assert kit("-C", tmp_path, "init", "table", "--metric", "log_loss") == 2
    said = capfd.readouterr().err
    assert "--metric" in said and "accuracy" in said and not (tmp_path / "competition.yaml").exists()
    assert kit("-C", tmp_path, "init", "table", "--metric", "accuracy") == 0


def test_a_kind_that_is_given_is_taken(tmp_path: Path) -> None:
    drawn(tmp_path, "whole numbers that may be classes or measures")
    for kind, expected in (("number", "number"), ("class", "class")):
        assert kit("-C", tmp_path, "init", "table", "--force", "--label", "result", "--kind", kind) == 0
        assert Workspace(tmp_path).competition.tasks["result"].kind == expected
