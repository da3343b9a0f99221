"""The local leaderboard: what every submission scored here and at the host, and what that is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.selection.standings import Standings
from kit.submissions.record import SubmissionRecord, change_submission, known_submissions
from kit.wording import counted

COLUMNS = [
    "name",
    "oof",
    "low",
    "high",
    "on_test",
    "public",
    "private",
    "gap",
    "gap_z",
    "expected",
    "odds_best",
    "blend",
    "created",
]


def leaderboard_lines(
    workspace: Workspace, standings: Standings | None, apart: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One line per submission, the best expected private score first.

    on_test: OOF and what averaging the models of all folds adds, where that was told; gap = public - OOF; gap_z: the
    part of it that the common shift does not explain, in standard errors; expected: posterior mean of the private
    score; odds_best: chance to have the best one. Without `standings` these stay empty, and the order is that of public
    scores, then OOF. apart: why something of it is not comparable; what has nothing that is comes last, and is not
    ranked.
    """
    sign = 1 if workspace.metric.higher_is_better else -1
    every = known_submissions(workspace)
    records = standings.records if standings is not None else [one for one in every if one.name not in apart]
    lines = [_line(record) for record in records]
    if standings is not None:
        judged = standings.judged()
        for index, line in enumerate(lines):
            line["expected"] = float(judged.mean[index])
            line["odds_best"] = float(judged.odds_best[index])
            line["gap_z"] = None if math.isnan(judged.gap_z[index]) else float(judged.gap_z[index])
            line["apart"] = apart.get(line["name"])

    def rank(line: dict[str, Any]) -> tuple[bool, float]:
        score = next((line[key] for key in ("expected", "public", "oof") if line[key] is not None), None)
        return score is not None, sign * (score or 0.0)

    listed = {record.name for record in records}
    out_of_odds = [_nothing_but_name(record, apart) for record in every if record.name not in listed]
    return sorted(lines, key=rank, reverse=True) + out_of_odds


def leaderboard_sentence(lines: Sequence[Mapping[str, Any]], metric: Metric) -> str:
    """What `leaderboard_lines` come to: how many submissions, and the best honest one in public."""
    told = f"{counted(len(lines), 'submission')}"
    scored = [line for line in lines if line["honest"] and line["public"] is not None]
    if scored:
        best = (max if metric.higher_is_better else min)(scored, key=lambda line: line["public"])
        told += f"; the best in public is {best['name']} with {best['public']:.4f}"
    return told if metric.higher_is_better else f"{told}. Lower {metric.name} is better."


def _nothing_but_name(record: SubmissionRecord, apart: Mapping[str, str]) -> dict[str, Any]:
    return _line(record.model_copy(update={"oof": None, "scores": ()})) | {"apart": apart[record.name]}


def _line(record: SubmissionRecord) -> dict[str, Any]:
    oof, public = record.oof, record.public
    return {
        "name": record.name,
        "oof": oof.value if oof else None,
        "low": oof.low if oof else None,
        "high": oof.high if oof else None,
        "on_test": record.on_test,
        "public": public,
        "private": record.private,
        "gap": public - oof.value if oof and public is not None else None,
        "gap_z": None,
        "expected": None,
        "odds_best": None,
        "honest": not record.tainted,
        "tainted": list(record.tainted),
        "selected": list(record.selected),
        "blend": record.blend,
        "created": record.created,
        "apart": None,
    }


def log_score(workspace: Workspace, name: str, public: float | str | None, private: float | None) -> SubmissionRecord:
    """Note host scores by hand, the public one as a number or as it was written; an impossible score is refused."""
    text, public = (public, _number(public)) if isinstance(public, str) else (None, public)
    if public is None and private is None:
        raise KitError("no score was given", todo="write --public SCORE or --private SCORE")
    for side, value in (("public", public), ("private", private)):
        if value is not None:
            check_score(workspace.metric, value, f"--{side}")
    return change_submission(
        workspace.submissions_dir,
        name,
        lambda record: record.with_score(public, private, "hand", workspace.metric.name, text),
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise KitError(f"'{text}' is no score", where="--public", todo="write a number such as 0.7290") from None


def check_score(metric: Metric, value: float, where: str) -> None:
    """Refuse a score outside the metric's range, and say so when it looks like a percentage."""
    low, high = metric.score_range
    if low <= value <= high:
        return
    percent = f"if it is a percentage, write {value / 100:g}" if high < value <= 100 * high else "look at it again"
    raise KitError(
        f"{value:g} is no {metric.name} score, which lies between {low:g} and {high:g}", where=where, todo=percent
    )
