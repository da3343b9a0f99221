"""Lightning's Trainer, around the photos, the network and the optimizer of the plain loop: it brings none of its own.

Given: its own checkpoint at each epoch's end, its progress bar and logger, clipping and validation as its arguments
have them.
"""

from __future__ import annotations

import lightning
import torch
from torch import Tensor, nn

from benchmarks.peers.common import loaders, optimizer
from benchmarks.peers.job import Job, hand_back, this_job, told_epoch
from benchmarks.peers.network import network


class Network(lightning.LightningModule):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job, self.model = job, network(job)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.model(pixels.contiguous(memory_format=torch.channels_last))

    def training_step(self, batch: tuple[Tensor, Tensor], number: int) -> Tensor:
        pixels, labels = batch
        loss = nn.functional.cross_entropy(self(pixels), labels)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], number: int) -> None:
        pixels, labels = batch
        logits = self(pixels)
        self.log("valid_loss", nn.functional.cross_entropy(logits, labels), prog_bar=True)
        self.log("accuracy", (logits.argmax(dim=1) == labels).float().mean(), prog_bar=True)

    def predict_step(self, batch: tuple[Tensor, Tensor], number: int) -> Tensor:
        return self(batch[0]).softmax(dim=1)

    def configure_optimizers(self):  # type: ignore[no-untyped-def]
        steps = int(self.trainer.estimated_stepping_batches)
        adamw, schedule = optimizer(self.job, self.model, steps)
        return {"optimizer": adamw, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def main() -> None:
    folder, job = this_job()
    lightning.seed_everything(job.seed, workers=True)

    class Told(lightning.Callback):
        def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
            told_epoch(folder)  # validation has been by then

    train, held = loaders(job)
    module = Network(job)
    trainer = lightning.Trainer(
        max_epochs=job.epochs, gradient_clip_val=1.0, default_root_dir=folder, callbacks=[Told()], log_every_n_steps=10
    )
    trainer.fit(module, train, held)
    parts = trainer.predict(module, held)
    assert parts is not None
    hand_back(folder, torch.cat(parts))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
