"""The features of a network's backbone, for classic learners."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save

from kit.files import file_sha256
from kit.learn.classic.extract import CHUNK, Extractor
from kit.learn.network.checkpoint import half_of, state_checksum
from kit.learn.network.device import pick_device
from kit.learn.network.features import backbone_features
from kit.learn.network.model import TaskModel, build_model
from kit.learn.network.zoo import timm
from kit.recipes.classic import ClassicRecipe
from kit.recipes.network import Recipe
from kit.seed import derive_seed


def backbone_extractor(recipe: ClassicRecipe, weights: Path | None, channels: int) -> Extractor:
    """The extractor of a recipe whose features are a backbone's, as `build_extractor` gives it."""
    flip = recipe.tta == "flip"
    device = pick_device()
    model = _backbone(recipe, weights, channels)
    state = _seen_by(model)
    model = model.to(device)

    def extract(pixels: np.ndarray) -> np.ndarray:
        rows = np.arange(len(pixels))
        views = [backbone_features(model, pixels, rows, CHUNK, flip=view) for view in (False, True)[: 1 + flip]]
        return np.stack(views, axis=1)

    made_by = {
        "model": recipe.model,
        "weights": state_checksum(state, {}),
        "timm": timm.__version__,
        "flip": flip,
        "device": device.type,
    }
    is_random = weights is None and not recipe.pretrained
    sha256 = None if weights is None else file_sha256(weights)
    return Extractor(made_by, extract, sha256, str(device), is_random, _threads)


def backbone_weights(recipe: ClassicRecipe, weights: Path | None, channels: int, *, half: bool = False) -> bytes:
    """All numbers of the recipe's backbone that its features depend on, as a weights file to start from."""
    state = {name: tensor.contiguous() for name, tensor in _seen_by(_backbone(recipe, weights, channels)).items()}
    return save({name: half_of(tensor) if half else tensor for name, tensor in state.items()})


def _backbone(recipe: ClassicRecipe, weights: Path | None, channels: int) -> TaskModel:
    assert recipe.model is not None  # the recipe was checked
    network = Recipe(  # type: ignore[call-arg]
        model=recipe.model, pretrained=recipe.pretrained, size=recipe.size, epochs=1, batch_size=CHUNK
    )
    return build_model(network, {"unused": 1}, derive_seed(recipe.seed, "backbone"), weights=weights, channels=channels)


def _seen_by(model: TaskModel) -> dict[str, torch.Tensor]:
    """The state of a backbone without its last layer."""
    heads = tuple(f"{head}." for head in np.atleast_1d(model.backbone.pretrained_cfg["classifier"]))  # type: ignore[index]
    return {key: value for key, value in model.backbone.state_dict().items() if not key.startswith(heads)}


@contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads in which torch works in one thread each."""
    n_threads = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(n_threads)
