"""Folds that are frozen by several processes at once: the one that loses is told so."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from kit.errors import KitError
from kit.folds.frozen import freeze_folds, read_folds


def test_folds_that_were_frozen_meanwhile_are_not_replaced(tmp_path: Path) -> None:
    names = [f"{row}.png" for row in range(40)]
    train = pd.DataFrame({"image": names, "group": names, "target": [row % 2 for row in range(40)]})
    path, began = tmp_path / "folds.csv", time.time() - 1
    frozen, new = freeze_folds(path, train, 4, 0, since=began)
    assert new and freeze_folds(path, train, 4, 0, since=began)[1] is False, "the same folds are no loss"
    for force in (False, True):
        with pytest.raises(KitError, match=r"folds.csv: another process froze other folds here meanwhile"):
            freeze_folds(path, train, 4, 1, since=began, force=force)
    assert read_folds(path, train).fingerprint == frozen.fingerprint
    other, new = freeze_folds(path, train, 4, 1, since=time.time() + 1)
    assert new and other.fingerprint != frozen.fingerprint, "no run uses them, so that who comes later deals anew"
