"""Label fixes: known errors of a table, mended when it is read, with a reason."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

from kit.errors import KitError, nearest

COLUMNS = ("image", "group", "column", "value", "tier", "reason")


def read_fixes(path: Path, tiers: tuple[str, ...]) -> pd.DataFrame:
    """Read the fixes of the given tiers: each names an image (a path, * allowed) or a group, a column, its right value."""
    try:
        fixes = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise KitError("there is no such file", where=path, todo="write it or take 'fixes' out") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise KitError(f"this is not a csv table ({' '.join(str(error).split())})", where=path) from None
    for column in COLUMNS:
        if column not in fixes:
            raise KitError(f"there is no column '{column}'", where=path, todo=nearest(column, fixes.columns))
    for tier in tiers:
        if tier not in set(fixes["tier"]):
            raise KitError(
                f"no fix is of the tier '{tier}'", where=path, todo=nearest(tier, sorted(set(fixes["tier"])))
            )
    for line, fix in enumerate(fixes.itertuples(), start=2):
        if bool(fix.image) == bool(fix.group):
            raise KitError(f"line {line} must name an image or a group, one of them", where=path)
    return fixes[fixes["tier"].isin(tiers)]


def apply_fixes(raw: pd.DataFrame, fixes: pd.DataFrame, group: str | None, where: Path) -> list[str]:
    """Write the right values into the raw train table in place; returns notes on what was mended and what was not."""
    notes, mended = [], 0
    before = raw.copy()
    for line, fix in enumerate(fixes.itertuples(), start=2):
        if fix.column not in raw:
            known = [column for column in raw.columns if not column.startswith("@")]
            raise KitError(
                f"line {line}: the train table has no column '{fix.column}'",
                where=where,
                todo=nearest(fix.column, known),
            )
        if fix.group:
            if group is None:
                raise KitError(f"line {line} names a group, but 'train.group' is not set", where=where, todo="set it")
            rows = before[group] == fix.group
        else:
            rows = before["image"].map(lambda image, pattern=fix.image: fnmatch(image, pattern))
        if rows.any():
            raw.loc[rows, fix.column] = fix.value
            mended += int(rows.sum())
        else:
            notes.append(f"{where.name}: the fix for '{fix.group or fix.image}' matches no row")
    if mended:
        notes.insert(0, f"{where.name}: {mended} rows mended")
    return notes
