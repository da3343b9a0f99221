"""A plain PyTorch loop: timm, albumentations and a DataLoader, as a good notebook has it.

Given: worker processes that live on between epochs, channels_last, AdamW with a warm-up and half a wave, gradients
clipped at 1, a look at the held-out photos in inference mode after each epoch. Threads are as torch starts them.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.utils.data import DataLoader

from benchmarks.peers.common import loaders, optimizer
from benchmarks.peers.job import hand_back, this_job, told_epoch
from benchmarks.peers.network import network


def main() -> None:
    folder, job = this_job()
    torch.manual_seed(job.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model, (train, held) = network(job).to(device), loaders(job)
    adamw, schedule = optimizer(job, model, job.epochs * len(train))
    for epoch in range(job.epochs):
        model.train()
        for pixels, labels in train:
            pixels = pixels.to(device, memory_format=torch.channels_last, non_blocking=True)
            loss = torch.nn.functional.cross_entropy(model(pixels), labels.to(device, non_blocking=True))
            adamw.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adamw.step()
            schedule.step()
        probs = predicted(model, held, device)
        right = np.mean(probs.argmax(axis=1) == held.dataset.labels)  # type: ignore[attr-defined]
        print(f"epoch {epoch + 1}: accuracy {right:.4f}", flush=True)
        told_epoch(folder)
    hand_back(folder, predicted(model, held, device))


@torch.inference_mode()
def predicted(model: torch.nn.Module, held: DataLoader, device: torch.device) -> np.ndarray:  # type: ignore[type-arg]
    model.eval()
    parts = [model(pixels.to(device, memory_format=torch.channels_last)).softmax(dim=1) for pixels, _ in held]
    return torch.cat(parts).cpu().numpy()


if __name__ == "__main__":
    main()
