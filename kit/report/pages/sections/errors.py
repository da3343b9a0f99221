"""Where the best predictions of each task are right and wrong, each kind of target in its own pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kit.blend.scored import Scored
from kit.competition.workspace import Workspace
from kit.evidence.arrays import MANY_CLASSES
from kit.evidence.bootstrap import Score
from kit.evidence.by_class import calibration_error, f1_intervals, reliability
from kit.evidence.scorer import Scorer
from kit.evidence.top import Outputs, TopProbs, at, exact, whole_rows
from kit.evidence.top_labels import label_cells
from kit.report.pages.blocks import Block, Card, Figure, Folded, Gallery, Section, Table
from kit.report.pages.charts import Mark, density, intervals, matrix
from kit.report.pages.charts import reliability as reliability_chart
from kit.report.pages.material import Material
from kit.runs.answers import judged
from kit.runs.errors import confused_pairs
from kit.runs.predictions import Predictions
from kit.targets.base import BaseTask

MOST_CELLS = 30
"""Classes up to which all are set against all; beyond, the worst pairs are told."""
N_PAIRS = 40
MOST_CLASSES = 60
"""Classes in a chart of their scores, the worst; the table behind it has all."""
N_WORST = 50
"""Errors in a gallery."""
LINES = 3
"""Probabilities told of a photo."""


def row_errors(workspace: Workspace, task: str, predictions: Predictions) -> NDArray:
    """How wrong each row is, (n_judged,): whether it is wrong, or how far from the truth."""
    truth, oof = workspace.judged_truth(task), judged(workspace, predictions)
    said, kind = oof.said(task), _kind(workspace, task)
    if kind in ("class", "ordered"):
        return (said != truth).astype(float)
    if kind == "labels":
        return np.asarray((said != truth).sum(axis=1), dtype=float)
    if kind == "number":
        return np.asarray(said - truth, dtype=float)
    return np.abs(np.asarray(said, dtype=float) - truth).reshape(len(truth), -1).sum(axis=1) / 2


def _kind(workspace: Workspace, task: str) -> str:
    competition = workspace.competition
    return "separate" if task not in competition.tasks and competition.separate else competition.task(task).kind


def tasks(material: Material) -> Section | None:
    """For each task: how it errs, class by class, and whether it means what it says."""
    if not material.looked_at:
        return None
    blocks: list[Block] = []
    told = []
    for task, spec, scored in material.looked_at:
        title = task if scored.run == "joined" else f"{task}: {scored.run}"
        blocks.append(Folded(title, _pictures(material.workspace, task, spec, scored), opened=True))
        told.append(f"{task} {scored.report.score}")
    metric = material.workspace.metric.name
    lead = f"{metric} out of fold: {'; '.join(told)}"
    return Section("tasks", "Right and wrong", lead, blocks)


def _pictures(workspace: Workspace, task: str, spec: BaseTask, scored: Scored) -> list[Block]:
    truth, groups = workspace.judged_truth(task), workspace.judged["group"].to_numpy()
    said = scored.oof.said(task)
    if spec.kind == "number":
        return _of_number(spec, truth, said, groups, scored)
    if spec.kind == "shares":
        return _of_shares(spec, truth, np.asarray(said), groups, scored)
    blocks: list[Block] = []
    if scored.report.confusion is not None:
        blocks.append(_confusion(spec, scored.report.confusion))
    blocks.append(_by_class(spec, truth, said, groups, scored))
    if task in scored.oof.probs:
        blocks.append(_calibration(spec, truth, exact(scored.oof.probs[task]), groups))
    return blocks


def _confusion(spec: BaseTask, counts: NDArray) -> Block:
    names = spec.outputs
    pairs = [
        (names[true], names[said], rows, rows / int(counts[true].sum()))
        for true, said, rows in confused_pairs(counts, N_PAIRS)
    ]
    table = Table(("true", "said", "rows", "share of the true"), pairs, "most confused pairs")
    if len(names) > MOST_CELLS:
        marks = [Mark(f"{true} → {said}", share, None, None, "bad") for true, said, _, share in pairs]
        svg = intervals(marks, "share of the true class's rows")
        return Figure(f"the {len(marks)} most confused pairs of {len(names)} classes", svg, table)
    numbers = [str(place) for place in range(len(names))]
    named = [f"{number} {name}" for number, name in zip(numbers, names, strict=True)]
    svg = matrix(
        counts.astype(float), named, numbers, counts=True, label="true class by row, predicted class by column"
    )
    note = "True class by row, predicted class by column; the darker, the larger the share of the true class's rows."
    return Figure("confusion", svg, table, note)


def _by_class(spec: BaseTask, truth: NDArray, said: NDArray, groups: NDArray, scored: Scored) -> Block:
    """F1 of each class or label with its interval."""
    names, errors = spec.outputs, scored.report.errors
    scores: Sequence[Score | None] = [None] * len(names)
    if len(names) <= MANY_CLASSES:
        scores = f1_intervals(truth, said, groups, len(names))
    rows = [
        {**line, "low": score.low if score else None, "high": score.high if score else None}
        for line, score in zip(errors.to_dict("records"), scores, strict=True)
    ]
    known = [row for row in rows if row["rows"] or row["f1"] == row["f1"]]
    worst = sorted(known, key=lambda row: row["f1"])[:MOST_CLASSES] if len(known) > MOST_CLASSES else known
    marks = [Mark(str(row["class"]), float(row["f1"]), row["low"], row["high"]) for row in worst]
    note = f"The {MOST_CLASSES} worst of {len(known)}." if len(known) > MOST_CLASSES else ""
    return Figure("F1 of each class", intervals(marks, "F1, 90 % interval"), Table.of(rows), note)


def _calibration(spec: BaseTask, truth: NDArray, probs: Outputs, groups: NDArray) -> Block:
    """Confidence against what came true: of classes of the most probable one, of labels of each."""
    if spec.kind == "labels":
        told, there = (probs.values, probs.of_kept(truth)) if isinstance(probs, TopProbs) else (probs, truth)
        confidence, right = told.ravel(), there.ravel() > 0
        groups = np.repeat(groups, told.shape[1])
        title = "probability of a label"
    else:
        confidence, right = probs.max(axis=1), probs.argmax(axis=1) == truth
        title = "probability of the most probable class"
    bins = reliability(confidence, right, groups)
    points = [(one.confidence, Mark("", one.came_true.value, one.came_true.low, one.came_true.high)) for one in bins]
    rows = [
        {
            "said": one.confidence,
            "came true": one.came_true.value,
            "low": one.came_true.low,
            "high": one.came_true.high,
            "rows": one.rows,
        }
        for one in bins
    ]
    svg = reliability_chart(points, title)
    off = calibration_error(bins)
    mean = float(confidence.mean() - right.mean())
    word = "surer than right" if mean > 0 else "less sure than right"
    note = (
        f"Off by {off:.3f} on average (ECE), {word} by {abs(mean):.3f}; below the dashed line it is too sure. Every dot"
        " is a tenth of the rows."
    )
    return Figure("calibration", svg, Table.of(rows), note)


def _of_number(spec: BaseTask, truth: NDArray, said: NDArray, groups: NDArray, scored: Scored) -> list[Block]:
    """What is said against what is true, and the errors by ranges of the truth."""
    codes, errors = spec.strata(truth), scored.report.errors
    rows, marks = [], []
    for place, line in enumerate(errors.to_dict("records")):
        mine = codes == place
        row = {**line, "low": None, "high": None}
        if mine.any():
            score = Scorer("mae", truth[mine], groups[mine], 1).score(said[mine])
            row |= {"low": score.low, "high": score.high}
            marks.append(Mark(str(line["class"]), score.value, score.low, score.high))
        rows.append(row)
    table = Table.of(rows)
    return [
        Figure("said against true", density(truth, said, "true", "said"), table, "Dashed: where both are equal."),
        Figure("distance by range of the truth", intervals(marks, "mean distance, 90 % interval"), table),
    ]


def _of_shares(spec: BaseTask, truth: NDArray, said: NDArray, groups: NDArray, scored: Scored) -> list[Block]:
    """The distance of each class's share, and what is said against what is true of all of them."""
    rows, marks = [], []
    for place, line in enumerate(scored.report.errors.to_dict("records")):
        score = Scorer("mae", truth[:, place].astype(float), groups, 1).score(said[:, place].astype(float))
        rows.append({**line, "low": score.low, "high": score.high})
        marks.append(Mark(str(line["class"]), score.value, score.low, score.high))
    table = Table.of(rows)
    both = density(truth.ravel().astype(float), said.ravel().astype(float), "true share", "said share")
    return [
        Figure("said against true, all classes", both, table, "Dashed: where both are equal."),
        Figure("distance of each class's share", intervals(marks, "mean distance, 90 % interval"), table),
    ]


def worst(material: Material) -> Section | None:
    """The photos that are most wrong, with what is true and what was said."""
    blocks: list[Block] = []
    for task, spec, scored in material.looked_at:
        rows = _worst_rows(material.workspace, task, spec, scored)
        if len(rows):
            cards = [_card(material, task, spec, scored, int(row)) for row in rows]
            title = f"{task}: the {len(cards)} worst"
            blocks.append(Folded(title, [Gallery(title, cards, _how_bad(spec))], opened=not blocks))
    if not blocks:
        return None
    lead = "A label error or a hard photo? What is a label error goes into fixes.csv."
    return Section("worst", "Worst errors", lead, blocks)


def _how_bad(spec: BaseTask) -> str:
    if spec.kind in ("class", "ordered"):
        return "The surest of the wrong ones first: the probability of the said class less that of the true one."
    return "The farthest from the truth first."


def _worst_rows(workspace: Workspace, task: str, spec: BaseTask, scored: Scored) -> NDArray:
    """The rows of the worst errors, the worst first."""
    truth, said = workspace.judged_truth(task), scored.oof.said(task)
    if spec.kind in ("class", "ordered"):
        size = (said != truth).astype(float)
        if task in scored.oof.probs:
            probs = scored.oof.probs[task]
            size = np.where(said != truth, 1 + at(probs, said) - at(probs, truth), 0.0)
    elif spec.kind == "labels":
        probs = scored.oof.probs[task]
        top = isinstance(probs, TopProbs)
        off = label_cells([probs], truth).distances() if top else np.abs(np.asarray(probs, float) - truth).sum(axis=1)
        size = off * (said != truth).any(axis=1)
    else:
        size = np.abs(row_errors(workspace, task, scored.oof))
    order = np.argsort(-size, kind="stable")[:N_WORST]
    return order[size[order] > 0]


def _card(material: Material, task: str, spec: BaseTask, scored: Scored, row: int) -> Card:
    workspace = material.workspace
    truth, said = workspace.judged_truth(task)[row : row + 1], scored.oof.said(task)[row : row + 1]
    lines: list[tuple[str, float, str]] = []
    note = ""
    if spec.kind == "number":
        note = f"off by {float(said[0] - truth[0]):+.4g}"
    elif task in scored.oof.probs:
        probs = whole_rows(scored.oof.probs[task][row : row + 1])[0].astype(float)
        lines = _lines(spec, truth[0], probs)
    image = str(material.judged_photos[row])
    name = str(workspace.judged["image"].iloc[row])
    fold = f"fold {int(workspace.judged_folds[row])}"
    told = f"{note}, {fold}" if note else fold
    return Card(material.photo(image), name, f"{spec.named(truth)[0]}", f"{spec.named(said)[0]}", lines, told)


def _lines(spec: BaseTask, truth: NDArray, probs: NDArray) -> list[tuple[str, float, str]]:
    """The probabilities to tell: of classes the highest and that of the true one, of labels those most wrong."""
    if spec.kind in ("class", "ordered"):
        places = [int(place) for place in np.argsort(-probs, kind="stable")[:LINES]]
        places += [] if int(truth) in places else [int(truth)]
        marks = {places[0]: "wrong", int(truth): "true"}
        return [(spec.outputs[place], float(probs[place]), marks.get(place, "")) for place in places]
    off = np.abs(probs - truth)
    places = [int(place) for place in np.argsort(-off, kind="stable")[:LINES]]
    return [(spec.outputs[place], float(probs[place]), "true" if truth[place] >= 0.5 else "wrong") for place in places]
