"""The local leaderboard: what every submission scored here and at the host."""

from __future__ import annotations

from typing import Any

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import METRICS
from kit.submissions.record import SubmissionRecord, find_submission, read_submissions, write_submission

COLUMNS = ["name", "oof", "low", "high", "public", "private", "gap", "blend", "created"]


def leaderboard_lines(workspace: Workspace) -> list[dict[str, Any]]:
    """One line per submission, the best public score first, then those without one by OOF; gap = public - OOF."""
    sign = 1 if METRICS[workspace.competition.metric].higher_is_better else -1

    def rank(record: SubmissionRecord) -> tuple[bool, float]:
        score = record.public if record.public is not None else record.oof.value if record.oof else 0.0
        return (record.public is not None, sign * score)

    records = sorted(read_submissions(workspace.submissions_dir), key=rank, reverse=True)
    return [_line(record) for record in records]


def _line(record: SubmissionRecord) -> dict[str, Any]:
    oof, public = record.oof, record.public
    return {
        "name": record.name,
        "oof": oof.value if oof else None,
        "low": oof.low if oof else None,
        "high": oof.high if oof else None,
        "public": public,
        "private": record.private,
        "gap": public - oof.value if oof and public is not None else None,
        "blend": record.blend,
        "created": record.created,
    }


def log_score(workspace: Workspace, name: str, public: float | None, private: float | None) -> SubmissionRecord:
    """Note host scores by hand; a score that the metric cannot have is refused."""
    if public is None and private is None:
        raise KitError("no score was given", todo="write --public SCORE or --private SCORE")
    for side, value in (("public", public), ("private", private)):
        if value is not None:
            check_score(workspace.competition.metric, value, f"--{side}")
    record = find_submission(workspace.submissions_dir, name).with_score(public, private, "hand")
    write_submission(workspace.submissions_dir, record)
    return record


def check_score(metric: str, value: float, where: str) -> None:
    """Refuse a score outside the metric's range, and say so when it looks like a percentage."""
    low, high = {"qwk": (-1.0, 1.0), "log_loss": (0.0, float("inf"))}.get(metric, (0.0, 1.0))
    if low <= value <= high:
        return
    percent = f"if it is a percentage, write {value / 100:g}" if high < value <= 100 * high else "look at it again"
    raise KitError(
        f"{value:g} is no {metric} score, which lies between {low:g} and {high:g}", where=where, todo=percent
    )
