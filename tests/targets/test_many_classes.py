"""Of very many classes predictions keep the most probable: from training to the file, as of few classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from shared.answers import answer
from shared.kinds import drawn
from shared.trained import kit, reopened

from kit.competition.size import check_size
from kit.competition.spec import Competition, read_competition
from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.door import open_workspace
from kit.errors import KitError
from kit.evidence.top import TopProbs
from kit.pseudo.lineage import Lineage
from kit.runs.store import Run, all_runs

CLASSES = [f"c{place}" for place in range(6)]
KEPT = 3
LIGHT = {"classes": CLASSES, "column": "light", "edges": [18, 34, 50, 66, 82]}
Out = pytest.CaptureFixture[str]


def wide(n_classes: int, **task: object) -> Competition:
    """A competition of so many classes, read without its data."""
    classes = [f"w{place}" for place in range(n_classes)]
    return Competition.model_validate(
        {
            "name": "wide",
            "data": "data",
            "metric": "map@5",
            "train": {"table": "train.csv", "images": "{id}.jpg"},
            "test": {"table": "test.csv", "images": "{id}.jpg"},
            "tasks": {"whale": {"classes": classes, "column": "whale", **task}},
            "submission": {"id": "id", "label": "whale", "top": 5},
        }
    )


@pytest.mark.parametrize(
    ("n_classes", "task", "kept"),
    [(1000, {}, None), (1001, {}, 50), (1001, {"keep": 1001}, None), (20, {"keep": 5}, 5), (5, {"keep": 5}, None)],
)
def test_how_many_are_kept_follows_from_how_many_there_are_or_is_said(
    n_classes: int, task: dict[str, int], kept: int | None
) -> None:
    assert wide(n_classes, **task).kept(["whale", "target"]) == (
        {} if kept is None else {"whale": kept, "target": kept}
    )


def test_what_is_kept_whole_and_does_not_fit_into_memory_is_refused_before_it_is_trained(tmp_path: Path) -> None:
    names = [f"w{place}" for place in range(5000)]
    tasks = {
        "squares": {"kind": "labels", "classes": names, "column": "squares", "separator": " "},
        "votes": {"kind": "shares", "classes": names, "weight": 0},
        "whale": {"classes": names, "column": "shape", "weight": 0},
    }
    form = {"id": "image", "label": "squares", "separator": " "}
    workspace = drawn(tmp_path, metric="f1_samples", tasks=tasks, submission=form)
    many = with_rows(workspace, 2_000_000)
    with pytest.raises(KitError) as caught:
        check_size(many, ("whale", "votes"))
    assert caught.value.where == "tasks.votes" and "\n" not in str(caught.value)
    assert "5,000 outputs of 2,000,000 photos, all of which are kept, take some 720 GB" in caught.value.what
    with pytest.raises(KitError, match="5,000 outputs of 2,000,000 photos, whose answers are kept whole, take"):
        check_size(many, ("squares",))
    check_size(many, ("whale",))
    check_size(with_rows(workspace, 1000), ("whale", "votes", "squares"))


def with_rows(workspace: Workspace, n_rows: int) -> Workspace:
    other = Workspace(workspace.root)
    train = pd.DataFrame({"image": np.arange(n_rows)})
    no_label = np.broadcast_to(np.zeros(1, dtype=np.int8), (n_rows, 5000))
    other.__dict__["tables"] = Tables(train, train.iloc[:0], train, "many", truths={"squares": no_label})
    return other


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("roc_auc", "roc_auc reads the probability of every class, and predictions keep 3 of them; write 'keep: 6'"),
        ("map@5", "map@5 looks at 5 classes, and predictions keep 3; write 'keep: 5' under tasks.light"),
    ],
)
def test_a_metric_that_needs_more_is_refused_with_what_to_write(tmp_path: Path, metric: str, told: str) -> None:
    form = {"id": "image", "label": "light", "top": 5} if metric == "map@5" else {"id": "image", "sample": "s.csv"}
    workspace = drawn(tmp_path / "w", "light", tasks={"light": {**LIGHT, "keep": KEPT}}, metric=metric, submission=form)
    with pytest.raises(KitError) as caught:
        read_competition(workspace.root / "competition.yaml")
    assert told in str(caught.value)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Runs of a network, of a linear learner and of an embedding with neighbours, and a round of pseudo labels."""
    root = tmp_path_factory.mktemp("many") / "w"
    form = {"id": "image", "label": "light", "top": KEPT}
    workspace = drawn(root, "light", tasks={"light": {**LIGHT, "keep": KEPT}}, metric="map@3", submission=form)
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--recipe", "tiny", "--set", "holdout=0.2") == 0
    assert kit(workspace, "train", "--recipe", "hog") == 0
    face = "heads.light={kind: arcface, embedding: {size: 4, neighbours: 3}}"
    assert kit(workspace, "train", "--recipe", "tiny", "--set", face) == 0
    assert kit(workspace, "pseudo", "--round", "1", "--recipe", "hog", "--set", "policy=soft") == 0
    assert kit(workspace, "train", "--recipe", "tiny", "--round", "1") == 0
    return reopened(workspace)


def first(workspace: Workspace, recipe: str, round: int = 0) -> Run:
    return next(run for run in all_runs(workspace) if (run.record.recipe, run.record.round) == (recipe, round))


def test_the_record_and_the_files_say_what_is_kept(made: Workspace) -> None:
    for run in all_runs(made):
        assert run.record.kept == {"light": KEPT}
        table = pd.read_parquet(run.path / "oof.parquet")
        places = range(1, KEPT + 1)
        expected = [*(f"light/{k}" for k in places), *(f"light/class {k}" for k in places), "light/rest"]
        assert list(table.columns) == ["image", *expected]
        values = table[expected[:KEPT]].to_numpy()
        np.testing.assert_allclose(values.sum(axis=1) + table["light/rest"], 1, atol=1e-5)
        assert (np.diff(values, axis=1) <= 0).all()
    labels = pd.read_parquet(made.pseudo_dir / "round1/light-fold0.parquet")
    assert "light/rest" in labels and "light/class 3" in labels and "light/c5" not in labels


def test_every_step_works_on_what_is_kept(made: Workspace, capsys: Out) -> None:
    runs = sorted(all_runs(made), key=lambda run: bool(run.fold_record(0).temperature))
    ids = [run.id for run in runs]
    for spec in ("all", "weighted", "best2", ",".join(ids[:2])):
        for mean in ("arithmetic", "geometric"):
            assert kit(made, "blend", spec, "--mean", mean) == 0, spec
    assert kit(made, "score") == 0
    assert kit(made, "compare", ids[0], ids[1], "weighted") == 0
    assert kit(made, "submit", "--blend", "all", "--name", "all") == 0
    assert kit(made, "submit", "--blend", ids[0], "--name", "one") == 0
    sent = made.submissions_dir / "all.csv"
    rows = pd.read_csv(sent)
    assert rows["light"].str.fullmatch(r"c\d c\d c\d").all()
    capsys.readouterr()
    assert kit(made, "submit", "--file", str(sent), "--name", "again", "--json") == 0
    assert answer(capsys)["changed"] is not None
    capsys.readouterr()
    assert kit(made, "compare", "all", "one") == 0
    assert "the very same" not in capsys.readouterr().out
    assert kit(made, "lineage", ids[-1], "--recompute") == 0
    assert all(kit(made, "leaderboard", "log", name, "--public", "0.5") == 0 for name in ("all", "one"))
    assert kit(made, "leaderboard") == 0 and kit(made, "select") == 0
    assert kit(made, "pseudo", "--round", "2", "--recipe", "hog", "--set", "policy=soft", "--show") == 0
    assert kit(made, "report") == 0 and kit(made, "doctor", "--fast") == 0


def test_greedy_weights_and_rules_of_whole_rows_are_refused(made: Workspace, capsys: Out) -> None:
    assert kit(made, "blend", "greedy") == 2
    assert "write 'weighted'" in capsys.readouterr().err


@pytest.mark.parametrize("metric", ["accuracy", "f1_macro", "balanced_accuracy", "log_loss", "top@3", "qwk"])
def test_every_metric_that_reads_them_scores_and_decides(made: Workspace, metric: str, capsys: Out) -> None:
    content = yaml.safe_load((made.root / "competition.yaml").read_text())
    path = made.root / "competition.yaml"
    before = path.read_text()
    form = {"id": "image", "label": "light"} if metric not in ("log_loss", "top@3") else {"id": "image"}
    form |= {"label": "light", "top": 3} if metric == "top@3" else {}
    if metric == "log_loss":
        images = reopened(made).test["image"]
        pd.DataFrame({"image": images, **dict.fromkeys(CLASSES, 0.5)}).to_csv(made.data_dir / "s.csv", index=False)
        form["sample"] = "s.csv"
    path.write_text(yaml.safe_dump({**content, "metric": metric, "submission": form}, sort_keys=False))
    try:
        for spec in ("all", "weighted"):
            assert kit(reopened(made), "submit", "--blend", spec, "--name", f"{metric.replace('@', '')}-{spec}") == 0
        assert kit(reopened(made), "score") == 0
        workspace = reopened(made)
        record = next(iter(all_runs(workspace)))
        probs = record.oof().aligned(workspace.train["image"]).probs["light"]
        assert isinstance(probs, TopProbs)
        capsys.readouterr()
        assert kit(workspace, "score", record.id, "--json") == 0
        wanted = workspace.metric.of_outputs(probs if metric != "log_loss" else probs.dense(), "class")
        score = workspace.metric.score(workspace.truth("light"), wanted, len(CLASSES))
        assert answer(capsys)["rows"][0]["score"] == pytest.approx(score)
    finally:
        path.write_text(before)


def test_the_first_of_what_is_kept_is_what_the_model_says_of_all_classes(made: Workspace) -> None:
    """The network of round 0 with all classes kept: another run, of the same model."""
    path = made.root / "competition.yaml"
    before = path.read_text()
    path.write_text(before.replace(f"keep: {KEPT}", f"keep: {len(CLASSES)}"))
    try:
        whole = open_workspace(made.root).train_run("light", "tiny", ["holdout=0.2"])
        few = next(run for run in all_runs(made) if run.record.kept and run.fold_record(0).temperature)
        assert whole.id != few.id and whole.record.kept == {}
        kept, probs = few.oof().probs["light"], whole.oof().probs["light"]
        assert np.array_equal(kept.classes, np.argsort(-probs, axis=1, kind="stable")[:, :KEPT])
        np.testing.assert_array_equal(kept.values, np.take_along_axis(probs, kept.classes.astype(int), axis=1))
        # what was kept once is read beside what is whole
        assert kit(reopened(made), "compare", whole.id, few.id) == 0
    finally:
        path.write_text(before)


def test_notebooks_see_and_give_what_is_kept(made: Workspace) -> None:
    workspace = open_workspace(made.root)
    run = first(made, "hog")
    frame, test = workspace.oof(run.id), workspace.test_probs(run.id)
    assert {"light/1", "light/class 1", "light/rest"} <= set(frame)
    added = workspace.add_run("same", oof=frame.drop(columns=["light"]), test=test, trained_per_fold=True)
    assert added.record.kept == {"light": KEPT}
    assert workspace.score(added.id).value == pytest.approx(workspace.score(run.id).value)
    dense = pd.DataFrame(run.oof().probs["light"].dense(), columns=[f"light/{name}" for name in CLASSES])
    dense.insert(0, "image", run.oof().images)
    assert workspace.score(dense).value == pytest.approx(workspace.score(run.id).value)


def test_labels_of_what_is_kept_are_proved_fold_by_fold(made: Workspace) -> None:
    run, lineage = first(made, "tiny", 1), Lineage(made)
    for fold in run.finished_folds:
        verdict = lineage.verdict(run, fold)
        assert verdict.clean and run.fold_record(fold).n_pseudo == len(made.test)
