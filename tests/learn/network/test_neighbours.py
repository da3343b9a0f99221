"""A head of embeddings: its margin, the votes of neighbours, and that the train side alone is asked."""

from __future__ import annotations

from math import acos, cos, exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from shared.kinds import drawn
from shared.trained import kit

from kit.learn.examples import make_examples
from kit.learn.network.head import ArcFace
from kit.learn.network.loss import total_loss
from kit.learn.network.model import build_model
from kit.learn.network.neighbours import Neighbours, remember
from kit.recipes.heads import Embedding, HeadSpec
from kit.recipes.network import Recipe
from kit.runs.store import all_runs


def embedding(**keys: float) -> Embedding:
    return Embedding.model_validate({"size": 2, "scale": 4, **keys})


def loss_of(head: ArcFace, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    weights = torch.ones(len(outputs))

    def class_loss(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return total_loss({"ce": 1}, logits, target, weight, target.sum(dim=0))

    return head.loss(outputs, "task", {"task": targets}, {"task": weights}, class_loss)


@pytest.mark.parametrize("margin", [0.0, 0.5])
def test_the_margin_turns_the_true_class_away_by_its_angle(margin: float) -> None:
    head = ArcFace(2, embedding(margin=margin))
    with torch.no_grad():
        head.centres.copy_(torch.tensor([[3.0, 0.0], [0.0, 1.0]]))
    outputs, targets = torch.tensor([[2 * cos(0.3), 2 * cos(acos(-1) / 2 - 0.3)]]), torch.tensor([[1.0, 0.0]])
    own, other = 4 * cos(0.3 + margin), 4 * cos(acos(-1) / 2 - 0.3)
    assert loss_of(head, outputs, targets).item() == pytest.approx(-log(exp(own) / (exp(own) + exp(other))), rel=1e-4)
    assert head(outputs, {})[0].tolist() == pytest.approx([4 * cos(0.3), other], rel=1e-4), "no margin when predicting"


def test_the_loss_falls_towards_the_true_class_from_everywhere() -> None:
    head = ArcFace(2, embedding(margin=0.5))
    with torch.no_grad():
        head.centres.copy_(torch.tensor([[1.0, 0.0], [-1.0, 0.0]]))
    angles = torch.linspace(0.01, 3.13, 40)
    outputs = torch.stack([angles.cos(), angles.sin()], dim=1)
    losses = [loss_of(head, one[None], torch.tensor([[1.0, 0.0]])).item() for one in outputs]
    assert losses == sorted(losses), "also beyond the half circle"


def test_neighbours_vote_by_their_cosine_for_what_they_are() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], dtype=np.float32)
    known = Neighbours(embedding(neighbours=2, share=0.25), rows, np.eye(3, dtype=np.float32))
    votes = np.array([exp(4 * (0.8 - 1)), exp(4 * (0.6 - 1))])
    votes /= votes.sum()
    said = known.blended(np.array([[0.2, 0.2, 0.6]]), np.array([[0.8, 0.6]]))
    assert said[0] == pytest.approx(0.75 * np.array([0.2, 0.2, 0.6]) + 0.25 * np.array([*votes, 0]), rel=1e-5)


def test_pseudo_labelled_rows_and_heads_that_ask_none_are_not_remembered() -> None:
    recipe = Recipe.model_validate(
        {"model": "test_resnet", "pretrained": False, "size": 32, "epochs": 1, "batch_size": 4}
        | {"heads": {"a": {"kind": "arcface", "embedding": {"size": 8, "neighbours": 3}}, "b": "arcface"}}
    )
    model = build_model(recipe, {"a": 2, "b": 2}, 0)
    pixels = np.random.default_rng(0).integers(0, 255, (6, 32, 32, 3), dtype=np.uint8)
    targets = {task: np.eye(2, dtype=np.float32)[[0, 1, 0]] for task in ("a", "b")}
    examples = make_examples((pixels, pixels), np.array([0, 2, 4]), targets, np.arange(3))
    found = remember(model, recipe.heads, examples, 2)
    assert list(found) == ["a"] and found["a"].rows.shape == (3, 8)
    assert np.allclose(np.linalg.norm(found["a"].rows, axis=1), 1, atol=1e-5)


def test_a_head_of_embeddings_learns_and_is_another_run_with_neighbours(tmp_path: Path) -> None:
    workspace = drawn(tmp_path, "grade", metric="accuracy", submission={"id": "image", "label": "grade"})
    assert kit(workspace, "fold", "--folds", "2") == 0
    for asked in (0, 5):
        head = f"heads={{grade: {{kind: arcface, embedding: {{size: 16, neighbours: {asked}}}}}}}"
        options = ["--folds", "0", "--set", head, "--set", "epochs=8"]
        assert kit(workspace, "train", "--task", "grade", "--recipe", "tiny", *options) == 0
    truth = pd.Series(workspace.truth("grade"), workspace.train["image"])
    plain, asking = (run.fold_oof(0) for run in all_runs(workspace))
    for oof in (plain, asking):
        right = oof.said("grade") == truth[oof.images].to_numpy()
        assert right.mean() > 0.6
    assert not np.allclose(plain.probs["grade"], asking.probs["grade"])


def test_a_recipe_without_an_embedding_keeps_its_fingerprint() -> None:
    assert set(HeadSpec.model_validate("bins").model_dump()) == {"kind", "fine", "given", "mixing", "train_edges"}
    with pytest.raises(ValueError, match="'embedding' goes with"):
        HeadSpec.model_validate({"kind": "bins", "embedding": {}})


def test_of_several_centres_of_a_class_the_nearest_counts() -> None:
    head = ArcFace(2, embedding(size=2, centres=2))
    with torch.no_grad():
        head.centres.copy_(torch.tensor([[1.0, 0], [0, 1.0], [-1.0, 0], [0, -1.0]]))
    found = head.cosines(torch.tensor([[0.0, 2.0], [-3.0, 0.0], [1.0, -1.0]]))
    assert torch.allclose(found, torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5**0.5, 0.5**0.5]]))
    spec = HeadSpec.model_validate({"kind": "arcface", "embedding": {"size": 8}})
    assert "centres" not in spec.model_dump()["embedding"], "recipes from before keep their fingerprint"
    assert (
        HeadSpec.model_validate({"kind": "arcface", "embedding": {"centres": 3}}).model_dump()["embedding"]["centres"]
        == 3
    )
