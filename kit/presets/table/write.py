"""competition.yaml as text, each line with a comment that says how it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kit.presets import yaml_list, yaml_text
from kit.presets.table.found.form import Form
from kit.presets.table.found.group import Group
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.grades import scale_of
from kit.presets.table.tasks.task import Task
from kit.wording import counted


def line(text: str, comment: str) -> str:
    return f"{text:<39} # {comment}" if comment else text


def test_lines(side: Side, form: Form | None, without_photo: int = 0) -> list[str]:
    """The keys of `test`; without_photo: how many of its rows have none, and are answered all the same."""
    lines = side_lines("test", side)
    if form is not None and form.test_id is not None:
        lines.append(line(f"  id: {yaml_text(form.test_id)}", "the sample calls it otherwise"))
    if without_photo:
        lines.append(line("  unreadable: prior", f"for {counted(without_photo, 'row')} without a photo"))
    return lines


def side_lines(key: str, side: Side, group: Group | None = None, folds: str | None = None, hint: str = "") -> list[str]:
    """The keys of `train` or `test`."""
    lines = [f"{key}:"]
    if side.table is not None:
        lines.append(line(f"  table: {yaml_text(side.table.name)}", side.why_table))
        if not side.table.form.header:
            lines.append(line("  header: false", "its first row is a row"))
        if side.table.form.separator is not None:
            lines.append(line(f"  separator: {yaml_text(side.table.form.separator)}", "so its cells lead to photos"))
    joins = [*side.joins, *(group.joins if group else ())]
    if joins:
        lines.append("  join:")
    for join in joins:
        form = join.table.form
        told = "" if form.separator is None else f", separator: {yaml_text(form.separator)}"
        told += "" if form.header else ", header: false"
        on = yaml_text(join.left) if join.left == join.right else f"{{{yaml_text(join.left)}: {yaml_text(join.right)}}}"
        lines.append(f'    - {{table: {yaml_text(join.table.name)}, "on": {on}{told}}}')
    if side.keep:
        held = ", ".join(f"{yaml_text(column)}: {yaml_list(values, 4)}" for column, values in side.keep.items())
        lines.append(line(f"  rows: {{{held}}}", "the host's own split"))
    if side.pivot is not None:
        columns, values = map(yaml_text, side.pivot)
        lines.append(line(f"  pivot: {{columns: {columns}, values: {values}}}", "a row for each answer of a photo"))
    lines.append(line(f"  images: {yaml_text(side.images)}", side.why_images))
    if group is not None:
        lines.append(_group_line(group))
    if folds is not None:
        lines.append(line(f"  folds: {yaml_text(folds)}", "the folds that the table brings"))
    if hint:
        lines.append(f"  # {hint}")
    return lines


def _group_line(group: Group) -> str:
    if group.column is None:
        return line("  # group: COLUMN", group.why)
    held = f"columns: {yaml_list(group.together, 4)}" if group.together else f"column: {yaml_text(group.column)}"
    if group.pattern is not None:
        return line(f"  group: {{{held}, pattern: '{group.pattern}'}}", group.why)
    return line(f"  group: {held.partition(': ')[2]}", group.why)


def task_lines(tasks: Sequence[Task], why: str, metrics: Mapping[str, str]) -> list[str]:
    """The keys of `tasks`."""
    lines = ["tasks:"]
    for task in tasks:
        lines += [f"  {task.name}:", f"    # {task.note}"]
        if task.kind == "ordered" and scale_of(task.classes) is not None:
            lines.append("    kind: ordered                       # is this the order? without one take this line out")
        elif task.kind != "class":
            lines.append(f"    kind: {task.kind}")
        elif task.of_whole_numbers:
            lines.append("    # kind: ordered                     # where the classes are grades, which go by size")
        if task.classes:
            lines.append(f"    classes: {yaml_list(task.classes, 6)}")
        if task.column is not None:
            lines.append(line(f"    column: {yaml_text(task.column)}", why))
        elif task.columns and (task.of_classes or list(task.columns) != task.classes):
            lines.append(line(f"    columns: {yaml_list(task.columns, 6)}", why))
        if task.values:
            pairs = [f"{yaml_text(raw)}: {yaml_text(name)}" for raw, name in task.values.items()]
            lines.append("    values:\n" + "\n".join(f"      {pair}" for pair in pairs))
        if task.separator is not None:
            lines.append(f"    separator: {yaml_text(task.separator)}")
        if task.none is not None:
            lines.append(f"    none: {yaml_text(task.none)}")
        if task.rows:
            lines.append(line("    rows: true", "a row of the table for each of a photo's labels"))
        if task.present is not None:
            lines.append(line(f"    present: {yaml_text(task.present)}", "whether the photo has the row's label"))
        if task.name in metrics:
            lines.append(f"    metric: {metrics[task.name]}")
    return lines


def submission_lines(form: Form) -> list[str]:
    """The keys of `submission`."""
    lines = ["submission:"]
    for key, (value, why) in form.keys.items():
        lines.append(line(f"  {key}: {_value(value)}", why))
    if form.holds == "columns" and "long" not in form.keys:
        lines.append("  # no label: it has a column for each class or label")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{yaml_text(key)}: {_value(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return yaml_list(value, 4)
    if value is None:
        return "null"
    return yaml_text(value)
