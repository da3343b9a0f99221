"""The record of a pseudo-label round: who taught each fold, by what settings, and what was taken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from kit.competition.basis import OnBasis
from kit.conflict import MergeConflict
from kit.errors import KitError
from kit.files import fingerprint, parse_record, read_record, write_record
from kit.folds.frozen import MOST_FOLDS
from kit.reading import parse_json
from kit.runs.record import TEACHERS_BEFORE
from kit.schema import FileName, Frozen, with_old_words

Teachers = Literal["own_fold", "pooled"]
"""own_fold: fold k is taught by fold-k models alone; pooled: by the models of all folds, which taints."""


class PseudoSettings(Frozen):
    """How pseudo labels are chosen; the key `pseudo` of a recipe."""

    policy: Literal["balanced", "fixed", "soft"] = "balanced"
    """Which test photos are taken. balanced: the surest of each class, up to a quota; fixed: all whose confidence
    reaches the threshold; soft: every one, weighted by its certainty (1 less its normalised entropy), so that one whose
    classes are all as likely counts nothing. Labels, numbers and shares know `fixed` (labels alone: all of a photo's
    labels reach it) and `soft`, which stands for `balanced` too.
    """
    threshold: float = Field(0.99, gt=0, le=1)
    """The highest probability of a photo that `fixed` asks for."""
    take: float = Field(0.5, gt=0, le=1)
    """The share of the test set that the quotas of `balanced` add up to."""
    rare_boost: float = Field(0.3, ge=0, le=1)
    """How far `balanced` raises the quotas of rare classes: they go with share x (largest share / share)^rare_boost. At
    0 classes keep their shares, at 1 all are alike.
    """
    labels: Literal["soft", "hard"] = "soft"
    """What a row teaches. soft: the teachers' probabilities; hard: their most probable class, or the likely labels,
    alone.
    """
    weight: float = Field(0.5, gt=0, le=1)
    """Weight of a pseudo-labelled row in the loss, next to 1 of a real one."""
    calibrate: bool = False
    """Temper the teachers by the temperature that a slice of their own train side gave (recipe key `holdout`). What is
    said of labels, numbers and shares is taken as it is.
    """


class Teacher(Frozen):
    """A model that taught: a fold of a run, and the predictions by which it did."""

    run: FileName
    fold: int = Field(ge=0)
    test: str
    """sha256 of its test.parquet."""
    temperature: Annotated[float, Field(gt=0)] = 1.0


class ClassForecast(Frozen):
    """What to expect of the labels taken for one class, from OOF rows at the same thresholds."""

    label: str
    taken: int
    """Test rows taken, mean over folds."""
    precision: float | None
    low: float | None
    high: float | None
    oof_share: float
    """Share of OOF rows that pass, to be held beside the share of test rows taken."""


class PseudoFile(Frozen):
    """One fold's labels."""

    name: FileName
    sha256: str
    fold: int | None
    """None for the labels of a model that is trained on everybody."""
    teachers: tuple[Teacher, ...]
    thresholds: tuple[float, ...]
    """The lowest probability taken of each class."""
    rows: int = Field(ge=0)


Decision = Literal["accept", "reject", "relabel"]


class Reviewed(Frozen):
    """What a person decided of the label of a test photo by looking at it: a line of reviewed.csv."""

    image: str
    decision: Decision
    value: str = ""
    """The class that it shows; empty where it is rejected, and of tasks without classes."""


class TaskRound(Frozen):
    """A task's part of a round."""

    settings: PseudoSettings
    teachers: Teachers
    selected: tuple[str, ...] = ()
    """What validation labels chose, such as the teachers by their OOF."""
    duplicates: tuple[str, ...] = ()
    """Test photos that are train photos too, and were left out."""
    reviewed: tuple[Reviewed, ...] = ()
    """What a person decided of single photos, and these labels heed."""
    files: tuple[PseudoFile, ...]
    forecast: tuple[ClassForecast, ...]
    separability: float | None
    """AUC by which a classifier tells train photos from test photos; .5: alike. None where it was not measured."""
    separability_alike: float | None
    """The same AUC between two halves of the train people: what photos of other people alone would give."""
    separability_sd: float | None = None
    """Standard deviation of the latter over random halves."""
    separability_by: str | None = None
    """The features that tell them apart the most: `model`, those of a teacher, or `pixels`."""
    caveat: str | None = None
    """Why the forecast is not quite that of these labels."""

    @model_validator(mode="before")
    @classmethod
    def _old_words(cls, content: Any) -> Any:
        return with_old_words(content, {"twins": "duplicates"}, TEACHERS_BEFORE)

    @model_serializer(mode="wrap")
    def _decisions_are_said_where_there_are_some(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "reviewed" or value}

    @property
    def fingerprint(self) -> str:
        """What a run's id depends on: the labels, whoever made them, and whether a row teaches its class alone."""
        files: list[object] = [[file.name, file.sha256] for file in self.files]
        return fingerprint(files if self.settings.labels == "soft" else [*files, self.settings.labels])

    @property
    def runs(self) -> list[str]:
        """The ids of the runs that taught."""
        return sorted({teacher.run for file in self.files for teacher in file.teachers})

    def file(self, fold: int | None) -> PseudoFile:
        """The labels of a fold, or (None) those of a model of everybody."""
        for file in self.files:
            if file.fold == fold:
                return file
        raise KitError(f"this round has no labels for {'a model of everybody' if fold is None else f'fold {fold}'}")


class RoundRecord(OnBasis):
    """runs/pseudo/round<N>/round.json"""

    round: int = Field(ge=1)
    n_folds: int = Field(ge=1, le=MOST_FOLDS)
    tasks: dict[str, TaskRound]


def round_dir(pseudo_dir: Path, round: int, teachers: Teachers) -> Path:
    """Rounds of pooled teachers lie in folders of their own; older ones are called -all."""
    if teachers == "own_fold":
        return pseudo_dir / f"round{round}"
    before = pseudo_dir / f"round{round}-all"
    return before if before.is_dir() else pseudo_dir / f"round{round}-pooled"


def read_round(pseudo_dir: Path, round: int, teachers: Teachers = "own_fold") -> RoundRecord:
    path = round_dir(pseudo_dir, round, teachers) / "round.json"
    if not path.exists():
        raise KitError(f"there is no pseudo-label round {round}", where=path, todo=f"run 'kit pseudo --round {round}'")
    return read_round_record(path)


def read_round_record(path: Path) -> RoundRecord:
    """Read a round.json. One of which two people made different tasks, and git could not merge it, is both together:
    it is written whole.
    """
    try:
        return read_record(path, RoundRecord, together=[path.parent])
    except MergeConflict as conflict:
        both = _both(path, conflict)
        if both is None:
            raise
    write_record(path, both)
    return both


def _both(path: Path, conflict: MergeConflict) -> RoundRecord | None:
    """The two versions of a round's record as one, where each is whole and no task stands in them in two ways."""
    try:
        ours, theirs = (_whole(path, text) for text in (conflict.ours, conflict.theirs))
    except KitError:
        return None
    tasks = dict(sorted({**theirs.tasks, **ours.tasks}.items()))  # whoever merges them writes the same
    both = ours.model_copy(update={"tasks": tasks})
    return both if {**tasks, **theirs.tasks} == tasks and both == theirs.model_copy(update={"tasks": tasks}) else None


def _whole(path: Path, text: str) -> RoundRecord:
    """One of the two versions of a round's record."""
    return parse_record(path, parse_json(text, path, "this record is damaged"), RoundRecord)
