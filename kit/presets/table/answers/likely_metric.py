"""Which metrics may score what a competition asks for: the host's, which no file tells, is one of these."""

from __future__ import annotations

from collections.abc import Sequence

from kit.presets.table.answers.submission import shown_of
from kit.presets.table.asking import Findings, Guide, Question, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.found.form import Form
from kit.presets.table.found.sample import Sample
from kit.presets.table.tasks.task import Task
from kit.submissions.shown import is_fraction

METRICS = {
    "class": ("f1_macro", "accuracy", "balanced_accuracy", "f1_weighted", "qwk"),
    "probability": ("roc_auc", "log_loss", "average_precision"),
    "probabilities": ("log_loss", "roc_auc", "f1_macro", "accuracy"),
    "flags": ("f1_macro", "accuracy", "log_loss", "roc_auc"),
    "labels": ("roc_auc", "log_loss", "f1_macro", "f1_samples"),
    "list": ("f1_samples", "f1_macro", "f2_samples"),
    "number": ("rmse", "mae", "r2", "qwk"),
    "columns of shares": ("kl", "log_loss"),
}
"""Metrics that may score what a file holds, the usual one first."""


def likely_metric(
    facts: Facts,
    tasks: Sequence[Task],
    form: Form | None,
    sample: Sample | None,
    joined: bool,
    options: TableOptions,
    guide: Guide,
    findings: Findings,
) -> tuple[str, str, dict[str, str]]:
    """The metric, how it was told, and those of tasks whose kind it cannot judge."""
    fractions = any(map(is_fraction, shown_of(sample)))
    first = [metrics_of(task, form, fractions, joined) for task in tasks]
    if len({task.kind == "number" for task in tasks}) > 1:  # of what rises and what falls there is no mean
        first = [("r2",) if task.kind == "number" else known for task, known in zip(tasks, first, strict=True)]
    by_task = {task.name: known[0] for task, known in zip(tasks, first, strict=True) if known[0] not in first[0]}
    if options.metric is not None:
        return options.metric, "given by --metric", by_task
    known = first[0]
    chosen = guide.choose(Question("the metric", known, "--metric", facts.root, proposal=known[0]))
    others = " and ".join(known[1:3])
    fitting = f" ({others} would fit too)" if others else ""
    why = f"not known from the files{f': {others} would fit too' if others else ''}"
    if form is not None and form.holds == "probability":
        why = f"the sample's answers are probabilities; {others} score them too"
    findings.check.append(f"metric: {chosen}, which the files do not tell{fitting}: --metric NAME, as the host scores")
    return chosen, why, by_task


def metrics_of(task: Task, form: Form | None, fractions: bool, joined: bool) -> Sequence[str]:
    if task.kind == "number":
        return METRICS["number"]
    if task.kind == "shares":
        return METRICS["columns of shares"]
    if form is not None and form.holds == "ranking":
        return (f"map@{form.top}", f"top@{form.top}")
    if task.kind == "labels":
        listed = task.separator is not None and (form is None or form.holds == "list")
        return METRICS["list"] if listed else METRICS["labels" if fractions else "flags"]
    if form is not None and form.holds == "probability":
        return METRICS["probability"]
    if form is not None and form.holds == "columns" and not joined:
        return METRICS["probabilities"]  # of classes that exclude one another: zeros only hold the place
    return METRICS["class"]
