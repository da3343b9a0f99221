"""What networks predict of a photo is its own: no other photo beside it changes a bit."""

from __future__ import annotations

import pytest
import torch

from kit.learn.network.predict import ACTIVATIONS


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("n_outputs", [1, 3, 18])
def test_a_photo_is_said_alike_alone_and_among_others(activation: str, n_outputs: int) -> None:
    say = ACTIVATIONS[activation]  # type: ignore[index]
    values = 4 * torch.randn(1000, n_outputs, generator=torch.Generator().manual_seed(0))
    alone = torch.cat([say(row.clone()) for row in values.split(1)])
    assert torch.equal(say(values), alone)


def test_labels_have_the_logistic_function_of_what_the_head_gives() -> None:
    values = torch.tensor([[-200.0, -3.0, 0.0], [1e-3, 3.0, 200.0]])
    said = ACTIVATIONS["sigmoid"](values)
    torch.testing.assert_close(said, torch.special.expit(values.double()).float(), rtol=1e-6, atol=0)
    assert said[0, 2] == 0.5 and said[1, 2] == 1.0
