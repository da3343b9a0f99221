"""Attempts to pass a validation label by lineage or to claim another history, on runs that were really trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.torture.lineage import ATTACKS, honest, page, try_attack
from benchmarks.torture.lineage_world import World, build

SHORT = ATTACKS[::6]
"""Some of each kind; `python -m benchmarks.torture lineage` tries all."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("lineage") / "world")


def test_runs_that_nobody_touched_are_clean_and_give_the_same_when_they_are_run_again(world: World) -> None:
    assert not honest(world).faults


@pytest.mark.parametrize("tried", SHORT, ids=[tried.name for tried in SHORT])
def test_an_attack_is_answered_as_the_docs_say(world: World, tried: object, tmp_path: Path) -> None:
    assert isinstance(tried, type(ATTACKS[0]))
    assert try_attack(world, tried, tmp_path / "copy").fault is None


def test_the_page_lists_every_attack_and_what_comes_of_it() -> None:
    assert len(ATTACKS) > 50
    assert page() in Path(__file__).parents[2].joinpath("docs/pseudo-labels.md").read_text()
