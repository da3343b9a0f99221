"""What the plain loop and Lightning share, since neither brings any: photos, optimizer, learning rate."""

from __future__ import annotations

import math
from functools import partial

import albumentations
import cv2
import torch
from albumentations.pytorch import ToTensorV2
from torch.utils.data import DataLoader, Dataset

from benchmarks.peers.job import Job, read_photos

cv2.setNumThreads(0)  # as albumentations advises where worker processes call it


class Photos(Dataset):  # type: ignore[type-arg]
    """Files that are decoded, made smaller and, for training, augmented as kit's `base` has it."""

    def __init__(self, job: Job, *, held: bool) -> None:
        self.files, self.labels = read_photos(job, held=held)
        change = [
            albumentations.Affine(
                scale=(0.9, 1.1),
                keep_ratio=True,
                translate_percent=(-0.06, 0.06),
                rotate=(-10, 10),
                border_mode=4,
                p=0.5,
            ),
            albumentations.RandomBrightnessContrast(brightness_limit=0.2, contrast_limit=0.2, p=0.5),
        ]
        self.transform = albumentations.Compose(
            [
                albumentations.Resize(*job.size, interpolation=cv2.INTER_AREA),
                *([] if held else change),
                albumentations.Normalize(job.mean, job.deviation),
                ToTensorV2(),
            ],
            seed=job.seed,
        )

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        pixels = cv2.imread(self.files[row])
        assert pixels is not None
        return self.transform(image=cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))["image"], self.labels[row]


def loaders(job: Job) -> tuple[DataLoader, DataLoader]:  # type: ignore[type-arg]
    """Of the photos to train on, shuffled, and of those that are held out; workers live on between epochs."""
    make = partial(
        DataLoader,
        num_workers=job.workers,
        persistent_workers=job.workers > 0,
        pin_memory=torch.cuda.is_available(),
    )
    train = make(Photos(job, held=False), batch_size=job.batch_size, shuffle=True, drop_last=True)
    return train, make(Photos(job, held=True), batch_size=2 * job.batch_size)


def optimizer(
    job: Job, model: torch.nn.Module, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    """AdamW, whose rate rises along a line and falls along half a wave, step by step."""
    adamw = torch.optim.AdamW(model.parameters(), lr=job.lr, weight_decay=job.weight_decay)
    rising = max(1, round(job.warmup * steps))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        return (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising))) / 2

    return adamw, torch.optim.lr_scheduler.LambdaLR(adamw, factor)
