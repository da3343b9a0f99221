"""The standings of a competition: every submission's evidence, read from its record and its stored OOF predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from kit.competition.basis import other_metric
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.cores import one_thread
from kit.errors import KitError
from kit.evidence.bootstrap import about
from kit.evidence.compare import odds_better
from kit.reporter import Reporter
from kit.runs.predictions import Predictions
from kit.runs.scoring import score_oof
from kit.runs.store import all_runs
from kit.selection.candidates import Candidates, Sizes, groups_worth
from kit.selection.families import families, public_tries
from kit.selection.posterior import Posterior, posterior
from kit.selection.scale import Scale
from kit.submissions.oof import read_submission_oof
from kit.submissions.record import OofScore, SubmissionRecord, known_submissions, oof_path

Array = NDArray[np.float64]

MOST_PAIRED = 30
"""Submissions, the best by OOF, of which every pair meets the same resamples; of the rest the covariance tells."""
SENT_ALONE = ("kaggle",)
"""Hosts that let only sent submissions be final."""

SAME = 1e-3
"""How far a stored prediction's score may be from its record's: probabilities are stored in single precision."""


@dataclass(frozen=True)
class Standings:
    """Submissions as candidates, in the metric's own units."""

    records: tuple[SubmissionRecord, ...]
    """As they are to be seen now: OOF and host scores are those that may be set beside one another."""
    apart: Mapping[str, str]
    """Why some or all that is known of a submission is not comparable; one that is not in `records` is out of the
    odds.
    """
    candidates: Candidates
    sizes: Sizes
    sent_alone: bool
    """Whether the host lets only what was sent be final."""

    @property
    def sent(self) -> list[bool]:
        """Which submissions are at the host, as far as the records tell."""
        return [record.public is not None or record.sent is not None for record in self.records]

    @property
    def eligible(self) -> list[bool]:
        """Which submissions may be final; all while the host lets sent ones alone and has none."""
        return self.sent if self.sent_alone and any(self.sent) else [True] * len(self.records)

    def judged(self) -> Posterior:
        with one_thread():  # matrices of so few hundred rows gain nothing by more, and lose much beside other work
            return posterior(self.candidates, self.sizes)


class NothingToJudge(KitError):
    """No submission has a score that may be set beside others."""

    apart: Mapping[str, str] = {}
    """Why, of each that has a score that may not."""


def known_standings(workspace: Workspace, reporter: Reporter) -> tuple[Standings | None, Mapping[str, str]]:
    """The evidence on the submissions, and why some of it is set apart.

    None, with a warning, where none of it can be judged, or the data that it needs is not here.
    """
    if not known_submissions(workspace):
        return None, {}
    try:
        workspace.basis  # noqa: B018
    except KitError as error:
        reporter.warn(f"no expectations without the data: {error}")
        return None, {}
    try:
        standings = read_standings(workspace)
    except NothingToJudge as error:
        reporter.warn(error.what)
        return None, error.apart
    except KitError as error:
        reporter.warn(f"no expectations: {error}")
        return None, {}
    return standings, standings.apart


def read_standings(workspace: Workspace) -> Standings:
    """Everything that is known of the submissions, each set beside the others only where the house's rule allows it."""
    every = known_submissions(workspace)
    if not every:
        raise KitError(
            "there are no submissions yet", where=workspace.submissions_dir, todo="make one with 'kit submit'"
        )
    records, predictions, apart = [], [], {}
    for record in every:
        now, oof, reason = as_of_now(workspace, record)
        if reason is not None:
            apart[record.name] = reason
        if reason is None or now.oof is not None or now.public is not None:
            records.append(now)
            predictions.append(oof)
    if all(record.oof is None and record.public is None for record in records):
        why = next((f"; {name}: {reason}" for name, reason in apart.items()), ": none has an OOF or a public score")
        nothing = NothingToJudge(f"no submission can be judged{why}", todo="log a score, or make one with 'kit submit'")
        nothing.apart = apart
        raise nothing
    known = [index for index, oof in enumerate(predictions) if oof is not None]
    values = [np.nan if record.oof is None else record.oof.value for record in records]
    noise = np.full((len(records), len(records)), np.nan)
    if known:
        scored = [oof.scored_by(workspace.metric, TARGET) for oof in predictions if oof is not None]
        with one_thread():
            noise[np.ix_(known, known)] = workspace.scorer(TARGET).covariance(scored)
    kin = families(_run_families(workspace, records), noise)
    candidates = Candidates.of(
        [record.name for record in records],
        oof=values,
        covariance=noise,
        public=[np.nan if record.public is None else record.public for record in records],
        gain=[np.nan if record.oof is None or record.gain is None else record.gain.value for record in records],
        paired=_paired(workspace, values, predictions),
        tainted=[bool(record.tainted) for record in records],
        families=kin,
        public_tries=public_tries(kin, [record.created for record in records], [_scored(record) for record in records]),
        scale=Scale.of(workspace.metric),
    )
    sent_alone = workspace.competition.host in SENT_ALONE
    sizes = standings_sizes(workspace, tuple(records), [oof for oof in predictions if oof is not None])
    return Standings(tuple(records), apart, candidates, sizes, sent_alone)


def as_of_now(
    workspace: Workspace, record: SubmissionRecord
) -> tuple[SubmissionRecord, Predictions | None, str | None]:
    """A record with what of it may be set beside others now, its OOF predictions, and why the rest may not.

    An OOF score by another metric is reckoned anew from the stored predictions where their form allows it. A host's
    score cannot be: one by another metric is left out.
    """
    metric, reasons = workspace.metric, []
    oof, score = None, None
    if record.oof is not None:
        reason = workspace.why_apart(record.basis)
        if reason is None:
            try:
                oof = read_submission_oof(workspace, record)
                score = _as_recorded(workspace, record, oof) if record.metric == metric.name else None
                score = score or _rescored(workspace, oof)
            except KitError as error:
                oof, reason = None, str(error)
        if reason is not None:
            reasons.append(f"its OOF is not comparable: {other_metric(record.basis.metric, metric.name) or reason}")
    scores = tuple(one for one in record.scores if (one.metric or record.basis.metric) in (None, metric.name))
    if len(scores) < len(record.scores):
        foreign = next(one.metric or record.basis.metric for one in record.scores if one not in scores)
        reasons.append(f"the host's score is not comparable: {other_metric(foreign, metric.name)}")
    gain = record.gain if record.metric == metric.name else None
    now = record.model_copy(update={"oof": score, "gain": gain, "scores": scores})
    return now, oof, "; ".join(reasons) or None


def _as_recorded(workspace: Workspace, record: SubmissionRecord, oof: Predictions) -> OofScore | None:
    """The score of the record; KitError where the stored predictions score something else."""
    metric, n_outputs = workspace.metric, workspace.competition.n_outputs(TARGET)
    now = metric.score(workspace.judged_truth(TARGET), oof.scored_by(metric, TARGET), n_outputs)
    if record.oof is not None and abs(now - record.oof.value) > SAME:
        raise KitError(
            f"these predictions score {now:.4f}, and the record says {record.oof.value:.4f}",
            where=oof_path(workspace.submissions_dir, record.name),
            todo="restore them from git, or submit again",
        )
    return record.oof


def _rescored(workspace: Workspace, oof: Predictions) -> OofScore:
    score = score_oof(workspace, TARGET, oof)
    low, high = (score.low, score.high) if score.has_interval else (None, None)
    return OofScore(value=score.value, low=low, high=high)


def _run_families(workspace: Workspace, records: Sequence[SubmissionRecord]) -> list[dict[str, float]]:
    """The weight of each run family in each submission, all tasks together; empty for one made elsewhere."""
    family = {run.id: run.record.family for run in all_runs(workspace)}
    weights: list[dict[str, float]] = []
    for record in records:
        parts: dict[str, float] = {}
        for task, members in record.members.items():
            total = sum(member.weight for member in members) * len(record.members) or 1.0
            for member in members:
                name = f"{task} {family.get(member.run, member.run)}"
                parts[name] = parts.get(name, 0.0) + member.weight / total
        weights.append(parts)
    return weights


def _paired(workspace: Workspace, oof: Sequence[float], predictions: Sequence[Predictions | None]) -> Array:
    """The share of the paired resamples on which i is better than j, (n, n), among the MOST_PAIRED best OOF scores."""
    paired = np.full((len(oof), len(oof)), np.nan)
    metric, gains = workspace.metric, np.array(oof) * (1 if workspace.metric.higher_is_better else -1)
    known = [int(i) for i in np.argsort(-gains, kind="stable") if predictions[i] is not None][:MOST_PAIRED]
    if len(known) < 2:
        return paired
    said = [predictions[i].scored_by(metric, TARGET) for i in known]  # type: ignore[union-attr]
    drawn = workspace.scorer(TARGET).drawn(said)
    for place, i in enumerate(known):
        for other, j in enumerate(known):
            paired[i, j] = odds_better(about(oof[i] - oof[j], drawn[:, place] - drawn[:, other]), metric)
    return paired


def _scored(record: SubmissionRecord) -> datetime | None:
    """When its first public score was noted."""
    return next((score.noted for score in record.scores if score.public is not None), None)


def standings_sizes(
    workspace: Workspace, records: tuple[SubmissionRecord, ...], predictions: Sequence[Predictions] = ()
) -> Sizes:
    """How many people each score stands on; where not told, a test person has as many photos as a train person."""
    finals = workspace.competition.finals
    n_train = workspace.train["group"].nunique()
    rows_per_group = len(workspace.judged) / n_train
    n_test = finals.test_groups or max(2.0, len(workspace.test_answers) / rows_per_group)
    scores = [
        score.public_text or repr(score.public)
        for record in records
        for score in record.scores
        if score.public is not None
    ]
    said = [oof.scored_by(workspace.metric, TARGET) for oof in predictions]
    parts = [part * n_test for part in (finals.public_share, 1 - finals.public_share)]
    public, private = (groups_worth(workspace.scorer(TARGET), said, n_groups) for n_groups in parts)
    return Sizes(
        train=n_train,
        public=public,
        private=private,
        shared_groups=finals.split_by == "row" and rows_per_group > 1,
        resolution=min((_step(score) for score in scores), default=0.0),
    )


def _step(score: str) -> float:
    """The step of a rounded score as it was written: 0.0001 for 0.7290; nothing for one that was never rounded."""
    places = -int(Decimal(score).as_tuple().exponent)
    return 10.0**-places if places <= 6 else 0.0
