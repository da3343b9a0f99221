"""The doctor's look at tables, folds and photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kit.competition.known_rows import cut_tables
from kit.competition.photos import leading_out, list_photos
from kit.competition.size import check_size
from kit.competition.spec import TARGET
from kit.competition.tables import WITHOUT_TEST, Tables, without_train
from kit.competition.tables.source import ROWS_FROM
from kit.competition.workspace import UNCUT, Workspace
from kit.cores import in_threads
from kit.errors import KitError
from kit.folds.frozen import Folds, crossing_groups
from kit.hosts.host import open_host
from kit.images.decode import PLAINLY, decode
from kit.images.look import Look, open_look
from kit.report.finding import Finding, Level, place, wrong
from kit.reporter import Reporter
from kit.submissions.form import read_layout
from kit.submissions.shown import shown_beside_written
from kit.targets.cells import LINE
from kit.targets.classes import ClassesTask
from kit.wording import visible

USUAL_FOLDS = 5
OF_A_PHOTO = ("file", "stem", "folder", *ROWS_FROM)
"""Columns that differ from photo to photo of one person by nature."""
NARROW = 64
"""Levels of 256 between the darkest and the lightest pixel of all photos below which their range is doubted."""
RARE = 0.05
"""Share of groups up to which a photo's label that differs inside a group may be a slip, and not the rule."""


def look_at_tables(workspace: Workspace, tables: Tables) -> Iterator[Finding]:
    """Missing photos, repeated ids, fixes, labels that disagree inside a group, and the sample submission."""
    competition, root = workspace.competition, workspace.root
    table = place(workspace.data_dir / (competition.train.table or competition.train.images), root)
    train, test = tables.train, tables.test
    try:
        check_size(workspace, competition.task_names)
    except KitError as error:
        yield wrong(error, root)
    groups = train["group"].nunique()
    asked = "no test set" if competition.test is None else f"{len(test):,} test photos"
    yield Finding("ok", f"{len(train):,} train photos of {groups:,} groups, {asked}", table)
    yield from (Finding("ok", told) for told in tables.reading)
    for note in tables.notes:
        yield Finding("note" if "matches no row" in note else "ok", note)
    for name, what in cut_tables(workspace.cache_dir, workspace.data_dir, tables.rows):
        yield Finding("wrong", f"this table is cut off: {what}", place(workspace.data_dir / name, root), UNCUT)
    for image in sorted(workspace.allowed_missing):
        yield Finding("note", "this test photo is not there: it is answered as train is shared out", image)
    for gone, of_train in zip(tables.gone, (True, False), strict=True):
        for image in (one for one in gone if one not in workspace.allowed_missing):
            todo = without_train(image) if of_train else WITHOUT_TEST
            yield Finding("wrong", "a table names this photo and it is not there", image, todo)
    for group in tables.repeated_groups:
        lines = ", ".join(map(str, tables.raw.loc[train["group"] == group, LINE].unique()))
        yield Finding(
            "note", "this id stands on several rows: they stay together in a fold", f"{table}: {group} ({lines})"
        )
    yield from _crossing(workspace, tables, table)
    yield from _disagreements(workspace, tables, table)
    yield from look_at_sample(workspace)
    yield from _answers(workspace)


def _answers(workspace: Workspace) -> Iterator[Finding]:
    """Held-back answers that are gone, damaged or not whole."""
    answers = workspace.competition.answers
    if answers is not None and not (workspace.data_dir / answers).is_file():
        yield Finding("wrong", "the held-back answers are not there", answers, "run 'kit init' again")
        return
    try:
        host = open_host(workspace)
    except KitError:
        return  # told where competition.yaml is looked at
    try:
        host.check()
    except KitError as error:
        yield wrong(error, workspace.root)


def _crossing(workspace: Workspace, tables: Tables, table: str) -> Iterator[Finding]:
    """Groups that are in two of the folds that the train table gives."""
    if tables.folds is None:
        return
    for group in crossing_groups(tables.train["group"], tables.folds):
        what = f"this group is in more than one of the folds of '{workspace.competition.train.folds}'"
        yield Finding(
            "wrong", what, f"{table}: {group}", "mend that column or 'train.group', or take 'train.folds' out"
        )


def labels_that_disagree(workspace: Workspace, tables: Tables) -> Iterator[tuple[str, str, list[str], bool]]:
    """The task, the group, the names of its labels, and whether the label is the person's by the table, of groups whose
    rows should have one label and have several.
    """
    train = tables.train
    if workspace.competition.train.group is None:
        return
    of_people = bool(tables.raw[LINE].duplicated().any())
    for name, task in workspace.competition.tasks.items():
        if set(task.columns_read) & set(OF_A_PHOTO) or not isinstance(task, ClassesTask):
            continue
        labels = train.groupby("group")[name].nunique()
        several = train.groupby("group").size().loc[lambda size: size > 1].index
        odd = [group for group in several if labels[group] > 1]
        if not of_people and len(odd) > RARE * len(several):
            continue  # a label of the photo, such as a diagnosis
        for group in odd:
            rows = train["group"] == group
            yield name, str(group), [task.classes[label] for label in sorted(set(train.loc[rows, name]))], of_people


def _disagreements(workspace: Workspace, tables: Tables, table: str) -> Iterator[Finding]:
    """Labels that a person has from the table and that are not the same on all of that person's rows."""
    for name, group, names, of_people in labels_that_disagree(workspace, tables):
        lines = tables.raw.loc[tables.train["group"] == group, LINE].unique()[:6]
        where = f"{table}: {group} (rows {', '.join(map(str, lines))}: {' and '.join(names)})"
        level: Level = "wrong" if of_people else "note"
        yield Finding(level, f"the rows of one person disagree on '{name}'", where, "mend it with a line in fixes.csv")


def look_at_sample(workspace: Workspace) -> Iterator[Finding]:
    """Whether the sample submission fits the test table, and shows what will be written."""
    if workspace.competition.submission.sample is None:
        return
    where = place(workspace.data_dir / workspace.competition.submission.sample, workspace.root)
    try:
        layout = read_layout(workspace)
    except KitError as error:
        yield wrong(error, workspace.root)
        return
    yield Finding("ok", "the sample submission fits the test table", where)
    shown = shown_beside_written(workspace, layout)
    if shown is not None:
        yield Finding(shown.level, shown.what, where, shown.todo)


def look_at_folds(workspace: Workspace, tables: Tables, folds: Folds | None) -> Iterator[Finding]:
    """Classes that nobody is of, or fewer people than there are folds."""
    n_folds = folds.n_folds if folds is not None else USUAL_FOLDS
    counted = workspace.counted(TARGET)
    for name in counted.absent():
        yield Finding("note", "no train photo is of this class: its score is 0 or unknown", name)
    for name, count in workspace.counted_classes.with_few_groups(tables.train["group"].to_numpy(), n_folds):
        what = f"fewer groups than the {n_folds} folds are of this class: some folds cannot score it"
        yield Finding("note", what, f"{name} ({count})", "deal fewer folds, or know that its score is uncertain")


def look_at_files(workspace: Workspace, tables: Tables) -> Iterator[Finding]:
    """Image files in the data folder that no table leads to."""
    known = {*tables.train["image"], *tables.test["image"], *tables.left_out}
    for image in list_photos(workspace.data_dir):
        if image not in known:
            yield Finding("note", "no table leads to this photo", image)
    if linked := leading_out(workspace.data_dir, sorted(known)):
        what = f"{len(linked):,} photos are taken from elsewhere: a link leads out of the data folder"
        real = (workspace.data_dir / linked[0]).resolve()
        yield Finding("note", what, f"{linked[0]}, which is {visible(str(real))}")


def look_at_photos(workspace: Workspace, tables: Tables | None, reporter: Reporter, fast: bool) -> Iterator[Finding]:
    """Photos that cannot be read, and the same photo under two names. Without tables every image file is looked at."""
    data_dir = workspace.data_dir
    if tables is not None:
        gone = set(tables.missing)
        images = [image for image in (*tables.train["image"], *tables.test["image"]) if image not in gone]
    else:
        images = list_photos(data_dir) if data_dir.is_dir() else []
    if not fast and images:
        look = open_look(workspace, reporter) if tables is not None else PLAINLY
        problems, levels = _unreadable(data_dir, images, look, reporter)
        yield from _problems(workspace, tables, problems)
        yield Finding("ok", f"{len(images) - len(problems):,} photos were read")
        yield from _levels(levels)
    if tables is not None:
        yield from _same_photos(tables, workspace.pixels.duplicates)


def _problems(workspace: Workspace, tables: Tables | None, problems: list[KitError]) -> Iterator[Finding]:
    """Photos that cannot be read: wrong, but for test photos where competition.yaml allows them."""
    test = workspace.competition.test if tables is not None else None
    allowed = set(tables.test["image"]) if tables is not None and test is not None and test.unreadable else set()
    for error in problems:
        found = wrong(error, workspace.data_dir)
        if found.where in allowed:
            found = Finding(
                "note", "this test photo cannot be read: it is answered as train is shared out", found.where
            )
        yield found


def _levels(levels: np.ndarray) -> Iterator[Finding]:
    """Photos that use little of the range from 0 to 255: 12-bit values in 16-bit files, most of them."""
    used = np.flatnonzero(levels)
    if len(used) > 1 and used[-1] - used[0] < NARROW:
        told = f"the photos use {len(used)} of 256 levels, {used[0]} to {used[-1]}"
        todo = "say which values are black and white: 'photos: {range: [LOW, HIGH]}' in competition.yaml, or auto"
        yield Finding("note", told, "", todo)


def _unreadable(data_dir: Path, images: list[str], look: Look, reporter: Reporter) -> tuple[list[KitError], np.ndarray]:
    """What is wrong with photos that cannot be read, and which levels the others have, (256,) bool."""
    levels = np.zeros(256, dtype=bool)

    def problem(image: str) -> KitError | None:
        try:
            levels[np.unique(decode(data_dir / image, look=look))] = True
        except KitError as error:
            return error
        return None

    problems = []
    with reporter.progress("reading photos", len(images)) as progress:
        for error in in_threads(problem, images):
            progress.advance()
            if error is not None:
                problems.append(error)
    return problems, levels


def _same_photos(tables: Tables, duplicates: list[list[str]]) -> Iterator[Finding]:
    group = dict(zip(tables.train["image"], tables.train["group"], strict=True))
    for alike in duplicates:
        where = " = ".join(alike)
        in_train = [image for image in alike if image in group]
        if len({group[image] for image in in_train}) > 1:
            todo = "give both the same group, or remove one: it may cross folds"
            yield Finding("wrong", "the same photo is under two groups", where, todo)
        if in_train and len(in_train) < len(alike):
            todo = "remove it from train: its test score says nothing"
            yield Finding("wrong", "the same photo is in train and in test", where, todo)
        elif len({group.get(image) for image in alike}) == 1:
            yield Finding("note", "the same photo is there twice", where)
