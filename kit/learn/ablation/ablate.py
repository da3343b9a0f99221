"""An ablation: a grid of recipes trained on the same folds, and what the changes are worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.bootstrap import Score, Seeds
from kit.evidence.compare import BETTER, DECIDED_ODDS, NO_DIFFERENCE, WORSE, Comparison
from kit.learn.ablation.grid import BASE, Grid, make_grid
from kit.learn.ablation.planned import Entries, Entry, of_variant, plan_grid, runs_of
from kit.learn.plan import RunPlan
from kit.learn.ready import ready_trainer
from kit.learn.seeds import fold_probs, rows_of
from kit.learn.train import train_run, wanted_folds
from kit.pseudo.lineage import Lineage
from kit.reporter import Reporter
from kit.runs.store import Run, is_finished


@dataclass(frozen=True)
class Line:
    """A variant, scored: the mean of its seeds, and what sets it apart from the base (None for the base itself)."""

    name: str
    run: str
    """The id that its seeds have in common."""
    score: Score
    comparison: Comparison | None
    minutes: float
    """Training time of all its seeds on the folds that are compared."""
    selected: tuple[str, ...]
    """What validation labels chose in it."""
    tainted: tuple[str, ...]
    """The steps by which validation labels reached it; its score is then not honest."""


@dataclass(frozen=True)
class Effect:
    """A value of a key against the usual one, everything else equal: the mean over `n_pairs` settings of the rest."""

    key: str
    value: str
    against: str
    n_pairs: int
    comparison: Comparison


@dataclass(frozen=True)
class Ablation:
    """One task's table: `lines` from the best score to the worst, `effects` where several keys are varied."""

    task: str
    folds: tuple[int, ...]
    n_seeds: int
    lines: tuple[Line, ...]
    effects: tuple[Effect, ...]
    failed: Mapping[str, str]
    """Why a variant could not be trained."""

    def verdicts(self) -> dict[str, list[tuple[str, Comparison]]]:
        """What helped, what hurt and what cannot be told, by name.

        Effects come first, having more evidence; where there are some, variants are named only if they are decided.
        """
        compared = [(line.name, line.comparison) for line in self.lines if line.comparison is not None]
        if self.effects:
            compared = [(name, comparison) for name, comparison in compared if comparison.verdict != NO_DIFFERENCE]
        pooled = [(f"{effect.key}={effect.value} in {effect.n_pairs} settings", effect) for effect in self.effects]
        words = {BETTER: "helped", WORSE: "hurt"}
        found: dict[str, list[tuple[str, Comparison]]] = {"helped": [], "hurt": [], "cannot be told": []}
        for name, comparison in [*((name, effect.comparison) for name, effect in pooled), *compared]:
            found[words.get(comparison.verdict, "cannot be told")].append((name, comparison))
        return found

    @property
    def n_against_base(self) -> int:
        return sum(line.comparison is not None for line in self.lines)

    @property
    def lucky(self) -> float:
        """How many variants would be called better on average if none differed from the base."""
        return self.n_against_base * (1 - DECIDED_ODDS)


SideBySide = Callable[[Sequence[tuple[RunPlan, Sequence[str]]], Mapping[str, Sequence[int]]], Mapping[str, str]]
"""(runs, each with the changed keys of its recipe; the folds of each) -> why some could not be trained, by id."""


def ablate(
    workspace: Workspace,
    recipe_name: str,
    overrides: Sequence[str],
    varied: Sequence[str],
    reporter: Reporter,
    *,
    tasks: Sequence[str] = (),
    fold_numbers: Sequence[int] | None = None,
    n_seeds: int = 1,
    world_size: int = 1,
    side_by_side: SideBySide | None = None,
) -> list[Ablation]:
    """Train a recipe and every combination of the varied values, and compare them: a table for each task predicted.

    tasks: names, or names joined by + for one model (all tasks, each by itself, when left out). Everything is checked
    before anything trains; what is trained already is not trained again. A variant that cannot be trained to its end is
    told of and left out; the base is needed. side_by_side: trains the folds of all that is planned at once; without it
    they are trained here, one after another.
    """
    grid = make_grid(recipe_name, workspace.recipes_dir, overrides, varied)
    plans = plan_grid(workspace, grid, recipe_name, overrides, tasks, n_seeds, world_size)
    for entries in plans:
        for entry in dict.fromkeys(entries.values()):
            _check(workspace, entry, fold_numbers)
    lost: Mapping[str, str] = {}
    if side_by_side is not None:
        planned = runs_of(plans)
        lost = side_by_side(planned, {plan.id: wanted_folds(plan.record, fold_numbers) for plan, _ in planned})
    found = []
    for entries in plans:
        folds = wanted_folds(entries[()].planned[0].record, fold_numbers)
        runs, failed = _train(workspace, list(dict.fromkeys(entries.values())), folds, lost, reporter)
        found += _compare(workspace, grid, entries, runs, failed, folds)
    return found


def _check(workspace: Workspace, entry: Entry, fold_numbers: Sequence[int] | None) -> None:
    """A model, weights file or augmentation that does not exist shows before anything trains."""
    for planned in entry.planned:
        run = Run(workspace.runs_dir / planned.record.id)
        folds = wanted_folds(planned.record, fold_numbers)
        if not all(is_finished(run, fold) for fold in folds):
            with of_variant(entry.name):
                ready_trainer(workspace, planned, Reporter())
            return


def _train(
    workspace: Workspace,
    entries: Sequence[Entry],
    folds: Sequence[int],
    lost: Mapping[str, str],
    reporter: Reporter,
) -> tuple[dict[str, list[Run]], dict[str, str]]:
    """The runs of each family, and why others could not be trained. lost: why, of those that were tried before."""
    runs: dict[str, list[Run]] = {}
    failed = {}
    for place, entry in enumerate(entries, start=1):
        tasks = "+".join(entry.planned[0].record.tasks)
        reporter.info(f"{tasks}, {place} of {len(entries)}: {entry.name}")
        try:
            for plan in entry.planned:
                if plan.id in lost:
                    raise KitError(lost[plan.id])
            runs[entry.family] = [train_run(workspace, plan, folds, reporter) for plan in entry.planned]
        except KitError as error:
            if entry.name == BASE:
                raise
            failed[entry.name] = str(error)
    return runs, failed


def _compare(
    workspace: Workspace,
    grid: Grid,
    entries: Entries,
    runs: Mapping[str, list[Run]],
    failed: Mapping[str, str],
    folds: Sequence[int],
) -> list[Ablation]:
    """A table for each task, on the rows of these folds alone."""
    rows, lineage = rows_of(workspace, folds), Lineage(workspace, weights=False)
    trained = [entry for entry in dict.fromkeys(entries.values()) if entry.family in runs]  # the base is the first
    place = {settings: trained.index(entry) for settings, entry in entries.items() if entry in trained}
    pairs = _pairs(grid, place)
    probs = [[fold_probs(workspace, run, folds) for run in runs[entry.family]] for entry in trained]
    tables = []
    for task in (task for task in trained[0].planned[0].record.tasks if task in probs[0][0]):
        scorer, metric = workspace.scorer(task, rows), workspace.metric_of(task)
        kind = workspace.competition.task(task).kind
        candidates = [Seeds(tuple(metric.of_outputs(one[task], kind) for one in seeds)) for seeds in probs]
        scores = scorer.scores(candidates)
        against_base = [((0,), (i,)) for i in range(1, len(trained))]
        contrasts = [*against_base, *pairs.values()]
        comparisons = scorer.compare_means(candidates, contrasts)
        lines = [
            _line(lineage, entry, runs[entry.family], folds, score, comparison)
            for entry, score, comparison in zip(trained, scores, (None, *comparisons[: len(against_base)]), strict=True)
        ]
        sign = -1 if metric.higher_is_better else 1
        effects = zip(pairs, comparisons[len(against_base) :], strict=True)
        tables.append(
            Ablation(
                task=task,
                folds=tuple(folds),
                n_seeds=len(trained[0].planned),
                lines=tuple(sorted(lines, key=lambda line: sign * line.score.value)),
                effects=tuple(
                    Effect(key, value, grid.usual[key], len(pairs[key, value][0]), comparison)
                    for (key, value), comparison in effects
                ),
                failed=failed,
            )
        )
    return tables


def _pairs(grid: Grid, place: Mapping[tuple[str, ...], int]) -> dict[tuple[str, str], tuple[list[int], list[int]]]:
    """For each value of each key: the variants with the usual value and those with this one, all else equal."""
    pairs: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    if len(grid.axes) < 2:
        return pairs
    for axis_place, axis in enumerate(grid.axes):
        usual = grid.usual[axis.key]
        for value in axis.values:
            found: tuple[list[int], list[int]] = ([], [])
            for settings in product(*(other.values for other in grid.axes)):
                there = (*settings[:axis_place], usual, *settings[axis_place + 1 :])
                both = settings[axis_place] == value and settings in place and there in place
                if both and place[settings] != place[there]:
                    found[0].append(place[there])
                    found[1].append(place[settings])
            if found[0]:
                pairs[axis.key, value] = found
    return pairs


def _line(
    lineage: Lineage,
    entry: Entry,
    runs: Sequence[Run],
    folds: Sequence[int],
    score: Score,
    comparison: Comparison | None,
) -> Line:
    return Line(
        name=entry.name,
        run=entry.family,
        score=score,
        comparison=comparison,
        minutes=sum(run.fold_record(fold).seconds for run in runs for fold in folds) / 60,
        selected=tuple(sorted({what for run in runs for what in lineage.selected(run)})),
        tainted=tuple(dict.fromkeys(step for run in runs for step in lineage.taint(run))),
    )
