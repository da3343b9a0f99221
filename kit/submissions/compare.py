"""Runs, blends and submissions side by side: what each says out of fold, and how far the data can tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kit.blend.blend import AUTO, Blend, spec_blend
from kit.blend.members import Candidate, complete_runs, honest_candidates, is_blend_spec, task_candidates
from kit.blend.weights import Mean
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.bootstrap import Score, Seeds
from kit.evidence.compare import NO_DIFFERENCE, ROUNDING, Comparison
from kit.evidence.metrics import Metric
from kit.evidence.top import alike
from kit.reporter import Reporter
from kit.runs.joined import with_target, with_tasks
from kit.runs.predictions import Predictions
from kit.runs.store import Run, all_runs, family_of
from kit.submissions.oof import read_submission_oof
from kit.submissions.record import SubmissionRecord, find_submission, oof_path, record_path

MOST = 3
"""Classes told of each way."""


@dataclass(frozen=True)
class Entry:
    """One of the things compared."""

    name: str
    kind: str
    """run, blend or submission."""
    seeds: tuple[Predictions, ...]
    """Of each task and of the target, in the order of the train table: one for each seed where a run stands for its
    family, otherwise one alone.
    """
    tainted: tuple[str, ...]

    @property
    def tasks(self) -> tuple[str, ...]:
        return self.seeds[0].tasks

    def scored_by(self, metric: Metric, task: str) -> Seeds:
        return Seeds(tuple(one.scored_by(metric, task) for one in self.seeds))


@dataclass(frozen=True)
class TaskComparison:
    """All entries on one task or the joined target; every entry but the first is compared with the first."""

    task: str
    scores: tuple[Score, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Comparisons:
    """`perfect` has, for each entry with joined predictions, what a perfect task would add to its joined score."""

    entries: tuple[Entry, ...]
    by_task: tuple[TaskComparison, ...]
    perfect: Mapping[str, Mapping[str, Score]]


def find_entries(
    workspace: Workspace,
    names: Sequence[str],
    reporter: Reporter,
    *,
    mean: Mean = "arithmetic",
    rule: str = AUTO,
) -> list[Entry]:
    """What each name stands for: a submission, a blend (bestN, all, weighted, greedy, ids with commas), or a run.

    A run stands for all complete seeds of its family, unless another name is of the same family. mean and rule are
    those of the blends; a submission has its own, a run of one task needs none.
    """
    submissions_dir = workspace.submissions_dir
    sent = {name for name in names if record_path(submissions_dir, name).exists()}
    runs = {name: _named_run(workspace, name) for name in names if name not in sent and not is_blend_spec(name)}
    named = Counter(run.record.family for run in {run.id: run for run in runs.values()}.values())
    pool: dict[str, list[Candidate]] | None = None
    entries = []
    for name in names:
        if name in sent:
            entries.append(_submission_entry(workspace, find_submission(submissions_dir, name)))
        elif name in runs:
            run = runs[name]
            alone = named[run.record.family] > 1
            entries.append(_run_entry(workspace, [run] if alone else family_of(workspace, run)))
        else:
            if pool is None and "," not in name:
                pool = honest_candidates(workspace, reporter)
            entries.append(
                blend_entry(workspace, name, spec_blend(workspace, name, reporter, mean=mean, rule=rule, pool=pool))
            )
    return entries


def blend_entry(workspace: Workspace, name: str, blend: Blend) -> Entry:
    """A blend as an entry: its cross-fitted OOF."""
    if blend.oof is None:
        raise KitError("a member was trained on everybody: there is no OOF to compare", where=name, todo="leave it out")
    return Entry(name, "blend", (with_tasks(workspace.competition, blend.oof),), blend.tainted)


def compare_entries(workspace: Workspace, entries: Sequence[Entry]) -> Comparisons:
    """Compare every entry with the first, on the same resamples of groups, in every task that all entries predict."""
    if len(entries) < 2:
        raise KitError("a comparison needs two names or more", todo="write 'kit compare A B'")
    for one, other in pairwise(entries):
        if not set(one.tasks) & set(other.tasks):
            has, lacks = (" and ".join(entry.tasks) for entry in (one, other))
            raise KitError(f"'{one.name}' predicts {has}, '{other.name}' {lacks}: they have nothing in common")
    competition = workspace.competition
    # one task is its own target
    everything = (*competition.sent, TARGET) if competition.target is not None else tuple(competition.sent)
    common = [task for task in everything if all(task in entry.tasks for entry in entries)]
    if not common:
        raise KitError("there is no task that all of them predict", todo="compare them two at a time")
    by_task = []
    for task in common:
        scorer = workspace.scorer(task)
        predictions = [entry.scored_by(scorer.metric, task) for entry in entries]
        by_task.append(TaskComparison(task, scorer.scores(predictions), scorer.compare(predictions)))
    perfect = {}
    if TARGET in common and isinstance(competition.target, dict):
        for entry in entries:
            perfect[entry.name] = workspace.scorer(TARGET).perfect_task_gain(
                {task: entry.scored_by(workspace.metric, task) for task in competition.sent}, competition.target_table
            )
    return Comparisons(tuple(entries), tuple(by_task), perfect)


def same_predictions(metric: Metric, one: Entry, other: Entry, task: str) -> bool:
    """Whether both entries predict the very same for every photo, whatever the seed."""
    every = [*one.scored_by(metric, task).predictions, *other.scored_by(metric, task).predictions]
    return all(alike(every[0], predicted) for predicted in every)


def verdict_sentence(name: str, first: str, comparison: Comparison, drawn_of: str = "people") -> str:
    """What a comparison says, for somebody who has not seen one before."""
    change = signed(comparison.difference)
    if comparison.odds != comparison.odds:
        return f"{name} against {first}: {change}: {NO_DIFFERENCE} (one group has no interval)"
    drawn = f"ahead in {comparison.odds:.0%} of the draws of {drawn_of}"
    if comparison.verdict == NO_DIFFERENCE:
        return f"{name} against {first}: {NO_DIFFERENCE} ({change}, {drawn})"
    return f"{name} is {comparison.verdict} than {first} ({change}, {drawn})"


def class_changes(workspace: Workspace, task: str, comparison: Comparison) -> dict[str, list[tuple[str, Score]]]:
    """The classes that the difference comes from, the largest first: at most MOST that gain and MOST that lose.

    There are none where the metric does not tell what each class gives, and of separate tasks.
    """
    sign = 1 if workspace.metric_of(task).higher_is_better else -1
    names, parts = workspace.competition.outputs(task), comparison.per_class
    changes = list(zip(names, parts, strict=True)) if len(parts) == len(names) else []
    gains = sorted((item for item in changes if sign * item[1].value > ROUNDING), key=lambda c: -sign * c[1].value)
    losses = sorted((item for item in changes if sign * item[1].value < -ROUNDING), key=lambda c: sign * c[1].value)
    return {"better most in": gains[:MOST], "worse most in": losses[:MOST]}


def short_names(entries: Sequence[Entry]) -> list[str]:
    """The entries' names as a table can hold them: ids with commas between them become their place and number."""
    return [
        f"blend {place} ({entry.name.count(',') + 1} runs)" if "," in entry.name else entry.name
        for place, entry in enumerate(entries, start=1)
    ]


def signed(change: Score) -> str:
    """A difference with its interval, signs shown."""
    interval = f"[{change.low:+.4f}, {change.high:+.4f}]" if change.has_interval else "[?]"
    return f"{change.value:+.4f} {interval}"


def _submission_entry(workspace: Workspace, record: SubmissionRecord) -> Entry:
    competition = workspace.competition
    path = oof_path(workspace.submissions_dir, record.name)
    if record.oof is None:
        raise KitError("this submission has no OOF, so that only the host can score it", where=record.name)
    reason = workspace.why_apart(record.basis)
    if reason is not None:
        raise KitError(reason, where=record.name, todo="make it again with 'kit submit'")
    predictions = read_submission_oof(workspace, record)
    if not workspace.metric.decides and TARGET not in predictions.probs:
        raise KitError("its probabilities are not kept", where=path, todo="make it again with 'kit submit'")
    return Entry(record.name, "submission", (with_tasks(competition, predictions),), record.tainted)


def _named_run(workspace: Workspace, name: str) -> Run:
    ids = [run.id for run in all_runs(workspace)]
    if not any(run_id.startswith(name) for run_id in ids):
        known = [*ids, *(path.stem for path in workspace.submissions_dir.glob("*.json"))]
        raise KitError(f"'{name}' is no run, no blend and no submission", todo=nearest(name, known))
    (run,) = complete_runs(workspace, name)
    return run


def _run_entry(workspace: Workspace, runs: Sequence[Run]) -> Entry:
    """The seeds of a family, or a run alone, as an entry."""
    seeds: dict[str, Predictions] = {}
    tainted: dict[str, None] = {}
    for item in (item for items in task_candidates(workspace, runs).values() for item in items):
        if item.oof is None:
            raise KitError("this run was trained on everybody: it has no OOF", where=item.run.id)
        seeds[item.run.id] = item.oof
        tainted |= dict.fromkeys(item.tainted)
    whole = tuple(with_target(workspace, seeds[run.id]) for run in runs)
    return Entry(runs[0].record.family if len(runs) > 1 else runs[0].id, "run", whole, tuple(tainted))
