"""`kit report` of a large workspace: 200 drawn runs of 36 classes and 20,000 photos; how large, and how long it takes.

Usage: python -m benchmarks.report_page FOLDER [RUNS [PHOTOS]]
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from PIL import Image

from benchmarks.drawn import draw_run
from kit.door import open_workspace
from kit.report.pages.page import NAME, write_report
from kit.reporter import Reporter

N_CLASSES, PER_GROUP, SIDE = 36, 7, 48
RECIPE = "model: test_resnet\npretrained: false\nsize: 32\nepochs: 12\nbatch_size: 8\n"


def draw_workspace(root: Path, n_photos: int) -> None:
    """Photos of 36 colours in groups of seven; a tenth as many to predict."""
    rng = np.random.default_rng(0)
    for folder in ("data", "runs", "submissions", "recipes"):
        (root / folder).mkdir(parents=True)
    rows = []
    for number in range(n_photos + n_photos // 10):
        label, name = int(rng.integers(N_CLASSES)), f"{number:06d}.jpg"
        colour = (label % 6 * 40 + 30, label // 6 * 40 + 30, 128)
        noise = rng.integers(0, 40, (SIDE, SIDE, 3))
        Image.fromarray((np.array(colour) + noise).clip(0, 255).astype(np.uint8)).save(root / "data" / name, quality=80)
        rows.append({"image": name, "group": f"g{number // PER_GROUP}", "label": f"class {label:02d}"})
    table = pd.DataFrame(rows)
    table[:n_photos].to_csv(root / "data/train.csv", index=False)
    table[n_photos:][["image"]].to_csv(root / "data/test.csv", index=False)
    content = {
        "name": "large",
        "data": "data",
        "recipe": "tiny",
        "train": {"table": "train.csv", "images": "{image}", "group": "group"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": {"label": {"classes": [f"class {label:02d}" for label in range(N_CLASSES)], "column": "label"}},
        "submission": {"id": "image", "label": "label"},
    }
    (root / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    (root / "recipes/tiny.yaml").write_text(RECIPE)


def main(root: Path, n_runs: int = 200, n_photos: int = 20_000) -> None:
    shutil.rmtree(root, ignore_errors=True)
    draw_workspace(root, n_photos)
    workspace = open_workspace(root)
    workspace.fold(5)
    rng = np.random.default_rng(1)
    for number in range(n_runs):
        change = [f"optimizer.lr={0.001 * (number + 1):g}"] if number else []
        draw_run(workspace, ["label"], change, skill=float(rng.uniform(2.5, 4.0)), epochs=12)
    for place, spec in enumerate(("best1", "best3", "best10")):
        record = workspace.submit(spec, f"sub{place}")
        workspace.log(record.name, public=round(0.6 + 0.01 * place, 4))
    again = open_workspace(root)
    began = time.monotonic()
    write_report(again, root / NAME, Reporter())
    seconds, size = time.monotonic() - began, (root / NAME).stat().st_size
    print(f"{n_runs} runs, {N_CLASSES} classes, {n_photos:,} photos: built in {seconds:.0f} s, {size / 1e6:.1f} MB")
    print(f"opened in headless Chromium in {opened(root / NAME):.2f} s")


def opened(page: Path) -> float:
    """Seconds until the page has loaded and its first section is drawn."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        window = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        began = time.monotonic()
        window.goto(page.resolve().as_uri(), wait_until="load")
        window.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds = time.monotonic() - began
        browser.close()
    return seconds


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
