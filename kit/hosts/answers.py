"""The stand-in host of a competition whose answers are at hand, kept aside: it scores as a real host would."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.spec import TARGET
from kit.competition.tables import read_csv, read_table
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.hosts.host import Host
from kit.reporter import Reporter
from kit.submissions.form import sent_form
from kit.submissions.reading import read_back, read_truth
from kit.submissions.record import SubmissionRecord, change_submission, csv_path, known_submissions

PUBLIC, PRIVATE = "public", "private"
CHANGED = "this file is not the one that its record names: it was changed or damaged"


class AnswersHost(Host):
    """Scores a csv on the public part of the answers, and on the private part too once the competition has ended."""

    name = "answers"
    instead = "`kit submit` scores a submission at once, by the answers in the data folder"

    def __init__(self, workspace: Workspace, answers: str) -> None:
        self._workspace, self._path = workspace, workspace.data_dir / answers

    def check(self) -> None:
        _read_answers(self._workspace, self._path)

    def score_at_once(self, record: SubmissionRecord) -> SubmissionRecord:
        return self._scored(record, ended=False)

    def end(self) -> list[SubmissionRecord]:
        records = known_submissions(self._workspace)
        return [self._scored(record, ended=True) for record in records if record.csv is not None]

    def _scored(self, record: SubmissionRecord, *, ended: bool) -> SubmissionRecord:
        workspace, directory = self._workspace, self._workspace.submissions_dir
        answers, csv = _read_answers(workspace, self._path), csv_path(directory, record.name)
        if file_sha256(csv) != record.csv:
            raise KitError(CHANGED, where=csv, todo="restore it, or submit again")
        public, private = (
            _score(workspace, answers, part, csv) if part == PUBLIC or ended else None for part in (PUBLIC, PRIVATE)
        )
        metric = self._workspace.metric.name
        return change_submission(directory, record.name, lambda now: now.with_score(public, private, self.name, metric))


def open_host(workspace: Workspace, reporter: Reporter) -> AnswersHost:
    """The host of a competition that names the table of answers."""
    competition = workspace.competition
    if competition.answers is None:
        raise KitError(
            "host: answers needs the key 'answers', a table", where=SPEC_NAME, todo="add it, or set host: manual"
        )
    return AnswersHost(workspace, competition.answers)


@dataclass(frozen=True)
class HeldBack:
    """The answers that were kept aside: ids, the truth of the target, and public or private for each."""

    ids: NDArray
    truth: NDArray
    part: NDArray


def _read_answers(workspace: Workspace, path: Path) -> HeldBack:
    """The answers' table; KitError where it is not whole."""
    if not os.path.lexists(path):
        raise KitError("the held-back answers are not there", where=path, todo="run 'kit init' again")
    table = read_table(path)
    # a further column of the files may be called Usage too
    column = "part" if "part" in table else next((name for name in table if name.lower() == "usage"), None)
    if column is None:
        raise KitError("the answers need the column 'part'", where=path, todo="write public or private in every row")
    ids, truth, first = read_truth(workspace, table, path)
    answered, part = pd.Series(ids.astype(str)), table[column].str.lower().to_numpy(dtype=object)[first]
    if answered.duplicated().any():
        twice = answered[answered.duplicated()].iloc[0]
        raise KitError(f"the id '{twice}' is answered twice", where=path, todo="restore it")
    asked = workspace.test_answers["id"].astype(str)
    absent = asked[~asked.isin(answered)]
    if len(absent):
        raise KitError(
            f"{len(absent)} of {len(asked)} test photos have no answer, the first is '{absent.iloc[0]}'",
            where=path,
            todo="restore it: it is not whole",
        )
    if not {PUBLIC, PRIVATE} <= set(part):
        what = f"the column '{column}' says of no answer that it is '{PUBLIC}', or of none that it is '{PRIVATE}'"
        raise KitError(what, where=path, todo="write public or private in every row")
    return HeldBack(ids, truth, part)


def _score(workspace: Workspace, answers: HeldBack, part: str, csv: Path) -> float:
    """The score of a file on some of the answers."""
    metric, chosen = workspace.metric, answers.part == part
    submitted, ids = read_back(workspace, read_csv(csv, sent_form(workspace)), csv), answers.ids[chosen]
    absent = ids[~np.isin(ids.astype(str), submitted.images.astype(str))]
    if len(absent):
        raise KitError(f"the id '{absent[0]}' is not answered", where=csv)
    said = submitted.aligned(ids).scored_by(metric, TARGET)
    score = metric.score(answers.truth[chosen], said, workspace.competition.n_outputs(TARGET))
    if not np.isfinite(score):
        raise KitError(
            f"{metric.name} is not defined on the {part} answers, as where all are of one class",
            where=workspace.competition.answers,
            todo="deal 'part' so that each part holds every class",
        )
    return score
