"""Records of before: a workspace whose records have the words and the form of an older kit opens as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shared.trained import kit, reopened, trained

from kit.competition.workspace import Workspace
from kit.files import fingerprint
from kit.pseudo.lineage import Lineage
from kit.runs.store import Run

WORDS = {"score": "macro_f1", "duplicates": "twins", "own_fold": "lane", "pooled": "all"}


def aged(content: object) -> object:
    """A record's content as an older kit wrote it."""
    if isinstance(content, list):
        return [aged(item) for item in content]
    if not isinstance(content, dict):
        return content
    basis = content.pop("basis", None)
    old = {
        WORDS.get(key, key) if key in ("score", "duplicates") else key: aged(value) for key, value in content.items()
    }
    if old.get("teachers") in ("own_fold", "pooled"):
        old["teachers"] = WORDS[old["teachers"]]
    for gone in ("outside", "trained_per_fold", "unproven"):
        old.pop(gone, None)
    if basis is not None:
        old |= {"data": basis["data"], "folds": basis["folds"]}
        if "csv" in old:
            old["metric"] = basis["metric"]
    return old


def age(workspace: Workspace) -> int:
    paths = [*workspace.runs_dir.rglob("*.json"), *workspace.submissions_dir.glob("*.json")]
    for path in paths:
        content = json.loads(path.read_text())
        content.pop("checksum")
        old = aged(content)
        path.write_text(json.dumps({**old, "checksum": fingerprint(old)}))  # type: ignore[dict-item]
    return len(paths)


def test_runs_rounds_and_submissions_of_an_older_kit_are_read_scored_and_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = trained(tmp_path)
    assert kit(workspace, "submit", "--name", "old") == 0
    assert kit(workspace, "pseudo", "--task", "mask") == 0
    assert age(workspace) > 10
    assert '"macro_f1"' in (workspace.runs_dir / ids["good mask"] / "fold0/fold.json").read_text()
    workspace = reopened(workspace)
    for arguments in (["runs"], ["score"], ["compare", "best1", "old"], ["select"], ["lineage", "old"]):
        assert kit(workspace, *arguments) == 0, arguments
    run = Run(workspace.runs_dir / ids["good mask"])
    assert run.record.basis.pixels is None and run.fold_record(0).score is not None
    assert not Lineage(workspace).taint(run)
    capsys.readouterr()
    assert kit(workspace, "train", "--task", "mask", "--round", "1", "--folds", "0") == 0
    kit(workspace, "doctor", "--fast")
    assert "taken on trust" in capsys.readouterr().out
