"""The stand-in host of a competition whose answers are at hand, kept aside: it scores as a real host would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.spec import TARGET, Competition
from kit.competition.tables import read_csv
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.hosts.host import Host
from kit.reporter import Reporter
from kit.submissions.form import class_codes, read_back
from kit.submissions.record import SubmissionRecord, csv_path, read_submissions, write_submission
from kit.targets.base import TOLERANCE

PUBLIC, PRIVATE = "public", "private"
TRUTH = "@truth"


class AnswersHost(Host):
    """Scores a csv on the public part of the answers, and on the private part too once the competition has ended."""

    name = "answers"
    instead = "`kit submit` scores a submission at once, by the answers in the data folder"

    def __init__(self, workspace: Workspace, answers: str) -> None:
        self._workspace, self._path = workspace, workspace.data_dir / answers

    def score_at_once(self, record: SubmissionRecord) -> SubmissionRecord:
        return self._scored(record, ended=False)

    def end(self) -> list[SubmissionRecord]:
        records = read_submissions(self._workspace.submissions_dir)
        return [self._scored(record, ended=True) for record in records if record.csv is not None]

    def _scored(self, record: SubmissionRecord, *, ended: bool) -> SubmissionRecord:
        competition, directory = self._workspace.competition, self._workspace.submissions_dir
        answers, csv = _read_answers(self._path, competition), csv_path(directory, record.name)
        public = _score(competition, self._workspace.metric, answers[answers["part"] == PUBLIC], csv)
        private = (
            _score(competition, self._workspace.metric, answers[answers["part"] == PRIVATE], csv) if ended else None
        )
        updated = record.with_score(public, private, self.name)
        if updated is not record:
            write_submission(directory, updated)
        return updated


def open_host(workspace: Workspace, reporter: Reporter) -> AnswersHost:
    """The host of a competition that names the table of answers."""
    competition = workspace.competition
    if competition.answers is None:
        raise KitError(
            "host: answers needs the key 'answers', a table", where=SPEC_NAME, todo="add it, or set host: manual"
        )
    return AnswersHost(workspace, competition.answers)


def _read_answers(path: Path, competition: Competition) -> pd.DataFrame:
    """The answers' table, its true classes as class numbers in the column @truth."""
    try:
        answers = read_csv(path)
    except KitError as error:
        if path.exists():
            raise
        raise KitError("the held-back answers are not there", where=path, todo="run 'kit init' again") from error
    truth = competition.submission.one_column or "label"
    needed = {competition.submission.id, truth, "part"}
    if not needed <= set(answers.columns):
        raise KitError(f"the answers need the columns {', '.join(sorted(needed))}", where=path)
    return answers.assign(**{TRUTH: class_codes(competition, answers, truth, path)})


def _score(competition: Competition, metric: Metric, answers: pd.DataFrame, csv: Path) -> float:
    """The score of a file on some of the answers; a row of probabilities that do not add up to one is divided by its
    sum, as hosts do.
    """
    submitted = read_back(competition, read_csv(csv), csv)
    ids = answers[competition.submission.id]
    absent = ids[~ids.isin(submitted.images)]
    if len(absent):
        raise KitError(f"the id '{absent.iloc[0]}' is not answered", where=csv)
    said = submitted.aligned(ids).scored_by(metric, TARGET)
    if not metric.decides:
        sums = said.sum(axis=1, keepdims=True)
        said = np.where((abs(sums - 1) > TOLERANCE) & (sums > 0), said / np.where(sums > 0, sums, 1), said)
    return metric.score(answers[TRUTH].to_numpy(), said, len(competition.target_classes))
