"""A table of thousands of pixels a row is understood by its other columns, whether of text or parquet."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.host_files import Files, ids

from kit.cli.main import main
from kit.presets.table.files.facts import gather


def drawn(root: Path, ending: str) -> None:
    """Labels and 1,500 pixels in the rows of a table of 5 MB."""
    rows = np.random.default_rng(0).integers(100, 1 << 40, (900, 1500))
    table = pd.DataFrame(rows, columns=[f"pixel{place}" for place in range(1500)])
    table.insert(0, "label", np.arange(900) % 10)
    table["note"] = "x"
    table.to_csv(root / "train.csv", index=False) if ending == "csv" else table.to_parquet(root / "train.parquet")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_pixels_are_counted_and_not_read(tmp_path: Path, ending: str, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    drawn(tmp_path / "data", ending)
    (table,) = gather(tmp_path / "data").tables
    assert table.columns == ["label", "pixel0", "note"] and table.unread == 1499
    assert len(table.rows) == 900 and table.rows["label"].tolist()[:3] == ["0", "1", "2"]
    with pytest.raises(SystemExit) as caught:
        main(["-C", str(tmp_path), "init", "table"])
    assert caught.value.code == 2
    assert f"train.{ending} has 1502 columns" in capfd.readouterr().err


def test_a_wide_table_beside_photos_is_no_train_table(tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    files.photos("images", ids("a", 20))
    files.table("labels.csv", "id,label", [(name, "xy"[place % 2]) for place, name in enumerate(ids("a", 20))])
    drawn(tmp_path / "data", "csv")
    with pytest.raises(SystemExit) as caught:
        main(["-C", str(tmp_path), "init", "table"])
    assert caught.value.code == 0
    assert "table: labels.csv" in (tmp_path / "competition.yaml").read_text()
