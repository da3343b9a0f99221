"""Each kind of trouble that hosts' tables make has three layouts or more, on which `kit init table` is tried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from shared.host_files import Files
from shared.layouts_at_fourth import AT_FOURTH
from shared.layouts_at_hand import AT_HAND
from shared.layouts_at_large import AT_LARGE
from shared.layouts_at_third import AT_THIRD
from shared.layouts_of_hosts import LAYOUTS
from shared.layouts_of_more_hosts import MORE
from shared.layouts_of_trouble import TROUBLE
from shared.layouts_played import PLAYED
from shared.layouts_unseen import UNSEEN

from kit.cli.main import main

KINDS = {
    "no header": (
        "signate: faces, a master in tsv",
        "signate: neither train nor sample has a header",
        "stanford cars: annotations without header",
        "signate food packages",
    ),
    "separators and encodings": (
        "semicolons, UTF-16",
        "a table called labels.txt, with tabs and shift-jis",
        "dacon: wallpaper defects",
        "datafountain dogs",
        "iflytek crops",
    ),
    "photos of one table in several folders": (
        "ham10000",
        "two parts that a column names",
        "kaggle landmarks: photos three folders deep",
        "kaggle cells",
    ),
    "index columns, and samples of other classes or values": (
        "dacon: anomalies",
        "isic 2019",
        "classes as words, the sample shows their numbers",
        "classes as words, the sample shows numbers, and nothing",
        "drivendata memes",
    ),
    "labels in two tables, in columns, in lists, photos in several files": (
        "drivendata: animals",
        "labels between commas",
        "kaggle: proteins",
        "kaggle pets",
    ),
    "groups": (
        "kaggle: eyes",
        "names of two parts",
        "folders of patients",
        "a column that repeats",
    ),
    "the host's own split": (
        "one table of train, valid and test rows",
        "class folders of train, valid and test",
        "folds that the table brings",
        "the host's split in a json",
    ),
    "no test set, or no photo": (
        "stanford dogs",
        "an archive that is not unpacked",
        "probspace: photos and labels in npz",
        "isic 2024",
        "medmnist",
    ),
    "probabilities, and names in another case": (
        "zindi masks",
        "endings in capitals",
        "kaggle street view",
        "dacon buildings",
    ),
}
EVERY = (*LAYOUTS, *MORE, *TROUBLE, *PLAYED, *UNSEEN, *AT_LARGE, *AT_HAND, *AT_THIRD, *AT_FOURTH)
NAMES = [one.name for one in EVERY]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_trouble_has_three_layouts(kind: str) -> None:
    found = {name for start in KINDS[kind] for name in NAMES if name.startswith(start)}
    assert len(found) >= 3
    assert not [start for start in KINDS[kind] if not any(name.startswith(start) for name in NAMES)]


def test_no_two_layouts_have_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


CLUTTER = {
    "README.md": "# Data\n\nname, path\nSee the page.\n",
    "LICENSE.txt": "Permission is granted, free of charge\n\nto any person\n",
    "requirements.txt": "numpy\npandas==2\n",
    "baseline.ipynb": '{"cells": [], "nbformat": 4}',
    "__MACOSX/._train.csv": "Mac OS X",
    ".DS_Store": "Bud1",
    "Thumbs.db": "thumbs",
    "data.zip": "PK",
    "rules.pdf": "%PDF",
}
"""What hosts and systems leave beside the data."""


@pytest.mark.parametrize("start", ["signate: faces", "kaggle food of a course", "hugging face", "roboflow"])
def test_what_lies_beside_and_a_folder_around_it_change_nothing(tmp_path: Path, start: str) -> None:
    layout = next(one for one in EVERY if one.name.startswith(start))
    found = []
    for side, files, folder in (("plain", {}, ""), ("around", CLUTTER, "open")):
        data = tmp_path / side / "data"
        (data / folder).mkdir(parents=True)
        layout.draw(Files(data / folder))
        for name, text in files.items():
            (data / name).parent.mkdir(exist_ok=True)
            (data / name).write_text(text)
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(tmp_path / side), "init", "table"])
        assert not ended.value.code
        content = yaml.safe_load((tmp_path / side / "competition.yaml").read_text())
        found.append(json.dumps({**content, "name": ""}, sort_keys=True))
    assert found[1].replace("open/", "") == found[0]
