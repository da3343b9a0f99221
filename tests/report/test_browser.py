"""The report in headless Chromium: no request, no error, and filter, sorting and keys work.

Chromium is Debian's, driven by playwright; without either this is skipped in one line.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shared.drawn import played
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.report.pages.page import write_report
from kit.reporter import Reporter

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not here: pip install -e '.[dev]'")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here: apt-get install chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = played(tmp_path_factory.mktemp("played"))
    write_report(workspace, workspace.root / "report.html", Reporter())
    return workspace.root / "report.html"


@pytest.fixture(scope="module")
def looked(report: Path) -> Path:
    """The folder of a workspace with the pages of `kit eda` and `kit audit`, each written once the other was there."""
    workspace = Workspace(report.parent)
    for command in ("eda", "audit", "eda"):
        assert kit(workspace, command) == 0
    return report.parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, report: Path) -> Iterator[Any]:
    """The page in a window of its own; at the end it has asked for nothing but itself, and complained of nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened, asked, told = context.new_page(), [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    opened.goto(report.as_uri())
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert told == []


def visible(page: Any, what: str) -> int:
    return int(page.locator(what).evaluate_all("all => all.filter(one => one.checkVisibility()).length"))


def test_what_is_typed_is_looked_for_in_tables_and_photos(page: Any) -> None:
    before = visible(page, "#worst .card"), visible(page, "#runs tbody tr")
    page.keyboard.press("/")
    page.keyboard.type("age-tiny")
    after = visible(page, "#worst .card"), visible(page, "#runs tbody tr")
    assert after[0] == 0 and 0 < after[1] < before[1]
    page.keyboard.press("Escape")
    assert (visible(page, "#worst .card"), visible(page, "#runs tbody tr")) == before


def test_a_gallery_shows_one_true_class_alone(page: Any) -> None:
    select = page.locator("#worst .truths").first
    name = select.locator("option").nth(1).inner_text()
    select.select_option(name)
    shown = page.locator("#worst .gallery").first.locator(".card:not(.gone) b").all_inner_texts()
    assert shown and set(shown) == {name}


def test_a_column_is_sorted_as_numbers_both_ways(page: Any) -> None:
    table = page.locator("#leaderboard table").last
    head = [text.strip() for text in table.locator("th").all_inner_texts()]
    column = head.index("public") + 1

    def values() -> list[float]:
        texts = table.locator(f"tbody td:nth-child({column})").all_inner_texts()
        return [float(text) for text in texts if text]

    button = table.locator("th button", has_text="public")
    button.click()
    assert values() == sorted(values(), reverse=True)
    button.click()
    assert values() == sorted(values())


def test_keys_go_through_sections_photos_and_themes(page: Any) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "runs"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "leaderboard"

    page.locator("#worst .card").first.focus()
    page.keyboard.press("Enter")
    first = page.locator("#photo .file").inner_text()
    page.keyboard.press("ArrowRight")
    second = page.locator("#photo .file").inner_text()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#photo .file").inner_text() == first != second
    page.keyboard.press("Escape")
    assert not page.locator("#photo").is_visible()

    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.keyboard.press("t")
    assert page.evaluate(ground) != light
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")


def test_every_chart_opens_its_numbers(page: Any) -> None:
    for summary in page.locator("#runs details.behind > summary").all():
        summary.click()
    assert page.locator("#runs details.behind").evaluate_all(
        "all => all.every(one => one.querySelector('td').checkVisibility())"
    )


@pytest.mark.parametrize("width", [360, 820, 1600])
def test_the_page_is_no_wider_than_the_window(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_style_tag(content="section { content-visibility: visible !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_dark_where_the_machine_is_and_prints_without_its_tools(page: Any) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) != light
    page.emulate_media(media="print")
    assert visible(page, "nav, .tools, dialog") == 0 and visible(page, "section") == 11


def test_paper_is_white_however_dark_the_page_is(page: Any) -> None:
    said = "[document.body, document.querySelector('section')].map(one => getComputedStyle(one).backgroundColor)"
    page.keyboard.press("t")
    page.emulate_media(color_scheme="dark", media="print")
    assert set(page.evaluate(said)) == {"rgb(255, 255, 255)"}
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert max(map(int, re.findall(r"\d+", ink))) < 80


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_the_data_and_of_labels_in_doubt_work_alike(browser: Any, looked: Path, width: int) -> None:
    """Nothing is asked for, nothing complains, nothing is wider than the window, and the pages lead to one another."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark")
    for name, other in (("eda.html", "audit.html"), ("audit.html", "eda.html")):
        page, asked, told = context.new_page(), [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, told=told: told.append(message.text))
        page.on("pageerror", lambda error, told=told: told.append(str(error)))
        page.goto((looked / name).as_uri())
        assert [url for url in asked if not url.startswith("data:")] == [(looked / name).as_uri()] and told == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visible(page, ".card img") > 10
        page.keyboard.press("/")
        page.keyboard.type("nothing is called so")
        assert visible(page, ".card") == 0
        assert page.locator(f'nav a[href="{other}"]').count() == 1
    context.close()
