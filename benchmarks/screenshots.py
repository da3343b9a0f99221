"""`make screenshots`: the demo's pages as pictures: a desktop, a dark one, a phone, and the review of the live page.

Usage: python -m benchmarks.screenshots REPORT.html docs
"""

from __future__ import annotations

import io
import shutil
import sys
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from kit.files import write_bytes
from kit.report.watch.server import Watch, address, open_server
from kit.reporter import Reporter

VIEWS = (
    ("desktop", {"viewport": {"width": 1280, "height": 1180}}, None),
    ("dark", {"viewport": {"width": 1280, "height": 1080}, "color_scheme": "dark"}, "worst"),
    ("phone", {"viewport": {"width": 390, "height": 1180}, "is_mobile": True}, None),
)
"""Name, window, and the section of the report that it shows (the top without one)."""
PAGES = ("report", "eda", "audit")
COLOURS = 160
"""Of a picture: flat areas need few."""


def main(report: Path, folder: Path) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, window, section in VIEWS:
            for which in PAGES:
                page = browser.new_context(**window).new_page()
                page.goto(report.with_name(f"{which}.html").resolve().as_uri())
                write_bytes(folder / f"{which}-{name}.png", _shot(page, section if which == "report" else None))
        write_bytes(folder / "watch.png", _watched(browser, report.parent))
        browser.close()


def _watched(browser: Browser, root: Path) -> bytes:
    """The review of `kit watch` in the report's workspace."""
    watch = Watch(root, Reporter())
    server = open_server(watch, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(address(watch, server), wait_until="networkidle")
        return _shot(page, "labels")
    finally:
        server.shutdown()
        thread.join()


def _shot(page: Page, section: str | None) -> bytes:
    page.add_style_tag(content="section { content-visibility: visible !important }")
    if section is not None:
        page.evaluate(f"document.getElementById('{section}').scrollIntoView()")
    page.wait_for_timeout(800)  # smooth scrolling ends
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
