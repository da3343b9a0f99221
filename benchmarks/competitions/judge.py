"""Whether a workspace plays a competition as its host means it, told by what the host knows of the drawn photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.competitions.graders import Rows, header_of, rows_of
from benchmarks.competitions.layout import Drawn, Layout
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.decode import decode
from kit.images.look import open_look
from kit.runs.predictions import Predictions
from kit.submissions.form import csv_bytes, read_layout, written
from kit.submissions.rows import cell_names_of

SURE = 1e-6
"""How far from the best score a file that says what is so may be: a log loss is cut off short of 0."""


def faults(workspace: Workspace, layout: Layout, drawn: Drawn, aside: Path) -> list[str]:
    """What is not as the host means it: photos and how they are read, labels, groups, ids, and the form of the file.

    aside: a file to write into.
    """
    try:
        tables = workspace.tables
        found = _apart("train photos", tables.train["image"], drawn.train["photo"])
        found += _apart("test photos", _pairs(tables.test, "image"), _pairs(drawn.test, "photo"))
        found += [f"photos that are not there, such as {tables.missing[0]}"] if tables.missing else []
        if not found:
            look = open_look(workspace)
            for side in (tables.train, tables.test):
                decode(workspace.data_dir / side["image"].iloc[0], look=look)
        return found or [*_labels(workspace, layout, drawn, aside), *_groups(workspace, layout, drawn)]
    except KitError as error:
        return [str(error)]


def written_rows(workspace: Workspace, predictions: Predictions, aside: Path) -> Rows:
    """What the file to send would say of any photos, called by their keys, as a host reads it."""
    form, layout = workspace.competition.submission, read_layout(workspace)
    exact = replace(predictions, probs={task: part.astype(float) for task, part in predictions.probs.items()})
    names = [""] if form.long is None else cell_names_of(layout.cells)
    keys, places = np.repeat(exact.images, len(names)), np.tile(np.arange(len(names)), len(exact.images))
    ids = (
        list(keys)
        if form.long is None
        else [names[place].replace(form.answer_id, key) for key, place in zip(keys, places, strict=True)]
    )
    given = pd.DataFrame({form.id: ids}).assign(**dict.fromkeys(form.constants, ""))
    some = replace(layout, given=given, keys=keys, places=places)
    aside.write_bytes(csv_bytes(some, written(workspace, some, exact)))
    return rows_of(aside)


def truth_of(table: pd.DataFrame, key: str) -> dict[str, object]:
    """What is so, by a column of what was drawn."""
    return dict(zip(table[key], table["truth"], strict=True))


def truth_of_train(workspace: Workspace, drawn: Drawn) -> dict[str, object]:
    """What is so of the train side, by the keys of its predictions: photos that share an answer have one."""
    by_photo, answers = truth_of(drawn.train, "photo"), workspace.answers
    images = workspace.train["image"]
    keys = images if answers is None else answers.keys[answers.codes]
    return {key: by_photo[image] for key, image in zip(keys, images, strict=True)}


def _labels(workspace: Workspace, layout: Layout, drawn: Drawn, aside: Path) -> list[str]:
    """What the host says of a file that says what the workspace takes to be so of the train photos."""
    competition, truth = workspace.competition, workspace.judged_truth(TARGET)
    parts = [(part, workspace.judged_truth(part.name)) for part in competition.parts(TARGET)]
    values = np.hstack([part.task.taught(said).astype(float) for part, said in parts])
    images = workspace.judged["image"].to_numpy(dtype=object)
    kinds = {} if competition.separate else competition.kinds([TARGET])
    rows = written_rows(workspace, Predictions(images, {TARGET: values}, {TARGET: truth}, kinds), aside)
    sample = header_of(workspace.data_dir / str(competition.submission.sample))
    header = header_of(aside)
    if header != sample:
        return [f"the file has the columns {', '.join(header)}, not {', '.join(sample)}"]
    odd = next((cell for row in rows.values() for cell in row.values() if not layout.host.cell(cell)), None)
    if odd is not None:
        return [f"the file says '{odd}'"]
    score = layout.host.score(rows, truth_of_train(workspace, drawn))
    return [] if abs(score - layout.host.best) < SURE else [f"what it takes for the truth scores {score:.4f}"]


def _groups(workspace: Workspace, layout: Layout, drawn: Drawn) -> list[str]:
    """Whether photos are kept together as one of the ways that the layout knows says."""
    train = workspace.train.set_index("image")["group"].loc[drawn.train["photo"]]
    ours = _partition(train)
    ways = layout.groups or ("photo",)
    if any(ours == _partition(drawn.train[way]) for way in ways):
        return []
    return [f"photos are kept together by something else than {' or '.join(ways)}"]


def _partition(groups: Iterable[object]) -> list[int]:
    return pd.factorize(pd.Series(list(groups), dtype=object).astype(str))[0].tolist()


def _pairs(table: pd.DataFrame, photo: str) -> pd.Series:
    return table["id"].astype(str) + " " + table[photo]


def _apart(what: str, ours: pd.Series, right: pd.Series) -> list[str]:
    more, fewer = sorted(set(ours) - set(right)), sorted(set(right) - set(ours))
    found = [f"{len(more)} {what} too many, such as {more[0]}"] if more else []
    return [*found, f"{len(fewer)} {what} are left out, such as {fewer[0]}"] if fewer else found
