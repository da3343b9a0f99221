"""Attacks on lineage, each on a copy of a workspace with runs that were really trained; and honest runs beside them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture import Row
from benchmarks.torture.lineage_attacks import ATTACKS, Answer, Tried
from benchmarks.torture.lineage_world import N_FOLDS, World, build
from kit.errors import KitError
from kit.learn.again import Again
from kit.pseudo.lineage import Lineage
from kit.reporter import Reporter
from kit.runs.store import Run

HONEST = ("hog", "net", "taught", "cut")


@dataclass(frozen=True)
class Found:
    """What lineage said of an attacked run."""

    tried: Tried
    default: Answer
    recompute: Answer
    told: str

    @property
    def fault(self) -> str | None:
        wanted = self.tried.default, self.tried.recompute
        if (self.default, self.recompute) == wanted:
            return None
        return f"'{self.tried.name}': {self.default}, {self.recompute} and not {wanted[0]}, {wanted[1]} ({self.told})"


def try_attack(world: World, tried: Tried, folder: Path) -> Found:
    """Attack a copy of the world, and ask for the run's lineage, if need be with its models run again."""
    copy = world.copy(folder)
    try:
        run = tried.attack(copy)
    except KitError as error:  # refused before it was done
        return Found(tried, "yes", "yes", str(error))
    default, told = _asked(copy, run)
    if default == "yes":
        return Found(tried, default, default, told)
    recompute, told = _asked(copy, run, again=True)
    return Found(tried, default, recompute, told)


def _asked(world: World, run: Run, again: bool = False) -> tuple[Answer, str]:
    if not again:
        verdict = Lineage(world.workspace).verdict(run, 0)
    else:
        with Again(world.workspace, 0, Reporter()) as ran:
            verdict = Lineage(world.workspace, ran).verdict(run, 0)
    if not verdict.clean:
        return "yes", str(verdict.step)
    return ("says so" if verdict.trace.not_proved else "no"), verdict.trace.proof


def honest(world: World) -> Row:
    """Runs that nobody touched are clean, also run again."""
    row = Row("lineage: honest fold models called clean")
    with Again(world.workspace, 0, Reporter()) as again:
        for chain in (Lineage(world.workspace), Lineage(world.workspace, again)):
            for name in HONEST:
                for fold in range(N_FOLDS):
                    verdict = chain.verdict(world.run(name), fold)
                    row.tried += 1
                    if not verdict.clean:
                        row.faults.append(f"{name}/fold{fold}: {verdict.step}")
    return row


def rows(found: Sequence[Found]) -> list[Row]:
    """A row for each answer that docs/pseudo-labels.md promises."""
    kinds = {
        ("yes", "yes"): "lineage: attacks caught",
        ("no", "yes"): "lineage: attacks caught with --recompute",
        ("says so", "yes"): "lineage: attacks caught with --recompute",
        ("says so", "says so"): "lineage: attacks where it says that it cannot prove the model",
        ("no", "no"): "lineage: attacks that cannot be seen, as the docs say",
    }
    made = {name: Row(name) for name in kinds.values()}
    for one in found:
        row = made[kinds[one.tried.default, one.tried.recompute]]
        row.tried += 1
        row.faults += [one.fault] if one.fault else []
    return [row for row in made.values() if row.tried]


def run(attacks: Sequence[Tried] = ATTACKS) -> list[Row]:
    """Try all attacks."""
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder) / "world")
        found = [try_attack(world, tried, Path(folder) / f"attack{n}") for n, tried in enumerate(attacks)]
        return [honest(world), *rows(found)]


def short() -> list[Row]:
    """Some of each kind."""
    return run(ATTACKS[::6])


def page() -> str:
    """The table of docs/pseudo-labels.md."""
    lines = ["| attack | `kit lineage` | with `--recompute` | why it cannot be seen |", "|---|---|---|---|"]
    lines += [f"| {one.name} | {one.default} | {one.recompute} | {one.why} |" for one in ATTACKS]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page() + "\n")
