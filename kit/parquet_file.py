"""Parquet files, whose shape is checked where they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit.errors import KitError, one_line
from kit.reading import MISSING, read_bytes
from kit.table_file import Column, checked_columns, table_of

BYTES_PER_ROW = 1 / 4096
"""A parquet file of fewer bytes for each row that it promises is no table of photos, and would fill the memory."""


def read_parquet_table(
    path: Path,
    columns: Sequence[Column] | None,
    *,
    missing: str = MISSING,
    todo: str | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """The columns of a parquet file, in their order and of their types; all of them, or `only` some, unchecked, where
    none are named.
    """
    if columns is not None:
        return table_of(read_parquet_columns(path, columns, missing=missing, todo=todo), columns)
    with _opened_parquet(path, missing, todo) as file:
        held = file.schema_arrow.names
        names = None if only is None else [name for name in held if name in only]
        return file.read(columns=names, use_threads=False).to_pandas(ignore_metadata=True, use_threads=False)


def read_parquet_columns(
    path: Path, columns: Sequence[Column], *, missing: str = MISSING, todo: str | None = None
) -> dict[str, np.ndarray]:
    """The same as arrays by name, of text as objects: a table of hundreds takes longer to make than to read."""
    from pyarrow import types

    with _opened_parquet(path, missing, todo) as file:
        held = list(file.schema_arrow.names)
        names = [column.name for column in columns if column.name in held]
        table = file.read(columns=names, use_threads=False)
        plain = {field.name: types.is_integer(field.type) or types.is_floating(field.type) for field in table.schema}
        cells = {
            name: column.to_numpy() if plain[name] else column.to_pandas()
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    return checked_columns(cells, columns, held, path, todo)


@contextmanager
def _opened_parquet(path: Path, missing: str, todo: str | None) -> Iterator[Any]:
    """A parquet file whose metadata of pandas are not looked at, and of which no more memory is taken than its size
    allows; what goes wrong in the block is damage.
    """
    import pyarrow
    import pyarrow.parquet

    content = read_bytes(path, missing=missing, todo=todo)
    try:
        with pyarrow.parquet.ParquetFile(pyarrow.BufferReader(content)) as file:
            if file.metadata.num_rows * BYTES_PER_ROW > len(content):
                raise ValueError(f"it promises {file.metadata.num_rows} rows in {len(content)} bytes")
            _require_once(file.schema_arrow.names, path, todo)
            yield file
    except (pyarrow.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, MemoryError) as error:
        raise KitError(f"this file is damaged ({one_line(error)})", where=path, todo=todo) from None


def _require_once(names: Sequence[str], path: Path, todo: str | None) -> None:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise KitError(f"two columns are called '{twice}'", where=path, todo=todo)


def first_numbers(path: Path, but: str) -> tuple[str, np.ndarray]:
    """The name and the numbers, float64, of a parquet file's first column by name that is not called `but`.

    KitError where there is none, or where it holds something else.
    """
    from pyarrow import types

    with _opened_parquet(path, MISSING, None) as file:
        name = min(name for name in file.schema_arrow.names if name != but)
        column = file.read(columns=[name], use_threads=False).column(name)
        if not (types.is_floating(column.type) or types.is_integer(column.type)):
            raise ValueError(f"'{name}' is no column of numbers")
        if column.null_count:
            raise ValueError(f"'{name}' has empty cells")
        return name, column.to_numpy().astype(np.float64)
