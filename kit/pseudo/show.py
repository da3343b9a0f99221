"""Pseudo labels to look at: a picture per class of what was taken and what was not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kit.competition.workspace import Workspace
from kit.evidence.arrays import MANY_CLASSES
from kit.evidence.top import at
from kit.images.decode import decode
from kit.images.look import open_look, to_look_at
from kit.images.sheet import contact_sheet, save_image
from kit.pseudo.label import mean_probs, read_label_file
from kit.pseudo.record import RoundRecord, Teachers, round_dir

N_EACH = 6
"""Photos of each kind in a picture."""
SIZE = (128, 128)


def to_show(
    workspace: Workspace, record: RoundRecord, teachers: Teachers, task: str, n_each: int
) -> list[tuple[int, str, list[tuple[int, str, float]]]]:
    """What to look at of fold 0's labels: for each class its place, its name and its photos, as (row of the test
    table, kind, how sure the teachers are).

    Kinds are the surest, median and least sure that are taken, and the surest that are not, n_each of each. Of labels
    there are photos for each, of a number for each of some bins, of more than MANY_CLASSES classes none.
    """
    file = record.tasks[task].file(0)
    images = workspace.test["image"]
    directory = round_dir(workspace.pseudo_dir, record.round, teachers)
    taken = set(read_label_file(workspace, directory / file.name, task)["image"])
    probs = mean_probs(workspace, file.teachers, task, images, "test")
    asked = workspace.competition.task(task)
    counted = asked.counted(asked.said(probs))
    if len(counted.names) > MANY_CLASSES:
        return []  # nobody looks at hundreds of pictures
    found = []
    for label, name in enumerate(counted.names):
        strength = at(probs, np.full(len(probs), label if probs.shape[1] > 1 else 0))
        mine = counted.mainly(label)
        mine = mine[np.argsort(-strength[mine], kind="stable")]
        is_taken = np.array([images[row] in taken for row in mine], dtype=bool)
        inside, outside = mine[is_taken], mine[~is_taken]
        middle = max(0, (len(inside) - n_each) // 2)
        kinds = {
            "surest": inside[:n_each],
            "median": inside[middle : middle + n_each],
            "least sure": inside[-n_each:],
            "not taken": outside[:n_each],
        }
        shown = [(int(row), kind, float(strength[row])) for kind, rows in kinds.items() for row in rows]
        if shown:
            found.append((label, name, shown))
    return found


def write_pictures(workspace: Workspace, record: RoundRecord, teachers: Teachers, tasks: Sequence[str]) -> list[Path]:
    """Write show/<task>-<class>.jpg for fold 0: the surest, median and least sure taken, and the surest not taken.

    Of labels a picture for each, of a number one for each of some bins; of more than MANY_CLASSES classes none.
    """
    directory = round_dir(workspace.pseudo_dir, record.round, teachers)
    images, look = workspace.test["image"], open_look(workspace)
    paths = []
    for task in tasks:
        for label, name, shown in to_show(workspace, record, teachers, task, N_EACH):
            pictures = [
                to_look_at(decode(workspace.data_dir / images[row], SIZE, "pad", look=look)) for row, _, _ in shown
            ]
            captions = [f"{kind} {strength:.3f}" for _, kind, strength in shown]
            safe = "".join(letter if letter.isalnum() else "_" for letter in name)
            path = directory / "show" / f"{task}-{label}-{safe}.jpg"
            save_image(path, contact_sheet(pictures, captions, columns=N_EACH))
            paths.append(path)
    return paths
