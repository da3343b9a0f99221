"""A sample that says other words than the classes: a table beside it may translate, or somebody is asked."""

from __future__ import annotations

import re
from pathlib import Path

from kit.competition.names import spelling
from kit.errors import KitError
from kit.presets import yaml_text
from kit.presets.table.asking import Findings, Guide, Question
from kit.presets.table.files.facts import Facts
from kit.presets.table.found.form import Form
from kit.presets.table.found.sample import Sample
from kit.presets.table.tasks.task import Task
from kit.submissions.class_map import mapped
from kit.submissions.shown import is_fraction
from kit.submissions.texts import named, plain


def other_values(
    form: Form, facts: Facts, sample: Sample, task: Task, shown: list[str], guide: Guide, findings: Findings
) -> None:
    """The sample says other words than the classes: a table beside it may translate; otherwise somebody is asked."""
    column, classes = sample.answers[0], task.classes
    if with_map(form, facts, classes, shown, findings):
        return
    if any(map(is_fraction, shown)) and one_against_others(form, task, shown, findings):
        return
    led = [re.match(r"(\d+)[_\-. ]", name) for name in classes]
    begin = [str(int(match[1])) for match in led if match]
    if len(set(begin)) == len(classes) and {plain(cell) for cell in shown} <= set(begin):
        form.add("values", begin, "the numbers that the classes begin with")
        findings.check.append(f"the sample shows {named(shown)}: the numbers that the classes begin with are written")
        return
    whole = all(re.fullmatch(r"\d+", plain(cell)) for cell in shown)
    numbers = [str(place) for place in range(len(classes))]
    if whole and max(int(plain(cell)) for cell in shown) < len(classes):
        what = f"the sample shows {named(shown)} in '{column}', and the classes are {named(classes)}"
        question = Question(
            f"{what}; the classes are sent as", ("names", "numbers"), "'values' under submission", facts.root, "names"
        )
        if guide.choose(question) == "numbers":
            form.add("values", numbers, "the classes by their numbers, in the order above")
        else:
            findings.check.append(
                f"{what}: nothing is sent before 'submission' in competition.yaml says which is meant:"
                f" 'values: [{', '.join(numbers[:3])}, ...]' numbers them in their order; where it is a probability,"
                f" 'values: {_two(classes)}' under the task makes two classes, and 'probability_of: other' says whose"
                " it is"
            )
        return
    findings.check.append(
        f"the sample shows {named(shown)} in '{column}', which is no class: 'values' under submission in"
        " competition.yaml says what the host takes"
    )


def with_map(form: Form, facts: Facts, classes: list[str], shown: list[str], findings: Findings) -> bool:
    """Whether a table of classes says what the sample calls them, by their names or by their numbers, as of class-204:
    so they are written then.
    """
    bare = [re.sub(r"^\D+", "", name) for name in classes]
    words = {name.removesuffix(one) for name, one in zip(classes, bare, strict=True)}
    numbered = len(words) == 1 and all(map(str.isdigit, bare))
    for table in facts.tables:
        for names in (classes, bare) if numbered else (classes,):
            values = mapped(table.rows, names, shown) if len(table.rows) <= 20 * len(classes) else None
            if values is not None:
                form.add("values", list(values), f"as {table.name} says")
                findings.check.append(
                    f"the sample shows {named(shown)}, which {table.name} says of the classes: so they are written"
                )
                return True
    return False


NORMAL = (
    "normal",
    "good",
    "ok",
    "okay",
    "healthy",
    "negative",
    "none",
    "no_finding",
    "nothing",
    "background",
    "benign",
)
NORMAL_ELSEWHERE = ("正常", "良品", "良好", "健康", "无瑕疵", "無し", "정상", "양품")
"""How the class is called of which a photo is where there is nothing to find on it."""


def one_against_others(form: Form, task: Task, shown: list[str], findings: Findings) -> bool:
    """Whether a probability is asked of more than two classes, one of which is called normal: of all others together;
    makes two classes of them then.
    """
    normal = [name for name in task.classes if spelling(name) in map(spelling, (*NORMAL, *NORMAL_ELSEWHERE))]
    if len(normal) != 1 or len(task.classes) < 3 or task.kind != "class" or task.values:
        return False
    form.add("probability_of", "other", f"it shows '{shown[0]}', a probability: that a photo is not '{normal[0]}'")
    form.holds = "probability"
    findings.check.append(
        f"the sample shows '{shown[0]}', a probability, and one of {len(task.classes)} classes is called '{normal[0]}':"
        " the probability of all others together is sent, and they are learnt as one; to learn them apart take"
        " 'values' and 'probability_of' out of competition.yaml"
    )
    task.note = f"'{normal[0]}' and {len(task.classes) - 1} others: {named(task.classes)}"
    task.classes, task.values = [normal[0], "other"], {normal[0]: normal[0], "*": "other"}
    return True


def refuse_many(metric: str, column: str, classes: list[str], where: Path) -> None:
    """KitError where a metric scores the probability of one class, and there are more than two of them."""
    raise KitError(
        f"{metric} scores probabilities, the sample has one column for them, '{column}', and the classes are"
        f" {len(classes)}: {named(classes)}",
        where=where,
        todo=f"leave --metric out, then write under the task 'classes: [{yaml_text(classes[0])}, other]' and"
        f" 'values: {_two(classes)}', and under submission 'probability_of: other', in competition.yaml",
    )


def _two(classes: list[str]) -> str:
    """Values that make two classes of many: the first one, and all others."""
    return f'{{{yaml_text(classes[0])}: {yaml_text(classes[0])}, "*": other}}'
