"""The stand-in host of a competition whose answers are at hand, kept aside: it scores as a real host would."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kit.competition.spec import Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.submissions.record import SubmissionRecord, csv_path, write_submission

PUBLIC, PRIVATE = "public", "private"


def score_against_answers(workspace: Workspace, record: SubmissionRecord, *, ended: bool) -> SubmissionRecord:
    """Score a csv on the public part of the answers and, once the competition has ended, on the private part too."""
    competition = workspace.competition
    if competition.answers is None:
        raise KitError("this competition keeps no answers", where=workspace.root / "competition.yaml")
    answers = _read_answers(workspace.data_dir / competition.answers, competition)
    csv = csv_path(workspace.submissions_dir, record.name)
    public = _score(competition, workspace.metric, answers[answers["part"] == PUBLIC], csv)
    private = _score(competition, workspace.metric, answers[answers["part"] == PRIVATE], csv) if ended else None
    updated = record.with_score(public, private, "answers")
    if updated is not record:
        write_submission(workspace.submissions_dir, updated)
    return updated


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
