"""`kit watch`: who may ask, what it shows of a training, and a review by click in headless Chromium."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from shared.answers import events
from shared.drawn import played
from shared.trained import kit

from benchmarks.drawn import draw_run
from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.learn.network.checkpoint import Checkpoint, save_checkpoint
from kit.report.watch.machine import Machine
from kit.report.watch.server import Watch, address, open_server
from kit.report.watch.training import Training
from kit.reporter import Reporter
from kit.runs.store import Run

FIXES = (
    "image,group,column,value,tier,reason\n"
    ",000001,gender,male,suggested,the models say so\n"
    ",000002,age,61,suggested,looks older\n"
    "train/images/000003_*/normal.*,,stem,mask1,suggested,a mask is worn\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A round of age that no run has eaten, and three suggested fixes."""
    workspace = played(tmp_path)
    (student,) = workspace.runs_dir.glob("age-tiny-r1-*")
    shutil.rmtree(student)
    (tmp_path / "fixes.csv").write_text(FIXES)
    with open(tmp_path / "competition.yaml", "a") as handle:
        handle.write("fixes: {}\n")
    return Workspace(tmp_path)


@pytest.fixture
def url(workspace: Workspace) -> Iterator[str]:
    """The address of a server that runs in a thread."""
    watch = Watch(workspace.root, Reporter())
    server = open_server(watch, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield address(watch, server)
    server.shutdown()
    thread.join()


def ask(url: str, path: str | None = None, method: str = "GET", body: str = "", **headers: str) -> tuple[int, bytes]:
    """What the server answers; path: instead of that of the address."""
    host, slash, own = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request(method, slash + own if path is None else path, body or None, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def test_only_whoever_has_the_token_comes_in(url: str) -> None:
    token = url.rstrip("/").rpartition("/")[2]
    assert ask(url)[0] == 200
    for path in ("/", "/live", "/photo?image=x", f"/{token}", f"/{token[:-1]}/", f"/x{token}/", "/../"):
        assert ask(url, path)[0] == 403, path
    assert ask(url, f"/?token={token}", Cookie=f"token={token}")[0] == 403
    assert ask(url, "/wrong/decide", "POST", "{}", Origin=url[: url.index("/", 8)])[0] == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "0.0.0.0", ""])
def test_another_name_of_this_machine_is_refused(url: str, host: str) -> None:
    assert ask(url, Host=host)[0] == 403
    assert ask(url, Host="localhost:8800")[0] == 200  # through a tunnel


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_another_site_is_refused(url: str, workspace: Workspace, origin: str) -> None:
    reject = json.dumps({"kind": "label", "task": "age", "image": workspace.test["image"][0], "decision": "reject"})
    own, path = url[: url.index("/", 8)], url[url.index("/", 8) :] + "decide"
    sent = {"Content-Type": "application/json"}
    assert ask(url, Origin=origin)[0] == 403
    assert ask(url, path, "POST", reject, Origin=origin, **sent)[0] == 403
    assert ask(url, path, "POST", reject, **sent)[0] == 403  # who does not say where it comes from
    assert ask(url, path, "POST", reject, Origin=own, **{"Content-Type": "text/plain"})[0] == 400
    assert not (workspace.root / "reviewed.csv").exists()
    assert ask(url, path, "POST", reject, Origin=own, **sent)[0] == 200
    assert (workspace.root / "reviewed.csv").exists()


def test_what_is_no_decision_is_told_and_not_written(url: str, workspace: Workspace) -> None:
    own, path = url[: url.index("/", 8)], url[url.index("/", 8) :] + "decide"
    image = workspace.test["image"][0]
    for content, told in (
        ("[]", "no decision"),
        ("{", "no JSON"),
        (json.dumps({"kind": "label", "task": "age", "image": image, "decision": "delete"}), "no decision"),
        (json.dumps({"kind": "label", "task": "agee", "image": image, "decision": "reject"}), "did you mean 'age'"),
        (json.dumps({"kind": "label", "task": "age", "image": "../x", "decision": "reject"}), "no test photo"),
        (json.dumps({"kind": "label", "task": "age", "image": image, "decision": "relabel", "value": "?"}), "no class"),
        (json.dumps({"kind": "fix", "key": "0", "decision": "accept"}), "changed or removed"),
    ):
        status, answer = ask(url, path, "POST", content, Origin=own, **{"Content-Type": "application/json"})
        assert status == 400 and told in json.loads(answer)["error"]
    too_long = json.dumps({"kind": "label", "task": "x" * 100_000})
    assert ask(url, path, "POST", too_long, Origin=own, **{"Content-Type": "application/json"})[0] == 413
    assert not (workspace.root / "reviewed.csv").exists() and (workspace.root / "fixes.csv").read_text() == FIXES


def test_photos_are_those_of_the_tables_and_no_other_file(url: str, workspace: Workspace) -> None:
    path = url[url.index("/", 8) :] + "photo?image="
    assert ask(url, path + workspace.test["image"][0])[1][8:12] == b"WEBP"
    for other in ("answers.csv", "../competition.yaml", "%2Fetc%2Fpasswd", str(workspace.root / "fixes.csv")):
        assert ask(url, path + other)[0] == 404


def test_it_is_on_loopback_alone_and_says_nothing_to_other_sites(url: str) -> None:
    host, _, _ = url.removeprefix("http://").partition("/")
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.2", int(host.partition(":")[2]), timeout=5).connect()
    connection = http.client.HTTPConnection(host)
    connection.request("GET", url[url.index("/", 8) :])
    headers = connection.getresponse().headers
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Access-Control-Allow-Origin"] is None
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    connection.close()


def test_a_broken_workspace_is_told_and_the_watch_goes_on(url: str, workspace: Workspace) -> None:
    live, spec = url[url.index("/", 8) :] + "live", workspace.root / "competition.yaml"
    text = spec.read_text()
    spec.write_text(text.replace("metric: f1_macro", "metric: f1_makro"))
    assert "did you mean" in json.loads(ask(url, live)[1])["now"]
    spec.write_text(text)
    assert "trouble" not in json.loads(ask(url, live)[1])["now"]


def test_the_command_says_where_it_is_and_ends_with_ctrl_c(workspace: Workspace) -> None:
    command = [sys.executable, "-m", "kit", "-C", str(workspace.root), "watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        url = events(lines[1])[0]["row"]["url"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", url) and ask(url)[0] == 200
        taken = url.removeprefix("http://127.0.0.1:").partition("/")[0]
        assert kit(workspace, "watch", "--port", taken) == 2
        process.send_signal(signal.SIGINT)
        rest, told = process.communicate(timeout=60)
    assert process.returncode == 0 and events(rest)[-1] | {"event": "done", "url": url} == events(rest)[-1]
    assert "Traceback" not in told and "ended" in told


# what it shows of a training


@pytest.fixture
def under_way(workspace: Workspace) -> Run:
    """A run whose fold 0 is done, and of whose fold 1 three of eight epochs are."""
    run = draw_run(workspace, ["gender"], ["epochs=8", "optimizer.lr=0.03"], folds=[0])
    run.work_dir(1).mkdir()
    history = [
        {"epoch": epoch, "train_loss": 1.25 - epoch / 4, "valid_loss": 1.5, "score": 0.5125} for epoch in range(3)
    ]
    optimizer: dict[str, Any] = {"state": {}, "param_groups": []}
    checkpoint = Checkpoint(epoch=3, model={"w": torch.zeros(4)}, optimizer=optimizer, history=history)
    save_checkpoint(run.work_dir(1) / "checkpoint.safetensors", checkpoint, f"{run.id}/fold1")
    return run


def everything(root: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in root.rglob("*")}


def test_a_training_is_told_from_its_files_and_is_not_touched(url: str, workspace: Workspace, under_way: Run) -> None:
    live = url[url.index("/", 8) :] + "live"
    with claimed(under_way.fold_dir(1)):
        before = everything(workspace.runs_dir)
        told = json.loads(ask(url, live)[1])
        assert everything(workspace.runs_dir) == before
        bar = re.sub(r"<[^>]+>", " ", told["now"])
        assert under_way.id in bar and "11 of 16 epochs" in bar and "3 of 8" in bar and "0.7500" in bar
        assert "training" in bar and f"process {os.getpid()} on" in bar
        assert re.search(r"OOF so far: gender: f1_macro 0\.\d{4} \[.*\] on 1 of 2 folds", bar)
        assert "CPU" in told["facts"] and "time left" in told["facts"]
        assert "<svg" in told["sections"] and "What is next" in told["sections"]
    again = json.loads(ask(url, live)[1])
    assert "nobody is at work on it" in again["now"] and "goes on with fold 1" in again["sections"]


def test_a_damaged_checkpoint_is_no_epoch(workspace: Workspace, under_way: Run) -> None:
    path = under_way.work_dir(1) / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:20])
    (now,) = Training().look([under_way])
    assert [fold.state for fold in now.folds] == ["done", "stopped"] and now.folds[1].history == ()


def test_the_time_left_is_that_of_the_folds_that_were_trained_here(workspace: Workspace, under_way: Run) -> None:
    training = Training()
    with claimed(under_way.fold_dir(1)):
        (now,) = training.look([under_way])
        left = training.seconds_left(now)
    done = now.folds[0]
    assert done.seconds is not None and left is not None
    assert 4 * done.seconds / 8 - 30 <= left <= 5 * done.seconds / 8


def test_gpus_are_what_nvidia_smi_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text(
        "#!/bin/sh\necho 'NVIDIA H100 80GB HBM3, 87, 40000, 81559'\necho 'NVIDIA A30, [N/A], [N/A], 24576'\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    first, second = Machine().look().gpus
    assert (first.name, first.use, first.used) == ("NVIDIA H100 80GB HBM3", 0.87, 40000 * 2**20)
    assert (second.name, second.use, second.memory) == ("NVIDIA A30", None, 24576 * 2**20)


# the review, in a browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def page(url: str) -> Iterator[Any]:
    """The page in headless Chromium; at the end it has asked nobody but its server, and complained of nothing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not here: pip install -e '.[dev]'")
    if CHROMIUM is None:
        pytest.skip("no Chromium is here: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened, asked, told = browser.new_page(viewport={"width": 1280, "height": 900}), [], []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda message: told.append(message.text))
        opened.on("pageerror", lambda error: told.append(str(error)))
        opened.goto(url)
        opened.wait_for_selector("#fixes .fix")
        yield opened
        assert all(one.startswith((url, "data:")) for one in asked)
        assert [one for one in told if "status of 400" not in one] == []  # which the page tells of itself
        browser.close()


def settled(card: Any, decision: str) -> None:
    """Wait until a card shows that its decision was written down."""
    card.locator(".verdict").filter(has_text=decision).wait_for()


def test_a_review_of_labels_by_click_is_written_and_training_heeds_it(page: Any, workspace: Workspace) -> None:
    cards = page.locator(".deck .judge")
    first, second, third, fourth = (cards.nth(place) for place in range(4))
    images = [card.get_attribute("data-image") for card in (first, second, third, fourth)]
    said = [card.get_attribute("data-said") for card in (first, second, third, fourth)]
    first.get_by_role("button", name="accept").click()
    settled(first, "accept")
    second.get_by_role("button", name="reject").click()
    settled(second, "reject")
    other = next(name for name in workspace.competition.task("age").outputs if name != said[2])
    third.locator("select").focus()
    third.locator("select").select_option(other)
    settled(third, "relabel")
    fourth.focus()
    page.keyboard.press("r")
    settled(fourth, "reject")
    page.keyboard.press("u")
    fourth.locator(".verdict:text-is('')").wait_for(state="attached")
    page.locator("#count", has_text="3 of").wait_for()

    table = pd.read_csv(workspace.root / "reviewed.csv", dtype=str, keep_default_na=False)
    assert table[["image", "task", "decision", "value"]].values.tolist() == [
        [images[0], "age", "accept", said[0]],
        [images[1], "age", "reject", ""],
        [images[2], "age", "relabel", other],
    ]
    command = page.locator("#count code").inner_text()
    assert command == "kit pseudo --round 1 --reviewed"
    assert kit(workspace, *command.split()[1:]) == 0
    folder = workspace.pseudo_dir / "round1"
    taught = pd.concat([pd.read_parquet(path) for path in folder.glob("*.parquet")])
    assert images[1] not in set(taught["image"])
    code = workspace.competition.task("age").outputs.index(other)
    assert set(taught.loc[taught["image"] == images[2], "label"]) == {code}
    assert kit(workspace, "train", "--round", "1", "--task", "age", "--folds", "0", "--set", "epochs=1") == 0
    (run,) = workspace.runs_dir.glob("age-tiny-r1-*")
    assert Run(run).fold_record(0).n_pseudo == len(pd.read_parquet(folder / "age-fold0.parquet"))
    # what was decided stays to be seen and changed
    page.locator("#show").select_option("decided")
    page.locator("#count:not(:has(code))").wait_for()
    assert page.locator(f".judge[data-image='{images[1]}'].reject").count() == 1


def test_a_review_of_fixes_by_click_is_written_and_all_commands_read_it(
    page: Any, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    before = workspace.tables
    cards = page.locator("#fixes .judge")
    cards.nth(0).get_by_role("button", name="accept").click()
    settled(cards.nth(0), "accept")
    cards.nth(1).focus()
    page.keyboard.press("r")
    settled(cards.nth(1), "reject")
    select = cards.nth(2).locator("select")
    select.focus()
    select.select_option("incorrect_mask")
    settled(cards.nth(2), "relabel")
    assert (workspace.root / "fixes.csv").read_text() == (
        "image,group,column,value,tier,reason\n"
        ",000001,gender,male,core,the models say so\n"
        ",000002,age,61,rejected,looks older\n"
        "train/images/000003_*/normal.*,,stem,incorrect_mask,core,a mask is worn\n"
    )
    after = Workspace(workspace.root).tables
    assert set(after.train["group"][after.train["gender"] != before.train["gender"]]) == {"000001"}
    assert (after.train["mask"] != before.train["mask"]).sum() == 1
    (workspace.root / "runs/folds.csv").unlink()
    assert kit(workspace, "fold", "--folds", "2") == 0
    told = capsys.readouterr()
    assert "fixes.csv: 8 rows mended" in told.out + told.err
    page.reload()
    page.locator("#fixes .lead", has_text="no line of the tier suggested").wait_for()
    # an accepted line can be refused where the tables could not be read with it
    page.locator("#labels .note", has_text="round1").wait_for()


def test_a_decision_that_is_refused_is_told_on_the_page(page: Any, workspace: Workspace) -> None:
    (workspace.root / "fixes.csv").write_text(FIXES.replace("000001,gender,male", "000001,gender,female"))
    page.locator("#fixes .judge").first.get_by_role("button", name="accept").click()
    page.locator("#toast", has_text="changed or removed meanwhile").wait_for()


def test_the_live_part_comes_by_itself(page: Any, workspace: Workspace, under_way: Run) -> None:
    page.locator("#now", has_text=under_way.id).wait_for()
    page.locator("#curves svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
