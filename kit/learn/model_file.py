"""A fold's model on disk, and all that it is built with again. No torch: what loads it is imported when it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kit.errors import KitError
from kit.learn.job import Predict
from kit.recipes.classic import ClassicRecipe
from kit.recipes.load import AnyRecipe, run_recipe
from kit.runs.record import Shape
from kit.runs.store import Run


@dataclass(frozen=True)
class ModelFile:
    """The weights of a model, and what they are the weights of."""

    name: str
    """run/fold."""
    path: Path
    recipe: AnyRecipe
    outputs: Mapping[str, tuple[str, ...]]
    """The outputs of each task, in the order of the columns of predictions."""
    kinds: Mapping[str, str]
    """The kind of each task that is of no classes."""
    shapes: Mapping[str, Shape]
    channels: int
    """Of the photos."""
    kept: Mapping[str, int]
    """How many classes of a photo predictions keep, of tasks where not all."""


def model_file(run: Run, fold: int, channels: int) -> ModelFile:
    """A finished fold's model; whether its file is there is not looked at."""
    record, folded = run.record, run.fold_record(fold)
    return ModelFile(
        name=f"{run.id}/fold{fold}",
        path=run.fold_dir(fold) / "weights.safetensors",
        recipe=run_recipe(run),
        outputs=record.classes,
        kinds=record.kinds,
        shapes=folded.heads,
        channels=channels,
        kept=record.kept,
    )


def load_predict(file: ModelFile) -> Predict:
    """What a kept model says of photos, or a classic learner of their features; the same that it said when it was new.

    KitError where the file is damaged or is another model's.
    """
    if isinstance(file.recipe, ClassicRecipe):
        from kit.learn.classic.kept import speaker
        from kit.learn.classic.kept_file import read_kept
        from kit.learn.classic.trainer import predictor

        learned = read_kept(file.path)
        absent = [task for task in file.outputs if task not in learned]
        if absent:
            raise KitError(f"it holds no learner of the task '{absent[0]}'", where=file.path)
        return predictor({task: speaker(learned[task]) for task in file.outputs}, file.shapes, file.kept)
    from kit.learn.network.kept import kept_network

    return kept_network(file)
