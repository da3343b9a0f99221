"""What a person decides of pseudo labels is a line of reviewed.csv: labels heed it, and lineage tells it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.answers import answer
from shared.drawn import played
from shared.trained import kit

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import fingerprint
from kit.pseudo.lineage import Lineage
from kit.pseudo.record import Reviewed, read_round
from kit.pseudo.reviewed import decide, read_reviewed
from kit.runs.store import Run

Told = pytest.CaptureFixture[str]
HEADER = "image,task,decision,value,reason\n"
AGAIN = ("pseudo", "--round", "1", "--reviewed")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A round 1 of the task age that no run has eaten."""
    workspace = played(tmp_path)
    (student,) = workspace.runs_dir.glob("age-tiny-r1-*")
    shutil.rmtree(student)
    return workspace


def label_file(workspace: Workspace, fold: int) -> pd.DataFrame:
    return pd.read_parquet(workspace.pseudo_dir / f"round1/age-fold{fold}.parquet")


def label_files(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((workspace.pseudo_dir / "round1").glob("*.parquet"))}


def proof(workspace: Workspace, fold: int = 0) -> tuple[str | None, frozenset[str], tuple[str, ...]]:
    trace = Lineage(Workspace(workspace.root)).labels(1, "own_fold", "age", fold)
    return trace.fault, trace.selected, trace.open


def test_without_a_decision_the_same_labels_are_made_to_the_byte(workspace: Workspace) -> None:
    before, record = label_files(workspace), (workspace.pseudo_dir / "round1/round.json").read_bytes()
    assert kit(workspace, *AGAIN) == 0
    assert label_files(workspace) == before
    assert (workspace.pseudo_dir / "round1/round.json").read_bytes() == record and b"reviewed" not in record


def test_labels_heed_what_a_person_decided_and_lineage_makes_them_again(workspace: Workspace, capsys: Told) -> None:
    before = [label_file(workspace, fold) for fold in (0, 1)]
    rejected, relabelled, accepted = before[0]["image"][:3]
    names = workspace.competition.task("age").outputs
    said = {row.image: names[row.label] for row in before[0].itertuples()}
    other = next(name for name in names if name != said[relabelled])
    decide(workspace, "age", rejected, "reject")
    decide(workspace, "age", relabelled, "relabel", other)
    decide(workspace, "age", accepted, "accept", said[accepted])
    assert kit(workspace, *AGAIN, "--json") == 0
    told = answer(capsys)["tasks"]["age"]["reviewed"]
    assert [(one["image"], one["decision"]) for one in told] == sorted(
        [(rejected, "reject"), (relabelled, "relabel"), (accepted, "accept")]
    )
    for fold, table in enumerate(before):
        now = label_file(workspace, fold)
        assert list(now["image"]) == [image for image in table["image"] if image != rejected]
        row = now[now["image"] == relabelled]
        if len(row):
            assert names[int(row["label"].iloc[0])] == other
            values = row[[f"age/{name}" for name in names]].to_numpy()[0]
            assert values[names.index(other)] == 1 and values.sum() == 1
        same = table[~table["image"].isin([rejected, relabelled, accepted])].reset_index(drop=True)
        assert now[now["image"].isin(same["image"])].reset_index(drop=True).equals(same)
        fault, selected, on_trust = proof(workspace, fold)
        assert fault is None and "review" in selected
        assert on_trust == ("3 decisions of a person on single photos",)


def test_a_decision_that_the_record_does_not_name_is_found(workspace: Workspace) -> None:
    decide(workspace, "age", label_file(workspace, 0)["image"][0], "reject")
    assert kit(workspace, *AGAIN) == 0
    path = workspace.pseudo_dir / "round1/round.json"
    content = json.loads(path.read_text())
    del content["tasks"]["age"]["reviewed"]
    del content["checksum"]
    path.write_text(json.dumps({**content, "checksum": fingerprint(content)}))
    assert "its rows are not those" in str(proof(workspace)[0])


def test_a_decision_for_a_class_that_there_is_none_proves_nothing(workspace: Workspace) -> None:
    path = workspace.pseudo_dir / "round1/round.json"
    content = json.loads(path.read_text())
    del content["checksum"]
    image = label_file(workspace, 0)["image"][0]
    content["tasks"]["age"]["reviewed"] = [Reviewed(image=image, decision="relabel", value="xx").model_dump()]
    path.write_text(json.dumps({**content, "checksum": fingerprint(content)}))
    assert "'xx'" in str(proof(workspace)[0])


def test_labels_that_a_run_ate_are_not_replaced_by_a_decision(tmp_path: Path, capsys: Told) -> None:
    workspace = played(tmp_path)
    decide(workspace, "age", label_file(workspace, 0)["image"][0], "reject")
    before = label_files(workspace)
    assert kit(workspace, *AGAIN) == 2
    assert "ate other labels" in capsys.readouterr().err and label_files(workspace) == before


def test_training_tells_of_decisions_that_its_labels_do_not_heed_and_eats_those_that_they_do(
    workspace: Workspace, capsys: Told
) -> None:
    train = ("train", "--round", "1", "--task", "age", "--folds", "0", "--set", "epochs=1")
    rows = len(label_file(workspace, 0))
    decide(workspace, "age", label_file(workspace, 0)["image"][0], "reject")
    assert kit(workspace, *AGAIN) == 0
    decide(workspace, "age", label_file(workspace, 1)["image"][0], "accept", "<30")
    assert kit(workspace, *train) == 0
    told = capsys.readouterr().err.replace("\n", " ")
    assert "do not heed 1 decisions of reviewed.csv: 'kit pseudo --round 1 --reviewed'" in told
    (run,) = workspace.runs_dir.glob("age-tiny-r1-*")
    assert Run(run).fold_record(0).n_pseudo == rows - 1
    verdict = Lineage(Workspace(workspace.root)).verdict(Run(run), 0)
    assert verdict.clean and "review" in verdict.trace.selected
    assert "decisions of a person" in verdict.trace.proof


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{0},age,acept,<30,", "did you mean 'accept'"),
        ("{0},agee,accept,<30,", "did you mean 'age'"),
        ("{0},age,accept,old,", "no class 'old'"),
        ("{0},age,accept,,", "no class ''"),
        ("{0},age,reject,<30,", "takes no value"),
        ("{0},age,reject,,\n{0},age,accept,<30,", "lines 2 and 3 decide otherwise"),
        (",age,reject,,", "row 1: 'image' cannot be ''"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_made(workspace: Workspace, line: str, told: str) -> None:
    before = label_files(workspace)
    (workspace.root / "reviewed.csv").write_text(HEADER + line.format(workspace.test["image"][0]) + "\n")
    with pytest.raises(KitError) as refused:
        read_reviewed(workspace)
    assert told in str(refused.value) and "reviewed.csv" in str(refused.value)
    assert kit(workspace, *AGAIN) == 2 and label_files(workspace) == before


def test_two_people_who_say_the_same_and_photos_that_are_gone_do_no_harm(workspace: Workspace) -> None:
    image = workspace.test["image"][0]
    lines = f"{image},age,accept,<30,seen\n{image},age,relabel,<30,\ngone.jpg,age,reject,,\n"
    (workspace.root / "reviewed.csv").write_text(HEADER + lines)
    assert [one.image for one in read_reviewed(workspace)["age"]] == [image]


def test_a_decision_takes_the_place_of_the_one_before_and_can_be_taken_back(workspace: Workspace) -> None:
    first, second = workspace.test["image"][:2]
    decide(workspace, "age", first, "reject")
    decide(workspace, "age", second, "accept", "<30")
    decide(workspace, "age", first, "relabel", ">=60")
    assert (workspace.root / "reviewed.csv").read_text() == (
        f"{HEADER}{second},age,accept,<30,\n{first},age,relabel,>=60,\n"
    )
    decide(workspace, "age", first, None)
    assert (workspace.root / "reviewed.csv").read_text() == f"{HEADER}{second},age,accept,<30,\n"
    with pytest.raises(KitError, match="no class"):
        decide(workspace, "age", first, "relabel", "old")
    assert first not in (workspace.root / "reviewed.csv").read_text()


def test_every_label_of_a_fold_cannot_be_rejected(workspace: Workspace, capsys: Told) -> None:
    for image in label_file(workspace, 0)["image"]:
        decide(workspace, "age", image, "reject")
    before = label_files(workspace)
    assert kit(workspace, *AGAIN) == 2
    assert "rejected every photo" in capsys.readouterr().err.replace("\n", " ") and label_files(workspace) == before


def test_reviewed_and_other_settings_do_not_go_together(workspace: Workspace) -> None:
    assert kit(workspace, *AGAIN, "--set", "policy=soft") == 2


def test_weights_of_relabelled_rows_are_whole(workspace: Workspace) -> None:
    settings = read_round(workspace.pseudo_dir, 1).tasks["age"].settings
    table = label_file(workspace, 0)
    names = workspace.competition.task("age").outputs
    wrong = {row.image: names[(row.label + 1) % 3] for row in table.itertuples()}
    for image, name in list(wrong.items())[:2]:
        decide(workspace, "age", image, "relabel", name)
    assert kit(workspace, *AGAIN) == 0
    now = label_file(workspace, 0)
    assert np.allclose(now["weight"][now["image"].isin(list(wrong)[:2])], settings.weight)
