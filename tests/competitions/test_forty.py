"""Forty competitions in their own layouts: what kit init finds, and from the files to one that the host takes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.competitions.forty import FORTY
from benchmarks.competitions.page import PAGE
from benchmarks.competitions.play import Played, infer, play

LEAST_ALONE = 24
"""How many competitions kit init has to get right by itself, the metric apart."""
OF_EACH_KIND = (
    "dogs-vs-cats-redux-kernels-edition",
    "seti-breakthrough-listen",
    "statoil-iceberg-classifier-challenge",
    "rsna-breast-cancer-detection",
    "diabetic-retinopathy-detection",
    "happy-whale-and-dolphin",
    "cdiscount-image-classification-challenge",
    "herbarium-2022-fgvc9",
    "plant-pathology-2020-fgvc7",
    "planet-understanding-the-amazon-from-space",
    "petfinder-pawpularity-score",
    "bengaliai-cv19",
    "hms-harmful-brain-activity-classification",
)
"""Every kind of target, form, table and photo among the forty; `make competitions` trains and plays them all."""


@cache
def tried(name: str) -> Played:
    """One of each kind is played with drawn predictions; of the others competition.yaml is made."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        return play(FORTY[name], root, train=False) if name in OF_EACH_KIND else infer(FORTY[name], root)


@pytest.mark.parametrize("name", FORTY)
def test_kit_init_is_right_or_asks(name: str) -> None:
    found = tried(name)
    assert found.wrong == [], "kit init wrote what is not so, and did not ask"
    assert found.alone or (found.layout.asks and found.layout.asks in found.said)


def test_kit_init_is_right_by_itself_for_most() -> None:
    assert len(FORTY) == 40
    assert sum(tried(name).alone for name in FORTY) >= LEAST_ALONE


@pytest.mark.parametrize("name", FORTY)
def test_the_yaml_of_the_page_is_right_and_the_host_takes_the_file_and_scores_as_kit_does(name: str) -> None:
    found = tried(name)
    assert found.stuck == ""
    assert (found.graded is not None) == (name in OF_EACH_KIND)


@pytest.mark.parametrize("name", FORTY)
def test_its_files_stand_whole_on_the_page(name: str) -> None:
    text = PAGE.read_text()
    assert f"\n## {name}\n" in text
    for content in FORTY[name].files.values():
        assert f"\n{content.rstrip()}\n```\n" in text
