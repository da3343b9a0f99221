"""TensorBoard: a folder of events for each fold; `tensorboard --logdir tracked/tensorboard` shows them."""

from __future__ import annotations

from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

from kit.report.trackers import folder_of, value_names
from kit.reporter import Epoch


class Events:
    """Writes the scalars of each epoch at its number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writers: dict[tuple[str, int], SummaryWriter] = {}

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        if (run, fold) not in self.writers:
            self.writers[run, fold] = SummaryWriter(str(folder_of(self.folder, run, fold)))
        writer = self.writers[run, fold]
        for name, value in value_names(epoch).items():
            writer.add_scalar(name, value, epoch.epoch)
        writer.flush()

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()


def open_tracker(folder: Path, project: str) -> Events:
    return Events(folder)
