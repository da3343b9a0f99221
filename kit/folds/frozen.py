"""Folds, dealt once and frozen in runs/folds.csv."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from kit.claim import claimed
from kit.errors import KitError
from kit.files import write_text
from kit.folds.deal import deal
from kit.table_file import Column, read_csv_table

MOST_FOLDS = 1000
COLUMNS = (Column("image", unique=True), Column("group"), Column("fold", "whole", low=0, high=MOST_FOLDS - 1))


@dataclass(frozen=True)
class Folds:
    """`table` has the columns image, group and fold, in the order of the train table."""

    table: pd.DataFrame

    @property
    def n_folds(self) -> int:
        return int(self.table["fold"].max()) + 1

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of who is in which fold, whatever the order of rows."""
        rows = sorted(zip(self.table["image"], self.table["group"], self.table["fold"].astype(str), strict=True))
        return hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()

    def valid(self, fold: int) -> np.ndarray:
        """(n_rows,) bool: the rows of the fold's validation side."""
        return (self.table["fold"] == fold).to_numpy()


def make_folds(
    train: pd.DataFrame, n_folds: int, seed: int, labels: np.ndarray | None = None, given: np.ndarray | None = None
) -> Folds:
    """Deal the people of the train table (image, group, target) into folds, stratified on the target class.

    labels: (n_train, n_labels) of 0 and 1 that are shared out in its place. given: (n_train,) int64, folds that
    somebody has dealt, which are taken as they are; KitError where a group is in two of them.
    """
    if given is not None:
        crossing = crossing_groups(train["group"], given)
        if crossing:
            raise KitError(
                f"{len(crossing)} groups are in more than one of the folds that 'train.folds' gives, such as"
                f" '{crossing[0]}'",
                todo="mend the column or 'train.group', or take 'train.folds' out: 'kit fold' then deals",
            )
        return Folds(train[["image", "group"]].assign(fold=given))
    fold = deal(train["target"].to_numpy() if labels is None else labels, train["group"].to_numpy(), n_folds, seed)
    return Folds(train[["image", "group"]].assign(fold=fold.astype(np.int64)))


def crossing_groups(groups: pd.Series, folds: np.ndarray) -> list[str]:
    """The groups whose rows are in more than one fold, (n_rows,) each."""
    several = pd.Series(folds).groupby(groups.to_numpy(dtype=object)).nunique() > 1
    return list(several.index[several])


def write_folds(path: Path, folds: Folds) -> None:
    buffer = io.StringIO()
    folds.table.to_csv(buffer, index=False, lineterminator="\n")
    write_text(path, buffer.getvalue())


def read_folds(path: Path, train: pd.DataFrame, left_out: Collection[str] = ()) -> Folds:
    """Read the frozen folds in the order of the train table; rows that do not match the table are an error.

    left_out: photos that may be in the folds, and are in the table no more.
    """
    if not os.path.lexists(path):
        raise KitError("there are no folds yet", where=path, todo="run 'kit fold' first")
    table = read_csv_table(path, COLUMNS, todo="restore it from git")
    table = table[~table["image"].isin(set(left_out))].reset_index(drop=True)
    empty = sorted(set(range(int(table["fold"].max()) + 1 if len(table) else 0)) - set(table["fold"]))
    people = table.groupby("group")["fold"].nunique()
    if (people > 1).any():
        raise KitError(
            f"the group '{people.index[people > 1][0]}' is in two folds", where=path, todo="restore it from git"
        )
    if empty:
        raise KitError(f"nobody is in fold {empty[0]}", where=path, todo="restore it from git")
    rows = pd.Index(table["image"]).get_indexer(pd.Index(train["image"]))
    if (rows < 0).any() or len(table) != len(train):
        raise KitError(
            f"the folds hold {len(table)} photos, the train table {len(train)}, and they are not the same",
            where=path,
            todo="the data has changed since 'kit fold': restore it, or deal anew with 'kit fold --force'",
        )
    table = table.iloc[rows].reset_index(drop=True)
    moved = table["group"].to_numpy() != train["group"].to_numpy()
    if moved.any():
        raise KitError(
            f"the group of the photo '{table['image'][int(np.flatnonzero(moved)[0])]}' is not the train table's",
            where=path,
            todo="restore the data or the fixes, or deal anew with 'kit fold --force'",
        )
    return Folds(table)


def freeze_folds(
    path: Path,
    train: pd.DataFrame,
    n_folds: int,
    seed: int,
    *,
    labels: np.ndarray | None = None,
    given: np.ndarray | None = None,
    force: bool = False,
    since: float | None = None,
) -> tuple[Folds, bool]:
    """Deal and write the folds; returns them and whether they are new. labels, given: as for `make_folds`.

    Other folds that runs beside `path` use already are only replaced with `force`: those runs can then no longer be
    scored, blended or taught from. since: when the caller began, in seconds since 1970; other folds that were frozen
    after that are never replaced.
    """
    folds = make_folds(train, n_folds, seed, labels, given)
    with claimed(path):
        if path.exists():
            try:
                frozen = read_folds(path, train)
            except KitError:
                frozen = None
            if frozen is not None and frozen.fingerprint == folds.fingerprint:
                return frozen, False
            if since is not None and path.stat().st_mtime > since:
                raise KitError(
                    "another process froze other folds here meanwhile",
                    where=path,
                    todo="keep those, or run it again to deal anew",
                )
            users = sorted(record.parent.name for record in path.parent.glob("[!.]*/run.json"))
            if users and not force:
                raise KitError(
                    f"{len(users)} runs use the folds that are frozen there, and these would be others",
                    where=path,
                    todo=f"keep them, or deal anew with --force, which orphans {', '.join(users)}",
                )
        write_folds(path, folds)
        return folds, True
