"""Suggested fixes are decided on in their file: applied, kept as rejected, or given another value."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from shared.mini import SPEC, mini_workspace, read_tables

from kit.competition.suggested import Suggestion, decide_fix, suggestions
from kit.competition.workspace import Workspace
from kit.errors import KitError

LINES = (
    "image,group,column,value,tier,reason,who\n"
    ',000001,gender,male,suggested,"seen, and sure",ann\n'
    "train/images/000002_*/normal.*,,stem,mask,suggested,a mask,\n"
    ",000003,gender,male,core,known,\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = mini_workspace(tmp_path, people=6)
    (tmp_path / "fixes.csv").write_text(LINES)
    (tmp_path / "competition.yaml").write_text(SPEC + "fixes: {}\n")
    return Workspace(workspace.root)


def decided(workspace: Workspace, one: Suggestion, *decision: str) -> str:
    return decide_fix(Workspace(workspace.root), one.key, *decision)  # type: ignore[arg-type]


def text(workspace: Workspace) -> str:
    return (workspace.root / "fixes.csv").read_text()


def test_a_suggestion_says_whom_it_is_for_and_applies_nothing(workspace: Workspace) -> None:
    first, second = suggestions(workspace)
    assert (first.who, first.now, first.value, len(first.images)) == ("000001", ("female",), "male", 7)
    assert second.now == ("normal",) and len(second.images) == 1
    assert read_tables(workspace).notes == ("fixes.csv: 7 rows mended",)  # the line of the tier core


def test_what_is_accepted_is_applied_and_every_other_line_stays(workspace: Workspace) -> None:
    before = read_tables(workspace)
    decided(workspace, suggestions(workspace)[0], "accept")
    assert text(workspace) == LINES.replace('male,suggested,"seen', 'male,core,"seen')
    after = read_tables(workspace)
    assert set(after.train["group"][after.train["gender"] != before.train["gender"]]) == {"000001"}
    assert after.fingerprint != before.fingerprint


def test_what_is_rejected_is_kept_and_not_asked_again(workspace: Workspace) -> None:
    before = read_tables(workspace)
    decided(workspace, suggestions(workspace)[0], "reject")
    assert text(workspace) == LINES.replace('male,suggested,"seen', 'male,rejected,"seen')
    assert read_tables(workspace).fingerprint == before.fingerprint
    assert [one.who for one in suggestions(workspace)] == ["train/images/000002_*/normal.*"]


def test_another_value_is_applied_and_taken_back(workspace: Workspace) -> None:
    mask = suggestions(workspace)[1]
    key = decided(workspace, mask, "relabel", "incorrect_mask")
    assert "stem,incorrect_mask,core" in text(workspace)
    assert decide_fix(workspace, key, "undo", "mask") == mask.key
    assert text(workspace) == LINES


def test_a_file_of_suggestions_alone_is_no_error(workspace: Workspace) -> None:
    lines = LINES.replace(",core,", ",suggested,")
    (workspace.root / "fixes.csv").write_text(lines)
    assert read_tables(workspace).notes == ()
    (workspace.root / "fixes.csv").write_text(lines.replace("suggested,known", "likely,known"))
    with pytest.raises(KitError, match="no fix is of the tier 'core'"):
        read_tables(workspace)


@pytest.mark.parametrize(
    ("change", "decision", "told"),
    [
        (("000001,gender,male", "000001,gendre,male"), ("accept",), "no column 'gendre'"),
        (("000001,gender,male", "000001,gender,mail"), ("accept",), "did you mean 'male'"),
        (("000001,gender,male", "000001,gender,male"), ("relabel", "mail"), "did you mean 'male'"),
        ((",000003,gender,male", ",000001,gender,female"), ("accept",), "say that 'gender' of '000001'"),
    ],
)
def test_what_the_tables_could_not_be_read_with_is_not_written(
    workspace: Workspace, change: tuple[str, str], decision: tuple[str, ...], told: str
) -> None:
    lines = LINES.replace(*change)
    (workspace.root / "fixes.csv").write_text(lines)
    with pytest.raises(KitError, match=told):
        decided(workspace, suggestions(Workspace(workspace.root))[0], *decision)
    assert text(workspace) == lines


def test_a_line_that_changed_meanwhile_is_not_decided_on(workspace: Workspace) -> None:
    one = suggestions(workspace)[0]
    (workspace.root / "fixes.csv").write_text(LINES.replace("seen, and", "heard, and"))
    with pytest.raises(KitError, match="changed or removed meanwhile"):
        decided(workspace, one, "accept")


def test_names_stay_what_they_are(workspace: Workspace) -> None:
    decided(workspace, suggestions(workspace)[0], "accept")
    table = pd.read_csv(workspace.root / "fixes.csv", dtype=str, keep_default_na=False)
    assert list(table["who"]) == ["ann", "", ""] and list(table["group"]) == ["000001", "", "000003"]
