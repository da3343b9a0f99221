"""The network that all train: timm's."""

from __future__ import annotations

import timm
import torch
from safetensors.torch import load_file

from benchmarks.peers.job import Job


def network(job: Job) -> torch.nn.Module:
    """In channels_last, as PyTorch's guide to tuning has it for convolutions; the last layer starts from chance."""
    model = timm.create_model(job.model, pretrained=False, num_classes=job.n_classes)
    if job.weights is not None:
        own, state = model.state_dict(), load_file(job.weights)
        body = {name: value for name, value in state.items() if own[name].shape == value.shape}
        model.load_state_dict(body, strict=False)
    return model.to(memory_format=torch.channels_last)
