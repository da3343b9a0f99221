"""The devices of this machine that train side by side, by the names that --devices takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from kit.errors import KitError
from kit.wording import counted

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


def places_named(text: str | None, world_size: int) -> tuple[str, ...]:
    """The same devices in groups of world_size, each written like 0,1: a fold takes a group. KitError where they do not
    come out even; of all GPUs some may be left over, and without a GPU the CPU is a group.
    """
    names = devices_named(text)
    if text is None and names == ("cpu",):
        names *= world_size
    left_over = len(names) % world_size
    groups = [names[first : first + world_size] for first in range(0, len(names) - left_over, world_size)]
    if not groups or (text is not None and left_over):
        told = f"{counted(len(names), 'device')} cannot be shared out in groups of {world_size}"
        raise KitError(told, where="--devices-per-fold", todo="name them by --devices, such as 0,1 or cpu,cpu")
    if mixed := [group for group in groups if len({name == "cpu" for name in group}) > 1]:
        told = f"a fold cannot be trained by {' and '.join(mixed[0])} together"
        raise KitError(told, where="--devices", todo="give it GPUs alone, or the CPU alone")
    return tuple(",".join(group) for group in groups)


def _gpus() -> int:
    import torch  # heavy: learners without networks do without

    return torch.cuda.device_count()


def seen_by(device: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that shall see this device alone, or those of a group.

    A number counts among the GPUs that the environment lets this process see, as torch counts them.
    """
    seen = [name.strip() for name in environment.get(VISIBLE, "").split(",") if name.strip()]
    gpus = [name for name in dict.fromkeys(device.split(",")) if name != "cpu"]
    return {**environment, VISIBLE: ",".join(seen[int(name)] if seen else name for name in gpus)}
