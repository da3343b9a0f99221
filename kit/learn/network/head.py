"""Heads: from a backbone's outputs for a task to scores of its classes, and what a head learns besides them.

Whatever a head of classes is, it gives logits whose softmax are the class probabilities: losses, predictions and blends
know classes alone. The plain head serves labels and shares too, and numbers have one of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log, pi
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kit.learn.network.loss import cross_entropy, row_mean
from kit.learn.network.ranks import over_ranks
from kit.recipes.heads import BINS, Embedding, HeadSpec
from kit.runs.record import HeadShape, NumberScale, Shape

ClassLoss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(logits (n, C), targets (n, C), weights (n,)) -> scalar."""

ByTask = Mapping[str, Tensor]


class Head(Protocol):
    """A module of one task: `n_outputs` numbers a photo come in."""

    n_outputs: int

    def __call__(self, outputs: Tensor, logits: ByTask) -> Tensor:
        """Class logits (n, C) for outputs (n, n_outputs), and the class logits of the task that it is given."""

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        """The loss of a batch, a scalar; targets (n, C) and weights (n,) are those of all tasks."""


class Softmax(nn.Module):
    """The outputs are the logits."""

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        self.n_outputs = n_classes

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        return outputs

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        return class_loss(self(outputs, {}), targets[task], weights[task])


class Number(Softmax):
    """The output is the number, on the scale of the fold's train side."""

    def __init__(self, scale: NumberScale) -> None:
        super().__init__(1)
        self.scale = scale

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        return outputs.float() * self.scale.deviation + self.scale.mean

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        return class_loss(outputs, targets[task], weights[task])


class Bins(nn.Module):
    """Cross-entropy on the bins where a photo's bin is known, and the class loss on their summed probabilities."""

    def __init__(self, n_classes: int, shape: HeadShape, fine: float) -> None:
        super().__init__()
        self.n_outputs, self.fine = len(shape.bins), fine
        member = torch.tensor(shape.bins)[None, :] == torch.arange(n_classes)[:, None]
        self.register_buffer("outside", ~member, persistent=False)

    outside: Tensor
    """(n_classes, n_bins): which bins are none of a class's."""

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        # log-sum-exp by class: the log of the summed probabilities, but for a constant of the row
        spread = outputs.float()[:, None, :].masked_fill(self.outside, float("-inf"))
        return spread.logsumexp(dim=2)

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        classes = class_loss(self(outputs, {}), targets[task], weights[task])
        known = weights[task + BINS]
        return classes + self.fine * cross_entropy(outputs.float(), targets[task + BINS], known, known)


class Ordinal(nn.Module):
    """log P(y <= k) / P(y > k) = boundary_k - output, with boundaries that rise (McCullagh 1980)."""

    n_outputs = 1

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        # four logits apart a class between two boundaries can have .76; closer, the outer classes would take its photos
        self.first = nn.Parameter(torch.tensor([-2.0 * (n_classes - 2)]))
        self.log_widths = nn.Parameter(torch.full((n_classes - 2,), log(4)))

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        boundaries = torch.cat([self.first, self.first + self.log_widths.exp().cumsum(0)])
        return interval_log_probs(outputs.float()[:, 0], boundaries)

    loss = Softmax.loss


class Expected(nn.Module):
    """A logistic distribution around the expected value over the bins, with one learned width, cut at the edges."""

    centres: Tensor
    """(n_bins,) values of the bins, and `edges` (n_classes - 1,), in standard deviations from their mean."""
    edges: Tensor

    def __init__(self, shape: HeadShape, fine: float) -> None:
        super().__init__()
        self.n_outputs, self.fine = len(shape.centres), fine
        centres = torch.tensor(shape.centres, dtype=torch.float64)
        mean, deviation = centres.mean(), centres.std(correction=0).clamp_min(1e-12)
        edges = torch.tensor(shape.edges, dtype=torch.float64)
        self.register_buffer("centres", ((centres - mean) / deviation).float(), persistent=False)
        self.register_buffer("edges", ((edges - mean) / deviation).float(), persistent=False)
        self.sharpness = nn.Parameter(torch.tensor([1.0]))  # the log of one over the width

    def expected(self, outputs: Tensor) -> Tensor:
        return outputs.float().softmax(dim=1) @ self.centres

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        scale = self.sharpness.exp()
        return interval_log_probs(self.expected(outputs) * scale, self.edges * scale)

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        classes = class_loss(self(outputs, {}), targets[task], weights[task])
        known = weights[task + BINS]
        error = (self.expected(outputs) - targets[task + BINS] @ self.centres) ** 2 / 2
        return classes + self.fine * row_mean(error, known)


class ArcFace(nn.Module):
    """Cosines of the outputs, an embedding, and a centre for each class; a margin keeps classes apart in training.

    Of several centres of a class the nearest counts (Deng, Guo, Liu, Gong and Zafeiriou 2020, Sub-center ArcFace).
    """

    def __init__(self, n_classes: int, embedding: Embedding) -> None:
        super().__init__()
        self.n_outputs, self.scale, self.margin = embedding.size, embedding.scale, embedding.margin
        self.centres = nn.Parameter(torch.randn(n_classes * embedding.centres, embedding.size))
        self.n_centres = embedding.centres

    def cosines(self, outputs: Tensor) -> Tensor:
        to_each = F.normalize(outputs.float()) @ F.normalize(self.centres).T
        return to_each if self.n_centres == 1 else to_each.unflatten(1, (-1, self.n_centres)).amax(dim=2)

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        return self.scale * self.cosines(outputs)

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        """The class loss of cos(angle + margin) in the place of cos(angle), as far as a class is the target."""
        cosines = self.cosines(outputs).clamp(-1 + 1e-6, 1 - 1e-6)  # where the slope of the angle is finite
        angle = torch.acos(cosines)
        # beyond the half circle the cosine would rise again: it goes on falling along a line
        further = torch.where(angle < pi - self.margin, torch.cos(angle + self.margin), cosines - self.margin)
        share = targets[task]
        return class_loss(self.scale * (share * further + (1 - share) * cosines), share, weights[task])


class Given(nn.Module):
    """A head for each class of another task; the photos of that class teach it."""

    def __init__(self, heads: Sequence[Head], parent: str, mixing: str) -> None:
        super().__init__()
        self.heads = nn.ModuleList(heads)  # type: ignore[arg-type]  # a head is a module
        self.parent, self.mixing = parent, mixing
        self.n_outputs = sum(head.n_outputs for head in heads)

    def _parts(self, outputs: Tensor) -> list[tuple[Any, Tensor]]:
        sizes = [head.n_outputs for head in self.heads]
        return list(zip(self.heads, outputs.split(sizes, dim=1), strict=True))

    def forward(self, outputs: Tensor, logits: ByTask) -> Tensor:
        each = torch.stack([head(part, {}).float().log_softmax(dim=1) for head, part in self._parts(outputs)], dim=1)
        parent = logits[self.parent].float()
        if self.mixing == "hard":
            return each[torch.arange(len(each), device=each.device), parent.argmax(dim=1)]
        return (each + parent.log_softmax(dim=1)[:, :, None]).logsumexp(dim=1)

    def loss(self, outputs: Tensor, task: str, targets: ByTask, weights: ByTask, class_loss: ClassLoss) -> Tensor:
        mine = [name for name in (task, task + BINS) if name in weights]
        everything = over_ranks(weights[task].sum()).clamp_min(1e-12)
        losses = []
        for (head, part), share in zip(self._parts(outputs), targets[self.parent].unbind(dim=1), strict=True):
            own = {name: weights[name] * share for name in mine}
            loss = head.loss(part, task, targets, own, class_loss)
            losses.append(over_ranks(own[task].sum()) / everything * loss)
        return torch.stack(losses).sum()


def interval_log_probs(location: Tensor, boundaries: Tensor) -> Tensor:
    """Log probabilities (n, K + 1) that a logistic variable around `location` (n,) lies between rising boundaries (K,).

    For a > b: sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - exp(b - a)), which loses no digit.
    """
    apart = boundaries[None, :] - location[:, None]
    below, above = F.logsigmoid(apart), F.logsigmoid(-apart)
    between = below[:, 1:] + above[:, :-1] + torch.log(-torch.expm1(boundaries[:-1] - boundaries[1:]))
    return torch.cat([below[:, :1], between, above[:, -1:]], dim=1)


def build_head(
    task: str, specs: Mapping[str, HeadSpec], n_classes: Mapping[str, int], shapes: Mapping[str, Shape]
) -> Head:
    """The head of a task as the recipe's `specs` want it; `shapes` has the bins of those that learn any."""
    spec, shape = specs.get(task, HeadSpec()), shapes.get(task)  # type: ignore[call-arg]
    if isinstance(shape, NumberScale):
        return Number(shape)
    if spec.given is None:
        return _plain_head(spec, n_classes[task], shape)
    heads = [_plain_head(spec, n_classes[task], shape) for _ in range(n_classes[spec.given])]
    return Given(heads, spec.given, spec.mixing)


def _plain_head(spec: HeadSpec, n_classes: int, shape: HeadShape | None) -> Head:
    assert shape is not None or not spec.has_bins
    if spec.embedded is not None:
        return ArcFace(n_classes, spec.embedded)
    return HEADS[spec.kind](n_classes, shape or HeadShape(bins=()), spec.fine)


HEADS: dict[str, Callable[[int, HeadShape, float], Head]] = {
    "softmax": lambda n_classes, shape, fine: Softmax(n_classes),
    "bins": Bins,
    "ordinal": lambda n_classes, shape, fine: Ordinal(n_classes),
    "expected": lambda n_classes, shape, fine: Expected(shape, fine),
}
"""Every kind of head: (n_classes, the task's bins, the weight of what they add) -> head."""
