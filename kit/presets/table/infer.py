"""A competition.yaml for whatever tables and photos lie in a folder: what the files tell, and how it was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kit.competition.forms import check_forms
from kit.competition.metrics import find_metric
from kit.competition.names import same_column
from kit.competition.spec import Competition
from kit.competition.tables.parts import matching
from kit.competition.templates import PLACE
from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.presets import yaml_text
from kit.presets.table.answers.answer_of import test_as_sample
from kit.presets.table.answers.likely_metric import likely_metric, metrics_of
from kit.presets.table.answers.submission import shown_of, with_sample, without_sample
from kit.presets.table.asking import Findings, Guide, TableOptions
from kit.presets.table.files.facts import Facts, gather
from kit.presets.table.files.nothing import what_is_there
from kit.presets.table.files.patterns import rows_of_images
from kit.presets.table.found.form import Form
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.gone import without_gone, without_photo
from kit.presets.table.look import needs_reader, photo_lines
from kit.presets.table.sides.images_of import images_of
from kit.presets.table.sides.no_classes import refuse_untold
from kit.presets.table.sides.samples import find_sample, without_known
from kit.presets.table.sides.test_side import read_test_side, test_side
from kit.presets.table.sides.train_side import train_side
from kit.presets.table.tasks.kept import tell_sequences, tell_unknown, without_test_rows, without_unlabelled
from kit.presets.table.tasks.kinds import long_task, tasks_of
from kit.presets.table.tasks.labels import OF_A_PHOTO, Labels, find_labels
from kit.presets.table.tasks.no_labels import refuse_gaps_of_tasks, refuse_questions, refuse_several
from kit.presets.table.tasks.pivots import telling_rows_apart, with_pivot
from kit.presets.table.tasks.places import holds_places, refuse_boxes, refuse_pairs_of_ids, refuse_places
from kit.presets.table.tasks.splits import own_folds
from kit.presets.table.tasks.task import Task, task_names
from kit.presets.table.told import tell_rest, tell_row_numbers
from kit.presets.table.who.groups import find_group
from kit.presets.table.write import line, side_lines, submission_lines, task_lines, test_lines
from kit.schema import parse_yaml, validate


@dataclass(frozen=True)
class Inferred:
    """The text of competition.yaml, the facts behind it, and what is told of them."""

    text: str
    facts: Facts
    findings: Findings
    used: dict[str, str]
    """What each table is used as."""
    fixes: str | None = None
    """The text of fixes.csv, where it leaves out photos that are not there."""
    sides: tuple[Side, ...] = ()
    """Both sides, or the train side alone."""


def infer(data_dir: Path, data: str, name: str, spec: Path, options: TableOptions, guide: Guide) -> Inferred:
    """Infer competition.yaml, which will lie at `spec`, from the files in `data_dir`.

    Raises KitError that names the candidates and the option to choose with, where the files do not tell and the guide
    does not.
    """
    if not data_dir.is_dir():
        raise KitError("there is no such folder", where=data_dir, todo="name the competition's files with --data")
    facts = gather(data_dir, [*filter(None, (options.train, options.image, options.test))])
    found = _of_facts(facts, data, name, spec, options, guide)
    for side in found.sides:
        _refuse_aside(facts, side)
    return found


def _refuse_aside(facts: Facts, side: Side) -> None:
    """KitError where the pattern of photos leads to copies of them, or to pictures that explain the data."""
    images = side.images
    some = matching(facts.aside, PLACE.sub("*", images)) if side.table is None or "*" in images else []
    if side.table is not None:
        named = {PurePosixPath(cell).stem for column in side.naming_columns for cell in side.rows[column].dropna()}
        some = [image for image in some if PurePosixPath(image).stem in named]
    if not some:
        return
    copy = next((copy for copy in facts.copies if some[0].startswith(f"{copy}/")), None)
    what = (
        f"{some[0]} is beside the data"
        if copy is None
        else f"{copy}/ holds copies of the photos of {facts.copies[copy]}/"
    )
    todo = "move it out of the data folder, or name the photos by a path that does not lead to it, with --image PATH"
    raise KitError(f"{what}, and '{images}' leads to it too", where=facts.root, todo=todo)


def _of_facts(facts: Facts, data: str, name: str, spec: Path, options: TableOptions, guide: Guide) -> Inferred:
    data_dir, findings = facts.root, Findings()
    metric = None if options.metric is None else find_metric(options.metric, spec)
    if not facts.photos.images and not (options.image and "{" in options.image):
        raise what_is_there(facts)
    sample = find_sample(facts, options, guide, findings)
    refuse_places(facts, sample, options)
    train = train_side(facts, options, sample, guide, findings)
    refuse_pairs_of_ids(sample, train, facts.root)
    if needs_reader(facts, options.image, train) and options.test is None:
        test = read_test_side(facts, sample, train)
    else:
        test = test_side(facts, options, sample, train, guide, findings)
    if options.image is None:
        tell_row_numbers((train, test), findings)
    if sample is None and test is not None:
        sample = test_as_sample(facts, test, train, options)
    elif sample is not None and test is not None and not options.labels:
        sample = without_known(sample, test, train)
    train, hint = without_test_rows(train, test, findings)
    train, found = with_pivot(facts, train, sample, options, findings)
    where = data_dir / train.table.name if train.table else data_dir
    if train.lead is not None and train.lead.repeats and not options.labels:
        refuse_questions(train, str(train.column), where)
    labels = found or find_labels(train, test, sample, options, guide, findings, data_dir)
    if not (options.train or options.image or options.labels):
        refuse_untold(facts, train)
    train, test = without_unlabelled(train, test, labels, sample, options, findings)
    tell_unknown(train, findings)
    tasks = _tasks(facts, train, labels, sample, options, guide, findings)
    tell_sequences(train, tasks, findings)
    refuse_gaps_of_tasks(train.rows, [task.column for task in tasks if task.column], where)
    if train.pivot is None:
        refuse_several(test, train, facts.root)
    group = find_group(facts, train, labels, options, guide, findings, sample)
    folds = own_folds(train)
    form = None
    if test is not None and sample is not None:
        form = with_sample(facts, sample, tasks, test, train, metric, guide, findings)
    elif test is not None:
        form = without_sample(test, train, tasks, len(tasks) > 1)
        known = [column for column in labels.columns if column in test.columns and test.rows[column].nunique() > 1]
        if known and test.table is not None and not test.keep:
            told = ", ".join(known[:4])
            findings.check.append(
                f"{test.table.name} has labels too ({told}): its rows are the test set, and never train"
            )
    if test is None and sample is not None:
        findings.check.append(
            f"{sample.name} is not used: there are no photos of its {len(sample.ids):,} rows here; --test names their"
            " folder, where there are some"
        )
    if form is not None and group.column is None and "per" in form.keys and "{" not in form.keys["per"][0]:
        same = same_column(form.keys["per"][0], train.columns)
        group = replace(group, column=same, why="photos of one answer never cross folds")
    target, joined = _target(tasks, train, sample)
    named, why_metric, by_task = likely_metric(facts, tasks, form, sample, joined, options, guide, findings)
    photos = photo_lines(facts, train, options, spec)
    lines = [
        "# Inferred from the files by `kit init table`: each comment says how. Edit what is wrong.",
        f"name: {yaml_text(name)}",
        f"data: {yaml_text(data)}",
        line(f"metric: {named}", why_metric),
        line("host: manual", "note its scores: kit leaderboard log NAME --public 0.729"),
        line("recipe: default", "how `kit train` trains; recipes/ holds your own"),
        "",
        *side_lines("train", train, group, folds, hint),
        *(["", *test_lines(test, form)] if test is not None else ["", "# no test: there are no photos to predict"]),
        *([""] if photos else []),
        *photos,
        "",
        *task_lines(tasks, labels.why, by_task),
        *target,
        *(["", *submission_lines(form)] if form is not None else []),
    ]
    text = "\n".join(lines) + "\n"
    competition = _check(text, spec, options, form, tasks)
    if test is not None and (lost := without_photo(data_dir, competition, spec.parent, findings)):
        before, after = ("\n".join(test_lines(test, form, without_photo=n)) for n in (0, lost))
        text = text.replace(before, after)
    more, fixes = without_gone(data_dir, competition, spec.parent, findings)
    text += "".join(f"{one}\n" for one in more)
    used = tell_rest(facts, findings, train, test, sample, labels, tasks, group, form, named, why_metric)
    sides = tuple(side for side in (train, test) if side is not None)
    return Inferred(text, facts, findings, used, fixes, sides)


def _tasks(
    facts: Facts,
    train: Side,
    labels: Labels,
    sample: Sample | None,
    options: TableOptions,
    guide: Guide,
    findings: Findings,
) -> list[Task]:
    where = facts.root / (train.table.name if train.table else train.images)
    if train.named:
        classes = sorted(set(train.named.values()))
        note = "the words that file names begin with"
        return [Task("label", options.kind or "class", note, classes, column="file", values=dict(train.named))]
    if train.lead is not None and train.lead.long:
        return [long_task(train.rows, str(train.column), labels.free, where)]
    derived = [column for column in labels.columns if column in OF_A_PHOTO and column not in train.rows]
    if derived:
        photos = rows_of_images(sorted(images_of(facts, train)))
        names = task_names(labels.columns)
        made = [
            tasks_of((photos if column in derived else train.rows), (column,), (), False, options.kind, guide, where)[0]
            for column in labels.columns
        ]
        return [replace(task, name=names[column]) for task, column in zip(made, labels.columns, strict=True)]
    together = not options.labels or (sample is not None and set(options.labels) == set(sample.answers))
    shown = shown_of(sample)
    tasks = tasks_of(train.rows, labels.columns, shown, together, options.kind, guide, where)
    if train.lead is not None and train.lead.repeats:
        _rows_of_labels(train, tasks, where, findings)
    return tasks


def _rows_of_labels(train: Side, tasks: list[Task], where: Path, findings: Findings) -> None:
    """Rows that share a photo each have one of its labels; anything else of several rows a photo is refused."""
    column = str(train.column)
    asked = [name for task in tasks for name in ([task.column] if task.column else task.columns or task.classes)]
    differ = train.rows.groupby(column)[[name for name in asked if name in train.rows]].nunique(dropna=False)
    if (differ <= 1).all(axis=None):
        findings.check.append(
            f"'{column}' names a photo in several rows, all of which say the same of it: each photo is taken once"
        )
        return
    refuse_questions(train, column, where)
    task = tasks[0]
    one_of_many = len(tasks) == 1 and task.kind == "class" and len(task.classes) >= 3 and task.column is not None
    twice = task.column is not None and train.rows[[column, task.column]].duplicated().any()
    if one_of_many and (not twice or holds_places(train.rows, train.columns)):
        task.kind, task.rows = "labels", True
        each = "a row for each thing on it" if twice else "several rows, and another label in each"
        task.note = f"a photo has {each}: any number of {len(task.classes)} labels"
        return
    refuse_boxes(train, column, where)
    apart = telling_rows_apart(train.rows, column, asked)
    each = f" and a column for each of the {train.rows[apart].nunique()} values of '{apart}'" if apart else ""
    raise KitError(
        f"'{column}' names a photo in several rows: {train.rows[column].nunique():,} in {len(train.rows):,} rows",
        where=where,
        todo=f"make a table with one row for each photo{each}, and name it with --train",
    )


def _target(tasks: Sequence[Task], train: Side, sample: Sample | None) -> tuple[list[str], bool]:
    """The lines of `target`, and whether the tasks join to one class."""
    if len(tasks) < 2:
        return [], False
    several = train.pivot is not None or (sample is not None and len(sample.answers) > 1)
    if several or not all(task.of_classes for task in tasks):
        return ["", line("target: separate", "each is scored by itself, and sent in a column of its own")], False
    weights, weight = {}, 1
    for task in reversed(tasks):
        weights[task.name] = weight
        weight *= len(task.classes)
    joined = ", ".join(f"{task.name}: {weights[task.name]}" for task in tasks)
    why = f"class = the sum of weight x task class, 0 to {weight - 1}: mend it if the host counts otherwise"
    return ["", line(f"target: {{{joined}}}", why)], True


def _check(text: str, spec: Path, options: TableOptions, form: Form | None, tasks: Sequence[Task]) -> Competition:
    """The competition that a text says; refuse what `kit doctor` would, in words of the options that were given."""
    competition = validate(Competition, parse_yaml(text, spec), where=spec)

    def find(name: str) -> Metric:
        return find_metric(name, spec)

    try:
        if competition.test is not None:
            check_forms(competition.submission, competition.asked(find), spec)
    except KitError as error:
        if options.metric is None:
            raise
        fitting = ", ".join(metrics_of(tasks[0], form, False, False)[:3])
        todo = f"leave --metric out, or choose one such as {fitting}"
        raise KitError(error.what.replace("'metric': ", ""), where="--metric", todo=todo) from None
    return competition
