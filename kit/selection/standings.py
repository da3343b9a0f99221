"""The standings of a competition: every submission's evidence, read from its record and its stored OOF predictions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.bootstrap import covariance
from kit.evidence.metrics import METRICS, score_range
from kit.reporter import Reporter
from kit.runs.predictions import read_parquet
from kit.selection.candidates import Candidates, Sizes
from kit.selection.posterior import Posterior, posterior
from kit.submissions.record import SubmissionRecord, oof_path, read_submissions


@dataclass(frozen=True)
class Standings:
    """Submissions as candidates. Scores are turned so that higher is better: `sign` turns them back."""

    records: tuple[SubmissionRecord, ...]
    candidates: Candidates
    sizes: Sizes
    sign: int

    def judged(self) -> Posterior:
        return posterior(self.candidates, self.sizes)


def known_standings(workspace: Workspace, reporter: Reporter) -> Standings | None:
    """The evidence on the submissions; None, with a warning, where the data that it needs is not here."""
    if not read_submissions(workspace.submissions_dir):
        return None
    try:
        workspace.tables  # noqa: B018
    except KitError as error:
        reporter.warn(f"no expectations without the tables: {error}")
        return None
    return read_standings(workspace)


def read_standings(workspace: Workspace) -> Standings:
    """Everything that is known of the submissions; an OOF on other data or folds than today's counts as unknown."""
    records = tuple(read_submissions(workspace.submissions_dir))
    if not records:
        raise KitError(
            "there are no submissions yet", where=workspace.submissions_dir, todo="make one with 'kit submit'"
        )
    sign = 1 if METRICS[workspace.competition.metric].higher_is_better else -1
    known = [
        index
        for index, record in enumerate(records)
        if record.oof is not None and record.data == workspace.tables.fingerprint
    ]
    oof = np.full(len(records), np.nan)
    noise = np.full((len(records), len(records)), np.nan)
    if known:
        oof[known] = [sign * records[index].oof.value for index in known]  # type: ignore[union-attr]
        noise[np.ix_(known, known)] = _oof_covariance(workspace, [records[index] for index in known])
    public = [sign * record.public if record.public is not None else np.nan for record in records]
    candidates = Candidates.of(
        [record.name for record in records],
        oof=oof,
        covariance=noise,
        public=public,
        tainted=[bool(record.tainted) for record in records],
        bounds=_bounds(workspace.competition.metric, sign),
    )
    return Standings(records, candidates, standings_sizes(workspace, records), sign)


def standings_sizes(workspace: Workspace, records: tuple[SubmissionRecord, ...]) -> Sizes:
    """How many people each score stands on; where not told, a test person has as many photos as a train person."""
    finals = workspace.competition.finals
    n_train = workspace.train["group"].nunique()
    rows_per_group = len(workspace.train) / n_train
    n_test = finals.test_groups or max(2.0, len(workspace.test) / rows_per_group)
    scores = [score for record in records for score in (record.public,) if score is not None]
    return Sizes(
        train=n_train,
        public=finals.public_share * n_test,
        private=(1 - finals.public_share) * n_test,
        shared_groups=finals.split_by == "row",
        resolution=max((_step(score) for score in scores), default=0.0),
    )


def _bounds(metric: str, sign: int) -> tuple[float, float]:
    low, high = sorted(sign * end for end in score_range(metric))
    return low, high


def _step(score: float) -> float:
    """The step of a rounded score: 0.001 for 0.729; nothing for one that was never rounded."""
    places = -int(Decimal(repr(score)).as_tuple().exponent)
    return 10.0**-places if places <= 6 else 0.0


def _oof_covariance(workspace: Workspace, records: list[SubmissionRecord]) -> np.ndarray:
    competition = workspace.competition
    metric = METRICS[competition.metric]
    images = pd.Index(workspace.train["image"])
    predicted = []
    for record in records:
        table = read_parquet(oof_path(workspace.submissions_dir, record.name)).set_index("image").reindex(images)
        columns = [f"{TARGET}/{name}" for name in competition.target_classes]
        predicted.append(table[columns].to_numpy() if metric.needs == "probs" else table["label"].to_numpy(np.int64))
    return covariance(
        metric,
        workspace.train[TARGET].to_numpy(),
        predicted,
        workspace.train["group"].to_numpy(),
        n_classes=len(competition.target_classes),
    )
