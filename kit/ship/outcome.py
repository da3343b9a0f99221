"""The test photos predicted within a limit: by this process, or the runs divided over processes, one a device."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.fleet.devices import seen_by
from kit.recipes.classic import ClassicRecipe
from kit.reporter import Reporter
from kit.ship.pace import MEASURED, Pace, Timing, together
from kit.ship.predictor import Engine, Predictor, SaidOf, Subject, in_memory, seen_alike
from kit.ship.shipped import Shipped, ShippedRun, ship


@dataclass(frozen=True)
class Outcome:
    """What was said of photos, and what was left out to end in time."""

    said: SaidOf
    dropped: tuple[str, ...]
    """Runs."""
    flips: bool
    """False where mirror images were left out."""
    timing: Timing | None


@dataclass(frozen=True)
class Limit:
    """The time that predicting may take, where there is a limit."""

    seconds: float | None = None
    began: float | None = None
    """When the clock began, in seconds since 1970; None for now."""

    def pace(self, reporter: Reporter, shipped: Shipped) -> Pace:
        began = time.time() if self.began is None else self.began
        others = {run for piece in shipped.pieces for run in piece.runs()} - set(shipped.runs)
        return Pace(reporter, shipped.pieces, self.seconds, began, elsewhere=tuple(sorted(others)))


def outcome(
    shipped: Shipped,
    subjects: Sequence[Subject],
    reporter: Reporter,
    engine: Engine = "torch",
    limit: Limit | None = None,
) -> Outcome:
    """Predict by this process."""
    limit = limit or Limit()
    pace, keeps = limit.pace(reporter, shipped), limit.seconds is not None
    predictor = Predictor(shipped, reporter, keeps and in_memory(shipped), engine, pace)
    said = predictor(subjects)
    if keeps and len(subjects) < MEASURED and pace.in_time:
        predictor.measure(subjects)
    return Outcome(said, pace.dropped, pace.flips, pace.timing() if keeps else None)


def divided(runs: Mapping[str, ShippedRun], n_devices: int) -> list[list[str]]:
    """The runs of each device, the costliest first to the one that has least; classic ones of one kind of features
    stay together, so that these are found once. The cost of a model is reckoned as its bytes times its pixels.
    """
    alike: dict[str, list[str]] = {}
    for name, run in runs.items():
        recipe = run.recipe
        alike.setdefault(seen_alike(recipe) if isinstance(recipe, ClassicRecipe) else name, []).append(name)

    def cost(names: Sequence[str]) -> float:
        files = [(model.path, runs[name].recipe.size) for name in names for model in runs[name].models]
        files += [(path, runs[name].recipe.size) for name in names if (path := runs[name].backbone) is not None]
        return float(sum(path.stat().st_size * height * width for path, (height, width) in files))

    parts: list[tuple[float, list[str]]] = [(0.0, []) for _ in range(min(n_devices, len(alike)))]
    for names in sorted(alike.values(), key=lambda names: (-cost(names), names)):
        place = min(range(len(parts)), key=lambda number: (parts[number][0], number))
        parts[place] = parts[place][0] + cost(names), [*parts[place][1], *names]
    return [names for _, names in parts]


def outcome_on(
    devices: Sequence[str],
    shipped: Shipped,
    subjects: Sequence[Subject],
    reporter: Reporter,
    engine: Engine = "torch",
    limit: Limit | None = None,
) -> Outcome:
    """The same with the runs divided over devices, as `--devices` names them: a process for each."""
    parts = divided(shipped.runs, len(devices)) if len(devices) > 1 else []
    if len(parts) < 2:
        return outcome(shipped, subjects, reporter, engine, limit)
    limit = limit or Limit()
    limit = replace(limit, began=time.time() if limit.began is None else limit.began)
    source = _Source.of(shipped)
    reporter.info(f"predicting by {len(parts)} processes: " + "; ".join(", ".join(names) for names in parts))
    # a process that begins anew, and not a copy of this one, sees one device alone
    with ProcessPoolExecutor(len(parts), mp_context=multiprocessing.get_context("spawn")) as pool:
        asked = [
            pool.submit(_on_device, device, source, names, subjects, engine, limit)
            for device, names in zip(devices, parts, strict=False)
        ]
        try:
            found = [one.result() for one in asked]
        except BrokenProcessPool:
            raise KitError("a process that predicted was killed", todo="free some memory, or name one device") from None
    for told in dict.fromkeys(line for _, warnings in found for line in warnings):
        reporter.warn(told)
    return _joined([one for one, _ in found])


@dataclass(frozen=True)
class _Source:
    """Where another process finds what predicts."""

    root: Path
    name: str
    bundle: bool
    data: Path | None = None

    @classmethod
    def of(cls, shipped: Shipped) -> _Source:
        data = getattr(shipped.workspace, "data", None)
        return cls(shipped.workspace.root, shipped.name, bundle=shipped.of_bundle, data=data)

    def open(self, reporter: Reporter) -> Shipped:
        from kit.ship.unpack import open_bundle

        if self.bundle:
            return open_bundle(self.root, self.data, reporter)
        return ship(Workspace(self.root, reporter), self.name, reporter)


class _Warnings(Reporter):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, text: str) -> None:
        self.lines.append(text)


def _on_device(
    device: str, source: _Source, names: Sequence[str], subjects: Sequence[Subject], engine: Engine, limit: Limit
) -> tuple[Outcome, list[str]]:
    """Predict some runs in this process, which sees one device; returns the warnings too."""
    os.environ.update(seen_by(device, os.environ))
    reporter = _Warnings()
    shipped = source.open(reporter)
    shipped = replace(shipped, runs={name: shipped.runs[name] for name in names})
    return outcome(shipped, subjects, reporter, engine, limit), reporter.lines


def _joined(parts: Sequence[Outcome]) -> Outcome:
    """What all say of the photos that every one has looked at."""
    there = set.intersection(*({subject.key for subject in one.said.subjects} for one in parts))
    subjects = tuple(subject for subject in parts[0].said.subjects if subject.key in there)
    keys = [subject.key for subject in subjects]
    by_run = {name: said.aligned(keys) for one in parts for name, said in one.said.by_run.items()} if keys else {}
    unreadable = {key: error for one in parts for key, error in one.said.unreadable.items()}
    return Outcome(
        SaidOf(subjects, by_run, unreadable),
        tuple(name for one in parts for name in one.dropped),
        all(one.flips for one in parts),
        together([one.timing for one in parts if one.timing is not None]),
    )
