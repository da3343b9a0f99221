"""The runs of a grid: every variant of every table, each with its seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.learn.ablation.grid import BASE, Grid
from kit.learn.plan import RunPlan
from kit.learn.seeds import plan_seeds


@dataclass(frozen=True, eq=False)
class Entry:
    """A variant with the plans of its runs; combinations of values that come to the same runs share one entry."""

    name: str
    planned: tuple[RunPlan, ...]
    changes: tuple[str, ...]
    """The recipe's keys that were changed for it, as --set has them."""

    @property
    def family(self) -> str:
        return self.planned[0].record.family


Entries = Mapping[tuple[str, ...], Entry]
"""The entry of every combination of values; () is the base."""


def plan_grid(
    workspace: Workspace,
    grid: Grid,
    recipe_name: str,
    overrides: Sequence[str],
    tasks: Sequence[str] = (),
    n_seeds: int = 1,
    world_size: int = 1,
) -> list[Entries]:
    """The entries of each table; tasks: names, or names joined by + for one model, all by themselves when left out."""
    plans: list[Entries] = []
    for names in tasks or tuple(workspace.competition.tasks):
        by_family: dict[str, Entry] = {}
        entries = {}
        for variant in (grid.base, *grid.variants):
            with of_variant(variant.name):
                planned = plan_seeds(
                    workspace, names.split("+"), recipe_name, variant.recipe, n_seeds, world_size=world_size
                )
            changes = (*overrides, *(f"{key}={value}" for key, value in variant.settings.items()))
            entry = Entry(variant.name, tuple(planned), changes)
            entries[tuple(variant.settings.values())] = by_family.setdefault(entry.family, entry)
        if len(by_family) == 1:
            raise KitError("every variant is the base itself: these values change nothing", where="--vary")
        plans.append(entries)
    return plans


def runs_of(plans: Sequence[Entries]) -> list[tuple[RunPlan, Sequence[str]]]:
    """Every run of all tables once, with the recipe's keys that were changed for it."""
    return [(plan, one.changes) for entries in plans for one in dict.fromkeys(entries.values()) for plan in one.planned]


@contextmanager
def of_variant(name: str) -> Iterator[None]:
    """What is wrong with a variant is told with its values."""
    try:
        yield
    except KitError as error:
        if name == BASE:
            raise
        raise KitError(error.what, where=f"--vary {name}", todo=error.todo) from None
