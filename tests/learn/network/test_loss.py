"""Losses: their values by hand, their gradients by finite differences, and whose rows the class counts are."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import torch

from kit.learn.examples import Located, make_examples
from kit.learn.network.loss import LABEL_LOSSES, LOSSES, NUMBER_LOSSES, total_loss
from kit.targets.classes import one_hot

PROBS = torch.tensor([[0.7, 0.2, 0.1], [0.5, 0.25, 0.25]], dtype=torch.float64)
TARGETS = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], dtype=torch.float64)
WEIGHTS = torch.tensor([1.0, 0.5], dtype=torch.float64)
COUNTS = torch.tensor([6.0, 3.0, 1.0])

E1, E3, E6 = (sum(0.999**i for i in range(n)) for n in (1, 3, 6))
SCALE = 10 / (6 / E6 + 3 / E3 + 1 / E1)
F1 = (2 * 0.7 / (1 + 0.7 + 0.25), 2 * 0.0625 / (0.25 + 0.2 + 0.125), 2 * 0.0625 / (0.25 + 0.1 + 0.125))

BY_HAND = {
    "ce": (-log(0.7) - 0.5 * log(0.25)) / 1.5,
    "ls": -(2.8 * log(0.7) + 0.1 * log(0.2) + 0.1 * log(0.1) + 0.05 * log(0.5) + 1.45 * log(0.25)) / 4.5,
    "weighted": (-10 / 18 * log(0.7) - 0.5 * (0.5 * 10 / 9 + 0.5 * 10 / 3) * log(0.25)) / 1.5,
    "effective": (-SCALE / E6 * log(0.7) - 0.5 * SCALE * (0.5 / E3 + 0.5 / E1) * log(0.25)) / 1.5,
    "focal": (-(0.3**2) * log(0.7) - 0.5 * 0.75**2 * log(0.25)) / 1.5,
    "f1": 1 - sum(F1) / 3,
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_has_the_value_that_was_reckoned_by_hand(name: str) -> None:
    assert float(LOSSES[name](PROBS.log(), TARGETS, WEIGHTS, COUNTS)) == pytest.approx(BY_HAND[name], rel=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_a_losss_gradient_is_that_of_finite_differences(name: str) -> None:
    generator = torch.Generator().manual_seed(3)
    logits = (2 * torch.randn(5, 3, generator=generator, dtype=torch.float64)).requires_grad_()
    targets = torch.randn(5, 3, generator=generator, dtype=torch.float64).softmax(dim=1)
    weights = torch.tensor([1.0, 0.5, 0.0, 1.0, 0.2], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda values: LOSSES[name](values, targets, weights, COUNTS), logits)


def test_losses_add_up_with_their_weights() -> None:
    parts = [float(LOSSES[name](PROBS.log(), TARGETS, WEIGHTS, COUNTS)) for name in ("ce", "f1")]
    total = total_loss({"ce": 1, "f1": 0.5}, PROBS.log(), TARGETS, WEIGHTS, COUNTS)
    assert float(total) == pytest.approx(parts[0] + 0.5 * parts[1], rel=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_rows_without_weight_teach_nothing(name: str) -> None:
    logits = PROBS.log().requires_grad_()
    LOSSES[name](logits, TARGETS, torch.tensor([1.0, 0.0]), COUNTS).backward()
    assert logits.grad is not None and logits.grad[0].abs().sum() > 0 and not logits.grad[1].any()
    logits = PROBS.log().requires_grad_()
    nothing = LOSSES[name](logits, TARGETS, torch.zeros(2), COUNTS)
    nothing.backward()
    assert nothing.item() == 0 and logits.grad is not None and not logits.grad.any()


@pytest.mark.parametrize("name", LOSSES)
def test_sure_logits_and_a_class_without_a_row_give_numbers(name: str) -> None:
    logits = torch.tensor([[200.0, -200.0, 0.0], [-200.0, 200.0, 0.0]], requires_grad=True)
    value = LOSSES[name](logits, one_hot_of([1, 1]), torch.ones(2), torch.tensor([0.0, 4.0, 2.0]))
    value.backward()
    assert torch.isfinite(value) and logits.grad is not None and torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("name", ["weighted", "effective"])
def test_class_weights_leave_the_mean_over_the_train_rows_as_it_is(name: str) -> None:
    labels = one_hot_of([0] * 6 + [1] * 3 + [2])
    flat = torch.zeros(10, 3)
    assert float(LOSSES[name](flat, labels, torch.ones(10), COUNTS)) == pytest.approx(log(3))


LABELS = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
SAID = torch.tensor([[0.7, 0.4], [0.2, 0.5]], dtype=torch.float64)
SIDES = torch.tensor([[2.0, 6.0], [8.0, 4.0]])
"""The rows with each label, and those without it."""

LABELS_BY_HAND = {
    "ce": -(log(0.7 * 0.6) + 0.5 * log(0.8 * 0.5)) / 2 / 1.5,
    "ls": -(0.95 * log(0.7 * 0.6) + 0.05 * log(0.3 * 0.4) + 0.5 * (0.95 * log(0.8 * 0.5) + 0.05 * log(0.2 * 0.5)))
    / 2
    / 1.5,
    "weighted": -(2.5 * log(0.7) + 1.25 * log(0.6) + 0.5 * (0.625 * log(0.8) + 5 / 6 * log(0.5))) / 2 / 1.5,
    "focal": -(0.09 * log(0.7) + 0.16 * log(0.6) + 0.5 * (0.04 * log(0.8) + 0.25 * log(0.5))) / 2 / 1.5,
    "f1": 1 - (2 * 0.7 / (1 + 0.7 + 0.1) + 2 * 0.25 / (0.5 + 0.4 + 0.25)) / 2,
}


@pytest.mark.parametrize("name", LABELS_BY_HAND)
def test_a_loss_of_labels_has_the_value_that_was_reckoned_by_hand(name: str) -> None:
    found = LABEL_LOSSES[name](SAID.logit(), LABELS, WEIGHTS, SIDES)
    assert float(found) == pytest.approx(LABELS_BY_HAND[name], rel=1e-6)


@pytest.mark.parametrize(("name", "right"), [("squared", 4.75 / 1.5), ("absolute", 2 / 1.5), ("huber", 1.375 / 1.5)])
def test_a_loss_of_numbers_has_the_value_that_was_reckoned_by_hand(name: str, right: float) -> None:
    found = NUMBER_LOSSES[name](torch.tensor([[0.5], [4.0]]), torch.tensor([[0.0], [1.0]]), WEIGHTS, COUNTS)
    assert float(found) == pytest.approx(right)


@pytest.mark.parametrize("losses", [LABEL_LOSSES, NUMBER_LOSSES])
def test_rows_without_weight_teach_no_label_and_no_number(losses: dict[str, object]) -> None:
    for loss in losses.values():
        logits = SAID.logit().requires_grad_()
        loss(logits, LABELS, torch.tensor([1.0, 0.0]), SIDES).backward()  # type: ignore[operator]
        assert logits.grad is not None and logits.grad[0].abs().sum() > 0 and not logits.grad[1].any()


def test_a_task_takes_the_losses_of_its_kind_and_the_usual_one_where_none_is_named() -> None:
    wanted, arguments = {"ce": 1.0, "huber": 1.0}, (SAID.logit(), LABELS, WEIGHTS, SIDES)
    for activation, name in (("sigmoid", "ce"), ("identity", "huber")):
        right = {"sigmoid": LABEL_LOSSES, "identity": NUMBER_LOSSES}[activation][name]
        assert float(total_loss(wanted, *arguments, activation)) == pytest.approx(float(right(*arguments)), rel=1e-6)  # type: ignore[arg-type]
    squared = total_loss({"focal": 1.0}, *arguments, "identity")
    assert float(squared) == pytest.approx(float(NUMBER_LOSSES["squared"](*arguments)), rel=1e-6)


def test_class_counts_are_those_of_the_real_rows_alone() -> None:
    pixels = np.zeros((4, 1, 1, 3), dtype=np.uint8)
    pseudo = Located("mask", np.array([1, 2]), one_hot(np.array([2, 2]), 3), np.ones(2, dtype=np.float32))
    real = one_hot(np.array([0, 0, 1]), 3)
    examples = make_examples((pixels, pixels), np.arange(3), {"mask": real}, np.arange(3), [pseudo])
    assert len(examples.row) == 5
    assert examples.class_counts("mask").tolist() == [2, 1, 0]


def one_hot_of(labels: list[int]) -> torch.Tensor:
    return torch.from_numpy(one_hot(np.array(labels), 3))
