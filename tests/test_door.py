"""The door: `kit.open`, what it costs, and the examples that docs/python.md promises to work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shared.python_page import examples
from shared.trained import kit as run_kit
from shared.trained import trained

import kit

PAGE = Path(__file__).parent.parent / "docs" / "python.md"


def test_importing_kit_loads_nothing_heavy_and_its_names_are_few() -> None:
    code = (
        "import sys, kit; kit.open\n"
        "heavy = {'torch', 'timm', 'cv2', 'sklearn', 'pandas', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert len(kit.__all__) <= 12\n"
        "for name in kit.__all__: getattr(kit, name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_example_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained(tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for number, example in enumerate(examples(PAGE)):
        exec(compile(example, f"docs/python.md, example {number + 1}", "exec"), names)
    assert {"stack", "submission", "blend", "found"} <= set(names)


def test_the_page_names_everything_that_kit_exports() -> None:
    text = PAGE.read_text()
    assert all(f"kit.{name}" in text for name in kit.__all__ if name != "__version__")


def test_a_path_may_be_a_text_and_lie_inside_the_workspace(tmp_path: Path) -> None:
    workspace, _ = trained(tmp_path)
    assert kit.open(str(workspace.data_dir / "train")).root == tmp_path.resolve()
    with pytest.raises(kit.KitError, match="kit init"):
        kit.open("/")


def test_scores_are_joined_by_image_and_not_by_position(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    ws = kit.open(workspace.root)
    oof = ws.oof(ids["good gender"])
    shuffled = oof.sample(frac=1, random_state=1)
    assert (shuffled["image"].to_numpy() != oof["image"].to_numpy()).any()
    assert ws.score(shuffled) == ws.score(ids["good gender"])
    with pytest.raises(kit.KitError, match=r"1 images have no prediction"):
        ws.score(oof.iloc[1:])


def test_the_oof_of_runs_is_the_train_table_with_their_probabilities(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    ws = kit.open(workspace.root)
    names = [ids["good age"], ids["poor age"], ids["good mask"]]
    table = ws.oof(*names)
    assert len(table) == len(ws.train) and list(table.columns[:4]) == ["image", "group", "fold", "age"]
    truth = ws.train.set_index("image")["age"].loc[table["image"]].map(dict(enumerate(("<30", "30-59", ">=60"))))
    assert (table["age"].to_numpy() == truth.to_numpy()).all() and "mask" in table
    for name in names[:2]:
        columns = [f"{name}/age/{label}" for label in ("<30", "30-59", ">=60")]
        alone = ws.oof(name).set_index("image").loc[table["image"]]
        assert (table[columns].to_numpy() == alone[[c.partition("/")[2] for c in columns]].to_numpy()).all()


def stack(ws: kit.OpenWorkspace, name: str, per_fold: bool, test_of: str, oof: pd.DataFrame) -> str:
    """Take the predictions of a run in as those of another program."""
    columns = ["image", *(column for column in oof if "/" in column)]
    test = ws.test_probs(test_of)[columns]
    return ws.add_run(name, oof=oof[columns], test=test, trained_per_fold=per_fold).id


def test_an_outside_run_blends_submits_and_is_judged_and_lineage_calls_it_unproven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = trained(tmp_path)
    ws = kit.open(workspace.root)
    name = stack(ws, "mine", True, ids["good age"], ws.oof(ids["good age"]).sample(frac=1, random_state=3))
    assert ws.score(name) == ws.score(ids["good age"])
    assert stack(ws, "mine", True, ids["good age"], ws.oof(ids["good age"])) == name  # the same again is the same run
    blend = ws.blend(",".join([ids["good mask"], ids["good gender"], name]))
    assert blend.members["age"] == [(name, 1.0)] and not blend.tainted and blend.unproven
    record = ws.submit(f"{ids['good mask']},{ids['good gender']},{name}", "with-mine")
    assert record.oof is not None and any("made outside" in why for why in record.unproven)
    assert [one.name for one in ws.standings().records] == ["with-mine"]
    assert run_kit(workspace, "lineage", name) == 1
    told = capsys.readouterr()
    assert "outside, unproven" in told.out and "made outside" in told.err
    assert run_kit(workspace, "pseudo", "--task", "age", "--from", name) == 2
    assert "cannot teach" in capsys.readouterr().err
    assert run_kit(workspace, "score") == 0 and run_kit(workspace, "doctor", "--fast") == 0


def test_an_outside_run_that_saw_its_folds_is_not_honest(tmp_path: Path) -> None:
    workspace, ids = trained(tmp_path)
    ws = kit.open(workspace.root)
    name = stack(ws, "cheat", False, ids["good age"], ws.oof(ids["good age"]))
    assert ws.lineage().taint(ws.run(name))
    assert name not in {run for items in ws.blend("all").members.values() for run, _ in items}
    named = ws.blend(",".join([ids["good mask"], ids["good gender"], name]))
    assert "not trained fold by fold" in named.tainted[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda table: table.drop(columns="age/<30"), "no column 'age/<30'"),
        (lambda table: table.rename(columns={"age/<30": "years/<30"}), "no task 'years'"),
        (lambda table: table.iloc[1:], "1 images have no prediction"),
        (lambda table: pd.concat([table, table.iloc[:1]]), "predicted twice"),
        (lambda table: table.assign(**{"age/<30": 2.0}), "no probabilities"),
        (lambda table: table[["image"]], "'task/class'"),
    ],
)
def test_predictions_that_do_not_fit_are_told_in_one_sentence(tmp_path: Path, change, told: str) -> None:
    workspace, ids = trained(tmp_path)
    ws = kit.open(workspace.root)
    good = ws.oof(ids["good age"])
    good = good[["image", *(column for column in good if "/" in column)]]
    before = sorted(path.name for path in workspace.runs_dir.iterdir())
    with pytest.raises(kit.KitError) as caught:
        ws.add_run(
            "mine", oof=change(good), test=ws.test_probs(ids["good age"]).drop(columns="id"), trained_per_fold=True
        )
    assert told in str(caught.value)
    assert sorted(path.name for path in workspace.runs_dir.iterdir()) == before
