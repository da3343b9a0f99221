"""The record of a submission: what it is made of, what it scored here, what it scored at the host."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.basis import OnBasis
from kit.competition.spec import TARGET, Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.files import read_record, write_record
from kit.runs.predictions import Predictions, read_parquet
from kit.schema import Frozen
from kit.targets.kinds import in_shape


class Member(Frozen):
    """A run's part in a blend."""

    run: str
    weight: float


class OofScore(Frozen):
    """A score on the out-of-fold predictions, with the 90 % interval of a bootstrap over groups."""

    value: float
    low: float | None
    high: float | None


class HostScore(Frozen):
    """A score as the host told it, and when it was noted here."""

    public: float | None = None
    private: float | None = None
    noted: datetime
    source: str
    """Who told it: 'hand' or the host's name."""
    public_text: str | None = None
    """The public score as it was written, where that is known: 0.7290 has four decimals."""
    metric: str | None = None
    """By which metric, where that was another than the submission's own."""


class Sent(Frozen):
    """What is known of the submission at the host."""

    host: str
    status: str
    """sending (an answer is outstanding), pending, complete or error."""
    time: datetime
    ref: str | None = None
    message: str = ""


class SubmissionRecord(OnBasis):
    """submissions/<name>.json; one without `oof` was made elsewhere."""

    name: str
    created: datetime
    csv: str | None
    """sha256 of <name>.csv; None for a submission known only from the host."""
    blend: str
    members: dict[str, tuple[Member, ...]] = {}
    rule: str = "argmax"
    oof: OofScore | None = None
    in_sample: float | None = None
    """The flattering score on the rows by which weights or members were chosen or fitted, where any were."""
    selected: tuple[str, ...] = ()
    """What validation labels chose in its runs: the epoch, for one."""
    tainted: tuple[str, ...] = ()
    """The steps by which validation labels reached its models; empty for an honest OOF."""
    unproven: tuple[str, ...] = ()
    """Its runs that were made outside, of which nothing can be proved."""
    scores: tuple[HostScore, ...] = ()
    """Every host score noted, the newest last; a rescore adds a line."""
    sent: Sent | None = None

    @property
    def metric(self) -> str:
        """What its OOF was scored by; empty where nobody knows."""
        return self.basis.metric or ""

    @property
    def public(self) -> float | None:
        return next((score.public for score in reversed(self.scores) if score.public is not None), None)

    @property
    def private(self) -> float | None:
        return next((score.private for score in reversed(self.scores) if score.private is not None), None)

    def with_score(
        self,
        public: float | None,
        private: float | None,
        source: str,
        metric: str | None = None,
        public_text: str | None = None,
    ) -> SubmissionRecord:
        """The record with one more line of scores; the same record when nothing is new.

        metric: by which they were scored; the submission's own when left out. public_text: how `public` was written.
        """
        known = (public is None or public == self.public) and (private is None or private == self.private)
        last = self.scores[-1].metric if self.scores else None
        other = None if metric in (None, self.metric) else metric
        if known and other == last:
            return self
        score = HostScore(
            public=public,
            private=private,
            noted=datetime.now(UTC),
            source=source,
            public_text=public_text,
            metric=other,
        )
        return self.model_copy(update={"scores": (*self.scores, score)})


def record_path(directory: Path, name: str) -> Path:
    return directory / f"{name}.json"


def csv_path(directory: Path, name: str) -> Path:
    return directory / f"{name}.csv"


def oof_path(directory: Path, name: str) -> Path:
    """The submission's own out-of-fold answers: see `oof_table`."""
    return directory / f"{name}.oof.parquet"


def write_submission(directory: Path, record: SubmissionRecord) -> None:
    write_record(record_path(directory, record.name), record)


def read_submissions(directory: Path) -> list[SubmissionRecord]:
    """Every submission's record, in the order of their creation."""
    records = [read_record(path, SubmissionRecord) for path in sorted(directory.glob("*.json"))]
    return sorted(records, key=lambda record: (record.created, record.name))


def find_submission(directory: Path, name: str) -> SubmissionRecord:
    names = [path.stem for path in sorted(directory.glob("*.json"))]
    if name not in names:
        raise KitError(f"there is no submission '{name}'", where=directory, todo=nearest(name, names))
    return read_record(record_path(directory, name), SubmissionRecord)


def oof_table(workspace: Workspace, oof: Predictions) -> pd.DataFrame:
    """What `write` keeps of a submission's OOF: the answers that were decided on, and the target's outputs where the
    metric scores them.
    """
    competition, answers = workspace.competition, oof.said(TARGET)
    columns: dict[str, NDArray] = {"image": oof.images}
    columns |= dict(zip(_answer_columns(competition), answers.reshape(len(answers), -1).T, strict=True))
    if not workspace.metric.decides:
        for name, column in zip(competition.target_classes, oof.probs[TARGET].T, strict=True):
            columns[f"{TARGET}/{name}"] = column.astype(np.float32)
    return pd.DataFrame(columns)


def read_submission_oof(workspace: Workspace, record: SubmissionRecord) -> Predictions:
    """A submission's stored OOF of the target in the order of `workspace.judged`; KitError where it does not fit."""
    path, todo = oof_path(workspace.submissions_dir, record.name), "make it again with 'kit submit'"
    competition, table = workspace.competition, read_parquet(path)
    answers = _answer_columns(competition)
    absent = [column for column in ("image", *answers) if column not in table]
    if absent:
        raise KitError(f"there is no column '{absent[0]}'", where=path, todo=todo)
    columns = [f"{TARGET}/{name}" for name in competition.target_classes]
    probs = {TARGET: table[columns].to_numpy(dtype=float)} if set(columns) <= set(table.columns) else {}
    images, keys = table["image"].to_numpy(dtype=object), workspace.judged["image"]
    if set(images) != set(keys) or len(images) != len(keys):
        raise KitError("its photos are not those of the train table", where=path, todo=todo)
    decided = table[list(answers)].to_numpy()
    kinds: dict[str, str] = {}
    if not competition.separate:
        decided, kinds = in_shape(competition.task(TARGET), decided), competition.kinds([TARGET])
    return Predictions(images, probs, {TARGET: decided}, kinds).aligned(keys)


def _answer_columns(competition: Competition) -> tuple[str, ...]:
    """What the columns of decided answers are called."""
    names: list[str] = []
    for part in competition.parts(TARGET):
        owner = f"label/{part.name}" if competition.separate else "label"
        one = part.task.truth_columns == 1
        names += [owner] if one else [f"{owner}/{output}" for output in part.task.outputs]
    return tuple(names)
