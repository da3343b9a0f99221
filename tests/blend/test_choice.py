"""Choosing the best runs costs: the score of a choice is that of rows that did not choose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shared.answers import answer
from shared.made_up import TASKS, add_made_up, candidate, with_target_labels
from shared.mini import mini_workspace
from shared.trained import kit

from kit.blend.blend import Blend, make_blend
from kit.blend.crossfit import Plan, cross_fit
from kit.blend.decide import ARGMAX
from kit.blend.members import Candidate
from kit.blend.weights import best_weights
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.folds.frozen import make_folds, write_folds


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = mini_workspace(tmp_path_factory.mktemp("choice"), people=36)
    write_folds(workspace.folds_path, make_folds(workspace.train, 3, 0))
    return workspace


def equally_good(workspace: Workspace, n_runs: int, world: int) -> dict[str, list[Candidate]]:
    """Runs of the same skill, which only luck sets apart."""
    return {
        task: [candidate(workspace, task, f"{task}-{run}", 1.2, seed + 1000 * world + run) for run in range(n_runs)]
        for seed, task in zip((0, 10**6, 2 * 10**6), TASKS, strict=True)
    }


def score_of(workspace: Workspace, blend: Blend) -> float:
    assert blend.oof is not None
    return workspace.metric.score(workspace.train[TARGET].to_numpy(), blend.oof.said(TARGET), 18)


def test_the_oof_of_the_best_of_equal_runs_is_what_a_fresh_run_scores(workspace: Workspace) -> None:
    n_worlds, n_runs = 40, 12
    honest, in_sample, fresh = [], [], []
    for world in range(n_worlds):
        blend = make_blend(workspace, equally_good(workspace, n_runs, world), best=1, rule=ARGMAX)
        honest.append(score_of(workspace, blend))
        in_sample.append(honest[-1] if blend.in_sample is None else blend.in_sample)
        drawn = equally_good(workspace, 8, 10_000 + world)
        several = [make_blend(workspace, {t: [drawn[t][i]] for t in TASKS}, rule=ARGMAX) for i in range(8)]
        fresh.append(np.mean([score_of(workspace, one) for one in several]))
    for scores, within in ((honest, True), (in_sample, False)):
        off = np.subtract(scores, fresh)
        assert (abs(off.mean()) < 2 * off.std(ddof=1) / np.sqrt(n_worlds)) == within


def test_what_is_submitted_is_the_best_on_all_rows(workspace: Workspace) -> None:
    chosen = equally_good(workspace, 6, 0)
    blend = make_blend(workspace, chosen, best=2, rule=ARGMAX)
    for task, items in chosen.items():
        truth = workspace.train[task].to_numpy()
        scores = [workspace.metric.score(truth, item.probs.argmax(axis=1), item.probs.shape[1]) for item in items]
        best = {items[place].run.id for place in np.argsort(scores)[-2:]}
        assert dict(blend.members[task]) == dict.fromkeys(best, 0.5)
    assert blend.in_sample is not None and blend.in_sample > score_of(workspace, blend)
    assert "best 2 runs" in blend.why_weights


def test_a_choice_that_every_fold_agrees_on_has_one_score(workspace: Workspace) -> None:
    chosen = {
        task: [candidate(workspace, task, f"{task}-{name}", skill, 0) for name, skill in (("good", 6.0), ("bad", 0.0))]
        for task in TASKS
    }
    blend = make_blend(workspace, chosen, best=1, rule=ARGMAX)
    alone = make_blend(workspace, {task: items[:1] for task, items in chosen.items()}, rule=ARGMAX)
    assert blend.in_sample is None and blend.members == alone.members
    assert (blend.oof.said(TARGET) == alone.oof.said(TARGET)).all()  # type: ignore[union-attr]
    assert make_blend(workspace, chosen, best=2, rule=ARGMAX).why_weights == "equal, nothing is fitted"


def test_no_label_of_a_fold_chooses_the_runs_of_its_own_oof(workspace: Workspace) -> None:
    chosen = equally_good(workspace, 6, 3)
    stacks = [np.stack([item.probs for item in items]) for items in chosen.values()]
    ids = tuple(tuple(item.run.id for item in items) for items in chosen.values())
    held = workspace.folds.valid(1)
    target = workspace.train[TARGET].to_numpy().copy()
    target[held] = np.random.default_rng(5).permutation(target[held])
    made = [
        cross_fit(Plan(one, TASKS, "equal", "arithmetic", ARGMAX, fits_rule=False, best=1, ids=ids), stacks)
        for one in (workspace, with_target_labels(workspace, target))
    ]
    assert made[0].joined is not None and made[1].joined is not None
    assert (made[0].joined[held] == made[1].joined[held]).all()
    assert (made[0].joined[~held] != made[1].joined[~held]).any()


def test_equal_scores_go_by_name_and_an_undefined_one_comes_last() -> None:
    assert best_weights([0.5, 0.7, 0.7, np.nan], ["d", "c", "b", "a"], 2).tolist() == [0, 0.5, 0.5, 0]
    assert best_weights([0.5, 0.7, 0.7], ["d", "c", "b"], 1).tolist() == [0, 0, 1]
    assert best_weights([np.nan, 0.1], ["a", "b"], 1).tolist() == [0, 1]
    assert best_weights([0.1, 0.2], ["a", "b"], 5).tolist() == [0.5, 0.5]


def test_kit_blend_and_kit_score_print_the_honest_score_of_the_best(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = mini_workspace(tmp_path, people=36)
    write_folds(workspace.folds_path, make_folds(workspace.train, 3, 0))
    for items in equally_good(workspace, 6, 0).values():
        for item in items:
            add_made_up(workspace, item)
    assert kit(workspace, "blend", "best1", "--rule", "argmax", "--json") == 0
    content = answer(capsys)
    assert content["in_sample"] > content["oof"]["value"]
    assert kit(workspace, "score", "--json") == 0
    joined = answer(capsys)["joined"]
    assert joined["score"]["value"] == pytest.approx(content["oof"]["value"])
    assert joined["in_sample"] == pytest.approx(content["in_sample"])
    assert kit(workspace, "score") == 0
    assert f"(in-sample, which flatters: {joined['in_sample']:.4f})" in capsys.readouterr().out
    assert kit(workspace, "submit", "--blend", "best1", "--rule", "argmax", "--name", "one", "--json") == 0
    assert answer(capsys)["oof"]["value"] == pytest.approx(content["oof"]["value"])
    assert kit(workspace, "blend", "best0") == 2


def test_a_blend_of_no_runs_is_told_of(workspace: Workspace) -> None:
    from kit.blend.members import best_count

    with pytest.raises(KitError, match="a blend of no runs"):
        best_count("best0")
    assert (best_count("best3"), best_count("all")) == (3, None)
