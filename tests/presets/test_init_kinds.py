"""Each kind of trouble that hosts' tables make has three layouts or more, on which `kit init table` is tried."""

from __future__ import annotations

import pytest
from shared.layouts_at_hand import AT_HAND
from shared.layouts_at_large import AT_LARGE
from shared.layouts_at_third import AT_THIRD
from shared.layouts_of_hosts import LAYOUTS
from shared.layouts_of_more_hosts import MORE
from shared.layouts_of_trouble import TROUBLE
from shared.layouts_played import PLAYED
from shared.layouts_unseen import UNSEEN

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
NAMES = [one.name for one in (*LAYOUTS, *MORE, *TROUBLE, *PLAYED, *UNSEEN, *AT_LARGE, *AT_HAND, *AT_THIRD)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_trouble_has_three_layouts(kind: str) -> None:
    found = {name for start in KINDS[kind] for name in NAMES if name.startswith(start)}
    assert len(found) >= 3
    assert not [start for start in KINDS[kind] if not any(name.startswith(start) for name in NAMES)]


def test_no_two_layouts_have_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)
