"""Trackers: what they wrote is read back by their own packages, and none that fails stops a training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared.mini import mini_workspace
from shared.told import Told
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.folds.frozen import freeze_folds
from kit.report.trackers import Tracked
from kit.runs.record import Epoch
from kit.runs.store import all_runs

pytest.importorskip("wandb", reason="W&B is not here: pip install -e '.[dev]'")
pytest.importorskip("tensorboard", reason="TensorBoard is not here: pip install -e '.[dev]'")

Curve = dict[int, dict[str, float]]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two folds of two epochs, followed by both."""
    workspace = mini_workspace(tmp_path_factory.mktemp("followed"))
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WANDB_MODE", "offline")
        both = ["--track", "wandb", "--track", "tensorboard"]
        assert kit(workspace, "train", "--task", "mask", "--set", "epochs=2", *both) == 0
    return workspace


def curves(workspace: Workspace) -> dict[int, Curve]:
    """What the records say of each fold, by epoch."""
    (run,) = all_runs(workspace)
    return {
        fold: {
            line.epoch: {"train_loss": line.train_loss, "valid_loss": line.valid_loss, "score": line.score}  # type: ignore[dict-item]
            for line in run.fold_record(fold).history
        }
        for fold in run.finished_folds
    }


def test_tensorboard_reads_the_curves_back(followed: Workspace) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    (run,) = all_runs(followed)
    for fold, curve in curves(followed).items():
        events = EventAccumulator(str(followed.root / "tracked/tensorboard" / run.id / f"fold{fold}"))
        events.Reload()
        found: Curve = defaultdict(dict)
        for name in events.Tags()["scalars"]:
            for scalar in events.Scalars(name):
                found[scalar.step][name] = scalar.value
        assert found.keys() == curve.keys()
        assert all(found[epoch] == pytest.approx(values) for epoch, values in curve.items())


def test_wandb_offline_reads_the_curves_back(followed: Workspace) -> None:
    from wandb.proto.wandb_internal_pb2 import Record

    found: dict[str, Curve] = {}
    groups = set()
    for path in sorted((followed.root / "tracked/wandb").rglob("*.wandb")):
        name, curve = "", Curve()
        for data in logged_records(path.read_bytes()):
            record = Record()
            record.ParseFromString(data)
            if record.WhichOneof("record_type") == "run":
                name = record.run.display_name
                groups.add(record.run.run_group)
            if record.WhichOneof("record_type") == "history":
                items = {item.key or item.nested_key[0]: json.loads(item.value_json) for item in record.history.item}
                step = int(items["_step"])
                curve[step] = {key: value for key, value in items.items() if not key.startswith("_")}
        found[name] = curve
    (run,) = all_runs(followed)
    assert groups == {run.id}
    for fold, curve in curves(followed).items():
        logged = found[f"{run.id} fold {fold}"]
        assert logged.keys() == curve.keys()
        assert all(logged[epoch] == pytest.approx(values) for epoch, values in curve.items())


def logged_records(data: bytes) -> Iterator[bytes]:
    """The records of an offline run's file: LevelDB's log format, of blocks of 32 KiB, after a head of 7 bytes."""
    place, whole = 7, b""
    while place + 7 <= len(data):
        if 32768 - place % 32768 < 7:  # the rest of a block that no head fits into
            place += 32768 - place % 32768
            continue
        length, kind = int.from_bytes(data[place + 4 : place + 6], "little"), data[place + 6]
        whole += data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 4):  # whole, or the last part
            yield whole
            whole = b""


class Broken:
    """A tracker whose server is gone."""

    def __init__(self) -> None:
        self.asked = 0

    def epoch(self, run: str, fold: int, epoch: object) -> None:
        self.asked += 1
        raise ConnectionError("the server is gone")

    def close(self) -> None:
        raise ConnectionError("the server is gone")


def test_a_tracker_that_fails_is_told_of_once_and_asked_no_more() -> None:
    told, broken = Told(), Broken()
    following = Tracked(told, {"broken": broken})
    for epoch in range(3):
        following.epoch("run", 0, Epoch(epoch=epoch, train_loss=1.0))
    following.close()
    assert broken.asked == 1
    assert told.warned == ["broken follows no more, and the training goes on: ConnectionError: the server is gone"]


def test_a_training_ends_well_where_trackers_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = mini_workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    (tmp_path / "tracked").write_text("a file where a folder should be")
    both = ["--track", "tensorboard", "--track", "wandb"]
    assert kit(workspace, "train", "--task", "mask", "--folds", "0", "--set", "epochs=1", *both) == 0
    told = capsys.readouterr()
    assert "tensorboard follows no more" in told.err and "wandb follows no more" in told.err
    assert "OOF f1_macro" in told.out


def test_a_package_that_breaks_as_it_is_imported_stops_nothing(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path / "played", people=6)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages/wandb.py").write_text("raise TypeError('descriptors of another protobuf')\n")
    code = (
        "from pathlib import Path\n"
        "from shared.told import Told\n"
        "from kit.competition.workspace import Workspace\n"
        "from kit.report.trackers import tracked\n"
        f"told = Told()\nworkspace = Workspace(Path({str(workspace.root)!r}))\n"
        "with tracked(workspace, ['wandb'], told) as reporter:\n"
        "    reporter.info('training')\n"
        "print(told.warned)\n"
    )
    places = os.pathsep.join((str(tmp_path / "packages"), str(Path(__file__).parents[1]), *sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": places}, capture_output=True, text=True
    )
    assert "wandb follows no more, and the training goes on: TypeError: descriptors" in done.stdout, done.stderr


def test_neither_a_tracker_nor_torch_is_imported_where_none_is_needed(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path, people=6)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    recipe = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 8, orientations: 4}\nsize: 16\n"
    (workspace.recipes_dir / "plain.yaml").write_text(recipe)
    code = (
        "import sys, kit.cli\n"
        "try: kit.cli.main(['train', '--task', 'mask', '--recipe', 'plain'])\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "needless = ('tensorboard', 'wandb', 'kit.report.trackers.', 'torch', 'timm')\n"
        "asked = [name for name in sys.modules if name.startswith(needless)]\n"
        "assert not asked, asked\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
