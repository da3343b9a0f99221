"""Labels are read as hosts write them: lists of Python, -1 and 1, a photo and its label in one cell."""

import numpy as np
import pandas as pd
import pytest

from kit.errors import KitError
from kit.targets.cells import LINE, PHOTO
from kit.targets.labels import LabelsTask


def raw(**columns: list[object]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    return pd.DataFrame({**columns, LINE: range(2, count + 2), PHOTO: [f"{row}.png" for row in range(count)]})


@pytest.mark.parametrize(
    ("cells", "separator"),
    [
        (["[1, 2]", "[2]", "[]"], ","),
        (["['1', '2']", "['2']", "[]"], ","),
        (['["1", "2"]', '["2"]', "[]"], ","),
        (["(1 2)", "( 2 )", "()"], " "),
        (["1;2", "2", np.nan], ";"),
    ],
)
def test_a_list_is_read_without_its_brackets_and_quotes(cells: list[object], separator: str) -> None:
    task = LabelsTask(kind="labels", classes=("1", "2"), column="found", separator=separator)
    assert task.encode(raw(found=cells), "found", "t.csv").tolist() == [[1, 1], [0, 1], [0, 0]]


def test_minus_one_is_no_label_where_there_is_no_zero() -> None:
    task = LabelsTask(kind="labels", classes=("a", "b"))
    assert task.encode(raw(a=["-1", "1"], b=["1.0", "-1.0"]), "x", "t.csv").tolist() == [[0, 1], [1, 0]]
    with pytest.raises(KitError, match="'a' of the task 'x' is '-1', not 0 or 1"):
        task.encode(raw(a=["-1", "0"], b=["1", "1"]), "x", "t.csv")


def test_a_pattern_says_which_label_a_row_is_of() -> None:
    values = {"*_any": "any", "*_sub[0-9]": "sub", "x_any": "sub"}
    task = LabelsTask(kind="labels", classes=("any", "sub"), column="id", rows=True, values=values)
    truth = task.encode(raw(id=["ID_1_any", "ID_1_sub3", "x_any"]), "x", "t.csv")
    assert truth.tolist() == [[1, 0], [0, 1], [0, 1]], "the name of a word goes before patterns"
    with pytest.raises(KitError, match="'ID_2_none', which is no label"):
        task.encode(raw(id=["ID_2_none"]), "x", "t.csv")
