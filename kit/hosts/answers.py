"""The stand-in host of a competition whose answers are at hand, kept aside: it scores as a real host would."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kit.competition.spec import Competition
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.hosts.host import Host
from kit.reporter import Reporter
from kit.submissions.record import SubmissionRecord, csv_path, read_submissions, write_submission

PUBLIC, PRIVATE = "public", "private"


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
    """The host of a competition that names the table of answers and a submission of one label a row."""
    competition = workspace.competition
    if competition.answers is None or competition.submission.label is None:
        raise KitError(
            "host: answers needs the key 'answers', a table, and 'submission.label'",
            where=SPEC_NAME,
            todo="add them, or set host: manual",
        )
    return AnswersHost(workspace, competition.answers)


def _read_answers(path: Path, competition: Competition) -> pd.DataFrame:
    try:
        answers = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise KitError("the held-back answers are not there", where=path, todo="run 'kit init' again") from None
    needed = {competition.submission.id, competition.submission.label, "part"}
    if not needed <= set(answers.columns):
        raise KitError(f"the answers need the columns {', '.join(sorted(map(str, needed)))}", where=path)
    return answers


def _score(competition: Competition, metric: Metric, answers: pd.DataFrame, csv: Path) -> float:
    form = competition.submission
    classes = {value: index for index, value in enumerate(competition.submitted_values)}
    submitted = pd.read_csv(csv, dtype=str, keep_default_na=False).set_index(form.id)[form.label]
    predicted = submitted.reindex(answers[form.id]).map(classes)
    if predicted.isna().any():
        raise KitError(f"the id '{answers[form.id][predicted.isna().to_numpy()].iloc[0]}' is not answered", where=csv)
    truth = answers[form.label].map(classes)
    return metric.score(truth.to_numpy(dtype=int), predicted.to_numpy(dtype=int), len(classes))
