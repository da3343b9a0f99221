"""A network's kept weights: what they predict, and whether they come of where the network's training began."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from kit.competition.workspace import Workspace
from kit.errors import KitError, one_line
from kit.evidence.calibration import fit_temperature
from kit.evidence.top import Outputs
from kit.learn.model_file import load_predict, model_file
from kit.learn.network.checkpoint import load_weights
from kit.learn.network.device import pick_device
from kit.learn.network.trainer import task_model
from kit.learn.prior import sides
from kit.recipes.network import Recipe
from kit.recipes.weights import recipe_weights
from kit.runs.store import Run, run_folders
from kit.seed import derive_seed

Said = Callable[[np.ndarray], dict[str, Outputs]]
"""(n, height, width, channels) uint8 -> predictions (n, n_outputs) of every task."""
Decoded = Callable[[Recipe, np.ndarray], np.ndarray]
"""(recipe, images) -> (n, height, width, channels) uint8."""

CHANCE = 5.0
"""Standard deviations: two networks of different beginnings are less correlated than that."""
COPIED = 0.25
"""Two trainings end farther apart than this share of the way that one of them went, also from one beginning."""
_NUMBERS = 200_000
"""Weights, at most, by which two networks are compared."""


def kept_predictions(run: Run, fold: int, channels: int) -> tuple[Said, bool]:
    """What a fold's kept model says of photos of so many channels, and whether it says it on a CPU."""
    try:
        predict = load_predict(model_file(run, fold, channels))
    except RuntimeError as error:
        raise KitError(f"its weights are not those of its recipe's model ({one_line(error)})") from None
    return lambda pixels: predict(pixels, np.arange(len(pixels))), pick_device().type == "cpu"


def kept_temperature(
    workspace: Workspace, run: Run, fold: int, recipe: Recipe, said: Said, decoded: Decoded
) -> dict[str, float]:
    """The temperature that the train people give who were held out of a fold's training; none where nobody was."""
    train, (_, held) = workspace.train, sides(workspace, run.record, recipe, fold)
    if not held.any():
        return {}
    probs = said(decoded(recipe, train["image"][held].to_numpy(dtype=object)))
    of_classes = [task for task in run.record.tasks if task not in run.record.kinds]
    return {task: fit_temperature(probs[task], train[task].to_numpy()[held]) for task in of_classes}


@dataclass(frozen=True)
class Sketch:
    """Some of the numbers of a model's matrices and kernels, the same ones of every model of these shapes."""

    shapes: dict[str, torch.Size]
    numbers: np.ndarray


class Origins:
    """Where weights come from: where their training began, or another model of the workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._sketches: dict[Path, Sketch] = {}

    def check(self, run: Run, fold: int, recipe: Recipe) -> tuple[str, ...]:
        """Refuse weights that do not come of where the training began, or that are another fold's, a little changed.

        What training leaves of a network's first numbers is far above what unrelated numbers have in common; and two
        trainings go apart, also from one beginning. Says what keeps from looking.
        """
        try:
            start = _start(self._workspace, run, fold, recipe)
        except KitError:
            return ("where its training began is not here",)
        state = load_weights(run.fold_dir(fold) / "weights.safetensors")
        first, last = _numbers(start, state), _numbers(state, state)
        length = np.linalg.norm(first) * np.linalg.norm(last)
        if length == 0 or first @ last / length * np.sqrt(len(first)) < CHANCE:
            raise KitError("its weights do not come of the initial weights that its seed and recipe give")
        way = np.linalg.norm(last - first)
        for name, other in self._others(run, fold):
            if other.shapes == _shapes(state) and np.linalg.norm(other.numbers - last) < COPIED * way:
                raise KitError(f"its weights are those of {name}, a little changed")
        return ()

    def _others(self, run: Run, fold: int) -> Iterator[tuple[str, Sketch]]:
        """The models of other people than this one's, by name."""
        for other in run_folders(self._workspace):
            with contextlib.suppress(KitError):  # its own verdict tells
                same_lane = not other.record.all_data and other.record.teachers == run.record.teachers
                for number in other.finished_folds:
                    path = other.fold_dir(number) / "weights.safetensors"
                    if path.exists() and not (same_lane and number == fold):
                        yield f"{other.id}/fold{number}", self._sketch(path)

    def _sketch(self, path: Path) -> Sketch:
        if path not in self._sketches:
            state = load_weights(path)
            self._sketches[path] = Sketch(_shapes(state), _numbers(state, state))
        return self._sketches[path]


def _start(workspace: Workspace, run: Run, fold: int, recipe: Recipe) -> dict[str, Tensor]:
    """The state that a fold's training began with."""
    record = run.record
    if record.init_from is not None:
        return load_weights(Run(workspace.runs_dir / record.init_from).fold_dir(fold) / "weights.safetensors")
    weights = recipe_weights(recipe, workspace.root)
    tasks = {task: workspace.competition.task(task) for task in record.tasks}
    seed = derive_seed(derive_seed(recipe.seed, fold), "init")
    channels = workspace.competition.photos.channels
    return dict(task_model(recipe, tasks, seed, run.fold_record(fold).heads, weights, channels).state_dict())


def _shapes(state: dict[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in state.items()}


def _numbers(state: dict[str, Tensor], like: dict[str, Tensor]) -> np.ndarray:
    """Some of the numbers of the matrices and kernels of `like`, as `state` has them."""
    names = [name for name in sorted(like) if like[name].ndim > 1 and like[name].is_floating_point()]
    step = 1 + sum(like[name].numel() for name in names) // _NUMBERS
    parts = [state[name].float().reshape(-1)[::step] for name in names if name in state]
    return torch.cat(parts).double().numpy() if parts else np.zeros(0)
