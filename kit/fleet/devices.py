"""The devices of this machine that train side by side, by the names that --devices takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from kit.errors import KitError

VISIBLE = "CUDA_VISIBLE_DEVICES"
DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What there is on Linux where there may be several GPUs: NVIDIA's driver, AMD's, that of Windows."""


def devices_named(text: str | None) -> tuple[str, ...]:
    """The devices of `0,1` or `cpu,cpu`; of None all GPUs that torch sees, or the CPU. KitError where one is not here.

    A GPU that is named twice trains two folds at once; so does the CPU.
    """
    if text is None:
        several = not sys.platform.startswith("linux") or any(map(os.path.exists, DRIVERS))
        return tuple(map(str, range(_gpus() if several else 0))) or ("cpu",)
    names = tuple(part.strip() for part in text.split(","))
    if set(names) == {"cpu"}:
        return names
    n_gpus = _gpus()
    here = f"this machine has {', '.join([*map(str, range(n_gpus)), 'cpu'])}; write it like 0,1 or cpu,cpu"
    for name in names:
        if name != "cpu" and not (name.isascii() and name.isdigit() and int(name) < n_gpus):
            raise KitError(
                f"there is no device '{name}'", where="--devices", todo=f"{here}; write it like 0,1 or cpu,cpu"
            )
    return names


def _gpus() -> int:
    import torch  # heavy: learners without networks do without

    return torch.cuda.device_count()


def seen_by(device: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that shall see this device alone.

    A number counts among the GPUs that the environment lets this process see, as torch counts them.
    """
    if device == "cpu":
        return {**environment, VISIBLE: ""}
    seen = [name for name in environment.get(VISIBLE, "").split(",") if name.strip()]
    return {**environment, VISIBLE: seen[int(device)].strip() if seen else device}
