"""The processes that train a fold together, a device each: torchrun starts them, and each one knows its rank.

All do what a process alone does, each on its slice of every batch and of the rows that are predicted. The first one
decides what goes beyond that, writes the files and speaks; the others wait for its word.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TypeVar

from kit.errors import KitError, one_line

T = TypeVar("T")

PATIENCE = timedelta(days=1)
"""For how long a rank waits for the others; of one that has ended it hears at once."""


class RankLost(KitError):
    """Another rank has ended; why is for that one to say."""

    exit_code = 75


@contextmanager
def heard() -> Iterator[None]:
    """What ranks say to one another within the block arrives, or is a RankLost."""
    try:
        yield
    except RuntimeError as error:
        raise RankLost(f"another rank has ended ({one_line(error)})") from error


@dataclass(frozen=True)
class Ranks:
    """This process among those that train a fold together; alone it is the first of one."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def part(self, n_rows: int) -> slice:
        """This one's share of rows in their order: each row is one rank's, and the shares differ by one row at most."""
        return slice(*(n_rows * place // self.size for place in (self.rank, self.rank + 1)))

    def agreed(self, make: Callable[[], T]) -> T:
        """What the first rank makes, in all of them; none goes on before it is made."""
        if self.size == 1:
            return make()
        import torch.distributed as dist

        held = [make() if self.leads else None]
        with heard():
            dist.broadcast_object_list(held, src=0)
        return held[0]  # type: ignore[return-value]  # the first rank's


ALONE = Ranks()


@cache
def ranks_here() -> Ranks:
    """Which one this process is, by what torchrun says to those that it starts; they meet here."""
    if "TORCHELASTIC_RUN_ID" not in os.environ or (size := int(os.environ["WORLD_SIZE"])) == 1:
        return ALONE
    import torch
    import torch.distributed as dist

    n_gpus = torch.cuda.device_count()
    if n_gpus:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % n_gpus)
    # NCCL wants a GPU for each rank; ranks of one GPU meet by gloo, as those of a CPU do
    own = n_gpus >= int(os.environ["LOCAL_WORLD_SIZE"])
    dist.init_process_group("cpu:gloo,cuda:nccl" if own else "gloo", timeout=PATIENCE)
    if not own:  # its threads abort a process that ends while they run; NCCL would wait for ranks that are gone
        atexit.register(dist.destroy_process_group)
    return Ranks(int(os.environ["RANK"]), size)
