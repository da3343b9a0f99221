"""What a person sees in a terminal: no line longer than it, no number broken, names as they are, the headline first."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from shared.answers import answer
from shared.drawn import NASTY, played
from shared.mini import mini_workspace
from shared.trained import kit

from benchmarks.drawn import draw_run
from kit.cli.console import Output
from kit.cli.main import main
from kit.cli.progress import Bar, Pace
from kit.cli.table import Column, fitted
from kit.cli.told import Told
from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.report.sketch import sparkline
from kit.wording import visible

WIDTHS = (80, 100, 160)
SCREENS = (
    "fold --folds 2",
    "runs",
    "score",
    "compare plain best both",
    "train --task age",
    "train --round 1 --task age",
    "blend all",
    "submit --blend best1 --dry-run",
    "lineage all",
    "leaderboard",
    "select",
    "select --explain",
    "next",
    "eda",
    "audit",
    "recipes",
    "recipes tiny",
    "doctor --fast",
    "pseudo --round 2 --task age --force",
    "pseudo --round 1 --reviewed --force",
    "ablate --task age --vary optimizer.lr=0.01,0.02",
    "crop --boxes boxes.csv",
    "jobs --task age --set epochs=1",
    "leaderboard --plot leaderboard.png",
    "leaderboard reveal",
    "report",
)
"""What the demo shows, and what it leaves out."""
NUMBER = r"-?\d+\.\d+"
ID = r"\b(?:mask|gender|age)-tiny-[0-9a-z-]+"
Err = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = played(tmp_path_factory.mktemp("played"))
    images = [*workspace.train["image"], *workspace.test["image"]]
    lines = [f"{image},4,4,28,28" for image in images]
    (workspace.root / "boxes.csv").write_text("\n".join(["image,left,top,right,bottom", *lines, ""]))
    return workspace


def screen(workspace: Workspace, words: str, capsys: Err) -> str:
    for name in ("boxes.csv", "leaderboard.png"):
        words = words.replace(name, str(workspace.root / name))
    kit(workspace, *words.split())
    told = capsys.readouterr()
    return told.out + told.err


def in_tables(shown: str) -> set[str]:
    """The numbers in the cells of tables; one that goes on in the next line is two others."""
    return {one for line in shown.splitlines() if line.startswith("│") for one in re.findall(r"[\d.]*\d", line)}


@pytest.mark.parametrize("words", SCREENS)
def test_no_line_is_longer_than_the_terminal_and_no_number_is_broken(
    workspace: Workspace, capsys: Err, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    wide = screen(workspace, f"{words} --wide", capsys)
    whole = set(re.findall(NUMBER, wide))
    ids = {run.name for run in workspace.runs_dir.iterdir()} | set(re.findall(ID, wide))
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        shown = screen(workspace, words, capsys)
        told = [line for line in shown.splitlines() if str(workspace.root) not in line]  # a path is one word
        assert max(map(cell_len, told)) <= width
        assert set(re.findall(NUMBER, shown)) <= whole and in_tables(shown) <= in_tables(wide)
        # what begins like an id goes on to its end
        for word in re.findall(ID, shown):
            assert any(run.startswith(word) for run in ids) and len(word) >= len("age-tiny-") + 8, word
        assert "\x1b" not in shown


HEADLINES = {
    "score": r"joined target: OOF f1_macro 0\.",
    "leaderboard": r"3 submissions; the best in public is \w+ with \d\.\d{4}$",
    "lineage all": r"all: clean, all 14 fold models",
    "select": r"1\. \w+: ",
    "next": r"None: every candidate",
    "compare plain best": r"target: ",
    "blend all": r"OOF f1_macro 0\.",
    "submit --blend best1 --dry-run": r"OOF f1_macro 0\.",
    "fold --folds 2": r"\d+ groups in 2 folds",
    "doctor --fast": r"\d+ wrong, \d+ to note, \d+ fine$",
    "eda": r"(alarm: |test looks like train)",
    "audit": r"mask: \d+ of \d+ photos are suspected",
    "pseudo --round 2 --task age --force": r"age: [\d.]+ of \d+ test rows",
    "runs age-tiny-r1": r"age-tiny-r1-\w+: age, OOF f1_macro 0\.",
}


@pytest.mark.parametrize("words", list(HEADLINES))
def test_the_headline_comes_before_the_details(workspace: Workspace, capsys: Err, words: str) -> None:
    kit(workspace, *words.split())
    assert re.match(HEADLINES[words], capsys.readouterr().out.splitlines()[0])


def test_a_table_shows_what_it_is_about_and_breaks_no_word(
    workspace: Workspace, capsys: Err, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert re.search(r"┃ label +┃ said +┃", screen(workspace, "audit", capsys))
    shown = screen(workspace, "eda", capsys)
    assert all(name in shown for name in ("bytes_per_pixel", "near-duplicates"))
    head = screen(workspace, "leaderboard", capsys).splitlines()[2]
    assert ("┃    low ┃" in head) == (" high ┃" in head)


@pytest.mark.parametrize("width", WIDTHS)
def test_so_it_is_with_the_first_screen(
    tmp_path: Path, capsys: Err, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    with pytest.raises(SystemExit) as stopped:
        main(["-C", str(tmp_path), "init", "demo", "--people", "6", "--size", "16"])
    told = capsys.readouterr()
    assert not stopped.value.code
    lines = [line for line in (told.out + told.err).splitlines() if str(tmp_path) not in line]
    assert max(map(cell_len, lines)) <= width


def test_a_score_begins_and_ends_with_the_joined_one(
    workspace: Workspace, capsys: Err, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert kit(workspace, "score") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("joined target: OOF f1_macro")
    last = max(place for place, line in enumerate(lines) if line.startswith("joined target: OOF"))
    assert lines[last:] == lines[: len(lines) - last]
    assert "the 10 most confused pairs" in lines  # of 18 classes no table of all against all


def test_a_task_that_is_not_joined_shows_its_confusion(workspace: Workspace, capsys: Err) -> None:
    run = next(workspace.runs_dir.glob("age-tiny-r1-*")).name
    assert kit(workspace, "score", run) == 0
    told = capsys.readouterr().out
    assert told.startswith("not joined: ") and "age: confusion, true class by row" in told
    assert kit(workspace, "score", run, "--json") == 0
    for counts in answer(capsys)["tasks"]["age"]["confusion"]["rows"]:
        assert re.search(r"│ +".join(f"{count or ''} " for count in counts), told)


def test_names_are_shown_as_they_are(workspace: Workspace, capsys: Err, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    shown = screen(workspace, "score", capsys) + screen(workspace, "fold --folds 2", capsys)
    assert all(visible(name) in shown for name in NASTY.values())
    assert r"\x1b[31mred" in shown and "\x1b" not in shown


def test_what_there_is_no_room_for_is_named_and_wide_shows_it(
    workspace: Workspace, capsys: Err, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    narrow, wide = screen(workspace, "leaderboard", capsys), screen(workspace, "leaderboard --wide", capsys)
    (absent,) = re.findall(r"no room for (.*): --wide shows all", narrow.replace("\n", " "))
    head = next(line for line in wide.splitlines() if "odds_best" in line)
    assert all(name in head for name in absent.split(", ")) and "public" not in absent


def test_programs_get_confusion_classes_and_curves(workspace: Workspace, capsys: Err) -> None:
    assert kit(workspace, "score", "--json") == 0
    mask = answer(capsys)["tasks"]["mask"]
    assert [row["class"] for row in mask["classes"]] == list(NASTY.values())
    assert sum(map(sum, mask["confusion"]["rows"])) == len(workspace.train)
    assert kit(workspace, "runs", mask["run"], "--json") == 0
    run = answer(capsys)
    assert run["scores"]["mask"] == mask["score"]
    assert [len(fold["curve"]) for fold in run["folds"]] == [8, 8]
    assert run["folds"][0]["curve"][-1]["score"] == run["folds"][0]["score"]


def test_a_run_is_shown_with_its_curves(workspace: Workspace, capsys: Err) -> None:
    run = next(workspace.runs_dir.glob("age-tiny-r1-*")).name
    assert kit(workspace, "runs", run[:14]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{run}: age, OOF f1_macro 0.") and re.search("[▁▂▃▄▅▆▇█]{8}", told)


@pytest.mark.parametrize("classes", ["few", "all"])
def test_of_many_classes_few_are_told_until_all_are_asked_for(tmp_path: Path, capsys: Err, classes: str) -> None:
    workspace = mini_workspace(tmp_path)
    text = (tmp_path / "competition.yaml").read_text()
    names = ", ".join(f"c{place}" for place in range(40))
    start = text.index("tasks:")
    end = text.index("submission:")
    one = f"tasks:\n  shot: {{classes: [{names}], column: shot}}\n"
    (tmp_path / "competition.yaml").write_text(text[:start] + one + text[end:].replace("label: ans", "label: shot"))
    table = (tmp_path / "data/train/train.csv").read_text().splitlines()
    lines = [f"{line},c{place}" if place else f"{line},shot" for place, line in enumerate(table)]
    (tmp_path / "data/train/train.csv").write_text("\n".join(lines) + "\n")
    workspace = Workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    draw_run(workspace, ["shot"])
    assert kit(workspace, "score", "--classes", classes) == 0
    told = capsys.readouterr().out
    n_told = len(set(re.findall(r"^│ (c\d+) +│ +\d+ │", told, flags=re.M)))
    assert n_told == (30 if classes == "few" else 40)
    if classes == "all":
        assert kit(workspace, "report") == 0
        page = (tmp_path / "report.html").read_text()
        assert "most confused pairs of 40 classes" in page and "<h4>confusion</h4>" not in page


def test_training_ends_with_its_score_and_what_ships_it_fits_too(
    tmp_path: Path, capsys: Err, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = mini_workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    assert kit(workspace, "train", "--task", "mask", "--folds", "0", "--set", "epochs=1") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"mask-tiny-\w+: OOF f1_macro 0\.\d{4} \[.*\] on 1 of 2 folds", last)
    assert kit(workspace, "train", "--task", "mask", "--folds", "1", "--set", "epochs=1") == 0
    run = next(workspace.runs_dir.glob("mask-tiny-*")).name
    photo = str(workspace.data_dir / workspace.test["image"][0])
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        for place, words in enumerate((["predict", photo, "--from", run], ["bundle", run])):
            assert kit(workspace, *words) == 0, place
            told = capsys.readouterr()
            lines = [line for line in (told.out + told.err).splitlines() if str(tmp_path) not in line]
            assert lines and max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_the_live_bar_is_one_line_of_the_terminal(width: int) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=width, color_system=None)
    bar = Bar(console, "a-run-with-a-rather-long-name-of-a-recipe-0123abcd-s12", 200)
    bar.advance(50, "from an earlier run", skipped=True)
    with bar.shown:
        bar.advance(1, "loss 0.512, f1_macro 0.712, and a note that goes on and on and on and on and on")
        bar.shown.refresh()
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue()).replace("\r", "\n").strip("\n").splitlines()
    assert max(map(cell_len, last)) <= width
    shown = last[-1]
    assert "51/200" in shown and re.search(r"\d+:\d\d:\d\d", shown)


def test_the_time_left_is_told_from_the_first_step_and_skipped_steps_are_no_measure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("kit.cli.progress.time.monotonic", lambda: now[0])
    pace = Pace(10)
    assert pace.seconds_left is None
    pace.advance(4, skipped=True)  # a resume
    assert pace.seconds_left is None
    now[0] = 100.0
    pace.advance(1, skipped=False)
    assert pace.seconds_left == 500.0
    now[0] = 130.0
    assert pace.seconds_left == 470.0
    bar = Bar(Console(file=io.StringIO(), force_terminal=True, width=100), "run [/x]", 3)
    with bar.shown:
        now[0] = 190.0
        bar.advance(1)
        (left,) = (column.render(bar.shown.tasks[0]) for column in bar.shown.columns[3:4])  # type: ignore[union-attr]
    assert str(left) == "0:02:00"


@pytest.mark.parametrize("width", [20, 40, 60])
def test_columns_shrink_before_they_go_and_the_first_stays(width: int) -> None:
    columns = [
        Column("name", ["run-0123456789ab", "b"], False),
        Column("score", ["0.1234", "-0.5000"], True),
        Column("words", ["one two three four five six seven eight", ""], False),
    ]
    widths = fitted(columns, ["name", "score", "words"], width)
    assert sum(widths.values()) + 3 * len(widths) + 1 <= width
    assert "name" in widths and widths.get("score", 7) == 7
    ends = [*columns[:2], Column("low", ["0.1"], True), Column("high", ["0.1"], True)]
    assert not {"low", "high"} & set(fitted(ends, ["name", "score", "low", "high"], 40))
    assert list(widths) == {20: ["name"], 40: ["name", "score"], 60: ["name", "score", "words"]}[width]


def test_a_curve_is_a_line() -> None:
    assert sparkline([1.0, None, 3.0, 2.0]) == "▁█▅"
    assert sparkline([]) == "" and len(sparkline([float(x) for x in range(500)])) == 24


def test_an_error_shows_control_characters_and_obeys_none(tmp_path: Path) -> None:
    mini_workspace(tmp_path)
    command = [sys.executable, "-m", "kit", "runs", "\x1b[31m[/x]"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and r"\x1b[31m[/x]" in done.stderr and "\x1b" not in done.stderr


def test_a_long_warning_is_told_in_full_once(workspace: Workspace, capsys: Err) -> None:
    long = "left out because " + "of this and that " * 20
    out = Output()
    out.told = Told(workspace.cache_dir)
    for _ in range(2):
        out.warn(long)
    out.warn("short ones are told each time")
    out.warn("short ones are told each time")
    told = capsys.readouterr().err.replace("\n", "")
    assert told.count(long.strip()) == 1 and told.count("told in full before") == 1
    assert told.count("short ones are told each time") == 2
