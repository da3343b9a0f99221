"""Keys of competition.yaml: where the photos are, which labels are mended, and how the host scores in the end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kit.schema import Frozen


class TrainSource(Frozen):
    """Where the labelled photos are."""

    table: str | None = None
    """The csv with the labels, a path in the data folder; without it every image that `images` finds is a row."""
    images: str
    """Where a row's photo lies in the data folder, with {column} for what the row has in a column; where the last part
    of the path holds a *, every image file that fits is a row of its own. Without a table, a pattern of paths.
    """
    group: str | None = None
    """The column that says who is on the photo: no person crosses folds. Without it every photo is its own group."""


class TestSource(Frozen):
    """Where the photos to predict are."""

    table: str | None = None
    """The csv that names the photos, a path in the data folder; often the sample submission itself."""
    images: str
    """Where a row's photo lies in the data folder, written as in `train.images`."""


class Fixes(Frozen):
    """Known label errors, which are mended whenever the train table is read."""

    file: str = "fixes.csv"
    """The csv of fixes, a path in the workspace."""
    tiers: tuple[str, ...] = ("core",)
    """The tiers of fixes that are applied: the words of its column `tier`."""


class Finals(Frozen):
    """How the host scores in the end; `kit select` reckons with it."""

    __test__ = False

    public_share: float = Field(0.5, gt=0, lt=1)
    """The share of the test set behind the public leaderboard."""
    split_by: Literal["group", "row"] = "group"
    """group: all photos of a person lie on one side of public and private; row: they are spread over both."""
    test_groups: int | None = Field(None, ge=1)
    """People in the test set; without it reckoned from the photos a person has in the train table."""
