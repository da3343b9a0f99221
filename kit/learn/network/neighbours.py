"""Nearest neighbours among the embeddings of a fold's train side, which vote beside a head's logits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from kit.evidence.top import TopProbs
from kit.images.rows import PixelRows
from kit.learn.examples import Examples
from kit.learn.network.model import TaskModel
from kit.learn.network.predict import filled_up, to_pixels
from kit.recipes.heads import Embedding, HeadSpec

_CHUNK = 256  # photos whose neighbours are looked for at a time


@dataclass(frozen=True)
class Neighbours:
    """The real rows of a fold's train side: embeddings (n, size) of length one, and targets (n, n_classes), or
    the class (n,) of each where classes are too many for that.
    """

    embedding: Embedding
    rows: np.ndarray
    targets: np.ndarray

    def blended(self, probs: np.ndarray, embedded: np.ndarray) -> np.ndarray:
        """Probabilities (n, n_classes) of the logits, with the neighbours' share in them; embedded: (n, size)."""
        share, parts = self.embedding.share, []
        for start in range(0, len(probs), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            parts.append((1 - share) * probs[chunk] + share * self._voted(embedded[chunk], probs.shape[1]))
        return np.concatenate([np.zeros_like(probs[:0]), *parts]).astype(np.float32)

    def _voted(self, embedded: np.ndarray, n_classes: int) -> np.ndarray:
        whole = np.zeros((_CHUNK, embedded.shape[1]), embedded.dtype)  # a product of fewer rows sums in another order
        whole[: len(embedded)] = embedded
        cosines = (whole @ self.rows.T)[: len(embedded)]
        count = min(self.embedding.neighbours, len(self.rows))
        near = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        votes = np.exp(self.embedding.scale * (np.take_along_axis(cosines, near, axis=1) - 1))
        votes /= votes.sum(axis=1, keepdims=True)
        if self.targets.ndim == 1:
            voted = np.zeros((len(near), n_classes), dtype=votes.dtype)
            np.add.at(voted, (np.arange(len(near))[:, None], self.targets[near]), votes)
            return voted
        return np.einsum("nk,nkc->nc", votes, self.targets[near])


def remember(
    model: TaskModel, heads: Mapping[str, HeadSpec], examples: Examples, batch_size: int
) -> dict[str, Neighbours]:
    """The neighbours of each task whose head asks any: real rows alone, no pseudo labels."""
    real, found = examples.row[: examples.n_real], {}
    for task in model.n_classes:
        embedding = heads[task].embedded if task in heads else None
        if embedding is not None and embedding.neighbours and heads[task].given is None:
            rows = embedded(model, task, examples.arrays[0], real, batch_size)
            targets = examples.targets[task][: examples.n_real]
            # real rows are of one class each
            found[task] = Neighbours(embedding, rows, targets.argmax() if isinstance(targets, TopProbs) else targets)
    return found


def embedded(model: TaskModel, task: str, array: PixelRows, rows: np.ndarray, batch_size: int) -> np.ndarray:
    """(len(rows), size) float32 of length one: what comes to the head of a task for array[rows]."""
    device = next(model.parameters()).device
    model.eval()
    parts = [np.zeros((0, model.head_of[task].n_outputs), dtype=np.float32)]
    with torch.inference_mode():
        for start in range(0, len(rows), batch_size):
            batch = array[rows[start : start + batch_size]]
            outputs = model.outputs(to_pixels(filled_up(batch, device), device))[task][: len(batch)]
            parts.append(F.normalize(outputs.float()).cpu().numpy())
    return np.concatenate(parts)
