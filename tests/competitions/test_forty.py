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
    "alaska2-image-steganalysis",
    "diabetic-retinopathy-detection",
    "digit-recognizer",
    "state-farm-distracted-driver-detection",
    "happy-whale-and-dolphin",
    "cdiscount-image-classification-challenge",
    "herbarium-2022-fgvc9",
    "inaturalist-2019-fgvc6",
    "plant-pathology-2020-fgvc7",
    "planet-understanding-the-amazon-from-space",
    "petfinder-pawpularity-score",
    "bengaliai-cv19",
    "rsna-2022-cervical-spine-fracture-detection",
    "hms-harmful-brain-activity-classification",
)
"""Every kind of target, form, table and photo among the forty; `make competitions` trains and plays them all."""


@cache
def inferred(name: str) -> Played:
    with TemporaryDirectory() as folder:
        return infer(FORTY[name], Path(folder))


@pytest.mark.parametrize("name", FORTY)
def test_kit_init_is_right_or_asks_and_the_yaml_of_the_page_is_right(name: str) -> None:
    found = inferred(name)
    assert found.stuck == "", "competition.yaml as it stands on the page"
    assert found.wrong == [], "kit init wrote what is not so, and did not ask"
    assert found.alone or (found.layout.asks and found.layout.asks in found.said)


def test_kit_init_is_right_by_itself_for_most() -> None:
    assert len(FORTY) == 40
    assert sum(inferred(name).alone for name in FORTY) >= LEAST_ALONE


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_it_is_played_and_the_host_scores_as_kit_does(name: str, tmp_path: Path) -> None:
    assert play(FORTY[name], tmp_path, train=False).state == "played"


@pytest.mark.parametrize("name", FORTY)
def test_its_files_stand_whole_on_the_page(name: str) -> None:
    text = PAGE.read_text()
    assert f"\n## {name}\n" in text
    for content in FORTY[name].files.values():
        assert f"\n{content.rstrip()}\n```\n" in text
