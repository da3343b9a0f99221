"""`kit init table` alone makes the right competition.yaml of the files of fourteen hosts, or asks; it is never wrong
without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from shared.host_files import Files, Layout
from shared.layouts_at_eighteenth import AT_EIGHTEENTH
from shared.layouts_at_eighth import AT_EIGHTH
from shared.layouts_at_eighth_folders import AT_EIGHTH_FOLDERS
from shared.layouts_at_eighth_looks import AT_EIGHTH_LOOKS
from shared.layouts_at_eleventh import AT_ELEVENTH
from shared.layouts_at_fifteenth import AT_FIFTEENTH
from shared.layouts_at_fifth import AT_FIFTH
from shared.layouts_at_fourteenth import AT_FOURTEENTH
from shared.layouts_at_fourth import AT_FOURTH
from shared.layouts_at_hand import AT_HAND
from shared.layouts_at_large import AT_LARGE
from shared.layouts_at_ninth import AT_NINTH
from shared.layouts_at_seventh import AT_SEVENTH
from shared.layouts_at_sixth import AT_SIXTH
from shared.layouts_at_tenth import AT_TENTH
from shared.layouts_at_third import AT_THIRD
from shared.layouts_at_thirteenth import AT_THIRTEENTH
from shared.layouts_at_twelfth import AT_TWELFTH
from shared.layouts_at_twenty_first import AT_TWENTY_FIRST
from shared.layouts_at_twenty_fourth import AT_TWENTY_FOURTH
from shared.layouts_of_hosts import LAYOUTS
from shared.layouts_of_more_hosts import MORE
from shared.layouts_of_trouble import TROUBLE
from shared.layouts_played import PLAYED
from shared.layouts_unseen import UNSEEN

from kit.cli.main import main
from kit.competition.workspace import Workspace
from kit.submissions.form import read_layout


def kit(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


def held(content: Any, key: str) -> Any:
    """What stands behind a key with dots; None where nothing does."""
    for part in key.split("."):
        content = content.get(part) if isinstance(content, dict) else None
    return content


EVERY = [
    *(*LAYOUTS, *MORE, *TROUBLE, *PLAYED, *UNSEEN, *AT_LARGE, *AT_HAND),
    *(*AT_THIRD, *AT_FOURTH, *AT_FIFTH, *AT_SIXTH, *AT_SEVENTH, *AT_EIGHTH, *AT_NINTH),
    *(*AT_EIGHTH_FOLDERS, *AT_EIGHTH_LOOKS, *AT_TENTH, *AT_ELEVENTH, *AT_TWELFTH),
    *AT_THIRTEENTH,
    *AT_FOURTEENTH,
    *AT_FIFTEENTH,
    *(*AT_TWENTY_FIRST, *AT_TWENTY_FOURTH),
    *AT_EIGHTEENTH,
]


@pytest.mark.parametrize("layout", EVERY, ids=lambda layout: layout.name)
def test_the_files_of_a_host_are_understood(layout: Layout, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    layout.draw(Files(tmp_path / "data"))
    code = kit("-C", tmp_path, "init", "table", *layout.options)
    out, err = capfd.readouterr()
    if layout.refused:
        assert code == 2 and layout.refused in err and not (tmp_path / "competition.yaml").exists()
        assert "; " in err, "it names no way out"
        return
    assert code == 0, err
    content = yaml.safe_load((tmp_path / "competition.yaml").read_text())
    assert {key: held(content, key) for key in layout.yaml} == layout.yaml
    assert not [key for key in layout.without if held(content, key) is not None]
    assert not [text for text in layout.says if text not in out + err]
    workspace = Workspace(tmp_path)
    workspace.require_photos()
    if layout.n_train is not None:
        assert len(workspace.train) == layout.n_train
    if layout.n_test is not None:
        assert len(workspace.test) == layout.n_test
    if workspace.competition.test is not None:
        read_layout(workspace)


def test_of_test_photos_some_may_not_be_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Though all of the sample's numbers are those of photos of the other sides."""
    files = Files(tmp_path / "data")
    files.photos("train", range(30))
    files.photos("validation", range(12))
    files.photos("test", range(1, 9))
    files.table("train.csv", "id,kind", [(number, number % 3) for number in range(30)])
    files.table("sample_submission.csv", "id,kind", [(number, 0) for number in range(10)])
    assert kit("-C", tmp_path, "init", "table") == 0
    assert held(yaml.safe_load((tmp_path / "competition.yaml").read_text()), "test.images") == "test/{id}.jpg"
    assert "2 of 10 test photos that the tables name are not there, such as test/0.jpg" in capfd.readouterr().err


def test_most_layouts_are_understood_without_a_word() -> None:
    """The same layouts, counted: each of those that are refused ends in a sentence, which the test above asks for."""
    for layouts, most in ((LAYOUTS, 3), (MORE, 13), (PLAYED, 15)):
        hosts = {one.name.partition(":")[0].partition(" ")[0] for one in layouts}
        helped = [one.name for one in layouts if one.refused or one.options]
        assert len(hosts) >= 10 and len(helped) <= most, helped
