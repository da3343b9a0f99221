"""From one epoch to a later process: checkpoints written as training goes on, and read when it goes on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from timm.utils import ModelEmaV3

from kit.errors import KitError, one_line
from kit.learn.network.checkpoint import (
    Checkpoint,
    Laid,
    laid_out,
    load_checkpoint,
    load_into,
    save_checkpoint,
    write_checkpoint,
)
from kit.learn.network.memory import free_memory, is_out_of_memory
from kit.learn.network.model import TaskModel
from kit.reporter import Reporter
from kit.runs.record import Epoch


@dataclass
class Checkpoints:
    """Where the checkpoints of a job are written, each in the place of the last."""

    path: Path
    identity: str
    _device: torch.device
    _pool: ThreadPoolExecutor | None
    _writing: list[Future[None]] = field(default_factory=list)

    def save(self, checkpoint: Checkpoint) -> None:
        """Write it; on a GPU, which needs the CPU to work, while the next epoch is trained."""
        if self._pool is None:
            save_checkpoint(self.path, checkpoint, self.identity)
            return
        self.wait()
        laid = _copied(laid_out(checkpoint, self.identity))
        self._writing.append(self._pool.submit(self._write, laid, torch.cuda.current_stream().record_event()))

    def _write(self, laid: Laid, copied: torch.cuda.Event) -> None:
        """In a stream of its own: in the network's, each tensor would wait for the steps before it."""
        with torch.cuda.stream(torch.cuda.Stream(self._device)):
            copied.wait()
            write_checkpoint(self.path, laid)

    def wait(self) -> None:
        """Until the last one is written; raises what went wrong with it."""
        while self._writing:
            self._writing.pop().result()


def _copied(laid: Laid) -> Laid:
    """What training that goes on does not change: copied on the device, which takes no time, where there is room."""
    tensors, content = laid
    try:
        return {name: tensor.detach().clone() for name, tensor in tensors.items()}, content
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
    free_memory()
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}, content


@contextmanager
def checkpoints(path: Path, identity: str, device: torch.device) -> Iterator[Checkpoints]:
    """What writes the checkpoints of a training; all are written when it ends, however it ends."""
    if device.type != "cuda":
        yield Checkpoints(path, identity, device, None)
        return
    with ThreadPoolExecutor(1) as pool:
        kept = Checkpoints(path, identity, device, pool)
        yield kept
        kept.wait()


def resume(
    path: Path,
    identity: str,
    model: TaskModel,
    ema: ModelEmaV3 | None,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    reporter: Reporter,
) -> tuple[int, list[Epoch], dict[str, torch.Tensor] | None]:
    """Give all the state of the checkpoint of a job, where there is one; returns the epochs that are done, the learning
    curve and the best epoch's weights. One that is damaged is told, and the fold starts anew.
    """
    if not path.exists():
        return 0, [], None
    before = copy.deepcopy((model.state_dict(), optimizer.state_dict(), ema and ema.module.state_dict()))
    try:
        checkpoint = load_checkpoint(path, identity)
        history = [Epoch(**line) for line in checkpoint.history]
        load_into(model, checkpoint.model, path)
        if ema is not None and checkpoint.ema is not None:
            load_into(ema.module, checkpoint.ema, path)
        optimizer.load_state_dict(checkpoint.optimizer)
        if checkpoint.scaler:
            scaler.load_state_dict(checkpoint.scaler)
    except (KitError, ValueError, KeyError, TypeError) as error:
        told = error if isinstance(error, KitError) else f"{path}: this checkpoint is damaged ({one_line(error)})"
        reporter.warn(f"{told}; this fold starts anew")
        model.load_state_dict(before[0])
        optimizer.load_state_dict(before[1])
        if ema is not None:
            ema.module.load_state_dict(before[2])
        return 0, [], None
    _restore_layout(optimizer)
    reporter.info(f"{identity}: going on after epoch {checkpoint.epoch}")
    return checkpoint.epoch, history, checkpoint.best


def _restore_layout(optimizer: torch.optim.Optimizer) -> None:
    """Lay each state tensor out as its parameter is: the order of memory decides in which order a norm is summed."""
    for parameter, state in optimizer.state.items():
        for key, value in state.items():
            if isinstance(value, torch.Tensor) and value.shape == parameter.shape:
                state[key] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
