"""`kit report`: one file that asks for nothing, with everything that the workspace has, for every kind of target."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from shared.answers import answer
from shared.drawn import played
from shared.kinds import drawn
from shared.mini import mini_workspace
from shared.trained import kit

from benchmarks.drawn import draw_run
from kit.blend.scored import score_runs
from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.report.pages.page import SECTIONS, write_report
from kit.reporter import Reporter


class Page(HTMLParser):
    """What a browser would load, the sections with their headings, and the words of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.scripts = 0
        self.sections: dict[str, str] = {}
        self.figures = 0
        self.behind = 0
        self.here = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attributes}
        self.loaded += [said[key] for key in ("src", "href", "srcset", "poster", "action") if key in said]
        self.scripts += tag == "script"
        self.figures += tag == "svg"
        self.behind += tag == "details" and said.get("class") == "behind"
        if tag == "section":
            self.here = said["id"]
            self.sections[self.here] = ""

    def handle_data(self, data: str) -> None:
        if self.here:
            self.sections[self.here] += data


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return played(tmp_path_factory.mktemp("played"))


@pytest.fixture(scope="module")
def page(workspace: Workspace) -> str:
    path = workspace.root / "report.html"
    write_report(workspace, path, Reporter())
    return path.read_text(encoding="utf-8")


def test_the_page_has_every_section_and_a_table_behind_every_chart(page: str) -> None:
    found = Page(page)
    assert list(found.sections) == [
        "finals",
        "leaderboard",
        "runs",
        "tasks",
        "worst",
        "curves",
        "alike",
        "tried",
        "pseudo",
        "blends",
        "lineage",
    ]
    assert len(found.sections) == len(SECTIONS)
    assert found.figures == found.behind > 20
    assert "could not be drawn" not in page


def test_the_page_asks_for_nothing_from_outside(page: str) -> None:
    found = Page(page)
    assert all(one.startswith(("data:", "#")) for one in found.loaded), found.loaded
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|WebSocket", page)
    assert sum(one.startswith("data:image/webp;base64,") for one in found.loaded) > 50


def test_names_are_shown_as_they_are_and_obeyed_by_nobody(page: str) -> None:
    found = Page(page)
    assert found.scripts == 1
    assert "[/INST]" in found.sections["tasks"] and "<script>alert(1)</script>" in found.sections["tasks"]
    assert "\x1b" not in page and r"\x1b[31mred" in found.sections["tasks"]


def test_the_page_says_what_the_commands_say(
    workspace: Workspace, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Page(page)
    assert kit(workspace, "score", "--json") == 0
    scored = answer(capsys)
    assert f"{scored['joined']['score']['value']:.4f}" in page
    assert kit(workspace, "select", "--json") == 0
    chosen = answer(capsys)
    assert all(reason in found.sections["finals"] for reason in chosen["reasons"])
    assert kit(workspace, "runs", "--json") == 0
    assert all(row["run"] in found.sections["runs"] for row in answer(capsys)["rows"])
    assert kit(workspace, "lineage", "all", "--json") == 0
    assert answer(capsys)["clean"] and "Every run is clean" in found.sections["lineage"]


def test_galleries_show_the_worst_photos_with_truth_and_probabilities_and_what_a_round_teaches(
    workspace: Workspace, page: str
) -> None:
    galleries = {
        title: re.split(r'(?=<figure class="card")', cards)[1:]
        for title, cards in re.findall(r'<div class="gallery"><h4>([^<]*)</h4>(.*?)</div></div>', page, flags=re.DOTALL)
    }
    best = score_runs(workspace, (), Reporter()).best()
    for task, scored in best.items():
        n_wrong = int((scored.oof.said(task) != workspace.judged_truth(task)).sum())
        cards = galleries[f"{task}: the {min(50, n_wrong)} worst"]
        assert len(cards) == min(50, n_wrong)
        for card in cards:
            true, said = re.findall(r"<b>(.*?)</b>.*?<span class=\"said\">(.*?)</span>", card, flags=re.DOTALL)[0]
            assert true != said and 'src="data:image/webp' in card
            assert re.search(r'class="p true".*?<i>[01]\.\d{3}</i>', card, flags=re.DOTALL)
    taught = galleries["age: what fold 0 is taught"]
    assert any("<small>not taken</small>" in card for card in taught)
    assert "age: precision to expect" in Page(page).sections["pseudo"]


def test_what_was_tried_names_the_change(page: str) -> None:
    tried = Page(page).sections["tried"]
    assert "optimizer.lr=0.02" in tried and "round=1" in tried


KINDS = {
    "light": ("rmse", ["said against true", "distance by range of the truth"]),
    "squares": ("f1_macro", ["F1 of each class", "calibration"]),
    "grade": ("qwk", ["confusion", "F1 of each class", "calibration"]),
    "votes": ("kl", ["said against true, all classes", "distance of each class's share"]),
    "shape": ("accuracy", ["confusion", "calibration"]),
}


@pytest.mark.parametrize("task", list(KINDS))
def test_every_kind_of_target_has_its_own_pictures(tmp_path: Path, task: str) -> None:
    metric, titles = KINDS[task]
    workspace = drawn(tmp_path, task, metric=metric)
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    for change in ([], ["optimizer.lr=0.02"]):
        draw_run(workspace, [task], change, skill=1.0)
    write_report(workspace, tmp_path / "report.html", Reporter())
    found = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert list(found.sections) == ["runs", "tasks", "worst", "curves", "alike", "tried", "lineage"]
    assert all(title in found.sections["tasks"] for title in titles)
    assert found.figures == found.behind


def test_tasks_side_by_side_each_have_theirs(tmp_path: Path) -> None:
    workspace = drawn(tmp_path, "squares", "shape", target="separate")
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    for task in ("squares", "shape"):
        draw_run(workspace, [task])
    write_report(workspace, tmp_path / "report.html", Reporter())
    found = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "squares: squares-tiny" in found.sections["tasks"] and "shape: shape-tiny" in found.sections["tasks"]


def test_a_workspace_that_has_nothing_yet_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = mini_workspace(tmp_path)
    assert kit(workspace, "report") == 2
    assert "there is nothing to report yet" in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()


def test_photos_that_cannot_be_read_and_unfinished_runs_are_no_reason_to_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = mini_workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    for path in (tmp_path / "data/train/images").rglob("mask*"):
        path.write_bytes(path.read_bytes()[:60])
    workspace = Workspace(tmp_path)
    draw_run(workspace, ["mask"], skill=0.5)
    draw_run(workspace, ["age"], folds=[0])
    assert kit(workspace, "report", "--to", str(tmp_path / "there/page.html"), "--json") == 0
    told = answer(capsys)
    text = Path(told["path"]).read_text(encoding="utf-8")
    assert told["size"] == len(text.encode()) and "Runs" in told["sections"]
    assert "age-tiny" in Page(text).sections["runs"]
    assert "this photo cannot be read" in Page(text).sections["worst"]
