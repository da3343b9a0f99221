"""In which form each task of the target is sent, and whether the host's metric can score what then stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kit.competition.submission import LABEL, TASK, SubmissionFormat
from kit.errors import KitError, nearest
from kit.evidence.metrics import METRICS, Metric

Form = Literal["class", "probability", "columns", "list", "ranking", "number"]
"""class: the name of a class; probability: of one class of two; columns: a cell for each class or label; list: the
names of a photo's labels; ranking: the names of the most probable, the first before the others; number: a value."""

IN_ONE_CELL: Mapping[str, Form] = {"class": "class", "ordered": "class", "labels": "list", "number": "number"}
"""How a task of each kind is sent in one cell; shares have none."""
HOLDS: Mapping[Form, Mapping[str, str]] = {
    "class": {"labels": "classes"},
    "probability": {"probs": "a probability"},
    "columns": {"labels": "0 and 1", "probs": "probabilities", "ranks": "probabilities", "numbers": "shares"},
    "list": {"labels": "labels"},
    "ranking": {"ranks": "a ranked list"},
    "number": {"labels": "whole numbers", "numbers": "numbers", "ranks": "numbers", "probs": "numbers"},
}
"""What a form holds under a metric of each need; a metric whose need is not there cannot score it."""
SYMMETRIC = ("log_loss", "roc_auc")
"""Metrics of two classes that are the same for either of them."""
SCORES = {"labels": "classes", "probs": "probabilities", "ranks": "a ranking", "numbers": "numbers"}


@dataclass(frozen=True)
class Question:
    """A part of the target: what is asked of a photo, and what the answers are judged by."""

    task: str
    kind: str
    outputs: tuple[str, ...]
    """The classes or labels; of a number one name."""
    metric: Metric
    alone: bool = True
    """Whether it is the whole target."""
    written: tuple[str, ...] | None = None
    """What the file says for each output, where that is not its name: a joined target has numbers."""
    kept: int | None = None
    """How many of a photo's classes predictions keep, where not all."""

    @property
    def of_task(self) -> str:
        return "" if self.alone else f" of the task '{self.task}'"


def column_of(submission: SubmissionFormat, asked: Question) -> str | None:
    """The one column that answers a part; None where it has a cell for each class or label."""
    if submission.long is not None:
        return None if LABEL in (submission.long_pattern or "") else submission.one_column
    if asked.alone:
        of_itself = asked.kind in ("class", "ordered", "number") or submission.separator or submission.top
        if _without_a_file(submission, asked):
            return None
        return submission.one_column if submission.label or of_itself else None
    named = _for_task(submission.label, asked)
    if named is not None or asked.kind == "number" or _for_task(submission.probability_of, asked) is not None:
        return named or asked.task
    if asked.kind == "labels":
        return asked.task if submission.separator is not None and asked.metric.needs == "labels" else None
    ranked = asked.metric.needs == "ranks" and submission.top is not None
    return asked.task if ranked or (asked.metric.needs == "labels" and asked.kind != "shares") else None


def _without_a_file(submission: SubmissionFormat, asked: Question) -> bool:
    """Whether no sample and no column is named, and probabilities of several classes are scored: a column each."""
    named = (submission.sample, submission.label, submission.long, submission.top)
    of_classes = asked.kind in ("class", "ordered") and len(asked.outputs) > 2
    return of_classes and asked.metric.needs == "probs" and not any(named)


def form_of(submission: SubmissionFormat, asked: Question) -> Form:
    """The form of a part, by the keys that `submission` has."""
    if submission.places:
        return "ranking"
    if _for_task(submission.probability_of, asked) is not None:
        return "probability"
    if column_of(submission, asked) is None:
        return "columns"
    if submission.top is not None and (asked.alone or asked.metric.needs == "ranks"):
        return "ranking"
    return IN_ONE_CELL.get(asked.kind, "columns")


def probability_of(submission: SubmissionFormat, asked: Question) -> int | None:
    """The output whose probability is sent alone; None where it is not one alone."""
    named = _for_task(submission.probability_of, asked)
    return None if named is None else asked.outputs.index(named)


def written_values(submission: SubmissionFormat, asked: Question) -> tuple[str, ...]:
    """What the file says for each output of a part, or the names of their columns."""
    return _for_task(submission.values, asked) or asked.written or asked.outputs


def cell_names(submission: SubmissionFormat, asked: Question) -> tuple[str, ...]:
    """The columns of a part, or in the long form what its rows are called beside the photo's id."""
    values, column = written_values(submission, asked), column_of(submission, asked)
    if submission.long is not None:
        pattern = (submission.long_pattern or "").replace(TASK, asked.task)
        return tuple(pattern.replace(LABEL, value) for value in values) if LABEL in pattern else (pattern,)
    if submission.places:
        return submission.places
    return values if column is None else (column,)


def check_forms(submission: SubmissionFormat, asked: Sequence[Question], where: object) -> None:
    """KitError where a form makes no sense for its task, or holds what the metric cannot score, with what to write."""
    alone = len(asked) == 1
    for key in ("label", "probability_of", "values"):
        _check_by_task(getattr(submission, key), key, asked, submission.long is not None, where)
    for part in asked:
        _check_values(submission, part, where)
        _check_metric(submission, part, where)
    forms = {form_of(submission, part) for part in asked}
    if submission.top is not None and "ranking" not in forms:
        what = "'submission.top' is given, and nothing is sent as a ranked list"
        raise KitError(what, where=where, todo="take it out")
    if submission.separator is not None and not forms & {"list", "ranking"}:
        what = "'submission.separator' is given, and nothing is sent as a list"
        raise KitError(what, where=where, todo="take it out" if alone else "take it out, or name the task in 'label'")
    names = [name for part in asked for name in cell_names(submission, part)]
    columns = [*names, submission.id, *submission.constants] if submission.long is None else names
    twice = next((name for place, name in enumerate(columns) if name in columns[:place]), None)
    if twice is not None:
        todo = "write other names in 'submission.values' or 'submission.label', as the host has them"
        raise KitError(f"'submission': two columns would be called '{twice}'", where=where, todo=todo)


def _for_task(value: Any, asked: Question) -> Any:
    """What a key of `submission` says of a part: one value where that is the whole target, otherwise one a task."""
    return value.get(asked.task) if isinstance(value, dict) else value if asked.alone else None


def _check_by_task(value: object, key: str, asked: Sequence[Question], long: bool, where: object) -> None:
    names = [part.task for part in asked]
    if value is None:
        return
    if isinstance(value, dict):
        for name in value:
            if name not in names:
                raise KitError(f"'submission.{key}' names the task '{name}'", where=where, todo=nearest(name, names))
    elif len(asked) > 1 and not (key == "label" and long):
        todo = f"write it for each task, such as '{key}: {{{names[0]}: ...}}'"
        raise KitError(f"'submission.{key}' is of one task, and {len(asked)} are sent", where=where, todo=todo)


def _check_values(submission: SubmissionFormat, asked: Question, where: object) -> None:
    """Refuse values, a probability or a list that do not fit the outputs of a part."""
    given, outputs = _for_task(submission.values, asked), asked.outputs
    if isinstance(given, tuple):
        if len(given) != len(outputs):
            what = f"'submission.values' has {len(given)} entries for {len(outputs)} classes{asked.of_task}"
            raise KitError(what, where=where, todo="write one for each")
        if len(set(given)) != len(given):
            what = f"'submission.values' {list(given)} write two classes alike"
            raise KitError(what, where=where, todo="write another for each")
    form, values = form_of(submission, asked), written_values(submission, asked)
    if form == "probability":
        _check_probability(submission, asked, where)
    if form == "columns" and column_of(submission, asked) is not None:
        todo = "take 'submission.label' out" if submission.long is None else f"write {LABEL} in 'submission.long'"
        raise KitError(f"the shares{asked.of_task} have a cell each, and there is one column", where=where, todo=todo)
    if form == "list" and submission.separator is None:
        todo = "write what stands between two labels, such as 'separator: \" \"', under 'submission'"
        raise KitError("the labels of a photo in one column need 'submission.separator'", where=where, todo=todo)
    if form in ("list", "ranking") and not submission.places:
        separator = submission.separator or " "
        cut = next((value for value in values if separator in value), None)
        if cut is not None:
            todo = "write what the host calls it in 'submission.values', or another 'separator'"
            raise KitError(f"'{cut}' holds '{separator}', which separates two labels", where=where, todo=todo)
        if submission.none in values:
            what = f"'submission.none': '{submission.none}' is one of the labels"
            raise KitError(what, where=where, todo="take it out of the labels: no label is what it says")
    if form == "ranking" and submission.top is not None and submission.top > len(outputs):
        what = f"{submission.length}, and there are {len(outputs)} classes{asked.of_task}"
        raise KitError(what, where=where, todo=f"write {len(outputs)} at most")


def _check_probability(submission: SubmissionFormat, asked: Question, where: object) -> None:
    named = _for_task(submission.probability_of, asked)
    key = "'submission.probability_of'"
    if asked.kind not in ("class", "ordered"):
        todo = "take it out: labels have a column each" if asked.kind == "labels" else "take it out"
        raise KitError(
            f"{key} is of one class of two, and '{asked.task}' is of kind {asked.kind}", where=where, todo=todo
        )
    if named not in asked.outputs:
        raise KitError(f"{key} names the class '{named}'", where=where, todo=nearest(named, asked.outputs))
    if column_of(submission, asked) is None:
        raise KitError(f"{key} needs 'submission.label', the column of that probability", where=where, todo="add it")
    if len(asked.outputs) != 2:
        todo = f"join the others with the task's 'values', such as {{{named}: {named}, \"*\": other}}"
        raise KitError(f"{key} is of one class of two, and there are {len(asked.outputs)}", where=where, todo=todo)


def _check_metric(submission: SubmissionFormat, asked: Question, where: object) -> None:
    """KitError where the host's metric scores something else than the form holds, with the line to write."""
    form, metric = form_of(submission, asked), asked.metric
    if asked.kind not in metric.kinds:
        known = [f"'metric: {other.name}'" for other in METRICS.values() if asked.kind in other.kinds]
        what = f"{metric.name} judges {_listed(metric.kinds)}, and '{asked.task}' is of the kind {asked.kind}"
        todo = f"write a metric of that kind, such as {_listed(known[:3])}, or the task's 'kind'"
        raise KitError(f"'metric'{asked.of_task}: {what}", where=where, todo=todo)
    _check_like(submission, asked, form, where)
    _check_kept(submission, asked, form, where)
    of_no_class = form == "columns" and (
        asked.kind == "number" or (metric.needs == "numbers" and asked.kind != "shares")
    )
    if metric.needs in HOLDS[form] and not of_no_class:
        return
    column = column_of(submission, asked)
    what = f"the one column '{column}' would hold {next(iter(HOLDS[form].values()))}"
    if form == "probability":
        what = "'submission.probability_of' writes a probability"
    elif form == "ranking":
        what = f"'submission.{'label' if submission.places else 'top'}' writes a ranked list"
    elif form == "columns":
        what = "each class's column would hold its probability"
    of = f"'metric'{asked.of_task}: {metric.name} scores {SCORES[metric.needs]}, and {what}"
    raise KitError(of, where=where, todo=_what_to_write(submission, asked, form, column))


def _check_like(submission: SubmissionFormat, asked: Question, form: Form, where: object) -> None:
    """Refuse a list of another length than the metric counts, and the probability of the class that it does not."""
    metric = asked.metric
    if metric.weights is not None and len(metric.weights) != len(asked.outputs):
        what = (
            f"'metric'{asked.of_task}: {metric.name} has {len(metric.weights)} weights for {len(asked.outputs)} classes"
        )
        raise KitError(what, where=where, todo="write one for each, in the order of 'classes'")
    if form == "ranking" and metric.top not in (None, submission.top):
        what = f"'metric'{asked.of_task}: {metric.name} counts {metric.top} names, and {submission.length}"
        todo = f"write {metric.top} columns" if submission.places else f"write 'top: {metric.top}'"
        raise KitError(what, where=where, todo=f"{todo} under 'submission'")
    if form == "probability" and metric.needs == "probs" and metric.function is None and metric.name not in SYMMETRIC:
        first, second = asked.outputs
        if probability_of(submission, asked) == 0:
            what = f"'metric'{asked.of_task}: {metric.name} is of the second of two classes, and '{first}' is the first"
            raise KitError(what, where=where, todo=f"write 'classes: [{second}, {first}]' under the task")


def _check_kept(submission: SubmissionFormat, asked: Question, form: Form, where: object) -> None:
    """Refuse a metric or a list that needs more of a photo's classes than predictions keep."""
    if asked.kept is None:
        return
    if submission.pool == "learned":
        what = f"'submission.pool: learned' reads every class, and predictions keep {asked.kept} of them"
        raise KitError(what, where=where, todo="write 'pool: mean' or 'pool: max'")
    key, metric = f"'keep: {{}}' under tasks.{asked.task}", asked.metric
    if metric.of_whole_rows:
        what = f"{metric.name} reads the probability of every class, and predictions keep {asked.kept} of them"
        todo = f"write {key.format(len(asked.outputs))}, which keeps all"
        raise KitError(f"'metric'{asked.of_task}: {what}", where=where, todo=todo)
    named = max(metric.top or 0, submission.top or 0 if form == "ranking" else 0)
    if named > asked.kept:
        who = metric.name if named == metric.top else "'submission.top'"
        what = f"{who} looks at {named} classes, and predictions keep {asked.kept}"
        raise KitError(f"'metric'{asked.of_task}: {what}", where=where, todo=f"write {key.format(named)}")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def _what_to_write(submission: SubmissionFormat, asked: Question, form: Form, column: str | None) -> str:
    needs, cells = asked.metric.needs, "class" if asked.kind != "labels" else "label"
    if form == "probability" or form == "ranking":
        key, such = ("probability_of", "roc_auc") if form == "probability" else ("top", "map@5")
        less = "write one column under 'label'" if submission.places else f"take '{key}' out"
        return f"{less}, or write the host's metric, such as 'metric: {such}'"
    if form == "columns":
        return "write 'label', the one column of answers, under 'submission'"
    if needs == "numbers" or asked.kind == "number":
        return "write the host's metric, such as 'metric: accuracy'" if form != "number" else "write 'metric: rmse'"
    several = (
        f"take 'submission.label' out, if the sample has a column of probabilities for each {cells}"
        if submission.sample is not None or asked.kind == "labels"
        else f"name the host's file with 'submission.sample', if it has a column of probabilities for each {cells}"
    )
    if submission.long is not None:
        several = f"write {LABEL} in 'submission.long', if each {cells} has a row"
    if needs == "ranks":
        top = asked.metric.top or 5
        return f"write 'top: {top}' under 'submission', if '{column}' holds a ranked list of {top}, or {several}"
    if len(asked.outputs) == 2 and asked.kind != "labels":
        one = f"write 'probability_of: {asked.outputs[-1]}' under 'submission'"
        return f"{one}, if '{column}' holds that class's probability, or {several}"
    return several
