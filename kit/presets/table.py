"""Any table of photos, or a folder for each class: a competition.yaml inferred from the files, saying how."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from kit.competition.photos import list_photos
from kit.competition.spec import RESERVED
from kit.competition.tables import read_csv
from kit.competition.workspace import SPEC_NAME
from kit.errors import KitError, nearest
from kit.presets import yaml_list, yaml_text
from kit.presets.asked import Asked, asked_of_column, asked_of_columns, grade_lines, is_number, scale_of
from kit.presets.sources import Source, TableOptions, choose, columns_of, sample_name, test_side, train_side
from kit.submissions.shown import is_fraction
from kit.targets.cells import LINE

LABEL_NAMES = ("label", "labels", "class", "class_name", "classname", "category", "target", "y")
GROUP_WORDS = ("patient", "person", "people", "subject", "user", "author", "writer", "driver", "participant", "group")
MOST_CLASSES = 1000


def table_files(data_dir: Path, data: str, name: str, options: TableOptions) -> dict[str, str]:
    """The text of competition.yaml for the files in `data_dir`.

    Raises KitError that names the candidates and the option to choose with, where the files do not tell.
    """
    if not data_dir.is_dir():
        raise KitError("there is no such folder", where=data_dir, todo="name the competition's files with --data")
    photos = list_photos(data_dir)
    if not photos.images:
        raise KitError("there are no images in this folder", where=data_dir, todo="put the competition's files there")
    sample_file = sample_name(photos, options)
    sample = None if sample_file is None else read_csv(data_dir / sample_file).drop(columns=LINE)
    train = train_side(photos, options, sample_file)
    group, why_group = _group(train, options, data_dir)
    columns, why_labels = _labels(train, options, sample, group, data_dir)
    test = test_side(photos, options, sample_file, sample, train)
    tasks = _task_names(columns)
    asked = _asked(train, options, sample, columns, tasks, data_dir)
    classes = {column: _classes(train.rows[column]) for column in columns} if asked is None else {}
    probable = _probable_class(sample, columns, classes) if asked is None else None
    if asked is None or sample is None:
        submission = _submission(sample_file, sample, columns, classes, test, data_dir, probable)
    else:
        submission = _submission_of(sample_file, sample)
    metric, why_metric = "f1_macro", "the usual one; accuracy, balanced_accuracy, qwk, log_loss and roc_auc are others"
    if asked is not None:
        metric, why_metric = asked.metric, asked.why_metric
    elif probable is not None:
        metric, why_metric = "roc_auc", "the sample's answers are probabilities; log_loss scores them too"
    lines = [
        "# Inferred from the files by `kit init table`: each comment says how. Edit what is wrong.",
        f"name: {yaml_text(name)}",
        f"data: {yaml_text(data)}",
        _line(f"metric: {metric}", why_metric),
        _line("host: manual", "note its scores: kit leaderboard log NAME --public 0.729"),
        _line("recipe: default", "how `kit train` trains; recipes/ holds your own"),
        "",
        "train:",
        *([_line(f"  table: {yaml_text(train.table)}", train.why_table)] if train.table else []),
        _line(f"  images: {yaml_text(train.images)}", train.why_images),
        _line(f"  group: {yaml_text(group)}" if group else "  # group: COLUMN", why_group),
        "",
        "test:",
        *([_line(f"  table: {yaml_text(test.table)}", test.why_table)] if test.table else []),
        _line(f"  images: {yaml_text(test.images)}", test.why_images),
        "",
        "tasks:",
    ]
    if asked is not None:
        lines += asked.lines
        lines += ["", f"target: {asked.target}"] if asked.target is not None else []
        if asked.separator is not None:
            submission.append(_line(f"  separator: {yaml_text(asked.separator)}", "between the labels, as in train"))
        return {SPEC_NAME: "\n".join([*lines, "", *submission]) + "\n"}
    for column, task in tasks.items():
        names = classes[column]
        lines += [f"  {task}:", f"    # the {len(names)} values of the column", *grade_lines(names)]
        lines += [f"    classes: {yaml_list(names, 6)}", _line(f"    column: {yaml_text(column)}", why_labels)]
    if len(tasks) > 1:
        weights, weight = {}, 1
        for column, task in reversed(tasks.items()):
            weights[task] = weight
            weight *= len(classes[column])
        joined = ", ".join(f"{task}: {weights[task]}" for task in tasks.values())
        why = f"class = the sum of weight x task class, 0 to {weight - 1}: mend it if the host counts otherwise"
        lines += ["", _line(f"target: {{{joined}}}", why)]
    return {SPEC_NAME: "\n".join([*lines, "", *submission]) + "\n"}


def _asked(
    train: Source,
    options: TableOptions,
    sample: pd.DataFrame | None,
    columns: tuple[str, ...],
    tasks: dict[str, str],
    data_dir: Path,
) -> Asked | None:
    """What the columns ask, where it is not a class of each: what the sample has several columns of, or one column."""
    if len(columns) == 1 and columns[0] != "folder":
        return asked_of_column(tasks[columns[0]], columns[0], train.rows[columns[0]])
    if options.labels or sample is None or set(columns) != set(sample.columns[1:]):
        return None
    fractions = bool(sample.iloc[:, 1:].stack().map(is_fraction).any())
    return asked_of_columns(train.rows, columns, fractions, data_dir / (train.table or ""))


def _line(text: str, comment: str) -> str:
    return f"{text:<39} # {comment}"


def _group(train: Source, options: TableOptions, data_dir: Path) -> tuple[str | None, str]:
    where = data_dir / (train.table or "")
    if options.group is not None:
        if options.group not in train.rows:
            raise KitError(
                f"there is no column '{options.group}'",
                where=where,
                todo=nearest(options.group, columns_of(train.rows)),
            )
        return options.group, "given by --group; its photos never cross folds"
    names = []
    for column in columns_of(train.rows):
        words = re.split(r"[^a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", column).lower())
        known = any(word in words or word + "s" in words or word + "id" in words for word in GROUP_WORDS)
        if known and column != train.column and train.rows[column].duplicated().any() and column not in options.labels:
            names.append(column)
    group = choose(names, "the group", "--group", where)
    if group is None:
        return None, "no column says who is on a photo, so every row is its own group"
    return group, f"{train.rows[group].nunique()} of them in {len(train.rows)} rows; their photos never cross folds"


def _labels(
    train: Source, options: TableOptions, sample: pd.DataFrame | None, group: str | None, data_dir: Path
) -> tuple[tuple[str, ...], str]:
    rows, where = train.rows, data_dir / (train.table or "")
    for column in options.labels:
        if column not in rows:
            raise KitError(f"there is no column '{column}'", where=where, todo=nearest(column, columns_of(rows)))
        if not 2 <= rows[column].nunique() <= MOST_CLASSES and not is_number(rows[column].dropna()):
            raise KitError(
                f"the column '{column}' has {rows[column].nunique()} different values", where=where, todo="mend --label"
            )
    if options.labels:
        return options.labels, "given by --label"
    if train.table is None:
        return ("folder",), "the folder that a photo lies in"
    free = [column for column in columns_of(rows) if column not in (train.column, group)]
    few = [column for column in free if 2 <= rows[column].nunique() <= min(MOST_CLASSES, len(rows) / 2)]
    if sample is not None:
        wanted = list(sample.columns[1:])
        if len(wanted) == 1 and (wanted[0] in few or (wanted[0] in free and is_number(rows[wanted[0]].dropna()))):
            return (wanted[0],), "the sample submission asks for it"
        for column in few:
            if set(wanted) == set(rows[column].dropna()):
                return (column,), "the sample submission has a column for each of its values"
        if len(wanted) > 1 and set(wanted) <= set(free):
            return tuple(wanted), "the sample submission has a column for each"
    named = [column for column in few if column.lower() in LABEL_NAMES]
    only = choose(named or few, "the label", "--label (once for each task)", where)
    if only is None:
        raise KitError(
            f"no column has few different values: {', '.join(free)}", where=where, todo="name it with --label"
        )
    return (only,), "the column that is named like a label" if named else "the only column with few different values"


def _classes(values: pd.Series) -> list[str]:
    """The class names in their natural order: numbers by size, and words of grades from the lowest."""
    names = sorted(values.dropna().unique())
    if (grades := scale_of(names)) is not None:
        return grades
    return sorted(names, key=int) if all(re.fullmatch(r"-?\d+", name) for name in names) else names


def _submission(
    sample_file: str | None,
    sample: pd.DataFrame | None,
    columns: tuple[str, ...],
    classes: dict[str, list[str]],
    test: Source,
    data_dir: Path,
    probable: str | None,
) -> list[str]:
    """The lines of the key `submission`; puts the classes in the order of the sample's probability columns."""
    if sample is None:
        identity = test.column or "file"
        label = columns[0] if len(columns) == 1 and columns[0] != "folder" else "label"
        lines = [_line(f"  id: {yaml_text(identity)}", "there is no sample submission: mend it to what the host wants")]
        return ["submission:", *lines, f"  label: {yaml_text(label)}"]
    identity, *rest = sample.columns
    lines = [
        "submission:",
        _line(f"  sample: {yaml_text(sample_file)}", "the file to send has its ids, order and columns"),
        _line(f"  id: {yaml_text(identity)}", "its first column"),
    ]
    if len(rest) == 1:
        known = classes[columns[0]] if len(columns) == 1 else None
        shown = sample[rest[0]].dropna()
        odd = "" if known is None or shown.isin(known).all() else f"; it shows '{shown.iloc[0]}', which is no class"
        lines.append(_line(f"  label: {yaml_text(rest[0])}", f"its only other column{'' if probable else odd}"))
        if probable is not None:
            why = f"it shows '{next(filter(is_fraction, shown))}', a probability: mend it if it is of the other class"
            lines.append(_line(f"  probability_of: {yaml_text(probable)}", why))
        return lines
    if len(columns) == 1 and set(rest) == set(classes[columns[0]]):
        classes[columns[0]] = rest
        return [*lines, "  # no label: it has a column of probabilities for each class"]
    raise KitError(
        f"its columns {', '.join(rest[:6])} are neither one label nor the values of {', '.join(columns)}",
        where=data_dir / str(sample_file),
        todo="choose the label with --label, or another file with --sample",
    )


def _submission_of(sample_file: str | None, sample: pd.DataFrame) -> list[str]:
    """The lines of the key `submission` of a target that is no column of classes, as the sample has it."""
    identity, *rest = sample.columns
    lines = [
        "submission:",
        _line(f"  sample: {yaml_text(sample_file)}", "the file to send has its ids, order and columns"),
        _line(f"  id: {yaml_text(identity)}", "its first column"),
    ]
    return [*lines, _line(f"  label: {yaml_text(rest[0])}", "its only other column")] if len(rest) == 1 else lines


def _probable_class(sample: pd.DataFrame | None, columns: tuple[str, ...], classes: dict[str, list[str]]) -> str | None:
    """The class, one of two, whose probability the sample's one column of answers shows; None where it shows none."""
    if sample is None or len(sample.columns) != 2 or len(columns) != 1 or len(classes[columns[0]]) != 2:
        return None
    if not sample.iloc[:, 1].dropna().map(is_fraction).any():
        return None
    names = classes[columns[0]]
    return next((name for name in names if name.lower() == sample.columns[1].lower()), names[-1])


def _task_names(columns: tuple[str, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"\W+", "_", column).strip("_")
        name = "label" if not name or name in RESERVED or column == "folder" else name
        while name in names.values():
            name += "_"
        names[column] = name
    return names
