"""The records of a run: what it is (run.json) and what became of each fold (fold<k>/fold.json)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from kit.competition.basis import OnBasis
from kit.folds.frozen import MOST_FOLDS
from kit.schema import FileName, Frozen, with_old_words

TEACHERS_BEFORE = {"teachers": {"lane": "own_fold", "all": "pooled"}}
"""What older records call them."""


class RunRecord(OnBasis):
    """What a run is; written once, before training, from what its id is derived from."""

    id: str
    tasks: tuple[str, ...]
    recipe: str
    classes: dict[str, tuple[str, ...]]
    """The outputs of each task, such as its class names, in the order of the columns of predictions."""
    kinds: dict[str, str] = {}
    """The kind of each task that is of no classes."""
    kept: dict[str, Annotated[int, Field(ge=2)]] = {}
    """How many classes of a photo its predictions keep, the most probable ones, of tasks where these are not all."""
    n_folds: int = Field(ge=1, le=MOST_FOLDS)
    seed: int
    round: Annotated[int, Field(ge=0)] = 0
    """The pseudo-label round that it trained on; 0 is real labels only."""
    teachers: Literal["own_fold", "pooled"] = "own_fold"
    """Whether that round's labels came from the models of the fold alone or from the pooled models of all folds."""
    pseudo: dict[str, str] = {}
    """Fingerprint of that round's labels, for each task."""
    init_from: FileName | None = None
    """The run whose fold models it started from, where it did not start from scratch."""
    all_data: bool = False
    """Trained on everybody, without a validation side."""
    world_size: Annotated[int, Field(ge=1)] = 1
    """How many processes trained each of its folds together, a device each."""
    outside: bool = False
    """Made by another program and taken in: nothing here can prove what it saw."""
    trained_per_fold: bool = True
    """What whoever took it in says: that each OOF row comes of a model that did not see its fold."""

    @model_validator(mode="before")
    @classmethod
    def _old_words(cls, content: Any) -> Any:
        return with_old_words(content, {}, TEACHERS_BEFORE)

    @model_serializer(mode="wrap")
    def _what_came_later_is_said_where_it_is(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        later = {"kinds": {}, "kept": {}, "world_size": 1}
        return {key: value for key, value in content.items() if key not in later or value != later[key]}

    @property
    def expected_folds(self) -> tuple[int, ...]:
        return (0,) if self.all_data else tuple(range(self.n_folds))

    @property
    def family(self) -> str:
        """What the ids of runs that differ by nothing but their seed have in common: the id of seed 0."""
        return self.id.removesuffix(seed_mark(self.seed))


def seed_mark(seed: int) -> str:
    """How an id says its seed; 0 is not said."""
    return f"-s{seed}" if seed else ""


class Epoch(Frozen):
    """One line of a fold's learning curve."""

    epoch: int
    train_loss: float
    valid_loss: float | None = None
    score: float | None = None
    """Mean of the tasks' scores on the validation side, by the competition's metric."""

    @model_validator(mode="before")
    @classmethod
    def _old_words(cls, content: Any) -> Any:
        return with_old_words(content, {"macro_f1": "score"})

    @model_serializer(mode="wrap")
    def _unreadable_are_said_where_there_are_some(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "unreadable" or value}


class HeadShape(Frozen):
    """The bins of a fold's head, as its own train side gave them."""

    bins: tuple[int, ...]
    """The class that each bin lies in."""
    bounds: tuple[float, ...] = ()
    """Where the second, third ... bin of a numeric column begins."""
    centres: tuple[float, ...] = ()
    """The mean value of each bin, for an expected value."""
    edges: tuple[float, ...] = ()
    """Where the second, third ... class begins, for an expected value."""


class NumberScale(Frozen):
    """What a fold's learner counts a number in, as the fold's own train side gave it."""

    mean: float
    deviation: float


Shape = HeadShape | NumberScale


class Machine(Frozen):
    """runs/RUN/machine/fold<k>.json: what a fold cost where it was trained. It is not in git."""

    device: str
    seconds: float
    waited: float | None = None
    augmented: float | None = None


class FoldRecord(Frozen):
    """A finished fold: what reached the model, and what it left."""

    fold: int = Field(ge=0, lt=MOST_FOLDS)
    n_train: int = Field(ge=0)
    n_valid: int = Field(ge=0)
    train_groups: str
    """Fingerprint of the sorted groups whose labels trained it."""
    pseudo_files: dict[str, str] = {}
    """sha256 of the pseudo-label file that it ate, for each task."""
    init_weights: str | None = None
    """sha256 of the weights file that it started from: of the run `init_from`, or of the recipe's key `weights`."""
    selected: tuple[str, ...] = ()
    """What the validation labels chose, such as the epoch; empty for honest OOF."""
    n_pseudo: Annotated[int, Field(ge=0)] = 0
    heads: dict[str, Shape] = {}
    """The bins of the tasks whose heads learn any, and the scale of numbers."""
    temperature: dict[str, Annotated[float, Field(gt=0)]] = {}
    """For each task, what a slice of the train side that was held out of training says of its confidence."""
    weights: str | None
    """sha256 of weights.safetensors; None where the learner keeps no weights."""
    oof: str | None
    """sha256 of oof.parquet; None where there is no validation side."""
    test: str | None
    """sha256 of test.parquet; None where there are no test photos."""
    unreadable: tuple[str, ...] = ()
    """Test photos that could not be read and are predicted as the train side is shared out."""
    metric: str = "f1_macro"
    """The competition's metric, which scored it; records that do not say so were all scored by macro F1."""
    score: float | None = None
    """Mean of the tasks' scores of oof.parquet; None in the oldest records, which have the learning curve's alone."""
    history: tuple[Epoch, ...]
    parameters: int = Field(ge=0)
    device: str = Field(default="", exclude=True)
    """What trained it here, and in how many seconds: in a file of its own, for another machine's fold is the same."""
    seconds: float = Field(default=0.0, ge=0, exclude=True)
    waited: float | None = Field(default=None, ge=0, exclude=True)
    """In how many of these seconds the network waited for photos, and how many of a core augmentation took."""
    augmented: float | None = Field(default=None, ge=0, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _old_words(cls, content: Any) -> Any:
        return with_old_words(content, {"macro_f1": "score"})

    @model_serializer(mode="wrap")
    def _unreadable_are_said_where_there_are_some(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "unreadable" or value}
