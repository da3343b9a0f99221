"""What a fold's heads are taught: the classes of the train side, and the bins inside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kit.competition.spec import TARGET, Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.top import Outputs, certain, top_of
from kit.learn.examples import on_scale
from kit.recipes.heads import BINS, HeadSpec
from kit.runs.record import HeadShape, NumberScale, Shape
from kit.targets.cells import divided, numbers
from kit.targets.classes import ClassesTask, Quantiles, one_hot


def check_heads(competition: Competition, specs: Mapping[str, HeadSpec], tasks: Sequence[str]) -> None:
    """Refuse heads that these tasks of this competition cannot have."""
    for name, spec in specs.items():
        competition.outputs(name)
        where, task = f"heads.{name}", _of_classes(competition, name)
        for other in (name, spec.given):
            if other in competition.tasks and _of_classes(competition, other) is None:
                told = f"heads are of classes, and '{other}' is of the kind {competition.tasks[other].kind}"
                raise KitError(told, where=where, todo="leave it out")
        if spec.train_edges is not None:
            _check_train_edges(spec.train_edges, task, where)
        if spec.kind == "bins" and (task is None or task.bins is None):
            todo = f"add 'bins: {{quantile: 10}}' under tasks.{name} in competition.yaml" if task is not None else None
            raise KitError(f"'{name}' declares no bins", where=where, todo=todo)
        if name in tasks and spec.given is not None:
            competition.outputs(spec.given)
            if spec.given == name or (spec.given in specs and specs[spec.given].given is not None):
                raise KitError(
                    f"'given: {spec.given}' leads in a circle or a chain", where=where, todo="give it a task"
                )
            if spec.given not in tasks:
                raise KitError(
                    f"this head is given '{spec.given}', which is not trained with it",
                    where=where,
                    todo=f"train them together with --task {spec.given}+{name}",
                )


def _of_classes(competition: Competition, name: str) -> ClassesTask | None:
    """The task of this name where it is one of classes; None for others and for the joined target."""
    task = competition.tasks.get(name)
    return task if isinstance(task, ClassesTask) else None


def _check_train_edges(edges: Sequence[float], task: ClassesTask | None, where: str) -> None:
    if task is None or task.edges is None:
        raise KitError("'train_edges' need a task with edges", where=where, todo="leave them out")
    if list(edges) != sorted(set(edges)) or len(edges) != len(task.edges):
        raise KitError(f"{list(edges)} must be {len(task.edges)} rising numbers", where=f"{where}.train_edges")
    if isinstance(task.bins, tuple) and not set(edges) <= set(task.bins):
        absent = min(set(edges) - set(task.bins))
        raise KitError(
            f"the bins have no bound at {absent:g}",
            where=f"{where}.train_edges",
            todo=nearest(f"{absent:g}", (f"{bound:g}" for bound in task.bins)),
        )


def head_shapes(
    workspace: Workspace, specs: Mapping[str, HeadSpec], tasks: Sequence[str], train_rows: np.ndarray
) -> dict[str, Shape]:
    """The bins of the tasks whose heads learn any, and the scales of numbers, from the rows `train_rows` alone.

    train_rows: (n_train,) bool.
    """
    shapes: dict[str, Shape] = {}
    for task in tasks:
        if task in specs and specs[task].has_bins:
            shapes[task] = _shape(workspace, task, specs[task], train_rows)
        elif workspace.competition.task(task).activation == "identity":
            values = workspace.truth(task)[train_rows]
            # what is the same in every photo is learnt as it is
            shapes[task] = NumberScale(mean=float(values.mean()), deviation=float(values.std()) or 1.0)
    return shapes


def _shape(workspace: Workspace, name: str, spec: HeadSpec, train_rows: np.ndarray) -> HeadShape:
    competition = workspace.competition
    task = _of_classes(competition, name)
    if task is not None and task.bins == "values" and spec.kind == "bins":
        return HeadShape(bins=tuple(task.classes.index(label) for label in (task.values or {}).values()))
    if task is None or task.edges is None:  # classes in a row: their numbers are the values
        codes = range(competition.n_outputs(name))
        return HeadShape(
            bins=tuple(codes),
            centres=tuple(map(float, codes)),
            edges=tuple(code + 0.5 for code in codes[:-1]),
        )
    edges = spec.train_edges or task.edges
    values = numbers(workspace.tables.raw, task.columns_read[0])[train_rows]
    bounds = _bounds(task, edges, values)
    bins = tuple(int(label) for label in divided(np.array([-np.inf, *bounds]), edges))
    if spec.kind == "bins":
        return HeadShape(bins=bins, bounds=bounds)
    return HeadShape(bins=bins, bounds=bounds, centres=_centres(values, bounds), edges=tuple(edges))


def _bounds(task: ClassesTask, edges: Sequence[float], values: np.ndarray) -> tuple[float, ...]:
    """Where the second, third ... bin begins; a task without bins of its own is cut into ten."""
    if isinstance(task.bins, tuple):
        return task.bins
    n_bins = task.bins.quantile if isinstance(task.bins, Quantiles) else 10
    # bounds that are values of the column: a bin begins with a value that somebody has
    cuts = np.quantile(values, np.arange(1, n_bins) / n_bins, method="inverted_cdf")
    return tuple(sorted({*map(float, cuts[cuts > values.min()]), *edges}))


def _centres(values: np.ndarray, bounds: Sequence[float]) -> tuple[float, ...]:
    """The mean value of each bin, (n_bins,); of an empty one the middle, or the bound where it has one alone."""
    place, outer = divided(values, bounds), [bounds[0], *bounds, bounds[-1]]
    means = [values[place == number].mean() if (place == number).any() else np.nan for number in range(len(bounds) + 1)]
    return tuple(
        float(mean if np.isfinite(mean) else (outer[number] + outer[number + 1]) / 2)
        for number, mean in enumerate(means)
    )


def real_targets(
    workspace: Workspace,
    specs: Mapping[str, HeadSpec],
    tasks: Sequence[str],
    shapes: Mapping[str, Shape],
    train_rows: np.ndarray,
    kept: Mapping[str, int] | None = None,
) -> dict[str, Outputs]:
    """For each task (n_rows, n_outputs) float32, and under TASK/bins (n_rows, n_bins) where its head has bins.

    kept: how many classes of a photo are kept, of tasks where not all; their targets are TopProbs too.
    """
    competition, raw = workspace.competition, workspace.tables.raw
    targets: dict[str, Outputs] = {}
    for name in tasks:
        spec, task = specs.get(name), _of_classes(competition, name)
        shape, labels = shapes.get(name), workspace.truth(name)[train_rows]
        if spec is not None and spec.train_edges is not None and task is not None:
            labels = divided(numbers(raw, task.columns_read[0])[train_rows], spec.train_edges)
        if kept is not None and name in kept:
            one = labels.ndim == 1
            targets[name] = (
                certain(labels, competition.n_outputs(name), kept[name]) if one else top_of(labels, kept[name])
            )
        else:
            targets[name] = on_scale(competition.task(name).taught(labels), shape)
        if not isinstance(shape, HeadShape):
            continue
        if shape.bounds and task is not None:
            bins = divided(numbers(raw, task.columns_read[0])[train_rows], shape.bounds)
        elif task is not None and task.bins == "values" and not shape.centres:
            bins = task.places(raw)[train_rows]
        else:
            bins = labels
        targets[name + BINS] = one_hot(bins, len(shape.bins))
    return targets


def real_strata(workspace: Workspace, targets: Mapping[str, Outputs], train_rows: np.ndarray) -> np.ndarray:
    """(n_rows,) the number of the combination of classes, or of strata, that each row has over the tasks."""
    columns = [
        targets[name].argmax(axis=1)
        if name == TARGET or _of_classes(workspace.competition, name) is not None
        else workspace.train[name].to_numpy()[train_rows]
        for name in targets
        if not name.endswith(BINS)
    ]
    return np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)[1].ravel()
