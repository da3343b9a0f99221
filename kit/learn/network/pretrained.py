"""Weights to start from: a published model's, or a file's."""

from __future__ import annotations

import pickle
import struct
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kit.errors import KitError
from kit.learn.network.checkpoint import check_finite, load_weights
from kit.learn.network.zoo import timm
from kit.reading import require_file

PATIENCE = 5.0
"""Seconds that the weights' host may take to answer."""


def no_pretrained(model: str, why: str) -> KitError:
    return KitError(
        f"the pretrained weights of '{model}' could not be loaded ({why})",
        todo="connect to the network, name a local file with --set weights=FILE, "
        "or start from scratch with --set pretrained=false",
    )


def hub_file(model: str) -> Path | None:
    """Where a model's published weights lie already; None where timm is to fetch them.

    Fetching is tried only when the host answers: without a network the hub's client would retry for most of a minute.
    """
    import huggingface_hub
    from huggingface_hub import constants

    config = timm.get_pretrained_cfg(model)
    if config is None or not config.hf_hub_id or config.file or config.state_dict:
        return None
    for name in [config.hf_hub_filename] if config.hf_hub_filename else ["model.safetensors", "pytorch_model.bin"]:
        file = huggingface_hub.try_to_load_from_cache(config.hf_hub_id, name)
        if isinstance(file, str):
            return Path(file)
    if huggingface_hub.is_offline_mode():
        raise no_pretrained(model, "the hub is switched off here")
    session = huggingface_hub.get_session()
    library: Any = import_module(type(session).__module__.partition(".")[0])  # requests, httpx or httpx2, by version
    try:
        session.head(constants.ENDPOINT, timeout=PATIENCE)
    except (library.HTTPError, OSError) as error:
        raise no_pretrained(model, f"the hub does not answer: {type(error).__name__}") from error
    return None


def load_backbone(backbone: nn.Module, path: Path) -> None:
    """Fill a timm model from a file with its state dict; a head for another number of classes is left as it is."""
    own = backbone.state_dict()
    state = _timm_names(_read(path), own)
    config: Any = backbone.pretrained_cfg
    first = f"{config.get('first_conv')}.weight"
    if first in state and first in own and state[first].ndim == 4 and not _fits(first, state[first], own):
        # photos of other than 3 channels
        state[first] = timm.models.adapt_input_conv(own[first].shape[1], state[first])
    heads = backbone.pretrained_cfg["classifier"]  # type: ignore[index]
    prefixes = tuple(f"{head}." for head in ([heads] if isinstance(heads, str) else heads))
    kept = {key: value for key, value in state.items() if not key.startswith(prefixes) or _fits(key, value, own)}
    wrong = [key for key, value in kept.items() if not _fits(key, value, own)]
    wrong += [key for key in own if key not in kept and not key.startswith(prefixes)]
    if wrong:
        raise KitError(
            f"{len(wrong)} of its tensors do not fit this model at this size, such as '{wrong[0]}'",
            where=path,
            todo="name the state dict of the same timm model",
        )
    backbone.load_state_dict(kept, strict=False)


def _timm_names(state: dict[str, Tensor], own: dict[str, Tensor]) -> dict[str, Tensor]:
    """A run's weights hold its backbone's; EfficientNet-PyTorch has other names for layers, in timm's order."""
    if any(key.startswith("backbone.") for key in state):
        return {key.removeprefix("backbone."): value for key, value in state.items() if key.startswith("backbone.")}
    if "_conv_stem.weight" in state and len(state) == len(own):
        return dict(zip(own, state.values(), strict=True))
    return state


def _fits(key: str, value: Tensor, own: dict[str, Tensor]) -> bool:
    return key in own and own[key].shape == value.shape


_UNREADABLE = (
    pickle.UnpicklingError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    struct.error,
    OverflowError,
)
"""What torch raises on a damaged file."""


def _plain(value: object) -> bool:
    """Whether this is a tensor whose numbers lie in memory, one beside the other."""
    return isinstance(value, Tensor) and value.layout == torch.strided and value.device.type == "cpu"


def _read(path: Path) -> dict[str, Tensor]:
    if path.suffix == ".safetensors":
        return load_weights(path)
    require_file(path)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except _UNREADABLE:
        state = None
    if not isinstance(state, dict) or not all(isinstance(key, str) and _plain(value) for key, value in state.items()):
        raise KitError(
            "this is no state dict of tensors that is safe to read", where=path, todo="save it as safetensors"
        )
    check_finite(state, path)
    return state
