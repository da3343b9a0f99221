"""Training on CUDA, in mixed precision; says so where there is no such device."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from shared.mini import mini_workspace
from shared.stopping import StopAfter, Stopped
from shared.trained import reopened

from kit.evidence.metrics import METRICS
from kit.folds.frozen import freeze_folds
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here"),
]


def test_a_fold_on_the_gpu_learns_and_goes_on_after_a_stop(tmp_path: Path) -> None:
    workspace = mini_workspace(tmp_path)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    workspace = reopened(workspace)
    recipe = load_recipe("tiny", workspace.recipes_dir, ["epochs=6", "ema=0.9"])
    plan = plan_run(workspace, ["mask"], "tiny", recipe)
    with pytest.raises(Stopped):
        train_run(workspace, plan, [0], StopAfter(3))
    run = train_run(workspace, plan, [0], Reporter())
    record, oof = run.fold_record(0), run.fold_oof(0)
    assert record.device == "cuda" and [line.epoch for line in record.history] == list(range(6))
    labels = workspace.train.set_index("image").loc[list(oof.images), "mask"].to_numpy()
    assert METRICS["f1_macro"].score(labels, oof.probs["mask"].argmax(axis=1), 3) > 0.6
    np.testing.assert_allclose(oof.probs["mask"].sum(axis=1), 1, atol=1e-4)
