"""kit ablate: a grid of recipes on the same folds, what helped, what hurt, and what cannot be told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from shared.answers import answer
from shared.mini import mini_workspace
from shared.stopping import StopAfter, Stopped
from shared.trained import kit, reopened

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import METRICS
from kit.learn.ablation.ablate import ablate
from kit.learn.ablation.grid import make_grid, split_values
from kit.reporter import Reporter
from kit.runs.store import all_runs

Out = pytest.CaptureFixture[str]
GRID = ("--vary", "loss=ce,focal", "--vary", "optimizer.lr=0.0001,0.01")
AGE = ("ablate", "--task", "age", "--set", "epochs=2", *GRID)


def fresh(root: Path) -> Workspace:
    workspace = mini_workspace(root)
    assert kit(workspace, "fold", "--folds", "2") == 0
    return workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A grid of two losses and two learning rates, of which the base has the first loss and the second rate."""
    workspace = fresh(tmp_path_factory.mktemp("ablate"))
    assert kit(workspace, *AGE) == 0
    return workspace


def as_json(workspace: Workspace, capsys: Out, *command: str) -> Any:
    capsys.readouterr()
    assert kit(workspace, *command, "--json") == 0
    return answer(capsys)


def times(workspace: Workspace) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in workspace.runs_dir.rglob("*")}


def test_every_combination_is_trained_once_and_the_base_is_one_of_them(workspace: Workspace, capsys: Out) -> None:
    before = times(workspace)
    assert len(all_runs(workspace)) == 4 and all(run.complete for run in all_runs(workspace))
    (table,) = as_json(workspace, capsys, *AGE)["tables"]
    assert times(workspace) == before
    names = {line["name"] for line in table["variants"]}
    assert names == {"base", "loss=focal", "optimizer.lr=0.0001", "loss=focal, optimizer.lr=0.0001"}
    assert {line["run"] for line in table["variants"]} == {run.id for run in all_runs(workspace)}
    scores = [line["score"]["value"] for line in table["variants"]]
    assert scores == sorted(scores, reverse=True)
    minutes = {line["run"]: line["minutes"] for line in table["variants"]}
    for run in all_runs(workspace):
        assert minutes[run.id] == pytest.approx(sum(run.fold_record(fold).seconds for fold in (0, 1)) / 60)


def test_a_variant_is_held_against_the_base_as_kit_compare_does_it(workspace: Workspace, capsys: Out) -> None:
    (table,) = as_json(workspace, capsys, *AGE)["tables"]
    runs = {line["name"]: line["run"] for line in table["variants"]}
    for line in table["variants"]:
        if line["name"] == "base":
            assert line["minus_base"] is None
            continue
        compared = as_json(workspace, capsys, "compare", runs["base"], line["run"])
        (found,) = compared["comparisons"]
        assert line["minus_base"] == {key: found[key] for key in ("difference", "odds", "verdict")}
        assert line["score"] == compared["entries"][1]["scores"]["age"]


def test_the_effect_of_a_value_is_its_mean_over_all_settings_of_the_rest(workspace: Workspace, capsys: Out) -> None:
    (table,) = as_json(workspace, capsys, *AGE)["tables"]
    score = {line["name"]: line["score"]["value"] for line in table["variants"]}
    slow, focal, both = "optimizer.lr=0.0001", "loss=focal", "loss=focal, optimizer.lr=0.0001"
    effects = {(effect["key"], effect["value"], effect["against"]): effect for effect in table["effects"]}
    assert set(effects) == {("loss", "focal", "ce"), ("optimizer.lr", "0.0001", "0.01")}
    expected = {
        "loss": (score[focal] - score["base"] + score[both] - score[slow]) / 2,
        "optimizer.lr": (score[slow] - score["base"] + score[both] - score[focal]) / 2,
    }
    for (key, _, _), effect in effects.items():
        assert effect["settings"] == 2
        difference = effect["difference"]
        assert difference["value"] == pytest.approx(expected[key])
        assert difference["low"] <= difference["value"] <= difference["high"]


def test_it_says_what_hurt_what_cannot_be_told_and_how_much_is_luck(workspace: Workspace, capsys: Out) -> None:
    (table,) = as_json(workspace, capsys, *AGE)["tables"]
    assert table["better_by_luck"] == pytest.approx(3 * 0.05)
    worse = {line["name"] for line in table["variants"] if line["minus_base"] and line["minus_base"]["odds"] < 0.05}
    assert worse and "optimizer.lr=0.0001 in 2 settings" in table["hurt"] and worse <= set(table["hurt"])
    named = [*table["helped"], *table["hurt"], *table["cannot be told"]]
    assert "loss=focal in 2 settings" in named and len(named) == len(set(named))
    assert kit(workspace, *AGE) == 0
    printed = capsys.readouterr().out
    assert "hurt: optimizer.lr=0.0001 in 2 settings (-0." in printed
    assert "if none of the 3 variants differed from the base, 0.15 of them" in printed
    assert "one seed each" in printed


def test_only_the_rows_of_chosen_folds_count(workspace: Workspace, capsys: Out) -> None:
    before = times(workspace)
    (table,) = as_json(workspace, capsys, *AGE, "--folds", "1")["tables"]
    assert times(workspace) == before and table["folds"] == [1]
    workspace = reopened(workspace)
    train = workspace.train[workspace.folds.valid(1)]
    for line in table["variants"]:
        (run,) = (run for run in all_runs(workspace) if run.id == line["run"])
        predicted = run.fold_oof(1).aligned(train["image"]).probs["age"].argmax(axis=1)
        assert line["score"]["value"] == METRICS["f1_macro"].score(train["age"], predicted, 3)
        assert line["minutes"] == run.fold_record(1).seconds / 60


def test_csv_has_a_line_for_each_variant(workspace: Workspace, capsys: Out) -> None:
    capsys.readouterr()
    assert kit(workspace, *AGE, "--csv") == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["task"] for line in lines] == ["age"] * 4
    (base,) = (line for line in lines if line["variant"] == "base")
    assert base["difference"] == "" and float(base["score"]) > 0


def test_a_stopped_ablation_goes_on_where_it_stopped(tmp_path: Path, workspace: Workspace) -> None:
    other = fresh(tmp_path)

    def run(place: Workspace, reporter: Reporter) -> Any:
        varied = GRID[1::2]
        return ablate(reopened(place), "tiny", ["epochs=2"], varied, reporter, tasks=["age"], fold_numbers=[0])

    with pytest.raises(Stopped):
        run(other, StopAfter(3))  # in the second variant
    finished = {path for path in times(other) if "fold0" in str(path)}
    kept = {path: stamp for path, stamp in times(other).items() if (path.parent / "fold.json").exists()}
    assert kept and len(all_runs(other)) == 2 and len(finished) > len(kept)
    resumed, straight = run(other, Reporter()), run(workspace, Reporter())
    assert {path: times(other)[path] for path in kept} == kept
    found = [
        [(line.name, line.run, line.score, line.comparison) for line in one[0].lines] for one in (resumed, straight)
    ]
    assert found[0] == found[1]


def test_seeds_are_pooled_and_one_model_of_two_tasks_has_a_table_for_each(tmp_path: Path, capsys: Out) -> None:
    workspace = fresh(tmp_path)
    command = ("ablate", "--task", "mask+gender", "--set", "epochs=1", "--vary", "size=[16,16],[16, 24]")
    content = as_json(workspace, capsys, *command, "--folds", "0", "--seeds", "2")
    assert [(table["task"], table["seeds"], len(table["variants"])) for table in content["tables"]] == [
        ("mask", 2, 3),
        ("gender", 2, 3),
    ]
    assert len(all_runs(workspace)) == 6 and content["tables"][0]["effects"] == []
    workspace = reopened(workspace)
    train = workspace.train[workspace.folds.valid(0)]
    for line in content["tables"][1]["variants"]:
        runs = [run for run in all_runs(workspace) if run.record.family == line["run"]]
        labels = [run.fold_oof(0).aligned(train["image"]).probs["gender"].argmax(axis=1) for run in runs]
        scores = [METRICS["f1_macro"].score(train["gender"], one, 2) for one in labels]
        assert len(scores) == 2 and line["score"]["value"] == pytest.approx(np.mean(scores))


def test_a_variant_that_cannot_be_trained_is_told_of_and_the_rest_is_compared(tmp_path: Path, capsys: Out) -> None:
    workspace = fresh(tmp_path)
    command = ["ablate", "--task", "gender", "--set", "epochs=1", "--set", "optimizer.name=sgd", "--set", "clip=null"]
    assert kit(workspace, *command, "--vary", "optimizer.lr=1e38,0.02", "--folds", "0") == 1
    told = capsys.readouterr()
    assert "optimizer.lr=0.02" in told.out and "optimizer.lr=1e38" not in told.out
    assert "optimizer.lr=1e38 is left out, as it could not be trained" in " ".join(told.err.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vary", "loss"], "not of the form key=value,value"),
        (["--vary", "=ce"], "not of the form key=value,value"),
        (["--vary", "losss=ce,focal"], "--vary losss=ce: unknown key 'losss'; did you mean 'loss'?"),
        (["--vary", "loss=ce,foccal"], "--vary loss=foccal: there is no loss 'foccal', did you mean 'focal'?"),
        (["--vary", "epochs=1,many"], "--vary epochs=many: 'epochs' is wrong"),
        (["--vary", "loss=ce,"], "a value is empty"),
        (["--vary", "loss="], "a value is empty"),
        (["--vary", "loss=ce,,focal"], "no YAML values with commas between them"),
        (["--vary", "loss={ce: 1"], "mend brackets and quotes"),
        (["--vary", "size=16],24"], "mend brackets and quotes"),
        (["--vary", "loss=ce,focal", "--set", "augment={a"], "--set augment={a: this is not valid YAML"),
        (["--vary", "loss=ce", "--vary", "loss=focal"], "'loss' is varied twice"),
        (["--vary", "seed=0,1"], "write --seeds N"),
        (["--vary", "loss=ce"], "every variant is the base itself"),
        (["--vary", "epochs=1,2", "--folds", "2"], "there is no fold 2"),
        (["--vary", "epochs=1,2", "--task", "aeg"], "there is no task 'aeg'; did you mean 'age'?"),
        (["--vary", f"epochs={','.join(map(str, range(1, 66)))}"], "65 variants, more than 64"),
        (["--vary", "model=test_resnet,test_resnett"], "--vary model=test_resnett: timm has no model"),
        (["--vary", "augment=[],blurr"], "--vary augment=blurr: there is no augmentation 'blurr'"),
    ],
)
def test_a_wrong_grid_is_one_sentence_before_anything_trains(
    workspace: Workspace, capsys: Out, arguments: list[str], told: str
) -> None:
    before = times(workspace)
    assert kit(workspace, "ablate", *arguments) == 2
    sentence = capsys.readouterr().err
    assert told in sentence and sentence.count("kit: ") == sentence.count("\n") == 1
    assert times(workspace) == before


plain = st.one_of(st.integers(), st.booleans(), st.text("abc ,'\"[]{}", max_size=6))
values = st.one_of(plain, st.lists(plain, max_size=3), st.dictionaries(st.sampled_from("xyz"), plain, max_size=2))


@given(st.lists(values, min_size=1, max_size=4))
def test_values_are_split_where_a_reader_of_yaml_would_split_them(listed: list[Any]) -> None:
    # as JSON, which is YAML whose texts stand in quotes
    texts = [json.dumps(value) for value in listed]
    parts = split_values(",".join(texts), "--vary")
    assert [yaml.safe_load(part) for part in parts] == listed


def test_what_differs_from_the_base_is_judged_by_meaning(workspace: Workspace) -> None:
    def differs(*varied: str) -> list[tuple[str, ...]]:
        return [variant.differs for variant in make_grid("tiny", workspace.recipes_dir, [], varied).variants]

    assert differs("loss={ce: 1}, {ce: 1, f1: 0.5}") == [(), ("loss={ce: 1, f1: 0.5}",)]
    assert differs("size=32,[32, 32],[32, 48]") == [(), (), ("size=[32, 48]",)]
    # a cut needs its tasks: neither key is valid without the other
    both = differs("mix.method=cutmix", "mix.tasks=[age],[gender]")
    assert both == [("mix.method=cutmix", "mix.tasks=[age]"), ("mix.method=cutmix", "mix.tasks=[gender]")]
    with pytest.raises(KitError, match="needs 'tasks'"):
        differs("mix.method=cutmix")
