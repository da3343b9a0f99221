"""Groups whose photos show the same are made one, by lines of fixes.csv that anybody can read and take back."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from kit.claim import claimed
from kit.competition.fixes import COLUMNS, GROUP, REJECTED, SUGGESTED, read_lines
from kit.competition.sources import Fixes
from kit.competition.suggested import fixes_path
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.errors import KitError
from kit.files import write_text
from kit.images.twins import Twins, find_twins, twin_sets
from kit.reading import read_bytes
from kit.reporter import Reporter
from kit.table_file import read_text_table


@dataclass(frozen=True)
class Merged:
    """The lines that were written, and the pairs of a train and a test photo, of which none is."""

    lines: int
    in_test: tuple[Twins, ...]


def merge_duplicates(workspace: Workspace, reporter: Reporter, *, force: bool = False) -> Merged:
    """Put train photos that show the same into one group. Lines that are there stay, those that were rejected too.

    Where competition.yaml reads no fixes yet it gets the key. KitError where runs stand on the groups as they are,
    without `force`.
    """
    tiers = (workspace.competition.fixes or Fixes()).tiers or Fixes().tiers
    group_of = dict(zip(workspace.train["image"], workspace.train["group"], strict=True))
    twins = find_twins(workspace, reporter)
    lines = list(_lines(workspace, twins, group_of, tiers[0]))
    path = fixes_path(workspace)
    with claimed(path, workspace.reporter):
        there = path.exists()
        whole = read_text_table(path, index_col=False).fillna("") if there else pd.DataFrame(columns=list(COLUMNS))
        told = read_lines(path) if there else whole
        if workspace.competition.fixes is None and set(told["tier"]) - {SUGGESTED, REJECTED}:
            todo = "write 'fixes: {}' into it if they are meant"
            raise KitError(f"{path.name} has lines that this file does not read", where=_spec(workspace), todo=todo)
        known = set(told[["image", "group", "column", "value"]].itertuples(index=False, name=None))
        new = [line for line in lines if (line["image"], line["group"], "", line["value"]) not in known]
        users = sorted(record.parent.name for record in workspace.runs_dir.glob("[!.]*/run.json"))
        if new and users and not force:
            raise KitError(
                f"{len(users)} runs use the groups as they are, and {len(new)} would be put into others",
                where=path,
                todo=f"keep them, or merge with --force, which orphans {', '.join(users)}",
            )
        if new:
            whole = pd.concat([whole, pd.DataFrame(new, columns=list(COLUMNS))]).fillna("")
            write_text(path, whole.to_csv(index=False, lineterminator="\n"))
            if workspace.competition.fixes is None:
                _read_fixes(workspace)
    across = tuple(one for one in twins if (one.first in group_of) != (one.second in group_of))
    return Merged(len(new), across)


def _spec(workspace: Workspace) -> Path:
    return workspace.root / SPEC_NAME


def _read_fixes(workspace: Workspace) -> None:
    """Write the key `fixes` at the end of competition.yaml, all else as it is."""
    path = _spec(workspace)
    before = read_bytes(path).decode()
    after = f"{before.rstrip()}\nfixes: {{}}\n"
    try:
        is_one_more_key = yaml.safe_load(after) == {**yaml.safe_load(before), "fixes": {}}
    except yaml.YAMLError:
        is_one_more_key = False
    if not is_one_more_key:
        raise KitError("it does not read fixes.csv yet", where=path, todo="write the key 'fixes: {}' into it")
    write_text(path, after)
    workspace.reporter.info(f"{path.name}: 'fixes: {{}}' is new, by which the lines of fixes.csv are read")


def _lines(workspace: Workspace, twins: Sequence[Twins], group_of: dict[str, str], tier: str) -> list[dict[str, str]]:
    """A line for each group but the first of those that show the same."""
    of_train = [one for one in twins if one.first in group_of and one.second in group_of]
    has_groups, lines = workspace.competition.train.group is not None, []
    for images in twin_sets(of_train):
        first = min(group_of[image] for image in images)
        done = {first}
        for image in images:
            group = group_of[image]
            if group in done:
                continue
            if has_groups:
                done.add(group)
            with_it = next(one for one in of_train if image in (one.first, one.second))
            who = {"image": "", "group": group} if has_groups else {"image": glob.escape(image), "group": ""}
            rest = {"column": "", "value": f"{GROUP} {first}", "tier": tier, "reason": f"kit fold: {with_it}"}
            lines.append({**who, **rest})
    return lines
