"""Names from files never leave their folders, cells are no formulas, nothing is unpickled, and no key is shown."""

from __future__ import annotations

import ast
import base64
import csv
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from shared.mini import mini_workspace
from shared.trained import kit, trained
from werkzeug.test import Client

from kit import schema
from kit.cli.console import CsvOutput, Output
from kit.cli.json_lines import JsonOutput
from kit.competition.spec import read_competition
from kit.errors import KitError
from kit.files import fingerprint
from kit.images.array_file import map_array
from kit.keys import hidden
from kit.learn.network.pretrained import _read
from kit.recipes.load import load_recipe
from kit.report.doctor_data import look_at_files
from kit.report.trackers import Tracked
from kit.report.watch.server import Watch
from kit.reporter import Reporter
from kit.runs.record import Epoch
from kit.runs.store import Run
from kit.ship.drawing import picture_paths
from kit.submissions.form import csv_bytes, read_layout
from kit.submissions.record import read_submissions

ROOT = Path(__file__).parent.parent
PLACES = ("../../../etc/passwd", "/etc/passwd", "a/../../../secret.jpg", "..")


class Runs:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("name", PLACES)
def test_a_table_never_leads_out_of_the_data_folder(tmp_path: Path, name: str) -> None:
    workspace = mini_workspace(tmp_path, people=6)
    (workspace.root / "competition.yaml").write_text(
        (workspace.root / "competition.yaml").read_text().replace("eval/images/{ImageID}", '"{ImageID}"')
    )
    table = workspace.data_dir / "eval/info.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([lines[0], f"{name},0", *lines[2:]]) + "\n")
    with pytest.raises(KitError, match=r"info.csv: line 2 leads to .*, which is no path in the data folder"):
        _ = workspace.tables


def rewritten(path: Path, **changes: object) -> None:
    """A record with other values, its checksum mended."""
    content = json.loads(path.read_text()) | changes
    del content["checksum"]
    path.write_text(json.dumps({**content, "checksum": fingerprint(content)}))


@pytest.mark.parametrize("name", ["../first", "/tmp/first", "a\\b", "..", "", "a\nb"])
def test_a_record_never_names_a_place_elsewhere(tmp_path: Path, name: str) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "first") == 0
    rewritten(workspace.submissions_dir / "first.json", name=name)
    with pytest.raises(KitError, match=r"first\.json: "):
        read_submissions(workspace.submissions_dir)
    run = Run(workspace.runs_dir / ids["poor mask"])
    rewritten(run.path / "run.json", init_from=name)
    with pytest.raises(KitError, match=r"run\.json: "):
        _ = run.record
    with pytest.raises(KitError):
        load_recipe(f"../{name}", workspace.recipes_dir)


def test_no_cell_of_a_listing_is_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "plain", "a=1"]
    CsvOutput().rows([{"name": cell, "score": -0.5, "rows": -3} for cell in cells])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["name"] for row in rows] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain", "a=1"]
    assert {row["score"] for row in rows} == {"-0.5"} and {row["rows"] for row in rows} == {"-3"}
    CsvOutput().answer({"photo": "=1+1.png", "@class": "+worn"}, "")
    assert capsys.readouterr().out == "photo,'@class\n'=1+1.png,'+worn\n", "frame by frame too"
    CsvOutput().rows([{"file": Path("=1.png"), "wide": "＝1", "line": "\n=1", "known": True, "none": None}])
    assert capsys.readouterr().out == "file,wide,line,known,none\n'=1.png,'＝1,\"'\n=1\",True,\n"


def test_every_csv_of_a_listing_goes_through_the_one_place_that_quotes() -> None:
    """The other tables that kit writes are read again by kit or by a host, and say what they say."""
    written = {"competition/suggested.py", "pseudo/reviewed.py", "images/crops.py", "folds/frozen.py"}
    written |= {
        "report/audit_fixes.py",
        "images/merge.py",
        "submissions/form.py",
        "ship/bundle.py",
        "presets/digits.py",
        "presets/demo/draw.py",
        "presets/table/gone.py",
        "table_file.py",  # rewritten to be read at once, and never to a file
    }
    found = set()
    for path in sorted((ROOT / "kit").rglob("*.py")):
        text = path.read_text()
        if "to_csv(" in text or "csv.writer(" in text or "DictWriter(" in text:
            found.add(path.relative_to(ROOT / "kit").as_posix())
    assert found == {*written, "cli/console.py"}


def test_a_submission_says_what_it_says(tmp_path: Path) -> None:
    layout = read_layout(mini_workspace(tmp_path, people=6))
    table = pd.DataFrame({"ImageID": ["=1.jpg", "@2.jpg"], "ans": ["+worn", "-worn"]})
    assert csv_bytes(layout, table) == b"ImageID,ans\n=1.jpg,+worn\n@2.jpg,-worn\n"


def test_photos_of_one_name_get_a_picture_each() -> None:
    photos = [Path(name) for name in ("x/a.png", "y/a.jpg", "a-2.png", "z/A.png", "..png", "=1.jpg")]
    paths = picture_paths(Path("out"), photos)
    assert [path.name for path in paths.values()] == ["a.png", "a-2.png", "a-2-2.png", "A-3.png", "..png", "=1.png"]
    assert {path.parent for path in paths.values()} == {Path("out")}


@pytest.mark.parametrize("slug", ['x"; import os #', "../x", "a b", "", "x\ny"])
def test_a_slug_is_a_part_of_an_address(tmp_path: Path, slug: str) -> None:
    """It stands in addresses, and in the notebook of `kit submit --kernel`."""
    spec = mini_workspace(tmp_path, people=6).root / "competition.yaml"
    spec.write_text(f"{spec.read_text()}slug: {json.dumps(slug)}\n")
    with pytest.raises(KitError, match=r"is no part of an address: .*; mend 'slug'"):
        read_competition(spec)


def test_the_doctor_says_which_photos_a_link_takes_from_elsewhere(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path / "ws", people=6)
    assert not [one for one in look_at_files(workspace, workspace.tables) if "a link" in one.what]
    photos = sorted((workspace.data_dir / "eval/images").iterdir())
    photos[0].rename(tmp_path / "elsewhere.jpg")
    photos[0].symlink_to(tmp_path / "elsewhere.jpg")
    photos[1].rename(workspace.data_dir / "within.jpg")
    photos[1].symlink_to(workspace.data_dir / "within.jpg")
    (told,) = [one for one in look_at_files(workspace, workspace.tables) if "a link" in one.what]
    assert told.what.startswith("1 photos are taken from elsewhere") and f"{tmp_path}/elsewhere.jpg" in told.where


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    torch.save({"weight": Runs(ran)}, tmp_path / "weights.pth")
    np.save(tmp_path / "cache.npy", np.array([Runs(ran)], dtype=object), allow_pickle=True)
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Runs(ran)))
    for name in ("weights.pth", "plain.pth"):
        with pytest.raises(KitError, match=name):
            _read(tmp_path / name)
    with pytest.raises((KitError, ValueError)):
        map_array(tmp_path / "cache.npy", 0)
    assert not ran.exists()


@pytest.mark.parametrize(
    "odd",
    [{1: torch.ones(2)}, {"a": torch.ones(2, 2).to_sparse()}, {"a": torch.ones(2, device="meta")}, [torch.ones(2)]],
    ids=["a number for a name", "sparse", "nowhere", "a list"],
)
def test_weights_to_start_from_are_plain_tensors_with_names(odd: object, tmp_path: Path) -> None:
    torch.save(odd, tmp_path / "start.pth")
    with pytest.raises(KitError, match=r"start.pth: this is no state dict of tensors"):
        _read(tmp_path / "start.pth")


def test_every_call_that_could_unpickle_says_that_it_may_not() -> None:
    for path in sorted((ROOT / "kit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called, given = ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert called.rpartition(".")[2] not in ("read_pickle", "Unpickler", "load_state_dict_from_url"), path
            assert called not in ("pickle.load", "pickle.loads", "joblib.load", "dill.load", "shelve.open"), path
            assert called not in ("marshal.loads", "yaml.unsafe_load", "yaml.full_load", "torch.hub.load"), path
            if called == "yaml.load":  # its reader makes plain values alone, none of Python's objects
                assert path == ROOT / "kit/schema.py" and ast.unparse(node.args[1]) == "_Loader"
                assert issubclass(schema._Loader, yaml.SafeLoader)
            if called == "torch.load":
                assert given["weights_only"] == "True", path
            if called in ("np.load", "numpy.load"):
                assert given["allow_pickle"] == "False", path


def test_no_key_is_in_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kaggle.json").write_text(json.dumps({"username": "somebody-known", "key": "0123456789abcdef"}))
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_fedcba9876543210")
    told = hidden("Basic somebody-known:0123456789abcdef, Bearer KGAT_fedcba9876543210")
    assert told == "Basic somebody-known:[a key], Bearer [a key]"
    script = "from kit.keys import hide_keys; hide_keys(); raise ValueError('KGAT_fedcba9876543210')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "ValueError: [a key]" in done.stderr and "KGAT_" not in done.stderr


def test_no_key_is_in_a_sentence_a_warning_or_a_line_of_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a package of others says of its failure may hold the key that it was given."""
    workspace = mini_workspace(tmp_path)
    monkeypatch.setenv("WANDB_API_KEY", "0123456789abcdef0123")
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_fedcba9876543210")
    for words in (["score", "KGAT_fedcba9876543210"], ["runs", "rm", "KGAT_fedcba9876543210", "--json"]):
        assert kit(workspace, *words) == 2
    tracked = Tracked(Output(), {})
    tracked.trackers["wandb"] = Refused()
    tracked.epoch("run", 0, Epoch(epoch=0, train_loss=0.5))
    JsonOutput().failed("ConnectionError: wandb:0123456789abcdef0123", None, None, 1)
    told = "".join(capsys.readouterr())
    assert told.count("[a key]") >= 4 and "KGAT_fe" not in told and "0123456789" not in told


def test_no_key_is_in_a_listing_on_a_page_or_in_the_traceback_of_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = {
        "any": "v4riable-0123",
        "netrc": "netrc-01234567",
        "hub": "hf_0123456789abc",
        "basic": "kaggle-0123456",
    }
    for place, text in {
        ".netrc": f"machine api.wandb.ai\n  login user\n  password {keys['netrc']}\n",
        ".cache/huggingface/token": keys["hub"],
        ".kaggle/kaggle.json": json.dumps({"username": "somebody", "key": keys["basic"]}),
    }.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    for name in ("KAGGLE_CONFIG_DIR", "HF_HOME", "HF_TOKEN_PATH", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_PASSWORD", keys["any"])
    whole = " ".join([*keys.values(), base64.b64encode(f"somebody:{keys['basic']}".encode()).decode()])
    for output in (Output(), CsvOutput(), JsonOutput()):
        output.listing([{"run": whole}])
        output.answer({"run": whole}, whole)
        output.info(whole)
        output.warn(whole)
        with output.command("train", None, {}):
            output.result(why=whole)
    watch = Watch(mini_workspace(tmp_path / "ws", people=6).root, Reporter(), "token")
    spec = tmp_path / "ws/competition.yaml"
    spec.write_text(spec.read_text().replace("name: mini", f"name: {keys['hub']}"))
    page = Client(watch).get("/token/", headers={"Host": "127.0.0.1"}).text
    script = (
        f"import threading; from kit.keys import hide_keys; hide_keys()\ndef fails(): raise ValueError({whole!r})\n"
        "threading.Thread(target=fails).start()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    told = "".join([*capsys.readouterr(), page, done.stderr])
    assert told.count("[a key]") > 40 and "Traceback" in done.stderr
    assert not [key for key in whole.split() if key in told]


class Refused:
    """A tracker whose server says whom it refuses."""

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        raise ConnectionError("401 for https://api:0123456789abcdef0123@api.example.org/files")

    def close(self) -> None:
        pass
