"""Of very many labels predictions keep the most probable of each photo: from training to the finals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.answers import answer
from shared.kinds import SQUARES, TASKS, drawn
from shared.trained import kit, reopened

from kit.competition.size import check_size
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.door import open_workspace
from kit.errors import KitError
from kit.evidence.top import TopProbs, top_of
from kit.runs.scoring import score_oof
from kit.runs.store import Run, all_runs
from kit.submissions.oof import oof_path, read_submission_oof
from kit.submissions.record import find_submission

Out = pytest.CaptureFixture[str]
MORE = tuple(f"more{place}" for place in range(5))
"""Labels that are never positive."""
LABELS = {**TASKS["squares"], "classes": [*SQUARES, *MORE], "keep": 4}
KEPT = ["squares/1", "squares/2", "squares/3", "squares/4"]


def asked(root: Path, **task: object) -> Workspace:
    form = {"id": "image", "label": "squares", "separator": " "}
    return drawn(root, groups=12, metric="f2_samples", tasks={"squares": {**LABELS, **task}}, submission=form)


def said_of(workspace: Workspace, seed: int) -> dict[str, pd.DataFrame]:
    """Drawn predictions of a notebook, of every label, that know something of the truth."""
    rng, names = np.random.default_rng(seed), [f"squares/{name}" for name in LABELS["classes"]]
    truth = workspace.truth("squares")
    test = pd.read_csv(workspace.root / "answers.csv")[list(SQUARES)].to_numpy()
    sides = {"oof": truth, "test": np.hstack([test, np.zeros((len(test), len(MORE)))])}
    found = {}
    for side, there in sides.items():
        probs = 1 / (1 + np.exp(-(3 * there - 2 + rng.normal(0, 1, there.shape))))
        images = (workspace.train if side == "oof" else workspace.test)["image"]
        found[side] = pd.DataFrame(probs, columns=names).assign(image=images)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A run of a network, two of a notebook, and a round of pseudo labels that a network has learnt."""
    workspace = asked(tmp_path_factory.mktemp("labels") / "w")
    assert kit(workspace, "fold", "--folds", "2") == 0
    assert kit(workspace, "train", "--recipe", "tiny", "--set", "epochs=2") == 0
    assert kit(workspace, "pseudo", "--round", "1", "--recipe", "tiny", "--set", "policy=soft", "--show") == 0
    assert kit(workspace, "train", "--recipe", "tiny", "--round", "1", "--set", "epochs=1") == 0
    door = open_workspace(workspace.root)
    for name in ("one", "other"):
        door.add_run(name, **said_of(workspace, len(name)), trained_per_fold=True)
    return reopened(workspace)


def of_name(workspace: Workspace, name: str, round: int = 0) -> Run:
    return next(run for run in all_runs(workspace) if (run.record.recipe, run.record.round) == (name, round))


def test_predictions_and_pseudo_labels_keep_the_most_probable_labels(made: Workspace) -> None:
    for run in all_runs(made):
        assert run.record.kept == {"squares": 4}
        probs = run.oof().probs["squares"]
        assert isinstance(probs, TopProbs) and probs.shape == (len(made.train), 8)
    table = pd.read_parquet(of_name(made, "tiny", 1).path / "oof.parquet")
    assert list(table.columns) == ["image", *KEPT, *(f"squares/class {k}" for k in range(1, 5)), "squares/rest"]
    assert {"squares/rest", "squares/class 4"} <= set(pd.read_parquet(made.pseudo_dir / "round1/squares-fold0.parquet"))
    whole = said_of(made, len("one"))["oof"].drop(columns="image").to_numpy()
    kept, right = of_name(made, "one").oof().aligned(made.train["image"]).probs["squares"], top_of(whole, 4)
    assert np.array_equal(kept.classes, right.classes)
    np.testing.assert_allclose(kept.rest, right.rest, rtol=1e-5)


def test_every_step_works_on_what_is_kept(made: Workspace, capsys: Out) -> None:
    assert kit(made, "blend", "all", "--mean", "geometric") == 0 and kit(made, "score") == 0
    assert kit(made, "compare", of_name(made, "tiny").id, "weighted") == 0
    for rule in ("auto", "thresholds"):
        assert kit(made, "submit", "--blend", "all", "--rule", rule, "--name", rule) == 0
    assert kit(made, "lineage", of_name(made, "tiny", 1).id, "--recompute") == 0
    assert all(kit(made, "leaderboard", "log", name, "--public", "0.5") == 0 for name in ("auto", "thresholds"))
    assert kit(made, "compare", "auto", "thresholds") == 0
    assert kit(made, "leaderboard") == 0 and kit(made, "select") == 0
    assert kit(made, "report") == 0 and kit(made, "doctor", "--fast") == 0
    photo = made.data_dir / made.test["image"].iloc[0]
    assert kit(made, "predict", str(photo), "--from", of_name(made, "tiny").id) == 0
    capsys.readouterr()
    assert kit(made, "blend", "greedy") == 2
    assert "write 'weighted'" in capsys.readouterr().err
    assert kit(made, "submit", "--file", str(made.submissions_dir / "auto.csv"), "--name", "again", "--json") == 0
    assert answer(capsys)["changed"] is not None


def test_what_is_written_is_what_is_scored_and_only_kept_labels_are_said(made: Workspace) -> None:
    for rule in ("auto", "thresholds"):
        record = find_submission(made.submissions_dir, rule)
        assert list(pd.read_parquet(oof_path(made.submissions_dir, rule)).columns) == ["image", "label"]
        oof = read_submission_oof(made, record)
        assert record.oof is not None
        assert record.oof.value == pytest.approx(score_oof(made, TARGET, oof).value, abs=1e-12)
        sent = pd.read_csv(made.submissions_dir / f"{rule}.csv", keep_default_na=False)
        words = sent["squares"].str.split()
        assert {word for row in words for word in row} <= set(LABELS["classes"]) and words.str.len().max() <= 4


def test_a_photo_with_more_labels_than_are_kept_is_told_before_anything_is_trained(tmp_path: Path) -> None:
    workspace = asked(tmp_path, keep=2)
    with pytest.raises(KitError, match=r"has 3 labels, and predictions keep the 2 most probable .* write 'keep: 3'"):
        check_size(workspace, ("squares",))
