"""A network built again from its weights, and the one way in which networks predict."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kit.errors import KitError
from kit.evidence.top import Outputs
from kit.images.rows import PixelRows
from kit.learn.job import Predict, in_pieces
from kit.learn.model_file import ModelFile
from kit.learn.network.checkpoint import load_into, load_neighbours, load_weights
from kit.learn.network.device import amp_dtype, pick_device
from kit.learn.network.memory import keep_freed_memory
from kit.learn.network.model import TaskModel, build_model
from kit.learn.network.neighbours import Neighbours, embedded
from kit.learn.network.predict import predict
from kit.learn.network.ranks import by_slices
from kit.recipes.network import Recipe
from kit.targets.kinds import KINDS


def kept_model(file: ModelFile) -> TaskModel:
    """The network of a weights file; KitError where it is another one's."""
    if not isinstance(file.recipe, Recipe):
        raise KitError("this run's classic learner keeps no network", where=file.name)
    recipe = file.recipe.model_copy(update={"pretrained": False, "weights": None})
    n_outputs = {task: len(names) for task, names in file.outputs.items()}
    activations = {task: KINDS[kind].activation for task, kind in file.kinds.items()}
    model = build_model(recipe, n_outputs, 0, file.shapes, channels=file.channels, activations=activations)
    load_into(model, load_weights(file.path), file.path)
    return model


def kept_network(file: ModelFile) -> Predict:
    """The inference pass of a weights file, on the device that is here."""
    model = kept_model(file)
    assert isinstance(file.recipe, Recipe)  # kept_model has looked
    device = pick_device()
    if device.type == "cpu":
        keep_freed_memory()
    return network_predict(model.to(device), file.recipe, _neighbours(file, file.recipe), file.kept)


def network_predict(
    model: TaskModel, recipe: Recipe, neighbours: Mapping[str, Neighbours], kept: Mapping[str, int]
) -> Predict:
    """The inference pass as the recipe wants it, and the votes of neighbours where it wants some.

    kept: how many classes of a photo are kept, of tasks where not all.
    """
    dtype, batch_size = amp_dtype(recipe, next(model.parameters()).device), 2 * recipe.batch_size

    def predict_rows(array: PixelRows, rows: np.ndarray) -> dict[str, Outputs]:
        def said(some: np.ndarray) -> dict[str, np.ndarray]:
            probs = predict(model, array, some, batch_size, flip=recipe.tta == "flip", amp_dtype=dtype)
            for task, known in neighbours.items():
                probs[task] = known.blended(probs[task], embedded(model, task, array, some, batch_size))
            return probs

        return in_pieces(by_slices(said), rows, kept)

    return predict_rows


def asks_neighbours(recipe: Recipe) -> list[str]:
    """The tasks whose heads ask the neighbours among the train side."""
    return [
        task
        for task, spec in recipe.heads.items()
        if spec.embedded is not None and spec.embedded.neighbours and spec.given is None
    ]


def _neighbours(file: ModelFile, recipe: Recipe) -> dict[str, Neighbours]:
    wanted, found = [task for task in asks_neighbours(recipe) if task in file.outputs], {}
    if not wanted:
        return {}
    held = load_neighbours(file.path)
    for task in wanted:
        embedding = recipe.heads[task].embedded
        if task not in held or embedding is None:
            raise KitError(
                f"it holds no neighbours of the task '{task}': it was trained before they were kept",
                where=file.path,
                todo=f"delete {file.path.parent} and run 'kit train' again",
            )
        found[task] = Neighbours(embedding, *held[task])
    return found
