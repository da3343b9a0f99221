"""`kit audit`: labels that honest OOF contradicts, ranked, on a page, and as lines of fixes.csv that nobody applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from shared.answers import answer
from shared.kinds import drawn
from shared.mini import SPEC, mini_workspace
from shared.trained import kit

from benchmarks.drawn import draw_run
from kit.competition.suggested import decide_fix, suggestions
from kit.competition.workspace import Workspace
from kit.door import open_workspace
from kit.folds.frozen import freeze_folds

Out = pytest.CaptureFixture[str]
FOLDER = "data/train/images/000003_female_Asian_19"


def made_wrong(root: Path) -> Workspace:
    """A mini competition in which the gender of the person 000003 is wrong, and two photos have changed places.

    The runs are of models that never saw those labels: they say what is so.
    """
    workspace = mini_workspace(root)
    true = {task: workspace.truth(task) for task in ("mask", "gender")}
    table = (root / "data/train/train.csv").read_text()
    (root / "data/train/train.csv").write_text(table.replace("000003,female", "000003,male"))
    (normal,), (mask,) = ((root / FOLDER).glob(f"{stem}.*") for stem in ("normal", "mask1"))
    aside = normal.rename(normal.with_name("aside"))
    mask.rename(normal.with_suffix(mask.suffix))
    aside.rename(mask.with_suffix(normal.suffix))
    images = dict(zip(workspace.train["image"], true["mask"], strict=True))
    freeze_folds(workspace.folds_path, Workspace(root).train, 2, 0)
    told = Workspace(root)
    moved = {"normal": 0, "mask1": 2}
    said = [moved.get(Path(one).stem, -1) if FOLDER[5:] in one else -1 for one in told.train["image"]]
    labels = [images.get(one, 0) if new < 0 else new for one, new in zip(told.train["image"], said, strict=True)]
    for task, truth in {"mask": np.array(labels), "gender": true["gender"]}.items():
        told.tables.train[task] = truth
        draw_run(told, [task], skill=30.0)
    return Workspace(root)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return made_wrong(tmp_path_factory.mktemp("audited"))


def test_wrong_labels_come_first_grouped_by_who_has_them(workspace: Workspace, capsys: Out) -> None:
    assert kit(workspace, "audit", "--json") == 0
    said = answer(capsys)
    first = {row["task"]: row for row in reversed(said["rows"]) if row["task"] != "age"}
    assert (first["gender"]["group"], first["gender"]["photos"], first["gender"]["said"]) == ("000003", 7, "female")
    masks = [row for row in said["rows"] if row["task"] == "mask"]
    assert {Path(row["image"]).stem for row in masks[:2]} == {"normal", "mask1"}
    assert {row["group"] for row in masks[:2]} == {"000003"}
    assert first["gender"]["suspect"] and first["mask"]["suspect"] and said["tasks"]["gender"]["of"] == "groups"
    page = Path(said["page"]).read_text()
    assert "Several in one group" in page and "data:image/webp" in page and "Not audited" in page  # age has no run
    assert "default-src 'none'" in page


def test_what_is_suspected_is_suggested_and_applied_by_nobody(workspace: Workspace, capsys: Out) -> None:
    before = Workspace(workspace.root).tables.fingerprint
    assert kit(workspace, "audit", "--json") == 0
    assert answer(capsys)["new_lines"] >= 2
    (workspace.root / "competition.yaml").write_text(SPEC + "fixes: {}\n")
    again = Workspace(workspace.root)
    assert again.tables.fingerprint == before
    found = {(one.column, one.who): one for one in suggestions(again)}
    gender = found["gender", "000003"]
    assert (gender.value, gender.now, len(gender.images)) == ("female", ("male",), 7)
    masks = {one.value: one.now for (column, who), one in found.items() if column == "stem" and FOLDER[5:] in who}
    assert masks["normal"] == ("mask1",)


def test_what_was_decided_is_not_asked_again_and_the_rest_is_replaced(workspace: Workspace) -> None:
    (one,) = [one for one in suggestions(Workspace(workspace.root)) if one.column == "gender"]
    decide_fix(Workspace(workspace.root), one.key, "reject")
    lines = (workspace.root / "fixes.csv").read_text()
    assert kit(workspace, "audit") == 0
    assert sorted((workspace.root / "fixes.csv").read_text().splitlines()) == sorted(lines.splitlines())


def test_accepted_lines_mend_the_labels(workspace: Workspace) -> None:
    kept = (workspace.root / "fixes.csv").read_text()
    for one in suggestions(Workspace(workspace.root)):
        if FOLDER[5:] in one.who:
            decide_fix(Workspace(workspace.root), one.key, "accept")
    assert "rows mended" in Workspace(workspace.root).tables.notes[0]
    (workspace.root / "fixes.csv").write_text(kept)


def test_predictions_that_saw_the_label_are_refused(workspace: Workspace, capsys: Out) -> None:
    assert kit(workspace, "audit", "--task", "gendr") == 2
    assert "did you mean 'gender'" in capsys.readouterr().err
    told = Workspace(workspace.root)
    columns = {f"age/{name}": 1 / 3 for name in told.competition.tasks["age"].outputs}
    oof, test = (side[["image"]].assign(**columns) for side in (told.train, told.test))
    made = open_workspace(told.root).add_run("seen", oof=oof, test=test, trained_per_fold=False)
    before = (workspace.root / "fixes.csv").read_text()
    assert kit(workspace, "audit", "--from", made.id) == 2
    assert "is not honest" in capsys.readouterr().err
    assert (workspace.root / "fixes.csv").read_text() == before


ASKED = {
    "squares": ("f1_macro", "cells of photos"),
    "grade": ("qwk", "photos"),
    "light": ("rmse", "photos"),
    "votes": ("kl", "photos"),
}


@pytest.mark.parametrize("task", list(ASKED))
def test_every_kind_of_target_is_audited_and_its_lines_can_be_read(tmp_path: Path, capsys: Out, task: str) -> None:
    metric, of = ASKED[task]
    workspace = drawn(tmp_path, task, metric=metric, fixes={"tiers": ["core"]})
    (tmp_path / "fixes.csv").write_text("image,group,column,value,tier,reason\ntrain-0-0.png,,light,50,core,\n")
    freeze_folds(workspace.folds_path, workspace.train, 3, 0)
    draw_run(workspace, [task], skill=1.0)
    assert kit(workspace, "audit", "--json") == 0
    said = answer(capsys)
    assert said["tasks"][task]["of"] == of and said["rows"]
    text = (tmp_path / "fixes.csv").read_text()
    (tmp_path / "fixes.csv").write_text(text.replace(",suggested,", ",core,"))
    tables = Workspace(tmp_path).tables  # every line that it drafts can be applied
    assert len(tables.train) == len(workspace.train) - len(tables.left_out)


def test_a_column_for_each_class_is_mended_by_the_name_of_the_task(tmp_path: Path) -> None:
    workspace = drawn(tmp_path, "shape")
    table = pd.read_csv(tmp_path / "data/train.csv")
    table = table.assign(is_bar=(table["shape"] == "bar") * 2 - 1, is_plain=(table["shape"] == "plain") * 2 - 1)
    table.drop(columns="shape").to_csv(tmp_path / "data/train.csv", index=False)
    content = yaml.safe_load((tmp_path / "competition.yaml").read_text())
    content["tasks"]["shape"] = {"classes": ["bar", "plain"], "columns": ["is_bar", "is_plain"]}
    content["fixes"] = {}
    (tmp_path / "competition.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    line = "train-0-0.png,,shape,plain,core,seen\n"
    (tmp_path / "fixes.csv").write_text("image,group,column,value,tier,reason\n" + line)
    mended = Workspace(tmp_path).tables
    row = (mended.train["image"] == "train-0-0.png").to_numpy()
    assert mended.train["shape"][row].tolist() == [1] and (mended.raw["is_bar"][row] == "-1").all()
    assert len(workspace.train) == len(mended.train)
