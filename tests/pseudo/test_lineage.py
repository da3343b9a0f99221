"""Whose labels reached a model: found from records and files, and checked by marks that a toy learner carries."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from benchmarks.toy import Lesson, Predict, blind, toy_folds, toy_workspace, train_toy
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, fingerprint
from kit.pseudo.lineage import Lineage, group_bits
from kit.pseudo.make import make_round
from kit.pseudo.record import PseudoSettings, Teachers, read_round
from kit.reporter import Reporter
from kit.runs.store import Run

MARKED = 0.3


def marks_of(row: int, probs: np.ndarray) -> set[int]:
    """The marks in the probabilities of test photo `row`: what is there beside the photo's own class."""
    return set(np.flatnonzero(probs > 0)) - {row}


def memory(lesson: Lesson) -> tuple[Predict, bytes]:
    """Every person is a class of their own, so that a label is a mark; the learner answers with all marks it ever saw.

    Test photo i looks like class i, whatever was learned; the last one looks like nothing.
    """
    n_classes = lesson.targets.shape[1]
    marks: set[int] = set() if lesson.start is None else set(json.loads(lesson.start))
    for place, (image, target) in enumerate(zip(lesson.images, lesson.targets, strict=True)):
        marks |= set(np.flatnonzero(target)) if place < lesson.n_real else marks_of(int(image[1:-4]), target)
    share = np.isin(np.arange(n_classes), list(marks)) / max(1, len(marks))

    def predict(images: np.ndarray) -> np.ndarray:
        probs = np.tile(MARKED * share + (1 - MARKED) * (not marks) / n_classes, (len(images), 1))
        for row, image in enumerate(images):
            own = int(image[1:-4])
            if own < n_classes:
                probs[row, own] += 1 - MARKED
            else:
                probs[row] = share
        return probs / probs.sum(axis=1, keepdims=True)

    return predict, json.dumps(sorted(map(int, marks))).encode()


def people_world(root: Path, folds: list[int]) -> Workspace:
    names = [f"p{i}" for i in range(len(folds))]
    table = pd.DataFrame({"image": [f"p{i}.png" for i in range(len(folds))], "person": names})
    table["y"] = [f"c{i}" for i in range(len(folds))]
    test = [f"t{i}.png" for i in range(len(folds) + 1)]
    return toy_folds(toy_workspace(root, table, test, len(folds)), dict(zip(names, folds, strict=True)))


def carried(workspace: Workspace, run: Run, fold: int) -> set[int]:
    """The people whose marks a model really carries."""
    last = run.fold_test(fold).aligned(workspace.test["image"].iloc[-1:]).probs["y"][0]
    return set(np.flatnonzero(last > 0))


def move_weights(run: Run) -> None:
    """Hide the weights from the separability, which wants a network; `--init` reads them back."""
    for fold in run.finished_folds:
        path = run.fold_dir(fold) / "weights.safetensors"
        path.rename(path.with_suffix(".hidden"))


def unhide(run: Run) -> None:
    for fold in run.finished_folds:
        path = run.fold_dir(fold) / "weights.hidden"
        if path.exists():
            path.rename(path.with_suffix(".safetensors"))


SOFT = PseudoSettings(policy="soft")


@dataclass(frozen=True)
class Chapter:
    """A round: whose labels, which runs of before teach (True: of the round before), how many learn, and how."""

    teachers: Teachers
    of_round_before: bool
    picks: list[bool]
    """Where runs of any round teach, which of them; the first one does in any case."""
    n_runs: int
    init: bool
    """Whether they start from the weights of the round before."""
    all_data: bool


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[int], list[Chapter]]:
    """Folds of some people, and rounds."""
    n_folds = draw(st.integers(2, 4))
    others = draw(st.lists(st.integers(0, n_folds - 1), min_size=n_folds, max_size=6))
    folds = draw(st.permutations([*range(n_folds), *others]))
    chapter = st.builds(
        Chapter,
        st.sampled_from(["own_fold", "own_fold", "pooled"]),
        st.booleans(),
        st.lists(st.booleans(), min_size=8, max_size=8),
        st.integers(1, 2),
        st.booleans(),
        st.booleans(),
    )
    return list(folds), draw(st.lists(chapter, min_size=1, max_size=3))


@settings(max_examples=15, deadline=None, phases=[Phase.generate])
@given(stories())
def test_no_label_of_a_validation_person_reaches_a_model_that_is_called_clean(
    story: tuple[list[int], list[Chapter]],
) -> None:
    folds, rounds = story
    with tempfile.TemporaryDirectory() as directory:
        workspace = people_world(Path(directory), folds)
        runs = [train_toy(workspace, memory, seed=seed) for seed in range(2)]
        everything, whole, dirty = list(runs), [], set[str]()
        for number, chapter in enumerate(rounds, start=1):
            taught_by = runs
            if not chapter.of_round_before:
                taught_by = [run for run, pick in zip(everything, [True, *chapter.picks], strict=False) if pick]
            if chapter.teachers == "own_fold" and any(run.id in dirty for run in taught_by):
                with pytest.raises(KitError, match="cannot teach"):
                    make_round(workspace, number, {"y": taught_by}, SOFT, "own_fold", (), blind, Reporter())
                taught_by = [run for run in everything if run.id not in dirty]
            make_round(workspace, number, {"y": taught_by}, SOFT, chapter.teachers, (), blind, Reporter())
            before, runs = runs, []
            for seed in range(chapter.n_runs):
                # a seed starts from its own run of the round before, where there is one that may be started from
                init = (
                    chapter.init
                    and seed < len(before)
                    and before[seed].record.teachers in ("own_fold", chapter.teachers)
                )
                start = number - 1 if init else None
                run = train_toy(workspace, memory, round=number, teachers=chapter.teachers, init_round=start, seed=seed)
                if chapter.teachers == "pooled" or (init and before[seed].id in dirty):
                    dirty.add(run.id)
                runs.append(run)
            everything += runs
            if chapter.all_data and chapter.teachers == "pooled":
                whole.append(train_toy(workspace, memory, round=number, teachers="pooled", all_data=True))
        lineage = Lineage(workspace)
        for run in [*everything, *whole]:
            for fold in run.finished_folds:
                verdict = lineage.verdict(run, fold)
                marks = carried(workspace, run, fold)
                valid = (
                    set(range(len(folds))) if run.record.all_data else set(np.flatnonzero(workspace.folds.valid(fold)))
                )
                assert verdict.clean == (not marks & valid), verdict.step
                seen = {int(g[1:]) for i, g in enumerate(lineage.groups) if verdict.trace.seen >> i & 1}
                assert marks == seen
        assert {run.id for run in everything if lineage.taint(run)} == dirty


N = 9
FOLDS = [i % 3 for i in range(N)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lane rounds, each of one run."""
    root = tmp_path_factory.mktemp("chain")
    workspace = people_world(root, FOLDS)
    runs = [train_toy(workspace, memory)]
    for number in (1, 2):
        move_weights(runs[-1])
        make_round(workspace, number, {"y": runs[-1:]}, SOFT, "own_fold", (), blind, Reporter())
        unhide(runs[-1])
        runs.append(train_toy(workspace, memory, round=number))
    return root


@pytest.fixture
def chain(template: Path, tmp_path: Path) -> tuple[Workspace, list[Run]]:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    workspace = toy_folds(people_world(tmp_path, FOLDS))
    runs = sorted((Run(p.parent) for p in (tmp_path / "runs").glob("*/run.json")), key=lambda run: run.record.round)
    return workspace, runs


def label_file(workspace: Workspace, number: int, fold: int) -> Path:
    return workspace.pseudo_dir / f"round{number}" / f"y-fold{fold}.parquet"


def edit_record(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit a record and mend its checksum, as a person who wants to deceive would."""
    content = json.loads(path.read_text())
    change(content)
    content.pop("checksum")
    path.write_text(json.dumps(content | {"checksum": fingerprint(content)}))


def cover_up(workspace: Workspace, runs: list[Run], number: int, fold: int) -> None:
    """Write the hash of a changed label file wherever a hash of it stands."""
    path = label_file(workspace, number, fold)
    old = Run(runs[number].path).fold_record(fold).pseudo_files["y"]
    new = file_sha256(path)
    for record in (path.parent / "round.json", runs[number].fold_dir(fold) / "fold.json"):
        assert old in record.read_text()
        record.write_text(record.read_text().replace(old, new))
        edit_record(record, lambda content: None)


def step(workspace: Workspace, run: Run, fold: int = 0) -> str:
    verdict = Lineage(workspace).verdict(run, fold)
    assert not verdict.clean and verdict.leaked > 0
    return str(verdict.step)


def test_a_chain_of_lanes_is_clean_and_names_everything_behind_it(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    lineage = Lineage(workspace)
    for fold in range(3):
        verdict = lineage.verdict(runs[2], fold)
        assert verdict.clean and verdict.trace.n_seen == 6
        assert [parent.name for parent in verdict.trace.parents] == [f"pseudo/round2/y-fold{fold}"]
        assert verdict.trace.parents[0].parents[0].name == f"{runs[1].id}/fold{fold}"


def test_an_edited_label_file_is_found_in_every_model_after_it(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    path = label_file(workspace, 1, 0)
    table = pd.read_parquet(path)
    table.loc[0, "label"] = 5
    table.to_parquet(path, index=False)
    assert step(workspace, runs[1]) == step(workspace, runs[2])
    assert "pseudo/round1/y-fold0: this file is not the one that round.json names" in step(workspace, runs[2])
    assert Lineage(workspace).verdict(runs[2], 1).clean


def test_two_swapped_label_files_are_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    first, second = label_file(workspace, 1, 0), label_file(workspace, 1, 1)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert "not the one that round.json names" in step(workspace, runs[1], 0)
    assert "not the one that round.json names" in step(workspace, runs[1], 1)


GIVEN = "not what the teachers that it names give"
EDITS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "label": (lambda table: table.assign(label=table["label"].to_numpy()[::-1]), f"its column 'label' is {GIVEN}"),
    "weight": (lambda table: table.assign(weight=table["weight"] * 0.9), f"its column 'weight' is {GIVEN}"),
    "predictions": (
        lambda table: table.assign(**{name: table[name].to_numpy()[::-1] for name in table if "/" in str(name)}),
        f"its predictions are {GIVEN}",
    ),
    "image": (
        lambda table: table.assign(image=table["image"].to_numpy()[::-1]),
        "its rows are not those that its settings take of its teachers' predictions",
    ),
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_label_file_is_found_though_every_hash_was_mended(
    chain: tuple[Workspace, list[Run]], column: str
) -> None:
    workspace, runs = chain
    path, (change, told) = label_file(workspace, 1, 0), EDITS[column]
    change(pd.read_parquet(path)).to_parquet(path, index=False)
    cover_up(workspace, runs, 1, 0)
    assert f"pseudo/round1/y-fold0: {told}" in step(workspace, runs[1])


def test_a_label_file_whose_rows_do_not_sum_to_one_is_not_read_though_every_hash_was_mended(
    chain: tuple[Workspace, list[Run]],
) -> None:
    workspace, runs = chain
    path = label_file(workspace, 1, 0)
    table = pd.read_parquet(path)
    table.assign(**{"y/c0": table["y/c0"].to_numpy()[::-1]}).to_parquet(path, index=False)
    cover_up(workspace, runs, 1, 0)
    told = r"pseudo/round1/y-fold0: \S*/y-fold0\.parquet: \d+ rows of the task 'y' are no probabilities, the first is"
    assert re.search(told, step(workspace, runs[1]))


def test_labels_of_pooled_models_under_the_names_of_lane_teachers_are_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    path = label_file(workspace, 1, 0)
    table = pd.read_parquet(path)
    pooled = runs[0].test().aligned(table["image"]).probs["y"]
    table[[c for c in table if "/" in c]] = pooled
    table.to_parquet(path, index=False)
    cover_up(workspace, runs, 1, 0)
    assert "not what the teachers that it names give" in step(workspace, runs[1])


def test_another_lanes_labels_under_this_lanes_name_are_found_though_every_hash_was_mended(
    chain: tuple[Workspace, list[Run]],
) -> None:
    workspace, runs = chain
    shutil.copy(label_file(workspace, 1, 1), label_file(workspace, 1, 0))
    cover_up(workspace, runs, 1, 0)
    assert "not what the teachers that it names give" in step(workspace, runs[1])


def test_a_teacher_of_another_fold_is_named(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain

    def as_fold_1(content: dict[str, Any]) -> None:
        files = content["tasks"]["y"]["files"]
        files[0] |= {
            "sha256": files[1]["sha256"],
            "teachers": files[1]["teachers"],
            "thresholds": files[1]["thresholds"],
        }

    shutil.copy(label_file(workspace, 1, 1), label_file(workspace, 1, 0))
    edit_record(label_file(workspace, 1, 0).parent / "round.json", as_fold_1)
    sha256 = file_sha256(label_file(workspace, 1, 0))
    edit_record(runs[1].fold_dir(0) / "fold.json", lambda content: content["pseudo_files"].update(y=sha256))
    told = f"pseudo/round1/y-fold0: it comes of {runs[0].id}/fold1, which read labels of this fold's validation people"
    assert step(workspace, runs[1]) == told
    assert step(workspace, runs[2]) == told


def test_a_teacher_that_was_trained_anew_since_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    path = runs[0].fold_dir(0) / "test.parquet"
    table = pd.read_parquet(path)
    table.iloc[:, 1:] = 1 / N
    table.to_parquet(path, index=False)
    assert "test.parquet is not the one that its record names" in step(workspace, runs[0])
    edit_record(runs[0].fold_dir(0) / "fold.json", lambda content: content.update(test=file_sha256(path)))
    assert "has been trained anew since" in step(workspace, runs[2])


def test_a_temperature_that_the_teachers_record_does_not_have_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    round_json = label_file(workspace, 1, 0).parent / "round.json"
    edit_record(round_json, lambda c: c["tasks"]["y"]["files"][0]["teachers"][0].update(temperature=0.7))
    assert "has another temperature" in step(workspace, runs[1])


def test_a_round_that_was_replaced_after_runs_ate_it_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    move_weights(runs[0])
    hard = PseudoSettings(policy="soft", weight=0.3)
    with pytest.raises(KitError, match="ate other labels"):
        make_round(workspace, 1, {"y": runs[:1]}, hard, "own_fold", (), blind, Reporter())
    assert Lineage(workspace).verdict(runs[1], 0).clean
    make_round(workspace, 1, {"y": runs[:1]}, hard, "own_fold", (), blind, Reporter(), force=True)
    assert "not the labels that the model ate" in step(workspace, runs[1])


def test_a_run_of_folds_that_were_redone_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    other = toy_folds(workspace, {f"p{i}": (i + i // 3) % 3 for i in range(N)})
    assert "other folds" in step(other, runs[0])
    assert "other folds" in step(other, runs[2])


def test_a_run_of_other_labels_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    path = workspace.data_dir / "train.csv"
    path.write_text(path.read_text().replace("c0", "c1"))
    assert "other data" in step(toy_folds(workspace), runs[2])


def test_pseudo_rows_in_validation_are_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    path = runs[1].fold_dir(0) / "oof.parquet"
    extra = pd.read_parquet(runs[1].fold_dir(0) / "test.parquet").head(2)
    pd.concat([pd.read_parquet(path), extra]).to_parquet(path, index=False)
    assert "oof.parquet is not the one that its record names" in step(workspace, runs[1])
    edit_record(runs[1].fold_dir(0) / "fold.json", lambda content: content.update(oof=file_sha256(path)))
    assert "OOF rows are not the validation side of its fold" in step(workspace, runs[1])


def test_a_folds_record_in_another_folds_place_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    shutil.rmtree(runs[0].fold_dir(0))
    shutil.copytree(runs[0].fold_dir(1), runs[0].fold_dir(0))
    assert "this record is of fold 1" in step(workspace, runs[0])


def test_a_missing_ancestor_proves_nothing(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    shutil.rmtree(runs[0].path)
    assert f"{runs[2].id}/fold0" not in step(workspace, runs[2])
    assert "pseudo/round1/y-fold0" in step(workspace, runs[2])


def test_weights_of_a_model_of_this_workspace_bring_its_labels_along(chain: tuple[Workspace, list[Run]]) -> None:
    """The recipe key `weights` may name any file: also a model that was trained on V_k."""
    workspace, runs = chain
    foreign = runs[0].fold_record(1).weights
    edit_record(runs[0].fold_dir(0) / "fold.json", lambda content: content.update(init_weights=foreign))
    assert f"it comes of {runs[0].id}/fold1" in step(workspace, runs[0])
    edit_record(runs[0].fold_dir(0) / "fold.json", lambda content: content.update(init_weights="0" * 64))
    assert Lineage(workspace).verdict(runs[0], 0).clean


def test_a_record_that_was_edited_by_hand_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    path = label_file(workspace, 1, 0).parent / "round.json"
    path.write_text(path.read_text().replace('"weight": 0.5', '"weight": 0.4'))
    assert "does not match its own checksum" in step(workspace, runs[2])


@pytest.mark.parametrize("file", ["run.json", "fold0/fold.json", "fold0/oof.parquet"])
def test_a_damaged_file_is_an_answer_and_no_crash(chain: tuple[Workspace, list[Run]], file: str) -> None:
    workspace, runs = chain
    (runs[0].path / file).write_bytes(b"{")
    assert not Lineage(workspace).verdict(runs[2], 0).clean


def test_pooled_teachers_and_all_data_taint_everything_downstream(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain
    whole = train_toy(workspace, memory, all_data=True)
    assert Lineage(workspace).taint(whole) == (
        f"{whole.id}/fold0: trained on everybody, there is no validation side",
    )  # fmt: skip
    for run in runs:
        move_weights(run)
    with pytest.raises(KitError, match="cannot teach"):
        make_round(workspace, 1, {"y": [whole]}, SOFT, "own_fold", (), blind, Reporter())
    make_round(workspace, 1, {"y": [runs[0], whole]}, SOFT, "pooled", (), blind, Reporter())
    student = train_toy(workspace, memory, round=1, teachers="pooled")
    move_weights(student)
    assert "-pooled-" in student.id and Lineage(workspace).taint(student)
    with pytest.raises(KitError, match="cannot teach"):
        make_round(workspace, 2, {"y": [student]}, SOFT, "own_fold", (), blind, Reporter(), force=True)
    make_round(workspace, 2, {"y": [student]}, SOFT, "pooled", (), blind, Reporter())
    grandchild = train_toy(workspace, memory, round=2, teachers="pooled")
    assert all(not Lineage(workspace).verdict(grandchild, fold).clean for fold in range(3))


def test_a_run_of_any_earlier_round_may_teach_and_none_of_this_round_or_later(
    chain: tuple[Workspace, list[Run]],
) -> None:
    workspace, runs = chain
    better = train_toy(workspace, memory, seed=7)
    make_round(workspace, 3, {"y": [better, runs[1], runs[2]]}, SOFT, "own_fold", (), blind, Reporter())
    student = train_toy(workspace, memory, round=3)
    for fold in range(3):
        verdict = Lineage(workspace).verdict(student, fold)
        assert verdict.clean and verdict.trace.n_seen == 6
        behind = verdict.trace.ancestors()
        assert f"{better.id}/fold{fold}" in behind and f"pseudo/round1/y-fold{fold}" in behind
    with pytest.raises(KitError, match="is of round 2, and round 2 is taught by runs of earlier rounds"):
        make_round(workspace, 2, {"y": [runs[2]]}, SOFT, "own_fold", (), blind, Reporter(), force=True)
    with pytest.raises(KitError, match="is of round 2, and round 1 is taught by"):
        make_round(workspace, 1, {"y": [runs[0], runs[2]]}, SOFT, "own_fold", (), blind, Reporter(), force=True)


def test_a_leak_by_way_of_a_teacher_of_an_earlier_round_is_found(chain: tuple[Workspace, list[Run]]) -> None:
    """Round 3 of a clean run of round 2 and of one of round 0 that started from another fold's weights."""
    workspace, runs = chain
    other = train_toy(workspace, memory, seed=7)
    make_round(workspace, 3, {"y": [runs[2], other]}, SOFT, "own_fold", (), blind, Reporter())
    student = train_toy(workspace, memory, round=3)
    assert Lineage(workspace).verdict(student, 0).clean
    foreign = runs[0].fold_record(1).weights
    edit_record(other.fold_dir(0) / "fold.json", lambda content: content.update(init_weights=foreign))
    told = f"{other.id}/fold0: it comes of {runs[0].id}/fold1, which read labels of this fold's validation people"
    assert step(workspace, student) == told
    assert Lineage(workspace).verdict(student, 1).clean
    with pytest.raises(KitError, match="fold 0 cannot teach"):
        make_round(workspace, 4, {"y": [student]}, SOFT, "own_fold", (), blind, Reporter())


def test_a_circle_of_rounds_is_found_though_every_hash_was_mended(chain: tuple[Workspace, list[Run]]) -> None:
    workspace, runs = chain

    def by_its_grandchild(content: dict[str, Any]) -> None:
        for file in content["tasks"]["y"]["files"]:
            test = runs[2].fold_record(file["fold"]).test
            file["teachers"] = [{"run": runs[2].id, "fold": file["fold"], "test": test, "temperature": 1.0}]

    edit_record(label_file(workspace, 1, 0).parent / "round.json", by_its_grandchild)
    assert f"its teacher {runs[2].id} is of round 2, which comes after these labels" in step(workspace, runs[1])
    assert not Lineage(workspace).verdict(runs[2], 0).clean


def test_pooled_teachers_are_forecast_with_a_caveat_that_stays_on_the_record(
    chain: tuple[Workspace, list[Run]],
) -> None:
    workspace, runs = chain
    assert read_round(workspace.pseudo_dir, 1).tasks["y"].caveat is None
    make_round(workspace, 1, {"y": runs[:1]}, SOFT, "pooled", (), blind, Reporter())
    told = read_round(workspace.pseudo_dir, 1, "pooled").tasks["y"].caveat
    assert told is not None and "models of all folds together" in told and "reached these teachers" not in told
    student = train_toy(workspace, memory, round=1, teachers="pooled")
    make_round(workspace, 2, {"y": [student]}, SOFT, "pooled", (), blind, Reporter())
    told = read_round(workspace.pseudo_dir, 2, "pooled").tasks["y"].caveat
    assert told is not None and "reached these teachers by way of the test set" in told


def test_a_set_of_a_million_groups_is_one_number() -> None:
    places = np.random.default_rng(0).permutation(1_000_000)[:300_000].tolist()
    found = group_bits(places)
    assert found.bit_count() == 300_000 and all(found >> place & 1 for place in places[:50])
    assert group_bits([0, 3]) == 0b1001 and group_bits([]) == 0
