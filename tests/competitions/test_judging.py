"""What tells a competition.yaml that is right from a wrong one, and a file that a host takes from others, can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.competitions.forty import FORTY
from benchmarks.competitions.judge import faults
from benchmarks.competitions.layout import Layout
from kit.competition.workspace import Workspace


def said_of(layout: Layout, root: Path, text: str) -> list[str]:
    drawn = layout.drawn(root / "data")
    (root / "competition.yaml").write_text(text)
    return faults(Workspace(root), layout, drawn, root / "aside.csv")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("dogs-vs-cats-redux-kernels-edition", "", "", None),
        ("dogs-vs-cats-redux-kernels-edition", "probability_of: dog", "probability_of: cat", "takes for the truth"),
        ("dogs-vs-cats-redux-kernels-edition", '"dog.*": dog', '"dog.*": cat, "dog.1?.*": dog', "takes for the truth"),
        ("diabetic-retinopathy-detection", r"'(\d+)_'", "'.+'", "kept together by something else than person"),
        ("alaska2-image-steganalysis", '"[CJU]*/*.jpg"', '"[CJ]*/*.jpg"', "12 train photos are left out"),
        ("alaska2-image-steganalysis", "group: stem", "group: folder", "kept together by something else than stem"),
        ("whale-categorization-playground", "top: 5", "top: 6", "map@5 counts 5 names"),
        ("histopathologic-cancer-detection", "id: id, label", "id: stem, label", "columns id, label, not"),
        ("petfinder-pawpularity-score", "column: Pawpularity", "column: Eyes", "outside the range 1 to 100"),
        ("imet-2020-fgvc7", 'test/{id}.png"', 'train/{id}.png"', "test photos"),
    ],
)
def test_a_competition_yaml_that_is_wrong_is_told(
    tmp_path: Path, name: str, old: str, new: str, told: str | None
) -> None:
    layout = FORTY[name]
    assert old in layout.spec
    found = said_of(layout, tmp_path, layout.spec.replace(old, new))
    assert found == [] if told is None else any(told in fault for fault in found), found


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["eeg_id,a,b", "1,0.25,0.75", "2,1,0"], None),
        (["eeg_id,b,a", "1,0.25,0.75", "2,1,0"], "the columns"),
        (["eeg_id,a,b", "2,0.25,0.75", "1,1,0"], "another order"),
        (["eeg_id,a,b", "1,0.25,0.75"], "other ids"),
        (["eeg_id,a,b", "1,0.25,0.5", "2,1,0"], "the row"),
        (["eeg_id,a,b", "1,0.25,yes", "2,1,0"], "the row"),
        (["eeg_id,a,b", "1,0.25,0.75,", "2,1,0"], "the row"),
    ],
)
def test_a_host_takes_its_own_columns_ids_order_and_ranges(tmp_path: Path, lines: list[str], told: str | None) -> None:
    host = FORTY["hms-harmful-brain-activity-classification"].host
    sample, sent = tmp_path / "sample.csv", tmp_path / "sent.csv"
    sample.write_text("eeg_id,a,b\n1,0.5,0.5\n2,0.5,0.5\n")
    sent.write_text("\n".join(lines) + "\n")
    found = host.takes(sent, sample)
    assert found is None if told is None else told in str(found)


@pytest.mark.parametrize("name", ["rsna-breast-cancer-detection", "statoil-iceberg-classifier-challenge"])
def test_the_same_files_are_drawn_every_time(tmp_path: Path, name: str) -> None:
    drawn = [FORTY[name].drawn(tmp_path / side) for side in "ab"]
    assert drawn[0].train.equals(drawn[1].train) and drawn[0].test.equals(drawn[1].test)
    paths = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert paths == sorted(path.relative_to(tmp_path / "b") for path in (tmp_path / "b").rglob("*") if path.is_file())
    assert all((tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes() for path in paths)
