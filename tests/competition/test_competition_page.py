"""docs/competition.md: every key, made from the models, and examples that kit reads as the page says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from shared.laid_out import laid_out
from shared.mini import mini_workspace
from shared.pages import DOCS, blocks

from benchmarks.pages import filled
from kit.competition.spec import Competition
from kit.competition.workspace import Workspace
from kit.documented import keys_of

EXAMPLES = blocks("competition.md", "yaml")
ONE_TASK, SEVERAL_TASKS, PROBABILITIES = EXAMPLES[:3]


def photo(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)


def test_every_key_of_competition_yaml_has_a_docstring_that_ends() -> None:
    for key in keys_of(Competition):
        assert key.meaning.endswith("."), f"{key.owner.__name__}.{key.name}: '{key.meaning}'"


def test_the_page_is_what_make_docs_writes() -> None:
    text = (DOCS / "competition.md").read_text()
    assert text == filled(text), "run 'make docs'"
    for name in ("metric", "tasks.NAME.weight", "finals.test_groups"):
        assert f"| `{name}` |" in text


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_competition(text: str) -> None:
    """An example that is a part of a file is set into the page's example of several tasks."""
    content = yaml.safe_load(text)
    if "name" not in content:
        whole = yaml.safe_load(SEVERAL_TASKS)
        if "tasks" in content:
            del whole["target"]
        content = {**whole, **content}
    Competition.model_validate(content)


def test_the_example_of_one_task_reads_such_files(tmp_path: Path) -> None:
    data = tmp_path / "leaves-data"
    for image in ("train/a1.jpg", "train/a2.jpg", "train/b1.jpg", "test/x.jpg", "test/y.jpg"):
        photo(data / image)
    rows = {"image_id": ["a1", "a2", "b1"], "plant": ["a", "a", "b"], "disease": ["healthy", "rust", "scab"]}
    pd.DataFrame(rows).to_csv(data / "train.csv", index=False)
    pd.DataFrame({"image_id": ["y", "x"], "disease": "healthy"}).to_csv(data / "sample_submission.csv", index=False)
    root = tmp_path / "leaves"
    root.mkdir()
    (root / "competition.yaml").write_text(ONE_TASK)
    tables = Workspace(root).tables
    assert list(tables.train["disease"]) == [0, 1, 2] and list(tables.train["group"]) == ["a", "a", "b"]
    assert list(tables.test["id"]) == ["x", "y"] and not tables.missing


def test_the_example_of_several_tasks_reads_such_files_and_its_fixes(tmp_path: Path) -> None:
    mini_workspace(tmp_path)
    before = Workspace(tmp_path).train.set_index("image")
    (tmp_path / "competition.yaml").write_text(SEVERAL_TASKS)
    (tmp_path / "fixes.csv").write_text(blocks("competition.md", "csv")[0])
    workspace = Workspace(tmp_path)
    after = workspace.train.set_index("image")
    assert len(workspace.competition.target_classes) == 18
    assert workspace.competition.target_classes[16] == "none female 30-59", "the page's sum"
    assert not any("matches no row" in note for note in workspace.tables.notes)
    changed = after[(before != after).any(axis=1)]
    assert set(changed.loc[changed["group"] == "000003", "gender"]) == {0} and (after["group"] == "000003").sum() == 7
    swapped = after.loc[after["group"] == "000004", "mask"]
    for stem, mask in (("incorrect_mask", 2), ("normal", 1)):
        assert list(swapped[swapped.index.str.contains(f"/{stem}")]) == [mask]
    assert set(changed["group"]) == {"000003", "000004"}, "a tier that is not listed changes nothing"


def test_the_example_of_probabilities_reads_such_files(tmp_path: Path) -> None:
    for image in ("train/crow/1.jpg", "train/jay/1.JPG", "train/magpie/1.png", "train/magpie/2.jpg", "test/7.jpg"):
        photo(tmp_path / "data" / image)
    (tmp_path / "data/sample_submission.csv").write_text("id,crow,jay,magpie\n7.jpg,0.3,0.3,0.4\n")
    (tmp_path / "competition.yaml").write_text(PROBABILITIES)
    workspace = Workspace(tmp_path)
    assert dict(zip(workspace.train["image"], workspace.train["species"], strict=True)) == {
        "train/crow/1.jpg": 0,
        "train/jay/1.JPG": 1,
        "train/magpie/2.jpg": 2,
    }
    assert list(workspace.test["id"]) == ["7.jpg"], "with its ending, as the sample has it"
    assert workspace.competition.submitted_values == ("crow", "jay", "magpie")


def test_the_example_of_tables_reads_such_tables(tmp_path: Path) -> None:
    (block,) = (block for block in EXAMPLES if "labels.tsv" in block)
    files = {
        "train.csv": "id,file,site,eye,split\n"
        "1,10_left.png,A,l,train\n2,10_right.png,A,r,train\n3,7_left.png,B,l,valid\n4,8_left.png,B,l,test\n",
        "labels.tsv": "image_id\tlabel\n3\tdog\n1\tcat\n2\tcat\n4\tdog\n",
        "test.json": '[{"site": "B", "file": "9_left.png"}, {"site": "B", "file": "9_right.png"}]',
    }
    photos = ["A/10_left.png", "A/10_right.png", "B/7_left.png", "B/8_left.png", "B/9_left.png"]
    workspace = laid_out(tmp_path, files, photos, **yaml.safe_load(block), submission={"id": "Id"})
    assert workspace.train["image"].tolist() == photos[:3] and workspace.train["label"].tolist() == [0, 0, 1]
    assert workspace.train["group"].tolist() == ["10", "10", "7"]
    assert workspace.tables.folds.tolist() == [0, 0, 1]
    assert workspace.test["id"].tolist() == ["9_left.png", "9_right.png"]
    assert workspace.allowed_missing == {"B/9_right.png"}
    assert any("1 of 4 rows have another 'split' ('test')" in line for line in workspace.tables.reading)
